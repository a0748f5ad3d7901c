/* A language: its lexicon, and the others that are tried when it understands little. */
#include <string.h>

#include "language/parser.h"

mk_language *
mk_language_new_with_objects (const char *assets_folder, const char *code, const mk_recipe_info *const *objects, unsigned n_objects, GError **error)
{
  mk_lexicon *lexicon = mk_lexicon_new (assets_folder, code, objects, n_objects, error);
  if (lexicon == NULL)
    return NULL;
  mk_language *language = g_new0 (mk_language, 1);
  language->lexicon = lexicon;
  language->assets = g_strdup (assets_folder);
  language->code = g_strdup (code);
  language->objects = g_memdup2 (objects, n_objects * sizeof *objects);
  language->n_objects = n_objects;
  pthread_mutex_init (&language->mutex, NULL);
  return language;
}

mk_language *
mk_language_new (const char *assets_folder, const char *code, const mk_library *library, GError **error)
{
  unsigned n = mk_library_n_recipes (library);
  g_autofree const mk_recipe_info **objects = g_new (const mk_recipe_info *, n + 1);
  for (unsigned i = 0; i < n; i++)
    objects[i] = mk_library_get (library, i);
  return mk_language_new_with_objects (assets_folder, code, objects, n, error);
}

void
mk_language_free (mk_language *language)
{
  if (language == NULL)
    return;
  mk_lexicon_free (language->lexicon);
  for (guint i = 0; language->others != NULL && i < language->others->len; i++)
    mk_language_free (language->others->pdata[i]);
  if (language->others != NULL)
    g_ptr_array_unref (language->others);
  pthread_mutex_destroy (&language->mutex);
  g_free (language->assets);
  g_free (language->code);
  g_free (language->objects);
  g_free (language);
}

static int
compare_codes (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The other folders of ASSETS/lexicon, read when a sentence is first not understood; what cannot be read is no language. */
const GPtrArray *
mk_language_others (mk_language *language)
{
  pthread_mutex_lock (&language->mutex);
  if (language->others == NULL) {
    language->others = g_ptr_array_new ();
    g_autofree char *folder = g_build_filename (language->assets, "lexicon", NULL);
    g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);
    GDir *dir = g_dir_open (folder, 0, NULL);
    for (const char *name = dir != NULL ? g_dir_read_name (dir) : NULL; name != NULL; name = g_dir_read_name (dir))
      if (!g_str_equal (name, language->code) && codes->len < 16)
        g_ptr_array_add (codes, g_strdup (name));
    if (dir != NULL)
      g_dir_close (dir);
    g_ptr_array_sort (codes, compare_codes);
    for (guint i = 0; i < codes->len; i++) {
      mk_language *other = mk_language_new_with_objects (language->assets, codes->pdata[i], language->objects, language->n_objects, NULL);
      if (other != NULL)
        g_ptr_array_add (language->others, other);
    }
  }
  const GPtrArray *others = language->others;
  pthread_mutex_unlock (&language->mutex);
  return others;
}
