/* encode_text.c - prompts become conditions. */
#include "nodes/diffusion/types.h"

#include <string.h>

static const mk_port clip_text_encode_inputs[] = {
  { "text", "STRING", .multiline = true, .dynamic_prompts = true },
  { "clip", "CLIP", "The text encoder that reads the text." },
  { 0 } };
static const mk_port clip_text_encode_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };
static const mk_port clip_set_last_layer_inputs[] = {
  { "clip", "CLIP" },
  { "stop_at_clip_layer", "INT", MK_INT_RANGE (-24, -1, -1, 1) },
  { 0 } };
static const mk_port clip_set_last_layer_outputs[] = { { "CLIP", "CLIP" }, { 0 } };
static const mk_port clip_text_encode_sdxl_inputs[] = {
  { "clip", "CLIP" },
  { "width", "INT", MK_INT_RANGE (0, 16384, 1024, 0) },
  { "height", "INT", MK_INT_RANGE (0, 16384, 1024, 0) },
  { "crop_w", "INT", MK_INT_RANGE (0, 16384, 0, 0) },
  { "crop_h", "INT", MK_INT_RANGE (0, 16384, 0, 0) },
  { "target_width", "INT", MK_INT_RANGE (0, 16384, 1024, 0) },
  { "target_height", "INT", MK_INT_RANGE (0, 16384, 1024, 0) },
  { "text_g", "STRING", .multiline = true, .dynamic_prompts = true },
  { "text_l", "STRING", .multiline = true, .dynamic_prompts = true },
  { 0 } };
static const mk_port clip_text_encode_sdxl_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };
static const mk_port clip_text_encode_sdxl_refiner_inputs[] = {
  { "ascore", "FLOAT", MK_FLOAT_RANGE (0.0, 1000.0, 6.0, 0.01) },
  { "width", "INT", MK_INT_RANGE (0, 16384, 1024, 0) },
  { "height", "INT", MK_INT_RANGE (0, 16384, 1024, 0) },
  { "text", "STRING", .multiline = true, .dynamic_prompts = true },
  { "clip", "CLIP" },
  { 0 } };
static const mk_port clip_text_encode_sdxl_refiner_outputs[] = { { "CONDITIONING", "CONDITIONING" }, { 0 } };

/* One condition of two texts, or NULL. */
static GPtrArray *
encode (mk_run *run, const char *text_l, const char *text_g, GError **error)
{
  mk_clip *clip = mk_run_need_data (run, "clip", &mk_clip_type, error);
  mk_tensor *states = NULL, *pooled = NULL;
  mk_nn nn;
  if (clip == NULL)
    return NULL;
  mk_run_nn_init (run, &nn);
  bool good = mk_clip_encode_two (&nn, clip, text_l, text_g, &states, &pooled, error);
  mk_nn_clear (&nn);
  if (!good)
    return NULL;
  GPtrArray *list = mk_conditioning_new ();
  g_ptr_array_add (list, mk_condition_new (states, pooled));
  return list;
}

static bool
run_encode (mk_run *run, GError **error)
{
  const char *text = mk_run_get_string (run, "text");
  return mk_run_answer (run, 0, &mk_conditioning_type, encode (run, text, text, error));
}

static bool
run_layer (mk_run *run, GError **error)
{
  mk_clip *clip = mk_run_need_data (run, "clip", &mk_clip_type, error);
  if (clip == NULL)
    return false;
  mk_clip *copy = mk_clip_copy (clip);
  copy->layer = (int)mk_run_get_int (run, "stop_at_clip_layer");
  return mk_run_answer (run, 0, &mk_clip_type, copy);
}

static bool
run_xl (mk_run *run, GError **error)
{
  static const char *const names[6] = { "width", "height", "crop_w", "crop_h", "target_width", "target_height" };
  GPtrArray *list = encode (run, mk_run_get_string (run, "text_l"), mk_run_get_string (run, "text_g"), error);
  for (int i = 0; list != NULL && i < 6; i++)
    ((mk_condition *)list->pdata[0])->sizes[i] = (double)mk_run_get_int (run, names[i]);
  return mk_run_answer (run, 0, &mk_conditioning_type, list);
}

static bool
run_refiner (mk_run *run, GError **error)
{
  const char *text = mk_run_get_string (run, "text");
  GPtrArray *list = encode (run, text, text, error);
  if (list == NULL)
    return false;
  mk_condition *c = list->pdata[0];
  c->sizes[0] = (double)mk_run_get_int (run, "width");
  c->sizes[1] = (double)mk_run_get_int (run, "height");
  c->aesthetic = mk_run_get_real (run, "ascore");
  return mk_run_answer (run, 0, &mk_conditioning_type, list);
}

const mk_node_def mk_node_clip_text_encode = { .id = "CLIPTextEncode", .label = "CLIP Text Encode (Prompt)", .category = "conditioning", .python_module = "nodes", .inputs = clip_text_encode_inputs, .outputs = clip_text_encode_outputs, .run = run_encode };
const mk_node_def mk_node_clip_set_last_layer = { .id = "CLIPSetLastLayer", .label = "CLIP Set Last Layer", .category = "conditioning", .python_module = "nodes", .inputs = clip_set_last_layer_inputs, .outputs = clip_set_last_layer_outputs, .run = run_layer };
const mk_node_def mk_node_clip_text_encode_sdxl = { .id = "CLIPTextEncodeSDXL", .category = "advanced/conditioning", .python_module = "comfy_extras.nodes_clip_sdxl", .inputs = clip_text_encode_sdxl_inputs, .outputs = clip_text_encode_sdxl_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_xl };
const mk_node_def mk_node_clip_text_encode_sdxl_refiner = { .id = "CLIPTextEncodeSDXLRefiner", .category = "advanced/conditioning", .python_module = "comfy_extras.nodes_clip_sdxl", .inputs = clip_text_encode_sdxl_refiner_inputs, .outputs = clip_text_encode_sdxl_refiner_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_refiner };
