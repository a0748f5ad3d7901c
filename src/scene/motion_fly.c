/* Flight: up, along and, where it has an end, down again; or only that. */
#include "scene/motion_travel.h"
#include "scene/life.h"

typedef struct {
  mk_travel travel;
  float height_m;      /* of the flight above its start */
  mk_vec3 side;
  double duration_s;
  bool is_landing;
  float sway_m, bank_rad;
} flying;

/* Down to the ground on which it stands, or from the height at which it is: touches it, nose up, and rolls on until it rests. */
typedef struct {
  mk_travel travel;
  float height_m;      /* from which it comes down */
  mk_vec3 from, side;  /* where it is at the start, as an offset; to its left */
  mk_vec3 tilt_axis;   /* how it lay in the air, which it comes out of */
  float tilt_rad;
} landing;

#define TOUCH 0.68f    /* of the time */
#define FLARE_RAD 0.14f

static void
land_at (const void *user, double time_s, mk_delta *delta)
{
  const landing *f = user;
  mk_travel_at (&f->travel, time_s, delta);
  float t = (float)(time_s / f->travel.duration_s), down = sinf (MK_PI / 2 * fminf (t / TOUCH, 1)); /* steep, then ever flatter */
  delta->offset = mk_vec3_add (delta->offset, f->from);
  delta->offset.y -= f->height_m * down;
  float nose = FLARE_RAD * mk_smooth (0.3f * TOUCH, TOUCH, t) * (1 - mk_smooth (TOUCH, TOUCH + 0.12f, t)) - 0.5f * FLARE_RAD * (1 - mk_smooth (0.2f * TOUCH, 0.7f * TOUCH, t));
  mk_quat level = mk_quat_from_axis (f->tilt_axis, -f->tilt_rad * mk_smooth (0, TOUCH, t));
  delta->turn = mk_quat_mul (mk_quat_mul (mk_quat_from_axis (f->side, -nose), delta->turn), level);
}

static void
fly_at (const void *user, double time_s, mk_delta *delta)
{
  const flying *f = user;
  mk_travel_at (&f->travel, time_s, delta);
  float t = (float)(time_s / f->duration_s), up = mk_smooth (0, 0.45f, t);
  if (f->is_landing)
    up *= 1 - mk_smooth (0.55f, 1, t);
  float slope = (mk_smooth (0, 0.45f, t + 0.02f) - mk_smooth (0, 0.45f, t - 0.02f)) - (f->is_landing ? mk_smooth (0.55f, 1, t + 0.02f) - mk_smooth (0.55f, 1, t - 0.02f) : 0);
  float wave = sinf ((float)time_s * 1.9f) * mk_smooth (0.2f, 0.6f, t) * (f->is_landing ? 1 - mk_smooth (0.6f, 0.9f, t) : 1);
  delta->offset.y += f->height_m * up + 0.3f * f->sway_m * wave;
  delta->offset = mk_vec3_add (delta->offset, mk_vec3_scale (f->side, f->sway_m * wave));
  mk_vec3 ahead = mk_vec3_normalize ((mk_vec3){ f->travel.way.x, 0, f->travel.way.z });
  mk_quat pitch = mk_quat_from_axis (f->side, -CLAMP (slope * 3.0f, -0.35f, 0.35f));
  mk_quat bank = mk_quat_from_axis (ahead, f->bank_rad * cosf ((float)time_s * 1.9f) * mk_smooth (0.2f, 0.6f, t));
  delta->turn = mk_quat_mul (mk_quat_mul (pitch, bank), delta->turn);
}

#define FLIGHT_M_S 3.5
#define LANDING_S 4.0

static bool
is_landing (const mk_act *act)
{
  return g_str_equal (mk_json_get_string (mk_json_get (act->command, "how")), "land") && !mk_json_has (act->command, "to");
}

static bool
plan_landing (mk_act *act, GError **error)
{
  float gap = act->world.m[13] - mk_scene_get_node (act->scene, act->root)->trs.translation.y, least = CLAMP (1.2f * mk_act_extent (act), 0.8f, 30);
  mk_vec3 up = mk_vec3_normalize ((mk_vec3){ act->world.m[4], act->world.m[5], act->world.m[6] }), axis = mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, up);
  bool is_up = gap > 0.3f * least; /* over where it stood, with wheels or feet on the ground */
  landing f = { .height_m = is_up ? gap : least };
  f.travel = (mk_travel){ .duration_s = act->duration_s, .easing = MK_EASE_OUT, .n = 1 };
  float distance = fminf (mk_act_pace (act) * (float)act->duration_s, 4 * mk_act_extent (act) + 2);
  if (!mk_act_number (act, "height_m", 0, 100000, &f.height_m, error) || !mk_act_way (act, distance, MK_TO_THE_RIGHT, &f.travel.way, error))
    return false;
  f.travel.way.y = 0;
  f.tilt_axis = mk_vec3_length (axis) > 1e-4f ? mk_vec3_normalize (axis) : (mk_vec3){ 1, 0, 0 };
  f.tilt_rad = acosf (CLAMP (up.y, -1, 1));
  if (!is_up) /* it ends where it stands */
    f.from = mk_vec3_sub ((mk_vec3){ 0, f.height_m, 0 }, f.travel.way);
  if (mk_vec3_length (f.travel.way) > 1e-4f) {
    f.travel.heading_rad = mk_angle_wrap (mk_vec3_yaw (f.travel.way) - mk_vec3_yaw (act->forward));
    f.travel.heading_s = act->start_s > 0.05 ? 0.5 : 0;
    f.side = mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, mk_vec3_normalize (f.travel.way));
  }
  const double corners[] = { (double)TOUCH * f.travel.duration_s, ((double)TOUCH + 0.12) * f.travel.duration_s };
  mk_act_write (act, land_at, &f, (mk_vec3){ 0, 0, 0 }, corners, MK_COUNT (corners), false);
  mk_life_fly (act);
  return true;
}

bool
mk_act_flies (const mk_act *act)
{
  const char *object = mk_scene_get_node (act->scene, act->root)->object;
  const mk_recipe_info *info = act->node == act->root && object != NULL ? mk_library_find (act->stage->library, object) : NULL;
  return info != NULL && info->motions[0] != NULL && g_str_equal (info->motions[0], "fly");
}

float
mk_act_flight_lift (const mk_act *act, int around)
{
  float height = CLAMP (1.2f * mk_act_extent (act), 0.8f, 30);
  if (!mk_act_flies (act))
    return 0;
  if (around >= 0) {
    g_autoptr (mk_pose) pose = mk_pose_new (act->scene, act->start_s);
    height = fmaxf (height, 0.7f * (mk_scene_bounds (act->scene, pose, around).max.y - act->support_y));
  }
  return fmaxf (0, height - (act->at.y - act->support_y));
}

double
mk_natural_fly (const mk_act *act)
{
  if (mk_json_has (act->command, "by"))
    return mk_natural_pass (act);
  if (is_landing (act))
    return LANDING_S / (double)act->speed;
  if (!mk_json_has (act->command, "to") && !mk_json_has (act->command, "distance_m"))
    return 0;
  mk_vec3 way = { 0, 0, 0 };
  mk_act_way (act, mk_travel_distance (act), MK_TO_THE_RIGHT, &way, NULL);
  double hurry = fmax (1, FLIGHT_M_S / (double)(mk_act_pace (act) / act->speed)); /* a small bird is as fast as a large one */
  return fmax (2, 1.2 * mk_travel_seconds (act, way) / hurry);
}

bool
mk_plan_fly (mk_act *act, GError **error)
{
  if (mk_json_has (act->command, "by")) /* somebody sends it */
    return mk_plan_pass (act, error);
  bool is_grounded = act->at.y - act->support_y < 0.05f;
  if (is_landing (act) && (act->start_s < 0.05 || !is_grounded)) /* who is down already has to rise first */
    return plan_landing (act, error);
  bool has_end = mk_json_has (act->command, "to") || is_landing (act);
  float distance = fminf (mk_act_pace (act) * (float)act->duration_s, 5 * mk_act_extent (act) + 2);
  flying f = { .duration_s = act->duration_s, .is_landing = has_end };
  f.travel = (mk_travel){ .duration_s = act->duration_s, .easing = has_end ? act->easing : MK_EASE_LINEAR, .n = 1 };
  f.height_m = CLAMP (1.2f * mk_act_extent (act), 0.8f, 30);
  if (act->at.y - act->support_y > 0.5f * f.height_m) /* it is up already */
    f.height_m *= 0.15f;
  if (!mk_act_number (act, "height_m", 0, 100000, &f.height_m, error) || !mk_act_way (act, distance, MK_TO_THE_RIGHT, &f.travel.way, error))
    return false;
  mk_vec3 level = { f.travel.way.x, 0, f.travel.way.z };
  if (mk_vec3_length (level) > 1e-4f) {
    f.travel.heading_rad = mk_angle_wrap (mk_vec3_yaw (level) - mk_vec3_yaw (act->forward));
    f.travel.heading_s = act->start_s > 0.05 ? fmin (0.3 * act->duration_s, 0.8) : 0;
    f.side = mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, mk_vec3_normalize (level));
    f.sway_m = 0.12f * mk_act_extent (act);
    f.bank_rad = 0.16f;
  }
  const double corners[] = { 0.45 * f.duration_s, 0.55 * f.duration_s };
  mk_act_write (act, fly_at, &f, act->middle, corners, MK_COUNT (corners), true);
  if (!mk_life_fly (act))
    mk_life_swim (act);
  return true;
}
