#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http_private.h"
#include "net/websocket_private.h"

/* A socket that libmicrohttpd has handed over and wants back to close. */
typedef struct {
  mk_http_server *server;
  mk_http_listener *listener;
  mk_ws *ws;
  int fd;
  struct MHD_UpgradeResponseHandle *handle;
} upgraded;

static ssize_t
upgraded_read (void *io, void *bytes, size_t max)
{
  return recv (((upgraded *)io)->fd, bytes, max, MSG_DONTWAIT);
}

static ssize_t
upgraded_write (void *io, const struct iovec *parts, int n_parts)
{
  if (n_parts == 1) /* most are, and the short way is the quicker one */
    return send (((upgraded *)io)->fd, parts->iov_base, parts->iov_len, MSG_DONTWAIT | MSG_NOSIGNAL);
  struct msghdr message = { .msg_iov = (struct iovec *)(uintptr_t)parts, .msg_iovlen = (size_t)n_parts };
  return sendmsg (((upgraded *)io)->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
upgraded_close (void *io)
{
  upgraded *u = io;
  g_hash_table_remove (u->server->sockets, u->ws);
  u->listener->wants_run = true;
  MHD_upgrade_action (u->handle, MHD_UPGRADE_ACTION_CLOSE);
  g_free (u);
}

static const mk_ws_transport upgraded_transport = { upgraded_read, upgraded_write, upgraded_close };

static void
on_upgrade (void *user, struct MHD_Connection *mhd, void *slot, const char *early, size_t n_early, MHD_socket fd,
            struct MHD_UpgradeResponseHandle *handle)
{
  (void)mhd;
  mk_ws *ws = user;
  mk_http_request *request = slot;
  upgraded *u = g_new0 (upgraded, 1);
  *u = (upgraded){ request->server, request->listener, ws, fd, handle };
  g_hash_table_add (request->server->sockets, ws);
  request->ws = NULL;
  mk_ws_attach (ws, fd, &upgraded_transport, u, early, n_early);
}

void
mk_http_sockets_abandon (mk_http_server *server)
{
  g_autoptr (GList) sockets = g_hash_table_get_keys (server->sockets);
  for (GList *l = sockets; l != NULL; l = l->next)
    mk_ws_abandon (l->data);
}

static bool
has_token (const mk_http_request *request, const char *header, const char *token)
{
  const char *value = mk_http_request_header (request, header);
  g_auto (GStrv) tokens = g_strsplit (value != NULL ? value : "", ",", -1);
  for (char **t = tokens; *t != NULL; t++)
    if (g_ascii_strcasecmp (g_strstrip (*t), token) == 0)
      return true;
  return false;
}

mk_ws *
mk_http_answer_websocket (mk_http_request *request, const mk_ws_events *events, const mk_ws_limits *limits, void *user)
{
  const char *key = mk_http_request_header (request, "Sec-WebSocket-Key");
  const char *version = mk_http_request_header (request, "Sec-WebSocket-Version");
  if (strcmp (request->method, "GET") != 0 || key == NULL || strlen (key) != 24 || g_strcmp0 (version, "13") != 0
      || !has_token (request, "Upgrade", "websocket") || !has_token (request, "Connection", "upgrade")) {
    mk_http_request_set_header (request, "Sec-WebSocket-Version", "13");
    mk_http_answer_text (request, 400, "this path speaks WebSocket version 13");
    return NULL;
  }
  g_autofree char *accept_key = mk_ws_accept_key (key);
  mk_ws *ws = mk_ws_new (request->server->loop, false, events, limits, user);
  struct MHD_Response *response = MHD_create_response_for_upgrade (on_upgrade, ws);
  MHD_add_response_header (response, "Upgrade", "websocket");
  MHD_add_response_header (response, "Sec-WebSocket-Accept", accept_key);
  request->ws = ws;
  mk_http_answer (request, 101, response);
  return ws;
}
