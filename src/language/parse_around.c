/* What is around: a backdrop of one colour, and what nobody named.
 *
 * Backdrop  The floor goes on with it, and lamps light what stands before it: by its own light alone everything would have its colour,
 *           and before a black one nothing would be seen.
 * Street    Who goes somewhere on a street that lies around goes along it.
 * Unnamed   A film has a ground and a sky; which ones it will get is told. */
#include <string.h>

#include "language/command.h"
#include "language/constructions.h"
#include "scene/surroundings.h"

#define BRIGHT 180 /* of 255 in every channel: white enough to light what stands before it */

static bool
is_bright (const char *hex)
{
  for (int i = 1; i < 7; i += 2)
    if (g_ascii_xdigit_value (hex[i]) * 16 + g_ascii_xdigit_value (hex[i + 1]) < BRIGHT)
      return false;
  return true;
}

static bool
has_op (const mk_parser *p, const char *op)
{
  bool has = mk_commands_find (p->context, op) != NULL;
  for (guint i = 0; i < p->commands->len; i++)
    has |= g_str_equal (mk_json_get_string (mk_json_get (mk_command_json (p, (int)i), "op")), op);
  return has;
}

void
mk_backdrop_complete (mk_parser *p)
{
  const mk_json *sky = NULL;
  for (guint i = 0; i < p->commands->len; i++)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_command_json (p, (int)i), "op")), "sky"))
      sky = mk_command_json (p, (int)i);
  const char *color = mk_json_get_string (mk_json_get (sky, "color"));
  if (!g_str_equal (mk_json_get_string (mk_json_get (sky, "kind")), "color") || strlen (color) != 7)
    return;
  if (p->has_backdrop && !has_op (p, "ground")) {
    mk_json *ground = mk_command_json (p, mk_command_single (p, "ground", MK_BUCKET_GROUND));
    mk_set_text (ground, "surface", "studio");
    mk_set_text (ground, "color", color);
  }
  int light = is_bright (color) || has_op (p, "light") ? -1 : mk_command_new (p, "light", MK_BUCKET_LIGHT);
  if (light < 0)
    return;
  mk_set_text (mk_command_json (p, light), "id", mk_new_id (p, "three-point"));
  mk_set_text (mk_command_json (p, light), "kind", "three-point");
  mk_assume (p, "I lit it with three lamps, so that it keeps its own colours.");
}

/* "a red car drives down a street": along the one that lies around it, towards us, and not across it into the houses. */
void
mk_street_follow (mk_parser *p)
{
  static const char *const ways[] = { "direction", "to", "along", "around", "past", "points", "by" };
  bool has_street = false;
  for (guint i = 0; i < p->things->len; i++) {
    const mk_thing *thing = mk_thing_at (p, (int)i);
    has_street |= !thing->is_removed && thing->info != NULL && thing->info->is_around && g_str_equal (thing->info->category, "street");
  }
  for (guint i = 0; i < p->commands->len && has_street; i++) {
    mk_json *json = mk_command_json (p, (int)i);
    bool is_free = g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate") && mk_world_has (p, "motions", "on_the_ground", mk_json_get_string (mk_json_get (json, "motion")));
    for (size_t k = 0; k < MK_COUNT (ways) && is_free; k++)
      is_free = !mk_json_has (json, ways[k]);
    if (is_free)
      mk_set_text (json, "direction", "toward");
  }
}

/* "a boy swims": who is at home on land and nowhere in particular does that in water. */
static bool
swims_nowhere (const mk_parser *p)
{
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_json *json = mk_command_json (p, (int)i);
    const char *target = mk_json_get_string (mk_json_at (mk_json_get (json, "targets"), 0));
    int index = mk_world_has (p, "motions", "in_water", mk_json_get_string (mk_json_get (json, "motion"))) ? mk_thing_find (p, target) : -1;
    const mk_thing *thing = index >= 0 ? mk_thing_at (p, index) : NULL;
    if (thing != NULL && mk_thing_is_living (thing) && mk_json_get (thing->add, "place") == NULL)
      return true;
  }
  return false;
}

void
mk_surroundings_assume (mk_parser *p)
{
  g_autoptr (GPtrArray) things = g_ptr_array_new ();
  for (guint i = 0; i < p->things->len; i++) {
    const mk_thing *thing = mk_thing_at (p, (int)i);
    if (!thing->is_removed && thing->info != NULL && !mk_is_carried (mk_json_get (thing->add, "place")))
      g_ptr_array_add (things, (void *)thing->info);
  }
  if (p->context != NULL || p->things->len == 0 || has_op (p, "sky") || has_op (p, "ground"))
    return;
  for (guint i = 0; i < p->things->len && !has_op (p, "ground"); i++) { /* a snowy hill lies in snow */
    const mk_thing *thing = mk_thing_at (p, (int)i);
    const char *stuff = mk_json_get_string (mk_json_get (thing->add, "material"));
    if (thing->info != NULL && thing->info->is_set && !thing->is_removed && g_strcmp0 (thing->info->ground, "grass") == 0 && mk_world_has (p, "stuff", "lies", stuff))
      mk_set_text (mk_command_json (p, mk_command_single (p, "ground", MK_BUCKET_GROUND)), "surface", stuff);
  }
  if (has_op (p, "ground"))
    return;
  const mk_recipe_info *const *infos = (const mk_recipe_info *const *)things->pdata;
  const char *home = has_op (p, "light") ? NULL : mk_usual_sky (infos, things->len);
  const char *around = home != NULL && !g_str_equal (home, "night") ? home : mk_usual_ground (infos, things->len, MK_SKY_DAY, false);
  if (home == NULL && swims_nowhere (p)) {
    around = "water";
    mk_set_text (mk_command_json (p, mk_command_single (p, "ground", MK_BUCKET_GROUND)), "surface", around);
  }
  mk_assume (p, "You named neither sky nor ground; I took what suits it: %s.", mk_lexicon_say (p->language->lexicon, around));
}

/* What was said of everything before there was anything. */
void
mk_dress_all (mk_parser *p)
{
  for (guint i = 0; i < p->things->len && p->material_of_all != NULL; i++) {
    mk_thing *thing = mk_thing_at (p, (int)i);
    if (thing->command >= 0 && !mk_json_has (thing->add, "material"))
      mk_set_text (thing->add, "material", p->material_of_all);
  }
  for (guint i = 0; i < p->things->len && p->color_of_all[0] != 0; i++) {
    mk_thing *thing = mk_thing_at (p, (int)i);
    if (thing->command >= 0 && !mk_json_has (thing->add, "color") && !mk_json_has (thing->add, "material"))
      mk_set_text (thing->add, "color", p->color_of_all);
  }
}
