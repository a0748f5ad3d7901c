/* maths.h - short names for the vectors of inner loops, and small things about directions and colours. */
#pragma once
#include <math.h>
#include <stdint.h>

#include "scene/vec.h"

typedef mk_vec3 vec3;

static inline vec3 v3 (float x, float y, float z) { return (vec3){ x, y, z }; }
static inline vec3 v3_all (float a) { return (vec3){ a, a, a }; }
static inline vec3 add (vec3 a, vec3 b) { return mk_vec3_add (a, b); }
static inline vec3 sub (vec3 a, vec3 b) { return mk_vec3_sub (a, b); }
static inline vec3 mul (vec3 a, vec3 b) { return mk_vec3_mul (a, b); }
static inline vec3 scale (vec3 a, float s) { return mk_vec3_scale (a, s); }
static inline float dot (vec3 a, vec3 b) { return mk_vec3_dot (a, b); }
static inline vec3 cross (vec3 a, vec3 b) { return mk_vec3_cross (a, b); }
static inline vec3 unit (vec3 a) { return mk_vec3_normalize (a); }
static inline vec3 mix (vec3 a, vec3 b, float t) { return mk_vec3_lerp (a, b, t); }
static inline vec3 along (vec3 origin, vec3 direction, float t) { return add (origin, scale (direction, t)); }
/* As fmaxf and fminf for numbers; without their care for NaN they are one instruction. */
static inline float maxf (float a, float b) { return a > b ? a : b; }
static inline float minf (float a, float b) { return a < b ? a : b; }
/* For |x| below 2^31; a call into the C library costs more than the rest of a noise. */
static inline float
floor_of (float x)
{
  float whole = (float)(int)x;
  return whole > x ? whole - 1 : whole;
}
static inline float clampf (float x, float low, float high) { return minf (maxf (x, low), high); }
static inline float lerpf (float a, float b, float t) { return a + (b - a) * t; }
static inline float square (float x) { return x * x; }
static inline float max3 (vec3 a) { return maxf (a.x, maxf (a.y, a.z)); }

/* 0 below `low`, 1 above `high`, smooth between. */
static inline float
smooth (float low, float high, float x)
{
  float t = clampf ((x - low) / (high - low), 0, 1);
  return t * t * (3 - 2 * t);
}

/* Rec. 709 luminance of linear RGB. */
static inline float
luminance (vec3 c)
{
  return 0.2126f * c.x + 0.7152f * c.y + 0.0722f * c.z;
}

/* Two directions that make a right-handed frame with `n`. T. Duff et al., "Building an Orthonormal Basis,
 * Revisited", JCGT 2017, listing 3. */
static inline void
frame_of (vec3 n, vec3 *t, vec3 *b)
{
  float sign = copysignf (1, n.z), a = -1 / (sign + n.z), c = n.x * n.y * a;
  *t = v3 (1 + sign * n.x * n.x * a, sign * c, -sign * n.x);
  *b = v3 (c, sign + n.y * n.y * a, -n.y);
}

/* The normal of a surface under `m`: by the cofactors, so that shear and mirrors are right. Not unit. */
static inline vec3
transform_normal (const mk_mat4 *m, vec3 n)
{
  vec3 x = { m->m[0], m->m[1], m->m[2] }, y = { m->m[4], m->m[5], m->m[6] }, z = { m->m[8], m->m[9], m->m[10] };
  return add (add (scale (cross (y, z), n.x), scale (cross (z, x), n.y)), scale (cross (x, y), n.z));
}

static inline mk_mat4
mat4_mix (const mk_mat4 *a, const mk_mat4 *b, float t)
{
  mk_mat4 m;
  for (int i = 0; i < 16; i++)
    m.m[i] = lerpf (a->m[i], b->m[i], t);
  return m;
}

/* Shirley and Chiu's concentric map: the unit square to the unit disk. */
static inline mk_vec2
disk_of (mk_vec2 u)
{
  float x = 2 * u.x - 1, y = 2 * u.y - 1;
  if (x == 0 && y == 0)
    return (mk_vec2){ 0, 0 };
  if (fabsf (x) > fabsf (y))
    return (mk_vec2){ x * cosf (0.25f * MK_PI * (y / x)), x * sinf (0.25f * MK_PI * (y / x)) };
  return (mk_vec2){ y * sinf (0.25f * MK_PI * (x / y)), y * cosf (0.25f * MK_PI * (x / y)) };
}

/* About +Z with density cosine / pi. */
static inline vec3
cosine_of (mk_vec2 u)
{
  mk_vec2 d = disk_of (u);
  return v3 (d.x, d.y, sqrtf (maxf (0, 1 - d.x * d.x - d.y * d.y)));
}

/* Evenly within the cone about `axis` whose half angle has this cosine. */
static inline vec3
cone_of (vec3 axis, float cos_angle, mk_vec2 u)
{
  float c = 1 - u.x * (1 - cos_angle), s = sqrtf (maxf (0, 1 - c * c)), phi = 2 * MK_PI * u.y;
  vec3 t, b;
  frame_of (axis, &t, &b);
  return add (add (scale (t, s * cosf (phi)), scale (b, s * sinf (phi))), scale (axis, c));
}

/* Veach's power heuristic with exponent 2. */
static inline float
mis_weight (float mine, float other)
{
  return mine > 0 ? 1 / (1 + square (other / mine)) : 0;
}

/* Well mixed 32 bits; the steps of C. Wellons's "lowbias32". */
static inline uint32_t
hash_mix (uint32_t h)
{
  h = (h ^ (h >> 16)) * 0x7feb352du;
  h = (h ^ (h >> 15)) * 0x846ca68bu;
  return h ^ (h >> 16);
}
static inline uint32_t
hash_add (uint32_t h, uint32_t value)
{
  return hash_mix (h ^ (value + 0x9e3779b9u + (h << 6) + (h >> 2)));
}
