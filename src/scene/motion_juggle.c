/* Juggling: what is in the hands goes from hand to hand in arcs, one throw after the other, left and right in turn.
 *
 * Pattern   With n things a hand throws every beat, and each thing is thrown again n beats later: with three, five … it crosses to the
 *           other hand (a cascade), with two, four … it comes down in its own (a fountain). A thing rests in the hand for DWELL beats.
 * Source    C. Shannon, "Scientific aspects of juggling", 1980: (flight + dwell) · hands = (empty + dwell) · things. */
#include "scene/layout.h"
#include "scene/life.h"

#define GRAVITY 9.81
#define DWELL 1.3           /* beats of two that a hand has something in it */
#define FLIGHT_M 0.42       /* how high three things fly, in heights of who juggles them */
#define MAX_THINGS 12

typedef struct {
  const mk_act *act;
  unsigned n;
  double beat_s, flight_s;
  float inner_m, outer_m, up_m, ahead_m; /* of the hands, in the world; inner: where they throw */
  float radius_m;
  mk_mat4 world;
} juggling;

typedef struct {
  const juggling *juggling;
  unsigned index;
  mk_vec3 start;
} juggled;

/* From inside, where it throws, out to where it catches, and back below with what it holds; `side` 1 left, -1 right. In the object's axes. */
static mk_vec3
hand_at (const juggling *j, int side, double time_s)
{
  double beats = time_s / j->beat_s + (side > 0 ? 0 : 1), in = beats - 2 * floor (beats / 2), empty = 2 - DWELL; /* 0: it has thrown */
  float out, dip;
  if (in < empty) {
    out = mk_smooth (0, (float)empty, (float)in);
    dip = -0.25f * sinf (MK_PI * (float)(in / empty));
  } else {
    float u = (float)((in - empty) / DWELL);
    out = 0.5f + 0.5f * cosf (MK_PI * u);
    dip = sinf (MK_PI * u);
  }
  float high = j->act->size.y;
  return (mk_vec3){ (float)side * (j->inner_m + (j->outer_m - j->inner_m) * out), j->up_m - 0.06f * high * dip, j->ahead_m };
}

/* Where a thing is; before its first throw it waits in its hand. In the object's axes. */
static mk_vec3
thing_at (const juggling *j, unsigned index, double time_s)
{
  double each_s = j->n * j->beat_s, since = time_s - index * j->beat_s;
  int round = since < 0 ? -1 : (int)floor (since / each_s);
  double in = since - round * each_s;
  unsigned thrown = round < 0 ? index : index + (unsigned)round * j->n;
  int from = thrown % 2 == 0 ? 1 : -1, to = (thrown + j->n) % 2 == 0 ? 1 : -1;
  if (round < 0)
    to = from;
  mk_vec3 at;
  if (round >= 0 && in < j->flight_s) {
    float u = (float)(in / j->flight_s), top = (float)(GRAVITY * j->flight_s * j->flight_s / 8);
    double thrown_s = time_s - in;
    at = mk_vec3_lerp (hand_at (j, from, thrown_s), hand_at (j, to, thrown_s + j->flight_s), u);
    at.y += 4 * top * u * (1 - u);
  } else {
    at = hand_at (j, to, time_s);
  }
  at.y += j->radius_m;
  at.z += 0.01f * (float)index; /* beside each other where their ways cross */
  return at;
}

static void
juggled_at (const void *user, double time_s, mk_delta *delta)
{
  const juggled *t = user;
  const juggling *j = t->juggling;
  mk_vec3 own = mk_mat4_direction (j->world, thing_at (j, t->index, time_s));
  own = mk_vec3_scale (own, 1 / fmaxf (mk_vec3_length (mk_mat4_direction (j->world, (mk_vec3){ 0, 1, 0 })), 1e-6f));
  delta->offset = mk_vec3_sub (mk_vec3_add (j->act->at, own), t->start);
}

static void
pose_juggle (mk_life *life, void *user, double time_s)
{
  const juggling *j = user;
  float beat = (float)(time_s / j->beat_s), sway = sinf (MK_PI * beat), show = mk_smooth (0, 0.3f, (float)time_s);
  if (life->hips >= 0)
    life->bones[life->hips].shift.y = -0.012f * life->leg_m * show * (1 - cosf (2 * MK_PI * beat)) - 0.03f * life->leg_m * show;
  mk_bone_turn (life, life->chest, (mk_vec3){ 0, 0, 1 }, 0.035f * sway * show);
  mk_bone_turn (life, life->neck >= 0 ? life->neck : life->head, (mk_vec3){ 1, 0, 0 }, -0.2f * show); /* eyes on the tops of the arcs */
  mk_bone_turn (life, life->head, (mk_vec3){ 0, 1, 0 }, 0.09f * sway * show);
  mk_limbs_stand (life);
  mk_life_settle (life, 0);
  for (int side = -1; side <= 1; side += 2) {
    int hand = mk_life_find (life, MK_ROLE_ARM, side, 2);
    mk_vec3 goal = mk_vec3_scale (hand_at (j, side, time_s), 1 / life->scale);
    goal.z -= hand >= 0 ? 0.6f * mk_vec3_length (life->bones[hand].joint.tip) : 0; /* on the palm, ahead of the wrist */
    mk_arm_reach (life, side, goal, show);
  }
}

#define SMALL 0.25f         /* of the own height: what lies about and is no larger is picked up */
#define NEAR 1.5f

unsigned
mk_hand_things (const mk_act *act, int *things, unsigned most)
{
  unsigned n = 0;
  for (int i = 0; i < (int)act->scene->nodes->len && n < most; i++)
    if (mk_act_carries (act, i))
      things[n++] = i;
  for (int i = 0; i < (int)act->scene->nodes->len && n < most; i++) {
    if (i == act->root || !mk_scene_is_thing (act->scene, i) || mk_act_carries (act, i))
      continue;
    mk_box box = mk_layout_box (act->scene, i);
    mk_vec3 size = mk_vec3_sub (box.max, box.min), way = mk_vec3_sub (mk_vec3_lerp (box.min, box.max, 0.5f), act->at);
    if (fmaxf (size.y, fmaxf (size.x, size.z)) < SMALL * act->size.y && hypotf (way.x, way.z) < NEAR * act->size.y)
      things[n++] = i;
  }
  return n;
}

bool
mk_juggle (mk_act *act)
{
  int things[MAX_THINGS];
  juggling j = { .act = act, .n = mk_hand_things (act, things, MAX_THINGS), .world = act->world };
  g_autoptr (mk_life) life = mk_life_new (act);
  if (j.n == 0 || life == NULL || mk_life_find (life, MK_ROLE_ARM, 1, 0) < 0 || mk_life_find (life, MK_ROLE_ARM, -1, 0) < 0)
    return false;
  float high = act->size.y;
  juggled each[MAX_THINGS];
  for (unsigned i = 0; i < j.n; i++) {
    mk_act thing = *act;
    thing.node = thing.root = things[i];
    mk_act_measure (&thing);
    each[i] = (juggled){ &j, i, mk_mat4_point (thing.world, thing.middle) };
    j.radius_m = fmaxf (j.radius_m, thing.size.y / 2);
  }
  double height = FLIGHT_M * (double)high * (j.n <= 3 ? 1 : 1 + 0.5 * (j.n - 3)), flight_s = sqrt (8 * height / GRAVITY);
  j.beat_s = flight_s / fmax ((double)j.n - DWELL, 0.7) / (double)act->speed;
  j.flight_s = j.beat_s * fmax ((double)j.n - DWELL, 0.7);
  j.inner_m = 0.055f * high + 0.4f * j.radius_m;
  j.outer_m = 0.15f * high + 0.8f * j.radius_m;
  j.up_m = 0.56f * high;
  j.ahead_m = 0.2f * high + 0.4f * j.radius_m;
  mk_life_bake_play (life, pose_juggle, &j);
  for (unsigned i = 0; i < j.n; i++) {
    mk_motion motion = { .evaluate = juggled_at, .user = &each[i], .start_s = act->start_s, .duration_s = act->duration_s };
    double corners[64];
    for (size_t k = 0; k + 1 < MK_COUNT (corners) && motion.n_corners + 1 < MK_COUNT (corners); k += 2) { /* where it leaves a hand and comes into one */
      double thrown_s = (i + (double)(k / 2) * j.n) * j.beat_s;
      for (int e = 0; e < 2; e++)
        if (thrown_s + e * j.flight_s < act->duration_s)
          corners[motion.n_corners++] = thrown_s + e * j.flight_s;
    }
    motion.corners_s = corners;
    mk_motion_write (act->scene, things[i], &motion);
  }
  return true;
}
