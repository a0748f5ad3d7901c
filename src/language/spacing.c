/* "Closer together", "further apart": those that are there already. */
#include <math.h>

#include "language/constructions.h"

#define GAP 0.5f /* between what stands side by side, in sizes of the bigger, when nobody said how far */

/* Of one thing that there is several times: the distance of its copies. */
static int
space_copies (mk_parser *p, const mk_thing *thing, double factor)
{
  double usual = thing->info != NULL ? (1 + (double)GAP) * (double)thing->info->size_m : 1;
  double scale = mk_json_has (thing->add, "scale") ? mk_json_get_real (mk_json_get (thing->add, "scale")) : 1;
  double before = mk_json_has (thing->add, "spacing_m") ? mk_json_get_real (mk_json_get (thing->add, "spacing_m")) : usual * scale;
  int command = mk_command_new (p, mk_json_get_string (mk_json_get (thing->add, "op")), MK_BUCKET_THING);
  mk_set_text (mk_command_json (p, command), "id", thing->id);
  mk_set_real (mk_command_json (p, command), "spacing_m", CLAMP (before * factor, 0.01, 100));
  return command;
}

int
mk_space_out (mk_parser *p, double factor)
{
  mk_refs who = mk_is_several (p, &p->subject) ? p->subject : (mk_refs){ 0 };
  if (who.n == 0)
    mk_find_pronoun (p, "them", &who);
  if (!mk_is_several (p, &who) || !mk_is_all_known (p, &who))
    return -1;
  if (who.n == 1)
    return space_copies (p, mk_thing_at (p, who.thing[0]), factor);
  for (unsigned k = 1; k < who.n; k++) {
    const mk_recipe_info *a = mk_thing_at (p, who.thing[k - 1])->info, *b = mk_thing_at (p, who.thing[k])->info;
    double size = fmax (a != NULL ? (double)a->size_m : 1, b != NULL ? (double)b->size_m : 1), gap = factor < 1 ? 0.1 * size : factor * size;
    mk_refs one = { .n = 1, .thing = { who.thing[k] }, .copy = { who.copy[k] } }, to = { .n = 1, .thing = { who.thing[k - 1] }, .copy = { who.copy[k - 1] } };
    mk_place_add (p, &one, "beside", &to, gap);
  }
  return (int)p->commands->len - 1;
}
