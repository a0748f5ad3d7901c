/* Whom a pronoun means: it, she, them, the other one, the former. */
#include <string.h>

#include "language/constructions.h"
#include "language/reply_words.h"

bool
mk_can_be_meant (const mk_thing *thing)
{
  return !thing->is_removed && thing->id != NULL;
}

bool
mk_is_object_pronoun (const mk_parser *p, int i)
{
  return mk_is_word (p, i, "it") || mk_is_word (p, i, "them");
}

bool
mk_refs_has (const mk_refs *refs, int thing)
{
  for (unsigned i = 0; i < refs->n; i++)
    if (refs->thing[i] == thing)
      return true;
  return false;
}

static void
add_all (const mk_parser *p, mk_refs *refs, const mk_refs *without)
{
  for (guint i = 0; i < p->things->len; i++)
    if (mk_can_be_meant (mk_thing_at (p, (int)i)) && (without == NULL || !mk_refs_has (without, (int)i)))
      mk_refs_add (refs, (int)i, 0);
}

/* One of two that was spoken of last, or NULL. */
static const mk_refs *
one_of_two (const mk_parser *p)
{
  for (unsigned i = p->n_recent; i > 0; i--) {
    const mk_refs *refs = &p->recent[i - 1];
    if (refs->n == 1 && refs->copy[0] > 0 && mk_thing_at (p, refs->thing[0])->count == 2)
      return refs;
  }
  return NULL;
}

bool
mk_has_partner (const mk_parser *p)
{
  return one_of_two (p) != NULL;
}

/* "the other one": another thing of the kind that was spoken of last, else any other; where somebody goes from one of two, that it is. */
static void
find_other (const mk_parser *p, mk_refs *refs)
{
  const mk_refs *pair = p->subject.n > 0 && p->subject.copy[0] == 0 && p->clause.has_verb ? one_of_two (p) : NULL;
  const mk_refs *latest = pair != NULL ? pair : p->subject.n > 0 ? &p->subject : &p->latest;
  if (latest->n == 0)
    return;
  const mk_thing *known = mk_thing_at (p, latest->thing[0]);
  if (latest->copy[0] > 0 && known->count == 2)
    mk_refs_add (refs, latest->thing[0], 3 - latest->copy[0]);
  else if (latest->copy[0] > 0) /* of more than two the last that was not spoken of */
    mk_refs_add (refs, latest->thing[0], (int)known->count - (latest->copy[0] == (int)known->count));
  for (guint i = p->things->len; i > 0 && refs->n == 0; i--) {
    const mk_thing *thing = mk_thing_at (p, (int)i - 1);
    if (mk_can_be_meant (thing) && !mk_refs_has (latest, (int)i - 1) && g_str_equal (thing->noun, known->noun))
      mk_refs_add (refs, (int)i - 1, 0);
  }
  for (guint i = p->things->len; i > 0 && refs->n == 0; i--)
    if (mk_can_be_meant (mk_thing_at (p, (int)i - 1)) && !mk_refs_has (latest, (int)i - 1))
      mk_refs_add (refs, (int)i - 1, 0);
}

/* "half of the balls are blue, the others white": of copies those that were not spoken of; else all other things. */
static void
find_others (const mk_parser *p, mk_refs *refs)
{
  const mk_refs *known = p->subject.n > 0 ? &p->subject : &p->latest;
  const mk_thing *thing = known->n > 0 && known->copy[0] > 0 ? mk_thing_at (p, known->thing[0]) : NULL;
  if (thing == NULL || known->n >= thing->count) {
    add_all (p, refs, known);
    return;
  }
  for (unsigned k = 1; k <= thing->count; k++) {
    bool is_known = false;
    for (unsigned i = 0; i < known->n; i++)
      is_known |= known->thing[i] == known->thing[0] && known->copy[i] == (int)k;
    if (!is_known)
      mk_refs_add (refs, known->thing[0], (int)k);
  }
}

bool
mk_is_several (const mk_parser *p, const mk_refs *refs)
{
  return refs->n > 1 || (refs->n == 1 && mk_thing_at (p, refs->thing[0])->count > 1);
}

static bool
is_all_of_kind (const mk_parser *p, const mk_refs *refs, const mk_refs *more)
{
  const char *noun = mk_thing_at (p, more->thing[0])->noun;
  for (unsigned i = 0; i < refs->n; i++)
    if (!g_str_equal (mk_thing_at (p, refs->thing[i])->noun, noun))
      return false;
  return true;
}

/* "the cup is left of the teapot, the plate before both": those that were named last, each by itself; of one kind all of them: "a red cube, a
 * blue cube and a green cube. Stack them." */
static void
find_latest_two (const mk_parser *p, mk_refs *refs)
{
  for (unsigned i = p->n_recent; i > 0 && (refs->n < 2 || is_all_of_kind (p, refs, &p->recent[i - 1])); i--)
    if (!p->is_object || !mk_refs_meet (&p->recent[i - 1], &p->self)) {
      mk_refs later = *refs; /* in the order in which they were named */
      *refs = p->recent[i - 1];
      mk_refs_join (refs, &later);
    }
}

/* "two dogs … a ball. They chase it": who lives, and several of them, though a thing was named since. */
static bool
find_living_group (const mk_parser *p, mk_refs *refs)
{
  for (unsigned i = p->n_recent; i > 0; i--) {
    const mk_refs *known = &p->recent[i - 1];
    if (!mk_thing_is_living (mk_thing_at (p, known->thing[0])))
      continue;
    bool is_group = i < p->n_recent && mk_is_several (p, known);
    *refs = is_group ? *known : *refs;
    return is_group;
  }
  return false;
}

static void
find_them (const mk_parser *p, mk_refs *refs)
{
  const mk_refs *self = p->is_object ? &p->self : NULL; /* "a bush, a bench between them": not between itself */
  if (mk_is_several (p, &p->subject) && !(self != NULL && mk_refs_meet (&p->subject, self)))
    *refs = p->subject;
  else if (mk_is_several (p, &p->latest) && !(self != NULL && mk_refs_meet (&p->latest, self)))
    *refs = p->latest;
  else if (self != NULL || !find_living_group (p, refs))
    find_latest_two (p, refs);
  if (refs->n == 1) /* "the left ball is red, the right one blue and both are on a mirror" */
    refs->copy[0] = 0;
  if (refs->n < 2 && !mk_is_several (p, refs))
    add_all (p, refs, NULL);
}

static void
find_last (const mk_parser *p, mk_refs *refs)
{
  add_all (p, refs, NULL);
  if (refs->n > 0)
    mk_take_ordinal (p, -1, refs);
}

static void
find_first (const mk_parser *p, mk_refs *refs)
{
  if (p->is_object && p->self.n == 1 && p->self.copy[0] > 1) /* "the last one on the first one": of the same */
    mk_refs_add (refs, p->self.thing[0], 0);
  else
    add_all (p, refs, NULL);
  if (refs->n > 0)
    mk_take_ordinal (p, 1, refs);
}

/* "she" and "he" by what the lexicon says of the noun or of the recipe's name, or by the noun's own gender ("der Tisch" is "er"); "" when it
 * may be either. */
static const char *
gender_of (const mk_parser *p, const mk_thing *thing)
{
  const char *names[] = { thing->noun, thing->info != NULL ? thing->info->name : "" };
  for (size_t k = 0; k < MK_COUNT (names); k++)
    for (const mk_sense *i = mk_lexicon_find (p->language->lexicon, names[k]); i != NULL; i = i->next)
      if (i->kind == MK_WORD_gender)
        return mk_json_get_string (i->value);
  const char *of_noun = mk_lexicon_pronouns_bend (p->language->lexicon) ? mk_noun_gender (p, thing->noun) : "";
  return g_str_equal (of_noun, "m") ? "he" : g_str_equal (of_noun, "f") ? "she" : "";
}

static bool
is_person_pronoun (const char *pronoun)
{
  return g_str_equal (pronoun, "who") || g_str_equal (pronoun, "he") || g_str_equal (pronoun, "she");
}

bool
mk_fits_pronoun (const mk_parser *p, const mk_refs *refs, const char *pronoun)
{
  const mk_thing *thing = mk_thing_at (p, refs->thing[0]);
  const char *gender = gender_of (p, thing);
  if (thing->is_removed)
    return false;
  if (g_str_equal (pronoun, "it"))
    return *gender == 0;
  if (!is_person_pronoun (pronoun) || (thing->called != NULL && *gender == 0)) /* the bear that was called Bruno is he */
    return true;
  return (mk_thing_is_living (thing) || *gender != 0) && (*gender == 0 || g_str_equal (gender, "who") || g_str_equal (pronoun, "who") || g_str_equal (gender, pronoun));
}

/* "a woman gets up from her chair and opens it": a door was named before, which can be opened. */
static bool
is_able (const mk_parser *p, const mk_refs *known)
{
  const mk_recipe_info *info = mk_thing_at (p, known->thing[0])->info;
  return p->able == NULL || (info != NULL && info->motions != NULL && g_strv_contains (info->motions, p->able));
}

/* "a boy flies a kite in front of it": the kite is where the boy is, and he is not before it. */
static bool
is_placed_at (const mk_parser *p, const mk_refs *known, const mk_refs *at)
{
  const mk_json *places = mk_json_get (mk_thing_at (p, known->thing[0])->add, "place");
  bool is_there = false;
  for (size_t i = 0; i < mk_json_length (places) && at->n > 0; i++)
    is_there |= mk_json_has_text (mk_json_get (mk_json_at (places, i), "targets"), mk_thing_at (p, at->thing[0])->id);
  return is_there;
}

/* What was named last and fits the pronoun: one or several, living when it is “him”, not who acts itself; what can do it first. */
static bool
find_recent (const mk_parser *p, const char *pronoun, mk_refs *refs)
{
  bool is_them = g_str_equal (pronoun, "them") || g_str_equal (pronoun, "both");
  bool is_it = g_str_equal (pronoun, "it");
  for (int is_any = p->able == NULL ? 1 : 0; is_any < (is_it ? 3 : 2); is_any++) /* it is no girl, as long as there is something else */
    for (unsigned i = p->n_recent; i > 0; i--) {
      const mk_refs *known = &p->recent[i - 1];
      bool is_own = p->is_object && (mk_refs_meet (known, &p->self) || (p->is_placing && is_placed_at (p, known, &p->self)));
      if (is_own || is_them != mk_is_several (p, known) || (!(is_it && is_any > 1) && !mk_fits_pronoun (p, known, pronoun)) || mk_thing_at (p, known->thing[0])->is_removed || !(is_any || is_able (p, known)))
        continue;
      *refs = *known;
      refs->part[0] = 0;
      refs->copy[0] = is_them && refs->n == 1 ? 0 : refs->copy[0]; /* one of the dogs was named, them are all */
      return true;
    }
  return false;
}

/* One alone, where those that the sentence speaks of are several or others: "a man and a robot: it waves". */
static bool
find_single (const mk_parser *p, const char *pronoun, mk_refs *refs)
{
  const mk_refs *now = p->subject.n > 0 ? &p->subject : &p->latest;
  bool is_single = is_person_pronoun (pronoun) || g_str_equal (pronoun, "it");
  bool is_sure_now = now->n == 1 && mk_fits_pronoun (p, now, pronoun) && (g_str_equal (pronoun, "it") || g_str_equal (pronoun, "who") || *gender_of (p, mk_thing_at (p, now->thing[0])) != 0);
  if (!is_single || p->is_object || now->n == 0 || is_sure_now)
    return false;
  for (int is_loose = 0; is_loose < 2; is_loose++) /* "he" is the man before it is the robot */
    for (unsigned i = p->n_recent; i > 0; i--) {
      const mk_refs *known = &p->recent[i - 1];
      bool is_sure = is_loose || g_str_equal (gender_of (p, mk_thing_at (p, known->thing[0])), g_str_equal (pronoun, "it") ? "" : pronoun);
      if (mk_is_several (p, known) || !is_sure || !mk_fits_pronoun (p, known, pronoun))
        continue;
      *refs = *known;
      refs->part[0] = 0;
      return true;
    }
  return false;
}

void
mk_remember (mk_parser *p, const mk_refs *refs)
{
  unsigned n = 0;
  if (refs->n == 0)
    return;
  for (unsigned i = 0; i < p->n_recent; i++)
    if (!mk_refs_meet (&p->recent[i], refs) || refs->n != p->recent[i].n)
      p->recent[n++] = p->recent[i];
  if (n == MK_MAX_RECENT)
    memmove (p->recent, p->recent + 1, --n * sizeof *refs);
  p->recent[n] = *refs;
  p->n_recent = n + 1;
}

/* "the latter" was named last, "the former" before it. */
static void
find_back (const mk_parser *p, unsigned back, mk_refs *refs)
{
  if (p->n_recent >= back)
    *refs = p->recent[p->n_recent - back];
  else
    add_all (p, refs, NULL);
}

static void
find_latter (const mk_parser *p, mk_refs *refs)
{
  find_back (p, 1, refs);
}

static void
find_former (const mk_parser *p, mk_refs *refs)
{
  find_back (p, 2, refs);
}

static void
find_all_things (const mk_parser *p, mk_refs *refs)
{
  add_all (p, refs, NULL);
}

/* Those that say themselves where to look, whoever acts. */
static const struct {
  const char *pronoun;
  void (*find) (const mk_parser *p, mk_refs *refs);
} pointers[] = { { "all", find_all_things }, { "other", find_other }, { "others", find_others }, { "last", find_last }, { "first", find_first }, { "latter", find_latter }, { "former", find_former } };

/* The subject, or who was spoken of before it; no person is a thing that does not live, where a living one was named. */
static void
find_spoken_of (const mk_parser *p, const char *pronoun, mk_refs *refs)
{
  const mk_refs *now = p->subject.n > 0 ? &p->subject : p->latest.n > 0 ? &p->latest : &p->mentioned;
  bool is_misfit = is_person_pronoun (pronoun) && now->n > 0 && !mk_thing_is_living (mk_thing_at (p, now->thing[0]));
  if (!is_misfit || !find_recent (p, pronoun, refs))
    *refs = *now;
  bool is_somebody = g_str_equal (pronoun, "it") && p->context != NULL && now->n > 0 && !mk_fits_pronoun (p, now, pronoun);
  for (guint t = p->things->len; t > 0 && is_somebody; t--) { /* "next to it", of a girl on a seesaw */
    mk_refs thing = { .n = 1, .thing = { (int)t - 1 } };
    if (mk_can_be_meant (mk_thing_at (p, (int)t - 1)) && !mk_refs_meet (&thing, &p->self) && mk_fits_pronoun (p, &thing, pronoun)) {
      *refs = thing;
      is_somebody = false;
    }
  }
  if (is_person_pronoun (pronoun)) /* "the feet of the dancer …, as she spins": all of her */
    refs->part[0] = 0;
}

/* First what the pronoun itself says; of an object what was named last, and never who acts; else one that fits, else the subject. */
void
mk_find_pronoun (const mk_parser *p, const char *pronoun, mk_refs *refs)
{
  bool is_found = false, is_plural = g_str_equal (pronoun, "them") || g_str_equal (pronoun, "both");
  for (size_t k = 0; k < MK_COUNT (pointers) && !is_found; k++)
    if ((is_found = g_str_equal (pronoun, pointers[k].pronoun)))
      pointers[k].find (p, refs);
  is_found = is_found || (p->is_object && !g_str_equal (pronoun, "self") && find_recent (p, pronoun, refs)) || find_single (p, pronoun, refs);
  if (!is_found && is_plural)
    find_them (p, refs);
  else if (!is_found)
    find_spoken_of (p, pronoun, refs);
  for (unsigned i = 0; i < refs->n; i++)
    if (mk_thing_at (p, refs->thing[i])->is_removed)
      refs->n = 0;
}
