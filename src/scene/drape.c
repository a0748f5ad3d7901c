#include "scene/drape.h"

#include "scene/motion.h"

#define MAX_CHAIN 12
#define STEPS_PER_SAMPLE 4      /* of SAMPLE_RATE: 240 a second hold a spring of 6 Hz still */
#define SAMPLE_RATE 60.0
#define SETTLE_S 2.5            /* in the wind, before the film begins */
#define GRAVITY 9.81f
#define TOLERANCE_RAD 0.008f
#define WAVES 1.15f             /* along a chain: about as many crests as troughs, so that it points where the wind goes */
#define STILL 1e-4f             /* metres, or parts of a turn */
#define BREEZE 4.0f             /* metres a second: what flags and sails live on when nobody speaks of wind */
#define WIND_UNIT 7.0f          /* of a wind of 1 */
#define STORM_AMOUNT 2.0        /* of rain or snow */
#define STORM 1.6f

static const mk_vec3 wind_way = { 0.92f, 0, 0.39f }; /* to the right of the picture, and a little towards who looks */

/* How a cloth behaves. */
typedef struct {
  float stiff_hz, damping;   /* of the spring back to its pose; of critical: a joint follows the one before, and what rings is louder at each */
  float air;                 /* per second: how soon it goes with the air */
  float weight;              /* share of gravity */
  float flutter, flutter_hz; /* whirls: m/s2 per m/s of wind, and how often at 4 m/s */
  float limit_rad;           /* from the pose, per joint */
  float belly_rad;           /* how far its ends are turned against each other to the side of the wind */
  bool is_upright;           /* turns about the object's Y alone: a flag on its pole */
  bool lives_on_breeze;      /* moves when nobody speaks of wind */
} cloth;

static const cloth cloths[MK_N_DRAPES] = {
  [MK_DRAPE_HAIR] = { 1.8f, 0.45f, 0.85f, 0.8f, 0.3f, 1.1f, 0.6f },
  [MK_DRAPE_CAPE] = { 1.2f, 0.5f, 0.6f, 0.8f, 0.35f, 1.0f, 0.35f },
  [MK_DRAPE_SKIRT] = { 2.2f, 0.4f, 1.5f, 0.5f, 0.6f, 1.0f, 0.16f },
  [MK_DRAPE_FLAG] = { 2.2f, 0.6f, 1.2f, 0, 1.5f, 1.2f, 0.45f, .is_upright = true, .lives_on_breeze = true },
  [MK_DRAPE_SAIL] = { 3, 0.7f, 0.3f, 0, 0.3f, 0.7f, 0.5f, 0.9f, .is_upright = true, .lives_on_breeze = true },
  [MK_DRAPE_CURTAIN] = { 1.1f, 0.6f, 0.2f, 1, 0.3f, 0.5f, 0.3f, .lives_on_breeze = true },
  [MK_DRAPE_STREAMER] = { 1.2f, 0.5f, 0.3f, 0.3f, 0.5f, 1.1f, 0.5f, .lives_on_breeze = true },
};

typedef struct { mk_vec3 at; mk_quat turn; float scale; } frame;

typedef struct {
  const cloth *cloth;
  unsigned n;
  mk_joint joints[MAX_CHAIN];
  mk_vec3 offset[MAX_CHAIN + 1]; /* from the joint before, at rest; [0] from the node that it hangs on */
  mk_node_tracks pose[MAX_CHAIN];
  mk_vec3 at[MAX_CHAIN], speed[MAX_CHAIN], goal_before[MAX_CHAIN]; /* ends of joints, in the world */
  bool has_goals;
  float phase, wind, belly;
  mk_vec3 hung_before, felt;     /* where it hangs; the air that goes past there */
  mk_quat *table;                /* n per sample: turns of its joints */
  unsigned n_samples;
} chain;

/* --- what it hangs on --- */

typedef struct { mk_node_tracks *tracks; unsigned n; } ancestry; /* from the node outwards */

static ancestry
ancestry_of (const mk_scene *scene, int node)
{
  ancestry a = { 0 };
  for (int at = node; at >= 0; at = mk_scene_get_node (scene, at)->parent)
    a.n++;
  a.tracks = g_new (mk_node_tracks, a.n + 1);
  for (unsigned i = 0; node >= 0; node = mk_scene_get_node (scene, node)->parent)
    a.tracks[i++] = mk_node_tracks_find (scene, node);
  return a;
}

static frame
frame_at (const ancestry *a, double time_s)
{
  frame f = { { 0, 0, 0 }, MK_QUAT_IDENTITY, 1 };
  for (unsigned i = 0; i < a->n; i++) {
    mk_trs trs = mk_node_tracks_sample (&a->tracks[i], time_s, NULL);
    f.at = mk_vec3_add (trs.translation, mk_quat_rotate (trs.rotation, mk_vec3_scale (f.at, trs.scale.y)));
    f.turn = mk_quat_mul (trs.rotation, f.turn);
    f.scale *= trs.scale.y;
  }
  f.turn = mk_quat_normalize (f.turn);
  return f;
}

static bool
is_still (const ancestry *a, double end_s)
{
  frame first = frame_at (a, 0);
  for (double t = 0; t <= end_s; t += 0.1) {
    frame f = frame_at (a, t);
    mk_quat turn = mk_quat_mul (f.turn, mk_quat_inverse (first.turn));
    if (mk_vec3_length (mk_vec3_sub (f.at, first.at)) > STILL || fabsf (turn.w) < 1 - STILL)
      return false;
  }
  return true;
}

/* --- one step --- */

static mk_quat
arc_between (mk_vec3 from, mk_vec3 to)
{
  mk_vec3 axis = mk_vec3_cross (from, to);
  mk_quat q = { axis.x, axis.y, axis.z, 1 + mk_vec3_dot (from, to) };
  return q.w < 1e-4f ? MK_QUAT_IDENTITY : mk_quat_normalize (q);
}

/* Out of the pose no farther than the cloth goes, and never into the body that it hangs before. */
static mk_vec3
within_limits (const chain *c, mk_vec3 pose, mk_vec3 way, mk_vec3 out, mk_vec3 up)
{
  if (c->cloth->is_upright) {
    way = mk_vec3_add (way, mk_vec3_scale (up, mk_vec3_dot (pose, up) - mk_vec3_dot (way, up)));
    way = mk_vec3_normalize (way);
  }
  float in = mk_vec3_dot (pose, out) - mk_vec3_dot (way, out);
  if (in > 0)
    way = mk_vec3_normalize (mk_vec3_add (way, mk_vec3_scale (out, in)));
  float angle = acosf (CLAMP (mk_vec3_dot (pose, way), -1, 1));
  if (angle <= c->cloth->limit_rad)
    return way;
  return mk_quat_rotate (mk_quat_slerp (MK_QUAT_IDENTITY, arc_between (pose, way), c->cloth->limit_rad / angle), pose);
}

/* The turn of joint `i` in its pose, with the belly that the wind presses into it. */
static mk_quat
posed (const chain *c, unsigned i, double time_s)
{
  mk_quat own = mk_node_tracks_sample (&c->pose[i], time_s, NULL).rotation;
  if (!(c->cloth->belly_rad > 0))
    return own;
  float turn = i == 0 ? 0.5f * c->belly : -c->belly / (float)MAX (c->n - 1, 1);
  return mk_quat_mul (mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, turn * c->cloth->belly_rad), own);
}

static mk_vec3
push_on (const chain *c, unsigned i, mk_vec3 goal, mk_vec3 goal_speed, mk_vec3 way, mk_vec3 out, mk_quat hung)
{
  const cloth *k = c->cloth;
  float w = 2 * MK_PI * k->stiff_hz;
  mk_vec3 air = mk_vec3_sub (mk_vec3_scale (wind_way, c->wind), c->speed[i]), down = { 0, -1, 0 };
  mk_vec3 side = mk_vec3_length (out) > 0 ? out : mk_vec3_cross (mk_quat_rotate (hung, (mk_vec3){ 0, 1, 0 }), way);
  if (mk_vec3_length (side) < 0.1f)
    side = mk_quat_rotate (hung, (mk_vec3){ 0, 0, 1 });
  mk_vec3 push = mk_vec3_scale (mk_vec3_sub (goal, c->at[i]), w * w);
  push = mk_vec3_add (push, mk_vec3_scale (mk_vec3_sub (goal_speed, c->speed[i]), 2 * k->damping * w));
  push = mk_vec3_add (push, mk_vec3_scale (air, k->air));
  push = mk_vec3_add (push, mk_vec3_scale (mk_vec3_sub (down, mk_quat_rotate (hung, down)), k->weight * GRAVITY));
  float along = (float)(i + 1) / (float)c->n, whirl = sinf (c->phase - 2 * MK_PI * WAVES * along) + 0.4f * sinf (1.73f * c->phase - 2 * MK_PI * 1.5f * WAVES * along);
  return mk_vec3_add (push, mk_vec3_scale (mk_vec3_normalize (side), k->flutter * along * mk_vec3_length (c->felt) * whirl));
}

static void
step (chain *c, frame f, double time_s, float dt, mk_quat *turns)
{
  mk_vec3 from = mk_vec3_add (f.at, mk_quat_rotate (f.turn, mk_vec3_scale (c->offset[0], f.scale))), up = mk_quat_rotate (f.turn, (mk_vec3){ 0, 1, 0 });
  mk_quat above = f.turn;
  mk_vec3 right = mk_quat_rotate (f.turn, mk_vec3_normalize (mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, c->joints[0].tip)));
  c->felt = mk_vec3_sub (mk_vec3_scale (wind_way, c->wind), c->has_goals ? mk_vec3_scale (mk_vec3_sub (from, c->hung_before), 1 / dt) : (mk_vec3){ 0, 0, 0 });
  c->hung_before = from;
  float past = mk_vec3_length (c->felt), abeam = CLAMP (3 * mk_vec3_dot (c->felt, right) / fmaxf (past, 0.5f), -1, 1);
  c->belly += (abeam - c->belly) * fminf (2 * dt, 1);
  c->phase += 2 * MK_PI * dt * c->cloth->flutter_hz * CLAMP (past / BREEZE, 0.3f, 2.2f);
  for (unsigned i = 0; i < c->n; i++) {
    mk_quat pose = mk_quat_mul (above, posed (c, i, time_s));
    mk_vec3 tip = mk_vec3_scale (c->joints[i].tip, f.scale), goal = mk_vec3_add (from, mk_quat_rotate (pose, tip));
    float length = fmaxf (mk_vec3_length (tip), 1e-4f);
    mk_vec3 goal_way = mk_vec3_scale (mk_vec3_sub (goal, from), 1 / length), out = mk_quat_rotate (above, c->joints[i].out);
    if (!c->has_goals)
      c->at[i] = c->goal_before[i] = goal;
    mk_vec3 goal_speed = mk_vec3_scale (mk_vec3_sub (goal, c->goal_before[i]), 1 / dt);
    c->goal_before[i] = goal;
    mk_vec3 before = c->at[i];
    c->speed[i] = mk_vec3_add (c->speed[i], mk_vec3_scale (push_on (c, i, goal, goal_speed, goal_way, out, f.turn), dt));
    c->at[i] = mk_vec3_add (c->at[i], mk_vec3_scale (c->speed[i], dt));
    mk_vec3 way = within_limits (c, goal_way, mk_vec3_normalize (mk_vec3_sub (c->at[i], from)), out, up);
    c->at[i] = mk_vec3_add (from, mk_vec3_scale (way, length));
    c->speed[i] = mk_vec3_scale (mk_vec3_sub (c->at[i], before), 1 / dt);
    mk_quat whole = mk_quat_normalize (mk_quat_mul (arc_between (goal_way, way), pose));
    turns[i] = mk_quat_normalize (mk_quat_mul (mk_quat_inverse (above), whole));
    above = whole;
    from = mk_vec3_add (from, mk_quat_rotate (whole, mk_vec3_scale (c->offset[i + 1], f.scale)));
  }
  c->has_goals = true;
}

/* --- the film --- */

static void
swing (chain *c, const ancestry *hung_on, double end_s)
{
  double dt = 1 / (SAMPLE_RATE * STEPS_PER_SAMPLE);
  c->n_samples = (unsigned)ceil (end_s * SAMPLE_RATE) + 1;
  c->table = g_new (mk_quat, (size_t)c->n_samples * c->n);
  frame first = frame_at (hung_on, 0);
  for (double t = 0; t < SETTLE_S; t += dt)
    step (c, first, 0, (float)dt, c->table);
  for (unsigned k = 1; k < c->n_samples; k++)
    for (int s = 1; s <= STEPS_PER_SAMPLE; s++) {
      double time_s = (k - 1) / SAMPLE_RATE + s * dt;
      step (c, frame_at (hung_on, time_s), time_s, (float)dt, &c->table[(size_t)k * c->n]);
    }
}

typedef struct { const chain *c; unsigned joint; } written;

static void
turn_at (const void *user, double time_s, float out[4])
{
  const written *w = user;
  double x = CLAMP (time_s * SAMPLE_RATE, 0, w->c->n_samples - 1);
  unsigned i = (unsigned)x, next = MIN (i + 1, w->c->n_samples - 1);
  mk_quat q = mk_quat_slerp (w->c->table[(size_t)i * w->c->n + w->joint], w->c->table[(size_t)next * w->c->n + w->joint], (float)(x - i));
  out[0] = q.x, out[1] = q.y, out[2] = q.z, out[3] = q.w;
}

static void
hang_chain (mk_scene *scene, chain *c, double end_s)
{
  int first = c->joints[0].node;
  ancestry hung_on = ancestry_of (scene, mk_scene_get_node (scene, first)->parent);
  bool moves = c->wind > 0 || !is_still (&hung_on, end_s);
  for (unsigned i = 0; i < c->n; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, c->joints[i].node);
    c->offset[i] = node->trs.translation;
    c->pose[i] = mk_node_tracks_find (scene, c->joints[i].node);
    moves |= c->pose[i].tracks[MK_TRACK_ROTATION] != NULL;
  }
  c->offset[c->n] = c->joints[c->n - 1].tip;
  if (moves)
    swing (c, &hung_on, end_s);
  g_free (hung_on.tracks);
  const double corners[] = { 0, end_s };
  for (unsigned i = 0; i < c->n && moves; i++) {
    written w = { c, i };
    mk_track_fit (scene, c->joints[i].node, MK_TRACK_ROTATION, turn_at, &w, corners, 2, TOLERANCE_RAD);
  }
  g_free (c->table);
}

/* Joints of a kind, each hung on the one before. */
static bool
chain_from (const mk_scene *scene, const GArray *joints, guint first, chain *c)
{
  const mk_joint *joint = &g_array_index (joints, mk_joint, first);
  *c = (chain){ .cloth = &cloths[joint->drape], .n = 1, .joints = { *joint } };
  for (guint i = 0; i < joints->len; i++) {
    const mk_joint *other = &g_array_index (joints, mk_joint, i);
    if (other->drape == joint->drape && mk_scene_get_node (scene, joint->node)->parent == other->node)
      return false; /* within another */
  }
  for (guint i = first + 1; i < joints->len && c->n < MAX_CHAIN; i++) {
    const mk_joint *other = &g_array_index (joints, mk_joint, i);
    if (other->drape == joint->drape && mk_scene_get_node (scene, other->node)->parent == c->joints[c->n - 1].node)
      c->joints[c->n++] = *other;
  }
  return true;
}

/* What is said of it, or heavy rain or snow. */
static float
wind_of (const mk_scene *scene)
{
  float wind = scene->sky.wind;
  for (size_t i = 0; i < mk_json_length (scene->commands); i++) {
    const mk_json *command = mk_json_at (scene->commands, i);
    const char *kind = mk_json_get_string (mk_json_get (command, "kind"));
    bool falls = g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "particles") && (g_str_equal (kind, "rain") || g_str_equal (kind, "snow"));
    if (falls && mk_json_get_real (mk_json_get (command, "amount")) >= STORM_AMOUNT)
      wind = fmaxf (wind, STORM);
  }
  return wind;
}

bool
mk_drapes_blow (const mk_stage *stage, const mk_scene *scene, int root)
{
  g_autoptr (GArray) joints = mk_object_joints (stage->library, scene, root);
  for (guint i = 0; i < joints->len; i++)
    if (cloths[g_array_index (joints, mk_joint, i).drape].lives_on_breeze)
      return true;
  return false;
}

void
mk_drapes_hang (const mk_stage *stage, mk_scene *scene)
{
  double end_s = fmax ((double)scene->duration_s, 1 / SAMPLE_RATE);
  int n_nodes = (int)scene->nodes->len;
  float wind = wind_of (scene);
  for (int root = 0; root < n_nodes && stage->library != NULL; root++) {
    if (mk_scene_get_node (scene, root)->object == NULL)
      continue;
    g_autoptr (GArray) joints = mk_object_joints (stage->library, scene, root);
    for (guint i = 0; i < joints->len; i++) {
      chain c;
      if (g_array_index (joints, mk_joint, i).drape == MK_DRAPE_NONE || !chain_from (scene, joints, i, &c))
        continue;
      c.wind = wind > 0 ? WIND_UNIT * wind : c.cloth->lives_on_breeze ? BREEZE : 0;
      hang_chain (scene, &c, end_s);
    }
  }
}
