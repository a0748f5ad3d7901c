/* denoise.h - clean pictures from few samples.
 *
 * Method    Light is divided by albedo, so that textures stay sharp; then filtered by an à-trous wavelet that
 *           stops at edges of normals, depth and light (C. Schied et al., "Spatiotemporal Variance-Guided
 *           Filtering", HPG 2017). What the frame before showed of the same surfaces is carried over along the motion
 *           vectors, unless it disagrees with what is seen now.
 * Threads   A filter belongs to one renderer; rows run on the pool, and no result depends on their order.
 * Tests     tests/render/test_denoise.c
 */
#pragma once
#include "base/pool.h"
#include "render/film.h"

typedef struct mk_denoiser mk_denoiser;

mk_denoiser *mk_denoiser_new (int width, int height, GError **error);
void         mk_denoiser_free (mk_denoiser *denoiser);
/* `out`: radiance per pixel, three planes of width * height. `has_before`: the last call was the frame before. */
void         mk_denoiser_run (mk_denoiser *denoiser, const mk_film *film, bool has_before, mk_pool *pool, float *out[3]);
/* What it remembers of the frame before, so that another filter of its size goes on as it would: so many floats. */
size_t       mk_denoiser_memory_length (const mk_denoiser *denoiser);
void         mk_denoiser_save (const mk_denoiser *denoiser, float *memory);
void         mk_denoiser_load (mk_denoiser *denoiser, const float *memory);
