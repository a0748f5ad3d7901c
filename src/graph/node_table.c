#include "graph/node_table.h"

static const char *
keep (mk_node_table *t, const char *text)
{
  return g_string_chunk_insert_const (t->texts, text);
}

static const char *
keep_json (mk_node_table *t, const mk_json *value)
{
  g_autofree char *text = mk_json_print (value);
  return keep (t, text);
}

/* --- inputs --- */

static void
set_numbers (mk_port *port, const mk_json *options)
{
  const mk_json *min = mk_json_get (options, "min"), *max = mk_json_get (options, "max");
  bool is_number = g_str_equal (port->type, "INT") || g_str_equal (port->type, "FLOAT");
  if (!is_number || (min == NULL && max == NULL))
    return;
  port->has_range = true;
  port->min = min != NULL ? mk_json_get_real (min) : -G_MAXDOUBLE;
  port->max = max != NULL ? mk_json_get_real (max) : G_MAXDOUBLE;
  if (max != NULL && mk_json_get_kind (max) == MK_JSON_INT && mk_json_get_uint (max) > INT64_MAX)
    port->max_uint = mk_json_get_uint (max);
}

/* What the editor shows before anybody touches it. */
static void
set_default (mk_node_table *t, mk_port *port, const mk_json *value)
{
  mk_json_kind kind = mk_json_get_kind (value);
  port->has_default = kind == MK_JSON_STRING || kind == MK_JSON_BOOL || mk_json_is_number (value);
  if (kind == MK_JSON_STRING)
    port->text = keep (t, mk_json_get_string (value));
  else
    port->def = kind == MK_JSON_BOOL ? mk_json_get_bool (value) : mk_json_get_real (value);
}

/* Choices that are no text are compared as Python prints them, as everywhere. */
static void
set_choices (mk_node_table *t, mk_port *port, const mk_json *list)
{
  port->type = "COMBO";
  port->options = (const char *const *)&t->options[t->n_options];
  for (size_t i = 0; i < mk_json_length (list); i++) {
    const mk_json *choice = mk_json_at (list, i);
    t->options[t->n_options++] = (char *)(mk_json_get_kind (choice) == MK_JSON_STRING ? keep (t, mk_json_get_string (choice)) : keep_json (t, choice));
  }
  t->options[t->n_options++] = NULL;
}

static const mk_json *
find_choices (const mk_json *pair)
{
  const mk_json *type = mk_json_at (pair, 0), *options = mk_json_get (mk_json_at (pair, 1), "options");
  if (mk_json_get_kind (type) == MK_JSON_ARRAY)
    return type;
  return g_str_equal (mk_json_get_string (type), "COMBO") && mk_json_get_kind (options) == MK_JSON_ARRAY ? options : NULL;
}

/* What must be of one type with its sisters shows in the call whether it is. */
static const char *
keep_type (mk_node_table *t, const char *type)
{
  return g_str_equal (type, "COMFY_MATCHTYPE_V3") ? "*" : keep (t, type);
}

static bool
read_input (mk_node_table *t, mk_port *port, const char *name, const mk_json *pair, mk_port_need need, GError **error)
{
  const mk_json *options = mk_json_at (pair, 1), *choices = find_choices (pair);
  if (mk_json_get_kind (pair) != MK_JSON_ARRAY || (choices == NULL && mk_json_get_kind (mk_json_at (pair, 0)) != MK_JSON_STRING))
    return mk_error (error, MK_ERROR_FORMAT, "input “%s” is described by neither a type nor a list of choices", name);
  *port = (mk_port){ .name = keep (t, name), .need = need };
  /* It stands for inputs that come as "name.other". */
  const char *type = mk_json_get_string (mk_json_at (pair, 0));
  if (g_str_equal (type, "COMFY_AUTOGROW_V3"))
    port->need = MK_OPTIONAL;
  if (choices != NULL)
    set_choices (t, port, choices);
  else
    port->type = keep_type (t, type);
  set_numbers (port, options);
  if (t->with_defaults)
    set_default (t, port, mk_json_get (options, "default"));
  port->lazy = mk_json_get_bool (mk_json_get (options, "lazy"));
  port->raw_link = mk_json_get_bool (mk_json_get (options, "rawLink"));
  port->force_input = mk_json_get_bool (mk_json_get (options, "forceInput"));
  const mk_json *control = mk_json_get (options, "control_after_generate"); /* true, or what it begins with */
  port->control_after_generate = mk_json_get_bool (control) || mk_json_get_kind (control) == MK_JSON_STRING;
  port->extra_json = mk_json_length (options) > 0 ? keep_json (t, options) : NULL;
  return true;
}

/* "PROMPT", or ["PROMPT"] in the newer form. */
static void
read_hidden (mk_node_table *t, mk_port *port, const char *name, const mk_json *marker)
{
  const mk_json *type = mk_json_get_kind (marker) == MK_JSON_ARRAY ? mk_json_at (marker, 0) : marker;
  *port = (mk_port){ .name = keep (t, name), .type = keep (t, mk_json_get_string (type)), .need = MK_HIDDEN };
}

static void
count_inputs (const mk_json *input, size_t *n_ports, size_t *n_options)
{
  *n_ports = *n_options = 0;
  for (mk_json_iter section = mk_json_iterate (input); mk_json_next (&section);) {
    *n_ports += mk_json_length (section.value);
    for (mk_json_iter i = mk_json_iterate (section.value); mk_json_next (&i);)
      *n_options += mk_json_length (find_choices (i.value)) + 1;
  }
}

static bool
read_inputs (mk_node_table *t, const mk_json *input, GError **error)
{
  static const char *const sections[] = { "required", "optional", "hidden" };
  size_t n_ports, n_options, at = 0;
  count_inputs (input, &n_ports, &n_options);
  t->inputs = g_new0 (mk_port, n_ports + 1);
  t->options = g_new0 (char *, n_options + 1);
  for (int need = MK_REQUIRED; need <= MK_HIDDEN; need++)
    for (mk_json_iter i = mk_json_iterate (mk_json_get (input, sections[need])); mk_json_next (&i);) {
      if (need == MK_HIDDEN)
        read_hidden (t, &t->inputs[at++], i.key, i.value);
      else if (!read_input (t, &t->inputs[at++], i.key, i.value, (mk_port_need)need, error))
        return false;
    }
  return true;
}

/* --- outputs --- */

static void
read_outputs (mk_node_table *t, const mk_json *info)
{
  const mk_json *types = mk_json_get (info, "output"), *names = mk_json_get (info, "output_name"), *lists = mk_json_get (info, "output_is_list");
  size_t n = mk_json_length (types);
  t->outputs = g_new0 (mk_port, n + 1);
  for (size_t i = 0; i < n; i++) {
    const mk_json *type = mk_json_at (types, i), *name = mk_json_at (names, i);
    mk_port *port = &t->outputs[i];
    port->type = mk_json_get_kind (type) == MK_JSON_ARRAY ? "COMBO" : keep_type (t, mk_json_get_string (type));
    port->name = mk_json_get_kind (name) == MK_JSON_STRING ? keep (t, mk_json_get_string (name)) : port->type;
    port->is_list = mk_json_get_bool (mk_json_at (lists, i));
  }
}

/* --- the whole --- */

static unsigned
read_flags (const mk_json *info)
{
  static const struct {
    const char *name;
    unsigned flag;
  } flags[] = { { "output_node", MK_NODE_OUTPUT }, { "deprecated", MK_NODE_DEPRECATED }, { "experimental", MK_NODE_EXPERIMENTAL } };
  unsigned all = 0;
  for (size_t i = 0; i < MK_COUNT (flags); i++)
    if (mk_json_get_bool (mk_json_get (info, flags[i].name)))
      all |= flags[i].flag;
  return all;
}

bool
mk_node_table_read (mk_node_table *table, const mk_json *info, bool with_defaults, GError **error)
{
  const char *id = mk_json_get_string (mk_json_get (info, "name"));
  if (id[0] == '\0' || mk_json_get_kind (mk_json_get (info, "output")) != MK_JSON_ARRAY)
    return mk_error (error, MK_ERROR_FORMAT, "a node is described without a name or outputs");
  *table = (mk_node_table){ .texts = g_string_chunk_new (1024), .with_defaults = with_defaults };
  if (!read_inputs (table, mk_json_get (info, "input"), error)) {
    g_prefix_error (error, "node %s: ", id);
    mk_node_table_clear (table);
    return false;
  }
  read_outputs (table, info);
  table->def = (mk_node_def){
    .id = g_intern_string (id) /* a registry keeps it longer than one description */, .label = keep (table, mk_json_get_string (mk_json_get (info, "display_name"))),
    .category = keep (table, mk_json_get_string (mk_json_get (info, "category"))), .help = keep (table, mk_json_get_string (mk_json_get (info, "description"))),
    .object_info = keep_json (table, info), .inputs = table->inputs, .outputs = table->outputs, .flags = read_flags (info) };
  return true;
}

void
mk_node_table_clear (mk_node_table *table)
{
  g_clear_pointer (&table->inputs, g_free);
  g_clear_pointer (&table->outputs, g_free);
  g_clear_pointer (&table->options, g_free);
  g_clear_pointer (&table->texts, g_string_chunk_free);
}
