#include "graph/node.h"

static const mk_port join_inputs[] = {
  { "string_a", "STRING", .has_default = true, .text = "", .multiline = true },
  { "string_b", "STRING", .has_default = true, .text = "", .multiline = true },
  { "delimiter", "STRING", .has_default = true, .text = "" },
  { 0 } };
static const mk_port string_outputs[] = { { "STRING", "STRING" }, { 0 } };

static bool
run_join (mk_run *run, GError **error)
{
  (void)error;
  g_autofree char *text = g_strconcat (mk_run_get_string (run, "string_a"), mk_run_get_string (run, "delimiter"), mk_run_get_string (run, "string_b"), NULL);
  mk_run_set_output (run, 0, mk_value_new_string (text));
  return true;
}

const mk_node_def mk_node_string_join = { .id = "StringConcatenate", .label = "Concatenate", .category = "utils/string", .inputs = join_inputs, .outputs = string_outputs, .flags = MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE, .run = run_join };

static const mk_port length_inputs[] = { { "string", "STRING", MK_TEXT (""), .multiline = true }, { 0 } };
static const mk_port length_outputs[] = { { "length", "INT" }, { 0 } };

static bool
run_length (mk_run *run, GError **error)
{
  (void)error;
  mk_run_set_output (run, 0, mk_value_new_int (g_utf8_strlen (mk_run_get_string (run, "string"), -1)));
  return true;
}

const mk_node_def mk_node_string_length = { .id = "StringLength", .label = "Length", .category = "utils/string", .inputs = length_inputs, .outputs = length_outputs, .flags = MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE, .run = run_length };

static const mk_port preview_inputs[] = { { "source", "*" }, { 0 } };
static const mk_port no_outputs[] = { { 0 } };

static char *
print_value (mk_value *value)
{
  const char *type = mk_value_type_name (value);
  if (g_str_equal (type, "STRING"))
    return g_strdup (mk_value_get_string (value));
  if (g_str_equal (type, "JSON"))
    return mk_json_print_pretty (mk_value_get_json (value));
  if (g_str_equal (type, "FLOAT")) {
    g_autoptr (mk_json) real = mk_json_new_real (mk_value_get_real (value));
    return mk_json_print (real);
  }
  if (g_str_equal (type, "BOOLEAN"))
    return g_strdup (mk_value_get_bool (value) ? "True" : "False");
  if (g_str_equal (type, "INT"))
    return g_strdup_printf ("%" G_GINT64_FORMAT, mk_value_get_int (value));
  return g_strdup_printf ("a value of type %s", type);
}

static bool
run_preview (mk_run *run, GError **error)
{
  (void)error;
  mk_value *value = mk_run_get (run, "source");
  g_autofree char *text = value != NULL ? print_value (value) : g_strdup ("None");
  mk_json *ui = mk_json_new_object (), *texts = mk_json_new_array ();
  mk_json_append (texts, mk_json_new_string (text));
  mk_json_set (ui, "text", texts);
  mk_run_set_ui (run, ui);
  return true;
}

const mk_node_def mk_node_preview_any = { .id = "PreviewAny", .label = "Preview Any", .category = "utils", .inputs = preview_inputs, .outputs = no_outputs, .flags = MK_NODE_OUTPUT | MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE, .run = run_preview };
