/* token.h - a sentence cut into words, numbers, quotations and marks.
 *
 * Rules     UTF-8; lower case; hyphens and underscores part words; "5m" is 5 and m; "1920x1080" is 1920, x, 1080;
 *           "#ff8800" is a colour; "…", “…”, „…“, «…» and '…' quote; 's after a word is dropped, unless the lexicon
 *           calls the two one word ("it's").
 * Limits    MK_MAX_SENTENCE bytes, MK_MAX_TOKENS tokens: more is refused with a sentence that says so.
 * Tests     tests/language/test_cases.c
 */
#pragma once
#include "base/base.h"

#define MK_MAX_SENTENCE 16384 /* bytes: ten pages of prose; a scene takes two lines */
#define MK_MAX_TOKENS 2000

typedef enum { MK_TOKEN_WORD, MK_TOKEN_NUMBER, MK_TOKEN_QUOTE, MK_TOKEN_HEX, MK_TOKEN_MARK } mk_token_kind;

typedef struct mk_token {
  mk_token_kind kind;
  const char *text;  /* lower case; of a quotation as written; of the array's chunk */
  unsigned from, to; /* bytes of the sentence */
  double number;
  bool is_owner;     /* "the clock's": what belongs to it follows */
  bool is_corrected; /* it was written otherwise */
  bool is_guessed;   /* only the thesaurus knows it */
  bool is_capital;   /* all letters are capitals, and there are at least two */
} mk_token;

typedef struct mk_tokens {
  GArray *tokens; /* mk_token */
  GStringChunk *texts;
} mk_tokens;

/* `contractions`: words that keep their 's, a set of "it's"; NULL = none. */
bool mk_tokens_read (const char *sentence, GHashTable *contractions, mk_tokens *tokens, GError **error);
void mk_tokens_clear (mk_tokens *tokens);
