/* sampler_simple.c - samplers that remember nothing between steps. */
#include "diffusion/sampler_private.h"

#include <string.h>

/* x += (x - D)/s × (to - s), in 32-bit floats and this order, as ComfyUI rounds. */
static void
euler_to (mk_steps *run, float *out, const float *x, const float *clean, double s, double to)
{
  float from = (float)s, step = (float)to - from;
  for (size_t i = 0; i < run->s->n; i++)
    out[i] = x[i] + (x[i] - clean[i]) / from * step;
}

/* Karras et al. 2022, algorithm 2 without churn. */
void
mk_sample_euler (mk_steps *run)
{
  float *d = mk_steps_vector (run);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    euler_to (run, run->x, run->x, d, s, next);
    if (!mk_steps_report (run, i, d))
      return;
  }
}

static void
euler_ancestral (mk_steps *run, bool cfg_pp, bool noisy)
{
  float *d = mk_steps_vector (run), *u = mk_steps_vector (run), *z = mk_steps_vector (run);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    mk_split split = noisy ? mk_split_ancestral (s, next, mk_steps_eta (run)) : (mk_split) { 0, next };
    if (!mk_steps_denoise (run, run->x, s, d, cfg_pp ? u : NULL))
      return;
    if (next == 0)
      memcpy (run->x, d, run->s->n * sizeof *d);
    else if (cfg_pp)
      mk_steps_mix (run, run->x, 3, 1.0, d, split.down / s, run->x, -split.down / s, u);
    else
      euler_to (run, run->x, run->x, d, s, split.down);
    if (noisy && next > 0) {
      mk_steps_normal (run, z);
      mk_steps_mix (run, run->x, 2, 1.0, run->x, split.up * mk_steps_s_noise (run), z);
    }
    if (!mk_steps_report (run, i, d))
      return;
  }
}

void
mk_sample_euler_ancestral (mk_steps *run)
{
  euler_ancestral (run, false, true);
}

/* Chung et al., "CFG++: Manifold-constrained Classifier Free Guidance for Diffusion Models", 2024, with the slope towards both
 * results: (x + uncond - 2 clean) / sigma. */
static void
euler_towards_both (mk_steps *run)
{
  float *d = mk_steps_vector (run), *u = mk_steps_vector (run);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), share = (mk_steps_sigma (run, i + 1) - s) / s;
    if (!mk_steps_denoise (run, run->x, s, d, u))
      return;
    mk_steps_mix (run, run->x, 3, 1 + share, run->x, share, u, -2 * share, d);
    if (!mk_steps_report (run, i, d))
      return;
  }
}

void
mk_sample_euler_cfg_pp (mk_steps *run)
{
  if (run->s->options.is_alternative)
    euler_towards_both (run);
  else
    euler_ancestral (run, true, false);
}

void
mk_sample_euler_ancestral_cfg_pp (mk_steps *run)
{
  euler_ancestral (run, true, true);
}

/* Karras et al. 2022, algorithm 1. */
void
mk_sample_heun (mk_steps *run)
{
  float *d = mk_steps_vector (run), *d2 = mk_steps_vector (run), *x2 = mk_steps_vector (run);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1), dt = next - s;
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    euler_to (run, x2, run->x, d, s, next);
    if (next > 0) {
      if (!mk_steps_denoise (run, x2, next, d2, NULL))
        return;
      mk_steps_mix (run, run->x, 4, 1 + dt / (2 * s), run->x, -dt / (2 * s), d, dt / (2 * next), x2, -dt / (2 * next), d2);
    } else
      memcpy (run->x, x2, run->s->n * sizeof *x2);
    if (!mk_steps_report (run, i, d))
      return;
  }
}

/* Three slopes, weighted by how much noise each has. */
void
mk_sample_heunpp2 (mk_steps *run)
{
  float *d = mk_steps_vector (run), *k1 = mk_steps_vector (run), *k2 = mk_steps_vector (run), *k3 = mk_steps_vector (run), *x2 = mk_steps_vector (run);
  int n = run->s->n_sigmas;
  double first = mk_steps_sigma (run, 0);
  for (int i = 0; i + 1 < n; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1), dt = next - s;
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    mk_steps_mix (run, k1, 2, 1 / s, run->x, -1 / s, d);
    mk_steps_mix (run, x2, 2, 1.0, run->x, dt, k1);
    if (next == 0 || i + 2 >= n)
      memcpy (run->x, x2, n > 0 ? run->s->n * sizeof *x2 : 0);
    else {
      double after = mk_steps_sigma (run, i + 2);
      if (!mk_steps_denoise (run, x2, next, k3, NULL))
        return;
      mk_steps_mix (run, k2, 2, 1 / next, x2, -1 / next, k3);
      if (after == 0) {
        double w2 = next / (2 * first);
        mk_steps_mix (run, run->x, 3, 1.0, run->x, dt * (1 - w2), k1, dt * w2, k2);
      } else {
        double w2 = next / (3 * first), w3 = after / (3 * first);
        mk_steps_mix (run, x2, 2, 1.0, x2, after - next, k2);
        if (!mk_steps_denoise (run, x2, after, k3, NULL))
          return;
        mk_steps_mix (run, k3, 2, 1 / after, x2, -1 / after, k3);
        mk_steps_mix (run, run->x, 4, 1.0, run->x, dt * (1 - w2 - w3), k1, dt * w2, k2, dt * w3, k3);
      }
    }
    if (!mk_steps_report (run, i, d))
      return;
  }
}

static void
dpm_2 (mk_steps *run, bool noisy)
{
  float *d = mk_steps_vector (run), *d2 = mk_steps_vector (run), *x2 = mk_steps_vector (run), *z = mk_steps_vector (run);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    mk_split split = noisy ? mk_split_ancestral (s, next, mk_steps_eta (run)) : (mk_split) { 0, next };
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    if (split.down == 0)
      euler_to (run, run->x, run->x, d, s, split.down);
    else {
      double middle = mk_middle_sigma (s, split.down, 0.5), dt = split.down - s;
      euler_to (run, x2, run->x, d, s, middle);
      if (!mk_steps_denoise (run, x2, middle, d2, NULL))
        return;
      mk_steps_mix (run, run->x, 3, 1.0, run->x, dt / middle, x2, -dt / middle, d2);
      if (noisy) {
        mk_steps_normal (run, z);
        mk_steps_mix (run, run->x, 2, 1.0, run->x, split.up * mk_steps_s_noise (run), z);
      }
    }
    if (!mk_steps_report (run, i, d))
      return;
  }
}

/* Karras et al. 2022 with the midpoint in log sigma (DPM-Solver-2, Lu et al. 2022). */
void
mk_sample_dpm_2 (mk_steps *run)
{
  dpm_2 (run, false);
}

void
mk_sample_dpm_2_ancestral (mk_steps *run)
{
  dpm_2 (run, true);
}

/* Ho et al., "Denoising Diffusion Probabilistic Models", 2020, equation 11. */
void
mk_sample_ddpm (mk_steps *run)
{
  float *d = mk_steps_vector (run), *z = mk_steps_vector (run);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    double bar = 1 / (s * s + 1), bar_next = 1 / (next * next + 1), a = bar / bar_next;
    double out = sqrt (1 + next * next), noise = next > 0 ? sqrt ((1 - a) * (1 - bar_next) / (1 - bar)) : 0;
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    double eps = (1 - a) / sqrt (1 - bar) / sqrt (a) / s; /* factor of x - D */
    if (next > 0)
      mk_steps_normal (run, z);
    mk_steps_mix (run, run->x, 3, out * (1 / sqrt (1 + s * s) / sqrt (a) - eps), run->x, out * eps, d, out * noise, z);
    if (!mk_steps_report (run, i, d))
      return;
  }
}

/* Luo et al., "Latent Consistency Models", 2023. */
void
mk_sample_lcm (mk_steps *run)
{
  float *d = mk_steps_vector (run), *z = mk_steps_vector (run);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double next = mk_steps_sigma (run, i + 1);
    if (!mk_steps_denoise (run, run->x, mk_steps_sigma (run, i), d, NULL))
      return;
    memcpy (run->x, d, run->s->n * sizeof *d);
    if (next > 0) {
      mk_steps_normal (run, z);
      mk_steps_mix (run, run->x, 2, 1.0, d, next, z);
    }
    if (!mk_steps_report (run, i, d))
      return;
  }
}
