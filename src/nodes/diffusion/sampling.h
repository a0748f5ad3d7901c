/* sampling.h - what every sampler node does around mk_sample_run: noise, previews, progress, results. */
#pragma once
#include "nodes/diffusion/types.h"

typedef struct {
  mk_guider *guider;
  const char *sampler;
  const mk_sampler_options *options;
  const float *sigmas;
  int n_sigmas;
  uint64_t seed;
  bool adds_noise;
  mk_tensor *noise;    /* of the latent's shape, instead of the seed's; NULL = none */
  mk_latent *latent;
  int denoised_output; /* number of the output for the last clean estimate; -1 = none */
} mk_sampling_node;

/* Sets output 0 and, when asked for, the other. */
bool mk_run_sample (mk_run *run, const mk_sampling_node *node, GError **error);
