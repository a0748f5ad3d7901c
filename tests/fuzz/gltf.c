#include "scene/import_private.h"
#include "scene/scene_bytes.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* GLB and glTF by our own reader; what it reads survives the way between two processes. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *path = scratch_file (data, size, "glb");
  g_autofree char *folder = g_path_get_dirname (path);
  mk_import_place place = { folder, "input.glb" };
  bool is_ours = false;
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) scene = mk_gltf_read (&place, &is_ours, &error);
  g_assert ((scene == NULL) == (error != NULL || !is_ours));
  if (scene == NULL)
    return 0;
  mk_import_choose_camera (scene);
  g_autoptr (GByteArray) bytes = mk_scene_pack (scene);
  mk_scene_unref (mk_scene_unpack (bytes->data, bytes->len, NULL));
  return 0;
}
