/* Some of several: "two of the three", "half of them", "every other one", "the first two", "none of the dogs". */
#include <string.h>

#include "language/constructions.h"

/* Which of n: those from `first` on by `step`, `count` of them. */
typedef struct {
  unsigned first, step, count;
} portion;

static unsigned
count_all (const mk_parser *p, const mk_refs *refs)
{
  unsigned n = 0;
  for (unsigned i = 0; i < refs->n; i++)
    n += refs->copy[i] > 0 ? 1 : mk_copies_left (mk_thing_at (p, refs->thing[i]));
  return n;
}

static void
take_portion (const mk_parser *p, const portion *wanted, mk_refs *refs)
{
  mk_refs some = { .part = "" };
  unsigned at = 0, n = 0;
  for (unsigned i = 0; i < refs->n; i++) {
    const mk_thing *thing = mk_thing_at (p, refs->thing[i]);
    unsigned count = refs->copy[i] > 0 ? 1 : thing->count;
    for (unsigned k = 1; k <= count; k++) {
      if (refs->copy[i] == 0 && mk_copy_is_gone (thing, k))
        continue;
      at++;
      if (at < wanted->first || (at - wanted->first) % wanted->step != 0 || n == wanted->count)
        continue;
      mk_refs_add (&some, refs->thing[i], refs->copy[i] > 0 ? refs->copy[i] : count > 1 ? (int)k : 0);
      n++;
    }
  }
  g_strlcpy (some.part, refs->part, sizeof some.part);
  *refs = some;
}

/* Those that were named in the plural last, and of an object never who acts. */
static void
find_several (const mk_parser *p, mk_refs *refs)
{
  refs->n = 0;
  for (unsigned i = p->n_recent; i > 0 && refs->n == 0; i--)
    if (count_all (p, &p->recent[i - 1]) > 1 && !(p->is_object && p->self.copy[0] == 0 && mk_refs_meet (&p->recent[i - 1], &p->self)))
      *refs = p->recent[i - 1];
}

/* "the first two", "the last three cubes". The token after the number, or i. */
static int
read_edge (const mk_parser *p, int i, bool *is_last, double *number)
{
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det), *ordinal = mk_hit_at (p, i + det->n, MK_WORD_ordinal);
  int64_t which = ordinal->n > 0 ? mk_json_get_int (ordinal->sense->value) : 0;
  int at = i + det->n + ordinal->n, next = mk_parse_number (p, at, number);
  if (det->n == 0 || (which != 1 && which != -1) || next == at || *number < 1 || mk_hit_at (p, next, MK_WORD_unit)->n > 0)
    return i;
  *is_last = which < 0;
  return next;
}

static int
parse_edge (mk_parser *p, int i, mk_refs *refs)
{
  bool is_last = false;
  double number = 0;
  int at = read_edge (p, i, &is_last, &number), next = at;
  if (at == i)
    return i;
  if (mk_np_is_head_ahead (p, at))
    next = mk_find_kind (p, at, refs);
  else
    find_several (p, refs);
  unsigned n = count_all (p, refs), wanted = (unsigned)number;
  if (n <= wanted)
    return i;
  take_portion (p, &(portion){ is_last ? n - wanted + 1 : 1, 1, wanted }, refs);
  mk_note (p, i, next, "count", -1);
  return next;
}

/* The words "half", "most", "every other": a share of all, or a step. */
static portion
portion_of (const mk_json *share, double number, unsigned n)
{
  double part = mk_json_get_real (share);
  if (mk_json_has (share, "step")) {
    unsigned step = (unsigned)mk_json_get_int (mk_json_get (share, "step"));
    return (portion){ step, step, n };
  }
  return (portion){ 1, 1, share != NULL ? (unsigned)CLAMP (part * n + 0.5, 1, n) : (unsigned)MIN (number, n) };
}

/* "neither the cat nor the dog": both of them do not. */
static int
parse_neither (mk_parser *p, int i, mk_refs *refs)
{
  mk_refs more;
  int next = mk_parse_np_refs (p, i, refs);
  const mk_hit *conj = mk_hit_at (p, next, MK_WORD_conj);
  int after = next > i && conj->n > 0 ? mk_parse_np_refs (p, next + conj->n, &more) : next;
  if (after > next + conj->n)
    mk_refs_join (refs, &more);
  else
    after = next;
  return after;
}

int
mk_parse_some (mk_parser *p, int i, mk_refs *refs)
{
  const mk_hit *share = mk_hit_at (p, i, MK_WORD_share);
  double number = 0;
  int edge = parse_edge (p, i, refs);
  edge = edge > i ? edge : mk_parse_all_except (p, i, refs);
  if (edge > i)
    return edge;
  int at = share->n > 0 ? i + share->n : mk_parse_number (p, i, &number);
  bool is_of = g_str_equal (mk_hit_text (mk_hit_at (p, at, MK_WORD_prep)), "of"), is_step = share->n > 0 && mk_json_has (share->sense->value, "step");
  bool is_none = share->n > 0 && mk_json_is_number (share->sense->value) && mk_json_get_real (share->sense->value) == 0;
  if (at == i || (share->n == 0 && !is_of))
    return i;
  at += is_of ? 1 : 0;
  const mk_hit *det = mk_hit_at (p, at, MK_WORD_det), *pronoun = mk_hit_at (p, at, MK_WORD_pronoun);
  bool is_known = (det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "definite"))) || g_str_equal (mk_hit_text (pronoun), "them");
  int next = at, counted = mk_parse_number (p, at + det->n, &(double){ 0 });
  if (is_known && det->n > 0 && counted > at + det->n && !mk_np_is_head_ahead (p, counted)) { /* "two of the three fly away" */
    find_several (p, refs);
    next = counted;
  } else if (is_none && is_known)
    next = parse_neither (p, at, refs);
  else if (is_known)
    next = mk_parse_np_refs (p, at, refs);
  else if (is_step && mk_np_is_head_ahead (p, at)) /* "every second apple" */
    next = mk_find_kind (p, at, refs);
  else if (is_step || (share->n > 0 && !mk_np_is_head_ahead (p, at))) {
    find_several (p, refs);
    next = at + (is_step ? mk_hit_at (p, at, MK_WORD_one)->n : 0);
  } else
    return i;
  unsigned n = count_all (p, refs);
  if (refs->n == 0 || (n < 2 && !is_none))
    return i;
  if (is_none) {
    p->rest.who = *refs;
    p->clause.is_negated = true;
  } else {
    portion wanted = portion_of (share->n > 0 ? share->sense->value : NULL, number, n);
    take_portion (p, &wanted, refs);
  }
  mk_note (p, i, at, "count", -1);
  return next;
}
