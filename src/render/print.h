/* print.h - a traced picture as a style draws it: lines where surfaces bend or end, glowing or inked, gray, dark corners.
 *
 * Lines     Where normals turn, where 1/depth bends (it is straight over a plane), where things or colours meet.
 * Units     Shown colours are display-encoded, light is linear and exposed by `exposure`.
 * Threads   As the renderer's: equal at any count.
 * Tests     tests/render/test_render.c
 */
#pragma once
#include "base/pool.h"
#include "render/film.h"

/* 0..1: how much of a line a pixel of a finished film is. */
float mk_print_line (const mk_film *film, int x, int y);
/* Adds lines in their surface's own hue and the glow around them to filtered light; nothing unless lines glow. */
void mk_print_glow (const mk_print *print, const mk_film *film, float exposure, mk_pool *pool, float *const light[3]);
/* A shown colour as the style prints it; `x` and `y` go from -1 to 1 over the picture, `line` is mk_print_line's. */
vec3 mk_print_color (const mk_print *print, vec3 shown, float line, float x, float y);
