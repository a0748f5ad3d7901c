/* lora.h - small files that change a model's weights.
 *
 * Purpose   Finds which of a LoRA's parts belong to which weights, in kohya's, the diffusers library's and the model's own names:
 *           protocol §8.10. Low-rank pairs, LoCon's middle, plain differences of weights and biases.
 * Source    Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021.
 * Threads   Pure but for the log.
 * Tests     tests/nodes/test_diffusion_golden.c
 */
#pragma once
#include "diffusion/model.h"

typedef struct {
  int n_parts, n_model, n_clip; /* parts of the file; of those, used for the UNet and for the text encoders */
} mk_lora_fit;

/* Model and CLIP with the file's parts at these strengths; `clip` may be NULL. New references. FORMAT saying how many of
 * how many keys matched when nothing does; parts that have no place are told in the log. */
bool mk_lora_apply (const char *path, mk_model *model, mk_clip *clip, double strength_model, double strength_clip, mk_model **model_out, mk_clip **clip_out, mk_lora_fit *fit, GError **error);
