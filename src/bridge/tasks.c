#include "bridge/tasks.h"

#define COLUMNS "number, id, kind, state, title, project, engine, attempt, created, started, finished, understanding, outputs, error"
enum { NUMBER, ID, KIND, STATE, TITLE, PROJECT, ENGINE, ATTEMPT, CREATED, STARTED, FINISHED, UNDERSTANDING, OUTPUTS, FAILURE };

static mk_json *
progress_of (const char *state)
{
  mk_json *progress = mk_json_new_object ();
  mk_json_set (progress, "fraction", mk_json_new_real (g_str_equal (state, "done") ? 1 : 0));
  mk_json_set (progress, "step", mk_json_new_string (state));
  mk_json_set (progress, "node", NULL);
  mk_json_set (progress, "frames_done", mk_json_new_int (0));
  mk_json_set (progress, "frames_total", mk_json_new_int (0));
  mk_json_set (progress, "seconds_left", NULL);
  return progress;
}

static mk_json *
print_row (mk_statement *row)
{
  static const struct {
    const char *name;
    int column;
  } texts[] = { { "id", ID }, { "kind", KIND }, { "state", STATE }, { "title", TITLE }, { "project_id", PROJECT }, { "engine_id", ENGINE } },
    times[] = { { "created_at", CREATED }, { "started_at", STARTED }, { "finished_at", FINISHED } };
  mk_json *task = mk_json_new_object ();
  for (size_t i = 0; i < MK_COUNT (texts); i++)
    mk_json_set (task, texts[i].name, mk_json_new_string (mk_statement_text (row, texts[i].column)));
  mk_json_set (task, "attempt", mk_json_new_int (mk_statement_int (row, ATTEMPT)));
  for (size_t i = 0; i < MK_COUNT (times); i++)
    mk_json_set (task, times[i].name, mk_json_new_time (mk_statement_int (row, times[i].column)));
  mk_json_set (task, "progress", progress_of (mk_statement_text (row, STATE)));
  mk_json_set (task, "understanding", mk_json_of_column (mk_statement_text (row, UNDERSTANDING), NULL));
  mk_json_set (task, "outputs", mk_json_of_column (mk_statement_text (row, OUTPUTS), mk_json_new_array ()));
  mk_json_set (task, "error", mk_json_of_column (mk_statement_text (row, FAILURE), NULL));
  return task;
}

static char *
print_or_null (const mk_json *value)
{
  return value != NULL ? mk_json_print_compact (value) : NULL;
}

mk_json *
mk_task_create (mk_database *store, const mk_task_new *task, int64_t now_ms, GError **error)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *request = mk_json_print_compact (task->request);
  g_autofree char *understanding = print_or_null (task->understanding);
  bool is_kept = mk_database_begin (store, error);
  if (!is_kept)
    return NULL;
  is_kept = mk_database_run (store, error, "INSERT INTO tasks (id, kind, state, title, project, created, request, understanding) VALUES (?, ?, 'queued', ?, ?, ?, ?, ?)",
                             "ssssiss", id, task->kind, task->title, task->project, now_ms, request, understanding)
            && mk_task_add_event (store, id, "queued", NULL, now_ms, error);
  if (!mk_database_end (store, is_kept, is_kept ? error : NULL) || !is_kept)
    return NULL;
  return mk_task_find (store, id, error);
}

mk_json *
mk_task_find (mk_database *store, const char *id, GError **error)
{
  mk_statement *row = mk_database_query (store, error, "SELECT " COLUMNS " FROM tasks WHERE id = ?", "s", id);
  g_autoptr (GError) failure = NULL;
  if (row == NULL)
    return NULL;
  if (!mk_statement_next (row, &failure)) {
    if (failure != NULL)
      g_propagate_error (error, g_steal_pointer (&failure));
    else
      mk_error (error, MK_ERROR_NOT_FOUND, "there is no task %s", id);
    return NULL;
  }
  mk_json *task = print_row (row);
  mk_statement_end (row);
  return task;
}

mk_json *
mk_task_list (mk_database *store, const mk_page *page, const char *state, const char *project, const char *words, GError **error)
{
  /* One statement per filter keeps each on its index. */
  mk_statement *row =
    project != NULL ? mk_database_query (store, error, "SELECT " COLUMNS " FROM tasks WHERE project = ?1 AND number < ?2 AND (?3 IS NULL OR state = ?3) AND (?4 IS NULL OR instr (lower (title), lower (?4))) ORDER BY number DESC LIMIT ?5",
                                         "sissi", project, page->before, state, words, (int64_t)page->limit + 1)
    : state != NULL ? mk_database_query (store, error, "SELECT " COLUMNS " FROM tasks WHERE state = ?1 AND number < ?2 AND (?3 IS NULL OR instr (lower (title), lower (?3))) ORDER BY number DESC LIMIT ?4",
                                         "sisi", state, page->before, words, (int64_t)page->limit + 1)
                    : mk_database_query (store, error, "SELECT " COLUMNS " FROM tasks WHERE number < ?1 AND (?2 IS NULL OR instr (lower (title), lower (?2))) ORDER BY number DESC LIMIT ?3",
                                         "isi", page->before, words, (int64_t)page->limit + 1);
  if (row == NULL)
    return NULL;
  g_autoptr (mk_json) items = mk_json_new_array ();
  g_autoptr (GError) failure = NULL;
  int64_t last = 0;
  bool has_more = false;
  while (mk_statement_next (row, &failure)) {
    if ((int)mk_json_length (items) == page->limit) {
      has_more = true;
      mk_statement_end (row);
      break;
    }
    last = mk_statement_int (row, NUMBER);
    mk_json_append (items, print_row (row));
  }
  if (failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return NULL;
  }
  return mk_page_print (g_steal_pointer (&items), has_more ? last : 0, mk_task_count (store, state));
}

mk_json *
mk_task_list_events (mk_database *store, const char *id, const mk_page *page, GError **error)
{
  /* Events go forward in time, so the cursor is the last number seen. */
  int64_t after = page->before == INT64_MAX ? 0 : page->before;
  mk_statement *row = mk_database_query (store, error, "SELECT number, time, type, data FROM events WHERE task = ? AND number > ? ORDER BY number LIMIT ?", "sii",
                                         id, after, (int64_t)page->limit);
  if (row == NULL)
    return NULL;
  mk_json *items = mk_json_new_array ();
  int64_t last = 0;
  while (mk_statement_next (row, error)) {
    mk_json *event = mk_json_new_object ();
    last = mk_statement_int (row, 0);
    mk_json_set (event, "number", mk_json_new_int (last));
    mk_json_set (event, "time", mk_json_new_time (mk_statement_int (row, 1)));
    mk_json_set (event, "type", mk_json_new_string (mk_statement_text (row, 2)));
    mk_json_set (event, "data", mk_json_of_column (mk_statement_text (row, 3), mk_json_new_object ()));
    mk_json_append (items, event);
  }
  int64_t n = (int64_t)mk_json_length (items);
  return mk_page_print (items, n == page->limit ? last : 0, n);
}

/* The text of the first column of the first row, g_free; NULL when there is none. */
static char *
find_text (mk_statement *row, GError **error)
{
  if (row == NULL || !mk_statement_next (row, error))
    return NULL;
  char *text = g_strdup (mk_statement_text (row, 0));
  mk_statement_end (row);
  return text;
}

mk_json *
mk_task_get_request (mk_database *store, const char *id, GError **error)
{
  g_autofree char *text = find_text (mk_database_query (store, error, "SELECT request FROM tasks WHERE id = ?", "s", id), error);
  return mk_json_of_column (text, NULL);
}

bool
mk_task_delete (mk_database *store, const char *id, GError **error)
{
  if (!mk_database_run (store, error, "DELETE FROM tasks WHERE id = ? AND state NOT IN ('queued', 'running')", "s", id))
    return false;
  if (mk_database_n_changed (store) == 1)
    return mk_database_run (store, error, "DELETE FROM events WHERE task = ?", "s", id);
  g_autoptr (mk_json) task = mk_task_find (store, id, error);
  return task != NULL && mk_error (error, MK_ERROR_EXISTS, "task %s is %s; cancel it first", id, mk_json_get_string (mk_json_get (task, "state")));
}

char *
mk_task_find_next (mk_database *store, GError **error)
{
  return find_text (mk_database_query (store, error, "SELECT id FROM tasks WHERE state = 'queued' ORDER BY number LIMIT 1", ""), error);
}

bool
mk_task_start (mk_database *store, const char *id, const char *engine, int64_t now_ms, GError **error)
{
  if (!mk_database_run (store, error, "UPDATE tasks SET state = 'running', engine = ?, started = ?, attempt = attempt + 1 WHERE id = ? AND state = 'queued'", "sis", engine, now_ms, id))
    return false;
  if (mk_database_n_changed (store) == 0)
    return mk_error (error, MK_ERROR_EXISTS, "task %s does not wait any more", id);
  return mk_task_add_event (store, id, "started", NULL, now_ms, error);
}

bool
mk_task_finish (mk_database *store, const char *id, const char *state, const mk_json *outputs, const mk_json *failure, int64_t now_ms, GError **error)
{
  g_autofree char *outputs_text = print_or_null (outputs), *failure_text = print_or_null (failure);
  if (!mk_database_run (store, error, "UPDATE tasks SET state = ?, finished = ?, outputs = ?, error = ? WHERE id = ? AND state IN ('queued', 'running')", "sisss",
                        state, now_ms, outputs_text, failure_text, id))
    return false;
  if (mk_database_n_changed (store) == 0) {
    g_autoptr (mk_json) task = mk_task_find (store, id, error);
    return task != NULL && mk_error (error, MK_ERROR_EXISTS, "task %s is %s already", id, mk_json_get_string (mk_json_get (task, "state")));
  }
  return mk_task_add_event (store, id, state, failure, now_ms, error);
}

bool
mk_task_requeue (mk_database *store, const char *id, const char *why, int64_t now_ms, GError **error)
{
  if (!mk_database_run (store, error, "UPDATE tasks SET state = 'queued', engine = NULL, started = 0, finished = 0, error = NULL, outputs = NULL WHERE id = ? AND state IN ('running', 'failed', 'cancelled')", "s", id))
    return false;
  if (mk_database_n_changed (store) == 0) {
    g_autoptr (mk_json) task = mk_task_find (store, id, error);
    return task != NULL && mk_error (error, MK_ERROR_EXISTS, "task %s is %s; only one that failed or was cancelled can be tried again", id, mk_json_get_string (mk_json_get (task, "state")));
  }
  g_autoptr (mk_json) data = mk_json_new_object ();
  mk_json_set (data, "why", mk_json_new_string (why));
  return mk_task_add_event (store, id, "queued", data, now_ms, error);
}

bool
mk_task_recover (mk_database *store, int max_attempts, int64_t now_ms, GError **error)
{
  g_autofree char *failure = g_strdup_printf ("{\"message\":\"it was running each time that the program ended, %d times\",\"type\":\"crashed\",\"node_id\":null,\"node_type\":null}", max_attempts);
  return mk_database_run (store, error, "UPDATE tasks SET state = 'failed', finished = ?, error = ? WHERE state = 'running' AND attempt >= ?", "isi", now_ms, failure, (int64_t)max_attempts)
         && mk_database_run (store, error, "UPDATE tasks SET state = 'queued', engine = NULL, started = 0 WHERE state = 'running'", "");
}

bool
mk_task_add_event (mk_database *store, const char *id, const char *type, const mk_json *data, int64_t now_ms, GError **error)
{
  g_autofree char *text = data != NULL ? mk_json_print_compact (data) : g_strdup ("{}");
  return mk_database_run (store, error, "INSERT INTO events (task, time, type, data) VALUES (?, ?, ?, ?)", "siss", id, now_ms, type, text);
}

int64_t
mk_task_count (mk_database *store, const char *state)
{
  mk_statement *row = mk_database_query (store, NULL, "SELECT coalesce (sum (n), 0) FROM counts WHERE ?1 IS NULL OR name = ?1", "s", state);
  int64_t n = row != NULL && mk_statement_next (row, NULL) ? mk_statement_int (row, 0) : 0;
  if (row != NULL)
    mk_statement_end (row);
  return n;
}
