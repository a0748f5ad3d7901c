/* speed.h - how long parsing takes, and whether it says the same twice. */
#pragma once
#include "base/json.h"
#include "language/parse.h"

typedef struct speed {
  unsigned n_texts, n_salads;
  double median_ms, longest_ms; /* of texts of 60 words: the sentences joined and cut anew */
  double longest_salad_ms;      /* of 1000 heaps of 60 words of those sentences */
  double most_ms;               /* of 100 kB of them, which is more than is taken */
  unsigned n_different;         /* texts and salads that a second reading made something else of */
} speed;

/* `sentences` are borrowed texts. */
speed speed_measure (const mk_language *language, const GPtrArray *sentences);
