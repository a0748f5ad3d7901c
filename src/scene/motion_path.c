/* Along points, through all of them. */
#include "scene/life.h"
#include "scene/path_figure.h"

#define PATH_STEPS 48 /* per piece, for its length */

typedef struct {
  mk_vec3 *points;
  unsigned n;           /* with the first repeated at the end when closed */
  bool is_closed;
  float *lengths;       /* up to each of n_steps + 1 places */
  unsigned n_steps;
  double duration_s;
  mk_easing easing;
  mk_vec3 at;
  float forward_yaw;
} pathway;

static mk_vec3
path_point (const pathway *p, int i)
{
  int last = (int)p->n - 1;
  if (p->is_closed)
    return p->points[((i % last) + last) % last];
  return p->points[CLAMP (i, 0, last)];
}

/* Catmull and Rom's spline: through all points. `u` counts pieces. */
static mk_vec3
path_at (const pathway *p, float u)
{
  int i = CLAMP ((int)floorf (u), 0, (int)p->n - 2);
  float t = u - (float)i, t2 = t * t, t3 = t2 * t;
  mk_vec3 a = path_point (p, i - 1), b = path_point (p, i), c = path_point (p, i + 1), d = path_point (p, i + 2);
  mk_vec3 sum = mk_vec3_scale (a, -0.5f * t3 + t2 - 0.5f * t);
  sum = mk_vec3_add (sum, mk_vec3_scale (b, 1.5f * t3 - 2.5f * t2 + 1));
  sum = mk_vec3_add (sum, mk_vec3_scale (c, -1.5f * t3 + 2 * t2 + 0.5f * t));
  return mk_vec3_add (sum, mk_vec3_scale (d, 0.5f * t3 - 0.5f * t2));
}

static float
path_find (const pathway *p, float length)
{
  unsigned low = 0, high = p->n_steps;
  while (high - low > 1) {
    unsigned middle = (low + high) / 2;
    if (p->lengths[middle] <= length)
      low = middle;
    else
      high = middle;
  }
  float span = p->lengths[high] - p->lengths[low];
  return ((float)low + (span > 0 ? CLAMP ((length - p->lengths[low]) / span, 0, 1) : 0)) / PATH_STEPS;
}

static void
path_delta (const void *user, double time_s, mk_delta *delta)
{
  const pathway *p = user;
  float length = p->lengths[p->n_steps] * mk_ease (p->easing, (float)(time_s / p->duration_s)), u = path_find (p, length);
  delta->offset = mk_vec3_sub (path_at (p, u), p->at);
  float end = (float)p->n - 1, before = p->is_closed ? u - 0.02f : fmaxf (u - 0.02f, 0), after = p->is_closed ? u + 0.02f : fminf (u + 0.02f, end);
  if (p->is_closed) {
    before = before < 0 ? before + end : before;
    after = after > end ? after - end : after;
  }
  mk_vec3 ahead = mk_vec3_sub (path_at (p, after), path_at (p, before));
  if (fabsf (ahead.x) + fabsf (ahead.z) > 1e-6f)
    delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, mk_vec3_yaw (ahead) - p->forward_yaw);
}

static void
path_progress (const void *user, double time_s, float *distance_m)
{
  const pathway *p = user;
  *distance_m = p->lengths[p->n_steps] * mk_ease (p->easing, (float)(time_s / p->duration_s));
}

static bool
read_points (const mk_act *act, pathway *p, GError **error)
{
  const mk_json *points = mk_json_get (act->command, "points");
  size_t n = mk_json_length (points);
  if (!mk_path_figure (act, &p->points, &p->n, &p->is_closed, error))
    return false;
  if (p->n > 0) {
    if (p->is_closed)
      p->points[p->n++] = p->points[0];
    return true;
  }
  if (n < 2 || n > 1000)
    return mk_error (error, MK_ERROR_RANGE, "“points” holds 2 to 1000 points, not %zu; or “how” names a figure", n);
  p->is_closed = mk_json_get_bool (mk_json_get (act->command, "closed"));
  p->n = (unsigned)n + p->is_closed;
  p->points = g_new0 (mk_vec3, p->n);
  for (size_t i = 0; i < n; i++) {
    const mk_json *row = mk_json_at (points, i);
    double v[3] = { 0 };
    for (size_t k = 0; k < 3; k++) {
      v[k] = mk_json_get_real (mk_json_at (row, k));
      if (mk_json_length (row) != 3 || !mk_json_is_number (mk_json_at (row, k)) || !(fabs (v[k]) <= 1e5))
        return mk_error (error, MK_ERROR_TYPE, "point %zu of “points” is not three numbers from -100000 to 100000", i + 1);
    }
    p->points[i] = (mk_vec3){ (float)v[0], (float)v[1], (float)v[2] };
  }
  if (p->is_closed)
    p->points[n] = p->points[0];
  return true;
}

static void
measure_path (pathway *p)
{
  p->n_steps = (p->n - 1) * PATH_STEPS;
  p->lengths = g_new0 (float, p->n_steps + 1);
  for (unsigned i = 1; i <= p->n_steps; i++) {
    mk_vec3 a = path_at (p, (float)(i - 1) / PATH_STEPS), b = path_at (p, (float)i / PATH_STEPS);
    p->lengths[i] = p->lengths[i - 1] + mk_vec3_length (mk_vec3_sub (b, a));
  }
}

static bool
make_path (const mk_act *act, pathway *p, GError **error)
{
  *p = (pathway){ .duration_s = act->duration_s, .easing = act->easing, .at = act->at, .forward_yaw = mk_vec3_yaw (act->forward) };
  if (!read_points (act, p, error))
    return false;
  measure_path (p);
  return true;
}

static void
free_path (pathway *p)
{
  g_free (p->points);
  g_free (p->lengths);
}

double
mk_natural_path (const mk_act *act)
{
  pathway p;
  double seconds = 2;
  if (make_path (act, &p, NULL))
    seconds = fmax (1, (double)(p.lengths[p.n_steps] / mk_act_pace (act)));
  free_path (&p);
  return seconds * (act->repeat > 0 ? act->repeat : 1);
}

bool
mk_plan_path (mk_act *act, GError **error)
{
  pathway p;
  bool is_done = make_path (act, &p, error);
  if (is_done) {
    mk_act_turn_wheels (act, path_progress, &p);
    mk_act_write (act, path_delta, &p, act->foot, NULL, 0, true);
    if (!mk_act_flies (act) || !mk_life_fly (act))
      mk_life_go (act);
  }
  free_path (&p);
  return is_done;
}
