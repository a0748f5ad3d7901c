#include "media/audio.h"

#include <math.h>
#include <string.h>

mk_audio *
mk_audio_new (int n, int n_channels, int64_t n_samples, int sample_rate, GError **error)
{
  if (n < 1 || n_channels < 1 || n_channels > MK_AUDIO_MAX_CHANNELS || sample_rate < 1 || sample_rate > MK_AUDIO_MAX_RATE || n_samples < 0) {
    mk_error (error, MK_ERROR_RANGE, "a sound has 1..%d channels and 1..%d samples a second, not %d and %d", MK_AUDIO_MAX_CHANNELS, MK_AUDIO_MAX_RATE, n_channels, sample_rate);
    return NULL;
  }
  if (n_samples > MK_AUDIO_MAX_FLOATS / n / n_channels) {
    mk_error (error, MK_ERROR_LIMIT, "%d sounds of %.0f s do not fit in memory at once", n, (double)n_samples / sample_rate);
    return NULL;
  }
  mk_buffer *samples = mk_buffer_new ((size_t)(n_samples * n * n_channels) * sizeof (float), error);
  if (samples == NULL)
    return NULL;
  mk_audio *audio = g_new (mk_audio, 1);
  *audio = (mk_audio){ .n = n, .n_channels = n_channels, .sample_rate = sample_rate, .n_samples = n_samples, .samples = samples, .n_refs = 1 };
  return audio;
}

mk_audio *
mk_audio_ref (mk_audio *audio)
{
  __atomic_fetch_add (&audio->n_refs, 1, __ATOMIC_RELAXED);
  return audio;
}

void
mk_audio_unref (mk_audio *audio)
{
  if (audio == NULL || __atomic_fetch_sub (&audio->n_refs, 1, __ATOMIC_ACQ_REL) > 1)
    return;
  mk_buffer_unref (audio->samples);
  g_free (audio);
}

mk_audio *
mk_audio_slice (mk_audio *audio, int64_t first, int64_t n, GError **error)
{
  if (first == 0 && n == audio->n_samples)
    return mk_audio_ref (audio);
  mk_audio *part = mk_audio_new (audio->n, audio->n_channels, n, audio->sample_rate, error);
  for (int i = 0; part != NULL && n > 0 && i < audio->n; i++)
    for (int c = 0; c < audio->n_channels; c++)
      memcpy (mk_audio_write (part, i, c), mk_audio_read (audio, i, c) + first, (size_t)n * sizeof (float));
  return part;
}

mk_audio *
mk_audio_spread (mk_audio *audio, int n_channels, GError **error)
{
  if (audio->n_channels == n_channels)
    return mk_audio_ref (audio);
  if (audio->n_channels != 1) {
    mk_error (error, MK_ERROR_TYPE, "a sound of %d channels cannot become one of %d", audio->n_channels, n_channels);
    return NULL;
  }
  mk_audio *wide = mk_audio_new (audio->n, n_channels, audio->n_samples, audio->sample_rate, error);
  for (int i = 0; wide != NULL && audio->n_samples > 0 && i < audio->n; i++)
    for (int c = 0; c < n_channels; c++)
      memcpy (mk_audio_write (wide, i, c), mk_audio_read (audio, i, 0), (size_t)audio->n_samples * sizeof (float));
  return wide;
}

/* --- resampling --- */

typedef struct {
  int from, to;   /* the two rates without their common divisor */
  int width;      /* taps on either side of a sample, in samples of the source */
  int n_taps;     /* 2 * width + from */
  float *kernels; /* `to` filters of n_taps, one for each phase */
} filter;

static int
common_divisor (int a, int b)
{
  while (b != 0) {
    int rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* sin(πt)/πt under a Hann window six zero crossings wide, cut off at 99 % of the lower Nyquist rate. */
static filter
filter_new (int from_rate, int to_rate)
{
  const double zero_crossings = 6, rolloff = 0.99;
  int divisor = common_divisor (from_rate, to_rate);
  filter f = { .from = from_rate / divisor, .to = to_rate / divisor };
  double base = MIN (f.from, f.to) * rolloff;
  f.width = (int)ceil (zero_crossings * f.from / base);
  f.n_taps = 2 * f.width + f.from;
  f.kernels = g_new (float, (size_t)f.to * (size_t)f.n_taps);
  for (int phase = 0; phase < f.to; phase++)
    for (int tap = 0; tap < f.n_taps; tap++) {
      double t = (-(double)phase / f.to + (double)(tap - f.width) / f.from) * base;
      t = CLAMP (t, -zero_crossings, zero_crossings);
      double window = cos (t * G_PI / zero_crossings / 2), sinc = t == 0 ? 1 : sin (t * G_PI) / (t * G_PI);
      f.kernels[(size_t)phase * (size_t)f.n_taps + (size_t)tap] = (float)(sinc * window * window * base / f.from);
    }
  return f;
}

static void
resample_channel (const filter *f, const float *from, int64_t n_from, float *to, int64_t n_to)
{
  for (int64_t i = 0; i < n_to; i++) {
    const float *kernel = f->kernels + (i % f->to) * f->n_taps;
    int64_t start = i / f->to * f->from - f->width;
    int64_t first = MAX (0, -start), last = MIN ((int64_t)f->n_taps, n_from - start);
    double sum = 0;
    for (int64_t k = first; k < last; k++)
      sum += (double)kernel[k] * (double)from[start + k];
    to[i] = (float)sum;
  }
}

mk_audio *
mk_audio_resample (mk_audio *audio, int sample_rate, GError **error)
{
  if (audio->sample_rate == sample_rate)
    return mk_audio_ref (audio);
  if (sample_rate < 1 || sample_rate > MK_AUDIO_MAX_RATE) {
    mk_error (error, MK_ERROR_RANGE, "%d samples a second are not possible; it goes from 1 to %d", sample_rate, MK_AUDIO_MAX_RATE);
    return NULL;
  }
  int divisor = common_divisor (audio->sample_rate, sample_rate);
  int64_t from = audio->sample_rate / divisor, to = sample_rate / divisor;
  if (to * (from + 14 * MAX (1, from / to)) > (int64_t)1 << 26) { /* rates without a common divisor: a table of 256 MB */
    mk_error (error, MK_ERROR_LIMIT, "%d samples a second cannot become %d: their ratio is too fine", audio->sample_rate, sample_rate);
    return NULL;
  }
  mk_audio *other = mk_audio_new (audio->n, audio->n_channels, (audio->n_samples * to + from - 1) / from, sample_rate, error);
  if (other == NULL)
    return NULL;
  filter f = filter_new (audio->sample_rate, sample_rate);
  for (int i = 0; i < audio->n; i++)
    for (int c = 0; c < audio->n_channels; c++)
      resample_channel (&f, mk_audio_read (audio, i, c), audio->n_samples, mk_audio_write (other, i, c), other->n_samples);
  g_free (f.kernels);
  return other;
}
