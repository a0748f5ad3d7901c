/* api.h - calls of the API: assets/openapi.json is the table of routes, the validation and the documentation.
 *
 * Flow      route → scope → parameters and body checked by the document → handler → envelope.
 *           What changes something is answered when it is on disk: all changes of one round of the loop share one
 *           transaction, so that a thousand a second need a few dozen waits for the disk.
 */
#pragma once
#include "bridge/access.h"
#include "bridge/second_reader.h"
#include "bridge/store.h"
#include "net/http_server.h"

typedef struct mk_api mk_api;

/* One call: validated parameters and body in; status and data out. */
typedef struct mk_call {
  mk_http_request *request;
  const mk_json *operation; /* of openapi.json */
  mk_json *body;            /* valid, or NULL */
  unsigned status;          /* the operation's own; a handler may change it */
  mk_json *data;            /* what is answered; taken by the envelope */
  char *text;               /* the same as text that is JSON already, instead; taken */
  const char *message;      /* borrowed until the answer */
  const mk_json *path, *query; /* of a call from within, which has no request */
  const mk_key_holder *who;
  mk_reading *reading;      /* of the sentence by the second reader, or NULL; goes with the call */
} mk_call;

typedef struct mk_operation {
  const char *id;
  /* False with an error that becomes the answer. NULL with `serve`. */
  bool (*handle) (mk_bridge *bridge, mk_call *call, GError **error);
  /* Answers by itself, now or later: files and what takes long. The call is gone when it returns. Beside `handle`, the latter
   * is for calls from within. */
  void (*serve) (mk_bridge *bridge, mk_call *call);
  bool needs_words; /* mk_bridge_read_words comes first */
  /* Beside `handle`, may be NULL: as mk_second_reader_ask, for the sentence of this call. A call from within does not ask. */
  bool (*ask) (mk_bridge *bridge, const mk_call *call, void (*done) (void *user, mk_reading *taken), void *user);
} mk_operation;

mk_api *mk_api_new (mk_bridge *bridge, GError **error);
/* Waits for the disk once more for what is not answered yet. */
void    mk_api_free (mk_api *api);
const mk_json *mk_api_document (const mk_api *api);

/* The envelope, from anywhere. */
void mk_api_answer (mk_http_request *request, unsigned status, mk_json *taken_data, const char *message);
/* 200 with an ETag, or 304 when the client has just this: lists and documents that are answered by `serve`. */
void mk_api_answer_document (mk_http_request *request, mk_json *taken_data);
void mk_api_answer_error (mk_http_request *request, GError *taken);
void mk_api_refuse (mk_http_request *request, unsigned status, const char *why);

const char *mk_call_param (const mk_call *call, const char *name); /* of the path */
const char *mk_call_query (const mk_call *call, const char *name); /* NULL when absent or empty */
bool        mk_call_page (const mk_call *call, mk_page *page, GError **error);
const mk_key_holder *mk_call_holder (const mk_call *call);
/* Who asks, for histories: the key's name, or "person". */
const char *mk_call_who (const mk_call *call);
/* A text of the body, or NULL when it is not there. */
const char *mk_call_text (const mk_call *call, const char *field);

/* The same call from within: MCP. `path` as the client would write it ("/projects/abc"); query values in `path`.
 * The handler's data, or an error. Only operations with `handle`. */
mk_json *mk_api_call (mk_api *api, const char *operation_id, const mk_json *path_parameters, const mk_json *query, const mk_json *body, const mk_key_holder *who, GError **error);
