/* image.h - pictures as values.
 *
 * Purpose   What ComfyUI calls IMAGE and MASK: a batch of float pictures.
 * Shape     n × height × width × n_channels, rows top to bottom, channels innermost.
 *           n_channels 1 (mask, depth), 2 (motion), 3 (RGB), 4 (RGBA, not premultiplied).
 * Range     Display-encoded sRGB, 0..1, unless a function says linear light.
 * Threads   Immutable once shared; writing is for the sole owner.
 * Memory    Reference counted.
 * Tests     tests/media/test_image.c
 */
#pragma once
#include "base/base.h"

typedef struct {
  int n, height, width, n_channels;
  mk_buffer *pixels; /* float */
  int n_refs;        /* atomic; not for callers */
} mk_image;

/* The largest side and the largest number of floats that any image may have. */
#define MK_IMAGE_MAX_SIDE 16384
#define MK_IMAGE_MAX_FLOATS ((size_t)1 << 32)

/* Black pixels; RANGE when a size is below 1 or above its limit, MEMORY when refused. */
mk_image *mk_image_new (int n, int height, int width, int n_channels, GError **error);
mk_image *mk_image_ref (mk_image *image);
void      mk_image_unref (mk_image *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_image, mk_image_unref)

/* The first float of picture `index`; the second form only for the sole owner. */
static inline const float *
mk_image_read (const mk_image *image, int index)
{
  return (const float *)mk_buffer_read (image->pixels) + (size_t)index * (size_t)image->height * (size_t)image->width * (size_t)image->n_channels;
}
static inline float *
mk_image_write (mk_image *image, int index)
{
  return (float *)mk_buffer_write (image->pixels) + (size_t)index * (size_t)image->height * (size_t)image->width * (size_t)image->n_channels;
}
static inline size_t
mk_image_n_bytes (const mk_image *image)
{
  return mk_buffer_size (image->pixels);
}
