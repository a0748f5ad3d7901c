/* Which recipe a name means, by what else was named, and what the name itself says of it. */
#include <string.h>

#include "language/constructions.h"

/* Of "computer keyboard" and "mouse": the computer mouse. */
static const mk_recipe_info *
find_of_family (const mk_parser *p, const mk_recipe_info *info, const char *name, const char *noun)
{
  const char *space = strchr (name, ' ');
  if (space == NULL)
    return NULL;
  g_autofree char *family = g_strndup (name, (gsize)(space - name)), *phrase = g_strconcat (family, " ", noun, NULL);
  bool is_family = false; /* "fruit tree" makes no basket a fruit basket */
  for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, family); sense != NULL; sense = sense->next)
    is_family |= sense->kind == MK_WORD_object;
  if (!is_family)
    return NULL;
  for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, phrase); sense != NULL; sense = sense->next)
    if (sense->kind == MK_WORD_object && sense->object != info && !sense->is_kin)
      return sense->object;
  return NULL;
}

/* Of "a ball" and "with a bat": what one plays with, not the animal of that name. */
static const mk_recipe_info *
find_gear (const mk_parser *p, const mk_recipe_info *animal, const char *noun, int i)
{
  bool is_played = false;
  for (guint t = 0; t < p->things->len; t++)
    is_played |= mk_thing_at (p, (int)t)->info != NULL && g_str_has_suffix (mk_thing_at (p, (int)t)->info->name, "ball");
  const char *before = i > 1 ? mk_token_at (p, i - 1 - (mk_hit_at (p, i - 1, MK_WORD_det)->n > 0 ? 1 : 0))->text : "";
  if (!is_played || !g_str_equal (animal->category, "animal") || !g_str_equal (before, "with"))
    return animal;
  g_autofree char *phrase = g_strconcat ("baseball ", noun, NULL);
  for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, phrase); sense != NULL; sense = sense->next)
    if (sense->kind == MK_WORD_object && !sense->is_kin)
      return sense->object;
  return animal;
}

/* "a chess board with a white king": of two meanings the one that belongs to what was named is meant. */
static const mk_recipe_info *
find_kin (const mk_parser *p, const mk_recipe_info *object, const char *noun)
{
  for (guint t = p->things->len; t-- > 0;) {
    const mk_recipe_info *info = mk_thing_at (p, (int)t)->info;
    const mk_recipe_info *found = info != NULL && strchr (noun, ' ') == NULL ? find_of_family (p, info, info->name, noun) : NULL;
    for (const char *const *i = info != NULL ? info->synonyms : NULL; i != NULL && *i != NULL && found == NULL && strchr (noun, ' ') == NULL; i++)
      found = find_of_family (p, info, *i, noun);
    if (found != NULL && found != object)
      return found;
  }
  return object;
}

/* "two glasses" are several of a glass; "glasses" and "a pair of glasses" are one pair. */
static const mk_recipe_info *
find_counted (const mk_parser *p, const mk_recipe_info *object, const char *noun, int i)
{
  double number = 0;
  for (int k = 1; k <= 2 && number < 2; k++) /* "two full glasses" */
    if (i < k || mk_parse_number (p, i - k, &number) == i - k)
      number = 0;
  mk_stem stems[MK_MAX_STEMS];
  bool is_of = i > 0 && mk_is_word (p, i - 1, "of"), is_load = is_of && i > 1 && mk_hit_at (p, i - 2, MK_WORD_object)->n == 1; /* "a tray of glasses" */
  bool is_several = ((number >= 2 && !is_of) || is_load) && !g_str_equal (object->category, "animal") && strlen (noun) < sizeof stems->text;
  unsigned n_stems = is_several ? mk_lexicon_stem (p->language->lexicon, noun, stems) : 0;
  for (unsigned k = 0; k < n_stems; k++)
    for (const mk_sense *sense = stems[k].form == MK_FORM_S ? mk_lexicon_find (p->language->lexicon, stems[k].text) : NULL; sense != NULL; sense = sense->next)
      if (sense->kind == MK_WORD_object && !sense->is_kin && sense->object != object)
        return sense->object;
  return object;
}

const mk_recipe_info *
mk_name_object (const mk_parser *p, const mk_hit *object, int i)
{
  const char *noun = object->sense->phrase;
  return find_gear (p, find_counted (p, find_kin (p, object->sense->object, noun), noun, i), noun, i);
}

/* "brick wall", "rubber duck": one name of the thing, whose first word says what it is of where the rest names the same. */
const char *
mk_name_material (const mk_parser *p, int i, const mk_hit *object)
{
  const mk_sense *sense = mk_lexicon_find (p->language->lexicon, mk_token_at (p, i)->text);
  while (sense != NULL && sense->kind != MK_WORD_material)
    sense = sense->next;
  const char *rest = strchr (object->sense->phrase, ' ');
  bool is_alive = g_str_equal (object->sense->object->category, "plant") || g_str_equal (object->sense->object->category, "animal"); /* an oak grows; a rubber duck is yellow */
  if (sense == NULL || rest == NULL || object->sense->is_kin || is_alive || g_str_has_prefix (object->sense->object->name, mk_token_at (p, i)->text))
    return NULL;
  for (const mk_sense *same = mk_lexicon_find (p->language->lexicon, rest + 1); same != NULL; same = same->next)
    if (same->kind == MK_WORD_object && same->object == object->sense->object && same->value == NULL)
      return mk_json_get_string (sense->value);
  return NULL;
}
