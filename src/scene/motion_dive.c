/* Diving in: off the edge, over in an arc, hands first under the surface; and a while later head and shoulders are up again. */
#include "scene/fields.h"
#include "scene/life.h"

static const mk_vec3 axis_x = { 1, 0, 0 };

#define GRAVITY 9.81
#define CROUCH_S 0.4
#define UNDER_S 0.8        /* until it comes up */
#define UP_S 0.7
#define HEAD_OUT 0.3f      /* share of the own height that is out of the water then */

typedef struct {
  const mk_act *act;
  mk_vec3 way;             /* level: to where it goes in */
  mk_vec3 ahead;           /* unit */
  float top_m, sink_m;     /* over its start, and how far the middle is under it when all of it is in */
  float turn_rad;          /* nose down when it goes in */
  float stay_m;            /* offset of its foot when it has come up */
  double flight_s, sink_s, rate;
} diving;

static double
whole_of (const diving *d)
{
  return CROUCH_S + d->flight_s + d->sink_s + UNDER_S + UP_S;
}

static bool
prepare (const mk_act *act, diving *d, GError **error)
{
  const mk_json *to = mk_json_get (act->command, "to");
  *d = (diving){ .act = act, .top_m = CLAMP (0.3f * act->size.y, 0.1f, 0.8f) };
  mk_vec3 way = { 0, 0, 0 };
  float reach = 1.3f * act->size.y, surface_y = act->support_y;
  if (mk_json_get_kind (to) == MK_JSON_STRING) {
    mk_act water;
    if (!mk_act_partner (act, mk_json_get_string (to), &water, error))
      return false;
    way = (mk_vec3){ water.at.x - act->at.x, 0, water.at.z - act->at.z };
    float far = mk_vec3_length (way);
    d->ahead = far > 1e-3f ? mk_vec3_scale (way, 1 / far) : act->forward;
    reach = fmaxf (fminf (far, far - mk_act_half_along (&water, d->ahead) + 1.1f * act->size.y), 0.5f * act->size.y);
    surface_y = water.at.y;
  } else {
    if (!mk_act_way (act, reach, act->forward, &way, error))
      return false;
    way.y = 0;
    reach = fmaxf (mk_vec3_length (way), 0.3f * act->size.y);
    d->ahead = mk_vec3_length (way) > 1e-3f ? mk_vec3_normalize (way) : act->forward;
  }
  d->way = mk_vec3_scale (d->ahead, reach);
  d->turn_rad = 2.35f;
  d->flight_s = 2 * sqrt (2 * (double)d->top_m / GRAVITY) + 0.12;
  float drop = act->at.y - surface_y;
  d->sink_m = drop + 1.15f * act->size.y;
  d->sink_s = 0.3;
  d->stay_m = -drop - (1 - HEAD_OUT) * act->size.y;
  d->rate = 1;
  return true;
}

/* Of the middle of the body. Over the surface a parabola, under it straight on; then upright from below. */
static void
dive_at (const void *user, double time_s, mk_delta *delta)
{
  const diving *d = user;
  double t = time_s * d->rate - CROUCH_S, in_s = d->flight_s + d->sink_s;
  float heading = mk_vec3_yaw (d->ahead);
  mk_vec3 side = { cosf (heading), 0, -sinf (heading) };
  if (t <= 0)
    return;
  if (t < in_s) {
    float share = (float)(t / in_s), x = (float)(t / d->flight_s);
    delta->offset = mk_vec3_scale (d->way, share);
    delta->offset.y = x < 1 ? 4 * d->top_m * x * (1 - x) : 0;
    delta->offset.y -= d->sink_m * powf (share, 2.6f);
    delta->turn = mk_quat_from_axis (side, d->turn_rad * mk_smooth (0.05f, 0.8f, share));
    return;
  }
  float up = mk_smooth (0, (float)UP_S, (float)(t - in_s - UNDER_S));
  bool is_hidden = t < in_s + UNDER_S; /* nobody sees it turn */
  float turned = d->turn_rad * (1 - mk_smooth ((float)in_s, (float)(in_s + 0.7 * UNDER_S), (float)t));
  delta->offset = mk_vec3_scale (d->way, 1 + (is_hidden ? 0.25f * (float)((t - in_s) / UNDER_S) : 0.25f));
  delta->offset.y = -d->sink_m + up * (d->stay_m + d->sink_m);
  delta->turn = mk_quat_from_axis (side, turned);
}

static void
pose_dive (mk_life *life, void *user, double time_s)
{
  const diving *d = user;
  float t = (float)(time_s * d->rate), flight = (float)(CROUCH_S + d->flight_s + d->sink_s), leg = life->leg_m;
  float crouch = mk_smooth (0, 0.28f, t) * (1 - mk_smooth (0.28f, 0.44f, t)), high = life->size.y;
  float reach = mk_smooth (0.2f, (float)CROUCH_S + 0.12f, t) * (1 - mk_smooth (flight, flight + (float)UNDER_S, t)), up = mk_smooth (flight + (float)UNDER_S, flight + (float)(UNDER_S + UP_S), t);
  mk_bone *hips = &life->bones[life->hips];
  hips->shift = (mk_vec3){ 0, -0.34f * leg * crouch, -0.12f * leg * crouch };
  mk_bone_turn (life, life->chest >= 0 ? life->chest : life->hips, axis_x, 0.7f * crouch);
  mk_bone_turn (life, life->head, axis_x, -0.4f * crouch + 0.25f * reach);
  mk_life_settle (life, 0);
  for (int side = -1; side <= 1; side += 2) { /* hands together over the head, then on the water */
    mk_arm_reach (life, side, (mk_vec3){ (float)side * 0.03f * high, 1.3f * high, 0.1f * high }, reach);
    mk_arm_reach (life, side, (mk_vec3){ (float)side * 0.3f * high, 0.7f * high, 0.22f * high }, up);
  }
  float air = mk_smooth ((float)CROUCH_S, (float)CROUCH_S + 0.15f, t);
  for (unsigned i = 0; i < life->n_legs; i++) {
    const mk_limb *own = &life->legs[i];
    mk_vec3 ankle = own->ankle;
    ankle.x *= 1 - 0.4f * air;
    ankle.z -= 0.05f * own->height_m * air;
    mk_limb_reach (life, own, ankle, mk_quat_from_axis (axis_x, 0.9f * air));
  }
}

double
mk_natural_dive (const mk_act *act)
{
  diving d;
  return prepare (act, &d, NULL) ? whole_of (&d) / (double)act->speed : 2.5;
}

bool
mk_plan_dive (mk_act *act, GError **error)
{
  diving d;
  if (!prepare (act, &d, error))
    return false;
  d.rate = whole_of (&d) / act->duration_s;
  mk_act_face (act, d.ahead, 0.3);
  double edges[] = { CROUCH_S, CROUCH_S + d.flight_s, CROUCH_S + d.flight_s + d.sink_s, CROUCH_S + d.flight_s + d.sink_s + UNDER_S };
  for (size_t i = 0; i < MK_COUNT (edges); i++)
    edges[i] /= d.rate;
  mk_act_write (act, dive_at, &d, act->middle, edges, MK_COUNT (edges), true);
  g_autoptr (mk_life) life = mk_life_new (act);
  if (life == NULL || life->hips < 0)
    return true;
  static const mk_joint_role all[] = { MK_ROLE_BODY, MK_ROLE_LEG, MK_ROLE_ARM, MK_ROLE_HEAD };
  for (size_t i = 0; i < MK_COUNT (all); i++)
    mk_life_claim (life, all[i], true);
  mk_life_script script = { .pose = pose_dive, .user = &d, .is_held = true };
  mk_life_bake (life, &script);
  return true;
}
