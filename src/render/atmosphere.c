#include "render/atmosphere.h"

/* Kilometres. Coefficients at 680, 550 and 440 nm as usual since S. Bruneton and F. Neyret, "Precomputed
 * Atmospheric Scattering", 2008; ozone: S. Hillaire, "A Scalable and Production Ready Sky", 2020. */
#define EARTH_KM 6360.0f
#define TOP_KM 6420.0f
#define EYE_KM 0.02f
#define N_VIEW 20
#define N_LIGHT 8

static const vec3 rayleigh = { 5.8e-3f, 13.5e-3f, 33.1e-3f }, ozone = { 0.65e-3f, 1.881e-3f, 0.085e-3f };

typedef struct {
  float air, dust, ozone;
} density;

static density
density_at (float height_km)
{
  return (density){ expf (-height_km / 8), expf (-height_km / 1.2f), maxf (0, 1 - fabsf (height_km - 25) / 15) };
}

/* To the sphere of this radius from inside it. */
static float
distance_to (float radius, vec3 from, vec3 direction)
{
  float b = dot (from, direction), c = dot (from, from) - radius * radius;
  return -b + sqrtf (maxf (0, b * b - c));
}

static vec3
dimmed (density column, float dust)
{
  return v3 (expf (-(rayleigh.x * column.air + 1.1f * dust * column.dust + ozone.x * column.ozone)),
             expf (-(rayleigh.y * column.air + 1.1f * dust * column.dust + ozone.y * column.ozone)),
             expf (-(rayleigh.z * column.air + 1.1f * dust * column.dust + ozone.z * column.ozone)));
}

static density
column_towards (vec3 from, vec3 direction)
{
  float step = distance_to (TOP_KM, from, direction) / N_LIGHT;
  density sum = { 0, 0, 0 };
  for (int i = 0; i < N_LIGHT; i++) {
    float height = mk_vec3_length (along (from, direction, ((float)i + 0.5f) * step)) - EARTH_KM;
    density d = density_at (maxf (height, 0));
    sum.air += d.air * step;
    sum.dust += d.dust * step;
    sum.ozone += d.ozone * step;
  }
  return sum;
}

/* Henyey and Greenstein's, in Cornette and Shanks's form, for dust. */
static float
dust_phase (float c)
{
  const float g = 0.76f;
  return 3 / (8 * MK_PI) * (1 - g * g) * (1 + c * c) / ((2 + g * g) * powf (1 + g * g - 2 * g * c, 1.5f));
}

static vec3
scattered (vec3 direction, vec3 sun, float dust)
{
  vec3 eye = { 0, EARTH_KM + EYE_KM, 0 }, sum = { 0, 0, 0 };
  float length = distance_to (TOP_KM, eye, direction), c = dot (direction, sun), before = 0;
  float air_phase = 3 / (16 * MK_PI) * (1 + c * c), again = 0.35f / (4 * MK_PI);
  density seen = { 0, 0, 0 };
  for (int i = 0; i < N_VIEW; i++) {
    float share = (float)(i + 1) / N_VIEW, after = length * share * share, step = after - before;
    vec3 p = along (eye, direction, 0.5f * (before + after));
    density d = density_at (maxf (mk_vec3_length (p) - EARTH_KM, 0)), light = column_towards (p, sun);
    seen = (density){ seen.air + d.air * step, seen.dust + d.dust * step, seen.ozone + d.ozone * step };
    vec3 dim = dimmed ((density){ seen.air + light.air, seen.dust + light.dust, seen.ozone + light.ozone }, dust);
    vec3 give = add (scale (rayleigh, d.air * (air_phase + again)), v3_all (dust * d.dust * (dust_phase (c) + again)));
    sum = add (sum, scale (mul (dim, give), step));
    before = after;
  }
  return sum;
}

void
mk_atmosphere_make (mk_atmosphere *atmosphere, vec3 sun, float turbidity)
{
  float dust = 2.5e-3f * clampf (turbidity, 1, 20);
  atmosphere->sun_direction = sun;
  vec3 eye = { 0, EARTH_KM + EYE_KM, 0 };
  atmosphere->sun_share = dimmed (column_towards (eye, v3 (sun.x, maxf (sun.y, 0.01f), sun.z)), dust);
  float sun_side = sqrtf (maxf (0, 1 - sun.y * sun.y));
  for (int e = 0; e < MK_ATMOSPHERE_ELEVATIONS; e++)
    for (int a = 0; a < MK_ATMOSPHERE_AZIMUTHS; a++) {
      float y = square ((float)e / (MK_ATMOSPHERE_ELEVATIONS - 1)), side = sqrtf (maxf (0, 1 - y * y));
      float angle = MK_PI * (float)a / (MK_ATMOSPHERE_AZIMUTHS - 1);
      vec3 local_sun = { sun_side, sun.y, 0 };
      atmosphere->sky[e][a] = scattered (v3 (side * cosf (angle), maxf (y, 0.004f), side * sinf (angle)), local_sun, dust);
    }
}

vec3
mk_atmosphere_radiance (const mk_atmosphere *atmosphere, vec3 d)
{
  vec3 sun = atmosphere->sun_direction;
  float across = sqrtf ((d.x * d.x + d.z * d.z) * (sun.x * sun.x + sun.z * sun.z));
  float angle = across > 1e-9f ? acosf (clampf ((d.x * sun.x + d.z * sun.z) / across, -1, 1)) : 0;
  float x = angle / MK_PI * (MK_ATMOSPHERE_AZIMUTHS - 1), y = sqrtf (clampf (d.y, 0, 1)) * (MK_ATMOSPHERE_ELEVATIONS - 1);
  int i = (int)minf (x, MK_ATMOSPHERE_AZIMUTHS - 2), j = (int)minf (y, MK_ATMOSPHERE_ELEVATIONS - 2);
  x -= (float)i;
  y -= (float)j;
  return mix (mix (atmosphere->sky[j][i], atmosphere->sky[j][i + 1], x), mix (atmosphere->sky[j + 1][i], atmosphere->sky[j + 1][i + 1], x), y);
}
