#include "nodes/scene/command_node.h"

static const char *const kinds[] = { "day", "morning", "sunset", "golden-hour", "night", "aurora", "overcast", "studio", "neon", "fog", "space", "underwater", "color", NULL };

static const mk_port inputs[] = {
  SCENE_IN,
  { "kind", "COMBO", "Time and mood.", .need = MK_OPTIONAL, MK_TEXT ("day"), .options = kinds },
  TEXT_IN ("color", "#rrggbb: of the sky when kind is color, else a tint."),
  REAL_IN ("sun_elevation_deg", -90, 90, -90, "Height of the sun; -90 lets the kind choose."),
  REAL_IN ("sun_azimuth_deg", -360, 360, -360, "From the viewer's side growing to the right; -360 lets the kind choose."),
  REAL_IN ("fog", 0, 1, 0, "0 clear, 1 thick."),
  REAL_IN ("wind", 0, 3, 0, "0 a breeze that nobody speaks of, 1 a fresh wind, 2 a storm: hair, capes and flags blow in it."),
  REAL_IN ("brightness", 0, 100, 1, "Times the kind's own."),
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "sky", inputs, error);
}

const mk_node_def mk_node_scene_sky = {
  .id = "SceneSky", .label = "Sky", .category = "scene", .version = 3,
  .help = "Sky, sun and haze around the scene.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT, .run = run };
