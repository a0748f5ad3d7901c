/* weights_save.c - see weights_save.h. */
#include "diffusion/weights_save.h"
#include "base/file.h"

#include <string.h>

static void
add_entry (mk_json *header, const char *name, const char *dtype, const int *dims, int n_dims, size_t begin, size_t end)
{
  mk_json *entry = mk_json_new_object (), *shape = mk_json_new_array (), *offsets = mk_json_new_array ();
  for (int i = 0; i < n_dims; i++)
    mk_json_append (shape, mk_json_new_int (dims[i]));
  mk_json_append (offsets, mk_json_new_int ((int64_t)begin));
  mk_json_append (offsets, mk_json_new_int ((int64_t)end));
  mk_json_set (entry, "dtype", mk_json_new_string (dtype));
  mk_json_set (entry, "shape", shape);
  mk_json_set (entry, "data_offsets", offsets);
  mk_json_set (header, name, entry);
}

static bool
write_header (mk_file_writer *writer, const mk_json *header, GError **error)
{
  g_autofree char *text = mk_json_print_compact (header);
  size_t length = strlen (text), padded = (length + 7) / 8 * 8;
  uint8_t size[8];
  for (int i = 0; i < 8; i++)
    size[i] = (uint8_t)(padded >> (8 * i));
  return mk_file_writer_write (writer, size, 8, error) && mk_file_writer_write (writer, text, length, error) && mk_file_writer_write (writer, "        ", padded - length, error);
}

static mk_json *
new_header (const mk_json *metadata)
{
  mk_json *header = mk_json_new_object ();
  if (metadata != NULL && mk_json_length (metadata) > 0)
    mk_json_set (header, "__metadata__", mk_json_copy (metadata));
  return header;
}

/* Hugging Face's projection of texts lies beside the text model whose weight it is here (checkpoint.c). */
static char *
name_of (const mk_weights_place *place, const char *key)
{
  size_t n = strlen (place->prefix);
  if (strcmp (key, "text_projection.weight") == 0 && g_str_has_suffix (place->prefix, "text_model."))
    n -= strlen ("text_model.");
  return g_strdup_printf ("%.*s%s", (int)n, place->prefix, key);
}

/* Patched numbers in the kind of their source; others byte for byte. */
static bool
write_tensor (mk_file_writer *writer, const mk_weights *weights, const char *key, GError **error)
{
  const mk_safetensor *tensor = mk_weights_find (weights, key);
  if (!mk_weights_is_patched (weights, key)) {
    bool good = mk_file_writer_write (writer, tensor->data, mk_safetensor_n_bytes (tensor), error);
    mk_weights_forget (weights, key);
    return good;
  }
  g_autofree float *numbers = mk_weights_read (weights, key, 0, error);
  if (numbers == NULL)
    return false;
  if (tensor->dtype == MK_DTYPE_F32)
    return mk_file_writer_write (writer, numbers, tensor->n_items * sizeof *numbers, error);
  if (tensor->dtype != MK_DTYPE_F16 && tensor->dtype != MK_DTYPE_BF16)
    return mk_error (error, MK_ERROR_UNSUPPORTED, "“%s” was changed and cannot be saved as %s", key, mk_dtype_name (tensor->dtype));
  g_autofree uint16_t *short_ones = g_new (uint16_t, MAX (tensor->n_items, 1));
  for (size_t i = 0; i < tensor->n_items; i++) {
    uint32_t bits;
    memcpy (&bits, &numbers[i], sizeof bits);
    short_ones[i] = tensor->dtype == MK_DTYPE_F16 ? mk_float_to_half (numbers[i]) : (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  }
  return mk_file_writer_write (writer, short_ones, tensor->n_items * sizeof *short_ones, error);
}

bool
mk_weights_save (const char *path, const mk_weights_place *places, size_t n, const mk_json *metadata, const mk_job *job, GError **error)
{
  g_autoptr (mk_json) header = new_header (metadata);
  g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  size_t at = 0, n_tensors = 0, done = 0;
  for (size_t i = 0; i < n; i++) {
    char **keys = mk_weights_list (places[i].weights);
    g_ptr_array_add (lists, keys);
    for (; *keys != NULL; keys++, n_tensors++) {
      const mk_safetensor *tensor = mk_weights_find (places[i].weights, *keys);
      g_autofree char *name = name_of (&places[i], *keys);
      size_t size = mk_safetensor_n_bytes (tensor);
      add_entry (header, name, mk_dtype_name (tensor->dtype), tensor->dims, tensor->n_dims, at, at + size);
      at += size;
    }
  }
  g_autoptr (mk_file_writer) writer = mk_file_writer_new (path, error);
  if (writer == NULL || !write_header (writer, header, error))
    return false;
  for (size_t i = 0; i < n; i++)
    for (char **keys = lists->pdata[i]; *keys != NULL; keys++) {
      if (mk_job_is_cancelled (job))
        return mk_error (error, MK_ERROR_CANCELLED, "saving %s was cancelled", path);
      if (!write_tensor (writer, places[i].weights, *keys, error))
        return false;
      mk_job_report (job, (double)++done, (double)n_tensors);
    }
  return mk_file_writer_commit (writer, error);
}

bool
mk_tensor_save (const char *path, const char *name, const mk_tensor *tensor, const char *marker, const mk_json *metadata, GError **error)
{
  static const int empty[1] = { 0 };
  size_t size = mk_tensor_n_floats (tensor) * sizeof (float);
  g_autoptr (mk_json) header = new_header (metadata);
  add_entry (header, name, "F32", tensor->dims, tensor->n_dims, 0, size);
  add_entry (header, marker, "F32", empty, 1, size, size);
  g_autoptr (mk_file_writer) writer = mk_file_writer_new (path, error);
  return writer != NULL && write_header (writer, header, error) && mk_file_writer_write (writer, mk_tensor_read (tensor), size, error) && mk_file_writer_commit (writer, error);
}
