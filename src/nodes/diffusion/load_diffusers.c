/* load_diffusers.c - models in the layout of the diffusers library: a folder with a folder for each network. */
#include "base/file.h"
#include "diffusion/checkpoint.h"
#include "graph/model_paths.h"
#include "nodes/diffusion/model_files.h"
#include "nodes/diffusion/types.h"

#include <string.h>

#define MAX_DEPTH 4

static void
add_folders (const char *root, const char *below, int depth, GPtrArray *names)
{
  g_autofree char *path = g_build_filename (root, below, NULL), *index = g_build_filename (path, "model_index.json", NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *entry;
  if (folder != NULL && g_file_test (index, G_FILE_TEST_IS_REGULAR))
    g_ptr_array_add (names, g_strdup (below));
  while (folder != NULL && depth < MAX_DEPTH && (entry = g_dir_read_name (folder)) != NULL) {
    g_autofree char *name = below[0] != '\0' ? g_build_filename (below, entry, NULL) : g_strdup (entry), *full = g_build_filename (path, entry, NULL);
    if (entry[0] != '.' && g_file_test (full, G_FILE_TEST_IS_DIR))
      add_folders (root, name, depth + 1, names);
  }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static char **
list_folders (const mk_run *run)
{
  GPtrArray *names = g_ptr_array_new ();
  g_auto (GStrv) roots = mk_run_folders (run) != NULL ? mk_model_paths_list (mk_run_folders (run), "diffusers", NULL) : NULL;
  for (char **root = roots; root != NULL && *root != NULL; root++)
    add_folders (*root, "", 0, names);
  g_ptr_array_sort (names, compare);
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (names, FALSE);
}

/* Where a network of the chosen model lies: `name`.fp16.safetensors or `name`.safetensors in its folder; g_free, NULL when there is none. */
static char *
find_part (const mk_run *run, const char *folder, const char *name)
{
  static const char *const endings[] = { ".fp16.safetensors", ".safetensors" };
  const char *chosen = mk_run_get_string (run, "model_path");
  g_auto (GStrv) roots = mk_model_paths_list (mk_run_folders (run), "diffusers", NULL);
  for (char **root = roots; *root != NULL && mk_path_is_beneath (chosen); root++)
    for (size_t i = 0; i < MK_COUNT (endings); i++) {
      g_autofree char *file = g_strconcat (name, endings[i], NULL), *path = g_build_filename (*root, chosen, folder, file, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }
  return NULL;
}

static char *
need_part (const mk_run *run, const char *folder, const char *name, GError **error)
{
  char *path = find_part (run, folder, name);
  if (path == NULL)
    mk_error (error, MK_ERROR_NOT_FOUND, "model_path: “%s” holds no %s/%s.safetensors", mk_run_get_string (run, "model_path"), folder, name);
  return path;
}

static const mk_port diffusers_loader_inputs[] = {
  { "model_path", "COMBO", .list_options = list_folders },
  { 0 } };
static const mk_port diffusers_loader_outputs[] = { { "MODEL", "MODEL" }, { "CLIP", "CLIP" }, { "VAE", "VAE" }, { 0 } };

static bool
hash (mk_run *run, mk_hasher *hasher, GError **error)
{
  g_autofree char *unet = find_part (run, "unet", "diffusion_pytorch_model"), *vae = find_part (run, "vae", "diffusion_pytorch_model");
  g_autofree char *text = find_part (run, "text_encoder", "model"), *second_text = find_part (run, "text_encoder_2", "model");
  (void)error;
  return mk_model_files_hash_path (unet, hasher) && mk_model_files_hash_path (vae, hasher) && mk_model_files_hash_path (text, hasher)
         && (second_text == NULL || mk_model_files_hash_path (second_text, hasher));
}

static bool
run_load (mk_run *run, GError **error)
{
  g_autofree char *unet = need_part (run, "unet", "diffusion_pytorch_model", error);
  g_autofree char *text = unet != NULL ? need_part (run, "text_encoder", "model", error) : NULL;
  g_autofree char *vae = text != NULL ? need_part (run, "vae", "diffusion_pytorch_model", error) : NULL;
  g_autofree char *second_text = find_part (run, "text_encoder_2", "model"), *embeddings = mk_model_files_embeddings (run);
  return vae != NULL && mk_run_answer (run, 0, &mk_model_type, mk_model_open (unet, error)) && mk_run_answer (run, 1, &mk_clip_type, mk_clip_open (text, second_text, embeddings, error))
         && mk_run_answer (run, 2, &mk_vae_type, mk_vae_open (vae, error));
}

const mk_node_def mk_node_diffusers_loader = { .id = "DiffusersLoader", .category = "advanced/loaders/deprecated", .python_module = "nodes", .inputs = diffusers_loader_inputs, .outputs = diffusers_loader_outputs, .run = run_load, .fingerprint = hash };
