/* What goes from one to another: kicked, thrown, handed over. Whoever sends it swings a leg or both arms, whoever gets it
 * reaches out and keeps it; where it is at each moment tells the hands where to be. */
#include "scene/fields.h"
#include "scene/life.h"

#define GRAVITY 9.81
#define KICK_S 0.5          /* from the start to the moment when the foot is at the ball */
#define THROW_S 0.7
#define GIVE_S 0.8
#define KEEP_S 0.6          /* from the catch to the belly */
#define LOW_SHARE 0.25f    /* of the sender's height */
#define REBOUND 0.16f       /* of its height and its way, where nobody gets it */

static const mk_vec3 axis_x = { 1, 0, 0 }, axis_z = { 0, 0, 1 };

/* Places are of the middle of what is passed, in the world; times count from the motion's start. */
typedef struct {
  const mk_act *act;
  mk_act from, to;
  bool has_from, is_caught, is_kept_in; /* kept in: in a goal, a basket */
  bool is_kick, is_given;
  bool is_through;          /* a ring: in from above, and down to the ground */
  mk_vec3 way;              /* level, unit: from the one to the other */
  mk_vec3 start, wind, release, goal, kept;
  float top_m;              /* of the flight, over its start */
  float spin_rad;
  double leave_s, arrive_s, end_s;
  double rate;              /* of its own time to that of the film */
} passing;

/* --- where it is --- */

static float
height_in_flight (float from_y, float to_y, float top_m, float share)
{
  float up = sqrtf (fmaxf (top_m, 1e-6f)), down = sqrtf (fmaxf (top_m + from_y - to_y, 1e-6f)), x = share * (up + down) - up;
  return from_y + top_m - x * x;
}

static mk_vec3
in_flight (const passing *p, float share)
{
  mk_vec3 at = mk_vec3_lerp (p->release, p->goal, share);
  if (!p->is_given)
    at.y = height_in_flight (p->release.y, p->goal.y, p->top_m, share);
  return at;
}

/* Once it is there: drawn to the belly, or off the ground once more and down again. */
static mk_vec3
after_flight (const passing *p, double since_s)
{
  double rest_s = p->end_s - p->arrive_s;
  float share = (float)fmin (since_s / rest_s, 1);
  if (p->is_through) {
    float fall = 0.5f * (float)(GRAVITY * since_s * since_s);
    return (mk_vec3){ p->goal.x, fmaxf (p->goal.y - fall, p->kept.y), p->goal.z };
  }
  if (p->is_caught)
    return mk_vec3_lerp (p->goal, p->kept, mk_smooth (0, 1, share));
  mk_vec3 at = mk_vec3_lerp (p->goal, p->kept, share * (2 - share));
  at.y += (p->is_kept_in ? 0.25f : 1) * REBOUND * p->top_m * 4 * share * (1 - share);
  return at;
}

static mk_vec3
place_at (const passing *p, double time_s)
{
  double wound_s = 0.6 * p->leave_s;
  if (time_s >= p->arrive_s)
    return after_flight (p, time_s - p->arrive_s);
  if (time_s >= p->leave_s)
    return in_flight (p, (float)((time_s - p->leave_s) / (p->arrive_s - p->leave_s)));
  if (p->is_kick)
    return p->start;
  if (time_s < wound_s)
    return mk_vec3_lerp (p->start, p->wind, mk_smooth (0, (float)wound_s, (float)time_s));
  float u = (float)((time_s - wound_s) / (p->leave_s - wound_s));
  return mk_vec3_lerp (p->wind, p->release, p->is_given ? mk_smooth (0, 1, u) : u * u);
}

static void
pass_at (const void *user, double time_s, mk_delta *delta)
{
  const passing *p = user;
  double own_s = time_s * p->rate;
  delta->offset = mk_vec3_sub (place_at (p, own_s), p->start);
  mk_vec3 side = { p->way.z, 0, -p->way.x };
  float turned = (float)CLAMP ((own_s - p->leave_s) / (p->arrive_s - p->leave_s), 0, 1);
  delta->turn = mk_quat_from_axis (side, p->spin_rad * turned);
}

/* --- from where to where --- */

static mk_vec3
before (const mk_act *who, mk_vec3 way, float up, float ahead)
{
  float high = who->size.y;
  return mk_vec3_add (who->at, (mk_vec3){ way.x * ahead * high, up * high, way.z * ahead * high });
}

static bool
has_arms (const mk_act *who)
{
  g_autoptr (mk_life) life = mk_life_new (who);
  return life != NULL && mk_life_has (life, MK_ROLE_ARM);
}

/* Into the hands; to the feet of who has none; to the near side of a thing. */
static void
aim_at (passing *p)
{
  float radius = p->act->size.y / 2, deep = mk_act_half_along (p->act, p->way);
  mk_vec3 back = mk_vec3_scale (p->way, -1);
  p->is_caught = has_arms (&p->to);
  if (p->is_caught) {
    p->goal = before (&p->to, back, 0.66f, 0.3f);
    p->kept = before (&p->to, back, 0.6f, 0.24f);
    p->kept = mk_vec3_add (p->kept, mk_vec3_scale (back, deep));
    return;
  }
  if (g_str_equal (mk_json_get_string (mk_json_get (p->act->command, "end")), "in")) { /* into a goal, a basket */
    p->goal = (mk_vec3){ p->to.at.x, p->to.at.y + fminf (0.15f * p->to.size.y, 0.12f) + radius * (1 + 1.2f * (float)p->act->index), p->to.at.z };
    p->kept = p->goal;
    p->is_kept_in = true;
    return;
  }
  float near_m = mk_act_half_along (&p->to, p->way) + 1.3f * deep;
  p->goal = mk_vec3_add (p->to.at, mk_vec3_scale (back, near_m));
  p->goal.y = p->to.support_y + radius;
  p->kept = p->goal;
}

/* A basketball hoop: through its rim. False for what has none. */
static bool
aim_through (passing *p)
{
  g_autoptr (GArray) rims = mk_object_find_parts (p->act->scene, p->to.root, "rim");
  if (p->is_kick || rims->len == 0)
    return false;
  mk_act rim = p->to;
  rim.node = g_array_index (rims, int, 0);
  mk_act_measure (&rim);
  p->goal = (mk_vec3){ rim.at.x, rim.at.y + rim.size.y + 0.3f * p->act->size.y, rim.at.z };
  p->kept = (mk_vec3){ rim.at.x, p->to.support_y + p->act->size.y / 2, rim.at.z };
  p->is_through = p->is_kept_in = true;
  mk_vec3 way = mk_vec3_sub (p->goal, p->has_from ? p->from.at : p->act->at);
  way.y = 0;
  p->way = mk_vec3_length (way) > 1e-3f ? mk_vec3_normalize (way) : p->way;
  return true;
}

static bool
read_goal (passing *p, GError **error)
{
  const mk_act *act = p->act;
  const mk_json *to = mk_json_get (act->command, "to");
  p->way = p->has_from ? p->from.forward : (mk_vec3){ 1, 0, 0 };
  mk_vec3 from = p->has_from ? p->from.at : act->at, way = { 0, 0, 0 };
  bool has_partner = mk_json_get_kind (to) == MK_JSON_STRING;
  if (has_partner && !mk_act_partner (act, mk_json_get_string (to), &p->to, error))
    return false;
  float far = 3 * (p->has_from ? fmaxf (p->from.size.y, 0.3f) : 1.5f);
  if (has_partner)
    way = mk_vec3_sub (p->to.at, from);
  else if (!mk_act_way (act, far, p->way, &way, error))
    return false;
  way.y = 0;
  float distance = mk_vec3_length (way);
  p->way = distance > 1e-3f ? mk_vec3_scale (way, 1 / distance) : p->way;
  if (has_partner && p->to.root != p->from.root) {
    if (!aim_through (p))
      aim_at (p);
    return true;
  }
  p->goal = mk_vec3_add (p->start, mk_vec3_scale (p->way, distance));
  p->goal.y = act->support_y + act->size.y / 2;
  p->kept = mk_vec3_add (p->goal, mk_vec3_scale (p->way, REBOUND * distance));
  return true;
}

static void
time_flight (passing *p)
{
  mk_vec3 way = mk_vec3_sub (p->goal, p->release);
  float distance = hypotf (way.x, way.z), rise = fmaxf (way.y, 0);
  p->top_m = p->is_given ? 0 : rise + CLAMP ((p->is_kick ? 0.2f : 0.12f) * distance, 0.15f, 5);
  p->top_m += p->is_through ? 0.5f : 0; /* steeply from above */
  double flight_s = sqrt (2 * (double)p->top_m / GRAVITY) + sqrt (2 * (double)fmaxf (p->top_m - way.y, 0) / GRAVITY);
  p->arrive_s = p->leave_s + (p->is_given ? 0.3 : flight_s);
  p->end_s = p->arrive_s + (p->is_caught ? KEEP_S : 2 * sqrt (2 * (double)(REBOUND * p->top_m) / GRAVITY) + 0.1);
  if (p->is_through)
    p->end_s = p->arrive_s + sqrt (2 * (double)(p->goal.y - p->kept.y) / GRAVITY) + 0.2;
  p->spin_rad = p->act->is_round && !p->is_given ? roundf ((float)flight_s * 1.5f) * 2 * MK_PI : 0;
}

static bool
prepare (const mk_act *act, passing *p, GError **error)
{
  static const char *const ways[] = { "kick", "throw", NULL };
  const char *by = NULL, *motion = mk_json_get_string (mk_json_get (act->command, "motion"));
  int way = -1;
  *p = (passing){ .act = act, .is_given = g_str_equal (motion, "give"), .start = mk_mat4_point (act->world, act->middle) };
  if (!mk_field_string (act->command, "by", &by, error) || !mk_field_choice (act->command, "how", ways, &way, error))
    return false;
  p->has_from = by != NULL;
  if (by != NULL && !mk_act_partner (act, by, &p->from, error))
    return false;
  p->is_kick = !p->is_given && (way == 0 || (way < 0 && act->at.y - act->support_y < LOW_SHARE * p->from.size.y)); /* what lies at the feet is kicked */
  if (!read_goal (p, error))
    return false;
  p->leave_s = !p->has_from ? 0.05 : p->is_kick ? KICK_S : p->is_given ? GIVE_S : THROW_S;
  p->release = p->start;
  p->wind = p->start;
  if (p->has_from && !p->is_kick) {
    p->wind = p->is_given ? before (&p->from, p->way, 0.6f, 0.22f) : before (&p->from, p->way, 1.02f, -0.08f);
    p->release = p->is_given ? before (&p->from, p->way, 0.62f, 0.36f) : before (&p->from, p->way, 0.98f, 0.28f);
  }
  if (p->is_given && !mk_json_has (act->command, "to"))
    p->goal = p->kept = p->release; /* held out to nobody */
  mk_vec3 side = { p->way.z, 0, -p->way.x };
  float aside = ((float)act->index - (float)(act->n - 1) / 2) * (p->is_kept_in ? 0 : 1.1f) * act->size.x; /* several keep beside each other */
  p->goal = mk_vec3_add (p->goal, mk_vec3_scale (side, aside));
  p->kept = mk_vec3_add (p->kept, mk_vec3_scale (side, aside));
  time_flight (p);
  return true;
}

/* --- who sends it, and who gets it --- */

/* Both hands at its sides. */
static void
hands_at (mk_life *life, const passing *p, mk_vec3 at, float share)
{
  mk_vec3 own = mk_mat4_point (mk_mat4_inverse (life->world), at);
  float half = 0.42f * fminf (fminf (p->act->size.x, p->act->size.z), 0.5f * p->act->size.y + 0.3f) / life->scale;
  mk_life_settle (life, 0);
  for (int side = -1; side <= 1; side += 2)
    mk_arm_reach (life, side, (mk_vec3){ own.x + (float)side * half, own.y, own.z - 0.3f * half }, share);
}

static void
pose_kick (mk_life *life, double t)
{
  float back = mk_smooth (0, 0.3f, (float)t) * (1 - mk_smooth (0.3f, 0.46f, (float)t));
  float ahead = mk_smooth (0.34f, 0.56f, (float)t) * (1 - mk_smooth (0.66f, 1, (float)t));
  for (int side = -1; side <= 1; side += 2) {
    bool is_kicking = side < 0;
    float swing = is_kicking ? 1 : -0.12f;
    mk_bone_turn (life, mk_life_find (life, MK_ROLE_LEG, side, 0), axis_x, swing * (0.75f * back - 1.15f * ahead));
    mk_bone_turn (life, mk_life_find (life, MK_ROLE_LEG, side, 1), axis_x, is_kicking ? 1.0f * back + 0.08f * ahead : 0);
    mk_bone_turn (life, mk_life_find (life, MK_ROLE_ARM, side, 0), axis_x, (float)side * (0.7f * back - 0.8f * ahead));
    mk_bone_turn (life, mk_life_find (life, MK_ROLE_ARM, side, 0), axis_z, (float)side * 0.5f * fmaxf (back, ahead));
  }
  mk_bone_turn (life, life->chest >= 0 ? life->chest : life->head, axis_x, 0.12f * back - 0.16f * ahead);
}

static void
pose_sender (mk_life *life, void *user, double time_s)
{
  const passing *p = user;
  double t = time_s * p->rate;
  if (p->is_kick) {
    pose_kick (life, t);
    return;
  }
  float done = mk_smooth ((float)p->leave_s, (float)p->leave_s + 0.45f, (float)t), wound = mk_smooth (0, 0.6f * (float)p->leave_s, (float)t);
  if (!p->is_given)
    mk_bone_turn (life, life->chest, axis_x, 0.3f * mk_smooth (0.6f * (float)p->leave_s, (float)p->leave_s, (float)t) * (1 - done) - 0.2f * wound * (1 - mk_smooth (0.6f * (float)p->leave_s, (float)p->leave_s, (float)t)));
  mk_vec3 at = t < p->leave_s ? place_at (p, t) : p->release;
  hands_at (life, p, at, 1 - done);
}

static void
pose_getter (mk_life *life, void *user, double time_s)
{
  const passing *p = user;
  double t = time_s * p->rate;
  float ready = mk_smooth ((float)p->leave_s * 0.6f, (float)p->arrive_s - 0.08f, (float)t);
  hands_at (life, p, t < p->arrive_s ? p->goal : place_at (p, t), ready);
}

static void
act_out (passing *p, mk_act *who, bool is_getter)
{
  mk_act_face (who, mk_vec3_scale (p->way, is_getter ? -1 : 1), 0.3);
  who->duration_s = p->act->duration_s;
  g_autoptr (mk_life) life = mk_life_new (who);
  if (life == NULL)
    return;
  static const mk_joint_role legs[] = { MK_ROLE_LEG, MK_ROLE_ARM };
  for (size_t k = 0; k < MK_COUNT (legs); k++)
    if (legs[k] == MK_ROLE_ARM || (p->is_kick && !is_getter))
      mk_life_claim (life, legs[k], true);
  if (life->chest >= 0 && !is_getter)
    mk_life_claim_bone (life, life->chest, true);
  mk_life_script script = { .pose = is_getter ? pose_getter : pose_sender, .user = p, .is_held = is_getter, .is_to_rest = !is_getter };
  mk_life_bake (life, &script);
}

/* --- to each other --- */

/* The ids of two who throw it to and fro: `by` names more than one, and nobody else gets it. */
static bool
find_pair (const mk_act *act, const char *ids[2])
{
  const char *by = mk_json_get_string (mk_json_get (act->command, "by"));
  if (*by == 0 || mk_json_has (act->command, "to") || !g_str_equal (mk_json_get_string (mk_json_get (act->command, "how")), "throw"))
    return false;
  g_autoptr (GArray) found = mk_scene_find_targets (act->scene, by, NULL);
  const mk_scene_node *node = mk_scene_get_node (act->scene, act->root);
  const mk_json *place = node->command >= 0 ? mk_json_at (mk_json_get (mk_json_at (act->scene->commands, (size_t)node->command), "place"), 0) : NULL;
  const mk_json *holders = mk_json_get (place, "targets");
  for (size_t i = 1; found != NULL && found->len == 1 && i < mk_json_length (holders) && g_str_equal (mk_json_get_string (mk_json_get (place, "relation")), "held"); i++) {
    g_autoptr (GArray) other = mk_scene_find_targets (act->scene, mk_json_get_string (mk_json_at (holders, i)), NULL); /* both have it to begin with */
    if (other != NULL && g_array_index (other, int, 0) != g_array_index (found, int, 0))
      g_array_append_vals (found, other->data, 1);
  }
  for (guint i = 0; found != NULL && i < MIN (found->len, 2); i++)
    ids[i] = mk_scene_get_node (act->scene, g_array_index (found, int, i))->id;
  return found != NULL && found->len > 1 && ids[0] != NULL && ids[1] != NULL;
}

#define THROW_APART 1.6f    /* own heights between two who throw: nearer ones stand back from the first */

static void
stand_back_at (const void *user, double time_s, mk_delta *delta)
{
  (void)time_s;
  delta->offset = *(const mk_vec3 *)user;
}

/* And the first of them has it in the hands. */
static void
stand_back (const mk_act *act, const char *const ids[2])
{
  mk_act pair[2];
  if (act->start_s > 0.05 || !mk_act_partner (act, ids[0], &pair[0], NULL) || !mk_act_partner (act, ids[1], &pair[1], NULL))
    return;
  mk_vec3 between = { pair[1].at.x - pair[0].at.x, 0, pair[1].at.z - pair[0].at.z };
  float far = mk_vec3_length (between), lacking = THROW_APART * fmaxf (pair[0].size.y, pair[1].size.y) - far;
  for (int k = 0; k < 2 && lacking > 0 && far > 1e-3f; k++) {
    mk_vec3 back = mk_vec3_scale (between, (k == 0 ? -0.5f : 0.5f) * lacking / far);
    mk_act_write (&pair[k], stand_back_at, &back, pair[k].foot, NULL, 0, false);
    if (k > 0)
      continue;
    mk_vec3 hands = before (&pair[0], mk_vec3_scale (between, 1 / far), 0.6f, 0.24f);
    mk_vec3 to_hands = mk_vec3_sub (mk_vec3_add (hands, back), mk_mat4_point (act->world, act->middle));
    mk_act_write (act, stand_back_at, &to_hands, act->middle, NULL, 0, false);
  }
}

/* Throw after throw, from who has it to the other, while there is time for one more. */
static bool
plan_exchange (const mk_act *act, const char *const ids[2], GError **error)
{
  double end_s = act->start_s + act->duration_s, natural_s = 0;
  stand_back (act, ids);
  mk_act one = *act;
  for (unsigned k = 0; k == 0 || one.start_s + natural_s <= end_s + 1e-3; k++) {
    g_autoptr (mk_json) command = mk_json_copy (act->command);
    mk_json_set (command, "by", mk_json_new_string (ids[k % 2]));
    mk_json_set (command, "to", mk_json_new_string (ids[1 - k % 2]));
    one.command = command;
    mk_act_measure (&one);
    natural_s = mk_natural_pass (&one);
    one.duration_s = k == 0 ? fmin (natural_s, act->duration_s) : natural_s;
    if (!mk_plan_pass (&one, error))
      return false;
    one.start_s += one.duration_s;
  }
  return true;
}

double
mk_natural_pass (const mk_act *act)
{
  passing p;
  const char *ids[2];
  if (find_pair (act, ids))
    return 0; /* as long as the film */
  return prepare (act, &p, NULL) ? p.end_s / (double)act->speed : 1.5;
}

bool
mk_plan_pass (mk_act *act, GError **error)
{
  passing p;
  const char *ids[2];
  if (find_pair (act, ids))
    return act->index > 0 || plan_exchange (act, ids, error);
  if (!prepare (act, &p, error))
    return false;
  p.rate = p.end_s / act->duration_s;
  const double corners[] = { 0.6 * p.leave_s / p.rate, p.leave_s / p.rate, p.arrive_s / p.rate };
  mk_act_write (act, pass_at, &p, act->middle, corners, MK_COUNT (corners), false);
  if (act->index > 0)
    return true; /* one pair of hands for all of it */
  if (p.has_from)
    act_out (&p, &p.from, false);
  if (p.is_caught)
    act_out (&p, &p.to, true);
  return true;
}
