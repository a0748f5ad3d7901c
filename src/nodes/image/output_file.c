#include "nodes/image/output_file.h"

#include "base/file.h"

#include <string.h>
#include <time.h>

void
mk_output_file_clear (mk_output_file *file)
{
  g_clear_pointer (&file->path, g_free);
  g_clear_pointer (&file->filename, g_free);
  g_clear_pointer (&file->subfolder, g_free);
}

static void
replace (GString *text, const char *what, const char *format, int value)
{
  g_autofree char *number = g_strdup_printf (format[0] == '2' ? "%02d" : "%d", value);
  g_string_replace (text, what, number, 0);
}

static char *
substitute (const char *prefix, int width, int height)
{
  GString *text = g_string_new (prefix);
  if (strchr (prefix, '%') != NULL) {
    time_t now = time (NULL);
    struct tm local;
    localtime_r (&now, &local);
    replace (text, "%width%", "", width);
    replace (text, "%height%", "", height);
    replace (text, "%year%", "", local.tm_year + 1900);
    replace (text, "%month%", "2", local.tm_mon + 1);
    replace (text, "%day%", "2", local.tm_mday);
    replace (text, "%hour%", "2", local.tm_hour);
    replace (text, "%minute%", "2", local.tm_min);
    replace (text, "%second%", "2", local.tm_sec);
  }
  return g_string_free (text, FALSE);
}

/* 1 + the largest N of NAME_N_… in the folder. */
static int64_t
next_counter (const char *folder, const char *name)
{
  int64_t counter = 0;
  size_t length = strlen (name);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *entry; dir != NULL && (entry = g_dir_read_name (dir)) != NULL;) {
    if (strncmp (entry, name, length) != 0 || entry[length] != '_')
      continue;
    char *end;
    gint64 number = g_ascii_strtoll (entry + length + 1, &end, 10);
    if (end != entry + length + 1 && (*end == '_' || *end == '.'))
      counter = MAX (counter, number);
  }
  return counter + 1;
}

/* The folder and the name that a prefix stands for; the name still has %batch_num% in it. */
static bool
split_prefix (const char *prefix, int width, int height, char **subfolder, char **name, GError **error)
{
  g_autofree char *given = substitute (prefix, width, height);
  if (given[0] == '\0') {
    g_free (given);
    given = g_strdup ("Miktos");
  }
  g_autofree char *whole = g_canonicalize_filename (given, "/");
  if (g_path_is_absolute (given) || !mk_path_is_beneath (given) || whole[1] == '\0')
    return mk_error (error, MK_ERROR_FORBIDDEN, "the file name prefix “%s” leads out of the output folder", prefix);
  *subfolder = g_path_get_dirname (whole + 1);
  *name = g_path_get_basename (whole + 1);
  if (g_str_equal (*subfolder, "."))
    (*subfolder)[0] = '\0';
  return strlen (*name) <= 200 || mk_error (error, MK_ERROR_LIMIT, "a file name prefix has at most 200 bytes, not %zu", strlen (*name));
}

/* The number that this execution gave to a file of the same prefix, when none of this suffix has it; else 0. */
static int64_t
shared_counter (const mk_run *run, const char *stem, const char *suffix)
{
  GHashTable *numbers = mk_run_file_numbers (run);
  int64_t number = numbers != NULL ? GPOINTER_TO_SIZE (g_hash_table_lookup (numbers, stem)) : 0;
  g_autofree char *path = g_strdup_printf ("%s_%05" G_GINT64_FORMAT "_.%s", stem, number, suffix);
  return number > 0 && !g_file_test (path, G_FILE_TEST_EXISTS) ? number : 0;
}

static void
share_counter (const mk_run *run, const char *stem, int64_t number)
{
  if (mk_run_file_numbers (run) != NULL)
    g_hash_table_insert (mk_run_file_numbers (run), g_strdup (stem), GSIZE_TO_POINTER ((size_t)number));
}

bool
mk_output_file_next (const mk_run *run, const char *folder, const char *prefix, int width, int height, const char *suffix, mk_output_file *file, GError **error)
{
  g_autofree char *subfolder = NULL, *name = NULL, *path = NULL, *filename = NULL;
  if (!split_prefix (prefix, width, height, &subfolder, &name, error))
    return false;
  g_autofree char *place = g_build_filename (folder, subfolder, NULL), *stem = g_build_filename (place, name, NULL);
  bool is_first = file->counter == 0;
  if (is_first && !mk_folder_make (place, error))
    return false;
  int64_t shared = is_first ? shared_counter (run, stem, suffix) : 0, counter = shared > 0 ? shared : is_first ? next_counter (place, name) : file->counter + 1;
  int index = is_first ? 0 : file->n_before + 1;
  GString *shown = g_string_new (name);
  replace (shown, "%batch_num%", "", index);
  for (;; counter++) { /* names with %batch_num% are not counted by what is there, and nothing is overwritten */
    filename = g_strdup_printf ("%s_%05" G_GINT64_FORMAT "_.%s", shown->str, counter, suffix);
    path = g_build_filename (place, filename, NULL);
    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      break;
    g_clear_pointer (&filename, g_free);
    g_clear_pointer (&path, g_free);
  }
  g_string_free (shown, TRUE);
  if (is_first)
    share_counter (run, stem, counter);
  mk_output_file_clear (file);
  *file = (mk_output_file){ .path = g_steal_pointer (&path), .filename = g_steal_pointer (&filename), .subfolder = g_steal_pointer (&subfolder), .counter = counter, .n_before = index };
  return true;
}

char *
mk_output_file_temp_prefix (void)
{
  char letters[6] = { 0 };
  for (int i = 0; i < 5; i++)
    letters[i] = (char)('a' + g_random_int_range (0, 26));
  return g_strconcat ("ComfyUI_temp_", letters, NULL);
}

mk_json *
mk_run_get_metadata (const mk_run *run)
{
  const mk_json *prompt = mk_run_prompt (run), *extra = mk_run_extra_pnginfo (run);
  if (mk_run_omits_metadata (run) || (prompt == NULL && extra == NULL))
    return NULL;
  mk_json *texts = mk_json_new_object ();
  if (prompt != NULL)
    mk_json_set (texts, "prompt", mk_json_copy (prompt));
  for (mk_json_iter i = mk_json_iterate (extra); mk_json_next (&i);)
    mk_json_set (texts, i.key, mk_json_copy (i.value));
  return texts;
}

void
mk_json_append_file (mk_json *list, const mk_output_file *file, const char *type)
{
  mk_json *entry = mk_json_new_object ();
  mk_json_set (entry, "filename", mk_json_new_string (file->filename));
  mk_json_set (entry, "subfolder", mk_json_new_string (file->subfolder));
  mk_json_set (entry, "type", mk_json_new_string (type));
  mk_json_append (list, entry);
}

mk_json *
mk_json_new_shown (const mk_output_file *file, const char *type, bool is_animated)
{
  mk_json *shown = mk_json_new_object (), *list = mk_json_new_array (), *animated = mk_json_new_array ();
  mk_json_append_file (list, file, type);
  mk_json_append (animated, mk_json_new_bool (is_animated));
  mk_json_set (shown, "images", list);
  mk_json_set (shown, "animated", animated);
  return shown;
}
