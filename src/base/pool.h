/* pool.h - a fixed set of threads that share loops.
 *
 * Purpose   for-loops over tiles, rows and frames on all cores.
 * Threads   One loop runs at a time; a second caller, or a call from inside
 *           a loop, runs its loop alone on its own thread. Nothing deadlocks.
 * Order     Items start in ascending order; results must not depend on which
 *           thread ran an item, so that any thread count gives equal bytes.
 * Tests     tests/base/test_pool.c
 */
#pragma once
#include "base/base.h"

typedef struct mk_pool mk_pool;

/* Called once per item; `worker` is 0 .. mk_pool_n_workers - 1, for scratch memory. */
typedef void (*mk_pool_func) (void *user, size_t item, unsigned worker);

/* `n_workers` 0 = the processors this process may use. Includes the calling thread. */
mk_pool *mk_pool_new (unsigned n_workers);
void     mk_pool_free (mk_pool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_pool, mk_pool_free)
unsigned mk_pool_n_workers (const mk_pool *pool); /* 1 for NULL */

/* Returns when all items have run, or early with false once `cancel` fires (running items finish).
 * `pool` NULL = on this thread. */
bool mk_pool_run (mk_pool *pool, size_t n_items, mk_pool_func func, void *user, const mk_cancel *cancel);
