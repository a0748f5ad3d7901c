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

#define SIZE_OF(node) "\"7\":{\"class_type\":\"GetImageSize\",\"inputs\":{\"image\":[\"" node "\",0]}},\"8\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"7\",0]}}," \
                      "\"9\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"7\",1]}},\"10\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"7\",2]}}"
#define EMPTY(id, width, height) "\"" id "\":{\"class_type\":\"EmptyImage\",\"inputs\":{\"width\":" width ",\"height\":" height ",\"batch_size\":1,\"color\":255}}"

static void
check_size (harness *h, const char *prompt, const char *wanted)
{
  CHECK_OK (harness_run (h, prompt), h->error);
  g_autofree char *width = harness_text (h, "8"), *height = harness_text (h, "9"), *n = harness_text (h, "10");
  g_autofree char *size = g_strdup_printf ("%s %s %s", width, height, n);
  if (!g_str_equal (size, wanted))
    mk_test_fail (__FILE__, __LINE__, "%s gives %s, wanted %s", prompt, size, wanted);
}

TEST (a_size_is_said_in_whichever_way_suits)
{
  static const struct { const char *way, *wanted; } cases[] = {
    { "\"scale dimensions\",\"resize_type.width\":20,\"resize_type.height\":0,\"resize_type.crop\":\"center\"", "20 15 1" },
    { "\"scale dimensions\",\"resize_type.width\":0,\"resize_type.height\":0,\"resize_type.crop\":\"center\"", "40 30 1" },
    { "\"scale by multiplier\",\"resize_type.multiplier\":0.5", "20 15 1" },
    { "\"scale longer dimension\",\"resize_type.longer_size\":80", "80 60 1" },
    { "\"scale shorter dimension\",\"resize_type.shorter_size\":60", "80 60 1" },
    { "\"scale width\",\"resize_type.width\":10", "10 8 1" },
    { "\"scale height\",\"resize_type.height\":15", "20 15 1" },
    { "\"scale total pixels\",\"resize_type.megapixels\":0.01", "118 89 1" },
    { "\"match size\",\"resize_type.match\":[\"2\",0],\"resize_type.crop\":\"center\"", "7 9 1" },
    { "\"scale to multiple\",\"resize_type.multiple\":16", "32 16 1" } };
  g_autoptr (harness) h = harness_new ();
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *prompt = g_strdup_printf ("{" EMPTY ("1", "40", "30") "," EMPTY ("2", "7", "9") ",\"3\":{\"class_type\":\"ResizeImageMaskNode\",\"inputs\":{\"input\":[\"1\",0],\"scale_method\":\"area\",\"resize_type\":%s}}," SIZE_OF ("3") "}",
                                               cases[i].way);
    check_size (h, prompt, cases[i].wanted);
  }
  check_size (h, "{\"1\":{\"class_type\":\"SolidMask\",\"inputs\":{\"value\":1,\"width\":40,\"height\":30}},\"2\":{\"class_type\":\"ResizeImageMaskNode\",\"inputs\":{\"input\":[\"1\",0],\"scale_method\":\"bilinear\","
                 "\"resize_type\":\"scale width\",\"resize_type.width\":20}},\"3\":{\"class_type\":\"MaskToImage\",\"inputs\":{\"mask\":[\"2\",0]}}," SIZE_OF ("3") "}", "20 15 1");
}

TEST (any_number_of_pictures_become_one_batch_of_the_first_ones_size)
{
  g_autoptr (harness) h = harness_new ();
  check_size (h, "{" EMPTY ("1", "40", "30") "," EMPTY ("2", "7", "9") ",\"3\":{\"class_type\":\"BatchImagesNode\",\"inputs\":{\"images.image0\":[\"1\",0],\"images.image1\":[\"2\",0],\"images.image4\":[\"2\",0]}}," SIZE_OF ("3") "}", "40 30 3");
  CHECK (!harness_run (h, "{\"3\":{\"class_type\":\"BatchImagesNode\",\"inputs\":{}}," SIZE_OF ("3") "}"));
  CHECK (strstr (h->error->message, "no pictures are wired to it") != NULL);
}

TEST (sides_of_a_total_of_pixels_become_multiples_when_they_are_to)
{
  g_autoptr (harness) h = harness_new ();
  check_size (h, "{" EMPTY ("1", "40", "30") ",\"3\":{\"class_type\":\"ImageScaleToTotalPixels\",\"inputs\":{\"image\":[\"1\",0],\"upscale_method\":\"area\",\"megapixels\":0.01}}," SIZE_OF ("3") "}", "118 89 1");
  check_size (h, "{" EMPTY ("1", "40", "30") ",\"3\":{\"class_type\":\"ImageScaleToTotalPixels\",\"inputs\":{\"image\":[\"1\",0],\"upscale_method\":\"area\",\"megapixels\":0.01,\"resolution_steps\":64}}," SIZE_OF ("3") "}", "128 64 1");
  check_size (h, "{" EMPTY ("1", "4000", "1") ",\"3\":{\"class_type\":\"ImageScaleToTotalPixels\",\"inputs\":{\"image\":[\"1\",0],\"upscale_method\":\"nearest-exact\",\"megapixels\":0.01,\"resolution_steps\":8}}," SIZE_OF ("3") "}", "6480 8 1");
}

#define MANY(id, width, height, n) "\"" id "\":{\"class_type\":\"EmptyImage\",\"inputs\":{\"width\":" width ",\"height\":" height ",\"batch_size\":" n ",\"color\":255}}"
#define BLEND                      ",\"3\":{\"class_type\":\"ImageBlend\",\"inputs\":{\"image1\":[\"1\",0],\"image2\":[\"2\",0],\"blend_factor\":0.5,\"blend_mode\":\"normal\"}},"

TEST (one_picture_is_blended_with_each_of_many_on_either_side)
{
  g_autoptr (harness) h = harness_new ();
  check_size (h, "{" MANY ("1", "5", "3", "1") "," MANY ("2", "9", "9", "4") BLEND SIZE_OF ("3") "}", "5 3 4");
  check_size (h, "{" MANY ("1", "5", "3", "4") "," MANY ("2", "1", "1", "1") BLEND SIZE_OF ("3") "}", "5 3 4");
  CHECK (!harness_run (h, "{" MANY ("1", "5", "3", "2") "," MANY ("2", "5", "3", "3") BLEND SIZE_OF ("3") "}"));
  CHECK (strstr (h->error->message, "batches of 2 and 3 pictures") != NULL);
}

#define WITH_ALPHA(mask) MANY ("1", "5", "3", "1") ",\"4\":{\"class_type\":\"SolidMask\",\"inputs\":{\"value\":" mask ",\"width\":5,\"height\":3}},\"2\":{\"class_type\":\"JoinImageWithAlpha\",\"inputs\":{\"image\":[\"1\",0],\"alpha\":[\"4\",0]}}"

/* Where the channel of node 3's picture has the value of its lowest place. */
static float
channel_of (harness *h, const char *node, const char *channel)
{
  g_autofree char *prompt = g_strdup_printf ("{%s,\"5\":{\"class_type\":\"ImageToMask\",\"inputs\":{\"image\":[\"3\",0],\"channel\":\"%s\"}},\"6\":{\"class_type\":\"MaskToImage\",\"inputs\":{\"mask\":[\"5\",0]}},"
                                             "\"7\":{\"class_type\":\"SaveImage\",\"inputs\":{\"images\":[\"6\",0],\"filename_prefix\":\"channel\"}}}", node, channel);
  CHECK_OK (harness_run (h, prompt), h->error);
  const mk_json *file = mk_json_at (mk_json_get (mk_json_get (h->result.ui, "7"), "images"), 0);
  g_autofree char *path = g_build_filename (mk_test_folder (), mk_json_get_string (mk_json_get (file, "filename")), NULL), *bytes = NULL;
  gsize length;
  CHECK (g_file_get_contents (path, &bytes, &length, NULL));
  g_autoptr (mk_image) image = mk_png_decode (bytes, length, NULL);
  CHECK (image != NULL);
  return mk_image_read (image, 0)[0];
}

TEST (transparency_outlives_what_changes_colours_only)
{
  static const char *const changes[] = {
    "\"3\":{\"class_type\":\"ImageQuantize\",\"inputs\":{\"image\":[\"2\",0],\"colors\":4,\"dither\":\"none\"}}",
    "\"3\":{\"class_type\":\"ImageBlend\",\"inputs\":{\"image1\":[\"2\",0],\"image2\":[\"1\",0],\"blend_factor\":0.5,\"blend_mode\":\"screen\"}}",
    "\"3\":{\"class_type\":\"ImageScale\",\"inputs\":{\"image\":[\"2\",0],\"upscale_method\":\"lanczos\",\"width\":5,\"height\":3,\"crop\":\"disabled\"}}" };
  g_autoptr (harness) h = harness_new ();
  for (size_t i = 0; i < MK_COUNT (changes); i++) {
    g_autofree char *clear = g_strconcat (WITH_ALPHA ("1"), ",", changes[i], NULL), *half = g_strconcat (WITH_ALPHA ("0.6"), ",", changes[i], NULL);
    CHECK (channel_of (h, clear, "alpha") == 0);
    CHECK (channel_of (h, clear, "blue") == 1);
    CHECK (channel_of (h, half, "alpha") == 102 / 255.0f || channel_of (h, half, "alpha") == 101 / 255.0f);
  }
}

TEST (two_pictures_are_shown_behind_a_slider_and_a_list_is_made_of_what_is_wired)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_OK (harness_run (h, "{" MANY ("1", "5", "3", "2") ",\"3\":{\"class_type\":\"ImageCompare\",\"inputs\":{\"image_a\":[\"1\",0],\"compare_view\":{}}}}"), h->error);
  const mk_json *shown = mk_json_get (h->result.ui, "3");
  CHECK (mk_json_length (mk_json_get (shown, "a_images")) == 2 && mk_json_length (mk_json_get (shown, "b_images")) == 0);
  CHECK (g_str_has_prefix (mk_json_get_string (mk_json_get (mk_json_at (mk_json_get (shown, "a_images"), 0), "filename")), "comfy.compare.a_temp_"));
  check_size (h, "{" MANY ("1", "5", "3", "2") "," MANY ("2", "4", "4", "1") ",\"3\":{\"class_type\":\"CreateList\",\"inputs\":{\"inputs.input0\":[\"1\",0],\"inputs.input1\":[\"2\",0],\"inputs.input2\":[\"1\",0]}}," SIZE_OF ("3") "}",
              "5,4,5 3,4,3 2,1,2");
}
