#include "diffusion/nn_profile.h"
#include "diffusion/nn_dense.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the sums */
static bool is_on;
static double roof;
static struct {
  double seconds, operations;
  long calls;
} sums[MK_N_PROFILES];

static double
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Operations per second of one thread, times the threads. */
static double
measure_roof (void)
{
  enum { SIDE = 512 };
  g_autofree float *a = g_new0 (float, 3 * SIDE *SIDE);
  double best = 1e9;
  for (int i = 0; i < 8; i++) {
    double start = now ();
    mk_sgemm (false, SIDE, SIDE, SIDE, a, SIDE, a + SIDE * SIDE, SIDE, 0, a + 2 * SIDE * SIDE, SIDE);
    best = MIN (best, now () - start);
  }
  return 2.0 * SIDE * SIDE * SIDE / best * (double)sysconf (_SC_NPROCESSORS_ONLN);
}

static void
print (void)
{
  static const char *const names[MK_N_PROFILES] = { "convolution", "linear", "attention", "group norm" };
  fprintf (stderr, "%-12s %9s %10s %10s %8s   roof %.0f G/s\n", "operation", "calls", "ms", "G/s", "of roof", roof * 1e-9);
  for (int i = 0; i < MK_N_PROFILES; i++)
    if (sums[i].calls > 0)
      fprintf (stderr, "%-12s %9ld %10.1f %10.1f %7.0f%%\n", names[i], sums[i].calls, sums[i].seconds * 1e3, sums[i].operations / sums[i].seconds * 1e-9, 100 * sums[i].operations / sums[i].seconds / roof);
}

static void
start_up (void)
{
  const char *asked = getenv ("MIKTOS_PROFILE");
  is_on = asked != NULL && asked[0] == '1';
  if (is_on) {
    roof = measure_roof (); /* now: at the end oneDNN may be gone before us */
    atexit (print);
  }
}

double
mk_profile_begin (void)
{
  pthread_once (&once, start_up);
  return is_on ? now () : 0;
}

void
mk_profile_end (mk_profile_kind kind, double start, double n_operations)
{
  if (!is_on)
    return;
  pthread_mutex_lock (&lock);
  sums[kind].seconds += now () - start;
  sums[kind].operations += n_operations;
  sums[kind].calls++;
  pthread_mutex_unlock (&lock);
}
