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

/* A new one of the same shape but for the last two sizes. */
static mk_tensor *
new_sized (const mk_tensor *like, int width, int height, GError **error)
{
  int dims[MK_TENSOR_MAX_DIMS];
  memcpy (dims, like->dims, sizeof dims);
  dims[like->n_dims - 1] = width;
  dims[like->n_dims - 2] = height;
  return mk_tensor_new (like->n_dims, dims, error);
}

static int
width_of (const mk_tensor *latent)
{
  return latent->dims[latent->n_dims - 1];
}

static int
height_of (const mk_tensor *latent)
{
  return latent->dims[latent->n_dims - 2];
}

/* How many numbers lie in one step along a dimension. */
static size_t
stride_of (const mk_tensor *latent, int axis)
{
  size_t stride = 1;
  for (int i = axis + 1; i < latent->n_dims; i++)
    stride *= (size_t)latent->dims[i];
  return stride;
}

/* One picture, of n × frames, its channels `stride` numbers apart: first its rows, then its columns. */
static void
bislerp (const float *from, int w, int h, size_t stride, int c, float *wide, float *to, int width, int height, size_t stride_to)
{
  int low, high;
  float share;
  size_t wide_area = (size_t)h * (size_t)width;
  for (int x = 0; x < width; x++) {
    find_neighbours (w, width, x, &low, &high, &share);
    for (int y = 0; y < h; y++)
      slerp (from + (size_t)y * (size_t)w + low, from + (size_t)y * (size_t)w + high, share, (size_t)c, stride, wide + (size_t)y * (size_t)width + x, wide_area);
  }
  for (int y = 0; y < height; y++) {
    find_neighbours (h, height, y, &low, &high, &share);
    for (int x = 0; x < width; x++)
      slerp (wide + (size_t)low * (size_t)width + x, wide + (size_t)high * (size_t)width + x, share, (size_t)c, wide_area, to + (size_t)y * (size_t)width + x, stride_to);
  }
}

static mk_tensor *
resize_bislerp (const mk_tensor *latent, int width, int height, GError **error)
{
  int c = latent->dims[1], h = height_of (latent), w = width_of (latent);
  g_autoptr (mk_tensor) wide = mk_tensor_new_4 (1, c, h, width, error);
  mk_tensor *out = wide != NULL ? new_sized (latent, width, height, error) : NULL;
  if (out == NULL)
    return NULL;
  size_t n_frames = latent->n_dims == 5 ? (size_t)latent->dims[2] : 1, area = (size_t)h * (size_t)w, area_to = (size_t)height * (size_t)width;
  for (size_t i = 0; i < (size_t)latent->dims[0]; i++)
    for (size_t f = 0; f < n_frames; f++)
      bislerp (mk_tensor_read (latent) + (i * (size_t)c * n_frames + f) * area, w, h, n_frames * area, c, mk_tensor_write (wide),
               mk_tensor_write (out) + (i * (size_t)c * n_frames + f) * area_to, width, height, n_frames * area_to);
  return out;
}

/* Half to even; what lies outside of the new proportions is cut away on both sides. */
static mk_tensor *
trim (mk_tensor *latent, int width, int height, GError **error)
{
  int h = height_of (latent), w = width_of (latent), x = 0, y = 0;
  double old_shape = (double)w / h, new_shape = (double)width / height;
  if (old_shape > new_shape)
    x = (int)rint ((w - w * (new_shape / old_shape)) / 2);
  else if (old_shape < new_shape)
    y = (int)rint ((h - h * (old_shape / new_shape)) / 2);
  return x == 0 && y == 0 ? mk_tensor_ref (latent) : mk_latent_crop (latent, x, y, w - 2 * x, h - 2 * y, error);
}

static bool
check_resize (const mk_tensor *latent, int width, int height, GError **error)
{
  g_autofree char *shape = mk_tensor_shape (latent);
  if (latent->n_dims < 4)
    return mk_error (error, MK_ERROR_RANGE, "a latent of %s has no cells that could become %d×%d: it is of neither pictures nor films", shape, width, height);
  if (width < 1 || height < 1 || width > MK_IMAGE_MAX_SIDE || height > MK_IMAGE_MAX_SIDE)
    return mk_error (error, MK_ERROR_RANGE, "a latent cannot become %d×%d: sides are 1 to %d", width, height, MK_IMAGE_MAX_SIDE);
  return true;
}

mk_tensor *
mk_latent_resize (mk_tensor *latent, int width, int height, const char *method, bool crops, mk_pool *pool, GError **error)
{
  if (!check_resize (latent, width, height, error))
    return NULL;
  if (width_of (latent) == width && height_of (latent) == height)
    return mk_tensor_ref (latent);
  if (strcmp (method, "bislerp") == 0) {
    g_autoptr (mk_tensor) trimmed = crops ? trim (latent, width, height, error) : mk_tensor_ref (latent);
    return trimmed != NULL ? resize_bislerp (trimmed, width, height, error) : NULL;
  }
  mk_resize_method way;
  size_t n_planes = mk_tensor_n_floats (latent) / stride_of (latent, latent->n_dims - 3);
  if (!mk_resize_method_find (method, &way, error))
    return NULL;
  /* planes are pictures of one channel */
  g_autoptr (mk_image) planes = mk_image_new ((int)MIN (n_planes, INT_MAX), height_of (latent), width_of (latent), 1, error);
  if (planes == NULL)
    return NULL;
  memcpy (mk_image_write (planes, 0), mk_tensor_read (latent), mk_image_n_bytes (planes));
  g_autoptr (mk_image) sized = mk_image_resize (planes, width, height, way, crops, pool, error);
  mk_tensor *out = sized != NULL ? new_sized (latent, width, height, error) : NULL;
  if (out != NULL)
    memcpy (mk_tensor_write (out), mk_image_read (sized, 0), mk_image_n_bytes (sized));
  return out;
}

mk_tensor *
mk_latent_fit (mk_tensor *latent, const mk_tensor *like, const char *method, mk_pool *pool, GError **error)
{
  if (latent->n_dims != like->n_dims) {
    g_autofree char *first = mk_tensor_shape (like), *second = mk_tensor_shape (latent);
    mk_error (error, MK_ERROR_RANGE, "latents of %s and %s do not go together: one has more dimensions", first, second);
    return NULL;
  }
  if (memcmp (latent->dims + 1, like->dims + 1, sizeof latent->dims - sizeof (int)) == 0)
    return mk_tensor_ref (latent);
  return mk_latent_resize (latent, width_of (like), height_of (like), method, true, pool, error);
}

mk_tensor *
mk_latent_repeat (mk_tensor *latent, int n, GError **error)
{
  if (latent->dims[0] == n)
    return mk_tensor_ref (latent);
  int dims[MK_TENSOR_MAX_DIMS];
  memcpy (dims, latent->dims, sizeof dims);
  dims[0] = n;
  mk_tensor *out = mk_tensor_new (latent->n_dims, dims, error);
  size_t size = stride_of (latent, 0);
  for (int i = 0; out != NULL && i < n; i++)
    memcpy (mk_tensor_write (out) + (size_t)i * size, mk_tensor_read (latent) + (size_t)(i % latent->dims[0]) * size, size * sizeof (float));
  return out;
}

/* A dimension of size 1, repeated. */
static mk_tensor *
spread (const mk_tensor *latent, int axis, int n, GError **error)
{
  int dims[MK_TENSOR_MAX_DIMS];
  memcpy (dims, latent->dims, sizeof dims);
  dims[axis] = n;
  mk_tensor *out = mk_tensor_new (latent->n_dims, dims, error);
  size_t size = stride_of (latent, axis), n_copies = out != NULL ? mk_tensor_n_floats (out) / size : 0;
  for (size_t i = 0; i < n_copies; i++)
    memcpy (mk_tensor_write (out) + i * size, mk_tensor_read (latent) + i / (size_t)n * size, size * sizeof (float));
  return out;
}

bool
mk_latent_widen (mk_tensor *a, mk_tensor *b, mk_tensor **wide_a, mk_tensor **wide_b, GError **error)
{
  g_autoptr (mk_tensor) first = mk_tensor_ref (a);
  g_autoptr (mk_tensor) second = mk_tensor_ref (b);
  for (int i = 0; i < MK_TENSOR_MAX_DIMS; i++) {
    if (first->dims[i] == second->dims[i])
      continue;
    if (a->n_dims != b->n_dims || (first->dims[i] != 1 && second->dims[i] != 1)) {
      g_autofree char *one = mk_tensor_shape (a), *other = mk_tensor_shape (b);
      return mk_error (error, MK_ERROR_RANGE, "latents of %s and %s cannot be mixed", one, other);
    }
    mk_tensor **narrow = first->dims[i] == 1 ? &first : &second;
    mk_tensor *wide = spread (*narrow, i, MAX (first->dims[i], second->dims[i]), error);
    mk_tensor_unref (*narrow);
    *narrow = wide;
    if (wide == NULL)
      return false;
  }
  *wide_a = g_steal_pointer (&first);
  *wide_b = g_steal_pointer (&second);
  return true;
}

mk_tensor *
mk_latent_crop (const mk_tensor *latent, int x, int y, int width, int height, GError **error)
{
  int w = width_of (latent), h = height_of (latent);
  if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > w || y + height > h) {
    mk_error (error, MK_ERROR_RANGE, "%d×%d cells at %d, %d do not lie on a latent of %d×%d", width, height, x, y, w, h);
    return NULL;
  }
  mk_tensor *out = new_sized (latent, width, height, error);
  size_t n_rows = out != NULL ? mk_tensor_n_floats (out) / (size_t)width : 0;
  for (size_t row = 0; row < n_rows; row++)
    memcpy (mk_tensor_write (out) + row * (size_t)width, mk_tensor_read (latent) + (row / (size_t)height * (size_t)h + (size_t)y + row % (size_t)height) * (size_t)w + x, (size_t)width * sizeof (float));
  return out;
}

mk_tensor *
mk_latent_slice (const mk_tensor *latent, int axis, int first, int n, GError **error)
{
  int dims[MK_TENSOR_MAX_DIMS], size = latent->dims[axis];
  if (first < 0 || n < 1 || n > size - first) {
    mk_error (error, MK_ERROR_RANGE, "of %d in dimension %d of a latent, there are no %d from number %d on", size, axis, n, first);
    return NULL;
  }
  memcpy (dims, latent->dims, sizeof dims);
  dims[axis] = n;
  mk_tensor *out = mk_tensor_new (latent->n_dims, dims, error);
  size_t stride = stride_of (latent, axis), n_pieces = out != NULL ? mk_tensor_n_floats (out) / ((size_t)n * stride) : 0;
  for (size_t i = 0; i < n_pieces; i++)
    memcpy (mk_tensor_write (out) + i * (size_t)n * stride, mk_tensor_read (latent) + (i * (size_t)size + (size_t)first) * stride, (size_t)n * stride * sizeof (float));
  return out;
}

mk_tensor *
mk_latent_join (const mk_tensor *a, const mk_tensor *b, int axis, GError **error)
{
  int dims[MK_TENSOR_MAX_DIMS];
  bool fits = a->n_dims == b->n_dims;
  for (int i = 0; i < MK_TENSOR_MAX_DIMS; i++) {
    fits &= i == axis || a->dims[i] == b->dims[i];
    dims[i] = a->dims[i] + (i == axis ? b->dims[i] : 0);
  }
  if (!fits) {
    g_autofree char *first = mk_tensor_shape (a), *second = mk_tensor_shape (b);
    mk_error (error, MK_ERROR_RANGE, "latents of %s and %s cannot be joined along dimension %d: all other sizes must be equal", first, second, axis);
    return NULL;
  }
  mk_tensor *out = mk_tensor_new (a->n_dims, dims, error);
  size_t n_a = (size_t)a->dims[axis] * stride_of (a, axis), n_b = (size_t)b->dims[axis] * stride_of (b, axis);
  for (size_t i = 0; out != NULL && i < mk_tensor_n_floats (a) / n_a; i++) {
    float *to = mk_tensor_write (out) + i * (n_a + n_b);
    memcpy (to, mk_tensor_read (a) + i * n_a, n_a * sizeof (float));
    memcpy (to + n_a, mk_tensor_read (b) + i * n_b, n_b * sizeof (float));
  }
  return out;
}
