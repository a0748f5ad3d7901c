/* Two who have to do with each other's bodies: they face each other and fight in turns, hold each other, kiss, shake hands, strike
 * hands together over their heads, or dance as a couple around the middle between them. */
#include "scene/fields.h"
#include "scene/layout.h"
#include "scene/life.h"

#define BEAT_S 0.9          /* from one blow to the next, of the other */
#define BLADE_ROOM 0.4f     /* how much farther apart they are, in lengths of what they fight with: blades meet, and no blade goes through a body */
#define NEAR_M 1.0f         /* up to here they are there as the film begins; from farther they come */

static const mk_vec3 axis_x = { 1, 0, 0 }, axis_y = { 0, 1, 0 };

typedef enum { MEETING_FIGHT, MEETING_HUG, MEETING_HANDSHAKE, MEETING_HIGH_FIVE, MEETING_KISS, MEETING_DANCE } meeting_kind;

typedef struct {
  meeting_kind kind;
  bool is_second;
  double duration_s;
  mk_vec3 shift, way;       /* to where it meets the other; the way that it looks */
  double come_s;            /* 0 = it is there already */
  double beat_s;
  float half_m;             /* of the other's body, for arms around it */
  float high_m;
  float taller_m;           /* than the other */
  float apart_m;            /* from one to the other, once they have met */
  mk_vec3 to_middle;        /* then, of who meets: to the middle between both */
} meeting;

#define ROUND_S 5.0         /* once around each other in a dance */
#define SHAKE_HZ 2.4f
#define KISS_LEAN 0.09f     /* of chest and neck */
#define CLAP_S 0.75         /* from where they meet to the clap of their hands */

static void
come_at (const void *user, double time_s, mk_delta *delta)
{
  const meeting *m = user;
  delta->offset = mk_vec3_scale (m->shift, m->come_s > 0 ? mk_smooth (0, (float)m->come_s, (float)time_s) : 1);
}

/* Both around the middle, eyes on each other. */
static void
dance_at (const void *user, double time_s, mk_delta *delta)
{
  const meeting *m = user;
  double whole_s = m->duration_s - m->come_s, s = CLAMP (time_s - m->come_s, 0, whole_s);
  double eased_s = s < 1 ? s * s / 2 : s - 0.5; /* gets going in a second */
  come_at (m, time_s, delta);
  delta->turn = mk_quat_from_axis (axis_y, 2 * MK_PI * (float)(eased_s / ROUND_S));
  delta->offset = mk_vec3_add (delta->offset, mk_vec3_sub (m->to_middle, mk_quat_rotate (delta->turn, m->to_middle)));
}

/* How far into its own blow (up, then down), and into the other's, 0..1 and back. */
static void
blow_at (const meeting *m, double time_s, float *raised, float *struck, float *hit)
{
  double since = time_s - m->come_s, beats = since / m->beat_s;
  int beat = (int)floor (beats);
  float in = (float)(beats - beat);
  bool is_own = ((beat & 1) == 1) == m->is_second;
  *raised = *struck = *hit = 0;
  if (since < 0 || time_s > m->duration_s)
    return;
  if (is_own) {
    *raised = mk_smooth (0, 0.45f, in) * (1 - mk_smooth (0.45f, 0.62f, in));
    *struck = mk_smooth (0.45f, 0.62f, in) * (1 - mk_smooth (0.68f, 1, in));
  } else {
    *hit = mk_smooth (0.56f, 0.68f, in) * (1 - mk_smooth (0.7f, 1, in));
  }
}

static void
pose_blow (mk_life *life, const meeting *m, double time_s)
{
  float raised, struck, hit, leg = life->leg_m;
  blow_at (m, time_s, &raised, &struck, &hit);
  if (life->hips >= 0)
    life->bones[life->hips].shift = (mk_vec3){ 0, -(0.06f * struck + 0.04f * hit) * leg, (0.26f * struck - 0.08f * raised - 0.2f * hit) * leg };
  int trunk = life->chest >= 0 ? life->chest : life->hips;
  mk_bone_turn (life, trunk, axis_x, 0.3f * struck - 0.14f * raised - 0.25f * hit);
  mk_bone_turn (life, trunk, axis_y, 0.3f * raised * -1 + 0.35f * struck);
  mk_bone_turn (life, life->neck >= 0 ? life->neck : life->head, axis_x, life->n_legs > 2 ? 0.45f * struck - 0.4f * raised - 0.2f * hit : -0.2f * hit);
  mk_bone_turn (life, mk_life_find (life, MK_ROLE_JAW, 2, 0), axis_x, 0.35f * raised);
  int arm = mk_life_find (life, MK_ROLE_ARM, -1, 0), fore = mk_life_find (life, MK_ROLE_ARM, -1, 1);
  mk_bone_turn (life, arm, axis_x, -0.5f - 2.0f * raised - 0.9f * struck);
  mk_bone_turn (life, fore, axis_x, -0.8f - 0.3f * raised + 0.75f * struck);
  mk_bone_turn (life, mk_life_find (life, MK_ROLE_ARM, 1, 0), axis_x, -0.55f - 0.7f * hit + 0.4f * struck); /* the other guards */
  mk_bone_turn (life, mk_life_find (life, MK_ROLE_ARM, 1, 1), axis_x, -1.2f);
  mk_limbs_stand (life);
}

/* Arms around the other, a little pressed together, a slow sway. */
static void
pose_hug (mk_life *life, const meeting *m, double time_s)
{
  float show = mk_smooth ((float)m->come_s * 0.7f, (float)m->come_s + 0.6f, (float)time_s) * mk_smooth (0, 0.5f, (float)(m->duration_s - time_s));
  mk_bone_turn (life, life->chest, axis_x, 0.05f * show);
  mk_bone_turn (life, life->head, (mk_vec3){ 0, 0, 1 }, show * (m->is_second ? -0.18f : 0.18f));
  mk_life_settle (life, 0);
  float across = 0.75f * m->half_m / life->scale, high = m->high_m / life->scale, deep = 1.9f * m->half_m / life->scale;
  for (int side = -1; side <= 1; side += 2)
    mk_arm_reach (life, side, (mk_vec3){ 0.5f * (float)side * across, high * (m->is_second == (side > 0) ? 1.06f : 0.9f), deep }, show);
}

/* In each other's arms; the heads come together, tilted to different sides, the taller looking down. */
static void
pose_kiss (mk_life *life, const meeting *m, double time_s)
{
  float begins = (float)m->come_s + 0.5f, near = mk_smooth (begins, begins + 0.6f, (float)time_s) * mk_smooth (0.5f, 1.1f, (float)(m->duration_s - time_s));
  float down = atanf (m->taller_m / fmaxf (m->apart_m, 0.05f));
  mk_bone_turn (life, life->chest, axis_x, KISS_LEAN * near);
  mk_bone_turn (life, life->neck, axis_x, (KISS_LEAN + 0.5f * down) * near);
  mk_bone_turn (life, life->head, axis_x, (0.5f * down - KISS_LEAN) * near);
  pose_hug (life, m, time_s);
}

/* Right hands in the middle between both, up and down. */
static void
pose_handshake (mk_life *life, const meeting *m, double time_s)
{
  float show = mk_smooth ((float)m->come_s * 0.6f, (float)m->come_s + 0.35f, (float)time_s) * mk_smooth (0, 0.5f, (float)(m->duration_s - time_s));
  float high = m->high_m / life->scale, shaken = 0.045f * high * sinf (2 * MK_PI * SHAKE_HZ * (float)fmax (0, time_s - m->come_s - 0.35));
  mk_bone_turn (life, life->chest, axis_x, 0.08f * show);
  mk_bone_turn (life, life->chest, axis_y, 0.16f * show);
  mk_bone_turn (life, life->head, axis_x, 0.1f * show);
  mk_life_settle (life, 0);
  mk_arm_reach (life, -1, (mk_vec3){ 0, 0.84f * high + shaken, 0.44f * m->apart_m / life->scale }, show);
}

/* Right hands wound up behind the head, and together over it. */
static void
pose_high_five (mk_life *life, const meeting *m, double time_s)
{
  float t = (float)(time_s - m->come_s), clap = (float)CLAP_S, show = mk_smooth (-0.2f, 0.5f * clap, t) * (1 - mk_smooth (clap + 0.3f, clap + 0.9f, t));
  float struck = mk_smooth (0.55f * clap, clap, t), high = m->high_m / life->scale, mid = 0.46f * m->apart_m / life->scale;
  mk_bone_turn (life, life->chest, axis_y, (-0.35f + 0.6f * struck) * show);
  mk_bone_turn (life, life->chest, axis_x, (-0.1f + 0.16f * struck) * show);
  mk_bone_turn (life, life->head, axis_x, -0.2f * show);
  mk_life_settle (life, 0);
  mk_vec3 wound = { -0.3f * high, 1.4f * high, -0.1f * high }, met = { 0, 1.3f * high, mid };
  mk_arm_reach (life, -1, mk_vec3_lerp (wound, met, struck), show);
}

/* One pair of hands held out to the side, the others at waist and shoulder. */
static void
pose_couple (mk_life *life, const meeting *m, double time_s)
{
  float show = mk_smooth ((float)m->come_s * 0.7f, (float)m->come_s + 0.6f, (float)time_s), sway = sinf (2 * MK_PI * (float)(time_s - m->come_s) / 1.5f);
  float high = m->high_m / life->scale, apart = m->apart_m / life->scale, half = m->half_m / life->scale;
  mk_bone_turn (life, life->chest, (mk_vec3){ 0, 0, 1 }, 0.09f * show * sway * (m->is_second ? -1 : 1));
  mk_bone_turn (life, life->head, (mk_vec3){ 0, 0, 1 }, -0.08f * show * sway * (m->is_second ? -1 : 1));
  mk_life_settle (life, 0);
  int out = m->is_second ? -1 : 1; /* the left of the one holds the right of the other */
  mk_arm_reach (life, out, (mk_vec3){ (float)out * 0.42f * high, (1.02f + 0.06f * sway) * high, 0.5f * apart }, show);
  mk_arm_reach (life, -out, (mk_vec3){ -(float)out * 0.8f * half, (m->is_second ? 1.12f : 0.84f) * high, apart - 0.5f * half }, show);
}

static void
pose_meeting (mk_life *life, void *user, double time_s)
{
  static void (*const poses[]) (mk_life *, const meeting *, double) = { pose_blow, pose_hug, pose_handshake, pose_high_five, pose_kiss, pose_couple };
  const meeting *m = user;
  poses[m->kind] (life, m, time_s);
}

/* A thing without joints throws itself forward. */
static void
lunge_at (const void *user, double time_s, mk_delta *delta)
{
  const meeting *m = user;
  float raised, struck, hit;
  blow_at (m, time_s, &raised, &struck, &hit);
  delta->offset = mk_vec3_scale (m->way, (0.2f * struck - 0.08f * raised - 0.12f * hit) * m->high_m);
}

static void
act_out (mk_act *who, meeting *m)
{
  double whole_s = who->duration_s;
  mk_act_face (who, m->way, 0.4);
  if (m->come_s > 0 && m->kind != MEETING_DANCE)
    who->duration_s = m->come_s;
  mk_act_write (who, m->kind == MEETING_DANCE ? dance_at : come_at, m, who->foot, NULL, 0, true);
  if (m->come_s > 0 || m->kind == MEETING_DANCE)
    mk_life_walk (who);
  who->duration_s = whole_s;
  g_autoptr (mk_life) life = mk_life_new (who);
  if (life == NULL) {
    if (m->kind == MEETING_FIGHT)
      mk_act_write (who, lunge_at, m, who->foot, NULL, 0, true);
    return;
  }
  mk_life_claim (life, MK_ROLE_ARM, true);
  static const mk_joint_role also[] = { MK_ROLE_NECK, MK_ROLE_HEAD, MK_ROLE_JAW };
  for (size_t k = 0; k < MK_COUNT (also); k++)
    mk_life_claim (life, also[k], true); /* from the steps that it has come by, which leave the hips */
  mk_life_claim_bone (life, life->chest, true);
  if (m->kind == MEETING_FIGHT) {
    mk_life_claim (life, MK_ROLE_LEG, false);
    if (life->hips >= 0)
      mk_life_claim_bone (life, life->hips, false);
  }
  mk_life_script script = { .pose = pose_meeting, .user = m, .is_to_rest = true, .lifts = true };
  mk_life_bake (life, &script);
}

/* How long what it has in its hands is: blades want room. 0 = nothing. */
static float
weapon_of (const mk_act *act)
{
  float longest = 0;
  for (int i = 0; i < (int)act->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (act->scene, i);
    if (node->parent < 0 && node->id != NULL && !node->is_ground && i != act->root && mk_hold_has (act->scene, act->root, i)) {
      mk_box box = mk_layout_box (act->scene, i);
      longest = fmaxf (longest, fmaxf (box.max.x - box.min.x, fmaxf (box.max.y - box.min.y, box.max.z - box.min.z)));
    }
  }
  return longest;
}

/* Between their middles. */
static float
distance_for (meeting_kind kind, const mk_act *a, const mk_act *b, float deep_m)
{
  float high = fminf (a->size.y, b->size.y);
  switch (kind) {
    case MEETING_FIGHT: return deep_m + 0.2f * high + BLADE_ROOM * fmaxf (weapon_of (a), weapon_of (b));
    case MEETING_HUG: return deep_m + 0.06f;
    case MEETING_KISS: return deep_m + 0.02f;
    case MEETING_HANDSHAKE: return fmaxf (0.54f * high, deep_m);
    case MEETING_HIGH_FIVE: return fmaxf (0.36f * high, deep_m);
    case MEETING_DANCE: return fmaxf (0.38f * high, deep_m + 0.04f);
  }
  return deep_m;
}

/* Both go towards each other, or back, until they are as far apart as it takes. */
static void
meet (mk_act *a, mk_act *b, meeting_kind kind)
{
  mk_vec3 between = mk_vec3_sub (b->at, a->at);
  between.y = 0;
  float distance = mk_vec3_length (between);
  mk_vec3 way = distance > 1e-3f ? mk_vec3_scale (between, 1 / distance) : (mk_vec3){ 1, 0, 0 };
  float own[2] = { mk_act_half_along (a, a->forward), mk_act_half_along (b, b->forward) }; /* of their depth, when they face each other */
  float wanted = distance_for (kind, a, b, own[0] + own[1]);
  float shift = (distance - wanted) / 2;
  meeting first = { .kind = kind, .duration_s = a->duration_s, .way = way, .shift = mk_vec3_scale (way, shift), .half_m = own[1], .high_m = 0.68f * fminf (a->size.y, b->size.y),
                    .apart_m = wanted, .to_middle = mk_vec3_scale (way, wanted / 2) };
  double beat = BEAT_S / (double)a->speed;
  bool is_there = a->start_s < 0.05 && fabsf (shift) < NEAR_M && (kind == MEETING_FIGHT || kind == MEETING_DANCE);
  first.come_s = is_there || fabsf (shift) < 0.05f ? 0 : fmin (0.5 * a->duration_s, fmax (0.5, (double)(fabsf (shift) / (1.2f * fminf (a->size.y, b->size.y)))));
  first.beat_s = beat;
  meeting second = first;
  second.is_second = true;
  second.way = mk_vec3_scale (way, -1);
  second.shift = mk_vec3_scale (first.shift, -1);
  first.taller_m = a->size.y - b->size.y;
  second.taller_m = -first.taller_m;
  second.half_m = own[0];
  second.to_middle = mk_vec3_scale (first.to_middle, -1);
  act_out (a, &first);
  act_out (b, &second);
}

/* The other of a pair: the next of the targets, or who is named; false when there is none, or the one before has done it. */
static bool
find_other (const mk_act *act, mk_act *other, GError **error)
{
  const char *to = NULL;
  if (!mk_field_string (act->command, "to", &to, error))
    return false;
  if (to != NULL)
    return mk_act_partner (act, to, other, error) && other->root != act->root;
  g_autoptr (GArray) nodes = g_array_new (FALSE, FALSE, sizeof (int));
  const mk_json *targets = mk_json_get (act->command, "targets");
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (act->scene, mk_json_get_string (mk_json_at (targets, i)), NULL);
    if (found != NULL)
      g_array_append_vals (nodes, found->data, found->len);
  }
  if (act->index % 2 == 1 || act->index + 1 >= nodes->len)
    return false;
  *other = *act;
  other->node = other->root = g_array_index (nodes, int, act->index + 1);
  mk_act_measure (other);
  return true;
}

static bool
plan (mk_act *act, meeting_kind kind, GError **error)
{
  mk_act other;
  GError *own = NULL;
  if (find_other (act, &other, &own)) {
    meet (act, &other, kind);
    return true;
  }
  if (own != NULL) {
    g_propagate_error (error, own);
    return false;
  }
  if (act->n > 1)
    return true;
  if (kind == MEETING_DANCE)
    return mk_plan_solo (act, error);
  meeting alone = { .kind = kind, .duration_s = act->duration_s, .way = act->forward, .beat_s = BEAT_S / (double)act->speed, .half_m = 0.1f * act->size.y, .high_m = 0.68f * act->size.y,
                    .apart_m = 0.5f * act->size.y };
  act_out (act, &alone);
  return true;
}

double
mk_natural_fight (const mk_act *act)
{
  return act->repeat > 0 ? act->repeat * BEAT_S / (double)act->speed : 0;
}

bool
mk_plan_fight (mk_act *act, GError **error)
{
  return plan (act, MEETING_FIGHT, error);
}

double
mk_natural_hug (const mk_act *act)
{
  return 3.2 / (double)act->speed;
}

bool
mk_plan_hug (mk_act *act, GError **error)
{
  return plan (act, MEETING_HUG, error);
}

static bool
read_meeting (const mk_act *act, meeting_kind *kind, GError **error)
{
  static const char *const ways[] = { "handshake", "high-five", "kiss", NULL };
  int choice = 0;
  if (!mk_field_choice (act->command, "how", ways, &choice, error))
    return false;
  *kind = (meeting_kind)(MEETING_HANDSHAKE + choice);
  return true;
}

double
mk_natural_meet (const mk_act *act)
{
  meeting_kind kind = MEETING_HANDSHAKE;
  return read_meeting (act, &kind, NULL) ? 3.2 / (double)act->speed : 0;
}

bool
mk_plan_meet (mk_act *act, GError **error)
{
  meeting_kind kind = MEETING_HANDSHAKE;
  return read_meeting (act, &kind, error) && plan (act, kind, error);
}

double
mk_natural_dance (const mk_act *act)
{
  (void)act;
  return 0;
}

bool
mk_plan_dance (mk_act *act, GError **error)
{
  int choice = 0;
  if (!mk_field_choice (act->command, "how", (const char *const[]){ "", "couple", NULL }, &choice, error))
    return false;
  return choice > 0 ? plan (act, MEETING_DANCE, error) : mk_plan_solo (act, error);
}
