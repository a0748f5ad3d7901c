/* dynamic.h - libraries that are loaded when they are wanted.
 *
 * Why       A library brings others along: FFmpeg 130, curl 25. A command that makes no film and calls nobody starts in
 *           a sixth of the time without them.
 * Use       A struct with a pointer per function, a list of the same functions, and one load behind pthread_once.
 *           Types and macros come from the library's own header as ever.
 */
#pragma once
#include "base/base.h"

typedef struct mk_dynamic_function {
  int library;      /* index into the files */
  const char *name;
  size_t offset;    /* of its pointer in the table */
} mk_dynamic_function;

/* Loads `files` ("libcurl.so.4") and fills the table. The name of the first thing that is missing, or NULL. The libraries
 * stay until the program ends. */
const char *mk_dynamic_load (const char *const *files, size_t n_files, const mk_dynamic_function *functions, size_t n_functions, void *table);
