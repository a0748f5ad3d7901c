/* Driving with a driver's feet and hands: it brakes, before something or where it is, and takes bends. */
#include "scene/life.h"
#include "scene/motion_travel.h"

#define BRAKE_S 0.9          /* from its speed to rest */
#define SETTLE_S 0.7         /* its nose comes up again and stays */
#define BRAKE_EXTENTS 2.4f   /* how far it comes when nobody says, in lengths of its own: seen by a camera that stands */
#define START_S 0.8          /* to its speed, when it stands at first */
#define DIP_RAD 0.022f
#define DIP_HZ 1.6f
#define STOP_BEFORE_M 0.8f   /* its nose before what it stops at */
#define LANE_M 0.5f          /* between its side and a post beside which it stops */

/* --- brakes --- */

typedef struct {
  mk_vec3 way, aside, axis; /* aside: into its lane, from the first moment; axis: about which the nose dips */
  float heading_rad;
  double gone_s, in_s, out_s;
} braking;

static float
brake_share (const braking *b, double time_s)
{
  return mk_glide (time_s, b->gone_s, b->in_s, b->out_s);
}

/* The nose goes down while it brakes, and swings out once it stands. */
static float
dip_at (const braking *b, double time_s)
{
  float since = (float)(time_s - b->gone_s);
  if (since < 0)
    return DIP_RAD * mk_smooth (0, 0.3f, since + (float)b->out_s);
  return DIP_RAD * expf (-6 * since) * cosf (2 * MK_PI * DIP_HZ * since) * (1 - mk_smooth (0.5f, 1, since / (float)SETTLE_S));
}

static void
brake_at (const void *user, double time_s, mk_delta *delta)
{
  const braking *b = user;
  delta->offset = mk_vec3_add (b->aside, mk_vec3_scale (b->way, brake_share (b, time_s)));
  delta->turn = mk_quat_mul (mk_quat_from_axis (b->axis, dip_at (b, time_s)), mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, b->heading_rad));
}

static void
brake_progress (const void *user, double time_s, float *distance_m)
{
  const braking *b = user;
  *distance_m = mk_vec3_length (b->way) * brake_share (b, time_s);
}

/* Past a post there is a lane: beside it, on the side of the camera, up to before it. */
static void
keep_lane (const mk_act *act, const mk_act *post, braking *b)
{
  mk_vec3 flat = { post->at.x - act->at.x, 0, post->at.z - act->at.z };
  float far = mk_vec3_length (flat), half = mk_act_half_along (act, act->forward);
  mk_vec3 u = far > 1e-3f ? mk_vec3_scale (flat, 1 / far) : act->forward, side = { -u.z, 0, u.x };
  if (side.z < 0)
    side = mk_vec3_scale (side, -1);
  mk_vec3 across = mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, act->forward);
  b->aside = mk_vec3_scale (side, mk_act_half_along (act, across) + mk_act_radius (post) + LANE_M);
  b->way = mk_vec3_scale (u, fmaxf (far - half - STOP_BEFORE_M, 0.1f));
}

static bool
find_way (const mk_act *act, braking *b, GError **error)
{
  if (!mk_act_way (act, BRAKE_EXTENTS * mk_act_extent (act), MK_TO_THE_RIGHT, &b->way, error))
    return false;
  const mk_json *to = mk_json_get (act->command, "to");
  mk_act post;
  if (mk_json_get_kind (to) == MK_JSON_STRING && act->start_s < 0.05 && mk_act_partner (act, mk_json_get_string (to), &post, NULL) &&
      mk_act_radius (&post) < 0.5f * mk_act_radius (act))
    keep_lane (act, &post, b);
  return true;
}

static bool
is_braking (const mk_act *act)
{
  return act->node == act->root && g_str_equal (mk_json_get_string (mk_json_get (act->command, "how")), "brake");
}

double
mk_natural_drive (const mk_act *act)
{
  braking b = { .way = { 0, 0, 0 } };
  if (!is_braking (act) || !find_way (act, &b, NULL))
    return mk_natural_travel (act);
  double in_s = act->start_s > 0.05 ? START_S : 0;
  return ((double)(mk_vec3_length (b.way) / mk_act_pace (act)) + (in_s + BRAKE_S) / 2) + SETTLE_S;
}

bool
mk_plan_drive (mk_act *act, GError **error)
{
  braking b = { .axis = { 0, 0, 0 } };
  if (!is_braking (act))
    return mk_plan_travel (act, error);
  if (!find_way (act, &b, error))
    return false;
  float length = mk_vec3_length (b.way);
  mk_vec3 u = length > 1e-4f ? mk_vec3_scale (b.way, 1 / length) : act->forward;
  b.axis = mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, u); /* to its left: a positive turn lowers the nose */
  b.heading_rad = mk_angle_wrap (mk_vec3_yaw (u) - mk_vec3_yaw (act->forward));
  b.gone_s = fmax (0.3 * act->duration_s, act->duration_s - SETTLE_S);
  b.out_s = fmin (BRAKE_S, 0.6 * b.gone_s);
  b.in_s = act->start_s > 0.05 ? fmin (START_S, 0.3 * b.gone_s) : 0;
  const double corners[] = { b.in_s, b.gone_s - b.out_s, b.gone_s };
  mk_act_turn_wheels (act, brake_progress, &b);
  mk_act_write (act, brake_at, &b, act->foot, corners, MK_COUNT (corners), true);
  return true;
}

/* --- takes a bend --- */

#define AHEAD_EXTENTS 0.6f   /* straight on before and after, in lengths of its own */
#define BEYOND_EXTENTS 0.8f
#define BEND_EXTENTS 1.1f    /* the radius */
#define BEND_PACE 0.7f       /* of the usual one */
#define STEER_RAD 0.5f
#define STEER_M 0.35f        /* lengths over which the wheels come round */

typedef struct {
  mk_vec3 ahead, left;      /* unit */
  float before_m, radius_m, beyond_m, arc_rad; /* arc: positive to its left */
  float extent_m;
  double duration_s, out_s;
} bending;

static float
bend_length (const bending *b)
{
  return b->before_m + fabsf (b->arc_rad) * b->radius_m + b->beyond_m;
}

static void
bend_progress (const void *user, double time_s, float *distance_m)
{
  const bending *b = user;
  *distance_m = bend_length (b) * mk_glide (time_s, b->duration_s, 0, b->out_s);
}

static void
bend_at (const void *user, double time_s, mk_delta *delta)
{
  const bending *b = user;
  float gone, sign = b->arc_rad < 0 ? -1 : 1;
  bend_progress (b, time_s, &gone);
  float in = CLAMP ((gone - b->before_m) / b->radius_m, 0, fabsf (b->arc_rad)), past = fmaxf (gone - b->before_m - fabsf (b->arc_rad) * b->radius_m, 0);
  float along = fminf (gone, b->before_m) + b->radius_m * sinf (in) + past * cosf (in), aside = b->radius_m * (1 - cosf (in)) + past * sinf (in);
  delta->offset = mk_vec3_add (mk_vec3_scale (b->ahead, along), mk_vec3_scale (b->left, sign * aside));
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, sign * in);
}

static void
bend_steer (const void *user, double time_s, float *angle_rad)
{
  const bending *b = user;
  float gone, end = b->before_m + fabsf (b->arc_rad) * b->radius_m, over = STEER_M * b->extent_m;
  bend_progress (b, time_s, &gone);
  float show = mk_smooth (b->before_m - over, b->before_m, gone) * (1 - mk_smooth (end - over, end, gone));
  *angle_rad = (b->arc_rad < 0 ? -STEER_RAD : STEER_RAD) * show;
}

static bending
bend_of (const mk_act *act, float angle_rad)
{
  float extent = mk_act_extent (act);
  return (bending){ .ahead = act->forward, .left = mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, act->forward), .before_m = AHEAD_EXTENTS * extent, .radius_m = BEND_EXTENTS * extent,
                    .beyond_m = BEYOND_EXTENTS * extent, .arc_rad = angle_rad, .extent_m = extent, .duration_s = act->duration_s, .out_s = 0.35 * act->duration_s };
}

bool
mk_bend_suits (const mk_act *act)
{
  const char *object = mk_scene_get_node (act->scene, act->root)->object, *side = mk_json_get_string (mk_json_get (act->command, "direction"));
  const mk_recipe_info *info = object != NULL ? mk_library_find (act->stage->library, object) : NULL;
  bool is_to_a_side = g_str_equal (side, "left") || g_str_equal (side, "right");
  return act->node == act->root && is_to_a_side && info != NULL && g_str_equal (info->category, "vehicle");
}

double
mk_bend_natural (const mk_act *act, float angle_rad)
{
  bending b = bend_of (act, angle_rad);
  return (double)(bend_length (&b) / (BEND_PACE * mk_act_pace (act))) / (1 - 0.35 / 2);
}

void
mk_bend (mk_act *act, float angle_rad)
{
  bending b = bend_of (act, angle_rad);
  mk_act_turn_wheels (act, bend_progress, &b);
  mk_act_steer_wheels (act, bend_steer, &b);
  mk_act_write (act, bend_at, &b, act->foot, NULL, 0, true);
  mk_life_go (act);
}
