/* image_crop.c - cut, turn, mirror and invert pictures; make an even one; say how large one is. */
#include "media/image_ops.h"
#include "nodes/image/inputs.h"

static const char *const rotations[] = { "none", "90 degrees", "180 degrees", "270 degrees", NULL };
static const char *const flips[] = { "x-axis: vertically", "y-axis: horizontally", NULL };
static const mk_port crop_inputs[] = {
  { "image", "IMAGE" },
  { "width", "INT", MK_INT_RANGE (1, 16384, 512, 1) },
  { "height", "INT", MK_INT_RANGE (1, 16384, 512, 1) },
  { "x", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { "y", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { 0 } };
static const mk_port crop_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port turn_inputs[] = {
  { "image", "IMAGE" },
  { "rotation", "COMBO", .options = rotations },
  { 0 } };
static const mk_port turn_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port flip_inputs[] = {
  { "image", "IMAGE" },
  { "flip_method", "COMBO", .options = flips },
  { 0 } };
static const mk_port flip_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port invert_inputs[] = {
  { "image", "IMAGE" },
  { 0 } };
static const mk_port invert_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port empty_inputs[] = {
  { "width", "INT", MK_INT_RANGE (1, 16384, 512, 1) },
  { "height", "INT", MK_INT_RANGE (1, 16384, 512, 1) },
  { "batch_size", "INT", MK_INT_RANGE (1, 4096, 1, 0) },
  { "color", "INT", MK_INT_RANGE (0, 16777215, 0, 1), .display = "color" },
  { 0 } };
static const mk_port empty_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port size_inputs[] = {
  { "image", "IMAGE" },
  { "unique_id", "UNIQUE_ID", .need = MK_HIDDEN }, { 0 } };
static const mk_port size_outputs[] = { { "width", "INT" }, { "height", "INT" }, { "batch_size", "INT" }, { 0 } };

static bool
run_crop (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  if (image == NULL)
    return false;
  int x = (int)MIN (mk_run_get_int (run, "x"), image->width - 1), y = (int)MIN (mk_run_get_int (run, "y"), image->height - 1);
  return mk_run_answer_image (run, mk_image_crop (image, x, y, (int)mk_run_get_int (run, "width"), (int)mk_run_get_int (run, "height"), error));
}

static bool
run_turn (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  return image != NULL && mk_run_answer_image (run, mk_image_turn (image, MAX (0, mk_run_get_choice (run, "rotation", rotations)), error));
}

static bool
run_flip (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  bool is_down = mk_run_get_string (run, "flip_method")[0] == 'x';
  return image != NULL && mk_run_answer_image (run, mk_image_flip (image, !is_down, is_down, error));
}

static bool
run_invert (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  mk_image *out = image != NULL ? mk_image_copy (image, error) : NULL;
  if (out == NULL)
    return false;
  float *pixels = mk_image_write (out, 0);
  for (size_t i = 0; i < mk_image_n_bytes (out) / sizeof (float); i++)
    pixels[i] = 1 - pixels[i];
  return mk_run_answer_image (run, out);
}

static bool
run_empty (mk_run *run, GError **error)
{
  mk_image *image = mk_image_new ((int)mk_run_get_int (run, "batch_size"), (int)mk_run_get_int (run, "height"), (int)mk_run_get_int (run, "width"), 3, error);
  if (image == NULL)
    return false;
  int64_t color = mk_run_get_int (run, "color");
  float rgb[3] = { (float)(color >> 16 & 255) / 255, (float)(color >> 8 & 255) / 255, (float)(color & 255) / 255 }, *pixels = mk_image_write (image, 0);
  for (size_t i = 0; i < mk_image_n_bytes (image) / sizeof (float); i++)
    pixels[i] = rgb[i % 3];
  return mk_run_answer_image (run, image);
}

static bool
run_size (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  if (image == NULL)
    return false;
  g_autofree char *text = g_strdup_printf ("width: %d, height: %d\n batch size: %d", image->width, image->height, image->n);
  mk_run_tell (run, text);
  mk_run_set_output (run, 0, mk_value_new_int (image->width));
  mk_run_set_output (run, 1, mk_value_new_int (image->height));
  mk_run_set_output (run, 2, mk_value_new_int (image->n));
  return true;
}

const mk_node_def mk_node_image_crop = { .id = "ImageCrop", .label = "Image Crop", .category = "image/transform", .python_module = "comfy_extras.nodes_images", .inputs = crop_inputs, .outputs = crop_outputs, .run = run_crop };
const mk_node_def mk_node_image_rotate = { .id = "ImageRotate", .category = "image/transform", .python_module = "comfy_extras.nodes_images", .inputs = turn_inputs, .outputs = turn_outputs, .run = run_turn };
const mk_node_def mk_node_image_flip = { .id = "ImageFlip", .category = "image/transform", .python_module = "comfy_extras.nodes_images", .inputs = flip_inputs, .outputs = flip_outputs, .run = run_flip };
const mk_node_def mk_node_image_invert = { .id = "ImageInvert", .label = "Invert Image", .category = "image", .python_module = "nodes", .inputs = invert_inputs, .outputs = invert_outputs, .run = run_invert };
const mk_node_def mk_node_empty_image = { .id = "EmptyImage", .category = "image", .python_module = "nodes", .inputs = empty_inputs, .outputs = empty_outputs, .run = run_empty };
const mk_node_def mk_node_get_image_size = { .id = "GetImageSize", .label = "Get Image Size", .category = "image", .python_module = "comfy_extras.nodes_images", .inputs = size_inputs, .outputs = size_outputs, .run = run_size };
