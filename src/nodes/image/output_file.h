/* output_file.h - what files that nodes write are called and carry.
 *
 * Purpose   Contract §3.4 and §3.5: PREFIX_00001_.EXT with a counter over what is there, sub-folders and
 *           substitutions; the prompt and extra data as texts.
 */
#pragma once
#include "graph/node.h"

typedef struct mk_output_file {
  char *path;                  /* absolute */
  char *filename, *subfolder;  /* as the client is told; subfolder "" at the top */
} mk_output_file;

void mk_output_file_clear (mk_output_file *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (mk_output_file, mk_output_file_clear)

/* The next free name for `suffix` ("png"); `width` and `height` fill %width% and %height%. FORBIDDEN when the
 * prefix leads out of `folder`. */
bool mk_output_file_next (const char *folder, const char *prefix, int width, int height, const char *suffix, mk_output_file *file, GError **error);

/* {"prompt": …, "workflow": …, …} of this run, or NULL when there is none. */
mk_json *mk_run_get_metadata (const mk_run *run);

/* {"filename", "subfolder", "type"} appended to list. */
void mk_json_append_file (mk_json *list, const mk_output_file *file, const char *type);
