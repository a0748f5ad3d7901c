/* schedule.c - see schedule.h. */
#include "diffusion/schedule.h"

#include <math.h>
#include <string.h>

const char *const mk_scheduler_names[] = { "simple", "sgm_uniform", "karras", "exponential", "ddim_uniform",
                                           "beta", "normal", "linear_quadratic", "kl_optimal", NULL };

/* Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed", 2023, algorithm 1. */
static void
rescale_to_zero_snr (double *sigmas, int n)
{
  double first = sqrt (1.0 / (sigmas[0] * sigmas[0] + 1.0)), last = sqrt (1.0 / (sigmas[n - 1] * sigmas[n - 1] + 1.0));
  for (int i = 0; i < n; i++) {
    double root = (sqrt (1.0 / (sigmas[i] * sigmas[i] + 1.0)) - last) * (first / (first - last));
    double bar = i == n - 1 ? 4.8973451890853435e-08 : root * root; /* the end stays finite, as in ComfyUI */
    sigmas[i] = sqrt ((1.0 - bar) / bar);
  }
}

void
mk_schedule_init (mk_schedule *schedule, mk_prediction prediction, bool zero_snr)
{
  double from = sqrt (0.00085), to = sqrt (0.012), bar = 1.0, sigmas[1000];
  memset (schedule, 0, sizeof *schedule);
  schedule->prediction = prediction;
  schedule->n = 1000;
  schedule->stride = 1;
  for (int i = 0; i < 1000; i++) {
    double root = from + (to - from) * i / 999.0;
    bar *= 1.0 - root * root;
    sigmas[i] = sqrt ((1.0 - bar) / bar);
  }
  if (zero_snr)
    rescale_to_zero_snr (sigmas, 1000);
  if (prediction == MK_PREDICT_LCM) { /* distilled on 50 of the timesteps */
    schedule->n = 50;
    schedule->stride = 20;
    for (int i = 0; i < 50; i++)
      sigmas[i] = (float)sigmas[i * 20 + 19];
  }
  for (int i = 0; i < schedule->n; i++) {
    schedule->sigmas[i] = (float)sigmas[i];
    schedule->logs[i] = (float)log (sigmas[i]);
  }
}

/* In 32-bit floats, counted from the nearer end, as torch.linspace does. */
static float
ramp (float from, float to, int steps, int i)
{
  float by = (to - from) / (float)MAX (steps - 1, 1);
  return i < steps / 2 || steps == 1 ? from + by * (float)i : to - by * (float)(steps - 1 - i);
}

void
mk_schedule_init_continuous (mk_schedule *schedule, mk_prediction prediction, mk_time_kind time, double low, double high)
{
  *schedule = (mk_schedule) { .prediction = prediction, .time = time, .n = 1000, .stride = 1 };
  for (int i = 0; i < schedule->n; i++) {
    schedule->sigmas[i] = expf (ramp ((float)log (low), (float)log (high), schedule->n, i));
    schedule->logs[i] = logf (schedule->sigmas[i]);
  }
}

double
mk_schedule_timestep (const mk_schedule *schedule, double sigma)
{
  if (schedule->time == MK_TIME_LOG)
    return 0.25f * logf ((float)sigma);
  if (schedule->time == MK_TIME_ANGLE)
    return atanf ((float)sigma) / (float)G_PI * 2;
  float wanted = logf ((float)sigma), best = INFINITY;
  int found = 0;
  for (int i = 0; i < schedule->n; i++) {
    float distance = fabsf (wanted - schedule->logs[i]);
    if (distance < best) {
      best = distance;
      found = i;
    }
  }
  return found * schedule->stride + schedule->stride - 1;
}

double
mk_schedule_sigma (const mk_schedule *schedule, double timestep)
{
  if (schedule->time == MK_TIME_LOG)
    return expf ((float)timestep / 0.25f);
  if (schedule->time == MK_TIME_ANGLE)
    return tanf ((float)timestep * (float)G_PI / 2);
  float t = ((float)timestep - (float)(schedule->stride - 1)) / (float)schedule->stride;
  t = CLAMP (t, 0.0f, (float)schedule->n - 1.0f);
  int low = (int)t, high = MIN (low + 1, schedule->n - 1);
  float weight = t - (float)low;
  return expf ((1.0f - weight) * schedule->logs[low] + weight * schedule->logs[high]);
}

double
mk_schedule_at_percent (const mk_schedule *schedule, double percent)
{
  if (percent <= 0.0)
    return 999999999.9;
  if (percent >= 1.0)
    return 0.0;
  double low = schedule->sigmas[0], high = schedule->sigmas[schedule->n - 1];
  if (schedule->time != MK_TIME_TABLE)
    return exp ((log (high) - log (low)) * (1.0 - percent) + log (low));
  return mk_schedule_sigma (schedule, (1.0 - percent) * 999.0);
}

void
mk_sigmas_karras (float *out, int steps, double low, double high, double rho)
{
  /* 32-bit steps as in ComfyUI, counted from the nearer end: the power amplifies their rounding */
  double from = pow (high, 1.0 / rho), to = pow (low, 1.0 / rho);
  float step = 1.0f / (float)MAX (steps - 1, 1);
  for (int i = 0; i < steps; i++) {
    float share = i < steps / 2 || steps == 1 ? step * (float)i : 1.0f - step * (float)(steps - 1 - i);
    out[i] = (float)pow ((float)from + share * (float)(to - from), rho);
  }
  out[steps] = 0.0f;
}

void
mk_sigmas_polyexponential (float *out, int steps, double low, double high, double rho)
{
  for (int i = 0; i < steps; i++)
    out[i] = expf (powf (ramp (1.0f, 0.0f, steps, i), (float)rho) * (float)(log (high) - log (low)) + (float)log (low));
  out[steps] = 0.0f;
}

void
mk_sigmas_exponential (float *out, int steps, double low, double high)
{
  for (int i = 0; i < steps; i++)
    out[i] = expf (ramp ((float)log (high), (float)log (low), steps, i));
  out[steps] = 0.0f;
}

void
mk_sigmas_vp (float *out, int steps, double beta_d, double beta_min, double eps_s)
{
  for (int i = 0; i < steps; i++) {
    double t = steps > 1 ? 1.0 + (eps_s - 1.0) * i / (steps - 1) : 1.0;
    out[i] = (float)sqrt (expm1 (beta_d * t * t / 2.0 + beta_min * t));
  }
  out[steps] = 0.0f;
}

/* Regularised incomplete beta function by its continued fraction (Numerical Recipes §6.4, modified Lentz). */
static double
beta_fraction (double a, double b, double x)
{
  double c = 1.0, d = 1.0 / (1.0 - (a + b) * x / (a + 1.0)), h = d;
  for (int m = 1; m < 500; m++) {
    double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1.0 / (1.0 + even * d);
    c = 1.0 + even / c;
    h *= d * c;
    double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1.0 / (1.0 + odd * d);
    c = 1.0 + odd / c;
    h *= d * c;
    if (fabs (d * c - 1.0) < 1e-16)
      break;
  }
  return h;
}

static double
beta_cdf (double a, double b, double x)
{
  if (x <= 0.0 || x >= 1.0)
    return x <= 0.0 ? 0.0 : 1.0;
  double front = exp (lgamma (a + b) - lgamma (a) - lgamma (b) + a * log (x) + b * log1p (-x));
  if (x < (a + 1.0) / (a + b + 2.0))
    return front * beta_fraction (a, b, x) / a;
  return 1.0 - front * beta_fraction (b, a, 1.0 - x) / b;
}

static double
beta_quantile (double a, double b, double p)
{
  if (a == b && p == 0.5) /* exact by symmetry: a table index depends on it */
    return 0.5;
  double low = 0.0, high = 1.0;
  for (int i = 0; i < 100; i++) {
    double middle = (low + high) / 2.0;
    if (beta_cdf (a, b, middle) < p)
      low = middle;
    else
      high = middle;
  }
  return (low + high) / 2.0;
}

int
mk_sigmas_beta (const mk_schedule *schedule, float *out, int steps, double alpha, double beta)
{
  int n = 0, last = -1;
  for (int i = 0; i < steps; i++) {
    int index = (int)nearbyint (beta_quantile (alpha, beta, 1.0 - (double)i / steps) * (schedule->n - 1));
    if (index != last)
      out[n++] = schedule->sigmas[index];
    last = index;
  }
  out[n++] = 0.0f;
  return n;
}

static int
steps_simple (const mk_schedule *schedule, float *out, int steps)
{
  double stride = (double)schedule->n / steps;
  for (int i = 0; i < steps; i++)
    out[i] = schedule->sigmas[schedule->n - 1 - (int)(i * stride)];
  out[steps] = 0.0f;
  return steps + 1;
}

static int
steps_uniform (const mk_schedule *schedule, float *out, int steps, bool sgm)
{
  double from = mk_schedule_timestep (schedule, schedule->sigmas[schedule->n - 1]), to = mk_schedule_timestep (schedule, schedule->sigmas[0]);
  int points = sgm ? steps + 1 : steps;
  bool ends_at_zero = fabs (mk_schedule_sigma (schedule, to)) <= 1e-5;
  if (!sgm && ends_at_zero)
    points++;
  int n = ends_at_zero && !sgm ? points : steps;
  float by = (float)(to - from) / (float)MAX (points - 1, 1); /* 32-bit steps from the nearer end, as torch.linspace makes them */
  for (int i = 0; i < n; i++)
    out[i] = (float)mk_schedule_sigma (schedule, i < points / 2 || points == 1 ? (float)from + by * (float)i : (float)to - by * (float)(points - 1 - i));
  if (n == steps)
    out[n++] = 0.0f;
  return n;
}

static int
steps_ddim (const mk_schedule *schedule, float *out, int steps)
{
  int stride = MAX (schedule->n / steps, 1), n = 0;
  for (int i = 1; i < schedule->n; i += stride)
    n++;
  for (int i = 0; i < n; i++)
    out[n - 1 - i] = schedule->sigmas[1 + i * stride];
  out[n] = 0.0f;
  return n + 1;
}

static int
steps_linear_quadratic (const mk_schedule *schedule, float *out, int steps)
{
  double high = schedule->sigmas[schedule->n - 1], noise = 0.025;
  int half = steps / 2;
  if (steps == 1) {
    out[0] = (float)high;
    out[1] = 0.0f;
    return 2;
  }
  double difference = half - noise * steps, rest = steps - half;
  double a = difference / (half * rest * rest), b = noise / half - 2.0 * difference / (rest * rest), c = a * half * half;
  for (int i = 0; i < steps; i++)
    out[i] = (float)(1.0 - (i < half ? i * noise / half : a * i * i + b * i + c)) * (float)high;
  out[steps] = 0.0f;
  return steps + 1;
}

static int
steps_kl_optimal (const mk_schedule *schedule, float *out, int steps)
{
  float low = (float)atan (schedule->sigmas[0]), high = (float)atan (schedule->sigmas[schedule->n - 1]);
  for (int i = 0; i < steps; i++) {
    float share = (float)i / (float)(steps - 1); /* one step gives NaN, as in ComfyUI; sampling refuses it */
    out[i] = tanf (share * low + (1.0f - share) * high);
  }
  out[steps] = 0.0f;
  return steps + 1;
}

float *
mk_schedule_steps (const mk_schedule *schedule, const char *scheduler, int steps, int *n, GError **error)
{
  if (steps < 1 || steps > 10000) {
    mk_error (error, MK_ERROR_RANGE, "the number of steps must be 1 to 10000, got %d", steps);
    return NULL;
  }
  double low = schedule->sigmas[0], high = schedule->sigmas[schedule->n - 1];
  float *out = g_new0 (float, MAX (steps, schedule->n) + 2); /* ddim_uniform may give more than asked for */
  *n = steps + 1;
  if (strcmp (scheduler, "simple") == 0)
    *n = steps_simple (schedule, out, steps);
  else if (strcmp (scheduler, "sgm_uniform") == 0)
    *n = steps_uniform (schedule, out, steps, true);
  else if (strcmp (scheduler, "normal") == 0)
    *n = steps_uniform (schedule, out, steps, false);
  else if (strcmp (scheduler, "karras") == 0)
    mk_sigmas_karras (out, steps, low, high, 7.0);
  else if (strcmp (scheduler, "exponential") == 0)
    mk_sigmas_exponential (out, steps, low, high);
  else if (strcmp (scheduler, "ddim_uniform") == 0)
    *n = steps_ddim (schedule, out, steps);
  else if (strcmp (scheduler, "beta") == 0)
    *n = mk_sigmas_beta (schedule, out, steps, 0.6, 0.6);
  else if (strcmp (scheduler, "linear_quadratic") == 0)
    *n = steps_linear_quadratic (schedule, out, steps);
  else if (strcmp (scheduler, "kl_optimal") == 0)
    *n = steps_kl_optimal (schedule, out, steps);
  else {
    mk_error (error, MK_ERROR_RANGE, "there is no scheduler “%s”", scheduler);
    g_clear_pointer (&out, g_free);
  }
  return out;
}

static bool
drops_penultimate (const char *sampler)
{
  static const char *const names[] = { "dpm_2", "dpm_2_ancestral", "uni_pc", "uni_pc_bh2", NULL };
  return g_strv_contains (names, sampler);
}

enum { MOST_STEPS = 1000000 };

float *
mk_schedule_for_sampler (const mk_schedule *schedule, const char *sampler, const char *scheduler, int steps, double denoise, int *n, GError **error)
{
  if (!(denoise > 0.0)) {
    *n = 0;
    return g_new0 (float, 1);
  }
  if (steps < 1 || steps > MOST_STEPS) {
    mk_error (error, MK_ERROR_RANGE, "steps: %d; it goes from 1 to %d", steps, MOST_STEPS);
    return NULL;
  }
  int total = denoise > 0.9999 ? steps : (int)MIN (steps / denoise, 1e6);
  bool drop = drops_penultimate (sampler);
  float *sigmas = mk_schedule_steps (schedule, scheduler, total + (drop ? 1 : 0), n, error);
  if (sigmas == NULL)
    return NULL;
  if (drop && *n >= 2) {
    sigmas[*n - 2] = sigmas[*n - 1];
    --*n;
  }
  if (denoise <= 0.9999 && *n > steps + 1) {
    memmove (sigmas, sigmas + *n - (steps + 1), (size_t)(steps + 1) * sizeof *sigmas);
    *n = steps + 1;
  }
  return sigmas;
}
