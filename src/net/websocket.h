/* websocket.h - WebSocket (RFC 6455), both ends, with queues that cannot grow without bound.
 *
 * Purpose   The same handle for a browser at our server and for our client at an engine.
 * Threads   All on the loop's thread.
 * Queue     Messages wait in a queue per socket. A message with a `key` replaces one with the same key that still
 *           waits (newest state wins, at the newest place). A droppable message is left out when more than a quarter
 *           of the queue is full. A socket whose queue is full is closed: a reader that stalls costs `max_queue` bytes,
 *           or one message that is larger.
 * Memory    The handle belongs to the room and lives until `closed` returns, which is called exactly once (from the
 *           loop, never from inside send or close). A broadcast message is framed once and shared by all sockets.
 * Tests     tests/net/test_websocket.c, tests/fuzz/fuzz_websocket.c
 */
#pragma once
#include "base/base.h"
#include "net/loop.h"

typedef struct mk_ws mk_ws;
typedef struct mk_ws_message mk_ws_message;

/* Any may be NULL but `closed`. */
typedef struct {
  void (*opened) (mk_ws *ws, void *user);
  void (*received) (mk_ws *ws, bool is_text, const char *bytes, size_t length, void *user); /* NUL-terminated */
  /* `code` as in RFC 6455 §7.4, 1006 when the connection was lost; `reason` may be "". */
  void (*closed) (mk_ws *ws, unsigned code, const char *reason, void *user);
} mk_ws_events;

typedef struct {
  size_t max_message;    /* inbound; 0 = 4 MB; larger ones close with 1009 */
  size_t max_queue;      /* outbound bytes; 0 = 16 MB */
  unsigned ping_seconds; /* 0 = none: TCP's keep-alive finds dead peers without waking sleeping ones */
} mk_ws_limits;

typedef enum { MK_WS_TEXT = 0, MK_WS_BINARY = 1, MK_WS_DROPPABLE = 2 } mk_ws_flags;

/* `key` 0 = never replaced. Copies the bytes. Text must be UTF-8. */
mk_ws_message *mk_ws_message_new (const void *bytes, size_t length, unsigned flags, uint64_t key);
mk_ws_message *mk_ws_message_ref (mk_ws_message *message);
void           mk_ws_message_unref (mk_ws_message *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_ws_message, mk_ws_message_unref)

/* Nothing happens on a socket that is closing. */
void   mk_ws_send (mk_ws *ws, mk_ws_message *message);
/* One after the other, in one write where there is room. */
void   mk_ws_send_both (mk_ws *ws, mk_ws_message *first, mk_ws_message *second);
void   mk_ws_send_text (mk_ws *ws, const char *text);
/* Says goodbye and closes; `closed` follows, at the latest after two seconds. */
void   mk_ws_close (mk_ws *ws, unsigned code, const char *reason);
size_t mk_ws_n_queued_bytes (const mk_ws *ws);
