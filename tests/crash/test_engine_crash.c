/* The server is killed at moments that nobody chose; after each restart nothing may be lost, doubled or claimed. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "server_fixture.h"

/* Prompts are named by UUIDs that hold their number. */
#define P "00000000-0000-4000-8000-000000000001"
#define MAYBE "00000000-0000-4000-9000-"
#define N_KILLS 12
#define PROMPTS_PER_KILL 5

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

/* A prompt that the server may or may not have taken: sent without waiting for the answer. */
static void
blurt (victim *v, int i)
{
  g_autofree char *body = g_strdup_printf ("{\"prompt_id\": \"" MAYBE "%012d\", \"prompt\": {\"1\": {\"class_type\": \"Text\", \"inputs\": {\"text\": \"%d\"}}, \"2\": {\"class_type\": \"Show\", \"inputs\": {\"text\": [\"1\", 0]}}}}", i, i);
  g_autofree char *request = g_strdup_printf ("POST /prompt HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %zu\r\n\r\n%s", strlen (body), body);
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons ((uint16_t)v->port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  CHECK_INT (connect (fd, (struct sockaddr *)&to, sizeof to), ==, 0);
  CHECK_INT (send (fd, request, strlen (request), MSG_NOSIGNAL), ==, (ssize_t)strlen (request));
  close (fd);
}

/* Kills by MK_CRASH_KILLS, for those who want hundreds; a few are enough for every day. */
static int
count_kills (void)
{
  const char *given = g_getenv ("MK_CRASH_KILLS");
  return given != NULL ? CLAMP (atoi (given), 1, 100000) : N_KILLS;
}

/* Everything that was accepted is there, once, with its own result, in the order of acceptance; what may have been is
 * whole or absent. */
static void
check_history (const mk_json *history, GHashTable *accepted)
{
  int last = -1;
  size_t n = 0;
  for (mk_json_iter i = mk_json_iterate (history); mk_json_next (&i);) {
    const char *shown = mk_json_get_string (mk_json_at (mk_json_get (mk_json_get (mk_json_get (i.value, "outputs"), "2"), "text"), 0));
    CHECK_STRING (mk_json_get_string (mk_json_get (mk_json_get (i.value, "status"), "status_str")), "success");
    CHECK_INT (atoi (shown), ==, atoi (strrchr (i.key, '-') + 1)); /* its own result, not another's */
    if (g_str_has_prefix (i.key, MAYBE))
      continue;
    CHECK (g_hash_table_contains (accepted, i.key));
    CHECK_INT (atoi (shown), >, last);
    last = atoi (shown);
    n++;
  }
  CHECK_INT (n, ==, g_hash_table_size (accepted));
}

TEST_WITHIN (no_accepted_prompt_is_lost_when_the_server_is_killed, 36000)
{
  victim v = { .port = 0 };
  server_fixture_prepare (&v.f);
  v.f.loop = mk_loop_new (NULL);
  v.f.client = mk_http_client_new (v.f.loop, NULL);
  g_autoptr (GHashTable) accepted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GRand) chance = g_rand_new_with_seed (7919);
  start (&v);
  size_t n_seen = 0;
  int n_kills = count_kills (), n_prompts = n_kills * PROMPTS_PER_KILL;
  for (int i = 0; i < n_prompts; i++) {
    g_autofree char *id = g_strdup_printf ("00000000-0000-4000-8000-%012d", i);
    g_autofree char *body = g_strdup_printf ("{\"prompt_id\": \"%s\", \"prompt\": {\"1\": {\"class_type\": \"Sleep\", \"inputs\": {\"ms\": %d, \"text\": \"%d\"}}, "
                                             "\"2\": {\"class_type\": \"Show\", \"inputs\": {\"text\": [\"1\", 0]}}}}", id, i % 7, i);
    heard h = request (&v, "/prompt", body);
    CHECK_INT (h.status, ==, 200);
    g_hash_table_add (accepted, g_strdup (id));
    g_free (h.body);
    if (i % PROMPTS_PER_KILL != 3)
      continue;
    wait_for_progress (&v, &n_seen); /* the same prompt is not hit three times, which would end it rightly */
    if (g_rand_boolean (chance))
      blurt (&v, i);
    nanosleep (&(struct timespec){ 0, g_rand_int_range (chance, 0, 20000000) }, NULL); /* somewhere in the middle of something */
    kill_it (&v);
    start (&v);
  }
  for (bool is_over = false; !is_over;) {
    heard h = request (&v, "/queue", NULL);
    is_over = strcmp (h.body, "{\"queue_running\": [], \"queue_pending\": []}") == 0;
    g_free (h.body);
    mk_loop_step (v.f.loop, 20);
  }
  mk_json *history = NULL;
  count_history (&v, &history);
  check_history (history, accepted);
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
  heard h = request (&v, "/prompt", "{\"prompt_id\": \"" P "\", \"prompt\": {\"1\": {\"class_type\": \"Sleep\", \"inputs\": {\"ms\": 60000}}, "
                                    "\"2\": {\"class_type\": \"Show\", \"inputs\": {\"text\": [\"1\", 0]}}}}");
  CHECK_INT (h.status, ==, 200);
  g_free (h.body);
  mk_json *history = NULL;
  for (int life = 0; life < 3; life++) {
    for (bool is_running = false; !is_running; g_free (h.body)) {
      h = request (&v, "/queue", NULL);
      is_running = strstr (h.body, "\"queue_running\": [[0, \"" P "\"") != NULL;
    }
    CHECK_INT (count_history (&v, &history), ==, 0);
    g_clear_pointer (&history, mk_json_unref);
    kill_it (&v);
    start (&v);
  }
  while (count_history (&v, &history) == 0)
    g_clear_pointer (&history, mk_json_unref);
  const mk_json *status = mk_json_get (mk_json_get (history, P), "status");
  g_autofree char *text = mk_json_print (status);
  CHECK (strstr (text, "the server died each time") != NULL);
  mk_json_unref (history);
  kill_it (&v);
  server_fixture_end (&v.f);
}
