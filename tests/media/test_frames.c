#include "check.h"

#include <string.h>

#include "media/frames.h"
#include "media/picture.h"

/* `n` pictures of one colour each, brighter and brighter. */
static mk_image *
make_film (int n, int n_channels)
{
  mk_image *film = mk_image_new (n, 6, 10, n_channels, NULL);
  for (int i = 0; i < n; i++)
    for (int k = 0; k < 6 * 10 * n_channels; k++)
      mk_image_write (film, i)[k] = n_channels == 4 && k % 4 == 3 ? 128 / 255.0f : (float)(50 * i + 20) / 255;
  return film;
}

static void
check_film (const GByteArray *bytes, const mk_image *film)
{
  g_autoptr (GError) error = NULL;
  CHECK (mk_frames_is (bytes->data, bytes->len));
  g_autoptr (mk_image) back = mk_picture_decode (bytes->data, bytes->len, &error);
  CHECK_OK (back != NULL, error);
  CHECK_INT (back->n, ==, film->n);
  CHECK_INT (back->width, ==, 10);
  CHECK_INT (back->n_channels, ==, film->n_channels);
  for (int i = 0; i < film->n; i++)
    CHECK_NEAR (mk_image_read (back, i)[30 * film->n_channels], mk_image_read (film, i)[0], 1e-6);
}

TEST (an_apng_gives_back_its_frames_and_texts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_json) texts = mk_json_new_object ();
  mk_json_set (texts, "prompt", mk_json_new_string ("{\"1\": {}}"));
  g_autoptr (mk_image) film = make_film (4, 3);
  g_autoptr (GByteArray) bytes = mk_apng_encode (film, &(mk_apng_options){ .frame_ms = 100, .compression = 4, .texts = texts }, &error);
  CHECK_OK (bytes != NULL, error);
  check_film (bytes, film);
  g_autoptr (mk_json) again = mk_picture_decode_texts (bytes->data, bytes->len, &error);
  CHECK_STRING (mk_json_get_string (mk_json_get (again, "prompt")), "{\"1\": {}}");
}

TEST (a_lossless_webp_film_gives_back_its_frames_and_texts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_json) texts = mk_json_new_object ();
  mk_json_set (texts, "prompt", mk_json_new_string ("{\"1\": {}}"));
  g_autoptr (mk_image) film = make_film (4, 3);
  g_autoptr (GByteArray) bytes = mk_webp_film_encode (film, &(mk_webp_film_options){ .frame_ms = 100, .is_lossless = true, .quality = 80, .method = 4, .texts = texts }, &error);
  CHECK_OK (bytes != NULL, error);
  check_film (bytes, film);
  g_autoptr (mk_json) again = mk_picture_decode_texts (bytes->data, bytes->len, &error);
  CHECK_STRING (mk_json_get_string (mk_json_get (again, "prompt")), "{\"1\": {}}");
}

TEST (films_keep_what_is_transparent)
{
  g_autoptr (mk_image) film = make_film (2, 4);
  g_autoptr (GByteArray) bytes = mk_apng_encode (film, &(mk_apng_options){ .frame_ms = 100, .compression = 4 }, NULL);
  check_film (bytes, film);
}

TEST (a_gif_and_a_bmp_are_pictures)
{
  static const uint8_t gif[] = { 'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b };
  static const uint8_t bmp[58] = { 'B', 'M', 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, [34] = 4, [54] = 0, 255, 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_image) red = mk_picture_decode (gif, sizeof gif, &error);
  CHECK_OK (red != NULL, error);
  CHECK_NEAR (mk_image_read (red, 0)[0], 1, 1e-6);
  CHECK_NEAR (mk_image_read (red, 0)[1], 0, 1e-6);
  g_autoptr (mk_image) green = mk_picture_decode (bmp, sizeof bmp, &error);
  CHECK_OK (green != NULL, error);
  CHECK_NEAR (mk_image_read (green, 0)[1], 1, 1e-6);
  CHECK_FAILS (mk_picture_decode (gif, 15, &error), error, MK_ERROR_FORMAT);
}
