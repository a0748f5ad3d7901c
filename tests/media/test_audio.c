#include "check.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "media/audio_file.h"
#include "media/metadata.h"

/* A tone of `hertz` on the left and silence on the right. */
static mk_audio *
make_tone (int rate, int64_t n, double hertz)
{
  mk_audio *audio = mk_audio_new (1, 2, n, rate, NULL);
  for (int64_t i = 0; i < n; i++)
    mk_audio_write (audio, 0, 0)[i] = 0.5f * (float)sin (2 * G_PI * hertz * (double)i / rate);
  return audio;
}

static double
loudness (const mk_audio *audio, int channel, int64_t from, int64_t to)
{
  double sum = 0;
  for (int64_t i = from; i < to; i++)
    sum += (double)mk_audio_read (audio, 0, channel)[i] * (double)mk_audio_read (audio, 0, channel)[i];
  return sqrt (sum / (double)(to - from));
}

TEST (flac_gives_back_every_sample_and_its_texts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_audio) tone = make_tone (44100, 10000, 440);
  g_autoptr (mk_json) texts = mk_json_new_object (), again = NULL;
  g_autofree char *path = g_build_filename (mk_test_folder (), "a.flac", NULL);
  mk_json_set (texts, "prompt", mk_json_new_string ("{\"1\": {}}"));
  CHECK_OK (mk_audio_write_file (tone, 0, path, &(mk_audio_options){ .texts = texts }, &error), error);
  g_autoptr (mk_audio) back = mk_audio_read_file (path, &again, &error);
  CHECK_OK (back != NULL, error);
  CHECK_INT (back->sample_rate, ==, 44100);
  CHECK_INT (back->n_channels, ==, 2);
  CHECK_INT (back->n_samples, ==, 10000);
  for (int64_t i = 0; i < 10000; i++)
    CHECK_NEAR (mk_audio_read (back, 0, 0)[i], mk_audio_read (tone, 0, 0)[i], 0.5 / 32768 + 1e-7);
  g_autoptr (mk_json) found = mk_metadata_read (path, &error);
  CHECK_OK (found != NULL, error);
  bool has_prompt = false;
  for (mk_json_iter i = mk_json_iterate (found); mk_json_next (&i);)
    has_prompt |= g_ascii_strcasecmp (i.key, "prompt") == 0 && g_str_equal (mk_json_get_string (i.value), "{\"1\": {}}");
  CHECK (has_prompt);
}

TEST (mp3_and_opus_sound_like_what_they_were_made_of)
{
  static const mk_audio_options options[] = { { .format = MK_AUDIO_MP3 }, { .format = MK_AUDIO_MP3, .bit_rate = 128000 }, { .format = MK_AUDIO_OPUS, .bit_rate = 96000 } };
  g_autoptr (mk_audio) tone = make_tone (44100, 44100, 440);
  for (size_t i = 0; i < MK_COUNT (options); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *name = g_strdup_printf ("a.%s", mk_audio_format_suffix (options[i].format)), *path = g_build_filename (mk_test_folder (), name, NULL);
    CHECK_OK (mk_audio_write_file (tone, 0, path, &options[i], &error), error);
    g_autoptr (mk_audio) back = mk_audio_read_file (path, NULL, &error);
    CHECK_OK (back != NULL, error);
    CHECK_INT (back->sample_rate, ==, options[i].format == MK_AUDIO_OPUS ? 48000 : 44100);
    CHECK_NEAR (loudness (back, 0, 10000, 30000), 0.5 / sqrt (2), 0.03);
    CHECK_NEAR (loudness (back, 1, 10000, 30000), 0, 0.01);
  }
}

TEST (equal_sounds_give_equal_files)
{
  g_autoptr (mk_audio) tone = make_tone (48000, 20000, 700);
  for (int format = MK_AUDIO_FLAC; format <= MK_AUDIO_OPUS; format++) {
    g_autofree char *one = g_build_filename (mk_test_folder (), "1", NULL), *two = g_build_filename (mk_test_folder (), "2", NULL), *a = NULL, *b = NULL;
    size_t n_a, n_b;
    CHECK (mk_audio_write_file (tone, 0, one, &(mk_audio_options){ .format = (mk_audio_format)format }, NULL) && mk_audio_write_file (tone, 0, two, &(mk_audio_options){ .format = (mk_audio_format)format }, NULL));
    CHECK (mk_file_read (one, 0, &a, &n_a, NULL) && mk_file_read (two, 0, &b, &n_b, NULL));
    CHECK (n_a == n_b && memcmp (a, b, n_a) == 0);
  }
}

TEST (another_rate_keeps_the_tone)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_audio) tone = make_tone (44100, 44100, 1000);
  g_autoptr (mk_audio) other = mk_audio_resample (tone, 16000, &error);
  CHECK_OK (other != NULL, error);
  CHECK_INT (other->n_samples, ==, 16000);
  for (int64_t i = 1000; i < 15000; i++)
    CHECK_NEAR (mk_audio_read (other, 0, 0)[i], 0.5 * sin (2 * G_PI * 1000 * (double)i / 16000), 2e-3);
}

TEST (what_is_no_sound_says_so)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (mk_test_folder (), "a.flac", NULL);
  CHECK (g_file_set_contents (path, "#EXTM3U\nfile:///etc/passwd\n", -1, NULL));
  CHECK_FAILS (mk_audio_read_file (path, NULL, &error), error, MK_ERROR_FORMAT);
  g_clear_error (&error);
  CHECK_FAILS (mk_audio_new (1, 2, INT64_MAX, 44100, &error), error, MK_ERROR_LIMIT);
}
