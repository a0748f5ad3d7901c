#include "server/runner.h"

#include <math.h>
#include <string.h>

#include "base/log.h"
#include "server/job.h"

#define STATE_PERIOD_MS 50
/* Making and sending the state takes at most one part in so many of the time, however large the graph. */
#define STATE_SHARE 20
#define PROGRESS_PERIOD_MS 10

/* A node in progress_state. */
typedef struct {
  char *display, *parent;
  mk_json *value, *max;
  const char *state;
  char *text; /* its member of "nodes", printed */
} node_state;

struct mk_runner {
  mk_loop *loop;
  mk_backstage *backstage; /* NULL: all is done on the loop */
  mk_queue *queue;
  mk_clients *clients;
  mk_worker *worker;
  mk_timer *soon;
  bool is_soon;            /* `soon` runs: further prompts do not put it off */
  /* Of the prompt that runs: */
  const mk_queued *queued; /* the queue's running one; NULL = none */
  char *id, *sid;          /* sid NULL without client */
  mk_json *messages;       /* for the record */
  GHashTable *nodes;       /* id -> node_state */
  GPtrArray *order;        /* ids, borrowed from `nodes` */
  char *node, *display;    /* the current one */
  bool is_interrupted, is_state_due;
  int64_t begun_ms, state_ms, progress_ms;
  int64_t state_cost_us; /* what the last progress_state took */
  uint64_t n_prompts;
};

static void
node_state_free (void *p)
{
  node_state *n = p;
  g_free (n->display);
  g_free (n->parent);
  g_free (n->text);
  mk_json_unref (n->value);
  mk_json_unref (n->max);
  g_free (n);
}

/* --- what is said --- */

void
mk_runner_tell_status (mk_runner *runner)
{
  g_autofree char *text = g_strdup_printf ("{\"type\": \"status\", \"data\": {\"status\": {\"exec_info\": {\"queue_remaining\": %zu}}}}",
                                           mk_queue_n_remaining (runner->queue));
  mk_clients_send_text (runner->clients, NULL, text, 0);
}

void
mk_runner_greet (mk_runner *runner, const char *sid)
{
  mk_json *info = mk_json_new_object (), *status = mk_json_new_object (), *data = mk_json_new_object ();
  mk_json_set (info, "queue_remaining", mk_json_new_uint (mk_queue_n_remaining (runner->queue)));
  mk_json_set (status, "exec_info", info);
  mk_json_set (data, "status", status);
  mk_json_set (data, "sid", mk_json_new_string (sid));
  mk_clients_send (runner->clients, sid, "status", data);
  if (runner->display != NULL && g_strcmp0 (sid, runner->sid) == 0) {
    mk_json *executing = mk_json_new_object ();
    mk_json_set (executing, "node", mk_json_new_string (runner->display));
    mk_clients_send (runner->clients, sid, "executing", executing);
  }
}

static mk_json *
now_ms (void)
{
  return mk_json_new_int (g_get_real_time () / 1000);
}

static bool
is_one_of (const char *text, const char *const *list)
{
  return g_strv_contains (list, text);
}

/* ComfyUI's order of keys: prompt_id leads in failures and follows elsewhere. */
static mk_json *
complete_data (const mk_runner *runner, const char *type, const mk_json *data)
{
  static const char *const failures[] = { "execution_error", "execution_interrupted", NULL };
  static const char *const dated[] = { "execution_start", "execution_cached", "execution_success", "execution_error", "execution_interrupted", NULL };
  mk_json *whole = mk_json_new_object ();
  if (is_one_of (type, failures))
    mk_json_set (whole, "prompt_id", mk_json_new_string (runner->id));
  for (mk_json_iter i = mk_json_iterate (data); mk_json_next (&i);)
    mk_json_set (whole, i.key, mk_json_ref (i.value));
  if (!mk_json_has (whole, "prompt_id"))
    mk_json_set (whole, "prompt_id", mk_json_new_string (runner->id));
  const char *message = mk_json_get_string (mk_json_get (whole, "exception_message"));
  if (mk_json_has (whole, "exception_message") && !g_str_has_suffix (message, "\n")) { /* ComfyUI's ends so */
    g_autofree char *line = g_strconcat (message, "\n", NULL);
    mk_json_set (whole, "exception_message", mk_json_new_string (line));
  }
  if (is_one_of (type, dated))
    mk_json_set (whole, "timestamp", now_ms ());
  return whole;
}

/* What a slow socket keeps the newest of: states of large graphs. Small ones are all sent, as ComfyUI does. */
static uint64_t
state_key (const mk_runner *runner)
{
  return runner->order->len > MK_RUNNER_SMALL ? runner->n_prompts : 0;
}

/* NULL when nobody would hear it; g_free. */
static char *
print_state (mk_runner *runner)
{
  runner->is_state_due = false;
  runner->state_ms = mk_loop_now_ms (runner->loop);
  if (!mk_clients_is_heard (runner->clients, runner->sid))
    return NULL;
  mk_json *id = mk_json_new_string (runner->id);
  g_autofree char *quoted = mk_json_print (id);
  mk_json_unref (id);
  GString *text = g_string_new ("{\"type\": \"progress_state\", \"data\": {\"prompt_id\": ");
  g_string_append_printf (text, "%s, \"nodes\": {", quoted);
  for (guint i = 0; i < runner->order->len; i++) {
    const node_state *n = g_hash_table_lookup (runner->nodes, runner->order->pdata[i]);
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", n->text);
  }
  return g_string_free (g_string_append (text, "}}}"), FALSE);
}

/* The state, and with it another text that comes with it; NULL = none. */
static void
send_state_and (mk_runner *runner, const char *other)
{
  int64_t begun_us = g_get_monotonic_time ();
  g_autofree char *state = print_state (runner);
  if (state == NULL)
    return;
  if (other != NULL)
    mk_clients_send_both (runner->clients, runner->sid, state, state_key (runner), other);
  else
    mk_clients_send_text (runner->clients, runner->sid, state, state_key (runner));
  runner->state_cost_us = g_get_monotonic_time () - begun_us;
}

static bool
is_time_for_state (const mk_runner *runner)
{
  return runner->order->len <= MK_RUNNER_SMALL
         || mk_loop_now_ms (runner->loop) - runner->state_ms >= MAX (STATE_PERIOD_MS, runner->state_cost_us * STATE_SHARE / 1000);
}

static void
note_state (mk_runner *runner)
{
  if (is_time_for_state (runner))
    send_state_and (runner, NULL);
  else
    runner->is_state_due = true;
}

static mk_json *
describe_node (const mk_runner *runner, const char *id, const node_state *n)
{
  mk_json *o = mk_json_new_object ();
  mk_json_set (o, "value", mk_json_ref (n->value));
  mk_json_set (o, "max", mk_json_ref (n->max));
  mk_json_set (o, "state", mk_json_new_string (n->state));
  mk_json_set (o, "node_id", mk_json_new_string (id));
  mk_json_set (o, "prompt_id", mk_json_new_string (runner->id));
  mk_json_set (o, "display_node_id", mk_json_new_string (n->display));
  mk_json_set (o, "parent_node_id", mk_json_new_string (n->parent));
  mk_json_set (o, "real_node_id", mk_json_new_string (id));
  return o;
}

/* Takes the numbers. */
static void
set_node (mk_runner *runner, const char *id, const char *state, mk_json *value, mk_json *max)
{
  node_state *n = g_hash_table_lookup (runner->nodes, id);
  if (n == NULL) {
    n = g_new0 (node_state, 1);
    char *key = g_strdup (id);
    g_hash_table_insert (runner->nodes, key, n);
    g_ptr_array_add (runner->order, key);
    n->display = g_strdup (id);
  }
  mk_json_unref (n->value);
  mk_json_unref (n->max);
  n->value = value;
  n->max = max;
  n->state = state;
  mk_json *wrapped = mk_json_new_object ();
  mk_json_set (wrapped, id, describe_node (runner, id, n));
  g_autofree char *text = mk_json_print (wrapped);
  mk_json_unref (wrapped);
  g_free (n->text);
  n->text = g_strndup (text + 1, strlen (text) - 2); /* without the braces */
}

/* --- what the worker tells --- */

static void
record (mk_runner *runner, const char *type, const mk_json *data)
{
  static const char *const kept[] = { "execution_start", "execution_cached", "execution_success", "execution_error", "execution_interrupted", NULL };
  if (!is_one_of (type, kept))
    return;
  mk_json *pair = mk_json_new_array ();
  mk_json_append (pair, mk_json_new_string (type));
  mk_json_append (pair, mk_json_copy (data));
  mk_json_append (runner->messages, pair);
}

static void
on_event (void *user, const char *type, mk_json *data)
{
  mk_runner *runner = user;
  if (runner->queued == NULL)
    return;
  if (strcmp (type, "executing") == 0) {
    g_free (runner->node);
    g_free (runner->display);
    runner->node = g_strdup (mk_json_get_string (mk_json_get (data, "node")));
    runner->display = g_strdup (mk_json_get_string (mk_json_get (data, "display_node")));
  } else if (runner->is_state_due)
    send_state_and (runner, NULL); /* before a node's `executed` and before the end */
  mk_json *whole = complete_data (runner, type, data);
  record (runner, type, whole);
  /* Without a client nobody hears these, but an interrupt, which all hear. */
  if (runner->sid != NULL || strcmp (type, "execution_interrupted") == 0)
    mk_clients_send (runner->clients, runner->sid, type, whole);
  else
    mk_json_unref (whole);
}

static void
on_state (void *user, const char *node, const char *display, const char *parent, const char *what)
{
  mk_runner *runner = user;
  if (runner->queued == NULL)
    return;
  const node_state *known = g_hash_table_lookup (runner->nodes, node);
  if (strcmp (what, "running") == 0)
    set_node (runner, node, "running", mk_json_new_real (0), mk_json_new_real (1));
  else if (strcmp (what, "cached") == 0)
    set_node (runner, node, "finished", mk_json_new_int (1), mk_json_new_int (1));
  else
    set_node (runner, node, "finished", known != NULL ? mk_json_ref (known->max) : mk_json_new_real (1),
              known != NULL ? mk_json_ref (known->max) : mk_json_new_real (1));
  node_state *n = g_hash_table_lookup (runner->nodes, node);
  if (g_strcmp0 (n->display, display) != 0 || g_strcmp0 (n->parent, parent) != 0) {
    g_free (n->display);
    g_free (n->parent);
    n->display = g_strdup (display);
    n->parent = parent != NULL && parent[0] != '\0' ? g_strdup (parent) : NULL;
    set_node (runner, node, n->state, mk_json_ref (n->value), mk_json_ref (n->max));
  }
  note_state (runner);
}

/* Steps are integers, as samplers count them; a share of one is what ComfyUI shows of nodes that do not count. */
static mk_json *
number_of (double value, double total)
{
  return total != 1 && value == floor (value) && fabs (value) < 1e15 ? mk_json_new_int ((int64_t)value) : mk_json_new_real (value);
}

static void
on_progress (void *user, const char *node, double done, double total)
{
  mk_runner *runner = user;
  int64_t now = mk_loop_now_ms (runner->loop);
  if (runner->queued == NULL || (done < total && now - runner->progress_ms < PROGRESS_PERIOD_MS))
    return;
  runner->progress_ms = now;
  set_node (runner, runner->node != NULL ? runner->node : node, "running", number_of (done, total), number_of (total, total));
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "value", number_of (done, total));
  mk_json_set (data, "max", number_of (total, total));
  mk_json_set (data, "prompt_id", mk_json_new_string (runner->id));
  mk_json_set (data, "node", mk_json_new_string (node));
  if (!is_time_for_state (runner)) {
    runner->is_state_due = true;
    mk_clients_send (runner->clients, runner->sid, "progress", data);
    return;
  }
  g_autofree char *text = mk_clients_print ("progress", data);
  send_state_and (runner, text);
}

static void
on_preview (void *user, const char *node, const char *type, bool is_result, const void *image, size_t length)
{
  mk_runner *runner = user;
  if (runner->queued == NULL)
    return;
  const node_state *n = g_hash_table_lookup (runner->nodes, node);
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "node_id", mk_json_new_string (node));
  mk_json_set (data, "prompt_id", mk_json_new_string (runner->id));
  mk_json_set (data, "display_node_id", mk_json_new_string (n != NULL ? n->display : node));
  mk_json_set (data, "parent_node_id", mk_json_new_string (n != NULL ? n->parent : NULL));
  mk_json_set (data, "real_node_id", mk_json_new_string (node));
  mk_json_set (data, "image_type", mk_json_new_string (type));
  g_autofree char *text = mk_json_print (data);
  mk_json_unref (data);
  mk_clients_send_preview (runner->clients, runner->sid, text, &(mk_shown){ type, is_result, image, length });
}

/* ComfyUI's nodes name no listener, so all hear it. */
static void
on_tell (void *user, const char *node, const char *text)
{
  mk_runner *runner = user;
  if (runner->queued != NULL)
    mk_clients_send_node_text (runner->clients, NULL, node, text);
}

/* On the way that the node's `executing` took, so that it comes behind it. */
static void
on_message (void *user, const mk_json *message)
{
  mk_clients_send_message (((mk_runner *)user)->clients, message);
}

/* --- the end of a prompt --- */

static void
forget_prompt (mk_runner *runner)
{
  runner->queued = NULL;
  g_clear_pointer (&runner->id, g_free);
  g_clear_pointer (&runner->sid, g_free);
  g_clear_pointer (&runner->messages, mk_json_unref);
  g_ptr_array_set_size (runner->order, 0);
  g_hash_table_remove_all (runner->nodes);
  g_clear_pointer (&runner->node, g_free);
  g_clear_pointer (&runner->display, g_free);
  runner->is_interrupted = false;
  runner->is_state_due = false;
}

/* What a record is made of, and what became of it. Nothing here is anybody else's, so that large ones are written beside the
 * loop; the prompt counts as running until then. */
typedef struct {
  mk_runner *runner;
  const mk_queued *queued;
  bool is_beside;
  mk_json *status, *made; /* `made` NULL = nothing was */
  char *ui, *meta;
  GHashTable *nodes;      /* to be freed there too; or NULL */
  char *record;
  mk_ended ended;
  mk_json *job;
} ending;

static void
ending_free (ending *e)
{
  mk_json_unref (e->status);
  mk_json_unref (e->made);
  mk_json_unref (e->job);
  g_free (e->ui);
  g_free (e->meta);
  g_free (e->record);
  g_free (e);
}

/* The prompt is told as it was accepted: its text is known, and so are those of what it made. */
static void
write_record (void *user)
{
  ending *e = user;
  g_autoptr (mk_json) waiting = NULL;
  g_autofree char *status_text = mk_json_print (e->status);
  mk_json_parse (e->queued->job, -1, NULL, &waiting, NULL);
  e->job = mk_job_end (waiting, e->status, e->made);
  e->record = g_strconcat ("{\"prompt\": ", e->queued->text, ", \"outputs\": ", e->ui, ", \"status\": ", status_text, ", \"meta\": ", e->meta, "}", NULL);
  e->ended.record = e->record;
  e->ended.job = e->job;
  if (e->is_beside)
    e->ended.record_row = mk_texts_put (mk_queue_texts (e->runner->queue), e->record, NULL); /* else the queue will say why it cannot */
  g_clear_pointer (&e->nodes, g_hash_table_unref);
}

static void
end_prompt (ending *taken)
{
  ending *e = taken;
  mk_runner *runner = e->runner;
  g_autoptr (GError) error = NULL;
  if (!mk_queue_finish (runner->queue, &e->ended, &error))
    mk_log (MK_LOG_ERROR, "server", "prompt %s cannot be recorded: %s", runner->id, error->message);
  ending_free (e);
  mk_runner_tell_status (runner);
  if (runner->sid != NULL) {
    mk_json *end = mk_json_new_object ();
    mk_json_set (end, "node", NULL);
    mk_json_set (end, "prompt_id", mk_json_new_string (runner->id));
    mk_clients_send (runner->clients, runner->sid, "executing", end);
  }
  forget_prompt (runner);
}

static void
on_record_written (void *user)
{
  ending *e = user;
  mk_runner *runner = e->runner;
  end_prompt (e);
  mk_runner_wake (runner);
}

static GHashTable *
nodes_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, node_state_free);
}

/* What the prompt made, and with it the prompt, may be past before this returns or some time later. */
static void
finish (mk_runner *runner, const mk_worker_result *result)
{
  ending *e = g_new0 (ending, 1);
  *e = (ending){ .runner = runner, .queued = runner->queued, .status = mk_json_new_object (), .made = result->made != NULL ? mk_json_copy (result->made) : NULL, .ui = g_strdup (result->ui),
                 .meta = g_strdup (result->meta) };
  mk_json_set (e->status, "status_str", mk_json_new_string (result->is_good ? "success" : "error"));
  mk_json_set (e->status, "completed", mk_json_new_bool (result->is_good));
  mk_json_set (e->status, "messages", g_steal_pointer (&runner->messages));
  e->ended.status = result->is_good ? "completed" : runner->is_interrupted ? "cancelled" : "failed";
  mk_log (MK_LOG_INFO, "server", "Prompt executed in %.2f seconds", (double)(g_get_real_time () / 1000 - runner->begun_ms) / 1000);
  e->is_beside = runner->backstage != NULL && strlen (runner->queued->text) + strlen (e->ui) + strlen (e->meta) >= MK_TEXT_LARGE;
  if (!e->is_beside) {
    write_record (e);
    end_prompt (e);
    return;
  }
  e->nodes = runner->nodes;
  runner->nodes = nodes_new ();
  g_ptr_array_set_size (runner->order, 0);
  mk_backstage_run (runner->backstage, write_record, on_record_written, e);
}

static void
on_done (void *user, const mk_worker_result *result)
{
  mk_runner *runner = user;
  if (runner->queued == NULL)
    return;
  finish (runner, result);
  mk_runner_wake (runner);
}

/* An error that no node told: the worker died, could not be started, or the prompt was begun too often. */
static void
fail (mk_runner *runner, const char *why)
{
  g_autoptr (mk_json) item = runner->node != NULL ? mk_job_parse (runner->queued->text, NULL) : NULL;
  const mk_json *node = item != NULL ? mk_json_get (mk_json_at (item, 2), runner->node) : NULL;
  const char *class_type = mk_json_get_string (mk_json_get (node, "class_type"));
  mk_json *executed = mk_json_new_array ();
  for (guint i = 0; i < runner->order->len; i++) {
    const node_state *n = g_hash_table_lookup (runner->nodes, runner->order->pdata[i]);
    if (strcmp (n->state, "finished") == 0)
      mk_json_append (executed, mk_json_new_string (runner->order->pdata[i]));
  }
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "node_id", mk_json_new_string (runner->node));
  mk_json_set (data, "node_type", mk_json_new_string (node != NULL ? class_type : NULL));
  mk_json_set (data, "executed", executed);
  if (!runner->is_interrupted) {
    mk_json_set (data, "exception_message", mk_json_new_string (why));
    mk_json_set (data, "exception_type", mk_json_new_string ("WorkerDied"));
    mk_json_set (data, "traceback", mk_json_new_array ());
    mk_json_set (data, "current_inputs", mk_json_new_object ());
    mk_json_set (data, "current_outputs", mk_json_new_array ());
  }
  on_event (runner, runner->is_interrupted ? "execution_interrupted" : "execution_error", data);
  mk_json_unref (data);
  finish (runner, &(mk_worker_result){ .ui = "{}", .meta = "{}" });
}

static void
on_died (void *user, const char *why)
{
  mk_runner *runner = user;
  if (runner->queued == NULL)
    return;
  fail (runner, why);
  mk_runner_wake (runner);
}

static const mk_worker_events worker_events = { on_event, on_state, on_progress, on_preview, on_tell, on_message, on_done, on_died };

/* --- the beginning of a prompt --- */

static bool
adopt (mk_runner *runner, const mk_queued *queued)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_json) item = queued->is_restored ? mk_job_parse (queued->text, &error) : NULL;
  if (queued->is_restored && mk_json_get_kind (item) != MK_JSON_ARRAY) {
    mk_log (MK_LOG_ERROR, "server", "prompt %s is damaged on disk: %s", queued->id, error != NULL ? error->message : "its text is lost");
    mk_queue_finish (runner->queue, &(mk_ended){ .record = "{}", .status = "failed" }, NULL);
    return false;
  }
  runner->queued = queued;
  runner->id = g_strdup (queued->id);
  runner->sid = g_strdup (queued->client_id);
  runner->messages = mk_json_new_array ();
  runner->begun_ms = g_get_real_time () / 1000;
  runner->state_ms = runner->progress_ms = runner->state_cost_us = 0;
  runner->n_prompts++;
  return true;
}

static void
begin (mk_runner *runner)
{
  const mk_queued *queued = runner->queued;
  g_autofree char *job = g_strconcat ("{\"item\": ", queued->text, ", \"secrets\": ", queued->secrets != NULL ? queued->secrets : "null", "}", NULL);
  g_autoptr (GError) error = NULL;
  if (!mk_worker_run (runner->worker, job, &error))
    fail (runner, error->message);
}

void
mk_runner_wake (mk_runner *runner)
{
  while (runner->queued == NULL) {
    g_autoptr (GError) error = NULL;
    const mk_queued *spent = mk_queue_take_spent (runner->queue);
    const mk_queued *next = spent != NULL ? spent : mk_queue_take (runner->queue, &error);
    if (error != NULL)
      mk_log (MK_LOG_ERROR, "server", "the queue cannot be read: %s", error->message);
    if (next == NULL)
      return;
    if (!adopt (runner, next))
      continue;
    if (spent != NULL)
      fail (runner, "the server died each time while this prompt ran; it is not tried again");
    else {
      mk_runner_tell_status (runner);
      begin (runner);
    }
  }
}

void
mk_runner_stay_on_loop (mk_runner *runner)
{
  runner->backstage = NULL;
}

static void
wake_now (void *user)
{
  mk_runner *runner = user;
  runner->is_soon = false;
  mk_runner_wake (runner);
}

void
mk_runner_wake_soon (mk_runner *runner)
{
  if (runner->queued != NULL || runner->is_soon)
    return;
  runner->is_soon = true;
  mk_timer_start (runner->soon, MK_RUNNER_PATIENCE_MS);
}

bool
mk_runner_interrupt (mk_runner *runner, const char *id)
{
  if (runner->queued == NULL || (id != NULL && strcmp (id, runner->id) != 0))
    return false;
  runner->is_interrupted = true;
  mk_worker_interrupt (runner->worker);
  return true;
}

void
mk_runner_free_memory (mk_runner *runner, bool results)
{
  mk_worker_free_memory (runner->worker, results);
}

int64_t
mk_runner_begun_ms (const mk_runner *runner)
{
  return runner->begun_ms;
}

mk_runner *
mk_runner_new (mk_loop *loop, mk_backstage *backstage, mk_queue *queue, mk_clients *clients, const mk_worker_settings *settings)
{
  mk_runner *runner = g_new0 (mk_runner, 1);
  runner->loop = loop;
  runner->backstage = backstage;
  runner->queue = queue;
  runner->clients = clients;
  runner->worker = mk_worker_new (loop, settings, &worker_events, runner);
  runner->soon = mk_timer_new (loop, wake_now, runner);
  runner->nodes = nodes_new ();
  runner->order = g_ptr_array_new ();
  return runner;
}

void
mk_runner_free (mk_runner *runner)
{
  if (runner == NULL)
    return;
  mk_timer_free (runner->soon);
  mk_worker_free (runner->worker);
  forget_prompt (runner);
  g_ptr_array_free (runner->order, TRUE);
  g_hash_table_destroy (runner->nodes);
  g_free (runner);
}
