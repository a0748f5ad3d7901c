/* Samples: how many a pixel gets, and tracing them.
 *
 * Every pixel is sampled alike first; then those that show an edge, fine drawing or noise get more. Which those are is
 * planned from the finished first pass alone, so that no order of tiles changes the picture. */
#include "render/renderer.h"

#include <xmmintrin.h>

enum { TILE = 16 };

#define INDIRECT_LIMIT 6.0f /* times display white */
/* A pixel whose light is known worse than this share of itself gets up to so many times its samples. */
#define WANTED_ERROR 0.4f
#define MOST_TIMES 3u
#define DARK 0.02f /* of display white: noise below does not show */
#define FEW 4u     /* so few samples say nothing about their own noise: the neighbours' spread does */

typedef struct {
  const mk_renderer *renderer;
  const mk_view *view;
  mk_film *film;
  mk_tracer tracer;
  unsigned n_samples;
  uint64_t seed;
  uint8_t *times;   /* per pixel: times n_samples that it may have */
  int n_columns;
  size_t n_tiles;
  unsigned pass;
  const mk_job *job;
} trace;

static mk_pixel *
pixel_at (const trace *t, int x, int y)
{
  return &t->film->pixels[(size_t)y * (size_t)t->film->width + (size_t)x];
}

static void
trace_sample (const trace *t, int x, int y, unsigned index, mk_pixel *sum)
{
  mk_sampler sampler = mk_sampler_start (t->seed, (uint32_t)x, (uint32_t)y, index);
  mk_vec2 offset = mk_view_filter (mk_sampler_2d (&sampler)), lens = mk_sampler_2d (&sampler), old;
  float time = mk_sampler_1d (&sampler), px = (float)x + 0.5f + offset.x, py = (float)y + 0.5f + offset.y, depth;
  mk_eye_ray ray = mk_view_ray (t->view, px, py, lens, time);
  mk_pixel sample;
  vec3 before;
  bool is_covered = mk_path_trace (&t->tracer, &ray, &sampler, &sample, &before);
  if (mk_view_before (t->view, before, !is_covered, &old, &depth)) {
    float frames = 1 + (time - 0.5f) * t->renderer->shutter_s / t->renderer->frame_s; /* since then, as the shutter was when it saw this */
    sample.motion = (mk_vec2){ (px - old.x) / frames, (py - old.y) / frames };
    sample.before_depth = is_covered ? depth : 0;
  }
  mk_pixel_add (sum, &sample);
}

/* --- who gets more --- */

static bool
is_noisy (const trace *t, const mk_pixel *sum)
{
  float n = sum->n_samples, mean = luminance (sum->lit) / n, whole = luminance (add (sum->lit, sum->clear)) / n;
  float variance = maxf (0, sum->lit_square / n - mean * mean) / n;
  bool is_border = dot (sum->normal, sum->normal) < square (0.97f * sum->alpha) || (sum->alpha > 0 && sum->alpha < n);
  return is_border || variance > square (WANTED_ERROR * (whole + DARK / t->renderer->exposure));
}

/* The brightest and the darkest of a pixel and its neighbours. */
typedef struct {
  float low, high;
} span;

static void
span_add (span *s, float value)
{
  s->low = minf (s->low, value);
  s->high = maxf (s->high, value);
}

static bool
is_wide (span s, float share, float dark)
{
  return s.high - s.low > share * (0.5f * (s.high + s.low) + dark);
}

/* How often to sample where the first pass disagrees around a pixel: most at edges of things, less for fine drawing and noise. */
static unsigned
times_wanted (const trace *t, int x, int y)
{
  const mk_pixel *own = pixel_at (t, x, y);
  span light = { INFINITY, 0 }, color = { INFINITY, 0 }, clear = { INFINITY, 0 };
  float dark = DARK / t->renderer->exposure;
  for (int j = MAX (y - 1, 0); j <= MIN (y + 1, t->film->height - 1); j++)
    for (int i = MAX (x - 1, 0); i <= MIN (x + 1, t->film->width - 1); i++) {
      const mk_pixel *p = pixel_at (t, i, j);
      float n = own->n_samples * p->n_samples;
      if ((p->alpha > 0) != (own->alpha > 0) || p->id != own->id || (p->alpha > 0 && dot (p->normal, own->normal) < 0.9f * n))
        return MOST_TIMES;
      float albedo = luminance (p->albedo) / p->n_samples, lit = luminance (p->lit) / p->n_samples;
      span_add (&color, albedo);
      span_add (&light, p->alpha > 0 ? lit / maxf (albedo, 0.02f) : 0);
      span_add (&clear, luminance (p->clear) / p->n_samples);
    }
  return is_wide (color, 0.35f, 0.02f) || is_wide (light, 1, dark) || is_wide (clear, 0.15f, dark) ? MOST_TIMES - 1 : 1;
}

static void
plan_row (void *user, size_t row, unsigned worker)
{
  const trace *t = user;
  int y = (int)row;
  (void)worker;
  for (int x = 0; x < t->film->width; x++) {
    unsigned times = t->n_samples < FEW ? times_wanted (t, x, y) : is_noisy (t, pixel_at (t, x, y)) ? MOST_TIMES : 1;
    t->times[row * (size_t)t->film->width + (size_t)x] = (uint8_t)times;
  }
}

/* --- passes --- */

static void
trace_pixel (const trace *t, int x, int y)
{
  mk_pixel *sum = pixel_at (t, x, y);
  unsigned n = t->pass * t->n_samples, most = t->pass == 0 ? t->n_samples : t->n_samples * t->times[(size_t)y * (size_t)t->film->width + (size_t)x];
  if (t->pass == 0)
    *sum = (mk_pixel){ .depth = 0 };
  while (n < most) {
    trace_sample (t, x, y, n++, sum);
    if (t->pass > 0 && n % t->n_samples == 0 && t->n_samples >= FEW && !is_noisy (t, sum))
      most = n;
  }
}

static void
trace_tile (void *user, size_t item, unsigned worker)
{
  const trace *t = user;
  int left = (int)(item % (size_t)t->n_columns) * TILE, top = (int)(item / (size_t)t->n_columns) * TILE;
  unsigned modes = _mm_getcsr ();
  _mm_setcsr (modes | 0x8040); /* tiny numbers are zero: Embree asks for it */
  for (int y = top; y < MIN (top + TILE, t->film->height); y++)
    for (int x = left; x < MIN (left + TILE, t->film->width); x++)
      trace_pixel (t, x, y);
  _mm_setcsr (modes);
  if (worker == 0) /* the thread that was asked */
    mk_job_report (t->job, 0.475 * (t->pass + (double)(item + 1) / (double)t->n_tiles), 1);
}

bool
mk_renderer_trace (mk_renderer *r, const mk_view *view, mk_film *film, unsigned n_samples, uint64_t seed, const mk_job *job)
{
  trace t = { .renderer = r, .view = view, .film = film, .n_samples = n_samples, .seed = seed, .job = job };
  const mk_cancel *cancel = job != NULL ? job->cancel : NULL;
  t.tracer = (mk_tracer){ .world = r->world, .sky = r->sky, .lights = r->lights, .max_bounces = r->max_bounces,
                          .max_indirect = INDIRECT_LIMIT / r->exposure, .pixel_angle = 2 * view->tan_y / (float)view->height, .time_s = view->time_s };
  t.n_columns = (film->width + TILE - 1) / TILE;
  t.n_tiles = (size_t)t.n_columns * (size_t)((film->height + TILE - 1) / TILE);
  g_autofree uint8_t *times = g_malloc ((size_t)film->width * (size_t)film->height);
  t.times = times;
  bool is_whole = mk_pool_run (r->pool, t.n_tiles, trace_tile, &t, cancel) && mk_pool_run (r->pool, (size_t)film->height, plan_row, &t, cancel);
  t.pass = 1;
  return is_whole && mk_pool_run (r->pool, t.n_tiles, trace_tile, &t, cancel);
}
