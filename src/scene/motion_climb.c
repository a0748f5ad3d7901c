/* Climbing: up a ladder, a trunk, a wall, hand over hand. Each hand and foot holds on while the body goes up past it, and
 * then reaches for its next hold; two that lie crosswise go together. */
#include "scene/fields.h"
#include "scene/life.h"

static const mk_vec3 axis_x = { 1, 0, 0 };

#define TO_FOOT_S 0.6      /* to its foot, when who climbs stands elsewhere */
#define GRIP_S 0.35        /* from standing to the first holds */
#define REACH_UP 0.28f     /* a hold is that share of the own height above the last */
#define PACE 0.32f         /* own heights a second */
#define CROWN 2.5f         /* a trunk ends where a thing is so much wider than at its foot */
#define N_SLICES 24

typedef struct {
  const mk_act *act;
  mk_vec3 ahead;            /* unit, level: from who climbs to what is climbed */
  mk_vec3 step;             /* to its foot */
  float rise_m;
  float half_m;             /* between the hands: of what is climbed, across */
  float face_m;             /* from the middle of who climbs to the holds */
  float high_m;             /* of what is climbed, and how far in its face is at equal steps up to there, against its foot */
  float in_m[N_SLICES];
  double step_s, duration_s;
} climbing;

/* --- what is climbed --- */

/* Bounds in plan of what lies between two heights; empty when nothing does. */
static mk_box
slice (const mk_scene *scene, int root, double time_s, float low, float high)
{
  mk_box box = MK_BOX_EMPTY;
  for (int i = root; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    if (!mk_scene_is_within (scene, i, root) || node->is_hidden)
      continue;
    mk_mat4 world = mk_node_world (scene, i, time_s);
    for (unsigned p = 0; p < node->n_parts; p++) {
      const mk_mesh *mesh = node->parts[p].mesh;
      for (uint32_t k = 0; k < mesh->n_indices; k++) { /* every edge, cut to the slice */
        uint32_t next = k % 3 == 2 ? k - 2 : k + 1;
        mk_vec3 a = mk_mat4_point (world, mesh->positions[mesh->indices[k]]), b = mk_mat4_point (world, mesh->positions[mesh->indices[next]]);
        if (a.y > b.y) {
          mk_vec3 kept = a;
          a = b;
          b = kept;
        }
        if (b.y < low || a.y > high)
          continue;
        float span = fmaxf (b.y - a.y, 1e-6f);
        mk_vec3 from = mk_vec3_lerp (a, b, CLAMP ((low - a.y) / span, 0, 1)), to = mk_vec3_lerp (a, b, CLAMP ((high - a.y) / span, 0, 1));
        box = mk_box_union (box, (mk_box){ from, from });
        box = mk_box_union (box, (mk_box){ to, to });
      }
    }
  }
  return box;
}

static float
width_of (mk_box box)
{
  return fminf (box.max.x - box.min.x, box.max.z - box.min.z);
}

/* How high it can be held on to: to its top, or to where the crown of a tree begins. */
static float
height_of_holds (const mk_box slices[N_SLICES], float high_m, mk_box foot)
{
  for (int i = N_SLICES / 6; i < N_SLICES; i++)
    if (slices[i].min.x <= slices[i].max.x && width_of (slices[i]) > CROWN * width_of (foot))
      return high_m * (float)i / N_SLICES;
  return high_m;
}

/* A hill leans away from who climbs it; a trunk hardly does. */
static void
measure_face (climbing *c, const mk_box slices[N_SLICES], mk_vec3 away, mk_vec3 middle, float deep)
{
  for (int i = 0; i < N_SLICES; i++) {
    mk_box box = slices[i];
    mk_vec3 edge = { away.x > 0 ? box.max.x : box.min.x, 0, away.z > 0 ? box.max.z : box.min.z };
    float at = (edge.x - middle.x) * away.x + (edge.z - middle.z) * away.z, before = i > 0 ? c->in_m[i - 1] : 0;
    c->in_m[i] = box.min.x > box.max.x ? before : fmaxf (deep - at, before); /* never back out: under a crown */
  }
}

static bool
prepare (const mk_act *act, climbing *c, GError **error)
{
  *c = (climbing){ .act = act, .duration_s = act->duration_s };
  mk_act thing;
  if (!mk_act_need_partner (act, "to", "what is climbed", &thing, error))
    return false;
  float high = act->size.y, low = thing.at.y;
  mk_box foot = slice (act->scene, thing.root, act->start_s, low + 0.1f * high, low + 0.7f * high);
  if (foot.min.x > foot.max.x)
    foot = (mk_box){ mk_vec3_sub (thing.at, mk_vec3_scale (thing.size, 0.5f)), mk_vec3_add (thing.at, mk_vec3_scale (thing.size, 0.5f)) };
  mk_vec3 middle = mk_vec3_scale (mk_vec3_add (foot.min, foot.max), 0.5f), half = mk_vec3_scale (mk_vec3_sub (foot.max, foot.min), 0.5f);
  mk_vec3 away = { act->at.x - middle.x, 0, act->at.z - middle.z };
  bool is_flat = half.x > 2 * half.z || half.z > 2 * half.x; /* a ladder, a wall: from one of its broad sides */
  if (is_flat)
    away = half.x > half.z ? (mk_vec3){ 0, 0, away.z < 0 ? -1 : 1 } : (mk_vec3){ away.x < 0 ? -1 : 1, 0, 0 };
  away = mk_vec3_length (away) > 1e-3f ? mk_vec3_normalize (away) : (mk_vec3){ 0, 0, 1 };
  float deep = fabsf (away.x) * half.x + fabsf (away.z) * half.z, wide = fabsf (away.z) * half.x + fabsf (away.x) * half.z;
  c->ahead = mk_vec3_scale (away, -1);
  c->face_m = 0.15f * high;
  c->half_m = CLAMP (0.9f * wide, 0.05f * high, 0.14f * high);
  mk_vec3 stand = mk_vec3_add (middle, mk_vec3_scale (away, deep + c->face_m));
  c->step = (mk_vec3){ stand.x - act->at.x, 0, stand.z - act->at.z };
  c->step_s = act->start_s < 0.05 || mk_vec3_length (c->step) < 0.05f ? 0 : TO_FOOT_S;
  mk_box slices[N_SLICES];
  c->high_m = thing.size.y;
  for (int i = 0; i < N_SLICES; i++) {
    float bottom = low + c->high_m * (float)i / N_SLICES;
    slices[i] = slice (act->scene, thing.root, act->start_s, bottom, bottom + c->high_m / N_SLICES);
  }
  measure_face (c, slices, away, middle, deep);
  float top = height_of_holds (slices, c->high_m, foot) + low - act->at.y;
  c->rise_m = fmaxf (top - 0.95f * high, 0.2f * high);
  return true;
}

/* --- who climbs --- */

static float
in_at (const climbing *c, float rise_m)
{
  float u = CLAMP (rise_m / c->high_m * N_SLICES, 0, N_SLICES - 1.001f);
  int i = (int)u;
  return c->in_m[i] + (c->in_m[i + 1] - c->in_m[i]) * (u - (float)i);
}

/* Goes up a little unevenly: a pull with each pair of holds. */
static float
rise_at (const climbing *c, double time_s)
{
  double from = c->step_s + GRIP_S, whole = c->duration_s - from;
  float share = (float)CLAMP ((time_s - from) / fmax (whole, 0.1), 0, 1), n = fmaxf (1, roundf (c->rise_m / (REACH_UP * c->act->size.y)));
  return c->rise_m * (share - 0.55f * sinf (2 * MK_PI * n * share) / (2 * MK_PI * n));
}

static void
climb_at (const void *user, double time_s, mk_delta *delta)
{
  const climbing *c = user;
  delta->offset = mk_vec3_scale (c->step, c->step_s > 0 ? mk_smooth (0, (float)c->step_s, (float)time_s) : 1);
  float rise = rise_at (c, time_s);
  delta->offset = mk_vec3_add (delta->offset, mk_vec3_scale (c->ahead, in_at (c, rise)));
  delta->offset.y += rise;
}

/* The height of a hold over the body's own foot; `phase` 0 or 0.5, `mean` where it is in the middle of its time. */
static float
hold_at (const climbing *c, double time_s, float phase, float mean, float *swing)
{
  float each = 2 * REACH_UP * c->act->size.y, body = rise_at (c, time_s), cycles = body / each + phase, k = floorf (cycles), share = cycles - k;
  float moved = mk_smooth (0.5f, 1, share);
  *swing = sinf (MK_PI * CLAMP (2 * share - 1, 0, 1));
  return (k - phase + 0.25f + moved) * each - body + mean;
}

static void
pose_climb (mk_life *life, void *user, double time_s)
{
  const climbing *c = user;
  float show = mk_smooth ((float)c->step_s, (float)(c->step_s + GRIP_S), (float)time_s), high = c->act->size.y / life->scale, swing;
  float hand_m = 0.86f * high, half = c->half_m / life->scale, face = c->face_m / life->scale;
  mk_bone_turn (life, life->chest >= 0 ? life->chest : life->head, axis_x, show * 0.08f);
  mk_bone_turn (life, life->head, axis_x, -0.28f * show); /* looks where it goes */
  mk_life_settle (life, 0);
  for (int side = -1; side <= 1; side += 2) {
    float up = hold_at (c, time_s, side > 0 ? 0 : 0.5f, hand_m * life->scale, &swing) / life->scale;
    mk_arm_reach (life, side, (mk_vec3){ (float)side * half, up, face - 0.25f * swing * face }, show);
  }
  for (unsigned i = 0; i < life->n_legs; i++) {
    mk_limb leg = life->legs[i];
    float up = hold_at (c, time_s, leg.side > 0 ? 0.5f : 0, 0.1f * high * life->scale, &swing) / life->scale;
    mk_vec3 hold = { (float)leg.side * fmaxf (half, 0.05f * high), leg.ankle.y + up, face - 0.12f * high - 0.3f * swing * face };
    leg.pole = mk_vec3_normalize ((mk_vec3){ 0.55f * (float)leg.side, 0, 0.8f }); /* knees apart, or they would be in the wall */
    mk_limb_reach (life, &leg, mk_vec3_lerp (leg.ankle, hold, show), mk_quat_from_axis (axis_x, 0.25f * show * swing));
  }
}

double
mk_natural_climb (const mk_act *act)
{
  climbing c;
  mk_act thing;
  double walked_s = mk_act_need_partner (act, "to", "what is climbed", &thing, NULL) ? mk_ascend_natural (act, &thing, false) : 0;
  if (walked_s > 0)
    return walked_s;
  if (!prepare (act, &c, NULL))
    return 2;
  return c.step_s + GRIP_S + fmin ((double)(c.rise_m / (PACE * act->size.y * act->speed)), 8);
}

bool
mk_plan_climb (mk_act *act, GError **error)
{
  climbing c;
  mk_act thing;
  if (mk_act_need_partner (act, "to", "what is climbed", &thing, NULL) && mk_ascend (act, &thing, false)) /* stairs, a hill: on one's feet */
    return true;
  if (!prepare (act, &c, error))
    return false;
  mk_act_face (act, c.ahead, TO_FOOT_S);
  const double corners[] = { c.step_s, c.step_s + GRIP_S };
  mk_act_write (act, climb_at, &c, act->foot, corners, MK_COUNT (corners), true);
  if (c.step_s > 0) {
    mk_act walk = *act;
    walk.duration_s = c.step_s;
    mk_life_walk (&walk);
  }
  g_autoptr (mk_life) life = mk_life_new (act);
  if (life == NULL || life->hips < 0)
    return true;
  static const mk_joint_role all[] = { MK_ROLE_LEG, MK_ROLE_ARM, MK_ROLE_HEAD };
  for (size_t i = 0; i < MK_COUNT (all); i++)
    mk_life_claim (life, all[i], true);
  mk_life_claim_bone (life, life->chest, true);
  mk_life_script script = { .pose = pose_climb, .user = &c, .is_held = true };
  mk_life_bake (life, &script);
  return true;
}
