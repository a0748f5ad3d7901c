#include "bridge/projects.h"
#include "check.h"

static mk_database *
open_store (void)
{
  GError *error = NULL;
  mk_database *store = mk_store_open (":memory:", &error);
  CHECK_OK (store, error);
  return store;
}

static char *
create (mk_database *store)
{
  g_autoptr (mk_json) project = mk_project_create (store, "Film", "person", NULL, -1, 1, NULL);
  return g_strdup (mk_json_get_string (mk_json_get (project, "id")));
}

/* The list becomes [1 .. n]; each change adds one. */
static bool
append (mk_database *store, const char *id, int n, int64_t expected, GError **error)
{
  g_autoptr (mk_json) commands = mk_json_new_array (), added = mk_json_new_array ();
  for (int i = 1; i <= n; i++)
    mk_json_append (commands, mk_json_new_int (i));
  mk_json_append (added, mk_json_new_int (n));
  mk_project_change change = { .who = "person", .sentence = "add one", .added = added, .commands = commands, .expected_version = expected };
  return mk_project_append (store, id, &change, 2, error);
}

static void
check_project (mk_database *store, const char *id, int version, size_t n_commands, bool can_undo, bool can_redo)
{
  g_autoptr (mk_json) project = mk_project_find (store, id, -1, NULL);
  CHECK_INT (mk_json_get_int (mk_json_get (project, "version")), ==, version);
  CHECK_INT (mk_json_length (mk_json_get (project, "commands")), ==, n_commands);
  CHECK_INT (mk_json_get_bool (mk_json_get (project, "can_undo")), ==, can_undo);
  CHECK_INT (mk_json_get_bool (mk_json_get (project, "can_redo")), ==, can_redo);
}

TEST (undo_and_redo_walk_the_changes)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *id = create (store);
  g_autoptr (GError) error = NULL;
  check_project (store, id, 0, 0, false, false);
  CHECK (append (store, id, 1, -1, NULL) && append (store, id, 2, -1, NULL));
  check_project (store, id, 2, 2, true, false);
  CHECK (mk_project_undo (store, id, 3, NULL) && mk_project_undo (store, id, 3, NULL));
  check_project (store, id, 0, 0, false, true);
  CHECK_FAILS (mk_project_undo (store, id, 3, &error), error, MK_ERROR_USAGE);
  CHECK (mk_project_redo (store, id, 3, NULL));
  check_project (store, id, 1, 1, true, true);
}

TEST (a_change_after_an_undo_starts_a_branch_and_loses_nothing)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *id = create (store);
  CHECK (append (store, id, 1, -1, NULL) && append (store, id, 2, -1, NULL));
  CHECK (mk_project_undo (store, id, 3, NULL) && append (store, id, 3, -1, NULL));
  check_project (store, id, 3, 3, true, false);
  mk_page page;
  CHECK (mk_page_parse (NULL, 0, &page, NULL));
  g_autoptr (mk_json) history = mk_project_list_history (store, id, &page, NULL);
  CHECK_INT (mk_json_length (mk_json_get (history, "items")), ==, 4);
  CHECK_INT (mk_json_get_int (mk_json_get (mk_json_at (mk_json_get (history, "items"), 0), "parent")), ==, 1);
  g_autoptr (mk_json) old = mk_project_find (store, id, 2, NULL);
  CHECK_INT (mk_json_length (mk_json_get (old, "commands")), ==, 2);
}

TEST (what_was_said_last_is_found_behind_what_hands_did)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *id = create (store), *nothing = mk_project_last_sentence (store, id, 0);
  CHECK (nothing == NULL);
  g_autoptr (mk_json) none = mk_json_new_array ();
  static const char *const said[] = { "a ball", NULL, "ein Hund", NULL, NULL };
  for (size_t i = 0; i < MK_COUNT (said); i++)
    CHECK (mk_project_append (store, id, &(mk_project_change){ .who = "person", .sentence = said[i], .added = none, .commands = none, .expected_version = -1 }, 2, NULL));
  g_autofree char *second = mk_project_last_sentence (store, id, 2), *last = mk_project_last_sentence (store, id, 5);
  CHECK_STRING (second, "a ball");
  CHECK_STRING (last, "ein Hund");
}

TEST (a_change_for_an_older_version_is_refused)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *id = create (store);
  g_autoptr (GError) error = NULL;
  CHECK (append (store, id, 1, 0, NULL));
  CHECK_FAILS (append (store, id, 1, 0, &error), error, MK_ERROR_EXISTS);
  check_project (store, id, 1, 1, true, false);
}

static const mk_json *
note_of (mk_json *history, size_t i)
{
  const mk_json *entry = mk_json_at (mk_json_get (history, "items"), i);
  CHECK (mk_json_get (entry, "sentence") == NULL);
  return mk_json_get (entry, "note");
}

static mk_json *
history_of (mk_database *store, const char *id)
{
  mk_page page;
  CHECK (mk_page_parse (NULL, 0, &page, NULL));
  return mk_project_list_history (store, id, &page, NULL);
}

TEST (a_return_and_a_branch_are_noted_by_a_code_with_what_it_is_about)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *id = create (store);
  CHECK (append (store, id, 1, -1, NULL) && append (store, id, 2, -1, NULL));
  CHECK (mk_project_restore (store, id, 1, "person", 3, NULL));
  check_project (store, id, 3, 1, true, false);
  g_autoptr (mk_json) branch = mk_project_create (store, "Other", "person", id, 2, 4, NULL);
  g_autoptr (mk_json) history = history_of (store, id), others = history_of (store, mk_json_get_string (mk_json_get (branch, "id")));
  CHECK_STRING (mk_json_get_string (mk_json_get (note_of (history, 0), "code")), "restored");
  CHECK_INT (mk_json_get_int (mk_json_get (note_of (history, 0), "version")), ==, 1);
  CHECK_STRING (mk_json_get_string (mk_json_get (note_of (others, 0), "code")), "branched");
  CHECK_STRING (mk_json_get_string (mk_json_get (note_of (others, 0), "name")), "Film");
  CHECK_INT (mk_json_get_int (mk_json_get (note_of (others, 0), "version")), ==, 2);
  CHECK (mk_json_get (mk_json_at (mk_json_get (history, "items"), 1), "note") == NULL);
}

/* Before, they were English sentences; what a person said that reads alike stays. */
TEST (notes_of_older_programs_become_codes)
{
  g_autofree char *path = g_build_filename (mk_test_folder (), "bridge.db", NULL);
  mk_database *store = mk_store_open (path, NULL);
  g_autofree char *id = create (store);
  CHECK (append (store, id, 1, -1, NULL) && append (store, id, 2, -1, NULL) && append (store, id, 3, -1, NULL));
  CHECK (mk_database_run (store, NULL, "ALTER TABLE changes DROP COLUMN note", "") && mk_database_run (store, NULL, "DROP TABLE self", "") && mk_database_run (store, NULL, "PRAGMA user_version = 2", ""));
  CHECK (mk_database_run (store, NULL, "UPDATE changes SET sentence = 'branched from A: ball' WHERE version = 0", ""));
  CHECK (mk_database_run (store, NULL, "UPDATE changes SET sentence = 'back to version 12', added = '[]' WHERE version = 1", ""));
  CHECK (mk_database_run (store, NULL, "UPDATE changes SET sentence = 'back to version 12' WHERE version = 2", ""));
  CHECK (mk_database_run (store, NULL, "UPDATE changes SET sentence = 'back to version 1, slower', added = '[]' WHERE version = 3", ""));
  mk_database_close (store);
  store = mk_store_open (path, NULL);
  g_autoptr (mk_json) history = history_of (store, id);
  CHECK_STRING (mk_json_get_string (mk_json_get (note_of (history, 3), "name")), "A: ball");
  CHECK_INT (mk_json_get_int (mk_json_get (note_of (history, 2), "version")), ==, 12);
  for (size_t said = 0; said < 2; said++)
    CHECK (mk_json_get (mk_json_at (mk_json_get (history, "items"), said), "note") == NULL);
  mk_database_close (store);
}

TEST (a_branch_begins_with_what_it_came_from)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *id = create (store);
  CHECK (append (store, id, 1, -1, NULL) && append (store, id, 2, -1, NULL));
  g_autoptr (mk_json) branch = mk_project_create (store, "Other", "person", id, 1, 4, NULL);
  CHECK_INT (mk_json_length (mk_json_get (branch, "commands")), ==, 1);
  CHECK (mk_project_delete (store, id, NULL));
  CHECK (mk_project_find (store, id, -1, NULL) == NULL);
}
