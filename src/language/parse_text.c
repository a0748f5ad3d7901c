/* Words that are written: "the word HELLO", a quotation, "the letter A". */
#include <string.h>

#include "language/constructions.h"

int
mk_read_text (mk_parser *p, int i, mk_np *np)
{
  const mk_hit *quote = mk_hit_at (p, i, MK_WORD_quote);
  int at = i + quote->n;
  if (quote->n > 0)
    for (int k = at; k < at + 5 && k + 1 < mk_n_tokens (p); k++) /* "a title at the bottom: THE END" */
      if (mk_is_mark (p, k, ':') && (k == at || mk_token_at (p, k + 1)->is_capital || mk_token_at (p, k + 1)->kind == MK_TOKEN_QUOTE)) {
        at = k + 1;
        break;
      }
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
    for (end = at + 1; end < mk_n_tokens (p) && token->kind == MK_TOKEN_NUMBER && mk_token_at (p, end)->is_capital;) /* "2 EUR" */
      end++;
  if (end == at)
    return i;
  np->text = mk_said (p, at, end);
  if (p->is_quiet)
    np->text = mk_words (p, at, end);
  np->head = at;
  return end;
}

/* "on it", "on its front": there, on what bears the words. The token after it, or i. */
static int
skip_on_it (const mk_parser *p, int i)
{
  const mk_hit *relation = mk_hit_at (p, i, MK_WORD_relation), *pronoun = mk_hit_at (p, i + relation->n, MK_WORD_pronoun), *side = mk_hit_at (p, i, MK_WORD_side);
  if (g_str_equal (mk_hit_text (relation), "on") && pronoun->n > 0)
    return i + relation->n + pronoun->n;
  bool is_on = side->n > 0 && g_str_equal (mk_json_get_string (mk_json_get (side->sense->value, "relation")), "on");
  return is_on ? i + side->n : i;
}

/* Whether a look of the words comes next: "in red letters", "in gold". */
static bool
is_look_ahead (mk_parser *p, int i)
{
  const mk_hit *of = mk_hit_at (p, i, MK_WORD_made_of);
  mk_np np;
  return of->n > 0 && mk_np_read (p, i + of->n, &np) > i + of->n && (np.n_colors > 0 || np.material != NULL) && (np.head < 0 || (np.noun != NULL && g_str_equal (np.noun, "letter")));
}

int
mk_write_on (mk_parser *p, int i, int next, const mk_refs *text)
{
  const mk_refs *bearer = mk_whom (p);
  const mk_hit *quote = mk_hit_at (p, i, MK_WORD_quote);
  mk_thing *words = mk_thing_at (p, text->thing[0]);
  bool follows = quote->n > 0 && !p->clause.is_start && !p->clause.is_joined && !p->clause.has_verb && bearer->n == 1 && !mk_refs_meet (bearer, text);
  if (!follows || mk_thing_at (p, bearer->thing[0])->info == NULL || words->command < 0 || mk_json_has (words->add, "place"))
    return 0;
  int end = skip_on_it (p, next);
  const mk_hit *relation = mk_hit_at (p, next, MK_WORD_relation);
  bool is_elsewhere = end == next && !is_look_ahead (p, next) && (mk_hit_at (p, next, MK_WORD_side)->n > 0 || (relation->n > 0 && mk_hit_at (p, next + relation->n, MK_WORD_pronoun)->n > 0));
  if (is_elsewhere && mk_hit_at (p, i, MK_WORD_wear)->n + mk_hit_at (p, i, MK_WORD_conj)->n + g_str_has_prefix (quote->sense->phrase, "with") > 0) /* "with the word RUN behind it" */
    return 0;
  mk_refs on = *bearer;
  mk_place_add (p, text, "written", &on, 0);
  mk_note (p, next, end, "relation", words->command);
  mk_remember (p, &on);
  p->head = on;
  p->anchor = is_look_ahead (p, end) ? *text : on;
  p->clause.after_relation = true;
  return end;
}

/* "title: THE END, white letters on black": how what was just written looks. */
int
mk_parse_letters (mk_parser *p, int i)
{
  const mk_refs *who = mk_whom (p);
  const mk_thing *words = who->n == 1 ? mk_thing_at (p, who->thing[0]) : NULL;
  bool is_text = words != NULL && words->info == NULL && words->command >= 0 && g_str_equal (words->noun, "text");
  mk_np np;
  if (!is_text || p->clause.has_verb || mk_np_read (p, i, &np) == i || np.text != NULL || (np.n_colors == 0 && np.material == NULL) || np.noun == NULL)
    return i;
  if (!g_str_equal (np.noun, "letter") && !g_str_equal (np.noun, "text"))
    return i;
  mk_refs refs = *who;
  mk_look_set (p, &refs, &np);
  mk_note (p, i, np.to, "color", words->command);
  return np.to;
}
