/* How a camera moves during its shot. */
#include "scene/camera.h"
#include "scene/motion.h"

#define MOST_LAG 0.2f /* of a gliding camera behind what it follows, in radii of that */
#define DEGREE (MK_PI / 180)

static mk_vec3
turn_about (mk_vec3 arm, float yaw)
{
  return mk_quat_rotate (mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, yaw), arm);
}

/* Up or down by an angle, staying upright. */
static mk_vec3
pitch_about (mk_vec3 arm, float pitch)
{
  float level = hypotf (arm.x, arm.z), angle = CLAMP (atan2f (arm.y, level) + pitch, -1.45f, 1.45f), length = mk_vec3_length (arm);
  if (level < 1e-5f)
    return arm;
  return (mk_vec3){ arm.x / level * length * cosf (angle), length * sinf (angle), arm.z / level * length * cosf (angle) };
}

static void
look_around (mk_view *view, float yaw, float pitch)
{
  mk_vec3 ahead = mk_vec3_sub (view->at, view->eye);
  view->at = mk_vec3_add (view->eye, pitch_about (turn_about (ahead, yaw), pitch));
}

/* Hands that breathe: three slow waves, none a multiple of another. */
static void
shake (mk_view *view, float time_s, float amount)
{
  float yaw = amount * (sinf (time_s * 5.3f) + 0.6f * sinf (time_s * 11.9f + 1) + 0.4f * sinf (time_s * 23.1f + 2));
  float pitch = amount * (sinf (time_s * 6.1f + 3) + 0.6f * sinf (time_s * 13.3f + 4) + 0.4f * sinf (time_s * 21.7f + 5));
  look_around (view, yaw, pitch);
}

static mk_vec3
middle_of_targets (const mk_scene *scene, const mk_shot *shot, double time_s)
{
  mk_vec3 sum = { 0, 0, 0 };
  if (shot->part_node >= 0)
    return mk_mat4_point (mk_node_world (scene, shot->part_node, time_s), shot->pivot);
  for (guint i = 0; i < shot->targets->len; i++) {
    mk_mat4 world = mk_node_world (scene, g_array_index (shot->targets, int, i), time_s);
    sum = mk_vec3_add (sum, mk_mat4_point (world, shot->pivot));
  }
  return shot->targets->len > 0 ? mk_vec3_scale (sum, 1 / (float)shot->targets->len) : sum;
}

/* The middle of all targets, smoothed over half a second so that the camera glides; less near the ends, where it must not lag,
 * and never so far from it that it would leave the picture. */
static mk_vec3
smooth_place (const mk_scene *scene, const mk_shot *shot, double time_s)
{
  mk_vec3 sum = { 0, 0, 0 }, now = middle_of_targets (scene, shot, time_s);
  double step = fmax (0, fmin (0.09, fmin (time_s - shot->start_s, shot->end_s - time_s) / 3));
  for (int k = -3; k <= 3; k++)
    sum = mk_vec3_add (sum, middle_of_targets (scene, shot, CLAMP (time_s + k * step, shot->start_s, shot->end_s)));
  mk_vec3 lag = mk_vec3_sub (mk_vec3_scale (sum, 1 / 7.0f), now);
  float far = mk_vec3_length (lag), most = MOST_LAG * shot->radius_m;
  return mk_vec3_add (now, far > most ? mk_vec3_scale (lag, most / far) : lag);
}

static void
move_with (const mk_scene *scene, const mk_shot *shot, double time_s, mk_view *view)
{
  mk_vec3 by = mk_vec3_sub (smooth_place (scene, shot, time_s), smooth_place (scene, shot, shot->start_s));
  by.y *= 1 - 0.4f * (1 - mk_smooth (0.5f * shot->radius_m, 1.5f * shot->radius_m, fabsf (by.y))); /* hops and bounces move the picture less than the thing; not a climb */
  view->eye = mk_vec3_add (view->eye, by);
  view->at = mk_vec3_add (view->at, by);
}

/* A straight way past the middle and on, looking ahead, above what is there. */
static void
fly_through (const mk_shot *shot, float t, mk_view *view)
{
  mk_vec3 ahead = mk_vec3_sub (shot->middle, shot->base.eye);
  ahead.y = 0;
  float reach = mk_vec3_length (ahead), top = shot->middle.y + 0.75f * shot->radius_m;
  ahead = reach > 1e-4f ? mk_vec3_scale (ahead, 1 / reach) : (mk_vec3){ 0, 0, -1 };
  float gone = t * (reach + 0.8f * shot->radius_m);
  view->eye = mk_vec3_add (shot->base.eye, mk_vec3_scale (ahead, gone));
  view->eye.y = shot->base.eye.y + (top - shot->base.eye.y) * mk_smooth (0.1f, 0.75f, t);
  mk_vec3 beyond = mk_vec3_add (view->eye, mk_vec3_scale (ahead, fmaxf (shot->radius_m, 1) * 2));
  beyond.y = shot->middle.y;
  view->at = mk_vec3_lerp (shot->base.at, beyond, mk_smooth (0.15f, 0.8f, t));
}

static void
move (const mk_scene *scene, const mk_shot *shot, double time_s, float t, mk_view *view)
{
  mk_vec3 arm = mk_vec3_sub (view->eye, view->at);
  float soft = mk_ease (MK_EASE_IN_OUT, t), length = mk_vec3_length (arm);
  mk_vec3 right = mk_vec3_normalize (mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, arm));
  switch (shot->motion) {
  case MK_CAM_STILL:
    break;
  case MK_CAM_ORBIT:
    view->eye = mk_vec3_add (view->at, turn_about (arm, t * shot->turns * 2 * MK_PI));
    break;
  case MK_CAM_DOLLY_IN:
    view->eye = mk_vec3_add (view->at, mk_vec3_scale (arm, 1.15f - 0.55f * soft));
    break;
  case MK_CAM_DOLLY_OUT:
    view->eye = mk_vec3_add (view->at, mk_vec3_scale (arm, 0.6f + 0.65f * soft));
    break;
  case MK_CAM_ZOOM_IN:
    view->tan_x *= powf (0.5f, soft);
    break;
  case MK_CAM_ZOOM_OUT:
    view->tan_x *= powf (0.5f, 1 - soft);
    break;
  case MK_CAM_PAN_LEFT:
    look_around (view, (soft - 0.5f) * atanf (view->tan_x) * 0.9f, 0);
    break;
  case MK_CAM_PAN_RIGHT:
    look_around (view, (0.5f - soft) * atanf (view->tan_x) * 0.9f, 0);
    break;
  case MK_CAM_TILT_UP:
    look_around (view, 0, (soft - 0.6f) * 14 * DEGREE);
    break;
  case MK_CAM_TILT_DOWN:
    look_around (view, 0, (0.4f - soft) * 14 * DEGREE);
    break;
  case MK_CAM_TRACK:
  case MK_CAM_FOLLOW:
    move_with (scene, shot, time_s, view);
    break;
  case MK_CAM_CRANE_UP:
    view->eye = mk_vec3_add (view->at, mk_vec3_scale (pitch_about (arm, (soft - 0.15f) * 38 * DEGREE), 1 + 0.15f * soft));
    break;
  case MK_CAM_CRANE_DOWN:
    view->eye = mk_vec3_add (view->at, mk_vec3_scale (pitch_about (arm, (0.85f - soft) * 38 * DEGREE), 1.15f - 0.15f * soft));
    break;
  case MK_CAM_TRUCK_LEFT:
  case MK_CAM_TRUCK_RIGHT: {
    float way = (soft - 0.5f) * length * view->tan_x * 0.9f * (shot->motion == MK_CAM_TRUCK_LEFT ? -1 : 1);
    view->eye = mk_vec3_add (view->eye, mk_vec3_scale (right, way));
    view->at = mk_vec3_add (view->at, mk_vec3_scale (right, way));
    break;
  }
  case MK_CAM_DOLLY_ZOOM: { /* Hitchcock's: nearer and wider, the subject stays as large */
    float nearer = 1.7f - 1.1f * soft;
    view->eye = mk_vec3_add (view->at, mk_vec3_scale (arm, nearer));
    view->tan_x /= nearer;
    break;
  }
  case MK_CAM_WHIP_PAN:
    look_around (view, -(1 - mk_ease (MK_EASE_OUT, fminf ((float)(time_s - shot->start_s) / 0.45f * shot->speed, 1))) * 75 * DEGREE, 0);
    break;
  case MK_CAM_SHAKE:
    shake (view, (float)(time_s - shot->start_s) * shot->speed, 0.35f * DEGREE);
    break;
  case MK_CAM_FLY_THROUGH:
    fly_through (shot, mk_ease (MK_EASE_IN_OUT, t), view);
    break;
  }
}

/* A view that follows what it looks at. */
static void
keep_looking (const mk_scene *scene, const mk_shot *shot, double time_s, mk_view *view)
{
  if (shot->look_node < 0)
    return;
  mk_mat4 then = mk_node_world (scene, shot->look_node, shot->start_s), now = mk_node_world (scene, shot->look_node, time_s);
  view->at = mk_vec3_add (view->at, (mk_vec3){ now.m[12] - then.m[12], now.m[13] - then.m[13], now.m[14] - then.m[14] });
}

mk_view
mk_shot_view (const mk_scene *scene, const mk_shot *shot, double time_s)
{
  mk_view view = shot->base;
  double in = CLAMP (time_s, shot->start_s, shot->end_s) - shot->start_s;
  float t = shot->duration_s > 0 ? (float)fmin (in / shot->duration_s, 1) : 0;
  keep_looking (scene, shot, shot->start_s + in, &view);
  move (scene, shot, shot->start_s + in, t, &view);
  if (!shot->has_position || shot->motion != MK_CAM_STILL)
    view.eye = mk_shot_clear_eye (scene, shot, shot->start_s + in, view.eye, view.at);
  return view;
}
