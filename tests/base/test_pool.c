#include "base/pool.h"
#include "check.h"

#include <stdatomic.h>

typedef struct {
  mk_pool *pool;
  mk_cancel cancel;
  atomic_int n_calls[1000];
  atomic_size_t n_inner;
} work;

static void
count (void *user, size_t item, unsigned worker)
{
  work *w = user;
  CHECK_INT (worker, <, mk_pool_n_workers (w->pool));
  w->n_calls[item]++;
}

static void
count_inner (void *user, size_t item, unsigned worker)
{
  (void)item;
  (void)worker;
  ((work *)user)->n_inner++;
}

static void
nest (void *user, size_t item, unsigned worker)
{
  (void)item;
  (void)worker;
  work *w = user;
  CHECK (mk_pool_run (w->pool, 10, count_inner, w, NULL));
}

static void
stop_at_ten (void *user, size_t item, unsigned worker)
{
  (void)worker;
  work *w = user;
  if (item == 10)
    mk_cancel_fire (&w->cancel);
  w->n_inner++;
}

TEST (pool_runs_every_item_once)
{
  for (unsigned n = 1; n <= 8; n++) {
    work w = { .pool = mk_pool_new (n) };
    CHECK (mk_pool_run (w.pool, 1000, count, &w, NULL));
    for (int i = 0; i < 1000; i++)
      CHECK_INT (w.n_calls[i], ==, 1);
    mk_pool_free (w.pool);
  }
}

TEST (pool_serves_many_loops_and_loops_inside_loops)
{
  work w = { .pool = mk_pool_new (4) };
  for (int i = 0; i < 200; i++)
    CHECK (mk_pool_run (w.pool, 7, nest, &w, NULL));
  CHECK_INT (w.n_inner, ==, 200 * 7 * 10);
  mk_pool_free (w.pool);
}

TEST (pool_stops_when_cancelled)
{
  work w = { .pool = mk_pool_new (2) };
  CHECK (!mk_pool_run (w.pool, 1000000, stop_at_ten, &w, &w.cancel));
  CHECK_INT (w.n_inner, <, 1000000);
  mk_pool_free (w.pool);
}

TEST (no_pool_means_this_thread)
{
  work w = { 0 };
  CHECK (mk_pool_run (NULL, 5, count_inner, &w, NULL));
  CHECK_INT (w.n_inner, ==, 5);
}
