/* nn.c - the context of a run, its memory, and layers without weights. */
#include "diffusion/dnnl.h"
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
  mk_dnnl_load (&nn->error); /* without it nothing is computed, and whoever asks is told */
}

void
mk_nn_clear (mk_nn *nn)
{
  for (unsigned i = 0; i < mk_pool_n_workers (nn->pool); i++)
    free (nn->scratch[i]);
  g_free (nn->scratch);
  g_ptr_array_unref (nn->blocks);
  g_clear_pointer (&nn->plan, g_array_unref);
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
mk_nn_skips (mk_nn *nn)
{
  return nn->is_planning || mk_nn_failed (nn);
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
  if (nn->is_planning)
    nn->planned_scratch = MAX (nn->planned_scratch, floats);
  if (mk_nn_skips (nn))
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

/* The block that the plan has for this place of the run, or NULL: then the run is another one than was planned. */
static block *
find_planned (mk_nn *nn, size_t wanted, unsigned *place)
{
  if (nn->is_planning || nn->plan == NULL || nn->plan_at >= nn->plan->len)
    return NULL;
  unsigned at = g_array_index (nn->plan, unsigned, nn->plan_at++);
  block *b = at <= nn->blocks->len ? nn->blocks->pdata[at - 1] : NULL;
  if (b == NULL || b->used || b->n_floats < wanted) {
    nn->plan_at = nn->plan->len;
    return NULL;
  }
  *place = at;
  return b;
}

/* The smallest free block that is no more than twice too large. */
static block *
find_free (mk_nn *nn, size_t wanted, unsigned *place)
{
  block *best = NULL;
  for (guint i = 0; i < nn->blocks->len; i++) {
    block *b = nn->blocks->pdata[i];
    if (!b->used && b->n_floats >= wanted && b->n_floats / 2 <= wanted && (best == NULL || b->n_floats < best->n_floats)) {
      best = b;
      *place = i + 1;
    }
  }
  return best;
}

static block *
add_block (mk_nn *nn, size_t wanted, unsigned *place)
{
  float *x = nn->is_planning ? NULL : allocate (nn, wanted);
  if (x == NULL && !nn->is_planning)
    return NULL;
  block *b = g_new (block, 1);
  *b = (block) { wanted, x, false };
  g_ptr_array_add (nn->blocks, b);
  *place = nn->blocks->len;
  return b;
}

mk_act
mk_act_new (mk_nn *nn, int n, int h, int w, int c)
{
  mk_act act = { .n = n, .h = h, .w = w, .c = c };
  if (mk_nn_failed (nn))
    return act;
  size_t wanted = mk_act_n_rows (act) * (size_t)c;
  block *found = find_planned (nn, wanted, &act.block);
  if (found == NULL)
    found = find_free (nn, wanted, &act.block);
  if (found == NULL)
    found = add_block (nn, wanted, &act.block);
  if (found == NULL)
    return act;
  found->used = true;
  act.x = nn->is_planning ? NULL : found->x;
  if (nn->is_planning)
    g_array_append_val (nn->plan, act.block);
  return act;
}

void
mk_act_free (mk_nn *nn, mk_act act)
{
  if (act.block > 0 && act.block <= nn->blocks->len)
    ((block *)nn->blocks->pdata[act.block - 1])->used = false;
}

/* Memory for every block that the plan added, from place `first`; all or none. */
static void
take_planned (mk_nn *nn, guint first)
{
  size_t wanted = nn->planned_scratch > nn->scratch_floats ? (nn->planned_scratch - nn->scratch_floats) * mk_pool_n_workers (nn->pool) : 0;
  for (guint i = first; i < nn->blocks->len; i++)
    wanted += ((block *)nn->blocks->pdata[i])->n_floats;
  size_t n_bytes = wanted * sizeof (float), free_bytes = nn->max_bytes - MIN (nn->n_bytes, nn->max_bytes), available = mk_memory_available ();
  if (available != 0)
    free_bytes = MIN (free_bytes, available); /* weights may have been loaded since the ceiling was set */
  if (!mk_nn_failed (nn) && n_bytes > free_bytes)
    mk_error (&nn->error, MK_ERROR_MEMORY, "this size needs %zu MB for its intermediate results, and %zu MB are free: make the picture smaller, the batch too, or work in tiles",
              (n_bytes + nn->n_bytes) >> 20, (free_bytes + nn->n_bytes) >> 20);
  for (guint i = first; i < nn->blocks->len && !mk_nn_failed (nn); i++) {
    block *b = nn->blocks->pdata[i];
    b->x = allocate (nn, b->n_floats);
  }
  if (!mk_nn_failed (nn))
    mk_nn_reserve (nn, nn->planned_scratch);
}

void
mk_nn_plan (mk_nn *nn, mk_nn_func func, void *user)
{
  guint n_before = nn->blocks->len;
  if (mk_nn_failed (nn))
    return;
  if (nn->plan == NULL)
    nn->plan = g_array_new (FALSE, FALSE, sizeof (unsigned));
  g_array_set_size (nn->plan, 0);
  nn->planned_scratch = 0;
  nn->is_planning = true;
  func (nn, user);
  nn->is_planning = false;
  take_planned (nn, n_before);
  if (mk_nn_failed (nn)) {
    g_array_set_size (nn->plan, 0);
    for (guint i = nn->blocks->len; i > n_before && ((block *)nn->blocks->pdata[i - 1])->x == NULL; i--)
      g_ptr_array_remove_index (nn->blocks, i - 1);
  }
  mk_nn_replay (nn);
}

void
mk_nn_replay (mk_nn *nn)
{
  nn->plan_at = 0;
}

void
mk_nn_each (mk_nn *nn, size_t n, mk_pool_func func, void *user)
{
  if (!mk_nn_skips (nn) && !mk_pool_run (nn->pool, n, func, user, nn->job != NULL ? nn->job->cancel : NULL))
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
  if (mk_nn_skips (nn))
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

MK_WIDEST static void
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
  for (size_t i = 0; factor != 1.0f && !mk_nn_skips (nn) && i < mk_act_n_rows (act) * (size_t)act.c; i++)
    act.x[i] *= factor;
}

MK_WIDEST static void
activate_piece (void *user, size_t item, unsigned worker)
{
  const elements *e = user;
  (void)worker;
  for (size_t i = item * PIECE; i < MIN (e->n, (item + 1) * PIECE); i++)
    e->to[i] = e->activation == MK_ACT_SILU ? mk_silu (e->to[i]) : e->to[i] < 0 ? (e->activation == MK_ACT_RELU ? 0 : 0.2f * e->to[i]) : e->to[i];
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

MK_WIDEST static void
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
  if (mk_nn_skips (nn))
    return out;
  for (int b = 0; b < in.n; b++)
    for (int y = 0; y < h; y++)
      for (int x = 0; x < w; x++) {
        size_t from = ((size_t)b * (size_t)in.h + (size_t)y * (size_t)in.h / (size_t)h) * (size_t)in.w + (size_t)x * (size_t)in.w / (size_t)w;
        memcpy (out.x + (((size_t)b * (size_t)h + (size_t)y) * (size_t)w + (size_t)x) * (size_t)in.c, in.x + from * (size_t)in.c, (size_t)in.c * sizeof (float));
      }
  return out;
}
