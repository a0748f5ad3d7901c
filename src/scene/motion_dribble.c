/* Dribbling: a ball goes from the right hand to the ground and back, and the hand goes down with it and up again. */
#include "scene/layout.h"
#include "scene/life.h"

#define GRAVITY 9.81f
#define PUSH_S 0.3           /* that the ball is at the hand, up and down again */
#define PUSH_SPEED 0.75f     /* at which it leaves the hand, in heights of who dribbles, a second */
#define HAND_UP 0.5f         /* of the palm when it lets go */
#define ASIDE 0.19f
#define AHEAD 0.2f
#define CROUCH 0.07f         /* knees, in lengths of the legs */

typedef struct {
  const mk_act *act;
  mk_mat4 world;
  mk_vec3 start;            /* the ball's middle, as it is */
  float radius_m, high_m;   /* high: of the ball's middle when the hand lets go */
  float speed;
  double fall_s, period_s;  /* fall: from the hand to the ground */
} dribble;

/* The ball's middle over the ground, and the palm's; the hand waits above while the ball is away. */
static void
heights_at (const dribble *d, double time_s, float *ball, float *palm)
{
  double in = fmod (time_s + PUSH_S / 2, d->period_s); /* begins in the middle of a push */
  float t = (float)in, away = (float)(2 * d->fall_s), push = (float)PUSH_S;
  if (t < push) {
    *ball = d->high_m + d->speed * t * (1 - t / push);
    *palm = *ball + d->radius_m;
    return;
  }
  t -= push;
  float since = fminf (t, away - t); /* down as up */
  *ball = fmaxf (d->radius_m, d->high_m - d->speed * since - 0.5f * GRAVITY * since * since);
  *palm = d->high_m + d->radius_m - d->speed * t * (1 - t / away);
}

static mk_vec3
place_of (const dribble *d, float high)
{
  float tall = d->act->size.y;
  return (mk_vec3){ -ASIDE * tall, high, AHEAD * tall };
}

static void
dribbled_at (const void *user, double time_s, mk_delta *delta)
{
  const dribble *d = user;
  float ball, palm, scale = fmaxf (mk_vec3_length (mk_mat4_direction (d->world, (mk_vec3){ 0, 1, 0 })), 1e-6f);
  heights_at (d, time_s, &ball, &palm);
  mk_vec3 own = mk_vec3_scale (mk_mat4_direction (d->world, place_of (d, ball)), 1 / scale);
  delta->offset = mk_vec3_sub (mk_vec3_add (d->act->at, own), d->start);
}

static void
pose_dribble (mk_life *life, void *user, double time_s)
{
  const dribble *d = user;
  float ball, palm, sway = sinf (2 * MK_PI * (float)(time_s / d->period_s));
  heights_at (d, time_s, &ball, &palm);
  if (life->hips >= 0) {
    life->bones[life->hips].shift = (mk_vec3){ 0, -(CROUCH + 0.012f * sway) * life->leg_m, -0.04f * life->leg_m };
    mk_bone_turn (life, life->hips, (mk_vec3){ 1, 0, 0 }, 0.1f);
  }
  mk_bone_turn (life, life->chest, (mk_vec3){ 1, 0, 0 }, 0.14f - 0.02f * sway);
  mk_bone_turn (life, life->chest, (mk_vec3){ 0, 0, 1 }, 0.06f);
  mk_bone_turn (life, life->head, (mk_vec3){ 1, 0, 0 }, -0.06f + 0.02f * sway);
  mk_bone_turn (life, life->head, (mk_vec3){ 0, 1, 0 }, -0.16f);
  mk_bone_turn (life, mk_life_find (life, MK_ROLE_ARM, 1, 0), (mk_vec3){ 0, 0, 1 }, 0.45f); /* the other arm keeps others away */
  mk_bone_turn (life, mk_life_find (life, MK_ROLE_ARM, 1, 0), (mk_vec3){ 1, 0, 0 }, -0.35f);
  mk_bone_turn (life, mk_life_find (life, MK_ROLE_ARM, 1, 1), (mk_vec3){ 1, 0, 0 }, -1.1f);
  mk_limbs_stand (life);
  mk_life_settle (life, 0);
  int hand = mk_life_find (life, MK_ROLE_ARM, -1, 2);
  float length = hand >= 0 ? mk_vec3_length (life->bones[hand].joint.tip) : 0;
  mk_vec3 goal = mk_vec3_scale (place_of (d, palm), 1 / life->scale);
  goal.z -= 0.5f * length; /* the palm on the ball, the wrist behind it */
  goal.y += 0.3f * length;
  mk_arm_reach (life, -1, goal, 1);
  mk_life_settle (life, 0);
  if (hand < 0)
    return;
  const mk_bone *own = &life->bones[hand]; /* fingers level, ahead */
  mk_vec3 way = mk_quat_rotate (own->whole, mk_vec3_normalize (own->joint.tip));
  mk_bone_turn (life, hand, (mk_vec3){ 1, 0, 0 }, -CLAMP (atan2f (way.z, -way.y) > 1.35f ? 0 : 1.35f - atan2f (way.z, -way.y), 0, 1.2f));
}

bool
mk_dribble (mk_act *act)
{
  int ball = -1;
  g_autoptr (mk_life) life = mk_life_new (act);
  if (mk_hand_things (act, &ball, 1) == 0 || life == NULL || mk_life_find (life, MK_ROLE_ARM, -1, 0) < 0)
    return false;
  mk_act thing = *act;
  thing.node = thing.root = ball;
  mk_act_measure (&thing);
  float tall = act->size.y;
  dribble d = { .act = act, .world = act->world, .start = mk_mat4_point (thing.world, thing.middle), .radius_m = thing.size.y / 2, .speed = PUSH_SPEED * tall };
  d.high_m = fmaxf (HAND_UP * tall - d.radius_m, 1.2f * d.radius_m);
  float drop = d.high_m - d.radius_m;
  d.fall_s = (double)((sqrtf (d.speed * d.speed + 2 * GRAVITY * drop) - d.speed) / GRAVITY);
  d.period_s = PUSH_S + 2 * d.fall_s;
  mk_life_bake_play (life, pose_dribble, &d);
  g_autoptr (GArray) corners = g_array_new (FALSE, FALSE, sizeof (double));
  for (double s = PUSH_S / 2 + d.fall_s; s < act->duration_s; s += d.period_s) /* on the ground */
    g_array_append_val (corners, s);
  mk_motion motion = { .evaluate = dribbled_at, .user = &d, .start_s = act->start_s, .duration_s = act->duration_s, .corners_s = (const double *)corners->data, .n_corners = corners->len };
  mk_motion_write (act->scene, ball, &motion);
  return true;
}
