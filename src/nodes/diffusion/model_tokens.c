/* model_tokens.c - models whose tokens ask together or in tiles: faster where pictures are large. A later one takes an earlier one's place. */
#include "nodes/diffusion/types.h"

static const mk_port hyper_tile_inputs[] = {
  { "model", "MODEL" },
  { "tile_size", "INT", MK_INT_RANGE (1, 2048, 256, 0) },
  { "swap_size", "INT", MK_INT_RANGE (1, 128, 2, 0) },
  { "max_depth", "INT", MK_INT_RANGE (0, 10, 0, 0) },
  { "scale_depth", "BOOLEAN", MK_DEFAULT (0) },
  { 0 } };
static const mk_port tome_patch_model_inputs[] = {
  { "model", "MODEL" },
  { "ratio", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.3, 0.01) },
  { 0 } };
static const mk_port outputs[] = { { "MODEL", "MODEL" }, { 0 } };

static bool
answer (mk_run *run, mk_token_choice tokens, GError **error)
{
  const mk_model *given = mk_run_need_data (run, "model", &mk_model_type, error);
  if (given == NULL)
    return false;
  mk_model *model = mk_model_copy (given, NULL);
  model->tokens = tokens;
  return mk_run_answer (run, 0, &mk_model_type, model);
}

static bool
run_tiles (mk_run *run, GError **error)
{
  mk_token_choice tokens = { .kind = MK_TOKENS_TILED, .tile = (int)mk_run_get_int (run, "tile_size"), .swap = (int)mk_run_get_int (run, "swap_size"), .depth = (int)mk_run_get_int (run, "max_depth"), .scales = mk_run_get_bool (run, "scale_depth") };
  return answer (run, tokens, error);
}

static bool
run_merge (mk_run *run, GError **error)
{
  return answer (run, (mk_token_choice) { .kind = MK_TOKENS_MERGED, .ratio = mk_run_get_real (run, "ratio") }, error);
}

const mk_node_def mk_node_hyper_tile = { .id = "HyperTile", .category = "model_patches/unet", .python_module = "comfy_extras.nodes_hypertile", .inputs = hyper_tile_inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_tiles };
const mk_node_def mk_node_tome_patch_model = { .id = "TomePatchModel", .category = "model_patches/unet", .python_module = "comfy_extras.nodes_tomesd", .inputs = tome_patch_model_inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_merge };
