#include "nodes/scene/command_node.h"

static const char *const kinds[] = { "sun", "point", "spot", "area", "neon", "three-point", "rim", "softbox", "backlight", "candle", "low-key", NULL };

static const mk_port inputs[] = {
  SCENE_IN, ID_IN,
  { "kind", "COMBO", "Lamp or rig.", .need = MK_OPTIONAL, MK_TEXT ("three-point"), .options = kinds },
  TEXT_IN ("color", "#rrggbb"),
  REAL_IN ("brightness", 0, 1000, 1, "Times the kind's own."),
  TEXT_IN ("position", "[x, y, z] in metres."), TARGETS_IN,
  TEXT_IN ("place", "[{\"relation\": \"above\", \"targets\": [\"table-1\"]}]"),
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "light", inputs, error);
}

const mk_node_def mk_node_scene_light = {
  .id = "SceneLight", .label = "Light", .category = "scene", .version = 1,
  .help = "A lamp or a whole set of them.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT, .run = run };
