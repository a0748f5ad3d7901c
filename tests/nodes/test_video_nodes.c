#include "harness.h"

#include "media/video.h"

#include <string.h>

static char *
saved_path (harness *h, const char *id)
{
  const mk_json *file = mk_json_at (mk_json_get (mk_json_get (h->result.ui, id), "images"), 0);
  return g_build_filename (mk_test_folder (), mk_json_get_string (mk_json_get (file, "subfolder")), mk_json_get_string (mk_json_get (file, "filename")), NULL);
}

static void
check_film (const char *path, int width, int n_frames, double fps, const char *text)
{
  mk_video_info info;
  g_autoptr (mk_json) texts = NULL;
  GError *error = NULL;
  CHECK_OK (mk_video_read_info (path, &info, &texts, &error), error);
  CHECK_INT (info.width, ==, width);
  CHECK_INT (info.n_frames, ==, n_frames);
  CHECK_NEAR (info.fps, fps, 0.1);
  bool has_text = false; /* Matroska writes its tags in capitals */
  for (mk_json_iter i = mk_json_iterate (texts); mk_json_next (&i);)
    has_text |= g_ascii_strcasecmp (i.key, "prompt") == 0 && strstr (mk_json_get_string (i.value), text) != NULL;
  CHECK (has_text);
}

#define FRAMES "\"1\":{\"class_type\":\"EmptyImage\",\"inputs\":{\"width\":48,\"height\":32,\"batch_size\":5,\"color\":13369344}},"

TEST (pictures_become_a_film_that_is_saved_with_its_prompt)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_OK (harness_run (h, "{" FRAMES
    "\"2\":{\"class_type\":\"CreateVideo\",\"inputs\":{\"images\":[\"1\",0],\"fps\":12}},"
    "\"3\":{\"class_type\":\"SaveVideo\",\"inputs\":{\"video\":[\"2\",0],\"filename_prefix\":\"video/x\",\"format\":\"auto\",\"codec\":\"auto\"}}}"), h->error);
  g_autofree char *path = saved_path (h, "3");
  CHECK (g_str_has_suffix (path, "video/x_00001_.mp4"));
  check_film (path, 48, 5, 12, "CreateVideo");
}

TEST (webm_carries_its_prompt)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_OK (harness_run (h, "{" FRAMES "\"3\":{\"class_type\":\"SaveWEBM\",\"inputs\":{\"images\":[\"1\",0],\"filename_prefix\":\"x\",\"codec\":\"vp9\",\"fps\":10,\"crf\":20}}}"), h->error);
  g_autofree char *path = saved_path (h, "3");
  check_film (path, 48, 5, 10, "SaveWEBM");
  CHECK_OK (harness_run (h, "{" FRAMES "\"3\":{\"class_type\":\"SaveWEBM\",\"inputs\":{\"images\":[\"1\",0],\"filename_prefix\":\"y\",\"codec\":\"av1\",\"fps\":10,\"crf\":30}}}"), h->error);
  g_autofree char *av1 = saved_path (h, "3");
  check_film (av1, 48, 5, 10, "SaveWEBM");
}

TEST (a_film_is_loaded_taken_apart_and_saved_in_another_format)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_OK (harness_run (h, "{" FRAMES
    "\"2\":{\"class_type\":\"CreateVideo\",\"inputs\":{\"images\":[\"1\",0],\"fps\":12}},"
    "\"3\":{\"class_type\":\"SaveVideo\",\"inputs\":{\"video\":[\"2\",0],\"filename_prefix\":\"x\",\"format\":\"mp4\",\"codec\":\"h264\"}}}"), h->error);
  CHECK_OK (harness_run (h, "{\"1\":{\"class_type\":\"LoadVideo\",\"inputs\":{\"file\":\"x_00001_.mp4\"}},"
    "\"2\":{\"class_type\":\"GetVideoComponents\",\"inputs\":{\"video\":[\"1\",0]}},"
    "\"3\":{\"class_type\":\"SaveImage\",\"inputs\":{\"images\":[\"2\",0],\"filename_prefix\":\"frame\"}},"
    "\"4\":{\"class_type\":\"SaveVideo\",\"inputs\":{\"video\":[\"1\",0],\"filename_prefix\":\"y\",\"format\":\"webm\",\"codec\":\"auto\"}}}"), h->error);
  CHECK_INT (mk_json_length (mk_json_get (mk_json_get (h->result.ui, "3"), "images")), ==, 5);
  g_autofree char *path = saved_path (h, "4");
  CHECK (g_str_has_suffix (path, "y_00001_.webm"));
  check_film (path, 48, 5, 12, "LoadVideo");
  g_autoptr (mk_image) frame = mk_video_read_frames (path, 2, 1, NULL);
  CHECK_NEAR (mk_image_read (frame, 0)[0], 0.8, 0.03);
  CHECK_NEAR (mk_image_read (frame, 0)[1], 0, 0.03);
}

TEST (playlists_are_no_films)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (mk_test_folder (), "a.mp4", NULL);
  const char *list = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n";
  CHECK (g_file_set_contents (path, list, -1, NULL));
  CHECK_FAILS (mk_video_reader_new (path, &error), error, MK_ERROR_FORMAT);
}
