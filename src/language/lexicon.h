/* lexicon.h - the words that are known: data, not code.
 *
 * Purpose   assets/lexicon/LANGUAGE/ *.json say what words mean (docs/lexicon.md teaches the form); the names,
 *           synonyms and parts of objects come from the object library. A phrase may have several senses;
 *           the parser picks by position.
 * Form      A file is {"KIND": {"phrase|another phrase": VALUE, …}, …}. Phrases are cut into words exactly as
 *           sentences are (token.h), so "close-up" is two words. KIND is one of the rows below.
 * Threads   Constant once made.
 * Tests     tests/language/test_cases.c
 */
#pragma once
#include "base/base.h"
#include "base/json.h"
#include "scene/objects.h"

/* Kinds of senses; a second column of true: words of this kind are inflected ("rolls", "rolling", "cubes"). */
#define MK_WORD_LIST(X)                                                                                                                     \
  X (color, false) X (shade, false) X (material, false) X (finish, false) X (size, false) X (sizes, false) X (number, false) X (group, false) X (company, true) X (figure, false) X (unit, true) \
  X (dimension, false) X (ordinal, false) X (relation, false) X (side, false) X (direction, false) X (prep, false) X (motion, true)         \
  X (physics, true) X (transitive, true) X (adverb, false) X (camera_word, false) X (camera, true) X (camera_alone, true) X (shot, true)    \
  X (cut, true) X (view_of, false) X (sky, false) X (sky_word, false) X (light, true) X (light_word, false) X (surface, false)              \
  X (floor, false) X (walls, false) X (hills, false) X (weather, false) X (plume, true) X (shadow, false) X (style, false) X (style_word, false) X (painting, false) X (quality, false) X (resolution, false)       \
  X (still, false) X (order, false) X (conj, false) X (copula, false) X (relative, false) X (negation, false) X (except, false)             \
  X (quote, false) X (made_of, false) X (as_as, false) X (compare, false) X (filler, false) X (edit, true) X (more, false) X (det, false)   \
  X (pronoun, false) X (one, false) X (scene, false) X (noun, true) X (object, true) X (part, true) X (wear, false) X (option, false)           \
  X (adjective, false) X (likeness, true) X (substance, false) X (region, true) X (contains, false) X (common, true)        \
  X (rests, true) X (member, true) X (act, true) X (lead, false) X (lively, false) X (clothes, true) X (gender, false) X (repair, false) X (share, false) X (glue, false) X (noise, false) X (morph, true) X (idiom, true) X (wait, true) X (whole, false) X (let, false) X (same, true) X (category, true)

typedef enum {
#define X(name, inflects) MK_WORD_##name,
  MK_WORD_LIST (X)
#undef X
  MK_N_WORD_KINDS
} mk_word_kind;

typedef struct mk_sense {
  mk_word_kind kind;
  const mk_json *value;           /* as the file says; NULL for parts and for objects */
  bool is_kin;                    /* an object that is only shown as another: "pigeon" as a bird */
  const mk_recipe_info *object;   /* of kind object */
  const char *phrase;             /* canonical words, lower case, one space between */
  const struct mk_sense *next;    /* of the same phrase */
} mk_sense;

/* How a word differs from the phrase that was found. */
typedef enum { MK_FORM_BASE, MK_FORM_S, MK_FORM_ING, MK_FORM_ED, MK_FORM_COMPARE, MK_FORM_OTHER } mk_word_form;

typedef struct mk_lexicon mk_lexicon;

/* Reads ASSETS/lexicon/LANGUAGE/. `objects` are borrowed and must live as long; errors name file and kind. */
mk_lexicon *mk_lexicon_new (const char *assets_folder, const char *language, const mk_recipe_info *const *objects, unsigned n_objects, GError **error);
void        mk_lexicon_free (mk_lexicon *lexicon);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_lexicon, mk_lexicon_free)

/* Whether nouns are written with a capital, and adjectives bent to them: {"rule": {"nouns_are_capital": true}}. */
bool        mk_lexicon_nouns_are_capital (const mk_lexicon *lexicon);
/* Whether looks stand after their noun: {"rule": {"adjectives_follow": true}}, as a rule of the language. */
bool        mk_lexicon_adjectives_follow (const mk_lexicon *lexicon);

/* Whether words that it lacks are looked up in the thesaurus (thesaurus.h), which is English: {"rule": {"thesaurus": true}}. */
bool        mk_lexicon_has_thesaurus (const mk_lexicon *lexicon);

/* Whether things are he and she by the gender of their noun: {"rule": {"pronouns_bend": true}}. */
bool        mk_lexicon_pronouns_bend (const mk_lexicon *lexicon);

/* What a table of the language's word order says of a word, NULL when it is not in it; borrowed. The tables: "separable" (parts that
 * leave their verb: "an"), "clitic" (pronouns at the end of a verb, and how they are read: "lo": "ello"), "diminutive" (endings that
 * make small, and the word for it), "with_article" (prepositions that have "the" in them: "im", "del"), "relative_pronoun" (and how it is read), "verb_last" (words whose clause ends with its verb),
 * "infinitive_last" (verbs that leave another one to the end: "soll"); and those of reply_words.h. */
const char *mk_lexicon_word_rule (const mk_lexicon *lexicon, const char *table, const char *word);
/* The irregular plural of a word, or NULL; borrowed. */
const char *mk_lexicon_plural (const mk_lexicon *lexicon, const char *word);
/* What may stand between the words of a compound, parted by "|"; NULL where words are not joined to one: {"rule": {"compound_links": "s|n"}}. */
const char *mk_lexicon_compound_links (const mk_lexicon *lexicon);

/* What the language calls itself: {"rule": {"name": "Deutsch"}}; "" when it does not say. Borrowed. */
const char *mk_lexicon_language_name (const mk_lexicon *lexicon);

/* What the language says for an English text of a reply ({"say": {"the %s": "%s"}}); the text itself when it says nothing, or
 * something with other places for names and numbers. Borrowed. */
const char *mk_lexicon_say (const mk_lexicon *lexicon, const char *text);
/* What the lexicon's language calls a part of a recipe: "roof", "dach". `part` itself when it has no name of its own. */
const char *mk_lexicon_part_name (const mk_lexicon *lexicon, const char *part);

/* The first word for a colour "#rrggbb", or of the nearest that there is; borrowed. "" when the language knows no colours. */
const char *mk_lexicon_color_name (const mk_lexicon *lexicon, const char *hex);

/* What holds in every language: ASSETS/lexicon/world.json ("motions": which go somewhere, take a direction …; "ways": what a
 * preposition fills; "categories" of things; "open_to_riders": parts). An object; borrowed. */
const mk_json *mk_lexicon_world (const mk_lexicon *lexicon);

/* The words whose 's is no owner's, for mk_tokens_read; borrowed. */
GHashTable     *mk_lexicon_contractions (const mk_lexicon *lexicon);

/* The language's own word for a recipe of the library ("dog": "hund"), newly allocated; the recipe's name when it has none. */
char           *mk_lexicon_object_word (const mk_lexicon *lexicon, const char *object);

/* Senses of a phrase as it stands, or NULL. Borrowed. */
const mk_sense *mk_lexicon_find (const mk_lexicon *lexicon, const char *phrase);
/* The most words of a phrase that begins with `word`; 0 when none does. */
unsigned        mk_lexicon_longest (const mk_lexicon *lexicon, const char *word);

typedef struct {
  char text[48];
  mk_word_form form;
} mk_stem;
#define MK_MAX_STEMS 8
/* Base forms that `word` may come from, by the endings and irregular forms of the lexicon; the count. */
unsigned        mk_lexicon_stem (const mk_lexicon *lexicon, const char *word, mk_stem stems[MK_MAX_STEMS]);

/* Up to `n` known words near `word`, best first; borrowed. The count. `distance` (may be NULL) gets that of the first. */
unsigned        mk_lexicon_suggest (const mk_lexicon *lexicon, const char *word, const char **out, unsigned n, unsigned *distance);
/* The one known word that `word` is a typing mistake of, with its ending, in `out`; NULL when there is none or more than one. */
const char     *mk_lexicon_correct (const mk_lexicon *lexicon, const char *word, char out[64]);
const char     *mk_word_kind_name (mk_word_kind kind);
