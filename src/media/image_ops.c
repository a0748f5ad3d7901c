#include "media/image_ops.h"

#include <string.h>

static size_t
row_floats (const mk_image *image)
{
  return (size_t)image->width * (size_t)image->n_channels;
}

static size_t
picture_floats (const mk_image *image)
{
  return row_floats (image) * (size_t)image->height;
}

mk_image *
mk_image_copy (const mk_image *image, GError **error)
{
  mk_image *copy = mk_image_new (image->n, image->height, image->width, image->n_channels, error);
  if (copy != NULL)
    memcpy (mk_image_write (copy, 0), mk_image_read (image, 0), mk_image_n_bytes (image));
  return copy;
}

void
mk_image_fill (mk_image *image, float value)
{
  float *pixels = mk_image_write (image, 0);
  for (size_t i = 0; i < mk_image_n_bytes (image) / sizeof (float); i++)
    pixels[i] = value;
}

mk_image *
mk_image_crop (mk_image *image, int x, int y, int width, int height, GError **error)
{
  int left = CLAMP (x, 0, image->width), top = CLAMP (y, 0, image->height);
  int right = (int)CLAMP ((int64_t)x + width, 0, image->width), bottom = (int)CLAMP ((int64_t)y + height, 0, image->height);
  if (right <= left || bottom <= top) {
    mk_error (error, MK_ERROR_RANGE, "nothing of %d×%d at %d, %d lies inside a picture of %d×%d", width, height, x, y, image->width, image->height);
    return NULL;
  }
  if (right - left == image->width && bottom - top == image->height)
    return mk_image_ref (image);
  mk_image *part = mk_image_new (image->n, bottom - top, right - left, image->n_channels, error);
  for (int i = 0; part != NULL && i < image->n; i++)
    for (int row = 0; row < part->height; row++)
      memcpy (mk_image_write (part, i) + (size_t)row * row_floats (part),
              mk_image_read (image, i) + (size_t)(top + row) * row_floats (image) + (size_t)left * (size_t)image->n_channels, row_floats (part) * sizeof (float));
  return part;
}

mk_image *
mk_image_slice (mk_image *image, int first, int n, GError **error)
{
  if (first == 0 && n == image->n)
    return mk_image_ref (image);
  mk_image *part = mk_image_new (n, image->height, image->width, image->n_channels, error);
  if (part != NULL)
    memcpy (mk_image_write (part, 0), mk_image_read (image, first), mk_image_n_bytes (part));
  return part;
}

mk_image *
mk_image_repeat (mk_image *image, int n, GError **error)
{
  if (n == image->n)
    return mk_image_ref (image);
  mk_image *all = mk_image_new (n, image->height, image->width, image->n_channels, error);
  for (int i = 0; all != NULL && i < n; i++)
    memcpy (mk_image_write (all, i), mk_image_read (image, i % image->n), picture_floats (image) * sizeof (float));
  return all;
}

mk_image *
mk_image_join (const mk_image *a, const mk_image *b, GError **error)
{
  if (a->width != b->width || a->height != b->height || a->n_channels != b->n_channels) {
    mk_error (error, MK_ERROR_TYPE, "pictures of %d×%d×%d and %d×%d×%d do not go into one batch", a->width, a->height, a->n_channels, b->width, b->height, b->n_channels);
    return NULL;
  }
  if (a->n > G_MAXINT - b->n) {
    mk_error (error, MK_ERROR_LIMIT, "batches of %d and %d pictures do not fit in one", a->n, b->n);
    return NULL;
  }
  mk_image *all = mk_image_new (a->n + b->n, a->height, a->width, a->n_channels, error);
  if (all == NULL)
    return NULL;
  memcpy (mk_image_write (all, 0), mk_image_read (a, 0), mk_image_n_bytes (a));
  memcpy (mk_image_write (all, a->n), mk_image_read (b, 0), mk_image_n_bytes (b));
  return all;
}

mk_image *
mk_image_set_channels (mk_image *image, int n_channels, float value, GError **error)
{
  if (n_channels == image->n_channels)
    return mk_image_ref (image);
  mk_image *other = mk_image_new (image->n, image->height, image->width, n_channels, error);
  if (other == NULL)
    return NULL;
  const float *from = mk_image_read (image, 0);
  float *to = mk_image_write (other, 0);
  size_t n = picture_floats (image) / (size_t)image->n_channels * (size_t)image->n;
  for (size_t i = 0; i < n; i++)
    for (int c = 0; c < n_channels; c++)
      to[i * (size_t)n_channels + (size_t)c] = c < image->n_channels ? from[i * (size_t)image->n_channels + (size_t)c] : value;
  return other;
}

mk_image *
mk_image_repeat_channel (const mk_image *mask, int n_channels, GError **error)
{
  mk_image *image = mk_image_new (mask->n, mask->height, mask->width, n_channels, error);
  if (image == NULL)
    return NULL;
  const float *from = mk_image_read (mask, 0);
  float *to = mk_image_write (image, 0);
  for (size_t i = 0; i < mk_image_n_bytes (mask) / sizeof (float); i++)
    for (int c = 0; c < n_channels; c++)
      *to++ = from[i];
  return image;
}

mk_image *
mk_image_flip (const mk_image *image, bool across, bool down, GError **error)
{
  mk_image *other = mk_image_new (image->n, image->height, image->width, image->n_channels, error);
  size_t channels = (size_t)image->n_channels, width = (size_t)image->width;
  for (int i = 0; other != NULL && i < image->n; i++)
    for (int y = 0; y < image->height; y++) {
      const float *from = mk_image_read (image, i) + (size_t)(down ? image->height - 1 - y : y) * row_floats (image);
      float *to = mk_image_write (other, i) + (size_t)y * row_floats (image);
      for (size_t x = 0; x < width; x++)
        memcpy (to + x * channels, from + (across ? width - 1 - x : x) * channels, channels * sizeof (float));
    }
  return other;
}

static mk_image *
turn_right (const mk_image *image, GError **error)
{
  mk_image *other = mk_image_new (image->n, image->width, image->height, image->n_channels, error);
  size_t channels = (size_t)image->n_channels;
  for (int i = 0; other != NULL && i < image->n; i++)
    for (int y = 0; y < image->height; y++)
      for (int x = 0; x < image->width; x++)
        memcpy (mk_image_write (other, i) + (size_t)x * row_floats (other) + (size_t)(image->height - 1 - y) * channels,
                mk_image_read (image, i) + (size_t)y * row_floats (image) + (size_t)x * channels, channels * sizeof (float));
  return other;
}

mk_image *
mk_image_turn (mk_image *image, int quarters, GError **error)
{
  if ((quarters & 3) == 0)
    return mk_image_ref (image);
  if ((quarters & 3) == 2)
    return mk_image_flip (image, true, true, error);
  if ((quarters & 3) == 1)
    return turn_right (image, error);
  g_autoptr (mk_image) half = mk_image_flip (image, true, true, error);
  return half != NULL ? turn_right (half, error) : NULL;
}

void
mk_image_paste (mk_image *to, int index, const mk_image *image, int from_index, int x, int y)
{
  int left = MAX (0, -x), right = MIN (image->width, to->width - x);
  size_t channels = (size_t)to->n_channels;
  for (int row = MAX (0, -y); left < right && row < MIN (image->height, to->height - y); row++)
    memcpy (mk_image_write (to, index) + (size_t)(y + row) * row_floats (to) + (size_t)(x + left) * channels,
            mk_image_read (image, from_index) + (size_t)row * row_floats (image) + (size_t)left * channels, (size_t)(right - left) * channels * sizeof (float));
}
