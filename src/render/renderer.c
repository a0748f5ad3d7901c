#include "render/renderer.h"

#include <stdlib.h>
#include <xmmintrin.h>

enum { TILE = 16 };

static const struct {
  unsigned n_samples, max_bounces;
} qualities[] = { [MK_QUALITY_DRAFT] = { 2, 4 }, [MK_QUALITY_STANDARD] = { 24, 5 }, [MK_QUALITY_FINAL] = { 128, 8 } };

#define MAX_SAMPLES 65536u
#define MAX_BOUNCES 64u
#define INDIRECT_LIMIT 6.0f /* times display white */

void
mk_frame_clear (mk_frame *frame)
{
  mk_image **images[] = { &frame->color, &frame->linear, &frame->depth, &frame->normal, &frame->albedo, &frame->id, &frame->motion, &frame->alpha };
  for (size_t i = 0; i < MK_COUNT (images); i++)
    g_clear_pointer (images[i], mk_image_unref);
}

static bool
check_options (const mk_scene *scene, const mk_render_options *o, GError **error)
{
  if (o->width < 1 || o->height < 1 || o->width > MK_IMAGE_MAX_SIDE || o->height > MK_IMAGE_MAX_SIDE)
    return mk_error (error, MK_ERROR_RANGE, "a picture of %d×%d is not possible; sides go from 1 to %d", o->width, o->height, MK_IMAGE_MAX_SIDE);
  if ((unsigned)o->quality > MK_QUALITY_FINAL)
    return mk_error (error, MK_ERROR_RANGE, "quality %d is not one of draft, standard and final", (int)o->quality);
  if (o->n_samples > MAX_SAMPLES || o->max_bounces > MAX_BOUNCES)
    return mk_error (error, MK_ERROR_RANGE, "%u samples with %u bounces: at most %u and %u are possible", o->n_samples, o->max_bounces, MAX_SAMPLES, MAX_BOUNCES);
  if (scene->active_camera < 0 || mk_scene_get_node (scene, scene->active_camera)->camera < 0)
    return mk_error (error, MK_ERROR_USAGE, "the scene has no camera to look through");
  return true;
}

static bool
make_film (mk_renderer *r, GError **error)
{
  size_t n = (size_t)r->options.width * (size_t)r->options.height;
  if (!mk_film_init (&r->film, r->options.width, r->options.height, error))
    return false;
  r->light[0] = g_try_new (float, 3 * n);
  if (r->light[0] == NULL)
    return mk_error (error, MK_ERROR_MEMORY, "a frame of %d×%d does not fit in memory", r->options.width, r->options.height);
  r->light[1] = r->light[0] + n;
  r->light[2] = r->light[1] + n;
  return true;
}

mk_renderer *
mk_renderer_new (const mk_scene *scene, const mk_render_options *options, mk_pool *pool, GError **error)
{
  if (!check_options (scene, options, error))
    return NULL;
  mk_renderer *r = g_new0 (mk_renderer, 1);
  r->scene = mk_scene_ref ((mk_scene *)scene);
  r->options = *options;
  r->pool = pool;
  r->n_samples = options->n_samples > 0 ? options->n_samples : qualities[options->quality].n_samples;
  r->max_bounces = options->max_bounces > 0 ? options->max_bounces : qualities[options->quality].max_bounces;
  r->frame_s = scene->fps > 0 ? 1 / scene->fps : 1 / 24.0f;
  r->shutter_s = options->shutter_s < 0 ? 0.5f * r->frame_s : options->shutter_s;
  r->last_s = NAN;
  r->exposure = 1;
  r->sky = mk_sky_light_new (&scene->sky, pool);
  r->lights = mk_lights_new (r->sky);
  r->world = mk_world_new (scene, error);
  bool is_made = r->world != NULL;
  if (is_made)
    is_made = make_film (r, error);
  if (is_made && !options->no_denoise)
    is_made = (r->denoiser = mk_denoiser_new (options->width, options->height, error)) != NULL;
  if (is_made && mk_renderer_expose (r, error))
    return r;
  mk_renderer_free (r);
  return NULL;
}

void
mk_renderer_free (mk_renderer *r)
{
  if (r == NULL)
    return;
  mk_world_free (r->world);
  mk_lights_free (r->lights);
  mk_sky_light_free (r->sky);
  mk_denoiser_free (r->denoiser);
  mk_film_clear (&r->film);
  g_free (r->light[0]);
  g_free (r->preview);
  mk_scene_unref (r->scene);
  g_free (r);
}

float
mk_renderer_exposure_ev (const mk_renderer *r)
{
  return log2f (r->exposure);
}

bool
mk_renderer_pose (mk_renderer *r, double time_s, int width, int height, mk_view *view, GError **error)
{
  double open_s = time_s - 0.5 * (double)r->shutter_s, close_s = time_s + 0.5 * (double)r->shutter_s, before_s = time_s - (double)r->frame_s;
  if (!mk_world_pose (r->world, open_s, close_s, before_s, r->pool, error))
    return false;
  g_autoptr (mk_pose) open = mk_pose_new (r->scene, open_s);
  g_autoptr (mk_pose) closed = mk_pose_new (r->scene, close_s);
  g_autoptr (mk_pose) before = mk_pose_new (r->scene, before_s);
  g_autoptr (mk_pose) middle = mk_pose_new (r->scene, time_s);
  mk_lights_update (r->lights, r->world, middle);
  mk_view_make (view, r->scene, open, closed, before, width, height);
  return true;
}

/* --- tracing --- */

typedef struct {
  const mk_renderer *renderer;
  const mk_view *view;
  mk_film *film;
  mk_tracer tracer;
  unsigned n_samples;
  uint64_t seed;
  int n_columns;
  size_t n_tiles;
  const mk_job *job;
} trace;

/* A pixel whose light is known worse than this share of itself gets up to so many times its samples. */
#define WANTED_ERROR 0.4f
#define MOST_TIMES 3u
#define DARK 0.02f /* of display white: noise below does not show */

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
    sample.motion = (mk_vec2){ px - old.x, py - old.y };
    sample.before_depth = is_covered ? depth : 0;
  }
  mk_pixel_add (sum, &sample);
}

/* Where surfaces meet, or light is uncertain. Depends on the pixel's own samples alone, so that every order of tiles gives the same. */
static bool
is_noisy (const trace *t, const mk_pixel *sum)
{
  float n = sum->n_samples, mean = luminance (sum->lit) / n, whole = luminance (add (sum->lit, sum->clear)) / n;
  float variance = maxf (0, sum->lit_square / n - mean * mean) / n;
  bool is_border = dot (sum->normal, sum->normal) < square (0.97f * sum->alpha) || (sum->alpha > 0 && sum->alpha < n);
  return is_border || variance > square (WANTED_ERROR * (whole + DARK / t->renderer->exposure));
}

static void
trace_pixel (const trace *t, int x, int y)
{
  mk_pixel *sum = &t->film->pixels[(size_t)y * (size_t)t->film->width + (size_t)x];
  unsigned n = 0, most = t->n_samples;
  *sum = (mk_pixel){ .depth = 0 };
  while (n < most) {
    trace_sample (t, x, y, n++, sum);
    if (n == t->n_samples && n > 1 && is_noisy (t, sum))
      most = MOST_TIMES * n;
    else if (n > t->n_samples && n % t->n_samples == 0 && !is_noisy (t, sum))
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
    mk_job_report (t->job, 0.95 * (double)(item + 1) / (double)t->n_tiles, 1);
}

bool
mk_renderer_trace (mk_renderer *r, const mk_view *view, mk_film *film, unsigned n_samples, uint64_t seed, const mk_job *job)
{
  trace t = { .renderer = r, .view = view, .film = film, .n_samples = n_samples, .seed = seed, .job = job };
  t.tracer = (mk_tracer){ .world = r->world, .sky = r->sky, .lights = r->lights, .max_bounces = r->max_bounces,
                          .max_indirect = INDIRECT_LIMIT / r->exposure, .pixel_angle = 2 * view->tan_y / (float)view->height };
  t.n_columns = (film->width + TILE - 1) / TILE;
  t.n_tiles = (size_t)t.n_columns * (size_t)((film->height + TILE - 1) / TILE);
  return mk_pool_run (r->pool, t.n_tiles, trace_tile, &t, job != NULL ? job->cancel : NULL);
}

/* --- a frame --- */

static void
finish_row (void *user, size_t y, unsigned worker)
{
  const mk_film *film = user;
  (void)worker;
  for (size_t i = y * (size_t)film->width; i < (y + 1) * (size_t)film->width; i++)
    mk_pixel_finish (&film->pixels[i]);
}

/* In a film the filter remembers the frame before; a frame without one has to find out everything itself. */
#define ALONE_TIMES 3u

static bool
has_before (const mk_renderer *r, double time_s)
{
  return r->denoiser != NULL && fabs (time_s - (double)r->frame_s - r->last_s) < 0.01 * (double)r->frame_s;
}

static void
filter_film (mk_renderer *r, double time_s)
{
  if (r->denoiser != NULL) {
    mk_denoiser_run (r->denoiser, &r->film, has_before (r, time_s), r->pool, r->light);
    r->last_s = time_s;
    return;
  }
  size_t n = (size_t)r->film.width * (size_t)r->film.height;
  for (size_t i = 0; i < n; i++) {
    vec3 c = add (r->film.pixels[i].clear, r->film.pixels[i].lit);
    r->light[0][i] = c.x;
    r->light[1][i] = c.y;
    r->light[2][i] = c.z;
  }
}

static void
show_preview (mk_renderer *r, const mk_frame *frame)
{
  size_t n = (size_t)r->options.width * (size_t)r->options.height;
  int n_channels = frame->color->n_channels;
  const float *from = mk_image_read (frame->color, 0);
  if (r->preview == NULL)
    r->preview = g_malloc (3 * n);
  for (size_t i = 0; i < n; i++)
    for (int c = 0; c < 3; c++)
      r->preview[3 * i + (size_t)c] = (uint8_t)lrintf (255 * from[(size_t)n_channels * i + (size_t)c]);
  r->options.preview (r->options.preview_user, r->preview, r->options.width, r->options.height);
}

bool
mk_renderer_frame (mk_renderer *r, double time_s, mk_frame *frame, const mk_job *job, GError **error)
{
  mk_view view;
  *frame = (mk_frame){ NULL };
  if (!(time_s > -1e6 && time_s < 1e6))
    return mk_error (error, MK_ERROR_RANGE, "%g s is no time of a film", time_s);
  if (!mk_renderer_pose (r, time_s, r->film.width, r->film.height, &view, error))
    return false;
  uint32_t number = (uint32_t)(int64_t)floor (time_s / (double)r->frame_s + 0.5);
  uint64_t seed = r->options.seed ^ ((uint64_t)hash_mix (number) << 16);
  bool is_given = r->options.n_samples > 0, is_alone = !is_given && r->options.quality == MK_QUALITY_DRAFT && !has_before (r, time_s);
  if (!mk_renderer_trace (r, &view, &r->film, is_alone ? ALONE_TIMES * r->n_samples : r->n_samples, seed, job))
    return mk_error (error, MK_ERROR_CANCELLED, "rendering was cancelled");
  mk_pool_run (r->pool, (size_t)r->film.height, finish_row, &r->film, NULL);
  filter_film (r, time_s);
  if (!mk_renderer_develop (r, &r->film, r->light, frame, error)) {
    mk_frame_clear (frame);
    return false;
  }
  if (r->options.preview != NULL)
    show_preview (r, frame);
  mk_job_report (job, 1, 1);
  return true;
}
