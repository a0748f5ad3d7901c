#include "base/release.h"
#include "base/base.h"

#include <pthread.h>

enum { MOST = 16 };

/* Guards the list; never held while one of them runs. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void (*holders[MOST]) (void);
static unsigned n_holders;

void
mk_release_register (void (*func) (void))
{
  pthread_mutex_lock (&lock);
  bool is_there = false;
  for (unsigned i = 0; i < n_holders; i++)
    is_there |= holders[i] == func;
  g_assert (is_there || n_holders < MOST);
  if (!is_there)
    holders[n_holders++] = func;
  pthread_mutex_unlock (&lock);
}

void
mk_release_all (void)
{
  pthread_mutex_lock (&lock);
  unsigned n = n_holders;
  pthread_mutex_unlock (&lock);
  for (unsigned i = 0; i < n; i++)
    holders[i]();
}
