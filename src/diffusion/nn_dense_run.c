/* nn_dense_run.c - linear maps and convolutions on oneDNN's matrix product.
 *
 * 64 output pixels' inputs at one place of the kernel (16 or 32 where no more are left) times the weights of that place, summed
 * over the places. A piece of work is one panel for up to 512 pixels: its weights are widened once for all of them.
 */
#include "diffusion/nn_dense.h"
#include "diffusion/nn_math.h"
#include "diffusion/nn_profile.h"

#include <string.h>

#define BLOCKS 8 /* of MK_PRODUCT_ROWS, in a piece of work */
#define PIECES_PER_WORKER 2 /* at least, where there are rows enough: each widens its panel's weights again */

/* What output pixels [first, first + rows) see at one place of the kernel; zero outside, and in rows that fill up. */
static void
gather (const mk_dense_work *work, size_t first, size_t rows, size_t padded_rows, int place, float *to)
{
  size_t area = (size_t)work->out.h * (size_t)work->out.w, n = (size_t)work->in.c;
  int stride = MAX (work->how.stride, 1), kernel = work->dense->kernel, zoom = work->how.upsample ? 2 : 1;
  for (size_t row = first; row < first + rows; row++, to += n) {
    size_t image = row / area;
    int y = (int)(row % area / (size_t)work->out.w) * stride + place / kernel - work->pad, x = (int)(row % (size_t)work->out.w) * stride + place % kernel - work->pad;
    if (y < 0 || x < 0 || y >= work->in.h * zoom || x >= work->in.w * zoom)
      memset (to, 0, n * sizeof *to);
    else
      memcpy (to, work->in.x + ((image * (size_t)work->in.h + (size_t)(y / zoom)) * (size_t)work->in.w + (size_t)(x / zoom)) * n, n * sizeof *to);
  }
  memset (to, 0, (padded_rows - rows) * n * sizeof *to);
}

static inline void
activate (float *x, size_t n, mk_activation activation)
{
  switch (activation) {
  case MK_ACT_NONE: break;
  case MK_ACT_SILU:
    for (size_t i = 0; i < n; i++)
      x[i] = mk_silu (x[i]);
    break;
  case MK_ACT_GELU:
    for (size_t i = 0; i < n; i++)
      x[i] = mk_gelu (x[i]);
    break;
  case MK_ACT_QUICK_GELU:
    for (size_t i = 0; i < n; i++)
      x[i] = x[i] / (1.0f + mk_exp (-1.702f * x[i]));
    break;
  case MK_ACT_RELU:
    for (size_t i = 0; i < n; i++)
      x[i] = x[i] < 0 ? 0 : x[i];
    break;
  case MK_ACT_LEAKY:
    for (size_t i = 0; i < n; i++)
      x[i] = x[i] < 0 ? 0.2f * x[i] : x[i];
    break;
  }
}

MK_WIDEST void
mk_dense_finish_rows (const mk_dense_work *work, const mk_panel *p, const float *block, size_t first, size_t rows)
{
  size_t area = (size_t)work->out.h * (size_t)work->out.w, n_out = (size_t)work->dense->n_out, n = (size_t)p->n, at = (size_t)p->first;
  const float *bias = work->dense->bias;
  for (size_t r = 0; r < rows; r++) {
    float *out = work->out.x + (first + r) * n_out + at;
    const float *from = block + r * n;
    const float *extra = work->how.per_image != NULL ? work->how.per_image + (first + r) / area * n_out + at : NULL;
    const float *residual = work->how.residual != NULL ? work->how.residual->x + (first + r) * n_out + at : NULL;
    for (size_t i = 0; bias != NULL && i < n; i++)
      out[i] = from[i] + bias[at + i];
    if (bias == NULL)
      memcpy (out, from, n * sizeof *out);
    for (size_t i = 0; extra != NULL && i < n; i++)
      out[i] += extra[i];
    activate (out, n, work->how.activation);
    for (size_t i = 0; work->how.scale != 0 && i < n; i++)
      out[i] *= work->how.scale;
    for (size_t i = 0; residual != NULL && i < n; i++)
      out[i] += residual[i];
  }
}

/* One panel for one chunk of pixels. */
static void
run_piece (void *user, size_t item, unsigned worker)
{
  const mk_dense_work *work = user;
  const mk_dense *dense = work->dense;
  const mk_panel *p = &dense->panels[item / work->n_chunks];
  size_t n_in = (size_t)dense->n_in, all = mk_act_n_rows (work->out), chunk = item % work->n_chunks;
  size_t from = chunk * work->n_blocks / work->n_chunks, to = (chunk + 1) * work->n_blocks / work->n_chunks;
  float *wide = work->scratch[worker], *gathered = wide + p->n_floats, *sums = gathered + MK_PRODUCT_ROWS * n_in, *space = sums + BLOCKS * MK_PRODUCT_ROWS * MK_PANEL;
  bool direct = dense->kernel == 1 && MAX (work->how.stride, 1) == 1 && !work->how.upsample;
  const mk_product *whole = mk_product_find (MK_PRODUCT_ROWS, dense->n_in, p->n), *last = mk_product_find ((all - 1) % MK_PRODUCT_ROWS + 1, dense->n_in, p->n);
  memset (sums, 0, (to - from) * MK_PRODUCT_ROWS * (size_t)p->n * sizeof *sums);
  for (int place = 0; place < dense->kernel * dense->kernel; place++) {
    const float *weights = p->weights != NULL ? p->weights + (size_t)place * p->n_floats : wide;
    if (p->halves != NULL)
      mk_halves_to_floats (p->halves + (size_t)place * p->n_floats, wide, p->n_floats);
    for (size_t block = from; block < to; block++) {
      size_t first = block * MK_PRODUCT_ROWS, rows = MIN (MK_PRODUCT_ROWS, all - first);
      const float *a = work->in.x + first * n_in;
      const mk_product *by = rows < MK_PRODUCT_ROWS ? last : whole;
      if (!direct || rows < (size_t)by->rows) {
        gather (work, first, rows, (size_t)by->rows, place, gathered);
        a = gathered;
      }
      mk_product_run (by, a, weights, sums + (block - from) * MK_PRODUCT_ROWS * (size_t)p->n, space);
    }
  }
  for (size_t block = from; block < to; block++)
    mk_dense_finish_rows (work, p, sums + (block - from) * MK_PRODUCT_ROWS * (size_t)p->n, block * MK_PRODUCT_ROWS, MIN (MK_PRODUCT_ROWS, all - block * MK_PRODUCT_ROWS));
}

/* By places of the kernel; fills work->out. */
static void
run_pieces (mk_nn *nn, mk_dense_work *work)
{
  const mk_dense *dense = work->dense;
  size_t n_rows = mk_act_n_rows (work->out), space = 0, packed = 0;
  work->n_blocks = (n_rows + MK_PRODUCT_ROWS - 1) / MK_PRODUCT_ROWS;
  size_t n_wanted = PIECES_PER_WORKER * mk_pool_n_workers (nn->pool); /* results are the same however rows are shared out */
  work->n_chunks = MAX ((work->n_blocks + BLOCKS - 1) / BLOCKS, MIN (work->n_blocks, (n_wanted - 1) / (size_t)dense->n_panels + 1));
  for (int i = 0; i < dense->n_panels; i++) {
    const mk_product *some[] = { mk_product_find (MK_PRODUCT_ROWS, dense->n_in, dense->panels[i].n), mk_product_find ((n_rows - 1) % MK_PRODUCT_ROWS + 1, dense->n_in, dense->panels[i].n) };
    for (size_t k = 0; k < MK_COUNT (some); k++)
      if (some[k] == NULL && !mk_nn_failed (nn))
        mk_error (&nn->error, MK_ERROR_MEMORY, "oneDNN cannot multiply with a layer of %d × %d weights", dense->n_out, dense->n_in);
      else if (some[k] != NULL)
        space = MAX (space, some[k]->n_scratch_bytes);
    packed = MAX (packed, dense->panels[i].n_floats);
  }
  if (!mk_nn_reserve (nn, packed + MK_PRODUCT_ROWS * (size_t)dense->n_in + BLOCKS * MK_PRODUCT_ROWS * MK_PANEL + space / sizeof (float) + 64))
    return;
  work->scratch = nn->scratch;
  mk_nn_each (nn, work->n_chunks * (size_t)dense->n_panels, run_piece, work);
}

mk_act
mk_dense_run (mk_nn *nn, const mk_dense *dense, mk_act in, const mk_dense_how *how)
{
  mk_dense_work work = { .dense = dense, .in = in };
  if (how != NULL)
    work.how = *how;
  if (mk_nn_failed (nn))
    return work.out;
  if (in.c != dense->n_in) {
    mk_error (&nn->error, MK_ERROR_FORMAT, "a layer for %d channels got %d", dense->n_in, in.c);
    return work.out;
  }
  int stride = MAX (work.how.stride, 1), zoom = work.how.upsample ? 2 : 1, kernel = dense->kernel;
  work.pad = work.how.pad_end_only ? 0 : kernel / 2;
  int pads = work.how.pad_end_only ? 1 : 2 * work.pad;
  work.out = mk_act_new (nn, in.n, (in.h * zoom + pads - kernel) / stride + 1, (in.w * zoom + pads - kernel) / stride + 1, dense->n_out);
  double start = mk_nn_skips (nn) ? 0 : mk_profile_begin ();
  if (mk_winograd_fits (&work))
    mk_winograd_run (nn, &work);
  else
    run_pieces (nn, &work);
  mk_profile_end (kernel > 1 ? MK_PROFILE_CONV : MK_PROFILE_LINEAR, start, (mk_profile_products[2]) { { 1, mk_act_n_rows (work.out), (size_t)(dense->n_in * kernel * kernel), (size_t)dense->n_out } });
  return work.out;
}
