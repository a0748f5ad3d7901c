/* image_ops.h - moving pixels about: cut, repeat, join, turn, lay over.
 *
 * Memory    Results are new references; nothing is changed in place except by `paste`.
 * Tests     tests/nodes/test_image_golden.c
 */
#pragma once
#include "media/image.h"

/* The part that lies inside; RANGE when nothing does. */
mk_image *mk_image_crop (mk_image *image, int x, int y, int width, int height, GError **error);
/* Pictures first .. first + n - 1, both inside. */
mk_image *mk_image_slice (mk_image *image, int first, int n, GError **error);
/* Repeated from its start, or cut, to n pictures. */
mk_image *mk_image_repeat (mk_image *image, int n, GError **error);
/* One batch after the other; equal sizes. */
mk_image *mk_image_join (const mk_image *a, const mk_image *b, GError **error);
/* Cut, or filled up with `value`, to this many channels. */
mk_image *mk_image_set_channels (mk_image *image, int n_channels, float value, GError **error);
/* The only channel of `mask`, `n_channels` times. */
mk_image *mk_image_repeat_channel (const mk_image *mask, int n_channels, GError **error);
mk_image *mk_image_flip (const mk_image *image, bool across, bool down, GError **error);
/* Clockwise by quarters, 0..3. */
mk_image *mk_image_turn (mk_image *image, int quarters, GError **error);
/* Copies what of `image` lies inside into picture `index` of `to` at x, y; it has as many channels. */
void      mk_image_paste (mk_image *to, int index, const mk_image *image, int from_index, int x, int y);
/* A copy that is its caller's alone. */
mk_image *mk_image_copy (const mk_image *image, GError **error);
/* Every float of `image`. */
void      mk_image_fill (mk_image *image, float value);
