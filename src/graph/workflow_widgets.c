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

/* The options of a pack's input as it wrote them; NULL for none. */
static mk_json *
parse_options (const mk_port *port)
{
  mk_json *options = NULL;
  return port->extra_json != NULL && mk_json_parse (port->extra_json, -1, NULL, &options, NULL) ? options : NULL;
}

static bool
is_widget_type (const char *type)
{
  static const char *const types[] = { "INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", "COLOR", NULL };
  return g_strv_contains (types, type);
}

/* An input of several types says which one's widget it has. */
static bool
has_widget_of_its_own (const mk_port *port)
{
  if (port->extra_json == NULL || strstr (port->extra_json, "\"widgetType\"") == NULL)
    return false;
  g_autoptr (mk_json) options = parse_options (port);
  return is_widget_type (mk_json_get_string (mk_json_get (options, "widgetType")));
}

bool
mk_workflow_is_widget (const mk_port *port)
{
  return port->need != MK_HIDDEN && !port->force_input && (is_widget_type (port->type) || has_widget_of_its_own (port));
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

bool
mk_workflow_has_choices (const mk_port *port)
{
  if (port->dynamic_prompts || port->extra_json == NULL || strstr (port->extra_json, "\"dynamicPrompts\"") == NULL)
    return port->dynamic_prompts;
  g_autoptr (mk_json) options = parse_options (port);
  return mk_json_get_bool (mk_json_get (options, "dynamicPrompts"));
}

/* What the editor shows before anybody touches it. */
static mk_json *
initial_value (const mk_port *port, const mk_folders *folders)
{
  g_autoptr (mk_json) options = port->has_default ? NULL : parse_options (port);
  if (mk_json_get (options, "default") != NULL)
    return mk_workflow_constant (mk_json_get (options, "default"));
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

/* --- choices that bring inputs of their own --- */

#define DYNAMIC "COMFY_DYNAMICCOMBO_V3"

static const mk_json *
find_choice (const mk_json *options, const mk_json *key)
{
  const mk_json *choices = mk_json_get (options, "options");
  for (size_t i = 0; i < mk_json_length (choices); i++)
    if (mk_json_equal (mk_json_get (mk_json_at (choices, i), "key"), key))
      return mk_json_get (mk_json_at (choices, i), "inputs");
  return NULL;
}

static bool
is_widget_spec (const mk_json *spec)
{
  const mk_json *type = mk_json_at (spec, 0);
  mk_port port = { .type = mk_json_get_kind (type) == MK_JSON_ARRAY ? "COMBO" : mk_json_get_string (type), .force_input = mk_json_get_bool (mk_json_get (mk_json_at (spec, 1), "forceInput")) };
  return mk_workflow_is_widget (&port);
}

/* The choice and after it the values of what it brings, named "choice.input"; as deep as choices nest. */
static size_t
read_choice (const char *name, const mk_json *options, const mk_json *given, size_t at, mk_json *inputs)
{
  static const char *const sections[] = { "required", "optional" };
  bool is_list = mk_json_get_kind (given) == MK_JSON_ARRAY;
  const mk_json *key = is_list ? mk_json_at (given, at++) : mk_json_get (given, name);
  const mk_json *first = mk_json_get (mk_json_at (mk_json_get (options, "options"), 0), "key");
  if (key == NULL && (key = first) == NULL)
    return at;
  mk_json_set (inputs, name, mk_workflow_constant (key));
  const mk_json *brought = find_choice (options, key);
  for (size_t k = 0; k < MK_COUNT (sections); k++)
    for (mk_json_iter i = mk_json_iterate (mk_json_get (brought, sections[k])); mk_json_next (&i);) {
      g_autofree char *full = g_strconcat (name, ".", i.key, NULL);
      if (g_str_equal (mk_json_get_string (mk_json_at (i.value, 0)), DYNAMIC)) {
        at = read_choice (full, mk_json_at (i.value, 1), given, at, inputs);
        continue;
      }
      if (!is_widget_spec (i.value))
        continue;
      const mk_json *value = is_list ? mk_json_at (given, at++) : mk_json_get (given, full);
      value = value != NULL ? value : mk_json_get (mk_json_at (i.value, 1), "default");
      if (value != NULL)
        mk_json_set (inputs, full, mk_workflow_constant (value));
      if (is_list && mk_json_has (mk_json_at (i.value, 1), "control_after_generate") && is_control (mk_json_at (given, at)))
        at++;
    }
  return at;
}

/* --- inputs that grow in the editor --- */

#define GROWING "COMFY_AUTOGROW_V3"

/* Whether the socket is one of those that the input `name` grew, with a widget. */
static bool
is_grown (const mk_json *socket, const char *name)
{
  const char *full = mk_json_get_string (mk_json_get (socket, "name"));
  size_t length = strlen (name);
  return strncmp (full, name, length) == 0 && full[length] == '.' && mk_json_has (socket, "widget");
}

/* Their values stand where the input does, in the order of their sockets. */
static size_t
read_grown (const char *name, const mk_json *sockets, const mk_json *given, size_t at, mk_json *inputs)
{
  bool is_list = mk_json_get_kind (given) == MK_JSON_ARRAY;
  for (size_t i = 0; i < mk_json_length (sockets); i++) {
    const mk_json *socket = mk_json_at (sockets, i);
    if (!is_grown (socket, name))
      continue;
    const char *full = mk_json_get_string (mk_json_get (socket, "name"));
    const mk_json *value = is_list ? mk_json_at (given, at++) : mk_json_get (given, full);
    if (value != NULL)
      mk_json_set (inputs, full, mk_workflow_constant (value));
  }
  return at;
}

static size_t
count_grown (const mk_node_def *def, const mk_json *sockets)
{
  size_t n = 0;
  for (const mk_port *port = def->inputs; port->name != NULL; port++)
    for (size_t i = 0; g_str_equal (port->type, GROWING) && i < mk_json_length (sockets); i++)
      n += is_grown (mk_json_at (sockets, i), port->name);
  return n;
}

/* --- all values of a node --- */

/* Whether the editor could keep `value` for the port: buttons and pictures of its own have entries too. */
static bool
can_be_of (const mk_port *port, const mk_json *value)
{
  mk_json_kind kind = mk_json_get_kind (value);
  if (!g_str_equal (port->type, "INT") && !g_str_equal (port->type, "FLOAT") && !g_str_equal (port->type, "BOOLEAN"))
    return true;
  if (kind == MK_JSON_STRING && port->type[0] != 'B')
    return mk_json_get_string (value)[strspn (mk_json_get_string (value), "+-. ")] != '\0';
  return kind == MK_JSON_BOOL || mk_json_is_number (value);
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

static size_t
count_ports (const mk_node_def *def)
{
  size_t n = 0;
  for (const mk_port *port = def->inputs; port->name != NULL; port++)
    n += mk_workflow_is_widget (port);
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
mk_workflow_read_widgets (const mk_node_def *def, const mk_folders *folders, const mk_json *node, mk_json *inputs)
{
  const mk_json *given = mk_json_get (node, "widgets_values"), *sockets = mk_json_get (node, "inputs");
  bool is_list = mk_json_get_kind (given) == MK_JSON_ARRAY;
  size_t at = 0, n = is_list ? mk_json_length (given) : 0, n_forced = count_values (def, true);
  bool has_forced = n == n_forced && n_forced > count_values (def, false), is_whole = n >= count_values (def, false);
  size_t n_known = count_ports (def) + count_grown (def, sockets), n_surplus = n > n_known ? n - n_known : 0;
  for (int need = MK_REQUIRED; need <= MK_OPTIONAL; need++)
    for (const mk_port *port = def->inputs; port->name != NULL; port++) {
      bool is_widget = mk_workflow_is_widget (port);
      if ((int)port->need == need && g_str_equal (port->type, DYNAMIC)) {
        g_autoptr (mk_json) options = parse_options (port);
        at = read_choice (port->name, options, given, at, inputs);
        continue;
      }
      if ((int)port->need == need && g_str_equal (port->type, GROWING))
        at = read_grown (port->name, sockets, given, at, inputs);
      if ((int)port->need != need || (!is_widget && !(has_forced && port->force_input)))
        continue;
      for (; n_surplus > 0 && is_widget && !can_be_of (port, mk_json_at (given, at)); n_surplus--)
        at++;
      const mk_json *value = is_list ? mk_json_at (given, at++) : mk_json_get (given, port->name);
      if (is_widget) /* what the editor makes by itself, older ones did not: another value stands there */
        set_widget (port, folders, port->editor_made && !mk_json_is_number (value) ? NULL : value, inputs);
      if (is_list)
        at = skip_beside (port, given, at, is_whole);
    }
}
