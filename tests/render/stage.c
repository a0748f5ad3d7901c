#include "stage.h"

#include <string.h>

#include "base/rng.h"

mk_scene *
stage_scene (void)
{
  mk_scene *scene = mk_scene_new ();
  scene->duration_s = 1;
  scene->sky = (mk_sky){ .kind = MK_SKY_COLOR, .sun_intensity = 1, .sky_intensity = 1 };
  return scene;
}

static int
add_mesh (mk_scene *scene, mk_mesh *mesh, const mk_material *material)
{
  mk_material plain = MK_MATERIAL_DEFAULT;
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  mk_mesh_update_bounds (mesh);
  mk_part part = { mesh, mk_scene_add_material (scene, material != NULL ? material : &plain) };
  node.parts = &part;
  node.n_parts = 1;
  int index = mk_scene_add_node (scene, &node);
  mk_mesh_unref (mesh);
  return index;
}

int
stage_quad (mk_scene *scene, mk_vec3 center, mk_vec3 x, mk_vec3 y, const mk_material *material)
{
  static const float corners[4][2] = { { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 } };
  static const uint32_t indices[6] = { 0, 1, 2, 0, 2, 3 };
  mk_mesh *mesh = mk_mesh_new (4, 6, NULL);
  for (int i = 0; i < 4; i++) {
    mesh->positions[i] = mk_vec3_add (center, mk_vec3_add (mk_vec3_scale (x, corners[i][0]), mk_vec3_scale (y, corners[i][1])));
    mesh->normals[i] = mk_vec3_normalize (mk_vec3_cross (x, y));
  }
  memcpy (mesh->indices, indices, sizeof indices);
  return add_mesh (scene, mesh, material);
}

int
stage_triangles (mk_scene *scene, unsigned n, uint64_t seed)
{
  mk_rng rng = mk_rng_new (seed, 1);
  mk_mesh *mesh = mk_mesh_new (3 * n, 3 * n, NULL);
  for (unsigned i = 0; i < n; i++) {
    mk_vec3 middle = { mk_rng_float (&rng), mk_rng_float (&rng), mk_rng_float (&rng) };
    for (unsigned k = 0; k < 3; k++) {
      mk_vec3 off = { mk_rng_range (&rng, -0.1f, 0.1f), mk_rng_range (&rng, -0.1f, 0.1f), mk_rng_range (&rng, -0.1f, 0.1f) };
      mesh->positions[3 * i + k] = mk_vec3_add (middle, off);
      mesh->indices[3 * i + k] = 3 * i + k;
    }
    const mk_vec3 *p = mesh->positions + 3 * i;
    for (unsigned k = 0; k < 3; k++)
      mesh->normals[3 * i + k] = mk_vec3_normalize (mk_vec3_cross (mk_vec3_sub (p[1], p[0]), mk_vec3_sub (p[2], p[0])));
  }
  return add_mesh (scene, mesh, NULL);
}

int
stage_camera (mk_scene *scene, mk_vec3 eye, mk_vec3 to, float yfov_rad)
{
  mk_camera camera = { .yfov_rad = yfov_rad, .near_m = 0.01f, .far_m = 1000 };
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.camera = mk_scene_add_camera (scene, &camera);
  node.trs.translation = eye;
  node.trs.rotation = mk_quat_look (mk_vec3_sub (eye, to), (mk_vec3){ 0, 1, 0 });
  return scene->active_camera = mk_scene_add_node (scene, &node);
}

void
stage_move (mk_scene *scene, int node, mk_vec3 from, mk_vec3 to, float duration_s)
{
  float times[2] = { 0, duration_s }, values[6] = { from.x, from.y, from.z, to.x, to.y, to.z };
  mk_track track = { .node = node, .path = MK_TRACK_TRANSLATION, .interpolation = MK_TRACK_LINEAR, .n_keys = 2, .times_s = times, .values = values };
  mk_scene_add_track (scene, &track);
}

void
stage_open (stage *s, const mk_scene *scene, double open_s, double close_s)
{
  GError *error = NULL;
  s->sky = mk_sky_light_new (&scene->sky, NULL, NULL);
  s->lights = mk_lights_new (s->sky);
  s->world = mk_world_new (scene, NULL, &error);
  if (s->world == NULL || !mk_world_pose (s->world, open_s, close_s, open_s, NULL, &error))
    g_error ("%s", error->message);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0.5 * (open_s + close_s));
  mk_lights_update (s->lights, s->world, pose);
  s->tracer = (mk_tracer){ .world = s->world, .sky = s->sky, .lights = s->lights, .max_bounces = 8, .pixel_angle = 0.001f };
}

void
stage_close (stage *s)
{
  mk_world_free (s->world);
  mk_lights_free (s->lights);
  mk_sky_light_free (s->sky);
}

mk_vec3
stage_look (const stage *s, mk_vec3 origin, mk_vec3 direction, unsigned n, float *alpha)
{
  double sum[3] = { 0, 0, 0 }, hits = 0;
  mk_vec3 d = mk_vec3_normalize (direction);
  for (unsigned i = 0; i < n; i++) {
    mk_sampler sampler = mk_sampler_start (7, 1, 2, i);
    mk_eye_ray ray = { origin, d, d, mk_sampler_1d (&sampler) };
    mk_pixel pixel;
    mk_vec3 before;
    hits += mk_path_trace (&s->tracer, &ray, &sampler, &pixel, &before);
    sum[0] += (double)(pixel.clear.x + pixel.lit.x);
    sum[1] += (double)(pixel.clear.y + pixel.lit.y);
    sum[2] += (double)(pixel.clear.z + pixel.lit.z);
  }
  if (alpha != NULL)
    *alpha = (float)(hits / n);
  return (mk_vec3){ (float)(sum[0] / n), (float)(sum[1] / n), (float)(sum[2] / n) };
}
