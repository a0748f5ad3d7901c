/* router.h - from method and path to a row of a table.
 *
 * Purpose   Fixed paths are found in a hash table, paths with parameters by comparing segments.
 * Memory    Rows are borrowed; the tables must outlive the router.
 * Tests     tests/net/test_router.c
 */
#pragma once
#include "net/http_server.h"

typedef struct mk_router mk_router;

mk_router *mk_router_new (void);
void       mk_router_free (mk_router *router);
void       mk_router_add (mk_router *router, const char *prefix, const mk_http_route *routes, void *user);
mk_json   *mk_router_list (const mk_router *router);

typedef struct {
  const mk_http_route *route; /* NULL when nothing fits */
  void *user;
  GPtrArray *params;          /* name, value, name, value …; NULL without any */
  char *allow;                /* "GET,HEAD,POST" when the path is known and the method is not; else NULL */
} mk_router_match;

/* `path` as in the request, still encoded; each segment is decoded on its own. */
void mk_router_find (const mk_router *router, const char *method, const char *path, mk_router_match *match);
void mk_router_match_clear (mk_router_match *match);
