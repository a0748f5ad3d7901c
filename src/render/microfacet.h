/* microfacet.h - the GGX distribution of facets, isotropic. alpha = roughness².
 *
 * Source    B. Walter et al., "Microfacet Models for Refraction through Rough Surfaces", EGSR 2007;
 *           J. Dupuy and A. Benyoub, "Sampling Visible GGX Normals with Spherical Caps", HPG 2023.
 */
#pragma once
#include "render/maths.h"

/* Below this a lobe is too narrow for floats; a mirror keeps it. */
#define MK_ALPHA_MIN 0.0009f

static inline float
roughness_to_alpha (float roughness)
{
  return maxf (roughness * roughness, MK_ALPHA_MIN);
}

static inline float
ggx_d (float cos_h, float alpha)
{
  /* 1 - cos² by the product: near 1 the difference of squares loses all digits */
  float a2 = alpha * alpha, sin2 = (1 - cos_h) * (1 + cos_h), t = sin2 + a2 * cos_h * cos_h;
  return t > 0 ? a2 / (MK_PI * t * t) : 0;
}

static inline float
ggx_g1 (float cos_v, float alpha)
{
  float c = fabsf (cos_v), a2 = alpha * alpha;
  return 2 * c / (c + sqrtf (a2 + (1 - a2) * c * c));
}

/* Smith's masking and shadowing, correlated by height, times 1 / (4 cos cos). */
static inline float
ggx_visibility (float cos_o, float cos_i, float alpha)
{
  float a2 = alpha * alpha;
  float o = cos_i * sqrtf (a2 + (1 - a2) * cos_o * cos_o), i = cos_o * sqrtf (a2 + (1 - a2) * cos_i * cos_i);
  return 0.5f / maxf (o + i, 1e-9f);
}

/* A facet as seen from wo (wo.z > 0); its density is g1 (wo.z) * d * max (0, wo·h) / wo.z. */
static inline vec3
ggx_sample_visible (vec3 wo, float alpha, mk_vec2 u)
{
  vec3 v = unit (v3 (wo.x * alpha, wo.y * alpha, wo.z));
  float phi = 2 * MK_PI * u.x, z = (1 - u.y) * (1 + v.z) - v.z, s = sqrtf (clampf (1 - z * z, 0, 1));
  vec3 h = { s * cosf (phi) + v.x, s * sinf (phi) + v.y, z + v.z };
  return unit (v3 (h.x * alpha, h.y * alpha, maxf (h.z, 1e-7f)));
}

static inline float
schlick (float cos_d)
{
  float m = clampf (1 - cos_d, 0, 1), m2 = m * m;
  return m2 * m2 * m;
}
