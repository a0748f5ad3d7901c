#include "nodes/scene/command_node.h"
#include "scene/particles.h"

static const mk_port inputs[] = {
  SCENE_IN, ID_IN, TARGETS_IN,
  { "kind", "COMBO", "What falls or flies.", MK_TEXT ("rain"), .options = mk_particle_kinds },
  REAL_IN ("amount", 0.05, 5, 1, "Times as much as usual."),
  TEXT_IN ("color", "#rrggbb"),
  TIME_INS,
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "particles", inputs, error);
}

const mk_node_def mk_node_scene_particles = {
  .id = "SceneParticles", .label = "Particles", .category = "scene", .version = 1,
  .help = "Rain, snow, falling leaves, confetti, fireworks, sparks.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE, .run = run };
