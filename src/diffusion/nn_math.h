/* nn_math.h - functions of one number, written so that compilers use whole vectors. */
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

/* Built once per kind of processor; the right one is chosen when the program starts. Sanitizers and other
 * architectures get one. */
#if defined __x86_64__ && defined __GNUC__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
#define MK_WIDE __attribute__ ((target_clones ("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MK_WIDE
#endif

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

static inline float
mk_silu (float x)
{
  return x / (1.0f + mk_exp (-x));
}
