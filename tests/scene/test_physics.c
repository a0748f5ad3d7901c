#include "scene/layout.h"
#include "scene/motion.h"
#include "scene/physics.h"
#include "scene/shapes.h"
#include "stage.h"

#include <string.h>

static mk_box
end_box (const mk_scene *scene, const char *id)
{
  return test_box (scene, id, (double)scene->duration_s);
}

static void
test_refused (const char *list, const char *hint)
{
  g_autoptr (GError) error = NULL;
  CHECK (test_try (list, &error) == NULL);
  CHECK (strstr (error->message, hint) != NULL);
}

/* How far the thing's own up has turned away from up, at a moment. */
static float
lean (const mk_scene *scene, const char *id, double time_s)
{
  mk_vec3 up = mk_vec3_normalize (mk_mat4_direction (mk_node_world (scene, mk_scene_find (scene, id), time_s), (mk_vec3){ 0, 1, 0 }));
  return acosf (CLAMP (up.y, -1, 1));
}

TEST (meshes_are_taken_for_what_they_look_like)
{
  g_autoptr (mk_mesh) ball = mk_shape_ellipsoid ((mk_vec3){ 1, 1, 1 }, 48, NULL), box = mk_shape_box ((mk_vec3){ 1, 2, 3 }, 0.05f, NULL), can = mk_shape_cone (0.5f, 0.5f, 2, 0, 48, NULL);
  mk_hull hulls[MK_HULL_MOST];
  CHECK_INT (mk_hull_fit (ball, true, hulls, MK_HULL_MOST), ==, 1);
  CHECK_INT (hulls[0].kind, ==, MK_HULL_SPHERE);
  CHECK_NEAR (hulls[0].size.x, 0.5, 0.01);
  CHECK_INT (mk_hull_fit (box, true, hulls, MK_HULL_MOST), ==, 1);
  CHECK_INT (hulls[0].kind, ==, MK_HULL_BOX);
  CHECK_INT (mk_hull_fit (can, true, hulls, MK_HULL_MOST), ==, 1);
  CHECK_INT (hulls[0].kind, ==, MK_HULL_CYLINDER);
  CHECK_NEAR (hulls[0].size.y, 2, 0.01);
}

TEST (a_dropped_ball_falls_as_fast_as_things_fall_and_comes_to_rest_on_the_ground)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'b','object':'ball'},{'op':'physics','targets':['b'],'scenario':'drop','height_m':2,'bounciness':0}]");
  float start = test_box (scene, "b", 0).min.y;
  CHECK_NEAR (start, 2, 1e-3);
  CHECK_NEAR (start - test_box (scene, "b", 0.5).min.y, 9.81 * 0.125, 0.03);
  CHECK_NEAR (end_box (scene, "b").min.y, 0, 5e-3);
}

TEST (ten_cubes_dropped_on_a_table_lie_on_it_and_not_in_each_other)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'t','object':'table'},{'op':'add','id':'c','object':'cube','count':10,'place':[{'relation':'on','targets':['t']}]},"
                                           "{'op':'physics','targets':['c'],'scenario':'drop'}]");
  float top = test_box (scene, "t", 0).max.y, side = 0;
  mk_vec3 middle[10];
  unsigned n_on = 0;
  for (int i = 0; i < 10; i++) {
    g_autofree char *id = g_strdup_printf ("c.%d", i + 1);
    const mk_trs *trs = &mk_scene_get_node (scene, mk_scene_find (scene, id))->trs;
    mk_box box = end_box (scene, id);
    middle[i] = mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
    side = trs->scale.x * 0.6f;
    CHECK_REAL (box.min.y, >, -0.01);
    n_on += box.min.y > top - 0.02f;
  }
  CHECK_INT (n_on, ==, 10);
  for (int i = 0; i < 10; i++)
    for (int k = 0; k < i; k++)
      CHECK_REAL (mk_vec3_length (mk_vec3_sub (middle[i], middle[k])), >, 0.97f * side);
}

TEST (dominoes_fall_one_after_the_other)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'d','object':'domino','count':8,'arrange':'row'},{'op':'physics','targets':['d'],'scenario':'topple'}]");
  double fell[8];
  for (int i = 0; i < 8; i++) {
    g_autofree char *id = g_strdup_printf ("d.%d", i + 1);
    CHECK_REAL (lean (scene, id, 0), <, 0.05);
    for (fell[i] = 0; fell[i] < (double)scene->duration_s && lean (scene, id, fell[i]) < 0.3f;)
      fell[i] += 0.01;
    CHECK_REAL (lean (scene, id, (double)scene->duration_s), >, 0.8);
    CHECK (i == 0 || fell[i] > fell[i - 1]);
  }
}

TEST (a_bowling_ball_strikes_most_pins)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'b','object':'bowling ball'},{'op':'add','id':'p','object':'bowling pin','count':10},"
                                           "{'op':'physics','targets':['p'],'scenario':'strike','by':'b'}]");
  unsigned n_down = 0;
  for (int i = 0; i < 10; i++) {
    g_autofree char *id = g_strdup_printf ("p.%d", i + 1);
    CHECK_REAL (lean (scene, id, 0), <, 0.01);
    n_down += lean (scene, id, (double)scene->duration_s) > 0.5f;
  }
  CHECK_INT (n_down, >=, 7);
}

TEST (what_falls_off_a_table_stands_on_its_edge_and_lands_on_the_floor)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'t','object':'table'},{'op':'add','id':'v','object':'vase','place':[{'relation':'on','targets':['t']}]},"
                                           "{'op':'physics','targets':['v'],'scenario':'topple','from':'t'}]");
  mk_box table = test_box (scene, "t", 0);
  CHECK_REAL (test_lowest (scene, "v", 0), >, table.max.y - 0.02f);
  CHECK_REAL (test_lowest (scene, "v", (double)scene->duration_s), <, 0.03f);
}

/* How far the bonnet of a car is lifted or dug in, as a share of its length. */
static float
nose_of (const mk_scene *scene, double time_s)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, time_s);
  const float *m = pose->world[mk_scene_find (scene, "c")].m;
  return m[9] / mk_vec3_length ((mk_vec3){ m[8], m[9], m[10] });
}

TEST (a_car_that_crashes_into_a_wall_stays_on_its_wheels)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'c','object':'car'},{'op':'add','id':'w','object':'wall'},"
                                           "{'op':'physics','targets':['w'],'scenario':'strike','by':'c'}]");
  for (double t = 0; t < (double)scene->duration_s; t += 0.1) {
    CHECK_REAL (fabsf (nose_of (scene, t)), <, 0.2f);
    CHECK_REAL (test_middle (scene, "c", t).y, <, 1.5f);
  }
  CHECK_REAL (lean (scene, "w", (double)scene->duration_s), >, 0.5f);
}

TEST (equal_scenes_fall_equally_and_other_seeds_otherwise)
{
  const char *list = "[{'op':'render','seed':%d},{'op':'add','id':'c','object':'cube','count':6},{'op':'physics','targets':['c'],'scenario':'drop'}]";
  g_autofree char *one = g_strdup_printf (list, 1), *two = g_strdup_printf (list, 2);
  g_autoptr (mk_scene) a = test_scene (one), b = test_scene (one), c = test_scene (two);
  CHECK_INT (a->tracks->len, ==, b->tracks->len);
  for (guint i = 0; i < a->tracks->len; i++) {
    const mk_track *x = &g_array_index (a->tracks, mk_track, i), *y = &g_array_index (b->tracks, mk_track, i);
    CHECK_INT (x->n_keys, ==, y->n_keys);
    CHECK (memcmp (x->times_s, y->times_s, x->n_keys * sizeof (float)) == 0);
  }
  CHECK (fabsf (end_box (a, "c.1").min.x - end_box (c, "c.1").min.x) > 1e-4f);
}

TEST (what_cannot_fall_is_said)
{
  test_refused ("[{'op':'physics','scenario':'drop'}]", "nothing yet");
  test_refused ("[{'op':'add','id':'p','object':'bowling pin'},{'op':'physics','targets':['p'],'scenario':'strike'}]", "by");
  test_refused ("[{'op':'add','id':'p','object':'bowling pin'},{'op':'physics','targets':['p'],'scenario':'melt'}]", "topple");
}
