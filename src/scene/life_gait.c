/* Footfalls from where a body goes. */
#include "scene/life_gait.h"

#include <string.h>

#define GRAVITY 9.81f
#define FASTEST_HZ 4.2f  /* strides a second: at 24 frames a second faster ones only flicker */
#define MAX_LEGS 64

float
mk_life_pace (const mk_act *act, bool is_running)
{
  g_autoptr (mk_life) life = mk_life_new (act);
  if (life == NULL || life->n_legs == 0)
    return 0;
  /* Froude numbers v²/gL of 0.25 and 2: what animals of all sizes choose (Alexander). */
  float leg = fmaxf (life->leg_m * life->scale, 0.01f), pace = sqrtf ((is_running ? 2.0f : 0.25f) * GRAVITY * leg);
  if (life->legs[0].n_upper < 2)
    pace *= is_running ? 0.8f : 0.7f; /* stiff legs take short steps */
  return fmaxf (pace, 0.3f * act->size.y);
}

/* --- the root's way --- */

static float
yaw_of (const mk_mat4 *m)
{
  return atan2f (m->m[8], m->m[10]);
}

/* How fast feet must go at sample k: over the ground, and around when it turns. */
static float
speed_at (const mk_gait *g, unsigned k)
{
  unsigned a = k > 1 ? k - 2 : 0, b = MIN (k + 2, g->n - 1);
  const mk_mat4 *p = &g->root[a], *q = &g->root[b];
  float seconds = (float)((b - a) / g->rate), way = hypotf (q->m[12] - p->m[12], q->m[14] - p->m[14]);
  float spread = 0;
  for (unsigned i = 0; i < g->life->n_legs; i++)
    spread = fmaxf (spread, hypotf (g->life->legs[i].ankle.x, g->life->legs[i].ankle.z));
  float round = fabsf (mk_angle_wrap (yaw_of (q) - yaw_of (p))) * spread * g->life->scale;
  return (way + 1.7f * round) / seconds;
}

static void
choose_offsets (mk_gait *g)
{
  unsigned n = g->life->n_legs;
  for (unsigned i = 0; i < n && i < MAX_LEGS; i++) {
    const mk_limb *leg = &g->life->legs[i];
    bool is_left = leg->side >= 0;
    if (n <= 2)
      g->offsets[i] = is_left ? 0 : 0.5f - 0.08f * g->limp;
    else if (n == 4 && g->kind == MK_GAIT_WALK) /* hind left, fore left, hind right, fore right */
      g->offsets[i] = (is_left ? 0 : 0.5f) + (leg->row == 0 ? 0.75f : 0);
    else if (n == 4 && g->kind == MK_GAIT_RUN)  /* a gallop: both behind, then both in front */
      g->offsets[i] = (leg->row == 0 ? 0.5f : 0) + (is_left ? 0 : 0.12f);
    else                                        /* diagonal pairs; alternating threes and fours of insects and spiders */
      g->offsets[i] = (((leg->row + (is_left ? 0u : 1u)) & 1) != 0 ? 0.5f : 0) + (n > 4 ? 0.06f * (float)leg->row : 0);
    g->offsets[i] -= floorf (g->offsets[i]);
  }
}

static void
choose_gait (mk_gait *g, float speed)
{
  const mk_life *life = g->life;
  float leg = fmaxf (life->leg_m * life->scale, 0.005f), froude = speed * speed / (GRAVITY * leg);
  bool is_stiff = life->legs[0].n_upper < 2;
  const char *motion = mk_json_get_string (mk_json_get (life->act->command, "motion"));
  g->kind = froude < 0.75f && !g_str_equal (motion, "run") ? MK_GAIT_WALK : life->n_legs == 4 && froude < 1.1f ? MK_GAIT_TROT : life->n_legs > 4 ? MK_GAIT_TROT : MK_GAIT_RUN;
  /* Strides of about 1.5 and 3 legs at the paces above, growing with the root of speed. */
  float usual = g->kind == MK_GAIT_WALK ? (life->n_legs == 4 ? 1.3f : 1.5f) * sqrtf (sqrtf (froude / 0.25f)) : 2.9f * sqrtf (sqrtf (froude / 2.0f));
  if (is_stiff)
    usual *= 0.6f;
  if (life->n_legs > 4) { /* sprawling: the steps of a body between its feet */
    leg = 0.4f * fmaxf (life->size.x, life->size.z) * life->scale;
    usual = 0.8f;
  }
  g->stride_m = fmaxf (usual * leg, speed / FASTEST_HZ);
  if (life->act->steps != NULL && life->act->steps->depth_m > 0) /* a tread a step */
    g->stride_m = 2 * life->act->steps->depth_m;
  g->duty = g->kind == MK_GAIT_WALK ? (life->n_legs == 4 ? 0.67f : 0.62f) : g->kind == MK_GAIT_TROT ? 0.5f : life->n_legs == 2 ? 0.36f : 0.34f;
  float sweep = is_stiff ? 0.65f : 1.05f; /* how far a foot may be dragged under the body, in legs */
  g->duty = fminf (g->duty, fmaxf (sweep * leg / g->stride_m, 0.12f));
  choose_offsets (g);
}

#define HANGING 0.15f     /* of the body's height: a foot that is higher at rest stands on something that goes along */
#define STANDING 0.004f   /* a foot that is no higher stands well enough */

static void
find_soles (mk_gait *g)
{
  g_autoptr (mk_hull) hull = mk_hull_new (g->life);
  for (unsigned i = 0; i < g->life->n_legs && i < MAX_LEGS; i++) {
    const mk_limb *leg = &g->life->legs[i];
    float high = mk_hull_lowest_of (hull, g->life, leg->foot >= 0 ? leg->foot : leg->bones[leg->n_upper - 1]);
    g->soles_m[i] = high > STANDING * g->life->size.y && high < HANGING * g->life->size.y ? high : 0;
  }
}

/* Whole strides from rest to rest, so that both ends find all feet on the ground. */
static void
settle_phase (mk_gait *g)
{
  float whole = g->phase[g->n - 1], wanted = whole;
  if (!g->is_coming && !g->is_leaving)
    wanted = fmaxf (roundf (whole), 1);
  for (unsigned k = 0; k < g->n; k++)
    g->phase[k] *= wanted / fmaxf (whole, 1e-6f);
  double ahead = 0;
  if (g->is_coming) /* by the clock, so that a lengthened film goes on in step; each of a crowd has its own */
    ahead = g->life->act->start_s * (double)(g->phase[1] - g->phase[0]) * g->rate + 0.37 * g->life->act->index;
  else if (g->life->n_legs == 2) /* both feet are down */
    ahead = 0.5 * ((double)g->duty - 0.5) + (g->duty < 0.5f ? 0.2 : 0);
  ahead -= floor (ahead);
  for (unsigned k = 0; k < g->n; k++)
    g->phase[k] += (float)ahead;
}

bool
mk_gait_plan (mk_gait *g, const mk_life *life, float arcs)
{
  const mk_act *act = life->act;
  *g = (mk_gait){ .life = life, .arcs = arcs, .limp = life->n_legs == 2 ? CLAMP ((float)mk_json_get_real (mk_json_get (act->command, "limp")), 0, 1) : 0 };
  g->n = MAX ((unsigned)ceil (act->duration_s * MK_LIFE_RATE) + 1, 4);
  g->rate = (g->n - 1) / act->duration_s;
  g->root = g_new (mk_mat4, g->n);
  g->phase = g_new0 (float, g->n);
  g->vigour = g_new0 (float, g->n);
  for (unsigned k = 0; k < g->n; k++)
    g->root[k] = mk_node_world (act->scene, act->root, act->start_s + k / g->rate);
  float top = 0, sum = 0, squares = 0;
  for (unsigned k = 0; k < g->n; k++) {
    g->vigour[k] = speed_at (g, k);
    top = fmaxf (top, g->vigour[k]);
    sum += g->vigour[k];
    squares += g->vigour[k] * g->vigour[k];
  }
  if (sum / (float)g->rate < 0.05f * life->leg_m * life->scale) {
    mk_gait_clear (g);
    return false;
  }
  float speed = squares / sum; /* of when it moves: the mean by way, not by time */
  choose_gait (g, speed);
  find_soles (g);
  g->is_coming = g->vigour[0] > 0.35f * top;
  g->is_leaving = g->vigour[g->n - 1] > 0.35f * top;
  for (unsigned k = 1; k < g->n; k++) /* cadence grows with the root of speed, as the stride does */
    g->phase[k] = g->phase[k - 1] + sqrtf (g->vigour[k] * speed) / g->stride_m / (float)g->rate;
  for (unsigned k = 0; k < g->n; k++)
    g->vigour[k] = fminf (sqrtf (g->vigour[k] / speed), 1.25f) * (g->is_coming ? 1 : mk_smooth (0, 0.25f, (float)(k / g->rate))) *
                   (g->is_leaving ? 1 : mk_smooth (0, 0.25f, (float)((g->n - 1 - k) / g->rate)));
  settle_phase (g);
  return true;
}

void
mk_gait_clear (mk_gait *g)
{
  g_free (g->root);
  g_free (g->phase);
  g_free (g->vigour);
  g->root = NULL;
  g->phase = g->vigour = NULL;
}

static float
sampled (const mk_gait *g, const float *row, double time_s)
{
  double x = CLAMP (time_s * g->rate, 0, g->n - 1);
  unsigned i = MIN ((unsigned)x, g->n - 2);
  return row[i] + (row[i + 1] - row[i]) * (float)(x - i);
}

float
mk_gait_phase (const mk_gait *g, double time_s)
{
  return sampled (g, g->phase, time_s);
}

float
mk_gait_vigour (const mk_gait *g, double time_s)
{
  return sampled (g, g->vigour, time_s);
}

/* --- the root at a phase --- */

static mk_mat4
shifted (mk_mat4 m, const mk_mat4 *from, const mk_mat4 *to, float times)
{
  for (int i = 12; i < 15; i++)
    m.m[i] += (to->m[i] - from->m[i]) * times;
  return m;
}

/* Before its start and after its end, it goes on as it went. */
static mk_mat4
root_at (const mk_gait *g, float phase)
{
  const float *p = g->phase;
  unsigned last = g->n - 1;
  if (phase <= p[0])
    return g->is_coming ? shifted (g->root[0], &g->root[0], &g->root[1], (phase - p[0]) / fmaxf (p[1] - p[0], 1e-6f)) : g->root[0];
  if (phase >= p[last])
    return g->is_leaving ? shifted (g->root[last], &g->root[last - 1], &g->root[last], (phase - p[last]) / fmaxf (p[last] - p[last - 1], 1e-6f)) : g->root[last];
  unsigned low = 0, high = last;
  while (high - low > 1) {
    unsigned middle = (low + high) / 2;
    if (p[middle] <= phase)
      low = middle;
    else
      high = middle;
  }
  float t = (phase - p[low]) / fmaxf (p[high] - p[low], 1e-6f);
  mk_mat4 m = g->root[low];
  for (int i = 0; i < 16; i++) /* a sixtieth of a second apart: straight is close enough */
    m.m[i] += (g->root[high].m[i] - m.m[i]) * t;
  return m;
}

/* --- feet --- */

/* Where the root is thought to be while a foot stands. */
static mk_mat4
standing_root (const mk_gait *g, float down, float up)
{
  if (!g->is_coming && down <= g->phase[0])
    return g->root[0];
  if (!g->is_leaving && up >= g->phase[g->n - 1] - 1e-3f)
    return g->root[g->n - 1];
  return root_at (g, (down + up) / 2);
}

/* Where the toe of a leg stands when the root is there. */
static mk_vec3
toe_at (const mk_gait *g, const mk_limb *leg, const mk_mat4 *root)
{
  mk_vec3 toe = mk_mat4_point (*root, leg->toe);
  return g->life->act->steps != NULL ? mk_steps_tread (g->life->act->steps, toe) : toe;
}

/* The foot bends about its toe when it is pushed off, about its heel when it comes down. */
static float
foot_pitch (const mk_gait *g, float f, float vigour)
{
  float push = (g->kind == MK_GAIT_WALK ? 0.5f : 0.75f) * (g->life->n_legs > 2 ? 0.45f : 1), up = g->duty, swing = 1 - up;
  float down = f < up ? mk_smooth (0.62f * up, up, f) : 1 - mk_smooth (up, up + 0.5f * swing, f);
  float heel = f < up ? 1 - mk_smooth (0, 0.16f * up, f) : mk_smooth (up + 0.55f * swing, 1, f);
  return vigour * (push * down - (g->life->n_legs > 2 ? 0.1f : 0.22f) * heel);
}

mk_footing
mk_gait_foot (const mk_gait *g, unsigned index, double time_s)
{
  const mk_life *life = g->life;
  const mk_limb *leg = &life->legs[index];
  float phase = mk_gait_phase (g, time_s), cycle = phase + g->offsets[index], k = floorf (cycle), f = cycle - k;
  float vigour = fminf (mk_gait_vigour (g, time_s), 1);
  float first = g->is_coming ? -1e6f : g->phase[0], last = g->is_leaving ? 1e6f : g->phase[g->n - 1];
  mk_footing foot = { .phase = f, .is_down = f < g->duty, .turn = MK_QUAT_IDENTITY };
  float down = k - g->offsets[index], up = down + g->duty;
  mk_mat4 here = standing_root (g, down, up);
  float lift = 0, yaw = yaw_of (&here);
  mk_vec3 toe = toe_at (g, leg, &here);
  if (!foot.is_down) {
    float from = fmaxf (up, first), to = fminf (down + 1, last), u = to > from ? CLAMP ((phase - from) / (to - from), 0, 1) : 1;
    mk_mat4 next = standing_root (g, down + 1, down + 1 + g->duty);
    float ease = mk_smooth (0.05f, 0.95f, u), high = (g->kind == MK_GAIT_WALK ? 0.13f : 0.24f) * g->arcs;
    if (life->n_legs > 4)
      high *= 1.6f;
    mk_vec3 goal = toe_at (g, leg, &next);
    float up_ease = goal.y > toe.y ? mk_smooth (0, 0.55f, u) : mk_smooth (0.45f, 1, u); /* over the edge of a step, and not through it */
    toe = (mk_vec3){ toe.x + (goal.x - toe.x) * ease, toe.y + (goal.y - toe.y) * up_ease, toe.z + (goal.z - toe.z) * ease };
    yaw += mk_angle_wrap (yaw_of (&next) - yaw) * ease;
    if (leg->side < 0)
      high *= 1 - 0.65f * g->limp;
    lift = high * life->leg_m * life->scale * powf (fmaxf (sinf (MK_PI * powf (u, 0.85f)), 0), 0.7f) * fminf (vigour + 0.35f, 1);
  }
  toe.y += lift - g->soles_m[index] * life->scale * vigour;
  mk_mat4 back = mk_mat4_inverse (life->world);
  float pitch = leg->foot >= 0 ? foot_pitch (g, f, vigour) : 0, own_yaw = mk_angle_wrap (yaw - yaw_of (&life->world));
  if (!g->is_coming && down <= g->phase[0])
    pitch = fmaxf (pitch, 0); /* it stands flat, for it has not come down */
  if (!g->is_leaving && up >= g->phase[g->n - 1] - 1e-3f && foot.is_down)
    pitch = fminf (pitch, 0);
  mk_quat turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, own_yaw);
  mk_vec3 pivot = pitch > 0 ? leg->toe : (mk_vec3){ leg->ankle.x, 0, leg->ankle.z };
  foot.turn = mk_quat_mul (turn, mk_quat_from_axis ((mk_vec3){ 1, 0, 0 }, pitch));
  mk_vec3 arm = mk_vec3_add (mk_vec3_sub (pivot, leg->toe), mk_quat_rotate (mk_quat_from_axis ((mk_vec3){ 1, 0, 0 }, pitch), mk_vec3_sub (leg->ankle, pivot)));
  foot.ankle = mk_vec3_add (mk_mat4_point (back, toe), mk_quat_rotate (turn, arm));
  return foot;
}
