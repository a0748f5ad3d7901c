/* websocket_private.h - what the two ends of a WebSocket share inside this room. */
#pragma once
#include <sys/types.h>
#include <sys/uio.h>

#include "net/websocket.h"

/* Bytes in and out of a socket that is ready. As read(2) and writev(2): -1 with errno, EAGAIN when not now. */
typedef struct {
  ssize_t (*read) (void *io, void *bytes, size_t max);
  ssize_t (*write) (void *io, const struct iovec *parts, int n_parts);
  void (*close) (void *io); /* frees `io` */
} mk_ws_transport;

/* A handle that waits for its connection. */
mk_ws *mk_ws_new (mk_loop *loop, bool is_client, const mk_ws_events *events, const mk_ws_limits *limits, void *user);
/* The transport of a socket that is still connecting, so that its end closes it. Takes `io`. */
void   mk_ws_prepare (mk_ws *ws, const mk_ws_transport *transport, void *io);
/* The handshake is over: `early` are bytes that came with it. Takes `io`. Calls `opened`. */
void   mk_ws_attach (mk_ws *ws, int fd, const mk_ws_transport *transport, void *io, const void *early, size_t n_early);
/* It is over: `closed` follows from the loop. */
void   mk_ws_lose (mk_ws *ws, unsigned code, const char *reason);
/* Sec-WebSocket-Accept for a Sec-WebSocket-Key; g_free. */
char  *mk_ws_accept_key (const char *key);
/* Ends it at once: `closed` is called with 1001 before this returns. For servers that are freed. */
void   mk_ws_abandon (mk_ws *ws);
