/* table.c - a pack's node: its record in /object_info, and what only packs say beside it. */
#include "packs/pack.h"

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

static unsigned
read_flags (const mk_json *description)
{
  static const struct {
    const char *name;
    unsigned flag;
  } flags[] = { { "async", MK_NODE_LIGHT }, { "any_input", MK_NODE_ANY_INPUT }, { "any_constant", MK_NODE_ANY_CONSTANT }, { "input_is_list", MK_NODE_INPUT_IS_LIST },
                { "not_idempotent", MK_NODE_NOT_IDEMPOTENT }, { "v3", MK_NODE_SCHEMA_V3 } };
  unsigned all = MK_NODE_NO_METADATA;
  for (size_t i = 0; i < MK_COUNT (flags); i++)
    if (mk_json_get_bool (mk_json_get (description, flags[i].name)))
      all |= flags[i].flag;
  return all;
}

static bool
read_table (mk_pack_node *node, const mk_json *description, const mk_node_def *hooks, GError **error)
{
  const mk_json *check = mk_json_get (description, "check");
  mk_node_def *def = &node->table.def;
  if (!mk_node_table_read (&node->table, mk_json_get (description, "info"), false, error)) {
    g_prefix_error (error, "%s: ", node->pack->name);
    return false;
  }
  for (const mk_port *output = def->outputs; output->name != NULL; output++)
    node->has_objects |= !is_plain (node->pack, output->type);
  def->version = (int)mk_json_get_int (mk_json_get (description, "version"));
  def->flags |= read_flags (description) | (node->has_objects ? MK_NODE_NO_DISK_CACHE : 0);
  def->run = hooks->run;
  if (mk_json_get_kind (check) == MK_JSON_STRING) {
    def->check = hooks->check;
    def->check_names = g_string_chunk_insert_const (node->table.texts, mk_json_get_string (check));
  }
  if (mk_json_get_bool (mk_json_get (description, "lazy")))
    def->need = hooks->need;
  if (mk_json_get_bool (mk_json_get (description, "fingerprint")) || node->has_objects)
    def->fingerprint = hooks->fingerprint;
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
  if (is_good && fresh.table.def.id != node->table.def.id)
    is_good = mk_error (error, MK_ERROR_FORMAT, "node %s of %s now calls itself %s", node->table.def.id, node->pack->name, fresh.table.def.id);
  if (!is_good) {
    mk_node_table_clear (&fresh.table);
    return false;
  }
  mk_node_table_clear (&node->table);
  *node = fresh;
  return true;
}

void
mk_pack_node_free (mk_pack_node *node)
{
  if (node == NULL)
    return;
  mk_node_table_clear (&node->table);
  g_free (node);
}
