/* SDXL base: both text encoders, sizes, two depths of transformers, against the architecture written out in PyTorch with doubles.
 *
 * The weights are too many to keep: every number is a hash of its place, as tests/golden/make_sdxl.py makes them. */
#include "golden.h"

#include "base/file.h"
#include "diffusion/checkpoint.h"
#include "diffusion/networks.h"
#include "diffusion/sample.h"
#include "diffusion/weights.h"

#include <string.h>

/* -1 to 1 in steps of 1/512: halves hold it exactly, scaled by powers of two. */
static float
number_at (uint64_t seed, uint64_t i)
{
  uint64_t x = (i * 2654435761u + seed * 40503 + 12345) & 0xffffffff;
  for (int k = 0; k < 2; k++) {
    x ^= x >> 16;
    x = (x * 0x45d9f3b) & 0xffffffff;
  }
  x ^= x >> 16;
  return (float)((int)(x >> 22) - 512) / 512.0f;
}

typedef struct {
  size_t n_items, fan_in; /* fan_in 0: a vector */
  GString *shape;
} tensor_shape;

static tensor_shape
read_shape (const mk_json *row)
{
  tensor_shape t = { 1, 0, g_string_new ("[") };
  for (size_t k = 1; k < mk_json_length (row); k++) {
    size_t side = (size_t)mk_json_get_int (mk_json_at (row, k));
    t.n_items *= side;
    t.fan_in = k == 2 ? side : k > 2 ? t.fan_in * side : 0;
    g_string_append_printf (t.shape, "%s%zu", k > 1 ? "," : "", side);
  }
  g_string_append_c (t.shape, ']');
  return t;
}

static uint16_t *
fill (const char *name, const tensor_shape *t, uint64_t seed)
{
  bool is_gain = t->fan_in == 0 && g_str_has_suffix (name, "weight");
  int shift = strstr (name, "embedding") != NULL ? 5 : t->fan_in > 0 ? (int)ceil (log2 ((double)t->fan_in) / 2) - 1 : is_gain ? 1 : 3;
  float scale = ldexpf (1, -shift), offset = is_gain ? 1 : 0;
  uint16_t *halves = g_new (uint16_t, t->n_items);
  for (size_t i = 0; i < t->n_items; i++)
    halves[i] = mk_float_to_half (number_at (seed, i) * scale + offset);
  return halves;
}

static char *
make_checkpoint (void)
{
  g_autoptr (mk_json) list = golden_cases ("tiny_sdxl");
  g_autoptr (GString) header = g_string_new ("{");
  g_autoptr (GByteArray) data = g_byte_array_new (), file = g_byte_array_new ();
  for (size_t i = 0; i < mk_json_length (list); i++) {
    const char *name = mk_json_get_string (mk_json_at (mk_json_at (list, i), 0));
    tensor_shape t = read_shape (mk_json_at (list, i));
    g_autofree uint16_t *halves = fill (name, &t, i);
    g_string_append_printf (header, "%s\"%s\":{\"dtype\":\"F16\",\"shape\":%s,\"data_offsets\":[%u,%zu]}", i > 0 ? "," : "", name, t.shape->str, data->len, data->len + t.n_items * 2);
    g_byte_array_append (data, (const guint8 *)halves, (guint)(t.n_items * 2));
    g_string_free (t.shape, TRUE);
  }
  g_string_append_c (header, '}');
  uint64_t length = header->len;
  g_byte_array_append (file, (const guint8 *)&length, 8);
  g_byte_array_append (file, (const guint8 *)header->str, (guint)length);
  g_byte_array_append (file, data->data, data->len);
  char *path = g_build_filename (mk_test_folder (), "tiny_sdxl.safetensors", NULL);
  CHECK (mk_file_write (path, file->data, file->len, NULL));
  return path;
}

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
  g_autofree char *path = make_checkpoint ();
  g_autoptr (mk_safetensors) wanted = golden_open ("tiny_sdxl_numbers");
  mk_checkpoint checkpoint;
  mk_nn nn;
  mk_nn_init (&nn, NULL, NULL, 0);
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
