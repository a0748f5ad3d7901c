/* simple_masks.c - even masks, and masks inverted, cut and made black and white. */
#include "media/image_ops.h"
#include "nodes/image/inputs.h"

static const mk_port solid_inputs[] = {
  { "value", "FLOAT", MK_FLOAT_RANGE (0, 1, 1, 0.01) },
  { "width", "INT", MK_INT_RANGE (1, 16384, 512, 1) },
  { "height", "INT", MK_INT_RANGE (1, 16384, 512, 1) },
  { 0 } };
static const mk_port solid_outputs[] = { { "MASK", "MASK" }, { 0 } };
static const mk_port invert_inputs[] = {
  { "mask", "MASK" },
  { 0 } };
static const mk_port invert_outputs[] = { { "MASK", "MASK" }, { 0 } };
static const mk_port crop_inputs[] = {
  { "mask", "MASK" },
  { "x", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { "y", "INT", MK_INT_RANGE (0, 16384, 0, 1) },
  { "width", "INT", MK_INT_RANGE (1, 16384, 512, 1) },
  { "height", "INT", MK_INT_RANGE (1, 16384, 512, 1) },
  { 0 } };
static const mk_port crop_outputs[] = { { "MASK", "MASK" }, { 0 } };
static const mk_port threshold_inputs[] = {
  { "mask", "MASK" },
  { "value", "FLOAT", MK_FLOAT_RANGE (0, 1, 0.5, 0.01) },
  { 0 } };
static const mk_port threshold_outputs[] = { { "MASK", "MASK" }, { 0 } };

static bool
run_solid (mk_run *run, GError **error)
{
  mk_image *mask = mk_image_new (1, (int)mk_run_get_int (run, "height"), (int)mk_run_get_int (run, "width"), 1, error);
  if (mask != NULL)
    mk_image_fill (mask, (float)mk_run_get_real (run, "value"));
  return mk_run_answer_mask (run, mask);
}

static bool
run_invert (mk_run *run, GError **error)
{
  mk_image *mask = mk_run_get_mask (run, "mask", error), *out = mask != NULL ? mk_image_copy (mask, error) : NULL;
  for (size_t i = 0; out != NULL && i < mk_image_n_bytes (out) / sizeof (float); i++)
    mk_image_write (out, 0)[i] = 1 - mk_image_write (out, 0)[i];
  return mk_run_answer_mask (run, out);
}

static bool
run_crop (mk_run *run, GError **error)
{
  mk_image *mask = mk_run_get_mask (run, "mask", error);
  return mask != NULL && mk_run_answer_mask (run, mk_image_crop (mask, (int)mk_run_get_int (run, "x"), (int)mk_run_get_int (run, "y"), (int)mk_run_get_int (run, "width"), (int)mk_run_get_int (run, "height"), error));
}

static bool
run_threshold (mk_run *run, GError **error)
{
  mk_image *mask = mk_run_get_mask (run, "mask", error), *out = mask != NULL ? mk_image_copy (mask, error) : NULL;
  float value = (float)mk_run_get_real (run, "value");
  for (size_t i = 0; out != NULL && i < mk_image_n_bytes (out) / sizeof (float); i++)
    mk_image_write (out, 0)[i] = mk_image_write (out, 0)[i] > value;
  return mk_run_answer_mask (run, out);
}

const mk_node_def mk_node_solid_mask = { .id = "SolidMask", .category = "mask", .python_module = "comfy_extras.nodes_mask", .inputs = solid_inputs, .outputs = solid_outputs, .run = run_solid };
const mk_node_def mk_node_invert_mask = { .id = "InvertMask", .category = "mask", .python_module = "comfy_extras.nodes_mask", .inputs = invert_inputs, .outputs = invert_outputs, .run = run_invert };
const mk_node_def mk_node_crop_mask = { .id = "CropMask", .category = "mask", .python_module = "comfy_extras.nodes_mask", .inputs = crop_inputs, .outputs = crop_outputs, .run = run_crop };
const mk_node_def mk_node_threshold_mask = { .id = "ThresholdMask", .category = "mask", .python_module = "comfy_extras.nodes_mask", .inputs = threshold_inputs, .outputs = threshold_outputs, .run = run_threshold };
