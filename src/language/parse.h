/* parse.h - a sentence becomes scene commands.
 *
 * Purpose   Deterministic, without clock, files or network: equal sentence, context and lexicon give equal bytes.
 * How       docs/language.md. A reader goes through the words from left to right; at each place the constructions
 *           (noun phrase, relation, motion, camera, light, …) are tried in a fixed order. What none of them takes
 *           is named in the reply and skipped, so every sentence gives a valid list.
 * Languages A conversation goes on in the language that has most names of its things. Of a sentence that is understood by less than 60 % the other folders of ASSETS/lexicon are tried; the one that
 *           understands more is taken.
 * Threads   Any thread may parse; other languages are read once, behind a mutex.
 * Limits    As token.h; at most 200 commands of one sentence.
 * Tests     tests/language/test_cases.c, bench/language/sentences.json
 */
#pragma once
#include "language/understanding.h"
#include "scene/objects.h"

typedef struct mk_language mk_language;

/* `code` is a folder of ASSETS/lexicon ("en", "de"); the library is borrowed and must live as long. */
mk_language *mk_language_new (const char *assets_folder, const char *code, const mk_library *library, GError **error);
/* From a list of objects instead; the recipes are borrowed. */
mk_language *mk_language_new_with_objects (const char *assets_folder, const char *code, const mk_recipe_info *const *objects, unsigned n_objects, GError **error);
void         mk_language_free (mk_language *language);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_language, mk_language_free)

/* `context` is the list of commands so far, for follow-ups, or NULL. Fails only for what is no sentence:
 * empty (SENTENCE), not UTF-8 (SENTENCE), too long (LIMIT). */
bool mk_language_parse (const mk_language *language, const char *sentence, const mk_json *context, mk_understanding **out, GError **error);
