/* Several who do one thing, each by itself: "one after the other", "in opposite directions". Done when the whole sentence is read,
 * so that what is said later of the action is said of each. */
#include "language/constructions.h"

#define MAX_EACH 12 /* more than that are a crowd, in which nobody sees whose turn it is */

mk_each
mk_each_of (const mk_json *value)
{
  const char *word = mk_json_get_string (mk_json_get (value, "each"));
  return g_str_equal (word, "turn") ? MK_EACH_TURN : g_str_equal (word, "apart") ? MK_EACH_APART : g_str_equal (word, "across") ? MK_EACH_ACROSS : MK_EACH_NONE;
}

/* Of `all` those from `from` to before `to`. */
static mk_json *
some_of (const mk_parser *p, const mk_refs *all, unsigned from, unsigned to)
{
  mk_refs some = { 0 };
  for (unsigned i = from; i < to; i++)
    mk_refs_add (&some, all->thing[i], all->copy[i]);
  return mk_refs_to_json (p, &some);
}

/* What waited for the first of them waits for the last. */
static void
wait_for_last (mk_parser *p, guint n_before, const char *first, const char *last)
{
  for (guint i = 0; i < n_before; i++) {
    mk_json *json = mk_command_json (p, (int)i);
    if (g_str_equal (mk_json_get_string (mk_json_get (json, "after")), first))
      mk_set_text (json, "after", last);
  }
}

static void
act_in_turn (mk_parser *p, mk_json *json, const mk_refs *all)
{
  guint n_before = p->commands->len;
  const char *first = mk_json_get_string (mk_json_get (json, "id")), *last = first;
  for (unsigned k = 1; k < all->n; k++) {
    mk_json *own = mk_command_json (p, mk_action_again (p, json, some_of (p, all, k, k + 1)));
    if (own == NULL)
      return;
    mk_json_remove (own, "with");
    mk_json_remove (own, "start_s");
    mk_set_text (own, "after", last);
    last = mk_json_get_string (mk_json_get (own, "id"));
  }
  wait_for_last (p, n_before, first, last);
  mk_json_set (json, "targets", some_of (p, all, 0, 1));
}

/* One half to one side, the other to the other; who meets comes from both. */
static void
act_opposite (mk_parser *p, mk_json *json, const mk_refs *all, bool is_apart)
{
  mk_json_remove (json, "to");
  mk_json *other = mk_command_json (p, mk_action_again (p, json, some_of (p, all, all->n / 2, all->n)));
  if (other == NULL)
    return;
  mk_json_set (json, "targets", some_of (p, all, 0, all->n / 2));
  mk_set_text (json, "direction", is_apart ? "left" : "right");
  mk_set_text (other, "direction", is_apart ? "right" : "left");
}

void
mk_act_each (mk_parser *p)
{
  guint n = p->commands->len;
  for (guint i = 0; i < n; i++) {
    const mk_command *command = &g_array_index (p->commands, mk_command, i);
    mk_each each = command->each;
    mk_json *json = command->json;
    if (each == MK_EACH_NONE || command->is_dropped || !g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate"))
      continue;
    mk_refs all;
    mk_targets_by_copy (p, json, &all);
    if (all.n > MAX_EACH)
      mk_assume (p, "There are too many for one after the other; I let them do it together.");
    else if (all.n > 1 && each == MK_EACH_TURN)
      act_in_turn (p, json, &all);
    else if (all.n > 1)
      act_opposite (p, json, &all, each == MK_EACH_APART);
  }
}
