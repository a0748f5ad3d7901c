/* Models in the other layouts that people share them in: what comes out is what the usual layout gives. */
#include "../diffusion/weights_file.h"
#include "graph_golden.h"

#include "diffusion/networks.h"
#include "diffusion/weights_save.h"

#define N_LAYERS 24 /* as OpenCLIP's H has */
#define WIDTH    64

static void
add_tensor (weights_file *f, const char *name, int n_rows, int n_columns, const float *numbers)
{
  int dims[] = { n_rows, n_columns };
  weights_file_add (f, name, "F32", sizeof *numbers, n_rows == 1 ? dims + 1 : dims, n_rows == 1 ? 1 : 2, numbers);
}

static char *
write_tensors (weights_file *f, const char *name)
{
  char *path = g_build_filename (mk_test_folder (), name, NULL);
  weights_file_write (f, path);
  return path;
}

/* Small and without a pattern, the same for the same place. */
static float *
numbers (int place, int n, double scale)
{
  float *x = g_new (float, n);
  for (int i = 0; i < n; i++)
    x[i] = (float)(scale * sin (12.9898 * i + 78.233 * place + 0.001 * i * i));
  return x;
}

static void
add_numbers (weights_file *w, const char *name, int place, int n_rows, int n_columns, double offset)
{
  g_autofree float *x = numbers (place, n_rows * n_columns, 0.1);
  for (int i = 0; i < n_rows * n_columns; i++)
    x[i] += (float)offset;
  add_tensor (w, name, n_rows, n_columns, x);
}

static void
add_layer (weights_file *w, int i, bool is_open)
{
  static const struct {
    const char *open, *face;
    int n_rows, n_columns; /* 0 = a vector */
    double offset;
  } parts[] = {
    { "ln_1.weight", "layer_norm1.weight", 1, WIDTH, 1 },
    { "ln_1.bias", "layer_norm1.bias", 1, WIDTH, 0 },
    { "ln_2.weight", "layer_norm2.weight", 1, WIDTH, 1 },
    { "ln_2.bias", "layer_norm2.bias", 1, WIDTH, 0 },
    { "attn.out_proj.weight", "self_attn.out_proj.weight", WIDTH, WIDTH, 0 },
    { "attn.out_proj.bias", "self_attn.out_proj.bias", 1, WIDTH, 0 },
    { "mlp.c_fc.weight", "mlp.fc1.weight", 2 * WIDTH, WIDTH, 0 },
    { "mlp.c_fc.bias", "mlp.fc1.bias", 1, 2 * WIDTH, 0 },
    { "mlp.c_proj.weight", "mlp.fc2.weight", WIDTH, 2 * WIDTH, 0 },
    { "mlp.c_proj.bias", "mlp.fc2.bias", 1, WIDTH, 0 },
  };
  g_autofree char *place = g_strdup_printf (is_open ? "transformer.resblocks.%d." : "text_model.encoder.layers.%d.", i);
  for (size_t k = 0; k < MK_COUNT (parts); k++) {
    g_autofree char *name = g_strconcat (place, is_open ? parts[k].open : parts[k].face, NULL);
    add_numbers (w, name, 100 * i + (int)k, parts[k].n_rows, parts[k].n_columns, parts[k].offset);
  }
  g_autofree float *stack = numbers (100 * i + 50, 3 * WIDTH * WIDTH, 0.2), *biases = numbers (100 * i + 51, 3 * WIDTH, 0.1);
  if (is_open) {
    g_autofree char *weight = g_strconcat (place, "attn.in_proj_weight", NULL), *bias = g_strconcat (place, "attn.in_proj_bias", NULL);
    add_tensor (w, weight, 3 * WIDTH, WIDTH, stack);
    add_tensor (w, bias, 1, 3 * WIDTH, biases);
    return;
  }
  for (int k = 0; k < 3; k++) {
    g_autofree char *weight = g_strdup_printf ("%sself_attn.%c_proj.weight", place, "qkv"[k]), *bias = g_strdup_printf ("%sself_attn.%c_proj.bias", place, "qkv"[k]);
    add_tensor (w, weight, WIDTH, WIDTH, stack + k * WIDTH * WIDTH);
    add_tensor (w, bias, 1, WIDTH, biases + k * WIDTH);
  }
}

/* One of OpenCLIP's models in its own names, or in Hugging Face's. */
static char *
write_text_encoder (const char *name, bool is_open)
{
  weights_file w = weights_file_new ();
  add_numbers (&w, is_open ? "token_embedding.weight" : "text_model.embeddings.token_embedding.weight", 1, 49408, WIDTH, 0);
  add_numbers (&w, is_open ? "positional_embedding" : "text_model.embeddings.position_embedding.weight", 2, 77, WIDTH, 0);
  add_numbers (&w, is_open ? "ln_final.weight" : "text_model.final_layer_norm.weight", 3, 1, WIDTH, 1);
  add_numbers (&w, is_open ? "ln_final.bias" : "text_model.final_layer_norm.bias", 4, 1, WIDTH, 0);
  for (int i = 0; i < N_LAYERS; i++)
    add_layer (&w, i, is_open);
  g_autofree float *projection = numbers (5, WIDTH * WIDTH, 0.2), *turned = g_new (float, WIDTH * WIDTH);
  for (int i = 0; i < WIDTH * WIDTH; i++)
    turned[i] = projection[i % WIDTH * WIDTH + i / WIDTH];
  add_tensor (&w, is_open ? "text_projection" : "text_projection.weight", WIDTH, WIDTH, is_open ? projection : turned);
  return write_tensors (&w, name);
}

static void
encode (mk_clip *clip, mk_tensor **states, mk_tensor **pooled)
{
  GError *error = NULL;
  mk_nn nn;
  mk_nn_init (&nn, NULL, NULL, 0);
  CHECK_OK (mk_clip_encode (&nn, clip, "a (red:1.3) boat", states, pooled, &error), error);
  mk_nn_clear (&nn);
}

TEST_WITHIN (text_encoders_of_openclip_give_the_same_in_hugging_faces_names, 120)
{
  GError *error = NULL;
  g_autofree char *open = write_text_encoder ("open.safetensors", true), *face = write_text_encoder ("face.safetensors", false), *small = g_build_filename (mk_test_source (), "golden", "tiny_sd15.safetensors", NULL);
  g_autoptr (mk_clip) first = mk_clip_open (open, NULL, NULL, &error), second = mk_clip_open (face, NULL, NULL, &error), pair = mk_clip_open (face, small, NULL, &error);
  CHECK_OK (first != NULL && second != NULL && pair != NULL, error);
  g_autoptr (mk_tensor) states = NULL, pooled = NULL, states_2 = NULL, pooled_2 = NULL, states_3 = NULL, pooled_3 = NULL;
  encode (first, &states, &pooled);
  encode (second, &states_2, &pooled_2);
  encode (pair, &states_3, &pooled_3);
  CHECK_CLOSE ("states", mk_tensor_read (states_2), mk_tensor_read (states), mk_tensor_n_floats (states), 1e-5);
  CHECK_CLOSE ("pooled", mk_tensor_read (pooled_2), mk_tensor_read (pooled), mk_tensor_n_floats (pooled), 1e-5);
  CHECK_INT (pair->family, ==, MK_FAMILY_SDXL); /* in whatever order the two were named */
  CHECK_INT (states_3->dims[2], ==, 2 * WIDTH);
  CHECK_CLOSE ("pooled beside another", mk_tensor_read (pooled_3), mk_tensor_read (pooled), mk_tensor_n_floats (pooled), 1e-5);
  mk_networks_clear ();
}

TEST_WITHIN (saved_text_encoders_are_files_of_their_own_that_load_again, 120)
{
  GError *error = NULL;
  golden_bench b;
  golden_bench_init (&b, 1, "inputs");
  mk_run_context context = { .pool = b.pool, .folders = &b.folders };
  g_autofree char *folder = g_build_filename (mk_test_folder (), "text_encoders", NULL), *face = NULL, *saved_l = g_build_filename (mk_test_folder (), "clip", "two_clip_l_00001_.safetensors", NULL);
  g_autofree char *saved_g = g_build_filename (mk_test_folder (), "clip", "two_clip_g_00001_.safetensors", NULL);
  CHECK (mk_folder_make (folder, NULL));
  golden_link ("text_encoders", "tiny_sd15.safetensors");
  face = write_text_encoder ("text_encoders/face.safetensors", false);
  g_autoptr (mk_json) graph = golden_graph ("{\"node\":\"CLIPSave\",\"filename_prefix\":\"clip/two\",\"clip\":{\"node\":\"DualCLIPLoader\",\"clip_name1\":\"tiny_sd15.safetensors\",\"clip_name2\":\"face.safetensors\",\"type\":\"sdxl\"}}");
  g_autoptr (mk_run) run = golden_run (&b, &context, graph, &error);
  CHECK_OK (run, error);
  g_autoptr (mk_safetensors) file = mk_safetensors_open (saved_g, &error);
  CHECK_OK (file, error);
  CHECK (mk_safetensors_find (file, "text_projection.weight") != NULL && mk_safetensors_find (file, "text_model.final_layer_norm.weight") != NULL);
  g_autoptr (mk_clip) first = mk_clip_open (face, NULL, NULL, &error), again = mk_clip_open (saved_g, saved_l, NULL, &error), alone = mk_clip_open (saved_g, NULL, NULL, &error);
  CHECK_OK (first != NULL && again != NULL && alone != NULL, error);
  CHECK_INT (again->family, ==, MK_FAMILY_SDXL);
  g_autoptr (mk_tensor) states = NULL, pooled = NULL, states_2 = NULL, pooled_2 = NULL;
  encode (first, &states, &pooled);
  encode (alone, &states_2, &pooled_2);
  CHECK_CLOSE ("states", mk_tensor_read (states_2), mk_tensor_read (states), mk_tensor_n_floats (states), 0);
  CHECK_CLOSE ("pooled", mk_tensor_read (pooled_2), mk_tensor_read (pooled), mk_tensor_n_floats (pooled), 0);
  golden_bench_clear (&b);
  mk_networks_clear ();
}

TEST_WITHIN (controlnets_that_are_differences_become_whole_with_their_model, 120)
{
  GError *error = NULL;
  golden_bench b;
  golden_bench_init (&b, 1, "inputs");
  g_autofree char *checkpoint_path = g_build_filename (mk_test_folder (), "checkpoints", "tiny_sd15.safetensors", NULL), *control_path = g_build_filename (mk_test_folder (), "controlnet", "tiny_controlnet.safetensors", NULL);
  g_autofree char *path = g_build_filename (mk_test_folder (), "controlnet", "difference.safetensors", NULL);
  weights_file w = weights_file_new ();
  add_tensor (&w, "difference", 1, 1, (const float[]){ 0 });
  g_autofree char *marker_path = write_tensors (&w, "marker.safetensors");
  g_autoptr (mk_safetensors) marker_file = mk_safetensors_open (marker_path, &error);
  g_autoptr (mk_weights) marker = mk_weights_new (marker_file, "", false);
  mk_checkpoint checkpoint;
  CHECK_OK (mk_checkpoint_open (checkpoint_path, NULL, &checkpoint, &error), error);
  g_autoptr (mk_control_net) net = mk_control_net_open (control_path, NULL, &error);
  CHECK_OK (net, error);
#define KEY "input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight"
  g_autofree float *whole = mk_weights_read (net->weights, KEY, 0, &error), *models = mk_weights_read (checkpoint.model->weights, KEY, 0, &error);
  mk_patch patch = { .key = g_strdup (KEY), .other = mk_weights_ref (checkpoint.model->weights), .strength = -1, .base = 1 };
  g_autoptr (mk_weights) less = mk_weights_patch (net->weights, NULL, &patch, 1);
  CHECK_OK (mk_weights_save (path, (const mk_weights_place[]){ { less, "control_model." }, { marker, "" } }, 2, NULL, NULL, &error), error);
  g_autoptr (mk_control_net) again = mk_control_net_open (path, checkpoint.model, &error), alone = mk_control_net_open (path, NULL, &error);
  CHECK_OK (again != NULL && alone != NULL, error);
  g_autofree float *got = mk_weights_read (again->weights, KEY, 0, &error), *difference = mk_weights_read (alone->weights, KEY, 0, &error);
  size_t n = mk_weights_find (net->weights, KEY)->n_items;
  CHECK_CLOSE ("with its model", got, whole, n, 1e-3);
  for (size_t i = 0; i < n; i++)
    whole[i] -= models[i];
  CHECK_CLOSE ("without", difference, whole, n, 1e-3);
  mk_checkpoint_clear (&checkpoint);
  golden_bench_clear (&b);
}

static mk_tensor *
sample (const golden_bench *b, const char *loader)
{
  GError *error = NULL;
  mk_run_context context = { .pool = b->pool, .folders = &b->folders };
  g_autofree char *text = g_strdup_printf ("{\"node\":\"KSampler\",\"model\":{%s,\"out\":0},\"seed\":42,\"steps\":2,\"cfg\":7,\"sampler_name\":\"euler\",\"scheduler\":\"normal\","
                                           "\"positive\":{\"node\":\"CLIPTextEncode\",\"text\":\"a cat\",\"clip\":{%s,\"out\":1}},\"negative\":{\"node\":\"CLIPTextEncode\",\"text\":\"\",\"clip\":{%s,\"out\":1}},"
                                           "\"latent_image\":{\"node\":\"VAEEncode\",\"pixels\":{\"tensor\":\"img_64x64\"},\"vae\":{%s,\"out\":2}},\"denoise\":0.7}", loader, loader, loader, loader);
  g_autoptr (mk_json) graph = golden_graph (text);
  mk_value *value = golden_output (b, &context, graph, 0, &error);
  CHECK_OK (value, error);
  mk_tensor *samples = mk_tensor_ref (((const mk_latent *)mk_value_get (value, &mk_latent_type))->samples);
  mk_value_unref (value);
  return samples;
}

static void
save_part (const char *folder, const char *name, const mk_weights *weights, const char *prefix)
{
  GError *error = NULL;
  g_autofree char *directory = g_build_filename (mk_test_folder (), "diffusers", "of", "cats", folder, NULL), *path = g_build_filename (directory, name, NULL);
  CHECK (mk_folder_make (directory, NULL));
  CHECK_OK (mk_weights_save (path, &(mk_weights_place){ weights, prefix }, 1, NULL, NULL, &error), error);
}

TEST_WITHIN (a_folder_with_a_network_in_each_of_its_folders_is_a_checkpoint, 120)
{
  GError *error = NULL;
  golden_bench b;
  golden_bench_init (&b, 1, "inputs");
  mk_checkpoint checkpoint;
  g_autofree char *path = g_build_filename (mk_test_folder (), "checkpoints", "tiny_sd15.safetensors", NULL), *index = g_build_filename (mk_test_folder (), "diffusers", "of", "cats", "model_index.json", NULL);
  CHECK_OK (mk_checkpoint_open (path, NULL, &checkpoint, &error), error);
  save_part ("unet", "diffusion_pytorch_model.safetensors", checkpoint.model->weights, "");
  save_part ("vae", "diffusion_pytorch_model.safetensors", checkpoint.vae, "");
  CHECK (mk_file_write (index, "{}", 2, NULL));
#define FOLDER "\"node\":\"DiffusersLoader\",\"model_path\":\"of/cats\""
  mk_run_context context = { .pool = b.pool, .folders = &b.folders };
  g_autoptr (mk_json) graph = golden_graph ("{" FOLDER "}");
  CHECK (golden_output (&b, &context, graph, 0, &error) == NULL);
  CHECK (strstr (error->message, "“of/cats” holds no text_encoder/model.safetensors") != NULL);
  save_part ("text_encoder", "model.fp16.safetensors", checkpoint.clip->encoders[0], "text_model.");
  g_autoptr (mk_tensor) wanted = sample (&b, "\"node\":\"CheckpointLoaderSimple\",\"ckpt_name\":\"tiny_sd15.safetensors\""), got = sample (&b, FOLDER);
  CHECK_INT (mk_tensor_n_floats (got), ==, mk_tensor_n_floats (wanted));
  CHECK_CLOSE ("latents", mk_tensor_read (got), mk_tensor_read (wanted), mk_tensor_n_floats (wanted), 1e-3);
  mk_checkpoint_clear (&checkpoint);
  golden_bench_clear (&b);
}
