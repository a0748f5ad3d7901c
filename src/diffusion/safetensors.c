/* safetensors.c - see safetensors.h. */
#include "diffusion/safetensors.h"
#include "diffusion/nn_math.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* No network of ours has more; a header is refused before it costs memory. */
#define MAX_HEADER_BYTES ((uint64_t)64 << 20)
#define MAX_TENSORS 100000

struct mk_safetensors {
  mk_buffer *bytes;
  char *name;
  mk_json *header;
  GArray *tensors;     /* of mk_safetensor, by position in the file */
  GHashTable *by_name; /* to index + 1 */
  int n_refs;
};

static const struct {
  const char *name;
  size_t size;
} dtypes[] = {
  [MK_DTYPE_F32] = { "F32", 4 },         [MK_DTYPE_F16] = { "F16", 2 },
  [MK_DTYPE_BF16] = { "BF16", 2 },       [MK_DTYPE_F64] = { "F64", 8 },
  [MK_DTYPE_F8_E4M3] = { "F8_E4M3", 1 }, [MK_DTYPE_F8_E5M2] = { "F8_E5M2", 1 },
  [MK_DTYPE_I64] = { "I64", 8 },         [MK_DTYPE_I32] = { "I32", 4 },
  [MK_DTYPE_I16] = { "I16", 2 },         [MK_DTYPE_I8] = { "I8", 1 },
  [MK_DTYPE_U8] = { "U8", 1 },           [MK_DTYPE_BOOL] = { "BOOL", 1 },
};

static bool
find_dtype (const char *name, mk_dtype *dtype)
{
  for (size_t i = 0; i < MK_COUNT (dtypes); i++)
    if (strcmp (dtypes[i].name, name) == 0) {
      *dtype = (mk_dtype)i;
      return true;
    }
  return false;
}

static bool
read_shape (const mk_json *shape, mk_safetensor *tensor, const char *file, GError **error)
{
  size_t n_dims = mk_json_length (shape);
  if (mk_json_get_kind (shape) != MK_JSON_ARRAY || n_dims > MK_COUNT (tensor->dims))
    return mk_error (error, MK_ERROR_FORMAT, "%s: “%s” needs a shape of at most %zu sizes", file, tensor->name, MK_COUNT (tensor->dims));
  tensor->n_dims = (int)n_dims;
  tensor->n_items = 1;
  for (size_t i = 0; i < MK_COUNT (tensor->dims); i++) {
    tensor->dims[i] = 1;
    if (i >= n_dims)
      continue;
    const mk_json *size = mk_json_at (shape, i);
    int64_t value = mk_json_get_int (size);
    if (mk_json_get_kind (size) != MK_JSON_INT || value < 0 || value > INT32_MAX
        || !mk_size_multiply (tensor->n_items, (size_t)value, &tensor->n_items))
      return mk_error (error, MK_ERROR_FORMAT, "%s: the shape of “%s” is no list of sizes", file, tensor->name);
    tensor->dims[i] = (int)value;
  }
  return true;
}

/* `base` is the first byte after the header, `room` the number of bytes from there. */
static bool
read_entry (const char *name, const mk_json *entry, const char *base, size_t room, mk_safetensor *tensor, const char *file, GError **error)
{
  *tensor = (mk_safetensor) { .name = name };
  if (mk_json_get_kind (entry) != MK_JSON_OBJECT)
    return mk_error (error, MK_ERROR_FORMAT, "%s: “%s” is no tensor", file, name);
  const char *dtype = mk_json_get_string (mk_json_get (entry, "dtype"));
  if (!find_dtype (dtype, &tensor->dtype))
    return mk_error (error, MK_ERROR_UNSUPPORTED, "%s: “%s” holds numbers of kind “%.20s”", file, name, dtype);
  if (!read_shape (mk_json_get (entry, "shape"), tensor, file, error))
    return false;
  const mk_json *offsets = mk_json_get (entry, "data_offsets");
  const mk_json *first = NULL, *last = NULL;
  if (mk_json_get_kind (offsets) == MK_JSON_ARRAY && mk_json_length (offsets) == 2) {
    first = mk_json_at (offsets, 0);
    last = mk_json_at (offsets, 1);
  }
  if (mk_json_get_kind (first) != MK_JSON_INT || mk_json_get_kind (last) != MK_JSON_INT)
    return mk_error (error, MK_ERROR_FORMAT, "%s: “%s” does not say where its bytes are", file, name);
  uint64_t begin = mk_json_get_uint (first), end = mk_json_get_uint (last);
  size_t size;
  if (mk_json_get_int (first) < 0 || mk_json_get_int (last) < 0 || begin > end || end > room)
    return mk_error (error, MK_ERROR_FORMAT, "%s: “%s” lies outside of the file (bytes %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " of %zu)", file, name, begin, end, room);
  if (!mk_size_multiply (tensor->n_items, dtypes[tensor->dtype].size, &size) || size != end - begin)
    return mk_error (error, MK_ERROR_FORMAT, "%s: “%s” needs %zu bytes, its place has %" G_GUINT64_FORMAT, file, name, size, end - begin);
  tensor->data = base + begin;
  return true;
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const mk_safetensor *x = a, *y = b;
  if (x->data != y->data)
    return (uintptr_t)x->data < (uintptr_t)y->data ? -1 : 1;
  return x->n_items < y->n_items ? -1 : x->n_items > y->n_items;
}

static bool
check_overlaps (const mk_safetensors *file, GError **error)
{
  for (guint i = 1; i < file->tensors->len; i++) {
    const mk_safetensor *before = &g_array_index (file->tensors, mk_safetensor, i - 1);
    const mk_safetensor *after = &g_array_index (file->tensors, mk_safetensor, i);
    if ((const char *)before->data + before->n_items * dtypes[before->dtype].size > (const char *)after->data)
      return mk_error (error, MK_ERROR_FORMAT, "%s: “%s” and “%s” overlap", file->name, before->name, after->name);
  }
  return true;
}

/* A pickle, or the archive of one. The length of a header may begin with the same bytes, but then its JSON follows. */
static bool
is_pickled (const uint8_t *bytes, size_t size)
{
  bool begins_so = size >= 2 && ((bytes[0] == 'P' && bytes[1] == 'K') || (bytes[0] == 0x80 && bytes[1] <= 5 && bytes[1] >= 2));
  return begins_so && (size < 9 || bytes[8] != '{');
}

static bool
read_header (mk_safetensors *file, GError **error)
{
  const uint8_t *bytes = mk_buffer_read (file->bytes);
  size_t size = mk_buffer_size (file->bytes);
  if (is_pickled (bytes, size))
    return mk_error (error, MK_ERROR_UNSUPPORTED,
                     "%s is a pickled file, which could run any program on this machine; convert it to .safetensors (for example with Hugging Face's \"convert\" space)", file->name);
  if (size < 8)
    return mk_error (error, MK_ERROR_FORMAT, "%s has %zu bytes, too few for safetensors", file->name, size);
  uint64_t length = 0;
  for (int i = 7; i >= 0; i--)
    length = length << 8 | bytes[i];
  if (length > MAX_HEADER_BYTES || length > size - 8)
    return mk_error (error, MK_ERROR_FORMAT, "%s is truncated or no safetensors file: its header would have %" G_GUINT64_FORMAT " bytes", file->name, length);
  mk_json_limits limits = { .max_bytes = MAX_HEADER_BYTES, .max_depth = 8 };
  if (!mk_json_parse ((const char *)bytes + 8, (gssize)length, &limits, &file->header, error)) {
    g_prefix_error (error, "%s: ", file->name);
    return false;
  }
  if (mk_json_get_kind (file->header) != MK_JSON_OBJECT)
    return mk_error (error, MK_ERROR_FORMAT, "%s: the header is no object", file->name);
  if (mk_json_length (file->header) > MAX_TENSORS)
    return mk_error (error, MK_ERROR_LIMIT, "%s has more than %d tensors", file->name, MAX_TENSORS);
  const char *base = (const char *)bytes + 8 + length;
  for (mk_json_iter i = mk_json_iterate (file->header); mk_json_next (&i);) {
    mk_safetensor tensor;
    if (strcmp (i.key, "__metadata__") == 0)
      continue;
    if (!read_entry (i.key, i.value, base, size - 8 - (size_t)length, &tensor, file->name, error))
      return false;
    g_array_append_val (file->tensors, tensor);
  }
  g_array_sort (file->tensors, compare_places);
  for (guint i = 0; i < file->tensors->len; i++)
    g_hash_table_insert (file->by_name, (char *)g_array_index (file->tensors, mk_safetensor, i).name, GUINT_TO_POINTER (i + 1));
  return check_overlaps (file, error);
}

mk_safetensors *
mk_safetensors_open_buffer (mk_buffer *bytes, const char *name, GError **error)
{
  mk_safetensors *file = g_new0 (mk_safetensors, 1);
  file->bytes = mk_buffer_ref (bytes);
  file->name = g_strdup (name);
  file->tensors = g_array_new (FALSE, FALSE, sizeof (mk_safetensor));
  file->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  file->n_refs = 1;
  if (read_header (file, error))
    return file;
  mk_safetensors_unref (file);
  return NULL;
}

mk_safetensors *
mk_safetensors_open (const char *path, GError **error)
{
  g_autoptr (mk_buffer) bytes = mk_buffer_map_file (path, error);
  if (bytes == NULL)
    return NULL;
  g_autofree char *name = g_path_get_basename (path);
  return mk_safetensors_open_buffer (bytes, name, error);
}

mk_safetensors *
mk_safetensors_ref (mk_safetensors *file)
{
  g_atomic_int_inc (&file->n_refs);
  return file;
}

void
mk_safetensors_unref (mk_safetensors *file)
{
  if (file == NULL || !g_atomic_int_dec_and_test (&file->n_refs))
    return;
  g_hash_table_unref (file->by_name);
  g_array_unref (file->tensors);
  mk_json_unref (file->header);
  mk_buffer_unref (file->bytes);
  g_free (file->name);
  g_free (file);
}

const char *
mk_safetensors_get_name (const mk_safetensors *file)
{
  return file->name;
}

size_t
mk_safetensors_n (const mk_safetensors *file)
{
  return file->tensors->len;
}

const mk_safetensor *
mk_safetensors_at (const mk_safetensors *file, size_t index)
{
  return &g_array_index (file->tensors, mk_safetensor, index);
}

const mk_safetensor *
mk_safetensors_find (const mk_safetensors *file, const char *name)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (file->by_name, name));
  return index == 0 ? NULL : mk_safetensors_at (file, index - 1);
}

const mk_json *
mk_safetensors_get_metadata (const mk_safetensors *file)
{
  return mk_json_get (file->header, "__metadata__");
}

static float
float_from_bits (uint32_t bits)
{
  float value;
  memcpy (&value, &bits, sizeof value);
  return value;
}

float
mk_half_to_float (uint16_t half)
{
  uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = (half >> 10) & 31, fraction = half & 1023;
  if (exponent == 31)
    return float_from_bits (sign | 0x7f800000 | fraction << 13);
  if (exponent == 0) /* zero and subnormals: fraction × 2^-24 */
    return float_from_bits (sign) + (sign ? -1.0f : 1.0f) * (float)fraction * 0x1p-24f;
  return float_from_bits (sign | (exponent + 112) << 23 | fraction << 13);
}

uint16_t
mk_float_to_half (float value)
{
  uint32_t bits;
  memcpy (&bits, &value, sizeof bits);
  uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
  uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000)
    return sign | 0x7e00;
  if (magnitude >= 0x477ff000) /* 65520 and above round to infinity */
    return sign | 0x7c00;
  if (magnitude < 0x38800000)  /* below 2^-14: in units of 2^-24, rounded by the processor */
    return sign | (uint16_t)nearbyintf (fabsf (value) * 0x1p24f);
  magnitude += 0xfff + (magnitude >> 13 & 1);
  return sign | (uint16_t)((magnitude >> 13) - (112 << 10));
}

static float
float_from_f8 (uint8_t byte, int exponent_bits)
{
  int fraction_bits = 7 - exponent_bits, bias = (1 << (exponent_bits - 1)) - 1;
  int exponent = (byte & 127) >> fraction_bits, fraction = byte & ((1 << fraction_bits) - 1);
  float sign = byte & 128 ? -1.0f : 1.0f;
  if (exponent_bits == 4 && (byte & 127) == 127) /* E4M3 has one NaN and no infinity */
    return NAN;
  if (exponent_bits == 5 && exponent == 31)
    return fraction == 0 ? sign * INFINITY : NAN;
  if (exponent == 0)
    return sign * ldexpf ((float)fraction, 1 - bias - fraction_bits);
  return sign * ldexpf ((float)(fraction + (1 << fraction_bits)), exponent - bias - fraction_bits);
}

static float
read_item (const uint8_t *at, mk_dtype dtype)
{
  union { uint16_t u16; uint32_t u32; double f64; int64_t i64; int32_t i32; int16_t i16; } item;
  memcpy (&item, at, dtypes[dtype].size);
  switch (dtype) {
  case MK_DTYPE_F32: return float_from_bits (item.u32);
  case MK_DTYPE_F16: return mk_half_to_float (item.u16);
  case MK_DTYPE_BF16: return float_from_bits ((uint32_t)item.u16 << 16);
  case MK_DTYPE_F64: return (float)item.f64;
  case MK_DTYPE_F8_E4M3: return float_from_f8 (*at, 4);
  case MK_DTYPE_F8_E5M2: return float_from_f8 (*at, 5);
  case MK_DTYPE_I64: return (float)item.i64;
  case MK_DTYPE_I32: return (float)item.i32;
  case MK_DTYPE_I16: return (float)item.i16;
  case MK_DTYPE_I8: return (float)(int8_t)*at;
  case MK_DTYPE_U8: return (float)*at;
  case MK_DTYPE_BOOL: return *at != 0 ? 1.0f : 0.0f;
  }
  return 0;
}

size_t
mk_safetensor_n_bytes (const mk_safetensor *tensor)
{
  return tensor->n_items * dtypes[tensor->dtype].size;
}

const char *
mk_dtype_name (mk_dtype dtype)
{
  return dtypes[dtype].name;
}

void
mk_safetensor_forget (const mk_safetensor *tensor)
{
  uintptr_t page = (uintptr_t)sysconf (_SC_PAGESIZE), from = (uintptr_t)tensor->data, to = from + mk_safetensor_n_bytes (tensor);
  from = (from + page - 1) / page * page;
  to = to / page * page;
  if (to > from)
    madvise ((void *)from, to - from, MADV_DONTNEED); /* clean pages of a file: they are read again when touched */
}

MK_WIDEST void
mk_halves_to_floats (const uint16_t *halves, float *out, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    uint32_t half = halves[i], infinite = (half & 0x7c00) == 0x7c00 ? 0x7f800000 : 0, bits = (half & 0x7fff) << 13;
    float scaled;
    memcpy (&scaled, &bits, sizeof scaled);
    scaled *= 0x1p112f; /* moves the exponent, and makes subnormals normal */
    memcpy (&bits, &scaled, sizeof bits);
    bits |= infinite | (half & 0x8000) << 16;
    memcpy (&out[i], &bits, sizeof bits);
  }
}

MK_WIDEST bool
mk_halves_are_finite (const uint16_t *halves, size_t n)
{
  uint16_t any = 0;
  for (size_t i = 0; i < n; i++)
    any |= (uint16_t)((halves[i] & 0x7c00) == 0x7c00);
  return any == 0;
}

MK_WIDEST void
mk_bfloats_to_floats (const uint16_t *bfloats, float *out, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    uint32_t bits = (uint32_t)bfloats[i] << 16;
    memcpy (&out[i], &bits, sizeof bits);
  }
}

void
mk_safetensor_read (const mk_safetensor *tensor, float *out)
{
  bool aligned = (uintptr_t)tensor->data % sizeof (uint16_t) == 0;
  if (tensor->dtype == MK_DTYPE_F32) {
    memcpy (out, tensor->data, tensor->n_items * sizeof (float));
    return;
  }
  if (aligned && tensor->dtype == MK_DTYPE_F16) {
    mk_halves_to_floats (tensor->data, out, tensor->n_items);
    return;
  }
  if (aligned && tensor->dtype == MK_DTYPE_BF16) {
    mk_bfloats_to_floats (tensor->data, out, tensor->n_items);
    return;
  }
  const uint8_t *at = tensor->data;
  for (size_t i = 0; i < tensor->n_items; i++)
    out[i] = read_item (at + i * dtypes[tensor->dtype].size, tensor->dtype);
}

mk_tensor *
mk_safetensor_to_tensor (const mk_safetensor *source, GError **error)
{
  mk_tensor *tensor = mk_tensor_new (source->n_dims, source->dims, error);
  if (tensor != NULL)
    mk_safetensor_read (source, mk_tensor_write (tensor));
  return tensor;
}
