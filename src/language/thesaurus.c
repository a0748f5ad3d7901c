#include "language/thesaurus.h"

#include <string.h>

#include "language/thesaurus_private.h"

/* The beginning of the line that a byte is in. */
static size_t
line_start (size_t at)
{
  while (at > 0 && mk_thesaurus_words[at - 1] != '\n')
    at--;
  return at;
}

/* A phrase against that of a line; the tab behind it sorts before all that phrases are made of. */
static int
compare_phrase (const char *phrase, const char *line)
{
  while (*phrase != 0 && *phrase == *line)
    phrase++, line++;
  return (*phrase != 0 ? (unsigned char)*phrase : '\t') - (unsigned char)*line;
}

static const char *
find_line (const char *phrase)
{
  size_t from = 0, to = mk_thesaurus_words_n_bytes;
  while (from < to) {
    size_t start = line_start (from + (to - from) / 2);
    const char *line = mk_thesaurus_words + start;
    int order = compare_phrase (phrase, line);
    if (order == 0)
      return line;
    if (order < 0)
      to = start;
    else
      from = start + strcspn (line, "\n") + 1;
  }
  return NULL;
}

unsigned
mk_thesaurus_find (const char *phrase, mk_reading out[MK_MAX_READINGS])
{
  bool may_be = *phrase != 0 && strcspn (phrase, "\t\n") == strlen (phrase);
  const char *line = may_be ? find_line (phrase) : NULL;
  unsigned n = 0;
  for (const char *i = line != NULL ? strchr (line, '\t') + 1 : "\n"; *i != '\n' && n < MK_MAX_READINGS; i += *i == '|') {
    out[n++] = (mk_reading){ (mk_reading_sort)i[0], (unsigned)g_ascii_strtoull (i + 1, NULL, 10) };
    i += strcspn (i, "|\n");
  }
  return n;
}

static bool
visit_names (const mk_thesaurus_kind *kind, mk_kind_visitor visit, void *user)
{
  for (const char *i = mk_thesaurus_names + kind->names_at; *i != '\n'; i += *i == '|') {
    char name[64] = "";
    size_t length = strcspn (i, "|\n");
    memcpy (name, i, MIN (sizeof name - 1, length)); /* no text of its own: to measure the rest of the table is what a copy of a string would do */
    if (visit (name, (mk_kind_class)kind->of, user))
      return true;
    i += length;
  }
  return false;
}

#define MAX_OF_A_LEVEL 16 /* kinds have two above them at most, and most of those meet again */

static bool
has_kind (const unsigned *kinds, unsigned n, unsigned kind)
{
  for (unsigned i = 0; i < n; i++)
    if (kinds[i] == kind)
      return true;
  return false;
}

bool
mk_thesaurus_climb (unsigned kind, unsigned most_steps, mk_kind_visitor visit, void *user)
{
  unsigned level[MAX_OF_A_LEVEL] = { kind }, n = kind > 0;
  for (unsigned step = 0; step <= most_steps && n > 0; step++) {
    unsigned next[MAX_OF_A_LEVEL], n_next = 0;
    for (unsigned i = 0; i < n; i++)
      if (visit_names (&mk_thesaurus_kinds[level[i]], visit, user))
        return true;
    for (unsigned i = 0; i < 2 * n && n_next < MAX_OF_A_LEVEL; i++) {
      unsigned above = mk_thesaurus_kinds[level[i / 2]].above[i % 2];
      if (above > 0 && !has_kind (next, n_next, above))
        next[n_next++] = above;
    }
    memcpy (level, next, n_next * sizeof *next);
    n = n_next;
  }
  return false;
}
