/* The container, its buffers, and accessors as plain numbers. */
#include <stdarg.h>
#include <string.h>

#include "scene/gltf_read.h"

#define MAX_ELEMENTS ((size_t)100 << 20) /* of one accessor */

/* --- fields --- */

bool
mk_gltf_fail (mk_gltf_reader *reader, mk_error_code code, const char *format, ...)
{
  if (reader->error != NULL)
    return false;
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  return mk_error (&reader->error, code, "%s: %s", reader->place->file, text);
}

const mk_json *
mk_gltf_element (const mk_gltf_reader *reader, const char *list, int64_t index)
{
  const mk_json *array = mk_json_get (reader->json, list);
  const mk_json *element = index >= 0 && mk_json_get_kind (array) == MK_JSON_ARRAY ? mk_json_at (array, (size_t)index) : NULL;
  return mk_json_get_kind (element) == MK_JSON_OBJECT ? element : NULL;
}

int64_t
mk_gltf_index (const mk_json *object, const char *key)
{
  const mk_json *value = mk_json_get (object, key);
  int64_t index = mk_json_is_number (value) ? mk_json_get_int (value) : -1;
  return index >= 0 && index < G_MAXINT32 ? index : -1;
}

float
mk_gltf_real (const mk_json *object, const char *key, float fallback)
{
  const mk_json *value = mk_json_get (object, key);
  float number = mk_json_is_number (value) ? (float)mk_json_get_real (value) : fallback;
  return isfinite (number) ? number : fallback;
}

void
mk_gltf_reals (const mk_json *object, const char *key, float *values, size_t n)
{
  const mk_json *list = mk_json_get (object, key);
  if (mk_json_get_kind (list) != MK_JSON_ARRAY || mk_json_length (list) != n)
    return;
  for (size_t i = 0; i < n; i++) {
    float number = (float)mk_json_get_real (mk_json_at (list, i));
    values[i] = isfinite (number) ? number : 0;
  }
}

const mk_json *
mk_gltf_extension (const mk_json *object, const char *name)
{
  return mk_json_get (mk_json_get (object, "extensions"), name);
}

const mk_json *
mk_gltf_own_extras (const mk_json *object)
{
  return mk_json_get (mk_json_get (object, "extras"), "miktos");
}

/* --- bytes --- */

char *
mk_gltf_uri (const mk_gltf_reader *reader, const char *uri, size_t *length)
{
  if (uri[0] == 0)
    return NULL;
  if (!g_str_has_prefix (uri, "data:")) {
    g_autofree char *name = g_uri_unescape_string (uri, NULL);
    return name != NULL ? mk_import_read_beside (reader->place, name, length) : NULL;
  }
  const char *comma = strchr (uri, ',');
  return comma != NULL && g_strstr_len (uri, comma - uri, ";base64") != NULL ? (char *)g_base64_decode (comma + 1, length) : NULL;
}

static const mk_gltf_bytes *
buffer_at (mk_gltf_reader *reader, int64_t index)
{
  if (index >= 0 && index < reader->buffers->len && g_array_index (reader->buffers, mk_gltf_bytes, index).data != NULL)
    return &g_array_index (reader->buffers, mk_gltf_bytes, index);
  mk_gltf_fail (reader, MK_ERROR_FORMAT, "buffer %" G_GINT64_FORMAT " is missing", index);
  return NULL;
}

const char *
mk_gltf_view (mk_gltf_reader *reader, int64_t index, size_t *length)
{
  const mk_json *view = mk_gltf_element (reader, "bufferViews", index);
  const mk_gltf_bytes *buffer = view != NULL ? buffer_at (reader, mk_gltf_index (view, "buffer")) : NULL;
  uint64_t offset = (uint64_t)MAX (mk_gltf_index (view, "byteOffset"), 0), size = (uint64_t)MAX (mk_gltf_index (view, "byteLength"), 0);
  if (buffer == NULL || offset + size > buffer->length) {
    mk_gltf_fail (reader, MK_ERROR_FORMAT, "buffer view %" G_GINT64_FORMAT " reaches beyond its buffer", index);
    return NULL;
  }
  *length = (size_t)size;
  return buffer->data + offset;
}

/* --- accessors --- */

typedef struct {
  size_t n, stride;
  unsigned width;
  int64_t component;
  bool is_normalized;
} layout;

static size_t
component_size (int64_t component)
{
  return component == 5120 || component == 5121 ? 1 : component == 5122 || component == 5123 ? 2 : component == 5125 || component == 5126 ? 4 : 0;
}

static unsigned
width_of (const mk_json *accessor)
{
  static const struct {
    const char *name;
    unsigned width;
  } types[] = { { "SCALAR", 1 }, { "VEC2", 2 }, { "VEC3", 3 }, { "VEC4", 4 }, { "MAT4", 16 } };
  for (size_t i = 0; i < MK_COUNT (types); i++)
    if (g_str_equal (types[i].name, mk_json_get_string (mk_json_get (accessor, "type"))))
      return types[i].width;
  return 0;
}

static double
component_at (const char *at, int64_t component, bool is_normalized)
{
  union {
    int8_t i8;
    uint8_t u8;
    int16_t i16;
    uint16_t u16;
    uint32_t u32;
    float real;
  } v = { 0 };
  memcpy (&v, at, component_size (component));
  switch (component) {
  case 5120:
    return is_normalized ? fmax (v.i8 / 127.0, -1) : v.i8;
  case 5121:
    return is_normalized ? v.u8 / 255.0 : v.u8;
  case 5122:
    return is_normalized ? fmax (v.i16 / 32767.0, -1) : v.i16;
  case 5123:
    return is_normalized ? v.u16 / 65535.0 : v.u16;
  case 5125:
    return v.u32;
  default:
    return isfinite (v.real) ? (double)v.real : 0;
  }
}

/* The accessor's bytes within its view; NULL without an error when it has no view (zeros). */
static const char *
bytes_of (mk_gltf_reader *reader, const mk_json *accessor, layout *l)
{
  int64_t index = mk_gltf_index (accessor, "bufferView");
  size_t length, offset = (size_t)MAX (mk_gltf_index (accessor, "byteOffset"), 0), own = component_size (l->component) * l->width;
  if (index < 0)
    return NULL;
  const char *bytes = mk_gltf_view (reader, index, &length);
  if (bytes == NULL)
    return NULL;
  int64_t stride = mk_gltf_index (mk_gltf_element (reader, "bufferViews", index), "byteStride");
  l->stride = stride > 0 ? (size_t)stride : own;
  if (l->n > 0 && offset + (l->n - 1) * l->stride + own > length) {
    mk_gltf_fail (reader, MK_ERROR_FORMAT, "an accessor of %zu elements reaches beyond buffer view %" G_GINT64_FORMAT, l->n, index);
    return NULL;
  }
  return bytes + offset;
}

static bool
layout_of (mk_gltf_reader *reader, int64_t index, unsigned width, const mk_json **accessor, layout *l)
{
  *accessor = mk_gltf_element (reader, "accessors", index);
  int64_t n = mk_gltf_index (*accessor, "count");
  *l = (layout){ .n = (size_t)MAX (n, 0), .width = width_of (*accessor), .component = mk_gltf_index (*accessor, "componentType"),
                 .is_normalized = mk_json_get_bool (mk_json_get (*accessor, "normalized")) };
  if (*accessor == NULL || n < 0 || component_size (l->component) == 0 || l->width == 0)
    return mk_gltf_fail (reader, MK_ERROR_FORMAT, "accessor %" G_GINT64_FORMAT " is missing or incomplete", index);
  if (l->width != width)
    return mk_gltf_fail (reader, MK_ERROR_FORMAT, "accessor %" G_GINT64_FORMAT " has %u numbers each; %u are wanted", index, l->width, width);
  return l->n * width <= MAX_ELEMENTS || mk_gltf_fail (reader, MK_ERROR_LIMIT, "accessor %" G_GINT64_FORMAT " has %zu elements; that is too many", index, l->n);
}

typedef void (*store) (void *to, size_t index, double value);

static void
store_float (void *to, size_t index, double value)
{
  ((float *)to)[index] = (float)value;
}

static void
store_integer (void *to, size_t index, double value)
{
  ((uint32_t *)to)[index] = value >= 0 && value <= G_MAXUINT32 ? (uint32_t)value : 0;
}

static void
copy_elements (const char *bytes, const layout *l, size_t from, size_t to_index, store put, void *to)
{
  for (unsigned k = 0; k < l->width; k++)
    put (to, to_index * l->width + k, component_at (bytes + from * l->stride + k * component_size (l->component), l->component, l->is_normalized));
}

/* Elements that differ from the rest are listed by index. */
static bool
apply_sparse (mk_gltf_reader *reader, const mk_json *accessor, const layout *whole, store put, void *to)
{
  const mk_json *sparse = mk_json_get (accessor, "sparse"), *indices = mk_json_get (sparse, "indices"), *values = mk_json_get (sparse, "values");
  if (sparse == NULL)
    return true;
  layout at = { .n = (size_t)MAX (mk_gltf_index (sparse, "count"), 0), .width = 1, .component = mk_gltf_index (indices, "componentType") }, what = *whole;
  what.n = at.n;
  const char *places = component_size (at.component) > 0 && at.n <= whole->n ? bytes_of (reader, indices, &at) : NULL;
  const char *bytes = places != NULL ? bytes_of (reader, values, &what) : NULL;
  if (bytes == NULL)
    return mk_gltf_fail (reader, MK_ERROR_FORMAT, "a sparse accessor is damaged");
  for (size_t i = 0; i < at.n; i++) {
    double place = component_at (places + i * at.stride, at.component, false);
    if (place < (double)whole->n)
      copy_elements (bytes, &what, i, (size_t)place, put, to);
  }
  return true;
}

static void *
read_accessor (mk_gltf_reader *reader, int64_t index, unsigned width, size_t *n, store put)
{
  const mk_json *accessor;
  layout l;
  if (reader->error != NULL || !layout_of (reader, index, width, &accessor, &l))
    return NULL;
  void *to = g_try_malloc0_n (l.n * width + 1, 4); /* floats and integers are four bytes */
  const char *bytes = to != NULL ? bytes_of (reader, accessor, &l) : NULL;
  for (size_t i = 0; bytes != NULL && i < l.n; i++)
    copy_elements (bytes, &l, i, i, put, to);
  if (to == NULL)
    mk_gltf_fail (reader, MK_ERROR_MEMORY, "%zu elements do not fit in memory", l.n);
  if (to != NULL && reader->error == NULL && apply_sparse (reader, accessor, &l, put, to)) {
    *n = l.n;
    return to;
  }
  g_free (to);
  return NULL;
}

float *
mk_gltf_floats (mk_gltf_reader *reader, int64_t accessor, unsigned width, size_t *n)
{
  return read_accessor (reader, accessor, width, n, store_float);
}

uint32_t *
mk_gltf_integers (mk_gltf_reader *reader, int64_t accessor, unsigned width, size_t *n)
{
  return read_accessor (reader, accessor, width, n, store_integer);
}
