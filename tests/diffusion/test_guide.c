/* Guidance and attention that nodes change, against their definitions in PyTorch: tests/golden/make_guidance.py. */
#include "golden.h"

#include "base/pool.h"
#include "diffusion/checkpoint.h"
#include "diffusion/guide.h"
#include "diffusion/networks.h"
#include "diffusion/sample.h"

#include <string.h>

typedef struct {
  mk_nn nn;
  mk_pool *pool;
  mk_checkpoint checkpoint;
  mk_safetensors *numbers;
  mk_tensor *x;
} bench;

static void
bench_init (bench *b, unsigned n_workers)
{
  GError *error = NULL;
  g_autofree char *path = g_build_filename (mk_test_source (), "golden", "tiny_sd15.safetensors", NULL);
  *b = (bench) { .pool = mk_pool_new (n_workers), .numbers = golden_open ("guidance") };
  mk_nn_init (&b->nn, b->pool, NULL, 0);
  CHECK_OK (mk_checkpoint_open (path, NULL, &b->checkpoint, &error), error);
  b->x = golden_tensor (b->numbers, "x");
}

static void
bench_clear (bench *b)
{
  mk_tensor_unref (b->x);
  mk_nn_clear (&b->nn);
  mk_checkpoint_clear (&b->checkpoint);
  mk_safetensors_unref (b->numbers);
  mk_networks_clear ();
  mk_pool_free (b->pool);
}

/* What the network gives with tokens that ask so; n × c × h × w. */
static mk_tensor *
predict (bench *b, mk_token_choice tokens)
{
  GError *error = NULL;
  const float t[2] = { 600, 600 };
  float sigma;
  mk_safetensor_read (mk_safetensors_find (b->numbers, "sigma"), &sigma);
  mk_network *network = mk_networks_use (MK_NETWORK_UNET, b->checkpoint.model->weights, &b->nn, &error);
  CHECK_OK (network, error);
  g_autoptr (mk_tensor) prompt = golden_tensor (b->numbers, "positive");
  size_t n_states = mk_tensor_n_floats (prompt);
  mk_tensor *out = mk_tensor_copy (b->x, NULL);
  for (size_t i = 0; i < mk_tensor_n_floats (out); i++)
    mk_tensor_write (out)[i] /= sqrtf (sigma * sigma + 1);
  mk_act x = mk_act_from_planes (&b->nn, mk_tensor_read (out), out->dims[0], out->dims[1], out->dims[2], out->dims[3]), context = mk_act_new (&b->nn, 2, prompt->dims[1], 1, prompt->dims[2]);
  for (size_t i = 0; i < 2; i++)
    memcpy (context.x + i * n_states, mk_tensor_read (prompt), n_states * sizeof (float));
  mk_act predicted = mk_unet_run (&b->nn, mk_network_get (network), x, &(mk_unet_how) { .t = t, .context = context, .tokens = tokens });
  CHECK_OK (mk_nn_finish (&b->nn, &error), error);
  mk_act_to_planes (&b->nn, predicted, mk_tensor_write (out));
  mk_act_free (&b->nn, predicted);
  mk_act_free (&b->nn, context);
  mk_act_free (&b->nn, x);
  mk_network_release (network);
  return out;
}

static void
check (const bench *b, const char *name, const mk_tensor *got, double tolerance)
{
  g_autoptr (mk_tensor) wanted = golden_tensor (b->numbers, name);
  CHECK_INT (mk_tensor_n_floats (got), ==, mk_tensor_n_floats (wanted));
  if (g_getenv ("MIKTOS_GOLDEN") != NULL)
    g_print ("# %s differs by %g, allowed %g\n", name, golden_difference (mk_tensor_read (got), mk_tensor_read (wanted), mk_tensor_n_floats (wanted)), tolerance);
  CHECK_CLOSE (name, mk_tensor_read (got), mk_tensor_read (wanted), mk_tensor_n_floats (wanted), tolerance);
}

/* The definition's own pictures must differ from each other by far more than what is allowed. */
static const struct {
  const char *name;
  mk_token_choice tokens;
} choices[] = {
  { "unet.plain", { 0 } },
  { "unet.tiled", { .kind = MK_TOKENS_TILED, .tile = 32, .swap = 2 } },
  { "unet.tiled_deep", { .kind = MK_TOKENS_TILED, .tile = 32, .swap = 2, .depth = 1 } },
  { "unet.tiled_scaled", { .kind = MK_TOKENS_TILED, .tile = 32, .swap = 2, .depth = 1, .scales = true } },
  { "unet.merged", { .kind = MK_TOKENS_MERGED, .ratio = 0.3 } },
  { "unet.merged_most", { .kind = MK_TOKENS_MERGED, .ratio = 1 } },
};

TEST_WITHIN (tokens_ask_in_tiles_or_together_as_defined, 120)
{
  const double tolerance = 2e-5;
  bench b;
  bench_init (&b, 2);
  for (size_t i = 0; i < MK_COUNT (choices); i++) {
    g_autoptr (mk_tensor) got = predict (&b, choices[i].tokens), wanted = golden_tensor (b.numbers, choices[i].name);
    check (&b, choices[i].name, got, tolerance);
    for (size_t k = 0; k < i; k++) {
      g_autoptr (mk_tensor) other = golden_tensor (b.numbers, choices[k].name);
      CHECK (golden_difference (mk_tensor_read (wanted), mk_tensor_read (other), mk_tensor_n_floats (other)) > 4 * tolerance);
    }
  }
  bench_clear (&b);
}

TEST_WITHIN (drawn_tiles_and_merged_tokens_are_the_same_at_any_number_of_threads, 120)
{
  const mk_token_choice both[] = { { .kind = MK_TOKENS_TILED, .tile = 32, .swap = 5, .depth = 2 }, { .kind = MK_TOKENS_MERGED, .ratio = 0.5 } };
  for (size_t i = 0; i < MK_COUNT (both); i++) {
    bench one, many;
    bench_init (&one, 1);
    g_autoptr (mk_tensor) alone = predict (&one, both[i]);
    bench_clear (&one);
    bench_init (&many, 4);
    g_autoptr (mk_tensor) together = predict (&many, both[i]);
    bench_clear (&many);
    CHECK (memcmp (mk_tensor_read (alone), mk_tensor_read (together), mk_tensor_n_floats (alone) * sizeof (float)) == 0);
  }
}

static GPtrArray *
prompt_of (const bench *b, const char *name)
{
  GPtrArray *list = mk_conditioning_new ();
  g_ptr_array_add (list, mk_condition_new (golden_tensor (b->numbers, name), NULL));
  return list;
}

/* One evaluation with one patch. */
static mk_tensor *
denoise (bench *b, mk_guide_patch patch, double cfg)
{
  GError *error = NULL;
  float sigma;
  mk_safetensor_read (mk_safetensors_find (b->numbers, "sigma"), &sigma);
  mk_guider guider = { MK_GUIDER_CFG, mk_model_copy (b->checkpoint.model, NULL), prompt_of (b, "positive"), prompt_of (b, "negative"), NULL, cfg, 0 };
  g_array_append_val (guider.model->patches, patch);
  guider.model->empty = prompt_of (b, "empty");
  mk_guide *guide = mk_guide_new (&b->nn, &guider, b->x, NULL, &error);
  CHECK_OK (guide, error);
  mk_tensor *out = mk_tensor_copy (b->x, NULL);
  for (int i = 0; i < 2; i++) /* the second time with the first one's memory */
    CHECK_OK (mk_guide_denoise (guide, mk_tensor_read (b->x), sigma, mk_tensor_write (out), NULL, &error), error);
  mk_guide_free (guide);
  mk_guider_clear (&guider);
  return out;
}

TEST_WITHIN (guidance_is_scaled_by_frequency_taken_across_and_led_by_what_degrades, 120)
{
  bench b;
  bench_init (&b, 2);
  const struct {
    const char *name;
    mk_guide_patch patch;
  } cases[] = { { "clean.frequencies", { MK_GUIDE_FREQUENCIES, 0.5f, 1.25f, 3 } }, { "clean.frequencies_all", { MK_GUIDE_FREQUENCIES, 0.5f, 1.25f, 20 } },
                { "clean.perpendicular", { MK_GUIDE_PERPENDICULAR, 0.8f, 0, 0 } }, { "clean.degraded", { MK_GUIDE_DEGRADED, 0.5f, 2, 0 } } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autoptr (mk_tensor) got = denoise (&b, cases[i].patch, 7.5);
    check (&b, cases[i].name, got, 1e-3);
  }
  g_autoptr (mk_tensor) sharp = denoise (&b, (mk_guide_patch) { MK_GUIDE_DEGRADED, 0.5f, 0, 0 }, 7.5), plain = denoise (&b, (mk_guide_patch) { MK_GUIDE_DEGRADED, 0, 2, 0 }, 7.5), led = denoise (&b, (mk_guide_patch) { MK_GUIDE_DEGRADED, 0.5f, 2, 0 }, 7.5);
  CHECK (golden_difference (mk_tensor_read (sharp), mk_tensor_read (plain), mk_tensor_n_floats (plain)) < 1e-4); /* nothing was degraded */
  CHECK (golden_difference (mk_tensor_read (led), mk_tensor_read (plain), mk_tensor_n_floats (plain)) > 0.05);
  g_autoptr (mk_tensor) unguided = denoise (&b, (mk_guide_patch) { MK_GUIDE_FREQUENCIES, 0, 9, 1 }, 1), alone = denoise (&b, (mk_guide_patch) { MK_GUIDE_FREQUENCIES, 1, 1, 1 }, 1);
  CHECK (golden_difference (mk_tensor_read (unguided), mk_tensor_read (alone), mk_tensor_n_floats (alone)) == 0);
  bench_clear (&b);
}

/* The picture `image` of one evaluation is that of another. */
static bool
is_same (const mk_tensor *a, const mk_tensor *b, size_t image)
{
  size_t n = mk_tensor_n_floats (a) / (size_t)a->dims[0];
  return golden_difference (mk_tensor_read (a) + image * n, mk_tensor_read (b) + image * n, n) < 1e-4;
}

TEST_WITHIN (guidance_rises_over_the_pictures_of_a_batch, 120)
{
  bench b;
  bench_init (&b, 2);
  const mk_guide_patch none = { MK_GUIDE_PERTURBED, 0, 0, 0 };
  g_autoptr (mk_tensor) low = denoise (&b, none, 2), high = denoise (&b, none, 7.5), rising = denoise (&b, (mk_guide_patch) { MK_GUIDE_RISING, 2, 0, 0 }, 7.5);
  g_autoptr (mk_tensor) ends = denoise (&b, (mk_guide_patch) { MK_GUIDE_RISING_FALLING, 2, 0, 0 }, 7.5);
  CHECK (is_same (rising, low, 0) && is_same (rising, high, 1));
  CHECK (!is_same (rising, high, 0) && !is_same (rising, low, 1));
  CHECK (is_same (ends, low, 0) && is_same (ends, low, 1)); /* of two pictures both are ends */
  bench_clear (&b);
}

/* Counts in `user` the cells of the pictures it is shown. */
static void
count_cells (void *user, int step, int n_steps, const float *clean, int height, int width)
{
  int *cells = user;
  CHECK_INT (n_steps, ==, 2);
  CHECK (isfinite (clean[0]));
  cells[step] = height * width;
}

TEST_WITHIN (a_picture_grows_while_lcm_samples_it, 120)
{
  bench b;
  GError *error = NULL;
  float sigmas[3] = { 0 };
  int cells[2] = { 0 };
  bench_init (&b, 2);
  mk_safetensor_read (mk_safetensors_find (b.numbers, "sigma"), &sigmas[0]);
  mk_safetensor_read (mk_safetensors_find (b.numbers, "low"), &sigmas[1]);
  mk_guider guider = { MK_GUIDER_CFG, mk_model_ref (b.checkpoint.model), prompt_of (&b, "positive"), prompt_of (&b, "negative"), NULL, 1, 0 };
  g_autoptr (mk_tensor) latent = mk_tensor_new_4 (1, 4, 16, 16, NULL), noise = mk_sample_noise (latent, 7, NULL, NULL), denoised = NULL;
  memset (mk_tensor_write (latent), 0, mk_tensor_n_floats (latent) * sizeof (float));
  mk_sampler_options options = { .ratio = 1.5, .growths = -1, .resize = "nearest-exact" };
  mk_sample request = { .guider = &guider, .sampler = MK_SAMPLER_LCM_UPSCALE, .options = &options, .sigmas = sigmas, .n_sigmas = 3, .seed = 7, .noise = noise, .latent = latent, .preview = count_cells, .user = cells };
  g_autoptr (mk_tensor) out = mk_sample_run (&b.nn, &request, &denoised, &error);
  CHECK_OK (out, error);
  check (&b, "grown", out, 2e-3);
  check (&b, "grown", denoised, 2e-3);
  CHECK_INT (cells[0], ==, 16 * 16);
  CHECK_INT (cells[1], ==, 24 * 24);
  g_autoptr (mk_image) mask = mk_image_new (1, 16, 16, 1, NULL);
  request.noise_mask = mask;
  CHECK (mk_sample_run (&b.nn, &request, NULL, &error) == NULL && error != NULL);
  g_clear_error (&error);
  mk_guider_clear (&guider);
  bench_clear (&b);
}

TEST (models_of_any_sigma_are_told_it_in_their_own_measure)
{
  static mk_schedule log_time, angle;
  mk_schedule_init_continuous (&log_time, MK_PREDICT_EDM, MK_TIME_LOG, 0.002, 120);
  mk_schedule_init_continuous (&angle, MK_PREDICT_V, MK_TIME_ANGLE, 0.03, 500);
  CHECK (fabs (log_time.sigmas[0] - 0.002) < 1e-8 && fabs (log_time.sigmas[999] - 120) < 1e-4);
  CHECK (fabs (log_time.sigmas[500] / log_time.sigmas[499] - pow (60000, 1 / 999.0)) < 1e-5);
  CHECK (fabs (mk_schedule_timestep (&log_time, 7.5) - 0.25 * log (7.5)) < 1e-6);
  CHECK (fabs (mk_schedule_timestep (&angle, 1) - 0.5) < 1e-6);
  for (double sigma = 0.1; sigma < 100; sigma *= 1.7) {
    CHECK (fabs (mk_schedule_sigma (&log_time, mk_schedule_timestep (&log_time, sigma)) / sigma - 1) < 1e-5);
    CHECK (fabs (mk_schedule_sigma (&angle, mk_schedule_timestep (&angle, sigma)) / sigma - 1) < 1e-4);
  }
  CHECK (fabs (mk_schedule_at_percent (&log_time, 0.5) - sqrt (0.002 * 120)) < 1e-6);
  int n;
  g_autofree float *steps = mk_schedule_steps (&log_time, "normal", 5, &n, NULL);
  CHECK_INT (n, ==, 6);
  for (int i = 0; i < 5; i++) /* even in the measure that the network is told */
    CHECK (fabs (steps[i] / (120 * pow (60000, -i / 4.0)) - 1) < 1e-4);
}
