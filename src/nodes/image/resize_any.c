/* resize_any.c - a picture or a mask in another size, said in whichever way suits. */
#include "media/image_ops.h"
#include "media/resize.h"
#include "nodes/image/inputs.h"

#include <math.h>
#include <string.h>

#define MAX_SIDE 16384
#define WHOLE(name, start, low)  "\"" name "\": [\"INT\", {\"default\": " start ", \"min\": " low ", \"max\": 16384, \"step\": 1}]"
#define SHARE(name, high)        "\"" name "\": [\"FLOAT\", {\"default\": 1.0, \"min\": 0.01, \"max\": " high ", \"step\": 0.01}]"
#define CROP                     "\"crop\": [\"COMBO\", {\"default\": \"center\", \"multiselect\": false, \"options\": [\"disabled\", \"center\"]}]"
#define WAY(name, inputs)        "{\"key\": \"" name "\", \"inputs\": {\"required\": {" inputs "}}}"

/* The ways to say a size, each with inputs of its own, which come as "resize_type.width". */
static const char ways[] =
  "{\"options\": [" WAY ("scale dimensions", WHOLE ("width", "512", "0") ", " WHOLE ("height", "512", "0") ", " CROP) ", "
  WAY ("scale by multiplier", SHARE ("multiplier", "8.0")) ", " WAY ("scale longer dimension", WHOLE ("longer_size", "512", "0")) ", "
  WAY ("scale shorter dimension", WHOLE ("shorter_size", "512", "0")) ", " WAY ("scale width", WHOLE ("width", "512", "0")) ", "
  WAY ("scale height", WHOLE ("height", "512", "0")) ", " WAY ("scale total pixels", SHARE ("megapixels", "16.0")) ", "
  WAY ("match size", "\"match\": [\"IMAGE,MASK\", {}], " CROP) ", " WAY ("scale to multiple", WHOLE ("multiple", "8", "1")) "]}";

static const char *const methods[] = { "nearest-exact", "bilinear", "area", "bicubic", "lanczos", NULL };
static const mk_port inputs[] = {
  { "input", "IMAGE,MASK", .match = "input_type" },
  { "resize_type", "COMFY_DYNAMICCOMBO_V3", .extra_json = ways },
  { "scale_method", "COMBO", MK_TEXT ("area"), .options = methods },
  { 0 } };
static const mk_port outputs[] = { { "resized", "*", .match = "input_type" }, { 0 } };

static mk_image *
picture_of (const mk_value *value)
{
  mk_image *image = mk_value_get (value, &mk_image_type);
  return image != NULL ? image : mk_value_get (value, &mk_mask_type);
}

static double
option (const mk_run *run, const char *name, double otherwise)
{
  g_autofree char *full = g_strconcat ("resize_type.", name, NULL);
  const mk_value *value = mk_run_get_extra (run, full);
  return value != NULL ? mk_value_get_real (value) : otherwise;
}

static bool
crops (const mk_run *run)
{
  const mk_value *value = mk_run_get_extra (run, "resize_type.crop");
  return value == NULL || g_str_equal (mk_value_get_string (value), "center");
}

typedef struct {
  int width, height;
  bool crops;
} size;

/* A side that is 0 follows the other; both: as it is. */
static size
fill_in (const mk_image *image, double width, double height, bool crops)
{
  if (width == 0 && height == 0)
    return (size){ image->width, image->height, false };
  int w = width == 0 ? MAX (1, mk_round_even (image->width * height / image->height)) : (int)width;
  int h = height == 0 ? MAX (1, mk_round_even (image->height * width / image->width)) : (int)height;
  return (size){ w, h, crops };
}

static size
scale_by (const mk_image *image, double factor)
{
  return (size){ mk_round_even (image->width * factor), mk_round_even (image->height * factor), false };
}

/* As near to the area as multiples come. */
static size
fill_area (const mk_image *image, double megapixels, int multiple)
{
  double by = sqrt (floor (megapixels * 1024 * 1024) / ((double)image->width * image->height)) / multiple;
  int64_t width = MAX (1, mk_round_even (image->width * by)), height = MAX (1, mk_round_even (image->height * by));
  return (size){ (int)MIN (width * multiple, INT_MAX), (int)MIN (height * multiple, INT_MAX), false };
}

static size
set_side (const mk_image *image, int side, bool of_longer)
{
  if (image->width == image->height)
    return (size){ side, side, false };
  bool is_width = (image->width > image->height) == of_longer;
  double ratio = is_width ? (double)image->height / image->width : (double)image->width / image->height;
  int other = mk_round_even (ratio * side);
  return (size){ is_width ? side : other, is_width ? other : side, false };
}

/* Covers the largest size that the number divides; what sticks out is cut off afterwards. */
static size
cover (const mk_image *image, int width, int height)
{
  double by_width = (double)width / image->width, by_height = (double)height / image->height;
  if (by_width >= by_height)
    return (size){ width, MAX (height, (int)ceil (image->height * by_width)), false };
  return (size){ MAX (width, (int)ceil (image->width * by_height)), height, false };
}

static bool
find_size (const mk_run *run, const mk_image *image, size *found, GError **error)
{
  const char *way = mk_run_get_string (run, "resize_type");
  if (g_str_equal (way, "scale dimensions"))
    *found = fill_in (image, option (run, "width", 512), option (run, "height", 512), crops (run));
  else if (g_str_equal (way, "scale width") || g_str_equal (way, "scale height"))
    *found = fill_in (image, way[6] == 'w' ? option (run, "width", 512) : 0, way[6] == 'h' ? option (run, "height", 512) : 0, true);
  else if (g_str_equal (way, "scale by multiplier"))
    *found = scale_by (image, option (run, "multiplier", 1));
  else if (g_str_equal (way, "scale longer dimension"))
    *found = set_side (image, (int)option (run, "longer_size", 512), true);
  else if (g_str_equal (way, "scale shorter dimension"))
    *found = set_side (image, (int)option (run, "shorter_size", 512), false);
  else if (g_str_equal (way, "scale total pixels"))
    *found = fill_area (image, option (run, "megapixels", 1), (int)CLAMP (option (run, "multiple", 1), 1, MAX_SIDE));
  else if (g_str_equal (way, "match size")) {
    const mk_image *other = picture_of (mk_run_get_extra (run, "resize_type.match"));
    if (other == NULL)
      return mk_error (error, MK_ERROR_WORKFLOW, "resize_type.match: no picture or mask is wired to it");
    *found = (size){ other->width, other->height, crops (run) };
  } else
    return mk_error (error, MK_ERROR_TYPE, "resize_type “%.100s”: there is no such way to say a size", way);
  if (found->width >= 1 && found->height >= 1 && found->width <= MAX_SIDE && found->height <= MAX_SIDE)
    return true;
  return mk_error (error, MK_ERROR_RANGE, "%d×%d would become %d×%d; sides go from 1 to %d", image->width, image->height, found->width, found->height, MAX_SIDE);
}

static mk_image *
resize_to_multiple (const mk_run *run, mk_image *image, mk_resize_method method, GError **error)
{
  int by = (int)CLAMP (option (run, "multiple", 8), 1, MAX_SIDE), width = image->width / by * by, height = image->height / by * by;
  if (width == 0 || height == 0 || (width == image->width && height == image->height))
    return mk_image_ref (image);
  size whole = cover (image, width, height);
  g_autoptr (mk_image) sized = mk_image_resize (image, whole.width, whole.height, method, false, mk_run_pool (run), error);
  return sized != NULL ? mk_image_crop (sized, (whole.width - width) / 2, (whole.height - height) / 2, width, height, error) : NULL;
}

static bool
run (mk_run *r, GError **error)
{
  const mk_value *given = mk_run_get (r, "input");
  mk_image *image = picture_of (given);
  mk_resize_method method;
  size wanted = { 0 };
  if (image == NULL)
    return mk_error (error, MK_ERROR_TYPE, "input: there is no picture and no mask");
  if (!mk_resize_method_find (mk_run_get_string (r, "scale_method"), &method, error))
    return false;
  mk_image *resized = NULL;
  if (g_str_equal (mk_run_get_string (r, "resize_type"), "scale to multiple"))
    resized = resize_to_multiple (r, image, method, error);
  else if (find_size (r, image, &wanted, error))
    resized = mk_image_resize (image, wanted.width, wanted.height, method, wanted.crops, mk_run_pool (r), error);
  return mk_value_get (given, &mk_image_type) != NULL ? mk_run_answer_image (r, resized) : mk_run_answer_mask (r, resized);
}

const mk_node_def mk_node_resize_any = { .id = "ResizeImageMaskNode", .label = "Resize Image/Mask", .category = "transform", .help = "Another size for a picture or a mask, by sides, a factor, an area, another picture or what is to divide it.", .python_module = "comfy_extras.nodes_post_processing", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_ANY_INPUT | MK_NODE_ANY_CONSTANT, .run = run };
