/* api.c - assets/openapi.json is the table of routes, the validation and the documentation. */
#include "bridge/bridge_private.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct mk_api {
  mk_bridge *bridge;
  mk_json *document;
  mk_schema *schema;       /* of request bodies */
  GArray *routes;          /* mk_http_route */
  GPtrArray *rows;         /* api_row, one per route */
  GPtrArray *texts;        /* paths and methods of the routes */
};

typedef struct {
  const mk_operation *operation;
  const mk_json *described;
  mk_bridge *bridge;
} api_row;

int64_t
mk_bridge_now_ms (void)
{
  struct timespec now;
  clock_gettime (CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- the envelope --- */

static const char *
request_id (mk_http_request *request)
{
  char *id = mk_http_request_data (request);
  if (id != NULL)
    return id;
  const char *given = mk_http_request_header (request, "X-Request-Id");
  bool is_usable = given != NULL && given[0] != '\0' && strlen (given) <= 64 && strspn (given, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == strlen (given);
  id = is_usable ? g_strdup (given) : g_uuid_string_random ();
  mk_http_request_set_data (request, id, g_free);
  return id;
}

static mk_json *
envelope (mk_http_request *request, const char *status, mk_json *taken_data, const char *message)
{
  mk_json *answer = mk_json_new_object ();
  mk_json_set (answer, "status", mk_json_new_string (status));
  mk_json_set (answer, "data", taken_data);
  mk_json_set (answer, "message", mk_json_new_string (message));
  mk_json_set (answer, "timestamp", mk_json_new_time (mk_bridge_now_ms ()));
  mk_json_set (answer, "request_id", mk_json_new_string (request_id (request)));
  mk_http_request_set_header (request, "X-Request-Id", request_id (request));
  return answer;
}

static void
answer_failure (mk_http_request *request, unsigned status, const char *type, const char *message)
{
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "type", mk_json_new_string (type));
  mk_http_answer_json (request, status, envelope (request, "error", data, message));
}

void
mk_api_answer_error (mk_http_request *request, GError *taken)
{
  answer_failure (request, (unsigned)mk_error_http_status (taken), mk_error_comfy_type (taken), taken->message);
  g_error_free (taken);
}

void
mk_api_refuse (mk_http_request *request, unsigned status, const char *why)
{
  const char *type = status == 403 ? "forbidden" : status == 404 ? "not_found" : status == 405 ? "method_not_allowed" : status == 413 ? "too_large" : "bad_request";
  answer_failure (request, status, type, why);
}

/* Lists and documents that did not change are not sent again. */
static bool
answer_not_modified (mk_http_request *request, const mk_json *data)
{
  g_autofree char *text = mk_json_print_compact (data);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *tag = g_strdup_printf ("\"%.32s\"", sum);
  const char *known = mk_http_request_header (request, "If-None-Match");
  mk_http_request_set_header (request, "ETag", tag);
  mk_http_request_set_header (request, "Cache-Control", "no-cache");
  if (known == NULL || strstr (known, tag) == NULL)
    return false;
  mk_http_answer_empty (request, 304);
  return true;
}

/* --- what was asked before under the same key --- */

static char *
idempotency_key (const mk_call *call)
{
  const char *key = mk_http_request_header (call->request, "Idempotency-Key");
  bool starts_something = g_str_equal (mk_http_request_method (call->request), "POST");
  return key != NULL && starts_something ? g_strdup_printf ("%s %s", mk_json_get_string (mk_json_get (call->operation, "operationId")), key) : NULL;
}

static char *
describe_request (const mk_call *call)
{
  g_autofree char *body = mk_json_print_compact (call->body);
  return g_strdup_printf ("%s %s", mk_http_request_path (call->request), body);
}

/* True when it was answered: with the earlier answer, or because the key was used for something else. */
static bool
answer_again (mk_bridge *bridge, const mk_call *call, const char *key)
{
  mk_statement *row = mk_database_query (bridge->store, NULL, "SELECT request, status, body FROM answers WHERE key = ?", "s", key);
  if (row == NULL || !mk_statement_next (row, NULL))
    return false;
  g_autofree char *request = describe_request (call);
  bool is_same = g_str_equal (mk_statement_text (row, 0), request);
  unsigned status = (unsigned)mk_statement_int (row, 1);
  mk_json *data = mk_json_of_column (mk_statement_text (row, 2), NULL);
  mk_statement_end (row);
  if (is_same) {
    mk_http_answer_json (call->request, status, envelope (call->request, "success", data, "answered before"));
    return true;
  }
  mk_json_unref (data);
  GError *error = NULL;
  mk_error (&error, MK_ERROR_EXISTS, "this Idempotency-Key was used for another request");
  mk_api_answer_error (call->request, error);
  return true;
}

static void
remember_answer (mk_bridge *bridge, const mk_call *call, const char *key)
{
  g_autofree char *request = describe_request (call), *body = mk_json_print_compact (call->data);
  mk_database_run (bridge->store, NULL, "INSERT OR REPLACE INTO answers (key, request, status, body, time) VALUES (?, ?, ?, ?, ?)", "ssisi", key, request, (int64_t)call->status, body, mk_bridge_now_ms ());
}

/* --- validation --- */

static bool
check_text (const mk_json *rule, const char *name, const char *text, GError **error)
{
  const char *type = mk_json_get_string (mk_json_get (rule, "type"));
  const mk_json *allowed = mk_json_get (rule, "enum");
  gint64 number = 0;
  if (g_str_equal (type, "integer")) {
    const mk_json *low = mk_json_get (rule, "minimum"), *high = mk_json_get (rule, "maximum");
    gint64 lowest = low != NULL ? mk_json_get_int (low) : G_MININT64, highest = high != NULL ? mk_json_get_int (high) : G_MAXINT64;
    return g_ascii_string_to_signed (text, 10, lowest, highest, &number, NULL)
           || mk_error (error, MK_ERROR_RANGE, "%s: “%.80s” is no whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, name, text, lowest, highest);
  }
  if (g_str_equal (type, "boolean"))
    return g_str_equal (text, "true") || g_str_equal (text, "false") || mk_error (error, MK_ERROR_TYPE, "%s: “%.80s” is neither true nor false", name, text);
  for (size_t i = 0; i < mk_json_length (allowed); i++)
    if (g_str_equal (mk_json_get_string (mk_json_at (allowed, i)), text))
      return true;
  g_autofree char *list = mk_json_print (allowed);
  return allowed == NULL || mk_error (error, MK_ERROR_RANGE, "%s: “%.80s” is not one of %s", name, text, list);
}

static const mk_json *
resolve (const mk_api *api, const mk_json *rule)
{
  const char *reference = mk_json_get_string (mk_json_get (rule, "$ref")), *name = strrchr (reference, '/');
  return name != NULL ? mk_json_get (mk_json_get (mk_json_get (api->document, "components"), "schemas"), name + 1) : rule;
}

static bool
check_parameters (const mk_api *api, const mk_call *call, GError **error)
{
  const mk_json *parameters = mk_json_get (call->operation, "parameters");
  for (size_t i = 0; i < mk_json_length (parameters); i++) {
    const mk_json *parameter = mk_json_at (parameters, i), *rule = resolve (api, mk_json_get (parameter, "schema"));
    const char *name = mk_json_get_string (mk_json_get (parameter, "name"));
    const char *text = g_str_equal (mk_json_get_string (mk_json_get (parameter, "in")), "query") ? mk_http_request_query (call->request, name) : NULL;
    if (text != NULL && text[0] != '\0' && !check_text (rule, name, text, error))
      return false;
  }
  return true;
}

static bool
read_body (const mk_api *api, mk_call *call, GError **error)
{
  const mk_json *content = mk_json_get (mk_json_get (call->operation, "requestBody"), "content");
  const mk_json *rule = mk_json_get (mk_json_get (content, "application/json"), "schema");
  if (rule == NULL)
    return true;
  const char *reference = mk_json_get_string (mk_json_get (rule, "$ref"));
  return mk_http_request_json (call->request, &call->body, error) && mk_schema_check (api->schema, mk_schema_find (api->schema, strrchr (reference, '/') + 1), call->body, error);
}

/* --- a call --- */

static void
answer (mk_api *api, const mk_operation *operation, mk_call *call)
{
  GError *error = NULL;
  mk_bridge *bridge = api->bridge;
  g_autofree char *key = idempotency_key (call);
  if (!check_parameters (api, call, &error) || !read_body (api, call, &error)) {
    mk_api_answer_error (call->request, error);
    return;
  }
  if (key != NULL && answer_again (bridge, call, key))
    return;
  if (!operation->handle (bridge, call, &error)) {
    mk_api_answer_error (call->request, error);
    return;
  }
  if (key != NULL)
    remember_answer (bridge, call, key);
  if (g_str_equal (mk_http_request_method (call->request), "GET") && answer_not_modified (call->request, call->data)) {
    mk_json_unref (call->data);
    return;
  }
  mk_http_answer_json (call->request, call->status, envelope (call->request, "success", call->data, call->message != NULL ? call->message : ""));
}

static unsigned
own_status (const mk_json *described)
{
  mk_json_iter first = mk_json_iterate (mk_json_get (described, "responses"));
  return mk_json_next (&first) ? (unsigned)g_ascii_strtoull (first.key, NULL, 10) : 200;
}

static void
handle (mk_http_request *request, void *user)
{
  mk_api *api = user;
  const api_row *row = g_ptr_array_index (api->rows, mk_http_request_flags (request));
  if (row->operation->serve != NULL) {
    row->operation->serve (api->bridge, request);
    return;
  }
  mk_call call = { .request = request, .operation = row->described, .status = own_status (row->described) };
  answer (api, row->operation, &call);
  mk_json_unref (call.body);
}

const char *
mk_call_param (const mk_call *call, const char *name)
{
  return mk_http_request_param (call->request, name);
}

const char *
mk_call_query (const mk_call *call, const char *name)
{
  const char *text = mk_http_request_query (call->request, name);
  return text != NULL && text[0] != '\0' ? text : NULL;
}

bool
mk_call_page (const mk_call *call, mk_page *page, GError **error)
{
  const char *limit = mk_call_query (call, "limit");
  return mk_page_parse (mk_call_query (call, "cursor"), limit != NULL ? atoi (limit) : 0, page, error);
}

/* --- from the document --- */

/* Every schema that a body refers to, under the names that mk_schema knows. */
static void
collect (const mk_api *api, mk_json *defs, mk_json *value)
{
  const char *reference = mk_json_get_string (mk_json_get (value, "$ref"));
  if (g_str_has_prefix (reference, "#/components/schemas/")) {
    g_autofree char *name = g_strdup (strrchr (reference, '/') + 1), *local = g_strconcat ("#/$defs/", name, NULL);
    mk_json_set (value, "$ref", mk_json_new_string (local));
    if (!mk_json_has (defs, name)) {
      mk_json *copy = mk_json_copy (mk_json_get (mk_json_get (mk_json_get (api->document, "components"), "schemas"), name));
      mk_json_set (defs, name, copy);
      collect (api, defs, copy);
    }
  }
  for (mk_json_iter i = mk_json_iterate (value); mk_json_next (&i);)
    collect (api, defs, i.value);
  for (size_t i = 0; mk_json_get_kind (value) == MK_JSON_ARRAY && i < mk_json_length (value); i++)
    collect (api, defs, mk_json_at (value, i));
}

static const mk_operation *
find_operation (const char *id)
{
  const mk_operation *const tables[] = { mk_task_operations, mk_workflow_operations, mk_project_operations, mk_status_operations };
  for (size_t t = 0; t < MK_COUNT (tables); t++)
    for (const mk_operation *o = tables[t]; o->id != NULL; o++)
      if (g_str_equal (o->id, id))
        return o;
  return NULL;
}

static bool
add_route (mk_api *api, const char *path, const char *method, const mk_json *described, GError **error)
{
  const char *id = mk_json_get_string (mk_json_get (described, "operationId"));
  const mk_operation *operation = find_operation (id);
  if (operation == NULL)
    return mk_error (error, MK_ERROR_UNSUPPORTED, "openapi.json has an operation %s, which this program does not know", id);
  api_row *row = g_new (api_row, 1);
  *row = (api_row){ operation, described, api->bridge };
  char *upper = g_ascii_strup (method, -1);
  mk_http_route route = { .method = upper, .path = path, .handle = handle, .summary = mk_json_get_string (mk_json_get (described, "summary")),
                          .body = mk_json_has (described, "requestBody") ? MK_BODY_MEMORY : MK_BODY_NONE, .max_body = 8 << 20, .flags = api->rows->len };
  g_ptr_array_add (api->texts, upper);
  g_ptr_array_add (api->rows, row);
  g_array_append_val (api->routes, route);
  return true;
}

static bool
read_document (mk_api *api, GError **error)
{
  g_autofree char *path = g_build_filename (api->bridge->config->assets, "openapi.json", NULL);
  if (!mk_json_parse_file (path, NULL, &api->document, error))
    return false;
  mk_json *schema = mk_json_new_object (), *defs = mk_json_new_object ();
  mk_json_set (schema, "$defs", defs);
  for (mk_json_iter p = mk_json_iterate (mk_json_get (api->document, "paths")); mk_json_next (&p);)
    for (mk_json_iter m = mk_json_iterate (p.value); mk_json_next (&m);) {
      g_autoptr (mk_json) body = mk_json_copy (mk_json_get (m.value, "requestBody"));
      collect (api, defs, body);
      if (!add_route (api, p.key, m.key, m.value, error)) {
        mk_json_unref (schema);
        return false;
      }
    }
  mk_http_route end = { 0 };
  g_array_append_val (api->routes, end);
  api->schema = mk_schema_new (schema, error);
  return api->schema != NULL;
}

mk_api *
mk_api_new (mk_bridge *bridge, GError **error)
{
  mk_api *api = g_new0 (mk_api, 1);
  api->bridge = bridge;
  api->routes = g_array_new (FALSE, FALSE, sizeof (mk_http_route));
  api->rows = g_ptr_array_new_with_free_func (g_free);
  api->texts = g_ptr_array_new_with_free_func (g_free);
  if (!read_document (api, error)) {
    mk_api_free (api);
    return NULL;
  }
  mk_http_server_add_routes (bridge->server, "/api/v1", (const mk_http_route *)(void *)api->routes->data, api);
  return api;
}

void
mk_api_free (mk_api *api)
{
  if (api == NULL)
    return;
  mk_json_unref (api->document);
  mk_schema_free (api->schema);
  g_array_unref (api->routes);
  g_ptr_array_unref (api->rows);
  g_ptr_array_unref (api->texts);
  g_free (api);
}
