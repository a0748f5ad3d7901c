#include "speed.h"

#include <string.h>

#include "bench.h"
#include "language/command.h"

#define N_WORDS 60
#define N_SALADS 1000

static int
compare_times (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static char *
what_it_says (const mk_language *language, const char *text)
{
  g_autoptr (mk_understanding) said = NULL;
  g_autoptr (GError) error = NULL;
  if (!mk_language_parse (language, text, NULL, &said, &error))
    return g_strdup (error->message);
  g_autofree char *commands = mk_json_print_compact (said->commands);
  return g_strconcat (commands, said->reply, NULL);
}

/* The better of two readings, in milliseconds. */
static double
time_of (const mk_language *language, const char *text, unsigned *n_different)
{
  double start = bench_now_ms ();
  g_autofree char *first = what_it_says (language, text);
  double middle = bench_now_ms ();
  g_autofree char *second = what_it_says (language, text);
  double end = bench_now_ms ();
  *n_different += !g_str_equal (first, second);
  return MIN (middle - start, end - middle);
}

static GPtrArray *
words_of (const GPtrArray *sentences)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < sentences->len; i++) {
    g_auto (GStrv) each = g_strsplit (sentences->pdata[i], " ", -1);
    for (char **word = each; *word != NULL; word++)
      g_ptr_array_add (words, g_strdup (*word));
    g_autofree char *last = g_ptr_array_steal_index (words, words->len - 1);
    g_ptr_array_add (words, g_strconcat (last, ".", NULL));
  }
  return words;
}

speed
speed_measure (const mk_language *language, const GPtrArray *sentences)
{
  g_autoptr (GPtrArray) words = words_of (sentences);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  speed found = { .n_salads = N_SALADS };
  for (guint i = 0; i + N_WORDS <= words->len; i += N_WORDS) {
    g_autoptr (GString) text = g_string_new (NULL);
    for (guint k = i; k < i + N_WORDS; k++)
      g_string_append_printf (text, "%s ", (char *)words->pdata[k]);
    double took = time_of (language, text->str, &found.n_different);
    g_array_append_val (times, took);
  }
  g_array_sort (times, compare_times);
  found.n_texts = times->len;
  found.median_ms = g_array_index (times, double, times->len / 2);
  found.longest_ms = g_array_index (times, double, times->len - 1);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  for (int i = 0; i < N_SALADS; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    for (int k = 0; k < N_WORDS; k++)
      g_string_append_printf (text, "%s ", (char *)words->pdata[g_rand_int_range (random, 0, (gint32)words->len)]);
    found.longest_salad_ms = MAX (found.longest_salad_ms, time_of (language, text->str, &found.n_different));
  }
  g_autoptr (GString) much = g_string_new (NULL);
  for (guint k = 0; much->len < 100000; k++)
    g_string_append_printf (much, "%s ", (char *)words->pdata[k % words->len]);
  found.most_ms = time_of (language, much->str, &found.n_different);
  return found;
}
