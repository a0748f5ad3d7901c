/* nn_attention.c - attention in tiles with a running softmax.
 * Source: Rabe and Staats, "Self-attention Does Not Need O(n²) Memory", 2021. */
#include "diffusion/nn.h"
#include "diffusion/nn_product.h"
#include "diffusion/nn_math.h"
#include "diffusion/nn_profile.h"

#include <string.h>

#define QUERIES 128 /* at a time where there are many: keys are packed once for all of them */
#define FEW_QUERIES 64
#define MANY 1024
#define KEYS 512

typedef struct {
  mk_act q, k, v, out;
  int n_heads, width;
  size_t n_at_once; /* queries */
  bool causal;
  float scale;
  float **scratch;
} attention_work;

/* Scores of one tile become weights; rescales what was summed before. Sixteen maxima and sums side by side, in an order that
 * does not depend on the processor. */
MK_WIDEST static void
soften (float *scores, float *sum, float *maximum, float *total, size_t n_keys, int width, float scale, size_t n_visible)
{
  size_t even = n_visible / MK_LANES * MK_LANES;
  mk_lanes bests = (mk_lanes) { 0 } + *maximum, sums = { 0 };
  float best = *maximum, add = 0;
  for (size_t j = 0; j < even; j += MK_LANES) {
    mk_lanes score = *(const mk_lanes *)(scores + j) * scale;
    bests = MK_LANES_MAX (score, bests);
  }
  for (size_t j = even; j < n_visible; j++)
    best = MAX (best, scores[j] * scale);
  for (int k = 0; k < MK_LANES; k++)
    best = MAX (best, bests[k]);
  for (size_t j = 0; j < even; j += MK_LANES) {
    mk_lanes weight = *(const mk_lanes *)(scores + j) * scale - best;
    mk_exp_lanes (&weight);
    *(mk_lanes *)(scores + j) = weight;
    sums += weight;
  }
  for (size_t j = even; j < n_visible; j++)
    add += scores[j] = mk_exp (scores[j] * scale - best);
  for (size_t j = n_visible; j < n_keys; j++)
    scores[j] = 0;
  for (int k = 0; k < MK_LANES; k++)
    add += sums[k];
  if (best > *maximum) {
    float keep = mk_exp (*maximum - best);
    for (int i = 0; i < width; i++)
      sum[i] *= keep;
    *total *= keep;
    *maximum = best;
  }
  *total += add;
}

static void
attend (void *user, size_t item, unsigned worker)
{
  const attention_work *work = user;
  size_t n_q = (size_t)work->q.h * (size_t)work->q.w, n_k = (size_t)work->k.h * (size_t)work->k.w;
  size_t at_once = work->n_at_once, blocks = (n_q + at_once - 1) / at_once, c = (size_t)work->q.c, width = (size_t)work->width;
  size_t image = item / blocks / (size_t)work->n_heads, head = item / blocks % (size_t)work->n_heads, first = item % blocks * at_once;
  size_t rows = MIN (n_q - first, at_once);
  float *scores = work->scratch[worker], *sum = scores + QUERIES * KEYS, maximum[QUERIES], total[QUERIES] = { 0 };
  const float *q = work->q.x + (image * n_q + first) * c + head * width;
  memset (sum, 0, rows * width * sizeof *sum);
  for (size_t r = 0; r < rows; r++)
    maximum[r] = -3e38f;
  for (size_t k0 = 0; k0 < n_k && !(work->causal && k0 > first + rows - 1); k0 += KEYS) {
    size_t keys = MIN (n_k - k0, KEYS);
    const float *k = work->k.x + (image * n_k + k0) * c + head * width, *v = work->v.x + (image * n_k + k0) * c + head * width;
    mk_sgemm (true, rows, keys, width, q, c, k, c, 0.0f, scores, keys);
    for (size_t r = 0; r < rows; r++) {
      size_t visible = work->causal ? MIN (keys, first + r + 1 > k0 ? first + r + 1 - k0 : 0) : keys;
      soften (scores + r * keys, sum + r * width, &maximum[r], &total[r], keys, work->width, work->scale, visible);
    }
    mk_sgemm (false, rows, width, keys, scores, keys, v, c, 1.0f, sum, width);
  }
  for (size_t r = 0; r < rows; r++)
    for (size_t i = 0; i < width; i++)
      work->out.x[(image * n_q + first + r) * c + head * width + i] = sum[r * width + i] / total[r];
}

mk_act
mk_attention (mk_nn *nn, mk_act q, mk_act k, mk_act v, int n_heads, bool causal)
{
  attention_work work = { q, k, v, mk_act_new (nn, q.n, q.h, q.w, q.c), n_heads, q.c / MAX (n_heads, 1), QUERIES, causal, 0, nn->scratch };
  if (!mk_nn_failed (nn) && (n_heads < 1 || q.c % n_heads != 0 || k.c != q.c || v.c != q.c || k.n != q.n))
    mk_error (&nn->error, MK_ERROR_FORMAT, "attention of %d heads cannot join %d and %d channels, batches %d and %d", n_heads, q.c, k.c, q.n, k.n);
  if (!mk_nn_reserve (nn, QUERIES * ((size_t)KEYS + (size_t)work.width)))
    return work.out;
  work.scale = 1.0f / sqrtf ((float)work.width);
  size_t n_heads_all = (size_t)q.n * (size_t)n_heads, n_q = (size_t)q.h * (size_t)q.w, n_k = (size_t)k.h * (size_t)k.w, width = (size_t)work.width;
  work.n_at_once = n_q < MANY ? FEW_QUERIES : QUERIES;
  double start = mk_profile_begin ();
  mk_nn_each (nn, n_heads_all * ((n_q + work.n_at_once - 1) / work.n_at_once), attend, &work);
  mk_profile_end (MK_PROFILE_ATTENTION, start, (mk_profile_products[2]) { { n_heads_all, n_q, width, n_k }, { n_heads_all, n_q, n_k, width } });
  return work.out;
}

static void
receive (void *user, size_t image, unsigned worker)
{
  const attention_work *work = user;
  size_t n_q = (size_t)work->q.h * (size_t)work->q.w, n_k = (size_t)work->k.h * (size_t)work->k.w, c = (size_t)work->q.c, width = (size_t)work->width;
  float *scores = work->scratch[worker], *received = work->out.x + image * n_k;
  memset (received, 0, n_k * sizeof *received);
  for (size_t i = 0; i < n_q * (size_t)work->n_heads; i++) {
    const float *q = work->q.x + (image * n_q + i / (size_t)work->n_heads) * c + i % (size_t)work->n_heads * width, *k = work->k.x + image * n_k * c + i % (size_t)work->n_heads * width;
    float best = -3e38f, total = 0;
    mk_sgemm (true, 1, n_k, width, q, c, k, c, 0.0f, scores, n_k);
    for (size_t j = 0; j < n_k; j++)
      best = MAX (best, scores[j] * work->scale);
    for (size_t j = 0; j < n_k; j++)
      total += scores[j] = mk_exp (scores[j] * work->scale - best);
    for (size_t j = 0; j < n_k; j++)
      received[j] += scores[j] / (total * (float)work->n_heads);
  }
}

mk_act
mk_attention_received (mk_nn *nn, mk_act q, mk_act k, int n_heads)
{
  attention_work work = { q, k, k, mk_act_new (nn, k.n, k.h, k.w, 1), n_heads, q.c / MAX (n_heads, 1), 1, false, 1.0f / sqrtf ((float)(q.c / MAX (n_heads, 1))), nn->scratch };
  if (mk_nn_reserve (nn, (size_t)k.h * (size_t)k.w))
    mk_nn_each (nn, (size_t)k.n, receive, &work);
  return work.out;
}
