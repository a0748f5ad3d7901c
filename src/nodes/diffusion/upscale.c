/* upscale.c - pictures enlarged by networks of the ESRGAN family. */
#include "diffusion/networks.h"
#include "diffusion/upscaler.h"
#include "nodes/diffusion/types.h"
#include "nodes/image/inputs.h"

static const mk_port image_upscale_with_model_inputs[] = {
  { "upscale_model", "UPSCALE_MODEL" },
  { "image", "IMAGE" },
  { 0 } };
static const mk_port image_upscale_with_model_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

#define TILE 512
#define OVERLAP 32

static bool
run_enlarge (mk_run *run, GError **error)
{
  mk_weights *weights = mk_run_need_data (run, "upscale_model", &mk_upscale_model_type, error);
  mk_image *image = weights != NULL ? mk_run_get_image (run, "image", error) : NULL;
  mk_nn nn;
  if (image == NULL)
    return false;
  mk_run_nn_init (run, &nn);
  mk_network *network = mk_networks_use (MK_NETWORK_UPSCALER, weights, &nn, error);
  mk_image *large = network != NULL ? mk_upscaler_enlarge (&nn, mk_network_get (network), image, TILE, OVERLAP, error) : NULL;
  if (network != NULL)
    mk_network_release (network);
  mk_nn_clear (&nn);
  return mk_run_answer_image (run, large);
}

const mk_node_def mk_node_image_upscale_with_model = { .id = "ImageUpscaleWithModel", .label = "Upscale Image (using Model)", .category = "image/upscaling", .python_module = "comfy_extras.nodes_upscale_model", .inputs = image_upscale_with_model_inputs, .outputs = image_upscale_with_model_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_enlarge };
