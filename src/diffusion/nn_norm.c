/* nn_norm.c - group and layer normalisation. */
#include "diffusion/nn.h"
#include "diffusion/nn_math.h"
#include "diffusion/nn_profile.h"

#include <stdarg.h>

#define ROWS 64
#define GROUPS 32
#define HELD 128 /* numbers of a group at once */

mk_norm
mk_norm_load (mk_nn *nn, const mk_weights *weights, int n, const char *format, ...)
{
  mk_norm norm = { .n = n };
  va_list list;
  va_start (list, format);
  g_autofree char *name = g_strdup_vprintf (format, list);
  va_end (list);
  if (mk_nn_failed (nn))
    return norm;
  g_autofree char *scale = g_strconcat (name, ".weight", NULL);
  g_autofree char *shift = g_strconcat (name, ".bias", NULL);
  norm.scale = mk_weights_read (weights, scale, (size_t)n, &nn->error);
  if (norm.scale != NULL)
    norm.shift = mk_weights_read (weights, shift, (size_t)n, &nn->error);
  return norm;
}

void
mk_norm_clear (mk_norm *norm)
{
  g_clear_pointer (&norm->scale, g_free);
  g_clear_pointer (&norm->shift, g_free);
}

typedef struct {
  mk_act in, out;
  const mk_norm *norm;
  double *sums;          /* per image and piece: GROUPS × (sum, sum of squares) */
  float *mean, *inverse; /* per image and group */
  size_t pieces;         /* per image */
  bool silu;
} norm_work;

MK_WIDEST static void
sum_rows (void *user, size_t item, unsigned worker)
{
  const norm_work *work = user;
  size_t area = (size_t)work->in.h * (size_t)work->in.w, c = (size_t)work->in.c, per_group = c / GROUPS;
  size_t image = item / work->pieces, first = item % work->pieces * ROWS;
  double *sums = work->sums + item * GROUPS * 2;
  (void)worker;
  memset (sums, 0, GROUPS * 2 * sizeof *sums);
  for (size_t r = first; r < MIN (area, first + ROWS); r++) {
    const float *row = work->in.x + (image * area + r) * c;
    for (size_t g = 0; g < GROUPS; g++) {
      double sum = 0, squares = 0;
      for (size_t i = g * per_group; i < (g + 1) * per_group; i++) {
        sum += row[i];
        squares += (double)row[i] * row[i];
      }
      sums[g * 2] += sum;
      sums[g * 2 + 1] += squares;
    }
  }
}

MK_WIDEST static void
scale_rows (void *user, size_t item, unsigned worker)
{
  const norm_work *work = user;
  size_t area = (size_t)work->in.h * (size_t)work->in.w, c = (size_t)work->in.c, per_group = c / GROUPS;
  size_t image = item / work->pieces, first = item % work->pieces * ROWS;
  (void)worker;
  for (size_t r = first; r < MIN (area, first + ROWS); r++) {
    const float *row = work->in.x + (image * area + r) * c;
    float *out = work->out.x + (image * area + r) * c;
    for (size_t g = 0; g < GROUPS; g++) {
      float mean = work->mean[image * GROUPS + g], inverse = work->inverse[image * GROUPS + g];
      for (size_t i = g * per_group, n; i < (g + 1) * per_group; i += n) {
        float held[HELD]; /* `out` may be `row` */
        n = MIN ((g + 1) * per_group - i, HELD);
        memcpy (held, row + i, n * sizeof *held);
        for (size_t k = 0; k < n; k++)
          out[i + k] = (held[k] - mean) * inverse * work->norm->scale[i + k] + work->norm->shift[i + k];
      }
    }
    if (work->silu)
      for (size_t i = 0; i < c; i++)
        out[i] = mk_silu (out[i]);
  }
}

/* `out` has `in`'s shape, or is `in`. */
static void
normalise (mk_nn *nn, const mk_norm *norm, mk_act in, mk_act out, float epsilon, bool silu)
{
  norm_work work = { .in = in, .out = out, .norm = norm, .silu = silu };
  size_t area = (size_t)in.h * (size_t)in.w, images = (size_t)in.n;
  if (!mk_nn_failed (nn) && (in.c != norm->n || in.c % GROUPS != 0))
    mk_error (&nn->error, MK_ERROR_FORMAT, "a norm of %d channels got %d (32 groups)", norm->n, in.c);
  if (mk_nn_skips (nn))
    return;
  work.pieces = (area + ROWS - 1) / ROWS;
  work.sums = g_new (double, images *work.pieces *GROUPS * 2);
  work.mean = g_new (float, images *GROUPS);
  work.inverse = g_new (float, images *GROUPS);
  double start = mk_profile_begin ();
  mk_nn_each (nn, images * work.pieces, sum_rows, &work);
  double count = (double)area * (in.c / GROUPS);
  for (size_t image = 0; image < images && !mk_nn_failed (nn); image++)
    for (size_t g = 0; g < GROUPS; g++) {
      double sum = 0, squares = 0;
      for (size_t p = 0; p < work.pieces; p++) {
        sum += work.sums[((image * work.pieces + p) * GROUPS + g) * 2];
        squares += work.sums[((image * work.pieces + p) * GROUPS + g) * 2 + 1];
      }
      double mean = sum / count, variance = fmax (0.0, squares / count - mean * mean);
      work.mean[image * GROUPS + g] = (float)mean;
      work.inverse[image * GROUPS + g] = (float)(1.0 / sqrt (variance + epsilon));
    }
  mk_nn_each (nn, images * work.pieces, scale_rows, &work);
  mk_profile_end (MK_PROFILE_NORM, start, NULL);
  g_free (work.sums);
  g_free (work.mean);
  g_free (work.inverse);
}

mk_act
mk_group_norm (mk_nn *nn, const mk_norm *norm, mk_act in, float epsilon, bool silu)
{
  mk_act out = mk_act_new (nn, in.n, in.h, in.w, in.c);
  normalise (nn, norm, in, out, epsilon, silu);
  return out;
}

void
mk_group_norm_in_place (mk_nn *nn, const mk_norm *norm, mk_act act, float epsilon, bool silu)
{
  normalise (nn, norm, act, act, epsilon, silu);
}

MK_WIDEST static void
layer_rows (void *user, size_t item, unsigned worker)
{
  const norm_work *work = user;
  size_t c = (size_t)work->in.c;
  (void)worker;
  for (size_t r = item * ROWS; r < MIN (mk_act_n_rows (work->in), (item + 1) * ROWS); r++) {
    const float *row = work->in.x + r * c;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < c; i++)
      sum += row[i];
    float mean = (float)(sum / c);
    for (size_t i = 0; i < c; i++)
      squares += (double)(row[i] - mean) * (row[i] - mean);
    float inverse = (float)(1.0 / sqrt (squares / c + 1e-5));
    for (size_t i = 0; i < c; i++)
      work->out.x[r * c + i] = (row[i] - mean) * inverse * work->norm->scale[i] + work->norm->shift[i];
  }
}

mk_act
mk_layer_norm (mk_nn *nn, const mk_norm *norm, mk_act in)
{
  norm_work work = { .in = in, .out = mk_act_new (nn, in.n, in.h, in.w, in.c), .norm = norm };
  if (!mk_nn_failed (nn) && in.c != norm->n)
    mk_error (&nn->error, MK_ERROR_FORMAT, "a norm of %d channels got %d", norm->n, in.c);
  mk_nn_each (nn, (mk_act_n_rows (in) + ROWS - 1) / ROWS, layer_rows, &work);
  return work.out;
}
