/* nn_winograd.c - 3×3 convolutions with 16 multiplications where the sum over places takes 36.
 *
 * F(2×2, 3×3) of Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, §4.1. A tile is 2×2 output pixels and
 * sees 4×4 inputs. Inputs and weights are transformed to 16 points each; at every point a matrix product over channels remains:
 * 64 tiles at a time. Only sums and halves: results differ from the direct ones by rounding. Transformed weights are 16/9 of the
 * layer's as floats, live as long as the run, and are worth it where a picture has many tiles.
 */
#include "diffusion/nn_dense.h"
#include "diffusion/nn_math.h"

#include <string.h>

#define POINTS 16
#define MIN_PIXELS 256 /* below, transforming weights takes longer than it saves */
#define MIN_CHANNELS 64
#define SEGMENT 1024   /* floats of a panel's weights transformed at once: nine places in the first cache */

typedef struct {
  mk_dense_work *work;
  float *weights;          /* panel by panel, point by point, packed as the layer's */
  const float *zeros;      /* what lies outside of the picture */
  int tiles_x, tiles_y;
  size_t n_tiles;
  size_t n_shares;         /* of the panels: more than one where there are fewer blocks of tiles than workers */
} winograd;

bool
mk_winograd_fits (const mk_dense_work *work)
{
  const mk_dense *dense = work->dense;
  return dense->kernel == 3 && MAX (work->how.stride, 1) == 1 && !work->how.pad_end_only && dense->n_in % MK_LANES == 0
         && MIN (dense->n_in, dense->n_out) >= MIN_CHANNELS && (size_t)work->out.h * (size_t)work->out.w >= MIN_PIXELS;
}

/* Where panel `index` begins in the transformed weights. */
static size_t
find_panel (const mk_dense *dense, size_t index)
{
  size_t at = 0;
  for (size_t i = 0; i < index; i++)
    at += POINTS * dense->panels[i].n_floats;
  return at;
}

/* G g G': nine places to sixteen points, for `n` weights, a multiple of MK_LANES. Places are SEGMENT apart, points `stride`. */
MK_WIDEST static void
transform_weights (const float *places, size_t n, float *points, size_t stride)
{
  for (size_t i = 0; i < n; i += MK_LANES) {
    mk_lanes rows[4][3];
    for (int x = 0; x < 3; x++) {
      mk_lanes a = *(const mk_lanes *)(places + (size_t)x * SEGMENT + i), b = *(const mk_lanes *)(places + (size_t)(3 + x) * SEGMENT + i), c = *(const mk_lanes *)(places + (size_t)(6 + x) * SEGMENT + i);
      rows[0][x] = a;
      rows[1][x] = (a + c + b) * 0.5f;
      rows[2][x] = (a + c - b) * 0.5f;
      rows[3][x] = c;
    }
    for (int y = 0; y < 4; y++) {
      float *to = points + (size_t)(4 * y) * stride + i;
      mk_lanes ends = rows[y][0] + rows[y][2];
      *(mk_lanes *)to = rows[y][0];
      *(mk_lanes *)(to + stride) = (ends + rows[y][1]) * 0.5f;
      *(mk_lanes *)(to + 2 * stride) = (ends - rows[y][1]) * 0.5f;
      *(mk_lanes *)(to + 3 * stride) = rows[y][2];
    }
  }
}

/* A SEGMENT of one panel; item counts segments over all panels. */
static void
transform_segment (void *user, size_t item, unsigned worker)
{
  const winograd *w = user;
  const mk_dense *dense = w->work->dense;
  size_t panel = 0, n_segments;
  (void)worker;
  while (item >= (n_segments = (dense->panels[panel].n_floats + SEGMENT - 1) / SEGMENT)) {
    item -= n_segments;
    panel++;
  }
  const mk_panel *p = &dense->panels[panel];
  size_t first = item * SEGMENT, n = MIN (SEGMENT, p->n_floats - first);
  _Alignas (64) float places[9 * SEGMENT];
  for (size_t place = 0; place < 9; place++)
    if (p->halves != NULL)
      mk_halves_to_floats (p->halves + place * p->n_floats + first, places + place * SEGMENT, n);
    else
      memcpy (places + place * SEGMENT, p->weights + place * p->n_floats + first, n * sizeof *places);
  transform_weights (places, n, w->weights + find_panel (dense, panel) + first, p->n_floats);
}

/* B' d B: the 4×4 inputs of a tile to sixteen points, for all channels. Points are `stride` floats apart. */
MK_WIDEST static void
transform_inputs (const float *const inputs[POINTS], size_t n, float *points, size_t stride)
{
  for (size_t c = 0; c < n; c += MK_LANES) {
    mk_lanes rows[4][4];
    for (int x = 0; x < 4; x++) {
      mk_lanes a = *(const mk_lanes *)(inputs[x] + c), b = *(const mk_lanes *)(inputs[4 + x] + c), d = *(const mk_lanes *)(inputs[8 + x] + c), e = *(const mk_lanes *)(inputs[12 + x] + c);
      rows[0][x] = a - d;
      rows[1][x] = b + d;
      rows[2][x] = d - b;
      rows[3][x] = b - e;
    }
    for (int y = 0; y < 4; y++) {
      float *to = points + (size_t)(4 * y) * stride + c;
      *(mk_lanes *)to = rows[y][0] - rows[y][2];
      *(mk_lanes *)(to + stride) = rows[y][1] + rows[y][2];
      *(mk_lanes *)(to + 2 * stride) = rows[y][2] - rows[y][1];
      *(mk_lanes *)(to + 3 * stride) = rows[y][1] - rows[y][3];
    }
  }
}

/* A' m A: sixteen points to 2×2 outputs, each `n` channels after the one before. */
MK_WIDEST static void
transform_outputs (const float *points, size_t stride, size_t n, float *outputs)
{
  for (size_t c = 0; c < n; c++) {
    float rows[2][4];
    for (int x = 0; x < 4; x++) {
      const float *from = points + (size_t)x * stride + c;
      float a = from[0], b = from[4 * stride], d = from[8 * stride], e = from[12 * stride];
      rows[0][x] = a + b + d;
      rows[1][x] = b - d - e;
    }
    for (int y = 0; y < 2; y++) {
      outputs[(size_t)(2 * y) * n + c] = rows[y][0] + rows[y][1] + rows[y][2];
      outputs[(size_t)(2 * y + 1) * n + c] = rows[y][1] - rows[y][2] - rows[y][3];
    }
  }
}

/* Tile `tile`'s first output pixel. */
static void
find_tile (const winograd *w, size_t tile, size_t *image, int *x, int *y)
{
  size_t a_picture = (size_t)w->tiles_x * (size_t)w->tiles_y, rest = tile % a_picture;
  *image = tile / a_picture;
  *x = 2 * (int)(rest % (size_t)w->tiles_x);
  *y = 2 * (int)(rest / (size_t)w->tiles_x);
}

static void
gather_tile (const winograd *w, size_t tile, float *points, size_t stride)
{
  mk_act in = w->work->in;
  int zoom = w->work->how.upsample ? 2 : 1, x0, y0;
  size_t image;
  const float *inputs[POINTS];
  find_tile (w, tile, &image, &x0, &y0);
  for (int i = 0; i < POINTS; i++) {
    int x = x0 - 1 + i % 4, y = y0 - 1 + i / 4;
    bool is_outside = x < 0 || y < 0 || x >= in.w * zoom || y >= in.h * zoom;
    inputs[i] = is_outside ? w->zeros : in.x + ((image * (size_t)in.h + (size_t)(y / zoom)) * (size_t)in.w + (size_t)(x / zoom)) * (size_t)in.c;
  }
  transform_inputs (inputs, (size_t)in.c, points, stride);
}

static void
scatter_tile (const winograd *w, const mk_panel *p, size_t tile, const float *points, size_t stride, float *outputs)
{
  mk_act out = w->work->out;
  size_t image, n = (size_t)p->n;
  int x, y;
  find_tile (w, tile, &image, &x, &y);
  transform_outputs (points, stride, n, outputs);
  for (int row = 0; row < 2 && y + row < out.h; row++)
    mk_dense_finish_rows (w->work, p, outputs + (size_t)(2 * row) * n, (image * (size_t)out.h + (size_t)(y + row)) * (size_t)out.w + (size_t)x, (size_t)MIN (2, out.w - x));
}

/* MK_PRODUCT_ROWS tiles, one share of the panels. */
static void
run_tiles (void *user, size_t item, unsigned worker)
{
  const winograd *w = user;
  const mk_dense *dense = w->work->dense;
  size_t n_in = (size_t)dense->n_in, n_panels = (size_t)dense->n_panels, share = item % w->n_shares, first = item / w->n_shares * MK_PRODUCT_ROWS, n = MIN (MK_PRODUCT_ROWS, w->n_tiles - first);
  size_t in_stride = MK_PRODUCT_ROWS * n_in;
  float *inputs = w->work->scratch[worker], *sums = inputs + POINTS * in_stride, *outputs = sums + POINTS * MK_PRODUCT_ROWS * MK_PANEL, *space = outputs + 4 * MK_PANEL;
  for (size_t i = 0; i < n; i++)
    gather_tile (w, first + i, inputs + i * n_in, in_stride);
  for (size_t point = 0; point < POINTS; point++)
    memset (inputs + point * in_stride + n * n_in, 0, (MK_PRODUCT_ROWS - n) * n_in * sizeof *inputs);
  for (size_t k = share * n_panels / w->n_shares; k < (share + 1) * n_panels / w->n_shares; k++) {
    const mk_panel *p = &dense->panels[k];
    const mk_product *product = mk_product_find (MK_PRODUCT_ROWS, dense->n_in, p->n);
    const float *weights = w->weights + find_panel (dense, k);
    size_t stride = MK_PRODUCT_ROWS * (size_t)p->n;
    memset (sums, 0, POINTS * stride * sizeof *sums);
    for (size_t point = 0; point < POINTS; point++)
      mk_product_run (product, inputs + point * in_stride, weights + point * p->n_floats, sums + point * stride, space);
    for (size_t i = 0; i < n; i++)
      scatter_tile (w, p, first + i, sums + i * (size_t)p->n, stride, outputs);
  }
}

void
mk_winograd_run (mk_nn *nn, mk_dense_work *work)
{
  const mk_dense *dense = work->dense;
  winograd w = { .work = work, .tiles_x = (work->out.w + 1) / 2, .tiles_y = (work->out.h + 1) / 2 };
  w.n_tiles = (size_t)work->out.n * (size_t)w.tiles_x * (size_t)w.tiles_y;
  size_t space = 0, n_segments = 0, n_blocks = (w.n_tiles + MK_PRODUCT_ROWS - 1) / MK_PRODUCT_ROWS;
  w.n_shares = MIN ((size_t)dense->n_panels, (mk_pool_n_workers (nn->pool) + n_blocks - 1) / n_blocks);
  for (int i = 0; i < dense->n_panels; i++) {
    space = MAX (space, mk_product_find (MK_PRODUCT_ROWS, dense->n_in, dense->panels[i].n)->n_scratch_bytes);
    n_segments += (dense->panels[i].n_floats + SEGMENT - 1) / SEGMENT;
  }
  /* rows of MK_LANES: whatever the layer, its number of floats fits the sizes of an activation */
  mk_act weights = mk_act_new (nn, (int)(find_panel (dense, (size_t)dense->n_panels) / MK_LANES), 1, 1, MK_LANES), zeros = mk_act_new (nn, 1, 1, 1, dense->n_in);
  if (mk_nn_reserve (nn, POINTS * MK_PRODUCT_ROWS * ((size_t)dense->n_in + MK_PANEL) + 4 * MK_PANEL + space / sizeof (float) + MK_LANES) && weights.x != NULL && zeros.x != NULL) {
    memset (zeros.x, 0, (size_t)dense->n_in * sizeof (float));
    work->scratch = nn->scratch;
    w.weights = weights.x;
    w.zeros = zeros.x;
    mk_nn_each (nn, n_segments, transform_segment, &w);
    mk_nn_each (nn, n_blocks * w.n_shares, run_tiles, &w);
  }
  mk_act_free (nn, weights);
  mk_act_free (nn, zeros);
}
