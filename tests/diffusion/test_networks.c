/* The networks against what PyTorch made of the same tiny weights: tests/golden. */
#include "golden.h"

#include "base/pool.h"
#include "diffusion/checkpoint.h"
#include "diffusion/networks.h"
#include "diffusion/text_encoder.h"
#include "diffusion/upscaler.h"
#include "diffusion/vae.h"

#include <string.h>

typedef struct {
  mk_nn nn;
  mk_pool *pool;
  mk_checkpoint checkpoint;
  mk_safetensors *inputs, *results;
  mk_json *document;
} bench;

static char *
golden_path (const char *name)
{
  return g_build_filename (mk_test_source (), "golden", name, NULL);
}

static void
bench_init (bench *b, const char *inputs, const char *name)
{
  GError *error = NULL;
  g_autofree char *path = golden_path ("tiny_sd15.safetensors"), *folder = golden_path ("");
  *b = (bench) { .pool = mk_pool_new (2), .inputs = inputs != NULL ? golden_open (inputs) : NULL, .results = golden_open (name), .document = golden_cases (name) };
  mk_nn_init (&b->nn, b->pool, NULL, 0);
  CHECK_OK (mk_checkpoint_open (path, folder, &b->checkpoint, &error), error);
}

static void
bench_clear (bench *b)
{
  mk_nn_clear (&b->nn);
  mk_checkpoint_clear (&b->checkpoint);
  mk_safetensors_unref (b->inputs);
  mk_safetensors_unref (b->results);
  mk_json_unref (b->document);
  mk_networks_clear ();
  mk_pool_free (b->pool);
}

#define EACH_CASE(b, one)                                                                                      \
  for (size_t i_ = 0; i_ < mk_json_length (mk_json_get ((b).document, "cases")); i_++)                        \
    for (const mk_json *one = mk_json_at (mk_json_get ((b).document, "cases"), i_); one != NULL; one = NULL)

static const char *
text_of (const mk_json *one, const char *key)
{
  return mk_json_get_string (mk_json_get (one, key));
}

static mk_act
act_of (bench *b, const char *name)
{
  g_autoptr (mk_tensor) t = golden_tensor (b->inputs, name);
  return mk_act_from_planes (&b->nn, mk_tensor_read (t), t->dims[0], t->dims[1], t->dims[2], t->dims[3]);
}

static mk_act
context_of (bench *b, const char *name)
{
  g_autoptr (mk_tensor) t = golden_tensor (b->inputs, name);
  mk_act context = mk_act_new (&b->nn, t->dims[0], t->dims[1], 1, t->dims[2]);
  memcpy (context.x, mk_tensor_read (t), mk_tensor_n_floats (t) * sizeof (float));
  return context;
}

/* The act, in planes, against a stored tensor. */
static void
check_act (bench *b, mk_act act, const char *key, double tolerance)
{
  g_autoptr (mk_tensor) wanted = golden_tensor (b->results, key);
  g_autofree float *planes = g_new (float, mk_act_n_rows (act) * (size_t)act.c);
  CHECK_INT (mk_act_n_rows (act) * (size_t)act.c, ==, mk_tensor_n_floats (wanted));
  mk_act_to_planes (&b->nn, act, planes);
  if (g_getenv ("MIKTOS_GOLDEN") != NULL)
    g_print ("# %s differs by %g, allowed %g\n", key, golden_difference (planes, mk_tensor_read (wanted), mk_tensor_n_floats (wanted)), tolerance);
  CHECK_CLOSE (key, planes, mk_tensor_read (wanted), mk_tensor_n_floats (wanted), tolerance);
}

static const void *
use (bench *b, mk_network_kind kind, mk_weights *weights, mk_network **network)
{
  GError *error = NULL;
  *network = mk_networks_use (kind, weights, &b->nn, &error);
  CHECK_OK (*network != NULL, error);
  return mk_network_get (*network);
}

TEST_WITHIN (the_unet_predicts_what_pytorch_predicts, 120)
{
  bench b;
  g_autoptr (mk_network) network = NULL;
  bench_init (&b, "inputs", "unet");
  const mk_unet *unet = use (&b, MK_NETWORK_UNET, b.checkpoint.model->weights, &network);
  EACH_CASE (b, one)
  {
    const mk_json *times = mk_json_get (one, "timesteps");
    if (times == NULL)
      continue;
    float t[4] = { 0 };
    for (size_t i = 0; i < mk_json_length (times); i++)
      t[i] = (float)mk_json_get_real (mk_json_at (times, i));
    mk_act x = act_of (&b, text_of (one, "x")), context = context_of (&b, text_of (one, "context"));
    mk_act eps = mk_unet_run (&b.nn, unet, x, &(mk_unet_how) { .t = t, .context = context });
    g_autofree char *key = g_strconcat (text_of (one, "key"), ".eps", NULL);
    check_act (&b, eps, key, mk_json_get_real (mk_json_get (mk_json_get (one, "tol_abs"), "eps")));
    mk_act_free (&b.nn, x);
    mk_act_free (&b.nn, context);
    mk_act_free (&b.nn, eps);
  }
  bench_clear (&b);
}

TEST_WITHIN (controlnets_add_what_pytorchs_add, 120)
{
  bench b;
  GError *error = NULL;
  g_autofree char *path = golden_path ("tiny_controlnet.safetensors");
  g_autoptr (mk_network) network = NULL;
  bench_init (&b, "inputs", "controlnet");
  g_autoptr (mk_control_net) net = mk_control_net_open (path, NULL, &error);
  CHECK_OK (net, error);
  const mk_unet *unet = use (&b, MK_NETWORK_UNET, net->weights, &network);
  EACH_CASE (b, one)
  {
    if (!mk_json_has (one, "timestep"))
      continue;
    float t = (float)mk_json_get_real (mk_json_get (one, "timestep"));
    g_autoptr (mk_tensor) picture = golden_tensor (b.inputs, text_of (one, "hint"));
    mk_act hint = mk_act_new (&b.nn, picture->dims[0], picture->dims[1], picture->dims[2], picture->dims[3]), x = act_of (&b, text_of (one, "x")), context = context_of (&b, text_of (one, "context"));
    memcpy (hint.x, mk_tensor_read (picture), mk_tensor_n_floats (picture) * sizeof (float));
    mk_control control = mk_unet_run_control (&b.nn, unet, x, hint, &(mk_unet_how) { .t = &t, .context = context });
    for (int i = 0; i < control.n; i++)
      check_act (&b, control.outputs[i], mk_json_get_string (mk_json_at (mk_json_get (one, "out"), (size_t)i)), mk_json_get_real (mk_json_get (one, "tol_abs")));
    mk_control_free (&b.nn, &control);
  }
  bench_clear (&b);
}

static void
check_image (const bench *b, const mk_image *image, const char *key, double tolerance)
{
  g_autoptr (mk_tensor) wanted = golden_tensor (b->results, key);
  CHECK_INT (mk_image_n_bytes (image), ==, mk_tensor_n_floats (wanted) * sizeof (float));
  if (g_getenv ("MIKTOS_GOLDEN") != NULL)
    g_print ("# %s differs by %g, allowed %g\n", key, golden_difference (mk_image_read (image, 0), mk_tensor_read (wanted), mk_tensor_n_floats (wanted)), tolerance);
  CHECK_CLOSE (key, mk_image_read (image, 0), mk_tensor_read (wanted), mk_tensor_n_floats (wanted), tolerance);
}

static mk_image *
picture_of (const bench *b, const char *name)
{
  g_autoptr (mk_tensor) t = golden_tensor (b->inputs, name);
  mk_image *image = mk_image_new (t->dims[0], t->dims[1], t->dims[2], t->dims[3], NULL);
  memcpy (mk_image_write (image, 0), mk_tensor_read (t), mk_image_n_bytes (image));
  return image;
}

TEST_WITHIN (the_vae_decodes_and_encodes_whole_and_in_tiles_as_comfyuis, 120)
{
  bench b;
  GError *error = NULL;
  g_autoptr (mk_network) network = NULL;
  bench_init (&b, "inputs", "vae");
  const mk_vae *vae = use (&b, MK_NETWORK_VAE, b.checkpoint.vae, &network);
  EACH_CASE (b, one)
  {
    int tile = (int)mk_json_get_int (mk_json_get (one, "tile")), overlap = (int)mk_json_get_int (mk_json_get (one, "overlap"));
    double tolerance = mk_json_get_real (mk_json_get (one, "tol_abs"));
    if (mk_json_has (one, "latent")) {
      g_autoptr (mk_tensor) latent = golden_tensor (b.inputs, text_of (one, "latent"));
      for (size_t i = 0; i < mk_tensor_n_floats (latent); i++)
        mk_tensor_write (latent)[i] *= (float)mk_json_get_real (mk_json_get (one, "latent_factor"));
      g_autoptr (mk_image) image = mk_vae_decode (&b.nn, vae, latent, tile, overlap, &error);
      CHECK_OK (image, error);
      check_image (&b, image, text_of (one, "key"), tolerance);
    } else {
      g_autoptr (mk_image) image = picture_of (&b, text_of (one, "image"));
      g_autoptr (mk_tensor) latent = mk_vae_encode (&b.nn, vae, image, tile, overlap, &error), wanted = golden_tensor (b.results, text_of (one, "key"));
      CHECK_OK (latent, error);
      CHECK_INT (mk_tensor_n_floats (latent), ==, mk_tensor_n_floats (wanted));
      if (g_getenv ("MIKTOS_GOLDEN") != NULL)
        g_print ("# %s differs by %g\n", text_of (one, "key"), golden_difference (mk_tensor_read (latent), mk_tensor_read (wanted), mk_tensor_n_floats (latent)));
      CHECK_CLOSE (text_of (one, "key"), mk_tensor_read (latent), mk_tensor_read (wanted), mk_tensor_n_floats (latent), tolerance);
    }
  }
  bench_clear (&b);
}

TEST_WITHIN (prompts_become_the_states_that_comfyui_makes, 120)
{
  bench b;
  GError *error = NULL;
  bench_init (&b, NULL, "text_encoder");
  EACH_CASE (b, one)
  {
    g_autoptr (mk_tensor) states = NULL, pooled = NULL, wanted = golden_tensor (b.results, text_of (one, "key")), wanted_pooled = golden_tensor (b.results, text_of (one, "pooled_key"));
    b.checkpoint.clip->layer = (int)mk_json_get_int (mk_json_get (one, "stop_at_clip_layer"));
    CHECK_OK (mk_clip_encode (&b.nn, b.checkpoint.clip, text_of (one, "prompt"), &states, &pooled, &error), error);
    CHECK_INT (mk_tensor_n_floats (states), ==, mk_tensor_n_floats (wanted));
    CHECK_CLOSE (text_of (one, "key"), mk_tensor_read (states), mk_tensor_read (wanted), mk_tensor_n_floats (wanted), mk_json_get_real (mk_json_get (one, "tol_abs")));
    CHECK_CLOSE (text_of (one, "pooled_key"), mk_tensor_read (pooled), mk_tensor_read (wanted_pooled), mk_tensor_n_floats (wanted_pooled), mk_json_get_real (mk_json_get (one, "tol_abs")));
  }
  bench_clear (&b);
}

TEST_WITHIN (textual_inversions_stand_where_comfyui_puts_them, 120)
{
  bench b;
  GError *error = NULL;
  bench_init (&b, NULL, "textual_inversion");
  EACH_CASE (b, one)
  {
    g_autoptr (mk_tensor) states = NULL, pooled = NULL;
    const mk_safetensor *wanted = mk_safetensors_find (b.results, text_of (one, "key"));
    if (mk_json_has (one, "error")) {
      CHECK (!mk_clip_encode (&b.nn, b.checkpoint.clip, text_of (one, "prompt"), &states, &pooled, NULL));
      continue;
    }
    CHECK_OK (mk_clip_encode (&b.nn, b.checkpoint.clip, text_of (one, "prompt"), &states, &pooled, &error), error);
    CHECK_INT (mk_tensor_n_floats (states) / 64, ==, 77 * mk_json_length (mk_json_get (one, "ids")));
    if (wanted == NULL)
      continue;
    g_autoptr (mk_tensor) numbers = golden_tensor (b.results, text_of (one, "key"));
    CHECK_CLOSE (text_of (one, "key"), mk_tensor_read (states), mk_tensor_read (numbers), mk_tensor_n_floats (numbers), mk_json_get_real (mk_json_get (one, "tol_abs")));
  }
  bench_clear (&b);
}

TEST_WITHIN (upscalers_enlarge_in_tiles_as_comfyuis, 120)
{
  bench b;
  GError *error = NULL;
  g_autofree char *path = golden_path ("tiny_esrgan_x4.safetensors");
  g_autoptr (mk_network) network = NULL;
  bench_init (&b, "esrgan_inputs", "esrgan");
  g_autoptr (mk_weights) weights = mk_upscaler_open (path, &error);
  CHECK_OK (weights, error);
  const mk_upscaler *upscaler = use (&b, MK_NETWORK_UPSCALER, weights, &network);
  EACH_CASE (b, one)
  {
    const char *key = text_of (one, "key");
    if (!mk_json_has (one, "image"))
      continue;
    g_autoptr (mk_image) image = picture_of (&b, text_of (one, "image"));
    double tolerance = mk_json_get_real (mk_json_get (one, "tol_abs"));
    if (g_str_has_suffix (key, "raw_bchw")) {
      mk_act in = mk_act_new (&b.nn, image->n, image->height, image->width, 3);
      memcpy (in.x, mk_image_read (image, 0), mk_image_n_bytes (image));
      check_act (&b, mk_upscaler_run (&b.nn, upscaler, in), key, tolerance);
    } else if (mk_json_has (one, "tile")) {
      g_autoptr (mk_image) large = mk_upscaler_enlarge (&b.nn, upscaler, image, (int)mk_json_get_int (mk_json_get (one, "tile")), (int)mk_json_get_int (mk_json_get (one, "overlap")), &error);
      CHECK_OK (large, error);
      check_image (&b, large, key, tolerance);
    } else {
      g_autoptr (mk_image) large = mk_upscaler_enlarge (&b.nn, upscaler, image, 512, 32, &error), part = mk_image_new (1, 32, 160, 3, NULL);
      for (int y = 0; y < 32; y++)
        memcpy (mk_image_write (part, 0) + y * 160 * 3, mk_image_read (large, 0) + (y * 2400 + 1900) * 3, 160 * 3 * sizeof (float));
      check_image (&b, part, key, tolerance);
    }
  }
  bench_clear (&b);
}

/* The network sees 34 pixels far. Tiles of 160 that share 96 begin at 0 and 64: left of 64 and from 160 on there is one tile, and
 * between 98 and 126 both are far from their own ends. */
TEST_WITHIN (in_tiles_is_as_in_one_piece_away_from_the_seams, 120)
{
  enum { W = 224, H = 24, ZOOM = 4 };
  bench b;
  GError *error = NULL;
  mk_network *network;
  g_autofree char *path = golden_path ("tiny_esrgan_x4.safetensors");
  bench_init (&b, "esrgan_inputs", "esrgan");
  g_autoptr (mk_weights) weights = mk_upscaler_open (path, &error);
  CHECK_OK (weights, error);
  const mk_upscaler *upscaler = use (&b, MK_NETWORK_UPSCALER, weights, &network);
  g_autoptr (mk_image) image = mk_image_new (1, H, W, 3, NULL);
  for (size_t i = 0; i < (size_t)H * W * 3; i++)
    mk_image_write (image, 0)[i] = 0.5f + 0.5f * sinf ((float)(i * i % 977));
  g_autoptr (mk_image) whole = mk_upscaler_enlarge (&b.nn, upscaler, image, 512, 32, &error), tiled = mk_upscaler_enlarge (&b.nn, upscaler, image, 160, 96, &error);
  CHECK_OK (whole, error);
  CHECK_OK (tiled, error);
  double worst = 0, at_seams = 0;
  for (int y = 0; y < H * ZOOM; y++)
    for (int x = 0; x < W * ZOOM; x++)
      for (int c = 0; c < 3; c++) {
        size_t at = ((size_t)y * W * ZOOM + (size_t)x) * 3 + (size_t)c;
        double difference = fabs ((double)mk_image_read (whole, 0)[at] - (double)mk_image_read (tiled, 0)[at]);
        bool is_away = x < 64 * ZOOM || (x >= 98 * ZOOM && x < 126 * ZOOM) || x >= 160 * ZOOM;
        if (is_away)
          worst = MAX (worst, difference);
        else
          at_seams = MAX (at_seams, difference);
      }
  if (worst > 2e-6)
    mk_test_fail (__FILE__, __LINE__, "away from the seams tiles differ by %g (at the seams by %g)", worst, at_seams);
  mk_network_release (network);
  bench_clear (&b);
}

/* What output pixel (x, y) of one picture is, summed as it is defined. */
static double
convolve (const float *weights, mk_act in, int n_in, int image, int x, int y, int zoom)
{
  double sum = 0;
  for (int ky = 0; ky < 3; ky++)
    for (int kx = 0; kx < 3; kx++) {
      int at_x = x + kx - 1, at_y = y + ky - 1;
      if (at_x < 0 || at_y < 0 || at_x >= in.w * zoom || at_y >= in.h * zoom)
        continue;
      const float *from = in.x + ((size_t)(image * in.h + at_y / zoom) * (size_t)in.w + (size_t)(at_x / zoom)) * (size_t)n_in;
      for (int i = 0; i < n_in; i++)
        sum += (double)weights[i * 9 + ky * 3 + kx] * from[i];
    }
  return sum;
}

/* Odd sides, outputs in two panels of which the second is narrow, doubling, and everything that is fused. */
static float *
waves (int n, int period, float pitch, float size)
{
  float *x = g_new (float, n);
  for (int i = 0; i < n; i++)
    x[i] = size * sinf ((float)(i % period) * pitch);
  return x;
}

TEST (large_convolutions_meet_the_plain_sum)
{
  enum { N = 2, H = 21, W = 17, IN = 64, OUT = 408 };
  bench b;
  bench_init (&b, NULL, "unet");
  g_autofree float *weights = waves (OUT * IN * 9, 7919, 1.7f, 0.1f), *bias = waves (OUT, OUT, 1.0f, 1.0f), *pixels = waves (N * H * W * IN, 6007, 0.9f, 1.0f);
  mk_act in = { N, H, W, IN, pixels, 0 };
  mk_dense *layer = mk_dense_new (&b.nn, weights, bias, OUT, IN, 3);
  for (int zoom = 1; zoom <= 2; zoom++) {
    mk_act residual = mk_act_new (&b.nn, N, H * zoom, W * zoom, OUT);
    for (size_t i = 0; i < mk_act_n_rows (residual) * OUT; i++)
      residual.x[i] = (float)(i % 5);
    mk_act out = mk_dense_run (&b.nn, layer, in, &(mk_dense_how) { .upsample = zoom == 2, .activation = MK_ACT_LEAKY, .residual = &residual });
    double worst = 0;
    for (size_t row = 0; row < mk_act_n_rows (out); row += 13)
      for (int o = 0; o < OUT; o += 29) {
        int area = out.h * out.w;
        double sum = convolve (weights + o * IN * 9, in, IN, (int)row / area, (int)row % area % out.w, (int)row % area / out.w, zoom) + (double)bias[o];
        double wanted = (sum < 0 ? 0.2 * sum : sum) + (double)residual.x[row * OUT + (size_t)o];
        worst = MAX (worst, fabs (wanted - (double)out.x[row * OUT + (size_t)o]));
      }
    if (!(worst < 2e-5))
      mk_test_fail (__FILE__, __LINE__, "doubled %d times it differs by %g", zoom - 1, worst);
    mk_act_free (&b.nn, out);
    mk_act_free (&b.nn, residual);
  }
  mk_dense_free (layer);
  bench_clear (&b);
}

/* One picture of 16×16 has 64 tiles, no more than one product takes: its panels are shared out instead. */
TEST (small_pictures_convolve_to_equal_bytes_at_any_thread_count)
{
  enum { SIDE = 16, IN = 64, OUT = 816, N_BYTES = SIDE * SIDE * OUT * sizeof (float) };
  g_autofree float *weights = waves (OUT * IN * 9, 7919, 1.7f, 0.1f), *pixels = waves (SIDE * SIDE * IN, 6007, 0.9f, 1.0f), *first = NULL;
  for (unsigned n_workers = 1; n_workers < 8; n_workers++) {
    g_autoptr (mk_pool) pool = mk_pool_new (n_workers);
    mk_nn nn;
    mk_nn_init (&nn, pool, NULL, 0);
    mk_dense *layer = mk_dense_new (&nn, weights, NULL, OUT, IN, 3);
    mk_act out = mk_dense_run (&nn, layer, (mk_act) { 1, SIDE, SIDE, IN, pixels, 0 }, NULL);
    CHECK (out.x != NULL);
    if (first == NULL)
      first = g_memdup2 (out.x, N_BYTES);
    if (memcmp (first, out.x, N_BYTES) != 0)
      mk_test_fail (__FILE__, __LINE__, "%u threads give other bytes than one", n_workers);
    mk_act_free (&nn, out);
    mk_dense_free (layer);
    mk_nn_clear (&nn);
  }
}
