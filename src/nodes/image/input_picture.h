/* input_picture.h - picture files that people name, and what ComfyUI's LoadImage makes of them. */
#pragma once
#include "nodes/image/types.h"

/* The picture as it is in the file: 3 or 4 channels, all frames; `name` as in input_file.h. */
mk_image *mk_input_picture_load (const mk_run *run, const char *name, GError **error);
/* Its colours without alpha. */
mk_image *mk_input_picture_color (mk_image *whole, GError **error);
/* One channel, as it is or taken from 1; without it 64×64 zeros, as ComfyUI has it. */
mk_image *mk_input_picture_channel (const mk_image *whole, int channel, bool inverts, GError **error);
