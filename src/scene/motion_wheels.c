/* Wheels turn by the way that is gone over them. */
#include "scene/motion_travel.h"

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

bool
mk_act_has_wheels (const mk_act *act)
{
  g_autoptr (GArray) joints = mk_object_joints (act->stage->library, act->scene, act->root);
  return mk_joint_find (joints, MK_ROLE_WHEEL) != NULL;
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

typedef struct {
  void (*steer) (const void *user, double time_s, float *angle_rad);
  const void *user;
} steered_wheel;

static void
steered_at (const void *user, double time_s, mk_delta *delta)
{
  const steered_wheel *w = user;
  float angle;
  w->steer (w->user, time_s, &angle);
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, angle);
}

void
mk_act_steer_wheels (const mk_act *act, void (*steer) (const void *user, double time_s, float *angle_rad), const void *user)
{
  g_autoptr (GArray) joints = mk_object_joints (act->stage->library, act->scene, act->root);
  steered_wheel wheel = { steer, user };
  for (guint i = 0; i < joints->len; i++) {
    const mk_joint *joint = &g_array_index (joints, mk_joint, i);
    mk_mat4 world = mk_node_world (act->scene, joint->node, act->start_s);
    mk_vec3 from_middle = mk_vec3_sub ((mk_vec3){ world.m[12], 0, world.m[14] }, (mk_vec3){ act->at.x, 0, act->at.z });
    if (joint->role != MK_ROLE_WHEEL || mk_vec3_dot (from_middle, act->forward) < 0)
      continue;
    mk_act own = *act;
    own.node = joint->node;
    mk_act_write (&own, steered_at, &wheel, (mk_vec3){ 0, 0, 0 }, NULL, 0, false);
  }
}
