/* The table of a sky, and its sun. What each kind looks like: sky_kinds.c. */
#include "render/sky.h"

#include "render/sky_kinds.h"

/* Brightest cell over the mean above which rays are sent to the sky itself. */
#define PEAKED 6.0f

/* Polynomial for the arc tangent of 0..1, error below 1e-4 turns: only picks a cell. */
static float
azimuth_turns (float x, float z)
{
  float ax = fabsf (x), az = fabsf (z), t = minf (ax, az) / maxf (maxf (ax, az), 1e-20f), t2 = t * t;
  float a = t * (0.15915494f + t2 * (-0.0526185f + t2 * (0.0285f + t2 * -0.0101f)));
  if (ax > az)
    a = 0.25f - a;
  if (z < 0)
    a = 0.5f - a;
  return x < 0 ? 1 - a : a;
}

static vec3
cell_direction (float column, float row)
{
  float y = 2 * row / MK_SKY_ROWS - 1, s = sqrtf (maxf (0, 1 - y * y)), a = 2 * MK_PI * column / MK_SKY_COLUMNS;
  return v3 (s * sinf (a), y, s * cosf (a));
}

static void
fill_map (mk_sky_light *light)
{
  light->map = g_new (vec3, MK_SKY_COLUMNS * MK_SKY_ROWS);
  vec3 sum = { 0, 0, 0 };
  for (int row = 0; row < MK_SKY_ROWS; row++)
    for (int column = 0; column < MK_SKY_COLUMNS; column++) {
      vec3 cell = { 0, 0, 0 };
      for (int k = 0; k < 4; k++) {
        vec3 d = cell_direction ((float)column + 0.25f + 0.5f * (float)(k & 1), (float)row + 0.25f + 0.5f * (float)(k >> 1));
        cell = add (cell, scale (mk_sky_kind_radiance (light, d, false), 0.25f));
      }
      light->map[row * MK_SKY_COLUMNS + column] = cell;
      sum = add (sum, cell);
    }
  light->mean = scale (sum, 1.0f / (MK_SKY_COLUMNS * MK_SKY_ROWS));
  for (int i = 0; i < MK_SKY_HORIZONS; i++)
    light->horizon[i] = mk_sky_kind_backdrop (light, cell_direction (((float)i + 0.5f) * MK_SKY_COLUMNS / MK_SKY_HORIZONS, 0.501f * MK_SKY_ROWS));
}

static void
fill_sums (mk_sky_light *light)
{
  light->row_ends = g_new0 (float, MK_SKY_ROWS);
  light->cell_ends = g_new0 (float, MK_SKY_COLUMNS * MK_SKY_ROWS);
  float floor_level = 0.02f * luminance (light->mean) + 1e-6f, total = 0, peak = 0;
  for (int row = 0; row < MK_SKY_ROWS; row++) {
    float in_row = 0, *ends = light->cell_ends + row * MK_SKY_COLUMNS;
    for (int column = 0; column < MK_SKY_COLUMNS; column++) {
      float level = luminance (light->map[row * MK_SKY_COLUMNS + column]);
      peak = maxf (peak, level);
      ends[column] = in_row += level + floor_level;
    }
    for (int column = 0; column < MK_SKY_COLUMNS; column++)
      ends[column] /= in_row;
    light->row_ends[row] = total += in_row;
  }
  for (int row = 0; row < MK_SKY_ROWS; row++)
    light->row_ends[row] /= total;
  light->is_peaked = peak > PEAKED * luminance (light->mean);
}

mk_sky_light *
mk_sky_light_new (const mk_sky *sky, mk_pool *pool, const mk_cancel *cancel)
{
  mk_sky_light *light = g_new0 (mk_sky_light, 1);
  light->sky = *sky;
  light->sun_cos = 2;
  mk_sky_kind_prepare (light, pool, cancel);
  fill_map (light);
  fill_sums (light);
  return light;
}

void
mk_sky_light_free (mk_sky_light *light)
{
  if (light == NULL)
    return;
  g_free (light->atmosphere);
  g_free (light->map);
  mk_clouds_free (light->clouds);
  g_free (light->row_ends);
  g_free (light->cell_ends);
  g_free (light);
}

vec3
mk_sky_light_radiance (const mk_sky_light *light, vec3 direction)
{
  return mk_sky_kind_radiance (light, direction, true);
}

vec3
mk_sky_light_backdrop (const mk_sky_light *light, vec3 direction)
{
  return mk_sky_kind_backdrop (light, direction);
}

vec3
mk_sky_light_horizon (const mk_sky_light *light, vec3 d)
{
  float x = azimuth_turns (d.x, d.z) * MK_SKY_HORIZONS - 0.5f;
  int i = (int)floor_of (x), left = i < 0 ? MK_SKY_HORIZONS - 1 : MIN (i, MK_SKY_HORIZONS - 1);
  return mix (light->horizon[left], light->horizon[(left + 1) % MK_SKY_HORIZONS], clampf (x - (float)i, 0, 1));
}

vec3
mk_sky_light_lookup (const mk_sky_light *light, vec3 d)
{
  float x = azimuth_turns (d.x, d.z) * MK_SKY_COLUMNS - 0.5f, y = clampf ((d.y + 1) * 0.5f * MK_SKY_ROWS - 0.5f, 0, MK_SKY_ROWS - 1.001f);
  int j = (int)y, i = (int)floor_of (x), left = i < 0 ? MK_SKY_COLUMNS - 1 : MIN (i, MK_SKY_COLUMNS - 1), right = (left + 1) % MK_SKY_COLUMNS;
  const vec3 *low = light->map + j * MK_SKY_COLUMNS, *high = low + MK_SKY_COLUMNS;
  float u = clampf (x - (float)i, 0, 1), v = y - (float)j;
  return mix (mix (low[left], low[right], u), mix (high[left], high[right], u), v);
}

/* The first index whose end lies above u. */
static int
find_end (const float *ends, int n, float u)
{
  int low = 0, high = n - 1;
  while (low < high) {
    int middle = (low + high) / 2;
    if (ends[middle] > u)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static float
cell_pdf (const mk_sky_light *light, int row, int column)
{
  const float *ends = light->cell_ends + row * MK_SKY_COLUMNS;
  float p_row = light->row_ends[row] - (row > 0 ? light->row_ends[row - 1] : 0), p = ends[column] - (column > 0 ? ends[column - 1] : 0);
  return p_row * p * (MK_SKY_COLUMNS * MK_SKY_ROWS) / (4 * MK_PI);
}

vec3
mk_sky_light_sample (const mk_sky_light *light, mk_vec2 u, float *pdf)
{
  int row = find_end (light->row_ends, MK_SKY_ROWS, u.y);
  const float *ends = light->cell_ends + row * MK_SKY_COLUMNS;
  int column = find_end (ends, MK_SKY_COLUMNS, u.x);
  float below = row > 0 ? light->row_ends[row - 1] : 0, before = column > 0 ? ends[column - 1] : 0;
  float v = (u.y - below) / maxf (light->row_ends[row] - below, 1e-9f), h = (u.x - before) / maxf (ends[column] - before, 1e-9f);
  *pdf = cell_pdf (light, row, column);
  return cell_direction ((float)column + clampf (h, 0, 0.9999f), (float)row + clampf (v, 0, 0.9999f));
}

float
mk_sky_light_pdf (const mk_sky_light *light, vec3 d)
{
  int row = (int)clampf ((d.y + 1) * 0.5f * MK_SKY_ROWS, 0, MK_SKY_ROWS - 1);
  int column = (int)clampf (azimuth_turns (d.x, d.z) * MK_SKY_COLUMNS, 0, MK_SKY_COLUMNS - 1);
  return cell_pdf (light, row, column);
}
