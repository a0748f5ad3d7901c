/* image_quantize.c - few colours, with or without dither. */
#include "media/image_ops.h"
#include "media/quantize.h"
#include "nodes/image/inputs.h"

#include <string.h>

static const char *const dithers[] = { "none", "floyd-steinberg", "bayer-2", "bayer-4", "bayer-8", "bayer-16", NULL };
static const mk_port inputs[] = {
  { "image", "IMAGE" },
  { "colors", "INT", MK_INT_RANGE (1, 256, 256, 1) },
  { "dither", "COMBO", .options = dithers },
  { 0 } };
static const mk_port outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

/* Bayer's matrix of 2^order rows, from about -1/2 to 1/2 (B. Bayer 1973). */
static float
bayer (int order, int x, int y)
{
  static const double corner[2][2] = { { -1.5, 0.5 }, { 1.5, -0.5 } }; /* [row][column] */
  double sum = 0, weight = 1;
  for (int bit = order - 1; bit >= 0; bit--) { /* the innermost square, the lowest bits, weighs most */
    sum += corner[(y >> (order - 1 - bit)) & 1][(x >> (order - 1 - bit)) & 1] * weight / 4;
    weight /= 4;
  }
  return (float)sum;
}

static void
add_bayer (uint8_t *rgb, int width, int height, int order, float spread)
{
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < 3; c++, rgb++)
        *rgb = (uint8_t)CLAMP ((float)*rgb + bayer (order, x, y) * spread + 0.5f, 0.0f, 255.0f);
}

static bool
run_quantize (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  if (image == NULL || image->n_channels < 3)
    return image != NULL ? mk_error (error, MK_ERROR_TYPE, "image: a picture of 3 channels is needed, this has %d", image->n_channels) : false;
  int n_colors = (int)CLAMP (mk_run_get_int (run, "colors"), 1, 256), dither = mk_run_get_choice (run, "dither", dithers);
  size_t n = (size_t)image->width * (size_t)image->height, channels = (size_t)image->n_channels;
  g_autoptr (mk_image) out = mk_image_copy (image, error);
  g_autoptr (mk_buffer) bytes = out != NULL ? mk_buffer_new (n * 4, error) : NULL;
  if (bytes == NULL)
    return false;
  uint8_t *rgb = mk_buffer_write (bytes), *mapped = rgb + 3 * n;
  for (int i = 0; i < image->n; i++) {
    mk_palette palette;
    const float *from = mk_image_read (image, i);
    for (size_t k = 0; k < 3 * n; k++)
      rgb[k] = mk_level_of (from[k / 3 * channels + k % 3]);
    mk_palette_median_cut (&palette, rgb, n, n_colors);
    if (dither >= 2)
      add_bayer (rgb, image->width, image->height, dither - 1, 512.0f / 256);
    mk_palette_map (&palette, rgb, image->width, image->height, dither == 1, mapped);
    float *to = mk_image_write (out, i);
    for (size_t k = 0; k < 3 * n; k++)
      to[k / 3 * channels + k % 3] = (float)palette.rgb[mapped[k / 3]][k % 3] / 255.0f;
  }
  return mk_run_answer_image (run, g_steal_pointer (&out));
}

const mk_node_def mk_node_image_quantize = { .id = "ImageQuantize", .version = 2, .category = "image/postprocessing", .python_module = "comfy_extras.nodes_post_processing", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_quantize };
