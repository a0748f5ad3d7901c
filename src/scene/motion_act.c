/* What motions ask of their target: how big, where, carried by what, sent where. */
#include <string.h>

#include "scene/fields.h"
#include "scene/layout.h"
#include "scene/life.h"

#define MAX_DISTANCE_M 100000

static const char *
motion_of (const mk_act *act)
{
  return mk_json_get_string (mk_json_get (act->command, "motion"));
}

static mk_vec3
box_middle (mk_box box)
{
  return mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
}

/* Bounds of a subtree in the space of its top node, at rest. */
static mk_box
own_box (const mk_scene *scene, int node)
{
  mk_mat4 back = mk_mat4_inverse (mk_node_rest (scene, node));
  mk_box box = MK_BOX_EMPTY;
  bool is_skinned = false;
  int n = (int)scene->nodes->len;
  g_autofree mk_mat4 *local = g_new (mk_mat4, n);
  for (int i = node; i < n; i++) {
    const mk_scene_node *own = mk_scene_get_node (scene, i);
    if (i > node && own->parent < node)
      break;
    local[i] = i == node ? MK_MAT4_IDENTITY : mk_mat4_mul (local[own->parent], mk_mat4_from_trs (own->trs));
    is_skinned |= own->skin >= 0 && own->n_parts > 0;
    for (unsigned p = 0; p < own->n_parts && !own->is_hidden; p++)
      if (own->skin < 0)
        box = mk_box_union (box, mk_box_transform (local[i], own->parts[p].mesh->bounds));
  }
  if (box.min.x <= box.max.x && !is_skinned)
    return box;
  box = mk_box_transform (back, mk_layout_box (scene, node)); /* skinned bodies, with the eyes that are set into them */
  mk_vec3 half = { 0.1f, 0.1f, 0.1f };                        /* lights and cameras have no body */
  return box.min.x <= box.max.x ? box : (mk_box){ mk_vec3_scale (half, -1), half };
}

/* A ball's farthest vertex is hardly farther from its middle than its sides. */
static bool
is_ball (const mk_scene *scene, int node, mk_box box)
{
  mk_vec3 size = mk_vec3_sub (box.max, box.min), middle = box_middle (box);
  float largest = fmaxf (size.x, fmaxf (size.y, size.z)), smallest = fminf (size.x, fminf (size.y, size.z)), far = 0;
  if (smallest < 0.85f * largest)
    return false;
  for (int i = node; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *own = mk_scene_get_node (scene, i);
    if (i > node && own->parent < node)
      break;
    for (unsigned p = 0; p < own->n_parts && i == node; p++)
      for (uint32_t v = 0; v < own->parts[p].mesh->n_vertices; v++)
        far = fmaxf (far, mk_vec3_length (mk_vec3_sub (own->parts[p].mesh->positions[v], middle)));
  }
  return far > 0 && far < 0.56f * largest;
}

float
mk_support_under (const mk_scene *scene, int root, mk_vec3 at)
{
  float best = 0;
  bool is_found = false;
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *other = mk_scene_get_node (scene, i);
    float y;
    if (i == root || other->parent >= 0 || other->is_hidden || (!other->is_ground && other->id == NULL))
      continue;
    if (mk_layout_surface (scene, i, at.x, at.z, at.y + 0.02f, &y) && (!is_found || y > best)) {
      best = y;
      is_found = true;
    }
  }
  return is_found || at.y > 0 ? best : at.y;
}

void
mk_act_measure (mk_act *act)
{
  mk_scene *scene = act->scene;
  mk_box box = own_box (scene, act->node);
  act->world = mk_node_world (scene, act->node, act->start_s);
  act->middle = box_middle (box);
  act->foot = (mk_vec3){ act->middle.x, box.min.y, act->middle.z };
  act->top = (mk_vec3){ act->middle.x, box.max.y, act->middle.z };
  mk_box world = mk_box_transform (act->world, box);
  mk_vec3 size = mk_vec3_sub (world.max, world.min);
  act->size = (mk_vec3){ fmaxf (size.x, 1e-3f), fmaxf (size.y, 1e-3f), fmaxf (size.z, 1e-3f) };
  act->is_round = is_ball (scene, act->node, box);
  if (act->is_round) { /* a turned box around a ball is too big */
    float diameter = (box.max.y - box.min.y) * mk_vec3_length (mk_mat4_direction (act->world, (mk_vec3){ 0, 1, 0 }));
    mk_vec3 middle = mk_mat4_point (act->world, act->middle);
    act->size = (mk_vec3){ diameter, diameter, diameter };
    act->at = (mk_vec3){ middle.x, middle.y - diameter / 2, middle.z };
  } else {
    act->at = (mk_vec3){ (world.min.x + world.max.x) / 2, world.min.y, (world.min.z + world.max.z) / 2 };
  }
  mk_vec3 forward = mk_mat4_direction (act->world, (mk_vec3){ 0, 0, 1 });
  forward.y = 0;
  act->forward = mk_vec3_length (forward) > 1e-6f ? mk_vec3_normalize (forward) : (mk_vec3){ 0, 0, 1 };
  act->support_y = mk_support_under (scene, act->root, act->at);
}

float
mk_act_radius (const mk_act *act)
{
  return fmaxf (act->size.x, act->size.z) / 2;
}

float
mk_act_extent (const mk_act *act)
{
  return fmaxf (act->size.y, 2 * mk_act_radius (act));
}

float
mk_act_half_along (const mk_act *act, mk_vec3 way)
{
  return (fabsf (way.x) * act->size.x + fabsf (way.z) * act->size.z) / 2;
}

bool
mk_act_number (const mk_act *act, const char *key, double least, double most, float *value, GError **error)
{
  return mk_field_float (act->command, key, least, most, value, error);
}

unsigned
mk_act_cycles (const mk_act *act, double *period_s)
{
  double n = act->repeat > 0 ? act->repeat : floor (act->duration_s / *period_s + 0.5);
  n = CLAMP (n, 1, 10000);
  *period_s = act->duration_s / n;
  return (unsigned)n;
}

/* --- where it is sent --- */

static bool
read_direction (const mk_act *act, mk_vec3 *direction, GError **error)
{
  static const char *const words[] = { "left", "right", "forward", "back", "up", "down", "toward", "away", NULL };
  const mk_vec3 ways[] = { { -1, 0, 0 }, { 1, 0, 0 }, act->forward, mk_vec3_scale (act->forward, -1), { 0, 1, 0 }, { 0, -1, 0 }, { 0, 0, 1 }, { 0, 0, -1 } };
  int choice = -1;
  if (!mk_field_choice (act->command, "direction", words, &choice, error))
    return false;
  if (choice >= 0)
    *direction = ways[choice];
  return true;
}

mk_vec3
mk_act_side_out (const mk_act *act, const mk_act *carrier)
{
  mk_vec3 side = mk_vec3_normalize (mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, carrier->forward));
  float own = (act->at.x - carrier->at.x) * side.x + (act->at.z - carrier->at.z) * side.z;
  bool is_other = fabsf (side.z) > 0.35f ? side.z < 0 : own < 0;
  return mk_vec3_scale (side, is_other ? -1 : 1);
}

#define OFF_GAP_M 0.25f

/* Off what carries it, over the edge that lies before it and down to where that stands; out of a car to the side. */
static mk_vec3
way_off (const mk_act *act, int node, mk_box carrier)
{
  mk_act from = *act;
  from.node = from.root = node;
  mk_act_measure (&from);
  mk_vec3 u = mk_act_is_inside (act) ? mk_act_side_out (act, &from) : mk_vec3_normalize ((mk_vec3){ act->forward.x, 0, act->forward.z });
  float edge_x = fabsf (u.x) > 1e-3f ? ((u.x > 0 ? carrier.max.x : carrier.min.x) - act->at.x) / u.x : INFINITY;
  float edge_z = fabsf (u.z) > 1e-3f ? ((u.z > 0 ? carrier.max.z : carrier.min.z) - act->at.z) / u.z : INFINITY;
  float far = fmaxf (fminf (edge_x, edge_z), 0) + fmaxf (act->size.x, act->size.z) / 2 + OFF_GAP_M;
  return (mk_vec3){ far * u.x, carrier.min.y - act->at.y, far * u.z };
}

/* Beside a thing, not into it: up to where both boxes nearly touch along the way. */
#define NOSE 1.12f /* of its own length: it stops before it touches */

/* How far its middle is from that of a box of half sizes `half` when, come along `u`, it touches that: as soon as a line parallel to a side
 * of either is between them (the separating axes of two rectangles). */
static float
touching (const mk_act *act, mk_vec3 u, mk_vec3 half)
{
  static const char *const facing[] = { "walk", "run", "swim", "drive", "fly", NULL };
  float x = fmaxf (fabsf (u.x), 1e-4f), z = fmaxf (fabsf (u.z), 1e-4f), own_x = NOSE * act->size.x / 2, own_z = NOSE * act->size.z / 2;
  if (!g_strv_contains (facing, motion_of (act)))
    return fminf ((half.x + own_x) / x, (half.z + own_z) / z);
  float ahead = fabsf (act->forward.x), aside = fabsf (act->forward.z), length = ahead * own_x + aside * own_z, width = aside * own_x + ahead * own_z; /* its nose comes first */
  float by_nose = x * half.x + z * half.z + length, by_x = (half.x + x * length + z * width) / x, by_z = (half.z + z * length + x * width) / z;
  return fminf (by_nose, fminf (by_x, by_z));
}

static bool
way_to_thing (const mk_act *act, const char *id, mk_vec3 *way, GError **error)
{
  g_autoptr (GArray) found = mk_scene_find_targets (act->scene, id, error);
  if (found == NULL)
    return false;
  int node = g_array_index (found, int, 0);
  if (mk_scene_is_within (act->scene, node, act->root)) {
    *way = (mk_vec3){ 0, 0, 0 };
    return true;
  }
  mk_box there = mk_box_transform (mk_node_world (act->scene, node, act->start_s), own_box (act->scene, node));
  const char *end = mk_json_get_string (mk_json_get (act->command, "end"));
  if (g_str_equal (end, "off")) {
    *way = way_off (act, node, there);
    return true;
  }
  mk_vec3 middle = box_middle (there), half = mk_vec3_scale (mk_vec3_sub (there.max, there.min), 0.5f);
  mk_vec3 flat = { middle.x - act->at.x, 0, middle.z - act->at.z };
  float distance = mk_vec3_length (flat);
  if (distance < 1e-4f) {
    *way = (mk_vec3){ 0, 0, 0 };
    return true;
  }
  if (g_str_equal (end, "on") || (g_str_equal (end, "in") && g_str_equal (motion_of (act), "jump"))) { /* a bird on a roof, a cat in a box */
    float top = there.max.y;
    mk_layout_surface (act->scene, node, middle.x, middle.z, there.max.y + 0.05f, &top);
    *way = (mk_vec3){ flat.x, top - act->at.y, flat.z };
    return true;
  }
  bool is_aloft = there.min.y > act->at.y + 0.25f * act->size.y && there.min.y > 0.3f * (there.max.y - there.min.y);
  if (is_aloft && g_str_equal (motion_of (act), "fly")) { /* the moon: up to its near side, and not below it */
    mk_vec3 whole = { flat.x, middle.y - act->at.y - act->size.y / 2, flat.z };
    float far = mk_vec3_length (whole), near = fminf (half.x, fminf (half.y, half.z)) + 0.55f * fminf (act->size.x, fminf (act->size.y, act->size.z));
    *way = mk_vec3_scale (whole, fmaxf (far - near, 0) / far);
    return true;
  }
  mk_vec3 u = mk_vec3_scale (flat, 1 / distance);
  *way = mk_vec3_scale (u, fmaxf (distance - touching (act, u, half) - 0.03f, 0));
  return true;
}

static bool stands_on (const mk_scene *scene, int rider, int carrier);

/* "along" a bridge that it is on: to that end of it that lies ahead, with its own length on it still. */
static bool
way_along (const mk_act *act, mk_vec3 *way)
{
  g_autoptr (GArray) found = mk_scene_find_targets (act->scene, mk_json_get_string (mk_json_get (act->command, "along")), NULL);
  int root = found != NULL && found->len > 0 ? g_array_index (found, int, 0) : -1;
  if (root < 0 || act->node != act->root || !stands_on (act->scene, act->root, root))
    return false;
  mk_box box = mk_layout_box (act->scene, root);
  mk_vec3 size = mk_vec3_sub (box.max, box.min);
  bool is_along_x = size.x > size.z;
  float sign = (is_along_x ? act->forward.x : act->forward.z) >= 0 ? 1 : -1, own = fmaxf (act->size.x, act->size.z) / 2;
  float end = is_along_x ? (sign > 0 ? box.max.x : -box.min.x) : (sign > 0 ? box.max.z : -box.min.z), at = sign * (is_along_x ? act->at.x : act->at.z);
  float far = end - own - at;
  if (fmaxf (size.x, size.z) < 1.5f * fminf (size.x, size.z) || far < 0.5f)
    return false;
  *way = is_along_x ? (mk_vec3){ sign * far, 0, 0 } : (mk_vec3){ 0, 0, sign * far };
  return true;
}

bool
mk_act_way (const mk_act *act, float default_distance_m, mk_vec3 fallback, mk_vec3 *way, GError **error)
{
  const mk_json *to = mk_json_get (act->command, "to");
  mk_vec3 direction = fallback, point = { 0, 0, 0 };
  float distance = default_distance_m;
  if (mk_json_get_kind (to) == MK_JSON_STRING)
    return way_to_thing (act, mk_json_get_string (to), way, error);
  if (to != NULL) {
    if (!mk_field_vec3 (act->command, "to", MAX_DISTANCE_M, &point, error))
      return false;
    mk_vec3 from = act->n > 1 ? act->group : act->at; /* several keep their places about the middle of all */
    *way = mk_vec3_sub (point, from);
    return true;
  }
  bool is_free = !mk_json_has (act->command, "direction") && !mk_json_has (act->command, "distance_m");
  if (is_free && mk_json_has (act->command, "along") && way_along (act, way))
    return true;
  if (!read_direction (act, &direction, error) || !mk_act_number (act, "distance_m", 0, MAX_DISTANCE_M, &distance, error))
    return false;
  *way = mk_vec3_scale (direction, distance);
  return true;
}

/* --- writing, with what it carries --- */

/* "cube-1" means "cube-1.2" too. */
static bool
means (const char *target, const char *id)
{
  size_t length = strcspn (target, "/");
  return id != NULL && strncmp (target, id, length) == 0 && (id[length] == 0 || id[length] == '.');
}

/* Where the commands have put a thing: as it was made, or by the last transform that placed it anew. */
static const mk_json *
place_of (const mk_scene *scene, const mk_scene_node *node)
{
  const mk_json *place = node->command >= 0 ? mk_json_get (mk_json_at (scene->commands, (size_t)node->command), "place") : NULL;
  for (size_t i = node->command >= 0 ? (size_t)node->command : 0; i < mk_json_length (scene->commands); i++) {
    const mk_json *command = mk_json_at (scene->commands, i), *targets = mk_json_get (command, "targets");
    if (!g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "transform") || !(mk_json_has (command, "place") || mk_json_has (command, "position")))
      continue;
    for (size_t t = 0; t < mk_json_length (targets); t++)
      if (means (mk_json_get_string (mk_json_at (targets, t)), node->id))
        place = mk_json_get (command, "place");
  }
  return place;
}

bool
mk_act_is_inside (const mk_act *act)
{
  const mk_json *place = place_of (act->scene, mk_scene_get_node (act->scene, act->root));
  return g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (place, 0), "relation")), "inside");
}

/* Several on several carriers went one by one, each onto its own: mk_layout_place. */
static bool
is_own_carrier (const mk_scene *scene, const mk_json *targets, const char *rider, int carrier)
{
  const char *dot = strrchr (rider, '.');
  unsigned long copy = dot != NULL ? strtoul (dot + 1, NULL, 10) : 0, n = 0, at = 0;
  for (size_t k = 0; k < mk_json_length (targets) && copy > 0; k++) {
    g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, k)), NULL);
    for (guint i = 0; found != NULL && i < found->len; i++, n++)
      if (g_array_index (found, int, i) == carrier)
        at = n;
  }
  return n < 2 || (copy - 1) % n == at;
}

/* Whether the commands put a thing on or in `carrier`. */
static bool
stands_on (const mk_scene *scene, int rider, int carrier)
{
  const mk_scene_node *node = mk_scene_get_node (scene, rider);
  const char *id = mk_scene_get_node (scene, carrier)->id;
  const mk_json *place = place_of (scene, node);
  for (size_t i = 0; i < mk_json_length (place); i++) {
    const mk_json *row = mk_json_at (place, i);
    const char *relation = mk_json_get_string (mk_json_get (row, "relation"));
    const mk_json *targets = mk_json_get (row, "targets");
    if (!g_str_equal (relation, "on") && !g_str_equal (relation, "inside") && !g_str_equal (relation, "held"))
      continue;
    for (size_t k = 0; k < mk_json_length (targets); k++)
      if (means (mk_json_get_string (mk_json_at (targets, k)), id) && is_own_carrier (scene, targets, node->id, carrier))
        return true;
  }
  return false;
}

static bool
is_target (const mk_act *act, int root)
{
  const mk_json *targets = mk_json_get (act->command, "targets");
  bool is_meant = false;
  for (size_t i = 0; i < mk_json_length (targets); i++)
    is_meant |= means (mk_json_get_string (mk_json_at (targets, i)), mk_scene_get_node (act->scene, root)->id);
  return is_meant;
}

/* What a partner throws, which the command is about, has its own way. */
static void
write_riders (const mk_act *act, const mk_motion *motion, int carrier, int depth)
{
  for (int i = 0; i < (int)act->scene->nodes->len && depth < 8; i++) {
    const mk_scene_node *node = mk_scene_get_node (act->scene, i);
    if (node->parent >= 0 || node->id == NULL || i == carrier || !stands_on (act->scene, i, carrier) || (is_target (act, i) && !is_target (act, act->root)))
      continue;
    mk_motion_write (act->scene, i, motion);
    write_riders (act, motion, i, depth + 1);
  }
}

static bool
is_carried (const mk_scene *scene, int rider, int carrier, int depth)
{
  if (stands_on (scene, rider, carrier))
    return true;
  for (int i = 0; i < (int)scene->nodes->len && depth < 8; i++)
    if (i != rider && i != carrier && mk_scene_get_node (scene, i)->parent < 0 && stands_on (scene, rider, i) && is_carried (scene, i, carrier, depth + 1))
      return true;
  return false;
}

bool
mk_act_carries (const mk_act *act, int rider)
{
  const mk_scene_node *node = mk_scene_get_node (act->scene, rider);
  return rider != act->root && node->parent < 0 && node->id != NULL && mk_scene_get_node (act->scene, act->root)->id != NULL && is_carried (act->scene, rider, act->root, 0);
}

void
mk_act_write (const mk_act *act, mk_motion_func evaluate, const void *user, mk_vec3 pivot, const double *corners_s, size_t n_corners, bool is_carrying)
{
  mk_motion motion = { .evaluate = evaluate, .user = user, .start_s = act->start_s, .duration_s = act->duration_s, .pivot = pivot,
                       .corners_s = corners_s, .n_corners = n_corners };
  mk_motion_write (act->scene, act->node, &motion);
  if (!is_carrying || act->node != act->root || mk_scene_get_node (act->scene, act->root)->id == NULL)
    return;
  motion.is_pivot_world = true;
  motion.pivot = mk_mat4_point (act->world, pivot);
  write_riders (act, &motion, act->root, 0);
}

/* --- others that take part --- */

bool
mk_act_partner (const mk_act *act, const char *id, mk_act *partner, GError **error)
{
  g_autoptr (GArray) found = mk_scene_find_targets (act->scene, id, error);
  if (found == NULL)
    return false;
  int node = g_array_index (found, int, 0);
  while (mk_scene_get_node (act->scene, node)->parent >= 0 && mk_scene_get_node (act->scene, node)->id == NULL)
    node = mk_scene_get_node (act->scene, node)->parent;
  *partner = *act;
  partner->node = partner->root = node;
  partner->index = 0;
  partner->n = 1;
  mk_act_measure (partner);
  return true;
}

bool
mk_act_need_partner (const mk_act *act, const char *key, const char *role, mk_act *partner, GError **error)
{
  const char *id = NULL;
  if (!mk_field_string (act->command, key, &id, error))
    return false;
  if (id == NULL)
    return mk_error (error, MK_ERROR_USAGE, "“%s” needs “%s”: the id of %s", mk_json_get_string (mk_json_get (act->command, "motion")), key, role);
  return mk_act_partner (act, id, partner, error);
}

typedef struct {
  float angle_rad;
  double turn_s; /* 0 = from the first moment */
} facing;

static void
face_at (const void *user, double time_s, mk_delta *delta)
{
  const facing *f = user;
  float share = f->turn_s > 0 ? mk_smooth (0, (float)f->turn_s, (float)time_s) : 1;
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, f->angle_rad * share);
}

#define SAME_WAY_RAD 0.08f

void
mk_act_face (mk_act *act, mk_vec3 way, double seconds)
{
  float angle = mk_vec3_yaw (way) - mk_vec3_yaw (act->forward);
  facing f = { .angle_rad = mk_angle_wrap (angle), .turn_s = act->start_s > 0.05 ? seconds : 0 };
  if (fabsf (f.angle_rad) < SAME_WAY_RAD)
    return;
  mk_act own = *act;
  own.duration_s = fmax (f.turn_s, 0.05);
  mk_act_write (&own, face_at, &f, own.foot, NULL, 0, true);
  if (f.turn_s > 0)
    mk_life_walk (&own);
  act->forward = way;
}
