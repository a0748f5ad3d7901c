#include "bridge/backstage.h"

#include <pthread.h>

typedef struct {
  mk_loop_func work, done;
  void *user;
} job;

struct mk_backstage {
  mk_loop *loop;
  pthread_t thread;
  bool is_started; /* the thread is made with the first job: a bridge that is only asked for its status needs none */
  pthread_mutex_t lock; /* guards all below */
  pthread_cond_t work;
  GQueue *jobs;
  bool is_ending;
};

static void *
serve (void *given)
{
  mk_backstage *backstage = given;
  pthread_mutex_lock (&backstage->lock);
  while (!backstage->is_ending) {
    job *next = g_queue_pop_head (backstage->jobs);
    if (next == NULL) {
      pthread_cond_wait (&backstage->work, &backstage->lock);
      continue;
    }
    pthread_mutex_unlock (&backstage->lock);
    next->work (next->user);
    mk_loop_post (backstage->loop, next->done, next->user);
    g_free (next);
    pthread_mutex_lock (&backstage->lock);
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
  pthread_cond_init (&backstage->work, NULL);
  return backstage;
}

void
mk_backstage_free (mk_backstage *backstage)
{
  if (backstage == NULL)
    return;
  pthread_mutex_lock (&backstage->lock);
  backstage->is_ending = true;
  pthread_cond_signal (&backstage->work);
  pthread_mutex_unlock (&backstage->lock);
  if (backstage->is_started)
    pthread_join (backstage->thread, NULL);
  for (job *left; (left = g_queue_pop_head (backstage->jobs)) != NULL; g_free (left))
    mk_loop_post (backstage->loop, left->done, left->user);
  g_queue_free (backstage->jobs);
  pthread_cond_destroy (&backstage->work);
  pthread_mutex_destroy (&backstage->lock);
  g_free (backstage);
}

void
mk_backstage_run (mk_backstage *backstage, mk_loop_func work, mk_loop_func done, void *user)
{
  job *next = g_new (job, 1);
  *next = (job){ work, done, user };
  pthread_mutex_lock (&backstage->lock);
  g_queue_push_tail (backstage->jobs, next);
  pthread_cond_signal (&backstage->work);
  pthread_mutex_unlock (&backstage->lock);
  if (!backstage->is_started)
    backstage->is_started = pthread_create (&backstage->thread, NULL, serve, backstage) == 0;
}
