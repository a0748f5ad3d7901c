/* node_options.c - what an input offers whose table names a route of the engine instead of a list ("remote": {"route", …}). The
 * engine that tells of the node is asked, and no other; which route, its table says, never who asks. */
#include "bridge/bridge_private.h"
#include "net/url.h"

#include <string.h>

#define MAX_ROUTE 500
#define MAX_OPTIONS 10000
#define MAX_OPTION_BYTES 1000

typedef struct {
  mk_http_request *request;
  char *input, *key; /* of the reply; NULL = the reply is the list */
} question;

static void
question_free (question *q)
{
  g_free (q->input);
  g_free (q->key);
  g_free (q);
}

static const mk_json *
find_remote (const mk_json *table, const char *input)
{
  static const char *const groups[] = { "required", "optional" };
  for (size_t i = 0; i < MK_COUNT (groups); i++) {
    const mk_json *spec = mk_json_get (mk_json_get (mk_json_get (table, "input"), groups[i]), input);
    const mk_json *remote = mk_json_get (mk_json_at (spec, 1), "remote");
    if (mk_json_get_kind (remote) == MK_JSON_OBJECT)
      return remote;
  }
  return NULL;
}

/* The route with what is asked there, g_free; NULL when it is no plain path of the engine's own. */
static char *
path_of (const mk_json *remote)
{
  const char *route = mk_json_get_string (mk_json_get (remote, "route"));
  if (route[0] != '/' || route[1] == '/' || strlen (route) > MAX_ROUTE || strstr (route, "..") != NULL || strpbrk (route, "\\#\r\n\t ") != NULL)
    return NULL;
  GString *path = g_string_new (route);
  const char *mark = strchr (route, '?') != NULL ? "&" : "?";
  for (mk_json_iter p = mk_json_iterate (mk_json_get (remote, "query_params")); mk_json_next (&p); mark = "&") {
    g_autofree char *name = mk_url_encode (p.key, NULL), *value = mk_url_encode (mk_json_get_string (p.value), NULL);
    g_string_append_printf (path, "%s%s=%s", mark, name, value);
  }
  return g_string_free (path, path->len > MAX_ROUTE);
}

static bool
is_option (const mk_json *value)
{
  mk_json_kind kind = mk_json_get_kind (value);
  return kind == MK_JSON_INT || kind == MK_JSON_REAL || kind == MK_JSON_BOOL || (kind == MK_JSON_STRING && mk_json_get_string_length (value) <= MAX_OPTION_BYTES);
}

static void
on_reply (void *user, const mk_json *reply, const GError *error)
{
  question *q = user;
  const mk_json *list = q->key != NULL ? mk_json_get (reply, q->key) : reply;
  if (error != NULL || mk_json_get_kind (list) != MK_JSON_ARRAY) {
    GError *failure = NULL;
    mk_error (&failure, MK_ERROR_UNAVAILABLE, "the engine does not say what “%s” offers%s%s", q->input, error != NULL ? ": " : "", error != NULL ? error->message : "");
    mk_api_answer_error (q->request, failure);
  } else {
    mk_json *data = mk_json_new_object (), *options = mk_json_new_array ();
    for (size_t i = 0; i < mk_json_length (list) && mk_json_length (options) < MAX_OPTIONS; i++)
      if (is_option (mk_json_at (list, i)))
        mk_json_append (options, mk_json_copy (mk_json_at (list, i)));
    mk_json_set (data, "options", options);
    mk_api_answer (q->request, 200, data, "");
  }
  question_free (q);
}

void
mk_bridge_serve_node_options (mk_bridge *bridge, mk_call *call)
{
  GError *error = NULL;
  const char *node = mk_call_param (call, "node"), *input = mk_call_param (call, "input");
  const mk_json *table = NULL;
  mk_comfy *engine = mk_dispatcher_node_engine (bridge->dispatcher, node, &table);
  const mk_json *remote = find_remote (table, input);
  g_autofree char *path = remote != NULL ? path_of (remote) : NULL;
  if (path != NULL) {
    const char *key = mk_json_get_string (mk_json_get (remote, "response_key"));
    question *q = g_new (question, 1);
    *q = (question){ call->request, g_strdup (input), *key != '\0' ? g_strdup (key) : NULL };
    mk_comfy_get (engine, path, on_reply, q);
    return;
  }
  if (engine == NULL)
    mk_error (&error, MK_ERROR_NOT_FOUND, "no engine that is up has a node “%s”", node);
  else if (remote == NULL)
    mk_error (&error, MK_ERROR_NOT_FOUND, "the node “%s” has no input “%s” whose list is asked for; what others offer is in /nodes", node, input);
  else
    mk_error (&error, MK_ERROR_UNSUPPORTED, "the list of “%s” is not at a route of the engine's own", input);
  mk_api_answer_error (call->request, error);
}
