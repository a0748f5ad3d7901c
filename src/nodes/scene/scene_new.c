#include "nodes/scene/command_node.h"

static const char *const styles[] = { "realistic", "clay", "toy", "low-poly", "neon", "blueprint", "paper", "noir", NULL };

static const mk_port inputs[] = {
  { "seconds", "FLOAT", "Length of the film; 0: as long as what happens.", .need = MK_OPTIONAL, MK_FLOAT_RANGE (0, 600, 0, 0.5) },
  { "fps", "FLOAT", "Frames per second.", .need = MK_OPTIONAL, MK_FLOAT_RANGE (1, 120, 24, 1) },
  { "seed", "INT", "Where chance begins: scatter, terrain, physics.", .need = MK_OPTIONAL, MK_SEED },
  { "style", "COMBO", "The look of everything.", .need = MK_OPTIONAL, MK_TEXT ("realistic"), .options = styles },
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "render", inputs, error);
}

const mk_node_def mk_node_scene_new = {
  .id = "SceneNew", .label = "New Scene", .category = "scene", .version = 1,
  .help = "An empty scene and the length, rate and chance of its film.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT, .run = run };
