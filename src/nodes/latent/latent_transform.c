/* latent_transform.c - latents turned, mirrored, cut and put side by side. */
#include "nodes/image/inputs.h"
#include "nodes/latent/types.h"

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
static const mk_port trim_inputs[] = {
  { "samples", "LATENT" },
  { "trim_amount", "INT", MK_INT_RANGE (0, 99999, 0, 0) },
  { 0 } };

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
  mk_latent *latent = mk_run_get_picture_latent (run, "samples", error);
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
  mk_latent *latent = mk_run_get_picture_latent (run, "samples", error);
  bool is_vertical = g_str_has_prefix (mk_run_get_string (run, "flip_method"), "x");
  return latent != NULL && mk_run_answer_latent (run, 0, mk_latent_with (latent, move_cells (latent->samples, latent->samples->dims[2], latent->samples->dims[3], is_vertical ? find_upside_down : find_mirrored, error)));
}

/* At least 8 cells remain. */
static bool
run_crop (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_picture_latent (run, "samples", error);
  if (latent == NULL)
    return false;
  int w = latent->samples->dims[3], h = latent->samples->dims[2];
  int x = MAX (MIN ((int)mk_run_get_int (run, "x") / 8, w - 8), 0), y = MAX (MIN ((int)mk_run_get_int (run, "y") / 8, h - 8), 0);
  int width = MIN ((int)mk_run_get_int (run, "width") / 8, w - x), height = MIN ((int)mk_run_get_int (run, "height") / 8, h - y);
  return mk_run_answer_latent (run, 0, mk_latent_with (latent, mk_latent_crop (latent->samples, x, y, width, height, error)));
}

/* Counted from the last: "t" is the frame of a film, and the channel of a picture. */
static int
find_axis (const mk_tensor *latent, char name, GError **error)
{
  int axis = latent->n_dims - (name == 'x' ? 1 : name == 'y' ? 2 : 3);
  if (axis < 0)
    mk_error (error, MK_ERROR_RANGE, "a latent of %d dimensions has no “%c”", latent->n_dims, name);
  return axis;
}

static bool
run_concat (mk_run *run, GError **error)
{
  mk_latent *a = mk_run_get_latent (run, "samples1", error), *b = a != NULL ? mk_run_get_latent (run, "samples2", error) : NULL;
  const char *dim = mk_run_get_string (run, "dim");
  bool swaps = dim[0] == '-';
  int axis = b != NULL ? find_axis (a->samples, dim[swaps], error) : -1;
  if (axis < 0)
    return false;
  g_autoptr (mk_tensor) second = mk_latent_repeat (b->samples, a->samples->dims[0], error);
  if (second == NULL)
    return false;
  return mk_run_answer_latent (run, 0, mk_latent_with (a, swaps ? mk_latent_join (second, a->samples, axis, error) : mk_latent_join (a->samples, second, axis, error)));
}

/* A negative index counts from the end. */
static bool
run_cut (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  int axis = latent != NULL ? find_axis (latent->samples, mk_run_get_string (run, "dim")[0], error) : -1;
  if (axis < 0)
    return false;
  int size = latent->samples->dims[axis], index = (int)CLAMP (mk_run_get_int (run, "index"), -size, size - 1), first = index < 0 ? size + index : index;
  return mk_run_answer_latent (run, 0, mk_latent_with (latent, mk_latent_slice (latent->samples, axis, first, (int)MIN (mk_run_get_int (run, "amount"), size - first), error)));
}

/* The first frames of a film, dropped. */
static bool
run_trim (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  int64_t amount = mk_run_get_int (run, "trim_amount");
  if (latent == NULL)
    return false;
  g_autofree char *shape = mk_tensor_shape (latent->samples);
  if (latent->samples->n_dims < 3)
    return mk_error (error, MK_ERROR_RANGE, "samples: a latent of %s has no frames", shape);
  int n = latent->samples->dims[2];
  if (amount >= n)
    return mk_error (error, MK_ERROR_RANGE, "trim_amount: of the %d frames of a latent of %s, dropping %" G_GINT64_FORMAT " leaves none", n, shape, amount);
  return mk_run_answer_latent (run, 0, mk_latent_with (latent, mk_latent_slice (latent->samples, 2, (int)amount, n - (int)amount, error)));
}

const mk_node_def mk_node_latent_rotate = { .id = "LatentRotate", .label = "Rotate Latent", .category = "latent/transform", .python_module = "nodes", .inputs = latent_rotate_inputs, .outputs = latent_rotate_outputs, .run = run_rotate };
const mk_node_def mk_node_latent_flip = { .id = "LatentFlip", .label = "Flip Latent", .category = "latent/transform", .python_module = "nodes", .inputs = latent_flip_inputs, .outputs = latent_flip_outputs, .run = run_flip };
const mk_node_def mk_node_latent_crop = { .id = "LatentCrop", .label = "Crop Latent", .category = "latent/transform", .python_module = "nodes", .inputs = latent_crop_inputs, .outputs = latent_crop_outputs, .run = run_crop };
const mk_node_def mk_node_latent_concat = { .id = "LatentConcat", .category = "latent/advanced", .python_module = "comfy_extras.nodes_latent", .inputs = latent_concat_inputs, .outputs = latent_concat_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_concat };
const mk_node_def mk_node_latent_cut = { .id = "LatentCut", .category = "latent/advanced", .python_module = "comfy_extras.nodes_latent", .inputs = latent_cut_inputs, .outputs = latent_cut_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_cut };
const mk_node_def mk_node_trim_video_latent = { .id = "TrimVideoLatent", .category = "latent/video", .python_module = "comfy_extras.nodes_wan", .inputs = trim_inputs, .outputs = latent_cut_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_trim };
