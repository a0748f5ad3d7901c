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

static bool
run_blend (mk_run *run, GError **error)
{
  mk_image *first = mk_run_get_image (run, "image1", error);
  mk_image *second = first != NULL ? mk_run_get_image (run, "image2", error) : NULL;
  if (second == NULL)
    return false;
  int channels = MAX (first->n_channels, second->n_channels), mode = mk_run_get_choice (run, "blend_mode", modes);
  g_autoptr (mk_image) a = mk_image_set_channels (first, channels, 1, error);
  g_autoptr (mk_image) same = a != NULL ? mk_image_set_channels (second, channels, 1, error) : NULL;
  g_autoptr (mk_image) sized = same != NULL ? mk_image_resize (same, a->width, a->height, MK_RESIZE_BICUBIC, true, mk_run_pool (run), error) : NULL;
  g_autoptr (mk_image) b = sized != NULL ? mk_image_repeat (sized, a->n, error) : NULL;
  g_autoptr (mk_image) out = b != NULL ? mk_image_copy (a, error) : NULL;
  if (out == NULL)
    return false;
  float factor = (float)mk_run_get_real (run, "blend_factor"), *to = mk_image_write (out, 0);
  const float *from = mk_image_read (b, 0);
  for (size_t i = 0; i < mk_image_n_bytes (out) / sizeof (float); i++)
    to[i] = CLAMP (to[i] * (1 - factor) + mix (mode, to[i], from[i]) * factor, 0, 1);
  return mk_run_answer_image (run, g_steal_pointer (&out));
}

const mk_node_def mk_node_image_blend = { .id = "ImageBlend", .category = "image/postprocessing", .python_module = "comfy_extras.nodes_post_processing", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_blend };
