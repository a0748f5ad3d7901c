#include "net_fixture.h"

typedef struct {
  net_fixture net;
  GString *log;     /* what the client heard */
  mk_ws *server_ws, *client_ws;
  unsigned n_closed;
  size_t n_received;
} ws_fixture;

static void
server_received (mk_ws *ws, bool is_text, const char *bytes, size_t length, void *user)
{
  (void)user;
  g_autoptr (mk_ws_message) echo = mk_ws_message_new (bytes, length, is_text ? MK_WS_TEXT : MK_WS_BINARY, 0);
  mk_ws_send (ws, echo);
}

static void
server_opened (mk_ws *ws, void *user)
{
  ((ws_fixture *)user)->server_ws = ws;
}

static void
server_closed (mk_ws *ws, unsigned code, const char *reason, void *user)
{
  (void)ws, (void)reason;
  ws_fixture *f = user;
  f->server_ws = NULL;
  g_string_append_printf (f->log, "s%u ", code);
  if (++f->n_closed == 2)
    mk_loop_quit (f->net.loop);
}

static const mk_ws_events server_events = { server_opened, server_received, server_closed };

static void
client_received (mk_ws *ws, bool is_text, const char *bytes, size_t length, void *user)
{
  (void)ws;
  ws_fixture *f = user;
  f->n_received++;
  if (length < 100)
    g_string_append_printf (f->log, "%c%s ", is_text ? 't' : 'b', bytes);
  else
    g_string_append_printf (f->log, "%zu ", length);
  mk_loop_quit (f->net.loop);
}

static void
client_opened (mk_ws *ws, void *user)
{
  (void)ws;
  mk_loop_quit (((ws_fixture *)user)->net.loop);
}

static void
client_closed (mk_ws *ws, unsigned code, const char *reason, void *user)
{
  (void)ws, (void)reason;
  ws_fixture *f = user;
  f->client_ws = NULL;
  g_string_append_printf (f->log, "c%u ", code);
  if (++f->n_closed == 2)
    mk_loop_quit (f->net.loop);
}

static const mk_ws_events client_events = { client_opened, client_received, client_closed };

static void
upgrade (mk_http_request *r, void *user)
{
  mk_ws_limits limits = { .max_message = 100000, .max_queue = 1 << 20 };
  mk_http_answer_websocket (r, &server_events, &limits, user);
}

static const mk_http_route routes[] = { { "GET", "/ws", upgrade, NULL, MK_BODY_NONE, 0, 0 }, { NULL, NULL, NULL, NULL, 0, 0, 0 } };

static void
begin (ws_fixture *f)
{
  *f = (ws_fixture){ .log = g_string_new (NULL) };
  f->net = net_fixture_new (routes, (mk_http_config){ 0 }, f);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u/ws?clientId=x", mk_http_server_port (f->net.server));
  f->client_ws = mk_ws_connect (f->net.client, url, NULL, &client_events, NULL, f);
  mk_loop_run (f->net.loop, NULL);
  CHECK (f->server_ws != NULL);
}

static void
end (ws_fixture *f)
{
  net_fixture_clear (&f->net);
  g_string_free (f->log, TRUE);
}

TEST (both_ends_talk_and_part_politely)
{
  ws_fixture f;
  begin (&f);
  mk_ws_send_text (f.client_ws, "hello");
  mk_loop_run (f.net.loop, NULL);
  g_autofree char *long_text = g_strnfill (90000, 'x');
  mk_ws_send_text (f.client_ws, long_text);
  mk_loop_run (f.net.loop, NULL);
  mk_ws_close (f.client_ws, 1000, "bye");
  mk_loop_run (f.net.loop, NULL);
  CHECK_INT (f.n_closed, ==, 2);
  CHECK (strstr (f.log->str, "thello 90000 ") != NULL);
  CHECK (strstr (f.log->str, "s1000") != NULL);
  CHECK (strstr (f.log->str, "c1000") != NULL);
  end (&f);
}

TEST (too_long_a_message_closes_with_1009)
{
  ws_fixture f;
  begin (&f);
  g_autofree char *long_text = g_strnfill (200000, 'x');
  mk_ws_send_text (f.client_ws, long_text);
  mk_loop_run (f.net.loop, NULL);
  CHECK_INT (f.n_closed, ==, 2);
  CHECK (strstr (f.log->str, "s1009") != NULL);
  end (&f);
}

TEST (newest_state_wins_in_the_queue_of_a_slow_reader)
{
  ws_fixture f;
  begin (&f);
  g_autofree char *filler = g_strnfill (400000, 'f');
  g_autoptr (mk_ws_message) big = mk_ws_message_new (filler, 400000, MK_WS_BINARY, 0);
  for (int i = 0; i < 100 && mk_ws_n_queued_bytes (f.server_ws) == 0; i++)
    mk_ws_send (f.server_ws, big); /* until the socket's buffers are full */
  size_t before = mk_ws_n_queued_bytes (f.server_ws);
  CHECK_INT (before, >, 0);
  for (int i = 0; i < 1000; i++) {
    g_autofree char *text = g_strdup_printf ("state %03d", i);
    g_autoptr (mk_ws_message) m = mk_ws_message_new (text, strlen (text), MK_WS_TEXT, 7);
    mk_ws_send (f.server_ws, m);
  }
  CHECK_INT (mk_ws_n_queued_bytes (f.server_ws) - before, ==, 11);
  for (int i = 0; i < 400 && strstr (f.log->str, "state") == NULL; i++)
    mk_loop_step (f.net.loop, 50);
  CHECK (strstr (f.log->str, "tstate 999") != NULL);
  end (&f);
}

TEST (a_reader_that_never_reads_is_dropped_at_the_bound)
{
  ws_fixture f;
  begin (&f);
  g_autofree char *filler = g_strnfill (400000, 'f');
  g_autoptr (mk_ws_message) big = mk_ws_message_new (filler, 400000, MK_WS_BINARY, 0);
  g_autoptr (mk_ws_message) small = mk_ws_message_new ("preview", 7, MK_WS_BINARY | MK_WS_DROPPABLE, 0);
  for (int i = 0; i < 100 && mk_ws_n_queued_bytes (f.server_ws) < 500000; i++)
    mk_ws_send (f.server_ws, big);
  size_t before = mk_ws_n_queued_bytes (f.server_ws);
  mk_ws_send (f.server_ws, small);
  CHECK_INT (mk_ws_n_queued_bytes (f.server_ws), ==, before);
  for (int i = 0; i < 10; i++)
    mk_ws_send (f.server_ws, big);
  CHECK_INT (mk_ws_n_queued_bytes (f.server_ws), <=, 1 << 20);
  while (f.server_ws != NULL)
    mk_loop_step (f.net.loop, 50);
  CHECK (strstr (f.log->str, "s1013") != NULL);
  end (&f);
}

TEST (a_lost_connection_is_1006_on_the_other_side)
{
  ws_fixture f;
  begin (&f);
  mk_http_server_free (g_steal_pointer (&f.net.server));
  CHECK (strstr (f.log->str, "s1001") != NULL);
  while (f.client_ws != NULL)
    mk_loop_step (f.net.loop, 50);
  CHECK (strstr (f.log->str, "c1006") != NULL);
  end (&f);
}

TEST (a_refused_handshake_ends_with_closed)
{
  ws_fixture f;
  begin (&f);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u/nowhere", mk_http_server_port (f.net.server));
  mk_ws_connect (f.net.client, url, NULL, &client_events, NULL, &f);
  while (strstr (f.log->str, "c1006") == NULL)
    mk_loop_step (f.net.loop, 50);
  mk_ws_connect (f.net.client, "http://x", NULL, &client_events, NULL, &f);
  mk_loop_run (f.net.loop, NULL);
  CHECK_INT (f.n_closed, ==, 2);
  end (&f);
}

TEST (a_plain_request_for_a_socket_is_told_so)
{
  ws_fixture f;
  begin (&f);
  net_answer a = net_ask (&f.net, "/ws", (mk_http_order){ 0 });
  CHECK_INT (a.status, ==, 400);
  net_answer_clear (&a);
  end (&f);
}

TEST (frames_that_break_the_protocol_close_with_1002)
{
  ws_fixture f;
  begin (&f);
  static const char request[] = "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
                                "\x81\x05unmasked";
  g_autofree char *got = net_ask_raw (&f.net, request, sizeof request - 1);
  CHECK (g_str_has_prefix (got, "HTTP/1.1 101"));
  while (strstr (f.log->str, "s1002") == NULL && strstr (f.log->str, "s1006") == NULL)
    mk_loop_step (f.net.loop, 50);
  end (&f);
}
