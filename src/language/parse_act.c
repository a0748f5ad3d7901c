/* What people say around what is shown: verbs of which no picture is made, wishes and questions, how lively it is. */
#include <string.h>

#include "language/parser.h"

static bool
is_noun_phrase (const mk_parser *p, int i)
{
  return mk_hit_at (p, i, MK_WORD_det)->n > 0 || mk_hit_at (p, i, MK_WORD_pronoun)->n > 0 || mk_np_is_head_ahead (p, i);
}

/* "what if", "can" of "can the cat be orange": before whom it is about they say nothing. */
int
mk_parse_lead (mk_parser *p, int i)
{
  const mk_hit *lead = mk_hit_at (p, i, MK_WORD_lead);
  if (lead->n == 0 || !p->is_clause_start)
    return i;
  bool is_thing = mk_hit_at (p, i, MK_WORD_object)->n > 0 && !mk_hit_at (p, i + lead->n, MK_WORD_det)->n && !mk_hit_at (p, i + lead->n, MK_WORD_pronoun)->n;
  if (is_thing)
    return i;
  mk_note (p, i, i + lead->n, NULL, -1);
  return i + lead->n;
}

/* "reads a book": the reader stays whom the sentence speaks of, the book is there (mk_parse_noun). */
int
mk_parse_act (mk_parser *p, int i)
{
  const mk_hit *act = mk_hit_at (p, i, MK_WORD_act);
  if (act->n == 0 || p->in_camera || p->subject.n == 0 || mk_hit_at (p, i, MK_WORD_quote)->n > 0 || mk_hit_at (p, i, MK_WORD_relation)->n >= act->n)
    return i;
  bool is_name = mk_hit_at (p, i, MK_WORD_object)->n > 0 || mk_hit_at (p, i, MK_WORD_noun)->n > 0 || mk_hit_at (p, i, MK_WORD_likeness)->n > 0;
  if (is_name && (act->form == MK_FORM_BASE || p->is_clause_start))
    return i;
  if (p->is_clause_start && p->is_joined && is_noun_phrase (p, i) && act->form != MK_FORM_S && act->form != MK_FORM_ED)
    return i;
  for (int k = i; k < i + act->n; k++)
    mk_note_unshown (p, k, 1);
  mk_note (p, i, i + act->n, NULL, -1);
  p->has_verb = true;
  p->object_at = i + act->n;
  p->action = -1;
  p->is_clause_start = p->is_joined = p->is_predicate = false;
  p->anchor = p->head = p->subject;
  return i + act->n;
}

/* "with a lot of squash and stretch", "snappily", "very exaggerated": fields of the animation that it is said of. */
int
mk_parse_lively (mk_parser *p, int i)
{
  int at = i + mk_hit_at (p, i, MK_WORD_wear)->n;
  for (int steps = 0; steps < 4 && mk_hit_at (p, at, MK_WORD_lively)->n == 0; steps++) {
    const mk_hit *det = mk_hit_at (p, at, MK_WORD_det), *number = mk_hit_at (p, at, MK_WORD_number), *adjective = mk_hit_at (p, at, MK_WORD_adjective);
    const mk_hit *size = mk_hit_at (p, at, MK_WORD_size), *filler = mk_hit_at (p, at, MK_WORD_filler);
    at += MAX (MAX (det->n, number->n), MAX (adjective->n, MAX (size->n, filler->n)));
  }
  const mk_hit *lively = mk_hit_at (p, at, MK_WORD_lively);
  if (lively->n == 0 || (at == i && mk_np_is_head_ahead (p, at + lively->n) && p->action < 0) || p->in_camera)
    return i;
  mk_json *action = mk_command_json (p, p->action);
  if (g_str_equal (mk_json_get_string (mk_json_get (action, "op")), "animate"))
    mk_set_fields (action, lively->sense->value);
  else
    mk_set_fields (p->lively, lively->sense->value);
  mk_note (p, i, at + lively->n, "motion", p->action);
  return at + lively->n;
}
