/* Legs reach for where their feet stand, arms for what the hands are to touch. */
#include "scene/life.h"

/* The turn that brings a direction and a normal onto others. */
static mk_quat
turn_between (mk_vec3 from, mk_vec3 from_normal, mk_vec3 to, mk_vec3 to_normal)
{
  return mk_quat_mul (mk_quat_look (to, to_normal), mk_quat_inverse (mk_quat_look (from, from_normal)));
}

/* The shortest turn from one direction to another. */
static mk_quat
arc_between (mk_vec3 from, mk_vec3 to)
{
  mk_vec3 a = mk_vec3_normalize (from), b = mk_vec3_normalize (to), axis = mk_vec3_cross (a, b);
  float dot = mk_vec3_dot (a, b);
  if (dot < -0.9999f)
    return mk_quat_from_axis ((mk_vec3){ 1, 0, 0 }, MK_PI);
  return mk_quat_normalize ((mk_quat){ axis.x, axis.y, axis.z, 1 + dot });
}

static mk_quat
whole_of_parent (const mk_life *life, int bone)
{
  int parent = life->bones[bone].parent;
  return parent >= 0 ? life->bones[parent].whole : MK_QUAT_IDENTITY;
}

static void
set_foot (mk_life *life, const mk_limb *leg, mk_quat above, mk_quat foot_turn, float stretch)
{
  if (leg->foot < 0)
    return;
  life->bones[leg->foot].turn = mk_quat_mul (mk_quat_inverse (above), foot_turn);
  life->bones[leg->foot].scale = 1 / stretch;
}

/* Stiff legs are aimed, and give a little in length. */
static void
aim (mk_life *life, const mk_limb *leg, mk_vec3 ankle, mk_quat foot_turn)
{
  mk_bone *hip = &life->bones[leg->bones[0]];
  mk_quat above = whole_of_parent (life, leg->bones[0]);
  mk_vec3 rest = mk_vec3_sub (leg->ankle, leg->hip), wanted = mk_vec3_sub (ankle, hip->place);
  mk_quat whole = mk_quat_mul (arc_between (mk_quat_rotate (above, rest), wanted), above);
  hip->turn = mk_quat_mul (mk_quat_inverse (above), whole);
  hip->scale = CLAMP (mk_vec3_length (wanted) / fmaxf (mk_vec3_length (rest), 1e-6f), 0.4f, 1.5f);
  set_foot (life, leg, whole, foot_turn, hip->scale);
}

void
mk_limb_reach (mk_life *life, const mk_limb *leg, mk_vec3 ankle, mk_quat foot_turn)
{
  if (leg->n_upper < 2) {
    aim (life, leg, ankle, foot_turn);
    return;
  }
  mk_bone *hip = &life->bones[leg->bones[0]], *knee = &life->bones[leg->bones[1]];
  mk_quat above = whole_of_parent (life, leg->bones[0]);
  mk_vec3 thigh = mk_vec3_sub (leg->knee, leg->hip), shin = mk_vec3_sub (leg->ankle, leg->knee);
  float upper = mk_vec3_length (thigh), lower = mk_vec3_length (shin);
  mk_vec3 way = mk_vec3_sub (ankle, hip->place);
  float far = fmaxf (mk_vec3_length (way), 1e-5f), stretch = CLAMP (far / (0.998f * (upper + lower)), 1, 1.2f);
  upper *= stretch;
  lower *= stretch;
  float reach = CLAMP (far, fabsf (upper - lower) + 0.02f * upper, 0.9999f * (upper + lower));
  mk_vec3 d = mk_vec3_scale (way, 1 / far), pole = mk_quat_rotate (above, leg->pole);
  pole = mk_vec3_normalize (mk_vec3_sub (pole, mk_vec3_scale (d, mk_vec3_dot (pole, d))));
  float along = (upper * upper + reach * reach - lower * lower) / (2 * reach), aside = sqrtf (fmaxf (upper * upper - along * along, 0));
  mk_vec3 bent = mk_vec3_add (mk_vec3_scale (d, along), mk_vec3_scale (pole, aside)); /* hip to knee */
  mk_vec3 down = mk_vec3_sub (mk_vec3_scale (d, reach), bent);
  mk_vec3 rest_normal = mk_vec3_normalize (mk_vec3_cross (mk_vec3_sub (leg->ankle, leg->hip), leg->pole)), normal = mk_vec3_cross (d, pole);
  mk_quat first = turn_between (thigh, rest_normal, bent, normal), second = turn_between (shin, rest_normal, down, normal);
  hip->turn = mk_quat_mul (mk_quat_inverse (above), first);
  hip->scale = stretch;
  knee->turn = mk_quat_mul (mk_quat_inverse (first), second);
  set_foot (life, leg, second, foot_turn, stretch);
}

void
mk_limbs_stand (mk_life *life)
{
  mk_life_settle (life, 0);
  for (unsigned i = 0; i < life->n_legs; i++)
    mk_limb_reach (life, &life->legs[i], life->legs[i].ankle, MK_QUAT_IDENTITY);
}

/* --- arms --- */

static bool
read_arm (const mk_life *life, int side, mk_limb *arm)
{
  int upper = mk_life_find (life, MK_ROLE_ARM, side, 0), fore = mk_life_find (life, MK_ROLE_ARM, side, 1), hand = mk_life_find (life, MK_ROLE_ARM, side, 2);
  if (upper < 0)
    return false;
  const mk_bone *last = &life->bones[hand >= 0 ? hand : fore >= 0 ? fore : upper];
  *arm = (mk_limb){ .bones = { upper, fore, -1, -1 }, .n_upper = fore >= 0 ? 2 : 1, .foot = -1, .side = side, .hip = life->bones[upper].rest };
  arm->knee = fore >= 0 ? life->bones[fore].rest : arm->hip;
  arm->ankle = hand >= 0 ? last->rest : mk_vec3_add (last->rest, last->joint.tip);
  arm->pole = mk_vec3_normalize ((mk_vec3){ 0.55f * (float)side, -0.35f, -0.75f }); /* elbows point out, down and back */
  return true;
}

void
mk_arm_reach (mk_life *life, int side, mk_vec3 hand, float share)
{
  mk_limb arm;
  if (!read_arm (life, side, &arm))
    return;
  mk_quat before[2];
  for (unsigned k = 0; k < arm.n_upper; k++)
    before[k] = life->bones[arm.bones[k]].turn;
  mk_limb_reach (life, &arm, hand, MK_QUAT_IDENTITY);
  for (unsigned k = 0; k < arm.n_upper; k++) {
    mk_bone *bone = &life->bones[arm.bones[k]];
    bone->turn = mk_quat_slerp (before[k], bone->turn, share);
    bone->scale = 1; /* arms keep their length */
  }
}
