/* alpha.c - transparency taken off a picture and put on. A mask is 1 where the picture is clear. */
#include "media/image_ops.h"
#include "media/resize.h"
#include "nodes/image/inputs.h"

static const mk_port split_inputs[] = {
  { "image", "IMAGE" },
  { 0 } };
static const mk_port split_outputs[] = { { "IMAGE", "IMAGE" }, { "MASK", "MASK" }, { 0 } };
static const mk_port join_inputs[] = {
  { "image", "IMAGE" },
  { "alpha", "MASK" },
  { 0 } };
static const mk_port join_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

static bool
run_split (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  g_autoptr (mk_image) color = image != NULL ? mk_image_set_channels (image, 3, 0, error) : NULL;
  g_autoptr (mk_image) mask = color != NULL ? mk_image_new (image->n, image->height, image->width, 1, error) : NULL;
  if (mask == NULL)
    return false;
  for (size_t i = 0; image->n_channels > 3 && i < mk_image_n_bytes (mask) / sizeof (float); i++)
    mk_image_write (mask, 0)[i] = 1 - mk_image_read (image, 0)[i * (size_t)image->n_channels + 3];
  mk_run_answer_image (run, g_steal_pointer (&color));
  mk_run_set_output (run, 1, mk_value_new_mask (g_steal_pointer (&mask)));
  return true;
}

static bool
run_join (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error), *mask = image != NULL ? mk_run_get_mask (run, "alpha", error) : NULL;
  g_autoptr (mk_image) sized = mask != NULL ? mk_image_resize (mask, image->width, image->height, MK_RESIZE_BILINEAR, false, mk_run_pool (run), error) : NULL;
  g_autoptr (mk_image) few = sized != NULL ? mk_image_slice (image, 0, MIN (image->n, mask->n), error) : NULL;
  g_autoptr (mk_image) color = few != NULL ? mk_image_set_channels (few, 3, 0, error) : NULL;
  mk_image *out = color != NULL ? mk_image_set_channels (color, 4, 1, error) : NULL;
  if (out == NULL)
    return false;
  for (size_t i = 0; i < mk_image_n_bytes (out) / sizeof (float) / 4; i++)
    mk_image_write (out, 0)[4 * i + 3] = 1 - mk_image_read (sized, 0)[i];
  return mk_run_answer_image (run, out);
}

const mk_node_def mk_node_split_image_with_alpha = { .id = "SplitImageWithAlpha", .label = "Split Image with Alpha", .category = "mask/compositing", .python_module = "comfy_extras.nodes_compositing", .inputs = split_inputs, .outputs = split_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_split };
const mk_node_def mk_node_join_image_with_alpha = { .id = "JoinImageWithAlpha", .label = "Join Image with Alpha", .category = "mask/compositing", .python_module = "comfy_extras.nodes_compositing", .inputs = join_inputs, .outputs = join_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_join };
