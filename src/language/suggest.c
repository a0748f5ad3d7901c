/* Nearest known words: edit distance with transpositions (the optimal string alignment variant; Damerau 1964),
 * where a common beginning weighs, since people rarely mistype the first letters. */
#include <string.h>

#include "language/lexicon_private.h"

#define MAX_WORD 32

static uint32_t
letters_of (const char *word)
{
  uint32_t mask = 0;
  for (const char *i = word; *i != 0; i++)
    mask |= 1u << (*i >= 'a' && *i <= 'z' ? *i - 'a' : 26 + ((unsigned char)*i & 3));
  return mask;
}

static int
compare_words (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

void
mk_lexicon_index (mk_lexicon *lexicon)
{
  g_ptr_array_sort (lexicon->list, compare_words);
  lexicon->masks = g_new (uint32_t, lexicon->list->len);
  for (guint i = 0; i < lexicon->list->len; i++)
    lexicon->masks[i] = letters_of (lexicon->list->pdata[i]);
}

/* Edits between two words of at most MAX_WORD bytes; anything above `most` may come back as most + 1. */
static unsigned
distance_of (const char *a, size_t n_a, const char *b, size_t n_b, unsigned most)
{
  unsigned char rows[3][MAX_WORD + 1];
  for (size_t j = 0; j <= n_b; j++)
    rows[0][j] = (unsigned char)j;
  for (size_t i = 1; i <= n_a; i++) {
    unsigned char *row = rows[i % 3], *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];
    unsigned least = row[0] = (unsigned char)i;
    for (size_t j = 1; j <= n_b; j++) {
      unsigned best = MIN (MIN (above[j], row[j - 1]) + 1u, above[j - 1] + (a[i - 1] != b[j - 1] ? 1u : 0u));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        best = MIN (best, two[j - 2] + 1u);
      row[j] = (unsigned char)best;
      least = MIN (least, best);
    }
    if (least > most)
      return most + 1;
  }
  return rows[n_a % 3][n_b];
}

unsigned
mk_word_distance (const char *a, const char *b, unsigned most)
{
  size_t n_a = strlen (a), n_b = strlen (b);
  return n_a > MAX_WORD || n_b > MAX_WORD ? most + 1 : distance_of (a, n_a, b, n_b, most);
}

/* Lower is nearer: four per edit, less one per common first letter up to three. */
static unsigned
cost_of (const char *word, const char *known, unsigned distance)
{
  unsigned common = 0;
  while (common < 3 && word[common] != 0 && word[common] == known[common])
    common++;
  return distance * 4 + 3 - common;
}

unsigned
mk_lexicon_suggest (const mk_lexicon *lexicon, const char *word, const char **out, unsigned n, unsigned *distance)
{
  size_t length = strlen (word);
  unsigned found = 0, costs[8], first = G_MAXUINT;
  n = MIN (n, MK_COUNT (costs));
  if (length < 3 || length > MAX_WORD)
    return 0;
  unsigned most = length < 5 ? 1 : length < 8 ? 2 : 3;
  uint32_t mask = letters_of (word);
  for (guint i = 0; i < lexicon->list->len; i++) {
    const char *known = lexicon->list->pdata[i];
    if (__builtin_popcount (mask ^ lexicon->masks[i]) > (int)(2 * most))
      continue;
    size_t n_known = strlen (known);
    if (n_known < 3 || n_known > MAX_WORD || n_known + most < length || n_known > length + most)
      continue;
    unsigned edits = distance_of (word, length, known, n_known, most), cost = cost_of (word, known, edits), at = found;
    if (edits > most)
      continue;
    while (at > 0 && costs[at - 1] > cost)
      at--;
    if (at == n)
      continue;
    found = MIN (found + 1, n);
    memmove (out + at + 1, out + at, (found - 1 - at) * sizeof *out);
    memmove (costs + at + 1, costs + at, (found - 1 - at) * sizeof *costs);
    out[at] = known;
    costs[at] = cost;
    first = at == 0 ? edits : first;
  }
  if (distance != NULL)
    *distance = first;
  return found;
}
