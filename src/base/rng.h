/* rng.h - small repeatable random numbers.
 *
 * Source    PCG-XSH-RR 64/32, M. O'Neill, "PCG: A Family of Simple Fast Space-Efficient
 *           Statistically Good Algorithms for Random Number Generation", 2014.
 * Threads   A state belongs to one thread; equal seed and stream give equal numbers everywhere.
 */
#pragma once
#include <stdint.h>

typedef struct {
  uint64_t state, stream;
} mk_rng;

static inline uint32_t
mk_rng_next (mk_rng *rng)
{
  uint64_t old = rng->state;
  rng->state = old * 6364136223846793005ULL + rng->stream;
  uint32_t mixed = (uint32_t)(((old >> 18) ^ old) >> 27);
  uint32_t turn = (uint32_t)(old >> 59);
  return (mixed >> turn) | (mixed << ((32 - turn) & 31));
}

static inline mk_rng
mk_rng_new (uint64_t seed, uint64_t stream)
{
  mk_rng rng = { 0, (stream << 1) | 1 };
  mk_rng_next (&rng);
  rng.state += seed;
  mk_rng_next (&rng);
  return rng;
}

/* In [0, 1): 24 bits, exact in float. */
static inline float
mk_rng_float (mk_rng *rng)
{
  return (float)(mk_rng_next (rng) >> 8) * 0x1p-24f;
}

static inline float
mk_rng_range (mk_rng *rng, float low, float high)
{
  return low + (high - low) * mk_rng_float (rng);
}
