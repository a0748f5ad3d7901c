#include "bridge/workflows.h"

#include <math.h>

#define COLUMNS "w.number, w.id, v.version, w.created, v.time, v.name, v.description, v.inputs, v.graph"
enum { NUMBER, ID, VERSION, CREATED, UPDATED, NAME, DESCRIPTION, INPUTS, GRAPH };

static bool
not_found (const char *id, GError **error)
{
  return mk_error (error, MK_ERROR_NOT_FOUND, "there is no workflow %s", id);
}

static mk_json *
print_row (mk_statement *row, bool with_graph)
{
  mk_json *workflow = mk_json_new_object ();
  mk_json_set (workflow, "id", mk_json_new_string (mk_statement_text (row, ID)));
  mk_json_set (workflow, "name", mk_json_new_string (mk_statement_text (row, NAME)));
  mk_json_set (workflow, "description", mk_json_new_string (mk_statement_text (row, DESCRIPTION)));
  mk_json_set (workflow, "is_template", mk_json_new_bool (false));
  mk_json_set (workflow, "version", mk_json_new_int (mk_statement_int (row, VERSION)));
  mk_json_set (workflow, "created_at", mk_json_new_time (mk_statement_int (row, CREATED)));
  mk_json_set (workflow, "updated_at", mk_json_new_time (mk_statement_int (row, UPDATED)));
  mk_json_set (workflow, "inputs", mk_json_of_column (mk_statement_text (row, INPUTS), mk_json_new_array ()));
  if (with_graph)
    mk_json_set (workflow, "graph", mk_json_of_column (mk_statement_text (row, GRAPH), mk_json_new_object ()));
  return workflow;
}

static bool
insert_version (mk_database *store, const char *id, int64_t version, const mk_workflow_new *workflow, int64_t now_ms, GError **error)
{
  g_autofree char *inputs = workflow->inputs != NULL ? mk_json_print_compact (workflow->inputs) : g_strdup ("[]");
  g_autofree char *graph = mk_json_print_compact (workflow->graph);
  return mk_database_run (store, error, "INSERT INTO workflow_versions (workflow, version, time, name, description, inputs, graph) VALUES (?, ?, ?, ?, ?, ?, ?)",
                          "siissss", id, version, now_ms, workflow->name, workflow->description != NULL ? workflow->description : "", inputs, graph);
}

mk_json *
mk_workflow_create (mk_database *store, const mk_workflow_new *workflow, int64_t now_ms, GError **error)
{
  g_autofree char *id = g_uuid_string_random ();
  if (!mk_database_begin (store, error))
    return NULL;
  bool is_kept = mk_database_run (store, error, "INSERT INTO workflows (id, version, created) VALUES (?, 1, ?)", "si", id, now_ms)
                 && insert_version (store, id, 1, workflow, now_ms, error);
  if (!mk_database_end (store, is_kept, is_kept ? error : NULL) || !is_kept)
    return NULL;
  return mk_workflow_find (store, id, 0, error);
}

mk_json *
mk_workflow_find (mk_database *store, const char *id, int64_t version, GError **error)
{
  mk_statement *row = mk_database_query (store, error, "SELECT " COLUMNS " FROM workflows w JOIN workflow_versions v ON v.workflow = w.id AND v.version = CASE WHEN ?2 = 0 THEN w.version ELSE ?2 END WHERE w.id = ?1", "si", id, version);
  if (row == NULL)
    return NULL;
  if (!mk_statement_next (row, NULL)) {
    not_found (id, error);
    return NULL;
  }
  mk_json *workflow = print_row (row, true);
  mk_statement_end (row);
  return workflow;
}

static mk_json *
collect (mk_statement *row, const mk_page *page, int cursor_column, int64_t total, GError **error)
{
  if (row == NULL)
    return NULL;
  mk_json *items = mk_json_new_array ();
  int64_t last = 0;
  while (mk_statement_next (row, error)) {
    last = mk_statement_int (row, cursor_column);
    mk_json_append (items, print_row (row, false));
  }
  return mk_page_print (items, (int)mk_json_length (items) == page->limit ? last : 0, total);
}

static int64_t
count (mk_statement *row)
{
  int64_t n = row != NULL && mk_statement_next (row, NULL) ? mk_statement_int (row, 0) : 0;
  if (row != NULL)
    mk_statement_end (row);
  return n;
}

mk_json *
mk_workflow_list (mk_database *store, const mk_page *page, const char *words, GError **error)
{
  int64_t total = count (mk_database_query (store, error, "SELECT count(*) FROM workflows", ""));
  return collect (mk_database_query (store, error, "SELECT " COLUMNS " FROM workflows w JOIN workflow_versions v ON v.workflow = w.id AND v.version = w.version WHERE w.number < ?1 AND (?2 IS NULL OR instr (lower (v.name), lower (?2))) ORDER BY w.number DESC LIMIT ?3",
                                     "isi", page->before, words, (int64_t)page->limit),
                  page, NUMBER, total, error);
}

mk_json *
mk_workflow_list_versions (mk_database *store, const char *id, const mk_page *page, GError **error)
{
  int64_t total = count (mk_database_query (store, error, "SELECT version FROM workflows WHERE id = ?", "s", id));
  if (total == 0) {
    not_found (id, error);
    return NULL;
  }
  return collect (mk_database_query (store, error, "SELECT " COLUMNS " FROM workflows w JOIN workflow_versions v ON v.workflow = w.id WHERE w.id = ? AND v.version < ? ORDER BY v.version DESC LIMIT ?",
                                     "sii", id, page->before, (int64_t)page->limit),
                  page, VERSION, total, error);
}

mk_json *
mk_workflow_replace (mk_database *store, const char *id, const mk_workflow_new *workflow, int64_t expected_version, int64_t now_ms, GError **error)
{
  if (!mk_database_begin (store, error))
    return NULL;
  int64_t newest = count (mk_database_query (store, error, "SELECT version FROM workflows WHERE id = ?", "s", id));
  bool is_kept = newest > 0 || not_found (id, error);
  if (is_kept && expected_version > 0 && expected_version != newest)
    is_kept = mk_error (error, MK_ERROR_EXISTS, "workflow %s is at version %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, id, newest, expected_version);
  is_kept = is_kept && insert_version (store, id, newest + 1, workflow, now_ms, error)
            && mk_database_run (store, error, "UPDATE workflows SET version = ? WHERE id = ?", "is", newest + 1, id);
  if (!mk_database_end (store, is_kept, is_kept ? error : NULL) || !is_kept)
    return NULL;
  return mk_workflow_find (store, id, 0, error);
}

bool
mk_workflow_delete (mk_database *store, const char *id, GError **error)
{
  if (!mk_database_run (store, error, "DELETE FROM workflows WHERE id = ?", "s", id))
    return false;
  return mk_database_n_changed (store) == 1 || not_found (id, error);
}

/* --- values for inputs --- */

static const mk_json *
find_input (const mk_json *inputs, const char *name)
{
  for (size_t i = 0; i < mk_json_length (inputs); i++)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (inputs, i), "name")), name))
      return mk_json_at (inputs, i);
  return NULL;
}

static bool
check_choice (const mk_json *input, const char *name, const mk_json *value, GError **error)
{
  const mk_json *choices = mk_json_get (input, "choices");
  for (size_t i = 0; i < mk_json_length (choices); i++)
    if (mk_json_equal (mk_json_at (choices, i), value))
      return true;
  g_autofree char *given = mk_json_print_compact (value), *allowed = mk_json_print_compact (choices);
  return mk_error (error, MK_ERROR_RANGE, "input “%s” is %s; allowed are %s", name, given, allowed);
}

static bool
check_value (const mk_json *input, const char *name, const mk_json *value, GError **error)
{
  const char *type = mk_json_get_string (mk_json_get (input, "type"));
  mk_json_kind kind = mk_json_get_kind (value);
  bool is_number = g_str_equal (type, "number"), is_integer = g_str_equal (type, "integer");
  if (g_str_equal (type, "choice"))
    return check_choice (input, name, value, error);
  bool fits = is_number ? mk_json_is_number (value) : is_integer ? kind == MK_JSON_INT : g_str_equal (type, "boolean") ? kind == MK_JSON_BOOL : kind == MK_JSON_STRING;
  if (!fits)
    return mk_error (error, MK_ERROR_TYPE, "input “%s” must be of type %s, not %s", name, type, mk_json_kind_name (kind));
  const mk_json *low = mk_json_get (input, "minimum"), *high = mk_json_get (input, "maximum");
  double number = mk_json_get_real (value);
  if ((is_number || is_integer) && ((low != NULL && number < mk_json_get_real (low)) || (high != NULL && number > mk_json_get_real (high))))
    return mk_error (error, MK_ERROR_RANGE, "input “%s” is %g; it goes from %g to %g", name, number, low != NULL ? mk_json_get_real (low) : -INFINITY, high != NULL ? mk_json_get_real (high) : INFINITY);
  return true;
}

static bool
put_value (mk_json *graph, const mk_json *input, const mk_json *value, GError **error)
{
  const char *node = mk_json_get_string (mk_json_get (input, "node")), *field = mk_json_get_string (mk_json_get (input, "field"));
  mk_json *fields = mk_json_get (mk_json_get (graph, node), "inputs");
  if (mk_json_get_kind (fields) != MK_JSON_OBJECT)
    return mk_error (error, MK_ERROR_WORKFLOW, "input “%s” names node %s, which the graph does not have", mk_json_get_string (mk_json_get (input, "name")), node);
  mk_json_set (fields, field, mk_json_copy (value));
  return true;
}

mk_json *
mk_workflow_fill (const mk_json *workflow, const mk_json *values, GError **error)
{
  const mk_json *inputs = mk_json_get (workflow, "inputs");
  g_autoptr (mk_json) graph = mk_json_copy (mk_json_get (workflow, "graph"));
  for (size_t i = 0; i < mk_json_length (inputs); i++) {
    const mk_json *input = mk_json_at (inputs, i);
    if (mk_json_has (input, "default") && !put_value (graph, input, mk_json_get (input, "default"), error))
      return NULL;
  }
  for (mk_json_iter i = mk_json_iterate (values); mk_json_next (&i);) {
    const mk_json *input = find_input (inputs, i.key);
    if (input == NULL) {
      mk_error (error, MK_ERROR_USAGE, "the workflow has no input “%s”", i.key);
      return NULL;
    }
    if (!check_value (input, i.key, i.value, error) || !put_value (graph, input, i.value, error))
      return NULL;
  }
  return g_steal_pointer (&graph);
}
