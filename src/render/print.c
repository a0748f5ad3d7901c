#include "render/print.h"

/* Pixels between what is compared: lines are as wide in a small picture as in a large one. */
static int
reach_of (const mk_film *film)
{
  return MAX (film->height / 600, 1);
}

static const mk_pixel *
pixel_at (const mk_film *film, int x, int y)
{
  return &film->pixels[(size_t)CLAMP (y, 0, film->height - 1) * (size_t)film->width + (size_t)CLAMP (x, 0, film->width - 1)];
}

static float
nearness (const mk_pixel *p)
{
  return p->depth > 0 ? 1 / p->depth : 0; /* sky is infinitely far */
}

/* Between two pixels on both sides of a third. */
static float
line_across (const mk_pixel *a, const mk_pixel *middle, const mk_pixel *b)
{
  float near = maxf (nearness (middle), maxf (nearness (a), nearness (b)));
  if (near <= 0)
    return 0;
  float bend = fabsf (nearness (a) + nearness (b) - 2 * nearness (middle)) / near;
  float turn = a->depth > 0 && b->depth > 0 ? 1 - dot (unit (a->normal), unit (b->normal)) : 0;
  vec3 change = sub (a->albedo, b->albedo);
  float border = maxf (fabsf (change.x), maxf (fabsf (change.y), fabsf (change.z)));
  return maxf (maxf (smooth (0.02f, 0.08f, bend), 0.8f * smooth (0.12f, 0.5f, turn)), maxf (0.8f * smooth (0.05f, 0.2f, border), a->id != b->id ? 1.0f : 0.0f));
}

float
mk_print_line (const mk_film *film, int x, int y)
{
  int d = reach_of (film);
  const mk_pixel *middle = pixel_at (film, x, y);
  return maxf (line_across (pixel_at (film, x - d, y), middle, pixel_at (film, x + d, y)), line_across (pixel_at (film, x, y - d), middle, pixel_at (film, x, y + d)));
}

vec3
mk_print_color (const mk_print *print, vec3 shown, float line, float x, float y)
{
  if (print->gray > 0)
    shown = mix (shown, v3_all (0.3f * shown.x + 0.59f * shown.y + 0.11f * shown.z), print->gray);
  if (print->contrast > 0) {
    vec3 steep = { smooth (0, 1, shown.x), smooth (0, 1, shown.y), smooth (0, 1, shown.z) };
    shown = mix (shown, steep, print->contrast);
  }
  shown = scale (shown, 1 - print->vignette * smooth (0.5f, 2.0f, x * x + y * y));
  return print->do_lines_glow ? shown : mix (shown, print->line_color, line * print->lines);
}

/* --- glow --- */

typedef struct {
  const mk_print *print;
  const mk_film *film;
  float exposure;
  vec3 *from, *to;
  float *const *light;
  int radius;
} glow;

#define DIM 0.08f /* what is darker does not glow as much: night is no lamp */

/* A line in the hue of the brightest surface beside it; edges are brighter than what they bound. */
static void
glow_row (void *user, size_t row, unsigned worker)
{
  const glow *g = user;
  int y = (int)row, d = reach_of (g->film);
  (void)worker;
  for (int x = 0; x < g->film->width; x++) {
    vec3 *to = &g->from[row * (size_t)g->film->width + (size_t)x], most = { 0, 0, 0 };
    float line = mk_print_line (g->film, x, y);
    const mk_pixel *around[] = { pixel_at (g->film, x, y), pixel_at (g->film, x - d, y), pixel_at (g->film, x + d, y), pixel_at (g->film, x, y - d), pixel_at (g->film, x, y + d) };
    for (size_t i = 0; i < MK_COUNT (around) && line > 0; i++)
      if (around[i]->depth > 0 && max3 (around[i]->albedo) > max3 (most))
        most = around[i]->albedo;
    vec3 hue = scale (most, 1 / maxf (max3 (most), DIM));
    *to = scale (v3 (hue.x * sqrtf (hue.x), hue.y * sqrtf (hue.y), hue.z * sqrtf (hue.z)), line * g->print->lines); /* purer than paint */
  }
}

/* The mean of what lies within `radius` along one line of the picture. */
static void
blur (const vec3 *from, vec3 *to, int n, int step, int radius)
{
  vec3 sum = { 0, 0, 0 };
  for (int i = -radius; i < n; i++) {
    if (i + radius < n)
      sum = add (sum, from[(i + radius) * step]);
    if (i - radius - 1 >= 0)
      sum = sub (sum, from[(i - radius - 1) * step]);
    if (i >= 0)
      to[i * step] = scale (sum, 1 / (float)(2 * radius + 1));
  }
}

static void
blur_row (void *user, size_t y, unsigned worker)
{
  const glow *g = user;
  (void)worker;
  blur (g->from + y * (size_t)g->film->width, g->to + y * (size_t)g->film->width, g->film->width, 1, g->radius);
}

static void
blur_column (void *user, size_t x, unsigned worker)
{
  const glow *g = user;
  (void)worker;
  blur (g->to + x, g->from + x, g->film->height, g->film->width, g->radius);
}

static void
add_row (void *user, size_t y, unsigned worker)
{
  const glow *g = user;
  (void)worker;
  for (size_t i = y * (size_t)g->film->width; i < (y + 1) * (size_t)g->film->width; i++)
    for (int c = 0; c < 3; c++)
      g->light[c][i] += (&g->from[i].x)[c] / g->exposure;
}

void
mk_print_glow (const mk_print *print, const mk_film *film, float exposure, mk_pool *pool, float *const light[3])
{
  if (!print->do_lines_glow || print->lines <= 0)
    return;
  size_t n = (size_t)film->width * (size_t)film->height, height = (size_t)film->height;
  vec3 *from = g_try_new (vec3, 2 * n);
  if (from == NULL)
    return; /* a picture without glow is better than none */
  glow g = { print, film, exposure, from, from + n, light, 0 };
  mk_pool_run (pool, height, glow_row, &g, NULL);
  mk_pool_run (pool, height, add_row, &g, NULL);
  static const int shares[] = { 90, 24 }; /* of the height: a narrow halo and a wide one */
  for (size_t i = 0; i < MK_COUNT (shares); i++)
    for (int k = 0; k < 2; k++) { /* twice a box is round enough */
      g.radius = MAX (film->height / shares[i], 1);
      mk_pool_run (pool, height, blur_row, &g, NULL);
      mk_pool_run (pool, (size_t)film->width, blur_column, &g, NULL);
      if (k == 1)
        mk_pool_run (pool, height, add_row, &g, NULL);
    }
  g_free (from);
}
