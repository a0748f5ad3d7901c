/* resize.h - pictures in another size, number for number as ComfyUI's common_upscale.
 *
 * Purpose   What every node that scales uses; contract §7.1.
 * Methods   nearest-exact takes the pixel under the centre; bilinear and bicubic (A = -0.75) have half-pixel
 *           centres, no antialias and repeat the edge; area is the mean of the pixels that are touched; lanczos
 *           is Pillow's on 8-bit data, with antialias. Bicubic overshoot is kept.
 * Threads   Rows are shared out over the pool; equal bytes at any thread count.
 * Tests     tests/nodes/test_image_golden.c
 */
#pragma once
#include "base/pool.h"
#include "media/image.h"

typedef enum { MK_RESIZE_NEAREST_EXACT, MK_RESIZE_BILINEAR, MK_RESIZE_AREA, MK_RESIZE_BICUBIC, MK_RESIZE_LANCZOS } mk_resize_method;

/* By ComfyUI's name, "nearest-exact"; TYPE when there is no such method. */
bool mk_resize_method_find (const char *name, mk_resize_method *method, GError **error);

/* A new reference. `crops` first trims the picture around its centre to the new proportions. `pool` may be NULL.
 * Lanczos takes 1, 3 or 4 channels. */
mk_image *mk_image_resize (mk_image *image, int width, int height, mk_resize_method method, bool crops, mk_pool *pool, GError **error);
