/* Words that are written: "the word HELLO", a quotation, "the letter A". */
#include <string.h>

#include "language/constructions.h"

/* "the word HELLO", a quotation, "the letter A". */
int
mk_read_text (mk_parser *p, int i, mk_np *np)
{
  const mk_hit *quote = mk_hit_at (p, i, MK_WORD_quote);
  int at = i + quote->n;
  if (quote->n > 0 && mk_is_mark (p, at, ':'))
    at++;
  if (at >= mk_n_tokens (p) || (quote->n > 0 && mk_is_mark (p, at, '.')))
    return i;
  const mk_token *token = mk_token_at (p, at);
  if (token->kind == MK_TOKEN_QUOTE) {
    np->text = token->text;
    np->head = at;
    return at + 1;
  }
  if (quote->n == 0)
    return i;
  int end = at;
  while (end < mk_n_tokens (p) && mk_token_at (p, end)->is_capital)
    end++;
  const char *said = quote->sense->phrase;
  bool is_sign = token->kind == MK_TOKEN_NUMBER || g_utf8_strlen (token->text, -1) == 1; /* "the letter k", but no "letter and" */
  bool is_single = (is_sign && (strstr (said, "letter") != NULL || strstr (said, "digit") != NULL || strstr (said, "number") != NULL)) || strstr (said, "word") != NULL || g_str_has_suffix (said, "saying") || g_str_has_suffix (said, "says");
  if (end == at && is_single && (token->kind == MK_TOKEN_NUMBER || token->kind == MK_TOKEN_WORD) && mk_hit_at (p, at, MK_WORD_motion)->n == 0 && mk_hit_at (p, at, MK_WORD_physics)->n == 0 && mk_hit_at (p, at, MK_WORD_copula)->n == 0 && mk_hit_at (p, at, MK_WORD_relation)->n == 0)
    end = at + 1;
  if (end == at)
    return i;
  np->text = mk_said (p, at, end);
  if (p->is_quiet)
    np->text = mk_words (p, at, end);
  np->head = at;
  return end;
}
