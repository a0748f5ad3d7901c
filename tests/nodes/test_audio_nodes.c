#include "harness.h"

#include "media/audio_file.h"
#include "media/video.h"

#include <math.h>
#include <string.h>

/* A WAV with 16 bits: a tone on the left, silence on the right. */
static void
write_wav (const char *name, int rate, int n, int n_channels)
{
  GByteArray *bytes = g_byte_array_new ();
  uint32_t n_bytes = (uint32_t)(n * n_channels * 2);
  const uint32_t head[11] = { 0x46464952, 36 + n_bytes, 0x45564157, 0x20746d66, 16, (uint32_t)n_channels << 16 | 1, (uint32_t)rate, (uint32_t)(rate * n_channels * 2), 16u << 16 | (uint32_t)(n_channels * 2), 0x61746164, n_bytes };
  g_byte_array_append (bytes, (const guint8 *)head, sizeof head);
  for (int i = 0; i < n; i++)
    for (int c = 0; c < n_channels; c++) {
      int16_t v = c == 0 ? (int16_t)(16384 * sin (i * 0.05)) : 0;
      g_byte_array_append (bytes, (const guint8 *)&v, 2);
    }
  g_autofree char *path = g_build_filename (mk_test_folder (), name, NULL);
  CHECK (g_file_set_contents (path, (const char *)bytes->data, bytes->len, NULL));
  g_byte_array_unref (bytes);
}

static mk_audio *
saved (harness *h, const char *id)
{
  GError *error = NULL;
  const mk_json *file = mk_json_at (mk_json_get (mk_json_get (h->result.ui, id), "audio"), 0);
  g_autofree char *path = g_build_filename (mk_test_folder (), mk_json_get_string (mk_json_get (file, "subfolder")), mk_json_get_string (mk_json_get (file, "filename")), NULL);
  mk_audio *audio = mk_audio_read_file (path, NULL, &error);
  CHECK_OK (audio != NULL, error);
  return audio;
}

#define SAVED(from, slot) "\"9\":{\"class_type\":\"SaveAudio\",\"inputs\":{\"audio\":[\"" from "\"," #slot "],\"filename_prefix\":\"audio/x\"}}}"

TEST (a_sound_is_loaded_and_saved_under_comfyuis_names)
{
  g_autoptr (harness) h = harness_new ();
  write_wav ("a.wav", 22050, 4000, 2);
  CHECK_OK (harness_run (h, "{\"1\":{\"class_type\":\"LoadAudio\",\"inputs\":{\"audio\":\"a.wav\"}}," SAVED ("1", 0)), h->error);
  const mk_json *file = mk_json_at (mk_json_get (mk_json_get (h->result.ui, "9"), "audio"), 0);
  CHECK_STRING (mk_json_get_string (mk_json_get (file, "filename")), "x_00001_.flac");
  CHECK_STRING (mk_json_get_string (mk_json_get (file, "subfolder")), "audio");
  g_autoptr (mk_audio) back = saved (h, "9");
  CHECK_INT (back->n_samples, ==, 4000);
  CHECK_NEAR (mk_audio_read (back, 0, 0)[31], 0.5 * sin (31 * 0.05), 1e-4);
}

TEST (sounds_are_cut_from_the_start_and_from_the_end)
{
  g_autoptr (harness) h = harness_new ();
  write_wav ("a.wav", 1000, 4000, 2);
  CHECK_OK (harness_run (h, "{\"1\":{\"class_type\":\"LoadAudio\",\"inputs\":{\"audio\":\"a.wav\"}},\"2\":{\"class_type\":\"TrimAudioDuration\",\"inputs\":{\"audio\":[\"1\",0],\"start_index\":-1.5,\"duration\":1}}," SAVED ("2", 0)), h->error);
  g_autoptr (mk_audio) back = saved (h, "9");
  CHECK_INT (back->n_samples, ==, 1000);
  CHECK_NEAR (mk_audio_read (back, 0, 0)[7], 0.5 * sin (2507 * 0.05), 1e-4);
  CHECK (!harness_run (h, "{\"1\":{\"class_type\":\"LoadAudio\",\"inputs\":{\"audio\":\"a.wav\"}},\"2\":{\"class_type\":\"TrimAudioDuration\",\"inputs\":{\"audio\":[\"1\",0],\"start_index\":1,\"duration\":0}}," SAVED ("2", 0)));
}

TEST (sounds_are_joined_at_the_higher_rate_and_mono_becomes_stereo)
{
  g_autoptr (harness) h = harness_new ();
  write_wav ("a.wav", 8000, 800, 2);
  write_wav ("b.wav", 16000, 1600, 1);
  CHECK_OK (harness_run (h, "{\"1\":{\"class_type\":\"LoadAudio\",\"inputs\":{\"audio\":\"a.wav\"}},\"2\":{\"class_type\":\"LoadAudio\",\"inputs\":{\"audio\":\"b.wav\"}},"
    "\"3\":{\"class_type\":\"AudioConcat\",\"inputs\":{\"audio1\":[\"1\",0],\"audio2\":[\"2\",0],\"direction\":\"after\"}}," SAVED ("3", 0)), h->error);
  g_autoptr (mk_audio) back = saved (h, "9");
  CHECK_INT (back->sample_rate, ==, 16000);
  CHECK_INT (back->n_samples, ==, 3200);
  CHECK_NEAR (mk_audio_read (back, 0, 1)[1600 + 40], 0.5 * sin (40 * 0.05), 1e-4);
}

TEST (merged_sounds_are_never_too_loud)
{
  g_autoptr (harness) h = harness_new ();
  write_wav ("a.wav", 8000, 800, 2);
  CHECK_OK (harness_run (h, "{\"1\":{\"class_type\":\"LoadAudio\",\"inputs\":{\"audio\":\"a.wav\"}},\"2\":{\"class_type\":\"AudioAdjustVolume\",\"inputs\":{\"audio\":[\"1\",0],\"volume\":6}},"
    "\"3\":{\"class_type\":\"AudioMerge\",\"inputs\":{\"audio1\":[\"1\",0],\"audio2\":[\"2\",0],\"merge_method\":\"add\"}}," SAVED ("3", 0)), h->error);
  g_autoptr (mk_audio) back = saved (h, "9");
  float peak = 0;
  for (int i = 0; i < 800; i++)
    peak = MAX (peak, fabsf (mk_audio_read (back, 0, 0)[i]));
  CHECK_NEAR (peak, 1, 1e-3);
}

TEST (stereo_is_split_and_mono_is_not)
{
  g_autoptr (harness) h = harness_new ();
  write_wav ("a.wav", 8000, 800, 2);
  CHECK_OK (harness_run (h, "{\"1\":{\"class_type\":\"LoadAudio\",\"inputs\":{\"audio\":\"a.wav\"}},\"2\":{\"class_type\":\"SplitAudioChannels\",\"inputs\":{\"audio\":[\"1\",0]}}," SAVED ("2", 1)), h->error);
  g_autoptr (mk_audio) back = saved (h, "9");
  CHECK_INT (back->n_channels, ==, 1);
  CHECK_NEAR (mk_audio_read (back, 0, 0)[40], 0, 1e-6);
  CHECK (!harness_run (h, "{\"1\":{\"class_type\":\"EmptyAudio\",\"inputs\":{\"duration\":1,\"sample_rate\":8000,\"channels\":1}},\"2\":{\"class_type\":\"SplitAudioChannels\",\"inputs\":{\"audio\":[\"1\",0]}}," SAVED ("2", 1)));
  CHECK (strstr (h->error->message, "2 channels") != NULL);
}

TEST (mp3_opus_and_previews_are_written)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_OK (harness_run (h, "{\"1\":{\"class_type\":\"EmptyAudio\",\"inputs\":{\"duration\":0.5,\"sample_rate\":44100,\"channels\":2}},"
    "\"2\":{\"class_type\":\"SaveAudioMP3\",\"inputs\":{\"audio\":[\"1\",0],\"filename_prefix\":\"x\",\"quality\":\"V0\"}},"
    "\"3\":{\"class_type\":\"SaveAudioOpus\",\"inputs\":{\"audio\":[\"1\",0],\"filename_prefix\":\"x\",\"quality\":\"128k\"}},"
    "\"4\":{\"class_type\":\"PreviewAudio\",\"inputs\":{\"audio\":[\"1\",0]}}}"), h->error);
  g_autoptr (mk_audio) mp3 = saved (h, "2"), opus = saved (h, "3"), preview = saved (h, "4");
  CHECK_INT (mp3->sample_rate, ==, 44100);
  CHECK_INT (opus->sample_rate, ==, 48000);
  CHECK_INT (preview->n_samples, ==, 22050);
}

TEST (a_film_keeps_its_sound)
{
  g_autoptr (harness) h = harness_new ();
  write_wav ("a.wav", 44100, 44100, 2);
  CHECK_OK (harness_run (h, "{\"1\":{\"class_type\":\"LoadAudio\",\"inputs\":{\"audio\":\"a.wav\"}},\"2\":{\"class_type\":\"EmptyImage\",\"inputs\":{\"width\":32,\"height\":32,\"batch_size\":5,\"color\":255}},"
    "\"3\":{\"class_type\":\"CreateVideo\",\"inputs\":{\"images\":[\"2\",0],\"fps\":10,\"audio\":[\"1\",0]}},"
    "\"4\":{\"class_type\":\"SaveVideo\",\"inputs\":{\"video\":[\"3\",0],\"filename_prefix\":\"f\",\"format\":\"mp4\",\"codec\":\"h264\"}}}"), h->error);
  CHECK_OK (harness_run (h, "{\"1\":{\"class_type\":\"LoadVideo\",\"inputs\":{\"file\":\"f_00001_.mp4\"}},\"2\":{\"class_type\":\"GetVideoComponents\",\"inputs\":{\"video\":[\"1\",0]}},"
    "\"3\":{\"class_type\":\"SaveVideo\",\"inputs\":{\"video\":[\"1\",0],\"filename_prefix\":\"g\",\"format\":\"webm\",\"codec\":\"auto\"}}," SAVED ("2", 1)), h->error);
  g_autoptr (mk_audio) back = saved (h, "9");
  CHECK_INT (back->sample_rate, ==, 44100);
  CHECK_NEAR ((double)back->n_samples / 44100, 0.5, 0.05);
  double sum = 0;
  for (int i = 5000; i < 15000; i++)
    sum += (double)mk_audio_read (back, 0, 0)[i] * (double)mk_audio_read (back, 0, 0)[i];
  CHECK_NEAR (sqrt (sum / 10000), 0.5 / sqrt (2), 0.02);
  g_autofree char *webm = g_build_filename (mk_test_folder (), "g_00001_.webm", NULL);
  g_autoptr (mk_audio) of_webm = mk_audio_read_film (webm, NULL);
  CHECK (of_webm != NULL && of_webm->sample_rate == 48000);
}
