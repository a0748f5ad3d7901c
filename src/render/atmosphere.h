/* atmosphere.h - the colour of clear sky by scattering in air, dust and ozone.
 *
 * Model     One scattering along the view ray with the sun's light dimmed on its way (T. Nishita et al.,
 *           "Display of the Earth Taking into Account Atmospheric Scattering", SIGGRAPH 1993), plus an even
 *           share for light that scatters again, and absorption by ozone, which keeps dusk blue overhead.
 * Units     Radiance for a sun of irradiance 1 above the air.
 */
#pragma once
#include "render/maths.h"

enum { MK_ATMOSPHERE_AZIMUTHS = 48, MK_ATMOSPHERE_ELEVATIONS = 64 };

typedef struct {
  vec3 sky[MK_ATMOSPHERE_ELEVATIONS][MK_ATMOSPHERE_AZIMUTHS]; /* elevation: sine by squares; azimuth: 0..pi from the sun */
  vec3 sun_share;     /* of the sun's light that reaches the ground */
  vec3 sun_direction;
} mk_atmosphere;

/* `turbidity` 1 is pure air, 3 a clear day, 10 haze. */
void mk_atmosphere_make (mk_atmosphere *atmosphere, vec3 sun_direction, float turbidity);
/* Directions below the horizon give the horizon's. */
vec3 mk_atmosphere_radiance (const mk_atmosphere *atmosphere, vec3 direction);
