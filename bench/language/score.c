#include "score.h"

#include <math.h>
#include <string.h>

#define N_SAMPLES 33

static void
note (score *s, slot which, bool holds, const char *what)
{
  (holds ? s->hit : s->miss)[which]++;
  if (!holds && s->report != NULL)
    g_string_append_printf (s->report, "    not found: %s\n", what);
}

static const char *
value_of (char **words, const char *key)
{
  size_t n = strlen (key);
  for (char **i = words; *i != NULL; i++)
    if (strncmp (*i, key, n) == 0 && (*i)[n] == '=')
      return *i + n + 1;
  return NULL;
}

static mk_vec3
middle_of (mk_box box)
{
  return mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
}

static float
size_of (mk_box box)
{
  return fmaxf (box.max.x - box.min.x, fmaxf (box.max.y - box.min.y, box.max.z - box.min.z));
}

static mk_box
box_of (const film *f, const char *targets, double time_s)
{
  mk_box box = MK_BOX_EMPTY;
  g_auto (GStrv) each = g_strsplit (targets, ",", -1);
  for (char **i = each; *i != NULL; i++) {
    g_autoptr (GArray) found = film_find (f, *i);
    for (guint k = 0; k < found->len; k++)
      box = mk_box_union (box, film_box (f, g_array_index (found, int, k), time_s));
  }
  return box;
}

/* --- looks --- */

static float
linear (int byte)
{
  float x = (float)byte / 255;
  return x <= 0.04045f ? x / 12.92f : powf ((x + 0.055f) / 1.055f, 2.4f);
}

static bool
color_near (const mk_json *material, const char *hex)
{
  const mk_json *pbr = mk_json_get (material, "pbrMetallicRoughness"), *factor = mk_json_get (pbr, "baseColorFactor"), *glow = mk_json_get (material, "emissiveFactor");
  float worst = 1;
  for (int list = 0; list < 2; list++) {
    const mk_json *own = list == 0 ? factor : glow;
    float distance = 0, most = 1e-4f, most_wanted = 1e-4f, rgb[3], wanted[3];
    for (int i = 0; i < 3; i++) {
      rgb[i] = own != NULL ? (float)mk_json_get_real (mk_json_at (own, (size_t)i)) : 1;
      wanted[i] = linear (g_ascii_xdigit_value (hex[1 + 2 * i]) * 16 + g_ascii_xdigit_value (hex[2 + 2 * i]));
      most = fmaxf (most, rgb[i]);
      most_wanted = fmaxf (most_wanted, wanted[i]);
    }
    for (int i = 0; i < 3; i++) /* materials brighten and dim; hue and strength tell a colour */
      distance = fmaxf (distance, fabsf (rgb[i] / most - wanted[i] / most_wanted) * 0.7f + 0.3f * fabsf (rgb[i] - wanted[i]));
    worst = fminf (worst, distance);
  }
  return worst < 0.22f;
}

static bool
has_color (const film *f, int node, const mk_lexicon *lexicon, const char *word)
{
  const char *hex = word;
  for (const mk_sense *i = mk_lexicon_find (lexicon, word); i != NULL; i = i->next)
    if (i->kind == MK_WORD_color)
      hex = mk_json_get_string (i->value);
  g_autoptr (GPtrArray) materials = film_materials (f, node);
  for (guint i = 0; i < materials->len && strlen (hex) == 7; i++)
    if (color_near (materials->pdata[i], hex))
      return true;
  return false;
}

static bool
has_material (const film *f, int node, const char *name)
{
  g_autoptr (GPtrArray) materials = film_materials (f, node);
  for (guint i = 0; i < materials->len; i++)
    if (strstr (mk_json_get_string (mk_json_get (materials->pdata[i], "name")), name) != NULL)
      return true;
  return false;
}

/* --- things --- */

/* Things of a recipe, one GArray of nodes per command; `id` narrows it down. */
static GArray *
things_of (const film *f, const mk_library *library, const char *object)
{
  const mk_recipe_info *info = mk_library_find (library, object);
  GArray *found = g_array_new (FALSE, FALSE, sizeof (int));
  for (unsigned i = 0; i < film_n_things (f); i++) {
    int node = film_thing (f, i);
    if (g_str_equal (film_object (f, node), info != NULL ? info->name : object))
      g_array_append_val (found, node);
  }
  return found;
}

static size_t
stem_length (const char *id)
{
  return strcspn (id, ".");
}

static bool
relation_holds (const film *f, int node, const char *want)
{
  g_auto (GStrv) parts = g_strsplit_set (want, ":@", 3);
  if (parts[0] == NULL || parts[1] == NULL || *parts[1] == 0 || *parts[1] == '*')
    return true;
  double moments[] = { 0, film_seconds (f) };
  for (size_t m = 0; m < 2; m++) {
    mk_box a = film_box (f, node, moments[m]), b = box_of (f, parts[1], moments[m]);
    mk_vec3 p = middle_of (a), q = middle_of (b);
    float slack = 0.05f + 0.1f * size_of (b), reach = 0.6f + 1.3f * fmaxf (size_of (a), size_of (b));
    float far = hypotf (p.x - q.x, p.z - q.z);
    const char *r = parts[0];
    bool is_over = p.x > b.min.x - slack && p.x < b.max.x + slack && p.z > b.min.z - slack && p.z < b.max.z + slack;
    if (a.min.x > a.max.x || b.min.x > b.max.x)
      return false;
    bool holds = g_str_equal (r, "left") ? p.x < q.x : g_str_equal (r, "right") ? p.x > q.x : g_str_equal (r, "front") ? p.z > q.z : g_str_equal (r, "behind") ? p.z < q.z :
                 g_str_equal (r, "on") ? is_over && p.y > b.min.y : g_str_equal (r, "under") ? (is_over || far < reach) && a.min.y < q.y : g_str_equal (r, "above") ? p.y > q.y :
                 g_str_equal (r, "inside") ? is_over : g_str_equal (r, "between") || g_str_equal (r, "around") ? far < reach + size_of (b) : g_str_equal (r, "far") ? far > 0.5f : far < reach;
    if (holds)
      return true;
  }
  return false;
}

static bool
size_holds (const film *f, int node, const char *key, const char *want)
{
  mk_box box = film_box (f, node, 0);
  float is = g_str_equal (key, "height_m") ? box.max.y - box.min.y : g_str_equal (key, "width_m") ? box.max.x - box.min.x : box.max.z - box.min.z;
  float other = g_str_equal (key, "height_m") ? is : fmaxf (box.max.x - box.min.x, box.max.z - box.min.z), wanted = (float)g_ascii_strtod (want, NULL);
  return fabsf (is - wanted) < 0.04f * wanted || fabsf (other - wanted) < 0.04f * wanted;
}

/* How many of the looks and places that are wanted a node has; all of them when `all`. */
static unsigned
match (const film *f, int node, char **words, const mk_lexicon *lexicon, score *s, const char *want)
{
  static const char *const keys[] = { "color", "material", "place", "height_m", "width_m" };
  static const slot slots[] = { SLOT_color, SLOT_material, SLOT_relation, SLOT_object, SLOT_object };
  unsigned n = 0;
  for (size_t i = 0; i < MK_COUNT (keys); i++) {
    const char *value = value_of (words, keys[i]);
    if (value == NULL)
      continue;
    bool holds = i == 0 ? has_color (f, node, lexicon, value) : i == 1 ? has_material (f, node, value) : i == 2 ? relation_holds (f, node, value) : size_holds (f, node, keys[i], value);
    n += holds;
    if (s != NULL)
      note (s, slots[i], holds, want);
  }
  return n;
}

static void
score_thing (score *s, const film *f, char **words, const char *want, const mk_library *library, const mk_lexicon *lexicon)
{
  const char *object = value_of (words, "object"), *count = value_of (words, "count");
  if (object == NULL) {
    note (s, SLOT_object, film_n_things (f) > 0, want);
    return;
  }
  g_autoptr (GArray) found = things_of (f, library, object);
  int best = -1;
  unsigned most = 0;
  for (guint i = 0; i < found->len; i++) {
    unsigned n = 1 + match (f, g_array_index (found, int, i), words, lexicon, NULL, NULL);
    if (n > most) {
      most = n;
      best = g_array_index (found, int, i);
    }
  }
  note (s, SLOT_object, best >= 0, want);
  if (best < 0)
    return;
  match (f, best, words, lexicon, s, want);
  if (count == NULL)
    return;
  const char *id = film_id (f, best);
  unsigned n = 0;
  for (guint i = 0; i < found->len; i++) {
    const char *other = film_id (f, g_array_index (found, int, i));
    n += stem_length (other) == stem_length (id) && strncmp (id, other, stem_length (id)) == 0;
  }
  note (s, SLOT_count, n == (unsigned)g_ascii_strtoull (count, NULL, 10), want);
}

/* --- motions --- */

static bool
first_change (const film *f, int node, double *start, double *end)
{
  double seconds = film_seconds (f);
  bool is_found = false;
  for (int i = 0; i + 1 < 4 * N_SAMPLES; i++) {
    double a = seconds * i / (4 * N_SAMPLES - 1), b = seconds * (i + 1) / (4 * N_SAMPLES - 1);
    if (!film_changes (f, node, a, b))
      continue;
    *start = is_found ? *start : a;
    *end = b;
    is_found = true;
  }
  return is_found;
}

static bool
motion_holds (const film *f, int node, char **words)
{
  static const char *const travels[] = { "roll", "slide", "drive", "move", "walk", "run", "swim", "fly", "follow", "path", "fall", "rise", "climb", "dive", "push", "pull", "swap", NULL };
  const char *motion = value_of (words, "motion"), *to = value_of (words, "to"), *direction = value_of (words, "direction");
  double start = 0, end = 0, seconds = film_seconds (f);
  if (!first_change (f, node, &start, &end))
    return false;
  mk_box at = film_box (f, node, 0);
  mk_vec3 from = middle_of (at), last = from;
  float far = 0, up = 0, nearest = INFINITY;
  for (int i = 0; i < N_SAMPLES; i++) {
    double t = seconds * i / (N_SAMPLES - 1);
    last = middle_of (film_box (f, node, t));
    far = fmaxf (far, mk_vec3_length (mk_vec3_sub (last, from)));
    up = fmaxf (up, last.y - from.y);
    if (to != NULL)
      nearest = fminf (nearest, mk_vec3_length (mk_vec3_sub (last, middle_of (box_of (f, to, t)))));
  }
  if (motion != NULL && g_strv_contains (travels, motion) && far < 0.05f * size_of (at))
    return false;
  if (motion != NULL && (g_str_equal (motion, "rise") || g_str_equal (motion, "climb") || g_str_equal (motion, "jump") || g_str_equal (motion, "bounce")) && up < 0.02f * size_of (at))
    return false;
  if (to != NULL && far > 0.05f && nearest > 1.5f * (size_of (at) + size_of (box_of (f, to, 0))))
    return false;
  if (direction == NULL)
    return true;
  mk_vec3 by = mk_vec3_sub (last, from);
  return g_str_equal (direction, "left") ? by.x < 0 : g_str_equal (direction, "right") ? by.x > 0 : g_str_equal (direction, "toward") ? by.z > 0 : g_str_equal (direction, "away") ? by.z < 0 : g_str_equal (direction, "up") ? up > 0 : true;
}

static double
start_of_action (const film *f, const char *id)
{
  const mk_json *commands = film_commands (f);
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    const mk_json *targets = mk_json_get (mk_json_at (commands, i), "targets");
    if (!g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (commands, i), "id")), id) || mk_json_length (targets) == 0)
      continue;
    g_autoptr (GArray) found = film_find (f, mk_json_get_string (mk_json_at (targets, 0)));
    double start = 0, end = 0;
    if (found->len > 0 && first_change (f, g_array_index (found, int, 0), &start, &end))
      return start;
  }
  return 0;
}

/* Whether the thing, which goes on to do something else, changes while this motion lasts and the motion lasts that long. */
static bool
acts_for (const film *f, int node, const char *motion, double duration_s)
{
  const mk_json *commands = film_commands (f);
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    const mk_json *command = mk_json_at (commands, i);
    double start = mk_json_get_real (mk_json_get (command, "start_s")), lasts = mk_json_get_real (mk_json_get (command, "duration_s"));
    if (motion != NULL && g_str_equal (mk_json_get_string (mk_json_get (command, "motion")), motion) && fabs (lasts - duration_s) < 0.05 && film_changes (f, node, start + 0.1 * lasts, start + 0.9 * lasts))
      return true;
  }
  return false;
}

static void
score_timing (score *s, const film *f, int node, char **words, const char *want)
{
  const char *start_s = value_of (words, "start_s"), *duration_s = value_of (words, "duration_s"), *after = value_of (words, "after"), *with = value_of (words, "with");
  double start = 0, end = 0;
  bool moves = first_change (f, node, &start, &end);
  if (start_s != NULL)
    note (s, SLOT_timing, moves && fabs (start - g_ascii_strtod (start_s, NULL)) < 0.4, want);
  if (duration_s != NULL)
    note (s, SLOT_timing, moves && (end - start <= g_ascii_strtod (duration_s, NULL) + 0.5 || acts_for (f, node, value_of (words, "motion"), g_ascii_strtod (duration_s, NULL))), want);
  if (after != NULL) /* the same thing may do both; then it only goes on */
    note (s, SLOT_timing, moves && end > start_of_action (f, after) + 0.2, want);
  if (with != NULL)
    note (s, SLOT_timing, moves && fabs (start - start_of_action (f, with)) < 0.5, want);
}

static void
score_motion (score *s, const film *f, char **words, const char *want)
{
  const char *targets = value_of (words, "targets");
  int holder = -1;
  if (targets != NULL) {
    g_auto (GStrv) each = g_strsplit (targets, ",", -1);
    bool all = true;
    for (char **i = each; *i != NULL; i++) {
      g_autoptr (GArray) found = film_find (f, *i);
      bool one = false;
      for (guint k = 0; k < found->len && !one; k++)
        if (motion_holds (f, g_array_index (found, int, k), words)) {
          one = true;
          holder = g_array_index (found, int, k);
        }
      all &= one;
    }
    note (s, SLOT_motion, all && holder >= 0, want);
  } else {
    for (unsigned i = 0; i < film_n_things (f) && holder < 0; i++)
      if (motion_holds (f, film_thing (f, i), words))
        holder = film_thing (f, i);
    note (s, SLOT_motion, holder >= 0, want);
  }
  if (holder >= 0)
    score_timing (s, f, holder, words, want);
}

/* --- camera --- */

static mk_vec3
eye_of (const film *f, double t)
{
  return mk_mat4_point (film_matrix (f, film_camera (f), t), (mk_vec3){ 0, 0, 0 });
}

static mk_vec3
forward_of (const film *f, double t)
{
  return mk_vec3_normalize (mk_mat4_direction (film_matrix (f, film_camera (f), t), (mk_vec3){ 0, 0, -1 }));
}

static bool
camera_moves (const film *f, const char *motion)
{
  double seconds = film_seconds (f);
  float turned = 0, gone = 0, climbed = 0;
  double zoom = 0;
  mk_vec3 eye = eye_of (f, 0), forward = forward_of (f, 0);
  for (int i = 1; i < N_SAMPLES; i++) {
    double t = seconds * i / (N_SAMPLES - 1);
    mk_vec3 now = eye_of (f, t);
    turned = fmaxf (turned, acosf (CLAMP (mk_vec3_dot (forward, forward_of (f, t)), -1, 1)));
    gone = fmaxf (gone, mk_vec3_length (mk_vec3_sub (now, eye)));
    climbed = fmaxf (climbed, fabsf (now.y - eye.y));
    zoom = fmax (zoom, fabs (film_yfov (f, t) - film_yfov (f, 0)));
  }
  if (g_str_equal (motion, "still"))
    return gone < 0.02f && turned < 0.02f;
  if (g_str_equal (motion, "orbit"))
    return turned > 0.5f && gone > 0.05f;
  if (g_str_has_prefix (motion, "zoom"))
    return zoom > 0.01;
  if (g_str_has_prefix (motion, "pan") || g_str_has_prefix (motion, "tilt") || g_str_equal (motion, "whip-pan"))
    return turned > 0.03f;
  if (g_str_has_prefix (motion, "crane"))
    return climbed > 0.01f;
  return gone > 0.01f || turned > 0.002f || zoom > 0.01;
}

/* The share of the picture's height that a box takes at its best moment. */
static float
share_of (const film *f, mk_box box, double t)
{
  float far = mk_vec3_dot (mk_vec3_sub (middle_of (box), eye_of (f, t)), forward_of (f, t));
  return far > 0 ? (box.max.y - box.min.y) / (2 * far * tanf ((float)film_yfov (f, t) / 2)) : 0;
}

static bool
shot_holds (const film *f, const char *shot, mk_box box)
{
  float most = 0, least = INFINITY;
  for (int i = 0; i < N_SAMPLES; i++) {
    float share = share_of (f, box, film_seconds (f) * i / (N_SAMPLES - 1));
    most = fmaxf (most, share);
    least = fminf (least, share);
  }
  if (g_str_has_suffix (shot, "wide"))
    return least < 0.65f;
  return g_str_has_suffix (shot, "close-up") ? most > 0.3f : true;
}

static bool
angle_holds (const film *f, const char *angle, mk_box box)
{
  for (int i = 0; i < N_SAMPLES; i++) {
    double t = film_seconds (f) * i / (N_SAMPLES - 1);
    float down = -forward_of (f, t).y;
    mk_vec3 eye = eye_of (f, t);
    if (g_str_equal (angle, "above") ? down > 0.6f : g_str_equal (angle, "high") ? down > 0.25f : g_str_equal (angle, "low") || g_str_equal (angle, "ground") ? eye.y < middle_of (box).y || down < 0.1f : true)
      return true;
  }
  return false;
}

static bool
is_seen (const film *f, mk_box box)
{
  for (int i = 0; i < N_SAMPLES; i++) {
    double t = film_seconds (f) * i / (N_SAMPLES - 1);
    mk_vec3 p = mk_mat4_point (mk_mat4_inverse (film_matrix (f, film_camera (f), t)), middle_of (box));
    float tangent = tanf ((float)film_yfov (f, t) / 2);
    if (p.z < 0 && fabsf (p.y) < -p.z * tangent && fabsf (p.x) < -p.z * tangent * 16 / 9)
      return true;
  }
  return false;
}

static void
score_camera (score *s, const film *f, char **words, const char *want)
{
  const char *motion = value_of (words, "motion"), *shot = value_of (words, "shot"), *angle = value_of (words, "angle"), *targets = value_of (words, "targets"), *lens = value_of (words, "lens_mm"), *stop = value_of (words, "f_stop");
  mk_box box = MK_BOX_EMPTY;
  for (unsigned i = 0; i < film_n_things (f) && targets == NULL; i++)
    box = mk_box_union (box, film_box (f, film_thing (f, i), 0));
  if (targets != NULL)
    box = box_of (f, targets, 0);
  bool is_box = box.min.x <= box.max.x;
  if (film_camera (f) < 0) {
    note (s, SLOT_camera, false, want);
    return;
  }
  bool holds = motion == NULL || camera_moves (f, motion);
  holds &= shot == NULL || !is_box || shot_holds (f, shot, box);
  holds &= angle == NULL || !is_box || angle_holds (f, angle, box);
  holds &= targets == NULL || (is_box && is_seen (f, box));
  holds &= lens == NULL || fabs (2 * atan (12 / g_ascii_strtod (lens, NULL)) - film_yfov (f, 0)) < 0.35;
  holds &= stop == NULL || g_ascii_strtod (stop, NULL) > 4 || mk_json_get_real (mk_json_get (film_camera_extras (f), "aperture_radius_m")) > 0;
  note (s, SLOT_camera, holds, want);
}

/* --- edits --- */

static void
score_look (score *s, const film *f, char **words, const char *want, const mk_lexicon *lexicon)
{
  const char *targets = value_of (words, "targets"), *color = value_of (words, "color"), *material = value_of (words, "material");
  g_auto (GStrv) each = g_strsplit (targets != NULL ? targets : "", ",", -1);
  g_autoptr (GArray) found = film_find (f, each[0] != NULL ? each[0] : "");
  bool has_c = false, has_m = false;
  for (guint k = 1; k < g_strv_length (each); k++) {
    g_autoptr (GArray) more = film_find (f, each[k]);
    g_array_append_vals (found, more->data, more->len);
  }
  for (guint i = 0; i < found->len; i++) {
    has_c |= color != NULL && has_color (f, g_array_index (found, int, i), lexicon, color);
    has_m |= material != NULL && has_material (f, g_array_index (found, int, i), material);
  }
  if (color != NULL && targets != NULL)
    note (s, SLOT_color, has_c, want);
  if (material != NULL && targets != NULL)
    note (s, SLOT_material, has_m, want);
}

static void
score_transform (score *s, const film *f, char **words, const char *want)
{
  const char *targets = value_of (words, "targets"), *place = value_of (words, "place");
  g_autoptr (GArray) found = film_find (f, targets != NULL ? targets : "");
  if (place != NULL)
    note (s, SLOT_relation, found->len > 0 && relation_holds (f, g_array_index (found, int, 0), place), want);
  else
    note (s, SLOT_object, found->len > 0, want);
}

static void
score_removal (score *s, const film *f, char **words, const char *want)
{
  const char *targets = value_of (words, "targets");
  g_auto (GStrv) each = g_strsplit (targets != NULL ? targets : "", ",", -1);
  bool is_gone = true;
  for (char **i = each; *i != NULL; i++) {
    g_autoptr (GArray) found = film_find (f, *i);
    is_gone &= found->len == 0;
  }
  note (s, SLOT_object, is_gone, want);
}

/* --- the whole --- */

static void
count_extras (score *s, const film *f, const mk_json *want, const mk_library *library)
{
  for (unsigned i = 0; i < film_n_things (f); i++) {
    const char *object = film_object (f, film_thing (f, i));
    bool is_wanted = *object == 0 || g_str_equal (object, "stand-in");
    for (size_t k = 0; k < mk_json_length (want) && !is_wanted; k++) {
      g_auto (GStrv) words = NULL;
      if (!g_shell_parse_argv (mk_json_get_string (mk_json_at (want, k)), NULL, &words, NULL))
        continue;
      const char *name = value_of (words, "object");
      const mk_recipe_info *info = name != NULL ? mk_library_find (library, name) : NULL;
      is_wanted = info != NULL && g_str_equal (info->name, object);
    }
    if (!is_wanted && s->report != NULL)
      g_string_append_printf (s->report, "    not wanted: %s\n", object);
    s->extra[SLOT_object] += !is_wanted;
  }
}

void
score_film (score *s, const film *f, const mk_json *want, const mk_library *library, const mk_lexicon *lexicon, bool is_open)
{
  for (size_t i = 0; i < mk_json_length (want); i++) {
    const char *text = mk_json_get_string (mk_json_at (want, i));
    g_auto (GStrv) words = NULL;
    if (*text == '!')
      continue;
    g_autofree char *quoted = g_strdup (text);
    for (char *c = strchr (quoted, '#'); c != NULL; c = strchr (c + 1, '#')) /* a comment to a shell */
      *c = '\1';
    if (!g_shell_parse_argv (quoted, NULL, &words, NULL))
      continue;
    for (char **w = words; *w != NULL; w++)
      g_strdelimit (*w, "\1", '#');
    const char *op = words[0];
    if (g_str_equal (op, "add") && value_of (words, "label") == NULL)
      score_thing (s, f, words, text, library, lexicon);
    else if (g_str_equal (op, "text"))
      note (s, SLOT_object, film_n_things (f) > 0, text);
    else if (g_str_equal (op, "animate") || g_str_equal (op, "physics"))
      score_motion (s, f, words, text);
    else if (g_str_equal (op, "camera"))
      score_camera (s, f, words, text);
    else if (g_str_equal (op, "material"))
      score_look (s, f, words, text, lexicon);
    else if (g_str_equal (op, "transform"))
      score_transform (s, f, words, text);
    else if (g_str_equal (op, "remove"))
      score_removal (s, f, words, text);
  }
  if (!is_open)
    count_extras (s, f, want, library);
}

double
score_f1 (const score *s)
{
  double hit = 0, miss = 0, extra = 0;
  for (int i = 0; i < N_SLOTS; i++) {
    hit += s->hit[i];
    miss += s->miss[i];
    extra += s->extra[i];
  }
  return hit > 0 ? 2 * hit / (2 * hit + miss + extra) : miss + extra > 0 ? 0 : 1;
}
