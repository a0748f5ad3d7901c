/* latent_file.c - latents as files, and back. */
#include "diffusion/safetensors.h"
#include "diffusion/weights_save.h"
#include "nodes/image/input_file.h"
#include "nodes/image/output_file.h"
#include "nodes/latent/types.h"

static char **
list_latents (const mk_run *run)
{
  static const char *const suffixes[] = { ".latent", NULL };
  return mk_input_file_list (run, suffixes);
}

static const mk_port save_latent_inputs[] = {
  { "samples", "LATENT" },
  { "filename_prefix", "STRING", MK_TEXT ("latents/ComfyUI") },
  { 0 } };
static const mk_port save_latent_outputs[] = { { 0 } };
static const mk_port load_latent_inputs[] = {
  { "latent", "COMBO", .list_options = list_latents },
  { 0 } };
static const mk_port load_latent_outputs[] = { { "LATENT", "LATENT" }, { 0 } };

static bool
run_save (mk_run *run, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, "samples", error);
  g_auto (mk_output_file) file = { 0 };
  g_autoptr (mk_json) given = mk_run_get_metadata (run), texts = mk_json_new_object ();
  if (latent == NULL || !mk_output_file_next (run, mk_run_folders (run)->output, mk_run_get_string (run, "filename_prefix"), 0, 0, "latent", &file, error))
    return false;
  for (mk_json_iter i = mk_json_iterate (given); given != NULL && mk_json_next (&i);) {
    g_autofree char *text = mk_json_get_kind (i.value) == MK_JSON_STRING ? g_strdup (mk_json_get_string (i.value)) : mk_json_print (i.value);
    mk_json_set (texts, i.key, mk_json_new_string (text));
  }
  if (!mk_tensor_save (file.path, "latent_tensor", latent->samples, "latent_format_version_0", texts, error))
    return false;
  mk_json *shown = mk_json_new_object (), *list = mk_json_new_array ();
  mk_json_append_file (list, &file, "output");
  mk_json_set (shown, "latents", list);
  mk_run_set_ui (run, shown);
  return true;
}

static bool
check (mk_run *run, GError **error)
{
  return mk_input_file_check (run, "latent", "Invalid latent file", error);
}

static bool
fingerprint (mk_run *run, mk_hasher *hasher, GError **error)
{
  g_autofree char *bytes = NULL;
  size_t length = 0;
  if (!mk_run_has (run, "latent") || !mk_input_file_read (run, "latent", (size_t)1 << 30, &bytes, &length, error))
    return false;
  mk_hasher_add_bytes (hasher, bytes, length);
  return true;
}

/* Files without the marker are of an older kind: scaled as the sampler sees them. */
static bool
run_load (mk_run *run, GError **error)
{
  g_autofree char *path = mk_input_file_find (run, "latent", error);
  g_autoptr (mk_safetensors) file = path != NULL ? mk_safetensors_open (path, error) : NULL;
  if (file == NULL)
    return false;
  const mk_safetensor *found = mk_safetensors_find (file, "latent_tensor");
  if (found == NULL || found->n_dims < 2)
    return mk_error (error, MK_ERROR_FORMAT, "%s holds no latent under “latent_tensor”", mk_safetensors_get_name (file));
  mk_tensor *tensor = mk_safetensor_to_tensor (found, error);
  bool is_new = mk_safetensors_find (file, "latent_format_version_0") != NULL;
  for (size_t i = 0; tensor != NULL && !is_new && i < mk_tensor_n_floats (tensor); i++)
    mk_tensor_write (tensor)[i] *= (float)(1.0 / 0.18215);
  return mk_run_answer_latent (run, 0, mk_latent_with (NULL, tensor));
}

const mk_node_def mk_node_save_latent = { .id = "SaveLatent", .category = "_for_testing", .python_module = "nodes", .inputs = save_latent_inputs, .outputs = save_latent_outputs, .flags = MK_NODE_OUTPUT, .run = run_save };
const mk_node_def mk_node_load_latent = { .id = "LoadLatent", .category = "_for_testing", .python_module = "nodes", .inputs = load_latent_inputs, .outputs = load_latent_outputs, .run = run_load, .check = check, .check_names = "latent", .fingerprint = fingerprint };
