#include "nodes/image/input_file.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
by_name (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static bool
has_suffix (const char *name, const char *const *suffixes)
{
  g_autofree char *small = g_ascii_strdown (name, -1);
  const char *suffix = strrchr (small, '.');
  return suffix != NULL && g_strv_contains (suffixes, suffix);
}

/* Entries with one of the suffixes, or folders when `suffixes` is NULL. */
static char **
list_folder (const char *folder, const char *const *suffixes)
{
  GPtrArray *names = g_ptr_array_new ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree char *path = suffixes == NULL ? g_build_filename (folder, name, NULL) : NULL;
    if (suffixes != NULL ? has_suffix (name, suffixes) : g_file_test (path, G_FILE_TEST_IS_DIR))
      g_ptr_array_add (names, g_strdup (name));
  }
  if (names->len > 0) /* an empty list has no memory to sort */
    qsort (names->pdata, names->len, sizeof (char *), by_name);
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (names, FALSE);
}

char **
mk_folder_list_files (const char *folder, const char *const *suffixes)
{
  return list_folder (folder, suffixes);
}

char **
mk_input_file_list (const mk_run *run, const char *const *suffixes)
{
  return list_folder (mk_run_folders (run)->input, suffixes);
}

char **
mk_input_folder_list (const mk_run *run)
{
  return list_folder (mk_run_folders (run)->input, NULL);
}

bool
mk_folder_fingerprint (const char *folder, mk_hasher *hasher)
{
  static const char *const any[] = { ".png", ".jpg", ".jpeg", ".webp", NULL };
  g_auto (GStrv) names = list_folder (folder, any);
  for (char **name = names; *name != NULL; name++) {
    struct stat info = { 0 };
    g_autofree char *path = g_build_filename (folder, *name, NULL);
    if (stat (path, &info) != 0)
      return false;
    mk_hasher_add_bytes (hasher, *name, strlen (*name) + 1);
    mk_hasher_add_int (hasher, info.st_size);
    mk_hasher_add_int (hasher, info.st_mtim.tv_sec);
    mk_hasher_add_int (hasher, info.st_mtim.tv_nsec);
  }
  return true;
}

static const char *
root_of (const mk_run *run, const char *annotated, char **name)
{
  static const char *const kinds[] = { " [input]", " [output]", " [temp]" };
  const mk_folders *folders = mk_run_folders (run);
  const char *const roots[] = { folders->input, folders->output, folders->temp };
  for (size_t i = 0; i < MK_COUNT (kinds); i++)
    if (g_str_has_suffix (annotated, kinds[i])) {
      *name = g_strndup (annotated, strlen (annotated) - strlen (kinds[i]));
      return roots[i];
    }
  *name = g_strdup (annotated);
  return folders->input;
}

static int
open_named (const mk_run *run, const char *annotated, GError **error)
{
  g_autofree char *name = NULL;
  const char *root = root_of (run, annotated, &name);
  return mk_file_open_beneath (root, name, O_RDONLY, error);
}

bool
mk_input_file_read (const mk_run *run, const char *input, size_t max_bytes, char **bytes, size_t *length, GError **error)
{
  return mk_input_file_read_named (run, mk_run_get_string (run, input), max_bytes, bytes, length, error);
}

bool
mk_input_file_read_named (const mk_run *run, const char *name, size_t max_bytes, char **bytes, size_t *length, GError **error)
{
  int fd = open_named (run, name, error);
  if (fd < 0)
    return false;
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  bool is_read = mk_file_read (path, max_bytes, bytes, length, error);
  close (fd);
  return is_read;
}

char *
mk_input_file_find (const mk_run *run, const char *input, GError **error)
{
  return mk_input_file_find_named (run, mk_run_get_string (run, input), error);
}

char *
mk_input_file_find_named (const mk_run *run, const char *name, GError **error)
{
  int fd = open_named (run, name, error);
  if (fd < 0)
    return NULL;
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  char *path = realpath (link, NULL);
  if (path == NULL)
    mk_error (error, MK_ERROR_NOT_FOUND, "%s: %s", name, g_strerror (errno));
  close (fd);
  char *ours = g_strdup (path); /* realpath's is malloc's */
  free (path);
  return ours;
}

bool
mk_input_file_check (const mk_run *run, const char *input, const char *complaint, GError **error)
{
  int fd = mk_run_has (run, input) ? open_named (run, mk_run_get_string (run, input), NULL) : -1;
  if (fd < 0 && mk_run_has (run, input))
    return mk_error (error, MK_ERROR_NOT_FOUND, "%s: %s", complaint, mk_run_get_string (run, input));
  if (fd >= 0)
    close (fd);
  return true;
}

bool
mk_input_file_date (const mk_run *run, const char *input, mk_hasher *hasher, GError **error)
{
  struct stat info;
  int fd = mk_run_has (run, input) ? open_named (run, mk_run_get_string (run, input), error) : -1;
  if (fd < 0)
    return false;
  bool is_known = fstat (fd, &info) == 0;
  close (fd);
  if (!is_known)
    return mk_error (error, MK_ERROR_NOT_FOUND, "%s: %s", mk_run_get_string (run, input), g_strerror (errno));
  mk_hasher_add_int (hasher, info.st_size);
  mk_hasher_add_int (hasher, info.st_mtim.tv_sec);
  mk_hasher_add_int (hasher, info.st_mtim.tv_nsec);
  return true;
}
