/* model_files.h - weights that people put into the folders of models, and say by name. */
#pragma once
#include "graph/node.h"

/* Every file of weights below models/FOLDER (and models/SECOND, which may be NULL), by its path from there; sorted; g_strfreev. */
char **mk_model_files_list (const mk_run *run, const char *folder, const char *second);
/* Where the file that `input` names is; g_free. NOT_FOUND saying where it was looked for. */
char  *mk_model_files_find (const mk_run *run, const char *input, const char *folder, const char *second, GError **error);
/* The first file below models/FOLDER whose name begins so; g_free, NULL when there is none. */
char  *mk_model_files_find_first (const mk_run *run, const char *folder, const char *beginning);
/* The folder of textual inversions; g_free. */
char  *mk_model_files_embeddings (const mk_run *run);
/* A fingerprint of a file: its place, its size and the time of its last change; false when it is not there or `path` NULL. */
bool   mk_model_files_hash_path (const char *path, mk_hasher *hasher);
/* The same of the named one. */
bool   mk_model_files_hash (mk_run *run, const char *input, const char *folder, const char *second, mk_hasher *hasher);
