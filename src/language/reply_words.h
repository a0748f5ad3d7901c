/* reply_words.h - the words of a reply as its language bends them: articles, cases, plurals, verbs. For replies, and for pronouns that bend to their noun.
 *
 * Data      assets/lexicon/LANGUAGE/reply.json: "noun_gender", "article", "adjective_ending", "case", "does" … (docs/lexicon.md).
 *           What a language does not say is left as it is: a noun without article, a motion by its name.
 */
#pragma once
#include "language/parser.h"

#define MK_NOMINATIVE "nom"
#define MK_ACCUSATIVE "acc"
#define MK_DATIVE     "dat"
#define MK_GENITIVE   "gen"

typedef struct {
  const char *name, *color; /* color "" = none is said */
  int64_t count;
  bool is_definite, is_uncounted; /* uncounted: "wheels", and no "4 wheels" */
  bool is_as_written; /* a word that nobody knows: as it was said, of several too */
} mk_noun;

/* "a red ball", "den Bällen", "im Haus": with its article in that case, behind a preposition ("" = none) that may melt with it. */
void        mk_say_noun (const mk_parser *p, GString *out, const mk_noun *noun, const char *grammatical_case, const char *preposition);
/* A sentence with its numbers written as the language does: "1,5 m". What is quoted stays as it is. */
char       *mk_say_numbers (const mk_lexicon *lexicon, char *text);
/* "m", "f" or "n": the gender of a name, its own, that of the last word of a compound, or the usual one for its ending. "" = the language has none. */
const char *mk_noun_gender (const mk_parser *p, const char *name);
/* "scissors", "gafas": of one, too, the articles and verbs are those of several. */
bool        mk_noun_is_always_many (const mk_parser *p, const char *name);
/* "family", "jazz band": one word for several, whose verbs are those of one. */
bool        mk_noun_is_company (const mk_parser *p, const char *name);
/* The case that a relation, a way or a deed asks for. */
const char *mk_case_of (const mk_parser *p, const char *role);
/* What somebody does, or several do: "jumps", "springen"; NULL when the language has no such row. In the parser's chunk. */
const char *mk_say_verb (const mk_parser *p, const char *motion, bool is_plural);
/* "to the left of", "in the hands of": where `own` is by `other`, either of which may be NULL; and " on the left" of nothing. */
const char *mk_say_relation (const mk_parser *p, const char *relation, const mk_thing *own, const mk_thing *other);
const char *mk_say_side (const mk_parser *p, const char *relation);
