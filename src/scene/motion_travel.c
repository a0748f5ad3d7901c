/* Straight on: what slides, moves, drives or rises; and how fast and how far anything goes that nobody has told. */
#include "scene/motion_travel.h"

#include <string.h>

#include "scene/fields.h"
#include "scene/life.h"

float
mk_act_pace (const mk_act *act)
{
  return CLAMP (1.5f * mk_act_extent (act), 0.9f, 12) * act->speed;
}

float
mk_travel_distance (const mk_act *act)
{
  return CLAMP (3.5f * mk_act_extent (act), 1.2f, 40);
}

double
mk_travel_seconds (const mk_act *act, mk_vec3 way)
{
  return fmax (0.8 / (double)act->speed, (double)(mk_vec3_length (way) / mk_act_pace (act)));
}

float
mk_travel_share (const mk_travel *t, double time_s)
{
  double each = t->duration_s / t->n, in = time_s >= t->duration_s ? each : fmod (time_s, each);
  return mk_ease (t->easing, (float)(in / each));
}

void
mk_travel_at (const void *user, double time_s, mk_delta *delta)
{
  const mk_travel *t = user;
  delta->offset = mk_vec3_scale (t->way, mk_travel_share (t, time_s));
  float faced = t->heading_s > 0 ? mk_smooth (0, (float)t->heading_s, (float)time_s) : 1;
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, t->heading_rad * faced);
}

static void
travel_progress (const void *user, double time_s, float *distance_m)
{
  const mk_travel *t = user;
  *distance_m = mk_vec3_length (t->way) * mk_travel_share (t, time_s);
}

static bool
travel_way (const mk_act *act, mk_vec3 *way, GError **error)
{
  bool is_rise = g_str_equal (mk_json_get_string (mk_json_get (act->command, "motion")), "rise");
  float distance = is_rise ? CLAMP (1.5f * act->size.y, 0.8f, 20) : mk_travel_distance (act);
  if (is_rise && !mk_act_number (act, "height_m", 0, 100000, &distance, error))
    return false;
  return mk_act_way (act, distance, is_rise ? (mk_vec3){ 0, 1, 0 } : MK_TO_THE_RIGHT, way, error);
}

double
mk_natural_travel (const mk_act *act)
{
  mk_act chute;
  if (mk_chute_find (act, &chute))
    return mk_chute_natural (act, &chute);
  double down_s = mk_descent_natural (act);
  if (down_s > 0)
    return down_s;
  mk_vec3 way = { 0, 0, 0 };
  travel_way (act, &way, NULL);
  return mk_travel_seconds (act, way) * (act->repeat > 0 ? act->repeat : 1);
}

/* Somebody sits in it, and it has oars: they go by themselves no more than it does. */
static bool
is_rowed (const mk_act *act)
{
  g_autoptr (GArray) joints = mk_object_joints (act->stage->library, act->scene, act->root);
  bool has_oars = false, has_rower = false;
  for (guint i = 0; i < joints->len; i++)
    has_oars |= g_array_index (joints, mk_joint, i).role == MK_ROLE_FIN && g_array_index (joints, mk_joint, i).axis.y > 0.9f;
  for (int i = 0; i < (int)act->scene->nodes->len && has_oars; i++)
    has_rower |= mk_scene_get_node (act->scene, i)->is_posed && mk_act_carries (act, i);
  return has_rower && act->node == act->root;
}

bool
mk_plan_travel (mk_act *act, GError **error)
{
  mk_act chute;
  if (mk_chute_find (act, &chute))
    return mk_chute (act, &chute, error);
  if (mk_descend (act))
    return !mk_act_has_gesture (act) || mk_plan_gesture (act, error);
  const char *motion = mk_json_get_string (mk_json_get (act->command, "motion"));
  mk_travel t = { .duration_s = act->duration_s, .easing = act->easing, .n = act->repeat > 0 ? act->repeat : 1 };
  if (!travel_way (act, &t.way, error))
    return false;
  mk_vec3 level = { t.way.x, 0, t.way.z };
  bool is_going = act->node == act->root && (g_str_equal (motion, "move") || g_str_equal (motion, "drive")) && mk_life_pace (act, false) > 0;
  bool has_pose = act->node == act->root && g_str_equal (motion, "slide") && mk_json_has (act->command, "how"); /* who skis bends the knees */
  bool is_driving = act->node == act->root && (g_str_equal (motion, "drive") || mk_act_has_wheels (act) || is_going || has_pose) && mk_vec3_length (level) > 1e-4f;
  bool is_backwards = g_str_equal (mk_json_get_string (mk_json_get (act->command, "direction")), "back");
  if (is_driving && mk_act_make_room (act, level, is_backwards ? 0 : mk_angle_wrap (mk_vec3_yaw (level) - mk_vec3_yaw (act->forward)))) {
    if (!travel_way (act, &t.way, error))
      return false;
    level = (mk_vec3){ t.way.x, 0, t.way.z };
  }
  if (is_driving && !is_backwards) {
    t.heading_rad = mk_angle_wrap (mk_vec3_yaw (level) - mk_vec3_yaw (act->forward));
    t.heading_s = act->start_s > 0.05 ? fmin (0.3 * act->duration_s, 0.6) : 0;
  }
  g_autofree double *corners = g_new (double, t.n + 1);
  for (unsigned i = 0; i < t.n; i++)
    corners[i] = act->duration_s * i / t.n;
  corners[t.n] = t.heading_s;
  if (is_driving) {
    mk_travel wheels = t;
    wheels.way = mk_vec3_scale (t.way, 1);
    mk_act_turn_wheels (act, travel_progress, &wheels);
  }
  mk_act_write (act, mk_travel_at, &t, act->foot, corners, t.n + 1, true);
  if (is_going)
    mk_life_go (act);
  else if (is_rowed (act))
    mk_life_swim (act);
  return !has_pose || mk_plan_gesture (act, error);
}

double
mk_natural_rise (const mk_act *act)
{
  return mk_natural_travel (act);
}

bool
mk_plan_rise (mk_act *act, GError **error)
{
  return mk_plan_travel (act, error);
}
