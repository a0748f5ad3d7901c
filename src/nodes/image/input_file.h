/* input_file.h - files that people name: of the input folder, or "name [output]" and "name [temp]" of the others. */
#pragma once
#include "graph/node.h"

/* Names in the input folder that end in one of these, sorted; g_strfreev. */
char **mk_input_file_list (const mk_run *run, const char *const *suffixes);
/* Bytes of the file that `input` names, beneath its folder only; g_free. */
bool   mk_input_file_read (const mk_run *run, const char *input, size_t max_bytes, char **bytes, size_t *length, GError **error);
/* Where it is, with links resolved, once it is known to lie beneath its folder; g_free. */
char  *mk_input_file_find (const mk_run *run, const char *input, GError **error);
/* For `check`: true when the input is a link or its file is there; else NOT_FOUND with "COMPLAINT: name". */
bool   mk_input_file_check (const mk_run *run, const char *input, const char *complaint, GError **error);
/* For `fingerprint`: its size and time of change, for files too large to be read for this. */
bool   mk_input_file_date (const mk_run *run, const char *input, mk_hasher *hasher, GError **error);
