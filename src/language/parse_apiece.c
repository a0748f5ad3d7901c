/* "three balls: a red one, one of glass and two blue": what each of several looks like, said after how many there are. */
#include "language/constructions.h"

#define MAX_LOOKS 16

/* How some of them look, and how many. */
typedef struct {
  unsigned n;
  mk_np look;
} portion;

/* "red", "small", "of glass": one word of what they look like, or i. */
static int
read_word (const mk_parser *p, int i, mk_np *look)
{
  const mk_hit *of = mk_hit_at (p, i, MK_WORD_made_of), *material = mk_hit_at (p, i + of->n, MK_WORD_material), *hue = mk_hit_at (p, i, MK_WORD_color), *size = mk_hit_at (p, i, MK_WORD_size), *finish = mk_hit_at (p, i, MK_WORD_finish);
  if (material->n > 0 && material->n >= hue->n) {
    look->material = mk_hit_text (material);
    return i + of->n + material->n;
  }
  if (hue->n > 0) {
    g_strlcpy (look->colors[0], mk_hit_text (hue), sizeof look->colors[0]);
    look->n_colors = 1;
    return i + hue->n;
  }
  if (size->n > 0)
    look->scale = mk_json_get_real (size->sense->value);
  else if (finish->n > 0)
    look->finish = finish->sense->value;
  return i + (size->n > 0 ? size->n : finish->n);
}

/* "a red one", "two red", "one of glass", "ein roter", "uno rojo". The token after it, or i. */
static int
read_portion (const mk_parser *p, int i, portion *some)
{
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det), *one = mk_hit_at (p, i, MK_WORD_one);
  bool is_new = det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "new"));
  double number = 1;
  int at = is_new ? i + det->n : mk_parse_number (p, i, &number);
  at = at == i ? i + one->n : at;
  at = is_new ? at + mk_hit_at (p, at, MK_WORD_one)->n : at;
  if (at == i || number < 1 || number > MAX_LOOKS)
    return i;
  *some = (portion){ .n = (unsigned)number, .look = { .number = -1, .verb = -1, .head = -1 } };
  int first = at;
  for (int next = read_word (p, at, &some->look); next > at; next = read_word (p, at, &some->look))
    at = next;
  return at > first ? at + mk_hit_at (p, at, MK_WORD_one)->n : i;
}

/* The looks from i on, parted by commas and "and"; where they end, or i when something else stands between them. */
static int
read_portions (const mk_parser *p, int i, GArray *portions, unsigned *n)
{
  int at = i;
  for (bool is_last = false; !is_last;) {
    portion some;
    int next = read_portion (p, at, &some);
    if (next == at || *n + some.n > MAX_LOOKS)
      return i;
    g_array_append_val (portions, some);
    *n += some.n;
    at = next;
    next += mk_is_mark (p, next, ',') ? 1 : 0;
    next += mk_hit_at (p, next, MK_WORD_conj)->n;
    is_last = next == at || read_portion (p, next, &some) == next;
    at = is_last ? at : next;
  }
  return at;
}

/* The latest that this sentence makes `n` of, all alike so far; -1 = there is none. */
static int
find_group (const mk_parser *p, unsigned n)
{
  for (unsigned i = p->n_recent; i > 0; i--) {
    const mk_thing *thing = mk_thing_at (p, p->recent[i - 1].thing[0]);
    if (p->recent[i - 1].n == 1 && thing->command >= 0 && thing->count == n && n > 1 && *thing->color == 0 && !mk_json_has (thing->add, "colors"))
      return p->recent[i - 1].thing[0];
  }
  return -1;
}

/* Colours alone are one list of the thing; other looks are each copy's own. */
static void
give_looks (mk_parser *p, int group, const GArray *portions)
{
  mk_json *colors = mk_json_new_array ();
  bool is_hue = true;
  int copy = 1;
  for (guint i = 0; i < portions->len; i++) {
    const portion *some = &g_array_index (portions, portion, i);
    is_hue &= some->look.n_colors > 0 && some->look.material == NULL && some->look.finish == NULL && some->look.scale <= 0;
    for (unsigned k = 0; k < some->n; k++)
      mk_json_append (colors, mk_json_new_string (some->look.colors[0]));
  }
  if (is_hue)
    mk_json_set (mk_thing_at (p, group)->add, "colors", mk_json_ref (colors));
  for (guint i = 0; i < portions->len && !is_hue; i++) {
    const portion *some = &g_array_index (portions, portion, i);
    mk_refs who = { 0 };
    for (unsigned k = 0; k < some->n; k++)
      mk_refs_add (&who, group, copy++);
    mk_look_set (p, &who, &some->look);
  }
  mk_json_unref (colors);
}

int
mk_parse_apiece (mk_parser *p, int i)
{
  if (i == 0 || !(mk_is_mark (p, i - 1, ',') || mk_is_mark (p, i - 1, ':')) || p->n_recent == 0)
    return i;
  g_autoptr (GArray) portions = g_array_new (FALSE, FALSE, sizeof (portion));
  unsigned n = 0;
  int end = read_portions (p, i, portions, &n), group = end > i ? find_group (p, n) : -1;
  bool is_end = end >= mk_n_tokens (p) || mk_token_at (p, end)->kind == MK_TOKEN_MARK || mk_hit_at (p, end, MK_WORD_relation)->n > 0 || mk_hit_at (p, end, MK_WORD_order)->n > 0;
  if (group < 0 || !is_end)
    return i;
  give_looks (p, group, portions);
  mk_note (p, i, end, "color", mk_thing_at (p, group)->command);
  p->clause.is_start = false;
  return end;
}
