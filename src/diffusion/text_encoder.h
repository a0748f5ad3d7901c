/* text_encoder.h - CLIP's text model: what a prompt means, as numbers for the UNet.
 *
 * Purpose   CLIP-L (12 layers, SD 1 and XL) and OpenCLIP H and G (SD 2 and XL); sizes come from the weights, heads
 *           are 64 wide. OpenCLIP's have GELU and a projection; in names of its own with q, k and v stacked, or in Hugging
 *           Face's, where the number of layers tells them from CLIP-L.
 * Source    Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", 2021.
 * Threads   Constant once loaded.
 * Tests     tests/diffusion/test_networks.c, tests/diffusion/test_sdxl.c
 */
#pragma once
#include "diffusion/nn.h"
#include "diffusion/tokenizer.h"

typedef struct mk_text_encoder mk_text_encoder;

/* `weights` stands at the text model ("…text_model." or OpenCLIP's "…model."). */
mk_text_encoder *mk_text_encoder_load (mk_nn *nn, mk_weights *weights);
void             mk_text_encoder_free (mk_text_encoder *encoder); /* NULL is fine */
/* Whether these are OpenCLIP's, in whatever names. */
bool             mk_text_encoder_is_open_clip (const mk_weights *weights);
int              mk_text_encoder_width (const mk_text_encoder *encoder);
/* `layer` -1 = all of them, -2 = without the last…; one that is not there counts as -1. `norms`: the final norm is
 * applied to what is kept. Weights of words are applied against the empty prompt, filled up with token `pad`.
 * `*states` 1 × 77 n_chunks × width; `*pooled` 1 × width, projected when the file has a projection. */
bool mk_text_encoder_run (mk_nn *nn, const mk_text_encoder *encoder, const mk_tokens *tokens, int pad, int layer, bool norms, mk_tensor **states, mk_tensor **pooled, GError **error);
