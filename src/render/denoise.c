#include "render/denoise.h"

#include <stdlib.h>
#include <string.h>

#include "base/wide.h"

enum { LEVELS = 5, ROWS = 8, PAD = 2 << (LEVELS - 1) };

#define SIGMA_LIGHT 2.6f
#define SIGMA_NORMAL 48.0f
#define MIN_ALBEDO 0.02f
#define FEW_SAMPLES 8.0f
#define SURE_SAMPLES 6.0f /* from so many on a pixel's own spread counts for more than its neighbours' */
#define SPECK 2.5f       /* times the second brightest neighbour */
#define KNOWN_SAMPLES 48.0f /* from so many on a pixel's own variance is good enough to judge the filter by: fewer may all have missed a small light */
#define EXPLAINED 0.4f    /* of that variance: filtered light keeps part of its pixel's noise and differs by less than all of it */
#define LONGEST_MEMORY 10.0f /* frames */

struct mk_denoiser {
  int width, height, stride;   /* planes are padded at both ends of a row, so that taps need no bounds */
  float *memory;
  bool *has_cover;             /* per row */
  float *light[2][3], *grey[2], *variance[2]; /* in and out by turns; grey: the light's luminance, for the wavelet */
  float *albedo[3], *normal[3], *depth, *slope, *sharp, *cover;
  union {
    struct {
      float *old_light[3], *old_normal[3], *old_depth, *old_length;
    };
    float *memories[8]; /* the same: all that is kept of the frame before */
  };
  float *length;
};

mk_denoiser *
mk_denoiser_new (int width, int height, GError **error)
{
  mk_denoiser *d = g_new0 (mk_denoiser, 1);
  d->width = width;
  d->height = height;
  d->stride = width + 2 * PAD;
  d->has_cover = g_new0 (bool, (size_t)height);
  size_t plane = (size_t)d->stride * (size_t)height;
  float **planes[] = { &d->light[0][0], &d->light[0][1], &d->light[0][2], &d->light[1][0], &d->light[1][1], &d->light[1][2], &d->variance[0], &d->variance[1], &d->grey[0], &d->grey[1],
                       &d->albedo[0], &d->albedo[1], &d->albedo[2], &d->normal[0], &d->normal[1], &d->normal[2], &d->depth, &d->slope, &d->sharp, &d->cover,
                       &d->old_light[0], &d->old_light[1], &d->old_light[2], &d->old_normal[0], &d->old_normal[1], &d->old_normal[2], &d->old_depth,
                       &d->old_length, &d->length };
  d->memory = calloc (plane * MK_COUNT (planes), sizeof (float));
  if (d->memory == NULL) {
    mk_error (error, MK_ERROR_MEMORY, "a filter for %d×%d pixels does not fit in memory", width, height);
    mk_denoiser_free (d);
    return NULL;
  }
  for (size_t i = 0; i < MK_COUNT (planes); i++)
    *planes[i] = d->memory + i * plane + PAD;
  return d;
}

void
mk_denoiser_free (mk_denoiser *d)
{
  if (d == NULL)
    return;
  free (d->memory);
  g_free (d->has_cover);
  g_free (d);
}

size_t
mk_denoiser_memory_length (const mk_denoiser *d)
{
  return MK_COUNT (d->memories) * (size_t)d->width * (size_t)d->height;
}

/* The padding is left out: it is never asked for. */
static void
copy_memories (const mk_denoiser *d, float *memory, bool is_save)
{
  for (size_t m = 0; m < MK_COUNT (d->memories); m++)
    for (size_t y = 0; y < (size_t)d->height; y++) {
      float *inner = d->memories[m] + y * (size_t)d->stride, *outer = memory + (m * (size_t)d->height + y) * (size_t)d->width;
      memcpy (is_save ? outer : inner, is_save ? inner : outer, (size_t)d->width * sizeof (float));
    }
}

void
mk_denoiser_save (const mk_denoiser *d, float *memory)
{
  copy_memories (d, memory, true);
}

void
mk_denoiser_load (mk_denoiser *d, const float *memory)
{
  copy_memories (d, (float *)memory, false);
}

typedef struct {
  mk_denoiser *d;
  const mk_film *film;
  float **out;
  int from, level;
  bool has_before;
} task;

static size_t
at (const mk_denoiser *d, int x, int y)
{
  return (size_t)y * (size_t)d->stride + (size_t)x;
}

static float
grey_of (const mk_denoiser *d, int from, size_t i)
{
  return 0.2126f * d->light[from][0][i] + 0.7152f * d->light[from][1][i] + 0.0722f * d->light[from][2][i];
}

/* --- planes from the film --- */

static void
load_row (const task *t, int y)
{
  mk_denoiser *d = t->d;
  float covered = 0;
  for (int x = 0; x < d->width; x++) {
    const mk_pixel *p = &t->film->pixels[(size_t)y * (size_t)d->width + (size_t)x];
    size_t i = at (d, x, y);
    float a[3] = { maxf (p->albedo.x, MIN_ALBEDO * p->alpha), maxf (p->albedo.y, MIN_ALBEDO * p->alpha), maxf (p->albedo.z, MIN_ALBEDO * p->alpha) };
    float l[3] = { p->lit.x, p->lit.y, p->lit.z }, n[3] = { p->normal.x, p->normal.y, p->normal.z };
    for (int c = 0; c < 3; c++) {
      d->albedo[c][i] = a[c];
      d->light[0][c][i] = a[c] > 0 ? l[c] / a[c] : 0;
      d->normal[c][i] = n[c];
    }
    float grey = 0.2126f * a[0] + 0.7152f * a[1] + 0.0722f * a[2];
    d->variance[0][i] = grey > 0 ? p->lit_square / (grey * grey) : 0;
    d->depth[i] = p->depth;
    d->cover[i] = p->alpha;
    covered += p->alpha;
  }
  d->has_cover[y] = covered > 0;
}

/* How depth changes from pixel to pixel, so that slanted surfaces do not count as edges. */
static void
slope_row (const task *t, int y)
{
  mk_denoiser *d = t->d;
  float *sharp = d->sharp + at (d, 0, y);
  const float *z = d->depth + at (d, 0, y), *up = d->depth + at (d, 0, MAX (y - 1, 0)), *down = d->depth + at (d, 0, MIN (y + 1, d->height - 1));
  float *slope = d->slope + at (d, 0, y);
  for (int x = 0; x < d->width; x++) {
    int l = MAX (x - 1, 0), r = MIN (x + 1, d->width - 1);
    float across = minf (fabsf (z[r] - z[x]), fabsf (z[x] - z[l])), along_y = minf (fabsf (down[x] - z[x]), fabsf (z[x] - up[x]));
    /* where a pixel sees several surfaces its mean normal is short: it may ask either side */
    vec3 n = { d->normal[0][at (d, x, y)], d->normal[1][at (d, x, y)], d->normal[2][at (d, x, y)] };
    float whole = square (square (minf (dot (n, n), 1)));
    sharp[x] = SIGMA_NORMAL * maxf (whole * whole, 0.02f);
    slope[x] = (maxf (across, along_y) + 0.003f * z[x] + 1e-4f) / maxf (whole * whole, 0.02f);
  }
}

/* --- specks --- */

/* A pixel far brighter than every neighbour is chance, not drawing: it is cut towards the second brightest of them. Goes
 * from planes 0 to planes 1. */
static void
despeckle_row (const task *t, int y)
{
  mk_denoiser *d = t->d;
  for (int x = 0; x < d->width; x++) {
    size_t i = at (d, x, y);
    float own = grey_of (d, 0, i), first = 0, second = 0, sum = own, squares = own * own;
    for (int k = 0; k < 9; k++) {
      int column = CLAMP (x + k % 3 - 1, 0, d->width - 1), row = CLAMP (y + k / 3 - 1, 0, d->height - 1);
      float v = k == 4 ? 0 : grey_of (d, 0, at (d, column, row));
      sum += v;
      squares += v * v;
      second = MAX (second, MIN (first, v));
      first = MAX (first, v);
    }
    float n = t->film->pixels[(size_t)y * (size_t)d->width + (size_t)x].n_samples;
    float most = SPECK * second, cut = own > most && own > 0 ? most / own : 1;
    cut = d->variance[0][i] > (n < FEW_SAMPLES ? 0.02f : 0.3f) * own * own ? cut : 1; /* bright points that many samples agree about stay */
    for (int c = 0; c < 3; c++)
      d->light[1][c][i] = d->light[0][c][i] * cut;
    d->variance[1][i] = d->variance[0][i] * cut * cut;
    /* few samples may agree by chance, all the more in glass and at borders: neighbours know better */
    float sure = d->sharp[i] < 0.6f * SIGMA_NORMAL ? 3 * SURE_SAMPLES : SURE_SAMPLES, doubt = minf (1, square (sure / maxf (n, 1)));
    float around = maxf (0, squares / 9 - square (sum / 9));
    d->variance[1][i] = n < 2 ? around : maxf (d->variance[1][i], doubt * around);
  }
}

/* --- memory of the frame before --- */

/* Mean and spread of the light around a pixel, against which old light is judged. */
static void
neighbours (const mk_denoiser *d, int x, int y, int channel, float *mean, float *spread)
{
  float sum = 0, squares = 0, weight = 0;
  for (int j = MAX (y - 2, 0); j <= MIN (y + 2, d->height - 1); j++)
    for (int i = MAX (x - 2, 0); i <= MIN (x + 2, d->width - 1); i++) {
      size_t q = at (d, i, j);
      if (d->cover[q] <= 0)
        continue;
      float v = d->light[1][channel][q];
      sum += v;
      squares += v * v;
      weight += 1;
    }
  weight = maxf (weight, 1);
  *mean = sum / weight;
  *spread = sqrtf (maxf (squares / weight - *mean * *mean, 0));
}

/* Old values at a place between pixels, from those of the same surface; returns the weight found. */
static float
fetch_old (const mk_denoiser *d, float x, float y, const float normal[3], float depth, float slope, float light[3], float *length)
{
  int i = (int)floorf (x), j = (int)floorf (y);
  float u = x - (float)i, v = y - (float)j, sum = 0;
  light[0] = light[1] = light[2] = *length = 0;
  for (int k = 0; k < 4; k++) {
    int column = i + (k & 1), row = j + (k >> 1);
    if (column < 0 || row < 0 || column >= d->width || row >= d->height)
      continue;
    size_t q = at (d, column, row);
    float w = (k & 1 ? u : 1 - u) * (k >> 1 ? v : 1 - v);
    float same = d->old_normal[0][q] * normal[0] + d->old_normal[1][q] * normal[1] + d->old_normal[2][q] * normal[2];
    if (d->old_length[q] <= 0 || same < 0.8f || fabsf (d->old_depth[q] - depth) > 4 * slope + 0.02f * depth)
      continue;
    for (int c = 0; c < 3; c++)
      light[c] += w * d->old_light[c][q];
    *length += w * d->old_length[q];
    sum += w;
  }
  for (int c = 0; c < 3 && sum > 0; c++)
    light[c] /= sum;
  *length = sum > 0 ? *length / sum : 0;
  return sum;
}

static void
remember_row (const task *t, int y)
{
  mk_denoiser *d = t->d;
  for (int x = 0; x < d->width; x++) {
    const mk_pixel *p = &t->film->pixels[(size_t)y * (size_t)d->width + (size_t)x];
    size_t i = at (d, x, y);
    float old[3], length = 0, n[3] = { d->normal[0][i], d->normal[1][i], d->normal[2][i] };
    for (int c = 0; c < 3; c++)
      d->light[0][c][i] = d->light[1][c][i];
    d->variance[0][i] = d->variance[1][i];
    d->grey[0][i] = grey_of (d, 0, i);
    d->length[i] = d->cover[i] > 0;
    if (!t->has_before || d->cover[i] < 0.99f ||
        fetch_old (d, (float)x - p->motion.x, (float)y - p->motion.y, n, p->before_depth, d->slope[i], old, &length) < 0.3f)
      continue;
    length = minf (length, LONGEST_MEMORY - 1);
    float share = 1 / (length + 1);
    for (int c = 0; c < 3; c++) {
      float mean, spread;
      neighbours (d, x, y, c, &mean, &spread);
      float kept = clampf (old[c], mean - 1.0f * spread, mean + 1.0f * spread);
      d->light[0][c][i] = lerpf (kept, d->light[1][c][i], share);
    }
    d->variance[0][i] = d->variance[1][i] * share;
    d->grey[0][i] = grey_of (d, 0, i);
    d->length[i] = length + 1;
  }
}

/* --- the wavelet --- */

/* exp (-x) for x >= 0 by splitting off the power of two; error below 0.2 %: weights need no more. */
static inline float
exp_minus (float x)
{
  float t = maxf (-1.442695f * x, -60.0f);
  float whole = (float)(int)(t - 0.999999f), part = t - whole;
  union { int32_t i; float f; } power = { .i = ((int32_t)whole + 127) << 23 };
  return power.f * (1 + part * (0.6951786f + part * (0.2261698f + part * 0.0782330f)));
}

/* Variance blurred by 3 × 3: four samples say little about themselves. */
static void
blur_variance (const mk_denoiser *d, const float *variance, int y, float *out)
{
  for (int x = 0; x < d->width; x++) {
    float sum = 0, weight = 0;
    for (int j = MAX (y - 1, 0); j <= MIN (y + 1, d->height - 1); j++)
      for (int i = MAX (x - 1, 0); i <= MIN (x + 1, d->width - 1); i++) {
        float w = (float)((2 - abs (i - x)) * (2 - abs (j - y)));
        sum += w * variance[at (d, i, j)];
        weight += w;
      }
    out[x] = sum / weight;
  }
}

typedef struct {
  const float *light[3], *grey, *variance, *normal[3], *depth, *cover;
} tap_row;

static tap_row
row_of (const mk_denoiser *d, int from, int x, int y)
{
  size_t i = at (d, x, y);
  return (tap_row){ { d->light[from][0] + i, d->light[from][1] + i, d->light[from][2] + i }, d->grey[from] + i, d->variance[from] + i,
                    { d->normal[0] + i, d->normal[1] + i, d->normal[2] + i }, d->depth + i, d->cover + i };
}

/* One tap for a whole row; sums[0..2] light, [3] variance, [4] weight. Cover is 0 beyond the ends of a row. */
MK_WIDE static void
add_tap (int n, tap_row p, tap_row q, const float *slope, const float *sharp, const float *tolerance, float kernel, float reach, float *restrict const sums[5])
{
  float *restrict s0 = sums[0], *restrict s1 = sums[1], *restrict s2 = sums[2], *restrict s3 = sums[3], *restrict s4 = sums[4];
  for (int x = 0; x < n; x++) {
    float same = p.normal[0][x] * q.normal[0][x] + p.normal[1][x] * q.normal[1][x] + p.normal[2][x] * q.normal[2][x];
    float bend = 1 - same;
    bend = bend > 0 ? bend : 0;
    float apart = fabsf (p.depth[x] - q.depth[x]) / (slope[x] * reach), differ = fabsf (p.grey[x] - q.grey[x]) * tolerance[x];
    float w = kernel * exp_minus (sharp[x] * bend + apart + differ) * q.cover[x];
    s0[x] += w * q.light[0][x];
    s1[x] += w * q.light[1][x];
    s2[x] += w * q.light[2][x];
    s3[x] += w * w * q.variance[x];
    s4[x] += w;
  }
}

static void
filter_row (const task *t, int y, float *scratch)
{
  static const float kernel[3] = { 0.375f, 0.25f, 0.0625f }; /* B3 spline */
  mk_denoiser *d = t->d;
  int from = t->from, to = 1 - from, step = 1 << t->level;
  if (!d->has_cover[y]) /* sky alone: nothing to filter */
    return;
  float *sums[5], *tolerance = scratch + 5 * (size_t)d->width;
  memset (scratch, 0, 5 * (size_t)d->width * sizeof (float));
  for (int k = 0; k < 5; k++)
    sums[k] = scratch + (size_t)k * (size_t)d->width;
  blur_variance (d, d->variance[from], y, tolerance);
  for (int x = 0; x < d->width; x++)
    tolerance[x] = 1 / (SIGMA_LIGHT * sqrtf (tolerance[x]) + 1e-3f);
  tap_row here = row_of (d, from, 0, y);
  int reach = t->level == 0 ? 1 : 2; /* next neighbours come first and weigh most */
  for (int j = -reach; j <= reach; j++)
    for (int i = -reach; i <= reach; i++) {
      int row = y + j * step;
      bool is_corner = abs (i) + abs (j) > 2; /* a ninth of the weight and half of the work */
      if (is_corner || row < 0 || row >= d->height || !d->has_cover[row])
        continue;
      float far = (float)(step * MAX (abs (i), abs (j)));
      add_tap (d->width, here, row_of (d, from, i * step, row), d->slope + at (d, 0, y), d->sharp + at (d, 0, y), tolerance, kernel[abs (i)] * kernel[abs (j)], maxf (far, 1), sums);
    }
  for (int x = 0; x < d->width; x++) {
    size_t q = at (d, x, y);
    float weight = sums[4][x] > 1e-12f ? 1 / sums[4][x] : 0;
    for (int c = 0; c < 3; c++)
      d->light[to][c][q] = weight > 0 ? sums[c][x] * weight : d->light[from][c][q];
    d->grey[to][q] = grey_of (d, to, q);
    d->variance[to][q] = weight > 0 ? sums[3][x] * weight * weight : d->variance[from][q];
  }
}

/* --- phases --- */

typedef void (*row_func) (const task *t, int y);

typedef struct {
  task task;
  row_func func;
} row_job;

static void
run_rows (void *user, size_t item, unsigned worker)
{
  const row_job *job = user;
  (void)worker;
  int end = MIN (((int)item + 1) * ROWS, job->task.d->height);
  for (int y = (int)item * ROWS; y < end; y++)
    job->func (&job->task, y);
}

static void
run_filter (void *user, size_t item, unsigned worker)
{
  const row_job *job = user;
  (void)worker;
  g_autofree float *scratch = g_new (float, 6 * (size_t)job->task.d->width);
  int end = MIN (((int)item + 1) * ROWS, job->task.d->height);
  for (int y = (int)item * ROWS; y < end; y++)
    filter_row (&job->task, y, scratch);
}

static void
keep_row (const task *t, int y)
{
  mk_denoiser *d = t->d;
  size_t i = at (d, 0, y), n = (size_t)d->width * sizeof (float);
  for (int c = 0; c < 3; c++) {
    memcpy (d->old_light[c] + i, d->light[t->from][c] + i, n);
    memcpy (d->old_normal[c] + i, d->normal[c] + i, n);
  }
  memcpy (d->old_depth + i, d->depth + i, n);
  memcpy (d->old_length + i, d->length + i, n);
}

/* How far the filter may be trusted at a pixel: where what it changes around there is more than noise explains, it has a
 * bias b, and of two estimates with variance v and with error b² the best mixture takes v / (v + b²) of the second. */
static float
trust_of (const task *t, int x, int y)
{
  const mk_denoiser *d = t->d;
  float changed = 0, variance = 0;
  if (t->film->pixels[(size_t)y * (size_t)d->width + (size_t)x].n_samples < KNOWN_SAMPLES)
    return 1;
  for (int j = MAX (y - 1, 0); j <= MIN (y + 1, d->height - 1); j++)
    for (int i = MAX (x - 1, 0); i <= MIN (x + 1, d->width - 1); i++) {
      const mk_pixel *p = &t->film->pixels[(size_t)j * (size_t)d->width + (size_t)i];
      size_t q = at (d, i, j);
      vec3 now = { d->light[t->from][0][q] * d->albedo[0][q], d->light[t->from][1][q] * d->albedo[1][q], d->light[t->from][2][q] * d->albedo[2][q] };
      float w = (float)((2 - abs (i - x)) * (2 - abs (j - y)));
      changed += w * square (luminance (sub (now, p->lit)));
      variance += w * p->lit_square;
    }
  float bias = maxf (0, changed - EXPLAINED * variance);
  return variance + bias > 0 ? variance / (variance + bias) : 1;
}

static void
store_row (const task *t, int y)
{
  mk_denoiser *d = t->d;
  for (int x = 0; x < d->width; x++) {
    size_t i = at (d, x, y), o = (size_t)y * (size_t)d->width + (size_t)x;
    const mk_pixel *p = &t->film->pixels[o];
    float trust = trust_of (t, x, y);
    t->out[0][o] = p->clear.x + lerpf (p->lit.x, d->light[t->from][0][i] * d->albedo[0][i], trust);
    t->out[1][o] = p->clear.y + lerpf (p->lit.y, d->light[t->from][1][i] * d->albedo[1][i], trust);
    t->out[2][o] = p->clear.z + lerpf (p->lit.z, d->light[t->from][2][i] * d->albedo[2][i], trust);
  }
}

void
mk_denoiser_run (mk_denoiser *d, const mk_film *film, bool has_before, mk_pool *pool, float *out[3])
{
  size_t n = ((size_t)d->height + ROWS - 1) / ROWS;
  row_job job = { { .d = d, .film = film, .out = out, .has_before = has_before }, load_row };
  mk_pool_run (pool, n, run_rows, &job, NULL);
  job.func = slope_row;
  mk_pool_run (pool, n, run_rows, &job, NULL);
  job.func = despeckle_row;
  mk_pool_run (pool, n, run_rows, &job, NULL);
  job.func = remember_row;
  mk_pool_run (pool, n, run_rows, &job, NULL);
  job.task.from = 0;
  for (job.task.level = 0; job.task.level < LEVELS; job.task.level++) {
    mk_pool_run (pool, n, run_filter, &job, NULL);
    job.task.from = 1 - job.task.from;
    if (job.task.level == 0) { /* lightly filtered light is what the next frame is given */
      job.func = keep_row;
      mk_pool_run (pool, n, run_rows, &job, NULL);
    }
  }
  job.func = store_row;
  mk_pool_run (pool, n, run_rows, &job, NULL);
}
