/* sampler_private.h - what the samplers share: vectors, noise, the step's geometry. */
#pragma once
#include "diffusion/random.h"
#include "diffusion/sampler.h"

#include <math.h>

typedef struct {
  const mk_sampling *s;
  float *x;
  mk_random random;
  mk_brownian *brownian;
  GPtrArray *vectors; /* freed with the run */
  GError **error;
  bool failed;
} mk_steps;

/* A vector of n floats that lives until the run ends. */
float *mk_steps_vector (mk_steps *run);
/* Runs the network; false once anything failed, and ever after. */
bool mk_steps_denoise (mk_steps *run, const float *x, double sigma, float *clean, float *uncond);
/* After step `i`; false when cancelled. */
bool mk_steps_report (mk_steps *run, int i, const float *clean);
void mk_steps_normal (mk_steps *run, float *z);
bool mk_steps_brownian (mk_steps *run, double sigma, double sigma_next, float *z);
/* out = sum of `n_terms` pairs (double factor, const float *vector); out may be one of them. */
void mk_steps_mix (const mk_steps *run, float *out, int n_terms, ...);

static inline double
mk_steps_sigma (const mk_steps *run, int i)
{
  return run->s->sigmas[i];
}

/* Part of s' that a fresh draw supplies, and where the deterministic step stops. */
typedef struct {
  double up, down;
} mk_split;

/* What people chose, or what samplers of reverse stochastic equations take by themselves. */
static inline double
mk_steps_eta (const mk_steps *run)
{
  return run->s->options.has_eta ? run->s->options.eta : 1.0;
}

static inline double
mk_steps_s_noise (const mk_steps *run)
{
  return run->s->options.has_s_noise ? run->s->options.s_noise : 1.0;
}

/* In 32-bit floats, as ComfyUI computes it: networks take whole timesteps, and which one is nearest can hang on the last
 * bit. */
static inline mk_split
mk_split_ancestral (double from, double to, double eta)
{
  float s = (float)from, next = (float)to, up = s > 0 ? fminf (next, (float)eta * sqrtf (fmaxf (0.0f, next * next * (s * s - next * next) / (s * s)))) : 0.0f;
  if (eta == 0)
    return (mk_split) { 0, to };
  return (mk_split) { up, sqrtf (fmaxf (0.0f, next * next - up * up)) };
}

/* The sigma halfway in log space; likewise. */
static inline double
mk_middle_sigma (double from, double to, double share)
{
  float s = logf ((float)from), next = logf ((float)to);
  return share == 0.5 ? expf (next - (next - s) * 0.5f) : expf (-(-s + (float)share * (-next + s)));
}

typedef void (*mk_sampler_func) (mk_steps *run);
/* sampler_simple.c */
void mk_sample_euler (mk_steps *run);
void mk_sample_euler_ancestral (mk_steps *run);
void mk_sample_euler_cfg_pp (mk_steps *run);
void mk_sample_euler_ancestral_cfg_pp (mk_steps *run);
void mk_sample_heun (mk_steps *run);
void mk_sample_heunpp2 (mk_steps *run);
void mk_sample_dpm_2 (mk_steps *run);
void mk_sample_dpm_2_ancestral (mk_steps *run);
void mk_sample_ddpm (mk_steps *run);
void mk_sample_lcm (mk_steps *run);
/* sampler_history.c */
void mk_sample_lms (mk_steps *run);
void mk_sample_ipndm (mk_steps *run);
void mk_sample_ipndm_v (mk_steps *run);
void mk_sample_deis (mk_steps *run);
void mk_sample_gradient_estimation (mk_steps *run);
void mk_sample_gradient_estimation_cfg_pp (mk_steps *run);
void mk_sample_res_multistep (mk_steps *run);
void mk_sample_res_multistep_cfg_pp (mk_steps *run);
void mk_sample_res_multistep_ancestral (mk_steps *run);
void mk_sample_res_multistep_ancestral_cfg_pp (mk_steps *run);
/* sampler_dpm.c */
void mk_sample_dpm_fast (mk_steps *run);
void mk_sample_dpm_adaptive (mk_steps *run);
void mk_sample_dpmpp_2s_ancestral (mk_steps *run);
void mk_sample_dpmpp_2s_ancestral_cfg_pp (mk_steps *run);
void mk_sample_dpmpp_2m (mk_steps *run);
void mk_sample_dpmpp_2m_cfg_pp (mk_steps *run);
/* sampler_sde.c */
void mk_sample_dpmpp_sde (mk_steps *run);
void mk_sample_dpmpp_2m_sde (mk_steps *run);
void mk_sample_dpmpp_2m_sde_heun (mk_steps *run);
void mk_sample_dpmpp_3m_sde (mk_steps *run);
void mk_sample_er_sde (mk_steps *run);
void mk_sample_seeds_2 (mk_steps *run);
void mk_sample_seeds_3 (mk_steps *run);
/* sampler_solver.c */
void mk_sample_sa_solver (mk_steps *run);
void mk_sample_sa_solver_pece (mk_steps *run);
void mk_sample_uni_pc (mk_steps *run);
void mk_sample_uni_pc_bh2 (mk_steps *run);
