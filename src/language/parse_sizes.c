/* "seven gears of different sizes": each copy has its own. */
#include "language/constructions.h"

int
mk_parse_sizes (mk_parser *p, int i)
{
  const mk_hit *sizes = mk_hit_at (p, i, MK_WORD_sizes);
  const mk_refs *who = mk_whom (p);
  if (sizes->n == 0 || who->n == 0 || p->clause.in_camera)
    return i;
  const mk_thing *thing = mk_thing_at (p, who->thing[who->n - 1]);
  mk_json *add = thing->count > 1 ? mk_known_add (p, thing) : NULL;
  if (add == NULL)
    return i;
  mk_json_set (add, "scales", mk_json_copy (sizes->sense->value));
  mk_note (p, i, i + sizes->n, "size", thing->command);
  return i + sizes->n;
}
