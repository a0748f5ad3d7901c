/* dispatcher.c - whose turn it is, and which engine does it. */
#include "bridge/dispatcher_private.h"

#include "base/log.h"
#include "bridge/crash_point.h"

#include <string.h>

#define TICK_MS 500
#define LOST_MS 15000   /* an engine that is away for so long has lost what it had */
#define PING_MS 10000
#define SILENT_MS 45000 /* one that is connected and answers nothing for so long hangs */
#define CANCEL_MS 10000 /* one that does not confirm a cancel for so long is not waited for */

mk_json *
mk_failure_new (const char *message, const char *type, const char *node, const char *node_type)
{
  mk_json *failure = mk_json_new_object ();
  mk_json_set (failure, "message", mk_json_new_string (message));
  mk_json_set (failure, "type", mk_json_new_string (type));
  mk_json_set (failure, "node_id", mk_json_new_string (node != NULL && node[0] != '\0' ? node : NULL));
  mk_json_set (failure, "node_type", mk_json_new_string (node_type != NULL && node_type[0] != '\0' ? node_type : NULL));
  return failure;
}

void
mk_dispatcher_tell (mk_dispatcher *dispatcher, const char *type, const char *task)
{
  mk_json *now = mk_task_find (dispatcher->bridge->store, task, NULL);
  if (now != NULL)
    mk_sockets_tell (dispatcher->bridge->sockets, type, now, NULL);
}

/* --- engines --- */

static mk_engine_link *
get_link (const mk_dispatcher *dispatcher, guint index)
{
  return dispatcher->links->pdata[index];
}

mk_engine_link *
mk_dispatcher_find (mk_dispatcher *dispatcher, const char *id)
{
  for (guint i = 0; i < dispatcher->links->len; i++)
    if (g_str_equal (get_link (dispatcher, i)->id, id))
      return get_link (dispatcher, i);
  return NULL;
}

static mk_flight *
find_flight (const mk_dispatcher *dispatcher, const char *task)
{
  for (guint i = 0; i < dispatcher->links->len; i++) {
    mk_flight *f = get_link (dispatcher, i)->flight;
    if (f != NULL && g_str_equal (f->task, task))
      return f;
  }
  return NULL;
}

bool
mk_dispatcher_has_engine (mk_dispatcher *dispatcher, const char *id)
{
  return mk_dispatcher_find (dispatcher, id) != NULL;
}

mk_json *
mk_dispatcher_describe_engines (mk_dispatcher *dispatcher)
{
  mk_json *engines = mk_json_new_array ();
  for (guint i = 0; i < dispatcher->links->len; i++)
    mk_json_append (engines, mk_engine_link_describe (get_link (dispatcher, i)));
  return engines;
}

mk_json *
mk_dispatcher_describe_engine (mk_dispatcher *dispatcher, const char *id)
{
  mk_engine_link *link = mk_dispatcher_find (dispatcher, id);
  return link != NULL ? mk_engine_link_describe (link) : NULL;
}

mk_comfy *
mk_dispatcher_any_engine (mk_dispatcher *dispatcher)
{
  for (guint i = 0; i < dispatcher->links->len; i++)
    if (mk_engine_link_is_up (get_link (dispatcher, i)))
      return get_link (dispatcher, i)->comfy;
  return NULL;
}

/* --- the next task --- */

static mk_json *
extra_of (const mk_json *task, const mk_json *request)
{
  mk_json *extra = mk_json_new_object (), *info = mk_json_new_object ();
  const mk_json *commands = mk_json_get (mk_json_get (task, "understanding"), "commands");
  mk_json_set (info, "sentence", mk_json_copy (mk_json_get (task, "title")));
  if (commands != NULL)
    mk_json_set (info, "commands", mk_json_copy (commands));
  if (mk_json_has (request, "drawn"))
    mk_json_set (info, "workflow", mk_json_copy (mk_json_get (request, "drawn")));
  mk_json_set (extra, "extra_pnginfo", info);
  return extra;
}

static bool
is_free (const mk_engine_link *link)
{
  return link->flight == NULL && !link->is_going && link->tables != NULL && mk_engine_link_is_up (link);
}

/* Why no engine will ever run a workflow: what to say, and the node that it is about, borrowed from the workflow. */
typedef struct {
  char *message;
  const char *node; /* NULL: about none */
} obstacle;

/* The best engine that is free. `*missing` is filled, its message g_free, when none could ever: all have told what they are. */
static mk_engine_link *
choose (mk_dispatcher *dispatcher, const char *task, const mk_json *workflow, const char *wanted, obstacle *missing)
{
  mk_engine_link *best = NULL;
  double best_score = 0;
  bool may_come = false;
  for (guint i = 0; i < dispatcher->links->len; i++) {
    mk_engine_link *link = get_link (dispatcher, i);
    if (!link->is_enabled || link->is_going || (wanted != NULL && !g_str_equal (wanted, link->id)))
      continue;
    if (link->tables == NULL) {
      may_come = true;
      continue;
    }
    const char *node = NULL;
    char *lacks = mk_engine_link_find_missing (link, workflow, &node);
    may_come |= lacks == NULL || mk_engine_link_ask_again (link, task);
    bool is_suitable = lacks == NULL && is_free (link);
    double score = is_suitable ? mk_engine_link_score (link, workflow) : 0;
    if (is_suitable && (best == NULL || score > best_score)) {
      best = link;
      best_score = score;
    }
    if (lacks != NULL && missing->message == NULL)
      *missing = (obstacle){ g_strdup_printf ("no engine can run it: the engine “%s” lacks %s", link->id, lacks), node };
    g_free (lacks);
  }
  if (may_come)
    g_clear_pointer (&missing->message, g_free);
  else if (missing->message == NULL)
    missing->message = wanted != NULL ? g_strdup_printf ("the engine %s is not there or not enabled", wanted) : g_strdup ("no engine is enabled");
  return best;
}

static void
fail_queued (mk_dispatcher *dispatcher, const char *id, const char *type, const obstacle *why, const mk_json *workflow)
{
  const char *class = why->node != NULL ? mk_json_get_string (mk_json_get (mk_json_get (workflow, why->node), "class_type")) : NULL;
  g_autoptr (mk_json) failure = mk_failure_new (why->message, type, why->node, class);
  if (mk_task_move (dispatcher->bridge->store, id, MK_TASK_FAILED, &(mk_task_step){ .failure = failure }, mk_bridge_now_ms (), NULL))
    mk_dispatcher_tell (dispatcher, "error", id);
}

static void
send_if_possible (mk_dispatcher *dispatcher, const char *id)
{
  g_autoptr (GError) error = NULL;
  obstacle missing = { 0 };
  mk_database *store = dispatcher->bridge->store;
  g_autoptr (mk_json) request = mk_task_get_request (store, id, NULL);
  const mk_json *workflow = mk_json_get (request, "workflow");
  const char *wanted = mk_json_has (request, "engine_id") ? mk_json_get_string (mk_json_get (request, "engine_id")) : NULL;
  mk_engine_link *link = choose (dispatcher, id, workflow, wanted, &missing);
  if (missing.message != NULL)
    fail_queued (dispatcher, id, "no_engine", &missing, workflow);
  g_free (missing.message);
  if (link == NULL)
    return;
  if (!mk_task_move (store, id, MK_TASK_LEASED, &(mk_task_step){ .engine = link->id }, mk_bridge_now_ms (), &error)) {
    mk_log (MK_LOG_ERROR, "bridge", "a task could not be started: %s", error->message);
    return;
  }
  g_autoptr (mk_json) task = mk_task_find (store, id, NULL), extra = extra_of (task, request);
  mk_flight_send (link, id, workflow, extra);
}

static void
send_all (mk_dispatcher *dispatcher)
{
  bool can_begin = false;
  for (guint i = 0; i < dispatcher->links->len && !can_begin; i++)
    can_begin = is_free (get_link (dispatcher, i));
  if (!can_begin || mk_task_count (dispatcher->bridge->store, "queued") == 0)
    return;
  char **ids = mk_task_list_next (dispatcher->bridge->store, mk_bridge_now_ms (), NULL);
  for (char **id = ids; id != NULL && *id != NULL; id++)
    send_if_possible (dispatcher, *id);
  g_strfreev (ids);
}

/* Not at once: what was just accepted is on disk by then. */
void
mk_dispatcher_wake (mk_dispatcher *dispatcher)
{
  mk_timer_start (dispatcher->tick, 0);
}

bool
mk_dispatcher_is_landed (const mk_dispatcher *dispatcher)
{
  for (guint i = 0; i < dispatcher->links->len; i++)
    if (get_link (dispatcher, i)->flight != NULL && get_link (dispatcher, i)->flight->is_landing)
      return false;
  return true;
}

bool
mk_dispatcher_cancel (mk_dispatcher *dispatcher, const char *task, GError **error)
{
  mk_flight *f = find_flight (dispatcher, task);
  if (f != NULL && !f->is_landing) {
    mk_flight_cancel (f);
    return true;
  }
  if (mk_model_jobs_cancel (dispatcher->bridge->model_jobs, task))
    return true;
  if (f != NULL)
    return mk_error (error, MK_ERROR_EXISTS, "task %s is done; its files are on their way", task);
  if (!mk_task_move (dispatcher->bridge->store, task, MK_TASK_CANCELLED, NULL, mk_bridge_now_ms (), error))
    return false;
  mk_dispatcher_tell (dispatcher, "status_update", task);
  return true;
}

/* --- tasks that nobody has --- */

/* What engines had when we ended, or when the database could not be told, is theirs still, or lost: they are asked. One
 * that does something else by now is asked later. */
static void
adopt_orphans (mk_dispatcher *dispatcher)
{
  mk_bridge *bridge = dispatcher->bridge;
  char **pairs = mk_task_list_unfinished (bridge->store, NULL);
  dispatcher->has_orphans = false;
  for (char **p = pairs; p != NULL && *p != NULL; p += 2) {
    mk_engine_link *link = mk_dispatcher_find (dispatcher, p[1]);
    g_autoptr (mk_json) request = mk_task_get_request (bridge->store, p[0], NULL), job = mk_model_jobs_progress (bridge->model_jobs, p[0]);
    if (find_flight (dispatcher, p[0]) != NULL || job != NULL)
      continue;
    if (link != NULL && link->flight == NULL && mk_json_has (request, "workflow"))
      mk_flight_resume (link, p[0], mk_json_get (request, "workflow"));
    else if (link != NULL || !mk_task_move (bridge->store, p[0], MK_TASK_QUEUED, &(mk_task_step){ .why = "nobody had it any more" }, mk_bridge_now_ms (), NULL))
      dispatcher->has_orphans = true;
  }
  g_strfreev (pairs);
}

void
mk_dispatcher_has_orphans (mk_dispatcher *dispatcher)
{
  dispatcher->has_orphans = true;
}

/* --- what time brings --- */

static void
end_late (mk_dispatcher *dispatcher)
{
  char **ids = mk_task_list_late (dispatcher->bridge->store, mk_bridge_now_ms (), NULL);
  for (char **id = ids; id != NULL && *id != NULL; id++) {
    mk_flight *f = find_flight (dispatcher, *id);
    if (f != NULL && f->is_landing)
      continue; /* it is done; only its files are on their way */
    if (f == NULL) {
      mk_model_jobs_cancel (dispatcher->bridge->model_jobs, *id);
      fail_queued (dispatcher, *id, "deadline", &(obstacle){ "it was not begun within its deadline", NULL }, NULL);
      continue;
    }
    g_autoptr (mk_json) failure = mk_failure_new ("it was not done within its deadline", "deadline", f->node, NULL);
    if (f->link->comfy != NULL)
      mk_comfy_cancel (f->link->comfy, f->prompt);
    mk_flight_end (f, MK_TASK_FAILED, &(mk_task_step){ .failure = failure });
  }
  g_strfreev (ids);
}

static void
look_after (mk_engine_link *link, int64_t now)
{
  mk_flight *f = link->flight;
  if (link->comfy != NULL && now - link->heard_ms > PING_MS)
    mk_engine_link_ping (link);
  bool hangs = mk_engine_link_is_up (link) && now - link->heard_ms > SILENT_MS;
  if (hangs) {
    mk_engine_link_set_error (link, "it has not answered for %d s", SILENT_MS / 1000);
    if (link->process != NULL)
      mk_engine_process_kill (link->process);
    link->heard_ms = now;
  }
  if (f == NULL)
    return;
  if (f->cancelled_ms != 0 && now - f->cancelled_ms > CANCEL_MS && !f->is_landing)
    mk_flight_end (f, MK_TASK_CANCELLED, NULL);
  else if (!f->is_landing && (hangs || (link->down_since_ms != 0 && now - link->down_since_ms > LOST_MS)))
    mk_flight_lose (f, hangs ? "the engine does not answer" : "the engine is away");
}

static void
on_tick (void *user)
{
  mk_dispatcher *dispatcher = user;
  int64_t now = mk_loop_now_ms (dispatcher->bridge->loop);
  bool is_busy = false;
  end_late (dispatcher);
  for (guint i = dispatcher->links->len; i-- > 0;) {
    mk_engine_link *link = get_link (dispatcher, i);
    look_after (link, now);
    is_busy |= link->flight != NULL;
    if (link->is_going && link->flight == NULL)
      g_ptr_array_remove_index (dispatcher->links, i);
  }
  if (dispatcher->has_orphans)
    adopt_orphans (dispatcher);
  send_all (dispatcher);
  mk_model_jobs_wake (dispatcher->bridge->model_jobs);
  mk_timer_start (dispatcher->tick, is_busy || dispatcher->has_orphans || mk_task_count (dispatcher->bridge->store, "queued") > 0 ? TICK_MS : PING_MS);
}

/* --- of a task that runs --- */

mk_json *
mk_dispatcher_progress (mk_dispatcher *dispatcher, const char *task)
{
  const mk_flight *f = find_flight (dispatcher, task);
  return f != NULL ? mk_json_copy (f->progress) : mk_model_jobs_progress (dispatcher->bridge->model_jobs, task);
}

GBytes *
mk_dispatcher_preview (mk_dispatcher *dispatcher, const char *task, const char **type)
{
  const mk_flight *f = find_flight (dispatcher, task);
  *type = f != NULL ? f->preview_type : NULL;
  return f != NULL ? f->preview : NULL;
}

/* --- engines come and go --- */

bool
mk_dispatcher_add_engine (mk_dispatcher *dispatcher, const mk_engine_row *row, GError **error)
{
  if (!mk_engine_row_add (dispatcher->bridge->store, row, mk_bridge_now_ms (), error))
    return false;
  g_ptr_array_add (dispatcher->links, mk_engine_link_new (dispatcher, row));
  return true;
}

/* Ours, or what we were told to take instead of it; others are in the database. */
static bool
is_given (const mk_engine_link *link)
{
  return link != NULL && !link->is_own && g_str_equal (link->id, "own");
}

bool
mk_dispatcher_change_engine (mk_dispatcher *dispatcher, const char *id, const char *url, const char *key, const bool *is_enabled, GError **error)
{
  mk_engine_link *link = mk_dispatcher_find (dispatcher, id);
  if (link == NULL)
    return mk_error (error, MK_ERROR_NOT_FOUND, "there is no engine %s", id);
  if (is_given (link))
    return mk_error (error, MK_ERROR_USAGE, "the engine own is the one that --engine named when the bridge was started; start it with another");
  if (link->is_own && (url != NULL || key != NULL))
    return mk_error (error, MK_ERROR_USAGE, "our own engine has the address that it finds; it can only be enabled or not");
  mk_engine_row row = { link->id, (char *)(url != NULL ? url : link->url), (char *)(key != NULL ? key : link->key), is_enabled != NULL ? *is_enabled : link->is_enabled };
  if (!link->is_own && !mk_engine_row_change (dispatcher->bridge->store, &row, error))
    return false;
  bool is_moved = url != NULL || key != NULL || (!link->is_own && row.is_enabled && link->comfy == NULL);
  if (key != NULL) {
    g_free (link->key);
    link->key = g_strdup (key);
  }
  link->is_enabled = row.is_enabled;
  if (is_moved)
    mk_engine_link_set_url (link, row.url);
  mk_dispatcher_wake (dispatcher);
  return true;
}

bool
mk_dispatcher_remove_engine (mk_dispatcher *dispatcher, const char *id, GError **error)
{
  mk_engine_link *link = mk_dispatcher_find (dispatcher, id);
  if (link != NULL && link->is_own)
    return mk_error (error, MK_ERROR_USAGE, "our own engine cannot be removed, only disabled");
  if (is_given (link))
    return mk_error (error, MK_ERROR_USAGE, "the engine own is the one that --engine named when the bridge was started; start it without");
  if (!mk_engine_row_remove (dispatcher->bridge->store, id, error))
    return false;
  if (link == NULL)
    return true;
  link->is_going = true;
  if (link->flight == NULL)
    g_ptr_array_remove (dispatcher->links, link);
  return true;
}

/* --- life --- */

static void
free_link (void *link)
{
  mk_engine_link_free (link);
}

static bool
add_engines (mk_dispatcher *dispatcher, GError **error)
{
  const mk_bridge_config *config = dispatcher->bridge->config;
  mk_engine_row own = { (char *)"own", (char *)config->engine_url, NULL, true };
  g_autoptr (GPtrArray) rows = mk_engine_rows_list (dispatcher->bridge->store, error);
  if (rows == NULL)
    return false;
  if (config->engine_url != NULL || mk_config_get_switch (config->settings, "engine.own")) {
    mk_engine_link *link = mk_engine_link_new (dispatcher, &own);
    g_ptr_array_add (dispatcher->links, link);
    if (config->engine_url == NULL && !mk_engine_link_start_own (link, error))
      return false;
  }
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (dispatcher->links, mk_engine_link_new (dispatcher, rows->pdata[i]));
  return true;
}

mk_dispatcher *
mk_dispatcher_new (mk_bridge *bridge, GError **error)
{
  mk_dispatcher *dispatcher = g_new0 (mk_dispatcher, 1);
  dispatcher->bridge = bridge;
  dispatcher->links = g_ptr_array_new_with_free_func (free_link);
  dispatcher->tick = mk_timer_new (bridge->loop, on_tick, dispatcher);
  dispatcher->readers = mk_table_readers_new (dispatcher);
  if (!add_engines (dispatcher, error)) {
    mk_dispatcher_free (dispatcher);
    return NULL;
  }
  adopt_orphans (dispatcher);
  mk_timer_start (dispatcher->tick, TICK_MS);
  return dispatcher;
}

void
mk_dispatcher_free (mk_dispatcher *dispatcher)
{
  if (dispatcher == NULL)
    return;
  mk_table_readers_free (dispatcher->readers);
  mk_timer_free (dispatcher->tick);
  g_ptr_array_unref (dispatcher->links);
  g_free (dispatcher);
}
