/* beside.c - see beside.h. */
#include "server/beside.h"

#include <pthread.h>
#include <unistd.h>

typedef struct {
  void (*work) (void *user);
  mk_loop_func then;
  void *user;
} job;

struct mk_beside {
  mk_loop *loop;
  pthread_t thread;
  pthread_mutex_t lock; /* for what follows */
  pthread_cond_t wake;
  GArray *jobs;
  bool is_ending;
};

static pthread_mutex_t under_way = PTHREAD_MUTEX_INITIALIZER; /* held by a job, and while forking */

/* False when there is nothing left and the end has come. */
static bool
take_job (mk_beside *b, job *next)
{
  pthread_mutex_lock (&b->lock);
  while (b->jobs->len == 0 && !b->is_ending)
    pthread_cond_wait (&b->wake, &b->lock);
  bool has_one = b->jobs->len > 0;
  if (has_one) {
    *next = g_array_index (b->jobs, job, 0);
    g_array_remove_index (b->jobs, 0);
  }
  pthread_mutex_unlock (&b->lock);
  return has_one;
}

static void *
work_on (void *data)
{
  mk_beside *b = data;
  for (job next; take_job (b, &next);) {
    pthread_mutex_lock (&under_way);
    next.work (next.user);
    pthread_mutex_unlock (&under_way);
    mk_loop_post (b->loop, next.then, next.user);
  }
  return NULL;
}

static void
free_parts (mk_beside *b)
{
  pthread_mutex_destroy (&b->lock);
  pthread_cond_destroy (&b->wake);
  g_array_unref (b->jobs);
  g_free (b);
}

mk_beside *
mk_beside_new (mk_loop *loop)
{
  mk_beside *b = g_new0 (mk_beside, 1);
  b->loop = loop;
  b->jobs = g_array_new (FALSE, FALSE, sizeof (job));
  pthread_mutex_init (&b->lock, NULL);
  pthread_cond_init (&b->wake, NULL);
  if (pthread_create (&b->thread, NULL, work_on, b) == 0)
    return b;
  free_parts (b);
  return NULL;
}

void
mk_beside_run (mk_beside *b, void (*work) (void *user), mk_loop_func then, void *user)
{
  job next = { work, then, user };
  pthread_mutex_lock (&b->lock);
  g_array_append_val (b->jobs, next);
  pthread_cond_signal (&b->wake);
  pthread_mutex_unlock (&b->lock);
}

pid_t
mk_beside_fork (void)
{
  pthread_mutex_lock (&under_way);
  pid_t pid = fork ();
  pthread_mutex_unlock (&under_way);
  return pid;
}

void
mk_beside_free (mk_beside *b)
{
  if (b == NULL)
    return;
  pthread_mutex_lock (&b->lock);
  b->is_ending = true;
  pthread_cond_signal (&b->wake);
  pthread_mutex_unlock (&b->lock);
  pthread_join (b->thread, NULL);
  free_parts (b);
}
