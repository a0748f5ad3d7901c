#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEFAULT_MAX_BYTES ((size_t)1 << 30)
#define MAX_SLUG_LETTERS 48

bool
mk_file_error (GError **error, const char *path, int reason)
{
  mk_error_code code = reason == ENOENT || reason == ENOTDIR ? MK_ERROR_NOT_FOUND
                       : reason == EACCES || reason == EPERM ? MK_ERROR_FORBIDDEN
                                                             : MK_ERROR_DISK;
  return mk_error (error, code, "%s: %s", path, g_strerror (reason));
}

static bool
read_all (int fd, const char *path, size_t max_bytes, GByteArray *all, GError **error)
{
  for (;;) {
    size_t had = all->len;
    g_byte_array_set_size (all, (guint)(had + 65536));
    ssize_t n = read (fd, all->data + had, 65536);
    if (n < 0 && errno == EINTR)
      n = 0;
    else if (n < 0)
      return mk_file_error (error, path, errno);
    else if (n == 0) {
      g_byte_array_set_size (all, (guint)had);
      return true;
    }
    g_byte_array_set_size (all, (guint)(had + (size_t)n));
    if (all->len > max_bytes)
      return mk_error (error, MK_ERROR_LIMIT, "%s is larger than the %zu bytes that are read", path, max_bytes);
  }
}

bool
mk_file_read (const char *path, size_t max_bytes, char **bytes, size_t *length, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return mk_file_error (error, path, errno);
  GByteArray *all = g_byte_array_new ();
  bool is_read = read_all (fd, path, max_bytes == 0 ? DEFAULT_MAX_BYTES : MIN (max_bytes, DEFAULT_MAX_BYTES), all, error);
  close (fd);
  if (!is_read) {
    g_byte_array_free (all, TRUE);
    return false;
  }
  *length = all->len;
  g_byte_array_append (all, (const guint8 *)"", 1);
  *bytes = (char *)g_byte_array_free (all, FALSE);
  return true;
}

struct mk_file_writer {
  char *path, *part_path;
  int fd;
  bool is_committed;
};

mk_file_writer *
mk_file_writer_new (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  /* The suffix stays last, because libraries choose a format by it. */
  const char *suffix = strrchr (name, '.');
  g_autofree char *part = g_strdup_printf ("%s/.%s.XXXXXX.part%s", folder, name, suffix != NULL ? suffix : "");
  int suffix_length = (int)strlen (".part") + (suffix != NULL ? (int)strlen (suffix) : 0);
  int fd = mkostemps (part, suffix_length, O_CLOEXEC);
  if (fd < 0) {
    mk_file_error (error, path, errno);
    return NULL;
  }
  struct stat replaced;
  fchmod (fd, stat (path, &replaced) == 0 ? replaced.st_mode & 0777 : 0644);
  mk_file_writer *writer = g_new0 (mk_file_writer, 1);
  writer->path = g_strdup (path);
  writer->part_path = g_steal_pointer (&part);
  writer->fd = fd;
  return writer;
}

const char *
mk_file_writer_part_path (const mk_file_writer *writer)
{
  return writer->part_path;
}

int
mk_file_writer_fd (const mk_file_writer *writer)
{
  return writer->fd;
}

bool
mk_file_writer_write (mk_file_writer *writer, const void *bytes, size_t length, GError **error)
{
  for (const char *at = bytes; length > 0;) {
    ssize_t n = write (writer->fd, at, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return mk_file_error (error, writer->path, errno);
    at += n;
    length -= (size_t)n;
  }
  return true;
}

bool
mk_file_writer_commit (mk_file_writer *writer, GError **error)
{
  if (fsync (writer->fd) != 0 || rename (writer->part_path, writer->path) != 0)
    return mk_file_error (error, writer->path, errno);
  writer->is_committed = true;
  return true;
}

void
mk_file_writer_free (mk_file_writer *writer)
{
  if (writer == NULL)
    return;
  close (writer->fd);
  if (!writer->is_committed)
    unlink (writer->part_path);
  g_free (writer->path);
  g_free (writer->part_path);
  g_free (writer);
}

bool
mk_file_write (const char *path, const void *bytes, size_t length, GError **error)
{
  g_autoptr (mk_file_writer) writer = mk_file_writer_new (path, error);
  return writer != NULL && mk_file_writer_write (writer, bytes, length, error) && mk_file_writer_commit (writer, error);
}

bool
mk_path_is_beneath (const char *relative)
{
  if (relative == NULL || relative[0] == '\0' || relative[0] == '/' || strchr (relative, '\\') != NULL)
    return false;
  g_auto (GStrv) parts = g_strsplit (relative, "/", -1);
  return !g_strv_contains ((const char *const *)parts, "..");
}

/* Both as the kernel names them. */
static bool
place_is_beneath (const char *root_link, const char *link)
{
  g_autofree char *root = g_file_read_link (root_link, NULL), *place = g_file_read_link (link, NULL);
  if (root == NULL || place == NULL || !g_str_has_prefix (place, root))
    return false;
  const char *rest = place + strlen (root);
  return g_str_equal (root, "/") || rest[0] == '/' || rest[0] == '\0';
}

/* Without openat2: O_PATH opens nothing yet, the kernel says where it led, and only what lies beneath is opened. */
static int
open_by_place (int folder, const char *relative, int flags)
{
  int found = openat (folder, relative, O_PATH | O_CLOEXEC);
  if (found < 0)
    return -1;
  g_autofree char *root_link = g_strdup_printf ("/proc/self/fd/%d", folder), *link = g_strdup_printf ("/proc/self/fd/%d", found);
  bool is_beneath = place_is_beneath (root_link, link);
  int fd = is_beneath ? open (link, flags | O_CLOEXEC) : -1, reason = is_beneath ? errno : EXDEV;
  close (found);
  errno = reason;
  return fd;
}

/* openat2 is missing before Linux 5.6, and where a filter of system calls cannot look into its struct: under systemd's
 * RestrictSUIDSGID, which DynamicUser brings along, and in some containers. */
static int
open_beneath (int folder, const char *relative, int flags)
{
  struct open_how how = { .flags = (uint64_t)(flags | O_CLOEXEC), .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
  int fd = (int)syscall (SYS_openat2, folder, relative, &how, sizeof how);
  return fd < 0 && (errno == ENOSYS || errno == EPERM) ? open_by_place (folder, relative, flags) : fd;
}

int
mk_file_open_beneath (const char *root, const char *relative, int flags, GError **error)
{
  if (!mk_path_is_beneath (relative)) {
    mk_error (error, MK_ERROR_FORBIDDEN, "“%s” does not name a file below %s", relative != NULL ? relative : "", root);
    return -1;
  }
  int folder = open (root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    mk_file_error (error, root, errno);
    return -1;
  }
  int fd = open_beneath (folder, relative, flags);
  int reason = errno;
  close (folder);
  if (fd < 0 && (reason == EXDEV || reason == ELOOP))
    mk_error (error, MK_ERROR_FORBIDDEN, "“%s” leads out of %s", relative, root);
  else if (fd < 0)
    mk_file_error (error, relative, reason);
  return fd;
}

bool
mk_path_has_ending (const char *path, const char *const *endings)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);
  for (; *endings != NULL; endings++)
    if (g_str_has_suffix (lower, *endings))
      return true;
  return false;
}

bool
mk_folder_make (const char *path, GError **error)
{
  return g_mkdir_with_parents (path, 0755) == 0 || mk_file_error (error, path, errno);
}

char *
mk_file_slug (const char *text)
{
  GString *slug = g_string_new (NULL);
  const char *c = text;
  for (; *c != '\0' && slug->len < MAX_SLUG_LETTERS; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (slug, g_ascii_tolower (*c));
    else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
      g_string_append_c (slug, '-');
  const char *last_dash = strrchr (slug->str, '-');
  if (g_ascii_isalnum (*c) && last_dash != NULL) /* the last word was cut */
    g_string_truncate (slug, (gsize) (last_dash - slug->str));
  while (slug->len > 0 && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  return g_string_free (slug->len > 0 ? slug : g_string_append (slug, "film"), FALSE);
}
