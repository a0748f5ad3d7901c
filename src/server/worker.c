#include "server/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "net/backstage.h"

#define MAX_FRAME ((uint32_t)512 << 20)
#define READ_BLOCK 65536
#define STUBBORN_MS 10000

struct mk_worker {
  mk_loop *loop;
  const mk_worker_settings *settings;
  const mk_worker_events *events;
  void *user;
  pid_t pid; /* 0 = none */
  int fd;
  mk_watch *watch;
  GByteArray *in, *out;
  mk_timer *stubborn; /* after an interrupt that nobody heeded */
  bool is_busy;
};

static void
kill_child (void *user)
{
  mk_worker *worker = user;
  if (worker->pid > 0)
    kill (worker->pid, SIGKILL);
}

mk_worker *
mk_worker_new (mk_loop *loop, const mk_worker_settings *settings, const mk_worker_events *events, void *user)
{
  mk_worker *worker = g_new0 (mk_worker, 1);
  worker->loop = loop;
  worker->settings = settings;
  worker->events = events;
  worker->user = user;
  worker->fd = -1;
  worker->in = g_byte_array_new ();
  worker->out = g_byte_array_new ();
  worker->stubborn = mk_timer_new (loop, kill_child, worker);
  return worker;
}

/* Waits for the child and says how it ended; g_free. */
static char *
bury (mk_worker *worker)
{
  g_clear_pointer (&worker->watch, mk_watch_free);
  close (worker->fd);
  worker->fd = -1;
  g_byte_array_set_size (worker->in, 0);
  g_byte_array_set_size (worker->out, 0);
  mk_timer_stop (worker->stubborn);
  kill (worker->pid, SIGKILL); /* one that has closed its socket is of no use */
  int status = 0;
  while (waitpid (worker->pid, &status, 0) < 0 && errno == EINTR)
    ;
  worker->pid = 0;
  if (WIFSIGNALED (status))
    return g_strdup_printf ("the process that ran it died of signal %d (%s)", WTERMSIG (status), g_strsignal (WTERMSIG (status)));
  return g_strdup_printf ("the process that ran it ended with status %d", WEXITSTATUS (status));
}

void
mk_worker_free (mk_worker *worker)
{
  if (worker == NULL)
    return;
  if (worker->pid > 0) {
    kill (worker->pid, SIGKILL);
    g_free (bury (worker));
  }
  mk_timer_free (worker->stubborn);
  g_byte_array_free (worker->in, TRUE);
  g_byte_array_free (worker->out, TRUE);
  g_free (worker);
}

/* --- frames --- */

static void
handle_state (mk_worker *worker, const mk_json *list)
{
  const mk_json *parent = mk_json_at (list, 2);
  worker->events->state (worker->user, mk_json_get_string (mk_json_at (list, 0)), mk_json_get_string (mk_json_at (list, 1)),
                         parent != NULL ? mk_json_get_string (parent) : NULL, mk_json_get_string (mk_json_at (list, 3)));
}

/* `rest` is two texts, each with its end. */
static void
handle_end (mk_worker *worker, const mk_json *head, const char *rest, size_t length)
{
  const char *second = memchr (rest, '\0', length);
  worker->is_busy = false;
  mk_timer_stop (worker->stubborn);
  bool is_whole = second != NULL && second + 1 < rest + length && rest[length - 1] == '\0';
  mk_worker_result result = { .is_good = is_whole && mk_json_get_bool (mk_json_get (head, "is_good")), .ui = is_whole ? rest : "{}", .meta = is_whole ? second + 1 : "{}",
                              .made = mk_json_get (head, "made") };
  worker->events->done (worker->user, &result);
}

static void
handle_frame (mk_worker *worker, char kind, const char *bytes, size_t length)
{
  const mk_worker_events *events = worker->events;
  const char *end = kind == 'V' || kind == 'D' ? memchr (bytes, '\0', length) : bytes + length;
  mk_json_limits limits = { .max_bytes = MAX_FRAME, .max_depth = 512 };
  g_autoptr (mk_json) value = NULL;
  if (end == NULL || !mk_json_parse (bytes, end - bytes, &limits, &value, NULL)) {
    mk_log (MK_LOG_WARNING, "server", "a worker said %zu bytes that mean nothing", length);
    return;
  }
  switch (kind) {
  case 'E':
    events->event (worker->user, mk_json_get_string (mk_json_at (value, 0)), mk_json_at (value, 1));
    break;
  case 'S':
    handle_state (worker, value);
    break;
  case 'P':
    events->progress (worker->user, mk_json_get_string (mk_json_at (value, 0)), mk_json_get_real (mk_json_at (value, 1)),
                      mk_json_get_real (mk_json_at (value, 2)));
    break;
  case 'T':
    events->tell (worker->user, mk_json_get_string (mk_json_at (value, 0)), mk_json_get_string (mk_json_at (value, 1)));
    break;
  case 'M':
    events->message (worker->user, value);
    break;
  case 'V':
    events->preview (worker->user, mk_json_get_string (mk_json_at (value, 0)), mk_json_get_string (mk_json_at (value, 1)), mk_json_get_bool (mk_json_at (value, 2)),
                     end + 1, length - (size_t)(end + 1 - bytes));
    break;
  case 'D':
    handle_end (worker, value, end + 1, length - (size_t)(end + 1 - bytes));
    break;
  default:
    break;
  }
}

static void
handle_frames (mk_worker *worker)
{
  size_t used = 0;
  pid_t pid = worker->pid;
  while (worker->in->len - used >= 5) {
    uint32_t length;
    memcpy (&length, worker->in->data + used, 4);
    if (length > MAX_FRAME) {
      kill_child (worker);
      return;
    }
    if (worker->in->len - used - 5 < length)
      break;
    handle_frame (worker, (char)worker->in->data[used + 4], (const char *)worker->in->data + used + 5, length);
    used += 5 + (size_t)length;
    if (worker->pid != pid)
      return;
  }
  g_byte_array_remove_range (worker->in, 0, (guint)used);
}

static void
flush (mk_worker *worker)
{
  while (worker->out->len > 0) {
    ssize_t n = send (worker->fd, worker->out->data, worker->out->len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n <= 0)
      break; /* not now, or never: reading tells which */
    g_byte_array_remove_range (worker->out, 0, (guint)n);
  }
  mk_watch_set (worker->watch, MK_WATCH_READ | (worker->out->len > 0 ? MK_WATCH_WRITE : 0u));
}

static void
on_ready (void *user, unsigned events)
{
  mk_worker *worker = user;
  if ((events & MK_WATCH_WRITE) != 0)
    flush (worker);
  if ((events & MK_WATCH_READ) == 0)
    return;
  guint had = worker->in->len;
  g_byte_array_set_size (worker->in, had + READ_BLOCK);
  ssize_t n = recv (worker->fd, worker->in->data + had, READ_BLOCK, MSG_DONTWAIT);
  g_byte_array_set_size (worker->in, had + (guint)MAX (n, 0));
  if (n > 0)
    handle_frames (worker);
  else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
    bool was_busy = worker->is_busy;
    worker->is_busy = false;
    g_autofree char *why = bury (worker);
    mk_log (MK_LOG_WARNING, "server", "a worker is gone: %s", why);
    if (was_busy)
      worker->events->died (worker->user, why);
  }
}

/* --- the child --- */

static void
be_child (mk_worker *worker, int fd, pid_t parent)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != parent)
    _exit (0);
  /* Of all that is open only the socket is ours; what the parent listens on must not live on in us. */
  int own = dup2 (fd, 3) >= 0 ? 3 : fd;
  close_range (4, ~0U, 0);
  fcntl (own, F_SETFD, FD_CLOEXEC);
  signal (SIGINT, SIG_IGN); /* Ctrl-C is the parent's to interpret */
  signal (SIGTERM, SIG_DFL);
  signal (SIGPIPE, SIG_IGN);
  mk_worker_child_run (own, worker->settings);
}

bool
mk_worker_start (mk_worker *worker, GError **error)
{
  if (worker->pid > 0)
    return true;
  int ends[2];
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
    return mk_error (error, MK_ERROR_FAILED, "a worker cannot be started: %s", g_strerror (errno));
  pid_t parent = getpid (), pid = mk_backstage_fork ();
  if (pid == 0)
    be_child (worker, ends[1], parent);
  close (ends[1]);
  if (pid < 0) {
    close (ends[0]);
    return mk_error (error, MK_ERROR_FAILED, "a worker cannot be started: %s", g_strerror (errno));
  }
  worker->pid = pid;
  worker->fd = ends[0];
  worker->watch = mk_watch_new (worker->loop, worker->fd, MK_WATCH_READ, on_ready, worker, error);
  if (worker->watch != NULL)
    return true;
  g_free (bury (worker));
  return false;
}

static void
queue_frame (mk_worker *worker, char kind, const char *bytes, uint32_t length)
{
  g_byte_array_append (worker->out, (const guint8 *)&length, 4);
  g_byte_array_append (worker->out, (const guint8 *)&kind, 1);
  g_byte_array_append (worker->out, (const guint8 *)bytes, length);
  flush (worker);
}

bool
mk_worker_run (mk_worker *worker, const char *job, GError **error)
{
  if (!mk_worker_start (worker, error))
    return false;
  size_t length = strlen (job);
  if (length > MAX_FRAME)
    return mk_error (error, MK_ERROR_LIMIT, "the workflow is larger than %u bytes", MAX_FRAME);
  worker->is_busy = true;
  queue_frame (worker, 'J', job, (uint32_t)length);
  return true;
}

void
mk_worker_interrupt (mk_worker *worker)
{
  if (!worker->is_busy)
    return;
  queue_frame (worker, 'I', "", 0);
  mk_timer_start (worker->stubborn, STUBBORN_MS);
}

void
mk_worker_free_memory (mk_worker *worker, bool results)
{
  if (worker->pid > 0)
    queue_frame (worker, results ? 'F' : 'U', "", 0);
}

bool
mk_worker_write (int fd, char kind, const void *bytes, size_t length)
{
  uint32_t size = (uint32_t)length;
  uint8_t head[5];
  memcpy (head, &size, 4);
  head[4] = (uint8_t)kind;
  struct iovec parts[2] = { { head, 5 }, { (void *)(uintptr_t)bytes, length } };
  struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
  while (parts[0].iov_len + parts[1].iov_len > 0) {
    ssize_t n = sendmsg (fd, &message, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    for (int i = 0; i < 2; i++) {
      size_t used = MIN ((size_t)n, parts[i].iov_len);
      parts[i].iov_base = (uint8_t *)parts[i].iov_base + used;
      parts[i].iov_len -= used;
      n -= (ssize_t)used;
    }
  }
  return true;
}
