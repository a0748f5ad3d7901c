#include "net/router.h"

#include <string.h>

#include "net/url.h"

typedef struct {
  const mk_http_route *route;
  void *user;
  char *path;      /* with prefix */
  char **segments; /* of a path with parameters, else NULL */
} entry;

struct mk_router {
  GPtrArray *entries;  /* all, in the order of adding */
  GHashTable *fixed;   /* path -> GPtrArray of entry */
  GPtrArray *variable; /* entries with parameters */
};

static void
entry_free (void *p)
{
  entry *e = p;
  g_strfreev (e->segments);
  g_free (e->path);
  g_free (e);
}

mk_router *
mk_router_new (void)
{
  mk_router *router = g_new0 (mk_router, 1);
  router->entries = g_ptr_array_new_with_free_func (entry_free);
  router->fixed = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  router->variable = g_ptr_array_new ();
  return router;
}

void
mk_router_free (mk_router *router)
{
  g_hash_table_destroy (router->fixed);
  g_ptr_array_free (router->variable, TRUE);
  g_ptr_array_free (router->entries, TRUE);
  g_free (router);
}

void
mk_router_add (mk_router *router, const char *prefix, const mk_http_route *routes, void *user)
{
  for (const mk_http_route *r = routes; r->method != NULL; r++) {
    entry *e = g_new0 (entry, 1);
    *e = (entry){ r, user, g_strconcat (prefix, r->path, NULL), NULL };
    g_ptr_array_add (router->entries, e);
    if (strchr (e->path, '{') != NULL) {
      e->segments = g_strsplit (e->path + 1, "/", -1);
      g_ptr_array_add (router->variable, e);
      continue;
    }
    GPtrArray *same = g_hash_table_lookup (router->fixed, e->path);
    if (same == NULL)
      g_hash_table_insert (router->fixed, e->path, same = g_ptr_array_new ());
    g_ptr_array_add (same, e);
  }
}

mk_json *
mk_router_list (const mk_router *router)
{
  mk_json *list = mk_json_new_array ();
  for (guint i = 0; i < router->entries->len; i++) {
    const entry *e = g_ptr_array_index (router->entries, i);
    mk_json *row = mk_json_new_object ();
    mk_json_set (row, "method", mk_json_new_string (e->route->method));
    mk_json_set (row, "path", mk_json_new_string (e->path));
    if (e->route->summary != NULL)
      mk_json_set (row, "summary", mk_json_new_string (e->route->summary));
    mk_json_append (list, row);
  }
  return list;
}

static bool
serves (const entry *e, const char *method)
{
  return strcmp (e->route->method, method) == 0 || (strcmp (method, "HEAD") == 0 && strcmp (e->route->method, "GET") == 0);
}

/* True when the path has this shape; binds what is bound unless `params` is NULL. */
static bool
fits (const entry *e, const char *path, GPtrArray *params)
{
  const char *at = path + 1;
  for (char **s = e->segments; *s != NULL; s++) {
    size_t n = strlen (*s), length = strcspn (at, "/");
    bool is_bound = (*s)[0] == '{', is_rest = is_bound && n > 5 && strcmp (*s + n - 4, "...}") == 0;
    if (is_rest)
      length = strlen (at);
    if (is_bound ? length == 0 && !is_rest : length != n || strncmp (at, *s, n) != 0)
      return false;
    g_autofree char *value = is_bound ? mk_url_decode (at, (gssize)length, false) : NULL;
    if (is_bound && value == NULL) /* no such thing, whatever the method */
      return false;
    if (is_bound && params != NULL) {
      g_ptr_array_add (params, g_strndup (*s + 1, n - (is_rest ? 5 : 2)));
      g_ptr_array_add (params, g_steal_pointer (&value));
    }
    at += length;
    if (s[1] != NULL && *at++ != '/')
      return false;
  }
  return *at == '\0';
}

static void
note_method (GString *allow, const char *method)
{
  g_auto (GStrv) have = g_strsplit (allow->str, ",", -1);
  if (g_strv_contains ((const char *const *)have, method))
    return;
  g_string_append_printf (allow, "%s%s", allow->len > 0 ? "," : "", method);
  if (strcmp (method, "GET") == 0)
    g_string_append (allow, ",HEAD");
}

static bool
find_fixed (const mk_router *router, const char *method, const char *path, GString *allow, mk_router_match *match)
{
  const GPtrArray *same = g_hash_table_lookup (router->fixed, path);
  for (guint i = 0; same != NULL && i < same->len; i++) {
    const entry *e = g_ptr_array_index (same, i);
    if (serves (e, method)) {
      match->route = e->route;
      match->user = e->user;
      return true;
    }
    note_method (allow, e->route->method);
  }
  return false;
}

static bool
find_variable (const mk_router *router, const char *method, const char *path, GString *allow, mk_router_match *match)
{
  for (guint i = 0; i < router->variable->len; i++) {
    const entry *e = g_ptr_array_index (router->variable, i);
    if (!serves (e, method)) {
      if (fits (e, path, NULL))
        note_method (allow, e->route->method);
      continue;
    }
    GPtrArray *params = g_ptr_array_new_with_free_func (g_free);
    if (fits (e, path, params)) {
      *match = (mk_router_match){ e->route, e->user, params, NULL };
      return true;
    }
    g_ptr_array_unref (params);
  }
  return false;
}

static int
compare_names (const void *a, const void *b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

void
mk_router_find (const mk_router *router, const char *method, const char *path, mk_router_match *match)
{
  *match = (mk_router_match){ 0 };
  g_autoptr (GString) allow = g_string_new (NULL);
  g_autofree char *plain = strchr (path, '%') != NULL ? mk_url_decode (path, -1, false) : NULL;
  if (find_fixed (router, method, plain != NULL ? plain : path, allow, match) || path[0] != '/')
    return;
  if (find_variable (router, method, path, allow, match) || allow->len == 0)
    return;
  g_auto (GStrv) names = g_strsplit (allow->str, ",", -1);
  qsort (names, g_strv_length (names), sizeof *names, compare_names);
  match->allow = g_strjoinv (",", names);
}

void
mk_router_match_clear (mk_router_match *match)
{
  g_clear_pointer (&match->params, g_ptr_array_unref);
  g_clear_pointer (&match->allow, g_free);
}
