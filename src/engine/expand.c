#include "engine/walk.h"

#include "graph/validate.h"

#include <string.h>

/* Expansion without end must stop somewhere: loops of a thousand rounds of dozens of nodes stay below it. */
#define MAX_STEPS 200000
/* Names of children begin with their parent's; a loop of a thousand rounds stays below this. */
#define MAX_ID_BYTES 16384

static bool
add_children (mk_walk *walk, mk_step *step, mk_json *graph, GError **error)
{
  if (g_hash_table_size (walk->steps) + mk_json_length (graph) > MAX_STEPS)
    return mk_error (error, MK_ERROR_LIMIT, "node %s expands into more than %d nodes", step->id, MAX_STEPS);
  for (mk_json_iter i = mk_json_iterate (graph); mk_json_next (&i);) {
    if (strlen (i.key) > MAX_ID_BYTES)
      return mk_error (error, MK_ERROR_LIMIT, "node %.40s… expands again and again; its children's names have more than %d bytes by now", step->id, MAX_ID_BYTES);
    if (mk_walk_find (walk, i.key) != NULL)
      return mk_error (error, MK_ERROR_WORKFLOW, "node %s expands into a node %s, which is there already", step->id, i.key);
    const char *shown = mk_json_has (i.value, "override_display_id") ? mk_json_get_string (mk_json_get (i.value, "override_display_id")) : step->display_id;
    if (mk_walk_add_step (walk, i.key, shown, step->id, i.value, error) == NULL)
      return false;
  }
  return true;
}

/* Children are remembered like any other node. */
static bool
look_up_children (mk_walk *walk, mk_json *graph, GError **error)
{
  for (mk_json_iter i = mk_json_iterate (graph); mk_json_next (&i);) {
    mk_step *child = mk_walk_find (walk, i.key);
    if (!mk_walk_make_key (walk, child, error))
      return false;
    mk_walk_look_up (walk, child);
  }
  return true;
}

static bool
want_child (mk_walk *walk, mk_step *step, const char *id, GError **error)
{
  mk_step *child = mk_walk_find (walk, id);
  if (child == NULL)
    return mk_error (error, MK_ERROR_WORKFLOW, "the result of node %s names node %s, which is not there", step->id, id);
  if (!mk_walk_want (walk, child, error))
    return false;
  mk_walk_block (walk, step, child);
  return true;
}

bool
mk_walk_expand (mk_walk *walk, mk_step *step, mk_json *graph, mk_json *result, GError **error)
{
  g_ptr_array_add (walk->expansions, mk_json_ref (graph));
  if (!add_children (walk, step, graph, error) || !look_up_children (walk, graph, error))
    return false;
  for (mk_json_iter i = mk_json_iterate (graph); mk_json_next (&i);) {
    mk_step *child = mk_walk_find (walk, i.key);
    if ((child->def->flags & MK_NODE_OUTPUT) != 0 && !want_child (walk, step, i.key, error))
      return false;
  }
  const char *from;
  int64_t slot;
  for (size_t i = 0; i < mk_json_length (result); i++)
    if (mk_json_get_link (mk_json_at (result, i), &from, &slot) && !want_child (walk, step, from, error))
      return false;
  return true;
}

/* The items that one call's result has for an output. */
static void
add_items (mk_walk *walk, const mk_answer *answer, const char *type, size_t output, GPtrArray *list)
{
  const mk_json *given = answer->result != NULL ? mk_json_at (answer->result, output) : NULL;
  const char *from;
  int64_t slot;
  GPtrArray *items = NULL;
  if (answer->result == NULL)
    items = answer->values[output];
  else if (mk_json_get_link (given, &from, &slot)) {
    mk_step *child = mk_walk_find (walk, from);
    items = child != NULL && child->outcome != NULL && (size_t)slot < child->outcome->n_outputs ? child->outcome->outputs[slot] : NULL;
  } else
    g_ptr_array_add (list, mk_value_of_json (given, type));
  for (guint i = 0; items != NULL && i < items->len; i++)
    g_ptr_array_add (list, mk_value_ref (items->pdata[i]));
}

GPtrArray **
mk_walk_collect (mk_walk *walk, mk_step *step)
{
  size_t n = mk_node_n_outputs (step->def);
  GPtrArray **lists = g_new0 (GPtrArray *, n + 1);
  for (size_t output = 0; output < n; output++) {
    lists[output] = mk_value_list_new ();
    for (guint call = 0; call < step->answers->len; call++)
      add_items (walk, step->answers->pdata[call], step->def->outputs[output].type, output, lists[output]);
  }
  return lists;
}
