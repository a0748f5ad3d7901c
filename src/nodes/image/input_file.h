/* input_file.h - files that people name: of the input folder, or "name [output]" and "name [temp]" of the others. */
#pragma once
#include "graph/node.h"

/* Names in the input folder that end in one of these, sorted; g_strfreev. */
char **mk_input_file_list (const mk_run *run, const char *const *suffixes);
/* Folders in the input folder, sorted; g_strfreev. */
char **mk_input_folder_list (const mk_run *run);
/* Files of `folder` that end in one of these, sorted; g_strfreev. */
char **mk_folder_list_files (const char *folder, const char *const *suffixes);
/* Names, sizes and times of change of everything in `folder`; false when it cannot be read. */
bool   mk_folder_fingerprint (const char *folder, mk_hasher *hasher);
/* Bytes of the file that `input` names, beneath its folder only; g_free. */
bool   mk_input_file_read (const mk_run *run, const char *input, size_t max_bytes, char **bytes, size_t *length, GError **error);
/* Where it is, with links resolved, once it is known to lie beneath its folder; g_free. */
char  *mk_input_file_find (const mk_run *run, const char *input, GError **error);
/* The same for a name that stands in no input of its own. */
char  *mk_input_file_find_named (const mk_run *run, const char *name, GError **error);
bool   mk_input_file_read_named (const mk_run *run, const char *name, size_t max_bytes, char **bytes, size_t *length, GError **error);
/* For `check`: true when the input is a link or its file is there; else NOT_FOUND with "COMPLAINT: name". */
bool   mk_input_file_check (const mk_run *run, const char *input, const char *complaint, GError **error);
/* For `fingerprint`: its size and time of change, for files too large to be read for this. */
bool   mk_input_file_date (const mk_run *run, const char *input, mk_hasher *hasher, GError **error);
