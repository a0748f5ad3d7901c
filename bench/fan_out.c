/* fan_out.c PORT SOCKETS ROUNDS [PAUSE_MS|PROMPT] - how long it takes until SOCKETS listeners at /ws have all heard ROUNDS messages, each
 * set off by one POST /queue, after a pause if so wanted; or, with a body for POST /prompt, those of type `progress` that come of it. Prints microseconds
 * per message and socket: of the whole round (0 with a prompt: its node keeps the time), and from the first who hears a
 * message to the last. */
#include "bench.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  int fd;
  long n_frames;          /* that count */
  char start[20];         /* of the frame's text */
  size_t n_start;
  size_t in_header, left; /* where the stream stands inside a frame */
  unsigned char header[4];
  bool is_open;           /* the answer to the handshake has passed */
  int n_line_ends;
} listener;

static int
dial (unsigned port)
{
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons ((uint16_t)port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  if (connect (fd, (struct sockaddr *)&to, sizeof to) < 0)
    exit (1);
  return fd;
}

static void
ask (int fd, const char *text)
{
  if (send (fd, text, strlen (text), 0) < 0)
    exit (1);
}

static const char *wanted = ""; /* how the text of a frame that counts begins */

/* Frames of a server carry no mask; their length has 1 or 3 bytes here. */
static void
take_byte (listener *l, unsigned char byte)
{
  if (!l->is_open) {
    l->n_line_ends = byte == '\n' ? l->n_line_ends + 1 : byte == '\r' ? l->n_line_ends : 0;
    l->is_open = l->n_line_ends == 2;
    return;
  }
  if (l->left > 0) {
    if (l->n_start < sizeof l->start)
      l->start[l->n_start++] = (char)byte;
    if (--l->left == 0)
      l->n_frames += l->n_start >= strlen (wanted) && memcmp (l->start, wanted, strlen (wanted)) == 0;
    return;
  }
  l->n_start = 0;
  l->header[l->in_header++] = byte;
  bool is_long = l->in_header >= 2 && l->header[1] == 126;
  if (l->in_header == (is_long ? 4 : 2)) {
    l->left = is_long ? (size_t)l->header[2] << 8 | l->header[3] : l->header[1];
    l->in_header = 0;
  }
}

/* Until every listener has heard this many; milliseconds from the first to the last who did. */
static double
hear (int loop, listener *listeners, int n, long n_frames)
{
  char bytes[65536];
  int n_ready = 0;
  double first = 0;
  for (int i = 0; i < n; i++)
    n_ready += listeners[i].n_frames >= n_frames;
  while (n_ready < n) {
    struct epoll_event events[256];
    int n_events = epoll_wait (loop, events, 256, 5000);
    if (n_events <= 0)
      exit (1);
    for (int i = 0; i < n_events; i++) {
      listener *l = &listeners[events[i].data.u32];
      bool was_ready = l->n_frames >= n_frames;
      ssize_t got = recv (l->fd, bytes, sizeof bytes, 0);
      if (got <= 0)
        exit (1);
      for (ssize_t k = 0; k < got; k++)
        take_byte (l, (unsigned char)bytes[k]);
      n_ready += !was_ready && l->n_frames >= n_frames;
      if (n_ready > 0 && first == 0)
        first = bench_now_ms ();
    }
  }
  return first > 0 ? bench_now_ms () - first : 0;
}

int
main (int argc, char **argv)
{
  unsigned port = argc > 3 ? (unsigned)atoi (argv[1]) : 0;
  int n = argc > 3 ? atoi (argv[2]) : 0, n_rounds = argc > 3 ? atoi (argv[3]) : 0, loop = epoll_create1 (0), asker = dial (port);
  g_autofree listener *listeners = g_new0 (listener, (size_t)n);
  for (int i = 0; i < n; i++) {
    listeners[i].fd = dial (port);
    epoll_ctl (loop, EPOLL_CTL_ADD, listeners[i].fd, &(struct epoll_event){ .events = EPOLLIN, .data.u32 = (uint32_t)i });
    ask (listeners[i].fd, "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
  }
  hear (loop, listeners, n, 1); /* the greeting */
  double begun = bench_now_ms (), spread = 0;
  unsigned pause_ms = argc > 4 ? (unsigned)atoi (argv[4]) : 0;
  if (argc > 4 && argv[4][0] == '{') {
    g_autofree char *request = g_strdup_printf ("POST /prompt HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %zu\r\n\r\n%s", strlen (argv[4]), argv[4]);
    wanted = "{\"type\": \"progress\",";
    for (int i = 0; i < n; i++)
      listeners[i].n_frames = 0;
    ask (asker, request);
    for (int i = 0; i < n_rounds; i++)
      spread += hear (loop, listeners, n, i + 1);
    printf ("0 %.4f\n", spread * 1000 / n_rounds / n);
    return 0;
  }
  for (int i = 0; i < n_rounds; i++) {
    char answer[4096];
    usleep (pause_ms * 1000);
    ask (asker, "POST /queue HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 15\r\n\r\n{\"clear\": true}");
    spread += hear (loop, listeners, n, i + 2); /* who waits in here is woken as soon as the first frame comes, as with a prompt */
    if (recv (asker, answer, sizeof answer, 0) <= 0)
      return 1;
  }
  printf ("%.4f %.4f\n", (bench_now_ms () - begun) * 1000 / n_rounds / n, spread * 1000 / n_rounds / n);
  return 0;
}
