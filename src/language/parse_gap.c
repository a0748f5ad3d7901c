/* What a second half of a sentence leaves out: "the robot walks to the door and the alien to the window", "the first is red, the second blue".
 *
 * A gap is seen by what stands on both sides of it: whom the half is about, and at once what only a verb can join to it, of the kind that
 * followed the verb before: another noun phrase, the same preposition, a look after "is", a way after "turns". The verb is put there, and the
 * sentence is read as if it had been said. */
#include <string.h>

#include "language/constructions.h"

#define MAX_VERB 4 /* tokens of a verb and what belongs to it: "is walking slowly" */

static bool
is_stop (const mk_parser *p, int i)
{
  return i >= mk_n_tokens (p) || mk_token_at (p, i)->kind == MK_TOKEN_MARK;
}

static bool
is_joint (const mk_parser *p, int i)
{
  return mk_hit_at (p, i, MK_WORD_conj)->n > 0 && !mk_is_word (p, i, "with");
}

static bool
ends_half (const mk_parser *p, int i)
{
  return is_stop (p, i) || is_joint (p, i);
}

static bool
is_any_of (const mk_parser *p, int i, const mk_word_kind *kinds, size_t n)
{
  for (size_t k = 0; k < n; k++)
    if (mk_hit_at (p, i, kinds[k])->n > 0)
      return true;
  return false;
}

static bool
is_copula (const mk_parser *p, int i)
{
  return mk_hit_at (p, i, MK_WORD_copula)->n == 1;
}

static bool
has_noun (const mk_parser *p, int i, int *n)
{
  static const mk_word_kind nouns[] = { MK_WORD_object, MK_WORD_noun, MK_WORD_part, MK_WORD_one };
  *n = 0;
  for (size_t k = 0; k < MK_COUNT (nouns); k++)
    *n = MAX (*n, mk_hit_at (p, i, nouns[k])->n);
  return *n > 0;
}

static bool
is_look (const mk_parser *p, int i, int *n)
{
  static const mk_word_kind looks[] = { MK_WORD_color, MK_WORD_shade, MK_WORD_material, MK_WORD_finish, MK_WORD_size, MK_WORD_adjective };
  *n = 0;
  for (size_t k = 0; k < MK_COUNT (looks); k++)
    *n = MAX (*n, mk_hit_at (p, i, looks[k])->n);
  return *n > 0;
}

/* Whom a half is about: the token behind "the alien", "the second", "the other", "one", or i when nobody is named there. */
static int
read_party (const mk_parser *p, int i)
{
  const mk_hit *pronoun = mk_hit_at (p, i, MK_WORD_pronoun), *det = mk_hit_at (p, i, MK_WORD_det);
  double number = 0;
  int n = 0, at = i;
  if (g_str_has_prefix (mk_hit_text (pronoun), "other") && !mk_np_is_head_ahead (p, i + pronoun->n))
    return i + pronoun->n;
  if (det->n > 0)
    at += det->n;
  else
    at = mk_parse_number (p, i, &number);
  if (at == i)
    return i;
  bool counts = number == 1 && mk_hit_at (p, i, MK_WORD_one)->n > 0;
  if (mk_hit_at (p, at, MK_WORD_ordinal)->n > 0) {
    counts = true;
    at += mk_hit_at (p, at, MK_WORD_ordinal)->n;
  }
  int alone = at;
  for (bool is_more = true; is_more;) { /* what a word looks like goes before what it may name: "a white one" */
    is_more = (is_look (p, at, &n) && mk_np_is_head_ahead (p, at + n)) || (!has_noun (p, at, &n) && mk_np_is_head_ahead (p, at));
    at += !is_more ? 0 : is_look (p, at, &n) ? n : 1;
  }
  if (counts && is_look (p, at, &n) && ends_half (p, at + n)) /* "the second white": no chess piece */
    return alone;
  if (!has_noun (p, at, &n) || (alone == at && counts && mk_hit_at (p, at, MK_WORD_relation)->n > 0))
    return counts ? alone : i;
  return at + n;
}

/* --- the verb that the half before had --- */

static bool
is_verb (const mk_parser *p, int i)
{
  static const mk_word_kind verbs[] = { MK_WORD_motion, MK_WORD_transitive, MK_WORD_physics, MK_WORD_act, MK_WORD_morph };
  for (size_t k = 0; k < MK_COUNT (verbs); k++) {
    const mk_hit *hit = mk_hit_at (p, i, verbs[k]);
    bool is_base = hit->form == MK_FORM_BASE && i > 0 && mk_hit_at (p, i - 1, MK_WORD_object)->form != MK_FORM_S; /* "two boys throw" */
    if (hit->n > 0 && !is_base)
      return true;
  }
  bool is_wear = mk_hit_at (p, i, MK_WORD_wear)->n == 1 && !mk_is_word (p, i, "with") && !mk_is_word (p, i, "in");
  return is_wear || is_copula (p, i) || mk_hit_at (p, i, MK_WORD_rests)->n > 0;
}

typedef struct {
  int from, to; /* tokens of the verb, with what stands between it and its like */
} verb_at;

/* Whether what stands at `like` follows the verb of [from, to) as `rest` does the gap: the same little word, a thing as well, a look or a way. */
static bool
is_alike (const mk_parser *p, verb_at verb, int rest)
{
  static const mk_word_kind joints[] = { MK_WORD_prep, MK_WORD_relation, MK_WORD_side };
  int like = verb.to, n = 0;
  bool is_being = verb.to == verb.from + 1 && is_copula (p, verb.from);
  if (is_stop (p, like) || is_stop (p, rest))
    return false;
  if (is_being && is_look (p, like, &n) && (ends_half (p, like + n) || !mk_np_is_head_ahead (p, like)))
    return is_look (p, rest, &n) && ends_half (p, rest + n);
  if (mk_hit_at (p, like, MK_WORD_direction)->n > 0 && mk_hit_at (p, rest, MK_WORD_direction)->n > 0)
    return ends_half (p, rest + mk_hit_at (p, rest, MK_WORD_direction)->n);
  if (is_any_of (p, like, joints, MK_COUNT (joints)) && is_any_of (p, rest, joints, MK_COUNT (joints)))
    return g_str_equal (mk_token_at (p, like)->text, mk_token_at (p, rest)->text);
  bool is_led = is_any_of (p, like - 1, joints, MK_COUNT (joints)) && !is_verb (p, like - 1); /* "run across a field" */
  int end = is_led ? like : mk_hit_at (p, like, MK_WORD_det)->n > 0 || mk_hit_at (p, like, MK_WORD_number)->n > 0 ? read_party (p, like) : like;
  return end > like && read_party (p, rest) > rest && !is_any_of (p, end, (const mk_word_kind[]){ MK_WORD_one }, 1);
}

/* The latest verb before the joint whose like comes behind the gap; its clause begins behind the latest full stop. */
static bool
find_verb (const mk_parser *p, int joint, int rest, verb_at *found)
{
  for (int v = joint - 1; v > 0 && !mk_is_mark (p, v, '.') && !mk_is_mark (p, v, ';'); v--) {
    if (!is_verb (p, v) || is_any_of (p, v, (const mk_word_kind[]){ MK_WORD_ordinal, MK_WORD_object }, 2)) /* "left" is no leaving here */
      continue;
    for (int to = v + 1; to <= v + MAX_VERB && to < joint; to++)
      if (is_alike (p, (verb_at){ v, to }, rest)) {
        *found = (verb_at){ v > 0 && is_copula (p, v - 1) ? v - 1 : v, to };
        return true;
      }
    return false; /* the half repeats its nearest verb or none */
  }
  return false;
}

static bool
is_verb_ahead (const mk_parser *p, int i)
{
  for (int at = i; !ends_half (p, at); at++)
    if (is_verb (p, at) && mk_hit_at (p, at, MK_WORD_object)->n == 0)
      return true;
  return false;
}

/* "a red ball on the left and a blue on the right": the half names a look alone, and what has it is named as in the half before. */
static bool
lend_noun (mk_parser *p, int joint, int start)
{
  const mk_hit *det = mk_hit_at (p, start, MK_WORD_det);
  int n = 0, at = start + det->n, noun = joint - 1;
  if (det->n == 0 || !mk_json_get_bool (mk_json_get (det->sense->value, "new")) || mk_np_is_head_ahead (p, start + det->n))
    return false;
  int end = at;
  while (is_look (p, end, &n))
    end += n;
  if (end == at || ends_half (p, end) || mk_hit_at (p, end, MK_WORD_relation)->n + mk_hit_at (p, end, MK_WORD_side)->n == 0)
    return false;
  while (noun > 0 && !(mk_hit_at (p, noun, MK_WORD_object)->n > 0 && is_look (p, noun - 1, &n)) && !mk_is_mark (p, noun, '.'))
    noun--;
  if (mk_hit_at (p, noun, MK_WORD_object)->n == 0)
    return false;
  mk_token said = *mk_token_at (p, noun);
  said.from = mk_token_at (p, start)->from, said.to = mk_token_at (p, end - 1)->to;
  g_array_insert_val (p->tokens, (guint)end, said);
  return true;
}

/* The gap behind the joint at i is filled; whether there was one. */
static bool
fill (mk_parser *p, int i)
{
  int start = i;
  while (mk_is_mark (p, start, ',') || mk_is_mark (p, start, ';') || (is_joint (p, start) && mk_is_word (p, start, "and")))
    start++;
  if (start > i && lend_noun (p, i, start))
    return true;
  int rest = read_party (p, start);
  verb_at verb;
  if (start == i || rest == start || is_stop (p, rest) || is_joint (p, rest) || is_verb_ahead (p, rest) || !find_verb (p, i, rest, &verb))
    return false;
  bool gives = read_party (p, verb.to) > verb.to && read_party (p, read_party (p, verb.to)) > read_party (p, verb.to); /* "gives the boy a ball and the girl a doll" */
  int at = gives ? start : rest;
  g_autoptr (GArray) said = g_array_new (FALSE, FALSE, sizeof (mk_token));
  g_array_append_vals (said, mk_token_at (p, verb.from), (guint)(verb.to - verb.from));
  for (guint k = 0; k < said->len; k++) /* who reads what led to a command sees whom the half is about */
    g_array_index (said, mk_token, k).from = mk_token_at (p, start)->from, g_array_index (said, mk_token, k).to = mk_token_at (p, rest - 1)->to;
  g_array_insert_vals (p->tokens, (guint)at, said->data, said->len);
  return true;
}

bool
mk_fill_gap (mk_parser *p)
{
  for (int i = 1; i < mk_n_tokens (p); i++)
    if ((mk_is_mark (p, i, ',') || mk_is_mark (p, i, ';') || is_joint (p, i)) && fill (p, i))
      return true;
  return false;
}
