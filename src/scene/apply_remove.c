/* remove: takes nodes out, with all that refers to them. */
#include <string.h>

#include "scene/fields.h"
#include "scene/layout.h"
#include "scene/objects.h"
#include "scene/ops.h"
#include "scene/prune.h"

static const char *const keys[] = { "targets", NULL };

/* Bones that others still hang on stay as empty nodes, so that a skin keeps its joints. */
static bool
is_joint (const mk_scene *scene, int node)
{
  for (guint i = 0; i < scene->skins->len; i++) {
    const mk_skin *skin = &g_array_index (scene->skins, mk_skin, i);
    for (uint32_t k = 0; k < skin->n_joints; k++)
      if (skin->joints[k] == node)
        return true;
  }
  return false;
}

static void
mark (mk_scene *scene, int target, bool *is_gone)
{
  bool is_whole = mk_scene_get_node (scene, target)->parent < 0;
  for (int i = target; i < (int)scene->nodes->len; i++)
    if (mk_scene_is_within (scene, i, target))
      is_gone[i] = is_whole || !is_joint (scene, i);
  for (int i = (int)scene->nodes->len - 1; i >= target; i--) { /* parents of what stays, stay */
    int parent = mk_scene_get_node (scene, i)->parent;
    if (!is_gone[i] && parent >= 0)
      is_gone[parent] = false;
  }
}

bool
mk_apply_remove (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  (void)stage;
  (void)index;
  const mk_json *targets = mk_json_get (command, "targets");
  if (!mk_fields_check (command, keys, error))
    return false;
  g_autofree bool *is_gone = g_new0 (bool, scene->nodes->len + 1);
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, i)), error);
    if (found == NULL)
      return false;
    for (guint k = 0; k < found->len; k++)
      mark (scene, g_array_index (found, int, k), is_gone);
  }
  for (int i = 0; i < (int)scene->nodes->len && mk_json_length (targets) == 0; i++)
    if (mk_scene_get_node (scene, i)->id != NULL && !mk_scene_get_node (scene, i)->is_ground)
      mark (scene, i, is_gone);
  mk_layout_drop (scene, is_gone);
  mk_scene_prune (scene, is_gone);
  return true;
}
