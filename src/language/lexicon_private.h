/* lexicon_private.h - the inside of a lexicon, for lexicon.c and suggest.c. */
#pragma once
#include "language/lexicon.h"

struct mk_lexicon {
  GHashTable *phrases;       /* words -> mk_sense */
  GHashTable *longest;       /* first word -> most words of a phrase */
  GHashTable *forms;         /* "flew" -> "fly" */
  GHashTable *plurals;       /* "mice" -> "mouse" */
  const mk_json *endings;    /* {"ies": "y"} in order; borrowed from files */
  const mk_json *object_names;
  GStringChunk *texts;
  GPtrArray *owned;          /* senses */
  GPtrArray *list;           /* each phrase once, for suggestions */
  GPtrArray *files;          /* mk_json, which senses point into */
  uint32_t *masks;           /* per phrase of the list: which letters it has */
};

/* After all phrases are in. */
void mk_lexicon_index (mk_lexicon *lexicon);
