/* audio_edit.c - one sound made, cut, taken apart, made louder. */
#include "nodes/audio/types.h"
#include "nodes/image/inputs.h"

#include <math.h>
#include <string.h>

static const mk_port audio_output[] = { { "AUDIO", "AUDIO" }, { 0 } };
static const mk_port empty_inputs[] = {
  { "duration", "FLOAT", "Duration of the empty audio clip in seconds", MK_DEFAULT (60), .extra_json = "{\"min\": 0.0, \"max\": 18446744073709551615, \"step\": 0.01}" },
  { "sample_rate", "INT", "Sample rate of the empty audio clip.", MK_DEFAULT (44100) },
  { "channels", "INT", "Number of audio channels (1 for mono, 2 for stereo).", .has_default = true, .has_range = true, .min = 1, .max = 2, .def = 2 },
  { 0 } };
static const mk_port trim_inputs[] = {
  { "audio", "AUDIO" },
  { "start_index", "FLOAT", "Start time in seconds, can be negative to count from the end (supports sub-seconds).", MK_DEFAULT (0), .extra_json = "{\"min\": -18446744073709551615.0, \"max\": 18446744073709551615, \"step\": 0.01}" },
  { "duration", "FLOAT", "Duration in seconds", MK_DEFAULT (60), .extra_json = "{\"min\": 0.0, \"step\": 0.01}" },
  { 0 } };
static const mk_port volume_inputs[] = {
  { "audio", "AUDIO" },
  { "volume", "INT", "Volume adjustment in decibels (dB). 0 = no change, +6 = double, -6 = half, etc", MK_DEFAULT (1), .extra_json = "{\"default\": 1.0, \"min\": -100, \"max\": 100}" },
  { 0 } };
static const mk_port split_inputs[] = { { "audio", "AUDIO" }, { 0 } };
static const mk_port split_outputs[] = { { "left", "AUDIO" }, { "right", "AUDIO" }, { 0 } };

static bool
run_empty (mk_run *run, GError **error)
{
  int64_t rate = mk_run_get_int (run, "sample_rate");
  double n = rint (mk_run_get_real (run, "duration") * (double)rate);
  if (rate < 1 || rate > MK_AUDIO_MAX_RATE)
    return mk_error (error, MK_ERROR_RANGE, "sample_rate %" G_GINT64_FORMAT " is not possible; it goes from 1 to %d", rate, MK_AUDIO_MAX_RATE);
  return mk_run_answer_audio (run, mk_audio_new (1, (int)mk_run_get_int (run, "channels"), n < 1e18 ? (int64_t)n : INT64_MAX, (int)rate, error));
}

/* Seconds to a sample within the sound; what is too far lies at its end. */
static int64_t
frame_at (const mk_audio *audio, double seconds)
{
  double at = rint (seconds * audio->sample_rate);
  return (int64_t)CLAMP (at, -(double)audio->n_samples, (double)audio->n_samples);
}

static bool
run_trim (mk_run *run, GError **error)
{
  mk_audio *audio = mk_run_get_audio (run, "audio", error);
  if (audio == NULL)
    return false;
  double start_s = mk_run_get_real (run, "start_index"), duration_s = mk_run_get_real (run, "duration");
  int64_t start = frame_at (audio, start_s);
  if (start_s < 0)
    start += audio->n_samples;
  start = CLAMP (start, 0, MAX (audio->n_samples - 1, 0));
  int64_t end = MIN (start + frame_at (audio, duration_s), audio->n_samples);
  if (start >= end)
    return mk_error (error, MK_ERROR_RANGE, "nothing is left of %.2f s from %.2f s for %.2f s: the start must come before the end", (double)audio->n_samples / audio->sample_rate, start_s, duration_s);
  return mk_run_answer_audio (run, mk_audio_slice (audio, start, end - start, error));
}

static mk_audio *
take_channel (const mk_audio *audio, int channel, GError **error)
{
  mk_audio *one = mk_audio_new (audio->n, 1, audio->n_samples, audio->sample_rate, error);
  for (int i = 0; one != NULL && audio->n_samples > 0 && i < audio->n; i++)
    memcpy (mk_audio_write (one, i, 0), mk_audio_read (audio, i, channel), (size_t)audio->n_samples * sizeof (float));
  return one;
}

static bool
run_split (mk_run *run, GError **error)
{
  mk_audio *audio = mk_run_get_audio (run, "audio", error);
  if (audio == NULL)
    return false;
  if (audio->n_channels != 2)
    return mk_error (error, MK_ERROR_TYPE, "audio: only a sound of 2 channels can be split, this has %d", audio->n_channels);
  g_autoptr (mk_audio) left = take_channel (audio, 0, error);
  mk_audio *right = left != NULL ? take_channel (audio, 1, error) : NULL;
  if (right == NULL)
    return false;
  mk_run_set_output (run, 0, mk_value_new_audio (g_steal_pointer (&left)));
  mk_run_set_output (run, 1, mk_value_new_audio (right));
  return true;
}

static bool
run_volume (mk_run *run, GError **error)
{
  mk_audio *audio = mk_run_get_audio (run, "audio", error);
  int64_t decibels = mk_run_get_int (run, "volume");
  if (audio == NULL || decibels == 0)
    return audio != NULL && mk_run_answer_audio (run, mk_audio_ref (audio));
  mk_audio *louder = mk_audio_new (audio->n, audio->n_channels, audio->n_samples, audio->sample_rate, error);
  if (louder == NULL)
    return false;
  float gain = (float)pow (10, (double)decibels / 20);
  const float *from = mk_buffer_read (audio->samples);
  float *to = mk_buffer_write (louder->samples);
  for (size_t i = 0; i < mk_buffer_size (audio->samples) / sizeof (float); i++)
    to[i] = from[i] * gain;
  return mk_run_answer_audio (run, louder);
}

const mk_node_def mk_node_empty_audio = { .id = "EmptyAudio", .label = "Empty Audio", .category = "audio", .python_module = "comfy_extras.nodes_audio", .inputs = empty_inputs, .outputs = audio_output, .flags = MK_NODE_NO_DISK_CACHE, .run = run_empty };
const mk_node_def mk_node_trim_audio_duration = { .id = "TrimAudioDuration", .label = "Trim Audio Duration", .category = "audio", .help = "Trim audio tensor into chosen time range.", .python_module = "comfy_extras.nodes_audio", .inputs = trim_inputs, .outputs = audio_output, .run = run_trim };
const mk_node_def mk_node_split_audio_channels = { .id = "SplitAudioChannels", .label = "Split Audio Channels", .category = "audio", .help = "Separates the audio into left and right channels.", .python_module = "comfy_extras.nodes_audio", .inputs = split_inputs, .outputs = split_outputs, .run = run_split };
const mk_node_def mk_node_audio_adjust_volume = { .id = "AudioAdjustVolume", .label = "Audio Adjust Volume", .category = "audio", .python_module = "comfy_extras.nodes_audio", .inputs = volume_inputs, .outputs = audio_output, .run = run_volume };
