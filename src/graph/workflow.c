#include "graph/workflow.h"

#include "base/hash.h"
#include "graph/left_out.h"
#include "graph/validate.h"
#include "graph/workflow_group.h"
#include "graph/workflow_text.h"
#include "graph/workflow_widgets.h"

#include <string.h>

enum { MAX_NODES = 100000, MAX_DEPTH = 32, MAX_HOPS = 10000 };
enum { MUTED = 2, BYPASSED = 4 };

/* The inside of the document or of one instance of a sub-graph. Everything but the tables is borrowed from it. */
typedef struct scope {
  struct scope *parent;
  const mk_json *graph, *instance; /* the node of the parent that stands for it, or NULL */
  char *prefix;                    /* of ids: "12:5:" */
  int depth;
  GHashTable *nodes;    /* id as text -> mk_json */
  GHashTable *links;    /* id as text -> mk_json */
  GHashTable *results;  /* output slot of the sub-graph -> link (mk_json) */
  GHashTable *children; /* id as text -> scope */
  GHashTable *wires;    /* name -> the node at its beginning (mk_json) */
} scope;

typedef struct {
  const mk_registry *registry;
  const mk_folders *folders;
  const mk_json *document;
  const mk_workflow_moment *moment; /* or NULL */
  GHashTable *definitions; /* id -> mk_json */
  GHashTable *unknown;     /* type -> itself; a set */
  mk_json *prompt;
  size_t n_nodes;
} converter;

/* Where a link really begins. */
typedef struct {
  char *id;             /* NULL: a constant */
  int64_t slot;
  const mk_json *value;
} origin;

/* --- reading the document --- */

/* Ids are numbers or text. */
static char *
id_text (const mk_json *id)
{
  switch (mk_json_get_kind (id)) {
  case MK_JSON_STRING:
    return g_strdup (mk_json_get_string (id));
  case MK_JSON_INT:
  case MK_JSON_REAL:
    return g_strdup_printf ("%" G_GINT64_FORMAT, mk_json_get_int (id));
  default:
    return g_strdup ("");
  }
}

/* Links are lists [id, from, slot, to, slot, type], or objects. */
static const mk_json *
link_part (const mk_json *link, const char *name, size_t position)
{
  return mk_json_get_kind (link) == MK_JSON_ARRAY ? mk_json_at (link, position) : mk_json_get (link, name);
}

static const char *
type_of (const mk_json *node)
{
  return mk_json_get_string (mk_json_get (node, "type"));
}

static int64_t
mode_of (const mk_json *node)
{
  return mk_json_get_int (mk_json_get (node, "mode"));
}

static bool
is_note (const mk_json *node)
{
  static const char *const types[] = { "Note", "MarkdownNote", NULL };
  return g_strv_contains (types, type_of (node));
}

/* Some name a wire at one end and take it up again at the other, as a popular extension of the editor has them. */
static const char *
name_of_wire (const mk_json *node)
{
  return mk_json_get_string (mk_json_at (mk_json_get (node, "widgets_values"), 0));
}

/* Nodes that are there for the eye: what goes in comes out. */
static bool
is_wire (const char *type)
{
  static const char *const types[] = { "Reroute", "SetNode", "GetNode", NULL };
  return g_strv_contains (types, type);
}

static void
scope_free (void *given)
{
  scope *s = given;
  g_hash_table_unref (s->nodes);
  g_hash_table_unref (s->links);
  g_hash_table_unref (s->results);
  g_hash_table_unref (s->children);
  g_hash_table_unref (s->wires);
  g_free (s->prefix);
  g_free (s);
}

static scope *
scope_new (scope *parent, const mk_json *graph, const mk_json *instance, char *taken_prefix)
{
  scope *s = g_new0 (scope, 1);
  *s = (scope){ .parent = parent, .graph = graph, .instance = instance, .prefix = taken_prefix, .depth = parent != NULL ? parent->depth + 1 : 0 };
  s->nodes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  s->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  s->results = g_hash_table_new (NULL, NULL);
  s->children = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, scope_free);
  const mk_json *nodes = mk_json_get (graph, "nodes"), *links = mk_json_get (graph, "links");
  s->wires = g_hash_table_new (g_str_hash, g_str_equal);
  for (size_t i = 0; i < mk_json_length (nodes); i++) {
    mk_json *node = mk_json_at (nodes, i);
    g_hash_table_insert (s->nodes, id_text (mk_json_get (node, "id")), node);
    if (g_str_equal (type_of (node), "SetNode"))
      g_hash_table_insert (s->wires, (char *)name_of_wire (node), node);
  }
  for (size_t i = 0; i < mk_json_length (links); i++) {
    mk_json *link = mk_json_at (links, i);
    g_hash_table_insert (s->links, id_text (link_part (link, "id", 0)), link);
    if (parent != NULL && mk_json_get_int (link_part (link, "target_id", 3)) == -20)
      g_hash_table_insert (s->results, GINT_TO_POINTER ((int)mk_json_get_int (link_part (link, "target_slot", 4))), link);
  }
  return s;
}

/* The inside of an instance, made when first asked for; NULL without error when the node is none. */
static scope *
find_child (converter *c, scope *s, const mk_json *node, GError **error)
{
  const mk_json *definition = g_hash_table_lookup (c->definitions, type_of (node));
  if (definition == NULL)
    return NULL;
  g_autofree char *id = id_text (mk_json_get (node, "id"));
  scope *child = g_hash_table_lookup (s->children, id);
  if (child != NULL)
    return child;
  c->n_nodes += mk_json_length (mk_json_get (definition, "nodes")) + 1;
  if (s->depth >= MAX_DEPTH || c->n_nodes > MAX_NODES) {
    mk_error (error, MK_ERROR_LIMIT, "the sub-graphs are nested deeper than %d or hold more than %d nodes", MAX_DEPTH, MAX_NODES);
    return NULL;
  }
  child = scope_new (s, definition, node, g_strdup_printf ("%s%s:", s->prefix, id));
  g_hash_table_insert (s->children, g_steal_pointer (&id), child);
  return child;
}

/* --- following links --- */

static const char *
type_of_slot (const mk_json *slot)
{
  const char *type = mk_json_get_string (mk_json_get (slot, "type")); /* old files have lists of choices here */
  return type[0] != '\0' ? type : "*";
}

/* What a bypassed node hands on to an input of type `wanted`: its input of the same place if all types agree, else the first
 * of that very type, else the first that agrees. */
static const mk_json *
bypass (const mk_json *node, int64_t slot, const char *wanted)
{
  const mk_json *inputs = mk_json_get (node, "inputs"), *same = mk_json_at (inputs, (size_t)slot);
  const char *given = type_of_slot (mk_json_at (mk_json_get (node, "outputs"), (size_t)slot));
  if (g_str_equal (wanted, "*"))
    return same != NULL ? same : mk_json_at (inputs, 0);
  if (same != NULL && mk_type_fits (type_of_slot (same), given) && mk_type_fits (type_of_slot (same), wanted))
    return same;
  const mk_json *near = NULL;
  for (size_t i = 0; i < mk_json_length (inputs); i++) {
    const mk_json *input = mk_json_at (inputs, i);
    if (g_str_equal (type_of_slot (input), wanted))
      return input;
    if (near == NULL && mk_type_fits (type_of_slot (input), given) && mk_type_fits (type_of_slot (input), wanted))
      near = input;
  }
  return near;
}

static const mk_json *promoted_value (const scope *s, const char *inner_id, const char *name);

/* `own`, which an instance has for its widget, unless the widget is promoted further: then what people see outside counts. */
static const mk_json *
outermost (const scope *s, const char *name, const mk_json *own)
{
  if (s->parent->instance == NULL)
    return own;
  g_autofree char *id = id_text (mk_json_get (s->instance, "id"));
  const mk_json *outer = promoted_value (s->parent, id, name); /* as deep as sub-graphs nest */
  return outer != NULL ? outer : own;
}

/* The instance's own value of a promoted widget: `inner_id` "-1" for those that are inputs of the sub-graph. */
static const mk_json *
promoted_value (const scope *s, const char *inner_id, const char *name)
{
  const mk_json *instance = s->instance, *values = mk_json_get (instance, "widgets_values");
  const mk_json *own = mk_json_get (mk_json_get (instance, "properties"), "proxyWidgets");
  const mk_json *proxies = own != NULL ? own : mk_json_get (s->graph, "proxyWidgets"); /* of a group: workflow_group.h */
  for (size_t i = 0; i < mk_json_length (proxies); i++) {
    g_autofree char *id = id_text (mk_json_at (mk_json_at (proxies, i), 0));
    const mk_json *shown = own == NULL ? mk_json_at (mk_json_at (proxies, i), 2) : NULL; /* groups may call it otherwise */
    if (g_str_equal (id, inner_id) && g_str_equal (mk_json_get_string (mk_json_at (mk_json_at (proxies, i), 1)), name))
      return outermost (s, shown != NULL ? mk_json_get_string (shown) : name, mk_json_get_kind (values) == MK_JSON_OBJECT ? mk_json_get (values, name) : mk_json_at (values, i));
  }
  if (mk_json_length (proxies) > 0 || !g_str_equal (inner_id, "-1"))
    return NULL;
  if (mk_json_get_kind (values) == MK_JSON_OBJECT)
    return outermost (s, name, mk_json_get (values, name));
  const mk_json *inputs = mk_json_get (instance, "inputs");
  for (size_t i = 0, n_widgets = 0; i < mk_json_length (inputs); i++) {
    const mk_json *input = mk_json_at (inputs, i);
    if (mk_json_has (input, "widget") && g_str_equal (mk_json_get_string (mk_json_get (input, "name")), name))
      return outermost (s, name, mk_json_at (values, n_widgets));
    n_widgets += mk_json_has (input, "widget");
  }
  return NULL;
}

/* From the inside of a sub-graph to the instance's input. */
static const mk_json *
leave (scope **s, int64_t slot, origin *found)
{
  const mk_json *instance = (*s)->instance, *inputs = mk_json_get (instance, "inputs");
  const char *name = mk_json_get_string (mk_json_get (mk_json_at (mk_json_get ((*s)->graph, "inputs"), (size_t)slot), "name"));
  const mk_json *input = NULL;
  for (size_t i = 0; i < mk_json_length (inputs) && input == NULL; i++)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (inputs, i), "name")), name))
      input = mk_json_at (inputs, i);
  if (input == NULL)
    input = mk_json_at (inputs, (size_t)slot);
  const mk_json *link = mk_json_get (input, "link");
  if (link == NULL)
    found->value = promoted_value (*s, "-1", name);
  *s = (*s)->parent;
  return link;
}

/* The input through which a node that only the editor knows hands its link on; NULL when it is another node. */
static const mk_json *
pass_on (const scope *s, const mk_json *node, int64_t slot, const char **type)
{
  const char *kind = type_of (node);
  if (mode_of (node) == BYPASSED) {
    const mk_json *input = bypass (node, slot, *type);
    *type = type_of_slot (input);
    return input;
  }
  if (g_str_equal (kind, "GetNode"))
    node = g_hash_table_lookup (s->wires, name_of_wire (node));
  return is_wire (kind) ? mk_json_at (mk_json_get (node, "inputs"), 0) : NULL;
}

/* To an input of `type`. False when the link leads nowhere. */
static bool
follow (converter *c, scope *s, const mk_json *link_id, const char *type, origin *found, GError **error)
{
  *found = (origin){ 0 };
  for (int hop = 0; hop < MAX_HOPS && link_id != NULL; hop++) {
    g_autofree char *id = id_text (link_id);
    const mk_json *link = g_hash_table_lookup (s->links, id);
    const mk_json *from_id = link_part (link, "origin_id", 1);
    int64_t slot = mk_json_get_int (link_part (link, "origin_slot", 2));
    if (s->parent != NULL && mk_json_get_int (from_id) == -10 && slot >= 0) {
      link_id = leave (&s, slot, found);
      continue;
    }
    g_autofree char *from = id_text (from_id);
    const mk_json *node = g_hash_table_lookup (s->nodes, from);
    if (node == NULL || slot < 0 || mode_of (node) == MUTED || is_note (node))
      return false;
    if (mode_of (node) == BYPASSED || is_wire (type_of (node))) {
      link_id = mk_json_get (pass_on (s, node, slot, &type), "link");
      continue;
    }
    if (g_str_equal (type_of (node), "PrimitiveNode")) {
      const mk_json *own = s->instance != NULL ? promoted_value (s, from, "value") : NULL;
      found->value = own != NULL ? own : mk_json_at (mk_json_get (node, "widgets_values"), 0);
      return found->value != NULL;
    }
    if (g_hash_table_contains (c->definitions, type_of (node))) {
      s = find_child (c, s, node, error);
      link_id = s != NULL ? link_part (g_hash_table_lookup (s->results, GINT_TO_POINTER ((int)slot)), "id", 0) : NULL;
      continue;
    }
    found->id = g_strconcat (s->prefix, from, NULL);
    found->slot = slot;
    return true;
  }
  return found->value != NULL;
}

/* --- texts, as the editor rewrites them when it queues --- */

static const mk_json *
find_named (const mk_json *nodes, const char *name, bool by_title)
{
  for (size_t i = 0; i < mk_json_length (nodes); i++) {
    const mk_json *node = mk_json_at (nodes, i);
    const mk_json *given = by_title ? mk_json_get (node, "title") : mk_json_get (mk_json_get (node, "properties"), "Node name for S&R");
    if (g_str_equal (mk_json_get_string (given), name))
      return node;
  }
  return NULL;
}

/* In the document, then in its sub-graphs. */
static const mk_json *
find_node (const converter *c, const char *name, bool by_title)
{
  const mk_json *subgraphs = mk_json_get (mk_json_get (c->document, "definitions"), "subgraphs");
  const mk_json *node = find_named (mk_json_get (c->document, "nodes"), name, by_title);
  for (size_t i = 0; node == NULL && i < mk_json_length (subgraphs); i++)
    node = find_named (mk_json_get (mk_json_at (subgraphs, i), "nodes"), name, by_title);
  return node;
}

/* As JavaScript writes it. */
static char *
text_of (const mk_json *value)
{
  mk_json_kind kind = mk_json_get_kind (value);
  if (kind == MK_JSON_STRING || kind == MK_JSON_NULL)
    return g_strdup (kind == MK_JSON_STRING ? mk_json_get_string (value) : "");
  char *text = mk_json_print_compact (value);
  if (kind == MK_JSON_REAL && g_str_has_suffix (text, ".0"))
    text[strlen (text) - 2] = '\0';
  return text;
}

static char *
find_widget (void *user, const char *name, const char *widget)
{
  const converter *c = user;
  const mk_json *node = find_node (c, name, false);
  if (node == NULL)
    node = find_node (c, name, true);
  if (g_str_equal (type_of (node), "PrimitiveNode"))
    return g_str_equal (widget, "value") ? text_of (mk_json_at (mk_json_get (node, "widgets_values"), 0)) : NULL;
  const mk_node_def *def = node != NULL ? mk_registry_find (c->registry, type_of (node)) : NULL;
  if (def == NULL)
    return NULL;
  g_autoptr (mk_json) widgets = mk_json_new_object ();
  mk_workflow_read_widgets (def, c->folders, node, widgets);
  return mk_json_has (widgets, widget) ? text_of (mk_json_get (widgets, widget)) : NULL;
}

static char *
choose_for (const converter *c, const char *id, const char *name, const char *text)
{
  mk_hasher *hasher = mk_hasher_new ();
  mk_hasher_add_string (hasher, id);
  mk_hasher_add_string (hasher, name);
  mk_key key = mk_hasher_take (hasher);
  uint64_t stream;
  memcpy (&stream, key.bytes, sizeof stream);
  mk_rng rng = mk_rng_new (c->moment->seed, GUINT64_FROM_LE (stream));
  return mk_text_choose (text, &rng);
}

/* Constants only: what comes over a link is not the editor's to know. */
static void
rewrite_texts (converter *c, const char *id, const mk_node_def *def, mk_json *inputs)
{
  for (const mk_port *port = def->inputs; c->moment != NULL && port->name != NULL; port++) {
    const mk_json *value = mk_json_get (inputs, port->name);
    bool is_name = g_str_equal (port->name, "filename_prefix");
    if (mk_json_get_kind (value) != MK_JSON_STRING || !(is_name || mk_workflow_has_choices (port)))
      continue;
    const char *text = mk_json_get_string (value);
    g_autofree char *written = is_name ? mk_text_fill_in (text, c->moment->now_s, find_widget, c) : choose_for (c, id, port->name, text);
    mk_json_set (inputs, port->name, mk_json_new_string (written));
  }
}

/* --- writing the prompt --- */

static bool
set_links (converter *c, scope *s, const mk_json *node, mk_json *inputs, GError **error)
{
  const mk_json *sockets = mk_json_get (node, "inputs");
  for (size_t i = 0; i < mk_json_length (sockets); i++) {
    const mk_json *socket = mk_json_at (sockets, i);
    const char *name = mk_json_get_string (mk_json_get (socket, "name"));
    origin found;
    GError *failure = NULL;
    bool is_there = mk_json_get (socket, "link") != NULL && follow (c, s, mk_json_get (socket, "link"), type_of_slot (socket), &found, &failure);
    if (failure != NULL) {
      g_propagate_error (error, failure);
      return false;
    }
    if (!is_there)
      continue;
    if (found.id == NULL) {
      mk_json_set (inputs, name, mk_workflow_constant (found.value));
      continue;
    }
    mk_json *link = mk_json_new_array ();
    mk_json_append (link, mk_json_new_string (found.id));
    mk_json_append (link, mk_json_new_int (found.slot));
    mk_json_set (inputs, name, link);
    g_free (found.id);
  }
  return true;
}

/* Values that an instance has of its own for widgets inside. */
static void
set_promoted (scope *s, const char *id, const mk_node_def *def, mk_json *inputs)
{
  for (const mk_port *port = def->inputs; s->instance != NULL && port->name != NULL; port++) {
    const mk_json *value = promoted_value (s, id, port->name);
    if (value != NULL)
      mk_json_set (inputs, port->name, mk_workflow_constant (value));
  }
}

static bool
write_node (converter *c, scope *s, const mk_json *node, GError **error)
{
  const char *type = type_of (node), *title = mk_json_get_string (mk_json_get (node, "title"));
  const mk_node_def *def = mk_registry_find (c->registry, type);
  if (def == NULL) {
    g_hash_table_add (c->unknown, (char *)type);
    return true;
  }
  g_autofree char *id = id_text (mk_json_get (node, "id")), *full_id = g_strconcat (s->prefix, id, NULL);
  mk_json *written = mk_json_new_object (), *inputs = mk_json_new_object (), *meta = mk_json_new_object ();
  mk_workflow_read_widgets (def, c->folders, node, inputs);
  set_promoted (s, id, def, inputs);
  bool is_good = set_links (c, s, node, inputs, error);
  rewrite_texts (c, full_id, def, inputs);
  mk_json_set (meta, "title", mk_json_new_string (title[0] != '\0' ? title : def->label != NULL ? def->label : type));
  mk_json_set (written, "inputs", inputs);
  mk_json_set (written, "class_type", mk_json_new_string (type));
  mk_json_set (written, "_meta", meta);
  mk_json_set (c->prompt, full_id, written);
  return is_good;
}

static bool
write_scope (converter *c, scope *s, GError **error)
{
  const mk_json *nodes = mk_json_get (s->graph, "nodes");
  for (size_t i = 0; i < mk_json_length (nodes); i++) {
    const mk_json *node = mk_json_at (nodes, i);
    const char *type = type_of (node);
    if (mode_of (node) == MUTED || mode_of (node) == BYPASSED || is_note (node) || is_wire (type) || g_str_equal (type, "PrimitiveNode"))
      continue;
    if (!g_hash_table_contains (c->definitions, type)) {
      if (!write_node (c, s, node, error))
        return false;
      continue;
    }
    scope *child = find_child (c, s, node, error);
    if (child == NULL || !write_scope (c, child, error)) /* as deep as sub-graphs may nest */
      return false;
  }
  return true;
}

static int
by_name (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static bool
fail_unknown (converter *c, GError **error)
{
  guint n;
  g_autofree char **names = (char **)g_hash_table_get_keys_as_array (c->unknown, &n);
  qsort (names, n, sizeof *names, by_name);
  g_autoptr (GString) all = g_string_new (NULL);
  for (guint i = 0; i < n; i++) {
    const char *why = mk_left_out_why (names[i]);
    g_string_append_printf (all, "%s%s", i > 0 ? ", " : "", names[i]);
    if (why != NULL)
      g_string_append_printf (all, " (%s)", why);
  }
  return mk_error (error, MK_ERROR_MISSING_NODE, "the workflow needs nodes that are not there: %s", all->str);
}

/* After those that stand in it. What was begun already is not begun again, however they hold each other. */
static void
add_group (converter *c, const mk_json *groups, const char *name, GHashTable *begun, GPtrArray *made)
{
  const mk_json *group = mk_json_get (groups, name), *nodes = mk_json_get (group, "nodes");
  if (group == NULL || !g_hash_table_add (begun, (char *)name) || g_hash_table_size (begun) > MAX_DEPTH * MAX_DEPTH)
    return;
  for (size_t i = 0; i < mk_json_length (nodes); i++) {
    const char *type = type_of (mk_json_at (nodes, i));
    if (g_str_has_prefix (type, "workflow>") || g_str_has_prefix (type, "workflow/"))
      add_group (c, groups, type + strlen ("workflow>"), begun, made);
  }
  mk_json *definition = mk_workflow_group_to_subgraph (c->registry, c->definitions, group);
  g_ptr_array_add (made, definition);
  g_hash_table_insert (c->definitions, g_strconcat ("workflow>", name, NULL), definition);
  g_hash_table_insert (c->definitions, g_strconcat ("workflow/", name, NULL), definition);
}

/* What older editors had instead of sub-graphs. The documents made of them, which the caller keeps while they are read. */
static GPtrArray *
add_groups (converter *c, const mk_json *document)
{
  GPtrArray *made = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_json_unref);
  g_autoptr (GHashTable) begun = g_hash_table_new (g_str_hash, g_str_equal);
  const mk_json *groups = mk_json_get (mk_json_get (document, "extra"), "groupNodes");
  for (mk_json_iter i = mk_json_iterate (groups); mk_json_next (&i);)
    add_group (c, groups, i.key, begun, made);
  return made;
}

static bool
convert_ui (const mk_registry *registry, const mk_folders *folders, const mk_json *document, const mk_workflow_moment *moment, mk_json **prompt, GError **error)
{
  converter c = { .registry = registry, .folders = folders, .document = document, .moment = moment, .prompt = mk_json_new_object (), .n_nodes = mk_json_length (mk_json_get (document, "nodes")) };
  c.definitions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  c.unknown = g_hash_table_new (g_str_hash, g_str_equal);
  const mk_json *subgraphs = mk_json_get (mk_json_get (document, "definitions"), "subgraphs");
  for (size_t i = 0; i < mk_json_length (subgraphs); i++)
    g_hash_table_insert (c.definitions, id_text (mk_json_get (mk_json_at (subgraphs, i), "id")), mk_json_at (subgraphs, i));
  GPtrArray *groups = add_groups (&c, document);
  scope *whole = scope_new (NULL, document, NULL, g_strdup (""));
  bool is_good = c.n_nodes <= MAX_NODES ? write_scope (&c, whole, error) : mk_error (error, MK_ERROR_LIMIT, "the workflow has %zu nodes, more than %d", c.n_nodes, MAX_NODES);
  if (is_good && g_hash_table_size (c.unknown) > 0)
    is_good = fail_unknown (&c, error);
  scope_free (whole);
  g_hash_table_unref (c.definitions);
  g_hash_table_unref (c.unknown);
  g_ptr_array_unref (groups);
  if (is_good)
    *prompt = c.prompt;
  else
    mk_json_unref (c.prompt);
  return is_good;
}

/* --- any document --- */

bool
mk_workflow_is_ui (const mk_json *document)
{
  return mk_json_get_kind (document) == MK_JSON_OBJECT && mk_json_get_kind (mk_json_get (document, "nodes")) == MK_JSON_ARRAY;
}

static bool
is_api (const mk_json *document)
{
  if (mk_json_get_kind (document) != MK_JSON_OBJECT || mk_json_length (document) == 0)
    return false;
  for (mk_json_iter i = mk_json_iterate (document); mk_json_next (&i);)
    if (mk_json_get_kind (i.value) != MK_JSON_OBJECT || !mk_json_has (i.value, "class_type"))
      return false;
  return true;
}

/* `prompt` before `workflow`: it is what ran. `graph`: a template. */
static const mk_json *
find_wrapped (const mk_json *document)
{
  const mk_json *prompt = mk_json_get (document, "prompt");
  return prompt != NULL ? prompt : mk_json_has (document, "graph") ? mk_json_get (document, "graph") : mk_json_get (document, "workflow");
}

bool
mk_workflow_to_prompt (const mk_registry *registry, const mk_folders *folders, const mk_json *document, const mk_workflow_moment *moment, mk_json **prompt, GError **error)
{
  enum { MAX_WRAPS = 4 };
  g_autoptr (mk_json) kept = NULL; /* what was parsed from text stays alive while it is read */
  for (int i = 0; i < MAX_WRAPS; i++) {
    if (mk_workflow_is_ui (document))
      return convert_ui (registry, folders, document, moment, prompt, error);
    if (is_api (document)) {
      *prompt = mk_json_copy (document);
      return true;
    }
    if (mk_json_get_kind (document) == MK_JSON_STRING) {
      mk_json *parsed = NULL;
      if (!mk_json_parse (mk_json_get_string (document), (gssize)mk_json_get_string_length (document), NULL, &parsed, error))
        return false;
      mk_json_unref (kept);
      document = kept = parsed;
    } else
      document = mk_json_get_kind (document) == MK_JSON_OBJECT ? find_wrapped (document) : NULL;
  }
  return mk_error (error, MK_ERROR_SYNTAX, "this is no workflow: it is no object with a node's class_type in each of its values, nor one with a list of nodes");
}
