/* nn.c - the context of a run, its memory, and layers without weights. */
#include "diffusion/nn.h"
#include "diffusion/networks.h"
#include "diffusion/nn_math.h"

#include <stdlib.h>

typedef struct {
  size_t n_floats;
  float *x;
  bool used;
} block;

static void
free_block (gpointer data)
{
  free (((block *)data)->x);
  g_free (data);
}

void
mk_nn_init (mk_nn *nn, mk_pool *pool, const mk_job *job, size_t max_bytes)
{
  *nn = (mk_nn) { .pool = pool, .job = job, .blocks = g_ptr_array_new_with_free_func (free_block) };
  size_t available = mk_memory_available ();
  nn->max_bytes = max_bytes != 0 ? max_bytes : (available != 0 ? available : (size_t)1 << 32) / 10 * 9;
  nn->scratch = g_new0 (float *, mk_pool_n_workers (pool));
}

void
mk_nn_clear (mk_nn *nn)
{
  for (unsigned i = 0; i < mk_pool_n_workers (nn->pool); i++)
    free (nn->scratch[i]);
  g_free (nn->scratch);
  g_ptr_array_unref (nn->blocks);
  g_clear_error (&nn->error);
}

bool
mk_nn_failed (mk_nn *nn)
{
  if (nn->error == NULL && mk_job_is_cancelled (nn->job))
    mk_error (&nn->error, MK_ERROR_CANCELLED, "the computation was cancelled");
  return nn->error != NULL;
}

bool
mk_nn_finish (mk_nn *nn, GError **error)
{
  if (!mk_nn_failed (nn))
    return true;
  g_propagate_error (error, g_steal_pointer (&nn->error));
  return false;
}

static float *
allocate (mk_nn *nn, size_t n_floats)
{
  size_t size;
  if (!mk_size_multiply (n_floats, sizeof (float), &size) || size > nn->max_bytes || nn->n_bytes > nn->max_bytes - size) {
    mk_error (&nn->error, MK_ERROR_MEMORY, "the network needs %zu MB more for its intermediate results; %zu MB are in use and %zu MB allowed",
              size >> 20, nn->n_bytes >> 20, nn->max_bytes >> 20);
    return NULL;
  }
  float *x = aligned_alloc (64, (size + 127) / 64 * 64);
  if (x == NULL) {
    mk_error (&nn->error, MK_ERROR_MEMORY, "the network needs %zu MB for its intermediate results", size >> 20);
    return NULL;
  }
  nn->n_bytes += size;
  nn->peak_bytes = MAX (nn->peak_bytes, nn->n_bytes);
  return x;
}

bool
mk_nn_reserve (mk_nn *nn, size_t floats)
{
  if (mk_nn_failed (nn))
    return false;
  if (floats <= nn->scratch_floats)
    return true;
  for (unsigned i = 0; i < mk_pool_n_workers (nn->pool); i++) {
    free (nn->scratch[i]);
    nn->scratch[i] = NULL;
    nn->n_bytes -= nn->scratch_floats * sizeof (float);
  }
  nn->scratch_floats = 0;
  for (unsigned i = 0; i < mk_pool_n_workers (nn->pool); i++)
    if ((nn->scratch[i] = allocate (nn, floats)) == NULL)
      return false;
  nn->scratch_floats = floats;
  return true;
}

mk_act
mk_act_new (mk_nn *nn, int n, int h, int w, int c)
{
  mk_act act = { n, h, w, c, NULL };
  if (mk_nn_failed (nn))
    return act;
  size_t wanted = mk_act_n_rows (act) * (size_t)c;
  block *best = NULL;
  for (guint i = 0; i < nn->blocks->len; i++) {
    block *b = nn->blocks->pdata[i];
    if (!b->used && b->n_floats >= wanted && b->n_floats / 2 <= wanted && (best == NULL || b->n_floats < best->n_floats))
      best = b;
  }
  if (best == NULL) {
    float *x = allocate (nn, wanted);
    if (x == NULL)
      return act;
    best = g_new (block, 1);
    *best = (block) { wanted, x, false };
    g_ptr_array_add (nn->blocks, best);
  }
  best->used = true;
  act.x = best->x;
  return act;
}

void
mk_act_free (mk_nn *nn, mk_act act)
{
  for (guint i = 0; act.x != NULL && i < nn->blocks->len; i++) {
    block *b = nn->blocks->pdata[i];
    if (b->x == act.x)
      b->used = false;
  }
}

void
mk_nn_each (mk_nn *nn, size_t n, mk_pool_func func, void *user)
{
  if (!mk_nn_failed (nn) && !mk_pool_run (nn->pool, n, func, user, nn->job != NULL ? nn->job->cancel : NULL))
    mk_nn_failed (nn);
}

mk_act
mk_act_from_planes (mk_nn *nn, const float *planes, int n, int c, int h, int w)
{
  mk_act act = mk_act_new (nn, n, h, w, c);
  size_t area = (size_t)h * (size_t)w;
  if (act.x == NULL)
    return act;
  for (size_t b = 0; b < (size_t)n; b++)
    for (size_t k = 0; k < (size_t)c; k++)
      for (size_t p = 0; p < area; p++)
        act.x[(b * area + p) * (size_t)c + k] = planes[(b * (size_t)c + k) * area + p];
  return act;
}

void
mk_act_to_planes (mk_nn *nn, mk_act act, float *planes)
{
  size_t area = (size_t)act.h * (size_t)act.w, c = (size_t)act.c;
  if (mk_nn_failed (nn))
    return;
  for (size_t b = 0; b < (size_t)act.n; b++)
    for (size_t k = 0; k < c; k++)
      for (size_t p = 0; p < area; p++)
        planes[(b * c + k) * area + p] = act.x[(b * area + p) * c + k];
}

mk_act
mk_act_copy (mk_nn *nn, mk_act in)
{
  mk_act out = mk_act_new (nn, in.n, in.h, in.w, in.c);
  if (out.x != NULL)
    memcpy (out.x, in.x, mk_act_n_rows (in) * (size_t)in.c * sizeof *in.x);
  return out;
}

/* Elementwise work in pieces of this many floats. */
#define PIECE 65536

typedef struct {
  float *to;
  const float *from;
  size_t n;
  float factor;
  mk_activation activation;
} elements;

MK_WIDE static void
add_piece (void *user, size_t item, unsigned worker)
{
  const elements *e = user;
  (void)worker;
  for (size_t i = item * PIECE; i < MIN (e->n, (item + 1) * PIECE); i++)
    e->to[i] += e->factor * e->from[i];
}

void
mk_act_add (mk_nn *nn, mk_act to, mk_act more, float factor)
{
  elements e = { to.x, more.x, mk_act_n_rows (to) * (size_t)to.c, factor, MK_ACT_NONE };
  mk_nn_each (nn, (e.n + PIECE - 1) / PIECE, add_piece, &e);
}

void
mk_act_scale (mk_nn *nn, mk_act act, float factor)
{
  for (size_t i = 0; factor != 1.0f && !mk_nn_failed (nn) && i < mk_act_n_rows (act) * (size_t)act.c; i++)
    act.x[i] *= factor;
}

MK_WIDE static void
activate_piece (void *user, size_t item, unsigned worker)
{
  const elements *e = user;
  (void)worker;
  for (size_t i = item * PIECE; i < MIN (e->n, (item + 1) * PIECE); i++)
    e->to[i] = e->activation == MK_ACT_SILU ? mk_silu (e->to[i]) : e->to[i] < 0 ? 0.2f * e->to[i] : e->to[i];
}

void
mk_act_activate (mk_nn *nn, mk_act act, mk_activation activation)
{
  elements e = { act.x, NULL, mk_act_n_rows (act) * (size_t)act.c, 0, activation };
  mk_nn_each (nn, (e.n + PIECE - 1) / PIECE, activate_piece, &e);
}

typedef struct {
  mk_act a, b, out;
} pair;

#define ROWS 64

MK_WIDE static void
geglu_rows (void *user, size_t item, unsigned worker)
{
  const pair *p = user;
  size_t half = (size_t)p->out.c;
  (void)worker;
  for (size_t r = item * ROWS; r < MIN (mk_act_n_rows (p->a), (item + 1) * ROWS); r++) {
    const float *value = p->a.x + r * 2 * half, *gate = value + half;
    for (size_t i = 0; i < half; i++)
      p->out.x[r * half + i] = value[i] * mk_gelu (gate[i]);
  }
}

mk_act
mk_act_geglu (mk_nn *nn, mk_act in)
{
  pair p = { .a = in, .out = mk_act_new (nn, in.n, in.h, in.w, in.c / 2) };
  mk_nn_each (nn, (mk_act_n_rows (in) + ROWS - 1) / ROWS, geglu_rows, &p);
  return p.out;
}

static void
concat_rows (void *user, size_t item, unsigned worker)
{
  const pair *p = user;
  size_t a = (size_t)p->a.c, b = (size_t)p->b.c;
  (void)worker;
  for (size_t r = item * ROWS; r < MIN (mk_act_n_rows (p->a), (item + 1) * ROWS); r++) {
    memcpy (p->out.x + r * (a + b), p->a.x + r * a, a * sizeof (float));
    memcpy (p->out.x + r * (a + b) + a, p->b.x + r * b, b * sizeof (float));
  }
}

mk_act
mk_act_concat (mk_nn *nn, mk_act a, mk_act b)
{
  pair p = { a, b, mk_act_new (nn, a.n, a.h, a.w, a.c + b.c) };
  if (!mk_nn_failed (nn) && (a.n != b.n || a.h != b.h || a.w != b.w))
    mk_error (&nn->error, MK_ERROR_RANGE, "%d×%d×%d and %d×%d×%d cannot be joined", a.n, a.h, a.w, b.n, b.h, b.w);
  mk_nn_each (nn, (mk_act_n_rows (a) + ROWS - 1) / ROWS, concat_rows, &p);
  return p.out;
}

mk_act
mk_act_resize (mk_nn *nn, mk_act in, int h, int w)
{
  mk_act out = mk_act_new (nn, in.n, h, w, in.c);
  if (mk_nn_failed (nn))
    return out;
  for (int b = 0; b < in.n; b++)
    for (int y = 0; y < h; y++)
      for (int x = 0; x < w; x++) {
        size_t from = ((size_t)b * (size_t)in.h + (size_t)y * (size_t)in.h / (size_t)h) * (size_t)in.w + (size_t)x * (size_t)in.w / (size_t)w;
        memcpy (out.x + (((size_t)b * (size_t)h + (size_t)y) * (size_t)w + (size_t)x) * (size_t)in.c, in.x + from * (size_t)in.c, (size_t)in.c * sizeof (float));
      }
  return out;
}
