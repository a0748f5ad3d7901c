/* upscaler.h - ESRGAN and its relatives: pictures with more pixels.
 *
 * Purpose   RRDBNet of any width, depth and 1, 2, 4 or 8 times, in today's names and in those of the first files.
 * Source    Wang et al., "ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks", 2018;
 *           Real-ESRGAN (2021) for the 1× and 2× forms that fold pixels into channels first.
 * Threads   Constant once loaded.
 * Tests     tests/diffusion/test_upscaler.c
 */
#pragma once
#include "diffusion/nn.h"
#include "media/image.h"

typedef struct mk_upscaler mk_upscaler;

/* `weights` stands at the file's beginning, or at "params." or "params_ema.". */
mk_upscaler *mk_upscaler_load (mk_nn *nn, mk_weights *weights);
void         mk_upscaler_free (mk_upscaler *upscaler); /* NULL is fine */
int          mk_upscaler_zoom (const mk_upscaler *upscaler);
/* The network's own output, not clamped. A new activation. */
mk_act       mk_upscaler_run (mk_nn *nn, const mk_upscaler *upscaler, mk_act in);
/* RGB pictures in tiles of `tile` pixels that share `overlap`; 0..1. */
mk_image    *mk_upscaler_enlarge (mk_nn *nn, const mk_upscaler *upscaler, const mk_image *image, int tile, int overlap, GError **error);
