/* attention_multiply.c - models whose attention weighs its parts otherwise: weights times a factor. Nothing is computed until a
 * network is made. */
#include "nodes/diffusion/types.h"

#include <string.h>

#define FACTORS                                              \
  { "q", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01) },   \
  { "k", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01) },   \
  { "v", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01) },   \
  { "out", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01) }, \
  { 0 }

static const mk_port u_net_inputs[] = { { "model", "MODEL" }, FACTORS };
static const mk_port u_net_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port clip_inputs[] = { { "clip", "CLIP" }, FACTORS };
static const mk_port clip_outputs[] = { { "CLIP", "CLIP" }, { 0 } };

/* Where each input's numbers lie, after the attention's own name. */
typedef struct {
  const char *attention, *ends[4];
} attention_places;

static const char *const inputs[4] = { "q", "k", "v", "out" };

static mk_weights *
multiply (const mk_run *run, const mk_weights *weights, const attention_places *places)
{
  g_autoptr (GArray) patches = g_array_new (FALSE, FALSE, sizeof (mk_patch));
  g_auto (GStrv) keys = mk_weights_list (weights);
  for (char **key = keys; *key != NULL; key++)
    for (int i = 0; i < 4; i++) {
      g_autofree char *piece = g_strdup_printf ("%s.%s.", places->attention, places->ends[i]);
      mk_patch patch = { .base = (float)mk_run_get_real (run, inputs[i]) };
      if (strstr (*key, piece) == NULL || patch.base == 1.0f)
        continue;
      patch.key = g_strdup (*key);
      g_array_append_val (patches, patch);
    }
  return mk_weights_patch (weights, NULL, (const mk_patch *)(const void *)patches->data, patches->len);
}

static bool
run_model (mk_run *run, const char *attention, GError **error)
{
  mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  const attention_places places = { attention, { "to_q", "to_k", "to_v", "to_out.0" } };
  return mk_run_answer (run, 0, &mk_model_type, model != NULL ? mk_model_copy (model, multiply (run, model->weights, &places)) : NULL);
}

static bool
run_self (mk_run *run, GError **error)
{
  return run_model (run, "attn1", error);
}

static bool
run_cross (mk_run *run, GError **error)
{
  return run_model (run, "attn2", error);
}

static bool
run_clip (mk_run *run, GError **error)
{
  static const attention_places places = { "self_attn", { "q_proj", "k_proj", "v_proj", "out_proj" } };
  mk_clip *clip = mk_run_need_data (run, "clip", &mk_clip_type, error);
  if (clip == NULL)
    return false;
  if (clip->encoders[1] != NULL)
    return mk_error (error, MK_ERROR_UNSUPPORTED, "clip: OpenCLIP keeps q, k and v in one weight; only Stable Diffusion 1's text encoder can be weighed here");
  mk_clip *changed = mk_clip_copy (clip);
  mk_clip_set_weights (changed, 0, multiply (run, clip->encoders[0], &places));
  return mk_run_answer (run, 0, &mk_clip_type, changed);
}

const mk_node_def mk_node_u_net_self_attention_multiply = { .id = "UNetSelfAttentionMultiply", .category = "_for_testing/attention_experiments", .python_module = "comfy_extras.nodes_attention_multiply", .inputs = u_net_inputs, .outputs = u_net_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_self };
const mk_node_def mk_node_u_net_cross_attention_multiply = { .id = "UNetCrossAttentionMultiply", .category = "_for_testing/attention_experiments", .python_module = "comfy_extras.nodes_attention_multiply", .inputs = u_net_inputs, .outputs = u_net_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_cross };
const mk_node_def mk_node_clip_attention_multiply = { .id = "CLIPAttentionMultiply", .category = "_for_testing/attention_experiments", .python_module = "comfy_extras.nodes_attention_multiply", .inputs = clip_inputs, .outputs = clip_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_clip };
