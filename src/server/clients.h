/* clients.h - who listens at /ws, and what each may hear.
 *
 * Purpose   Contract §2.1: sockets by `sid`, the greeting, feature flags; a later socket of a sid takes its place.
 * Threads   The loop's.
 * Tests     tests/server/test_server.c
 */
#pragma once
#include "net/http_server.h"

typedef struct mk_clients mk_clients;

/* `features` is what the answer to feature flags says. */
mk_clients *mk_clients_new (mk_json *taken_features);
void        mk_clients_free (mk_clients *clients); /* after the HTTP server that carries the sockets */

/* Answers a request for /ws. `greet` is called for the new socket's sid to say what is going on. */
void mk_clients_accept (mk_clients *clients, mk_http_request *request, void (*greet) (void *user, const char *sid), void *user);

/* `sid` NULL = all. `key` as in websocket.h. Takes `data`. */
void mk_clients_send (mk_clients *clients, const char *sid, const char *type, mk_json *taken_data);
/* What a pack says: {"event": type, "data", "sid"}; without a sid to all. */
void mk_clients_send_message (mk_clients *clients, const mk_json *message);
/* The same as text; g_free. */
char *mk_clients_print (const char *type, mk_json *taken_data);
void mk_clients_send_text (mk_clients *clients, const char *sid, const char *text, uint64_t key);
/* Two texts that come together; `key` is the first one's. */
void mk_clients_send_both (mk_clients *clients, const char *sid, const char *first, uint64_t key, const char *second);
/* A picture that a node shows. `is_result`: it must arrive; others are left out for a socket that lags behind. */
typedef struct {
  const char *type; /* image/png or image/jpeg */
  bool is_result;
  const void *bytes;
  size_t length;
} mk_shown;

/* Those that announced supports_preview_metadata get event 4 with `metadata`, the others event 1. */
void mk_clients_send_preview (mk_clients *clients, const char *sid, const char *metadata, const mk_shown *picture);
/* Text of a node: event 3. */
void mk_clients_send_node_text (mk_clients *clients, const char *sid, const char *node, const char *text);
/* Whether a message to `sid` (NULL = all) has anybody to reach. */
bool mk_clients_is_heard (const mk_clients *clients, const char *sid);
bool mk_clients_has (const mk_clients *clients, const char *sid);
