/* "a ring inside a box": what others are put into is open, where a solid thing of that name would hide them. */
#include "language/constructions.h"

static void
open_up (mk_parser *p, const char *id)
{
  int index = mk_thing_find (p, id);
  mk_thing *thing = index >= 0 ? mk_thing_at (p, index) : NULL;
  bool is_one = thing != NULL && thing->command >= 0 && thing->info != NULL && thing->count < 2;
  const mk_json *hollow = is_one ? mk_json_get (mk_json_get (mk_lexicon_world (p->language->lexicon), "hollow"), thing->info->name) : NULL;
  const mk_recipe_info *info = hollow != NULL ? mk_info_find (p, mk_json_get_string (mk_json_get (hollow, "object"))) : NULL;
  if (info == NULL || g_str_equal (mk_json_get_string (mk_json_get (thing->add, "material")), "glass")) /* which hides nothing */
    return;
  thing->info = info;
  mk_set_text (thing->add, "object", info->name);
  if (!mk_json_has (thing->add, "material") && !mk_json_has (thing->add, "color") && mk_json_has (hollow, "material"))
    mk_json_set (thing->add, "material", mk_json_copy (mk_json_get (hollow, "material")));
}

/* What another thing becomes is in it, and is not hidden by it. */
static bool
fades_in (const mk_parser *p, const char *id)
{
  bool does = false;
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_json *json = mk_command_json (p, (int)i);
    does |= g_str_equal (mk_json_get_string (mk_json_get (json, "motion")), "fade-in") && mk_json_has_text (mk_json_get (json, "targets"), id);
  }
  return does;
}

void
mk_hollows_open (mk_parser *p)
{
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_json *json = mk_command_json (p, (int)i), *places = mk_json_get (json, "place");
    if (g_str_equal (mk_json_get_string (mk_json_get (json, "end")), "in"))
      open_up (p, mk_json_get_string (mk_json_get (json, "to")));
    for (size_t k = 0; k < mk_json_length (places) && !fades_in (p, mk_json_get_string (mk_json_get (json, "id"))); k++)
      if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (places, k), "relation")), "inside"))
        open_up (p, mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (places, k), "targets"), 0)));
  }
}
