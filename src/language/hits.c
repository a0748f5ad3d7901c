/* What words may mean: each phrase of the sentence with its senses of the lexicon. */
#include <string.h>

#include "language/constructions.h"

const mk_hit *
mk_hit_at (const mk_parser *p, int i, mk_word_kind kind)
{
  static const mk_hit none;
  return i >= 0 && i < mk_n_tokens (p) ? &p->hits[(size_t)i * MK_N_WORD_KINDS + kind] : &none;
}

const char *
mk_hit_text (const mk_hit *hit)
{
  return hit->n > 0 ? mk_json_get_string (hit->sense->value) : "";
}

bool
mk_is_mark (const mk_parser *p, int i, char mark)
{
  return i >= 0 && i < mk_n_tokens (p) && mk_token_at (p, i)->kind == MK_TOKEN_MARK && mk_token_at (p, i)->text[0] == mark;
}

bool
mk_is_word (const mk_parser *p, int i, const char *word)
{
  return g_str_equal (mk_glue_at (p, i), word);
}

const char *
mk_glue_at (const mk_parser *p, int i)
{
  if (i < 0 || i >= mk_n_tokens (p))
    return "";
  const mk_hit *glue = mk_hit_at (p, i, MK_WORD_glue);
  return glue->n > 0 ? mk_hit_text (glue) : mk_token_at (p, i)->text;
}

const char *
mk_words (mk_parser *p, int from, int to)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (int i = from; i < to; i++)
    g_string_append_printf (text, "%s%s", i > from ? " " : "", mk_token_at (p, i)->text);
  if (text->len > 60)
    g_string_truncate (text, (gsize)(g_utf8_find_prev_char (text->str, text->str + 58) - text->str));
  return g_string_chunk_insert (p->texts, text->str);
}

const char *
mk_said (mk_parser *p, int from, int to)
{
  unsigned start = G_MAXUINT, end = 0;
  for (int i = from; i < to; i++) {
    start = MIN (start, mk_token_at (p, i)->from);
    end = MAX (end, mk_token_at (p, i)->to);
  }
  return start < end ? g_string_chunk_insert_len (p->texts, p->sentence + start, (gssize)(end - start)) : "";
}

static bool
inflects (mk_word_kind kind)
{
  static const bool table[] = {
#define X(name, can) can,
    MK_WORD_LIST (X)
#undef X
  };
  return table[kind];
}

bool
mk_is_one_of_new (const mk_parser *p, int i)
{
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det);
  return det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "new")) && mk_json_get_real (mk_json_get (det->sense->value, "number")) == 1;
}

static void
add_senses (mk_parser *p, int i, unsigned n, const char *phrase, mk_word_form form)
{
  bool is_several_of_one = n > 1 && form == MK_FORM_S && mk_is_one_of_new (p, i - 1); /* "a bus stops at …": behind "a" stand no "bus stops" */
  for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, phrase); sense != NULL; sense = sense->next) {
    mk_hit *hit = &p->hits[(size_t)i * MK_N_WORD_KINDS + sense->kind];
    bool is_name = sense->kind == MK_WORD_object || sense->kind == MK_WORD_noun || sense->kind == MK_WORD_part; /* "tied" is no tie */
    bool is_verb = sense->kind == MK_WORD_motion || sense->kind == MK_WORD_physics || sense->kind == MK_WORD_transitive || sense->kind == MK_WORD_camera || sense->kind == MK_WORD_act;
    if (hit->n >= n || (is_name && is_several_of_one) || (is_verb && form == MK_FORM_COMPARE) || (form != MK_FORM_BASE && (!inflects (sense->kind) || (is_name && form != MK_FORM_S))))
      continue;
    *hit = (mk_hit){ sense, (uint8_t)n, (uint8_t)form };
  }
}

/* Phrases of n words from token i: as they stand, then with the first or the last word in a base form. */
static void
find_phrases (mk_parser *p, int i, unsigned n, mk_stem stems[][MK_MAX_STEMS], const unsigned *n_stems)
{
  char phrase[256], head[224], tail[224];
  size_t at = 0;
  for (unsigned k = 0; k < n; k++)
    at += (size_t)g_snprintf (phrase + MIN (at, sizeof phrase - 1), sizeof phrase - MIN (at, sizeof phrase - 1), "%s%s", k > 0 ? " " : "", mk_token_at (p, i + (int)k)->text);
  if (at >= sizeof head - 1)
    return;
  add_senses (p, i, n, phrase, MK_FORM_BASE);
  const char *first_end = strchr (phrase, ' '), *last = strrchr (phrase, ' ');
  g_strlcpy (tail, first_end != NULL ? first_end : "", sizeof tail);
  g_snprintf (head, sizeof head, "%.*s", last != NULL ? (int)(last + 1 - phrase) : 0, phrase);
  for (unsigned k = 0; k < n_stems[i]; k++) {
    g_snprintf (phrase, sizeof phrase, "%s%s", stems[i][k].text, tail);
    add_senses (p, i, n, phrase, stems[i][k].form);
  }
  int end = i + (int)n - 1;
  for (unsigned k = 0; n > 1 && k < n_stems[end]; k++) {
    g_snprintf (phrase, sizeof phrase, "%s%s", head, stems[end][k].text);
    add_senses (p, i, n, phrase, stems[end][k].form);
  }
}

static unsigned
longest_from (const mk_parser *p, int i, mk_stem stems[][MK_MAX_STEMS], const unsigned *n_stems)
{
  unsigned most = mk_lexicon_longest (p->language->lexicon, mk_token_at (p, i)->text);
  for (unsigned k = 0; k < n_stems[i]; k++)
    most = MAX (most, mk_lexicon_longest (p->language->lexicon, stems[i][k].text));
  return MIN (most, (unsigned)(mk_n_tokens (p) - i));
}

static bool
is_phrase_word (const mk_parser *p, int i)
{
  mk_token_kind kind = mk_token_at (p, i)->kind;
  return kind == MK_TOKEN_WORD || kind == MK_TOKEN_NUMBER;
}

/* Of the phrases that begin at a word the longest is meant: "next to" is no "next". Verbs stand beside each other, as a
 * camera and a thing mean different ones by the same words; a determiner stays what it is, and parts count only for owners. */
static void
keep_longest (mk_parser *p, int i)
{
  static const mk_word_kind verbs[] = { MK_WORD_motion, MK_WORD_physics, MK_WORD_transitive, MK_WORD_camera, MK_WORD_camera_alone, MK_WORD_shot };
  mk_hit *hits = &p->hits[(size_t)i * MK_N_WORD_KINDS];
  int most = 0, most_of_verbs = 0;
  for (int kind = 0; kind < MK_N_WORD_KINDS; kind++)
    most = MAX (most, kind == MK_WORD_view_of || kind == MK_WORD_part || kind == MK_WORD_glue || kind == MK_WORD_painting || kind == MK_WORD_gender ? 0 : hits[kind].n);
  for (size_t k = 0; k < MK_COUNT (verbs); k++)
    most_of_verbs = MAX (most_of_verbs, hits[verbs[k]].n);
  for (int kind = 0; kind < MK_N_WORD_KINDS; kind++) {
    bool is_verb = false;
    for (size_t k = 0; k < MK_COUNT (verbs); k++)
      is_verb |= kind == (int)verbs[k];
    if (kind == MK_WORD_object && hits[MK_WORD_group].n == most) /* "a tower of 20 metres" is one */
      continue;
    if (kind == MK_WORD_object && most_of_verbs == most && mk_hit_at (p, i - 1, MK_WORD_det)->n == 1) /* "a box with a ball" boxes with nobody */
      continue;
    bool is_shared = (kind == MK_WORD_negation && hits[MK_WORD_camera].n == most) /* "does not move" is a camera's, or anybody's */
                     || (kind == MK_WORD_color && hits[MK_WORD_style].n == most);  /* "black and white" is a film's, or a cow's */
    if (is_shared)
      continue;
    if (hits[kind].n < most && kind != MK_WORD_det && kind != MK_WORD_view_of && kind != MK_WORD_glue && kind != MK_WORD_painting && !(is_verb && most_of_verbs == most))
      hits[kind].n = 0;
  }
}

/* "on the left table", "from the left table": one of two tables, and not where in the picture, nor from where it is seen. */
static void
part_side_from_noun (mk_parser *p, int i)
{
  const mk_hit *object = mk_hit_at (p, i + 3, MK_WORD_object);
  if (i == 0 || mk_hit_at (p, i + 1, MK_WORD_det)->n != 1 || mk_hit_at (p, i + 2, MK_WORD_ordinal)->n == 0 || object->n == 0 || object->form != MK_FORM_BASE || mk_hit_at (p, i + 3, MK_WORD_motion)->n > 0)
    return;
  for (int kind = 0; kind < MK_N_WORD_KINDS; kind++) {
    mk_hit *hit = &p->hits[(size_t)i * MK_N_WORD_KINDS + kind];
    hit->n = hit->n == 3 ? 0 : hit->n;
  }
}

/* "everything but the dog" spares it. */
static void
read_sparing_but (mk_parser *p, int i)
{
  const mk_hit *but = mk_hit_at (p, i, MK_WORD_conj), *all = mk_hit_at (p, i - 1, MK_WORD_pronoun);
  if (g_str_equal (mk_hit_text (but), "but") && g_str_equal (mk_hit_text (all), "all") && mk_hit_at (p, i + but->n, MK_WORD_det)->n > 0)
    p->hits[(size_t)i * MK_N_WORD_KINDS + MK_WORD_except] = *but;
}

void
mk_find_hits (mk_parser *p)
{
  int n = mk_n_tokens (p);
  mk_stem (*stems)[MK_MAX_STEMS] = g_malloc ((size_t)n * sizeof *stems);
  g_autofree unsigned *n_stems = g_new0 (unsigned, (size_t)n);
  p->hits = g_new0 (mk_hit, (size_t)n * MK_N_WORD_KINDS);
  for (int i = 0; i < n; i++)
    if (mk_token_at (p, i)->kind == MK_TOKEN_WORD && strlen (mk_token_at (p, i)->text) < 40)
      n_stems[i] = mk_lexicon_stem (p->language->lexicon, mk_token_at (p, i)->text, stems[i]);
  for (int i = 0; i < n; i++) {
    if (!is_phrase_word (p, i))
      continue;
    unsigned most = longest_from (p, i, stems, n_stems);
    for (unsigned length = 1; length <= most && is_phrase_word (p, i + (int)length - 1); length++)
      find_phrases (p, i, length, stems, n_stems);
  }
  g_free (stems);
  for (int i = 0; i < n; i++)
    part_side_from_noun (p, i);
  for (int i = 0; i < n; i++)
    keep_longest (p, i);
  for (int i = 1; i < n; i++)
    read_sparing_but (p, i);
  mk_guess_words (p);
}
