/* merge_models.c - models and text encoders mixed, tensor by tensor. Nothing is computed until a network is made. */
#include "nodes/diffusion/types.h"

#include <string.h>

static const mk_port model_merge_simple_inputs[] = {
  { "model1", "MODEL" },
  { "model2", "MODEL" },
  { "ratio", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { 0 } };
static const mk_port model_merge_simple_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port model_merge_blocks_inputs[] = {
  { "model1", "MODEL" },
  { "model2", "MODEL" },
  { "input", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "middle", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "out", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { 0 } };
static const mk_port model_merge_blocks_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port model_merge_subtract_inputs[] = {
  { "model1", "MODEL" },
  { "model2", "MODEL" },
  { "multiplier", "FLOAT", MK_FLOAT_RANGE (-10.0, 10.0, 1.0, 0.01) },
  { 0 } };
static const mk_port model_merge_subtract_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port model_merge_add_inputs[] = {
  { "model1", "MODEL" },
  { "model2", "MODEL" },
  { 0 } };
static const mk_port model_merge_add_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port model_merge_sd1_inputs[] = {
  { "model1", "MODEL" },
  { "model2", "MODEL" },
  { "time_embed.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "label_emb.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.0.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.1.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.2.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.3.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.4.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.5.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.6.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.7.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.8.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.9.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.10.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.11.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "middle_block.0.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "middle_block.1.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "middle_block.2.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.0.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.1.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.2.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.3.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.4.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.5.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.6.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.7.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.8.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.9.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.10.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.11.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "out.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { 0 } };
static const mk_port model_merge_sd1_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port model_merge_sd2_inputs[] = {
  { "model1", "MODEL" },
  { "model2", "MODEL" },
  { "time_embed.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "label_emb.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.0.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.1.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.2.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.3.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.4.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.5.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.6.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.7.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.8.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.9.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.10.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.11.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "middle_block.0.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "middle_block.1.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "middle_block.2.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.0.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.1.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.2.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.3.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.4.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.5.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.6.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.7.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.8.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.9.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.10.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.11.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "out.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { 0 } };
static const mk_port model_merge_sd2_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port model_merge_sdxl_inputs[] = {
  { "model1", "MODEL" },
  { "model2", "MODEL" },
  { "time_embed.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "label_emb.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.0", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.1", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.2", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.3", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.4", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.5", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.6", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.7", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "input_blocks.8", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "middle_block.0", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "middle_block.1", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "middle_block.2", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.0", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.1", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.2", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.3", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.4", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.5", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.6", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.7", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "output_blocks.8", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { "out.", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { 0 } };
static const mk_port model_merge_sdxl_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port clip_merge_simple_inputs[] = {
  { "clip1", "CLIP" },
  { "clip2", "CLIP" },
  { "ratio", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { 0 } };
static const mk_port clip_merge_simple_outputs[] = { { "CLIP", "CLIP" }, { 0 } };
static const mk_port clip_merge_subtract_inputs[] = {
  { "clip1", "CLIP" },
  { "clip2", "CLIP" },
  { "multiplier", "FLOAT", MK_FLOAT_RANGE (-10.0, 10.0, 1.0, 0.01) },
  { 0 } };
static const mk_port clip_merge_subtract_outputs[] = { { "CLIP", "CLIP" }, { 0 } };
static const mk_port clip_merge_add_inputs[] = {
  { "clip1", "CLIP" },
  { "clip2", "CLIP" },
  { 0 } };
static const mk_port clip_merge_add_outputs[] = { { "CLIP", "CLIP" }, { 0 } };

/* W = base × W + strength × the other's W, chosen for each key. */
typedef void (*ratio_func) (const mk_run *run, const char *key, float *base, float *strength);

static mk_weights *
merge (const mk_run *run, const mk_weights *a, mk_weights *b, ratio_func choose)
{
  g_autoptr (GArray) patches = g_array_new (FALSE, FALSE, sizeof (mk_patch));
  g_auto (GStrv) keys = mk_weights_list (a);
  for (char **key = keys; *key != NULL; key++) {
    const mk_safetensor *mine = mk_weights_find (a, *key), *theirs = mk_weights_find (b, *key);
    float base = 1, strength = 0;
    if (theirs == NULL || mine->n_items != theirs->n_items || mine->dtype >= MK_DTYPE_I64)
      continue;
    choose (run, *key, &base, &strength);
    if (base == 1 && strength == 0)
      continue;
    mk_patch patch = { .key = g_strdup (*key), .other = mk_weights_ref (b), .strength = strength, .base = base };
    g_array_append_val (patches, patch);
  }
  return mk_weights_patch (a, NULL, (const mk_patch *)(const void *)patches->data, patches->len);
}

static bool
merge_models (mk_run *run, ratio_func choose, GError **error)
{
  mk_model *a = mk_run_need_data (run, "model1", &mk_model_type, error), *b = a != NULL ? mk_run_need_data (run, "model2", &mk_model_type, error) : NULL;
  if (b == NULL)
    return false;
  if (a->family != b->family)
    return mk_error (error, MK_ERROR_TYPE, "%s and %s cannot be merged", mk_family_name (a->family), mk_family_name (b->family));
  return mk_run_answer (run, 0, &mk_model_type, mk_model_copy (a, merge (run, a->weights, b->weights, choose)));
}

static void
choose_ratio (const mk_run *run, const char *key, float *base, float *strength)
{
  (void)key;
  *base = (float)mk_run_get_real (run, "ratio");
  *strength = 1 - *base;
}

static void
choose_subtract (const mk_run *run, const char *key, float *base, float *strength)
{
  (void)key;
  *base = (float)mk_run_get_real (run, "multiplier");
  *strength = -*base;
}

static void
choose_add (const mk_run *run, const char *key, float *base, float *strength)
{
  (void)run;
  (void)key;
  *base = *strength = 1;
}

/* The input whose name the key begins with; the longest wins, the first stands for keys that none fits. */
static void
choose_by_names (const mk_run *run, const mk_port *ports, const char *key, float *base, float *strength)
{
  const char *best = NULL, *first = NULL;
  for (const mk_port *port = ports; port->name != NULL; port++) {
    if (strcmp (port->type, "FLOAT") != 0)
      continue;
    first = first == NULL ? port->name : first;
    if (g_str_has_prefix (key, port->name) && (best == NULL || strlen (port->name) > strlen (best)))
      best = port->name;
  }
  *base = (float)mk_run_get_real (run, best != NULL ? best : first);
  *strength = 1 - *base;
}

#define BLOCKS(name, ports)                                                            \
  static void                                                                          \
  choose_##name (const mk_run *run, const char *key, float *base, float *strength)     \
  {                                                                                    \
    choose_by_names (run, ports, key, base, strength);                                 \
  }                                                                                    \
  static bool                                                                          \
  run_##name (mk_run *run, GError **error)                                             \
  {                                                                                    \
    return merge_models (run, choose_##name, error);                                   \
  }

BLOCKS (blocks, model_merge_blocks_inputs)
BLOCKS (sd1, model_merge_sd1_inputs)
BLOCKS (sd2, model_merge_sd2_inputs)
BLOCKS (sdxl, model_merge_sdxl_inputs)

static bool
run_simple (mk_run *run, GError **error)
{
  return merge_models (run, choose_ratio, error);
}

static bool
run_subtract (mk_run *run, GError **error)
{
  return merge_models (run, choose_subtract, error);
}

static bool
run_add (mk_run *run, GError **error)
{
  return merge_models (run, choose_add, error);
}

static bool
merge_clips (mk_run *run, ratio_func choose, GError **error)
{
  mk_clip *a = mk_run_need_data (run, "clip1", &mk_clip_type, error), *b = a != NULL ? mk_run_need_data (run, "clip2", &mk_clip_type, error) : NULL;
  if (b == NULL)
    return false;
  mk_clip *merged = mk_clip_copy (a);
  for (int i = 0; i < 2; i++)
    if (a->encoders[i] != NULL && b->encoders[i] != NULL)
      mk_clip_set_weights (merged, i, merge (run, a->encoders[i], b->encoders[i], choose));
  return mk_run_answer (run, 0, &mk_clip_type, merged);
}

static bool
run_clip_simple (mk_run *run, GError **error)
{
  return merge_clips (run, choose_ratio, error);
}

static bool
run_clip_subtract (mk_run *run, GError **error)
{
  return merge_clips (run, choose_subtract, error);
}

static bool
run_clip_add (mk_run *run, GError **error)
{
  return merge_clips (run, choose_add, error);
}

const mk_node_def mk_node_model_merge_simple = { .id = "ModelMergeSimple", .category = "advanced/model_merging", .python_module = "comfy_extras.nodes_model_merging", .inputs = model_merge_simple_inputs, .outputs = model_merge_simple_outputs, .run = run_simple };
const mk_node_def mk_node_model_merge_blocks = { .id = "ModelMergeBlocks", .category = "advanced/model_merging", .python_module = "comfy_extras.nodes_model_merging", .inputs = model_merge_blocks_inputs, .outputs = model_merge_blocks_outputs, .run = run_blocks };
const mk_node_def mk_node_model_merge_subtract = { .id = "ModelMergeSubtract", .category = "advanced/model_merging", .python_module = "comfy_extras.nodes_model_merging", .inputs = model_merge_subtract_inputs, .outputs = model_merge_subtract_outputs, .run = run_subtract };
const mk_node_def mk_node_model_merge_add = { .id = "ModelMergeAdd", .category = "advanced/model_merging", .python_module = "comfy_extras.nodes_model_merging", .inputs = model_merge_add_inputs, .outputs = model_merge_add_outputs, .run = run_add };
const mk_node_def mk_node_model_merge_sd1 = { .id = "ModelMergeSD1", .category = "advanced/model_merging/model_specific", .python_module = "comfy_extras.nodes_model_merging_model_specific", .inputs = model_merge_sd1_inputs, .outputs = model_merge_sd1_outputs, .run = run_sd1 };
const mk_node_def mk_node_model_merge_sd2 = { .id = "ModelMergeSD2", .category = "advanced/model_merging/model_specific", .python_module = "comfy_extras.nodes_model_merging_model_specific", .inputs = model_merge_sd2_inputs, .outputs = model_merge_sd2_outputs, .run = run_sd2 };
const mk_node_def mk_node_model_merge_sdxl = { .id = "ModelMergeSDXL", .category = "advanced/model_merging/model_specific", .python_module = "comfy_extras.nodes_model_merging_model_specific", .inputs = model_merge_sdxl_inputs, .outputs = model_merge_sdxl_outputs, .run = run_sdxl };
const mk_node_def mk_node_clip_merge_simple = { .id = "CLIPMergeSimple", .category = "advanced/model_merging", .python_module = "comfy_extras.nodes_model_merging", .inputs = clip_merge_simple_inputs, .outputs = clip_merge_simple_outputs, .run = run_clip_simple };
const mk_node_def mk_node_clip_merge_subtract = { .id = "CLIPMergeSubtract", .category = "advanced/model_merging", .python_module = "comfy_extras.nodes_model_merging", .inputs = clip_merge_subtract_inputs, .outputs = clip_merge_subtract_outputs, .run = run_clip_subtract };
const mk_node_def mk_node_clip_merge_add = { .id = "CLIPMergeAdd", .category = "advanced/model_merging", .python_module = "comfy_extras.nodes_model_merging", .inputs = clip_merge_add_inputs, .outputs = clip_merge_add_outputs, .run = run_clip_add };
