/* A part of a recipe that is a whole object of the library: {"object": "house", "at": [4, 0, -9], "color": "#d06a4a"}. */
#include "scene/library.h"

#include <string.h>

#define MAX_VERTICES 6000000 /* of all objects in one recipe: a set is looked at, not searched */

static mk_json *
params_of (mk_compiler *c, const mk_json *part)
{
  const mk_json *set = mk_json_get (part, "set");
  mk_json *params = set != NULL ? mk_json_new_object () : NULL;
  for (mk_json_iter i = mk_json_iterate (set); mk_json_next (&i);) {
    bool is_sum = mk_json_get_kind (i.value) == MK_JSON_STRING && mk_json_get_string (i.value)[0] == '=';
    mk_json_set (params, i.key, is_sum ? mk_json_new_real (mk_compiler_number (c, i.value, 0)) : mk_json_copy (i.value));
  }
  return params;
}

/* The other recipe's slot in this one: equal materials of equal names are shared, what is main takes the colour that was said. */
static int
slot_of (mk_compiler *c, const char *object, const mk_slot *from, const char *color)
{
  mk_slot slot = *from;
  if (from->is_main && color != NULL)
    mk_color_parse (color, &slot.material.base_color);
  g_autofree char *name = g_strconcat (object, " ", from->name, from->is_main && color != NULL ? " " : "", from->is_main && color != NULL ? color : "", NULL);
  slot.is_main = slot.is_second = false; /* "a red village" paints no house */
  g_strlcpy (slot.name, name, sizeof slot.name);
  g_strlcpy (slot.material.name, name, sizeof slot.material.name);
  for (guint i = 0; i < c->prototype->slots->len; i++)
    if (g_str_equal (g_array_index (c->prototype->slots, mk_slot, i).name, slot.name))
      return (int)i;
  g_array_append_val (c->prototype->slots, slot);
  return (int)c->prototype->slots->len - 1;
}

#define COARSE_LEAST 1500 /* triangles: what is made of fewer has edges, and shows when one is missing */

/* The mesh as it is, or with a share of its triangles for what is seen from afar. Owned. */
static mk_mesh *
detailed (mk_compiler *c, mk_mesh *mesh, double detail)
{
  uint32_t n = mesh->n_indices / 3;
  if (detail >= 1 || n < COARSE_LEAST)
    return mk_mesh_ref (mesh);
  return mk_mesh_coarser (mesh, (uint32_t)(detail * n), &c->error);
}

static void
take_lights (mk_compiler *c, const mk_proto_node *from, int node, mk_mat4 frame)
{
  if (!(mk_vec3_length (from->light_color) > 0))
    return;
  int lamp = mk_compile_node (c, "light", node, mk_mat4_point (frame, from->pivot));
  mk_prototype_node (c->prototype, lamp)->light_color = from->light_color;
}

void
mk_compile_object (mk_compiler *c, const mk_json *part, const char *color, int node, mk_mat4 frame)
{
  const char *object = mk_json_get_string (mk_json_get (part, "object"));
  g_autoptr (mk_json) params = params_of (c, part);
  const mk_prototype *from = c->error == NULL ? mk_library_prototype_held (c->library, object, params, &c->error) : NULL;
  if (from == NULL)
    return;
  if (from->model != NULL) {
    mk_compiler_fail (c, MK_ERROR_USAGE, "“%s” is a model; a recipe is made of other recipes only", object);
    return;
  }
  double detail = mk_compiler_number (c, mk_json_get (part, "detail"), 1);
  mk_vec3 pivot = mk_prototype_node (c->prototype, node)->pivot;
  mk_mat4 own = mk_mat4_mul (mk_mat4_from_trs ((mk_trs){ mk_vec3_scale (pivot, -1), MK_QUAT_IDENTITY, { 1, 1, 1 } }), frame);
  for (guint n = 0; n < from->nodes->len && c->error == NULL; n++) {
    const mk_proto_node *other = mk_prototype_node (from, (int)n);
    mk_mat4 place = mk_mat4_mul (own, mk_mat4_from_trs ((mk_trs){ other->pivot, MK_QUAT_IDENTITY, { 1, 1, 1 } }));
    for (guint k = 0; k < other->pieces->len; k++) {
      const mk_proto_piece *piece = &g_array_index (other->pieces, mk_proto_piece, k);
      g_autoptr (mk_mesh) mesh = c->error == NULL ? detailed (c, piece->mesh, detail) : NULL;
      c->n_taken += mesh != NULL ? mesh->n_vertices : 0;
      if (c->n_taken > MAX_VERTICES)
        mk_compiler_fail (c, MK_ERROR_LIMIT, "its objects have more than %d corners", MAX_VERTICES);
      else if (mesh != NULL)
        mk_compile_mesh (c, mesh, node, slot_of (c, object, &g_array_index (from->slots, mk_slot, piece->slot), color), place);
    }
    take_lights (c, other, node, frame);
  }
}
