/* drawn.c - graphs as the editor draws them, made into what every engine runs, by the tables that engines tell. */
#include "bridge/bridge_private.h"

#include "bridge/workflows.h"
#include "graph/node_table.h"
#include "graph/workflow.h"

typedef struct {
  mk_registry *registry;
  GPtrArray *tables; /* mk_node_table, which the registry borrows */
} drawer;

static void
table_free (void *given)
{
  mk_node_table_clear (given);
  g_free (given);
}

/* The registry wants to know what a node does: an engine does it. */
static bool
run_elsewhere (mk_run *run, GError **error)
{
  (void)run;
  return mk_error (error, MK_ERROR_UNSUPPORTED, "the bridge runs no nodes");
}

static bool
add_table (drawer *d, const mk_json *record, GError **error)
{
  mk_node_table *table = g_new0 (mk_node_table, 1);
  if (!mk_node_table_read (table, record, true, error)) {
    g_free (table);
    return false;
  }
  table->def.run = run_elsewhere;
  g_ptr_array_add (d->tables, table);
  return mk_registry_add (d->registry, &table->def, error);
}

/* The tables of all nodes in `value`, inside of sub-graphs too. */
static bool
add_tables (drawer *d, const mk_json *records, const mk_json *value, GError **error)
{
  const char *type = mk_json_get_string (mk_json_get (value, "type"));
  const mk_json *record = type[0] != '\0' ? mk_json_get (records, type) : NULL;
  if (record != NULL && mk_registry_find (d->registry, type) == NULL && !add_table (d, record, error))
    return false;
  for (mk_json_iter i = mk_json_iterate (value); mk_json_next (&i);)
    if (!add_tables (d, records, i.value, error))
      return false;
  for (size_t i = 0; mk_json_get_kind (value) == MK_JSON_ARRAY && i < mk_json_length (value); i++)
    if (!add_tables (d, records, mk_json_at (value, i), error))
      return false;
  return true;
}

bool
mk_bridge_to_prompt (mk_bridge *bridge, const mk_json *graph, mk_json **prompt, GError **error)
{
  if (mk_json_length (graph) == 0)
    return mk_error (error, MK_ERROR_WORKFLOW, "the graph has no nodes: there is nothing to run");
  if (!mk_workflow_check_graph (graph, error))
    return false;
  if (!mk_workflow_is_ui (graph)) {
    *prompt = mk_json_copy (graph);
    return true;
  }
  static const mk_folders nowhere;
  g_autoptr (mk_json) records = mk_dispatcher_node_tables (bridge->dispatcher);
  if (records == NULL)
    return mk_error (error, MK_ERROR_UNAVAILABLE, "a graph in the editor's format is read by what an engine says of its nodes, and none has said so yet; try again in a moment");
  mk_workflow_moment now = { g_get_real_time () / G_USEC_PER_SEC, 0 };
  drawer d = { mk_registry_new (), g_ptr_array_new_with_free_func (table_free) };
  bool is_good = add_tables (&d, records, graph, error) && mk_workflow_to_prompt (d.registry, &nowhere, graph, &now, prompt, error);
  mk_registry_free (d.registry);
  g_ptr_array_unref (d.tables);
  return is_good;
}
