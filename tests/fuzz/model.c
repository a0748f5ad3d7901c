#include "scene/import.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Formats of Assimp, which may crash as they like: this process gets a scene or a reason. The first byte chooses. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const suffixes[] = { "obj", "stl", "ply", "fbx", "dae", "3ds", "off", "x" };
  if (size == 0)
    return 0;
  const char *suffix = suffixes[data[0] % MK_COUNT (suffixes)], *path = scratch_file (data + 1, size - 1, suffix);
  g_autofree char *folder = g_path_get_dirname (path), *name = g_path_get_basename (path);
  mk_import_limits limits = { .max_seconds = 5, .max_memory_mb = 512 };
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) scene = mk_import_model (folder, name, &limits, &error);
  g_assert ((scene == NULL) == (error != NULL));
  return 0;
}
