/* Before something sets off: room to turn, and a lane that nothing stands in. */
#include "scene/layout.h"
#include "scene/motion.h"

#define MANY 12        /* a crowd has been given room by its layout */
#define STEPS 40       /* lanes tried to each side */

typedef struct {
  mk_box box;
  mk_vec3 middle;
  bool is_kin;         /* goes in the same step: only its first place counts */
} neighbour;

static mk_vec3
middle_of (mk_box box)
{
  return mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
}

static bool
meet (mk_box a, mk_box b)
{
  return a.min.x < b.max.x && b.min.x < a.max.x && a.min.y < b.max.y - 0.02f && b.min.y < a.max.y - 0.02f && a.min.z < b.max.z && b.min.z < a.max.z;
}

static mk_box
shifted (mk_box box, mk_vec3 by)
{
  return (mk_box){ mk_vec3_add (box.min, by), mk_vec3_add (box.max, by) };
}

static mk_box
joined (mk_box a, mk_box b)
{
  return (mk_box){ { fminf (a.min.x, b.min.x), fminf (a.min.y, b.min.y), fminf (a.min.z, b.min.z) },
                   { fmaxf (a.max.x, b.max.x), fmaxf (a.max.y, b.max.y), fmaxf (a.max.z, b.max.z) } };
}

static bool
has_track (const mk_scene *scene, int node, mk_track_path path)
{
  return mk_node_tracks_find (scene, node).tracks[path] != NULL;
}

/* Placed by numbers, on something or in it, or on its way already: it stays. */
static bool
is_fixed (const mk_act *act)
{
  const mk_scene_node *node = mk_scene_get_node (act->scene, act->root);
  const mk_json *made = node->command >= 0 ? mk_json_at (act->scene->commands, (size_t)node->command) : NULL, *place = mk_json_get (made, "place");
  if (act->node != act->root || node->parent >= 0 || act->n > MANY || act->support_y > 0.02f || mk_json_has (made, "position"))
    return true;
  for (size_t i = 0; i < mk_json_length (place); i++) {
    const char *relation = mk_json_get_string (mk_json_get (mk_json_at (place, i), "relation"));
    if (g_str_equal (relation, "on") || g_str_equal (relation, "inside"))
      return true;
  }
  return has_track (act->scene, act->root, MK_TRACK_TRANSLATION);
}

/* Its box once it faces its way, about the middle that it turns about. */
static mk_box
turned_box (const mk_act *act, float heading_rad)
{
  mk_trs *trs = &mk_scene_get_node (act->scene, act->root)->trs, kept = *trs;
  trs->rotation = mk_quat_mul (mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, heading_rad), trs->rotation);
  mk_box box = mk_layout_box (act->scene, act->root);
  *trs = kept;
  mk_vec3 middle = middle_of (box);
  return shifted (box, (mk_vec3){ act->at.x - middle.x, 0, act->at.z - middle.z });
}

/* What it is sent to is not in its way, nor is what it goes through. */
static bool
is_goal (const mk_act *act, int root)
{
  static const char *const keys[] = { "to", "along" };
  for (size_t k = 0; k < MK_COUNT (keys); k++) {
    const mk_json *to = mk_json_get (act->command, keys[k]);
    g_autoptr (GArray) found = mk_json_get_kind (to) == MK_JSON_STRING ? mk_scene_find_targets (act->scene, mk_json_get_string (to), NULL) : NULL;
    for (guint i = 0; found != NULL && i < found->len; i++)
      if (mk_scene_is_within (act->scene, g_array_index (found, int, i), root))
        return true;
  }
  return false;
}

/* All that stands about and was apart from it before it turned. */
static GArray *
find_neighbours (const mk_act *act)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (neighbour));
  mk_scene *scene = act->scene;
  mk_box own = mk_layout_box (scene, act->root);
  g_autoptr (mk_pose) pose = NULL, last = NULL;
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    if (i == act->root || node->parent >= 0 || node->is_ground || node->is_hidden || node->camera >= 0 || node->light >= 0 || mk_act_carries (act, i))
      continue;
    const mk_recipe_info *info = node->object != NULL ? mk_library_find (act->stage->library, node->object) : NULL;
    if ((info != NULL && info->is_set) || is_goal (act, i))
      continue;
    if (pose == NULL)
      pose = mk_pose_new (scene, act->start_s);
    neighbour one = { .box = mk_scene_bounds (scene, pose, i), .is_kin = act->n > 1 && node->command == mk_scene_get_node (scene, act->root)->command };
    one.middle = middle_of (one.box);
    if (!(one.box.min.x <= one.box.max.x) || meet (own, one.box))
      continue;
    if (!one.is_kin && has_track (scene, i, MK_TRACK_TRANSLATION)) { /* where it goes is taken too */
      if (last == NULL)
        last = mk_pose_new (scene, (double)scene->duration_s);
      one.box = joined (one.box, mk_scene_bounds (scene, last, i));
    }
    g_array_append_val (found, one);
  }
  return found;
}

static bool
is_free (const GArray *neighbours, mk_box lane, mk_box start)
{
  for (guint i = 0; i < neighbours->len; i++) {
    const neighbour *one = &g_array_index (neighbours, neighbour, i);
    if (meet (one->is_kin ? start : lane, one->box))
      return false;
  }
  return true;
}

/* Aside of its way, as little as it takes; to the side of what is in the way that it stands on already, else nearer to the viewer. */
static bool
find_lane (const mk_act *act, const GArray *neighbours, mk_box box, mk_vec3 way, mk_vec3 *by)
{
  mk_box lane = joined (box, shifted (box, way));
  mk_vec3 side = mk_vec3_normalize ((mk_vec3){ way.z, 0, -way.x });
  float preferred = side.z >= 0 ? 1 : -1, step = 0.12f * mk_act_extent (act);
  for (guint i = 0; i < neighbours->len; i++) {
    const neighbour *one = &g_array_index (neighbours, neighbour, i);
    float off = mk_vec3_dot (side, mk_vec3_sub (middle_of (box), one->middle));
    if (!one->is_kin && meet (lane, one->box) && fabsf (off) > 0.1f * mk_act_extent (act))
      preferred = off > 0 ? 1 : -1;
  }
  for (int k = 0; k <= STEPS; k++)
    for (int s = 0; s < (k > 0 ? 2 : 1); s++) {
      *by = mk_vec3_scale (side, (s == 0 ? preferred : -preferred) * step * (float)k);
      if (is_free (neighbours, shifted (lane, *by), shifted (box, *by)))
        return true;
    }
  return false;
}

/* Away from those whom it would touch when turned, along the axis on which they are apart. */
static mk_vec3
away (const GArray *neighbours, mk_box box)
{
  mk_vec3 by = { 0, 0, 0 };
  for (int tries = 0; tries < 8; tries++) {
    mk_vec3 before = by;
    for (guint i = 0; i < neighbours->len; i++) {
      const neighbour *one = &g_array_index (neighbours, neighbour, i);
      mk_box own = shifted (box, by);
      if (!meet (own, one->box))
        continue;
      mk_vec3 apart = mk_vec3_sub (middle_of (own), one->middle);
      float gap = 0.05f * (box.max.x - box.min.x + box.max.z - box.min.z);
      if (fabsf (apart.x) >= fabsf (apart.z))
        by.x += apart.x >= 0 ? one->box.max.x - own.min.x + gap : one->box.min.x - own.max.x - gap;
      else
        by.z += apart.z >= 0 ? one->box.max.z - own.min.z + gap : one->box.min.z - own.max.z - gap;
    }
    if (mk_vec3_length (mk_vec3_sub (by, before)) < 1e-6f)
      break;
  }
  return by;
}

static void
shift_with_load (mk_act *act, mk_vec3 by)
{
  for (int i = 0; i < (int)act->scene->nodes->len; i++)
    if (i == act->root || mk_act_carries (act, i)) {
      mk_vec3 *at = &mk_scene_get_node (act->scene, i)->trs.translation;
      *at = mk_vec3_add (*at, by);
    }
}

/* Whether it can go straight from `by` beside its place to what it is sent to; boxes along the way tell. */
static bool
is_way_free (const mk_act *act, const GArray *neighbours, mk_box box, mk_vec3 by)
{
  mk_act there = *act;
  mk_vec3 way;
  there.at = mk_vec3_add (act->at, by);
  if (!mk_act_way (&there, 0, (mk_vec3){ 1, 0, 0 }, &way, NULL))
    return true;
  way.y = 0;
  unsigned n = (unsigned)CLAMP (4 * mk_vec3_length (way) / mk_act_extent (act), 4, 64);
  for (unsigned i = 0; i <= n; i++) {
    mk_box then = shifted (box, mk_vec3_add (by, mk_vec3_scale (way, (float)i / (float)n)));
    if (!is_free (neighbours, then, then))
      return false;
  }
  return true;
}

/* A place beside its own from where nothing is between it and what it is sent to. */
static bool
find_start (const mk_act *act, const GArray *neighbours, mk_box box, mk_vec3 way, mk_vec3 *by)
{
  mk_vec3 side = mk_vec3_normalize ((mk_vec3){ way.z, 0, -way.x });
  float front = side.z >= 0 ? 1 : -1;
  for (int k = 0; k <= 2 * STEPS; k++) {
    *by = mk_vec3_scale (side, (k & 1 ? front : -front) * 0.12f * mk_act_extent (act) * (float)((k + 1) / 2));
    if (is_way_free (act, neighbours, box, *by))
      return true;
  }
  return false;
}

bool
mk_act_make_room (mk_act *act, mk_vec3 way, float heading_rad)
{
  way.y = 0;
  if (is_fixed (act) || mk_vec3_length (way) < 1e-4f)
    return false;
  g_autoptr (GArray) neighbours = find_neighbours (act);
  mk_box box = turned_box (act, heading_rad);
  mk_vec3 by = { 0, 0, 0 };
  if (neighbours->len == 0)
    return false;
  if (mk_json_has (act->command, "to") ? !find_start (act, neighbours, box, way, &by) : !find_lane (act, neighbours, box, way, &by))
    by = away (neighbours, box);
  if (mk_vec3_length (by) < 1e-6f)
    return false;
  float before = act->support_y;
  shift_with_load (act, by);
  mk_act_measure (act);
  if (act->support_y != before) { /* on a slope */
    shift_with_load (act, (mk_vec3){ 0, act->support_y - before, 0 });
    mk_act_measure (act);
  }
  return true;
}
