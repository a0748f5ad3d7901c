/* database_keeper.c - moves what was committed from the journal (WAL) into the database, on a thread of its own.
 *
 * SQLite does that in the middle of every so many commits, and whoever commits then waits for it: 30 ms instead of 3.
 * A passive checkpoint on a second handle holds up nobody (https://www.sqlite.org/c3ref/wal_checkpoint_v2.html). */
#include "base/database_private.h"

#include <pthread.h>

#define WORTH_FRAMES 1000   /* pages in the journal, as SQLite's own choice */
#define TOO_MANY_FRAMES 20000 /* 80 MB: who writes that much faster than the disk takes it waits after all */

struct mk_database_keeper {
  sqlite3 *handle;        /* the thread's own */
  pthread_t thread;
  pthread_mutex_t lock;   /* guards the two below */
  pthread_cond_t work;
  bool is_wanted, is_ending;
};

static void *
keep (void *given)
{
  mk_database_keeper *keeper = given;
  pthread_mutex_lock (&keeper->lock);
  while (!keeper->is_ending) {
    if (!keeper->is_wanted) {
      pthread_cond_wait (&keeper->work, &keeper->lock);
      continue;
    }
    keeper->is_wanted = false;
    pthread_mutex_unlock (&keeper->lock);
    sqlite3_wal_checkpoint_v2 (keeper->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL); /* what fails is done by the next one */
    pthread_mutex_lock (&keeper->lock);
  }
  pthread_mutex_unlock (&keeper->lock);
  return NULL;
}

/* After a commit, on the thread that made it. */
static int
on_commit (void *user, sqlite3 *handle, const char *name, int n_frames)
{
  mk_database_keeper *keeper = user;
  if (n_frames >= TOO_MANY_FRAMES)
    sqlite3_wal_checkpoint_v2 (handle, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  else if (n_frames >= WORTH_FRAMES) {
    pthread_mutex_lock (&keeper->lock);
    keeper->is_wanted = true;
    pthread_cond_signal (&keeper->work);
    pthread_mutex_unlock (&keeper->lock);
  }
  return SQLITE_OK;
}

static void
release (mk_database_keeper *keeper)
{
  sqlite3_close (keeper->handle);
  pthread_cond_destroy (&keeper->work);
  pthread_mutex_destroy (&keeper->lock);
  g_free (keeper);
}

mk_database_keeper *
mk_database_keeper_new (sqlite3 *database, const char *path)
{
  mk_database_keeper *keeper = g_new0 (mk_database_keeper, 1);
  pthread_mutex_init (&keeper->lock, NULL);
  pthread_cond_init (&keeper->work, NULL);
  if (sqlite3_open_v2 (path, &keeper->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK || pthread_create (&keeper->thread, NULL, keep, keeper) != 0) {
    release (keeper);
    return NULL;
  }
  sqlite3_wal_hook (database, on_commit, keeper);
  return keeper;
}

void
mk_database_keeper_free (mk_database_keeper *keeper)
{
  if (keeper == NULL)
    return;
  pthread_mutex_lock (&keeper->lock);
  keeper->is_ending = true;
  pthread_cond_signal (&keeper->work);
  pthread_mutex_unlock (&keeper->lock);
  pthread_join (keeper->thread, NULL);
  release (keeper);
}
