/* A stranger's bytes on a connection to the HTTP server: requests, bodies, forms, WebSockets. */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http_server.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
answer (mk_http_request *request, void *user)
{
  (void)user;
  mk_json *value = NULL;
  size_t length;
  mk_http_request_query (request, "a");
  mk_http_request_header (request, "accept");
  mk_http_request_body (request, &length);
  mk_http_request_json (request, &value, NULL);
  mk_json_unref (value);
  mk_http_answer_text (request, 200, "ok");
}

static void
answer_form (mk_http_request *request, void *user)
{
  (void)user;
  mk_http_request_part (request, "image");
  mk_http_answer_text (request, 200, "ok");
}

static void
answer_file (mk_http_request *request, void *user)
{
  mk_http_answer_file (request, user, mk_http_request_param (request, "name"), NULL);
}

static void
on_closed (mk_ws *ws, unsigned code, const char *reason, void *user)
{
  (void)ws, (void)code, (void)reason, (void)user;
}

static void
answer_socket (mk_http_request *request, void *user)
{
  static const mk_ws_events events = { .closed = on_closed };
  (void)user;
  mk_http_answer_websocket (request, &events, NULL, NULL);
}

static const mk_http_route routes[] = {
  { "GET", "/a/{id}", answer, .body = MK_BODY_NONE },
  { "POST", "/a", answer, .body = MK_BODY_MEMORY, .max_body = 10000 },
  { "POST", "/form", answer_form, .body = MK_BODY_FORM, .max_body = 10000 },
  { "POST", "/file", answer_form, .body = MK_BODY_FILE, .max_body = 10000 },
  { "GET", "/file/{name...}", answer_file, .body = MK_BODY_NONE },
  { "GET", "/ws", answer_socket, .body = MK_BODY_NONE },
  { 0 } };

static unsigned
start (mk_loop **loop)
{
  static char folder[] = "/dev/shm/miktos-fuzz-XXXXXX";
  g_assert (g_mkdtemp (folder) != NULL);
  *loop = mk_loop_new (NULL);
  mk_http_config config = { .temp_folder = folder };
  mk_http_server *server = mk_http_server_new (*loop, &config, NULL);
  g_assert (server != NULL);
  mk_http_server_add_routes (server, "", routes, folder);
  return mk_http_server_port (server);
}

/* The bytes are sent at once, then the stranger hangs up. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static mk_loop *loop;
  static unsigned port;
  char dropped[4096];
  if (loop == NULL)
    port = start (&loop);
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons ((uint16_t)port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  connect (fd, (struct sockaddr *)&to, sizeof to);
  mk_loop_step (loop, 0);
  ssize_t sent = send (fd, data, MIN (size, 60000), MSG_NOSIGNAL);
  (void)sent;
  for (int i = 0; i < 4; i++) {
    mk_loop_step (loop, 0);
    while (recv (fd, dropped, sizeof dropped, 0) > 0)
      ;
  }
  shutdown (fd, SHUT_RDWR);
  setsockopt (fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof (struct linger)); /* ports are not used up */
  close (fd);
  mk_loop_step (loop, 0);
  mk_loop_step (loop, 0);
  return 0;
}
