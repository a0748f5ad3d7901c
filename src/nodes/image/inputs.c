#include "nodes/image/inputs.h"

#include <math.h>

static mk_image *
get (const mk_run *run, const char *input, const mk_value_type *type, GError **error)
{
  mk_image *image = mk_run_get_data (run, input, type);
  if (image == NULL)
    mk_error (error, MK_ERROR_TYPE, "%s: there is no %s", input, type->name);
  return image;
}

mk_image *
mk_run_get_image (const mk_run *run, const char *input, GError **error)
{
  return get (run, input, &mk_image_type, error);
}

mk_image *
mk_run_get_mask (const mk_run *run, const char *input, GError **error)
{
  return get (run, input, &mk_mask_type, error);
}

bool
mk_run_answer_image (mk_run *run, mk_image *taken)
{
  if (taken != NULL)
    mk_run_set_output (run, 0, mk_value_new_image (taken));
  return taken != NULL;
}

bool
mk_run_answer_mask (mk_run *run, mk_image *taken)
{
  if (taken != NULL)
    mk_run_set_output (run, 0, mk_value_new_mask (taken));
  return taken != NULL;
}

int
mk_round_even (double x)
{
  return (int)CLAMP (rint (x), -2147483647.0, 2147483647.0);
}

int
mk_run_get_choice (const mk_run *run, const char *input, const char *const *options)
{
  const char *choice = mk_run_get_string (run, input);
  for (int i = 0; options[i] != NULL; i++)
    if (g_strcmp0 (choice, options[i]) == 0)
      return i;
  return -1;
}

uint8_t *
mk_image_levels_rgb (const mk_image *image, int index)
{
  size_t n = (size_t)image->width * (size_t)image->height, channels = (size_t)image->n_channels;
  uint8_t *rgb8 = g_try_malloc (n * 3);
  const float *from = mk_image_read (image, index);
  for (size_t i = 0; rgb8 != NULL && i < 3 * n; i++)
    rgb8[i] = mk_level_of (from[i / 3 * channels + (channels < 3 ? 0 : i % 3)]);
  return rgb8;
}

void
mk_run_preview_image (mk_run *run, const mk_image *image, int index)
{
  g_autofree uint8_t *rgb8 = mk_image_levels_rgb (image, index);
  if (rgb8 != NULL)
    mk_run_preview (run, rgb8, image->width, image->height);
}
