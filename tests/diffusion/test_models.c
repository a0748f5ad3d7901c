/* Files that are damaged, hostile or of another family; models that stay loaded. */
#include "golden.h"

#include "base/file.h"
#include "base/pool.h"
#include "base/release.h"
#include "diffusion/checkpoint.h"
#include "diffusion/lora.h"
#include "diffusion/networks.h"
#include "diffusion/sample.h"
#include "diffusion/vae.h"
#include "diffusion/weights_save.h"

#include <string.h>

static char *
golden_path (const char *name)
{
  return g_build_filename (mk_test_source (), "golden", name, NULL);
}

/* A file of this header and `n_bytes` zeros. */
static char *
write_file (const char *header, size_t n_bytes)
{
  char *path = g_build_filename (mk_test_folder (), "made.safetensors", NULL);
  size_t length = strlen (header);
  g_autofree char *bytes = g_malloc0 (8 + length + n_bytes);
  for (int i = 0; i < 8; i++)
    bytes[i] = (char)(length >> (8 * i));
  memcpy (bytes + 8, header, length);
  CHECK (mk_file_write (path, bytes, 8 + length + n_bytes, NULL));
  return path;
}

static char *
refusal (const char *path)
{
  g_autoptr (GError) error = NULL;
  mk_checkpoint checkpoint;
  CHECK (!mk_checkpoint_open (path, NULL, &checkpoint, &error));
  mk_checkpoint_clear (&checkpoint);
  return g_strdup (error->message);
}

#define CHECK_SAYS(text, piece)                                                                     \
  do {                                                                                              \
    g_autofree char *said_ = (text);                                                                \
    if (strstr (said_, piece) == NULL)                                                              \
      mk_test_fail (__FILE__, __LINE__, "“%s” does not say “%s”", said_, piece);                    \
  } while (0)

TEST (hostile_headers_are_refused)
{
  static const struct {
    const char *header;
    size_t n_bytes;
    const char *piece;
  } cases[] = {
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", 8, "lies outside" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]},\"b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[8,24]}}", 32, "overlap" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,16]}}", 16, "a" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[-4],\"data_offsets\":[0,16]}}", 16, "no list of sizes" },
    { "{\"a\":{\"dtype\":\"F99\",\"shape\":[4],\"data_offsets\":[0,16]}}", 16, "F99" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[16,0]}}", 16, "outside" },
    { "[1,2]", 0, "no object" },
    { "{\"a\":", 0, "made.safetensors" },
  };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *path = write_file (cases[i].header, cases[i].n_bytes);
    CHECK_SAYS (refusal (path), cases[i].piece);
  }
}

TEST (pickles_are_refused_with_the_reason_and_a_way_out)
{
  g_autofree char *path = g_build_filename (mk_test_folder (), "model.ckpt", NULL);
  CHECK (mk_file_write (path, "PK\003\004 and more", 13, NULL));
  CHECK_SAYS (refusal (path), "convert it to .safetensors");
}

TEST (a_header_whose_length_begins_like_a_pickle_is_read)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *header = g_strdup_printf ("%-640s", "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}"), *path = write_file (header, 16); /* 640 is 80 02 */
  g_autoptr (mk_safetensors) file = mk_safetensors_open (path, &error);
  CHECK_OK (file != NULL, error);
  CHECK_INT (mk_safetensors_n (file), ==, 1);
}

TEST (other_families_are_named)
{
  static const char *const cases[][2] = {
    { "model.diffusion_model.double_blocks.0.img_attn.norm.key_norm.scale", "Flux" },
    { "model.diffusion_model.joint_blocks.0.context_block.attn.qkv.weight", "Stable Diffusion 3" },
    { "lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight", "LoRA" },
    { "control_model.input_hint_block.0.weight", "ControlNet" },
    { "encoder.down.0.block.0.conv1.weight", "VAE" },
    { "something.else", "none of the names" },
  };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *header = g_strdup_printf ("{\"%s\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", cases[i][0]), *path = write_file (header, 4);
    CHECK_SAYS (refusal (path), cases[i][1]);
  }
}

/* The tiny checkpoint with one tensor renamed away, or with a number replaced. */
static char *
change_checkpoint (const char *name, bool removes)
{
  g_autofree char *from = golden_path ("tiny_sd15.safetensors"), *bytes = NULL;
  char *path = g_build_filename (mk_test_folder (), "changed.safetensors", NULL);
  size_t length;
  CHECK (mk_file_read (from, 0, &bytes, &length, NULL));
  if (removes) {
    char *at = memmem (bytes, length, name, strlen (name));
    CHECK (at != NULL);
    at[strlen (name) - 1] = '_';
  } else {
    g_autoptr (mk_safetensors) file = mk_safetensors_open (from, NULL);
    const mk_safetensor *tensor = mk_safetensors_find (file, name);
    CHECK (tensor != NULL);
    char *at = memmem (bytes, length, tensor->data, mk_safetensor_n_bytes (tensor));
    CHECK (at != NULL);
    memset (at, 0xff, 4); /* NaN in halves and in floats */
  }
  CHECK (mk_file_write (path, bytes, length, NULL));
  return path;
}

static char *
failure_to_load (const char *path)
{
  g_autoptr (GError) error = NULL;
  mk_checkpoint checkpoint;
  mk_nn nn;
  CHECK_OK (mk_checkpoint_open (path, NULL, &checkpoint, &error), error);
  mk_nn_init (&nn, NULL, NULL, 0);
  mk_network *network = mk_networks_use (MK_NETWORK_UNET, checkpoint.model->weights, &nn, &error);
  CHECK (network == NULL);
  mk_nn_clear (&nn);
  mk_checkpoint_clear (&checkpoint);
  return g_strdup (error->message);
}

TEST (missing_parts_and_numbers_that_are_none_are_told_by_name)
{
  g_autofree char *lacking = change_checkpoint ("model.diffusion_model.input_blocks.2.0.in_layers.2.weight", true);
  CHECK_SAYS (failure_to_load (lacking), "input_blocks.2.0.in_layers.2.weight");
  g_autofree char *poisoned = change_checkpoint ("model.diffusion_model.middle_block.0.in_layers.2.weight", false);
  CHECK_SAYS (failure_to_load (poisoned), "middle_block.0.in_layers.2.weight");
  mk_networks_clear ();
}

TEST (loras_that_fit_nothing_say_how_many_keys_matched)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *model = golden_path ("tiny_sd15.safetensors");
  g_autofree char *lora = write_file ("{\"lora_unet_nowhere.lora_down.weight\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]},\"lora_unet_nowhere.lora_up.weight\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[4,8]}}", 8);
  mk_checkpoint checkpoint;
  mk_model *changed = NULL;
  mk_clip *clip = NULL;
  mk_lora_fit fit;
  CHECK_OK (mk_checkpoint_open (model, NULL, &checkpoint, &error), error);
  CHECK (!mk_lora_apply (lora, checkpoint.model, checkpoint.clip, 1, 1, &changed, &clip, &fit, &error));
  CHECK (strstr (error->message, "0 of its 1 parts matched") != NULL);
  mk_checkpoint_clear (&checkpoint);
}

TEST (networks_stay_loaded_within_the_budget_and_the_oldest_leave)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *model = golden_path ("tiny_sd15.safetensors"), *control = golden_path ("tiny_controlnet.safetensors");
  mk_checkpoint checkpoint, again;
  mk_nn nn;
  mk_nn_init (&nn, NULL, NULL, 0);
  CHECK_OK (mk_checkpoint_open (model, NULL, &checkpoint, &error), error);
  CHECK_OK (mk_checkpoint_open (model, NULL, &again, &error), error);
  g_autoptr (mk_control_net) net = mk_control_net_open (control, NULL, &error);
  mk_network *first = mk_networks_use (MK_NETWORK_UNET, checkpoint.model->weights, &nn, &error), *same = mk_networks_use (MK_NETWORK_UNET, again.model->weights, &nn, &error);
  CHECK (first != NULL && first == same);
  mk_network_release (first);
  mk_network_release (same);
  mk_network *other = mk_networks_use (MK_NETWORK_UNET, net->weights, &nn, &error);
  CHECK_INT (mk_networks_n (), ==, 2);
  mk_networks_set_budget (1);
  CHECK_INT (mk_networks_n (), ==, 1); /* the one in use */
  mk_network_release (other);
  CHECK_INT (mk_networks_n (), ==, 0);
  mk_nn_clear (&nn);
  mk_checkpoint_clear (&checkpoint);
  mk_checkpoint_clear (&again);
}

TEST (what_frees_memory_unloads_the_networks_that_are_not_in_use)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *model = golden_path ("tiny_sd15.safetensors");
  mk_checkpoint checkpoint;
  mk_nn nn;
  mk_nn_init (&nn, NULL, NULL, 0);
  CHECK_OK (mk_checkpoint_open (model, NULL, &checkpoint, &error), error);
  mk_network *unet = mk_networks_use (MK_NETWORK_UNET, checkpoint.model->weights, &nn, &error), *vae = mk_networks_use (MK_NETWORK_VAE, checkpoint.vae, &nn, &error);
  mk_network_release (vae);
  mk_release_all ();
  CHECK_INT (mk_networks_n (), ==, 1);
  mk_network_release (unet);
  mk_release_all ();
  CHECK_INT (mk_networks_n_bytes (), ==, 0);
  mk_nn_clear (&nn);
  mk_checkpoint_clear (&checkpoint);
}

typedef struct {
  mk_checkpoint checkpoint;
  GPtrArray *positive, *negative;
} scene;

static mk_tensor *
sample (const scene *s, int n, unsigned n_workers, mk_tensor *noise)
{
  GError *error = NULL;
  g_autoptr (mk_pool) pool = mk_pool_new (n_workers);
  mk_nn nn;
  mk_nn_init (&nn, pool, NULL, 0);
  g_autoptr (mk_tensor) latent = mk_tensor_new_4 (n, 4, 8, 12, &error), own = noise != NULL ? mk_tensor_ref (noise) : mk_sample_noise (latent, 7, NULL, &error);
  mk_guider guider = { MK_GUIDER_CFG, s->checkpoint.model, s->positive, s->negative, NULL, 7.5, 0 };
  int n_sigmas;
  g_autofree float *sigmas = mk_schedule_for_sampler (&s->checkpoint.model->schedule, "dpmpp_2m", "karras", 4, 1, &n_sigmas, &error);
  mk_sample request = { .guider = &guider, .sampler = "dpmpp_2m", .sigmas = sigmas, .n_sigmas = n_sigmas, .seed = 7, .noise = own, .latent = latent };
  mk_tensor *out = mk_sample_run (&nn, &request, NULL, &error);
  CHECK_OK (out, error);
  mk_nn_clear (&nn);
  return out;
}

static void
scene_init (scene *s)
{
  GError *error = NULL;
  g_autofree char *path = golden_path ("tiny_sd15.safetensors");
  mk_nn nn;
  mk_nn_init (&nn, NULL, NULL, 0);
  CHECK_OK (mk_checkpoint_open (path, NULL, &s->checkpoint, &error), error);
  GPtrArray **sides[] = { &s->positive, &s->negative };
  for (int i = 0; i < 2; i++) {
    mk_tensor *states, *pooled;
    CHECK_OK (mk_clip_encode (&nn, s->checkpoint.clip, i == 0 ? "a red boat" : "fog", &states, &pooled, &error), error);
    *sides[i] = mk_conditioning_new ();
    g_ptr_array_add (*sides[i], mk_condition_new (states, pooled));
  }
  mk_nn_clear (&nn);
}

static void
scene_clear (scene *s)
{
  g_ptr_array_unref (s->positive);
  g_ptr_array_unref (s->negative);
  mk_checkpoint_clear (&s->checkpoint);
  mk_networks_clear ();
}

TEST (equal_seeds_give_equal_bytes_at_any_thread_count)
{
  scene s;
  scene_init (&s);
  g_autoptr (mk_tensor) one = sample (&s, 1, 1, NULL), three = sample (&s, 1, 3, NULL);
  CHECK (memcmp (mk_tensor_read (one), mk_tensor_read (three), mk_tensor_n_floats (one) * sizeof (float)) == 0);
  scene_clear (&s);
}

/* Some processors (those with AVX2 alone) multiply the rows of two pictures in another order than those of one. */
#define BATCH_TOLERANCE 1e-3

TEST (a_batch_of_two_equals_two_runs_of_one)
{
  scene s;
  scene_init (&s);
  g_autoptr (mk_tensor) latent = mk_tensor_new_4 (2, 4, 8, 12, NULL), noise = mk_sample_noise (latent, 7, NULL, NULL), both = sample (&s, 2, 2, noise);
  size_t n = mk_tensor_n_floats (latent) / 2;
  for (size_t i = 0; i < 2; i++) {
    g_autoptr (mk_tensor) part = mk_tensor_new_4 (1, 4, 8, 12, NULL);
    memcpy (mk_tensor_write (part), mk_tensor_read (noise) + i * n, n * sizeof (float));
    g_autoptr (mk_tensor) alone = sample (&s, 1, 2, part);
    CHECK_CLOSE ("picture of the batch", mk_tensor_read (both) + i * n, mk_tensor_read (alone), n, BATCH_TOLERANCE);
  }
  scene_clear (&s);
}

/* The clean latent for one noisy one, with the prompt alone. */
static void
denoise_once (const scene *s, const mk_model *model, const mk_tensor *noisy, double sigma, float *clean)
{
  GError *error = NULL;
  mk_nn nn;
  mk_nn_init (&nn, NULL, NULL, 0);
  mk_guider guider = { MK_GUIDER_BASIC, (mk_model *)model, s->positive, NULL, NULL, 0, 0 };
  mk_guide *guide = mk_guide_new (&nn, &guider, noisy, NULL, &error);
  CHECK_OK (guide, error);
  CHECK_OK (mk_guide_denoise (guide, mk_tensor_read (noisy), sigma, clean, NULL, &error), error);
  mk_guide_free (guide);
  mk_nn_clear (&nn);
}

/* The same by hand, through a network whose middle does not look around. */
static void
denoise_without_middle (const scene *s, const mk_tensor *noisy, double sigma, float *clean)
{
  GError *error = NULL;
  const mk_model *model = s->checkpoint.model;
  const mk_tensor *states = ((mk_condition *)s->positive->pdata[0])->states;
  size_t n = mk_tensor_n_floats (noisy);
  float t = (float)mk_schedule_timestep (&model->schedule, sigma);
  mk_nn nn;
  mk_nn_init (&nn, NULL, NULL, 0);
  g_autoptr (mk_network) network = mk_networks_use (MK_NETWORK_UNET, model->weights, &nn, &error);
  CHECK_OK (network, error);
  mk_act x = mk_act_from_planes (&nn, mk_tensor_read (noisy), 1, 4, noisy->dims[2], noisy->dims[3]), context = mk_act_new (&nn, 1, states->dims[1], 1, states->dims[2]);
  mk_act_scale (&nn, x, (float)(1 / sqrt (sigma * sigma + 1)));
  memcpy (context.x, mk_tensor_read (states), mk_tensor_n_floats (states) * sizeof (float));
  mk_act out = mk_unet_run (&nn, mk_network_get (network), x, &(mk_unet_how) { .t = &t, .context = context, .middle_looks_nowhere = true });
  CHECK_OK (mk_nn_finish (&nn, &error), error);
  mk_act_to_planes (&nn, out, clean);
  for (size_t i = 0; i < n; i++)
    clean[i] = mk_tensor_read (noisy)[i] - (float)sigma * clean[i];
  mk_nn_clear (&nn);
}

TEST (perturbed_attention_leads_away_from_what_a_middle_without_attention_gives)
{
  scene s;
  scene_init (&s);
  const double sigma = 3, scale = 2;
  mk_guide_patch patch = { MK_GUIDE_PERTURBED, (float)scale, 0, 0 };
  mk_model *led = mk_model_copy (s.checkpoint.model, NULL);
  g_array_append_val (led->patches, patch);
  g_autoptr (mk_tensor) zeros = mk_tensor_new_4 (1, 4, 8, 12, NULL), noise = mk_sample_noise (zeros, 3, NULL, NULL);
  size_t n = mk_tensor_n_floats (noise);
  g_autofree float *plain = g_new (float, n), *worse = g_new (float, n), *got = g_new (float, n), *wanted = g_new (float, n);
  denoise_once (&s, s.checkpoint.model, noise, sigma, plain);
  denoise_once (&s, led, noise, sigma, got);
  denoise_without_middle (&s, noise, sigma, worse);
  for (size_t i = 0; i < n; i++)
    wanted[i] = (float)(plain[i] + scale * (plain[i] - worse[i]));
  CHECK (golden_difference (plain, worse, n) > 1e-3);
  CHECK_CLOSE ("led away", got, wanted, n, 1e-5);
  mk_model_unref (led);
  scene_clear (&s);
}

TEST (a_cancelled_network_stops_and_says_so)
{
  scene s;
  scene_init (&s);
  mk_cancel cancel = { 0 };
  mk_job job = { .cancel = &cancel };
  mk_nn nn;
  GError *error = NULL;
  mk_cancel_fire (&cancel);
  mk_nn_init (&nn, NULL, &job, 0);
  CHECK_FAILS (mk_networks_use (MK_NETWORK_VAE, s.checkpoint.vae, &nn, &error), error, MK_ERROR_CANCELLED);
  g_clear_error (&error);
  mk_nn_clear (&nn);
  scene_clear (&s);
}

TEST (memory_beyond_the_ceiling_is_refused_with_the_megabytes)
{
  scene s;
  scene_init (&s);
  mk_nn nn;
  GError *error = NULL;
  mk_nn_init (&nn, NULL, NULL, 1 << 20);
  mk_act_new (&nn, 1, 4096, 4096, 3);
  CHECK_FAILS (mk_nn_finish (&nn, &error), error, MK_ERROR_MEMORY);
  CHECK (strstr (error->message, "192 MB") != NULL);
  g_clear_error (&error);
  mk_nn_clear (&nn);
  scene_clear (&s);
}

typedef struct {
  mk_nn nn;
  size_t n_bytes[16];
  int n_steps;
} watch;

static void
note_memory (void *user, int step, int n_steps, const float *clean, int height, int width)
{
  watch *w = user;
  (void)step;
  (void)n_steps;
  (void)clean;
  (void)height;
  (void)width;
  w->n_bytes[w->n_steps++] = w->nn.n_bytes;
}

/* Five steps of a latent of this size; false with the error. */
static bool
sample_watched (const scene *s, watch *w, int height, int width, GError **error)
{
  g_autoptr (mk_tensor) latent = mk_tensor_new_4 (2, 4, height, width, NULL), noise = mk_sample_noise (latent, 3, NULL, NULL);
  mk_guider guider = { MK_GUIDER_CFG, s->checkpoint.model, s->positive, s->negative, NULL, 7.5, 0 };
  int n_sigmas;
  g_autofree float *sigmas = mk_schedule_for_sampler (&s->checkpoint.model->schedule, "euler", "normal", 5, 1, &n_sigmas, NULL);
  mk_sample request = { .guider = &guider, .sampler = "euler", .sigmas = sigmas, .n_sigmas = n_sigmas, .noise = noise, .latent = latent, .preview = note_memory, .user = w };
  mk_tensor *out = mk_sample_run (&w->nn, &request, NULL, error);
  mk_tensor_unref (out);
  return out != NULL;
}

TEST (the_first_step_has_all_memory_and_later_ones_take_no_more)
{
  scene s;
  GError *error = NULL;
  watch w = { 0 };
  scene_init (&s);
  mk_nn_init (&w.nn, NULL, NULL, 0);
  CHECK_OK (sample_watched (&s, &w, 12, 20, &error), error);
  CHECK_INT (w.n_steps, ==, 5);
  for (int i = 0; i < w.n_steps; i++)
    CHECK_INT (w.n_bytes[i], ==, w.n_bytes[0]);
  CHECK_INT (w.nn.peak_bytes, ==, w.n_bytes[0]);
  mk_nn_clear (&w.nn);
  scene_clear (&s);
}

TEST (a_size_beyond_memory_is_refused_before_the_first_step)
{
  scene s;
  GError *error = NULL;
  watch w = { 0 };
  scene_init (&s);
  mk_nn_init (&w.nn, NULL, NULL, 4 << 20);
  CHECK_FAILS (sample_watched (&s, &w, 512, 512, &error), error, MK_ERROR_MEMORY);
  if (strstr (error->message, "4 MB are free") == NULL || strstr (error->message, "this size needs") == NULL)
    mk_test_fail (__FILE__, __LINE__, "it said “%s”", error->message);
  CHECK_INT (w.n_steps, ==, 0);
  g_clear_error (&error);
  CHECK_OK (sample_watched (&s, &w, 8, 8, &error), error); /* what was refused left nothing behind */
  mk_nn_clear (&w.nn);
  scene_clear (&s);
}

TEST (saved_models_are_read_back_the_same)
{
  scene s;
  GError *error = NULL;
  scene_init (&s);
  g_autofree char *path = g_build_filename (mk_test_folder (), "saved.safetensors", NULL);
  mk_weights_place places[] = { { s.checkpoint.model->weights, "model.diffusion_model." }, { s.checkpoint.vae, "first_stage_model." }, { s.checkpoint.clip->encoders[0], "cond_stage_model.transformer.text_model." } };
  CHECK_OK (mk_weights_save (path, places, 3, NULL, NULL, &error), error);
  g_autoptr (mk_tensor) before = sample (&s, 1, 2, NULL);
  mk_checkpoint_clear (&s.checkpoint);
  CHECK_OK (mk_checkpoint_open (path, NULL, &s.checkpoint, &error), error);
  g_autoptr (mk_tensor) after = sample (&s, 1, 2, NULL);
  CHECK_CLOSE ("saved model", mk_tensor_read (before), mk_tensor_read (after), mk_tensor_n_floats (before), 0);
  scene_clear (&s);
}
