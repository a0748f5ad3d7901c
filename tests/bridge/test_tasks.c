#include "bridge/tasks.h"
#include "check.h"

#include <string.h>

static mk_database *
open_store (void)
{
  GError *error = NULL;
  mk_database *store = mk_store_open (":memory:", &error);
  CHECK_OK (store, error);
  return store;
}

static char *
create (mk_database *store, const char *title)
{
  GError *error = NULL;
  g_autoptr (mk_json) request = mk_json_new_object ();
  mk_json_set (request, "workflow", mk_json_new_object ());
  mk_task_new new = { .kind = "command", .title = title, .request = request };
  g_autoptr (mk_json) task = mk_task_create (store, &new, 1000, &error);
  CHECK_OK (task, error);
  CHECK_STRING (mk_json_get_string (mk_json_get (task, "state")), "queued");
  CHECK_STRING (mk_json_get_string (mk_json_get (task, "created_at")), "1970-01-01T00:00:01.000Z");
  return g_strdup (mk_json_get_string (mk_json_get (task, "id")));
}

static void
check_state (mk_database *store, const char *id, const char *state, int attempt)
{
  g_autoptr (mk_json) task = mk_task_find (store, id, NULL);
  CHECK_STRING (mk_json_get_string (mk_json_get (task, "state")), state);
  CHECK_INT (mk_json_get_int (mk_json_get (task, "attempt")), ==, attempt);
}

TEST (tasks_run_in_the_order_they_came)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *a = create (store, "a"), *b = create (store, "b");
  g_autofree char *first = mk_task_find_next (store, NULL);
  CHECK_STRING (first, a);
  CHECK (mk_task_start (store, a, "own", 2000, NULL));
  g_autofree char *second = mk_task_find_next (store, NULL);
  CHECK_STRING (second, b);
  CHECK_INT (mk_task_count (store, "queued"), ==, 1);
  CHECK_INT (mk_task_count (store, NULL), ==, 2);
}

TEST (a_task_ends_once)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *id = create (store, "a");
  g_autoptr (GError) error = NULL;
  CHECK (mk_task_start (store, id, "own", 1, NULL));
  CHECK (mk_task_finish (store, id, "cancelled", NULL, NULL, 2, NULL));
  CHECK_FAILS (mk_task_finish (store, id, "done", NULL, NULL, 3, &error), error, MK_ERROR_EXISTS);
  check_state (store, id, "cancelled", 1);
  CHECK (mk_task_requeue (store, id, "retry", 4, NULL));
  check_state (store, id, "queued", 1);
}

TEST (after_a_crash_running_tasks_wait_again_until_their_attempts_are_used_up)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *id = create (store, "a");
  for (int attempt = 1; attempt <= 2; attempt++) {
    CHECK (mk_task_start (store, id, "own", attempt, NULL));
    CHECK (mk_task_recover (store, 3, 9, NULL));
    check_state (store, id, "queued", attempt);
  }
  CHECK (mk_task_start (store, id, "own", 3, NULL));
  CHECK (mk_task_recover (store, 3, 9, NULL));
  check_state (store, id, "failed", 3);
}

TEST (lists_are_paged_and_filtered)
{
  g_autoptr (mk_database) store = open_store ();
  for (int i = 0; i < 7; i++) {
    g_autofree char *title = g_strdup_printf ("Film %d", i), *id = create (store, title);
    CHECK (id != NULL);
  }
  int seen = 0;
  g_autofree char *cursor = NULL;
  do {
    mk_page page;
    CHECK (mk_page_parse (cursor, 3, &page, NULL));
    g_autoptr (mk_json) list = mk_task_list (store, &page, NULL, NULL, "film", NULL);
    seen += (int)mk_json_length (mk_json_get (list, "items"));
    g_free (cursor);
    cursor = mk_json_get (list, "next_cursor") != NULL ? g_strdup (mk_json_get_string (mk_json_get (list, "next_cursor"))) : NULL;
    CHECK_INT (mk_json_get_int (mk_json_get (list, "total")), ==, 7);
  } while (cursor != NULL);
  CHECK_INT (seen, ==, 7);
}

TEST (a_task_that_is_not_there_is_named)
{
  g_autoptr (mk_database) store = open_store ();
  g_autoptr (GError) error = NULL;
  CHECK_FAILS (mk_task_find (store, "nope", &error), error, MK_ERROR_NOT_FOUND);
  CHECK (strstr (error->message, "nope") != NULL);
  mk_page page;
  g_clear_error (&error);
  CHECK_FAILS (mk_page_parse ("'; DROP TABLE tasks", 1, &page, &error), error, MK_ERROR_USAGE);
}
