/* conditioning.c - conditions joined, mixed, and bound to places and times. */
#include "nodes/diffusion/types.h"
#include "nodes/image/inputs.h"

#include <string.h>

static const char *const bounds[] = { "default", "mask bounds", NULL };
static const mk_port conditioning_combine_inputs[] = {
  { "conditioning_1", "CONDITIONING" },
  { "conditioning_2", "CONDITIONING" },
  { 0 } };
static const mk_port conditioning_combine_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };
static const mk_port conditioning_concat_inputs[] = {
  { "conditioning_to", "CONDITIONING" },
  { "conditioning_from", "CONDITIONING" },
  { 0 } };
static const mk_port conditioning_concat_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };
static const mk_port conditioning_average_inputs[] = {
  { "conditioning_to", "CONDITIONING" },
  { "conditioning_from", "CONDITIONING" },
  { "conditioning_to_strength", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.01) },
  { 0 } };
static const mk_port conditioning_average_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };
static const mk_port conditioning_zero_out_inputs[] = {
  { "conditioning", "CONDITIONING" },
  { 0 } };
static const mk_port conditioning_zero_out_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };
static const mk_port conditioning_set_area_inputs[] = {
  { "conditioning", "CONDITIONING" },
  { "width", "INT", MK_INT_RANGE (64, 16384, 64, 8) },
  { "height", "INT", MK_INT_RANGE (64, 16384, 64, 8) },
  { "x", "INT", MK_INT_RANGE (0, 16384, 0, 8) },
  { "y", "INT", MK_INT_RANGE (0, 16384, 0, 8) },
  { "strength", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01) },
  { 0 } };
static const mk_port conditioning_set_area_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };
static const mk_port conditioning_set_area_percentage_inputs[] = {
  { "conditioning", "CONDITIONING" },
  { "width", "FLOAT", MK_FLOAT_RANGE (0, 1.0, 1.0, 0.01), .extra_json = "{\"min\": 0}" },
  { "height", "FLOAT", MK_FLOAT_RANGE (0, 1.0, 1.0, 0.01), .extra_json = "{\"min\": 0}" },
  { "x", "FLOAT", MK_FLOAT_RANGE (0, 1.0, 0, 0.01), .extra_json = "{\"default\": 0, \"min\": 0}" },
  { "y", "FLOAT", MK_FLOAT_RANGE (0, 1.0, 0, 0.01), .extra_json = "{\"default\": 0, \"min\": 0}" },
  { "strength", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01) },
  { 0 } };
static const mk_port conditioning_set_area_percentage_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };
static const mk_port conditioning_set_area_strength_inputs[] = {
  { "conditioning", "CONDITIONING" },
  { "strength", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01) },
  { 0 } };
static const mk_port conditioning_set_area_strength_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };
static const mk_port conditioning_set_mask_inputs[] = {
  { "conditioning", "CONDITIONING" },
  { "mask", "MASK" },
  { "strength", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01) },
  { "set_cond_area", "COMBO", .options = bounds },
  { 0 } };
static const mk_port conditioning_set_mask_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };
static const mk_port conditioning_set_timestep_range_inputs[] = {
  { "conditioning", "CONDITIONING" },
  { "start", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.0, 0.001) },
  { "end", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.001) },
  { 0 } };
static const mk_port conditioning_set_timestep_range_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };

static GPtrArray *
need (const mk_run *run, const char *input, GError **error)
{
  return mk_run_need_data (run, input, &mk_conditioning_type, error);
}

static bool
answer (mk_run *run, GPtrArray *taken)
{
  return mk_run_answer (run, 0, &mk_conditioning_type, taken);
}

static bool
run_combine (mk_run *run, GError **error)
{
  GPtrArray *a = need (run, "conditioning_1", error), *b = a != NULL ? need (run, "conditioning_2", error) : NULL;
  if (b == NULL)
    return false;
  GPtrArray *both = mk_conditioning_copy (a);
  for (guint i = 0; i < b->len; i++)
    g_ptr_array_add (both, mk_condition_ref (b->pdata[i]));
  return answer (run, both);
}

/* Two prompts; only the first condition of `from` is used. */
static bool
get_two (const mk_run *run, GPtrArray **to, mk_condition **from, GError **error)
{
  *to = need (run, "conditioning_to", error);
  GPtrArray *list = *to != NULL ? need (run, "conditioning_from", error) : NULL;
  if (list == NULL)
    return false;
  if (list->len == 0)
    return mk_error (error, MK_ERROR_RANGE, "conditioning_from: it is empty");
  *from = list->pdata[0];
  for (guint i = 0; i < (*to)->len; i++)
    if (((mk_condition *)(*to)->pdata[i])->states->dims[2] != (*from)->states->dims[2])
      return mk_error (error, MK_ERROR_RANGE, "prompts of different text encoders cannot be mixed: they are %d and %d wide", ((mk_condition *)(*to)->pdata[i])->states->dims[2], (*from)->states->dims[2]);
  return true;
}

static void
set_states (mk_condition *condition, mk_tensor *taken)
{
  mk_tensor_unref (condition->states);
  condition->states = taken;
}

static bool
run_concat (mk_run *run, GError **error)
{
  GPtrArray *to;
  mk_condition *from;
  if (!get_two (run, &to, &from, error))
    return false;
  g_autoptr (GPtrArray) out = mk_conditioning_copy (to);
  for (guint i = 0; i < out->len; i++) {
    mk_condition *c = out->pdata[i];
    const mk_tensor *a = c->states, *b = from->states;
    int dims[3] = { a->dims[0], a->dims[1] + b->dims[1], a->dims[2] };
    mk_tensor *joined = mk_tensor_new (3, dims, error);
    size_t na = (size_t)a->dims[1] * (size_t)a->dims[2], nb = (size_t)b->dims[1] * (size_t)b->dims[2];
    for (int k = 0; joined != NULL && k < dims[0]; k++) {
      float *at = mk_tensor_write (joined) + (size_t)k * (na + nb);
      memcpy (at, mk_tensor_read (a) + (size_t)k * na, na * sizeof (float));
      memcpy (at + na, mk_tensor_read (b) + (size_t)(k % b->dims[0]) * nb, nb * sizeof (float));
    }
    if (joined == NULL)
      return false;
    set_states (c, joined);
  }
  return answer (run, g_steal_pointer (&out));
}

/* a × share + b × (1 - share); tokens that b lacks count as zero. */
static mk_tensor *
average (const mk_tensor *a, const mk_tensor *b, float share, GError **error)
{
  mk_tensor *out = mk_tensor_new (a->n_dims, a->dims, error);
  size_t per_a = mk_tensor_n_floats (a) / (size_t)a->dims[0], per_b = mk_tensor_n_floats (b) / (size_t)b->dims[0];
  for (size_t i = 0; out != NULL && i < mk_tensor_n_floats (a); i++) {
    size_t within = i % per_a, image = i / per_a % (size_t)b->dims[0];
    float other = within < per_b ? mk_tensor_read (b)[image * per_b + within] : 0;
    mk_tensor_write (out)[i] = mk_tensor_read (a)[i] * share + other * (1 - share);
  }
  return out;
}

static bool
run_average (mk_run *run, GError **error)
{
  GPtrArray *to;
  mk_condition *from;
  float share = (float)mk_run_get_real (run, "conditioning_to_strength");
  if (!get_two (run, &to, &from, error))
    return false;
  g_autoptr (GPtrArray) out = mk_conditioning_copy (to);
  for (guint i = 0; i < out->len; i++) {
    mk_condition *c = out->pdata[i];
    mk_tensor *states = average (c->states, from->states, share, error), *pooled = NULL;
    if (states == NULL)
      return false;
    set_states (c, states);
    if (from->pooled == NULL)
      continue;
    if (c->pooled != NULL && mk_tensor_n_floats (c->pooled) == mk_tensor_n_floats (from->pooled) && (pooled = average (c->pooled, from->pooled, share, error)) == NULL)
      return false;
    mk_tensor_unref (c->pooled);
    c->pooled = pooled != NULL ? pooled : mk_tensor_ref (from->pooled);
  }
  return answer (run, g_steal_pointer (&out));
}

static bool
run_zero (mk_run *run, GError **error)
{
  GPtrArray *list = need (run, "conditioning", error);
  if (list == NULL)
    return false;
  g_autoptr (GPtrArray) out = mk_conditioning_copy (list);
  for (guint i = 0; i < out->len; i++) {
    mk_condition *c = out->pdata[i];
    mk_tensor *states = mk_tensor_new (c->states->n_dims, c->states->dims, error), *pooled = c->pooled != NULL ? mk_tensor_new (c->pooled->n_dims, c->pooled->dims, error) : NULL;
    if (states == NULL)
      return false;
    set_states (c, states);
    mk_tensor_unref (c->pooled);
    c->pooled = pooled;
  }
  return answer (run, g_steal_pointer (&out));
}

/* Each condition copied and changed. */
static bool
change (mk_run *run, void (*set) (const mk_run *run, mk_condition *condition), GError **error)
{
  GPtrArray *list = need (run, "conditioning", error);
  if (list == NULL)
    return false;
  GPtrArray *out = mk_conditioning_copy (list);
  for (guint i = 0; i < out->len; i++)
    set (run, out->pdata[i]);
  return answer (run, out);
}

static void
set_area (const mk_run *run, mk_condition *c)
{
  static const char *const names[4] = { "height", "width", "y", "x" };
  c->area_kind = MK_AREA_CELLS;
  for (int i = 0; i < 4; i++)
    c->area[i] = (double)(mk_run_get_int (run, names[i]) / 8);
  c->strength = mk_run_get_real (run, "strength");
  c->bounds_to_mask = false;
}

static bool
run_area (mk_run *run, GError **error)
{
  return change (run, set_area, error);
}

static void
set_share (const mk_run *run, mk_condition *c)
{
  static const char *const names[4] = { "height", "width", "y", "x" };
  c->area_kind = MK_AREA_SHARE;
  for (int i = 0; i < 4; i++)
    c->area[i] = mk_run_get_real (run, names[i]);
  c->strength = mk_run_get_real (run, "strength");
  c->bounds_to_mask = false;
}

static bool
run_share (mk_run *run, GError **error)
{
  return change (run, set_share, error);
}

static void
set_strength (const mk_run *run, mk_condition *c)
{
  c->strength = mk_run_get_real (run, "strength");
}

static bool
run_strength (mk_run *run, GError **error)
{
  return change (run, set_strength, error);
}

static void
set_mask (const mk_run *run, mk_condition *c)
{
  mk_condition_set_mask (c, mk_run_get_data (run, "mask", &mk_mask_type));
  c->bounds_to_mask = strcmp (mk_run_get_string (run, "set_cond_area"), "default") != 0;
  c->mask_strength = mk_run_get_real (run, "strength");
}

static bool
run_mask (mk_run *run, GError **error)
{
  return mk_run_get_mask (run, "mask", error) != NULL && change (run, set_mask, error);
}

static void
set_times (const mk_run *run, mk_condition *c)
{
  c->start = mk_run_get_real (run, "start");
  c->end = mk_run_get_real (run, "end");
  c->has_start = c->has_end = true;
}

static bool
run_times (mk_run *run, GError **error)
{
  return change (run, set_times, error);
}

const mk_node_def mk_node_conditioning_combine = { .id = "ConditioningCombine", .label = "Conditioning (Combine)", .category = "conditioning", .python_module = "nodes", .inputs = conditioning_combine_inputs, .outputs = conditioning_combine_outputs, .run = run_combine };
const mk_node_def mk_node_conditioning_concat = { .id = "ConditioningConcat", .label = "Conditioning (Concat)", .category = "conditioning", .python_module = "nodes", .inputs = conditioning_concat_inputs, .outputs = conditioning_concat_outputs, .run = run_concat };
const mk_node_def mk_node_conditioning_average = { .id = "ConditioningAverage", .category = "conditioning", .python_module = "nodes", .inputs = conditioning_average_inputs, .outputs = conditioning_average_outputs, .run = run_average };
const mk_node_def mk_node_conditioning_zero_out = { .id = "ConditioningZeroOut", .category = "advanced/conditioning", .python_module = "nodes", .inputs = conditioning_zero_out_inputs, .outputs = conditioning_zero_out_outputs, .run = run_zero };
const mk_node_def mk_node_conditioning_set_area = { .id = "ConditioningSetArea", .label = "Conditioning (Set Area)", .category = "conditioning", .python_module = "nodes", .inputs = conditioning_set_area_inputs, .outputs = conditioning_set_area_outputs, .run = run_area };
const mk_node_def mk_node_conditioning_set_area_percentage = { .id = "ConditioningSetAreaPercentage", .label = "Conditioning (Set Area with Percentage)", .category = "conditioning", .python_module = "nodes", .inputs = conditioning_set_area_percentage_inputs, .outputs = conditioning_set_area_percentage_outputs, .run = run_share };
const mk_node_def mk_node_conditioning_set_area_strength = { .id = "ConditioningSetAreaStrength", .category = "conditioning", .python_module = "nodes", .inputs = conditioning_set_area_strength_inputs, .outputs = conditioning_set_area_strength_outputs, .run = run_strength };
const mk_node_def mk_node_conditioning_set_mask = { .id = "ConditioningSetMask", .label = "Conditioning (Set Mask)", .category = "conditioning", .python_module = "nodes", .inputs = conditioning_set_mask_inputs, .outputs = conditioning_set_mask_outputs, .run = run_mask };
const mk_node_def mk_node_conditioning_set_timestep_range = { .id = "ConditioningSetTimestepRange", .category = "advanced/conditioning", .python_module = "nodes", .inputs = conditioning_set_timestep_range_inputs, .outputs = conditioning_set_timestep_range_outputs, .run = run_times };
