#include "base/file.h"
#include "base/folder_stamp.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
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

TEST (a_file_that_is_replaced_keeps_who_may_read_it)
{
  g_autofree char *path = in_folder ("secret");
  struct stat info;
  GError *error = NULL;
  CHECK_OK (mk_file_write (path, "one", 3, &error), error);
  CHECK (chmod (path, 0600) == 0);
  CHECK_OK (mk_file_write (path, "two", 3, &error), error);
  CHECK (stat (path, &info) == 0 && (info.st_mode & 0777) == 0600);
}

/* Once nothing has changed for a while. */
static uint64_t
settled_stamp (void)
{
  uint64_t sum = mk_folder_stamp (mk_test_folder ()), next;
  while ((next = mk_folder_stamp (mk_test_folder ())) != sum)
    sum = next;
  return sum;
}

TEST (a_folders_stamp_changes_with_the_files_beneath_it)
{
  g_autofree char *below = in_folder ("a/b"), *deep = in_folder ("a/b/model"), *other = in_folder ("a/b/other"), *loop = in_folder ("a/round");
  CHECK (mk_folder_make (below, NULL) && symlink (mk_test_folder (), loop) == 0);
  uint64_t empty = settled_stamp ();
  CHECK (g_file_set_contents (deep, "x", 1, NULL));
  CHECK (mk_folder_stamp (mk_test_folder ()) != empty);
  uint64_t one = settled_stamp ();
  CHECK (one != empty && settled_stamp () == one);
  CHECK (rename (deep, other) == 0);
  uint64_t renamed = settled_stamp ();
  CHECK (renamed != one && unlink (other) == 0 && settled_stamp () != renamed);
  CHECK_INT (mk_folder_stamp ("/no/such/folder"), ==, 0);
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

static void
check_links (void)
{
  const char *folder = mk_test_folder ();
  g_autofree char *link = in_folder ("out"), *inside = in_folder ("in.txt"), *beside = in_folder ("beside"), *below = in_folder ("below");
  g_autofree char *neighbour = g_strconcat (folder, "-too", NULL), *neighbours = g_build_filename (neighbour, "in.txt", NULL);
  g_autoptr (GError) error = NULL;
  CHECK (symlink ("/etc/passwd", link) == 0 && symlink (neighbours, beside) == 0 && symlink ("in.txt", below) == 0);
  CHECK (mk_folder_make (neighbour, NULL) && g_file_set_contents (neighbours, "x", 1, NULL) && g_file_set_contents (inside, "x", 1, NULL));
  static const char *const leading_out[] = { "out", "beside" }, *const staying[] = { "in.txt", "below" };
  for (size_t i = 0; i < MK_COUNT (leading_out); i++) {
    CHECK_INT (mk_file_open_beneath (folder, leading_out[i], O_RDONLY, &error), ==, -1);
    CHECK (g_error_matches (error, MK_ERROR, MK_ERROR_FORBIDDEN));
    g_clear_error (&error);
  }
  for (size_t i = 0; i < MK_COUNT (staying); i++) {
    char byte = 0;
    int fd = mk_file_open_beneath (folder, staying[i], O_RDONLY, &error);
    CHECK_OK (fd >= 0, error);
    CHECK (read (fd, &byte, 1) == 1 && byte == 'x');
    close (fd);
  }
  CHECK_FAILS (mk_file_open_beneath (folder, "nothing", O_RDONLY, &error) >= 0, error, MK_ERROR_NOT_FOUND);
  CHECK (unlink (neighbours) == 0 && rmdir (neighbour) == 0);
}

TEST (links_that_lead_out_are_refused)
{
  check_links ();
}

/* As systemd's RestrictSUIDSGID has it. */
static bool
forbid_openat2 (void)
{
  struct sock_filter steps[] = { BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)), BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
                                 BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS), BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
  struct sock_fprog program = { MK_COUNT (steps), steps };
  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST (without_openat2_links_are_refused_just_the_same)
{
  CHECK (forbid_openat2 ());
  CHECK (syscall (SYS_openat2, -1, "", NULL, (size_t)0) == -1 && errno == ENOSYS);
  check_links ();
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
