/* sampler_solver.c - predictor-corrector samplers with small linear systems: SA-Solver and UniPC. */
#include "diffusion/sampler_private.h"

#include <string.h>

#define MAX_ORDER MK_SA_SOLVER_MAX_ORDER

/* a x = b by elimination with pivots, n at most MAX_ORDER, which is the stride of rows. Both are overwritten. */
static void
solve (double *a, double *b, int n)
{
  for (int c = 0; c < n; c++) {
    int pivot = c;
    for (int r = c + 1; r < n; r++)
      if (fabs (a[r * MAX_ORDER + c]) > fabs (a[pivot * MAX_ORDER + c]))
        pivot = r;
    for (int k = 0; k < n; k++) {
      double swap = a[c * MAX_ORDER + k];
      a[c * MAX_ORDER + k] = a[pivot * MAX_ORDER + k];
      a[pivot * MAX_ORDER + k] = swap;
    }
    double swap = b[c];
    b[c] = b[pivot];
    b[pivot] = swap;
    for (int r = c + 1; r < n; r++) {
      double factor = a[r * MAX_ORDER + c] / a[c * MAX_ORDER + c];
      for (int k = c; k < n; k++)
        a[r * MAX_ORDER + k] -= factor * a[c * MAX_ORDER + k];
      b[r] -= factor * b[c];
    }
  }
  for (int r = n - 1; r >= 0; r--) {
    for (int k = r + 1; k < n; k++)
      b[r] -= a[r * MAX_ORDER + k] * b[k];
    b[r] /= a[r * MAX_ORDER + r];
  }
}

/* Xue et al., "SA-Solver: Stochastic Adams Solver for Fast Sampling of Diffusion Models", 2023.
 * Weights of the newest `n` clean estimates (lambda[0] newest) over the step of length h that ends at `to`. */
static void
adams_weights (const double *lambda, int n, double to, double h, double tau, double *weights)
{
  double a = 1 + tau * tau, matrix[MAX_ORDER * MAX_ORDER] = { 0 }, power = 1, integral = 0;
  for (int p = 0; p < n; p++) { /* integral over [-h, 0] of a exp (a u) u^p, by parts */
    integral = p == 0 ? -expm1 (-a * h) : -exp (-a * h) * power - p / a * integral;
    weights[p] = integral;
    for (int k = 0; k < n; k++)
      matrix[p * MAX_ORDER + k] = pow (lambda[k] - to, p);
    power *= -h;
  }
  solve (matrix, weights, n);
}

typedef struct {
  float *clean[MAX_ORDER]; /* newest first */
  double lambda[MAX_ORDER];
  int n;
} adams_history;

static void
adams_push (mk_steps *run, adams_history *history, const float *clean, double lambda)
{
  float *oldest = history->clean[MAX_ORDER - 1];
  memmove (history->clean + 1, history->clean, (MAX_ORDER - 1) * sizeof *history->clean);
  memmove (history->lambda + 1, history->lambda, (MAX_ORDER - 1) * sizeof *history->lambda);
  memcpy (oldest, clean, run->s->n * sizeof *oldest);
  history->clean[0] = oldest;
  history->lambda[0] = lambda;
  history->n++;
}

/* Those of order 2 without the small system, appendix of the paper: the predictor's slope over the last step, or the corrector's
 * over this one. */
static void
simple_weights (const double *lambda, double h, double tau, bool corrects, double *weights)
{
  double a = 1 + tau * tau, all = -expm1 (-a * h), slope = corrects ? 0.5 * a * h : 0.5 * a * h * h / (lambda[1] - lambda[0]);
  weights[0] = corrects ? slope : all - slope;
  weights[1] = corrects ? all - slope : slope;
}

/* What people chose, or ComfyUI's own choices. */
typedef struct {
  int predictor, corrector;
  double tau, s_noise, start, end; /* tau: between these sigmas */
  bool pece, is_simple;
} adams_choice;

static adams_choice
choose_adams (const mk_sampling *s, bool pece)
{
  const mk_sampler_options *o = &s->options;
  adams_choice choice = { 3, 4, 1, 1, s->percent_20, s->percent_80, pece, false };
  if (o->order > 0)
    choice = (adams_choice) { o->order, o->corrector_order, o->eta, o->s_noise, o->sde_start, o->sde_end, o->evaluates_twice, o->is_simple };
  return choice;
}

/* One step from s to next with the newest `order` estimates. */
static void
adams_step (mk_steps *run, const adams_choice *choice, const adams_history *history, int order, bool corrects, const float *x, double s, double next, double tau, const float *z, float *out)
{
  double h = log (s) - log (next), weights[MAX_ORDER];
  if (choice->is_simple && order == 2)
    simple_weights (history->lambda, h, tau, corrects, weights);
  else
    adams_weights (history->lambda, order, -log (next), h, tau, weights);
  mk_steps_mix (run, out, 2, next / s * exp (-tau * tau * h), x, choice->s_noise * next * sqrt (-expm1 (-2 * tau * tau * h)), z);
  for (int k = 0; k < order; k++)
    mk_steps_mix (run, out, 2, 1.0, out, weights[k], history->clean[k]);
}

static void
sa_solver (mk_steps *run, bool pece)
{
  const adams_choice choice = choose_adams (run->s, pece);
  float *d = mk_steps_vector (run), *z = mk_steps_vector (run), *before = mk_steps_vector (run);
  adams_history history = { .n = 0 };
  double tau = 0;
  int n = run->s->n_sigmas;
  bool to_zero = mk_steps_sigma (run, n - 1) == 0;
  for (int k = 0; k < MAX_ORDER; k++)
    history.clean[k] = mk_steps_vector (run);
  memcpy (before, run->x, run->s->n * sizeof *before);
  for (int i = 0; i + 1 < n; i++) {
    double s = mk_steps_sigma (run, i), next = mk_steps_sigma (run, i + 1);
    if (!mk_steps_denoise (run, run->x, s, d, NULL))
      return;
    adams_push (run, &history, d, -log (s));
    int corrector = MIN (choice.corrector, history.n), predictor = MIN (choice.predictor, history.n);
    if (to_zero) {
      predictor = MIN (predictor, n - 2 - i);
      corrector = MIN (corrector, n - 1 - i);
    }
    if (i > 0 && corrector > 0 && (choice.pece || next > 0)) {
      adams_step (run, &choice, &history, corrector, true, before, mk_steps_sigma (run, i - 1), s, tau, z, run->x);
      if (choice.pece) {
        if (!mk_steps_denoise (run, run->x, s, d, NULL))
          return;
        memcpy (history.clean[0], d, run->s->n * sizeof *d);
      }
    }
    memcpy (before, run->x, run->s->n * sizeof *before);
    if (next == 0)
      memcpy (run->x, d, run->s->n * sizeof *d);
    else {
      tau = choice.start >= next && next >= choice.end ? choice.tau : 0;
      if (tau > 0 && choice.s_noise > 0)
        mk_steps_normal (run, z);
      adams_step (run, &choice, &history, MAX (predictor, 1), false, before, s, next, tau, z, run->x);
    }
    if (!mk_steps_report (run, i, d))
      return;
  }
}

void
mk_sample_sa_solver (mk_steps *run)
{
  sa_solver (run, false);
}

void
mk_sample_sa_solver_pece (mk_steps *run)
{
  sa_solver (run, true);
}

/* Zhao et al., "UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of Diffusion Models", 2023, in the
 * variance-preserving space y = x alpha. */
typedef struct {
  float alpha, sigma, lambda;
} vp_point;

/* In 32-bit floats on purpose: the cancellation at the last sigma belongs to ComfyUI's results. */
static vp_point
to_vp (double s)
{
  float sigma = (float)s, log_alpha = 0.5f * logf (1.0f / (sigma * sigma + 1.0f));
  float rest = 1.0f - expf (2.0f * log_alpha);
  return (vp_point) { expf (log_alpha), sqrtf (rest), log_alpha - 0.5f * logf (rest) };
}

typedef struct {
  float *clean[3]; /* newest first */
  double lambda[3];
} unipc_history;

static bool
unipc_evaluate (mk_steps *run, const float *y, double s, float *x, float *clean)
{
  mk_steps_mix (run, x, 1, 1.0 / to_vp (s).alpha, y);
  return mk_steps_denoise (run, x, s, clean, NULL);
}

/* Fills the predictor's and corrector's factors for the differences M_k / r_k. In 32-bit floats where ComfyUI has them:
 * with short steps the cancellation in g is felt. */
static void
unipc_weights (const unipc_history *history, int order, float h, bool bh2, double *r, double *predictor, double *corrector)
{
  float u = -h, b_h = bh2 ? expm1f (u) : u, g = expm1f (u) / u - 1.0f, factorial = 1;
  double matrix[MAX_ORDER * MAX_ORDER], copy[MAX_ORDER * MAX_ORDER];
  for (int k = 1; k < order; k++)
    r[k - 1] = ((float)history->lambda[k] - (float)history->lambda[0]) / h;
  r[order - 1] = 1;
  for (int i = 1; i <= order; i++) {
    for (int k = 0; k < order; k++)
      matrix[(i - 1) * MAX_ORDER + k] = pow (r[k], i - 1);
    factorial *= (float)i;
    predictor[i - 1] = corrector[i - 1] = g * factorial / b_h;
    g = g / u - 1.0f / (factorial * (float)(i + 1)); /* the next phi function: minus 1/(i+1)! */
  }
  memcpy (copy, matrix, sizeof copy);
  if (order == 2)
    predictor[0] = 0.5;
  else if (order > 2)
    solve (copy, predictor, order - 1);
  if (order == 1)
    corrector[0] = 0.5;
  else
    solve (matrix, corrector, order);
}

/* From y at history[0] to `next`; with a corrector, `clean_next` gets the estimate there. */
static bool
unipc_update (mk_steps *run, const unipc_history *history, int order, double s, double next, bool bh2, bool correct, float *y, float *predicted, float *base, float *x, float *clean_next)
{
  vp_point a = to_vp (s), b = to_vp (next);
  float h = b.lambda - a.lambda, u = -h, b_h = bh2 ? expm1f (u) : u;
  double r[3], p[3], c[3];
  unipc_weights (history, order, h, bh2, r, p, c);
  mk_steps_mix (run, base, 2, (double)b.sigma / a.sigma, y, -b.alpha * expm1f (u), history->clean[0]);
  memcpy (predicted, base, run->s->n * sizeof *base);
  for (int k = 1; k < order; k++) {
    double factor = -b.alpha * b_h * p[k - 1] / r[k - 1];
    mk_steps_mix (run, predicted, 3, 1.0, predicted, factor, history->clean[k], -factor, history->clean[0]);
  }
  if (!correct) {
    memcpy (y, predicted, run->s->n * sizeof *y);
    return true;
  }
  if (!unipc_evaluate (run, predicted, next, x, clean_next))
    return false;
  memcpy (y, base, run->s->n * sizeof *y);
  for (int k = 1; k < order; k++) {
    double factor = -b.alpha * b_h * c[k - 1] / r[k - 1];
    mk_steps_mix (run, y, 3, 1.0, y, factor, history->clean[k], -factor, history->clean[0]);
  }
  double last = -b.alpha * b_h * c[order - 1];
  mk_steps_mix (run, y, 3, 1.0, y, last, clean_next, -last, history->clean[0]);
  return true;
}

static void
uni_pc (mk_steps *run, bool bh2)
{
  int n = run->s->n_sigmas, steps = n - 1, max_order = MIN (3, n - 2);
  float *predicted = mk_steps_vector (run), *base = mk_steps_vector (run), *x = mk_steps_vector (run), *clean = mk_steps_vector (run), *y = run->x;
  unipc_history history;
  for (int k = 0; k < 3; k++)
    history.clean[k] = mk_steps_vector (run);
  if (run->s->sigmas[n - 1] == 0)
    run->s->sigmas[n - 1] = 0.001f;
  mk_steps_mix (run, y, 1, (double)to_vp (mk_steps_sigma (run, 0)).alpha, y);
  if (!unipc_evaluate (run, y, mk_steps_sigma (run, 0), x, history.clean[0]))
    return;
  history.lambda[0] = to_vp (mk_steps_sigma (run, 0)).lambda;
  if (!mk_steps_report (run, 0, history.clean[0]))
    return;
  for (int step = 1; step <= steps && max_order > 0; step++) {
    int order = step < max_order ? step : MIN (max_order, steps + 1 - step);
    double s = mk_steps_sigma (run, step - 1), next = mk_steps_sigma (run, step);
    if (!unipc_update (run, &history, order, s, next, bh2, step < steps, y, predicted, base, x, clean))
      return;
    float *oldest = history.clean[2];
    memmove (history.clean + 1, history.clean, 2 * sizeof *history.clean);
    memmove (history.lambda + 1, history.lambda, 2 * sizeof *history.lambda);
    memcpy (oldest, clean, run->s->n * sizeof *clean);
    history.clean[0] = oldest;
    history.lambda[0] = to_vp (next).lambda;
    if (step < steps && !mk_steps_report (run, step, clean))
      return;
  }
  mk_steps_mix (run, run->x, 1, 1.0 / to_vp (mk_steps_sigma (run, n - 1)).alpha, y);
}

void
mk_sample_uni_pc (mk_steps *run)
{
  uni_pc (run, false);
}

void
mk_sample_uni_pc_bh2 (mk_steps *run)
{
  uni_pc (run, true);
}
