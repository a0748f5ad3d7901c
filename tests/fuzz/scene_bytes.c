#include "scene/scene_bytes.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What a reader's process that was taken over might hand back. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) scene = mk_scene_unpack (data, size, &error);
  g_assert ((scene == NULL) == (error != NULL));
  if (scene == NULL)
    return 0;
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0.5);
  mk_scene_bounds (scene, pose, 0);
  return 0;
}
