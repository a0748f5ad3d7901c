/* sampler.h - evenly spread numbers that depend on nothing but pixel, sample and dimension.
 *
 * Source    B. Burley, "Practical Hash-based Owen Scrambling", JCGT 2020: every pair of dimensions is the
 *           first two of Sobol's, its order shuffled and its values scrambled by hashes.
 * Use       Ask for the same dimensions in the same order for every sample of a pixel.
 */
#pragma once
#include "render/maths.h"

typedef struct {
  uint32_t index, seed, dimension;
} mk_sampler;

static inline mk_sampler
mk_sampler_start (uint64_t seed, uint32_t x, uint32_t y, uint32_t index)
{
  uint32_t h = hash_add (hash_add ((uint32_t)seed, (uint32_t)(seed >> 32)), x);
  return (mk_sampler){ index, hash_add (h, y), 0 };
}

static inline uint32_t
bits_reverse (uint32_t v)
{
  v = __builtin_bswap32 (v);
  v = ((v >> 4) & 0x0f0f0f0fu) | ((v & 0x0f0f0f0fu) << 4);
  v = ((v >> 2) & 0x33333333u) | ((v & 0x33333333u) << 2);
  return ((v >> 1) & 0x55555555u) | ((v & 0x55555555u) << 1);
}

/* S. Laine and T. Karras's hash, in which no bit depends on a higher one, with Burley's constants. */
static inline uint32_t
bits_scramble (uint32_t v, uint32_t seed)
{
  v += seed;
  v ^= v * 0x6c50b47cu;
  v ^= v * 0xb82f1e52u;
  v ^= v * 0xc7afe638u;
  return v ^ v * 0x8d22f6e6u;
}

static inline float
bits_to_float (uint32_t v)
{
  return (float)(v >> 8) * 0x1p-24f;
}

/* Two numbers in [0, 1). Sobol's second dimension is Pascal's triangle mod 2, a sum over supersets of bits. */
static inline mk_vec2
mk_sampler_2d (mk_sampler *sampler)
{
  uint32_t seed = hash_add (sampler->seed, sampler->dimension++);
  uint32_t first = bits_scramble (bits_reverse (sampler->index), seed), second = bits_reverse (first);
  uint32_t x = bits_reverse (bits_scramble (second, seed ^ 0xa511e9b3u));
  second ^= (second >> 1) & 0x55555555u;
  second ^= (second >> 2) & 0x33333333u;
  second ^= (second >> 4) & 0x0f0f0f0fu;
  second ^= (second >> 8) & 0x00ff00ffu;
  second ^= second >> 16;
  uint32_t y = bits_reverse (bits_scramble (second, seed ^ 0x63d83595u));
  return (mk_vec2){ bits_to_float (x), bits_to_float (y) };
}

static inline float
mk_sampler_1d (mk_sampler *sampler)
{
  uint32_t seed = hash_add (sampler->seed, sampler->dimension++);
  uint32_t first = bits_scramble (bits_reverse (sampler->index), seed);
  return bits_to_float (bits_reverse (bits_scramble (bits_reverse (first), seed ^ 0xa511e9b3u)));
}
