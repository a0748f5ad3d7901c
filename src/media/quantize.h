/* quantize.h - pictures of few colours, colour for colour as Pillow makes them.
 *
 * Source    P. Heckbert, "Color Image Quantization for Frame Buffer Display", 1982: the box with the most pixels is
 *           cut at the median of the axis that is longest to the eye. R. Floyd, L. Steinberg 1976 for the dither.
 * Tests     tests/nodes/test_image_golden.c
 */
#pragma once
#include "base/base.h"

typedef struct {
  uint8_t rgb[256][3];
  int n;
} mk_palette;

/* Up to `n_colors` (1..256) colours of the pixels, 3 bytes each; the others are black. */
void mk_palette_median_cut (mk_palette *palette, const uint8_t *rgb, size_t n_pixels, int n_colors);
/* Which of all 256 colours is next to each pixel, counted in steps of four as Pillow does; with `dithers` the rest is
 * handed on to the neighbours. */
void mk_palette_map (const mk_palette *palette, const uint8_t *rgb, int width, int height, bool dithers, uint8_t *mapped);
