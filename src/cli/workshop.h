/* workshop.h - an engine in this process, for one command of the command line.
 *
 * Use       new, run once or more, free. Progress goes to the terminal; files to the output folder.
 */
#pragma once
#include "cli/cli.h"
#include "engine/executor.h"

typedef struct mk_workshop mk_workshop;

/* `input_folder` NULL = the current one. */
mk_workshop *mk_workshop_new (const char *input_folder, const char *output_folder, bool is_quiet, GError **error);
void         mk_workshop_free (mk_workshop *workshop);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_workshop, mk_workshop_free)

/* Validates and runs a workflow in API format. `files` gets [{"path", "kind", "bytes"}] of what was written: kind
 * is film, scene or image. `extra` is kept in the files beside the prompt; may be NULL. */
bool mk_workshop_run (mk_workshop *workshop, mk_json *prompt, const mk_json *extra, mk_json **files, GError **error);

const mk_registry *mk_workshop_registry (const mk_workshop *workshop);
const mk_folders  *mk_workshop_folders (const mk_workshop *workshop);

/* All nodes of this program. */
mk_registry *mk_cli_registry_new (GError **error);
double       mk_cli_now_s (void); /* a steady clock */
