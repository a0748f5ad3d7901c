/* What may be said next: it fits what is there, and is understood. */
#include "language/command.h"
#include "language/lexicon.h"
#include "language/next.h"
#include "speaker.h"

#include <stdio.h>
#include <string.h>

static mk_json *
scene_of (const char *sentence)
{
  GError *error = NULL;
  g_autoptr (mk_understanding) said = NULL;
  CHECK_OK (mk_language_parse (language, sentence, NULL, &said, &error), error);
  return mk_json_ref (said->commands);
}

static void
check_next (const char *sentence, const char *first, const char *never)
{
  g_autoptr (mk_json) commands = scene_of (sentence), next = mk_next_sentences (language, commands, NULL);
  g_autofree char *all = mk_json_print_compact (next);
  if (strstr (all, first) == NULL || (never != NULL && strstr (all, never) != NULL))
    mk_test_fail (__FILE__, __LINE__, "“%s” → %s: wanted “%s” and no “%s”", sentence, all, first, never != NULL ? never : "");
}

TEST (things_are_offered_what_they_can_do)
{
  speak ("en");
  check_next ("a wooden bench", "a man sits on the bench", "bounce");
  check_next ("a table", "a cat sits on the table", "bounce");
  check_next ("a dog", "the dog walks", "blue");
  check_next ("a house", "a man walks to the house", "bounce");
  check_next ("a car", "the car drives", "walks");
  check_next ("a red ball bounces next to a bench", "the camera", "bench bounce");
  check_next ("a dog runs on grass", "the camera follows the dog", "the dog walks");
  check_next ("a blue ball", "make the ball red", "blue");
  check_next ("a car drives on asphalt at night", "it rains", "sunset");
  check_next ("a robot dances in the snow", "slower", "sunset");
  check_next ("a cat on a chair", "at sunset", "sits");
  check_next ("a dog and a sign saying \"HELLO\"", "the dog walks", "HELLO");
}

TEST (what_is_offered_goes_on_in_the_language_of_the_talk)
{
  speak ("en");
  check_next ("ein Hund", "der Hund geht", "the");
  check_next ("eine Bank", "ein Mann sitzt auf der Bank", "the");
  check_next ("ein Hund rennt", "die Kamera folgt dem Hund", "the");
  check_next ("un perro corre", "la cámara sigue al perro", "the");
}

TEST (what_is_offered_follows_who_changes_the_language)
{
  static const struct {
    const char *scene, *last, *wanted, *never;
  } cases[] = {
    { "ein Hund rennt", "make it night", "the camera follows the dog", "Kamera" }, { "a dog runs", "mach es Nacht", "die Kamera folgt dem Hund", "camera" },
    { "ein Hund rennt", "slower", "the camera follows the dog", "Kamera" },        { "a dog runs", "xyzzler", "the camera follows the dog", "Kamera" },
    { "ein Hund rennt", NULL, "die Kamera folgt dem Hund", "the" } };
  speak ("en");
  { /* of two languages in one scene each thing goes by its name in the one that is spoken */
    g_autoptr (mk_json) commands = scene_of ("a dog runs");
    g_autoptr (mk_understanding) said = NULL;
    CHECK (mk_language_parse (language, "füge links eine Katze hinzu", commands, &said, NULL));
    g_autoptr (mk_json) both = mk_commands_merge (commands, said->commands), next = mk_next_sentences (language, both, "make the dog blue");
    g_autofree char *all = mk_json_print_compact (next);
    CHECK (strstr (all, "the cat walks") != NULL);
  }
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autoptr (mk_json) commands = scene_of (cases[i].scene), next = mk_next_sentences (language, commands, cases[i].last);
    g_autofree char *all = mk_json_print_compact (next);
    if (strstr (all, cases[i].wanted) == NULL || strstr (all, cases[i].never) != NULL)
      mk_test_fail (__FILE__, __LINE__, "“%s”, “%s” → %s: wanted “%s” and no “%s”", cases[i].scene, cases[i].last != NULL ? cases[i].last : "", all, cases[i].wanted, cases[i].never);
  }
}

TEST (an_empty_scene_is_offered_nothing)
{
  speak ("en");
  g_autoptr (mk_json) none = mk_json_new_array (), next = mk_next_sentences (language, none, NULL);
  CHECK_INT (mk_json_length (next), ==, 0);
  g_autoptr (mk_json) unheard_of = scene_of ("a xyzzler"), nothing = mk_next_sentences (language, unheard_of, NULL);
  CHECK_INT (mk_json_length (nothing), ==, 0);
}

/* How many of the sentences do not change the scene, or have a word that means nothing; all when they are few. */
static unsigned
count_wrong (const char *what, const mk_json *commands)
{
  g_autoptr (mk_json) next = mk_next_sentences (language, commands, NULL);
  unsigned n = mk_json_length (next) < 3;
  if (n > 0)
    printf ("# %s: only %zu\n", what, mk_json_length (next));
  for (size_t i = 0; i < mk_json_length (next); i++) {
    GError *error = NULL;
    g_autoptr (mk_understanding) said = NULL;
    const char *sentence = mk_json_get_string (mk_json_at (next, i));
    CHECK_OK (mk_language_parse (language, sentence, commands, &said, &error), error);
    if (said->unknown->len == 0 && said->confidence >= 0.999 && mk_json_length (said->commands) > 0)
      continue;
    printf ("# %s: “%s”: %s\n", what, sentence, said->reply);
    n++;
  }
  return n;
}

static void
check_all_objects (const char *code)
{
  GError *error = NULL;
  speak (code);
  unsigned n = mk_library_n_recipes (library), n_wrong = 0;
  g_autofree const mk_recipe_info **objects = g_new (const mk_recipe_info *, n);
  g_autofree char *assets = g_build_filename (mk_test_source (), "..", "assets", NULL);
  for (unsigned i = 0; i < n; i++)
    objects[i] = mk_library_get (library, i);
  mk_lexicon *lexicon = mk_lexicon_new (assets, code, objects, n, &error);
  CHECK_OK (lexicon, error);
  for (unsigned i = 0; i < n; i++) {
    if (objects[i]->is_set || g_str_equal (objects[i]->name, "stand-in")) /* a place, and a word that nobody says */
      continue;
    g_autofree char *name = mk_lexicon_object_word (lexicon, objects[i]->name);
    g_autoptr (mk_json) commands = mk_json_new_array (), add = mk_json_new_object ();
    mk_json_set (add, "op", mk_json_new_string ("add"));
    mk_json_set (add, "id", mk_json_new_string ("thing-1"));
    mk_json_set (add, "object", mk_json_new_string (objects[i]->name));
    mk_json_set (add, "name", mk_json_new_string (name));
    mk_json_append (commands, mk_json_ref (add));
    n_wrong += count_wrong (name, commands);
  }
  mk_lexicon_free (lexicon);
  CHECK_INT (n_wrong, ==, 0);
}

TEST (what_is_offered_for_any_object_is_understood) { check_all_objects ("en"); }
TEST (what_is_offered_for_any_object_is_understood_in_german) { check_all_objects ("de"); }
TEST (what_is_offered_for_any_object_is_understood_in_spanish) { check_all_objects ("es"); }
