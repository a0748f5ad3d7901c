#include "nodes/diffusion/model_files.h"
#include "base/file.h"
#include "graph/model_paths.h"

#include <string.h>
#include <sys/stat.h>

#define MAX_DEPTH 6

static bool
is_weights (const char *name)
{
  static const char *const endings[] = { ".safetensors", ".sft", ".ckpt", ".pt", ".pt2", ".pth", ".bin", ".pkl" };
  for (size_t i = 0; i < MK_COUNT (endings); i++)
    if (g_str_has_suffix (name, endings[i]))
      return true;
  return false;
}

static void
add_files (const char *root, const char *below, int depth, GPtrArray *names)
{
  g_autofree char *path = g_build_filename (root, below, NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *entry;
  while (folder != NULL && (entry = g_dir_read_name (folder)) != NULL) {
    g_autofree char *name = below[0] != '\0' ? g_build_filename (below, entry, NULL) : g_strdup (entry), *full = g_build_filename (path, entry, NULL);
    if (entry[0] == '.')
      continue;
    if (g_file_test (full, G_FILE_TEST_IS_DIR) && depth < MAX_DEPTH)
      add_files (root, name, depth + 1, names);
    else if (is_weights (entry) && g_file_test (full, G_FILE_TEST_IS_REGULAR))
      g_ptr_array_add (names, g_steal_pointer (&name));
  }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

char **
mk_model_files_list (const mk_run *run, const char *folder, const char *second)
{
  GPtrArray *names = g_ptr_array_new ();
  g_auto (GStrv) roots = mk_run_folders (run) != NULL ? mk_model_paths_list (mk_run_folders (run), folder, second) : NULL;
  for (char **root = roots; root != NULL && *root != NULL; root++)
    add_files (*root, "", 0, names);
  g_ptr_array_sort (names, compare);
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (names, FALSE);
}

char *
mk_model_files_find_first (const mk_run *run, const char *folder, const char *beginning)
{
  g_auto (GStrv) names = mk_model_files_list (run, folder, NULL), roots = mk_run_folders (run) != NULL ? mk_model_paths_list (mk_run_folders (run), folder, NULL) : NULL;
  for (char **name = names; *name != NULL; name++)
    for (char **root = roots; g_str_has_prefix (*name, beginning) && *root != NULL; root++) {
      char *path = g_build_filename (*root, *name, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return path;
      g_free (path);
    }
  return NULL;
}

char *
mk_model_files_find (const mk_run *run, const char *input, const char *folder, const char *second, GError **error)
{
  const char *name = mk_run_get_string (run, input);
  g_auto (GStrv) roots = mk_model_paths_list (mk_run_folders (run), folder, second);
  for (char **root = roots; *root != NULL && mk_path_is_beneath (name); root++) {
    char *path = g_build_filename (*root, name, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
      return path;
    g_free (path);
  }
  g_autofree char *places = g_strjoinv (", ", roots);
  mk_error (error, MK_ERROR_NOT_FOUND, "%s: there is no “%s” in %s", input, name, places);
  return NULL;
}

char *
mk_model_files_embeddings (const mk_run *run)
{
  return g_build_filename (mk_run_folders (run)->models, "embeddings", NULL);
}

bool
mk_model_files_hash_path (const char *path, mk_hasher *hasher)
{
  struct stat info;
  if (path == NULL || stat (path, &info) != 0)
    return false;
  mk_hasher_add_string (hasher, path);
  mk_hasher_add_int (hasher, (int64_t)info.st_size);
  mk_hasher_add_int (hasher, (int64_t)info.st_mtim.tv_sec);
  mk_hasher_add_int (hasher, (int64_t)info.st_mtim.tv_nsec);
  return true;
}

bool
mk_model_files_hash (mk_run *run, const char *input, const char *folder, const char *second, mk_hasher *hasher)
{
  g_autofree char *path = mk_run_has (run, input) ? mk_model_files_find (run, input, folder, second, NULL) : NULL;
  return mk_model_files_hash_path (path, hasher);
}
