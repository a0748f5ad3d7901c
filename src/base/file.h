/* file.h - files that are whole or absent, and names that stay below their root.
 *
 * Purpose   Read with a limit, write atomically, refuse to leave a folder.
 * Threads   No shared state.
 * Crash     A writer's bytes go to `.NAME.XXXXXX.part` beside the target; fsync and
 *           rename publish them. What a crash leaves is that part file, never a half target.
 * Tests     tests/base/test_file.c
 */
#pragma once
#include "base/base.h"

/* What errno said of a path, as an error; returns false. */
bool mk_file_error (GError **error, const char *path, int reason);

/* All bytes, NUL-terminated past `*length`; g_free. `max_bytes` 0 = 1 GB. */
bool mk_file_read (const char *path, size_t max_bytes, char **bytes, size_t *length, GError **error);

typedef struct mk_file_writer mk_file_writer;
/* Opens the part file; its parent folder must exist. A file that is replaced keeps its mode, others get 0644. */
mk_file_writer *mk_file_writer_new (const char *path, GError **error);
/* Borrowed: the name of the part file, for libraries that open files by name; and its descriptor. */
const char     *mk_file_writer_part_path (const mk_file_writer *writer);
int             mk_file_writer_fd (const mk_file_writer *writer);
bool            mk_file_writer_write (mk_file_writer *writer, const void *bytes, size_t length, GError **error);
/* fsync and rename. After it, successful or not, the writer is only good for free. */
bool            mk_file_writer_commit (mk_file_writer *writer, GError **error);
/* Removes the part file unless committed. */
void            mk_file_writer_free (mk_file_writer *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_file_writer, mk_file_writer_free)

/* The whole of it at once. */
bool mk_file_write (const char *path, const void *bytes, size_t length, GError **error);

/* A descriptor of `relative` opened beneath `root`: no "..", absolute names or symbolic links that lead out. -1 with
 * FORBIDDEN or NOT_FOUND. `flags` as for open(2), without O_CREAT. */
int  mk_file_open_beneath (const char *root, const char *relative, int flags, GError **error);
/* True when `relative` names something beneath root by its letters alone: not absolute, no ".." part,
 * no NUL, no backslash, not empty. */
bool mk_path_is_beneath (const char *relative);
/* True when `path` ends with one of the NULL-terminated `endings`, which are written in small letters. */
bool mk_path_has_ending (const char *path, const char *const *endings);
/* mkdir -p. */
bool mk_folder_make (const char *path, GError **error);
/* What a sentence is called as a file, without suffix: "A red ball!" gives "a-red-ball"; at most 48 letters, digits and
 * dashes, ending with a whole word; "film" when it has none. g_free. */
char *mk_file_slug (const char *text);
