/* Motions that stay in place: spin, swing, rock, float, grow, fade and their kin. */
#include "scene/drape.h"
#include "scene/fields.h"
#include "scene/life.h"

#define GRAVITY 9.81f
#define SEESAW_S 2.6        /* up and down again: both push off in turn */

/* Things of one command differ in phase, so that a crowd does not move as one. */
static float
phase_of (const mk_act *act)
{
  return act->n > 1 ? (float)act->index * 0.381966f : 0; /* golden section: never in step again */
}

static bool
read_axis (const mk_act *act, int fallback, mk_vec3 *axis, GError **error)
{
  static const char *const words[] = { "x", "y", "z", NULL };
  int choice = fallback;
  if (!mk_field_choice (act->command, "axis", words, &choice, error))
    return false;
  mk_vec3 left = { act->forward.z, 0, -act->forward.x };
  const mk_vec3 axes[] = { left, { 0, 1, 0 }, act->forward };
  *axis = axes[choice];
  if (act->node != act->root) { /* a part's own axes: a propeller's x is its x however it is built in */
    const mk_vec3 own[] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
    *axis = mk_vec3_normalize (mk_mat4_direction (act->world, own[choice]));
  }
  return true;
}

/* --- spin --- */

typedef struct {
  mk_vec3 axis;
  float angle_rad;
  double duration_s;
  mk_easing easing;
} turning;

static void
turn_at (const void *user, double time_s, mk_delta *delta)
{
  const turning *t = user;
  float share = mk_ease (t->easing, (float)(time_s / t->duration_s));
  delta->turn = mk_quat_from_axis (t->axis, t->angle_rad * share);
}

double
mk_natural_spin (const mk_act *act)
{
  double turns = fabs (mk_json_get_real (mk_json_get (act->command, "turns")));
  return mk_json_has (act->command, "turns") ? turns * 2.5 / (double)act->speed : 0;
}

/* Turns that end where they began, of about so many seconds. */
static float
whole_turns (const mk_act *act, float seconds_per_turn)
{
  return act->repeat > 0 ? (float)act->repeat : fmaxf (1, roundf ((float)act->duration_s / seconds_per_turn * act->speed));
}

/* Of what stands and is made to spin the wheel turns, the sails or the platform, and not the house; what hangs on that stays upright. */
static bool
spin_own_wheel (const mk_act *act)
{
  const char *object = act->node == act->root ? mk_scene_get_node (act->scene, act->root)->object : NULL;
  const mk_recipe_info *info = object != NULL && act->stage->library != NULL ? mk_library_find (act->stage->library, object) : NULL;
  if (info == NULL || info->motions == NULL || !g_strv_contains (info->motions, "spin") || mk_json_has (act->command, "axis"))
    return false;
  g_autoptr (GArray) joints = mk_object_joints (act->stage->library, act->scene, act->root);
  const mk_joint *wheel = mk_joint_find (joints, MK_ROLE_PROPELLER);
  wheel = wheel != NULL ? wheel : mk_joint_find (joints, MK_ROLE_WHEEL);
  if (wheel == NULL)
    return false;
  mk_act own = *act;
  turning t = { .duration_s = act->duration_s, .easing = act->easing, .axis = mk_vec3_normalize (mk_mat4_direction (act->world, wheel->axis)) };
  bool is_level = fabsf (t.axis.y) < 0.5f; /* blades and wheels have the pace of a pendulum of their length; on what turns about a post one rides */
  float turns = whole_turns (act, is_level ? CLAMP (2 * sqrtf (wheel->length_m), 0.7f, 8) : 4);
  if (!mk_act_number (act, "turns", -10000, 10000, &turns, NULL))
    return false;
  for (guint i = 0; i < joints->len; i++) {
    const mk_joint *joint = &g_array_index (joints, mk_joint, i);
    if (joint->role != wheel->role && joint->role != MK_ROLE_PENDULUM)
      continue;
    t.angle_rad = (joint->role == wheel->role ? 1 : -1) * turns * 2 * MK_PI;
    own.node = joint->node;
    mk_act_write (&own, turn_at, &t, (mk_vec3){ 0, 0, 0 }, NULL, 0, false);
  }
  return true;
}

bool
mk_plan_spin (mk_act *act, GError **error)
{
  turning t = { .duration_s = act->duration_s, .easing = act->easing };
  float turns = whole_turns (act, act->node != act->root ? 1 : 4); /* parts spin as wheels and propellers do */
  if (!read_axis (act, 1, &t.axis, error) || !mk_act_number (act, "turns", -10000, 10000, &turns, error))
    return false;
  if (spin_own_wheel (act))
    return true;
  t.angle_rad = turns * 2 * MK_PI;
  mk_act_write (act, turn_at, &t, act->node == act->root ? act->middle : (mk_vec3){ 0, 0, 0 }, NULL, 0, act->node == act->root && fabsf (t.axis.y) > 0.9f);
  return true;
}

/* --- swings about a pivot: swing, rock, nod, wobble --- */

typedef struct {
  mk_vec3 axis, second; /* second: a quarter of a period later, for wobbles */
  float angle_rad, phase;
  float half_m;         /* of its base: tilting lifts it, so that its edge stays on the ground; 0 = it hangs or rolls */
  double period_s, duration_s;
} swinging;

/* Amplitude comes and goes over half a period, so that it starts and ends in rest. */
static float
envelope (double time_s, double duration_s, double period_s)
{
  float soft = (float)fmin (period_s / 2, duration_s / 4);
  return mk_smooth (0, soft, (float)time_s) * mk_smooth (0, soft, (float)(duration_s - time_s));
}

static void
swing_at (const void *user, double time_s, mk_delta *delta)
{
  const swinging *s = user;
  float size = s->angle_rad * envelope (time_s, s->duration_s, s->period_s);
  float phase = 2 * MK_PI * (float)(time_s / s->period_s + (double)s->phase);
  mk_quat first = mk_quat_from_axis (s->axis, size * sinf (phase));
  mk_quat second = mk_quat_from_axis (s->second, size * cosf (phase));
  delta->turn = mk_vec3_length (s->second) > 0 ? mk_quat_mul (first, second) : first;
  float tilt = mk_vec3_length (s->second) > 0 ? size : size * sinf (phase);
  delta->offset.y = s->half_m * fabsf (sinf (tilt));
}

/* `axis` 0..2 of its own, when the command names none. */
static bool
plan_swing (mk_act *act, int axis, float angle_deg, double period_s, mk_vec3 pivot, float half_m, bool is_wobble, GError **error)
{
  swinging s = { .duration_s = act->duration_s, .half_m = half_m, .phase = phase_of (act), .period_s = period_s / (double)act->speed };
  if (!read_axis (act, axis, &s.axis, error) || !mk_act_number (act, "angle_deg", -360, 360, &angle_deg, error))
    return false;
  if (is_wobble)
    s.second = mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, s.axis);
  s.angle_rad = angle_deg * MK_PI / 180;
  mk_act_cycles (act, &s.period_s);
  mk_act_write (act, swing_at, &s, pivot, NULL, 0, false);
  return true;
}

/* On its base: a ball rolls about its middle, a box goes over its edges. */
static bool
tilt (mk_act *act, int axis, float angle_deg, double period_s, bool is_wobble, GError **error)
{
  if (act->is_round || act->node != act->root)
    return plan_swing (act, axis, angle_deg, period_s, act->node == act->root ? act->middle : (mk_vec3){ 0, 0, 0 }, 0, is_wobble, error);
  return plan_swing (act, axis, angle_deg, period_s, act->foot, is_wobble ? mk_act_radius (act) : (axis == 0 ? act->size.z : act->size.x) / 2, is_wobble, error);
}

/* A joint that hangs, where the object has one; else its root. Returns a copy of the act aimed there; `axis`: the joint's. */
static mk_act
act_on_joint (const mk_act *act, mk_joint_role role, bool *is_found, mk_vec3 *axis)
{
  mk_act own = *act;
  *is_found = false;
  *axis = (mk_vec3){ 0, 0, 1 };
  if (act->node != act->root)
    return own;
  g_autoptr (GArray) joints = mk_object_joints (act->stage->library, act->scene, act->root);
  const mk_joint *joint = mk_joint_find (joints, role);
  *is_found = joint != NULL;
  if (joint == NULL)
    return own;
  own.node = joint->node;
  *axis = joint->axis;
  mk_act_measure (&own);
  return own;
}

double
mk_natural_swing (const mk_act *act)
{
  return act->repeat > 0 ? act->repeat * 1.6 / (double)act->speed : 0;
}

/* What hangs swings about its joint, with who sits on it; a board that rests on its joint goes up and down by its ends. */
static bool
swing_joint (const mk_act *whole, mk_act *own, mk_vec3 axis, GError **error)
{
  g_autoptr (mk_life) life = mk_life_new (whole);
  g_autoptr (mk_hangers) hangers = life != NULL ? mk_hangers_new (life, whole->start_s + whole->duration_s, false) : NULL;
  float arm = fmaxf (own->size.x, own->size.z) / 2, length = fmaxf (own->size.y, 0.25f);
  bool is_seesaw = own->size.y < arm;
  double period_s = is_seesaw ? SEESAW_S : (double)(2 * MK_PI * sqrtf (length / GRAVITY)); /* a small-angle pendulum of its height */
  float angle_deg = is_seesaw ? 0.9f * asinf (CLAMP ((own->at.y - own->support_y) / arm, 0, 0.5f)) * 180 / MK_PI : 30;
  bool is_good = plan_swing (own, fabsf (axis.x) > 0.7f ? 0 : fabsf (axis.y) > 0.7f ? 1 : 2, angle_deg, period_s, (mk_vec3){ 0, 0, 0 }, 0, false, error);
  if (is_good && hangers != NULL)
    mk_hangers_write (hangers);
  return is_good;
}

/* Who sits on what swings lets that swing: an act of it. */
static mk_act
act_of_seat (const mk_act *act, bool *is_found)
{
  *is_found = false;
  for (int i = 0; i < (int)act->scene->nodes->len && act->node == act->root; i++) {
    mk_act seat = *act;
    mk_vec3 axis;
    seat.node = seat.root = i;
    if (mk_scene_is_thing (act->scene, i) && mk_act_carries (&seat, act->root)) {
      mk_act_measure (&seat);
      act_on_joint (&seat, MK_ROLE_PENDULUM, is_found, &axis);
    }
    if (*is_found)
      return seat;
  }
  return *act;
}

bool
mk_plan_swing (mk_act *act, GError **error)
{
  bool has_joint, is_seated;
  mk_vec3 axis;
  mk_act whole = act_of_seat (act, &is_seated), own = act_on_joint (&whole, MK_ROLE_PENDULUM, &has_joint, &axis);
  if (is_seated && mk_node_tracks_find (act->scene, own.node).tracks[MK_TRACK_ROTATION] != NULL) /* who sits on its other end has begun it */
    return true;
  if (has_joint)
    return swing_joint (&whole, &own, axis, error);
  float length = fmaxf (own.size.y, 0.25f);
  return plan_swing (&own, 2, 30, (double)(2 * MK_PI * sqrtf (length / GRAVITY)), own.top, 0, false, error);
}

double
mk_natural_rock (const mk_act *act)
{
  return mk_natural_swing (act);
}

bool
mk_plan_rock (mk_act *act, GError **error)
{
  bool is_blown = g_str_equal (mk_json_get_string (mk_json_get (act->command, "motion")), "sway") && mk_drapes_blow (act->stage, act->scene, act->root);
  return is_blown || tilt (act, 2, 9, 1.8, false, error);
}

double
mk_natural_wobble (const mk_act *act)
{
  return mk_natural_swing (act);
}

bool
mk_plan_wobble (mk_act *act, GError **error)
{
  return tilt (act, 2, 7, 1.0, true, error);
}

double
mk_natural_nod (const mk_act *act)
{
  return (act->repeat > 0 ? act->repeat : 3) * 0.55 / (double)act->speed;
}

bool
mk_plan_nod (mk_act *act, GError **error)
{
  bool has_joint;
  mk_vec3 axis;
  mk_act own = act_on_joint (act, MK_ROLE_HEAD, &has_joint, &axis);
  own.repeat = act->repeat > 0 ? act->repeat : (unsigned)fmax (1, act->duration_s / 0.55 * (double)act->speed);
  if (has_joint)
    return plan_swing (&own, 0, 16, 0.55, (mk_vec3){ 0, 0, 0 }, 0, false, error);
  return tilt (&own, 0, 10, 0.55, false, error);
}

/* --- shake: quick and small, never the same twice --- */

typedef struct {
  float size_m, angle_rad;
  double duration_s;
  float rate, phase;
} shaking;

static void
shake_at (const void *user, double time_s, mk_delta *delta)
{
  const shaking *s = user;
  float size = envelope (time_s, s->duration_s, 0.3), t = (float)time_s * s->rate * 2 * MK_PI + s->phase;
  delta->offset.x = s->size_m * size * (sinf (t) + 0.5f * sinf (1.63f * t + 1));
  delta->offset.z = s->size_m * size * 0.6f * sinf (1.31f * t + 2);
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 0, 1 }, s->angle_rad * size * sinf (1.17f * t + 0.5f));
}

double
mk_natural_shake (const mk_act *act)
{
  (void)act;
  return 0;
}

bool
mk_plan_shake (mk_act *act, GError **error)
{
  float angle_deg = 3;
  if (!mk_act_number (act, "angle_deg", 0, 90, &angle_deg, error))
    return false;
  shaking s = { 0.025f * mk_act_extent (act), angle_deg * MK_PI / 180, act->duration_s, 5 * act->speed, 6.28f * phase_of (act) };
  mk_act_write (act, shake_at, &s, act->foot, NULL, 0, true);
  return true;
}

/* --- float, hover --- */

typedef struct {
  float lift_m, height_m, tilt_rad, phase;
  double period_s;
} floating;

static void
float_at (const void *user, double time_s, mk_delta *delta)
{
  const floating *f = user;
  float t = 2 * MK_PI * ((float)(time_s / f->period_s) + f->phase), rest = 2 * MK_PI * f->phase;
  delta->offset.y = f->lift_m + f->height_m * (sinf (t) - sinf (rest));
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 0, 1 }, f->tilt_rad * (sinf (t * 0.5f + 0.7f) - sinf (rest * 0.5f + 0.7f)));
}

static bool
is_on_water (const mk_act *act)
{
  for (guint i = 0; i < act->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (act->scene, (int)i);
    if (node->is_ground && node->n_parts > 0 && mk_scene_get_material (act->scene, node->parts[0].material)->pattern == MK_PATTERN_RIPPLES)
      return true;
  }
  return false;
}

double
mk_natural_float (const mk_act *act)
{
  return act->repeat > 0 ? act->repeat * 3.0 / (double)act->speed : 0;
}

bool
mk_plan_float (mk_act *act, GError **error)
{
  floating f = { .height_m = CLAMP (0.1f * mk_act_extent (act), 0.04f, 0.6f), .phase = phase_of (act), .period_s = 3 / (double)act->speed };
  if (!mk_act_number (act, "height_m", 0, 1000, &f.height_m, error))
    return false;
  mk_act_cycles (act, &f.period_s);
  bool is_afloat = is_on_water (act);
  float gap = act->at.y - act->support_y;
  if (is_afloat)
    f.height_m *= 0.5f;
  else if (act->node == act->root && gap < 2 * f.height_m) /* what stands must be in the air to float */
    f.lift_m = fmaxf (0.35f * act->size.y, 3 * f.height_m) - gap;
  f.tilt_rad = is_afloat ? 0.04f : 0.025f;
  mk_act_write (act, float_at, &f, act->middle, NULL, 0, true);
  return true;
}

/* --- grow, shrink, pulse --- */

typedef struct {
  float from, to;
  double duration_s;
  mk_easing easing;
} scaling;

static void
scale_at (const void *user, double time_s, mk_delta *delta)
{
  const scaling *s = user;
  float share = mk_ease (s->easing, (float)(time_s / s->duration_s));
  float factor = s->from * powf (s->to / s->from, share); /* even to the eye: equal ratios in equal times */
  delta->stretch = (mk_vec3){ factor, factor, factor };
}

double
mk_natural_scale (const mk_act *act)
{
  return 2 / (double)act->speed;
}

bool
mk_plan_scale (mk_act *act, GError **error)
{
  bool is_growing = g_str_equal (mk_json_get_string (mk_json_get (act->command, "motion")), "grow");
  scaling s = { is_growing ? 0.02f : 1, is_growing ? 1 : 0.25f, act->duration_s, act->easing };
  if (mk_json_has (act->command, "factor")) {
    s.from = 1;
    if (!mk_act_number (act, "factor", 0.001, 1000, &s.to, error))
      return false;
    if (!is_growing && s.to > 1) /* "shrinks three times" */
      s.to = 1 / s.to;
  }
  mk_act_write (act, scale_at, &s, act->foot, NULL, 0, false);
  return true;
}

static void
pulse_at (const void *user, double time_s, mk_delta *delta)
{
  const swinging *s = user; /* angle_rad holds the logarithm of the factor */
  float wave = 0.5f - 0.5f * cosf (2 * MK_PI * (float)(time_s / s->period_s));
  float factor = expf (s->angle_rad * wave);
  delta->stretch = (mk_vec3){ factor, factor, factor };
}

double
mk_natural_pulse (const mk_act *act)
{
  return act->repeat > 0 ? act->repeat * 1.0 / (double)act->speed : 0;
}

bool
mk_plan_pulse (mk_act *act, GError **error)
{
  float factor = 1.18f;
  if (!mk_act_number (act, "factor", 0.01, 100, &factor, error))
    return false;
  swinging s = { .angle_rad = logf (factor), .period_s = 1 / (double)act->speed };
  mk_act_cycles (act, &s.period_s);
  mk_act_write (act, pulse_at, &s, act->foot, NULL, 0, false);
  return true;
}

/* --- fade, blink --- */

typedef struct {
  bool is_in;
  double duration_s;
  mk_easing easing;
} fading;

static void
fade_at (const void *user, double time_s, mk_delta *delta)
{
  const fading *f = user;
  float share = mk_ease (f->easing, (float)(time_s / f->duration_s));
  delta->opacity = f->is_in ? share : 1 - share;
}

double
mk_natural_fade (const mk_act *act)
{
  return 1.5 / (double)act->speed;
}

bool
mk_plan_fade (mk_act *act, GError **error)
{
  (void)error;
  fading f = { g_str_equal (mk_json_get_string (mk_json_get (act->command, "motion")), "fade-in"), act->duration_s, act->easing };
  mk_act_write (act, fade_at, &f, act->foot, NULL, 0, false);
  return true;
}

static void
blink_at (const void *user, double time_s, mk_delta *delta)
{
  const double *period_s = user;
  float x = (float)(time_s / *period_s), share = x - floorf (x);
  delta->opacity = 1 - mk_smooth (0.45f, 0.5f, share) * (1 - mk_smooth (0.95f, 1, share));
}

double
mk_natural_blink (const mk_act *act)
{
  return act->repeat > 0 ? act->repeat * 0.8 / (double)act->speed : 0;
}

bool
mk_plan_blink (mk_act *act, GError **error)
{
  (void)error;
  double period_s = 0.8 / (double)act->speed;
  unsigned n = mk_act_cycles (act, &period_s);
  static const double bends[] = { 0, 0.45, 0.5, 0.95 };
  g_autofree double *corners = g_new (double, n * MK_COUNT (bends));
  for (unsigned i = 0; i < n; i++)
    for (size_t k = 0; k < MK_COUNT (bends); k++)
      corners[i * MK_COUNT (bends) + k] = (i + bends[k]) * period_s;
  mk_act_write (act, blink_at, &period_s, act->foot, corners, n * MK_COUNT (bends), false);
  return true;
}
