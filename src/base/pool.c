#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define MAX_WORKERS 256
/* Looks at the state before a thread goes to sleep: some tens of microseconds, as long as waking up takes. The loops of a network
 * follow each other by the hundred, closer than that. */
#define N_LOOKS 1500

/* The state of a pool in one number: which loop, whether it takes workers in, and how many of them are in it. */
#define LOOP ((uint64_t)1 << 32)
#define OPEN ((uint64_t)1 << 31)
#define INSIDE (OPEN - 1)

struct mk_pool {
  unsigned n_workers;
  unsigned n_started; /* threads beside the caller's */
  pthread_t threads[MAX_WORKERS];
  pthread_mutex_t busy; /* held by the caller for a whole loop */

  atomic_uint_fast64_t state;
  pthread_mutex_t lock; /* of those that sleep: they look at the state once more with it */
  pthread_cond_t work, idle;
  bool is_ending; /* with the lock */
  /* of the loop; whoever is in it may read them */
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

static inline void
rest (void)
{
#ifdef __x86_64__
  __builtin_ia32_pause ();
#endif
}

static bool
is_new (uint64_t state, uint64_t seen)
{
  return (state & OPEN) != 0 && state / LOOP != seen;
}

/* Until a loop begins that is not `seen`; false when the pool ends instead. */
static bool
wait_for_loop (mk_pool *pool, uint64_t seen)
{
  for (int i = 0; i < N_LOOKS; i++, rest ())
    if (is_new (atomic_load (&pool->state), seen))
      return true;
  pthread_mutex_lock (&pool->lock);
  while (!is_new (atomic_load (&pool->state), seen) && !pool->is_ending)
    pthread_cond_wait (&pool->work, &pool->lock);
  bool goes_on = !pool->is_ending;
  pthread_mutex_unlock (&pool->lock);
  return goes_on;
}

/* False when the loop has closed meanwhile: it does not wait for those who wake up late. */
static bool
enter (mk_pool *pool, uint64_t *seen)
{
  uint64_t state = atomic_load (&pool->state);
  while (is_new (state, *seen))
    if (atomic_compare_exchange_weak (&pool->state, &state, state + 1)) {
      *seen = state / LOOP;
      return true;
    }
  return false;
}

static void
leave (mk_pool *pool)
{
  uint64_t left = atomic_fetch_sub (&pool->state, 1) - 1;
  if ((left & (OPEN | INSIDE)) != 0)
    return;
  pthread_mutex_lock (&pool->lock);
  pthread_cond_signal (&pool->idle);
  pthread_mutex_unlock (&pool->lock);
}

static void *
serve (void *given)
{
  seat mine = *(seat *)given;
  mk_pool *pool = mine.pool;
  g_free (given);
  for (uint64_t seen = 0; wait_for_loop (pool, seen);)
    if (enter (pool, &seen)) {
      take_items (pool, mine.worker);
      leave (pool);
    }
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

static void
open_loop (mk_pool *pool)
{
  uint64_t next = (atomic_load (&pool->state) / LOOP + 1) * LOOP;
  pthread_mutex_lock (&pool->lock);
  atomic_store (&pool->state, next | OPEN);
  pthread_cond_broadcast (&pool->work);
  pthread_mutex_unlock (&pool->lock);
}

/* Returns when nobody is in it any more. */
static void
close_loop (mk_pool *pool)
{
  atomic_fetch_and (&pool->state, ~OPEN);
  for (int i = 0; i < N_LOOKS; i++, rest ())
    if ((atomic_load (&pool->state) & INSIDE) == 0)
      return;
  pthread_mutex_lock (&pool->lock);
  while ((atomic_load (&pool->state) & INSIDE) != 0)
    pthread_cond_wait (&pool->idle, &pool->lock);
  pthread_mutex_unlock (&pool->lock);
}

bool
mk_pool_run (mk_pool *pool, size_t n_items, mk_pool_func func, void *user, const mk_cancel *cancel)
{
  if (pool == NULL || n_items < 2 || pool->n_started == 0 || pthread_mutex_trylock (&pool->busy) != 0)
    return run_alone (n_items, func, user, cancel);
  pool->func = func;
  pool->user = user;
  pool->n_items = n_items;
  pool->cancel = cancel;
  atomic_store (&pool->next, 0);
  open_loop (pool);
  take_items (pool, 0);
  close_loop (pool);
  bool is_complete = atomic_load (&pool->next) >= n_items;
  pthread_mutex_unlock (&pool->busy);
  return is_complete;
}
