/* Routes that packs add: requests go to the pack's process, what it says goes to the client. */
#include <string.h>

#include "base/log.h"
#include "server/server_private.h"

#define TIMEOUT_MS 60000
#define MAX_BODY ((uint64_t)32 << 20)

/* A row of the router and whose it is. */
typedef struct {
  mk_server *server;
  mk_json *row;          /* {"pack", "method", "path"} */
  mk_http_route rows[2]; /* strings borrowed from `row` */
} pack_route;

static void
answer (void *user, const mk_json *reply)
{
  mk_http_request *request = user;
  if (reply == NULL) {
    mk_http_answer_text (request, 503, "503: the pack does not answer");
    return;
  }
  int64_t status = mk_json_get_int (mk_json_get (reply, "status"));
  if (mk_json_has (reply, "error") || status < 200 || status > 599) {
    mk_answer_trouble (request);
    return;
  }
  for (mk_json_iter i = mk_json_iterate (mk_json_get (reply, "headers")); mk_json_next (&i);)
    if (strpbrk (i.key, "\r\n:") == NULL && strpbrk (mk_json_get_string (i.value), "\r\n") == NULL)
      mk_http_request_set_header (request, i.key, mk_json_get_string (i.value));
  const char *type = mk_json_get_string (mk_json_get (reply, "type"));
  gsize length;
  guchar *bytes = g_base64_decode (mk_json_get_string (mk_json_get (reply, "body")), &length);
  mk_http_answer_bytes (request, (unsigned)status, type[0] != '\0' && strpbrk (type, "\r\n") == NULL ? type : "application/octet-stream", g_bytes_new_take (bytes, length));
}

static mk_json *
describe_headers (mk_http_request *request)
{
  static const char *const names[] = { "Accept", "Accept-Language", "Authorization", "Content-Type", "Cookie", "Host", "If-None-Match", "Origin", "Range", "Referer", "User-Agent",
                                       "X-Requested-With", "comfy-user" };
  mk_json *headers = mk_json_new_object ();
  for (size_t i = 0; i < MK_COUNT (names); i++) {
    const char *value = mk_http_request_header (request, names[i]);
    if (value != NULL && g_utf8_validate (value, -1, NULL))
      mk_json_set (headers, names[i], mk_json_new_string (value));
  }
  return headers;
}

static mk_json *
describe_query (mk_http_request *request)
{
  mk_json *query = mk_json_new_object ();
  const char *name;
  for (unsigned i = 0; (name = mk_http_request_query_name (request, i)) != NULL; i++)
    if (!mk_json_has (query, name))
      mk_json_set (query, name, mk_json_new_string (mk_http_request_query (request, name)));
  return query;
}

/* What the path binds: names stand in the row's path between braces. */
static mk_json *
describe_match (mk_http_request *request, const char *path)
{
  mk_json *match = mk_json_new_object ();
  for (const char *at = strchr (path, '{'); at != NULL; at = strchr (at + 1, '{')) {
    g_autofree char *name = g_strndup (at + 1, strcspn (at + 1, ".}"));
    mk_json_set (match, name, mk_json_new_string (mk_http_request_param (request, name)));
  }
  return match;
}

static void
handle (mk_http_request *request, void *user)
{
  const pack_route *route = user;
  size_t length;
  const char *body = mk_http_request_body (request, &length), *path = mk_json_get_string (mk_json_get (route->row, "path"));
  g_autofree char *encoded = g_base64_encode ((const guchar *)body, length);
  mk_json *asked = mk_json_new_object ();
  mk_json_set (asked, "op", mk_json_new_string ("request"));
  mk_json_set (asked, "route", mk_json_new_string (path));
  mk_json_set (asked, "method", mk_json_new_string (mk_http_request_method (request)));
  mk_json_set (asked, "path", mk_json_new_string (mk_http_request_path (request)));
  mk_json_set (asked, "peer", mk_json_new_string (mk_http_request_peer (request)));
  mk_json_set (asked, "query", describe_query (request));
  mk_json_set (asked, "match", describe_match (request, path));
  mk_json_set (asked, "headers", describe_headers (request));
  mk_json_set (asked, "body", mk_json_new_string (encoded));
  mk_packs_ask (route->server->packs, mk_json_get_string (mk_json_get (route->row, "pack")), asked, TIMEOUT_MS, answer, request);
}

static void
pack_route_free (void *p)
{
  pack_route *route = p;
  mk_json_unref (route->row);
  g_free (route);
}

/* Added last, so that a pack cannot take a path of ours. */
void
mk_server_add_pack_routes (mk_server *server)
{
  g_autoptr (mk_json) rows = mk_packs_list_routes (server->packs);
  server->pack_routes = g_ptr_array_new_with_free_func (pack_route_free);
  for (size_t i = 0; i < mk_json_length (rows); i++) {
    pack_route *route = g_new0 (pack_route, 1);
    route->server = server;
    route->row = mk_json_ref (mk_json_at (rows, i));
    const char *method = mk_json_get_string (mk_json_get (route->row, "method")), *path = mk_json_get_string (mk_json_get (route->row, "path"));
    g_ptr_array_add (server->pack_routes, route);
    if (path[0] != '/' || method[0] == '\0') {
      mk_log (MK_LOG_WARNING, "packs", "%s: a route begins with “/”, this one does not: %s", mk_json_get_string (mk_json_get (route->row, "pack")), path);
      continue;
    }
    route->rows[0] = (mk_http_route){ method, path, handle, "A pack's own.", MK_BODY_MEMORY, MAX_BODY, 0 };
    mk_http_server_add_routes (server->http, "", route->rows, route);
    mk_http_server_add_routes (server->http, "/api", route->rows, route);
  }
}
