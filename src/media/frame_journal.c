#include "media/frame_journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

#define MAX_BYTES ((int64_t)2 << 30)
#define MAX_MEMORY ((size_t)512 << 20)
#define KEPT_S (3 * 24 * 3600)
#define FRAMES ".frames"
#define MEMORY ".memory"
#define PART ".part"

static const char frames_magic[8] = "MKFRAME1", memory_magic[8] = "MKMEMRY1";

typedef struct {
  char magic[8];
  int32_t width, height;
} frames_head;

typedef struct {
  char magic[8];
  int64_t n_frames, length;
  uint64_t sum;
} memory_head;

struct mk_frame_journal {
  char *frames_path, *memory_path, *part_path;
  int fd;
  size_t n_bytes; /* of one frame's pixels */
  int n_frames;
  bool is_full;
  size_t memory_length;
  void *memory; /* as it was found, or NULL */
};

/* FNV-1a over words of eight bytes: it finds what was never written, not what somebody forges. */
static uint64_t
sum_of (const void *bytes, size_t length)
{
  uint64_t sum = 0xcbf29ce484222325u;
  for (size_t at = 0; at < length; at += sizeof (uint64_t)) {
    uint64_t word = 0;
    memcpy (&word, (const uint8_t *)bytes + at, MIN (sizeof word, length - at));
    sum = (sum ^ word) * 0x100000001b3u;
  }
  return sum;
}

static off_t
place_of (const mk_frame_journal *journal, int index)
{
  return (off_t)sizeof (frames_head) + (off_t)index * (off_t)(sizeof (uint64_t) + journal->n_bytes);
}

static bool
read_at (int fd, void *bytes, size_t length, off_t at)
{
  for (size_t done = 0; done < length;) {
    ssize_t n = pread (fd, (char *)bytes + done, length - done, at + (off_t)done);
    if (n == 0 || (n < 0 && errno != EINTR))
      return false;
    done += (size_t)MAX (n, 0);
  }
  return true;
}

static bool
write_at (int fd, const void *bytes, size_t length, off_t at)
{
  for (size_t done = 0; done < length;) {
    ssize_t n = pwrite (fd, (const char *)bytes + done, length - done, at + (off_t)done);
    if (n == 0 || (n < 0 && errno != EINTR))
      return false;
    done += (size_t)MAX (n, 0);
  }
  return true;
}

static bool
read_frame (const mk_frame_journal *journal, int index, uint8_t *rgb8)
{
  uint64_t sum = 0;
  off_t at = place_of (journal, index);
  return read_at (journal->fd, &sum, sizeof sum, at) && read_at (journal->fd, rgb8, journal->n_bytes, at + (off_t)sizeof sum) && sum == sum_of (rgb8, journal->n_bytes);
}

/* --- what others have left --- */

typedef struct {
  char *name; /* without its suffix */
  int64_t bytes;
  time_t used;
} leftover;

static void
leftover_free (void *given)
{
  leftover *l = given;
  g_free (l->name);
  g_free (l);
}

static int
youngest_first (const void *a, const void *b)
{
  const leftover *x = *(leftover *const *)a, *y = *(leftover *const *)b;
  return (x->used < y->used) - (x->used > y->used);
}

static void
unlink_named (int folder, const char *name)
{
  static const char *const suffixes[] = { MEMORY PART, MEMORY, FRAMES }; /* the frames last: by them the rest is found */
  for (size_t i = 0; i < MK_COUNT (suffixes); i++) {
    g_autofree char *file = g_strconcat (name, suffixes[i], NULL);
    unlinkat (folder, file, 0);
  }
}

static bool
is_open_elsewhere (int folder, const char *name)
{
  g_autofree char *file = g_strconcat (name, FRAMES, NULL);
  int fd = openat (folder, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  bool is_locked = fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) != 0;
  if (fd >= 0)
    close (fd);
  return is_locked;
}

static void
sweep (const char *path, const char *own)
{
  DIR *folder = opendir (path);
  if (folder == NULL)
    return;
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (leftover_free);
  for (const struct dirent *file; (file = readdir (folder)) != NULL;) {
    struct stat info;
    if (!g_str_has_suffix (file->d_name, FRAMES) || fstatat (dirfd (folder), file->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    leftover *l = g_new (leftover, 1);
    *l = (leftover){ g_strndup (file->d_name, strlen (file->d_name) - strlen (FRAMES)), info.st_size, info.st_mtime };
    g_ptr_array_add (all, l);
  }
  g_ptr_array_sort (all, youngest_first);
  int64_t sum = 0;
  for (guint i = 0; i < all->len; i++) {
    const leftover *l = all->pdata[i];
    if (g_str_equal (l->name, own))
      continue;
    sum += l->bytes;
    if ((time (NULL) - l->used > KEPT_S || sum > MAX_BYTES) && !is_open_elsewhere (dirfd (folder), l->name))
      unlink_named (dirfd (folder), l->name);
  }
  closedir (folder);
}

/* --- one film's --- */

/* After how many frames it was taken; 0 when there is none that is whole. */
static int64_t
load_memory (mk_frame_journal *journal)
{
  memory_head head = { 0 };
  int64_t n_frames = 0;
  int fd = open (journal->memory_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  journal->memory = g_try_malloc (MAX (journal->memory_length, 1));
  if (fd >= 0 && journal->memory != NULL && read_at (fd, &head, sizeof head, 0) && memcmp (head.magic, memory_magic, sizeof memory_magic) == 0 &&
      head.length == (int64_t)journal->memory_length && read_at (fd, journal->memory, journal->memory_length, sizeof head) && head.sum == sum_of (journal->memory, journal->memory_length))
    n_frames = head.n_frames;
  if (fd >= 0)
    close (fd);
  return n_frames;
}

static bool
take_stock (mk_frame_journal *journal, int width, int height)
{
  frames_head found = { 0 }, wanted = { .width = width, .height = height };
  memcpy (wanted.magic, frames_magic, sizeof frames_magic);
  int64_t n_marked = load_memory (journal);
  g_autofree uint8_t *rgb8 = g_malloc (journal->n_bytes);
  if (read_at (journal->fd, &found, sizeof found, 0) && memcmp (&found, &wanted, sizeof found) == 0)
    while (journal->n_frames < n_marked && read_frame (journal, journal->n_frames, rgb8))
      journal->n_frames++;
  if (journal->n_frames < n_marked || n_marked <= 0) {
    journal->n_frames = 0;
    g_clear_pointer (&journal->memory, g_free);
  }
  return ftruncate (journal->fd, place_of (journal, journal->n_frames)) == 0 && write_at (journal->fd, &wanted, sizeof wanted, 0);
}

mk_frame_journal *
mk_frame_journal_open (const char *folder, const char *name, int width, int height, size_t memory_length, GError **error)
{
  if (memory_length > MAX_MEMORY) {
    mk_error (error, MK_ERROR_RANGE, "%zu MB to remember between frames of %d×%d; %zu MB are kept at most", memory_length >> 20, width, height, MAX_MEMORY >> 20);
    return NULL;
  }
  if (!mk_folder_make (folder, error))
    return NULL;
  sweep (folder, name);
  g_autoptr (mk_frame_journal) journal = g_new0 (mk_frame_journal, 1);
  journal->frames_path = g_strconcat (folder, "/", name, FRAMES, NULL);
  journal->memory_path = g_strconcat (folder, "/", name, MEMORY, NULL);
  journal->part_path = g_strconcat (journal->memory_path, PART, NULL);
  journal->n_bytes = (size_t)width * (size_t)height * 3;
  journal->memory_length = memory_length;
  journal->fd = open (journal->frames_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (journal->fd < 0 || flock (journal->fd, LOCK_EX | LOCK_NB) != 0 || !take_stock (journal, width, height)) {
    mk_file_error (error, journal->frames_path, errno);
    return NULL;
  }
  return g_steal_pointer (&journal);
}

int
mk_frame_journal_n_frames (const mk_frame_journal *journal)
{
  return journal->n_frames;
}

bool
mk_frame_journal_read (mk_frame_journal *journal, int index, uint8_t *rgb8, GError **error)
{
  if (index >= 0 && index < journal->n_frames && read_frame (journal, index, rgb8))
    return true;
  return mk_error (error, MK_ERROR_DISK, "%s: frame %d is not there any more", journal->frames_path, index);
}

const void *
mk_frame_journal_memory (const mk_frame_journal *journal)
{
  return journal->memory;
}

void
mk_frame_journal_add (mk_frame_journal *journal, const uint8_t *rgb8)
{
  off_t at = place_of (journal, journal->n_frames);
  uint64_t sum = sum_of (rgb8, journal->n_bytes);
  journal->is_full = journal->is_full || at + (off_t)journal->n_bytes > MAX_BYTES;
  if (journal->is_full)
    return;
  if (write_at (journal->fd, rgb8, journal->n_bytes, at + (off_t)sizeof sum) && write_at (journal->fd, &sum, sizeof sum, at))
    journal->n_frames++;
  else
    journal->is_full = true;
}

void
mk_frame_journal_mark (mk_frame_journal *journal, const void *memory)
{
  if (journal->is_full || journal->n_frames == 0)
    return;
  g_clear_pointer (&journal->memory, g_free);
  memory_head head = { .n_frames = journal->n_frames, .length = (int64_t)journal->memory_length, .sum = sum_of (memory, journal->memory_length) };
  memcpy (head.magic, memory_magic, sizeof memory_magic);
  int fd = open (journal->part_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  bool is_written = fd >= 0 && write_at (fd, &head, sizeof head, 0) && write_at (fd, memory, journal->memory_length, sizeof head);
  if (fd >= 0)
    close (fd);
  if (!is_written || rename (journal->part_path, journal->memory_path) != 0)
    unlink (journal->part_path); /* the mark before it holds */
}

void
mk_frame_journal_remove (mk_frame_journal *journal)
{
  unlink (journal->part_path);
  unlink (journal->memory_path);
  unlink (journal->frames_path);
}

void
mk_frame_journal_free (mk_frame_journal *journal)
{
  if (journal == NULL)
    return;
  if (journal->fd >= 0)
    close (journal->fd);
  g_free (journal->frames_path);
  g_free (journal->memory_path);
  g_free (journal->part_path);
  g_free (journal->memory);
  g_free (journal);
}
