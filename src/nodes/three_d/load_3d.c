/* load_3d.c - a model of input/3d, with the pictures that the editor's viewer took of it. */
#include "media/video.h"
#include "nodes/image/input_file.h"
#include "nodes/image/input_picture.h"
#include "nodes/video/types.h"

#include <string.h>

/* Where the editor of ComfyUI puts them, and where other uploads go. */
static char **
list_models (const mk_run *run, const char *const *suffixes)
{
  static const char *const places[] = { "3d", "" };
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  for (size_t i = 0; i < MK_COUNT (places); i++) {
    g_autofree char *folder = g_build_filename (mk_run_folders (run)->input, places[i], NULL);
    g_auto (GStrv) here = mk_folder_list_files (folder, suffixes);
    for (char **name = here; *name != NULL; name++) {
      g_autofree char *whole = g_build_filename (places[i], *name, NULL);
      g_strv_builder_add (names, whole);
    }
  }
  return g_strv_builder_end (names);
}

static char **
list_still (const mk_run *run)
{
  static const char *const suffixes[] = { ".gltf", ".glb", ".obj", ".fbx", ".stl", NULL };
  return list_models (run, suffixes);
}

static char **
list_moving (const mk_run *run)
{
  static const char *const suffixes[] = { ".gltf", ".glb", ".fbx", NULL };
  return list_models (run, suffixes);
}

static const mk_port still_inputs[] = {
  { "model_file", "COMBO", .list_options = list_still, .extra_json = "{\"file_upload\": true}" },
  { "image", "LOAD_3D", .extra_json = "{}" },
  { "width", "INT", MK_INT_RANGE (1, 4096, 1024, 1) },
  { "height", "INT", MK_INT_RANGE (1, 4096, 1024, 1) },
  { 0 } };
static const mk_port moving_inputs[] = {
  { "model_file", "COMBO", .list_options = list_moving, .extra_json = "{\"file_upload\": true}" },
  { "image", "LOAD_3D_ANIMATION", .extra_json = "{}" },
  { "width", "INT", MK_INT_RANGE (1, 4096, 1024, 1) },
  { "height", "INT", MK_INT_RANGE (1, 4096, 1024, 1) },
  { 0 } };
static const mk_port still_outputs[] = { { "image", "IMAGE" }, { "mask", "MASK" }, { "mesh_path", "STRING" }, { "normal", "IMAGE" }, { "lineart", "IMAGE" }, { "camera_info", "LOAD3D_CAMERA" }, { "recording_video", "VIDEO" }, { 0 } };
static const mk_port moving_outputs[] = { { "image", "IMAGE" }, { "mask", "MASK" }, { "mesh_path", "STRING" }, { "normal", "IMAGE" }, { "camera_info", "LOAD3D_CAMERA" }, { "recording_video", "VIDEO" }, { 0 } };

/* The picture that the viewer keeps under `key`, as colours or as the mask of what is transparent. */
static bool
take_picture (mk_run *run, const mk_json *taken, const char *key, bool is_mask, unsigned output, GError **error)
{
  g_autoptr (mk_image) whole = mk_input_picture_load (run, mk_json_get_string (mk_json_get (taken, key)), error);
  mk_image *part = whole == NULL ? NULL : is_mask ? mk_input_picture_channel (whole, 3, true, error) : mk_input_picture_color (whole, error);
  if (part == NULL)
    return false;
  mk_run_set_output (run, output, is_mask ? mk_value_new_mask (part) : mk_value_new_image (part));
  return true;
}

static bool
take_recording (mk_run *run, const mk_json *taken, unsigned output, GError **error)
{
  const char *name = mk_json_get_string (mk_json_get (taken, "recording"));
  mk_video_info info;
  if (name[0] == '\0') {
    mk_run_set_output (run, output, mk_value_new_json (NULL));
    return true;
  }
  g_autofree char *path = mk_input_file_find_named (run, name, error);
  if (path == NULL || !mk_video_read_info (path, &info, NULL, error))
    return false;
  mk_run_set_output (run, output, mk_value_new_film (g_steal_pointer (&path), false, &info));
  return true;
}

static bool
run_load (mk_run *run, bool has_lineart, GError **error)
{
  const mk_value *value = mk_run_get (run, "image");
  const mk_json *taken = value != NULL ? mk_value_get_json (value) : NULL;
  unsigned camera = has_lineart ? 5 : 4;
  if (mk_json_get_kind (taken) != MK_JSON_OBJECT)
    return mk_error (error, MK_ERROR_TYPE, "image: the editor's 3D viewer gives an object with image, mask and normal; this is none");
  if (!take_picture (run, taken, "image", false, 0, error) || !take_picture (run, taken, "mask", true, 1, error) || !take_picture (run, taken, "normal", false, 3, error)
      || (has_lineart && !take_picture (run, taken, "lineart", false, 4, error)))
    return false;
  mk_run_set_output (run, 2, mk_value_new_string (mk_run_get_string (run, "model_file")));
  mk_run_set_output (run, camera, mk_value_new_json (mk_json_copy (mk_json_get (taken, "camera_info"))));
  return take_recording (run, taken, camera + 1, error);
}

static bool
run_still (mk_run *run, GError **error)
{
  return run_load (run, true, error);
}

static bool
run_moving (mk_run *run, GError **error)
{
  return run_load (run, false, error);
}

const mk_node_def mk_node_load_3d = { .id = "Load3D", .label = "Load 3D", .category = "3d", .python_module = "comfy_extras.nodes_load_3d", .inputs = still_inputs, .outputs = still_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_NO_DISK_CACHE, .run = run_still };
const mk_node_def mk_node_load_3d_animation = { .id = "Load3DAnimation", .label = "Load 3D - Animation", .category = "3d", .python_module = "comfy_extras.nodes_load_3d", .inputs = moving_inputs, .outputs = moving_outputs, .flags = MK_NODE_EXPERIMENTAL | MK_NODE_NO_DISK_CACHE, .run = run_moving };
