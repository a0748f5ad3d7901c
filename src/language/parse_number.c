/* Numbers and lengths in words and digits: "2 dozen", "twenty five", "three feet". */
#include <string.h>

#include "language/constructions.h"

/* "dozen", "hundred", "pairs of": so many times what stands before. */
static bool
is_multiple (const mk_hit *hit)
{
  double value = mk_json_get_real (hit->sense->value);
  return value == 12 || value == 100 || g_str_has_suffix (hit->sense->phrase, "s of");
}

/* "half a second", "a quarter of a minute": of one unit. */
static int
parse_share_of_unit (const mk_parser *p, int i, double *number)
{
  const mk_hit *share = mk_hit_at (p, i, MK_WORD_share);
  int det = i + share->n;
  bool is_of_one = share->n > 0 && mk_hit_at (p, det, MK_WORD_det)->n > 0 && mk_json_get_bool (mk_json_get (mk_hit_at (p, det, MK_WORD_det)->sense->value, "new")) && mk_hit_at (p, det + 1, MK_WORD_unit)->n > 0;
  if (!is_of_one)
    return i;
  *number = mk_json_get_real (share->sense->value);
  return det + 1;
}

int
mk_parse_number (const mk_parser *p, int i, double *number)
{
  int part = parse_share_of_unit (p, i, number);
  if (part > i)
    return part;
  const mk_hit *hit = mk_hit_at (p, i, MK_WORD_number);
  if (i < mk_n_tokens (p) && mk_token_at (p, i)->kind == MK_TOKEN_NUMBER) {
    *number = mk_token_at (p, i)->number;
    const mk_hit *next = mk_hit_at (p, i + 1, MK_WORD_number);
    /* "2 dozen", "3 hundred". */
    if (next->n > 0 && is_multiple (next) && *number < 100) {
      *number *= mk_json_get_real (next->sense->value);
      return i + 1 + next->n;
    }
    return i + 1;
  }
  if (hit->n == 0)
    return i;
  *number = mk_json_get_real (hit->sense->value);
  const mk_hit *next = mk_hit_at (p, i + hit->n, MK_WORD_number);
  double more = next->n > 0 ? mk_json_get_real (next->sense->value) : 0;
  if (next->n > 0 && *number < 100 && is_multiple (next) && (g_str_has_suffix (next->sense->phrase, "s of") || *number < 12)) {
    *number *= more;
    return i + hit->n + next->n;
  }
  if (*number >= 20 && *number < 100 && more > 0 && more < 10) {
    *number += more;
    return i + hit->n + next->n;
  }
  return i + hit->n;
}

/* "2 m", "three feet": metres. */
int
mk_parse_measure (const mk_parser *p, int i, double *metres)
{
  double number = 0;
  int next = mk_parse_number (p, i, &number);
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det);
  if (next == i && det->n == 1 && mk_json_get_bool (mk_json_get (det->sense->value, "new")) && mk_json_get_real (mk_json_get (det->sense->value, "number")) == 1) { /* "einen Meter" */
    number = 1;
    next = i + 1;
  }
  const mk_hit *unit = mk_hit_at (p, next, MK_WORD_unit);
  if (next == i || unit->n == 0 || !g_str_equal (mk_json_get_string (mk_json_at (unit->sense->value, 0)), "m"))
    return i;
  *metres = number * mk_json_get_real (mk_json_at (unit->sense->value, 1));
  return next + unit->n;
}

/* "between ten and fifteen", "5 to 7", "two or three": how many, when nobody knows exactly; the middle, or the more of two. */
int
mk_parse_range (const mk_parser *p, int i, double *number)
{
  double least = 0, most = 0;
  bool is_between = mk_is_word (p, i, "between");
  int at = i + (is_between ? 1 : 0), first = mk_parse_number (p, at, &least);
  const mk_hit *conj = mk_hit_at (p, first, MK_WORD_conj);
  bool is_to = !is_between && mk_is_word (p, first, "to"), is_or = !is_between && g_str_equal (mk_hit_text (conj), "or"), is_and = is_between && g_str_equal (mk_hit_text (conj), "and");
  int join = first + (is_to ? 1 : is_or || is_and ? conj->n : 0), second = join > first ? mk_parse_number (p, join, &most) : join;
  if (first == at || second == join || most <= least)
    return i;
  *number = is_or ? most : (double)(int)((least + most) / 2);
  return second;
}

bool
mk_read_dimensions (const mk_parser *p, int *i, mk_np *np)
{
  double metres = 0;
  int next = mk_parse_measure (p, *i, &metres);
  if (next == *i)
    return false;
  const mk_hit *dimension = mk_hit_at (p, next, MK_WORD_dimension);
  if (dimension->n == 0 && !mk_np_is_head_ahead (p, next))
    return false;
  const char *what = mk_hit_text (dimension);
  np->length_m[g_str_equal (what, "width") ? 1 : g_str_equal (what, "length") ? 2 : 0] = metres;
  *i = next + dimension->n;
  int more = *i + (mk_is_mark (p, *i, ',') ? 1 : 0);
  more += mk_hit_at (p, more, MK_WORD_conj)->n;
  int end = more > *i ? mk_parse_measure (p, more, &metres) : more; /* "1.5 m wide and 2 m high" */
  if (end > more && mk_hit_at (p, end, MK_WORD_dimension)->n > 0 && mk_np_is_head_ahead (p, end + mk_hit_at (p, end, MK_WORD_dimension)->n) && mk_read_dimensions (p, &more, np))
    *i = more;
  return true;
}
