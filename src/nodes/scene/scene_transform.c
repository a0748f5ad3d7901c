#include "nodes/scene/command_node.h"

static const mk_port inputs[] = {
  SCENE_IN, TARGETS_IN,
  TEXT_IN ("move", "[x, y, z] in metres."), TEXT_IN ("rotate", "[yaw, pitch, roll] in degrees."),
  REAL_IN ("scale", 0.01, 100, 1, "Times its present size."),
  TEXT_IN ("position", "[x, y, z] in metres."),
  TEXT_IN ("place", "[{\"relation\": \"on\", \"targets\": [\"table-1\"]}]"), POSE_IN,
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "transform", inputs, error);
}

const mk_node_def mk_node_scene_transform = {
  .id = "SceneTransform", .label = "Transform", .category = "scene", .version = 1,
  .help = "Moves, turns or scales what is there.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT, .run = run };
