/* graph_golden.h - runs the nested node calls of ComfyUI's reference results, and compares. */
#pragma once
#include "base/file.h"
#include "base/pool.h"
#include "check.h"
#include "../diffusion/golden.h"
#include "graph/registry.h"
#include "graph/run.h"
#include "nodes/diffusion/types.h"
#include "nodes/image/types.h"
#include "nodes/nodes.h"

#include <string.h>

typedef struct {
  mk_registry *registry;
  mk_pool *pool;
  mk_folders folders;
  mk_safetensors *inputs;
} golden_bench;

/* The tiny models, in the folders where loaders look. */
static inline void
golden_link (const char *folder, const char *name)
{
  g_autofree char *directory = g_build_filename (mk_test_folder (), folder, NULL), *to = g_build_filename (directory, name, NULL), *from = g_build_filename (mk_test_source (), "golden", name, NULL);
  g_autofree char *bytes = NULL;
  size_t length;
  CHECK (mk_folder_make (directory, NULL));
  CHECK (mk_file_read (from, 0, &bytes, &length, NULL) && mk_file_write (to, bytes, length, NULL));
}

static inline void
golden_bench_init (golden_bench *b, unsigned n_workers, const char *inputs)
{
  *b = (golden_bench) { .registry = mk_registry_new (), .pool = mk_pool_new (n_workers), .inputs = golden_open (inputs) };
  b->folders = (mk_folders) { .input = mk_test_folder (), .output = mk_test_folder (), .temp = mk_test_folder (), .models = mk_test_folder (), .assets = mk_test_folder () };
  CHECK (mk_registry_add_all (b->registry, mk_all_nodes, NULL));
  golden_link ("checkpoints", "tiny_sd15.safetensors");
  golden_link ("controlnet", "tiny_controlnet.safetensors");
  golden_link ("loras", "tiny_lora.safetensors");
  golden_link ("upscale_models", "tiny_esrgan_x4.safetensors");
  golden_link ("embeddings", "tiny_embedding.safetensors");
}

static inline void
golden_bench_clear (golden_bench *b)
{
  mk_safetensors_unref (b->inputs);
  mk_pool_free (b->pool);
  mk_registry_free (b->registry);
}

static mk_run *golden_run (const golden_bench *b, const mk_run_context *context, const mk_json *graph, GError **error);

static inline mk_json *
golden_graph (const char *text)
{
  mk_json *graph = NULL;
  CHECK (mk_json_parse (text, -1, NULL, &graph, NULL));
  return graph;
}

/* Output `index` of a node call. */
static inline mk_value *
golden_output (const golden_bench *b, const mk_run_context *context, const mk_json *graph, size_t index, GError **error)
{
  g_autoptr (mk_run) run = golden_run (b, context, graph, error);
  return run != NULL ? mk_value_ref (run->outputs[index]->pdata[0]) : NULL;
}

static inline mk_value *
golden_reference (const golden_bench *b, const mk_run_context *context, const char *name)
{
  const char *graphs[] = { "{\"node\":\"CheckpointLoaderSimple\",\"ckpt_name\":\"tiny_sd15.safetensors\"}", "{\"node\":\"ControlNetLoader\",\"control_net_name\":\"tiny_controlnet.safetensors\"}",
                           "{\"node\":\"UpscaleModelLoader\",\"model_name\":\"tiny_esrgan_x4.safetensors\"}" };
  bool control = strcmp (name, "controlnet") == 0, upscale = strcmp (name, "upscale_model") == 0;
  g_autoptr (mk_json) graph = golden_graph (graphs[control ? 1 : upscale ? 2 : 0]);
  return golden_output (b, context, graph, strcmp (name, "clip") == 0 ? 1 : strcmp (name, "vae") == 0 ? 2 : 0, NULL);
}

static inline mk_value *
golden_tensor_value (const golden_bench *b, const char *name, const char *type)
{
  mk_tensor *t = golden_tensor (b->inputs, name);
  if (strcmp (type, "LATENT") == 0)
    return mk_value_new (&mk_latent_type, mk_latent_with (NULL, t));
  bool is_mask = t->n_dims == 3;
  mk_image *image = mk_image_new (t->dims[0], t->dims[1], t->dims[2], is_mask ? 1 : t->dims[3], NULL);
  memcpy (mk_image_write (image, 0), mk_tensor_read (t), mk_image_n_bytes (image));
  mk_tensor_unref (t);
  return is_mask ? mk_value_new_mask (image) : mk_value_new_image (image);
}

static inline mk_value *
golden_latent (const golden_bench *b, const mk_json *json)
{
  const mk_json *samples = mk_json_get (json, "samples"), *zeros = mk_json_get (samples, "zeros");
  mk_tensor *t;
  if (zeros != NULL)
    t = mk_tensor_new_4 ((int)mk_json_get_int (mk_json_at (zeros, 0)), (int)mk_json_get_int (mk_json_at (zeros, 1)), (int)mk_json_get_int (mk_json_at (zeros, 2)), (int)mk_json_get_int (mk_json_at (zeros, 3)), NULL);
  else
    t = golden_tensor (b->inputs, mk_json_get_string (mk_json_get (samples, "tensor")));
  mk_latent *latent = mk_latent_with (NULL, t);
  const mk_json *mask = mk_json_get (json, "noise_mask"), *index = mk_json_get (json, "batch_index");
  if (mask != NULL) {
    mk_value *value = golden_tensor_value (b, mk_json_get_string (mk_json_get (mask, "tensor")), "MASK");
    latent->noise_mask = mk_image_ref (mk_value_get (value, &mk_mask_type));
    mk_value_unref (value);
  }
  if (index != NULL) {
    const mk_json *list = mk_json_has (index, "list") ? mk_json_get (index, "list") : index;
    latent->batch_index = g_new (int, mk_json_length (list));
    for (size_t i = 0; i < mk_json_length (list); i++)
      latent->batch_index[i] = (int)mk_json_get_int (mk_json_at (list, i));
  }
  return mk_value_new (&mk_latent_type, latent);
}

static inline mk_value *
golden_value (const golden_bench *b, const mk_run_context *context, const mk_port *port, const mk_json *json, GError **error)
{
  if (mk_json_get_kind (json) != MK_JSON_OBJECT)
    return mk_value_of_json (json, port->type);
  if (mk_json_has (json, "node"))
    return golden_output (b, context, json, (size_t)mk_json_get_int (mk_json_get (json, "out")), error);
  if (mk_json_has (json, "ref"))
    return golden_reference (b, context, mk_json_get_string (mk_json_get (json, "ref")));
  if (mk_json_has (json, "tensor"))
    return golden_tensor_value (b, mk_json_get_string (mk_json_get (json, "tensor")), port->type);
  if (mk_json_has (json, "latent"))
    return golden_latent (b, mk_json_get (json, "latent"));
  if (mk_json_has (json, "text"))
    return golden_output (b, context, json, 0, error);
  mk_test_fail (__FILE__, __LINE__, "what is %s?", mk_json_print (json));
}

/* {"text": …} alone is CLIPTextEncode with the checkpoint's CLIP. */
static inline mk_json *
golden_call (const mk_json *graph)
{
  mk_json *call = mk_json_copy (graph);
  if (!mk_json_has (graph, "node")) {
    mk_json_set (call, "node", mk_json_new_string ("CLIPTextEncode"));
    if (!mk_json_has (call, "clip"))
      mk_json_set (call, "clip", golden_graph ("{\"ref\":\"clip\"}"));
  }
  return call;
}

static mk_run *
golden_run (const golden_bench *b, const mk_run_context *context, const mk_json *given, GError **error)
{
  g_autoptr (mk_json) graph = golden_call (given);
  const mk_node_def *def = mk_registry_find (b->registry, mk_json_get_string (mk_json_get (graph, "node")));
  if (def == NULL)
    mk_test_fail (__FILE__, __LINE__, "there is no node %s", mk_json_get_string (mk_json_get (graph, "node")));
  g_autoptr (mk_run) run = mk_run_new (context, def, "1");
  for (size_t i = 0; def->inputs[i].name != NULL; i++)
    if (mk_json_has (graph, def->inputs[i].name)) {
      g_autoptr (GPtrArray) list = mk_value_list_new ();
      mk_value *value = golden_value (b, context, &def->inputs[i], mk_json_get (graph, def->inputs[i].name), error);
      if (value == NULL)
        return NULL;
      g_ptr_array_add (list, value);
      mk_run_set_input (run, i, list);
    }
  return def->run (run, error) ? g_steal_pointer (&run) : NULL;
}

/* The numbers of a value, borrowed. */
static inline const float *
golden_numbers (const mk_value *value, size_t *n)
{
  const mk_latent *latent = mk_value_get (value, &mk_latent_type);
  const GPtrArray *conditions = mk_value_get (value, &mk_conditioning_type);
  const mk_image *image = mk_value_get (value, &mk_image_type);
  if (image == NULL)
    image = mk_value_get (value, &mk_mask_type);
  const mk_tensor *t = latent != NULL ? latent->samples : conditions != NULL ? ((mk_condition *)conditions->pdata[0])->states : NULL;
  if (t == NULL && image == NULL)
    return NULL;
  *n = t != NULL ? mk_tensor_n_floats (t) : mk_image_n_bytes (image) / sizeof (float);
  return t != NULL ? mk_tensor_read (t) : mk_image_read (image, 0);
}

/* The tolerances were found where products are summed in one order; of processors that take another, the most sensitive case (uni_pc
 * over 8 steps of linear_quadratic) is 1.03 times as far off. */
#define OTHER_PROCESSOR 1.25

/* Runs a case and prints what is wrong; 0 when it is right. A case without results is one that ended with an error. */
static inline int
golden_case (const golden_bench *b, const mk_json *one, const mk_safetensors *results, bool verbose)
{
  mk_run_context context = { .pool = b->pool, .folders = &b->folders };
  const char *key = mk_json_get_string (mk_json_get (one, "key"));
  const mk_json *outs = mk_json_get (one, "out");
  double tolerance = OTHER_PROCESSOR * mk_json_get_real (mk_json_get (one, "tol_abs"));
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_run) run = golden_run (b, &context, mk_json_get (one, "graph"), &error);
  if (mk_json_length (outs) == 0) {
    if (run != NULL)
      g_print ("# %s succeeded, wanted %s\n", key, mk_json_get_string (mk_json_get (one, "error")));
    return run != NULL;
  }
  if (run == NULL) {
    g_print ("# %s failed: %s\n", key, error->message);
    return 1;
  }
  size_t index = 0;
  for (size_t i = 0; i < mk_json_length (outs); i++) {
    const char *name = mk_json_get_string (mk_json_at (outs, i));
    const mk_safetensor *wanted = mk_safetensors_find (results, name);
    if (wanted == NULL)
      mk_test_fail (__FILE__, __LINE__, "no result %s", name);
    g_autofree float *numbers = g_new (float, wanted->n_items);
    mk_safetensor_read (wanted, numbers);
    size_t n = 0;
    const float *got = NULL;
    if (g_str_has_suffix (name, ".noise_mask")) {
      const mk_latent *latent = mk_value_get (run->outputs[index > 0 ? index - 1 : 0]->pdata[0], &mk_latent_type);
      got = latent->noise_mask != NULL ? mk_image_read (latent->noise_mask, 0) : NULL;
      n = latent->noise_mask != NULL ? mk_image_n_bytes (latent->noise_mask) / sizeof (float) : 0;
    } else {
      size_t from = mk_json_has (mk_json_get (one, "graph"), "out") && mk_json_get_kind (mk_json_get (mk_json_get (one, "graph"), "out")) == MK_JSON_INT ? (size_t)mk_json_get_int (mk_json_get (mk_json_get (one, "graph"), "out")) : index;
      got = golden_numbers (run->outputs[from]->pdata[0], &n);
      index++;
    }
    double worst = got != NULL && n == wanted->n_items ? golden_difference (got, numbers, n) : INFINITY;
    if (verbose || !(worst <= tolerance))
      g_print ("# %s: %s differs by %g, allowed %g (%zu numbers of %zu)\n", worst <= tolerance ? "ok" : "WRONG", name, worst, tolerance, n, wanted->n_items);
    if (!(worst <= tolerance))
      return 1;
  }
  return 0;
}

/* All cases with a graph of tests/golden/NAME.json, or every `stride`th from `first` on. */
static inline void
golden_check (golden_bench *b, const char *name, size_t first, size_t stride)
{
  g_autoptr (mk_json) document = golden_cases (name);
  g_autoptr (mk_safetensors) results = golden_open (name);
  const mk_json *cases = mk_json_get (document, "cases");
  bool verbose = g_getenv ("MIKTOS_GOLDEN") != NULL;
  int n_wrong = 0;
  for (size_t i = first; i < mk_json_length (cases); i += stride)
    if (mk_json_has (mk_json_at (cases, i), "graph"))
      n_wrong += golden_case (b, mk_json_at (cases, i), results, verbose);
  CHECK_INT (n_wrong, ==, 0);
}
