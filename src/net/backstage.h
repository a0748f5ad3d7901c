/* backstage.h - one thread beside the loop, for what takes longer than a blink: scenes, sums of files, large prompts.
 *
 * Order     Jobs run one after another as they were given; each ends on the loop.
 * Threads   Everything here is called on the loop's thread; `work` alone runs on the other one, so what it touches
 *           must be its own.
 * Errors    Where the system gives no thread, the work is done at once, in mk_backstage_run.
 * Memory    `done` frees what it is given; at mk_backstage_free it is called for jobs that never ran, too.
 * Tests     tests/net/test_loop.c
 */
#pragma once
#include <sys/types.h>

#include "net/loop.h"

typedef struct mk_backstage mk_backstage;

/* The thread is made with the first job. */
mk_backstage *mk_backstage_new (mk_loop *loop);
/* Waits for the job that runs; each `done` waits in the loop. NULL is fine. */
void          mk_backstage_free (mk_backstage *backstage);
/* `work` on the thread, then `done` on the loop, exactly once. `user` is the thread's alone in between. */
void          mk_backstage_run (mk_backstage *backstage, mk_loop_func work, mk_loop_func done, void *user);
/* Returns when all that was given is worked on; each `done` waits in the loop. */
void          mk_backstage_finish (mk_backstage *backstage);
/* fork() while no job is under way, for which it may wait: a child must not inherit what a job holds inside the C library. */
pid_t         mk_backstage_fork (void);
