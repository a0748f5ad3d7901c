/* refusal.c - what an engine says it does not run of a workflow, told as a task's `TaskError`.
 * ComfyUI runs the outputs that are valid and leaves out the others; node by node it says what is wrong. */
#include "bridge/dispatcher_private.h"

#include "graph/validate.h"

/* What a node finds itself is said by its details alone: that its validation is its own helps nobody. "" when there is nothing else to say. */
static const char *
heading (const mk_json *error, const char *details)
{
  bool is_own = g_strcmp0 (mk_json_get_string (mk_json_get (error, "type")), "custom_validation_failed") == 0;
  return is_own && details[0] != '\0' ? "" : mk_json_get_string (mk_json_get (error, "message"));
}

mk_json *
mk_refusal_new (const mk_json *node_errors, const char *otherwise)
{
  mk_json_iter node = mk_json_iterate (node_errors);
  bool has_node = mk_json_next (&node);
  const mk_json *first = has_node ? mk_json_at (mk_json_get (node.value, "errors"), 0) : NULL;
  const char *details = mk_json_get_string (mk_json_get (first, "details")), *what = heading (first, details);
  g_autofree char *both = g_strdup_printf ("%s%s%s", what, what[0] != '\0' && details[0] != '\0' ? ": " : "", details);
  const char *said = both[0] != '\0' ? both : otherwise;
  return mk_failure_new (said, "prompt_outputs_failed_validation", has_node ? node.key : NULL, has_node ? mk_json_get_string (mk_json_get (node.value, "class_type")) : NULL);
}

/* Each of these is the id of a node; they are the workflow's own texts. */
static void
add_sources (const mk_json *node, GPtrArray *ids)
{
  const char *source;
  int64_t slot;
  for (mk_json_iter input = mk_json_iterate (mk_json_get (node, "inputs")); mk_json_next (&input);)
    if (mk_json_get_link (input.value, &source, &slot))
      g_ptr_array_add (ids, (char *)source);
}

/* `node`, and all that it needs. */
static void
add_needed (const mk_json *workflow, const char *node, GHashTable *needed)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_new ();
  g_ptr_array_add (waiting, (char *)node);
  while (waiting->len > 0) {
    char *id = g_ptr_array_steal_index_fast (waiting, waiting->len - 1);
    if (g_hash_table_add (needed, id))
      add_sources (mk_json_get (workflow, id), waiting);
  }
}

/* Nodes that are wrong, and outputs that hang on them. */
static GHashTable *
find_refused (const mk_json *node_errors)
{
  GHashTable *refused = g_hash_table_new (g_str_hash, g_str_equal);
  for (mk_json_iter node = mk_json_iterate (node_errors); mk_json_next (&node);) {
    const mk_json *outputs = mk_json_get (node.value, "dependent_outputs");
    g_hash_table_add (refused, (char *)node.key);
    for (size_t i = 0; i < mk_json_length (outputs); i++)
      g_hash_table_add (refused, (char *)mk_json_get_string (mk_json_at (outputs, i)));
  }
  return refused;
}

mk_json *
mk_refusal_of_part (const mk_json *workflow, const mk_json *node_errors)
{
  if (mk_json_length (node_errors) == 0)
    return NULL;
  g_autoptr (GHashTable) refused = find_refused (node_errors), used = g_hash_table_new (g_str_hash, g_str_equal), needed = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();
  for (mk_json_iter node = mk_json_iterate (workflow); mk_json_next (&node);)
    add_sources (node.value, sources);
  for (guint i = 0; i < sources->len; i++)
    g_hash_table_add (used, sources->pdata[i]);
  for (mk_json_iter node = mk_json_iterate (workflow); mk_json_next (&node);)
    if (!g_hash_table_contains (used, node.key) && !g_hash_table_contains (refused, node.key))
      add_needed (workflow, node.key, needed);
  mk_json *failure = mk_refusal_new (node_errors, "a part of it is not valid"), *left_out = mk_json_new_array ();
  for (mk_json_iter node = mk_json_iterate (workflow); mk_json_next (&node);)
    if (!g_hash_table_contains (needed, node.key))
      mk_json_append (left_out, mk_json_new_string (node.key));
  mk_json_set (failure, "left_out", left_out);
  return failure;
}
