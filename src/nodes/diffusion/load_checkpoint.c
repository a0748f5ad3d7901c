/* load_checkpoint.c - whole checkpoints, and their parts from files of their own. */
#include "nodes/diffusion/model_files.h"
#include "nodes/diffusion/types.h"

#include <string.h>

static char **
list_checkpoints (const mk_run *run)
{
  return mk_model_files_list (run, "checkpoints", NULL);
}
static char **
list_unets (const mk_run *run)
{
  return mk_model_files_list (run, "diffusion_models", "unet");
}
static char **
list_clips (const mk_run *run)
{
  return mk_model_files_list (run, "text_encoders", "clip");
}
static char **
list_vaes (const mk_run *run)
{
  return mk_model_files_list (run, "vae", NULL);
}
static char **
list_controls (const mk_run *run)
{
  return mk_model_files_list (run, "controlnet", "t2i_adapter");
}
static char **
list_upscalers (const mk_run *run)
{
  return mk_model_files_list (run, "upscale_models", NULL);
}

static const char *const number_kinds[] = { "default", "fp8_e4m3fn", "fp8_e4m3fn_fast", "fp8_e5m2", NULL };
static const char *const clip_kinds[] = { "stable_diffusion", "stable_cascade", "sd3", "stable_audio", "mochi", "ltxv", "pixart", "cosmos", "lumina2", "wan", "hidream", "chroma", "ace", "omnigen2", "qwen_image", "hunyuan_image", NULL };
static const char *const devices[] = { "default", "cpu", NULL };
static const char *const pair_kinds[] = { "sdxl", "sd3", "flux", "hunyuan_video", "hidream", "hunyuan_image", NULL };
static const mk_port checkpoint_loader_simple_inputs[] = {
  { "ckpt_name", "COMBO", "The file that holds the model, its text encoder and its VAE.", .list_options = list_checkpoints },
  { 0 } };
static const mk_port checkpoint_loader_simple_outputs[] = { { "MODEL", "MODEL" }, { "CLIP", "CLIP" }, { "VAE", "VAE" }, { 0 } };
/* The files that came with ComfyUI, which knows them by name here as well. */
static const char *const configs[] = { "anything_v3.yaml", "v1-inference.yaml", "v1-inference_clip_skip_2.yaml", "v1-inference_clip_skip_2_fp16.yaml", "v1-inference_fp16.yaml", "v1-inpainting-inference.yaml", "v2-inference-v.yaml", "v2-inference-v_fp32.yaml", "v2-inference.yaml", "v2-inference_fp32.yaml", "v2-inpainting-inference.yaml", NULL };
static const mk_port checkpoint_loader_inputs[] = {
  { "config_name", "COMBO", .options = configs },
  { "ckpt_name", "COMBO", .list_options = list_checkpoints },
  { 0 } };
static const mk_port unet_loader_inputs[] = {
  { "unet_name", "COMBO", .list_options = list_unets },
  { "weight_dtype", "COMBO", .options = number_kinds },
  { 0 } };
static const mk_port unet_loader_outputs[] = { { "MODEL", "MODEL" }, { 0 } };
static const mk_port clip_loader_inputs[] = {
  { "clip_name", "COMBO", .list_options = list_clips },
  { "type", "COMBO", .options = clip_kinds },
  { "device", "COMBO", .options = devices, .advanced = true, .need = MK_OPTIONAL },
  { 0 } };
static const mk_port clip_loader_outputs[] = { { "CLIP", "CLIP" }, { 0 } };
static const mk_port dual_clip_loader_inputs[] = {
  { "clip_name1", "COMBO", .list_options = list_clips },
  { "clip_name2", "COMBO", .list_options = list_clips },
  { "type", "COMBO", .options = pair_kinds },
  { "device", "COMBO", .options = devices, .advanced = true, .need = MK_OPTIONAL },
  { 0 } };
static const mk_port dual_clip_loader_outputs[] = { { "CLIP", "CLIP" }, { 0 } };
static const mk_port vae_loader_inputs[] = {
  { "vae_name", "COMBO", .list_options = list_vaes },
  { 0 } };
static const mk_port vae_loader_outputs[] = { { "VAE", "VAE" }, { 0 } };
static const mk_port control_net_loader_inputs[] = {
  { "control_net_name", "COMBO", .list_options = list_controls },
  { 0 } };
static const mk_port diff_control_net_loader_inputs[] = {
  { "model", "MODEL" },
  { "control_net_name", "COMBO", .list_options = list_controls },
  { 0 } };
static const mk_port control_net_loader_outputs[] = { { "CONTROL_NET", "CONTROL_NET" }, { 0 } };
static const mk_port upscale_model_loader_inputs[] = {
  { "model_name", "COMBO", .list_options = list_upscalers },
  { 0 } };
static const mk_port upscale_model_loader_outputs[] = { { "UPSCALE_MODEL", "UPSCALE_MODEL" }, { 0 } };

#define FINGERPRINT(name, input, folder, second)                               \
  static bool                                                                  \
  name (mk_run *run, mk_hasher *hasher, GError **error)                        \
  {                                                                            \
    (void)error;                                                               \
    return mk_model_files_hash (run, input, folder, second, hasher);           \
  }
FINGERPRINT (hash_checkpoint, "ckpt_name", "checkpoints", NULL)
FINGERPRINT (hash_unet, "unet_name", "diffusion_models", "unet")
FINGERPRINT (hash_clip, "clip_name", "text_encoders", "clip")
FINGERPRINT (hash_vae, "vae_name", "vae", NULL)
FINGERPRINT (hash_control, "control_net_name", "controlnet", "t2i_adapter")
FINGERPRINT (hash_upscaler, "model_name", "upscale_models", NULL)

static bool
hash_two_clips (mk_run *run, mk_hasher *hasher, GError **error)
{
  (void)error;
  return mk_model_files_hash (run, "clip_name1", "text_encoders", "clip", hasher) && mk_model_files_hash (run, "clip_name2", "text_encoders", "clip", hasher);
}

static mk_value *
none_or (const mk_value_type *type, void *taken)
{
  return taken != NULL ? mk_value_new (type, taken) : mk_value_new_json (NULL);
}

/* A checkpoint without CLIP or VAE gives none; whoever needs it says so. `config` NULL = as the file itself tells; else it says
 * which layer of the text encoder is used and what is predicted. */
static bool
load_checkpoint (mk_run *run, const char *config, GError **error)
{
  g_autofree char *path = mk_model_files_find (run, "ckpt_name", "checkpoints", NULL, error), *embeddings = mk_model_files_embeddings (run);
  mk_checkpoint checkpoint;
  if (path == NULL)
    return false;
  if (!mk_checkpoint_open (path, embeddings, &checkpoint, error)) {
    mk_checkpoint_clear (&checkpoint);
    return false;
  }
  if (config != NULL && g_str_has_prefix (config, "v2-inference-v"))
    mk_schedule_init (&checkpoint.model->schedule, MK_PREDICT_V, false);
  if (config != NULL && checkpoint.clip != NULL && (strstr (config, "clip_skip_2") != NULL || g_str_has_prefix (config, "anything_v3")))
    checkpoint.clip->layer = -2;
  mk_run_set_output (run, 0, mk_value_new (&mk_model_type, checkpoint.model));
  mk_run_set_output (run, 1, none_or (&mk_clip_type, checkpoint.clip));
  mk_run_set_output (run, 2, none_or (&mk_vae_type, checkpoint.vae));
  return true;
}

static bool
run_checkpoint (mk_run *run, GError **error)
{
  return load_checkpoint (run, NULL, error);
}

static bool
run_checkpoint_with_config (mk_run *run, GError **error)
{
  return load_checkpoint (run, mk_run_get_string (run, "config_name"), error);
}

static bool
run_unet (mk_run *run, GError **error)
{
  g_autofree char *path = mk_model_files_find (run, "unet_name", "diffusion_models", "unet", error);
  return path != NULL && mk_run_answer (run, 0, &mk_model_type, mk_model_open (path, error));
}

static bool
run_clip (mk_run *run, GError **error)
{
  g_autofree char *path = mk_model_files_find (run, "clip_name", "text_encoders", "clip", error), *embeddings = mk_model_files_embeddings (run);
  return path != NULL && mk_run_answer (run, 0, &mk_clip_type, mk_clip_open (path, NULL, embeddings, error));
}

static bool
run_two_clips (mk_run *run, GError **error)
{
  g_autofree char *first = mk_model_files_find (run, "clip_name1", "text_encoders", "clip", error), *embeddings = mk_model_files_embeddings (run);
  g_autofree char *second = first != NULL ? mk_model_files_find (run, "clip_name2", "text_encoders", "clip", error) : NULL;
  const char *type = mk_run_get_string (run, "type");
  if (second == NULL)
    return false;
  if (strcmp (type, "sdxl") != 0)
    return mk_error (error, MK_ERROR_UNSUPPORTED, "pairs of text encoders run here for sdxl, not for %s", type);
  return mk_run_answer (run, 0, &mk_clip_type, mk_clip_open (first, second, embeddings, error));
}

static bool
run_vae (mk_run *run, GError **error)
{
  g_autofree char *path = mk_model_files_find (run, "vae_name", "vae", NULL, error);
  return path != NULL && mk_run_answer (run, 0, &mk_vae_type, mk_vae_open (path, error));
}

static bool
run_control (mk_run *run, GError **error)
{
  g_autofree char *path = mk_model_files_find (run, "control_net_name", "controlnet", "t2i_adapter", error);
  return path != NULL && mk_run_answer (run, 0, &mk_control_net_type, mk_control_net_open (path, NULL, error));
}

static bool
run_control_difference (mk_run *run, GError **error)
{
  mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  g_autofree char *path = model != NULL ? mk_model_files_find (run, "control_net_name", "controlnet", "t2i_adapter", error) : NULL;
  return path != NULL && mk_run_answer (run, 0, &mk_control_net_type, mk_control_net_open (path, model, error));
}

static bool
run_upscaler (mk_run *run, GError **error)
{
  g_autofree char *path = mk_model_files_find (run, "model_name", "upscale_models", NULL, error);
  return path != NULL && mk_run_answer (run, 0, &mk_upscale_model_type, mk_upscaler_open (path, error));
}

const mk_node_def mk_node_checkpoint_loader_simple = { .id = "CheckpointLoaderSimple", .label = "Load Checkpoint", .category = "loaders", .python_module = "nodes", .inputs = checkpoint_loader_simple_inputs, .outputs = checkpoint_loader_simple_outputs, .run = run_checkpoint, .fingerprint = hash_checkpoint };
const mk_node_def mk_node_checkpoint_loader = { .id = "CheckpointLoader", .label = "Load Checkpoint With Config (DEPRECATED)", .category = "advanced/loaders", .python_module = "nodes", .inputs = checkpoint_loader_inputs, .outputs = checkpoint_loader_simple_outputs, .flags = MK_NODE_DEPRECATED, .run = run_checkpoint_with_config, .fingerprint = hash_checkpoint };
const mk_node_def mk_node_unet_loader = { .id = "UNETLoader", .label = "Load Diffusion Model", .category = "advanced/loaders", .python_module = "nodes", .inputs = unet_loader_inputs, .outputs = unet_loader_outputs, .run = run_unet, .fingerprint = hash_unet };
const mk_node_def mk_node_clip_loader = { .id = "CLIPLoader", .label = "Load CLIP", .category = "advanced/loaders", .python_module = "nodes", .inputs = clip_loader_inputs, .outputs = clip_loader_outputs, .run = run_clip, .fingerprint = hash_clip };
const mk_node_def mk_node_dual_clip_loader = { .id = "DualCLIPLoader", .category = "advanced/loaders", .python_module = "nodes", .inputs = dual_clip_loader_inputs, .outputs = dual_clip_loader_outputs, .run = run_two_clips, .fingerprint = hash_two_clips };
const mk_node_def mk_node_vae_loader = { .id = "VAELoader", .label = "Load VAE", .category = "loaders", .python_module = "nodes", .inputs = vae_loader_inputs, .outputs = vae_loader_outputs, .run = run_vae, .fingerprint = hash_vae };
const mk_node_def mk_node_control_net_loader = { .id = "ControlNetLoader", .label = "Load ControlNet Model", .category = "loaders", .python_module = "nodes", .inputs = control_net_loader_inputs, .outputs = control_net_loader_outputs, .run = run_control, .fingerprint = hash_control };
const mk_node_def mk_node_diff_control_net_loader = { .id = "DiffControlNetLoader", .label = "Load ControlNet Model (diff)", .category = "loaders", .python_module = "nodes", .inputs = diff_control_net_loader_inputs, .outputs = control_net_loader_outputs, .run = run_control_difference, .fingerprint = hash_control };
const mk_node_def mk_node_upscale_model_loader = { .id = "UpscaleModelLoader", .label = "Load Upscale Model", .category = "loaders", .python_module = "comfy_extras.nodes_upscale_model", .inputs = upscale_model_loader_inputs, .outputs = upscale_model_loader_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_upscaler, .fingerprint = hash_upscaler };
