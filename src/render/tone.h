/* tone.h - from light to what a screen shows.
 *
 * Curve     Per channel y = xⁿ / (xⁿ + mⁿ), the response of photoreceptors (K. Naka and W. Rushton, 1966), anchored
 *           so that middle grey stays. Before it colours are drawn towards grey, after it back again:
 *           bright saturated light then fades to white as film does instead of clipping to a pure hue.
 */
#pragma once
#include "render/maths.h"

/* Linear light (exposed) to display-encoded sRGB, 0..1. */
vec3 mk_tone_map (vec3 linear);
