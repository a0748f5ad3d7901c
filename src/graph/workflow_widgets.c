#include "graph/workflow_widgets.h"

#include "graph/object_info.h"

#include <string.h>

mk_json *
mk_workflow_constant (const mk_json *value)
{
  mk_json *copy = mk_json_copy (value);
  if (mk_json_get_kind (value) != MK_JSON_ARRAY)
    return copy;
  mk_json *wrapped = mk_json_new_object ();
  mk_json_set (wrapped, "__value__", copy);
  return wrapped;
}

bool
mk_workflow_is_widget (const mk_port *port)
{
  static const char *const types[] = { "INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", NULL };
  return port->need != MK_HIDDEN && !port->force_input && g_strv_contains (types, port->type);
}

static bool
is_control (const mk_json *value)
{
  static const char *const words[] = { "fixed", "increment", "increment-wrap", "decrement", "randomize", NULL };
  return mk_json_get_kind (value) == MK_JSON_STRING && g_strv_contains (words, mk_json_get_string (value));
}

static bool
has_control (const mk_port *port)
{
  bool is_seed = g_str_equal (port->type, "INT") && (g_str_equal (port->name, "seed") || g_str_equal (port->name, "noise_seed"));
  return port->control_after_generate || is_seed;
}

/* The button below a list of files is saved as an entry of its own. */
static bool
has_upload (const mk_port *port)
{
  return port->extra_json != NULL && strstr (port->extra_json, "_upload\"") != NULL;
}

size_t
mk_workflow_count_beside (const mk_port *port)
{
  return (size_t)has_control (port) + (size_t)has_upload (port);
}

/* What the editor shows before anybody touches it. */
static mk_json *
initial_value (const mk_port *port, const mk_folders *folders)
{
  if (g_str_equal (port->type, "COMBO") && port->text == NULL) {
    g_auto (GStrv) choices = mk_port_list_options (port, folders);
    return mk_json_new_string (choices != NULL ? choices[0] : NULL);
  }
  if (!port->has_default)
    return NULL;
  if (port->text != NULL)
    return mk_json_new_string (port->text);
  if (g_str_equal (port->type, "BOOLEAN"))
    return mk_json_new_bool (port->def != 0);
  return g_str_equal (port->type, "INT") ? mk_json_new_int ((int64_t)port->def) : mk_json_new_real (port->def);
}

static void
set_widget (const mk_port *port, const mk_folders *folders, const mk_json *value, mk_json *inputs)
{
  mk_json *set = value != NULL ? mk_workflow_constant (value) : initial_value (port, folders);
  if (set != NULL)
    mk_json_set (inputs, port->name, set);
}

/* How many values a list has in which nothing is missing; with those that old files keep for inputs that are no widgets. */
static size_t
count_values (const mk_node_def *def, bool with_forced)
{
  size_t n = 0;
  for (const mk_port *port = def->inputs; port->name != NULL; port++)
    if (mk_workflow_is_widget (port) || (with_forced && port->force_input))
      n += 1 + mk_workflow_count_beside (port);
  return n;
}

/* After the value at `at - 1`, what is no value: the seed's control (true or false in the oldest files), the upload button. */
static size_t
skip_beside (const mk_port *port, const mk_json *given, size_t at, bool is_whole)
{
  const mk_json *next = mk_json_at (given, at);
  if (has_control (port) && (is_control (next) || (is_whole && mk_json_get_kind (next) == MK_JSON_BOOL)))
    at++;
  if (has_upload (port) && mk_json_get_kind (mk_json_at (given, at)) == MK_JSON_STRING)
    at++;
  return at;
}

void
mk_workflow_read_widgets (const mk_node_def *def, const mk_folders *folders, const mk_json *given, mk_json *inputs)
{
  bool is_list = mk_json_get_kind (given) == MK_JSON_ARRAY;
  size_t at = 0, n = is_list ? mk_json_length (given) : 0, n_forced = count_values (def, true);
  bool has_forced = n == n_forced && n_forced > count_values (def, false), is_whole = n >= count_values (def, false);
  for (int need = MK_REQUIRED; need <= MK_OPTIONAL; need++)
    for (const mk_port *port = def->inputs; port->name != NULL; port++) {
      bool is_widget = mk_workflow_is_widget (port);
      if ((int)port->need != need || (!is_widget && !(has_forced && port->force_input)))
        continue;
      const mk_json *value = is_list ? mk_json_at (given, at++) : mk_json_get (given, port->name);
      if (is_widget)
        set_widget (port, folders, value, inputs);
      if (is_list)
        at = skip_beside (port, given, at, is_whole);
    }
}
