#include "render/sky_kinds.h"

#include "render/aurora.h"
#include "render/underwater.h"

#define SUN_RADIUS_RAD 0.0093f /* twice the true sun's: edges of shadows as soft as photographs of small things */
#define MOON_RADIUS_RAD 0.02f
#define CLOUDINESS 0.42f

/* --- noise for clouds, stars and nebulae --- */

static float
lattice (int x, int y, int z)
{
  return (float)(hash_add (hash_add (hash_mix ((uint32_t)x), (uint32_t)y), (uint32_t)z) >> 8) * 0x1p-24f;
}

static float
noise (vec3 p)
{
  float fx = floor_of (p.x), fy = floor_of (p.y), fz = floor_of (p.z);
  float u = smooth (0, 1, p.x - fx), v = smooth (0, 1, p.y - fy), w = smooth (0, 1, p.z - fz), ends[2];
  int x = (int)fx, y = (int)fy, z = (int)fz;
  for (int k = 0; k < 2; k++)
    ends[k] = lerpf (lerpf (lattice (x, y, z + k), lattice (x + 1, y, z + k), u), lerpf (lattice (x, y + 1, z + k), lattice (x + 1, y + 1, z + k), u), v);
  return lerpf (ends[0], ends[1], w);
}

static float
fractal (vec3 p, int n_octaves)
{
  float sum = 0, weight = 0.5f;
  for (int i = 0; i < n_octaves; i++, weight *= 0.5f) {
    sum += weight * noise (p);
    p = v3 (2.03f * p.x + 17.1f, 2.03f * p.y + 3.7f, 2.03f * p.z + 9.2f);
  }
  return sum;
}

/* One star at most per cell of a lattice of directions; brightness follows a steep law, as the real ones'. */
static vec3
stars (vec3 d, float cells)
{
  vec3 p = scale (d, cells);
  int x = (int)floor_of (p.x), y = (int)floor_of (p.y), z = (int)floor_of (p.z);
  uint32_t h = hash_add (hash_add (hash_mix ((uint32_t)x), (uint32_t)y), (uint32_t)z);
  float luck = (float)(h >> 8) * 0x1p-24f;
  if (luck > 0.11f)
    return v3_all (0);
  vec3 at = { (float)x + 0.3f + 0.4f * (float)(h & 63) / 64, (float)y + 0.3f + 0.4f * (float)(h >> 6 & 63) / 64, (float)z + 0.5f };
  vec3 off = sub (d, unit (at));
  float size = 0.0009f + 0.0007f * (float)(h >> 12 & 63) / 64, bright = powf ((float)(h >> 18 & 255) / 255, 6);
  float glow = smooth (size, 0.2f * size, mk_vec3_length (off)) * (0.15f + 2.5f * bright);
  return scale (mix (v3 (1, 0.82f, 0.65f), v3 (0.7f, 0.82f, 1), (float)(h & 255) / 255), glow);
}

/* --- kinds --- */

/* Scattering once leaves skies pale and dusks of one hue; eyes and film see more colour. */
static vec3
richer (vec3 c, float amount)
{
  float grey = luminance (c);
  return v3 (maxf (0, lerpf (grey, c.x, amount)), maxf (0, lerpf (grey, c.y, amount)), maxf (0, lerpf (grey, c.z, amount)));
}

static vec3
with_clouds (const mk_sky_light *light, vec3 sky, vec3 d, vec3 sunlight, vec3 skylight)
{
  if (light->clouds == NULL || d.y <= 0)
    return sky;
  mk_cloud cloud = mk_clouds_at (light->clouds, d);
  return add (scale (sky, 1 - cloud.cover), add (scale (sunlight, cloud.sun), scale (skylight, cloud.sky)));
}

static vec3
day (const mk_sky_light *light, vec3 d)
{
  vec3 sky = richer (scale (mk_atmosphere_radiance (light->atmosphere, d), light->gain), 1.35f);
  sky = mul (sky, mix (v3 (1.10f, 1.13f, 1.16f), v3 (1.08f, 1.20f, 1.32f), smooth (0.05f, 0.5f, d.y)));
  float haze = 0.55f * smooth (0.22f, 0, d.y), level = luminance (sky);
  sky = mix (sky, scale (v3 (0.90f, 1.0f, 1.12f), 1.12f * level), haze);
  vec3 sunlight = scale (light->atmosphere->sun_share, light->gain * 0.15f), skylight = scale (light->zenith, 0.9f);
  return with_clouds (light, sky, d, sunlight, add (skylight, scale (sunlight, 0.25f)));
}

/* Dusk as painters know it: gold about the sun, rose away from it, violet above and a blue dome. */
static vec3
dusk (const mk_sky_light *light, vec3 d)
{
  float side = hypotf (light->sun_direction.x, light->sun_direction.z) * hypotf (d.x, d.z);
  float towards = side > 1e-6f ? 0.5f + 0.5f * (light->sun_direction.x * d.x + light->sun_direction.z * d.z) / side : 0.5f;
  float height = light->sun_direction.y, low = smooth (0.30f, 0.02f, height); /* 1: the sun touches the horizon */
  vec3 near = mix (v3 (1.55f, 0.92f, 0.38f), v3 (1.75f, 0.62f, 0.16f), low), far = mix (v3 (0.78f, 0.62f, 0.58f), v3 (0.80f, 0.42f, 0.40f), low);
  vec3 rose = mix (v3 (0.44f, 0.46f, 0.62f), v3 (0.62f, 0.34f, 0.46f), low * (0.4f + 0.6f * towards)), dome = { 0.10f, 0.17f, 0.38f };
  float glow = towards * towards;
  vec3 sky = mix (far, near, glow);
  sky = mix (sky, rose, smooth (0.0f, 0.20f + 0.14f * glow, d.y));
  sky = scale (richer (mix (sky, dome, smooth (0.08f, 0.62f, d.y)), 1.2f), lerpf (1.0f, 0.66f, low));
  float about = maxf (dot (d, light->sun_direction), 0), a8 = square (square (square (about)));
  sky = add (sky, scale (near, 0.55f * a8 + 1.6f * square (square (a8))));
  vec3 sunlight = scale (mix (v3 (1.5f, 1.05f, 0.62f), v3 (1.7f, 0.60f, 0.26f), low), 0.62f), skylight = { 0.17f, 0.14f, 0.22f };
  return with_clouds (light, sky, d, sunlight, skylight);
}

static vec3
night (const mk_sky_light *light, vec3 d, bool is_sharp)
{
  float up = maxf (d.y, 0);
  vec3 low = { 0.0075f, 0.0135f, 0.030f }, high = { 0.0016f, 0.0036f, 0.0115f };
  vec3 sky = mix (low, high, sqrtf (up));
  float moon = maxf (dot (d, light->sun_direction), 0), glow = moon * moon * moon * moon;
  sky = add (sky, scale (v3 (0.010f, 0.013f, 0.020f), glow * glow));
  if (is_sharp && d.y > 0)
    sky = add (sky, scale (add (stars (d, 46), scale (stars (d, 95), 0.45f)), 0.5f * smooth (0, 0.2f, d.y)));
  if (light->sky.aurora > 0)
    sky = add (sky, scale (mk_aurora_radiance (d, is_sharp), light->sky.aurora));
  return sky;
}

static vec3
overcast (vec3 d)
{
  float up = maxf (d.y, 0); /* flatter than the CIE's standard overcast, (1 + 2 sin) / 3: haze below brightens the horizon */
  return scale (mix (v3 (0.92f, 0.95f, 1), v3 (0.98f, 0.99f, 1), up), 0.95f * (0.72f + 0.5f * up));
}

/* A lamp with a soft edge: 1 inside the rectangle of half sizes about `axis`. */
static float
soft_box (vec3 d, vec3 axis, float half_width, float half_height, float edge)
{
  vec3 z = unit (axis), x = unit (cross (v3 (0, 1, 0.001f), z)), y = cross (z, x);
  float c = dot (d, z);
  if (c <= 0.05f)
    return 0;
  float u = fabsf (dot (d, x) / c), v = fabsf (dot (d, y) / c);
  return smooth (half_width + edge, half_width, u) * smooth (half_height + edge, half_height, v);
}

static vec3
studio (const mk_sky_light *light, vec3 d)
{
  vec3 tint = light->sky.color, sky = scale (tint, lerpf (0.15f, 0.26f, smooth (-0.3f, 0.9f, d.y)));
  float key = soft_box (d, v3 (-0.75f, 0.8f, 0.65f), 0.42f, 0.34f, 0.08f), fill = soft_box (d, v3 (0.95f, 0.55f, 0.35f), 0.26f, 0.5f, 0.1f);
  float top = soft_box (d, v3 (0.05f, 1, -0.25f), 0.5f, 0.3f, 0.12f), rim = soft_box (d, v3 (0.35f, 0.5f, -1), 0.5f, 0.12f, 0.05f);
  sky = add (sky, scale (tint, 0.75f * smooth (0.22f, 0, fabsf (d.y)))); /* the paper all round */
  sky = add (sky, scale (v3 (1, 0.96f, 0.90f), 9.5f * key));
  sky = add (sky, scale (v3 (0.86f, 0.93f, 1), 3.6f * fill));
  sky = add (sky, scale (v3 (1, 1, 1), 3.2f * top));
  return add (sky, scale (v3 (1, 0.98f, 0.95f), 5 * rim));
}

static vec3
neon (const mk_sky_light *light, vec3 d)
{
  vec3 tint = light->sky.color, sky = mix (v3 (0.012f, 0.005f, 0.026f), v3 (0.002f, 0.002f, 0.007f), smooth (-0.05f, 0.7f, d.y));
  float glow = smooth (0.22f, -0.02f, fabsf (d.y));
  sky = add (sky, scale (mix (v3 (0.10f, 0.012f, 0.13f), v3 (0.01f, 0.06f, 0.14f), 0.5f + 0.5f * d.x), glow * 0.35f));
  float pink = soft_box (d, v3 (-1, 0.42f, 0.35f), 0.10f, 0.85f, 0.06f) + soft_box (d, v3 (-0.6f, 0.65f, -0.9f), 0.85f, 0.07f, 0.05f);
  float cyan = soft_box (d, v3 (1, 0.45f, 0.2f), 0.12f, 0.85f, 0.06f) + soft_box (d, v3 (0.75f, 0.6f, -0.8f), 0.55f, 0.07f, 0.05f);
  float white = soft_box (d, v3 (0.1f, 1, 0.55f), 0.55f, 0.06f, 0.05f);
  sky = add (sky, scale (v3 (1, 0.06f, 0.52f), 7 * pink));
  sky = add (sky, scale (v3 (0.03f, 0.72f, 1), 6.5f * cyan));
  return mul (tint, add (sky, scale (v3 (0.72f, 0.55f, 1), 3 * white)));
}

/* Not one grey: cool and dim below, paler above, and warm about where the sun must be. */
static vec3
fog (const mk_sky_light *light, vec3 d)
{
  vec3 haze = mix (v3 (0.47f, 0.53f, 0.60f), v3 (0.66f, 0.70f, 0.75f), smooth (0, 0.7f, d.y));
  float sun = maxf (dot (d, light->sun_direction), 0), s2 = sun * sun, s8 = s2 * s2 * s2 * s2;
  return add (haze, add (scale (v3 (0.34f, 0.27f, 0.17f), s8), scale (v3 (1.3f, 1.12f, 0.86f), s8 * s8 * s8)));
}

/* What is lit has no black half: films of space put a weak blue lamp there, which no camera sees. */
static const vec3 space_fill = { 0.050f, 0.062f, 0.095f };

static vec3
space (vec3 d, bool is_sharp)
{
  float band = smooth (0.55f, 0, fabsf (dot (d, v3 (0.30f, 0.85f, 0.43f)))); /* the galaxy's plane */
  float dust = fractal (scale (d, 2.7f), 5), veil = smooth (0.38f, 0.75f, fractal (add (scale (d, 1.6f), v3 (7, 2, 5)), 4));
  vec3 sky = add (v3 (0.0016f, 0.0018f, 0.0035f), scale (mix (v3 (0.030f, 0.016f, 0.050f), v3 (0.012f, 0.035f, 0.060f), dust), band * dust * 0.9f));
  sky = add (sky, scale (mix (v3 (0.055f, 0.010f, 0.040f), v3 (0.008f, 0.030f, 0.060f), noise (scale (d, 3))), 0.5f * veil));
  if (is_sharp)
    return add (sky, scale (add (add (stars (d, 46), stars (d, 80)), scale (stars (d, 150), 0.6f)), 0.5f));
  return add (sky, space_fill);
}

static vec3
kind_radiance (const mk_sky_light *light, vec3 d, bool is_sharp)
{
  switch (light->sky.kind) {
  case MK_SKY_DAY:
    return day (light, d);
  case MK_SKY_SUNSET:
    return dusk (light, d);
  case MK_SKY_NIGHT:
    return night (light, d, is_sharp);
  case MK_SKY_STUDIO:
    return studio (light, d);
  case MK_SKY_NEON:
    return neon (light, d);
  case MK_SKY_FOG:
    return fog (light, d);
  case MK_SKY_OVERCAST:
    return overcast (d);
  case MK_SKY_SPACE:
    return space (d, is_sharp);
  case MK_SKY_UNDERWATER:
    return mul (light->sky.color, mk_underwater_radiance (light->sun_direction, d, is_sharp));
  case MK_SKY_COLOR:
    return light->sky.color;
  }
  return v3_all (0);
}

/* Where the earth would be seen: the haze of the horizon, darker further down as ground is. */
static bool
has_earth (mk_sky_kind kind)
{
  return kind == MK_SKY_DAY || kind == MK_SKY_SUNSET || kind == MK_SKY_NIGHT || kind == MK_SKY_FOG || kind == MK_SKY_OVERCAST;
}

vec3
mk_sky_kind_backdrop (const mk_sky_light *light, vec3 direction)
{
  if (light->sky.kind != MK_SKY_STUDIO)
    return mk_sky_kind_radiance (light, direction, true);
  return scale (light->sky.color, light->sky.sky_intensity * lerpf (1.45f, 0.55f, smooth (-0.02f, 0.55f, direction.y)));
}

vec3
mk_sky_kind_radiance (const mk_sky_light *light, vec3 d, bool is_sharp)
{
  float dim = light->sky.sky_intensity;
  if (d.y < 0 && has_earth (light->sky.kind)) {
    dim *= lerpf (1, light->sky.kind == MK_SKY_FOG ? 0.8f : 0.45f, smooth (0.02f, 0.5f, -d.y));
    d = unit (v3 (d.x, 0, d.z));
    if (!(dot (d, d) > 0.5f))
      d = v3 (0, 0, 1);
  }
  return scale (kind_radiance (light, d, is_sharp), dim);
}

/* --- suns --- */

static void
set_disk (mk_sky_light *light, vec3 irradiance, float radius_rad)
{
  light->sun_cos = cosf (radius_rad);
  light->sun_radiance = scale (irradiance, light->sky.sun_intensity / (2 * MK_PI * (1 - light->sun_cos)));
  if (max3 (light->sun_radiance) <= 0)
    light->sun_cos = 2;
}

void
mk_sky_kind_prepare (mk_sky_light *light, mk_pool *pool, const mk_cancel *cancel)
{
  const mk_sky *sky = &light->sky;
  float c = cosf (sky->sun_elevation_rad);
  light->sun_direction = v3 (c * sinf (sky->sun_azimuth_rad), sinf (sky->sun_elevation_rad), c * cosf (sky->sun_azimuth_rad));
  switch (sky->kind) {
  case MK_SKY_DAY:
    light->atmosphere = g_new (mk_atmosphere, 1);
    mk_atmosphere_make (light->atmosphere, light->sun_direction, sky->turbidity > 0 ? sky->turbidity : 3);
    light->gain = 7.5f;
    light->zenith = scale (mk_atmosphere_radiance (light->atmosphere, v3 (0, 1, 0)), light->gain);
    light->clouds = sky->turbidity > 8 ? NULL : mk_clouds_new (light->sun_direction, CLOUDINESS, pool, cancel);
    set_disk (light, scale (light->atmosphere->sun_share, light->sun_direction.y > -0.02f ? 5.6f : 0), SUN_RADIUS_RAD);
    break;
  case MK_SKY_SUNSET:
    light->clouds = mk_clouds_new (light->sun_direction, CLOUDINESS, pool, cancel);
    set_disk (light, scale (mix (v3 (1, 0.72f, 0.42f), v3 (1, 0.48f, 0.18f), smooth (0.30f, 0.02f, light->sun_direction.y)), light->sun_direction.y > -0.02f ? 5.2f : 0), SUN_RADIUS_RAD);
    break;
  case MK_SKY_NIGHT:
    set_disk (light, v3 (0.25f, 0.29f, 0.37f), MOON_RADIUS_RAD);
    break;
  case MK_SKY_FOG:
    set_disk (light, v3 (0.5f, 0.47f, 0.42f), 0.12f);
    break;
  case MK_SKY_SPACE:
    set_disk (light, v3 (3.2f, 3.1f, 3), SUN_RADIUS_RAD);
    break;
  case MK_SKY_UNDERWATER:
    set_disk (light, v3 (1.15f, 1.75f, 1.65f), SUN_RADIUS_RAD);
    break;
  case MK_SKY_STUDIO:
  case MK_SKY_NEON:
  case MK_SKY_OVERCAST:
  case MK_SKY_COLOR:
    break;
  }
}
