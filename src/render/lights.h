/* lights.h - lamps and glowing triangles, and which of them to send a ray to.
 *
 * Method    A point chooses a light in proportion to what it would get from it unblocked (power over squared
 *           distance); groups of glowing triangles first as a whole, then by power. Rays that find a light
 *           by chance are weighed against that by multiple importance sampling.
 * Lamps     Suns are disks of the sky; bulbs are disks that face whoever looks; areas are rectangles that
 *           shine to one side. Cameras do not see lamps, mirrors do.
 * Threads   mk_lights_update by one thread per frame; the rest by any.
 */
#pragma once
#include "render/sky.h"
#include "render/world.h"

typedef struct mk_lamp {
  mk_light_kind kind;
  vec3 position, direction, x, y; /* x, y: half sides of an area, world space */
  vec3 radiance;                  /* of the disk or rectangle; spot: on its axis */
  float radius;                   /* of bulbs */
  float cos_inner, cos_outer;     /* of spots; of suns: cos_outer is the disk's */
  float power;                    /* luminance of radiance times area, or irradiance of suns */
} mk_lamp;

typedef struct mk_emitter {
  vec3 p, e1, e2;
  float area;
} mk_emitter;

typedef struct mk_emitter_group {
  const mk_source *source;
  uint32_t first, n;              /* emitters */
  vec3 center;
  float radius2, power, area;
} mk_emitter_group;

typedef struct mk_lights {
  const mk_sky_light *sky;
  GArray *lamps;                  /* mk_lamp */
  GArray *emitters;               /* mk_emitter */
  GArray *groups;                 /* mk_emitter_group */
  GArray *area_ends;              /* float per emitter: running share of its group's area */
} mk_lights;

mk_lights *mk_lights_new (const mk_sky_light *sky);
void       mk_lights_free (mk_lights *lights);
void       mk_lights_update (mk_lights *lights, mk_world *world, const mk_pose *pose);

typedef struct {
  vec3 direction, radiance;
  float distance, pdf;            /* per solid angle, the choice included; 0 = nothing to get */
} mk_light_ray;

mk_light_ray mk_lights_sample (const mk_lights *lights, vec3 p, float pick, mk_vec2 u);
/* Densities with which mk_lights_sample at `p` finds what a ray ran into. */
float mk_lights_sky_pdf (const mk_lights *lights, vec3 p, vec3 direction);
float mk_lights_emitter_pdf (const mk_lights *lights, vec3 p, const mk_hit *hit, vec3 direction);
/* Lamps that a ray crosses before `far`, each weighed against sampling; `pdf` 0 = not sampled before: full. */
vec3  mk_lights_crossed (const mk_lights *lights, vec3 p, vec3 direction, float far, float pdf);
