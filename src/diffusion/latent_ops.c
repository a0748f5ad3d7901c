/* latent_ops.c - see latent_ops.h. */
#include "diffusion/latent_ops.h"

#include <math.h>
#include <string.h>

static void
tonemap (float *x, size_t c, size_t area, float multiplier)
{
  g_autofree float *lengths = g_new (float, area);
  double sum = 0, squares = 0;
  for (size_t p = 0; p < area; p++) {
    double square = 0;
    for (size_t k = 0; k < c; k++)
      square += (double)x[k * area + p] * x[k * area + p];
    lengths[p] = (float)(sqrt (square) + 1e-10);
    sum += lengths[p];
  }
  double mean = sum / (double)area;
  for (size_t p = 0; p < area; p++)
    squares += (lengths[p] - mean) * (lengths[p] - mean);
  double top = (5 * sqrt (squares / (double)(area - 1)) + mean) * multiplier;
  for (size_t p = 0; p < area; p++) {
    double m = lengths[p] / top, to = m / (m + 1) * top / lengths[p];
    for (size_t k = 0; k < c; k++)
      x[k * area + p] = (float)(x[k * area + p] * to);
  }
}

static int
mirror (int i, int n)
{
  if (n == 1)
    return 0;
  i = ABS (i);
  int period = 2 * (n - 1);
  i %= period;
  return i < n ? i : period - i;
}

/* The picture's sharpening kernel on directions; lengths are put back afterwards. */
static void
sharpen (float *x, int c, int h, int w, const mk_latent_operation *operation)
{
  int radius = (int)operation->a, size = 2 * radius + 1;
  size_t area = (size_t)h * (size_t)w;
  g_autofree double *kernel = g_new (double, size *size);
  g_autofree float *lengths = g_new (float, area), *unit = g_new (float, (size_t)c *area);
  double sum = 0;
  for (int y = 0; y < size; y++)
    for (int k = 0; k < size; k++) {
      double dx = size > 1 ? -1.0 + 2.0 * k / (size - 1) : 0, dy = size > 1 ? -1.0 + 2.0 * y / (size - 1) : 0, d = sqrt (dx * dx + dy * dy);
      sum += kernel[y * size + k] = exp (-(d * d) / (2 * (double)operation->b * operation->b));
    }
  for (int i = 0; i < size * size; i++)
    kernel[i] *= -(double)operation->c * 10 / sum;
  kernel[radius * size + radius] += 1 + (double)operation->c * 10;
  for (size_t p = 0; p < area; p++) {
    double square = 0;
    for (size_t k = 0; k < (size_t)c; k++)
      square += (double)x[k * area + p] * x[k * area + p];
    lengths[p] = (float)(sqrt (square) + 1e-6);
    for (size_t k = 0; k < (size_t)c; k++)
      unit[k * area + p] = x[k * area + p] / lengths[p];
  }
  for (int k = 0; k < c; k++)
    for (int y = 0; y < h; y++)
      for (int xx = 0; xx < w; xx++) {
        double value = 0;
        for (int ky = 0; ky < size; ky++)
          for (int kx = 0; kx < size; kx++)
            value += kernel[ky * size + kx] * unit[(size_t)k * area + (size_t)mirror (y + ky - radius, h) * (size_t)w + (size_t)mirror (xx + kx - radius, w)];
        size_t p = (size_t)y * (size_t)w + (size_t)xx;
        x[(size_t)k * area + p] = (float)value * lengths[p];
      }
}

void
mk_latent_operation_apply (const mk_latent_operation *operation, float *x, int n, int c, int h, int w)
{
  size_t size = (size_t)c * (size_t)h * (size_t)w;
  for (int i = 0; i < n; i++)
    if (operation->sharpens)
      sharpen (x + (size_t)i * size, c, h, w, operation);
    else
      tonemap (x + (size_t)i * size, (size_t)c, (size_t)h * (size_t)w, operation->a);
}

/* Directions turn, lengths change evenly; nearly equal ones keep the first, opposite ones are mixed straight.
 * Every step is rounded as ComfyUI's is: between nearly opposite directions the angle's sine is small, divides the last bit of
 * the angle twice and so makes it visible. PyTorch sums the squares of a length with fused multiplications, and its arc
 * cosine is rounded from more digits than a float's. */
static void
slerp (const float *a, const float *b, float share, size_t c, size_t stride_in, float *out, size_t stride_out)
{
  float aa = 0, bb = 0, dot = 0;
  for (size_t k = 0; k < c; k++) {
    aa = fmaf (a[k * stride_in], a[k * stride_in], aa);
    bb = fmaf (b[k * stride_in], b[k * stride_in], bb);
  }
  float la = sqrtf (aa), lb = sqrtf (bb), rest = 1.0f - share;
  for (size_t k = 0; k < c; k++)
    dot += (la > 0 ? a[k * stride_in] / la : 0) * (lb > 0 ? b[k * stride_in] / lb : 0);
  float angle = (float)acos (CLAMP (dot, -1.0f, 1.0f)), so = sinf (angle), length = la * rest + lb * share;
  float fa = sinf (rest * angle) / so, fb = sinf (share * angle) / so;
  for (size_t k = 0; k < c; k++) {
    float va = a[k * stride_in], vb = b[k * stride_in];
    float turned = (fa * (la > 0 ? va / la : 0) + fb * (lb > 0 ? vb / lb : 0)) * length;
    out[k * stride_out] = dot > 1 - 1e-5f ? va : dot < 1e-5f - 1 ? va * rest + vb * share : turned;
  }
}

/* Between which two of `from` cells each of `to` lies: half-pixel centres, held at the edges. As ComfyUI finds it, by letting
 * PyTorch interpolate the numbers of the cells: scale and shares are floats, what lies between is not rounded. */
static void
find_neighbours (int from, int to, int i, int *low, int *high, float *share)
{
  double at = MAX ((double)((float)from / (float)to) * (i + 0.5) - 0.5, 0.0);
  int left = MIN ((int)at, from - 1), right = MIN (left + 1, from - 1), after = MIN (right + 1, from - 1);
  float over = MIN ((float)(at - left), 1.0f), rest = 1.0f - over;
  float place = (float)((double)rest * left + (double)over * right);
  *low = MIN ((int)place, from - 1);
  *high = MIN ((int)(float)((double)rest * right + (double)over * after), from - 1);
  *share = place - floorf (place);
}

static mk_tensor *
resize_bislerp (const mk_tensor *latent, int width, int height, GError **error)
{
  int n = latent->dims[0], c = latent->dims[1], h = latent->dims[2], w = latent->dims[3], low, high;
  float share;
  g_autoptr (mk_tensor) wide = mk_tensor_new_4 (n, c, h, width, error);
  g_autoptr (mk_tensor) out = wide != NULL ? mk_tensor_new_4 (n, c, height, width, error) : NULL;
  if (out == NULL)
    return NULL;
  for (int i = 0; i < n; i++)
    for (int y = 0; y < h; y++)
      for (int x = 0; x < width; x++) {
        find_neighbours (w, width, x, &low, &high, &share);
        const float *from = mk_tensor_read (latent) + ((size_t)i * (size_t)c * (size_t)h + (size_t)y) * (size_t)w;
        slerp (from + low, from + high, share, (size_t)c, (size_t)h * (size_t)w, mk_tensor_write (wide) + ((size_t)i * (size_t)c * (size_t)h + (size_t)y) * (size_t)width + x, (size_t)h * (size_t)width);
      }
  for (int i = 0; i < n; i++)
    for (int y = 0; y < height; y++) {
      find_neighbours (h, height, y, &low, &high, &share);
      const float *from = mk_tensor_read (wide) + (size_t)i * (size_t)c * (size_t)h * (size_t)width;
      float *to = mk_tensor_write (out) + ((size_t)i * (size_t)c * (size_t)height + (size_t)y) * (size_t)width;
      for (int x = 0; x < width; x++)
        slerp (from + (size_t)low * (size_t)width + x, from + (size_t)high * (size_t)width + x, share, (size_t)c, (size_t)h * (size_t)width, to + x, (size_t)height * (size_t)width);
    }
  return g_steal_pointer (&out);
}

/* Half to even; what lies outside of the new proportions is cut away on both sides. */
static mk_tensor *
trim (mk_tensor *latent, int width, int height, GError **error)
{
  int h = latent->dims[2], w = latent->dims[3], x = 0, y = 0;
  double old_shape = (double)w / h, new_shape = (double)width / height;
  if (old_shape > new_shape)
    x = (int)rint ((w - w * (new_shape / old_shape)) / 2);
  else if (old_shape < new_shape)
    y = (int)rint ((h - h * (old_shape / new_shape)) / 2);
  return x == 0 && y == 0 ? mk_tensor_ref (latent) : mk_latent_crop (latent, x, y, w - 2 * x, h - 2 * y, error);
}

mk_tensor *
mk_latent_resize (mk_tensor *latent, int width, int height, const char *method, bool crops, mk_pool *pool, GError **error)
{
  if (latent->n_dims != 4 || width < 1 || height < 1 || width > MK_IMAGE_MAX_SIDE || height > MK_IMAGE_MAX_SIDE) {
    mk_error (error, MK_ERROR_RANGE, "a latent cannot become %d×%d: sides are 1 to %d", width, height, MK_IMAGE_MAX_SIDE);
    return NULL;
  }
  if (latent->dims[3] == width && latent->dims[2] == height)
    return mk_tensor_ref (latent);
  if (strcmp (method, "bislerp") == 0) {
    g_autoptr (mk_tensor) trimmed = crops ? trim (latent, width, height, error) : mk_tensor_ref (latent);
    return trimmed != NULL ? resize_bislerp (trimmed, width, height, error) : NULL;
  }
  mk_resize_method way;
  int n = latent->dims[0], c = latent->dims[1];
  if (!mk_resize_method_find (method, &way, error))
    return NULL;
  /* planes are pictures of one channel */
  g_autoptr (mk_image) planes = mk_image_new (n * c, latent->dims[2], latent->dims[3], 1, error);
  if (planes == NULL)
    return NULL;
  memcpy (mk_image_write (planes, 0), mk_tensor_read (latent), mk_image_n_bytes (planes));
  g_autoptr (mk_image) sized = mk_image_resize (planes, width, height, way, crops, pool, error);
  mk_tensor *out = sized != NULL ? mk_tensor_new_4 (n, c, height, width, error) : NULL;
  if (out != NULL)
    memcpy (mk_tensor_write (out), mk_image_read (sized, 0), mk_image_n_bytes (sized));
  return out;
}

mk_tensor *
mk_latent_repeat (mk_tensor *latent, int n, GError **error)
{
  if (latent->dims[0] == n)
    return mk_tensor_ref (latent);
  mk_tensor *out = mk_tensor_new_4 (n, latent->dims[1], latent->dims[2], latent->dims[3], error);
  size_t size = mk_tensor_n_floats (latent) / (size_t)latent->dims[0];
  for (int i = 0; out != NULL && i < n; i++)
    memcpy (mk_tensor_write (out) + (size_t)i * size, mk_tensor_read (latent) + (size_t)(i % latent->dims[0]) * size, size * sizeof (float));
  return out;
}

mk_tensor *
mk_latent_crop (const mk_tensor *latent, int x, int y, int width, int height, GError **error)
{
  if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > latent->dims[3] || y + height > latent->dims[2]) {
    mk_error (error, MK_ERROR_RANGE, "%d×%d cells at %d, %d do not lie on a latent of %d×%d", width, height, x, y, latent->dims[3], latent->dims[2]);
    return NULL;
  }
  mk_tensor *out = mk_tensor_new_4 (latent->dims[0], latent->dims[1], height, width, error);
  for (size_t plane = 0; out != NULL && plane < (size_t)latent->dims[0] * (size_t)latent->dims[1]; plane++)
    for (int row = 0; row < height; row++)
      memcpy (mk_tensor_write (out) + (plane * (size_t)height + (size_t)row) * (size_t)width,
              mk_tensor_read (latent) + (plane * (size_t)latent->dims[2] + (size_t)(y + row)) * (size_t)latent->dims[3] + x, (size_t)width * sizeof (float));
  return out;
}

mk_tensor *
mk_latent_join (const mk_tensor *a, const mk_tensor *b, GError **error)
{
  if (memcmp (a->dims + 1, b->dims + 1, 3 * sizeof (int)) != 0) {
    g_autofree char *first = mk_tensor_shape (a), *second = mk_tensor_shape (b);
    mk_error (error, MK_ERROR_RANGE, "latents of %s and %s cannot be one batch", first, second);
    return NULL;
  }
  mk_tensor *out = mk_tensor_new_4 (a->dims[0] + b->dims[0], a->dims[1], a->dims[2], a->dims[3], error);
  if (out != NULL) {
    memcpy (mk_tensor_write (out), mk_tensor_read (a), mk_tensor_n_floats (a) * sizeof (float));
    memcpy (mk_tensor_write (out) + mk_tensor_n_floats (a), mk_tensor_read (b), mk_tensor_n_floats (b) * sizeof (float));
  }
  return out;
}
