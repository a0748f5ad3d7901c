/* "The other one too", "all of them", "not the yellow one": the last action or change, for others as well or not for all. */
#include <string.h>

#include "language/constructions.h"

static bool
is_end (const mk_parser *p, int i)
{
  while (i < mk_n_tokens (p) && (mk_is_word (p, i, "too") || mk_token_at (p, i)->kind == MK_TOKEN_MARK || mk_hit_at (p, i, MK_WORD_filler)->n > 0))
    i += MAX (1, mk_hit_at (p, i, MK_WORD_filler)->n);
  return i >= mk_n_tokens (p);
}

/* The same again for `who` alone, beside what there is. */
static int
do_also (mk_parser *p, const mk_json *change, const mk_refs *who)
{
  if (!g_str_equal (mk_json_get_string (mk_json_get (change, "op")), "animate"))
    return mk_command_again (p, change, mk_refs_to_json (p, who));
  int command = mk_action_again (p, change, mk_refs_to_json (p, who));
  if (command < 0)
    return -1;
  mk_json_remove (mk_command_json (p, command), "after");
  mk_set_text (mk_command_json (p, command), "with", mk_json_get_string (mk_json_get (change, "id")));
  return command;
}

/* The action goes on with all of its actors but `who`; -1 when there is nobody to leave out, or nobody left. */
static int
leave_out (mk_parser *p, const mk_json *change, const mk_refs *who)
{
  mk_refs left;
  if (g_str_equal (mk_json_get_string (mk_json_get (change, "op")), "animate") && !mk_targets_left (p, change, who, &left)) /* it does the same by another command */
    return mk_actions_end (p, mk_json_get_string (mk_json_get (change, "motion")), who);
  if (!mk_targets_left (p, change, who, &left) || !g_str_equal (mk_json_get_string (mk_json_get (change, "op")), "animate"))
    return -1;
  return mk_command_again (p, change, mk_refs_to_json (p, &left));
}

/* Of `who` those to whom it has not been done. */
static void
drop_done (const mk_parser *p, const mk_json *change, mk_refs *who)
{
  mk_refs done, left = { 0 };
  mk_targets_by_copy (p, change, &done);
  for (unsigned i = 0; i < who->n; i++) {
    const mk_thing *thing = mk_thing_at (p, who->thing[i]);
    unsigned n_done = 0;
    for (unsigned k = 1; k <= thing->count; k++)
      n_done += mk_refs_has_copy (&done, who->thing[i], thing->count > 1 ? (int)k : 0);
    if (who->copy[i] > 0 ? !mk_refs_has_copy (&done, who->thing[i], who->copy[i]) : n_done == 0)
      mk_refs_add (&left, who->thing[i], who->copy[i]);
    for (unsigned k = 1; who->copy[i] == 0 && n_done > 0 && n_done < thing->count && k <= thing->count; k++)
      if (!mk_refs_has_copy (&done, who->thing[i], (int)k))
        mk_refs_add (&left, who->thing[i], (int)k);
  }
  *who = left;
}

int
mk_parse_also (mk_parser *p, int i)
{
  const mk_json *change = i == 0 && p->context != NULL ? mk_find_change (p) : NULL;
  if (change == NULL)
    return i;
  int at = i + mk_hit_at (p, i, MK_WORD_conj)->n;
  at += mk_is_word (p, at, "too") ? 1 : 0;
  bool is_except = mk_hit_at (p, at, MK_WORD_except)->n > 0 || (mk_hit_at (p, at, MK_WORD_negation)->n > 0 && mk_hit_at (p, at, MK_WORD_repair)->n == 0);
  at += is_except ? MAX (mk_hit_at (p, at, MK_WORD_except)->n, mk_hit_at (p, at, MK_WORD_negation)->n) : 0;
  mk_np np;
  mk_refs who = { 0 };
  int next = mk_np_read (p, at, &np);
  if (next == at || np.is_new || np.number >= 2 || !is_end (p, next))
    return i;
  bool is_too = mk_is_word (p, next, "too") || (at > i && mk_is_word (p, at - 1, "too")), is_group = np.pronoun != NULL && (mk_is_word (p, at, "all") || g_str_has_prefix (np.pronoun, "other") || g_str_equal (np.pronoun, "all") || g_str_equal (np.pronoun, "both"));
  bool is_known = np.pronoun != NULL || np.is_definite || np.is_one;
  if (!is_known || (!is_except && !is_too && !is_group))
    return i;
  guint n_before = p->things->len;
  if (np.pronoun != NULL)
    mk_find_pronoun (p, np.pronoun, &who);
  else
    mk_parse_np_refs (p, at, &who);
  if (who.n == 0 || p->things->len > n_before)
    return i;
  if (!is_except)
    drop_done (p, change, &who);
  int command = is_except ? leave_out (p, change, &who) : who.n > 0 ? do_also (p, change, &who) : -1;
  if (command < 0)
    return i;
  mk_note (p, i, mk_n_tokens (p), "edit", command);
  p->subject = p->anchor = p->head = who;
  p->has_subject = true;
  return mk_n_tokens (p);
}
