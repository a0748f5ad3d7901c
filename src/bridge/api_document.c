/* api_document.c - assets/openapi.json as routes and as checks. */
#include "bridge/api_private.h"

#include <string.h>

#define MAX_JSON ((uint64_t)8 << 20)
#define MAX_UPLOAD ((uint64_t)4 << 30)

/* --- parameters --- */

static bool
check_length (const mk_json *rule, const char *name, const char *text, GError **error)
{
  const mk_json *least = mk_json_get (rule, "minLength"), *most = mk_json_get (rule, "maxLength");
  int64_t length = g_utf8_strlen (text, -1), low = least != NULL ? mk_json_get_int (least) : 0, high = most != NULL ? mk_json_get_int (most) : INT64_MAX;
  if (length >= low && length <= high)
    return true;
  return mk_error (error, MK_ERROR_RANGE, "%s has %" G_GINT64_FORMAT " characters; it takes %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, name, length, low, high);
}

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
  if (allowed == NULL)
    return check_length (rule, name, text, error);
  g_autofree char *list = mk_json_print (allowed);
  return mk_error (error, MK_ERROR_RANGE, "%s: “%.80s” is not one of %s", name, text, list);
}

static const mk_json *
resolve (const mk_api *api, const mk_json *rule)
{
  const char *reference = mk_json_get_string (mk_json_get (rule, "$ref")), *name = strrchr (reference, '/');
  return name != NULL ? mk_json_get (mk_json_get (mk_json_get (api->document, "components"), "schemas"), name + 1) : rule;
}

static const mk_json *
find_parameter (const mk_json *parameters, const char *place, const char *name)
{
  for (size_t i = 0; i < mk_json_length (parameters); i++) {
    const mk_json *parameter = mk_json_at (parameters, i);
    if (g_str_equal (mk_json_get_string (mk_json_get (parameter, "in")), place) && g_str_equal (mk_json_get_string (mk_json_get (parameter, "name")), name))
      return parameter;
  }
  return NULL;
}

static const char *
given_text (const mk_call *call, const char *place, const char *name)
{
  if (g_str_equal (place, "query"))
    return mk_call_query (call, name);
  if (g_str_equal (place, "path"))
    return mk_call_param (call, name);
  return call->request != NULL ? mk_http_request_header (call->request, name) : NULL;
}

/* `token` is the key, and belongs to no route. */
static bool
check_names (const mk_json *parameters, const mk_http_request *request, GError **error)
{
  const char *name;
  for (unsigned i = 0; request != NULL && (name = mk_http_request_query_name (request, i)) != NULL; i++) {
    if (g_str_equal (name, "token") || find_parameter (parameters, "query", name) != NULL)
      continue;
    GString *allowed = g_string_new (NULL);
    for (size_t k = 0; k < mk_json_length (parameters); k++)
      if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (parameters, k), "in")), "query"))
        g_string_append_printf (allowed, "%s%s", allowed->len > 0 ? ", " : "", mk_json_get_string (mk_json_get (mk_json_at (parameters, k), "name")));
    mk_error (error, MK_ERROR_USAGE, "there is no parameter “%.60s” here; %s%s", name, allowed->len > 0 ? "there are: " : "this route takes none", allowed->str);
    g_string_free (allowed, TRUE);
    return false;
  }
  return true;
}

bool
mk_api_check_parameters (const mk_api *api, const mk_call *call, GError **error)
{
  const mk_json *parameters = mk_json_get (call->operation, "parameters");
  if (!check_names (parameters, call->request, error))
    return false;
  for (size_t i = 0; i < mk_json_length (parameters); i++) {
    const mk_json *parameter = mk_json_at (parameters, i), *rule = resolve (api, mk_json_get (parameter, "schema"));
    const char *name = mk_json_get_string (mk_json_get (parameter, "name"));
    const char *text = given_text (call, mk_json_get_string (mk_json_get (parameter, "in")), name);
    if (text != NULL && !check_text (rule, name, text, error))
      return false;
  }
  return true;
}

/* --- bodies --- */

static const mk_json *
json_rule (const mk_json *operation)
{
  return mk_json_get (mk_json_get (mk_json_get (mk_json_get (operation, "requestBody"), "content"), "application/json"), "schema");
}

bool
mk_api_read_body (const mk_api *api, mk_call *call, const mk_json *given, GError **error)
{
  const mk_json *rule = json_rule (call->operation);
  if (rule == NULL)
    return true;
  const char *reference = mk_json_get_string (mk_json_get (rule, "$ref"));
  size_t length = 0;
  bool is_optional = !mk_json_get_bool (mk_json_get (mk_json_get (call->operation, "requestBody"), "required"));
  if (call->request != NULL)
    mk_http_request_body (call->request, &length);
  if (given != NULL)
    call->body = mk_json_copy (given);
  else if (call->request == NULL || (length == 0 && is_optional))
    call->body = mk_json_new_object ();
  else if (length == 0)
    return mk_error (error, MK_ERROR_USAGE, "this wants a body: a JSON object, as %s describes it", strrchr (reference, '/') + 1);
  else if (!mk_http_request_json (call->request, &call->body, error))
    return false;
  return mk_schema_check (api->schema, mk_schema_find (api->schema, strrchr (reference, '/') + 1), call->body, error);
}

/* --- routes --- */

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
  for (const mk_operation *const *table = mk_all_operations; *table != NULL; table++)
    for (const mk_operation *o = *table; o->id != NULL; o++)
      if (g_str_equal (o->id, id))
        return o;
  return NULL;
}

static mk_http_body
body_kind (const mk_json *described)
{
  const mk_json *content = mk_json_get (mk_json_get (described, "requestBody"), "content");
  return mk_json_has (content, "multipart/form-data") ? MK_BODY_FORM : mk_json_has (content, "application/json") ? MK_BODY_MEMORY : MK_BODY_NONE;
}

static bool
add_route (mk_api *api, const char *path, const char *method, const mk_json *described, void (*handle) (mk_http_request *request, void *user), GError **error)
{
  const char *id = mk_json_get_string (mk_json_get (described, "operationId"));
  const mk_operation *operation = find_operation (id);
  mk_scope scope;
  if (operation == NULL)
    return mk_error (error, MK_ERROR_UNSUPPORTED, "openapi.json has an operation %s, which this program does not know", id);
  if (!mk_scope_parse (mk_json_get_string (mk_json_get (described, "x-scope")), &scope, error))
    return false;
  mk_api_row *row = g_new (mk_api_row, 1);
  *row = (mk_api_row){ operation, described, scope, g_str_equal (method, "get") && operation->handle != NULL && !mk_json_has (described, "x-volatile"),
                        find_parameter (mk_json_get (described, "parameters"), "header", "Idempotency-Key") != NULL, NULL };
  char *upper = g_ascii_strup (method, -1);
  mk_http_body body = body_kind (described);
  mk_http_route route = { .method = upper, .path = path, .handle = handle, .summary = mk_json_get_string (mk_json_get (described, "summary")),
                          .body = body, .max_body = body == MK_BODY_FORM ? MAX_UPLOAD : MAX_JSON, .flags = api->rows->len };
  g_ptr_array_add (api->texts, upper);
  g_ptr_array_add (api->rows, row);
  g_array_append_val (api->routes, route);
  return true;
}

/* The operations of one address begin at `first`; reading it is the first of them, if it can be read. */
static void
find_document (const mk_api *api, guint first)
{
  const mk_api_row *reading = first < api->rows->len ? api->rows->pdata[first] : NULL;
  for (guint i = first + 1; i < api->rows->len; i++)
    ((mk_api_row *)api->rows->pdata[i])->document = reading->has_tag ? reading : NULL;
}

bool
mk_api_read_document (mk_api *api, void (*handle) (mk_http_request *request, void *user), GError **error)
{
  g_autofree char *path = g_build_filename (api->bridge->config->assets, "openapi.json", NULL);
  if (!mk_json_parse_file (path, NULL, &api->document, error))
    return false;
  mk_json *schema = mk_json_new_object (), *defs = mk_json_new_object ();
  mk_json_set (schema, "$defs", defs);
  for (mk_json_iter p = mk_json_iterate (mk_json_get (api->document, "paths")); mk_json_next (&p);) {
    guint first = api->rows->len;
    for (mk_json_iter m = mk_json_iterate (p.value); mk_json_next (&m);) {
      g_autoptr (mk_json) body = mk_json_copy (json_rule (m.value));
      collect (api, defs, body);
      if (!add_route (api, p.key, m.key, m.value, handle, error)) {
        mk_json_unref (schema);
        return false;
      }
    }
    find_document (api, first);
  }
  mk_http_route end = { 0 };
  g_array_append_val (api->routes, end);
  api->schema = mk_schema_new (schema, error);
  return api->schema != NULL;
}
