/* flow_sigmas.c - schedules of models that flow from noise (1) to picture (0), made without the model. */
#include "nodes/diffusion/types.h"
#include "nodes/image/inputs.h"

#include <math.h>

static const char *const optimal_models[] = { "FLUX", "Wan", "Chroma", NULL };
static const mk_port ltxv_inputs[] = {
  { "steps", "INT", MK_INT_RANGE (1, 10000, 20, 0) },
  { "max_shift", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 2.05, 0.01) },
  { "base_shift", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 0.95, 0.01) },
  { "stretch", "BOOLEAN", "Stretch the sigmas so that the last but one is terminal.", MK_DEFAULT (1) },
  { "terminal", "FLOAT", "What the last sigma before 0 is stretched to.", MK_FLOAT_RANGE (0.0, 0.99, 0.1, 0.01) },
  { "latent", "LATENT", .need = MK_OPTIONAL },
  { 0 } };
static const mk_port optimal_inputs[] = {
  { "model_type", "COMBO", .options = optimal_models },
  { "steps", "INT", MK_INT_RANGE (3, 1000, 20, 0) },
  { "denoise", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { 0 } };
static const mk_port outputs[] = { { "SIGMAS", "SIGMAS" }, { 0 } };

/* Larger latents stay longer with noise: the shift is a line through `base` at 1024 cells and `max` at 4096. */
static double
shift_of (const mk_run *run)
{
  enum { FEW = 1024, MANY = 4096 };
  double base = mk_run_get_real (run, "base_shift"), most = mk_run_get_real (run, "max_shift"), n_cells = MANY;
  const mk_latent *latent = mk_run_get_data (run, "latent", &mk_latent_type);
  if (latent != NULL) {
    n_cells = 1;
    for (int i = 2; i < latent->samples->n_dims; i++)
      n_cells *= latent->samples->dims[i];
  }
  double slope = (most - base) / (MANY - FEW);
  return n_cells * slope + (base - slope * FEW);
}

static bool
run_ltxv (mk_run *run, GError **error)
{
  int steps;
  if (!mk_run_get_steps (run, &steps, error))
    return false;
  float e = (float)exp (shift_of (run)), step = -1.0f / (float)steps;
  g_autofree float *sigmas = g_new0 (float, steps + 1);
  for (int i = 0; i < steps; i++) {
    float at = i < (steps + 1) / 2 ? 1.0f + step * (float)i : 0.0f - step * (float)(steps - i); /* from both ends, as torch.linspace does */
    sigmas[i] = e / (e + (1 / at - 1));
  }
  float left = (1 - sigmas[steps - 1]) / (float)(1 - mk_run_get_real (run, "terminal"));
  for (int i = 0; mk_run_get_bool (run, "stretch") && left > 0 && i < steps; i++)
    sigmas[i] = 1 - (1 - sigmas[i]) / left;
  return mk_run_answer_sigmas (run, 0, sigmas, steps + 1, error);
}

/* Found by search for each model: arXiv 2503.21774. */
static const double flux[] = { 0.9968, 0.9886, 0.9819, 0.975, 0.966, 0.9471, 0.9158, 0.8287, 0.5512, 0.2808, 0.001 };
static const double wan[] = { 1.0, 0.997, 0.995, 0.993, 0.991, 0.989, 0.987, 0.985, 0.98, 0.975, 0.973, 0.968, 0.96, 0.946, 0.927, 0.902, 0.864, 0.776, 0.539, 0.208, 0.001 };
static const double chroma[] = { 0.992, 0.99, 0.988, 0.985, 0.982, 0.978, 0.973, 0.968, 0.961, 0.953, 0.943, 0.931, 0.917, 0.9, 0.881, 0.858, 0.832, 0.802, 0.769, 0.731, 0.69,
  0.646, 0.599, 0.55, 0.501, 0.451, 0.402, 0.355, 0.311, 0.27, 0.232, 0.199, 0.169, 0.143, 0.12, 0.101, 0.084, 0.07, 0.058, 0.048, 0.001 };
static const struct { const double *levels; int n; } optimal[] = { { flux, MK_COUNT (flux) }, { wan, MK_COUNT (wan) }, { chroma, MK_COUNT (chroma) } };

static bool
run_optimal (mk_run *run, GError **error)
{
  int model = MAX (mk_run_get_choice (run, "model_type", optimal_models), 0), last = optimal[model].n - 1, steps;
  const double *levels = optimal[model].levels;
  double denoise = mk_run_get_real (run, "denoise");
  if (!mk_run_get_steps (run, &steps, error))
    return false;
  if (denoise <= 0)
    return mk_run_answer_sigmas (run, 0, NULL, 0, error);
  g_autofree float *sigmas = g_new (float, steps + 1);
  for (int i = 0; i <= steps; i++) {
    double at = (double)last * i / steps, share = at - floor (at);
    int low = MIN ((int)at, last), high = MIN (low + 1, last);
    sigmas[i] = steps == last ? (float)levels[i] : (float)exp (log (levels[low]) * (1 - share) + log (levels[high]) * share);
  }
  sigmas[steps] = 0;
  int first = denoise < 1 ? MAX (steps - mk_round_even (steps * denoise), 0) : 0;
  return mk_run_answer_sigmas (run, 0, sigmas + first, steps + 1 - first, error);
}

const mk_node_def mk_node_ltxv_scheduler = { .id = "LTXVScheduler", .category = "sampling/custom_sampling/schedulers", .python_module = "comfy_extras.nodes_lt", .inputs = ltxv_inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_ltxv };
const mk_node_def mk_node_optimal_steps_scheduler = { .id = "OptimalStepsScheduler", .category = "sampling/custom_sampling/schedulers", .python_module = "comfy_extras.nodes_optimalsteps", .inputs = optimal_inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_optimal };
