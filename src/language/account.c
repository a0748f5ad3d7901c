/* What became of the words: what was understood, what was not, and what was taken instead. */
#include <string.h>

#include "language/constructions.h"
#include "language/reply_words.h"

void
mk_note (mk_parser *p, int from, int to, const char *kind, int command)
{
  if (p->is_quiet || from >= to)
    return;
  for (int i = from; i < to; i++)
    p->is_taken[i] = true;
  if (kind == NULL)
    return;
  mk_span span = { G_MAXUINT, 0, kind, command };
  for (int i = from; i < to; i++) { /* verbs may have moved */
    span.from = MIN (span.from, mk_token_at (p, i)->from);
    span.to = MAX (span.to, mk_token_at (p, i)->to);
  }
  g_array_append_val (p->out->spans, span);
}

static char *
print_assumption (const mk_parser *p, const char *format, va_list args)
{
  char *text = g_strdup_vprintf (mk_lexicon_say (p->language->lexicon, format), args);
  return mk_say_numbers (p->language->lexicon, text);
}

void
mk_unassume (mk_parser *p, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = print_assumption (p, format, args);
  va_end (args);
  for (guint i = p->out->assumptions->len; i > 0; i--)
    if (g_str_equal (p->out->assumptions->pdata[i - 1], text))
      g_ptr_array_remove_index (p->out->assumptions, i - 1);
}

void
mk_assume (mk_parser *p, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  char *text = print_assumption (p, format, args);
  va_end (args);
  bool is_known = false; /* what is read twice is told once */
  for (guint i = 0; i < p->out->assumptions->len; i++)
    is_known |= g_str_equal (p->out->assumptions->pdata[i], text);
  if (p->is_quiet || is_known || p->out->assumptions->len >= 20)
    g_free (text);
  else
    g_ptr_array_add (p->out->assumptions, text);
}

void
mk_assume_later (mk_parser *p, const char *earlier, const char *later)
{
  mk_assume (p, "It cannot be both “%s” and “%s”; I took “%s”, which was said last.", earlier, later, later);
}

void
mk_choice_set (mk_parser *p, mk_json *json, const char *key, const char *value)
{
  const char *before = mk_json_get_string (mk_json_get (json, key));
  if (json != NULL && *before != 0 && !g_str_equal (before, value))
    mk_assume_later (p, *before == '#' ? mk_lexicon_color_name (p->language->lexicon, before) : mk_lexicon_say (p->language->lexicon, before), *value == '#' ? mk_lexicon_color_name (p->language->lexicon, value) : mk_lexicon_say (p->language->lexicon, value));
  mk_set_text (json, key, value);
}

/* Whether something comes of a word said alone: not of a part without its owner, nor of what is known and not shown. */
static bool
is_worth_saying (const mk_parser *p, const char *word)
{
  for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, word); sense != NULL; sense = sense->next) {
    bool is_unshown_act = sense->kind == MK_WORD_act && mk_json_get_kind (sense->value) == MK_JSON_BOOL;
    if (!is_unshown_act && sense->kind != MK_WORD_part && sense->kind != MK_WORD_adjective && sense->kind != MK_WORD_common && sense->kind != MK_WORD_filler && sense->kind != MK_WORD_noise)
      return true;
  }
  return false;
}

void
mk_note_unknown (mk_parser *p, int from, int to, bool is_stand_in)
{
  if (p->is_quiet || p->out->unknown->len >= 200)
    return;
  unsigned start = MIN (mk_token_at (p, from)->from, mk_token_at (p, to - 1)->from), end = MAX (mk_token_at (p, from)->to, mk_token_at (p, to - 1)->to);
  for (int i = from; i < to; i++)
    p->is_taken[i] = is_stand_in;
  for (guint i = 0; i < p->out->unknown->len; i++)
    if (g_array_index (p->out->unknown, mk_unknown, i).from == start)
      return;
  mk_unknown unknown = { start, end, g_strndup (p->sentence + start, end - start), NULL, is_stand_in };
  enum { N_ASKED = 8, N_TOLD = 3 };
  const char *near[N_ASKED + 1] = { NULL };
  /* Long texts of nothing known get no suggestions beyond the first sixteen: nobody reads them. */
  const char *word = mk_token_at (p, to - 1)->text;
  unsigned n = p->out->unknown->len < 16 ? mk_lexicon_suggest (p->language->lexicon, word, near, N_ASKED, NULL) : 0, n_kept = 0;
  for (unsigned k = 0; k < n && n_kept < N_TOLD; k++)
    if (!g_str_equal (near[k], word) && is_worth_saying (p, near[k]))
      near[n_kept++] = near[k];
  near[n_kept] = NULL;
  unknown.suggestions = g_strdupv ((char **)near);
  g_array_append_val (p->out->unknown, unknown);
}

void
mk_note_unshown (mk_parser *p, int i, int n)
{
  for (int k = i; k < i + n && !p->is_quiet; k++)
    p->is_unshown[k] = true;
}

/* “old” and “wet”: known words that no picture shows, as they were written. */
void
mk_say_unshown (mk_parser *p)
{
  g_autoptr (GString) list = g_string_new (NULL);
  for (int i = 0; i < mk_n_tokens (p); i++) {
    if (!p->is_unshown[i])
      continue;
    unsigned from = mk_token_at (p, i)->from;
    while (i + 1 < mk_n_tokens (p) && p->is_unshown[i + 1])
      i++;
    g_autofree char *words = g_strndup (p->sentence + from, mk_token_at (p, i)->to - from);
    g_string_append (list, list->len > 0 ? ", " : "");
    g_string_append_printf (list, mk_lexicon_say (p->language->lexicon, "“%s”"), words);
  }
  if (list->len > 0)
    mk_assume (p, "I cannot show %s.", list->str);
}

/* --- how much of it --- */

/* A stand-in takes a word's place; that is no understanding of it. */
static bool
is_stand_in (const mk_parser *p, const mk_token *token)
{
  for (guint i = 0; i < p->out->unknown->len; i++) {
    const mk_unknown *unknown = &g_array_index (p->out->unknown, mk_unknown, i);
    if (unknown->is_stand_in && token->from >= unknown->from && token->to <= unknown->to)
      return true;
  }
  return false;
}

double
mk_confidence (const mk_parser *p)
{
  size_t all = 0, taken = 0;
  for (int i = 0; i < mk_n_tokens (p); i++) {
    const mk_token *token = mk_token_at (p, i);
    size_t length = token->kind == MK_TOKEN_MARK ? 0 : token->to - token->from;
    all += length;
    taken += p->is_taken[i] && !is_stand_in (p, token) ? (token->is_corrected || token->is_guessed ? length / 2 : length) : 0; /* a guess is half an understanding */
  }
  return all > 0 ? (double)taken / (double)all : 0;
}
