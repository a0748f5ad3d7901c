#include "net/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "net/http_private.h"
#include "net/origin.h"

#define DEFAULT_MAX_BODY ((uint64_t)100 << 20)
#define DEFAULT_MAX_CONNECTIONS 1000
#define HEADER_BYTES ((size_t)64 << 10) /* per connection: its headers and its send buffer */
#define IDLE_SECONDS 75
/* A refused body is read to its end up to here, so that the client, which may read only after it has written,
 * sees the answer instead of a reset. */
#define MAX_DRAINED ((uint64_t)1 << 30)
#define HEADER_PATIENCE_MS 60000
/* Often enough that nobody has much more than his time. */
#define SWEEP_EVERY(server) (MIN ((server)->config.header_patience_ms, (server)->config.body_patience_ms) / 4)
#define BODY_PATIENCE_MS 20000
#define BODY_BYTES_PER_SECOND 512

/* --- one request --- */

static mk_http_request *
request_ref (mk_http_request *request)
{
  request->n_refs++;
  return request;
}

static void
refuse (mk_http_request *request, unsigned status, const char *why)
{
  const mk_http_config *config = &request->server->config;
  request->is_handled = true;
  request_ref (request);
  if (config->refuse != NULL) {
    config->refuse (request, status, why, config->user);
    return;
  }
  if (status == 403) {
    mk_http_answer_empty (request, status);
    return;
  }
  g_autofree char *text = status == 404 || status == 405 ? g_strdup_printf ("%u: %s", status, MHD_get_reason_phrase_for (status))
                                                         : g_strdup (why);
  mk_http_answer_text (request, status, text);
}

static enum MHD_Result
count_header (void *user, enum MHD_ValueKind kind, const char *name, const char *value)
{
  (void)kind, (void)value;
  unsigned *counts = user;
  counts[0] += g_ascii_strcasecmp (name, "Content-Length") == 0;
  counts[1] += g_ascii_strcasecmp (name, "Transfer-Encoding") == 0;
  return MHD_YES;
}

/* Two parsers that disagree about where a body ends let one request hide in another: libmicrohttpd 0.9.75 takes
 * the first length and prefers chunks; we take neither. */
static bool
is_ambiguous (mk_http_request *request)
{
  unsigned counts[2] = { 0, 0 };
  MHD_get_connection_values (request->mhd, MHD_HEADER_KIND, count_header, counts);
  return counts[0] > 1 || counts[1] > 1 || counts[0] + counts[1] > 1;
}

static uint64_t
claimed_length (mk_http_request *request)
{
  const char *length = mk_http_request_header (request, "Content-Length");
  return length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0;
}

static void
find_route (mk_http_request *request)
{
  mk_http_server *server = request->server;
  const mk_http_config *config = &server->config;
  mk_router_find (server->router, request->method, request->target.path, &request->match);
  if (config->filter != NULL) {
    request_ref (request);
    if (config->filter (request, config->user)) {
      request->is_handled = true;
      return;
    }
    mk_http_request_release (request);
  }
  if (request->match.route == NULL && request->match.allow != NULL) {
    mk_http_request_set_header (request, "Allow", request->match.allow);
    refuse (request, 405, "this path does not take this method");
  } else if (request->match.route == NULL && config->handle_other == NULL)
    refuse (request, 404, "there is no such path");
  else if (request->match.route != NULL) {
    g_autoptr (GError) error = NULL;
    if (!mk_http_sink_begin (request, &error))
      refuse (request, (unsigned)mk_error_http_status (error), error->message);
    else if (request->sink.kind != MK_BODY_NONE && claimed_length (request) > request->sink.limit)
      refuse (request, 413, "the body is larger than this path takes");
  }
}

/* What a server that ends says to whom it owes an answer; hooks and handlers may be gone. */
static void
say_goodbye (mk_http_request *request)
{
  static const char sorry[] = "the server stops";
  request->is_handled = true;
  request->response = MHD_create_response_from_buffer (sizeof sorry - 1, (void *)(uintptr_t)sorry, MHD_RESPMEM_PERSISTENT);
  request->status = 503;
}

/* The headers are there. Decides everything that needs no body. */
static enum MHD_Result
begin (mk_http_request *request, const char *method)
{
  request->is_begun = true;
  request->method = g_strdup (method);
  if (request->connection != NULL) {
    request->connection->phase = MK_PHASE_BODY;
    request->connection->since_ms = mk_loop_now_ms (request->server->loop);
    request->connection->n_body = 0;
  }
  if (request->server->is_ending) {
    say_goodbye (request);
    return mk_http_request_queue (request);
  }
  g_autoptr (GError) error = NULL;
  const char *host = mk_http_request_header (request, "Host"), *origin = mk_http_request_header (request, "Origin");
  if (is_ambiguous (request)) {
    mk_http_request_set_header (request, "Connection", "close");
    refuse (request, 400, "Content-Length and Transfer-Encoding contradict each other");
    return mk_http_request_queue (request);
  }
  if (!mk_url_target_parse (request->text, &request->target, &error))
    refuse (request, 400, error->message);
  else if (strcmp (method, "OPTIONS") == 0) {
    request->is_handled = true;
    mk_http_answer_empty (request_ref (request), 200);
  } else if (!mk_origin_is_listed (request->server->config.cors_origin, origin)
             && !mk_origin_is_allowed (host, origin, request->server->is_loopback_only))
    refuse (request, 403, "the Host or Origin of this request is another site's: its pages may not talk to this server unless it was told to let them");
  else
    find_route (request);
  bool asks_first = mk_http_request_header (request, "Expect") != NULL;
  if (request->response != NULL && (asks_first || claimed_length (request) > MAX_DRAINED))
    return mk_http_request_queue (request);
  return MHD_YES;
}

static void
handle (mk_http_request *request)
{
  request->is_handled = true;
  if (request->connection != NULL)
    request->connection->phase = MK_PHASE_ANSWER; /* all has come: from now on it is we who take their time */
  if (request->server->is_ending) {
    say_goodbye (request);
    return;
  }
  mk_http_sink_finish (request);
  const GError *error = request->sink.error;
  if (error != NULL) {
    refuse (request, (unsigned)mk_error_http_status (error), error->message);
    return;
  }
  request_ref (request);
  if (request->match.route != NULL)
    request->match.route->handle (request, request->match.user);
  else
    request->server->config.handle_other (request, request->server->config.user);
}

enum MHD_Result
mk_http_request_queue (mk_http_request *request)
{
  if (request->connection != NULL)
    request->connection->phase = MK_PHASE_ANSWER;
  request->is_queued = true;
  return MHD_queue_response (request->mhd, request->status, request->response);
}

static enum MHD_Result
on_access (void *user, struct MHD_Connection *mhd, const char *url, const char *method, const char *version,
           const char *bytes, size_t *length, void **slot)
{
  (void)user, (void)mhd, (void)url, (void)version;
  mk_http_request *request = *slot;
  if (request == NULL)
    return MHD_NO;
  if (!request->is_begun)
    return begin (request, method);
  if (*length > 0) {
    mk_http_sink_feed (request, bytes, *length);
    if (request->connection != NULL)
      request->connection->n_body += *length;
    *length = 0;
    return request->sink.n_bytes > MAX_DRAINED && (request->sink.error != NULL || request->is_handled) ? MHD_NO : MHD_YES;
  }
  if (!request->is_handled)
    handle (request);
  if (request->response != NULL)
    return request->is_queued ? MHD_YES : mk_http_request_queue (request);
  request->is_suspended = true;
  g_hash_table_add (request->server->waiting, request);
  MHD_suspend_connection (request->mhd);
  return MHD_YES;
}

void
mk_http_request_resume (mk_http_request *request)
{
  if (!request->is_suspended)
    return;
  request->is_suspended = false;
  g_hash_table_remove (request->server->waiting, request);
  request->listener->wants_run = true;
  MHD_resume_connection (request->mhd);
}

/* --- connections --- */

static void
on_connection (void *user, struct MHD_Connection *mhd, void **slot, enum MHD_ConnectionNotificationCode code)
{
  mk_http_listener *listener = user;
  mk_http_server *server = listener->server;
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    mk_http_connection *c = g_new0 (mk_http_connection, 1);
    *c = (mk_http_connection){ server, mhd, mk_loop_now_ms (server->loop), 0, MK_PHASE_HEADERS };
    g_hash_table_add (server->connections, c);
    *slot = c;
  } else {
    g_hash_table_remove (server->connections, *slot);
    *slot = NULL;
  }
}

/* The earliest moment that libmicrohttpd tells of a request: its target, still encoded. */
static void *
on_target (void *user, const char *text, struct MHD_Connection *mhd)
{
  mk_http_listener *listener = user;
  const union MHD_ConnectionInfo *info = MHD_get_connection_info (mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  mk_http_request *request = g_new0 (mk_http_request, 1);
  request->n_refs = 1;
  request->server = listener->server;
  request->listener = listener;
  request->connection = info != NULL ? info->socket_context : NULL;
  request->mhd = mhd;
  request->text = g_strdup (text);
  return request;
}

static void
on_completed (void *user, struct MHD_Connection *mhd, void **slot, enum MHD_RequestTerminationCode code)
{
  (void)user, (void)mhd, (void)code;
  mk_http_request *request = *slot;
  *slot = NULL;
  if (request == NULL)
    return;
  if (request->connection != NULL) {
    request->connection->phase = MK_PHASE_HEADERS;
    request->connection->since_ms = mk_loop_now_ms (request->server->loop);
  }
  g_hash_table_remove (request->server->waiting, request);
  request->is_suspended = false;
  request->connection = NULL;
  request->server = NULL;
  request->mhd = NULL;
  if (request->response != NULL)
    MHD_destroy_response (g_steal_pointer (&request->response));
  mk_http_request_release (request);
}

static size_t
leave_encoded (void *user, struct MHD_Connection *mhd, char *text)
{
  (void)user, (void)mhd;
  return strlen (text); /* net/url.h decodes, once, with care */
}

static void
on_library_log (void *user, const char *format, va_list arguments)
{
  (void)user;
  char line[256];
  vsnprintf (line, sizeof line, format, arguments);
  mk_log (MK_LOG_DEBUG, "net", "%s", g_strchomp (line));
}

static void
sweep (void *user)
{
  mk_http_server *server = user;
  int64_t now = mk_loop_now_ms (server->loop);
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, server->connections);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    mk_http_connection *c = key;
    int64_t age = now - c->since_ms;
    bool is_slow = (c->phase == MK_PHASE_HEADERS && age > server->config.header_patience_ms)
                   || (c->phase == MK_PHASE_BODY && age > server->config.body_patience_ms
                       && c->n_body < (uint64_t)(age / 1000) * BODY_BYTES_PER_SECOND);
    const union MHD_ConnectionInfo *info = is_slow ? MHD_get_connection_info (c->mhd, MHD_CONNECTION_INFO_CONNECTION_FD) : NULL;
    if (info != NULL)
      shutdown (info->connect_fd, SHUT_RDWR);
  }
  mk_timer_start (server->sweep, SWEEP_EVERY (server));
}

/* --- listening --- */

static int64_t
run_daemon (mk_http_listener *listener)
{
  int64_t now = mk_loop_now_ms (listener->server->loop);
  if (listener->wants_run || (listener->due_ms >= 0 && now >= listener->due_ms)) {
    listener->wants_run = false;
    MHD_run (listener->daemon);
  }
  MHD_UNSIGNED_LONG_LONG wait_ms;
  listener->due_ms = -1;
  if (listener->wants_run)
    return 0;
  if (MHD_get_timeout (listener->daemon, &wait_ms) == MHD_NO)
    return -1;
  listener->wants_run = wait_ms == 0;
  listener->due_ms = now + (int64_t)MIN (wait_ms, 3600000u);
  return (int64_t)MIN (wait_ms, 3600000u);
}

static int64_t
on_loop_round (void *user)
{
  mk_http_server *server = user;
  int64_t soonest = -1;
  for (unsigned i = 0; i < server->n_listeners; i++) {
    int64_t wait = run_daemon (&server->listeners[i]);
    if (wait >= 0 && (soonest < 0 || wait < soonest))
      soonest = wait;
  }
  return soonest;
}

static void
on_daemon_ready (void *user, unsigned events)
{
  (void)events;
  mk_http_listener *listener = user;
  listener->wants_run = true;
}

static bool
listener_start (mk_http_server *server, int fd, const char *certificate, const char *key, GError **error)
{
  mk_http_listener *l = &server->listeners[server->n_listeners];
  *l = (mk_http_listener){ .server = server, .wants_run = true, .due_ms = -1 };
  unsigned flags = MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_UPGRADE | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
  struct MHD_OptionItem tls[] = { { MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)certificate },
                                  { MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key },
                                  { MHD_OPTION_END, 0, NULL } };
  unsigned max = server->config.max_connections;
  l->daemon = MHD_start_daemon (
    flags | (key != NULL ? MHD_USE_TLS : 0u), 0, NULL, NULL, on_access, l,
    MHD_OPTION_EXTERNAL_LOGGER, on_library_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
    MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_CONNECTION_LIMIT, max,
    MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEADER_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
    MHD_OPTION_URI_LOG_CALLBACK, on_target, l, MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, NULL,
    MHD_OPTION_NOTIFY_COMPLETED, on_completed, l, MHD_OPTION_NOTIFY_CONNECTION, on_connection, l,
    MHD_OPTION_ARRAY, key != NULL ? tls : &tls[2], MHD_OPTION_END);
  if (l->daemon == NULL) {
    close (fd);
    return mk_error (error, key != NULL ? MK_ERROR_USAGE : MK_ERROR_FAILED, "the HTTP server does not start%s", key != NULL ? ": the TLS files are no certificate and its key, in PEM" : "");
  }
  server->n_listeners++;
  int epoll_fd = MHD_get_daemon_info (l->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
  l->watch = mk_watch_new (server->loop, epoll_fd, MK_WATCH_READ, on_daemon_ready, l, error);
  return l->watch != NULL;
}

static bool
is_loopback (const struct sockaddr *address)
{
  if (address->sa_family == AF_INET)
    return (ntohl (((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24) == 127;
  return IN6_IS_ADDR_LOOPBACK (&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
}

static int
socket_listen (mk_http_server *server, const struct addrinfo *info, const char *host, GError **error)
{
  int on = 1;
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  int fd = socket (info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  bool is_good = fd >= 0 && setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
                 && (info->ai_family != AF_INET6 || setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0)
                 && bind (fd, info->ai_addr, info->ai_addrlen) == 0 && listen (fd, 1024) == 0
                 && getsockname (fd, (struct sockaddr *)&address, &length) == 0;
  if (!is_good) {
    mk_error (error, errno == EADDRINUSE ? MK_ERROR_EXISTS : MK_ERROR_FAILED, "cannot listen on %s port %u: %s", host,
              server->config.port, g_strerror (errno));
    if (fd >= 0)
      close (fd);
    return -1;
  }
  const struct sockaddr *any = (const struct sockaddr *)&address;
  server->is_loopback_only = server->is_loopback_only && is_loopback (any);
  server->port = ntohs (any->sa_family == AF_INET ? ((struct sockaddr_in *)&address)->sin_port
                                                  : ((struct sockaddr_in6 *)&address)->sin6_port);
  return fd;
}

static bool
listen_on (mk_http_server *server, const char *host, const char *certificate, const char *key, GError **error)
{
  if (server->n_listeners == MK_COUNT (server->listeners))
    return mk_error (error, MK_ERROR_USAGE, "at most %zu addresses can be listened on", MK_COUNT (server->listeners));
  char port[16];
  g_snprintf (port, sizeof port, "%u", server->n_listeners > 0 ? server->port : server->config.port);
  struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV }, *found = NULL;
  int reason = getaddrinfo (host, port, &hints, &found);
  if (reason != 0)
    return mk_error (error, MK_ERROR_USAGE, "“%s” is no address to listen on: %s", host, gai_strerror (reason));
  int fd = socket_listen (server, found, host, error);
  freeaddrinfo (found);
  return fd >= 0 && listener_start (server, fd, certificate, key, error);
}

static bool
listen_on_all (mk_http_server *server, GError **error)
{
  g_autofree char *certificate = NULL, *key = NULL;
  size_t length;
  const mk_http_config *config = &server->config;
  if (config->tls_certificate != NULL && config->tls_key != NULL
      && (!mk_file_read (config->tls_certificate, 1 << 20, &certificate, &length, error)
          || !mk_file_read (config->tls_key, 1 << 20, &key, &length, error)))
    return false;
  g_auto (GStrv) hosts = g_strsplit (config->host, ",", -1);
  for (char **host = hosts; *host != NULL; host++)
    if (!listen_on (server, g_strstrip (*host), certificate, key, error))
      return false;
  return true;
}

/* --- the server --- */

mk_http_server *
mk_http_server_new (mk_loop *loop, const mk_http_config *config, GError **error)
{
  mk_http_server *server = g_new0 (mk_http_server, 1);
  server->loop = loop;
  server->config = *config;
  mk_http_config *own = &server->config;
  own->host = g_strdup (config->host != NULL ? config->host : "127.0.0.1");
  own->temp_folder = g_strdup (config->temp_folder);
  own->tls_certificate = g_strdup (config->tls_certificate);
  own->tls_key = g_strdup (config->tls_key);
  own->cors_origin = g_strdup (config->cors_origin);
  own->max_body = config->max_body > 0 ? config->max_body : DEFAULT_MAX_BODY;
  own->max_connections = config->max_connections > 0 ? config->max_connections : DEFAULT_MAX_CONNECTIONS;
  own->header_patience_ms = config->header_patience_ms > 0 ? config->header_patience_ms : HEADER_PATIENCE_MS;
  own->body_patience_ms = config->body_patience_ms > 0 ? config->body_patience_ms : BODY_PATIENCE_MS;
  server->is_loopback_only = true;
  server->router = mk_router_new ();
  server->connections = g_hash_table_new_full (NULL, NULL, g_free, NULL);
  server->waiting = g_hash_table_new (NULL, NULL);
  server->sockets = g_hash_table_new (NULL, NULL);
  server->sweep = mk_timer_new (loop, sweep, server);
  mk_loop_add_hook (loop, on_loop_round, server);
  mk_timer_start (server->sweep, SWEEP_EVERY (server));
  if (listen_on_all (server, error))
    return server;
  mk_http_server_free (server);
  return NULL;
}

void
mk_http_server_stop_listening (mk_http_server *server)
{
  for (unsigned i = 0; i < server->n_listeners; i++) {
    int fd = MHD_quiesce_daemon (server->listeners[i].daemon);
    if (fd >= 0)
      close (fd);
  }
}

/* Requests outlive the server when their handlers still owe an answer; suspended connections must be woken before
 * libmicrohttpd may stop. */
static void
let_go_of_requests (mk_http_server *server)
{
  g_autoptr (GList) waiting = g_hash_table_get_keys (server->waiting);
  for (GList *l = waiting; l != NULL; l = l->next) {
    mk_http_request *request = l->data;
    if (request->response == NULL)
      say_goodbye (request);
    mk_http_request_resume (request);
  }
}

void
mk_http_server_free (mk_http_server *server)
{
  if (server == NULL)
    return;
  server->is_ending = true;
  mk_http_server_stop_listening (server);
  mk_http_sockets_abandon (server);
  let_go_of_requests (server);
  for (unsigned i = 0; i < server->n_listeners; i++) {
    mk_http_listener *l = &server->listeners[i];
    MHD_run (l->daemon);
    mk_watch_free (l->watch);
    MHD_stop_daemon (l->daemon);
  }
  mk_loop_remove_hook (server->loop, on_loop_round, server);
  mk_timer_free (server->sweep);
  g_hash_table_destroy (server->sockets);
  g_hash_table_destroy (server->waiting);
  g_hash_table_destroy (server->connections);
  mk_router_free (server->router);
  g_free ((char *)(uintptr_t)server->config.host);
  g_free ((char *)(uintptr_t)server->config.temp_folder);
  g_free ((char *)(uintptr_t)server->config.tls_certificate);
  g_free ((char *)(uintptr_t)server->config.tls_key);
  g_free ((char *)(uintptr_t)server->config.cors_origin);
  g_free (server);
}

unsigned
mk_http_server_port (const mk_http_server *server)
{
  return server->port;
}

void
mk_http_server_add_routes (mk_http_server *server, const char *prefix, const mk_http_route *routes, void *user)
{
  mk_router_add (server->router, prefix, routes, user);
}

mk_json *
mk_http_server_list_routes (const mk_http_server *server)
{
  return mk_router_list (server->router);
}
