#include "media/jpeg.h"

#include "media/exif.h"

#include <string.h>
#include <turbojpeg.h>

bool
mk_jpeg_is (const void *bytes, size_t length)
{
  return length >= 3 && memcmp (bytes, "\xff\xd8\xff", 3) == 0;
}

/* The APP1 segment with EXIF data, without its six bytes of name; NULL when there is none. */
static const uint8_t *
find_exif (const uint8_t *bytes, size_t length, size_t *exif_length)
{
  for (size_t at = 2; at + 4 <= length && bytes[at] == 0xff && bytes[at + 1] != 0xda;) {
    size_t size = ((size_t)bytes[at + 2] << 8) | bytes[at + 3];
    if (size < 2 || at + 2 + size > length)
      return NULL;
    if (bytes[at + 1] == 0xe1 && size >= 8 && memcmp (bytes + at + 4, "Exif\0\0", 6) == 0) {
      *exif_length = size - 8;
      return bytes + at + 10;
    }
    at += 2 + size;
  }
  return NULL;
}

static mk_image *
decompress (tjhandle handle, const void *bytes, size_t length, GError **error)
{
  int width = 0, height = 0, subsampling, colors; /* a file of tables alone is good, and has no size */
  if (tjDecompressHeader3 (handle, bytes, length, &width, &height, &subsampling, &colors) != 0) {
    mk_error (error, MK_ERROR_FORMAT, "the JPEG is damaged: %s", tjGetErrorStr2 (handle));
    return NULL;
  }
  if (width == 0 || height == 0) {
    mk_error (error, MK_ERROR_FORMAT, "the JPEG is damaged: it has no picture");
    return NULL;
  }
  g_autoptr (mk_image) image = mk_image_new (1, height, width, 3, error);
  g_autoptr (mk_buffer) rgb8 = image != NULL ? mk_buffer_new ((size_t)width * (size_t)height * 3, error) : NULL;
  if (rgb8 == NULL)
    return NULL;
  if (tjDecompress2 (handle, bytes, length, mk_buffer_write (rgb8), width, 0, height, TJPF_RGB, TJFLAG_ACCURATEDCT) != 0) {
    mk_error (error, MK_ERROR_FORMAT, "the JPEG is damaged: %s", tjGetErrorStr2 (handle));
    return NULL;
  }
  const uint8_t *from = mk_buffer_read (rgb8);
  float *to = mk_image_write (image, 0);
  for (size_t i = 0; i < (size_t)width * (size_t)height * 3; i++)
    to[i] = (float)from[i] / 255.0f;
  return g_steal_pointer (&image);
}

mk_image *
mk_jpeg_decode (const void *bytes, size_t length, GError **error)
{
  if (!mk_jpeg_is (bytes, length)) {
    mk_error (error, MK_ERROR_FORMAT, "this is no JPEG");
    return NULL;
  }
  tjhandle handle = tjInitDecompress ();
  mk_image *image = decompress (handle, bytes, length, error);
  tjDestroy (handle);
  size_t exif_length = 0;
  const uint8_t *exif = find_exif (bytes, length, &exif_length);
  if (image == NULL || exif == NULL)
    return image;
  mk_image *turned = mk_image_turn_exif (image, mk_exif_get_orientation (exif, exif_length), error);
  mk_image_unref (image);
  return turned;
}

GByteArray *
mk_jpeg_encode (const mk_image *image, int index, int quality, GError **error)
{
  size_t n = (size_t)image->width * (size_t)image->height, channels = (size_t)image->n_channels;
  g_autoptr (mk_buffer) rgb8 = mk_buffer_new (n * 3, error);
  if (rgb8 == NULL)
    return NULL;
  uint8_t *to = mk_buffer_write (rgb8);
  const float *from = mk_image_read (image, index);
  for (size_t i = 0; i < n; i++)
    for (size_t c = 0; c < 3; c++) {
      float v = from[i * channels + (channels < 3 ? 0 : c)];
      to[i * 3 + c] = (uint8_t)((v >= 0 ? MIN (v, 1) : 0) * 255 + 0.5f);
    }
  tjhandle handle = tjInitCompress ();
  unsigned char *made = NULL;
  unsigned long length = 0;
  int code = tjCompress2 (handle, to, image->width, 0, image->height, TJPF_RGB, &made, &length, quality >= 90 ? TJSAMP_444 : TJSAMP_420, CLAMP (quality, 1, 100), TJFLAG_ACCURATEDCT);
  GByteArray *bytes = NULL;
  if (code == 0)
    bytes = g_byte_array_append (g_byte_array_new (), made, (guint)length);
  else
    mk_error (error, MK_ERROR_FAILED, "the JPEG could not be written: %s", tjGetErrorStr2 (handle));
  tjFree (made);
  tjDestroy (handle);
  return bytes;
}
