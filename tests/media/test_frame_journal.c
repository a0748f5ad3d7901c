#include "check.h"
#include "media/frame_journal.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

enum { BYTES = 4 * 3 * 3, HEAD = 16, MEMORY_HEAD = 32 };

static mk_frame_journal *
open_journal (const char *name, int width)
{
  GError *error = NULL;
  mk_frame_journal *journal = mk_frame_journal_open (mk_test_folder (), name, width, 3, sizeof (int), &error);
  CHECK_OK (journal, error);
  return journal;
}

static void
add (mk_frame_journal *journal, int value)
{
  uint8_t rgb8[BYTES];
  memset (rgb8, value, sizeof rgb8);
  mk_frame_journal_add (journal, rgb8);
}

/* Frames 10, 11 … with a mark behind `n_marked` of them. */
static void
leave (const char *name, int n, int n_marked)
{
  mk_frame_journal *journal = open_journal (name, 4);
  for (int i = 0; i < n; i++) {
    add (journal, 10 + i);
    if (i + 1 == n_marked)
      mk_frame_journal_mark (journal, &(int){ 100 + n_marked });
  }
  mk_frame_journal_free (journal);
}

static int
count_frames (const char *name, int width)
{
  g_autoptr (mk_frame_journal) journal = open_journal (name, width);
  return mk_frame_journal_n_frames (journal);
}

static int
read_last_byte (mk_frame_journal *journal, int index)
{
  uint8_t rgb8[BYTES] = { 0 };
  return mk_frame_journal_read (journal, index, rgb8, NULL) ? rgb8[BYTES - 1] : -1;
}

static char *
path_of (const char *name, const char *suffix)
{
  return g_strdup_printf ("%s/%s.%s", mk_test_folder (), name, suffix);
}

static void
damage (const char *path, size_t at)
{
  g_autofree char *bytes = NULL;
  gsize length = 0;
  CHECK (g_file_get_contents (path, &bytes, &length, NULL));
  CHECK_INT (at, <, length);
  bytes[at] ^= 1;
  CHECK (g_file_set_contents (path, bytes, (gssize)length, NULL));
}

TEST (frames_and_what_was_remembered_are_there_when_the_program_comes_back)
{
  leave ("a", 3, 3);
  mk_frame_journal *journal = open_journal ("a", 4);
  CHECK_INT (mk_frame_journal_n_frames (journal), ==, 3);
  CHECK_INT (*(const int *)mk_frame_journal_memory (journal), ==, 103);
  add (journal, 13);
  for (int i = 0; i < 4; i++)
    CHECK_INT (read_last_byte (journal, i), ==, 10 + i);
  CHECK_INT (read_last_byte (journal, 4), ==, -1);
  mk_frame_journal_free (journal);
}

TEST (one_goes_on_behind_the_last_mark)
{
  leave ("b", 5, 3);
  CHECK_INT (count_frames ("b", 4), ==, 3);
  leave ("never-marked", 5, 0);
  CHECK_INT (count_frames ("never-marked", 4), ==, 0);
}

TEST (what_is_removed_leaves_nothing)
{
  mk_frame_journal *journal = open_journal ("c", 4);
  add (journal, 1);
  mk_frame_journal_mark (journal, &(int){ 1 });
  mk_frame_journal_remove (journal);
  mk_frame_journal_free (journal);
  g_autofree char *frames = path_of ("c", "frames"), *memory = path_of ("c", "memory");
  CHECK (access (frames, F_OK) != 0);
  CHECK (access (memory, F_OK) != 0);
  CHECK_INT (count_frames ("c", 4), ==, 0);
}

TEST (what_a_crash_left_half_written_or_damaged_is_made_again)
{
  g_autofree char *cut = path_of ("cut", "frames"), *frames = path_of ("frames", "frames"), *memory = path_of ("memory", "memory");
  leave ("cut", 3, 3);
  CHECK (truncate (cut, HEAD + 3 * (8 + BYTES) - 5) == 0);
  CHECK_INT (count_frames ("cut", 4), ==, 0);
  leave ("frames", 3, 3);
  damage (frames, HEAD + 8 + 4);
  CHECK_INT (count_frames ("frames", 4), ==, 0);
  leave ("memory", 3, 3);
  damage (memory, MEMORY_HEAD + 1);
  CHECK_INT (count_frames ("memory", 4), ==, 0);
}

TEST (frames_of_another_size_or_with_another_memory_are_another_films)
{
  leave ("d", 2, 2);
  CHECK_INT (count_frames ("d", 3), ==, 0);
  leave ("e", 2, 2);
  g_autoptr (mk_frame_journal) journal = mk_frame_journal_open (mk_test_folder (), "e", 4, 3, 2 * sizeof (int), NULL);
  CHECK_INT (mk_frame_journal_n_frames (journal), ==, 0);
  CHECK (mk_frame_journal_memory (journal) == NULL);
}

TEST (two_do_not_write_into_one_file)
{
  GError *error = NULL;
  mk_frame_journal *journal = open_journal ("f", 4);
  CHECK (mk_frame_journal_open (mk_test_folder (), "f", 4, 3, sizeof (int), &error) == NULL);
  CHECK (error != NULL);
  g_clear_error (&error);
  mk_frame_journal_free (journal);
}

static void
make_old (const char *path, int days)
{
  struct utimbuf then = { time (NULL) - days * 86400, time (NULL) - days * 86400 };
  CHECK (utime (path, &then) == 0);
}

TEST (what_nobody_has_gone_on_with_for_days_goes)
{
  g_autofree char *old = path_of ("old", "frames"), *memory = path_of ("old", "memory"), *young = path_of ("young", "frames"), *open = path_of ("open", "frames");
  leave ("old", 1, 1);
  leave ("young", 1, 1);
  mk_frame_journal *journal = open_journal ("open", 4);
  make_old (old, 7);
  make_old (open, 7);
  count_frames ("g", 4);
  CHECK (access (old, F_OK) != 0);
  CHECK (access (memory, F_OK) != 0);
  CHECK (access (young, F_OK) == 0);
  CHECK (access (open, F_OK) == 0);
  mk_frame_journal_free (journal);
}

TEST (the_oldest_go_when_they_are_too_much_together)
{
  const char *const names[] = { "first", "second", "third" };
  for (int i = 0; i < 3; i++) {
    g_autofree char *path = path_of (names[i], "frames");
    leave (names[i], 1, 1);
    CHECK (truncate (path, (off_t)800 << 20) == 0); /* holes: they take no room */
    struct utimbuf then = { time (NULL) - 30 + i * 10, time (NULL) - 30 + i * 10 };
    CHECK (utime (path, &then) == 0);
  }
  count_frames ("h", 4);
  g_autofree char *first = path_of ("first", "frames"), *second = path_of ("second", "frames");
  CHECK (access (first, F_OK) != 0);
  CHECK (access (second, F_OK) == 0);
}
