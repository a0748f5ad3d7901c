/* stage.h - scenes for tests, from commands written as JSON. */
#pragma once
#include "check.h"
#include "scene/motion.h"
#include "scene/objects.h"

static mk_library *test_library;

static inline const mk_stage *
test_stage (void)
{
  static mk_stage stage;
  static char *assets;
  if (test_library == NULL) {
    g_autoptr (GError) error = NULL;
    assets = g_strdup_printf ("%s/../assets", mk_test_source ());
    test_library = mk_library_new (assets, &error);
    CHECK_OK (test_library, error);
    stage = (mk_stage){ .library = test_library, .assets = assets, .input = mk_test_folder () };
  }
  return &stage;
}

/* The scene after all commands of a list; NULL with the error of the first that fails. Quotes may be single ones. */
static inline mk_scene *
test_try (const char *list, GError **error)
{
  g_autofree char *text = g_strdelimit (g_strdup (list), "'", '"');
  g_autoptr (mk_json) commands = NULL;
  g_autoptr (GError) syntax = NULL;
  CHECK_OK (mk_json_parse (text, -1, NULL, &commands, &syntax), syntax);
  mk_scene *scene = mk_scene_new ();
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    mk_scene *next = mk_scene_apply (test_stage (), scene, mk_json_at (commands, i), error);
    mk_scene_unref (scene);
    scene = next;
    if (scene == NULL)
      return NULL;
  }
  return scene;
}

static inline mk_scene *
test_scene (const char *list)
{
  g_autoptr (GError) error = NULL;
  mk_scene *scene = test_try (list, &error);
  CHECK_OK (scene, error);
  return scene;
}

static inline mk_box
test_box (const mk_scene *scene, const char *id, double time_s)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, time_s);
  int node = mk_scene_find (scene, id);
  CHECK_INT (node, >=, 0);
  return mk_scene_bounds (scene, pose, node);
}

static inline mk_vec3
test_middle (const mk_scene *scene, const char *id, double time_s)
{
  mk_box box = test_box (scene, id, time_s);
  return mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
}

/* Lowest vertex of a thing: boxes of turned things reach lower than they do. */
static inline float
test_lowest (const mk_scene *scene, const char *id, double time_s)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, time_s);
  int root = mk_scene_find (scene, id);
  float low = INFINITY;
  for (int i = root; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    for (unsigned p = 0; p < node->n_parts && mk_scene_is_within (scene, i, root); p++)
      for (uint32_t v = 0; v < node->parts[p].mesh->n_vertices; v++)
        low = fminf (low, mk_mat4_point (pose->world[i], node->parts[p].mesh->positions[v]).y);
  }
  return low;
}

/* Where a joint is. */
static inline mk_vec3
test_joint (const mk_scene *scene, const char *id, const char *name, double time_s)
{
  int root = mk_scene_find (scene, id);
  for (int i = root; i < (int)scene->nodes->len; i++)
    if (mk_scene_is_within (scene, i, root) && g_strcmp0 (mk_scene_get_node (scene, i)->name, name) == 0) {
      mk_mat4 world = mk_node_world (scene, i, time_s);
      return (mk_vec3){ world.m[12], world.m[13], world.m[14] };
    }
  mk_test_fail (__FILE__, __LINE__, "%s has no %s", id, name);
  return (mk_vec3){ 0, 0, 0 };
}
