#include "bridge/workflows.h"

#include "graph/workflow.h"

#include <string.h>

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
    if (version == 0)
      not_found (id, error);
    else
      mk_error (error, MK_ERROR_NOT_FOUND, "there is no version %" G_GINT64_FORMAT " of a workflow %s", version, id);
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

static mk_json *
list_own (mk_database *store, const mk_page *page, const char *words, GError **error)
{
  int64_t total = mk_statement_number (mk_database_query (store, error, "SELECT count(*) FROM workflows", ""));
  return collect (mk_database_query (store, error, "SELECT " COLUMNS " FROM workflows w JOIN workflow_versions v ON v.workflow = w.id AND v.version = w.version WHERE w.number < ?1 AND (?2 IS NULL OR instr (lower (v.name), lower (?2))) ORDER BY w.number DESC LIMIT ?3",
                                     "isi", page->before, words, (int64_t)page->limit),
                  page, NUMBER, total, error);
}

static bool
has_words (const mk_json *workflow, const char *words)
{
  g_autofree char *name = g_utf8_strdown (mk_json_get_string (mk_json_get (workflow, "name")), -1), *wanted = words != NULL ? g_utf8_strdown (words, -1) : NULL;
  return wanted == NULL || strstr (name, wanted) != NULL;
}

/* The templates stand behind one's own, so a list of n gives them the numbers n to 1, and one's own those above. */
mk_json *
mk_workflow_list (mk_database *store, const mk_json *templates, const mk_page *page, const char *words, GError **error)
{
  int64_t n = (int64_t)mk_json_length (templates), last = 0;
  mk_page own = { .before = page->before == INT64_MAX ? INT64_MAX : MAX (page->before - n, 0), .limit = page->limit };
  g_autoptr (mk_json) listed = list_own (store, &own, words, error);
  if (listed == NULL)
    return NULL;
  mk_json *items = mk_json_ref (mk_json_get (listed, "items"));
  int64_t total = mk_json_get_int (mk_json_get (listed, "total")) + n;
  if ((int)mk_json_length (items) == page->limit)
    last = g_ascii_strtoll (mk_json_get_string (mk_json_get (listed, "next_cursor")), NULL, 10) + n;
  for (int64_t number = MIN (n, page->before - 1); number >= 1 && (int)mk_json_length (items) < page->limit; number--) {
    g_autoptr (mk_json) template = mk_json_copy (mk_json_at (templates, (size_t)(n - number)));
    mk_json_remove (template, "graph");
    last = number;
    if (has_words (template, words))
      mk_json_append (items, mk_json_ref (template));
  }
  return mk_page_print (items, (int)mk_json_length (items) == page->limit ? last : 0, total);
}

mk_json *
mk_workflow_list_versions (mk_database *store, const char *id, const mk_page *page, GError **error)
{
  int64_t total = mk_statement_number (mk_database_query (store, error, "SELECT version FROM workflows WHERE id = ?", "s", id));
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
  int64_t newest = mk_statement_number (mk_database_query (store, error, "SELECT version FROM workflows WHERE id = ?", "s", id));
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
check_number (const mk_json *input, const char *name, const mk_json *value, GError **error)
{
  const mk_json *low = mk_json_get (input, "minimum"), *high = mk_json_get (input, "maximum");
  double number = mk_json_get_real (value);
  if (low != NULL && number < mk_json_get_real (low))
    return mk_error (error, MK_ERROR_RANGE, "input “%s” is %g; it is at least %g", name, number, mk_json_get_real (low));
  if (high != NULL && number > mk_json_get_real (high))
    return mk_error (error, MK_ERROR_RANGE, "input “%s” is %g; it is at most %g", name, number, mk_json_get_real (high));
  return true;
}

static bool
is_color (const char *text)
{
  size_t length = strlen (text);
  return length == 0 || (length == 7 && text[0] == '#' && strspn (text + 1, "0123456789abcdefABCDEF") == 6);
}

static bool
check_text (const mk_json *input, const char *name, const mk_json *value, GError **error)
{
  const char *text = mk_json_get_string (value);
  const mk_json *longest = mk_json_get (input, "maximum_length");
  glong length = g_utf8_strlen (text, -1);
  if (longest != NULL && length > mk_json_get_int (longest))
    return mk_error (error, MK_ERROR_RANGE, "input “%s” has %ld characters; it has at most %" G_GINT64_FORMAT, name, length, mk_json_get_int (longest));
  if (g_str_equal (mk_json_get_string (mk_json_get (input, "type")), "color") && !is_color (text))
    return mk_error (error, MK_ERROR_RANGE, "input “%s” is “%.40s”; a colour is written #rrggbb, or left empty", name, text);
  return true;
}

static bool
check_value (const mk_json *input, const char *name, const mk_json *value, GError **error)
{
  const char *type = mk_json_get_string (mk_json_get (input, "type"));
  mk_json_kind kind = mk_json_get_kind (value);
  bool is_number = g_str_equal (type, "number"), is_integer = g_str_equal (type, "integer"), is_switch = g_str_equal (type, "boolean");
  if (g_str_equal (type, "choice"))
    return check_choice (input, name, value, error);
  bool fits = is_number ? mk_json_is_number (value) : is_integer ? kind == MK_JSON_INT : is_switch ? kind == MK_JSON_BOOL : kind == MK_JSON_STRING;
  if (!fits)
    return mk_error (error, MK_ERROR_TYPE, "input “%s” must be of type %s, not %s", name, type, mk_json_kind_name (kind));
  return is_number || is_integer ? check_number (input, name, value, error) : is_switch || check_text (input, name, value, error);
}

/* The inputs of the node that a place ({"node", "field"}) names; NULL with an error that names the input. */
static mk_json *
find_fields (const mk_json *graph, const mk_json *place, const char *name, GError **error)
{
  const char *node = mk_json_get_string (mk_json_get (place, "node"));
  mk_json *fields = mk_json_get (mk_json_get (graph, node), "inputs");
  if (mk_json_get_kind (fields) == MK_JSON_OBJECT)
    return fields;
  mk_error (error, MK_ERROR_WORKFLOW, "input “%s” names node %s, which the graph does not have", name, node);
  return NULL;
}

/* `value` NULL only looks whether there is such a place. */
static bool
put_value (mk_json *graph, const mk_json *place, const char *name, const mk_json *value, GError **error)
{
  mk_json *fields = find_fields (graph, place, name, error);
  if (fields != NULL && value != NULL)
    mk_json_set (fields, mk_json_get_string (mk_json_get (place, "field")), mk_json_copy (value));
  return fields != NULL;
}

static bool
put_everywhere (mk_json *graph, const mk_json *input, const mk_json *value, GError **error)
{
  const char *name = mk_json_get_string (mk_json_get (input, "name"));
  const mk_json *also = mk_json_get (input, "also");
  bool is_put = put_value (graph, input, name, value, error);
  for (size_t i = 0; is_put && i < mk_json_length (also); i++)
    is_put = put_value (graph, mk_json_at (also, i), name, value, error);
  return is_put;
}

bool
mk_workflow_check_graph (const mk_json *graph, GError **error)
{
  if (mk_workflow_is_ui (graph))
    return true;
  if (mk_json_has (graph, "nodes"))
    return mk_error (error, MK_ERROR_WORKFLOW, "graph: “nodes” is a list in the editor's format; this is neither that nor API format");
  for (mk_json_iter i = mk_json_iterate (graph); mk_json_next (&i);)
    if (mk_json_get_string (mk_json_get (i.value, "class_type"))[0] == '\0')
      return mk_error (error, MK_ERROR_WORKFLOW, "graph: node “%.60s” has no class_type; in API format a node is {\"class_type\": \"…\", \"inputs\": {…}}", i.key);
  return true;
}

bool
mk_workflow_check (const mk_workflow_new *workflow, GError **error)
{
  bool is_drawn = mk_workflow_is_ui (workflow->graph);
  if (!mk_workflow_check_graph (workflow->graph, error))
    return false;
  for (size_t i = 0; i < mk_json_length (workflow->inputs); i++) {
    const mk_json *input = mk_json_at (workflow->inputs, i);
    const char *name = mk_json_get_string (mk_json_get (input, "name"));
    if (find_input (workflow->inputs, name) != input)
      return mk_error (error, MK_ERROR_WORKFLOW, "two inputs have the name “%s”", name);
    if (mk_json_has (input, "default") && !check_value (input, name, mk_json_get (input, "default"), error)) {
      g_prefix_error (error, "the default does not fit: ");
      return false;
    }
    if (!is_drawn && !put_everywhere ((mk_json *)workflow->graph, input, NULL, error)) /* writes nothing */
      return false;
  }
  return true;
}

static bool
fail_unknown (const mk_json *inputs, const char *name, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  for (size_t i = 0; i < mk_json_length (inputs); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", mk_json_get_string (mk_json_get (mk_json_at (inputs, i), "name")));
  return mk_error (error, MK_ERROR_USAGE, "the workflow has no input “%s”; %s%s", name, names->len > 0 ? "it has: " : "it has none", names->str);
}

mk_json *
mk_workflow_fill (const mk_json *workflow, const mk_json *values, GError **error)
{
  const mk_json *inputs = mk_json_get (workflow, "inputs");
  g_autoptr (mk_json) graph = mk_json_copy (mk_json_get (workflow, "graph"));
  for (size_t i = 0; i < mk_json_length (inputs); i++) {
    const mk_json *input = mk_json_at (inputs, i);
    if (mk_json_has (input, "default") && !put_everywhere (graph, input, mk_json_get (input, "default"), error))
      return NULL;
  }
  for (mk_json_iter i = mk_json_iterate (values); mk_json_next (&i);) {
    const mk_json *input = find_input (inputs, i.key);
    if (input == NULL ? !fail_unknown (inputs, i.key, error) : !check_value (input, i.key, i.value, error) || !put_everywhere (graph, input, i.value, error))
      return NULL;
  }
  return g_steal_pointer (&graph);
}
