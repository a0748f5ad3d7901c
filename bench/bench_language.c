/* Sentences into films: F1 per family, read back from the GLB, and how long parsing takes.
 *
 *   bench-language [--json] [--show] [FAMILY…]   --show says what was missed */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "language/command.h"
#include "language/parse.h"
#include "language/score.h"
#include "language/speed.h"
#include "scene/gltf.h"
#include "scene/objects.h"

typedef struct {
  mk_stage stage;
  mk_library *library;
  mk_language *language;
  mk_lexicon *lexicon;
  bool as_json, shows;
  GPtrArray *sentences; /* all of them, for the speed */
} bench;

static mk_json *
parse_onto (bench *b, const char *sentence, const mk_json *context, bool *is_furnished)
{
  g_autoptr (mk_understanding) said = NULL;
  g_ptr_array_add (b->sentences, g_strdup (sentence));
  if (!mk_language_parse (b->language, sentence, context, &said, NULL))
    return mk_json_new_array ();
  static const char *const furnished[] = { "furnished", "eingerichtet", "Amueblé" };
  for (guint i = 0; i < said->assumptions->len; i++)
    for (size_t k = 0; k < MK_COUNT (furnished); k++)
      *is_furnished |= strstr (said->assumptions->pdata[i], furnished[k]) != NULL;
  return mk_commands_merge (context, said->commands);
}

/* What was said before: a sentence, or a list of them. */
static mk_json *
context_of (bench *b, const mk_json *before, bool *is_furnished)
{
  bool is_list = mk_json_get_kind (before) == MK_JSON_ARRAY;
  mk_json *context = NULL;
  for (size_t i = 0; before != NULL && i < (is_list ? mk_json_length (before) : 1); i++) {
    g_autoptr (mk_json) earlier = context;
    context = parse_onto (b, mk_json_get_string (is_list ? mk_json_at (before, i) : before), earlier, is_furnished);
  }
  return context;
}

static film *
film_of (bench *b, const mk_json *commands)
{
  mk_scene *scene = mk_scene_new ();
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    mk_scene *next = mk_scene_apply (&b->stage, scene, mk_json_at (commands, i), NULL);
    mk_scene_unref (scene);
    if (next == NULL)
      return NULL;
    scene = next;
  }
  g_autoptr (mk_scene) whole = mk_scene_complete (&b->stage, scene, 16 / 9.f, NULL);
  mk_scene_unref (scene);
  g_autoptr (GByteArray) glb = whole != NULL ? mk_gltf_encode (whole, &(mk_gltf_options){ .texture_px = 16, .max_copied_triangles = 100 }, NULL, NULL) : NULL;
  return glb != NULL ? film_new (glb) : NULL;
}

static void
score_case (bench *b, const mk_json *one, score *s)
{
  const char *say = mk_json_get_string (mk_json_get (one, "say"));
  const mk_json *before = mk_json_get (one, "after");
  bool is_open = before != NULL;
  g_autoptr (mk_json) context = context_of (b, before, &is_open);
  g_autoptr (mk_json) commands = parse_onto (b, say, context, &is_open);
  g_autoptr (film) made = film_of (b, commands);
  g_autoptr (GString) report = g_string_new (NULL);
  s->report = b->shows ? report : NULL;
  if (made != NULL)
    score_film (s, made, mk_json_get (one, "want"), b->library, b->lexicon, is_open);
  else
    s->miss[SLOT_object] += (unsigned)mk_json_length (mk_json_get (one, "want"));
  if (b->shows && (report->len > 0 || made == NULL))
    printf ("  “%s”%s\n%s", say, made == NULL ? ": no film" : "", report->str);
}

static void
add (score *to, const score *s)
{
  for (int i = 0; i < N_SLOTS; i++) {
    to->hit[i] += s->hit[i];
    to->miss[i] += s->miss[i];
    to->extra[i] += s->extra[i];
  }
}

/* The sentences that the parser was built with, and those that were written before it was tried on them. */
typedef struct {
  const char *file, *what;
  double goal; /* F1, % */
  const char *code; /* of its language; absent: English */
} sentence_set;
static const sentence_set sets[] = { { "sentences.json", "", 98 }, { "sentences-unseen.json", "unseen ", 0 }, { "sentences-unseen-2.json", "second unseen ", 0 },
                                    { "sentences-unseen-3.json", "third unseen ", 0 }, { "sentences-unseen-4.json", "fourth unseen ", 0 },
                                    { "sentences-unseen-5.json", "fifth unseen ", 0 }, { "sentences-unseen-6.json", "sixth unseen ", 0 }, { "sentences-unseen-7.json", "seventh unseen ", 0 }, { "sentences-unseen-8.json", "eighth unseen ", 0 },
                                    { "sentences-unseen-9.json", "ninth unseen ", 0 },
                                    { "sentences-unseen-de.json", "unseen German ", 0, "de" },
                                    { "sentences-unseen-es.json", "unseen Spanish ", 0, "es" },
                                    { "sentences-unseen-de-2.json", "second unseen German ", 0, "de" },
                                    { "sentences-unseen-es-2.json", "second unseen Spanish ", 0, "es" } };

static void
print_slots (const bench *b, const score *all, const sentence_set *set)
{
  static const char *const names[] = {
#define X(name) #name,
    SCORE_SLOTS (X)
#undef X
  };
  for (int i = 0; i < N_SLOTS; i++) {
    g_autofree char *name = g_strdup_printf ("F1 of every %s%s", set->what, names[i]);
    double wanted = 2.0 * all->hit[i] + all->miss[i] + all->extra[i];
    bench_print (b->as_json, name, wanted > 0 ? 200.0 * all->hit[i] / wanted : 100, "%", set->goal);
  }
}

static bool
score_set (bench *b, const sentence_set *set, const char *source, char **wanted, int n_wanted, GError **error)
{
  g_autofree char *path = g_build_filename (source, "bench", "language", set->file, NULL), *assets = g_build_filename (source, "assets", NULL);
  mk_json *families = NULL;
  if (!mk_json_parse_file (path, NULL, &families, error))
    return false;
  mk_language *english = b->language;
  if (set->code != NULL && (b->language = mk_language_new (assets, set->code, b->library, error)) == NULL) {
    b->language = english;
    mk_json_unref (families);
    return false;
  }
  score all = { .report = NULL };
  for (mk_json_iter f = mk_json_iterate (families); mk_json_next (&f);) {
    score family = { .report = NULL };
    bool is_meant = n_wanted == 0;
    for (int i = 0; i < n_wanted; i++)
      is_meant |= g_str_equal (wanted[i], f.key);
    for (size_t i = 0; i < mk_json_length (f.value) && is_meant; i++)
      score_case (b, mk_json_at (f.value, i), &family);
    g_autofree char *name = g_strdup_printf ("F1 of %zu %ssentences about %s", mk_json_length (f.value), set->what, f.key);
    if (is_meant)
      bench_print (b->as_json, name, 100 * score_f1 (&family), "%", set->goal);
    add (&all, &family);
  }
  print_slots (b, &all, set);
  g_autofree char *name = g_strdup_printf ("F1 of all %ssentences", set->what);
  bench_print (b->as_json, name, 100 * score_f1 (&all), "%", set->goal);
  mk_json_unref (families);
  if (b->language != english)
    mk_language_free (b->language);
  b->language = english;
  return true;
}

static void
print_speed (const bench *b)
{
  speed found = speed_measure (b->language, b->sentences);
  g_autofree char *salads = g_strdup_printf ("parsing a salad of 60 words, longest of %u", found.n_salads);
  bench_print (b->as_json, "parsing 60 words, median", found.median_ms, "ms", 2);
  bench_print (b->as_json, "parsing 60 words, longest", found.longest_ms, "ms", 10);
  bench_print (b->as_json, salads, found.longest_salad_ms, "ms", 50);
  bench_print (b->as_json, "parsing 100 kB", found.most_ms, "ms", 50);
  bench_print (b->as_json, "texts that are read otherwise the second time", found.n_different, "", 0);
}

int
main (int argc, char **argv)
{
  bench b = { .sentences = g_ptr_array_new_with_free_func (g_free) };
  int first = 1;
  for (; first < argc && argv[first][0] == '-'; first++) {
    b.as_json |= g_str_equal (argv[first], "--json");
    b.shows |= g_str_equal (argv[first], "--show");
  }
  GError *error = NULL;
  const char *source = g_getenv ("MIKTOS_SOURCE") != NULL ? g_getenv ("MIKTOS_SOURCE") : BENCH_SOURCE;
  g_autofree char *assets = g_build_filename (source, "assets", NULL);
  int n_failed = 0;
  if ((b.library = mk_library_new (assets, &error)) == NULL || (b.language = mk_language_new (assets, "en", b.library, &error)) == NULL) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  unsigned n = mk_library_n_recipes (b.library);
  g_autofree const mk_recipe_info **objects = g_new (const mk_recipe_info *, n + 1);
  for (unsigned i = 0; i < n; i++)
    objects[i] = mk_library_get (b.library, i);
  b.lexicon = mk_lexicon_new (assets, "en", objects, n, &error);
  b.stage = (mk_stage){ .library = b.library, .assets = assets, .input = g_get_tmp_dir () };
  for (size_t i = 0; i < MK_COUNT (sets) && n_failed == 0; i++)
    n_failed += !score_set (&b, &sets[i], source, argv + first, argc - first, &error);
  if (n_failed > 0)
    fprintf (stderr, "%s\n", error->message);
  else
    print_speed (&b);
  mk_lexicon_free (b.lexicon);
  mk_language_free (b.language);
  mk_library_free (b.library);
  g_ptr_array_unref (b.sentences);
  return n_failed;
}
