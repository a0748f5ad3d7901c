/* audio_combine.c - two sounds, one after the other or at once. */
#include "nodes/audio/types.h"
#include "nodes/image/inputs.h"

#include <math.h>
#include <string.h>

static const char *const directions[] = { "after", "before", NULL };
static const char *const merge_ways[] = { "add", "mean", "subtract", "multiply", NULL };
static const mk_port outputs[] = { { "AUDIO", "AUDIO" }, { 0 } };
static const mk_port concat_inputs[] = {
  { "audio1", "AUDIO" },
  { "audio2", "AUDIO" },
  { "direction", "COMBO", "Whether to append audio2 after or before audio1.", MK_TEXT ("after"), .options = directions },
  { 0 } };
static const mk_port merge_inputs[] = {
  { "audio1", "AUDIO" },
  { "audio2", "AUDIO" },
  { "merge_method", "COMBO", "The method used to combine the audio waveforms.", .options = merge_ways },
  { 0 } };

/* The two at the higher rate; concatenation spreads mono to stereo as well. */
static bool
get_pair (mk_run *run, bool is_stereo, mk_audio **a, mk_audio **b, GError **error)
{
  mk_audio *first = mk_run_get_audio (run, "audio1", error), *second = first != NULL ? mk_run_get_audio (run, "audio2", error) : NULL;
  if (second == NULL)
    return false;
  int rate = MAX (first->sample_rate, second->sample_rate);
  g_autoptr (mk_audio) wide1 = is_stereo && first->n_channels == 1 ? mk_audio_spread (first, 2, error) : mk_audio_ref (first);
  g_autoptr (mk_audio) wide2 = is_stereo && second->n_channels == 1 ? mk_audio_spread (second, 2, error) : mk_audio_ref (second);
  g_autoptr (mk_audio) one = wide1 != NULL ? mk_audio_resample (wide1, rate, error) : NULL;
  g_autoptr (mk_audio) two = wide2 != NULL && one != NULL ? mk_audio_resample (wide2, rate, error) : NULL;
  if (two == NULL)
    return false;
  *a = g_steal_pointer (&one);
  *b = g_steal_pointer (&two);
  return true;
}

static mk_audio *
join (const mk_audio *a, const mk_audio *b, GError **error)
{
  if (a->n_channels != b->n_channels || a->n != b->n) {
    mk_error (error, MK_ERROR_TYPE, "sounds of %d and %d channels, %d and %d in a batch, cannot follow each other", a->n_channels, b->n_channels, a->n, b->n);
    return NULL;
  }
  mk_audio *both = mk_audio_new (a->n, a->n_channels, a->n_samples + b->n_samples, a->sample_rate, error);
  for (int i = 0; both != NULL && both->n_samples > 0 && i < a->n; i++)
    for (int c = 0; c < a->n_channels; c++) {
      float *to = mk_audio_write (both, i, c);
      memcpy (to, mk_audio_read (a, i, c), (size_t)a->n_samples * sizeof (float));
      memcpy (to + a->n_samples, mk_audio_read (b, i, c), (size_t)b->n_samples * sizeof (float));
    }
  return both;
}

static bool
run_concat (mk_run *run, GError **error)
{
  g_autoptr (mk_audio) a = NULL, b = NULL;
  if (!get_pair (run, true, &a, &b, error))
    return false;
  bool is_before = mk_run_get_choice (run, "direction", directions) == 1;
  return mk_run_answer_audio (run, is_before ? join (b, a, error) : join (a, b, error));
}

static float
merge (int way, float a, float b)
{
  switch (way) {
  case 0: return a + b;
  case 1: return (a + b) / 2;
  case 2: return a - b;
  default: return a * b;
  }
}

/* As long as the first; the second, when shorter, is followed by silence. What is too loud is made quieter as a whole. */
static mk_audio *
merge_all (const mk_audio *a, const mk_audio *b, int way, GError **error)
{
  int channels = MAX (a->n_channels, b->n_channels), n = MAX (a->n, b->n);
  bool fits = (a->n_channels == channels || a->n_channels == 1) && (b->n_channels == channels || b->n_channels == 1) && (a->n == n || a->n == 1) && (b->n == n || b->n == 1);
  if (!fits) {
    mk_error (error, MK_ERROR_TYPE, "sounds of %d and %d channels, %d and %d in a batch, cannot be merged", a->n_channels, b->n_channels, a->n, b->n);
    return NULL;
  }
  mk_audio *both = mk_audio_new (n, channels, a->n_samples, a->sample_rate, error);
  float peak = 0;
  for (int i = 0; both != NULL && both->n_samples > 0 && i < n; i++)
    for (int c = 0; c < channels; c++) {
      const float *one = mk_audio_read (a, i % a->n, c % a->n_channels), *two = mk_audio_read (b, i % b->n, c % b->n_channels);
      float *to = mk_audio_write (both, i, c);
      for (int64_t k = 0; k < both->n_samples; k++) {
        to[k] = merge (way, one[k], k < b->n_samples ? two[k] : 0);
        peak = MAX (peak, fabsf (to[k]));
      }
    }
  float *all = both != NULL ? mk_buffer_write (both->samples) : NULL;
  for (size_t k = 0; peak > 1 && k < mk_buffer_size (both->samples) / sizeof (float); k++)
    all[k] /= peak;
  return both;
}

static bool
run_merge (mk_run *run, GError **error)
{
  g_autoptr (mk_audio) a = NULL, b = NULL;
  return get_pair (run, false, &a, &b, error) && mk_run_answer_audio (run, merge_all (a, b, mk_run_get_choice (run, "merge_method", merge_ways), error));
}

const mk_node_def mk_node_audio_concat = { .id = "AudioConcat", .label = "Audio Concat", .category = "audio", .help = "Concatenates the audio1 to audio2 in the specified direction.", .python_module = "comfy_extras.nodes_audio", .inputs = concat_inputs, .outputs = outputs, .run = run_concat };
const mk_node_def mk_node_audio_merge = { .id = "AudioMerge", .label = "Audio Merge", .category = "audio", .help = "Combine two audio tracks by overlaying their waveforms.", .python_module = "comfy_extras.nodes_audio", .inputs = merge_inputs, .outputs = outputs, .run = run_merge };
