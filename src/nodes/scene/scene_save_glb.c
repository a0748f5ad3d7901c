/* scene_save_glb.c - scenes into the output folder as GLB, with the commands and the workflow that made them. */
#include "nodes/image/output_file.h"
#include "nodes/scene/command_node.h"
#include "scene/gltf.h"

#define ASPECT (16.0f / 9.0f) /* of the camera that is added when the scene has none */

static const mk_port inputs[] = {
  SCENE_IN,
  { "filename_prefix", "STRING", "How the file's name begins; folders and %date:yyyy-MM-dd% may be part of it.", MK_TEXT ("scene/Miktos") },
  { 0 } };
static const mk_port outputs[] = { { 0 } };

static bool
run (mk_run *r, GError **error)
{
  const mk_stage *stage = mk_run_stage (r, error);
  mk_scene *given = mk_run_get_data (r, "scene", &mk_scene_type);
  if (stage == NULL)
    return false;
  if (given == NULL)
    return mk_error (error, MK_ERROR_TYPE, "scene: there is none");
  g_auto (mk_output_file) file = { 0 };
  g_autoptr (mk_json) extras = mk_run_get_metadata (r);
  g_autoptr (mk_scene) whole = mk_scene_complete (stage, given, ASPECT, error);
  if (whole == NULL || !mk_output_file_next (r, mk_run_folders (r)->output, mk_run_get_string (r, "filename_prefix"), 0, 0, "glb", &file, error)
      || !mk_gltf_write (whole, file.path, &(mk_gltf_options){ .extras = extras, .pool = mk_run_pool (r) }, mk_run_job (r), error))
    return false;
  mk_json *shown = mk_json_new_object (), *list = mk_json_new_array ();
  mk_json_append_file (list, &file, "output");
  mk_json_set (shown, "3d", list);
  mk_run_set_ui (r, shown);
  return true;
}

const mk_node_def mk_node_scene_save_glb = {
  .id = "SceneSaveGLB", .label = "Save Scene", .category = "scene", .version = 3,
  .help = "The scene as a GLB file, with materials, lights, cameras and motion, for Blender, the web or any glTF program.",
  .inputs = inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE, .run = run };
