#include "language/command.h"

#include <string.h>

#include "language/schema.h"

struct mk_command_schema {
  mk_schema *schema;
};

mk_command_schema *
mk_command_schema_new (const char *assets_folder, GError **error)
{
  g_autofree char *path = g_build_filename (assets_folder, "commands.schema.json", NULL);
  mk_schema *schema = mk_schema_new_from_file (path, error);
  if (schema == NULL)
    return NULL;
  mk_command_schema *commands = g_new0 (mk_command_schema, 1);
  commands->schema = schema;
  return commands;
}

const mk_json *
mk_command_schema_get_json (const mk_command_schema *schema)
{
  return mk_schema_get_json (schema->schema);
}

void
mk_command_schema_free (mk_command_schema *schema)
{
  if (schema == NULL)
    return;
  mk_schema_free (schema->schema);
  g_free (schema);
}

static const char *
text_of (const mk_json *command, const char *key)
{
  return mk_json_get_string (mk_json_get (command, key));
}

/* --- what a schema cannot say --- */

/* The id that a target begins with: "car-1" of "car-1.2/door". */
static char *
id_of_target (const char *target)
{
  return g_strndup (target, strcspn (target, "./"));
}

static bool
is_thing (const char *op)
{
  return g_str_equal (op, "add") || g_str_equal (op, "text") || g_str_equal (op, "import");
}

static char *
list_ids (GHashTable *ids)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (ids), (GCompareFunc)strcmp);
  GString *out = g_string_new (NULL);
  int n = 0;
  for (const GList *i = names; i != NULL && n < 12; i = i->next, n++)
    g_string_append_printf (out, "%s%s", n > 0 ? ", " : "", (const char *)i->data);
  g_string_append (out, n == 0 ? "nothing yet" : n < (int)g_hash_table_size (ids) ? ", …" : "");
  return g_string_free (out, FALSE);
}

static bool
check_target (GHashTable *ids, const char *field, const char *target, GError **error)
{
  g_autofree char *id = id_of_target (target);
  if (g_hash_table_contains (ids, id))
    return true;
  g_autofree char *known = list_ids (ids);
  return mk_error (error, MK_ERROR_NOT_FOUND, "“%s” names “%s”, which nothing before it makes; there is %s", field, target, known);
}

static bool
check_targets (GHashTable *ids, const char *field, const mk_json *targets, GError **error)
{
  for (size_t i = 0; i < mk_json_length (targets); i++)
    if (!check_target (ids, field, mk_json_get_string (mk_json_at (targets, i)), error))
      return false;
  return true;
}

/* Every field of a command that names something made before it. */
static bool
check_references (GHashTable *ids, const mk_json *command, GError **error)
{
  static const char *const single[] = { "to", "around", "along", "by", "look_at", "after", "with" };
  static const char *const facings[] = { "viewer", "away", "left", "right", "inward", "outward", NULL };
  const mk_json *place = mk_json_get (command, "place"), *size = mk_json_get (command, "relative_size");
  for (size_t i = 0; i < mk_json_length (place); i++)
    if (!check_targets (ids, "place.targets", mk_json_get (mk_json_at (place, i), "targets"), error))
      return false;
  for (size_t i = 0; i < MK_COUNT (single); i++) {
    const mk_json *value = mk_json_get (command, single[i]);
    if (mk_json_get_kind (value) == MK_JSON_STRING && !check_target (ids, single[i], mk_json_get_string (value), error))
      return false;
  }
  const char *facing = text_of (command, "facing");
  if (*facing != 0 && !g_strv_contains (facings, facing) && !check_target (ids, "facing", facing, error))
    return false;
  return check_targets (ids, "targets", mk_json_get (command, "targets"), error) &&
         (size == NULL || check_target (ids, "relative_size.to", text_of (size, "to"), error));
}

static bool
check_order (GHashTable *ids, const mk_json *command, size_t index, GError **error)
{
  const char *op = text_of (command, "op"), *id = text_of (command, "id");
  if (g_str_equal (op, "render") && index > 0)
    return mk_error (error, MK_ERROR_USAGE, "render stands first, and once");
  if (*id != 0 && g_hash_table_contains (ids, id))
    return mk_error (error, MK_ERROR_EXISTS, "“id” is “%s”, which an earlier command has", id);
  if (!check_references (ids, command, error))
    return false;
  if (*id != 0)
    g_hash_table_insert (ids, (void *)id, (void *)command);
  return true;
}

bool
mk_commands_check (const mk_command_schema *schema, const mk_json *commands, GError **error)
{
  const mk_json *list = mk_schema_get_json (schema->schema);
  if (mk_json_get_kind (commands) != MK_JSON_ARRAY)
    return mk_error (error, MK_ERROR_TYPE, "scene commands are an array, not a value of type %s", mk_json_kind_name (mk_json_get_kind (commands)));
  size_t most = mk_json_get_uint (mk_json_get (list, "maxItems"));
  if (mk_json_length (commands) > most)
    return mk_error (error, MK_ERROR_LIMIT, "there are %zu commands; allowed are %zu", mk_json_length (commands), most);
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    const mk_json *command = mk_json_at (commands, i);
    if (mk_schema_check (schema->schema, mk_json_get (list, "items"), command, error) && check_order (ids, command, i, error))
      continue;
    const char *op = text_of (command, "op");
    bool is_known = *op != 0 && mk_schema_find (schema->schema, op) != NULL;
    g_prefix_error (error, "command %zu%s%s%s: ", i + 1, is_known ? " (" : "", is_known ? op : "", is_known ? ")" : "");
    return false;
  }
  return true;
}

/* --- joining --- */

mk_json *
mk_commands_find (const mk_json *commands, const char *op)
{
  for (size_t i = 0; i < mk_json_length (commands); i++)
    if (g_str_equal (text_of (mk_json_at (commands, i), "op"), op))
      return mk_json_at (commands, i);
  return NULL;
}

mk_json *
mk_commands_find_id (const mk_json *commands, const char *id)
{
  for (size_t i = 0; i < mk_json_length (commands); i++)
    if (*id != 0 && g_str_equal (text_of (mk_json_at (commands, i), "id"), id))
      return mk_json_at (commands, i);
  return NULL;
}

static mk_json *
copy_without (const mk_json *list, const mk_json *dropped)
{
  mk_json *kept = mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (list); i++)
    if (mk_json_at (list, i) != dropped)
      mk_json_append (kept, mk_json_ref (mk_json_at (list, i)));
  return kept;
}

static void
set_fields (mk_json *command, const mk_json *from)
{
  for (mk_json_iter i = mk_json_iterate (from); mk_json_next (&i);)
    mk_json_set (command, i.key, mk_json_copy (i.value));
}

static void
clear_fields (mk_json *command)
{
  g_autoptr (mk_json) whole = mk_json_copy (command);
  for (mk_json_iter i = mk_json_iterate (whole); mk_json_next (&i);)
    mk_json_remove (command, i.key);
}

/* Whoever waited for a command that goes away starts at its own time. */
static void
forget_time (mk_json *list, const char *id)
{
  static const char *const keys[] = { "after", "with" };
  for (size_t i = 0; i < mk_json_length (list); i++)
    for (size_t k = 0; k < MK_COUNT (keys); k++)
      if (g_str_equal (text_of (mk_json_at (list, i), keys[k]), id))
        mk_json_remove (mk_json_at (list, i), keys[k]);
}

/* Takes commands that make no thing out of the list; what remains of `targets` are things, for the scene to remove. */
static mk_json *
join_remove (mk_json *list, const mk_json *command)
{
  mk_json *things = mk_json_new_array ();
  const mk_json *targets = mk_json_get (command, "targets");
  bool had_any = mk_json_length (targets) == 0;
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    const char *target = mk_json_get_string (mk_json_at (targets, i));
    mk_json *named = mk_commands_find_id (list, target);
    if (named == NULL || is_thing (text_of (named, "op"))) {
      mk_json_append (things, mk_json_new_string (target));
      had_any = true;
      continue;
    }
    forget_time (list, target);
    mk_json *shorter = copy_without (list, named);
    mk_json_unref (list);
    list = shorter;
  }
  if (had_any) {
    mk_json *own = mk_json_copy (command);
    mk_json_set (own, "targets", mk_json_ref (things));
    mk_json_append (list, own);
  }
  mk_json_unref (things);
  return list;
}

static mk_json *
join_one (mk_json *list, const mk_json *command)
{
  const char *op = text_of (command, "op");
  if (g_str_equal (op, "remove"))
    return join_remove (list, command);
  bool is_single = g_str_equal (op, "render") || g_str_equal (op, "sky") || g_str_equal (op, "ground");
  mk_json *same = is_single ? mk_commands_find (list, op) : mk_commands_find_id (list, text_of (command, "id"));
  if (same != NULL && g_str_equal (text_of (same, "op"), op)) {
    if (g_str_equal (op, "animate") && !g_str_equal (text_of (same, "motion"), text_of (command, "motion")))
      clear_fields (same); /* "make it run instead": what the walk was like is no more */
    set_fields (same, command);
    return list;
  }
  if (!g_str_equal (op, "render")) {
    mk_json_append (list, mk_json_copy (command));
    return list;
  }
  mk_json *longer = mk_json_new_array ();
  mk_json_append (longer, mk_json_copy (command));
  for (size_t i = 0; i < mk_json_length (list); i++)
    mk_json_append (longer, mk_json_ref (mk_json_at (list, i)));
  mk_json_unref (list);
  return longer;
}

mk_json *
mk_commands_merge (const mk_json *earlier, const mk_json *later)
{
  mk_json *list = earlier != NULL ? mk_json_copy (earlier) : mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (later); i++)
    list = join_one (list, mk_json_at (later, i));
  return list;
}
