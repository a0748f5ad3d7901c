/* reuse.c - see reuse.h. */
#include "diffusion/reuse.h"

#include <math.h>

enum { STRIDE = 8 }; /* of the cells that are looked at, each way */

struct mk_reuse {
  double threshold, sigma_start, sigma_end;
  size_t n_planes;
  int h, w;
  bool has_before, has_rate;
  double moved;       /* of the input since it was learned last; NAN = not measured */
  double rate;        /* moves of the result per move of the input */
  double size;        /* mean of the result's absolute numbers */
  double foretold;    /* relative moves added up since the last computed result */
  float *x, *clean;   /* as learned last */
};

mk_reuse *
mk_reuse_new (double threshold, double sigma_start, double sigma_end, size_t n_planes, int h, int w)
{
  mk_reuse *r = g_new0 (mk_reuse, 1);
  size_t n = n_planes * (size_t)h * (size_t)w;
  *r = (mk_reuse){ .threshold = threshold, .sigma_start = sigma_start, .sigma_end = sigma_end, .n_planes = n_planes, .h = h, .w = w, .x = g_new (float, n), .clean = g_new (float, n) };
  return r;
}

void
mk_reuse_free (mk_reuse *r)
{
  if (r == NULL)
    return;
  g_free (r->x);
  g_free (r->clean);
  g_free (r);
}

static double
mean_move (const mk_reuse *r, const float *now, const float *before)
{
  double sum = 0;
  size_t n = 0;
  for (size_t plane = 0; plane < r->n_planes; plane++)
    for (int y = 0; y < r->h; y += STRIDE)
      for (int x = 0; x < r->w; x += STRIDE, n++) {
        size_t at = (plane * (size_t)r->h + (size_t)y) * (size_t)r->w + (size_t)x;
        sum += fabs ((double)now[at] - (double)before[at]);
      }
  return sum / (double)n;
}

bool
mk_reuse_foretell (mk_reuse *r, const float *x, double sigma, float *clean)
{
  r->moved = NAN;
  if (sigma <= r->sigma_end || sigma > r->sigma_start || !r->has_before)
    return false;
  r->moved = mean_move (r, x, r->x);
  if (!r->has_rate)
    return false;
  r->foretold += r->rate * r->moved / r->size;
  if (!(r->foretold < r->threshold)) {
    r->foretold = 0;
    return false;
  }
  for (size_t i = 0; i < r->n_planes * (size_t)r->h * (size_t)r->w; i++)
    clean[i] = x[i] + (r->clean[i] - r->x[i]);
  return true;
}

void
mk_reuse_learn (mk_reuse *r, const float *x, double sigma, const float *clean)
{
  size_t n = r->n_planes * (size_t)r->h * (size_t)r->w;
  if (sigma <= r->sigma_end)
    return;
  if (!isnan (r->moved)) {
    r->rate = mean_move (r, clean, r->clean) / r->moved;
    r->has_rate = true;
  }
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    r->x[i] = x[i];
    r->clean[i] = clean[i];
    sum += fabs ((double)clean[i]);
  }
  r->size = sum / (double)n;
  r->has_before = true;
}
