/* backstage.c - see backstage.h. */
#include "net/backstage.h"

#include <pthread.h>
#include <unistd.h>

typedef struct {
  mk_loop_func work, done;
  void *user;
} job;

struct mk_backstage {
  mk_loop *loop;
  pthread_t thread;
  bool is_started; /* with the first job: a bridge that is only asked for its status needs no thread */
  pthread_mutex_t lock; /* guards all below */
  pthread_cond_t changed;
  GQueue *jobs;
  bool is_working, is_ending;
};

static pthread_mutex_t under_way = PTHREAD_MUTEX_INITIALIZER; /* held by a job, and while forking */

static void *
serve (void *given)
{
  mk_backstage *backstage = given;
  pthread_mutex_lock (&backstage->lock);
  while (!backstage->is_ending) {
    job *next = g_queue_pop_head (backstage->jobs);
    if (next == NULL) {
      pthread_cond_wait (&backstage->changed, &backstage->lock);
      continue;
    }
    backstage->is_working = true;
    pthread_mutex_unlock (&backstage->lock);
    pthread_mutex_lock (&under_way);
    next->work (next->user);
    pthread_mutex_unlock (&under_way);
    mk_loop_post (backstage->loop, next->done, next->user);
    g_free (next);
    pthread_mutex_lock (&backstage->lock);
    backstage->is_working = false;
    pthread_cond_broadcast (&backstage->changed);
  }
  pthread_mutex_unlock (&backstage->lock);
  return NULL;
}

mk_backstage *
mk_backstage_new (mk_loop *loop)
{
  mk_backstage *backstage = g_new0 (mk_backstage, 1);
  backstage->loop = loop;
  backstage->jobs = g_queue_new ();
  pthread_mutex_init (&backstage->lock, NULL);
  pthread_cond_init (&backstage->changed, NULL);
  return backstage;
}

void
mk_backstage_free (mk_backstage *backstage)
{
  if (backstage == NULL)
    return;
  pthread_mutex_lock (&backstage->lock);
  backstage->is_ending = true;
  pthread_cond_broadcast (&backstage->changed);
  pthread_mutex_unlock (&backstage->lock);
  if (backstage->is_started)
    pthread_join (backstage->thread, NULL);
  for (job *left; (left = g_queue_pop_head (backstage->jobs)) != NULL; g_free (left))
    mk_loop_post (backstage->loop, left->done, left->user);
  g_queue_free (backstage->jobs);
  pthread_cond_destroy (&backstage->changed);
  pthread_mutex_destroy (&backstage->lock);
  g_free (backstage);
}

void
mk_backstage_run (mk_backstage *backstage, mk_loop_func work, mk_loop_func done, void *user)
{
  if (!backstage->is_started)
    backstage->is_started = pthread_create (&backstage->thread, NULL, serve, backstage) == 0;
  if (!backstage->is_started) {
    work (user);
    mk_loop_post (backstage->loop, done, user);
    return;
  }
  job *next = g_new (job, 1);
  *next = (job){ work, done, user };
  pthread_mutex_lock (&backstage->lock);
  g_queue_push_tail (backstage->jobs, next);
  pthread_cond_broadcast (&backstage->changed);
  pthread_mutex_unlock (&backstage->lock);
}

void
mk_backstage_finish (mk_backstage *backstage)
{
  pthread_mutex_lock (&backstage->lock);
  while (backstage->is_working || !g_queue_is_empty (backstage->jobs))
    pthread_cond_wait (&backstage->changed, &backstage->lock);
  pthread_mutex_unlock (&backstage->lock);
}

pid_t
mk_backstage_fork (void)
{
  pthread_mutex_lock (&under_way);
  pid_t pid = fork ();
  pthread_mutex_unlock (&under_way);
  return pid;
}
