/* /api/jobs: the queue and the history as one list, as newer ComfyUI versions have it (contract, Appendix A). */
#include <string.h>

#include "server/job.h"
#include "server/lookup.h"
#include "server/server_private.h"

static const char *const states[] = { "pending", "in_progress", "completed", "failed", "cancelled", NULL };

/* A job as it is chosen and sorted; its row is read when it is on the page. */
typedef struct {
  double created_ms, duration_ms;
  const mk_queued *queued; /* waits or runs; NULL = finished */
  int64_t row;             /* of the history; what is not there yet is above all rows */
} entry;

typedef struct {
  char **wanted;           /* states; NULL = all */
  const char *workflow_id; /* NULL = all */
  GArray *entries;
} collection;

static void
take (collection *c, const char *status, const char *workflow_id, const entry *one)
{
  bool is_wanted = c->wanted == NULL || g_strv_contains ((const char *const *)c->wanted, status);
  if (is_wanted && (c->workflow_id == NULL || g_strcmp0 (c->workflow_id, workflow_id) == 0))
    g_array_append_vals (c->entries, one, 1);
}

static void
take_queued (collection *c, const char *status, const mk_queued *queued)
{
  take (c, status, queued->workflow_id, &(entry){ .created_ms = queued->created_ms, .queued = queued, .row = INT64_MAX });
}

static void
visit_pending (void *user, const mk_queued *queued)
{
  take_queued (user, "pending", queued);
}

static void
visit_finished (void *user, const mk_finished *finished)
{
  take (user, finished->status, finished->workflow_id, &(entry){ .created_ms = finished->created_ms, .duration_ms = finished->duration_ms, .row = finished->row });
}

static void
collect (mk_server *server, collection *c)
{
  const mk_queued *running = mk_queue_running (server->queue);
  if (running != NULL)
    take_queued (c, "in_progress", running);
  mk_queue_foreach (server->queue, visit_pending, c);
  mk_history_foreach (server->queue, visit_finished, c, NULL);
}

static mk_json *
job_that_runs (mk_server *server)
{
  mk_json *job = mk_job_parse (mk_queue_running (server->queue)->job, NULL);
  mk_json_set (job, "status", mk_json_new_string ("in_progress"));
  mk_json_set (job, "execution_start_time", mk_json_new_int (mk_runner_begun_ms (server->runner)));
  return job;
}

/* The rows were printed when their jobs were; only that of the one that runs is new at every look. */
static char *
print_entry (mk_server *server, const entry *one)
{
  if (one->queued == NULL)
    return mk_history_print_job (server->queue, one->row);
  if (one->queued != mk_queue_running (server->queue))
    return g_strdup (one->queued->job);
  g_autoptr (mk_json) job = job_that_runs (server);
  return mk_json_print (job);
}

/* --- order and pages --- */

static gint
compare (double x, double y, const entry *a, const entry *b)
{
  return x != y ? (x < y ? -1 : 1) : a->row < b->row ? -1 : a->row > b->row;
}

static gint
compare_durations (gconstpointer a, gconstpointer b)
{
  return compare (((const entry *)a)->duration_ms, ((const entry *)b)->duration_ms, a, b);
}

static gint
compare_ages (gconstpointer a, gconstpointer b)
{
  return compare (((const entry *)a)->created_ms, ((const entry *)b)->created_ms, a, b);
}

typedef struct {
  bool is_by_duration, is_ascending, has_limit;
  int64_t limit, offset;
} window;

static void
refuse (mk_http_request *request, const char *why)
{
  mk_json *body = mk_json_new_object ();
  mk_json_set (body, "error", mk_json_new_string (why));
  mk_http_answer_json (request, 400, body);
}

/* NULL, or what is wrong; g_free. */
static char *
read_states (mk_http_request *request, char ***wanted)
{
  const char *given = mk_http_request_query (request, "status");
  if (given == NULL || given[0] == '\0')
    return NULL;
  GPtrArray *good = g_ptr_array_new (), *bad = g_ptr_array_new ();
  g_autofree char *lower = g_ascii_strdown (given, -1);
  g_auto (GStrv) words = g_strsplit (lower, ",", -1);
  for (char **word = words; *word != NULL; word++)
    if (g_strstrip (*word)[0] != '\0')
      g_ptr_array_add (g_strv_contains (states, *word) ? good : bad, g_strdup (*word));
  g_ptr_array_add (good, NULL);
  g_ptr_array_add (bad, NULL);
  *wanted = (char **)g_ptr_array_free (good, FALSE);
  g_auto (GStrv) unknown = (char **)g_ptr_array_free (bad, FALSE);
  g_autofree char *list = g_strjoinv (", ", unknown), *all = g_strjoinv (", ", (char **)(uintptr_t)states);
  return unknown[0] != NULL ? g_strdup_printf ("Invalid status value(s): %s. Valid values: %s", list, all) : NULL;
}

static bool
read_int (const char *text, int64_t *value)
{
  char *end = NULL;
  *value = g_ascii_strtoll (text, &end, 10);
  return end != text && *end == '\0';
}

/* NULL, or what is wrong. */
static const char *
read_window (mk_http_request *request, window *w)
{
  const char *by = mk_http_request_query (request, "sort_by"), *order = mk_http_request_query (request, "sort_order");
  const char *limit = mk_http_request_query (request, "limit"), *offset = mk_http_request_query (request, "offset");
  *w = (window){ .is_by_duration = by != NULL && g_ascii_strcasecmp (by, "execution_duration") == 0, .is_ascending = order != NULL && g_ascii_strcasecmp (order, "asc") == 0,
                 .has_limit = limit != NULL };
  if (by != NULL && !w->is_by_duration && g_ascii_strcasecmp (by, "created_at") != 0)
    return "sort_by must be 'created_at' or 'execution_duration'";
  if (order != NULL && !w->is_ascending && g_ascii_strcasecmp (order, "desc") != 0)
    return "sort_order must be 'asc' or 'desc'";
  if (limit != NULL && !read_int (limit, &w->limit))
    return "limit must be an integer";
  if (limit != NULL && w->limit <= 0)
    return "limit must be a positive integer";
  if (offset != NULL && !read_int (offset, &w->offset))
    return "offset must be an integer";
  w->offset = MAX (w->offset, 0);
  return NULL;
}

static void
answer_page (mk_server *server, mk_http_request *request, const GArray *entries, const window *w)
{
  int64_t n = entries->len, end = w->has_limit && w->limit < n - w->offset ? w->offset + w->limit : n;
  GString *text = g_string_new ("{\"jobs\": [");
  for (int64_t i = w->offset; i < end; i++) {
    g_autofree char *row = print_entry (server, &g_array_index (entries, entry, w->is_ascending ? i : n - 1 - i));
    if (row != NULL)
      g_string_append (g_string_append (text, g_str_has_suffix (text->str, "[") ? "" : ", "), row);
  }
  g_autoptr (mk_json) pagination = mk_json_new_object ();
  mk_json_set (pagination, "offset", mk_json_new_int (w->offset));
  mk_json_set (pagination, "limit", w->has_limit ? mk_json_new_int (w->limit) : NULL);
  mk_json_set (pagination, "total", mk_json_new_int (n));
  mk_json_set (pagination, "has_more", mk_json_new_bool (end < n));
  g_autofree char *printed = mk_json_print (pagination);
  g_string_append_printf (text, "], \"pagination\": %s}", printed);
  mk_http_answer_json_text (request, 200, g_string_free_to_bytes (text));
}

static void
list_jobs (mk_http_request *request, void *user)
{
  g_auto (GStrv) wanted = NULL;
  window w;
  g_autofree char *bad_state = read_states (request, &wanted);
  const char *wrong = bad_state != NULL ? bad_state : read_window (request, &w);
  if (wrong != NULL) {
    refuse (request, wrong);
    return;
  }
  const char *workflow_id = mk_http_request_query (request, "workflow_id");
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (entry));
  collection c = { wanted, workflow_id != NULL && workflow_id[0] != '\0' ? workflow_id : NULL, entries };
  collect (user, &c);
  g_array_sort (entries, w.is_by_duration ? compare_durations : compare_ages);
  answer_page (user, request, entries, &w);
}

/* --- one job --- */

static char *
print_job (const mk_lookup *lookup)
{
  g_autoptr (mk_json) value = mk_job_parse (lookup->text, NULL);
  if (value == NULL)
    return NULL;
  g_autoptr (mk_json) job = NULL;
  if (lookup->is_record)
    job = mk_job_with_details (mk_job_of_record (value), NULL, value);
  else
    job = mk_job_with_details (lookup->job != NULL ? mk_json_ref (lookup->job) : mk_job_of_item (value, "pending"), value, NULL);
  return mk_json_print (job);
}

static void
get_job (mk_http_request *request, void *user)
{
  mk_server *server = user;
  const char *id = mk_http_request_param (request, "id");
  mk_lookup *lookup = mk_lookup_new (server, request, id);
  if (!lookup->is_record) {
    const mk_queued *running = mk_queue_running (server->queue);
    bool is_running = running != NULL && strcmp (running->id, id) == 0;
    const mk_queued *queued = is_running ? running : mk_queue_find (server->queue, id);
    lookup->text = queued != NULL ? g_strdup (queued->text) : NULL;
    lookup->job = is_running ? job_that_runs (server) : NULL;
  }
  mk_lookup_answer (server, lookup, print_job);
}

/* --- cancelling --- */

static bool
cancel (mk_server *server, const char *id)
{
  bool is_removed = mk_queue_remove (server->queue, id, NULL);
  if (is_removed)
    mk_runner_tell_status (server->runner);
  return is_removed || mk_runner_interrupt (server->runner, id);
}

static void
answer_cancelled (mk_http_request *request, bool is_cancelled)
{
  mk_json *body = mk_json_new_object ();
  mk_json_set (body, "cancelled", mk_json_new_bool (is_cancelled));
  mk_http_answer_json (request, 200, body);
}

static void
cancel_job (mk_http_request *request, void *user)
{
  answer_cancelled (request, cancel (user, mk_http_request_param (request, "id")));
}

/* Those that are over or unknown are no error; names that no job can have are. */
static void
cancel_jobs (mk_http_request *request, void *user)
{
  g_autoptr (mk_json) body = NULL;
  if (!mk_http_request_json (request, &body, NULL)) {
    refuse (request, "Request body must be valid JSON");
    return;
  }
  const mk_json *ids = mk_json_get (body, "job_ids");
  if (mk_json_get_kind (ids) != MK_JSON_ARRAY) {
    refuse (request, "job_ids must be a list");
    return;
  }
  mk_json *bad = mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (ids); i++)
    if (!mk_job_id_is_good (mk_json_at (ids, i)))
      mk_json_append (bad, mk_json_ref (mk_json_at (ids, i)));
  if (mk_json_length (bad) > 0) {
    mk_json *answer = mk_json_new_object ();
    mk_json_set (answer, "error", mk_json_new_string ("job_ids contains invalid id(s)"));
    mk_json_set (answer, "invalid_ids", bad);
    mk_http_answer_json (request, 400, answer);
    return;
  }
  mk_json_unref (bad);
  bool is_cancelled = false;
  for (size_t i = 0; i < mk_json_length (ids); i++)
    is_cancelled |= cancel (user, mk_json_get_string (mk_json_at (ids, i)));
  answer_cancelled (request, is_cancelled);
}

const mk_http_route mk_routes_jobs[] = {
  { "GET", "/jobs", list_jobs, "Jobs of all states; ?status= ?workflow_id= ?sort_by= ?sort_order= ?limit= ?offset= choose.", MK_BODY_NONE, 0, 0 },
  { "GET", "/jobs/{id}", get_job, "One job, with its workflow and outputs.", MK_BODY_NONE, 0, 0 },
  { "POST", "/jobs/{id}/cancel", cancel_job, "Takes a job out of the queue or interrupts it.", MK_BODY_MEMORY, 0, 0 },
  { "POST", "/jobs/cancel", cancel_jobs, "The same for several: {\"job_ids\": […]}.", MK_BODY_MEMORY, 0, 0 },
  { NULL, NULL, NULL, NULL, MK_BODY_NONE, 0, 0 },
};
