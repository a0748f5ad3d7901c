/* image_pad.c - room around a picture: to paint into, or to fill a frame. */
#include "media/image_ops.h"
#include "media/resize.h"
#include "nodes/image/inputs.h"

#include <string.h>

static const char *const colors[] = { "white", "black", NULL };
static const char *const methods[] = { "area", "bicubic", "nearest-exact", "bilinear", "lanczos", NULL };
static const mk_port outpaint_inputs[] = {
  { "image", "IMAGE" },
  { "left", "INT", MK_INT_RANGE (0, 16384, 0, 8) },
  { "top", "INT", MK_INT_RANGE (0, 16384, 0, 8) },
  { "right", "INT", MK_INT_RANGE (0, 16384, 0, 8) },
  { "bottom", "INT", MK_INT_RANGE (0, 16384, 0, 8) },
  { "feathering", "INT", MK_INT_RANGE (0, 16384, 40, 1) },
  { 0 } };
static const mk_port outpaint_outputs[] = { { "IMAGE", "IMAGE" }, { "MASK", "MASK" }, { 0 } };
static const mk_port fit_inputs[] = {
  { "image", "IMAGE" },
  { "target_width", "INT", MK_INT_RANGE (1, 16384, 512, 1) },
  { "target_height", "INT", MK_INT_RANGE (1, 16384, 512, 1) },
  { "padding_color", "COMBO", .options = colors },
  { "interpolation", "COMBO", .options = methods },
  { 0 } };
static const mk_port fit_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

typedef struct {
  int left, top, right, bottom;
} edges;

/* Inside the picture the mask rises towards the padded edges: ((f - d) / f)², d the distance to the nearest. */
static void
feather (mk_image *mask, const mk_image *image, const edges *e, int feathering)
{
  for (int y = 0; y < image->height; y++)
    for (int x = 0; x < image->width; x++) {
      int d = feathering;
      d = e->top != 0 ? MIN (d, y) : d;
      d = e->bottom != 0 ? MIN (d, image->height - y) : d;
      d = e->left != 0 ? MIN (d, x) : d;
      d = e->right != 0 ? MIN (d, image->width - x) : d;
      float v = (float)(feathering - d) / (float)MAX (feathering, 1);
      mk_image_write (mask, 0)[(size_t)(e->top + y) * (size_t)mask->width + (size_t)(e->left + x)] = v * v;
    }
}

static bool
run_outpaint (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  if (image == NULL)
    return false;
  edges e = { (int)mk_run_get_int (run, "left"), (int)mk_run_get_int (run, "top"), (int)mk_run_get_int (run, "right"), (int)mk_run_get_int (run, "bottom") };
  int feathering = (int)mk_run_get_int (run, "feathering");
  if (MIN (MIN (e.left, e.right), MIN (e.top, e.bottom)) < 0)
    return mk_error (error, MK_ERROR_RANGE, "room of %d left, %d above, %d right and %d below: none can be negative", e.left, e.top, e.right, e.bottom);
  int width = image->width + e.left + e.right, height = image->height + e.top + e.bottom;
  g_autoptr (mk_image) padded = mk_image_new (image->n, height, width, image->n_channels, error);
  g_autoptr (mk_image) mask = padded != NULL ? mk_image_new (1, height, width, 1, error) : NULL;
  if (mask == NULL)
    return false;
  mk_image_fill (padded, 0.5f);
  for (int i = 0; i < image->n; i++)
    mk_image_paste (padded, i, image, i, e.left, e.top);
  mk_image_fill (mask, 1);
  bool is_soft = feathering > 0 && feathering * 2 < image->height && feathering * 2 < image->width;
  feather (mask, image, &e, is_soft ? feathering : 0);
  mk_run_answer_image (run, g_steal_pointer (&padded));
  mk_run_set_output (run, 1, mk_value_new_mask (g_steal_pointer (&mask)));
  return true;
}

static bool
run_fit (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  mk_resize_method method;
  if (image == NULL || !mk_resize_method_find (mk_run_get_string (run, "interpolation"), &method, error))
    return false;
  int width = (int)mk_run_get_int (run, "target_width"), height = (int)mk_run_get_int (run, "target_height");
  double by = MIN ((double)width / image->width, (double)height / image->height);
  g_autoptr (mk_image) small = mk_image_resize (image, MAX (1, (int)(image->width * by)), MAX (1, (int)(image->height * by)), method, false, mk_run_pool (run), error);
  g_autoptr (mk_image) canvas = small != NULL ? mk_image_new (image->n, height, width, image->n_channels, error) : NULL;
  if (canvas == NULL)
    return false;
  mk_image_fill (canvas, strcmp (mk_run_get_string (run, "padding_color"), "white") == 0 ? 1 : 0);
  for (int i = 0; i < image->n; i++)
    mk_image_paste (canvas, i, small, i, (width - small->width) / 2, (height - small->height) / 2);
  return mk_run_answer_image (run, g_steal_pointer (&canvas));
}

const mk_node_def mk_node_image_pad_for_outpaint = { .id = "ImagePadForOutpaint", .label = "Pad Image for Outpainting", .category = "image", .python_module = "nodes", .inputs = outpaint_inputs, .outputs = outpaint_outputs, .run = run_outpaint };
const mk_node_def mk_node_resize_and_pad_image = { .id = "ResizeAndPadImage", .category = "image/transform", .python_module = "comfy_extras.nodes_images", .inputs = fit_inputs, .outputs = fit_outputs, .run = run_fit };
