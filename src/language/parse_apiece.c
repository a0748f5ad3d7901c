/* "three balls: a red one, a green one and a blue one": what each of several looks like, said after how many there are. */
#include "language/constructions.h"

#define MAX_LOOKS 16

/* A colour and how many have it: "a red one", "two red", "ein roter", "uno rojo". The token after it, or i. */
static int
read_look (mk_parser *p, int i, unsigned *n, const char **color)
{
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det), *one = mk_hit_at (p, i, MK_WORD_one);
  bool is_new = det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "new"));
  double number = 1;
  int at = is_new ? i + det->n : mk_parse_number (p, i, &number);
  at = at == i ? i + one->n : at;
  at = is_new ? at + mk_hit_at (p, at, MK_WORD_one)->n : at;
  const mk_hit *hue = mk_hit_at (p, at, MK_WORD_color);
  if (at == i || hue->n == 0 || number < 1 || number > MAX_LOOKS)
    return i;
  *n = (unsigned)number;
  *color = mk_hit_text (hue);
  at += hue->n;
  return at + mk_hit_at (p, at, MK_WORD_one)->n;
}

/* The looks from i on, parted by commas and "and"; where they end, or i when something else stands between them. */
static int
read_looks (mk_parser *p, int i, mk_json *colors)
{
  int at = i;
  for (bool is_last = false; !is_last;) {
    const char *color = NULL;
    unsigned n = 0;
    int next = read_look (p, at, &n, &color);
    if (next == at || mk_json_length (colors) + n > MAX_LOOKS)
      return i;
    for (unsigned k = 0; k < n; k++)
      mk_json_append (colors, mk_json_new_string (color));
    at = next;
    next += mk_is_mark (p, next, ',') ? 1 : 0;
    next += mk_hit_at (p, next, MK_WORD_conj)->n;
    is_last = next == at || read_look (p, next, &n, &color) == next;
    at = is_last ? at : next;
  }
  return at;
}

/* The latest that this sentence makes `n` of, all alike so far; NULL = there is none. */
static mk_thing *
find_group (const mk_parser *p, size_t n)
{
  for (unsigned i = p->n_recent; i > 0; i--) {
    mk_thing *thing = mk_thing_at (p, p->recent[i - 1].thing[0]);
    if (p->recent[i - 1].n == 1 && thing->command >= 0 && thing->count == n && n > 1 && *thing->color == 0 && !mk_json_has (thing->add, "colors"))
      return thing;
  }
  return NULL;
}

int
mk_parse_apiece (mk_parser *p, int i)
{
  if (i == 0 || !(mk_is_mark (p, i - 1, ',') || mk_is_mark (p, i - 1, ':')) || p->n_recent == 0)
    return i;
  g_autoptr (mk_json) colors = mk_json_new_array ();
  int end = read_looks (p, i, colors);
  mk_thing *group = end > i ? find_group (p, mk_json_length (colors)) : NULL;
  bool is_end = end >= mk_n_tokens (p) || mk_token_at (p, end)->kind == MK_TOKEN_MARK || mk_hit_at (p, end, MK_WORD_relation)->n > 0 || mk_hit_at (p, end, MK_WORD_order)->n > 0;
  if (group == NULL || !is_end)
    return i;
  mk_json_set (group->add, "colors", mk_json_ref (colors));
  mk_note (p, i, end, "color", group->command);
  p->clause.is_start = false;
  return end;
}
