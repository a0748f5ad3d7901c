/* How things look and how large they are: in the command that makes them, or by one of its own for what was there before. */
#include <string.h>

#include "language/constructions.h"

bool
mk_is_sized (const mk_thing *thing)
{
  static const char *const sizes[] = { "scale", "height_m", "width_m", "length_m", "relative_size" };
  bool is_said = false;
  for (size_t k = 0; k < MK_COUNT (sizes); k++)
    is_said |= mk_json_has (thing->add, sizes[k]);
  return is_said;
}

/* One material command for all refs; `taken` is the field's value. A neighbour about the same things takes it in. */
void
mk_material_set (mk_parser *p, const mk_refs *refs, const char *key, mk_json *taken)
{
  g_autoptr (mk_json) targets = mk_refs_to_json (p, refs);
  int last = (int)p->commands->len - 1;
  mk_json *json = mk_command_json (p, last);
  bool is_same = last >= 0 && g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "material") && mk_json_equal (mk_json_get (json, "targets"), targets);
  if (!is_same) {
    json = mk_command_json (p, mk_command_new (p, "material", MK_BUCKET_THING));
    if (json != NULL)
      mk_json_set (json, "targets", mk_json_ref (targets));
  }
  if (json != NULL)
    mk_json_set (json, key, taken);
  else
    mk_json_unref (taken);
}

void
mk_part_set (mk_thing *thing, const char *part, const char *key, const mk_json *value)
{
  mk_json *parts = mk_json_get (thing->add, "parts");
  if (parts == NULL)
    mk_json_set (thing->add, "parts", parts = mk_json_new_object ());
  mk_json *fields = mk_json_get (parts, part);
  if (fields == NULL)
    mk_json_set (parts, part, fields = mk_json_new_object ());
  mk_json_set (fields, key, mk_json_copy (value));
}

/* "ten balloons in different colours": of what is there already, too. */
static void
set_motley (mk_parser *p, mk_thing *thing)
{
  mk_json *add = mk_known_add (p, thing);
  if (add != NULL)
    mk_json_set (add, "colors", mk_motley (thing->count));
}

/* New things take a look into the command that makes them; others get a command of their own. */
static void
set_look (mk_parser *p, const mk_refs *refs, const char *key, const char *value)
{
  mk_refs others = { 0 };
  g_autoptr (mk_json) text = mk_json_new_string (value);
  g_strlcpy (others.part, refs->part, sizeof others.part);
  for (unsigned i = 0; i < refs->n; i++) {
    mk_thing *thing = mk_thing_at (p, refs->thing[i]);
    bool is_own = thing->command >= 0 && refs->copy[i] == 0;
    const mk_json *clothes = refs->part[0] != 0 ? mk_clothes_find (p, thing, refs->part) : NULL;
    bool is_motley = refs->part[0] == 0 && refs->copy[i] == 0 && thing->count > 1 && g_str_equal (value, "rainbow"); /* each has one of its colours */
    if (is_motley)
      set_motley (p, thing);
    else if (clothes != NULL)
      mk_clothes_paint (p, thing, clothes, key, text);
    else if (is_own && refs->part[0] != 0)
      mk_part_set (thing, refs->part, key, text);
    else if (is_own)
      mk_choice_set (p, thing->add, key, value);
    else {
      mk_refs_add (&others, refs->thing[i], refs->copy[i]);
      if (refs->part[0] == 0 && refs->copy[i] > 0 && g_str_equal (key, "material")) /* a colour tells copies apart in replies, as it was before */
        mk_copy_look_set (thing, (unsigned)refs->copy[i], key, value);
    }
    if (refs->part[0] == 0 && refs->copy[i] == 0 && g_str_equal (key, "color"))
      g_strlcpy (thing->color, value, sizeof thing->color);
  }
  if (others.n > 0)
    mk_material_set (p, &others, key, mk_json_new_string (value));
}

static void
set_size (mk_parser *p, const mk_refs *refs, const mk_np *look)
{
  static const char *const keys[] = { "height_m", "width_m", "length_m" };
  mk_refs others = { 0 };
  for (unsigned i = 0; i < refs->n; i++) {
    mk_thing *thing = mk_thing_at (p, refs->thing[i]);
    bool is_own = thing->command >= 0 && refs->copy[i] == 0;
    for (int d = 0; d < 3 && is_own; d++)
      if (look->length_m[d] > 0)
        mk_set_real (thing->add, keys[d], CLAMP (look->length_m[d], 0.001, 10000));
    if (is_own && look->scale > 0)
      mk_set_real (thing->add, "scale", CLAMP (look->scale, 0.01, 100));
    if (!is_own)
      mk_refs_add (&others, refs->thing[i], refs->copy[i]);
  }
  double scale = look->scale;
  const mk_recipe_info *info = others.n > 0 ? mk_thing_at (p, others.thing[0])->info : NULL;
  /* A stated length of what is there already is a scale from its usual size. */
  double length_m = look->length_m[0] > 0 ? look->length_m[0] : fmax (look->length_m[1], look->length_m[2]);
  if (info != NULL && length_m > 0 && info->size_m > 0)
    scale = length_m / (double)info->size_m;
  if (others.n == 0 || scale <= 0)
    return;
  mk_json *json = mk_transform_new (p, &others);
  if (json == NULL)
    return;
  mk_set_real (json, "scale", CLAMP (scale, 0.01, 100));
}

bool
mk_is_two_tone (const mk_thing *thing)
{
  return thing->count == 1 || mk_is_piebald (thing);
}

bool
mk_is_piebald (const mk_thing *thing)
{
  return thing->info != NULL && thing->info->is_two_tone && mk_thing_is_living (thing);
}

/* "stripes" of a zebra, which has some. */
static bool
has_pattern (const mk_thing *thing, const char *pattern)
{
  for (const char *const *slot = thing->info != NULL ? thing->info->slots : NULL; slot != NULL && *slot != NULL; slot++)
    if (g_str_has_prefix (pattern, *slot) && g_str_equal (pattern + strlen (*slot), "s"))
      return true;
  return false;
}

void
mk_look_set (mk_parser *p, const mk_refs *refs, const mk_np *look)
{
  if (refs->n == 0)
    return;
  const mk_thing *first = mk_thing_at (p, refs->thing[0]);
  if (look->n_colors > 0)
    set_look (p, refs, "color", look->colors[0]);
  if (look->n_colors > 1 && refs->part[0] == 0 && (refs->copy[0] > 0 || mk_is_two_tone (first)))
    set_look (p, refs, "second_color", look->colors[1]);
  if (look->material != NULL && !has_pattern (first, look->material))
    set_look (p, refs, "material", look->material);
  const mk_json *clothes = refs->part[0] != 0 ? mk_clothes_find (p, mk_thing_at (p, refs->thing[0]), refs->part) : NULL;
  for (mk_json_iter i = mk_json_iterate (look->finish); mk_json_next (&i) && clothes != NULL;)
    mk_clothes_paint (p, mk_thing_at (p, refs->thing[0]), clothes, i.key, i.value);
  for (mk_json_iter i = mk_json_iterate (clothes == NULL ? look->finish : NULL); mk_json_next (&i);)
    mk_material_set (p, refs, i.key, mk_json_copy (i.value));
  if (look->scale > 0 || look->length_m[0] > 0 || look->length_m[1] > 0 || look->length_m[2] > 0)
    set_size (p, refs, look);
}
