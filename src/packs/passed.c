#include "packs/passed.h"

#include <pthread.h>

#include "graph/run.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the rest */
static GHashTable *passed;  /* number as a pointer -> mk_value */
static char *prompt;        /* whose they are */
static int64_t n_passed;

/* Another number each time, so that no cached result of other values is found. */
static int64_t
keep (const char *prompt_id, mk_value *value)
{
  g_autoptr (GHashTable) old = NULL;
  pthread_mutex_lock (&lock);
  if (passed == NULL || g_strcmp0 (prompt, prompt_id) != 0) {
    old = g_steal_pointer (&passed);
    passed = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)mk_value_unref);
    g_free (prompt);
    prompt = g_strdup (prompt_id);
  }
  int64_t number = ++n_passed;
  g_hash_table_insert (passed, GSIZE_TO_POINTER ((gsize)number), mk_value_ref (value));
  pthread_mutex_unlock (&lock);
  return number;
}

void
mk_pack_pass_values (const mk_run *run, mk_json *graph, const mk_outcome *outcome)
{
  for (mk_json_iter i = mk_json_iterate (graph); mk_json_next (&i);) {
    mk_json *inputs = mk_json_get (i.value, "inputs");
    const mk_json *slot = mk_json_get (inputs, "slot");
    if (!g_str_equal (mk_json_get_string (mk_json_get (i.value, "class_type")), MK_PASSED_NODE) || slot == NULL)
      continue;
    int64_t index = mk_json_get_int (slot);
    const GPtrArray *list = index >= 0 && (size_t)index < outcome->n_outputs ? outcome->outputs[index] : NULL;
    if (list != NULL && list->len > 0)
      mk_json_set (inputs, "number", mk_json_new_int (keep (run->context->prompt_id, list->pdata[0])));
  }
}

static bool
run_passed (mk_run *run, GError **error)
{
  pthread_mutex_lock (&lock);
  mk_value *value = passed != NULL ? g_hash_table_lookup (passed, GSIZE_TO_POINTER ((gsize)mk_run_get_int (run, "number"))) : NULL;
  if (value != NULL)
    mk_run_set_output (run, 0, mk_value_ref (value));
  pthread_mutex_unlock (&lock);
  return value != NULL || mk_error (error, MK_ERROR_NOT_FOUND, MK_PASSED_NODE " only works in the graph that a pack's node becomes");
}

static const mk_port inputs[] = { { "number", "INT", MK_INT_RANGE (0, 9e15, 0, 1) }, { 0 } };
static const mk_port outputs[] = { { "*", "*" }, { 0 } };

const mk_node_def mk_pack_passed_node = { .id = MK_PASSED_NODE, .label = "Passed Value", .category = "_internal", .help = "A value that a pack's node put into the graph that it became.",
                                          .inputs = inputs, .outputs = outputs, .flags = MK_NODE_NO_DISK_CACHE | MK_NODE_NOT_IDEMPOTENT, .run = run_passed };
