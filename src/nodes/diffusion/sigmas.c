/* sigmas.c - schedules of noise, made and cut. */
#include "nodes/diffusion/types.h"
#include "nodes/image/inputs.h"

#include <math.h>
#include <string.h>

static const char *const aligned_models[] = { "SD1", "SDXL", "SVD", NULL };
static const char *const spacings[] = { "linear", "cosine", "sine", NULL };
static const mk_port basic_scheduler_inputs[] = {
  { "model", "MODEL" },
  { "scheduler", "COMBO", .options = mk_scheduler_names },
  { "steps", "INT", MK_INT_RANGE (1, 10000, 20, 0) },
  { "denoise", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { 0 } };
static const mk_port basic_scheduler_outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };
static const mk_port karras_scheduler_inputs[] = {
  { "steps", "INT", MK_INT_RANGE (1, 10000, 20, 0) },
  { "sigma_max", "FLOAT", MK_FLOAT_RANGE (0.0, 5000.0, 14.614642, 0.01), .extra_json = "{\"round\": false}" },
  { "sigma_min", "FLOAT", MK_FLOAT_RANGE (0.0, 5000.0, 0.0291675, 0.01), .extra_json = "{\"round\": false}" },
  { "rho", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 7.0, 0.01), .extra_json = "{\"round\": false}" },
  { 0 } };
static const mk_port karras_scheduler_outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };
static const mk_port exponential_scheduler_inputs[] = {
  { "steps", "INT", MK_INT_RANGE (1, 10000, 20, 0) },
  { "sigma_max", "FLOAT", MK_FLOAT_RANGE (0.0, 5000.0, 14.614642, 0.01), .extra_json = "{\"round\": false}" },
  { "sigma_min", "FLOAT", MK_FLOAT_RANGE (0.0, 5000.0, 0.0291675, 0.01), .extra_json = "{\"round\": false}" },
  { 0 } };
static const mk_port exponential_scheduler_outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };
static const mk_port polyexponential_scheduler_inputs[] = {
  { "steps", "INT", MK_INT_RANGE (1, 10000, 20, 0) },
  { "sigma_max", "FLOAT", MK_FLOAT_RANGE (0.0, 5000.0, 14.614642, 0.01), .extra_json = "{\"round\": false}" },
  { "sigma_min", "FLOAT", MK_FLOAT_RANGE (0.0, 5000.0, 0.0291675, 0.01), .extra_json = "{\"round\": false}" },
  { "rho", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { 0 } };
static const mk_port polyexponential_scheduler_outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };
static const mk_port laplace_scheduler_inputs[] = {
  { "steps", "INT", MK_INT_RANGE (1, 10000, 20, 0) },
  { "sigma_max", "FLOAT", MK_FLOAT_RANGE (0.0, 5000.0, 14.614642, 0.01), .extra_json = "{\"round\": false}" },
  { "sigma_min", "FLOAT", MK_FLOAT_RANGE (0.0, 5000.0, 0.0291675, 0.01), .extra_json = "{\"round\": false}" },
  { "mu", "FLOAT", MK_FLOAT_RANGE (-10.0, 10.0, 0.0, 0.1), .extra_json = "{\"round\": false}" },
  { "beta", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 0.5, 0.1), .extra_json = "{\"round\": false}" },
  { 0 } };
static const mk_port laplace_scheduler_outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };
static const mk_port vp_scheduler_inputs[] = {
  { "steps", "INT", MK_INT_RANGE (1, 10000, 20, 0) },
  { "beta_d", "FLOAT", MK_FLOAT_RANGE (0.0, 5000.0, 19.9, 0.01), .extra_json = "{\"round\": false}" },
  { "beta_min", "FLOAT", MK_FLOAT_RANGE (0.0, 5000.0, 0.1, 0.01), .extra_json = "{\"round\": false}" },
  { "eps_s", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.001, 0.0001), .extra_json = "{\"round\": false}" },
  { 0 } };
static const mk_port vp_scheduler_outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };
static const mk_port beta_sampling_scheduler_inputs[] = {
  { "model", "MODEL" },
  { "steps", "INT", MK_INT_RANGE (1, 10000, 20, 0) },
  { "alpha", "FLOAT", MK_FLOAT_RANGE (0.0, 50.0, 0.6, 0.01), .extra_json = "{\"round\": false}" },
  { "beta", "FLOAT", MK_FLOAT_RANGE (0.0, 50.0, 0.6, 0.01), .extra_json = "{\"round\": false}" },
  { 0 } };
static const mk_port beta_sampling_scheduler_outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };
static const mk_port sd_turbo_scheduler_inputs[] = {
  { "model", "MODEL" },
  { "steps", "INT", MK_INT_RANGE (1, 10, 1, 0) },
  { "denoise", "FLOAT", MK_FLOAT_RANGE (0, 1.0, 1.0, 0.01), .extra_json = "{\"min\": 0}" },
  { 0 } };
static const mk_port sd_turbo_scheduler_outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };
static const mk_port align_your_steps_scheduler_inputs[] = {
  { "model_type", "COMBO", .options = aligned_models },
  { "steps", "INT", MK_INT_RANGE (1, 10000, 10, 0) },
  { "denoise", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { 0 } };
static const mk_port align_your_steps_scheduler_outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };
static const mk_port split_sigmas_inputs[] = {
  { "sigmas", "SIGMAS" },
  { "step", "INT", MK_INT_RANGE (0, 10000, 0, 0) },
  { 0 } };
static const mk_port split_sigmas_outputs[] = { { "high_sigmas", "SIGMAS" }, { "low_sigmas", "SIGMAS" }, { 0 } };
static const mk_port split_sigmas_denoise_inputs[] = {
  { "sigmas", "SIGMAS" },
  { "denoise", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { 0 } };
static const mk_port split_sigmas_denoise_outputs[] = { { "high_sigmas", "SIGMAS" }, { "low_sigmas", "SIGMAS" }, { 0 } };
static const mk_port flip_sigmas_inputs[] = {
  { "sigmas", "SIGMAS" },
  { 0 } };
static const mk_port flip_sigmas_outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };
static const mk_port set_first_sigma_inputs[] = {
  { "sigmas", "SIGMAS" },
  { "sigma", "FLOAT", MK_FLOAT_RANGE (0.0, 20000.0, 136.0, 0.001), .extra_json = "{\"round\": false}" },
  { 0 } };
static const mk_port set_first_sigma_outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };
static const mk_port extend_intermediate_sigmas_inputs[] = {
  { "sigmas", "SIGMAS" },
  { "steps", "INT", MK_INT_RANGE (1, 100, 2, 0) },
  { "start_at_sigma", "FLOAT", MK_FLOAT_RANGE (-1.0, 20000.0, -1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "end_at_sigma", "FLOAT", MK_FLOAT_RANGE (0.0, 20000.0, 12.0, 0.01), .extra_json = "{\"round\": false}" },
  { "spacing", "COMBO", .options = spacings },
  { 0 } };
static const mk_port extend_intermediate_sigmas_outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };
static const mk_port sampling_percent_to_sigma_inputs[] = {
  { "model", "MODEL", .extra_json = "{}" },
  { "sampling_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.0, 0.0001) },
  { "return_actual_sigma", "BOOLEAN", MK_DEFAULT (0) },
  { 0 } };
static const mk_port sampling_percent_to_sigma_outputs[] = { { "sigma_value", "FLOAT" }, { 0 } };

bool
mk_run_answer_sigmas (mk_run *run, unsigned index, const float *sigmas, int n, GError **error)
{
  int dims[1] = { MAX (n, 1) };
  mk_tensor *tensor = mk_tensor_new (1, dims, error);
  if (tensor != NULL && n > 0)
    memcpy (mk_tensor_write (tensor), sigmas, (size_t)n * sizeof (float));
  if (tensor != NULL && n == 0)
    tensor->dims[0] = 0; /* an empty schedule: sampling gives back what it got */
  return mk_run_answer (run, index, &mk_sigmas_type, tensor);
}

static const float *
get (const mk_run *run, int *n, GError **error)
{
  mk_tensor *sigmas = mk_run_need_data (run, "sigmas", &mk_sigmas_type, error);
  *n = sigmas != NULL ? sigmas->dims[0] : 0;
  return sigmas != NULL ? mk_tensor_read (sigmas) : NULL;
}

bool
mk_run_get_steps (const mk_run *run, int *steps, GError **error)
{
  enum { MOST = 1000000 };
  *steps = (int)mk_run_get_int (run, "steps");
  return (*steps >= 1 && *steps <= MOST) || mk_error (error, MK_ERROR_RANGE, "steps: %d; it goes from 1 to %d", *steps, MOST);
}

static bool
run_basic (mk_run *run, GError **error)
{
  mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  double denoise = mk_run_get_real (run, "denoise");
  int steps, n = 0;
  if (model == NULL || !mk_run_get_steps (run, &steps, error))
    return false;
  if (denoise <= 0)
    return mk_run_answer_sigmas (run, 0, NULL, 0, error);
  int total = denoise < 1 ? (int)MIN (steps / denoise, 1e7) : steps;
  g_autofree float *sigmas = mk_schedule_steps (&model->schedule, mk_run_get_string (run, "scheduler"), total, &n, error);
  int first = MAX (n - (steps + 1), 0);
  return sigmas != NULL && mk_run_answer_sigmas (run, 0, sigmas + first, n - first, error);
}

typedef enum { KARRAS, EXPONENTIAL, POLYEXPONENTIAL } formula;

static bool
by_formula (mk_run *run, formula kind, double rho, GError **error)
{
  int steps;
  if (!mk_run_get_steps (run, &steps, error))
    return false;
  double low = mk_run_get_real (run, "sigma_min"), high = mk_run_get_real (run, "sigma_max");
  g_autofree float *sigmas = g_new (float, steps + 1);
  if (kind == KARRAS)
    mk_sigmas_karras (sigmas, steps, low, high, rho);
  else if (kind == EXPONENTIAL)
    mk_sigmas_exponential (sigmas, steps, low, high);
  else
    mk_sigmas_polyexponential (sigmas, steps, low, high, rho);
  return mk_run_answer_sigmas (run, 0, sigmas, steps + 1, error);
}

static bool
run_karras (mk_run *run, GError **error)
{
  return by_formula (run, KARRAS, mk_run_get_real (run, "rho"), error);
}

static bool
run_exponential (mk_run *run, GError **error)
{
  return by_formula (run, EXPONENTIAL, 1, error);
}

static bool
run_polyexponential (mk_run *run, GError **error)
{
  return by_formula (run, POLYEXPONENTIAL, mk_run_get_real (run, "rho"), error);
}

static bool
run_laplace (mk_run *run, GError **error)
{
  int steps;
  if (!mk_run_get_steps (run, &steps, error))
    return false;
  float low = (float)mk_run_get_real (run, "sigma_min"), high = (float)mk_run_get_real (run, "sigma_max"), mu = (float)mk_run_get_real (run, "mu"), beta = (float)mk_run_get_real (run, "beta");
  g_autofree float *sigmas = g_new (float, steps);
  for (int i = 0; i < steps; i++) {
    float x = steps > 1 ? (float)i / (float)(steps - 1) : 0, side = x < 0.5f ? 1.0f : x > 0.5f ? -1.0f : 0.0f;
    float value = expf (mu - beta * side * logf (1 - 2 * fabsf (0.5f - x) + 1e-5f));
    sigmas[i] = CLAMP (value, low, high);
  }
  return mk_run_answer_sigmas (run, 0, sigmas, steps, error);
}

static bool
run_vp (mk_run *run, GError **error)
{
  int steps;
  if (!mk_run_get_steps (run, &steps, error))
    return false;
  g_autofree float *sigmas = g_new (float, steps + 1);
  mk_sigmas_vp (sigmas, steps, mk_run_get_real (run, "beta_d"), mk_run_get_real (run, "beta_min"), mk_run_get_real (run, "eps_s"));
  return mk_run_answer_sigmas (run, 0, sigmas, steps + 1, error);
}

static bool
run_beta (mk_run *run, GError **error)
{
  mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  int steps;
  if (model == NULL || !mk_run_get_steps (run, &steps, error))
    return false;
  g_autofree float *sigmas = g_new (float, steps + 1);
  int n = mk_sigmas_beta (&model->schedule, sigmas, steps, mk_run_get_real (run, "alpha"), mk_run_get_real (run, "beta"));
  return mk_run_answer_sigmas (run, 0, sigmas, n, error);
}

/* Timesteps 999, 899 … 99, from the one that `denoise` says. */
static bool
run_turbo (mk_run *run, GError **error)
{
  mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  double denoise = mk_run_get_real (run, "denoise");
  int steps, first = 10 - (int)(10 * CLAMP (denoise, 0, 1));
  float sigmas[11] = { 0 };
  if (model == NULL || !mk_run_get_steps (run, &steps, error))
    return false;
  int n = MIN (steps, 10 - first);
  for (int i = 0; i < n; i++)
    sigmas[i] = (float)mk_schedule_sigma (&model->schedule, 999 - 100 * (first + i));
  return mk_run_answer_sigmas (run, 0, sigmas, n + 1, error);
}

/* Sabour et al., "Align Your Steps", 2024: tables of 11 for ten steps; others lie between in log space. */
static bool
run_aligned (mk_run *run, GError **error)
{
  static const double tables[3][11] = {
    { 14.6146412293, 6.4745760956, 3.8636745985, 2.6946151520, 1.8841921177, 1.3943805092, 0.9642583904, 0.6523686016, 0.3977456272, 0.1515232662, 0.0291671582 },
    { 14.6146412293, 6.3184485287, 3.7681790315, 2.1811480769, 1.3405244945, 0.8620721141, 0.5550693289, 0.3798540708, 0.2332364134, 0.1114188177, 0.0291671582 },
    { 700.00, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002 } };
  const double *table = tables[MAX (mk_run_get_choice (run, "model_type", aligned_models), 0)];
  double denoise = mk_run_get_real (run, "denoise");
  int steps;
  if (!mk_run_get_steps (run, &steps, error))
    return false;
  int total = steps;
  if (denoise < 1) {
    if (denoise <= 0)
      return mk_run_answer_sigmas (run, 0, NULL, 0, error);
    total = mk_round_even (steps * denoise);
  }
  g_autofree float *sigmas = g_new (float, steps + 1);
  for (int i = 0; i <= steps; i++) {
    double at = 10.0 * i / steps, share = at - floor (at);
    int low = MIN ((int)at, 10), high = MIN (low + 1, 10);
    sigmas[i] = steps == 10 ? (float)table[i] : (float)exp (log (table[low]) * (1 - share) + log (table[high]) * share);
  }
  sigmas[steps] = 0;
  int first = MAX (steps - total, 0);
  return mk_run_answer_sigmas (run, 0, sigmas + first, steps + 1 - first, error);
}

static bool
run_split (mk_run *run, GError **error)
{
  int n, step = (int)mk_run_get_int (run, "step");
  const float *sigmas = get (run, &n, error);
  step = CLAMP (step, 0, n);
  return sigmas != NULL && mk_run_answer_sigmas (run, 0, sigmas, MIN (step + 1, n), error) && mk_run_answer_sigmas (run, 1, sigmas + step, n - step, error);
}

static bool
run_split_share (mk_run *run, GError **error)
{
  int n;
  const float *sigmas = get (run, &n, error);
  if (sigmas == NULL)
    return false;
  int steps = MAX (n - 1, 0), last = CLAMP (mk_round_even (steps * mk_run_get_real (run, "denoise")), 0, steps);
  int high = last == 0 ? 0 : n - last; /* as Python's [:-0] is empty */
  return mk_run_answer_sigmas (run, 0, sigmas, high, error) && mk_run_answer_sigmas (run, 1, sigmas + (n - last - 1 > 0 ? n - last - 1 : 0), MIN (last + 1, n), error);
}

static bool
run_flip (mk_run *run, GError **error)
{
  int n;
  const float *sigmas = get (run, &n, error);
  if (sigmas == NULL)
    return false;
  g_autofree float *flipped = g_new (float, n + 1);
  for (int i = 0; i < n; i++)
    flipped[i] = sigmas[n - 1 - i];
  if (n > 0 && flipped[0] == 0)
    flipped[0] = 0.0001f;
  return mk_run_answer_sigmas (run, 0, flipped, n, error);
}

static bool
run_first (mk_run *run, GError **error)
{
  int n;
  const float *sigmas = get (run, &n, error);
  if (sigmas == NULL)
    return false;
  g_autofree float *changed = g_memdup2 (sigmas, (size_t)MAX (n, 1) * sizeof (float));
  if (n > 0)
    changed[0] = (float)mk_run_get_real (run, "sigma");
  return mk_run_answer_sigmas (run, 0, changed, n, error);
}

static bool
run_extend (mk_run *run, GError **error)
{
  int n, count = 0, steps, spacing = mk_run_get_choice (run, "spacing", spacings);
  double start = mk_run_get_real (run, "start_at_sigma"), end = mk_run_get_real (run, "end_at_sigma");
  const float *sigmas = get (run, &n, error);
  if (sigmas == NULL || !mk_run_get_steps (run, &steps, error))
    return false;
  if ((int64_t)n * steps > 10000000)
    return mk_error (error, MK_ERROR_LIMIT, "%d sigmas of %d steps each are too many", n, steps);
  if (start < 0)
    start = INFINITY;
  g_autofree float *all = g_new (float, n *steps + 1);
  for (int i = 0; i + 1 < n; i++) {
    all[count++] = sigmas[i];
    for (int k = 1; k < steps && end <= sigmas[i] && sigmas[i] <= start; k++) {
      double x = (double)k / steps;
      x = spacing == 1 ? sin (x * G_PI / 2) : spacing == 2 ? 1 - cos (x * G_PI / 2) : x;
      all[count++] = (float)(sigmas[i] + (sigmas[i + 1] - sigmas[i]) * x);
    }
  }
  if (n > 0)
    all[count++] = sigmas[n - 1];
  return mk_run_answer_sigmas (run, 0, all, count, error);
}

static bool
run_percent (mk_run *run, GError **error)
{
  mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  double percent = mk_run_get_real (run, "sampling_percent");
  if (model == NULL)
    return false;
  double sigma = mk_schedule_at_percent (&model->schedule, percent);
  if (mk_run_get_bool (run, "return_actual_sigma") && percent <= 0)
    sigma = model->schedule.sigmas[model->schedule.n - 1];
  else if (mk_run_get_bool (run, "return_actual_sigma") && percent >= 1)
    sigma = model->schedule.sigmas[0];
  mk_run_set_output (run, 0, mk_value_new_real (sigma));
  return true;
}

static const mk_port manual_inputs[] = { { "sigmas", "STRING", "Numbers, from the noisiest to the cleanest; whatever stands between them parts them.", MK_TEXT ("1, 0.5") }, { 0 } };
static const mk_port manual_outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };

static bool
run_manual (mk_run *run, GError **error)
{
  g_autoptr (GArray) sigmas = g_array_new (FALSE, FALSE, sizeof (float));
  for (const char *at = mk_run_get_string (run, "sigmas"); *at != '\0';) {
    char *end = (char *)at;
    float sigma = g_ascii_isdigit (at[strspn (at, "+-.")]) ? (float)g_ascii_strtod (at, &end) : 0;
    if (end > at && isfinite (sigma))
      g_array_append_val (sigmas, sigma);
    at = end > at ? end : at + 1;
  }
  return mk_run_answer_sigmas (run, 0, (const float *)(void *)sigmas->data, (int)sigmas->len, error);
}

const mk_node_def mk_node_manual_sigmas = { .id = "ManualSigmas", .category = "_for_testing/custom_sampling", .help = "A schedule of noise, number by number.", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = manual_inputs, .outputs = manual_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_EXPERIMENTAL, .run = run_manual };
const mk_node_def mk_node_basic_scheduler = { .id = "BasicScheduler", .category = "sampling/custom_sampling/schedulers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = basic_scheduler_inputs, .outputs = basic_scheduler_outputs, .run = run_basic };
const mk_node_def mk_node_karras_scheduler = { .id = "KarrasScheduler", .category = "sampling/custom_sampling/schedulers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = karras_scheduler_inputs, .outputs = karras_scheduler_outputs, .run = run_karras };
const mk_node_def mk_node_exponential_scheduler = { .id = "ExponentialScheduler", .category = "sampling/custom_sampling/schedulers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = exponential_scheduler_inputs, .outputs = exponential_scheduler_outputs, .run = run_exponential };
const mk_node_def mk_node_polyexponential_scheduler = { .id = "PolyexponentialScheduler", .category = "sampling/custom_sampling/schedulers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = polyexponential_scheduler_inputs, .outputs = polyexponential_scheduler_outputs, .run = run_polyexponential };
const mk_node_def mk_node_laplace_scheduler = { .id = "LaplaceScheduler", .category = "sampling/custom_sampling/schedulers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = laplace_scheduler_inputs, .outputs = laplace_scheduler_outputs, .run = run_laplace };
const mk_node_def mk_node_vp_scheduler = { .id = "VPScheduler", .category = "sampling/custom_sampling/schedulers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = vp_scheduler_inputs, .outputs = vp_scheduler_outputs, .run = run_vp };
const mk_node_def mk_node_beta_sampling_scheduler = { .id = "BetaSamplingScheduler", .category = "sampling/custom_sampling/schedulers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = beta_sampling_scheduler_inputs, .outputs = beta_sampling_scheduler_outputs, .run = run_beta };
const mk_node_def mk_node_sd_turbo_scheduler = { .id = "SDTurboScheduler", .category = "sampling/custom_sampling/schedulers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sd_turbo_scheduler_inputs, .outputs = sd_turbo_scheduler_outputs, .run = run_turbo };
const mk_node_def mk_node_align_your_steps_scheduler = { .id = "AlignYourStepsScheduler", .category = "sampling/custom_sampling/schedulers", .python_module = "comfy_extras.nodes_align_your_steps", .inputs = align_your_steps_scheduler_inputs, .outputs = align_your_steps_scheduler_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_aligned };
const mk_node_def mk_node_split_sigmas = { .id = "SplitSigmas", .category = "sampling/custom_sampling/sigmas", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = split_sigmas_inputs, .outputs = split_sigmas_outputs, .run = run_split };
const mk_node_def mk_node_split_sigmas_denoise = { .id = "SplitSigmasDenoise", .category = "sampling/custom_sampling/sigmas", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = split_sigmas_denoise_inputs, .outputs = split_sigmas_denoise_outputs, .run = run_split_share };
const mk_node_def mk_node_flip_sigmas = { .id = "FlipSigmas", .category = "sampling/custom_sampling/sigmas", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = flip_sigmas_inputs, .outputs = flip_sigmas_outputs, .run = run_flip };
const mk_node_def mk_node_set_first_sigma = { .id = "SetFirstSigma", .category = "sampling/custom_sampling/sigmas", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = set_first_sigma_inputs, .outputs = set_first_sigma_outputs, .run = run_first };
const mk_node_def mk_node_extend_intermediate_sigmas = { .id = "ExtendIntermediateSigmas", .category = "sampling/custom_sampling/sigmas", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = extend_intermediate_sigmas_inputs, .outputs = extend_intermediate_sigmas_outputs, .run = run_extend };
const mk_node_def mk_node_sampling_percent_to_sigma = { .id = "SamplingPercentToSigma", .category = "sampling/custom_sampling/sigmas", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sampling_percent_to_sigma_inputs, .outputs = sampling_percent_to_sigma_outputs, .run = run_percent };
