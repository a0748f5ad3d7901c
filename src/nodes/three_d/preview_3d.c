/* preview_3d.c - a model that the editor shows in its own viewer. */
#include "graph/node.h"

static const mk_port inputs[] = {
  { "model_file", "STRING", MK_TEXT (""), .extra_json = "{\"multiline\": false}" },
  { "camera_info", "LOAD3D_CAMERA", .need = MK_OPTIONAL, .extra_json = "{}" },
  { 0 } };
static const mk_port outputs[] = { { 0 } };

static bool
run (mk_run *r, GError **error)
{
  (void)error;
  const mk_value *camera = mk_run_get (r, "camera_info");
  const mk_json *info = camera != NULL ? mk_value_get_json (camera) : NULL;
  mk_json *shown = mk_json_new_object (), *result = mk_json_new_array ();
  mk_json_append (result, mk_json_new_string (mk_run_get_string (r, "model_file")));
  mk_json_append (result, info != NULL ? mk_json_copy (info) : NULL);
  mk_json_set (shown, "result", result);
  mk_run_set_ui (r, shown);
  return true;
}

const mk_node_def mk_node_preview_3d = { .id = "Preview3D", .label = "Preview 3D", .category = "3d", .python_module = "comfy_extras.nodes_load_3d", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_EXPERIMENTAL | MK_NODE_NO_DISK_CACHE | MK_NODE_NO_METADATA, .run = run };
const mk_node_def mk_node_preview_3d_animation = { .id = "Preview3DAnimation", .label = "Preview 3D - Animation", .category = "3d", .python_module = "comfy_extras.nodes_load_3d", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_EXPERIMENTAL | MK_NODE_NO_DISK_CACHE | MK_NODE_NO_METADATA, .run = run };
