/* transform: move, turn, scale or place anew. */
#include "scene/fields.h"
#include "scene/layout.h"
#include "scene/motion.h"
#include "scene/ops.h"

static const char *const keys[] = { "targets", "move", "rotate", "scale", "position", "place", "pose", NULL };

static mk_vec3
bottom_of (const mk_scene *scene, int node)
{
  mk_box box = mk_layout_box (scene, node);
  mk_vec3 zero = { 0, 0, 0 };
  return box.min.x <= box.max.x ? (mk_vec3){ (box.min.x + box.max.x) / 2, box.min.y, (box.min.z + box.max.z) / 2 } : zero;
}

/* Turning and scaling leave the middle of the bottom where it was. */
static bool
change (const mk_stage *stage, mk_scene *scene, int node, const mk_json *command, GError **error)
{
  mk_quat turn = MK_QUAT_IDENTITY;
  float scale = 1;
  mk_vec3 move = { 0, 0, 0 };
  if (!mk_field_rotation (command, "rotate", &turn, error) || !mk_field_float (command, "scale", 0.01, 100, &scale, error) ||
      !mk_field_vec3 (command, "move", 1e5, &move, error))
    return false;
  mk_vec3 before = bottom_of (scene, node);
  mk_box room = mk_layout_box (scene, node);
  mk_trs *trs = &mk_scene_get_node (scene, node)->trs;
  trs->rotation = mk_quat_normalize (mk_quat_mul (turn, trs->rotation));
  trs->scale = mk_vec3_scale (trs->scale, scale);
  bool is_root = mk_scene_get_node (scene, node)->parent < 0;
  mk_vec3 back = is_root ? mk_vec3_sub (before, bottom_of (scene, node)) : (mk_vec3){ 0, 0, 0 };
  trs->translation = mk_vec3_add (mk_vec3_add (trs->translation, back), move);
  if (is_root && scale > 1)
    mk_layout_step_aside (stage, scene, node, room);
  return true;
}

static bool
place_anew (const mk_stage *stage, mk_scene *scene, const GArray *nodes, const mk_json *command, GError **error)
{
  if (!mk_json_has (command, "place") && !mk_json_has (command, "position"))
    return true;
  g_autoptr (GArray) roots = g_array_new (FALSE, FALSE, sizeof (int));
  for (guint i = 0; i < nodes->len; i++) {
    int node = g_array_index (nodes, int, i);
    if (mk_scene_get_node (scene, node)->parent < 0)
      g_array_append_val (roots, node);
  }
  g_autoptr (mk_json) place = mk_json_new_object ();
  static const char *const taken[] = { "place", "position" };
  for (size_t i = 0; i < MK_COUNT (taken); i++)
    if (mk_json_has (command, taken[i]))
      mk_json_set (place, taken[i], mk_json_copy (mk_json_get (command, taken[i])));
  if (!mk_layout_place (stage, scene, (const int *)(void *)roots->data, roots->len, place, error))
    return false;
  if (mk_json_has (command, "pose"))
    mk_json_set (place, "pose", mk_json_copy (mk_json_get (command, "pose")));
  return mk_seat_take (stage, scene, (const int *)(void *)roots->data, roots->len, place, error);
}

bool
mk_apply_transform (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  (void)index;
  const mk_json *targets = mk_json_get (command, "targets");
  g_autoptr (GArray) nodes = g_array_new (FALSE, FALSE, sizeof (int));
  if (!mk_fields_check (command, keys, error))
    return false;
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, i)), error);
    if (found == NULL)
      return false;
    g_array_append_vals (nodes, found->data, found->len);
  }
  for (int i = 0; i < (int)scene->nodes->len && mk_json_length (targets) == 0; i++)
    if (mk_scene_get_node (scene, i)->id != NULL && !mk_scene_get_node (scene, i)->is_ground)
      g_array_append_val (nodes, i);
  for (guint i = 0; i < nodes->len; i++)
    if (!change (stage, scene, g_array_index (nodes, int, i), command, error))
      return false;
  return place_anew (stage, scene, nodes, command, error);
}
