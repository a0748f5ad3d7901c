#include "nodes/scene/command_node.h"

static const char *const motions[] = {
  "spin", "bounce", "jump", "roll", "slide", "drive", "move", "fly", "float", "hover", "orbit", "circle", "swing", "rock", "sway", "shake",
  "wobble", "nod", "fall", "rise", "grow", "shrink", "pulse", "fade-in", "fade-out", "blink", "path", "follow", "walk", "run", "swim", "flap",
  "wave", "dance", "sit", "stand", "turn", "look-at", "open", "close", "give", "fight", "hug", "meet", "push", "pull",
  "climb", "dive", "point", "swap", "gesture", NULL
};
static const char *const easings[] = { "", "linear", "in", "out", "in-out", "bounce", "elastic", NULL };
static const char *const directions[] = { "", "left", "right", "forward", "back", "up", "down", "toward", "away", NULL };
static const char *const ends[] = { "", "on", "in", "over", "off", NULL };
static const char *const axes[] = { "", "x", "y", "z", NULL };

static const mk_port inputs[] = {
  SCENE_IN, ID_IN, TARGETS_IN,
  { "motion", "COMBO", "What it does.", MK_TEXT ("bounce"), .options = motions },
  TIME_INS,
  REAL_IN ("speed", 0.01, 100, 1, "Times the motion's own."),
  { "repeat", "INT", "Times; 0: as often as fits.", .need = MK_OPTIONAL, MK_INT_RANGE (0, 1000, 0, 1) },
  { "easing", "COMBO", "How it starts and ends; empty suits the motion.", .need = MK_OPTIONAL, MK_TEXT (""), .options = easings },
  { "axis", "COMBO", "About which it turns.", .need = MK_OPTIONAL, MK_TEXT (""), .options = axes },
  REAL_IN ("turns", -1000, 1000, 0, "Full turns; 0 suits the time."),
  REAL_IN ("angle_deg", 0, 360, 0, "How far it swings; 0 suits the motion."),
  REAL_IN ("height_m", 0, 10000, 0, "How high; 0 suits the thing."),
  REAL_IN ("distance_m", 0, 10000, 0, "How far; 0 suits the thing."),
  REAL_IN ("radius_m", 0, 10000, 0, "Of a circle; 0 suits the thing."),
  REAL_IN ("factor", 0, 1000, 0, "Growth; 0 suits the motion."),
  TEXT_IN ("to", "An id, or [x, y, z]."),
  TEXT_IN ("by", "Of what flies or is given: the id of who kicks, throws or gives it."),
  TEXT_IN ("how", "How it is sent off: kick or throw. Of a gesture which one: clap, bow, cartwheel …; of a slide: ski, surf."),
  { "end", "COMBO", "How it arrives: beside its goal, on it, in it, beyond it, or down from it.", .need = MK_OPTIONAL, MK_TEXT (""), .options = ends },
  { "direction", "COMBO", "Where to.", .need = MK_OPTIONAL, MK_TEXT (""), .options = directions },
  TEXT_IN ("around", "An id."), TEXT_IN ("along", "An id."),
  TEXT_IN ("points", "[[x, y, z], …] of a path."),
  REAL_IN ("anticipation", 0, 3, 1, "How much it gathers itself before it moves; 0: not at all."),
  REAL_IN ("squash", 0, 3, 1, "How much it gives when it lands and stretches when it flies."),
  REAL_IN ("follow_through", 0, 3, 1, "How much ears, tails and limbs trail behind."),
  REAL_IN ("limp", 0, 1, 0, "How lame the right leg of a walk on two legs is."),
  REAL_IN ("arcs", 0, 3, 1, "How much limbs swing in curves."),
  { "closed", "BOOLEAN", "The path comes back to its start.", .need = MK_OPTIONAL, MK_DEFAULT (0) },
  { 0 } };

static bool
run (mk_run *r, GError **error)
{
  return mk_run_scene_command (r, "animate", inputs, error);
}

const mk_node_def mk_node_scene_animate = {
  .id = "SceneAnimate", .label = "Animate", .category = "scene", .version = 2,
  .help = "Lets things move.",
  .inputs = inputs, .outputs = mk_scene_only_output, .flags = MK_NODE_LIGHT, .run = run };
