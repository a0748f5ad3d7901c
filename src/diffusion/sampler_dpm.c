/* sampler_dpm.c - DPM-Solver and DPM-Solver++ without Brownian noise.
 * Source: Lu et al., "DPM-Solver", 2022, and "DPM-Solver++", 2022. t = -ln sigma throughout. */
#include "diffusion/sampler_private.h"

#include <string.h>

typedef struct {
  float *e, *e1, *e2, *u, *d;
} solver_space;

static bool
slope (mk_steps *run, const float *x, double t, float *e, float *d)
{
  double sigma = exp (-t);
  if (!mk_steps_denoise (run, x, sigma, d, NULL))
    return false;
  mk_steps_mix (run, e, 2, 1 / sigma, x, -1 / sigma, d);
  return true;
}

static void
order_1 (mk_steps *run, const solver_space *v, const float *x, double t, double next, float *out)
{
  mk_steps_mix (run, out, 2, 1.0, x, -exp (-next) * expm1 (next - t), v->e);
}

/* Needs e; makes e1 at t + r h unless it is there already. */
static bool
order_2 (mk_steps *run, solver_space *v, const float *x, double t, double next, double r, bool has_e1, float *out)
{
  double h = next - t;
  if (!has_e1) {
    mk_steps_mix (run, v->u, 2, 1.0, x, -exp (-(t + r * h)) * expm1 (r * h), v->e);
    if (!slope (run, v->u, t + r * h, v->e1, v->d))
      return false;
  }
  double main_part = -exp (-next) * expm1 (h), correction = main_part / (2 * r);
  mk_steps_mix (run, out, 3, 1.0, x, main_part - correction, v->e, correction, v->e1);
  return true;
}

static bool
order_3 (mk_steps *run, solver_space *v, const float *x, double t, double next, bool has_e1, float *out)
{
  double h = next - t, r1 = 1. / 3, r2 = 2. / 3;
  if (!has_e1) {
    mk_steps_mix (run, v->u, 2, 1.0, x, -exp (-(t + r1 * h)) * expm1 (r1 * h), v->e);
    if (!slope (run, v->u, t + r1 * h, v->e1, v->d))
      return false;
  }
  double scale = -exp (-(t + r2 * h)), part = scale * (r2 / r1) * (expm1 (r2 * h) / (r2 * h) - 1);
  mk_steps_mix (run, v->u, 3, 1.0, x, scale * expm1 (r2 * h) - part, v->e, part, v->e1);
  if (!slope (run, v->u, t + r2 * h, v->e2, v->d))
    return false;
  scale = -exp (-next);
  part = scale / r2 * (expm1 (h) / h - 1);
  mk_steps_mix (run, out, 3, 1.0, x, scale * expm1 (h) - part, v->e, part, v->e2);
  return true;
}

static solver_space
make_space (mk_steps *run)
{
  return (solver_space) { mk_steps_vector (run), mk_steps_vector (run), mk_steps_vector (run), mk_steps_vector (run), mk_steps_vector (run) };
}

static double
last_time (const mk_steps *run)
{
  int last = run->s->n_sigmas - 1;
  if (mk_steps_sigma (run, last) <= 0)
    last--;
  return -log (mk_steps_sigma (run, last));
}

void
mk_sample_dpm_fast (mk_steps *run)
{
  solver_space v = make_space (run);
  double begin = -log (mk_steps_sigma (run, 0)), end = last_time (run);
  int nfe = run->s->n_sigmas - 1, m = nfe / 3 + 1, n_orders = nfe % 3 == 0 ? m : m - 1 + (nfe % 3 > 0);
  for (int i = 0; i < n_orders && end > begin; i++) {
    int order = nfe % 3 == 0 ? (i < m - 2 ? 3 : i == m - 2 ? 2 : 1) : (i < m - 1 ? 3 : nfe % 3);
    double t = begin + (end - begin) * i / m, next = begin + (end - begin) * (i + 1) / m;
    if (!slope (run, run->x, t, v.e, v.d) || !mk_steps_report (run, i, v.d))
      return;
    if (order == 1)
      order_1 (run, &v, run->x, t, next, run->x);
    else if (!(order == 2 ? order_2 (run, &v, run->x, t, next, 0.5, false, run->x) : order_3 (run, &v, run->x, t, next, false, run->x)))
      return;
  }
}

/* A controller of step sizes: proportional, integral and derivative parts of the inverse errors. */
typedef struct {
  double rtol, atol, h, safety, power[3], inverse[3];
  bool has_errors;
  int order;
} controller;

static controller
make_controller (const mk_sampler_options *o)
{
  int order = o->order > 0 ? CLAMP (o->order, 2, 3) : 3;
  double p = o->order > 0 ? o->pcoeff : 0, i = o->order > 0 ? o->icoeff : 1, d = o->order > 0 ? o->dcoeff : 0;
  controller c = { 0.05, 0.0078, 0.05, 0.81, { (p + i + d) / order, -(p + 2 * d) / order, d / order }, { 0 }, false, order };
  if (o->order > 0) {
    c.rtol = o->rtol;
    c.atol = o->atol;
    c.h = o->h_init;
    c.safety = o->accept_safety;
  }
  return c;
}

/* Sets the next step; whether this one holds. */
static bool
accept (controller *c, double error)
{
  c->inverse[0] = 1 / (error + 1e-8);
  if (!c->has_errors)
    c->inverse[1] = c->inverse[2] = c->inverse[0];
  c->has_errors = true;
  double factor = 1 + atan (pow (c->inverse[0], c->power[0]) * pow (c->inverse[1], c->power[1]) * pow (c->inverse[2], c->power[2]) - 1);
  bool holds = factor >= c->safety;
  if (holds) {
    c->inverse[2] = c->inverse[1];
    c->inverse[1] = c->inverse[0];
  }
  c->h *= factor;
  return holds;
}

/* Root of the mean square of what two orders differ by, in units of what is tolerated. */
static double
relative_error (const mk_steps *run, const controller *c, const float *low, const float *high, const float *before)
{
  double sum = 0;
  for (size_t i = 0; i < run->s->n; i++) {
    double delta = fmax (c->atol, c->rtol * fmax (fabs (low[i]), fabs (before[i]))), off = (low[i] - high[i]) / delta;
    sum += off * off;
  }
  return sqrt (sum / run->s->n);
}

/* One step by two orders. */
static bool
step_twice (mk_steps *run, solver_space *v, int order, double t, double next, float *low, float *high)
{
  if (!slope (run, run->x, t, v->e, v->d))
    return false;
  if (order == 2) {
    order_1 (run, v, run->x, t, next, low);
    return order_2 (run, v, run->x, t, next, 0.5, false, high);
  }
  return order_2 (run, v, run->x, t, next, 1. / 3, false, low) && order_3 (run, v, run->x, t, next, true, high);
}

void
mk_sample_dpm_adaptive (mk_steps *run)
{
  enum { MAX_TRIES = 10000 }; /* the controller of a sane model needs tens */
  controller c = make_controller (&run->s->options);
  double eta = run->s->options.has_eta ? run->s->options.eta : 0, strength = mk_steps_s_noise (run);
  solver_space v = make_space (run);
  float *low = mk_steps_vector (run), *high = mk_steps_vector (run), *before = mk_steps_vector (run), *z = mk_steps_vector (run);
  double t = -log (mk_steps_sigma (run, 0)), end = last_time (run);
  memcpy (before, run->x, run->s->n * sizeof *before);
  for (int tries = 0; t < end - 1e-5; tries++) {
    double next = fmin (end, t + c.h), stop = eta > 0 ? fmin (end, -log (mk_split_ancestral (exp (-t), exp (-next), eta).down)) : next;
    double up = sqrt (fmax (0.0, exp (-2 * next) - exp (-2 * stop)));
    if (!step_twice (run, &v, c.order, t, stop, low, high))
      return;
    double error = relative_error (run, &c, low, high, before);
    if (!isfinite (error) || tries >= MAX_TRIES) {
      mk_error (run->error, MK_ERROR_FAILED, "dpm_adaptive found no step after %d tries (error %g)", tries + 1, error);
      run->failed = true;
      return;
    }
    if (accept (&c, error)) {
      memcpy (before, low, run->s->n * sizeof *low);
      memcpy (run->x, high, run->s->n * sizeof *high);
      if (eta > 0) {
        mk_steps_normal (run, z);
        mk_steps_mix (run, run->x, 2, 1.0, run->x, up * strength, z);
      }
      t = next;
    }
    if (!mk_steps_report (run, MIN (tries, run->s->n_sigmas - 2), v.d))
      return;
  }
}

static void
dpmpp_2s (mk_steps *run, bool cfg_pp)
{
  float *d = mk_steps_vector (run), *u = mk_steps_vector (run), *x2 = mk_steps_vector (run), *z = mk_steps_vector (run), *d2 = mk_steps_vector (run);
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    mk_split split = mk_split_ancestral (s, next, mk_steps_eta (run));
    if (!mk_steps_denoise (run, run->x, s, d, cfg_pp ? u : NULL))
      return;
    if (split.down == 0)
      mk_steps_mix (run, run->x, 1, 1.0, d);
    else {
      double h = log (s) - log (split.down), middle = sqrt (s * split.down), a = middle / s, b = split.down / s;
      mk_steps_mix (run, x2, 4, a, run->x, -expm1 (-h / 2), d, cfg_pp ? a : 0.0, d, cfg_pp ? -a : 0.0, u);
      if (!mk_steps_denoise (run, x2, middle, d2, cfg_pp ? u : NULL))
        return;
      mk_steps_mix (run, run->x, 4, b, run->x, -expm1 (-h), d2, cfg_pp ? b : 0.0, d, cfg_pp ? -b : 0.0, u);
    }
    if (next > 0) {
      mk_steps_normal (run, z);
      mk_steps_mix (run, run->x, 2, 1.0, run->x, split.up * mk_steps_s_noise (run), z);
    }
    if (!mk_steps_report (run, i, d))
      return;
  }
}

void
mk_sample_dpmpp_2s_ancestral (mk_steps *run)
{
  dpmpp_2s (run, false);
}

void
mk_sample_dpmpp_2s_ancestral_cfg_pp (mk_steps *run)
{
  dpmpp_2s (run, true);
}

void
mk_sample_dpmpp_2m (mk_steps *run)
{
  float *d = mk_steps_vector (run), *old = mk_steps_vector (run);
  double h_before = 0;
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1), h = log (s) - log (next);
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    double half_ratio = i == 0 || next == 0 ? 0 : h / (2 * h_before), x1 = -expm1 (-h);
    mk_steps_mix (run, run->x, 3, next / s, run->x, x1 * (1 + half_ratio), d, -x1 * half_ratio, old);
    memcpy (old, d, run->s->n * sizeof *d);
    h_before = h;
    if (!mk_steps_report (run, i, d))
      return;
  }
}

void
mk_sample_dpmpp_2m_cfg_pp (mk_steps *run)
{
  float *d = mk_steps_vector (run), *u = mk_steps_vector (run), *old = mk_steps_vector (run);
  double h_before = 0;
  for (int i = 0; i + 1 < run->s->n_sigmas; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1), h = log (s) - log (next), e = next / s;
    if (!mk_steps_denoise (run, run->x, s, d, u))
      return;
    double part = i == 0 || next == 0 ? 0 : -expm1 (-h) * h / (2 * h_before);
    mk_steps_mix (run, run->x, 4, 1 + part, d, -part, old, -e, u, e, run->x);
    memcpy (old, u, run->s->n * sizeof *u);
    h_before = h;
    if (!mk_steps_report (run, i, d))
      return;
  }
}
