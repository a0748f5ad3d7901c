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
    return 0.075f;
  case MK_SKY_SPACE:
    return 0.08f;
  case MK_SKY_NEON:
    return 0.05f;
  case MK_SKY_UNDERWATER:
    return 0.2f;
  case MK_SKY_SUNSET:
    return 0.32f;
  case MK_SKY_STUDIO:
    return 0.36f;
  case MK_SKY_FOG:
  case MK_SKY_OVERCAST:
    return 0.36f;
  case MK_SKY_DAY:
  case MK_SKY_COLOR:
    break;
  }
  return 0.21f;
}

/* What white paint becomes; 0 where the dark is the picture, and a mean says more. */
static float
white_of (mk_sky_kind kind)
{
  switch (kind) {
  case MK_SKY_STUDIO:
    return 1.12f;
  case MK_SKY_DAY:
  case MK_SKY_COLOR:
    return 1.05f;
  case MK_SKY_OVERCAST:
    return 0.85f;
  case MK_SKY_SUNSET:
    return 1.0f;
  case MK_SKY_FOG: /* most of its light comes from the air */
  case MK_SKY_NIGHT:
  case MK_SKY_SPACE:
  case MK_SKY_NEON:
  case MK_SKY_UNDERWATER:
    break;
  }
  return 0;
}

/* Light per pixel, and what falls on things there: what white paint would send back. 0 = nothing to measure. */
typedef struct {
  float level, incident;
} reading;

static int
compare_levels (const void *a, const void *b)
{
  float x = ((const reading *)a)->level, y = ((const reading *)b)->level;
  return (x > y) - (x < y);
}

static int
compare_incident (const void *a, const void *b)
{
  float x = ((const reading *)a)->incident, y = ((const reading *)b)->incident;
  return (x > y) - (x < y);
}

static bool
measure (mk_renderer *r, double time_s, int height, reading *readings, GError **error)
{
  mk_view view;
  mk_film film;
  if (!mk_renderer_pose (r, time_s, WIDTH, height, &view, error) || !mk_film_init (&film, WIDTH, height, error))
    return false;
  const mk_job job = { .cancel = (mk_cancel *)r->options.cancel };
  if (!mk_renderer_trace (r, &view, &film, N_SAMPLES, 0, &job)) {
    mk_film_clear (&film);
    return mk_error (error, MK_ERROR_CANCELLED, "rendering was cancelled");
  }
  for (int i = 0; i < WIDTH * height; i++) {
    mk_pixel *p = &film.pixels[i];
    mk_pixel_finish (p);
    float level = luminance (add (p->clear, p->lit)), albedo = luminance (p->albedo), incident = p->alpha > 0.9f && albedo > 0.01f ? luminance (p->lit) / albedo : 0;
    readings[i] = (reading){ level < INFINITY ? level : 0, incident < INFINITY ? incident : 0 };
  }
  mk_film_clear (&film);
  return true;
}

/* As a hand-held meter would: white paint in the light that most things stand in comes out white, be the ground snow or coal. */
static float
expose_incident (reading *readings, int n, float white)
{
  qsort (readings, (size_t)n, sizeof *readings, compare_incident);
  int first = 0;
  while (first < n && readings[first].incident <= 0)
    first++;
  return first < n - n / 50 ? white / maxf (readings[first + (n - first) * 7 / 10].incident, 1e-4f) : 0;
}

/* As a camera does: the picture's mean becomes grey. Bright skies keep their drawing. */
static float
expose_mean (reading *readings, int n, float key, float *most)
{
  double sum = 0;
  int low = n / 20, high = n * 19 / 20; /* without the darkest and the brightest */
  qsort (readings, (size_t)n, sizeof *readings, compare_levels);
  for (int i = low; i < high; i++)
    sum += log ((double)readings[i].level + 1e-4);
  *most = 2.4f / maxf (readings[high].level, 1e-4f);
  return key / maxf ((float)exp (sum / MAX (high - low, 1)), 1e-4f);
}

bool
mk_renderer_expose (mk_renderer *r, GError **error)
{
  int height = CLAMP (WIDTH * r->options.height / r->options.width, 4, 256), n = WIDTH * height;
  g_autofree reading *readings = g_new (reading, (size_t)n * N_TIMES);
  float shutter_s = r->shutter_s, most;
  int n_times = r->scene->duration_s > 0 ? N_TIMES : 1; /* a still is the same at all times */
  r->shutter_s = 0;
  r->exposure = 1e-3f; /* no limit on indirect light yet, and no care for noise */
  for (int k = 0; k < n_times; k++)
    if (!measure (r, (double)r->scene->duration_s * (0.1 + 0.4 * k), height, readings + k * n, error))
      return false;
  r->shutter_s = shutter_s;
  mk_sky_kind kind = r->scene->sky.kind;
  float exposure = expose_mean (readings, n * n_times, key_of (kind), &most), white = white_of (kind);
  float incident = white > 0 ? expose_incident (readings, n * n_times, white) : 0;
  float share = kind == MK_SKY_SUNSET ? 0.5f : 0.75f; /* low light on a dark sea or a bright desert: half of what is said by each */
  if (incident > 0)
    exposure = powf (incident, share) * powf (exposure, 1 - share);
  exposure = minf (exposure, most);
  if (kind == MK_SKY_SPACE)
    exposure = minf (exposure, 1.1f); /* mostly black, as it should be: white in the sun stays white */
  if (kind == MK_SKY_NEON)
    exposure = minf (exposure, 1.6f); /* tubes are as bright as they are; between them it is night */
  /* who asked for a brighter or darker sky wants to see it, though eyes adapt; rigs in dark rooms have no sun */
  float wanted = r->scene->sky.sun_intensity > 0 ? powf (clampf (r->scene->sky.sun_intensity, 0.05f, 20), 0.6f) : 1;
  r->exposure = clampf (exposure, 1 / 64.0f, 48) * wanted * exp2f (clampf (r->scene->sky.exposure_ev, -10, 10));
  return true;
}
