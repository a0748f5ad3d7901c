/* SDXL base: both text encoders, sizes, two depths of transformers, against the architecture written out in PyTorch with doubles.
 *
 * The weights are too many to keep: every number is a hash of its place, as tests/golden/make_sdxl.py makes them. */
#include "weights_file.h"

#include "diffusion/checkpoint.h"
#include "diffusion/networks.h"
#include "diffusion/sample.h"
#include "diffusion/weights.h"

#include <string.h>

/* One step of Euler's from sigma 10 to 2; `sizes` as in mk_condition, or NULL for those of the latent. */
static mk_tensor *
step_once (mk_nn *nn, const mk_model *model, const mk_tensor *states, const mk_tensor *pooled, const int *sizes)
{
  GError *error = NULL;
  static const float sigmas[] = { 10, 2 };
  g_autoptr (GPtrArray) positive = mk_conditioning_new ();
  mk_condition *condition = mk_condition_new (mk_tensor_ref ((mk_tensor *)states), mk_tensor_ref ((mk_tensor *)pooled));
  for (int i = 0; sizes != NULL && i < 6; i++)
    condition->sizes[i] = sizes[i];
  g_ptr_array_add (positive, condition);
  g_autoptr (mk_tensor) latent = mk_tensor_new_4 (1, 4, 8, 12, NULL), noise = mk_tensor_new_4 (1, 4, 8, 12, NULL);
  for (size_t i = 0; i < mk_tensor_n_floats (noise); i++)
    mk_tensor_write (noise)[i] = number_at (9999, i) * 2;
  mk_guider guider = { MK_GUIDER_CFG, (mk_model *)model, positive, NULL, NULL, 1, 0 };
  mk_sample request = { .guider = &guider, .sampler = "euler", .sigmas = sigmas, .n_sigmas = 2, .noise = noise, .latent = latent };
  mk_tensor *out = mk_sample_run (nn, &request, NULL, &error);
  CHECK_OK (out, error);
  return out;
}

TEST (an_sdxl_model_gives_the_numbers_of_its_architecture)
{
  GError *error = NULL;
  g_autofree char *path = g_build_filename (mk_test_folder (), "tiny_sdxl.safetensors", NULL);
  g_autoptr (mk_safetensors) wanted = golden_open ("tiny_sdxl_numbers");
  mk_checkpoint checkpoint;
  mk_nn nn;
  mk_nn_init (&nn, NULL, NULL, 0);
  write_hashed ("tiny_sdxl", path, NULL, 1);
  CHECK_OK (mk_checkpoint_open (path, NULL, &checkpoint, &error), error);
  CHECK_INT (checkpoint.model->family, ==, MK_FAMILY_SDXL);
  g_autoptr (mk_tensor) states = NULL, pooled = NULL, states_wanted = golden_tensor (wanted, "states"), pooled_wanted = golden_tensor (wanted, "pooled");
  CHECK_OK (mk_clip_encode (&nn, checkpoint.clip, "a red boat", &states, &pooled, &error), error);
  CHECK_INT (mk_tensor_n_floats (states), ==, mk_tensor_n_floats (states_wanted));
  CHECK_CLOSE ("states of both encoders", mk_tensor_read (states), mk_tensor_read (states_wanted), mk_tensor_n_floats (states), 2e-5);
  CHECK_CLOSE ("pooled state", mk_tensor_read (pooled), mk_tensor_read (pooled_wanted), mk_tensor_n_floats (pooled), 2e-5);
  static const int sizes[] = { 768, 1024, 16, 32, 640, 512 }; /* width, height, crop x and y, target */
  g_autoptr (mk_tensor) own = step_once (&nn, checkpoint.model, states, pooled, NULL), own_wanted = golden_tensor (wanted, "latent");
  g_autoptr (mk_tensor) other = step_once (&nn, checkpoint.model, states, pooled, sizes), other_wanted = golden_tensor (wanted, "latent_other_sizes");
  CHECK_CLOSE ("a step", mk_tensor_read (own), mk_tensor_read (own_wanted), mk_tensor_n_floats (own), 1e-3);
  CHECK_CLOSE ("a step with sizes of its own", mk_tensor_read (other), mk_tensor_read (other_wanted), mk_tensor_n_floats (other), 1e-3);
  mk_nn_clear (&nn);
  mk_checkpoint_clear (&checkpoint);
  mk_networks_clear ();
}
