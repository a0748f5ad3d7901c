/* Flight: up, along and, where it has an end, down again. */
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

double
mk_natural_fly (const mk_act *act)
{
  if (mk_json_has (act->command, "by"))
    return mk_natural_pass (act);
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
  bool has_end = mk_json_has (act->command, "to");
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
