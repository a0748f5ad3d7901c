/* score.h - what a sentence should lead to against the film that it made, slot by slot. */
#pragma once
#include "film.h"
#include "language/lexicon.h"
#include "scene/objects.h"

#define SCORE_SLOTS(X) X (object) X (count) X (color) X (material) X (relation) X (motion) X (timing) X (camera)
typedef enum {
#define X(name) SLOT_##name,
  SCORE_SLOTS (X)
#undef X
  N_SLOTS
} slot;

/* Facts wanted and found, wanted and missing, found and not wanted. */
typedef struct score {
  unsigned hit[N_SLOTS], miss[N_SLOTS], extra[N_SLOTS];
  GString *report; /* what was missed, for people; may be NULL */
} score;

/* `want` as bench/language/sentences.json writes it. A film may hold more things than are wanted when `is_open`. */
void score_film (score *s, const film *f, const mk_json *want, const mk_library *library, const mk_lexicon *lexicon, bool is_open);
double score_f1 (const score *s);
