/* material: another look for what is there. */
#include <string.h>

#include "scene/dress.h"
#include "scene/fields.h"
#include "scene/ops.h"

static const char *const keys[] = { "targets", "part", "color", "second_color", "material", "roughness", "metallic", "opacity", "glow", "shade", NULL };

/* A target that is a part changes that part; glow, opacity and shade alone change all of a thing. */
static bool
change (const mk_stage *stage, mk_scene *scene, int node, const char *part, const mk_look *look, GError **error)
{
  int root = mk_scene_thing_of (scene, node);
  bool is_all = !look->has_color && !look->has_second_color && look->material == NULL;
  if (node != root && part == NULL)
    return mk_look_wear_object (stage->library, scene, node, NULL, true, look, error);
  return mk_look_wear_object (stage->library, scene, root, part, is_all, look, error);
}

bool
mk_apply_material (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  (void)index;
  mk_look look;
  const char *part = NULL;
  if (!mk_fields_check (command, keys, error) || !mk_look_read (command, &look, error) || !mk_field_string (command, "part", &part, error))
    return false;
  const mk_json *targets = mk_json_get (command, "targets");
  if (part != NULL && *part == 0)
    part = NULL;
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, i)), error);
    for (guint k = 0; found != NULL && k < found->len; k++)
      if (!change (stage, scene, g_array_index (found, int, k), part, &look, error))
        return false;
    if (found == NULL)
      return false;
  }
  for (int i = 0; i < (int)scene->nodes->len && mk_json_length (targets) == 0; i++)
    if (mk_scene_get_node (scene, i)->id != NULL && !mk_scene_get_node (scene, i)->is_ground && !change (stage, scene, i, part, &look, error))
      return false;
  return true;
}
