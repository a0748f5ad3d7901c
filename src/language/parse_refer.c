/* Which thing is meant. The rule, where several fit: the one that was spoken of last. */
#include <string.h>

#include "language/constructions.h"

/* Whether a word is the library's own name of a recipe, and not of one that is shown so: a singer and a drummer are two, both shown as persons. */
static bool
is_own_name (const mk_parser *p, const char *noun, const mk_recipe_info *info)
{
  for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, noun); sense != NULL; sense = sense->next)
    if (sense->kind == MK_WORD_object && sense->object == info && !sense->is_kin)
      return true;
  return false;
}

static bool
fits_noun (const mk_parser *p, const mk_thing *thing, const mk_np *np)
{
  if (np->is_one && np->one_of != NULL)
    return g_str_equal (thing->noun, np->one_of);
  if (np->is_one || np->noun == NULL)
    return true;
  if (np->object != NULL && thing->info == np->object)
    return !np->is_kin || p->context != NULL || is_own_name (p, thing->noun, thing->info) || g_str_equal (thing->noun, np->noun);
  if (np->text != NULL)
    return g_str_equal (thing->noun, "text");
  return g_str_equal (thing->noun, np->noun);
}

static bool
fits_look (const mk_thing *thing, unsigned copy, const mk_np *np)
{
  if (np->n_colors > 0 && g_ascii_strcasecmp (mk_thing_color (thing, copy), np->colors[0]) != 0)
    return false;
  if (np->material != NULL && !g_str_equal (mk_thing_material (thing, copy), np->material))
    return false;
  double scale = mk_json_has (thing->add, "scale") ? mk_json_get_real (mk_json_get (thing->add, "scale")) : 1;
  return np->scale <= 0 || (np->scale > 1) == (scale > 1);
}

/* "the boat", where there is a sailboat: vehicles both, as no lighthouse is a house to live in but both are built. */
static bool
is_same_sort (const mk_thing *thing, const mk_np *np)
{
  return np->object != NULL && thing->info != NULL && g_str_equal (thing->info->category, np->object->category);
}

/* "the table" where there is a round table alone: the head of its name. */
static void
find_by_head (const mk_parser *p, const mk_np *np, mk_refs *refs)
{
  size_t n = np->noun != NULL && !np->is_one ? strlen (np->noun) : 0;
  for (guint i = 0; i < p->things->len && n > 0; i++) {
    const mk_thing *thing = mk_thing_at (p, (int)i);
    size_t length = strlen (thing->noun);
    bool follows = mk_lexicon_adjectives_follow (p->language->lexicon);
    bool is_kind = length > n && (follows ? g_str_has_prefix (thing->noun, np->noun) && thing->noun[n] == ' ' : g_str_has_suffix (thing->noun, np->noun) && (thing->noun[length - n - 1] == ' ' || is_same_sort (thing, np)));
    if (is_kind && mk_can_be_meant (thing) && fits_look (thing, 0, np))
      mk_refs_add (refs, (int)i, 0);
  }
}

/* All that the words may mean, in order. */
static void
find_all (const mk_parser *p, const mk_np *np, mk_refs *refs)
{
  for (guint i = 0; i < p->things->len; i++) {
    const mk_thing *thing = mk_thing_at (p, (int)i);
    if (!mk_can_be_meant (thing) || !fits_noun (p, thing, np))
      continue;
    bool is_of_many = (np->n_colors > 0 || np->material != NULL) && thing->count > 1 && (thing->copy_looks != NULL || (np->n_colors > 0 && mk_json_has (thing->add, "colors")));
    if (!is_of_many && fits_look (thing, 0, np))
      mk_refs_add (refs, (int)i, 0);
    for (unsigned k = 1; is_of_many && k <= thing->count; k++) /* "the red one" of three */
      if (!mk_copy_is_gone (thing, k) && fits_look (thing, k, np))
        mk_refs_add (refs, (int)i, (int)k);
  }
}

int
mk_find_kind (mk_parser *p, int i, mk_refs *refs)
{
  mk_np np;
  int next = mk_np_read (p, i, &np);
  *refs = (mk_refs){ .part = "" };
  if (next > i && np.head >= 0)
    find_all (p, &np, refs);
  return next;
}

void
mk_take_ordinal (const mk_parser *p, int ordinal, mk_refs *refs)
{
  unsigned n = 0;
  for (unsigned i = 0; i < refs->n; i++)
    n += refs->copy[i] > 0 ? 1 : mk_thing_at (p, refs->thing[i])->count;
  int wanted = ordinal == 1000 ? (int)(n + 1) / 2 : ordinal < 0 ? (int)n + 1 + ordinal : ordinal;
  mk_refs one = { 0 };
  for (unsigned i = 0; i < refs->n && wanted > 0; i++) {
    int count = refs->copy[i] > 0 ? 1 : (int)mk_thing_at (p, refs->thing[i])->count;
    if (wanted <= count)
      mk_refs_add (&one, refs->thing[i], count > 1 ? wanted : refs->copy[i]);
    wanted -= count;
  }
  *refs = one;
}

static void
take_last (mk_refs *refs)
{
  mk_refs last = { 0 };
  if (refs->n > 0)
    mk_refs_add (&last, refs->thing[refs->n - 1], refs->copy[refs->n - 1]);
  *refs = last;
}

/* "two statues of a horse": the number stands before the likeness. */
static void
set_count_of (mk_parser *p, const mk_refs *refs, const mk_np *np)
{
  mk_thing *thing = mk_thing_at (p, refs->thing[0]);
  if (thing->command >= 0 && thing->count == 1 && (np->number > 1 || np->group != NULL))
    mk_set_count (p, thing, np);
}

/* A part named with its owner before ("its wheels") or after ("the wheels of the car"); the owner is in `refs`. */
static bool
find_owner (mk_parser *p, const mk_np *np, mk_refs *refs)
{
  const mk_refs *owner = p->anchor.n > 0 ? &p->anchor : p->subject.n > 0 ? &p->subject : &p->latest;
  bool is_hers = np->is_owned && np->owner != NULL && *np->owner != 0; /* "her dress": nobody's who is a he */
  for (unsigned i = p->n_recent; is_hers && i > 0 && (owner->n == 0 || !mk_fits_pronoun (p, owner, np->owner)); i--)
    owner = &p->recent[i - 1];
  for (unsigned i = p->n_recent; np->is_owned && i > 0 && (owner->n == 0 || !mk_thing_has_part (p, mk_thing_at (p, owner->thing[0]), np->part)); i--)
    owner = &p->recent[i - 1]; /* "a queen with a crown on her head" */
  bool is_own = np->is_owned && p->is_object && mk_refs_meet (owner, &p->self); /* "a robot with a flower on its head": a flower has a head too */
  for (unsigned i = p->n_recent; is_own && i > 0; i--)
    if (!mk_refs_meet (&p->recent[i - 1], &p->self) && mk_thing_has_part (p, mk_thing_at (p, p->recent[i - 1].thing[0]), np->part)) {
      owner = &p->recent[i - 1];
      break;
    }
  mk_refs only = { 0 };
  bool has_owner = owner->n > 0 && mk_thing_has_part (p, mk_thing_at (p, owner->thing[0]), np->part);
  for (guint t = p->things->len; t > 0 && np->is_definite && p->anchor.n == 0 && !has_owner && only.n == 0; t--) /* "paint the roof green", long after the house */
    if (!mk_thing_at (p, (int)t - 1)->is_removed && mk_thing_has_part (p, mk_thing_at (p, (int)t - 1), np->part))
      mk_refs_add (&only, (int)t - 1, 0);
  owner = only.n > 0 ? &only : owner;
  if (owner->n == 0 || mk_thing_at (p, owner->thing[0])->is_removed || !mk_thing_has_part (p, mk_thing_at (p, owner->thing[0]), np->part))
    return false;
  *refs = *owner;
  g_strlcpy (refs->part, np->part, sizeof refs->part);
  return true;
}

/* "a parrot on his shoulder": him, where no recipe names the part. */
static bool
find_body (mk_parser *p, const mk_np *np, mk_refs *refs)
{
  if (!p->is_placing)
    return false;
  mk_find_pronoun (p, np->owner != NULL && *np->owner != 0 ? np->owner : "it", refs);
  bool is_other = refs->n > 0 && !mk_refs_meet (refs, &p->self);
  refs->n = is_other ? refs->n : 0;
  return is_other;
}

/* "one of stone, one of wood": of `count` copies the middle one, then those that nobody spoke of yet. */
static int
next_copy (const mk_parser *p, int thing, unsigned count)
{
  int middle = (int)(count + 1) / 2, next = middle;
  for (int k = 0; k <= (int)count; k++) {
    bool is_known = false;
    for (unsigned i = 0; i < p->n_recent; i++)
      is_known |= p->recent[i].n == 1 && p->recent[i].thing[0] == thing && p->recent[i].copy[0] == next;
    if (!is_known)
      return next;
    next = k + 1;
  }
  return middle;
}

/* "ten bottles on a wall, one falls": any of those that were named in the plural. */
static bool
find_one_of (const mk_parser *p, const mk_np *np, mk_refs *refs)
{
  bool is_plain = np->is_one && !np->is_ones && !np->is_definite && !np->is_new && np->n_colors == 0 && np->material == NULL && np->scale <= 0;
  for (unsigned i = p->n_recent; i > 0 && is_plain; i--)
    if (mk_is_several (p, &p->recent[i - 1])) {
      const mk_refs *group = &p->recent[i - 1];
      unsigned count = mk_thing_at (p, group->thing[0])->count;
      mk_refs_add (refs, group->thing[0], count > 1 && group->n == 1 ? next_copy (p, group->thing[0], count) : group->copy[0]);
      return true;
    }
  return false;
}

/* Which kind "the left one" or "the second" is of: the latest that there are several of. */
static const char *
kind_of_one (const mk_parser *p)
{
  for (unsigned i = p->n_recent; i > 0; i--) {
    const mk_thing *thing = mk_thing_at (p, p->recent[i - 1].thing[0]);
    unsigned n = thing->count;
    for (guint t = 0; t < p->things->len && n < 2; t++)
      n += mk_thing_at (p, (int)t) != thing && !mk_thing_at (p, (int)t)->is_removed && g_str_equal (mk_thing_at (p, (int)t)->noun, thing->noun);
    if (n > 1 && !thing->is_removed)
      return thing->noun;
  }
  return NULL;
}

/* "two robots behind the first one": nobody stands behind himself, where there is another. */
static void
spare_self (const mk_parser *p, mk_refs *refs)
{
  mk_refs others = *refs;
  if (p->is_object && p->self.n > 0 && p->self.copy[0] == 0)
    mk_refs_without (p, &others, &p->self);
  if (others.n > 0)
    *refs = others;
}

static bool
find_known (mk_parser *p, const mk_np *said, mk_refs *refs)
{
  mk_np own = *said, *np = &own;
  if (np->is_one && (np->ordinal != 0 || np->most != 0))
    own.one_of = kind_of_one (p);
  if (find_one_of (p, np, refs))
    return true;
  find_all (p, np, refs);
  spare_self (p, refs);
  if (refs->n == 0 && (np->is_one || p->context != NULL)) {
    /* No thing looks like that: whoever has the name. */
    mk_np loose = *np;
    loose.n_colors = 0;
    loose.material = NULL;
    loose.scale = 0;
    if (!np->is_one)
      find_all (p, &loose, refs);
    if (refs->n == 0 && p->context != NULL)
      find_by_head (p, &loose, refs);
  }
  if (refs->n == 0)
    return false;
  const mk_refs *known = p->subject.n > 0 ? &p->subject : &p->latest;
  if (np->most != 0)
    mk_keep_most (p, np->most, refs);
  else if (np->ordinal != 0)
    mk_take_ordinal (p, np->ordinal, refs);
  else if (np->is_another && refs->n == 1 && known->n == 1 && known->copy[0] > 0 && known->thing[0] == refs->thing[0]) /* "make one of them yellow", "remove the other car" */
    mk_refs_without (p, refs, known);
  else if (np->is_another) {
    mk_refs rest = { 0 };
    for (unsigned i = 0; i < refs->n; i++)
      if (!mk_refs_has (known, refs->thing[i]))
        mk_refs_add (&rest, refs->thing[i], 0);
    *refs = rest;
  }
  else if (np->is_any)
    mk_take_ordinal (p, 1, refs);
  else if (!np->is_all && !np->is_plural && np->number < 2 && refs->n > 1) {
    const mk_thing *first = mk_thing_at (p, refs->thing[refs->n - 1]);
    mk_assume (p, "There are several; I took the %s that was named last.", mk_noun_written (p, first->noun));
    take_last (refs);
  }
  return refs->n > 0;
}

/* "a running horse": it runs while the sentence goes on. */
static void
act_meanwhile (mk_parser *p, int verb, const mk_refs *refs)
{
  int action = p->clause.action, order = p->order.now;
  bool has_verb = p->clause.has_verb, is_start = p->clause.is_start, is_joined = p->clause.is_joined, is_predicate = p->clause.is_predicate;
  p->order.now = MK_ORDER_NONE;
  mk_motion_attach (p, verb, refs);
  p->clause.action = action;
  p->order.now = order;
  p->clause.has_verb = has_verb;
  p->clause.is_start = is_start;
  p->clause.is_joined = is_joined;
  p->clause.is_predicate = is_predicate;
}

/* While a place is furnished: what the sentence has of a kind is not added again, and what it does without is left out. */
static bool
find_furniture (mk_parser *p, const mk_np *np, mk_refs *refs)
{
  for (guint i = 0; i < p->unwanted->len && np->noun != NULL; i++)
    if (g_str_equal (np->noun, p->unwanted->pdata[i]))
      return true;
  for (guint i = 0; i < p->n_said && np->object != NULL; i++)
    if (!mk_thing_at (p, (int)i)->is_removed && mk_thing_at (p, (int)i)->info == np->object)
      mk_refs_add (refs, (int)i, 0);
  return refs->n > 0;
}

bool
mk_is_finite_verb (const mk_parser *p, int i)
{
  static const mk_word_kind kinds[] = { MK_WORD_motion, MK_WORD_physics, MK_WORD_transitive, MK_WORD_act };
  for (size_t k = 0; k < MK_COUNT (kinds); k++)
    if (mk_hit_at (p, i, kinds[k])->n > 0 && mk_hit_at (p, i, kinds[k])->form == MK_FORM_S)
      return true;
  return false;
}

/* "bus arrives, door opens, bus drives off": without its article it is still the same bus. */
static bool
is_named_again (const mk_parser *p, const mk_np *np)
{
  bool is_bare = !np->is_new && !np->is_definite && !np->is_plural && !np->is_one && np->number < 0 && np->group == NULL && np->n_colors == 0 && np->material == NULL && np->scale <= 0;
  return is_bare && np->object != NULL && np->from + 1 == np->to && p->clause.is_start && !p->is_furnishing && !p->is_quiet && mk_is_finite_verb (p, np->to);
}

/* "from one flower to another", "… to the next": the other one, when no noun follows. The token behind, or i. */
int
mk_read_partner (const mk_parser *p, int i)
{
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det);
  bool is_another = det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "another"));
  int next = i + det->n + (!is_another && det->n > 0 && mk_is_word (p, i + det->n, "next") ? 1 : 0);
  bool is_to = i > 0 && g_str_equal (mk_hit_text (mk_hit_at (p, i - 1, MK_WORD_prep)), "to");
  return is_to && (is_another || next > i + det->n) && !mk_np_is_head_ahead (p, next) && mk_hit_at (p, next, MK_WORD_one)->n == 0 ? next : i;
}

/* How many others of several `kind` are spoken of from token i on: "the right one", "the right ball", "the other", "the other two"; 0 = none. */
static unsigned
count_others_ahead (const mk_parser *p, int i, int ordinal, const mk_recipe_info *kind)
{
  for (; i < mk_n_tokens (p); i++) {
    const mk_hit *other = mk_hit_at (p, i, MK_WORD_ordinal), *det = mk_hit_at (p, i - 1, MK_WORD_det);
    const mk_hit *named = mk_hit_at (p, i + other->n, MK_WORD_object);
    bool is_same = mk_hit_at (p, i + other->n, MK_WORD_one)->n > 0 || (named->n > 0 && named->sense->object == kind);
    bool is_ordinal = other->n > 0 && (int)mk_json_get_int (other->sense->value) != ordinal && is_same;
    const mk_hit *pronoun = mk_hit_at (p, i, MK_WORD_pronoun);
    double number = 1;
    if ((is_ordinal && det->n > 0) || mk_read_partner (p, i) > i)
      return 1;
    if (!g_str_has_prefix (mk_hit_text (pronoun), "other"))
      continue;
    number = g_str_equal (mk_hit_text (pronoun), "others") ? 2 : 1;
    mk_parse_number (p, i + pronoun->n, &number);
    return (unsigned)CLAMP (number, 1, 100);
  }
  return 0;
}

/* "the left robot bows, then the right one", "one robot turns left, the other right": nobody named them before, and there are two. */
static bool
make_several (mk_parser *p, const mk_np *np, mk_refs *refs)
{
  bool is_one = np->ordinal == 0 && np->number == 1 && !np->is_new && !np->is_definite && mk_hit_at (p, np->from, MK_WORD_one)->n > 0;
  bool is_side = np->ordinal != 0 && np->ordinal != 1000 && np->number < 0;
  unsigned n_others = (is_one || is_side) && np->object != NULL && !p->is_quiet ? count_others_ahead (p, np->to, np->ordinal, np->object) : 0;
  if (n_others == 0)
    return false;
  mk_np all = *np;
  all.number = MAX (1 + (int)n_others, np->ordinal);
  all.n_colors = 0;
  all.ordinal = 0;
  mk_make_new (p, &all, refs);
  if (refs->n > 0)
    mk_take_ordinal (p, is_one ? 1 : np->ordinal, refs);
  if (refs->n > 0 && np->n_colors > 0)
    mk_look_set (p, refs, np);
  return refs->n > 0;
}

/* "the red car …, the blue one …": as the latest of which the same was said otherwise; NULL = of none. */
static const mk_refs *
find_contrast (const mk_parser *p, const mk_np *np)
{
  for (unsigned i = p->n_recent; i > 0 && np->is_definite; i--) {
    const mk_thing *thing = mk_thing_at (p, p->recent[i - 1].thing[0]);
    if (!thing->is_removed && ((np->n_colors > 0 && *thing->color != 0) || (np->material != NULL && *thing->material != 0)))
      return &p->recent[i - 1];
  }
  return NULL;
}

#define MAX_ORDINAL 12 /* up to which what is counted through is made */

/* "the first house is red, the second white and the third blue", and there are none yet: as many as are counted through. */
static bool
make_counted_through (mk_parser *p, const mk_np *np, mk_refs *refs)
{
  int last = 0;
  if (np->ordinal < 1 || !np->is_definite || np->object == NULL || np->is_plural || p->context != NULL)
    return false;
  for (int i = np->to; i < mk_n_tokens (p); i++) {
    const mk_hit *det = mk_hit_at (p, i - 1, MK_WORD_det), *ordinal = mk_hit_at (p, i, MK_WORD_ordinal);
    int n = det->n == 1 && ordinal->n > 0 ? (int)mk_json_get_int (ordinal->sense->value) : 0;
    last = n <= MAX_ORDINAL ? MAX (last, n) : last;
  }
  if (last <= np->ordinal)
    return false;
  mk_np all = *np;
  all.number = last;
  all.n_colors = 0;
  all.material = NULL;
  mk_make_new (p, &all, refs);
  mk_take_ordinal (p, np->ordinal, refs);
  mk_look_set (p, refs, np);
  return refs->n > 0;
}

/* "add smoke to the chimney": the house's that stands there, before anything is shown as one. */
static bool
find_kin_part (mk_parser *p, const mk_np *np, mk_refs *refs)
{
  mk_np own = *np;
  own.part = np->noun;
  return np->is_kin && np->is_definite && p->context != NULL && np->noun != NULL && find_owner (p, &own, refs);
}

void
mk_np_resolve (mk_parser *p, const mk_np *np, mk_refs *refs)
{
  const mk_refs *contrast = np->is_one && p->context == NULL ? find_contrast (p, np) : NULL;
  bool is_one_more = np->is_one && np->is_another && p->subject.n > 0 && mk_thing_at (p, p->subject.thing[0])->command >= 0; /* "a tree to the left of it and another one" */
  const mk_refs *latest = is_one_more ? &p->subject : contrast != NULL ? contrast : p->latest.n > 0 ? &p->latest : &p->mentioned;
  *refs = (mk_refs){ 0 };
  if (p->is_furnishing && find_furniture (p, np, refs))
    return;
  if (np->pronoun != NULL)
    mk_find_pronoun (p, np->pronoun, refs);
  else if (find_kin_part (p, np, refs))
    ;
  else if (np->part != NULL && np->object == NULL && find_owner (p, np, refs))
    mk_look_set (p, refs, np);
  else if (np->is_owned && np->object == NULL && np->head >= 0 && mk_hit_at (p, np->head, MK_WORD_member)->n > 0 && find_body (p, np, refs))
    ;
  else if (np->is_owned && np->object == NULL && np->head >= 0 && p->things->len > 0 && (np->part != NULL || mk_hit_at (p, np->head, MK_WORD_member)->n > 0))
    mk_assume (p, "There is no %s that could be changed by itself.", mk_noun_written (p, np->noun));
  else if (np->text != NULL && !np->is_definite)
    mk_make_new (p, np, refs);
  else if ((np->is_definite || is_named_again (p, np) || (np->is_one && !(np->is_new && np->is_another && latest->n > 0)) || (p->edit.kind == MK_EDIT_MAKE && !np->is_new && np->number < 0)) && find_known (p, np, refs))
    ;
  else if (np->object != NULL && p->spared.n == 1 && mk_thing_at (p, p->spared.thing[0])->info == np->object && np->number <= 1) { /* "everything is white except the cat: a dog, a cat …": there it is */
    *refs = p->spared;
    p->spared.n = 0;
  }
  else if (np->noun != NULL && !np->is_one && (make_several (p, np, refs) || make_counted_through (p, np, refs)))
    ;
  else if (np->noun != NULL && !np->is_one) {
    mk_make_new (p, np, refs);
    if (np->is_any && refs->n > 0 && mk_thing_at (p, refs->thing[0])->count > 1) /* "one of the two swans" */
      mk_take_ordinal (p, 1, refs);
  }
  else if (np->text != NULL)
    mk_make_new (p, np, refs);
  else if (np->is_one && latest->n > 0 && (np->is_new || np->number >= 0 || (p->context == NULL && (np->n_colors > 0 || np->material != NULL)))) {
    /* "and a blue one": as the latest. */
    mk_np same = *np;
    same.object = mk_thing_at (p, latest->thing[0])->info;
    same.noun = mk_thing_at (p, latest->thing[0])->noun;
    same.is_one = false;
    if (np->is_another && same.n_colors == 0 && same.material == NULL) { /* "another one" is as the one that there is */
      const mk_thing *model = mk_thing_at (p, latest->thing[0]);
      same.n_colors = *model->color != 0 ? 1 : 0;
      g_strlcpy (same.colors[0], model->color, sizeof same.colors[0]);
      same.material = *model->material != 0 ? model->material : NULL;
    }
    mk_make_new (p, &same, refs);
  }
  mk_np_note (p, np, refs->n > 0 ? mk_thing_at (p, refs->thing[0])->command : -1);
  if (refs->n == 0)
    return;
  p->mentioned = *refs;
  p->mentioned_to = np->to;
  mk_remember (p, refs);
  mk_set_fields (p->lively, np->lively);
  if (np->verb >= 0 && np->pronoun == NULL)
    act_meanwhile (p, np->verb, refs);
  if (np->plume > 0 && np->pronoun == NULL)
    mk_smoke_add (p, np->plume - 1, refs);
}

/* "a red and a blue ball", "two red, three blue and one yellow ball": those without a head take that of the last. */
int
mk_np_lend_head (mk_parser *p, int i, mk_np *np)
{
  int at = i;
  for (int n = 0; n < 8 && np->head < 0 && np->noun == NULL && (np->is_new || np->number >= 1); n++) {
    mk_np next;
    int from = at + (mk_is_mark (p, at, ',') ? 1 : 0);
    from += mk_hit_at (p, from, MK_WORD_conj)->n;
    at = from > at ? mk_np_read (p, from, &next) : from;
    if (at <= from || next.pronoun != NULL || next.is_definite)
      return i;
    if (next.head < 0 && next.noun == NULL && (next.is_new || next.number >= 1))
      continue;
    np->object = next.object;
    np->noun = next.noun;
    np->label = next.label;
    return i;
  }
  return i;
}

/* "a bowl of cherries", and "a vase of roses", but no clock of gold. */
static bool
holds_things (mk_parser *p, int i, const mk_np *np)
{
  mk_np inside;
  if (np->object == NULL || mk_json_get_bool (mk_world_fact (p, np->object->category, "is_filled")))
    return np->object != NULL;
  return mk_np_read (p, i, &inside) > i && inside.object != NULL && mk_json_has_text (mk_world_fact (p, np->object->category, "holds"), inside.object->category);
}

/* "a bowl of cherries": some of them, inside. */
static int
fill (mk_parser *p, int i, const mk_np *np, mk_refs *refs)
{
  mk_refs inside;
  mk_np_resolve (p, np, refs);
  int next = mk_parse_np_refs (p, i, &inside);
  if (next > i && inside.n > 0 && refs->n > 0)
    mk_place_add (p, &inside, g_str_equal (mk_relation_of_with (p, mk_thing_at (p, refs->thing[0]), mk_thing_at (p, inside.thing[0])), "on") ? "on" : "inside", refs, 0);
  mk_remember (p, refs);
  return MAX (next, i);
}

/* Whether what is named next has such a part: an arch is one of a foot, but not of flowers. */
static bool
is_part_of_next (mk_parser *p, int i, const char *part)
{
  mk_np np;
  if (mk_np_read (p, i, &np) == i || np.pronoun != NULL || np.object == NULL)
    return np.pronoun != NULL;
  mk_thing whole = { .info = np.object, .noun = (char *)np.noun };
  return mk_thing_has_part (p, &whole, part);
}

/* What "X of Y" means:
 *   the wheels of the car    a part, when Y has it
 *   the top of the tower     Y itself, there
 *   a statue of a horse      Y, made as X says
 *   a cup of tea, of cherries X; what fills it, when that can be shown
 * The token after it, or i when X stands alone. */
static int
take_of (mk_parser *p, int i, const mk_np *np, mk_refs *refs)
{
  const mk_hit *of = mk_hit_at (p, i, MK_WORD_prep);
  const mk_hit *part = mk_hit_at (p, np->head, MK_WORD_part), *region = mk_hit_at (p, np->head, MK_WORD_region), *likeness = mk_hit_at (p, np->head, MK_WORD_likeness);
  const mk_hit *substance = mk_hit_at (p, i + of->n, MK_WORD_substance);
  if (np->head < 0 || np->text != NULL || !g_str_equal (mk_hit_text (of), "of"))
    return i;
  if (substance->n > 0 && np->object != NULL && !mk_np_is_head_ahead (p, i + of->n + substance->n)) {
    mk_np_resolve (p, np, refs);
    mk_note (p, i, i + of->n + substance->n, NULL, -1);
    mk_assume (p, "I left out the %s.", substance->sense->phrase);
    return i + of->n + substance->n;
  }
  double metres = 0;
  int measured = mk_parse_measure (p, i + of->n, &metres);
  if (measured > i + of->n && np->object != NULL && !mk_np_is_head_ahead (p, measured)) { /* "a tower of 30 metres" */
    mk_np sized = *np;
    sized.length_m[0] = metres;
    mk_np_resolve (p, &sized, refs);
    mk_note (p, i, measured, "size", -1);
    return measured;
  }
  if (holds_things (p, i + of->n, np) && mk_np_is_head_ahead (p, i + of->n))
    return fill (p, i + of->n, np, refs);
  const mk_hit *member = mk_hit_at (p, np->head, MK_WORD_member);
  if (part->n == 0 && region->n == 0 && likeness->n == 0 && (member->n == 0 || np->object != NULL))
    return i;
  mk_refs owner;
  int whose = mk_hit_at (p, i, MK_WORD_det)->n > 0 ? i : i + of->n; /* "des Autos" says "of" by its article */
  bool is_its_own = np->is_kin && member->n > 0; /* "the roof of a skyscraper" is no house */
  if (np->object != NULL && region->n == 0 && likeness->n == 0 && !is_its_own && !is_part_of_next (p, whose, part->sense->phrase)) /* "an arch of flowers", "a bridge of stone" */
    return i;
  int next = mk_parse_np_refs (p, whose, &owner);
  if (next == whose || owner.n == 0)
    return i;
  bool has_part = part->n > 0 && mk_thing_has_part (p, mk_thing_at (p, owner.thing[0]), part->sense->phrase);
  *refs = owner;
  if (has_part)
    g_strlcpy (refs->part, part->sense->phrase, sizeof refs->part);
  mk_np look = *np;
  if (likeness->n > 0 && !has_part) {
    if (look.material == NULL && mk_json_has (likeness->sense->value, "material"))
      look.material = mk_json_get_string (mk_json_get (likeness->sense->value, "material"));
    set_count_of (p, refs, np);
  }
  mk_look_set (p, refs, &look);
  mk_np_note (p, np, mk_thing_at (p, owner.thing[0])->command);
  mk_note (p, i, i + of->n, NULL, -1);
  mk_remember (p, refs);
  return next;
}

/* "the clock's hands", "the dog's ball": a part of the owner, or a thing beside it. The token after it, or i. */
static int
take_owned (mk_parser *p, int i, const mk_np *owner, mk_refs *refs)
{
  if (owner->head < 0 || owner->text != NULL || i <= owner->head || !mk_token_at (p, i - 1)->is_owner)
    return i;
  mk_np np;
  int next = mk_np_read (p, i, &np);
  const mk_hit *member = mk_hit_at (p, i, MK_WORD_member);
  mk_np_resolve (p, owner, refs);
  if (refs->n == 0 || ((next == i || np.head < 0) && member->n == 0))
    return i;
  const mk_thing *thing = mk_thing_at (p, refs->thing[0]);
  const char *part = np.head >= 0 ? (np.part != NULL ? np.part : np.noun) : member->sense->phrase;
  if ((p->clause.in_camera || p->clause.wants_target) && part != NULL && !mk_thing_has_part (p, thing, part)) { /* "a close-up of the cat's face" shows its head */
    const char *around = mk_json_get_string (mk_json_get (mk_json_get (mk_lexicon_world (p->language->lexicon), "parts_around"), part));
    part = *around != 0 ? around : part;
  }
  if (part != NULL && mk_thing_has_part (p, thing, part)) {
    g_strlcpy (refs->part, part, sizeof refs->part);
    mk_look_set (p, refs, &np);
    mk_np_note (p, &np, thing->command);
    return MAX (next, i + member->n);
  }
  if (member->n > 0) { /* "the clock's hands" are the clock's, even where it has none of its own */
    if (!p->is_placing)
      mk_assume (p, "The %s has no %s that could be changed.", thing->noun, member->sense->phrase);
    mk_note (p, i, MAX (next, i + member->n), NULL, -1);
    return MAX (next, i + member->n);
  }
  mk_refs holder = *refs;
  mk_np_resolve (p, &np, refs);
  if (refs->n > 0 && mk_thing_at (p, refs->thing[0])->command >= 0 && mk_json_get (mk_thing_at (p, refs->thing[0])->add, "place") == NULL)
    mk_place_add (p, refs, "beside", &holder, 0);
  return next;
}

int
mk_parse_np_refs (mk_parser *p, int i, mk_refs *refs)
{
  mk_np np;
  int next = mk_find_called (p, i, refs);
  next = next > i ? next : mk_parse_some (p, i, refs);
  next = next > i ? next : mk_parse_written (p, i, refs);
  if (next > i)
    return next;
  next = mk_np_read (p, i, &np);
  refs->n = 0;
  if (next == i)
    return i;
  mk_np_lend_head (p, next, &np);
  if (np.head < 0 && np.noun == NULL)
    return i;
  int whole = mk_parse_placed_one (p, next, &np, refs);
  if (whole > next)
    return whole;
  whole = take_owned (p, next, &np, refs);
  if (whole > next)
    return whole;
  refs->n = 0;
  whole = take_of (p, next, &np, refs);
  if (whole > next)
    return whole;
  mk_np_resolve (p, &np, refs);
  next = np.is_ones || (np.is_definite && np.is_plural) ? mk_keep_looking (p, next, refs) : next;
  const mk_hit *except = mk_hit_at (p, next, MK_WORD_except), *but = mk_hit_at (p, next, MK_WORD_conj);
  int n_except = except->n > 0 ? except->n : np.is_all && g_str_equal (mk_hit_text (but), "but") ? but->n : 0; /* "all ducks but one" */
  int all_but = n_except > 0 ? mk_parse_all_but (p, next + n_except, refs) : next;
  if (all_but > next + n_except)
    return all_but;
  mk_refs out;
  int after = n_except > 0 ? mk_parse_np_refs (p, next + n_except, &out) : next;
  if (n_except > 0 && after > next + n_except) {
    mk_refs_without (p, refs, &out);
    next = after;
  }
  return next;
}

int
mk_parse_object_refs (mk_parser *p, int i, const mk_refs *who, mk_refs *refs)
{
  mk_refs subject = p->subject, anchor = p->anchor, self = p->self;
  bool was_object = p->is_object;
  p->is_object = true;
  p->self = *who;
  int next = mk_parse_np_refs (p, i, refs);
  p->is_object = was_object;
  p->self = self;
  p->subject = subject;
  p->anchor = anchor;
  return next;
}
