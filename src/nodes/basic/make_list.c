#include "graph/node.h"

enum { LONGEST = 100000 };

static const mk_port inputs[] = {
  { "first", "INT", MK_INT_RANGE (-1e9, 1e9, 1, 1) },
  { "count", "INT", "How many; what follows is done once for each.", MK_INT_RANGE (0, LONGEST, 4, 1) },
  { "step", "INT", MK_INT_RANGE (-1e6, 1e6, 1, 1) },
  { 0 } };
static const mk_port outputs[] = { { "INT", "INT", .is_list = true }, { 0 } };

static bool
run (mk_run *r, GError **error)
{
  (void)error;
  int64_t first = mk_run_get_int (r, "first"), count = mk_run_get_int (r, "count"), step = mk_run_get_int (r, "step");
  for (int64_t i = 0; i < MIN (count, LONGEST); i++)
    mk_run_add_output (r, 0, mk_value_new_int (first + i * step));
  return true;
}

const mk_node_def mk_node_make_list = { .id = "IntegerRange", .label = "Integer Range", .category = "utils/math", .help = "A list of whole numbers, for doing the same with each: ten seeds, ten pictures.", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE, .run = run };

/* --- of whatever is wired, one after the other --- */

static const mk_port create_inputs[] = { { "inputs", "COMFY_AUTOGROW_V3", .extra_json = "{\"template\": {\"input\": {\"required\": {\"input\": [\"*\", {}]}}, \"prefix\": \"input\", \"min\": 1, \"max\": 10}}" }, { 0 } };
static const mk_port create_outputs[] = { { "list", "*", .is_list = true }, { 0 } };

static bool
run_create (mk_run *r, GError **error)
{
  enum { MOST = 100 };
  guint n = 0;
  for (int i = 0; i < MOST; i++) {
    g_autofree char *name = g_strdup_printf ("inputs.input%d", i);
    const GPtrArray *list = mk_run_get_extra_list (r, name);
    for (guint k = 0; list != NULL && k < list->len; k++, n++)
      mk_run_add_output (r, 0, mk_value_ref (list->pdata[k]));
  }
  return n > 0 || mk_error (error, MK_ERROR_WORKFLOW, "nothing is wired to it");
}

const mk_node_def mk_node_create_list = { .id = "CreateList", .label = "Create List", .category = "utilities", .help = "A list of all that is wired to it; what follows is done once for each.", .python_module = "comfy_extras.nodes_toolkit", .inputs = create_inputs, .outputs = create_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_INPUT_IS_LIST | MK_NODE_ANY_INPUT | MK_NODE_ANY_CONSTANT | MK_NODE_NO_DISK_CACHE, .run = run_create };
