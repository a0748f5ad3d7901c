/* scratch.h - the input as a file, for parsers that open one by name. In memory: fuzzers write thousands a second. */
#pragma once
#include <glib.h>

/* Its path; the file is overwritten by the next input. */
static inline const char *
scratch_file (const uint8_t *data, size_t size, const char *suffix)
{
  static char *folder, *path;
  if (folder == NULL)
    folder = g_mkdtemp (g_strdup ("/dev/shm/miktos-fuzz-XXXXXX"));
  g_assert (folder != NULL);
  g_free (path);
  path = g_strconcat (folder, "/input.", suffix, NULL);
  g_assert (g_file_set_contents_full (path, (const char *)data, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  return path;
}
