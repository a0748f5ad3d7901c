/* bench_diffusion.c - Stable Diffusion 1.5 at full size with random weights, against PyTorch (torch_peer.py).
 *
 * Use   bench_diffusion [--json] [part…]; parts: load text unet256 unet512 vae cancel steps. The weights, 2 GB, are made once by
 *       make_weights.py in the cache folder of the user (MIKTOS_BENCH_WEIGHTS names another file). */
#include "../bench.h"
#include "diffusion/checkpoint.h"
#include "diffusion/networks.h"
#include "diffusion/nn_profile.h"
#include "diffusion/sample.h"
#include "diffusion/vae.h"

#include <pthread.h>
#include <string.h>
#include <sys/resource.h>

typedef struct {
  mk_nn nn;
  mk_checkpoint checkpoint;
  const mk_unet *unet;
  const mk_vae *vae;
  int side;
  double weights_mb; /* as stored, of the networks in use */
} work;

static void
fill (float *x, size_t n)
{
  uint32_t state = 1;
  for (size_t i = 0; i < n; i++) {
    state = state * 1664525u + 1013904223u;
    x[i] = (float)(state >> 8) * 0x1p-23f - 1.0f;
  }
}

static void
run_unet (void *user)
{
  work *w = user;
  float t = 500;
  mk_act x = mk_act_new (&w->nn, 1, w->side / 8, w->side / 8, 4), context = mk_act_new (&w->nn, 1, 77, 1, 768);
  fill (x.x, mk_act_n_rows (x) * 4);
  fill (context.x, 77 * 768);
  mk_act out = mk_unet_run (&w->nn, w->unet, x, &(mk_unet_how) { .t = &t, .context = context });
  mk_act_free (&w->nn, x);
  mk_act_free (&w->nn, context);
  mk_act_free (&w->nn, out);
}

static void
run_vae (void *user)
{
  work *w = user;
  g_autoptr (mk_tensor) latent = mk_tensor_new_4 (1, 4, 64, 64, NULL);
  fill (mk_tensor_write (latent), mk_tensor_n_floats (latent));
  mk_image_unref (mk_vae_decode (&w->nn, w->vae, latent, 0, 0, NULL));
}

static void
run_text (void *user)
{
  work *w = user;
  g_autoptr (mk_tensor) states = NULL, pooled = NULL;
  g_assert (mk_clip_encode (&w->nn, w->checkpoint.clip, "a photo of a cat", &states, &pooled, NULL));
}

/* Of all threads of the process. */
static double
processor_ms (void)
{
  struct rusage usage;
  getrusage (RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-3;
}

/* A step's time, and the share of it that bare oneDNN products of its layers' shapes would take: of the time on the clock, and of the
 * processors' own, which others on the machine disturb less. */
static void
measure_unet (bool as_json, work *w)
{
  g_autofree char *name = g_strdup_printf ("unet step %dx%d", w->side, w->side), *share = g_strdup_printf ("%s, bare products", name), *own_share = g_strdup_printf ("%s, of processor time", share);
  double best = 1e30, own = 1e30;
  for (int i = 0; i < 2; i++) {
    double before = processor_ms (), by_clock = bench_best_ms (1, run_unet, w), by_processor = (processor_ms () - before) / mk_pool_n_workers (w->nn.pool);
    best = MIN (best, by_clock);
    own = MIN (own, by_processor);
  }
  mk_profile_turn_on ();
  double before = mk_profile_bare_seconds ();
  run_unet (w);
  double bare = 1e3 * (mk_profile_bare_seconds () - before);
  bench_print (as_json, name, best, "ms", 0);
  bench_print (as_json, share, 100 * bare / best, "%", 0);
  bench_print (as_json, own_share, 100 * bare / own, "%", 0);
}

/* --- from cancel to silence --- */

#define N_CANCELS 8

typedef struct {
  work *w;
  mk_cancel cancel;
  double ended_ms;
} cancelled;

static void *
run_until_cancelled (void *user)
{
  cancelled *c = user;
  mk_job job = { .cancel = &c->cancel };
  c->w->nn.job = &job;
  run_unet (c->w);
  c->ended_ms = bench_now_ms ();
  g_clear_error (&c->w->nn.error);
  c->w->nn.job = NULL;
  return NULL;
}

/* The longest of several, at moments spread over a step of 512 × 512. */
static double
measure_cancel (work *w, double step_ms)
{
  double worst = 0;
  w->side = 512;
  for (int i = 0; i < N_CANCELS; i++) {
    cancelled c = { .w = w };
    pthread_t thread;
    pthread_create (&thread, NULL, run_until_cancelled, &c);
    g_usleep ((gulong)(step_ms * 1e3 * (i + 0.5) / (N_CANCELS + 1)));
    double fired = bench_now_ms ();
    mk_cancel_fire (&c.cancel);
    pthread_join (thread, NULL);
    worst = MAX (worst, c.ended_ms - fired);
  }
  return worst;
}

/* --- memory over the steps --- */

typedef struct {
  double first_mb, most_mb;
} resident;

static double
resident_mb (void)
{
  long pages = 0, total = 0;
  FILE *file = fopen ("/proc/self/statm", "re");
  if (file == NULL || fscanf (file, "%ld %ld", &total, &pages) != 2)
    pages = 0;
  if (file != NULL)
    fclose (file);
  return (double)pages * 4096 / 1048576;
}

static void
note_step (void *user, int step, int n_steps, const float *clean, int height, int width)
{
  resident *r = user;
  double now = resident_mb ();
  (void)n_steps;
  (void)clean;
  (void)height;
  (void)width;
  if (step == 0)
    r->first_mb = now;
  r->most_mb = MAX (r->most_mb, now);
}

static GPtrArray *
encode (work *w, const char *text)
{
  mk_tensor *states = NULL, *pooled = NULL;
  g_assert (mk_clip_encode (&w->nn, w->checkpoint.clip, text, &states, &pooled, NULL));
  GPtrArray *conditions = mk_conditioning_new ();
  g_ptr_array_add (conditions, mk_condition_new (states, pooled));
  return conditions;
}

static resident
measure_steps (work *w)
{
  resident r = { 0 };
  GError *error = NULL;
  g_autoptr (GPtrArray) positive = encode (w, "a cat"), negative = encode (w, "fog");
  g_autoptr (mk_tensor) latent = mk_tensor_new_4 (1, 4, 64, 64, NULL), noise = mk_sample_noise (latent, 1, NULL, NULL);
  mk_guider guider = { MK_GUIDER_CFG, w->checkpoint.model, positive, negative, NULL, 7, 0 };
  int n_sigmas;
  g_autofree float *sigmas = mk_schedule_for_sampler (&w->checkpoint.model->schedule, "euler", "normal", 4, 1, &n_sigmas, &error);
  mk_sample request = { .guider = &guider, .sampler = "euler", .sigmas = sigmas, .n_sigmas = n_sigmas, .noise = noise, .latent = latent, .preview = note_step, .user = &r };
  mk_tensor *out = mk_sample_run (&w->nn, &request, NULL, &error);
  if (out == NULL)
    g_error ("%s", error->message);
  mk_tensor_unref (out);
  return r;
}

static bool
is_wanted (int argc, char **argv, const char *name)
{
  bool any = false;
  for (int i = 1; i < argc; i++) {
    if (strcmp (argv[i], name) == 0)
      return true;
    any = any || argv[i][0] != '-';
  }
  return !any;
}

/* Intermediate results of one part are not kept for the next: a node of the engine frees them, too. */
static void
begin_part (work *w)
{
  GError *error = NULL;
  mk_pool *pool = w->nn.pool;
  if (!mk_nn_finish (&w->nn, &error))
    g_error ("%s", error->message);
  mk_nn_clear (&w->nn);
  mk_nn_init (&w->nn, pool, NULL, 0);
}

static const void *
use (work *w, mk_network_kind kind, mk_weights *weights)
{
  GError *error = NULL;
  mk_network *network = mk_networks_use (kind, weights, &w->nn, &error);
  if (network == NULL)
    g_error ("%s", error->message);
  w->weights_mb += (double)mk_weights_n_bytes (weights) / 1048576;
  return mk_network_get (network);
}

int
main (int argc, char **argv)
{
  bool as_json = argc > 1 && g_str_equal (argv[1], "--json");
  g_autofree char *cached = g_build_filename (g_get_user_cache_dir (), "miktos", "bench_sd15.safetensors", NULL);
  const char *path = g_getenv ("MIKTOS_BENCH_WEIGHTS") != NULL ? g_getenv ("MIKTOS_BENCH_WEIGHTS") : cached;
  work w = { 0 };
  GError *error = NULL;
  g_autoptr (mk_pool) pool = mk_pool_new (0);
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_print ("%s is not there; make it with bench/diffusion/make_weights.py\n", path);
    return 77;
  }
  mk_nn_init (&w.nn, pool, NULL, 0);
  if (!mk_checkpoint_open (path, NULL, &w.checkpoint, &error))
    g_error ("%s", error->message);
  double start = bench_now_ms ();
  w.unet = use (&w, MK_NETWORK_UNET, w.checkpoint.model->weights);
  bench_print (as_json, "load the UNet, warm", bench_now_ms () - start, "ms", 2000);
  for (w.side = 256; w.side <= 512; w.side += 256) {
    g_autofree char *part = g_strdup_printf ("unet%d", w.side);
    if (is_wanted (argc, argv, part))
      measure_unet (as_json, &w);
  }
  if (is_wanted (argc, argv, "cancel")) {
    w.side = 512;
    bench_print (as_json, "cancel at 512x512, the longest of 8", measure_cancel (&w, bench_best_ms (1, run_unet, &w)), "ms", 100);
  }
  if (is_wanted (argc, argv, "steps")) {
    resident r = measure_steps (&w);
    bench_print (as_json, "resident after step 1 of 4, 512x512, CFG", r.first_mb, "MB", 0);
    bench_print (as_json, "resident at most, steps 2 to 4", r.most_mb, "MB", 0);
  }
  begin_part (&w);
  if (is_wanted (argc, argv, "text")) {
    use (&w, MK_NETWORK_TEXT, w.checkpoint.clip->encoders[0]);
    bench_print (as_json, "text encoding", bench_best_ms (3, run_text, &w), "ms", 0);
  }
  begin_part (&w);
  if (is_wanted (argc, argv, "vae")) {
    w.vae = use (&w, MK_NETWORK_VAE, w.checkpoint.vae);
    bench_print (as_json, "vae decode 512x512", bench_best_ms (1, run_vae, &w), "ms", 0);
  }
  if (!mk_nn_finish (&w.nn, &error))
    g_error ("%s", error->message);
  struct rusage usage;
  getrusage (RUSAGE_SELF, &usage);
  bench_print (as_json, "peak memory", (double)usage.ru_maxrss / 1024, "MB", 0);
  bench_print (as_json, "peak memory beyond the weights as stored", (double)usage.ru_maxrss / 1024 - w.weights_mb, "MB", 1024);
  mk_nn_clear (&w.nn);
  mk_checkpoint_clear (&w.checkpoint);
  return 0;
}
