/* taesd.h - a tiny decoder that shows what a latent will become: previews with real colours and edges.
 *
 * Shape     Latents as the sampler sees them (scaled), n × 4 × h × w; pictures n × 8h × 8w × 3, 0..1.
 * Source    Ollin Boer Bohan, "Tiny AutoEncoder for Stable Diffusion" (TAESD), 2023: convolutions of 64 channels in a list whose
 *           places are the weights' names.
 * Threads   Constant once loaded.
 * Tests     tests/diffusion/test_taesd.c
 */
#pragma once
#include "diffusion/nn.h"
#include "media/image.h"

typedef struct mk_taesd mk_taesd;

/* `weights` stands where "1.weight" is, the first convolution of the decoder. */
mk_taesd *mk_taesd_load (mk_nn *nn, mk_weights *weights);
void      mk_taesd_free (mk_taesd *taesd); /* NULL is fine */
/* One picture of `latent`, c × height × width floats. */
mk_image *mk_taesd_decode (mk_nn *nn, const mk_taesd *taesd, const float *latent, int height, int width, GError **error);
