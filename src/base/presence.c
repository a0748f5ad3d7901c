#include "base/presence.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"

#define MAX_URL 512

struct mk_presence {
  int lock;
  char *url_path;
};

static char *
path_of (const char *folder, const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  return g_build_filename (folder, file, NULL);
}

static char *
read_url (const char *folder, const char *name)
{
  g_autofree char *path = path_of (folder, name, ".url");
  char *text = NULL;
  size_t length;
  if (!mk_file_read (path, MAX_URL, &text, &length, NULL))
    return NULL;
  return g_strstrip (text);
}

mk_presence *
mk_presence_take (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = path_of (folder, name, ".lock");
  int lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) {
    mk_error (error, MK_ERROR_DISK, "%s: %s", path, g_strerror (errno));
    return NULL;
  }
  if (flock (lock, LOCK_EX | LOCK_NB) != 0) {
    g_autofree char *url = read_url (folder, name);
    close (lock);
    mk_error (error, MK_ERROR_EXISTS, "another %s uses %s%s%s", name, folder, url != NULL ? " already: " : " already", url != NULL ? url : "");
    return NULL;
  }
  mk_presence *presence = g_new (mk_presence, 1);
  *presence = (mk_presence){ lock, path_of (folder, name, ".url") };
  unlink (presence->url_path); /* what a killed one left */
  return presence;
}

bool
mk_presence_announce (mk_presence *presence, const char *url, GError **error)
{
  return mk_file_write (presence->url_path, url, strlen (url), error);
}

void
mk_presence_free (mk_presence *presence)
{
  if (presence == NULL)
    return;
  unlink (presence->url_path);
  close (presence->lock);
  g_free (presence->url_path);
  g_free (presence);
}

char *
mk_presence_find (const char *folder, const char *name)
{
  g_autofree char *path = path_of (folder, name, ".lock");
  int lock = open (path, O_RDONLY | O_CLOEXEC);
  bool is_taken = lock >= 0 && flock (lock, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (lock >= 0)
    close (lock);
  return is_taken ? read_url (folder, name) : NULL;
}
