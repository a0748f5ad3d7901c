/* Requests per second of the engine's server, with a client on another core that keeps connections busy.
 *
 * The server is a process of its own, pinned to processor 0; the load comes from this process on the others: plain
 * sockets, 32 connections, one request in flight on each, as wrk does. */
#include <arpa/inet.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "bench.h"
#include "nodes/nodes.h"
#include "server/server.h"

#define N_CONNECTIONS 32
#define SECONDS 3.0
#define N_PROMPTS 10000

typedef struct {
  const char *path;
  double goal;
} route;

static void
pin (int first, int last)
{
  cpu_set_t set;
  CPU_ZERO (&set);
  for (int i = first; i <= last; i++)
    CPU_SET (i, &set);
  sched_setaffinity (0, sizeof set, &set);
}

static void
tell_port (void *user, unsigned port)
{
  if (write (*(int *)user, &port, sizeof port) != sizeof port)
    exit (1);
}

static const mk_port show_in[] = { { .name = "text", .type = "STRING", MK_TEXT ("") }, { 0 } };
static const mk_port show_out[] = { { 0 } };

static bool
run_show (mk_run *run, GError **error)
{
  (void)run, (void)error;
  return true;
}

static const mk_node_def show = { .id = "BenchShow", .category = "bench", .inputs = show_in, .outputs = show_out, .flags = MK_NODE_OUTPUT, .run = run_show };

static void
serve (const char *root, int fd)
{
  char *names[5];
  static const char *const parts[] = { "input", "output", "temp", "models", "user" };
  for (int i = 0; i < 5; i++) {
    names[i] = g_build_filename (root, parts[i], NULL);
    mk_folder_make (names[i], NULL);
  }
  mk_folders folders = { names[0], names[1], names[2], names[3], names[3] };
  mk_registry *registry = mk_registry_new ();
  mk_registry_add_all (registry, mk_all_nodes, NULL);
  mk_registry_add (registry, &show, NULL);
  mk_server_config config = { .registry = registry, .folders = &folders, .user_folder = names[4], .ready = tell_port, .user = &fd };
  pin (0, 0);
  mk_server_run (&config, NULL, NULL);
  exit (1);
}

static int
dial (unsigned port)
{
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons ((uint16_t)port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  if (connect (fd, (struct sockaddr *)&to, sizeof to) < 0)
    exit (1);
  return fd;
}

/* True when the bytes hold a whole answer: headers and Content-Length bytes after them. */
static bool
is_whole (const char *bytes, size_t length)
{
  const char *end = g_strstr_len (bytes, (gssize)length, "\r\n\r\n");
  const char *size = end != NULL ? g_strstr_len (bytes, end - bytes, "Content-Length: ") : NULL;
  return size != NULL && length >= (size_t)(end + 4 - bytes) + strtoul (size + 16, NULL, 10);
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Requests per second, for SECONDS or `n_max` of them; the 99th percentile of their times goes to `*p99_ms`. */
static double
measure (unsigned port, const char *request, guint n_max, double *p99_ms)
{
  size_t length = strlen (request), max = 4 << 20;
  int epoll_fd = epoll_create1 (0), fds[N_CONNECTIONS];
  double began[N_CONNECTIONS];
  size_t had[N_CONNECTIONS] = { 0 };
  char *buffers[N_CONNECTIONS];
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  for (unsigned i = 0; i < N_CONNECTIONS; i++) {
    fds[i] = dial (port);
    buffers[i] = g_malloc (max);
    epoll_ctl (epoll_fd, EPOLL_CTL_ADD, fds[i], &(struct epoll_event){ .events = EPOLLIN, .data.u32 = i });
    began[i] = bench_now_ms ();
    if (send (fds[i], request, length, 0) < 0)
      exit (1);
  }
  double start = bench_now_ms (), now = start;
  while (n_max > 0 ? times->len < n_max : now - start < SECONDS * 1000) {
    struct epoll_event events[N_CONNECTIONS];
    int n = epoll_wait (epoll_fd, events, N_CONNECTIONS, 1000);
    now = bench_now_ms ();
    for (int k = 0; k < n; k++) {
      unsigned i = events[k].data.u32;
      ssize_t got = recv (fds[i], buffers[i] + had[i], max - had[i], 0);
      had[i] += got > 0 ? (size_t)got : 0;
      if (got <= 0)
        exit (1);
      if (!is_whole (buffers[i], had[i]))
        continue;
      double took = now - began[i];
      g_array_append_val (times, took);
      had[i] = 0;
      began[i] = now;
      if (send (fds[i], request, length, 0) < 0)
        exit (1);
    }
  }
  for (int i = 0; i < N_CONNECTIONS; i++) {
    close (fds[i]);
    g_free (buffers[i]);
  }
  close (epoll_fd);
  qsort (times->data, times->len, sizeof (double), compare_doubles);
  *p99_ms = g_array_index (times, double, times->len * 99 / 100);
  return times->len / ((now - start) / 1000);
}

static double
resident_mb (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/statm", (int)pid), *text = NULL;
  size_t length;
  unsigned long pages = 0;
  if (mk_file_read (path, 4096, &text, &length, NULL))
    sscanf (text, "%*u %lu", &pages);
  return (double)pages * (double)sysconf (_SC_PAGESIZE) / 1e6;
}

int
main (int argc, char **argv)
{
  bool as_json = argc > 1 && strcmp (argv[1], "--json") == 0;
  static const route routes[] = { { "/queue", 45000 }, { "/prompt", 45000 }, { "/system_stats", 0 }, { "/object_info/SaveImage", 0 }, { "/object_info", 0 } };
  char root[] = "/tmp/bench-server-XXXXXX";
  int ends[2];
  unsigned port = 0;
  if (mkdtemp (root) == NULL || pipe (ends) < 0)
    return 1;
  double start = bench_now_ms (), p99;
  pid_t pid = fork ();
  if (pid == 0)
    serve (root, ends[1]);
  pin (1, 63);
  if (read (ends[0], &port, sizeof port) != sizeof port)
    return 1;
  bench_print (as_json, "from fork to listening", bench_now_ms () - start, "ms", 100);
  bench_print (as_json, "idle resident memory", resident_mb (pid), "MB", 40);
  for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
    g_autofree char *name = g_strdup_printf ("GET %s", routes[i].path), *tail = g_strdup_printf ("GET %s, 99th percentile", routes[i].path);
    g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", routes[i].path);
    bench_print (as_json, name, measure (port, request, 0, &p99), "req/s", routes[i].goal);
    bench_print (as_json, tail, p99, "ms", routes[i].goal > 0 ? 10 : 0);
  }
  static const char prompt[] = "{\"prompt\": {\"1\": {\"class_type\": \"BenchShow\", \"inputs\": {\"text\": \"x\"}}}}";
  g_autofree char *post = g_strdup_printf ("POST /prompt HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n%s", strlen (prompt), prompt);
  double rate = measure (port, post, N_PROMPTS, &p99);
  bench_print (as_json, "10,000 prompts accepted, durably", N_PROMPTS / rate, "s", 10);
  double queue_rate = measure (port, "GET /queue HTTP/1.1\r\nHost: localhost\r\n\r\n", 100, &p99);
  bench_print (as_json, "listing them, 32 at once, 99th percentile", p99, "ms", 0);
  bench_print (as_json, "listing them, one", 1000 / queue_rate, "ms", 100);
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  return 0;
}
