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
  GHashTable *names;      /* key to name in the file, or NULL */
  int n_refs;
};

static void
clear_patch (gpointer patch)
{
  g_free (((mk_patch *)patch)->key);
  mk_weights_unref (((mk_patch *)patch)->other);
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
  g_clear_pointer (&weights->names, g_hash_table_unref);
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
    if (patch.other != NULL)
      mk_weights_ref (patch.other);
    g_array_append_val (patched->patches, patch);
  }
  for (guint i = 0; i < weights->patch_files->len; i++)
    g_ptr_array_add (patched->patch_files, mk_safetensors_ref (weights->patch_files->pdata[i]));
  g_array_append_vals (patched->patches, patches, (guint)n);
  if (file != NULL)
    g_ptr_array_add (patched->patch_files, mk_safetensors_ref (file));
  patched->names = weights->names != NULL ? g_hash_table_ref (weights->names) : NULL;
  return patched;
}

mk_weights *
mk_weights_rename (mk_weights *taken, GHashTable *names)
{
  taken->names = names;
  return taken;
}

static bool
patches_equal (const mk_patch *a, const mk_patch *b)
{
  bool same_other = a->other == b->other || (a->other != NULL && b->other != NULL && mk_weights_equal (a->other, b->other));
  return strcmp (a->key, b->key) == 0 && mk_adapters_equal (&a->adapter, &b->adapter) && a->strength == b->strength && a->base == b->base
         && same_other;
}

bool
mk_weights_equal (const mk_weights *a, const mk_weights *b)
{
  if (a == b)
    return true;
  if (a->file != b->file || strcmp (a->prefix, b->prefix) != 0 || a->round_to_half != b->round_to_half || a->patches->len != b->patches->len
      || (a->names == NULL) != (b->names == NULL))
    return false;
  for (guint i = 0; i < a->patches->len; i++)
    if (!patches_equal (&g_array_index (a->patches, mk_patch, i), &g_array_index (b->patches, mk_patch, i)))
      return false;
  return true;
}

bool
mk_weights_is_patched (const mk_weights *weights, const char *key)
{
  for (guint i = 0; i < weights->patches->len; i++)
    if (strcmp (g_array_index (weights->patches, mk_patch, i).key, key) == 0)
      return true;
  return false;
}

char **
mk_weights_list (const mk_weights *weights)
{
  GPtrArray *keys = g_ptr_array_new ();
  if (weights->names != NULL) {
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init (&iter, weights->names);
    while (g_hash_table_iter_next (&iter, &key, NULL))
      g_ptr_array_add (keys, g_strdup (key));
  } else
    for (size_t i = 0; i < mk_safetensors_n (weights->file); i++) {
      const char *name = mk_safetensors_at (weights->file, i)->name;
      if (g_str_has_prefix (name, weights->prefix))
        g_ptr_array_add (keys, g_strdup (name + strlen (weights->prefix)));
    }
  g_ptr_array_add (keys, NULL);
  return (char **)g_ptr_array_free (keys, FALSE);
}

size_t
mk_weights_n_bytes (const mk_weights *weights)
{
  size_t sum = 0;
  for (size_t i = 0; i < mk_safetensors_n (weights->file); i++) {
    const mk_safetensor *tensor = mk_safetensors_at (weights->file, i);
    if (g_str_has_prefix (tensor->name, weights->prefix))
      sum += mk_safetensor_n_bytes (tensor);
  }
  return sum;
}

void
mk_weights_forget (const mk_weights *weights, const char *key)
{
  const mk_safetensor *tensor = mk_weights_find (weights, key);
  if (tensor != NULL)
    mk_safetensor_forget (tensor);
}

const mk_safetensor *
mk_weights_find (const mk_weights *weights, const char *key)
{
  const char *other = weights->names != NULL ? g_hash_table_lookup (weights->names, key) : NULL;
  g_autofree char *name = other != NULL ? g_strdup (other) : g_strconcat (weights->prefix, key, NULL);
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

static bool
merge (const mk_patch *patch, float *numbers, size_t n)
{
  g_autofree float *theirs = mk_weights_read (patch->other, patch->key, n, NULL);
  for (size_t i = 0; theirs != NULL && i < n; i++)
    numbers[i] += patch->strength * theirs[i];
  return theirs != NULL;
}

static bool
apply_patch (const mk_patch *patch, float *numbers, const mk_safetensor *tensor)
{
  for (size_t i = 0; patch->base != 1.0f && i < tensor->n_items; i++)
    numbers[i] *= patch->base;
  return patch->other != NULL ? merge (patch, numbers, tensor->n_items) : mk_adapter_apply (&patch->adapter, patch->strength, tensor, numbers);
}

static const char *
name_of (float x)
{
  return isnan (x) ? "NaN" : x < 0 ? "minus infinity" : "infinity";
}

/* Position of the first number that is none; n when all are fine. */
static size_t
find_infinite (const float *numbers, size_t n)
{
  for (size_t from = 0; from < n; from += 4096) {
    size_t to = MIN (n, from + 4096);
    uint32_t worst = 0;
    for (size_t i = from; i < to; i++) {
      uint32_t bits;
      memcpy (&bits, &numbers[i], sizeof bits);
      worst = MAX (worst, bits & 0x7f800000);
    }
    for (size_t i = from; worst == 0x7f800000 && i < to; i++)
      if (!isfinite (numbers[i]))
        return i;
  }
  return n;
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
    if (strcmp (patch->key, key) == 0 && !apply_patch (patch, numbers, tensor)) {
      mk_error (error, MK_ERROR_FORMAT, "what a LoRA or another model holds for “%s” has another shape than this model", key);
      g_free (numbers);
      return NULL;
    }
  }
  size_t bad = find_infinite (numbers, tensor->n_items);
  if (bad < tensor->n_items) {
    mk_error (error, MK_ERROR_FORMAT, "%s: “%s” holds %s at position %zu, which is no number to compute with: the file is damaged or badly converted", file, tensor->name, name_of (numbers[bad]), bad);
    g_free (numbers);
    return NULL;
  }
  bool is_exact = tensor->dtype == MK_DTYPE_F16 && !mk_weights_is_patched (weights, key);
  for (size_t i = 0; weights->round_to_half && !is_exact && i < tensor->n_items; i++)
    numbers[i] = mk_half_to_float (mk_float_to_half (numbers[i]));
  return numbers;
}

/* Whether an adapter changes it: that takes the whole weight, a merge only the same row of other weights. */
static bool
is_adapted (const mk_weights *weights, const char *key)
{
  for (guint i = 0; i < weights->patches->len; i++) {
    const mk_patch *patch = &g_array_index (weights->patches, mk_patch, i);
    if (strcmp (patch->key, key) == 0 && (patch->other == NULL || is_adapted (patch->other, key)))
      return true;
  }
  return false;
}

static bool
merge_row (const mk_patch *patch, size_t row, float *out, size_t width, GError **error)
{
  g_autofree float *theirs = g_new (float, width);
  if (!mk_weights_read_row (patch->other, patch->key, row, theirs, width, error))
    return false;
  for (size_t i = 0; patch->base != 1.0f && i < width; i++)
    out[i] *= patch->base;
  for (size_t i = 0; i < width; i++)
    out[i] += patch->strength * theirs[i];
  return true;
}

bool
mk_weights_read_row (const mk_weights *weights, const char *key, size_t row, float *out, size_t width, GError **error)
{
  const mk_safetensor *tensor = mk_weights_find (weights, key);
  if (tensor == NULL || tensor->n_items < (row + 1) * width)
    return mk_error (error, MK_ERROR_FORMAT, "%s: “%s” has no row %zu", mk_safetensors_get_name (weights->file), key, row);
  if (is_adapted (weights, key)) {
    g_autofree float *all = mk_weights_read (weights, key, 0, error);
    if (all != NULL)
      memcpy (out, all + row * width, width * sizeof *out);
    return all != NULL;
  }
  mk_safetensor part = *tensor;
  part.n_items = width;
  part.data = (const char *)tensor->data + row * (mk_safetensor_n_bytes (tensor) / tensor->n_items) * width;
  mk_safetensor_read (&part, out);
  for (guint i = 0; i < weights->patches->len; i++) {
    const mk_patch *patch = &g_array_index (weights->patches, mk_patch, i);
    if (strcmp (patch->key, key) == 0 && !merge_row (patch, row, out, width, error))
      return false;
  }
  for (size_t i = 0; i < width; i++) {
    if (!isfinite (out[i]))
      return mk_error (error, MK_ERROR_FORMAT, "%s: “%s” holds %s at position %zu, which is no number to compute with: the file is damaged or badly converted", mk_safetensors_get_name (weights->file), tensor->name, name_of (out[i]), row * width + i);
    if (weights->round_to_half)
      out[i] = mk_half_to_float (mk_float_to_half (out[i]));
  }
  return true;
}

const uint16_t *
mk_weights_get_halves (const mk_weights *weights, const char *key)
{
  const mk_safetensor *tensor = mk_weights_find (weights, key);
  if (tensor == NULL || tensor->dtype != MK_DTYPE_F16 || (uintptr_t)tensor->data % sizeof (uint16_t) != 0 || mk_weights_is_patched (weights, key))
    return NULL;
  return tensor->data;
}

bool
mk_weights_check_halves (const mk_weights *weights, const char *key, GError **error)
{
  const mk_safetensor *tensor = mk_weights_find (weights, key);
  const uint16_t *halves = mk_weights_get_halves (weights, key);
  for (size_t i = 0; halves != NULL && i < tensor->n_items; i++)
    if (!mk_halves_are_finite (halves + i, 1))
      return mk_error (error, MK_ERROR_FORMAT, "%s: “%s” holds %s at position %zu, which is no number to compute with: the file is damaged or badly converted", mk_safetensors_get_name (weights->file), tensor->name, name_of (mk_half_to_float (halves[i])), i);
  return true;
}
