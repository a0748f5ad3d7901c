/* image_blend.c - two pictures mixed through one of six formulas. */
#include "media/image_ops.h"
#include "media/resize.h"
#include "nodes/image/inputs.h"

#include <math.h>

static const char *const modes[] = { "normal", "multiply", "screen", "overlay", "soft_light", "difference", NULL };
static const mk_port inputs[] = {
  { "image1", "IMAGE" },
  { "image2", "IMAGE" },
  { "blend_factor", "FLOAT", MK_FLOAT_RANGE (0, 1, 0.5, 0.01) },
  { "blend_mode", "COMBO", .options = modes },
  { 0 } };
static const mk_port outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

enum { NORMAL, MULTIPLY, SCREEN, OVERLAY, SOFT_LIGHT, DIFFERENCE };

/* Soft light as in W3C's Compositing and Blending, section 10. */
static float
mix (int mode, float a, float b)
{
  switch (mode) {
  case MULTIPLY:
    return a * b;
  case SCREEN:
    return 1 - (1 - a) * (1 - b);
  case OVERLAY:
    return a <= 0.5f ? 2 * a * b : 1 - 2 * (1 - a) * (1 - b);
  case SOFT_LIGHT: {
    float g = a <= 0.25f ? ((16 * a - 12) * a + 4) * a : sqrtf (a);
    return b <= 0.5f ? a - (1 - 2 * b) * a * (1 - a) : a + (2 * b - 1) * (g - a);
  }
  case DIFFERENCE:
    return a - b;
  default:
    return b;
  }
}

/* A batch of one goes with any; transparency stays the first picture's. */
static mk_image *
blend_all (const mk_image *a, const mk_image *b, int mode, float factor, GError **error)
{
  if (a->n != b->n && a->n != 1 && b->n != 1) {
    mk_error (error, MK_ERROR_TYPE, "batches of %d and %d pictures cannot be blended: they must be as many, or one of them a single picture", a->n, b->n);
    return NULL;
  }
  mk_image *out = mk_image_new (MAX (a->n, b->n), a->height, a->width, a->n_channels, error);
  size_t channels = (size_t)a->n_channels, n = (size_t)a->width * (size_t)a->height * channels;
  for (int i = 0; out != NULL && i < out->n; i++) {
    const float *below = mk_image_read (a, i % a->n), *above = mk_image_read (b, i % b->n);
    float *to = mk_image_write (out, i);
    for (size_t k = 0; k < n; k++)
      to[k] = channels == 4 && k % 4 == 3 ? below[k] : CLAMP (below[k] * (1 - factor) + mix (mode, below[k], above[k]) * factor, 0, 1);
  }
  return out;
}

static bool
run_blend (mk_run *run, GError **error)
{
  mk_image *first = mk_run_get_image (run, "image1", error);
  mk_image *second = first != NULL ? mk_run_get_image (run, "image2", error) : NULL;
  if (second == NULL)
    return false;
  g_autoptr (mk_image) same = mk_image_set_channels (second, first->n_channels, 1, error);
  g_autoptr (mk_image) sized = same != NULL ? mk_image_resize (same, first->width, first->height, MK_RESIZE_BICUBIC, true, mk_run_pool (run), error) : NULL;
  return sized != NULL && mk_run_answer_image (run, blend_all (first, sized, mk_run_get_choice (run, "blend_mode", modes), (float)mk_run_get_real (run, "blend_factor"), error));
}

const mk_node_def mk_node_image_blend = { .id = "ImageBlend", .version = 2, .category = "image/postprocessing", .python_module = "comfy_extras.nodes_post_processing", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_blend };
