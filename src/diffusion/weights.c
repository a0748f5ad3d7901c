/* weights.c - see weights.h. */
#include "diffusion/weights.h"

#include <math.h>
#include <string.h>

struct mk_weights {
  mk_safetensors *file;
  char *prefix;
  bool round_to_half;
  GArray *patches;        /* of mk_patch, in order */
  GPtrArray *patch_files; /* keep the patches' numbers */
  int n_refs;
};

static void
clear_patch (gpointer patch)
{
  g_free (((mk_patch *)patch)->key);
}

mk_weights *
mk_weights_new (mk_safetensors *file, const char *prefix, bool round_to_half)
{
  mk_weights *weights = g_new0 (mk_weights, 1);
  weights->file = mk_safetensors_ref (file);
  weights->prefix = g_strdup (prefix);
  weights->round_to_half = round_to_half;
  weights->patches = g_array_new (FALSE, FALSE, sizeof (mk_patch));
  g_array_set_clear_func (weights->patches, clear_patch);
  weights->patch_files = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_safetensors_unref);
  weights->n_refs = 1;
  return weights;
}

mk_weights *
mk_weights_ref (mk_weights *weights)
{
  g_atomic_int_inc (&weights->n_refs);
  return weights;
}

void
mk_weights_unref (mk_weights *weights)
{
  if (weights == NULL || !g_atomic_int_dec_and_test (&weights->n_refs))
    return;
  g_array_unref (weights->patches);
  g_ptr_array_unref (weights->patch_files);
  mk_safetensors_unref (weights->file);
  g_free (weights->prefix);
  g_free (weights);
}

mk_weights *
mk_weights_patch (const mk_weights *weights, mk_safetensors *file, const mk_patch *patches, size_t n)
{
  mk_weights *patched = mk_weights_new (weights->file, weights->prefix, weights->round_to_half);
  for (guint i = 0; i < weights->patches->len; i++) {
    mk_patch patch = g_array_index (weights->patches, mk_patch, i);
    patch.key = g_strdup (patch.key);
    g_array_append_val (patched->patches, patch);
  }
  for (guint i = 0; i < weights->patch_files->len; i++)
    g_ptr_array_add (patched->patch_files, mk_safetensors_ref (weights->patch_files->pdata[i]));
  g_array_append_vals (patched->patches, patches, (guint)n);
  g_ptr_array_add (patched->patch_files, mk_safetensors_ref (file));
  return patched;
}

const mk_safetensor *
mk_weights_find (const mk_weights *weights, const char *key)
{
  g_autofree char *name = g_strconcat (weights->prefix, key, NULL);
  return mk_safetensors_find (weights->file, name);
}

bool
mk_weights_has (const mk_weights *weights, const char *format, ...)
{
  va_list list;
  va_start (list, format);
  g_autofree char *key = g_strdup_vprintf (format, list);
  va_end (list);
  return mk_weights_find (weights, key) != NULL;
}

mk_safetensors *
mk_weights_get_file (const mk_weights *weights)
{
  return weights->file;
}

const char *
mk_weights_get_prefix (const mk_weights *weights)
{
  return weights->prefix;
}

static float *
read_floats (const mk_safetensor *tensor)
{
  float *numbers = g_try_new (float, MAX (tensor->n_items, 1));
  if (numbers != NULL)
    mk_safetensor_read (tensor, numbers);
  return numbers;
}

/* LoCon keeps a small convolution between: down'[r, i, kh, kw] = sum over s of middle[r, s, kh, kw] down[s, i]. */
static float *
fold_middle (const mk_safetensor *middle, const float *core, const float *down, size_t rank, size_t inputs)
{
  size_t area = (size_t)middle->dims[2] * (size_t)middle->dims[3];
  float *folded = g_new0 (float, rank *inputs *area);
  for (size_t r = 0; r < rank; r++)
    for (size_t s = 0; s < rank; s++)
      for (size_t i = 0; i < inputs; i++)
        for (size_t k = 0; k < area; k++)
          folded[(r * inputs + i) * area + k] += core[(r * rank + s) * area + k] * down[s * inputs + i];
  return folded;
}

static bool
apply_patch (const mk_patch *patch, float *numbers, size_t n, int n_rows)
{
  if (patch->up == NULL) {
    if (patch->down->n_items != n)
      return false;
    g_autofree float *difference = read_floats (patch->down);
    for (size_t i = 0; i < n; i++)
      numbers[i] += patch->strength * difference[i];
    return true;
  }
  size_t rank = (size_t)patch->down->dims[0], rows = (size_t)patch->up->dims[0];
  size_t columns = rank > 0 ? patch->down->n_items / rank : 0;
  if (rank == 0 || rows != (size_t)n_rows || patch->up->n_items != rows * rank)
    return false;
  g_autofree float *up = read_floats (patch->up);
  g_autofree float *down = read_floats (patch->down);
  if (patch->middle != NULL) {
    if ((size_t)patch->middle->dims[0] != rank || (size_t)patch->middle->dims[1] != rank)
      return false;
    g_autofree float *core = read_floats (patch->middle);
    float *folded = fold_middle (patch->middle, core, down, rank, columns);
    columns = columns * (size_t)patch->middle->dims[2] * (size_t)patch->middle->dims[3];
    g_free (down);
    down = folded;
  }
  if (rows * columns != n)
    return false;
  float scale = patch->strength * (isnan (patch->alpha) ? 1.0f : patch->alpha / (float)rank);
  g_autofree float *row = g_new (float, columns);
  for (size_t r = 0; r < rows; r++) {
    memset (row, 0, columns * sizeof *row);
    for (size_t k = 0; k < rank; k++)
      for (size_t c = 0; c < columns; c++)
        row[c] += up[r * rank + k] * down[k * columns + c];
    for (size_t c = 0; c < columns; c++)
      numbers[r * columns + c] += scale * row[c];
  }
  return true;
}

float *
mk_weights_read (const mk_weights *weights, const char *key, size_t n_wanted, GError **error)
{
  const mk_safetensor *tensor = mk_weights_find (weights, key);
  const char *file = mk_safetensors_get_name (weights->file);
  if (tensor == NULL) {
    mk_error (error, MK_ERROR_FORMAT, "%s lacks “%s%s”", file, weights->prefix, key);
    return NULL;
  }
  if (n_wanted != 0 && tensor->n_items != n_wanted) {
    mk_error (error, MK_ERROR_FORMAT, "%s: “%s” has %zu numbers, the network needs %zu", file, tensor->name, tensor->n_items, n_wanted);
    return NULL;
  }
  float *numbers = read_floats (tensor);
  if (numbers == NULL) {
    mk_error (error, MK_ERROR_MEMORY, "“%s” needs %zu MB", tensor->name, tensor->n_items * sizeof (float) >> 20);
    return NULL;
  }
  for (guint i = 0; i < weights->patches->len; i++) {
    const mk_patch *patch = &g_array_index (weights->patches, mk_patch, i);
    if (strcmp (patch->key, key) == 0 && !apply_patch (patch, numbers, tensor->n_items, tensor->dims[0])) {
      mk_error (error, MK_ERROR_FORMAT, "a LoRA's part for “%s” has another shape than the model", key);
      g_free (numbers);
      return NULL;
    }
  }
  for (size_t i = 0; i < tensor->n_items; i++) {
    if (!isfinite (numbers[i])) {
      mk_error (error, MK_ERROR_FORMAT, "%s: “%s” holds %g at position %zu", file, tensor->name, (double)numbers[i], i);
      g_free (numbers);
      return NULL;
    }
    if (weights->round_to_half)
      numbers[i] = mk_half_to_float (mk_float_to_half (numbers[i]));
  }
  return numbers;
}
