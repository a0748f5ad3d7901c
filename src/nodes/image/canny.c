/* canny.c - edges as white lines.
 *
 * Source    J. Canny, "A Computational Approach to Edge Detection", 1986; with kornia's choices: grey by BT.601, a 5×5
 *           Gaussian of sigma 1 mirrored at the edges, Sobel with the edge repeated, directions in eighths.
 */
#include "nodes/image/inputs.h"

#include <math.h>

static const mk_port inputs[] = {
  { "image", "IMAGE" },
  { "low_threshold", "FLOAT", MK_FLOAT_RANGE (0.01, 0.99, 0.4, 0.01) },
  { "high_threshold", "FLOAT", MK_FLOAT_RANGE (0.01, 0.99, 0.8, 0.01) },
  { 0 } };
static const mk_port outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

typedef struct {
  int width, height;
  mk_image *gray, *blurred, *strength; /* one channel each */
  mk_image *direction;                 /* 0..7, eighths of a turn from right by down */
} plane;

static void
plane_clear (plane *p)
{
  mk_image_unref (p->gray);
  mk_image_unref (p->blurred);
  mk_image_unref (p->strength);
  mk_image_unref (p->direction);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (plane, plane_clear)

static bool
plane_init (plane *p, const mk_image *image, GError **error)
{
  mk_image **all[] = { &p->gray, &p->blurred, &p->strength, &p->direction };
  p->width = image->width;
  p->height = image->height;
  for (size_t i = 0; i < MK_COUNT (all); i++)
    if ((*all[i] = mk_image_new (1, image->height, image->width, 1, error)) == NULL)
      return false;
  return true;
}

static void
make_gray (plane *p, const mk_image *image, int index)
{
  const float *from = mk_image_read (image, index);
  float *to = mk_image_write (p->gray, 0);
  size_t channels = (size_t)image->n_channels;
  for (size_t i = 0; i < (size_t)p->width * (size_t)p->height; i++, from += channels)
    to[i] = 0.299f * from[0] + 0.587f * from[1] + 0.114f * from[2];
}

static int
mirror (int at, int n)
{
  at = at < 0 ? -at : at >= n ? 2 * n - 2 - at : at;
  return CLAMP (at, 0, n - 1);
}

static void
blur (plane *p)
{
  float kernel[5], sum = 0;
  const float *gray = mk_image_read (p->gray, 0);
  float *across = mk_image_write (p->strength, 0), *to = mk_image_write (p->blurred, 0);
  for (int i = 0; i < 5; i++)
    sum += kernel[i] = expf (-(float)((i - 2) * (i - 2)) / 2);
  for (int i = 0; i < 5; i++)
    kernel[i] /= sum;
  for (int y = 0; y < p->height; y++)
    for (int x = 0; x < p->width; x++) {
      float v = 0;
      for (int i = 0; i < 5; i++)
        v += kernel[i] * gray[(size_t)y * (size_t)p->width + (size_t)mirror (x + i - 2, p->width)];
      across[(size_t)y * (size_t)p->width + (size_t)x] = v;
    }
  for (int y = 0; y < p->height; y++)
    for (int x = 0; x < p->width; x++) {
      float v = 0;
      for (int i = 0; i < 5; i++)
        v += kernel[i] * across[(size_t)mirror (y + i - 2, p->height) * (size_t)p->width + (size_t)x];
      to[(size_t)y * (size_t)p->width + (size_t)x] = v;
    }
}

static float
at_edge (const plane *p, int x, int y)
{
  return mk_image_read (p->blurred, 0)[(size_t)CLAMP (y, 0, p->height - 1) * (size_t)p->width + (size_t)CLAMP (x, 0, p->width - 1)];
}

static void
find_gradients (plane *p)
{
  float *strength = mk_image_write (p->strength, 0), *direction = mk_image_write (p->direction, 0);
  for (int y = 0; y < p->height; y++)
    for (int x = 0; x < p->width; x++) {
      float dx = at_edge (p, x + 1, y - 1) - at_edge (p, x - 1, y - 1) + 2 * (at_edge (p, x + 1, y) - at_edge (p, x - 1, y)) + at_edge (p, x + 1, y + 1) - at_edge (p, x - 1, y + 1);
      float dy = at_edge (p, x - 1, y + 1) - at_edge (p, x - 1, y - 1) + 2 * (at_edge (p, x, y + 1) - at_edge (p, x, y - 1)) + at_edge (p, x + 1, y + 1) - at_edge (p, x + 1, y - 1);
      size_t i = (size_t)y * (size_t)p->width + (size_t)x;
      strength[i] = sqrtf (dx * dx + dy * dy + 1e-6f);
      float eighths = rintf (atan2f (dy, dx) * (float)(180 / G_PI) / 45);
      direction[i] = eighths < 0 ? eighths + 8 : eighths >= 8 ? eighths - 8 : eighths;
    }
}

/* Outside the picture there is nothing. */
static float
strength_at (const plane *p, int x, int y)
{
  return x < 0 || y < 0 || x >= p->width || y >= p->height ? 0 : mk_image_read (p->strength, 0)[(size_t)y * (size_t)p->width + (size_t)x];
}

static bool
is_ridge (const plane *p, int x, int y)
{
  static const int step[8][2] = { { 1, 0 }, { 1, 1 }, { 0, 1 }, { -1, 1 }, { -1, 0 }, { -1, -1 }, { 0, -1 }, { 1, -1 } };
  size_t i = (size_t)y * (size_t)p->width + (size_t)x;
  const int *ahead = step[(int)mk_image_read (p->direction, 0)[i] & 7];
  float own = mk_image_read (p->strength, 0)[i];
  return own > strength_at (p, x + ahead[0], y + ahead[1]) && own > strength_at (p, x - ahead[0], y - ahead[1]);
}

/* 0 nothing, 1 weak, 2 strong; strong ones are put on the stack. */
static uint8_t *
classify (const plane *p, float low, float high, GArray *stack)
{
  uint8_t *level = g_malloc0 ((size_t)p->width * (size_t)p->height);
  for (int y = 0; y < p->height; y++)
    for (int x = 0; x < p->width; x++) {
      uint32_t i = (uint32_t)y * (uint32_t)p->width + (uint32_t)x;
      float v = is_ridge (p, x, y) ? mk_image_read (p->strength, 0)[i] : 0;
      level[i] = (uint8_t)((v > low) + (v > high));
      if (level[i] == 2)
        g_array_append_val (stack, i);
    }
  return level;
}

/* What is weak and touches what is strong is strong. */
static void
follow (const plane *p, uint8_t *level, GArray *stack)
{
  while (stack->len > 0) {
    uint32_t i = g_array_index (stack, uint32_t, stack->len - 1);
    int x = (int)(i % (uint32_t)p->width), y = (int)(i / (uint32_t)p->width);
    g_array_set_size (stack, stack->len - 1);
    for (int v = MAX (y - 1, 0); v <= MIN (y + 1, p->height - 1); v++)
      for (int u = MAX (x - 1, 0); u <= MIN (x + 1, p->width - 1); u++) {
        uint32_t near = (uint32_t)v * (uint32_t)p->width + (uint32_t)u;
        if (level[near] != 1)
          continue;
        level[near] = 2;
        g_array_append_val (stack, near);
      }
  }
}

static bool
run_canny (mk_run *run, GError **error)
{
  g_auto (plane) p = { 0 };
  mk_image *image = mk_run_get_image (run, "image", error);
  if (image == NULL || image->n_channels < 3)
    return image != NULL ? mk_error (error, MK_ERROR_TYPE, "image: a picture of 3 channels is needed, this has %d", image->n_channels) : false;
  float low = (float)mk_run_get_real (run, "low_threshold"), high = (float)mk_run_get_real (run, "high_threshold");
  if (low > high)
    return mk_error (error, MK_ERROR_RANGE, "low_threshold %g must not be above high_threshold %g", (double)low, (double)high);
  g_autoptr (mk_image) out = plane_init (&p, image, error) ? mk_image_new (image->n, image->height, image->width, 3, error) : NULL;
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  for (int i = 0; out != NULL && i < image->n; i++) {
    make_gray (&p, image, i);
    blur (&p);
    find_gradients (&p);
    g_autofree uint8_t *level = classify (&p, low, high, stack);
    follow (&p, level, stack);
    float *to = mk_image_write (out, i);
    for (size_t k = 0; k < (size_t)p.width * (size_t)p.height; k++)
      to[3 * k] = to[3 * k + 1] = to[3 * k + 2] = level[k] == 2;
  }
  return mk_run_answer_image (run, g_steal_pointer (&out));
}

const mk_node_def mk_node_canny = { .id = "Canny", .category = "image/preprocessors", .python_module = "comfy_extras.nodes_canny", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_canny };
