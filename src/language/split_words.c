/* Words that are several: "Holztisch" is a wooden table, "Häuschen" a small house, "ponlo" means put it, "herumläuft" runs around.
 * Only what is no word of the lexicon is taken apart, and only as the language's own tables say (docs/lexicon.md). */
#include <string.h>

#include "language/constructions.h"

#define MAX_TRIED 60 /* words of one text: nobody writes more compounds in one breath */
#define LEAST_PART 3 /* letters */

typedef enum { AS_NOUN, AS_LOOK } tail_kind;

static const mk_sense *
find_of_kind (const mk_parser *p, const char *phrase, mk_word_kind kind)
{
  for (const mk_sense *i = mk_lexicon_find (p->language->lexicon, phrase); i != NULL; i = i->next)
    if (i->kind == kind)
      return i;
  return NULL;
}

static bool
has_kind (const mk_parser *p, const char *phrase, mk_word_kind kind)
{
  return find_of_kind (p, phrase, kind) != NULL;
}

/* The object that a word names in any of its forms, or NULL. */
static const mk_recipe_info *
object_named (const mk_parser *p, const char *word)
{
  mk_stem stems[MK_MAX_STEMS];
  const mk_sense *sense = find_of_kind (p, word, MK_WORD_object);
  unsigned n = mk_lexicon_stem (p->language->lexicon, word, stems);
  for (unsigned i = 0; i < n && sense == NULL; i++)
    sense = stems[i].form == MK_FORM_S ? find_of_kind (p, stems[i].text, MK_WORD_object) : NULL;
  return sense != NULL ? sense->object : NULL;
}

/* The verb that a word is a form of, in `out`; false when it is none. */
static bool
find_verb (const mk_parser *p, const char *word, const char *prefix, char out[64])
{
  static const mk_word_kind verbs[] = { MK_WORD_motion, MK_WORD_transitive, MK_WORD_physics, MK_WORD_camera, MK_WORD_act, MK_WORD_edit, MK_WORD_filler, MK_WORD_sky };
  mk_stem stems[MK_MAX_STEMS + 1];
  unsigned n = mk_lexicon_stem (p->language->lexicon, word, stems);
  g_strlcpy (stems[n++].text, word, sizeof stems[0].text);
  for (unsigned i = 0; i < n; i++)
    for (size_t k = 0; k < MK_COUNT (verbs) && g_snprintf (out, 64, "%s%s", prefix, stems[i].text) < 64; k++)
      if (has_kind (p, out, verbs[k]) && (*prefix != 0 || verbs[k] != MK_WORD_filler))
        return true;
  return false;
}

bool
mk_find_joined_verb (const mk_parser *p, const char *prefix, const char *word, char out[64])
{
  return find_verb (p, word, prefix, out);
}

/* --- putting words in the place of one --- */

static void
set_text (mk_parser *p, int i, const char *text)
{
  g_array_index (p->tokens, mk_token, i).text = g_string_chunk_insert_const (p->texts, text);
}

static void
put_before (mk_parser *p, int i, const char *text)
{
  mk_token token = *mk_token_at (p, i);
  token.text = g_string_chunk_insert_const (p->texts, text);
  g_array_insert_val (p->tokens, (guint)i, token);
}

/* --- compounds --- */

static int
channel (const char *hex, int i)
{
  return g_ascii_xdigit_value (hex[i]) * 16 + g_ascii_xdigit_value (hex[i + 1]);
}

/* "blaugrün": halfway between the two. */
static void
mix_colors (mk_parser *p, int i, const char *a, const char *b)
{
  char hex[8];
  g_snprintf (hex, sizeof hex, "#%02x%02x%02x", (unsigned)(channel (a, 1) + channel (b, 1)) / 2, (unsigned)(channel (a, 3) + channel (b, 3)) / 2, (unsigned)(channel (a, 5) + channel (b, 5)) / 2);
  set_text (p, i, hex);
  g_array_index (p->tokens, mk_token, i).kind = MK_TOKEN_HEX;
}

/* Whether the first part of a compound tells how the thing looks: of holz, stone, dark; no bottle is made of the water in it, and no
 * animal of the gold in its name. */
static bool
is_look (const mk_parser *p, const char *first, const mk_recipe_info *object)
{
  bool is_living = g_str_equal (object->category, "animal") || g_str_equal (object->category, "person");
  if (has_kind (p, first, MK_WORD_color) || has_kind (p, first, MK_WORD_size))
    return true;
  return has_kind (p, first, MK_WORD_material) && !is_living && !has_kind (p, first, MK_WORD_substance);
}

/* The first part of a compound without what joins it to the second: "sonnen" is "sonne"; as it is when nothing helps. */
static void
without_link (const mk_parser *p, const char *part, char out[64])
{
  g_auto (GStrv) links = g_strsplit (mk_lexicon_compound_links (p->language->lexicon), "|", -1);
  g_strlcpy (out, part, 64);
  for (char **link = links; *link != NULL && mk_lexicon_find (p->language->lexicon, out) == NULL; link++)
    if (g_str_has_suffix (part, *link) && strlen (part) >= strlen (*link) + LEAST_PART)
      g_snprintf (out, 64, "%.*s", (int)(strlen (part) - strlen (*link)), part);
  if (mk_lexicon_find (p->language->lexicon, out) == NULL)
    g_strlcpy (out, part, 64);
}

static bool
split_noun (mk_parser *p, int i, const char *first, const char *rest)
{
  char part[64];
  const mk_recipe_info *object = object_named (p, rest);
  bool is_place = has_kind (p, rest, MK_WORD_surface) || has_kind (p, rest, MK_WORD_scene);
  if (object == NULL && !is_place)
    return false;
  without_link (p, first, part);
  if (object != NULL && is_look (p, part, object)) {
    set_text (p, i, rest);
    put_before (p, i, part);
    return true;
  }
  if (g_utf8_strlen (rest, -1) <= LEAST_PART && mk_lexicon_find (p->language->lexicon, part) == NULL)
    return false;
  mk_assume (p, "I read “%s” as “%s”.", mk_token_at (p, i)->text, rest);
  g_array_index (p->tokens, mk_token, i).is_corrected = true;
  set_text (p, i, rest);
  return true;
}

/* "pechschwarz", "riesengroß", "dunkelviolett", "blaugrün". */
static bool
split_look (mk_parser *p, int i, const char *first, const char *rest)
{
  static const mk_word_kind looks[] = { MK_WORD_color, MK_WORD_size, MK_WORD_finish, MK_WORD_adverb };
  const mk_sense *a = find_of_kind (p, first, MK_WORD_color), *b = find_of_kind (p, rest, MK_WORD_color);
  if (a != NULL && b != NULL && strlen (mk_json_get_string (a->value)) == 7 && strlen (mk_json_get_string (b->value)) == 7) {
    mix_colors (p, i, mk_json_get_string (a->value), mk_json_get_string (b->value));
    return true;
  }
  for (size_t k = 0; k < MK_COUNT (looks); k++) {
    if (!has_kind (p, rest, looks[k]))
      continue;
    set_text (p, i, rest);
    if (b != NULL && has_kind (p, first, MK_WORD_shade))
      put_before (p, i, first);
    return true;
  }
  return false;
}

/* The longest second part that is known is its head. */
static bool
split_compound (mk_parser *p, int i, const char *word, tail_kind kind)
{
  if (mk_lexicon_compound_links (p->language->lexicon) == NULL)
    return false;
  const char *end = word + strlen (word);
  for (const char *rest = g_utf8_offset_to_pointer (word, MIN (LEAST_PART, g_utf8_strlen (word, -1))); g_utf8_strlen (rest, -1) >= LEAST_PART; rest = g_utf8_next_char (rest)) {
    g_autofree char *first = g_strndup (word, (gsize)(rest - word));
    if (kind == AS_NOUN ? split_noun (p, i, first, rest) : split_look (p, i, first, rest))
      return true;
  }
  return word == end;
}

/* "hündchen": without its umlaut, with or without the e that fell away. */
static bool
split_diminutive (mk_parser *p, int i, const char *word)
{
  for (const char *ending = g_utf8_offset_to_pointer (word, MIN (LEAST_PART - 1, g_utf8_strlen (word, -1))); *ending != 0; ending = g_utf8_next_char (ending)) {
    const char *small = mk_lexicon_word_rule (p->language->lexicon, "diminutive", ending);
    if (small == NULL)
      continue;
    static const char *const tails[] = { "", "e", "a", "o", "en" };
    g_autofree char *as_is = g_strndup (word, (gsize)(ending - word)), *plain = g_str_to_ascii (as_is, "C");
    const char *const bases[] = { as_is, plain };
    for (size_t k = 0; k < MK_COUNT (bases) * MK_COUNT (tails); k++) {
      g_autofree char *base = g_strconcat (bases[k % 2], tails[k / 2], NULL);
      if (object_named (p, base) == NULL)
        continue;
      set_text (p, i, base);
      put_before (p, i, small);
      return true;
    }
  }
  return false;
}

/* --- verbs --- */

/* "ponlo", "píntala", "dáselo": what the verb is done to hangs at its end. An accent that only keeps the stress goes. */
static bool
split_clitic (mk_parser *p, int i, const char *word)
{
  for (const char *tail = g_utf8_offset_to_pointer (word, MIN (2, g_utf8_strlen (word, -1))); *tail != 0; tail = g_utf8_next_char (tail)) {
    const char *read_as = mk_lexicon_word_rule (p->language->lexicon, "clitic", tail);
    char verb[64];
    if (read_as == NULL)
      continue;
    g_autofree char *as_is = g_strndup (word, (gsize)(tail - word)), *plain = g_str_to_ascii (as_is, "C");
    if (!find_verb (p, as_is, "", verb) && !find_verb (p, plain, "", verb))
      continue;
    set_text (p, i, has_kind (p, plain, MK_WORD_edit) ? plain : verb);
    if (*read_as != 0) {
      put_before (p, i, mk_token_at (p, i)->text);
      set_text (p, i + 1, read_as);
    }
    return true;
  }
  return false;
}

/* "kommen" of "zukommen", as it stands in "anzukommen". */
static const char *
without_infinitive_mark (const mk_parser *p, const char *word)
{
  for (const char *end = g_utf8_next_char (word); g_utf8_strlen (end, -1) > LEAST_PART; end = g_utf8_next_char (end)) {
    g_autofree char *mark = g_strndup (word, (gsize)(end - word));
    if (mk_lexicon_word_rule (p->language->lexicon, "infinitive_mark", mark) != NULL)
      return end;
  }
  return word;
}

/* "ankommt", "herumläuft", "anzukommen": the verb with its part where that is a word, else the verb alone. */
static bool
split_prefix (mk_parser *p, int i, const char *word)
{
  for (const char *rest = word + strlen (word); rest > word; rest = g_utf8_find_prev_char (word, rest)) {
    g_autofree char *prefix = g_strndup (word, (gsize)(rest - word));
    char verb[64];
    if (g_utf8_strlen (rest, -1) < LEAST_PART || mk_lexicon_word_rule (p->language->lexicon, "separable", prefix) == NULL)
      continue;
    const char *stem = without_infinitive_mark (p, rest);
    if (find_verb (p, rest, prefix, verb) || find_verb (p, stem, prefix, verb)) {
      set_text (p, i, verb);
      return true;
    }
    if (!find_verb (p, rest, "", verb) && !find_verb (p, stem, "", verb))
      continue;
    set_text (p, i, verb);
    if (has_kind (p, prefix, MK_WORD_direction)) {
      put_before (p, i, verb);
      set_text (p, i + 1, prefix);
    }
    return true;
  }
  return false;
}

bool
mk_split_words (mk_parser *p)
{
  bool has_changed = false;
  g_autoptr (GArray) unknown = g_array_new (FALSE, FALSE, sizeof (int));
  for (int i = 0; i < mk_n_tokens (p) && unknown->len < MAX_TRIED; i++) {
    bool is_free = mk_token_at (p, i)->kind == MK_TOKEN_WORD && !mk_token_at (p, i)->is_capital && strlen (mk_token_at (p, i)->text) < 48;
    for (int back = 0; back < 8 && is_free && back <= i; back++)
      for (int kind = 0; kind < MK_N_WORD_KINDS && is_free; kind++)
        is_free = mk_hit_at (p, i - back, (mk_word_kind)kind)->n <= back || kind == MK_WORD_common;
    if (is_free)
      g_array_append_val (unknown, i);
  }
  for (guint k = unknown->len; k-- > 0;) { /* from the end, so that what is put in moves none that is still to come */
    int i = g_array_index (unknown, int, k);
    const char *word = mk_token_at (p, i)->text;
    has_changed |= split_clitic (p, i, word) || split_prefix (p, i, word) || split_diminutive (p, i, word) || split_compound (p, i, word, AS_LOOK) || split_compound (p, i, word, AS_NOUN);
  }
  return has_changed;
}

/* A word that there is was hardly meant as another ("breaching" as "breaking"), but for its ending ("brighten" as "brighter"). */
static bool
is_clear (const mk_token *token, const char *right)
{
  size_t length = strlen (token->text);
  return !token->is_guessed || (length >= 6 && strncmp (token->text, right, length - 1) == 0);
}

/* Typing mistakes with one clear candidate are put right before anything is read. */
bool
mk_correct_words (mk_parser *p)
{
  bool has_changed = false;
  g_autofree bool *covered = g_new0 (bool, (size_t)mk_n_tokens (p) + 1);
  for (int i = 0; i < mk_n_tokens (p); i++)
    for (int kind = 0; kind < MK_N_WORD_KINDS; kind++)
      for (int k = 0; k < mk_hit_at (p, i, (mk_word_kind)kind)->n; k++)
        covered[i + k] = true;
  int n_words = 0, n_unknown = 0;
  for (int i = 0; i < mk_n_tokens (p); i++) {
    n_words += mk_token_at (p, i)->kind == MK_TOKEN_WORD;
    n_unknown += mk_token_at (p, i)->kind == MK_TOKEN_WORD && !covered[i];
  }
  if (n_words >= 20 && n_unknown * 2 > n_words) /* another language, and no mistakes in this one */
    return false;
  bool names = false; /* somebody is called something: what begins with a capital is a name */
  for (int i = 0; i < mk_n_tokens (p); i++)
    names |= g_str_equal (mk_hit_text (mk_hit_at (p, i, MK_WORD_edit)), "name") || g_str_equal (mk_hit_text (mk_hit_at (p, i, MK_WORD_quote)), "name");
  for (int i = 0, n_tried = 0; i < mk_n_tokens (p) && n_tried < 60; i++) {
    mk_token *token = &g_array_index (p->tokens, mk_token, i);
    if (covered[i] || token->kind != MK_TOKEN_WORD || token->is_capital || mk_is_called (p, token->text) || (names && i > 0 && g_unichar_isupper (g_utf8_get_char (p->sentence + token->from))))
      continue;
    n_tried++;
    char right[64];
    if (mk_lexicon_correct (p->language->lexicon, token->text, right) == NULL || g_str_equal (right, token->text) || !is_clear (token, right))
      continue;
    mk_assume (p, "I read “%s” as “%s”.", token->text, right);
    token->text = g_string_chunk_insert (p->texts, right);
    token->is_corrected = true;
    has_changed = true;
  }
  return has_changed;
}
