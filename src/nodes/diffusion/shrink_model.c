/* shrink_model.c - pictures are small inside of a model while they take shape. */
#include "nodes/diffusion/types.h"

static const char *const methods[] = { "bicubic", "nearest-exact", "bilinear", "area", "bislerp", NULL };
static const mk_port inputs[] = {
  { "model", "MODEL" },
  { "block_number", "INT", MK_INT_RANGE (1, 32, 3, 1) },
  { "downscale_factor", "FLOAT", MK_FLOAT_RANGE (0.1, 9.0, 2.0, 0.001) },
  { "start_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.0, 0.001) },
  { "end_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.35, 0.001) },
  { "downscale_after_skip", "BOOLEAN", MK_DEFAULT (1) },
  { "downscale_method", "COMBO", .options = methods },
  { "upscale_method", "COMBO", .options = methods },
  { 0 } };
static const mk_port outputs[] = { { "MODEL", "MODEL" }, { 0 } };

static bool
run (mk_run *run, GError **error)
{
  const mk_model *given = mk_run_need_data (run, "model", &mk_model_type, error);
  if (given == NULL)
    return false;
  mk_model *model = mk_model_copy (given, NULL);
  mk_shrink shrink = {
    .block = (int)mk_run_get_int (run, "block_number"), .factor = mk_run_get_real (run, "downscale_factor"), .after_skip = mk_run_get_bool (run, "downscale_after_skip"),
    .down = g_intern_string (mk_run_get_string (run, "downscale_method")), .up = g_intern_string (mk_run_get_string (run, "upscale_method")),
    .start = mk_run_get_real (run, "start_percent"), .end = mk_run_get_real (run, "end_percent") };
  g_array_append_val (model->shrinks, shrink);
  return mk_run_answer (run, 0, &mk_model_type, model);
}

const mk_node_def mk_node_patch_model_add_downscale = { .id = "PatchModelAddDownscale", .label = "PatchModelAddDownscale (Kohya Deep Shrink)", .category = "model_patches/unet", .python_module = "comfy_extras.nodes_model_downscale", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3, .run = run };
