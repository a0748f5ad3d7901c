/* loop.h - one thread waits for everything: sockets, timers, and words from other threads.
 *
 * Purpose   The single epoll loop that the HTTP server, the HTTP client and WebSockets share.
 * Threads   A loop belongs to the thread that runs it; only `post` and `quit` may be called from others.
 *           Every callback of this room is called on the loop's thread, so nothing that hangs on a loop needs locks.
 * Memory    Watches and timers are freed by their owner, also from inside their own callback. They do not close
 *           descriptors.
 * Use       mk_loop *loop = mk_loop_new (&error); mk_timer *t = mk_timer_new (loop, tick, me);
 *           mk_timer_start (t, 250); mk_loop_run (loop, cancel);
 * Tests     tests/net/test_loop.c
 */
#pragma once
#include "base/base.h"

typedef struct mk_loop mk_loop;
typedef struct mk_watch mk_watch;
typedef struct mk_timer mk_timer;

typedef void (*mk_loop_func) (void *user);

mk_loop *mk_loop_new (GError **error);
/* What was posted and has not run is run first, so that nobody waits for an answer in vain. */
void     mk_loop_free (mk_loop *loop);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_loop, mk_loop_free)

/* Until `mk_loop_quit`, or at most half a second after `cancel` (may be NULL) has fired. */
void mk_loop_run (mk_loop *loop, const mk_cancel *cancel);
/* One round: waits at most `timeout_ms` (-1 = as long as it takes) and calls what is due. */
void mk_loop_step (mk_loop *loop, int timeout_ms);
void mk_loop_quit (mk_loop *loop);
/* `func` is called on the loop's thread, in the order of posting. */
void mk_loop_post (mk_loop *loop, mk_loop_func func, void *user);
/* Milliseconds of a clock that never jumps, read once per round. */
int64_t mk_loop_now_ms (const mk_loop *loop);

/* One-shot; `start` again moves it, also from inside `func`. */
mk_timer *mk_timer_new (mk_loop *loop, mk_loop_func func, void *user);
void      mk_timer_start (mk_timer *timer, int64_t delay_ms);
void      mk_timer_stop (mk_timer *timer);
void      mk_timer_free (mk_timer *timer); /* NULL is fine */

typedef enum { MK_WATCH_READ = 1, MK_WATCH_WRITE = 2 } mk_watch_events;
/* `events` tells what is possible now; hang-ups and errors count as both. */
typedef void (*mk_watch_func) (void *user, unsigned events);
mk_watch *mk_watch_new (mk_loop *loop, int fd, unsigned events, mk_watch_func func, void *user, GError **error);
void      mk_watch_set (mk_watch *watch, unsigned events);
void      mk_watch_free (mk_watch *watch); /* before the descriptor is closed; NULL is fine */

/* For libraries that keep their own timetable: `func` is called before every wait, does what is due, and says
 * after how many milliseconds it wants to be called again (-1 = only when something else happens). */
typedef int64_t (*mk_loop_hook_func) (void *user);
void mk_loop_add_hook (mk_loop *loop, mk_loop_hook_func func, void *user);
void mk_loop_remove_hook (mk_loop *loop, mk_loop_hook_func func, void *user);
