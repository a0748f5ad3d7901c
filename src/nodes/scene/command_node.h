/* command_node.h - nodes that are scene commands.
 *
 * Purpose   Most scene nodes are one command each: their inputs carry the command's field names, so one
 *           function runs them all. docs/commands.md says what the fields mean.
 * Fields    An input that is absent, or as its table's default says, is left out of the command.
 *           Text that begins with [ or { stands for a list or an object; `targets` is names with commas.
 * Tests     tests/nodes/test_scene_nodes.c compares every table with assets/commands.schema.json.
 */
#pragma once
#include "graph/node.h"
#include "nodes/scene/types.h"

/* Applies the command `op` made of the inputs in `ports` to the input "scene" (or to a new scene when that
 * is no port) and gives the result as output 0. */
bool mk_run_scene_command (mk_run *run, const char *op, const mk_port *ports, GError **error);

/* The library and folders of this process, loaded at first use. Borrowed; NULL with an error. */
const mk_stage *mk_run_stage (const mk_run *run, GError **error);

extern const mk_port mk_scene_only_output[];

#define SCENE_IN { "scene", "SCENE", "The scene so far." }
#define TEXT_IN(field, help) { field, "STRING", help, .need = MK_OPTIONAL, MK_TEXT ("") }
#define REAL_IN(field, low, high, start, help) { field, "FLOAT", help, .need = MK_OPTIONAL, MK_FLOAT_RANGE (low, high, start, 0.01) }
#define TARGETS_IN TEXT_IN ("targets", "Ids with commas between them; empty means everything but the ground.")
#define ID_IN TEXT_IN ("id", "What later commands call it; unique in the scene.")

/* start_s, duration_s, after, with: when it happens. */
#define TIME_INS                                                                                                   \
  REAL_IN ("start_s", 0, 600, 0, "Seconds from the start of the film, or from the end of `after`."),                \
  REAL_IN ("duration_s", 0, 600, 0, "Seconds; 0 lets the motion choose."),                                          \
  TEXT_IN ("after", "Id of the command that must end first."), TEXT_IN ("with", "Id of the command that starts at the same time.")

/* Size, look and place, common to objects, text and imported files. */
#define THING_INS                                                                                                  \
  ONE_THING_INS,                                                                                                   \
  { "count", "INT", "How many.", .need = MK_OPTIONAL, MK_INT_RANGE (1, 500, 1, 1) },                               \
  { "arrange", "COMBO", "How several stand.", .need = MK_OPTIONAL, MK_TEXT (""), .options = mk_scene_arrangements }, \
  REAL_IN ("spacing_m", 0, 100, 0, "Metres between several; 0 suits their size."),                                 \
  TEXT_IN ("colors", "A list of #rrggbb, one per copy."), TEXT_IN ("scales", "A list of factors, one per copy.")

/* Those of a single thing. */
#define ONE_THING_INS                                                                                              \
  TEXT_IN ("name", "What a person calls it."), TEXT_IN ("color", "#rrggbb"),                                       \
  TEXT_IN ("second_color", "#rrggbb: the other of two."),                                                          \
  { "material", "COMBO", "What it is made of; empty keeps its own.", .need = MK_OPTIONAL, MK_TEXT (""), .options = mk_scene_materials }, \
  REAL_IN ("scale", 0.01, 100, 1, "Times its own size."),                                                          \
  REAL_IN ("height_m", 0, 10000, 0, "Metres high; 0 keeps its own."),                                              \
  REAL_IN ("width_m", 0, 10000, 0, "Metres wide; 0 keeps its own."),                                               \
  REAL_IN ("length_m", 0, 10000, 0, "Metres long; 0 keeps its own."),                                              \
  TEXT_IN ("relative_size", "{\"to\": id, \"factor\": 2, \"dimension\": \"height\"}"),                             \
  TEXT_IN ("parts", "Looks of named parts: {\"wheels\": {\"color\": \"#ffffff\"}}"),                               \
  TEXT_IN ("place", "[{\"relation\": \"on\", \"targets\": [\"table-1\"]}]"),                                       \
  TEXT_IN ("position", "[x, y, z] in metres."), TEXT_IN ("rotation", "[yaw, pitch, roll] in degrees."),            \
  TEXT_IN ("facing", "viewer, away, left, right, inward, outward or an id.")

extern const char *const mk_scene_arrangements[], *const mk_scene_materials[], *const mk_scene_poses[];
#define POSE_IN \
  { "pose", "COMBO", "How a person that is put on a seat or a horse is there; empty: sitting.", .need = MK_OPTIONAL, MK_TEXT (""), .options = mk_scene_poses }
