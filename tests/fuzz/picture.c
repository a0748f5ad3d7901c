#include "media/frames.h"
#include "media/picture.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* PNG, JPEG, WebP, those that move, and their texts: a picture or a reason, never both. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  mk_image *image = mk_picture_decode (data, size, &error);
  g_assert ((image == NULL) == (error != NULL));
  mk_image_unref (image);
  if (mk_frames_is (data, size))
    mk_image_unref (mk_frames_decode (data, size, NULL));
  mk_json_unref (mk_picture_decode_texts (data, size, NULL));
  return 0;
}
