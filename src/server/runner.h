/* runner.h - one prompt after the other: from the queue to the worker, and what is said meanwhile.
 *
 * Purpose   Contract §2.3 and §5.12: the messages in their order, and the history record.
 * Progress  `progress_state` repeats every node of the prompt. Beyond MK_RUNNER_SMALL nodes it is sent at most twenty
 *           times a second and always before a node's `executed` and the end, so that cost grows with the graph and
 *           not with its square; a slow socket keeps only the newest.
 * Threads   The loop's.
 * Tests     tests/server/test_server.c, tests/server/test_recording.c
 */
#pragma once
#include "net/backstage.h"
#include "server/clients.h"
#include "server/queue.h"
#include "server/worker.h"

#define MK_RUNNER_SMALL 64

typedef struct mk_runner mk_runner;

/* Everything is borrowed. Gives up what was begun too often in earlier lives. */
mk_runner *mk_runner_new (mk_loop *loop, mk_backstage *backstage, mk_queue *queue, mk_clients *clients, const mk_worker_settings *settings);
void       mk_runner_free (mk_runner *runner);
/* The thread beside it is about to go. */
void       mk_runner_stay_on_loop (mk_runner *runner);
/* Begins the next prompt when none runs. */
void       mk_runner_wake (mk_runner *runner);
/* The same after MK_RUNNER_PATIENCE_MS: whoever posted a prompt has read the answer by then and listens for its messages. */
#define MK_RUNNER_PATIENCE_MS 20
void       mk_runner_wake_soon (mk_runner *runner);
/* Tells all sockets how many prompts remain. */
void       mk_runner_tell_status (mk_runner *runner);
/* Greets a new socket: status with its sid, and the node that runs if the prompt is its own. */
void       mk_runner_greet (mk_runner *runner, const char *sid);
/* `id` NULL = whatever runs. False when it does not run. */
bool       mk_runner_interrupt (mk_runner *runner, const char *id);
void       mk_runner_free_memory (mk_runner *runner, bool results);
/* When the running prompt was begun, in ms since 1970. */
int64_t    mk_runner_begun_ms (const mk_runner *runner);
