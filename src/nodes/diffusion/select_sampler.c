/* select_sampler.c - samplers as values. */
#include "nodes/diffusion/types.h"

static const mk_port k_sampler_select_inputs[] = {
  { "sampler_name", "COMBO", .options = mk_sampler_names },
  { 0 } };
static const mk_port k_sampler_select_outputs[] = { { "SAMPLER", "SAMPLER" }, { 0 } };

static bool
run_select (mk_run *run, GError **error)
{
  (void)error;
  mk_sampler_choice *choice = g_new0 (mk_sampler_choice, 1);
  choice->name = g_strdup (mk_run_get_string (run, "sampler_name"));
  return mk_run_answer (run, 0, &mk_sampler_type, choice);
}

const mk_node_def mk_node_k_sampler_select = { .id = "KSamplerSelect", .category = "sampling/custom_sampling/samplers", .python_module = "comfy_extras.nodes_custom_sampler", .inputs = k_sampler_select_inputs, .outputs = k_sampler_select_outputs, .run = run_select };
