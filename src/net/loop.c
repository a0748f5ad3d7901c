#include "net/loop.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* How long a cancel token that fires elsewhere may go unnoticed. */
#define CANCEL_LATENCY_MS 500
#define EVENTS_PER_ROUND 128

typedef struct {
  mk_loop_func func;
  void *user;
} posted;

typedef struct {
  mk_loop_hook_func func;
  void *user;
} hook;

struct mk_watch {
  mk_loop *loop;
  int fd;
  mk_watch_func func; /* NULL once freed; the memory goes at the end of the round */
  void *user;
};

struct mk_timer {
  mk_loop *loop;
  int64_t due_ms;
  uint64_t order; /* equal times fire in the order of starting */
  bool is_started;
  mk_loop_func func;
  void *user;
};

struct mk_loop {
  int epoll_fd, wake_fd;
  atomic_bool is_quitting;
  int64_t now_ms;
  GTree *timers; /* started ones by time */
  uint64_t n_starts;
  GArray *hooks;
  GPtrArray *dead; /* watches freed during this round */
  pthread_mutex_t lock; /* guards `posts` */
  GArray *posts;
};

static int64_t
read_clock_ms (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static gint
compare_timers (gconstpointer left, gconstpointer right)
{
  const mk_timer *a = left, *b = right;
  if (a->due_ms != b->due_ms)
    return a->due_ms < b->due_ms ? -1 : 1;
  return a->order < b->order ? -1 : a->order > b->order;
}

mk_loop *
mk_loop_new (GError **error)
{
  int epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  int wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct epoll_event wake = { .events = EPOLLIN, .data.ptr = NULL };
  if (epoll_fd < 0 || wake_fd < 0 || epoll_ctl (epoll_fd, EPOLL_CTL_ADD, wake_fd, &wake) < 0) {
    mk_error (error, MK_ERROR_FAILED, "an event loop cannot be made: %s", g_strerror (errno));
    if (epoll_fd >= 0)
      close (epoll_fd);
    if (wake_fd >= 0)
      close (wake_fd);
    return NULL;
  }
  mk_loop *loop = g_new0 (mk_loop, 1);
  loop->epoll_fd = epoll_fd;
  loop->wake_fd = wake_fd;
  loop->now_ms = read_clock_ms ();
  loop->timers = g_tree_new (compare_timers);
  loop->hooks = g_array_new (FALSE, FALSE, sizeof (hook));
  loop->dead = g_ptr_array_new_with_free_func (g_free);
  loop->posts = g_array_new (FALSE, FALSE, sizeof (posted));
  pthread_mutex_init (&loop->lock, NULL);
  return loop;
}

static void
run_posts (mk_loop *loop)
{
  pthread_mutex_lock (&loop->lock);
  GArray *posts = loop->posts;
  if (posts->len > 0)
    loop->posts = g_array_new (FALSE, FALSE, sizeof (posted));
  pthread_mutex_unlock (&loop->lock);
  if (posts == loop->posts)
    return;
  for (guint i = 0; i < posts->len; i++) {
    posted p = g_array_index (posts, posted, i);
    p.func (p.user);
  }
  g_array_free (posts, TRUE);
}

void
mk_loop_free (mk_loop *loop)
{
  if (loop == NULL)
    return;
  run_posts (loop);
  g_ptr_array_free (loop->dead, TRUE);
  g_array_free (loop->hooks, TRUE);
  g_array_free (loop->posts, TRUE);
  g_tree_destroy (loop->timers);
  pthread_mutex_destroy (&loop->lock);
  close (loop->wake_fd);
  close (loop->epoll_fd);
  g_free (loop);
}

static void
wake (mk_loop *loop)
{
  uint64_t one = 1;
  ssize_t n = write (loop->wake_fd, &one, sizeof one);
  (void)n; /* a full counter wakes as well */
}

void
mk_loop_post (mk_loop *loop, mk_loop_func func, void *user)
{
  posted p = { func, user };
  pthread_mutex_lock (&loop->lock);
  bool is_first = loop->posts->len == 0;
  g_array_append_val (loop->posts, p);
  pthread_mutex_unlock (&loop->lock);
  if (is_first)
    wake (loop);
}

void
mk_loop_quit (mk_loop *loop)
{
  atomic_store (&loop->is_quitting, true);
  wake (loop);
}

int64_t
mk_loop_now_ms (const mk_loop *loop)
{
  return loop->now_ms;
}

/* --- timers --- */

mk_timer *
mk_timer_new (mk_loop *loop, mk_loop_func func, void *user)
{
  mk_timer *timer = g_new0 (mk_timer, 1);
  timer->loop = loop;
  timer->func = func;
  timer->user = user;
  return timer;
}

void
mk_timer_stop (mk_timer *timer)
{
  if (timer->is_started)
    g_tree_remove (timer->loop->timers, timer);
  timer->is_started = false;
}

void
mk_timer_start (mk_timer *timer, int64_t delay_ms)
{
  mk_timer_stop (timer);
  timer->due_ms = read_clock_ms () + MAX (delay_ms, 0);
  timer->order = timer->loop->n_starts++;
  timer->is_started = true;
  g_tree_insert (timer->loop->timers, timer, timer);
}

void
mk_timer_free (mk_timer *timer)
{
  if (timer == NULL)
    return;
  mk_timer_stop (timer);
  g_free (timer);
}

/* A timer that starts itself with no delay waits for the next round: `limit` is read before the first. */
static void
run_timers (mk_loop *loop)
{
  uint64_t limit = loop->n_starts;
  for (;;) {
    GTreeNode *first = g_tree_node_first (loop->timers);
    mk_timer *timer = first != NULL ? g_tree_node_key (first) : NULL;
    if (timer == NULL || timer->due_ms > loop->now_ms || timer->order >= limit)
      return;
    mk_timer_stop (timer);
    timer->func (timer->user);
  }
}

/* --- descriptors --- */

static uint32_t
epoll_bits (unsigned events)
{
  return ((events & MK_WATCH_READ) != 0 ? EPOLLIN : 0u) | ((events & MK_WATCH_WRITE) != 0 ? EPOLLOUT : 0u);
}

mk_watch *
mk_watch_new (mk_loop *loop, int fd, unsigned events, mk_watch_func func, void *user, GError **error)
{
  mk_watch *watch = g_new0 (mk_watch, 1);
  *watch = (mk_watch){ loop, fd, func, user };
  struct epoll_event event = { .events = epoll_bits (events), .data.ptr = watch };
  if (epoll_ctl (loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0)
    return watch;
  mk_error (error, MK_ERROR_FAILED, "descriptor %d cannot be watched: %s", fd, g_strerror (errno));
  g_free (watch);
  return NULL;
}

void
mk_watch_set (mk_watch *watch, unsigned events)
{
  struct epoll_event event = { .events = epoll_bits (events), .data.ptr = watch };
  epoll_ctl (watch->loop->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event);
}

void
mk_watch_free (mk_watch *watch)
{
  if (watch == NULL)
    return;
  epoll_ctl (watch->loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
  watch->func = NULL;
  g_ptr_array_add (watch->loop->dead, watch);
}

static void
dispatch (mk_loop *loop, const struct epoll_event *event)
{
  mk_watch *watch = event->data.ptr;
  if (watch == NULL) {
    uint64_t count;
    ssize_t n = read (loop->wake_fd, &count, sizeof count);
    (void)n; /* nothing to read means that another round has read it */
    return;
  }
  if (watch->func == NULL)
    return;
  unsigned events = 0;
  if ((event->events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
    events |= MK_WATCH_READ;
  if ((event->events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0)
    events |= MK_WATCH_WRITE;
  watch->func (watch->user, events);
}

/* --- rounds --- */

void
mk_loop_add_hook (mk_loop *loop, mk_loop_hook_func func, void *user)
{
  hook h = { func, user };
  g_array_append_val (loop->hooks, h);
}

void
mk_loop_remove_hook (mk_loop *loop, mk_loop_hook_func func, void *user)
{
  for (guint i = 0; i < loop->hooks->len; i++) {
    hook *h = &g_array_index (loop->hooks, hook, i);
    if (h->func == func && h->user == user) {
      g_array_remove_index (loop->hooks, i);
      return;
    }
  }
}

static int
sooner (int timeout_ms, int64_t wanted_ms)
{
  if (wanted_ms < 0)
    return timeout_ms;
  wanted_ms = MIN (wanted_ms, G_MAXINT);
  return timeout_ms < 0 || wanted_ms < timeout_ms ? (int)wanted_ms : timeout_ms;
}

static int
wait_at_most (mk_loop *loop, int timeout_ms)
{
  for (guint i = 0; i < loop->hooks->len; i++) {
    hook h = g_array_index (loop->hooks, hook, i);
    timeout_ms = sooner (timeout_ms, h.func (h.user));
  }
  GTreeNode *first = g_tree_node_first (loop->timers);
  if (first != NULL) {
    const mk_timer *timer = g_tree_node_key (first);
    timeout_ms = sooner (timeout_ms, MAX (timer->due_ms - read_clock_ms (), 0));
  }
  return timeout_ms;
}

void
mk_loop_step (mk_loop *loop, int timeout_ms)
{
  struct epoll_event events[EVENTS_PER_ROUND];
  int n = epoll_wait (loop->epoll_fd, events, EVENTS_PER_ROUND, wait_at_most (loop, timeout_ms));
  loop->now_ms = read_clock_ms ();
  for (int i = 0; i < n; i++)
    dispatch (loop, &events[i]);
  run_posts (loop);
  run_timers (loop);
  g_ptr_array_set_size (loop->dead, 0);
}

void
mk_loop_run (mk_loop *loop, const mk_cancel *cancel)
{
  while (!atomic_load (&loop->is_quitting) && (cancel == NULL || !atomic_load (&cancel->fired)))
    mk_loop_step (loop, cancel != NULL ? CANCEL_LATENCY_MS : -1);
  atomic_store (&loop->is_quitting, false);
}
