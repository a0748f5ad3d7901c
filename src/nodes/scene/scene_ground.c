#include "nodes/scene/command_node.h"

static const char *const surfaces[] = { "grass", "sand", "snow", "stone", "wood", "concrete", "asphalt", "water", "tiles", "checker", "dirt", "marble", "ice", "carpet", "studio", "none", NULL };

static const mk_port inputs[] = {
  SCENE_IN,
  { "surface", "COMBO", "Of what it is.", .need = MK_OPTIONAL, MK_TEXT ("studio"), .options = surfaces },
  TEXT_IN ("color", "#rrggbb"),
  REAL_IN ("size_m", 0, 10000, 0, "Side in metres; 0 reaches the horizon."),
  REAL_IN ("hills_m", 0, 100, 0, "Height of hills; 0 is flat."),
  { "walls", "BOOLEAN", "Whether it is the floor of a room, with walls open towards the camera.", .need = MK_OPTIONAL, MK_DEFAULT (0) },
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "ground", inputs, error);
}

const mk_node_def mk_node_scene_ground = {
  .id = "SceneGround", .label = "Ground", .category = "scene", .version = 3,
  .help = "What everything stands on.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT, .run = run };
