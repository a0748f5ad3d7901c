/* /api/jobs: the queue and the history as one list, as newer ComfyUI versions have it (contract, Appendix A). */
#include <string.h>

#include "server/server_private.h"

typedef struct {
  const char *status; /* wanted ones, comma-separated; NULL = all */
  mk_json *jobs;
} collection;

static bool
is_wanted (const collection *c, const char *status)
{
  if (c->status == NULL)
    return true;
  g_auto (GStrv) wanted = g_strsplit (c->status, ",", -1);
  return g_strv_contains ((const char *const *)wanted, status);
}

static mk_json *
make_job (const char *id, const char *status, double number)
{
  mk_json *job = mk_json_new_object ();
  mk_json_set (job, "id", mk_json_new_string (id));
  mk_json_set (job, "status", mk_json_new_string (status));
  mk_json_set (job, "priority", mk_json_new_real (number));
  return job;
}

static void
add_time (mk_json *job, const mk_json *messages, const char *type, const char *key)
{
  for (size_t i = 0; i < mk_json_length (messages); i++)
    if (strcmp (mk_json_get_string (mk_json_at (mk_json_at (messages, i), 0)), type) == 0)
      mk_json_set (job, key, mk_json_ref (mk_json_get (mk_json_at (mk_json_at (messages, i), 1), "timestamp")));
}

static void
visit_pending (void *user, const mk_queued *item)
{
  collection *c = user;
  if (is_wanted (c, "pending"))
    mk_json_append (c->jobs, make_job (item->id, "pending", item->number));
}

static size_t
count_files (const mk_json *outputs)
{
  size_t n = 0;
  for (mk_json_iter node = mk_json_iterate (outputs); mk_json_next (&node);)
    for (mk_json_iter list = mk_json_iterate (node.value); mk_json_next (&list);)
      n += mk_json_length (list.value);
  return n;
}

static mk_json *
job_of_record (const char *id, const mk_json *record, const char *status, int64_t ended_ms)
{
  mk_json *job = make_job (id, status, mk_json_get_real (mk_json_at (mk_json_get (record, "prompt"), 0)));
  const mk_json *messages = mk_json_get (mk_json_get (record, "status"), "messages");
  add_time (job, messages, "execution_start", "execution_start_time");
  mk_json_set (job, "execution_end_time", mk_json_new_int (ended_ms));
  mk_json_set (job, "outputs_count", mk_json_new_uint (count_files (mk_json_get (record, "outputs"))));
  for (size_t i = 0; i < mk_json_length (messages); i++)
    if (strcmp (mk_json_get_string (mk_json_at (mk_json_at (messages, i), 0)), "execution_error") == 0)
      mk_json_set (job, "execution_error", mk_json_ref (mk_json_at (mk_json_at (messages, i), 1)));
  return job;
}

static void
visit_record (void *user, const char *id, const char *text, const char *status, int64_t ended_ms)
{
  collection *c = user;
  g_autoptr (mk_json) record = NULL;
  mk_json_limits limits = { .max_bytes = (size_t)1 << 30, .max_depth = 512 };
  if (is_wanted (c, status) && mk_json_parse (text, -1, &limits, &record, NULL))
    mk_json_append (c->jobs, job_of_record (id, record, status, ended_ms));
}

static mk_json *
collect (mk_server *server, const char *status)
{
  collection c = { status, mk_json_new_array () };
  const mk_queued *running = mk_queue_running (server->queue);
  if (running != NULL && is_wanted (&c, "in_progress")) {
    mk_json *job = make_job (running->id, "in_progress", running->number);
    mk_json_set (job, "execution_start_time", mk_json_new_int (mk_runner_begun_ms (server->runner)));
    mk_json_append (c.jobs, job);
  }
  mk_queue_foreach (server->queue, visit_pending, &c);
  mk_history_foreach (server->queue, visit_record, &c, NULL);
  return c.jobs;
}

static uint64_t
read_count (const char *text, uint64_t otherwise)
{
  return text != NULL && g_ascii_isdigit (text[0]) ? g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
list_jobs (mk_http_request *request, void *user)
{
  g_autoptr (mk_json) all = collect (user, mk_http_request_query (request, "status"));
  size_t total = mk_json_length (all);
  uint64_t offset = read_count (mk_http_request_query (request, "offset"), 0), limit = read_count (mk_http_request_query (request, "limit"), total);
  bool is_oldest_first = g_strcmp0 (mk_http_request_query (request, "sort_order"), "asc") == 0;
  mk_json *page = mk_json_new_array ();
  for (uint64_t i = offset; i < total && i - offset < limit; i++)
    mk_json_append (page, mk_json_ref (mk_json_at (all, is_oldest_first ? total - 1 - i : i)));
  mk_json *window = mk_json_new_object (), *body = mk_json_new_object ();
  mk_json_set (window, "offset", mk_json_new_uint (offset));
  mk_json_set (window, "limit", mk_http_request_query (request, "limit") != NULL ? mk_json_new_uint (limit) : NULL);
  mk_json_set (window, "total", mk_json_new_uint (total));
  mk_json_set (window, "has_more", mk_json_new_bool (offset + mk_json_length (page) < total));
  mk_json_set (body, "jobs", page);
  mk_json_set (body, "pagination", window);
  mk_http_answer_json (request, 200, body);
}

static void
get_job (mk_http_request *request, void *user)
{
  const char *id = mk_http_request_param (request, "id");
  g_autoptr (mk_json) all = collect (user, NULL);
  for (size_t i = 0; i < mk_json_length (all); i++)
    if (strcmp (mk_json_get_string (mk_json_get (mk_json_at (all, i), "id")), id) == 0) {
      mk_http_answer_json (request, 200, mk_json_ref (mk_json_at (all, i)));
      return;
    }
  mk_json *body = mk_json_new_object ();
  mk_json_set (body, "error", mk_json_new_string ("Job not found"));
  mk_http_answer_json (request, 404, body);
}

static void
cancel_job (mk_http_request *request, void *user)
{
  mk_server *server = user;
  const char *id = mk_http_request_param (request, "id");
  bool is_removed = mk_queue_remove (server->queue, id, NULL);
  if (is_removed)
    mk_runner_tell_status (server->runner);
  mk_json *body = mk_json_new_object ();
  mk_json_set (body, "cancelled", mk_json_new_bool (is_removed || mk_runner_interrupt (server->runner, id)));
  mk_http_answer_json (request, 200, body);
}

const mk_http_route mk_routes_jobs[] = {
  { "GET", "/jobs", list_jobs, "Jobs of all states; ?status= ?sort_order= ?limit= ?offset= choose.", MK_BODY_NONE, 0, 0 },
  { "GET", "/jobs/{id}", get_job, "One job.", MK_BODY_NONE, 0, 0 },
  { "POST", "/jobs/{id}/cancel", cancel_job, "Takes a job out of the queue or interrupts it.", MK_BODY_MEMORY, 0, 0 },
  { NULL, NULL, NULL, NULL, MK_BODY_NONE, 0, 0 },
};
