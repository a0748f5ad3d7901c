/* vocabulary.h - CLIP's byte-pair merges, best first; generated at build time. */
#pragma once
#define MK_CLIP_N_MERGES 48894
/* "left right", in the printable alphabet that stands for bytes. */
extern const char *const mk_clip_merges[MK_CLIP_N_MERGES];
