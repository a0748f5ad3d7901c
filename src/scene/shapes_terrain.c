/* Ground with hills: fractal gradient noise (K. Perlin, "Improving Noise", 2002) over a square. */
#include "scene/mesh_build.h"
#include "scene/shapes.h"

static uint32_t
hash_cell (int x, int y, int z, uint64_t seed)
{
  uint64_t h = seed * 0x9e3779b97f4a7c15ULL ^ (uint64_t)(uint32_t)x * 0xbf58476d1ce4e5b9ULL;
  h = (h ^ (h >> 29)) * 0x94d049bb133111ebULL ^ (uint64_t)(uint32_t)y * 0xd6e8feb86659fd93ULL;
  h = (h ^ (h >> 32)) * 0xbf58476d1ce4e5b9ULL ^ (uint64_t)(uint32_t)z * 0xa0761d6478bd642fULL;
  h = (h ^ (h >> 29)) * 0x94d049bb133111ebULL;
  return (uint32_t)(h >> 32);
}

/* Dot product with one of the twelve directions to the edges of a cube. */
static float
gradient (uint32_t hash, float x, float y, float z)
{
  uint32_t h = hash & 15;
  float u = h < 8 ? x : y, v = h < 4 ? y : h == 12 || h == 14 ? x : z;
  return (h & 1 ? -u : u) + (h & 2 ? -v : v);
}

static float
fade (float t)
{
  return t * t * t * (t * (t * 6 - 15) + 10);
}

static float
mix (float a, float b, float t)
{
  return a + (b - a) * t;
}

float
mk_noise (mk_vec3 p, uint64_t seed)
{
  float fx = floorf (p.x), fy = floorf (p.y), fz = floorf (p.z);
  if (!(fabsf (fx) < 1e9f && fabsf (fy) < 1e9f && fabsf (fz) < 1e9f))
    return 0;
  int x = (int)fx, y = (int)fy, z = (int)fz;
  float tx = p.x - fx, ty = p.y - fy, tz = p.z - fz, rows[4];
  for (int k = 0; k < 4; k++) {
    int dy = k & 1, dz = k >> 1;
    float a = gradient (hash_cell (x, y + dy, z + dz, seed), tx, ty - (float)dy, tz - (float)dz);
    float b = gradient (hash_cell (x + 1, y + dy, z + dz, seed), tx - 1, ty - (float)dy, tz - (float)dz);
    rows[k] = mix (a, b, fade (tx));
  }
  return mix (mix (rows[0], rows[1], fade (ty)), mix (rows[2], rows[3], fade (ty)), fade (tz));
}

float
mk_noise_fractal (mk_vec3 p, unsigned octaves, float gain, uint64_t seed)
{
  float sum = 0, weight = 1, total = 0;
  for (unsigned i = 0; i < MIN (octaves, 16u); i++) {
    sum += weight * mk_noise (p, seed + i);
    total += weight;
    weight *= gain;
    p = mk_vec3_scale (p, 2.03f); /* off 2, so that the lattices of the octaves never line up */
  }
  return total > 0 ? sum / total : 0;
}

/* 0..1. Ridges (1 - |noise|) make peaks, plain noise makes hills; `roughness` mixes them. */
static float
height_at (const mk_terrain *t, float feature_m, float x, float z)
{
  mk_vec3 p = { x / feature_m, 0.5f, z / feature_m };
  float soft = 0.5f + 0.9f * mk_noise_fractal (p, 6, 0.25f + 0.3f * t->roughness, t->seed);
  float ridge = 1 - 2 * fabsf (mk_noise_fractal (mk_vec3_scale (p, 0.8f), 7, 0.3f + 0.25f * t->roughness, t->seed + 77));
  float h = mix (soft, ridge * ridge, t->roughness);
  float r = hypotf (x, z) / (0.5f * t->size_m);
  float cone = powf (fmaxf (0, 1 - r), 1.25f);
  float rim = CLAMP ((1 - r) * 4, 0, 1);
  float mountain = cone * (0.62f + 0.38f * CLAMP (h, 0, 1)) + 0.25f * (h - 0.5f) * rim * cone;
  return mix (h, mountain, t->peak);
}

/* Whether a quad belongs to the terrain: mountains end where they meet the plain. */
static bool
is_wanted (const mk_terrain *t, const GArray *positions, const uint32_t corners[4])
{
  float highest = -INFINITY, nearest = INFINITY;
  for (int k = 0; k < 4; k++) {
    mk_vec3 p = g_array_index (positions, mk_vec3, corners[k]);
    highest = fmaxf (highest, p.y);
    nearest = fminf (nearest, hypotf (p.x, p.z));
  }
  return (t->above <= 0 || highest > t->above * t->height_m) && (t->peak < 1 || nearest < 0.5f * t->size_m);
}

mk_mesh *
mk_shape_terrain (const mk_terrain *t, GError **error)
{
  unsigned n = t->resolution > 0 ? t->resolution : 96;
  if (!(t->size_m > 0) || t->size_m > 1e6f || !(t->height_m >= 0) || t->height_m > 1e6f || n < 2 || n > 2048) {
    mk_error (error, MK_ERROR_RANGE, "a terrain of %g m, %g m high, with %u points per side is not possible", (double)t->size_m, (double)t->height_m, n);
    return NULL;
  }
  float feature_m = t->feature_m > 0 ? t->feature_m : t->size_m / 3;
  mk_mesh_builder builder;
  mk_mesh_builder_init (&builder);
  for (unsigned j = 0; j < n; j++)
    for (unsigned i = 0; i < n; i++) {
      float x = t->size_m * ((float)i / (float)(n - 1) - 0.5f), z = t->size_m * ((float)j / (float)(n - 1) - 0.5f);
      float y = t->height_m * height_at (t, feature_m, x, z);
      mk_mesh_builder_vertex (&builder, (mk_vec3){ x, y, z }, (mk_vec3){ 0, 1, 0 }, (mk_vec2){ x, z });
    }
  for (uint32_t j = 0; j + 1 < n; j++)
    for (uint32_t i = 0; i + 1 < n; i++) {
      uint32_t a = j * n + i, corners[] = { a, a + n, a + n + 1, a + 1 };
      if (is_wanted (t, builder.positions, corners))
        mk_mesh_builder_quad (&builder, corners[0], corners[1], corners[2], corners[3]);
    }
  mk_mesh *mesh = mk_mesh_builder_take (&builder, error);
  if (mesh != NULL)
    mk_mesh_smooth_normals (mesh);
  return mesh;
}
