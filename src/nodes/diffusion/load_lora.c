/* load_lora.c - models changed by LoRAs. */
#include "diffusion/lora.h"
#include "nodes/diffusion/model_files.h"
#include "nodes/diffusion/types.h"

static char **
list_loras (const mk_run *run)
{
  return mk_model_files_list (run, "loras", NULL);
}

static const mk_port lora_loader_inputs[] = {
  { "model", "MODEL", "The model that the LoRA changes." },
  { "clip", "CLIP", "The text encoder that the LoRA changes." },
  { "lora_name", "COMBO", "The file of the LoRA.", .list_options = list_loras },
  { "strength_model", "FLOAT", MK_FLOAT_RANGE (-100.0, 100.0, 1.0, 0.01) },
  { "strength_clip", "FLOAT", MK_FLOAT_RANGE (-100.0, 100.0, 1.0, 0.01) },
  { 0 } };
static const mk_port lora_loader_outputs[] = { { "MODEL", "MODEL" }, { "CLIP", "CLIP" }, { 0 } };
static const mk_port lora_loader_model_only_inputs[] = {
  { "model", "MODEL" },
  { "lora_name", "COMBO", .list_options = list_loras },
  { "strength_model", "FLOAT", MK_FLOAT_RANGE (-100.0, 100.0, 1.0, 0.01) },
  { 0 } };
static const mk_port lora_loader_model_only_outputs[] = { { "MODEL", "MODEL" }, { 0 } };

static bool
hash (mk_run *run, mk_hasher *hasher, GError **error)
{
  (void)error;
  return mk_model_files_hash (run, "lora_name", "loras", NULL, hasher);
}

static bool
apply (mk_run *run, mk_model *model, mk_clip *clip, double strength_model, double strength_clip, GError **error)
{
  if (strength_model == 0 && strength_clip == 0) {
    mk_run_answer (run, 0, &mk_model_type, mk_model_ref (model));
    return clip == NULL || mk_run_answer (run, 1, &mk_clip_type, mk_clip_ref (clip));
  }
  g_autofree char *path = mk_model_files_find (run, "lora_name", "loras", NULL, error);
  mk_model *changed = NULL;
  mk_clip *changed_clip = NULL;
  mk_lora_fit fit;
  if (path == NULL || !mk_lora_apply (path, model, clip, strength_model, strength_clip, &changed, &changed_clip, &fit, error))
    return false;
  mk_run_answer (run, 0, &mk_model_type, changed);
  return clip == NULL || mk_run_answer (run, 1, &mk_clip_type, changed_clip);
}

static bool
run_both (mk_run *run, GError **error)
{
  mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  mk_clip *clip = model != NULL ? mk_run_need_data (run, "clip", &mk_clip_type, error) : NULL;
  return clip != NULL && apply (run, model, clip, mk_run_get_real (run, "strength_model"), mk_run_get_real (run, "strength_clip"), error);
}

static bool
run_model (mk_run *run, GError **error)
{
  mk_model *model = mk_run_need_data (run, "model", &mk_model_type, error);
  return model != NULL && apply (run, model, NULL, mk_run_get_real (run, "strength_model"), 0, error);
}

const mk_node_def mk_node_lora_loader = { .id = "LoraLoader", .label = "Load LoRA", .category = "loaders", .python_module = "nodes", .inputs = lora_loader_inputs, .outputs = lora_loader_outputs, .run = run_both, .fingerprint = hash };
const mk_node_def mk_node_lora_loader_model_only = { .id = "LoraLoaderModelOnly", .category = "loaders", .python_module = "nodes", .inputs = lora_loader_model_only_inputs, .outputs = lora_loader_model_only_outputs, .run = run_model, .fingerprint = hash };
