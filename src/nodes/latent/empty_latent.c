/* empty_latent.c - where a new picture begins, and masks that say where an old one is made anew. */
#include "nodes/image/inputs.h"
#include "nodes/latent/types.h"

static const mk_port empty_latent_image_inputs[] = {
  { "width", "INT", MK_INT_RANGE (16, 16384, 512, 8) },
  { "height", "INT", MK_INT_RANGE (16, 16384, 512, 8) },
  { "batch_size", "INT", MK_INT_RANGE (1, 4096, 1, 0) },
  { 0 } };
static const mk_port empty_latent_image_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port set_latent_noise_mask_inputs[] = {
  { "samples", "LATENT" },
  { "mask", "MASK" },
  { 0 } };
static const mk_port set_latent_noise_mask_outputs[] = { { "LATENT", "LATENT" }, { 0 } };

static bool
answer_empty (mk_run *run, unsigned output, int n_channels, int cell, GError **error)
{
  int n = (int)mk_run_get_int (run, "batch_size"), height = (int)mk_run_get_int (run, "height"), width = (int)mk_run_get_int (run, "width");
  return mk_run_answer_latent (run, output, mk_latent_with (NULL, mk_tensor_new_4 (n, n_channels, height / cell, width / cell, error)));
}

static bool
run_empty (mk_run *run, GError **error)
{
  return answer_empty (run, 0, 4, 8, error);
}

/* --- of other families: fewer or more channels, larger or smaller cells --- */

static const mk_port sd3_inputs[] = {
  { "width", "INT", MK_INT_RANGE (16, 16384, 1024, 16) },
  { "height", "INT", MK_INT_RANGE (16, 16384, 1024, 16) },
  { "batch_size", "INT", MK_INT_RANGE (1, 4096, 1, 0) },
  { 0 } };
static const mk_port hunyuan_inputs[] = {
  { "width", "INT", MK_INT_RANGE (64, 16384, 2048, 32) },
  { "height", "INT", MK_INT_RANGE (64, 16384, 2048, 32) },
  { "batch_size", "INT", MK_INT_RANGE (1, 4096, 1, 0) },
  { 0 } };
static const mk_port cascade_inputs[] = {
  { "width", "INT", MK_INT_RANGE (256, 16384, 1024, 8) },
  { "height", "INT", MK_INT_RANGE (256, 16384, 1024, 8) },
  { "compression", "INT", MK_INT_RANGE (4, 128, 42, 1) },
  { "batch_size", "INT", MK_INT_RANGE (1, 4096, 1, 0) },
  { 0 } };
static const mk_port cascade_outputs[] = { { "stage_c", "LATENT" }, { "stage_b", "LATENT" }, { 0 } };

static bool
run_sd3 (mk_run *run, GError **error)
{
  return answer_empty (run, 0, 16, 8, error);
}

static bool
run_hunyuan (mk_run *run, GError **error)
{
  return answer_empty (run, 0, 64, 32, error);
}

static bool
run_radiance (mk_run *run, GError **error)
{
  return answer_empty (run, 0, 3, 1, error);
}

static bool
run_cascade (mk_run *run, GError **error)
{
  int cell = (int)mk_run_get_int (run, "compression");
  if (cell < 1)
    return mk_error (error, MK_ERROR_RANGE, "compression %d: a cell has at least one pixel", cell);
  return answer_empty (run, 0, 16, cell, error) && answer_empty (run, 1, 4, 4, error);
}

static bool
run_mask (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  mk_image *mask = latent != NULL ? mk_run_get_mask (run, "mask", error) : NULL;
  if (mask == NULL)
    return false;
  mk_latent *masked = mk_latent_with (latent, mk_tensor_ref (latent->samples));
  mk_latent_set_mask (masked, mk_image_ref (mask));
  return mk_run_answer_latent (run, 0, masked);
}

const mk_node_def mk_node_empty_latent_image = { .id = "EmptyLatentImage", .label = "Empty Latent Image", .category = "latent", .python_module = "nodes", .inputs = empty_latent_image_inputs, .outputs = empty_latent_image_outputs, .run = run_empty };
const mk_node_def mk_node_empty_sd3_latent_image = { .id = "EmptySD3LatentImage", .category = "latent/sd3", .python_module = "comfy_extras.nodes_sd3", .inputs = sd3_inputs, .outputs = empty_latent_image_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_sd3 };
const mk_node_def mk_node_empty_hunyuan_image_latent = { .id = "EmptyHunyuanImageLatent", .category = "latent", .python_module = "comfy_extras.nodes_hunyuan", .inputs = hunyuan_inputs, .outputs = empty_latent_image_outputs, .run = run_hunyuan };
const mk_node_def mk_node_empty_chroma_radiance_latent_image = { .id = "EmptyChromaRadianceLatentImage", .category = "latent/chroma_radiance", .python_module = "comfy_extras.nodes_chroma_radiance", .inputs = sd3_inputs, .outputs = empty_latent_image_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_radiance };
const mk_node_def mk_node_stable_cascade_empty_latent_image = { .id = "StableCascade_EmptyLatentImage", .category = "latent/stable_cascade", .python_module = "comfy_extras.nodes_stable_cascade", .inputs = cascade_inputs, .outputs = cascade_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_cascade };
const mk_node_def mk_node_set_latent_noise_mask = { .id = "SetLatentNoiseMask", .label = "Set Latent Noise Mask", .category = "latent/inpaint", .python_module = "nodes", .inputs = set_latent_noise_mask_inputs, .outputs = set_latent_noise_mask_outputs, .run = run_mask };
