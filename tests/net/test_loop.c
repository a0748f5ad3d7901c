#include <pthread.h>
#include <unistd.h>

#include "check.h"
#include "net/backstage.h"
#include "net/loop.h"

typedef struct {
  mk_loop *loop;
  GString *log;
  mk_timer *timer;
  mk_watch *watch;
  int fd, n;
} fixture;

static void
log_a (void *user)
{
  g_string_append_c (((fixture *)user)->log, 'a');
}

static void
log_b (void *user)
{
  g_string_append_c (((fixture *)user)->log, 'b');
}

static void
quit (void *user)
{
  mk_loop_quit (((fixture *)user)->loop);
}

TEST (timers_fire_in_the_order_of_their_times)
{
  g_autoptr (mk_loop) loop = mk_loop_new (NULL);
  fixture f = { loop, g_string_new (NULL), NULL, NULL, 0, 0 };
  mk_timer *late = mk_timer_new (loop, quit, &f), *second = mk_timer_new (loop, log_b, &f), *first = mk_timer_new (loop, log_a, &f);
  mk_timer_start (late, 30);
  mk_timer_start (second, 20);
  mk_timer_start (first, 5);
  mk_loop_run (loop, NULL);
  CHECK_STRING (f.log->str, "ab");
  mk_timer_free (late);
  mk_timer_free (second);
  mk_timer_free (first);
  g_string_free (f.log, TRUE);
}

TEST (a_stopped_timer_stays_silent)
{
  g_autoptr (mk_loop) loop = mk_loop_new (NULL);
  fixture f = { loop, g_string_new (NULL), NULL, NULL, 0, 0 };
  mk_timer *timer = mk_timer_new (loop, log_a, &f);
  mk_timer_start (timer, 1);
  mk_timer_stop (timer);
  mk_loop_step (loop, 20);
  CHECK_STRING (f.log->str, "");
  mk_timer_free (timer);
  g_string_free (f.log, TRUE);
}

static void
start_again (void *user)
{
  fixture *f = user;
  if (++f->n < 3)
    mk_timer_start (f->timer, 0);
  else {
    mk_timer_free (f->timer);
    mk_loop_quit (f->loop);
  }
}

TEST (a_timer_may_start_and_free_itself)
{
  g_autoptr (mk_loop) loop = mk_loop_new (NULL);
  fixture f = { .loop = loop };
  f.timer = mk_timer_new (loop, start_again, &f);
  mk_timer_start (f.timer, 0);
  mk_loop_run (loop, NULL);
  CHECK_INT (f.n, ==, 3);
}

static void *
post_from_elsewhere (void *user)
{
  fixture *f = user;
  for (int i = 0; i < 1000; i++)
    mk_loop_post (f->loop, i % 2 == 0 ? log_a : log_b, f);
  mk_loop_post (f->loop, quit, f);
  return NULL;
}

TEST (what_other_threads_post_arrives_whole_and_in_order)
{
  g_autoptr (mk_loop) loop = mk_loop_new (NULL);
  fixture f = { .loop = loop, .log = g_string_new (NULL) };
  pthread_t thread;
  pthread_create (&thread, NULL, post_from_elsewhere, &f);
  mk_loop_run (loop, NULL);
  pthread_join (thread, NULL);
  CHECK_INT (f.log->len, ==, 1000);
  for (size_t i = 0; i < f.log->len; i++)
    CHECK_INT (f.log->str[i], ==, i % 2 == 0 ? 'a' : 'b');
  g_string_free (f.log, TRUE);
}

static void
on_readable (void *user, unsigned events)
{
  fixture *f = user;
  char byte;
  CHECK ((events & MK_WATCH_READ) != 0);
  CHECK_INT (read (f->fd, &byte, 1), ==, 1);
  mk_watch_free (f->watch);
  mk_loop_quit (f->loop);
}

TEST (a_watch_may_free_itself)
{
  g_autoptr (mk_loop) loop = mk_loop_new (NULL);
  int ends[2];
  CHECK_INT (pipe (ends), ==, 0);
  fixture f = { .loop = loop, .fd = ends[0] };
  f.watch = mk_watch_new (loop, ends[0], MK_WATCH_READ, on_readable, &f, NULL);
  CHECK_INT (write (ends[1], "x", 1), ==, 1);
  mk_loop_run (loop, NULL);
  close (ends[0]);
  close (ends[1]);
}

TEST (a_cancel_token_ends_the_run)
{
  g_autoptr (mk_loop) loop = mk_loop_new (NULL);
  mk_cancel cancel = { true };
  mk_loop_run (loop, &cancel);
}

typedef struct {
  int n_worked, n_done;
} tally;

static void
work_slowly (void *user)
{
  g_usleep (1000);
  ((tally *)user)->n_worked++;
}

static void
count_done (void *user)
{
  ((tally *)user)->n_done++;
}

TEST (what_is_given_backstage_is_worked_on_and_told_once)
{
  mk_loop *loop = mk_loop_new (NULL);
  tally t = { 0, 0 };
  mk_backstage *backstage = mk_backstage_new (loop);
  mk_backstage_finish (backstage); /* nothing was given */
  for (int i = 0; i < 20; i++)
    mk_backstage_run (backstage, work_slowly, count_done, &t);
  mk_backstage_finish (backstage);
  CHECK_INT (t.n_worked, ==, 20);
  CHECK_INT (t.n_done, ==, 0); /* that is the loop's */
  for (int i = 0; i < 20; i++)
    mk_backstage_run (backstage, work_slowly, count_done, &t);
  mk_backstage_free (backstage); /* what never ran is told, too */
  for (int i = 0; i < 10 && t.n_done < 40; i++)
    mk_loop_step (loop, 0);
  CHECK_INT (t.n_done, ==, 40);
  mk_loop_free (loop);
}
