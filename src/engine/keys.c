#include "engine/walk.h"

#include "graph/validate.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  const char *name;
  const mk_json *given; /* both borrowed */
} named_input;

static int
by_name (const void *a, const void *b)
{
  return strcmp (((const named_input *)a)->name, ((const named_input *)b)->name);
}

static GArray *
sort_inputs (const mk_json *inputs)
{
  GArray *sorted = g_array_sized_new (FALSE, FALSE, sizeof (named_input), (guint)mk_json_length (inputs));
  for (mk_json_iter i = mk_json_iterate (inputs); mk_json_next (&i);) {
    named_input input = { i.key, i.value };
    g_array_append_val (sorted, input);
  }
  if (sorted->len > 1)
    qsort (sorted->data, sorted->len, sizeof (named_input), by_name);
  return sorted;
}

/* Without a fingerprint hook nothing but the inputs counts. */
static bool
add_fingerprint (mk_walk *walk, mk_step *step, mk_hasher *hasher)
{
  if (step->def->fingerprint == NULL)
    return true;
  mk_run_context context = { .folders = walk->engine->folders };
  g_autoptr (mk_run) run = mk_run_new (&context, step->def, step->id);
  for (size_t i = 0; step->def->inputs[i].name != NULL; i++) {
    const mk_json *given = mk_json_get (step->inputs, step->def->inputs[i].name);
    if (given == NULL || mk_json_get_kind (given) == MK_JSON_ARRAY)
      continue;
    g_autoptr (GPtrArray) list = mk_value_list_new ();
    g_ptr_array_add (list, mk_value_of_json (given, step->def->inputs[i].type));
    mk_run_set_input (run, i, list);
  }
  return step->def->fingerprint (run, hasher, NULL);
}

/* The common kinds without a detour over text; frames differ by kind, so that 1, 1.0, true and "1" do. */
static void
add_constant (mk_hasher *hasher, const mk_json *value)
{
  mk_json_kind kind = mk_json_get_kind (value);
  if (kind == MK_JSON_INT) {
    mk_hasher_add_int (hasher, mk_json_get_int (value));
    if (mk_json_get_int (value) == INT64_MAX) /* or above: seeds reach 2^64 - 1 */
      mk_hasher_add_int (hasher, (int64_t)mk_json_get_uint (value));
  } else if (kind == MK_JSON_STRING)
    mk_hasher_add_bytes (hasher, mk_json_get_string (value), mk_json_get_string_length (value));
  else {
    g_autofree char *text = mk_json_print_compact (value);
    mk_hasher_add_string (hasher, text);
  }
}

static bool
add_input (mk_walk *walk, mk_step *step, mk_hasher *hasher, const named_input *input, GError **error)
{
  const char *from;
  int64_t slot;
  mk_hasher_add_string (hasher, input->name);
  if (!mk_json_get_link (input->given, &from, &slot)) {
    add_constant (hasher, input->given);
    return true;
  }
  const mk_step *source = mk_walk_find (walk, from);
  if (source == NULL)
    return mk_error (error, MK_ERROR_WORKFLOW, "input “%s” of node %s is linked to node %s, which is not there", input->name, step->id, from);
  step->is_uncacheable |= source->is_uncacheable || !source->has_key; /* no key yet: a circle */
  mk_hasher_add_bytes (hasher, source->key.bytes, sizeof source->key.bytes);
  mk_hasher_add_int (hasher, slot);
  return true;
}

/* Nodes that want to know their own number are not like their equals: contract §5.8, and its exception for newer ones. */
static bool
counts_by_number (const mk_node_def *def)
{
  bool asks = false;
  for (const mk_port *port = def->inputs; port->name != NULL; port++)
    asks |= port->need == MK_HIDDEN && g_str_equal (port->type, "UNIQUE_ID");
  return (def->flags & MK_NODE_NOT_IDEMPOTENT) != 0 || (asks && (def->flags & MK_NODE_SCHEMA_V3) == 0);
}

/* Every source has its key already. */
static bool
make_own_key (mk_walk *walk, mk_step *step, GError **error)
{
  g_autoptr (mk_hasher) hasher = mk_hasher_new ();
  mk_hasher_add_string (hasher, step->def->id);
  mk_hasher_add_int (hasher, MAX (step->def->version, 1));
  if (counts_by_number (step->def))
    mk_hasher_add_string (hasher, step->id);
  g_autoptr (GArray) inputs = sort_inputs (step->inputs);
  for (guint i = 0; i < inputs->len; i++)
    if (!add_input (walk, step, hasher, &g_array_index (inputs, named_input, i), error))
      return false;
  if (!add_fingerprint (walk, step, hasher)) {
    step->is_uncacheable = true;
    mk_hasher_add_int (hasher, ++walk->n_uncacheable);
  }
  step->key = mk_hasher_take (g_steal_pointer (&hasher));
  step->has_key = true;
  return true;
}

static void
push_sources (mk_walk *walk, const mk_step *step, GPtrArray *stack)
{
  for (mk_json_iter i = mk_json_iterate (step->inputs); mk_json_next (&i);) {
    const char *from;
    int64_t slot;
    mk_step *source = mk_json_get_link (i.value, &from, &slot) ? mk_walk_find (walk, from) : NULL;
    if (source != NULL && !source->is_key_begun)
      g_ptr_array_add (stack, source);
  }
}

/* Sources first, with a stack of our own: a step stays on it below its sources until they have their keys. */
bool
mk_walk_make_key (mk_walk *walk, mk_step *wanted, GError **error)
{
  g_autoptr (GPtrArray) stack = g_ptr_array_new ();
  g_ptr_array_add (stack, wanted);
  while (stack->len > 0) {
    mk_step *step = stack->pdata[stack->len - 1];
    if (!step->has_key && !step->is_key_begun) {
      step->is_key_begun = true;
      push_sources (walk, step, stack);
      continue;
    }
    g_ptr_array_remove_index (stack, stack->len - 1);
    if (!step->has_key && !make_own_key (walk, step, error))
      return false;
  }
  return true;
}
