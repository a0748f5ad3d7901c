/* aurora.h - northern lights: curtains of green light with violet tops, in the sky of a night.
 *
 * Units     Directions unit, Y up; north is away from the viewer, -Z.
 * Threads   Pure.
 * Tests     tests/render/test_sky.c
 */
#pragma once
#include "base/base.h"
#include "render/maths.h"

/* Light to be added to the night's own; black below the horizon. `is_sharp`: with the rays that a table is too coarse for. */
vec3 mk_aurora_radiance (vec3 direction, bool is_sharp);
