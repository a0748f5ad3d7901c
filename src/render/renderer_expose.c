/* Automatic exposure: once for a film, so that it never pumps. */
#include "render/renderer.h"

#include <stdlib.h>

enum { WIDTH = 64, N_TIMES = 3, N_SAMPLES = 4 };

/* What the middle of a picture becomes, in linear light: nights stay dark, studios are bright. */
static float
key_of (mk_sky_kind kind)
{
  switch (kind) {
  case MK_SKY_NIGHT:
    return 0.045f;
  case MK_SKY_SPACE:
    return 0.08f;
  case MK_SKY_NEON:
    return 0.05f;
  case MK_SKY_SUNSET:
    return 0.19f;
  case MK_SKY_STUDIO:
    return 0.42f;
  case MK_SKY_FOG:
  case MK_SKY_OVERCAST:
    return 0.30f;
  case MK_SKY_DAY:
  case MK_SKY_COLOR:
    break;
  }
  return 0.21f;
}

static int
compare (const void *a, const void *b)
{
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static bool
measure (mk_renderer *r, double time_s, int height, float *levels, GError **error)
{
  mk_view view;
  mk_film film;
  if (!mk_renderer_pose (r, time_s, WIDTH, height, &view, error) || !mk_film_init (&film, WIDTH, height, error))
    return false;
  mk_renderer_trace (r, &view, &film, N_SAMPLES, 0, NULL);
  for (int i = 0; i < WIDTH * height; i++) {
    mk_pixel *p = &film.pixels[i];
    mk_pixel_finish (p);
    float level = luminance (add (p->clear, p->lit));
    levels[i] = level < INFINITY ? level : 0;
  }
  mk_film_clear (&film);
  return true;
}

bool
mk_renderer_expose (mk_renderer *r, GError **error)
{
  int height = CLAMP (WIDTH * r->options.height / r->options.width, 4, 256), n = WIDTH * height;
  g_autofree float *levels = g_new (float, (size_t)n * N_TIMES);
  float shutter_s = r->shutter_s;
  r->shutter_s = 0;
  r->exposure = 1e-3f; /* no limit on indirect light yet, and no care for noise */
  for (int k = 0; k < N_TIMES; k++)
    if (!measure (r, (double)r->scene->duration_s * (0.1 + 0.4 * k), height, levels + k * n, error))
      return false;
  r->shutter_s = shutter_s;
  qsort (levels, (size_t)n * N_TIMES, sizeof (float), compare);
  double sum = 0;
  int low = n * N_TIMES / 20, high = n * N_TIMES * 19 / 20; /* without the darkest and the brightest */
  for (int i = low; i < high; i++)
    sum += log ((double)levels[i] + 1e-4);
  float middle = (float)exp (sum / MAX (high - low, 1)), bright = levels[high];
  float exposure = key_of (r->scene->sky.kind) / maxf (middle, 1e-4f);
  exposure = minf (exposure, 2.2f / maxf (bright, 1e-4f)); /* skies and snow keep their drawing */
  if (r->scene->sky.kind == MK_SKY_SPACE)
    exposure = minf (exposure, 1.1f); /* mostly black, as it should be: white in the sun stays white */
  /* who asked for a brighter or darker sky wants to see it, though eyes adapt; rigs in dark rooms have no sun */
  float wanted = r->scene->sky.sun_intensity > 0 ? powf (clampf (r->scene->sky.sun_intensity, 0.05f, 20), 0.6f) : 1;
  r->exposure = clampf (exposure, 1 / 64.0f, 48) * wanted * exp2f (clampf (r->scene->sky.exposure_ev, -10, 10));
  return true;
}
