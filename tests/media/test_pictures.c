#include "check.h"
#include "media/exif.h"
#include "media/jpeg.h"
#include "media/picture.h"
#include "media/png.h"
#include "media/webp.h"

#include <math.h>

/* Smooth, so that lossy codecs stay near. */
static mk_image *
slope (int width, int height, int n_channels)
{
  mk_image *image = mk_image_new (1, height, width, n_channels, NULL);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < n_channels; c++)
        mk_image_write (image, 0)[(y * width + x) * n_channels + c] = (float)(x + y * (c + 1)) / (float)(width + height * n_channels);
  return image;
}

static double
mean_difference (const mk_image *a, const mk_image *b)
{
  double sum = 0;
  size_t n = mk_image_n_bytes (a) / sizeof (float);
  CHECK_INT (mk_image_n_bytes (a), ==, mk_image_n_bytes (b));
  for (size_t i = 0; i < n; i++)
    sum += fabs ((double)(mk_image_read (a, 0)[i] - mk_image_read (b, 0)[i]));
  return sum / (double)n;
}

TEST (jpeg_stays_near_and_small)
{
  GError *error = NULL;
  g_autoptr (mk_image) image = slope (97, 61, 3);
  GByteArray *bytes = mk_jpeg_encode (image, 0, 95, &error);
  CHECK_OK (bytes, error);
  g_autoptr (mk_image) back = mk_picture_decode (bytes->data, bytes->len, &error);
  CHECK_OK (back, error);
  CHECK_REAL (mean_difference (image, back), <, 0.01);
  CHECK_INT (bytes->len, <, 97 * 61);
  g_byte_array_unref (bytes);
}

TEST (webp_without_loss_is_exact_and_keeps_texts)
{
  GError *error = NULL;
  for (int channels = 3; channels <= 4; channels++) {
    g_autoptr (mk_image) image = slope (33, 21, channels);
    if (channels == 4) /* of what is clear only the alpha counts */
      for (int i = 0; i < 33 * 21; i++)
        mk_image_write (image, 0)[4 * i + 3] = 0.5f;
    g_autoptr (mk_json) texts = mk_json_new_object ();
    mk_json_set (texts, "prompt", mk_json_new_string ("{\"1\": 2}"));
    mk_json_set (texts, "workflow", mk_json_new_string ("{\"a:b\": 3}"));
    GByteArray *bytes = mk_webp_encode (image, 0, &(mk_webp_options){ .is_lossless = true, .texts = texts }, &error);
    CHECK_OK (bytes, error);
    g_autoptr (mk_image) back = mk_picture_decode (bytes->data, bytes->len, &error);
    CHECK_OK (back, error);
    CHECK_REAL (mean_difference (image, back), <, 0.5 / 255);
    g_autoptr (mk_json) kept = mk_picture_decode_texts (bytes->data, bytes->len, &error);
    CHECK (mk_json_equal (kept, texts));
    g_byte_array_unref (bytes);
  }
}

TEST (pictures_cut_anywhere_are_refused_or_whole_but_never_worse)
{
  g_autoptr (mk_image) image = slope (24, 24, 3);
  GByteArray *files[] = { mk_jpeg_encode (image, 0, 80, NULL), mk_webp_encode (image, 0, NULL, NULL) };
  for (size_t f = 0; f < 2; f++)
    for (guint length = 0; length < files[f]->len; length++) {
      g_autofree uint8_t *cut = g_memdup2 (files[f]->data, length);
      g_autoptr (GError) error = NULL;
      g_autoptr (mk_image) back = mk_picture_decode (cut, length, &error);
      CHECK ((back == NULL) == (error != NULL));
    }
  g_byte_array_unref (files[0]);
  g_byte_array_unref (files[1]);
}

TEST (a_file_of_tables_or_of_absurd_size_is_no_picture)
{
  static const uint8_t tables[] = { 0xff, 0xd8, 0xff, 0xdb, 0, 67, 0, /* a table of 64 */ [71] = 0xff, 0xd9 };
  static const uint8_t huge[33] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\0\0\xea\x60\x08\x02";
  GError *error = NULL;
  CHECK_FAILS (mk_jpeg_decode (tables, sizeof tables, &error) != NULL, error, MK_ERROR_FORMAT);
  g_clear_error (&error);
  CHECK_FAILS (mk_png_decode (huge, sizeof huge, &error) != NULL, error, MK_ERROR_RANGE);
  CHECK_STRING (error->message, "an image of 2147483647×60000 is not possible; sides go from 1 to 16384");
  g_clear_error (&error);
}

TEST (orientations_turn_pictures_upright)
{
  /* A picture of 2×1: dark left, bright right, stored in each of the eight ways. */
  static const struct {
    int orientation, width;
    float first; /* top left pixel as it shall be seen */
  } cases[] = { { 1, 2, 0 }, { 2, 2, 1 }, { 3, 2, 1 }, { 4, 2, 0 }, { 5, 1, 0 }, { 6, 1, 0 }, { 7, 1, 1 }, { 8, 1, 1 } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autoptr (mk_image) stored = mk_image_new (1, 1, 2, 1, NULL);
    mk_image_write (stored, 0)[1] = 1;
    g_autoptr (mk_image) seen = mk_image_turn_exif (stored, cases[i].orientation, NULL);
    CHECK_INT (seen->width, ==, cases[i].width);
    CHECK_REAL (mk_image_read (seen, 0)[0], ==, cases[i].first);
  }
}

TEST (hostile_exif_says_upright)
{
  static const uint8_t bad[] = { 'I', 'I', '*', 0, 0xff, 0xff, 0xff, 0xff, 1, 0 };
  for (size_t length = 0; length <= sizeof bad; length++)
    CHECK_INT (mk_exif_get_orientation (bad, length), ==, 1);
}
