/* control.c - ControlNets bound to conditions. */
#include "diffusion/control_union.h"
#include "nodes/diffusion/types.h"
#include "nodes/image/inputs.h"

static const mk_port control_net_apply_inputs[] = {
  { "conditioning", "CONDITIONING" },
  { "control_net", "CONTROL_NET" },
  { "image", "IMAGE" },
  { "strength", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01) },
  { 0 } };
static const mk_port control_net_apply_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };
static const mk_port control_net_apply_advanced_inputs[] = {
  { "positive", "CONDITIONING" },
  { "negative", "CONDITIONING" },
  { "control_net", "CONTROL_NET" },
  { "image", "IMAGE" },
  { "strength", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01) },
  { "start_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.0, 0.001) },
  { "end_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.001) },
  { "vae", "VAE", .need = MK_OPTIONAL },
  { 0 } };
static const mk_port control_net_apply_advanced_outputs[] = { { "positive", "CONDITIONING" }, { "negative", "CONDITIONING" }, { 0 } };

static const mk_port control_net_apply_sd3_inputs[] = {
  { "positive", "CONDITIONING" },
  { "negative", "CONDITIONING" },
  { "control_net", "CONTROL_NET" },
  { "vae", "VAE" },
  { "image", "IMAGE" },
  { "strength", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01) },
  { "start_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.0, 0.001) },
  { "end_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.001) },
  { 0 } };

static const mk_port union_type_inputs[] = { { "control_net", "CONTROL_NET" }, { "type", "COMBO", .options = mk_control_kinds }, { 0 } };
static const mk_port union_type_outputs[] = { { "CONTROL_NET", "CONTROL_NET" }, { 0 } };
static const mk_port inpainting_inputs[] = {
  { "positive", "CONDITIONING" },
  { "negative", "CONDITIONING" },
  { "control_net", "CONTROL_NET" },
  { "vae", "VAE" },
  { "image", "IMAGE" },
  { "mask", "MASK" },
  { "strength", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01) },
  { "start_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.0, 0.001) },
  { "end_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.001) },
  { 0 } };

/* Copies with the net at the front of each one's chain; conditions that had the same chain share the new one, so that
 * they go through the network together. `made` maps old chains to new. */
static GPtrArray *
attach (const GPtrArray *list, mk_control_net *net, mk_image *hint, double strength, double start, double end, GHashTable *made, bool for_negative)
{
  GPtrArray *out = mk_conditioning_copy (list);
  for (guint i = 0; i < out->len; i++) {
    mk_condition *c = out->pdata[i];
    mk_control_use *use = g_hash_table_lookup (made, c->control);
    if (use == NULL) {
      use = mk_control_use_new (net, hint, strength, start, end, c->control);
      g_hash_table_insert (made, c->control, use);
    }
    mk_condition_set_control (c, use);
    c->control_for_negative = for_negative;
  }
  return out;
}

static GHashTable *
new_chains (void)
{
  return g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)mk_control_use_unref);
}

static bool
run_apply (mk_run *run, GError **error)
{
  GPtrArray *list = mk_run_need_data (run, "conditioning", &mk_conditioning_type, error);
  mk_control_net *net = list != NULL ? mk_run_need_data (run, "control_net", &mk_control_net_type, error) : NULL;
  mk_image *hint = net != NULL ? mk_run_get_image (run, "image", error) : NULL;
  double strength = mk_run_get_real (run, "strength");
  if (hint == NULL)
    return false;
  if (strength == 0)
    return mk_run_answer (run, 0, &mk_conditioning_type, mk_conditioning_copy (list));
  g_autoptr (GHashTable) made = new_chains ();
  return mk_run_answer (run, 0, &mk_conditioning_type, attach (list, net, hint, strength, 0, 1, made, true));
}

static bool
run_advanced (mk_run *run, GError **error)
{
  static const char *const names[2] = { "positive", "negative" };
  mk_control_net *net = mk_run_need_data (run, "control_net", &mk_control_net_type, error);
  mk_image *hint = net != NULL ? mk_run_get_image (run, "image", error) : NULL;
  double strength = mk_run_get_real (run, "strength"), start = mk_run_get_real (run, "start_percent"), end = mk_run_get_real (run, "end_percent");
  if (hint == NULL)
    return false;
  g_autoptr (GHashTable) made = new_chains ();
  for (unsigned i = 0; i < 2; i++) {
    GPtrArray *list = mk_run_need_data (run, names[i], &mk_conditioning_type, error);
    if (list == NULL)
      return false;
    mk_run_answer (run, i, &mk_conditioning_type, strength == 0 ? mk_conditioning_copy (list) : attach (list, net, hint, strength, start, end, made, false));
  }
  return true;
}

static bool
run_union_type (mk_run *run, GError **error)
{
  mk_control_net *net = mk_run_need_data (run, "control_net", &mk_control_net_type, error);
  if (net == NULL)
    return false;
  mk_control_net *told = mk_control_net_copy (net);
  told->kind = MAX (mk_run_get_choice (run, "type", mk_control_kinds), 0);
  return mk_run_answer (run, 0, &mk_control_net_type, told);
}

const mk_node_def mk_node_control_net_apply = { .id = "ControlNetApply", .label = "Apply ControlNet (OLD)", .category = "conditioning/controlnet", .python_module = "nodes", .inputs = control_net_apply_inputs, .outputs = control_net_apply_outputs, .flags = MK_NODE_DEPRECATED, .run = run_apply };
const mk_node_def mk_node_control_net_apply_advanced = { .id = "ControlNetApplyAdvanced", .label = "Apply ControlNet", .category = "conditioning/controlnet", .python_module = "nodes", .inputs = control_net_apply_advanced_inputs, .outputs = control_net_apply_advanced_outputs, .run = run_advanced };
/* The nets that run here read pixels, not latents; the VAE is for others. */
const mk_node_def mk_node_control_net_apply_sd3 = { .id = "ControlNetApplySD3", .label = "Apply Controlnet with VAE", .category = "conditioning/controlnet", .python_module = "comfy_extras.nodes_sd3", .inputs = control_net_apply_sd3_inputs, .outputs = control_net_apply_advanced_outputs, .flags = MK_NODE_DEPRECATED | MK_NODE_SCHEMA_V3, .run = run_advanced };
/* Likewise the mask, which nets of Flux and Stable Diffusion 3 see as one more channel. */
const mk_node_def mk_node_control_net_inpainting_ali_mama_apply = { .id = "ControlNetInpaintingAliMamaApply", .category = "conditioning/controlnet", .python_module = "comfy_extras.nodes_controlnet", .inputs = inpainting_inputs, .outputs = control_net_apply_advanced_outputs, .run = run_advanced };
const mk_node_def mk_node_set_union_control_net_type = { .id = "SetUnionControlNetType", .category = "conditioning/controlnet", .python_module = "comfy_extras.nodes_controlnet", .inputs = union_type_inputs, .outputs = union_type_outputs, .run = run_union_type };
