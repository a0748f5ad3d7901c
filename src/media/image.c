#include "media/image.h"

static bool
check_size (int n, int height, int width, int n_channels, size_t *n_bytes, GError **error)
{
  if (n < 1 || n_channels < 1 || n_channels > 64)
    return mk_error (error, MK_ERROR_RANGE, "an image batch needs 1 or more pictures and 1..64 channels, got %d and %d", n, n_channels);
  if (height < 1 || width < 1 || height > MK_IMAGE_MAX_SIDE || width > MK_IMAGE_MAX_SIDE)
    return mk_error (error, MK_ERROR_RANGE, "an image of %d×%d is not possible; sides go from 1 to %d", width, height, MK_IMAGE_MAX_SIDE);
  size_t n_floats = (size_t)height * (size_t)width * (size_t)n_channels;
  if (!mk_size_multiply (n_floats, (size_t)n, &n_floats) || n_floats > MK_IMAGE_MAX_FLOATS)
    return mk_error (error, MK_ERROR_LIMIT, "%d pictures of %d×%d do not fit in memory at once", n, width, height);
  *n_bytes = n_floats * sizeof (float);
  return true;
}

mk_image *
mk_image_new (int n, int height, int width, int n_channels, GError **error)
{
  size_t n_bytes = 0;
  if (!check_size (n, height, width, n_channels, &n_bytes, error))
    return NULL;
  mk_buffer *pixels = mk_buffer_new (n_bytes, error);
  if (pixels == NULL)
    return NULL;
  mk_image *image = g_new (mk_image, 1);
  *image = (mk_image){ .n = n, .height = height, .width = width, .n_channels = n_channels, .pixels = pixels, .n_refs = 1 };
  return image;
}

mk_image *
mk_image_ref (mk_image *image)
{
  __atomic_fetch_add (&image->n_refs, 1, __ATOMIC_RELAXED);
  return image;
}

void
mk_image_unref (mk_image *image)
{
  if (image == NULL || __atomic_fetch_sub (&image->n_refs, 1, __ATOMIC_ACQ_REL) > 1)
    return;
  mk_buffer_unref (image->pixels);
  g_free (image);
}
