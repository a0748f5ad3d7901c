/* nn_dense.h - what packing and running a linear map or a convolution share; for nn_dense*.c only.
 *
 * A convolution is a sum of products, one for each place of its kernel. Outputs are cut into panels of at most 384 channels, so
 * that one place's weights of a panel fit the cache, where halves are widened: models stay as small in memory as in their files.
 */
#pragma once
#include "diffusion/nn.h"
#include "diffusion/nn_product.h"

#define MK_PANEL 384

typedef struct {
  int first, n;
  size_t n_floats; /* of one place's packed weights */
  float *weights;  /* place by place, packed; NULL when kept as halves */
  uint16_t *halves;
} mk_panel;

struct mk_dense {
  int n_out, n_in, kernel;
  float *bias; /* NULL = none */
  int n_panels;
  mk_panel *panels;
};

typedef struct {
  const mk_dense *dense;
  mk_act in, out;
  mk_dense_how how;
  int pad;
  size_t n_blocks, n_chunks; /* of MK_PRODUCT_ROWS output pixels; of those, in pieces of work */
  float **scratch;
} mk_dense_work;

/* Bias, time embedding, activation and residual on rows [first, first + rows) of the output, whose sums for one panel lie in `block`. */
void mk_dense_finish_rows (const mk_dense_work *work, const mk_panel *panel, const float *block, size_t first, size_t rows);

/* Whether the layer is run with fewer multiplications, over tiles. Depends on the picture's size and not on their number. */
bool mk_winograd_fits (const mk_dense_work *work);
/* Fills work->out. */
void mk_winograd_run (mk_nn *nn, mk_dense_work *work);
