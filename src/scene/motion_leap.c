/* Motions under gravity: bounce, jump, fall; with squash where they touch what carries them. */
#include "scene/layout.h"
#include "scene/life.h"

#define GRAVITY 9.81

/* How much a thing gives: a ball much, a box little. */
static float
softness_of (const mk_act *act)
{
  return act->is_round ? 0.3f : 0.12f;
}

/* Stretch along its own axis that points up, volume kept; nothing when it lies askew, for scales follow its own axes. */
static mk_vec3
stretch_upright (const mk_mat4 *world, float factor)
{
  mk_vec3 up[3];
  float best = 0;
  int axis = 1;
  for (int i = 0; i < 3; i++) {
    up[i] = mk_vec3_normalize ((mk_vec3){ world->m[i * 4], world->m[i * 4 + 1], world->m[i * 4 + 2] });
    if (fabsf (up[i].y) > best) {
      best = fabsf (up[i].y);
      axis = i;
    }
  }
  factor = 1 + (factor - 1) * mk_smooth (0.93f, 0.99f, best);
  float thin = 1 / sqrtf (factor);
  return (mk_vec3){ axis == 0 ? factor : thin, axis == 1 ? factor : thin, axis == 2 ? factor : thin };
}

/* --- bounce --- */

typedef struct {
  const mk_mat4 *world;
  float height_m, softness;
  double period_s, contact_s;
  double shift_s;      /* where in a period it starts: 0 = in the middle of contact */
  double duration_s;
  float ground_m;      /* offset of the contact below its rest */
} bouncing;

/* How deep a contact is at a moment, 0..1. The first begins in rest, a dip before the leap; the last ends in rest. */
static float
give_at (const bouncing *b, double time_s, double to_contact, double half)
{
  double from_end = fmin (b->shift_s > 0 ? INFINITY : time_s, b->duration_s - time_s);
  float deep = from_end < half ? sinf (MK_PI * (float)(from_end / half)) : cosf (MK_PI / 2 * (float)(to_contact / half));
  return deep * deep;
}

/* One period from contact to contact: half a squash, a parabola, half a squash. */
static void
bounce_at (const void *user, double time_s, mk_delta *delta)
{
  const bouncing *b = user;
  double cycles = (time_s + b->shift_s) / b->period_s, in = (cycles - floor (cycles)) * b->period_s, half = b->contact_s / 2;
  delta->offset.y = -b->ground_m;
  double to_contact = fmin (in, b->period_s - in);
  if (to_contact < half) {
    delta->stretch = stretch_upright (b->world, 1 - b->softness * give_at (b, time_s, to_contact, half));
    return;
  }
  float x = (float)((in - half) / (b->period_s - b->contact_s)), fast = fabsf (1 - 2 * x), near = fminf (x, 1 - x);
  delta->offset.y += b->height_m * 4 * x * (1 - x);
  delta->stretch = stretch_upright (b->world, 1 + 0.45f * b->softness * fast * fast * mk_smooth (0, 0.14f, near));
}

double
mk_natural_bounce (const mk_act *act)
{
  double height = mk_json_get_real (mk_json_get (act->command, "height_m"));
  double period = 2 * sqrt (2 * (height > 0 ? height : 1) / GRAVITY) / (double)act->speed;
  return act->repeat > 0 ? act->repeat * period : 0;
}

bool
mk_plan_bounce (mk_act *act, GError **error)
{
  float gap = act->node == act->root ? fmaxf (act->at.y - act->support_y, 0) : 0;
  bool is_dropped = gap > 0.03f; /* it starts in the air */
  mk_liveliness lively;
  if (!mk_act_liveliness (act, &lively, error))
    return false;
  bouncing b = { .world = &act->world, .softness = fminf (softness_of (act) * lively.squash, 0.6f), .ground_m = gap, .duration_s = act->duration_s };
  b.height_m = is_dropped ? gap : CLAMP (2.2f * act->size.y, 0.35f, 3);
  if (!mk_act_number (act, "height_m", 0, 10000, &b.height_m, error))
    return false;
  double flight_s = 2 * sqrt (2 * (double)b.height_m / GRAVITY) / (double)act->speed;
  b.contact_s = CLAMP (0.16 * flight_s, 0.05, 0.16);
  b.period_s = flight_s + b.contact_s;
  if (b.period_s > act->duration_s)
    b.contact_s *= act->duration_s / b.period_s;
  unsigned n = mk_act_cycles (act, &b.period_s);
  b.shift_s = is_dropped ? b.period_s / 2 : 0;
  g_autofree double *corners = g_new (double, (n + 2) * 5);
  size_t n_corners = 0;
  for (unsigned i = 0; i <= n + 1; i++) {
    const double bends[] = { -b.contact_s / 2, 0, b.contact_s / 4, b.contact_s / 2, b.period_s / 2 };
    for (size_t k = 0; k < MK_COUNT (bends); k++) {
      double at = i * b.period_s + bends[k] - b.shift_s;
      if (at > 0 && at < act->duration_s)
        corners[n_corners++] = at;
    }
  }
  mk_act_write (act, bounce_at, &b, act->foot, corners, n_corners, false);
  return true;
}

/* --- jump --- */

#define CROUCH_S 0.28
#define LAND_S 0.42

typedef struct {
  const mk_mat4 *world;
  mk_vec3 way;
  float height_m, softness;
  double crouch_s, flight_s, land_s, leap_s; /* leap: all three */
  float heading_rad;                         /* to turn by, to face the way; while it crouches */
  bool is_facing;                            /* already when it starts */
} jumping;

/* Down slowly, up fast, over in a parabola that ends higher or lower, down into the knees, and up again. */
static void
jump_at (const void *user, double time_s, mk_delta *delta)
{
  const jumping *j = user;
  double cycles = floor (time_s / j->leap_s * (1 - 1e-9)), in = time_s - cycles * j->leap_s;
  mk_vec3 before = mk_vec3_scale (j->way, (float)cycles);
  float factor = 1, share = 0;
  if (in < j->crouch_s) {
    float t = (float)(in / j->crouch_s);
    factor = 1 - j->softness * 1.4f * mk_smooth (0, 0.75f, t) * (1 - mk_smooth (0.75f, 1, t));
  } else if (in < j->crouch_s + j->flight_s) {
    share = (float)((in - j->crouch_s) / j->flight_s);
    float fast = fabsf (1 - 2 * share);
    factor = 1 + 0.5f * j->softness * fast * fast * mk_smooth (0, 0.12f, fminf (share, 1 - share));
  } else {
    float t = (float)((in - j->crouch_s - j->flight_s) / j->land_s);
    share = 1;
    factor = 1 - j->softness * 1.5f * mk_smooth (0, 0.2f, t) * expf (-3.2f * t) * cosf (t * 1.5f * MK_PI) * (1 - mk_smooth (0.7f, 1, t)) * 1.6f;
  }
  delta->offset = mk_vec3_add (before, mk_vec3_scale (j->way, share));
  float top = j->height_m + fmaxf (j->way.y, 0); /* over the higher of both ends */
  float up = sqrtf (fmaxf (top, 1e-6f)), down = sqrtf (fmaxf (top - j->way.y, 1e-6f));
  float x = share * (up + down) - up; /* -up .. down: height over the apex is -x² */
  delta->offset.y = before.y + top - x * x;
  float faced = j->is_facing ? 1 : mk_smooth (0, (float)j->crouch_s, (float)time_s);
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, j->heading_rad * faced);
  delta->stretch = stretch_upright (j->world, factor);
}

static double
flight_of (float height_m, float rise_m)
{
  float top = height_m + fmaxf (rise_m, 0);
  return sqrt (2 * (double)top / GRAVITY) + sqrt (2 * (double)fmaxf (top - rise_m, 0) / GRAVITY);
}

static float
jump_height (const mk_act *act)
{
  float height = CLAMP (0.55f * act->size.y, 0.12f, 1.4f);
  double asked = mk_json_get_real (mk_json_get (act->command, "height_m"));
  return asked > 0 ? (float)asked : height;
}

/* --- out of the water --- */

#define DIVE_SLOWER 1.35    /* than a stone: what is big seems slow */

typedef struct {
  mk_vec3 way;              /* level, unit */
  float length_m, top_m, deep_m, heading_rad;
  double duration_s;
} breaching;

/* Up through the surface and down again along a parabola, its nose ahead; under water before and after. */
static void
breach_at (const void *user, double time_s, mk_delta *delta)
{
  const breaching *b = user;
  float share = (float)(time_s / b->duration_s), rise = b->top_m + b->deep_m;
  delta->offset = mk_vec3_scale (b->way, b->length_m * (share - 0.5f));
  delta->offset.y = rise * 4 * share * (1 - share) - b->deep_m;
  float slope = rise * 4 * (1 - 2 * share) / b->length_m;
  mk_vec3 side = { b->way.z, 0, -b->way.x };
  mk_quat nose = mk_quat_from_axis (side, -atanf (slope)), heading = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, b->heading_rad);
  delta->turn = mk_quat_mul (nose, heading);
}

/* What swims and has no legs, where the ground is water. */
static bool
is_breaching (const mk_act *act)
{
  bool is_water = false;
  for (guint i = 0; i < act->scene->nodes->len && !is_water; i++) {
    const mk_scene_node *node = mk_scene_get_node (act->scene, (int)i);
    is_water = node->is_ground && node->n_parts > 0 && mk_scene_get_material (act->scene, node->parts[0].material)->pattern == MK_PATTERN_RIPPLES;
  }
  g_autoptr (mk_life) life = is_water && !mk_json_has (act->command, "to") ? mk_life_new (act) : NULL;
  return life != NULL && life->n_legs == 0 && (mk_life_has (life, MK_ROLE_FIN) || mk_life_has (life, MK_ROLE_TAIL));
}

static breaching
measure_breach (const mk_act *act)
{
  float length = fmaxf (act->size.x, act->size.z);
  double asked = mk_json_get_real (mk_json_get (act->command, "height_m"));
  breaching b = { .way = { 1, 0, 0 }, .length_m = 1.5f * length, .top_m = asked > 0 ? (float)asked : 0.45f * length, .duration_s = act->duration_s };
  b.deep_m = (act->at.y - act->support_y) + 0.5f * act->size.y + 0.52f * length; /* askew and wholly under the surface */
  const char *side = mk_json_get_string (mk_json_get (act->command, "direction"));
  if (g_str_equal (side, "left"))
    b.way.x = -1;
  return b;
}

static double
breach_time (const mk_act *act)
{
  breaching b = measure_breach (act);
  return DIVE_SLOWER * 2 * sqrt (2 * (double)(b.top_m + b.deep_m) / GRAVITY);
}

static bool
plan_breach (mk_act *act)
{
  breaching b = measure_breach (act);
  float turn = mk_vec3_yaw (b.way) - mk_vec3_yaw (act->forward);
  b.heading_rad = mk_angle_wrap (turn);
  mk_act_write (act, breach_at, &b, act->middle, NULL, 0, true);
  mk_life_swim (act);
  return true;
}

/* --- over a thing --- */

#define HIGHEST_TIMES 1.7f /* the height of what it leaps over */
#define HIGHEST_M 25.0f    /* over the moon of a nursery rhyme */

/* "over" the thing that `to` names, across its shorter side when that lies ahead: as far beyond it, and high enough. */
static bool
find_hurdle (const mk_act *act, mk_vec3 *way, float *height_m)
{
  mk_act thing;
  const char *id = mk_json_get_string (mk_json_get (act->command, "to"));
  if (!g_str_equal (mk_json_get_string (mk_json_get (act->command, "end")), "over") || !mk_act_partner (act, id, &thing, NULL) || thing.root == act->root)
    return false;
  mk_vec3 flat = { thing.at.x - act->at.x, 0, thing.at.z - act->at.z };
  float far = mk_vec3_length (flat), clear = fmaxf (thing.at.y + thing.size.y - act->at.y, 0);
  if (far < 1e-3f)
    return false;
  mk_vec3 ahead = mk_vec3_scale (flat, 1 / far);
  float across = mk_act_half_along (&thing, ahead) + 0.5f * mk_act_extent (act);
  *way = mk_vec3_scale (ahead, far + fmaxf (far, across));
  float half = mk_vec3_length (*way) / 2, off = fminf ((fabsf (far - half) + across) / half, 1); /* of its way from the top, when its hind legs are over the edge */
  if (!mk_json_has (act->command, "height_m"))
    *height_m = fmaxf (*height_m, fminf (fminf (clear / fmaxf (1 - off * off, 1 / HIGHEST_TIMES), HIGHEST_TIMES * clear) + 0.1f * act->size.y, HIGHEST_M));
  return true;
}

/* Into a box: over its rim; out of a car: below its roof. */
static void
clear_rim (const mk_act *act, float *height_m)
{
  mk_act thing;
  const char *end = mk_json_get_string (mk_json_get (act->command, "end"));
  bool is_in = g_str_equal (end, "in");
  if (g_str_equal (end, "off") && mk_act_is_inside (act))
    *height_m = fminf (*height_m, 0.2f * act->size.y);
  if (!is_in || !mk_act_partner (act, mk_json_get_string (mk_json_get (act->command, "to")), &thing, NULL) || thing.root == act->root)
    return;
  *height_m = fmaxf (*height_m, thing.at.y + thing.size.y - act->at.y + 0.3f * act->size.y);
}

/* --- jump itself --- */

double
mk_natural_jump (const mk_act *act)
{
  unsigned n = act->repeat > 0 ? act->repeat : 1;
  if (is_breaching (act))
    return breach_time (act) / (double)act->speed;
  mk_vec3 way;
  float height = jump_height (act);
  find_hurdle (act, &way, &height);
  clear_rim (act, &height);
  bool is_down = g_str_equal (mk_json_get_string (mk_json_get (act->command, "end")), "off") && mk_act_way (act, 0, (mk_vec3){ 0, 0, 0 }, &way, NULL);
  return n * (CROUCH_S + flight_of (height, is_down ? way.y : 0) + LAND_S) / (double)act->speed;
}

bool
mk_plan_jump (mk_act *act, GError **error)
{
  if (is_breaching (act))
    return plan_breach (act);
  jumping j = { .world = &act->world, .softness = softness_of (act), .height_m = jump_height (act) };
  if (!mk_act_number (act, "height_m", 0, 1000, &j.height_m, error) || !mk_act_way (act, 0, (mk_vec3){ 0, 0, 0 }, &j.way, error))
    return false;
  if (mk_json_has (act->command, "direction") && !mk_json_has (act->command, "distance_m"))
    mk_act_way (act, 1.5f * mk_act_extent (act), act->forward, &j.way, NULL);
  find_hurdle (act, &j.way, &j.height_m);
  clear_rim (act, &j.height_m);
  unsigned n = act->repeat > 0 ? act->repeat : 1;
  j.leap_s = act->duration_s / n;
  double whole = CROUCH_S + flight_of (j.height_m, j.way.y) + LAND_S, stretch = j.leap_s / whole;
  j.crouch_s = CROUCH_S * stretch;
  j.land_s = LAND_S * stretch;
  j.flight_s = j.leap_s - j.crouch_s - j.land_s;
  g_autoptr (mk_life) life = mk_life_new (act);
  bool has_legs = life != NULL && life->n_legs > 0 && life->hips >= 0;
  mk_liveliness lively;
  if (!mk_act_liveliness (act, &lively, error))
    return false;
  if (has_legs && hypotf (j.way.x, j.way.z) > 0.05f * act->size.y) {
    float turn = mk_vec3_yaw (j.way) - mk_vec3_yaw (act->forward);
    j.heading_rad = mk_angle_wrap (turn);
    j.is_facing = act->start_s < 0.05;
  }
  j.softness = has_legs ? 0 : j.softness * lively.squash; /* knees give, not the whole body */
  g_autofree double *corners = g_new (double, n * 5);
  for (unsigned i = 0; i < n; i++) {
    double at = i * j.leap_s;
    const double bends[] = { at, at + 0.75 * j.crouch_s, at + j.crouch_s, at + j.crouch_s + j.flight_s, at + j.crouch_s + j.flight_s + 0.2 * j.land_s };
    for (size_t k = 0; k < MK_COUNT (bends); k++)
      corners[i * 5 + k] = bends[k];
  }
  mk_act_write (act, jump_at, &j, act->foot, corners, n * 5, true);
  mk_life_jump (act, &(mk_leap){ j.crouch_s, j.flight_s, j.land_s, hypotf (j.way.x, j.way.z) });
  return true;
}

/* --- fall --- */

#define N_REBOUNDS 3

typedef struct {
  const mk_mat4 *world;
  float lift_m, drop_m, softness; /* where it hangs above its rest, how deep it falls from there */
  double contact_s[N_REBOUNDS + 2];
  float heights_m[N_REBOUNDS + 1];
  double squash_s, scale;         /* scale: time of the film per time of physics */
} falling;

static void
fall_at (const void *user, double time_s, mk_delta *delta)
{
  const falling *f = user;
  float bottom = f->lift_m - f->drop_m;
  int leg = 0;
  while (leg <= N_REBOUNDS && time_s >= f->contact_s[leg])
    leg++;
  if (leg == 0) {
    double t = time_s / f->scale;
    delta->offset.y = f->lift_m - (float)(0.5 * GRAVITY * t * t);
  } else if (leg <= N_REBOUNDS) {
    float x = (float)((time_s - f->contact_s[leg - 1]) / (f->contact_s[leg] - f->contact_s[leg - 1]));
    delta->offset.y = bottom + f->heights_m[leg] * 4 * x * (1 - x);
  } else {
    delta->offset.y = bottom;
  }
  float factor = 1;
  for (int i = 0; i <= N_REBOUNDS; i++) { /* after each contact a squash, smaller each time */
    float t = (float)((time_s - f->contact_s[i]) / f->squash_s);
    if (t > 0 && t < 1)
      factor -= f->softness * sqrtf (f->heights_m[i] / f->drop_m) * sinf (MK_PI * t) * (1 - t);
  }
  delta->stretch = stretch_upright (f->world, factor);
}

static float
fall_height (const mk_act *act)
{
  double asked = mk_json_get_real (mk_json_get (act->command, "height_m"));
  float gap = act->at.y - act->support_y;
  if (asked > 0)
    return (float)asked;
  return gap > 0.05f ? gap : CLAMP (3 * act->size.y, 1.5f, 6);
}

/* Seconds until it lies still, and where it touches on the way. */
static double
fall_times (const mk_act *act, float height_m, falling *f)
{
  float bounce = act->is_round ? 0.3f : 0.09f; /* share of its height that it springs back to */
  double t = sqrt (2 * (double)height_m / GRAVITY);
  f->heights_m[0] = height_m;
  f->contact_s[0] = t;
  for (int i = 1; i <= N_REBOUNDS; i++) {
    f->heights_m[i] = f->heights_m[i - 1] * bounce;
    t += 2 * sqrt (2 * (double)f->heights_m[i] / GRAVITY);
    f->contact_s[i] = t;
  }
  return t + 0.2;
}

double
mk_natural_fall (const mk_act *act)
{
  falling f;
  return fall_times (act, fall_height (act), &f) / (double)act->speed;
}

bool
mk_plan_fall (mk_act *act, GError **error)
{
  float gap = act->at.y - act->support_y, height = fall_height (act);
  if (!mk_act_number (act, "height_m", 0.001, 100000, &height, error))
    return false;
  mk_liveliness lively;
  if (!mk_act_liveliness (act, &lively, error))
    return false;
  falling f = { .world = &act->world, .softness = fminf (softness_of (act) * lively.squash, 0.6f), .drop_m = height };
  f.lift_m = gap > 0.05f && !mk_json_has (act->command, "height_m") ? 0 : height - fmaxf (gap, 0);
  double whole = fall_times (act, height, &f);
  f.scale = act->duration_s / whole;
  f.squash_s = 0.22 * f.scale;
  double corners[2 * N_REBOUNDS + 2];
  for (int i = 0; i <= N_REBOUNDS; i++) {
    f.contact_s[i] *= f.scale;
    corners[2 * i] = f.contact_s[i];
    corners[2 * i + 1] = f.contact_s[i] + f.squash_s;
  }
  mk_act_write (act, fall_at, &f, act->foot, corners, MK_COUNT (corners), true);
  return true;
}
