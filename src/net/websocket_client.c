#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "net/client_private.h"
#include "net/websocket_private.h"

#define MAX_HANDSHAKE_BYTES 16384
#define HANDSHAKE_MS 10000

/* A connection that curl makes (proxies, TLS) and then leaves to us. */
typedef struct {
  mk_transfer transfer;
  mk_ws *ws;
  mk_watch *watch;       /* during the handshake */
  mk_timer *patience;
  int fd;                /* a copy of curl's, so that its watch and ours do not meet */
  GString *out, *in;     /* the request's and the answer's headers */
  char *key;
} dialled;

static void
dialled_free (dialled *d)
{
  mk_watch_free (d->watch);
  mk_timer_free (d->patience);
  mk_transfer_end (&d->transfer);
  if (d->fd >= 0)
    close (d->fd);
  g_string_free (d->out, TRUE);
  g_string_free (d->in, TRUE);
  g_free (d->key);
  g_free (d);
}

static ssize_t
dialled_read (void *io, void *bytes, size_t max)
{
  size_t n = 0;
  CURLcode result = mk_curl.curl_easy_recv (((dialled *)io)->transfer.easy, bytes, max, &n);
  if (result == CURLE_OK)
    return (ssize_t)n;
  errno = result == CURLE_AGAIN ? EAGAIN : EIO;
  return -1;
}

static ssize_t
dialled_write (void *io, const struct iovec *parts, int n_parts)
{
  (void)n_parts; /* curl takes one block at a time; the caller comes again for the rest */
  size_t n = 0;
  CURLcode result = mk_curl.curl_easy_send (((dialled *)io)->transfer.easy, parts[0].iov_base, parts[0].iov_len, &n);
  if (result == CURLE_OK)
    return (ssize_t)n;
  errno = result == CURLE_AGAIN ? EAGAIN : EIO;
  return -1;
}

static void
dialled_close (void *io)
{
  dialled_free (io);
}

static const mk_ws_transport dialled_transport = { dialled_read, dialled_write, dialled_close };

/* From here on the socket's end frees us. */
static void
give_up (dialled *d, const char *why)
{
  g_clear_pointer (&d->watch, mk_watch_free);
  mk_timer_stop (d->patience);
  mk_ws_lose (d->ws, 1006, why);
}

static bool
is_accepted (dialled *d, size_t end)
{
  g_autofree char *head = g_strndup (d->in->str, end);
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);
  g_autofree char *wanted = mk_ws_accept_key (d->key);
  if (lines[0] == NULL || strncmp (lines[0], "HTTP/1.1 101", 12) != 0)
    return false;
  for (char **line = lines + 1; *line != NULL; line++)
    if (g_ascii_strncasecmp (*line, "Sec-WebSocket-Accept:", 21) == 0)
      return strcmp (g_strstrip (*line + 21), wanted) == 0;
  return false;
}

static void
read_handshake (dialled *d)
{
  char bytes[4096];
  ssize_t n;
  while ((n = dialled_read (d, bytes, sizeof bytes)) > 0) {
    g_string_append_len (d->in, bytes, n);
    const char *end = g_strstr_len (d->in->str, (gssize)d->in->len, "\r\n\r\n");
    if (end == NULL && d->in->len > MAX_HANDSHAKE_BYTES) {
      give_up (d, "the handshake is too long");
      return;
    }
    if (end == NULL)
      continue;
    size_t used = (size_t)(end - d->in->str) + 4;
    if (!is_accepted (d, used)) {
      g_autofree char *why = g_strdup_printf ("the other side refused: %.40s", d->in->str);
      give_up (d, g_strdelimit (why, "\r\n", '\0'));
      return;
    }
    g_clear_pointer (&d->watch, mk_watch_free);
    mk_timer_stop (d->patience);
    mk_ws_attach (d->ws, d->fd, &dialled_transport, d, d->in->str + used, d->in->len - used);
    return;
  }
  if (n == 0 || errno != EAGAIN)
    give_up (d, "the connection was lost during the handshake");
}

static void
on_handshake_ready (void *user, unsigned events)
{
  dialled *d = user;
  if ((events & MK_WATCH_WRITE) != 0 && d->out->len > 0) {
    struct iovec part = { d->out->str, d->out->len };
    ssize_t n = dialled_write (d, &part, 1);
    if (n < 0 && errno != EAGAIN) {
      give_up (d, "the connection was lost during the handshake");
      return;
    }
    g_string_erase (d->out, 0, MAX (n, 0));
    if (d->out->len == 0)
      mk_watch_set (d->watch, MK_WATCH_READ);
  }
  if ((events & MK_WATCH_READ) != 0)
    read_handshake (d);
}

static void
on_patience_end (void *user)
{
  give_up (user, "the handshake took too long");
}

static void
on_connected (mk_transfer *transfer, CURLcode result)
{
  dialled *d = (dialled *)transfer;
  curl_socket_t fd = CURL_SOCKET_BAD;
  if (result == CURLE_OK)
    mk_curl.curl_easy_getinfo (transfer->easy, CURLINFO_ACTIVESOCKET, &fd);
  d->fd = fd != CURL_SOCKET_BAD ? dup (fd) : -1;
  if (d->fd < 0) {
    give_up (d, result != CURLE_OK ? mk_curl.curl_easy_strerror (result) : "the connection was lost");
    return;
  }
  g_autoptr (GError) error = NULL;
  d->watch = mk_watch_new (mk_http_client_loop (transfer->client), d->fd, MK_WATCH_READ | MK_WATCH_WRITE, on_handshake_ready, d, &error);
  if (d->watch == NULL)
    give_up (d, error->message);
}

static void
on_abandoned (mk_transfer *transfer)
{
  mk_ws_abandon (((dialled *)transfer)->ws);
}

/* "wss://host:1/ws?x" -> "https://host:1/" for curl, and host and target for the handshake; false for other kinds. */
static bool
split_url (const char *url, char **base, char **host, char **target)
{
  bool is_secure = g_ascii_strncasecmp (url, "wss://", 6) == 0;
  if (!is_secure && g_ascii_strncasecmp (url, "ws://", 5) != 0)
    return false;
  const char *rest = strstr (url, "://") + 3;
  size_t length = strcspn (rest, "/?#");
  *host = g_strndup (rest, length);
  size_t n_target = strcspn (rest + length, "#");
  *target = g_strdup_printf ("%s%.*s", rest[length] == '/' ? "" : "/", (int)n_target, rest + length);
  *base = g_strdup_printf ("%s://%s/", is_secure ? "https" : "http", *host);
  return strpbrk (*host, " \r\n") == NULL && strpbrk (*target, " \r\n") == NULL;
}

static void
write_request (dialled *d, const char *host, const char *target, const char *const *headers)
{
  uint8_t nonce[16];
  for (size_t i = 0; i < sizeof nonce; i++)
    nonce[i] = (uint8_t)g_random_int ();
  d->key = g_base64_encode (nonce, sizeof nonce);
  g_string_append_printf (d->out,
                          "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n",
                          target, host, d->key);
  for (const char *const *h = headers; h != NULL && *h != NULL; h++)
    if (strpbrk (*h, "\r\n") == NULL)
      g_string_append_printf (d->out, "%s\r\n", *h);
  g_string_append (d->out, "\r\n");
}

mk_ws *
mk_ws_connect (mk_http_client *client, const char *url, const char *const *headers, const mk_ws_events *events,
               const mk_ws_limits *limits, void *user)
{
  mk_loop *loop = mk_http_client_loop (client);
  g_autofree char *base = NULL, *host = NULL, *target = NULL;
  bool is_good = split_url (url, &base, &host, &target);
  dialled *d = g_new0 (dialled, 1);
  d->fd = -1;
  d->ws = mk_ws_new (loop, true, events, limits, user);
  d->out = g_string_new (NULL);
  d->in = g_string_new (NULL);
  d->patience = mk_timer_new (loop, on_patience_end, d);
  d->transfer.ended = on_connected;
  d->transfer.abandoned = on_abandoned;
  mk_transfer_begin (&d->transfer, client, is_good ? base : url);
  mk_ws_prepare (d->ws, &dialled_transport, d);
  if (!is_good) {
    give_up (d, "the address does not begin with ws:// or wss://");
    return d->ws;
  }
  write_request (d, host, target, headers);
  mk_curl.curl_easy_setopt (d->transfer.easy, CURLOPT_CONNECT_ONLY, 1L);
  mk_curl.curl_easy_setopt (d->transfer.easy, CURLOPT_CONNECTTIMEOUT, 10L);
  mk_timer_start (d->patience, HANDSHAKE_MS);
  mk_transfer_start (&d->transfer);
  return d->ws;
}
