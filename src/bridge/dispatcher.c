/* dispatcher.c - queued tasks go to the engine one after the other; what it makes comes home. */
#include "bridge/bridge_private.h"

#include "base/file.h"
#include "base/log.h"
#include "bridge/tasks.h"

#include <string.h>
#include <sys/stat.h>

/* A task that the engine has. */
typedef struct {
  mk_dispatcher *dispatcher;
  char *task;
  mk_json *progress;     /* as Progress of openapi.json */
  unsigned n_nodes, n_done;
  int64_t began_ms;
  mk_json *outputs;      /* collected files */
  unsigned n_downloads;  /* under way */
  GError *failure;       /* of a download */
} flight;

struct mk_dispatcher {
  mk_bridge *bridge;
  mk_engine_process *process; /* NULL when the engine is somebody else's */
  mk_comfy *comfy;            /* NULL until an engine is known */
  flight *current;            /* engines work on one prompt at a time */
  mk_json *tables;
  char *last_error;
};

static int64_t
now_ms (void)
{
  return mk_bridge_now_ms ();
}

static void
log_failure (const char *what, GError *error)
{
  if (error != NULL)
    mk_log (MK_LOG_ERROR, "bridge", "%s: %s", what, error->message);
  g_clear_error (&error);
}

/* --- one task --- */

static mk_json *
new_progress (void)
{
  mk_json *progress = mk_json_new_object ();
  mk_json_set (progress, "fraction", mk_json_new_real (0));
  mk_json_set (progress, "step", mk_json_new_string ("starting"));
  mk_json_set (progress, "node", NULL);
  mk_json_set (progress, "frames_done", mk_json_new_int (0));
  mk_json_set (progress, "frames_total", mk_json_new_int (0));
  mk_json_set (progress, "seconds_left", NULL);
  return progress;
}

static flight *
flight_new (mk_dispatcher *dispatcher, const char *task, unsigned n_nodes)
{
  flight *f = g_new0 (flight, 1);
  *f = (flight){ .dispatcher = dispatcher, .task = g_strdup (task), .progress = new_progress (), .n_nodes = MAX (n_nodes, 1), .began_ms = now_ms (), .outputs = mk_json_new_array () };
  return f;
}

static void
flight_free (flight *f)
{
  g_free (f->task);
  mk_json_unref (f->progress);
  mk_json_unref (f->outputs);
  g_clear_error (&f->failure);
  g_free (f);
}

static void
tell_task (mk_dispatcher *dispatcher, const char *type, const char *task)
{
  mk_json *now = mk_task_find (dispatcher->bridge->store, task, NULL);
  if (now != NULL)
    mk_sockets_tell (dispatcher->bridge->sockets, type, now, 0);
}

static void
end_flight (mk_dispatcher *dispatcher, const char *state, const mk_json *failure)
{
  flight *f = dispatcher->current;
  GError *error = NULL;
  bool is_done = g_str_equal (state, "done");
  dispatcher->current = NULL;
  if (!mk_task_finish (dispatcher->bridge->store, f->task, state, is_done ? f->outputs : NULL, failure, now_ms (), &error))
    log_failure ("a finished task could not be kept", error);
  tell_task (dispatcher, is_done ? "workflow_complete" : g_str_equal (state, "failed") ? "error" : "status_update", f->task);
  flight_free (f);
  mk_dispatcher_wake (dispatcher);
}

static mk_json *
describe_failure (const char *message, const char *type, const char *node, const char *node_type)
{
  mk_json *failure = mk_json_new_object ();
  mk_json_set (failure, "message", mk_json_new_string (message));
  mk_json_set (failure, "type", mk_json_new_string (type));
  mk_json_set (failure, "node_id", mk_json_new_string (node != NULL && node[0] != '\0' ? node : NULL));
  mk_json_set (failure, "node_type", mk_json_new_string (node_type != NULL && node_type[0] != '\0' ? node_type : NULL));
  return failure;
}

static void
fail_flight (mk_dispatcher *dispatcher, const char *message, const char *type, const char *node, const char *node_type)
{
  g_autoptr (mk_json) failure = describe_failure (message, type, node, node_type);
  end_flight (dispatcher, "failed", failure);
}

/* --- files come home --- */

static const char *
kind_of (const char *name)
{
  static const struct {
    const char *suffix, *kind;
  } kinds[] = { { ".mp4", "film" }, { ".webm", "film" }, { ".gif", "film" }, { ".glb", "scene" }, { ".png", "image" }, { ".webp", "image" }, { ".jpg", "image" } };
  for (size_t i = 0; i < MK_COUNT (kinds); i++)
    if (g_str_has_suffix (name, kinds[i].suffix))
      return kinds[i].kind;
  return "other";
}

typedef struct {
  flight *flight;
  char *name, *path;
} download;

static void
land (flight *f)
{
  mk_dispatcher *dispatcher = f->dispatcher;
  if (f->n_downloads > 0)
    return;
  if (f->failure != NULL) {
    g_autofree char *message = g_strdup (f->failure->message);
    fail_flight (dispatcher, message, "download_failed", NULL, NULL);
  } else
    end_flight (dispatcher, "done", NULL);
}

static void
on_download (void *user, const mk_json *reply, const GError *error)
{
  (void)reply;
  download *d = user;
  flight *f = d->flight;
  struct stat info = { 0 };
  if (error != NULL && f->failure == NULL)
    f->failure = g_error_copy (error);
  stat (d->path, &info);
  mk_json *output = mk_json_new_object ();
  g_autofree char *url = g_strdup_printf ("/api/v1/outputs/%s/%s", f->task, d->name);
  mk_json_set (output, "file", mk_json_new_string (d->name));
  mk_json_set (output, "kind", mk_json_new_string (kind_of (d->name)));
  mk_json_set (output, "bytes", mk_json_new_int (info.st_size));
  mk_json_set (output, "url", mk_json_new_string (url));
  mk_json_set (output, "thumbnail_url", mk_json_new_string (g_str_equal (kind_of (d->name), "image") ? url : NULL));
  mk_json_append (f->outputs, output);
  f->n_downloads--;
  g_free (d->name);
  g_free (d->path);
  g_free (d);
  land (f);
}

static void
fetch (flight *f, const mk_json *file)
{
  const char *name = mk_json_get_string (mk_json_get (file, "filename"));
  if (!g_str_equal (mk_json_get_string (mk_json_get (file, "type")), "output") || !mk_path_is_beneath (name) || strchr (name, '/') != NULL)
    return;
  download *d = g_new (download, 1);
  *d = (download){ f, g_strdup (name), g_build_filename (f->dispatcher->bridge->outputs_folder, f->task, name, NULL) };
  f->n_downloads++;
  mk_comfy_download (f->dispatcher->comfy, file, d->path, on_download, d);
}

static void
fetch_all (flight *f, const mk_json *outputs)
{
  g_autofree char *folder = g_build_filename (f->dispatcher->bridge->outputs_folder, f->task, NULL);
  f->n_downloads = 1; /* held until all have been asked for */
  mk_folder_make (folder, &f->failure);
  for (mk_json_iter node = mk_json_iterate (outputs); mk_json_next (&node);)
    for (mk_json_iter key = mk_json_iterate (node.value); mk_json_next (&key);)
      for (size_t i = 0; i < mk_json_length (key.value) && f->failure == NULL; i++)
        fetch (f, mk_json_at (key.value, i));
  f->n_downloads--;
  land (f);
}

/* --- what the engine says --- */

static bool
is_current (const mk_dispatcher *dispatcher, const char *prompt)
{
  return dispatcher->current != NULL && g_str_equal (dispatcher->current->task, prompt);
}

static void
tell_progress (mk_dispatcher *dispatcher)
{
  flight *f = dispatcher->current;
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "task_id", mk_json_new_string (f->task));
  mk_json_set (data, "progress", mk_json_copy (f->progress));
  mk_sockets_tell (dispatcher->bridge->sockets, "task_progress", data, g_str_hash (f->task) | 1u);
}

static void
on_executing (void *user, const char *prompt, const char *node)
{
  mk_dispatcher *dispatcher = user;
  if (!is_current (dispatcher, prompt))
    return;
  flight *f = dispatcher->current;
  mk_json_set (f->progress, "fraction", mk_json_new_real (MIN (1.0, (double)f->n_done++ / f->n_nodes)));
  mk_json_set (f->progress, "step", mk_json_new_string ("running"));
  mk_json_set (f->progress, "node", mk_json_new_string (node));
  tell_progress (dispatcher);
}

static void
on_progress (void *user, const char *prompt, const char *node, double done, double total)
{
  mk_dispatcher *dispatcher = user;
  if (!is_current (dispatcher, prompt) || total <= 0)
    return;
  flight *f = dispatcher->current;
  double spent_s = (double)(now_ms () - f->began_ms) / 1000;
  mk_json_set (f->progress, "fraction", mk_json_new_real (CLAMP (done / total, 0, 1)));
  mk_json_set (f->progress, "step", mk_json_new_string ("rendering"));
  mk_json_set (f->progress, "node", mk_json_new_string (node));
  mk_json_set (f->progress, "frames_done", mk_json_new_int ((int64_t)done));
  mk_json_set (f->progress, "frames_total", mk_json_new_int ((int64_t)total));
  mk_json_set (f->progress, "seconds_left", done > 0 ? mk_json_new_real (spent_s / done * (total - done)) : NULL);
  tell_progress (dispatcher);
}

static void
on_ended (void *user, const char *prompt, const mk_comfy_result *result)
{
  mk_dispatcher *dispatcher = user;
  if (!is_current (dispatcher, prompt))
    return;
  switch (result->end) {
  case MK_COMFY_SUCCEEDED:
    fetch_all (dispatcher->current, result->outputs);
    break;
  case MK_COMFY_FAILED:
    fail_flight (dispatcher, result->message, "execution_error", result->node, result->node_type);
    break;
  case MK_COMFY_CANCELLED:
    end_flight (dispatcher, "cancelled", NULL);
    break;
  case MK_COMFY_LOST: {
    flight *f = dispatcher->current;
    dispatcher->current = NULL;
    mk_task_requeue (dispatcher->bridge->store, f->task, "the engine lost it", now_ms (), NULL);
    flight_free (f);
    mk_dispatcher_wake (dispatcher);
    break;
  }
  }
}

static void
on_tables (void *user, const mk_json *reply, const GError *error)
{
  mk_dispatcher *dispatcher = user;
  if (error != NULL)
    return;
  mk_json_unref (dispatcher->tables);
  dispatcher->tables = mk_json_copy (reply);
}

static void
on_link (void *user, bool is_up)
{
  mk_dispatcher *dispatcher = user;
  mk_json *data = mk_dispatcher_describe_engine (dispatcher);
  mk_sockets_tell (dispatcher->bridge->sockets, "status_update", data, 0);
  if (is_up) {
    mk_comfy_get (dispatcher->comfy, "/object_info", on_tables, dispatcher);
    mk_dispatcher_wake (dispatcher);
  }
}

/* A new address: our engine was started, perhaps again. What it had is asked for again. */
static void
on_engine (void *user, const char *url)
{
  static const mk_comfy_events events = { .up = on_link, .executing = on_executing, .progress = on_progress, .ended = on_ended };
  mk_dispatcher *dispatcher = user;
  mk_comfy_free (dispatcher->comfy);
  dispatcher->comfy = mk_comfy_new (dispatcher->bridge->loop, dispatcher->bridge->client, url, NULL, NULL, &events, dispatcher);
  if (dispatcher->current != NULL && dispatcher->current->n_downloads == 0)
    mk_comfy_follow (dispatcher->comfy, dispatcher->current->task);
}

/* --- tasks go out --- */

static void
on_submitted (void *user, const mk_json *reply, const GError *error)
{
  mk_dispatcher *dispatcher = user;
  (void)reply;
  if (error == NULL || dispatcher->current == NULL)
    return;
  if (g_error_matches (error, MK_ERROR, MK_ERROR_WORKFLOW) || g_error_matches (error, MK_ERROR, MK_ERROR_LIMIT)) {
    fail_flight (dispatcher, error->message, "prompt_outputs_failed_validation", NULL, NULL);
    return;
  }
  flight *f = dispatcher->current;
  dispatcher->current = NULL;
  g_free (dispatcher->last_error);
  dispatcher->last_error = g_strdup (error->message);
  mk_task_requeue (dispatcher->bridge->store, f->task, error->message, now_ms (), NULL);
  flight_free (f);
}

static mk_json *
extra_of (const mk_json *task)
{
  mk_json *extra = mk_json_new_object (), *info = mk_json_new_object ();
  const mk_json *commands = mk_json_get (mk_json_get (task, "understanding"), "commands");
  mk_json_set (info, "sentence", mk_json_copy (mk_json_get (task, "title")));
  if (commands != NULL)
    mk_json_set (info, "commands", mk_json_copy (commands));
  mk_json_set (extra, "extra_pnginfo", info);
  return extra;
}

static void
send_task (mk_dispatcher *dispatcher, const char *id)
{
  GError *error = NULL;
  mk_database *store = dispatcher->bridge->store;
  g_autoptr (mk_json) request = mk_task_get_request (store, id, &error), task = mk_task_find (store, id, NULL);
  if (request == NULL || task == NULL || !mk_task_start (store, id, "own", now_ms (), &error)) {
    log_failure ("a task could not be started", error);
    return;
  }
  const mk_json *workflow = mk_json_get (request, "workflow");
  g_autoptr (mk_json) extra = extra_of (task);
  dispatcher->current = flight_new (dispatcher, id, (unsigned)mk_json_length (workflow));
  mk_comfy_submit (dispatcher->comfy, workflow, extra, id, on_submitted, dispatcher);
  tell_task (dispatcher, "status_update", id);
}

void
mk_dispatcher_wake (mk_dispatcher *dispatcher)
{
  if (dispatcher->current != NULL || dispatcher->comfy == NULL || !mk_comfy_is_up (dispatcher->comfy))
    return;
  g_autofree char *id = mk_task_find_next (dispatcher->bridge->store, NULL);
  if (id != NULL)
    send_task (dispatcher, id);
}

bool
mk_dispatcher_cancel (mk_dispatcher *dispatcher, const char *task, GError **error)
{
  if (dispatcher->current != NULL && g_str_equal (dispatcher->current->task, task)) {
    mk_comfy_cancel (dispatcher->comfy, task);
    return true;
  }
  if (!mk_task_finish (dispatcher->bridge->store, task, "cancelled", NULL, NULL, now_ms (), error))
    return false;
  tell_task (dispatcher, "status_update", task);
  return true;
}

mk_json *
mk_dispatcher_progress (mk_dispatcher *dispatcher, const char *task)
{
  return is_current (dispatcher, task) ? mk_json_copy (dispatcher->current->progress) : NULL;
}

mk_json *
mk_dispatcher_describe_engine (mk_dispatcher *dispatcher)
{
  bool is_up = dispatcher->comfy != NULL && mk_comfy_is_up (dispatcher->comfy);
  mk_json *engine = mk_json_new_object ();
  mk_json_set (engine, "id", mk_json_new_string ("own"));
  mk_json_set (engine, "url", mk_json_new_string (dispatcher->comfy != NULL ? mk_comfy_url (dispatcher->comfy) : ""));
  mk_json_set (engine, "kind", mk_json_new_string (dispatcher->process != NULL ? "embedded" : "comfyui"));
  mk_json_set (engine, "state", mk_json_new_string (is_up ? "up" : dispatcher->comfy == NULL ? "starting" : "down"));
  mk_json_set (engine, "queue_length", mk_json_new_int (dispatcher->current != NULL));
  mk_json_set (engine, "version", NULL);
  mk_json_set (engine, "last_error", mk_json_new_string (dispatcher->last_error));
  mk_json_set (engine, "restarts", mk_json_new_int (dispatcher->process != NULL ? mk_engine_process_n_restarts (dispatcher->process) : 0));
  return engine;
}

mk_json *
mk_dispatcher_node_tables (mk_dispatcher *dispatcher)
{
  return dispatcher->tables;
}

mk_dispatcher *
mk_dispatcher_new (mk_bridge *bridge, GError **error)
{
  mk_dispatcher *dispatcher = g_new0 (mk_dispatcher, 1);
  dispatcher->bridge = bridge;
  if (bridge->config->engine_url != NULL)
    on_engine (dispatcher, bridge->config->engine_url);
  else {
    dispatcher->process = mk_engine_process_new (bridge, on_engine, dispatcher, error);
    if (dispatcher->process == NULL) {
      mk_dispatcher_free (dispatcher);
      return NULL;
    }
  }
  return dispatcher;
}

void
mk_dispatcher_free (mk_dispatcher *dispatcher)
{
  if (dispatcher == NULL)
    return;
  mk_comfy_free (dispatcher->comfy);
  mk_engine_process_free (dispatcher->process);
  g_clear_pointer (&dispatcher->current, flight_free);
  mk_json_unref (dispatcher->tables);
  g_free (dispatcher->last_error);
  g_free (dispatcher);
}
