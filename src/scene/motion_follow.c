/* After another, as if on a rope. */
#include "scene/motion_travel.h"
#include "scene/fields.h"
#include "scene/life.h"

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

/* What the leader goes around: on a rope one would be drawn through it. */
typedef struct {
  mk_vec3 middle;
  float radius_m; /* 0 = nothing */
} post;

static post
find_post (const mk_act *act, int leader)
{
  const mk_json *commands = act->scene->commands;
  const char *around = "", *id = mk_scene_get_node (act->scene, leader)->id;
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    const mk_json *command = mk_json_at (commands, i);
    if (id != NULL && mk_json_has (command, "around") && mk_json_has_text (mk_json_get (command, "targets"), id))
      around = mk_json_get_string (mk_json_get (command, "around"));
  }
  g_autoptr (GArray) found = *around != 0 ? mk_scene_find_targets (act->scene, around, NULL) : NULL;
  if (found == NULL || found->len != 1 || mk_scene_is_within (act->scene, g_array_index (found, int, 0), act->root))
    return (post){ .radius_m = 0 };
  g_autoptr (mk_pose) pose = mk_pose_new (act->scene, act->start_s);
  mk_box box = mk_scene_bounds (act->scene, pose, g_array_index (found, int, 0));
  mk_vec3 half = mk_vec3_scale (mk_vec3_sub (box.max, box.min), 0.5f), middle = mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
  return (post){ { middle.x, 0, middle.z }, mk_orbit_least (act, hypotf (half.x, half.z)) };
}

/* No nearer to the post than one goes around it, or than one was. */
static mk_vec3
kept_off (const post *p, mk_vec3 before, mk_vec3 here)
{
  mk_vec3 arm = mk_vec3_sub (here, p->middle);
  float least = fminf (p->radius_m, mk_vec3_length (mk_vec3_sub (before, p->middle))), far = mk_vec3_length (arm);
  return far < least && far > 1e-4f ? mk_vec3_add (p->middle, mk_vec3_scale (arm, least / far)) : here;
}

/* As if on a rope: pulled along when the leader gets farther than `gap` (a tractrix). */
static void
pull (const mk_act *act, int leader, following *f)
{
  post around = find_post (act, leader);
  mk_mat4 first = mk_node_world (act->scene, leader, act->start_s);
  mk_vec3 lead = { first.m[12], 0, first.m[14] }, here = { act->at.x, 0, act->at.z };
  float gap = fmaxf (mk_vec3_length (mk_vec3_sub (lead, here)), mk_act_extent (act)), yaw = mk_vec3_yaw (act->forward);
  gap = fminf (gap, 3 * mk_act_extent (act) + 1);
  for (unsigned i = 0; i < f->n; i++) {
    mk_mat4 world = mk_node_world (act->scene, leader, act->start_s + i * FOLLOW_STEP_S);
    lead = (mk_vec3){ world.m[12], 0, world.m[14] };
    mk_vec3 rope = mk_vec3_sub (lead, here);
    float length = mk_vec3_length (rope), tug = fmaxf (length - gap, 0);
    tug = fminf (tug, 2.5f * mk_act_pace (act) * (float)FOLLOW_STEP_S + 0.25f * tug); /* catches up without a leap */
    if (length > 1e-5f) {
      here = kept_off (&around, here, mk_vec3_add (here, mk_vec3_scale (rope, tug / length)));
      float wanted = yaw + mk_angle_wrap (mk_vec3_yaw (rope) - yaw);
      yaw += (wanted - yaw) * fminf (1, tug > 1e-5f ? 0.25f : 0.05f);
    }
    f->places[i] = (mk_vec3){ here.x, act->at.y + world.m[13] - first.m[13], here.z };
    f->yaws[i] = yaw;
  }
}

#define ROW_N 8 /* so many go one behind the other, as ducklings do; more are a flock */

/* Of several on legs each goes after the one before it. -1 = none. */
static int
one_before (const mk_act *act)
{
  const mk_json *targets = mk_json_get (act->command, "targets");
  unsigned n = 0;
  int before = -1;
  if (act->index == 0 || act->n > ROW_N || act->node != act->root || mk_life_pace (act, false) <= 0)
    return -1;
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (act->scene, mk_json_get_string (mk_json_at (targets, i)), NULL);
    for (guint k = 0; found != NULL && k < found->len; k++)
      if (n++ + 1 == act->index)
        before = g_array_index (found, int, k);
  }
  return before;
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
  int before = one_before (act);
  leader = before >= 0 && before != act->root ? before : leader;
  following f = { .n = MAX ((unsigned)ceil (act->duration_s / FOLLOW_STEP_S) + 1, 2), .at = act->at, .forward_yaw = mk_vec3_yaw (act->forward) };
  f.places = g_new (mk_vec3, f.n);
  f.yaws = g_new (float, f.n);
  pull (act, leader, &f);
  mk_act_write (act, follow_at, &f, act->foot, NULL, 0, true);
  mk_life_go (act);
  g_free (f.places);
  g_free (f.yaws);
  return true;
}
