/* nn_product.h - oneDNN's matrix product on the calling thread.
 *
 * Purpose   Products with packed weights for layers, plain ones for attention. The pool does the sharing.
 * Threads   Any thread may call anything.
 * Memory    One product for each shape, made when it is first needed and kept to the end.
 */
#pragma once
#include "diffusion/dnnl.h"

#define MK_PRODUCT_ROWS 64 /* at a time */

/* Adds rows × n_in times n_in × n. */
typedef struct {
  int rows, n_in, n;
  dnnl_memory_desc_t layout; /* of the weights; the same for every number of rows */
  dnnl_primitive_t primitive;
  size_t n_scratch_bytes;
} mk_product;

/* The smallest one for `rows` or more; NULL when oneDNN has none. */
const mk_product *mk_product_find (size_t rows, int n_in, int n);
/* Where number i of dimension `dim` lies in a packed weight; the sum over both dimensions is a number's place. */
size_t mk_product_place (const dnnl_memory_desc_t *layout, int dim, size_t i);
/* c += a × weights; `scratch` has n_scratch_bytes. */
void mk_product_run (const mk_product *product, const float *a, const float *weights, float *c, float *scratch);

/* c[m × n] = a[m × k] b + beta c; b is [k × n], or [n × k] when transposed. Rows are lda, ldb, ldc floats apart. */
void mk_sgemm (bool transpose_b, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc);
