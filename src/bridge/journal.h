/* journal.h - the log as the API shows it and as it is kept: the newest lines in memory, all of them in files.
 *
 * Files     FOLDER/miktos.log, JSON a line; put aside as miktos.log.1, .2, … when it is larger or older than asked for.
 * Threads   Any: it listens to mk_log.
 * Tests     tests/bridge/test_journal.c
 */
#pragma once
#include "base/json.h"
#include "base/log.h"
#include "bridge/store.h"

typedef struct mk_journal mk_journal;

typedef struct mk_journal_options {
  const char *folder;    /* NULL = no files */
  int64_t max_bytes;     /* 0 = no files */
  int64_t max_age_s;
  unsigned n_files;      /* of those put aside */
} mk_journal_options;

/* Listens from now on; there is one at a time. */
mk_journal *mk_journal_new (const mk_journal_options *options);
void        mk_journal_free (mk_journal *journal);
/* `LogPage` of openapi.json, the newest first. Filters may be NULL. */
mk_json    *mk_journal_list (mk_journal *journal, const mk_page *page, const char *level, const char *words, const char *task);
