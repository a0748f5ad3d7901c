/* Mouths and beaks are the hands of animals: a dog has a stick in the mouth, a stork a bundle in the beak. */
#include "scene/layout.h"
#include "scene/life.h"

static const mk_vec3 axis_y = { 0, 1, 0 }, axis_z = { 0, 0, 1 };

#define LONG_TIMES 1.3f   /* longer than that times its next side: it lies across the mouth */
#define TIP_SHARE 0.45f   /* how far towards the tip of a beak */
#define GRIP_DOWN 0.4f    /* what has no handle is bitten so far below its top, in its heights */

static bool
is_animal (const mk_stage *stage, const mk_scene *scene, int root)
{
  const char *object = mk_scene_get_node (scene, root)->object;
  const mk_recipe_info *info = object != NULL ? mk_library_find (stage->library, object) : NULL;
  return info != NULL && g_str_equal (info->category, "animal");
}

/* Where the recipe says, or at the part that is its mouth or beak, in the world at rest. */
static bool
find_mouth (const mk_stage *stage, const mk_scene *scene, int root, mk_vec3 *at)
{
  g_autoptr (GArray) anchors = mk_object_anchors (stage->library, scene, root);
  for (guint i = 0; i < anchors->len; i++)
    if (g_array_index (anchors, mk_anchor, i).kind == MK_ANCHOR_MOUTH) {
      *at = mk_mat4_point (mk_mat4_from_trs (mk_scene_get_node (scene, root)->trs), g_array_index (anchors, mk_anchor, i).at);
      return true;
    }
  static const char *const parts[] = { "mouth", "beak" };
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  mk_box box = MK_BOX_EMPTY;
  for (size_t k = 0; k < MK_COUNT (parts); k++) {
    g_autoptr (GArray) found = mk_object_find_parts (scene, root, parts[k]);
    for (guint i = 0; i < found->len; i++)
      box = mk_box_union (box, mk_scene_bounds (scene, pose, g_array_index (found, int, i)));
  }
  if (mk_box_is_empty (box))
    return false;
  mk_vec3 forward = mk_quat_rotate (mk_scene_get_node (scene, root)->trs.rotation, axis_z), size = mk_box_size (box);
  float half = 0.5f * (fabsf (forward.x) * size.x + fabsf (forward.z) * size.z);
  *at = mk_vec3_add (mk_box_middle (box), mk_vec3_scale (forward, TIP_SHARE * half));
  return true;
}

bool
mk_bite_find (const mk_stage *stage, const mk_scene *scene, int holder, int thing, const mk_vec3 *grip, mk_vec3 *at)
{
  mk_vec3 mouth;
  if (!is_animal (stage, scene, holder) || !find_mouth (stage, scene, holder, &mouth))
    return false;
  mk_vec3 offset = grip != NULL ? *grip : (mk_vec3){ 0, (1 - GRIP_DOWN) * mk_box_size (mk_layout_box (scene, thing)).y, 0 };
  *at = mk_vec3_sub (mouth, mk_quat_rotate (mk_scene_get_node (scene, holder)->trs.rotation, offset));
  return true;
}

mk_quat
mk_bite_turn (const mk_stage *stage, const mk_scene *scene, int holder, mk_vec3 size)
{
  if (!is_animal (stage, scene, holder))
    return MK_QUAT_IDENTITY;
  if (size.z > LONG_TIMES * size.x && size.z >= size.y)
    return mk_quat_from_axis (axis_y, MK_PI / 2);
  return size.y > 2 * LONG_TIMES * fmaxf (size.x, size.z) ? mk_quat_from_axis (axis_z, MK_PI / 2) : MK_QUAT_IDENTITY;
}
