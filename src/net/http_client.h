/* http_client.h - requests to others, on libcurl, inside the same loop.
 *
 * Purpose   Ask an engine, download a model with resume, upload a file, open a WebSocket.
 * Threads   All on the loop's thread.
 * Limits    Bodies in memory stop at `max_bytes`; names, redirects (5) and idle times are bounded. Only http, https,
 *           ws and wss are spoken.
 * Crash     A download grows in `PATH.part` beside PATH and gets its name when it is whole; what a crash leaves is
 *           continued by the next call with the same path, if the server's ETag still fits (`PATH.part.etag`). What
 *           comes and does not follow on it is MK_ERROR_CHANGED, and the part is thrown away.
 * Tests     tests/net/test_http.c
 */
#pragma once
#include "base/base.h"
#include "base/json.h"
#include "net/loop.h"
#include "net/websocket.h"

typedef struct mk_http_client mk_http_client;
typedef struct mk_http_call mk_http_call;

mk_http_client *mk_http_client_new (mk_loop *loop, GError **error);
/* Cancels what is under way: each `done` is called with MK_ERROR_CANCELLED. */
void            mk_http_client_free (mk_http_client *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_http_client, mk_http_client_free)

typedef struct {
  unsigned status;
  const char *type;     /* Content-Type or "" */
  const char *body;     /* NUL-terminated; "" for downloads */
  size_t length;
  const char *const *headers; /* "name: value", names in lower case, NULL-terminated */
} mk_http_reply;
/* The value of a header of that lower-case name, or NULL. */
const char *mk_http_reply_header (const mk_http_reply *reply, const char *name);
/* The body as JSON; the caller unrefs. */
bool        mk_http_reply_json (const mk_http_reply *reply, mk_json **value, GError **error);

/* A field of a form; `path` names a file to send, else `value` is sent. */
typedef struct {
  const char *name, *value, *path, *filename, *type;
} mk_http_field;

typedef struct {
  const char *method;           /* NULL = GET, or POST when there is something to send */
  const char *url;
  const char *const *headers;   /* "Name: value", NULL-terminated; may be NULL */
  const char *body;             /* with `length`; copied */
  size_t length;
  const char *type;             /* Content-Type of the body; NULL = application/json */
  const mk_http_field *fields;  /* a form instead of a body; ends with name NULL */
  const char *upload_path;      /* a file as the body, streamed */
  const char *download_path;    /* the reply's body goes here, streamed, when the status is 2xx */
  bool is_resumed;              /* continue `download_path`.part */
  size_t max_bytes;             /* of a body in memory; 0 = 64 MB. Of a download; 0 = no limit */
  unsigned connect_seconds;     /* 0 = 10 */
  unsigned total_seconds;       /* 0 = 60, for downloads: none */
  unsigned idle_seconds;        /* less than 1 byte/s for this long ends it; 0 = 30 */
  void (*progress) (void *user, uint64_t done, uint64_t total); /* total 0 = unknown; may be NULL */
  /* Exactly once, from the loop. With a reply of any status and no error, or with an error (borrowed) and no reply. */
  void (*done) (void *user, const mk_http_reply *reply, const GError *error);
  void *user;
} mk_http_order;

/* Everything is copied. Never fails at once: what is wrong comes through `done`. */
mk_http_call *mk_http_client_start (mk_http_client *client, const mk_http_order *order);
/* `done` follows with MK_ERROR_CANCELLED. The handle is valid until `done` returns. */
void          mk_http_call_cancel (mk_http_call *call);

/* `url` is ws:// or wss://; `headers` as above. `opened` or `closed` follows. */
mk_ws *mk_ws_connect (mk_http_client *client, const char *url, const char *const *headers, const mk_ws_events *events,
                      const mk_ws_limits *limits, void *user);
