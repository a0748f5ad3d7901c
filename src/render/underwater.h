/* underwater.h - light below a moving surface of water.
 *
 * Purpose   What the water itself looks like in a direction, and how the waves above gather the sun into a net of lines.
 * Units     Directions unit, Y up; metres; seconds.
 * Threads   Pure.
 * Tests     tests/render/test_sky.c
 */
#pragma once
#include "base/base.h"
#include "render/maths.h"

/* The water all round: a bright window to the sky above, shafts of light below it, blue that deepens downwards. */
vec3  mk_underwater_radiance (vec3 sun_direction, vec3 direction, bool is_sharp);
/* Sunlight at `p` over its mean, which is 1. `cell_m` is the size of the meshes of the net. */
float mk_underwater_caustic (vec3 p, vec3 sun_direction, float cell_m, double time_s);
