/* The server is killed at moments that nobody chose; after each restart nothing may be lost, doubled or claimed. */
#include <sys/wait.h>

#include "server_fixture.h"

#define N_PROMPTS 60
#define N_KILLS 12

typedef struct {
  server_fixture f;
  pid_t pid;
  int port_pipe;
  unsigned port;
} victim;

static void
tell_port (void *user, unsigned port)
{
  ssize_t n = write (*(int *)user, &port, sizeof port);
  CHECK_INT (n, ==, sizeof port);
}

static void
start (victim *v)
{
  int ends[2];
  CHECK_INT (pipe (ends), ==, 0);
  v->pid = fork ();
  if (v->pid == 0) {
    close (ends[0]);
    mk_server_config config = server_fixture_config (&v->f);
    config.ready = tell_port;
    config.user = &ends[1];
    mk_server_run (&config, NULL, NULL);
    _exit (1);
  }
  close (ends[1]);
  CHECK_INT (read (ends[0], &v->port, sizeof v->port), ==, sizeof v->port);
  close (ends[0]);
}

static void
kill_it (victim *v)
{
  kill (v->pid, SIGKILL);
  CHECK_INT (waitpid (v->pid, NULL, 0), ==, v->pid);
}

typedef struct {
  bool is_done;
  unsigned status;
  char *body;
} heard;

static void
on_heard (void *user, const mk_http_reply *reply, const GError *error)
{
  (void)error;
  heard *h = user;
  h->is_done = true;
  h->status = reply != NULL ? reply->status : 0;
  h->body = g_strdup (reply != NULL ? reply->body : "");
}

/* Status 0 when the server is away. g_free the body. */
static heard
request (victim *v, const char *path, const char *body)
{
  heard h = { 0 };
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u%s", v->port, path);
  mk_http_client_start (v->f.client, &(mk_http_order){ .url = url, .body = body, .length = body != NULL ? strlen (body) : 0, .done = on_heard, .user = &h });
  while (!h.is_done)
    mk_loop_step (v->f.loop, 100);
  return h;
}

static size_t
count_history (victim *v, mk_json **history)
{
  heard h = request (v, "/history", NULL);
  CHECK_INT (h.status, ==, 200);
  CHECK (mk_json_parse (h.body, -1, NULL, history, NULL));
  g_free (h.body);
  return mk_json_length (*history);
}

static void
wait_for_progress (victim *v, size_t *n_seen)
{
  for (size_t n = 0; n <= *n_seen;) {
    mk_json *history = NULL;
    n = count_history (v, &history);
    mk_json_unref (history);
    if (n > *n_seen) {
      *n_seen = n;
      return;
    }
    mk_loop_step (v->f.loop, 5);
  }
}

TEST_WITHIN (no_accepted_prompt_is_lost_when_the_server_is_killed, 120)
{
  victim v = { .port = 0 };
  server_fixture_prepare (&v.f);
  v.f.loop = mk_loop_new (NULL);
  v.f.client = mk_http_client_new (v.f.loop, NULL);
  g_autoptr (GHashTable) accepted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  start (&v);
  size_t n_seen = 0;
  for (int i = 0, n_kills = 0; i < N_PROMPTS; i++) {
    g_autofree char *id = g_strdup_printf ("prompt-%d", i);
    g_autofree char *body = g_strdup_printf ("{\"prompt_id\": \"%s\", \"prompt\": {\"1\": {\"class_type\": \"Sleep\", \"inputs\": {\"ms\": %d, \"text\": \"%d\"}}, "
                                             "\"2\": {\"class_type\": \"Show\", \"inputs\": {\"text\": [\"1\", 0]}}}}", id, i % 7, i);
    heard h = request (&v, "/prompt", body);
    if (h.status == 200)
      g_hash_table_add (accepted, g_strdup (id));
    g_free (h.body);
    if (i % (N_PROMPTS / N_KILLS) == 3 && n_kills++ < N_KILLS) {
      wait_for_progress (&v, &n_seen); /* the same prompt is not hit three times, which would end it rightly */
      nanosleep (&(struct timespec){ 0, (i * 7919 % 20) * 1000000 }, NULL); /* somewhere in the middle of something */
      kill_it (&v);
      start (&v);
    }
  }
  CHECK_INT (g_hash_table_size (accepted), ==, N_PROMPTS);
  mk_json *history = NULL;
  while (count_history (&v, &history) < N_PROMPTS) {
    g_clear_pointer (&history, mk_json_unref);
    mk_loop_step (v.f.loop, 20);
  }
  for (mk_json_iter i = mk_json_iterate (history); mk_json_next (&i);) {
    const char *shown = mk_json_get_string (mk_json_at (mk_json_get (mk_json_get (mk_json_get (i.value, "outputs"), "2"), "text"), 0));
    CHECK (g_hash_table_contains (accepted, i.key));
    CHECK_STRING (mk_json_get_string (mk_json_get (mk_json_get (i.value, "status"), "status_str")), "success");
    CHECK_STRING (shown, i.key + strlen ("prompt-")); /* its own result, not another's */
  }
  mk_json_unref (history);
  kill_it (&v);
  server_fixture_end (&v.f);
}

TEST_WITHIN (a_prompt_that_kills_the_server_each_time_is_given_up, 60)
{
  victim v = { .port = 0 };
  server_fixture_prepare (&v.f);
  v.f.loop = mk_loop_new (NULL);
  v.f.client = mk_http_client_new (v.f.loop, NULL);
  start (&v);
  heard h = request (&v, "/prompt", "{\"prompt_id\": \"p\", \"prompt\": {\"1\": {\"class_type\": \"Sleep\", \"inputs\": {\"ms\": 60000}}, "
                                    "\"2\": {\"class_type\": \"Show\", \"inputs\": {\"text\": [\"1\", 0]}}}}");
  CHECK_INT (h.status, ==, 200);
  g_free (h.body);
  mk_json *history = NULL;
  for (int life = 0; life < 3; life++) {
    for (bool is_running = false; !is_running; g_free (h.body)) {
      h = request (&v, "/queue", NULL);
      is_running = strstr (h.body, "\"queue_running\": [[0, \"p\"") != NULL;
    }
    CHECK_INT (count_history (&v, &history), ==, 0);
    g_clear_pointer (&history, mk_json_unref);
    kill_it (&v);
    start (&v);
  }
  while (count_history (&v, &history) == 0)
    g_clear_pointer (&history, mk_json_unref);
  const mk_json *status = mk_json_get (mk_json_get (history, "p"), "status");
  g_autofree char *text = mk_json_print (status);
  CHECK (strstr (text, "the server died each time") != NULL);
  mk_json_unref (history);
  kill_it (&v);
  server_fixture_end (&v.f);
}
