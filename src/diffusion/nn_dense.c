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

/* Outputs at a time: as many halves as a line of the cache has, so that it is written once. */
#define GROUP 32

typedef uint16_t eight __attribute__ ((vector_size (16), aligned (2), may_alias));

/* Rows become columns. Each round joins the first four rows with the last four, number by number: that moves one bit of a number's
 * row to its column, and three rounds exchange the two. */
static inline void
turn (eight rows[8])
{
  for (int round = 0; round < 3; round++) {
    eight next[8];
    for (int i = 0; i < 4; i++) {
      next[2 * i] = __builtin_shufflevector (rows[i], rows[i + 4], 0, 8, 1, 9, 2, 10, 3, 11);
      next[2 * i + 1] = __builtin_shufflevector (rows[i], rows[i + 4], 4, 12, 5, 13, 6, 14, 7, 15);
    }
    memcpy (rows, next, sizeof next);
  }
}

/* Where the numbers of a panel go: number `i` of what one output has, and output `o`. Their sum is a number's place. */
typedef struct {
  size_t n, *inner, *outputs;
} pack_places;

#define PACK(places, from, first, last, source, target) \
  for (size_t i = (from); i < (places)->n; i++)         \
    for (size_t o = (first); o < (last); o++)           \
      (target)[(places)->inner[i] + (places)->outputs[o]] = (source)[o * (places)->n + i]

static void
pack_halves (const pack_places *places, size_t first, size_t last, const uint16_t *source, uint16_t *target)
{
  size_t turned = places->n / 8 * 8;
  for (size_t o = first; o < last; o += 8)
    if (o + 8 > last || places->outputs[o + 7] != places->outputs[o] + 7)
      turned = 0;
  for (size_t i = 0; i < turned; i += 8)
    for (size_t o = first; o < last; o += 8) {
      eight block[8];
      for (size_t k = 0; k < 8; k++)
        block[k] = *(const eight *)(source + (o + k) * places->n + i);
      turn (block);
      for (size_t k = 0; k < 8; k++)
        *(eight *)(target + places->inner[i + k] + places->outputs[o]) = block[k];
    }
  PACK (places, turned, first, last, source, target);
}

/* All of one panel. */
static void
pack_all (pack_work *work, mk_panel *p, const pack_places *places)
{
  size_t n = (size_t)p->n, begin = (size_t)p->first * places->n;
  for (size_t first = 0, last; first < n; first = last) {
    last = MIN (n, first + GROUP);
    if (work->halves == NULL) {
      PACK (places, 0, first, last, work->floats + begin, p->weights);
      continue;
    }
    if (!mk_halves_are_finite (work->halves + begin + first * places->n, (last - first) * places->n))
      g_atomic_int_set (&work->not_finite, 1);
    pack_halves (places, first, last, work->halves + begin, p->halves);
  }
}

static void
pack_panel (void *user, size_t item, unsigned worker)
{
  pack_work *work = user;
  const mk_dense *dense = work->dense;
  mk_panel *p = &dense->panels[item];
  size_t n = (size_t)p->n, area = (size_t)dense->kernel * (size_t)dense->kernel, n_inner = (size_t)dense->n_in * area;
  (void)worker;
  const mk_product *whole = mk_product_find (MK_PRODUCT_ROWS, dense->n_in, p->n);
  size_t item_size = work->halves != NULL ? sizeof (uint16_t) : sizeof (float);
  void *packed = NULL;
  if (whole != NULL) {
    p->n_floats = (mk_dnnl.dnnl_memory_desc_get_size (&whole->layout) + 63) / 64 * 16;
    packed = allocate (area * p->n_floats * item_size, n_inner * n * item_size);
  }
  if (packed == NULL) {
    g_atomic_int_set (&work->failed, 1);
    return;
  }
  if (work->halves != NULL)
    p->halves = packed;
  else
    p->weights = packed;
  g_autofree size_t *inner = g_new (size_t, n_inner), *outputs = g_new (size_t, n);
  for (size_t i = 0; i < n_inner; i++)
    inner[i] = i % area * p->n_floats + mk_product_place (&whole->layout, 0, i / area);
  for (size_t o = 0; o < n; o++)
    outputs[o] = mk_product_place (&whole->layout, 1, o);
  pack_all (work, p, &(pack_places) { n_inner, inner, outputs });
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
