/* Every recipe of the library, checked for what docs/objects.md promises. */
#include "check.h"
#include "scene/mesh_build.h"
#include "scene/objects.h"

static mk_library *
open_library (void)
{
  GError *error = NULL;
  g_autofree char *folder = g_build_filename (mk_test_source (), "..", "assets", NULL);
  mk_library *library = mk_library_new (folder, &error);
  CHECK_OK (library, error);
  return library;
}

static bool
is_finite (mk_vec3 v)
{
  return isfinite (v.x) && isfinite (v.y) && isfinite (v.z);
}

static void
check_mesh (const char *object, const mk_mesh *mesh)
{
  unsigned n_wrong = 0;
  for (uint32_t i = 0; i < mesh->n_vertices; i++) {
    if (!is_finite (mesh->positions[i]) || !is_finite (mesh->normals[i]))
      mk_test_fail (__FILE__, __LINE__, "%s: vertex %u is not finite", object, i);
    if (fabsf (mk_vec3_length (mesh->normals[i]) - 1) > 1e-3f)
      mk_test_fail (__FILE__, __LINE__, "%s: normal %u has length %g", object, i, (double)mk_vec3_length (mesh->normals[i]));
  }
  for (uint32_t i = 0; i < mesh->n_indices; i += 3) {
    const uint32_t *t = mesh->indices + i;
    mk_vec3 a = mesh->positions[t[0]], b = mesh->positions[t[1]], c = mesh->positions[t[2]];
    mk_vec3 face = mk_vec3_normalize (mk_vec3_cross (mk_vec3_sub (b, a), mk_vec3_sub (c, a)));
    mk_vec3 n = mk_vec3_normalize (mk_vec3_add (mk_vec3_add (mesh->normals[t[0]], mesh->normals[t[1]]), mesh->normals[t[2]]));
    n_wrong += mk_vec3_dot (face, n) < -0.2f;
  }
  if (n_wrong > mesh->n_indices / 3 / 100)
    mk_test_fail (__FILE__, __LINE__, "%s: %u of %u triangles face against their normals", object, n_wrong, mesh->n_indices / 3);
}

TEST_WITHIN (every_recipe_builds_to_its_stated_size, 120)
{
  g_autoptr (mk_library) library = open_library ();
  for (unsigned i = 0; i < mk_library_n_recipes (library); i++) {
    const mk_recipe_info *info = mk_library_get (library, i);
    GError *error = NULL;
    g_autoptr (mk_scene) scene = mk_scene_new ();
    int root = mk_library_build (library, scene, info->name, NULL, &error);
    CHECK_OK (root >= 0, error);
    for (guint n = 0; n < scene->nodes->len; n++)
      for (unsigned p = 0; p < mk_scene_get_node (scene, (int)n)->n_parts; p++)
        check_mesh (info->name, mk_scene_get_node (scene, (int)n)->parts[p].mesh);
    g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
    mk_box box = mk_scene_bounds (scene, pose, root);
    mk_vec3 size = mk_vec3_sub (box.max, box.min);
    float own = info->dimension[0] == 'h' ? size.y : info->dimension[0] == 'w' ? size.x : size.z;
    if (fabsf (own / info->size_m - 1) > 0.02f || fabsf (box.min.y) > 0.002f * info->size_m)
      mk_test_fail (__FILE__, __LINE__, "%s: %s %g m, stated %g m; bottom at %g m", info->name, info->dimension, (double)own, (double)info->size_m, (double)box.min.y);
  }
}
