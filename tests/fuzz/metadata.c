#include "media/metadata.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The texts in PNG, WebP and GLB. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_json) texts = mk_metadata_decode (data, size, &error);
  g_assert (texts == NULL || error == NULL);
  return 0;
}
