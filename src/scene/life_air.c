/* Flying and swimming: wings beat, propellers turn, tails and fins stroke. */
#include "scene/life.h"

static const mk_vec3 axis_x = { 1, 0, 0 }, axis_y = { 0, 1, 0 }, axis_z = { 0, 0, 1 };

/* 0 at the ends of the act, where it starts or ends in rest; else 1 throughout. */
static float
effort (const mk_act *act, double time_s)
{
  bool is_last = act->start_s + act->duration_s >= (double)act->scene->duration_s - 0.05;
  float in = act->start_s > 0.05 ? mk_smooth (0, 0.35f, (float)time_s) : 1;
  return in * (is_last ? 1 : mk_smooth (0, 0.35f, (float)(act->duration_s - time_s)));
}

/* --- wings --- */

typedef struct {
  const mk_act *act;
  float hz, size_rad;
  bool is_aloft;     /* legs are drawn in */
  bool is_spreading; /* its wings are folded when it stands */
  mk_liveliness lively;
} flier;

/* Down fast, up slowly. */
static float
beat (float phase)
{
  phase -= floorf (phase);
  return phase < 0.4f ? cosf (MK_PI * phase / 0.4f) : -cosf (MK_PI * (phase - 0.4f) / 0.6f);
}

static float
height_now (const mk_life *life)
{
  return (life->world.m[13] - life->act->support_y) / fmaxf (life->act->size.y, 1e-4f);
}

/* A folded wing lies along the body, its face outwards; spread, it points to its side, its face up. */
static bool
is_folded (const mk_joint *joint)
{
  return joint->segment == 0 && joint->side != 0 && fabsf (joint->tip.x) < 0.6f * hypotf (joint->tip.y, joint->tip.z);
}

static mk_quat
spread (const mk_joint *joint)
{
  mk_vec3 side = { (float)joint->side, 0, 0 }, tip = mk_vec3_normalize (joint->tip);
  mk_vec3 face = mk_vec3_normalize (mk_vec3_sub (side, mk_vec3_scale (tip, mk_vec3_dot (side, tip))));
  mk_quat from = mk_quat_look (tip, face), to = mk_quat_look ((mk_vec3){ (float)joint->side, 0.05f, -0.12f }, (mk_vec3){ 0, 1, 0 });
  return mk_quat_mul (to, mk_quat_inverse (from));
}

static void
pose_flight (mk_life *life, void *user, double time_s)
{
  flier *f = user;
  float phase = (float)time_s * f->hz + 0.31f * (float)f->act->index, force = effort (f->act, time_s), up = f->is_aloft ? mk_smooth (0.05f, 0.6f, height_now (life)) : 0;
  for (unsigned i = 0; i < life->n_bones; i++) {
    const mk_joint *joint = &life->bones[i].joint;
    float side = (float)joint->side;
    float own = phase - 0.13f * (float)joint->segment * f->lively.follow_through;
    if (joint->role == MK_ROLE_WING && joint->segment == 0) {
      if (f->is_spreading && is_folded (joint)) {
        life->bones[i].turn = mk_quat_slerp (MK_QUAT_IDENTITY, spread (joint), force);
        life->bones[i].scale = 1 + 0.7f * force; /* feathers fan out */
      }
      float rest = joint->max_rad > joint->min_rad ? 0.5f * (joint->max_rad + joint->min_rad) : 0.12f;
      mk_bone_turn (life, (int)i, axis_z, side * force * (rest + f->size_rad * beat (own)));
      mk_bone_turn (life, (int)i, axis_x, force * 0.2f * sinf (2 * MK_PI * own)); /* the leading edge goes down first */
    } else if (joint->role == MK_ROLE_WING) {
      mk_bone_turn (life, (int)i, axis_z, side * force * 0.55f * f->size_rad * beat (own));
    } else if (joint->role == MK_ROLE_TAIL) {
      mk_bone_turn (life, (int)i, axis_x, force * 0.09f * sinf (2 * MK_PI * (own - 0.2f)));
    } else if (joint->role == MK_ROLE_LEG && f->is_aloft && joint->segment == 0) {
      mk_bone_turn (life, (int)i, axis_x, 0.95f * up);
    } else if (joint->role == MK_ROLE_LEG && f->is_aloft && joint->segment == 1) {
      mk_bone_turn (life, (int)i, axis_x, 0.5f * up);
    }
  }
  if (life->hips >= 0) {
    float lean = f->is_spreading && f->is_aloft ? 0.75f * up : 0; /* a bird lies on the air */
    mk_bone_turn (life, life->hips, axis_x, lean);
    mk_bone_turn (life, life->neck >= 0 ? life->neck : life->head, axis_x, -0.8f * lean);
    life->bones[life->hips].shift.y = -0.045f * life->size.y * force * beat (phase - 0.1f) * f->lively.squash;
    mk_bone_turn (life, life->neck >= 0 ? life->neck : life->head, axis_x, 0.05f * force * beat (phase - 0.15f));
  }
}

/* Who flies without wings lies on the air, one fist ahead. */
static void
pose_soar (mk_life *life, void *user, double time_s)
{
  flier *f = user;
  float up = mk_smooth (0.05f, 0.6f, height_now (life)) * effort (f->act, time_s), breath = sinf (2 * MK_PI * 0.4f * (float)time_s);
  mk_bone_turn (life, life->hips, axis_x, up * (1.15f + 0.04f * breath));
  mk_bone_turn (life, life->chest, axis_x, -0.1f * up);
  mk_bone_turn (life, life->neck, axis_x, -0.4f * up);
  mk_bone_turn (life, life->head, axis_x, -0.5f * up);
  mk_bone_turn (life, mk_life_find (life, MK_ROLE_ARM, -1, 0), axis_x, -2.9f * up);
  mk_bone_turn (life, mk_life_find (life, MK_ROLE_ARM, 1, 0), axis_z, 0.12f * up);
  for (unsigned i = 0; i < life->n_legs; i++) {
    mk_bone_turn (life, life->legs[i].bones[0], axis_x, up * ((i & 1 ? 0.16f : 0.04f) + 0.04f * breath));
    mk_bone_turn (life, life->legs[i].foot, axis_x, 0.8f * up);
  }
}

static bool
soar (mk_life *life, flier *f)
{
  if (life->n_legs != 2 || !mk_life_swims_prone (life) || !g_str_equal (mk_json_get_string (mk_json_get (f->act->command, "motion")), "fly"))
    return false;
  static const mk_joint_role along[] = { MK_ROLE_BODY, MK_ROLE_NECK, MK_ROLE_HEAD, MK_ROLE_ARM, MK_ROLE_LEG };
  for (size_t i = 0; i < MK_COUNT (along); i++)
    mk_life_claim (life, along[i], along[i] == MK_ROLE_LEG);
  mk_life_script script = { .pose = pose_soar, .user = f, .is_to_rest = true };
  mk_life_bake (life, &script);
  return true;
}

static void
pose_propeller (mk_life *life, void *user, double time_s)
{
  (void)user;
  for (unsigned i = 0; i < life->n_bones; i++)
    if (life->bones[i].joint.role == MK_ROLE_PROPELLER)
      mk_bone_turn (life, (int)i, life->bones[i].joint.axis, 2 * MK_PI * 2.2f * (float)time_s); /* slow enough to be seen at 24 frames a second */
}

bool
mk_life_fly (const mk_act *act)
{
  g_autoptr (mk_life) life = mk_life_new (act);
  if (life == NULL)
    return false;
  if (mk_life_has (life, MK_ROLE_PROPELLER)) {
    mk_life_claim (life, MK_ROLE_PROPELLER, false);
    mk_life_script script = { .pose = pose_propeller, .is_held = true };
    mk_life_bake (life, &script);
    return true;
  }
  flier f = { .act = act, .size_rad = 0.75f };
  if (!mk_act_liveliness (act, &f.lively, NULL))
    return false;
  if (!mk_life_has (life, MK_ROLE_WING))
    return soar (life, &f);
  /* Small wings beat fast; more than six times a second is a blur on film. */
  f.hz = CLAMP (1.9f / sqrtf (fmaxf (mk_act_extent (act), 0.02f)), 0.75f, 6) * sqrtf (act->speed);
  f.is_aloft = !g_str_equal (mk_json_get_string (mk_json_get (act->command, "motion")), "flap");
  for (unsigned i = 0; i < life->n_bones; i++)
    f.is_spreading |= life->bones[i].joint.role == MK_ROLE_WING && is_folded (&life->bones[i].joint);
  static const mk_joint_role along[] = { MK_ROLE_WING, MK_ROLE_BODY, MK_ROLE_NECK, MK_ROLE_HEAD, MK_ROLE_TAIL };
  for (size_t i = 0; i < MK_COUNT (along); i++)
    mk_life_claim (life, along[i], along[i] == MK_ROLE_WING);
  if (f.is_aloft)
    mk_life_claim (life, MK_ROLE_LEG, true);
  mk_life_script script = { .pose = pose_flight, .user = &f, .is_to_rest = true, .follow = f.lively.follow_through };
  mk_life_bake (life, &script);
  return true;
}

/* --- in the water --- */

typedef struct {
  const mk_act *act;
  float hz;
  bool is_prone;
  bool is_up_and_down; /* whales beat their tails so, fish from side to side */
  mk_liveliness lively;
} swimmer;

static void
stroke_tail (mk_life *life, const swimmer *s, float phase, float force)
{
  mk_vec3 axis = s->is_up_and_down ? axis_x : axis_y;
  unsigned order = 0;
  for (unsigned i = 0; i < life->n_bones; i++) {
    const mk_joint *joint = &life->bones[i].joint;
    if (joint->role != MK_ROLE_TAIL)
      continue;
    float lag = 0.17f * (float)(order + 1), size = 0.17f + 0.16f * (float)order;
    mk_bone_turn (life, (int)i, axis, force * size * sinf (2 * MK_PI * (phase - lag)));
    order++;
  }
  if (life->hips >= 0 && life->n_legs == 0) {
    mk_bone_turn (life, life->hips, axis, -0.12f * force * sinf (2 * MK_PI * (phase + 0.05f)));
    if (s->is_up_and_down)
      life->bones[life->hips].shift.y = 0.02f * life->size.z * force * sinf (2 * MK_PI * (phase - 0.1f));
  }
}

#define OAR_S 1.4f       /* a stroke, as long as a round of the gesture "row" */
#define OAR_CATCH_S 0.3f /* when that gesture leans forward first */

/* An oar: its blade goes ahead through the air and back through the water. */
static void
pull_oar (mk_life *life, int bone, float time_s, float force)
{
  float side = (float)life->bones[bone].joint.side, phase = 2 * MK_PI * (time_s - OAR_CATCH_S) / OAR_S;
  mk_bone_turn (life, bone, axis_z, side * force * 0.2f * fmaxf (0, -sinf (phase)));
  mk_bone_turn (life, bone, axis_y, -side * force * 0.45f * cosf (phase));
}

static void
pose_swim (mk_life *life, void *user, double time_s)
{
  swimmer *s = user;
  float phase = (float)time_s * s->hz + 0.23f * (float)s->act->index, force = effort (s->act, time_s);
  stroke_tail (life, s, phase, force);
  if (s->is_prone) { /* looks ahead, and rolls with the strokes */
    mk_bone_turn (life, life->head, axis_x, -0.75f);
    mk_bone_turn (life, life->chest, axis_y, 0.22f * force * sinf (MK_PI * phase));
  }
  unsigned order = 0;
  for (unsigned i = 0; i < life->n_bones; i++) {
    const mk_joint *joint = &life->bones[i].joint;
    float side = (float)joint->side, own = phase - 0.08f * (float)joint->segment * s->lively.follow_through;
    if (joint->role == MK_ROLE_FIN && joint->axis.y > 0.9f) {
      pull_oar (life, (int)i, (float)time_s, force);
    } else if (joint->role == MK_ROLE_FIN) {
      mk_bone_turn (life, (int)i, axis_z, side * force * (0.12f + 0.3f * sinf (2 * MK_PI * own)));
    } else if (joint->role == MK_ROLE_LEG && joint->segment < 2) { /* a kick */
      float turn = (joint->limb & 1) != 0 ? 0.5f : 0;
      float kick = s->is_prone ? 0.45f * force : force; /* who lies in the water hardly bends the knees */
      mk_bone_turn (life, (int)i, axis_x, kick * (joint->segment == 0 ? 0.5f * sinf (2 * MK_PI * (own + turn)) : 0.35f - 0.35f * cosf (2 * MK_PI * (own + turn))));
    } else if (joint->role == MK_ROLE_ARM && joint->side == 0) { /* an octopus opens and closes */
      mk_bone_turn (life, (int)i, axis_x, force * 0.3f * sinf (2 * MK_PI * (own - 0.05f * (float)order)));
      order++;
    } else if (joint->role == MK_ROLE_ARM && joint->segment == 0) { /* a crawl: round and round */
      mk_bone_turn (life, (int)i, axis_x, -force * 2 * MK_PI * (own * 0.5f + (joint->side > 0 ? 0.5f : 0)));
    } else if (joint->role == MK_ROLE_WING && joint->segment == 0 && life->n_legs > 0) {
      mk_bone_turn (life, (int)i, axis_z, side * force * 0.15f * sinf (2 * MK_PI * own));
    }
  }
}

bool
mk_life_swims_prone (const mk_life *life)
{
  return life != NULL && (life->n_legs == 2 || (life->n_legs == 0 && mk_life_has (life, MK_ROLE_TAIL))) && life->head >= 0 && mk_life_find (life, MK_ROLE_ARM, 1, 0) >= 0 && mk_life_find (life, MK_ROLE_ARM, -1, 0) >= 0;
}

bool
mk_life_swim (const mk_act *act)
{
  g_autoptr (mk_life) life = mk_life_new (act);
  swimmer s = { .act = act };
  if (life == NULL || !mk_act_liveliness (act, &s.lively, NULL))
    return false;
  bool is_asked = g_str_equal (mk_json_get_string (mk_json_get (act->command, "motion")), "swim");
  if (!mk_life_has (life, MK_ROLE_FIN) && !(is_asked && life->n_bones > 0) && !(life->n_legs == 0 && mk_life_has (life, MK_ROLE_TAIL)))
    return false;
  s.is_prone = is_asked && mk_life_swims_prone (life);
  if (s.is_prone)
    mk_life_claim (life, MK_ROLE_HEAD, false);
  s.hz = CLAMP (1.5f / sqrtf (fmaxf (mk_act_extent (act), 0.05f)), 0.5f, 2.6f) * sqrtf (act->speed);
  for (unsigned i = 0; i < life->n_bones; i++)
    s.is_up_and_down |= life->bones[i].joint.role == MK_ROLE_TAIL && life->bones[i].joint.axis.x > 0.9f;
  static const mk_joint_role along[] = { MK_ROLE_FIN, MK_ROLE_TAIL, MK_ROLE_BODY, MK_ROLE_LEG, MK_ROLE_ARM, MK_ROLE_WING };
  for (size_t i = 0; i < MK_COUNT (along); i++)
    mk_life_claim (life, along[i], i < 2);
  mk_life_script script = { .pose = pose_swim, .user = &s, .is_to_rest = true };
  mk_life_bake (life, &script);
  return true;
}
