/* text_encoder.h - CLIP's text model: what a prompt means, as numbers for the UNet.
 *
 * Purpose   12 layers for SD 1; sizes come from the weights, heads are 64 wide.
 * Source    Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", 2021.
 * Threads   Constant once loaded.
 * Tests     tests/diffusion/test_networks.c
 */
#pragma once
#include "diffusion/nn.h"
#include "diffusion/tokenizer.h"

typedef struct mk_text_encoder mk_text_encoder;

/* `weights` stands at the text model ("…text_model."). */
mk_text_encoder *mk_text_encoder_load (mk_nn *nn, mk_weights *weights);
void             mk_text_encoder_free (mk_text_encoder *encoder); /* NULL is fine */
int              mk_text_encoder_width (const mk_text_encoder *encoder);
/* `layer` -1 = all of them, -2 = without the last…; weights are applied against the empty prompt.
 * `*states` 1 × 77 n_chunks × width, `*pooled` 1 × width. */
bool mk_text_encoder_run (mk_nn *nn, const mk_text_encoder *encoder, const mk_tokens *tokens, int layer, mk_tensor **states, mk_tensor **pooled, GError **error);
