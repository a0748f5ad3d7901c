/* control_union.h - what a ControlNet for several kinds of pictures does with the kind.
 *
 * Purpose   One network reads depth, outlines, poses and more. The kind is told to it twice: with the time, and by a shift of what the
 *           picture's first layers give.
 * Source    ControlNet++ (xinsir), architecture of "ControlNetPlus", 2024, for one picture at a time, as ComfyUI runs it.
 * Kinds     A place in mk_control_kinds; 0 = not told: nothing is shifted.
 * Threads   Constant once loaded.
 * Tests     tests/nodes/test_definitions.c
 */
#pragma once
#include "diffusion/nn.h"

typedef struct mk_control_union mk_control_union;

/* ComfyUI's names of kinds: "auto", then those that networks know, in their order; ends with NULL. */
extern const char *const mk_control_kinds[];

/* NULL when the weights are of no such network, or something failed. */
mk_control_union *mk_control_union_load (mk_nn *nn, const mk_weights *weights);
void mk_control_union_free (mk_control_union *joint); /* NULL is fine */
/* What the time embedding gets more, the same for each of `n` pictures: n × 1 × 1 × its width. */
mk_act mk_control_union_time (mk_nn *nn, const mk_control_union *joint, int kind, int n);
/* Shifts each picture's features, in place. */
void mk_control_union_shift (mk_nn *nn, const mk_control_union *joint, int kind, mk_act features);
