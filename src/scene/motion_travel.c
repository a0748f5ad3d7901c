/* Motions that go somewhere: slide, drive, move, roll, fly, rise, orbit, along a path, after another. */
#include "scene/fields.h"
#include "scene/life.h"

#include <string.h>

/* What moves by itself should neither crawl nor dash, whatever its size: about one and a half lengths a second. */
static float
pace_of (const mk_act *act)
{
  return CLAMP (1.5f * mk_act_extent (act), 0.9f, 12) * act->speed;
}

static float
default_distance (const mk_act *act)
{
  return CLAMP (3.5f * mk_act_extent (act), 1.2f, 40);
}

static const mk_vec3 to_the_right = { 1, 0, 0 };

static double
seconds_for (const mk_act *act, mk_vec3 way)
{
  return fmax (0.8 / (double)act->speed, (double)(mk_vec3_length (way) / pace_of (act)));
}

static float
yaw_of (mk_vec3 v)
{
  return atan2f (v.x, v.z);
}

/* The shorter way round. */
static float
wrap_angle (float angle)
{
  return angle - 2 * MK_PI * floorf ((angle + MK_PI) / (2 * MK_PI));
}

/* --- wheels --- */

typedef struct {
  void (*progress) (const void *user, double time_s, float *distance_m); /* signed: forward */
  const void *user;
  mk_vec3 axis;
  float radius_m;
} rolling_wheel;

static void
wheel_at (const void *user, double time_s, mk_delta *delta)
{
  const rolling_wheel *w = user;
  float distance;
  w->progress (w->user, time_s, &distance);
  delta->turn = mk_quat_from_axis (w->axis, distance / w->radius_m);
}

static bool
has_wheels (const mk_act *act)
{
  g_autoptr (GArray) joints = mk_object_joints (act->stage->library, act->scene, act->root);
  for (guint i = 0; i < joints->len; i++)
    if (g_array_index (joints, mk_joint, i).role == MK_ROLE_WHEEL)
      return true;
  return false;
}

/* Turns are in world axes, and heading turns the whole object: the wheels' frame is that of the start. */
void
mk_act_turn_wheels (const mk_act *act, void (*progress) (const void *user, double time_s, float *distance_m), const void *user)
{
  if (act->node != act->root)
    return;
  float scale = mk_vec3_length (mk_mat4_direction (act->world, (mk_vec3){ 0, 1, 0 }));
  g_autoptr (GArray) joints = mk_object_joints (act->stage->library, act->scene, act->root);
  for (guint i = 0; i < joints->len; i++) {
    const mk_joint *joint = &g_array_index (joints, mk_joint, i);
    if (joint->role != MK_ROLE_WHEEL || joint->length_m <= 0)
      continue;
    mk_mat4 world = mk_node_world (act->scene, joint->node, act->start_s);
    int parent = mk_scene_get_node (act->scene, joint->node)->parent;
    mk_mat4 frame = parent >= 0 ? mk_node_world (act->scene, parent, act->start_s) : world;
    rolling_wheel wheel = { progress, user, mk_vec3_normalize (mk_mat4_direction (frame, joint->axis)), joint->length_m * scale };
    mk_act own = *act;
    own.node = joint->node;
    mk_act_write (&own, wheel_at, &wheel, (mk_vec3){ 0, 0, 0 }, NULL, 0, false);
  }
}

/* --- straight on: slide, move, drive, rise --- */

typedef struct {
  mk_vec3 way;
  float heading_rad;   /* to turn by, to face the way */
  double heading_s;    /* over so many seconds at the start; 0 = faces it from the first moment */
  double duration_s;
  mk_easing easing;
  unsigned n;          /* how often */
} travelling;

static float
share_at (const travelling *t, double time_s)
{
  double each = t->duration_s / t->n, in = time_s >= t->duration_s ? each : fmod (time_s, each);
  return mk_ease (t->easing, (float)(in / each));
}

static void
travel_at (const void *user, double time_s, mk_delta *delta)
{
  const travelling *t = user;
  delta->offset = mk_vec3_scale (t->way, share_at (t, time_s));
  float faced = t->heading_s > 0 ? mk_smooth (0, (float)t->heading_s, (float)time_s) : 1;
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, t->heading_rad * faced);
}

static void
travel_progress (const void *user, double time_s, float *distance_m)
{
  const travelling *t = user;
  *distance_m = mk_vec3_length (t->way) * share_at (t, time_s);
}

static bool
travel_way (const mk_act *act, mk_vec3 *way, GError **error)
{
  bool is_rise = g_str_equal (mk_json_get_string (mk_json_get (act->command, "motion")), "rise");
  float distance = is_rise ? CLAMP (1.5f * act->size.y, 0.8f, 20) : default_distance (act);
  if (is_rise && !mk_act_number (act, "height_m", 0, 100000, &distance, error))
    return false;
  return mk_act_way (act, distance, is_rise ? (mk_vec3){ 0, 1, 0 } : to_the_right, way, error);
}

double
mk_natural_travel (const mk_act *act)
{
  mk_act chute;
  if (mk_chute_find (act, &chute))
    return mk_chute_natural (act, &chute);
  mk_vec3 way = { 0, 0, 0 };
  travel_way (act, &way, NULL);
  return seconds_for (act, way) * (act->repeat > 0 ? act->repeat : 1);
}

bool
mk_plan_travel (mk_act *act, GError **error)
{
  mk_act chute;
  if (mk_chute_find (act, &chute))
    return mk_chute (act, &chute, error);
  const char *motion = mk_json_get_string (mk_json_get (act->command, "motion"));
  travelling t = { .duration_s = act->duration_s, .easing = act->easing, .n = act->repeat > 0 ? act->repeat : 1 };
  if (!travel_way (act, &t.way, error))
    return false;
  mk_vec3 level = { t.way.x, 0, t.way.z };
  bool is_going = act->node == act->root && (g_str_equal (motion, "move") || g_str_equal (motion, "drive")) && mk_life_pace (act, false) > 0;
  bool has_pose = act->node == act->root && g_str_equal (motion, "slide") && mk_json_has (act->command, "how"); /* who skis bends the knees */
  bool is_driving = act->node == act->root && (g_str_equal (motion, "drive") || has_wheels (act) || is_going || has_pose) && mk_vec3_length (level) > 1e-4f;
  bool is_backwards = g_str_equal (mk_json_get_string (mk_json_get (act->command, "direction")), "back");
  if (is_driving && mk_act_make_room (act, level, is_backwards ? 0 : wrap_angle (yaw_of (level) - yaw_of (act->forward)))) {
    if (!travel_way (act, &t.way, error))
      return false;
    level = (mk_vec3){ t.way.x, 0, t.way.z };
  }
  if (is_driving && !is_backwards) {
    t.heading_rad = wrap_angle (yaw_of (level) - yaw_of (act->forward));
    t.heading_s = act->start_s > 0.05 ? fmin (0.3 * act->duration_s, 0.6) : 0;
  }
  g_autofree double *corners = g_new (double, t.n + 1);
  for (unsigned i = 0; i < t.n; i++)
    corners[i] = act->duration_s * i / t.n;
  corners[t.n] = t.heading_s;
  if (is_driving) {
    travelling wheels = t;
    wheels.way = mk_vec3_scale (t.way, 1);
    mk_act_turn_wheels (act, travel_progress, &wheels);
  }
  mk_act_write (act, travel_at, &t, act->foot, corners, t.n + 1, true);
  if (is_going)
    mk_life_go (act);
  return !has_pose || mk_plan_gesture (act, error);
}

double
mk_natural_rise (const mk_act *act)
{
  return mk_natural_travel (act);
}

bool
mk_plan_rise (mk_act *act, GError **error)
{
  return mk_plan_travel (act, error);
}

/* --- roll --- */

typedef struct {
  travelling travel;
  mk_vec3 axis;
  float length_m, radius_m;
  float half_along_m, half_up_m; /* of a box that tumbles; 0 = it is round */
} rolling;

static void
roll_at (const void *user, double time_s, mk_delta *delta)
{
  const rolling *r = user;
  float share = share_at (&r->travel, time_s), angle = share * r->length_m / r->radius_m;
  delta->offset = mk_vec3_scale (r->travel.way, share);
  delta->turn = mk_quat_from_axis (r->axis, angle);
  if (r->half_along_m > 0) /* its lowest corner stays on the ground */
    delta->offset.y += fabsf (r->half_along_m * sinf (angle)) + fabsf (r->half_up_m * cosf (angle)) - r->half_up_m;
}

double
mk_natural_roll (const mk_act *act)
{
  return mk_natural_travel (act);
}

/* Round about an axis along which it lies: a ball about any, a barrel or a wheel about its own. */
static bool
is_round_along (const mk_act *act, mk_vec3 u)
{
  float along = fabsf (u.x) * act->size.x + fabsf (u.z) * act->size.z;
  if (act->is_round)
    return true;
  if (fabsf (along - act->size.y) > 0.12f * act->size.y)
    return false;
  float far = 0; /* its farthest vertex across the axis */
  mk_vec3 side = { u.z, 0, -u.x };
  mk_vec3 middle = mk_mat4_point (act->world, act->middle);
  for (int i = act->node; i < (int)act->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (act->scene, i);
    if (!mk_scene_is_within (act->scene, i, act->node))
      continue;
    mk_mat4 world = mk_node_world (act->scene, i, act->start_s);
    for (unsigned p = 0; p < node->n_parts; p++)
      for (uint32_t v = 0; v < node->parts[p].mesh->n_vertices; v++) {
        mk_vec3 d = mk_vec3_sub (mk_mat4_point (world, node->parts[p].mesh->positions[v]), middle);
        d = mk_vec3_sub (d, mk_vec3_scale (side, mk_vec3_dot (d, side)));
        far = fmaxf (far, mk_vec3_length (d));
      }
  }
  return far < 0.58f * act->size.y; /* a square's corner would be at 0.71 */
}

bool
mk_plan_roll (mk_act *act, GError **error)
{
  if (act->node == act->root && has_wheels (act))
    return mk_plan_travel (act, error);
  rolling r = { .travel = { .duration_s = act->duration_s, .easing = act->easing, .n = act->repeat > 0 ? act->repeat : 1 } };
  if (!mk_act_way (act, default_distance (act), to_the_right, &r.travel.way, error))
    return false;
  mk_vec3 level = { r.travel.way.x, 0, r.travel.way.z };
  r.length_m = mk_vec3_length (level);
  mk_vec3 u = r.length_m > 1e-6f ? mk_vec3_scale (level, 1 / r.length_m) : to_the_right;
  r.axis = mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, u);
  r.radius_m = act->size.y / 2;
  if (!is_round_along (act, u)) {
    r.half_along_m = mk_act_half_along (act, u);
    r.half_up_m = act->size.y / 2;
    r.radius_m = (r.half_along_m + r.half_up_m) * 2 / MK_PI; /* a turn covers all four sides */
  }
  g_autofree double *corners = g_new (double, r.travel.n);
  for (unsigned i = 0; i < r.travel.n; i++)
    corners[i] = act->duration_s * i / r.travel.n;
  mk_act_write (act, roll_at, &r, act->middle, corners, r.travel.n, false);
  return true;
}

/* --- fly --- */

typedef struct {
  travelling travel;
  float height_m;      /* of the flight above its start */
  mk_vec3 side;
  double duration_s;
  bool is_landing;
  float sway_m, bank_rad;
} flying;

static void
fly_at (const void *user, double time_s, mk_delta *delta)
{
  const flying *f = user;
  travel_at (&f->travel, time_s, delta);
  float t = (float)(time_s / f->duration_s), up = mk_smooth (0, 0.45f, t);
  if (f->is_landing)
    up *= 1 - mk_smooth (0.55f, 1, t);
  float slope = (mk_smooth (0, 0.45f, t + 0.02f) - mk_smooth (0, 0.45f, t - 0.02f)) - (f->is_landing ? mk_smooth (0.55f, 1, t + 0.02f) - mk_smooth (0.55f, 1, t - 0.02f) : 0);
  float wave = sinf ((float)time_s * 1.9f) * mk_smooth (0.2f, 0.6f, t) * (f->is_landing ? 1 - mk_smooth (0.6f, 0.9f, t) : 1);
  delta->offset.y += f->height_m * up + 0.3f * f->sway_m * wave;
  delta->offset = mk_vec3_add (delta->offset, mk_vec3_scale (f->side, f->sway_m * wave));
  mk_vec3 ahead = mk_vec3_normalize ((mk_vec3){ f->travel.way.x, 0, f->travel.way.z });
  mk_quat pitch = mk_quat_from_axis (f->side, -CLAMP (slope * 3.0f, -0.35f, 0.35f));
  mk_quat bank = mk_quat_from_axis (ahead, f->bank_rad * cosf ((float)time_s * 1.9f) * mk_smooth (0.2f, 0.6f, t));
  delta->turn = mk_quat_mul (mk_quat_mul (pitch, bank), delta->turn);
}

#define FLIGHT_M_S 3.5

double
mk_natural_fly (const mk_act *act)
{
  if (mk_json_has (act->command, "by"))
    return mk_natural_pass (act);
  if (!mk_json_has (act->command, "to") && !mk_json_has (act->command, "distance_m"))
    return 0;
  mk_vec3 way = { 0, 0, 0 };
  mk_act_way (act, default_distance (act), to_the_right, &way, NULL);
  double hurry = fmax (1, FLIGHT_M_S / (double)(pace_of (act) / act->speed)); /* a small bird is as fast as a large one */
  return fmax (2, 1.2 * seconds_for (act, way) / hurry);
}

bool
mk_plan_fly (mk_act *act, GError **error)
{
  if (mk_json_has (act->command, "by")) /* somebody sends it */
    return mk_plan_pass (act, error);
  bool has_end = mk_json_has (act->command, "to");
  float distance = fminf (pace_of (act) * (float)act->duration_s, 5 * mk_act_extent (act) + 2);
  flying f = { .duration_s = act->duration_s, .is_landing = has_end };
  f.travel = (travelling){ .duration_s = act->duration_s, .easing = has_end ? act->easing : MK_EASE_LINEAR, .n = 1 };
  f.height_m = CLAMP (1.2f * mk_act_extent (act), 0.8f, 30);
  if (act->at.y - act->support_y > 0.5f * f.height_m) /* it is up already */
    f.height_m *= 0.15f;
  if (!mk_act_number (act, "height_m", 0, 100000, &f.height_m, error) || !mk_act_way (act, distance, to_the_right, &f.travel.way, error))
    return false;
  mk_vec3 level = { f.travel.way.x, 0, f.travel.way.z };
  if (mk_vec3_length (level) > 1e-4f) {
    f.travel.heading_rad = wrap_angle (yaw_of (level) - yaw_of (act->forward));
    f.travel.heading_s = act->start_s > 0.05 ? fmin (0.3 * act->duration_s, 0.8) : 0;
    f.side = mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, mk_vec3_normalize (level));
    f.sway_m = 0.12f * mk_act_extent (act);
    f.bank_rad = 0.16f;
  }
  const double corners[] = { 0.45 * f.duration_s, 0.55 * f.duration_s };
  mk_act_write (act, fly_at, &f, act->middle, corners, MK_COUNT (corners), true);
  if (!mk_life_fly (act))
    mk_life_swim (act);
  return true;
}

/* --- orbit --- */

typedef struct {
  const mk_scene *scene;
  int around;               /* node to keep around as it moves, or -1 */
  double start_s, duration_s;
  mk_vec3 center, from;     /* both at the start; from: the orbiting thing */
  float radius_m, angle_rad, turn_rad, lift_m;
  mk_easing easing;
  bool is_facing;
  float forward_yaw;
} orbiting;

static void
orbit_at (const void *user, double time_s, mk_delta *delta)
{
  const orbiting *o = user;
  float angle = o->angle_rad + o->turn_rad * mk_ease (o->easing, (float)(time_s / o->duration_s));
  mk_vec3 center = o->center;
  if (o->around >= 0) {
    mk_mat4 then = mk_node_world (o->scene, o->around, o->start_s), now = mk_node_world (o->scene, o->around, o->start_s + time_s);
    center = mk_vec3_add (center, (mk_vec3){ now.m[12] - then.m[12], now.m[13] - then.m[13], now.m[14] - then.m[14] });
  }
  mk_vec3 place = { center.x + o->radius_m * sinf (angle), center.y, center.z + o->radius_m * cosf (angle) };
  delta->offset = mk_vec3_sub (place, o->from);
  if (o->is_facing) {
    float yaw = angle + (o->turn_rad > 0 ? MK_PI / 2 : -MK_PI / 2);
    delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, yaw - o->forward_yaw);
  }
}

static void
orbit_progress (const void *user, double time_s, float *distance_m)
{
  const orbiting *o = user;
  *distance_m = fabsf (o->turn_rad) * mk_ease (o->easing, (float)(time_s / o->duration_s)) * o->radius_m;
}

/* The middle to go around: what is named, or all other things, or the place beside it. */
static bool
orbit_center (const mk_act *act, orbiting *o, float *radius_inside, GError **error)
{
  const char *id = NULL;
  if (!mk_field_string (act->command, "around", &id, error))
    return false;
  mk_box box = MK_BOX_EMPTY;
  g_autoptr (mk_pose) pose = mk_pose_new (act->scene, act->start_s);
  if (id != NULL) {
    g_autoptr (GArray) found = mk_scene_find_targets (act->scene, id, error);
    if (found == NULL)
      return false;
    o->around = g_array_index (found, int, 0);
    for (guint i = 0; i < found->len; i++)
      box = mk_box_union (box, mk_scene_bounds (act->scene, pose, g_array_index (found, int, i)));
    if (found->len > 1 || mk_scene_is_within (act->scene, o->around, act->root))
      o->around = -1;
  } else {
    for (int i = 0; i < (int)act->scene->nodes->len; i++) {
      const mk_scene_node *node = mk_scene_get_node (act->scene, i);
      if (node->parent < 0 && node->id != NULL && !node->is_ground && i != act->root && node->n_parts + 1 > 0)
        box = mk_box_union (box, mk_scene_bounds (act->scene, pose, i));
    }
  }
  if (box.min.x > box.max.x || (id == NULL && act->n > 1)) {
    o->center = act->n > 1 ? act->group : (mk_vec3){ act->at.x, act->at.y, act->at.z - 1.5f * mk_act_extent (act) };
    *radius_inside = 0;
    return true;
  }
  mk_vec3 middle = mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
  o->center = (mk_vec3){ middle.x, act->at.y, middle.z };
  *radius_inside = mk_vec3_length ((mk_vec3){ box.max.x - middle.x, 0, box.max.z - middle.z });
  return true;
}

double
mk_natural_orbit (const mk_act *act)
{
  double turns = fabs (mk_json_get_real (mk_json_get (act->command, "turns")));
  return mk_json_has (act->command, "turns") ? turns * 4 / (double)act->speed : 0;
}

bool
mk_plan_orbit (mk_act *act, GError **error)
{
  orbiting o = { .scene = act->scene, .around = -1, .start_s = act->start_s, .duration_s = act->duration_s, .from = act->at, .easing = act->easing };
  float inside = 0, turns = fmaxf (1, roundf ((float)act->duration_s / 5 * act->speed));
  if (!orbit_center (act, &o, &inside, error) || !mk_act_number (act, "turns", -1000, 1000, &turns, error))
    return false;
  if (act->repeat > 0)
    turns = (float)act->repeat;
  mk_vec3 arm = { act->at.x - o.center.x, 0, act->at.z - o.center.z };
  float least = inside + mk_act_radius (act) * 1.3f + 0.05f;
  o.radius_m = fmaxf (mk_vec3_length (arm), least);
  if (!mk_act_number (act, "radius_m", 0.001, 100000, &o.radius_m, error))
    return false;
  o.angle_rad = mk_vec3_length (arm) > 1e-4f ? yaw_of (arm) : 2 * MK_PI * (float)act->index / (float)act->n;
  o.turn_rad = turns * 2 * MK_PI;
  g_autoptr (GArray) joints = mk_object_joints (act->stage->library, act->scene, act->root);
  o.is_facing = act->node == act->root && joints->len > 0; /* what has limbs or wheels looks where it goes; a moon does not */
  o.forward_yaw = yaw_of (act->forward);
  g_autoptr (mk_scene) still = mk_scene_edit (act->scene); /* the middle's tracks, while ours are written */
  o.scene = still;
  if (o.is_facing)
    mk_act_turn_wheels (act, orbit_progress, &o);
  mk_act_write (act, orbit_at, &o, act->foot, NULL, 0, true);
  mk_life_go (act);
  return true;
}

/* --- along points --- */

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
    delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, yaw_of (ahead) - p->forward_yaw);
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
  if (n < 2 || n > 1000)
    return mk_error (error, MK_ERROR_RANGE, "“points” holds 2 to 1000 points, not %zu", n);
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
  *p = (pathway){ .duration_s = act->duration_s, .easing = act->easing, .at = act->at, .forward_yaw = yaw_of (act->forward) };
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
    seconds = fmax (1, (double)(p.lengths[p.n_steps] / pace_of (act)));
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
    mk_life_go (act);
  }
  free_path (&p);
  return is_done;
}

/* --- after another --- */

#define FOLLOW_STEP_S (1 / 30.0)

typedef struct {
  mk_vec3 *places; /* every FOLLOW_STEP_S */
  unsigned n;
  mk_vec3 at;
  float forward_yaw;
  float *yaws;
} following;

static void
follow_at (const void *user, double time_s, mk_delta *delta)
{
  const following *f = user;
  double x = time_s / FOLLOW_STEP_S;
  unsigned i = MIN ((unsigned)x, f->n - 2);
  float t = (float)fmin (x - i, 1);
  delta->offset = mk_vec3_sub (mk_vec3_lerp (f->places[i], f->places[i + 1], t), f->at);
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, f->yaws[i] + (f->yaws[i + 1] - f->yaws[i]) * t - f->forward_yaw);
}

/* As if on a rope: pulled along when the leader gets farther than `gap` (a tractrix). */
static void
pull (const mk_act *act, int leader, following *f)
{
  mk_mat4 first = mk_node_world (act->scene, leader, act->start_s);
  mk_vec3 lead = { first.m[12], 0, first.m[14] }, here = { act->at.x, 0, act->at.z };
  float gap = fmaxf (mk_vec3_length (mk_vec3_sub (lead, here)), mk_act_extent (act)), yaw = yaw_of (act->forward);
  gap = fminf (gap, 3 * mk_act_extent (act) + 1);
  for (unsigned i = 0; i < f->n; i++) {
    mk_mat4 world = mk_node_world (act->scene, leader, act->start_s + i * FOLLOW_STEP_S);
    lead = (mk_vec3){ world.m[12], 0, world.m[14] };
    mk_vec3 rope = mk_vec3_sub (lead, here);
    float length = mk_vec3_length (rope), tug = fmaxf (length - gap, 0);
    tug = fminf (tug, 2.5f * pace_of (act) * (float)FOLLOW_STEP_S + 0.25f * tug); /* catches up without a leap */
    if (length > 1e-5f) {
      here = mk_vec3_add (here, mk_vec3_scale (rope, tug / length));
      float wanted = yaw + wrap_angle (yaw_of (rope) - yaw);
      yaw += (wanted - yaw) * fminf (1, tug > 1e-5f ? 0.25f : 0.05f);
    }
    f->places[i] = (mk_vec3){ here.x, act->at.y + world.m[13] - first.m[13], here.z };
    f->yaws[i] = yaw;
  }
}

double
mk_natural_follow (const mk_act *act)
{
  (void)act;
  return 0;
}

bool
mk_plan_follow (mk_act *act, GError **error)
{
  const char *id = NULL;
  if (!mk_field_string (act->command, "to", &id, error))
    return false;
  if (id == NULL)
    return mk_error (error, MK_ERROR_USAGE, "“to” names what is followed");
  g_autoptr (GArray) found = mk_scene_find_targets (act->scene, id, error);
  if (found == NULL)
    return false;
  int leader = g_array_index (found, int, 0);
  if (mk_scene_is_within (act->scene, leader, act->root))
    return mk_error (error, MK_ERROR_USAGE, "“%s” cannot follow itself", id);
  following f = { .n = MAX ((unsigned)ceil (act->duration_s / FOLLOW_STEP_S) + 1, 2), .at = act->at, .forward_yaw = yaw_of (act->forward) };
  f.places = g_new (mk_vec3, f.n);
  f.yaws = g_new (float, f.n);
  pull (act, leader, &f);
  mk_act_write (act, follow_at, &f, act->foot, NULL, 0, true);
  mk_life_go (act);
  g_free (f.places);
  g_free (f.yaws);
  return true;
}
