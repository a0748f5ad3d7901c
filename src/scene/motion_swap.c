/* Changing places: two go past each other, each on its right, and stand where the other stood. */
#include "scene/life.h"

typedef struct {
  mk_vec3 way, side;   /* side: bulges to its own right, so that two pass each other */
  float bulge_m, heading_rad;
  double duration_s, turn_s; /* turn: at both ends */
} swapping;

/* Of the way; both turn for the first and the last half of `turn_s` without going. */
static float
share_at (const swapping *s, double time_s)
{
  return mk_smooth ((float)(0.5 * s->turn_s), (float)(s->duration_s - 0.5 * s->turn_s), (float)time_s);
}

static void
swap_at (const void *user, double time_s, mk_delta *delta)
{
  const swapping *s = user;
  float turn = (float)s->turn_s, left = (float)(s->duration_s - time_s), share = share_at (s, time_s);
  float aside = s->bulge_m * sinf (MK_PI * share), slope = atanf (MK_PI * s->bulge_m * cosf (MK_PI * share) / fmaxf (mk_vec3_length (s->way), 1e-3f));
  delta->offset = mk_vec3_add (mk_vec3_scale (s->way, share), mk_vec3_scale (s->side, aside));
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, (s->heading_rad - slope) * mk_smooth (0, turn, (float)time_s) * mk_smooth (0, turn, left));
}

static void
swap_progress (const void *user, double time_s, float *distance_m)
{
  const swapping *s = user;
  *distance_m = mk_vec3_length (s->way) * share_at (s, time_s);
}

double
mk_natural_swap (const mk_act *act)
{
  float far = mk_vec3_length (mk_vec3_sub (act->group, act->at)), own = mk_act_extent (act), pace = fmaxf (mk_life_pace (act, false), CLAMP (own, 0.5f, 6));
  return fmax (2.4, 1 + 2 * (double)(far / pace)) / (double)act->speed;
}

/* Two change places about their middle; of more each goes to the place across it. */
bool
mk_plan_swap (mk_act *act, GError **error)
{
  (void)error;
  swapping s = { .way = mk_vec3_scale (mk_vec3_sub (act->group, act->at), 2), .duration_s = act->duration_s, .turn_s = 0.25 * act->duration_s };
  float distance = mk_vec3_length (s.way);
  if (distance < 1e-3f)
    return true;
  s.side = mk_vec3_cross (mk_vec3_scale (s.way, 1 / distance), (mk_vec3){ 0, 1, 0 });
  s.bulge_m = 0.65f * (mk_act_half_along (act, s.side) * 2);
  float angle = mk_vec3_yaw (s.way) - mk_vec3_yaw (act->forward);
  s.heading_rad = mk_angle_wrap (angle);
  mk_act_turn_wheels (act, swap_progress, &s);
  mk_act_write (act, swap_at, &s, act->foot, NULL, 0, true);
  mk_life_go (act);
  return true;
}
