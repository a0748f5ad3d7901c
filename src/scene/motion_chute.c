/* Down a slide: one sits at its top, lets go, and comes to a stop where it ends. */
#include "scene/life.h"

#define SIT_S 0.6          /* at the top, before letting go */
#define STOP_SHARE 0.2f    /* of the time on the way in which it runs out */
#define PACE_M_S 1.6f      /* on the mean: friction leaves a third of a free fall */
#define RAIL_M 0.3f        /* where the ground does not rise for so long, the top is reached */

typedef struct {
  mk_steps ground;
  float from_m, to_m;
  mk_vec3 start;            /* of who slides, before all */
  float heading_rad;
  double duration_s;
} sliding;

static bool
prepare (const mk_act *act, const mk_act *thing, sliding *s)
{
  float half = mk_act_half_along (thing, thing->forward);
  mk_vec3 back = mk_vec3_sub (thing->at, mk_vec3_scale (thing->forward, half));
  *s = (sliding){ .ground = { .from = { back.x, 0, back.z }, .way = thing->forward }, .start = act->at, .duration_s = act->duration_s };
  mk_steps_read (&s->ground, act->scene, thing, 2 * half + 0.4f, MK_STEPS_FINE_M);
  float top = -INFINITY, end = 2 * half;
  s->from_m = s->to_m = end - 0.2f;
  for (float at = s->to_m; at > 0 && s->from_m - at < RAIL_M; at -= 0.02f) { /* from its end back up to where it rises no more */
    float high = mk_steps_ramp (&s->ground, at);
    if (high > top + 0.004f) {
      top = high;
      s->from_m = at;
    }
  }
  s->from_m = fmaxf (s->from_m - 0.1f, 0);
  float yaw = mk_vec3_yaw (thing->forward) - mk_vec3_yaw (act->forward);
  s->heading_rad = mk_angle_wrap (yaw);
  return s->to_m - s->from_m > 0.5f;
}

static void
slide_at (const void *user, double time_s, mk_delta *delta)
{
  const sliding *s = user;
  float t = (float)CLAMP ((time_s - SIT_S) / fmax (s->duration_s - SIT_S, 0.1), 0, 1), run = 1 - STOP_SHARE;
  float share = t < run ? t * t / run : 1 - (1 - t) * (1 - t) / STOP_SHARE, at = s->from_m + (s->to_m - s->from_m) * share;
  mk_vec3 place = mk_vec3_add (s->ground.from, mk_vec3_scale (s->ground.way, at));
  place.y = mk_steps_ramp (&s->ground, at);
  float slope = atan2f (mk_steps_ramp (&s->ground, at - 0.15f) - mk_steps_ramp (&s->ground, at + 0.15f), 0.3f);
  delta->offset = mk_vec3_sub (place, s->start);
  mk_vec3 side = { s->ground.way.z, 0, -s->ground.way.x };
  delta->turn = mk_quat_mul (mk_quat_from_axis (side, slope), mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, s->heading_rad));
}

bool
mk_chute_find (const mk_act *act, mk_act *thing)
{
  const char *along = mk_json_get_string (mk_json_get (act->command, "along"));
  if (*along == 0 || act->node != act->root || !mk_act_partner (act, along, thing, NULL) || thing->root == act->root)
    return false;
  g_autoptr (GArray) chutes = mk_object_find_parts (act->scene, thing->root, "chute");
  return chutes->len > 0;
}

double
mk_chute_natural (const mk_act *act, const mk_act *thing)
{
  sliding s;
  bool is_one = prepare (act, thing, &s);
  g_free (s.ground.high_m);
  return is_one ? SIT_S + (double)((s.to_m - s.from_m) / (PACE_M_S * act->speed)) : 2;
}

bool
mk_chute (mk_act *act, const mk_act *thing, GError **error)
{
  sliding s;
  if (!prepare (act, thing, &s)) {
    g_free (s.ground.high_m);
    return mk_error (error, MK_ERROR_RANGE, "“%s” has no way down to slide on", mk_scene_get_node (act->scene, thing->root)->id);
  }
  const double corners[] = { SIT_S };
  mk_act_write (act, slide_at, &s, act->foot, corners, 1, true);
  g_free (s.ground.high_m);
  g_autoptr (mk_json) command = mk_json_copy (act->command);
  mk_json_set (command, "motion", mk_json_new_string ("gesture"));
  mk_json_set (command, "how", mk_json_new_string ("slide-down"));
  mk_act pose = *act;
  pose.command = command;
  return !mk_act_has_gesture (&pose) || mk_plan_gesture (&pose, error);
}
