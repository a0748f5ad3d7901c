/* patch_model.c - models that predict, guide or skip otherwise. */
#include "nodes/diffusion/types.h"

#include <string.h>

static const char *const predictions[] = { "eps", "v_prediction", "lcm", "x0", "img_to_img", NULL };
static const mk_port model_sampling_discrete_inputs[] = {
  { "model", "MODEL" },
  { "sampling", "COMBO", .options = predictions },
  { "zsnr", "BOOLEAN", MK_DEFAULT (0) },
  { 0 } };
static const mk_port model_sampling_discrete_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port rescale_cfg_inputs[] = {
  { "model", "MODEL" },
  { "multiplier", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.7, 0.01) },
  { 0 } };
static const mk_port rescale_cfg_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port free_u_inputs[] = {
  { "model", "MODEL" },
  { "b1", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.1, 0.01) },
  { "b2", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.2, 0.01) },
  { "s1", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 0.9, 0.01) },
  { "s2", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 0.2, 0.01) },
  { 0 } };
static const mk_port free_u_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port free_u_v2_inputs[] = {
  { "model", "MODEL" },
  { "b1", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.3, 0.01) },
  { "b2", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.4, 0.01) },
  { "s1", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 0.9, 0.01) },
  { "s2", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 0.2, 0.01) },
  { 0 } };
static const mk_port free_u_v2_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port epsilon_scaling_inputs[] = {
  { "model", "MODEL" },
  { "scaling_factor", "FLOAT", MK_FLOAT_RANGE (0.5, 1.5, 1.005, 0.001), .display = "number" },
  { 0 } };
static const mk_port epsilon_scaling_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port mahiro_inputs[] = {
  { "model", "MODEL" },
  { 0 } };
static const mk_port mahiro_outputs[] = { { "patched_model", "MODEL" }, { 0 } };
static const mk_port cfg_zero_star_inputs[] = {
  { "model", "MODEL" },
  { 0 } };
static const mk_port cfg_zero_star_outputs[] = { { "patched_model", "MODEL" }, { 0 } };
static const mk_port cfg_norm_inputs[] = {
  { "model", "MODEL" },
  { "strength", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01) },
  { 0 } };
static const mk_port cfg_norm_outputs[] = { { "patched_model", "MODEL" }, { 0 } };
static const mk_port apg_inputs[] = {
  { "model", "MODEL" },
  { "eta", "FLOAT", MK_FLOAT_RANGE (-10.0, 10.0, 1.0, 0.01) },
  { "norm_threshold", "FLOAT", MK_FLOAT_RANGE (0.0, 50.0, 5.0, 0.1) },
  { "momentum", "FLOAT", MK_FLOAT_RANGE (-5.0, 1.0, 0.0, 0.01) },
  { 0 } };
static const mk_port apg_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port perturbed_attention_guidance_inputs[] = {
  { "model", "MODEL" },
  { "scale", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 3.0, 0.01), .round = 0.01 },
  { 0 } };
static const mk_port perturbed_attention_guidance_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port tcfg_inputs[] = {
  { "model", "MODEL" },
  { 0 } };
static const mk_port tcfg_outputs[] = { { "patched_model", "MODEL" }, { 0 } };
static const mk_port differential_diffusion_inputs[] = {
  { "model", "MODEL" },
  { "strength", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01), .need = MK_OPTIONAL },
  { 0 } };
static const mk_port differential_diffusion_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port latent_apply_operation_cfg_inputs[] = {
  { "model", "MODEL" },
  { "operation", "LATENT_OPERATION" },
  { 0 } };
static const mk_port latent_apply_operation_cfg_outputs[] = { { "MODEL", "MODEL" }, { 0 } };

static const char *const continuous_predictions[] = { "v_prediction", "edm", "edm_playground_v2.5", "eps", "cosmos_rflow", NULL }, *const continuous_v_predictions[] = { "v_prediction", NULL };
static const mk_port model_sampling_continuous_edm_inputs[] = {
  { "model", "MODEL" },
  { "sampling", "COMBO", .options = continuous_predictions },
  { "sigma_max", "FLOAT", MK_FLOAT_RANGE (0.0, 1000.0, 120.0, 0.001), .extra_json = "{\"round\": false}" },
  { "sigma_min", "FLOAT", MK_FLOAT_RANGE (0.0, 1000.0, 0.002, 0.001), .extra_json = "{\"round\": false}" },
  { 0 } };
static const mk_port model_sampling_continuous_v_inputs[] = {
  { "model", "MODEL" },
  { "sampling", "COMBO", .options = continuous_v_predictions },
  { "sigma_max", "FLOAT", MK_FLOAT_RANGE (0.0, 1000.0, 500.0, 0.001), .extra_json = "{\"round\": false}" },
  { "sigma_min", "FLOAT", MK_FLOAT_RANGE (0.0, 1000.0, 0.03, 0.001), .extra_json = "{\"round\": false}" },
  { 0 } };
static const mk_port fre_sca_inputs[] = {
  { "model", "MODEL" },
  { "scale_low", "FLOAT", MK_FLOAT_RANGE (0, 10, 1.0, 0.01), .extra_json = "{\"min\": 0, \"max\": 10}" },
  { "scale_high", "FLOAT", MK_FLOAT_RANGE (0, 10, 1.25, 0.01), .extra_json = "{\"min\": 0, \"max\": 10}" },
  { "freq_cutoff", "INT", MK_INT_RANGE (1, 10000, 20, 1) },
  { 0 } };
static const mk_port video_cfg_inputs[] = {
  { "model", "MODEL" },
  { "min_cfg", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.5), .round = 0.01 },
  { 0 } };
static const mk_port perp_neg_inputs[] = {
  { "model", "MODEL" },
  { "empty_conditioning", "CONDITIONING" },
  { "neg_scale", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01) },
  { 0 } };
static const mk_port self_attention_guidance_inputs[] = {
  { "model", "MODEL" },
  { "scale", "FLOAT", MK_FLOAT_RANGE (-2.0, 5.0, 0.5, 0.01) },
  { "blur_sigma", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 2.0, 0.1) },
  { 0 } };
static const mk_port lazy_cache_inputs[] = {
  { "model", "MODEL" },
  { "reuse_threshold", "FLOAT", MK_FLOAT_RANGE (0.0, 3.0, 0.2, 0.01) },
  { "start_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.15, 0.01) },
  { "end_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.95, 0.01) },
  { "verbose", "BOOLEAN", MK_DEFAULT (0) },
  { 0 } };
static const mk_port model_outputs[] = { { "MODEL", "MODEL" }, { 0 } };

/* A copy to change, or NULL. */
static mk_model *
copy_model (const mk_run *run, GError **error)
{
  mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  return model != NULL ? mk_model_copy (model, NULL) : NULL;
}

static bool
answer (mk_run *run, mk_model *taken)
{
  return mk_run_answer (run, 0, &mk_model_type, taken);
}

static bool
add_patch (mk_run *run, mk_guide_patch patch, GError **error)
{
  mk_model *model = copy_model (run, error);
  if (model != NULL)
    g_array_append_val (model->patches, patch);
  return answer (run, model);
}

static bool
run_sampling (mk_run *run, GError **error)
{
  static const mk_prediction kinds[] = { MK_PREDICT_EPS, MK_PREDICT_V, MK_PREDICT_LCM, MK_PREDICT_X0 };
  const char *name = mk_run_get_string (run, "sampling");
  mk_model *model = copy_model (run, error);
  if (model == NULL)
    return false;
  for (size_t i = 0; i < MK_COUNT (kinds); i++)
    if (strcmp (predictions[i], name) == 0) {
      mk_schedule_init (&model->schedule, kinds[i], mk_run_get_bool (run, "zsnr"));
      return answer (run, model);
    }
  mk_model_unref (model);
  return mk_error (error, MK_ERROR_UNSUPPORTED, "sampling: %s is for models that do not run here", name);
}

static bool
continuous (mk_run *run, mk_time_kind time, GError **error)
{
  static const struct {
    const char *name;
    mk_prediction prediction;
  } kinds[] = { { "v_prediction", MK_PREDICT_V }, { "edm", MK_PREDICT_EDM }, { "eps", MK_PREDICT_EPS } };
  const char *name = mk_run_get_string (run, "sampling");
  double low = mk_run_get_real (run, "sigma_min"), high = mk_run_get_real (run, "sigma_max");
  if (!(low > 0) || !(high > 0))
    return mk_error (error, MK_ERROR_RANGE, "sigma_min and sigma_max must lie above 0, got %g and %g", low, high);
  for (size_t i = 0; i < MK_COUNT (kinds); i++)
    if (strcmp (kinds[i].name, name) == 0) {
      mk_model *model = copy_model (run, error);
      if (model != NULL)
        mk_schedule_init_continuous (&model->schedule, kinds[i].prediction, time, low, high);
      return answer (run, model);
    }
  return mk_error (error, MK_ERROR_UNSUPPORTED, "sampling: %s is for models that do not run here", name);
}

static bool
run_continuous_edm (mk_run *run, GError **error)
{
  return continuous (run, MK_TIME_LOG, error);
}

static bool
run_continuous_v (mk_run *run, GError **error)
{
  return continuous (run, MK_TIME_ANGLE, error);
}

static bool
run_frequencies (mk_run *run, GError **error)
{
  return add_patch (run, (mk_guide_patch) { MK_GUIDE_FREQUENCIES, (float)mk_run_get_real (run, "scale_low"), (float)mk_run_get_real (run, "scale_high"), (float)mk_run_get_int (run, "freq_cutoff") }, error);
}

static bool
run_perpendicular (mk_run *run, GError **error)
{
  GPtrArray *empty = mk_run_need_data (run, "empty_conditioning", &mk_conditioning_type, error);
  mk_model *model = empty != NULL ? copy_model (run, error) : NULL;
  if (model == NULL)
    return false;
  mk_guide_patch patch = { MK_GUIDE_PERPENDICULAR, (float)mk_run_get_real (run, "neg_scale"), 0, 0 };
  g_clear_pointer (&model->empty, g_ptr_array_unref);
  model->empty = g_ptr_array_ref (empty);
  g_array_append_val (model->patches, patch);
  return answer (run, model);
}

static bool
run_rising (mk_run *run, GError **error)
{
  return add_patch (run, (mk_guide_patch) { MK_GUIDE_RISING, (float)mk_run_get_real (run, "min_cfg"), 0, 0 }, error);
}

static bool
run_rising_falling (mk_run *run, GError **error)
{
  return add_patch (run, (mk_guide_patch) { MK_GUIDE_RISING_FALLING, (float)mk_run_get_real (run, "min_cfg"), 0, 0 }, error);
}

static bool
run_degraded (mk_run *run, GError **error)
{
  return add_patch (run, (mk_guide_patch) { MK_GUIDE_DEGRADED, (float)mk_run_get_real (run, "scale"), (float)mk_run_get_real (run, "blur_sigma"), 0 }, error);
}

static bool
run_rescale (mk_run *run, GError **error)
{
  return add_patch (run, (mk_guide_patch) { MK_GUIDE_RESCALE, (float)mk_run_get_real (run, "multiplier"), 0, 0 }, error);
}

static bool
freeu (mk_run *run, int version, GError **error)
{
  mk_model *model = copy_model (run, error);
  if (model != NULL)
    model->freeu = (mk_freeu) { version, { (float)mk_run_get_real (run, "b1"), (float)mk_run_get_real (run, "b2") }, { (float)mk_run_get_real (run, "s1"), (float)mk_run_get_real (run, "s2") } };
  return answer (run, model);
}

static bool
run_freeu (mk_run *run, GError **error)
{
  return freeu (run, 1, error);
}

static bool
run_freeu_2 (mk_run *run, GError **error)
{
  return freeu (run, 2, error);
}

static bool
run_epsilon (mk_run *run, GError **error)
{
  return add_patch (run, (mk_guide_patch) { MK_GUIDE_EPSILON_SCALE, (float)mk_run_get_real (run, "scaling_factor"), 0, 0 }, error);
}

static bool
run_mahiro (mk_run *run, GError **error)
{
  return add_patch (run, (mk_guide_patch) { MK_GUIDE_MAHIRO, 0, 0, 0 }, error);
}

static bool
run_zero_star (mk_run *run, GError **error)
{
  return add_patch (run, (mk_guide_patch) { MK_GUIDE_ZERO_STAR, 0, 0, 0 }, error);
}

static bool
run_norm (mk_run *run, GError **error)
{
  return add_patch (run, (mk_guide_patch) { MK_GUIDE_NORM, (float)mk_run_get_real (run, "strength"), 0, 0 }, error);
}

static bool
run_apg (mk_run *run, GError **error)
{
  return add_patch (run, (mk_guide_patch) { MK_GUIDE_APG, (float)mk_run_get_real (run, "eta"), (float)mk_run_get_real (run, "norm_threshold"), (float)mk_run_get_real (run, "momentum") }, error);
}

static bool
run_perturbed (mk_run *run, GError **error)
{
  return add_patch (run, (mk_guide_patch) { MK_GUIDE_PERTURBED, (float)mk_run_get_real (run, "scale"), 0, 0 }, error);
}

static bool
run_differential (mk_run *run, GError **error)
{
  mk_model *model = copy_model (run, error);
  if (model != NULL) {
    model->differential = true;
    model->differential_strength = (float)mk_run_get_real (run, "strength");
  }
  return answer (run, model);
}

static bool
run_operation (mk_run *run, GError **error)
{
  const mk_latent_operation *operation = mk_run_get_data (run, "operation", &mk_latent_operation_type);
  if (operation == NULL)
    return mk_error (error, MK_ERROR_TYPE, "operation: there is none");
  return add_patch (run, (mk_guide_patch) { operation->sharpens ? MK_GUIDE_SHARPEN : MK_GUIDE_TONEMAP, operation->a, operation->b, operation->c }, error);
}

static bool
run_lazy (mk_run *run, GError **error)
{
  mk_model *model = copy_model (run, error);
  if (model != NULL)
    model->reuse = (mk_reuse_choice){ mk_run_get_real (run, "reuse_threshold"), mk_run_get_real (run, "start_percent"), mk_run_get_real (run, "end_percent") };
  return answer (run, model);
}

static bool
run_damped (mk_run *run, GError **error)
{
  return add_patch (run, (mk_guide_patch) { MK_GUIDE_DAMPED, 0, 0, 0 }, error);
}

const mk_node_def mk_node_model_sampling_discrete = { .id = "ModelSamplingDiscrete", .category = "advanced/model", .python_module = "comfy_extras.nodes_model_advanced", .inputs = model_sampling_discrete_inputs, .outputs = model_sampling_discrete_outputs, .run = run_sampling };
const mk_node_def mk_node_rescale_cfg = { .id = "RescaleCFG", .category = "advanced/model", .python_module = "comfy_extras.nodes_model_advanced", .inputs = rescale_cfg_inputs, .outputs = rescale_cfg_outputs, .run = run_rescale };
const mk_node_def mk_node_free_u = { .id = "FreeU", .category = "model_patches/unet", .python_module = "comfy_extras.nodes_freelunch", .inputs = free_u_inputs, .outputs = free_u_outputs, .run = run_freeu };
const mk_node_def mk_node_free_u_v2 = { .id = "FreeU_V2", .category = "model_patches/unet", .python_module = "comfy_extras.nodes_freelunch", .inputs = free_u_v2_inputs, .outputs = free_u_v2_outputs, .run = run_freeu_2 };
const mk_node_def mk_node_epsilon_scaling = { .id = "Epsilon Scaling", .category = "model_patches/unet", .python_module = "comfy_extras.nodes_eps", .inputs = epsilon_scaling_inputs, .outputs = epsilon_scaling_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_epsilon };
const mk_node_def mk_node_mahiro = { .id = "Mahiro", .label = "Mahiro is so cute that she deserves a better guidance function!! (\u3002\u30fb\u03c9\u30fb\u3002)", .category = "_for_testing", .python_module = "comfy_extras.nodes_mahiro", .inputs = mahiro_inputs, .outputs = mahiro_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_mahiro };
const mk_node_def mk_node_cfg_zero_star = { .id = "CFGZeroStar", .category = "advanced/guidance", .python_module = "comfy_extras.nodes_cfg", .inputs = cfg_zero_star_inputs, .outputs = cfg_zero_star_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_zero_star };
const mk_node_def mk_node_tcfg = { .id = "TCFG", .label = "Tangential Damping CFG", .category = "advanced/guidance", .python_module = "comfy_extras.nodes_tcfg", .inputs = tcfg_inputs, .outputs = tcfg_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_damped };
const mk_node_def mk_node_cfg_norm = { .id = "CFGNorm", .category = "advanced/guidance", .python_module = "comfy_extras.nodes_cfg", .inputs = cfg_norm_inputs, .outputs = cfg_norm_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_norm };
const mk_node_def mk_node_apg = { .id = "APG", .label = "Adaptive Projected Guidance", .category = "sampling/custom_sampling", .python_module = "comfy_extras.nodes_apg", .inputs = apg_inputs, .outputs = apg_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_apg };
const mk_node_def mk_node_perturbed_attention_guidance = { .id = "PerturbedAttentionGuidance", .category = "model_patches/unet", .python_module = "comfy_extras.nodes_pag", .inputs = perturbed_attention_guidance_inputs, .outputs = perturbed_attention_guidance_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_perturbed };
const mk_node_def mk_node_differential_diffusion = { .id = "DifferentialDiffusion", .label = "Differential Diffusion", .category = "_for_testing", .python_module = "comfy_extras.nodes_differential_diffusion", .inputs = differential_diffusion_inputs, .outputs = differential_diffusion_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_differential };
const mk_node_def mk_node_latent_apply_operation_cfg = { .id = "LatentApplyOperationCFG", .category = "latent/advanced/operations", .python_module = "comfy_extras.nodes_latent", .inputs = latent_apply_operation_cfg_inputs, .outputs = latent_apply_operation_cfg_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_operation };
const mk_node_def mk_node_model_sampling_continuous_edm = { .id = "ModelSamplingContinuousEDM", .label = "ModelSamplingContinuousEDM", .category = "advanced/model", .python_module = "comfy_extras.nodes_model_advanced", .inputs = model_sampling_continuous_edm_inputs, .outputs = model_outputs, .run = run_continuous_edm };
const mk_node_def mk_node_model_sampling_continuous_v = { .id = "ModelSamplingContinuousV", .label = "ModelSamplingContinuousV", .category = "advanced/model", .python_module = "comfy_extras.nodes_model_advanced", .inputs = model_sampling_continuous_v_inputs, .outputs = model_outputs, .run = run_continuous_v };
const mk_node_def mk_node_fre_sca = { .id = "FreSca", .label = "FreSca", .category = "_for_testing", .python_module = "comfy_extras.nodes_fresca", .inputs = fre_sca_inputs, .outputs = model_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_frequencies };
const mk_node_def mk_node_perp_neg = { .id = "PerpNeg", .label = "Perp-Neg (DEPRECATED by PerpNegGuider)", .category = "_for_testing", .python_module = "comfy_extras.nodes_perpneg", .inputs = perp_neg_inputs, .outputs = model_outputs, .flags = MK_NODE_DEPRECATED | MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_perpendicular };
const mk_node_def mk_node_self_attention_guidance = { .id = "SelfAttentionGuidance", .label = "Self-Attention Guidance", .category = "_for_testing", .python_module = "comfy_extras.nodes_sag", .inputs = self_attention_guidance_inputs, .outputs = model_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_degraded };
const mk_node_def mk_node_lazy_cache = { .id = "LazyCache", .label = "LazyCache", .category = "advanced/debug/model", .python_module = "comfy_extras.nodes_easycache", .inputs = lazy_cache_inputs, .outputs = model_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_lazy };
const mk_node_def mk_node_video_linear_cfg_guidance = { .id = "VideoLinearCFGGuidance", .label = "VideoLinearCFGGuidance", .category = "sampling/video_models", .python_module = "comfy_extras.nodes_video_model", .inputs = video_cfg_inputs, .outputs = model_outputs, .run = run_rising };
const mk_node_def mk_node_video_triangle_cfg_guidance = { .id = "VideoTriangleCFGGuidance", .label = "VideoTriangleCFGGuidance", .category = "sampling/video_models", .python_module = "comfy_extras.nodes_video_model", .inputs = video_cfg_inputs, .outputs = model_outputs, .run = run_rising_falling };
