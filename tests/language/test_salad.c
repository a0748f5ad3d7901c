/* Whatever is typed gives a valid list or a polite refusal, soon, and the same twice. */
#include "base/rng.h"
#include "check.h"
#include "language/command.h"
#include "language/parse.h"
#include "scene/objects.h"

#include <string.h>

static mk_library *library; /* lives as long as the language, which borrows from it */
static mk_language *language;
static mk_command_schema *schema;

static void
finish (void)
{
  mk_language_free (language);
  mk_library_free (library);
}

static void
setup (void)
{
  GError *error = NULL;
  static char *assets;
  assets = g_build_filename (mk_test_source (), "..", "assets", NULL);
  CHECK_OK (library = mk_library_new (assets, &error), error);
  CHECK_OK (language = mk_language_new (assets, "en", library, &error), error);
  atexit (finish);
  CHECK_OK (schema = mk_command_schema_new (assets, &error), error);
}

/* Words of all kinds, of real sentences, numbers, marks and noise. */
static GPtrArray *
vocabulary (void)
{
  static const char *const noise[] = { "florb", "xq", "ünïcode", "日本", "🐉", "#ff0000", "#zz", "12", "-3", "1e9", "3.5", "99999999999999999999", ".", ",", ";", "?", "!", ":", "\"", "“", "”", "'", "(", ")", "/", "\\", "%", "°", "\n", "\t", "a.b", "x", "by" };
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  for (size_t i = 0; i < MK_COUNT (noise); i++)
    g_ptr_array_add (words, g_strdup (noise[i]));
  mk_json *families = NULL;
  g_autofree char *path = g_build_filename (mk_test_source (), "..", "bench", "language", "sentences.json", NULL);
  GError *error = NULL;
  CHECK_OK (mk_json_parse_file (path, NULL, &families, &error), error);
  for (mk_json_iter f = mk_json_iterate (families); mk_json_next (&f);)
    for (size_t i = 0; i < mk_json_length (f.value); i++) {
      g_auto (GStrv) each = g_strsplit (mk_json_get_string (mk_json_get (mk_json_at (f.value, i), "say")), " ", -1);
      for (char **word = each; *word != NULL; word++)
        g_ptr_array_add (words, g_strdup (*word));
    }
  mk_json_unref (families);
  return words;
}

static char *
salad (const GPtrArray *words, mk_rng *rng, unsigned n)
{
  GString *text = g_string_new (NULL);
  for (unsigned i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", (const char *)words->pdata[mk_rng_next (rng) % words->len]);
  return g_string_free (text, FALSE);
}

TEST_WITHIN (a_thousand_word_salads_give_valid_lists, 60)
{
  setup ();
  g_autoptr (GPtrArray) words = vocabulary ();
  mk_rng rng = mk_rng_new (7, 11);
  g_autoptr (mk_json) context = NULL;
  for (unsigned i = 0; i < 1000; i++) {
    GError *error = NULL;
    g_autoptr (mk_understanding) said = NULL;
    g_autofree char *text = salad (words, &rng, 1 + (unsigned)(mk_rng_next (&rng) % 60));
    if (!mk_language_parse (language, text, context, &said, &error)) {
      CHECK (g_error_matches (error, MK_ERROR, MK_ERROR_SENTENCE)); /* marks alone */
      g_clear_error (&error);
      continue;
    }
    mk_json *joined = mk_commands_merge (context, said->commands);
    if (!mk_commands_check (schema, joined, &error))
      mk_test_fail (__FILE__, __LINE__, "“%s”: %s", text, error->message);
    mk_json_unref (context); /* every tenth starts anew; the others are follow-ups */
    context = i % 10 == 9 ? NULL : mk_json_ref (joined);
    mk_json_unref (joined);
  }
}

/* A list that the schema takes must be one that can be carried out. */
TEST_WITHIN (word_salads_can_be_carried_out, 120)
{
  setup ();
  g_autofree char *assets = g_build_filename (mk_test_source (), "..", "assets", NULL);
  GError *error = NULL;
  mk_stage stage = { .library = library, .assets = assets, .input = mk_test_folder () };
  g_autoptr (GPtrArray) words = vocabulary ();
  mk_rng rng = mk_rng_new (13, 17);
  for (unsigned i = 0; i < 60; i++) {
    g_autoptr (mk_understanding) said = NULL;
    g_autofree char *text = salad (words, &rng, 6 + i % 10);
    if (!mk_language_parse (language, text, NULL, &said, NULL))
      continue;
    g_autoptr (mk_json) list = mk_commands_merge (NULL, said->commands);
    mk_scene *scene = mk_scene_new ();
    for (size_t k = 0; k < mk_json_length (list); k++) {
      mk_scene *next = mk_scene_apply (&stage, scene, mk_json_at (list, k), &error);
      mk_scene_unref (scene);
      if (next == NULL)
        mk_test_fail (__FILE__, __LINE__, "“%s”: %s", text, error->message);
      scene = next;
    }
    mk_scene_unref (scene);
  }
}

TEST (the_same_sentence_gives_the_same_bytes)
{
  setup ();
  g_autoptr (GPtrArray) words = vocabulary ();
  mk_rng rng = mk_rng_new (3, 5);
  for (unsigned i = 0; i < 100; i++) {
    g_autofree char *text = salad (words, &rng, 20), *first = NULL;
    for (int run = 0; run < 2; run++) {
      g_autoptr (mk_understanding) said = NULL;
      if (!mk_language_parse (language, text, NULL, &said, NULL))
        break;
      g_autoptr (mk_json) json = mk_understanding_to_json (said);
      char *print = mk_json_print_compact (json);
      if (run == 0)
        first = print;
      else {
        CHECK_STRING (print, first);
        g_free (print);
      }
    }
  }
}

TEST (a_hundred_kilobytes_are_refused_with_a_number)
{
  GError *error = NULL;
  g_autoptr (mk_understanding) said = NULL;
  setup ();
  g_autofree char *text = g_malloc (100001);
  for (size_t i = 0; i < 100000; i++)
    text[i] = "a red ball "[i % 11];
  text[100000] = 0;
  CHECK_FAILS (mk_language_parse (language, text, NULL, &said, &error), error, MK_ERROR_LIMIT);
  CHECK (strstr (error->message, "16384") != NULL);
  g_clear_error (&error);
}

TEST (bytes_that_are_no_text_are_refused)
{
  GError *error = NULL;
  g_autoptr (mk_understanding) said = NULL;
  setup ();
  CHECK_FAILS (mk_language_parse (language, "a ball \xff\xfe", NULL, &said, &error), error, MK_ERROR_SENTENCE);
  g_clear_error (&error);
}
