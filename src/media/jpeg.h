/* jpeg.h - JPEG in and out.
 *
 * Reading   RGB; the EXIF orientation is carried out.
 * Tests     tests/media/test_pictures.c
 */
#pragma once
#include "media/image.h"

bool        mk_jpeg_is (const void *bytes, size_t length);
mk_image   *mk_jpeg_decode (const void *bytes, size_t length, GError **error);
/* `quality` 1..100; alpha is left out. g_byte_array_unref. */
GByteArray *mk_jpeg_encode (const mk_image *image, int index, int quality, GError **error);
