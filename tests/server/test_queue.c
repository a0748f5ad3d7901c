#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/database.h"
#include "check.h"
#include "server/queue.h"

static mk_queue *
open_queue (void)
{
  g_autofree char *path = g_build_filename (mk_test_folder (), "queue.sqlite", NULL);
  GError *error = NULL;
  mk_queue *queue = mk_queue_open (path, &error);
  CHECK_OK (queue != NULL, error);
  return queue;
}

static void
add (mk_queue *queue, double number, const char *id)
{
  g_autofree char *text = g_strdup_printf ("[%g, \"%s\", {}, {}, []]", number, id);
  CHECK (mk_queue_add (queue, &(mk_queued){ .number = number, .id = (char *)id, .text = text, .job = (char *)"{}" }, NULL) != NULL);
}

TEST (prompts_leave_in_the_order_of_number_and_id)
{
  g_autoptr (mk_queue) queue = open_queue ();
  add (queue, 2, "c");
  add (queue, 1, "b");
  add (queue, 1, "a");
  add (queue, -3, "d");
  CHECK (mk_queue_flush (queue, NULL));
  static const char *const wanted[] = { "d", "a", "b", "c" };
  for (size_t i = 0; i < MK_COUNT (wanted); i++) {
    CHECK_STRING (mk_queue_take (queue, NULL)->id, wanted[i]);
    CHECK (mk_queue_take (queue, NULL) == NULL); /* one at a time */
    CHECK (mk_queue_finish (queue, &(mk_ended){ .record = "{}", .status = "completed" }, NULL));
  }
  CHECK_INT (mk_queue_n_remaining (queue), ==, 0);
}

static void
check_print (mk_queue *queue, const char *running, const char *pending)
{
  g_autofree char *wanted = g_strdup_printf ("{\"queue_running\": [%s], \"queue_pending\": [%s]}", running, pending);
  for (int i = 0; i < 2; i++) { /* the second one is the first one's, kept */
    g_autoptr (GBytes) printed = mk_queue_print (queue);
    g_autofree char *text = g_strndup (g_bytes_get_data (printed, NULL), g_bytes_get_size (printed));
    CHECK_STRING (text, wanted);
  }
}

TEST (a_printed_queue_shows_every_change)
{
  g_autoptr (mk_queue) queue = open_queue ();
  check_print (queue, "", "");
  add (queue, 0, "a");
  check_print (queue, "", "[0, \"a\", {}, {}, []]");
  add (queue, 1, "b");
  add (queue, 2, "c");
  CHECK (mk_queue_take (queue, NULL) != NULL);
  check_print (queue, "[0, \"a\", {}, {}, []]", "[1, \"b\", {}, {}, []], [2, \"c\", {}, {}, []]");
  CHECK (mk_queue_remove (queue, "b", NULL));
  check_print (queue, "[0, \"a\", {}, {}, []]", "[2, \"c\", {}, {}, []]");
  CHECK (mk_queue_finish (queue, &(mk_ended){ .record = "{}", .status = "completed" }, NULL));
  check_print (queue, "", "[2, \"c\", {}, {}, []]");
  mk_queue_clear (queue, NULL);
  check_print (queue, "", "");
}

TEST (what_was_flushed_is_there_after_the_process)
{
  mk_queue *queue = open_queue ();
  add (queue, 0, "a");
  add (queue, 1, "b");
  add (queue, 2, "c");
  CHECK (mk_queue_flush (queue, NULL));
  CHECK_STRING (mk_queue_take (queue, NULL)->id, "a");
  CHECK (mk_queue_finish (queue, &(mk_ended){ .record = "{\"x\": 1}", .status = "completed" }, NULL));
  CHECK (mk_queue_remove (queue, "c", NULL));
  CHECK (!mk_queue_remove (queue, "c", NULL));
  mk_queue_close (queue);
  queue = open_queue ();
  CHECK_INT (mk_queue_n_pending (queue), ==, 1);
  CHECK_INT (mk_queue_next_number (queue), ==, 2);
  g_autofree char *history = mk_history_print (queue, -1, -1, NULL);
  CHECK_STRING (history, "{\"a\": {\"x\": 1}}");
  mk_queue_close (queue);
}

TEST (history_is_windowed_as_comfyui_does)
{
  g_autoptr (mk_queue) queue = open_queue ();
  for (int i = 0; i < 5; i++) {
    g_autofree char *id = g_strdup_printf ("p%d", i), *record = g_strdup_printf ("%d", i);
    add (queue, i, id);
    mk_queue_take (queue, NULL);
    CHECK (mk_queue_finish (queue, &(mk_ended){ .record = record, .status = "completed" }, NULL));
  }
  static const struct { int64_t max, offset; const char *wanted; } cases[] = {
    { 2, -1, "{\"p3\": 3, \"p4\": 4}" }, { 2, 0, "{\"p0\": 0, \"p1\": 1}" }, { 2, 4, "{\"p4\": 4}" }, { 2, 5, "{}" },
    { -1, 3, "{\"p3\": 3, \"p4\": 4}" }, { 0, -1, "{}" } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *got = mk_history_print (queue, cases[i].max, cases[i].offset, NULL);
    CHECK_STRING (got, cases[i].wanted);
  }
  CHECK (mk_history_remove (queue, "p2", NULL));
  mk_record found;
  CHECK (!mk_history_find (queue, "p2", &found) && found.text == NULL);
  CHECK (mk_history_find (queue, "p3", &found));
  CHECK_STRING (found.text, "3");
  g_free (found.text);
}

/* The process that ran it dies without a word: the next one finds it pending again, but not for ever. */
TEST (a_prompt_is_retried_and_then_given_up)
{
  for (int life = 0; life < MK_QUEUE_MAX_ATTEMPTS; life++) {
    pid_t pid = fork ();
    if (pid == 0) {
      mk_queue *queue = open_queue ();
      if (life == 0)
        add (queue, 0, "a");
      mk_queue_flush (queue, NULL);
      if (mk_queue_take_spent (queue) != NULL || mk_queue_take (queue, NULL) == NULL)
        _exit (1);
      kill (getpid (), SIGKILL);
    }
    int status;
    CHECK_INT (waitpid (pid, &status, 0), ==, pid);
    CHECK (WIFSIGNALED (status));
  }
  g_autoptr (mk_queue) queue = open_queue ();
  CHECK_STRING (mk_queue_take_spent (queue)->id, "a");
}

TEST (stopping_on_purpose_is_no_failed_attempt)
{
  for (int life = 0; life < 3 * MK_QUEUE_MAX_ATTEMPTS; life++) {
    mk_queue *queue = open_queue ();
    if (life == 0)
      add (queue, 0, "a");
    CHECK (mk_queue_take_spent (queue) == NULL);
    CHECK (mk_queue_take (queue, NULL) != NULL);
    mk_queue_close (queue);
  }
}

/* --- large texts --- */

static int64_t
put (mk_queue *queue, const char *text)
{
  GError *error = NULL;
  int64_t row = mk_texts_put (mk_queue_texts (queue), text, &error);
  CHECK_OK (row > 0, error);
  return row;
}

static void
add_large (mk_queue *queue, double number, const char *id, const char *text)
{
  CHECK (mk_queue_add (queue, &(mk_queued){ .number = number, .id = (char *)id, .text = (char *)text, .text_row = put (queue, text), .job = (char *)"{}" }, NULL) != NULL);
  CHECK (mk_queue_flush (queue, NULL));
}

static bool
has_text (mk_queue *queue, int64_t row)
{
  g_autofree char *text = mk_texts_get (mk_queue_texts (queue), row, NULL);
  return text != NULL;
}

TEST (what_is_large_is_kept_beside_the_rows_and_outlives_the_process_with_them)
{
  mk_queue *queue = open_queue ();
  add_large (queue, 0, "a", "[0, \"a\"]");
  add_large (queue, 1, "b", "[1, \"b\"]");
  CHECK_STRING (mk_queue_take (queue, NULL)->text, "[0, \"a\"]");
  CHECK (mk_queue_finish (queue, &(mk_ended){ .record_row = put (queue, "{\"x\": 1}"), .status = "completed" }, NULL));
  mk_queue_close (queue);
  queue = open_queue ();
  CHECK_STRING (mk_queue_find (queue, "b")->text, "[1, \"b\"]");
  g_autofree char *history = mk_history_print (queue, -1, -1, NULL);
  CHECK_STRING (history, "{\"a\": {\"x\": 1}}");
  mk_queue_close (queue);
}

TEST (a_large_text_goes_with_its_row)
{
  g_autoptr (mk_queue) queue = open_queue ();
  add_large (queue, 0, "a", "[0]"); /* 1 */
  add_large (queue, 1, "b", "[1]"); /* 2 */
  mk_queue_take (queue, NULL);
  CHECK (mk_queue_finish (queue, &(mk_ended){ .record_row = put (queue, "{}"), .status = "completed" }, NULL)); /* 3; 1 is dropped */
  CHECK (mk_queue_remove (queue, "b", NULL));
  CHECK_INT (put (queue, "next"), ==, 4);
  CHECK (!has_text (queue, 1) && !has_text (queue, 2) && has_text (queue, 3));
  CHECK (mk_history_remove (queue, "a", NULL));
  CHECK_INT (put (queue, "next"), ==, 5);
  CHECK (!has_text (queue, 3) && has_text (queue, 4));
}

TEST (a_large_text_whose_row_never_came_goes_at_the_next_start)
{
  mk_queue *queue = open_queue ();
  add_large (queue, 0, "a", "[0]");
  int64_t lost = put (queue, "the process dies before the row is written");
  mk_queue_close (queue);
  queue = open_queue ();
  CHECK (!has_text (queue, lost));
  CHECK_STRING (mk_queue_find (queue, "a")->text, "[0]");
  mk_queue_close (queue);
}

TEST (a_lost_file_of_large_texts_stops_neither_the_queue_nor_the_history)
{
  mk_queue *queue = open_queue ();
  add_large (queue, 0, "ended", "[0]");
  mk_queue_take (queue, NULL);
  CHECK (mk_queue_finish (queue, &(mk_ended){ .record_row = put (queue, "{\"x\": 1}"), .status = "completed" }, NULL));
  add_large (queue, 1, "waits", "[1]");
  add (queue, 2, "next");
  mk_queue_close (queue);
  g_autofree char *texts = g_build_filename (mk_test_folder (), "queue.sqlite.texts", NULL);
  CHECK_INT (unlink (texts), ==, 0);
  queue = open_queue ();
  CHECK_STRING (mk_queue_find (queue, "waits")->text, "null");
  CHECK (mk_queue_find (queue, "next") != NULL);
  g_autofree char *history = mk_history_print (queue, -1, -1, NULL);
  CHECK_STRING (history, "{\"ended\": {}}");
  mk_queue_close (queue);
}

/* --- what /api/jobs is made of --- */

static void
note_finished (void *user, const mk_finished *finished)
{
  g_string_append_printf (user, "%g+%g %s '%s';", finished->created_ms, finished->duration_ms, finished->status, finished->workflow_id);
}

static void
check_finished (mk_queue *queue, const char *wanted)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  CHECK (mk_history_foreach (queue, note_finished, seen, NULL));
  CHECK_STRING (seen->str, wanted);
}

TEST (finished_prompts_are_sorted_by_what_was_noted_beside_their_rows)
{
  g_autoptr (mk_queue) queue = open_queue ();
  g_autoptr (mk_json) job = NULL;
  CHECK (mk_json_parse ("{\"id\": \"a\", \"create_time\": 7, \"execution_start_time\": 10, \"execution_end_time\": 15, \"workflow_id\": \"w\"}", -1, NULL, &job, NULL));
  add (queue, 0, "a");
  add (queue, 1, "b");
  mk_queue_take (queue, NULL);
  CHECK (mk_queue_finish (queue, &(mk_ended){ .record = "{}", .job = job, .status = "completed" }, NULL));
  mk_queue_take (queue, NULL);
  CHECK (mk_queue_finish (queue, &(mk_ended){ .record = "{}", .status = "failed" }, NULL));
  check_finished (queue, "0+0 failed '';7+5 completed 'w';");
  g_autofree char *first = mk_history_print_job (queue, 1), *second = mk_history_print_job (queue, 2), *none = mk_history_print_job (queue, 3);
  CHECK_STRING (first, "{\"id\": \"a\", \"create_time\": 7, \"execution_start_time\": 10, \"execution_end_time\": 15, \"workflow_id\": \"w\"}");
  CHECK_STRING (second, "{\"id\": \"b\", \"status\": \"failed\"}");
  CHECK (none == NULL);
}

TEST (rows_of_older_versions_get_what_they_are_sorted_by_when_the_queue_is_opened)
{
  mk_queue_close (open_queue ());
  g_autofree char *path = g_build_filename (mk_test_folder (), "queue.sqlite", NULL);
  mk_database *older = mk_database_open (path, (const char *const[]){ "", "", "", "", "", NULL }, NULL);
  static const char *const item = "[0, \"p\", {}, {\"client_id\": \"me\", \"create_time\": 7, \"extra_pnginfo\": {\"workflow\": {\"id\": \"w\"}}}, []]";
  g_autofree char *record = g_strdup_printf ("{\"prompt\": %s, \"outputs\": {}, \"status\": {\"status_str\": \"success\", \"messages\": [[\"execution_start\", {\"timestamp\": 10}], "
                                             "[\"execution_success\", {\"timestamp\": 14}]]}}", item);
  CHECK (mk_database_run (older, NULL, "INSERT INTO history (id, record, status, ended_ms) VALUES ('p', ?, 'completed', 14)", "s", record));
  CHECK (mk_database_run (older, NULL, "INSERT INTO history (id, record, status, ended_ms) VALUES ('x', 'damaged', 'failed', 14)", ""));
  CHECK (mk_database_run (older, NULL, "INSERT INTO prompts (number, id, item) VALUES (0, 'q', ?)", "s", item));
  mk_database_close (older);
  g_autoptr (mk_queue) queue = open_queue ();
  check_finished (queue, "0+0 failed '';7+4 completed 'w';");
  const mk_queued *waiting = mk_queue_find (queue, "q");
  CHECK_STRING (waiting->workflow_id, "w");
  CHECK_STRING (waiting->client_id, "me");
  CHECK (waiting->created_ms == 7);
  CHECK_STRING (waiting->job, "{\"id\": \"p\", \"status\": \"pending\", \"priority\": 0, \"create_time\": 7, \"workflow_id\": \"w\", \"outputs_count\": 0, \"previewable_outputs_count\": 0}");
}
