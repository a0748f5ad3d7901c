/* Gestures out of key poses (gesture.h), put on a skeleton: feet keep the ground, or the lowest of the body does; hands go
 * where they are wanted. */
#include "scene/gesture.h"

#include <string.h>

#include "scene/fields.h"
#include "scene/layout.h"
#include "scene/life.h"

static const mk_vec3 axis_x = { 1, 0, 0 }, axis_y = { 0, 1, 0 }, axis_z = { 0, 0, 1 };

#define ARM_LAG_S 0.05      /* arms and head a frame or two behind the body: overlap */

/* Where hands are on average that do something on keys, as gestures are written: from between the shoulders, in heights. */
#define KEYS_DOWN 0.205f
#define KEYS_AHEAD 0.2f
#define WRIST_OVER 0.067f   /* a palm over the keys that it is on: wrists clear the table's edge */

#define FIRE_GAP 2.2f       /* heights between who breathes fire and what it is breathed at */
#define PALM_SHARE 0.6f     /* of the hand, from the wrist */

typedef struct {
  const mk_gesture *gesture;
  const mk_hull *hull;
  mk_liveliness lively;
  double duration_s, natural_s;
  bool is_continued;
  bool has_keys;            /* it is done on something: hands go there */
  mk_vec3 keys;             /* from between the shoulders, in the object's axes */
  bool is_in_bed;           /* it lies from the first moment on */
  float height_m, head_m;   /* in the object's space */
  float front_z, back_z;    /* of an animal's shoulders and hips */
} keyed;

static void
sample (const keyed *k, double time_s, mk_body_pose *pose)
{
  if (k->is_in_bed && !mk_gesture_is_looped (k->gesture))
    time_s = k->duration_s;
  mk_gesture_sample (k->gesture, time_s, k->duration_s, k->natural_s, k->is_continued, ARM_LAG_S * (double)k->lively.follow_through, pose);
}

/* --- the pose --- */

static void
turn_by (mk_life *life, int bone, mk_vec3 degrees)
{
  const float rad = MK_PI / 180;
  mk_bone_turn (life, bone, axis_z, degrees.z * rad);
  mk_bone_turn (life, bone, axis_x, degrees.x * rad);
  mk_bone_turn (life, bone, axis_y, degrees.y * rad);
}

static void
turn_role (mk_life *life, mk_joint_role role, const mk_body_pose *pose, mk_pose_channel first, bool is_by_segment)
{
  for (unsigned i = 0; i < life->n_bones; i++) {
    const mk_joint *joint = &life->bones[i].joint;
    if (joint->role != role || joint->segment > 2)
      continue;
    mk_vec3 degrees = pose->value[first + (is_by_segment ? (mk_pose_channel)joint->segment : 0)][joint->side < 0 ? 1 : 0];
    turn_by (life, (int)i, degrees);
  }
}

static void
pose_trunk (mk_life *life, const keyed *k, const mk_body_pose *pose)
{
  float unit = life->n_legs > 2 ? life->leg_m : k->height_m;
  if (life->hips >= 0) {
    life->bones[life->hips].shift = mk_vec3_scale (pose->value[MK_POSE_shift][0], unit);
    turn_by (life, life->hips, pose->value[MK_POSE_turn][0]);
  }
  turn_by (life, life->chest, pose->value[MK_POSE_chest][0]);
  turn_by (life, life->neck, pose->value[MK_POSE_neck][0]);
  turn_by (life, life->head, pose->value[MK_POSE_head][0]);
  turn_role (life, MK_ROLE_TAIL, pose, MK_POSE_tail, false);
  turn_role (life, MK_ROLE_EAR, pose, MK_POSE_ear, false);
  turn_role (life, MK_ROLE_JAW, pose, MK_POSE_jaw, false);
  turn_role (life, MK_ROLE_ARM, pose, MK_POSE_arm, true);
}

/* Shoulders and hips of an animal come down, each on its own legs: the trunk is turned about its pivot between them. */
static void
lower_trunk (mk_life *life, const keyed *k, const mk_body_pose *pose)
{
  float front = pose->value[MK_POSE_front][0].y * life->leg_m, back = pose->value[MK_POSE_back][0].y * life->leg_m, length = fmaxf (k->front_z - k->back_z, 1e-4f);
  mk_bone *hips = &life->bones[life->hips];
  float share = CLAMP ((hips->rest.z - k->back_z) / length, 0, 1), tilt = asinf (CLAMP ((front - back) / length, -0.98f, 0.98f));
  hips->shift.y -= back + (front - back) * share;
  mk_bone_turn (life, life->hips, axis_x, tilt);
}

static void
stand_animal (mk_life *life, const keyed *k, const mk_body_pose *pose)
{
  mk_life_settle (life, 0);
  for (unsigned i = 0; i < life->n_legs; i++) {
    const mk_limb *leg = &life->legs[i];
    mk_pose_channel c = leg->hip.z > (k->front_z + k->back_z) / 2 ? MK_POSE_front_foot : MK_POSE_back_foot;
    mk_vec3 ankle = mk_vec3_add (leg->ankle, mk_vec3_scale (pose->value[c][leg->side < 0 ? 1 : 0], life->leg_m));
    mk_limb_reach (life, leg, ankle, mk_quat_from_axis (axis_x, fminf (1.2f, fmaxf (0, 1.4f * (ankle.y - leg->ankle.y) / life->leg_m))));
  }
}

static mk_vec3
palm_of (const mk_life *life, int hand)
{
  const mk_bone *own = &life->bones[hand];
  return mk_vec3_add (own->place, mk_quat_rotate (own->whole, mk_vec3_scale (own->joint.tip, PALM_SHARE)));
}

/* The palm, and not the wrist, goes there. */
static void
reach (mk_life *life, int side, mk_vec3 goal, float share)
{
  int upper = mk_life_find (life, MK_ROLE_ARM, side, 0), fore = mk_life_find (life, MK_ROLE_ARM, side, 1), hand = mk_life_find (life, MK_ROLE_ARM, side, 2);
  mk_vec3 wrist = goal;
  if (hand >= 0) {
    mk_quat first = life->bones[upper].turn, second = life->bones[fore].turn;
    for (int i = 0; i < 3; i++) {
      mk_arm_reach (life, side, wrist, 1);
      mk_life_settle (life, (unsigned)upper);
      wrist = mk_vec3_add (wrist, mk_vec3_sub (goal, palm_of (life, hand)));
    }
    life->bones[upper].turn = first;
    life->bones[fore].turn = second;
    mk_life_settle (life, (unsigned)upper);
  }
  mk_arm_reach (life, side, wrist, share);
}

static void
reach_hands (mk_life *life, const keyed *k, const mk_body_pose *pose)
{
  int chest = life->chest >= 0 ? life->chest : life->hips, neck = life->neck >= 0 ? life->neck : life->head;
  for (int s = 0; s < 2; s++) {
    int side = s == 0 ? 1 : -1;
    if (pose->share[MK_POSE_reach][s] > 0 && chest >= 0 && neck >= 0) {
      mk_vec3 value = pose->value[MK_POSE_reach][s], at = mk_quat_rotate (life->bones[chest].whole, mk_vec3_scale (value, k->height_m)), goal = mk_vec3_add (life->bones[neck].place, at);
      if (k->has_keys)
        goal = mk_vec3_add (mk_vec3_add (life->bones[neck].place, k->keys), mk_vec3_scale ((mk_vec3){ value.x, value.y + KEYS_DOWN, value.z - KEYS_AHEAD }, k->height_m));
      reach (life, side, goal, pose->share[MK_POSE_reach][s]);
    }
    if (pose->share[MK_POSE_face][s] > 0 && life->head >= 0) {
      const mk_bone *head = &life->bones[life->head];
      mk_vec3 middle = mk_vec3_add ((mk_vec3){ 0, 0.5f * k->head_m, 0 }, mk_vec3_scale (pose->value[MK_POSE_face][s], k->head_m));
      reach (life, side, mk_vec3_add (head->place, mk_quat_rotate (head->whole, middle)), pose->share[MK_POSE_face][s]);
    }
    if (pose->share[MK_POSE_floor][s] > 0)
      reach (life, side, mk_vec3_scale (pose->value[MK_POSE_floor][s], k->height_m), pose->share[MK_POSE_floor][s]);
  }
  mk_life_settle (life, 0);
}

static void
pose_keys (mk_life *life, void *user, double time_s)
{
  keyed *k = user;
  mk_body_pose pose;
  sample (k, time_s, &pose);
  pose_trunk (life, k, &pose);
  if (life->n_legs > 2 && life->hips >= 0) {
    lower_trunk (life, k, &pose);
    stand_animal (life, k, &pose);
    mk_life_settle (life, 0);
    float low = mk_hull_lowest (k->hull, life);
    if (low < 0) { /* a belly or a nose would be in the ground */
      life->bones[life->hips].shift.y -= low;
      stand_animal (life, k, &pose);
    }
  } else if (mk_gesture_has_legs (k->gesture)) {
    turn_role (life, MK_ROLE_LEG, &pose, MK_POSE_thigh, true);
    mk_life_settle (life, 0);
    float low = mk_hull_lowest (k->hull, life);
    if (life->hips >= 0 && low < INFINITY)
      life->bones[life->hips].shift.y -= low;
  } else {
    mk_limbs_stand (life);
  }
  mk_life_settle (life, 0);
  reach_hands (life, k, &pose);
}

/* --- the whole thing --- */

static void
go_at (const void *user, double time_s, mk_delta *delta)
{
  const keyed *k = user;
  mk_body_pose pose;
  sample (k, time_s, &pose);
  delta->offset = mk_vec3_scale (pose.value[MK_POSE_go][0], k->height_m);
  delta->offset.y += mk_gesture_hop (k->gesture, time_s, k->duration_s, k->natural_s) * k->height_m;
}

/* In the world: as it faces. */
typedef struct { const keyed *keyed; mk_quat facing; float scale; } going;

static void
go_facing (const void *user, double time_s, mk_delta *delta)
{
  const going *g = user;
  go_at (g->keyed, time_s, delta);
  delta->offset = mk_vec3_scale (mk_quat_rotate (g->facing, delta->offset), g->scale);
}

static const mk_gesture *
find (const mk_act *act, GError **error)
{
  const char *how = NULL, *object = mk_scene_get_node (act->scene, act->root)->object;
  if (!mk_field_string (act->command, "how", &how, error))
    return NULL;
  const mk_gesture *gesture = how != NULL && object != NULL ? mk_gesture_find (act->stage->library, how, mk_library_find (act->stage->library, object)) : NULL;
  if (gesture != NULL)
    return gesture;
  g_autofree char *known = g_strjoinv (", ", (char **)mk_gesture_names (act->stage->library));
  mk_error (error, MK_ERROR_RANGE, "“how” is “%s”, and %s has no such gesture; there are: %s", how != NULL ? how : "missing", object != NULL ? object : "what has no body", known);
  return NULL;
}

bool
mk_act_has_gesture (const mk_act *act)
{
  return act->node == act->root && mk_json_has (act->command, "how") && find (act, NULL) != NULL;
}

double
mk_natural_gesture (const mk_act *act)
{
  const mk_gesture *gesture = find (act, NULL);
  return gesture != NULL ? mk_gesture_natural_s (gesture, act->repeat) / (double)act->speed : 1;
}

static void
measure (const mk_life *life, keyed *k)
{
  k->height_m = life->size.y;
  float top = life->size.y;
  k->head_m = life->head >= 0 ? fmaxf (top - life->bones[life->head].rest.y, 0.05f * top) : 0.15f * top;
  k->front_z = -INFINITY;
  k->back_z = INFINITY;
  for (unsigned i = 0; i < life->n_legs; i++) {
    k->front_z = fmaxf (k->front_z, life->legs[i].hip.z);
    k->back_z = fminf (k->back_z, life->legs[i].hip.z);
  }
}

static bool
has_any (const mk_gesture *gesture, mk_pose_channel first, mk_pose_channel last)
{
  bool has = false;
  for (unsigned c = first; c <= last; c++)
    has |= mk_gesture_has (gesture, (mk_pose_channel)c);
  return has;
}

/* Only what it moves: who sits goes on sitting while drinking. */
static void
claim (mk_life *life, const mk_gesture *gesture)
{
  bool is_whole = has_any (gesture, MK_POSE_turn, MK_POSE_shift) || has_any (gesture, MK_POSE_thigh, MK_POSE_foot) || has_any (gesture, MK_POSE_front, MK_POSE_back_foot);
  if (is_whole && !mk_scene_get_node (life->act->scene, life->act->root)->is_posed) {
    mk_life_claim_bone (life, life->hips, false);
    mk_life_claim (life, MK_ROLE_LEG, false);
  }
  if (mk_gesture_has (gesture, MK_POSE_chest))
    mk_life_claim_bone (life, life->chest, false);
  static const struct { mk_pose_channel channel; mk_joint_role role; } others[] = {
    { MK_POSE_neck, MK_ROLE_NECK }, { MK_POSE_head, MK_ROLE_HEAD }, { MK_POSE_tail, MK_ROLE_TAIL }, { MK_POSE_ear, MK_ROLE_EAR }, { MK_POSE_jaw, MK_ROLE_JAW } };
  for (size_t i = 0; i < MK_COUNT (others); i++)
    if (mk_gesture_has (gesture, others[i].channel))
      mk_life_claim (life, others[i].role, false);
  mk_life_claim (life, MK_ROLE_ARM, has_any (gesture, MK_POSE_arm, MK_POSE_hand) || has_any (gesture, MK_POSE_reach, MK_POSE_floor));
}

/* The bed that it is in or on: what it was put on that is longer than it is wide, and not sat on. -1 = none. */
static int
bed_of (const mk_act *act)
{
  for (int i = 0; i < (int)act->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (act->scene, i);
    mk_act carrier = *act;
    carrier.root = carrier.node = i;
    if (node->parent < 0 && node->id != NULL && node->object != NULL && strstr (node->object, "bed") != NULL && mk_act_carries (&carrier, act->root))
      return i;
  }
  return -1;
}

typedef struct { mk_vec3 offset; float turn_rad; } bedding;

static void
bed_at (const void *user, double time_s, mk_delta *delta)
{
  const bedding *b = user;
  (void)time_s;
  delta->offset = b->offset;
  delta->turn = mk_quat_from_axis (axis_y, b->turn_rad);
}

/* Onto its middle, the head at its head end: whoever lies has the head at the right hand, beds theirs at the back. */
static bool
go_to_bed (mk_act *act, const mk_gesture *gesture)
{
  int bed = mk_gesture_lies (gesture) ? bed_of (act) : -1;
  if (bed < 0)
    return false;
  mk_box box = mk_layout_box (act->scene, bed);
  mk_vec3 middle = mk_vec3_lerp (box.min, box.max, 0.5f), back = mk_mat4_direction (mk_node_world (act->scene, bed, act->start_s), axis_z);
  float top = box.max.y;
  mk_layout_surface (act->scene, bed, middle.x, middle.z, box.max.y + 0.05f, &top);
  bedding b = { .offset = { middle.x - act->at.x, top - act->at.y, middle.z - act->at.z } };
  b.turn_rad = mk_vec3_yaw (back) - MK_PI / 2 - mk_vec3_yaw (act->forward);
  mk_act_write (act, bed_at, &b, act->foot, NULL, 0, false);
  mk_act_measure (act);
  return true;
}

/* "bows to the king" */
static bool
face_partner (mk_act *act, const mk_gesture *gesture, GError **error)
{
  const char *to = mk_json_get_string (mk_json_get (act->command, "to"));
  mk_act partner;
  if (*to == 0 || !g_str_equal (mk_json_get_string (mk_json_get (act->command, "motion")), "gesture")) /* who goes there faces it already */
    return true;
  if (!mk_act_partner (act, to, &partner, error))
    return false;
  mk_vec3 way = { partner.at.x - act->at.x, 0, partner.at.z - act->at.z };
  if (mk_vec3_length (way) > 1e-3f && !mk_scene_get_node (act->scene, act->root)->is_posed)
    mk_act_face (act, mk_vec3_normalize (way), 0.4);
  mk_act_measure (act);
  float at_water = mk_gesture_at_water (gesture);
  double from_s, to_s;
  if (at_water > 0 && !mk_scene_get_node (act->scene, act->root)->is_posed)
    mk_stand_at_water (act, &partner, at_water * act->size.y);
  if (mk_gesture_breathes (gesture, act->duration_s, &from_s, &to_s) && !mk_scene_get_node (act->scene, act->root)->is_posed)
    mk_stand_off (act, &partner, FIRE_GAP * act->size.y);
  return true;
}

/* Who sits has the shoulders lower than the pose knows, which is laid over that: keys are found from where they are. */
static void
aim_at_keys (const mk_life *life, keyed *k, mk_vec3 keys_at)
{
  int neck = life->neck >= 0 ? life->neck : life->head;
  if (neck < 0 || !k->has_keys)
    return;
  mk_mat4 now = mk_node_world (life->act->scene, life->bones[neck].joint.node, life->act->start_s), back = mk_mat4_inverse (life->act->world);
  keys_at.y += WRIST_OVER * life->act->size.y;
  k->keys = mk_vec3_sub (mk_mat4_point (back, keys_at), mk_mat4_point (back, (mk_vec3){ now.m[12], now.m[13], now.m[14] }));
}

bool
mk_plan_gesture (mk_act *act, GError **error)
{
  const mk_gesture *gesture = find (act, error);
  double began = mk_json_get_real (mk_json_get (act->command, "start_s"));
  keyed k = { .gesture = gesture, .duration_s = act->duration_s, .is_continued = mk_json_has (act->command, "start_s") && began < act->start_s - 1e-3 };
  if (gesture == NULL || !mk_act_liveliness (act, &k.lively, error))
    return false;
  if (!face_partner (act, gesture, error))
    return false;
  if (mk_gesture_juggles (gesture) && mk_juggle (act))
    return true;
  if (mk_gesture_dribbles (gesture) && mk_dribble (act))
    return true;
  k.is_in_bed = go_to_bed (act, gesture);
  k.is_continued |= k.is_in_bed;
  mk_vec3 keys_at = { 0, 0, 0 };
  k.has_keys = mk_bring_keys (act, gesture, &keys_at);
  g_autoptr (mk_life) life = mk_life_new (act);
  if (life == NULL)
    return mk_error (error, MK_ERROR_RANGE, "%s has no joints to do that with", mk_scene_get_node (act->scene, act->root)->object);
  k.natural_s = mk_gesture_natural_s (gesture, act->repeat) > 0 && !mk_gesture_is_looped (gesture) ? mk_gesture_natural_s (gesture, act->repeat) : act->duration_s * (double)act->speed;
  measure (life, &k);
  aim_at_keys (life, &k, keys_at);
  going g = { .keyed = &k, .facing = mk_quat_from_axis (axis_y, mk_vec3_yaw (act->forward)), .scale = life->scale };
  if (mk_gesture_has (gesture, MK_POSE_go) || mk_gesture_hops (gesture))
    mk_act_write (act, go_facing, &g, act->foot, NULL, 0, true);
  g_autoptr (mk_hull) hull = mk_hull_new (life);
  k.hull = hull;
  claim (life, gesture);
  mk_life_script script = { .pose = pose_keys, .user = &k, .is_held = mk_gesture_is_held (gesture), .lifts = mk_gesture_lifts (gesture), .follow = k.lively.follow_through };
  mk_life_bake (life, &script);
  if (mk_gesture_lifts (gesture))
    mk_bow_draw (act, life);
  return true;
}
