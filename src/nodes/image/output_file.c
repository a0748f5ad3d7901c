#include "nodes/image/output_file.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* --- claims on numbers: a hidden file, locked by who may use the number; the lock ends with its process --- */

typedef enum { CLAIMED, TAKEN, CANNOT_CLAIM } claim_result;

static claim_result
claim (const char *path, int *handle, GError **error)
{
  for (;;) {
    int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
      mk_file_error (error, path, errno);
      return CANNOT_CLAIM;
    }
    if (flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) { /* file systems without locks go without */
      close (fd);
      return TAKEN;
    }
    struct stat held, named;
    if (fstat (fd, &held) == 0 && stat (path, &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev) {
      *handle = fd;
      return CLAIMED;
    }
    close (fd); /* given up and removed between our two calls */
  }
}

static void
give_up (char *path, int handle)
{
  unlink (path); /* while it is locked, so that nobody's but our own is removed */
  close (handle);
  g_free (path);
}

void
mk_output_file_clear (mk_output_file *file)
{
  if (file->claim != NULL)
    give_up (g_steal_pointer (&file->claim), file->claim_handle);
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

/* The first number from `counter` on whose file is not there and which nobody else has; names with %batch_num% are not
 * counted by what is there, and nothing is overwritten. `name` NULL: files of other suffixes may have the number. */
static bool
choose (const char *place, const char *name, const char *shown, const char *suffix, int64_t counter, mk_output_file *file, GError **error)
{
  for (;; counter++) {
    g_autofree char *filename = g_strdup_printf ("%s_%05" G_GINT64_FORMAT "_.%s", shown, counter, suffix), *path = g_build_filename (place, filename, NULL);
    g_autofree char *hidden = g_strdup_printf (".%s_%05" G_GINT64_FORMAT "_.claim", shown, counter), *mark = g_build_filename (place, hidden, NULL);
    int handle = -1;
    claim_result result = g_file_test (path, G_FILE_TEST_EXISTS) ? TAKEN : claim (mark, &handle, error);
    if (result == CANNOT_CLAIM)
      return false;
    if (result == TAKEN)
      continue;
    /* Somebody may have written it and given it up since we looked. */
    if (g_file_test (path, G_FILE_TEST_EXISTS) || (name != NULL && next_counter (place, name) > counter)) {
      give_up (g_steal_pointer (&mark), handle);
      continue;
    }
    *file = (mk_output_file){ .path = g_steal_pointer (&path), .filename = g_steal_pointer (&filename), .counter = counter, .claim = g_steal_pointer (&mark), .claim_handle = handle };
    return true;
  }
}

bool
mk_output_file_next (const mk_run *run, const char *folder, const char *prefix, int width, int height, const char *suffix, mk_output_file *file, GError **error)
{
  g_autofree char *subfolder = NULL, *name = NULL;
  if (!split_prefix (prefix, width, height, &subfolder, &name, error))
    return false;
  g_autofree char *place = g_build_filename (folder, subfolder, NULL), *stem = g_build_filename (place, name, NULL);
  bool is_first = file->counter == 0;
  if (is_first && !mk_folder_make (place, error))
    return false;
  int index = is_first ? 0 : file->n_before + 1;
  GString *text = g_string_new (name);
  replace (text, "%batch_num%", "", index);
  g_autofree char *shown = g_string_free (text, FALSE);
  int64_t shared = is_first ? shared_counter (run, stem, suffix) : 0;
  g_auto (mk_output_file) next = { 0 };
  if (shared > 0) { /* what this execution wrote under the number shows that it is taken */
    next.counter = shared;
    next.filename = g_strdup_printf ("%s_%05" G_GINT64_FORMAT "_.%s", shown, shared, suffix);
    next.path = g_build_filename (place, next.filename, NULL);
  } else if (!choose (place, is_first ? name : NULL, shown, suffix, is_first ? next_counter (place, name) : file->counter + 1, &next, error))
    return false;
  if (is_first)
    share_counter (run, stem, next.counter);
  next.n_before = index;
  next.subfolder = g_steal_pointer (&subfolder);
  mk_output_file_clear (file);
  *file = next;
  memset (&next, 0, sizeof next); /* it is the caller's now */
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
