/* image_blur.c - soft and sharp: a Gaussian over a window whose half is one unit of sigma. */
#include "base/pool.h"
#include "media/image_ops.h"
#include "nodes/image/inputs.h"

#include <math.h>

static const mk_port blur_inputs[] = {
  { "image", "IMAGE" },
  { "blur_radius", "INT", MK_INT_RANGE (1, 31, 1, 1) },
  { "sigma", "FLOAT", MK_FLOAT_RANGE (0.1, 10, 1, 0.1) },
  { 0 } };
static const mk_port blur_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };
static const mk_port sharpen_inputs[] = {
  { "image", "IMAGE" },
  { "sharpen_radius", "INT", MK_INT_RANGE (1, 31, 1, 1) },
  { "sigma", "FLOAT", MK_FLOAT_RANGE (0.1, 10, 1, 0.01) },
  { "alpha", "FLOAT", MK_FLOAT_RANGE (0, 5, 1, 0.01) },
  { 0 } };
static const mk_port sharpen_outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

enum { MOST_RADIUS = 1024 }; /* over a wire; the widget ends at 31 */

typedef struct {
  const mk_image *image;
  mk_image *between, *blurred;
  float *kernel; /* 2 * radius + 1; sums to 1 */
  int radius;
} job;

/* exp(-x² / 2σ²) at 2r + 1 places from -1 to 1; the square window is this, across and down. */
static float *
make_kernel (int radius, double sigma)
{
  float *kernel = g_new (float, 2 * radius + 1);
  double sum = 0;
  for (int i = -radius; i <= radius; i++)
    sum += exp (-((double)i / radius) * ((double)i / radius) / (2 * sigma * sigma));
  for (int i = -radius; i <= radius; i++)
    kernel[i + radius] = (float)(exp (-((double)i / radius) * ((double)i / radius) / (2 * sigma * sigma)) / sum);
  return kernel;
}

/* Mirrored at the edge pixel, which is not repeated. */
static int
mirror (int at, int n)
{
  if (n == 1)
    return 0;
  at = ABS (at) % (2 * n - 2);
  return at < n ? at : 2 * n - 2 - at;
}

static void
blur_across (void *user, size_t item, unsigned worker)
{
  (void)worker;
  job *j = user;
  size_t height = (size_t)j->image->height, channels = (size_t)j->image->n_channels, row = (size_t)j->image->width * channels;
  const float *from = mk_image_read (j->image, (int)(item / height)) + item % height * row;
  float *to = mk_image_write (j->between, (int)(item / height)) + item % height * row;
  for (int x = 0; x < j->image->width; x++)
    for (size_t c = 0; c < channels; c++) {
      float sum = 0;
      for (int k = -j->radius; k <= j->radius; k++)
        sum += j->kernel[k + j->radius] * from[(size_t)mirror (x + k, j->image->width) * channels + c];
      to[(size_t)x * channels + c] = sum;
    }
}

static void
blur_down (void *user, size_t item, unsigned worker)
{
  (void)worker;
  job *j = user;
  size_t height = (size_t)j->image->height, row = (size_t)j->image->width * (size_t)j->image->n_channels;
  const float *from = mk_image_read (j->between, (int)(item / height));
  float *to = mk_image_write (j->blurred, (int)(item / height)) + item % height * row;
  for (int k = -j->radius; k <= j->radius; k++) {
    const float *line = from + (size_t)mirror ((int)(item % height) + k, j->image->height) * row;
    for (size_t i = 0; i < row; i++)
      to[i] += j->kernel[k + j->radius] * line[i];
  }
}

/* Without a radius nothing is blurred. */
static mk_image *
blur (mk_image *image, int radius, double sigma, mk_pool *pool, GError **error)
{
  if (radius == 0)
    return mk_image_copy (image, error);
  if (radius < 0 || radius > MOST_RADIUS) {
    mk_error (error, MK_ERROR_RANGE, "a radius of %d pixels: from 0 to %d can be had", radius, MOST_RADIUS);
    return NULL;
  }
  g_autoptr (mk_image) between = mk_image_new (image->n, image->height, image->width, image->n_channels, error);
  g_autoptr (mk_image) blurred = between != NULL ? mk_image_new (image->n, image->height, image->width, image->n_channels, error) : NULL;
  g_autofree float *kernel = make_kernel (radius, sigma);
  if (blurred == NULL)
    return NULL;
  job j = { image, between, blurred, kernel, radius };
  size_t n_rows = (size_t)image->n * (size_t)image->height;
  mk_pool_run (pool, n_rows, blur_across, &j, NULL);
  mk_pool_run (pool, n_rows, blur_down, &j, NULL);
  return g_steal_pointer (&blurred);
}

static bool
run_blur (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  return image != NULL && mk_run_answer_image (run, blur (image, (int)mk_run_get_int (run, "blur_radius"), mk_run_get_real (run, "sigma"), mk_run_pool (run), error));
}

/* The window -10α·G with its centre raised until it sums to 1 is x + 10α·(x - G(x)). */
static bool
run_sharpen (mk_run *run, GError **error)
{
  mk_image *image = mk_run_get_image (run, "image", error);
  g_autoptr (mk_image) sharp = image != NULL ? blur (image, (int)mk_run_get_int (run, "sharpen_radius"), mk_run_get_real (run, "sigma"), mk_run_pool (run), error) : NULL;
  if (sharp == NULL)
    return false;
  float strength = (float)(10 * mk_run_get_real (run, "alpha")), *to = mk_image_write (sharp, 0);
  const float *from = mk_image_read (image, 0);
  for (size_t i = 0; i < mk_image_n_bytes (image) / sizeof (float); i++)
    to[i] = CLAMP (from[i] + strength * (from[i] - to[i]), 0, 1);
  return mk_run_answer_image (run, g_steal_pointer (&sharp));
}

const mk_node_def mk_node_image_blur = { .id = "ImageBlur", .category = "image/postprocessing", .python_module = "comfy_extras.nodes_post_processing", .inputs = blur_inputs, .outputs = blur_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_blur };
const mk_node_def mk_node_image_sharpen = { .id = "ImageSharpen", .category = "image/postprocessing", .python_module = "comfy_extras.nodes_post_processing", .inputs = sharpen_inputs, .outputs = sharpen_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_sharpen };
