#include "render/camera.h"

#include <pthread.h>

enum { N_FILTER = 256 };
#define FILTER_RADIUS 1.5f

static float inverse[N_FILTER + 1]; /* of the window's running integral */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* F. J. Harris, "On the use of windows", 1978: minimum four-term Blackman-Harris. */
static double
window (double x)
{
  double t = 2 * G_PI * x;
  return 0.35875 - 0.48829 * cos (t) + 0.14128 * cos (2 * t) - 0.01168 * cos (3 * t);
}

static void
fill (void)
{
  enum { STEPS = 16384 };
  double total = 0, sum = 0;
  for (int i = 0; i < STEPS; i++)
    total += window ((i + 0.5) / STEPS);
  for (int i = 0, k = 0; i < STEPS; i++) {
    sum += window ((i + 0.5) / STEPS) / total;
    while (k <= N_FILTER && (double)k / N_FILTER <= sum)
      inverse[k++] = FILTER_RADIUS * (float)(2 * (i + 0.5) / STEPS - 1);
  }
  inverse[N_FILTER] = FILTER_RADIUS;
}

mk_vec2
mk_view_filter (mk_vec2 u)
{
  float x = u.x * N_FILTER, y = u.y * N_FILTER;
  int i = (int)x, j = (int)y;
  return (mk_vec2){ lerpf (inverse[i], inverse[i + 1], x - (float)i), lerpf (inverse[j], inverse[j + 1], y - (float)j) };
}

void
mk_view_make (mk_view *view, const mk_scene *scene, const mk_pose *open, const mk_pose *closed, const mk_pose *before, int width, int height)
{
  pthread_once (&once, fill);
  int node = scene->active_camera;
  const mk_camera *camera = &g_array_index (scene->cameras, mk_camera, mk_scene_get_node (scene, node)->camera);
  float aspect = (float)width / (float)height;
  *view = (mk_view){ .open = open->world[node], .closed = closed->world[node], .before = before->world[node], .width = width, .height = height };
  view->tan_y = tanf (0.5f * clampf (open->camera_yfov_rad, 0.001f, 3.1f));
  view->tan_x = view->tan_y * aspect;
  const float *m = view->before.m;
  view->before_x = unit (v3 (m[0], m[1], m[2]));
  view->before_y = unit (v3 (m[4], m[5], m[6]));
  view->before_z = unit (v3 (m[8], m[9], m[10]));
  view->before_o = v3 (m[12], m[13], m[14]);
  view->before_tan_y = tanf (0.5f * clampf (before->camera_yfov_rad, 0.001f, 3.1f));
  view->before_tan_x = view->before_tan_y * aspect;
  view->aperture_m = camera->focus_distance_m > 0 ? maxf (camera->aperture_radius_m, 0) : 0;
  view->focus_m = camera->focus_distance_m;
}

mk_eye_ray
mk_view_ray (const mk_view *view, float x, float y, mk_vec2 lens, float time)
{
  mk_mat4 m = mat4_mix (&view->open, &view->closed, time);
  vec3 d = { (2 * x / (float)view->width - 1) * view->tan_x, (1 - 2 * y / (float)view->height) * view->tan_y, -1 }, o = { 0, 0, 0 };
  if (view->aperture_m > 0) {
    mk_vec2 disk = disk_of (lens);
    o = v3 (disk.x * view->aperture_m, disk.y * view->aperture_m, 0);
    d = sub (scale (d, view->focus_m), o);
  }
  return (mk_eye_ray){ mk_mat4_point (m, o), unit (mk_mat4_direction (m, d)), unit (mk_mat4_direction (m, v3 (0, 0, -1))), time };
}

bool
mk_view_before (const mk_view *view, vec3 p, bool is_far, mk_vec2 *at, float *depth)
{
  vec3 to = is_far ? p : sub (p, view->before_o);
  float ahead = -dot (to, view->before_z);
  if (ahead < 1e-5f)
    return false;
  at->x = (dot (to, view->before_x) / ahead / view->before_tan_x + 1) * 0.5f * (float)view->width;
  at->y = (1 - dot (to, view->before_y) / ahead / view->before_tan_y) * 0.5f * (float)view->height;
  *depth = ahead;
  return true;
}
