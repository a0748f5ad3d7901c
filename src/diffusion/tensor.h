/* tensor.h - numbers on a grid, as values.
 *
 * Purpose   What latents, text conditions and weights are made of.
 * Shape     Up to five sizes, outermost first. Latents of pictures are n × channels × height × width, those of films
 *           n × channels × frames × height × width, those of sounds and of shapes n × channels × length.
 * Threads   Immutable once shared; writing is for the sole owner.
 * Memory    Reference counted 32-bit floats in an mk_buffer.
 * Tests     tests/diffusion/test_numbers.c
 */
#pragma once
#include "base/base.h"

enum { MK_TENSOR_MAX_DIMS = 5 };

typedef struct {
  int n_dims;
  int dims[MK_TENSOR_MAX_DIMS]; /* those past n_dims are 1 */
  mk_buffer *data;
  int n_refs; /* atomic; not for callers */
} mk_tensor;

/* Zeros; RANGE when a size is below 1 or there are too many, MEMORY when refused. */
mk_tensor *mk_tensor_new (int n_dims, const int *dims, GError **error);
mk_tensor *mk_tensor_new_4 (int n, int channels, int height, int width, GError **error);
mk_tensor *mk_tensor_copy (const mk_tensor *tensor, GError **error);
mk_tensor *mk_tensor_ref (mk_tensor *tensor);
void       mk_tensor_unref (mk_tensor *tensor); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_tensor, mk_tensor_unref)

size_t mk_tensor_n_floats (const mk_tensor *tensor);
/* "1×4×64×64", to be freed. */
char *mk_tensor_shape (const mk_tensor *tensor);

static inline const float *
mk_tensor_read (const mk_tensor *tensor)
{
  return mk_buffer_read (tensor->data);
}
static inline float *
mk_tensor_write (mk_tensor *tensor)
{
  return mk_buffer_write (tensor->data);
}
