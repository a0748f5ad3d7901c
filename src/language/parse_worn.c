/* What somebody has on or in the hands, one after the other: "with a scarf and gloves", "in a hat and a coat". A list that "with", "in"
 * or "wearing" began goes on while what comes is worn or held by whom it began with, and does not act by itself. */
#include <math.h>
#include <string.h>

#include "language/constructions.h"

/* The part of `thing` that the words mean, or NULL. */
static const char *
part_meant (const mk_parser *p, const mk_thing *thing, const mk_np *np)
{
  if (np->noun == NULL || np->part != NULL)
    return np->part;
  if (mk_thing_has_part (p, thing, np->noun)) /* a door is a thing too, but a house has one */
    return np->noun;
  const char *last = strrchr (np->noun, ' ');
  bool may_be = last != NULL && (np->object == NULL || np->object->worn.on != NULL); /* a snowman's top hat is its hat, a carrot nose its nose */
  return may_be && mk_thing_has_part (p, thing, last + 1) ? last + 1 : NULL;
}

int
mk_np_read_of (mk_parser *p, int i, const mk_thing *thing, mk_np *np)
{
  int next = mk_np_read (p, i, np);
  if (next == i)
    return i;
  const mk_hit *part = mk_hit_at (p, next, MK_WORD_part);
  np->part = part_meant (p, thing, np);
  if (np->part == NULL && np->head >= 0 && part->n > 0 && mk_thing_has_part (p, thing, part->sense->phrase)) { /* "a carrot nose" */
    np->part = np->noun = part->sense->phrase;
    np->object = NULL;
    np->head = next;
    np->to = next += part->n;
  }
  return next;
}

/* "… and a ball bounces": as balls do. Hats do not walk. */
static bool
acts_itself (const mk_parser *p, const mk_np *np)
{
  const mk_hit *verb = mk_hit_at (p, np->to, MK_WORD_motion);
  const char *motion = verb->n > 0 ? mk_json_get_string (mk_json_get (verb->sense->value, "motion")) : NULL;
  bool is_next_clause = p->clause.has_verb && mk_is_finite_verb (p, np->to); /* "waves his wand and a rabbit appears" */
  return is_next_clause || (motion != NULL && np->object != NULL && np->object->motions != NULL && g_strv_contains (np->object->motions, motion));
}

/* How they have it: "on", "held", or NULL when it is no part of the list. */
static const char *
relation_to (const mk_parser *p, const mk_np *np, const mk_thing *owner, bool is_held)
{
  mk_thing thing = { .info = np->object, .noun = (char *)np->noun, .count = np->number > 1 ? (unsigned)fmin (np->number, 1000) : 1 };
  bool is_thing = np->object != NULL && (np->part == NULL || is_held) && np->pronoun == NULL && !np->is_definite && !np->is_plural;
  if (!is_thing || acts_itself (p, np))
    return NULL;
  const char *relation = is_held && mk_can_carry (p, owner, &thing) ? "held" : mk_relation_of_with (p, owner, &thing);
  return g_str_equal (relation, "held") || (g_str_equal (relation, "on") && np->object->worn.on != NULL) ? relation : NULL;
}

int
mk_parse_more_worn (mk_parser *p, int i, const mk_refs *owner, bool is_held)
{
  const mk_thing *who = mk_thing_at (p, owner->thing[0]);
  for (int n = 0; n < 8 && mk_thing_is_living (who); n++) {
    int at = i + (mk_is_mark (p, i, ',') ? 1 : 0);
    const mk_hit *conj = mk_hit_at (p, at, MK_WORD_conj);
    at += g_str_equal (mk_hit_text (conj), "and") ? conj->n : 0;
    mk_np np;
    if (at == i || mk_np_read_of (p, at, who, &np) == at || np.head < 0)
      return i;
    const char *relation = relation_to (p, &np, who, is_held);
    bool is_part = !is_held && !np.is_definite && np.part != NULL && mk_thing_has_part (p, who, np.part);
    mk_refs refs, subject = p->subject;
    int next = is_part ? mk_parse_with_part (p, at, owner) : relation != NULL ? mk_parse_object_refs (p, at, owner, &refs) : at;
    p->subject = subject;
    if (next == at)
      return i;
    if (!is_part && refs.n > 0)
      mk_place_add (p, &refs, relation, owner, 0);
    who = mk_thing_at (p, owner->thing[0]);
    i = next;
  }
  return i;
}

/* "with a crown on her head": that is where they are. */
int
mk_parse_worn_where (mk_parser *p, int i)
{
  const mk_hit *relation = mk_hit_at (p, i, MK_WORD_relation);
  mk_np np;
  bool is_where = relation->n > 0 && mk_np_read (p, i + relation->n, &np) > i + relation->n && np.is_owned && (np.part != NULL || mk_hit_at (p, np.head >= 0 ? np.head : np.to, MK_WORD_member)->n > 0);
  if (!is_where)
    return i;
  mk_note (p, i, np.to, NULL, -1);
  return np.to;
}
