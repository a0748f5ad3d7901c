#include "nodes/scene/command_node.h"

static const char *const fonts[] = { "sans", "serif", "mono", NULL };

static const mk_port inputs[] = {
  SCENE_IN, ID_IN,
  { "text", "STRING", "Up to 200 letters.", MK_TEXT ("Miktos"), .multiline = true },
  { "font", "COMBO", "Family.", .need = MK_OPTIONAL, MK_TEXT ("sans"), .options = fonts },
  { "bold", "BOOLEAN", "Heavy strokes.", .need = MK_OPTIONAL, MK_DEFAULT (0) },
  REAL_IN ("depth_m", 0, 100, 0, "Thickness; 0 suits the size."),
  THING_INS,
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "text", inputs, error);
}

const mk_node_def mk_node_scene_text = {
  .id = "SceneText", .label = "Text", .category = "scene", .version = 1,
  .help = "Solid letters.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT, .run = run };
