/* reuse.h - steps of a run whose result is foretold from those before: LazyCache.
 *
 * Purpose   Between two evaluations near each other what the network adds to its input hardly changes. Of every eighth cell each
 *           way it is kept how much the result moved per move of the input; while what that rate foretells adds up to less
 *           than a threshold, relative to the mean result, the last addition is given again and the network is not asked.
 * Rule      Zhou et al., "Less is Enough: Training-Free Video Diffusion Acceleration via Runtime-Adaptive Caching", 2025
 *           (EasyCache), over the guided result as in ComfyUI's LazyCache.
 * Threads   A state belongs to one thread.
 * Tests     tests/nodes/test_definitions.c
 */
#pragma once
#include "base/base.h"

/* threshold 0 or less: every step is computed. */
typedef struct {
  double threshold, start, end; /* shares of the run, 0 = its begin */
} mk_reuse_choice;

typedef struct mk_reuse mk_reuse;

/* For n_planes of h × w numbers; a run from sigma_start, inclusive, down to sigma_end, exclusive. */
mk_reuse *mk_reuse_new (double threshold, double sigma_start, double sigma_end, size_t n_planes, int h, int w);
void      mk_reuse_free (mk_reuse *reuse); /* NULL is fine */
/* Whether `clean` for x could be foretold; else it is to be computed, and mk_reuse_learn told of it. */
bool      mk_reuse_foretell (mk_reuse *reuse, const float *x, double sigma, float *clean);
void      mk_reuse_learn (mk_reuse *reuse, const float *x, double sigma, const float *clean);
