/* Nodes that change how a model is guided or what it sees, by what must hold of them. */
#include "../diffusion/weights_file.h"
#include "graph_golden.h"

/* Prompts are sampled together or one by one, and some processors multiply more rows in another order: 2.5e-4 was seen. What acts
 * moves pictures by far more. */
#define NOTHING 1e-3

#define PLAIN "{\"ref\":\"model\"}"
#define CAT "{\"text\":\"a photo of a cat, masterpiece\"}"
#define UGLY "{\"text\":\"bad, ugly\"}"
#define PIXELS "\"vae\":{\"ref\":\"vae\"},\"pixels\":{\"tensor\":\"img_64x64\"}"

#define SMALL "{\"latent\":{\"samples\":{\"tensor\":\"lat_8x8\"}}}"
#define LARGE "{\"node\":\"LatentUpscale\",\"samples\":" SMALL ",\"upscale_method\":\"bilinear\",\"width\":72,\"height\":104,\"crop\":\"disabled\"}"

/* What KSampler makes in two steps. */
static mk_tensor *
sample_from (const golden_bench *b, const char *model, const char *positive, const char *negative, double cfg, const char *latent)
{
  GError *error = NULL;
  mk_run_context context = { .pool = b->pool, .folders = &b->folders };
  g_autofree char *text = g_strdup_printf ("{\"node\":\"KSampler\",\"model\":%s,\"seed\":42,\"steps\":2,\"cfg\":%g,\"sampler_name\":\"euler\",\"scheduler\":\"normal\",\"positive\":%s,\"negative\":%s,"
                                           "\"latent_image\":%s,\"denoise\":1.0}", model, cfg, positive, negative, latent);
  g_autoptr (mk_json) graph = golden_graph (text);
  mk_value *value = golden_output (b, &context, graph, 0, &error);
  CHECK_OK (value, error);
  mk_tensor *samples = mk_tensor_ref (((const mk_latent *)mk_value_get (value, &mk_latent_type))->samples);
  mk_value_unref (value);
  return samples;
}

static mk_tensor *
sample (const golden_bench *b, const char *model, const char *positive, const char *negative, double cfg)
{
  return sample_from (b, model, positive, negative, cfg, SMALL);
}

static double
apart (const mk_tensor *a, const mk_tensor *b)
{
  CHECK_INT (mk_tensor_n_floats (a), ==, mk_tensor_n_floats (b));
  return golden_difference (mk_tensor_read (a), mk_tensor_read (b), mk_tensor_n_floats (a));
}

static mk_tensor *
sample_shrunk (const golden_bench *b, int block, double factor, double start, double end)
{
  g_autofree char *model = g_strdup_printf ("{\"node\":\"PatchModelAddDownscale\",\"model\":" PLAIN ",\"block_number\":%d,\"downscale_factor\":%g,\"start_percent\":%g,\"end_percent\":%g,"
                                            "\"downscale_after_skip\":true,\"downscale_method\":\"bicubic\",\"upscale_method\":\"bislerp\"}", block, factor, start, end);
  return sample (b, model, CAT, UGLY, 7.5);
}

TEST_WITHIN (pictures_shrink_inside_of_a_model_when_and_where_they_are_told_to, 120)
{
  golden_bench b;
  golden_bench_init (&b, 2, "inputs");
  g_autoptr (mk_tensor) plain = sample (&b, PLAIN, CAT, UGLY, 7.5);
  g_autoptr (mk_tensor) by_one = sample_shrunk (&b, 1, 1, 0, 1), nowhere = sample_shrunk (&b, 30, 2, 0, 1), never = sample_shrunk (&b, 1, 2, 0.5, 0.6);
  CHECK (apart (plain, by_one) == 0);
  CHECK (apart (plain, nowhere) == 0);
  CHECK (apart (plain, never) == 0);
  for (int block = 1; block < 8; block++) {
    g_autoptr (mk_tensor) shrunk = sample_shrunk (&b, block, 1.7, 0, 1);
    double difference = apart (plain, shrunk);
    CHECK (difference > 1e-3 && difference < 1e3);
  }
  golden_bench_clear (&b);
}

TEST_WITHIN (damped_guidance_leaves_equal_prompts_alone, 120)
{
  golden_bench b;
  golden_bench_init (&b, 2, "inputs");
  const char *damped = "{\"node\":\"TCFG\",\"model\":" PLAIN "}";
  g_autoptr (mk_tensor) plain = sample (&b, PLAIN, CAT, CAT, 7.5), same = sample (&b, damped, CAT, CAT, 7.5), other = sample (&b, damped, CAT, UGLY, 7.5), undamped = sample (&b, PLAIN, CAT, UGLY, 7.5);
  CHECK (apart (plain, same) < NOTHING);
  CHECK (apart (other, undamped) > NOTHING);
  golden_bench_clear (&b);
}

#define RANGE "{\"node\":\"ConditioningTimestepsRange\",\"start_percent\":0.4,\"end_percent\":1.0,\"out\":%d}"

TEST_WITHIN (properties_of_a_prompt_are_those_that_the_single_nodes_set, 120)
{
  golden_bench b;
  golden_bench_init (&b, 2, "inputs");
  const char *early = "{\"node\":\"ConditioningSetTimestepRange\",\"conditioning\":" CAT ",\"start\":0.0,\"end\":0.4}";
  const char *late = "{\"node\":\"ConditioningSetTimestepRange\",\"conditioning\":" UGLY ",\"start\":0.4,\"end\":1.0}";
  g_autofree char *one_by_one = g_strdup_printf ("{\"node\":\"ConditioningCombine\",\"conditioning_1\":%s,\"conditioning_2\":%s}", early, late);
  g_autofree char *before = g_strdup_printf (RANGE, 1), *during = g_strdup_printf (RANGE, 0);
  g_autofree char *first = g_strdup_printf ("{\"node\":\"ConditioningSetProperties\",\"cond_NEW\":" CAT ",\"strength\":3.0,\"set_cond_area\":\"default\",\"timesteps\":%s}", before);
  g_autofree char *at_once = g_strdup_printf ("{\"node\":\"ConditioningSetPropertiesAndCombine\",\"cond\":%s,\"cond_NEW\":" UGLY ",\"strength\":3.0,\"set_cond_area\":\"default\",\"timesteps\":%s}", first, during);
  g_autofree char *pair = g_strdup_printf ("{\"node\":\"PairConditioningSetPropertiesAndCombine\",\"positive\":" CAT ",\"negative\":%s,\"positive_NEW\":" CAT ",\"negative_NEW\":" UGLY ",\"strength\":1.0,"
                                          "\"set_cond_area\":\"default\",\"timesteps\":%s,\"out\":1}", first, during);
  g_autoptr (mk_tensor) wanted = sample (&b, PLAIN, one_by_one, UGLY, 7.5), plain = sample (&b, PLAIN, CAT, UGLY, 7.5);
  g_autoptr (mk_tensor) combined = sample (&b, PLAIN, at_once, UGLY, 7.5), paired = sample (&b, PLAIN, pair, UGLY, 7.5);
  CHECK (apart (wanted, plain) > 1e-3);
  CHECK (apart (combined, wanted) == 0);
  CHECK (apart (paired, wanted) == 0);
  golden_bench_clear (&b);
}

TEST_WITHIN (prompts_in_pairs_are_masked_and_joined_each_on_its_side, 120)
{
  golden_bench b;
  golden_bench_init (&b, 2, "inputs");
  static const char mask[] = "{\"node\":\"SolidMask\",\"value\":0.5,\"width\":64,\"height\":64}";
  g_autofree char *single = g_strdup_printf ("{\"node\":\"ConditioningSetMask\",\"conditioning\":" CAT ",\"mask\":%s,\"strength\":0.5,\"set_cond_area\":\"default\"}", mask);
  g_autofree char *set = g_strdup_printf ("{\"node\":\"PairConditioningSetProperties\",\"positive_NEW\":" CAT ",\"negative_NEW\":" UGLY ",\"mask\":%s,\"strength\":0.5,\"set_cond_area\":\"default\"}", mask);
  g_autofree char *both = g_strdup_printf ("{\"node\":\"ConditioningCombine\",\"conditioning_1\":%s,\"conditioning_2\":" UGLY "}", single);
  g_autofree char *pair = g_strdup_printf ("{\"node\":\"PairConditioningCombine\",\"positive_A\":%s,\"negative_A\":" UGLY ",\"positive_B\":" UGLY ",\"negative_B\":" CAT "}", set);
  g_autoptr (mk_tensor) wanted = sample (&b, PLAIN, both, UGLY, 7.5), plain = sample (&b, PLAIN, CAT, UGLY, 7.5), paired = sample (&b, PLAIN, pair, UGLY, 7.5);
  CHECK (apart (wanted, plain) > 1e-3);
  CHECK (apart (paired, wanted) == 0);
  golden_bench_clear (&b);
}

static void
write_wider (const char *name, int n_more, float share)
{
  g_autofree char *path = g_build_filename (mk_test_folder (), "checkpoints", name, NULL);
  write_widened ("tiny_sd15", path, n_more, share);
}

#define BLIND "{\"node\":\"CheckpointLoaderSimple\",\"ckpt_name\":\"blind.safetensors\"}"
#define SEEING "{\"node\":\"CheckpointLoaderSimple\",\"ckpt_name\":\"seeing.safetensors\"}"
#define INSTRUCT(index) "{\"node\":\"InstructPixToPixConditioning\",\"positive\":" CAT ",\"negative\":" UGLY "," PIXELS ",\"out\":" index "}"

TEST_WITHIN (instructed_models_see_the_picture_of_each_prompt, 120)
{
  golden_bench b;
  golden_bench_init (&b, 2, "inputs");
  write_wider ("blind.safetensors", 4, 0);
  write_wider ("seeing.safetensors", 4, 1);
  g_autoptr (mk_tensor) plain = sample (&b, PLAIN, CAT, UGLY, 7.5), blinded = sample (&b, BLIND, INSTRUCT ("0"), INSTRUCT ("1"), 7.5), unshown = sample (&b, SEEING, CAT, UGLY, 7.5);
  CHECK (apart (plain, blinded) < NOTHING);
  CHECK (apart (plain, unshown) < NOTHING);
  g_autoptr (mk_tensor) both = sample (&b, SEEING, INSTRUCT ("0"), INSTRUCT ("1"), 7.5), positive = sample (&b, SEEING, INSTRUCT ("0"), UGLY, 7.5), alone = sample (&b, SEEING, CAT, INSTRUCT ("1"), 1);
  g_autoptr (mk_tensor) without = sample (&b, SEEING, CAT, UGLY, 1);
  CHECK (apart (both, plain) > 1e-2);
  CHECK (apart (both, positive) > 1e-2); /* the negative prompt's is its own */
  CHECK (apart (alone, without) == 0);
  golden_bench_clear (&b);
}

#define PAINT(index) "{\"node\":\"InpaintModelConditioning\",\"positive\":" CAT ",\"negative\":" UGLY "," PIXELS ",\"mask\":{\"node\":\"SolidMask\",\"value\":0.7,\"width\":32,\"height\":24},\"noise_mask\":true,\"out\":" index "}"

TEST_WITHIN (what_is_painted_in_may_grow_while_it_is_painted, 120)
{
  golden_bench b;
  golden_bench_init (&b, 2, "inputs");
  write_wider ("blind.safetensors", 5, 0);
  write_wider ("seeing.safetensors", 5, 1);
  g_autoptr (mk_tensor) plain = sample_from (&b, PLAIN, CAT, UGLY, 7.5, LARGE), blinded = sample_from (&b, BLIND, PAINT ("0"), PAINT ("1"), 7.5, LARGE);
  CHECK (apart (plain, blinded) < NOTHING);
  g_autoptr (mk_tensor) shown = sample_from (&b, SEEING, PAINT ("0"), PAINT ("1"), 7.5, LARGE);
  CHECK (apart (plain, shown) > 1e-2 && isfinite (mk_tensor_read (shown)[0]));
  golden_bench_clear (&b);
}

TEST_WITHIN (what_acts_before_the_guidance_builds_on_what_acted_before_it, 120)
{
  golden_bench b;
  golden_bench_init (&b, 2, "inputs");
#define PROJECTED(model) "{\"node\":\"APG\",\"eta\":0.5,\"norm_threshold\":5.0,\"momentum\":0.0,\"model\":" model "}"
#define SCALED(model)    "{\"node\":\"FreSca\",\"scale_low\":1.0,\"scale_high\":2.0,\"freq_cutoff\":2,\"model\":" model "}"
  g_autoptr (mk_tensor) projected = sample (&b, PROJECTED (PLAIN), CAT, UGLY, 7.5), scaled = sample (&b, SCALED (PLAIN), CAT, UGLY, 7.5);
  g_autoptr (mk_tensor) last = sample (&b, PROJECTED (SCALED (PLAIN)), CAT, UGLY, 7.5), first = sample (&b, SCALED (PROJECTED (PLAIN)), CAT, UGLY, 7.5);
  CHECK (apart (last, projected) > 1e-3 && apart (last, scaled) > 1e-3);
  CHECK (apart (last, first) > 1e-3);
  golden_bench_clear (&b);
}

/* The numbers are pinned in tests/diffusion/test_guide.c; here what a workflow gets. */
TEST_WITHIN (models_with_patches_sample_otherwise_and_without_effect_as_before, 120)
{
  golden_bench b;
  golden_bench_init (&b, 2, "inputs");
  g_autoptr (mk_tensor) plain = sample (&b, PLAIN, CAT, UGLY, 7.5);
  const struct {
    const char *node;
    bool changes;
  } cases[] = {
    { "\"FreSca\",\"scale_low\":1.0,\"scale_high\":1.0,\"freq_cutoff\":2", false },
    { "\"FreSca\",\"scale_low\":1.0,\"scale_high\":1.25,\"freq_cutoff\":2", true },
    { "\"FreSca\",\"scale_low\":1.0,\"scale_high\":3.0,\"freq_cutoff\":20", false }, /* all are low */
    { "\"PerpNeg\",\"empty_conditioning\":{\"text\":\"\"},\"neg_scale\":1.0", true },
    { "\"PerpNeg\",\"empty_conditioning\":" UGLY ",\"neg_scale\":0.0", false }, /* plain guidance away from it */
    { "\"SelfAttentionGuidance\",\"scale\":0.0,\"blur_sigma\":2.0", false },
    { "\"HyperTile\",\"tile_size\":256,\"swap_size\":2,\"max_depth\":0,\"scale_depth\":false", false }, /* no tile is smaller */
    { "\"HyperTile\",\"tile_size\":32,\"swap_size\":2,\"max_depth\":0,\"scale_depth\":false", true },
    { "\"TomePatchModel\",\"ratio\":0.0", false },
    { "\"TomePatchModel\",\"ratio\":0.5", true },
    { "\"ModelSamplingContinuousEDM\",\"sampling\":\"edm\",\"sigma_max\":120.0,\"sigma_min\":0.002", true },
    { "\"ModelSamplingContinuousV\",\"sampling\":\"v_prediction\",\"sigma_max\":500.0,\"sigma_min\":0.03", true },
  };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *model = g_strdup_printf ("{\"node\":%s,\"model\":" PLAIN "}", cases[i].node);
    g_autoptr (mk_tensor) patched = sample (&b, model, CAT, UGLY, 7.5);
    double difference = apart (plain, patched);
    if (cases[i].changes ? !(difference > NOTHING) || !isfinite (difference) : !(difference < NOTHING))
      mk_test_fail (__FILE__, __LINE__, "%s: differs by %g", cases[i].node, difference);
  }
  golden_bench_clear (&b);
}
