#include "bridge/projects.h"

typedef struct {
  int64_t head;
  mk_json *redo; /* versions that redo goes to, the nearest last */
} project_state;

static void
state_clear (project_state *state)
{
  mk_json_unref (state->redo);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (project_state, state_clear)

static bool
not_found (const char *id, GError **error)
{
  return mk_error (error, MK_ERROR_NOT_FOUND, "there is no project %s", id);
}

static bool
read_state (mk_database *store, const char *id, project_state *state, GError **error)
{
  mk_statement *row = mk_database_query (store, error, "SELECT head, redo FROM projects WHERE id = ?", "s", id);
  if (row == NULL)
    return false;
  if (!mk_statement_next (row, NULL))
    return not_found (id, error);
  state->head = mk_statement_int (row, 0);
  state->redo = mk_json_of_column (mk_statement_text (row, 1), mk_json_new_array ());
  mk_statement_end (row);
  return true;
}

static bool
write_state (mk_database *store, const char *id, int64_t head, const mk_json *redo, int64_t now_ms, GError **error)
{
  g_autofree char *text = mk_json_print_compact (redo);
  return mk_database_run (store, error, "UPDATE projects SET head = ?, redo = ?, updated = ? WHERE id = ?", "isis", head, text, now_ms, id);
}

static bool
insert_change (mk_database *store, const char *id, int64_t version, int64_t parent, const mk_project_change *change, int64_t now_ms, GError **error)
{
  g_autofree char *added = mk_json_print_compact (change->added), *commands = mk_json_print_compact (change->commands);
  g_autofree char *note = change->note != NULL ? mk_json_print_compact (change->note) : NULL;
  return mk_database_run (store, error, "INSERT INTO changes (project, version, parent, time, who, sentence, note, added, commands) VALUES (?, ?, nullif (?, -1), ?, ?, ?, ?, ?, ?)",
                          "siiisssss", id, version, parent, now_ms, change->who, change->sentence, note, added, commands);
}

static mk_json *
note_branch (const mk_json *source)
{
  mk_json *note = mk_json_new_object ();
  mk_json_set (note, "code", mk_json_new_string ("branched"));
  mk_json_set (note, "name", mk_json_copy (mk_json_get (source, "name")));
  mk_json_set (note, "version", mk_json_copy (mk_json_get (source, "version")));
  return note;
}

mk_json *
mk_project_create (mk_database *store, const char *name, const char *who, const char *from, int64_t from_version, int64_t now_ms, GError **error)
{
  g_autoptr (mk_json) source = from != NULL ? mk_project_find (store, from, from_version, error) : mk_json_new_object ();
  if (source == NULL)
    return NULL;
  g_autoptr (mk_json) none = mk_json_new_array (), note = from != NULL ? note_branch (source) : NULL;
  const mk_json *commands = from != NULL ? mk_json_get (source, "commands") : none;
  g_autofree char *id = g_uuid_string_random ();
  mk_project_change change = { .who = who, .note = note, .added = commands, .commands = commands };
  if (!mk_database_begin (store, error))
    return NULL;
  bool is_kept = mk_database_run (store, error, "INSERT INTO projects (id, name, head, created, updated) VALUES (?, ?, 0, ?, ?)", "ssii", id, name, now_ms, now_ms)
                 && insert_change (store, id, 0, -1, &change, now_ms, error);
  if (!mk_database_end (store, is_kept, is_kept ? error : NULL) || !is_kept)
    return NULL;
  return mk_project_find (store, id, -1, error);
}

static mk_json *
print_project (mk_statement *row)
{
  mk_json *project = mk_json_new_object ();
  mk_json_set (project, "id", mk_json_new_string (mk_statement_text (row, 0)));
  mk_json_set (project, "name", mk_json_new_string (mk_statement_text (row, 1)));
  mk_json_set (project, "version", mk_json_new_int (mk_statement_int (row, 2)));
  mk_json_set (project, "created_at", mk_json_new_time (mk_statement_int (row, 3)));
  mk_json_set (project, "updated_at", mk_json_new_time (mk_statement_int (row, 4)));
  mk_json_set (project, "commands", mk_json_of_column (mk_statement_text (row, 5), mk_json_new_array ()));
  mk_json_set (project, "can_undo", mk_json_new_bool (mk_statement_text (row, 6) != NULL));
  mk_json_set (project, "can_redo", mk_json_new_bool (!g_str_equal (mk_statement_text (row, 7), "[]")));
  return project;
}

#define COLUMNS "p.id, p.name, c.version, p.created, p.updated, c.commands, c.parent, p.redo, p.number"

mk_json *
mk_project_find (mk_database *store, const char *id, int64_t version, GError **error)
{
  mk_statement *row = mk_database_query (store, error, "SELECT " COLUMNS " FROM projects p JOIN changes c ON c.project = p.id AND c.version = CASE WHEN ?2 < 0 THEN p.head ELSE ?2 END WHERE p.id = ?1", "si", id, version);
  if (row == NULL)
    return NULL;
  if (!mk_statement_next (row, NULL)) {
    project_state state = { 0 };
    if (read_state (store, id, &state, error))
      mk_error (error, MK_ERROR_NOT_FOUND, "project %s has no version %" G_GINT64_FORMAT, id, version);
    state_clear (&state);
    return NULL;
  }
  mk_json *project = print_project (row);
  mk_statement_end (row);
  return project;
}

mk_json *
mk_project_list (mk_database *store, const mk_page *page, GError **error)
{
  mk_statement *row = mk_database_query (store, error, "SELECT " COLUMNS " FROM projects p JOIN changes c ON c.project = p.id AND c.version = p.head WHERE p.number < ? ORDER BY p.number DESC LIMIT ?",
                                         "ii", page->before, (int64_t)page->limit);
  if (row == NULL)
    return NULL;
  mk_json *items = mk_json_new_array ();
  int64_t last = 0;
  while (mk_statement_next (row, error)) {
    last = mk_statement_int (row, 8);
    mk_json_append (items, print_project (row));
  }
  int64_t total = 0;
  mk_statement *count = mk_database_query (store, NULL, "SELECT count(*) FROM projects", "");
  if (count != NULL && mk_statement_next (count, NULL)) {
    total = mk_statement_int (count, 0);
    mk_statement_end (count);
  }
  return mk_page_print (items, (int)mk_json_length (items) == page->limit ? last : 0, total);
}

bool
mk_project_rename (mk_database *store, const char *id, const char *name, int64_t now_ms, GError **error)
{
  if (!mk_database_run (store, error, "UPDATE projects SET name = ?, updated = ? WHERE id = ?", "sis", name, now_ms, id))
    return false;
  return mk_database_n_changed (store) == 1 || not_found (id, error);
}

bool
mk_project_delete (mk_database *store, const char *id, GError **error)
{
  if (!mk_database_run (store, error, "DELETE FROM projects WHERE id = ?", "s", id))
    return false;
  return mk_database_n_changed (store) == 1 || not_found (id, error);
}

static int64_t
find_last_version (mk_database *store, const char *id)
{
  return mk_statement_number (mk_database_query (store, NULL, "SELECT max (version) FROM changes WHERE project = ?", "s", id));
}

bool
mk_project_append (mk_database *store, const char *id, const mk_project_change *change, int64_t now_ms, GError **error)
{
  g_auto (project_state) state = { 0 };
  g_autoptr (mk_json) no_redo = mk_json_new_array ();
  if (!mk_database_begin (store, error))
    return false;
  bool is_kept = read_state (store, id, &state, error);
  if (is_kept && change->expected_version >= 0 && change->expected_version != state.head)
    is_kept = mk_error (error, MK_ERROR_EXISTS, "the project is at version %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT "; somebody changed it meanwhile", state.head, change->expected_version);
  int64_t version = find_last_version (store, id) + 1;
  is_kept = is_kept && insert_change (store, id, version, state.head, change, now_ms, error) && write_state (store, id, version, no_redo, now_ms, error);
  return mk_database_end (store, is_kept, is_kept ? error : NULL) && is_kept;
}

bool
mk_project_restore (mk_database *store, const char *id, int64_t version, const char *who, int64_t now_ms, GError **error)
{
  g_autoptr (mk_json) old = mk_project_find (store, id, version, error), nothing = mk_json_new_array (), note = mk_json_new_object ();
  if (old == NULL)
    return false;
  mk_json_set (note, "code", mk_json_new_string ("restored"));
  mk_json_set (note, "version", mk_json_new_int (version));
  mk_project_change change = { .who = who, .note = note, .added = nothing, .commands = mk_json_get (old, "commands"), .expected_version = -1 };
  return mk_project_append (store, id, &change, now_ms, error);
}

bool
mk_project_undo (mk_database *store, const char *id, int64_t now_ms, GError **error)
{
  g_auto (project_state) state = { 0 };
  if (!read_state (store, id, &state, error))
    return false;
  mk_statement *row = mk_database_query (store, error, "SELECT parent FROM changes WHERE project = ? AND version = ? AND parent IS NOT NULL", "si", id, state.head);
  if (row == NULL)
    return false;
  if (!mk_statement_next (row, NULL))
    return mk_error (error, MK_ERROR_USAGE, "there is nothing to undo");
  int64_t parent = mk_statement_int (row, 0);
  mk_statement_end (row);
  mk_json_append (state.redo, mk_json_new_int (state.head));
  return write_state (store, id, parent, state.redo, now_ms, error);
}

bool
mk_project_redo (mk_database *store, const char *id, int64_t now_ms, GError **error)
{
  g_auto (project_state) state = { 0 };
  if (!read_state (store, id, &state, error))
    return false;
  size_t n = mk_json_length (state.redo);
  if (n == 0)
    return mk_error (error, MK_ERROR_USAGE, "there is nothing to redo");
  g_autoptr (mk_json) rest = mk_json_new_array ();
  for (size_t i = 0; i + 1 < n; i++)
    mk_json_append (rest, mk_json_ref (mk_json_at (state.redo, i)));
  return write_state (store, id, mk_json_get_int (mk_json_at (state.redo, n - 1)), rest, now_ms, error);
}

char *
mk_project_last_sentence (mk_database *store, const char *id, int64_t version)
{
  mk_statement *row = mk_database_query (store, NULL, "WITH RECURSIVE way (version, parent, sentence) AS (SELECT version, parent, sentence FROM changes WHERE project = ?1 AND version = ?2"
                                                      " UNION ALL SELECT c.version, c.parent, c.sentence FROM way JOIN changes c ON c.project = ?1 AND c.version = way.parent WHERE way.sentence IS NULL)"
                                                      " SELECT sentence FROM way WHERE sentence IS NOT NULL", "si", id, version);
  char *sentence = row != NULL && mk_statement_next (row, NULL) ? g_strdup (mk_statement_text (row, 0)) : NULL;
  if (sentence != NULL)
    mk_statement_end (row);
  return sentence;
}

mk_json *
mk_project_list_history (mk_database *store, const char *id, const mk_page *page, GError **error)
{
  g_auto (project_state) state = { 0 };
  if (!read_state (store, id, &state, error))
    return NULL;
  mk_statement *row = mk_database_query (store, error, "SELECT version, parent, time, who, sentence, note, added, json_array_length (commands) FROM changes WHERE project = ? AND version < ? ORDER BY version DESC LIMIT ?",
                                         "sii", id, page->before, (int64_t)page->limit);
  if (row == NULL)
    return NULL;
  mk_json *items = mk_json_new_array ();
  int64_t last = 0;
  while (mk_statement_next (row, error)) {
    mk_json *entry = mk_json_new_object ();
    last = mk_statement_int (row, 0);
    mk_json_set (entry, "version", mk_json_new_int (last));
    mk_json_set (entry, "parent", mk_statement_text (row, 1) != NULL ? mk_json_new_int (mk_statement_int (row, 1)) : NULL);
    mk_json_set (entry, "time", mk_json_new_time (mk_statement_int (row, 2)));
    mk_json_set (entry, "who", mk_json_new_string (mk_statement_text (row, 3)));
    mk_json_set (entry, "sentence", mk_json_new_string (mk_statement_text (row, 4)));
    mk_json_set (entry, "note", mk_json_of_column (mk_statement_text (row, 5), NULL));
    mk_json_set (entry, "added", mk_json_of_column (mk_statement_text (row, 6), mk_json_new_array ()));
    mk_json_set (entry, "n_commands", mk_json_new_int (mk_statement_int (row, 7)));
    mk_json_append (items, entry);
  }
  return mk_page_print (items, last > 0 && (int)mk_json_length (items) == page->limit ? last : 0, find_last_version (store, id) + 1);
}

/* --- two lists of commands side by side --- */

/* Commands are the same thing when they have the same id, or without one the same op and the same place among those. */
static char *
name_command (const mk_json *command, GHashTable *n_of_op)
{
  const char *id = mk_json_get_string (mk_json_get (command, "id")), *op = mk_json_get_string (mk_json_get (command, "op"));
  if (id[0] != '\0')
    return g_strdup_printf ("%s %s", op, id);
  int n = GPOINTER_TO_INT (g_hash_table_lookup (n_of_op, op)) + 1;
  g_hash_table_insert (n_of_op, (char *)op, GINT_TO_POINTER (n));
  return g_strdup_printf ("%s #%d", op, n);
}

static GHashTable *
name_all (const mk_json *commands, GPtrArray *names)
{
  g_autoptr (GHashTable) n_of_op = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTable *by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    char *name = name_command (mk_json_at (commands, i), n_of_op);
    g_ptr_array_add (names, name);
    g_hash_table_replace (by_name, name, mk_json_at (commands, i));
  }
  return by_name;
}

static void
add_fields (mk_json *fields, const mk_json *from, const mk_json *other)
{
  for (mk_json_iter i = mk_json_iterate (from); mk_json_next (&i);)
    if (!mk_json_equal (i.value, mk_json_get (other, i.key)) && !g_str_equal (i.key, "op")) {
      bool is_known = false;
      for (size_t k = 0; k < mk_json_length (fields); k++)
        is_known |= g_str_equal (mk_json_get_string (mk_json_at (fields, k)), i.key);
      if (!is_known)
        mk_json_append (fields, mk_json_new_string (i.key));
    }
}

static mk_json *
describe_change (const mk_json *before, const mk_json *after)
{
  mk_json *change = mk_json_new_object (), *fields = mk_json_new_array ();
  add_fields (fields, before, after);
  add_fields (fields, after, before);
  mk_json_set (change, "before", mk_json_copy (before));
  mk_json_set (change, "after", mk_json_copy (after));
  mk_json_set (change, "fields", fields);
  return change;
}

mk_json *
mk_commands_compare (const mk_json *before, const mk_json *after)
{
  g_autoptr (GPtrArray) old_names = g_ptr_array_new (), new_names = g_ptr_array_new (); /* owned by the tables */
  g_autoptr (GHashTable) old = name_all (before, old_names), new = name_all (after, new_names);
  mk_json *added = mk_json_new_array (), *removed = mk_json_new_array (), *changed = mk_json_new_array (), *comparison = mk_json_new_object ();
  for (guint i = 0; i < new_names->len; i++) {
    const mk_json *was = g_hash_table_lookup (old, new_names->pdata[i]), *is = mk_json_at (after, i);
    if (was == NULL)
      mk_json_append (added, mk_json_copy (is));
    else if (!mk_json_equal (was, is))
      mk_json_append (changed, describe_change (was, is));
  }
  for (guint i = 0; i < old_names->len; i++)
    if (!g_hash_table_contains (new, old_names->pdata[i]))
      mk_json_append (removed, mk_json_copy (mk_json_at (before, i)));
  mk_json_set (comparison, "added", added);
  mk_json_set (comparison, "removed", removed);
  mk_json_set (comparison, "changed", changed);
  return comparison;
}
