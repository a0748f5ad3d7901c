/* primitive.c - constants that can be wired to many inputs. */
#include "graph/node.h"

#define FLAGS .flags = MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE | MK_NODE_SCHEMA_V3

static const mk_port int_inputs[] = {
  { "value", "INT", .has_range = true, .min = -0x1p63, .max = 0x1p63, .control_after_generate = true },
  { 0 } };
static const mk_port int_outputs[] = { { "INT", "INT" }, { 0 } };

static bool
run_int (mk_run *run, GError **error)
{
  (void)error;
  mk_run_set_output (run, 0, mk_value_new_int (mk_run_get_int (run, "value")));
  return true;
}

const mk_node_def mk_node_primitive_int = { .id = "PrimitiveInt", .label = "Int", .category = "utils/primitive", .python_module = "comfy_extras.nodes_primitive", .inputs = int_inputs, .outputs = int_outputs, FLAGS, .run = run_int };

static const mk_port float_inputs[] = {
  { "value", "FLOAT", .has_range = true, .min = -0x1p63, .max = 0x1p63, .extra_json = "{\"min\": -9223372036854775807, \"max\": 9223372036854775807}" },
  { 0 } };
static const mk_port float_outputs[] = { { "FLOAT", "FLOAT" }, { 0 } };

static bool
run_float (mk_run *run, GError **error)
{
  (void)error;
  mk_run_set_output (run, 0, mk_value_new_real (mk_run_get_real (run, "value")));
  return true;
}

const mk_node_def mk_node_primitive_float = { .id = "PrimitiveFloat", .label = "Float", .category = "utils/primitive", .python_module = "comfy_extras.nodes_primitive", .inputs = float_inputs, .outputs = float_outputs, FLAGS, .run = run_float };

static const mk_port boolean_inputs[] = { { "value", "BOOLEAN" }, { 0 } };
static const mk_port boolean_outputs[] = { { "BOOLEAN", "BOOLEAN" }, { 0 } };

static bool
run_boolean (mk_run *run, GError **error)
{
  (void)error;
  mk_run_set_output (run, 0, mk_value_new_bool (mk_run_get_bool (run, "value")));
  return true;
}

const mk_node_def mk_node_primitive_boolean = { .id = "PrimitiveBoolean", .label = "Boolean", .category = "utils/primitive", .python_module = "comfy_extras.nodes_primitive", .inputs = boolean_inputs, .outputs = boolean_outputs, FLAGS, .run = run_boolean };

static const mk_port string_inputs[] = { { "value", "STRING" }, { 0 } };
static const mk_port text_inputs[] = { { "value", "STRING", .multiline = true }, { 0 } };
static const mk_port string_outputs[] = { { "STRING", "STRING" }, { 0 } };

static bool
run_string (mk_run *run, GError **error)
{
  (void)error;
  mk_run_set_output (run, 0, mk_value_new_string (mk_run_get_string (run, "value")));
  return true;
}

const mk_node_def mk_node_primitive_string = { .id = "PrimitiveString", .label = "String", .category = "utils/primitive", .python_module = "comfy_extras.nodes_primitive", .inputs = string_inputs, .outputs = string_outputs, FLAGS, .run = run_string };
const mk_node_def mk_node_primitive_text = { .id = "PrimitiveStringMultiline", .label = "String (Multiline)", .category = "utils/primitive", .python_module = "comfy_extras.nodes_primitive", .inputs = text_inputs, .outputs = string_outputs, FLAGS, .run = run_string };
