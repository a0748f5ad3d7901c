#include "render/texture.h"

#include <pthread.h>

static float decoded[2][256]; /* as it is, and from sRGB */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
fill (void)
{
  for (int i = 0; i < 256; i++) {
    float s = (float)i / 255;
    decoded[0][i] = s;
    decoded[1][i] = s <= 0.04045f ? s / 12.92f : powf ((s + 0.055f) / 1.055f, 2.4f); /* IEC 61966-2-1 */
  }
}

mk_texture *
mk_texture_new (const mk_image *image)
{
  pthread_once (&once, fill);
  mk_texture *texture = g_new0 (mk_texture, 1);
  texture->width = image->width;
  texture->height = image->height;
  size_t n = (size_t)image->width * (size_t)image->height;
  texture->texels = g_malloc (n * sizeof *texture->texels);
  const float *from = mk_image_read (image, 0);
  int last = image->n_channels - 1;
  for (size_t i = 0; i < n; i++, from += image->n_channels) {
    for (int c = 0; c < 3; c++)
      texture->texels[i][c] = (uint8_t)lrintf (255 * clampf (from[MIN (c, last)], 0, 1));
    texture->texels[i][3] = last == 3 ? (uint8_t)lrintf (255 * clampf (from[3], 0, 1)) : 255;
    texture->has_alpha |= texture->texels[i][3] < 255;
  }
  return texture;
}

void
mk_texture_free (mk_texture *texture)
{
  if (texture == NULL)
    return;
  g_free (texture->texels);
  g_free (texture);
}

static int
wrap (int i, int n)
{
  return i < 0 ? i + n : i >= n ? i - n : i;
}

mk_texel
mk_texture_lookup (const mk_texture *texture, mk_vec2 uv, bool is_srgb)
{
  const float *decode = decoded[is_srgb];
  if (!(fabsf (uv.x) < 1e6f && fabsf (uv.y) < 1e6f))
    return (mk_texel){ { 0, 0, 0 }, 1 };
  float x = (uv.x - floor_of (uv.x)) * (float)texture->width - 0.5f, y = (uv.y - floor_of (uv.y)) * (float)texture->height - 0.5f;
  int i = (int)floor_of (x), j = (int)floor_of (y);
  float u = x - (float)i, v = y - (float)j;
  mk_texel out = { { 0, 0, 0 }, 0 };
  for (int k = 0; k < 4; k++) {
    int column = wrap (i + (k & 1), texture->width), row = wrap (j + (k >> 1), texture->height);
    const uint8_t *t = texture->texels[(size_t)row * (size_t)texture->width + (size_t)column];
    float weight = (k & 1 ? u : 1 - u) * (k >> 1 ? v : 1 - v);
    out.color = add (out.color, scale (v3 (decode[t[0]], decode[t[1]], decode[t[2]]), weight));
    out.alpha += weight * (float)t[3] / 255;
  }
  return out;
}
