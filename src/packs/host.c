#include "packs/host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "graph/model_paths.h"
#include "packs/wire.h"

/* Whoever ends without a word, having been started in a sandbox, was most likely not let into it. */
#define NO_SANDBOX_ADVICE " before it said a word; the log tells why. If bubblewrap may not make namespaces here, allow them to users (sysctl kernel.unprivileged_userns_clone=1) or grant the pack “unsandboxed”"
#define FIRST_PAUSE_MS 200
#define LONGEST_PAUSE_MS 30000
#define IMPORT_MS 60000     /* what a pack may import takes its time: torch alone several seconds */
#define TICK_MS 250
#define PATIENCE_MS 100
#define MAX_FALSE_STARTS 3
#define LISTEN_FD 10        /* where the process finds its sockets: above what a spawn juggles with */
#define CONTROL_FD 11
#define CATALOGUE_FD 12
#define SEND_BYTES (8 << 20)

typedef struct {
  int64_t id, deadline_ms;
  mk_pack_answer answer;
  void *user;
} question;

struct mk_pack_host {
  mk_pack *pack;
  mk_pack_host_config config;
  int listener, control;   /* -1 = none */
  pid_t pid;
  mk_watch *watch;
  mk_timer *tick, *again;
  mk_wire_reader reader;
  GArray *questions;       /* that wait for their answer */
  int64_t next_id, ready_by_ms, pause_ms;
  bool is_ready, is_given_up, has_refused;
  unsigned n_restarts, n_false_starts;
  char *trouble;
};

/* --- the end of a process --- */

static void
tell_all_nothing (mk_pack_host *host)
{
  while (host->questions->len > 0) {
    question q = g_array_index (host->questions, question, 0);
    g_array_remove_index (host->questions, 0);
    q.answer (q.user, NULL);
  }
}

/* Its sockets close a moment before it is gone: it may end by itself, and say how. */
static int
wait_for_end (pid_t pid)
{
  int status = 0;
  for (int i = 0; i < PATIENCE_MS; i++) {
    if (waitpid (pid, &status, WNOHANG) == pid)
      return status;
    g_usleep (1000);
  }
  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
  return status;
}

static int
bury (mk_pack_host *host, bool has_ended)
{
  int status = 0;
  g_clear_pointer (&host->watch, mk_watch_free);
  if (host->control >= 0)
    close (host->control);
  host->control = -1;
  if (host->pid > 0 && !has_ended)
    kill (host->pid, SIGKILL);
  if (host->pid > 0)
    status = wait_for_end (host->pid);
  host->pid = 0;
  atomic_store (&host->pack->state->pid, 0);
  host->is_ready = false;
  mk_wire_reader_clear (&host->reader);
  mk_wire_reader_init (&host->reader);
  return status;
}

static void
set_trouble (mk_pack_host *host, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_free (host->trouble);
  host->trouble = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  mk_log (MK_LOG_WARNING, "packs", "%s: %s", host->pack->name, host->trouble);
}

static void
give_up (mk_pack_host *host)
{
  host->is_given_up = true;
  mk_timer_stop (host->tick);
  host->config.failed (host->config.user, host->pack);
}

/* `why` NULL = it ended by itself. */
static void
end_process (mk_pack_host *host, const char *why)
{
  bool was_ready = host->is_ready;
  int status = bury (host, why == NULL);
  if (why != NULL)
    set_trouble (host, "%s", why);
  else if (!host->has_refused && WIFSIGNALED (status))
    set_trouble (host, "its process was ended by signal %d (%s)", WTERMSIG (status), strsignal (WTERMSIG (status)));
  else if (!host->has_refused) /* else it has said itself why, and how slowly it goes is no matter */
    set_trouble (host, "its process ended with status %d%s", WEXITSTATUS (status), was_ready || !host->config.has_sandbox ? "" : NO_SANDBOX_ADVICE);
  host->n_false_starts = was_ready ? 0 : host->n_false_starts + 1;
  host->pause_ms = was_ready || host->pause_ms == 0 ? FIRST_PAUSE_MS : MIN (host->pause_ms * 2, LONGEST_PAUSE_MS);
  if (host->n_false_starts >= MAX_FALSE_STARTS || host->has_refused)
    give_up (host);
  else
    mk_timer_start (host->again, host->pause_ms);
  tell_all_nothing (host);
}

/* --- what it says --- */

static bool
take_answer (mk_pack_host *host, const mk_json *message)
{
  int64_t id = mk_json_get_int (mk_json_get (message, "id"));
  for (guint i = 0; i < host->questions->len; i++) {
    question q = g_array_index (host->questions, question, i);
    if (q.id != id)
      continue;
    g_array_remove_index (host->questions, i);
    q.answer (q.user, message);
    return true;
  }
  return false; /* it came too late */
}

static void
on_message (mk_pack_host *host, const mk_json *message)
{
  if (mk_json_has (message, "event"))
    host->config.event (host->config.user, message);
  else if (mk_json_has (message, "failed")) { /* its code is at fault: another try would end the same way */
    host->has_refused = true;
    set_trouble (host, "%s", mk_json_get_string (mk_json_get (message, "failed")));
  } else if (mk_json_has (message, "nodes") && !mk_json_has (message, "id")) {
    host->is_ready = true;
    host->n_false_starts = 0;
    g_clear_pointer (&host->trouble, g_free);
    host->config.described (host->config.user, host->pack, message);
  } else
    take_answer (host, message);
}

/* False when its process is gone. */
static bool
take_messages (mk_pack_host *host)
{
  bool is_alive = mk_wire_reader_fill (&host->reader, host->control);
  for (mk_json *message; mk_wire_reader_take (&host->reader, &message); mk_json_unref (message))
    on_message (host, message);
  return is_alive;
}

static void
on_control (void *user, unsigned events)
{
  (void)events;
  mk_pack_host *host = user;
  if (!take_messages (host))
    end_process (host, NULL);
}

static void
on_tick (void *user)
{
  mk_pack_host *host = user;
  int64_t now = mk_loop_now_ms (host->config.loop);
  bool is_late = host->pid > 0 && !host->is_ready && now > host->ready_by_ms;
  for (guint i = 0; i < host->questions->len; i++)
    is_late |= now > g_array_index (host->questions, question, i).deadline_ms;
  if (is_late && !host->is_ready)
    host->has_refused = true; /* all prompts wait for packs that start: once is enough */
  if (is_late)
    end_process (host, host->is_ready ? "it did not answer in time and was ended" : "it took more than a minute to start and was ended; it is tried again when the engine starts anew");
  if (!host->is_given_up)
    mk_timer_start (host->tick, TICK_MS);
}

/* --- its start --- */

static int
move_up (int fd)
{
  int moved = fd >= 0 ? fcntl (fd, F_DUPFD_CLOEXEC, CATALOGUE_FD + 1) : -1;
  if (fd >= 0)
    close (fd);
  return moved;
}

/* Made once: a process that is started again finds those who wait already connected. */
static bool
listen_at (mk_pack_host *host)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  if (strlen (host->pack->socket_path) >= sizeof address.sun_path) {
    set_trouble (host, "the name of its socket is too long: %s", host->pack->socket_path);
    return false;
  }
  strcpy (address.sun_path, host->pack->socket_path);
  host->listener = move_up (socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (host->listener >= 0 && bind (host->listener, (struct sockaddr *)&address, sizeof address) == 0 && listen (host->listener, 64) == 0)
    return true;
  set_trouble (host, "%s: %s", host->pack->socket_path, g_strerror (errno));
  return false;
}

static void
add_all (GPtrArray *argv, const char *const *words)
{
  for (; *words != NULL; words++)
    g_ptr_array_add (argv, g_strdup (*words));
}

/* The order matters: /tmp is emptied first, so that folders of ours that lie there show through again. */
static void
add_sandbox (GPtrArray *argv, const mk_pack_host *host)
{
  const mk_folders *f = host->config.folders;
  const char *pack = host->pack->path;
  g_autofree char *script_folder = g_path_get_dirname (host->config.script), *pack_folder = g_path_get_dirname (pack);
  bool is_folder = g_file_test (pack, G_FILE_TEST_IS_DIR);
  const char *const general[] = { "bwrap", "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--cap-drop", "ALL",
                                  "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/run",
                                  "--ro-bind", script_folder, script_folder, "--ro-bind-try", f->models, f->models,
                                  is_folder ? "--bind" : "--ro-bind", is_folder ? pack : pack_folder, is_folder ? pack : pack_folder,
                                  "--bind", f->input, f->input, "--bind", f->output, f->output, "--bind", f->temp, f->temp, NULL };
  add_all (argv, general);
  if (!host->config.has_network)
    g_ptr_array_add (argv, g_strdup ("--unshare-net"));
  g_ptr_array_add (argv, g_strdup ("--"));
}

static char *
find_python (const mk_pack_host *host)
{
  static const char *const places[] = { ".venv/bin/python", "venv/bin/python" };
  for (size_t i = 0; i < MK_COUNT (places); i++) {
    g_autofree char *path = g_build_filename (host->pack->path, places[i], NULL);
    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&path);
  }
  return g_strdup (host->config.python);
}

/* Kinds that have more folders than our own, each with all of them in order. */
static void
add_model_folders (GPtrArray *argv, const mk_folders *f)
{
  g_autoptr (GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);
  for (unsigned i = 0; f->more_models != NULL && mk_model_paths_kind (f->more_models, i) != NULL; i++) {
    const char *kind = mk_model_paths_kind (f->more_models, i);
    if (!g_hash_table_add (told, (char *)kind))
      continue;
    g_auto (GStrv) folders = mk_model_paths_list (f, kind, NULL);
    for (char **folder = folders; *folder != NULL; folder++) {
      const char *const words[] = { "--models-of", kind, *folder, NULL };
      add_all (argv, words);
    }
  }
}

static GPtrArray *
make_command (const mk_pack_host *host)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);
  const mk_folders *f = host->config.folders;
  g_autofree char *python = find_python (host), *generation = g_strdup_printf ("%d", atomic_load (&host->pack->state->generation));
  if (host->config.has_sandbox)
    add_sandbox (argv, host);
  const char *const words[] = { python, "-s", host->config.script, "--name", host->pack->name, "--path", host->pack->path, "--generation", generation,
                                "--listen", G_STRINGIFY (LISTEN_FD), "--control", G_STRINGIFY (CONTROL_FD), "--input", f->input, "--output", f->output,
                                "--temp", f->temp, "--models", f->models, "--user", host->config.user_folder, NULL };
  add_all (argv, words);
  if (host->config.catalogue >= 0) {
    const char *const more[] = { "--catalogue", G_STRINGIFY (CATALOGUE_FD), NULL };
    add_all (argv, more);
  }
  add_model_folders (argv, f);
  g_ptr_array_add (argv, NULL);
  return argv;
}

static bool
spawn (mk_pack_host *host, int control)
{
  g_autoptr (GPtrArray) argv = make_command (host);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_addopen (&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2 (&actions, STDERR_FILENO, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2 (&actions, host->listener, LISTEN_FD);
  posix_spawn_file_actions_adddup2 (&actions, control, CONTROL_FD);
  if (host->config.catalogue >= 0)
    posix_spawn_file_actions_adddup2 (&actions, host->config.catalogue, CATALOGUE_FD);
  int code = posix_spawnp (&host->pid, argv->pdata[0], &actions, NULL, (char **)argv->pdata, environ);
  posix_spawn_file_actions_destroy (&actions);
  if (code == 0)
    return true;
  host->pid = 0;
  set_trouble (host, "%s: %s%s", (char *)argv->pdata[0], g_strerror (code),
               code == ENOENT && host->config.has_sandbox ? "; packs run in its sandbox: apt-get install bubblewrap" : "");
  return false;
}

static void
start (void *user)
{
  mk_pack_host *host = user;
  int pair[2] = { -1, -1 }, room = SEND_BYTES;
  bool is_first = atomic_fetch_add (&host->pack->state->generation, 1) == 0;
  host->n_restarts += !is_first;
  if (host->listener < 0 && !listen_at (host)) {
    give_up (host);
    return;
  }
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0) {
    host->control = move_up (pair[0]);
    int other = move_up (pair[1]);
    setsockopt (host->control, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    bool is_spawned = spawn (host, other);
    close (other);
    if (is_spawned)
      host->watch = mk_watch_new (host->config.loop, host->control, MK_WATCH_READ, on_control, host, NULL);
  }
  if (host->watch == NULL) {
    bury (host, false);
    give_up (host);
    return;
  }
  atomic_store (&host->pack->state->pid, host->pid);
  host->ready_by_ms = mk_loop_now_ms (host->config.loop) + IMPORT_MS;
  mk_timer_start (host->tick, TICK_MS);
}

/* --- for others --- */

mk_pack_host *
mk_pack_host_new (mk_pack *pack, const mk_pack_host_config *config)
{
  mk_pack_host *host = g_new0 (mk_pack_host, 1);
  host->pack = pack;
  host->config = *config;
  host->listener = host->control = -1;
  host->next_id = 1;
  host->questions = g_array_new (FALSE, FALSE, sizeof (question));
  host->tick = mk_timer_new (config->loop, on_tick, host);
  host->again = mk_timer_new (config->loop, start, host);
  mk_wire_reader_init (&host->reader);
  mk_timer_start (host->again, 0);
  return host;
}

void
mk_pack_host_free (mk_pack_host *host)
{
  if (host == NULL)
    return;
  bury (host, false);
  tell_all_nothing (host);
  if (host->listener >= 0)
    close (host->listener);
  unlink (host->pack->socket_path);
  mk_timer_free (host->tick);
  mk_timer_free (host->again);
  g_array_unref (host->questions);
  mk_wire_reader_clear (&host->reader);
  g_free (host->trouble);
  g_free (host);
}

void
mk_pack_host_ask (mk_pack_host *host, mk_json *taken_request, int64_t timeout_ms, mk_pack_answer answer, void *user)
{
  g_autoptr (mk_json) request = taken_request;
  question q = { host->next_id++, mk_loop_now_ms (host->config.loop) + timeout_ms, answer, user };
  mk_json_set (request, "id", mk_json_new_int (q.id));
  if (!host->is_ready || !mk_wire_send (host->control, request, -1, NULL)) {
    answer (user, NULL);
    return;
  }
  g_array_append_val (host->questions, q);
}

bool
mk_pack_host_is_ready (const mk_pack_host *host)
{
  return host->is_ready;
}

bool
mk_pack_host_is_given_up (const mk_pack_host *host)
{
  return host->is_given_up;
}

const char *
mk_pack_host_trouble (const mk_pack_host *host)
{
  return host->trouble;
}

unsigned
mk_pack_host_n_restarts (const mk_pack_host *host)
{
  return host->n_restarts;
}
