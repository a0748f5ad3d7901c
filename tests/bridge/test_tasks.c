#include "bridge/task_texts.h"
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

static bool
lease (mk_database *store, const char *id, int64_t now)
{
  return mk_task_move (store, id, MK_TASK_LEASED, &(mk_task_step){ .engine = "own" }, now, NULL);
}

static void
create_for (mk_database *store, const char *title, const char *owner, int priority)
{
  GError *error = NULL;
  g_autoptr (mk_json) request = mk_json_new_object ();
  mk_task_new new = { .kind = "command", .title = title, .owner = owner, .priority = priority, .request = request };
  g_autoptr (mk_json) task = mk_task_create (store, &new, 1000, &error);
  CHECK_OK (task, error);
}

TEST (tasks_run_in_the_order_they_came)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *a = create (store, "a"), *b = create (store, "b");
  g_auto (GStrv) first = mk_task_list_next (store, 5000, NULL);
  CHECK_STRING (first[0], a);
  CHECK (lease (store, a, 2000));
  g_auto (GStrv) second = mk_task_list_next (store, 5000, NULL);
  CHECK_STRING (second[0], b);
  CHECK_INT (mk_task_count (store, "queued"), ==, 1);
  CHECK_INT (mk_task_count (store, NULL), ==, 2);
}

TEST (keys_take_turns_and_priority_goes_first)
{
  g_autoptr (mk_database) store = open_store ();
  create_for (store, "a1", "anna", 0);
  create_for (store, "a2", "anna", 0);
  create_for (store, "b1", "ben", 0);
  create_for (store, "a3", "anna", 5);
  static const char *const wanted[] = { "a3", "b1", "a1", "a2" };
  for (size_t i = 0; i < MK_COUNT (wanted); i++) {
    g_auto (GStrv) next = mk_task_list_next (store, 5000, NULL);
    g_autoptr (mk_json) task = mk_task_find (store, next[0], NULL);
    CHECK_STRING (mk_json_get_string (mk_json_get (task, "title")), wanted[i]);
    CHECK (lease (store, next[0], 2000));
  }
}

TEST (a_task_ends_once)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *id = create (store, "a");
  g_autoptr (GError) error = NULL;
  CHECK (lease (store, id, 1));
  CHECK (mk_task_move (store, id, MK_TASK_CANCELLED, NULL, 2, NULL));
  CHECK_FAILS (mk_task_move (store, id, MK_TASK_DONE, NULL, 3, &error), error, MK_ERROR_EXISTS);
  check_state (store, id, "cancelled", 1);
  CHECK (mk_task_move (store, id, MK_TASK_QUEUED, &(mk_task_step){ .why = "retry" }, 4, NULL));
  check_state (store, id, "queued", 0);
}

TEST (only_steps_of_the_table_are_taken)
{
  static const bool allowed[MK_N_TASK_STATES][MK_N_TASK_STATES] = {
    [MK_TASK_QUEUED] = { [MK_TASK_LEASED] = true, [MK_TASK_FAILED] = true, [MK_TASK_CANCELLED] = true },
    [MK_TASK_LEASED] = { [MK_TASK_QUEUED] = true, [MK_TASK_RUNNING] = true, [MK_TASK_DONE] = true, [MK_TASK_FAILED] = true, [MK_TASK_CANCELLED] = true },
    [MK_TASK_RUNNING] = { [MK_TASK_QUEUED] = true, [MK_TASK_DONE] = true, [MK_TASK_FAILED] = true, [MK_TASK_CANCELLED] = true },
    [MK_TASK_FAILED] = { [MK_TASK_QUEUED] = true },
    [MK_TASK_CANCELLED] = { [MK_TASK_QUEUED] = true },
  };
  g_autoptr (mk_database) store = open_store ();
  for (mk_task_state from = MK_TASK_QUEUED; from < MK_N_TASK_STATES; from++)
    for (mk_task_state to = MK_TASK_QUEUED; to < MK_N_TASK_STATES; to++) {
      g_autofree char *id = create (store, "a");
      CHECK (mk_database_run (store, NULL, "UPDATE tasks SET state = ? WHERE id = ?", "ss", mk_task_state_name (from), id));
      CHECK_INT (mk_task_move (store, id, to, &(mk_task_step){ .engine = "own" }, 1, NULL), ==, allowed[from][to]);
      g_autoptr (mk_json) task = mk_task_find (store, id, NULL);
      CHECK_STRING (mk_json_get_string (mk_json_get (task, "state")), mk_task_state_name (allowed[from][to] ? to : from));
    }
}

TEST (the_documentation_shows_the_states_as_they_are)
{
  g_autofree char *path = g_build_filename (mk_test_source (), "..", "docs", "bridge.md", NULL), *text = NULL, *states = mk_task_print_states ();
  CHECK (g_file_get_contents (path, &text, NULL, NULL));
  CHECK (strstr (text, states) != NULL);
}

TEST (what_an_engine_had_at_a_crash_is_known)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *a = create (store, "a"), *b = create (store, "b");
  g_free (create (store, "never begun"));
  CHECK (lease (store, a, 1) && lease (store, b, 1) && mk_task_move (store, b, MK_TASK_RUNNING, NULL, 2, NULL));
  g_auto (GStrv) unfinished = mk_task_list_unfinished (store, NULL);
  CHECK_INT (g_strv_length (unfinished), ==, 4);
  CHECK_STRING (unfinished[0], a);
  CHECK_STRING (unfinished[1], "own");
  CHECK_STRING (unfinished[2], b);
}

TEST (a_pause_and_a_deadline_are_kept)
{
  g_autoptr (mk_database) store = open_store ();
  g_autoptr (mk_json) request = mk_json_new_object ();
  mk_task_new new = { .kind = "command", .title = "a", .request = request, .deadline_ms = 9000 };
  g_autoptr (mk_json) task = mk_task_create (store, &new, 1000, NULL);
  const char *id = mk_json_get_string (mk_json_get (task, "id"));
  CHECK (lease (store, id, 1) && mk_task_move (store, id, MK_TASK_QUEUED, &(mk_task_step){ .why = "lost", .not_before_ms = 5000 }, 2, NULL));
  g_auto (GStrv) early = mk_task_list_next (store, 4999, NULL), late = mk_task_list_next (store, 5000, NULL), over = mk_task_list_late (store, 9000, NULL), not_over = mk_task_list_late (store, 8999, NULL);
  CHECK_INT (g_strv_length (early), ==, 0);
  CHECK_INT (g_strv_length (late), ==, 1);
  CHECK_INT (g_strv_length (over), ==, 1);
  CHECK_INT (g_strv_length (not_over), ==, 0);
}

TEST (a_clock_that_goes_backwards_holds_nobody_up)
{
  const int64_t later = (int64_t)1000 * 3600 * 1000, day = (int64_t)24 * 3600 * 1000;
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *id = create (store, "a");
  CHECK (lease (store, id, later));
  CHECK (mk_task_move (store, id, MK_TASK_QUEUED, &(mk_task_step){ .why = "lost", .not_before_ms = later + 5000 }, later, NULL));
  g_auto (GStrv) pausing = mk_task_list_next (store, later, NULL), after = mk_task_list_next (store, later - day, NULL);
  CHECK (pausing[0] == NULL);
  CHECK_STRING (after[0], id);
  CHECK (lease (store, id, later - day));
  CHECK (mk_task_move (store, id, MK_TASK_DONE, NULL, later - 2 * day, NULL));
  check_state (store, id, "done", 2);
  g_autofree char *second = create (store, "b"); /* long before the first, as the clock has it */
  mk_page page;
  CHECK (mk_page_parse (NULL, 0, &page, NULL));
  g_autoptr (mk_json) listed = mk_task_list (store, &page, NULL, NULL, NULL, NULL);
  CHECK_STRING (mk_json_get_string (mk_json_get (mk_json_at (mk_json_get (listed, "items"), 0), "id")), second);
}

TEST (what_a_task_made_is_listed_and_told_apart)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *id = create (store, "A red ball");
  g_autoptr (mk_json) outputs = NULL;
  CHECK (mk_json_parse ("[{\"file\":\"a.png\",\"kind\":\"image\"},{\"file\":\"a.mp4\",\"kind\":\"film\"}]", -1, NULL, &outputs, NULL));
  CHECK (lease (store, id, 1) && mk_task_move (store, id, MK_TASK_DONE, &(mk_task_step){ .outputs = outputs }, 2, NULL));
  mk_page page;
  CHECK (mk_page_parse (NULL, 10, &page, NULL));
  g_autoptr (mk_json) films = mk_output_list (store, &page, "film", NULL, "red", NULL), all = mk_output_list (store, &page, NULL, NULL, NULL, NULL), none = mk_output_list (store, &page, NULL, NULL, "blue", NULL);
  CHECK_INT (mk_json_length (mk_json_get (films, "items")), ==, 1);
  CHECK_INT (mk_json_length (mk_json_get (all, "items")), ==, 2);
  CHECK_INT (mk_json_length (mk_json_get (none, "items")), ==, 0);
}

TEST (a_total_counts_what_the_filters_leave)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *id = create (store, "A red ball"), *other = create (store, "A blue cube");
  g_autoptr (mk_json) outputs = NULL;
  CHECK (other != NULL && mk_json_parse ("[{\"file\":\"a.png\",\"kind\":\"image\"},{\"file\":\"b.png\",\"kind\":\"image\"},{\"file\":\"a.mp4\",\"kind\":\"film\"}]", -1, NULL, &outputs, NULL));
  CHECK (lease (store, id, 1) && mk_task_move (store, id, MK_TASK_DONE, &(mk_task_step){ .outputs = outputs }, 2, NULL));
  const struct {
    const char *kind, *project, *words;
    int outputs, tasks; /* of tasks the kind is their state */
  } cases[] = { { NULL, NULL, NULL, 3, 2 }, { "image", NULL, NULL, 2, 0 }, { "film", NULL, "RED", 1, 0 }, { NULL, NULL, "red", 3, 1 }, { NULL, NULL, "green", 0, 0 }, { "done", NULL, NULL, 0, 1 }, { "done", NULL, "cube", 0, 0 }, { NULL, "nobody's", NULL, 0, 0 }, { "image", "nobody's", "red", 0, 0 } };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    mk_page page;
    CHECK (mk_page_parse (NULL, 1, &page, NULL));
    g_autoptr (mk_json) made = mk_output_list (store, &page, cases[i].kind, cases[i].project, cases[i].words, NULL), tasks = mk_task_list (store, &page, cases[i].kind, cases[i].project, cases[i].words, NULL);
    CHECK_INT (mk_json_get_int (mk_json_get (made, "total")), ==, cases[i].outputs);
    CHECK_INT (mk_json_get_int (mk_json_get (tasks, "total")), ==, cases[i].tasks);
  }
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

static bool
says (mk_task_texts *texts, const char *id, const char *word)
{
  g_autofree char *text = mk_task_texts_find (texts, id, NULL, NULL);
  return text != NULL && strstr (text, word) != NULL;
}

TEST (a_kept_answer_is_never_older_than_the_task)
{
  g_autoptr (mk_database) store = open_store ();
  g_autofree char *id = create (store, "film");
  mk_task_texts *texts = mk_task_texts_new (store);
  CHECK (says (texts, id, "\"state\":\"queued\""));
  CHECK (says (texts, id, "\"state\":\"queued\""));
  CHECK (lease (store, id, 2000));
  CHECK (says (texts, id, "\"state\":\"leased\""));
  /* What a transaction takes back was never true. */
  CHECK (mk_database_begin (store, NULL));
  CHECK (mk_task_move (store, id, MK_TASK_RUNNING, &(mk_task_step){ 0 }, 3000, NULL));
  CHECK (says (texts, id, "\"state\":\"running\""));
  CHECK (mk_database_end (store, false, NULL));
  CHECK (says (texts, id, "\"state\":\"leased\""));
  g_autoptr (GError) error = NULL;
  CHECK_FAILS (mk_task_texts_find (texts, "nope", NULL, &error), error, MK_ERROR_NOT_FOUND);
  mk_task_texts_free (texts);
}
