#include "nodes/scene/command_node.h"

static const char *const motions[] = {
  "still", "orbit", "dolly-in", "dolly-out", "zoom-in", "zoom-out", "pan-left", "pan-right", "tilt-up", "tilt-down", "track", "follow",
  "crane-up", "crane-down", "truck-left", "truck-right", "dolly-zoom", "whip-pan", "shake", "fly-through", NULL
};
static const char *const shots[] = { "", "extreme-wide", "wide", "full", "medium", "close-up", "extreme-close-up", "over-the-shoulder", NULL };
static const char *const angles[] = { "", "eye", "low", "high", "above", "ground", "dutch", NULL };
static const char *const sides[] = { "", "front", "left", "right", "back", "three-quarter", NULL };

static const mk_port inputs[] = {
  SCENE_IN, ID_IN, TARGETS_IN,
  { "motion", "COMBO", "How it moves.", .need = MK_OPTIONAL, MK_TEXT ("still"), .options = motions },
  { "shot", "COMBO", "How much it shows; empty shows all that moves.", .need = MK_OPTIONAL, MK_TEXT (""), .options = shots },
  { "angle", "COMBO", "From how high.", .need = MK_OPTIONAL, MK_TEXT (""), .options = angles },
  { "side", "COMBO", "From which side.", .need = MK_OPTIONAL, MK_TEXT (""), .options = sides },
  TIME_INS,
  REAL_IN ("speed", 0.01, 100, 1, "Times the motion's own."),
  REAL_IN ("turns", -1000, 1000, 0, "Of an orbit; 0 is once."),
  REAL_IN ("lens_mm", 0, 1200, 0, "Focal length on full frame; 0 is 35."),
  REAL_IN ("f_stop", 0, 64, 0, "Opening; 0 keeps all sharp."),
  TEXT_IN ("position", "[x, y, z] in metres."), TEXT_IN ("look_at", "An id, or [x, y, z]."),
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "camera", inputs, error);
}

const mk_node_def mk_node_scene_camera = {
  .id = "SceneCamera", .label = "Camera", .category = "scene", .version = 1,
  .help = "Where it is seen from; a second one that starts later is a cut.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT, .run = run };
