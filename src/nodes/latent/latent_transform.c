/* latent_transform.c - latents turned, mirrored, cut and put side by side. */
#include "nodes/image/inputs.h"
#include "nodes/latent/types.h"

#include <string.h>

static const char *const rotations[] = { "none", "90 degrees", "180 degrees", "270 degrees", NULL };
static const char *const flips[] = { "x-axis: vertically", "y-axis: horizontally", NULL };
static const char *const sides[] = { "x", "-x", "y", "-y", "t", "-t", NULL };
static const char *const axes[] = { "x", "y", "t", NULL };
static const mk_port latent_rotate_inputs[] = {
  { "samples", "LATENT" },
  { "rotation", "COMBO", .options = rotations },
  { 0 } };
static const mk_port latent_rotate_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port latent_flip_inputs[] = {
  { "samples", "LATENT" },
  { "flip_method", "COMBO", .options = flips },
  { 0 } };
static const mk_port latent_flip_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port latent_crop_inputs[] = {
  { "samples", "LATENT" },
  { "width", "INT", MK_INT_RANGE (64, 16384, 512, 8) },
  { "height", "INT", MK_INT_RANGE (64, 16384, 512, 8) },
  { "x", "INT", MK_INT_RANGE (0, 16384, 0, 8) },
  { "y", "INT", MK_INT_RANGE (0, 16384, 0, 8) },
  { 0 } };
static const mk_port latent_crop_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port latent_concat_inputs[] = {
  { "samples1", "LATENT" },
  { "samples2", "LATENT" },
  { "dim", "COMBO", .options = sides },
  { 0 } };
static const mk_port latent_concat_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port latent_cut_inputs[] = {
  { "samples", "LATENT" },
  { "dim", "COMBO", .options = axes },
  { "index", "INT", MK_INT_RANGE (-16384, 16384, 0, 1) },
  { "amount", "INT", MK_INT_RANGE (1, 16384, 1, 1) },
  { 0 } };
static const mk_port latent_cut_outputs[] = { { "LATENT", "LATENT" }, { 0 } };

/* Where each cell of the result comes from. */
typedef struct {
  int y, x, height, width; /* of the result */
} cell;

static mk_tensor *
move_cells (const mk_tensor *from, int height, int width, size_t (*find) (cell at), GError **error)
{
  mk_tensor *to = mk_tensor_new_4 (from->dims[0], from->dims[1], height, width, error);
  size_t area = (size_t)height * (size_t)width;
  for (size_t plane = 0; to != NULL && plane < (size_t)from->dims[0] * (size_t)from->dims[1]; plane++)
    for (int y = 0; y < height; y++)
      for (int x = 0; x < width; x++)
        mk_tensor_write (to)[plane * area + (size_t)y * (size_t)width + (size_t)x] = mk_tensor_read (from)[plane * area + find ((cell) { y, x, height, width })];
  return to;
}

/* Quarter turns are clockwise; the source of a turned one is height wide. */
static size_t
find_quarter (cell at)
{
  return (size_t)(at.width - 1 - at.x) * (size_t)at.height + (size_t)at.y;
}
static size_t
find_half (cell at)
{
  return (size_t)(at.height - 1 - at.y) * (size_t)at.width + (size_t)(at.width - 1 - at.x);
}
static size_t
find_three_quarters (cell at)
{
  return (size_t)at.x * (size_t)at.height + (size_t)(at.height - 1 - at.y);
}
static size_t
find_upside_down (cell at)
{
  return (size_t)(at.height - 1 - at.y) * (size_t)at.width + (size_t)at.x;
}
static size_t
find_mirrored (cell at)
{
  return (size_t)at.y * (size_t)at.width + (size_t)(at.width - 1 - at.x);
}

static bool
run_rotate (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  int turns = mk_run_get_choice (run, "rotation", rotations);
  if (latent == NULL)
    return false;
  mk_tensor *from = latent->samples, *to;
  int h = from->dims[2], w = from->dims[3];
  if (turns == 1 || turns == 3)
    to = move_cells (from, w, h, turns == 1 ? find_quarter : find_three_quarters, error);
  else
    to = turns == 2 ? move_cells (from, h, w, find_half, error) : mk_tensor_ref (from);
  return mk_run_answer_latent (run, 0, mk_latent_with (latent, to));
}

static bool
run_flip (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  bool is_vertical = g_str_has_prefix (mk_run_get_string (run, "flip_method"), "x");
  return latent != NULL && mk_run_answer_latent (run, 0, mk_latent_with (latent, move_cells (latent->samples, latent->samples->dims[2], latent->samples->dims[3], is_vertical ? find_upside_down : find_mirrored, error)));
}

/* At least 8 cells remain. */
static bool
run_crop (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  if (latent == NULL)
    return false;
  int w = latent->samples->dims[3], h = latent->samples->dims[2];
  int x = MAX (MIN ((int)mk_run_get_int (run, "x") / 8, w - 8), 0), y = MAX (MIN ((int)mk_run_get_int (run, "y") / 8, h - 8), 0);
  int width = MIN ((int)mk_run_get_int (run, "width") / 8, w - x), height = MIN ((int)mk_run_get_int (run, "height") / 8, h - y);
  return mk_run_answer_latent (run, 0, mk_latent_with (latent, mk_latent_crop (latent->samples, x, y, width, height, error)));
}

static int
find_axis (const char *name)
{
  return name[0] == 'x' ? 3 : name[0] == 'y' ? 2 : 1;
}

static void
paste (const mk_tensor *from, mk_tensor *to, int x, int y, int channel)
{
  for (int i = 0; i < from->dims[0]; i++)
    for (int k = 0; k < from->dims[1]; k++)
      for (int row = 0; row < from->dims[2]; row++)
        memcpy (mk_tensor_write (to) + (((size_t)i * (size_t)to->dims[1] + (size_t)(k + channel)) * (size_t)to->dims[2] + (size_t)(row + y)) * (size_t)to->dims[3] + x,
                mk_tensor_read (from) + (((size_t)i * (size_t)from->dims[1] + (size_t)k) * (size_t)from->dims[2] + (size_t)row) * (size_t)from->dims[3], (size_t)from->dims[3] * sizeof (float));
}

static bool
run_concat (mk_run *run, GError **error)
{
  mk_latent *a = mk_run_get_latent (run, "samples1", error), *b = a != NULL ? mk_run_get_latent (run, "samples2", error) : NULL;
  const char *dim = mk_run_get_string (run, "dim");
  if (b == NULL)
    return false;
  g_autoptr (mk_tensor) second = mk_latent_repeat (b->samples, a->samples->dims[0], error);
  if (second == NULL)
    return false;
  bool swaps = dim[0] == '-';
  int axis = find_axis (dim + swaps), dims[4];
  for (int i = 0; i < 4; i++) {
    dims[i] = a->samples->dims[i] + (i == axis ? second->dims[i] : 0);
    if (i != axis && a->samples->dims[i] != second->dims[i])
      return mk_error (error, MK_ERROR_RANGE, "latents of %d×%d and %d×%d do not fit side by side", a->samples->dims[3], a->samples->dims[2], second->dims[3], second->dims[2]);
  }
  const mk_tensor *first = swaps ? second : a->samples, *last = swaps ? a->samples : second;
  mk_tensor *out = mk_tensor_new_4 (dims[0], dims[1], dims[2], dims[3], error);
  if (out == NULL)
    return false;
  paste (first, out, 0, 0, 0);
  paste (last, out, axis == 3 ? first->dims[3] : 0, axis == 2 ? first->dims[2] : 0, axis == 1 ? first->dims[1] : 0);
  return mk_run_answer_latent (run, 0, mk_latent_with (a, out));
}

/* A negative index counts from the end. */
static bool
run_cut (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  if (latent == NULL)
    return false;
  const mk_tensor *from = latent->samples;
  int axis = find_axis (mk_run_get_string (run, "dim")), size = from->dims[axis];
  int index = (int)CLAMP (mk_run_get_int (run, "index"), -size, size - 1), first = index < 0 ? size + index : index, n = (int)MIN (mk_run_get_int (run, "amount"), size - first);
  if (axis != 1) {
    mk_tensor *part = mk_latent_crop (from, axis == 3 ? first : 0, axis == 2 ? first : 0, axis == 3 ? n : from->dims[3], axis == 2 ? n : from->dims[2], error);
    return mk_run_answer_latent (run, 0, mk_latent_with (latent, part));
  }
  mk_tensor *part = mk_tensor_new_4 (from->dims[0], n, from->dims[2], from->dims[3], error);
  size_t area = (size_t)from->dims[2] * (size_t)from->dims[3];
  for (int i = 0; part != NULL && i < from->dims[0]; i++)
    memcpy (mk_tensor_write (part) + (size_t)i * (size_t)n * area, mk_tensor_read (from) + ((size_t)i * (size_t)size + (size_t)first) * area, (size_t)n * area * sizeof (float));
  return mk_run_answer_latent (run, 0, mk_latent_with (latent, part));
}

const mk_node_def mk_node_latent_rotate = { .id = "LatentRotate", .label = "Rotate Latent", .category = "latent/transform", .python_module = "nodes", .inputs = latent_rotate_inputs, .outputs = latent_rotate_outputs, .run = run_rotate };
const mk_node_def mk_node_latent_flip = { .id = "LatentFlip", .label = "Flip Latent", .category = "latent/transform", .python_module = "nodes", .inputs = latent_flip_inputs, .outputs = latent_flip_outputs, .run = run_flip };
const mk_node_def mk_node_latent_crop = { .id = "LatentCrop", .label = "Crop Latent", .category = "latent/transform", .python_module = "nodes", .inputs = latent_crop_inputs, .outputs = latent_crop_outputs, .run = run_crop };
const mk_node_def mk_node_latent_concat = { .id = "LatentConcat", .category = "latent/advanced", .python_module = "comfy_extras.nodes_latent", .inputs = latent_concat_inputs, .outputs = latent_concat_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_concat };
const mk_node_def mk_node_latent_cut = { .id = "LatentCut", .category = "latent/advanced", .python_module = "comfy_extras.nodes_latent", .inputs = latent_cut_inputs, .outputs = latent_cut_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_cut };
