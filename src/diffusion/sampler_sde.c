/* sampler_sde.c - samplers of the reverse stochastic differential equation; noise by the share eta and the strength s_noise. */
#include "diffusion/sampler_private.h"

#include <string.h>

/* Lu et al., "DPM-Solver++", 2022, SDE variant with midpoint r, 1/2 unless chosen. */
void
mk_sample_dpmpp_sde (mk_steps *run)
{
  float *d = mk_steps_vector (run), *d2 = mk_steps_vector (run), *x2 = mk_steps_vector (run), *z = mk_steps_vector (run);
  double r = run->s->options.r > 0 ? run->s->options.r : 0.5, share = 1 / (2 * r), eta = mk_steps_eta (run), strength = mk_steps_s_noise (run);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    if (next == 0)
      memcpy (run->x, d, run->s->n * sizeof *d);
    else {
      float from = -logf ((float)s), to = -logf ((float)next), half = from + (float)r * (to - from); /* 32-bit floats: times of the noise are rounded */
      double again = expf (-from), middle = expf (-half);
      mk_split split = mk_split_ancestral (again, middle, eta);
      if (!mk_steps_brownian (run, again, middle, z))
        return;
      mk_steps_mix (run, x2, 3, split.down / s, run->x, 1 - split.down / s, d, split.up * strength, z);
      if (!mk_steps_denoise (run, x2, middle, d2, NULL))
        return;
      double end = expf (-to);
      split = mk_split_ancestral (again, end, eta);
      if (!mk_steps_brownian (run, again, end, z))
        return;
      mk_steps_mix (run, run->x, 4, split.down / s, run->x, (1 - split.down / s) * share, d2, (1 - split.down / s) * (1 - share), d, split.up * strength, z);
    }
    if (!mk_steps_report (run, i, d))
      return;
  }
}

static void
dpmpp_2m_sde (mk_steps *run, bool heun)
{
  float *d = mk_steps_vector (run), *old = mk_steps_vector (run), *z = mk_steps_vector (run);
  double h_before = 0, eta = mk_steps_eta (run), strength = mk_steps_s_noise (run);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    if (next == 0)
      memcpy (run->x, d, run->s->n * sizeof *d);
    else {
      double h = log (s) - log (next), k = h + eta * h, x1 = -expm1 (-k);
      double part = i == 0 ? 0 : (heun ? x1 / -k + 1 : 0.5 * x1) * h / h_before;
      if (!mk_steps_brownian (run, s, next, z))
        return;
      mk_steps_mix (run, run->x, 4, next / s * exp (-h * eta), run->x, x1 + part, d, -part, old, next * sqrt (-expm1 (-2 * h * eta)) * strength, z);
      h_before = h;
    }
    memcpy (old, d, run->s->n * sizeof *d);
    if (!mk_steps_report (run, i, d))
      return;
  }
}

void
mk_sample_dpmpp_2m_sde (mk_steps *run)
{
  dpmpp_2m_sde (run, false);
}

void
mk_sample_dpmpp_2m_sde_heun (mk_steps *run)
{
  dpmpp_2m_sde (run, true);
}

void
mk_sample_dpmpp_3m_sde (mk_steps *run)
{
  float *d = mk_steps_vector (run), *old1 = mk_steps_vector (run), *old2 = mk_steps_vector (run), *z = mk_steps_vector (run);
  double h1 = 0, h2 = 0, eta = mk_steps_eta (run), strength = mk_steps_s_noise (run);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    if (next == 0)
      memcpy (run->x, d, run->s->n * sizeof *d);
    else {
      double h = log (s) - log (next), k = h * (eta + 1), phi2 = expm1 (-k) / k + 1, phi3 = phi2 / k - 0.5;
      double c0 = 0, c1 = 0, c2 = 0; /* of D, D1, D2 */
      if (i >= 2) {
        double r0 = h1 / h, r1 = h2 / h, w = r0 / (r0 + r1), both = 1 / (r0 + r1);
        double slope = phi2 * (1 + w) - phi3 * both, older = -phi2 * w + phi3 * both; /* of d10 and d11 */
        c0 = slope / r0;
        c1 = -slope / r0 + older / r1;
        c2 = -older / r1;
      } else if (i == 1) {
        c0 = phi2 * h / h1;
        c1 = -c0;
      }
      if (!mk_steps_brownian (run, s, next, z))
        return;
      mk_steps_mix (run, run->x, 5, next / s * exp (-h * eta), run->x, -expm1 (-k) + c0, d, c1, old1, c2, old2, next * sqrt (-expm1 (-2 * h * eta)) * strength, z);
      h2 = h1;
      h1 = h;
    }
    memcpy (old2, old1, run->s->n * sizeof *d);
    memcpy (old1, d, run->s->n * sizeof *d);
    if (!mk_steps_report (run, i, d))
      return;
  }
}

/* Cui et al., "Elucidating the Solution Space of Extended Reverse-Time SDE for Diffusion Models", 2023. */
static double
er_scaling (const mk_steps *run, double v)
{
  double power = run->s->options.power;
  return power > 0 ? pow (v, power) : v * (exp (pow (v, 0.3)) + 10);
}

void
mk_sample_er_sde (mk_steps *run)
{
  enum { POINTS = 200 };
  float *d = mk_steps_vector (run), *z = mk_steps_vector (run), *old = mk_steps_vector (run), *d1 = mk_steps_vector (run), *d1_old = mk_steps_vector (run), *d2 = mk_steps_vector (run);
  int most = run->s->options.order > 0 ? run->s->options.order : 3;
  double strength = mk_steps_s_noise (run);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    if (next == 0)
      memcpy (run->x, d, run->s->n * sizeof *d);
    else {
      double r = er_scaling (run, next) / er_scaling (run, s), dt = next - s, delta = -dt / POINTS, sum = 0, sum_u = 0;
      mk_steps_mix (run, run->x, 2, r, run->x, 1 - r, d);
      for (int k = 0; k < POINTS; k++) {
        double v = next + k * delta;
        sum += delta / er_scaling (run, v);
        sum_u += delta * (v - s) / er_scaling (run, v);
      }
      if (i >= 1 && most >= 2) {
        double before = mk_steps_sigma (run, i - 1);
        mk_steps_mix (run, d1, 2, 1 / (s - before), d, -1 / (s - before), old);
        mk_steps_mix (run, run->x, 2, 1.0, run->x, dt + sum * er_scaling (run, next), d1);
      }
      if (i >= 2 && most >= 3) {
        double span = (s - mk_steps_sigma (run, i - 2)) / 2;
        mk_steps_mix (run, d2, 2, 1 / span, d1, -1 / span, d1_old);
        mk_steps_mix (run, run->x, 2, 1.0, run->x, dt * dt / 2 + sum_u * er_scaling (run, next), d2);
      }
      memcpy (d1_old, d1, run->s->n * sizeof *d1);
      if (strength > 0) {
        mk_steps_normal (run, z);
        mk_steps_mix (run, run->x, 2, 1.0, run->x, strength * sqrt (fmax (0.0, next * next - s * s * r * r)), z);
      }
    }
    memcpy (old, d, run->s->n * sizeof *d);
    if (!mk_steps_report (run, i, d))
      return;
  }
}

/* Gonzalez et al., "SEEDS: Exponential SDE Solvers for Fast High-Quality Sampling from Diffusion Models", 2023. */
void
mk_sample_seeds_2 (mk_steps *run)
{
  float *d = mk_steps_vector (run), *d2 = mk_steps_vector (run), *x2 = mk_steps_vector (run), *z1 = mk_steps_vector (run), *z2 = mk_steps_vector (run);
  const double r = 0.5;
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    if (next == 0)
      memcpy (run->x, d, run->s->n * sizeof *d);
    else {
      double h = log (s) - log (next), k = 2 * h, s1 = exp (log (s) - r * h), n1 = sqrt (-expm1 (-2 * r * h));
      mk_steps_normal (run, z1);
      mk_steps_normal (run, z2);
      mk_steps_mix (run, x2, 3, s1 / s * exp (-r * h), run->x, -expm1 (-r * k), d, s1 * n1, z1);
      if (!mk_steps_denoise (run, x2, s1, d2, NULL))
        return;
      double x1 = -expm1 (-k), share = 1 / (2 * r);
      mk_steps_mix (run, run->x, 5, next / s * exp (-h), run->x, x1 * (1 - share), d, x1 * share, d2,
                    next * n1 * exp ((r - 1) * h), z1, next * sqrt (-expm1 (2 * (r - 1) * h)), z2);
    }
    if (!mk_steps_report (run, i, d))
      return;
  }
}

static double
seeds_phi (double a)
{
  return (expm1 (a) - a) / a;
}

void
mk_sample_seeds_3 (mk_steps *run)
{
  float *d = mk_steps_vector (run), *d2 = mk_steps_vector (run), *d3 = mk_steps_vector (run), *x2 = mk_steps_vector (run), *x3 = mk_steps_vector (run);
  float *z[3] = { mk_steps_vector (run), mk_steps_vector (run), mk_steps_vector (run) };
  const double r1 = 1. / 3, r2 = 2. / 3;
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    if (next == 0)
      memcpy (run->x, d, run->s->n * sizeof *d);
    else {
      double h = log (s) - log (next), k = 2 * h, s1 = s * exp (-r1 * h), s2 = s * exp (-r2 * h);
      for (int j = 0; j < 3; j++)
        mk_steps_normal (run, z[j]);
      double n1 = sqrt (-expm1 (-2 * r1 * h));
      mk_steps_mix (run, x2, 3, s1 / s * exp (-r1 * h), run->x, -expm1 (-r1 * k), d, s1 * n1, z[0]);
      if (!mk_steps_denoise (run, x2, s1, d2, NULL))
        return;
      double a2 = r2 / r1 * seeds_phi (-r2 * k), a1 = expm1 (-r2 * k) - a2;
      double m1 = n1 * exp ((r1 - r2) * h), m2 = sqrt (-expm1 (2 * (r1 - r2) * h));
      mk_steps_mix (run, x3, 5, s2 / s * exp (-r2 * h), run->x, -a1, d, -a2, d2, s2 * m1, z[0], s2 * m2, z[1]);
      if (!mk_steps_denoise (run, x3, s2, d3, NULL))
        return;
      double b3 = seeds_phi (-k) / r2, b1 = expm1 (-k) - b3, last = exp ((r2 - 1) * h);
      mk_steps_mix (run, run->x, 6, next / s * exp (-h), run->x, -b1, d, -b3, d3, next * m1 * last, z[0], next * m2 * last, z[1],
                    next * sqrt (-expm1 (2 * (r2 - 1) * h)), z[2]);
    }
    if (!mk_steps_report (run, i, d))
      return;
  }
}
