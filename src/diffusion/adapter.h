/* adapter.h - what small files hold to change one weight.
 *
 * Purpose   LoRA with LoCon's core, LoHa, LoKr, GLoRA, OFT, plain differences, and DoRA's lengths on top of any of them: parts of a file by their
 *           names' ends, and the matrix they stand for.
 * Source    Hu et al., "LoRA", 2021; Yeh et al., "Navigating Text-To-Image Customization: From LyCORIS Fine-Tuning to Model
 *           Evaluation", 2023, §3; Chavan et al., "One-for-All: Generalized LoRA", 2023; Qiu et al., "Controlling Text-to-Image Diffusion
 *           by Orthogonal Finetuning", 2023, §3; Liu et al., "DoRA: Weight-Decomposed Low-Rank Adaptation", 2024, §4.
 * Threads   Pure functions.
 * Tests     tests/diffusion/test_adapters.c
 */
#pragma once
#include "diffusion/safetensors.h"

/* A pair a, b stands for the product a b; a core, when there, for a small convolution between the two. */
typedef enum {
  MK_PART_UP, MK_PART_DOWN, MK_PART_MIDDLE,                                                      /* LoRA: up (middle) down */
  MK_PART_W1_A, MK_PART_W1_B, MK_PART_T1, MK_PART_W2_A, MK_PART_W2_B, MK_PART_T2,                /* LoHa: each number of one times that of the other */
  MK_PART_LEFT, MK_PART_LEFT_A, MK_PART_LEFT_B, MK_PART_RIGHT, MK_PART_RIGHT_A, MK_PART_RIGHT_B, /* LoKr: the Kronecker product of left and right */
  MK_PART_RIGHT_CORE,
  MK_PART_GENERAL_A1, MK_PART_GENERAL_A2, MK_PART_GENERAL_B1, MK_PART_GENERAL_B2,                /* GLoRA: of W a1 a2 + b1 b2 */
  MK_PART_TURNS,                                                                                 /* OFT: blocks × size × size */
  MK_PART_DIFFERENCE, MK_PART_BIAS,
  MK_PART_LENGTHS, MK_PART_ALPHA,
  MK_N_PARTS
} mk_part;

/* Borrowed; NULL = not there. All NULL changes nothing. MK_PART_BIAS is of another weight and is not looked at here. */
typedef struct {
  const mk_safetensor *parts[MK_N_PARTS];
} mk_adapter;

/* What a tensor is by the end of its name; MK_N_PARTS when it is no adapter's. `n_end` = length of that end. */
mk_part mk_adapter_find_part (const char *name, size_t *n_end);
/* Whether it is more than a difference. */
bool    mk_adapter_has_matrix (const mk_adapter *adapter);
bool    mk_adapters_equal (const mk_adapter *a, const mk_adapter *b);
/* Adds `strength` × the adapter to `numbers`, which are `weight`'s. False when shapes do not fit; numbers are untouched then. */
bool    mk_adapter_apply (const mk_adapter *adapter, float strength, const mk_safetensor *weight, float *numbers);
