/* nn_dense.h - the plain matrix product, for attention. One thread, safe from any. */
#pragma once
#include "base/base.h"

/* c[m × n] = a[m × k] b + beta c; b is [k × n], or [n × k] when transposed. Rows are lda, ldb, ldc floats apart. */
void mk_sgemm (bool transpose_b, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc);
