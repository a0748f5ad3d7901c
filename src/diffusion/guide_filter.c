/* guide_filter.c - what guidance does to planes of a latent: frequencies and blur. */
#include "diffusion/guide_private.h"

#include <complex.h>
#include <math.h>
#include <string.h>

/* Keeps frequencies -k to k - 1 of `n` numbers that lie `step` apart. */
static void
keep_low (double complex *x, const double complex *kernel, int n, size_t step, double complex *line)
{
  for (int i = 0; i < n; i++) {
    line[i] = 0;
    for (int j = 0; j < n; j++)
      line[i] += x[(size_t)j * step] * kernel[(i - j + n) % n];
  }
  for (int i = 0; i < n; i++)
    x[(size_t)i * step] = line[i];
}

/* What keep_low folds with: the mean of its frequencies' waves. */
static void
fill_kernel (double complex *kernel, int n, int k)
{
  for (int i = 0; i < n; i++) {
    kernel[i] = 0;
    for (int f = -k; f < k; f++)
      kernel[i] += cexp (2 * G_PI * I * ((long)f * i % n) / n) / n;
  }
}

void
mk_scale_frequencies (float *plane, int h, int w, int n, double low, double high)
{
  size_t area = (size_t)h * (size_t)w;
  g_autofree double complex *x = g_new (double complex, area), *line = g_new (double complex, MAX (h, w)), *kernel = g_new (double complex, MAX (h, w));
  for (size_t i = 0; i < area; i++)
    x[i] = plane[i];
  fill_kernel (kernel, w, MIN (n, w / 2));
  for (int y = 0; y < h; y++)
    keep_low (x + (size_t)y * (size_t)w, kernel, w, 1, line);
  fill_kernel (kernel, h, MIN (n, h / 2));
  for (int column = 0; column < w; column++)
    keep_low (x + column, kernel, h, (size_t)w, line);
  for (size_t i = 0; i < area; i++)
    plane[i] = (float)(high * plane[i] + (low - high) * creal (x[i]));
}

#define REACH 4

static int
reflect (int i, int n)
{
  return i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i;
}

static void
blur (const float *from, float *to, int h, int w, double sigma)
{
  double weights[2 * REACH + 1] = { 0 }, sum = 0;
  g_autofree double *rows = g_new0 (double, (size_t)h * (size_t)w);
  for (int i = -REACH; i <= REACH; i++)
    sum += weights[i + REACH] = sigma > 0 ? exp (-0.5 * (i / sigma) * (i / sigma)) : i == 0;
  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++)
      for (int i = -REACH; i <= REACH; i++)
        rows[(size_t)y * (size_t)w + (size_t)x] += weights[i + REACH] / sum * from[(size_t)y * (size_t)w + (size_t)reflect (x + i, w)];
  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++) {
      double value = 0;
      for (int i = -REACH; i <= REACH; i++)
        value += weights[i + REACH] / sum * rows[(size_t)reflect (y + i, h) * (size_t)w + (size_t)x];
      to[(size_t)y * (size_t)w + (size_t)x] = (float)value;
    }
}

void
mk_degrade (const float *from, float *to, int c, int h, int w, const mk_plane *looks, double sigma)
{
  size_t area = (size_t)h * (size_t)w;
  for (int k = 0; k < c; k++) {
    const float *plane = from + (size_t)k * area;
    blur (plane, to + (size_t)k * area, h, w, sigma);
    for (int y = 0; y < h; y++)
      for (int x = 0; x < w; x++)
        if (!(looks->x[(size_t)(y * looks->h / h) * (size_t)looks->w + (size_t)(x * looks->w / w)] > 1))
          to[(size_t)k * area + (size_t)y * (size_t)w + (size_t)x] = plane[(size_t)y * (size_t)w + (size_t)x];
  }
}
