/* names.h - what the parts of a network are called elsewhere.
 *
 * Purpose   Stable Diffusion's own files say "input_blocks.1.1.proj_in", the diffusers library "down_blocks.0.attentions.0.proj_in";
 *           LoRAs use either. Both have two residual blocks per level.
 * Threads   Pure functions.
 * Tests     tests/nodes/test_diffusion_golden.c
 */
#pragma once
#include "base/base.h"

/* The diffusers name of a UNet's or ControlNet's `key` (with or without .weight), to be freed; NULL when it has none. */
char *mk_name_to_diffusers (const char *key);
/* And back. `has_attention` tells for each of up to 4 levels of the decoder whether it has transformers. */
char *mk_name_from_diffusers (const char *name, const bool has_attention[4]);
/* A VAE's diffusers name as ours; NULL when it is none. */
char *mk_name_from_diffusers_vae (const char *name);
