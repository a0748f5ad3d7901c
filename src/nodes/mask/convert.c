/* convert.c - masks from pictures and pictures from masks. */
#include "media/image_ops.h"
#include "nodes/image/inputs.h"

#include <math.h>

static const char *const channels[] = { "red", "green", "blue", "alpha", NULL };
static const mk_port image_inputs[] = {
  { "mask", "MASK" },
  { 0 } };
static const mk_port image_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port channel_inputs[] = {
  { "image", "IMAGE" },
  { "channel", "COMBO", .options = channels },
  { 0 } };
static const mk_port channel_outputs[] = { { "MASK", "MASK" }, { 0 } };
static const mk_port color_inputs[] = {
  { "image", "IMAGE" },
  { "color", "INT", MK_INT_RANGE (0, 16777215, 0, 1), .display = "color" },
  { 0 } };
static const mk_port color_outputs[] = { { "MASK", "MASK" }, { 0 } };

static bool
run_image (mk_run *run, GError **error)
{
  mk_image *mask = mk_run_get_mask (run, "mask", error);
  return mask != NULL && mk_run_answer_image (run, mk_image_repeat_channel (mask, 3, error));
}

static bool
run_channel (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  int channel = mk_run_get_choice (run, "channel", channels);
  if (image == NULL)
    return false;
  if (channel < 0 || channel >= image->n_channels)
    return mk_error (error, MK_ERROR_TYPE, "the image has %d channels and none called %s", image->n_channels, mk_run_get_string (run, "channel"));
  mk_image *mask = mk_image_new (image->n, image->height, image->width, 1, error);
  if (mask == NULL)
    return false;
  const float *from = mk_image_read (image, 0) + channel;
  float *to = mk_image_write (mask, 0);
  for (size_t i = 0; i < mk_image_n_bytes (mask) / sizeof (float); i++)
    to[i] = from[i * (size_t)image->n_channels];
  return mk_run_answer_mask (run, mask);
}

/* As an 8-bit level, half to even. */
static int64_t
level (float v)
{
  return (int64_t)rintf ((v >= 0 ? MIN (v, 1) : 0) * 255);
}

static bool
run_color (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  if (image == NULL)
    return false;
  if (image->n_channels < 3)
    return mk_error (error, MK_ERROR_TYPE, "image: %d channels are no colour", image->n_channels);
  mk_image *mask = mk_image_new (image->n, image->height, image->width, 1, error);
  if (mask == NULL)
    return false;
  int64_t color = mk_run_get_int (run, "color");
  float *to = mk_image_write (mask, 0);
  for (size_t i = 0; i < mk_image_n_bytes (mask) / sizeof (float); i++) {
    const float *rgb = mk_image_read (image, 0) + i * (size_t)image->n_channels;
    to[i] = (level (rgb[0]) << 16 | level (rgb[1]) << 8 | level (rgb[2])) == color;
  }
  return mk_run_answer_mask (run, mask);
}

const mk_node_def mk_node_mask_to_image = { .id = "MaskToImage", .label = "Convert Mask to Image", .category = "mask", .python_module = "comfy_extras.nodes_mask", .inputs = image_inputs, .outputs = image_outputs, .run = run_image };
const mk_node_def mk_node_image_to_mask = { .id = "ImageToMask", .label = "Convert Image to Mask", .category = "mask", .python_module = "comfy_extras.nodes_mask", .inputs = channel_inputs, .outputs = channel_outputs, .run = run_channel };
const mk_node_def mk_node_image_color_to_mask = { .id = "ImageColorToMask", .category = "mask", .python_module = "comfy_extras.nodes_mask", .inputs = color_inputs, .outputs = color_outputs, .run = run_color };
