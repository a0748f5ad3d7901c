/* feather_mask.c - masks that fade out towards their edges. */
#include "media/image_ops.h"
#include "nodes/image/inputs.h"

static const mk_port feather_inputs[] = {
  { "mask", "MASK" },
  { "left", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { "top", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { "right", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { "bottom", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { 0 } };
static const mk_port feather_outputs[] = { { "MASK", "MASK" }, { 0 } };

static void
scale_column (mk_image *mask, int x, float by)
{
  for (size_t row = 0; row < (size_t)mask->n * (size_t)mask->height; row++)
    mk_image_write (mask, 0)[row * (size_t)mask->width + (size_t)x] *= by;
}

static void
scale_row (mk_image *mask, int y, float by)
{
  for (int i = 0; i < mask->n; i++)
    for (int x = 0; x < mask->width; x++)
      mk_image_write (mask, i)[(size_t)y * (size_t)mask->width + (size_t)x] *= by;
}

/* Right and bottom begin at place -0, which is the first: ComfyUI's results have that, so ours must. */
static bool
run_feather (mk_run *run, GError **error)
{
  mk_image *given = mk_run_get_mask (run, "mask", error), *mask = given != NULL ? mk_image_copy (given, error) : NULL;
  if (mask == NULL)
    return false;
  int left = (int)MIN (mk_run_get_int (run, "left"), mask->width), right = (int)MIN (mk_run_get_int (run, "right"), mask->width);
  int top = (int)MIN (mk_run_get_int (run, "top"), mask->height), bottom = (int)MIN (mk_run_get_int (run, "bottom"), mask->height);
  for (int i = 0; i < left; i++)
    scale_column (mask, i, (float)(i + 1) / (float)left);
  for (int i = 0; i < right; i++)
    scale_column (mask, (mask->width - i) % mask->width, (float)(i + 1) / (float)right);
  for (int i = 0; i < top; i++)
    scale_row (mask, i, (float)(i + 1) / (float)top);
  for (int i = 0; i < bottom; i++)
    scale_row (mask, (mask->height - i) % mask->height, (float)(i + 1) / (float)bottom);
  return mk_run_answer_mask (run, mask);
}

const mk_node_def mk_node_feather_mask = { .id = "FeatherMask", .category = "mask", .python_module = "comfy_extras.nodes_mask", .inputs = feather_inputs, .outputs = feather_outputs, .run = run_feather };
