/* frames.h - pictures that move and kinds of pictures that are rare: GIF, APNG, animated WebP, BMP, TIFF.
 *
 * Shape     All frames as one batch, laid over each other as the file says; RGBA where anything is transparent.
 * Limits    Frames beyond a gigabyte of bytes are an error, before they are kept.
 * Tests     tests/media/test_frames.c
 */
#pragma once
#include "base/json.h"
#include "media/image.h"

/* True for GIF, BMP, TIFF and for PNG and WebP with more than one frame. */
bool      mk_frames_is (const void *bytes, size_t length);
mk_image *mk_frames_decode (const void *bytes, size_t length, GError **error);
/* Frames of bytes, one after the other, as a batch. */
mk_image *mk_frames_to_image (const uint8_t *rgba, size_t n_bytes, int width, int height, GError **error);

typedef struct mk_apng_options {
  int frame_ms, compression; /* 0..9 */
  const mk_json *texts;      /* in chunks "comf" after the pictures, as ComfyUI keeps them; or NULL */
} mk_apng_options;

/* The whole batch as one APNG that repeats for ever; one picture gives an APNG of one frame. g_byte_array_unref. */
GByteArray *mk_apng_encode (const mk_image *images, const mk_apng_options *options, GError **error);
/* {key: text} of its "comf" chunks; an empty object when there are none. */
mk_json    *mk_apng_decode_texts (const void *bytes, size_t length);

typedef struct mk_webp_film_options {
  int frame_ms, quality, method; /* quality 0..100, method 0 (fast) .. 6 (small) */
  bool is_lossless;
  const mk_json *texts; /* or NULL */
} mk_webp_film_options;

/* The batch as an animated WebP; one picture gives a plain one. g_byte_array_unref. */
GByteArray *mk_webp_film_encode (const mk_image *images, const mk_webp_film_options *options, GError **error);
mk_image   *mk_webp_film_decode (const void *bytes, size_t length, GError **error);
bool        mk_webp_film_is (const void *bytes, size_t length);
