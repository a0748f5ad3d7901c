/* flight.c - one task at one engine: its inputs go up, its progress is heard, its files come home. */
#include "bridge/dispatcher_private.h"

#include "base/file.h"
#include "base/log.h"
#include "bridge/crash_point.h"
#include "bridge/outputs.h"

#include <string.h>

#define TELL_MS 100 /* progress is told at most so often */
#define LIGHT_WEIGHT 0.02 /* of a node that only describes, loads or saves, beside one that renders or samples */
#define FILM_WEIGHT 24    /* of one that renders a picture after the other, as many as there are in a second */

static int64_t
loop_now (const mk_flight *f)
{
  return mk_loop_now_ms (f->link->dispatcher->bridge->loop);
}

static mk_database *
store_of (const mk_flight *f)
{
  return f->link->dispatcher->bridge->store;
}

/* --- progress --- */

static const char *
class_of (const mk_flight *f, const char *node)
{
  return mk_json_get_string (mk_json_get (mk_json_get (f->workflow, node), "class_type"));
}

static double
weigh (const mk_flight *f, const char *node)
{
  const char *class = class_of (f, node);
  bool is_light = g_str_has_prefix (class, "Scene") || g_str_has_prefix (class, "Save") || g_str_has_prefix (class, "Load") || g_str_has_prefix (class, "Preview");
  if (strstr (class, "RenderVideo") != NULL)
    return FILM_WEIGHT;
  return is_light && strstr (class, "Render") == NULL ? LIGHT_WEIGHT : 1;
}

static mk_flight *
flight_new (mk_engine_link *link, const char *task, const mk_json *workflow)
{
  mk_flight *f = g_new0 (mk_flight, 1);
  g_autoptr (mk_json) row = mk_task_find (link->dispatcher->bridge->store, task, NULL);
  *f = (mk_flight){ .link = link, .task = g_strdup (task), .prompt = g_strdup (task), .workflow = mk_json_copy (workflow), .progress = mk_task_progress_new ("starting", 0), .outputs = mk_json_new_array () };
  f->nodes_done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  f->project = mk_json_get (row, "project_id") != NULL ? g_strdup (mk_json_get_string (mk_json_get (row, "project_id"))) : NULL;
  f->pace_ms = loop_now (f);
  for (mk_json_iter node = mk_json_iterate (workflow); mk_json_next (&node);)
    f->weight_total += weigh (f, node.key);
  f->weight_total = MAX (f->weight_total, LIGHT_WEIGHT);
  link->flight = f;
  return f;
}

void
mk_flight_free (mk_flight *f)
{
  if (f == NULL)
    return;
  f->link->flight = NULL;
  g_free (f->task);
  g_free (f->prompt);
  g_free (f->project);
  g_free (f->node);
  g_free (f->broken_node);
  g_free (f->preview_type);
  mk_json_unref (f->workflow);
  mk_json_unref (f->progress);
  mk_json_unref (f->outputs);
  g_hash_table_unref (f->nodes_done);
  g_clear_error (&f->failure);
  g_clear_pointer (&f->preview, g_bytes_unref);
  g_free (f);
}

static void
tell_progress (mk_flight *f, bool is_urgent)
{
  mk_bridge *bridge = f->link->dispatcher->bridge;
  if (!is_urgent && loop_now (f) - f->told_ms < TELL_MS)
    return;
  f->told_ms = loop_now (f);
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "task_id", mk_json_new_string (f->task));
  mk_json_set (data, "project_id", mk_json_new_string (f->project));
  mk_json_set (data, "progress", mk_json_copy (f->progress));
  mk_sockets_tell (bridge->sockets, "task_progress", data, f->task);
}

/* --- how far it is --- */

/* A node is counted once, whether it was run or known. */
static void
count_node (mk_flight *f, const char *node)
{
  if (node != NULL && g_hash_table_add (f->nodes_done, g_strdup (node)))
    f->weight_done = MIN (f->weight_done + weigh (f, node), f->weight_total);
}

static double
fraction_of (const mk_flight *f)
{
  bool is_under_way = f->node != NULL && !g_hash_table_contains (f->nodes_done, f->node);
  return CLAMP ((f->weight_done + (is_under_way ? weigh (f, f->node) * f->of_node : 0)) / f->weight_total, 0, 1);
}

static void
set_pace (mk_flight *f)
{
  f->pace_ms = loop_now (f);
  f->pace_fraction = fraction_of (f);
}

/* Light ones run beside others, and are counted when they begin; of the rest one ends where the next begins. */
static void
begin_node (mk_flight *f, const char *node)
{
  if (weigh (f, node) < 1) {
    count_node (f, node);
    return;
  }
  if (g_strcmp0 (f->node, node) == 0)
    return;
  count_node (f, f->node);
  g_free (f->node);
  f->node = g_strdup (node);
  f->of_node = 0;
  f->is_node_new = true;
  set_pace (f); /* what another took says little about this one */
}

/* Until it is where it was that is what is shown. */
static void
set_progress (mk_flight *f, const char *node)
{
  double fraction = fraction_of (f), gained = fraction - f->pace_fraction, spent_s = (double)(loop_now (f) - f->pace_ms) / 1000;
  mk_json_set (f->progress, "step", mk_json_new_string (f->is_resuming ? "resuming" : class_of (f, node)));
  mk_json_set (f->progress, "node", mk_json_new_string (node));
  if (f->is_resuming)
    return;
  mk_json_set (f->progress, "fraction", mk_json_new_real (fraction));
  mk_json_set (f->progress, "seconds_left", gained > 0.02 && !f->is_node_new ? mk_json_new_real (spent_s / gained * (1 - fraction)) : NULL);
}

/* Its next life tells anew what it does and what it knows. */
void
mk_flight_note_break (mk_flight *f)
{
  if (f == NULL || !f->is_running || f->is_landing || f->cancelled_ms != 0)
    return;
  g_free (f->broken_node);
  f->broken_node = g_strdup (mk_json_get_string (mk_json_get (f->progress, "node")));
  f->is_resuming = true;
  f->weight_done = 0;
  g_hash_table_remove_all (f->nodes_done);
  g_clear_pointer (&f->node, g_free);
  mk_json_set (f->progress, "step", mk_json_new_string ("resuming"));
  mk_json_set (f->progress, "seconds_left", NULL);
  tell_progress (f, true);
}

/* It is back where it was when that node tells how far it is, or when more is done than was. */
static void
note_return (mk_flight *f, const char *node, bool has_told)
{
  bool is_there = fraction_of (f) >= mk_json_get_real (mk_json_get (f->progress, "fraction"));
  if (!f->is_resuming || !(is_there || (has_told && g_str_equal (f->broken_node, node))))
    return;
  f->is_resuming = false;
  set_pace (f);
}

/* What the engine says of a prompt of ours; NULL for all others. */
static mk_flight *
find_flight (void *user, const char *prompt)
{
  mk_engine_link *link = user;
  mk_flight *f = link->flight;
  if (f == NULL || !g_str_equal (f->prompt, prompt))
    return NULL;
  link->heard_ms = loop_now (f);
  return f->is_landing ? NULL : f;
}

/* Pictures, and what an engine says first to who has come back, do not tell whose they are: there is one at a time. */
static mk_flight *
find_only_flight (mk_engine_link *link, const char *prompt)
{
  return find_flight (link, prompt[0] == '\0' && link->flight != NULL ? link->flight->prompt : prompt);
}

static void
note_running (mk_flight *f)
{
  bool is_news = !f->is_running;
  f->is_running = true;
  if (is_news && mk_task_move (store_of (f), f->task, MK_TASK_RUNNING, NULL, mk_bridge_now_ms (), NULL)) {
    mk_crash_point ("task.running");
    mk_dispatcher_tell (f->link->dispatcher, "status_update", f->task);
  }
}

static void
on_started (void *user, const char *prompt)
{
  mk_flight *f = find_flight (user, prompt);
  if (f != NULL)
    note_running (f);
}

static void
on_cached (void *user, const char *prompt, const mk_json *nodes)
{
  mk_flight *f = find_flight (user, prompt);
  mk_json *known = mk_json_new_array ();
  for (size_t i = 0; f != NULL && i < mk_json_length (nodes); i++) {
    const char *node = mk_json_get_string (mk_json_at (nodes, i));
    count_node (f, node);
    mk_json_append (known, mk_json_new_string (node));
  }
  if (f == NULL) {
    mk_json_unref (known);
    return;
  }
  mk_json_set (f->progress, "cached", known);
  tell_progress (f, true);
}

static void
on_executing (void *user, const char *prompt, const char *node)
{
  mk_flight *f = find_only_flight (user, prompt);
  if (f == NULL)
    return;
  note_running (f);
  begin_node (f, node);
  note_return (f, node, false);
  set_progress (f, node);
  tell_progress (f, weigh (f, node) >= 1);
}

static void
on_progress (void *user, const char *prompt, const char *node, double done, double total)
{
  mk_flight *f = find_flight (user, prompt);
  if (f == NULL || !(total > 0) || !(done >= 0) || total > 1e9)
    return;
  note_running (f);
  mk_json_set (f->progress, "frames_done", mk_json_new_int ((int64_t)MIN (done, total)));
  mk_json_set (f->progress, "frames_total", mk_json_new_int ((int64_t)total));
  begin_node (f, node);
  if (g_strcmp0 (f->node, node) == 0) {
    f->of_node = MIN (done / total, 1);
    if (f->is_node_new && done > 1) /* it has taken up what was kept, which says nothing about its pace */
      set_pace (f);
    f->is_node_new = false;
  }
  note_return (f, node, true);
  set_progress (f, node);
  tell_progress (f, false);
}

/* The picture waits here; who wants to see it fetches it. So a slow reader never has old ones in its queue. */
static void
on_preview (void *user, const char *prompt, const char *node, const char *type, const void *image, size_t length)
{
  (void)node;
  mk_flight *f = find_only_flight (user, prompt);
  if (f == NULL)
    return;
  g_clear_pointer (&f->preview, g_bytes_unref);
  g_free (f->preview_type);
  f->preview = g_bytes_new (image, length);
  f->preview_type = g_strdup (type);
  g_autofree char *url = g_strdup_printf ("/api/v1/task/%s/preview?n=%u", f->task, ++f->n_previews);
  mk_json_set (f->progress, "preview", mk_json_new_string (url));
  tell_progress (f, false);
}

/* --- answers --- */

/* Answers come when the flight may be over, its engine removed or the bridge at its end: it is looked for by name. */
typedef struct {
  mk_bridge *bridge;
  char *link, *task;
  mk_json *extra;
} errand;

static errand *
errand_new (const mk_flight *f, const mk_json *extra)
{
  errand *e = g_new (errand, 1);
  *e = (errand){ f->link->dispatcher->bridge, g_strdup (f->link->id), g_strdup (f->task), mk_json_copy (extra) };
  return e;
}

static mk_flight *
errand_find (const errand *e)
{
  mk_engine_link *link = e->bridge->dispatcher != NULL ? mk_dispatcher_find (e->bridge->dispatcher, e->link) : NULL;
  return link != NULL && link->flight != NULL && g_str_equal (link->flight->task, e->task) ? link->flight : NULL;
}

static void
errand_free (errand *e)
{
  g_free (e->link);
  g_free (e->task);
  mk_json_unref (e->extra);
  g_free (e);
}

static mk_flight *
errand_end (errand *e)
{
  mk_flight *f = errand_find (e);
  errand_free (e);
  return f;
}

/* --- how it ends --- */

void
mk_flight_end (mk_flight *f, mk_task_state to, const mk_task_step *step)
{
  mk_engine_link *link = f->link;
  mk_dispatcher *dispatcher = link->dispatcher;
  g_autoptr (GError) error = NULL;
  g_autofree char *task = g_strdup (f->task);
  const char *type = to == MK_TASK_DONE ? "workflow_complete" : to == MK_TASK_FAILED ? "error" : "status_update";
  if (link->comfy != NULL)
    mk_comfy_unfollow (link->comfy, f->prompt);
  if (!mk_task_move (dispatcher->bridge->store, task, to, step, mk_bridge_now_ms (), &error)) {
    mk_log (MK_LOG_ERROR, "bridge", "task %s could not become %s yet: %s", task, mk_task_state_name (to), error->message);
    mk_dispatcher_has_orphans (dispatcher);
  }
  mk_crash_point ("task.ended");
  mk_flight_free (f);
  mk_dispatcher_tell (dispatcher, type, task);
  mk_dispatcher_wake (dispatcher);
}

static void
fail (mk_flight *f, const char *message, const char *type, const char *node, const char *node_type)
{
  g_autoptr (mk_json) failure = mk_failure_new (message, type, node, node_type);
  mk_flight_end (f, MK_TASK_FAILED, &(mk_task_step){ .failure = failure });
}

void
mk_flight_lose (mk_flight *f, const char *why)
{
  mk_bridge *bridge = f->link->dispatcher->bridge;
  g_autoptr (mk_json) task = mk_task_find (store_of (f), f->task, NULL);
  int64_t attempt = mk_json_get_int (mk_json_get (task, "attempt"));
  g_autofree char *reason = g_strdup (why);
  if (f->cancelled_ms != 0)
    mk_flight_end (f, MK_TASK_CANCELLED, NULL);
  else if (attempt >= mk_config_get_int (bridge->config->settings, "tasks.attempts")) {
    g_autofree char *message = g_strdup_printf ("the engine was lost %" G_GINT64_FORMAT " times; the last time: %s", attempt, reason);
    fail (f, message, "engine_lost", f->node, NULL);
  } else {
    int64_t pause_ms = MIN (mk_config_get_int (bridge->config->settings, "tasks.retry_pause_ms") << CLAMP (attempt - 2, 0, 10), MK_TASK_MAX_PAUSE_MS);
    mk_flight_end (f, MK_TASK_QUEUED, &(mk_task_step){ .why = reason, .not_before_ms = attempt > 1 ? mk_bridge_now_ms () + pause_ms : 0 });
  }
}

void
mk_flight_cancel (mk_flight *f)
{
  f->cancelled_ms = loop_now (f);
  if (f->link->comfy != NULL) /* else as soon as its engine is there */
    mk_comfy_cancel (f->link->comfy, f->prompt);
}

/* --- files come home --- */

static void
on_described (void *user, mk_json *taken_outputs, GError *taken_error)
{
  g_autoptr (GError) error = taken_error;
  mk_flight *f = errand_end (user);
  if (f == NULL) {
    mk_json_unref (taken_outputs);
    return;
  }
  mk_json_unref (f->outputs);
  f->outputs = taken_outputs;
  if (error != NULL) {
    fail (f, error->message, "download_failed", NULL, NULL);
    return;
  }
  mk_engine_link_remember (f->link, f->workflow);
  mk_crash_point ("outputs.described");
  mk_flight_end (f, MK_TASK_DONE, &(mk_task_step){ .outputs = f->outputs });
}

static void
land (mk_flight *f)
{
  if (f->n_transfers > 0)
    return;
  mk_crash_point ("outputs.downloaded");
  if (f->failure == NULL) {
    g_autofree char *folder = g_build_filename (f->link->dispatcher->bridge->outputs_folder, f->task, NULL);
    mk_outputs_describe (f->link->dispatcher->bridge->backstage, folder, f->task, f->outputs, on_described, errand_new (f, NULL));
    return;
  }
  g_autofree char *message = g_strdup (f->failure->message);
  if (g_error_matches (f->failure, MK_ERROR, MK_ERROR_UNAVAILABLE) || g_error_matches (f->failure, MK_ERROR, MK_ERROR_TIMEOUT))
    mk_flight_lose (f, message);
  else
    fail (f, message, "download_failed", NULL, NULL);
}

static void
on_download (void *user, const mk_json *reply, const GError *error)
{
  mk_flight *f = errand_end (user);
  (void)reply;
  if (f == NULL)
    return;
  if (error != NULL && f->failure == NULL)
    f->failure = g_error_copy (error);
  f->n_transfers--;
  land (f);
}

/* Only what the engine calls an output or shows in passing, and only under a name that is one. */
static void
fetch (mk_flight *f, const char *node, const mk_json *file)
{
  const char *name = mk_json_get_string (mk_json_get (file, "filename")), *type = mk_json_get_string (mk_json_get (file, "type"));
  bool is_preview = g_str_equal (type, "temp");
  if ((!is_preview && !g_str_equal (type, "output")) || !mk_path_is_beneath (name) || strchr (name, '/') != NULL || strlen (name) > 200)
    return;
  for (size_t i = 0; i < mk_json_length (f->outputs); i++)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (f->outputs, i), "file")), name))
      return;
  g_autofree char *path = g_build_filename (f->link->dispatcher->bridge->outputs_folder, f->task, name, NULL);
  mk_json *output = mk_json_new_object ();
  mk_json_set (output, "file", mk_json_new_string (name));
  mk_json_set (output, "node_id", mk_json_new_string (node));
  mk_json_set (output, "is_preview", mk_json_new_bool (is_preview));
  mk_json_append (f->outputs, output);
  f->n_transfers++;
  mk_comfy_download (f->link->comfy, file, path, on_download, errand_new (f, NULL));
}

static void
fetch_all (mk_flight *f, const mk_json *outputs)
{
  g_autofree char *folder = g_build_filename (f->link->dispatcher->bridge->outputs_folder, f->task, NULL);
  f->is_landing = true;
  f->n_transfers = 1; /* held until all have been asked for */
  mk_folder_make (folder, &f->failure);
  for (mk_json_iter node = mk_json_iterate (outputs); mk_json_next (&node);)
    for (mk_json_iter key = mk_json_iterate (node.value); mk_json_next (&key);)
      for (size_t i = 0; mk_json_get_kind (key.value) == MK_JSON_ARRAY && i < mk_json_length (key.value) && f->failure == NULL; i++)
        fetch (f, node.key, mk_json_at (key.value, i));
  f->n_transfers--;
  land (f);
}

/* A disk that is full is the person's to mend, whichever side found it so. */
static const char *
kind_of (const mk_comfy_result *result)
{
  static const char full[] = "disk_refused";
  return g_str_equal (result->exception, full) ? full : "execution_error";
}

static void
on_ended (void *user, const char *prompt, const mk_comfy_result *result)
{
  mk_flight *f = find_flight (user, prompt);
  if (f == NULL)
    return;
  mk_crash_point ("engine.ended");
  switch (result->end) {
  case MK_COMFY_SUCCEEDED:
    fetch_all (f, result->outputs);
    break;
  case MK_COMFY_FAILED:
    fail (f, result->message[0] != '\0' ? result->message : "the engine does not say why", kind_of (result), result->node, result->node_type);
    break;
  case MK_COMFY_CANCELLED:
    mk_flight_end (f, MK_TASK_CANCELLED, NULL);
    break;
  case MK_COMFY_LOST:
    mk_flight_lose (f, result->message);
    break;
  }
}

const mk_comfy_events mk_flight_events = { .started = on_started, .cached = on_cached, .executing = on_executing, .progress = on_progress, .preview = on_preview, .ended = on_ended };

/* --- it goes out --- */

static bool
is_refusal (const GError *error)
{
  return g_error_matches (error, MK_ERROR, MK_ERROR_WORKFLOW) || g_error_matches (error, MK_ERROR, MK_ERROR_LIMIT);
}

static void
refuse (mk_flight *f, const char *message, const mk_json *reply)
{
  g_autoptr (mk_json) failure = mk_refusal_new (mk_json_get (reply, "node_errors"), message);
  mk_flight_end (f, MK_TASK_FAILED, &(mk_task_step){ .failure = failure });
}

/* It runs, but not all of it. So short a run may be over before the engine's answer is here. */
static void
note_what_is_left_out (const errand *e, const mk_json *reply)
{
  const mk_json *node_errors = mk_json_get (reply, "node_errors");
  mk_database *store = e->bridge->store;
  g_autoptr (mk_json) request = mk_json_length (node_errors) > 0 ? mk_task_get_request (store, e->task, NULL) : NULL;
  g_autoptr (mk_json) failure = mk_refusal_of_part (mk_json_get (request, "workflow"), node_errors);
  if (failure != NULL && mk_task_leave_out (store, e->task, failure, mk_bridge_now_ms (), NULL) && e->bridge->dispatcher != NULL)
    mk_dispatcher_tell (e->bridge->dispatcher, "status_update", e->task);
}

static void
on_submitted (void *user, const mk_json *reply, const GError *error)
{
  if (error == NULL)
    note_what_is_left_out (user, reply);
  mk_flight *f = errand_end (user);
  if (f == NULL)
    return;
  mk_crash_point ("task.submitted");
  const char *given = mk_json_get_string (mk_json_get (reply, "prompt_id"));
  if (error == NULL) {
    if (given[0] != '\0' && !g_str_equal (given, f->prompt)) {
      g_free (f->prompt);
      f->prompt = g_strdup (given);
    }
    return;
  }
  mk_engine_link_set_error (f->link, "%s", error->message);
  if (is_refusal (error)) {
    refuse (f, error->message, reply);
    return;
  }
  g_autofree char *why = g_strdup (error->message);
  mk_flight_lose (f, why);
}

static void
submit (mk_flight *f, const mk_json *extra)
{
  mk_comfy_submit (f->link->comfy, f->workflow, extra, f->prompt, on_submitted, errand_new (f, NULL));
}

static void
on_uploaded (void *user, const mk_json *reply, const GError *error)
{
  errand *e = user;
  mk_flight *f = errand_find (e);
  (void)reply;
  if (f != NULL && error != NULL && f->failure == NULL)
    f->failure = g_error_copy (error);
  if (f != NULL && --f->n_transfers == 0) {
    g_autofree char *why = f->failure != NULL ? g_strdup_printf ("an input could not be sent: %s", f->failure->message) : NULL;
    if (why == NULL)
      submit (f, e->extra);
    else
      mk_flight_lose (f, why);
  }
  errand_free (e);
}

/* Files of ours that the workflow names go to an engine that does not share our disk. */
static void
upload_inputs (mk_flight *f, const mk_json *extra)
{
  const char *folder = f->link->dispatcher->bridge->inputs_folder;
  for (mk_json_iter node = mk_json_iterate (f->workflow); mk_json_next (&node);)
    for (mk_json_iter input = mk_json_iterate (mk_json_get (node.value, "inputs")); mk_json_next (&input);) {
      const char *name = mk_json_get_string (input.value);
      bool may_be_file = name[0] != '\0' && strlen (name) < 200 && strchr (name, '/') == NULL && mk_path_is_beneath (name);
      g_autofree char *path = may_be_file ? g_build_filename (folder, name, NULL) : NULL;
      if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
        continue;
      f->n_transfers++;
      mk_comfy_upload (f->link->comfy, path, name, NULL, "input", on_uploaded, errand_new (f, extra));
    }
}

void
mk_flight_send (mk_engine_link *link, const char *task, const mk_json *workflow, const mk_json *extra)
{
  mk_flight *f = flight_new (link, task, workflow);
  mk_crash_point ("task.leased");
  if (!link->is_own)
    upload_inputs (f, extra);
  if (f->n_transfers == 0)
    submit (f, extra);
  mk_dispatcher_tell (link->dispatcher, "status_update", task);
}

void
mk_flight_resume (mk_engine_link *link, const char *task, const mk_json *workflow)
{
  mk_flight *f = flight_new (link, task, workflow);
  if (link->comfy != NULL)
    mk_comfy_follow (link->comfy, f->prompt);
}
