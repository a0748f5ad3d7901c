/* database.h - SQLite in few words, for what must survive a crash.
 *
 * Purpose   Open with the settings that durability needs, migrate, prepare once, bind and step.
 * Threads   A database belongs to one thread at a time.
 * Crash     WAL with synchronous=FULL: a transaction is on disk when commit returns. A killed process
 *           leaves a file that the next open recovers by itself.
 * Use       Format strings bind in order: 's' const char* (NULL is null), 'i' int64_t, 'r' double,
 *           'b' const void* and size_t.
 * Tests     tests/base/test_database.c
 */
#pragma once
#include "base/base.h"

typedef struct mk_database mk_database;
typedef struct mk_statement mk_statement;

/* Opens or makes the file and runs those of `migrations` (SQL scripts, NULL-terminated) that it has not seen, each
 * in a transaction. A file of a newer program is refused. `path` ":memory:" for tests. */
mk_database *mk_database_open (const char *path, const char *const *migrations, GError **error);
void         mk_database_close (mk_database *database);
/* For one that answers all day: a thread of its own takes the journal in, so that no commit waits for it. Never for ":memory:". */
void         mk_database_keep_beside (mk_database *database);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_database, mk_database_close)

/* One statement from SQL to done; rows are not wanted. */
bool mk_database_run (mk_database *database, GError **error, const char *sql, const char *format, ...);

/* Rows: `sql` must be a string literal: statements are kept by its address and reused. Borrowed until the next
 * query with the same literal. NULL with an error. */
mk_statement *mk_database_query (mk_database *database, GError **error, const char *sql, const char *format, ...);
/* True with a row; false at the end or with `*error` set. */
bool          mk_statement_next (mk_statement *statement, GError **error);
int64_t       mk_statement_int (mk_statement *statement, int column);
double        mk_statement_real (mk_statement *statement, int column);
const char   *mk_statement_text (mk_statement *statement, int column); /* borrowed until next; NULL for null */
const void   *mk_statement_bytes (mk_statement *statement, int column, size_t *length);
/* The number in the first column of the first row, 0 when there is none or `statement` is NULL; ends it. */
int64_t       mk_statement_number (mk_statement *statement);
/* Ends it before its last row, so that it holds no lock. */
void          mk_statement_end (mk_statement *statement);

/* Many changes, one wait for the disk. `end` rolls back when `is_good` is false. They nest: an inner one that is rolled
 * back leaves the outer one as it was, and nothing is on disk before the outermost has ended. */
bool mk_database_begin (mk_database *database, GError **error);
bool mk_database_end (mk_database *database, bool is_good, GError **error);

int64_t mk_database_last_id (mk_database *database);
int     mk_database_n_changed (mk_database *database);
/* Rows changed through this handle since it was opened: what was read stays true while the number does and nobody else
 * writes. -1 inside a transaction, which may yet be taken back. */
int64_t mk_database_n_changes (mk_database *database);
/* A consistent copy while others write; `path` is made whole or not at all. */
bool    mk_database_backup (mk_database *database, const char *path, GError **error);
