/* What ComfyUI's own nodes gave for the same models and seeds: tests/golden. */
#include "graph_golden.h"

#include "engine/executor.h"
#include "graph/validate.h"
#include "media/png.h"

static void
check (const char *name, const char *inputs)
{
  golden_bench b;
  golden_bench_init (&b, 2, inputs);
  golden_check (&b, name, 0, 1);
  golden_bench_clear (&b);
}

TEST_WITHIN (every_sampler_and_scheduler_gives_comfyuis_latents, 240)
{
  check ("ksampler", "inputs");
}

TEST_WITHIN (masks_places_times_batches_and_model_patches_give_comfyuis_latents, 240)
{
  check ("ksampler_extra", "inputs");
}

TEST_WITHIN (controlnets_give_comfyuis_latents, 120)
{
  check ("controlnet", "inputs");
}

TEST_WITHIN (upscalers_give_comfyuis_pictures, 120)
{
  check ("esrgan", "esrgan_inputs");
}

TEST_WITHIN (loras_change_texts_and_latents_as_in_comfyui, 120)
{
  check ("lora_te_fp16", "inputs");
}

TEST_WITHIN (latents_are_scaled_mixed_and_composed_as_in_comfyui, 120)
{
  check ("latentops", "latentops_inputs");
}

TEST_WITHIN (loras_on_text_encoders_of_32_bits_give_comfyuis_texts_and_latents, 120)
{
  golden_bench b;
  golden_bench_init (&b, 2, "inputs");
  CHECK (g_setenv ("MIKTOS_FP32_TEXT_ENC", "1", true)); /* patched weights are not rounded to halves then */
  golden_check (&b, "lora", 0, 1);
  golden_bench_clear (&b);
}

/* The whole way, as a client asks for it: pictures as floats, and the bytes that are saved. */
TEST_WITHIN (texts_become_comfyuis_pictures, 120)
{
  golden_bench b;
  golden_bench_init (&b, 2, "inputs");
  g_autoptr (mk_json) document = golden_cases ("t2i");
  const mk_json *cases = mk_json_get (document, "cases");
  for (size_t i = 0; i < mk_json_length (cases); i++) {
    const mk_json *one = mk_json_at (cases, i);
    const char *key = mk_json_get_string (mk_json_get (one, "key"));
    GError *error = NULL;
    mk_cache *cache = mk_cache_new (0);
    mk_engine engine = { .registry = b.registry, .cache = cache, .folders = &b.folders, .pool = b.pool };
    g_auto (mk_validation) validation = { 0 };
    mk_execution_result result = { 0 };
    mk_json *prompt = mk_json_get (one, "prompt_api");
    CHECK (mk_prompt_validate (b.registry, &b.folders, prompt, NULL, &validation));
    mk_execution execution = { .prompt = prompt, .outputs = validation.outputs };
    CHECK_OK (mk_engine_run (&engine, &execution, &result, &error), error);
    g_autofree char *name = g_strdup_printf ("golden_%05zu_.png", i + 1), *path = g_build_filename (mk_test_folder (), name, NULL);
    g_autofree char *wanted_path = g_build_filename (mk_test_source (), "golden", mk_json_get_string (mk_json_get (one, "png")), NULL);
    g_autofree char *bytes = NULL, *wanted_bytes = NULL;
    size_t length, wanted_length, n_off = 0;
    CHECK_OK (mk_file_read (path, 0, &bytes, &length, &error), error);
    CHECK_OK (mk_file_read (wanted_path, 0, &wanted_bytes, &wanted_length, &error), error);
    g_autoptr (mk_image) got = mk_png_decode (bytes, length, &error), wanted = mk_png_decode (wanted_bytes, wanted_length, &error);
    CHECK_OK (got != NULL && wanted != NULL, error);
    CHECK_INT (mk_image_n_bytes (got), ==, mk_image_n_bytes (wanted));
    for (size_t k = 0; k < mk_image_n_bytes (got) / sizeof (float); k++) {
      double difference = fabs ((double)mk_image_read (got, 0)[k] - mk_image_read (wanted, 0)[k]) * 255;
      n_off += difference > 0.5;
      CHECK_REAL (difference, <, 1.5);
    }
    if (n_off * 100 >= mk_image_n_bytes (got) / sizeof (float))
      mk_test_fail (__FILE__, __LINE__, "%s: %zu bytes of %zu are off by one", key, n_off, mk_image_n_bytes (got) / sizeof (float));
    mk_execution_result_clear (&result);
    mk_cache_free (cache);
  }
  golden_bench_clear (&b);
}

/* The latent that SamplerCustom makes with a sampler of the given node. */
static float *
sample_with (const golden_bench *b, const char *sampler, size_t *n)
{
  mk_run_context context = { .pool = b->pool, .folders = &b->folders };
  g_autofree char *text = g_strdup_printf ("{\"node\":\"SamplerCustom\",\"model\":{\"ref\":\"model\"},\"add_noise\":true,\"noise_seed\":7,\"cfg\":2,\"positive\":{\"text\":\"a cat\"},\"negative\":{\"text\":\"\"},"
                                           "\"sampler\":{\"node\":%s},\"sigmas\":{\"node\":\"KarrasScheduler\",\"steps\":4,\"sigma_max\":14.6,\"sigma_min\":0.03,\"rho\":7},\"latent_image\":{\"latent\":{\"samples\":{\"zeros\":[1,4,8,8]}}}}", sampler);
  g_autoptr (mk_json) graph = golden_graph (text);
  GError *error = NULL;
  g_autoptr (mk_run) run = golden_run (b, &context, graph, &error);
  CHECK_OK (run, error);
  const float *numbers = golden_numbers (run->outputs[0]->pdata[0], n);
  return g_memdup2 (numbers, *n * sizeof (float));
}

/* Without fresh noise stochastic samplers are the deterministic ones that they extend; at order 1 linear multistep is Euler's. */
TEST_WITHIN (single_samplers_with_their_options_meet_the_samplers_that_they_generalise, 120)
{
  static const struct {
    const char *sampler, *same;
    double tolerance;
  } pairs[] = {
    { "\"SamplerEulerAncestral\",\"eta\":1,\"s_noise\":1", "\"KSamplerSelect\",\"sampler_name\":\"euler_ancestral\"", 0 },
    { "\"SamplerEulerAncestral\",\"eta\":0,\"s_noise\":1", "\"KSamplerSelect\",\"sampler_name\":\"euler\"", 0 },
    { "\"SamplerEulerAncestralCFGPP\",\"eta\":0,\"s_noise\":1", "\"KSamplerSelect\",\"sampler_name\":\"euler_cfg_pp\"", 0 },
    { "\"SamplerLMS\",\"order\":4", "\"KSamplerSelect\",\"sampler_name\":\"lms\"", 0 },
    { "\"SamplerLMS\",\"order\":1", "\"KSamplerSelect\",\"sampler_name\":\"euler\"", 1e-3 },
    { "\"SamplerDPMPP_2M_SDE\",\"solver_type\":\"midpoint\",\"eta\":0,\"s_noise\":1,\"noise_device\":\"cpu\"", "\"KSamplerSelect\",\"sampler_name\":\"dpmpp_2m\"", 1e-3 },
    { "\"SamplerDPMPP_2M_SDE\",\"solver_type\":\"heun\",\"eta\":1,\"s_noise\":1,\"noise_device\":\"cpu\"", "\"KSamplerSelect\",\"sampler_name\":\"dpmpp_2m_sde_heun\"", 0 },
    { "\"SamplerDPMPP_3M_SDE\",\"eta\":1,\"s_noise\":1,\"noise_device\":\"cpu\"", "\"KSamplerSelect\",\"sampler_name\":\"dpmpp_3m_sde\"", 0 },
    { "\"SamplerDPMPP_SDE\",\"eta\":0,\"s_noise\":1,\"r\":0.5,\"noise_device\":\"cpu\"", "\"SamplerDPMPP_2S_Ancestral\",\"eta\":0,\"s_noise\":1", 1e-2 },
    { "\"SamplerDPMPP_SDE\",\"eta\":1,\"s_noise\":1,\"r\":0.5,\"noise_device\":\"gpu\"", "\"KSamplerSelect\",\"sampler_name\":\"dpmpp_sde\"", 0 },
    { "\"SamplerDPMAdaptative\",\"order\":3,\"rtol\":0.05,\"atol\":0.0078,\"h_init\":0.05,\"pcoeff\":0,\"icoeff\":1,\"dcoeff\":0,\"accept_safety\":0.81,\"eta\":0,\"s_noise\":1", "\"KSamplerSelect\",\"sampler_name\":\"dpm_adaptive\"", 0 },
  };
  golden_bench b;
  golden_bench_init (&b, 2, "inputs");
  for (size_t i = 0; i < MK_COUNT (pairs); i++) {
    size_t n = 0, n_same = 0;
    g_autofree float *got = sample_with (&b, pairs[i].sampler, &n), *same = sample_with (&b, pairs[i].same, &n_same);
    CHECK_INT (n, ==, n_same);
    CHECK_CLOSE (pairs[i].sampler, got, same, n, pairs[i].tolerance);
  }
  size_t n = 0;
  g_autofree float *loud = sample_with (&b, "\"SamplerEulerAncestral\",\"eta\":1,\"s_noise\":1.5", &n), *still = sample_with (&b, "\"SamplerEulerAncestral\",\"eta\":1,\"s_noise\":1", &n);
  CHECK (golden_difference (loud, still, n) > 0.01);
  golden_bench_clear (&b);
}
