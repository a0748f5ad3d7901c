/* audio.h - sound as a value.
 *
 * Purpose   What ComfyUI calls AUDIO: a batch of sounds with one rate and one number of channels.
 * Shape     n × n_channels × n_samples, each channel in one piece; -1..1, louder is allowed until it is written.
 * Threads   Immutable once shared; writing is for the sole owner.
 * Memory    Reference counted.
 * Tests     tests/media/test_audio.c
 */
#pragma once
#include "base/base.h"

typedef struct {
  int n, n_channels, sample_rate;
  int64_t n_samples;
  mk_buffer *samples; /* float */
  int n_refs;         /* atomic; not for callers */
} mk_audio;

#define MK_AUDIO_MAX_CHANNELS 8
#define MK_AUDIO_MAX_RATE 768000
/* Floats in one value: an hour and a half of stereo at 96 kHz. */
#define MK_AUDIO_MAX_FLOATS ((int64_t)1 << 30)

/* Silence; RANGE when a size is not possible, MEMORY when refused. `n_samples` may be 0. */
mk_audio *mk_audio_new (int n, int n_channels, int64_t n_samples, int sample_rate, GError **error);
mk_audio *mk_audio_ref (mk_audio *audio);
void      mk_audio_unref (mk_audio *audio); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_audio, mk_audio_unref)

/* The first float of a channel of sound `index`; the second form only for the sole owner. */
static inline const float *
mk_audio_read (const mk_audio *audio, int index, int channel)
{
  return (const float *)mk_buffer_read (audio->samples) + ((int64_t)index * audio->n_channels + channel) * audio->n_samples;
}
static inline float *
mk_audio_write (mk_audio *audio, int index, int channel)
{
  return (float *)mk_buffer_write (audio->samples) + ((int64_t)index * audio->n_channels + channel) * audio->n_samples;
}

/* A new reference. Samples `first` .. first + n - 1, which must lie inside. */
mk_audio *mk_audio_slice (mk_audio *audio, int64_t first, int64_t n, GError **error);
/* A new reference. Mono becomes `n_channels` equal channels; anything else must have them already. */
mk_audio *mk_audio_spread (mk_audio *audio, int n_channels, GError **error);
/* A new reference at another rate: a windowed sinc, number for number as torchaudio's `resample` with its defaults
 * (J. O. Smith, "Digital Audio Resampling", https://ccrma.stanford.edu/~jos/resample/). */
mk_audio *mk_audio_resample (mk_audio *audio, int sample_rate, GError **error);
