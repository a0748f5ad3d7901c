/* sample.h - from a latent and a guider to a finished latent: what KSampler and its relatives do.
 *
 * Source    protocol §8.1: scaling, noise, in-painting, the sampler's loop.
 * Threads   A call belongs to its thread.
 * Tests     tests/nodes/test_diffusion_golden.c
 */
#pragma once
#include "diffusion/guide.h"
#include "diffusion/sampler.h"

/* LCM whose picture grows on the way: options' `ratio`, `growths` and `resize`. It takes no noise mask. */
#define MK_SAMPLER_LCM_UPSCALE "lcm_upscale"

/* After each step, with the estimated clean latent, n × c × height × width, still scaled. */
typedef void (*mk_sample_preview) (void *user, int step, int n_steps, const float *clean, int height, int width);

typedef struct {
  const mk_guider *guider;
  const char *sampler;                 /* of mk_sampler_names, or MK_SAMPLER_LCM_UPSCALE */
  const mk_sampler_options *options;   /* NULL = the sampler's own */
  const float *sigmas;
  int n_sigmas;                        /* fewer than two: nothing happens */
  uint64_t seed;
  const mk_tensor *noise;              /* of the latent's shape */
  mk_tensor *latent;                   /* unscaled */
  mk_image *noise_mask;                /* 1 = is made anew; any size; NULL = everywhere */
  mk_sample_preview preview;           /* may be NULL */
  void *user;
} mk_sample;

/* `*denoised`, when wanted, is the last clean estimate. Both unscaled. */
mk_tensor *mk_sample_run (mk_nn *nn, const mk_sample *sample, mk_tensor **denoised, GError **error);

/* Noise as PyTorch draws it for the seed. `batch_index` n numbers, or NULL: picture k gets the noise that it would have
 * at that place of a batch. */
mk_tensor *mk_sample_noise (const mk_tensor *latent, uint64_t seed, const int *batch_index, GError **error);
/* An empty latent gets `n_channels`; others stay as they are. */
mk_tensor *mk_sample_fit_channels (mk_tensor *latent, int n_channels, GError **error);

/* A rough picture of a scaled latent, 8 bits RGB, width × height of the latent; to be freed. Linear: a least-squares fit. */
uint8_t *mk_sample_sketch (mk_family family, const float *latent, int n_channels, int height, int width);
