/* Every sentence of bench/language makes a scene that a person would call tidy. */
#include "check.h"
#include "language/command.h"
#include "language/parse.h"
#include "scene/inspect.h"

#include <stdio.h>
#include <string.h>

static mk_stage stage;
static mk_language *language;
static mk_json *families;

static void
setup (void)
{
  GError *error = NULL;
  static char *assets;
  assets = g_build_filename (mk_test_source (), "..", "assets", NULL);
  g_autofree char *path = g_build_filename (mk_test_source (), "..", "bench", "language", "sentences.json", NULL);
  mk_library *library = mk_library_new (assets, &error);
  CHECK_OK (library, error);
  stage = (mk_stage){ .library = library, .assets = assets, .input = mk_test_folder () };
  CHECK_OK (language = mk_language_new (assets, "en", library, &error), error);
  CHECK_OK (mk_json_parse_file (path, NULL, &families, &error), error);
}

static mk_json *
commands_of (const mk_json *one)
{
  g_autoptr (mk_json) context = NULL;
  const char *texts[] = { mk_json_get_string (mk_json_get (one, "after")), mk_json_get_string (mk_json_get (one, "say")) };
  for (size_t i = 0; i < MK_COUNT (texts); i++) {
    GError *error = NULL;
    g_autoptr (mk_understanding) said = NULL;
    if (*texts[i] == 0)
      continue;
    CHECK_OK (mk_language_parse (language, texts[i], context, &said, &error), error);
    mk_json *next = mk_commands_merge (context, said->commands);
    mk_json_unref (context);
    context = next;
  }
  return g_steal_pointer (&context);
}

static mk_scene *
scene_of (const mk_json *commands, const char *say)
{
  mk_scene *scene = mk_scene_new ();
  GError *error = NULL;
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    mk_scene *next = mk_scene_apply (&stage, scene, mk_json_at (commands, i), &error);
    mk_scene_unref (scene);
    if (next == NULL)
      mk_test_fail (__FILE__, __LINE__, "“%s”: %s", say, error->message);
    scene = next;
  }
  mk_scene *film = mk_scene_complete (&stage, scene, 16 / 9.f, &error);
  mk_scene_unref (scene);
  if (film == NULL)
    mk_test_fail (__FILE__, __LINE__, "“%s”: %s", say, error->message);
  return film;
}

/* One of `n` shares of all sentences, so that the shares run side by side. */
static void
inspect_share (unsigned share, unsigned n)
{
  unsigned index = 0, n_all = 0, n_bad = 0;
  setup ();
  for (mk_json_iter f = mk_json_iterate (families); mk_json_next (&f);)
    for (size_t i = 0; i < mk_json_length (f.value); i++) {
      if (index++ % n != share)
        continue;
      const char *say = mk_json_get_string (mk_json_get (mk_json_at (f.value, i), "say"));
      g_autoptr (mk_json) commands = commands_of (mk_json_at (f.value, i));
      g_autoptr (mk_scene) film = scene_of (commands, say);
      g_autoptr (GArray) findings = mk_scene_inspect (&stage, film, 16 / 9.f);
      n_all++;
      n_bad += findings->len > 0;
      for (guint k = 0; k < findings->len && k < 3; k++)
        printf ("# “%s”: %s\n", say, g_array_index (findings, mk_finding, k).text);
    }
  printf ("# %u of %u scenes have findings\n", n_bad, n_all);
  CHECK_INT (n_bad, ==, 0);
}

TEST_WITHIN (the_first_third_of_the_sentences_make_tidy_scenes, 240)
{
  inspect_share (0, 3);
}

TEST_WITHIN (the_second_third_of_the_sentences_make_tidy_scenes, 240)
{
  inspect_share (1, 3);
}

TEST_WITHIN (the_last_third_of_the_sentences_make_tidy_scenes, 240)
{
  inspect_share (2, 3);
}
