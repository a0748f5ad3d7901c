/* "Delay the jump by two seconds", "postpone that": what is done already begins later. */
#include "language/constructions.h"

#define USUAL_S 1 /* when nobody says how long */

/* "the jump": who does that in the context; the token after it, or i. */
static int
read_deed (const mk_parser *p, int i, mk_refs *who)
{
  int at = i + mk_hit_at (p, i, MK_WORD_det)->n;
  const mk_hit *motion = mk_hit_at (p, at, MK_WORD_motion);
  if (at == i || motion->n == 0)
    return i;
  for (size_t k = mk_json_length (p->context); k > 0; k--) {
    const mk_json *command = mk_json_at (p->context, k - 1);
    if (!g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "animate") || !mk_json_equal (mk_json_get (command, "motion"), mk_json_get (motion->sense->value, "motion")))
      continue;
    mk_targets_by_copy (p, command, who);
    return who->n > 0 ? at + motion->n : i;
  }
  return i;
}

int
mk_parse_delay (mk_parser *p, int i, int n)
{
  mk_refs who = { 0 };
  int next = p->context != NULL ? read_deed (p, i + n, &who) : i + n;
  next = next == i + n && p->context != NULL ? mk_parse_np_refs (p, i + n, &who) : next;
  if (next == i + n && mk_hit_at (p, next, MK_WORD_pronoun)->n == 0 && mk_hit_at (p, next, MK_WORD_det)->n == 0)
    return i;
  next = next == i + n ? next + 1 : next; /* "delay that" */
  if (who.n > 0) {
    p->subject = p->anchor = p->head = who;
    p->has_subject = true;
  }
  double number = 1;
  int at = next + (mk_is_word (p, next, "by") || mk_is_word (p, next, "for") ? 1 : 0), unit = mk_parse_number (p, at, &number);
  const mk_hit *det = mk_hit_at (p, at, MK_WORD_det);
  bool is_another = unit == at && det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "another")) && mk_hit_at (p, at + det->n, MK_WORD_unit)->n > 0; /* "by another second" */
  unit = is_another ? at + det->n : unit == at && det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "new")) && mk_hit_at (p, at + 1, MK_WORD_unit)->n > 0 ? at + 1 : unit; /* "by a second" */
  const mk_hit *hit = mk_hit_at (p, unit, MK_WORD_unit);
  bool is_time = unit > at && hit->n > 0 && g_str_equal (mk_json_get_string (mk_json_at (hit->sense->value, 0)), "s");
  double seconds = is_time ? MIN (number * mk_json_get_real (mk_json_at (hit->sense->value, 1)), 600) : USUAL_S;
  if (!mk_delay_earlier (p, seconds))
    return i;
  if (!is_time)
    mk_assume (p, "I took “%s” to mean %g s.", mk_words (p, i, i + n), (double)USUAL_S);
  mk_note (p, i, is_time ? unit + hit->n : next, "time", (int)p->commands->len - 1);
  return is_time ? unit + hit->n : next;
}
