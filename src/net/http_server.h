/* http_server.h - HTTP/1.1 and WebSocket on libmicrohttpd, inside one loop.
 *
 * Purpose   A table of routes in, requests to handlers out. Bodies wait in memory or stream to disk; files leave by
 *           sendfile with ranges and ETags; a handler may answer later.
 * Flow      headers -> route found, limits and origin checked, `filter` asked -> body -> `handle` -> one answer.
 * Threads   All on the loop's thread. Work for other threads: start it, and answer from mk_loop_post.
 * Memory    A request lives until its handler has answered it, even when the client is gone before that. Each request
 *           is answered exactly once, by one of the mk_http_answer_ functions; it must not be used afterwards.
 * Refused   Duplicate Content-Length, Content-Length together with Transfer-Encoding, headers above 32 KB, bodies
 *           above the route's limit (413), targets with NUL or no UTF-8 (400), foreign origins (403), senders that
 *           take longer than a minute for their headers or send less than 512 bytes a second of a body.
 * Tests     tests/net/test_http.c, tests/net/test_websocket.c
 */
#pragma once
#include "base/base.h"
#include "base/json.h"
#include "net/loop.h"
#include "net/websocket.h"

typedef struct mk_http_server mk_http_server;
typedef struct mk_http_request mk_http_request;

typedef enum {
  MK_BODY_NONE,   /* a body, if any, is read and dropped */
  MK_BODY_MEMORY, /* mk_http_request_body */
  MK_BODY_FORM,   /* multipart/form-data: fields in memory, files on disk; mk_http_request_part */
  MK_BODY_FILE,   /* streamed to one file on disk; mk_http_request_part (request, "") */
} mk_http_body;

/* One row. A path is a list of segments: "/history/{id}" binds `id` to one segment (decoded; it may hold an encoded
 * slash), and a last "{name...}" binds all that is left. Fixed segments win over bound ones. GET serves HEAD as well. */
typedef struct {
  const char *method, *path; /* method NULL ends a table */
  void (*handle) (mk_http_request *request, void *user);
  const char *summary;       /* one sentence for people and for documents printed from the table */
  mk_http_body body;
  uint64_t max_body;         /* 0 = the server's */
  unsigned flags;            /* the caller's own; mk_http_request_flags */
} mk_http_route;

typedef struct {
  const char *host;          /* "127.0.0.1", "::1", "0.0.0.0,::"; NULL = 127.0.0.1 */
  unsigned port;             /* 0 = any free one: mk_http_server_port */
  const char *temp_folder;   /* where forms and files stream to; must exist. NULL = such bodies are refused */
  uint64_t max_body;         /* 0 = 100 MB */
  unsigned max_connections;  /* 0 = 1000 */
  int64_t header_patience_ms; /* for the headers of a request, 0 = a minute */
  int64_t body_patience_ms;   /* before a body's pace is looked at, 0 = 20 s */
  const char *tls_certificate, *tls_key; /* PEM files, both or none */
  bool compresses_answers;   /* gzip for JSON and plain text, where the client takes it */
  const char *cors_origin;   /* pages of these origins may call ("*" = all, or a list with commas); others are checked */
  /* Asked for every request after its headers: true = it has answered or will (a refusal, say). May be NULL. */
  bool (*filter) (mk_http_request *request, void *user);
  /* Called just before an answer leaves, to add headers by mk_http_request_set_header. May be NULL. */
  void (*decorate) (mk_http_request *request, unsigned status, void *user);
  /* Answers what no route takes; NULL = 404 as text. Only for paths without any route: wrong methods get 405. */
  void (*handle_other) (mk_http_request *request, void *user);
  /* Answers what this room itself refuses: 400, 403, 404, 405, 413, 507. NULL = as aiohttp puts it: "404: Not Found". */
  void (*refuse) (mk_http_request *request, unsigned status, const char *why, void *user);
  void *user;                /* for the four above */
} mk_http_config;

/* Listens at once; strings are copied. NULL with the reason (a port in use names its number). */
mk_http_server *mk_http_server_new (mk_loop *loop, const mk_http_config *config, GError **error);
/* Closes everything; unanswered requests stay valid until answered into the void. */
void            mk_http_server_free (mk_http_server *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_http_server, mk_http_server_free)
/* No new connections from here on; what is in flight goes on. */
void            mk_http_server_stop_listening (mk_http_server *server);
unsigned        mk_http_server_port (const mk_http_server *server);
/* Every row at `prefix` + path ("" or "/api"); the table must outlive the server. */
void            mk_http_server_add_routes (mk_http_server *server, const char *prefix, const mk_http_route *routes, void *user);
/* [{"method","path","summary"}…] in the order of adding: the table as data. */
mk_json        *mk_http_server_list_routes (const mk_http_server *server);

/* --- what came in; all borrowed, NULL when absent --- */
const char *mk_http_request_method (const mk_http_request *request);
const char *mk_http_request_path (const mk_http_request *request);   /* still encoded, without query */
const char *mk_http_request_param (const mk_http_request *request, const char *name);
const char *mk_http_request_query (const mk_http_request *request, const char *name);
/* The name of the index-th pair of the query, NULL past the end. */
const char *mk_http_request_query_name (const mk_http_request *request, unsigned index);
const char *mk_http_request_header (const mk_http_request *request, const char *name);
/* Whether it may be answered in gzip. */
bool        mk_http_request_takes_gzip (const mk_http_request *request);
unsigned    mk_http_request_flags (const mk_http_request *request);   /* of its route; 0 without */
const char *mk_http_request_route (const mk_http_request *request);   /* the path as in the table; NULL without */
const char *mk_http_request_peer (const mk_http_request *request);    /* the address of the other side */
/* Whether the bytes leave this machine: the other side is not on loopback, or a proxy there names whom it asks for
 * (X-Forwarded-For, Forwarded). Anybody can claim that: it tells what to spare, never what to allow. */
bool        mk_http_request_is_far (const mk_http_request *request);
bool        mk_http_request_is_gone (const mk_http_request *request); /* nobody waits for the answer */
/* Room for a filter to leave a word for the handler; freed with the request. */
void        mk_http_request_set_data (mk_http_request *request, void *data, GDestroyNotify free);
void       *mk_http_request_data (const mk_http_request *request);

const char *mk_http_request_body (const mk_http_request *request, size_t *length); /* NUL-terminated; "" when empty */
/* The body as one JSON value; MK_ERROR_SYNTAX when it is none. The caller unrefs. */
bool        mk_http_request_json (const mk_http_request *request, mk_json **value, GError **error);

/* A part of a form, or the whole body of MK_BODY_FILE under the name "". */
typedef struct {
  const char *name, *filename, *type; /* filename and type NULL when absent */
  const char *text;                   /* of a field without file name, at most 1 MB; else NULL */
  const char *path;                   /* of a file: removed after the answer unless renamed away; else NULL */
  uint64_t size;
  char sha256[65];                    /* of a file's bytes, in hex */
} mk_http_part;
const mk_http_part *mk_http_request_part (const mk_http_request *request, const char *name);

/* --- the answer --- */
/* Joins the answer; replaces an earlier one of that name. */
void mk_http_request_set_header (mk_http_request *request, const char *name, const char *value);
void mk_http_answer_empty (mk_http_request *request, unsigned status);
void mk_http_answer_text (mk_http_request *request, unsigned status, const char *text); /* text/plain; charset=utf-8 */
void mk_http_answer_json (mk_http_request *request, unsigned status, mk_json *taken);
/* JSON that is text already: printed once, sent often. */
void mk_http_answer_json_text (mk_http_request *request, unsigned status, GBytes *taken);
void mk_http_answer_bytes (mk_http_request *request, unsigned status, const char *type, GBytes *taken);
/* {"error": {"type", "message"}} with the status of the error's row; frees the error. */
void mk_http_answer_error (mk_http_request *request, GError *taken);

typedef struct {
  const char *type;        /* NULL = by the name's ending */
  const char *disposition; /* Content-Disposition; NULL = none */
  const char *cache;       /* Cache-Control; NULL = none */
} mk_http_file;
/* A regular file with ETag, Last-Modified, If-None-Match, If-Modified-Since, Range and If-Range. `name` lies beneath
 * `root` or gets 404. `options` may be NULL. */
void mk_http_answer_file (mk_http_request *request, const char *root, const char *name, const mk_http_file *options);
/* The same for an open descriptor, which is closed. */
void mk_http_answer_fd (mk_http_request *request, int taken_fd, const char *name, const mk_http_file *options);
/* Bytes that are made while they are sent. `read` returns how many it wrote, 0 = none yet (call
 * mk_http_stream_wake when there are), -1 = end, -2 = broken off. `size` -1 = unknown: chunked. Nobody reads faster
 * than the client, so a slow one holds the source back. `free` is called once, when it is over for whatever reason. */
typedef struct mk_http_stream mk_http_stream;
mk_http_stream *mk_http_answer_stream (mk_http_request *request, unsigned status, const char *type, int64_t size,
                                       gssize (*read) (void *user, char *bytes, size_t max), GDestroyNotify free, void *user);
void mk_http_stream_wake (mk_http_stream *stream); /* valid until `free` is called */
/* The request becomes a WebSocket (websocket.h); a request that does not ask for one gets 400 and NULL. */
mk_ws *mk_http_answer_websocket (mk_http_request *request, const mk_ws_events *events, const mk_ws_limits *limits, void *user);

/* "image/png" for "a.PNG"; "application/octet-stream" for what is not known. Static. */
const char *mk_mime_type (const char *name);
