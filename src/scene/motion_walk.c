/* Going somewhere on one's own legs, fins or bellies: walk, run, swim; and turning on the spot. */
#include "scene/fields.h"
#include "scene/life.h"
#include "scene/motion_travel.h"

#define LONGEST_S 7.0    /* nobody waits longer for a small thing to cross a room: it hurries */
#define TURN_RATE 2.4f   /* radians a second, as a person turns on the spot */

static bool
is_motion (const mk_act *act, const char *name)
{
  return g_str_equal (mk_json_get_string (mk_json_get (act->command, "motion")), name);
}

#define CRAWL_SHARE 0.4f    /* of the walking pace, on hands and knees */

/* Legs know their pace; what has none crawls, swims or shuffles at one length a second. */
static float
pace_of (const mk_act *act)
{
  float own = is_motion (act, "swim") ? 0 : mk_life_pace (act, is_motion (act, "run"));
  if (own <= 0)
    own = CLAMP ((is_motion (act, "run") ? 2 : 1) * mk_act_extent (act), 0.3f, 12);
  return own * act->speed * (mk_act_has_gesture (act) ? CRAWL_SHARE : 1);
}

static const mk_vec3 to_the_right = { 1, 0, 0 };

static bool
has_goal (const mk_act *act)
{
  return mk_json_has (act->command, "to") || mk_json_has (act->command, "distance_m");
}

static bool
goes_round (const mk_act *act)
{
  return mk_json_has (act->command, "around");
}

/* A fish in its bowl, a bird in its cage: it stays there unless it is sent elsewhere. */
static bool
is_kept_inside (const mk_act *act)
{
  const mk_scene_node *node = mk_scene_get_node (act->scene, act->root);
  const mk_json *place = node->command >= 0 ? mk_json_get (mk_json_at (act->scene->commands, (size_t)node->command), "place") : NULL;
  for (size_t i = 0; i < mk_json_length (place); i++)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (place, i), "relation")), "inside"))
      return true;
  return false;
}

typedef struct {
  mk_vec3 way;
  float heading_rad;
  double heading_s, duration_s;
  double in_s, out_s;      /* to get going, and to stop */
  mk_easing easing;        /* when a person said one */
  float waddle_m, waddle_rad, hop_hz; /* of what has neither legs nor fins */
  mk_vec3 ahead;
  float down_m;            /* from a chair to the ground, as one gets up */
  float prone_rad;         /* how far one who swims lies forward */
  double lie_s, rise_s;    /* how long it takes to lie down in the water, and to stand up again */
} going;

/* Face down, about the feet: the body lies at the surface, the head ahead and out of the water. */
static mk_quat
prone_at (const going *g, double time_s)
{
  float down = g->lie_s > 0 ? mk_smooth (0, (float)g->lie_s, (float)time_s) : 1, up = g->rise_s > 0 ? mk_smooth (0, (float)g->rise_s, (float)(g->duration_s - time_s)) : 1;
  return mk_quat_from_axis ((mk_vec3){ g->ahead.z, 0, -g->ahead.x }, g->prone_rad * down * up);
}

static float
share_at (const going *g, double time_s)
{
  return g->easing != MK_EASE_DEFAULT ? mk_ease (g->easing, (float)(time_s / g->duration_s)) : mk_glide (time_s, g->duration_s, g->in_s, g->out_s);
}

static void
go_at (const void *user, double time_s, mk_delta *delta)
{
  const going *g = user;
  delta->offset = mk_vec3_scale (g->way, share_at (g, time_s));
  delta->offset.y -= g->down_m * mk_smooth (0, 0.5f, (float)time_s);
  float faced = g->heading_s > 0 ? mk_smooth (0, (float)g->heading_s, (float)time_s) : 1;
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, g->heading_rad * faced);
  if (g->prone_rad > 0)
    delta->turn = mk_quat_mul (prone_at (g, time_s), delta->turn);
  if (g->hop_hz <= 0)
    return;
  float force = mk_smooth (0, 0.2f, (float)time_s) * mk_smooth (0, 0.2f, (float)(g->duration_s - time_s)), beat = MK_PI * (float)time_s * g->hop_hz;
  delta->offset.y += g->waddle_m * fabsf (sinf (beat)) * force;
  delta->turn = mk_quat_mul (mk_quat_from_axis (g->ahead, g->waddle_rad * cosf (beat) * force), delta->turn);
}

/* "walks up", "runs down": stairs, a ramp, a hill that is there. */
static bool
find_stairs (const mk_act *act, mk_act *thing, bool *is_down)
{
  const char *way = mk_json_get_string (mk_json_get (act->command, "direction"));
  *is_down = g_str_equal (way, "down");
  if (mk_json_has (act->command, "along") && !has_goal (act) && act->node == act->root) { /* "walks down the stairs" */
    *is_down = true;
    return mk_life_pace (act, false) > 0 && mk_act_partner (act, mk_json_get_string (mk_json_get (act->command, "along")), thing, NULL) && mk_ascend_natural (act, thing, true) > 0;
  }
  if (g_str_equal (mk_json_get_string (mk_json_get (act->command, "end")), "on") && act->node == act->root) /* "walks up the stairs" */
    return mk_life_pace (act, false) > 0 && mk_act_partner (act, mk_json_get_string (mk_json_get (act->command, "to")), thing, NULL) && mk_ascend_natural (act, thing, false) > 0;
  return (*is_down || g_str_equal (way, "up")) && !has_goal (act) && act->node == act->root && mk_life_pace (act, false) > 0 && mk_ascend_find (act, thing);
}

/* A cart behind a horse: the command moves both, and it has no legs. */
static bool
find_puller (const mk_act *act, mk_act *puller)
{
  const char *first = mk_json_get_string (mk_json_at (mk_json_get (act->command, "targets"), 0));
  if (act->index == 0 || act->node != act->root || *first == 0 || mk_life_pace (act, false) > 0 || !mk_act_partner (act, first, puller, NULL))
    return false;
  return puller->root != act->root && mk_life_pace (puller, false) > 0;
}

typedef struct {
  const mk_act *puller;
  mk_vec3 shift;           /* to its place behind who pulls */
  float heading_rad;
  double step_s;
} drawing;

static mk_vec3
pulled_way (const drawing *d, double time_s)
{
  mk_mat4 first = mk_node_world (d->puller->scene, d->puller->root, d->puller->start_s), now = mk_node_world (d->puller->scene, d->puller->root, d->puller->start_s + time_s);
  return (mk_vec3){ now.m[12] - first.m[12], now.m[13] - first.m[13], now.m[14] - first.m[14] };
}

static void
drawn_at (const void *user, double time_s, mk_delta *delta)
{
  const drawing *d = user;
  float there = d->step_s > 0 ? mk_smooth (0, (float)d->step_s, (float)time_s) : 1;
  delta->offset = mk_vec3_add (mk_vec3_scale (d->shift, there), pulled_way (d, time_s));
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, d->heading_rad * there);
}

static void
drawn_progress (const void *user, double time_s, float *distance_m)
{
  *distance_m = mk_vec3_length (pulled_way (user, time_s));
}

/* Behind who pulls, who goes between the shafts. */
static void
draw (mk_act *act, const mk_act *puller)
{
  g_autoptr (GArray) shafts = mk_object_find_parts (act->scene, act->root, "shaft");
  float own = fmaxf (act->size.x, act->size.z) / 2, gap = 0.15f * puller->size.y;
  if (shafts->len > 0) {
    mk_act shaft = *act;
    shaft.node = g_array_index (shafts, int, 0);
    mk_act_measure (&shaft);
    gap = -0.85f * fmaxf (shaft.size.x, shaft.size.z);
  }
  mk_vec3 place = mk_vec3_sub (puller->at, mk_vec3_scale (puller->forward, mk_act_half_along (puller, puller->forward) + own + gap));
  drawing d = { .puller = puller, .shift = { place.x - act->at.x, 0, place.z - act->at.z }, .step_s = act->start_s > 0.05 ? 0.5 : 0 };
  d.heading_rad = mk_angle_wrap (mk_vec3_yaw (puller->forward) - mk_vec3_yaw (act->forward));
  mk_act_turn_wheels (act, drawn_progress, &d);
  mk_act_write (act, drawn_at, &d, act->foot, NULL, 0, true);
}

double
mk_natural_walk (const mk_act *act)
{
  mk_act thing;
  bool is_down;
  if (find_stairs (act, &thing, &is_down))
    return mk_ascend_natural (act, &thing, is_down);
  if (mk_chute_find (act, &thing))
    return mk_chute_natural (act, &thing);
  if (goes_round (act)) {
    double turns = fabs (mk_json_get_real (mk_json_get (act->command, "turns")));
    return turns > 0 ? fmin (turns * (double)(2 * MK_PI * 1.3f * (mk_act_extent (act) + 0.6f) / pace_of (act)), 20) : 0;
  }
  if (!has_goal (act))
    return 0;
  mk_vec3 way = { 0, 0, 0 };
  mk_act_way (act, 0, to_the_right, &way, NULL);
  double seconds = (double)(mk_vec3_length (way) / pace_of (act)) + 0.4;
  return fmax (fmin (seconds, LONGEST_S / (double)act->speed), 0.8);
}

#define PRONE_RAD 1.42f /* 81 degrees */

static void
shuffle (const mk_act *act, going *g)
{
  g->hop_hz = 2.4f * sqrtf (act->speed);
  g->waddle_m = 0.07f * act->size.y;
  g->waddle_rad = 0.11f;
}

bool
mk_plan_walk (mk_act *act, GError **error)
{
  if (goes_round (act))
    return mk_plan_orbit (act, error);
  mk_act other;
  bool is_down;
  if (mk_chute_find (act, &other))
    return mk_chute (act, &other, error);
  if (find_stairs (act, &other, &is_down) && mk_ascend (act, &other, is_down))
    return true;
  if (find_puller (act, &other)) {
    draw (act, &other);
    return true;
  }
  mk_liveliness lively;
  going g = { .duration_s = act->duration_s, .easing = act->easing };
  if (!mk_act_liveliness (act, &lively, error) || !mk_act_way (act, pace_of (act) * (float)act->duration_s, to_the_right, &g.way, error))
    return false;
  if (!has_goal (act) && !mk_json_has (act->command, "direction") && is_kept_inside (act))
    g.way = (mk_vec3){ 0, 0, 0 };
  bool is_last = act->start_s + act->duration_s >= (double)act->scene->duration_s - 0.05;
  double ramp = fmin (0.45, 0.25 * act->duration_s);
  g.in_s = has_goal (act) || act->start_s > 0.05 ? ramp : 0; /* one who just walks is on the way when the film begins */
  g.out_s = has_goal (act) || !is_last ? ramp : 0;
  mk_vec3 level = { g.way.x, 0, g.way.z };
  if (mk_vec3_length (level) > 1e-4f && act->node == act->root) {
    g.heading_rad = mk_angle_wrap (mk_vec3_yaw (level) - mk_vec3_yaw (act->forward));
    if (mk_act_make_room (act, level, g.heading_rad)) {
      if (!mk_act_way (act, pace_of (act) * (float)act->duration_s, to_the_right, &g.way, error))
        return false;
      level = (mk_vec3){ g.way.x, 0, g.way.z };
    }
    g.ahead = mk_vec3_normalize (level);
    g.heading_rad = mk_angle_wrap (mk_vec3_yaw (level) - mk_vec3_yaw (act->forward));
    g.heading_s = act->start_s > 0.05 ? fmin (0.5 * act->duration_s, (double)(fabsf (g.heading_rad) / (0.7f * TURN_RATE)) + 0.2) : 0;
  }
  if (act->node == act->root && mk_scene_get_node (act->scene, act->root)->is_posed)
    g.down_m = fmaxf (act->world.m[13], 0);
  g_autoptr (mk_life) life = mk_life_new (act);
  bool is_swimming = is_motion (act, "swim");
  if (is_swimming && act->node == act->root && mk_life_swims_prone (life)) {
    g.prone_rad = PRONE_RAD;
    g.lie_s = act->start_s > 0.05 ? fmin (0.8, 0.3 * act->duration_s) : 0;
    g.rise_s = is_last ? 0 : fmin (0.8, 0.3 * act->duration_s);
  }
  if (!is_swimming && (life == NULL || (life->n_legs == 0 && !mk_life_has (life, MK_ROLE_FIN) && !mk_life_has (life, MK_ROLE_TAIL) && !mk_life_has (life, MK_ROLE_WHEEL))))
    shuffle (act, &g);
  const double corners[] = { g.in_s, g.duration_s - g.out_s, g.heading_s };
  mk_act_write (act, go_at, &g, act->foot, corners, MK_COUNT (corners), true);
  if (is_swimming)
    mk_life_swim (act);
  else if (mk_act_has_gesture (act)) /* on all fours */
    return mk_plan_gesture (act, error);
  else
    mk_life_go (act);
  return true;
}

double
mk_natural_swim (const mk_act *act)
{
  return mk_natural_walk (act);
}

bool
mk_plan_swim (mk_act *act, GError **error)
{
  return mk_plan_walk (act, error);
}

/* --- turn --- */

typedef struct {
  float angle_rad;
  double duration_s;
  float anticipation;
} turning;

static void
turn_at (const void *user, double time_s, mk_delta *delta)
{
  const turning *t = user;
  float u = (float)(time_s / t->duration_s), back = -0.05f * t->anticipation * sinf (MK_PI * CLAMP (u / 0.3f, 0, 1)) * CLAMP (1 - u / 0.3f, 0, 1);
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, t->angle_rad * (mk_smooth (0.05f, 1, u) + back));
}

/* Towards a thing, to a side, by an angle; else right round about. */
static bool
turn_angle (const mk_act *act, float *angle, GError **error)
{
  float degrees = 0, turns = 0;
  if (!mk_act_number (act, "angle_deg", -3600, 3600, &degrees, error) || !mk_act_number (act, "turns", -1000, 1000, &turns, error))
    return false;
  const char *side = mk_json_get_string (mk_json_get (act->command, "direction"));
  *angle = MK_PI;
  if (degrees != 0 || turns != 0) {
    *angle = degrees * MK_PI / 180 + turns * 2 * MK_PI;
    if (g_str_equal (side, "right"))
      *angle = -*angle;
  } else if (g_str_equal (side, "left") || g_str_equal (side, "right")) {
    *angle = g_str_equal (side, "left") ? MK_PI / 2 : -MK_PI / 2;
  } else if (mk_json_has (act->command, "to") || *side != 0) {
    mk_vec3 way = { 0, 0, 0 };
    if (!mk_act_way (act, 1, act->forward, &way, error))
      return false;
    bool is_there = hypotf (way.x, way.z) < 1e-3f;
    *angle = is_there ? 0 : mk_angle_wrap (mk_vec3_yaw (way) - mk_vec3_yaw (act->forward));
  }
  return true;
}

double
mk_natural_turn (const mk_act *act)
{
  float angle = 0;
  turn_angle (act, &angle, NULL);
  if (mk_bend_suits (act))
    return mk_bend_natural (act, angle);
  return fmax (0.7, (double)(fabsf (angle) / TURN_RATE)) / (double)act->speed;
}

bool
mk_plan_turn (mk_act *act, GError **error)
{
  turning t = { .duration_s = act->duration_s };
  mk_liveliness lively;
  if (!turn_angle (act, &t.angle_rad, error) || !mk_act_liveliness (act, &lively, error))
    return false;
  if (mk_bend_suits (act)) {
    mk_bend (act, t.angle_rad);
    return true;
  }
  t.anticipation = lively.anticipation;
  const double corners[] = { 0.05 * t.duration_s, 0.3 * t.duration_s };
  mk_act_write (act, turn_at, &t, act->node == act->root ? act->foot : (mk_vec3){ 0, 0, 0 }, corners, MK_COUNT (corners), true);
  if (act->node == act->root)
    mk_life_go (act);
  return true;
}
