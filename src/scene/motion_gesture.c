/* What one does on the spot: wave, dance, look at something, open and close, flap. */
#include "scene/fields.h"
#include "scene/life.h"

static const mk_vec3 axis_x = { 1, 0, 0 }, axis_y = { 0, 1, 0 }, axis_z = { 0, 0, 1 };

typedef struct {
  const mk_act *act;
  mk_liveliness lively;
  double duration_s;
  float beat_s;         /* of a dance, a wave */
  float amount;         /* of what opens: its angle */
  int node;             /* looked at, or -1 */
  mk_vec3 point;
  bool is_closing;
} gesture;

/* In from rest and out again. */
static float
shown (const gesture *g, double time_s, float in_s, float out_s)
{
  return mk_smooth (0, in_s, (float)time_s) * mk_smooth (0, out_s, (float)(g->duration_s - time_s));
}

static bool
begin (mk_act *act, gesture *g, GError **error)
{
  *g = (gesture){ .act = act, .duration_s = act->duration_s, .node = -1 };
  return mk_act_liveliness (act, &g->lively, error);
}

static void
claim_all (mk_life *life, const mk_joint_role *roles, size_t n)
{
  for (size_t i = 0; i < n; i++)
    mk_life_claim (life, roles[i], false);
}

/* What has no limbs for it still answers. */
static bool
answer_without_limbs (mk_act *act, GError **error)
{
  return mk_plan_wobble (act, error);
}

/* --- wave --- */

static void
wave_arm (mk_life *life, const gesture *g, float show, float phase)
{
  float lag = 0.12f * g->lively.follow_through;
  int arm = mk_life_find (life, MK_ROLE_ARM, -1, 0), forearm = mk_life_find (life, MK_ROLE_ARM, -1, 1), hand = mk_life_find (life, MK_ROLE_ARM, -1, 2);
  arm = arm >= 0 ? arm : mk_life_find (life, MK_ROLE_ARM, 2, 0);
  bool is_stiff = forearm < 0;
  mk_bone_turn (life, arm, axis_z, -show * ((is_stiff ? 1.5f : 1.75f) + (is_stiff ? 0.45f : 0.1f) * sinf (phase)));
  mk_bone_turn (life, arm, axis_x, -show * 0.25f);
  mk_bone_turn (life, forearm, axis_z, -show * (1.0f + 0.4f * g->lively.arcs * sinf (phase - lag)));
  mk_bone_turn (life, hand, axis_z, -show * 0.3f * sinf (phase - 2.4f * lag));
  mk_bone_turn (life, life->chest >= 0 ? life->chest : life->hips, axis_z, show * (0.05f + 0.02f * sinf (phase)));
  mk_bone_turn (life, life->head, axis_z, show * (-0.09f + 0.03f * sinf (phase - lag)));
}

/* A paw is lifted, the weight goes to the other side, the tail is glad. */
static void
wave_paw (mk_life *life, float show, float phase)
{
  const mk_limb *paw = NULL;
  for (unsigned i = 0; i < life->n_legs; i++)
    if (life->legs[i].row == 0 && life->legs[i].side <= 0)
      paw = &life->legs[i];
  if (life->hips >= 0)
    life->bones[life->hips].shift.x = show * 0.05f * life->leg_m;
  mk_bone_turn (life, life->head, axis_z, show * -0.14f);
  for (int k = 0; k < 3; k++)
    mk_bone_turn (life, mk_life_find (life, MK_ROLE_TAIL, 2, k), axis_y, show * (0.5f - 0.1f * (float)k) * sinf (1.6f * phase - 0.7f * (float)k));
  mk_limbs_stand (life);
  if (paw == NULL)
    return;
  mk_vec3 up = mk_vec3_add (paw->hip, (mk_vec3){ 0, (-0.12f + 0.2f * sinf (phase)) * paw->height_m, 0.72f * paw->height_m });
  mk_limb_reach (life, paw, mk_vec3_lerp (paw->ankle, up, show), mk_quat_from_axis (axis_x, -show * 0.7f));
}

static void
pose_wave (mk_life *life, void *user, double time_s)
{
  gesture *g = user;
  float show = shown (g, time_s, 0.4f, 0.4f), phase = 2 * MK_PI * (float)(time_s / (double)g->beat_s);
  if (mk_life_has (life, MK_ROLE_ARM)) {
    wave_arm (life, g, show, phase);
    return;
  }
  int wing = mk_life_find (life, MK_ROLE_WING, -1, 0), fin = mk_life_find (life, MK_ROLE_FIN, -1, 0);
  if (wing >= 0 || fin >= 0) {
    mk_bone_turn (life, wing >= 0 ? wing : fin, axis_z, -show * (1.2f + 0.4f * sinf (phase)));
    mk_bone_turn (life, life->head, axis_z, show * -0.1f);
    return;
  }
  wave_paw (life, show, phase);
}

double
mk_natural_wave (const mk_act *act)
{
  return 2.4 / (double)act->speed;
}

/* "dog-1/tail": that part alone, from side to side. */
static void
wag_at (const void *user, double time_s, mk_delta *delta)
{
  const gesture *g = user;
  delta->turn = mk_quat_from_axis (axis_y, 0.6f * shown (g, time_s, 0.2f, 0.3f) * sinf (2 * MK_PI * (float)(time_s / (double)g->beat_s)));
}

bool
mk_plan_wave (mk_act *act, GError **error)
{
  gesture g;
  if (!begin (act, &g, error))
    return false;
  g.beat_s = 0.5f / act->speed;
  if (act->node != act->root) {
    mk_act_write (act, wag_at, &g, (mk_vec3){ 0, 0, 0 }, NULL, 0, false);
    return true;
  }
  g_autoptr (mk_life) life = mk_life_new (act);
  if (life == NULL || !(mk_life_has (life, MK_ROLE_ARM) || mk_life_has (life, MK_ROLE_WING) || mk_life_has (life, MK_ROLE_FIN) || life->n_legs > 2))
    return answer_without_limbs (act, error);
  bool has_arms = mk_life_has (life, MK_ROLE_ARM);
  for (int k = 0; k < 3 && has_arms; k++)
    mk_life_claim_bone (life, mk_life_find (life, MK_ROLE_ARM, mk_life_find (life, MK_ROLE_ARM, -1, 0) >= 0 ? -1 : 2, k), true);
  static const mk_joint_role arms[] = { MK_ROLE_HEAD }, others[] = { MK_ROLE_HEAD, MK_ROLE_WING, MK_ROLE_FIN };
  claim_all (life, has_arms ? arms : others, has_arms ? MK_COUNT (arms) : MK_COUNT (others));
  if (has_arms)
    mk_life_claim_bone (life, life->chest, false);
  if (!has_arms && life->n_legs > 2) {
    static const mk_joint_role whole[] = { MK_ROLE_LEG, MK_ROLE_BODY, MK_ROLE_TAIL };
    claim_all (life, whole, MK_COUNT (whole));
  }
  mk_life_script script = { .pose = pose_wave, .user = &g };
  mk_life_bake (life, &script);
  return true;
}

/* --- dance --- */

static void
dance_arms (mk_life *life, float show, float beat)
{
  for (unsigned i = 0; i < life->n_bones; i++) {
    const mk_joint *joint = &life->bones[i].joint;
    if (joint->role != MK_ROLE_ARM || joint->side == 0)
      continue;
    float side = (float)joint->side, up = 0.5f + 0.5f * side * sinf (MK_PI * beat * 0.5f); /* one up, the other down, every second beat */
    float bounce = 0.5f - 0.5f * cosf (2 * MK_PI * (beat - 0.08f * (float)joint->segment));
    if (joint->segment == 0) {
      mk_bone_turn (life, (int)i, axis_z, side * show * (0.35f + 1.75f * up * up));
      mk_bone_turn (life, (int)i, axis_x, -show * (0.35f + 0.25f * bounce));
    } else if (joint->segment == 1) {
      mk_bone_turn (life, (int)i, axis_x, -show * (1.2f - 0.7f * up + 0.25f * bounce));
    } else {
      mk_bone_turn (life, (int)i, axis_z, side * show * 0.3f * sinf (2 * MK_PI * beat));
    }
  }
}

static void
pose_dance (mk_life *life, void *user, double time_s)
{
  gesture *g = user;
  float show = shown (g, time_s, 0.35f, 0.4f), beat = (float)(time_s / (double)g->beat_s) + (float)(g->act->index % 2);
  float sway = sinf (MK_PI * beat), dip = 0.5f - 0.5f * cosf (2 * MK_PI * beat), leg = life->leg_m; /* hips: a side per beat, knees bend on it */
  if (life->hips >= 0) {
    mk_bone *hips = &life->bones[life->hips];
    hips->shift = (mk_vec3){ show * 0.085f * leg * sway, -show * (0.045f + 0.075f * dip * g->lively.squash) * leg, 0 };
    mk_bone_turn (life, life->hips, axis_z, show * 0.1f * sway * (life->n_legs > 2 ? 0.6f : -1));
    mk_bone_turn (life, life->hips, axis_y, show * 0.22f * sinf (MK_PI * beat * 0.5f));
  }
  mk_bone_turn (life, life->chest, axis_z, show * 0.17f * sway);
  mk_bone_turn (life, life->chest, axis_y, -show * 0.3f * sinf (MK_PI * beat * 0.5f));
  mk_bone_turn (life, life->neck >= 0 ? life->neck : life->head, axis_x, show * 0.13f * dip);
  mk_bone_turn (life, life->head, axis_z, show * -0.13f * sinf (MK_PI * (beat - 0.15f * g->lively.follow_through)));
  dance_arms (life, show, beat);
  for (unsigned i = 0; i < life->n_bones; i++) {
    mk_joint_role role = life->bones[i].joint.role;
    if (role == MK_ROLE_TAIL)
      mk_bone_turn (life, (int)i, axis_y, show * 0.35f * sinf (MK_PI * (2 * beat - 0.3f * (float)life->bones[i].joint.segment)));
    else if (role == MK_ROLE_WING && life->bones[i].joint.segment == 0)
      mk_bone_turn (life, (int)i, axis_z, (float)life->bones[i].joint.side * show * (0.3f + 0.5f * dip));
  }
  mk_life_settle (life, 0);
  for (unsigned i = 0; i < life->n_legs; i++) { /* the foot without weight is lifted */
    const mk_limb *own = &life->legs[i];
    bool is_left = own->side >= 0, is_pair = life->n_legs <= 2 || ((own->row & 1) != 0) == is_left;
    float free_foot = fmaxf (0, (life->n_legs <= 2 ? is_left : is_pair) ? -sway : sway);
    mk_vec3 ankle = own->ankle;
    ankle.y += show * 0.16f * leg * free_foot * free_foot * g->lively.arcs;
    ankle.z += show * 0.06f * leg * free_foot;
    mk_limb_reach (life, own, ankle, mk_quat_from_axis (axis_x, show * 0.4f * free_foot));
  }
}

bool
mk_plan_solo (mk_act *act, GError **error)
{
  gesture g;
  if (!begin (act, &g, error))
    return false;
  g_autoptr (mk_life) life = mk_life_new (act);
  if (life == NULL || (life->hips < 0 && life->n_legs == 0 && !mk_life_has (life, MK_ROLE_ARM)))
    return answer_without_limbs (act, error);
  double beat = 0.5 / (double)act->speed; /* 120 a minute */
  mk_act_cycles (act, &beat);
  g.beat_s = (float)beat;
  static const mk_joint_role all[] = { MK_ROLE_BODY, MK_ROLE_LEG, MK_ROLE_ARM, MK_ROLE_NECK, MK_ROLE_HEAD, MK_ROLE_TAIL, MK_ROLE_EAR, MK_ROLE_WING };
  claim_all (life, all, MK_COUNT (all));
  mk_life_script script = { .pose = pose_dance, .user = &g, .follow = g.lively.follow_through };
  mk_life_bake (life, &script);
  return true;
}

/* --- look at --- */

static void
pose_look (mk_life *life, void *user, double time_s)
{
  gesture *g = user;
  mk_vec3 goal = g->point;
  if (g->node >= 0) {
    mk_mat4 there = mk_node_world (g->act->scene, g->node, g->act->start_s + time_s);
    goal = mk_mat4_point (there, g->point);
  }
  mk_vec3 own = mk_mat4_point (mk_mat4_inverse (life->world), goal);
  const mk_bone *head = &life->bones[life->head];
  mk_vec3 way = mk_vec3_sub (own, head->place);
  float show = mk_smooth (0, 0.5f, (float)time_s), yaw = CLAMP (mk_vec3_yaw (way), -1.3f, 1.3f), pitch = CLAMP (-atan2f (way.y, hypotf (way.x, way.z)), -0.7f, 0.6f);
  mk_quat turn = mk_quat_mul (mk_quat_from_axis (axis_y, show * yaw * 0.62f), mk_quat_from_axis (axis_x, show * pitch * 0.6f));
  life->bones[life->head].turn = mk_quat_mul (turn, head->turn);
  int lower = life->neck >= 0 ? life->neck : life->chest;
  mk_bone_turn (life, lower, axis_y, show * yaw * 0.38f);
  mk_bone_turn (life, lower, axis_x, show * pitch * 0.3f);
}

double
mk_natural_look (const mk_act *act)
{
  (void)act;
  return 0;
}

static bool
read_goal (const mk_act *act, gesture *g, GError **error)
{
  const mk_json *to = mk_json_get (act->command, "to");
  g->point = mk_vec3_add (act->at, (mk_vec3){ 0, 0.8f * act->size.y, 3 * mk_act_extent (act) + 1 }); /* the camera */
  if (mk_json_get_kind (to) != MK_JSON_STRING)
    return to == NULL || mk_field_vec3 (act->command, "to", 1e5, &g->point, error);
  g_autoptr (GArray) found = mk_scene_find_targets (act->scene, mk_json_get_string (to), error);
  if (found == NULL)
    return false;
  mk_act other = *act;
  other.node = g->node = g_array_index (found, int, 0);
  mk_act_measure (&other);
  g->point = mk_vec3_lerp (other.middle, other.top, 0.4f);
  return true;
}

bool
mk_plan_look (mk_act *act, GError **error)
{
  gesture g;
  if (!begin (act, &g, error) || !read_goal (act, &g, error))
    return false;
  g_autoptr (mk_life) life = mk_life_new (act);
  if (life == NULL || life->head < 0) {
    act->duration_s = fmin (act->duration_s, 1);
    return mk_plan_turn (act, error);
  }
  mk_life_claim_bone (life, life->head, true);
  mk_life_claim_bone (life, life->neck >= 0 ? life->neck : life->chest, false);
  mk_life_script script = { .pose = pose_look, .user = &g };
  mk_life_bake (life, &script);
  return true;
}

/* --- point --- */

/* The arm on the side of the goal, stretched towards it; the eyes go along. */
static void
pose_point (mk_life *life, void *user, double time_s)
{
  gesture *g = user;
  pose_look (life, user, time_s);
  mk_mat4 there = g->node >= 0 ? mk_node_world (g->act->scene, g->node, g->act->start_s + time_s) : MK_MAT4_IDENTITY;
  mk_vec3 own = mk_mat4_point (mk_mat4_inverse (life->world), mk_mat4_point (there, g->point));
  mk_life_settle (life, 0);
  float t = (float)time_s, raised = mk_smooth (0.15f, 0.75f, t), over = 0.05f * g->lively.follow_through * sinf (MK_PI * CLAMP ((t - 0.6f) / 0.5f, 0, 1));
  mk_vec3 raised_to = { own.x, own.y + over * mk_vec3_length (own), own.z };
  mk_arm_reach (life, own.x >= 0 ? 1 : -1, raised_to, raised);
}

double
mk_natural_point (const mk_act *act)
{
  (void)act;
  return 0;
}

bool
mk_plan_point (mk_act *act, GError **error)
{
  gesture g;
  if (!begin (act, &g, error) || !read_goal (act, &g, error))
    return false;
  g_autoptr (mk_life) life = mk_life_new (act);
  if (life == NULL || life->head < 0 || !mk_life_has (life, MK_ROLE_ARM))
    return mk_plan_look (act, error);
  mk_life_claim_bone (life, life->head, true);
  mk_life_claim_bone (life, life->neck >= 0 ? life->neck : life->chest, false);
  mk_life_claim (life, MK_ROLE_ARM, true);
  mk_life_script script = { .pose = pose_point, .user = &g, .is_held = true };
  mk_life_bake (life, &script);
  return true;
}

/* --- open, close --- */

static void
pose_open (mk_life *life, void *user, double time_s)
{
  gesture *g = user;
  float t = (float)(time_s / g->duration_s), open = mk_ease (MK_EASE_IN_OUT, t);
  open += 0.03f * g->lively.follow_through * sinf (MK_PI * CLAMP ((t - 0.75f) / 0.25f, 0, 1)); /* a door swings a little too far */
  if (g->is_closing)
    open = 1 - mk_ease (MK_EASE_IN_OUT, t);
  for (unsigned i = 0; i < life->n_bones; i++) {
    const mk_joint *joint = &life->bones[i].joint;
    if (joint->role != MK_ROLE_DOOR && joint->role != MK_ROLE_LID && joint->role != MK_ROLE_JAW)
      continue;
    float most = fabsf (joint->max_rad) > fabsf (joint->min_rad) ? joint->max_rad : joint->min_rad;
    most = most != 0 ? most : joint->role == MK_ROLE_JAW ? 0.45f : joint->role == MK_ROLE_DOOR ? 1.6f * (joint->tip.x > 0 ? -1 : 1) : -1.6f;
    bool stands_open = joint->role == MK_ROLE_LID && joint->tip.y > 0.4f * mk_vec3_length (joint->tip); /* as a laptop's is made: its range closes it */
    mk_bone_turn (life, (int)i, joint->axis, most * (stands_open ? 1 - open : open));
  }
}

double
mk_natural_open (const mk_act *act)
{
  return 1.4 / (double)act->speed;
}

bool
mk_plan_open (mk_act *act, GError **error)
{
  gesture g;
  mk_act whole = *act;
  if (act->node != act->root) { /* "the door of the house" is the house's */
    whole.node = act->root;
    mk_act_measure (&whole);
  }
  if (!begin (&whole, &g, error))
    return false;
  g.is_closing = g_str_equal (mk_json_get_string (mk_json_get (act->command, "motion")), "close");
  g_autoptr (mk_life) life = mk_life_new (&whole);
  bool can = life != NULL && (mk_life_has (life, MK_ROLE_DOOR) || mk_life_has (life, MK_ROLE_LID) || mk_life_has (life, MK_ROLE_JAW));
  if (!can)
    return answer_without_limbs (act, error);
  mk_life_claim (life, MK_ROLE_DOOR, true);
  mk_life_claim (life, MK_ROLE_LID, true);
  mk_life_claim (life, MK_ROLE_JAW, true);
  mk_life_script script = { .pose = pose_open, .user = &g, .is_held = true };
  mk_life_bake (life, &script);
  return true;
}

/* --- flap --- */

double
mk_natural_flap (const mk_act *act)
{
  (void)act;
  return 0;
}

bool
mk_plan_flap (mk_act *act, GError **error)
{
  mk_act whole = *act;
  if (act->node != act->root) {
    whole.node = act->root;
    mk_act_measure (&whole);
  }
  return mk_life_fly (&whole) || answer_without_limbs (act, error);
}
