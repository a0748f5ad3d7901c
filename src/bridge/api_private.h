/* api_private.h - what api.c and api_document.c share. */
#pragma once
#include "bridge/bridge_private.h"

typedef struct mk_api_row mk_api_row;
struct mk_api_row {
  const mk_operation *operation;
  const mk_json *described;
  mk_scope scope;
  bool has_tag; /* its answer carries an ETag */
  bool is_once; /* takes an Idempotency-Key */
  const mk_api_row *document; /* what GET of the same address answers with an ETag, or NULL: If-Match is about it */
};

struct mk_api {
  mk_bridge *bridge;
  mk_json *document;
  mk_schema *schema;       /* of request bodies */
  GArray *routes;          /* mk_http_route */
  GPtrArray *rows;         /* mk_api_row, one per route */
  GPtrArray *texts;        /* paths and methods of the routes */
  GPtrArray *waiting;      /* answers that wait for the disk */
  bool is_open;            /* the transaction of this round */
};

/* Reads the document into routes that end in `handle`. */
bool mk_api_read_document (mk_api *api, void (*handle) (mk_http_request *request, void *user), GError **error);
/* Path and query as the document describes them. */
bool mk_api_check_parameters (const mk_api *api, const mk_call *call, GError **error);
/* The body, if the operation takes one; `given` (borrowed) instead of the request's. */
bool mk_api_read_body (const mk_api *api, mk_call *call, const mk_json *given, GError **error);
