#include "check.h"
#include "scene/scene.h"

static mk_scene *
scene_with_box (void)
{
  mk_scene *scene = mk_scene_new ();
  mk_mesh *mesh = mk_mesh_new (2, 0, NULL);
  mesh->positions[1] = (mk_vec3){ 1, 2, 3 };
  mk_mesh_update_bounds (mesh);
  mk_part part = { mesh, 0 };
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.name = node.id = (char *)"box";
  node.parts = &part;
  node.n_parts = 1;
  mk_scene_add_node (scene, &node);
  mk_mesh_unref (mesh);
  return scene;
}

TEST (an_edited_copy_leaves_the_original_alone)
{
  g_autoptr (mk_scene) scene = scene_with_box ();
  g_autoptr (mk_scene) copy = mk_scene_edit (scene);
  mk_scene_get_node (copy, 0)->trs.translation.x = 5;
  mk_scene_node more = MK_SCENE_NODE_DEFAULT;
  mk_scene_add_node (copy, &more);
  CHECK_INT (scene->nodes->len, ==, 1);
  CHECK_REAL (mk_scene_get_node (scene, 0)->trs.translation.x, ==, 0);
  CHECK (mk_scene_get_node (copy, 0)->parts[0].mesh == mk_scene_get_node (scene, 0)->parts[0].mesh);
  CHECK_INT (mk_scene_find (copy, "box"), ==, 0);
  CHECK_INT (mk_scene_find (copy, "ball"), ==, -1);
}

TEST (a_pose_follows_tracks_and_parents)
{
  g_autoptr (mk_scene) scene = scene_with_box ();
  float times[] = { 1, 3 }, values[] = { 0, 0, 0, 10, 0, 0 };
  mk_track track = { .node = 0, .path = MK_TRACK_TRANSLATION, .interpolation = MK_TRACK_LINEAR, .n_keys = 2, .times_s = times, .values = values };
  mk_scene_add_track (scene, &track);
  mk_scene_node child = MK_SCENE_NODE_DEFAULT;
  child.parent = 0;
  child.trs.translation.y = 1;
  mk_scene_add_node (scene, &child);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 1.5);
  mk_vec3 at = mk_mat4_point (pose->world[1], (mk_vec3){ 0, 0, 0 });
  CHECK_NEAR (at.x, 2.5, 1e-6);
  CHECK_NEAR (at.y, 1, 1e-6);
  mk_box box = mk_scene_bounds (scene, pose, 0);
  CHECK_NEAR (box.min.x, 2.5, 1e-6);
  CHECK_NEAR (box.max.z, 3, 1e-6);
}

TEST (cubic_tracks_pass_their_keys_with_their_tangents)
{
  float times[] = { 0, 2 };
  float values[] = { 0, 0, 0, /**/ 1, 0, 0, /**/ 3, 0, 0, /* */ 3, 0, 0, /**/ 5, 0, 0, /**/ 0, 0, 0 };
  mk_track track = { .path = MK_TRACK_TRANSLATION, .interpolation = MK_TRACK_CUBIC, .n_keys = 2, .times_s = times, .values = values };
  float a[4], b[4];
  mk_track_sample (&track, 0, a);
  mk_track_sample (&track, 0.001, b);
  CHECK_NEAR (a[0], 1, 1e-6);
  CHECK_NEAR ((b[0] - a[0]) / 0.001, 3, 0.02);
  mk_track_sample (&track, 9, a);
  CHECK_NEAR (a[0], 5, 1e-6);
}

TEST (a_matrix_comes_apart_into_what_it_was_made_of)
{
  const mk_trs made[] = {
    { { 1, -2, 3 }, mk_quat_from_euler (0.7f, -0.3f, 2.1f), { 2, 0.5f, 1.5f } },
    { { 0, 0, 0 }, mk_quat_from_euler (3.1f, 1.5f, 0), { -1, 1, 1 } },
    { { 5, 0, 0 }, mk_quat_from_euler (0.2f, 0.1f, 0.4f), { 1, 1, 0 } },
    { { 5, 0, 0 }, mk_quat_from_euler (0.2f, 0.1f, 0.4f), { 1, 0, 1 } },
    { { 0, 1, 0 }, MK_QUAT_IDENTITY, { 0, 0, 0 } },
  };
  for (size_t i = 0; i < MK_COUNT (made); i++) {
    mk_mat4 before = mk_mat4_from_trs (made[i]), after = mk_mat4_from_trs (mk_mat4_to_trs (before));
    for (int k = 0; k < 16; k++)
      CHECK_NEAR (after.m[k], before.m[k], 1e-5);
  }
}

TEST (inverse_matrices_undo)
{
  mk_trs trs = { { 1, 2, 3 }, mk_quat_from_euler (0.3f, 0.5f, -1), { 2, 0.5f, 1.5f } };
  mk_mat4 m = mk_mat4_from_trs (trs), one = mk_mat4_mul (m, mk_mat4_inverse (m));
  for (int i = 0; i < 16; i++)
    CHECK_NEAR (one.m[i], MK_MAT4_IDENTITY.m[i], 1e-5);
}

TEST (looking_somewhere_turns_plus_z_there)
{
  mk_vec3 ways[] = { { 1, 0, 0 }, { 0, 0, -1 }, { 0, 1, 0 }, { 0, -1, 0 }, { -1, 2, -3 } };
  for (size_t i = 0; i < MK_COUNT (ways); i++) {
    mk_vec3 way = mk_vec3_normalize (ways[i]);
    mk_vec3 z = mk_quat_rotate (mk_quat_look (way, (mk_vec3){ 0, 1, 0 }), (mk_vec3){ 0, 0, 1 });
    CHECK_NEAR (mk_vec3_dot (z, way), 1, 1e-5);
  }
}
