#include "base/database.h"
#include "check.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const first[] = { "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, weight REAL, data BLOB);", NULL };
static const char *const second[] = { "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, weight REAL, data BLOB);", "ALTER TABLE t ADD COLUMN more INTEGER DEFAULT 7;", NULL };

static char *
path_of (void)
{
  return g_build_filename (mk_test_folder (), "some.db", NULL);
}

static int64_t
count_rows (mk_database *database)
{
  mk_statement *s = mk_database_query (database, NULL, "SELECT count(*) FROM t", "");
  CHECK (mk_statement_next (s, NULL));
  int64_t n = mk_statement_int (s, 0);
  mk_statement_end (s);
  return n;
}

/* As small as a disk that is full lets it be. */
static const char *const bounded[] = { "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, weight REAL, data BLOB);", "PRAGMA max_page_count = 8;", NULL };

TEST (rows_come_back_as_they_went_in)
{
  GError *error = NULL;
  g_autoptr (mk_database) database = mk_database_open (":memory:", first, &error);
  CHECK_OK (database, error);
  CHECK_OK (mk_database_run (database, &error, "INSERT INTO t (name, weight, data) VALUES (?, ?, ?)", "srb", "ä", 2.5, "a\0b", (size_t)3), error);
  CHECK_OK (mk_database_run (database, &error, "INSERT INTO t (id, name) VALUES (?, ?)", "is", INT64_MAX, NULL), error);
  mk_statement *s = mk_database_query (database, &error, "SELECT name, weight, data, id FROM t ORDER BY id", "");
  CHECK (mk_statement_next (s, &error));
  size_t length;
  CHECK_STRING (mk_statement_text (s, 0), "ä");
  CHECK_REAL (mk_statement_real (s, 1), ==, 2.5);
  CHECK (memcmp (mk_statement_bytes (s, 2, &length), "a\0b", 3) == 0 && length == 3);
  CHECK (mk_statement_next (s, &error));
  CHECK (mk_statement_text (s, 0) == NULL);
  CHECK (mk_statement_int (s, 3) == INT64_MAX);
  CHECK (!mk_statement_next (s, &error));
  CHECK (error == NULL);
}

TEST (an_older_file_is_brought_up_to_date_and_a_newer_one_refused)
{
  g_autofree char *path = path_of ();
  g_autoptr (GError) error = NULL;
  mk_database_close (mk_database_open (path, first, NULL));
  mk_database *database = mk_database_open (path, second, NULL);
  CHECK (mk_database_run (database, NULL, "INSERT INTO t (more) VALUES (?)", "i", (int64_t)1));
  mk_database_close (database);
  CHECK_FAILS (mk_database_open (path, first, &error), error, MK_ERROR_UNSUPPORTED);
}

TEST (what_is_rolled_back_is_gone)
{
  g_autoptr (mk_database) database = mk_database_open (":memory:", first, NULL);
  CHECK (mk_database_begin (database, NULL));
  CHECK (mk_database_run (database, NULL, "INSERT INTO t (name) VALUES ('x')", ""));
  CHECK (mk_database_end (database, false, NULL));
  CHECK_INT (count_rows (database), ==, 0);
}

TEST (what_was_committed_survives_a_kill)
{
  g_autofree char *path = path_of ();
  pid_t child = fork ();
  if (child == 0) {
    mk_database *database = mk_database_open (path, first, NULL);
    mk_database_run (database, NULL, "INSERT INTO t (name) VALUES ('kept')", "");
    mk_database_begin (database, NULL);
    mk_database_run (database, NULL, "INSERT INTO t (name) VALUES ('lost')", "");
    kill (getpid (), SIGKILL);
  }
  waitpid (child, NULL, 0);
  g_autoptr (mk_database) database = mk_database_open (path, first, NULL);
  CHECK_INT (count_rows (database), ==, 1);
}

TEST (a_backup_is_whole_while_the_original_is_open)
{
  g_autofree char *path = path_of (), *copy = g_build_filename (mk_test_folder (), "copy.db", NULL);
  GError *error = NULL;
  g_autoptr (mk_database) database = mk_database_open (path, first, NULL);
  CHECK (mk_database_run (database, NULL, "INSERT INTO t (name) VALUES ('x')", ""));
  CHECK_OK (mk_database_backup (database, copy, &error), error);
  g_autoptr (mk_database) other = mk_database_open (copy, first, &error);
  CHECK_OK (other, error);
  CHECK_INT (count_rows (other), ==, 1);
}

TEST (a_keeper_loses_nothing_and_keeps_the_journal_short)
{
  enum { N = 3000 };
  g_autofree char *path = path_of (), *journal = g_strconcat (path, "-wal", NULL), *blob = g_malloc0 (4000);
  GError *error = NULL;
  mk_database *database = mk_database_open (path, first, NULL);
  mk_database_keep_beside (database);
  for (int i = 0; i < N; i++)
    CHECK_OK (mk_database_run (database, &error, "INSERT INTO t (name, data) VALUES ('x', ?)", "b", blob, (size_t)4000), error);
  CHECK_INT (count_rows (database), ==, N);
  struct stat info;
  CHECK (stat (journal, &info) == 0 && info.st_size < 100 << 20);
  mk_database_close (database);
  CHECK (stat (journal, &info) != 0); /* taken in */
  g_autoptr (mk_database) again = mk_database_open (path, first, NULL);
  CHECK_INT (count_rows (again), ==, N);
}

TEST (what_is_no_database_is_refused_by_name)
{
  g_autofree char *path = path_of ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (5000, 'x');
  CHECK (g_file_set_contents (path, text, -1, NULL));
  CHECK_FAILS (mk_database_open (path, first, &error), error, MK_ERROR_FORMAT);
  CHECK (strstr (error->message, "some.db") != NULL);
}

TEST (a_full_disk_is_told_as_such_and_nothing_is_changed)
{
  GError *error = NULL;
  g_autofree char *path = path_of (), *blob = g_strnfill (100000, 'x');
  g_autoptr (mk_database) database = mk_database_open (path, bounded, &error);
  CHECK_OK (database, error);
  CHECK (!mk_database_run (database, &error, "INSERT INTO t (data) VALUES (?)", "b", blob, (size_t)100000));
  CHECK (g_error_matches (error, MK_ERROR, MK_ERROR_DISK));
  CHECK (strstr (error->message, "the disk is full") != NULL && strstr (error->message, path) != NULL);
  CHECK_INT (count_rows (database), ==, 0);
  g_clear_error (&error);
  CHECK_OK (mk_database_run (database, &error, "INSERT INTO t (name) VALUES ('small')", ""), error);
}
