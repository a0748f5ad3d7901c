/* net_fixture.h - a server and a client on one loop, and calls that wait. */
#pragma once
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "net/http_client.h"
#include "net/http_server.h"

typedef struct {
  mk_loop *loop;
  mk_http_server *server;
  mk_http_client *client;
} net_fixture;

typedef struct {
  net_fixture *net;
  unsigned status; /* 0 after an error */
  char *body, *type, *headers;
  GError *error;
} net_answer;

static inline net_fixture
net_fixture_new (const mk_http_route *routes, mk_http_config config, void *user)
{
  GError *error = NULL;
  net_fixture f = { mk_loop_new (NULL), NULL, NULL };
  config.temp_folder = mk_test_folder ();
  f.server = mk_http_server_new (f.loop, &config, &error);
  CHECK_OK (f.server != NULL, error);
  mk_http_server_add_routes (f.server, "", routes, user);
  f.client = mk_http_client_new (f.loop, NULL);
  return f;
}

static inline void
net_fixture_clear (net_fixture *f)
{
  mk_http_client_free (f->client);
  mk_http_server_free (f->server);
  mk_loop_free (f->loop);
}

static inline void
net_on_done (void *user, const mk_http_reply *reply, const GError *error)
{
  net_answer *a = user;
  a->error = error != NULL ? g_error_copy (error) : NULL;
  a->body = g_strdup (reply != NULL ? reply->body : "");
  a->type = g_strdup (reply != NULL ? reply->type : "");
  a->headers = reply != NULL ? g_strjoinv ("\n", (char **)(uintptr_t)reply->headers) : g_strdup ("");
  a->status = reply != NULL ? reply->status : 0;
  mk_loop_quit (a->net->loop);
}

static inline net_answer
net_ask (net_fixture *f, const char *path, mk_http_order order)
{
  net_answer a = { .net = f };
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u%s", mk_http_server_port (f->server), path);
  order.url = url;
  order.done = net_on_done;
  order.user = &a;
  mk_http_client_start (f->client, &order);
  mk_loop_run (f->loop, NULL);
  return a;
}

static inline void
net_answer_clear (net_answer *a)
{
  g_free (a->body);
  g_free (a->type);
  g_free (a->headers);
  g_clear_error (&a->error);
}

/* A connection of its own that has sent `text`; close. */
static inline int
net_connect (net_fixture *f, const char *text, size_t length)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons ((uint16_t)mk_http_server_port (f->server)), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  CHECK_INT (connect (fd, (struct sockaddr *)&to, sizeof to), ==, 0);
  CHECK_INT (send (fd, text, length, MSG_NOSIGNAL), ==, (ssize_t)length);
  return fd;
}

/* Sends bytes as they are and gives what comes back until the server closes or is silent for 300 ms; g_free. */
static inline char *
net_ask_raw (net_fixture *f, const char *text, size_t length)
{
  int fd = net_connect (f, text, length);
  GString *got = g_string_new (NULL);
  char bytes[4096];
  for (int quiet = 0; quiet < 30;) {
    mk_loop_step (f->loop, 10);
    ssize_t n = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n == 0)
      break;
    quiet = n > 0 ? 0 : quiet + 1;
    g_string_append_len (got, bytes, MAX (n, 0));
  }
  close (fd);
  mk_loop_step (f->loop, 0);
  return g_string_free (got, FALSE);
}
