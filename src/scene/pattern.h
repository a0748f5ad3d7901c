/* pattern.h - surfaces whose colour is computed: checker, wood, marble, grass ...
 *
 * Purpose   One definition for two users: the renderer asks per hit, glTF export bakes one whole repeat.
 * Units     uv and widths in metres on the surface; colours linear; heights in metres outwards.
 * Repeats   Every pattern is exactly periodic with mk_pattern_size. Checker, stripes and dots repeat after
 *           `pattern_scale_m`; the others after several of it, so that no eye finds the seam.
 * Threads   Pure.
 * Tests     tests/scene/test_pattern.c
 */
#pragma once
#include "scene/scene.h"

typedef struct mk_pattern_sample {
  mk_vec3 color;   /* base colour there */
  float share;     /* 0 = colour 1 (the material's base colour), 1 = the pattern's colour */
  float height_m;
  mk_vec2 slope;   /* d height / d u, d height / d v: tilts the normal by -slope along the tangents */
} mk_pattern_sample;

/* `width_m` is the size of a pixel on the surface, or 0: details below it fade to their mean. */
void    mk_pattern_evaluate (const mk_material *material, mk_vec2 uv_m, float width_m, mk_pattern_sample *sample);
/* Whether what glows of it is where the pattern's colour is, as lava between its plates, and not all of it. */
bool    mk_pattern_glows_between (const mk_material *material);
/* Metres after which the pattern repeats along u and v; 0 without a pattern. */
mk_vec2 mk_pattern_size (const mk_material *material);
