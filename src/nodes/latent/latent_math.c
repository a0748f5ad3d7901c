/* latent_math.c - sums, products and mixtures of latents. */
#include "nodes/image/inputs.h"
#include "nodes/latent/types.h"

#include <math.h>

static const mk_port latent_add_inputs[] = {
  { "samples1", "LATENT" },
  { "samples2", "LATENT" },
  { 0 } };
static const mk_port latent_add_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port latent_subtract_inputs[] = {
  { "samples1", "LATENT" },
  { "samples2", "LATENT" },
  { 0 } };
static const mk_port latent_subtract_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port latent_multiply_inputs[] = {
  { "samples", "LATENT" },
  { "multiplier", "FLOAT", MK_FLOAT_RANGE (-10.0, 10.0, 1.0, 0.01) },
  { 0 } };
static const mk_port latent_multiply_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port latent_interpolate_inputs[] = {
  { "samples1", "LATENT" },
  { "samples2", "LATENT" },
  { "ratio", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { 0 } };
static const mk_port latent_interpolate_outputs[] = { { "LATENT", "LATENT" }, { 0 } };
static const mk_port latent_blend_inputs[] = {
  { "samples1", "LATENT" },
  { "samples2", "LATENT" },
  { "blend_factor", "FLOAT", MK_FLOAT_RANGE (0, 1, 0.5, 0.01), .extra_json = "{\"min\": 0, \"max\": 1}" },
  { 0 } };
static const mk_port latent_blend_outputs[] = { { "LATENT", "LATENT" }, { 0 } };

/* Both inputs in one shape: the second in the size and number of the first; a single channel or frame goes with many. */
static bool
get_pair (const mk_run *run, const char *method, mk_latent **first, mk_tensor **a, mk_tensor **b, GError **error)
{
  *first = mk_run_get_latent (run, "samples1", error);
  mk_latent *second = *first != NULL ? mk_run_get_latent (run, "samples2", error) : NULL;
  if (second == NULL)
    return false;
  g_autoptr (mk_tensor) sized = mk_latent_fit (second->samples, (*first)->samples, method, mk_run_pool (run), error);
  g_autoptr (mk_tensor) as_many = sized != NULL ? mk_latent_repeat (sized, (*first)->samples->dims[0], error) : NULL;
  return as_many != NULL && mk_latent_widen ((*first)->samples, as_many, a, b, error);
}

static bool
mix (mk_run *run, const char *method, float first, float second, GError **error)
{
  mk_latent *latent;
  g_autoptr (mk_tensor) a = NULL;
  g_autoptr (mk_tensor) b = NULL;
  if (!get_pair (run, method, &latent, &a, &b, error))
    return false;
  mk_tensor *out = mk_tensor_new (a->n_dims, a->dims, error);
  for (size_t i = 0; out != NULL && i < mk_tensor_n_floats (out); i++)
    mk_tensor_write (out)[i] = mk_tensor_read (a)[i] * first + mk_tensor_read (b)[i] * second;
  return mk_run_answer_latent (run, 0, mk_latent_with (latent, out));
}

static bool
run_add (mk_run *run, GError **error)
{
  return mix (run, "bilinear", 1, 1, error);
}

static bool
run_subtract (mk_run *run, GError **error)
{
  return mix (run, "bilinear", 1, -1, error);
}

static bool
run_blend (mk_run *run, GError **error)
{
  float share = (float)mk_run_get_real (run, "blend_factor");
  return mix (run, "bicubic", share, 1 - share, error);
}

static bool
run_multiply (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  float factor = (float)mk_run_get_real (run, "multiplier");
  mk_tensor *out = latent != NULL ? mk_tensor_copy (latent->samples, error) : NULL;
  for (size_t i = 0; out != NULL && i < mk_tensor_n_floats (out); i++)
    mk_tensor_write (out)[i] *= factor;
  return mk_run_answer_latent (run, 0, mk_latent_with (latent, out));
}

static double
length_at (const float *x, size_t c, size_t area)
{
  double square = 0;
  for (size_t k = 0; k < c; k++)
    square += (double)x[k * area] * x[k * area];
  return sqrt (square);
}

/* Directions and lengths are mixed apart. */
static void
interpolate (const float *a, const float *b, float share, size_t c, size_t area, float *out)
{
  double la = length_at (a, c, area), lb = length_at (b, c, area), square = 0;
  for (size_t k = 0; k < c; k++) {
    double value = (la > 0 ? a[k * area] / la : 0) * share + (lb > 0 ? b[k * area] / lb : 0) * (1 - (double)share);
    out[k * area] = (float)value;
    square += value * value;
  }
  for (size_t k = 0; k < c; k++)
    out[k * area] = square > 0 ? (float)(out[k * area] / sqrt (square) * (la * share + lb * (1 - (double)share))) : 0;
}

static bool
run_interpolate (mk_run *run, GError **error)
{
  mk_latent *latent;
  g_autoptr (mk_tensor) a = NULL;
  g_autoptr (mk_tensor) b = NULL;
  float share = (float)mk_run_get_real (run, "ratio");
  if (!get_pair (run, "bilinear", &latent, &a, &b, error))
    return false;
  mk_tensor *out = mk_tensor_new (a->n_dims, a->dims, error);
  size_t c = (size_t)a->dims[1], area = mk_tensor_n_floats (a) / ((size_t)a->dims[0] * c);
  for (size_t i = 0; out != NULL && i < (size_t)a->dims[0] * area; i++) {
    size_t at = i / area * c * area + i % area;
    interpolate (mk_tensor_read (a) + at, mk_tensor_read (b) + at, share, c, area, mk_tensor_write (out) + at);
  }
  return mk_run_answer_latent (run, 0, mk_latent_with (latent, out));
}

const mk_node_def mk_node_latent_add = { .id = "LatentAdd", .category = "latent/advanced", .python_module = "comfy_extras.nodes_latent", .inputs = latent_add_inputs, .outputs = latent_add_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_add };
const mk_node_def mk_node_latent_subtract = { .id = "LatentSubtract", .category = "latent/advanced", .python_module = "comfy_extras.nodes_latent", .inputs = latent_subtract_inputs, .outputs = latent_subtract_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_subtract };
const mk_node_def mk_node_latent_multiply = { .id = "LatentMultiply", .category = "latent/advanced", .python_module = "comfy_extras.nodes_latent", .inputs = latent_multiply_inputs, .outputs = latent_multiply_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_multiply };
const mk_node_def mk_node_latent_interpolate = { .id = "LatentInterpolate", .category = "latent/advanced", .python_module = "comfy_extras.nodes_latent", .inputs = latent_interpolate_inputs, .outputs = latent_interpolate_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_interpolate };
const mk_node_def mk_node_latent_blend = { .id = "LatentBlend", .label = "Latent Blend", .category = "_for_testing", .python_module = "nodes", .inputs = latent_blend_inputs, .outputs = latent_blend_outputs, .run = run_blend };
