/* engine_process.c - the engine that the bridge starts: one child, started again with growing pauses when it dies. */
#include "bridge/bridge_private.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_PAUSE_MS 200
#define LONGEST_PAUSE_MS 30000
#define STEADY_MS 60000 /* one that ran so long starts with short pauses again */
#define GRACE_MS 3000
#define MAX_SAID 2000
#define MAX_FALSE_STARTS 3 /* then it is down rather than starting, though it is tried again */

struct mk_engine_process {
  mk_bridge *bridge;
  mk_engine_process_up up;
  void *user;
  pid_t pid;            /* 0 = none */
  int output, errors;   /* its standard output and error, -1 = closed */
  mk_watch *watch, *errors_watch;
  mk_timer *again;
  GString *line;
  GString *said;        /* its last words on standard error */
  int64_t pause_ms, started_ms;
  unsigned n_restarts, n_false_starts; /* of these, the last so many never came up */
  bool is_up;
  char *last_words; /* how the last one ended; NULL */
};

static bool start (mk_engine_process *process, GError **error);

static void
on_timer (void *user)
{
  GError *error = NULL;
  mk_engine_process *process = user;
  if (start (process, &error))
    return;
  mk_log (MK_LOG_ERROR, "bridge", "the engine does not start: %s", error->message);
  g_error_free (error);
  mk_timer_start (process->again, LONGEST_PAUSE_MS);
}

static void
close_end (int *end, mk_watch **watch)
{
  g_clear_pointer (watch, mk_watch_free);
  if (*end >= 0)
    close (*end);
  *end = -1;
}

static void
close_output (mk_engine_process *process)
{
  close_end (&process->output, &process->watch);
  close_end (&process->errors, &process->errors_watch);
}

/* What it says goes on to where ours goes, and the end of it is kept: when it dies, that is why. */
static void
on_errors (void *user, unsigned events)
{
  (void)events;
  mk_engine_process *process = user;
  char bytes[4096];
  ssize_t n;
  while ((n = read (process->errors, bytes, sizeof bytes)) > 0) {
    for (ssize_t done = 0, now; done < n && (now = write (STDERR_FILENO, bytes + done, (size_t)(n - done))) > 0;)
      done += now;
    g_string_append_len (process->said, bytes, n);
    if (process->said->len > MAX_SAID)
      g_string_erase (process->said, 0, (gssize)(process->said->len - MAX_SAID));
  }
  if (n == 0 || (errno != EAGAIN && errno != EINTR))
    close_end (&process->errors, &process->errors_watch);
}

/* The last whole line of it that is no event of the log; "" = none. */
static char *
reason (const mk_engine_process *process)
{
  g_auto (GStrv) lines = g_strsplit (process->said->str, "\n", -1);
  for (guint i = g_strv_length (lines); i > 0; i--) {
    const char *line = lines[i - 1];
    if (line[0] != '\0' && line[0] != '{')
      return g_utf8_make_valid (g_str_has_prefix (line, "miktos: ") ? line + strlen ("miktos: ") : line, -1);
  }
  return g_strdup ("");
}

/* Its end of the pipe closes when it dies, however it does. */
static void
on_death (mk_engine_process *process)
{
  int status = 0;
  if (process->errors >= 0)
    on_errors (process, 0);
  close_output (process);
  waitpid (process->pid, &status, 0);
  process->pid = 0;
  bool was_steady = mk_loop_now_ms (process->bridge->loop) - process->started_ms > STEADY_MS;
  process->pause_ms = was_steady || process->pause_ms == 0 ? FIRST_PAUSE_MS : MIN (process->pause_ms * 2, LONGEST_PAUSE_MS);
  process->n_restarts++;
  process->n_false_starts = process->is_up ? 0 : process->n_false_starts + 1;
  process->is_up = false;
  g_autofree char *why = reason (process);
  g_free (process->last_words);
  process->last_words = WIFSIGNALED (status) ? g_strdup_printf ("the engine was ended by signal %d (%s)", WTERMSIG (status), strsignal (WTERMSIG (status)))
                                             : g_strdup_printf ("the engine ended with status %d%s%s", WEXITSTATUS (status), why[0] != '\0' ? ": " : "", why);
  mk_log (MK_LOG_WARNING, "bridge", "%s; it starts again in %.1f s", process->last_words, (double)process->pause_ms / 1000);
  mk_timer_start (process->again, process->pause_ms);
}

/* "miktos engine: http://127.0.0.1:43211" */
static void
on_line (mk_engine_process *process, const char *line)
{
  const char *url = strstr (line, "http");
  if (url == NULL || !g_str_has_prefix (line, "miktos engine: "))
    return;
  process->is_up = true;
  process->up (process->user, url);
}

static void
on_output (void *user, unsigned events)
{
  (void)events;
  mk_engine_process *process = user;
  char bytes[4096];
  ssize_t n = read (process->output, bytes, sizeof bytes);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0) {
    on_death (process);
    return;
  }
  for (ssize_t i = 0; i < n; i++)
    if (bytes[i] == '\n') {
      on_line (process, process->line->str);
      g_string_truncate (process->line, 0);
    } else if (process->line->len < sizeof bytes)
      g_string_append_c (process->line, bytes[i]);
}

static bool
spawn (mk_engine_process *process, int output, int errors, GError **error)
{
  const mk_bridge_config *config = process->bridge->config;
  g_autofree char *folder = g_build_filename (config->data_folder, "engine", NULL);
  g_autofree char *parent = g_strdup_printf ("%d", (int)getpid ());
  char *argv[] = { (char *)config->program, "engine", "--port", "0", "--parent", parent, "--base-directory", folder, "--preview-method", "auto", NULL };
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2 (&actions, errors, STDERR_FILENO);
  posix_spawn_file_actions_addopen (&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  int code = posix_spawn (&process->pid, config->program, &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy (&actions);
  if (code == 0)
    return true;
  process->pid = 0;
  return mk_error (error, MK_ERROR_UNAVAILABLE, "%s: %s", config->program, g_strerror (code));
}

static bool
watch_ends (mk_engine_process *process, int output, int errors, GError **error)
{
  fcntl (output, F_SETFL, O_NONBLOCK);
  fcntl (errors, F_SETFL, O_NONBLOCK);
  process->output = output;
  process->errors = errors;
  process->watch = mk_watch_new (process->bridge->loop, output, MK_WATCH_READ, on_output, process, error);
  process->errors_watch = process->watch != NULL ? mk_watch_new (process->bridge->loop, errors, MK_WATCH_READ, on_errors, process, error) : NULL;
  return process->errors_watch != NULL;
}

static bool
start (mk_engine_process *process, GError **error)
{
  int output[2], errors[2];
  if (pipe2 (output, O_CLOEXEC) != 0)
    return mk_error (error, MK_ERROR_FAILED, "no pipe: %s", g_strerror (errno));
  if (pipe2 (errors, O_CLOEXEC) != 0) {
    mk_error (error, MK_ERROR_FAILED, "no pipe: %s", g_strerror (errno));
    close (output[0]);
    close (output[1]);
    return false;
  }
  g_string_truncate (process->said, 0);
  bool is_started = spawn (process, output[1], errors[1], error);
  close (output[1]);
  close (errors[1]);
  if (!is_started) {
    close (output[0]);
    close (errors[0]);
    return false;
  }
  process->started_ms = mk_loop_now_ms (process->bridge->loop);
  return watch_ends (process, output[0], errors[0], error);
}

mk_engine_process *
mk_engine_process_new (mk_bridge *bridge, mk_engine_process_up up, void *user, GError **error)
{
  mk_engine_process *process = g_new0 (mk_engine_process, 1);
  *process = (mk_engine_process){ .bridge = bridge, .up = up, .user = user, .output = -1, .errors = -1, .line = g_string_new (NULL), .said = g_string_new (NULL) };
  process->again = mk_timer_new (bridge->loop, on_timer, process);
  if (start (process, error))
    return process;
  mk_engine_process_free (process);
  return NULL;
}

void
mk_engine_process_free (mk_engine_process *process)
{
  if (process == NULL)
    return;
  mk_timer_free (process->again);
  if (process->pid > 0) {
    kill (process->pid, SIGTERM);
    int waited_ms = 0;
    while (waitpid (process->pid, NULL, WNOHANG) == 0 && waited_ms < GRACE_MS) {
      g_usleep (20000);
      waited_ms += 20;
    }
    if (waited_ms >= GRACE_MS) {
      kill (process->pid, SIGKILL);
      waitpid (process->pid, NULL, 0);
    }
  }
  close_output (process);
  g_string_free (process->line, TRUE);
  g_string_free (process->said, TRUE);
  g_free (process->last_words);
  g_free (process);
}

unsigned
mk_engine_process_n_restarts (const mk_engine_process *process)
{
  return process->n_restarts;
}

bool
mk_engine_process_is_down (const mk_engine_process *process)
{
  return process->n_false_starts >= MAX_FALSE_STARTS;
}

const char *
mk_engine_process_last_words (const mk_engine_process *process)
{
  return process->last_words != NULL ? process->last_words : "";
}

pid_t
mk_engine_process_pid (const mk_engine_process *process)
{
  return process->pid;
}

void
mk_engine_process_kill (mk_engine_process *process)
{
  if (process->pid > 0)
    kill (process->pid, SIGKILL);
}
