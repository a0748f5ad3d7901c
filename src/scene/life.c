/* Bones of an object, and what scripts do with them as tracks. */
#include "scene/life.h"

#include <string.h>

#define BLEND_S 0.28       /* from one pose to the next: a quarter of a second reads as a movement, not as a jump */
#define SAME_POSE 0.03f    /* radians, or shares of the leg: below, two poses are one */

static const mk_vec3 none = { 0, 0, 0 };

/* --- the rig --- */

static mk_vec3
rest_place (const mk_scene *scene, int node, int root)
{
  mk_vec3 sum = none;
  for (; node > root; node = mk_scene_get_node (scene, node)->parent)
    sum = mk_vec3_add (sum, mk_scene_get_node (scene, node)->trs.translation);
  return sum;
}

static int
bone_of_node (const mk_life *life, int node)
{
  for (unsigned i = 0; i < life->n_bones; i++)
    if (life->bones[i].joint.node == node)
      return (int)i;
  return -1;
}

static void
read_bones (mk_life *life, const GArray *joints)
{
  const mk_scene *scene = life->act->scene;
  life->bones = g_new0 (mk_bone, joints->len);
  for (guint i = 0; i < joints->len; i++) {
    mk_bone *bone = &life->bones[life->n_bones];
    *bone = (mk_bone){ .joint = g_array_index (joints, mk_joint, i), .parent = -1, .scale = 1, .size = 1 };
    if (bone->joint.node <= life->act->root)
      continue;
    bone->rest = rest_place (scene, bone->joint.node, life->act->root);
    for (int at = mk_scene_get_node (scene, bone->joint.node)->parent; at > life->act->root && bone->parent < 0; at = mk_scene_get_node (scene, at)->parent)
      bone->parent = bone_of_node (life, at);
    life->n_bones++;
  }
}

int
mk_life_find (const mk_life *life, mk_joint_role role, int side, int segment)
{
  for (unsigned i = 0; i < life->n_bones; i++) {
    const mk_joint *joint = &life->bones[i].joint;
    if (joint->role == role && (side == 2 || joint->side == side) && joint->segment == segment)
      return (int)i;
  }
  return -1;
}

static void
read_leg (mk_life *life, int first, mk_limb *leg)
{
  int chain[MK_LIMB_BONES] = { first, -1, -1, -1 }, n = 1;
  for (unsigned i = (unsigned)first + 1; i < life->n_bones && n < MK_LIMB_BONES; i++)
    if (life->bones[i].joint.role == MK_ROLE_LEG && life->bones[i].parent == chain[n - 1])
      chain[n++] = (int)i;
  const mk_bone *hip = &life->bones[first], *last = &life->bones[chain[n - 1]];
  *leg = (mk_limb){ .foot = -1, .side = hip->joint.side, .row = (unsigned)hip->joint.limb / 2, .hip = hip->rest };
  memcpy (leg->bones, chain, sizeof chain);
  mk_vec3 tip = mk_vec3_add (last->rest, last->joint.tip);
  bool has_foot = n == 3 || (n == 2 && last->rest.y < 0.35f * hip->rest.y);
  leg->n_upper = (unsigned)(has_foot ? n - 1 : n);
  leg->foot = has_foot ? chain[n - 1] : -1;
  leg->ankle = has_foot ? last->rest : tip;
  leg->knee = leg->n_upper > 1 ? life->bones[chain[1]].rest : mk_vec3_lerp (leg->hip, leg->ankle, 0.5f);
  leg->toe = (mk_vec3){ has_foot ? leg->ankle.x + 0.5f * (tip.x - leg->ankle.x) : tip.x, 0, tip.z };
  leg->length_m = mk_vec3_length (mk_vec3_sub (leg->knee, leg->hip)) + mk_vec3_length (mk_vec3_sub (leg->ankle, leg->knee));
  leg->height_m = fmaxf (leg->hip.y - leg->ankle.y, 0.2f * leg->length_m);
  mk_vec3 d = mk_vec3_normalize (mk_vec3_sub (leg->ankle, leg->hip)), bend = mk_vec3_sub (leg->knee, leg->hip);
  bend = mk_vec3_sub (bend, mk_vec3_scale (d, mk_vec3_dot (bend, d)));
  if (mk_vec3_length (bend) < 0.012f * leg->length_m) { /* straight: knees point forward */
    bend = (mk_vec3){ 0, 0, 1 };
    bend = mk_vec3_sub (bend, mk_vec3_scale (d, mk_vec3_dot (bend, d)));
  }
  leg->pole = mk_vec3_normalize (bend);
}

static void
read_legs (mk_life *life)
{
  life->legs = g_new0 (mk_limb, life->n_bones + 1);
  for (unsigned i = 0; i < life->n_bones; i++) {
    if (life->bones[i].joint.role != MK_ROLE_LEG || life->bones[i].joint.segment > 0)
      continue;
    mk_limb *leg = &life->legs[life->n_legs++];
    read_leg (life, (int)i, leg);
    life->leg_m += leg->height_m;
    if (life->hips < 0)
      life->hips = life->bones[i].parent;
  }
  life->leg_m = life->n_legs > 0 ? life->leg_m / (float)life->n_legs : 0;
}

mk_life *
mk_life_new (const mk_act *act)
{
  if (act->node != act->root || act->stage->library == NULL)
    return NULL;
  g_autoptr (GArray) joints = mk_object_joints (act->stage->library, act->scene, act->root);
  if (joints->len == 0)
    return NULL;
  mk_life *life = g_new0 (mk_life, 1);
  life->act = act;
  life->hips = -1;
  life->scale = fmaxf (mk_vec3_length (mk_mat4_direction (act->world, (mk_vec3){ 0, 1, 0 })), 1e-6f);
  life->size = mk_vec3_scale (act->size, 1 / life->scale);
  read_bones (life, joints);
  read_legs (life);
  life->is_holding = mk_life_is_holding (act->scene, act->root);
  if (life->hips < 0)
    life->hips = mk_life_find (life, MK_ROLE_BODY, 2, 0);
  life->chest = mk_life_find (life, MK_ROLE_BODY, 2, 1);
  life->neck = mk_life_find (life, MK_ROLE_NECK, 2, 0);
  life->head = mk_life_find (life, MK_ROLE_HEAD, 2, 0);
  return life;
}

void
mk_life_free (mk_life *life)
{
  g_free (life->bones);
  g_free (life->legs);
  g_free (life);
}

/* --- who moves what --- */

/* Whether something turns the bone during the act: a pose that is merely held is not a movement. */
static bool
is_busy (const mk_life *life, int bone)
{
  mk_node_tracks tracks = mk_node_tracks_find (life->act->scene, life->bones[bone].joint.node);
  if (tracks.tracks[MK_TRACK_ROTATION] == NULL)
    return false;
  float first[4];
  mk_track_sample (tracks.tracks[MK_TRACK_ROTATION], life->act->start_s + BLEND_S, first);
  for (int i = 1; i <= 16; i++) {
    float v[4];
    mk_track_sample (tracks.tracks[MK_TRACK_ROTATION], life->act->start_s + BLEND_S + (life->act->duration_s - BLEND_S) * i / 16, v);
    float dot = fabsf (first[0] * v[0] + first[1] * v[1] + first[2] * v[2] + first[3] * v[3]);
    if (dot < cosf (SAME_POSE))
      return true;
  }
  return false;
}

void
mk_life_claim_bone (mk_life *life, int bone, bool is_firm)
{
  bool is_full = bone >= 0 && life->is_holding && life->bones[bone].joint.role == MK_ROLE_ARM;
  if (bone >= 0 && (is_firm || (!is_full && !is_busy (life, bone))))
    life->bones[bone].is_moving = true;
}

void
mk_life_claim (mk_life *life, mk_joint_role role, bool is_firm)
{
  for (unsigned i = 0; i < life->n_bones; i++)
    if (life->bones[i].joint.role == role)
      mk_life_claim_bone (life, (int)i, is_firm);
}

/* --- posing --- */

void
mk_life_settle (mk_life *life, unsigned first)
{
  for (unsigned i = first; i < life->n_bones; i++) {
    mk_bone *bone = &life->bones[i];
    if (bone->parent < 0) {
      bone->place = mk_vec3_add (bone->rest, bone->shift);
      bone->whole = bone->turn;
      bone->size = bone->scale;
      continue;
    }
    const mk_bone *parent = &life->bones[bone->parent];
    mk_vec3 arm = mk_vec3_add (mk_vec3_sub (bone->rest, parent->rest), bone->shift);
    bone->place = mk_vec3_add (parent->place, mk_quat_rotate (parent->whole, mk_vec3_scale (arm, parent->size)));
    bone->whole = mk_quat_mul (parent->whole, bone->turn);
    bone->size = parent->size * bone->scale;
  }
}

void
mk_bone_turn (mk_life *life, int bone, mk_vec3 axis, float angle_rad)
{
  if (bone >= 0)
    life->bones[bone].turn = mk_quat_mul (mk_quat_from_axis (axis, angle_rad), life->bones[bone].turn);
}

/* --- baking --- */

typedef struct {
  mk_quat turn;
  mk_vec3 shift;
  float scale;
} sample;

typedef struct {
  const mk_life *life;
  const sample *table;      /* n_samples rows of n_bones */
  unsigned n_samples;
  double start_s, end_s, rate;
  unsigned bone;
  mk_node_tracks before;
  mk_vec3 rest_offset;      /* translation of its node at rest */
  double in_s, out_s;       /* blends */
  bool is_held, is_to_rest;
  mk_track_path path;
} baker;

static sample
table_at (const baker *b, double time_s)
{
  double x = CLAMP ((time_s - b->start_s) * b->rate, 0, b->n_samples - 1);
  unsigned i = MIN ((unsigned)x, b->n_samples - 2);
  float t = (float)(x - i);
  const sample *p = &b->table[(size_t)i * b->life->n_bones + b->bone], *q = p + b->life->n_bones;
  mk_quat to = q->turn;
  float dot = p->turn.x * to.x + p->turn.y * to.y + p->turn.z * to.z + p->turn.w * to.w, sign = dot < 0 ? -t : t, keep = 1 - t;
  mk_quat turn = { p->turn.x * keep + to.x * sign, p->turn.y * keep + to.y * sign, p->turn.z * keep + to.z * sign, p->turn.w * keep + to.w * sign };
  return (sample){ mk_quat_normalize (turn), mk_vec3_lerp (p->shift, q->shift, t), p->scale + (q->scale - p->scale) * t };
}

static sample
before_at (const baker *b, double time_s)
{
  mk_trs trs = mk_node_tracks_sample (&b->before, time_s, NULL);
  return (sample){ trs.rotation, mk_vec3_sub (trs.translation, b->rest_offset), trs.scale.x };
}

static sample
mix (sample a, sample b, float t)
{
  return (sample){ mk_quat_slerp (a.turn, b.turn, t), mk_vec3_lerp (a.shift, b.shift, t), a.scale + (b.scale - a.scale) * t };
}

static sample
bake_at (const baker *b, double time_s)
{
  static const sample rest = { { 0, 0, 0, 1 }, { 0, 0, 0 }, 1 };
  if (time_s < b->start_s)
    return before_at (b, time_s);
  sample own = table_at (b, time_s);
  if (time_s < b->start_s + b->in_s)
    return mix (before_at (b, b->start_s), own, mk_smooth (0, (float)b->in_s, (float)(time_s - b->start_s)));
  if (time_s <= b->end_s || b->is_held)
    return own;
  sample after = b->is_to_rest ? rest : before_at (b, time_s);
  return b->out_s > 0 ? mix (own, after, mk_smooth (0, (float)b->out_s, (float)(time_s - b->end_s))) : after;
}

static void
bake_path (const void *user, double time_s, float out[4])
{
  const baker *b = user;
  sample s = bake_at (b, time_s);
  mk_vec3 place = mk_vec3_add (b->rest_offset, s.shift);
  if (b->path == MK_TRACK_ROTATION)
    out[0] = s.turn.x, out[1] = s.turn.y, out[2] = s.turn.z, out[3] = s.turn.w;
  else if (b->path == MK_TRACK_TRANSLATION)
    out[0] = place.x, out[1] = place.y, out[2] = place.z;
  else
    out[0] = out[1] = out[2] = s.scale;
}

static bool
differ (sample a, sample b, float leg_m)
{
  float dot = fabsf (a.turn.x * b.turn.x + a.turn.y * b.turn.y + a.turn.z * b.turn.z + a.turn.w * b.turn.w);
  return dot < cosf (SAME_POSE / 2) || mk_vec3_length (mk_vec3_sub (a.shift, b.shift)) > SAME_POSE * fmaxf (leg_m, 1e-3f) || fabsf (a.scale - b.scale) > SAME_POSE;
}

static int
compare_times (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Keys of before stay where before is in force. */
static GArray *
corners_of (const baker *b)
{
  GArray *corners = g_array_new (FALSE, FALSE, sizeof (double));
  const double own[] = { 0, b->start_s, b->start_s + b->in_s, b->end_s, b->end_s + b->out_s };
  g_array_append_vals (corners, own, MK_COUNT (own));
  for (size_t p = 0; p < MK_COUNT (b->before.tracks); p++)
    for (uint32_t i = 0; b->before.tracks[p] != NULL && i < b->before.tracks[p]->n_keys; i++) {
      double at = (double)b->before.tracks[p]->times_s[i];
      if (at < b->start_s || (at > b->end_s && !b->is_held && !b->is_to_rest))
        g_array_append_val (corners, at);
    }
  g_array_sort (corners, compare_times);
  guint kept = 1;
  for (guint i = 1; i < corners->len; i++)
    if (g_array_index (corners, double, i) > g_array_index (corners, double, kept - 1) + 1e-3)
      g_array_index (corners, double, kept++) = g_array_index (corners, double, i);
  g_array_set_size (corners, kept);
  return corners;
}

static void
bake_bone (baker *b, mk_scene *scene, float leg_m)
{
  const mk_bone *bone = &b->life->bones[b->bone];
  int node = bone->joint.node;
  b->before = mk_node_tracks_find (scene, node);
  b->rest_offset = b->before.rest.translation;
  b->in_s = b->out_s = 0;
  double blend = fmin (BLEND_S, 0.3 * (b->end_s - b->start_s));
  if (b->start_s > 0.02 && differ (before_at (b, b->start_s), table_at (b, b->start_s), leg_m))
    b->in_s = blend;
  static const sample rest = { { 0, 0, 0, 1 }, { 0, 0, 0 }, 1 };
  if (!b->is_held && differ (table_at (b, b->end_s), b->is_to_rest ? rest : before_at (b, b->end_s), leg_m))
    b->out_s = blend;
  g_autoptr (GArray) corners = corners_of (b);
  g_autoptr (mk_scene) old = mk_scene_new (); /* keeps the tracks that `before` borrows */
  for (size_t p = 0; p < MK_COUNT (b->before.tracks); p++)
    if (b->before.tracks[p] != NULL)
      mk_scene_add_track (old, b->before.tracks[p]);
  for (size_t p = 0, k = 0; p < MK_COUNT (b->before.tracks); p++)
    if (b->before.tracks[p] != NULL)
      b->before.tracks[p] = &g_array_index (old->tracks, mk_track, k++);
  static const mk_track_path paths[] = { MK_TRACK_TRANSLATION, MK_TRACK_ROTATION, MK_TRACK_SCALE };
  const float tolerances[] = { 1e-3f * fmaxf (leg_m, 0.02f), 8e-4f, 1e-3f };
  for (size_t i = 0; i < MK_COUNT (paths); i++) {
    b->path = paths[i];
    mk_track_fit (scene, node, b->path, bake_path, b, (const double *)(void *)corners->data, corners->len, tolerances[i]);
  }
}

/* --- follow-through: tails and ears lag behind what they hang on --- */

#define LAG_HZ 2.6f        /* of the spring; a dog's tail swings about so fast */
#define LAG_DAMPING 0.22f  /* of critical: two swings until it rests */

typedef struct {
  mk_vec3 place[2];        /* of the parent's end, the last two moments, in the world */
  mk_vec3 angle, speed;    /* about the world's x and z axes in the object's frame */
} lag;

static void
lag_step (mk_life *life, unsigned i, lag *l, unsigned step, float strength)
{
  mk_bone *bone = &life->bones[i];
  mk_vec3 here = mk_mat4_point (life->world, bone->place);
  const float dt = 1 / (float)MK_LIFE_RATE, w = 2 * MK_PI * LAG_HZ;
  if (step >= 2) {
    mk_vec3 push = mk_vec3_scale (mk_vec3_add (mk_vec3_sub (here, mk_vec3_scale (l->place[0], 2)), l->place[1]), 1 / (dt * dt));
    float length = fmaxf (mk_vec3_length (bone->joint.tip) * life->scale, 0.02f);
    mk_vec3 own = mk_mat4_direction (mk_mat4_inverse (life->world), push); /* in the object's axes */
    own = mk_vec3_scale (own, -life->scale * CLAMP (0.12f * strength / fmaxf (length, 0.1f), 0, 1.2f) * w * w / 98.1f);
    mk_vec3 tip = mk_vec3_normalize (mk_quat_rotate (bone->whole, bone->joint.tip));
    mk_vec3 torque = mk_vec3_cross (tip, own);
    mk_vec3 pull = mk_vec3_sub (torque, mk_vec3_add (mk_vec3_scale (l->angle, w * w), mk_vec3_scale (l->speed, 2 * LAG_DAMPING * w)));
    l->speed = mk_vec3_add (l->speed, mk_vec3_scale (pull, dt));
    l->angle = mk_vec3_add (l->angle, mk_vec3_scale (l->speed, dt));
    float most = 0.6f, size = mk_vec3_length (l->angle);
    if (size > most)
      l->angle = mk_vec3_scale (l->angle, most / size);
  }
  l->place[1] = step == 0 ? here : l->place[0];
  l->place[0] = here;
  float size = mk_vec3_length (l->angle);
  if (size > 1e-5f)
    mk_bone_turn (life, (int)i, mk_vec3_scale (l->angle, 1 / size), size);
}

static void
lag_all (mk_life *life, lag *lags, unsigned step, float strength)
{
  for (unsigned i = 0; i < life->n_bones; i++) {
    mk_joint_role role = life->bones[i].joint.role;
    if (life->bones[i].is_moving && life->bones[i].joint.drape == MK_DRAPE_NONE && (role == MK_ROLE_TAIL || role == MK_ROLE_EAR))
      lag_step (life, i, &lags[i], step, strength);
  }
}

void
mk_life_bake (mk_life *life, const mk_life_script *script)
{
  const mk_act *act = life->act;
  unsigned n = MAX ((unsigned)ceil (act->duration_s * MK_LIFE_RATE) + 1, 2);
  double rate = (n - 1) / act->duration_s;
  g_autofree sample *table = g_new (sample, (size_t)n * life->n_bones);
  g_autofree lag *lags = g_new0 (lag, life->n_bones);
  for (unsigned k = 0; k < n; k++) {
    double time_s = k / rate;
    life->world = mk_node_world (act->scene, act->root, act->start_s + time_s);
    for (unsigned i = 0; i < life->n_bones; i++) {
      life->bones[i].turn = MK_QUAT_IDENTITY;
      life->bones[i].shift = none;
      life->bones[i].scale = 1;
    }
    mk_life_settle (life, 0);
    script->pose (life, script->user, time_s);
    if (script->follow > 0) {
      mk_life_settle (life, 0);
      lag_all (life, lags, k, script->follow);
    }
    for (unsigned i = 0; i < life->n_bones; i++)
      table[(size_t)k * life->n_bones + i] = (sample){ life->bones[i].turn, life->bones[i].shift, life->bones[i].scale };
  }
  double end_s = act->start_s + act->duration_s;
  baker b = { .life = life, .table = table, .n_samples = n, .start_s = act->start_s, .end_s = end_s, .rate = rate, .is_held = script->is_held, .is_to_rest = script->is_to_rest };
  g_autoptr (mk_hangers) hangers = script->leaves_hands ? NULL : mk_hangers_new (life, script->is_held ? fmax (end_s, (double)act->scene->duration_s) : end_s + BLEND_S, script->lifts);
  for (b.bone = 0; b.bone < life->n_bones; b.bone++)
    if (life->bones[b.bone].is_moving)
      bake_bone (&b, act->scene, fmaxf (life->leg_m, 0.1f * life->size.y));
  if (hangers != NULL)
    mk_hangers_write (hangers);
}

bool
mk_act_liveliness (const mk_act *act, mk_liveliness *lively, GError **error)
{
  *lively = (mk_liveliness){ 1, 1, 1, 1 };
  return mk_act_number (act, "anticipation", 0, 3, &lively->anticipation, error) && mk_act_number (act, "squash", 0, 3, &lively->squash, error) &&
         mk_act_number (act, "follow_through", 0, 3, &lively->follow_through, error) && mk_act_number (act, "arcs", 0, 3, &lively->arcs, error);
}

void
mk_life_bake_play (mk_life *life, void (*pose) (mk_life *life, void *user, double time_s), void *user)
{
  static const mk_joint_role all[] = { MK_ROLE_ARM, MK_ROLE_HEAD, MK_ROLE_NECK };
  for (size_t i = 0; i < MK_COUNT (all); i++)
    mk_life_claim (life, all[i], true);
  mk_life_claim_bone (life, life->chest, true);
  mk_life_claim (life, MK_ROLE_LEG, false);
  mk_life_claim_bone (life, life->hips, false);
  mk_life_script script = { .pose = pose, .user = user, .is_held = true, .leaves_hands = true };
  mk_life_bake (life, &script);
}
