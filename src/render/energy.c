/* Tables of directional albedo, integrated once by stratified sampling of visible facets. */
#include "render/energy.h"

#include <pthread.h>

#include "render/bsdf.h"
#include "render/microfacet.h"

enum { N_COS = 32, N_ROUGH = 32, N_GRID = 16, N_ETA = 8, N_GLASS = 24, N_GLASS_GRID = 16 };

/* Index ratios for which glass is tabulated; between them it is linear. Below 1: seen from inside. */
static const float etas[N_ETA] = { 0.4f, 0.55f, 0.667f, 0.85f, 1.1f, 1.33f, 1.5f, 2.4f };

static mk_energy ggx[N_ROUGH][N_COS];
static float sheen[N_COS], glass[N_ETA][N_GLASS][N_GLASS];
static pthread_once_t once = PTHREAD_ONCE_INIT, glass_once = PTHREAD_ONCE_INIT;

/* Cosines are spaced by their squares' roots: reflectance changes fastest at grazing angles. */
static float
cos_at (int i, int n)
{
  float t = (float)i / (float)(n - 1);
  return maxf (t * t, 1e-3f);
}

static mk_energy
integrate_ggx (float cos_o, float alpha)
{
  vec3 wo = { sqrtf (1 - cos_o * cos_o), 0, cos_o };
  mk_energy sum = { 0, 0 };
  for (int i = 0; i < N_GRID * N_GRID; i++) {
    mk_vec2 u = { ((float)(i % N_GRID) + 0.5f) / N_GRID, ((float)(i / N_GRID) + 0.5f) / N_GRID };
    vec3 h = ggx_sample_visible (wo, alpha, u);
    vec3 wi = sub (scale (h, 2 * dot (wo, h)), wo);
    if (wi.z <= 0)
      continue;
    float share = ggx_visibility (cos_o, wi.z, alpha) * 4 * cos_o * wi.z / ggx_g1 (cos_o, alpha), f = schlick (dot (wo, h));
    sum.a += share * (1 - f);
    sum.b += share * f;
  }
  return (mk_energy){ sum.a / (N_GRID * N_GRID), sum.b / (N_GRID * N_GRID) };
}

static float
integrate_sheen (float cos_o)
{
  vec3 wo = { sqrtf (1 - cos_o * cos_o), 0, cos_o };
  float sum = 0;
  for (int i = 0; i < 1024; i++) {
    vec3 wi = cosine_of ((mk_vec2){ ((float)(i % 32) + 0.5f) / 32, ((float)(i / 32) + 0.5f) / 32 });
    sum += schlick (dot (wi, unit (add (wo, wi))));
  }
  return sum / 1024;
}

static float
integrate_glass (float cos_o, float alpha, float eta)
{
  vec3 wo = { sqrtf (1 - cos_o * cos_o), 0, cos_o };
  float sum = 0;
  for (int i = 0; i < N_GLASS_GRID * N_GLASS_GRID; i++) {
    mk_vec2 u = { ((float)(i % N_GLASS_GRID) + 0.5f) / N_GLASS_GRID, ((float)(i / N_GLASS_GRID) + 0.5f) / N_GLASS_GRID };
    vec3 h = ggx_sample_visible (wo, alpha, u);
    float c = dot (wo, h), f = mk_fresnel_dielectric (c, eta);
    vec3 wi = sub (scale (h, 2 * c), wo);
    if (wi.z > 0)
      sum += f * ggx_g1 (wi.z, alpha);
    float t2 = 1 - (1 - c * c) / (eta * eta);
    if (t2 <= 0)
      continue;
    vec3 wt = sub (scale (h, c / eta - sqrtf (t2)), scale (wo, 1 / eta));
    if (wt.z < 0)
      sum += (1 - f) * ggx_g1 (wt.z, alpha);
  }
  return sum / (N_GLASS_GRID * N_GLASS_GRID);
}

static void
fill (void)
{
  for (int c = 0; c < N_COS; c++) {
    sheen[c] = integrate_sheen (cos_at (c, N_COS));
    for (int r = 0; r < N_ROUGH; r++)
      ggx[r][c] = integrate_ggx (cos_at (c, N_COS), roughness_to_alpha ((float)r / (N_ROUGH - 1)));
  }
}

static void
fill_glass (void)
{
  for (int e = 0; e < N_ETA; e++)
    for (int r = 0; r < N_GLASS; r++)
      for (int c = 0; c < N_GLASS; c++)
        glass[e][r][c] = integrate_glass (cos_at (c, N_GLASS), roughness_to_alpha ((float)r / (N_GLASS - 1)), etas[e]);
}

void
mk_energy_init (void)
{
  pthread_once (&once, fill);
}

/* The cell and the share of its far side. */
static int
cell_of (float t, int n, float *share)
{
  float x = clampf (t, 0, 1) * (float)(n - 1);
  int i = (int)x < n - 2 ? (int)x : n - 2;
  *share = x - (float)i;
  return i;
}

mk_energy
mk_energy_ggx (float cos_o, float roughness)
{
  float x, y;
  int c = cell_of (sqrtf (fabsf (cos_o)), N_COS, &x), r = cell_of (roughness, N_ROUGH, &y);
  const mk_energy *low = &ggx[r][c], *high = &ggx[r + 1][c];
  return (mk_energy){ lerpf (lerpf (low[0].a, low[1].a, x), lerpf (high[0].a, high[1].a, x), y),
                      lerpf (lerpf (low[0].b, low[1].b, x), lerpf (high[0].b, high[1].b, x), y) };
}

float
mk_energy_sheen (float cos_o)
{
  float x;
  int c = cell_of (sqrtf (fabsf (cos_o)), N_COS, &x);
  return lerpf (sheen[c], sheen[c + 1], x);
}

float
mk_energy_glass (float cos_o, float roughness, float eta)
{
  pthread_once (&glass_once, fill_glass); /* 70 ms that only scenes with glass pay */
  float x, y;
  int c = cell_of (sqrtf (fabsf (cos_o)), N_GLASS, &x), r = cell_of (roughness, N_GLASS, &y), e = 0;
  while (e < N_ETA - 2 && eta > etas[e + 1])
    e++;
  float z = clampf ((eta - etas[e]) / (etas[e + 1] - etas[e]), 0, 1), at[2];
  for (int i = 0; i < 2; i++)
    at[i] = lerpf (lerpf (glass[e + i][r][c], glass[e + i][r][c + 1], x), lerpf (glass[e + i][r + 1][c], glass[e + i][r + 1][c + 1], x), y);
  return lerpf (at[0], at[1], z);
}
