/* safetensors.h - weights in a file, read where they lie.
 *
 * Purpose   Names, shapes and numbers of a .safetensors file.
 * Format    8 bytes little-endian length, a JSON header {name: {dtype, shape, data_offsets}}, then the bytes:
 *           https://huggingface.co/docs/safetensors. Numbers may be F64 F32 F16 BF16 F8_E4M3 F8_E5M2,
 *           I64 I32 I16 I8 U8 BOOL.
 * Safety    Headers are checked entirely before anything is believed: size, depth, kind, overflow,
 *           bounds and overlaps. Pickled files (.ckpt .pt) are refused, for they can run code.
 * Threads   Immutable once opened.
 * Memory    Mapped; the file's pages come and go as the system wants.
 * Tests     tests/diffusion/test_models.c, tests/fuzz/safetensors.c
 */
#pragma once
#include "base/json.h"
#include "diffusion/tensor.h"

typedef struct mk_safetensors mk_safetensors;

typedef enum {
  MK_DTYPE_F32, MK_DTYPE_F16, MK_DTYPE_BF16, MK_DTYPE_F64, MK_DTYPE_F8_E4M3, MK_DTYPE_F8_E5M2,
  MK_DTYPE_I64, MK_DTYPE_I32, MK_DTYPE_I16, MK_DTYPE_I8, MK_DTYPE_U8, MK_DTYPE_BOOL
} mk_dtype;

typedef struct {
  const char *name; /* borrowed from the file */
  mk_dtype dtype;
  int n_dims;
  int dims[MK_TENSOR_MAX_DIMS]; /* those past n_dims are 1 */
  size_t n_items;
  const void *data; /* inside the mapping; not aligned */
} mk_safetensor;

/* FORMAT naming what is wrong; UNSUPPORTED for a pickle, with the way to convert it. */
mk_safetensors *mk_safetensors_open (const char *path, GError **error);
/* The same from bytes in memory; takes a reference. `name` is for messages. */
mk_safetensors *mk_safetensors_open_buffer (mk_buffer *bytes, const char *name, GError **error);
mk_safetensors *mk_safetensors_ref (mk_safetensors *file);
void            mk_safetensors_unref (mk_safetensors *file); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_safetensors, mk_safetensors_unref)

const char *mk_safetensors_get_name (const mk_safetensors *file);
size_t      mk_safetensors_n (const mk_safetensors *file);
const mk_safetensor *mk_safetensors_at (const mk_safetensors *file, size_t index);
/* NULL when absent. */
const mk_safetensor *mk_safetensors_find (const mk_safetensors *file, const char *name);
/* `__metadata__`, borrowed, or NULL. */
const mk_json *mk_safetensors_get_metadata (const mk_safetensors *file);

size_t     mk_safetensor_n_bytes (const mk_safetensor *tensor);
/* Its pages may leave memory; reading it again brings them back. */
void       mk_safetensor_forget (const mk_safetensor *tensor);
/* All its numbers as floats: `out` has room for n_items. */
void       mk_safetensor_read (const mk_safetensor *tensor, float *out);
mk_tensor *mk_safetensor_to_tensor (const mk_safetensor *tensor, GError **error);

const char *mk_dtype_name (mk_dtype dtype);

void     mk_halves_to_floats (const uint16_t *halves, float *out, size_t n);
bool     mk_halves_are_finite (const uint16_t *halves, size_t n);
void     mk_bfloats_to_floats (const uint16_t *bfloats, float *out, size_t n);
float    mk_half_to_float (uint16_t half);
uint16_t mk_float_to_half (float value); /* to nearest, ties to even */
