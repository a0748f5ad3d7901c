/* weights_file.h - files of weights that tests make, and the numbers in them.
 *
 * Weights of whole models are too many to keep: they are a hash of their place, or a model's own times it, here as in
 * tests/golden/make_sdxl.py and make_definitions.py. */
#pragma once
#include "golden.h"

#include "base/file.h"

#include <string.h>

typedef struct {
  GString *header;
  GByteArray *data;
} weights_file;

static inline weights_file
weights_file_new (void)
{
  return (weights_file) { g_string_new ("{"), g_byte_array_new () };
}

/* Of `item_size` bytes each, in the form that `dtype` names. */
static inline void
weights_file_add (weights_file *f, const char *name, const char *dtype, size_t item_size, const int *dims, int n_dims, const void *numbers)
{
  size_t n_bytes = item_size;
  g_string_append_printf (f->header, "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[", f->header->len > 1 ? "," : "", name, dtype);
  for (int i = 0; i < n_dims; i++) {
    g_string_append_printf (f->header, "%s%d", i > 0 ? "," : "", dims[i]);
    n_bytes *= (size_t)dims[i];
  }
  g_string_append_printf (f->header, "],\"data_offsets\":[%u,%zu]}", f->data->len, f->data->len + n_bytes);
  g_byte_array_append (f->data, numbers, (guint)n_bytes);
}

/* Writes and forgets it. */
static inline void
weights_file_write (weights_file *f, const char *path)
{
  g_string_append_c (f->header, '}');
  uint64_t length = f->header->len;
  g_byte_array_prepend (f->data, (const guint8 *)f->header->str, (guint)length);
  g_byte_array_prepend (f->data, (const guint8 *)&length, sizeof length);
  CHECK (mk_file_write (path, f->data->data, f->data->len, NULL));
  g_string_free (f->header, TRUE);
  g_byte_array_unref (f->data);
}

/* -1 to 1 in steps of 1/512: halves hold it exactly, scaled by powers of two. */
static inline float
number_at (uint64_t seed, uint64_t i)
{
  uint64_t x = (i * 2654435761u + seed * 40503 + 12345) & 0xffffffff;
  for (int k = 0; k < 2; k++) {
    x ^= x >> 16;
    x = (x * 0x45d9f3b) & 0xffffffff;
  }
  x ^= x >> 16;
  return (float)((int)(x >> 22) - 512) / 512.0f;
}

/* Halves of a tensor of whole networks, about as large as a trained one's; `fan_in` 0 = a vector. */
static inline uint16_t *
hashed_numbers (const char *name, size_t n, size_t fan_in, uint64_t seed)
{
  bool is_gain = fan_in == 0 && g_str_has_suffix (name, "weight");
  int shift = strstr (name, "embedding") != NULL ? 5 : fan_in > 0 ? (int)ceil (log2 ((double)fan_in) / 2) - 1 : is_gain ? 1 : 3;
  float scale = ldexpf (1, -shift), offset = is_gain ? 1 : 0;
  uint16_t *halves = g_new (uint16_t, n);
  for (size_t i = 0; i < n; i++)
    halves[i] = mk_float_to_half (number_at (seed, i) * scale + offset);
  return halves;
}

/* All tensors of golden/LIST.json, ["name", sizes…] each, at a place; numbers of the one that is called `scaled` (may be NULL) times `factor`. */
static inline void
weights_file_add_hashed (weights_file *f, const char *list_name, const char *prefix, const char *scaled, float factor)
{
  g_autoptr (mk_json) list = golden_cases (list_name);
  for (size_t i = 0; i < mk_json_length (list); i++) {
    const mk_json *row = mk_json_at (list, i);
    const char *name = mk_json_get_string (mk_json_at (row, 0));
    int dims[4] = { 0 }, n_dims = (int)mk_json_length (row) - 1;
    size_t n = 1;
    for (int k = 0; k < n_dims; k++)
      n *= (size_t)(dims[k] = (int)mk_json_get_int (mk_json_at (row, (size_t)k + 1)));
    g_autofree uint16_t *halves = hashed_numbers (name, n, n_dims > 1 ? n / (size_t)dims[0] : 0, i);
    for (size_t k = 0; g_strcmp0 (name, scaled) == 0 && k < n; k++)
      halves[k] = mk_float_to_half (mk_half_to_float (halves[k]) * factor);
    g_autofree char *placed = g_strconcat (prefix, name, NULL);
    weights_file_add (f, placed, "F16", sizeof *halves, dims, n_dims, halves);
  }
}

static inline void
write_hashed (const char *list_name, const char *path, const char *scaled, float factor)
{
  weights_file f = weights_file_new ();
  weights_file_add_hashed (&f, list_name, "", scaled, factor);
  weights_file_write (&f, path);
}

/* All of golden/FROM as floats; the first layer of a UNet sees `n_more` channels more: they weigh `share` of the old four, in turn. */
static inline void
weights_file_add_golden (weights_file *f, const char *from, int n_more, float share)
{
  g_autoptr (mk_safetensors) file = golden_open (from);
  for (size_t i = 0; i < mk_safetensors_n (file); i++) {
    const mk_safetensor *t = mk_safetensors_at (file, i);
    int more = g_str_has_suffix (t->name, "diffusion_model.input_blocks.0.0.weight") ? n_more : 0, dims[4] = { t->dims[0], t->dims[1] + more, t->dims[2], t->dims[3] };
    size_t n_rows = MAX ((size_t)t->dims[0], 1), width = t->n_items / n_rows, area = width / (size_t)t->dims[1], wide = width + (size_t)more * area;
    g_autofree float *numbers = g_new (float, t->n_items + 1), *widened = g_new (float, n_rows *wide + 1);
    mk_safetensor_read (t, numbers);
    for (size_t row = 0; row < n_rows; row++)
      for (size_t k = 0; k < wide; k++)
        widened[row * wide + k] = k < width ? numbers[row * width + k] : share * numbers[row * width + (k - width) % (4 * area)];
    weights_file_add (f, t->name, "F32", sizeof *widened, dims, t->n_dims, widened);
  }
}

static inline void
write_widened (const char *from, const char *path, int n_more, float share)
{
  weights_file f = weights_file_new ();
  weights_file_add_golden (&f, from, n_more, share);
  weights_file_write (&f, path);
}
