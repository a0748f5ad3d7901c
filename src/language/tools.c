/* What goes without saying: who sweeps has a broom in the hands, who digs a shovel, unless the sentence gave them something else. */
#include <math.h>

#include "language/constructions.h"

#define FIT_SHARE 0.85f /* of the height of who holds it */
#define MOST_TOOLS 8 /* in one sentence */

/* Whether something is in the hands of `who` already, or a tool of that kind is about. */
static bool
is_provided (const mk_parser *p, const mk_thing *who, const mk_recipe_info *tool)
{
  bool is = false;
  for (guint i = 0; i < p->things->len && !is; i++) {
    const mk_thing *thing = mk_thing_at (p, (int)i);
    const mk_json *place = mk_json_get (thing->add, "place");
    is |= thing->info == tool && !thing->is_removed;
    for (size_t k = 0; k < mk_json_length (place) && !thing->is_removed; k++) {
      const mk_json *row = mk_json_at (place, k);
      is |= g_str_equal (mk_json_get_string (mk_json_get (row, "relation")), "held") && mk_json_has_text (mk_json_get (row, "targets"), who->id);
    }
  }
  return is;
}

static bool
provide (mk_parser *p, int who, const mk_recipe_info *tool)
{
  const mk_thing *owner = mk_thing_at (p, who);
  if (owner->info == NULL || !g_str_equal (owner->info->category, "person") || is_provided (p, owner, tool))
    return false;
  float most = (tool->is_gripped ? 1.0f : FIT_SHARE) * owner->info->size_m;
  g_autofree char *word = mk_lexicon_object_word (p->language->lexicon, tool->name);
  int index = mk_thing_new (p, "add", word, tool);
  if (index < 0)
    return false;
  mk_thing *thing = mk_thing_at (p, index);
  thing->count = mk_thing_at (p, who)->count;
  if (tool->size_m > most) /* a child's shovel */
    mk_set_real (thing->add, "scale", (double)(roundf (100 * most / tool->size_m) / 100));
  mk_set_text (thing->add, "object", tool->name);
  mk_set_text (thing->add, "name", word);
  if (thing->count > 1)
    mk_json_set (thing->add, "count", mk_json_new_int (thing->count));
  mk_place_add (p, &(mk_refs){ .n = 1, .thing = { index } }, "held", &(mk_refs){ .n = 1, .thing = { who } }, 0);
  mk_assume (p, "I took “%s” for granted.", mk_noun_written (p, word));
  return true;
}

void
mk_provide_tools (mk_parser *p)
{
  const mk_json *tools = mk_json_get (mk_lexicon_world (p->language->lexicon), "tools");
  unsigned n = 0;
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_json *json = mk_command_json (p, (int)i), *targets = mk_json_get (json, "targets");
    const char *object = mk_json_get_string (mk_json_get (tools, mk_json_get_string (mk_json_get (json, "how"))));
    const mk_recipe_info *tool = *object != 0 && !g_array_index (p->commands, mk_command, i).is_dropped ? mk_info_find (p, object) : NULL;
    for (size_t t = 0; t < mk_json_length (targets) && tool != NULL && n < MOST_TOOLS; t++) {
      int who = mk_thing_find (p, mk_json_get_string (mk_json_at (targets, t)));
      n += who >= 0 && provide (p, who, tool);
    }
  }
}
