#include "render/camera.h"

#include "check.h"
#include "stage.h"

static void
make_view (mk_view *view, mk_scene *scene, float aperture_m, float focus_m)
{
  stage_camera (scene, v3 (0, 0, 0), v3 (0, 0, -1), 0.8f);
  mk_camera *camera = &g_array_index (scene->cameras, mk_camera, 0);
  camera->aperture_radius_m = aperture_m;
  camera->focus_distance_m = focus_m;
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  mk_view_make (view, scene, pose, pose, pose, 200, 100);
}

/* The disk of confusion at distance d has the radius a |d - f| / f. */
TEST (out_of_focus_points_spread_as_thin_lenses_say)
{
  g_autoptr (mk_scene) scene = stage_scene ();
  mk_view view;
  make_view (&view, scene, 0.1f, 4);
  for (float d = 1; d < 9; d += 1) {
    float widest = 0;
    for (int i = 0; i < 4096; i++) {
      mk_sampler sampler = mk_sampler_start (1, 2, 3, (uint32_t)i);
      mk_eye_ray ray = mk_view_ray (&view, 100, 50, mk_sampler_2d (&sampler), 0.5f);
      vec3 p = along (ray.origin, ray.direction, (-d - ray.origin.z) / ray.direction.z);
      widest = fmaxf (widest, hypotf (p.x, p.y));
    }
    CHECK_NEAR (widest, 0.1f * fabsf (d - 4) / 4, 0.002);
  }
}

TEST (pixels_look_where_projection_puts_them)
{
  g_autoptr (mk_scene) scene = stage_scene ();
  mk_view view;
  make_view (&view, scene, 0, 0);
  mk_eye_ray ray = mk_view_ray (&view, 30, 70, (mk_vec2){ 0.5f, 0.5f }, 0);
  mk_vec2 at;
  float depth;
  CHECK (mk_view_before (&view, along (ray.origin, ray.direction, 7), false, &at, &depth));
  CHECK_NEAR (at.x, 30, 1e-3);
  CHECK_NEAR (at.y, 70, 1e-3);
  CHECK_NEAR (depth, -7 * ray.direction.z, 1e-4);
  CHECK (!mk_view_before (&view, v3 (0, 0, 1), false, &at, &depth));
}

/* Sobol's pairs: every power of two of samples fills each of its strata once, however scrambled. */
TEST (samples_of_a_pixel_are_evenly_spread)
{
  for (uint32_t pixel = 0; pixel < 20; pixel++) {
    unsigned cells[16] = { 0 };
    for (uint32_t i = 0; i < 16; i++) {
      mk_sampler sampler = mk_sampler_start (99, pixel, 5, i);
      mk_sampler_2d (&sampler);
      mk_vec2 u = mk_sampler_2d (&sampler);
      CHECK (u.x >= 0 && u.x < 1 && u.y >= 0 && u.y < 1);
      cells[(int)(u.x * 4) * 4 + (int)(u.y * 4)]++;
    }
    for (int k = 0; k < 16; k++)
      CHECK_INT (cells[k], ==, 1);
  }
}
