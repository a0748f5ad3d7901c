#include "net/websocket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <wslay/wslay.h>

#include "net/websocket_private.h"

#define DEFAULT_MAX_MESSAGE ((size_t)4 << 20)
#define DEFAULT_MAX_QUEUE ((size_t)16 << 20)
/* A peer that sends without pause must let the others have their turn. */
#define READ_BYTES_PER_ROUND ((size_t)256 << 10)
#define GOODBYE_MS 2000
#define PARTS_PER_WRITE 16
#define HANDSHAKE_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

struct mk_ws_message {
  atomic_int count;
  unsigned flags;
  uint64_t key;
  size_t header; /* bytes of framing before the payload */
  size_t length; /* of both */
  uint8_t bytes[];
};

typedef enum { WAITING, OPEN, CLOSING, LOST } ws_state;

struct mk_ws {
  mk_loop *loop;
  bool is_client;
  ws_state state;
  mk_ws_events events;
  mk_ws_limits limits;
  void *user;
  const mk_ws_transport *transport;
  void *io;
  mk_watch *watch;
  unsigned watched;
  wslay_event_context_ptr codec;
  GByteArray *early;
  GQueue queue;      /* mk_ws_message, the first one sent up to `n_sent` */
  size_t n_sent, n_queued;
  size_t n_read_this_round;
  mk_timer *end_timer, *ping_timer;
  unsigned code;
  char *reason;
};

/* --- messages --- */

static mk_ws_message *
message_alloc (size_t header, size_t length, unsigned flags, uint64_t key)
{
  mk_ws_message *m = g_malloc (sizeof *m + header + length);
  atomic_init (&m->count, 1);
  m->flags = flags;
  m->key = key;
  m->header = header;
  m->length = header + length;
  return m;
}

mk_ws_message *
mk_ws_message_new (const void *bytes, size_t length, unsigned flags, uint64_t key)
{
  size_t header = length < 126 ? 2 : length < 65536 ? 4 : 10;
  mk_ws_message *m = message_alloc (header, length, flags, key);
  /* RFC 6455 §5.2: FIN and opcode, then the length in 7, 7+16 or 7+64 bits; servers do not mask. */
  m->bytes[0] = (flags & MK_WS_BINARY) != 0 ? 0x82 : 0x81;
  m->bytes[1] = header == 2 ? (uint8_t)length : header == 4 ? 126 : 127;
  for (size_t i = 2; i < header; i++)
    m->bytes[i] = (uint8_t)(length >> (8 * (header - 1 - i)));
  memcpy (m->bytes + header, bytes, length);
  return m;
}

mk_ws_message *
mk_ws_message_ref (mk_ws_message *m)
{
  atomic_fetch_add (&m->count, 1);
  return m;
}

void
mk_ws_message_unref (mk_ws_message *m)
{
  if (m != NULL && atomic_fetch_sub (&m->count, 1) == 1)
    g_free (m);
}

/* --- the end --- */

static void
ws_free (mk_ws *ws)
{
  mk_ws_message *m;
  while ((m = g_queue_pop_head (&ws->queue)) != NULL)
    mk_ws_message_unref (m);
  if (ws->codec != NULL)
    wslay_event_context_free (ws->codec);
  if (ws->early != NULL)
    g_byte_array_free (ws->early, TRUE);
  mk_timer_free (ws->end_timer);
  mk_timer_free (ws->ping_timer);
  g_free (ws->reason);
  g_free (ws);
}

static void
end_now (void *user)
{
  mk_ws *ws = user;
  ws->state = LOST;
  mk_watch_free (g_steal_pointer (&ws->watch));
  if (ws->io != NULL)
    ws->transport->close (ws->io);
  ws->events.closed (ws, ws->code, ws->reason != NULL ? ws->reason : "", ws->user);
  ws_free (ws);
}

void
mk_ws_lose (mk_ws *ws, unsigned code, const char *reason)
{
  if (ws->state == LOST)
    return;
  if (ws->code == 0) {
    ws->code = code;
    ws->reason = g_strdup (reason);
  }
  ws->state = LOST;
  mk_watch_free (g_steal_pointer (&ws->watch));
  mk_timer_start (ws->end_timer, 0);
}

void
mk_ws_abandon (mk_ws *ws)
{
  if (ws->code == 0)
    ws->code = 1001;
  end_now (ws);
}

/* --- out --- */

static void
watch_for (mk_ws *ws, unsigned events)
{
  if (ws->watch != NULL && ws->watched != events)
    mk_watch_set (ws->watch, events);
  ws->watched = events;
}

static void
drop_sent (mk_ws *ws, size_t n)
{
  ws->n_queued -= n;
  n += ws->n_sent;
  for (mk_ws_message *m; (m = g_queue_peek_head (&ws->queue)) != NULL && n >= m->length;) {
    n -= m->length;
    mk_ws_message_unref (g_queue_pop_head (&ws->queue));
  }
  ws->n_sent = n;
}

/* Bytes that are gone, 0 when the socket takes none now, -1 when it is lost. */
static ssize_t
try_write (mk_ws *ws, const struct iovec *parts, int n_parts)
{
  ssize_t n;
  do
    n = ws->transport->write (ws->io, parts, n_parts);
  while (n < 0 && errno == EINTR);
  if (n >= 0)
    return n;
  if (errno == EAGAIN || errno == EWOULDBLOCK)
    return 0;
  mk_ws_lose (ws, 1006, g_strerror (errno));
  return -1;
}

static void
flush (mk_ws *ws)
{
  while (ws->state != LOST && ws->queue.length > 0) {
    struct iovec parts[PARTS_PER_WRITE];
    int n_parts = 0;
    size_t skip = ws->n_sent;
    for (GList *l = ws->queue.head; l != NULL && n_parts < PARTS_PER_WRITE; l = l->next, skip = 0) {
      mk_ws_message *m = l->data;
      parts[n_parts++] = (struct iovec){ m->bytes + skip, m->length - skip };
    }
    ssize_t n = try_write (ws, parts, n_parts);
    if (n == 0)
      watch_for (ws, MK_WATCH_READ | MK_WATCH_WRITE);
    if (n <= 0)
      return;
    drop_sent (ws, (size_t)n);
  }
  if (ws->state != LOST)
    watch_for (ws, MK_WATCH_READ);
  /* Both have said goodbye and all is sent: nothing is left to wait for. */
  if (ws->state != LOST && wslay_event_get_close_sent (ws->codec) && wslay_event_get_close_received (ws->codec))
    mk_ws_lose (ws, wslay_event_get_status_code_received (ws->codec), "");
}

/* Takes the reference. */
static void
enqueue (mk_ws *ws, mk_ws_message *m)
{
  ws->n_queued += m->length;
  g_queue_push_tail (&ws->queue, m);
}

static void
remove_waiting (mk_ws *ws, uint64_t key)
{
  /* The head is being sent when some of it is gone already. */
  GList *stop = ws->n_sent > 0 ? ws->queue.head : NULL;
  for (GList *l = ws->queue.tail; l != NULL && l != stop; l = l->prev) {
    mk_ws_message *m = l->data;
    if (m->key != key)
      continue;
    ws->n_queued -= m->length;
    mk_ws_message_unref (m);
    g_queue_delete_link (&ws->queue, l);
    return;
  }
}

static void
run_codec (mk_ws *ws)
{
  if (wslay_event_want_write (ws->codec) && wslay_event_send (ws->codec) != 0)
    mk_ws_lose (ws, 1006, "the framing failed");
}

/* Into the queue; nothing is written yet. */
static void
put (mk_ws *ws, mk_ws_message *m)
{
  if (ws->state != OPEN)
    return;
  if ((m->flags & MK_WS_DROPPABLE) != 0 && ws->n_queued > ws->limits.max_queue / 4)
    return;
  if (m->key != 0)
    remove_waiting (ws, m->key);
  if (ws->n_queued > 0 && ws->n_queued + m->length > ws->limits.max_queue) {
    mk_ws_lose (ws, 1013, "the reader is too slow");
    return;
  }
  if (ws->is_client) {
    struct wslay_event_msg msg = { (m->flags & MK_WS_BINARY) != 0 ? WSLAY_BINARY_FRAME : WSLAY_TEXT_FRAME,
                                   m->bytes + m->header, m->length - m->header };
    wslay_event_queue_msg (ws->codec, &msg);
    run_codec (ws);
  } else
    enqueue (ws, mk_ws_message_ref (m));
}

/* Where nothing waits the bytes go out at once; only what the socket does not take gets a place in the queue. */
static void
send_at_once (mk_ws *ws, mk_ws_message *const *messages, int n_messages, size_t n_bytes)
{
  struct iovec parts[2];
  for (int i = 0; i < n_messages; i++)
    parts[i] = (struct iovec){ messages[i]->bytes, messages[i]->length };
  ssize_t n = try_write (ws, parts, n_messages);
  if (n < 0 || (size_t)n == n_bytes)
    return;
  for (int i = 0; i < n_messages; i++)
    enqueue (ws, mk_ws_message_ref (messages[i]));
  drop_sent (ws, (size_t)n);
  watch_for (ws, MK_WATCH_READ | MK_WATCH_WRITE);
}

static void
send_all (mk_ws *ws, mk_ws_message *const *messages, int n_messages)
{
  size_t n_bytes = 0;
  for (int i = 0; i < n_messages; i++)
    n_bytes += messages[i]->length;
  if (ws->state == OPEN && !ws->is_client && ws->queue.length == 0) {
    send_at_once (ws, messages, n_messages, n_bytes);
    return;
  }
  bool was_empty = ws->queue.length == 0;
  for (int i = 0; i < n_messages; i++)
    put (ws, messages[i]);
  if (was_empty)
    flush (ws);
}

void
mk_ws_send (mk_ws *ws, mk_ws_message *m)
{
  send_all (ws, &m, 1);
}

void
mk_ws_send_both (mk_ws *ws, mk_ws_message *first, mk_ws_message *second)
{
  send_all (ws, (mk_ws_message *const[]){ first, second }, 2);
}

void
mk_ws_send_text (mk_ws *ws, const char *text)
{
  g_autoptr (mk_ws_message) m = mk_ws_message_new (text, strlen (text), MK_WS_TEXT, 0);
  mk_ws_send (ws, m);
}

size_t
mk_ws_n_queued_bytes (const mk_ws *ws)
{
  return ws->n_queued;
}

void
mk_ws_close (mk_ws *ws, unsigned code, const char *reason)
{
  if (ws->state == WAITING) {
    mk_ws_lose (ws, code, reason);
    return;
  }
  if (ws->state != OPEN)
    return;
  const char *text = reason != NULL ? reason : "";
  wslay_event_queue_close (ws->codec, (uint16_t)code, (const uint8_t *)text, MIN (strlen (text), 120));
  run_codec (ws);
  if (ws->state == LOST)
    return;
  ws->state = CLOSING;
  ws->code = code;
  ws->reason = g_strdup (text);
  mk_timer_start (ws->end_timer, GOODBYE_MS);
  flush (ws);
}

/* --- in: wslay's callbacks --- */

static ssize_t
on_codec_read (wslay_event_context_ptr codec, uint8_t *bytes, size_t max, int flags, void *user)
{
  (void)flags;
  mk_ws *ws = user;
  if (ws->early != NULL && ws->early->len > 0) {
    size_t n = MIN (max, ws->early->len);
    memcpy (bytes, ws->early->data, n);
    g_byte_array_remove_range (ws->early, 0, (guint)n);
    return (ssize_t)n;
  }
  ssize_t n = -1;
  if (!ws->is_client && ws->n_read_this_round >= READ_BYTES_PER_ROUND)
    errno = EAGAIN; /* the loop calls again at once */
  else
    do
      n = ws->transport->read (ws->io, bytes, max);
    while (n < 0 && errno == EINTR);
  if (n > 0) {
    ws->n_read_this_round += (size_t)n;
    return n;
  }
  bool is_later = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  wslay_event_set_error (codec, is_later ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
  return -1;
}

static ssize_t
on_codec_write (wslay_event_context_ptr codec, const uint8_t *bytes, size_t length, int flags, void *user)
{
  mk_ws *ws = user;
  (void)flags;
  if (ws->n_queued + length > ws->limits.max_queue) {
    wslay_event_set_error (codec, WSLAY_ERR_CALLBACK_FAILURE); /* somebody who only pings and never reads */
    return -1;
  }
  mk_ws_message *raw = message_alloc (0, length, 0, 0);
  memcpy (raw->bytes, bytes, length);
  enqueue (ws, raw);
  return (ssize_t)length;
}

static int
on_codec_mask (wslay_event_context_ptr codec, uint8_t *bytes, size_t length, void *user)
{
  (void)codec, (void)user;
  return getrandom (bytes, length, 0) == (ssize_t)length ? 0 : -1;
}

static void
on_codec_message (wslay_event_context_ptr codec, const struct wslay_event_on_msg_recv_arg *arg, void *user)
{
  (void)codec;
  mk_ws *ws = user;
  if (wslay_is_ctrl_frame (arg->opcode) || ws->state != OPEN || ws->events.received == NULL)
    return;
  g_autofree char *copy = g_malloc (arg->msg_length + 1);
  memcpy (copy, arg->msg, arg->msg_length);
  copy[arg->msg_length] = '\0';
  ws->events.received (ws, arg->opcode == WSLAY_TEXT_FRAME, copy, arg->msg_length, ws->user);
}

static void
receive (mk_ws *ws)
{
  ws->n_read_this_round = 0;
  int result = wslay_event_recv (ws->codec);
  if (ws->state == LOST)
    return;
  if (result != 0) {
    mk_ws_lose (ws, 1006, "the connection was lost");
    return;
  }
  run_codec (ws);
  if (ws->state != LOST)
    flush (ws);
  /* A protocol error or too long a message: wslay has said so and reads no more. */
  if (ws->state == OPEN && !wslay_event_get_read_enabled (ws->codec)) {
    ws->state = CLOSING;
    ws->code = wslay_event_get_close_received (ws->codec) ? wslay_event_get_status_code_received (ws->codec)
                                                          : wslay_event_get_status_code_sent (ws->codec);
    /* What the peer still sends is not read; waiting for it would only burn time. */
    mk_timer_start (ws->end_timer, 50);
    watch_for (ws, ws->queue.length > 0 ? MK_WATCH_WRITE : 0);
  }
}

static void
on_ready (void *user, unsigned events)
{
  mk_ws *ws = user;
  if ((events & MK_WATCH_WRITE) != 0)
    flush (ws);
  if ((events & MK_WATCH_READ) != 0 && ws->state != LOST) {
    if (wslay_event_get_read_enabled (ws->codec))
      receive (ws);
    else
      mk_ws_lose (ws, 1006, "the connection was lost"); /* a hang-up while we wait to send */
  }
}

static void
on_ping_time (void *user)
{
  mk_ws *ws = user;
  if (ws->state != OPEN)
    return;
  struct wslay_event_msg ping = { WSLAY_PING, NULL, 0 };
  wslay_event_queue_msg (ws->codec, &ping);
  run_codec (ws);
  flush (ws);
  mk_timer_start (ws->ping_timer, (int64_t)ws->limits.ping_seconds * 1000);
}

/* --- the beginning --- */

mk_ws *
mk_ws_new (mk_loop *loop, bool is_client, const mk_ws_events *events, const mk_ws_limits *limits, void *user)
{
  mk_ws *ws = g_new0 (mk_ws, 1);
  ws->loop = loop;
  ws->is_client = is_client;
  ws->events = *events;
  ws->user = user;
  if (limits != NULL)
    ws->limits = *limits;
  if (ws->limits.max_message == 0)
    ws->limits.max_message = DEFAULT_MAX_MESSAGE;
  if (ws->limits.max_queue == 0)
    ws->limits.max_queue = DEFAULT_MAX_QUEUE;
  g_queue_init (&ws->queue);
  ws->end_timer = mk_timer_new (loop, end_now, ws);
  ws->ping_timer = mk_timer_new (loop, on_ping_time, ws);
  struct wslay_event_callbacks callbacks = { .recv_callback = on_codec_read, .send_callback = on_codec_write,
                                             .genmask_callback = on_codec_mask, .on_msg_recv_callback = on_codec_message };
  int result = is_client ? wslay_event_context_client_init (&ws->codec, &callbacks, ws)
                         : wslay_event_context_server_init (&ws->codec, &callbacks, ws);
  if (result != 0)
    g_error ("no memory for a WebSocket"); /* as every small allocation */
  wslay_event_config_set_max_recv_msg_length (ws->codec, ws->limits.max_message);
  return ws;
}

void
mk_ws_prepare (mk_ws *ws, const mk_ws_transport *transport, void *io)
{
  ws->transport = transport;
  ws->io = io;
}

/* A peer whose machine is gone is noticed after about a minute, without asking its program. */
static void
keep_alive (int fd)
{
  int on = 1, idle_s = 30, interval_s = 10, count = 3;
  setsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  setsockopt (fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
  setsockopt (fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof interval_s);
  setsockopt (fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void
mk_ws_attach (mk_ws *ws, int fd, const mk_ws_transport *transport, void *io, const void *early, size_t n_early)
{
  mk_ws_prepare (ws, transport, io);
  if (ws->state == LOST)
    return; /* closed while it was connecting; the end is on its way */
  keep_alive (fd);
  g_autoptr (GError) error = NULL;
  ws->watched = MK_WATCH_READ;
  ws->watch = mk_watch_new (ws->loop, fd, ws->watched, on_ready, ws, &error);
  if (ws->watch == NULL) {
    mk_ws_lose (ws, 1006, error->message);
    return;
  }
  ws->state = OPEN;
  if (n_early > 0) {
    ws->early = g_byte_array_new ();
    g_byte_array_append (ws->early, early, (guint)n_early);
  }
  if (ws->limits.ping_seconds > 0)
    mk_timer_start (ws->ping_timer, (int64_t)ws->limits.ping_seconds * 1000);
  if (ws->events.opened != NULL)
    ws->events.opened (ws, ws->user);
  if (n_early > 0 && ws->state != LOST)
    receive (ws);
}

char *
mk_ws_accept_key (const char *key)
{
  g_autofree char *text = g_strconcat (key, HANDSHAKE_GUID, NULL);
  GChecksum *sum = g_checksum_new (G_CHECKSUM_SHA1);
  g_checksum_update (sum, (const guchar *)text, -1);
  guint8 digest[20];
  gsize length = sizeof digest;
  g_checksum_get_digest (sum, digest, &length);
  g_checksum_free (sum);
  return g_base64_encode (digest, length);
}
