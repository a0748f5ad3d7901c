/* Models mixed by nodes: every number is the sum that the node's name says. */
#include "check.h"
#include "diffusion/lora.h"
#include "graph/registry.h"
#include "graph/run.h"
#include "nodes/diffusion/types.h"
#include "nodes/nodes.h"

#include <math.h>

#define INPUT_KEY "input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight"
#define OUTPUT_KEY "output_blocks.3.1.transformer_blocks.0.attn1.to_q.weight"

typedef struct {
  mk_checkpoint checkpoint;
  mk_model *other; /* the same with a LoRA */
  mk_registry *registry;
} models;

static void
models_init (models *m)
{
  GError *error = NULL;
  mk_lora_fit fit;
  g_autofree char *base = g_build_filename (mk_test_source (), "golden", "tiny_sd15.safetensors", NULL), *lora = g_build_filename (mk_test_source (), "golden", "tiny_lora.safetensors", NULL);
  CHECK_OK (mk_checkpoint_open (base, NULL, &m->checkpoint, &error), error);
  mk_clip *clip = NULL;
  CHECK_OK (mk_lora_apply (lora, m->checkpoint.model, NULL, 1, 0, &m->other, &clip, &fit, &error), error);
  m->registry = mk_registry_new ();
  CHECK (mk_registry_add_all (m->registry, mk_all_nodes, NULL));
}

static void
models_clear (models *m)
{
  mk_model_unref (m->other);
  mk_checkpoint_clear (&m->checkpoint);
  mk_registry_free (m->registry);
}

/* The node's model of both, its numbers after them. */
static mk_model *
merge (const models *m, const char *node, const double *numbers, size_t n)
{
  GError *error = NULL;
  mk_run_context context = { 0 };
  const mk_node_def *def = mk_registry_find (m->registry, node);
  CHECK (def != NULL);
  g_autoptr (mk_run) run = mk_run_new (&context, def, "1");
  for (size_t i = 0; i < 2 + n; i++) {
    g_autoptr (GPtrArray) list = mk_value_list_new ();
    g_ptr_array_add (list, i < 2 ? mk_value_new (&mk_model_type, mk_model_ref (i == 0 ? m->checkpoint.model : m->other)) : mk_value_new_real (numbers[i - 2]));
    mk_run_set_input (run, i, list);
  }
  CHECK_OK (def->run (run, &error), error);
  return mk_model_ref (mk_value_get (run->outputs[0]->pdata[0], &mk_model_type));
}

static void
check_mix (const models *m, const char *node, const double *numbers, size_t n, const char *key, double first, double second)
{
  GError *error = NULL;
  g_autofree float *a = mk_weights_read (m->checkpoint.model->weights, key, 0, &error), *b = mk_weights_read (m->other->weights, key, 0, &error);
  CHECK_OK (a != NULL && b != NULL, error);
  mk_model *merged = merge (m, node, numbers, n);
  g_autofree float *got = mk_weights_read (merged->weights, key, 0, &error);
  CHECK_OK (got, error);
  double apart = 0;
  for (size_t i = 0; i < 32 * 32; i++) {
    apart = MAX (apart, fabs ((double)a[i] - (double)b[i]));
    if (fabs ((double)got[i] - (first * (double)a[i] + second * (double)b[i])) > 1e-6)
      mk_test_fail (__FILE__, __LINE__, "%s: “%s” [%zu] is %g, wanted %g × %g + %g × %g", node, key, i, (double)got[i], first, (double)a[i], second, (double)b[i]);
  }
  float row[32];
  CHECK_OK (mk_weights_read_row (merged->weights, key, 3, row, 32, &error), error);
  CHECK (memcmp (row, got + 3 * 32, sizeof row) == 0);
  CHECK (apart > 1e-3); /* else nothing would be shown */
  mk_model_unref (merged);
}

/* Numbers of one weight, before and after a node that takes a model and factors for q, k, v and out. */
static void
check_factor (const models *m, const char *node, const char *key, double factor)
{
  GError *error = NULL;
  mk_run_context context = { 0 };
  const double factors[] = { 0.5, 2, 3, 0.25 };
  g_autoptr (mk_run) run = mk_run_new (&context, mk_registry_find (m->registry, node), "1");
  for (size_t i = 0; i < 5; i++) {
    g_autoptr (GPtrArray) list = mk_value_list_new ();
    g_ptr_array_add (list, i == 0 ? mk_value_new (&mk_model_type, mk_model_ref (m->other)) : mk_value_new_real (factors[i - 1]));
    mk_run_set_input (run, i, list);
  }
  CHECK_OK (mk_registry_find (m->registry, node)->run (run, &error), error);
  const mk_model *weighed = mk_value_get (run->outputs[0]->pdata[0], &mk_model_type);
  g_autofree float *a = mk_weights_read (m->other->weights, key, 0, &error), *b = mk_weights_read (weighed->weights, key, 0, &error);
  CHECK_OK (a != NULL && b != NULL, error);
  for (size_t i = 0; i < 32; i++)
    if (fabs (b[i] - factor * a[i]) > 1e-6 || a[i] == 0)
      mk_test_fail (__FILE__, __LINE__, "%s: “%s” [%zu] is %g, wanted %g × %g", node, key, i, (double)b[i], factor, (double)a[i]);
}

TEST (attention_is_weighed_by_factors_on_top_of_a_lora)
{
  models m;
  models_init (&m);
#define BLOCK "input_blocks.1.1.transformer_blocks.0."
  check_factor (&m, "UNetSelfAttentionMultiply", BLOCK "attn1.to_q.weight", 0.5);
  check_factor (&m, "UNetSelfAttentionMultiply", BLOCK "attn1.to_k.weight", 2);
  check_factor (&m, "UNetSelfAttentionMultiply", BLOCK "attn1.to_v.weight", 3);
  check_factor (&m, "UNetSelfAttentionMultiply", BLOCK "attn1.to_out.0.bias", 0.25);
  check_factor (&m, "UNetSelfAttentionMultiply", BLOCK "attn2.to_q.weight", 1);
  check_factor (&m, "UNetCrossAttentionMultiply", BLOCK "attn2.to_out.0.weight", 0.25);
  check_factor (&m, "UNetCrossAttentionMultiply", BLOCK "attn1.to_k.weight", 1);
  models_clear (&m);
}

TEST (merged_models_hold_the_sums_that_are_asked_for)
{
  models m;
  models_init (&m);
  check_mix (&m, "ModelMergeSimple", (const double[]){ 0.25 }, 1, INPUT_KEY, 0.25, 0.75);
  check_mix (&m, "ModelMergeSimple", (const double[]){ 0.25 }, 1, OUTPUT_KEY, 0.25, 0.75);
  check_mix (&m, "ModelMergeBlocks", (const double[]){ 0.5, 1, 0.125 }, 3, INPUT_KEY, 0.5, 0.5);
  check_mix (&m, "ModelMergeBlocks", (const double[]){ 0.5, 1, 0.125 }, 3, OUTPUT_KEY, 0.125, 0.875);
  check_mix (&m, "ModelMergeAdd", NULL, 0, INPUT_KEY, 1, 1);
  check_mix (&m, "ModelMergeSubtract", (const double[]){ 0.5 }, 1, INPUT_KEY, 0.5, -0.5);
  models_clear (&m);
}
