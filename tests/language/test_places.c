/* Every place that has a word is tidy whatever its seed, and another seed is another place. */
#include "check.h"
#include "language/command.h"
#include "language/parse.h"
#include "scene/inspect.h"
#include "scene/layout.h"

#include <stdio.h>
#include <string.h>

#define N_SEEDS 5

static mk_stage stage;
static mk_language *language;
static mk_json *places;

static void
setup (void)
{
  GError *error = NULL;
  static char *assets;
  assets = g_build_filename (mk_test_source (), "..", "assets", NULL);
  g_autofree char *path = g_build_filename (assets, "lexicon", "en", "scenes.json", NULL);
  g_autoptr (mk_json) lexicon = NULL;
  mk_library *library = mk_library_new (assets, &error);
  CHECK_OK (library, error);
  stage = (mk_stage){ .library = library, .assets = assets, .input = mk_test_folder () };
  CHECK_OK (language = mk_language_new (assets, "en", library, &error), error);
  CHECK_OK (mk_json_parse_file (path, NULL, &lexicon, &error), error);
  places = mk_json_ref (mk_json_get (lexicon, "scene"));
}

static mk_scene *
film_of (const char *place, unsigned seed)
{
  GError *error = NULL;
  g_autoptr (mk_understanding) said = NULL;
  CHECK_OK (mk_language_parse (language, place, NULL, &said, &error), error);
  g_autoptr (mk_scene) scene = mk_scene_new ();
  scene->seed = seed;
  for (size_t i = 0; i < mk_json_length (said->commands); i++) {
    mk_scene *next = mk_scene_apply (&stage, scene, mk_json_at (said->commands, i), &error);
    if (next == NULL)
      mk_test_fail (__FILE__, __LINE__, "“%s”, seed %u: %s", place, seed, error->message);
    mk_scene_unref (scene);
    scene = next;
  }
  mk_scene *film = mk_scene_complete (&stage, scene, 16 / 9.f, &error);
  if (film == NULL)
    mk_test_fail (__FILE__, __LINE__, "“%s”, seed %u: %s", place, seed, error->message);
  return film;
}

/* One of `n` shares of all places, so that the shares run side by side. */
static void
inspect_share (unsigned share, unsigned n)
{
  unsigned index = 0, n_bad = 0;
  setup ();
  for (mk_json_iter i = mk_json_iterate (places); mk_json_next (&i);) {
    if (index++ % n != share)
      continue;
    g_auto (GStrv) words = g_strsplit (i.key, "|", 2);
    for (unsigned seed = 1; seed <= N_SEEDS; seed++) {
      g_autoptr (mk_scene) film = film_of (words[0], seed);
      g_autoptr (GArray) findings = mk_scene_inspect (&stage, film, 16 / 9.f);
      for (guint k = 0; k < findings->len; k++, n_bad++) {
        const mk_finding *finding = &g_array_index (findings, mk_finding, k);
        printf ("# “%s”, seed %u: %s: %s\n", words[0], seed, mk_finding_name (finding->kind), finding->text);
      }
    }
  }
  CHECK_INT (n_bad, ==, 0);
}

TEST_WITHIN (the_first_half_of_the_places_is_tidy_with_any_seed, 240)
{
  inspect_share (0, 2);
}

TEST_WITHIN (the_second_half_of_the_places_is_tidy_with_any_seed, 240)
{
  inspect_share (1, 2);
}

static mk_vec3
middle_of (const mk_scene *film, const char *object)
{
  for (int i = 0; i < (int)film->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (film, i);
    mk_box box = mk_layout_box (film, i);
    if (node->object != NULL && g_str_equal (node->object, object))
      return mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
  }
  mk_test_fail (__FILE__, __LINE__, "there is no %s", object);
}

TEST (another_seed_puts_things_elsewhere)
{
  setup ();
  g_autoptr (mk_scene) one = film_of ("living room", 1), two = film_of ("living room", 2), again = film_of ("living room", 1);
  static const char *const things[] = { "armchair", "bookshelf", "potted plant" };
  for (size_t i = 0; i < MK_COUNT (things); i++) {
    mk_vec3 a = middle_of (one, things[i]), b = middle_of (two, things[i]), c = middle_of (again, things[i]);
    CHECK_REAL (mk_vec3_length (mk_vec3_sub (a, b)), >, 0.03);
    CHECK_REAL (mk_vec3_length (mk_vec3_sub (a, c)), ==, 0);
  }
}
