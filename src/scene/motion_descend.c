/* Down a slope by one's own weight: a ball down a hill, a sledge down a ramp, a coin down the stairs. What rolls or slides gains speed as
 * the slope is steep, falls from tread to tread where there are some, and runs out on the level behind.
 *
 * Rolling   a = 5/7 g sin(slope) of a solid ball; sliding: g sin(slope), both less what the ground holds back. */
#include "scene/layout.h"
#include "scene/life.h"
#include "scene/motion_travel.h"

#define GRAVITY 9.81f
#define STEP_S (1.0 / 240)
#define LONGEST_S 14.0
#define N_PROFILE 700
#define FINEST_M 0.02f      /* between two points of the profile */
#define RUN_OUT_M 14.0f     /* of level ground behind the foot */
#define FASTEST_M_S 9.0f
#define PUSH_M_S 0.5f       /* with which it sets off */
#define FLATTEST 0.08f      /* rise over run, on the whole */
#define STEEPEST 1.7f
#define TREAD_M 0.04f       /* what drops so much from one point to the next is the edge of a tread */
#define BUMP 0.02f          /* of its height: a rock on the way is no wall */
#define REBOUND 0.42f       /* of the speed with which it meets a tread */
#define LEVEL_DRAG 0.3f     /* of its weight, on level ground; on slopes a fifth of it */
#define APART 1.3f          /* own widths between several */
#define TO_BRINK_S 0.6
#define NEXT_S 0.05         /* one sets off after the other */

typedef struct {
  mk_vec3 from, way;        /* where the profile begins; unit, level */
  float spacing_m, high_m[N_PROFILE];
  unsigned n;
  float brink_m;            /* along it: where the slope begins */
  bool is_stepped;
} slope;

typedef struct {
  const mk_act *act;
  slope ground;
  GArray *places;           /* mk_vec3 at every STEP_S: along the way, up, and the angle that it has turned by */
  mk_vec3 aside;
  float heading_rad;
  bool is_rolling;
  double rate, step_s, wait_s; /* of its own time to the film's; until it is at the brink, and until it sets off */
} descent;

/* --- the slope --- */

static float
high_at (const slope *s, float along_m)
{
  float x = CLAMP (along_m / s->spacing_m, 0, (float)s->n - 1.001f);
  unsigned i = (unsigned)x;
  return s->is_stepped ? s->high_m[i] : s->high_m[i] + (s->high_m[i + 1] - s->high_m[i]) * (x - (float)i);
}

/* Of the ground under something `wide_m` long, as an angle: down is positive. */
static float
slope_at (const slope *s, float along_m, float wide_m)
{
  float half = fmaxf (wide_m / 2, 2 * s->spacing_m);
  return atan2f (high_at (s, along_m - half) - high_at (s, along_m + half), 2 * half);
}

static void
read_profile (slope *s, const mk_act *act, const mk_act *thing, mk_vec3 way)
{
  float half = mk_act_half_along (thing, way), length = 2 * half + RUN_OUT_M;
  s->spacing_m = fmaxf (length / (N_PROFILE - 1), FINEST_M);
  s->n = MIN ((unsigned)(length / s->spacing_m) + 1, N_PROFILE);
  s->way = way;
  s->from = mk_vec3_sub (thing->at, mk_vec3_scale (way, half));
  float top = thing->at.y + thing->size.y + 0.05f;
  for (unsigned i = 0; i < s->n; i++) {
    mk_vec3 at = mk_vec3_add (s->from, mk_vec3_scale (way, s->spacing_m * (float)i));
    s->high_m[i] = thing->at.y;
    if (s->spacing_m * (float)i <= 2 * half && mk_layout_surface (act->scene, thing->root, at.x, at.z, top, &s->high_m[i]))
      s->high_m[i] = fmaxf (s->high_m[i], thing->at.y);
  }
}

/* From the highest place down to the level behind, without a wall on the way. */
static bool
leads_down (slope *s, const mk_act *act, const mk_act *thing)
{
  unsigned top = 0, foot, n_edges = 0;
  float most = 0;
  for (unsigned i = 0; i < s->n; i++)
    most = fmaxf (most, s->high_m[i]);
  for (unsigned i = 0; i < s->n; i++)
    top = s->high_m[i] > most - 0.02f * thing->size.y ? i : top;
  for (foot = top; foot + 1 < s->n && s->high_m[foot] > thing->at.y + 0.01f; foot++) {
    if (s->high_m[foot + 1] > s->high_m[foot] + fmaxf (TREAD_M, BUMP * thing->size.y))
      return false;
    n_edges += s->high_m[foot] - s->high_m[foot + 1] > TREAD_M;
  }
  float rise = s->high_m[top] - s->high_m[foot], run = s->spacing_m * (float)(foot - top);
  if (rise < 0.4f * act->size.y || rise < FLATTEST * run || rise > STEEPEST * run)
    return false;
  s->is_stepped = n_edges > 2 && s->spacing_m < 0.05f;
  s->brink_m = fmaxf (s->spacing_m * (float)top - 0.5f * mk_act_half_along (act, s->way), 0);
  return true;
}

/* Of its sides the one that leads down across the picture, else towards us. */
static bool
find_slope (const mk_act *act, const mk_act *thing, slope *best)
{
  float most = -INFINITY;
  mk_vec3 f = thing->forward, sides[] = { f, { -f.x, 0, -f.z }, { f.z, 0, -f.x }, { -f.z, 0, f.x } };
  for (size_t k = 0; k < MK_COUNT (sides); k++) {
    slope s = { 0 };
    float rank = sides[k].x + 0.4f * sides[k].z;
    if (rank <= most)
      continue;
    read_profile (&s, act, thing, sides[k]);
    if (!leads_down (&s, act, thing))
      continue;
    most = rank;
    *best = s;
  }
  return most > -INFINITY;
}

/* Where the lowest point of something round is while it touches the ground: it meets edges before that does. */
static void
round_off (slope *s, float radius_m)
{
  int reach = (int)(radius_m / s->spacing_m), n = (int)s->n;
  float *sharp = g_memdup2 (s->high_m, s->n * sizeof *sharp);
  for (int i = 0; i < n; i++)
    for (int k = -reach; k <= reach; k++) {
      float aside = s->spacing_m * (float)k, over = sqrtf (fmaxf (radius_m * radius_m - aside * aside, 0)) - radius_m;
      s->high_m[i] = fmaxf (s->high_m[i], sharp[CLAMP (i + k, 0, n - 1)] + over);
    }
  g_free (sharp);
}

/* --- the way down --- */

/* From tread to tread: it falls, bounces and goes on. */
static void
fall_on (const slope *s, float *along, float *up, float *forward, float *upward)
{
  float dt = (float)STEP_S;
  *upward -= GRAVITY * dt;
  *along += *forward * dt;
  *up += *upward * dt;
  float high = high_at (s, *along);
  if (*up > high)
    return;
  *up = high;
  *upward = *upward < -0.5f ? -REBOUND * *upward : 0;
  bool is_below = high <= s->high_m[s->n - 1] + 0.01f;
  if (is_below && *upward <= 0)
    *forward = fmaxf (*forward - LEVEL_DRAG * GRAVITY * dt / 3, 0);
}

static void
run_on (const slope *s, bool is_rolling, float long_m, float *along, float *up, float *forward)
{
  float dt = (float)STEP_S, angle = slope_at (s, *along, long_m);
  float held = sinf (angle) > 0.05f ? LEVEL_DRAG / 5 : LEVEL_DRAG;
  float gain = GRAVITY * ((is_rolling ? 5.0f / 7 : 1) * sinf (angle) - held * cosf (angle));
  *forward = CLAMP (*forward + gain * dt, 0, FASTEST_M_S);
  if (sinf (angle) > 0.05f)
    *forward = fmaxf (*forward, PUSH_M_S / 2); /* nothing stays on the slope */
  *along += *forward * dt;
  *up = high_at (s, *along);
}

static void
come_down (descent *d)
{
  const slope *s = &d->ground;
  float long_m = 2 * mk_act_half_along (d->act, s->way), radius = d->act->size.y / 2, along = s->brink_m, up = high_at (s, along), upward = 0;
  float forward = s->is_stepped ? 0.8f + 0.3f * sqrtf (d->act->size.y) : PUSH_M_S, turned = 0, end = s->spacing_m * (float)(s->n - 1);
  d->places = g_array_new (FALSE, FALSE, sizeof (mk_vec3));
  for (double t = 0; t < LONGEST_S && forward > 0 && along < end; t += STEP_S) {
    float before = along;
    g_array_append_vals (d->places, &(mk_vec3){ along, up, turned }, 1);
    if (s->is_stepped)
      fall_on (s, &along, &up, &forward, &upward);
    else
      run_on (s, d->is_rolling, long_m, &along, &up, &forward);
    turned = d->is_rolling ? turned + (along - before) / fmaxf (radius, 0.01f) : turned + (slope_at (s, along, long_m) - turned) * 0.06f;
  }
}

static bool
prepare (const mk_act *act, const mk_act *thing, descent *d)
{
  *d = (descent){ .act = act, .is_rolling = g_str_equal (mk_json_get_string (mk_json_get (act->command, "motion")), "roll") && !mk_act_has_wheels (act) };
  if (!find_slope (act, thing, &d->ground))
    return false;
  if (d->is_rolling)
    round_off (&d->ground, act->size.y / 2);
  mk_vec3 across = { d->ground.way.z, 0, -d->ground.way.x };
  float place = (float)act->index - (float)(act->n - 1) / 2, wide = fabsf (across.x) * act->size.x + fabsf (across.z) * act->size.z;
  d->aside = mk_vec3_scale (across, place * APART * wide);
  d->heading_rad = d->is_rolling ? 0 : mk_angle_wrap (mk_vec3_yaw (d->ground.way) - mk_vec3_yaw (act->forward));
  d->step_s = act->start_s < 0.05 ? 0 : TO_BRINK_S;
  d->wait_s = d->step_s + NEXT_S * act->index;
  come_down (d);
  return true;
}

static mk_vec3
place_at (const descent *d, double time_s)
{
  double at = fmax (time_s - d->wait_s, 0) * d->rate / STEP_S;
  guint i = (guint)CLAMP (at, 0, (double)d->places->len - 1), next = MIN (i + 1, d->places->len - 1);
  return mk_vec3_lerp (g_array_index (d->places, mk_vec3, i), g_array_index (d->places, mk_vec3, next), (float)CLAMP (at - i, 0, 1));
}

static void
descend_at (const void *user, double time_s, mk_delta *delta)
{
  const descent *d = user;
  mk_vec3 own = place_at (d, time_s), place = mk_vec3_add (mk_vec3_add (d->ground.from, d->aside), mk_vec3_scale (d->ground.way, own.x));
  place.y = own.y;
  float there = d->step_s > 0 ? mk_smooth (0, (float)d->step_s, (float)time_s) : 1;
  delta->offset = mk_vec3_scale (mk_vec3_sub (place, d->act->at), there);
  mk_vec3 side = { d->ground.way.z, 0, -d->ground.way.x };
  delta->turn = mk_quat_mul (mk_quat_from_axis (side, own.z), mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, d->heading_rad * there));
}

static void
descent_progress (const void *user, double time_s, float *distance_m)
{
  const descent *d = user;
  *distance_m = place_at (d, time_s).x - d->ground.brink_m;
}

/* --- the motion --- */

bool
mk_descent_find (const mk_act *act, mk_act *thing)
{
  const char *along = mk_json_get_string (mk_json_get (act->command, "along"));
  slope s;
  bool is_free = !mk_json_has (act->command, "direction") && !mk_json_has (act->command, "to");
  return *along != 0 && is_free && act->node == act->root && mk_act_partner (act, along, thing, NULL) && thing->root != act->root && find_slope (act, thing, &s);
}

double
mk_descent_natural (const mk_act *act, const mk_act *thing)
{
  descent d;
  if (!prepare (act, thing, &d))
    return 2;
  double seconds = d.wait_s + STEP_S * d.places->len / (double)act->speed;
  g_array_unref (d.places);
  return seconds;
}

bool
mk_descend (mk_act *act, const mk_act *thing, GError **error)
{
  descent d;
  if (!prepare (act, thing, &d))
    return mk_error (error, MK_ERROR_RANGE, "“%s” has no slope to come down on", mk_scene_get_node (act->scene, thing->root)->id);
  d.rate = STEP_S * d.places->len / fmax (act->duration_s - d.wait_s, 0.1);
  mk_act_turn_wheels (act, descent_progress, &d);
  const double corners[] = { d.wait_s };
  mk_act_write (act, descend_at, &d, d.is_rolling ? act->middle : act->foot, corners, 1, !d.is_rolling);
  g_array_unref (d.places);
  return !mk_act_has_gesture (act) || mk_plan_gesture (act, error);
}
