#include "nodes/image/input_file.h"
#include "nodes/scene/command_node.h"

static const mk_port inputs[] = {
  SCENE_IN, ID_IN,
  { "file", "STRING", "Name below the input folder.", MK_TEXT ("model.glb") },
  ONE_THING_INS,
  { 0 } };

static bool
check (mk_run *run, GError **error)
{
  return mk_input_file_check (run, "file", "Invalid model file", error);
}

/* Of the file itself: a picture beside it that changes is not seen. */
static bool
fingerprint (mk_run *run, mk_hasher *hasher, GError **error)
{
  return mk_input_file_date (run, "file", hasher, error);
}

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "import", inputs, error);
}

const mk_node_def mk_node_scene_import = {
  .id = "SceneImport", .label = "Import Model", .category = "scene", .version = 1,
  .help = "A 3D file of the input folder: GLB, glTF, OBJ, FBX, STL and more.",
  .inputs = inputs, .outputs = mk_scene_only_output, .check = check, .check_names = "file", .fingerprint = fingerprint, .run = run };
