/* backstage.h - one thread beside the loop, for what takes longer than a blink: scenes, sums of files, folders of models.
 *
 * Threads   Everything here is called on the loop's thread; `work` alone runs on the other one, so what it touches
 *           must be its own. Jobs run one after the other in the order of asking.
 * Memory    `done` frees what it is given; at mk_backstage_free it is called for jobs that never ran, too.
 */
#pragma once
#include "net/loop.h"

typedef struct mk_backstage mk_backstage;

mk_backstage *mk_backstage_new (mk_loop *loop);
/* Waits for the job that runs. */
void       mk_backstage_free (mk_backstage *backstage);
/* `done` follows exactly once. */
void       mk_backstage_run (mk_backstage *backstage, mk_loop_func work, mk_loop_func done, void *user);
