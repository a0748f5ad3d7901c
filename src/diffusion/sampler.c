/* sampler.c - the list of samplers and what they share. */
#include "diffusion/sampler_private.h"

#include <stdarg.h>
#include <string.h>

#define SAMPLERS(X)                                                                                        \
  X (euler, euler, 0) X (euler_cfg_pp, euler_cfg_pp, 1) X (euler_ancestral, euler_ancestral, 0)            \
  X (euler_ancestral_cfg_pp, euler_ancestral_cfg_pp, 1) X (heun, heun, 0) X (heunpp2, heunpp2, 0)          \
  X (dpm_2, dpm_2, 0) X (dpm_2_ancestral, dpm_2_ancestral, 0) X (lms, lms, 0) X (dpm_fast, dpm_fast, 0)    \
  X (dpm_adaptive, dpm_adaptive, 0) X (dpmpp_2s_ancestral, dpmpp_2s_ancestral, 0)                          \
  X (dpmpp_2s_ancestral_cfg_pp, dpmpp_2s_ancestral_cfg_pp, 1) X (dpmpp_sde, dpmpp_sde, 0)                  \
  X (dpmpp_sde_gpu, dpmpp_sde, 0) X (dpmpp_2m, dpmpp_2m, 0) X (dpmpp_2m_cfg_pp, dpmpp_2m_cfg_pp, 1)        \
  X (dpmpp_2m_sde, dpmpp_2m_sde, 0) X (dpmpp_2m_sde_gpu, dpmpp_2m_sde, 0)                                  \
  X (dpmpp_2m_sde_heun, dpmpp_2m_sde_heun, 0) X (dpmpp_2m_sde_heun_gpu, dpmpp_2m_sde_heun, 0)              \
  X (dpmpp_3m_sde, dpmpp_3m_sde, 0) X (dpmpp_3m_sde_gpu, dpmpp_3m_sde, 0) X (ddpm, ddpm, 0) X (lcm, lcm, 0) \
  X (ipndm, ipndm, 0) X (ipndm_v, ipndm_v, 0) X (deis, deis, 0) X (res_multistep, res_multistep, 0)        \
  X (res_multistep_cfg_pp, res_multistep_cfg_pp, 1) X (res_multistep_ancestral, res_multistep_ancestral, 0) \
  X (res_multistep_ancestral_cfg_pp, res_multistep_ancestral_cfg_pp, 1)                                    \
  X (gradient_estimation, gradient_estimation, 0)                                                          \
  X (gradient_estimation_cfg_pp, gradient_estimation_cfg_pp, 1) X (er_sde, er_sde, 0) X (seeds_2, seeds_2, 0) \
  X (seeds_3, seeds_3, 0) X (sa_solver, sa_solver, 0) X (sa_solver_pece, sa_solver_pece, 0) X (ddim, euler, 0) \
  X (uni_pc, uni_pc, 0) X (uni_pc_bh2, uni_pc_bh2, 0)

const char *const mk_sampler_names[] = {
#define X(name, function, uncond) #name,
  SAMPLERS (X)
#undef X
  NULL
};

static const struct {
  mk_sampler_func run;
  bool wants_uncond;
} samplers[] = {
#define X(name, function, uncond) { mk_sample_##function, uncond },
  SAMPLERS (X)
#undef X
};

static int
find (const char *name)
{
  for (int i = 0; mk_sampler_names[i] != NULL; i++)
    if (strcmp (mk_sampler_names[i], name) == 0)
      return i;
  return -1;
}

bool
mk_sampler_wants_uncond (const char *name)
{
  int found = find (name);
  return found >= 0 && samplers[found].wants_uncond;
}

float *
mk_steps_vector (mk_steps *run)
{
  float *vector = g_new0 (float, run->s->n);
  g_ptr_array_add (run->vectors, vector);
  return vector;
}

bool
mk_steps_denoise (mk_steps *run, const float *x, double sigma, float *clean, float *uncond)
{
  if (!run->failed && !run->s->denoise (run->s->user, x, sigma, clean, uncond, run->error))
    run->failed = true;
  return !run->failed;
}

bool
mk_steps_report (mk_steps *run, int i, const float *clean)
{
  if (!run->failed && run->s->report != NULL && !run->s->report (run->s->user, i, run->s->n_sigmas - 1, clean)) {
    mk_error (run->error, MK_ERROR_CANCELLED, "sampling was cancelled after step %d", i + 1);
    run->failed = true;
  }
  return !run->failed;
}

void
mk_steps_normal (mk_steps *run, float *z)
{
  mk_random_normal (&run->random, z, run->s->n);
}

bool
mk_steps_brownian (mk_steps *run, double sigma, double sigma_next, float *z)
{
  if (run->brownian == NULL) {
    double low = 0.0;
    for (int i = run->s->n_sigmas - 1; i >= 0 && low <= 0.0; i--)
      low = run->s->sigmas[i];
    run->brownian = mk_brownian_new (run->s->seed, run->s->n, low, run->s->sigmas[0]);
  }
  if (!run->failed && !mk_brownian_noise (run->brownian, sigma, sigma_next, z, run->error))
    run->failed = true;
  return !run->failed;
}

void
mk_steps_mix (const mk_steps *run, float *out, int n_terms, ...)
{
  float factors[8];
  const float *vectors[8];
  va_list list;
  g_assert (n_terms <= 8);
  va_start (list, n_terms);
  for (int t = 0; t < n_terms; t++) {
    factors[t] = (float)va_arg (list, double);
    vectors[t] = va_arg (list, const float *);
  }
  va_end (list);
  for (size_t i = 0; i < run->s->n; i++) {
    float sum = factors[0] * vectors[0][i]; /* 32-bit floats, term by term, as ComfyUI rounds */
    for (int t = 1; t < n_terms; t++)
      sum += factors[t] * vectors[t][i];
    out[i] = sum;
  }
}

/* Those whose step is as good backwards, from a picture to the noise that would have become it. */
static bool
goes_back (const char *name)
{
  static const char *const names[] = { "euler", "ddim", "heun", "dpm_2", "lms", "ipndm", "ipndm_v", "deis", "dpmpp_2m", NULL };
  return g_strv_contains (names, name);
}

static bool
check_sigmas (const char *name, const mk_sampling *sampling, GError **error)
{
  bool rises = sampling->n_sigmas >= 2 && sampling->sigmas[0] < sampling->sigmas[1];
  if (sampling->n_sigmas < 2)
    return mk_error (error, MK_ERROR_RANGE, "sampling needs two sigmas or more, got %d", sampling->n_sigmas);
  for (int i = 0; i < sampling->n_sigmas; i++) {
    double sigma = sampling->sigmas[i];
    if (!isfinite (sigma) || sigma < 0 || (i == 0 && sigma <= 0))
      return mk_error (error, MK_ERROR_RANGE, "sigma %d is %g; it must be a finite number above zero", i, sigma);
    if (rises && !goes_back (name))
      return mk_error (error, MK_ERROR_RANGE, "%s needs sigmas that fall, but sigma 1 is %g after %g; euler, heun and dpmpp_2m go the other way as well", name, sampling->sigmas[1], sampling->sigmas[0]);
    if (i > 0 && (rises ? sigma < sampling->sigmas[i - 1] : sigma > sampling->sigmas[i - 1]))
      return mk_error (error, MK_ERROR_RANGE, "sigmas must fall all the way, or rise all the way, but sigma %d is %g after %g", i, sigma, sampling->sigmas[i - 1]);
    if (i < sampling->n_sigmas - 1 && sigma <= 0)
      return mk_error (error, MK_ERROR_RANGE, "only the last sigma may be zero, but sigma %d of %d is", i, sampling->n_sigmas);
  }
  return true;
}

bool
mk_sampler_run (const char *name, mk_sampling *sampling, float *x, GError **error)
{
  int found = find (name);
  if (found < 0)
    return mk_error (error, MK_ERROR_RANGE, "there is no sampler “%s”", name);
  if (!check_sigmas (name, sampling, error))
    return false;
  mk_steps run = { .s = sampling, .x = x, .error = error, .vectors = g_ptr_array_new_with_free_func (g_free) };
  mk_random_init (&run.random, sampling->seed);
  samplers[found].run (&run);
  mk_brownian_free (run.brownian);
  g_ptr_array_unref (run.vectors);
  return !run.failed;
}
