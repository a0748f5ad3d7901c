/* inputs.h - pictures and masks among a node's inputs, and answers in one line. */
#pragma once
#include "nodes/image/types.h"

/* Borrowed; TYPE naming the input when there is none. */
mk_image *mk_run_get_image (const mk_run *run, const char *input, GError **error);
mk_image *mk_run_get_mask (const mk_run *run, const char *input, GError **error);

/* The image becomes output 0; false, with the error that made it so, when it is NULL. Takes it. */
bool mk_run_answer_image (mk_run *run, mk_image *taken);
bool mk_run_answer_mask (mk_run *run, mk_image *taken);

/* Python's int(round(x)): half to even; held within int. */
int mk_round_even (double x);
/* Number of a combo's choice in its list; -1 when it is not there. */
int mk_run_get_choice (const mk_run *run, const char *input, const char *const *options);
/* Shows picture `index` as work in progress. */
/* Eight bits per channel, without alpha; NULL without memory. g_free. */
uint8_t *mk_image_levels_rgb (const mk_image *image, int index);
void mk_run_preview_image (mk_run *run, const mk_image *image, int index);
/* A float as an 8-bit level: cut off, not rounded, as ComfyUI does everywhere; NaN is 0. */
static inline uint8_t
mk_level_of (float v)
{
  return (uint8_t)((v >= 0 ? MIN (v, 1) : 0) * 255);
}
