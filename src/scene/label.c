#include "scene/label.h"

#include <math.h>

#include "scene/objects.h"
#include "scene/text.h"
#include "scene/titles.h"

#define WIDEST 0.76f  /* of the label's width */
#define HIGHEST 0.5f  /* of its height */
#define DEPTH_M 0.004f

void
mk_label_write (const mk_stage *stage, mk_scene *scene, int root, const char *word)
{
  g_autoptr (GArray) labels = mk_object_find_parts (scene, root, "label");
  mk_font font = { stage->assets, "sans", true };
  g_autoptr (mk_mesh) mesh = labels->len > 0 && mk_scene_get_node (scene, g_array_index (labels, int, 0))->n_parts > 0 ? mk_text_mesh (&font, word, 1, DEPTH_M, 0, NULL) : NULL;
  if (mesh == NULL)
    return;
  mk_scene_node *node = mk_scene_get_node (scene, g_array_index (labels, int, 0));
  mk_box plate = node->parts[0].mesh->bounds;
  mk_vec3 room = mk_box_size (plate), size = mk_box_size (mesh->bounds), middle = mk_box_middle (mesh->bounds), at = mk_box_middle (plate);
  float scale = fminf (WIDEST * room.x / fmaxf (size.x, 1e-4f), HIGHEST * room.y / fmaxf (size.y, 1e-4f));
  for (uint32_t i = 0; i < mesh->n_vertices; i++) {
    mk_vec3 *p = &mesh->positions[i];
    *p = (mk_vec3){ at.x + (p->x - middle.x) * scale, at.y + (p->y - middle.y) * scale, plate.max.z + p->z - mesh->bounds.min.z };
  }
  mk_mesh_update_bounds (mesh);
  node->parts = g_renew (mk_part, node->parts, node->n_parts + 1);
  node->parts[node->n_parts++] = (mk_part){ mk_mesh_ref (mesh), mk_ink (stage, scene) };
}
