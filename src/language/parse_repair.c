/* Who corrects himself: "a blue, no, a red car". What was taken back leaves the sentence before it is read. */
#include <string.h>

#include "language/constructions.h"

#define MAX_TAKEN_BACK 12 /* tokens: nobody takes back more in one breath */

/* Words of one row may stand for each other; which row the correction begins with tells where what it corrects began. */
static const struct {
  unsigned n;
  mk_word_kind kinds[3];
} rows[] = {
  { 1, { MK_WORD_number } },
  { 2, { MK_WORD_color, MK_WORD_shade } },
  { 1, { MK_WORD_size } },
  { 1, { MK_WORD_material } },
  { 1, { MK_WORD_shot } },
  { 3, { MK_WORD_motion, MK_WORD_physics, MK_WORD_camera } },
  { 2, { MK_WORD_direction, MK_WORD_side } },
  { 2, { MK_WORD_relation, MK_WORD_prep } },
  { 1, { MK_WORD_edit } },
  { 1, { MK_WORD_sky } },
  { 1, { MK_WORD_style } },
  { 2, { MK_WORD_det, MK_WORD_number } },
  { 2, { MK_WORD_object, MK_WORD_noun } },
};

static bool
is_of_row (const mk_parser *p, int i, size_t row)
{
  for (unsigned k = 0; k < rows[row].n; k++)
    if (mk_hit_at (p, i, rows[row].kinds[k])->n > 0)
      return true;
  return rows[row].kinds[0] == MK_WORD_number && i < mk_n_tokens (p) && mk_token_at (p, i)->kind == MK_TOKEN_NUMBER;
}

static bool
is_stop (const mk_parser *p, int i)
{
  return i >= mk_n_tokens (p) || mk_token_at (p, i)->kind == MK_TOKEN_MARK;
}

/* "…, no, a red car" where a car was named: back to where its phrase began. -1 = it was not named. */
static int
find_same_noun (const mk_parser *p, int first, int before, int after)
{
  for (int i = after; !is_stop (p, i) && i < after + 5; i++) {
    const mk_hit *object = mk_hit_at (p, i, MK_WORD_object);
    for (int k = before - 1; k >= first && object->n > 0; k--) {
      if (mk_hit_at (p, k, MK_WORD_object)->n == 0 || mk_hit_at (p, k, MK_WORD_object)->sense->object != object->sense->object)
        continue;
      while (k > first && mk_hit_at (p, k, MK_WORD_det)->n == 0 && !is_of_row (p, k, 0) && !is_stop (p, k - 1))
        k--;
      return k;
    }
    if (object->n > 0)
      return -1;
  }
  return -1;
}

/* "red car, no wait, a green truck": a phrase without "a", back to the first word that tells how it looks. -1 = there is none. */
static int
find_bare_phrase (const mk_parser *p, int first, int before)
{
  static const mk_word_kind looks[] = { MK_WORD_color, MK_WORD_shade, MK_WORD_size, MK_WORD_material, MK_WORD_finish };
  int start = before - 1;
  if (start < first || mk_hit_at (p, start, MK_WORD_object)->n == 0)
    return -1;
  for (bool is_look = true; is_look && start > first;) {
    is_look = false;
    for (size_t k = 0; k < MK_COUNT (looks); k++)
      is_look |= mk_hit_at (p, start - 1, looks[k])->n > 0;
    start -= is_look;
  }
  return start == 0 || is_stop (p, start - 1) ? start : -1;
}

/* Where what is taken back begins, or -1. */
static int
find_start (const mk_parser *p, int before, int after)
{
  int first = MAX (0, before - MAX_TAKEN_BACK), same = find_same_noun (p, first, before, after);
  if (same >= 0)
    return same;
  for (size_t row = 0; row < MK_COUNT (rows); row++)
    for (int i = before - 1; is_of_row (p, after, row) && i >= first; i--)
      if (is_of_row (p, i, row))
        return i;
  return mk_hit_at (p, after, MK_WORD_det)->n > 0 ? find_bare_phrase (p, first, before) : -1;
}

/* "a street, no cars" takes nothing back: a word that may be meant otherwise needs a pause behind it, or what no negation has. */
static bool
is_meant (const mk_parser *p, const mk_hit *repair, int before, int at, int after)
{
  bool is_sure = g_str_equal (mk_hit_text (repair), "sure"), pauses = before < at, pauses_after = after > at + repair->n;
  bool is_plain = mk_hit_at (p, after, MK_WORD_det)->n > 0 || mk_hit_at (p, after, MK_WORD_shot)->n > 0 || mk_hit_at (p, after, MK_WORD_direction)->n > 0 || mk_hit_at (p, after, MK_WORD_edit)->n > 0;
  bool is_recount = before > 0 && is_of_row (p, before - 1, 0) && is_of_row (p, after, 0); /* "four no five ducks" */
  bool is_new_count = pauses && is_of_row (p, after, 0) && repair->n > 1; /* "three apples, make that four" */
  return is_sure || is_recount || is_new_count || (pauses && (pauses_after || is_plain));
}

/* One correction; whether the tokens changed. */
static bool
take_back (mk_parser *p, int at)
{
  const mk_hit *repair = mk_hit_at (p, at, MK_WORD_repair);
  int before = at, after = at + repair->n;
  while (before > 0 && is_stop (p, before - 1))
    before--;
  bool is_dashed = before == at && at > 0 && mk_token_at (p, at)->from - mk_token_at (p, at - 1)->to > 1; /* "day - no, night": dashes are no tokens */
  while (after < mk_n_tokens (p) && (is_stop (p, after) || mk_hit_at (p, after, MK_WORD_repair)->n > 0))
    after += MAX (1, mk_hit_at (p, after, MK_WORD_repair)->n);
  bool is_joint = before > 0 && mk_hit_at (p, before - 1, MK_WORD_conj)->n > 0; /* "and, er, a green one" goes on */
  if (before == 0 || after >= mk_n_tokens (p) || !is_meant (p, repair, is_dashed ? before - 1 : before, at, after))
    return false;
  int start = is_joint ? -1 : find_start (p, before, after);
  bool is_sound = start < 0 && g_str_equal (mk_hit_text (repair), "sure") && repair->n == 1; /* "er" says nothing */
  if (start < 0 && !is_sound)
    return false;
  if (start >= 0)
    mk_assume (p, "You corrected yourself; I left out “%s”.", mk_words (p, start, before));
  else
    start = at;
  g_array_remove_range (p->tokens, (guint)start, (guint)((is_sound ? at + repair->n : after) - start));
  return true;
}

bool
mk_repair (mk_parser *p)
{
  for (int i = 1; i < mk_n_tokens (p); i++)
    if (mk_hit_at (p, i, MK_WORD_repair)->n > 0 && take_back (p, i))
      return true;
  return false;
}
