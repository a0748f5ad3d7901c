/* random.c - see random.h. */
#include "diffusion/random.h"
#include "diffusion/nn_math.h"

#include <math.h>
#include <string.h>

void
mk_random_init (mk_random *random, uint64_t seed)
{
  random->state[0] = (uint32_t)seed;
  for (uint32_t i = 1; i < 624; i++)
    random->state[i] = 1812433253u * (random->state[i - 1] ^ random->state[i - 1] >> 30) + i;
  random->next = 624;
  random->has_spare = false;
}

static void
refill (mk_random *random)
{
  uint32_t *s = random->state;
  for (int i = 0; i < 624; i++) {
    uint32_t y = (s[i] & 0x80000000u) | (s[(i + 1) % 624] & 0x7fffffffu);
    s[i] = s[(i + 397) % 624] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0);
  }
  random->next = 0;
}

static uint32_t
next_word (mk_random *random)
{
  if (random->next == 624)
    refill (random);
  uint32_t y = random->state[random->next++];
  y ^= y >> 11;
  y ^= y << 7 & 0x9d2c5680u;
  y ^= y << 15 & 0xefc60000u;
  return y ^ y >> 18;
}

void
mk_random_uniform (mk_random *random, float *out, size_t n)
{
  for (size_t i = 0; i < n; i++)
    out[i] = (float)(next_word (random) & 0xffffff) * 0x1p-24f;
}

/* Logarithm, sine and cosine by the polynomials of the Cephes library (S. Moshier, 1992), with products and sums fused
 * where PyTorch's kernels fuse them: so every bit is the same. */
static inline float
cephes_log (float x)
{
  static const float p[] = { -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f };
  const float root_half = 0.707106781186547524f;
  uint32_t bits;
  memcpy (&bits, &x, sizeof bits);
  float exponent = (float)((int)(bits >> 23) - 127) + 1.0f, m, y = 7.0376836292e-2f;
  bits = (bits & 0x807fffff) | 0x3f000000;
  memcpy (&m, &bits, sizeof m);
  x = m - 1.0f;
  if (m < root_half) {
    exponent -= 1.0f;
    x += m;
  }
  float z = x * x;
  for (size_t i = 0; i < MK_COUNT (p); i++)
    y = fmaf (y, x, p[i]);
  y = fmaf (y * x, z, exponent * -2.12194440e-4f);
  y = fmaf (-z, 0.5f, y);
  return fmaf (exponent, 0.693359375f, x + y);
}

static inline void
cephes_sincos (float x, float *sine, float *cosine)
{
  int octant = ((int)(x * 1.27323954473516f) + 1) & ~1;
  float y = (float)octant;
  x = fmaf (y, -0.78515625f, x); /* less so many quarters of π, in three parts */
  x = fmaf (y, -2.4187564849853515625e-4f, x);
  x = fmaf (y, -3.77489497744594108e-8f, x);
  float z = x * x;
  float even = fmaf (fmaf (2.443315711809948e-5f, z, -1.388731625493765e-3f), z, 4.166664568298827e-2f) * z;
  even = fmaf (even, z, -(z * 0.5f)) + 1.0f;
  float odd = fmaf (fmaf (-1.9515295891e-4f, z, 8.3321608736e-3f), z, -1.6666654611e-1f) * z;
  odd = fmaf (odd, x, x);
  bool swaps = (octant & 2) != 0;
  *sine = swaps ? even : odd;
  *cosine = swaps ? odd : even;
  if (octant & 4)
    *sine = -*sine;
  if (!((octant - 2) & 4))
    *cosine = -*cosine;
}

/* 16 uniforms to 16 normals in place; pairs are eight apart. */
MK_WIDEST static void
transform_block (float *block)
{
  for (int j = 0; j < 8; j++) {
    float u1 = 1.0f - block[j], radius = sqrtf (-2.0f * cephes_log (u1)), sine, cosine;
    cephes_sincos (6.283185307179586f * block[j + 8], &sine, &cosine);
    block[j] = radius * cosine;
    block[j + 8] = radius * sine;
  }
}

static double
next_double (mk_random *random)
{
  uint64_t high = next_word (random), low = next_word (random);
  return (double)((high << 32 | low) & (((uint64_t)1 << 53) - 1)) * 0x1p-53;
}

static float
next_normal (mk_random *random)
{
  if (random->has_spare) {
    random->has_spare = false;
    return (float)random->spare;
  }
  double u1 = next_double (random), u2 = next_double (random);
  double radius = sqrt (-2.0 * log1p (-u2)), angle = 2.0 * M_PI * u1;
  random->spare = radius * sin (angle);
  random->has_spare = true;
  return (float)(radius * cos (angle));
}

void
mk_random_normal (mk_random *random, float *out, size_t n)
{
  if (n < 16) {
    for (size_t i = 0; i < n; i++)
      out[i] = next_normal (random);
    return;
  }
  mk_random_uniform (random, out, n);
  for (size_t i = 0; i + 16 <= n; i += 16)
    transform_block (out + i);
  if (n % 16 != 0) {
    mk_random_uniform (random, out + n - 16, 16);
    transform_block (out + n - 16);
  }
}

typedef struct {
  uint32_t h;
} hash_state;

static uint32_t
hash_word (hash_state *state, uint32_t value, uint32_t factor)
{
  value ^= state->h;
  state->h *= factor;
  value *= state->h;
  return value ^ value >> 16;
}

static uint32_t
mix_words (uint32_t x, uint32_t y)
{
  uint32_t r = 0xca01f9ddu * x - 0x4973f715u * y;
  return r ^ r >> 16;
}

void
mk_seed_sequence (uint64_t entropy, const uint32_t *spawn, int n_spawn, int pool_size, uint32_t *out, int n_out)
{
  uint32_t words[40] = { (uint32_t)entropy, (uint32_t)(entropy >> 32) }, pool[32];
  int n_words = entropy >> 32 != 0 ? 2 : 1;
  g_assert (pool_size >= 1 && pool_size <= 32 && n_spawn >= 0 && n_spawn <= 4);
  if (n_spawn > 0) {
    n_words = MAX (n_words, pool_size);
    for (int i = 0; i < n_spawn; i++)
      words[n_words++] = spawn[i];
  }
  hash_state in = { 0x43b0d7e5u };
  for (int i = 0; i < pool_size; i++)
    pool[i] = hash_word (&in, i < n_words ? words[i] : 0, 0x931e8875u);
  for (int from = 0; from < pool_size; from++)
    for (int to = 0; to < pool_size; to++)
      if (from != to)
        pool[to] = mix_words (pool[to], hash_word (&in, pool[from], 0x931e8875u));
  for (int i = pool_size; i < n_words; i++)
    for (int to = 0; to < pool_size; to++)
      pool[to] = mix_words (pool[to], hash_word (&in, words[i], 0x931e8875u));
  hash_state g = { 0x8b51f9ddu };
  for (int i = 0; i < n_out; i++)
    out[i] = hash_word (&g, pool[i % pool_size], 0x58f38dedu);
}

/* A path is refined by splitting intervals in the middle; every interval's increment depends on the seed and on
 * the interval's place in the tree alone, so that queries may come in any order. Nothing is kept: a query walks
 * down from the root, at most 40 levels for times rounded to six decimals. */
struct mk_brownian {
  uint64_t seed;
  size_t n;
  double low, high;
  uint32_t root_seed;
  float *z;
};

/* To six decimals as Python's round does it: from the exact value, which t × 1e6 would not keep. */
static double
round_time (double t)
{
  char text[64];
  g_ascii_formatd (text, sizeof text, "%.6f", t);
  return g_ascii_strtod (text, NULL);
}

mk_brownian *
mk_brownian_new (uint64_t seed, size_t n, double sigma_low, double sigma_high)
{
  mk_brownian *tree = g_new0 (mk_brownian, 1);
  uint32_t state[3];
  mk_seed_sequence (seed, NULL, 0, 24, state, 3);
  tree->seed = seed;
  tree->n = n;
  tree->low = round_time (MIN (sigma_low, sigma_high));
  tree->high = round_time (MAX (sigma_low, sigma_high));
  tree->root_seed = state[0];
  tree->z = g_new (float, n);
  return tree;
}

void
mk_brownian_free (mk_brownian *tree)
{
  if (tree == NULL)
    return;
  g_free (tree->z);
  g_free (tree);
}

/* Adds the increment over [from, to] that falls into the node [a, b] with increment `w`. */
static void
add_increment (mk_brownian *tree, double a, double b, uint64_t key, uint32_t depth, const float *w, double from, double to, float *sum)
{
  if (from >= b || to <= a)
    return;
  double middle = round_time ((a + b) / 2);
  if ((from <= a && to >= b) || middle <= a || middle >= b) {
    for (size_t i = 0; i < tree->n; i++)
      sum[i] += w[i];
    return;
  }
  uint32_t spawn[3] = { (uint32_t)key, 0, 0 }, state[4];
  int n_spawn = 1;
  if (key >> 32 != 0)
    spawn[n_spawn++] = (uint32_t)(key >> 32);
  spawn[n_spawn++] = depth;
  mk_seed_sequence (tree->seed, spawn, n_spawn, 24, state, 4);
  mk_random random;
  mk_random_init (&random, state[0]);
  mk_random_normal (&random, tree->z, tree->n);
  float share = (float)((middle - a) / (b - a)), spread = (float)sqrt ((middle - a) * (b - middle) / (b - a));
  g_autofree float *left = g_new (float, tree->n);
  g_autofree float *right = g_new (float, tree->n);
  for (size_t i = 0; i < tree->n; i++) {
    left[i] = w[i] * share + spread * tree->z[i];
    right[i] = w[i] - left[i];
  }
  add_increment (tree, a, middle, key * 2, depth + 1, left, from, to, sum);
  add_increment (tree, middle, b, key * 2 + 1, depth + 1, right, from, to, sum);
}

bool
mk_brownian_noise (mk_brownian *tree, double sigma, double sigma_next, float *out, GError **error)
{
  double from = round_time (MIN (sigma, sigma_next)), to = round_time (MAX (sigma, sigma_next));
  if (!(from < to))
    return mk_error (error, MK_ERROR_RANGE, "noise between equal sigmas %g and %g is not defined", sigma, sigma_next);
  from = CLAMP (from, tree->low, tree->high);
  to = CLAMP (to, tree->low, tree->high);
  g_autofree float *w = g_new (float, tree->n);
  mk_random random;
  mk_random_init (&random, tree->root_seed);
  mk_random_normal (&random, w, tree->n);
  for (size_t i = 0; i < tree->n; i++)
    w[i] *= (float)sqrt (tree->high - tree->low);
  memset (out, 0, tree->n * sizeof *out);
  add_increment (tree, tree->low, tree->high, 0, 0, w, from, to, out);
  float scale = (float)((sigma > sigma_next ? -1.0 : 1.0) / sqrt (fabs (sigma - sigma_next)));
  for (size_t i = 0; i < tree->n; i++)
    out[i] *= scale;
  return true;
}
