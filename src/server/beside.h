/* beside.h - one thread beside the loop, for what would hold it too long.
 *
 * Order     Jobs run one after another as they were given; each ends on the loop.
 * Threads   All functions are for the loop's thread.
 * Tests     tests/server/test_server.c
 */
#pragma once
#include <sys/types.h>

#include "net/loop.h"

typedef struct mk_beside mk_beside;

/* NULL when the system gives no thread. */
mk_beside *mk_beside_new (mk_loop *loop);
/* `work` on the thread, then `then` on the loop. `user` is the thread's alone in between. */
void       mk_beside_run (mk_beside *beside, void (*work) (void *user), mk_loop_func then, void *user);
/* fork() while no job is under way, for which it may wait: a child must not inherit what a job holds inside the C library. */
pid_t      mk_beside_fork (void);
/* Once all work is done; each `then` waits in the loop. NULL is fine. */
void       mk_beside_free (mk_beside *beside);
