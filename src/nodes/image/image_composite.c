/* image_composite.c - one picture laid over another through a mask. */
#include "media/image_ops.h"
#include "media/resize.h"
#include "nodes/image/inputs.h"

static const mk_port inputs[] = {
  { "destination", "IMAGE" },
  { "source", "IMAGE" },
  { "x", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { "y", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { "resize_source", "BOOLEAN", MK_DEFAULT (0) },
  { "mask", "MASK", .need = MK_OPTIONAL },
  { 0 } };
static const mk_port outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

typedef struct {
  mk_image *source, *mask; /* as large as each other; mask may be NULL */
  int left, top;
} layer;

static void
lay_over (mk_image *to, const layer *l)
{
  int right = MIN (l->left + l->source->width, to->width), bottom = MIN (l->top + l->source->height, to->height);
  size_t channels = (size_t)to->n_channels;
  for (int i = 0; i < to->n; i++)
    for (int y = MAX (l->top, 0); y < bottom; y++)
      for (int x = MAX (l->left, 0); x < right; x++) {
        size_t from = (size_t)(y - l->top) * (size_t)l->source->width + (size_t)(x - l->left);
        float m = l->mask != NULL ? mk_image_read (l->mask, i % l->mask->n)[from] : 1;
        const float *above = mk_image_read (l->source, i % l->source->n) + from * channels;
        float *below = mk_image_write (to, i) + ((size_t)y * (size_t)to->width + (size_t)x) * channels;
        for (size_t c = 0; c < channels; c++)
          below[c] = m * above[c] + (1 - m) * below[c];
      }
}

static bool
run_composite (mk_run *run, GError **error)
{
  mk_image *destination = mk_run_get_image (run, "destination", error);
  mk_image *source = destination != NULL ? mk_run_get_image (run, "source", error) : NULL;
  mk_image *mask = mk_run_get_data (run, "mask", &mk_mask_type);
  if (source == NULL)
    return false;
  mk_pool *pool = mk_run_pool (run);
  bool fits = mk_run_get_bool (run, "resize_source");
  g_autoptr (mk_image) same = mk_image_set_channels (source, destination->n_channels, 1, error);
  g_autoptr (mk_image) sized = same == NULL ? NULL : fits ? mk_image_resize (same, destination->width, destination->height, MK_RESIZE_BILINEAR, false, pool, error) : mk_image_ref (same);
  g_autoptr (mk_image) through = sized != NULL && mask != NULL ? mk_image_resize (mask, sized->width, sized->height, MK_RESIZE_BILINEAR, false, pool, error) : NULL;
  g_autoptr (mk_image) out = sized != NULL && (mask == NULL) == (through == NULL) ? mk_image_copy (destination, error) : NULL;
  if (out == NULL)
    return false;
  layer l = { sized, through, (int)CLAMP (mk_run_get_int (run, "x"), -sized->width, out->width), (int)CLAMP (mk_run_get_int (run, "y"), -sized->height, out->height) };
  lay_over (out, &l);
  return mk_run_answer_image (run, g_steal_pointer (&out));
}

const mk_node_def mk_node_image_composite_masked = { .id = "ImageCompositeMasked", .category = "image", .python_module = "comfy_extras.nodes_mask", .inputs = inputs, .outputs = outputs, .run = run_composite };
