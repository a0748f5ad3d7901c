#include "base/file.h"
#include "check.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static char *
in_folder (const char *name)
{
  return g_build_filename (mk_test_folder (), name, NULL);
}

static int
count_files (void)
{
  int n = 0;
  GDir *dir = g_dir_open (mk_test_folder (), 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    n++;
  g_dir_close (dir);
  return n;
}

TEST (writing_then_reading_gives_the_same_bytes)
{
  g_autofree char *path = in_folder ("a.txt");
  g_autofree char *back = NULL;
  size_t length = 0;
  GError *error = NULL;
  CHECK_OK (mk_file_write (path, "a\0b", 3, &error), error);
  CHECK_OK (mk_file_read (path, 0, &back, &length, &error), error);
  CHECK_INT (length, ==, 3);
  CHECK (memcmp (back, "a\0b\0", 4) == 0);
  CHECK_INT (count_files (), ==, 1);
}

TEST (a_writer_that_is_given_up_leaves_nothing)
{
  g_autofree char *path = in_folder ("a.txt");
  GError *error = NULL;
  mk_file_writer *writer = mk_file_writer_new (path, &error);
  CHECK_OK (mk_file_writer_write (writer, "half", 4, &error), error);
  CHECK (g_str_has_suffix (mk_file_writer_part_path (writer), ".part.txt"));
  mk_file_writer_free (writer);
  CHECK_INT (count_files (), ==, 0);
}

TEST (reading_stops_at_the_limit)
{
  g_autofree char *path = in_folder ("long"), *back = NULL;
  size_t length;
  g_autoptr (GError) error = NULL;
  CHECK (g_file_set_contents (path, "0123456789", 10, NULL));
  CHECK_FAILS (mk_file_read (path, 9, &back, &length, &error), error, MK_ERROR_LIMIT);
}

TEST (a_full_disk_is_an_error_that_names_the_file)
{
  g_autoptr (GError) error = NULL;
  CHECK_FAILS (mk_file_write ("/proc/miktos-cannot", "x", 1, &error), error, MK_ERROR_NOT_FOUND);
  CHECK (strstr (error->message, "/proc/miktos-cannot") != NULL);
}

TEST (names_that_leave_their_folder_are_refused)
{
  static const char *const bad[] = { "", "/etc/passwd", "../x", "a/../../x", "a\\b", ".." };
  for (size_t i = 0; i < MK_COUNT (bad); i++)
    CHECK (!mk_path_is_beneath (bad[i]));
  CHECK (mk_path_is_beneath ("a/b..c/d.png"));
}

TEST (links_that_lead_out_are_refused)
{
  g_autofree char *link = in_folder ("out"), *inside = in_folder ("in.txt");
  g_autoptr (GError) error = NULL;
  CHECK (symlink ("/etc/passwd", link) == 0);
  CHECK_INT (mk_file_open_beneath (mk_test_folder (), "out", O_RDONLY, &error), ==, -1);
  CHECK (g_error_matches (error, MK_ERROR, MK_ERROR_FORBIDDEN));
  CHECK (g_file_set_contents (inside, "x", 1, NULL));
  g_clear_error (&error);
  int fd = mk_file_open_beneath (mk_test_folder (), "in.txt", O_RDONLY, &error);
  CHECK_OK (fd >= 0, error);
  close (fd);
}

TEST (sentences_become_file_names)
{
  static const struct {
    const char *text, *name;
  } cases[] = {
    { "A red ball!", "a-red-ball" }, { "  ../x  ", "x" }, { "قطة", "film" }, { "", "film" },
    { "a red ball bounces on grass while the camera orbits it", "a-red-ball-bounces-on-grass-while-the-camera" },
    { "a red ball bounces on grass while the cameras do", "a-red-ball-bounces-on-grass-while-the-cameras-do" },
    { "donaudampfschifffahrtsgesellschaftskapitaenswitwenrente", "donaudampfschifffahrtsgesellschaftskapitaenswitw" },
  };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *name = mk_file_slug (cases[i].text);
    CHECK_STRING (name, cases[i].name);
  }
}
