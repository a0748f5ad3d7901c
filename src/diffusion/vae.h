/* vae.h - between pictures and latents.
 *
 * Purpose   The autoencoder of SD 1, 2 and XL: 8 times smaller on each side, 4 channels.
 * Shape     Latents n × 4 × h × w as the sampler leaves them, divided by the model's scale; pictures n × 8h × 8w × 3, 0..1.
 * Source    Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models", 2022, appendix G.
 * Threads   Constant once loaded.
 * Tests     tests/diffusion/test_networks.c
 */
#pragma once
#include "diffusion/nn.h"
#include "media/image.h"

typedef struct mk_vae mk_vae;

/* `weights` stands where "decoder.conv_in.weight" is. A file may hold only one half. */
mk_vae *mk_vae_load (mk_nn *nn, mk_weights *weights);
void    mk_vae_free (mk_vae *vae); /* NULL is fine */
/* Pixels per latent cell: 8; tiny ones for tests may differ. */
int     mk_vae_zoom (const mk_vae *vae);

/* `tile` 0 = whole; else in latent cells, with `overlap` cells shared: the mean of three tilings. */
mk_image  *mk_vae_decode (mk_nn *nn, const mk_vae *vae, const mk_tensor *latent, int tile, int overlap, GError **error);
/* Channels past the third are ignored; sides that are no multiple of the zoom are cut around the centre.
 * `tile` and `overlap` in pixels. */
mk_tensor *mk_vae_encode (mk_nn *nn, const mk_vae *vae, const mk_image *pixels, int tile, int overlap, GError **error);
