#include "nodes/scene/command_node.h"

static const mk_port inputs[] = {
  SCENE_IN, TARGETS_IN,
  TEXT_IN ("part", "Name of a part; empty means all."),
  TEXT_IN ("color", "#rrggbb"),
  TEXT_IN ("second_color", "#rrggbb: the other of two."),
  { "material", "COMBO", "What it is made of; empty keeps its own.", .need = MK_OPTIONAL, MK_TEXT (""), .options = mk_scene_materials },
  REAL_IN ("roughness", -1, 1, -1, "0 mirror, 1 chalk; -1 keeps it."),
  REAL_IN ("metallic", -1, 1, -1, "0 or 1; -1 keeps it."),
  REAL_IN ("opacity", -1, 1, -1, "0 clear, 1 solid; -1 keeps it."),
  REAL_IN ("glow", 0, 1000, 0, "How much it shines of itself."),
  REAL_IN ("shade", 0.05, 20, 1, "Times as light as it is; below 1 is darker."),
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "material", inputs, error);
}

const mk_node_def mk_node_scene_material = {
  .id = "SceneMaterial", .label = "Material", .category = "scene", .version = 1,
  .help = "Changes the look of what is there.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT, .run = run };
