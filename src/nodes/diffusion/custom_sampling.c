/* custom_sampling.c - sampling put together from parts: noise, guider, sampler, sigmas. */
#include "nodes/diffusion/sampling.h"

#include <string.h>

static const char *const styles[] = { "regular", "nested", NULL };
static const mk_port sampler_custom_inputs[] = {
  { "model", "MODEL" },
  { "add_noise", "BOOLEAN", MK_DEFAULT (1) },
  { "noise_seed", "INT", MK_SEED },
  { "cfg", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 8.0, 0.1), .round = 0.01 },
  { "positive", "CONDITIONING" },
  { "negative", "CONDITIONING" },
  { "sampler", "SAMPLER" },
  { "sigmas", "SIGMAS" },
  { "latent_image", "LATENT" },
  { 0 } };
static const mk_port sampler_custom_outputs[] = { { "output", "LATENT" }, { "denoised_output", "LATENT" }, { 0 } };
static const mk_port sampler_custom_advanced_inputs[] = {
  { "noise", "NOISE" },
  { "guider", "GUIDER" },
  { "sampler", "SAMPLER" },
  { "sigmas", "SIGMAS" },
  { "latent_image", "LATENT" },
  { 0 } };
static const mk_port sampler_custom_advanced_outputs[] = { { "output", "LATENT" }, { "denoised_output", "LATENT" }, { 0 } };
static const mk_port cfg_guider_inputs[] = {
  { "model", "MODEL" },
  { "positive", "CONDITIONING" },
  { "negative", "CONDITIONING" },
  { "cfg", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 8.0, 0.1), .round = 0.01 },
  { 0 } };
static const mk_port cfg_guider_outputs[] = { { "GUIDER", "GUIDER" }, { 0 } };
static const mk_port basic_guider_inputs[] = {
  { "model", "MODEL" },
  { "conditioning", "CONDITIONING" },
  { 0 } };
static const mk_port basic_guider_outputs[] = { { "GUIDER", "GUIDER" }, { 0 } };
static const mk_port dual_cfg_guider_inputs[] = {
  { "model", "MODEL" },
  { "cond1", "CONDITIONING" },
  { "cond2", "CONDITIONING" },
  { "negative", "CONDITIONING" },
  { "cfg_conds", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 8.0, 0.1), .round = 0.01 },
  { "cfg_cond2_negative", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 8.0, 0.1), .round = 0.01 },
  { "style", "COMBO", .options = styles },
  { 0 } };
static const mk_port dual_cfg_guider_outputs[] = { { "GUIDER", "GUIDER" }, { 0 } };
static const mk_port perp_neg_guider_inputs[] = {
  { "model", "MODEL" },
  { "positive", "CONDITIONING" },
  { "negative", "CONDITIONING" },
  { "empty_conditioning", "CONDITIONING" },
  { "cfg", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 8.0, 0.1), .round = 0.01 },
  { "neg_scale", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01) },
  { 0 } };
static const mk_port perp_neg_guider_outputs[] = { { "GUIDER", "GUIDER" }, { 0 } };
static const mk_port random_noise_inputs[] = {
  { "noise_seed", "INT", MK_SEED },
  { 0 } };
static const mk_port random_noise_outputs[] = { { "NOISE", "NOISE" }, { 0 } };
static const mk_port disable_noise_inputs[] = {
  { 0 } };
static const mk_port disable_noise_outputs[] = { { "NOISE", "NOISE" }, { 0 } };
static const mk_port add_noise_inputs[] = {
  { "model", "MODEL" },
  { "noise", "NOISE" },
  { "sigmas", "SIGMAS" },
  { "latent_image", "LATENT" },
  { 0 } };
static const mk_port add_noise_outputs[] = { { "LATENT", "LATENT" }, { 0 } };

static GPtrArray *
need_conditioning (const mk_run *run, const char *input, GError **error)
{
  GPtrArray *list = mk_run_need_data (run, input, &mk_conditioning_type, error);
  return list != NULL ? g_ptr_array_ref (list) : NULL;
}

/* A guider with its model and lists as the named inputs have them; NULL names are left out. */
static mk_guider *
make_guider (const mk_run *run, mk_guider_kind kind, const char *positive, const char *negative, const char *middle, GError **error)
{
  mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  mk_guider *guider = g_new0 (mk_guider, 1);
  guider->kind = kind;
  guider->cfg = 1;
  if (model != NULL && (guider->positive = need_conditioning (run, positive, error)) != NULL && (negative == NULL || (guider->negative = need_conditioning (run, negative, error)) != NULL)
      && (middle == NULL || (guider->middle = need_conditioning (run, middle, error)) != NULL)) {
    guider->model = mk_model_ref (model);
    return guider;
  }
  mk_guider_clear (guider);
  g_free (guider);
  return NULL;
}

static bool
run_cfg (mk_run *run, GError **error)
{
  mk_guider *guider = make_guider (run, MK_GUIDER_CFG, "positive", "negative", NULL, error);
  if (guider != NULL)
    guider->cfg = mk_run_get_real (run, "cfg");
  return mk_run_answer (run, 0, &mk_guider_type, guider);
}

static bool
run_basic (mk_run *run, GError **error)
{
  return mk_run_answer (run, 0, &mk_guider_type, make_guider (run, MK_GUIDER_BASIC, "conditioning", NULL, NULL, error));
}

static bool
run_dual (mk_run *run, GError **error)
{
  mk_guider *guider = make_guider (run, g_str_equal (mk_run_get_string (run, "style"), "nested") ? MK_GUIDER_DUAL_NESTED : MK_GUIDER_DUAL, "cond1", "negative", "cond2", error);
  if (guider != NULL) {
    guider->cfg = mk_run_get_real (run, "cfg_conds");
    guider->cfg2 = mk_run_get_real (run, "cfg_cond2_negative");
  }
  return mk_run_answer (run, 0, &mk_guider_type, guider);
}

static bool
run_perp (mk_run *run, GError **error)
{
  mk_guider *guider = make_guider (run, MK_GUIDER_PERP_NEG, "positive", "negative", "empty_conditioning", error);
  if (guider != NULL) {
    guider->cfg = mk_run_get_real (run, "cfg");
    guider->cfg2 = mk_run_get_real (run, "neg_scale");
  }
  return mk_run_answer (run, 0, &mk_guider_type, guider);
}

static bool
run_noise (mk_run *run, GError **error)
{
  (void)error;
  mk_noise_choice *choice = g_new0 (mk_noise_choice, 1);
  choice->seed = mk_run_get_uint (run, "noise_seed");
  return mk_run_answer (run, 0, &mk_noise_type, choice);
}

static bool
run_silence (mk_run *run, GError **error)
{
  (void)error;
  mk_noise_choice *choice = g_new0 (mk_noise_choice, 1);
  choice->is_off = true;
  return mk_run_answer (run, 0, &mk_noise_type, choice);
}

static bool
get_parts (const mk_run *run, mk_sampling_node *node, GError **error)
{
  mk_sampler_choice *sampler = mk_run_need_data (run, "sampler", &mk_sampler_type, error);
  mk_tensor *sigmas = sampler != NULL ? mk_run_need_data (run, "sigmas", &mk_sigmas_type, error) : NULL;
  if (sigmas == NULL || (node->latent = mk_run_get_picture_latent (run, "latent_image", error)) == NULL)
    return false;
  node->sampler = sampler->name;
  node->options = &sampler->options;
  node->sigmas = mk_tensor_read (sigmas);
  node->n_sigmas = sigmas->dims[0];
  node->denoised_output = 1;
  return true;
}

static bool
run_custom (mk_run *run, GError **error)
{
  mk_sampling_node node = { .seed = mk_run_get_uint (run, "noise_seed"), .adds_noise = mk_run_get_bool (run, "add_noise") };
  if (!get_parts (run, &node, error))
    return false;
  mk_guider *guider = make_guider (run, MK_GUIDER_CFG, "positive", "negative", NULL, error);
  if (guider == NULL)
    return false;
  guider->cfg = mk_run_get_real (run, "cfg");
  node.guider = guider;
  bool good = mk_run_sample (run, &node, error);
  mk_guider_clear (guider);
  g_free (guider);
  return good;
}

static bool
run_advanced (mk_run *run, GError **error)
{
  const mk_noise_choice *noise = mk_run_need_data (run, "noise", &mk_noise_type, error);
  mk_sampling_node node = { 0 };
  if (noise == NULL || (node.guider = mk_run_need_data (run, "guider", &mk_guider_type, error)) == NULL || !get_parts (run, &node, error))
    return false;
  node.seed = noise->seed;
  node.adds_noise = !noise->is_off;
  node.noise = noise->given;
  return mk_run_sample (run, &node, error);
}

static mk_tensor *
copy_noise (const mk_tensor *noise, const mk_tensor *latent, GError **error)
{
  if (memcmp (noise->dims, latent->dims, sizeof noise->dims) == 0)
    return mk_tensor_copy (noise, error);
  mk_error (error, MK_ERROR_TYPE, "the noise is of another shape than the latent");
  return NULL;
}

/* latent + noise × |first sigma - last|, or × the only one. */
static bool
run_add (mk_run *run, GError **error)
{
  mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  const mk_noise_choice *noise = model != NULL ? mk_run_need_data (run, "noise", &mk_noise_type, error) : NULL;
  mk_tensor *sigmas = noise != NULL ? mk_run_need_data (run, "sigmas", &mk_sigmas_type, error) : NULL;
  mk_latent *latent = sigmas != NULL ? mk_run_get_picture_latent (run, "latent_image", error) : NULL;
  if (latent == NULL)
    return false;
  size_t n_sigmas = (size_t)sigmas->dims[0];
  if (n_sigmas == 0)
    return mk_run_answer_latent (run, 0, mk_latent_with (latent, mk_tensor_ref (latent->samples)));
  const float *s = mk_tensor_read (sigmas);
  float amount = n_sigmas > 1 ? s[0] - s[n_sigmas - 1] : s[0], scale = (float)model->latent_scale;
  mk_tensor *out = noise->is_off ? mk_tensor_new (4, latent->samples->dims, error) : noise->given != NULL ? copy_noise (noise->given, latent->samples, error) : mk_sample_noise (latent->samples, noise->seed, latent->batch_index, error);
  for (size_t i = 0; out != NULL && i < mk_tensor_n_floats (out); i++) {
    float value = (mk_tensor_write (out)[i] * (amount < 0 ? -amount : amount) + mk_tensor_read (latent->samples)[i] * scale) / scale;
    mk_tensor_write (out)[i] = value == value ? value : 0;
  }
  return mk_run_answer_latent (run, 0, mk_latent_with (latent, out));
}

const mk_node_def mk_node_sampler_custom = { .id = "SamplerCustom", .category = "sampling/custom_sampling", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sampler_custom_inputs, .outputs = sampler_custom_outputs, .run = run_custom };
const mk_node_def mk_node_sampler_custom_advanced = { .id = "SamplerCustomAdvanced", .category = "sampling/custom_sampling", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sampler_custom_advanced_inputs, .outputs = sampler_custom_advanced_outputs, .run = run_advanced };
const mk_node_def mk_node_cfg_guider = { .id = "CFGGuider", .category = "sampling/custom_sampling/guiders", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = cfg_guider_inputs, .outputs = cfg_guider_outputs, .run = run_cfg };
const mk_node_def mk_node_basic_guider = { .id = "BasicGuider", .category = "sampling/custom_sampling/guiders", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = basic_guider_inputs, .outputs = basic_guider_outputs, .run = run_basic };
const mk_node_def mk_node_dual_cfg_guider = { .id = "DualCFGGuider", .category = "sampling/custom_sampling/guiders", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = dual_cfg_guider_inputs, .outputs = dual_cfg_guider_outputs, .run = run_dual };
const mk_node_def mk_node_perp_neg_guider = { .id = "PerpNegGuider", .category = "_for_testing", .python_module = "comfy_extras.nodes_perpneg", .inputs = perp_neg_guider_inputs, .outputs = perp_neg_guider_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_perp };
const mk_node_def mk_node_random_noise = { .id = "RandomNoise", .category = "sampling/custom_sampling/noise", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = random_noise_inputs, .outputs = random_noise_outputs, .run = run_noise };
const mk_node_def mk_node_disable_noise = { .id = "DisableNoise", .category = "sampling/custom_sampling/noise", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = disable_noise_inputs, .outputs = disable_noise_outputs, .run = run_silence };
const mk_node_def mk_node_add_noise = { .id = "AddNoise", .category = "_for_testing/custom_sampling/noise", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = add_noise_inputs, .outputs = add_noise_outputs, .run = run_add };
