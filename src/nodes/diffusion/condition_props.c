/* condition_props.c - what a prompt holds for, said at once: its mask and its times; for one prompt, or for a pair of them. */
#include "nodes/diffusion/types.h"
#include "nodes/image/inputs.h"

#include <string.h>

/* The shares of a run within which a condition acts. */
typedef struct {
  double start, end;
} times;

static size_t
count_times (const void *data)
{
  (void)data;
  return sizeof (times);
}

static const mk_value_type times_type = { .name = "TIMESTEPS_RANGE", .free = g_free, .n_bytes = count_times };

static const char *const bounds[] = { "default", "mask bounds", NULL };

#define PROPERTIES                                              \
  { "strength", "FLOAT", MK_FLOAT_RANGE (0.0, 10.0, 1.0, 0.01) }, \
  { "set_cond_area", "COMBO", .options = bounds },              \
  { "mask", "MASK", .need = MK_OPTIONAL },                      \
  { "hooks", "HOOKS", .need = MK_OPTIONAL },                    \
  { "timesteps", "TIMESTEPS_RANGE", .need = MK_OPTIONAL },      \
  { 0 }

static const mk_port single_inputs[] = { { "cond_NEW", "CONDITIONING" }, PROPERTIES };
static const mk_port single_combine_inputs[] = { { "cond", "CONDITIONING" }, { "cond_NEW", "CONDITIONING" }, PROPERTIES };
static const mk_port pair_inputs[] = { { "positive_NEW", "CONDITIONING" }, { "negative_NEW", "CONDITIONING" }, PROPERTIES };
static const mk_port pair_combine_inputs[] = { { "positive", "CONDITIONING" }, { "negative", "CONDITIONING" }, { "positive_NEW", "CONDITIONING" }, { "negative_NEW", "CONDITIONING" }, PROPERTIES };
static const mk_port pair_join_inputs[] = { { "positive_A", "CONDITIONING" }, { "negative_A", "CONDITIONING" }, { "positive_B", "CONDITIONING" }, { "negative_B", "CONDITIONING" }, { 0 } };
static const mk_port single_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };
static const mk_port pair_outputs[] = { { "positive", "CONDITIONING" }, { "negative", "CONDITIONING" }, { 0 } };
static const mk_port times_inputs[] = {
  { "start_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 0.0, 0.001) },
  { "end_percent", "FLOAT", MK_FLOAT_RANGE (0.0, 1.0, 1.0, 0.001) },
  { 0 } };
static const mk_port times_outputs[] = { { "TIMESTEPS_RANGE", "TIMESTEPS_RANGE" }, { "BEFORE_RANGE", "TIMESTEPS_RANGE" }, { "AFTER_RANGE", "TIMESTEPS_RANGE" }, { 0 } };

/* `before`, or nothing when it is NULL, and behind it `added`; both names of inputs. NULL when one is missing. */
static GPtrArray *
join (const mk_run *run, const char *before, const char *added, GError **error)
{
  GPtrArray *first = before != NULL ? mk_run_need_data (run, before, &mk_conditioning_type, error) : NULL;
  GPtrArray *second = before == NULL || first != NULL ? mk_run_need_data (run, added, &mk_conditioning_type, error) : NULL;
  if (second == NULL)
    return NULL;
  GPtrArray *both = first != NULL ? mk_conditioning_copy (first) : mk_conditioning_new ();
  g_autoptr (GPtrArray) copies = mk_conditioning_copy (second);
  for (guint i = 0; i < copies->len; i++)
    g_ptr_array_add (both, mk_condition_ref (copies->pdata[i]));
  return both;
}

/* Strength belongs to the mask, and without one is nobody's. */
static bool
set_properties (const mk_run *run, mk_condition *condition, GError **error)
{
  const times *range = mk_run_get_data (run, "timesteps", &times_type);
  mk_image *mask = mk_run_has (run, "mask") ? mk_run_get_mask (run, "mask", error) : NULL;
  if (mask == NULL && mk_run_has (run, "mask"))
    return false;
  if (mask != NULL) {
    mk_condition_set_mask (condition, mask);
    condition->bounds_to_mask = strcmp (mk_run_get_string (run, "set_cond_area"), "default") != 0;
    condition->mask_strength = mk_run_get_real (run, "strength");
  }
  if (range != NULL) {
    condition->start = range->start;
    condition->end = range->end;
    condition->has_start = condition->has_end = true;
  }
  return true;
}

/* Output `index`: `before` as it is, and `added` with the properties. */
static bool
answer (mk_run *run, unsigned index, const char *before, const char *added, GError **error)
{
  g_autoptr (GPtrArray) both = join (run, before, added, error);
  if (both == NULL)
    return false;
  GPtrArray *kept = before != NULL ? mk_run_get_data (run, before, &mk_conditioning_type) : NULL;
  for (guint i = kept != NULL ? kept->len : 0; i < both->len; i++)
    if (!set_properties (run, both->pdata[i], error))
      return false;
  return mk_run_answer (run, index, &mk_conditioning_type, g_steal_pointer (&both));
}

static bool
run_single (mk_run *run, GError **error)
{
  return answer (run, 0, NULL, "cond_NEW", error);
}

static bool
run_single_combine (mk_run *run, GError **error)
{
  return answer (run, 0, "cond", "cond_NEW", error);
}

static bool
run_pair (mk_run *run, GError **error)
{
  return answer (run, 0, NULL, "positive_NEW", error) && answer (run, 1, NULL, "negative_NEW", error);
}

static bool
run_pair_combine (mk_run *run, GError **error)
{
  return answer (run, 0, "positive", "positive_NEW", error) && answer (run, 1, "negative", "negative_NEW", error);
}

static bool
run_pair_join (mk_run *run, GError **error)
{
  return mk_run_answer (run, 0, &mk_conditioning_type, join (run, "positive_A", "positive_B", error))
         && mk_run_answer (run, 1, &mk_conditioning_type, join (run, "negative_A", "negative_B", error));
}

/* The times, what comes before them and what comes after. */
static bool
run_times (mk_run *run, GError **error)
{
  (void)error;
  double start = mk_run_get_real (run, "start_percent"), end = mk_run_get_real (run, "end_percent");
  const times ranges[] = { { start, end }, { 0, start }, { end, 1 } };
  for (unsigned i = 0; i < MK_COUNT (ranges); i++)
    mk_run_set_output (run, i, mk_value_new (&times_type, g_memdup2 (&ranges[i], sizeof ranges[i])));
  return true;
}

#define HOOKS "comfy_extras.nodes_hooks"

const mk_node_def mk_node_conditioning_timesteps_range = { .id = "ConditioningTimestepsRange", .label = "Timesteps Range", .category = "advanced/hooks", .python_module = HOOKS, .inputs = times_inputs, .outputs = times_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_NO_DISK_CACHE, .run = run_times };
const mk_node_def mk_node_conditioning_set_properties = { .id = "ConditioningSetProperties", .label = "Cond Set Props", .category = "advanced/hooks/cond single", .python_module = HOOKS, .inputs = single_inputs, .outputs = single_outputs, .flags = MK_NODE_EXPERIMENTAL, .run = run_single };
const mk_node_def mk_node_conditioning_set_properties_and_combine = { .id = "ConditioningSetPropertiesAndCombine", .label = "Cond Set Props Combine", .category = "advanced/hooks/cond single", .python_module = HOOKS, .inputs = single_combine_inputs, .outputs = single_outputs, .flags = MK_NODE_EXPERIMENTAL, .run = run_single_combine };
const mk_node_def mk_node_pair_conditioning_set_properties = { .id = "PairConditioningSetProperties", .label = "Cond Pair Set Props", .category = "advanced/hooks/cond pair", .python_module = HOOKS, .inputs = pair_inputs, .outputs = pair_outputs, .flags = MK_NODE_EXPERIMENTAL, .run = run_pair };
const mk_node_def mk_node_pair_conditioning_set_properties_and_combine = { .id = "PairConditioningSetPropertiesAndCombine", .label = "Cond Pair Set Props Combine", .category = "advanced/hooks/cond pair", .python_module = HOOKS, .inputs = pair_combine_inputs, .outputs = pair_outputs, .flags = MK_NODE_EXPERIMENTAL, .run = run_pair_combine };
const mk_node_def mk_node_pair_conditioning_combine = { .id = "PairConditioningCombine", .label = "Cond Pair Combine", .category = "advanced/hooks/cond pair", .python_module = HOOKS, .inputs = pair_join_inputs, .outputs = pair_outputs, .flags = MK_NODE_EXPERIMENTAL, .run = run_pair_join };
