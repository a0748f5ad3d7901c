/* latent_composite.c - one latent pasted onto another, with soft sides or through a mask. */
#include "nodes/image/inputs.h"
#include "nodes/latent/types.h"

static const mk_port latent_composite_inputs[] = {
  { "samples_to", "LATENT" },
  { "samples_from", "LATENT" },
  { "x", "INT", MK_INT_RANGE (0, 16384, 0, 8) },
  { "y", "INT", MK_INT_RANGE (0, 16384, 0, 8) },
  { "feather", "INT", MK_INT_RANGE (0, 16384, 0, 8) },
  { 0 } };
static const mk_port latent_composite_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port latent_composite_masked_inputs[] = {
  { "destination", "LATENT" },
  { "source", "LATENT" },
  { "x", "INT", MK_INT_RANGE (0, 16384, 0, 8) },
  { "y", "INT", MK_INT_RANGE (0, 16384, 0, 8) },
  { "resize_source", "BOOLEAN", MK_DEFAULT (0) },
  { "mask", "MASK", .need = MK_OPTIONAL },
  { 0 } };
static const mk_port latent_composite_masked_outputs[] = { { "LATENT", "LATENT" }, { 0 } };

/* Pixels as whole cells, downwards below 0 too. */
static int
floor_cells (int64_t pixels)
{
  return (int)((pixels - (pixels < 0 ? 7 : 0)) / 8);
}

/* How much of the source shows at cell (x, y) of it. */
typedef float (*weight_func) (const void *user, int image, int x, int y);

static void
paste (mk_tensor *to, const mk_tensor *from, int left, int top, weight_func weigh, const void *user)
{
  for (int i = 0; i < to->dims[0]; i++)
    for (int k = 0; k < to->dims[1]; k++)
      for (int y = MAX (0, -top); y < from->dims[2] && y + top < to->dims[2]; y++)
        for (int x = MAX (0, -left); x < from->dims[3] && x + left < to->dims[3]; x++) {
          float *at = mk_tensor_write (to) + (((size_t)i * (size_t)to->dims[1] + (size_t)k) * (size_t)to->dims[2] + (size_t)(y + top)) * (size_t)to->dims[3] + (size_t)(x + left);
          float value = mk_tensor_read (from)[(((size_t)i * (size_t)from->dims[1] + (size_t)k) * (size_t)from->dims[2] + (size_t)y) * (size_t)from->dims[3] + (size_t)x], weight = weigh (user, i, x, y);
          *at = value * weight + *at * (1 - weight);
        }
}

static bool
check_channels (const mk_tensor *a, const mk_tensor *b, GError **error)
{
  return a->dims[1] == b->dims[1] || mk_error (error, MK_ERROR_RANGE, "latents of %d and %d channels cannot be put together", a->dims[1], b->dims[1]);
}

typedef struct {
  int left, top, width, height, to_width, to_height, feather;
} soft_sides;

/* The t-th of `feather` steps from a side inwards; 1 beyond them. */
static float
ramp (const soft_sides *s, int t)
{
  return t < s->feather ? (float)((1.0 / s->feather) * (t + 1)) : 1;
}

/* Counted from the far side, steps beyond the near one come back once: ComfyUI's places count from the end there, and its results
 * have that, so ours must. */
static float
ramp_back (const soft_sides *s, int at, int size)
{
  int again = 2 * size - 1 - at;
  return ramp (s, size - 1 - at) * (again > size ? ramp (s, again) : 1);
}

/* A ramp on every side that does not lie on the destination's border. */
static float
weigh_sides (const void *user, int image, int x, int y)
{
  const soft_sides *s = user;
  float weight = 1;
  (void)image;
  weight *= s->top != 0 ? ramp (s, y) : 1;
  weight *= s->top + s->height < s->to_height ? ramp_back (s, y, s->height) : 1;
  weight *= s->left != 0 ? ramp (s, x) : 1;
  weight *= s->left + s->width < s->to_width ? ramp_back (s, x, s->width) : 1;
  return weight;
}

static bool
run_plain (mk_run *run, GError **error)
{
  mk_latent *to = mk_run_get_picture_latent (run, "samples_to", error), *from = to != NULL ? mk_run_get_picture_latent (run, "samples_from", error) : NULL;
  if (from == NULL || !check_channels (to->samples, from->samples, error))
    return false;
  g_autoptr (mk_tensor) source = mk_latent_repeat (from->samples, to->samples->dims[0], error);
  mk_tensor *out = source != NULL ? mk_tensor_copy (to->samples, error) : NULL;
  if (out == NULL)
    return false;
  soft_sides sides = { floor_cells (mk_run_get_int (run, "x")), floor_cells (mk_run_get_int (run, "y")), 0, 0, out->dims[3], out->dims[2], (int)mk_run_get_int (run, "feather") / 8 };
  sides.width = MIN (source->dims[3], out->dims[3] - sides.left);
  sides.height = MIN (source->dims[2], out->dims[2] - sides.top);
  paste (out, source, sides.left, sides.top, weigh_sides, &sides);
  return mk_run_answer_latent (run, 0, mk_latent_with (to, out));
}

static float
weigh_mask (const void *user, int image, int x, int y)
{
  const mk_image *mask = user;
  return mask != NULL ? mk_image_read (mask, image % mask->n)[(size_t)y * (size_t)mask->width + (size_t)x] : 1;
}

static bool
run_masked (mk_run *run, GError **error)
{
  mk_latent *to = mk_run_get_picture_latent (run, "destination", error), *from = to != NULL ? mk_run_get_picture_latent (run, "source", error) : NULL;
  if (from == NULL || !check_channels (to->samples, from->samples, error))
    return false;
  int w = to->samples->dims[3], h = to->samples->dims[2];
  g_autoptr (mk_tensor) sized = mk_run_get_bool (run, "resize_source") ? mk_latent_resize (from->samples, w, h, "bilinear", false, mk_run_pool (run), error) : mk_tensor_ref (from->samples);
  g_autoptr (mk_tensor) source = sized != NULL ? mk_latent_repeat (sized, to->samples->dims[0], error) : NULL;
  if (source == NULL)
    return false;
  int sw = source->dims[3], sh = source->dims[2];
  int x = floor_cells (CLAMP (mk_run_get_int (run, "x"), -sw * 8, w * 8)), y = floor_cells (CLAMP (mk_run_get_int (run, "y"), -sh * 8, h * 8));
  mk_image *given = mk_run_has (run, "mask") ? mk_run_get_mask (run, "mask", error) : NULL;
  g_autoptr (mk_image) mask = given != NULL ? mk_image_resize (given, sw, sh, MK_RESIZE_BILINEAR, false, mk_run_pool (run), error) : NULL;
  if (given != NULL && mask == NULL)
    return false;
  mk_tensor *out = mk_tensor_copy (to->samples, error);
  if (out != NULL)
    paste (out, source, x, y, weigh_mask, mask);
  return mk_run_answer_latent (run, 0, mk_latent_with (to, out));
}

const mk_node_def mk_node_latent_composite = { .id = "LatentComposite", .label = "Latent Composite", .category = "latent", .python_module = "nodes", .inputs = latent_composite_inputs, .outputs = latent_composite_outputs, .run = run_plain };
const mk_node_def mk_node_latent_composite_masked = { .id = "LatentCompositeMasked", .category = "latent", .python_module = "comfy_extras.nodes_mask", .inputs = latent_composite_masked_inputs, .outputs = latent_composite_masked_outputs, .run = run_masked };
