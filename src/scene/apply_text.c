/* text: words as things. */
#include <string.h>

#include "scene/dress.h"
#include "scene/fields.h"
#include "scene/layout.h"
#include "scene/ops.h"
#include "scene/text.h"
#include "scene/titles.h"

static const char *const keys[] = { "id", "text", "font", "bold", "depth_m", "name", "count", "arrange", "spacing_m", "color", "second_color", "colors", "material", "scale", "scales", "height_m",
                                    "width_m", "length_m", "relative_size", "parts", "place", "position", "rotation", "facing", "label", NULL };
static const char *const fonts[] = { "sans", "serif", "mono", NULL };

#define SIZE_M 0.8f /* the em, so that capitals are as high as a chair */

static mk_mesh *
mesh_of (const mk_stage *stage, const mk_json *command, GError **error)
{
  int font = 0;
  float depth_m = 0.16f * SIZE_M;
  const char *text = "";
  if (!mk_field_choice (command, "font", fonts, &font, error) || !mk_field_string (command, "text", &text, error) ||
      !mk_field_float (command, "depth_m", 0.001, 100, &depth_m, error))
    return NULL;
  mk_font own = { stage->assets, fonts[font], !mk_json_has (command, "bold") || mk_json_get_bool (mk_json_get (command, "bold")) };
  return mk_text_mesh (&own, text, SIZE_M, depth_m, fminf (0.012f * SIZE_M, depth_m / 4), error);
}

#define BRIGHT 0.35f /* luminance from which dark words are read better than light ones */

/* Words of no colour of their own are dark on what is light. */
static void
contrast (const mk_stage *stage, mk_scene *scene, int root, const mk_json *command)
{
  const mk_json *place = mk_json_at (mk_json_get (command, "place"), 0);
  if (!g_str_equal (mk_json_get_string (mk_json_get (place, "relation")), "written") || mk_json_has (command, "color") || mk_json_has (command, "material"))
    return;
  int bearer = mk_scene_find (scene, mk_json_get_string (mk_json_at (mk_json_get (place, "targets"), 0))), behind = -1;
  mk_box box = mk_layout_box (scene, root);
  float z;
  if (bearer < 0 || !mk_layout_front (scene, bearer, (box.min.x + box.max.x) / 2, (box.min.y + box.max.y) / 2, &z, &behind) || behind < 0)
    return;
  mk_vec3 color = mk_scene_get_material (scene, behind)->base_color;
  if (mk_vec3_luminance (color) >= BRIGHT)
    mk_scene_get_node (scene, root)->parts[0].material = mk_ink (stage, scene);
}

bool
mk_apply_text (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  const char *id = "", *name = NULL;
  double count = 1;
  mk_material material = MK_MATERIAL_DEFAULT;
  if (!mk_fields_check (command, keys, error) || !mk_field_string (command, "id", &id, error) || !mk_field_string (command, "name", &name, error) ||
      !mk_field_number (command, "count", 1, 500, &count, error))
    return false;
  if (*id == 0 || strlen (id) > 64)
    return mk_error (error, MK_ERROR_RANGE, "an id has 1 to 64 letters, not %zu", strlen (id));
  if (mk_scene_find (scene, id) >= 0)
    return mk_error (error, MK_ERROR_EXISTS, "there is a “%s” already", id);
  g_autoptr (mk_mesh) mesh = mesh_of (stage, command, error);
  if (mesh == NULL)
    return false;
  mk_material_find (stage->library, "plastic", &material);
  mk_part part = { mesh, mk_scene_use_material (scene, &material) };
  unsigned n = (unsigned)count;
  g_autofree int *roots = g_new (int, n);
  for (unsigned i = 0; i < n; i++) {
    g_autofree char *own = n > 1 ? g_strdup_printf ("%s.%u", id, i + 1) : g_strdup (id);
    mk_scene_node node = MK_SCENE_NODE_DEFAULT;
    node.id = own;
    node.name = (char *)(name != NULL && *name != 0 ? name : mk_json_get_string (mk_json_get (command, "text")));
    node.command = index;
    node.parts = &part;
    node.n_parts = 1;
    roots[i] = mk_scene_add_node (scene, &node);
  }
  if (!mk_dress (stage, scene, roots, n, command, error) || !mk_layout_place (stage, scene, roots, n, command, error))
    return false;
  contrast (stage, scene, roots[0], command);
  return true;
}
