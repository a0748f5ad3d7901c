#include "media/resize_lanczos.h"

#include <math.h>
#include <string.h>

/* Pillow's scheme: weights as integers of 22 bits, a pass across, rounded to 8 bits, a pass down. Colour under
 * alpha is premultiplied meanwhile. */
enum { BITS = 22 };

typedef struct {
  int max_taps, *first, *n_taps;
  int32_t *weight;
} taps;

static void
taps_clear (taps *t)
{
  g_free (t->first);
  g_free (t->n_taps);
  g_free (t->weight);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (taps, taps_clear)

static double
sinc (double x)
{
  return x == 0 ? 1 : sin (G_PI * x) / (G_PI * x);
}

static double
lanczos3 (double x)
{
  return x > -3 && x < 3 ? sinc (x) * sinc (x / 3) : 0;
}

static void
taps_init (taps *t, int n_from, int n_to)
{
  double scale = (double)n_from / n_to, filter = MAX (scale, 1), support = 3 * filter;
  t->max_taps = (int)ceil (support) * 2 + 1;
  t->first = g_new (int, n_to);
  t->n_taps = g_new (int, n_to);
  t->weight = g_new0 (int32_t, (size_t)n_to * (size_t)t->max_taps);
  g_autofree double *real = g_new (double, t->max_taps);
  for (int i = 0; i < n_to; i++) {
    double centre = (i + 0.5) * scale, sum = 0;
    int first = MAX ((int)(centre - support + 0.5), 0), end = MIN ((int)(centre + support + 0.5), n_from);
    for (int k = 0; k < end - first; k++)
      sum += real[k] = lanczos3 ((first + k - centre + 0.5) / filter);
    for (int k = 0; k < end - first; k++) {
      double w = (sum != 0 ? real[k] / sum : real[k]) * (1 << BITS);
      t->weight[(size_t)i * (size_t)t->max_taps + (size_t)k] = (int32_t)(w < 0 ? w - 0.5 : w + 0.5);
    }
    t->first[i] = first;
    t->n_taps[i] = end - first;
  }
}

typedef struct {
  const mk_image *from;
  mk_image *to;
  uint8_t *input, *between; /* one picture; old height at new width */
  taps across, down;
  int index;
  bool has_alpha; /* four channels that change size: Pillow copies those of equal size as they are */
} job;

static uint8_t
clip (int64_t sum)
{
  int64_t level = sum >> BITS;
  return (uint8_t)CLAMP (level, 0, 255);
}

static void
read_row (void *user, size_t y, unsigned worker)
{
  (void)worker;
  job *j = user;
  size_t channels = (size_t)j->from->n_channels, n = (size_t)j->from->width * channels;
  const float *from = mk_image_read (j->from, j->index) + y * n;
  uint8_t *to = j->input + y * n;
  for (size_t i = 0; i < n; i++)
    to[i] = (uint8_t)((from[i] >= 0 ? MIN (from[i], 1) : 0) * 255);
  for (size_t i = 0; j->has_alpha && i < n; i += 4)
    for (size_t c = 0; c < 3; c++) {
      unsigned product = (unsigned)to[i + c] * to[i + 3] + 128;
      to[i + c] = (uint8_t)(((product >> 8) + product) >> 8);
    }
}

static void
pass_across (void *user, size_t y, unsigned worker)
{
  (void)worker;
  job *j = user;
  size_t channels = (size_t)j->from->n_channels;
  const uint8_t *from = j->input + y * (size_t)j->from->width * channels;
  uint8_t *to = j->between + y * (size_t)j->to->width * channels;
  for (size_t x = 0; x < (size_t)j->to->width; x++)
    for (size_t c = 0; c < channels; c++) {
      int64_t sum = 1 << (BITS - 1);
      for (int k = 0; k < j->across.n_taps[x]; k++)
        sum += (int64_t)j->across.weight[x * (size_t)j->across.max_taps + (size_t)k] * from[(size_t)(j->across.first[x] + k) * channels + c];
      to[x * channels + c] = clip (sum);
    }
}

static void
pass_down (void *user, size_t y, unsigned worker)
{
  (void)worker;
  job *j = user;
  size_t channels = (size_t)j->to->n_channels, n = (size_t)j->to->width * channels;
  float *to = mk_image_write (j->to, j->index) + y * n;
  const int32_t *weight = j->down.weight + y * (size_t)j->down.max_taps;
  for (size_t i = 0; i < n; i++) {
    int64_t sum = 1 << (BITS - 1);
    for (int k = 0; k < j->down.n_taps[y]; k++)
      sum += (int64_t)weight[k] * j->between[(size_t)(j->down.first[y] + k) * n + i];
    to[i] = clip (sum);
  }
  for (size_t i = 0; j->has_alpha && i < n; i += 4)
    for (size_t c = 0; c < 3; c++)
      if (to[i + 3] > 0 && to[i + 3] < 255)
        to[i + c] = MIN (floorf (255 * to[i + c] / to[i + 3]), 255);
  for (size_t i = 0; i < n; i++)
    to[i] /= 255;
}

bool
mk_resize_lanczos (const mk_image *from, mk_image *to, mk_pool *pool, GError **error)
{
  if (from->n_channels == 2 || from->n_channels > 4)
    return mk_error (error, MK_ERROR_RANGE, "lanczos scales pictures of 1, 3 or 4 channels, not %d", from->n_channels);
  size_t channels = (size_t)from->n_channels;
  g_autoptr (mk_buffer) input = mk_buffer_new ((size_t)from->width * (size_t)from->height * channels, error);
  g_autoptr (mk_buffer) between = input != NULL ? mk_buffer_new ((size_t)to->width * (size_t)from->height * channels, error) : NULL;
  if (between == NULL)
    return false;
  g_auto (taps) across = { 0 }, down = { 0 };
  taps_init (&across, from->width, to->width);
  taps_init (&down, from->height, to->height);
  job j = { .from = from, .to = to, .input = mk_buffer_write (input), .between = mk_buffer_write (between), .across = across, .down = down,
            .has_alpha = channels == 4 && (from->width != to->width || from->height != to->height) };
  for (j.index = 0; j.index < from->n; j.index++) {
    mk_pool_run (pool, (size_t)from->height, read_row, &j, NULL);
    mk_pool_run (pool, (size_t)from->height, pass_across, &j, NULL);
    mk_pool_run (pool, (size_t)to->height, pass_down, &j, NULL);
  }
  return true;
}
