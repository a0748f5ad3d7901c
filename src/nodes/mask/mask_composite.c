/* mask_composite.c - one mask combined with another where they lie over each other. */
#include "media/image_ops.h"
#include "nodes/image/inputs.h"

#include <math.h>

static const char *const operations[] = { "multiply", "add", "subtract", "and", "or", "xor", NULL };
static const mk_port composite_inputs[] = {
  { "destination", "MASK" },
  { "source", "MASK" },
  { "x", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { "y", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { "operation", "COMBO", .options = operations },
  { 0 } };
static const mk_port composite_outputs[] = { { "MASK", "MASK" }, { 0 } };

enum { MULTIPLY, ADD, SUBTRACT, AND, OR, XOR };

static float
combine (int operation, float a, float b)
{
  bool is_a = rintf (a) != 0, is_b = rintf (b) != 0;
  switch (operation) {
  case ADD:
    return a + b;
  case SUBTRACT:
    return a - b;
  case AND:
    return is_a && is_b;
  case OR:
    return is_a || is_b;
  case XOR:
    return is_a != is_b;
  default:
    return a * b;
  }
}

static bool
run_composite (mk_run *run, GError **error)
{
  mk_image *destination = mk_run_get_mask (run, "destination", error), *source = destination != NULL ? mk_run_get_mask (run, "source", error) : NULL;
  if (source == NULL)
    return false;
  if (source->n != 1 && source->n != destination->n)
    return mk_error (error, MK_ERROR_TYPE, "source: %d masks do not go with %d", source->n, destination->n);
  mk_image *out = mk_image_copy (destination, error);
  if (out == NULL)
    return false;
  int left = (int)mk_run_get_int (run, "x"), top = (int)mk_run_get_int (run, "y"), operation = mk_run_get_choice (run, "operation", operations);
  for (int i = 0; i < out->n; i++) {
    float *to = mk_image_write (out, i);
    const float *from = mk_image_read (source, i % source->n);
    for (int y = MAX (top, 0); y < MIN (top + source->height, out->height); y++)
      for (int x = MAX (left, 0); x < MIN (left + source->width, out->width); x++) {
        float *place = to + (size_t)y * (size_t)out->width + (size_t)x;
        *place = combine (operation, *place, from[(size_t)(y - top) * (size_t)source->width + (size_t)(x - left)]);
      }
    for (size_t k = 0; k < (size_t)out->width * (size_t)out->height; k++)
      to[k] = CLAMP (to[k], 0, 1);
  }
  return mk_run_answer_mask (run, out);
}

const mk_node_def mk_node_mask_composite = { .id = "MaskComposite", .category = "mask", .python_module = "comfy_extras.nodes_mask", .inputs = composite_inputs, .outputs = composite_outputs, .run = run_composite };
