/* engine_link.c - one engine: whether it is up, what it can run, what it is likely to have cached. */
#include "bridge/dispatcher_private.h"

#include "base/folder_stamp.h"

#include <string.h>

#define MAX_CACHED 4096 /* signatures that are remembered of an engine */
#define TABLES_MS 10000 /* what cannot be seen from here (another's disk, what packs list) is asked for so often at most */

/* --- what it can --- */

static bool
is_model_file (const char *name)
{
  static const char *const suffixes[] = { ".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin", ".gguf", ".onnx" };
  for (size_t i = 0; i < MK_COUNT (suffixes); i++)
    if (g_str_has_suffix (name, suffixes[i]))
      return true;
  return false;
}

/* Choices stand in the type's place, or under "options" of what follows "COMBO". NULL when the input is no choice. */
static const mk_json *
choices_of (const mk_json *table, const char *input)
{
  static const char *const needs[] = { "required", "optional" };
  for (size_t i = 0; i < MK_COUNT (needs); i++) {
    const mk_json *described = mk_json_get (mk_json_get (mk_json_get (table, "input"), needs[i]), input);
    const mk_json *type = mk_json_at (described, 0), *options = mk_json_get (mk_json_at (described, 1), "options");
    if (described != NULL)
      return mk_json_get_kind (type) == MK_JSON_ARRAY ? type : options;
  }
  return NULL;
}

static bool
holds (const mk_json *choices, const char *value)
{
  for (size_t i = 0; i < mk_json_length (choices); i++)
    if (g_str_equal (mk_json_get_string (mk_json_at (choices, i)), value))
      return true;
  return false;
}

char *
mk_engine_link_find_missing (const mk_engine_link *link, const mk_json *workflow, const char **id)
{
  for (mk_json_iter node = mk_json_iterate (workflow); mk_json_next (&node);) {
    const char *class = mk_json_get_string (mk_json_get (node.value, "class_type"));
    const mk_json *table = mk_json_get (link->tables, class);
    if (class[0] == '\0')
      continue; /* no node: the engine has better words for what is wrong */
    *id = node.key;
    if (table == NULL)
      return g_strdup_printf ("the node %s", class);
    for (mk_json_iter input = mk_json_iterate (mk_json_get (node.value, "inputs")); mk_json_next (&input);) {
      const char *value = mk_json_get_string (input.value);
      const mk_json *choices = is_model_file (value) ? choices_of (table, input.key) : NULL;
      if (choices != NULL && !holds (choices, value))
        return g_strdup_printf ("the model “%s” (%s of %s)", value, input.key, class);
    }
  }
  return NULL;
}

/* --- what it has cached: a node's class, parameters and all that is upstream of it --- */

static uint64_t
sign (const mk_json *workflow, const char *id, GHashTable *known, int depth)
{
  uint64_t *earlier = g_hash_table_lookup (known, id);
  const mk_json *node = mk_json_get (workflow, id);
  if (earlier != NULL)
    return *earlier;
  if (node == NULL || depth > 500)
    return 0;
  uint64_t sum = g_str_hash (mk_json_get_string (mk_json_get (node, "class_type")));
  for (mk_json_iter input = mk_json_iterate (mk_json_get (node, "inputs")); mk_json_next (&input);) {
    bool is_link = mk_json_get_kind (input.value) == MK_JSON_ARRAY && mk_json_length (input.value) == 2 && mk_json_get_kind (mk_json_at (input.value, 0)) == MK_JSON_STRING;
    g_autofree char *text = is_link ? NULL : mk_json_print_compact (input.value);
    uint64_t value = is_link ? sign (workflow, mk_json_get_string (mk_json_at (input.value, 0)), known, depth + 1) : g_str_hash (text);
    sum = (sum ^ g_str_hash (input.key)) * 0x9e3779b97f4a7c15u + value; /* 2^64 / golden ratio: spreads the bits */
    sum ^= sum >> 29;
  }
  g_hash_table_insert (known, g_strdup (id), g_memdup2 (&sum, sizeof sum));
  return sum;
}

static GHashTable *
sign_all (const mk_json *workflow)
{
  GHashTable *known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (mk_json_iter node = mk_json_iterate (workflow); mk_json_next (&node);)
    sign (workflow, node.key, known, 0);
  return known;
}

double
mk_engine_link_score (const mk_engine_link *link, const mk_json *workflow)
{
  g_autoptr (GHashTable) signatures = sign_all (workflow);
  unsigned n_cached = 0, n = MAX (g_hash_table_size (signatures), 1);
  GHashTableIter iter;
  void *sum;
  g_hash_table_iter_init (&iter, signatures);
  while (g_hash_table_iter_next (&iter, NULL, &sum))
    n_cached += g_hash_table_contains (link->cached, sum);
  return (double)n_cached / n - (double)link->n_remaining;
}

void
mk_engine_link_remember (mk_engine_link *link, const mk_json *workflow)
{
  g_autoptr (GHashTable) signatures = sign_all (workflow);
  if (g_hash_table_size (link->cached) > MAX_CACHED)
    g_hash_table_remove_all (link->cached);
  GHashTableIter iter;
  void *sum;
  g_hash_table_iter_init (&iter, signatures);
  while (g_hash_table_iter_next (&iter, NULL, &sum))
    g_hash_table_add (link->cached, g_memdup2 (sum, sizeof (uint64_t)));
}

/* --- whether it is up --- */

/* The link may be gone when an answer comes: it is looked for by name. */
typedef struct {
  mk_bridge *bridge;
  char *id;
} question;

static question *
question_new (const mk_engine_link *link)
{
  question *q = g_new (question, 1);
  *q = (question){ link->dispatcher->bridge, g_strdup (link->id) };
  return q;
}

static mk_engine_link *
question_end (question *q)
{
  mk_engine_link *link = q->bridge->dispatcher != NULL ? mk_dispatcher_find (q->bridge->dispatcher, q->id) : NULL;
  g_free (q->id);
  g_free (q);
  return link;
}

static void
take_tables (mk_engine_link *link, const mk_json *reply)
{
  if (mk_json_get_kind (reply) != MK_JSON_OBJECT) {
    mk_engine_link_set_error (link, "its /object_info is no list of nodes");
    return;
  }
  bool is_first = link->tables == NULL;
  if (is_first || !mk_json_equal (link->tables, reply)) {
    mk_json_unref (link->tables);
    link->tables = mk_json_copy (reply);
    if (!is_first)
      mk_sockets_tell (link->dispatcher->bridge->sockets, "status_update", mk_engine_link_describe (link), NULL);
  }
  mk_dispatcher_wake (link->dispatcher);
}

static uint64_t
stamp_of (const mk_engine_link *link)
{
  const mk_bridge *bridge = link->dispatcher->bridge;
  return link->is_own ? mk_folder_stamp (bridge->models_folder) ^ mk_folder_stamp (bridge->inputs_folder) : 0;
}

static void on_tables (void *user, const mk_json *reply, const GError *error);

static void
ask_tables (mk_engine_link *link)
{
  link->is_asked = true;
  link->is_asked_again = false;
  link->tables_stamp = stamp_of (link);
  link->tables_ms = mk_loop_now_ms (link->dispatcher->bridge->loop);
  mk_comfy_get (link->comfy, "/object_info", on_tables, question_new (link));
}

static void
on_tables (void *user, const mk_json *reply, const GError *error)
{
  mk_engine_link *link = question_end (user);
  if (link == NULL)
    return;
  link->is_asked = false;
  if (error == NULL)
    take_tables (link, reply);
  else
    link->tables_ms = 0; /* never told */
  if (error == NULL && link->is_asked_again && mk_engine_link_is_up (link))
    ask_tables (link);
  mk_table_readers_wake (link->dispatcher->readers);
}

void
mk_engine_link_refresh (mk_engine_link *link)
{
  bool is_old = link->tables_ms == 0 || mk_loop_now_ms (link->dispatcher->bridge->loop) - link->tables_ms > TABLES_MS;
  if (!mk_engine_link_is_up (link) || (!is_old && stamp_of (link) == link->tables_stamp))
    return;
  if (link->is_asked)
    link->is_asked_again = true;
  else
    ask_tables (link);
}

static void
on_stats (void *user, const mk_json *reply, const GError *error)
{
  mk_engine_link *link = question_end (user);
  if (link == NULL || error != NULL)
    return;
  g_free (link->version);
  link->version = g_strdup (mk_json_get_string (mk_json_get (mk_json_get (reply, "system"), "comfyui_version")));
}

static void
on_ping (void *user, const mk_json *reply, const GError *error)
{
  mk_engine_link *link = question_end (user);
  if (link == NULL)
    return;
  link->is_pinged = false;
  if (error != NULL)
    return;
  link->heard_ms = mk_loop_now_ms (link->dispatcher->bridge->loop);
  link->n_remaining = (int64_t)(mk_json_length (mk_json_get (reply, "queue_running")) + mk_json_length (mk_json_get (reply, "queue_pending")));
}

void
mk_engine_link_ping (mk_engine_link *link)
{
  if (link->is_pinged || link->comfy == NULL)
    return;
  link->is_pinged = true;
  mk_comfy_get (link->comfy, "/queue", on_ping, question_new (link));
}

bool
mk_engine_link_ask_again (mk_engine_link *link, const char *task)
{
  if (!mk_engine_link_is_up (link) || (!link->is_asked && g_strcmp0 (link->asked_for, task) == 0))
    return false;
  if (!link->is_asked) {
    g_free (link->asked_for);
    link->asked_for = g_strdup (task);
    ask_tables (link);
  }
  return true;
}

static void
on_up (void *user, bool is_up)
{
  mk_engine_link *link = user;
  int64_t now = mk_loop_now_ms (link->dispatcher->bridge->loop);
  link->heard_ms = now;
  link->down_since_ms = is_up ? 0 : now;
  mk_sockets_tell (link->dispatcher->bridge->sockets, "status_update", mk_engine_link_describe (link), NULL);
  if (!is_up) {
    mk_flight_note_break (link->flight);
    return;
  }
  ask_tables (link);
  mk_comfy_get (link->comfy, "/system_stats", on_stats, question_new (link));
  mk_engine_link_ping (link);
}

static void
on_queue (void *user, int64_t n_remaining)
{
  mk_engine_link *link = user;
  link->n_remaining = MAX (n_remaining, 0);
  link->heard_ms = mk_loop_now_ms (link->dispatcher->bridge->loop);
}

bool
mk_engine_link_is_up (const mk_engine_link *link)
{
  return link->is_enabled && link->comfy != NULL && mk_comfy_is_up (link->comfy);
}

void
mk_engine_link_set_url (mk_engine_link *link, const char *url)
{
  mk_bridge *bridge = link->dispatcher->bridge;
  mk_comfy_events events = mk_flight_events;
  events.up = on_up;
  events.queue = on_queue;
  g_autofree char *address = g_strdup (url);
  mk_comfy_free (link->comfy);
  g_free (link->url);
  link->url = g_steal_pointer (&address);
  link->n_remaining = 0;
  link->is_asked = false;
  link->tables_ms = 0;
  link->comfy = mk_comfy_new (bridge->loop, bridge->client, link->url, link->client_id, link->key, &events, link);
  if (link->flight != NULL && !link->flight->is_landing)
    mk_comfy_follow (link->comfy, link->flight->prompt);
  if (link->flight != NULL && link->flight->cancelled_ms != 0)
    mk_flight_cancel (link->flight);
}

static void
on_started (void *user, const char *url)
{
  mk_engine_link *link = user;
  if (link->process != NULL && mk_engine_process_n_restarts (link->process) > 0) {
    g_hash_table_remove_all (link->cached);
    mk_engine_link_set_error (link, "%s%s%s", mk_engine_process_last_words (link->process), link->flight != NULL && link->flight->node != NULL ? " while it ran node " : "",
                              link->flight != NULL && link->flight->node != NULL ? link->flight->node : "");
    if (link->flight != NULL) {
      g_autoptr (mk_json) report = mk_failure_new (link->last_error, "engine_lost", link->flight->node, NULL);
      mk_task_add_event (link->dispatcher->bridge->store, link->flight->task, "engine_lost", report, mk_bridge_now_ms (), NULL);
    }
  }
  mk_engine_link_set_url (link, url);
}

/* --- life --- */

mk_engine_link *
mk_engine_link_new (mk_dispatcher *dispatcher, const mk_engine_row *row)
{
  g_autofree char *name = mk_store_name (dispatcher->bridge->store);
  mk_engine_link *link = g_new0 (mk_engine_link, 1);
  *link = (mk_engine_link){ .dispatcher = dispatcher, .id = g_strdup (row->id), .url = g_strdup (row->url != NULL ? row->url : ""), .key = g_strdup (row->key), .client_id = g_strdup_printf ("%s-%s", name, row->id), .is_enabled = row->is_enabled };
  link->cached = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  link->heard_ms = link->down_since_ms = mk_loop_now_ms (dispatcher->bridge->loop);
  if (row->url != NULL && row->is_enabled)
    mk_engine_link_set_url (link, row->url);
  return link;
}

bool
mk_engine_link_start_own (mk_engine_link *link, GError **error)
{
  link->is_own = true;
  link->process = mk_engine_process_new (link->dispatcher->bridge, on_started, link, error);
  return link->process != NULL;
}

void
mk_engine_link_free (mk_engine_link *link)
{
  if (link == NULL)
    return;
  mk_flight_free (link->flight);
  mk_comfy_free (link->comfy);
  mk_engine_process_free (link->process);
  mk_json_unref (link->tables);
  g_hash_table_unref (link->cached);
  g_free (link->version);
  g_free (link->last_error);
  g_free (link->asked_for);
  g_free (link->id);
  g_free (link->url);
  g_free (link->key);
  g_free (link->client_id);
  g_free (link);
}

void
mk_engine_link_set_error (mk_engine_link *link, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  char *text = g_strdup_vprintf (format, args);
  va_end (args);
  g_free (link->last_error);
  link->last_error = text;
}

mk_json *
mk_engine_link_describe (const mk_engine_link *link)
{
  bool is_up = mk_engine_link_is_up (link), is_hopeless = link->process != NULL && mk_engine_process_is_down (link->process);
  const char *state = is_up ? "up" : !link->is_enabled || link->comfy != NULL || is_hopeless ? "down" : "starting";
  const char *last_words = link->process != NULL && !is_up ? mk_engine_process_last_words (link->process) : "";
  mk_json *engine = mk_json_new_object ();
  mk_json_set (engine, "id", mk_json_new_string (link->id));
  mk_json_set (engine, "url", mk_json_new_string (link->url));
  mk_json_set (engine, "kind", mk_json_new_string (link->process != NULL ? "embedded" : "comfyui"));
  mk_json_set (engine, "state", mk_json_new_string (state));
  mk_json_set (engine, "enabled", mk_json_new_bool (link->is_enabled));
  mk_json_set (engine, "queue_length", mk_json_new_int (link->n_remaining));
  mk_json_set (engine, "task_id", mk_json_new_string (link->flight != NULL ? link->flight->task : NULL));
  mk_json_set (engine, "n_nodes", mk_json_new_int ((int64_t)mk_json_length (link->tables)));
  mk_json_set (engine, "version", mk_json_new_string (link->version));
  mk_json_set (engine, "last_error", mk_json_new_string (last_words[0] != '\0' ? last_words : link->last_error));
  mk_json_set (engine, "restarts", mk_json_new_int (link->process != NULL ? mk_engine_process_n_restarts (link->process) : 0));
  return engine;
}
