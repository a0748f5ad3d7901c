/* Sentences into films: F1 per family, read back from the GLB, and how long parsing takes.
 *
 *   bench-language [--json] [--show] [FAMILY…]   --show says what was missed */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "language/command.h"
#include "language/parse.h"
#include "language/score.h"
#include "scene/gltf.h"
#include "scene/objects.h"

typedef struct {
  mk_stage stage;
  mk_library *library;
  mk_language *language;
  mk_lexicon *lexicon;
  bool as_json, shows;
  GArray *times_ms; /* double: of one parse each */
} bench;

static mk_json *
parse_onto (bench *b, const char *sentence, const mk_json *context, bool *is_furnished)
{
  g_autoptr (mk_understanding) said = NULL;
  double best = 1e30;
  for (int run = 0; run < 3; run++) { /* the best of three: what parsing takes when nothing disturbs it */
    g_clear_pointer (&said, mk_understanding_free);
    double start = bench_now_ms ();
    if (!mk_language_parse (b->language, sentence, context, &said, NULL))
      return mk_json_new_array ();
    best = MIN (best, bench_now_ms () - start);
  }
  g_array_append_val (b->times_ms, best);
  for (guint i = 0; i < said->assumptions->len; i++)
    *is_furnished |= strstr (said->assumptions->pdata[i], "furnished") != NULL;
  return mk_commands_merge (context, said->commands);
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
  const char *say = mk_json_get_string (mk_json_get (one, "say")), *after = mk_json_get_string (mk_json_get (one, "after"));
  bool is_open = *after != 0;
  g_autoptr (mk_json) context = *after != 0 ? parse_onto (b, after, NULL, &is_open) : NULL;
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

static int
compare_times (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
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

static void
print_slots (const bench *b, const score *all)
{
  static const char *const names[] = {
#define X(name) #name,
    SCORE_SLOTS (X)
#undef X
  };
  for (int i = 0; i < N_SLOTS; i++) {
    g_autofree char *name = g_strdup_printf ("F1 of every %s", names[i]);
    double wanted = 2.0 * all->hit[i] + all->miss[i] + all->extra[i];
    bench_print (b->as_json, name, wanted > 0 ? 200.0 * all->hit[i] / wanted : 100, "%", 98);
  }
}

int
main (int argc, char **argv)
{
  bench b = { .times_ms = g_array_new (FALSE, FALSE, sizeof (double)) };
  int first = 1;
  for (; first < argc && argv[first][0] == '-'; first++) {
    b.as_json |= g_str_equal (argv[first], "--json");
    b.shows |= g_str_equal (argv[first], "--show");
  }
  GError *error = NULL;
  const char *source = g_getenv ("MIKTOS_SOURCE") != NULL ? g_getenv ("MIKTOS_SOURCE") : BENCH_SOURCE;
  g_autofree char *assets = g_build_filename (source, "assets", NULL), *path = g_build_filename (source, "bench", "language", "sentences.json", NULL);
  mk_json *families = NULL;
  if ((b.library = mk_library_new (assets, &error)) == NULL || (b.language = mk_language_new (assets, "en", b.library, &error)) == NULL || !mk_json_parse_file (path, NULL, &families, &error)) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  unsigned n = mk_library_n_recipes (b.library);
  g_autofree const mk_recipe_info **objects = g_new (const mk_recipe_info *, n + 1);
  for (unsigned i = 0; i < n; i++)
    objects[i] = mk_library_get (b.library, i);
  b.lexicon = mk_lexicon_new (assets, "en", objects, n, &error);
  b.stage = (mk_stage){ .library = b.library, .assets = assets, .input = g_get_tmp_dir () };
  score all = { .report = NULL };
  for (mk_json_iter f = mk_json_iterate (families); mk_json_next (&f);) {
    score family = { .report = NULL };
    bool is_meant = first >= argc;
    for (int i = first; i < argc; i++)
      is_meant |= g_str_equal (argv[i], f.key);
    for (size_t i = 0; i < mk_json_length (f.value) && is_meant; i++)
      score_case (&b, mk_json_at (f.value, i), &family);
    g_autofree char *name = g_strdup_printf ("F1 of %zu sentences about %s", mk_json_length (f.value), f.key);
    if (is_meant)
      bench_print (b.as_json, name, 100 * score_f1 (&family), "%", 98);
    add (&all, &family);
  }
  print_slots (&b, &all);
  bench_print (b.as_json, "F1 of all sentences", 100 * score_f1 (&all), "%", 98);
  g_array_sort (b.times_ms, compare_times);
  bench_print (b.as_json, "parsing a sentence, median", g_array_index (b.times_ms, double, b.times_ms->len / 2), "ms", 2);
  bench_print (b.as_json, "parsing a sentence, longest", g_array_index (b.times_ms, double, b.times_ms->len - 1), "ms", 10);
  mk_json_unref (families);
  mk_lexicon_free (b.lexicon);
  mk_language_free (b.language);
  mk_library_free (b.library);
  g_array_unref (b.times_ms);
  return 0;
}
