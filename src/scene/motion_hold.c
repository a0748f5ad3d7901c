/* Holding: whoever has something in the hands bends the arms for it, and keeps them so whatever the legs do. */
#include "scene/layout.h"
#include "scene/life.h"

static const mk_vec3 axis_x = { 1, 0, 0 }, axis_y = { 0, 1, 0 };

#define TALL_SHARE 0.4f     /* of the holder's height: from here on a thing is gripped by one hand, near its lower end */
#define GRIP_SHARE 0.12f    /* where that hand is, from its lower end */
#define HANDS_UP 0.63f      /* of hands before the belly, in heights of a standing person */
#define FACE_FREE 0.1f      /* how far above the hands what is carried may reach */
#define SEAT_DOWN 0.47f     /* how much lower all of that is above a seat */
#define HANDS_AHEAD 0.2f
#define HAND_ASIDE 0.14f

/* --- where the hands are --- */

static float
height_of (const mk_stage *stage, const mk_scene_node *node)
{
  const mk_recipe_info *info = node->object != NULL ? mk_library_find (stage->library, node->object) : NULL;
  return info != NULL && g_str_equal (info->category, "person") ? info->size_m * node->trs.scale.y : 0;
}

static bool
is_gripped (mk_vec3 size, float height_m)
{
  return size.y > TALL_SHARE * height_m;
}

bool
mk_hold_find (const mk_stage *stage, const mk_scene *scene, int holder, mk_vec3 size, bool is_played, mk_vec3 *at)
{
  const mk_scene_node *node = mk_scene_get_node (scene, holder);
  float height = height_of (stage, node);
  if (height <= 0)
    return false;
  bool is_tall = is_gripped (size, height) && !is_played;
  float up = (HANDS_UP - (node->is_posed ? SEAT_DOWN : 0)) * height;
  mk_vec3 offset = { is_tall ? -HAND_ASIDE * height : 0, up - (is_tall ? GRIP_SHARE : is_played ? 0.6f : 0.35f) * size.y, HANDS_AHEAD * height + (is_tall ? 0 : 0.35f * size.z) };
  offset.y = is_tall || is_played ? offset.y : fminf (offset.y, up + FACE_FREE * height - size.y); /* a big box does not hide the face */
  *at = mk_vec3_add (node->trs.translation, mk_quat_rotate (node->trs.rotation, offset));
  return true;
}

/* --- the arms --- */

typedef struct {
  bool is_one_handed;
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
      mk_bone_turn (life, (int)i, axis_y, (float)joint->side * (g->is_one_handed ? -0.1f : -0.45f));
    }
  }
}

bool
mk_life_is_holding (const mk_scene *scene, int root)
{
  const char *id = mk_scene_get_node (scene, root)->id;
  for (size_t i = 0; i < mk_json_length (scene->commands) && id != NULL; i++) {
    const mk_json *place = mk_json_get (mk_json_at (scene->commands, i), "place");
    for (size_t r = 0; r < mk_json_length (place); r++) {
      const mk_json *row = mk_json_at (place, r), *targets = mk_json_get (row, "targets");
      for (size_t t = 0; t < mk_json_length (targets) && g_str_equal (mk_json_get_string (mk_json_get (row, "relation")), "held"); t++) {
        g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, t)), NULL);
        for (guint k = 0; found != NULL && k < found->len; k++)
          if (g_array_index (found, int, k) == root)
            return true;
      }
    }
  }
  return false;
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
  mk_life_script script = { .pose = pose_hold, .user = (void *)g, .is_held = true };
  mk_life_bake (life, &script);
}

void
mk_hold_take (const mk_stage *stage, mk_scene *scene, const int *roots, unsigned n_roots, const mk_json *command)
{
  const mk_json *place = mk_json_get (command, "place");
  for (size_t r = 0; r < mk_json_length (place); r++) {
    const mk_json *row = mk_json_at (place, r), *targets = mk_json_get (row, "targets");
    for (size_t t = 0; t < mk_json_length (targets) && n_roots > 0 && g_str_equal (mk_json_get_string (mk_json_get (row, "relation")), "held"); t++) {
      g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, t)), NULL);
      for (guint k = 0; found != NULL && k < found->len; k++) {
        int holder = g_array_index (found, int, k);
        mk_box box = mk_layout_box (scene, roots[MIN (k, n_roots - 1)]);
        float height = height_of (stage, mk_scene_get_node (scene, holder));
        const mk_scene_node *thing = mk_scene_get_node (scene, roots[0]);
        const mk_recipe_info *info = thing->object != NULL ? mk_library_find (stage->library, thing->object) : NULL;
        bool is_played = info != NULL && g_str_equal (info->category, "music");
        grip g = { .is_one_handed = is_gripped (mk_vec3_sub (box.max, box.min), height) && !is_played };
        if (height > 0)
          take (stage, scene, holder, &g);
      }
    }
  }
}
