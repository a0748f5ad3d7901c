/* sampler_history.c - multistep samplers: earlier slopes stand in for more evaluations. */
#include "diffusion/sampler_private.h"

#include <string.h>

/* The newest vector first; reuses the oldest. */
static float *
push (float **history, int n)
{
  float *oldest = history[n - 1];
  memmove (history + 1, history, (size_t)(n - 1) * sizeof *history);
  return history[0] = oldest;
}

static void
make_history (mk_steps *run, float **history, int n)
{
  for (int i = 0; i < n; i++)
    history[i] = mk_steps_vector (run);
}

/* The j-th Lagrange polynomial on points[0..n) at t. */
static double
lagrange (const double *points, int n, int j, double t)
{
  double product = 1;
  for (int k = 0; k < n; k++)
    if (k != j)
      product *= (t - points[k]) / (points[j] - points[k]);
  return product;
}

/* x += sum of factors × slopes. */
static void
add_slopes (mk_steps *run, float *const *slopes, const double *factors, int n)
{
  for (int k = 0; k < n; k++)
    mk_steps_mix (run, run->x, 2, 1.0, run->x, factors[k], slopes[k]);
}

/* Fills the factors of the newest `*n_used` slopes for step i, at most four. */
typedef void (*slope_rule) (const mk_steps *run, int i, double *factors, int *n_used);

static void
run_slopes (mk_steps *run, slope_rule rule, int max_used)
{
  float *d = mk_steps_vector (run), *slopes[4];
  make_history (run, slopes, 4);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1), factors[4] = { 0 };
    int n_used = MIN (i + 1, max_used);
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    mk_steps_mix (run, push (slopes, 4), 2, 1 / s, run->x, -1 / s, d);
    if (next == 0)
      memcpy (run->x, d, run->s->n * sizeof *d);
    else {
      rule (run, i, factors, &n_used);
      add_slopes (run, slopes, factors, n_used);
    }
    if (!mk_steps_report (run, i, d))
      return;
  }
}

/* Linear multistep: integrals of the Lagrange basis; two Gauss points are exact for cubics. */
static void
lms_rule (const mk_steps *run, int i, double *factors, int *n_used)
{
  double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1), points[4];
  for (int k = 0; k < *n_used; k++)
    points[k] = mk_steps_sigma (run, i - k);
  double half = (next - s) / 2, middle = (next + s) / 2, offset = half / sqrt (3.0);
  for (int k = 0; k < *n_used; k++)
    factors[k] = half * (lagrange (points, *n_used, k, middle - offset) + lagrange (points, *n_used, k, middle + offset));
}

void
mk_sample_lms (mk_steps *run)
{
  run_slopes (run, lms_rule, run->s->options.order > 0 ? MIN (run->s->options.order, MK_SAMPLER_MAX_ORDER) : MK_SAMPLER_MAX_ORDER);
}

/* Adams-Bashforth with the weights of equal steps (Zhang et al., "gDDIM"/iPNDM, 2022). */
static void
ipndm_rule (const mk_steps *run, int i, double *factors, int *n_used)
{
  static const double weights[4][4] = { { 1 }, { 3. / 2, -1. / 2 }, { 23. / 12, -16. / 12, 5. / 12 }, { 55. / 24, -59. / 24, 37. / 24, -9. / 24 } };
  double dt = mk_steps_sigma (run, i + 1) - mk_steps_sigma (run, i);
  for (int k = 0; k < *n_used; k++)
    factors[k] = dt * weights[*n_used - 1][k];
}

void
mk_sample_ipndm (mk_steps *run)
{
  run_slopes (run, ipndm_rule, 4);
}

/* The same with the weights of the steps as they are. */
static void
ipndm_v_rule (const mk_steps *run, int i, double *c, int *n_used)
{
  double h[4] = { 0 };
  for (int k = 0; k < *n_used; k++)
    h[k] = mk_steps_sigma (run, i + 1 - k) - mk_steps_sigma (run, i - k);
  double h0 = h[0], h1 = h[1], h2 = h[2], h3 = h[3];
  c[0] = 1;
  if (*n_used >= 2) {
    c[0] = (2 + h0 / h1) / 2;
    c[1] = -(h0 / h1) / 2;
  }
  if (*n_used >= 3) {
    double t = (1 - h0 / (3 * (h0 + h1)) * (h0 * (h0 + h1)) / (h1 * (h1 + h2))) / 2;
    c[0] += t;
    c[1] -= (1 + h1 / h2) * t;
    c[2] = t * h1 / h2;
  }
  if (*n_used >= 4) {
    double u = ((1 - h0 / (3 * (h0 + h1))) / 2 + (1 - h0 / (2 * (h0 + h1))) * h0 / (6 * (h0 + h1 + h2)))
               * h0 * (h0 + h1) * (h0 + h1 + h2) / (h1 * (h1 + h2) * (h1 + h2 + h3));
    double w = h1 * (h1 + h2) / (h2 * (h2 + h3));
    c[0] += u;
    c[1] -= (1 + h1 / h2 + w) * u;
    c[2] += (h1 / h2 + w * (1 + h2 / h3)) * u;
    c[3] = -w * (h1 / h2) * u;
  }
  for (int k = 0; k < *n_used; k++)
    c[k] *= h0;
}

void
mk_sample_ipndm_v (mk_steps *run)
{
  run_slopes (run, ipndm_v_rule, 4);
}

/* Zhang and Chen, "Fast Sampling of Diffusion Models with Exponential Integrator" (DEIS, tAB), 2022: in the time
 * of a VP process with sigmas 0.002 to 80. */
static double
deis_beta_d (void)
{
  return 2 * (log (0.002 * 0.002 + 1) / 1e-3 - log (80.0 * 80.0 + 1)) / (1e-3 - 1);
}

static double
deis_time (double sigma)
{
  double bd = deis_beta_d (), bm = log (80.0 * 80.0 + 1) - bd / 2;
  return (sqrt (bm * bm + 2 * bd * log (sigma * sigma + 1)) - bm) / bd;
}

static void
deis_rule (const mk_steps *run, int i, double *factors, int *n_used)
{
  enum { POINTS = 10000 }; /* the sum that ComfyUI takes */
  double bd = deis_beta_d (), bm = log (80.0 * 80.0 + 1) - bd / 2, times[3];
  double from = deis_time (mk_steps_sigma (run, i)), to = deis_time (mk_steps_sigma (run, i + 1));
  *n_used = MIN (*n_used, 3);
  if (*n_used == 1) {
    factors[0] = mk_steps_sigma (run, i + 1) - mk_steps_sigma (run, i);
    return;
  }
  for (int k = 0; k < *n_used; k++) {
    times[k] = deis_time (mk_steps_sigma (run, i - k));
    factors[k] = 0;
  }
  for (int p = 0; p < POINTS; p++) {
    double t = from + (to - from) * p / (POINTS - 1), bar = exp (-0.5 * t * t * bd - t * bm);
    double integrand = 0.5 * (t * bd + bm) / sqrt (bar * (1 - bar));
    for (int k = 0; k < *n_used; k++)
      factors[k] += integrand * lagrange (times, *n_used, k, t) * (to - from) / POINTS;
  }
}

void
mk_sample_deis (mk_steps *run)
{
  run_slopes (run, deis_rule, 4);
}

/* Permenter and Yuan, "Interpreting and Improving Diffusion Models from an Optimization Perspective", 2023. */
static void
gradient_estimation (mk_steps *run, bool cfg_pp)
{
  float *d = mk_steps_vector (run), *u = mk_steps_vector (run), *slopes[2];
  make_history (run, slopes, 2);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    if (!mk_steps_denoise (run, run->x, s, d, cfg_pp ? u : NULL))
      return;
    float *slope = push (slopes, 2);
    mk_steps_mix (run, slope, 2, 1 / s, run->x, -1 / s, cfg_pp ? u : d);
    if (next == 0)
      memcpy (run->x, d, run->s->n * sizeof *d);
    else {
      if (cfg_pp)
        mk_steps_mix (run, run->x, 2, 1.0, d, next, slope);
      else
        mk_steps_mix (run, run->x, 2, 1.0, run->x, next - s, slope);
      if (i >= 1) /* gamma 2: the error of the last slope once more */
        mk_steps_mix (run, run->x, 3, 1.0, run->x, next - s, slope, s - next, slopes[1]);
    }
    if (!mk_steps_report (run, i, d))
      return;
  }
}

void
mk_sample_gradient_estimation (mk_steps *run)
{
  gradient_estimation (run, false);
}

void
mk_sample_gradient_estimation_cfg_pp (mk_steps *run)
{
  gradient_estimation (run, true);
}

/* Zhang et al., "Improved Order Analysis and Design of Exponential Integrator for Diffusion Models Sampling" (RES), 2023. */
static void
res_multistep (mk_steps *run, bool noisy, bool cfg_pp)
{
  float *d = mk_steps_vector (run), *u = mk_steps_vector (run), *z = mk_steps_vector (run), *old[2];
  double down_before = 0;
  make_history (run, old, 2);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    mk_split split = noisy ? mk_split_ancestral (s, next, mk_steps_eta (run)) : (mk_split) { 0, next };
    if (!mk_steps_denoise (run, run->x, s, d, cfg_pp ? u : NULL))
      return;
    memcpy (push (old, 2), cfg_pp ? u : d, run->s->n * sizeof *d);
    if (split.down == 0 || i == 0)
      mk_steps_mix (run, run->x, 3, split.down / s, run->x, 1.0, d, -split.down / s, cfg_pp ? u : d);
    else {
      double h = log (s) - log (split.down), c2 = (log (down_before) - log (mk_steps_sigma (run, i - 1))) / h;
      double phi1 = expm1 (-h) / -h, phi2 = (phi1 - 1) / -h;
      double b2 = phi2 / c2, b1 = phi1 - b2, e = exp (-h);
      if (!isfinite (b2) || !isfinite (b1))
        b1 = b2 = 0;
      mk_steps_mix (run, run->x, 5, e, run->x, cfg_pp ? e : 0.0, d, cfg_pp ? -e : 0.0, u, h * b1, old[0], h * b2, old[1]);
    }
    if (noisy && next > 0) {
      mk_steps_normal (run, z);
      mk_steps_mix (run, run->x, 2, 1.0, run->x, split.up * mk_steps_s_noise (run), z);
    }
    down_before = split.down;
    if (!mk_steps_report (run, i, d))
      return;
  }
}

void
mk_sample_res_multistep (mk_steps *run)
{
  res_multistep (run, false, false);
}

void
mk_sample_res_multistep_cfg_pp (mk_steps *run)
{
  res_multistep (run, false, true);
}

void
mk_sample_res_multistep_ancestral (mk_steps *run)
{
  res_multistep (run, true, false);
}

void
mk_sample_res_multistep_ancestral_cfg_pp (mk_steps *run)
{
  res_multistep (run, true, true);
}
