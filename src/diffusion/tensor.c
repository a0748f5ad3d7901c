/* tensor.c - see tensor.h. */
#include "diffusion/tensor.h"

#include <string.h>

mk_tensor *
mk_tensor_new (int n_dims, const int *dims, GError **error)
{
  size_t size = sizeof (float);
  if (n_dims > MK_TENSOR_MAX_DIMS) {
    mk_error (error, MK_ERROR_RANGE, "a tensor has up to %d dimensions, not %d", MK_TENSOR_MAX_DIMS, n_dims);
    return NULL;
  }
  for (int i = 0; i < n_dims; i++) {
    if (dims[i] < 1) {
      mk_error (error, MK_ERROR_RANGE, "a tensor cannot have size %d in dimension %d", dims[i], i);
      return NULL;
    }
    if (!mk_size_multiply (size, (size_t)dims[i], &size)) {
      mk_error (error, MK_ERROR_RANGE, "a tensor of that many numbers cannot be addressed");
      return NULL;
    }
  }
  mk_buffer *data = mk_buffer_new (size, error);
  if (data == NULL)
    return NULL;
  mk_tensor *tensor = g_new0 (mk_tensor, 1);
  tensor->n_dims = n_dims;
  for (int i = 0; i < MK_TENSOR_MAX_DIMS; i++)
    tensor->dims[i] = i < n_dims ? dims[i] : 1;
  tensor->data = data;
  tensor->n_refs = 1;
  return tensor;
}

mk_tensor *
mk_tensor_new_4 (int n, int channels, int height, int width, GError **error)
{
  int dims[4] = { n, channels, height, width };
  return mk_tensor_new (4, dims, error);
}

mk_tensor *
mk_tensor_copy (const mk_tensor *tensor, GError **error)
{
  mk_tensor *copy = mk_tensor_new (tensor->n_dims, tensor->dims, error);
  if (copy != NULL)
    memcpy (mk_tensor_write (copy), mk_tensor_read (tensor), mk_buffer_size (tensor->data));
  return copy;
}

mk_tensor *
mk_tensor_ref (mk_tensor *tensor)
{
  g_atomic_int_inc (&tensor->n_refs);
  return tensor;
}

void
mk_tensor_unref (mk_tensor *tensor)
{
  if (tensor == NULL || !g_atomic_int_dec_and_test (&tensor->n_refs))
    return;
  mk_buffer_unref (tensor->data);
  g_free (tensor);
}

size_t
mk_tensor_n_floats (const mk_tensor *tensor)
{
  return mk_buffer_size (tensor->data) / sizeof (float);
}

char *
mk_tensor_shape (const mk_tensor *tensor)
{
  GString *text = g_string_new (NULL);
  for (int i = 0; i < tensor->n_dims; i++)
    g_string_append_printf (text, "%s%d", i > 0 ? "×" : "", tensor->dims[i]);
  return g_string_free (text, FALSE);
}
