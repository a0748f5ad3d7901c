#include "nodes/image/input_picture.h"

#include "base/file.h"
#include "media/image_ops.h"
#include "media/picture.h"
#include "nodes/image/input_file.h"

#define MAX_FILE_BYTES ((size_t)256 << 20)

mk_image *
mk_input_picture_load (const mk_run *run, const char *name, GError **error)
{
  g_autofree char *bytes = NULL;
  size_t length = 0;
  if (!mk_input_file_read_named (run, name, MAX_FILE_BYTES, &bytes, &length, error))
    return NULL;
  mk_image *image = mk_picture_decode (bytes, length, error);
  if (image == NULL)
    g_prefix_error (error, "%s: ", name);
  return image;
}

mk_image *
mk_input_picture_color (mk_image *whole, GError **error)
{
  return mk_image_set_channels (whole, 3, 0, error);
}

mk_image *
mk_input_picture_channel (const mk_image *whole, int channel, bool inverts, GError **error)
{
  if (channel >= whole->n_channels)
    return mk_image_new (1, 64, 64, 1, error);
  mk_image *mask = mk_image_new (whole->n, whole->height, whole->width, 1, error);
  if (mask == NULL)
    return NULL;
  const float *from = mk_image_read (whole, 0) + channel;
  float *to = mk_image_write (mask, 0);
  for (size_t i = 0; i < mk_image_n_bytes (mask) / sizeof (float); i++)
    to[i] = inverts ? 1 - from[i * (size_t)whole->n_channels] : from[i * (size_t)whole->n_channels];
  return mask;
}

