/* nn_dense.c - linear maps and convolutions on oneDNN's matrix product.
 *
 * A convolution gathers its 3×3 neighbourhoods for 64 output pixels at a time and multiplies them with the packed
 * weights while they are in the cache. Outputs are cut into panels of at most 384 channels, so that small pictures
 * with many channels still use every thread. oneDNN runs on the calling thread only: the pool does the sharing.
 */
#include "diffusion/nn_dense.h"
#include "diffusion/nn.h"
#include "diffusion/nn_math.h"

#include <oneapi/dnnl/dnnl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>

#define ROWS 64
#define PANEL 384

/* From libgomp, which oneDNN was built with: keeps it on the calling thread. */
extern void omp_set_num_threads (int);

typedef struct {
  int first, n;
  dnnl_memory_desc_t layout;
  dnnl_primitive_t product; /* ROWS × k times k × n */
  size_t n_scratch_bytes;
  float *weights;
} panel;

struct mk_dense {
  int n_out, n_in, kernel;
  size_t k;
  float *bias; /* NULL = none */
  int n_panels;
  panel *panels;
};

static dnnl_engine_t engine;
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;

static void
make_engine (void)
{
  if (dnnl_engine_create (&engine, dnnl_cpu, 0) != dnnl_success)
    g_error ("oneDNN has no CPU engine");
}

void
mk_sgemm (bool transpose_b, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc)
{
  omp_set_num_threads (1);
  dnnl_sgemm ('N', transpose_b ? 'T' : 'N', (dnnl_dim_t)m, (dnnl_dim_t)n, (dnnl_dim_t)k, 1.0f, a, (dnnl_dim_t)lda, b, (dnnl_dim_t)ldb, beta, c, (dnnl_dim_t)ldc);
}

/* The product for one panel; the layout that oneDNN likes best for the weights. */
static bool
make_product (panel *p, size_t k)
{
  dnnl_dims_t a = { ROWS, (dnnl_dim_t)k }, b = { (dnnl_dim_t)k, p->n }, c = { ROWS, p->n };
  dnnl_memory_desc_t from, with, to;
  dnnl_matmul_desc_t description;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t chosen = NULL;
  bool good = dnnl_memory_desc_init_by_tag (&from, 2, a, dnnl_f32, dnnl_ab) == dnnl_success
              && dnnl_memory_desc_init_by_tag (&with, 2, b, dnnl_f32, dnnl_format_tag_any) == dnnl_success
              && dnnl_memory_desc_init_by_tag (&to, 2, c, dnnl_f32, dnnl_ab) == dnnl_success
              && dnnl_matmul_desc_init (&description, &from, &with, NULL, &to) == dnnl_success
              && dnnl_primitive_attr_create (&attributes) == dnnl_success
              && dnnl_primitive_attr_set_scratchpad_mode (attributes, dnnl_scratchpad_mode_user) == dnnl_success
              && dnnl_primitive_desc_create (&chosen, &description, attributes, engine, NULL) == dnnl_success
              && dnnl_primitive_create (&p->product, chosen) == dnnl_success;
  if (good) {
    p->layout = *dnnl_primitive_desc_query_md (chosen, dnnl_query_weights_md, 0);
    p->n_scratch_bytes = dnnl_memory_desc_get_size (dnnl_primitive_desc_query_md (chosen, dnnl_query_scratchpad_md, 0));
  }
  if (chosen != NULL)
    dnnl_primitive_desc_destroy (chosen);
  if (attributes != NULL)
    dnnl_primitive_attr_destroy (attributes);
  return good;
}

/* `weight` holds n rows of k numbers. */
static bool
pack (panel *p, const float *weight, size_t k)
{
  dnnl_dims_t dims = { (dnnl_dim_t)k, p->n }, strides = { 1, (dnnl_dim_t)k };
  dnnl_memory_desc_t plain;
  dnnl_memory_t from = NULL, to = NULL;
  dnnl_primitive_desc_t chosen = NULL;
  dnnl_primitive_t reorder = NULL;
  dnnl_stream_t stream = NULL;
  p->weights = aligned_alloc (64, (dnnl_memory_desc_get_size (&p->layout) + 127) / 64 * 64);
  bool good = p->weights != NULL && dnnl_memory_desc_init_by_strides (&plain, 2, dims, dnnl_f32, strides) == dnnl_success
              && dnnl_memory_create (&from, &plain, engine, (void *)weight) == dnnl_success
              && dnnl_memory_create (&to, &p->layout, engine, p->weights) == dnnl_success
              && dnnl_reorder_primitive_desc_create (&chosen, &plain, engine, &p->layout, engine, NULL) == dnnl_success
              && dnnl_primitive_create (&reorder, chosen) == dnnl_success && dnnl_stream_create (&stream, engine, dnnl_stream_default_flags) == dnnl_success;
  if (good) {
    dnnl_exec_arg_t arguments[] = { { DNNL_ARG_FROM, from }, { DNNL_ARG_TO, to } };
    good = dnnl_primitive_execute (reorder, stream, 2, arguments) == dnnl_success && dnnl_stream_wait (stream) == dnnl_success;
  }
  if (stream != NULL)
    dnnl_stream_destroy (stream);
  if (reorder != NULL)
    dnnl_primitive_destroy (reorder);
  if (chosen != NULL)
    dnnl_primitive_desc_destroy (chosen);
  if (to != NULL)
    dnnl_memory_destroy (to);
  if (from != NULL)
    dnnl_memory_destroy (from);
  return good;
}

void
mk_dense_free (mk_dense *dense)
{
  if (dense == NULL)
    return;
  for (int i = 0; i < dense->n_panels; i++) {
    if (dense->panels[i].product != NULL)
      dnnl_primitive_destroy (dense->panels[i].product);
    free (dense->panels[i].weights);
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

/* [out][in][3][3] to [out][3][3][in]: the order in which neighbours are gathered. */
static float *
order_kernel (const float *weight, int n_out, int n_in, int kernel)
{
  size_t area = (size_t)kernel * (size_t)kernel, n = (size_t)n_in;
  float *ordered = g_new (float, (size_t)n_out *n *area);
  for (size_t o = 0; o < (size_t)n_out; o++)
    for (size_t i = 0; i < n; i++)
      for (size_t k = 0; k < area; k++)
        ordered[(o * area + k) * n + i] = weight[(o * n + i) * area + k];
  return ordered;
}

mk_dense *
mk_dense_new (mk_nn *nn, const float *weight, const float *bias, int n_out, int n_in, int kernel)
{
  pthread_once (&engine_once, make_engine);
  omp_set_num_threads (1);
  mk_dense *dense = g_new0 (mk_dense, 1);
  dense->n_out = n_out;
  dense->n_in = n_in;
  dense->kernel = kernel;
  dense->k = (size_t)n_in * (size_t)kernel * (size_t)kernel;
  dense->bias = bias != NULL ? g_memdup2 (bias, (size_t)n_out * sizeof *bias) : NULL;
  dense->n_panels = (n_out + PANEL - 1) / PANEL;
  dense->panels = g_new0 (panel, dense->n_panels);
  int width = ((n_out + dense->n_panels - 1) / dense->n_panels + 15) / 16 * 16;
  g_autofree float *ordered = kernel > 1 ? order_kernel (weight, n_out, n_in, kernel) : NULL;
  const float *rows = ordered != NULL ? ordered : weight;
  for (int i = 0; i < dense->n_panels; i++) {
    panel *p = &dense->panels[i];
    p->first = MIN (i * width, n_out - 1);
    p->n = MIN (width, n_out - p->first);
    if (!make_product (p, dense->k) || !pack (p, rows + (size_t)p->first * dense->k, dense->k)) {
      mk_error (&nn->error, MK_ERROR_MEMORY, "oneDNN cannot pack a layer of %d × %zu weights", n_out, dense->k);
      g_clear_pointer (&dense, mk_dense_free);
      break;
    }
  }
  return dense;
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
  g_autofree float *weight = mk_weights_read (weights, weight_key, 0, &nn->error);
  if (weight == NULL)
    return NULL;
  if (found->n_dims < 2 || found->n_items == 0 || found->n_dims > 4 || found->dims[2] != found->dims[3] || (found->dims[2] != 1 && found->dims[2] != 3)) {
    mk_error (&nn->error, MK_ERROR_UNSUPPORTED, "“%s” is no linear map and no 1×1 or 3×3 convolution", found->name);
    return NULL;
  }
  g_autofree float *bias = NULL;
  if (mk_weights_find (weights, bias_key) != NULL && (bias = mk_weights_read (weights, bias_key, (size_t)found->dims[0], &nn->error)) == NULL)
    return NULL;
  return mk_dense_new (nn, weight, bias, found->dims[0], found->dims[1], found->dims[2]);
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
  return mk_dense_new (nn, all + (size_t)first * (size_t)found->dims[1], biases != NULL ? biases + first : NULL, n_out, found->dims[1], 1);
}

typedef struct {
  const mk_dense *dense;
  mk_act in, out;
  mk_dense_how how;
  int pad;
  bool split;    /* an item is one panel of one block, else all panels */
  float **scratch;
} dense_work;

/* The 3×3 neighbours of output pixel `row`, zero outside. */
static void
gather_pixel (const dense_work *work, size_t row, float *to)
{
  size_t area = (size_t)work->out.h * (size_t)work->out.w, n = (size_t)work->in.c;
  int stride = MAX (work->how.stride, 1), kernel = work->dense->kernel, zoom = work->how.upsample ? 2 : 1;
  size_t image = row / area;
  int oy = (int)(row % area / (size_t)work->out.w), ox = (int)(row % (size_t)work->out.w);
  for (int ky = 0; ky < kernel; ky++)
    for (int kx = 0; kx < kernel; kx++, to += n) {
      int y = oy * stride + ky - work->pad, x = ox * stride + kx - work->pad;
      if (y < 0 || x < 0 || y >= work->in.h * zoom || x >= work->in.w * zoom)
        memset (to, 0, n * sizeof *to);
      else
        memcpy (to, work->in.x + ((image * (size_t)work->in.h + (size_t)(y / zoom)) * (size_t)work->in.w + (size_t)(x / zoom)) * n, n * sizeof *to);
    }
}

static float
activate (float x, mk_activation activation)
{
  switch (activation) {
  case MK_ACT_NONE: break;
  case MK_ACT_SILU: return mk_silu (x);
  case MK_ACT_GELU: return 0.5f * x * (1.0f + erff (x * 0.70710678f));
  case MK_ACT_QUICK_GELU: return x / (1.0f + mk_exp (-1.702f * x));
  case MK_ACT_LEAKY: return x < 0 ? 0.2f * x : x;
  }
  return x;
}

/* Bias, time embedding, activation and residual, while the block is in the cache. */
static void
finish_rows (const dense_work *work, const panel *p, const float *block, size_t first, size_t rows)
{
  size_t area = (size_t)work->out.h * (size_t)work->out.w, n_out = (size_t)work->dense->n_out, n = (size_t)p->n, at = (size_t)p->first;
  const float *bias = work->dense->bias;
  for (size_t r = 0; r < rows; r++) {
    float *out = work->out.x + (first + r) * n_out + at;
    const float *from = block + r * n;
    const float *extra = work->how.per_image != NULL ? work->how.per_image + (first + r) / area * n_out + at : NULL;
    const float *residual = work->how.residual != NULL ? work->how.residual->x + (first + r) * n_out + at : NULL;
    for (size_t i = 0; i < n; i++)
      out[i] = from[i] + (bias != NULL ? bias[at + i] : 0.0f);
    for (size_t i = 0; extra != NULL && i < n; i++)
      out[i] += extra[i];
    for (size_t i = 0; work->how.activation != MK_ACT_NONE && i < n; i++)
      out[i] = activate (out[i], work->how.activation);
    for (size_t i = 0; work->how.scale != 0 && i < n; i++)
      out[i] *= work->how.scale;
    for (size_t i = 0; residual != NULL && i < n; i++)
      out[i] += residual[i];
  }
}

static void
multiply (const panel *p, size_t k, const float *a, float *c, float *scratch)
{
  dnnl_dims_t a_dims = { ROWS, (dnnl_dim_t)k }, c_dims = { ROWS, p->n }, s_dims = { (dnnl_dim_t)p->n_scratch_bytes };
  dnnl_memory_desc_t a_layout, c_layout, s_layout;
  dnnl_memory_t from, with, to, space;
  dnnl_stream_t stream;
  dnnl_memory_desc_init_by_tag (&a_layout, 2, a_dims, dnnl_f32, dnnl_ab);
  dnnl_memory_desc_init_by_tag (&c_layout, 2, c_dims, dnnl_f32, dnnl_ab);
  dnnl_memory_desc_init_by_tag (&s_layout, 1, s_dims, dnnl_u8, dnnl_a);
  dnnl_memory_create (&from, &a_layout, engine, (void *)a);
  dnnl_memory_create (&with, &p->layout, engine, p->weights);
  dnnl_memory_create (&to, &c_layout, engine, c);
  dnnl_memory_create (&space, &s_layout, engine, scratch);
  dnnl_stream_create (&stream, engine, dnnl_stream_default_flags);
  dnnl_exec_arg_t arguments[] = { { DNNL_ARG_SRC, from }, { DNNL_ARG_WEIGHTS, with }, { DNNL_ARG_DST, to }, { DNNL_ARG_SCRATCHPAD, space } };
  dnnl_primitive_execute (p->product, stream, 4, arguments);
  dnnl_stream_wait (stream);
  dnnl_stream_destroy (stream);
  dnnl_memory_destroy (space);
  dnnl_memory_destroy (to);
  dnnl_memory_destroy (with);
  dnnl_memory_destroy (from);
}

static void
run_block (void *user, size_t item, unsigned worker)
{
  const dense_work *work = user;
  const mk_dense *dense = work->dense;
  size_t n_panels = (size_t)dense->n_panels, all = mk_act_n_rows (work->out);
  size_t first = (work->split ? item / n_panels : item) * ROWS, rows = MIN (ROWS, all - first);
  float *gathered = work->scratch[worker], *block = gathered + ROWS * dense->k, *space = block + ROWS * PANEL;
  const float *a = gathered;
  omp_set_num_threads (1);
  if (dense->kernel == 1 && MAX (work->how.stride, 1) == 1 && !work->how.upsample && rows == ROWS)
    a = work->in.x + first * dense->k;
  else {
    for (size_t r = 0; r < rows; r++)
      gather_pixel (work, first + r, gathered + r * dense->k);
    memset (gathered + rows * dense->k, 0, (ROWS - rows) * dense->k * sizeof *gathered);
  }
  size_t from = work->split ? item % n_panels : 0, to = work->split ? from + 1 : n_panels;
  for (size_t i = from; i < to; i++) {
    multiply (&dense->panels[i], dense->k, a, block, space);
    finish_rows (work, &dense->panels[i], block, first, rows);
  }
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
  size_t blocks = (mk_act_n_rows (work.out) + ROWS - 1) / ROWS, space = 0;
  for (int i = 0; i < dense->n_panels; i++)
    space = MAX (space, dense->panels[i].n_scratch_bytes);
  if (!mk_nn_reserve (nn, ROWS * (dense->k + PANEL) + space / sizeof (float) + 32))
    return work.out;
  work.scratch = nn->scratch;
  work.split = blocks < 8;
  mk_nn_each (nn, work.split ? blocks * (size_t)dense->n_panels : blocks, run_block, &work);
  return work.out;
}
