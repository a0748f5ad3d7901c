/* Sayings that mean more than their words: "play catch" is to throw a ball to each other. They are unfolded before the sentence is read. */
#include <string.h>

#include "language/constructions.h"

/* The first word of what an idiom means, in the form in which the idiom was said: the lexicon's own words for that form. */
static void
set_form (mk_parser *p, int i, uint8_t form)
{
  for (int kind = 0; kind < MK_N_WORD_KINDS; kind++) {
    mk_hit *hit = &p->hits[(size_t)i * MK_N_WORD_KINDS + kind];
    if (hit->n > 0 && hit->form == MK_FORM_BASE)
      hit->form = form;
  }
}

/* The tokens from `i` on give way to those of the meaning, all of them at the place of the idiom. */
static void
unfold (mk_parser *p, int i, const mk_hit *idiom)
{
  g_auto (GStrv) words = g_strsplit (mk_hit_text (idiom), " ", -1);
  unsigned from = mk_token_at (p, i)->from, to = mk_token_at (p, i + idiom->n - 1)->to;
  g_array_remove_range (p->tokens, (guint)i, idiom->n);
  for (int k = 0; words[k] != NULL; k++) {
    mk_token token = { .kind = MK_TOKEN_WORD, .text = g_string_chunk_insert (p->texts, words[k]), .from = from, .to = to };
    g_array_insert_val (p->tokens, (guint)(i + k), token);
  }
}

bool
mk_idioms_unfold (mk_parser *p)
{
  for (int i = 0; i < mk_n_tokens (p) && mk_n_tokens (p) < MK_MAX_TOKENS; i++) {
    mk_hit idiom = *mk_hit_at (p, i, MK_WORD_idiom);
    if (idiom.n == 0)
      continue;
    unfold (p, i, &idiom);
    p->idiom.at = i;
    p->idiom.form = idiom.form;
    return true;
  }
  return false;
}

void
mk_idiom_set_form (mk_parser *p)
{
  if (p->idiom.at >= 0 && p->idiom.at < mk_n_tokens (p))
    set_form (p, p->idiom.at, p->idiom.form);
}
