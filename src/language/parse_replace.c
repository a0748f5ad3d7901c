/* What takes the place of what: "replace the cat with a dog". */
#include <string.h>

#include "language/constructions.h"

static void
take_place (const mk_thing *from, mk_thing *to)
{
  static const char *const keys[] = { "place", "position", "rotation", "facing" };
  for (size_t i = 0; i < MK_COUNT (keys); i++)
    if (mk_json_has (from->add, keys[i]))
      mk_json_set (to->add, keys[i], mk_json_copy (mk_json_get (from->add, keys[i])));
}

/* What the old one did the new one does. */
static void
inherit_actions (mk_parser *p, const mk_refs *old, const mk_refs *fresh)
{
  const char *id = mk_thing_at (p, old->thing[0])->id;
  for (size_t i = 0; i < mk_json_length (p->context); i++) {
    const mk_json *command = mk_json_at (p->context, i), *whom = mk_json_get (command, "targets");
    const char *op = mk_json_get_string (mk_json_get (command, "op"));
    if (!g_str_equal (op, "animate") || mk_json_length (whom) != 1 || !g_str_equal (mk_json_get_string (mk_json_at (whom, 0)), id))
      continue;
    mk_action_again (p, command, mk_refs_to_json (p, fresh));
  }
}

/* `place` with `old` for what it names it by; NULL when something else is meant by a row of it. */
static mk_json *
place_at_fresh (const mk_json *place, const char *old, const char *fresh)
{
  g_autoptr (mk_json) anew = mk_json_copy (place);
  for (size_t i = 0; i < mk_json_length (anew); i++) {
    const mk_json *targets = mk_json_get (mk_json_at (anew, i), "targets");
    if (mk_json_length (targets) != 1 || !g_str_equal (mk_json_get_string (mk_json_at (targets, 0)), old))
      return NULL;
    mk_json *named = mk_json_new_array ();
    mk_json_append (named, mk_json_new_string (fresh));
    mk_json_set (mk_json_at (anew, i), "targets", named);
  }
  return mk_json_length (anew) > 0 ? g_steal_pointer (&anew) : NULL;
}

/* Who sat on the old one sits on the new one; what stood beside it stands beside that. */
static void
take_neighbours (mk_parser *p, const mk_refs *old, const mk_refs *fresh)
{
  const mk_thing *from = mk_thing_at (p, old->thing[0]), *to = mk_thing_at (p, fresh->thing[0]);
  if (old->n != 1 || fresh->n != 1 || old->copy[0] > 0 || from->count != to->count)
    return;
  for (guint i = 0; i < p->things->len; i++) {
    const mk_thing *thing = mk_thing_at (p, (int)i);
    mk_json *place = thing->command < 0 && mk_can_be_meant (thing) ? place_at_fresh (mk_json_get (thing->add, "place"), from->id, to->id) : NULL;
    mk_refs who = { 0 };
    mk_refs_add (&who, (int)i, 0);
    mk_json *json = place != NULL ? mk_transform_new (p, &who) : NULL;
    if (json != NULL)
      mk_json_set (json, "place", mk_json_ref (place));
    mk_json_unref (place);
  }
}

bool
mk_replace (mk_parser *p, const mk_refs *old, const mk_refs *fresh)
{
  if (old->n == 0 || fresh->n == 0 || old->part[0] != 0 || !mk_is_all_known (p, old) || mk_thing_at (p, fresh->thing[0])->command < 0)
    return false;
  mk_json_remove (mk_thing_at (p, fresh->thing[0])->add, "place");
  take_place (mk_thing_at (p, old->thing[0]), mk_thing_at (p, fresh->thing[0]));
  inherit_actions (p, old, fresh);
  take_neighbours (p, old, fresh);
  mk_refs_remove (p, old);
  return true;
}

/* "all trees with cactuses": as many as there were. */
static int
parse_as_many (mk_parser *p, int i, const mk_refs *old, mk_refs *fresh)
{
  mk_np np;
  int next = mk_np_read (p, i, &np);
  unsigned n = 0;
  for (unsigned k = 0; k < old->n; k++)
    n += old->copy[k] > 0 ? 1 : mk_thing_at (p, old->thing[k])->count;
  if (next == i || !np.is_plural || np.number >= 0 || np.group != NULL || np.object == NULL || mk_is_word (p, next, "of") || n < 2)
    return mk_parse_np_refs (p, i, fresh);
  np.number = n;
  mk_np_resolve (p, &np, fresh);
  return next;
}

int
mk_parse_replace (mk_parser *p, int i, int n)
{
  mk_refs old, fresh;
  int swapped = mk_parse_swap (p, i, n);
  if (swapped > i)
    return swapped;
  int next = mk_parse_np_refs (p, i + n, &old);
  static const char *const words[] = { "with", "by", "for", "into", "to", NULL };
  if (next == i + n || old.n == 0 || next >= mk_n_tokens (p) || !g_strv_contains (words, mk_glue_at (p, next)))
    return i;
  p->edit.kind = MK_EDIT_ADD;
  int after = parse_as_many (p, next + 1, &old, &fresh);
  if (after == next + 1 || fresh.n == 0)
    return i;
  if (!mk_replace (p, &old, &fresh))
    return i;
  mk_note (p, i, i + n, "edit", -1);
  mk_note (p, next, next + 1, NULL, -1);
  p->subject = p->anchor = p->head = fresh;
  p->has_subject = true;
  return after;
}
