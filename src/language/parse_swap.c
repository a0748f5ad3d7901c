/* Who changes places with whom: "swap the cat and the dog", "the cat and the dog swap places". */
#include <string.h>

#include "language/constructions.h"

/* The place of a thing at another one, or NULL. */
static const mk_json *
place_at (const mk_thing *thing, const mk_thing *other)
{
  const mk_json *place = mk_json_get (thing->add, "place");
  for (size_t i = 0; i < mk_json_length (place); i++)
    if (mk_json_has_text (mk_json_get (mk_json_at (place, i), "targets"), other->id))
      return mk_json_at (place, i);
  return NULL;
}

/* Where `from` is, `who` is then; false when it has no place of its own. */
static bool
take_over (mk_parser *p, const mk_refs *who, const mk_refs *from)
{
  const mk_thing *thing = mk_thing_at (p, from->thing[0]);
  mk_json *json = mk_json_has (thing->add, "place") ? mk_transform_new (p, who) : NULL;
  if (json != NULL)
    mk_json_set (json, "place", mk_json_copy (mk_json_get (thing->add, "place")));
  return json != NULL;
}

/* One of them stands at the other: on its other side, then. Of two that nobody placed the earlier stands left. */
static void
change_sides (mk_parser *p, const mk_refs *a, const mk_refs *b)
{
  static const char *const opposites[][2] = { { "left", "right" }, { "right", "left" }, { "front", "behind" }, { "behind", "front" } };
  const mk_json *place = place_at (mk_thing_at (p, a->thing[0]), mk_thing_at (p, b->thing[0]));
  const char *relation = place != NULL ? mk_json_get_string (mk_json_get (place, "relation")) : "left", *other = NULL;
  for (size_t i = 0; i < MK_COUNT (opposites); i++)
    if (g_str_equal (opposites[i][0], relation))
      other = opposites[i][1];
  if (other != NULL)
    mk_place_add (p, a, other, b, 0);
  else
    mk_place_add (p, b, relation, a, 0); /* "the cat on the dog": the dog on the cat */
}

static bool
change_places (mk_parser *p, const mk_refs *a, const mk_refs *b)
{
  const mk_thing *first = mk_thing_at (p, a->thing[0]), *second = mk_thing_at (p, b->thing[0]);
  if (first == second || first->command >= 0 || second->command >= 0)
    return false;
  if (place_at (first, second) != NULL)
    change_sides (p, a, b);
  else if (place_at (second, first) != NULL)
    change_sides (p, b, a);
  else if (mk_json_has (first->add, "place") || mk_json_has (second->add, "place")) {
    bool took_first = take_over (p, a, b), took_second = take_over (p, b, a);
    if (!took_first)
      mk_place_add (p, a, "beside", b, 0);
    if (!took_second)
      mk_place_add (p, b, "beside", a, 0);
  }
  else
    change_sides (p, a->thing[0] < b->thing[0] ? a : b, a->thing[0] < b->thing[0] ? b : a);
  return true;
}

int
mk_parse_swap (mk_parser *p, int i, int n)
{
  mk_refs a, b;
  mk_np np;
  p->edit.kind = p->context != NULL ? MK_EDIT_MAKE : p->edit.kind; /* "tausche Hund und Katze": those that are there */
  int at = mk_np_read (p, i + n, &np);
  if (at > i + n && np.is_definite && np.head < 0 && np.noun == NULL && mk_hit_at (p, at, MK_WORD_conj)->n > 0) { /* "the red and the blue one" */
    np.is_one = true;
    np.noun = "one";
    mk_np_resolve (p, &np, &a);
  }
  else
    at = mk_parse_np_refs (p, i + n, &a);
  const mk_hit *conj = mk_hit_at (p, at, MK_WORD_conj), *prep = mk_hit_at (p, at, MK_WORD_prep);
  int second = at + (conj->n > 0 ? conj->n : g_str_equal (mk_hit_text (prep), "with") ? prep->n : 0);
  if (at > i + n && second > at && mk_np_read (p, second, &np) > second && np.is_new) /* "replace the fox with a wolf": nothing is there to swap with */
    return i;
  int next = at > i + n && second > at ? mk_parse_np_refs (p, second, &b) : at;
  if (next <= second || second == at) { /* "the cat and the dog swap places": of whom it is said */
    bool is_them = at > i + n && np.pronoun != NULL && a.n == 2; /* "swap them" */
    const mk_refs *both = is_them ? &a : p->subject.n == 2 ? &p->subject : &p->latest;
    mk_refs pair = *both;
    both = &pair;
    if ((at > i + n && !is_them) || both->n != 2)
      return i;
    a = b = *both;
    a.n = b.n = 1;
    b.thing[0] = both->thing[1];
    b.copy[0] = both->copy[1];
    next = MAX (at, i + n);
  }
  if (a.n == 0 || b.n == 0 || !change_places (p, &a, &b))
    return i;
  mk_note (p, i, i + n, "edit", (int)p->commands->len - 1);
  p->subject = a;
  mk_refs_join (&p->subject, &b);
  p->anchor = p->head = p->subject;
  p->has_subject = true;
  return next;
}
