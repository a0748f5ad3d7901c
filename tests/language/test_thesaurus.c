/* Words that nobody taught: what kind of thing or deed they are. */
#include "check.h"
#include "language/thesaurus.h"
#include "speaker.h"

static bool
is_dog (const char *name, mk_kind_class of, void *user)
{
  ++*(unsigned *)user;
  return of == MK_CLASS_ANIMAL && g_str_equal (name, "dog");
}

TEST (a_corgi_is_a_dog_and_no_word_is_none)
{
  mk_reading readings[MK_MAX_READINGS];
  unsigned n_names = 0;
  CHECK_INT (mk_thesaurus_find ("corgi", readings), ==, 1);
  CHECK_INT (readings[0].sort, ==, MK_READ_NOUN);
  CHECK (mk_thesaurus_climb (readings[0].kind, 5, is_dog, &n_names));
  CHECK_INT (n_names, >, 1);
  CHECK (!mk_thesaurus_climb (readings[0].kind, 0, is_dog, &n_names));
  CHECK (!mk_thesaurus_climb (0, 5, is_dog, &n_names));
  static const char *const none[] = { "", "flurb", "aaaa", "zzzzzz", "corg", "corgis", "dog\tn1", "dog\n" };
  for (size_t i = 0; i < MK_COUNT (none); i++)
    CHECK_INT (mk_thesaurus_find (none[i], readings), ==, 0);
}

TEST (the_first_and_the_last_word_are_found)
{
  mk_reading readings[MK_MAX_READINGS];
  CHECK_INT (mk_thesaurus_find ("aardvark", readings), >, 0);
  CHECK_INT (mk_thesaurus_find ("zymurgy", readings), >, 0);
  CHECK_INT (readings[0].sort, ==, MK_READ_THOUGHT);
}

static mk_understanding *
say (const char *sentence)
{
  GError *error = NULL;
  mk_understanding *out = NULL;
  if (language == NULL)
    speak ("en");
  CHECK_OK (mk_language_parse (language, sentence, NULL, &out, &error), error);
  return out;
}

TEST (what_nobody_taught_is_shown_as_its_kind_and_said_so)
{
  g_autoptr (mk_understanding) out = say ("three gleeful wolfhounds lope past a sloop");
  g_autofree char *commands = mk_json_print_compact (out->commands);
  CHECK (strstr (commands, "\"object\":\"dog\"") != NULL);
  CHECK (strstr (commands, "\"object\":\"sailboat\"") != NULL);
  CHECK (strstr (commands, "\"motion\":\"run\"") != NULL);
  CHECK (strstr (commands, "\"count\":3") != NULL);
  CHECK (strstr (out->reply, "“wolfhound” as a dog") != NULL);
  CHECK (strstr (out->reply, "I cannot show “gleeful”") != NULL);
}

TEST (a_word_that_there_is_was_not_meant_as_another)
{
  g_autoptr (mk_understanding) out = say ("a whale breaching");
  CHECK (strstr (out->reply, "I read") == NULL);
  g_autoptr (mk_understanding) typo = say ("a rde ball");
  CHECK (strstr (typo->reply, "I read “rde” as “red”") != NULL);
}

TEST (the_thesaurus_makes_no_english_of_other_languages)
{
  g_autoptr (mk_understanding) out = say ("die Räder des Autos sind rot");
  CHECK (strstr (out->reply, "Ich") != NULL);
}
