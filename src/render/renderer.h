/* renderer.h - what the files renderer*.c share. */
#pragma once
#include "render/camera.h"
#include "render/denoise.h"
#include "render/film.h"
#include "render/render.h"

struct mk_renderer {
  mk_scene *scene;
  mk_render_options options;
  mk_pool *pool;            /* borrowed */
  mk_world *world;
  mk_sky_light *sky;
  mk_lights *lights;
  mk_denoiser *denoiser;    /* or NULL */
  unsigned n_samples, max_bounces;
  float shutter_s, frame_s;
  float exposure;           /* linear factor */
  double last_s;            /* time of the frame that the denoiser remembers; NAN = none */
  mk_film film;
  float *light[3];          /* filtered; one block */
  uint8_t *preview;
};

/* Geometry, lights and view for one moment. */
bool mk_renderer_pose (mk_renderer *renderer, double time_s, int width, int height, mk_view *view, GError **error);
/* All pixels anew with this many samples each, more where they are noisy; sums. False when cancelled. */
bool mk_renderer_trace (mk_renderer *renderer, const mk_view *view, mk_film *film, unsigned n_samples, uint64_t seed, const mk_job *job);
/* Sets `exposure` from a few coarse pictures over the film. */
bool mk_renderer_expose (mk_renderer *renderer, GError **error);
/* The images that were asked for, from a finished film and filtered light. */
bool mk_renderer_develop (const mk_renderer *renderer, const mk_film *film, float *const light[3], mk_frame *frame, GError **error);
