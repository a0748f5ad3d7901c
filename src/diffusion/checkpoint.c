/* checkpoint.c - see checkpoint.h. */
#include "diffusion/checkpoint.h"
#include "base/log.h"
#include "diffusion/names.h"
#include "diffusion/networks.h"
#include "diffusion/text_encoder.h"

#include <math.h>
#include <string.h>

/* Networks that are shared in the same kind of file but are not run here, by a piece of a name that only they have. */
static const struct {
  const char *piece, *what;
} others[] = {
  { "double_blocks.0.img_attn.", "a Flux model" },
  { "joint_blocks.0.context_block", "a Stable Diffusion 3 model" },
  { "double_layers.0.attn", "an AuraFlow model" },
  { "clip_txt_mapper", "a Stable Cascade model" },
  { "effnet_mapper", "a Stable Cascade model" },
  { "time_stack.", "a Stable Video Diffusion model" },
  { "time_mixer", "a Stable Video Diffusion model" },
  { "adaln_single.", "a PixArt or LTX model" },
  { "t_block.1.weight", "a PixArt model" },
  { "patch_embedding.weight", "a Wan model" },
  { "t5_yproj.", "a Mochi model" },
  { "mlp_t5.", "a HunyuanDiT model" },
  { "layers.0.attention.qkv", "a Lumina model" },
  { "transformer_blocks.0.attn.add_q_proj", "a Flux or Qwen model in the diffusers library's names" },
  { "temporal_transformer", "a video model (AnimateDiff)" },
  { "lora_down.weight", "a LoRA: it goes into the folder loras and LoraLoader" },
  { "lora_up.weight", "a LoRA: it goes into the folder loras and LoraLoader" },
  { "lora_A.weight", "a LoRA: it goes into the folder loras and LoraLoader" },
  { "input_hint_block.", "a ControlNet: it goes into the folder controlnet and ControlNetLoader" },
  { "controlnet_cond_embedding.", "a ControlNet: it goes into the folder controlnet and ControlNetLoader" },
  { "model.diffusion_model.input_blocks.0.0.weight", "a checkpoint: it goes into the folder checkpoints and CheckpointLoaderSimple" },
  { "cond_stage_model.", "a checkpoint without its UNet: nothing in it begins with “model.diffusion_model.input_blocks”" },
  { "emb_params", "a textual inversion: it goes into the folder embeddings" },
  { "conv_first.weight", "an upscaler: it goes into the folder upscale_models" },
  { "vision_model.", "a CLIP vision model" },
  { "mid_block.attentions", "a network in the diffusers library's names: UNETLoader and VAELoader read those" },
  { "encoder.down.0", "a VAE: it goes into the folder vae and VAELoader" },
  { "text_model.encoder", "a text encoder: it goes into the folder text_encoders and CLIPLoader" },
};

static bool
refuse (const mk_safetensors *file, const char *wanted, GError **error)
{
  for (size_t k = 0; k < MK_COUNT (others); k++)
    for (size_t i = 0; i < mk_safetensors_n (file); i++)
      if (strstr (mk_safetensors_at (file, i)->name, others[k].piece) != NULL)
        return mk_error (error, MK_ERROR_UNSUPPORTED, "%s is no %s; it is %s", mk_safetensors_get_name (file), wanted, others[k].what);
  return mk_error (error, MK_ERROR_UNSUPPORTED, "%s is no %s: none of the names of its %zu tensors is known here", mk_safetensors_get_name (file), wanted, mk_safetensors_n (file));
}

static bool
has (const mk_safetensors *file, const char *prefix, const char *key)
{
  g_autofree char *name = g_strconcat (prefix, key, NULL);
  return mk_safetensors_find (file, name) != NULL;
}

#define UNET "model.diffusion_model."
#define A_KEY_VALUE_OF_A_TRANSFORMER "transformer_blocks.0.attn2.to_k.weight"

/* The first cross attention's keys, and whether it sits between linear maps (SD 2 and later) or 1×1 convolutions. */
static const mk_safetensor *
find_cross_attention (const mk_weights *w, bool *linear)
{
  for (int i = 1; i < MK_UNET_MAX_BLOCKS; i++) {
    g_autofree char *key = g_strdup_printf ("input_blocks.%d.1." A_KEY_VALUE_OF_A_TRANSFORMER, i), *in = g_strdup_printf ("input_blocks.%d.1.proj_in.weight", i);
    const mk_safetensor *found = mk_weights_find (w, key), *proj = mk_weights_find (w, in);
    if (found != NULL && proj != NULL) {
      *linear = proj->n_dims == 2;
      return found;
    }
  }
  return NULL;
}

/* SD 2 files that predict velocities cannot be told by their names; the spread of one bias tells them, as in ComfyUI. */
static bool
looks_like_velocity (const mk_weights *w)
{
  g_autofree float *bias = mk_weights_read (w, "output_blocks.11.1.transformer_blocks.0.norm1.bias", 0, NULL);
  const mk_safetensor *found = mk_weights_find (w, "output_blocks.11.1.transformer_blocks.0.norm1.bias");
  double sum = 0, squares = 0;
  for (size_t i = 0; bias != NULL && i < found->n_items; i++) {
    sum += bias[i];
    squares += (double)bias[i] * bias[i];
  }
  double n = bias != NULL ? (double)found->n_items : 1, mean = sum / n;
  return sqrt (fmax (0, squares / n - mean * mean)) > 0.09;
}

static mk_model *
make_model (mk_weights *taken, const mk_safetensors *file, GError **error)
{
  g_autoptr (mk_weights) w = taken;
  bool linear = false;
  const mk_safetensor *cross = find_cross_attention (w, &linear);
  if (cross == NULL || !mk_weights_has (w, "out.2.weight")) {
    mk_error (error, MK_ERROR_FORMAT, "%s lacks “%s%s” of its UNet", mk_safetensors_get_name (file), mk_weights_get_prefix (w), cross == NULL ? "input_blocks.1.1." A_KEY_VALUE_OF_A_TRANSFORMER : "out.2.weight");
    return NULL;
  }
  mk_model *model = g_new0 (mk_model, 1);
  const mk_safetensor *label = mk_weights_find (w, "label_emb.0.0.weight");
  bool is_xl = label != NULL, is_refiner = is_xl && label->dims[1] == cross->dims[1] + 5 * 256; /* one text encoder, pooled as wide as its states, and five sizes */
  model->family = is_refiner ? MK_FAMILY_SDXL_REFINER : is_xl ? MK_FAMILY_SDXL : linear ? MK_FAMILY_SD2 : MK_FAMILY_SD1;
  const mk_safetensor *first = mk_weights_find (w, "input_blocks.0.0.weight");
  bool velocity = mk_safetensors_find (file, "v_pred") != NULL || (model->family == MK_FAMILY_SD2 && first != NULL && first->dims[1] == 4 && looks_like_velocity (w));
  mk_schedule_init (&model->schedule, velocity ? MK_PREDICT_V : MK_PREDICT_EPS, mk_safetensors_find (file, "ztsnr") != NULL);
  model->latent_scale = is_xl ? 0.13025 : 0.18215;
  model->patches = g_array_new (FALSE, FALSE, sizeof (mk_guide_patch));
  model->shrinks = g_array_new (FALSE, FALSE, sizeof (mk_shrink));
  model->weights = g_steal_pointer (&w);
  model->n_refs = 1;
  return model;
}

/* Names of the diffusers library, asked for by ours. */
static mk_weights *
rename_unet (mk_safetensors *file)
{
  bool has_attention[4] = { false };
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (int level = 0; level < 4; level++) {
    g_autofree char *name = g_strdup_printf ("up_blocks.%d.attentions.0.norm.weight", level);
    has_attention[level] = mk_safetensors_find (file, name) != NULL;
  }
  for (size_t i = 0; i < mk_safetensors_n (file); i++) {
    const char *name = mk_safetensors_at (file, i)->name;
    char *key = mk_name_from_diffusers (name, has_attention);
    if (key != NULL)
      g_hash_table_replace (names, key, g_strdup (name));
  }
  return mk_weights_rename (mk_weights_new (file, "", false), names);
}

mk_model *
mk_model_open (const char *path, GError **error)
{
  g_autoptr (mk_safetensors) file = mk_networks_open_file (path, error);
  if (file == NULL)
    return NULL;
  if (has (file, UNET, "input_blocks.0.0.weight"))
    return make_model (mk_weights_new (file, UNET, false), file, error);
  if (has (file, "", "input_blocks.0.0.weight") && has (file, "", "out.2.weight"))
    return make_model (mk_weights_new (file, "", false), file, error);
  if (has (file, "", "conv_in.weight") && has (file, "", "time_embedding.linear_1.weight") && has (file, "", "conv_norm_out.weight"))
    return make_model (rename_unet (file), file, error);
  refuse (file, "diffusion model of the Stable Diffusion family", error);
  return NULL;
}

/* Text encoders by the names that all the layouts use; text weights are kept as halves, as everywhere. */
static const struct {
  const char *prefix, *key;
} text_places[] = {
  { "cond_stage_model.transformer.text_model.", "embeddings.token_embedding.weight" },
  { "cond_stage_model.transformer.", "embeddings.token_embedding.weight" },
  { "cond_stage_model.model.", "token_embedding.weight" },
  { "conditioner.embedders.0.transformer.text_model.", "embeddings.token_embedding.weight" },
  { "conditioner.embedders.0.model.", "token_embedding.weight" },
  { "conditioner.embedders.1.model.", "token_embedding.weight" },
  { "conditioner.embedders.1.transformer.text_model.", "embeddings.token_embedding.weight" },
  { "text_model.", "embeddings.token_embedding.weight" },
  { "clip_l.transformer.text_model.", "embeddings.token_embedding.weight" },
  { "text_encoders.clip_l.transformer.text_model.", "embeddings.token_embedding.weight" },
  { "clip_g.transformer.text_model.", "embeddings.token_embedding.weight" },
  { "text_encoders.clip_g.transformer.text_model.", "embeddings.token_embedding.weight" },
  { "", "embeddings.token_embedding.weight" },
  { "", "token_embedding.weight" },
};

static mk_clip *
new_clip (const char *embeddings, mk_family family)
{
  mk_clip *clip = g_new0 (mk_clip, 1);
  clip->family = family;
  clip->embeddings = g_strdup (embeddings);
  clip->n_refs = 1;
  return clip;
}

/* As ComfyUI holds text encoders unless told --fp32-text-enc; here the environment tells. */
static bool
rounds_text_encoders (void)
{
  return g_strcmp0 (g_getenv ("MIKTOS_FP32_TEXT_ENC"), "1") != 0;
}

/* Hugging Face's projection lies beside the text model, "….text_projection.weight": it becomes one of its weights. Takes it. */
static mk_weights *
add_projection (mk_weights *taken)
{
  mk_safetensors *file = mk_weights_get_file (taken);
  const char *prefix = mk_weights_get_prefix (taken);
  g_autofree char *place = g_str_has_suffix (prefix, "text_model.") ? g_strndup (prefix, strlen (prefix) - strlen ("text_model.")) : NULL;
  g_autofree char *name = g_strconcat (place != NULL ? place : prefix, "text_projection.weight", NULL);
  if (place == NULL || !mk_text_encoder_is_open_clip (taken) || mk_safetensors_find (file, name) == NULL)
    return taken;
  g_auto (GStrv) keys = mk_weights_list (taken);
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (char **key = keys; *key != NULL; key++)
    g_hash_table_insert (names, g_strdup (*key), g_strconcat (prefix, *key, NULL));
  g_hash_table_insert (names, g_strdup ("text_projection.weight"), g_steal_pointer (&name));
  return mk_weights_rename (taken, names);
}

/* Fills what is missing in clip->encoders; the number found. */
static int
find_text_encoders (mk_safetensors *file, mk_clip *clip)
{
  int n = 0;
  for (size_t i = 0; i < MK_COUNT (text_places); i++) {
    if (!has (file, text_places[i].prefix, text_places[i].key))
      continue;
    g_autoptr (mk_weights) found = mk_weights_new (file, text_places[i].prefix, rounds_text_encoders ());
    int index = mk_text_encoder_is_open_clip (found);
    if (clip->encoders[index] != NULL)
      continue;
    clip->encoders[index] = add_projection (g_steal_pointer (&found));
    n++;
  }
  return n;
}

mk_clip *
mk_clip_open (const char *path, const char *second, const char *embeddings, GError **error)
{
  const char *paths[] = { path, second };
  g_autoptr (mk_clip) clip = new_clip (embeddings, MK_FAMILY_SD1);
  for (int i = 0; i < 2 && paths[i] != NULL; i++) {
    g_autoptr (mk_safetensors) file = mk_networks_open_file (paths[i], error);
    if (file == NULL)
      return NULL;
    if (find_text_encoders (file, clip) == 0 && !refuse (file, "CLIP text encoder", error))
      return NULL;
  }
  if (second != NULL || (clip->encoders[0] != NULL && clip->encoders[1] != NULL))
    clip->family = MK_FAMILY_SDXL;
  else if (clip->encoders[0] == NULL) { /* OpenCLIP alone: SD 2's H, or the refiner's G */
    const mk_safetensor *own = mk_weights_find (clip->encoders[1], "token_embedding.weight"), *table = own != NULL ? own : mk_weights_find (clip->encoders[1], "embeddings.token_embedding.weight");
    clip->family = table->dims[table->n_dims - 1] == 1024 ? MK_FAMILY_SD2 : MK_FAMILY_SDXL_REFINER;
  }
  return g_steal_pointer (&clip);
}

mk_weights *
mk_vae_open (const char *path, GError **error)
{
  static const char *const prefixes[] = { "first_stage_model.", "vae.", "" };
  g_autoptr (mk_safetensors) file = mk_networks_open_file (path, error);
  if (file == NULL)
    return NULL;
  for (size_t i = 0; i < MK_COUNT (prefixes); i++)
    if (has (file, prefixes[i], "decoder.mid.block_1.conv1.weight") || has (file, prefixes[i], "encoder.mid.block_1.conv1.weight"))
      return mk_weights_new (file, prefixes[i], false);
  if (has (file, "", "decoder.mid_block.resnets.0.conv1.weight")) {
    GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    for (size_t i = 0; i < mk_safetensors_n (file); i++) {
      const char *name = mk_safetensors_at (file, i)->name;
      char *key = mk_name_from_diffusers_vae (name);
      if (key != NULL)
        g_hash_table_replace (names, key, g_strdup (name));
    }
    return mk_weights_rename (mk_weights_new (file, "", false), names);
  }
  refuse (file, "VAE of the Stable Diffusion family", error);
  return NULL;
}

mk_weights *
mk_upscaler_open (const char *path, GError **error)
{
  static const char *const prefixes[] = { "", "params_ema.", "params.", "module." };
  g_autoptr (mk_safetensors) file = mk_networks_open_file (path, error);
  if (file == NULL)
    return NULL;
  for (size_t i = 0; i < MK_COUNT (prefixes); i++)
    if (has (file, prefixes[i], "conv_first.weight") || has (file, prefixes[i], "model.0.weight"))
      return mk_weights_new (file, prefixes[i], false);
  refuse (file, "upscaler of the ESRGAN family", error);
  return NULL;
}

/* Weights that are differences from a model's become those of a ControlNet of its own. Takes them. */
static mk_weights *
add_model (mk_weights *taken, const mk_model *model)
{
  g_autoptr (mk_weights) differences = taken;
  g_auto (GStrv) keys = mk_weights_list (differences);
  g_autoptr (GArray) patches = g_array_new (FALSE, FALSE, sizeof (mk_patch));
  for (char **key = keys; *key != NULL; key++)
    if (mk_weights_find (model->weights, *key) != NULL) {
      mk_patch patch = { .key = g_strdup (*key), .other = mk_weights_ref (model->weights), .strength = 1, .base = 1 };
      g_array_append_val (patches, patch);
    }
  return mk_weights_patch (differences, NULL, (const mk_patch *)(const void *)patches->data, patches->len);
}

mk_control_net *
mk_control_net_open (const char *path, const mk_model *model, GError **error)
{
  static const char *const prefixes[] = { "control_model.", "" };
  g_autoptr (mk_safetensors) file = mk_networks_open_file (path, error);
  mk_weights *weights = NULL;
  if (file == NULL)
    return NULL;
  for (size_t i = 0; i < MK_COUNT (prefixes) && weights == NULL; i++)
    if (has (file, prefixes[i], "input_hint_block.0.weight"))
      weights = mk_weights_new (file, prefixes[i], false);
  if (weights == NULL && has (file, "", "controlnet_cond_embedding.conv_in.weight"))
    weights = rename_unet (file);
  if (weights == NULL) {
    refuse (file, "ControlNet", error);
    return NULL;
  }
  bool differs = mk_safetensors_find (file, "difference") != NULL;
  if (differs && model != NULL)
    weights = add_model (weights, model);
  else if (differs)
    mk_log (MK_LOG_WARNING, "diffusion", "%s holds a ControlNet's differences from a model: it belongs into DiffControlNetLoader", mk_safetensors_get_name (file));
  mk_control_net *net = g_new0 (mk_control_net, 1);
  net->weights = weights;
  net->n_refs = 1;
  const char *name = mk_safetensors_get_name (file);
  net->averages = g_str_has_suffix (name, "_shuffle.safetensors") || g_str_has_suffix (name, "_shuffle_fp16.safetensors");
  return net;
}

void
mk_checkpoint_clear (mk_checkpoint *checkpoint)
{
  g_clear_pointer (&checkpoint->model, mk_model_unref);
  g_clear_pointer (&checkpoint->clip, mk_clip_unref);
  g_clear_pointer (&checkpoint->vae, mk_weights_unref);
}

bool
mk_checkpoint_open (const char *path, const char *embeddings, mk_checkpoint *checkpoint, GError **error)
{
  g_autoptr (mk_safetensors) file = mk_networks_open_file (path, error);
  *checkpoint = (mk_checkpoint) { 0 };
  if (file == NULL)
    return false;
  if (!has (file, UNET, "input_blocks.0.0.weight"))
    return refuse (file, "checkpoint of the Stable Diffusion family", error);
  for (size_t i = 0; i < mk_safetensors_n (file); i++) /* video and other models with the same beginning */
    if (g_str_has_prefix (mk_safetensors_at (file, i)->name, UNET) && strstr (mk_safetensors_at (file, i)->name, "time_stack.") != NULL)
      return refuse (file, "checkpoint for still pictures", error);
  if ((checkpoint->model = make_model (mk_weights_new (file, UNET, false), file, error)) == NULL)
    return false;
  checkpoint->clip = new_clip (embeddings, checkpoint->model->family);
  if (find_text_encoders (file, checkpoint->clip) == 0)
    g_clear_pointer (&checkpoint->clip, mk_clip_unref);
  if (has (file, "first_stage_model.", "decoder.conv_in.weight") || has (file, "first_stage_model.", "encoder.conv_in.weight"))
    checkpoint->vae = mk_weights_new (file, "first_stage_model.", false);
  return true;
}
