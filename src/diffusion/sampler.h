/* sampler.h - from noise to a latent, step by step.
 *
 * Purpose   Every sampler that ComfyUI's KSampler lists, over one callback that removes noise.
 * Source    k-diffusion's family; per sampler the paper is named at its function. Formulas: protocol §8.5.
 * Threads   A run belongs to the calling thread.
 * Tests     tests/diffusion/test_sampling.c against ComfyUI's own results
 */
#pragma once
#include "base/base.h"

#define MK_SAMPLER_MAX_ORDER 4 /* of lms */
#define MK_SA_SOLVER_MAX_ORDER 6

/* What the nodes of single samplers let people choose; zero-initialised means the sampler's own choice. */
typedef struct {
  bool has_eta, has_s_noise;
  double eta, s_noise;                        /* share of noise that is added anew; its strength */
  double r;                                   /* of dpmpp_sde; 0 = 1/2 */
  int order;                                  /* of lms and dpm_adaptive; 0 = 4 and 3; of er_sde; 0 = 3; of sa_solver's predictor; 0 = all of its own choices */
  double power;                               /* er_sde's scale of the noise is sigma to this power; 0 = the paper's own */
  bool is_alternative;                        /* euler_cfg_pp steps from the sum of both results */
  int corrector_order;                        /* of sa_solver, as what follows: 0 = none */
  double sde_start, sde_end;                  /* the sigmas between which noise is added */
  bool evaluates_twice, is_simple;            /* once more after correcting; weights of order 2 without a linear system */
  double rtol, atol, h_init, pcoeff, icoeff, dcoeff, accept_safety; /* of dpm_adaptive, when order is not 0; h_init > 0 */
  double ratio;                               /* lcm_upscale: size at the end in sizes at the begin; above 0 */
  int growths;                                /* after so many steps; below 0 = after half of them */
  const char *resize;                         /* a method of mk_latent_resize; interned */
} mk_sampler_options;

typedef struct mk_sampling {
  size_t n;              /* floats of a latent batch */
  float *sigmas;         /* from high to low, or, for samplers that add no noise, from low to high; uni_pc replaces a final 0 by 0.001 */
  int n_sigmas;          /* at least 2 */
  uint64_t seed;         /* of the noise that is added on the way */
  mk_sampler_options options;
  double percent_20, percent_80; /* sigmas at 20 % and 80 % of the schedule; for sa_solver */
  /* The clean latent that `x` hides at `sigma`; `uncond` NULL unless the sampler wants the unconditioned one too. */
  bool (*denoise) (void *user, const float *x, double sigma, float *clean, float *uncond, GError **error);
  /* After each step with its clean estimate; false cancels. May be NULL. */
  bool (*report) (void *user, int step, int n_steps, const float *clean);
  void *user;
} mk_sampling;

/* NULL-terminated, in the order of ComfyUI's menus. */
extern const char *const mk_sampler_names[];

/* Whether the sampler needs the unconditioned result even at CFG 1. */
bool mk_sampler_wants_uncond (const char *name);

/* Changes `x` in place. RANGE for an unknown name or sigmas that are not finite, or rise where they may not. */
bool mk_sampler_run (const char *name, mk_sampling *sampling, float *x, GError **error);
