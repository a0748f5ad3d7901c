#include "media/picture.h"

#include "media/frames.h"
#include "media/jpeg.h"
#include "media/png.h"
#include "media/webp.h"

mk_image *
mk_picture_decode (const void *bytes, size_t length, GError **error)
{
  if (mk_frames_is (bytes, length))
    return mk_frames_decode (bytes, length, error);
  if (mk_png_is (bytes, length))
    return mk_png_decode (bytes, length, error);
  if (mk_jpeg_is (bytes, length))
    return mk_jpeg_decode (bytes, length, error);
  if (mk_webp_is (bytes, length))
    return mk_webp_decode (bytes, length, error);
  mk_error (error, MK_ERROR_FORMAT, "this is no picture that can be read: it is none of PNG, JPEG, WebP, GIF, BMP and TIFF");
  return NULL;
}

mk_json *
mk_picture_decode_texts (const void *bytes, size_t length, GError **error)
{
  if (mk_frames_is (bytes, length) && mk_png_is (bytes, length))
    return mk_apng_decode_texts (bytes, length);
  if (mk_png_is (bytes, length))
    return mk_png_decode_texts (bytes, length, error);
  if (mk_webp_is (bytes, length))
    return mk_webp_decode_texts (bytes, length, error);
  return mk_json_new_object ();
}
