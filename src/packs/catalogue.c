#include "packs/catalogue.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "graph/object_info.h"

static bool
write_all (int fd, const char *text, size_t length)
{
  for (size_t at = 0; at < length;) {
    ssize_t n = write (fd, text + at, length - at);
    if (n < 0 && errno != EINTR)
      return false;
    at += (size_t)MAX (n, 0);
  }
  return true;
}

/* All packs read the same pages, so that none may change them. */
int
mk_pack_catalogue_share (const mk_registry *registry, const mk_folders *folders, GError **error)
{
  g_autoptr (mk_json) all = mk_object_info_all (registry, folders);
  g_autofree char *text = mk_json_print_compact (all);
  int fd = memfd_create ("miktos-nodes", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd >= 0 && write_all (fd, text, strlen (text)) && fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
    return fd;
  mk_error (error, MK_ERROR_MEMORY, "%zu MB of shared memory: %s", strlen (text) >> 20, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}
