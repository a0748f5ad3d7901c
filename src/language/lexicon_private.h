/* lexicon_private.h - the inside of a lexicon, for lexicon.c, suggest.c and spelling.c. */
#pragma once
#include "language/lexicon.h"

struct mk_lexicon {
  GHashTable *phrases;       /* words -> mk_sense */
  GHashTable *longest;       /* first word -> most words of a phrase */
  GHashTable *forms;         /* "flew" -> "fly" */
  GHashTable *plurals;       /* "mice" -> "mouse" */
  GHashTable *part_words; /* what recipes call a part -> its first name */
  GHashTable *contractions;  /* a set: "it's" */
  GHashTable *plural_of;     /* "mouse" -> "mice" */
  GHashTable *word_rules;    /* "separable an" -> what its row says */
  const mk_json *endings;    /* {"ies": "y"} in order; borrowed from files */
  const mk_json *says;       /* {"English of a reply": "the same in this language"}; NULL = English */
  const mk_json *object_names, *object_aliases, *part_names, *world; /* borrowed from files */
  const char *name;          /* of the language, by itself; "" = it does not say */
  const char *compound_links; /* "s|n|en": what stands between the words of a compound; NULL = the language has none */
  bool nouns_are_capital, adjectives_follow, pronouns_bend, has_thesaurus, adds_names; /* adds_names: the library's English names count too */
  GStringChunk *texts;
  GPtrArray *owned;          /* senses */
  GPtrArray *list;           /* each phrase once, for suggestions */
  GPtrArray *files;          /* mk_json, which senses point into */
  uint32_t *masks;           /* per phrase of the list: which letters it has */
  GHashTable *ranks;         /* every word of a phrase -> 1 + how little it shows */
  GHashTable *sounds;        /* how it sounds -> the one word that does, or NULL for several */
  GPtrArray *words;          /* those that a mistake may mean, in order */
};

/* After all phrases are in. */
void mk_lexicon_index (mk_lexicon *lexicon);
void mk_spelling_add (mk_lexicon *lexicon, const char *phrase, mk_word_kind kind);
void mk_spelling_index (mk_lexicon *lexicon);
/* Edits between two words; anything above `most` may come back as most + 1. */
unsigned mk_word_distance (const char *a, const char *b, unsigned most);
