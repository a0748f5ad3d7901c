/* tiles.c - see tiles.h. */
#include "diffusion/tiles.h"

#include <math.h>
#include <string.h>

static int
count (int size, int tile, int overlap)
{
  return size <= tile ? 1 : (size - overlap + tile - overlap - 1) / (tile - overlap);
}

int
mk_tiles_count (int h, int w, const mk_tiling *t)
{
  return count (h, t->tile_h, t->overlap) * count (w, t->tile_w, t->overlap);
}

/* Half to even, as Python rounds. */
static int
scaled (int size, const mk_tiling *t)
{
  return (int)rint ((double)size * t->up / t->down);
}

static mk_act
cut (mk_nn *nn, mk_act in, int image, int y, int x, int h, int w)
{
  mk_act out = mk_act_new (nn, 1, h, w, in.c);
  for (int row = 0; row < h && out.x != NULL; row++)
    memcpy (out.x + (size_t)row * (size_t)w * (size_t)in.c, in.x + (((size_t)image * (size_t)in.h + (size_t)(y + row)) * (size_t)in.w + (size_t)x) * (size_t)in.c,
            (size_t)w * (size_t)in.c * sizeof (float));
  return out;
}

/* 1 inside, rising over `feather` cells from both ends; all 1 when there is no room. */
static void
fill_ramp (float *weights, int size, int feather)
{
  for (int i = 0; i < size; i++)
    weights[i] = 1.0f;
  for (int t = 0; t < feather && feather < size; t++) {
    weights[t] *= (float)(t + 1) / (float)feather;
    weights[size - 1 - t] *= (float)(t + 1) / (float)feather;
  }
}

static void
blend (mk_act tile, float *sum, float *total, int y, int x, int w, int feather)
{
  g_autofree float *rows = g_new (float, tile.h), *columns = g_new (float, tile.w);
  fill_ramp (rows, tile.h, feather);
  fill_ramp (columns, tile.w, feather);
  for (int ty = 0; ty < tile.h; ty++)
    for (int tx = 0; tx < tile.w; tx++) {
      size_t to = (size_t)(y + ty) * (size_t)w + (size_t)(x + tx), from = (size_t)ty * (size_t)tile.w + (size_t)tx, c = (size_t)tile.c;
      float weight = rows[ty] * columns[tx];
      for (size_t i = 0; i < c; i++)
        sum[to * c + i] += tile.x[from * c + i] * weight;
      total[to] += weight;
    }
}

static void
run_tiles (mk_nn *nn, mk_act in, int image, const mk_tiling *t, mk_tile_func func, void *user, float *sum, float *total, int out_w)
{
  int last_y = in.h <= t->tile_h ? 1 : in.h - t->overlap, last_x = in.w <= t->tile_w ? 1 : in.w - t->overlap;
  for (int y = 0; y < last_y; y += t->tile_h - t->overlap)
    for (int x = 0; x < last_x && !mk_nn_failed (nn); x += t->tile_w - t->overlap) {
      mk_act part = cut (nn, in, image, y, x, MIN (t->tile_h, in.h - y), MIN (t->tile_w, in.w - x));
      mk_act made = func (nn, user, part);
      if (!mk_nn_failed (nn))
        blend (made, sum, total, scaled (y, t), scaled (x, t), out_w, scaled (t->overlap, t));
      mk_act_free (nn, part);
      mk_act_free (nn, made);
    }
}

typedef struct {
  int h, w, c;
  mk_tile_func func;
  void *user;
} one_tile;

static void
plan_tile (mk_nn *nn, void *user)
{
  const one_tile *t = user;
  mk_act part = mk_act_new (nn, 1, t->h, t->w, t->c), made = t->func (nn, t->user, part);
  mk_act_free (nn, part);
  mk_act_free (nn, made);
}

void
mk_tiles_run (mk_nn *nn, mk_act in, const mk_tiling *t, mk_tile_func func, void *user, float factor, float *to)
{
  int h = scaled (in.h, t), w = scaled (in.w, t);
  size_t area = (size_t)h * (size_t)w, n = area * (size_t)t->n_out;
  bool whole = in.h <= t->tile_h && in.w <= t->tile_w;
  mk_act sum = { 0 }, total = { 0 };
  if (!whole) {
    sum = mk_act_new (nn, 1, h, w, t->n_out);
    total = mk_act_new (nn, 1, h, w, 1);
  }
  one_tile largest = { MIN (in.h, t->tile_h), MIN (in.w, t->tile_w), in.c, func, user };
  mk_nn_plan (nn, plan_tile, &largest);
  for (int image = 0; image < in.n && !mk_nn_failed (nn); image++, to += n) {
    if (whole) {
      mk_nn_replay (nn);
      mk_act part = cut (nn, in, image, 0, 0, in.h, in.w), made = func (nn, user, part);
      for (size_t i = 0; i < n && !mk_nn_failed (nn); i++)
        to[i] += factor * made.x[i];
      mk_act_free (nn, part);
      mk_act_free (nn, made);
      continue;
    }
    memset (sum.x, 0, n * sizeof (float));
    memset (total.x, 0, area * sizeof (float));
    run_tiles (nn, in, image, t, func, user, sum.x, total.x, w);
    for (size_t i = 0; i < n && !mk_nn_failed (nn); i++)
      to[i] += factor * (sum.x[i] / total.x[i / (size_t)t->n_out]);
  }
  mk_act_free (nn, sum);
  mk_act_free (nn, total);
}
