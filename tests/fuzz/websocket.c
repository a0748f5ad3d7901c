/* Frames from a stranger, fed to a server's socket as they would arrive. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/websocket_private.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

typedef struct {
  const uint8_t *bytes;
  size_t left;
  bool is_closed;
} source;

static ssize_t
source_read (void *io, void *bytes, size_t max)
{
  source *s = io;
  size_t n = MIN (max, s->left);
  memcpy (bytes, s->bytes, n);
  s->bytes += n;
  s->left -= n;
  return (ssize_t)n; /* 0 at the end: the stranger hangs up */
}

static ssize_t
source_write (void *io, const struct iovec *parts, int n_parts)
{
  (void)io;
  ssize_t n = 0;
  for (int i = 0; i < n_parts; i++)
    n += (ssize_t)parts[i].iov_len;
  return n;
}

static void
source_close (void *io)
{
  (void)io;
}

static void
on_received (mk_ws *ws, bool is_text, const char *bytes, size_t length, void *user)
{
  (void)user;
  (void)is_text, (void)bytes;
  if (length > 65536)
    abort ();
  mk_ws_send_text (ws, "heard");
}

static void
on_closed (mk_ws *ws, unsigned code, const char *reason, void *user)
{
  (void)ws, (void)code, (void)reason;
  ((source *)user)->is_closed = true;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const mk_ws_transport transport = { source_read, source_write, source_close };
  static const mk_ws_events events = { .received = on_received, .closed = on_closed };
  mk_ws_limits limits = { .max_message = 65536, .max_queue = 65536 };
  source s = { data, size, false };
  int ends[2];
  if (size == 0 || pipe (ends) < 0)
    return 0;
  g_autoptr (mk_loop) loop = mk_loop_new (NULL);
  mk_ws *ws = mk_ws_new (loop, false, &events, &limits, &s);
  size_t n_early = size > 1 ? data[0] % size : 0;
  s.bytes += n_early;
  s.left -= n_early;
  mk_ws_attach (ws, ends[0], &transport, &s, data, n_early);
  if (write (ends[1], "x", 1) != 1)
    abort ();
  for (int i = 0; i < 100 && !s.is_closed; i++)
    mk_loop_step (loop, 0);
  if (!s.is_closed)
    mk_ws_abandon (ws);
  close (ends[0]);
  close (ends[1]);
  return 0;
}
