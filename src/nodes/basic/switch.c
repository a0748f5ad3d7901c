/* switch.c - one of two, and the other is not even made. */
#include "graph/node.h"

static const mk_port inputs[] = {
  { "switch", "BOOLEAN", MK_DEFAULT (1) },
  { "on_false", "*", "Made only when it is asked for.", .need = MK_OPTIONAL, .lazy = true },
  { "on_true", "*", "Made only when it is asked for.", .need = MK_OPTIONAL, .lazy = true },
  { 0 } };
static const mk_port outputs[] = { { "output", "*" }, { 0 } };

static const char *
chosen (const mk_run *run)
{
  return mk_run_get_bool (run, "switch") ? "on_true" : "on_false";
}

static void
need (mk_run *run)
{
  if (!mk_run_has (run, chosen (run)))
    mk_run_need (run, chosen (run));
}

static bool
run (mk_run *r, GError **error)
{
  mk_value *value = mk_run_get (r, chosen (r));
  if (value == NULL)
    return mk_error (error, MK_ERROR_WORKFLOW, "%s is asked for and nothing is wired to it", chosen (r));
  mk_run_set_output (r, 0, mk_value_ref (value));
  return true;
}

const mk_node_def mk_node_switch = { .id = "LazySwitch", .label = "Switch", .category = "logic", .help = "Passes one of two on; the other is not even made.", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE, .need = need, .run = run };

/* ComfyUI's own, which came after ours: its types agree, and nothing wired gives nothing. */
static const mk_port comfy_inputs[] = {
  { "switch", "BOOLEAN" },
  { "on_false", "*", .need = MK_OPTIONAL, .lazy = true, .match = "switch" },
  { "on_true", "*", .need = MK_OPTIONAL, .lazy = true, .match = "switch" },
  { 0 } };
static const mk_port comfy_outputs[] = { { "output", "*", .match = "switch" }, { 0 } };

static bool
run_comfy (mk_run *r, GError **error)
{
  (void)error;
  mk_value *value = mk_run_get (r, chosen (r));
  mk_run_set_output (r, 0, value != NULL ? mk_value_ref (value) : mk_value_new_json (NULL));
  return true;
}

const mk_node_def mk_node_comfy_switch = { .id = "ComfySwitchNode", .label = "If/Else Switch", .category = "utilities/logic", .python_module = "comfy_extras.nodes_logic", .inputs = comfy_inputs, .outputs = comfy_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_EXPERIMENTAL | MK_NODE_NO_DISK_CACHE, .need = need, .run = run_comfy };

static const mk_port not_inputs[] = { { "value", "*" }, { 0 } };
static const mk_port not_outputs[] = { { "BOOLEAN", "BOOLEAN" }, { 0 } };

static bool
run_not (mk_run *r, GError **error)
{
  (void)error;
  mk_run_set_output (r, 0, mk_value_new_bool (!mk_value_get_bool (mk_run_get (r, "value"))));
  return true;
}

const mk_node_def mk_node_not = { .id = "ComfyNotNode", .label = "Not", .category = "utilities/logic", .help = "True for false, zero and nothing.", .python_module = "comfy_extras.nodes_logic", .inputs = not_inputs, .outputs = not_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_NO_DISK_CACHE, .run = run_not };

/* Any number of values, "values.value0" and so on. */
static const mk_port several_inputs[] = { { "values", "COMFY_AUTOGROW_V3", .extra_json = "{\"template\": {\"input\": {\"required\": {\"value\": [\"*\", {}]}}, \"prefix\": \"value\", \"min\": 1, \"max\": 10}}" }, { 0 } };

/* Whether one of them is as `wanted`. */
static bool
has_value (const mk_run *r, bool wanted)
{
  enum { MOST = 100 };
  for (int i = 0; i < MOST; i++) {
    g_autofree char *name = g_strdup_printf ("values.value%d", i);
    const mk_value *value = mk_run_get_extra (r, name);
    if (value != NULL && mk_value_get_bool (value) == wanted)
      return true;
  }
  return false;
}

static bool
run_and (mk_run *r, GError **error)
{
  (void)error;
  mk_run_set_output (r, 0, mk_value_new_bool (!has_value (r, false)));
  return true;
}

static bool
run_or (mk_run *r, GError **error)
{
  (void)error;
  mk_run_set_output (r, 0, mk_value_new_bool (has_value (r, true)));
  return true;
}

const mk_node_def mk_node_and = { .id = "ComfyAndNode", .label = "And", .category = "utilities/logic", .help = "True when none of the values is false, zero or nothing.", .python_module = "comfy_extras.nodes_logic", .inputs = several_inputs, .outputs = not_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_ANY_INPUT | MK_NODE_ANY_CONSTANT | MK_NODE_NO_DISK_CACHE, .run = run_and };
const mk_node_def mk_node_or = { .id = "ComfyOrNode", .label = "Or", .category = "utilities/logic", .help = "True when one of the values is neither false nor zero nor nothing.", .python_module = "comfy_extras.nodes_logic", .inputs = several_inputs, .outputs = not_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_ANY_INPUT | MK_NODE_ANY_CONSTANT | MK_NODE_NO_DISK_CACHE, .run = run_or };

/* The editor makes the list of choices: it comes as inputs of its own, and so does the place in it. */
static const char *const no_choices[] = { NULL };
static const mk_port combo_inputs[] = {
  { "choice", "COMBO", .options = no_choices },
  { "index", "INT", MK_DEFAULT (0), .need = MK_OPTIONAL, .editor_made = true },
  { 0 } };
static const mk_port combo_outputs[] = { { "STRING", "STRING" }, { "INDEX", "INT" }, { 0 } };

static bool
accept (mk_run *r, GError **error)
{
  (void)r, (void)error;
  return true;
}

static bool
run_combo (mk_run *r, GError **error)
{
  (void)error;
  mk_run_set_output (r, 0, mk_value_new_string (mk_run_get_string (r, "choice")));
  mk_run_set_output (r, 1, mk_value_new_int (mk_run_get_int (r, "index")));
  return true;
}

const mk_node_def mk_node_custom_combo = { .id = "CustomCombo", .label = "Custom Combo", .category = "utilities", .python_module = "comfy_extras.nodes_logic", .inputs = combo_inputs, .outputs = combo_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_EXPERIMENTAL | MK_NODE_ANY_INPUT | MK_NODE_ANY_CONSTANT | MK_NODE_NO_DISK_CACHE, .check = accept, .check_names = "*", .run = run_combo };
