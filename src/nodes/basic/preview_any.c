#include "graph/node.h"

static const mk_port inputs[] = { { "source", "*", .extra_json = "{}" }, { 0 } };
static const mk_port outputs[] = { { 0 } };

/* As Python's str(); what has no text of its own names its type. */
static char *
print_value (const mk_value *value)
{
  const char *type = mk_value_type_name (value);
  if (g_str_equal (type, "STRING"))
    return g_strdup (mk_value_get_string (value));
  if (g_str_equal (type, "BOOLEAN"))
    return g_strdup (mk_value_get_bool (value) ? "True" : "False");
  if (g_str_equal (type, "JSON"))
    return mk_value_get_json (value) != NULL ? mk_json_print_pretty (mk_value_get_json (value)) : g_strdup ("None");
  if (g_str_equal (type, "FLOAT")) {
    g_autoptr (mk_json) real = mk_json_new_real (mk_value_get_real (value));
    return mk_json_print (real);
  }
  if (!g_str_equal (type, "INT"))
    return g_strdup_printf ("a value of type %s", type);
  return mk_value_get_int (value) < 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, mk_value_get_int (value)) : g_strdup_printf ("%" G_GUINT64_FORMAT, mk_value_get_uint (value));
}

static bool
run (mk_run *r, GError **error)
{
  (void)error;
  const mk_value *value = mk_run_get (r, "source");
  g_autofree char *text = value != NULL ? print_value (value) : g_strdup ("None");
  mk_json *ui = mk_json_new_object (), *texts = mk_json_new_array ();
  mk_json_append (texts, mk_json_new_string (text));
  mk_json_set (ui, "text", texts);
  mk_run_set_ui (r, ui);
  return true;
}

const mk_node_def mk_node_preview_any = { .id = "PreviewAny", .label = "Preview Any", .category = "utils", .python_module = "comfy_extras.nodes_preview_any", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE | MK_NODE_NO_METADATA, .run = run };
