#include "nodes/image/types.h"

#include <string.h>

static void
free_image (void *data)
{
  mk_image_unref (data);
}

static size_t
count_bytes (const void *data)
{
  return mk_image_n_bytes (data);
}

/* Four sizes, then the floats. */
static mk_buffer *
save (const void *data, GError **error)
{
  const mk_image *image = data;
  int32_t sizes[4] = { image->n, image->height, image->width, image->n_channels };
  mk_buffer *bytes = mk_buffer_new (sizeof sizes + mk_image_n_bytes (image), error);
  if (bytes == NULL)
    return NULL;
  memcpy (mk_buffer_write (bytes), sizes, sizeof sizes);
  memcpy ((char *)mk_buffer_write (bytes) + sizeof sizes, mk_buffer_read (image->pixels), mk_image_n_bytes (image));
  return bytes;
}

static void *
load (const mk_buffer *bytes, GError **error)
{
  int32_t sizes[4];
  if (mk_buffer_size (bytes) < sizeof sizes) {
    mk_error (error, MK_ERROR_FORMAT, "an image of %zu bytes is cut off", mk_buffer_size (bytes));
    return NULL;
  }
  memcpy (sizes, mk_buffer_read (bytes), sizeof sizes);
  size_t n_bytes, n_there = mk_buffer_size (bytes) - sizeof sizes;
  if (!mk_size_of_floats (sizes, 4, &n_bytes) || n_bytes != n_there) {
    mk_error (error, MK_ERROR_FORMAT, "an image of %d×%d has %zu bytes of pixels", sizes[2], sizes[1], n_there);
    return NULL;
  }
  mk_image *image = mk_image_new (sizes[0], sizes[1], sizes[2], sizes[3], error);
  if (image != NULL)
    memcpy (mk_buffer_write (image->pixels), (const char *)mk_buffer_read (bytes) + sizeof sizes, n_bytes);
  return image;
}

const mk_value_type mk_image_type = { .name = "IMAGE", .free = free_image, .n_bytes = count_bytes, .save = save, .load = load };
const mk_value_type mk_mask_type = { .name = "MASK", .free = free_image, .n_bytes = count_bytes, .save = save, .load = load };

mk_value *
mk_value_new_image (mk_image *taken)
{
  return mk_value_new (&mk_image_type, taken);
}

mk_value *
mk_value_new_mask (mk_image *taken)
{
  return mk_value_new (&mk_mask_type, taken);
}
