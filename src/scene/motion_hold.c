/* Holding: whoever has something in the hands bends the arms for it, and keeps them so whatever the legs do. */
#include "scene/layout.h"
#include "scene/life.h"

static const mk_vec3 axis_x = { 1, 0, 0 }, axis_y = { 0, 1, 0 }, axis_z = { 0, 0, 1 };

#define TALL_SHARE 0.4f     /* of the holder's height: from here on a thing is gripped by one hand, near its lower end */
#define GRIP_SHARE 0.12f    /* where that hand is, from its lower end */
#define HANDS_UP 0.63f      /* of hands before the belly, in heights of a standing person */
#define FACE_FREE 0.1f      /* how far above the hands what is carried may reach */
#define SEAT_DOWN 0.47f     /* how much lower all of that is above a seat */
#define HANDS_AHEAD 0.2f
#define HAND_ASIDE 0.14f
#define PAIR_GAP 0.55f      /* of the width of each of two things, from the middle */
#define CRADLE_RAD 1.15f    /* of somebody in the arms: nearly level, the head a little higher */
#define CRADLE_BACK_RAD 0.5f
#define CRADLE_ASIDE 0.02f  /* to the left, in heights of who carries */
#define CRADLE_SINK 0.2f    /* how far into the arms, in its own height as it lies */
#define CRADLE_AHEAD 0.07f
#define SLUNG_RAD 1.15f     /* of a guitar's neck, to its player's left: a little above level */
#define SLUNG_UP 0.68f      /* how high its middle is, in heights, and how far to the left: the body before the belly */
#define SLUNG_ASIDE 0.1f
#define SLUNG_AHEAD 0.11f

/* --- where the hands are --- */

static const mk_recipe_info *
recipe_of (const mk_stage *stage, const mk_scene *scene, int root)
{
  const char *object = mk_scene_get_node (scene, root)->object;
  return object != NULL ? mk_library_find (stage->library, object) : NULL;
}

/* 0 = no person. */
static float
height_of (const mk_stage *stage, const mk_scene *scene, int holder)
{
  const mk_recipe_info *info = recipe_of (stage, scene, holder);
  return info != NULL && g_str_equal (info->category, "person") ? info->size_m * mk_scene_get_node (scene, holder)->trs.scale.y : 0;
}

static bool
is_played (const mk_stage *stage, const mk_scene *scene, int thing)
{
  const mk_recipe_info *info = recipe_of (stage, scene, thing);
  return info != NULL && g_str_equal (info->category, "music");
}

/* Longer than hands are high, and thin: it stands on the ground beside who holds it. An umbrella is held up. */
static bool
is_pole (mk_vec3 size, float height_m)
{
  return size.y > HANDS_UP * height_m && fmaxf (size.x, size.z) < 0.6f * size.y;
}

/* Where its recipe says that a hand grips it; false when it does not say. */
static bool
find_grip (const mk_stage *stage, const mk_scene *scene, int thing, mk_anchor *grip_at)
{
  const mk_recipe_info *info = recipe_of (stage, scene, thing);
  g_autoptr (GArray) anchors = info != NULL && info->is_gripped ? mk_object_anchors (stage->library, scene, thing) : NULL;
  for (guint i = 0; anchors != NULL && i < anchors->len; i++) {
    *grip_at = g_array_index (anchors, mk_anchor, i);
    if (grip_at->kind == MK_ANCHOR_HAND)
      return true;
  }
  return false;
}

/* A rod is gripped in its lower half, and is no pole however long it is. */
static bool
is_staff (const mk_stage *stage, const mk_scene *scene, int thing, mk_vec3 size, float height_m)
{
  mk_anchor grip_at;
  return is_pole (size, height_m) && !(find_grip (stage, scene, thing, &grip_at) && grip_at.at.y * mk_scene_get_node (scene, thing)->trs.scale.y < 0.5f * size.y);
}

/* The grip from the middle of the thing's bottom, as it is turned now. */
static mk_vec3
grip_over_bottom (const mk_scene *scene, int thing, const mk_anchor *grip_at)
{
  mk_box box = mk_layout_box (scene, thing);
  mk_vec3 at = mk_mat4_point (mk_mat4_from_trs (mk_scene_get_node (scene, thing)->trs), grip_at->at);
  return (mk_vec3){ at.x - (box.min.x + box.max.x) / 2, at.y - box.min.y, at.z - (box.min.z + box.max.z) / 2 };
}

/* Who is small lies across both arms: a baby with the head to the left, looking up; a kitten along them. */
static bool
is_cradled (const mk_stage *stage, const mk_scene *scene, int thing)
{
  return mk_recipe_lives (recipe_of (stage, scene, thing));
}

static mk_quat
cradle_turn (mk_vec3 size)
{
  bool stands = size.y > 1.2f * fmaxf (size.x, size.z);
  mk_quat lying = mk_quat_mul (mk_quat_from_axis (axis_x, -CRADLE_BACK_RAD), mk_quat_from_axis (axis_z, -CRADLE_RAD));
  return stands ? lying : size.z > size.x ? mk_quat_from_axis (axis_y, MK_PI / 2) : MK_QUAT_IDENTITY;
}

/* A guitar, a violin: longer than it is wide. */
static bool
is_slung (const mk_stage *stage, const mk_scene *scene, int thing, mk_vec3 size)
{
  return is_played (stage, scene, thing) && size.y > 2 * fmaxf (size.x, size.z);
}

mk_quat
mk_hold_turn (const mk_stage *stage, const mk_scene *scene, int holder, int thing, mk_vec3 size)
{
  float height = height_of (stage, scene, holder);
  bool is_across = height > 0 && is_slung (stage, scene, thing, size);
  mk_anchor grip_at;
  if (height <= 0)
    return mk_bite_turn (stage, scene, holder, size);
  if (is_cradled (stage, scene, thing))
    return cradle_turn (size);
  if (height > 0 && !is_staff (stage, scene, thing, size, height) && find_grip (stage, scene, thing, &grip_at))
    return mk_quat_from_axis (axis_x, grip_at.pitch_rad);
  return is_across ? mk_quat_from_axis (axis_z, -SLUNG_RAD) : MK_QUAT_IDENTITY;
}

static bool
is_gripped (const mk_stage *stage, const mk_scene *scene, int thing, mk_vec3 size, float height_m)
{
  return size.y > TALL_SHARE * height_m && !is_played (stage, scene, thing);
}

/* A bat, a racket: lies along z, its handle at the back. */
static bool
is_stick (const mk_stage *stage, const mk_scene *scene, int thing, mk_vec3 size, float height_m)
{
  const mk_recipe_info *info = recipe_of (stage, scene, thing);
  return info != NULL && g_str_equal (info->category, "sport") && size.z > 0.25f * height_m && size.z < height_m && size.z > 1.8f * fmaxf (size.y, size.x);
}

mk_grip
mk_hold_grip (const mk_stage *stage, const mk_scene *scene, int holder, int thing, mk_vec3 size)
{
  float height = height_of (stage, scene, holder);
  const mk_recipe_info *info = recipe_of (stage, scene, thing);
  if (is_cradled (stage, scene, thing))
    return MK_GRIP_BOTH;
  if (is_stick (stage, scene, thing, size, height) || (info != NULL && info->is_gripped && !is_staff (stage, scene, thing, size, height)))
    return MK_GRIP_RIGHT;
  return !is_gripped (stage, scene, thing, size, height) ? MK_GRIP_BOTH : is_staff (stage, scene, thing, size, height) ? MK_GRIP_POLE : MK_GRIP_RIGHT;
}

bool
mk_hold_find (const mk_stage *stage, const mk_scene *scene, int holder, int thing, mk_vec3 size, mk_vec3 *at)
{
  const mk_scene_node *node = mk_scene_get_node (scene, holder);
  float height = height_of (stage, scene, holder), up = (HANDS_UP - (node->is_posed ? SEAT_DOWN : 0)) * height;
  mk_vec3 offset;
  mk_anchor grip_at;
  if (height <= 0) {
    bool has_handle = find_grip (stage, scene, thing, &grip_at);
    offset = has_handle ? grip_over_bottom (scene, thing, &grip_at) : (mk_vec3){ 0, 0, 0 };
    return mk_bite_find (stage, scene, holder, thing, has_handle ? &offset : NULL, at);
  }
  if (is_cradled (stage, scene, thing)) {
    mk_vec3 own = mk_box_size (mk_layout_box (scene, thing));
    offset = (mk_vec3){ CRADLE_ASIDE * height, up - fmaxf (CRADLE_SINK * own.y, own.y - FACE_FREE * height), CRADLE_AHEAD * height + 0.5f * fminf (own.x, own.z) };
  } else if (!is_staff (stage, scene, thing, size, height) && find_grip (stage, scene, thing, &grip_at))
    offset = mk_vec3_sub ((mk_vec3){ -HAND_ASIDE * height, up, HANDS_AHEAD * height }, grip_over_bottom (scene, thing, &grip_at));
  else if (is_gripped (stage, scene, thing, size, height))
    offset = (mk_vec3){ -HAND_ASIDE * height, is_staff (stage, scene, thing, size, height) && !node->is_posed ? 0 : up - GRIP_SHARE * size.y, HANDS_AHEAD * height };
  else if (is_stick (stage, scene, thing, size, height))
    offset = (mk_vec3){ -HAND_ASIDE * height, up - 0.5f * size.y, HANDS_AHEAD * height + (0.5f - GRIP_SHARE) * size.z };
  else if (is_slung (stage, scene, thing, size))
    offset = (mk_vec3){ SLUNG_ASIDE * height, up + (SLUNG_UP - HANDS_UP) * height - 0.5f * (size.y * cosf (SLUNG_RAD) + size.x * sinf (SLUNG_RAD)), SLUNG_AHEAD * height };
  else if (is_played (stage, scene, thing))
    offset = (mk_vec3){ 0, up - 0.6f * size.y, HANDS_AHEAD * height + 0.35f * size.z };
  else /* a big box does not hide the face */
    offset = (mk_vec3){ 0, up - fmaxf (0.35f * size.y, size.y - FACE_FREE * height), HANDS_AHEAD * height + 0.35f * size.z };
  *at = mk_vec3_add (node->trs.translation, mk_quat_rotate (node->trs.rotation, offset));
  return true;
}

/* --- the arms --- */

typedef struct {
  bool is_one_handed;
  bool is_each; /* one thing in each hand */
} grip;

static void
pose_hold (mk_life *life, void *user, double time_s)
{
  const grip *g = user;
  (void)time_s;
  for (unsigned i = 0; i < life->n_bones; i++) {
    const mk_joint *joint = &life->bones[i].joint;
    if (joint->role != MK_ROLE_ARM || (g->is_one_handed && joint->side > 0))
      continue;
    if (joint->segment == 0)
      mk_bone_turn (life, (int)i, axis_x, -0.35f);
    else if (joint->segment == 1) {
      mk_bone_turn (life, (int)i, axis_x, -1.15f);
      mk_bone_turn (life, (int)i, axis_y, (float)joint->side * (g->is_one_handed || g->is_each ? -0.1f : -0.45f));
    }
  }
}

/* The roots that hold what `command` adds. int; g_array_unref. */
static GArray *
find_holders (const mk_scene *scene, const mk_json *command)
{
  GArray *holders = g_array_new (FALSE, FALSE, sizeof (int));
  const mk_json *place = mk_json_get (command, "place");
  for (size_t r = 0; r < mk_json_length (place); r++) {
    const mk_json *row = mk_json_at (place, r), *targets = mk_json_get (row, "targets");
    bool is_held = g_str_equal (mk_json_get_string (mk_json_get (row, "relation")), "held");
    for (size_t t = 0; t < mk_json_length (targets) && is_held; t++) {
      g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, t)), NULL);
      if (found != NULL)
        g_array_append_vals (holders, found->data, found->len);
    }
  }
  return holders;
}

bool
mk_hold_has (const mk_scene *scene, int holder, int thing)
{
  const mk_scene_node *node = mk_scene_get_node (scene, thing);
  bool is_held = false;
  for (int i = MAX (node->command, 0); i < (int)mk_json_length (scene->commands); i++) {
    const mk_json *command = mk_json_at (scene->commands, (size_t)i), *targets = mk_json_get (command, "targets");
    bool is_meant = i == node->command;
    for (size_t t = 0; t < mk_json_length (targets); t++)
      is_meant |= mk_json_has (command, "place") && g_str_equal (mk_json_get_string (mk_json_at (targets, t)), node->id);
    g_autoptr (GArray) holders = is_meant ? find_holders (scene, command) : NULL;
    is_held &= !is_meant;
    for (guint k = 0; is_meant && k < holders->len; k++)
      is_held |= g_array_index (holders, int, k) == holder;
  }
  return is_held;
}

bool
mk_life_is_holding (const mk_scene *scene, int root)
{
  bool is_holding = false;
  for (size_t i = 0; i < mk_json_length (scene->commands) && !is_holding; i++) {
    g_autoptr (GArray) holders = find_holders (scene, mk_json_at (scene->commands, i));
    for (guint k = 0; k < holders->len; k++)
      is_holding |= g_array_index (holders, int, k) == root;
  }
  return is_holding;
}

static void
take (const mk_stage *stage, mk_scene *scene, int root, const grip *g)
{
  mk_act act = { .stage = stage, .scene = scene, .node = root, .root = root, .n = 1, .duration_s = 0.1, .speed = 1 };
  mk_act_measure (&act);
  g_autoptr (mk_life) life = mk_life_new (&act);
  if (life == NULL || !mk_life_has (life, MK_ROLE_ARM))
    return;
  mk_life_claim (life, MK_ROLE_ARM, true);
  for (unsigned i = 0; i < life->n_bones && g->is_one_handed; i++)
    life->bones[i].is_moving &= life->bones[i].joint.side <= 0;
  mk_life_script script = { .pose = pose_hold, .user = (void *)g, .is_held = true, .leaves_hands = true };
  mk_life_bake (life, &script);
}

/* One hand holds one thing: a knight whose recipe gives it a sword lays that aside for the one that it is handed. */
static void
lay_own_aside (const mk_stage *stage, mk_scene *scene, int holder)
{
  g_autoptr (GArray) joints = mk_object_joints (stage->library, scene, holder);
  int hand = -1;
  for (guint k = 0; k < joints->len; k++) {
    const mk_joint *joint = &g_array_index (joints, mk_joint, k);
    hand = joint->role == MK_ROLE_ARM && joint->side < 0 && joint->segment == 2 ? joint->node : hand;
  }
  for (int i = hand + 1; hand >= 0 && i < (int)scene->nodes->len; i++) {
    mk_scene_node *node = mk_scene_get_node (scene, i);
    node->is_hidden |= node->name != NULL && node->skin < 0 && mk_scene_is_within (scene, i, hand);
  }
}

/* What dangles from a thing that leans in the hand hangs straight down. */
static void
let_hang (const mk_stage *stage, mk_scene *scene, int thing, mk_quat lean)
{
  g_autoptr (GArray) joints = mk_object_joints (stage->library, scene, thing);
  for (guint i = 0; i < joints->len; i++)
    if (g_array_index (joints, mk_joint, i).role == MK_ROLE_PENDULUM)
      mk_scene_get_node (scene, g_array_index (joints, mk_joint, i).node)->trs.rotation = mk_quat_inverse (lean);
}

/* Two things of one holder: the first in the right hand, the second in the left, and wide ones side by side. */
static void
part_pair (mk_scene *scene, int holder, const int *pair, float height)
{
  const mk_trs *at = &mk_scene_get_node (scene, holder)->trs;
  for (int i = 0; i < 2; i++) {
    mk_box box = mk_layout_box (scene, pair[i]);
    mk_vec3 middle = mk_quat_rotate (mk_quat_inverse (at->rotation), mk_vec3_sub (mk_box_middle (box), at->translation));
    float aside = fmaxf (HAND_ASIDE * height, PAIR_GAP * mk_box_size (box).x), x = i == 0 ? -aside : aside;
    mk_trs *own = &mk_scene_get_node (scene, pair[i])->trs;
    own->translation = mk_vec3_add (own->translation, mk_quat_rotate (at->rotation, (mk_vec3){ x - middle.x, 0, 0 }));
  }
}

void
mk_hold_take (const mk_stage *stage, mk_scene *scene, const int *roots, unsigned n_roots, const mk_json *command)
{
  g_autoptr (GArray) holders = find_holders (scene, command);
  for (guint k = 0; k < holders->len && n_roots > 0; k++) {
    int holder = g_array_index (holders, int, k), thing = roots[MIN (k, n_roots - 1)];
    mk_box box = mk_layout_box (scene, thing);
    float height = height_of (stage, scene, holder);
    grip g = { .is_one_handed = mk_hold_grip (stage, scene, holder, thing, mk_vec3_sub (box.max, box.min)) != MK_GRIP_BOTH };
    if (height <= 0)
      continue;
    if (holders->len == 1 && n_roots == 2) {
      g = (grip){ .is_each = true };
      part_pair (scene, holder, roots, height);
    }
    if (g.is_one_handed) {
      lay_own_aside (stage, scene, holder);
      let_hang (stage, scene, thing, mk_hold_turn (stage, scene, holder, thing, mk_vec3_sub (box.max, box.min)));
    }
    take (stage, scene, holder, &g);
  }
}
