/* Around something, which may itself move; on the ground, or in the air what flies. */
#include "scene/motion_travel.h"
#include "scene/fields.h"
#include "scene/life.h"

typedef struct {
  const mk_scene *scene;
  int around;               /* node to keep around as it moves, or -1 */
  double start_s, duration_s;
  mk_vec3 center, from;     /* both at the start; from: the orbiting thing */
  float radius_m, angle_rad, turn_rad, lift_m;
  mk_easing easing;
  bool is_facing, takes_off; /* takes off: it stands there first */
  float forward_yaw, bank_rad;
} orbiting;

#define TAKE_OFF_S 1.6
#define BANK_RAD 0.3f
#define FLIGHT_ROOM 2.2f /* of its size: wings want room to turn */

static void
orbit_at (const void *user, double time_s, mk_delta *delta)
{
  const orbiting *o = user;
  float angle = o->angle_rad + o->turn_rad * mk_ease (o->easing, (float)(time_s / o->duration_s));
  mk_vec3 center = o->center;
  if (o->around >= 0) {
    mk_mat4 then = mk_node_world (o->scene, o->around, o->start_s), now = mk_node_world (o->scene, o->around, o->start_s + time_s);
    center = mk_vec3_add (center, (mk_vec3){ now.m[12] - then.m[12], now.m[13] - then.m[13], now.m[14] - then.m[14] });
  }
  float up = o->takes_off ? mk_smooth (0, 1, (float)(time_s / fmin (TAKE_OFF_S, 0.5 * o->duration_s))) : 1, side = o->turn_rad > 0 ? 1 : -1;
  mk_vec3 place = { center.x + o->radius_m * sinf (angle), center.y + up * o->lift_m, center.z + o->radius_m * cosf (angle) };
  delta->offset = mk_vec3_sub (place, o->from);
  if (o->is_facing) {
    float yaw = angle + side * MK_PI / 2;
    mk_quat bank = mk_quat_from_axis ((mk_vec3){ sinf (yaw), 0, cosf (yaw) }, -side * up * o->bank_rad);
    delta->turn = mk_quat_mul (bank, mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, yaw - o->forward_yaw));
  }
}

static void
orbit_progress (const void *user, double time_s, float *distance_m)
{
  const orbiting *o = user;
  *distance_m = fabsf (o->turn_rad) * mk_ease (o->easing, (float)(time_s / o->duration_s)) * o->radius_m;
}

/* The middle to go around: what is named, or all other things, or the place beside it. */
static bool
orbit_center (const mk_act *act, orbiting *o, float *radius_inside, GError **error)
{
  const char *id = NULL;
  if (!mk_field_string (act->command, "around", &id, error))
    return false;
  mk_box box = MK_BOX_EMPTY;
  g_autoptr (mk_pose) pose = mk_pose_new (act->scene, act->start_s);
  if (id != NULL) {
    g_autoptr (GArray) found = mk_scene_find_targets (act->scene, id, error);
    if (found == NULL)
      return false;
    o->around = g_array_index (found, int, 0);
    for (guint i = 0; i < found->len; i++)
      box = mk_box_union (box, mk_scene_bounds (act->scene, pose, g_array_index (found, int, i)));
    if (found->len > 1 || mk_scene_is_within (act->scene, o->around, act->root))
      o->around = -1;
  } else {
    for (int i = 0; i < (int)act->scene->nodes->len; i++) {
      const mk_scene_node *node = mk_scene_get_node (act->scene, i);
      if (node->parent < 0 && node->id != NULL && !node->is_ground && i != act->root)
        box = mk_box_union (box, mk_scene_bounds (act->scene, pose, i));
    }
  }
  if (box.min.x > box.max.x || (id == NULL && act->n > 1)) {
    o->center = act->n > 1 ? act->group : (mk_vec3){ act->at.x, act->at.y, act->at.z - 1.5f * mk_act_extent (act) };
    *radius_inside = 0;
    return true;
  }
  mk_vec3 middle = mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
  o->center = (mk_vec3){ middle.x, act->at.y, middle.z };
  *radius_inside = mk_vec3_length ((mk_vec3){ box.max.x - middle.x, 0, box.max.z - middle.z });
  return true;
}

float
mk_orbit_least (const mk_act *act, float inside)
{
  return inside + 1.3f * mk_act_radius (act) + 0.05f;
}

double
mk_natural_orbit (const mk_act *act)
{
  double turns = fabs (mk_json_get_real (mk_json_get (act->command, "turns")));
  return mk_json_has (act->command, "turns") ? turns * 4 / (double)act->speed : 0;
}

bool
mk_plan_orbit (mk_act *act, GError **error)
{
  orbiting o = { .scene = act->scene, .around = -1, .start_s = act->start_s, .duration_s = act->duration_s, .from = act->at, .easing = act->easing };
  float inside = 0, turns = fmaxf (1, roundf ((float)act->duration_s / 5 * act->speed));
  if (!orbit_center (act, &o, &inside, error) || !mk_act_number (act, "turns", -1000, 1000, &turns, error))
    return false;
  if (act->repeat > 0)
    turns = (float)act->repeat;
  mk_vec3 arm = { act->at.x - o.center.x, 0, act->at.z - o.center.z };
  bool is_flight = mk_act_flies (act);
  if (is_flight) {
    o.lift_m = mk_act_flight_lift (act, o.around);
    o.takes_off = act->start_s > 0.05;
    o.bank_rad = BANK_RAD;
  }
  float least = is_flight ? inside + FLIGHT_ROOM * mk_act_extent (act) + 0.05f : mk_orbit_least (act, inside);
  o.radius_m = fmaxf (mk_vec3_length (arm), least);
  if (!mk_act_number (act, "radius_m", 0.001, 100000, &o.radius_m, error))
    return false;
  o.angle_rad = mk_vec3_length (arm) > 1e-4f ? mk_vec3_yaw (arm) : 2 * MK_PI * (float)act->index / (float)act->n;
  o.turn_rad = turns * 2 * MK_PI;
  g_autoptr (GArray) joints = mk_object_joints (act->stage->library, act->scene, act->root);
  o.is_facing = act->node == act->root && joints->len > 0; /* what has limbs or wheels looks where it goes; a moon does not */
  o.forward_yaw = mk_vec3_yaw (act->forward);
  g_autoptr (mk_scene) still = mk_scene_edit (act->scene); /* the middle's tracks, while ours are written */
  o.scene = still;
  if (o.is_facing)
    mk_act_turn_wheels (act, orbit_progress, &o);
  mk_act_write (act, orbit_at, &o, act->foot, NULL, 0, true);
  if (!is_flight || !mk_life_fly (act))
    mk_life_go (act);
  return true;
}
