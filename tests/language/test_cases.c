#include "check.h"
#include "language/command.h"
#include "language/lexicon.h"
#include "language/parse.h"
#include "scene/objects.h"

#include "cases.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  mk_language *language;
  mk_lexicon *lexicon;
  mk_command_schema *schema;
  unsigned n_right, n_all;
} bench;

/* What was said before: a sentence, or a list of them. */
static mk_json *
context_of (const bench *b, const mk_json *before)
{
  bool is_list = mk_json_get_kind (before) == MK_JSON_ARRAY;
  mk_json *context = NULL;
  for (size_t i = 0; before != NULL && i < (is_list ? mk_json_length (before) : 1); i++) {
    GError *error = NULL;
    g_autoptr (mk_understanding) said = NULL;
    g_autoptr (mk_json) earlier = context;
    CHECK_OK (mk_language_parse (b->language, mk_json_get_string (is_list ? mk_json_at (before, i) : before), earlier, &said, &error), error);
    context = mk_commands_merge (earlier, said->commands);
  }
  return context;
}

static bool
case_is_right (const bench *b, const char *family, const mk_json *one)
{
  GError *error = NULL;
  g_autoptr (mk_understanding) said = NULL;
  const char *sentence = mk_json_get_string (mk_json_get (one, "say"));
  g_autoptr (mk_json) context = context_of (b, mk_json_get (one, "after"));
  CHECK_OK (mk_language_parse (b->language, sentence, context, &said, &error), error);
  g_autoptr (mk_json) joined = mk_commands_merge (context, said->commands);
  if (!mk_commands_check (b->schema, joined, &error))
    mk_test_fail (__FILE__, __LINE__, "“%s” gives an invalid list: %s", sentence, error->message);
  const mk_json *want = mk_json_get (one, "want");
  bool is_right = true;
  for (size_t i = 0; i < mk_json_length (want); i++) {
    const char *what = mk_json_get_string (mk_json_at (want, i));
    bool is_absent = *what == '!'; /* "!add object=car": no such command */
    if (mk_case_holds (b->lexicon, said->commands, what + is_absent) != is_absent)
      continue;
    g_autofree char *got = mk_json_print_compact (said->commands);
    printf ("# %s: “%s” lacks: %s\n#   %s\n", family, sentence, what, got);
    is_right = false;
  }
  const mk_json *says = mk_json_get (one, "says"); /* words that the reply must have */
  for (size_t i = 0; i < mk_json_length (says); i++)
    if (strstr (said->reply, mk_json_get_string (mk_json_at (says, i))) == NULL) {
      printf ("# %s: “%s” does not say %s\n#   %s\n", family, sentence, mk_json_get_string (mk_json_at (says, i)), said->reply);
      is_right = false;
    }
  return is_right;
}

/* Each family on its own must be nearly whole: a good total may not hide a broken family. In percent. */
static void
check_language (const char *code, const char *file, unsigned least_of_each, unsigned least_of_all)
{
  GError *error = NULL;
  g_autofree char *assets = g_build_filename (mk_test_source (), "..", "assets", NULL), *path = g_build_filename (mk_test_source (), "..", "bench", "language", file, NULL);
  bench b = { 0 };
  g_autoptr (mk_library) library = mk_library_new (assets, &error);
  CHECK_OK (library, error);
  unsigned n = mk_library_n_recipes (library);
  g_autofree const mk_recipe_info **objects = g_new (const mk_recipe_info *, n + 1);
  for (unsigned i = 0; i < n; i++)
    objects[i] = mk_library_get (library, i);
  CHECK_OK (b.language = mk_language_new (assets, code, library, &error), error);
  CHECK_OK (b.lexicon = mk_lexicon_new (assets, code, objects, n, &error), error);
  CHECK_OK (b.schema = mk_command_schema_new (assets, &error), error);
  mk_json *families = NULL;
  CHECK_OK (mk_json_parse_file (path, NULL, &families, &error), error);
  bool all_good = true;
  for (mk_json_iter f = mk_json_iterate (families); mk_json_next (&f);) {
    unsigned right = 0, all = (unsigned)mk_json_length (f.value);
    for (size_t i = 0; i < all; i++)
      right += case_is_right (&b, f.key, mk_json_at (f.value, i));
    printf ("# %-10s %3u of %3u\n", f.key, right, all);
    all_good &= right * 100 >= all * least_of_each;
    b.n_right += right;
    b.n_all += all;
  }
  printf ("# all        %3u of %3u (%.1f %%)\n", b.n_right, b.n_all, 100.0 * b.n_right / b.n_all);
  mk_json_unref (families);
  mk_language_free (b.language);
  mk_lexicon_free (b.lexicon);
  mk_command_schema_free (b.schema);
  CHECK (all_good);
  CHECK_INT (b.n_right * 100, >=, b.n_all * least_of_all);
}

TEST_WITHIN (sentences_lead_to_what_they_say, 60)
{
  check_language ("en", "sentences.json", 90, 98);
}

/* Written before the parser was tried on them, and never fitted to it. */
TEST_WITHIN (sentences_nobody_had_seen_lead_to_what_they_say, 60)
{
  check_language ("en", "sentences-unseen.json", 50, 83);
}

/* A second such set: directors, children, learners of English, prompt writers, teachers, game designers, and two other languages. */
TEST_WITHIN (a_second_set_of_unseen_sentences_leads_to_what_it_says, 60)
{
  check_language ("en", "sentences-unseen-2.json", 50, 81);
}

/* A third: children, animators, advertisers, teachers, stories, verbs, quantifiers, and people who correct themselves. */
TEST_WITHIN (a_third_set_of_unseen_sentences_leads_to_what_it_says, 60)
{
  check_language ("en", "sentences-unseen-3.json", 40, 84);
}

/* A fourth: children, a film student, advertisers, a physics teacher, people who dictate or learn English, and two other languages. */
TEST_WITHIN (a_fourth_set_of_unseen_sentences_leads_to_what_it_says, 60)
{
  check_language ("en", "sentences-unseen-4.json", 30, 79);
}

/* A fifth: shot lists, stories, briefs, physics, games, typing mistakes, prompts of diffusion users, layouts, edits, questions. */
TEST_WITHIN (a_fifth_set_of_unseen_sentences_leads_to_what_it_says, 60)
{
  check_language ("en", "sentences-unseen-5.json", 40, 78);
}

/* A sixth, of what stands still: objects, counts, looks, sizes, relations, places, light, and words that are written. */
TEST_WITHIN (a_sixth_set_of_unseen_sentences_leads_to_what_it_says, 60)
{
  check_language ("en", "sentences-unseen-6.json", 40, 81);
}

TEST_WITHIN (a_seventh_set_of_unseen_sentences_and_talks_leads_to_what_it_says, 60)
{
  check_language ("en", "sentences-unseen-7.json", 30, 76);
}

/* An eighth: scenes as film makers, children and hurried people describe them, happenings of several in time, follow-ups, questions. */
TEST_WITHIN (an_eighth_set_of_unseen_sentences_and_talks_leads_to_what_it_says, 60)
{
  check_language ("en", "sentences-unseen-8.json", 50, 81);
}

TEST_WITHIN (a_ninth_set_of_unseen_sentences_and_talks_leads_to_what_it_says, 60)
{
  check_language ("en", "sentences-unseen-9.json", 0, 67);
}

TEST_WITHIN (a_tenth_set_of_unseen_sentences_and_talks_leads_to_what_it_says, 60)
{
  check_language ("en", "sentences-unseen-10.json", 0, 80);
}

TEST_WITHIN (an_eleventh_set_of_unseen_sentences_and_talks_leads_to_what_it_says, 60)
{
  check_language ("en", "sentences-unseen-11.json", 0, 84);
}

/* A twelfth, a quarter of it in sentences of twenty-five to forty words. */
TEST_WITHIN (a_twelfth_set_of_unseen_sentences_and_talks_leads_to_what_it_says, 60)
{
  check_language ("en", "sentences-unseen-12.json", 0, 80);
}

/* A thirteenth, written when that was mended: stills, films, long sentences, cameras, talk. */
TEST_WITHIN (a_thirteenth_set_of_unseen_sentences_and_talks_leads_to_what_it_says, 60)
{
  check_language ("en", "sentences-unseen-13.json", 0, 72);
}

/* A fourteenth to a twentieth, written before more was mended: what a stranger asks for in a sentence or two, and thirty-two follow-ups. */
TEST_WITHIN (a_fourteenth_set_of_unseen_sentences_and_talks_leads_to_what_it_says, 60)
{
  check_language ("en", "sentences-unseen-14.json", 0, 68);
  check_language ("en", "sentences-unseen-15.json", 0, 80);
  check_language ("en", "sentences-unseen-16.json", 0, 60);
  check_language ("en", "sentences-unseen-17.json", 0, 60);
  check_language ("en", "sentences-unseen-18.json", 0, 70);
  check_language ("en", "sentences-unseen-19.json", 0, 80);
  check_language ("en", "sentences-unseen-20.json", 0, 75);
}

/* The lexicon is data: another language is a folder beside the first. */
TEST (spanish_sentences_lead_to_what_they_say)
{
  check_language ("es", "sentences-es.json", 90, 98);
}

TEST (german_sentences_lead_to_what_they_say)
{
  check_language ("de", "sentences-de.json", 90, 98);
}

/* Written by how people speak, before any was tried: separable verbs, verbs at the end, cases, compounds, follow-ups. */
TEST_WITHIN (german_sentences_nobody_had_seen_lead_to_what_they_say, 60)
{
  check_language ("de", "sentences-unseen-de.json", 70, 90);
}

/* The same in Spanish: clitics, diminutives, gerunds, estar and hay, questions. */
TEST_WITHIN (spanish_sentences_nobody_had_seen_lead_to_what_they_say, 60)
{
  check_language ("es", "sentences-unseen-es.json", 70, 90);
}

TEST_WITHIN (a_second_set_of_unseen_german_sentences_leads_to_what_it_says, 60)
{
  check_language ("de", "sentences-unseen-de-2.json", 50, 76);
}

TEST_WITHIN (a_second_set_of_unseen_spanish_sentences_leads_to_what_it_says, 60)
{
  check_language ("es", "sentences-unseen-es-2.json", 50, 80);
}

TEST_WITHIN (a_third_set_of_unseen_german_sentences_leads_to_what_it_says, 60)
{
  check_language ("de", "sentences-unseen-de-3.json", 16, 60);
}

TEST_WITHIN (a_third_set_of_unseen_spanish_sentences_leads_to_what_it_says, 60)
{
  check_language ("es", "sentences-unseen-es-3.json", 28, 66);
}

/* Who asks for English may answer in Spanish: the language that understands more is taken. */
TEST (a_spanish_sentence_is_understood_without_being_announced)
{
  GError *error = NULL;
  g_autofree char *assets = g_build_filename (mk_test_source (), "..", "assets", NULL);
  g_autoptr (mk_library) library = mk_library_new (assets, &error);
  CHECK_OK (library, error);
  g_autoptr (mk_language) language = mk_language_new (assets, "en", library, &error);
  CHECK_OK (language, error);
  g_autoptr (mk_understanding) said = NULL;
  CHECK_OK (mk_language_parse (language, "una pelota roja rebota sobre la hierba", NULL, &said, &error), error);
  CHECK_INT (mk_json_length (said->commands), ==, 3);
  CHECK_STRING (mk_json_get_string (mk_json_get (mk_json_at (said->commands, 1), "object")), "ball");
  CHECK (said->confidence > 0.9);
}
