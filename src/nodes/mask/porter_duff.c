/* porter_duff.c - two pictures with transparency put together in one of eighteen ways.
 *
 * Source    T. Porter and T. Duff, "Compositing Digital Images", 1984; the mixing ways as in W3C's
 *           Compositing and Blending. Colours are premultiplied inside.
 */
#include "media/image_ops.h"
#include "media/resize.h"
#include "nodes/image/inputs.h"

static const char *const modes[] = { "ADD", "CLEAR", "DARKEN", "DST", "DST_ATOP", "DST_IN", "DST_OUT", "DST_OVER", "LIGHTEN", "MULTIPLY", "OVERLAY", "SCREEN", "SRC", "SRC_ATOP", "SRC_IN", "SRC_OUT", "SRC_OVER", "XOR", NULL };
static const mk_port porter_duff_inputs[] = {
  { "source", "IMAGE" },
  { "source_alpha", "MASK" },
  { "destination", "IMAGE" },
  { "destination_alpha", "MASK" },
  { "mode", "COMBO", .options = modes, MK_TEXT ("DST") },
  { 0 } };
static const mk_port porter_duff_outputs[] = { { "IMAGE", "IMAGE" }, { "MASK", "MASK" }, { 0 } };

enum { ADD, CLEAR, DARKEN, DST, DST_ATOP, DST_IN, DST_OUT, DST_OVER, LIGHTEN, MULTIPLY, OVERLAY, SCREEN, SRC, SRC_ATOP, SRC_IN, SRC_OUT, SRC_OVER, XOR };

/* Alpha of the result from the two alphas. */
static float
mix_alpha (int mode, float sa, float da)
{
  switch (mode) {
  case ADD:
    return MIN (sa + da, 1);
  case CLEAR:
    return 0;
  case DARKEN:
  case LIGHTEN:
  case OVERLAY:
  case SCREEN:
    return sa + da - sa * da;
  case DST:
  case SRC_ATOP:
    return da;
  case DST_IN:
  case SRC_IN:
  case MULTIPLY:
    return sa * da;
  case DST_OUT:
    return (1 - sa) * da;
  case DST_OVER:
    return da + (1 - da) * sa;
  case SRC:
  case DST_ATOP:
    return sa;
  case SRC_OUT:
    return (1 - da) * sa;
  case SRC_OVER:
    return sa + (1 - sa) * da;
  default: /* XOR */
    return (1 - da) * sa + (1 - sa) * da;
  }
}

/* One premultiplied channel. */
static float
mix_color (int mode, float s, float d, float sa, float da)
{
  switch (mode) {
  case ADD:
    return MIN (s + d, 1);
  case CLEAR:
    return 0;
  case DARKEN:
    return (1 - da) * s + (1 - sa) * d + MIN (s, d);
  case LIGHTEN:
    return (1 - da) * s + (1 - sa) * d + MAX (s, d);
  case DST:
    return d;
  case DST_ATOP:
    return sa * d + (1 - da) * s;
  case DST_IN:
    return d * sa;
  case DST_OUT:
    return (1 - sa) * d;
  case DST_OVER:
    return d + (1 - da) * s;
  case MULTIPLY:
    return s * d;
  case OVERLAY:
    return 2 * d < da ? 2 * s * d : sa * da - 2 * (da - s) * (sa - d); /* ComfyUI crosses these two; W3C has (da - d) * (sa - s) */
  case SCREEN:
    return s + d - s * d;
  case SRC:
    return s;
  case SRC_ATOP:
    return da * s + (1 - sa) * d;
  case SRC_IN:
    return s * da;
  case SRC_OUT:
    return (1 - da) * s;
  case SRC_OVER:
    return s + (1 - sa) * d;
  default: /* XOR */
    return (1 - da) * s + (1 - sa) * d;
  }
}

/* The first n, in the destination's size and with `n_channels`. */
static mk_image *
prepare (mk_run *run, mk_image *given, int n, int n_channels, const mk_image *destination, GError **error)
{
  g_autoptr (mk_image) few = mk_image_slice (given, 0, n, error);
  g_autoptr (mk_image) same = few != NULL ? mk_image_set_channels (few, n_channels, 1, error) : NULL;
  return same != NULL ? mk_image_resize (same, destination->width, destination->height, MK_RESIZE_BICUBIC, true, mk_run_pool (run), error) : NULL;
}

static void
compose (int mode, const mk_image *const parts[4], mk_image *color, mk_image *mask)
{
  const float *s = mk_image_read (parts[0], 0), *s_mask = mk_image_read (parts[1], 0), *d = mk_image_read (parts[2], 0), *d_mask = mk_image_read (parts[3], 0);
  float *to = mk_image_write (color, 0), *out_mask = mk_image_write (mask, 0);
  size_t channels = (size_t)color->n_channels;
  for (size_t i = 0; i < mk_image_n_bytes (mask) / sizeof (float); i++) {
    float sa = 1 - s_mask[i], da = 1 - d_mask[i], alpha = mix_alpha (mode, sa, da);
    for (size_t c = 0; c < channels; c++) {
      float v = mix_color (mode, s[i * channels + c] * sa, d[i * channels + c] * da, sa, da);
      to[i * channels + c] = alpha > 1e-5f ? CLAMP (v / alpha, 0, 1) : 0;
    }
    out_mask[i] = 1 - alpha;
  }
}

static bool
run_porter_duff (mk_run *run, GError **error)
{
  mk_image *source = mk_run_get_image (run, "source", error), *source_mask = source != NULL ? mk_run_get_mask (run, "source_alpha", error) : NULL;
  mk_image *destination = source_mask != NULL ? mk_run_get_image (run, "destination", error) : NULL;
  mk_image *destination_mask = destination != NULL ? mk_run_get_mask (run, "destination_alpha", error) : NULL;
  if (destination_mask == NULL)
    return false;
  int n = MIN (MIN (source->n, source_mask->n), MIN (destination->n, destination_mask->n)), channels = destination->n_channels;
  g_autoptr (mk_image) s = prepare (run, source, n, channels, destination, error);
  g_autoptr (mk_image) s_mask = s != NULL ? prepare (run, source_mask, n, 1, destination, error) : NULL;
  g_autoptr (mk_image) d = s_mask != NULL ? prepare (run, destination, n, channels, destination, error) : NULL;
  g_autoptr (mk_image) d_mask = d != NULL ? prepare (run, destination_mask, n, 1, destination, error) : NULL;
  g_autoptr (mk_image) color = d_mask != NULL ? mk_image_new (n, destination->height, destination->width, channels, error) : NULL;
  g_autoptr (mk_image) mask = color != NULL ? mk_image_new (n, destination->height, destination->width, 1, error) : NULL;
  if (mask == NULL)
    return false;
  compose (mk_run_get_choice (run, "mode", modes), (const mk_image *const[]){ s, s_mask, d, d_mask }, color, mask);
  mk_run_answer_image (run, g_steal_pointer (&color));
  mk_run_set_output (run, 1, mk_value_new_mask (g_steal_pointer (&mask)));
  return true;
}

const mk_node_def mk_node_porter_duff_image_composite = { .id = "PorterDuffImageComposite", .label = "Porter-Duff Image Composite", .category = "mask/compositing", .python_module = "comfy_extras.nodes_compositing", .inputs = porter_duff_inputs, .outputs = porter_duff_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_porter_duff };
