/* texture.h - pictures on surfaces: 8 bits a channel, looked up bilinearly, repeating. */
#pragma once
#include "media/image.h"
#include "render/maths.h"

typedef struct mk_texture {
  int width, height;
  bool has_alpha;
  uint8_t (*texels)[4];
} mk_texture;

typedef struct {
  vec3 color;
  float alpha;
} mk_texel;

/* `image` has 1, 3 or 4 channels in 0..1. Never fails but by lack of small memory: images are bounded. */
mk_texture *mk_texture_new (const mk_image *image);
void        mk_texture_free (mk_texture *texture);
/* `is_srgb`: the colours are decoded to linear light. */
mk_texel    mk_texture_lookup (const mk_texture *texture, mk_vec2 uv, bool is_srgb);
