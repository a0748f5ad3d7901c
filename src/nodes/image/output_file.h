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
  int64_t counter;             /* of this file; 0 before the first */
  int n_before;                /* files of this batch before it: %batch_num% */
  char *claim;                 /* the hidden file by which others know that the number is taken; NULL when a file shows it */
  int claim_handle;            /* its lock, meaningful with `claim` */
} mk_output_file;

/* Also gives the number up: to be called when the file is there, or will not be. */
void mk_output_file_clear (mk_output_file *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (mk_output_file, mk_output_file_clear)

/* The next free name for `suffix` ("png"); `width` and `height` fill %width% and %height%. Called again with the same
 * `file` it goes on counting without looking at the folder. What one execution writes under one prefix with different
 * suffixes, a film, its scene and its poster, shares a number. Nobody else, in this process or another, is given that
 * number while `file` is held; what a killed process claimed is free again. FORBIDDEN when the prefix leads out of
 * `folder`. */
bool mk_output_file_next (const mk_run *run, const char *folder, const char *prefix, int width, int height, const char *suffix, mk_output_file *file, GError **error);

/* "ComfyUI_temp_" and five letters by chance, for files that are only shown; g_free. */
char *mk_output_file_temp_prefix (void);

/* {"prompt": …, "workflow": …, …} of this run, or NULL when there is none. */
mk_json *mk_run_get_metadata (const mk_run *run);

/* {"images": [file]} for the client, and "animated": [true or false]. */
mk_json *mk_json_new_shown (const mk_output_file *file, const char *type, bool is_animated);
/* {"filename", "subfolder", "type"} appended to list. */
void mk_json_append_file (mk_json *list, const mk_output_file *file, const char *type);
