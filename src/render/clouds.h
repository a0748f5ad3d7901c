/* clouds.h - fair-weather clouds in every direction, marched through once and kept as a picture.
 *
 * Model     A layer with a flat floor and heaps above it, out of fractal noise. Along a ray its density dims what is
 *           behind (Beer's law) and scatters the sun, itself dimmed on its way through the heap, by two lobes of
 *           Henyey and Greenstein's; a share of the sky's even light grows towards the tops.
 * Threads   Immutable once made.
 * Tests     tests/render/test_sky.c
 */
#pragma once
#include "base/pool.h"
#include "render/maths.h"

typedef struct mk_clouds mk_clouds;

/* `cover` 0 is a clear sky, 0.5 half of it. `pool` NULL = this thread only. Once `cancel`, which may be NULL, fires,
 * what is there is of no use but to be freed. */
mk_clouds *mk_clouds_new (vec3 sun_direction, float cover, mk_pool *pool, const mk_cancel *cancel);
void       mk_clouds_free (mk_clouds *clouds);

/* What a cloud does to the sky behind it: behind * (1 - cover) + sunlight * sun + skylight * sky. */
typedef struct {
  float cover, sun, sky;
} mk_cloud;
/* Nothing below the horizon. */
mk_cloud mk_clouds_at (const mk_clouds *clouds, vec3 direction);
