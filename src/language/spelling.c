/* Typing mistakes: a word that nobody knows is taken for the one known word that sounds like it or is nearly written so.
 *
 * Sound     Words of equal sound are spelled alike after a few rules (ph is f, c is k or s, doubled letters are one);
 *           "elefant" and "elephant" meet there although two edits part them.
 * Endings   "dansing" is looked for as "dans" too, and gets its ending back.
 * Rank      What can be shown goes before what only joins words, and that before words that say nothing: "like" is never
 *           corrected, being known itself. */
#include <string.h>

#include "language/lexicon_private.h"

#define MAX_WORD 32

/* Lower is better; words above MAX_RANK are no candidates. */
enum { RANK_SHOWN, RANK_GLUE, RANK_EMPTY, MAX_RANK = RANK_GLUE };

static unsigned
rank_of (mk_word_kind kind)
{
  switch (kind) {
  case MK_WORD_common:
  case MK_WORD_act:
  case MK_WORD_lead:
  case MK_WORD_gender:
  case MK_WORD_filler:
  case MK_WORD_adjective:
  case MK_WORD_substance:
  case MK_WORD_part:
  case MK_WORD_option:
    return RANK_EMPTY;
  case MK_WORD_object:
  case MK_WORD_noun:
  case MK_WORD_color:
  case MK_WORD_material:
  case MK_WORD_motion:
  case MK_WORD_physics:
  case MK_WORD_camera:
  case MK_WORD_surface:
  case MK_WORD_sky:
  case MK_WORD_scene:
    return RANK_SHOWN;
  default:
    return RANK_GLUE;
  }
}

void
mk_spelling_add (mk_lexicon *lexicon, const char *phrase, mk_word_kind kind)
{
  g_auto (GStrv) words = g_strsplit (phrase, " ", -1);
  for (char **i = words; *i != NULL; i++) {
    const char *key = g_string_chunk_insert_const (lexicon->texts, *i);
    unsigned rank = MAX (rank_of (kind), words[1] != NULL ? RANK_GLUE : RANK_SHOWN) + 1, before = GPOINTER_TO_UINT (g_hash_table_lookup (lexicon->ranks, key));
    if (before == 0 || rank < before)
      g_hash_table_insert (lexicon->ranks, (void *)key, GUINT_TO_POINTER (rank));
  }
}

static bool
is_soft (char next)
{
  return next == 'e' || next == 'i' || next == 'y';
}

/* How a word sounds, roughly; `out` gets at most MAX_WORD letters. */
static void
sound_of (const char *word, char out[MAX_WORD + 1])
{
  size_t n = 0;
  for (const char *i = word; *i != 0 && n + 2 < MAX_WORD; i++) {
    char letter = *i;
    if (letter == 'p' && i[1] == 'h')
      letter = 'f', i++;
    else if (letter == 'c' && i[1] == 'k')
      letter = 'k', i++;
    else if (letter == 'c')
      letter = is_soft (i[1]) ? 's' : 'k';
    else if (letter == 'q')
      letter = 'k';
    else if (letter == 'z')
      letter = 's';
    else if (letter == 'y')
      letter = 'i';
    else if (i == word && letter == 'k' && i[1] == 'n')
      continue;
    else if (letter == 'w' && i[1] == 'h')
      i++;
    else if (i[1] == 'a' && (letter == 'o' || letter == 'e')) /* "flote", "speek" */
      i++;
    if (n == 0 || out[n - 1] != letter)
      out[n++] = letter;
  }
  if (n > 3 && out[n - 1] == 'e')
    n--;
  out[n] = 0;
}

static int
compare_words (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

void
mk_spelling_index (mk_lexicon *lexicon)
{
  guint n = 0;
  g_autofree const char **words = (const char **)g_hash_table_get_keys_as_array (lexicon->ranks, &n);
  qsort (words, n, sizeof *words, compare_words);
  for (guint i = 0; i < n; i++) {
    char sound[MAX_WORD + 1];
    size_t length = strlen (words[i]);
    if (length < 3 || length >= MAX_WORD || GPOINTER_TO_UINT (g_hash_table_lookup (lexicon->ranks, words[i])) - 1 > MAX_RANK)
      continue;
    g_ptr_array_add (lexicon->words, (void *)words[i]);
    sound_of (words[i], sound);
    const char *key = g_string_chunk_insert_const (lexicon->texts, sound);
    if (!g_hash_table_contains (lexicon->sounds, key))
      g_hash_table_insert (lexicon->sounds, (void *)key, (void *)words[i]);
    else /* two words sound so: neither is clear */
      g_hash_table_insert (lexicon->sounds, (void *)key, NULL);
  }
}

static bool
is_swapped (const char *a, const char *b)
{
  size_t n = strlen (a);
  if (n != strlen (b))
    return false;
  for (size_t i = 0; i + 1 < n; i++)
    if (a[i] == b[i + 1] && a[i + 1] == b[i] && a[i] != a[i + 1])
      return strncmp (a, b, i) == 0 && g_str_equal (a + i + 2, b + i + 2);
  return false;
}

/* Mistakes keep the first letter, or swap it with the second. */
static bool
may_be (const char *word, const char *known)
{
  return known[0] == word[0] || (known[0] == word[1] && known[1] == word[0]);
}

/* The one word that is nearest: three per edit, one less when two letters are only swapped, and one per rank. */
static const char *
find_near (const mk_lexicon *lexicon, const char *word)
{
  size_t length = strlen (word);
  unsigned most = length < 4 ? 0 : length < 8 ? 1 : 2 /* letters for the most that a guess may bridge */, best = G_MAXUINT;
  const char *found = NULL;
  bool is_clear = false;
  for (guint i = 0; i < lexicon->words->len; i++) {
    const char *known = lexicon->words->pdata[i];
    size_t n = strlen (known);
    if (n + most < length || n > length + most || !may_be (word, known))
      continue;
    bool swap = is_swapped (word, known);
    unsigned edits = swap ? 1 : most == 0 ? 9 : mk_word_distance (word, known, most);
    if (length == 4 && n == 4 && !swap) /* of four letters one wrong one leaves too little */
      continue;
    if (edits > MAX (most, 1) || (edits > 1 && word[1] != known[1])) /* two mistakes leave the beginning as it is */
      continue;
    unsigned cost = edits * 3 - swap + GPOINTER_TO_UINT (g_hash_table_lookup (lexicon->ranks, known)) - 1;
    is_clear = cost < best || (is_clear && cost > best);
    if (cost < best) {
      best = cost;
      found = known;
    }
  }
  return is_clear ? found : NULL;
}

static const char *
find_sound (const mk_lexicon *lexicon, const char *word)
{
  char sound[MAX_WORD + 1];
  sound_of (word, sound);
  const char *known = strlen (word) >= 3 ? g_hash_table_lookup (lexicon->sounds, sound) : NULL;
  return known != NULL && may_be (word, known) ? known : NULL;
}

/* Two mistakes and one of hearing: "elefent" sounds nearly like "elephant". The one long word that does. */
static const char *
find_near_sound (const mk_lexicon *lexicon, const char *word)
{
  char own[MAX_WORD + 1], sound[MAX_WORD + 1];
  const char *found = NULL;
  if (strlen (word) < 6)
    return NULL;
  sound_of (word, own);
  for (guint i = 0; i < lexicon->words->len; i++) {
    const char *known = lexicon->words->pdata[i];
    if (strlen (known) < 6 || !may_be (word, known) || GPOINTER_TO_UINT (g_hash_table_lookup (lexicon->ranks, known)) - 1 > RANK_SHOWN)
      continue;
    sound_of (known, sound);
    if (mk_word_distance (own, sound, 1) > 1)
      continue;
    if (found != NULL)
      return NULL;
    found = known;
  }
  return found;
}

/* Two letters in the wrong order are the likeliest mistake: "gril" is a girl before it is a grill. The one word of these ranks that is so. */
static const char *
find_swapped_in (const mk_lexicon *lexicon, const char *word, unsigned most)
{
  char other[MAX_WORD + 1];
  const char *found = NULL;
  size_t length = g_strlcpy (other, word, sizeof other);
  for (size_t i = 0; i + 1 < length; i++) {
    void *known = NULL, *rank = NULL;
    if (word[i] == word[i + 1])
      continue;
    other[i] = word[i + 1], other[i + 1] = word[i];
    bool is_shown = g_hash_table_lookup_extended (lexicon->ranks, other, &known, &rank) && GPOINTER_TO_UINT (rank) - 1 <= most;
    other[i] = word[i], other[i + 1] = word[i + 1];
    if (is_shown && found != NULL)
      return NULL;
    found = is_shown ? known : found;
  }
  return found;
}

static const char *
find_swapped (const mk_lexicon *lexicon, const char *word)
{
  return find_swapped_in (lexicon, word, RANK_SHOWN);
}

/* Little words are typed fast: "teh", "wiht". */
static const char *
find_swapped_little (const mk_lexicon *lexicon, const char *word)
{
  return find_swapped_in (lexicon, word, RANK_GLUE);
}

/* And vowels are the letters that are left out: "ovr", "behnd", "nxt". The one word that lacks one. */
static const char *
find_vowelless (const mk_lexicon *lexicon, const char *word)
{
  char other[MAX_WORD + 2];
  const char *found = NULL;
  size_t length = strlen (word);
  for (size_t i = 1; i <= length; i++)
    for (const char *vowel = "aeiou"; *vowel != 0; vowel++) {
      void *known = NULL, *rank = NULL;
      g_snprintf (other, sizeof other, "%.*s%c%s", (int)i, word, *vowel, word + i);
      bool is_it = g_hash_table_lookup_extended (lexicon->ranks, other, &known, &rank) && GPOINTER_TO_UINT (rank) - 1 <= RANK_GLUE && strlen (other) > 3;
      if (is_it && found != NULL && !g_str_equal (found, other))
        return NULL;
      found = is_it ? known : found;
    }
  return found;
}

static const char *
with_ending (const char *known, const char *ending, char out[64])
{
  g_snprintf (out, 64, "%s%s", known, ending);
  return out;
}

/* Only verbs and the like have endings beside the plural's: nothing is "draked". */
static bool
takes_ending (const mk_lexicon *lexicon, const char *known, const char *ended)
{
  mk_stem stems[MK_MAX_STEMS];
  bool is_only_name = true;
  for (const mk_sense *i = mk_lexicon_find (lexicon, known); i != NULL; i = i->next)
    is_only_name &= i->kind == MK_WORD_object || i->kind == MK_WORD_noun || i->kind == MK_WORD_part || i->kind == MK_WORD_member;
  unsigned n = strlen (ended) < sizeof stems->text ? mk_lexicon_stem (lexicon, ended, stems) : 0;
  for (unsigned k = 0; k < n; k++)
    if (g_str_equal (stems[k].text, known) && (stems[k].form == MK_FORM_S || !is_only_name))
      return true;
  return !is_only_name;
}

typedef const char *(*finder) (const mk_lexicon *lexicon, const char *word);

/* As it stands, then without one of the endings that only follow a word. */
static const char *
find_form (const mk_lexicon *lexicon, const char *word, finder find, size_t least, char out[64])
{
  size_t length = strlen (word);
  const char *known = find (lexicon, word);
  if (known != NULL)
    return with_ending (known, "", out);
  for (mk_json_iter i = mk_json_iterate (lexicon->endings); mk_json_next (&i);) {
    size_t cut = strlen (i.key);
    char base[MAX_WORD];
    if (length < cut + least || !g_str_has_suffix (word, i.key) || *mk_json_get_string (i.value) != 0)
      continue;
    g_snprintf (base, sizeof base, "%.*s", (int)(length - cut), word);
    known = find (lexicon, base);
    if (known != NULL && takes_ending (lexicon, known, with_ending (known, i.key, out)))
      return out;
  }
  return NULL;
}

const char *
mk_lexicon_correct (const mk_lexicon *lexicon, const char *word, char out[64])
{
  size_t length = strlen (word);
  if (length < 3 || length > MAX_WORD - 2)
    return NULL;
  const char *known = length > 3 ? find_form (lexicon, word, find_swapped, 4, out) : NULL;
  known = known != NULL ? known : find_form (lexicon, word, find_sound, 3, out);
  known = known != NULL ? known : find_form (lexicon, word, find_swapped_little, length, out);
  known = known != NULL ? known : find_form (lexicon, word, find_vowelless, length, out);
  known = known != NULL ? known : find_form (lexicon, word, find_near, 4, out);
  return known != NULL ? known : find_form (lexicon, word, find_near_sound, 6, out);
}
