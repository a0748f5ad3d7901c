/* Walking and running: what the body does over its feet. */
#include "scene/life_gait.h"

static const mk_vec3 axis_x = { 1, 0, 0 }, axis_y = { 0, 1, 0 }, axis_z = { 0, 0, 1 };

typedef struct {
  mk_gait gait;
  float drop_m;        /* how much lower the hips are, so that legs can stride; in the object's space */
  float bob_m;
  mk_liveliness lively;
  float wag_hz;
} walker;

static float
wave (float phase)
{
  return cosf (2 * MK_PI * phase);
}

/* Hips come down until a leg at the end of its stride still reaches the ground. */
static float
needed_drop (const mk_life *life, const mk_gait *g)
{
  float drop = 0;
  for (unsigned i = 0; i < life->n_legs; i++) {
    const mk_limb *leg = &life->legs[i];
    float half = g->duty * g->stride_m / life->scale / 2, foot = leg->foot >= 0 ? hypotf (leg->toe.x - leg->ankle.x, leg->toe.z - leg->ankle.z) : 0;
    half = fmaxf (half - 0.55f * foot, 0);
    float high = sqrtf (fmaxf (1.05f * leg->length_m * leg->length_m - half * half, 0.25f * leg->length_m * leg->length_m));
    if (leg->n_upper >= 2)
      drop = fmaxf (drop, leg->height_m - high);
  }
  return fminf (drop, 0.22f * life->leg_m);
}

/* --- two legs: hips swing over the standing leg, shoulders against them, arms against legs --- */

static void
swing_arms (mk_life *life, const walker *w, float phase, float vigour)
{
  bool is_run = w->gait.kind != MK_GAIT_WALK;
  float size = (is_run ? 0.75f : 0.42f) * vigour * w->lively.arcs;
  for (unsigned i = 0; i < life->n_bones; i++) {
    const mk_joint *joint = &life->bones[i].joint;
    if (joint->role != MK_ROLE_ARM || joint->side == 0)
      continue;
    float own = joint->side > 0 ? phase : phase + 0.5f, lag = 0.06f * (float)joint->segment * w->lively.follow_through;
    float back = wave (own - 0.04f - lag); /* 1 when the leg of its side is in front: then the arm is behind */
    float bent = is_run ? 1.35f : 0.22f;
    if (joint->segment == 0)
      mk_bone_turn (life, (int)i, axis_x, size * back + (is_run ? 0.25f : 0.06f) * vigour);
    else if (joint->segment == 1)
      mk_bone_turn (life, (int)i, axis_x, -(bent + 0.55f * size * (0.5f - 0.5f * back)) * vigour);
    else
      mk_bone_turn (life, (int)i, axis_x, 0.25f * size * back);
    if (joint->segment == 0) /* free of the hips */
      mk_bone_turn (life, (int)i, axis_z, (float)joint->side * (is_run ? 0.16f : 0.05f) * vigour);
  }
}

static void
stride_on_two (mk_life *life, const walker *w, float phase, float vigour)
{
  bool is_run = w->gait.kind != MK_GAIT_WALK, is_stiff = life->legs[0].n_upper < 2;
  float stand = phase - w->gait.duty / 2, leg = life->leg_m; /* stand 0: the left leg is under the body */
  float yaw = (is_run ? 0.16f : 0.13f) * vigour * wave (phase), roll = (is_run ? 0.05f : 0.07f) * vigour * wave (stand);
  float waddle = is_stiff ? 0.16f * vigour * wave (stand) : 0;
  mk_bone *hips = &life->bones[life->hips];
  hips->shift.y = -w->drop_m * fminf (vigour, 1) + w->bob_m * vigour * (is_run ? -1 : 1) * wave (2 * stand);
  hips->shift.x = (is_stiff ? 0.05f : 0.025f) * leg * vigour * wave (stand);
  mk_bone_turn (life, life->hips, axis_y, -yaw);
  mk_bone_turn (life, life->hips, axis_z, -(roll * 0.6f) - waddle);
  float lean = (is_run ? 0.2f : life->act->steps != NULL ? 0.12f : 0.035f) * vigour;
  int upper = life->chest >= 0 ? life->chest : -1;
  mk_bone_turn (life, upper >= 0 ? upper : life->hips, axis_x, lean);
  if (upper >= 0) {
    mk_bone_turn (life, upper, axis_y, 2.1f * yaw);
    mk_bone_turn (life, upper, axis_z, roll * 1.1f);
  }
  int look = life->neck >= 0 ? life->neck : life->head;
  float left = upper >= 0 ? 1.1f * yaw : -yaw; /* what is left of all that: the gaze stays where the way leads */
  mk_bone_turn (life, look, axis_y, -left);
  mk_bone_turn (life, look, axis_z, upper >= 0 ? -roll * 0.5f : roll * 0.6f + 0.7f * waddle);
  mk_bone_turn (life, look, axis_x, -lean + 0.03f * vigour * wave (2 * stand - 0.12f * w->lively.follow_through));
  if (is_stiff) /* birds hold their heads still in the air and then throw them forward */
    mk_bone_turn (life, look, axis_x, 0.14f * vigour * wave (2 * stand));
  swing_arms (life, w, phase, vigour);
}

/* Down and over the bad leg while it carries, its arm held against it. */
static void
limp (mk_life *life, const walker *w, float phase, float vigour)
{
  float bad = phase + w->gait.offsets[1] - w->gait.duty / 2, carries = powf (0.5f + 0.5f * wave (bad), 1.5f) * vigour * w->gait.limp; /* 1: under the body */
  mk_bone *hips = &life->bones[life->hips];
  hips->shift.y -= 0.085f * life->leg_m * carries;
  hips->shift.x -= 0.05f * life->leg_m * carries;
  int upper = life->chest >= 0 ? life->chest : life->hips;
  mk_bone_turn (life, upper, axis_z, 0.2f * carries);
  mk_bone_turn (life, upper, axis_x, 0.1f * vigour * w->gait.limp + 0.12f * carries);
  mk_bone_turn (life, life->neck >= 0 ? life->neck : life->head, axis_z, -0.13f * carries);
  mk_bone_turn (life, life->neck >= 0 ? life->neck : life->head, axis_x, 0.08f * vigour * w->gait.limp);
}

/* --- four legs --- */

static void
stride_on_four (mk_life *life, const walker *w, float phase, float vigour)
{
  mk_gait_kind kind = w->gait.kind;
  float stand = phase - w->gait.duty / 2, drop = -w->drop_m * fminf (vigour, 1), follow = w->lively.follow_through;
  float pitch = 0, nod;
  mk_bone *hips = &life->bones[life->hips];
  if (kind == MK_GAIT_RUN) {
    hips->shift.y = drop + 1.6f * w->bob_m * vigour * wave (phase - 0.93f);
    pitch = -0.13f * vigour * wave (stand);
    nod = 0.10f * vigour * wave (stand - 0.1f * follow);
  } else {
    hips->shift.y = drop + w->bob_m * vigour * (kind == MK_GAIT_TROT ? -1 : 0.6f) * wave (2 * stand);
    hips->shift.x = 0.012f * life->leg_m * vigour * wave (stand);
    mk_bone_turn (life, life->hips, axis_y, 0.035f * vigour * wave (phase + 0.1f));
    mk_bone_turn (life, life->hips, axis_z, -0.035f * vigour * wave (stand));
    pitch = 0.012f * vigour * wave (2 * phase);
    nod = (kind == MK_GAIT_WALK ? 0.055f : 0.03f) * vigour * wave (2 * stand - 0.15f * follow);
  }
  mk_bone_turn (life, life->hips, axis_x, pitch);
  mk_bone_turn (life, life->neck, axis_x, nod - 0.7f * pitch + (kind == MK_GAIT_RUN ? 0.22f * vigour : 0));
  mk_bone_turn (life, life->head, axis_x, -0.6f * nod - (kind == MK_GAIT_RUN ? 0.18f * vigour : 0));
}

static void
sway_tail (mk_life *life, const walker *w, double time_s, float phase, float vigour)
{
  bool is_run = w->gait.kind == MK_GAIT_RUN && life->n_legs > 2;
  for (unsigned i = 0; i < life->n_bones; i++) {
    const mk_joint *joint = &life->bones[i].joint;
    if (joint->role != MK_ROLE_TAIL)
      continue;
    float lag = 0.16f * (float)joint->segment * w->lively.follow_through, size = 0.16f + 0.08f * (float)joint->segment;
    float beat = w->wag_hz > 0 ? (float)time_s * w->wag_hz : phase;
    mk_bone_turn (life, (int)i, axis_y, size * fminf (vigour, 1) * sinf (2 * MK_PI * (beat - lag)) * (w->wag_hz > 0 ? 1.6f : 1));
    if (is_run)
      mk_bone_turn (life, (int)i, axis_x, 0.2f * vigour * wave (phase - lag) * (joint->tip.z < 0 ? 1 : -0.4f));
  }
}

static void
pose_walk (mk_life *life, void *user, double time_s)
{
  walker *w = user;
  float phase = mk_gait_phase (&w->gait, time_s), vigour = mk_gait_vigour (&w->gait, time_s);
  if (life->hips >= 0 && life->n_legs <= 2)
    stride_on_two (life, w, phase, vigour);
  else if (life->hips >= 0 && life->n_legs == 4)
    stride_on_four (life, w, phase, vigour);
  else if (life->hips >= 0)
    life->bones[life->hips].shift.y = 0.04f * life->leg_m * vigour * wave (2 * phase);
  if (w->gait.limp > 0 && life->hips >= 0)
    limp (life, w, phase, vigour);
  sway_tail (life, w, time_s, phase, vigour);
  mk_life_settle (life, 0);
  for (unsigned i = 0; i < life->n_legs; i++) {
    mk_footing foot = mk_gait_foot (&w->gait, i, time_s);
    mk_limb_reach (life, &life->legs[i], foot.ankle, foot.turn);
  }
}

static float
wag_of (const mk_act *act)
{
  static const char *const merry[] = { "dog", "wolf", "fox", NULL };
  const char *object = mk_scene_get_node (act->scene, act->root)->object;
  return object != NULL && g_strv_contains (merry, object) ? 2.2f : 0;
}

bool
mk_life_walk (const mk_act *act)
{
  g_autoptr (mk_life) life = mk_life_new (act);
  walker w = { .wag_hz = life != NULL ? wag_of (act) : 0 };
  if (life == NULL || life->n_legs == 0 || life->n_legs > 60 || !mk_act_liveliness (act, &w.lively, NULL) || !mk_gait_plan (&w.gait, life, w.lively.arcs))
    return false;
  w.drop_m = needed_drop (life, &w.gait) + (act->steps != NULL ? 0.05f * life->leg_m : 0);
  w.bob_m = (w.gait.kind == MK_GAIT_WALK ? 0.022f : 0.055f) * life->leg_m * w.lively.squash;
  mk_life_claim (life, MK_ROLE_LEG, true);
  mk_life_claim_bone (life, life->hips, true);
  static const mk_joint_role along[] = { MK_ROLE_BODY, MK_ROLE_NECK, MK_ROLE_HEAD, MK_ROLE_TAIL, MK_ROLE_EAR };
  for (size_t i = 0; i < MK_COUNT (along); i++)
    mk_life_claim (life, along[i], false);
  if (life->n_legs <= 2)
    mk_life_claim (life, MK_ROLE_ARM, false);
  mk_life_script script = { .pose = pose_walk, .user = &w, .is_to_rest = !w.gait.is_leaving, .is_held = w.gait.is_leaving, .follow = w.lively.follow_through };
  mk_life_bake (life, &script);
  mk_gait_clear (&w.gait);
  return true;
}

void
mk_life_go (const mk_act *act)
{
  const mk_recipe_info *info = act->stage->library != NULL && mk_scene_get_node (act->scene, act->root)->object != NULL
                                   ? mk_library_find (act->stage->library, mk_scene_get_node (act->scene, act->root)->object) : NULL;
  bool is_up = act->at.y - act->support_y > 0.3f * act->size.y || (info != NULL && info->hover_m > 0);
  if (is_up && (mk_life_fly (act) || mk_life_swim (act)))
    return;
  if (!mk_life_walk (act) && !mk_life_swim (act))
    mk_life_fly (act);
}
