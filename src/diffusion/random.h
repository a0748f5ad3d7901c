/* random.h - PyTorch's and numpy's random numbers, bit for bit.
 *
 * Purpose   A seed gives the noise that it gives in ComfyUI.
 * Source    Mersenne Twister mt19937 (Matsumoto, Nishimura 1998); Box-Muller in the order that PyTorch's CPU
 *           generator uses; numpy's SeedSequence (M. O'Neill, "Developing a seed_seq alternative", 2015).
 * Threads   A generator belongs to one thread.
 * Tests     tests/diffusion/test_numbers.c against numbers that PyTorch and torchsde made
 */
#pragma once
#include "base/base.h"

typedef struct {
  uint32_t state[624];
  int next;
  bool has_spare; /* second half of the last Box-Muller pair, used by short draws */
  double spare;
} mk_random;

void mk_random_init (mk_random *random, uint64_t seed);
/* torch.rand: multiples of 2^-24 in [0, 1). */
void mk_random_uniform (mk_random *random, float *out, size_t n);
/* torch.randn. Draws of 16 and more use another rule than shorter ones, so the size of a draw matters. */
void mk_random_normal (mk_random *random, float *out, size_t n);

/* SeedSequence (entropy, spawn_key, pool_size).generate_state (n_out). At most 4 spawn words, pool up to 32. */
void mk_seed_sequence (uint64_t entropy, const uint32_t *spawn, int n_spawn, int pool_size, uint32_t *out, int n_out);

/* Noise of the SDE samplers: one Brownian path over sigmas, as torchsde's BrownianTree refines it. */
typedef struct mk_brownian mk_brownian;
/* `sigma_low` > 0; n floats per noise. */
mk_brownian *mk_brownian_new (uint64_t seed, size_t n, double sigma_low, double sigma_high);
void         mk_brownian_free (mk_brownian *tree); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_brownian, mk_brownian_free)
/* The path's increment between two sigmas, scaled to unit variance. RANGE when the sigmas are equal. */
bool mk_brownian_noise (mk_brownian *tree, double sigma, double sigma_next, float *out, GError **error);
