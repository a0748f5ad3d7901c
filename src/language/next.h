/* next.h - what a person may want to say next about a scene: short sentences that fit what stands in it.
 *
 * Rule      From what recipes say of their things: who has a motion of its own and does nothing is offered it, what seats or
 *           carries and is alone a guest, what travels a camera that follows, what does not live another colour (docs/language.md).
 * Words     assets/lexicon/LANGUAGE/say.json, in the language of what was said last, which may be another than that in which the scene was begun.
 * Tests     tests/language/test_next.c
 */
#pragma once
#include "language/parse.h"

#define MK_MAX_NEXT 4

/* A list of at most MK_MAX_NEXT sentences, the most telling first; each is understood by mk_language_parse with the same `commands`.
 * `last` is what a person said last about the scene; NULL where nobody said anything. Empty for a scene without things. A new reference. */
mk_json *mk_next_sentences (const mk_language *language, const mk_json *commands, const char *last);
