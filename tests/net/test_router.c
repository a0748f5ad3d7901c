#include "check.h"
#include "net/router.h"

static void
unused (mk_http_request *request, void *user)
{
  (void)request, (void)user;
}

static const mk_http_route table[] = {
  { "GET", "/history", unused, "All", 0, 0, 0 },
  { "POST", "/history", unused, NULL, 0, 0, 0 },
  { "GET", "/history/{id}", unused, NULL, 0, 0, 0 },
  { "GET", "/history/last", unused, "Newest", 0, 0, 0 },
  { "POST", "/userdata/{file}/move/{to}", unused, NULL, 0, 0, 0 },
  { "GET", "/files/{rest...}", unused, NULL, 0, 0, 0 },
  { NULL, NULL, NULL, NULL, 0, 0, 0 },
};

static char *
find (const char *method, const char *path)
{
  mk_router *router = mk_router_new ();
  mk_router_add (router, "", table, NULL);
  mk_router_add (router, "/api", table, NULL);
  mk_router_match m;
  mk_router_find (router, method, path, &m);
  GString *out = g_string_new (m.route != NULL ? m.route->path : m.allow != NULL ? m.allow : "none");
  for (guint i = 1; m.params != NULL && i < m.params->len; i += 2)
    g_string_append_printf (out, " %s", (char *)g_ptr_array_index (m.params, i));
  mk_router_match_clear (&m);
  mk_router_free (router);
  return g_string_free (out, FALSE);
}

TEST (paths_find_their_rows)
{
  static const struct { const char *method, *path, *wanted; } cases[] = {
    { "GET", "/history", "/history" },
    { "HEAD", "/history", "/history" },
    { "GET", "/api/history/7", "/history/{id} 7" },
    { "GET", "/history/last", "/history/last" },
    { "GET", "/history/", "none" },
    { "PUT", "/history", "GET,HEAD,POST" },
    { "POST", "/history/7", "GET,HEAD" },
    { "POST", "/userdata/a%2Fb.json/move/c", "/userdata/{file}/move/{to} a/b.json c" },
    { "GET", "/files/a/b%20c", "/files/{rest...} a/b c" },
    { "GET", "/files/", "/files/{rest...} " },
    { "GET", "/history/a%00b", "none" },
    { "DELETE", "/history/a%00b", "none" },
    { "GET", "", "none" },
    { "GET", "/", "none" } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *got = find (cases[i].method, cases[i].path);
    CHECK_STRING (got, cases[i].wanted);
  }
}

TEST (the_table_is_printed_as_data)
{
  mk_router *router = mk_router_new ();
  mk_router_add (router, "/api", table, NULL);
  g_autoptr (mk_json) list = mk_router_list (router);
  CHECK_INT (mk_json_length (list), ==, 6);
  CHECK_STRING (mk_json_get_string (mk_json_get (mk_json_at (list, 3), "path")), "/api/history/last");
  CHECK_STRING (mk_json_get_string (mk_json_get (mk_json_at (list, 3), "summary")), "Newest");
  mk_router_free (router);
}
