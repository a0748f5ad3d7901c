#include "diffusion/adapter.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Headers of weights; of what is believed every number is read, and all parts of adapters together change every tensor. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (mk_buffer) bytes = mk_buffer_new (size, NULL);
  g_assert (bytes != NULL);
  if (size > 0)
    memcpy (mk_buffer_write (bytes), data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_safetensors) file = mk_safetensors_open_buffer (bytes, "input", &error);
  g_assert ((file == NULL) == (error != NULL));
  mk_adapter adapter = { { NULL } };
  size_t n_end;
  for (size_t i = 0; file != NULL && i < mk_safetensors_n (file); i++) {
    mk_part part = mk_adapter_find_part (mk_safetensors_at (file, i)->name, &n_end);
    if (part != MK_N_PARTS)
      adapter.parts[part] = mk_safetensors_at (file, i);
  }
  for (size_t i = 0; file != NULL && i < mk_safetensors_n (file); i++) {
    const mk_safetensor *tensor = mk_safetensors_at (file, i);
    g_autofree float *numbers = g_new (float, tensor->n_items + 1);
    mk_safetensor_read (tensor, numbers);
    mk_adapter_apply (&adapter, 1, tensor, numbers);
  }
  return 0;
}
