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
run_empty (mk_run *run, GError **error)
{
  int n = (int)mk_run_get_int (run, "batch_size"), height = (int)mk_run_get_int (run, "height"), width = (int)mk_run_get_int (run, "width");
  return mk_run_answer_latent (run, 0, mk_latent_with (NULL, mk_tensor_new_4 (n, 4, height / 8, width / 8, error)));
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
const mk_node_def mk_node_set_latent_noise_mask = { .id = "SetLatentNoiseMask", .label = "Set Latent Noise Mask", .category = "latent/inpaint", .python_module = "nodes", .inputs = set_latent_noise_mask_inputs, .outputs = set_latent_noise_mask_outputs, .run = run_mask };
