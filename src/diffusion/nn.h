/* nn.h - the layers that diffusion networks are made of.
 *
 * Purpose   Convolutions, linear maps, norms and attention over oneDNN's matrix product.
 * Shape     An activation is n × h × w × c floats, channels innermost: a convolution's output rows are the rows of a
 *           matrix product, tokens of a transformer are pixels, and nothing is ever transposed.
 * Order     Every number is summed by one thread, in blocks whose size depends on shapes only; so results are equal at
 *           any thread count, however many blocks a thread takes at once.
 * Errors    The first failure (memory, cancel, a missing weight) is kept in the context; later layers then do
 *           nothing, so that a network reads as its drawing. Ask mk_nn_failed at the end.
 * Memory    Activations come from a list of blocks that later layers reuse; the list has a ceiling. mk_nn_plan walks through a
 *           run beforehand, takes what it needs at once or refuses with the megabytes, and gives the run its blocks in order.
 * Threads   A context belongs to one thread and uses the pool's; layers are constant once loaded.
 * Tests     tests/diffusion/test_networks.c
 */
#pragma once
#include "base/pool.h"
#include "diffusion/weights.h"

typedef struct {
  int n, h, w, c;
  float *x;       /* NULL after a failure and while memory is planned */
  unsigned block; /* its place in the context's list, from 1; 0 = none */
} mk_act;

typedef struct {
  mk_pool *pool;
  const mk_job *job;
  GError *error;      /* the first failure; owned */
  GPtrArray *blocks;
  size_t n_bytes, max_bytes, peak_bytes;
  float **scratch;    /* per worker */
  size_t scratch_floats, planned_scratch;
  bool is_planning;
  GArray *plan;       /* places of blocks in the order of the run that was planned; NULL = none was */
  guint plan_at;      /* how many of them this run has got */
} mk_nn;

/* `max_bytes` 0 = what the system has free, less a tenth. `pool`, `job` may be NULL. */
void mk_nn_init (mk_nn *nn, mk_pool *pool, const mk_job *job, size_t max_bytes);
void mk_nn_clear (mk_nn *nn);
/* True after a failure or when cancelled (which then is the failure). */
bool mk_nn_failed (mk_nn *nn);
/* True when nothing is to be computed: after a failure, or while memory is planned. */
bool mk_nn_skips (mk_nn *nn);
/* Calls `func`, which runs a network and frees what it makes, with layers that compute nothing; then takes the memory of all of
 * it, or fails with MEMORY. The next such run uses exactly that; another shape takes more when it has to. */
typedef void (*mk_nn_func) (mk_nn *nn, void *user);
void mk_nn_plan (mk_nn *nn, mk_nn_func func, void *user);
/* One more run of what was planned last. */
void mk_nn_replay (mk_nn *nn);
/* Moves the failure out; true when there was none. */
bool mk_nn_finish (mk_nn *nn, GError **error);

mk_act mk_act_new (mk_nn *nn, int n, int h, int w, int c); /* not cleared */
void   mk_act_free (mk_nn *nn, mk_act act);
static inline size_t
mk_act_n_rows (mk_act a)
{
  return (size_t)a.n * (size_t)a.h * (size_t)a.w;
}
/* From and to n × channels × height × width. */
mk_act mk_act_from_planes (mk_nn *nn, const float *planes, int n, int c, int h, int w);
void   mk_act_to_planes (mk_nn *nn, mk_act act, float *planes);

typedef enum { MK_ACT_NONE, MK_ACT_SILU, MK_ACT_GELU, MK_ACT_QUICK_GELU, MK_ACT_LEAKY, MK_ACT_RELU } mk_activation;

/* A linear map or a convolution with 1×1 or 3×3 kernel, packed for the processor. */
typedef struct mk_dense mk_dense;
/* From `name`.weight [out, in] or [out, in, k, k] and, when there, `name`.bias. NULL sets the context's failure. */
mk_dense *mk_dense_load (mk_nn *nn, const mk_weights *weights, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Rows [first, first + n_out) of a weight that stacks several; the names have one %d each, which `index` fills. */
mk_dense *mk_dense_load_rows (mk_nn *nn, const mk_weights *weights, int first, int n_out, const char *weight, const char *bias, int index);
mk_dense *mk_dense_new (mk_nn *nn, const float *weight, const float *bias, int n_out, int n_in, int kernel);
void      mk_dense_free (mk_dense *dense); /* NULL is fine */
int       mk_dense_n_out (const mk_dense *dense);
int       mk_dense_n_in (const mk_dense *dense);

typedef struct {
  int stride;             /* 0 = 1 */
  bool pad_end_only;      /* the VAE's downsampling pads right and below */
  bool upsample;          /* nearest doubling before, without making it */
  const float *per_image; /* n × n_out values to add: time embedding */
  mk_activation activation;
  float scale;            /* of the result before the residual; 0 = 1 */
  const mk_act *residual;
} mk_dense_how;
mk_act mk_dense_run (mk_nn *nn, const mk_dense *dense, mk_act in, const mk_dense_how *how); /* `how` may be NULL */

typedef struct {
  int n;
  float *scale, *shift;
} mk_norm;
mk_norm mk_norm_load (mk_nn *nn, const mk_weights *weights, int n, const char *format, ...) G_GNUC_PRINTF (4, 5);
void    mk_norm_clear (mk_norm *norm);
/* Over pixels and the channels of each of 32 groups; then SiLU when asked. */
mk_act mk_group_norm (mk_nn *nn, const mk_norm *norm, mk_act in, float epsilon, bool silu);
void   mk_group_norm_in_place (mk_nn *nn, const mk_norm *norm, mk_act act, float epsilon, bool silu);
mk_act mk_layer_norm (mk_nn *nn, const mk_norm *norm, mk_act in);

/* softmax (q k' / sqrt (head width)) v, in tiles: never the whole score matrix. */
mk_act mk_attention (mk_nn *nn, mk_act q, mk_act k, mk_act v, int n_heads, bool causal);
/* How much each key is looked at: the weights of all queries, summed, in the mean of the heads. n × h × w × 1 of `k`; for few tokens. */
mk_act mk_attention_received (mk_nn *nn, mk_act q, mk_act k, int n_heads);

/* In place. */
void mk_act_add (mk_nn *nn, mk_act to, mk_act more, float factor);
void mk_act_scale (mk_nn *nn, mk_act act, float factor);
void mk_act_activate (mk_nn *nn, mk_act act, mk_activation activation);
/* First half × gelu (second half), per row. */
mk_act mk_act_geglu (mk_nn *nn, mk_act in);
mk_act mk_act_concat (mk_nn *nn, mk_act a, mk_act b);
/* Nearest, to any size. */
mk_act mk_act_resize (mk_nn *nn, mk_act in, int h, int w);
mk_act mk_act_copy (mk_nn *nn, mk_act in);
/* Runs of `func` over `n` items on the context's pool; cancel becomes the failure. */
void   mk_nn_each (mk_nn *nn, size_t n, mk_pool_func func, void *user);
/* Scratch of one worker with room for `floats`; call before mk_nn_each, then read nn->scratch[worker]. */
bool   mk_nn_reserve (mk_nn *nn, size_t floats);
