#include "render/clouds.h"

#include <glib.h>

enum { COLUMNS = 1280, ROWS = 160, LATTICE = 32, STEPS = 14, LIGHT_STEPS = 4 };

#define FLOOR 1.0f          /* height of the layer, in kilometres */
#define DEPTH 0.42f
#define CURVE 0.035f        /* the layer bends down: clouds at the horizon are not infinitely far */
#define THICKNESS 26.0f     /* optical depth per kilometre at density 1 */
#define LOWEST 0.004f

struct mk_clouds {
  float noise[LATTICE][LATTICE][LATTICE]; /* repeats */
  vec3 sun;
  float cover;
  mk_cloud *picture;        /* azimuth × elevation, finer towards the horizon */
};

/* --- density --- */

static float
noise_at (const mk_clouds *c, float x, float y, float z)
{
  float fx = floor_of (x), fy = floor_of (y), fz = floor_of (z);
  float u = x - fx, v = y - fy, w = z - fz;
  unsigned i = (unsigned)(int)fx & (LATTICE - 1), j = (unsigned)(int)fy & (LATTICE - 1), k = (unsigned)(int)fz & (LATTICE - 1);
  unsigned i1 = (i + 1) & (LATTICE - 1), j1 = (j + 1) & (LATTICE - 1), k1 = (k + 1) & (LATTICE - 1);
  u = u * u * (3 - 2 * u);
  v = v * v * (3 - 2 * v);
  w = w * w * (3 - 2 * w);
  const float(*a)[LATTICE] = c->noise[k], (*b)[LATTICE] = c->noise[k1];
  return lerpf (lerpf (lerpf (a[j][i], a[j][i1], u), lerpf (a[j1][i], a[j1][i1], u), v), lerpf (lerpf (b[j][i], b[j][i1], u), lerpf (b[j1][i], b[j1][i1], u), v), w);
}

/* 0..1 about 0.5. */
static float
fractal_at (const mk_clouds *c, vec3 p, int n_octaves)
{
  float sum = 0, weight = 0.5f, total = 0;
  for (int i = 0; i < n_octaves; i++, weight *= 0.5f) {
    sum += weight * noise_at (c, p.x, p.y, p.z);
    total += weight;
    p = v3 (2.03f * p.x + 5.3f, 2.03f * p.y + 1.7f, 2.03f * p.z + 9.1f);
  }
  return sum / total;
}

/* Where heaps stand, seen from above: below 0 there is none, however high. */
static float
heap_at (const mk_clouds *c, vec3 p)
{
  float far = minf (0.004f * (p.x * p.x + p.z * p.z), 0.12f); /* flatly seen rows would close up */
  float broad = 0.65f * noise_at (c, p.x * 0.28f + 3.1f, 0.5f, p.z * 0.28f + 7.7f) + 0.35f * noise_at (c, p.x * 0.9f, 4.5f, p.z * 0.9f);
  return 2.6f * (broad - 1 + c->cover - far);
}

static float
density_at (const mk_clouds *c, vec3 p, float heap, int n_octaves)
{
  float up = (p.y - FLOOR) / DEPTH;
  if (up <= 0 || up >= 1)
    return 0;
  float shape = fractal_at (c, scale (p, 3.6f), n_octaves) - 0.5f;
  return clampf ((heap + 2.1f * shape - 0.85f * up * up) * 1.7f, 0, 1) * smooth (0, 0.12f, up);
}

/* --- light --- */

static float
phase_lobe (float c, float g)
{
  return (1 - g * g) / (4 * MK_PI * powf (1 + g * g - 2 * g * c, 1.5f));
}

/* What is left of the sun inside; light that scatters many times reaches deeper, so that heaps are not black below. */
static float
sun_within (const mk_clouds *c, vec3 p)
{
  float depth = 0, step = 0.05f;
  vec3 way = { c->sun.x, maxf (c->sun.y, 0.12f), c->sun.z };
  for (int i = 0; i < LIGHT_STEPS; i++) {
    p = along (p, way, step);
    depth += density_at (c, p, heap_at (c, p), 2) * step;
    step *= 1.6f;
  }
  depth *= THICKNESS;
  return 0.62f * expf (-depth) + 0.38f * expf (-0.16f * depth);
}

static mk_cloud
march (const mk_clouds *c, vec3 d)
{
  vec3 way = unit (v3 (d.x, d.y + CURVE, d.z));
  float from = FLOOR / way.y, to = (FLOOR + DEPTH) / way.y, step = (to - from) / STEPS, left = 1;
  float turn = dot (d, c->sun), phase = 4 * MK_PI * (0.65f * phase_lobe (turn, 0.55f) + 0.35f * phase_lobe (turn, -0.1f));
  mk_cloud sum = { 0, 0, 0 };
  phase = minf (phase, 2.6f);
  for (int i = 0; i < STEPS && left > 0.02f; i++) {
    vec3 p = scale (way, from + ((float)i + 0.5f) * step);
    float heap = heap_at (c, p), thick = heap > -0.75f ? density_at (c, p, heap, 4) : 0;
    if (thick <= 0)
      continue;
    float passes = expf (-thick * THICKNESS * minf (step, 0.12f)), share = left * (1 - passes), up = (p.y - FLOOR) / DEPTH;
    sum.sun += share * sun_within (c, p) * phase;
    sum.sky += share * lerpf (0.6f, 1, up);
    left *= passes;
  }
  float near = expf (-0.035f * maxf (from - 1, 0)); /* the air in front of far ones */
  sum.cover = (1 - left) * near;
  sum.sun *= near;
  sum.sky *= near;
  return sum;
}

/* --- the picture --- */

static void
draw_row (void *user, size_t row, unsigned worker)
{
  mk_clouds *c = user;
  float y = LOWEST + (1 - LOWEST) * square ((float)row / (ROWS - 1)), side = sqrtf (maxf (0, 1 - y * y));
  (void)worker;
  for (int column = 0; column < COLUMNS; column++) {
    float angle = 2 * MK_PI * (float)column / COLUMNS;
    c->picture[row * COLUMNS + (size_t)column] = march (c, v3 (side * sinf (angle), y, side * cosf (angle)));
  }
}

mk_clouds *
mk_clouds_new (vec3 sun_direction, float cover, mk_pool *pool, const mk_cancel *cancel)
{
  mk_clouds *c = g_new (mk_clouds, 1);
  uint32_t h = 7;
  c->sun = sun_direction;
  c->cover = cover;
  c->picture = g_new0 (mk_cloud, COLUMNS * ROWS);
  for (float *n = &c->noise[0][0][0], *end = n + LATTICE * LATTICE * LATTICE; n < end; n++) {
    h = hash_add (h, 1);
    *n = (float)(h >> 8) * 0x1p-24f;
  }
  mk_pool_run (pool, ROWS, draw_row, c, cancel);
  return c;
}

void
mk_clouds_free (mk_clouds *clouds)
{
  if (clouds == NULL)
    return;
  g_free (clouds->picture);
  g_free (clouds);
}

mk_cloud
mk_clouds_at (const mk_clouds *c, vec3 d)
{
  if (d.y <= LOWEST)
    return (mk_cloud){ 0, 0, 0 };
  float turns = atan2f (d.x, d.z) / (2 * MK_PI), x = (turns < 0 ? turns + 1 : turns) * COLUMNS, y = sqrtf ((d.y - LOWEST) / (1 - LOWEST)) * (ROWS - 1);
  int i = (int)x % COLUMNS, j = (int)minf (y, ROWS - 2), right = (i + 1) % COLUMNS;
  float u = x - floor_of (x), v = clampf (y - (float)j, 0, 1), w[4] = { (1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v };
  const mk_cloud *low = c->picture + j * COLUMNS, *high = low + COLUMNS, *q[4] = { low + i, low + right, high + i, high + right };
  mk_cloud out = { 0, 0, 0 };
  for (int k = 0; k < 4; k++) {
    out.cover += w[k] * q[k]->cover;
    out.sun += w[k] * q[k]->sun;
    out.sky += w[k] * q[k]->sky;
  }
  if (out.cover < 0.003f)
    return (mk_cloud){ 0, 0, 0 };
  /* the picture is coarse: rags finer than its dots are drawn where a cloud thins out */
  float rag = fractal_at (c, scale (d, 55), 3) - 0.5f, cover = clampf (out.cover + 3.2f * rag * out.cover * (1.15f - out.cover), 0, 1);
  float shade = (1 + 0.5f * rag * out.cover) * cover / out.cover;
  float fade = smooth (0.004f, 0.03f, d.y); /* the haze of the horizon hides the last ones */
  return (mk_cloud){ cover * fade, out.sun * fade * shade, out.sky * fade * shade };
}
