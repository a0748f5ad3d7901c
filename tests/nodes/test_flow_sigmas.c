/* Schedules without a model: numbers from the formulas, worked out elsewhere in double precision. */
#include "check.h"
#include "graph/registry.h"
#include "graph/run.h"
#include "nodes/diffusion/types.h"
#include "nodes/nodes.h"

#include <math.h>

/* Runs the node on `inputs`, NULL where there is none, and compares. Takes the inputs. */
static void
check_schedule (const char *node, mk_value *const *inputs, size_t n_inputs, const double *wanted, int n)
{
  GError *error = NULL;
  mk_registry *registry = mk_registry_new ();
  mk_run_context context = { 0 };
  CHECK (mk_registry_add_all (registry, mk_all_nodes, NULL));
  const mk_node_def *def = mk_registry_find (registry, node);
  CHECK (def != NULL);
  mk_run *run = mk_run_new (&context, def, "1");
  for (size_t i = 0; i < n_inputs; i++) {
    if (inputs[i] == NULL)
      continue;
    g_autoptr (GPtrArray) list = mk_value_list_new ();
    g_ptr_array_add (list, inputs[i]);
    mk_run_set_input (run, i, list);
  }
  CHECK_OK (def->run (run, &error), error);
  const mk_tensor *sigmas = mk_value_get (run->outputs[0]->pdata[0], &mk_sigmas_type);
  CHECK_INT (sigmas->dims[0], ==, n);
  for (int i = 0; i < n; i++)
    if (fabs ((double)mk_tensor_read (sigmas)[i] - wanted[i]) > 2e-6)
      mk_test_fail (__FILE__, __LINE__, "%s: sigma %d is %.7f, wanted %.7f", node, i, (double)mk_tensor_read (sigmas)[i], wanted[i]);
  mk_run_free (run);
  mk_registry_free (registry);
}

static mk_value *
latent_of (int height, int width)
{
  GError *error = NULL;
  mk_latent *latent = g_new0 (mk_latent, 1);
  latent->samples = mk_tensor_new (4, (const int[]){ 1, 4, height, width }, &error);
  CHECK_OK (latent->samples != NULL, error);
  return mk_value_new (&mk_latent_type, latent);
}

TEST (shifted_schedules_follow_the_size_of_the_latent_and_end_where_they_are_stretched_to)
{
  static const double stretched[] = { 1.0000000, 0.8670832, 0.6315686, 0.1000000, 0.0000000 }, small[] = { 1.0000000, 0.8461687, 0.6470849, 0.3793372, 0.0000000 };
  mk_value *plain[] = { mk_value_new_int (4), mk_value_new_real (2.05), mk_value_new_real (0.95), mk_value_new_bool (true), mk_value_new_real (0.1), NULL };
  mk_value *of_latent[] = { mk_value_new_int (4), mk_value_new_real (2.05), mk_value_new_real (0.95), mk_value_new_bool (false), mk_value_new_real (0.1), latent_of (8, 8) };
  mk_value *single[] = { mk_value_new_int (1), mk_value_new_real (2.05), mk_value_new_real (0.95), mk_value_new_bool (true), mk_value_new_real (0.1), NULL };
  check_schedule ("LTXVScheduler", plain, MK_COUNT (plain), stretched, MK_COUNT (stretched));
  check_schedule ("LTXVScheduler", of_latent, MK_COUNT (of_latent), small, MK_COUNT (small));
  check_schedule ("LTXVScheduler", single, MK_COUNT (single), (const double[]){ 1, 0 }, 2);
}

TEST (levels_that_were_found_are_taken_as_they_are_or_between_their_logarithms)
{
  static const double whole[] = { 0.9968000, 0.9886000, 0.9819000, 0.9750000, 0.9660000, 0.9471000, 0.9158000, 0.8287000, 0.5512000, 0.2808000, 0.0000000 }, half[] = { 0.9471000, 0.6758546, 0.0000000 };
  mk_value *ten[] = { mk_value_new_string ("FLUX"), mk_value_new_int (10), mk_value_new_real (1) };
  mk_value *four[] = { mk_value_new_string ("FLUX"), mk_value_new_int (4), mk_value_new_real (0.5) };
  mk_value *none[] = { mk_value_new_string ("Wan"), mk_value_new_int (4), mk_value_new_real (0) };
  check_schedule ("OptimalStepsScheduler", ten, MK_COUNT (ten), whole, MK_COUNT (whole));
  check_schedule ("OptimalStepsScheduler", four, MK_COUNT (four), half, MK_COUNT (half));
  check_schedule ("OptimalStepsScheduler", none, MK_COUNT (none), NULL, 0);
}

TEST (sigmas_by_hand_are_the_numbers_of_a_text)
{
  check_schedule ("ManualSigmas", (mk_value *[]) { mk_value_new_string ("14.5, 3; .5 x -1\n0.0") }, 1, (const double[]) { 14.5, 3, 0.5, -1, 0 }, 5);
  check_schedule ("ManualSigmas", (mk_value *[]) { mk_value_new_string ("none") }, 1, NULL, 0);
}
