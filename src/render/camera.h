/* camera.h - from a place on the picture to a ray, through a thin lens and an open shutter. */
#pragma once
#include "render/path.h"

typedef struct mk_view {
  mk_mat4 open, closed, before; /* camera to world; looks along -Z */
  vec3 before_x, before_y, before_z, before_o;
  float tan_x, tan_y, before_tan_x, before_tan_y;
  float aperture_m, focus_m;
  int width, height;
  double time_s;                /* in the middle of the shutter */
} mk_view;

void mk_view_make (mk_view *view, const mk_scene *scene, const mk_pose *open, const mk_pose *closed, const mk_pose *before, int width, int height);
/* `x`, `y` in pixels from the top left. */
mk_eye_ray mk_view_ray (const mk_view *view, float x, float y, mk_vec2 lens, float time);
/* Where the camera saw it one frame earlier, in pixels; `is_far` = `p` is a direction. `depth` is along its axis. */
bool mk_view_before (const mk_view *view, vec3 p, bool is_far, mk_vec2 *at, float *depth);
/* Offset in pixels with the density of a Blackman-Harris window of radius 1.5. */
mk_vec2 mk_view_filter (mk_vec2 u);
