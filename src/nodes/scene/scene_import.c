#include "nodes/scene/command_node.h"

static const mk_port inputs[] = {
  SCENE_IN, ID_IN,
  { "file", "STRING", "Name below the input folder.", MK_TEXT ("model.glb") },
  ONE_THING_INS,
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "import", inputs, error);
}

const mk_node_def mk_node_scene_import = {
  .id = "SceneImport", .label = "Import Model", .category = "scene", .version = 1,
  .help = "A 3D file of the input folder: GLB, glTF, OBJ, FBX, STL and more.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE, .run = run };
