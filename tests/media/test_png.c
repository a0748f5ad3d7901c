#include "check.h"
#include "media/png.h"

#include <string.h>
#include <sys/resource.h>

static mk_image *
ramp (int width, int height, int n_channels, int levels)
{
  mk_image *image = mk_image_new (1, height, width, n_channels, NULL);
  float *pixels = mk_image_write (image, 0);
  for (int i = 0; i < width * height * n_channels; i++)
    pixels[i] = (float)(i * 37 % (levels + 1)) / (float)levels;
  return image;
}

TEST (png_keeps_every_level_of_8_and_16_bits)
{
  for (int bits = 8; bits <= 16; bits += 8)
    for (int channels = 3; channels <= 4; channels++) {
      int levels = (1 << bits) - 1;
      g_autoptr (mk_image) image = ramp (61, 47, channels, levels);
      GError *error = NULL;
      GByteArray *bytes = mk_png_encode (image, 0, &(mk_png_options){ .bit_depth = bits }, &error);
      CHECK_OK (bytes, error);
      g_autoptr (mk_image) back = mk_png_decode (bytes->data, bytes->len, &error);
      CHECK_OK (back, error);
      CHECK_INT (back->n_channels, ==, channels);
      for (int i = 0; i < 61 * 47 * channels; i++)
        CHECK_NEAR (mk_image_read (back, 0)[i], mk_image_read (image, 0)[i], bits == 8 ? 1.01 / 255 : 1e-6);
      g_byte_array_unref (bytes);
    }
}

TEST (png_texts_come_back)
{
  g_autoptr (mk_image) image = ramp (4, 4, 3, 255);
  g_autoptr (mk_json) texts = mk_json_new_object ();
  mk_json *prompt = mk_json_new_object ();
  mk_json_set (prompt, "ä", mk_json_new_string ("\xf0\x9f\x98\x80"));
  mk_json_set (texts, "prompt", prompt);
  mk_json_set (texts, "sentence", mk_json_new_string ("ein Bär"));
  GByteArray *bytes = mk_png_encode (image, 0, &(mk_png_options){ .texts = texts }, NULL);
  g_autoptr (mk_json) back = mk_png_decode_texts (bytes->data, bytes->len, NULL);
  CHECK_STRING (mk_json_get_string (mk_json_get (back, "prompt")), "{\"\\u00e4\": \"\\ud83d\\ude00\"}");
  CHECK_STRING (mk_json_get_string (mk_json_get (back, "sentence")), "ein Bär");
  g_byte_array_unref (bytes);
}

static long
peak_kb (void)
{
  struct rusage usage;
  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST (png_that_claims_more_than_it_holds_costs_nothing)
{
  g_autoptr (mk_image) image = ramp (4, 4, 3, 255);
  GError *error = NULL;
  GByteArray *bytes = mk_png_encode (image, 0, NULL, &error);
  CHECK_OK (bytes, error);
  static const uint8_t half_a_gigabyte_of_text[] = { 0x20, 0, 0, 0, 't', 'E', 'X', 't', 'a', 0, 'b', 'c', 'd', 'e', 'f' };
  enum { END_OF_HEADER = 8 + 25 };
  GByteArray *hostile = g_byte_array_new ();
  g_byte_array_append (hostile, bytes->data, END_OF_HEADER);
  g_byte_array_append (hostile, half_a_gigabyte_of_text, sizeof half_a_gigabyte_of_text);
  long before = peak_kb ();
  CHECK_FAILS (mk_png_decode (hostile->data, hostile->len, &error), error, MK_ERROR_FORMAT);
  g_clear_error (&error);
  CHECK_FAILS (mk_png_decode_texts (hostile->data, hostile->len, &error), error, MK_ERROR_FORMAT);
  g_clear_error (&error);
  CHECK_INT (peak_kb () - before, <, 100000);
  g_byte_array_unref (hostile);
  g_byte_array_unref (bytes);
}

TEST (png_cut_anywhere_is_refused)
{
  g_autoptr (mk_image) image = ramp (9, 7, 3, 255);
  GByteArray *bytes = mk_png_encode (image, 0, NULL, NULL);
  for (guint length = 0; length + 12 < bytes->len; length++) {
    g_autoptr (GError) error = NULL;
    CHECK_FAILS (mk_png_decode (bytes->data, length, &error), error, MK_ERROR_FORMAT);
  }
  g_byte_array_unref (bytes);
}

TEST (png_that_claims_to_be_huge_is_refused)
{
  g_autoptr (mk_image) image = ramp (9, 7, 3, 255);
  GByteArray *bytes = mk_png_encode (image, 0, NULL, NULL);
  memcpy (bytes->data + 16, "\x7f\xff\xff\xff\x7f\xff\xff\xff", 8);
  g_autoptr (GError) error = NULL;
  CHECK_FAILS (mk_png_decode (bytes->data, bytes->len, &error), error, MK_ERROR_RANGE);
  g_byte_array_unref (bytes);
}
