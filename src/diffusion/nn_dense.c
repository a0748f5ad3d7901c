/* nn_dense.c - weights of linear maps and convolutions, packed in panels of at most 384 outputs. */
#include "diffusion/nn_dense.h"
#include "diffusion/nn_math.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

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
  mk_panel *p = &dense->panels[item];
  size_t n_in = (size_t)dense->n_in, n = (size_t)p->n, area = (size_t)dense->kernel * (size_t)dense->kernel;
  (void)worker;
  const mk_product *whole = mk_product_find (MK_PRODUCT_ROWS, dense->n_in, p->n);
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
    rows[i] = mk_product_place (&whole->layout, 0, i);
  for (size_t o = 0; o < n; o++)
    columns[o] = mk_product_place (&whole->layout, 1, o);
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
  mk_dense *dense = g_new0 (mk_dense, 1);
  dense->n_out = n_out;
  dense->n_in = n_in;
  dense->kernel = kernel;
  dense->bias = bias != NULL ? g_memdup2 (bias, (size_t)n_out * sizeof *bias) : NULL;
  dense->n_panels = (n_out + MK_PANEL - 1) / MK_PANEL;
  int width = ((n_out + dense->n_panels - 1) / dense->n_panels + 15) / 16 * 16;
  dense->n_panels = (n_out + width - 1) / width;
  dense->panels = g_new0 (mk_panel, dense->n_panels);
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
