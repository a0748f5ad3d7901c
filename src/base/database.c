#include "base/database_private.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BUSY_TIMEOUT_MS 2000 /* another process writes; whoever waits here holds up a loop */

struct mk_database {
  sqlite3 *handle;
  char *path;
  GHashTable *statements; /* SQL by address -> mk_statement */
  unsigned depth;         /* transactions within transactions */
  mk_database_keeper *keeper; /* NULL = SQLite takes the journal in, during a commit */
};

struct mk_statement {
  mk_database *database;
  sqlite3_stmt *handle;
};

static bool
fail (mk_database *database, GError **error)
{
  int code = sqlite3_errcode (database->handle) & 0xff;
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return mk_error (error, MK_ERROR_UNAVAILABLE, "another program holds %s; nothing was changed, try again in a moment", database->path);
  if (code == SQLITE_FULL || (code == SQLITE_IOERR && sqlite3_system_errno (database->handle) == ENOSPC))
    return mk_error (error, MK_ERROR_DISK, "%s: the disk is full; nothing was changed, make room and try again", database->path);
  mk_error_code kind = code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? MK_ERROR_FORMAT
                       : code == SQLITE_CONSTRAINT                       ? MK_ERROR_EXISTS
                       : code == SQLITE_NOMEM                            ? MK_ERROR_MEMORY
                                                                         : MK_ERROR_DISK;
  return mk_error (error, kind, "%s: %s", database->path, sqlite3_errmsg (database->handle));
}

static void
statement_free (void *given)
{
  mk_statement *statement = given;
  sqlite3_finalize (statement->handle);
  g_free (statement);
}

static bool
run_script (mk_database *database, const char *sql, GError **error)
{
  return sqlite3_exec (database->handle, sql, NULL, NULL, NULL) == SQLITE_OK || fail (database, error);
}

static bool
get_version (mk_database *database, int *version, GError **error)
{
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2 (database->handle, "PRAGMA user_version", -1, &statement, NULL) != SQLITE_OK || sqlite3_step (statement) != SQLITE_ROW) {
    sqlite3_finalize (statement);
    return fail (database, error);
  }
  *version = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  return true;
}

static bool
migrate (mk_database *database, const char *const *migrations, GError **error)
{
  int version = 0, n = 0;
  while (migrations != NULL && migrations[n] != NULL)
    n++;
  /* The write lock first: two programs that start together migrate once. */
  if (!mk_database_begin (database, error))
    return false;
  bool is_good = get_version (database, &version, error);
  if (is_good && version > n)
    is_good = mk_error (error, MK_ERROR_UNSUPPORTED, "%s was written by a newer Miktos (form %d, this program knows %d)", database->path, version, n);
  for (int i = version; is_good && i < n; i++)
    is_good = run_script (database, migrations[i], error);
  g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %d", n);
  is_good = is_good && run_script (database, mark, error);
  return mk_database_end (database, is_good, is_good ? error : NULL) && is_good;
}

mk_database *
mk_database_open (const char *path, const char *const *migrations, GError **error)
{
  g_autoptr (mk_database) database = g_new0 (mk_database, 1);
  database->path = g_strdup (path);
  database->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, statement_free);
  if (sqlite3_open_v2 (path, &database->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
    fail (database, error);
    return NULL;
  }
  sqlite3_busy_timeout (database->handle, BUSY_TIMEOUT_MS);
  if (!run_script (database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON", error) || !migrate (database, migrations, error))
    return NULL;
  return g_steal_pointer (&database);
}

void
mk_database_keep_beside (mk_database *database)
{
  if (database->keeper == NULL)
    database->keeper = mk_database_keeper_new (database->handle, database->path);
}

void
mk_database_close (mk_database *database)
{
  if (database == NULL)
    return;
  mk_database_keeper_free (database->keeper);
  g_hash_table_unref (database->statements);
  sqlite3_close (database->handle);
  g_free (database->path);
  g_free (database);
}

static void
bind (sqlite3_stmt *statement, const char *format, va_list args)
{
  for (int i = 1; *format != '\0'; format++, i++) {
    switch (*format) {
    case 's':
      sqlite3_bind_text (statement, i, va_arg (args, const char *), -1, SQLITE_TRANSIENT);
      break;
    case 'i':
      sqlite3_bind_int64 (statement, i, va_arg (args, int64_t));
      break;
    case 'r':
      sqlite3_bind_double (statement, i, va_arg (args, double));
      break;
    case 'b': {
      const void *bytes = va_arg (args, const void *);
      sqlite3_bind_blob64 (statement, i, bytes, va_arg (args, size_t), SQLITE_TRANSIENT);
      break;
    }
    default:
      g_assert_not_reached ();
    }
  }
}

static mk_statement *
prepare (mk_database *database, const char *sql, GError **error)
{
  mk_statement *statement = g_hash_table_lookup (database->statements, sql);
  if (statement != NULL) {
    sqlite3_reset (statement->handle);
    return statement;
  }
  statement = g_new0 (mk_statement, 1);
  statement->database = database;
  if (sqlite3_prepare_v3 (database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement->handle, NULL) != SQLITE_OK) {
    fail (database, error);
    statement_free (statement);
    return NULL;
  }
  g_hash_table_insert (database->statements, (void *)sql, statement);
  return statement;
}

mk_statement *
mk_database_query (mk_database *database, GError **error, const char *sql, const char *format, ...)
{
  mk_statement *statement = prepare (database, sql, error);
  if (statement == NULL)
    return NULL;
  va_list args;
  va_start (args, format);
  bind (statement->handle, format, args);
  va_end (args);
  return statement;
}

bool
mk_database_run (mk_database *database, GError **error, const char *sql, const char *format, ...)
{
  mk_statement *statement = prepare (database, sql, error);
  if (statement == NULL)
    return false;
  va_list args;
  va_start (args, format);
  bind (statement->handle, format, args);
  va_end (args);
  bool is_done = sqlite3_step (statement->handle) == SQLITE_DONE || fail (database, error);
  sqlite3_reset (statement->handle);
  return is_done;
}

bool
mk_statement_next (mk_statement *statement, GError **error)
{
  int code = sqlite3_step (statement->handle);
  if (code == SQLITE_ROW)
    return true;
  if (code != SQLITE_DONE)
    fail (statement->database, error);
  sqlite3_reset (statement->handle);
  return false;
}

int64_t
mk_statement_int (mk_statement *statement, int column)
{
  return sqlite3_column_int64 (statement->handle, column);
}

double
mk_statement_real (mk_statement *statement, int column)
{
  return sqlite3_column_double (statement->handle, column);
}

const char *
mk_statement_text (mk_statement *statement, int column)
{
  return (const char *)sqlite3_column_text (statement->handle, column);
}

const void *
mk_statement_bytes (mk_statement *statement, int column, size_t *length)
{
  const void *bytes = sqlite3_column_blob (statement->handle, column);
  *length = (size_t)sqlite3_column_bytes (statement->handle, column);
  return bytes;
}

void
mk_statement_end (mk_statement *statement)
{
  sqlite3_reset (statement->handle);
}

int64_t
mk_statement_number (mk_statement *statement)
{
  int64_t number = statement != NULL && mk_statement_next (statement, NULL) ? mk_statement_int (statement, 0) : 0;
  if (statement != NULL)
    mk_statement_end (statement);
  return number;
}

/* Inner ones are savepoints: what fails inside is taken back alone. */
static bool
run_level (mk_database *database, const char *outermost, const char *inner, GError **error)
{
  g_autofree char *text = database->depth == 0 ? g_strdup (outermost) : g_strdup_printf ("%s level_%u", inner, database->depth);
  return run_script (database, text, error);
}

bool
mk_database_begin (mk_database *database, GError **error)
{
  if (!run_level (database, "BEGIN IMMEDIATE", "SAVEPOINT", error))
    return false;
  database->depth++;
  return true;
}

bool
mk_database_end (mk_database *database, bool is_good, GError **error)
{
  database->depth--;
  if (is_good && run_level (database, "COMMIT", "RELEASE", error))
    return true;
  run_level (database, "ROLLBACK", "ROLLBACK TO", NULL);
  if (database->depth > 0)
    run_level (database, "", "RELEASE", NULL);
  return !is_good;
}

int64_t
mk_database_last_id (mk_database *database)
{
  return sqlite3_last_insert_rowid (database->handle);
}

int
mk_database_n_changed (mk_database *database)
{
  return sqlite3_changes (database->handle);
}

int64_t
mk_database_n_changes (mk_database *database)
{
  return sqlite3_get_autocommit (database->handle) != 0 ? sqlite3_total_changes (database->handle) : -1;
}

bool
mk_database_backup (mk_database *database, const char *path, GError **error)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  unlink (part);
  if (!mk_database_run (database, error, "VACUUM INTO ?", "s", part))
    return false;
  if (rename (part, path) == 0)
    return true;
  unlink (part);
  return mk_error (error, MK_ERROR_DISK, "%s could not be put in place", path);
}
