/* Jumping with legs: down into the knees, off the toes, drawn up in the air, and down into the knees again. */
#include "scene/life.h"

static const mk_vec3 axis_x = { 1, 0, 0 }, axis_z = { 0, 0, 1 };

typedef struct {
  mk_leap leap;
  mk_liveliness lively;
} jumper;

/* How deep the knees are bent (1 = fully), and where in the air it is (0 off the ground .. 1 down again; else -1). */
static float
crouch_at (const jumper *j, double time_s, float *air)
{
  const mk_leap *l = &j->leap;
  double whole = l->crouch_s + l->flight_s + l->land_s, in = time_s - whole * floor (time_s / whole * (1 - 1e-9));
  *air = -1;
  if (in < l->crouch_s) {
    float t = (float)(in / l->crouch_s);
    return j->lively.anticipation * mk_smooth (0, 0.72f, t) * (1 - mk_smooth (0.72f, 1, t));
  }
  if (in < l->crouch_s + l->flight_s) {
    *air = (float)((in - l->crouch_s) / l->flight_s);
    return 0;
  }
  float t = (float)((in - l->crouch_s - l->flight_s) / l->land_s);
  return j->lively.squash * 0.95f * mk_smooth (0, 0.26f, t) * (1 - mk_smooth (0.3f, 1, t));
}

static void
throw_arms (mk_life *life, float crouch, float air)
{
  float up = air >= 0 ? mk_smooth (0, 0.25f, air) * (1 - 0.75f * mk_smooth (0.5f, 1, air)) : 0;
  for (unsigned i = 0; i < life->n_bones; i++) {
    const mk_joint *joint = &life->bones[i].joint;
    if (joint->role == MK_ROLE_ARM && joint->segment == 0) {
      mk_bone_turn (life, (int)i, axis_x, 0.9f * crouch - 1.9f * up);
      mk_bone_turn (life, (int)i, axis_z, (float)joint->side * 0.55f * up);
    } else if (joint->role == MK_ROLE_ARM && joint->segment == 1) {
      mk_bone_turn (life, (int)i, axis_x, -0.5f * crouch - 0.3f * up);
    } else if (joint->role == MK_ROLE_WING && joint->segment == 0 && joint->side != 0) {
      mk_bone_turn (life, (int)i, axis_z, (float)joint->side * 0.5f * up);
    }
  }
}

static void
pose_jump (mk_life *life, void *user, double time_s)
{
  jumper *j = user;
  float air, crouch = crouch_at (j, time_s, &air), tuck = air >= 0 ? sinf (MK_PI * air) : 0, leg = life->leg_m;
  bool is_forward = j->leap.length_m > 0.3f * leg * life->scale;
  mk_bone *hips = &life->bones[life->hips];
  hips->shift.y = -0.36f * leg * crouch;
  if (life->n_legs <= 2) {
    hips->shift.z = -0.1f * leg * crouch;
    mk_bone_turn (life, life->chest >= 0 ? life->chest : life->hips, axis_x, 0.5f * crouch + 0.1f * tuck);
    mk_bone_turn (life, life->head, axis_x, -0.35f * crouch);
  } else { /* nose up when it leaves the ground, down when it comes back */
    float tilt = air >= 0 && is_forward ? -0.3f * cosf (MK_PI * air) * mk_smooth (0, 0.15f, air) * (1 - mk_smooth (0.85f, 1, air)) : 0;
    mk_bone_turn (life, life->hips, axis_x, tilt + 0.07f * crouch);
    mk_bone_turn (life, life->neck, axis_x, 0.12f * crouch - 0.5f * tilt);
  }
  throw_arms (life, crouch, air);
  for (unsigned i = 0; i < life->n_bones; i++)
    if (life->bones[i].joint.role == MK_ROLE_TAIL)
      mk_bone_turn (life, (int)i, axis_x, life->bones[i].joint.tip.z < 0 ? 0.25f * tuck - 0.2f * crouch : 0);
  mk_life_settle (life, 0);
  for (unsigned i = 0; i < life->n_legs; i++) {
    const mk_limb *own = &life->legs[i];
    bool is_front = life->n_legs > 2 && own->row == 0;
    mk_vec3 ankle = own->ankle;
    ankle.y += own->height_m * tuck * (own->n_upper > 1 ? 0.42f : 0.2f);
    ankle.z += own->height_m * tuck * (life->n_legs > 2 && is_forward ? (is_front ? 0.35f : -0.35f) : -0.12f);
    float point = air >= 0 ? 0.6f * (1 - mk_smooth (0.7f, 1, air)) * mk_smooth (0, 0.08f, air) : 0; /* toes hang */
    mk_limb_reach (life, own, ankle, mk_quat_from_axis (axis_x, point));
  }
}

bool
mk_life_jump (const mk_act *act, const mk_leap *leap)
{
  g_autoptr (mk_life) life = mk_life_new (act);
  jumper j = { .leap = *leap };
  if (life == NULL || life->n_legs == 0 || life->hips < 0 || !mk_act_liveliness (act, &j.lively, NULL))
    return false;
  mk_life_claim (life, MK_ROLE_LEG, true);
  mk_life_claim_bone (life, life->hips, true);
  static const mk_joint_role along[] = { MK_ROLE_BODY, MK_ROLE_NECK, MK_ROLE_HEAD, MK_ROLE_ARM, MK_ROLE_TAIL, MK_ROLE_EAR, MK_ROLE_WING };
  for (size_t i = 0; i < MK_COUNT (along); i++)
    mk_life_claim (life, along[i], false);
  mk_life_script script = { .pose = pose_jump, .user = &j, .is_to_rest = true, .follow = j.lively.follow_through };
  mk_life_bake (life, &script);
  return true;
}
