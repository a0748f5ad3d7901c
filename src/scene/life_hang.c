/* What hangs on a part of a body goes where that part goes: a sword with the hand, a hat with the head, who sits on a swing
 * with its seat. Bones are looked at before and after their tracks are written; the difference is laid over the thing. */
#include "scene/layout.h"
#include "scene/life.h"

#define POLE_TILT 1.3f      /* of a pole against the way of the hand: its foot goes farther */
#define NEGLIGIBLE 1e-5f

/* A place and how it is turned, in the world. */
typedef struct { mk_vec3 at; mk_quat turn; } frame;

typedef struct {
  int thing;
  int bones[2];             /* nodes; [1] -1 = hangs on one and turns with it */
  bool is_pole;
  float high_m;             /* of a pole: its grip over the ground */
  frame *before;            /* per sample; then what the bones have been moved by: the way that `pivot` goes, and the turn about it */
  mk_vec3 pivot;
  const mk_hangers *all;
} hanger;

struct mk_hangers {
  const mk_life *life;
  double start_s, rate;
  unsigned n_samples;
  GArray *hangers;          /* hanger */
};

/* --- what hangs where --- */

static int
bone_node (const mk_life *life, int bone)
{
  return bone >= 0 ? life->bones[bone].joint.node : -1;
}

static int
hand_of (const mk_life *life, int side)
{
  int hand = mk_life_find (life, MK_ROLE_ARM, side, 2);
  return bone_node (life, hand >= 0 ? hand : mk_life_find (life, MK_ROLE_ARM, side, 1));
}

/* Whether a command moves the thing itself: thrown, it is in the hands no more. */
static bool
has_own_way (const mk_scene *scene, const char *id)
{
  for (size_t i = 0; i < mk_json_length (scene->commands); i++) {
    const mk_json *command = mk_json_at (scene->commands, i);
    const char *op = mk_json_get_string (mk_json_get (command, "op"));
    if ((g_str_equal (op, "animate") || g_str_equal (op, "physics")) && mk_json_has_text (mk_json_get (command, "targets"), id))
      return true;
  }
  return false;
}

/* In the hands, or the mouth of what has none: with both of them when the act `lifts`, else as they rest before the chest. */
static bool
hang_in_hands (const mk_life *life, bool lifts, hanger *h)
{
  mk_box box = mk_layout_box (life->act->scene, h->thing);
  mk_grip grip = mk_hold_grip (life->act->stage, life->act->scene, life->act->root, h->thing, mk_vec3_sub (box.max, box.min));
  if (!mk_life_has (life, MK_ROLE_ARM)) {
    h->bones[0] = bone_node (life, life->head);
  } else if (grip != MK_GRIP_BOTH) {
    h->bones[0] = hand_of (life, -1);
    h->is_pole = grip == MK_GRIP_POLE;
  } else if (lifts && hand_of (life, 1) >= 0) {
    g_autoptr (GArray) bows = mk_object_find_parts (life->act->scene, h->thing, "bow");
    h->bones[0] = hand_of (life, bows->len > 0 ? 1 : -1); /* a violin stays with the left hand: the right one has the bow */
    h->bones[1] = hand_of (life, 1);
  } else
    h->bones[0] = bone_node (life, life->chest >= 0 ? life->chest : life->hips);
  return h->bones[0] >= 0;
}

static bool
hang (const mk_life *life, int thing, bool lifts, hanger *h)
{
  const mk_act *act = life->act;
  const mk_scene_node *node = mk_scene_get_node (act->scene, thing);
  *h = (hanger){ .thing = thing, .bones = { -1, -1 } };
  if (!mk_act_carries (act, thing))
    return false;
  if (mk_hold_has (act->scene, act->root, thing))
    return !has_own_way (act->scene, node->id) && hang_in_hands (life, lifts, h);
  const mk_recipe_info *info = node->object != NULL ? mk_library_find (act->stage->library, node->object) : NULL;
  bool is_on_head = life->n_legs == 2 || (info != NULL && info->worn.on != NULL), is_on_neck = info != NULL && g_strcmp0 (info->worn.on, "neck") == 0;
  h->bones[0] = bone_node (life, is_on_neck ? life->neck : is_on_head ? life->head : mk_life_find (life, MK_ROLE_PENDULUM, 2, 0));
  return h->bones[0] >= 0;
}

/* --- where bones are --- */

static frame
frame_of (const mk_scene *scene, const hanger *h, double time_s)
{
  mk_mat4 m = mk_node_world (scene, h->bones[0], time_s);
  mk_vec3 y = mk_vec3_normalize ((mk_vec3){ m.m[4], m.m[5], m.m[6] }), z = mk_vec3_normalize ((mk_vec3){ m.m[8], m.m[9], m.m[10] });
  frame f = { { m.m[12], m.m[13], m.m[14] }, mk_quat_look (z, y) };
  if (h->bones[1] < 0)
    return f;
  mk_mat4 other = mk_node_world (scene, h->bones[1], time_s);
  return (frame){ mk_vec3_lerp (f.at, (mk_vec3){ other.m[12], other.m[13], other.m[14] }, 0.5f), MK_QUAT_IDENTITY };
}

mk_hangers *
mk_hangers_new (const mk_life *life, double end_s, bool lifts)
{
  mk_hangers *all = g_new0 (mk_hangers, 1);
  const mk_act *act = life->act;
  double length_s = fmax (end_s - act->start_s, 1 / MK_LIFE_RATE);
  all->life = life;
  all->start_s = act->start_s;
  all->n_samples = (unsigned)ceil (length_s * MK_LIFE_RATE) + 1;
  all->rate = (all->n_samples - 1) / length_s;
  all->hangers = g_array_new (FALSE, FALSE, sizeof (hanger));
  for (int i = 0; i < (int)act->scene->nodes->len; i++) {
    hanger h;
    if (!hang (life, i, lifts, &h))
      continue;
    h.before = g_new (frame, all->n_samples);
    for (unsigned k = 0; k < all->n_samples; k++)
      h.before[k] = frame_of (act->scene, &h, all->start_s + k / all->rate);
    h.pivot = h.before[0].at;
    h.high_m = fmaxf (h.pivot.y - mk_layout_box (act->scene, i).min.y, 0.1f);
    g_array_append_val (all->hangers, h);
  }
  return all;
}

void
mk_hangers_free (mk_hangers *all)
{
  for (guint i = 0; i < all->hangers->len; i++)
    g_free (g_array_index (all->hangers, hanger, i).before);
  g_array_unref (all->hangers);
  g_free (all);
}

/* --- the things --- */

/* The foot of a pole swings about the hand, and stays on the ground. */
static void
swing_pole (const hanger *h, mk_delta *delta)
{
  mk_vec3 way = { delta->offset.x, 0, delta->offset.z };
  float far = mk_vec3_length (way), tilt = fminf (POLE_TILT * far / h->high_m, 0.9f);
  delta->turn = far < NEGLIGIBLE ? MK_QUAT_IDENTITY : mk_quat_from_axis ((mk_vec3){ -way.z / far, 0, way.x / far }, tilt);
  delta->offset.y = far < NEGLIGIBLE ? 0 : -h->high_m * (1 - cosf (tilt));
}

static void
hung_at (const void *user, double time_s, mk_delta *delta)
{
  const hanger *h = user;
  double x = CLAMP (time_s * h->all->rate, 0, h->all->n_samples - 1);
  unsigned i = MIN ((unsigned)x, h->all->n_samples - 2);
  const frame *a = &h->before[i], *b = a + 1;
  delta->offset = mk_vec3_lerp (a->at, b->at, (float)(x - i));
  delta->turn = mk_quat_slerp (a->turn, b->turn, (float)(x - i));
  if (h->is_pole)
    swing_pole (h, delta);
}

/* Turns the frames of before into what has changed since; false when nothing has. */
static bool
compare (const mk_hangers *all, hanger *h)
{
  bool has_moved = false;
  for (unsigned k = 0; k < all->n_samples; k++) {
    frame after = frame_of (all->life->act->scene, h, all->start_s + k / all->rate), before = h->before[k];
    mk_quat turn = mk_quat_mul (after.turn, mk_quat_inverse (before.turn));
    mk_vec3 pivot = mk_quat_rotate (turn, mk_vec3_sub (h->pivot, before.at));
    mk_vec3 offset = h->is_pole ? mk_vec3_sub (after.at, before.at) : mk_vec3_sub (mk_vec3_add (after.at, pivot), h->pivot);
    has_moved |= mk_vec3_length (offset) > NEGLIGIBLE || fabsf (turn.w) < 1 - NEGLIGIBLE;
    h->before[k] = (frame){ offset, turn };
  }
  return has_moved;
}

void
mk_hangers_write (mk_hangers *all)
{
  mk_scene *scene = all->life->act->scene;
  for (guint i = 0; i < all->hangers->len; i++) {
    hanger *h = &g_array_index (all->hangers, hanger, i);
    h->all = all;
    if (!compare (all, h))
      continue;
    mk_motion motion = { .evaluate = hung_at, .user = h, .start_s = all->start_s, .duration_s = (all->n_samples - 1) / all->rate, .pivot = h->pivot, .is_pivot_world = true };
    mk_motion_write (scene, h->thing, &motion);
  }
}
