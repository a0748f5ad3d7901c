/* stage.h - small scenes for the tests of light. */
#pragma once
#include "render/path.h"
#include "render/render.h"
#include "scene/scene.h"

/* An empty scene in the dark: a sky of no colour, no sun; 1 s long. */
mk_scene *stage_scene (void);
/* A rectangle of half sides x and y about `center`, its front towards cross (x, y). Returns its node. */
int  stage_quad (mk_scene *scene, mk_vec3 center, mk_vec3 x, mk_vec3 y, const mk_material *material);
/* `n` triangles scattered in the unit cube. */
int  stage_triangles (mk_scene *scene, unsigned n, uint64_t seed);
int  stage_camera (mk_scene *scene, mk_vec3 eye, mk_vec3 to, float yfov_rad);
void stage_move (mk_scene *scene, int node, mk_vec3 from, mk_vec3 to, float duration_s);

/* What mk_path_trace needs, at one moment. */
typedef struct {
  mk_world *world;
  mk_sky_light *sky;
  mk_lights *lights;
  mk_tracer tracer;
} stage;

void stage_open (stage *s, const mk_scene *scene, double open_s, double close_s);
void stage_close (stage *s);
/* Mean radiance along a ray over `n` paths, and the share of them that hit something. */
mk_vec3 stage_look (const stage *s, mk_vec3 origin, mk_vec3 direction, unsigned n, float *alpha);
