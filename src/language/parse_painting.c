/* How the film is painted: "in the style of a watercolour", "as an oil painting", "a pencil sketch of …".
 *
 * Built-in looks ("in the style of claymation") stay looks; everything else that is said of a style becomes words for
 * whatever paints the frames. */
#include <string.h>

#include "language/constructions.h"

enum { MOST_WORDS = 10, MOST_BYTES = 200 };

static void
set_painting (mk_parser *p, int from, int to, const char *words)
{
  int command = mk_command_single (p, "render", MK_BUCKET_RENDER);
  mk_note (p, from, to, "render", command);
  mk_set_text (mk_command_json (p, command), "painting", words);
}

static int
skip_det (const mk_parser *p, int i)
{
  return i + mk_hit_at (p, i, MK_WORD_det)->n;
}

static bool
is_one_of (const mk_parser *p, int i, const char *const *words)
{
  return i < mk_n_tokens (p) && g_strv_contains (words, mk_glue_at (p, i));
}

/* Where the words of a style end: at a mark, or where the sentence goes on. */
static int
end_of_words (const mk_parser *p, int i)
{
  static const char *const onward[] = { "and", "with", "while", "then", "on", "at", "for", "but", "in", "as", NULL };
  int end = i;
  while (end < mk_n_tokens (p) && end < i + MOST_WORDS && mk_token_at (p, end)->kind != MK_TOKEN_MARK && !(end > i && is_one_of (p, end, onward)))
    end++;
  return end;
}

/* "… style of WORDS", from the first of the words. */
static int
read_free_style (mk_parser *p, int i, int at)
{
  int words = skip_det (p, at), end = end_of_words (p, words);
  const mk_hit *look = mk_hit_at (p, words, MK_WORD_style), *known = mk_hit_at (p, words, MK_WORD_painting);
  if (end == words)
    return i;
  if (look->n > 0 && known->n < look->n) {
    int command = mk_command_single (p, "render", MK_BUCKET_RENDER), next = words + look->n;
    next += mk_hit_at (p, next, MK_WORD_style_word)->n;
    mk_note (p, i, next, "render", command);
    mk_set_text (mk_command_json (p, command), "style", mk_hit_text (look));
    return next;
  }
  if (known->n > 0) {
    set_painting (p, i, words + known->n, mk_hit_text (known));
    return words + known->n;
  }
  g_autofree char *said = g_strndup (mk_said (p, at, end), MOST_BYTES - 20), *valid = g_utf8_make_valid (said, -1), *text = g_strdup_printf ("in the style of %s", valid);
  set_painting (p, i, end, text);
  return end;
}

/* "a fish in oil" lies in it: a bare word that is something else as well is no style. */
static bool
is_something_else (const mk_parser *p, int i, bool may_be_adjective)
{
  static const mk_word_kind kinds[] = { MK_WORD_substance, MK_WORD_material, MK_WORD_surface, MK_WORD_noun, MK_WORD_object, MK_WORD_adjective };
  int longest = 0;
  for (size_t k = 0; k < MK_COUNT (kinds) - may_be_adjective; k++) /* "a cartoon elephant" */
    longest = MAX (longest, mk_hit_at (p, i, kinds[k])->n);
  return longest >= mk_hit_at (p, i, MK_WORD_painting)->n;
}

/* "a castle, watercolour": a style that is all that stands between two marks. */
static bool
is_alone (const mk_parser *p, int i, int next)
{
  return (i == 0 || mk_token_at (p, i - 1)->kind == MK_TOKEN_MARK) && (next >= mk_n_tokens (p) || mk_token_at (p, next)->kind == MK_TOKEN_MARK);
}

/* "a watercolour castle", "a pixel art dragon": how it is painted stands before the first noun of the clause. */
static bool
is_before_noun (const mk_parser *p, int next)
{
  return p->clause.is_start && !p->clause.after_relation && mk_np_is_head_ahead (p, next);
}

int
mk_parse_painting (mk_parser *p, int i)
{
  static const char *const leads[] = { "in", "as", "like", "into", NULL }, *const made[] = { "painted", "drawn", "rendered", "done", "made", "animated", NULL };
  int at = is_one_of (p, i, made) ? i + 1 : i;
  bool is_led = is_one_of (p, at, leads);
  int word = skip_det (p, is_led ? at + 1 : at);
  const mk_hit *style_word = mk_hit_at (p, word, MK_WORD_style_word), *known = mk_hit_at (p, word, MK_WORD_painting);
  if (mk_hit_at (p, i, MK_WORD_style)->n > 0 || (at > i && !is_led))
    return i;
  if (is_led && style_word->n > 0 && is_one_of (p, word + style_word->n, (const char *const[]){ "of", NULL }))
    return read_free_style (p, i, word + style_word->n + 1);
  if (known->n == 0)
    return i;
  int next = word + known->n, styled = next + mk_hit_at (p, next, MK_WORD_style_word)->n;
  bool is_of = is_one_of (p, next, (const char *const[]){ "of", NULL });
  if (is_of && !p->has_subject && at == i && !is_led) { /* "a watercolour of a castle" is a picture */
    set_painting (p, i, next + 1, mk_hit_text (known));
    mk_json_set (mk_command_json (p, mk_command_single (p, "render", MK_BUCKET_RENDER)), "still", mk_json_new_bool (true));
    return next + 1;
  }
  bool is_bare = at == i && styled == next;
  bool stands = is_led ? !mk_np_is_head_ahead (p, next) : is_before_noun (p, styled) || (word == i && is_alone (p, i, styled));
  if ((is_bare || !is_led) && (!stands || is_something_else (p, word, !is_led)))
    return i;
  set_painting (p, i, styled, mk_hit_text (known));
  return styled;
}
