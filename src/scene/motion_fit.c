/* Keys for a function of time: as few cubic pieces as keep within a tolerance. */
#include "scene/motion.h"

#include <string.h>

#define SHORTEST_S (1.0 / 240)  /* pieces are not halved below it: ten times a film's frame rate */
#define DIFFERENCE_S 5e-4       /* for tangents: small against any piece, large against float's grain */

static const unsigned widths[] = { 3, 4, 3, 1, 1 };

typedef struct {
  mk_fit_func func;
  const void *user;
  unsigned width;
  bool is_rotation;
  float tolerance;
  GArray *times;  /* float */
  GArray *values; /* float: in-tangent, value, out-tangent per key */
} fitter;

/* A quaternion and its negative are one rotation; neighbours must not jump between them. */
static void
align (const fitter *f, const float *to, float *value)
{
  if (f->is_rotation && to[0] * value[0] + to[1] * value[1] + to[2] * value[2] + to[3] * value[3] < 0)
    for (int i = 0; i < 4; i++)
      value[i] = -value[i];
}

static void
evaluate (const fitter *f, double time_s, const float *near, float out[4])
{
  f->func (f->user, time_s, out);
  align (f, near, out);
}

static void
tangent (const fitter *f, double from_s, double to_s, const float *near, float out[4])
{
  float a[4] = { 0 }, b[4] = { 0 };
  evaluate (f, from_s, near, a);
  evaluate (f, to_s, near, b);
  for (unsigned i = 0; i < f->width; i++)
    out[i] = (b[i] - a[i]) / (float)(to_s - from_s);
}

typedef struct {
  double time_s;
  float value[4], in[4], out[4]; /* tangents per second */
} key;

static void
hermite (const fitter *f, const key *a, const key *b, float t, float out[4])
{
  float span = (float)(b->time_s - a->time_s), t2 = t * t, t3 = t2 * t, length = 0;
  for (unsigned i = 0; i < f->width; i++) {
    out[i] = (2 * t3 - 3 * t2 + 1) * a->value[i] + span * (t3 - 2 * t2 + t) * a->out[i] + (3 * t2 - 2 * t3) * b->value[i] + span * (t3 - t2) * b->in[i];
    length += out[i] * out[i];
  }
  for (int i = 0; i < 4 && f->is_rotation && length > 0; i++)
    out[i] /= sqrtf (length);
}

static bool
is_close (const fitter *f, const key *a, const key *b)
{
  double span = b->time_s - a->time_s;
  int n = CLAMP ((int)(span * 30), 7, 256);
  for (int i = 1; i <= n; i++) {
    float t = (float)i / (float)(n + 1), wanted[4] = { 0 }, got[4] = { 0 };
    hermite (f, a, b, t, got);
    evaluate (f, a->time_s + span * (double)t, got, wanted);
    for (unsigned k = 0; k < f->width; k++)
      if (!(fabsf (wanted[k] - got[k]) <= f->tolerance))
        return false;
  }
  return true;
}

static void
append (fitter *f, const key *k)
{
  float time_s = (float)k->time_s;
  g_array_append_val (f->times, time_s);
  g_array_append_vals (f->values, k->in, f->width);
  g_array_append_vals (f->values, k->value, f->width);
  g_array_append_vals (f->values, k->out, f->width);
}

/* The piece from `a`, which is written already; appends all keys after it up to `b`, which comes back as written. */
static key
fit_piece (fitter *f, const key *a, key b)
{
  if (f->is_rotation && a->value[0] * b.value[0] + a->value[1] * b.value[1] + a->value[2] * b.value[2] + a->value[3] * b.value[3] < 0)
    for (int i = 0; i < 4; i++) {
      b.value[i] = -b.value[i];
      b.in[i] = -b.in[i];
      b.out[i] = -b.out[i];
    }
  double span = b.time_s - a->time_s;
  bool is_done = is_close (f, a, &b);
  if (!is_done && span <= 2 * SHORTEST_S) { /* a jump: straight across, so that no tangent overshoots */
    float *leaving = &g_array_index (f->values, float, f->values->len - f->width);
    for (unsigned i = 0; i < f->width; i++)
      leaving[i] = b.in[i] = (b.value[i] - a->value[i]) / (float)span;
  }
  if (is_done || span <= 2 * SHORTEST_S) {
    append (f, &b);
    return b;
  }
  key middle = { .time_s = a->time_s + span / 2 };
  evaluate (f, middle.time_s, a->value, middle.value);
  tangent (f, middle.time_s - DIFFERENCE_S, middle.time_s + DIFFERENCE_S, middle.value, middle.in);
  memcpy (middle.out, middle.in, sizeof middle.out);
  middle = fit_piece (f, a, middle);
  return fit_piece (f, &middle, b);
}

static void
fit (fitter *f, const double *corners, size_t n)
{
  key here = { .time_s = corners[0] };
  f->func (f->user, here.time_s, here.value);
  append (f, &here);
  for (size_t i = 1; i < n; i++) {
    double inside = MIN (DIFFERENCE_S, (corners[i] - corners[i - 1]) / 4);
    tangent (f, corners[i - 1], corners[i - 1] + inside, here.value, here.out);
    float *written = (float *)(void *)f->values->data + f->values->len - f->width;
    memcpy (written, here.out, f->width * sizeof (float));
    key next = { .time_s = corners[i] };
    evaluate (f, next.time_s, here.value, next.value);
    tangent (f, next.time_s - inside, next.time_s, next.value, next.in);
    here = fit_piece (f, &here, next);
  }
}

static const float *
value_at (const fitter *f, guint i)
{
  return (const float *)(const void *)f->values->data + ((size_t)i * 3 + 1) * f->width;
}

/* Whether straight lines between the same keys do. */
static bool
is_straight (const fitter *f)
{
  for (guint i = 0; i + 1 < f->times->len; i++) {
    const float *a = value_at (f, i), *b = value_at (f, i + 1), *leaving = a + f->width, *arriving = b - f->width;
    float span = g_array_index (f->times, float, i + 1) - g_array_index (f->times, float, i);
    for (unsigned k = 0; k < f->width; k++) {
      float chord = b[k] - a[k]; /* a cubic leaves its chord by at most 4/27 of each tangent's difference */
      float off = (fabsf (leaving[k] * span - chord) + fabsf (arriving[k] * span - chord)) * 4 / 27;
      if (off > f->tolerance)
        return false;
    }
  }
  return true;
}

static bool
is_at_rest (const fitter *f, const float *rest)
{
  for (guint i = 0; i < f->times->len; i++) {
    float same = 0, opposite = 0;
    for (unsigned k = 0; k < f->width; k++) {
      same = fmaxf (same, fabsf (value_at (f, i)[k] - rest[k]));
      opposite = fmaxf (opposite, fabsf (value_at (f, i)[k] + rest[k]));
    }
    if (fminf (same, f->is_rotation ? opposite : same) > f->tolerance * 1e-2f)
      return false;
  }
  return is_straight (f);
}

static void
rest_of (const mk_scene_node *node, mk_track_path path, float rest[4])
{
  switch (path) {
  case MK_TRACK_TRANSLATION:
    memcpy (rest, &node->trs.translation, sizeof (mk_vec3));
    break;
  case MK_TRACK_ROTATION:
    memcpy (rest, &node->trs.rotation, sizeof (mk_quat));
    break;
  case MK_TRACK_SCALE:
    memcpy (rest, &node->trs.scale, sizeof (mk_vec3));
    break;
  case MK_TRACK_OPACITY:
    rest[0] = node->opacity;
    break;
  case MK_TRACK_YFOV:
    rest[0] = -1; /* lives in the camera; a track of it is always kept */
    break;
  }
}

static void
remove_track (mk_scene *scene, int node, mk_track_path path)
{
  for (guint i = 0; i < scene->tracks->len; i++) {
    const mk_track *track = &g_array_index (scene->tracks, mk_track, i);
    if (track->node == node && track->path == path) {
      g_array_remove_index (scene->tracks, i);
      return;
    }
  }
}

void
mk_scene_set_track (mk_scene *scene, const mk_track *track)
{
  remove_track (scene, track->node, track->path);
  mk_scene_add_track (scene, track);
}

void
mk_track_fit (mk_scene *scene, int node, mk_track_path path, mk_fit_func func, const void *user, const double *corners_s, size_t n_corners, float tolerance)
{
  fitter f = { .func = func, .user = user, .width = widths[path], .is_rotation = path == MK_TRACK_ROTATION, .tolerance = tolerance };
  g_autoptr (GArray) times = f.times = g_array_new (FALSE, FALSE, sizeof (float));
  g_autoptr (GArray) values = f.values = g_array_new (FALSE, FALSE, sizeof (float));
  fit (&f, corners_s, n_corners);
  float rest[4] = { 0 };
  rest_of (mk_scene_get_node (scene, node), path, rest);
  if (is_at_rest (&f, rest)) {
    remove_track (scene, node, path);
    return;
  }
  mk_track track = { .node = node, .path = path, .interpolation = MK_TRACK_CUBIC, .n_keys = times->len,
                     .times_s = (float *)(void *)times->data, .values = (float *)(void *)values->data };
  if (is_straight (&f)) {
    for (guint i = 0; i < times->len; i++)
      memmove (track.values + (size_t)i * f.width, value_at (&f, i), f.width * sizeof (float));
    track.interpolation = MK_TRACK_LINEAR;
  }
  mk_scene_set_track (scene, &track);
}
