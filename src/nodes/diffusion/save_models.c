/* save_models.c - checkpoints and single networks as files that ComfyUI reads as well. */
#include "diffusion/weights_save.h"
#include "nodes/diffusion/types.h"
#include "nodes/image/output_file.h"

static const mk_port checkpoint_save_inputs[] = {
  { "model", "MODEL" },
  { "clip", "CLIP" },
  { "vae", "VAE" },
  { "filename_prefix", "STRING", MK_TEXT ("checkpoints/ComfyUI") },
  { 0 } };
static const mk_port checkpoint_save_outputs[] = { { 0 } };
static const mk_port model_save_inputs[] = {
  { "model", "MODEL" },
  { "filename_prefix", "STRING", MK_TEXT ("diffusion_models/ComfyUI") },
  { 0 } };
static const mk_port model_save_outputs[] = { { 0 } };
static const mk_port clip_save_inputs[] = {
  { "clip", "CLIP" },
  { "filename_prefix", "STRING", MK_TEXT ("clip/ComfyUI") },
  { 0 } };
static const mk_port clip_save_outputs[] = { { 0 } };
static const mk_port vae_save_inputs[] = {
  { "vae", "VAE" },
  { "filename_prefix", "STRING", MK_TEXT ("vae/ComfyUI_vae") },
  { 0 } };
static const mk_port vae_save_outputs[] = { { 0 } };

#define UNET "model.diffusion_model."
#define VAE "first_stage_model."

/* Metadata values are texts: what is not one is printed. */
static mk_json *
make_metadata (const mk_run *run)
{
  g_autoptr (mk_json) given = mk_run_get_metadata (run);
  mk_json *texts = mk_json_new_object ();
  for (mk_json_iter i = mk_json_iterate (given); given != NULL && mk_json_next (&i);) {
    g_autofree char *text = mk_json_get_kind (i.value) == MK_JSON_STRING ? g_strdup (mk_json_get_string (i.value)) : mk_json_print (i.value);
    mk_json_set (texts, i.key, mk_json_new_string (text));
  }
  return texts;
}

static bool
save_as (mk_run *run, const char *prefix, const mk_weights_place *places, size_t n, GError **error)
{
  g_auto (mk_output_file) file = { 0 };
  g_autoptr (mk_json) metadata = make_metadata (run);
  return mk_output_file_next (run, mk_run_folders (run)->output, prefix, 0, 0, "safetensors", &file, error)
         && mk_weights_save (file.path, places, n, metadata, mk_run_job (run), error);
}

static bool
save (mk_run *run, const mk_weights_place *places, size_t n, GError **error)
{
  return save_as (run, mk_run_get_string (run, "filename_prefix"), places, n, error);
}

static bool
is_of_hugging_face (const mk_weights *encoder)
{
  return mk_weights_has (encoder, "embeddings.token_embedding.weight");
}

/* Where the text encoders of a family lie in a checkpoint. */
static size_t
place_clip (const mk_clip *clip, mk_weights_place *places)
{
  bool is_xl = clip->family >= MK_FAMILY_SDXL;
  size_t n = 0;
  if (clip->encoders[0] != NULL)
    places[n++] = (mk_weights_place) { clip->encoders[0], is_xl ? "conditioner.embedders.0.transformer.text_model." : "cond_stage_model.transformer.text_model." };
  if (clip->encoders[1] != NULL && is_of_hugging_face (clip->encoders[1]))
    places[n++] = (mk_weights_place) { clip->encoders[1], "conditioner.embedders.1.transformer.text_model." };
  else if (clip->encoders[1] != NULL)
    places[n++] = (mk_weights_place) { clip->encoders[1], clip->family == MK_FAMILY_SDXL_REFINER ? "conditioner.embedders.0.model." : clip->family == MK_FAMILY_SD2 ? "cond_stage_model.model." : "conditioner.embedders.1.model." };
  return n;
}

static bool
run_checkpoint (mk_run *run, GError **error)
{
  mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  mk_clip *clip = model != NULL ? mk_run_need_data (run, "clip", &mk_clip_type, error) : NULL;
  mk_weights *vae = clip != NULL ? mk_run_need_data (run, "vae", &mk_vae_type, error) : NULL;
  mk_weights_place places[4];
  if (vae == NULL)
    return false;
  places[0] = (mk_weights_place) { model->weights, UNET };
  places[1] = (mk_weights_place) { vae, VAE };
  return save (run, places, 2 + place_clip (clip, places + 2), error);
}

static bool
run_model (mk_run *run, GError **error)
{
  mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  return model != NULL && save (run, &(mk_weights_place) { model->weights, UNET }, 1, error);
}

static bool
run_clip (mk_run *run, GError **error)
{
  mk_clip *clip = mk_run_need_data (run, "clip", &mk_clip_type, error);
  const char *const names[] = { "clip_l", clip != NULL && clip->family == MK_FAMILY_SD2 ? "clip_h" : "clip_g" };
  if (clip == NULL)
    return false;
  for (size_t i = 0; i < MK_COUNT (names); i++) { /* a file each */
    mk_weights *encoder = clip->encoders[i];
    g_autofree char *prefix = g_strdup_printf ("%s_%s", mk_run_get_string (run, "filename_prefix"), names[i]);
    if (encoder != NULL && !save_as (run, prefix, &(mk_weights_place) { encoder, is_of_hugging_face (encoder) ? "text_model." : "" }, 1, error))
      return false;
  }
  return true;
}

static bool
run_vae (mk_run *run, GError **error)
{
  mk_weights *vae = mk_run_need_data (run, "vae", &mk_vae_type, error);
  return vae != NULL && save (run, &(mk_weights_place) { vae, "" }, 1, error);
}

const mk_node_def mk_node_checkpoint_save = { .id = "CheckpointSave", .label = "Save Checkpoint", .category = "advanced/model_merging", .python_module = "comfy_extras.nodes_model_merging", .inputs = checkpoint_save_inputs, .outputs = checkpoint_save_outputs, .flags = MK_NODE_OUTPUT, .run = run_checkpoint };
const mk_node_def mk_node_model_save = { .id = "ModelSave", .category = "advanced/model_merging", .python_module = "comfy_extras.nodes_model_merging", .inputs = model_save_inputs, .outputs = model_save_outputs, .flags = MK_NODE_OUTPUT, .run = run_model };
const mk_node_def mk_node_clip_save = { .id = "CLIPSave", .category = "advanced/model_merging", .python_module = "comfy_extras.nodes_model_merging", .inputs = clip_save_inputs, .outputs = clip_save_outputs, .flags = MK_NODE_OUTPUT, .run = run_clip };
const mk_node_def mk_node_vae_save = { .id = "VAESave", .category = "advanced/model_merging", .python_module = "comfy_extras.nodes_model_merging", .inputs = vae_save_inputs, .outputs = vae_save_outputs, .flags = MK_NODE_OUTPUT, .run = run_vae };
