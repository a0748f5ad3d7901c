/* table.c - a node's table out of its record in /object_info. */
#include "packs/pack.h"

#include <string.h>

typedef struct {
  mk_pack_node *node;
  size_t n_options; /* used of node->options */
} table;

static const char *
keep (table *t, const char *text)
{
  return g_string_chunk_insert_const (t->node->texts, text);
}

static const char *
keep_json (table *t, const mk_json *value)
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

/* Choices that are no text are compared as Python prints them, as everywhere. */
static void
set_choices (table *t, mk_port *port, const mk_json *list)
{
  port->type = "COMBO";
  port->options = (const char *const *)&t->node->options[t->n_options];
  for (size_t i = 0; i < mk_json_length (list); i++) {
    const mk_json *choice = mk_json_at (list, i);
    t->node->options[t->n_options++] = (char *)(mk_json_get_kind (choice) == MK_JSON_STRING ? keep (t, mk_json_get_string (choice)) : keep_json (t, choice));
  }
  t->node->options[t->n_options++] = NULL;
}

static const mk_json *
find_choices (const mk_json *pair)
{
  const mk_json *type = mk_json_at (pair, 0), *options = mk_json_get (mk_json_at (pair, 1), "options");
  if (mk_json_get_kind (type) == MK_JSON_ARRAY)
    return type;
  return g_str_equal (mk_json_get_string (type), "COMBO") && mk_json_get_kind (options) == MK_JSON_ARRAY ? options : NULL;
}

static bool
read_input (table *t, mk_port *port, const char *name, const mk_json *pair, mk_port_need need, GError **error)
{
  const mk_json *options = mk_json_at (pair, 1), *choices = find_choices (pair);
  if (mk_json_get_kind (pair) != MK_JSON_ARRAY || (choices == NULL && mk_json_get_kind (mk_json_at (pair, 0)) != MK_JSON_STRING))
    return mk_error (error, MK_ERROR_FORMAT, "input “%s” is described by neither a type nor a list of choices", name);
  *port = (mk_port){ .name = keep (t, name), .need = need };
  if (choices != NULL)
    set_choices (t, port, choices);
  else
    port->type = keep (t, mk_json_get_string (mk_json_at (pair, 0)));
  set_numbers (port, options);
  port->lazy = mk_json_get_bool (mk_json_get (options, "lazy"));
  port->raw_link = mk_json_get_bool (mk_json_get (options, "rawLink"));
  port->force_input = mk_json_get_bool (mk_json_get (options, "forceInput"));
  port->control_after_generate = mk_json_get_bool (mk_json_get (options, "control_after_generate"));
  port->extra_json = mk_json_length (options) > 0 ? keep_json (t, options) : NULL;
  return true;
}

/* "PROMPT", or ["PROMPT"] in the newer form. */
static void
read_hidden (table *t, mk_port *port, const char *name, const mk_json *marker)
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
read_inputs (table *t, const mk_json *input, GError **error)
{
  static const char *const sections[] = { "required", "optional", "hidden" };
  size_t n_ports, n_options, at = 0;
  count_inputs (input, &n_ports, &n_options);
  t->node->inputs = g_new0 (mk_port, n_ports + 1);
  t->node->options = g_new0 (char *, n_options + 1);
  for (int need = MK_REQUIRED; need <= MK_HIDDEN; need++)
    for (mk_json_iter i = mk_json_iterate (mk_json_get (input, sections[need])); mk_json_next (&i);) {
      if (need == MK_HIDDEN)
        read_hidden (t, &t->node->inputs[at++], i.key, i.value);
      else if (!read_input (t, &t->node->inputs[at++], i.key, i.value, (mk_port_need)need, error))
        return false;
    }
  return true;
}

/* --- outputs --- */

/* Types whose bytes the engine knows can leave the pack's process. */
static bool
is_plain (const mk_pack *pack, const char *type)
{
  static const char *const scalars[] = { "INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", NULL };
  bool is_known = g_strv_contains (scalars, type);
  for (const mk_value_type *const *known = pack->value_types; known != NULL && *known != NULL && !is_known; known++)
    is_known = (*known)->save != NULL && g_str_equal ((*known)->name, type);
  return is_known;
}

static void
read_outputs (table *t, const mk_json *info)
{
  const mk_json *types = mk_json_get (info, "output"), *names = mk_json_get (info, "output_name"), *lists = mk_json_get (info, "output_is_list");
  size_t n = mk_json_length (types);
  t->node->outputs = g_new0 (mk_port, n + 1);
  for (size_t i = 0; i < n; i++) {
    const mk_json *type = mk_json_at (types, i), *name = mk_json_at (names, i);
    mk_port *port = &t->node->outputs[i];
    port->type = mk_json_get_kind (type) == MK_JSON_ARRAY ? "COMBO" : keep (t, mk_json_get_string (type));
    port->name = mk_json_get_kind (name) == MK_JSON_STRING ? keep (t, mk_json_get_string (name)) : port->type;
    port->is_list = mk_json_get_bool (mk_json_at (lists, i));
    t->node->has_objects |= !is_plain (t->node->pack, port->type);
  }
}

/* --- the whole --- */

static unsigned
read_flags (const mk_json *description, const mk_json *info)
{
  static const struct {
    const char *name;
    unsigned flag;
  } flags[] = { { "async", MK_NODE_LIGHT }, { "any_input", MK_NODE_ANY_INPUT }, { "input_is_list", MK_NODE_INPUT_IS_LIST },
                { "not_idempotent", MK_NODE_NOT_IDEMPOTENT }, { "v3", MK_NODE_SCHEMA_V3 } };
  unsigned all = MK_NODE_NO_METADATA;
  for (size_t i = 0; i < MK_COUNT (flags); i++)
    if (mk_json_get_bool (mk_json_get (description, flags[i].name)))
      all |= flags[i].flag;
  if (mk_json_get_bool (mk_json_get (info, "output_node")))
    all |= MK_NODE_OUTPUT;
  if (mk_json_get_bool (mk_json_get (info, "deprecated")))
    all |= MK_NODE_DEPRECATED;
  if (mk_json_get_bool (mk_json_get (info, "experimental")))
    all |= MK_NODE_EXPERIMENTAL;
  return all;
}

static void
clear (mk_pack_node *node)
{
  g_clear_pointer (&node->inputs, g_free);
  g_clear_pointer (&node->outputs, g_free);
  g_clear_pointer (&node->options, g_free);
  g_clear_pointer (&node->texts, g_string_chunk_free);
}

static bool
read_table (mk_pack_node *node, const mk_json *description, const mk_node_def *hooks, GError **error)
{
  const mk_json *info = mk_json_get (description, "info"), *check = mk_json_get (description, "check");
  const char *id = mk_json_get_string (mk_json_get (info, "name"));
  if (id[0] == '\0' || mk_json_get_kind (mk_json_get (info, "output")) != MK_JSON_ARRAY)
    return mk_error (error, MK_ERROR_FORMAT, "a node of %s is described without a name or outputs", node->pack->name);
  node->texts = g_string_chunk_new (1024);
  table t = { .node = node };
  if (!read_inputs (&t, mk_json_get (info, "input"), error)) {
    g_prefix_error (error, "node %s of %s: ", id, node->pack->name);
    return false;
  }
  read_outputs (&t, info);
  node->def = (mk_node_def){
    .id = g_intern_string (id) /* the registry keeps it longer than one description */, .label = keep (&t, mk_json_get_string (mk_json_get (info, "display_name"))),
    .category = keep (&t, mk_json_get_string (mk_json_get (info, "category"))), .help = keep (&t, mk_json_get_string (mk_json_get (info, "description"))),
    .version = (int)mk_json_get_int (mk_json_get (description, "version")), .object_info = keep_json (&t, info),
    .inputs = node->inputs, .outputs = node->outputs, .flags = read_flags (description, info) | (node->has_objects ? MK_NODE_NO_DISK_CACHE : 0),
    .run = hooks->run };
  if (mk_json_get_kind (check) == MK_JSON_STRING) {
    node->def.check = hooks->check;
    node->def.check_names = keep (&t, mk_json_get_string (check));
  }
  if (mk_json_get_bool (mk_json_get (description, "lazy")))
    node->def.need = hooks->need;
  if (mk_json_get_bool (mk_json_get (description, "fingerprint")) || node->has_objects)
    node->def.fingerprint = hooks->fingerprint;
  return true;
}

mk_pack_node *
mk_pack_node_new (mk_pack *pack, const mk_json *description, const mk_node_def *hooks, GError **error)
{
  mk_pack_node *node = g_new0 (mk_pack_node, 1);
  node->pack = pack;
  if (read_table (node, description, hooks, error))
    return node;
  mk_pack_node_free (node);
  return NULL;
}

bool
mk_pack_node_update (mk_pack_node *node, const mk_json *description, const mk_node_def *hooks, GError **error)
{
  mk_pack_node fresh = { .pack = node->pack };
  bool is_good = read_table (&fresh, description, hooks, error);
  if (is_good && fresh.def.id != node->def.id)
    is_good = mk_error (error, MK_ERROR_FORMAT, "node %s of %s now calls itself %s", node->def.id, node->pack->name, fresh.def.id);
  if (!is_good) {
    clear (&fresh);
    return false;
  }
  clear (node);
  *node = fresh;
  return true;
}

void
mk_pack_node_free (mk_pack_node *node)
{
  if (node == NULL)
    return;
  clear (node);
  g_free (node);
}
