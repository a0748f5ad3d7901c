#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define MAX_WORKERS 256

struct mk_pool {
  unsigned n_workers;
  unsigned n_started; /* threads beside the caller's */
  pthread_t threads[MAX_WORKERS];
  pthread_mutex_t busy; /* held by the caller for a whole loop */

  pthread_mutex_t lock; /* guards all below but `next` */
  pthread_cond_t work, idle;
  uint64_t loop_number;
  unsigned n_running;
  bool is_ending;
  mk_pool_func func;
  void *user;
  size_t n_items;
  const mk_cancel *cancel;
  atomic_size_t next;
};

typedef struct {
  mk_pool *pool;
  unsigned worker;
} seat;

static bool
is_fired (const mk_cancel *cancel)
{
  return cancel != NULL && atomic_load_explicit (&cancel->fired, memory_order_relaxed);
}

static void
take_items (mk_pool *pool, unsigned worker)
{
  while (!is_fired (pool->cancel)) {
    size_t item = atomic_fetch_add_explicit (&pool->next, 1, memory_order_relaxed);
    if (item >= pool->n_items)
      return;
    pool->func (pool->user, item, worker);
  }
}

static void *
serve (void *given)
{
  seat mine = *(seat *)given;
  mk_pool *pool = mine.pool;
  g_free (given);
  uint64_t seen = 0;
  pthread_mutex_lock (&pool->lock);
  for (;;) {
    while (pool->loop_number == seen && !pool->is_ending)
      pthread_cond_wait (&pool->work, &pool->lock);
    if (pool->is_ending)
      break;
    seen = pool->loop_number;
    pthread_mutex_unlock (&pool->lock);
    take_items (pool, mine.worker);
    pthread_mutex_lock (&pool->lock);
    if (--pool->n_running == 0)
      pthread_cond_signal (&pool->idle);
  }
  pthread_mutex_unlock (&pool->lock);
  return NULL;
}

static unsigned
count_processors (void)
{
  cpu_set_t allowed;
  CPU_ZERO (&allowed);
  int n = sched_getaffinity (0, sizeof allowed, &allowed) == 0 ? CPU_COUNT (&allowed) : 1;
  return (unsigned)CLAMP (n, 1, MAX_WORKERS);
}

mk_pool *
mk_pool_new (unsigned n_workers)
{
  mk_pool *pool = g_new0 (mk_pool, 1);
  unsigned wanted = n_workers == 0 ? count_processors () : MIN (n_workers, MAX_WORKERS);
  pthread_mutex_init (&pool->busy, NULL);
  pthread_mutex_init (&pool->lock, NULL);
  pthread_cond_init (&pool->work, NULL);
  pthread_cond_init (&pool->idle, NULL);
  for (unsigned i = 1; i < wanted; i++) {
    seat *given = g_new (seat, 1);
    *given = (seat){ pool, i };
    if (pthread_create (&pool->threads[pool->n_started], NULL, serve, given) != 0) {
      g_free (given); /* fewer threads only make it slower */
      break;
    }
    pool->n_started++;
  }
  pool->n_workers = pool->n_started + 1;
  return pool;
}

void
mk_pool_free (mk_pool *pool)
{
  if (pool == NULL)
    return;
  pthread_mutex_lock (&pool->lock);
  pool->is_ending = true;
  pthread_cond_broadcast (&pool->work);
  pthread_mutex_unlock (&pool->lock);
  for (unsigned i = 0; i < pool->n_started; i++)
    pthread_join (pool->threads[i], NULL);
  pthread_cond_destroy (&pool->idle);
  pthread_cond_destroy (&pool->work);
  pthread_mutex_destroy (&pool->lock);
  pthread_mutex_destroy (&pool->busy);
  g_free (pool);
}

unsigned
mk_pool_n_workers (const mk_pool *pool)
{
  return pool != NULL ? pool->n_workers : 1;
}

static bool
run_alone (size_t n_items, mk_pool_func func, void *user, const mk_cancel *cancel)
{
  for (size_t i = 0; i < n_items; i++) {
    if (is_fired (cancel))
      return false;
    func (user, i, 0);
  }
  return true;
}

bool
mk_pool_run (mk_pool *pool, size_t n_items, mk_pool_func func, void *user, const mk_cancel *cancel)
{
  if (pool == NULL || n_items < 2 || pool->n_started == 0 || pthread_mutex_trylock (&pool->busy) != 0)
    return run_alone (n_items, func, user, cancel);
  pthread_mutex_lock (&pool->lock);
  pool->func = func;
  pool->user = user;
  pool->n_items = n_items;
  pool->cancel = cancel;
  atomic_store (&pool->next, 0);
  pool->n_running = pool->n_started;
  pool->loop_number++;
  pthread_cond_broadcast (&pool->work);
  pthread_mutex_unlock (&pool->lock);

  take_items (pool, 0);

  pthread_mutex_lock (&pool->lock);
  while (pool->n_running > 0)
    pthread_cond_wait (&pool->idle, &pool->lock);
  pthread_mutex_unlock (&pool->lock);
  bool is_complete = atomic_load (&pool->next) >= n_items;
  pthread_mutex_unlock (&pool->busy);
  return is_complete;
}
