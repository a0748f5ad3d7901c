#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "scene/gltf.h"
#include "scene/import.h"
#include "scene/scene_bytes.h"
#include "scene/pattern.h"
#include "stage.h"

#define MODELS "/usr/share/assimp/models"

/* --- there and back --- */

static void
export_to (const mk_scene *scene, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (mk_test_folder (), name, NULL);
  CHECK_OK (mk_gltf_write (scene, path, NULL, NULL, &error), error);
}

static mk_scene *
import (const char *name)
{
  g_autoptr (GError) error = NULL;
  mk_scene *scene = mk_import_model (mk_test_folder (), name, NULL, &error);
  CHECK_OK (scene, error);
  return scene;
}

static int
find_named (const mk_scene *scene, const char *name)
{
  for (guint i = 0; i < scene->nodes->len; i++)
    if (g_strcmp0 (mk_scene_get_node (scene, (int)i)->name, name) == 0)
      return (int)i;
  return -1;
}

static void
check_same_box (mk_box a, mk_box b, float tolerance)
{
  CHECK_NEAR (a.min.x, b.min.x, tolerance);
  CHECK_NEAR (a.min.y, b.min.y, tolerance);
  CHECK_NEAR (a.min.z, b.min.z, tolerance);
  CHECK_NEAR (a.max.x, b.max.x, tolerance);
  CHECK_NEAR (a.max.y, b.max.y, tolerance);
  CHECK_NEAR (a.max.z, b.max.z, tolerance);
}

TEST (what_is_exported_comes_back_where_it_was_and_moves_as_it_did)
{
  g_autoptr (mk_scene) before = test_scene ("[{'op':'add','id':'ball-1','object':'ball','name':'ball','color':'#ff0000'},{'op':'animate','id':'m','targets':['ball-1'],'motion':'bounce'}]");
  export_to (before, "ball.glb");
  g_autoptr (mk_scene) after = import ("ball.glb");
  int root = find_named (after, "ball");
  CHECK_STRING (mk_scene_get_node (after, 0)->name, "ball");
  CHECK_INT (root, >=, 0);
  CHECK_REAL (after->duration_s, >, 3.5);
  for (double t = 0; t < 4; t += 0.37) {
    g_autoptr (mk_pose) was = mk_pose_new (before, t), is = mk_pose_new (after, t);
    check_same_box (mk_scene_bounds (before, was, mk_scene_find (before, "ball-1")), mk_scene_bounds (after, is, 0), 1e-3f);
  }
}

TEST (skins_come_back_as_they_were)
{
  g_autoptr (mk_scene) before = test_scene ("[{'op':'add','id':'dog-1','object':'dog'},{'op':'animate','id':'m','targets':['dog-1'],'motion':'move'}]");
  export_to (before, "dog.glb");
  g_autoptr (mk_scene) after = import ("dog.glb");
  CHECK_INT (after->skins->len, >=, 1);
  for (double t = 0; t < 4; t += 1.3) {
    g_autoptr (mk_pose) was = mk_pose_new (before, t), is = mk_pose_new (after, t);
    check_same_box (mk_scene_bounds (before, was, mk_scene_find (before, "dog-1")), mk_scene_bounds (after, is, 0), 5e-3f);
  }
}

static const mk_material *
material_named (const mk_scene *scene, const char *name)
{
  for (guint i = 0; i < scene->materials->len; i++)
    if (g_str_equal (mk_scene_get_material (scene, (int)i)->name, name))
      return mk_scene_get_material (scene, (int)i);
  mk_test_fail (__FILE__, __LINE__, "no material is called %s", name);
}

TEST (materials_come_back_with_their_pictures)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) before = test_scene ("[{'op':'add','id':'ball-1','object':'ball'}]");
  mk_material *m = mk_scene_get_material (before, 0);
  *m = (mk_material){ .name = "paint", .base_color = { 0.25f, 0.5f, 0.75f }, .opacity = 1, .metallic = 0.4f, .roughness = 0.3f, .ior = 1.33f,
                      .emission = { 2, 1, 0 }, .clearcoat = 0.5f, .clearcoat_roughness = 0.25f, .double_sided = true };
  m->base_color_texture = mk_image_new (1, 4, 4, 3, &error);
  mk_image_write (m->base_color_texture, 0)[0] = 1; /* the upper left pixel is red */
  export_to (before, "paint.glb");
  g_autoptr (mk_scene) after = import ("paint.glb");
  const mk_material *own = material_named (after, "paint");
  CHECK_NEAR (own->base_color.x, 0.25, 1e-4);
  CHECK_NEAR (own->base_color.z, 0.75, 1e-4);
  CHECK_NEAR (own->metallic, 0.4, 1e-4);
  CHECK_NEAR (own->roughness, 0.3, 1e-4);
  CHECK_NEAR (own->emission.x, 2, 1e-3);
  CHECK_NEAR (own->clearcoat, 0.5, 1e-4);
  CHECK (own->double_sided);
  CHECK (own->base_color_texture != NULL);
  CHECK_INT (own->base_color_texture->width, ==, 4);
  CHECK_REAL (mk_image_read (own->base_color_texture, 0)[0], >, mk_image_read (own->base_color_texture, 0)[45]);
}

/* Where the picture lies on the surface: pattern sizes are told by a transform, which becomes part of the uvs. */
TEST (repeats_of_patterns_are_as_large_as_they_were)
{
  g_autoptr (mk_scene) before = test_scene ("[{'op':'add','id':'cube-1','object':'cube','material':'checker'}]");
  export_to (before, "checker.glb");
  g_autoptr (mk_scene) after = import ("checker.glb");
  float low = INFINITY, high = -INFINITY, was_low = INFINITY, was_high = -INFINITY;
  const mk_material *pattern = NULL;
  for (guint i = 0; i < before->nodes->len; i++)
    for (unsigned p = 0; p < mk_scene_get_node (before, (int)i)->n_parts; p++) {
      const mk_part *part = &mk_scene_get_node (before, (int)i)->parts[p];
      pattern = mk_scene_get_material (before, part->material);
      for (uint32_t v = 0; v < part->mesh->n_vertices; v++) {
        was_low = fminf (was_low, part->mesh->uvs[v].y);
        was_high = fmaxf (was_high, part->mesh->uvs[v].y);
      }
    }
  for (guint i = 0; i < after->nodes->len; i++)
    for (unsigned p = 0; p < mk_scene_get_node (after, (int)i)->n_parts; p++) {
      const mk_mesh *mesh = mk_scene_get_node (after, (int)i)->parts[p].mesh;
      for (uint32_t v = 0; v < mesh->n_vertices; v++) {
        low = fminf (low, mesh->uvs[v].y);
        high = fmaxf (high, mesh->uvs[v].y);
      }
    }
  CHECK (pattern != NULL && pattern->pattern == MK_PATTERN_CHECKER);
  CHECK_REAL (was_high - was_low, >, 0.1);
  CHECK_NEAR ((was_high - was_low) / (high - low), mk_pattern_size (pattern).y, 1e-3); /* metres of one repeat */
}

TEST (lights_and_cameras_come_back)
{
  g_autoptr (mk_scene) before = test_scene ("[{'op':'add','id':'ball-1','object':'ball'},{'op':'sky','kind':'day'}]");
  mk_light spot = { .name = "lamp", .kind = MK_LIGHT_SPOT, .color = { 1, 0.5f, 0.25f }, .intensity = 8, .inner_cone_rad = 0.2f, .outer_cone_rad = 0.6f };
  mk_camera eye = { .name = "eye", .yfov_rad = 0.8f, .near_m = 0.1f, .far_m = 100 };
  mk_scene_node lamp = MK_SCENE_NODE_DEFAULT, camera = MK_SCENE_NODE_DEFAULT;
  lamp.name = (char *)"lamp";
  lamp.light = mk_scene_add_light (before, &spot);
  lamp.trs.translation = (mk_vec3){ 1, 3, 2 };
  lamp.trs.rotation = mk_quat_from_axis ((mk_vec3){ 1, 0, 0 }, -1);
  camera.name = (char *)"eye";
  camera.camera = mk_scene_add_camera (before, &eye);
  camera.trs.translation = (mk_vec3){ 0, 1, 5 };
  camera.trs.rotation = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, 0.4f);
  int was_lamp = mk_scene_add_node (before, &lamp), was_eye = mk_scene_add_node (before, &camera);
  export_to (before, "lit.glb");
  g_autoptr (mk_scene) after = import ("lit.glb");
  CHECK_INT (after->cameras->len, ==, 1);
  CHECK_NEAR (g_array_index (after->cameras, mk_camera, 0).yfov_rad, 0.8, 1e-4);
  CHECK_INT (after->lights->len, ==, 2);
  g_autoptr (mk_pose) was = mk_pose_new (before, 0), is = mk_pose_new (after, 0);
  for (guint i = 0; i < after->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (after, (int)i);
    const mk_light *light = node->light >= 0 ? &g_array_index (after->lights, mk_light, node->light) : NULL;
    if (node->camera < 0 && (light == NULL || light->kind != MK_LIGHT_SPOT))
      continue;
    int old = node->camera >= 0 ? was_eye : was_lamp;
    mk_vec3 there = mk_mat4_direction (was->world[old], (mk_vec3){ 0, 0, -1 }), here = mk_mat4_direction (is->world[i], (mk_vec3){ 0, 0, -1 });
    CHECK_NEAR (mk_vec3_dot (mk_vec3_normalize (there), mk_vec3_normalize (here)), 1, 1e-3);
    CHECK_NEAR (is->world[i].m[12], was->world[old].m[12], 1e-3);
    if (light != NULL) {
      CHECK_NEAR (light->intensity * light->color.x, 8, 0.01);
      CHECK_NEAR (light->intensity * light->color.z, 2, 0.01);
      CHECK_NEAR (light->outer_cone_rad, 0.6, 1e-3);
    }
  }
  CHECK_INT (after->active_camera, >=, 0);
}

/* --- as a command --- */

static void
write_text (const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (mk_test_folder (), name, NULL);
  CHECK_OK (mk_file_write (path, text, strlen (text), &error), error);
}

static const char pyramid[] = "v 0 0 0\nv 1 0 0\nv 1 0 1\nv 0 0 1\nv 0.5 1 0.5\nf 1 2 3 4\nf 1 5 2\nf 2 5 3\nf 3 5 4\nf 4 5 1\n";

TEST (an_imported_thing_is_named_sized_coloured_and_placed_like_any_other)
{
  write_text ("pyramid.obj", pyramid);
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'table-1','object':'table'},"
                                           "{'op':'import','id':'p-1','file':'pyramid.obj','name':'pyramid','height_m':0.5,'color':'#00ff00','place':[{'relation':'on','targets':['table-1']}]}]");
  mk_box table = test_box (scene, "table-1", 0), own = test_box (scene, "p-1", 0);
  CHECK_NEAR (own.max.y - own.min.y, 0.5, 1e-3);
  CHECK_NEAR (own.min.y, table.max.y, 1e-2);
  CHECK_STRING (mk_scene_get_node (scene, mk_scene_find (scene, "p-1"))->name, "pyramid");
  bool is_green = false;
  for (guint i = 0; i < scene->materials->len; i++)
    is_green |= mk_scene_get_material (scene, (int)i)->base_color.y > 0.9f && mk_scene_get_material (scene, (int)i)->base_color.x < 0.1f;
  CHECK (is_green);
}

TEST (a_short_animation_is_repeated_to_the_end_of_the_film)
{
  g_autoptr (mk_scene) spinning = test_scene ("[{'op':'render','seconds':1},{'op':'add','id':'cube-1','object':'cube'},{'op':'animate','id':'m','targets':['cube-1'],'motion':'jump'}]");
  export_to (spinning, "jump.glb");
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'import','id':'j-1','file':'jump.glb'}]");
  CHECK_NEAR (scene->duration_s, 4, 1e-4);
  float end = 0;
  for (guint i = 0; i < scene->tracks->len; i++) {
    const mk_track *track = &g_array_index (scene->tracks, mk_track, i);
    for (uint32_t k = 1; k < track->n_keys; k++)
      CHECK_REAL (track->times_s[k], >, track->times_s[k - 1]);
    end = fmaxf (end, track->times_s[track->n_keys - 1]);
  }
  CHECK_REAL (end, >, 3.5);
}

/* --- what is refused --- */

static void
check_refused (const char *file, mk_error_code code, const char *words)
{
  g_autoptr (GError) error = NULL;
  CHECK_FAILS (mk_import_model (mk_test_folder (), file, NULL, &error), error, code);
  if (strstr (error->message, words) == NULL)
    mk_test_fail (__FILE__, __LINE__, "“%s” does not say “%s”", error->message, words);
}

TEST (what_cannot_be_imported_is_said)
{
  write_text ("letter.txt", "Dear model");
  write_text ("empty.obj", "");
  write_text ("points.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\n");
  write_text ("cut.glb", "glTF\2\0\0\0");
  write_text ("no.fbx", "Kaydara FBX Binary  \0\x1a");
  check_refused ("gone.glb", MK_ERROR_NOT_FOUND, "gone.glb");
  check_refused ("../../etc/passwd", MK_ERROR_FORBIDDEN, "passwd");
  check_refused ("letter.txt", MK_ERROR_UNSUPPORTED, "GLB");
  check_refused ("empty.obj", MK_ERROR_FORMAT, "empty.obj");
  check_refused ("points.obj", MK_ERROR_FORMAT, "points.obj");
  check_refused ("cut.glb", MK_ERROR_FORMAT, "cut.glb");
  check_refused ("no.fbx", MK_ERROR_FORMAT, "no.fbx");
}

TEST (a_reader_that_takes_too_long_is_stopped)
{
  g_autofree char *path = g_build_filename (mk_test_folder (), "large.obj", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  for (int i = 0; i < 1500000; i++)
    g_string_append_printf (text, "v %d %d 0\n", i % 1000, i / 1000);
  for (int i = 1; i < 1498000; i++)
    g_string_append_printf (text, "f %d %d %d\n", i, i + 1, i + 1001);
  CHECK_OK (mk_file_write (path, text->str, text->len, &error), error);
  mk_import_limits limits = { .max_seconds = 1 };
  CHECK_FAILS (mk_import_model (mk_test_folder (), "large.obj", &limits, &error), error, MK_ERROR_TIMEOUT);
}

TEST (files_that_a_model_names_stay_beneath_its_folder)
{
  g_autofree char *inner = g_build_filename (mk_test_folder (), "in", NULL), *outer = g_build_filename (mk_test_folder (), "secret.mtl", NULL);
  g_autoptr (GError) error = NULL;
  CHECK_OK (mk_folder_make (inner, &error), error);
  write_text ("secret.mtl", "newmtl paint\nKd 1 0 0\n");
  g_autofree char *text = g_strdup_printf ("mtllib ../secret.mtl\nmtllib %s\nusemtl paint\n%s", outer, pyramid);
  write_text ("in/model.obj", text);
  g_autoptr (mk_scene) scene = mk_import_model (inner, "model.obj", NULL, &error);
  CHECK_OK (scene, error);
  for (guint i = 0; i < scene->materials->len; i++)
    CHECK (mk_scene_get_material (scene, (int)i)->base_color.y > 0.1f); /* the red one was not read */
}

/* --- what a child hands back --- */

TEST (packed_models_come_back_and_damaged_ones_are_refused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) before = test_scene ("[{'op':'add','id':'dog-1','object':'dog'}]");
  export_to (before, "dog.glb");
  g_autoptr (mk_scene) scene = import ("dog.glb");
  g_autoptr (GByteArray) bytes = mk_scene_pack (scene);
  g_autoptr (mk_scene) again = mk_scene_unpack (bytes->data, bytes->len, &error);
  CHECK_OK (again, error);
  g_autoptr (GByteArray) second = mk_scene_pack (again);
  CHECK_INT (second->len, ==, bytes->len);
  CHECK (memcmp (second->data, bytes->data, bytes->len) == 0);
  for (guint cut = 0; cut < bytes->len; cut += bytes->len / 50 + 1) {
    g_autoptr (GError) why = NULL;
    CHECK_FAILS (mk_scene_unpack (bytes->data, cut, &why), why, MK_ERROR_FORMAT);
  }
}

TEST (packed_scenes_lose_nothing)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'sky','kind':'sunset'},{'op':'ground','surface':'grass'},"
                                           "{'op':'add','id':'dog-1','object':'dog','material':'gold'},{'op':'add','id':'tree-1','object':'tree','position':[3,0,0]},"
                                           "{'op':'add','id':'ball-1','object':'ball','position':[-2,3,0]},{'op':'material','targets':'ball-1','material':'wood'},"
                                           "{'op':'animate','id':'a-1','targets':'dog-1','motion':'walk'},{'op':'camera','motion':'orbit'}]");
  g_autoptr (GByteArray) bytes = mk_scene_pack (scene);
  g_autoptr (mk_scene) again = mk_scene_unpack (bytes->data, bytes->len, &error);
  CHECK_OK (again, error);
  g_autoptr (GByteArray) second = mk_scene_pack (again);
  CHECK_INT (second->len, ==, bytes->len);
  CHECK (memcmp (second->data, bytes->data, bytes->len) == 0);
  CHECK (mk_json_equal (again->commands, scene->commands) && again->fps == scene->fps && again->duration_s == scene->duration_s && again->sky.kind == scene->sky.kind);
  CHECK_INT (mk_scene_find (again, "ball-1"), ==, mk_scene_find (scene, "ball-1"));
  for (guint i = 0; i < scene->nodes->len; i++) {
    const mk_scene_node *a = mk_scene_get_node (scene, (int)i), *b = mk_scene_get_node (again, (int)i);
    CHECK (g_strcmp0 (a->name, b->name) == 0 && g_strcmp0 (a->object, b->object) == 0 && a->command == b->command && a->is_hidden == b->is_hidden);
    CHECK ((a->copies != NULL ? a->copies->n : 0) == (b->copies != NULL ? b->copies->n : 0));
  }
  for (guint i = 0; i < scene->materials->len; i++)
    CHECK (mk_scene_get_material (scene, (int)i)->pattern == mk_scene_get_material (again, (int)i)->pattern);
  g_print ("# %u bytes of %u nodes\n", bytes->len, scene->nodes->len);
}

/* --- Assimp's own collection --- */

typedef struct {
  unsigned n_imported, n_refused;
} tally;

static void
try_file (const char *path, tally *count)
{
  g_autofree char *folder = g_path_get_dirname (path), *name = g_path_get_basename (path);
  g_autoptr (GError) error = NULL;
  mk_import_limits limits = { .max_seconds = 10, .max_memory_mb = 1500 };
  g_autoptr (mk_scene) scene = mk_import_model (folder, name, &limits, &error);
  CHECK ((scene == NULL) == (error != NULL));
  if (scene == NULL) {
    CHECK_INT (error->domain, ==, MK_ERROR);
    if (strstr (error->message, name) == NULL || strlen (error->message) < strlen (name) + 10)
      mk_test_fail (__FILE__, __LINE__, "%s: “%s” is no sentence about it", path, error->message);
    count->n_refused++;
    return;
  }
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  mk_box box = mk_scene_bounds (scene, pose, 0);
  if (!(isfinite (box.max.x - box.min.x) && box.max.x >= box.min.x))
    mk_test_fail (__FILE__, __LINE__, "%s has no bounds", path);
  count->n_imported++;
}

static void
try_folder (const char *folder, tally *count)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      try_folder (path, count);
    else
      try_file (path, count);
  }
}

TEST_WITHIN (every_model_of_assimps_collection_is_imported_or_refused_with_a_sentence, 400)
{
  tally count = { 0 };
  if (access (MODELS, R_OK) != 0)
    mk_test_skip ("assimp-testmodels is not installed");
  try_folder (MODELS, &count);
  printf ("# %u imported, %u refused\n", count.n_imported, count.n_refused);
  CHECK_INT (count.n_imported, >=, 300);
}
