#include "render/underwater.h"

/* --- caustics --- */

/* Waves of the surface: a turn on the compass, length in cells, height, start. The shorter the lower. */
static const struct {
  float heading, length, height, phase;
} waves[] = { { 0.3f, 1.9f, 0.052f, 0.2f }, { 1.4f, 1.55f, 0.036f, 2.1f }, { 2.5f, 1.3f, 0.027f, 4.0f }, { 3.7f, 1.1f, 0.0185f, 1.1f },
              { 4.6f, 0.86f, 0.0115f, 5.2f }, { 5.6f, 0.67f, 0.0064f, 3.3f }, { 0.9f, 0.52f, 0.0036f, 0.7f } };

#define BEND 2.1f        /* depth below the waves times the bend of light, in cells */
#define SUN_BLUR 0.16f   /* the sun is a disk: lines have a width */
#define MEAN 1.10f       /* of 1 / (blur + |det|) over the plane, measured */

/* Rays through a surface h land at x - b grad h; how they crowd there is 1 / |det (1 - b Hessian h)|. */
float
mk_underwater_caustic (vec3 p, vec3 sun_direction, float cell_m, double time_s)
{
  float up = maxf (sun_direction.y, 0.2f), x = (p.x - p.y * sun_direction.x / up) / cell_m, z = (p.z - p.y * sun_direction.z / up) / cell_m;
  float xx = 0, xz = 0, zz = 0, warp_x = 0, warp_z = 0;
  for (size_t i = 0; i < MK_COUNT (waves); i++) {
    float k = 2 * MK_PI / waves[i].length, kx = k * sinf (waves[i].heading), kz = k * cosf (waves[i].heading);
    float speed = 0.55f * sqrtf (k); /* long waves are faster: dispersion of deep water */
    float angle = kx * (x + warp_x) + kz * (z + warp_z) + waves[i].phase + speed * (float)time_s, s = sinf (angle), c = cosf (angle);
    xx -= waves[i].height * kx * kx * s;
    xz -= waves[i].height * kx * kz * s;
    zz -= waves[i].height * kz * kz * s;
    warp_x += 0.9f * waves[i].height * kx * c; /* short waves ride on long ones, so that no lattice shows */
    warp_z += 0.9f * waves[i].height * kz * c;
  }
  float det = (1 - BEND * xx) * (1 - BEND * zz) - BEND * BEND * xz * xz;
  return minf (1 / (SUN_BLUR + fabsf (det)), 4.5f) / MEAN;
}

/* --- the water --- */

static float
lattice (int x, int y)
{
  return (float)(hash_add (hash_mix ((uint32_t)x), (uint32_t)y) >> 8) * 0x1p-24f;
}

static float
noise (float x, float y)
{
  float fx = floor_of (x), fy = floor_of (y), u = smooth (0, 1, x - fx), v = smooth (0, 1, y - fy);
  int i = (int)fx, j = (int)fy;
  return lerpf (lerpf (lattice (i, j), lattice (i + 1, j), u), lerpf (lattice (i, j + 1), lattice (i + 1, j + 1), u), v);
}

/* Beams all point to the sun: how strong each is depends on the angle about it alone, and fades away from it. */
static float
shafts (vec3 sun, vec3 d)
{
  vec3 x, y;
  frame_of (sun, &x, &y);
  float a = atan2f (dot (d, y), dot (d, x)), turn = 0.5f + a / (2 * MK_PI);
  float beams = 0;
  for (int k = 0; k < 2; k++) { /* two octaves, blended where the circle closes */
    float n = k == 0 ? 97.0f : 211.0f, own = noise (turn * n, 3.0f + (float)k), other = noise ((turn - 1) * n, 3.0f + (float)k);
    beams += (k == 0 ? 0.65f : 0.35f) * lerpf (own, other, smooth (0.9f, 1, turn));
  }
  float away = dot (d, sun);
  return square (smooth (0.35f, 0.9f, beams)) * smooth (-0.5f, 0.75f, away);
}

vec3
mk_underwater_radiance (vec3 sun, vec3 d, bool is_sharp)
{
  vec3 deep = { 0.004f, 0.045f, 0.085f }, middle = { 0.015f, 0.17f, 0.25f }, high = { 0.10f, 0.52f, 0.60f }, window = { 0.85f, 1.45f, 1.45f };
  vec3 water = mix (deep, middle, smooth (-0.75f, 0.12f, d.y));
  water = mix (water, high, smooth (0.02f, 0.72f, d.y));
  water = mix (water, window, smooth (0.58f, 0.98f, d.y)); /* within 49 degrees of the zenith the sky above is seen: Snell's window */
  float about = maxf (dot (d, sun), 0), a4 = square (square (about));
  water = add (water, scale (v3 (0.30f, 0.62f, 0.60f), 0.55f * a4 + 1.2f * square (square (a4))));
  if (is_sharp)
    water = add (water, scale (v3 (0.18f, 0.55f, 0.58f), 0.75f * shafts (sun, d)));
  return water;
}
