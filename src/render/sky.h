/* sky.h - the light that comes from everywhere around a scene.
 *
 * Purpose   mk_sky_kind → radiance per direction, the sun or moon as a disk of its own, and a table of the
 *           rest for quick look-up and importance sampling.
 * Units     A day's sun gives about irradiance 3 at noon, so that white paint is near radiance 1.
 * Threads   Immutable once made.
 * Tests     tests/render/test_sky.c
 */
#pragma once
#include "base/base.h"
#include "render/atmosphere.h"
#include "render/clouds.h"
#include "scene/scene.h"

enum { MK_SKY_COLUMNS = 192, MK_SKY_ROWS = 96 }; /* azimuth × sine of elevation: all cells have equal area */
enum { MK_SKY_HORIZONS = 1536 };                  /* steps by azimuth that no eye tells apart */

typedef struct mk_sky_light {
  mk_sky sky;
  mk_atmosphere *atmosphere;   /* day */
  float gain;                  /* radiance per radiance of the atmosphere */
  vec3 sun_direction, sun_radiance; /* of the disk; radiance 0 = none */
  float sun_cos;               /* of its angular radius */
  vec3 mean, zenith;
  vec3 horizon[MK_SKY_HORIZONS]; /* where sky and ground meet, by azimuth */
  vec3 *map;                   /* rows from below to above */
  mk_clouds *clouds;           /* day and sunset, or NULL */
  float *row_ends, *cell_ends; /* running sums to 1 */
  bool is_peaked;              /* worth a light ray of its own: soft boxes, neon */
} mk_sky_light;

/* `pool` NULL = this thread only. Once `cancel`, which may be NULL, fires,
 * what is there is of no use but to be freed. */
mk_sky_light *mk_sky_light_new (const mk_sky *sky, mk_pool *pool, const mk_cancel *cancel);
void          mk_sky_light_free (mk_sky_light *light);
/* Exact, with stars and clouds, without the disk of the sun. */
vec3          mk_sky_light_radiance (const mk_sky_light *light, vec3 direction);
/* The same where the eye looks at it, without anything between. */
vec3 mk_sky_light_backdrop (const mk_sky_light *light, vec3 direction);
/* From the table. */
vec3          mk_sky_light_lookup (const mk_sky_light *light, vec3 direction);
/* What a far ground fades into: the sky where it meets the ground in that direction. */
vec3          mk_sky_light_horizon (const mk_sky_light *light, vec3 direction);
vec3          mk_sky_light_sample (const mk_sky_light *light, mk_vec2 u, float *pdf);
float         mk_sky_light_pdf (const mk_sky_light *light, vec3 direction);
/* The disk as seen in a direction: zero beside it. */
static inline vec3
mk_sky_light_sun (const mk_sky_light *light, vec3 direction)
{
  return dot (direction, light->sun_direction) > light->sun_cos ? light->sun_radiance : v3_all (0);
}
