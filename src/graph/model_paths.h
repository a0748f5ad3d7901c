/* model_paths.h - folders of models beside our own: ComfyUI's extra_model_paths.yaml.
 *
 * Format    Sections of any name; in each `base_path` and `is_default` (both optional), and KIND: one path, or several
 *           on lines of their own. Older names of kinds (unet, clip) count as the newer ones.
 * Threads   Constant once read.
 * Tests     tests/engine/test_model_paths.c
 */
#pragma once
#include "graph/node.h"

typedef struct mk_model_paths mk_model_paths;

/* All files of the list, which ends with NULL. Relative paths start at the section's base_path, and that at the file's folder. */
mk_model_paths *mk_model_paths_read (const char *const *yaml_paths, GError **error);
void            mk_model_paths_free (mk_model_paths *paths); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_model_paths, mk_model_paths_free)

/* The name of the i-th place, in the order of the files; NULL at the end. Names repeat. Borrowed. */
const char *mk_model_paths_kind (const mk_model_paths *paths, unsigned i);
const char *mk_model_paths_folder (const mk_model_paths *paths, unsigned i); /* of the same place; absolute, borrowed */
/* Where models of a kind are looked for, in order: our own folder and the one of its older name (`second` may be NULL),
 * then those of `folders->more_models`; before them those of sections that are the default. Absolute; g_strfreev. */
char **mk_model_paths_list (const mk_folders *folders, const char *kind, const char *second);
