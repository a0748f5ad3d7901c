#include "bridge/tasks.h"

#include <string.h>

#define COLUMNS "number, id, kind, state, title, project, engine, attempt, priority, created, started, finished, deadline, understanding, outputs, error"
enum { NUMBER, ID, KIND, STATE, TITLE, PROJECT, ENGINE, ATTEMPT, PRIORITY, CREATED, STARTED, FINISHED, DEADLINE, UNDERSTANDING, OUTPUTS, FAILURE };
#define N_PER_OWNER 8 /* whose turn it is: so many of one owner may be passed over because no engine suits them */

/* --- the state machine --- */

static const char *const state_names[MK_N_TASK_STATES] = { "queued", "leased", "running", "done", "failed", "cancelled" };

static const struct {
  mk_task_state from, to;
  const char *event; /* as kept in the task's history */
  const char *when;
} steps[] = {
  { MK_TASK_QUEUED, MK_TASK_LEASED, "leased", "an engine that can run it is free" },
  { MK_TASK_LEASED, MK_TASK_RUNNING, "started", "the engine has begun" },
  { MK_TASK_LEASED, MK_TASK_DONE, "done", "the engine had all of it already" },
  { MK_TASK_RUNNING, MK_TASK_DONE, "done", "its files are here, with their sums" },
  { MK_TASK_QUEUED, MK_TASK_FAILED, "failed", "no engine can run it, or its deadline is over" },
  { MK_TASK_LEASED, MK_TASK_FAILED, "failed", "the engine refused it" },
  { MK_TASK_RUNNING, MK_TASK_FAILED, "failed", "a node failed, its attempts are used up, or its deadline is over" },
  { MK_TASK_LEASED, MK_TASK_QUEUED, "queued", "the engine was lost before it began" },
  { MK_TASK_RUNNING, MK_TASK_QUEUED, "queued", "the engine was lost: again after a pause" },
  { MK_TASK_QUEUED, MK_TASK_CANCELLED, "cancelled", "somebody asked for it" },
  { MK_TASK_LEASED, MK_TASK_CANCELLED, "cancelled", "somebody asked for it" },
  { MK_TASK_RUNNING, MK_TASK_CANCELLED, "cancelled", "somebody asked for it, and the engine has stopped" },
  { MK_TASK_FAILED, MK_TASK_QUEUED, "queued", "somebody asked for a retry" },
  { MK_TASK_CANCELLED, MK_TASK_QUEUED, "queued", "somebody asked for a retry" },
};

const char *
mk_task_state_name (mk_task_state state)
{
  return state_names[state];
}

char *
mk_task_print_states (void)
{
  GString *text = g_string_new ("| from | to | event | when |\n|---|---|---|---|\n");
  for (size_t i = 0; i < MK_COUNT (steps); i++)
    g_string_append_printf (text, "| %s | %s | `%s` | %s |\n", state_names[steps[i].from], state_names[steps[i].to], steps[i].event, steps[i].when);
  return g_string_free (text, FALSE);
}

static const char *
find_event (const char *from, mk_task_state to)
{
  for (size_t i = 0; i < MK_COUNT (steps); i++)
    if (steps[i].to == to && g_str_equal (state_names[steps[i].from], from))
      return steps[i].event;
  return NULL;
}

/* --- as JSON --- */

mk_json *
mk_task_progress_new (const char *step, double fraction)
{
  mk_json *progress = mk_json_new_object ();
  mk_json_set (progress, "fraction", mk_json_new_real (fraction));
  mk_json_set (progress, "step", mk_json_new_string (step));
  mk_json_set (progress, "node", NULL);
  mk_json_set (progress, "frames_done", mk_json_new_int (0));
  mk_json_set (progress, "frames_total", mk_json_new_int (0));
  mk_json_set (progress, "seconds_left", NULL);
  mk_json_set (progress, "preview", NULL);
  return progress;
}

static mk_json *
print_row (mk_statement *row)
{
  static const struct {
    const char *name;
    int column;
  } texts[] = { { "id", ID }, { "kind", KIND }, { "state", STATE }, { "title", TITLE }, { "project_id", PROJECT }, { "engine_id", ENGINE } },
    times[] = { { "created_at", CREATED }, { "started_at", STARTED }, { "finished_at", FINISHED }, { "deadline_at", DEADLINE } };
  mk_json *task = mk_json_new_object ();
  for (size_t i = 0; i < MK_COUNT (texts); i++)
    mk_json_set (task, texts[i].name, mk_json_new_string (mk_statement_text (row, texts[i].column)));
  mk_json_set (task, "attempt", mk_json_new_int (mk_statement_int (row, ATTEMPT)));
  mk_json_set (task, "priority", mk_json_new_int (mk_statement_int (row, PRIORITY)));
  for (size_t i = 0; i < MK_COUNT (times); i++)
    mk_json_set (task, times[i].name, mk_json_new_time (mk_statement_int (row, times[i].column)));
  const char *state = mk_statement_text (row, STATE);
  mk_json_set (task, "progress", mk_task_progress_new (state, g_str_equal (state, "done") ? 1 : 0));
  mk_json_set (task, "understanding", mk_json_of_column (mk_statement_text (row, UNDERSTANDING), NULL));
  mk_json_set (task, "outputs", mk_json_of_column (mk_statement_text (row, OUTPUTS), mk_json_new_array ()));
  mk_json_set (task, "error", mk_json_of_column (mk_statement_text (row, FAILURE), NULL));
  return task;
}

/* The row as JSON text: what is JSON in its columns is not taken apart. `progress` NULL = as the state tells. */
static char *
print_row_text (mk_statement *row, const mk_json *progress)
{
  static const struct {
    const char *name;
    int column;
    enum { TEXT, NUMBER_, TIME_, JSON_ } kind;
    const char *otherwise;
  } fields[] = { { "id", ID, TEXT }, { "kind", KIND, TEXT }, { "state", STATE, TEXT }, { "title", TITLE, TEXT }, { "project_id", PROJECT, TEXT }, { "engine_id", ENGINE, TEXT }, { "attempt", ATTEMPT, NUMBER_ },
                 { "priority", PRIORITY, NUMBER_ }, { "created_at", CREATED, TIME_ }, { "started_at", STARTED, TIME_ }, { "finished_at", FINISHED, TIME_ }, { "deadline_at", DEADLINE, TIME_ },
                 { "understanding", UNDERSTANDING, JSON_, "null" }, { "outputs", OUTPUTS, JSON_, "[]" }, { "error", FAILURE, JSON_, "null" } };
  GString *text = g_string_sized_new (2048);
  const char *state = mk_statement_text (row, STATE);
  g_autoptr (mk_json) own = progress == NULL ? mk_task_progress_new (state, g_str_equal (state, "done") ? 1 : 0) : NULL;
  g_autofree char *printed = mk_json_print_compact (progress != NULL ? progress : own);
  g_string_append_printf (text, "{\"progress\":%s", printed);
  for (size_t i = 0; i < MK_COUNT (fields); i++) {
    const char *value = fields[i].kind == TEXT || fields[i].kind == JSON_ ? mk_statement_text (row, fields[i].column) : NULL;
    int64_t number = fields[i].kind == NUMBER_ || fields[i].kind == TIME_ ? mk_statement_int (row, fields[i].column) : 0;
    char time[MK_TIME_LENGTH];
    g_string_append_printf (text, ",\"%s\":", fields[i].name);
    if (fields[i].kind == NUMBER_)
      g_string_append_printf (text, "%" G_GINT64_FORMAT, number);
    else if (fields[i].kind == TIME_ && number != 0) {
      mk_time_print (number, time);
      g_string_append_printf (text, "\"%s\"", time);
    } else if (fields[i].kind == TEXT && value != NULL) {
      g_autoptr (mk_json) string = mk_json_new_string (value);
      g_autofree char *quoted = mk_json_print_compact (string);
      g_string_append (text, quoted);
    } else
      g_string_append (text, value != NULL ? value : fields[i].otherwise != NULL ? fields[i].otherwise : "null");
  }
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
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
  const char *owner = task->owner != NULL ? task->owner : "";
  is_kept = mk_database_run (store, error, "INSERT INTO tasks (id, kind, state, title, project, created, request, understanding, owner, priority, deadline) VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?)",
                             "ssssisssii", id, task->kind, task->title, task->project, now_ms, request, understanding, owner, (int64_t)task->priority, task->deadline_ms)
            && mk_database_run (store, error, "INSERT OR IGNORE INTO owners (owner, last) SELECT ?, coalesce (max (last), 0) FROM owners", "s", owner)
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

char *
mk_task_find_text (mk_database *store, const char *id, const mk_json *progress, GError **error)
{
  mk_statement *row = mk_database_query (store, error, "SELECT " COLUMNS " FROM tasks WHERE id = ?", "s", id);
  if (row == NULL)
    return NULL;
  if (!mk_statement_next (row, error)) {
    if (error == NULL || *error == NULL)
      mk_error (error, MK_ERROR_NOT_FOUND, "there is no task %s", id);
    return NULL;
  }
  char *text = print_row_text (row, progress);
  mk_statement_end (row);
  return text;
}

/* One row more was asked for than the page holds: whether another page follows. The number comes first in each. */
static mk_json *
collect_page (mk_statement *row, const mk_page *page, mk_json *(*print) (mk_statement *row), int64_t total, GError **error)
{
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
    mk_json_append (items, print (row));
  }
  if (failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return NULL;
  }
  return mk_page_print (g_steal_pointer (&items), has_more ? last : 0, total);
}

/* Lists and their totals; ?1 is the project, ?2 the state or kind, ?3 words of the title, each NULL when all are meant.
 * One statement for each filter keeps it on its index; without words an index alone is counted. */
#define WITH_WORDS " AND (?3 IS NULL OR instr (lower (title), lower (?3)))"
#define OF_PROJECT(kind) " WHERE project = ?1 AND (?2 IS NULL OR " kind " = ?2)"
#define OF_KIND(kind) " WHERE ?1 IS NULL AND " kind " = ?2"
#define OF_ALL " WHERE ?1 IS NULL AND ?2 IS NULL"
#define ONE_PAGE WITH_WORDS " AND number < ?4 ORDER BY number DESC LIMIT ?5"
#define LISTING(columns, table, kind) { \
    .page = { "SELECT " columns " FROM " table OF_PROJECT (kind) ONE_PAGE, "SELECT " columns " FROM " table OF_KIND (kind) ONE_PAGE, "SELECT " columns " FROM " table OF_ALL ONE_PAGE }, \
    .count = { "SELECT count (*) FROM " table OF_PROJECT (kind), "SELECT count (*) FROM " table OF_KIND (kind), "SELECT count (*) FROM " table OF_ALL }, \
    .count_named = { "SELECT count (*) FROM " table OF_PROJECT (kind) WITH_WORDS, "SELECT count (*) FROM " table OF_KIND (kind) WITH_WORDS, "SELECT count (*) FROM " table OF_ALL WITH_WORDS } }

typedef struct {
  const char *page[3], *count[3], *count_named[3];
} listing;

static int
filter_of (const char *kind, const char *project)
{
  return project != NULL ? 0 : kind != NULL ? 1 : 2;
}

static int64_t
count_rows (mk_database *store, const listing *of, const char *kind, const char *project, const char *words)
{
  int by = filter_of (kind, project);
  return mk_statement_number (words == NULL ? mk_database_query (store, NULL, of->count[by], "ss", project, kind) : mk_database_query (store, NULL, of->count_named[by], "sss", project, kind, words));
}

static mk_json *
list_rows (mk_database *store, const listing *of, const mk_page *page, const char *kind, const char *project, const char *words, mk_json *(*print) (mk_statement *row), int64_t total, GError **error)
{
  int by = filter_of (kind, project);
  mk_statement *row = mk_database_query (store, error, of->page[by], "sssii", project, kind, words, page->before, (int64_t)page->limit + 1);
  return collect_page (row, page, print, total, error);
}

mk_json *
mk_task_list (mk_database *store, const mk_page *page, const char *state, const char *project, const char *words, GError **error)
{
  static const listing tasks = LISTING (COLUMNS, "tasks", "state");
  int64_t total = project == NULL && words == NULL ? mk_task_count (store, state) : count_rows (store, &tasks, state, project, words);
  return list_rows (store, &tasks, page, state, project, words, print_row, total, error);
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
mk_task_set_priority (mk_database *store, const char *id, int priority, int64_t now_ms, GError **error)
{
  g_autoptr (mk_json) task = mk_task_find (store, id, error);
  if (task == NULL)
    return false;
  const char *state = mk_json_get_string (mk_json_get (task, "state"));
  if (!g_str_equal (state, state_names[MK_TASK_QUEUED]))
    return mk_error (error, MK_ERROR_EXISTS, "task %s is %s; only one that waits can go before others or after them", id, state);
  if (mk_json_get_int (mk_json_get (task, "priority")) == priority)
    return true;
  g_autoptr (mk_json) data = mk_json_new_object ();
  mk_json_set (data, "priority", mk_json_new_int (priority));
  return mk_database_run (store, error, "UPDATE tasks SET priority = ? WHERE id = ?", "is", (int64_t)priority, id) && mk_task_add_event (store, id, "priority", data, now_ms, error);
}

bool
mk_task_delete (mk_database *store, const char *id, GError **error)
{
  if (!mk_database_run (store, error, "DELETE FROM tasks WHERE id = ? AND state IN ('done', 'failed', 'cancelled')", "s", id))
    return false;
  if (mk_database_n_changed (store) == 1)
    return mk_database_run (store, error, "DELETE FROM events WHERE task = ?", "s", id);
  g_autoptr (mk_json) task = mk_task_find (store, id, error);
  return task != NULL && mk_error (error, MK_ERROR_EXISTS, "task %s is %s; cancel it first", id, mk_json_get_string (mk_json_get (task, "state")));
}

/* --- steps --- */

static bool
write_step (mk_database *store, const char *id, mk_task_state to, const mk_task_step *step, int64_t now_ms, GError **error)
{
  g_autofree char *outputs = print_or_null (step->outputs), *failure = print_or_null (step->failure);
  switch (to) {
  case MK_TASK_QUEUED:
    return mk_database_run (store, error, "UPDATE tasks SET attempt = CASE WHEN state IN ('failed', 'cancelled') THEN 0 ELSE attempt END, deadline = CASE WHEN state IN ('failed', 'cancelled') THEN 0 ELSE deadline END,"
                                          " state = 'queued', engine = NULL, started = 0, finished = 0, error = NULL, outputs = NULL, not_before = ? WHERE id = ?",
                            "is", step->not_before_ms, id);
  case MK_TASK_LEASED:
    return mk_database_run (store, error, "UPDATE tasks SET state = 'leased', engine = ?, started = ?, attempt = attempt + 1 WHERE id = ?", "sis", step->engine, now_ms, id)
           && mk_database_run (store, error, "UPDATE owners SET last = (SELECT max (last) + 1 FROM owners) WHERE owner = (SELECT owner FROM tasks WHERE id = ?)", "s", id);
  case MK_TASK_RUNNING:
    return mk_database_run (store, error, "UPDATE tasks SET state = 'running' WHERE id = ?", "s", id);
  default:
    return mk_database_run (store, error, "UPDATE tasks SET state = ?1, finished = ?2, outputs = ?3, error = CASE WHEN ?1 = 'done' THEN error ELSE ?4 END WHERE id = ?5", "sisss", state_names[to], now_ms, outputs, failure, id);
  }
}

static bool
keep_outputs (mk_database *store, const char *id, const mk_json *outputs, int64_t now_ms, GError **error)
{
  for (size_t i = 0; i < mk_json_length (outputs); i++) {
    const mk_json *output = mk_json_at (outputs, i);
    if (mk_json_get_bool (mk_json_get (output, "is_preview")))
      continue; /* seen in passing: no part of the gallery */
    g_autofree char *text = mk_json_print_compact (output);
    if (!mk_database_run (store, error, "INSERT OR REPLACE INTO outputs (task, file, kind, created, title, project, description) SELECT id, ?2, ?3, ?4, title, project, ?5 FROM tasks WHERE id = ?1", "sssis",
                          id, mk_json_get_string (mk_json_get (output, "file")), mk_json_get_string (mk_json_get (output, "kind")), now_ms, text))
      return false;
  }
  return true;
}

static bool
add_step_event (mk_database *store, const char *id, const char *event, const mk_task_step *step, int64_t now_ms, GError **error)
{
  g_autoptr (mk_json) data = step->failure != NULL ? mk_json_copy (step->failure) : mk_json_new_object ();
  if (step->engine != NULL)
    mk_json_set (data, "engine", mk_json_new_string (step->engine));
  if (step->why != NULL)
    mk_json_set (data, "why", mk_json_new_string (step->why));
  return mk_task_add_event (store, id, event, data, now_ms, error);
}

bool
mk_task_move (mk_database *store, const char *id, mk_task_state to, const mk_task_step *given, int64_t now_ms, GError **error)
{
  static const mk_task_step nothing;
  const mk_task_step *step = given != NULL ? given : &nothing;
  if (!mk_database_begin (store, error))
    return false;
  g_autoptr (GError) failure = NULL;
  g_autofree char *from = find_text (mk_database_query (store, &failure, "SELECT state FROM tasks WHERE id = ?", "s", id), &failure);
  const char *event = from != NULL ? find_event (from, to) : NULL;
  bool is_kept = event != NULL && write_step (store, id, to, step, now_ms, &failure) && keep_outputs (store, id, step->outputs, now_ms, &failure)
                 && add_step_event (store, id, event, step, now_ms, &failure);
  if (from == NULL && failure == NULL)
    mk_error (&failure, MK_ERROR_NOT_FOUND, "there is no task %s", id);
  else if (event == NULL && failure == NULL)
    mk_error (&failure, MK_ERROR_EXISTS, "task %s is %s%s; it cannot become %s", id, from, to == MK_TASK_QUEUED ? ", and only one that failed or was cancelled can be tried again" : " already", state_names[to]);
  bool is_written = mk_database_end (store, is_kept, is_kept ? &failure : NULL) && is_kept;
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return is_written;
}

bool
mk_task_leave_out (mk_database *store, const char *id, const mk_json *failure, int64_t now_ms, GError **error)
{
  g_autofree char *text = mk_json_print_compact (failure);
  return mk_database_run (store, error, "UPDATE tasks SET error = ? WHERE id = ? AND state IN ('leased', 'running', 'done')", "ss", text, id)
         && mk_database_n_changed (store) == 1 && mk_task_add_event (store, id, "left_out", failure, now_ms, error);
}

/* --- whose turn it is --- */

/* The texts of the first column, or of the first two one after the other. */
static char **
collect_texts (mk_statement *row, int n_columns, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  if (row == NULL)
    return NULL;
  while (mk_statement_next (row, error))
    for (int c = 0; c < n_columns; c++)
      g_ptr_array_add (texts, g_strdup (mk_statement_text (row, c) != NULL ? mk_statement_text (row, c) : ""));
  g_ptr_array_add (texts, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&texts), FALSE);
}

char **
mk_task_list_next (mk_database *store, int64_t now_ms, GError **error)
{
  return collect_texts (mk_database_query (store, error, "SELECT t.id FROM owners o JOIN tasks t ON t.number IN (SELECT number FROM tasks WHERE state = 'queued' AND owner = o.owner AND (not_before <= ?1 OR not_before > ?1 + ?3) AND kind NOT IN ('install', 'verify') ORDER BY priority DESC, number LIMIT ?2)"
                                                         " ORDER BY t.priority DESC, o.last, t.number",
                                           "iii", now_ms, (int64_t)N_PER_OWNER, MK_TASK_MAX_PAUSE_MS),
                        1, error);
}

/* Asked all the time, so INDEXED BY: left to itself SQLite takes tasks_by_state and walks past all that wait. */
char **
mk_task_list_next_jobs (mk_database *store, int64_t now_ms, GError **error)
{
  return collect_texts (mk_database_query (store, error, "SELECT id FROM tasks INDEXED BY tasks_of_models WHERE state = 'queued' AND kind IN ('install', 'verify') AND (not_before <= ?1 OR not_before > ?1 + ?2) ORDER BY number LIMIT 4", "ii", now_ms, MK_TASK_MAX_PAUSE_MS), 1, error);
}

char **
mk_task_list_unfinished (mk_database *store, GError **error)
{
  return collect_texts (mk_database_query (store, error, "SELECT id, engine FROM tasks WHERE state IN ('leased', 'running') ORDER BY number", ""), 2, error);
}

char **
mk_task_list_late (mk_database *store, int64_t now_ms, GError **error)
{
  return collect_texts (mk_database_query (store, error, "SELECT id FROM tasks INDEXED BY tasks_with_deadline WHERE deadline > 0 AND deadline <= ? AND state IN ('queued', 'leased', 'running')", "i", now_ms), 1, error);
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
  return mk_statement_number (mk_database_query (store, NULL, "SELECT coalesce (sum (n), 0) FROM counts WHERE ?1 IS NULL OR name = ?1", "s", state));
}

/* --- outputs --- */

enum { OUTPUT_NUMBER = NUMBER, OUTPUT_TASK, OUTPUT_CREATED, OUTPUT_TITLE, OUTPUT_PROJECT, OUTPUT_DESCRIPTION };
#define OUTPUT_COLUMNS "number, task, created, title, project, description"

static mk_json *
print_output (mk_statement *row)
{
  mk_json *output = mk_json_of_column (mk_statement_text (row, OUTPUT_DESCRIPTION), mk_json_new_object ());
  mk_json_set (output, "task_id", mk_json_new_string (mk_statement_text (row, OUTPUT_TASK)));
  mk_json_set (output, "title", mk_json_new_string (mk_statement_text (row, OUTPUT_TITLE)));
  mk_json_set (output, "project_id", mk_json_new_string (mk_statement_text (row, OUTPUT_PROJECT)));
  mk_json_set (output, "created_at", mk_json_new_time (mk_statement_int (row, OUTPUT_CREATED)));
  return output;
}

mk_json *
mk_output_list (mk_database *store, const mk_page *page, const char *kind, const char *project, const char *words, GError **error)
{
  static const listing outputs = LISTING (OUTPUT_COLUMNS, "outputs", "kind");
  return list_rows (store, &outputs, page, kind, project, words, print_output, count_rows (store, &outputs, kind, project, words), error);
}

mk_json *
mk_output_find (mk_database *store, const char *task, const char *file, GError **error)
{
  mk_statement *row = mk_database_query (store, error, "SELECT " OUTPUT_COLUMNS ", (SELECT request FROM tasks WHERE id = task), (SELECT understanding FROM tasks WHERE id = task) FROM outputs WHERE task = ? AND file = ?", "ss", task, file);
  if (row == NULL)
    return NULL;
  if (!mk_statement_next (row, NULL)) {
    mk_error (error, MK_ERROR_NOT_FOUND, "task %s has no file %s", task, file);
    return NULL;
  }
  mk_json *output = print_output (row);
  g_autoptr (mk_json) request = mk_json_of_column (mk_statement_text (row, OUTPUT_DESCRIPTION + 1), NULL), understanding = mk_json_of_column (mk_statement_text (row, OUTPUT_DESCRIPTION + 2), NULL);
  mk_statement_end (row);
  mk_json_set (output, "workflow", mk_json_copy (mk_json_get (request, "workflow")));
  mk_json_set (output, "commands", mk_json_copy (mk_json_get (understanding, "commands")));
  return output;
}

bool
mk_output_forget (mk_database *store, const char *task, GError **error)
{
  return mk_database_run (store, error, "DELETE FROM outputs WHERE task = ?", "s", task);
}

bool
mk_output_forget_file (mk_database *store, const char *task, const char *file, GError **error)
{
  if (!mk_database_run (store, error, "DELETE FROM outputs WHERE task = ? AND file = ?", "ss", task, file))
    return false;
  if (mk_database_n_changed (store) == 0)
    return mk_error (error, MK_ERROR_NOT_FOUND, "task %s has no file %s", task, file);
  return mk_database_run (store, error, "UPDATE tasks SET outputs = (SELECT json_group_array (json (value)) FROM json_each (tasks.outputs) WHERE value ->> '$.file' <> ?2) WHERE id = ?1 AND outputs IS NOT NULL", "ss", task, file);
}
