#include "golden.h"

#include "diffusion/random.h"
#include "diffusion/sampler.h"
#include "diffusion/schedule.h"

#include <stdlib.h>
#include <string.h>

static void
check_draws (const mk_json *test, mk_safetensors *file)
{
  const char *key = mk_json_get_string (mk_json_get (test, "key"));
  const mk_json *shape = mk_json_get (test, "shape"), *draws = mk_json_get (test, "draws");
  const mk_json *kind = mk_json_get (test, "kind");
  mk_random random;
  if (shape == NULL && draws == NULL && !g_str_has_prefix (key, "rand."))
    return;
  size_t n = 1, at = 0;
  for (size_t i = 0; i < mk_json_length (shape); i++)
    n *= mk_json_get_uint (mk_json_at (shape, i));
  if (mk_safetensors_find (file, key) == NULL) { /* only its ends are stored */
    g_autofree char *first = g_strconcat (key, ".first64", NULL);
    g_autofree char *last = g_strconcat (key, ".last64", NULL);
    g_autoptr (mk_tensor) a = golden_tensor (file, first);
    g_autoptr (mk_tensor) b = golden_tensor (file, last);
    g_autofree float *out = g_new (float, n);
    mk_random_init (&random, g_ascii_strtoull (mk_json_get_string (mk_json_get (test, "seed")), NULL, 10));
    mk_random_normal (&random, out, n);
    CHECK_CLOSE (first, out, mk_tensor_read (a), 64, 0);
    CHECK_CLOSE (last, out + n - 64, mk_tensor_read (b), 64, 0);
    return;
  }
  g_autoptr (mk_tensor) wanted = golden_tensor (file, key);
  size_t total = mk_tensor_n_floats (wanted);
  g_autofree float *out = g_new0 (float, total);
  mk_random_init (&random, g_ascii_strtoull (mk_json_get_string (mk_json_get (test, "seed")), NULL, 10));
  if (draws != NULL)
    for (size_t i = 0; i < mk_json_length (draws); i++) {
      mk_random_normal (&random, out + at, mk_json_get_uint (mk_json_at (draws, i)));
      at += mk_json_get_uint (mk_json_at (draws, i));
    }
  else if (kind != NULL && g_str_has_prefix (key, "rand."))
    mk_random_uniform (&random, out, total);
  else if (g_str_has_prefix (key, "randn."))
    mk_random_normal (&random, out, total);
  else
    return;
  CHECK_CLOSE (key, out, mk_tensor_read (wanted), total, 0);
}

TEST (random_numbers_are_those_of_pytorch)
{
  g_autoptr (mk_safetensors) file = golden_open ("randn");
  g_autoptr (mk_json) document = golden_cases ("randn");
  const mk_json *cases = mk_json_get (document, "cases");
  CHECK_INT (mk_json_length (cases), >, 50);
  for (size_t i = 0; i < mk_json_length (cases); i++)
    check_draws (mk_json_at (cases, i), file);
}

TEST (brownian_noise_is_that_of_torchsde)
{
  g_autoptr (mk_safetensors) file = golden_open ("brownian");
  g_autoptr (mk_json) document = golden_cases ("brownian");
  const mk_json *cases = mk_json_get (document, "cases");
  CHECK_INT (mk_json_length (cases), ==, 5);
  for (size_t i = 0; i < mk_json_length (cases); i++) {
    const mk_json *test = mk_json_at (cases, i), *queries = mk_json_get (test, "queries_in_order");
    const char *key = mk_json_get_string (mk_json_get (test, "key"));
    const mk_safetensor *found = mk_safetensors_find (file, key);
    CHECK (found != NULL);
    g_autofree float *wanted = g_new (float, found->n_items);
    mk_safetensor_read (found, wanted);
    size_t n_queries = mk_json_length (queries), n = found->n_items / n_queries;
    g_autofree float *out = g_new (float, n);
    g_autoptr (mk_brownian) tree = mk_brownian_new (g_ascii_strtoull (mk_json_get_string (mk_json_get (test, "seed")), NULL, 10), n,
      mk_json_get_real (mk_json_get (test, "sigma_min")), mk_json_get_real (mk_json_get (test, "sigma_max")));
    for (size_t q = 0; q < n_queries; q++) {
      GError *error = NULL;
      const mk_json *query = mk_json_at (queries, q);
      CHECK_OK (mk_brownian_noise (tree, mk_json_get_real (mk_json_at (query, 0)), mk_json_get_real (mk_json_at (query, 1)), out, &error), error);
      CHECK_CLOSE (key, out, wanted + q * n, n, 1e-5);
    }
  }
}

static void
check_sigmas (const char *name, const float *sigmas, int n, const mk_json *wanted)
{
  if ((size_t)n != mk_json_length (wanted))
    mk_test_fail (__FILE__, __LINE__, "%s gives %d sigmas, wanted %zu", name, n, mk_json_length (wanted));
  for (int i = 0; i < n; i++) {
    const mk_json *value = mk_json_at (wanted, (size_t)i);
    if (value == NULL) {
      CHECK (isnan (sigmas[i]));
      continue;
    }
    double want = mk_json_get_real (value);
    if (!(fabs (sigmas[i] - want) <= 1e-6 * fabs (want) + 1e-9))
      mk_test_fail (__FILE__, __LINE__, "%s: sigma %d is %.9g, wanted %.9g", name, i, (double)sigmas[i], want);
  }
}

TEST (schedulers_give_the_sigmas_of_comfyui)
{
  g_autoptr (mk_json) document = golden_cases ("sigmas");
  const mk_json *cases = mk_json_get (document, "schedule");
  CHECK_INT (mk_json_length (cases), ==, 72);
  for (size_t i = 0; i < mk_json_length (cases); i++) {
    const mk_json *test = mk_json_at (cases, i);
    bool zero_snr = strcmp (mk_json_get_string (mk_json_get (test, "model")), "v_zsnr") == 0;
    const char *scheduler = mk_json_get_string (mk_json_get (test, "scheduler"));
    int steps = (int)mk_json_get_int (mk_json_get (test, "steps")), n;
    mk_schedule schedule;
    GError *error = NULL;
    mk_schedule_init (&schedule, zero_snr ? MK_PREDICT_V : MK_PREDICT_EPS, zero_snr);
    g_autofree float *sigmas = mk_schedule_steps (&schedule, scheduler, steps, &n, &error);
    CHECK_OK (sigmas, error);
    g_autofree char *name = g_strdup_printf ("%s of %d steps%s", scheduler, steps, zero_snr ? " (zero snr)" : "");
    check_sigmas (name, sigmas, n, mk_json_get (test, "sigmas"));
  }
}

TEST (ksampler_gets_the_sigmas_of_comfyui)
{
  g_autoptr (mk_json) document = golden_cases ("sigmas");
  const mk_json *cases = mk_json_get (document, "ksampler");
  mk_schedule schedule;
  CHECK_INT (mk_json_length (cases), ==, 162);
  mk_schedule_init (&schedule, MK_PREDICT_EPS, false);
  for (size_t i = 0; i < mk_json_length (cases); i++) {
    const mk_json *test = mk_json_at (cases, i);
    const char *sampler = mk_json_get_string (mk_json_get (test, "sampler")), *scheduler = mk_json_get_string (mk_json_get (test, "scheduler"));
    int n;
    GError *error = NULL;
    g_autofree float *sigmas = mk_schedule_for_sampler (&schedule, sampler, scheduler, (int)mk_json_get_int (mk_json_get (test, "steps")),
                                                        mk_json_get_real (mk_json_get (test, "denoise")), &n, &error);
    CHECK_OK (sigmas, error);
    check_sigmas (scheduler, sigmas, n, mk_json_get (test, "sigmas"));
  }
}

TEST (times_and_percents_are_those_of_comfyui)
{
  g_autoptr (mk_json) document = golden_cases ("sigmas");
  mk_schedule schedule;
  mk_schedule_init (&schedule, MK_PREDICT_EPS, false);
  const char *const lists[] = { "timestep_of_sigma", "sigma_of_timestep", "percent_to_sigma" };
  for (size_t l = 0; l < MK_COUNT (lists); l++) {
    const mk_json *list = mk_json_get (document, lists[l]);
    CHECK_INT (mk_json_length (list), >, 7);
    for (size_t i = 0; i < mk_json_length (list); i++) {
      double from = mk_json_get_real (mk_json_at (mk_json_at (list, i), 0)), want = mk_json_get_real (mk_json_at (mk_json_at (list, i), 1));
      double got = l == 0 ? mk_schedule_timestep (&schedule, from) : l == 1 ? mk_schedule_sigma (&schedule, from) : mk_schedule_at_percent (&schedule, from);
      CHECK_NEAR (got, want, 1e-6 * fabs (want));
    }
  }
}

enum { N_FLOATS = 3 };
#define SPREAD 0.7

/* The clean estimate of a normal distribution of that spread, and another for the unconditioned side. */
static bool
denoise_normal (void *user, const float *x, double sigma, float *clean, float *uncond, GError **error)
{
  (void)user;
  (void)error;
  for (int i = 0; i < N_FLOATS; i++) {
    clean[i] = (float)(x[i] * SPREAD * SPREAD / (SPREAD * SPREAD + sigma * sigma));
    if (uncond != NULL)
      uncond[i] = clean[i] * 0.5f + 0.1f;
  }
  return true;
}

static void
sample_normal (const char *name, mk_sampler_options options, float x[N_FLOATS])
{
  GError *error = NULL;
  float sigmas[] = { 8, 4, 1.5f, 0.5f, 0 };
  mk_sampling sampling = { .n = N_FLOATS, .sigmas = sigmas, .n_sigmas = 5, .seed = 11, .options = options, .denoise = denoise_normal };
  for (int i = 0; i < N_FLOATS; i++)
    x[i] = (float)(i - 1) * 6 + 1;
  CHECK_OK (mk_sampler_run (name, &sampling, x, &error), error);
}

TEST (er_sde_with_options_is_what_the_options_say)
{
  float own[N_FLOATS], three[N_FLOATS], one[N_FLOATS], euler[N_FLOATS], reverse[N_FLOATS], still[N_FLOATS];
  sample_normal ("er_sde", (mk_sampler_options) { 0 }, own);
  sample_normal ("er_sde", (mk_sampler_options) { .order = 3, .has_s_noise = true, .s_noise = 1 }, three);
  sample_normal ("er_sde", (mk_sampler_options) { .order = 1, .power = 1, .has_s_noise = true }, one); /* of first order without noise */
  sample_normal ("euler", (mk_sampler_options) { 0 }, euler);
  sample_normal ("er_sde", (mk_sampler_options) { .order = 3, .power = 2, .has_s_noise = true, .s_noise = 1 }, reverse);
  sample_normal ("er_sde", (mk_sampler_options) { .order = 3, .power = 2, .has_s_noise = true, .s_noise = 0 }, still);
  CHECK_CLOSE ("three stages", three, own, N_FLOATS, 0);
  CHECK_CLOSE ("one stage of the ordinary equation", one, euler, N_FLOATS, 1e-5);
  CHECK (golden_difference (reverse, own, N_FLOATS) > 1e-3 && golden_difference (reverse, still, N_FLOATS) > 1e-3);
}

TEST (the_other_form_of_cfg_pp_steps_towards_both_results)
{
  static const double sigmas[] = { 8, 4, 1.5, 0.5, 0 };
  float got[N_FLOATS], plain[N_FLOATS];
  sample_normal ("euler_cfg_pp", (mk_sampler_options) { .is_alternative = true }, got);
  sample_normal ("euler_cfg_pp", (mk_sampler_options) { 0 }, plain);
  for (int i = 0; i < N_FLOATS; i++) {
    double x = (i - 1) * 6 + 1;
    for (int k = 0; k < 4; k++) {
      double s = sigmas[k], clean = x * SPREAD * SPREAD / (SPREAD * SPREAD + s * s), uncond = clean * 0.5 + 0.1;
      x += (x - clean + uncond - clean) / s * (sigmas[k + 1] - s);
    }
    CHECK_NEAR (got[i], x, 1e-4);
  }
  CHECK (golden_difference (got, plain, N_FLOATS) > 1e-3);
}

/* From a little noise to much: on the way back each number is where it was. */
TEST (samplers_without_noise_go_from_pictures_to_noise_and_back)
{
  static const char *const names[] = { "euler", "heun", "dpmpp_2m", "deis", "lms", "ipndm", "dpm_2", "ddim" };
  enum { N = 65 };
  for (size_t k = 0; k < MK_COUNT (names); k++) {
    GError *error = NULL;
    float sigmas[N], x[N_FLOATS] = { -1, 0.3f, 0.7f }, start[N_FLOATS], ratio = powf (10.0f / 0.05f, 1.0f / (N - 1));
    memcpy (start, x, sizeof x);
    for (int i = 0; i < N; i++)
      sigmas[i] = 0.05f * powf (ratio, (float)i);
    mk_sampling up = { .n = N_FLOATS, .sigmas = sigmas, .n_sigmas = N, .denoise = denoise_normal };
    CHECK_OK (mk_sampler_run (names[k], &up, x, &error), error);
    /* the equation's own solution for a normal distribution: x grows with the root of its variance */
    double grows = sqrt ((SPREAD * SPREAD + 100) / (SPREAD * SPREAD + 0.05 * 0.05));
    for (int i = 0; i < N_FLOATS; i++)
      CHECK_NEAR (x[i] / grows, start[i], 0.06 * fabsf (start[i]));
    for (int i = 0; i < N / 2; i++) {
      float swap = sigmas[i];
      sigmas[i] = sigmas[N - 1 - i];
      sigmas[N - 1 - i] = swap;
    }
    CHECK_OK (mk_sampler_run (names[k], &up, x, &error), error);
    CHECK_CLOSE (names[k], x, start, N_FLOATS, 0.05);
  }
}

TEST (sigmas_that_turn_or_rise_under_noise_are_refused)
{
  float turns[] = { 0.03f, 1, 14, 0 }, rises[] = { 0.03f, 1, 14 }, x[N_FLOATS] = { 0 };
  g_autoptr (GError) turning = NULL, noisy = NULL;
  mk_sampling sampling = { .n = N_FLOATS, .sigmas = turns, .n_sigmas = 4, .denoise = denoise_normal };
  CHECK (!mk_sampler_run ("euler", &sampling, x, &turning));
  CHECK (strstr (turning->message, "sigma 3 is 0 after 14") != NULL);
  sampling.sigmas = rises;
  sampling.n_sigmas = 3;
  CHECK (!mk_sampler_run ("euler_ancestral", &sampling, x, &noisy));
  CHECK (strstr (noisy->message, "euler_ancestral needs sigmas that fall") != NULL);
}

/* How far a solver without noise ends from the equation's own solution. */
static double
adams_error (int n_steps, mk_sampler_options options)
{
  GError *error = NULL;
  float sigmas[65], x[N_FLOATS] = { -9, 3, 7 };
  for (int i = 0; i <= n_steps; i++)
    sigmas[i] = 10.0f * powf (0.01f, (float)i / (float)n_steps);
  options.has_eta = options.has_s_noise = true;
  mk_sampling sampling = { .n = N_FLOATS, .sigmas = sigmas, .n_sigmas = n_steps + 1, .options = options, .denoise = denoise_normal };
  CHECK_OK (mk_sampler_run ("sa_solver", &sampling, x, &error), error);
  return fabs (x[0] + 9 * sqrt ((SPREAD * SPREAD + 0.01) / (SPREAD * SPREAD + 100)));
}

TEST (sa_solver_with_options_is_of_the_order_they_say)
{
  float own[N_FLOATS], same[N_FLOATS], twice[N_FLOATS], pece[N_FLOATS];
  const mk_sampler_options defaults = { .order = 3, .corrector_order = 4, .has_eta = true, .eta = 1, .has_s_noise = true, .s_noise = 1 };
  mk_sampler_options both = defaults;
  both.evaluates_twice = true;
  sample_normal ("sa_solver", (mk_sampler_options) { 0 }, own);
  sample_normal ("sa_solver", defaults, same);
  sample_normal ("sa_solver_pece", (mk_sampler_options) { 0 }, pece);
  sample_normal ("sa_solver", both, twice);
  CHECK_CLOSE ("its own choices", same, own, N_FLOATS, 0);
  CHECK_CLOSE ("evaluated twice", twice, pece, N_FLOATS, 0);
  for (int simple = 0; simple < 2; simple++) { /* half the step, a quarter of the error; a corrector makes it smaller still */
    mk_sampler_options two = { .order = 2, .is_simple = simple == 1 }, corrected = { .order = 2, .corrector_order = 2, .is_simple = simple == 1 };
    double ratio = adams_error (32, two) / adams_error (64, two);
    if (ratio < 3 || ratio > 5 || adams_error (64, corrected) > adams_error (64, two) / 2)
      mk_test_fail (__FILE__, __LINE__, "simple %d: twice the steps make the error %g times smaller; %g after correcting, %g without", simple, ratio, adams_error (64, corrected), adams_error (64, two));
  }
  mk_sampler_options one = { .order = 1 };
  CHECK (adams_error (32, one) / adams_error (64, one) < 2.5);
}
