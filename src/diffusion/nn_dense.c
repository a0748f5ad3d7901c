/* nn_dense.c - linear maps and convolutions on oneDNN's matrix product.
 *
 * A convolution is a sum of products, one for each place of its kernel: 64 output pixels' inputs at that place (16 or 32 where
 * no more are left) times the weights of that place. Outputs are cut into panels of at most 384 channels. A piece of work is one panel for up to 512
 * pixels: its weights are widened from halves to floats once for all of them, in the cache, so that models stay as
 * small in memory as in their files. oneDNN runs on the calling thread only: the pool does the sharing.
 */
#include "diffusion/nn_dense.h"
#include "diffusion/dnnl.h"
#include "diffusion/nn.h"
#include "diffusion/nn_math.h"
#include "diffusion/nn_profile.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ROWS 64
#define PANEL 384
#define BLOCKS 8 /* of ROWS, in a piece of work */

/* From libgomp, which oneDNN was built with: keeps it on the calling thread. */
extern void omp_set_num_threads (int);

/* Adds rows × n_in times n_in × n. One for each shape, made when it is first needed and kept to the end. */
typedef struct {
  int rows, n_in, n;
  dnnl_memory_desc_t layout; /* of the weights; the same for every number of rows */
  dnnl_primitive_t primitive;
  size_t n_scratch_bytes;
} product;

typedef struct {
  int first, n;
  size_t n_floats; /* of one place's packed weights */
  float *weights;  /* place by place, packed; NULL when kept as halves */
  uint16_t *halves;
} panel;

struct mk_dense {
  int n_out, n_in, kernel;
  float *bias; /* NULL = none */
  int n_panels;
  panel *panels;
};

static dnnl_engine_t engine;
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;

static void
make_engine (void)
{
  if (mk_dnnl.dnnl_engine_create (&engine, dnnl_cpu, 0) != dnnl_success)
    g_error ("oneDNN has no CPU engine");
}

void
mk_sgemm (bool transpose_b, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc)
{
  omp_set_num_threads (1);
  mk_dnnl.dnnl_sgemm ('N', transpose_b ? 'T' : 'N', (dnnl_dim_t)m, (dnnl_dim_t)n, (dnnl_dim_t)k, 1.0f, a, (dnnl_dim_t)lda, b, (dnnl_dim_t)ldb, beta, c, (dnnl_dim_t)ldc);
}

static pthread_mutex_t products_lock = PTHREAD_MUTEX_INITIALIZER; /* guards the table */
static GHashTable *products;

static guint
hash_product (gconstpointer key)
{
  const product *p = key;
  return ((guint)p->rows * 31 + (guint)p->n_in) * 4099 + (guint)p->n;
}

static gboolean
products_equal (gconstpointer a, gconstpointer b)
{
  const product *p = a, *q = b;
  return p->rows == q->rows && p->n_in == q->n_in && p->n == q->n;
}

/* `like` NULL = weights in the layout that oneDNN likes best. */
static bool
make_product (product *p, const product *like)
{
  dnnl_dims_t a = { p->rows, p->n_in }, b = { p->n_in, p->n }, c = { p->rows, p->n };
  dnnl_memory_desc_t from, with, to;
  dnnl_matmul_desc_t description;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t after = NULL;
  dnnl_primitive_desc_t chosen = NULL;
  bool good = mk_dnnl.dnnl_memory_desc_init_by_tag (&from, 2, a, dnnl_f32, dnnl_ab) == dnnl_success
              && mk_dnnl.dnnl_memory_desc_init_by_tag (&with, 2, b, dnnl_f32, dnnl_format_tag_any) == dnnl_success
              && mk_dnnl.dnnl_memory_desc_init_by_tag (&to, 2, c, dnnl_f32, dnnl_ab) == dnnl_success
              && mk_dnnl.dnnl_matmul_desc_init (&description, &from, like != NULL ? &like->layout : &with, NULL, &to) == dnnl_success
              && mk_dnnl.dnnl_primitive_attr_create (&attributes) == dnnl_success
              && mk_dnnl.dnnl_post_ops_create (&after) == dnnl_success && mk_dnnl.dnnl_post_ops_append_sum (after, 1.0f) == dnnl_success
              && mk_dnnl.dnnl_primitive_attr_set_post_ops (attributes, after) == dnnl_success
              && mk_dnnl.dnnl_primitive_attr_set_scratchpad_mode (attributes, dnnl_scratchpad_mode_user) == dnnl_success
              && mk_dnnl.dnnl_primitive_desc_create (&chosen, &description, attributes, engine, NULL) == dnnl_success
              && mk_dnnl.dnnl_primitive_create (&p->primitive, chosen) == dnnl_success;
  if (good) {
    p->layout = *mk_dnnl.dnnl_primitive_desc_query_md (chosen, dnnl_query_weights_md, 0);
    p->n_scratch_bytes = mk_dnnl.dnnl_memory_desc_get_size (mk_dnnl.dnnl_primitive_desc_query_md (chosen, dnnl_query_scratchpad_md, 0));
  }
  if (chosen != NULL)
    mk_dnnl.dnnl_primitive_desc_destroy (chosen);
  if (after != NULL)
    mk_dnnl.dnnl_post_ops_destroy (after);
  if (attributes != NULL)
    mk_dnnl.dnnl_primitive_attr_destroy (attributes);
  return good;
}

/* With the table locked. */
static const product *
find_or_make (int rows, int n_in, int n)
{
  product wanted = { .rows = rows, .n_in = n_in, .n = n };
  product *found = g_hash_table_lookup (products, &wanted);
  const product *like = found == NULL && rows != ROWS ? find_or_make (ROWS, n_in, n) : NULL;
  if (found != NULL || (rows != ROWS && like == NULL) || !make_product (&wanted, like))
    return found;
  found = g_memdup2 (&wanted, sizeof wanted);
  g_hash_table_add (products, found);
  return found;
}

/* The smallest one for `rows` or more; NULL when oneDNN has none. */
static const product *
find_product (size_t rows, int n_in, int n)
{
  pthread_mutex_lock (&products_lock);
  if (products == NULL)
    products = g_hash_table_new (hash_product, products_equal);
  const product *found = find_or_make (rows <= ROWS / 4 ? ROWS / 4 : rows <= ROWS / 2 ? ROWS / 2 : ROWS, n_in, n);
  pthread_mutex_unlock (&products_lock);
  return found;
}

/* Where number i of dimension `dim` lies in a packed weight; the sum over both dimensions is a number's place. */
static size_t
place_of (const dnnl_memory_desc_t *layout, int dim, size_t i)
{
  const dnnl_blocking_desc_t *b = &layout->format_desc.blocking;
  size_t offset = 0, inner = 1, rest = i;
  for (int k = b->inner_nblks - 1; k >= 0; k--) {
    size_t size = (size_t)b->inner_blks[k];
    if (b->inner_idxs[k] == dim) {
      offset += rest % size * inner;
      rest /= size;
    }
    inner *= size;
  }
  return offset + rest * (size_t)b->strides[dim];
}

void
mk_dense_free (mk_dense *dense)
{
  if (dense == NULL)
    return;
  for (int i = 0; i < dense->n_panels; i++) {
    free (dense->panels[i].weights);
    free (dense->panels[i].halves);
  }
  g_free (dense->panels);
  g_free (dense->bias);
  g_free (dense);
}

int
mk_dense_n_out (const mk_dense *dense)
{
  return dense != NULL ? dense->n_out : 0;
}

int
mk_dense_n_in (const mk_dense *dense)
{
  return dense != NULL ? dense->n_in : 0;
}

/* Weights [out][in][kernel][kernel] as they lie in the file: floats that were checked, or halves that stay so. */
typedef struct {
  mk_dense *dense;
  const float *floats;
  const uint16_t *halves;
  gint failed, not_finite; /* atomic */
} pack_work;

#define HUGE ((size_t)2 << 20)

/* Zeros where `n_used` bytes leave gaps. Large pages: a model has half a million small ones, and each is asked for by itself. */
static void *
allocate (size_t n_bytes, size_t n_used)
{
  size_t unit = n_bytes < HUGE ? 64 : HUGE;
  void *bytes = aligned_alloc (unit, (n_bytes + 64 + unit - 1) / unit * unit);
  if (bytes != NULL && unit == HUGE)
    madvise (bytes, n_bytes, MADV_HUGEPAGE);
  if (bytes != NULL && n_used < n_bytes)
    memset (bytes, 0, n_bytes);
  return bytes;
}

/* Eight outputs at a time, so that lines of the cache are filled while they are there. */
#define PACK(source, target)                                                                                   \
  for (size_t i = 0; i < n_in; i++)                                                                            \
    for (size_t place = 0; place < area; place++)                                                              \
      for (size_t o = first; o < last; o++)                                                                    \
        (target)[place * p->n_floats + rows[i] + columns[o]] = (source)[((size_t)p->first + o) * n_in * area + i * area + place]

static void
pack_panel (void *user, size_t item, unsigned worker)
{
  pack_work *work = user;
  const mk_dense *dense = work->dense;
  panel *p = &dense->panels[item];
  size_t n_in = (size_t)dense->n_in, n = (size_t)p->n, area = (size_t)dense->kernel * (size_t)dense->kernel;
  (void)worker;
  omp_set_num_threads (1);
  const product *whole = find_product (ROWS, dense->n_in, p->n);
  size_t item_size = work->halves != NULL ? sizeof (uint16_t) : sizeof (float), n_used = area * n_in * n * item_size;
  void *packed = NULL;
  if (whole != NULL) {
    p->n_floats = (mk_dnnl.dnnl_memory_desc_get_size (&whole->layout) + 63) / 64 * 16;
    packed = allocate (area * p->n_floats * item_size, n_used);
  }
  if (packed == NULL) {
    g_atomic_int_set (&work->failed, 1);
    return;
  }
  if (work->halves != NULL)
    p->halves = packed;
  else
    p->weights = packed;
  g_autofree size_t *rows = g_new (size_t, n_in), *columns = g_new (size_t, n);
  for (size_t i = 0; i < n_in; i++)
    rows[i] = place_of (&whole->layout, 0, i);
  for (size_t o = 0; o < n; o++)
    columns[o] = place_of (&whole->layout, 1, o);
  for (size_t first = 0, last; first < n; first = last) {
    last = MIN (n, first + 8);
    if (work->halves == NULL) {
      PACK (work->floats, p->weights);
      continue;
    }
    if (!mk_halves_are_finite (work->halves + ((size_t)p->first + first) * n_in * area, (last - first) * n_in * area))
      g_atomic_int_set (&work->not_finite, 1);
    PACK (work->halves, p->halves);
  }
}

static mk_dense *
new_dense (mk_nn *nn, const float *floats, const uint16_t *halves, const float *bias, int n_out, int n_in, int kernel, bool *finite)
{
  if (mk_nn_failed (nn))
    return NULL;
  pthread_once (&engine_once, make_engine);
  mk_dense *dense = g_new0 (mk_dense, 1);
  dense->n_out = n_out;
  dense->n_in = n_in;
  dense->kernel = kernel;
  dense->bias = bias != NULL ? g_memdup2 (bias, (size_t)n_out * sizeof *bias) : NULL;
  dense->n_panels = (n_out + PANEL - 1) / PANEL;
  int width = ((n_out + dense->n_panels - 1) / dense->n_panels + 15) / 16 * 16;
  dense->n_panels = (n_out + width - 1) / width;
  dense->panels = g_new0 (panel, dense->n_panels);
  for (int i = 0; i < dense->n_panels; i++) {
    dense->panels[i].first = i * width;
    dense->panels[i].n = MIN (width, n_out - i * width);
  }
  pack_work work = { .dense = dense, .floats = floats, .halves = halves };
  mk_nn_each (nn, (size_t)dense->n_panels, pack_panel, &work);
  if (work.failed && !mk_nn_failed (nn))
    mk_error (&nn->error, MK_ERROR_MEMORY, "oneDNN cannot pack a layer of %d × %d × %d × %d weights", n_out, n_in, kernel, kernel);
  if (mk_nn_failed (nn))
    g_clear_pointer (&dense, mk_dense_free);
  if (finite != NULL)
    *finite = !work.not_finite;
  return dense;
}

mk_dense *
mk_dense_new (mk_nn *nn, const float *weight, const float *bias, int n_out, int n_in, int kernel)
{
  return new_dense (nn, weight, NULL, bias, n_out, n_in, kernel, NULL);
}

mk_dense *
mk_dense_load (mk_nn *nn, const mk_weights *weights, const char *format, ...)
{
  va_list list;
  va_start (list, format);
  g_autofree char *name = g_strdup_vprintf (format, list);
  va_end (list);
  if (mk_nn_failed (nn))
    return NULL;
  g_autofree char *weight_key = g_strconcat (name, ".weight", NULL);
  g_autofree char *bias_key = g_strconcat (name, ".bias", NULL);
  const mk_safetensor *found = mk_weights_find (weights, weight_key);
  if (found != NULL && (found->n_dims < 2 || found->n_items == 0 || found->n_dims > 4 || found->dims[2] != found->dims[3] || (found->dims[2] != 1 && found->dims[2] != 3))) {
    mk_error (&nn->error, MK_ERROR_UNSUPPORTED, "“%s” is no linear map and no 1×1 or 3×3 convolution", found->name);
    return NULL;
  }
  g_autofree float *floats = NULL, *bias = NULL;
  const uint16_t *halves = mk_weights_get_halves (weights, weight_key);
  if (halves == NULL)
    floats = mk_weights_read (weights, weight_key, 0, &nn->error);
  if (!mk_nn_failed (nn) && mk_weights_find (weights, bias_key) != NULL)
    bias = mk_weights_read (weights, bias_key, (size_t)found->dims[0], &nn->error);
  if (mk_nn_failed (nn))
    return NULL;
  bool finite = true;
  mk_dense *dense = new_dense (nn, floats, halves, bias, found->dims[0], found->dims[1], found->dims[2], &finite);
  if (!finite && !mk_nn_failed (nn) && !mk_weights_check_halves (weights, weight_key, &nn->error))
    g_clear_pointer (&dense, mk_dense_free);
  mk_weights_forget (weights, weight_key);
  return dense;
}

mk_dense *
mk_dense_load_rows (mk_nn *nn, const mk_weights *weights, int first, int n_out, const char *weight, const char *bias, int index)
{
  g_auto (GStrv) weight_parts = g_strsplit (weight, "%d", 2), bias_parts = g_strsplit (bias, "%d", 2);
  g_autofree char *weight_key = g_strdup_printf ("%s%d%s", weight_parts[0], index, weight_parts[1]), *bias_key = g_strdup_printf ("%s%d%s", bias_parts[0], index, bias_parts[1]);
  if (mk_nn_failed (nn))
    return NULL;
  const mk_safetensor *found = mk_weights_find (weights, weight_key);
  g_autofree float *all = mk_weights_read (weights, weight_key, 0, &nn->error), *biases = NULL;
  if (all == NULL)
    return NULL;
  if (found->n_dims != 2 || found->dims[0] < first + n_out) {
    mk_error (&nn->error, MK_ERROR_FORMAT, "“%s” must have at least %d rows", found->name, first + n_out);
    return NULL;
  }
  if (mk_weights_find (weights, bias_key) != NULL && (biases = mk_weights_read (weights, bias_key, (size_t)found->dims[0], &nn->error)) == NULL)
    return NULL;
  return new_dense (nn, all + (size_t)first * (size_t)found->dims[1], NULL, biases != NULL ? biases + first : NULL, n_out, found->dims[1], 1, NULL);
}

typedef struct {
  const mk_dense *dense;
  mk_act in, out;
  mk_dense_how how;
  int pad;
  size_t n_blocks, n_chunks; /* of ROWS output pixels; of those, in pieces of work */
  float **scratch;
} dense_work;

/* What output pixels [first, first + rows) see at one place of the kernel; zero outside, and in rows that fill up. */
static void
gather (const dense_work *work, size_t first, size_t rows, size_t padded_rows, int place, float *to)
{
  size_t area = (size_t)work->out.h * (size_t)work->out.w, n = (size_t)work->in.c;
  int stride = MAX (work->how.stride, 1), kernel = work->dense->kernel, zoom = work->how.upsample ? 2 : 1;
  for (size_t row = first; row < first + rows; row++, to += n) {
    size_t image = row / area;
    int y = (int)(row % area / (size_t)work->out.w) * stride + place / kernel - work->pad, x = (int)(row % (size_t)work->out.w) * stride + place % kernel - work->pad;
    if (y < 0 || x < 0 || y >= work->in.h * zoom || x >= work->in.w * zoom)
      memset (to, 0, n * sizeof *to);
    else
      memcpy (to, work->in.x + ((image * (size_t)work->in.h + (size_t)(y / zoom)) * (size_t)work->in.w + (size_t)(x / zoom)) * n, n * sizeof *to);
  }
  memset (to, 0, (padded_rows - rows) * n * sizeof *to);
}

static inline void
activate (float *x, size_t n, mk_activation activation)
{
  switch (activation) {
  case MK_ACT_NONE: break;
  case MK_ACT_SILU:
    for (size_t i = 0; i < n; i++)
      x[i] = mk_silu (x[i]);
    break;
  case MK_ACT_GELU:
    for (size_t i = 0; i < n; i++)
      x[i] = mk_gelu (x[i]);
    break;
  case MK_ACT_QUICK_GELU:
    for (size_t i = 0; i < n; i++)
      x[i] = x[i] / (1.0f + mk_exp (-1.702f * x[i]));
    break;
  case MK_ACT_RELU:
    for (size_t i = 0; i < n; i++)
      x[i] = x[i] < 0 ? 0 : x[i];
    break;
  case MK_ACT_LEAKY:
    for (size_t i = 0; i < n; i++)
      x[i] = x[i] < 0 ? 0.2f * x[i] : x[i];
    break;
  }
}

/* Bias, time embedding, activation and residual, while the block is in the cache. */
MK_WIDE static void
finish_rows (const dense_work *work, const panel *p, const float *block, size_t first, size_t rows)
{
  size_t area = (size_t)work->out.h * (size_t)work->out.w, n_out = (size_t)work->dense->n_out, n = (size_t)p->n, at = (size_t)p->first;
  const float *bias = work->dense->bias;
  for (size_t r = 0; r < rows; r++) {
    float *out = work->out.x + (first + r) * n_out + at;
    const float *from = block + r * n;
    const float *extra = work->how.per_image != NULL ? work->how.per_image + (first + r) / area * n_out + at : NULL;
    const float *residual = work->how.residual != NULL ? work->how.residual->x + (first + r) * n_out + at : NULL;
    for (size_t i = 0; bias != NULL && i < n; i++)
      out[i] = from[i] + bias[at + i];
    if (bias == NULL)
      memcpy (out, from, n * sizeof *out);
    for (size_t i = 0; extra != NULL && i < n; i++)
      out[i] += extra[i];
    activate (out, n, work->how.activation);
    for (size_t i = 0; work->how.scale != 0 && i < n; i++)
      out[i] *= work->how.scale;
    for (size_t i = 0; residual != NULL && i < n; i++)
      out[i] += residual[i];
  }
}

static void
multiply (const product *p, const float *a, const float *weights, float *c, float *scratch)
{
  dnnl_dims_t a_dims = { p->rows, p->n_in }, c_dims = { p->rows, p->n }, s_dims = { (dnnl_dim_t)p->n_scratch_bytes };
  dnnl_memory_desc_t a_layout, c_layout, s_layout;
  dnnl_memory_t from, with, to, space;
  dnnl_stream_t stream;
  mk_dnnl.dnnl_memory_desc_init_by_tag (&a_layout, 2, a_dims, dnnl_f32, dnnl_ab);
  mk_dnnl.dnnl_memory_desc_init_by_tag (&c_layout, 2, c_dims, dnnl_f32, dnnl_ab);
  mk_dnnl.dnnl_memory_desc_init_by_tag (&s_layout, 1, s_dims, dnnl_u8, dnnl_a);
  mk_dnnl.dnnl_memory_create (&from, &a_layout, engine, (void *)a);
  mk_dnnl.dnnl_memory_create (&with, &p->layout, engine, (void *)weights);
  mk_dnnl.dnnl_memory_create (&to, &c_layout, engine, c);
  mk_dnnl.dnnl_memory_create (&space, &s_layout, engine, scratch);
  mk_dnnl.dnnl_stream_create (&stream, engine, dnnl_stream_default_flags);
  dnnl_exec_arg_t arguments[] = { { DNNL_ARG_SRC, from }, { DNNL_ARG_WEIGHTS, with }, { DNNL_ARG_DST, to }, { DNNL_ARG_SCRATCHPAD, space } };
  mk_dnnl.dnnl_primitive_execute (p->primitive, stream, 4, arguments);
  mk_dnnl.dnnl_stream_wait (stream);
  mk_dnnl.dnnl_stream_destroy (stream);
  mk_dnnl.dnnl_memory_destroy (space);
  mk_dnnl.dnnl_memory_destroy (to);
  mk_dnnl.dnnl_memory_destroy (with);
  mk_dnnl.dnnl_memory_destroy (from);
}

/* One panel for one chunk of pixels. */
static void
run_piece (void *user, size_t item, unsigned worker)
{
  const dense_work *work = user;
  const mk_dense *dense = work->dense;
  const panel *p = &dense->panels[item / work->n_chunks];
  size_t n_in = (size_t)dense->n_in, all = mk_act_n_rows (work->out), chunk = item % work->n_chunks;
  size_t from = chunk * work->n_blocks / work->n_chunks, to = (chunk + 1) * work->n_blocks / work->n_chunks;
  float *wide = work->scratch[worker], *gathered = wide + p->n_floats, *sums = gathered + ROWS * n_in, *space = sums + BLOCKS * ROWS * PANEL;
  bool direct = dense->kernel == 1 && MAX (work->how.stride, 1) == 1 && !work->how.upsample;
  const product *whole = find_product (ROWS, dense->n_in, p->n), *last = find_product ((all - 1) % ROWS + 1, dense->n_in, p->n);
  omp_set_num_threads (1);
  memset (sums, 0, (to - from) * ROWS * (size_t)p->n * sizeof *sums);
  for (int place = 0; place < dense->kernel * dense->kernel; place++) {
    const float *weights = p->weights != NULL ? p->weights + (size_t)place * p->n_floats : wide;
    if (p->halves != NULL)
      mk_halves_to_floats (p->halves + (size_t)place * p->n_floats, wide, p->n_floats);
    for (size_t block = from; block < to; block++) {
      size_t first = block * ROWS, rows = MIN (ROWS, all - first);
      const float *a = work->in.x + first * n_in;
      const product *by = rows < ROWS ? last : whole;
      if (!direct || rows < (size_t)by->rows) {
        gather (work, first, rows, (size_t)by->rows, place, gathered);
        a = gathered;
      }
      multiply (by, a, weights, sums + (block - from) * ROWS * (size_t)p->n, space);
    }
  }
  for (size_t block = from; block < to; block++)
    finish_rows (work, p, sums + (block - from) * ROWS * (size_t)p->n, block * ROWS, MIN (ROWS, all - block * ROWS));
}

mk_act
mk_dense_run (mk_nn *nn, const mk_dense *dense, mk_act in, const mk_dense_how *how)
{
  dense_work work = { .dense = dense, .in = in };
  if (how != NULL)
    work.how = *how;
  if (mk_nn_failed (nn))
    return work.out;
  if (in.c != dense->n_in) {
    mk_error (&nn->error, MK_ERROR_FORMAT, "a layer for %d channels got %d", dense->n_in, in.c);
    return work.out;
  }
  int stride = MAX (work.how.stride, 1), zoom = work.how.upsample ? 2 : 1, kernel = dense->kernel;
  work.pad = work.how.pad_end_only ? 0 : kernel / 2;
  int pads = work.how.pad_end_only ? 1 : 2 * work.pad;
  work.out = mk_act_new (nn, in.n, (in.h * zoom + pads - kernel) / stride + 1, (in.w * zoom + pads - kernel) / stride + 1, dense->n_out);
  work.n_blocks = (mk_act_n_rows (work.out) + ROWS - 1) / ROWS;
  work.n_chunks = MAX ((work.n_blocks + BLOCKS - 1) / BLOCKS, MIN (work.n_blocks, (size_t)(7 / dense->n_panels + 1)));
  size_t space = 0, packed = 0;
  for (int i = 0; i < dense->n_panels; i++) {
    const product *some[] = { find_product (ROWS, in.c, dense->panels[i].n), find_product ((mk_act_n_rows (work.out) - 1) % ROWS + 1, in.c, dense->panels[i].n) };
    for (size_t k = 0; k < MK_COUNT (some); k++)
      if (some[k] == NULL && !mk_nn_failed (nn))
        mk_error (&nn->error, MK_ERROR_MEMORY, "oneDNN cannot multiply with a layer of %d × %d weights", dense->n_out, dense->n_in);
      else if (some[k] != NULL)
        space = MAX (space, some[k]->n_scratch_bytes);
    packed = MAX (packed, dense->panels[i].n_floats);
  }
  if (!mk_nn_reserve (nn, packed + ROWS * (size_t)dense->n_in + BLOCKS * ROWS * PANEL + space / sizeof (float) + 64))
    return work.out;
  work.scratch = nn->scratch;
  double start = mk_profile_begin ();
  mk_nn_each (nn, work.n_chunks * (size_t)dense->n_panels, run_piece, &work);
  mk_profile_end (kernel > 1 ? MK_PROFILE_CONV : MK_PROFILE_LINEAR, start, 2.0 * (double)mk_act_n_rows (work.out) * dense->n_out * dense->n_in * kernel * kernel);
  return work.out;
}
