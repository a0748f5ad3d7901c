/* nn_math.h - functions of one number, written so that compilers use whole vectors. */
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/wide.h"

/* Sixteen numbers: one register of the widest processors, several of others. */
#define MK_LANES 16
typedef float mk_lanes __attribute__ ((vector_size (64), aligned (4), may_alias));
typedef uint32_t mk_whole_lanes __attribute__ ((vector_size (64), aligned (4), may_alias));

/* The larger of each two. */
#define MK_LANES_MAX(a, b) \
  ((mk_lanes)(((mk_whole_lanes)((a) > (b)) & (mk_whole_lanes)(a)) | (~(mk_whole_lanes)((a) > (b)) & (mk_whole_lanes)(b))))

/* exp within 2 units in the last place: 2^n × a polynomial of degree 7 (Taylor on |f| <= ln 2 / 2). */
static inline float
mk_exp (float x)
{
  x = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
  float turns = x * 1.44269504f, shifted = turns + 12582912.0f; /* 1.5 × 2^23 rounds to an integer */
  int32_t bits;
  memcpy (&bits, &shifted, sizeof bits);
  float n = shifted - 12582912.0f, f = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.0f + f * (1.0f + f * (0.5f + f * (1.0f / 6 + f * (1.0f / 24 + f * (1.0f / 120 + f * (1.0f / 720 + f * (1.0f / 5040)))))));
  int32_t power = (int32_t)((uint32_t)bits << 23) + 0x3f800000;
  float scale;
  memcpy (&scale, &power, sizeof scale);
  return p * scale;
}

/* The same on sixteen numbers up to 88, in place: whole registers are no arguments that every processor has. */
__attribute__ ((always_inline)) static inline void
mk_exp_lanes (mk_lanes *lanes)
{
  mk_lanes x = MK_LANES_MAX (*lanes, (mk_lanes) { 0 } - 87.0f);
  mk_lanes turns = x * 1.44269504f, shifted = turns + 12582912.0f, n = shifted - 12582912.0f;
  mk_lanes f = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  mk_lanes p = 1.0f + f * (1.0f + f * (0.5f + f * (1.0f / 6 + f * (1.0f / 24 + f * (1.0f / 120 + f * (1.0f / 720 + f * (1.0f / 5040)))))));
  *lanes = p * (mk_lanes)(((mk_whole_lanes)shifted << 23) + 0x3f800000u);
}

static inline float
mk_silu (float x)
{
  return x / (1.0f + mk_exp (-x));
}

/* x Φ(x). The error function as x × a polynomial of x² below 1 (Taylor, 12 terms), above it by the complement's Chebyshev fit
 * (Numerical Recipes §6.2). */
static inline float
mk_gelu (float x)
{
  float z = x * 0.70710678f, a = z < 0 ? -z : z, s = z * z;
  float p = -1.0f / 42 + s * (1.0f / 216 + s * (-1.0f / 1320 + s * (1.0f / 9360 + s * (-1.0f / 75600 + s * (1.0f / 685440 + s * (-1.0f / 6894720 + s * (1.0f / 76204800 - s * (1.0f / 918086400))))))));
  float small = z * 1.12837917f * (1.0f + s * (-1.0f / 3 + s * (1.0f / 10 + s * p)));
  float t = 1.0f / (1.0f + 0.5f * a);
  float q = -1.26551223f + t * (1.00002368f + t * (0.37409196f + t * (0.09678418f + t * (-0.18628806f + t * (0.27886807f + t * (-1.13520398f + t * (1.48851587f + t * (-0.82215223f + t * 0.17087277f))))))));
  float complement = t * mk_exp (-a * a + q), large = z < 0 ? complement - 1.0f : 1.0f - complement;
  return 0.5f * x * (1.0f + (a < 1.0f ? small : large));
}
