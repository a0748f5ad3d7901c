/* tiles.h - networks over pictures that are too large for one go.
 *
 * Purpose   Overlapping tiles whose borders fade into each other.
 * Shape     n × h × w × channels floats in and out; sides change by `up` / `down`.
 */
#pragma once
#include "diffusion/nn.h"

/* A new activation for `tile`, which the caller frees. */
typedef mk_act (*mk_tile_func) (mk_nn *nn, void *user, mk_act tile);

typedef struct {
  int tile_w, tile_h, overlap; /* in input cells */
  int up, down;                /* output side = input side × up / down */
  int n_out;                   /* channels */
} mk_tiling;

/* Adds factor × the result to `sum`, n × (h up / down) × (w up / down) × n_out. Pictures that fit in a tile are done whole. */
void mk_tiles_run (mk_nn *nn, mk_act in, const mk_tiling *tiling, mk_tile_func func, void *user, float factor, float *sum);
/* How many calls of `func` a picture takes. */
int  mk_tiles_count (int h, int w, const mk_tiling *tiling);
