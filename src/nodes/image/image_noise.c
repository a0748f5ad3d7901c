/* image_noise.c - grain over a picture, the same that PyTorch draws for the seed. */
#include "diffusion/random.h"
#include "nodes/image/inputs.h"

static const mk_port inputs[] = {
  { "image", "IMAGE" },
  { "seed", "INT", "The random seed used for creating the noise.", MK_SEED },
  { "strength", "FLOAT", MK_FLOAT_RANGE (0, 1, 0.5, 0.01) },
  { 0 } };
static const mk_port outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

static bool
run_noise (mk_run *run, GError **error)
{
  mk_random random;
  mk_image *image = mk_run_get_image (run, "image", error);
  mk_image *out = image != NULL ? mk_image_new (image->n, image->height, image->width, image->n_channels, error) : NULL;
  if (out == NULL)
    return false;
  float strength = (float)mk_run_get_real (run, "strength"), *to = mk_image_write (out, 0);
  const float *from = mk_image_read (image, 0);
  size_t n = mk_image_n_bytes (image) / sizeof (float);
  mk_random_init (&random, mk_run_get_uint (run, "seed"));
  mk_random_normal (&random, to, n);
  for (size_t i = 0; i < n; i++)
    to[i] = CLAMP (from[i] + strength * to[i], 0.0f, 1.0f);
  return mk_run_answer_image (run, out);
}

const mk_node_def mk_node_image_add_noise = { .id = "ImageAddNoise", .category = "image", .python_module = "comfy_extras.nodes_images", .inputs = inputs, .outputs = outputs, .run = run_noise };
