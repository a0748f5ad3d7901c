/* Gestures out of assets/gestures.json: reading, and the pose at a moment. */
#include "scene/gesture.h"

#include <string.h>

#include "scene/fields.h"
#include "scene/library.h"

#define MAX_KEYS 64
#define MAX_SECONDS 60
#define MAX_HOPS 4

typedef struct {
  double at_s;
  mk_body_pose pose;
  mk_vec3 slope[MK_POSE_N_CHANNELS][2]; /* a second, as the movement goes through the pose; 0 where it turns back or rests */
} key;

typedef struct { double from_s, to_s; float height; } hop;

struct mk_gesture {
  char *name, *body;
  double loop_from_s, loop_to_s;   /* what is repeated; equal = nothing */
  unsigned rounds;                 /* when nobody says; 0 = to the end of the film */
  bool is_held, has_loop, lifts, juggles, dribbles;
  float at_water;
  double breath_from_s, breath_to_s; /* it breathes fire meanwhile; equal = never */
  GPtrArray *done_on;       /* char *: names of objects */
  bool has[MK_POSE_N_CHANNELS];
  key *keys;
  unsigned n_keys;
  hop hops[MAX_HOPS];
  unsigned n_hops;
};

static const char *const bodies[] = { "person", "animal", "bird", NULL };
#define N_BODIES 3

struct mk_gestures {
  GPtrArray *all;                  /* mk_gesture */
  GPtrArray *names;                /* borrowed from them, NULL-terminated */
  GPtrArray *of[N_BODIES];         /* those of a body */
};

static const struct { const char *name; bool is_sided; } channels[] = {
#define X(name, is_sided) { #name, is_sided },
  MK_POSE_CHANNELS (X)
#undef X
};

/* Places, as against turns: they count only where they are said. */
static bool
is_place (size_t channel)
{
  return channel == MK_POSE_reach || channel == MK_POSE_face || channel == MK_POSE_floor;
}

/* --- reading --- */

static bool
read_vec3 (const mk_json *json, const char *name, mk_vec3 *value, GError **error)
{
  if (mk_json_length (json) != 3 || !mk_json_is_number (mk_json_at (json, 0)) || !mk_json_is_number (mk_json_at (json, 1)) || !mk_json_is_number (mk_json_at (json, 2)))
    return mk_error (error, MK_ERROR_TYPE, "“%s” is three numbers", name);
  *value = (mk_vec3){ (float)mk_json_get_real (mk_json_at (json, 0)), (float)mk_json_get_real (mk_json_at (json, 1)), (float)mk_json_get_real (mk_json_at (json, 2)) };
  return true;
}

/* On top of `pose`, which is that of the key before. `side` 0 = both, 1 left, 2 right. */
static bool
read_pose (mk_gesture *g, const mk_json *json, int side, mk_body_pose *pose, GError **error)
{
  for (mk_json_iter f = mk_json_iterate (json); mk_json_next (&f);) {
    if (side == 0 && (g_str_equal (f.key, "at") || g_str_equal (f.key, "rest")))
      continue;
    if (side == 0 && (g_str_equal (f.key, "left") || g_str_equal (f.key, "right"))) {
      if (!read_pose (g, f.value, *f.key == 'l' ? 1 : 2, pose, error))
        return false;
      continue;
    }
    size_t c = 0;
    while (c < MK_COUNT (channels) && !g_str_equal (channels[c].name, f.key))
      c++;
    if (c == MK_COUNT (channels) || (side > 0 && !channels[c].is_sided))
      return mk_error (error, MK_ERROR_RANGE, "“%s” is no part of a pose%s", f.key, side > 0 ? " that has a left and a right" : "");
    bool is_free = mk_json_get_kind (f.value) == MK_JSON_NULL;
    mk_vec3 value = { 0, 0, 0 };
    if (!is_free && !read_vec3 (f.value, f.key, &value, error))
      return false;
    g->has[c] = true;
    for (int s = side == 2 ? 1 : 0; s <= (side == 1 ? 0 : 1); s++) {
      bool is_mirrored = s == 1 && channels[c].is_sided;
      if (!is_free || !is_place (c)) /* a place that is let go of stays where it was, and counts no more */
        pose->value[c][s] = !is_mirrored ? value : is_place (c) || c == MK_POSE_front_foot || c == MK_POSE_back_foot ? (mk_vec3){ -value.x, value.y, value.z } : (mk_vec3){ value.x, -value.y, -value.z };
      pose->share[c][s] = is_free ? 0 : 1;
    }
  }
  return true;
}

static bool
read_keys (mk_gesture *g, const mk_json *json, GError **error)
{
  size_t n = mk_json_length (json);
  if (n < 2 || n > MAX_KEYS)
    return mk_error (error, MK_ERROR_RANGE, "“keys” are 2 to %d poses, not %zu", MAX_KEYS, n);
  g->keys = g_new0 (key, n);
  for (size_t i = 0; i < n; i++) {
    const mk_json *own = mk_json_at (json, i);
    key *k = &g->keys[i];
    if (i > 0 && !mk_json_get_bool (mk_json_get (own, "rest")))
      k->pose = g->keys[i - 1].pose;
    if (!mk_field_number (own, "at", 0, MAX_SECONDS, &k->at_s, error) || !read_pose (g, own, 0, &k->pose, error)) {
      g_prefix_error (error, "key %zu: ", i);
      return false;
    }
    if (i > 0 ? k->at_s <= g->keys[i - 1].at_s : k->at_s > 0)
      return mk_error (error, MK_ERROR_RANGE, "key %zu is at %g s: keys begin at 0 and ascend", i, k->at_s);
  }
  g->n_keys = (unsigned)n;
  return true;
}

/* How fast a value that was `before` and will be `after` goes through `at`: no faster than what is monotone allows (F. N. Fritsch and
 * J. Butland, "A method for constructing local monotone piecewise cubic interpolants", 1984), so that nothing swings beyond its key. */
static float
slope_through (float before, float at, float after, double since_s, double until_s)
{
  double in = (double)(at - before) / since_s, out = (double)(after - at) / until_s;
  if (in * out <= 0)
    return 0;
  double w = 2 * until_s + since_s, v = until_s + 2 * since_s;
  return (float)((w + v) / (w / in + v / out));
}

static unsigned
key_at (const mk_gesture *g, double at_s)
{
  for (unsigned i = 0; i < g->n_keys; i++)
    if (fabs (g->keys[i].at_s - at_s) < 1e-6)
      return i;
  return g->n_keys;
}

/* Hands go in arcs and do not halt at each pose on their way; what is repeated goes through its seam as well. */
static void
find_slopes (mk_gesture *g)
{
  unsigned from = g->has_loop ? key_at (g, g->loop_from_s) : g->n_keys, to = g->has_loop ? key_at (g, g->loop_to_s) : g->n_keys;
  bool is_seamed = from + 1 < to && to < g->n_keys;
  for (unsigned i = 0; i < g->n_keys; i++) {
    bool is_seam = is_seamed && (i == from || i == to);
    unsigned p = is_seam ? to - 1 : i - 1, n = is_seam ? from + 1 : i + 1;
    if (!is_seam && (i == 0 || n == g->n_keys))
      continue;
    double since_s = (is_seam ? g->loop_to_s : g->keys[i].at_s) - g->keys[p].at_s, until_s = g->keys[n].at_s - (is_seam ? g->loop_from_s : g->keys[i].at_s);
    for (size_t c = 0; c < MK_POSE_N_CHANNELS; c++)
      for (int s = 0; s < 2; s++) {
        const mk_body_pose *a = &g->keys[p].pose, *k = &g->keys[i].pose, *b = &g->keys[n].pose;
        if (a->share[c][s] != k->share[c][s] || b->share[c][s] != k->share[c][s])
          continue;
        mk_vec3 v = a->value[c][s], at = k->value[c][s], w = b->value[c][s];
        g->keys[i].slope[c][s] = (mk_vec3){ slope_through (v.x, at.x, w.x, since_s, until_s), slope_through (v.y, at.y, w.y, since_s, until_s),
                                            slope_through (v.z, at.z, w.z, since_s, until_s) };
      }
  }
}

/* "hop": [from, to, height], or a list of such. */
static bool
read_hops (mk_gesture *g, const mk_json *json, GError **error)
{
  if (json == NULL)
    return true;
  bool is_one = mk_json_is_number (mk_json_at (json, 0));
  for (size_t i = 0; i < (is_one ? 1 : mk_json_length (json)) && g->n_hops < MAX_HOPS; i++) {
    mk_vec3 v;
    if (!read_vec3 (is_one ? json : mk_json_at (json, i), "hop", &v, error))
      return false;
    g->hops[g->n_hops++] = (hop){ (double)v.x, (double)v.y, v.z };
  }
  return true;
}

static bool
read_gesture (mk_gesture *g, const mk_json *json, GError **error)
{
  static const char *const keys[] = { "keys", "loop", "rounds", "held", "hop", "lifts", "juggles", "dribbles", "at_water", "on", "breathes", NULL };
  double rounds = 3;
  const mk_json *loop = mk_json_get (json, "loop");
  if (!mk_fields_check (json, keys, error) || !read_keys (g, mk_json_get (json, "keys"), error) || !read_hops (g, mk_json_get (json, "hop"), error) ||
      !mk_field_number (json, "rounds", 0, 100, &rounds, error) || !mk_field_float (json, "at_water", 0, 5, &g->at_water, error))
    return false;
  g->rounds = (unsigned)rounds;
  g->is_held = mk_json_get_bool (mk_json_get (json, "held"));
  g->lifts = mk_json_get_bool (mk_json_get (json, "lifts"));
  g->juggles = mk_json_get_bool (mk_json_get (json, "juggles"));
  const mk_json *on = mk_json_get (json, "on");
  for (size_t k = 0; k < mk_json_length (on); k++)
    g_ptr_array_add (g->done_on, g_strdup (mk_json_get_string (mk_json_at (on, k))));
  g->dribbles = mk_json_get_bool (mk_json_get (json, "dribbles"));
  g->has_loop = loop != NULL;
  g->loop_from_s = mk_json_get_real (mk_json_at (loop, 0));
  g->loop_to_s = mk_json_get_real (mk_json_at (loop, 1));
  if (g->has_loop && (mk_json_length (loop) != 2 || g->loop_to_s <= g->loop_from_s || g->loop_to_s > g->keys[g->n_keys - 1].at_s))
    return mk_error (error, MK_ERROR_RANGE, "“loop” is [from, to] in seconds, within the keys");
  const mk_json *breathes = mk_json_get (json, "breathes");
  g->breath_from_s = mk_json_get_real (mk_json_at (breathes, 0));
  g->breath_to_s = mk_json_get_real (mk_json_at (breathes, 1));
  if (breathes != NULL && (mk_json_length (breathes) != 2 || g->breath_to_s <= g->breath_from_s || g->breath_to_s > g->keys[g->n_keys - 1].at_s))
    return mk_error (error, MK_ERROR_RANGE, "“breathes” is [from, to] in seconds, within the keys");
  find_slopes (g);
  return true;
}

static void
gesture_free (void *data)
{
  mk_gesture *g = data;
  g_free (g->name);
  g_free (g->body);
  g_free (g->keys);
  g_ptr_array_unref (g->done_on);
  g_free (g);
}

static bool
read_bodies (mk_gestures *gestures, const char *name, const mk_json *json, GError **error)
{
  for (mk_json_iter b = mk_json_iterate (json); mk_json_next (&b);) {
    mk_gesture *g = g_new0 (mk_gesture, 1);
    g->name = g_strdup (name);
    g->body = g_strdup (b.key);
    g->done_on = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (gestures->all, g);
    bool is_known = g_strv_contains (bodies, b.key) || mk_error (error, MK_ERROR_RANGE, "bodies are person, animal and bird");
    if (!is_known || !read_gesture (g, b.value, error)) {
      g_prefix_error (error, "%s of %s: ", name, b.key);
      return false;
    }
  }
  return true;
}

mk_gestures *
mk_gestures_new (const char *path, GError **error)
{
  g_autoptr (mk_json) json = NULL;
  g_autoptr (mk_gestures) gestures = g_new0 (mk_gestures, 1);
  gestures->all = g_ptr_array_new_with_free_func (gesture_free);
  gestures->names = g_ptr_array_new ();
  for (size_t b = 0; b < N_BODIES; b++)
    gestures->of[b] = g_ptr_array_new ();
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !mk_json_parse_file (path, NULL, &json, error))
    return NULL;
  for (mk_json_iter i = mk_json_iterate (json); mk_json_next (&i);) {
    guint first = gestures->all->len;
    if (!read_bodies (gestures, i.key, i.value, error)) {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
    if (gestures->all->len > first)
      g_ptr_array_add (gestures->names, ((mk_gesture *)gestures->all->pdata[first])->name);
  }
  g_ptr_array_add (gestures->names, NULL);
  for (size_t b = 0; b < N_BODIES; b++) {
    for (guint i = 0; i < gestures->all->len; i++)
      if (g_str_equal (((mk_gesture *)gestures->all->pdata[i])->body, bodies[b]))
        g_ptr_array_add (gestures->of[b], ((mk_gesture *)gestures->all->pdata[i])->name);
    g_ptr_array_add (gestures->of[b], NULL);
  }
  return g_steal_pointer (&gestures);
}

void
mk_gestures_free (mk_gestures *gestures)
{
  if (gestures == NULL)
    return;
  for (size_t b = 0; b < N_BODIES; b++)
    g_ptr_array_unref (gestures->of[b]);
  g_ptr_array_unref (gestures->names);
  g_ptr_array_unref (gestures->all);
  g_free (gestures);
}

/* --- finding --- */

/* Who has arms does as people do; what has wings and no arms as birds, and all else on legs as a dog. -1 = none. */
static int
body_of (const mk_recipe_info *info)
{
  if (g_strv_contains (info->joints, "arm"))
    return 0;
  if (g_strv_contains (info->joints, "wing"))
    return g_strv_contains (info->joints, "head") || g_strv_contains (info->joints, "leg") ? 2 : -1;
  return g_strv_contains (info->joints, "leg") ? 1 : -1;
}

const char *const *
mk_gestures_of (const mk_gestures *gestures, const mk_recipe_info *info)
{
  static const char *const none[] = { NULL };
  int body = body_of (info);
  return body >= 0 ? (const char *const *)gestures->of[body]->pdata : none;
}

const mk_gesture *
mk_gesture_find (const mk_library *library, const char *name, const mk_recipe_info *info)
{
  int body = info != NULL ? body_of (info) : -1;
  for (guint i = 0; body >= 0 && i < library->gestures->all->len; i++) {
    const mk_gesture *g = library->gestures->all->pdata[i];
    if (g_str_equal (g->name, name) && g_str_equal (g->body, bodies[body]))
      return g;
  }
  return NULL;
}

const char *const *
mk_gesture_names (const mk_library *library)
{
  return (const char *const *)library->gestures->names->pdata;
}

bool
mk_gesture_is_held (const mk_gesture *gesture)
{
  return gesture->is_held;
}

bool
mk_gesture_is_looped (const mk_gesture *gesture)
{
  return gesture->has_loop;
}

bool
mk_gesture_has (const mk_gesture *gesture, mk_pose_channel channel)
{
  return gesture->has[channel];
}

bool
mk_gesture_lies (const mk_gesture *gesture)
{
  mk_vec3 turn = gesture->keys[gesture->n_keys - 1].pose.value[MK_POSE_turn][0];
  return gesture->is_held && turn.x < -70 && turn.y > 70;
}

bool
mk_gesture_lifts (const mk_gesture *gesture)
{
  return gesture->lifts;
}

bool
mk_gesture_juggles (const mk_gesture *gesture)
{
  return gesture->juggles;
}

bool
mk_gesture_is_done_on (const mk_gesture *gesture, const char *object)
{
  return g_ptr_array_find_with_equal_func (gesture->done_on, object, g_str_equal, NULL);
}

float
mk_gesture_at_water (const mk_gesture *gesture)
{
  return gesture->at_water;
}

bool
mk_gesture_dribbles (const mk_gesture *gesture)
{
  return gesture->dribbles;
}

bool
mk_gesture_hops (const mk_gesture *gesture)
{
  return gesture->n_hops > 0;
}

bool
mk_gesture_has_legs (const mk_gesture *gesture)
{
  return gesture->has[MK_POSE_thigh] || gesture->has[MK_POSE_shin];
}

/* --- in time --- */

static double
total_s (const mk_gesture *g)
{
  return g->keys[g->n_keys - 1].at_s;
}

double
mk_gesture_natural_s (const mk_gesture *g, unsigned rounds)
{
  unsigned n = rounds > 0 ? rounds : g->rounds;
  if (!g->has_loop)
    return total_s (g) * MAX (rounds, 1);
  return n == 0 ? 0 : total_s (g) + (n - 1) * (g->loop_to_s - g->loop_from_s);
}

/* From the time in the film to that among the keys: before what is repeated, in it, or after it. */
static double
own_time (const mk_gesture *g, double time_s, double duration_s, double own_s, bool is_continued)
{
  double length = g->loop_to_s - g->loop_from_s, tail = total_s (g) - g->loop_to_s;
  if (!g->has_loop) {
    double rounds = fmax (1, floor (own_s / total_s (g) + 0.5)), share = time_s / duration_s * rounds;
    return (share >= rounds ? 1 : share - floor (share)) * total_s (g);
  }
  double fit = own_s / duration_s, t = time_s * fit, whole = own_s;
  double head = is_continued ? 0 : g->loop_from_s, inside = whole - head - tail, n = fmax (1, floor (inside / length + 0.5));
  if (inside < 0.3 * length) /* too short for a round: all of it, faster */
    return t / whole * total_s (g);
  if (t < head)
    return t;
  if (t >= whole - tail)
    return g->loop_to_s + t - (whole - tail);
  double round = (t - head) / inside * n;
  return g->loop_from_s + (round - floor (round)) * length;
}

static unsigned
key_before (const mk_gesture *g, double t)
{
  unsigned i = 0;
  while (i + 2 < g->n_keys && g->keys[i + 1].at_s <= t)
    i++;
  return i;
}

/* The cubic of Hermite between two keys. */
static float
between (float a, float b, float slope_a, float slope_b, float seconds, float t)
{
  float u = 1 - t;
  return a * u * u * (1 + 2 * t) + b * t * t * (3 - 2 * t) + seconds * t * u * (slope_a * u - slope_b * t);
}

/* A channel between a key and the next. */
static void
blend (const key *k, double at_s, size_t c, mk_body_pose *out)
{
  const key *next = k + 1;
  float seconds = (float)(next->at_s - k->at_s), t = CLAMP ((float)(at_s - k->at_s) / seconds, 0, 1), eased = mk_smooth (0, 1, t);
  for (int s = 0; s < 2; s++) {
    float from = k->pose.share[c][s], to = next->pose.share[c][s];
    mk_vec3 a = k->pose.value[c][s], b = next->pose.value[c][s], p = k->slope[c][s], q = next->slope[c][s];
    bool comes = is_place (c) && from < to, leaves = is_place (c) && from > to;
    out->value[c][s] = comes ? b : leaves ? a : (mk_vec3){ between (a.x, b.x, p.x, q.x, seconds, t), between (a.y, b.y, p.y, q.y, seconds, t), between (a.z, b.z, p.z, q.z, seconds, t) };
    out->share[c][s] = from + (to - from) * eased;
  }
}

void
mk_gesture_sample (const mk_gesture *g, double time_s, double duration_s, double own_s, bool is_continued, double lag_s, mk_body_pose *pose)
{
  double at = own_time (g, time_s, duration_s, own_s, is_continued), late = own_time (g, fmax (time_s - lag_s, 0), duration_s, own_s, is_continued);
  const key *now = &g->keys[key_before (g, at)], *then = &g->keys[key_before (g, late)];
  for (size_t c = 0; c < MK_POSE_N_CHANNELS; c++) {
    bool is_late = c == MK_POSE_arm || c == MK_POSE_forearm || c == MK_POSE_hand || c == MK_POSE_head || c == MK_POSE_ear || c == MK_POSE_tail;
    blend (is_late ? then : now, is_late ? late : at, c, pose);
  }
}

bool
mk_gesture_breathes (const mk_gesture *g, double duration_s, double *from_s, double *to_s)
{
  const unsigned steps = 512;
  double own_s = g->has_loop ? duration_s : total_s (g);
  *from_s = *to_s = 0;
  for (unsigned i = 0; i <= steps && g->breath_to_s > 0; i++) {
    double at = duration_s * i / steps, t = own_time (g, at, duration_s, own_s, false);
    bool is_breathing = t >= g->breath_from_s && t <= g->breath_to_s;
    if (is_breathing && *to_s <= 0)
      *from_s = at;
    *to_s = is_breathing ? at : *to_s;
  }
  return *to_s > *from_s;
}

float
mk_gesture_hop (const mk_gesture *g, double time_s, double duration_s, double own_s)
{
  double t = own_time (g, time_s, duration_s, own_s, false);
  for (unsigned i = 0; i < g->n_hops; i++)
    if (t > g->hops[i].from_s && t < g->hops[i].to_s) {
      float x = (float)((t - g->hops[i].from_s) / (g->hops[i].to_s - g->hops[i].from_s));
      return g->hops[i].height * 4 * x * (1 - x);
    }
  return 0;
}
