/* Every recipe of the library, checked for what docs/objects.md promises. */
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "check.h"
#include "scene/gltf.h"
#include "scene/layout.h"
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
  if (n_wrong > mesh->n_indices / 3 / 25) /* the inner side of tight bends folds */
    mk_test_fail (__FILE__, __LINE__, "%s: %u of %u triangles face against their normals", object, n_wrong, mesh->n_indices / 3);
}

/* What anchors promise is there: a surface under each place to stand or sit, or room below it. */
TEST_WITHIN (anchors_lie_on_surfaces, 120)
{
  g_autoptr (mk_library) library = open_library ();
  for (unsigned i = 0; i < mk_library_n_recipes (library); i++) {
    const mk_recipe_info *info = mk_library_get (library, i);
    GError *error = NULL;
    g_autoptr (mk_scene) scene = mk_scene_new ();
    int root = mk_library_build (library, scene, info->name, NULL, &error);
    CHECK_OK (root >= 0, error);
    g_autoptr (GArray) anchors = mk_object_anchors (library, scene, root);
    mk_box box = mk_layout_box (scene, root);
    float slack = 0.02f + 0.05f * (box.max.y - box.min.y);
    for (guint k = 0; k < anchors->len; k++) {
      const mk_anchor *anchor = &g_array_index (anchors, mk_anchor, k);
      float y = -1;
      if (anchor->kind != MK_ANCHOR_ON && anchor->kind != MK_ANCHOR_SEAT)
        continue;
      /* A seat may be over the gap between two cushions: then they carry. */
      float aside = anchor->kind == MK_ANCHOR_SEAT && mk_layout_surface (scene, root, anchor->at.x, anchor->at.z, anchor->at.y + slack, &y) && y < anchor->at.y - slack ? 0.2f * anchor->width_m : 0;
      if (!mk_layout_surface (scene, root, anchor->at.x + aside, anchor->at.z, anchor->at.y + slack, &y) || fabsf (y - anchor->at.y) > slack)
        mk_test_fail (__FILE__, __LINE__, "%s: anchor %u at %g m, the surface at %g m", info->name, k + 1, (double)anchor->at.y, (double)y);
    }
  }
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

/* A rotor that turned about the house's door would fly around the house. */
TEST_WITHIN (what_turns_turns_about_a_point_of_its_own, 120)
{
  g_autoptr (mk_library) library = open_library ();
  for (unsigned i = 0; i < mk_library_n_recipes (library); i++) {
    GError *error = NULL;
    g_autoptr (mk_scene) scene = mk_scene_new ();
    int root = mk_library_build (library, scene, mk_library_get (library, i)->name, NULL, &error);
    CHECK_OK (root >= 0, error);
    g_autoptr (GArray) joints = mk_object_joints (library, scene, root);
    g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
    for (guint k = 0; k < joints->len; k++) {
      const mk_joint *joint = &g_array_index (joints, mk_joint, k);
      if (joint->role != MK_ROLE_PROPELLER && joint->role != MK_ROLE_WHEEL && joint->role != MK_ROLE_LID && joint->role != MK_ROLE_DOOR)
        continue;
      mk_box box = mk_scene_bounds (scene, pose, joint->node);
      mk_vec3 at = { pose->world[joint->node].m[12], pose->world[joint->node].m[13], pose->world[joint->node].m[14] };
      mk_vec3 out = { fmaxf (box.min.x - at.x, at.x - box.max.x), fmaxf (box.min.y - at.y, at.y - box.max.y), fmaxf (box.min.z - at.z, at.z - box.max.z) };
      float beside = fmaxf (fmaxf (out.x, out.y), out.z), size = mk_vec3_length (mk_vec3_sub (box.max, box.min));
      if (beside > 0.1f * size)
        mk_test_fail (__FILE__, __LINE__, "%s: “%s” turns about a point %g m beside it", mk_library_get (library, i)->name, mk_scene_get_node (scene, joint->node)->name, (double)beside);
    }
  }
}

static void
write_recipe (const char *folder, const char *name, const char *text)
{
  GError *error = NULL;
  g_autofree char *objects = g_build_filename (folder, "objects", NULL);
  g_autofree char *path = g_build_filename (objects, name, NULL);
  CHECK_OK (mk_folder_make (objects, &error), error);
  CHECK_OK (mk_file_write (path, text, strlen (text), &error), error);
}

/* Each alone in a library: refused when read, or when built, or built; never more. */
TEST (hostile_recipes_are_refused)
{
  static const char *const hostile[] = {
    "", "[]", "{\"name\": \"x\"}", "{\"name\": \"x\", \"height_m\": -1, \"parts\": []}", "{\"name\": \"x\", \"height_m\": 1}",
    "{\"name\": \"x\", \"height_m\": NaN, \"parts\": []}", "{\"name\": \"x\", \"height_m\": 1, \"wings\": 2, \"parts\": []}",
    "{\"name\": \"x\", \"height_m\": 1, \"inherit\": \"x\", \"parts\": []}", "{\"name\": \"x\", \"height_m\": 1, \"inherit\": \"y\"}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": {}}", "{\"name\": \"x\", \"height_m\": 1, \"parts\": [1]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"blob\"}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"box\", \"size\": [1, NaN, 1]}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"box\", \"size\": [1e30, 1, 1]}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"box\", \"repeat\": 1e9}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"repeat\": 5000, \"parts\": [{\"repeat\": 5000, \"parts\": [{\"shape\": \"box\", \"repeat\": 5000}]}]}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"box\", \"size\": \"=((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))\"}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"box\", \"size\": \"=1/0\"}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"box\", \"size\": \"=system(1)\"}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"lathe\", \"profile\": [[-1, 0], [1, 1]]}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"extrude\", \"outline\": [[0, 0]]}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"tube\", \"points\": 7}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"text\", \"text\": \"\"}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"text\", \"text\": \"A\", \"height\": -1}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"terrain\", \"size\": -1}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"body\", \"blobs\": []}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"body\", \"blobs\": [{\"ball\": [0, 0, 0], \"radius\": -1}]}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"body\", \"cells\": 160, \"blobs\": [{\"limb\": [[0, 0, 0]], \"radius\": 1}]}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"body\", \"joints\": [{\"name\": \"a\", \"parent\": \"b\", \"at\": [0, 0, 0]}], \"blobs\": [{\"ball\": [0, 0, 0]}]}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"body\", \"blobs\": [{\"ball\": [0, 0, 0], \"radius\": 1, \"repeat\": 100000}]}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"box\", \"material\": \"unobtainium\"}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"box\", \"color\": \"red\"}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"object\": \"x\"}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"object\": \"nowhere\"}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"box\", \"hangs_on\": \"nothing\"}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"box\", \"joint\": \"flipper\"}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"params\": {\"n\": {\"default\": 9, \"max\": 3}}, \"parts\": [{\"shape\": \"box\"}]}",
    "{\"name\": \"x\", \"height_m\": 1, \"anchors\": [{\"kind\": \"over\"}], \"parts\": [{\"shape\": \"box\"}]}",
  };
  for (size_t i = 0; i < MK_COUNT (hostile); i++) {
    g_autofree char *folder = g_strdup_printf ("%s/%zu", mk_test_folder (), i);
    write_recipe (folder, "x.json", hostile[i]);
    g_autofree char *materials = g_build_filename (folder, "materials.json", NULL);
    GError *error = NULL;
    CHECK_OK (mk_file_write (materials, "{\"plastic\": {}}", 15, &error), error);
    g_autoptr (mk_library) library = mk_library_new (folder, &error);
    g_autoptr (mk_scene) scene = mk_scene_new ();
    if (library != NULL && mk_library_build (library, scene, "x", NULL, &error) >= 0)
      mk_test_fail (__FILE__, __LINE__, "was built: %s", hostile[i]);
    if (error == NULL || error->domain != MK_ERROR || strlen (error->message) < 10)
      mk_test_fail (__FILE__, __LINE__, "no reason given for %s", hostile[i]);
    g_clear_error (&error);
  }
}

TEST (a_recipe_is_made_of_other_objects_in_their_own_size_and_colour)
{
  GError *error = NULL;
  write_recipe (mk_test_folder (), "hut.json", "{\"name\": \"hut\", \"height_m\": 2, \"params\": {\"w\": {\"default\": 1}}, \"materials\": {\"wall\": {\"material\": \"plastic\", \"color\": \"#ffffff\", \"main\": true}, \"roof\": {\"material\": \"plastic\", \"color\": \"#101010\"}},"
    "\"parts\": [{\"shape\": \"box\", \"size\": [\"=w\", 1, 1], \"base\": [0, 0, 0], \"material\": \"wall\"}, {\"shape\": \"box\", \"size\": [0.5, 1, 0.5], \"base\": [0, 1, 0], \"material\": \"roof\"}]}");
  write_recipe (mk_test_folder (), "row.json", "{\"name\": \"row\", \"width_m\": 13, \"parts\": [{\"name\": \"home\", \"repeat\": 3, \"object\": \"hut\", \"at\": [\"=5*i\", 0, 0], \"color\": {\"i\": [\"#ff0000\", \"#00ff00\", \"#ff0000\"]}, \"set\": {\"w\": \"=if(i==1,1,3)\"}}]}");
  g_autofree char *materials = g_build_filename (mk_test_folder (), "materials.json", NULL);
  CHECK_OK (mk_file_write (materials, "{\"plastic\": {}}", 15, &error), error);
  g_autoptr (mk_library) library = mk_library_new (mk_test_folder (), &error);
  CHECK_OK (library, error);
  g_autoptr (mk_scene) scene = mk_scene_new ();
  int row = mk_library_build (library, scene, "row", NULL, &error);
  CHECK_OK (row >= 0, error);
  g_autoptr (GArray) homes = mk_object_find_parts (scene, row, "home");
  CHECK_INT (homes->len, ==, 3);
  CHECK_INT (scene->materials->len, ==, 3); /* red, green, and one roof for all */
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  mk_box first = mk_scene_bounds (scene, pose, g_array_index (homes, int, 0)), second = mk_scene_bounds (scene, pose, g_array_index (homes, int, 1));
  CHECK_REAL (fabsf (first.max.x - first.min.x - 3) + fabsf (first.max.y - first.min.y - 2), <, 1e-4);
  CHECK_REAL (fabsf (second.max.x - second.min.x - 1), <, 1e-4);
}

TEST (recipes_inherit_and_take_parameters)
{
  GError *error = NULL;
  write_recipe (mk_test_folder (), "post.json", "{\"name\": \"post\", \"category\": \"c\", \"height_m\": 2, \"params\": {\"n\": {\"default\": 1, \"min\": 1, \"max\": 5}, \"look\": {\"default\": \"plain\", \"options\": [\"plain\", \"fancy\"]}},"
    "\"parts\": [{\"name\": \"pole\", \"shape\": \"box\", \"size\": [1, 2, 1], \"repeat\": \"=n\", \"step\": [2, 0, 0]}, {\"name\": \"knob\", \"if\": \"=look==fancy\", \"shape\": \"sphere\", \"at\": [0, 0.5, 0]}]}");
  write_recipe (mk_test_folder (), "fence.json", "{\"name\": \"rail\", \"inherit\": \"post\", \"height_m\": 1, \"set\": {\"n\": 3}, \"extra\": [{\"name\": \"bar\", \"shape\": \"box\", \"size\": [4, 0.2, 0.2], \"at\": [2, 0, 0]}]}");
  g_autofree char *materials = g_build_filename (mk_test_folder (), "materials.json", NULL);
  CHECK_OK (mk_file_write (materials, "{\"plastic\": {}}", 15, &error), error);
  g_autoptr (mk_library) library = mk_library_new (mk_test_folder (), &error);
  CHECK_OK (library, error);
  g_autoptr (mk_scene) scene = mk_scene_new ();
  int post = mk_library_build (library, scene, "post", NULL, &error), rail = mk_library_build (library, scene, "rail", NULL, &error);
  CHECK_OK (post >= 0 && rail >= 0, error);
  g_autoptr (GArray) poles = mk_object_find_parts (scene, rail, "poles"), bars = mk_object_find_parts (scene, rail, "bar"), knobs = mk_object_find_parts (scene, rail, "knob");
  CHECK_INT (poles->len, ==, 3);
  CHECK_INT (bars->len, ==, 1);
  CHECK_INT (knobs->len, ==, 0);
  CHECK_STRING (mk_library_find (library, "rail")->name, "rail"); /* still its own after it was resolved */
  CHECK_STRING (mk_scene_get_node (scene, rail)->object, "rail");
  g_autoptr (mk_json) params = mk_json_new_object ();
  mk_json_set (params, "look", mk_json_new_string ("fancy"));
  int fancy = mk_library_build (library, scene, "post", params, &error);
  CHECK_OK (fancy >= 0, error);
  g_autoptr (GArray) own = mk_object_find_parts (scene, fancy, "knob");
  CHECK_INT (own->len, ==, 1);
  mk_json_set (params, "look", mk_json_new_string ("baroque"));
  CHECK_FAILS (mk_library_build (library, scene, "post", params, &error) >= 0, error, MK_ERROR_RANGE);
  g_clear_error (&error);
}

TEST (a_sign_says_its_words_in_letters_of_the_height_that_is_stated)
{
  GError *error = NULL;
  write_recipe (mk_test_folder (), "sign.json", "{\"name\": \"sign\", \"height_m\": 2.25, \"parts\": [{\"shape\": \"box\", \"size\": [1, 2, 0.1], \"base\": [0, 0, 0]},"
    "{\"name\": \"word\", \"shape\": \"text\", \"text\": \"HI\", \"height\": 0.25, \"depth\": 0.06, \"at\": [0, 2, 0]}]}");
  g_autofree char *materials = g_build_filename (mk_test_folder (), "materials.json", NULL);
  CHECK_OK (mk_file_write (materials, "{\"plastic\": {}}", 15, &error), error);
  g_autoptr (mk_library) library = mk_library_new (mk_test_folder (), &error);
  CHECK_OK (library, error);
  g_autoptr (mk_scene) scene = mk_scene_new ();
  int sign = mk_library_build (library, scene, "sign", NULL, &error);
  CHECK_OK (sign >= 0, error);
  g_autoptr (GArray) words = mk_object_find_parts (scene, sign, "word");
  CHECK_INT (words->len, ==, 1);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  mk_box box = mk_scene_bounds (scene, pose, g_array_index (words, int, 0));
  CHECK_NEAR (box.min.y, 2, 1e-3);
  CHECK_NEAR (box.max.y, 2.25, 2e-3);
  CHECK_NEAR (box.max.z - box.min.z, 0.06, 1e-3);
}

static const mk_recipe_info *
add_own (mk_library *library, const char *name, const char *text, GError **error)
{
  write_recipe (mk_test_folder (), name, text);
  g_autofree char *path = g_build_filename (mk_test_folder (), "objects", name, NULL);
  return mk_library_add (library, path, error);
}

TEST (what_is_wrong_first_in_a_recipe_is_what_is_told)
{
  static const char *const rows[][2] = {
    { "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"box\", \"size\": [\"=hieght*2\", 1, 1]}]}", "hieght" },
    { "{\"name\": \"x\", \"height_m\": 1, \"parts\": [{\"shape\": \"box\", \"size\": [1, 1]}]}", "wanted [x, y, z], got 2 numbers" },
  };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autofree char *folder = g_strdup_printf ("%s/first-%zu", mk_test_folder (), i), *materials = g_build_filename (folder, "materials.json", NULL);
    GError *error = NULL;
    write_recipe (folder, "x.json", rows[i][0]);
    CHECK_OK (mk_file_write (materials, "{\"plastic\": {}}", 15, &error), error);
    g_autoptr (mk_library) library = mk_library_new (folder, &error);
    g_autoptr (mk_scene) scene = mk_scene_new ();
    CHECK_OK (library != NULL, error);
    CHECK (mk_library_build (library, scene, "x", NULL, &error) < 0 && strstr (error->message, rows[i][1]) != NULL);
    g_clear_error (&error);
  }
}

TEST (ones_own_recipe_joins_the_library_and_wins_over_ours)
{
  GError *error = NULL;
  g_autoptr (mk_library) library = open_library ();
  unsigned n = mk_library_n_recipes (library);
  const mk_recipe_info *info = add_own (library, "gizmo.json", "{\"name\": \"gizmo\", \"category\": \"toy\", \"synonyms\": [\"widget\"], \"height_m\": 0.4, \"parts\": [{\"shape\": \"box\"}]}", &error);
  CHECK_OK (info, error);
  CHECK (mk_library_find (library, "widget") == info);
  CHECK_INT (mk_library_n_recipes (library), ==, n + 1);
  CHECK_OK (add_own (library, "chair.json", "{\"name\": \"chair\", \"category\": \"furniture\", \"height_m\": 3, \"parts\": [{\"shape\": \"box\"}]}", &error), error);
  CHECK_NEAR (mk_library_find (library, "chair")->size_m, 3, 1e-6);
  CHECK_INT (mk_library_n_recipes (library), ==, n + 1);
  CHECK_FAILS (add_own (library, "thief.json", "{\"name\": \"thief\", \"category\": \"toy\", \"synonyms\": [\"dog\"], \"height_m\": 1, \"parts\": []}", &error), error, MK_ERROR_EXISTS);
  add_own (library, "thief.json", "{\"name\": \"thief\", \"category\": \"toy\", \"synonyms\": [\"dog\"], \"height_m\": 1, \"parts\": []}", &error);
  CHECK (strstr (error->message, "leave it out of") != NULL); /* and what to do */
  g_clear_error (&error);
}

/* A GLB of one's own: the library's car as "kart.glb". */
static void
write_kart (const mk_library *library)
{
  GError *error = NULL;
  g_autoptr (mk_scene) scene = mk_scene_new ();
  CHECK_OK (mk_library_build (library, scene, "car", NULL, &error) >= 0, error);
  g_autofree char *folder = g_build_filename (mk_test_folder (), "objects", NULL), *path = g_build_filename (folder, "kart.glb", NULL);
  CHECK_OK (mk_folder_make (folder, &error), error);
  CHECK_OK (mk_gltf_write (scene, path, NULL, NULL, &error), error);
}

TEST (a_model_of_another_program_is_an_object_with_size_parts_and_joints)
{
  GError *error = NULL;
  g_autoptr (mk_library) library = open_library ();
  write_kart (library);
  CHECK_OK (add_own (library, "kart.json", "{\"name\": \"kart\", \"category\": \"vehicle\", \"length_m\": 1.5, \"model\": \"kart.glb\", \"joints\": [{\"node\": \"left front wheel\", \"role\": \"wheel\"}]}", &error), error);
  g_autoptr (mk_scene) own = mk_scene_new ();
  int root = mk_library_build (library, own, "kart", NULL, &error);
  CHECK_OK (root >= 0, error);
  g_autoptr (mk_pose) pose = mk_pose_new (own, 0);
  mk_box box = mk_scene_bounds (own, pose, root);
  CHECK_NEAR (box.max.z - box.min.z, 1.5, 1e-3);
  CHECK_NEAR (box.min.y, 0, 1e-3);
  g_autoptr (GArray) joints = mk_object_joints (library, own, root), wheels = mk_object_find_parts (own, root, "wheels");
  CHECK_INT (joints->len, ==, 1);
  CHECK_REAL (g_array_index (joints, mk_joint, 0).length_m, >, 0.05);
  CHECK_INT (wheels->len, >=, 4);
  CHECK_OK (add_own (library, "lost.json", "{\"name\": \"lost\", \"category\": \"toy\", \"length_m\": 1, \"model\": \"../kart.glb\"}", &error), error);
  CHECK (mk_library_build (library, own, "lost", NULL, &error) < 0 && error != NULL); /* only what is beside it */
  g_clear_error (&error);
}

TEST (a_models_main_material_is_one_that_it_has)
{
  GError *error = NULL;
  g_autoptr (mk_library) library = open_library ();
  write_kart (library);
  CHECK_OK (add_own (library, "kart.json", "{\"name\": \"kart\", \"category\": \"vehicle\", \"length_m\": 1.5, \"model\": \"kart.glb\", \"main\": \"velour\"}", &error), error);
  g_autoptr (mk_scene) scene = mk_scene_new ();
  CHECK (mk_library_build (library, scene, "kart", NULL, &error) < 0);
  CHECK (strstr (error->message, "velour") != NULL && strstr (error->message, "it has") != NULL);
  g_clear_error (&error);
}

TEST (names_parts_and_words_are_what_the_lexicon_needs)
{
  g_autoptr (mk_library) library = open_library ();
  CHECK_INT (mk_library_n_recipes (library), >=, 200);
  g_autoptr (GHashTable) words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (unsigned i = 0; i < mk_library_n_recipes (library); i++) {
    const mk_recipe_info *info = mk_library_get (library, i);
    CHECK (mk_library_find (library, info->name) == info);
    CHECK (*info->category != 0);
    for (size_t k = 0; info->synonyms[k] != NULL; k++) {
      CHECK (mk_library_find (library, info->synonyms[k]) == info);
      if (!g_hash_table_add (words, g_strdup (info->synonyms[k])))
        mk_test_fail (__FILE__, __LINE__, "“%s” is said twice", info->synonyms[k]);
    }
  }
  CHECK (mk_library_find (library, "Fire-Hydrant") != NULL);
  CHECK (mk_library_find (library, "flumph") == NULL);
}

/* Height of the whole, and the width of what its head carries. */
static void
measure_head (const mk_library *library, const char *object, const mk_json *params, float *height_m, float *head_m, unsigned *n_joints)
{
  GError *error = NULL;
  g_autoptr (mk_scene) scene = mk_scene_new ();
  int root = mk_library_build (library, scene, object, params, &error);
  CHECK_OK (root >= 0, error);
  g_autoptr (GArray) joints = mk_object_joints (library, scene, root);
  const mk_joint *head = mk_joint_find (joints, MK_ROLE_HEAD);
  CHECK (head != NULL);
  mk_box box = mk_layout_box (scene, root);
  *height_m = box.max.y - box.min.y;
  *head_m = head->length_m;
  *n_joints = joints->len;
  CHECK_NEAR (box.min.y, 0, 1e-3);
}

TEST_WITHIN (a_young_animal_is_smaller_with_a_larger_head_for_its_body, 120)
{
  static const char *const with_parameter[] = { "elephant", "lion", "giraffe", "rabbit", "penguin" };
  g_autoptr (mk_library) library = open_library ();
  g_autoptr (mk_json) young = mk_json_new_object ();
  mk_json_set (young, "age", mk_json_new_string ("young"));
  for (size_t i = 0; i < MK_COUNT (with_parameter); i++) {
    float height, head, young_height, young_head;
    unsigned n, n_young;
    measure_head (library, with_parameter[i], NULL, &height, &head, &n);
    measure_head (library, with_parameter[i], young, &young_height, &young_head, &n_young);
    CHECK_INT (n, ==, n_young);
    CHECK_REAL (young_height, <, 0.75 * height);
    if (!(young_head / young_height > 1.04f * head / height))
      mk_test_fail (__FILE__, __LINE__, "%s: the head is %g of its height, of the adult's %g", with_parameter[i], (double)(young_head / young_height), (double)(head / height));
  }
  float calf, calf_head, cow, cow_head;
  unsigned n, n_calf;
  measure_head (library, "cow", NULL, &cow, &cow_head, &n);
  measure_head (library, "calf", NULL, &calf, &calf_head, &n_calf);
  CHECK_NEAR (calf, 0.85, 0.005); /* as its own recipe states */
  CHECK_REAL (calf_head / calf, >, cow_head / cow);
}

TEST (all_classes_of_coco_are_there)
{
  static const char *const coco[] = {
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light", "fire hydrant", "stop sign", "parking meter", "bench",
    "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis",
    "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle", "wine glass", "cup", "fork", "knife",
    "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed",
    "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "book", "clock",
    "vase", "scissors", "teddy bear", "hair drier", "toothbrush" };
  g_autoptr (mk_library) library = open_library ();
  CHECK_INT (MK_COUNT (coco), ==, 80);
  for (size_t i = 0; i < MK_COUNT (coco); i++)
    if (mk_library_find (library, coco[i]) == NULL)
      mk_test_fail (__FILE__, __LINE__, "there is no %s", coco[i]);
}

TEST_WITHIN (joints_have_roles_axes_and_lengths, 120)
{
  g_autoptr (mk_library) library = open_library ();
  static const struct {
    const char *object;
    mk_joint_role role;
    unsigned n_limbs, n_segments;
  } wanted[] = { { "dog", MK_ROLE_LEG, 4, 3 }, { "person", MK_ROLE_LEG, 2, 3 }, { "person", MK_ROLE_ARM, 2, 3 }, { "car", MK_ROLE_WHEEL, 4, 1 },
                 { "bird", MK_ROLE_WING, 2, 1 }, { "fish", MK_ROLE_TAIL, 1, 2 }, { "robot", MK_ROLE_LEG, 2, 3 }, { "windmill", MK_ROLE_PROPELLER, 1, 1 },
                 { "bicycle", MK_ROLE_WHEEL, 3, 1 }, { "spider", MK_ROLE_LEG, 8, 1 } };
  for (size_t i = 0; i < MK_COUNT (wanted); i++) {
    GError *error = NULL;
    g_autoptr (mk_scene) scene = mk_scene_new ();
    int root = mk_library_build (library, scene, wanted[i].object, NULL, &error);
    CHECK_OK (root >= 0, error);
    g_autoptr (GArray) joints = mk_object_joints (library, scene, root);
    unsigned n_limbs = 0, n_segments = 0;
    for (guint k = 0; k < joints->len; k++) {
      const mk_joint *joint = &g_array_index (joints, mk_joint, k);
      CHECK_NEAR (mk_vec3_length (joint->axis), 1, 1e-5);
      if (joint->role != wanted[i].role)
        continue;
      CHECK_REAL (joint->length_m, >, 0);
      n_limbs = MAX (n_limbs, (unsigned)joint->limb + 1);
      n_segments = MAX (n_segments, (unsigned)joint->segment + 1);
    }
    if (n_limbs != wanted[i].n_limbs || n_segments != wanted[i].n_segments)
      mk_test_fail (__FILE__, __LINE__, "%s has %u %ss of %u segments", wanted[i].object, n_limbs, mk_joint_role_name (wanted[i].role), n_segments);
  }
}
