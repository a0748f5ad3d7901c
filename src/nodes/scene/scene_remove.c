#include "nodes/scene/command_node.h"

static const mk_port inputs[] = {
  SCENE_IN, TARGETS_IN,
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "remove", inputs, error);
}

const mk_node_def mk_node_scene_remove = {
  .id = "SceneRemove", .label = "Remove", .category = "scene", .version = 1,
  .help = "Takes things out of the scene.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT, .run = run };
