/* Shots: words of a camera command, and where the camera stands for them. */
#include "scene/aloft.h"
#include "scene/camera.h"
#include "scene/ground.h"
#include "scene/fields.h"
#include "scene/layout.h"
#include "scene/motion.h"
#include "scene/objects.h"
#include "scene/particles.h"

#define DEFAULT_LENS_MM 40
#define DEGREE (MK_PI / 180)

/* A long row is looked along: from its side it would be a thin line. */
#define ROW_N 6
#define ROW_TIMES 4
#define ROW_AZIMUTH (52 * DEGREE)

/* What happens from the front to the back is watched from its side: along it, it would be small behind an empty floor. */
#define DEEP_TIMES 1.6f
#define DEEP_AZIMUTH (60 * DEGREE)

static const char *const motion_words[] = { "still", "orbit", "dolly-in", "dolly-out", "zoom-in", "zoom-out", "pan-left", "pan-right", "tilt-up", "tilt-down", "track", "follow",
                                            "crane-up", "crane-down", "truck-left", "truck-right", "dolly-zoom", "whip-pan", "shake", "fly-through", NULL };
static const char *const size_words[] = { "extreme-wide", "wide", "full", "medium", "close-up", "extreme-close-up", "over-the-shoulder", NULL };
static const char *const angle_words[] = { "eye", "low", "high", "above", "ground", "dutch", NULL };
static const char *const side_words[] = { "front", "left", "right", "back", "three-quarter", NULL };

/* --- reading --- */

static bool
read_look_at (const mk_scene *scene, const mk_json *command, mk_shot *shot, GError **error)
{
  const mk_json *look_at = mk_json_get (command, "look_at");
  if (mk_json_get_kind (look_at) == MK_JSON_STRING) {
    g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (look_at), error);
    if (found != NULL)
      shot->look_node = g_array_index (found, int, 0);
    return found != NULL;
  }
  shot->has_look_at = look_at != NULL;
  return mk_field_vec3 (command, "look_at", 1e5, &shot->look_at, error);
}

static bool
read_targets (const mk_stage *stage, const mk_scene *scene, const mk_json *command, mk_shot *shot, GError **error)
{
  const mk_json *targets = mk_json_get (command, "targets");
  shot->targets = g_array_new (FALSE, FALSE, sizeof (int));
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, i)), error);
    if (found == NULL)
      return false;
    g_array_append_vals (shot->targets, found->data, found->len);
  }
  if (shot->targets->len == 0) {
    g_array_unref (shot->targets);
    shot->targets = mk_framing_subjects (stage, scene);
    shot->is_of_all = true;
  }
  return true;
}

static bool
read_words (const mk_json *command, mk_shot *shot, GError **error)
{
  int motion = MK_CAM_STILL, size = -1, angle = -1, side = -1;
  if (!mk_field_choice (command, "motion", motion_words, &motion, error) || !mk_field_choice (command, "shot", size_words, &size, error) ||
      !mk_field_choice (command, "angle", angle_words, &angle, error) || !mk_field_choice (command, "side", side_words, &side, error))
    return false;
  shot->motion = (mk_camera_motion)motion;
  shot->size = (mk_shot_size)(size + 1);
  shot->angle = (mk_shot_angle)(angle + 1);
  shot->side = (mk_shot_side)(side + 1);
  return true;
}

bool
mk_shot_read (const mk_stage *stage, const mk_scene *scene, const mk_json *command, mk_shot *shot, GError **error)
{
  *shot = (mk_shot){ .look_node = -1, .part_node = -1, .speed = 1, .lens_mm = DEFAULT_LENS_MM };
  double start = 0, duration = 0;
  shot->has_position = mk_json_has (command, "position");
  shot->is_free = !mk_json_has (command, "motion") && !shot->has_position;
  if (!read_words (command, shot, error) || !mk_field_float (command, "turns", -100, 100, &shot->turns, error) ||
      !mk_field_float (command, "speed", 0.01, 100, &shot->speed, error) || !mk_field_float (command, "lens_mm", 6, 1200, &shot->lens_mm, error) ||
      !mk_field_float (command, "f_stop", 0.5, 128, &shot->f_stop, error) || !mk_field_vec3 (command, "position", 1e5, &shot->position, error) ||
      !mk_field_number (command, "start_s", 0, 600, &start, error) || !mk_field_number (command, "duration_s", 0, 600, &duration, error) ||
      !read_look_at (scene, command, shot, error))
    return false;
  shot->start_s = start;
  shot->duration_s = duration;
  return read_targets (stage, scene, command, shot, error);
}

void
mk_shot_clear (mk_shot *shot)
{
  if (shot->targets != NULL)
    g_array_unref (shot->targets);
  if (shot->obstacles != NULL)
    g_array_unref (shot->obstacles);
  if (shot->terrain != NULL)
    g_array_unref (shot->terrain);
  shot->targets = shot->obstacles = shot->terrain = NULL;
}

/* --- where it stands --- */

/* Part of what is shown, and how much room is left about it. */
static const struct {
  float fill;        /* of the picture, 1 = touches its edges */
  float keep_top;    /* of a tall thing, from its top */
  float keep_all;    /* of one that is not tall, about its middle */
} sizes[] = {
  [MK_SHOT_AUTO] = { 0.8f, 1, 1 },            [MK_SHOT_EXTREME_WIDE] = { 0.22f, 1, 1 },
  [MK_SHOT_WIDE] = { 0.5f, 1, 1 },            [MK_SHOT_FULL] = { 0.88f, 1, 1 },
  [MK_SHOT_MEDIUM] = { 0.92f, 0.58f, 0.85f }, [MK_SHOT_CLOSE_UP] = { 0.92f, 0.3f, 0.72f },
  [MK_SHOT_EXTREME_CLOSE_UP] = { 0.95f, 0.15f, 0.3f }, [MK_SHOT_OVER_THE_SHOULDER] = { 0.6f, 0.7f, 1 },
};

#define OVER_TERRAIN 0.08f /* of what is shown: how far over a hill the camera and its line of sight stay */
#define HEAD_SHARE 0.25f /* half of what is seen about a head, of the height of who has it */

/* Of one on all fours a close-up shows the head: the points of a moment become a box about it. */
static bool
keep_head (const mk_stage *stage, const mk_scene *scene, const mk_shot *shot, double time_s, GArray *points)
{
  if (shot->targets->len != 1 || stage->library == NULL || (shot->size != MK_SHOT_CLOSE_UP && shot->size != MK_SHOT_EXTREME_CLOSE_UP))
    return false;
  mk_box box = mk_box_of_points ((const mk_vec3 *)points->data, points->len);
  mk_vec3 extent = mk_vec3_sub (box.max, box.min);
  int root = g_array_index (shot->targets, int, 0);
  g_autoptr (GArray) joints = mk_object_joints (stage->library, scene, root);
  const mk_joint *head = mk_joint_find (joints, MK_ROLE_HEAD);
  if (head == NULL || extent.y > 1.15f * fmaxf (extent.x, extent.z))
    return false;
  float half = HEAD_SHARE * extent.y * (shot->size == MK_SHOT_CLOSE_UP ? 1 : 0.6f);
  mk_vec3 at = mk_mat4_point (mk_node_world (scene, head->node, time_s), (mk_vec3){ 0, 0, 0 });
  mk_vec3 front = mk_vec3_normalize (mk_mat4_direction (mk_node_world (scene, root, time_s), (mk_vec3){ 0, 0, 1 }));
  at = mk_vec3_add (at, mk_vec3_scale (front, 0.3f * half));
  g_array_set_size (points, 0);
  for (int i = 0; i < 8; i++) {
    mk_vec3 corner = { at.x + (i & 1 ? half : -half), at.y + (i & 2 ? half : -half), at.z + (i & 4 ? half : -half) };
    g_array_append_val (points, corner);
  }
  return true;
}

/* Keeps the upper part of what is tall, the middle of what is not. */
static void
crop (GArray *points, mk_shot_size size, bool is_group)
{
  mk_box box = mk_box_of_points ((const mk_vec3 *)points->data, points->len);
  mk_vec3 extent = mk_vec3_sub (box.max, box.min), middle = mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
  bool is_tall = extent.y > 1.15f * fmaxf (extent.x, extent.z);
  float share = is_tall ? sizes[size].keep_top : sizes[size].keep_all;
  if (is_group && !is_tall && size != MK_SHOT_EXTREME_CLOSE_UP) /* its members are at its edges */
    share = 1;
  if (share >= 1)
    return;
  mk_vec3 about = is_tall ? (mk_vec3){ middle.x, box.max.y, middle.z } : middle;
  for (guint i = 0; i < points->len; i++) {
    mk_vec3 *p = &g_array_index (points, mk_vec3, i);
    *p = mk_vec3_add (about, mk_vec3_scale (mk_vec3_sub (*p, about), share));
  }
}

/* Outdoors the horizon belongs into the picture, about a third from its top; in a studio one looks down a little. */
static float
natural_elevation (const mk_scene *scene)
{
  mk_sky_kind kind = scene->sky.kind;
  bool is_open = kind == MK_SKY_DAY || kind == MK_SKY_SUNSET || kind == MK_SKY_NIGHT || kind == MK_SKY_FOG || kind == MK_SKY_OVERCAST || kind == MK_SKY_UNDERWATER;
  int ground = mk_ground_find (scene);
  is_open |= kind == MK_SKY_SPACE && ground >= 0 && !mk_scene_get_node (scene, ground)->is_hidden;
  bool has_aloft = false; /* the sky is to be seen */
  for (int i = 0; i < (int)scene->nodes->len; i++)
    has_aloft |= mk_is_aloft (scene, i);
  return (has_aloft || (is_open && !mk_ground_is_floor (scene)) ? 5 : 12) * DEGREE;
}

/* Who is on a hill is seen from its slope, against the sky. */
static bool
is_on_hill (const mk_scene *scene, const mk_shot *shot)
{
  bool is_on = false;
  for (guint i = 0; i < shot->targets->len && !is_on; i++) {
    int made = mk_scene_get_node (scene, g_array_index (shot->targets, int, i))->command;
    const mk_json *place = made >= 0 ? mk_json_at (mk_json_get (mk_json_at (scene->commands, (size_t)made), "place"), 0) : NULL;
    g_autoptr (GArray) found = g_str_equal (mk_json_get_string (mk_json_get (place, "relation")), "on") ? mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (mk_json_get (place, "targets"), 0)), NULL) : NULL;
    is_on = found != NULL && found->len > 0 && mk_framing_has (shot->terrain, g_array_index (found, int, 0));
  }
  return is_on && shot->is_of_all && shot->size == MK_SHOT_AUTO;
}

/* A heart of candles, a spiral of dominoes: figures that are seen from above alone. */
static bool
is_drawn_on_floor (const mk_scene *scene, const mk_shot *shot)
{
  static const char *const drawn[] = { "spiral", "heart", "star", NULL };
  bool is_drawn = false;
  for (guint i = 0; i < shot->targets->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, g_array_index (shot->targets, int, i));
    const char *arrange = node->command >= 0 ? mk_json_get_string (mk_json_get (mk_json_at (scene->commands, (size_t)node->command), "arrange")) : "";
    is_drawn |= g_strv_contains (drawn, arrange);
  }
  return is_drawn;
}

#define DEEP_M 0.02f     /* what has its middle so far below the rim is hidden by it */
#define LOOKED_INTO_M 3  /* into a barn one goes */

/* Whether something lies so deep in an open box or basket that one has to look into it. */
static bool
is_looked_into (const mk_scene *scene, const mk_shot *shot)
{
  for (guint i = 0; i < shot->targets->len; i++) {
    int root = g_array_index (shot->targets, int, i), command = mk_scene_get_node (scene, root)->command;
    const mk_json *place = command >= 0 ? mk_json_at (mk_json_get (mk_json_at (scene->commands, (size_t)command), "place"), 0) : NULL;
    bool is_in = g_str_equal (mk_json_get_string (mk_json_get (place, "relation")), "inside");
    g_autoptr (GArray) holders = is_in ? mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (mk_json_get (place, "targets"), 0)), NULL) : NULL;
    int holder = holders != NULL && holders->len > 0 ? g_array_index (holders, int, 0) : -1, made = holder >= 0 ? mk_scene_get_node (scene, holder)->command : -1;
    if (holder < 0 || (made >= 0 && g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (scene->commands, (size_t)made), "material")), "glass")))
      continue;
    mk_box box = mk_layout_box (scene, holder), in = mk_layout_box (scene, root);
    mk_vec3 middle = mk_box_middle (in), size = mk_box_size (box), own = mk_box_size (in);
    unsigned n_covered = 0;
    for (int k = 0; k < 5; k++) { /* the handle of a basket is no lid */
      float over, x = middle.x + (k == 1 ? 0.4f : k == 2 ? -0.4f : 0) * own.x, z = middle.z + (k == 3 ? 0.4f : k == 4 ? -0.4f : 0) * own.z;
      n_covered += mk_layout_surface (scene, holder, x, z, INFINITY, &over) && over > in.max.y;
    }
    if (n_covered <= 3 && fmaxf (size.x, fmaxf (size.y, size.z)) < LOOKED_INTO_M && middle.y < box.max.y - DEEP_M)
      return true;
  }
  return false;
}

static float
elevation_of (const mk_scene *scene, const mk_shot *shot)
{
  switch (shot->angle) {
  case MK_ANGLE_EYE:
    return 3 * DEGREE;
  case MK_ANGLE_LOW:
    return -14 * DEGREE;
  case MK_ANGLE_GROUND:
    return -4 * DEGREE;
  case MK_ANGLE_HIGH:
    return 38 * DEGREE;
  case MK_ANGLE_ABOVE:
    return 80 * DEGREE;
  default:
    return shot->motion == MK_CAM_FOLLOW ? 16 * DEGREE : is_drawn_on_floor (scene, shot) || is_looked_into (scene, shot) ? 42 * DEGREE : is_on_hill (scene, shot) ? 0 : natural_elevation (scene);
  }
}

/* Where a lone target faces counts for its sides; else +Z is the front. */
static float
azimuth_of (const mk_scene *scene, const mk_shot *shot)
{
  float base = 0;
  mk_shot_side side = shot->side;
  if (side == MK_SIDE_AUTO && shot->motion == MK_CAM_FOLLOW)
    side = MK_SIDE_BACK;
  if (side == MK_SIDE_AUTO && shot->motion == MK_CAM_TRACK)
    side = MK_SIDE_FRONT;
  if (shot->targets->len == 1 && shot->motion != MK_CAM_TRACK && side != MK_SIDE_AUTO) {
    int node = g_array_index (shot->targets, int, 0);
    double looked_s = shot->motion == MK_CAM_FOLLOW ? (shot->start_s + shot->end_s) / 2 : shot->start_s;
    mk_mat4 world = mk_node_world (scene, node, looked_s);
    mk_vec3 front = mk_mat4_direction (world, (mk_vec3){ 0, 0, 1 });
    if (shot->motion == MK_CAM_FOLLOW) { /* behind where it goes */
      mk_mat4 later = mk_node_world (scene, node, looked_s + 0.2), earlier = mk_node_world (scene, node, looked_s - 0.2);
      mk_vec3 way = { later.m[12] - earlier.m[12], 0, later.m[14] - earlier.m[14] };
      front = mk_vec3_length (way) > 0.02f ? way : front;
    }
    base = mk_vec3_yaw (front);
  }
  switch (side) {
  case MK_SIDE_LEFT:
    return base - MK_PI / 2;
  case MK_SIDE_RIGHT:
    return base + MK_PI / 2;
  case MK_SIDE_BACK:
    return base + MK_PI + (shot->motion == MK_CAM_FOLLOW ? 0.25f : 0);
  case MK_SIDE_FRONT:
    return base;
  case MK_SIDE_THREE_QUARTER:
    return base + 38 * DEGREE;
  default:
    return is_drawn_on_floor (scene, shot) ? 0 : 24 * DEGREE;
  }
}

static mk_vec3
direction_of (float azimuth, float elevation)
{
  return (mk_vec3){ -sinf (azimuth) * cosf (elevation), -sinf (elevation), -cosf (azimuth) * cosf (elevation) };
}

/* Backs off, a little at a time, until everything is in the picture: after the eye was moved off the ideal place. */
static void
back_off (const GArray *points, mk_view *view, float aspect, float fill)
{
  for (int i = 0; i < 200 && !mk_framing_holds (points, view, aspect, fill); i++) {
    mk_vec3 arm = mk_vec3_sub (view->eye, view->at);
    mk_vec3 eye = mk_vec3_add (view->at, mk_vec3_scale (arm, 1.03f));
    eye.y = arm.y < 0 ? fmaxf (eye.y, view->eye.y) : eye.y; /* low cameras stay at their height above the ground */
    view->eye = eye;
  }
}

static bool
is_moving_with (const mk_shot *shot)
{
  return shot->motion == MK_CAM_TRACK || shot->motion == MK_CAM_FOLLOW;
}

/* Over the shoulder of the first at the second, or at what is in front of it. */
static void
frame_over_shoulder (const mk_scene *scene, mk_shot *shot)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, shot->start_s);
  int first = g_array_index (shot->targets, int, 0);
  mk_box near = mk_scene_bounds (scene, pose, first);
  mk_vec3 size = mk_vec3_sub (near.max, near.min), head = { (near.min.x + near.max.x) / 2, near.max.y - 0.12f * size.y, (near.min.z + near.max.z) / 2 };
  mk_vec3 ahead = mk_vec3_normalize (mk_mat4_direction (pose->world[first], (mk_vec3){ 0, 0, 1 })), there = mk_vec3_add (head, mk_vec3_scale (ahead, 4 * size.y));
  if (shot->targets->len > 1) {
    mk_box far = mk_scene_bounds (scene, pose, g_array_index (shot->targets, int, 1));
    there = mk_vec3_scale (mk_vec3_add (far.min, far.max), 0.5f);
    there.y = far.max.y - 0.25f * (far.max.y - far.min.y);
  }
  mk_vec3 way = mk_vec3_sub (there, head);
  way.y = 0;
  way = mk_vec3_length (way) > 1e-4f ? mk_vec3_normalize (way) : ahead;
  mk_vec3 side = mk_vec3_cross (way, (mk_vec3){ 0, 1, 0 });
  float back = 0.75f * size.y + 0.7f * fmaxf (size.x, size.z);
  shot->base.eye = mk_vec3_add (head, mk_vec3_add (mk_vec3_scale (way, -back), mk_vec3_scale (side, 0.35f * size.y)));
  shot->base.eye.y += 0.1f * size.y;
  shot->base.at = there;
}

mk_vec3
mk_shot_clear_eye (const mk_scene *scene, const mk_shot *shot, double time_s, mk_vec3 eye, mk_vec3 at)
{
  double share = (time_s - shot->start_s) / fmax (shot->end_s - shot->start_s, 1e-6);
  unsigned each = shot->obstacles->len / MK_SHOT_MOMENTS, moment = (unsigned)lrint (CLAMP (share, 0, 1) * (MK_SHOT_MOMENTS - 1));
  const mk_box *boxes = each > 0 ? &g_array_index (shot->obstacles, mk_box, moment * each) : NULL;
  float clearance_m = fminf (0.12f, 0.4f * shot->radius_m);
  eye = mk_framing_over (scene, shot->terrain, OVER_TERRAIN * shot->radius_m, eye, at);
  return mk_framing_clear (scene, boxes, each, clearance_m, eye, at);
}

static float
radius_about (const GArray *points, mk_vec3 middle)
{
  float radius = 0;
  for (guint i = 0; i < points->len; i++)
    radius = fmaxf (radius, mk_vec3_length (mk_vec3_sub (g_array_index (points, mk_vec3, i), middle)));
  return radius;
}

#define FAR_TIMES 6.0f /* its own radius: who goes further would be a speck in a picture of the whole way */

/* Of one alone the part that such a shot shows, wherever it is at each of `n` moments: a jumper's head at the top and on the ground. */
static GArray *
part_points (const mk_stage *stage, const mk_scene *scene, const mk_shot *shot, unsigned n)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (mk_vec3));
  for (unsigned m = 0; m < n; m++) {
    double time_s = n > 1 ? shot->start_s + (shot->end_s - shot->start_s) * m / (n - 1) : shot->start_s;
    g_autoptr (GArray) now = mk_framing_points (scene, shot->targets, time_s, time_s, 1);
    if (now->len > 0 && !keep_head (stage, scene, shot, time_s, now))
      crop (now, shot->size, false);
    g_array_append_vals (all, now->data, now->len);
  }
  return all;
}

#define APART 0.5f /* of their own reach: who goes as one with others is never farther from its place among them */
enum { N_LOOKS = 5, N_MOMENTS = 33 };

/* Whether all of them go the same way, as a dog and its hat do, or a rider and a horse. */
static bool
go_as_one (const mk_scene *scene, const mk_shot *shot, float own)
{
  g_autofree mk_vec3 *at_first = g_new (mk_vec3, shot->targets->len);
  for (int look = 0; look < N_LOOKS && shot->targets->len > 1; look++) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, shot->start_s + (shot->end_s - shot->start_s) * look / (N_LOOKS - 1));
    mk_vec3 leader = mk_box_middle (mk_scene_bounds (scene, pose, g_array_index (shot->targets, int, 0)));
    for (guint i = 1; i < shot->targets->len; i++) {
      mk_vec3 from_leader = mk_vec3_sub (mk_box_middle (mk_scene_bounds (scene, pose, g_array_index (shot->targets, int, i))), leader);
      at_first[i] = look == 0 ? from_leader : at_first[i];
      if (mk_vec3_length (mk_vec3_sub (from_leader, at_first[i])) > APART * own)
        return false;
    }
  }
  return shot->targets->len > 0;
}

#define ON_SLOPE_FILL 0.3f   /* what it goes down on is to be seen */
#define PART_FAR_TIMES 3.0f /* the same of the part that is shown: a face is wanted near */

/* The part that a close shot of one alone shows, all the time that it lasts; who goes farther than the picture is gone along with. */
static GArray *
points_of_part (const mk_stage *stage, const mk_scene *scene, mk_shot *shot)
{
  GArray *first = part_points (stage, scene, shot, 1);
  if (scene->tracks->len == 0 || is_moving_with (shot))
    return first;
  GArray *all = part_points (stage, scene, shot, N_MOMENTS);
  mk_box start = mk_box_of_points ((const mk_vec3 *)first->data, first->len);
  bool is_far = first->len > 0 && radius_about (all, mk_box_middle (start)) > PART_FAR_TIMES * radius_about (first, mk_box_middle (start));
  if (is_far && shot->is_free) {
    g_autoptr (GArray) joints = mk_object_joints (stage->library, scene, g_array_index (shot->targets, int, 0));
    const mk_joint *head = mk_joint_find (joints, MK_ROLE_HEAD);
    shot->motion = MK_CAM_TRACK;
    shot->part_node = head != NULL ? head->node : -1;
  }
  g_array_unref (is_far && shot->is_free ? all : first);
  return is_far && shot->is_free ? first : all;
}

/* Down a hill or up one: where it is on the ground half-way, and that is not where it began. */
static bool
goes_on_slope (const mk_scene *scene, const mk_shot *shot, float own)
{
  int leader = g_array_index (shot->targets, int, 0);
  mk_box at[3];
  for (int k = 0; k < 3; k++) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, shot->start_s + (shot->end_s - shot->start_s) * k / 2);
    at[k] = mk_scene_bounds (scene, pose, leader);
  }
  float far_m = fmaxf (fabsf (at[1].min.y - at[0].min.y), fabsf (at[2].min.y - at[0].min.y));
  return far_m > own && fabsf (mk_support_under (scene, leader, mk_box_middle (at[1])) - at[1].min.y) < own;
}

/* The points to frame. Who goes far alone, or with others as one, is gone along with. */
static GArray *
points_of (const mk_stage *stage, const mk_scene *scene, mk_shot *shot)
{
  GArray *place = mk_framing_place (stage, scene, shot->targets);
  if (place != NULL)
    return place;
  GArray *first = mk_framing_points (scene, shot->targets, shot->start_s, shot->start_s, 1);
  if (shot->is_of_all && shot->size == MK_SHOT_AUTO)
    mk_framing_open (stage, scene, shot->targets, first);
  if (is_moving_with (shot) && first->len > 0)
    return first;
  bool is_close = shot->size >= MK_SHOT_MEDIUM, is_focused = shot->is_of_all && (shot->size == MK_SHOT_AUTO || is_close);
  GArray *all = is_focused ? mk_framing_focus (stage, scene, shot->targets, is_close, shot->start_s, shot->end_s, N_MOMENTS) : mk_framing_points (scene, shot->targets, shot->start_s, shot->end_s, N_MOMENTS);
  if (shot->is_of_all && shot->size == MK_SHOT_AUTO) {
    mk_framing_open (stage, scene, shot->targets, all);
    mk_fire_points (stage, scene, all);
  }
  if (first->len == 0) { /* it appears later */
    g_array_unref (first);
    return all;
  }
  mk_box start = mk_box_of_points ((const mk_vec3 *)first->data, first->len);
  mk_vec3 middle = mk_vec3_scale (mk_vec3_add (start.min, start.max), 0.5f);
  g_autoptr (GArray) gone = is_focused ? mk_framing_points (scene, shot->targets, shot->start_s, shot->end_s, MK_SHOT_MOMENTS) : g_array_ref (all); /* without what is around them */
  float own = radius_about (first, middle), whole = fminf (radius_about (all, middle), radius_about (gone, middle));
  if (first->len > 0 && shot->is_free && whole > FAR_TIMES * own && go_as_one (scene, shot, own)) {
    shot->motion = MK_CAM_TRACK;
    shot->fill = goes_on_slope (scene, shot, own) ? ON_SLOPE_FILL : 0.75f;
    g_array_unref (all);
    return first;
  }
  g_array_unref (first);
  return all;
}

void
mk_shot_frame (const mk_stage *stage, const mk_scene *scene, mk_shot *shot, float aspect)
{
  shot->base.tan_x = 18 / shot->lens_mm; /* 36 mm wide */
  if (aspect < 1)
    shot->base.tan_x *= aspect; /* portrait: the film stands upright */
  shot->base.roll_rad = shot->angle == MK_ANGLE_DUTCH ? 14 * DEGREE : 0;
  shot->fill = sizes[shot->size].fill;
  bool is_part = shot->targets->len == 1 && sizes[shot->size].keep_top < 1;
  g_autoptr (GArray) points = is_part ? points_of_part (stage, scene, shot) : points_of (stage, scene, shot);
  int alone = is_moving_with (shot) && shot->targets->len == 1 ? g_array_index (shot->targets, int, 0) : -1; /* it never comes nearer */
  shot->terrain = mk_framing_terrain (stage, scene);
  shot->obstacles = mk_framing_obstacles (scene, shot->terrain, alone, shot->start_s, shot->end_s, MK_SHOT_MOMENTS);
  float fill = shot->fill;
  if (points->len == 0) {
    mk_vec3 nothing[] = { { -1, 0, -1 }, { 1, 1.5f, 1 } };
    g_array_append_vals (points, nothing, MK_COUNT (nothing));
  }
  if (!is_part)
    crop (points, shot->size, shot->targets->len > 1);
  mk_box box = mk_box_of_points ((const mk_vec3 *)points->data, points->len);
  shot->middle = mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
  if (alone >= 0)
    shot->pivot = mk_mat4_point (mk_mat4_inverse (mk_node_world (scene, shot->part_node >= 0 ? shot->part_node : alone, shot->start_s)), shot->middle);
  shot->radius_m = fmaxf (mk_vec3_length (mk_vec3_sub (box.max, box.min)) / 2, 0.02f);
  float elevation = elevation_of (scene, shot), tan_x = shot->base.tan_x * fill, tan_y = tan_x / aspect;
  if (shot->base.roll_rad != 0)
    tan_x *= 0.85f, tan_y *= 0.8f;
  mk_vec3 size = mk_vec3_sub (box.max, box.min);
  bool is_long_row = shot->side == MK_SIDE_AUTO && !is_moving_with (shot) && shot->targets->len >= ROW_N && size.x > ROW_TIMES * fmaxf (size.y, size.z);
  bool is_deep = shot->side == MK_SIDE_AUTO && shot->is_of_all && !is_moving_with (shot) && shot->targets->len > 1 && scene->tracks->len > 0 && size.z > DEEP_TIMES * size.x;
  mk_vec3 forward = direction_of (is_long_row ? ROW_AZIMUTH : is_deep ? DEEP_AZIMUTH : azimuth_of (scene, shot), elevation);
  float depth = 1;
  mk_framing_fit (points, forward, tan_x, tan_y, &shot->base.eye, &depth);
  shot->base.at = mk_vec3_add (shot->base.eye, mk_vec3_scale (forward, depth));
  if (shot->motion == MK_CAM_ORBIT) { /* one radius that serves all around */
    shot->far_m = 0;
    for (int i = 0; i < 24; i++)
      shot->far_m = fmaxf (shot->far_m, mk_framing_distance (points, shot->middle, direction_of ((float)i * MK_PI / 12, elevation), tan_x, tan_y));
    shot->base.at = shot->middle;
    shot->base.eye = mk_vec3_sub (shot->middle, mk_vec3_scale (forward, shot->far_m));
  }
  if (shot->size == MK_SHOT_OVER_THE_SHOULDER && shot->targets->len > 0)
    frame_over_shoulder (scene, shot);
  if (shot->has_look_at)
    shot->base.at = shot->look_at;
  if (shot->look_node >= 0) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, shot->start_s);
    mk_box there = mk_scene_bounds (scene, pose, shot->look_node);
    if (there.min.x <= there.max.x)
      shot->base.at = mk_vec3_scale (mk_vec3_add (there.min, there.max), 0.5f);
  }
  if (shot->has_position) {
    shot->base.eye = shot->position;
    return;
  }
  mk_vec3 clear = mk_shot_clear_eye (scene, shot, shot->start_s, shot->base.eye, shot->base.at);
  bool is_moved = mk_vec3_length (mk_vec3_sub (clear, shot->base.eye)) > 1e-4f;
  shot->base.eye = clear;
  if (is_moved && shot->size != MK_SHOT_OVER_THE_SHOULDER)
    back_off (points, &shot->base, aspect, fill);
}
