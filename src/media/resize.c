#include "media/resize.h"

#include "media/image_ops.h"
#include "media/resize_lanczos.h"

#include <math.h>
#include <string.h>

static const char *const names[] = { "nearest-exact", "bilinear", "area", "bicubic", "lanczos" };

bool
mk_resize_method_find (const char *name, mk_resize_method *method, GError **error)
{
  for (size_t i = 0; i < MK_COUNT (names); i++)
    if (g_strcmp0 (name, names[i]) == 0) {
      *method = (mk_resize_method)i;
      return true;
    }
  return mk_error (error, MK_ERROR_TYPE, "there is no way to scale called “%s”", name != NULL ? name : "");
}

/* Along one axis: which input places every output place is made of. */
typedef struct {
  int max_taps;
  bool is_pair;  /* two taps everywhere */
  int *n_taps;   /* per output */
  int *index;    /* max_taps per output */
  float *weight; /* the same */
} axis;

static void
axis_clear (axis *a)
{
  g_free (a->n_taps);
  g_free (a->index);
  g_free (a->weight);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (axis, axis_clear)

/* Keys' cubic convolution with A = -0.75, as PyTorch has it: products and sums are rounded together. */
static float
cubic (float x)
{
  const float a = -0.75f;
  if (x <= 1)
    return fmaf (fmaf (a + 2, x, -(a + 3)) * x, x, 1);
  return fmaf (fmaf (fmaf (a, x, -5 * a), x, 8 * a), x, -4 * a);
}

static void
fill_place (axis *a, mk_resize_method method, int n_from, int n_to, int i)
{
  float scale = (float)n_from / (float)n_to;
  int *index = a->index + (size_t)i * (size_t)a->max_taps;
  float *weight = a->weight + (size_t)i * (size_t)a->max_taps;
  a->n_taps[i] = a->max_taps;
  if (method == MK_RESIZE_NEAREST_EXACT) {
    index[0] = MIN ((int)floorf (((float)i + 0.5f) * scale), n_from - 1);
    weight[0] = 1;
  } else if (method == MK_RESIZE_BILINEAR) {
    float at = MAX (scale * ((float)i + 0.5f) - 0.5f, 0);
    index[0] = MIN ((int)at, n_from - 1);
    index[1] = MIN (index[0] + 1, n_from - 1);
    weight[1] = MIN (at - (float)index[0], 1);
    weight[0] = 1 - weight[1];
  } else if (method == MK_RESIZE_BICUBIC) {
    float at = scale * ((float)i + 0.5f) - 0.5f, whole = floorf (at), before = at - whole, after = 1 - before;
    const float distances[4] = { before + 1, before, after, after + 1 };
    for (int k = 0; k < 4; k++) {
      index[k] = CLAMP ((int)whole + k - 1, 0, n_from - 1);
      weight[k] = cubic (distances[k]);
    }
  } else { /* area */
    int first = (int)((int64_t)i * n_from / n_to), end = (int)(((int64_t)(i + 1) * n_from + n_to - 1) / n_to);
    a->n_taps[i] = end - first;
    for (int k = 0; k < end - first; k++) {
      index[k] = first + k;
      weight[k] = 1.0f / (float)(end - first);
    }
  }
}

static void
axis_init (axis *a, mk_resize_method method, int n_from, int n_to)
{
  a->max_taps = method == MK_RESIZE_NEAREST_EXACT ? 1 : method == MK_RESIZE_BILINEAR ? 2 : method == MK_RESIZE_BICUBIC ? 4 : n_from / n_to + 2;
  a->is_pair = method == MK_RESIZE_BILINEAR;
  a->n_taps = g_new (int, n_to);
  a->index = g_new (int, (size_t)n_to * (size_t)a->max_taps);
  a->weight = g_new (float, (size_t)n_to * (size_t)a->max_taps);
  for (int i = 0; i < n_to; i++)
    fill_place (a, method, n_from, n_to, i);
}

typedef struct {
  const mk_image *from;
  mk_image *between, *to; /* new width and old height, NULL when fused; new width and height */
  axis across, down;
  float *rows;            /* when fused: one of the new width per worker */
} job;

/* Three channels at once: the most frequent case, and the compiler keeps the sums in registers. */
static void
scale_row_rgb (const axis *a, const float *from, float *to, int n_to)
{
  for (int x = 0; x < n_to; x++, to += 3) {
    const int *index = a->index + (size_t)x * (size_t)a->max_taps;
    const float *weight = a->weight + (size_t)x * (size_t)a->max_taps;
    double r = 0, g = 0, b = 0;
    for (int k = 0; k < a->n_taps[x]; k++) {
      const float *p = from + 3 * (size_t)index[k];
      double w = (double)weight[k];
      r += w * (double)p[0];
      g += w * (double)p[1];
      b += w * (double)p[2];
    }
    to[0] = (float)r;
    to[1] = (float)g;
    to[2] = (float)b;
  }
}

/* Bilinear: two taps, whose sum needs no more than a float. */
static void
scale_row_rgb_2 (const axis *a, const float *restrict from, float *restrict to, int n_to)
{
  for (int x = 0; x < n_to; x++) {
    const float *p = from + 3 * (size_t)a->index[2 * x], *q = from + 3 * (size_t)a->index[2 * x + 1];
    float u = a->weight[2 * x], v = a->weight[2 * x + 1];
    for (int c = 0; c < 3; c++)
      to[3 * x + c] = u * p[c] + v * q[c];
  }
}

static void
scale_row (const axis *a, const float *from, float *to, int n_to, size_t channels)
{
  if (channels == 3 && a->is_pair)
    scale_row_rgb_2 (a, from, to, n_to);
  else if (channels == 3)
    scale_row_rgb (a, from, to, n_to);
  if (channels == 3)
    return;
  for (int x = 0; x < n_to; x++) {
    const int *index = a->index + (size_t)x * (size_t)a->max_taps;
    const float *weight = a->weight + (size_t)x * (size_t)a->max_taps;
    for (size_t c = 0; c < channels; c++) {
      double sum = 0;
      for (int k = 0; k < a->n_taps[x]; k++)
        sum += (double)weight[k] * (double)from[(size_t)index[k] * channels + c];
      to[(size_t)x * channels + c] = (float)sum;
    }
  }
}

static void
resize_row (void *user, size_t item, unsigned worker)
{
  (void)worker;
  job *j = user;
  size_t channels = (size_t)j->from->n_channels, height = (size_t)j->from->height;
  const float *from = mk_image_read (j->from, (int)(item / height)) + item % height * (size_t)j->from->width * channels;
  float *to = mk_image_write (j->between, (int)(item / height)) + item % height * (size_t)j->between->width * channels;
  scale_row (&j->across, from, to, j->between->width, channels);
}

/* A row of the result from just the rows that it needs: less work when most rows are left out. */
static void
resize_fused (void *user, size_t item, unsigned worker)
{
  job *j = user;
  size_t channels = (size_t)j->from->n_channels, height = (size_t)j->to->height, y = item % height, n = (size_t)j->to->width * channels;
  const float *from = mk_image_read (j->from, (int)(item / height));
  float *to = mk_image_write (j->to, (int)(item / height)) + y * n, *row = j->rows + worker * n;
  const int *index = j->down.index + y * (size_t)j->down.max_taps;
  const float *weight = j->down.weight + y * (size_t)j->down.max_taps;
  for (int k = 0; k < j->down.n_taps[y]; k++) {
    scale_row (&j->across, from + (size_t)index[k] * (size_t)j->from->width * channels, row, j->to->width, channels);
    for (size_t i = 0; i < n; i++)
      to[i] = k == 0 ? weight[0] * row[i] : to[i] + weight[k] * row[i];
  }
}

static void
resize_down (void *user, size_t item, unsigned worker)
{
  (void)worker;
  job *j = user;
  size_t height = (size_t)j->to->height, y = item % height, n = (size_t)j->to->width * (size_t)j->to->n_channels;
  const float *from = mk_image_read (j->between, (int)(item / height));
  float *to = mk_image_write (j->to, (int)(item / height)) + y * n;
  const int *index = j->down.index + y * (size_t)j->down.max_taps;
  const float *weight = j->down.weight + y * (size_t)j->down.max_taps;
  for (size_t i = 0; i < n; i++)
    to[i] = weight[0] * from[(size_t)index[0] * n + i];
  for (int k = 1; k < j->down.n_taps[y]; k++)
    for (size_t i = 0; i < n; i++)
      to[i] += weight[k] * from[(size_t)index[k] * n + i];
}

static bool
resize_in_two_steps (job *j, mk_pool *pool, GError **error)
{
  g_autoptr (mk_image) between = mk_image_new (j->from->n, j->from->height, j->to->width, j->from->n_channels, error);
  if (between == NULL)
    return false;
  j->between = between;
  mk_pool_run (pool, (size_t)j->from->n * (size_t)j->from->height, resize_row, j, NULL);
  mk_pool_run (pool, (size_t)j->to->n * (size_t)j->to->height, resize_down, j, NULL);
  return true;
}

static bool
resize_by_axes (const mk_image *from, mk_image *to, mk_resize_method method, mk_pool *pool, GError **error)
{
  g_auto (axis) across = { 0 }, down = { 0 };
  axis_init (&across, method, from->width, to->width);
  axis_init (&down, method, from->height, to->height);
  job j = { .from = from, .to = to, .across = across, .down = down };
  if ((int64_t)to->height * down.max_taps > (int64_t)from->height * 5 / 4) /* rows would be scaled more than once */
    return resize_in_two_steps (&j, pool, error);
  j.rows = g_new (float, mk_pool_n_workers (pool) * (size_t)to->width * (size_t)to->n_channels);
  mk_pool_run (pool, (size_t)to->n * (size_t)to->height, resize_fused, &j, NULL);
  g_free (j.rows);
  return true;
}

/* Both rounded half to even, as Python does. */
static mk_image *
trim (mk_image *image, int width, int height, GError **error)
{
  double had = (double)image->width / image->height, wanted = (double)width / height;
  int x = had > wanted ? (int)rint ((image->width - image->width * (wanted / had)) / 2) : 0;
  int y = had < wanted ? (int)rint ((image->height - image->height * (had / wanted)) / 2) : 0;
  x = MIN (x, (image->width - 1) / 2); /* a very thin piece keeps a pixel */
  y = MIN (y, (image->height - 1) / 2);
  return mk_image_crop (image, x, y, image->width - 2 * x, image->height - 2 * y, error);
}

mk_image *
mk_image_resize (mk_image *image, int width, int height, mk_resize_method method, bool crops, mk_pool *pool, GError **error)
{
  g_autoptr (mk_image) to = mk_image_new (image->n, height, width, image->n_channels, error); /* checks the size */
  g_autoptr (mk_image) from = to == NULL ? NULL : crops ? trim (image, width, height, error) : mk_image_ref (image);
  if (from == NULL)
    return NULL;
  if (from->width == width && from->height == height && method != MK_RESIZE_LANCZOS)
    return g_steal_pointer (&from);
  bool is_done = method == MK_RESIZE_LANCZOS ? mk_resize_lanczos (from, to, pool, error) : resize_by_axes (from, to, method, pool, error);
  return is_done ? g_steal_pointer (&to) : NULL;
}
