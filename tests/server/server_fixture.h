/* server_fixture.h - an engine with nodes of its own on a free port, and calls that wait. */
#pragma once
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "check.h"
#include "graph/node.h"
#include "net/http_client.h"
#include "server/server.h"

/* --- nodes: a text, one that fails, one that crashes, one that sleeps, one that shows --- */

static const mk_port text_out[] = { { .name = "STRING", .type = "STRING" }, { 0 } };
static const mk_port no_outputs[] = { { 0 } };
static const mk_port text_in[] = { { .name = "text", .type = "STRING", .need = MK_OPTIONAL, MK_TEXT ("") }, { 0 } };
static const mk_port sleep_in[] = { { .name = "text", .type = "STRING", .need = MK_OPTIONAL, MK_TEXT ("") },
                                    { .name = "ms", .type = "INT", MK_INT_RANGE (0, 100000, 10, 1) }, { 0 } };

static bool
run_text (mk_run *run, GError **error)
{
  (void)error;
  mk_run_set_output (run, 0, mk_value_new_string (mk_run_get_string (run, "text")));
  return true;
}

static bool
run_fail (mk_run *run, GError **error)
{
  return mk_error (error, MK_ERROR_FAILED, "this node fails with “%s”", mk_run_get_string (run, "text"));
}

static bool
run_crash (mk_run *run, GError **error)
{
  (void)run, (void)error;
  raise (SIGKILL);
  return true;
}

static bool
run_sleep (mk_run *run, GError **error)
{
  int64_t ms = mk_run_get_int (run, "ms");
  for (int64_t i = 0; i < ms; i++) {
    if (mk_job_is_cancelled (mk_run_job (run)))
      return mk_error (error, MK_ERROR_CANCELLED, "interrupted");
    nanosleep (&(struct timespec){ 0, 1000000 }, NULL);
    mk_job_report (mk_run_job (run), (double)(i + 1), (double)ms);
  }
  return run_text (run, error);
}

static bool
run_picture (mk_run *run, GError **error)
{
  static const uint8_t pixels[4 * 2 * 3] = { 255, 0, 0, 0, 255, 0 };
  mk_run_preview (run, pixels, 4, 2);
  return run_text (run, error);
}

static bool
run_show (mk_run *run, GError **error)
{
  (void)error;
  mk_json *ui = mk_json_new_object (), *list = mk_json_new_array ();
  mk_json_append (list, mk_json_new_string (mk_run_get_string (run, "text")));
  mk_json_set (ui, "text", list);
  mk_run_set_ui (run, ui);
  return true;
}

static const mk_node_def server_nodes[] = {
  { .id = "Text", .category = "test", .inputs = text_in, .outputs = text_out, .run = run_text },
  { .id = "Fail", .category = "test", .inputs = text_in, .outputs = text_out, .run = run_fail },
  { .id = "Crash", .category = "test", .inputs = text_in, .outputs = text_out, .run = run_crash },
  { .id = "Picture", .category = "test", .inputs = text_in, .outputs = text_out, .run = run_picture },
  { .id = "Sleep", .category = "test", .inputs = sleep_in, .outputs = text_out, .run = run_sleep },
  { .id = "Show", .category = "test", .inputs = text_in, .outputs = no_outputs, .flags = MK_NODE_OUTPUT, .run = run_show },
};

/* --- the fixture --- */

typedef struct {
  char *input, *output, *temp, *models, *user;
  mk_folders folders;
  mk_registry *registry;
  mk_loop *loop;
  mk_server *server;
  mk_http_client *client;
} server_fixture;

static inline char *
make_folder (const char *name)
{
  char *path = g_build_filename (mk_test_folder (), name, NULL);
  CHECK (mk_folder_make (path, NULL));
  return path;
}

static inline mk_server_config
server_fixture_config (const server_fixture *f)
{
  return (mk_server_config){ .registry = f->registry, .folders = &f->folders, .user_folder = f->user, .n_threads = 1 };
}

static inline void
server_fixture_open (server_fixture *f, mk_server_config config)
{
  GError *error = NULL;
  f->loop = mk_loop_new (NULL);
  f->server = mk_server_new (f->loop, &config, &error);
  CHECK_OK (f->server != NULL, error);
  f->client = mk_http_client_new (f->loop, NULL);
}

static inline void
server_fixture_close (server_fixture *f)
{
  g_clear_pointer (&f->client, mk_http_client_free);
  g_clear_pointer (&f->server, mk_server_free);
  g_clear_pointer (&f->loop, mk_loop_free);
}

static inline void
server_fixture_prepare (server_fixture *f)
{
  *f = (server_fixture){ make_folder ("input"), make_folder ("output"), make_folder ("temp"), make_folder ("models"), make_folder ("user") };
  f->folders = (mk_folders){ f->input, f->output, f->temp, f->models, f->models };
  f->registry = mk_registry_new ();
  for (size_t i = 0; i < MK_COUNT (server_nodes); i++)
    CHECK (mk_registry_add (f->registry, &server_nodes[i], NULL));
}

static inline void
server_fixture_begin (server_fixture *f)
{
  server_fixture_prepare (f);
  server_fixture_open (f, server_fixture_config (f));
}

static inline void
server_fixture_end (server_fixture *f)
{
  server_fixture_close (f);
  mk_registry_free (f->registry);
  g_free (f->input);
  g_free (f->output);
  g_free (f->temp);
  g_free (f->models);
  g_free (f->user);
}

/* --- asking --- */

typedef struct {
  mk_loop *loop;
  bool is_done;
  unsigned status;
  char *body, *type, *headers;
} served;

static inline void
on_served (void *user, const mk_http_reply *reply, const GError *error)
{
  served *s = user;
  if (reply == NULL)
    mk_test_fail (__FILE__, __LINE__, "no answer: %s", error->message);
  s->status = reply->status;
  s->body = g_strdup (reply->body);
  s->type = g_strdup (reply->type);
  s->headers = g_strjoinv ("\n", (char **)(uintptr_t)reply->headers);
  s->is_done = true;
}

static inline void
served_clear (served *s)
{
  g_free (s->body);
  g_free (s->type);
  g_free (s->headers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (served, served_clear)

static inline served
ask (server_fixture *f, const char *path, mk_http_order order)
{
  served s = { .loop = f->loop };
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u%s", mk_server_port (f->server), path);
  order.url = url;
  order.done = on_served;
  order.user = &s;
  mk_http_client_start (f->client, &order);
  while (!s.is_done)
    mk_loop_step (f->loop, 1000);
  return s;
}

static inline served
post (server_fixture *f, const char *path, const char *body)
{
  return ask (f, path, (mk_http_order){ .body = body, .length = strlen (body) });
}

static inline void
expect (server_fixture *f, const char *path, unsigned status, const char *body)
{
  g_auto (served) s = ask (f, path, (mk_http_order){ 0 });
  CHECK_INT (s.status, ==, status);
  if (body != NULL)
    CHECK_STRING (s.body, body);
}

/* --- listening --- */

typedef struct {
  GPtrArray *texts; /* messages as they came */
  mk_ws *ws;
  bool is_open;
} listener;

static inline void
on_listener_open (mk_ws *ws, void *user)
{
  (void)ws;
  ((listener *)user)->is_open = true;
}

static inline void
on_listener_message (mk_ws *ws, bool is_text, const char *bytes, size_t length, void *user)
{
  (void)ws;
  g_ptr_array_add (((listener *)user)->texts, is_text ? g_strdup (bytes) : g_strdup_printf ("binary %zu", length));
}

static inline void
on_listener_closed (mk_ws *ws, unsigned code, const char *reason, void *user)
{
  (void)ws, (void)code, (void)reason;
  ((listener *)user)->ws = NULL;
}

static const mk_ws_events listener_events = { on_listener_open, on_listener_message, on_listener_closed };

static inline void
listener_begin (listener *l, server_fixture *f, const char *sid)
{
  *l = (listener){ .texts = g_ptr_array_new_with_free_func (g_free) };
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u/ws?clientId=%s", mk_server_port (f->server), sid);
  l->ws = mk_ws_connect (f->client, url, NULL, &listener_events, NULL, l);
  while (l->ws != NULL && (!l->is_open || l->texts->len == 0))
    mk_loop_step (f->loop, 1000);
  CHECK (l->ws != NULL);
}

/* Waits until a message holds `part`, and gives it. */
static inline const char *
hear (listener *l, server_fixture *f, const char *part)
{
  for (guint at = 0;; at++) {
    for (int rounds = 0; at >= l->texts->len; rounds++) {
      CHECK (l->ws != NULL);
      if (rounds > 2000)
        mk_test_fail (__FILE__, __LINE__, "nobody said %s; the last was %s", part, (char *)l->texts->pdata[at - 1]);
      mk_loop_step (f->loop, 10);
    }
    if (strstr (l->texts->pdata[at], part) != NULL)
      return l->texts->pdata[at];
  }
}
