/* image_scale.c - pictures in another size: by sides, by a factor, to an area, to a longest side. */
#include "media/resize.h"
#include "nodes/image/inputs.h"

#include <math.h>
#include <string.h>

static const char *const methods[] = { "nearest-exact", "bilinear", "area", "bicubic", "lanczos", NULL };
static const char *const crop_ways[] = { "disabled", "center", NULL };
static const char *const longest_methods[] = { "area", "lanczos", "bilinear", "nearest-exact", "bilinear", "bicubic", NULL };
static const mk_port sides_inputs[] = {
  { "image", "IMAGE" },
  { "upscale_method", "COMBO", .options = methods },
  { "width", "INT", MK_INT_RANGE (0, 16384, 512, 1) },
  { "height", "INT", MK_INT_RANGE (0, 16384, 512, 1) },
  { "crop", "COMBO", .options = crop_ways },
  { 0 } };
static const mk_port sides_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port factor_inputs[] = {
  { "image", "IMAGE" },
  { "upscale_method", "COMBO", .options = methods },
  { "scale_by", "FLOAT", MK_FLOAT_RANGE (0.01, 8, 1, 0.01) },
  { 0 } };
static const mk_port factor_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port area_inputs[] = {
  { "image", "IMAGE" },
  { "upscale_method", "COMBO", .options = methods },
  { "megapixels", "FLOAT", MK_FLOAT_RANGE (0.01, 16, 1, 0.01) },
  { "resolution_steps", "INT", "Both sides become multiples of this.", MK_INT_RANGE (1, 256, 1, 0), .need = MK_OPTIONAL, .advanced = true },
  { 0 } };
static const mk_port area_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port longest_inputs[] = {
  { "image", "IMAGE" },
  { "upscale_method", "COMBO", .options = longest_methods },
  { "largest_size", "INT", MK_INT_RANGE (0, 16384, 512, 1) },
  { 0 } };
static const mk_port longest_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

static bool
scale (mk_run *run, mk_image *image, int width, int height, bool crops, GError **error)
{
  mk_resize_method method;
  return mk_resize_method_find (mk_run_get_string (run, "upscale_method"), &method, error)
         && mk_run_answer_image (run, mk_image_resize (image, width, height, method, crops, mk_run_pool (run), error));
}

static bool
run_sides (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  int width = (int)mk_run_get_int (run, "width"), height = (int)mk_run_get_int (run, "height");
  if (image == NULL)
    return false;
  if (width == 0 && height == 0)
    return mk_run_answer_image (run, mk_image_ref (image));
  if (width == 0)
    width = MAX (1, mk_round_even ((double)image->width * height / image->height));
  else if (height == 0)
    height = MAX (1, mk_round_even ((double)image->height * width / image->width));
  return scale (run, image, width, height, strcmp (mk_run_get_string (run, "crop"), "center") == 0, error);
}

static bool
run_factor (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  double by = mk_run_get_real (run, "scale_by");
  return image != NULL && scale (run, image, mk_round_even (image->width * by), mk_round_even (image->height * by), false, error);
}

static bool
run_area (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  if (image == NULL)
    return false;
  int steps = (int)CLAMP (mk_run_get_int (run, "resolution_steps"), 1, 16384);
  double by = sqrt (floor (mk_run_get_real (run, "megapixels") * 1024 * 1024) / ((double)image->width * image->height)) / steps;
  int width = MAX (1, mk_round_even (image->width * by)), height = MAX (1, mk_round_even (image->height * by));
  if (MAX (width, height) > 16384)
    return mk_error (error, MK_ERROR_RANGE, "%d×%d would become %.0f×%.0f; sides go to 16384", image->width, image->height, (double)width * steps, (double)height * steps);
  return scale (run, image, width * steps, height * steps, false, error);
}

static bool
run_longest (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  int size = (int)mk_run_get_int (run, "largest_size");
  if (image == NULL)
    return false;
  bool is_tall = image->height > image->width;
  int other = mk_round_even ((is_tall ? (double)image->width / image->height : (double)image->height / image->width) * size);
  if (!is_tall && image->height == image->width)
    other = size;
  return scale (run, image, is_tall ? other : size, is_tall ? size : other, false, error);
}

static const mk_port flux_inputs[] = { { "image", "IMAGE" }, { 0 } };
static const mk_port flux_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

/* The sizes that FLUX.1 Kontext was trained on; the rest of the seventeen are these on their side. */
static bool
run_flux (mk_run *run, GError **error)
{
  static const int sizes[][2] = { { 672, 1568 }, { 688, 1504 }, { 720, 1456 }, { 752, 1392 }, { 800, 1328 }, { 832, 1248 }, { 880, 1184 }, { 944, 1104 }, { 1024, 1024 } };
  mk_image *image = mk_run_get_image (run, "image", error);
  if (image == NULL)
    return false;
  double aspect = (double)image->width / image->height, nearest = INFINITY;
  int width = 0, height = 0;
  for (size_t i = 0; i < 2 * MK_COUNT (sizes) - 1; i++) {
    bool is_lying = i >= MK_COUNT (sizes);
    const int *size = sizes[is_lying ? 2 * MK_COUNT (sizes) - 2 - i : i];
    int w = size[is_lying], h = size[!is_lying];
    if (fabs (aspect - (double)w / h) < nearest) {
      nearest = fabs (aspect - (double)w / h);
      width = w;
      height = h;
    }
  }
  return mk_run_answer_image (run, mk_image_resize (image, width, height, MK_RESIZE_LANCZOS, true, mk_run_pool (run), error));
}

const mk_node_def mk_node_image_scale = { .id = "ImageScale", .label = "Upscale Image", .category = "image/upscaling", .python_module = "nodes", .inputs = sides_inputs, .outputs = sides_outputs, .run = run_sides };
const mk_node_def mk_node_image_scale_by = { .id = "ImageScaleBy", .label = "Upscale Image By", .category = "image/upscaling", .python_module = "nodes", .inputs = factor_inputs, .outputs = factor_outputs, .run = run_factor };
const mk_node_def mk_node_image_scale_to_total_pixels = { .id = "ImageScaleToTotalPixels", .category = "image/upscaling", .python_module = "comfy_extras.nodes_post_processing", .inputs = area_inputs, .outputs = area_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_area };
const mk_node_def mk_node_image_scale_to_max_dimension = { .id = "ImageScaleToMaxDimension", .category = "image/upscaling", .python_module = "comfy_extras.nodes_images", .inputs = longest_inputs, .outputs = longest_outputs, .run = run_longest };
const mk_node_def mk_node_flux_kontext_image_scale = { .id = "FluxKontextImageScale", .category = "advanced/conditioning/flux", .help = "This node resizes the image to one that is more optimal for flux kontext.", .python_module = "comfy_extras.nodes_flux", .inputs = flux_inputs, .outputs = flux_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_flux };
