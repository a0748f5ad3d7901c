/* png.h - PNG in and out, with its text chunks.
 *
 * Range     8 bits per channel map 0..255 to 0..1; 16 bits 0..65535.
 * Limits    A file's size is checked before anything is allocated for its pixels.
 * Tests     tests/media/test_png.c
 */
#pragma once
#include "base/json.h"
#include "media/image.h"

typedef struct mk_png_options {
  int bit_depth;         /* 0 = 8; or 16 */
  int compression;       /* 0 = 4, as ComfyUI; 1..9 */
  bool is_uncompressed;
  const mk_json *texts;  /* {key: text or JSON}, ASCII-escaped; or NULL */
} mk_png_options;

/* Picture `index` with 1, 3 or 4 channels, to a file that is whole or absent; to memory: g_byte_array_unref. */
bool        mk_png_write (const mk_image *image, int index, const char *path, const mk_png_options *options, GError **error);
GByteArray *mk_png_encode (const mk_image *image, int index, const mk_png_options *options, GError **error);

/* RGB, or RGBA when the file has transparency; gray becomes RGB. FORMAT or LIMIT names what was wrong. */
mk_image *mk_png_decode (const void *bytes, size_t length, GError **error);
/* {key: text} of tEXt, zTXt and iTXt chunks. */
mk_json  *mk_png_decode_texts (const void *bytes, size_t length, GError **error);
bool      mk_png_is (const void *bytes, size_t length);
