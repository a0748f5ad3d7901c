#include "render/world.h"

#include "base/rng.h"
#include "check.h"
#include "render/surface.h"
#include "stage.h"

/* T. Möller and B. Trumbore's test, in doubles: the distance, or infinity. */
static double
hit_triangle (mk_vec3 o, mk_vec3 d, mk_vec3 a, mk_vec3 b, mk_vec3 c)
{
  double e1[3] = { b.x - a.x, b.y - a.y, b.z - a.z }, e2[3] = { c.x - a.x, c.y - a.y, c.z - a.z }, t[3] = { o.x - a.x, o.y - a.y, o.z - a.z };
  double p[3] = { d.y * e2[2] - d.z * e2[1], d.z * e2[0] - d.x * e2[2], d.x * e2[1] - d.y * e2[0] };
  double det = e1[0] * p[0] + e1[1] * p[1] + e1[2] * p[2], u = (t[0] * p[0] + t[1] * p[1] + t[2] * p[2]) / det;
  double q[3] = { t[1] * e1[2] - t[2] * e1[1], t[2] * e1[0] - t[0] * e1[2], t[0] * e1[1] - t[1] * e1[0] };
  double v = (d.x * q[0] + d.y * q[1] + d.z * q[2]) / det, at = (e2[0] * q[0] + e2[1] * q[1] + e2[2] * q[2]) / det;
  return u >= 0 && v >= 0 && u + v <= 1 && at > 0 ? at : INFINITY;
}

static double
hit_all (const mk_scene *scene, double time_s, mk_vec3 o, mk_vec3 d)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, time_s);
  double nearest = INFINITY;
  for (guint n = 0; n < scene->nodes->len; n++) {
    const mk_scene_node *node = mk_scene_get_node (scene, (int)n);
    for (uint32_t c = 0; node->n_parts > 0 && c < (node->copies != NULL ? node->copies->n : 1); c++) {
      mk_mat4 m = node->copies != NULL ? mk_mat4_mul (pose->world[n], node->copies->transforms[c]) : pose->world[n];
      const mk_mesh *mesh = node->parts[0].mesh;
      for (uint32_t i = 0; i < mesh->n_indices; i += 3)
        nearest = fmin (nearest, hit_triangle (o, d, mk_mat4_point (m, mesh->positions[mesh->indices[i]]), mk_mat4_point (m, mesh->positions[mesh->indices[i + 1]]),
                                               mk_mat4_point (m, mesh->positions[mesh->indices[i + 2]])));
    }
  }
  return nearest;
}

/* Fixed, moving and copied triangles at once. */
TEST (embree_finds_what_every_triangle_in_turn_finds)
{
  g_autoptr (mk_scene) scene = stage_scene ();
  stage_triangles (scene, 300, 1);
  int moving = stage_triangles (scene, 200, 2), copied = stage_triangles (scene, 40, 3);
  stage_move (scene, moving, v3 (0, 0, 0), v3 (1, 0.5f, 0), 1);
  mk_copies *copies = mk_scene_get_node (scene, copied)->copies = g_new0 (mk_copies, 1);
  copies->n = 5;
  copies->transforms = g_new (mk_mat4, 5);
  for (int i = 0; i < 5; i++)
    copies->transforms[i] = mk_mat4_from_trs ((mk_trs){ { (float)i - 2, 0.3f, 0 }, mk_quat_from_euler ((float)i, 0.4f, 0), { 1, i == 2 ? -1 : 0.7f, 1 } });
  stage s;
  stage_open (&s, scene, 0.4, 0.4);
  mk_rng rng = mk_rng_new (9, 9);
  int n_hits = 0;
  for (int i = 0; i < 1500; i++) {
    mk_vec3 o = { mk_rng_range (&rng, -2, 3), mk_rng_range (&rng, -2, 3), mk_rng_range (&rng, -2, 3) };
    mk_vec3 d = unit (sub (v3 (mk_rng_range (&rng, -1, 2), mk_rng_float (&rng), mk_rng_float (&rng)), o));
    double wanted = hit_all (scene, 0.4, o, d);
    mk_hit hit;
    bool found = mk_world_intersect (s.world, o, d, 1e30f, 0.5f, MK_RAY_SHARP, &hit);
    CHECK_INT (found, ==, wanted < INFINITY);
    if (!found)
      continue;
    n_hits++;
    CHECK_NEAR (hit.t, wanted, 1e-4);
    CHECK_INT (max3 (mk_world_transmittance (s.world, o, d, hit.t * 1.001f, 0.5f, MK_RAY_SHARP)) > 0, ==, 0);
    CHECK_INT (max3 (mk_world_transmittance (s.world, o, d, hit.t * 0.999f, 0.5f, MK_RAY_SHARP)) > 0, ==, 1);
  }
  CHECK_INT (n_hits, >, 300);
  stage_close (&s);
}

TEST (points_are_found_where_they_were_a_frame_earlier)
{
  g_autoptr (mk_scene) scene = stage_scene ();
  int node = stage_quad (scene, v3 (0, 0, 0), v3 (1, 0, 0), v3 (0, 1, 0), NULL);
  stage_move (scene, node, v3 (0, 0, 0), v3 (8, 0, 0), 1);
  stage s;
  stage_open (&s, scene, 0.5, 0.5);
  CHECK (mk_world_pose (s.world, 0.5, 0.5, 0.25, NULL, NULL));
  mk_hit hit;
  CHECK (mk_world_intersect (s.world, v3 (4.5f, 0.2f, 3), v3 (0, 0, -1), 1e30f, 0.5f, MK_RAY_EYE, &hit));
  mk_vec3 before = mk_surface_before (&hit, v3 (4.5f, 0.2f, 0));
  CHECK_NEAR (before.x, 2.5, 1e-4);
  CHECK_NEAR (before.y, 0.2, 1e-4);
  stage_close (&s);
}
