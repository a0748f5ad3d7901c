/* light: lamps and rigs of lamps. */
#include <string.h>

#include "scene/camera.h"
#include "scene/fields.h"
#include "scene/objects.h"
#include "scene/ops.h"
#include "scene/rig.h"

static const char *const keys[] = { "id", "kind", "color", "brightness", "position", "targets", "place", NULL };
static const char *const kinds[] = { "sun", "point", "spot", "area", "neon", "three-point", "rim", "softbox", "backlight", "candle", "low-key", NULL };
enum { SUN, POINT, SPOT, AREA, NEON, THREE_POINT, RIM, SOFTBOX, BACKLIGHT, CANDLE, LOW_KEY };

#define DEGREE (MK_PI / 180)

/* A lamp of a rig. Angles as seen from the subject: azimuth 0 = towards the viewer, growing to the right. */
typedef struct {
  int rig;
  const char *name;
  mk_light_kind kind;
  float azimuth_deg, elevation_deg;
  float distance;   /* in radii of the subject */
  float irradiance; /* at the subject; a sunlit noon has about 1 after exposure */
  float size;       /* of its face in radii; of a bulb in thousandths */
  mk_vec3 color;
  bool is_away;     /* it shines on what is behind the subject */
} lamp;

static const lamp lamps[] = {
  { SUN, "sun", MK_LIGHT_SUN, 35, 50, 20, 1, 0, { 1, 0.96f, 0.9f } },
  { POINT, "bulb", MK_LIGHT_POINT, 30, 45, 2.2f, 1.2f, 60, { 1, 0.86f, 0.68f } },
  { SPOT, "spotlight", MK_LIGHT_SPOT, 20, 62, 3.2f, 2.2f, 40, { 1, 0.95f, 0.88f } },
  { AREA, "panel", MK_LIGHT_AREA, 35, 50, 2.6f, 1.3f, 1, { 1, 1, 1 } },
  { NEON, "left tube", MK_LIGHT_AREA, -75, 20, 2.2f, 0.9f, 0.5f, { 1, 0.1f, 0.7f } },
  { NEON, "right tube", MK_LIGHT_AREA, 75, 25, 2.2f, 0.9f, 0.5f, { 0.1f, 0.75f, 1 } },
  { THREE_POINT, "key", MK_LIGHT_AREA, -48, 34, 2.8f, 1.5f, 0.6f, { 1, 0.95f, 0.87f } },
  { THREE_POINT, "fill", MK_LIGHT_AREA, 52, 14, 3, 0.31f, 1.4f, { 0.8f, 0.9f, 1 } },
  { THREE_POINT, "rim", MK_LIGHT_AREA, 152, 42, 2.8f, 2.6f, 0.7f, { 1, 1, 1 } },
  { RIM, "left rim", MK_LIGHT_AREA, -152, 12, 2.8f, 2.9f, 0.6f, { 1, 1, 1 } },
  { RIM, "right rim", MK_LIGHT_AREA, 152, 12, 2.8f, 2.9f, 0.6f, { 1, 1, 1 } },
  { SOFTBOX, "softbox", MK_LIGHT_AREA, -62, 30, 2.2f, 1.3f, 2.2f, { 1, 0.98f, 0.95f } },
  { BACKLIGHT, "backlight", MK_LIGHT_AREA, 165, 35, 3.2f, 1.6f, 0.9f, { 1, 0.93f, 0.82f } },
  { BACKLIGHT, "paper light", MK_LIGHT_AREA, 180, 10, 1.3f, 40, 1.0f, { 1, 0.93f, 0.82f }, .is_away = true },
  { CANDLE, "flame", MK_LIGHT_POINT, 38, 4, 1.3f, 0.7f, 15, { 1, 0.5f, 0.16f } },
  { LOW_KEY, "key", MK_LIGHT_SPOT, -72, 24, 3.4f, 2.2f, 30, { 1, 0.97f, 0.92f } },
  { LOW_KEY, "edge", MK_LIGHT_AREA, 140, 30, 2.8f, 0.7f, 0.4f, { 0.9f, 0.95f, 1 } },
};

/* By rig; where no sky is named, a studio with a little light. */
static const mk_rig_room rooms[] = {
  [SPOT] = { 0.05f, -0.9f }, [THREE_POINT] = { 0.05f, -0.35f }, [RIM] = { 0.02f, -0.9f }, [SOFTBOX] = { 0.14f, 0.15f },
  [BACKLIGHT] = { 0.012f, 0 }, [CANDLE] = { 0.012f, -1.5f }, [LOW_KEY] = { 0.012f, -1 },
};

mk_rig_room
mk_rig_room_for (const mk_json *command)
{
  int rig = POINT;
  mk_field_choice (command, "kind", kinds, &rig, NULL);
  return (size_t)rig < MK_COUNT (rooms) && rooms[rig].sky > 0 ? rooms[rig] : (mk_rig_room){ 0.12f, 0 };
}

/* --- the subject of a light --- */

static bool
subject_of (const mk_stage *stage, const mk_scene *scene, const mk_json *targets, mk_vec3 *middle, float *radius, GError **error)
{
  g_autoptr (GArray) roots = NULL;
  mk_box box = MK_BOX_EMPTY;
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  if (mk_json_length (targets) == 0)
    roots = mk_framing_subjects (stage, scene);
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, i)), error);
    if (found == NULL)
      return false;
    if (roots == NULL)
      roots = g_array_new (FALSE, FALSE, sizeof (int));
    g_array_append_vals (roots, found->data, found->len);
  }
  for (guint i = 0; roots != NULL && i < roots->len; i++)
    box = mk_box_union (box, mk_scene_bounds (scene, pose, g_array_index (roots, int, i)));
  if (box.min.x > box.max.x)
    box = (mk_box){ { -0.5f, 0, -0.5f }, { 0.5f, 1, 0.5f } };
  *middle = mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
  *radius = fmaxf (mk_vec3_length (mk_vec3_sub (box.max, box.min)) / 2, 0.05f);
  return true;
}

/* Words of place move the whole rig about the thing it is placed by. */
static bool
place_of (const mk_stage *stage, const mk_scene *scene, const mk_json *command, bool *is_placed, mk_vec3 *at, GError **error)
{
  static const struct { const char *word; mk_vec3 way; } ways[] = {
    { "above", { 0, 1.6f, 0 } }, { "on", { 0, 1.1f, 0 } }, { "left", { -1.8f, 0.4f, 0 } }, { "right", { 1.8f, 0.4f, 0 } }, { "front", { 0, 0.5f, 1.8f } },
    { "behind", { 0, 0.5f, -1.8f } }, { "beside", { 1.6f, 0.3f, 0.3f } }, { "near", { 1.4f, 0.6f, 1 } }, { "inside", { 0, 0, 0 } }, { "under", { 0, -0.7f, 0 } },
    { "center", { 0, 0, 0 } }, { "below", { 0, -0.7f, 0 } }, { "around", { 0, 1.2f, 0 } }, { "between", { 0, 0, 0 } }, { "against", { 1.1f, 0, 0 } },
    { "far", { 4, 3, 4 } }, { "facing", { 0, 0.6f, 2 } } };
  const mk_json *row = mk_json_at (mk_json_get (command, "place"), 0);
  const char *relation = mk_json_get_string (mk_json_get (row, "relation"));
  if (row == NULL)
    return true;
  for (size_t i = 0; i < MK_COUNT (ways); i++) {
    float radius;
    if (!g_str_equal (ways[i].word, relation))
      continue;
    if (!subject_of (stage, scene, mk_json_get (row, "targets"), at, &radius, error))
      return false;
    *at = mk_vec3_add (*at, mk_vec3_scale (ways[i].way, radius));
    at->y = fmaxf (at->y, 0.05f);
    *is_placed = true;
    return true;
  }
  return mk_error (error, MK_ERROR_RANGE, "a light cannot be placed “%s”", relation);
}

/* --- aiming --- */

static void
aim_lamp (mk_scene_node *node, mk_light *light, const lamp *from, mk_vec3 at, mk_vec3 middle, float radius, mk_vec3 color, float brightness)
{
  mk_vec3 way = mk_vec3_sub (middle, at);
  float distance = fmaxf (mk_vec3_length (way), 0.02f), strength = from->irradiance * brightness;
  node->trs = (mk_trs){ at, mk_quat_look (mk_vec3_scale (way, -1), (mk_vec3){ 0, 1, 0 }), { 1, 1, 1 } };
  light->color = color;
  switch (from->kind) {
  case MK_LIGHT_SUN:
    light->intensity = strength;
    light->radius_m = 0.5f * DEGREE;
    break;
  case MK_LIGHT_POINT:
  case MK_LIGHT_SPOT: /* E = I / d² */
    light->intensity = strength * distance * distance;
    light->radius_m = from->size * 1e-3f * fmaxf (radius, 0.1f);
    light->outer_cone_rad = fminf (atanf (1.7f * radius / distance), 1.2f);
    light->inner_cone_rad = 0.75f * light->outer_cone_rad;
    break;
  case MK_LIGHT_AREA: /* E = L A / d² from afar */
    light->height_m = from->size * radius;
    light->width_m = from->rig == NEON ? 0.08f * radius : light->height_m;
    light->intensity = strength * distance * distance / (light->width_m * light->height_m);
    break;
  }
}

/* All lamps below `root`, in the order of the table. */
static void
aim_rig (mk_scene *scene, int root, int rig, mk_vec3 at, bool is_placed, mk_vec3 middle, float radius, const mk_vec3 *color, float brightness)
{
  int next = root + 1;
  for (size_t i = 0; i < MK_COUNT (lamps); i++) {
    const lamp *own = &lamps[i];
    if (own->rig != rig || next >= (int)scene->nodes->len)
      continue;
    mk_scene_node *node = mk_scene_get_node (scene, next++);
    float azimuth = own->azimuth_deg * DEGREE, elevation = own->elevation_deg * DEGREE, distance = own->distance * radius;
    mk_vec3 place = { middle.x + distance * sinf (azimuth) * cosf (elevation), fmaxf (middle.y + distance * sinf (elevation), 0.1f * radius),
                      middle.z + distance * cosf (azimuth) * cosf (elevation) };
    if (is_placed) /* a rig keeps its shape about the place it is given */
      place = rig == THREE_POINT || rig == RIM || rig == NEON ? mk_vec3_add (at, mk_vec3_sub (place, middle)) : at;
    mk_vec3 aim = is_placed && mk_vec3_length (mk_vec3_sub (middle, place)) < 0.01f ? mk_vec3_add (place, (mk_vec3){ 0, -1, 0 }) : middle;
    if (own->is_away)
      aim = mk_vec3_add (place, mk_vec3_sub (place, middle));
    aim_lamp (node, &g_array_index (scene->lights, mk_light, node->light), own, place, aim, radius, color != NULL ? *color : own->color, brightness);
  }
}

static bool
aim_command (const mk_stage *stage, mk_scene *scene, const mk_json *command, int root, GError **error)
{
  int rig = POINT;
  bool has_color = false, is_placed = mk_json_has (command, "position");
  mk_vec3 color, at = { 0, 0, 0 }, middle;
  float brightness = 1, radius;
  if (!mk_field_choice (command, "kind", kinds, &rig, error) || !mk_field_color (command, "color", &color, &has_color, error) ||
      !mk_field_float (command, "brightness", 0, 1000, &brightness, error) || !mk_field_vec3 (command, "position", 1e5, &at, error) ||
      (!is_placed && !place_of (stage, scene, command, &is_placed, &at, error)) ||
      !subject_of (stage, scene, mk_json_get (command, "targets"), &middle, &radius, error))
    return false;
  aim_rig (scene, root, rig, at, is_placed, middle, radius, has_color ? &color : NULL, brightness);
  return true;
}

bool
mk_rigs_aim (const mk_stage *stage, mk_scene *scene, GError **error)
{
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    const mk_json *command = node->command >= 0 ? mk_json_at (scene->commands, (size_t)node->command) : NULL;
    if (node->parent < 0 && g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "light") && !aim_command (stage, scene, command, i, error))
      return false;
  }
  return true;
}

/* --- the command --- */

static bool
check_id (const mk_scene *scene, const char *id, GError **error)
{
  size_t length = strlen (id);
  if (length == 0 || length > 64)
    return mk_error (error, MK_ERROR_RANGE, "an id has 1 to 64 letters, not %zu", length);
  if (mk_scene_find (scene, id) >= 0)
    return mk_error (error, MK_ERROR_EXISTS, "there is a “%s” already", id);
  return true;
}

static void
add_lamps (mk_scene *scene, const char *id, int rig, int index)
{
  mk_scene_node root = MK_SCENE_NODE_DEFAULT;
  g_autofree char *name = g_strdelimit (g_strdup_printf ("%s%s", kinds[rig], strchr (kinds[rig], '-') != NULL || rig >= NEON ? " light" : ""), "-", ' ');
  root.id = (char *)id;
  root.name = name;
  root.command = index;
  int parent = mk_scene_add_node (scene, &root);
  for (size_t i = 0; i < MK_COUNT (lamps); i++) {
    if (lamps[i].rig != rig)
      continue;
    mk_light light = { .kind = lamps[i].kind, .color = lamps[i].color, .outer_cone_rad = 0.6f, .inner_cone_rad = 0.4f };
    g_strlcpy (light.name, lamps[i].name, sizeof light.name);
    mk_scene_node node = MK_SCENE_NODE_DEFAULT;
    node.name = light.name;
    node.parent = parent;
    node.light = mk_scene_add_light (scene, &light);
    mk_scene_add_node (scene, &node);
  }
}

bool
mk_apply_light (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  int rig = POINT;
  const char *id = NULL;
  g_autofree char *own = g_strdup_printf ("light-%d", index + 1);
  if (!mk_fields_check (command, keys, error) || !mk_field_choice (command, "kind", kinds, &rig, error) || !mk_field_string (command, "id", &id, error) ||
      !check_id (scene, id != NULL ? id : own, error))
    return false;
  int root = (int)scene->nodes->len;
  add_lamps (scene, id != NULL ? id : own, rig, index);
  return aim_command (stage, scene, command, root, error);
}
