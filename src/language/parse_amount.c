/* How many there are of what there is: "six more", "make that five", "duplicate the tree twice". */
#include <string.h>

#include "language/constructions.h"

/* "three times", "twice": the token after it, or i. */
static int
read_times (const mk_parser *p, int i, unsigned *times)
{
  double number = 0;
  const mk_hit *often = mk_hit_at (p, i, MK_WORD_adverb);
  int unit = mk_parse_number (p, i, &number);
  const mk_hit *hit = mk_hit_at (p, unit, MK_WORD_unit);
  bool is_times = unit > i && g_str_equal (mk_json_get_string (mk_json_at (hit->n > 0 ? hit->sense->value : NULL, 0)), "times");
  number = is_times ? number : often->n > 0 ? mk_json_get_real (mk_json_get (often->sense->value, "repeat")) : 0;
  *times = (unsigned)CLAMP (number, 0, 500);
  return is_times ? unit + hit->n : *times > 0 ? i + often->n : i;
}

/* There are so many of what was spoken of last; -1 when nothing was there. */
static int
recount (mk_parser *p, double number)
{
  mk_thing *thing = p->context != NULL && p->latest.n == 1 ? mk_thing_at (p, p->latest.thing[0]) : NULL;
  if (thing == NULL || thing->command >= 0 || number < 1)
    return -1;
  int command = mk_command_new (p, mk_json_get_string (mk_json_get (thing->add, "op")), MK_BUCKET_THING);
  mk_set_text (mk_command_json (p, command), "id", thing->id);
  mk_set_real (mk_command_json (p, command), "count", MIN (number, 500));
  return command;
}

/* "five, not three", "not three but five": of what there is. */
static int
parse_recount_instead (mk_parser *p, int i)
{
  double number = 0, other = 0;
  int from = i + mk_hit_at (p, i, MK_WORD_negation)->n, first = mk_parse_number (p, from, &number), at = first;
  if (p->context == NULL || i > 0 || first == from)
    return i;
  at += mk_is_mark (p, at, ',') ? 1 : 0;
  at += MAX (mk_hit_at (p, at, MK_WORD_negation)->n, mk_hit_at (p, at, MK_WORD_conj)->n);
  int second = mk_parse_number (p, at, &other);
  bool is_end = second >= mk_n_tokens (p) || mk_token_at (p, second)->kind == MK_TOKEN_MARK;
  if (at == first || second == at || !is_end || (from > i) == (mk_hit_at (p, at - 1, MK_WORD_negation)->n > 0))
    return i;
  int command = recount (p, from > i ? other : number);
  mk_note (p, i, second, "count", command);
  return command >= 0 ? second : i;
}

/* "six more", "noch zwei davon", "only two": of what there is, as the latest. */
int
mk_parse_amount (mk_parser *p, int i)
{
  double number = 0;
  int instead = parse_recount_instead (p, i);
  if (instead > i)
    return instead;
  bool is_only = mk_is_word (p, i, "only") || mk_is_word (p, i, "just"), begins_more = mk_is_word (p, i, "more"); /* "noch zwei" */
  int start = i + (is_only || begins_more ? 1 : 0), next = mk_parse_number (p, start, &number);
  if (next == start && mk_is_word (p, start, "one") && mk_is_word (p, start + 1, "more")) {
    number = 1;
    next = start + 1;
  }
  if (p->context == NULL || !p->clause.is_start || p->latest.n != 1 || next == start || number < 1 || (!is_only && !begins_more && !mk_is_word (p, next, "more")))
    return i;
  next += is_only || begins_more ? 0 : 1;
  int of = next + (mk_is_word (p, next, "of") ? 1 : 0);
  next = mk_hit_at (p, of, MK_WORD_pronoun)->n > 0 && (of > next || begins_more) ? of + mk_hit_at (p, of, MK_WORD_pronoun)->n : next;
  mk_thing *thing = mk_thing_at (p, p->latest.thing[0]);
  if (mk_np_is_head_ahead (p, next) || (is_only && thing->count <= (unsigned)number))
    return i;
  int command = -1;
  if (is_only) {
    mk_refs rest = { 0 };
    for (unsigned k = (unsigned)number + 1; k <= thing->count; k++)
      mk_refs_add (&rest, p->latest.thing[0], (int)k);
    command = mk_refs_remove (p, &rest);
  } else {
    mk_np same = { .head = -1, .number = number, .verb = -1, .is_new = true, .object = thing->info, .noun = thing->noun, .from = i, .to = i };
    same.n_colors = *thing->color != 0 ? 1 : 0;
    g_strlcpy (same.colors[0], thing->color, sizeof same.colors[0]);
    same.material = *thing->material != 0 ? thing->material : NULL;
    mk_refs fresh;
    mk_np_resolve (p, &same, &fresh);
    command = fresh.n > 0 ? mk_thing_at (p, fresh.thing[0])->command : -1;
    p->subject = p->anchor = p->head = fresh;
    p->has_subject = fresh.n > 0;
  }
  mk_note (p, i, next, "count", command);
  return next;
}

/* "make that five", "make it three": as many of what was spoken of last. */
int
mk_parse_recount (mk_parser *p, int i, int n)
{
  double number = 0;
  const mk_hit *pronoun = mk_hit_at (p, i + n, MK_WORD_pronoun);
  int at = i + n + (g_str_equal (mk_hit_text (pronoun), "it") || g_str_equal (mk_hit_text (pronoun), "them") ? pronoun->n : 0), next = mk_parse_number (p, at, &number);
  int behind = next > at && g_str_equal (mk_hit_text (mk_hit_at (p, next, MK_WORD_prep)), "of") ? next + 1 + mk_hit_at (p, next + 1, MK_WORD_pronoun)->n : next; /* "make four of them" */
  bool is_of = behind > next + 1, is_end = behind >= mk_n_tokens (p) || mk_token_at (p, behind)->kind == MK_TOKEN_MARK;
  bool is_said = is_of || at > i + n || g_str_has_suffix (mk_hit_at (p, i, MK_WORD_edit)->sense->phrase, " that");
  int command = next > at && is_end && is_said ? recount (p, number) : -1;
  if (command < 0)
    return i;
  mk_note (p, i, is_of ? behind : next, "count", command);
  return is_of ? behind : next;
}

int
mk_parse_duplicate (mk_parser *p, int i, int n)
{
  mk_refs old, fresh = { 0 };
  int next = mk_parse_np_refs (p, i + n, &old);
  if (next == i + n || old.n == 0)
    return i;
  unsigned times = 0;
  next = read_times (p, next, &times);
  for (unsigned k = 0; k < old.n; k++) {
    int index = mk_thing_copy (p, old.thing[k]);
    if (index < 0)
      break;
    mk_thing *copy = mk_thing_at (p, index);
    copy->count = times > 1 ? times : copy->count;
    if (copy->count > 1)
      mk_json_set (copy->add, "count", mk_json_new_int (copy->count));
    mk_refs_add (&fresh, index, 0);
    mk_refs one = { 0 }, of = { 0 };
    mk_refs_add (&one, index, 0);
    mk_refs_add (&of, old.thing[k], 0);
    mk_place_add (p, &one, "beside", &of, 0);
  }
  mk_note (p, i, i + n, "edit", fresh.n > 0 ? mk_thing_at (p, fresh.thing[0])->command : -1);
  p->subject = p->anchor = p->head = fresh;
  p->has_subject = true;
  return next;
}
