/* latent_resize.c - latents in another size. */
#include "nodes/image/inputs.h"
#include "nodes/latent/types.h"

#include <string.h>

static const char *const methods[] = { "nearest-exact", "bilinear", "area", "bicubic", "bislerp", NULL };
static const char *const crop_ways[] = { "disabled", "center", NULL };
static const mk_port latent_upscale_inputs[] = {
  { "samples", "LATENT" },
  { "upscale_method", "COMBO", .options = methods },
  { "width", "INT", MK_INT_RANGE (0, 16384, 512, 8) },
  { "height", "INT", MK_INT_RANGE (0, 16384, 512, 8) },
  { "crop", "COMBO", .options = crop_ways },
  { 0 } };
static const mk_port latent_upscale_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port latent_upscale_by_inputs[] = {
  { "samples", "LATENT" },
  { "upscale_method", "COMBO", .options = methods },
  { "scale_by", "FLOAT", MK_FLOAT_RANGE (0.01, 8.0, 1.5, 0.01) },
  { 0 } };
static const mk_port latent_upscale_by_outputs[] = { { "LATENT", "LATENT" }, { 0 } };

static int
width_of (const mk_latent *latent)
{
  return latent->samples->dims[latent->samples->n_dims - 1];
}

static int
height_of (const mk_latent *latent)
{
  return latent->samples->dims[latent->samples->n_dims - 2];
}

static bool
resize (mk_run *run, const mk_latent *latent, int width, int height, bool crops, GError **error)
{
  mk_tensor *sized = mk_latent_resize (latent->samples, width, height, mk_run_get_string (run, "upscale_method"), crops, mk_run_pool (run), error);
  return mk_run_answer_latent (run, 0, mk_latent_with (latent, sized));
}

/* Sides are in pixels; one that is 0 follows the proportions, both 0 change nothing. */
static bool
run_sides (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  int width = (int)mk_run_get_int (run, "width"), height = (int)mk_run_get_int (run, "height");
  if (latent == NULL)
    return false;
  if (width == 0 && height == 0)
    return mk_run_answer_latent (run, 0, mk_latent_with (latent, mk_tensor_ref (latent->samples)));
  if (width == 0)
    width = MAX (64, mk_round_even ((double)width_of (latent) * MAX (64, height) / height_of (latent)));
  if (height == 0)
    height = MAX (64, mk_round_even ((double)height_of (latent) * MAX (64, width) / width_of (latent)));
  return resize (run, latent, MAX (64, width) / 8, MAX (64, height) / 8, strcmp (mk_run_get_string (run, "crop"), "center") == 0, error);
}

static bool
run_factor (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  double by = mk_run_get_real (run, "scale_by");
  return latent != NULL && resize (run, latent, mk_round_even (width_of (latent) * by), mk_round_even (height_of (latent) * by), false, error);
}

const mk_node_def mk_node_latent_upscale = { .id = "LatentUpscale", .label = "Upscale Latent", .category = "latent", .python_module = "nodes", .inputs = latent_upscale_inputs, .outputs = latent_upscale_outputs, .run = run_sides };
const mk_node_def mk_node_latent_upscale_by = { .id = "LatentUpscaleBy", .label = "Upscale Latent By", .category = "latent", .python_module = "nodes", .inputs = latent_upscale_by_inputs, .outputs = latent_upscale_by_outputs, .run = run_factor };
