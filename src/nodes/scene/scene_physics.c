#include "nodes/scene/command_node.h"

static const char *const scenarios[] = { "drop", "topple", "strike", "explode", "rain", "collide", "pour", NULL };

static const mk_port inputs[] = {
  SCENE_IN, ID_IN, TARGETS_IN,
  { "scenario", "COMBO", "What happens.", .need = MK_OPTIONAL, MK_TEXT ("drop"), .options = scenarios },
  TIME_INS,
  REAL_IN ("height_m", 0, 10000, 0, "From how high; 0 suits the things."),
  TEXT_IN ("by", "Id of what strikes."),
  TEXT_IN ("from", "Id of what they topple off, over its nearest edge."),
  REAL_IN ("gravity", 0, 100, 9.81, "m/s²"),
  REAL_IN ("bounciness", -1, 1, -1, "0 dead, 1 rubber; -1 suits the material."),
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "physics", inputs, error);
}

const mk_node_def mk_node_scene_physics = {
  .id = "ScenePhysics", .label = "Physics", .category = "scene", .version = 2,
  .help = "Lets things fall, topple and collide as they would.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT, .run = run };
