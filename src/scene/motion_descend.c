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
#define N_PROFILE 700       /* points, of a long slope */
#define RUN_OUT_M 14.0f     /* of level ground behind the foot */
#define FASTEST_M_S 9.0f
#define PUSH_M_S 0.5f       /* with which it sets off */
#define LEAST_RISE 0.4f     /* of the height of what comes down */
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
  mk_steps line;            /* from its highest side to the level behind */
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
  float x = CLAMP (along_m / s->line.spacing_m, 0, (float)s->line.n - 1.001f);
  const float *high = &s->line.high_m[(unsigned)x];
  return s->is_stepped ? high[0] : high[0] + (high[1] - high[0]) * (x - floorf (x));
}

/* Of the ground under something `wide_m` long, as an angle: down is positive. */
static float
slope_at (const slope *s, float along_m, float wide_m)
{
  float half = fmaxf (wide_m / 2, 2 * s->line.spacing_m);
  return atan2f (high_at (s, along_m - half) - high_at (s, along_m + half), 2 * half);
}

/* From the highest place down to the level behind, without a wall on the way. */
static bool
leads_down (slope *s, const mk_act *act, const mk_act *thing)
{
  const mk_steps *line = &s->line;
  unsigned top = 0, foot, n_edges = 0;
  float most = 0;
  for (unsigned i = 0; i < line->n; i++)
    most = fmaxf (most, line->high_m[i]);
  for (unsigned i = 0; i < line->n; i++)
    top = line->high_m[i] > most - 0.02f * thing->size.y ? i : top;
  for (foot = top; foot + 1 < line->n && line->high_m[foot] > thing->at.y + 0.01f; foot++) {
    if (line->high_m[foot + 1] > line->high_m[foot] + fmaxf (TREAD_M, BUMP * thing->size.y))
      return false;
    n_edges += line->high_m[foot] - line->high_m[foot + 1] > TREAD_M;
  }
  float rise = line->high_m[top] - line->high_m[foot], run = line->spacing_m * (float)(foot - top);
  if (rise < LEAST_RISE * act->size.y || rise < FLATTEST * run || rise > STEEPEST * run)
    return false;
  s->is_stepped = n_edges > 2 && line->spacing_m < 0.05f;
  s->brink_m = fmaxf (line->spacing_m * (float)top - 0.5f * mk_act_half_along (act, line->way), 0);
  return true;
}

static bool
read_slope (slope *s, const mk_act *act, const mk_act *thing, mk_vec3 way)
{
  float half = mk_act_half_along (thing, way), length = 2 * half + RUN_OUT_M;
  *s = (slope){ .line = { .from = mk_vec3_sub (thing->at, mk_vec3_scale (way, half)), .way = way } };
  mk_steps_read (&s->line, act->scene, thing, length, fmaxf (length / N_PROFILE, MK_STEPS_FINE_M));
  if (leads_down (s, act, thing))
    return true;
  g_free (s->line.high_m);
  return false;
}

static float
across_picture (mk_vec3 way)
{
  return way.x + 0.4f * way.z;
}

/* Of the sides of what the command goes along the one that leads down across the picture, else towards us. False when it is no slope. */
static bool
find_slope (const mk_act *act, slope *s)
{
  const char *along = mk_json_get_string (mk_json_get (act->command, "along"));
  bool is_free = !mk_json_has (act->command, "direction") && !mk_json_has (act->command, "to");
  mk_act thing;
  if (*along == 0 || !is_free || act->node != act->root || !mk_act_partner (act, along, &thing, NULL) || thing.root == act->root || thing.size.y < LEAST_RISE * act->size.y)
    return false;
  mk_vec3 f = thing.forward, ways[] = { f, { -f.x, 0, -f.z }, { f.z, 0, -f.x }, { -f.z, 0, f.x } };
  for (size_t left = MK_COUNT (ways); left > 0; left--) {
    size_t best = 0;
    for (size_t k = 1; k < left; k++)
      best = across_picture (ways[k]) > across_picture (ways[best]) ? k : best;
    if (read_slope (s, act, &thing, ways[best]))
      return true;
    ways[best] = ways[left - 1];
  }
  return false;
}

/* Where the lowest point of something round is while it touches the ground: it meets edges before that does. */
static void
round_off (mk_steps *line, float radius_m)
{
  int reach = (int)(radius_m / line->spacing_m), n = (int)line->n;
  g_autofree float *sharp = g_memdup2 (line->high_m, line->n * sizeof *sharp);
  for (int i = 0; i < n; i++)
    for (int k = -reach; k <= reach; k++) {
      float aside = line->spacing_m * (float)k, over = sqrtf (fmaxf (radius_m * radius_m - aside * aside, 0)) - radius_m;
      line->high_m[i] = fmaxf (line->high_m[i], sharp[CLAMP (i + k, 0, n - 1)] + over);
    }
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
  bool is_below = high <= s->line.high_m[s->line.n - 1] + 0.01f;
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
  float long_m = 2 * mk_act_half_along (d->act, s->line.way), radius = d->act->size.y / 2, along = s->brink_m, up = high_at (s, along), upward = 0;
  float forward = s->is_stepped ? 0.8f + 0.3f * sqrtf (d->act->size.y) : PUSH_M_S, turned = 0, end = s->line.spacing_m * (float)(s->line.n - 1);
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
prepare (const mk_act *act, descent *d)
{
  *d = (descent){ .act = act, .is_rolling = g_str_equal (mk_json_get_string (mk_json_get (act->command, "motion")), "roll") && !mk_act_has_wheels (act) };
  if (!find_slope (act, &d->ground))
    return false;
  mk_vec3 way = d->ground.line.way, across = { way.z, 0, -way.x };
  if (d->is_rolling)
    round_off (&d->ground.line, act->size.y / 2);
  float place = (float)act->index - (float)(act->n - 1) / 2, wide = fabsf (across.x) * act->size.x + fabsf (across.z) * act->size.z;
  d->aside = mk_vec3_scale (across, place * APART * wide);
  d->heading_rad = d->is_rolling ? 0 : mk_angle_wrap (mk_vec3_yaw (way) - mk_vec3_yaw (act->forward));
  d->step_s = act->start_s < 0.05 ? 0 : TO_BRINK_S;
  d->wait_s = d->step_s + NEXT_S * act->index;
  come_down (d);
  g_free (g_steal_pointer (&d->ground.line.high_m));
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
  const mk_steps *line = &d->ground.line;
  mk_vec3 own = place_at (d, time_s), place = mk_vec3_add (mk_vec3_add (line->from, d->aside), mk_vec3_scale (line->way, own.x));
  place.y = own.y;
  float there = d->step_s > 0 ? mk_smooth (0, (float)d->step_s, (float)time_s) : 1;
  delta->offset = mk_vec3_scale (mk_vec3_sub (place, d->act->at), there);
  mk_vec3 side = { line->way.z, 0, -line->way.x };
  delta->turn = mk_quat_mul (mk_quat_from_axis (side, own.z), mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, d->heading_rad * there));
}

static void
descent_progress (const void *user, double time_s, float *distance_m)
{
  const descent *d = user;
  *distance_m = place_at (d, time_s).x - d->ground.brink_m;
}

/* --- the motion --- */

double
mk_descent_natural (const mk_act *act)
{
  descent d;
  if (!prepare (act, &d))
    return 0;
  double seconds = d.wait_s + STEP_S * d.places->len / (double)act->speed;
  g_array_unref (d.places);
  return seconds;
}

bool
mk_descend (mk_act *act)
{
  descent d;
  if (!prepare (act, &d))
    return false;
  d.rate = STEP_S * d.places->len / fmax (act->duration_s - d.wait_s, 0.1);
  mk_act_turn_wheels (act, descent_progress, &d);
  const double corners[] = { d.wait_s };
  mk_act_write (act, descend_at, &d, d.is_rolling ? act->middle : act->foot, corners, 1, !d.is_rolling);
  g_array_unref (d.places);
  return true;
}
