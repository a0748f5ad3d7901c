/* select_sampler.c - samplers as values: by name, or one with its options. */
#include "nodes/diffusion/types.h"

#include <string.h>

/* Noise is the processor's either way. */
static const char *const devices[] = { "gpu", "cpu", NULL };
static const char *const solvers[] = { "midpoint", "heun", NULL };

static const mk_port k_sampler_select_inputs[] = {
  { "sampler_name", "COMBO", .options = mk_sampler_names },
  { 0 } };
static const mk_port sampler_euler_ancestral_inputs[] = {
  { "eta", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "s_noise", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { 0 } };
static const mk_port sampler_euler_ancestral_cfg_pp_inputs[] = {
  { "eta", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "s_noise", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { 0 } };
static const mk_port sampler_lms_inputs[] = {
  { "order", "INT", MK_INT_RANGE (1, 100, 4, 0) },
  { 0 } };
static const mk_port sampler_dpmpp_2s_ancestral_inputs[] = {
  { "eta", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "s_noise", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { 0 } };
static const mk_port sampler_dpmpp_sde_inputs[] = {
  { "eta", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "s_noise", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "r", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 0.5, 0.01), .extra_json = "{\"round\": false}" },
  { "noise_device", "COMBO", .options = devices },
  { 0 } };
static const mk_port sampler_dpmpp_2m_sde_inputs[] = {
  { "solver_type", "COMBO", .options = solvers },
  { "eta", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "s_noise", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "noise_device", "COMBO", .options = devices },
  { 0 } };
static const mk_port sampler_dpmpp_3m_sde_inputs[] = {
  { "eta", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "s_noise", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "noise_device", "COMBO", .options = devices },
  { 0 } };
static const mk_port sampler_dpm_adaptative_inputs[] = {
  { "order", "INT", MK_INT_RANGE (2, 3, 3, 0) },
  { "rtol", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 0.05, 0.01), .extra_json = "{\"round\": false}" },
  { "atol", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 0.0078, 0.01), .extra_json = "{\"round\": false}" },
  { "h_init", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 0.05, 0.01), .extra_json = "{\"round\": false}" },
  { "pcoeff", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 0.0, 0.01), .extra_json = "{\"round\": false}" },
  { "icoeff", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "dcoeff", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 0.0, 0.01), .extra_json = "{\"round\": false}" },
  { "accept_safety", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 0.81, 0.01), .extra_json = "{\"round\": false}" },
  { "eta", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 0.0, 0.01), .extra_json = "{\"round\": false}" },
  { "s_noise", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { 0 } };
static const char *const er_solvers[] = { "ER-SDE", "Reverse-time SDE", "ODE", NULL };
static const mk_port sampler_er_sde_inputs[] = {
  { "solver_type", "COMBO", .options = er_solvers, .options_by_name = true },
  { "max_stage", "INT", MK_INT_RANGE (1, 3, 3, 0) },
  { "eta", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "s_noise", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { 0 } };
static const char *const resize_methods[] = { "bislerp", "nearest-exact", "bilinear", "area", "bicubic", NULL };
static const mk_port sampler_lcm_upscale_inputs[] = {
  { "scale_ratio", "FLOAT", MK_FLOAT_RANGE (0.1, 20.0, 1.0, 0.01) },
  { "scale_steps", "INT", MK_INT_RANGE (-1, 1000, -1, 1) },
  { "upscale_method", "COMBO", .options = resize_methods },
  { 0 } };
static const mk_port sampler_sa_solver_inputs[] = {
  { "model", "MODEL", .extra_json = "{}" },
  { "eta", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "sde_start_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.2, 0.001) },
  { "sde_end_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.8, 0.001) },
  { "s_noise", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01), .extra_json = "{\"round\": false}" },
  { "predictor_order", "INT", MK_INT_RANGE (1, MK_SA_SOLVER_MAX_ORDER, 3, 0) },
  { "corrector_order", "INT", MK_INT_RANGE (0, MK_SA_SOLVER_MAX_ORDER, 4, 0) },
  { "use_pece", "BOOLEAN", .extra_json = "{}" },
  { "simple_order_2", "BOOLEAN", .extra_json = "{}" },
  { 0 } };
static const char *const versions[] = { "regular", "alternative", NULL };
static const mk_port sampler_euler_cfg_pp_inputs[] = {
  { "version", "COMBO", .options = versions },
  { 0 } };
static const mk_port k_sampler_select_outputs[] = { { "SAMPLER", "SAMPLER" }, { 0 } };

static bool
answer (mk_run *run, const char *name, const mk_sampler_options *options)
{
  mk_sampler_choice *choice = g_new0 (mk_sampler_choice, 1);
  choice->name = g_strdup (name);
  choice->options = *options;
  return mk_run_answer (run, 0, &mk_sampler_type, choice);
}

static bool
run_select (mk_run *run, GError **error)
{
  (void)error;
  return answer (run, mk_run_get_string (run, "sampler_name"), &(mk_sampler_options) { 0 });
}

static mk_sampler_options
get_noise (const mk_run *run)
{
  return (mk_sampler_options) { .has_eta = true, .eta = mk_run_get_real (run, "eta"), .has_s_noise = true, .s_noise = mk_run_get_real (run, "s_noise") };
}

static bool
run_euler_ancestral (mk_run *run, GError **error)
{
  (void)error;
  mk_sampler_options options = get_noise (run);
  return answer (run, "euler_ancestral", &options);
}

static bool
run_euler_ancestral_cfg_pp (mk_run *run, GError **error)
{
  (void)error;
  mk_sampler_options options = get_noise (run);
  return answer (run, "euler_ancestral_cfg_pp", &options);
}

static bool
run_dpmpp_2s_ancestral (mk_run *run, GError **error)
{
  (void)error;
  mk_sampler_options options = get_noise (run);
  return answer (run, "dpmpp_2s_ancestral", &options);
}

static bool
run_dpmpp_3m_sde (mk_run *run, GError **error)
{
  (void)error;
  mk_sampler_options options = get_noise (run);
  return answer (run, "dpmpp_3m_sde", &options);
}

static bool
run_dpmpp_2m_sde (mk_run *run, GError **error)
{
  (void)error;
  mk_sampler_options options = get_noise (run);
  return answer (run, strcmp (mk_run_get_string (run, "solver_type"), "heun") == 0 ? "dpmpp_2m_sde_heun" : "dpmpp_2m_sde", &options);
}

static bool
run_dpmpp_sde (mk_run *run, GError **error)
{
  mk_sampler_options options = get_noise (run);
  options.r = mk_run_get_real (run, "r");
  if (options.r <= 0)
    return mk_error (error, MK_ERROR_RANGE, "dpmpp_sde looks ahead by the share r of a step: it must be above 0, got %g", options.r);
  return answer (run, "dpmpp_sde", &options);
}

static bool
run_lms (mk_run *run, GError **error)
{
  mk_sampler_options options = { .order = (int)mk_run_get_int (run, "order") };
  if (options.order > MK_SAMPLER_MAX_ORDER)
    return mk_error (error, MK_ERROR_UNSUPPORTED, "lms runs with orders 1 to %d, got %d", MK_SAMPLER_MAX_ORDER, options.order);
  return answer (run, "lms", &options);
}

static bool
run_dpm_adaptative (mk_run *run, GError **error)
{
  mk_sampler_options options = get_noise (run);
  options.order = (int)mk_run_get_int (run, "order");
  options.rtol = mk_run_get_real (run, "rtol");
  options.atol = mk_run_get_real (run, "atol");
  options.h_init = mk_run_get_real (run, "h_init");
  options.pcoeff = mk_run_get_real (run, "pcoeff");
  options.icoeff = mk_run_get_real (run, "icoeff");
  options.dcoeff = mk_run_get_real (run, "dcoeff");
  options.accept_safety = mk_run_get_real (run, "accept_safety");
  if (options.h_init <= 0 || options.rtol + options.atol <= 0)
    return mk_error (error, MK_ERROR_RANGE, "dpm_adaptive needs a first step and a tolerance above 0, got h_init %g, rtol %g, atol %g", options.h_init, options.rtol, options.atol);
  return answer (run, "dpm_adaptive", &options);
}

static bool
run_lcm_upscale (mk_run *run, GError **error)
{
  (void)error;
  mk_sampler_options options = { .ratio = mk_run_get_real (run, "scale_ratio"), .growths = (int)mk_run_get_int (run, "scale_steps"), .resize = g_intern_string (mk_run_get_string (run, "upscale_method")) };
  return answer (run, MK_SAMPLER_LCM_UPSCALE, &options);
}

/* The ordinary equation draws no noise; only the reverse-time one asks for eta. */
static bool
run_er_sde (mk_run *run, GError **error)
{
  (void)error;
  const char *solver = mk_run_get_string (run, "solver_type");
  double eta = strcmp (solver, "ODE") == 0 ? 0 : mk_run_get_real (run, "eta");
  bool is_paper = strcmp (solver, "ER-SDE") == 0;
  mk_sampler_options options = { .order = (int)mk_run_get_int (run, "max_stage"), .power = is_paper ? 0 : eta + 1, .has_s_noise = true, .s_noise = !is_paper && eta == 0 ? 0 : mk_run_get_real (run, "s_noise") };
  return answer (run, "er_sde", &options);
}

static bool
run_sa_solver (mk_run *run, GError **error)
{
  const mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  if (model == NULL)
    return false;
  mk_sampler_options options = get_noise (run);
  options.order = (int)mk_run_get_int (run, "predictor_order");
  options.corrector_order = (int)mk_run_get_int (run, "corrector_order");
  options.sde_start = mk_schedule_at_percent (&model->schedule, mk_run_get_real (run, "sde_start_percent"));
  options.sde_end = mk_schedule_at_percent (&model->schedule, mk_run_get_real (run, "sde_end_percent"));
  options.evaluates_twice = mk_run_get_bool (run, "use_pece");
  options.is_simple = mk_run_get_bool (run, "simple_order_2");
  return answer (run, "sa_solver", &options);
}

static bool
run_euler_cfg_pp (mk_run *run, GError **error)
{
  (void)error;
  return answer (run, "euler_cfg_pp", &(mk_sampler_options) { .is_alternative = strcmp (mk_run_get_string (run, "version"), "alternative") == 0 });
}

const mk_node_def mk_node_sampler_sa_solver = { .id = "SamplerSASolver", .label = "SamplerSASolver", .category = "sampling/custom_sampling/samplers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sampler_sa_solver_inputs, .outputs = k_sampler_select_outputs, .run = run_sa_solver };
const mk_node_def mk_node_sampler_er_sde = { .id = "SamplerER_SDE", .category = "sampling/custom_sampling/samplers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sampler_er_sde_inputs, .outputs = k_sampler_select_outputs, .run = run_er_sde };
const mk_node_def mk_node_sampler_euler_cfg_pp = { .id = "SamplerEulerCFGpp", .label = "SamplerEulerCFG++", .category = "_for_testing", .python_module = "comfy_extras.nodes_advanced_samplers", .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .inputs = sampler_euler_cfg_pp_inputs, .outputs = k_sampler_select_outputs, .run = run_euler_cfg_pp };
const mk_node_def mk_node_k_sampler_select = { .id = "KSamplerSelect", .category = "sampling/custom_sampling/samplers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = k_sampler_select_inputs, .outputs = k_sampler_select_outputs, .run = run_select };
const mk_node_def mk_node_sampler_euler_ancestral = { .id = "SamplerEulerAncestral", .category = "sampling/custom_sampling/samplers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sampler_euler_ancestral_inputs, .outputs = k_sampler_select_outputs, .run = run_euler_ancestral };
const mk_node_def mk_node_sampler_euler_ancestral_cfg_pp = { .id = "SamplerEulerAncestralCFGPP", .label = "SamplerEulerAncestralCFG++", .category = "sampling/custom_sampling/samplers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sampler_euler_ancestral_cfg_pp_inputs, .outputs = k_sampler_select_outputs, .run = run_euler_ancestral_cfg_pp };
const mk_node_def mk_node_sampler_lms = { .id = "SamplerLMS", .category = "sampling/custom_sampling/samplers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sampler_lms_inputs, .outputs = k_sampler_select_outputs, .run = run_lms };
const mk_node_def mk_node_sampler_dpmpp_2s_ancestral = { .id = "SamplerDPMPP_2S_Ancestral", .category = "sampling/custom_sampling/samplers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sampler_dpmpp_2s_ancestral_inputs, .outputs = k_sampler_select_outputs, .run = run_dpmpp_2s_ancestral };
const mk_node_def mk_node_sampler_dpmpp_sde = { .id = "SamplerDPMPP_SDE", .category = "sampling/custom_sampling/samplers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sampler_dpmpp_sde_inputs, .outputs = k_sampler_select_outputs, .run = run_dpmpp_sde };
const mk_node_def mk_node_sampler_dpmpp_2m_sde = { .id = "SamplerDPMPP_2M_SDE", .category = "sampling/custom_sampling/samplers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sampler_dpmpp_2m_sde_inputs, .outputs = k_sampler_select_outputs, .run = run_dpmpp_2m_sde };
const mk_node_def mk_node_sampler_dpmpp_3m_sde = { .id = "SamplerDPMPP_3M_SDE", .category = "sampling/custom_sampling/samplers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sampler_dpmpp_3m_sde_inputs, .outputs = k_sampler_select_outputs, .run = run_dpmpp_3m_sde };
const mk_node_def mk_node_sampler_dpm_adaptative = { .id = "SamplerDPMAdaptative", .category = "sampling/custom_sampling/samplers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = sampler_dpm_adaptative_inputs, .outputs = k_sampler_select_outputs, .run = run_dpm_adaptative };
const mk_node_def mk_node_sampler_lcm_upscale = { .id = "SamplerLCMUpscale", .category = "sampling/custom_sampling/samplers", .python_module = "comfy_extras.nodes_advanced_samplers", .inputs = sampler_lcm_upscale_inputs, .outputs = k_sampler_select_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_lcm_upscale };
