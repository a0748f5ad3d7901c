/* thesaurus.h - what an English word is of which neither the lexicon nor the library says anything.
 *
 * Purpose   Nobody can teach all words. WordNet (Princeton, 3.0) knows 150,000 with their kinds: a corgi is a dog, to amble is
 *           to walk, "gleeful" is an adjective and no picture. The tables are made when the program is built
 *           (tools/thesaurus.py); which kinds have a picture is the lexicon's and the library's to say.
 * Threads   Constant.
 * Not here  Who asks, and what becomes of the answer: guess.c.
 * Tests     tests/language/test_thesaurus.c
 */
#pragma once
#include "base/base.h"

typedef enum {
  MK_READ_NOUN = 'n',
  MK_READ_THOUGHT = 't', /* a noun of nothing that could be seen: "sadness" */
  MK_READ_VERB = 'v',
  MK_READ_ADJECTIVE = 'a',
  MK_READ_ADVERB = 'r'
} mk_reading_sort;

typedef struct {
  mk_reading_sort sort;
  unsigned kind; /* of nouns and verbs; 0 = of none that would help */
} mk_reading;
#define MK_MAX_READINGS 4

/* The readings of a phrase in its base form, small letters and single spaces, the likeliest first; the count, 0 for what is no word. */
unsigned mk_thesaurus_find (const char *phrase, mk_reading out[MK_MAX_READINGS]);

/* What a kind is of; homonyms of another class are no names of it. */
typedef enum { MK_CLASS_ANIMAL = 'a', MK_CLASS_PERSON = 'p', MK_CLASS_FOOD = 'f' /* and plants */, MK_CLASS_THING = 't', MK_CLASS_DEED = 'v' } mk_kind_class;

/* Called for the names of a kind, then for those of the kinds above it, nearest first; true ends the search. */
typedef bool (*mk_kind_visitor) (const char *name, mk_kind_class of, void *user);
/* Goes up at most `most_steps`; whether the visitor ended it. */
bool mk_thesaurus_climb (unsigned kind, unsigned most_steps, mk_kind_visitor visit, void *user);
