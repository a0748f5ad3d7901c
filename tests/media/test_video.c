#include "check.h"
#include "media/video.h"

#include <string.h>

static char *
write_film (mk_video_format format, int width, int height, int n_frames, bool finish)
{
  GError *error = NULL;
  g_autoptr (mk_json) texts = mk_json_new_object ();
  mk_json_set (texts, "prompt", mk_json_new_string ("{\"1\": {}}"));
  mk_video_options options = { .format = format, .width = width, .height = height, .fps = 24, .texts = texts };
  char *path = g_strdup_printf ("%s/film.%s", mk_test_folder (), mk_video_format_suffix (format));
  g_autoptr (mk_video_writer) writer = mk_video_writer_new (path, &options, &error);
  CHECK_OK (writer, error);
  g_autofree uint8_t *rgb = g_malloc ((size_t)width * (size_t)height * 3);
  for (int f = 0; f < n_frames; f++) {
    for (int i = 0; i < width * height; i++) {
      rgb[3 * i] = 200;
      rgb[3 * i + 1] = (uint8_t)(f * 8);
      rgb[3 * i + 2] = 40;
    }
    CHECK_OK (mk_video_writer_add_rgb8 (writer, rgb, &error), error);
  }
  if (finish)
    CHECK_OK (mk_video_writer_finish (writer, &error), error);
  return path;
}

TEST (films_have_the_frames_size_and_colour_that_went_in)
{
  for (mk_video_format format = MK_VIDEO_MP4; format <= MK_VIDEO_GIF; format++) {
    g_autofree char *path = write_film (format, 64, 48, 12, true);
    mk_video_info info;
    GError *error = NULL;
    CHECK_OK (mk_video_read_info (path, &info, NULL, &error), error);
    CHECK_INT (info.width, ==, 64);
    CHECK_INT (info.height, ==, 48);
    CHECK_INT (info.n_frames, ==, 12);
    CHECK_NEAR (info.fps, 24, 1.2);
    g_autoptr (mk_image) frames = mk_video_read_frames (path, 5, 1, &error);
    CHECK_OK (frames, error);
    const float *pixel = mk_image_read (frames, 0) + 3 * (24 * 64 + 32);
    CHECK_NEAR (pixel[0], 200 / 255.0, format == MK_VIDEO_GIF ? 0.1 : 0.02);
    CHECK_NEAR (pixel[1], 40 / 255.0, format == MK_VIDEO_GIF ? 0.1 : 0.02);
  }
}

TEST (odd_sides_are_padded)
{
  g_autofree char *path = write_film (MK_VIDEO_MP4, 33, 35, 3, true);
  mk_video_info info;
  CHECK (mk_video_read_info (path, &info, NULL, NULL));
  CHECK_INT (info.width, ==, 34);
  CHECK_INT (info.height, ==, 36);
}

TEST (mp4_starts_with_its_index_and_keeps_its_texts)
{
  g_autofree char *path = write_film (MK_VIDEO_MP4, 64, 48, 30, true), *bytes = NULL;
  gsize length;
  CHECK (g_file_get_contents (path, &bytes, &length, NULL));
  const char *index = memmem (bytes, length, "moov", 4), *data = memmem (bytes, length, "mdat", 4);
  CHECK (index != NULL && data != NULL && index < data);
  g_autoptr (mk_json) texts = NULL;
  mk_video_info info;
  CHECK (mk_video_read_info (path, &info, &texts, NULL));
  CHECK_STRING (mk_json_get_string (mk_json_get (texts, "prompt")), "{\"1\": {}}");
}

TEST (equal_frames_give_equal_bytes)
{
  g_autofree char *path = write_film (MK_VIDEO_MP4, 64, 48, 10, true), *first = NULL, *second = NULL;
  gsize n_first, n_second;
  CHECK (g_file_get_contents (path, &first, &n_first, NULL));
  g_autofree char *again = write_film (MK_VIDEO_MP4, 64, 48, 10, true);
  CHECK (g_file_get_contents (again, &second, &n_second, NULL));
  CHECK_INT (n_first, ==, n_second);
  CHECK (memcmp (first, second, n_first) == 0);
}

TEST (a_film_that_is_given_up_leaves_nothing)
{
  g_free (write_film (MK_VIDEO_MP4, 64, 48, 10, false));
  GDir *dir = g_dir_open (mk_test_folder (), 0, NULL);
  CHECK (g_dir_read_name (dir) == NULL);
  g_dir_close (dir);
}

TEST (impossible_films_are_refused)
{
  g_autoptr (GError) error = NULL;
  mk_video_options options = { .width = 0, .height = 10, .fps = 24 };
  CHECK_FAILS (mk_video_writer_new ("/tmp/x.mp4", &options, &error), error, MK_ERROR_RANGE);
  g_clear_error (&error);
  options = (mk_video_options){ .width = 64, .height = 64, .fps = -1 };
  CHECK_FAILS (mk_video_writer_new ("/tmp/x.mp4", &options, &error), error, MK_ERROR_RANGE);
  g_clear_error (&error);
  mk_video_info info;
  CHECK_FAILS (mk_video_read_info ("/etc/passwd", &info, NULL, &error), error, MK_ERROR_FORMAT);
}
