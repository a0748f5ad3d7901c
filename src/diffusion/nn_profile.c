#include "diffusion/nn_profile.h"
#include "diffusion/nn_product.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define LONGEST 512 /* side of a product that is measured */
#define N_TRIALS 6

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards all below */
static bool is_on;
static double n_processors;
static GHashTable *speeds; /* operations per second by shape */
static struct {
  double seconds, operations, bare_seconds;
  long calls;
} sums[MK_N_PROFILES];

static double
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Operations per second of one thread. */
static double
measure (size_t rows, size_t n_in, size_t n_out)
{
  g_autofree float *a = g_new0 (float, rows *n_in + n_in * n_out + rows * n_out);
  double best = 1e9;
  for (int i = 0; i < N_TRIALS; i++) {
    double start = now ();
    mk_sgemm (false, rows, n_out, n_in, a, n_in, a + rows * n_in, n_out, 0, a + rows * n_in + n_in * n_out, n_out);
    best = MIN (best, now () - start);
  }
  return 2.0 * (double)rows * (double)n_in * (double)n_out / best;
}

/* With the lock. */
static double
find_speed (const mk_profile_products *products)
{
  size_t rows = MIN (products->rows, LONGEST), n_in = MIN (products->n_in, LONGEST), n_out = MIN (products->n_out, LONGEST);
  size_t shape = (rows * (LONGEST + 1) + n_in) * (LONGEST + 1) + n_out;
  double *found = g_hash_table_lookup (speeds, &shape);
  if (found == NULL) {
    found = g_new (double, 1);
    *found = measure (rows, n_in, n_out);
    g_hash_table_insert (speeds, g_memdup2 (&shape, sizeof shape), found);
  }
  return *found * n_processors;
}

static void
print (void)
{
  static const char *const names[MK_N_PROFILES] = { "convolution", "linear", "attention", "group norm" };
  fprintf (stderr, "%-12s %9s %10s %10s %10s %8s\n", "operation", "calls", "ms", "G/s", "roof G/s", "of roof");
  for (int i = 0; i < MK_N_PROFILES; i++)
    if (sums[i].operations > 0)
      fprintf (stderr, "%-12s %9ld %10.1f %10.1f %10.1f %7.0f%%\n", names[i], sums[i].calls, sums[i].seconds * 1e3, sums[i].operations / sums[i].seconds * 1e-9,
               sums[i].operations / sums[i].bare_seconds * 1e-9, 100 * sums[i].bare_seconds / sums[i].seconds);
    else if (sums[i].calls > 0)
      fprintf (stderr, "%-12s %9ld %10.1f\n", names[i], sums[i].calls, sums[i].seconds * 1e3);
}

static void
turn_on (void)
{
  n_processors = (double)sysconf (_SC_NPROCESSORS_ONLN);
  speeds = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  is_on = true;
}

static void
start_up (void)
{
  const char *asked = getenv ("MIKTOS_PROFILE");
  if (asked != NULL && asked[0] == '1') {
    turn_on ();
    atexit (print);
  }
}

void
mk_profile_turn_on (void)
{
  pthread_once (&once, start_up);
  if (!is_on)
    turn_on ();
}

double
mk_profile_bare_seconds (void)
{
  double all = 0;
  pthread_mutex_lock (&lock);
  for (int i = 0; i < MK_N_PROFILES; i++)
    all += sums[i].bare_seconds;
  pthread_mutex_unlock (&lock);
  return all;
}

double
mk_profile_begin (void)
{
  pthread_once (&once, start_up);
  return is_on ? now () : 0;
}

void
mk_profile_end (mk_profile_kind kind, double start, const mk_profile_products products[2])
{
  if (start == 0)
    return;
  double seconds = now () - start;
  pthread_mutex_lock (&lock);
  sums[kind].seconds += seconds;
  sums[kind].calls++;
  for (int i = 0; products != NULL && i < 2; i++) {
    double operations = 2.0 * (double)products[i].n * (double)products[i].rows * (double)products[i].n_in * (double)products[i].n_out;
    sums[kind].operations += operations;
    sums[kind].bare_seconds += operations > 0 ? operations / find_speed (&products[i]) : 0;
  }
  pthread_mutex_unlock (&lock);
}
