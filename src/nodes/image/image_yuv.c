/* image_yuv.c - brightness and two colour differences, there and back. */
#include "media/image_ops.h"
#include "nodes/image/inputs.h"

static const mk_port apart_inputs[] = {
  { "image", "IMAGE" },
  { 0 } };
static const mk_port apart_outputs[] = { { "Y", "IMAGE" }, { "U", "IMAGE" }, { "V", "IMAGE" }, { 0 } };
static const mk_port together_inputs[] = {
  { "Y", "IMAGE" },
  { "U", "IMAGE" },
  { "V", "IMAGE" },
  { 0 } };
static const mk_port together_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

static bool
run_apart (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  if (image == NULL)
    return false;
  if (image->n_channels < 3)
    return mk_error (error, MK_ERROR_TYPE, "image: %d channels are no colour", image->n_channels);
  g_autoptr (mk_image) y = mk_image_new (image->n, image->height, image->width, image->n_channels, error);
  g_autoptr (mk_image) u = y != NULL ? mk_image_copy (y, error) : NULL;
  g_autoptr (mk_image) v = u != NULL ? mk_image_copy (y, error) : NULL;
  if (v == NULL)
    return false;
  size_t channels = (size_t)image->n_channels;
  const float *from = mk_image_read (image, 0);
  for (size_t i = 0; i < mk_image_n_bytes (image) / sizeof (float); i += channels) {
    float light = 0.299f * from[i] + 0.587f * from[i + 1] + 0.114f * from[i + 2];
    for (size_t c = 0; c < channels; c++) {
      mk_image_write (y, 0)[i + c] = light;
      mk_image_write (u, 0)[i + c] = (from[i + 2] - light) * 0.564f + 0.5f;
      mk_image_write (v, 0)[i + c] = (from[i] - light) * 0.713f + 0.5f;
    }
  }
  mk_run_set_output (run, 0, mk_value_new_image (g_steal_pointer (&y)));
  mk_run_set_output (run, 1, mk_value_new_image (g_steal_pointer (&u)));
  mk_run_set_output (run, 2, mk_value_new_image (g_steal_pointer (&v)));
  return true;
}

static float
mean_at (const mk_image *image, size_t pixel)
{
  float sum = 0;
  for (int c = 0; c < image->n_channels; c++)
    sum += mk_image_read (image, 0)[pixel * (size_t)image->n_channels + (size_t)c];
  return sum / (float)image->n_channels;
}

static bool
run_together (mk_run *run, GError **error)
{
  const mk_image *y = mk_run_get_image (run, "Y", error), *u = y != NULL ? mk_run_get_image (run, "U", error) : NULL;
  const mk_image *v = u != NULL ? mk_run_get_image (run, "V", error) : NULL;
  if (v == NULL)
    return false;
  if (y->n != u->n || y->n != v->n || y->width != u->width || y->width != v->width || y->height != u->height || y->height != v->height)
    return mk_error (error, MK_ERROR_TYPE, "Y, U and V have different sizes");
  mk_image *image = mk_image_new (y->n, y->height, y->width, 3, error);
  if (image == NULL)
    return false;
  float *to = mk_image_write (image, 0);
  for (size_t i = 0; i < (size_t)y->n * (size_t)y->height * (size_t)y->width; i++) {
    float light = mean_at (y, i), blue = mean_at (u, i) - 0.5f, red = mean_at (v, i) - 0.5f;
    to[3 * i] = CLAMP (light + 1.403f * red, 0, 1);
    to[3 * i + 1] = CLAMP (light - 0.714f * red - 0.344f * blue, 0, 1);
    to[3 * i + 2] = CLAMP (light + 1.773f * blue, 0, 1);
  }
  return mk_run_answer_image (run, image);
}

const mk_node_def mk_node_image_rgb_to_yuv = { .id = "ImageRGBToYUV", .category = "image/batch", .python_module = "comfy_extras.nodes_morphology", .inputs = apart_inputs, .outputs = apart_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_apart };
const mk_node_def mk_node_image_yuv_to_rgb = { .id = "ImageYUVToRGB", .category = "image/batch", .python_module = "comfy_extras.nodes_morphology", .inputs = together_inputs, .outputs = together_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_together };
