/* Models that are not the tiny one, through the nodes: other weights, sizes, number formats, predictions, widths, channels and ControlNets,
 * against their definitions in PyTorch (tests/golden/make_definitions.py). */
#include "../diffusion/weights_file.h"
#include "graph_golden.h"

#include "diffusion/networks.h"

/* To nearest, ties to even. */
static uint16_t
to_bfloat (float value)
{
  uint32_t bits;
  memcpy (&bits, &value, sizeof bits);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static uint64_t
sum_bytes (const char *name)
{
  uint64_t sum = 0;
  for (; *name != '\0'; name++)
    sum += (unsigned char)*name;
  return sum;
}

typedef uint16_t (*narrow_func) (float value);

/* All of golden/FROM, every number times 7/8 to 9/8, in FOLDER/TO. */
static void
write_varied (const char *from, const char *folder, const char *to, uint64_t seed, const char *dtype, narrow_func narrow)
{
  g_autoptr (mk_safetensors) file = golden_open (from);
  g_autofree char *path = g_build_filename (mk_test_folder (), folder, to, NULL);
  weights_file f = weights_file_new ();
  for (size_t i = 0; i < mk_safetensors_n (file); i++) {
    const mk_safetensor *t = mk_safetensors_at (file, i);
    g_autofree float *numbers = g_new (float, t->n_items);
    g_autofree uint16_t *narrowed = g_new (uint16_t, t->n_items);
    mk_safetensor_read (t, numbers);
    for (size_t k = 0; k < t->n_items; k++)
      narrowed[k] = narrow (numbers[k] * (1 + number_at (seed + sum_bytes (t->name), k) / 8));
    weights_file_add (&f, t->name, dtype, sizeof *narrowed, t->dims, t->n_dims, narrowed);
  }
  weights_file_write (&f, path);
}

/* The tiny ControlNet with what one for several kinds of pictures has more. */
static void
write_union (void)
{
  g_autofree char *path = g_build_filename (mk_test_folder (), "controlnet", "union.safetensors", NULL);
  weights_file f = weights_file_new ();
  weights_file_add_golden (&f, "tiny_controlnet", 0, 0);
  weights_file_add_hashed (&f, "tiny_union", "control_model.", NULL, 1);
  weights_file_write (&f, path);
}

static char *
checkpoint_path (const char *name)
{
  return g_build_filename (mk_test_folder (), "checkpoints", name, NULL);
}

TEST_WITHIN (other_models_and_sizes_give_what_their_definitions_give, 240)
{
  static const char bias[] = "model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias"; /* its spread tells what is predicted */
  g_autofree char *painter = checkpoint_path ("painter.safetensors"), *sd2 = checkpoint_path ("sd2.safetensors"), *velocity = checkpoint_path ("sd2_velocity.safetensors");
  golden_bench b;
  golden_bench_init (&b, 2, "inputs");
  write_varied ("tiny_sd15", "checkpoints", "bfloats.safetensors", 1, "BF16", to_bfloat);
  write_varied ("tiny_sd15", "checkpoints", "halves.safetensors", 2, "F16", mk_float_to_half);
  write_varied ("tiny_controlnet", "controlnet", "control_halves.safetensors", 3, "F16", mk_float_to_half);
  write_union ();
  write_widened ("tiny_sd15", painter, 5, 0.5f);
  write_hashed ("tiny_sd2", sd2, bias, 1.0f / 64);
  write_hashed ("tiny_sd2", velocity, bias, 4);
  golden_check (&b, "definitions", 0, 1);
  golden_bench_clear (&b);
  mk_networks_clear ();
}
