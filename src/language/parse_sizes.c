/* "seven gears of different sizes", "five cubes, each smaller than the one below": each copy has its own. */
#include <math.h>

#include "language/constructions.h"

/* A list as it stands, or {"from": 1.3, "to": 0.45}: in even steps from the first to the last of `n`. */
static mk_json *
scales_of (const mk_json *sizes, unsigned n)
{
  if (!mk_json_has (sizes, "from"))
    return mk_json_copy (sizes);
  double from = mk_json_get_real (mk_json_get (sizes, "from")), to = mk_json_get_real (mk_json_get (sizes, "to"));
  mk_json *scales = mk_json_new_array ();
  for (unsigned k = 0; k < n; k++)
    mk_json_append (scales, mk_json_new_real (round (100 * (from + (to - from) * k / (n - 1))) / 100));
  return scales;
}

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
  mk_json_set (add, "scales", scales_of (sizes->sense->value, thing->count));
  mk_note (p, i, i + sizes->n, "size", thing->command);
  return i + sizes->n;
}
