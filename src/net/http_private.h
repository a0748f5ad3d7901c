/* http_private.h - the server's inside: one struct per server, listener, connection and request. */
#pragma once
#include <microhttpd.h>

#include "net/http_server.h"
#include "net/multipart.h"
#include "net/router.h"
#include "net/url.h"

typedef struct mk_http_listener {
  mk_http_server *server;
  struct MHD_Daemon *daemon;
  mk_watch *watch;
  bool wants_run;
  int64_t due_ms; /* when the daemon wants to be run at the latest; -1 = never */
} mk_http_listener;

struct mk_http_server {
  mk_loop *loop;
  mk_http_config config; /* strings owned */
  mk_router *router;
  mk_http_listener listeners[8];
  unsigned n_listeners, port;
  bool is_loopback_only;
  bool is_ending;          /* nobody is called any more, whatever still comes in */
  GHashTable *connections; /* mk_http_connection */
  GHashTable *waiting;     /* requests whose connections are suspended */
  GHashTable *sockets;     /* upgraded ones: mk_ws */
  mk_timer *sweep;         /* ends those who are too slow */
};

/* From accept to close. */
typedef struct {
  mk_http_server *server;
  struct MHD_Connection *mhd;
  int64_t since_ms;        /* of the phase it is in */
  uint64_t n_body;         /* bytes received in the body phase */
  enum { MK_PHASE_HEADERS, MK_PHASE_BODY, MK_PHASE_ANSWER } phase;
} mk_http_connection;

/* Where a body goes. */
typedef struct mk_http_sink {
  mk_http_body kind;
  uint64_t limit, n_bytes;
  GByteArray *memory;
  mk_multipart *form;
  GPtrArray *parts;       /* of open_part */
  struct mk_http_open_part *current;
  GError *error;          /* the first; the rest of the body is dropped */
} mk_http_sink;

struct mk_http_request {
  unsigned n_refs;        /* one of the connection, one of the handler that has yet to answer */
  mk_http_server *server; /* NULL when the server is gone */
  mk_http_listener *listener;
  mk_http_connection *connection; /* NULL when the client is gone */
  struct MHD_Connection *mhd;
  char *method, *text;    /* the target as it came */
  mk_url_target target;
  mk_router_match match;
  bool is_begun, is_handled, is_suspended, is_answered, is_queued;
  mk_http_sink sink;
  GPtrArray *headers;     /* of the answer: name, value … */
  struct MHD_Response *response;
  unsigned status;
  void *data;
  GDestroyNotify free_data;
  char *peer;
  mk_http_stream *stream;
  mk_ws *ws;              /* between the answer and the upgrade */
};

/* Finds `value` of the first pair of that name, letters of any case. */
const char *mk_http_pairs_find (const GPtrArray *pairs, const char *name);

/* http_answer.c: takes the response; the one door through which every answer goes. */
void mk_http_answer (mk_http_request *request, unsigned status, struct MHD_Response *response);
void mk_http_request_release (mk_http_request *request);
/* http_server.c */
void mk_http_request_resume (mk_http_request *request);
/* Sends what an early refusal or a handler has prepared. */
enum MHD_Result mk_http_request_queue (mk_http_request *request);

/* http_body.c */
bool mk_http_sink_begin (mk_http_request *request, GError **error);
void mk_http_sink_feed (mk_http_request *request, const char *bytes, size_t length);
void mk_http_sink_finish (mk_http_request *request);
void mk_http_sink_clear (mk_http_sink *sink);

/* http_websocket.c: the sockets that are still open when the server goes. */
void mk_http_sockets_abandon (mk_http_server *server);
