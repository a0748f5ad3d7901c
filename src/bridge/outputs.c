#include "bridge/outputs.h"

#include "media/video.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MAX_HEADER 64 /* bytes that tell a picture's size */

typedef struct {
  char *folder, *task;
  mk_json *made, *outputs;
  GError *error;
  mk_outputs_done done;
  void *user;
} job;

const char *
mk_output_kind (const char *name)
{
  static const struct {
    const char *suffix, *kind;
  } kinds[] = { { ".mp4", "film" }, { ".webm", "film" }, { ".gif", "film" }, { ".mov", "film" }, { ".glb", "scene" }, { ".png", "image" }, { ".webp", "image" }, { ".jpg", "image" }, { ".jpeg", "image" } };
  for (size_t i = 0; i < MK_COUNT (kinds); i++)
    if (g_str_has_suffix (name, kinds[i].suffix))
      return kinds[i].kind;
  return "other";
}

char *
mk_file_sum (const char *path, int64_t *bytes, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    mk_error (error, errno == ENOENT ? MK_ERROR_NOT_FOUND : MK_ERROR_DISK, "%s: %s", path, g_strerror (errno));
    return NULL;
  }
  GChecksum *sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *block = g_malloc (1 << 20);
  ssize_t n;
  *bytes = 0;
  while ((n = read (fd, block, 1 << 20)) > 0) {
    g_checksum_update (sum, block, n);
    *bytes += n;
  }
  close (fd);
  char *text = n == 0 ? g_strdup (g_checksum_get_string (sum)) : NULL;
  g_checksum_free (sum);
  if (text == NULL)
    mk_error (error, MK_ERROR_DISK, "%s could not be read", path);
  return text;
}

/* Width and height stand at the start of a PNG (its IHDR); other pictures say so less directly and go without. */
static bool
read_png_size (const char *path, int64_t *width, int64_t *height)
{
  unsigned char head[MAX_HEADER] = { 0 };
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read (fd, head, sizeof head) : 0;
  if (fd >= 0)
    close (fd);
  if (n < 24 || memcmp (head, "\x89PNG\r\n\x1a\n", 8) != 0)
    return false;
  *width = (int64_t)head[16] << 24 | head[17] << 16 | head[18] << 8 | head[19];
  *height = (int64_t)head[20] << 24 | head[21] << 16 | head[22] << 8 | head[23];
  return true;
}

static void
add_size (mk_json *output, const char *path, const char *kind)
{
  mk_video_info film = { 0 };
  int64_t width = 0, height = 0;
  bool is_film = g_str_equal (kind, "film") && mk_video_read_info (path, &film, NULL, NULL);
  bool is_known = is_film || (g_str_equal (kind, "image") && read_png_size (path, &width, &height));
  mk_json_set (output, "width", is_known ? mk_json_new_int (is_film ? film.width : width) : NULL);
  mk_json_set (output, "height", is_known ? mk_json_new_int (is_film ? film.height : height) : NULL);
  mk_json_set (output, "duration_s", is_film ? mk_json_new_real (film.duration_s) : NULL);
  mk_json_set (output, "fps", is_film ? mk_json_new_real (film.fps) : NULL);
}

static mk_json *
describe (const job *j, const mk_json *made, GError **error)
{
  int64_t bytes = 0;
  const char *name = mk_json_get_string (mk_json_get (made, "file"));
  g_autofree char *path = g_build_filename (j->folder, name, NULL), *sum = mk_file_sum (path, &bytes, error);
  if (sum == NULL)
    return NULL;
  const char *kind = mk_output_kind (name);
  g_autofree char *encoded = g_uri_escape_string (name, NULL, FALSE), *url = g_strdup_printf ("/api/v1/outputs/%s/%s", j->task, encoded), *thumbnail = g_strconcat (url, "/thumbnail", NULL);
  mk_json *output = mk_json_copy (made);
  mk_json_set (output, "kind", mk_json_new_string (kind));
  mk_json_set (output, "bytes", mk_json_new_int (bytes));
  mk_json_set (output, "sha256", mk_json_new_string (sum));
  mk_json_set (output, "url", mk_json_new_string (url));
  mk_json_set (output, "thumbnail_url", mk_json_new_string (g_str_equal (kind, "other") ? NULL : thumbnail));
  add_size (output, path, kind);
  return output;
}

static void
work (void *user)
{
  job *j = user;
  for (size_t i = 0; i < mk_json_length (j->made) && j->error == NULL; i++) {
    mk_json *output = describe (j, mk_json_at (j->made, i), &j->error);
    if (output != NULL)
      mk_json_append (j->outputs, output);
  }
}

static void
finish (void *user)
{
  job *j = user;
  j->done (j->user, j->outputs, j->error);
  mk_json_unref (j->made);
  g_free (j->folder);
  g_free (j->task);
  g_free (j);
}

void
mk_outputs_describe (mk_backstage *backstage, const char *folder, const char *task, const mk_json *made, mk_outputs_done done, void *user)
{
  job *j = g_new0 (job, 1);
  *j = (job){ .folder = g_strdup (folder), .task = g_strdup (task), .made = mk_json_copy (made), .outputs = mk_json_new_array (), .done = done, .user = user };
  mk_backstage_run (backstage, work, finish, j);
}

/* A task's folder and what is in it, thumbnails included. */
static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      remove_folder (path);
    else
      unlink (path);
  }
  rmdir (folder);
}

bool
mk_outputs_remove (const char *outputs_folder, const char *task)
{
  g_autofree char *folder = g_build_filename (outputs_folder, task, NULL);
  remove_folder (folder);
  return true;
}
