/* Up and down what one can walk on: stairs, a ramp, a hill. The root follows a ramp over the treads, feet are set on the treads. */
#include "scene/layout.h"
#include "scene/life.h"

#define N_MOST 4000
#define BEYOND_M 1.2f      /* the profile goes on before and behind */
#define JUMP 0.2f          /* the highest step that one takes, in own heights */
#define STEEPEST 1.0f      /* on the whole: 45 degrees */
#define STEEP 1.3f         /* over half a metre: where one needs the hands */
#define LONGEST 10.0f      /* own heights: a way that is watched from beginning to end */
#define OF_LONGER 5.0f     /* of one that is longer its foot, so high up */
#define EDGE_M 0.05f       /* what rises so much at once is the edge of a step */
#define TREADS_A_SECOND 1.9f
#define SLOWER 0.8f        /* on a slope, than on level ground */
#define TO_FOOT_S 0.6
#define LYING 0.7f         /* as long as so many own heights: on four legs */

typedef struct {
  mk_steps steps;
  mk_vec3 shift;            /* to where it begins */
  float from_m, to_m;       /* along the profile: where the root begins and ends */
  float long_m;             /* of a body that lies along the way, and leans as that does; 0 = it stands upright */
  double step_s, duration_s;
} ascent;

/* --- the ground along a line --- */

static float
high_at (const mk_steps *s, float along_m)
{
  float x = CLAMP (along_m / s->spacing_m, 0, (float)s->n - 1.001f);
  unsigned i = (unsigned)x;
  return s->high_m[i];
}

static float
along (const mk_steps *s, mk_vec3 at)
{
  return mk_vec3_dot (mk_vec3_sub (at, s->from), s->way);
}

mk_vec3
mk_steps_tread (const mk_steps *s, mk_vec3 toe)
{
  float at = along (s, toe), high = high_at (s, at), low_edge = at, high_edge = at;
  toe.y = high;
  if (s->depth_m <= 0)
    return toe;
  while (at - low_edge < s->depth_m && fabsf (high_at (s, low_edge - MK_STEPS_FINE_M) - high) < EDGE_M)
    low_edge -= MK_STEPS_FINE_M;
  while (high_edge - at < s->depth_m && fabsf (high_at (s, high_edge + MK_STEPS_FINE_M) - high) < EDGE_M)
    high_edge += MK_STEPS_FINE_M;
  float room = high_edge - low_edge;
  return room < 1.3f * s->depth_m ? mk_vec3_add (toe, mk_vec3_scale (s->way, (low_edge + high_edge) / 2 - at)) : toe;
}

float
mk_steps_ramp (const mk_steps *s, float along_m)
{
  float half = fmaxf (s->depth_m, 0.15f), sum = 0;
  for (int k = -8; k <= 8; k++)
    sum += high_at (s, along_m + half * (float)k / 8);
  return sum / 17;
}

void
mk_steps_read (mk_steps *s, const mk_scene *scene, const mk_act *thing, float length_m, float spacing_m)
{
  s->spacing_m = spacing_m;
  s->n = (unsigned)CLAMP (length_m / spacing_m, 2, N_MOST);
  s->high_m = g_new (float, s->n);
  float top = thing->at.y + thing->size.y + 0.05f;
  for (unsigned i = 0; i < s->n; i++) {
    mk_vec3 at = mk_vec3_add (s->from, mk_vec3_scale (s->way, spacing_m * (float)i));
    if (!mk_layout_surface (scene, thing->root, at.x, at.z, top, &s->high_m[i]))
      s->high_m[i] = thing->at.y;
  }
}

/* Where the way up ends: in the middle of what is highest, or a step onto it. False when it is no way up for one so tall. */
static bool
find_top (const mk_steps *s, float first_m, float tall_m, float *top_m)
{
  unsigned first = (unsigned)(first_m / MK_STEPS_FINE_M), peak = first;
  for (unsigned i = first; i < s->n; i++)
    peak = s->high_m[i] > s->high_m[peak] + 0.01f ? i : peak;
  bool is_long = MK_STEPS_FINE_M * (float)(peak - first) > LONGEST * tall_m;
  peak = is_long ? first + (unsigned)(OF_LONGER * tall_m / MK_STEPS_FINE_M) : peak;
  float rise = s->high_m[peak] - s->high_m[first], run = MK_STEPS_FINE_M * (float)(peak - first);
  if (rise < 0.25f * tall_m || rise > STEEPEST * run)
    return false;
  for (unsigned i = first; i + 25 <= peak; i++)
    if (s->high_m[i + 25] - s->high_m[i] > STEEP * 25 * MK_STEPS_FINE_M)
      return false;
  unsigned end = peak;
  while (end + 1 < s->n && fabsf (s->high_m[end + 1] - s->high_m[peak]) < 0.02f)
    end++;
  for (unsigned i = first + 1; i <= peak; i++)
    if (s->high_m[i] - s->high_m[i - 1] > JUMP * tall_m || s->high_m[i - 1] - s->high_m[i] > EDGE_M)
      return false;
  *top_m = MK_STEPS_FINE_M * (float)peak + fminf (MK_STEPS_FINE_M * (float)(end - peak) / 2, 0.25f * tall_m);
  return true;
}

static float
depth_of_treads (const mk_steps *s)
{
  unsigned n = 0, first = 0, last = 0;
  for (unsigned i = 1; i < s->n; i++)
    if (fabsf (s->high_m[i] - s->high_m[i - 1]) > EDGE_M && (n == 0 || i - last > 3)) {
      first = n++ == 0 ? i : first;
      last = s->high_m[i] > s->high_m[i - 1] || n < 3 ? i : last;
    }
  return n > 3 ? MK_STEPS_FINE_M * (float)(last - first) / (float)(n - 1 - (s->high_m[s->n - 1] < s->high_m[last])) : 0;
}

/* From each of its sides; the one from which it rises, and of several the nearest. */
static bool
prepare (const mk_act *act, const mk_act *thing, bool is_down, ascent *a)
{
  float nearest = INFINITY, tall = act->size.y;
  mk_vec3 forward = thing->forward, sides[] = { forward, mk_vec3_scale (forward, -1), { forward.z, 0, -forward.x }, { -forward.z, 0, forward.x } };
  float long_m = 2 * mk_act_half_along (act, act->forward);
  *a = (ascent){ .duration_s = act->duration_s, .long_m = long_m > LYING * tall ? long_m : 0 };
  for (size_t k = 0; k < MK_COUNT (sides); k++) {
    float half = mk_act_half_along (thing, sides[k]), stand = 0.22f * tall;
    mk_vec3 edge = mk_vec3_sub (thing->at, mk_vec3_scale (sides[k], half)), begin = mk_vec3_sub (edge, mk_vec3_scale (sides[k], stand + BEYOND_M));
    mk_steps s = { .from = { begin.x, 0, begin.z }, .way = sides[k] };
    float far = hypotf (act->at.x - edge.x, act->at.z - edge.z), top_m;
    if (far >= nearest)
      continue;
    mk_steps_read (&s, act->scene, thing, 2 * half + stand + 2 * BEYOND_M, MK_STEPS_FINE_M);
    if (!find_top (&s, BEYOND_M, tall, &top_m)) {
      g_free (s.high_m);
      continue;
    }
    for (unsigned i = (unsigned)(top_m / MK_STEPS_FINE_M); i < s.n; i++) /* what drops behind the top is no part of the way */
      s.high_m[i] = s.high_m[(unsigned)(top_m / MK_STEPS_FINE_M)];
    g_free (a->steps.high_m);
    nearest = far;
    a->steps = s;
    a->from_m = is_down ? top_m : BEYOND_M;
    a->to_m = is_down ? BEYOND_M : top_m;
  }
  if (nearest == INFINITY)
    return false;
  a->steps.depth_m = depth_of_treads (&a->steps);
  mk_vec3 begin = mk_vec3_add (a->steps.from, mk_vec3_scale (a->steps.way, a->from_m));
  a->shift = (mk_vec3){ begin.x - act->at.x, mk_steps_ramp (&a->steps, a->from_m) - act->at.y, begin.z - act->at.z };
  a->step_s = act->start_s < 0.05 || mk_vec3_length (a->shift) < 0.05f ? 0 : TO_FOOT_S;
  return true;
}

/* --- who goes up --- */

static void
ascend_at (const void *user, double time_s, mk_delta *delta)
{
  const ascent *a = user;
  double whole = a->duration_s - a->step_s, ramp = fmin (0.4, 0.2 * whole);
  float at = a->from_m + (a->to_m - a->from_m) * mk_glide (time_s - a->step_s, whole, ramp, ramp);
  delta->offset = mk_vec3_scale (a->shift, a->step_s > 0 ? mk_smooth (0, (float)a->step_s, (float)time_s) : 1);
  delta->offset = mk_vec3_add (delta->offset, mk_vec3_scale (a->steps.way, at - a->from_m));
  delta->offset.y += mk_steps_ramp (&a->steps, at) - mk_steps_ramp (&a->steps, a->from_m);
  float rise = a->long_m > 0 ? mk_steps_ramp (&a->steps, at + a->long_m / 2) - mk_steps_ramp (&a->steps, at - a->long_m / 2) : 0;
  mk_vec3 side = { a->steps.way.z, 0, -a->steps.way.x };
  delta->turn = mk_quat_from_axis (side, -atan2f (rise, fmaxf (a->long_m, 0.1f)));
}

double
mk_ascend_natural (const mk_act *act, const mk_act *thing, bool is_down)
{
  ascent a;
  if (!prepare (act, thing, is_down, &a))
    return 0;
  float pace = a.steps.depth_m > 0 ? TREADS_A_SECOND * a.steps.depth_m : SLOWER * fmaxf (mk_life_pace (act, false), 0.3f);
  g_free (a.steps.high_m);
  return a.step_s + 0.4 + fmin ((double)(fabsf (a.to_m - a.from_m) / (pace * act->speed)), 12);
}

bool
mk_ascend (mk_act *act, const mk_act *thing, bool is_down)
{
  ascent a;
  if (mk_life_pace (act, false) <= 0 || !prepare (act, thing, is_down, &a))
    return false;
  mk_act_face (act, is_down ? mk_vec3_scale (a.steps.way, -1) : a.steps.way, TO_FOOT_S);
  const double corners[] = { a.step_s };
  mk_act_write (act, ascend_at, &a, act->foot, corners, a.step_s > 0 ? 1 : 0, true);
  mk_act own = *act;
  own.steps = &a.steps;
  mk_life_walk (&own);
  g_free (a.steps.high_m);
  return true;
}

/* "walks up": whatever there is to go up on. */
bool
mk_ascend_find (const mk_act *act, mk_act *thing)
{
  for (int i = 0; i < (int)act->scene->nodes->len; i++) {
    ascent a;
    if (i == act->root || !mk_scene_is_thing (act->scene, i) || !mk_act_partner (act, mk_scene_get_node (act->scene, i)->id, thing, NULL) || thing->size.y > 20 * act->size.y || !prepare (act, thing, false, &a))
      continue;
    g_free (a.steps.high_m);
    return true;
  }
  return false;
}
