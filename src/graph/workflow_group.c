#include "graph/workflow_group.h"

#include "graph/workflow_widgets.h"

enum { OUTSIDE = -10, RESULTS = -20 }; /* the ends of a sub-graph's links, as the editor numbers them */

typedef struct {
  const mk_registry *registry;
  GHashTable *known; /* type -> definition: groups that may stand in this one */
  const mk_json *group;
  mk_json *nodes, *links, *inputs, *outputs, *widgets; /* of the definition */
  GHashTable *seen;                                    /* names of inputs -> how often, from 1 */
  GHashTable *inside, *outside;                        /* outputs (slot_key) that something inside, and something outside takes -> a link */
} builder;

static void *
slot_key (int64_t place, int64_t output)
{
  return (void *)(uintptr_t)((uint64_t)place << 16 | ((uint64_t)output & 0xffff));
}

/* [[node, output, …]…] by node and output. */
static GHashTable *
index_slots (const mk_json *links)
{
  GHashTable *by_slot = g_hash_table_new (NULL, NULL);
  for (size_t i = 0; i < mk_json_length (links); i++) {
    mk_json *link = mk_json_at (links, i);
    if (mk_json_get_kind (mk_json_at (link, 0)) == MK_JSON_INT) /* else it comes from where the group was cut out */
      g_hash_table_insert (by_slot, slot_key (mk_json_get_int (mk_json_at (link, 0)), mk_json_get_int (mk_json_at (link, 1))), link);
  }
  return by_slot;
}

static bool
is_taken_inside (const builder *b, size_t place, size_t output)
{
  return g_hash_table_contains (b->inside, slot_key ((int64_t)place, (int64_t)output));
}

static bool
is_external (const builder *b, size_t place, size_t output)
{
  return g_hash_table_contains (b->outside, slot_key ((int64_t)place, (int64_t)output));
}

static const mk_json *
custom_of (const builder *b, size_t node, const char *section, const char *name)
{
  g_autofree char *place = g_strdup_printf ("%zu", node);
  return mk_json_get (mk_json_get (mk_json_get (mk_json_get (b->group, "config"), place), section), name);
}

static bool
is_hidden (const mk_json *custom)
{
  return mk_json_has (custom, "visible") && !mk_json_get_bool (mk_json_get (custom, "visible"));
}

static int64_t
add_link (builder *b, int64_t from, int64_t from_slot, int64_t to, int64_t to_slot)
{
  int64_t numbers[] = { (int64_t)mk_json_length (b->links) + 1, from, from_slot, to, to_slot };
  mk_json *link = mk_json_new_array ();
  for (size_t i = 0; i < MK_COUNT (numbers); i++)
    mk_json_append (link, mk_json_new_int (numbers[i]));
  mk_json_append (b->links, link);
  return numbers[0];
}

static void
set_link (mk_json *socket, int64_t link)
{
  mk_json_set (socket, "link", mk_json_new_int (link));
}

/* --- names --- */

/* A second input of one name is called after its node, a third one also by its number. */
static char *
name_input (builder *b, size_t place, const mk_json *node, const mk_json *socket, const char *own)
{
  const char *custom = mk_json_get_string (mk_json_get (custom_of (b, place, "input", own), "name"));
  const char *label = mk_json_get_string (mk_json_get (socket, "label")), *type = mk_json_get_string (mk_json_get (node, "type"));
  const char *title = mk_json_get_string (mk_json_get (node, "title"));
  g_autofree char *name = g_strdup (custom[0] != '\0' ? custom : label[0] != '\0' ? label : own), *key = g_strdup (name);
  bool is_titled = g_str_equal (type, "PrimitiveNode") && title[0] != '\0';
  if (is_titled || g_hash_table_contains (b->seen, name)) {
    const char *prefix = title[0] != '\0' ? title : type;
    g_free (key);
    g_free (name);
    key = g_strdup_printf ("%s %s", prefix, own);
    int n = GPOINTER_TO_INT (g_hash_table_lookup (b->seen, key));
    name = n > 0 ? g_strdup_printf ("%s %d %s", prefix, n, own) : g_strdup (key);
  }
  int n = GPOINTER_TO_INT (g_hash_table_lookup (b->seen, key));
  g_hash_table_insert (b->seen, g_steal_pointer (&key), GINT_TO_POINTER ((n > 0 ? n : 1) + 1));
  return g_steal_pointer (&name);
}

static void
open_input (builder *b, size_t place, size_t slot, mk_json *socket, const char *name)
{
  mk_json *input = mk_json_new_object ();
  mk_json_set (input, "name", mk_json_new_string (name));
  set_link (socket, add_link (b, OUTSIDE, (int64_t)mk_json_length (b->inputs), (int64_t)place, (int64_t)slot));
  mk_json_append (b->inputs, input);
}

/* `shown` is what the group calls it; NULL = the same. */
static void
add_widget (builder *b, int64_t place, const char *name, const char *shown)
{
  mk_json *row = mk_json_new_array ();
  mk_json_append (row, mk_json_new_int (place));
  mk_json_append (row, mk_json_new_string (name));
  mk_json_append (row, mk_json_new_string (shown != NULL ? shown : name));
  mk_json_append (b->widgets, row);
}

/* --- nodes --- */

/* Sockets as the node has them, unlinked; those of its table where the file has none. */
static mk_json *
copy_sockets (const mk_json *node, const mk_node_def *def)
{
  const mk_json *given = mk_json_get (node, "inputs");
  mk_json *sockets = mk_json_get_kind (given) == MK_JSON_ARRAY ? mk_json_copy (given) : mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (sockets); i++)
    mk_json_remove (mk_json_at (sockets, i), "link");
  if (mk_json_get_kind (given) == MK_JSON_ARRAY || def == NULL)
    return sockets;
  for (const mk_port *port = def->inputs; port->name != NULL; port++) {
    if (port->need == MK_HIDDEN || mk_workflow_is_widget (port))
      continue;
    mk_json *socket = mk_json_new_object ();
    mk_json_set (socket, "name", mk_json_new_string (port->name));
    mk_json_set (socket, "type", mk_json_new_string (port->type));
    mk_json_append (sockets, socket);
  }
  return sockets;
}

static mk_json *
find_converted (mk_json *sockets, const char *name)
{
  for (size_t i = 0; i < mk_json_length (sockets); i++) {
    mk_json *socket = mk_json_at (sockets, i);
    if (mk_json_has (socket, "widget") && g_str_equal (mk_json_get_string (mk_json_get (socket, "name")), name))
      return socket;
  }
  return NULL;
}

/* Widgets that stayed widgets, with what the editor keeps beside their values. */
static void
list_widgets (builder *b, size_t place, const mk_json *node, mk_json *sockets, const mk_node_def *def)
{
  for (int need = MK_REQUIRED; need <= MK_OPTIONAL; need++)
    for (const mk_port *port = def->inputs; port->name != NULL; port++) {
      if ((int)port->need != need || !mk_workflow_is_widget (port) || find_converted (sockets, port->name) != NULL)
        continue;
      g_autofree char *shown = name_input (b, place, node, NULL, port->name);
      add_widget (b, (int64_t)place, port->name, shown);
      for (size_t i = mk_workflow_count_beside (port); i > 0; i--)
        add_widget (b, -1, "", NULL);
    }
}

/* Those of a group within this one, as it shows them. */
static void
list_group_widgets (builder *b, size_t place, const mk_json *node, mk_json *sockets, const mk_json *inner)
{
  const mk_json *widgets = mk_json_get (inner, "proxyWidgets");
  for (size_t i = 0; i < mk_json_length (widgets); i++) {
    const mk_json *row = mk_json_at (widgets, i);
    const char *own = mk_json_get_string (mk_json_at (row, 2));
    if (mk_json_get_int (mk_json_at (row, 0)) < 0) {
      add_widget (b, -1, "", NULL);
      continue;
    }
    if (find_converted (sockets, own) != NULL)
      continue;
    g_autofree char *shown = name_input (b, place, node, NULL, own);
    add_widget (b, (int64_t)place, own, shown);
  }
}

/* A primitive is a widget of the group when something inside takes its value. */
static void
list_primitive (builder *b, size_t place, const mk_json *node)
{
  const mk_json *link = g_hash_table_lookup (b->inside, slot_key ((int64_t)place, 0));
  const char *type = mk_json_get_string (mk_json_at (link, 5));
  if (link == NULL)
    return;
  g_autofree char *shown = name_input (b, place, node, NULL, "value");
  add_widget (b, (int64_t)place, "value", shown);
  if (g_str_equal (type, "INT") || g_str_equal (type, "FLOAT") || g_str_equal (type, "COMBO"))
    add_widget (b, -1, "", NULL);
}

static void
open_outputs (builder *b, size_t place, size_t n_outputs)
{
  for (size_t i = 0; i < n_outputs; i++) {
    g_autofree char *number = g_strdup_printf ("%zu", i);
    const mk_json *custom = custom_of (b, place, "output", number);
    bool is_open = mk_json_has (custom, "visible") ? !is_hidden (custom) : !is_taken_inside (b, place, i) || is_external (b, place, i);
    if (!is_open)
      continue;
    add_link (b, (int64_t)place, (int64_t)i, RESULTS, (int64_t)mk_json_length (b->outputs));
    mk_json_append (b->outputs, mk_json_new_object ());
  }
}

/* Sockets that nothing inside feeds; those that were widgets when `of_widgets`. */
static void
open_sockets (builder *b, size_t place, bool of_widgets)
{
  const mk_json *node = mk_json_at (b->nodes, place);
  mk_json *sockets = mk_json_get (node, "inputs");
  for (size_t i = 0; i < mk_json_length (sockets); i++) {
    mk_json *socket = mk_json_at (sockets, i);
    const char *own = mk_json_get_string (mk_json_get (socket, "name"));
    if (mk_json_has (socket, "link") || mk_json_has (socket, "widget") != of_widgets)
      continue;
    g_autofree char *name = name_input (b, place, node, socket, own[0] != '\0' ? own : mk_json_get_string (mk_json_get (socket, "type")));
    if (is_hidden (custom_of (b, place, "input", own)))
      continue;
    open_input (b, place, i, socket, name);
    if (of_widgets)
      add_widget (b, (int64_t)place, own, name);
  }
}

static void
join_inside (builder *b)
{
  const mk_json *links = mk_json_get (b->group, "links");
  for (size_t i = 0; i < mk_json_length (links); i++) {
    const mk_json *link = mk_json_at (links, i);
    int64_t to = mk_json_get_int (mk_json_at (link, 2)), slot = mk_json_get_int (mk_json_at (link, 3));
    if (mk_json_get_kind (mk_json_at (link, 0)) != MK_JSON_INT || to < 0 || slot < 0)
      continue;
    mk_json *socket = mk_json_at (mk_json_get (mk_json_at (b->nodes, (size_t)to), "inputs"), (size_t)slot);
    if (socket != NULL)
      set_link (socket, add_link (b, mk_json_get_int (mk_json_at (link, 0)), mk_json_get_int (mk_json_at (link, 1)), to, slot));
  }
}

/* In the order in which the editor gives a group its widgets, inputs and outputs. */
static void
open_node (builder *b, size_t place)
{
  const mk_json *node = mk_json_at (b->nodes, place);
  const char *type = mk_json_get_string (mk_json_get (node, "type"));
  const mk_node_def *def = mk_registry_find (b->registry, type);
  if (g_str_equal (type, "PrimitiveNode")) {
    list_primitive (b, place, node);
    return;
  }
  bool is_reroute = g_str_equal (type, "Reroute");
  if (is_reroute && is_taken_inside (b, place, 0) && !is_external (b, place, 0) && mk_json_has (mk_json_at (mk_json_get (node, "inputs"), 0), "link"))
    return;
  const mk_json *inner = g_hash_table_lookup (b->known, type);
  if (def != NULL)
    list_widgets (b, place, node, mk_json_get (node, "inputs"), def);
  else if (inner != NULL)
    list_group_widgets (b, place, node, mk_json_get (node, "inputs"), inner);
  open_sockets (b, place, false);
  open_outputs (b, place, def != NULL ? mk_node_n_outputs (def) : mk_json_length (mk_json_get (node, "outputs")));
}

mk_json *
mk_workflow_group_to_subgraph (const mk_registry *registry, GHashTable *known, const mk_json *group)
{
  builder b = { .registry = registry, .known = known, .group = group, .nodes = mk_json_new_array (), .links = mk_json_new_array (), .inputs = mk_json_new_array (),
                .outputs = mk_json_new_array (), .widgets = mk_json_new_array (), .seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                .inside = index_slots (mk_json_get (group, "links")), .outside = index_slots (mk_json_get (group, "external")) };
  const mk_json *given = mk_json_get (group, "nodes");
  for (size_t i = 0; i < mk_json_length (given); i++) {
    const mk_json *one = mk_json_at (given, i);
    mk_json *node = mk_json_get_kind (one) == MK_JSON_OBJECT ? mk_json_copy (one) : mk_json_new_object ();
    mk_json_set (node, "id", mk_json_new_int ((int64_t)i));
    mk_json_set (node, "inputs", copy_sockets (one, mk_registry_find (registry, mk_json_get_string (mk_json_get (one, "type")))));
    mk_json_append (b.nodes, node);
  }
  join_inside (&b);
  for (size_t i = 0; i < mk_json_length (b.nodes); i++)
    open_node (&b, i);
  for (size_t i = 0; i < mk_json_length (b.nodes); i++)
    open_sockets (&b, i, true);
  g_hash_table_unref (b.seen);
  g_hash_table_unref (b.inside);
  g_hash_table_unref (b.outside);
  mk_json *definition = mk_json_new_object ();
  mk_json_set (definition, "nodes", b.nodes);
  mk_json_set (definition, "links", b.links);
  mk_json_set (definition, "inputs", b.inputs);
  mk_json_set (definition, "outputs", b.outputs);
  mk_json_set (definition, "proxyWidgets", b.widgets);
  return definition;
}
