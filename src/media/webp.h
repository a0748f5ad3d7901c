/* webp.h - WebP in and out, with the prompt in EXIF as ComfyUI keeps it.
 *
 * Texts     {"prompt": …, "workflow": …}: prompt in tag 0x0110 as `prompt:{json}`, others from 0x010f downwards.
 * Tests     tests/media/test_pictures.c
 */
#pragma once
#include "base/json.h"
#include "media/image.h"

typedef struct mk_webp_options {
  bool is_lossless;
  int quality;          /* 1..100; 0 = 80 */
  const mk_json *texts; /* or NULL */
} mk_webp_options;

bool        mk_webp_is (const void *bytes, size_t length);
/* RGB, or RGBA when it has alpha; of an animation the first frame. */
mk_image   *mk_webp_decode (const void *bytes, size_t length, GError **error);
mk_json    *mk_webp_decode_texts (const void *bytes, size_t length, GError **error);
/* A WebP with these texts; NULL when the bytes are none. */
GByteArray *mk_webp_add_texts (const void *bytes, size_t length, const mk_json *texts);
GByteArray *mk_webp_encode (const mk_image *image, int index, const mk_webp_options *options, GError **error);
