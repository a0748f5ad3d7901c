/* ksampler.c - KSampler and the form of it with every switch. */
#include "nodes/diffusion/sampling.h"

#include <string.h>

static const char *const switches[] = { "enable", "disable", NULL };
static const char *const options_1[] = { "disable", "enable", NULL };
static const mk_port k_sampler_inputs[] = {
  { "model", "MODEL", "The model used for denoising the input latent." },
  { "seed", "INT", "The random seed used for creating the noise.", MK_SEED },
  { "steps", "INT", "The number of steps used in the denoising process.", MK_INT_RANGE (1, 10000, 20, 0) },
  { "cfg", "FLOAT", "The Classifier-Free Guidance scale balances creativity and adherence to the prompt. Higher values result in images more closely matching the prompt however too high values will negatively impact quality.", MK_FLOAT_RANGE (0.0, 100.0, 8.0, 0.1), .round = 0.01 },
  { "sampler_name", "COMBO", "The algorithm used when sampling, this can affect the quality, speed, and style of the generated output.", .options = mk_sampler_names },
  { "scheduler", "COMBO", "The scheduler controls how noise is gradually removed to form the image.", .options = mk_scheduler_names },
  { "positive", "CONDITIONING", "The conditioning describing the attributes you want to include in the image." },
  { "negative", "CONDITIONING", "The conditioning describing the attributes you want to exclude from the image." },
  { "latent_image", "LATENT", "The latent image to denoise." },
  { "denoise", "FLOAT", "The amount of denoising applied, lower values will maintain the structure of the initial image allowing for image to image sampling.", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { 0 } };
static const mk_port k_sampler_outputs[] = { { "LATENT", "LATENT", "The denoised latent." }, { 0 } };
static const mk_port k_sampler_advanced_inputs[] = {
  { "model", "MODEL" },
  { "add_noise", "COMBO", .options = switches },
  { "noise_seed", "INT", MK_SEED },
  { "steps", "INT", MK_INT_RANGE (1, 10000, 20, 0) },
  { "cfg", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 8.0, 0.1), .round = 0.01 },
  { "sampler_name", "COMBO", .options = mk_sampler_names },
  { "scheduler", "COMBO", .options = mk_scheduler_names },
  { "positive", "CONDITIONING" },
  { "negative", "CONDITIONING" },
  { "latent_image", "LATENT" },
  { "start_at_step", "INT", MK_INT_RANGE (0, 10000, 0, 0) },
  { "end_at_step", "INT", MK_INT_RANGE (0, 10000, 10000, 0) },
  { "return_with_leftover_noise", "COMBO", .options = options_1 },
  { 0 } };
static const mk_port k_sampler_advanced_outputs[] = { { "LATENT", "LATENT" }, { 0 } };

static bool
get_inputs (const mk_run *run, mk_guider *guider, mk_latent **latent, GError **error)
{
  *guider = (mk_guider) { .kind = MK_GUIDER_CFG, .cfg = mk_run_get_real (run, "cfg") };
  return (guider->model = mk_run_need_data (run, "model", &mk_model_type, error)) != NULL
         && (guider->positive = mk_run_need_data (run, "positive", &mk_conditioning_type, error)) != NULL
         && (guider->negative = mk_run_need_data (run, "negative", &mk_conditioning_type, error)) != NULL
         && (*latent = mk_run_get_picture_latent (run, "latent_image", error)) != NULL;
}

static bool
run_plain (mk_run *run, GError **error)
{
  mk_guider guider;
  mk_sampling_node node = { .guider = &guider, .sampler = mk_run_get_string (run, "sampler_name"), .seed = mk_run_get_uint (run, "seed"), .adds_noise = true, .denoised_output = -1 };
  if (!get_inputs (run, &guider, &node.latent, error))
    return false;
  g_autofree float *sigmas = mk_schedule_for_sampler (&guider.model->schedule, node.sampler, mk_run_get_string (run, "scheduler"), (int)mk_run_get_int (run, "steps"), mk_run_get_real (run, "denoise"), &node.n_sigmas, error);
  node.sigmas = sigmas;
  return sigmas != NULL && mk_run_sample (run, &node, error);
}

/* Steps from start to end; the last one removes all noise unless some shall be left over. */
static bool
run_advanced (mk_run *run, GError **error)
{
  mk_guider guider;
  mk_sampling_node node = { .guider = &guider, .sampler = mk_run_get_string (run, "sampler_name"), .seed = mk_run_get_uint (run, "noise_seed"), .denoised_output = -1 };
  node.adds_noise = strcmp (mk_run_get_string (run, "add_noise"), "disable") != 0;
  if (!get_inputs (run, &guider, &node.latent, error))
    return false;
  int start = (int)MAX (mk_run_get_int (run, "start_at_step"), 0), end = (int)MAX (mk_run_get_int (run, "end_at_step"), 0), n;
  g_autofree float *sigmas = mk_schedule_for_sampler (&guider.model->schedule, node.sampler, mk_run_get_string (run, "scheduler"), (int)mk_run_get_int (run, "steps"), 1.0, &n, error);
  if (sigmas == NULL)
    return false;
  if (end < n - 1) {
    n = end + 1;
    if (strcmp (mk_run_get_string (run, "return_with_leftover_noise"), "enable") != 0)
      sigmas[end] = 0;
  }
  node.n_sigmas = start < n - 1 ? n - start : 0;
  node.sigmas = sigmas + MIN (start, n);
  return mk_run_sample (run, &node, error);
}

const mk_node_def mk_node_k_sampler = { .id = "KSampler", .category = "sampling", .help = "Uses the provided model, positive and negative conditioning to denoise the latent image.", .python_module = "nodes", .inputs = k_sampler_inputs, .outputs = k_sampler_outputs, .run = run_plain };
const mk_node_def mk_node_k_sampler_advanced = { .id = "KSamplerAdvanced", .label = "KSampler (Advanced)", .category = "sampling", .python_module = "nodes", .inputs = k_sampler_advanced_inputs, .outputs = k_sampler_advanced_outputs, .run = run_advanced };
