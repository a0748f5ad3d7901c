#include "nodes/scene/command_node.h"

static const mk_port inputs[] = {
  SCENE_IN, ID_IN,
  { "object", "STRING", "A recipe of the library: ball, chair, dog, …", MK_TEXT ("ball") },
  THING_INS, POSE_IN,
  TEXT_IN ("params", "Parameters of the recipe: {\"legs\": 3}"),
  TEXT_IN ("label", "The unknown word that a stand-in stands for."),
  { "backdrop", "BOOLEAN", "Whether it furnishes the place: a camera that nobody directs shows it about the others.", .need = MK_OPTIONAL, MK_DEFAULT (0) },
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "add", inputs, error);
}

const mk_node_def mk_node_scene_add = {
  .id = "SceneAdd", .label = "Add Object", .category = "scene", .version = 5,
  .help = "Puts one or more objects of the library into the scene.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT, .run = run };
