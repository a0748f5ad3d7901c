/* path.h - the light that comes along one ray.
 *
 * Method    Unidirectional path tracing: at every surface a ray to the sun, one to a light chosen for that
 *           point, and one onwards chosen by the material; what both can find is weighed by multiple
 *           importance sampling (E. Veach's power heuristic). Russian roulette ends dim paths.
 * Bias      Three, on purpose: light passes glass straight on its way to other surfaces (soft coloured
 *           shadows instead of rare bright specks); what a dull surface sees in a glossy one is blurred (A. Kaplanyan
 *           and C. Dachsbacher, "Path Space Regularization", 2013); and indirect light brighter than `max_indirect` is cut.
 */
#pragma once
#include "render/lights.h"
#include "render/sampler.h"

typedef struct mk_tracer {
  const mk_world *world;
  const mk_sky_light *sky;
  const mk_lights *lights;
  unsigned max_bounces;
  float max_indirect;       /* luminance */
  float pixel_angle;        /* radians that a pixel covers */
  double time_s;            /* of the film: what moves by itself, as light under water */
  bool is_brute;            /* tests: no rays to lights, only chance */
} mk_tracer;

/* Sums of a pixel, or what one path adds. Clear light comes straight to the eye and has no noise; lit light is
 * reflected, and shared out by albedo when it is filtered. */
typedef struct mk_pixel {
  vec3 clear, lit, albedo, normal;
  float n_samples, depth, alpha, lit_square; /* lit_square: of luminance; in means, the variance of the mean */
  mk_vec2 motion;
  float id, before_depth;   /* before_depth: of the same point, as the camera saw it a frame earlier */
} mk_pixel;

typedef struct {
  vec3 origin, direction, forward; /* forward: unit, of the camera */
  float time;
} mk_eye_ray;

/* Fills `out`, all but motion. `before` gets the first hit's place one frame earlier; for sky, a point far away
 * (its w is 0: a direction). Returns false when the sky was seen. */
bool mk_path_trace (const mk_tracer *tracer, const mk_eye_ray *ray, mk_sampler *sampler, mk_pixel *out, vec3 *before);
