#include "render/print.h"
#include "render/renderer.h"
#include "render/tone.h"

#include <stdlib.h>

static const struct {
  unsigned n_samples, max_bounces;
  float shutter; /* open for so much of a frame; one ray a pixel would show the blur of an edge as a ragged fringe */
} qualities[] = { [MK_QUALITY_DRAFT] = { 1, 3, 0 }, [MK_QUALITY_STANDARD] = { 24, 5, 0.5f }, [MK_QUALITY_FINAL] = { 128, 8, 0.5f } };

#define MAX_SAMPLES 65536u
#define MAX_BOUNCES 64u

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
  r->shutter_s = options->shutter_s < 0 ? qualities[options->quality].shutter * r->frame_s : options->shutter_s;
  r->last_s = NAN;
  r->exposure = 1;
  r->sky = mk_sky_light_new (&scene->sky, pool, options->cancel);
  r->lights = mk_lights_new (r->sky);
  r->world = mk_world_new (scene, options->cancel, error);
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
  view->time_s = time_s;
  return true;
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
#define ALONE_TIMES 6u

static bool
has_before (const mk_renderer *r, double time_s)
{
  return r->denoiser != NULL && fabs (time_s - (double)r->frame_s - r->last_s) < 0.01 * (double)r->frame_s;
}

/* `denoiser`: NULL where light is shown as it was found. */
static void
filter_light (mk_renderer *r, mk_denoiser *denoiser, const mk_film *film, bool has_before)
{
  if (denoiser != NULL) {
    mk_denoiser_run (denoiser, film, has_before, r->pool, r->light);
    return;
  }
  size_t n = (size_t)film->width * (size_t)film->height;
  for (size_t i = 0; i < n; i++) {
    vec3 c = add (film->pixels[i].clear, film->pixels[i].lit);
    r->light[0][i] = c.x;
    r->light[1][i] = c.y;
    r->light[2][i] = c.z;
  }
}

static void
filter_film (mk_renderer *r, double time_s)
{
  filter_light (r, r->denoiser, &r->film, has_before (r, time_s));
  if (r->denoiser != NULL)
    r->last_s = time_s;
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

/* Something to look at before a frame is traced that has none before it: half its size, a sample a pixel, and filtered as a frame is. */
enum { SKETCH = 2 };

static void
show_sketch (mk_renderer *r, double time_s, uint64_t seed, const mk_job *job)
{
  int width = MAX (r->options.width / SKETCH, 1), height = MAX (r->options.height / SKETCH, 1);
  mk_view view;
  mk_film film;
  mk_job quiet = { .cancel = job != NULL ? job->cancel : NULL };
  if (!mk_renderer_pose (r, time_s, width, height, &view, NULL) || !mk_film_init (&film, width, height, NULL))
    return;
  if (mk_renderer_trace (r, &view, &film, 1, seed, &quiet)) {
    if (r->preview == NULL)
      r->preview = g_malloc (3 * (size_t)r->options.width * (size_t)r->options.height);
    for (int i = 0; i < width * height; i++)
      mk_pixel_finish (&film.pixels[i]);
    mk_denoiser *denoiser = r->denoiser != NULL ? mk_denoiser_new (width, height, NULL) : NULL;
    filter_light (r, denoiser, &film, false);
    mk_denoiser_free (denoiser);
    for (int y = 0; y < r->options.height; y++)
      for (int x = 0; x < r->options.width; x++) {
        int i = MIN (y / SKETCH, height - 1) * width + MIN (x / SKETCH, width - 1);
        vec3 shown = mk_tone_map (scale (v3 (r->light[0][i], r->light[1][i], r->light[2][i]), r->exposure));
        uint8_t *to = r->preview + 3 * ((size_t)y * (size_t)r->options.width + (size_t)x);
        to[0] = (uint8_t)lrintf (255 * shown.x);
        to[1] = (uint8_t)lrintf (255 * shown.y);
        to[2] = (uint8_t)lrintf (255 * shown.z);
      }
    r->options.preview (r->options.preview_user, r->preview, r->options.width, r->options.height);
  }
  mk_film_clear (&film);
}

bool
mk_renderer_frame (mk_renderer *r, double time_s, mk_frame *frame, const mk_job *job, GError **error)
{
  mk_view view;
  *frame = (mk_frame){ NULL };
  if (!(time_s > -1e6 && time_s < 1e6))
    return mk_error (error, MK_ERROR_RANGE, "%g s is no time of a film", time_s);
  uint32_t number = (uint32_t)(int64_t)floor (time_s / (double)r->frame_s + 0.5);
  uint64_t seed = r->options.seed ^ ((uint64_t)hash_mix (number) << 16);
  if (r->options.preview != NULL && !has_before (r, time_s))
    show_sketch (r, time_s, seed, job);
  if (!mk_renderer_pose (r, time_s, r->film.width, r->film.height, &view, error))
    return false;
  bool is_given = r->options.n_samples > 0, is_alone = !is_given && r->options.quality == MK_QUALITY_DRAFT && !has_before (r, time_s);
  if (!mk_renderer_trace (r, &view, &r->film, is_alone ? ALONE_TIMES * r->n_samples : r->n_samples, seed, job))
    return mk_error (error, MK_ERROR_CANCELLED, "rendering was cancelled");
  mk_pool_run (r->pool, (size_t)r->film.height, finish_row, &r->film, NULL);
  filter_film (r, time_s);
  mk_print_glow (&r->scene->print, &r->film, r->exposure, r->pool, r->light);
  if (!mk_renderer_develop (r, &r->film, r->light, frame, error)) {
    mk_frame_clear (frame);
    return false;
  }
  if (r->options.preview != NULL)
    show_preview (r, frame);
  mk_job_report (job, 1, 1);
  return true;
}

/* --- for another life --- */

size_t
mk_renderer_memory_length (const mk_renderer *r)
{
  return r->denoiser != NULL ? mk_denoiser_memory_length (r->denoiser) * sizeof (float) : 0;
}

void
mk_renderer_save_memory (const mk_renderer *r, void *memory)
{
  if (r->denoiser != NULL)
    mk_denoiser_save (r->denoiser, memory);
}

void
mk_renderer_load_memory (mk_renderer *r, const void *memory, double time_s)
{
  if (r->denoiser == NULL)
    return;
  mk_denoiser_load (r->denoiser, memory);
  r->last_s = time_s;
}
