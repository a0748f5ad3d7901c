/* bench.h - the best of several runs, printed for people or as JSON. */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

static inline double
bench_now_ms (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

/* Best of `n_runs`: what the code can do when nothing disturbs it. */
static inline double
bench_best_ms (int n_runs, void (*run) (void *user), void *user)
{
  double best = 1e30;
  for (int i = 0; i < n_runs; i++) {
    double start = bench_now_ms ();
    run (user);
    best = MIN (best, bench_now_ms () - start);
  }
  return best;
}

/* `goal` 0 = none is set. */
static inline void
bench_print (bool as_json, const char *name, double value, const char *unit, double goal)
{
  if (as_json)
    printf ("{\"name\": \"%s\", \"value\": %.4g, \"unit\": \"%s\", \"goal\": %.4g}\n", name, value, unit, goal);
  else if (goal > 0)
    printf ("%-44s %10.3f %-6s (goal %g)\n", name, value, unit, goal);
  else
    printf ("%-44s %10.3f %s\n", name, value, unit);
}
