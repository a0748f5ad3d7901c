/* dynamic.h - libraries that are loaded when they are wanted.
 *
 * Why       A library brings others along: FFmpeg 130, curl 25. A command that makes no film and calls nobody starts in
 *           a sixth of the time without them.
 * Use       A struct with a pointer per function, a list of the same functions, and a mk_dynamic of both that is loaded
 *           before the first call. Types and macros come from the library's own header as ever.
 * Threads   Any; the first to ask loads.
 * Tests     tests/base/test_dynamic.c
 */
#pragma once
#include "base/base.h"

#include <pthread.h>

typedef struct mk_dynamic_function {
  int library;      /* index into the files */
  const char *name;
  size_t offset;    /* of its pointer in the table */
} mk_dynamic_function;

typedef struct mk_dynamic {
  const char *const *files; /* "libcurl.so.4" */
  size_t n_files;
  const mk_dynamic_function *functions;
  size_t n_functions;
  void *table;
  pthread_mutex_t lock;     /* held while it loads */
  gint is_loaded;           /* atomic; set last: from then on nobody locks, not even a child that was forked meanwhile */
} mk_dynamic;

#define MK_DYNAMIC(files, functions, table) { files, MK_COUNT (files), functions, MK_COUNT (functions), &(table), PTHREAD_MUTEX_INITIALIZER, 0 }

/* Loads the files and fills the table, once. The name of the first thing that is missing, or NULL: what is installed later
 * is found by the next call. The libraries stay until the program ends. */
const char *mk_dynamic_load (mk_dynamic *dynamic);
