#include "harness.h"

#include "media/png.h"

#include <string.h>

static void
write_png (const char *name, int n_channels)
{
  g_autoptr (mk_image) image = mk_image_new (1, 3, 5, n_channels, NULL);
  for (int i = 0; i < 15 * n_channels; i++)
    mk_image_write (image, 0)[i] = (float)i / (float)(15 * n_channels);
  g_autofree char *path = g_build_filename (mk_test_folder (), name, NULL);
  CHECK (mk_png_write (image, 0, path, NULL, NULL));
}

#define LOAD_AND_SAVE(prefix) "{\"1\":{\"class_type\":\"LoadImage\",\"inputs\":{\"image\":\"a.png\"}},\"2\":{\"class_type\":\"SaveImage\",\"inputs\":{\"images\":[\"1\",0],\"filename_prefix\":\"" prefix "\"}}}"

static char *
saved_name (harness *h)
{
  const mk_json *file = mk_json_at (mk_json_get (mk_json_get (h->result.ui, "2"), "images"), 0);
  return g_strdup_printf ("%s/%s", mk_json_get_string (mk_json_get (file, "subfolder")), mk_json_get_string (mk_json_get (file, "filename")));
}

TEST (saved_pictures_count_up_and_carry_their_prompt)
{
  g_autoptr (harness) h = harness_new ();
  write_png ("a.png", 3);
  CHECK_OK (harness_run (h, LOAD_AND_SAVE ("out/film_%width%x%height%")), h->error);
  g_autofree char *first = saved_name (h), *bytes = NULL;
  CHECK_STRING (first, "out/film_5x3_00001_.png");
  g_autofree char *path = g_build_filename (mk_test_folder (), first, NULL);
  gsize length;
  CHECK (g_file_get_contents (path, &bytes, &length, NULL));
  g_autoptr (mk_json) texts = mk_png_decode_texts (bytes, length, NULL);
  CHECK (strstr (mk_json_get_string (mk_json_get (texts, "prompt")), "\"class_type\": \"SaveImage\"") != NULL);
  mk_cache_clear (h->engine.cache);
  CHECK_OK (harness_run (h, LOAD_AND_SAVE ("out/film_%width%x%height%")), h->error);
  g_autofree char *second = saved_name (h);
  CHECK_STRING (second, "out/film_5x3_00002_.png");
}

TEST (prefixes_that_leave_the_output_folder_are_refused)
{
  g_autoptr (harness) h = harness_new ();
  write_png ("a.png", 3);
  CHECK (!harness_run (h, LOAD_AND_SAVE ("../out")));
  CHECK (strstr (h->error->message, "leads out of the output folder") != NULL);
  CHECK (!harness_run (h, LOAD_AND_SAVE ("/tmp/out")));
}

TEST (pictures_that_are_not_there_are_refused_before_the_run)
{
  g_autoptr (harness) h = harness_new ();
  CHECK (!harness_run (h, LOAD_AND_SAVE ("out")));
  CHECK (strstr (h->error->message, "Invalid image file: a.png") != NULL);
  CHECK_STRING (h->told->str, "");
}

TEST (a_changed_file_is_read_again)
{
  g_autoptr (harness) h = harness_new ();
  write_png ("a.png", 3);
  CHECK (harness_run (h, LOAD_AND_SAVE ("out")) && harness_run (h, LOAD_AND_SAVE ("out")));
  CHECK (strstr (h->told->str, "execution_cached [\"1\",\"2\"]") != NULL);
  write_png ("a.png", 4);
  CHECK (harness_run (h, LOAD_AND_SAVE ("out")));
  CHECK (strstr (h->told->str, "execution_cached []") != NULL);
}
