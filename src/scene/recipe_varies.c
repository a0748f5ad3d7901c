/* What copies of one thing differ in: "varies": {"coat|ear": "dog"} takes the colours of a palette, copy by copy. */
#include "scene/library.h"

void
mk_compile_varies (mk_compiler *c)
{
  unsigned group = 0;
  for (mk_json_iter i = mk_json_iterate (mk_json_get (c->json, "varies")); mk_json_next (&i) && c->error == NULL; group++) {
    const char *name = mk_json_get_string (i.value);
    const mk_json *palette = mk_json_get (c->library->palettes, name);
    if (mk_json_length (palette) == 0)
      mk_compiler_fail (c, MK_ERROR_NOT_FOUND, "there is no palette “%s” in assets/palettes.json", name);
    g_auto (GStrv) slots = g_strsplit (i.key, "|", -1);
    for (unsigned k = 0; slots[k] != NULL && c->error == NULL; k++) {
      int index = mk_compiler_find_slot (c, slots[k]);
      mk_slot *slot = index >= 0 ? &g_array_index (c->prototype->slots, mk_slot, index) : NULL;
      if (slot == NULL)
        mk_compiler_fail (c, MK_ERROR_NOT_FOUND, "“varies” names “%s”, which is none of its materials", slots[k]);
      else {
        slot->palette = palette;
        slot->member = k;
        slot->group = group;
      }
    }
  }
}

/* The first has the recipe's own colours, and its neighbours others; groups go through their palettes at different steps. */
mk_material
mk_slot_material (const mk_slot *slot, unsigned copy)
{
  mk_material material = slot->material;
  unsigned n = (unsigned)mk_json_length (slot->palette) + 1, choice = (copy * (slot->group + 1) + copy / n) % n;
  if (n < 2 || choice == 0)
    return material;
  const mk_json *color = mk_json_at (slot->palette, choice - 1);
  if (mk_json_get_kind (color) == MK_JSON_ARRAY) /* one for each slot of the group */
    color = mk_json_at (color, slot->member);
  mk_vec3 linear = material.base_color;
  if (mk_color_parse (mk_json_get_string (color), &linear))
    mk_material_paint (&material, linear);
  return material;
}
