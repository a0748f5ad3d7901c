/* latent_operation.c - operations as values: applied now, or to the guidance of every step. */
#include "nodes/latent/types.h"

static const mk_port latent_apply_operation_inputs[] = {
  { "samples", "LATENT" },
  { "operation", "LATENT_OPERATION" },
  { 0 } };
static const mk_port latent_apply_operation_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port latent_operation_tonemap_reinhard_inputs[] = {
  { "multiplier", "FLOAT", MK_FLOAT_RANGE (0.0, 100.0, 1.0, 0.01) },
  { 0 } };
static const mk_port latent_operation_tonemap_reinhard_outputs[] = { { "LATENT_OPERATION", "LATENT_OPERATION" }, { 0 } };
static const mk_port latent_operation_sharpen_inputs[] = {
  { "sharpen_radius", "INT", MK_INT_RANGE (1, 31, 9, 1) },
  { "sigma", "FLOAT", MK_FLOAT_RANGE (0.1, 10.0, 1.0, 0.1) },
  { "alpha", "FLOAT", MK_FLOAT_RANGE (0.0, 5.0, 0.1, 0.01) },
  { 0 } };
static const mk_port latent_operation_sharpen_outputs[] = { { "LATENT_OPERATION", "LATENT_OPERATION" }, { 0 } };

static bool
answer (mk_run *run, mk_latent_operation operation)
{
  mk_run_set_output (run, 0, mk_value_new (&mk_latent_operation_type, g_memdup2 (&operation, sizeof operation)));
  return true;
}

static bool
run_tonemap (mk_run *run, GError **error)
{
  (void)error;
  return answer (run, (mk_latent_operation) { .a = (float)mk_run_get_real (run, "multiplier") });
}

enum { MOST_RADIUS = 256 }; /* over a wire; the widget ends at 31 */

static bool
run_sharpen (mk_run *run, GError **error)
{
  int64_t radius = mk_run_get_int (run, "sharpen_radius");
  if (radius < 0 || radius > MOST_RADIUS)
    return mk_error (error, MK_ERROR_RANGE, "sharpen_radius %" G_GINT64_FORMAT ": from 0 to %d can be had", radius, MOST_RADIUS);
  return answer (run, (mk_latent_operation) { true, (float)radius, (float)mk_run_get_real (run, "sigma"), (float)mk_run_get_real (run, "alpha") });
}

static bool
run_apply (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_picture_latent (run, "samples", error);
  const mk_latent_operation *operation = mk_run_get_data (run, "operation", &mk_latent_operation_type);
  if (latent == NULL)
    return false;
  if (operation == NULL)
    return mk_error (error, MK_ERROR_TYPE, "operation: there is none");
  mk_tensor *out = mk_tensor_copy (latent->samples, error);
  if (out != NULL)
    mk_latent_operation_apply (operation, mk_tensor_write (out), out->dims[0], out->dims[1], out->dims[2], out->dims[3]);
  return mk_run_answer_latent (run, 0, mk_latent_with (latent, out));
}

const mk_node_def mk_node_latent_apply_operation = { .id = "LatentApplyOperation", .category = "latent/advanced/operations", .python_module = "comfy_extras.nodes_latent", .inputs = latent_apply_operation_inputs, .outputs = latent_apply_operation_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_apply };
const mk_node_def mk_node_latent_operation_tonemap_reinhard = { .id = "LatentOperationTonemapReinhard", .category = "latent/advanced/operations", .python_module = "comfy_extras.nodes_latent", .inputs = latent_operation_tonemap_reinhard_inputs, .outputs = latent_operation_tonemap_reinhard_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_tonemap };
const mk_node_def mk_node_latent_operation_sharpen = { .id = "LatentOperationSharpen", .category = "latent/advanced/operations", .python_module = "comfy_extras.nodes_latent", .inputs = latent_operation_sharpen_inputs, .outputs = latent_operation_sharpen_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_sharpen };
