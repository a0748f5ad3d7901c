/* Gestures: what is done with the whole body, measured in the world. */
#include "scene/gesture.h"
#include "scene/life.h"
#include "stage.h"

static float
lowest_point (const mk_scene *scene, const char *id, double time_s)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, time_s);
  int root = mk_scene_find (scene, id);
  float low = INFINITY;
  for (int i = root; i < (int)scene->nodes->len && mk_scene_is_within (scene, i, root); i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    g_autofree mk_mat4 *matrices = node->skin >= 0 ? mk_skin_matrices (scene, pose, node->skin) : NULL;
    for (unsigned p = 0; p < node->n_parts; p++)
      for (uint32_t v = 0; v < node->parts[p].mesh->n_vertices; v++) {
        const mk_mesh *mesh = node->parts[p].mesh;
        mk_vec3 at = matrices != NULL && mesh->weights != NULL ? mk_mesh_skinned_point (mesh, v, matrices) : mk_mat4_point (pose->world[i], mesh->positions[v]);
        low = fminf (low, at.y);
      }
  }
  return low;
}

static mk_scene *
scene_of (const char *object, const char *how)
{
  g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'a','object':'%s','position':[0,0,0]},{'op':'animate','id':'g','motion':'gesture','how':'%s','targets':['a']}]", object, how);
  return test_scene (list);
}

TEST (whoever_makes_a_gesture_stands_kneels_or_lies_on_the_ground)
{
  static const char *const objects[] = { "man", "dog", "chicken" };
  for (size_t o = 0; o < MK_COUNT (objects); o++) {
    const char *const *names = mk_library_find (test_stage ()->library, objects[o])->gestures;
    for (size_t i = 0; names[i] != NULL; i++) {
      bool hops = mk_gesture_hops (mk_gesture_find (test_stage ()->library, names[i], mk_library_find (test_stage ()->library, objects[o])));
      g_autoptr (mk_scene) scene = scene_of (objects[o], names[i]);
      for (int k = 0; k <= 8; k++) {
        float low = lowest_point (scene, "a", (double)scene->duration_s * k / 8);
        if (low < -0.045f || (low > 0.045f && !hops))
          mk_test_fail (__FILE__, __LINE__, "%s, %s at %d/8: %g m over the ground", objects[o], names[i], k, (double)low);
      }
    }
  }
}

TEST (who_claps_three_times_brings_the_hands_together_three_times)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a','object':'woman','position':[0,0,0]},"
                                           "{'op':'animate','id':'g','motion':'gesture','how':'clap','repeat':3,'targets':['a']}]");
  unsigned n = 0;
  bool is_apart = true;
  for (double t = 0.02; t < (double)scene->duration_s; t += 0.02) {
    float apart = mk_vec3_length (mk_vec3_sub (test_joint (scene, "a", "left hand", t), test_joint (scene, "a", "right hand", t)));
    n += is_apart && apart < 0.24f;
    is_apart = apart > 0.34f || (is_apart && apart >= 0.24f);
  }
  CHECK_INT (n, ==, 4); /* they meet, and part and meet three times */
}

TEST (a_hand_that_stirs_goes_round_without_a_halt)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a','object':'man','position':[0,0,0]},{'op':'animate','id':'g','motion':'gesture','how':'stir','targets':['a'],'duration_s':6}]");
  const double step_s = 1 / 60.0;
  float slowest = INFINITY, sum = 0;
  unsigned n = 0;
  for (double t = 1; t < 4; t += step_s, n++) {
    float way = mk_vec3_length (mk_vec3_sub (test_joint (scene, "a", "right hand", t + step_s), test_joint (scene, "a", "right hand", t)));
    slowest = fminf (slowest, way);
    sum += way;
  }
  CHECK_REAL (slowest, >, 0.35 * (double)sum / n); /* with a halt at each pose it is 0.02 of it */
}

TEST (a_cartwheel_goes_over_the_hands_and_lands_aside)
{
  g_autoptr (mk_scene) scene = scene_of ("girl", "cartwheel");
  float high = test_box (scene, "a", 0).max.y;
  CHECK_REAL (test_joint (scene, "a", "left foot", 1).y, >, 0.75f * high);
  CHECK_REAL (test_joint (scene, "a", "left hand", 1).y, <, 0.25f * high);
  double end = (double)scene->duration_s;
  CHECK_REAL (test_joint (scene, "a", "hips", end).x, <, -1.3f * high);
  CHECK_REAL (test_joint (scene, "a", "head", end).y, >, 0.7f * high);
}

TEST (who_drinks_lifts_the_cup_to_the_face_and_puts_it_back)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a','object':'woman','position':[0,0,0]},{'op':'add','id':'c','object':'cup','place':[{'relation':'held','targets':['a']}]},"
                                           "{'op':'animate','id':'g','motion':'gesture','how':'drink','targets':['a']}]");
  mk_vec3 head = test_joint (scene, "a", "head", 1.5), cup = test_middle (scene, "c", 1.5);
  CHECK_NEAR (cup.y, head.y + 0.05, 0.14);
  CHECK_REAL (mk_vec3_length (mk_vec3_sub (cup, head)), <, 0.34f);
  CHECK_NEAR (test_middle (scene, "c", 3).y, test_middle (scene, "c", 0).y, 0.03);
}

TEST (who_crawls_goes_there_on_hands_and_knees)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a','object':'baby','position':[0,0,0]},{'op':'animate','id':'w','motion':'walk','how':'crawl','direction':'right','distance_m':1,'targets':['a']}]");
  double end = (double)scene->duration_s;
  for (double t = 1; t < end - 0.5; t += 0.5)
    CHECK_REAL (test_joint (scene, "a", "hips", t).y, <, 0.75f * test_joint (scene, "a", "left leg", 0).y + 0.2f);
  CHECK_REAL (test_joint (scene, "a", "left hand", end / 2).y, <, 0.2f);
  CHECK_REAL (test_joint (scene, "a", "left shin", end / 2).y, <, 0.15f);
  CHECK_NEAR (test_joint (scene, "a", "hips", end).x, 1, 0.25);
}

TEST (who_sleeps_in_a_bed_lies_on_it_with_the_head_at_its_head)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'b','object':'bed','position':[0,0,0]},{'op':'add','id':'a','object':'man','place':[{'relation':'inside','targets':['b']}]},"
                                           "{'op':'animate','id':'g','motion':'gesture','how':'sleep','targets':['a']}]");
  mk_box bed = test_box (scene, "b", 0);
  for (double t = 0; t <= 3; t += 1.5) {
    mk_vec3 hips = test_joint (scene, "a", "hips", t), head = test_joint (scene, "a", "head", t), foot = test_joint (scene, "a", "left foot", t);
    CHECK_REAL (hips.y, >, 0.35f);
    CHECK_REAL (head.y, <, 1.2f);
    CHECK_REAL (head.z, <, hips.z - 0.4f);
    CHECK_REAL (foot.z, >, hips.z + 0.4f);
    CHECK_REAL (head.z, >, bed.min.z);
    CHECK_REAL (foot.z, <, bed.max.z + 0.1f);
  }
}

TEST (a_wagged_tail_swings_well_to_both_sides)
{
  g_autoptr (mk_scene) scene = scene_of ("dog", "wag");
  float least = INFINITY, most = -INFINITY;
  for (double t = 0; t < 2; t += 0.05) {
    mk_vec3 tip = test_joint (scene, "a", "tail tip", t), root = test_joint (scene, "a", "tail", t);
    least = fminf (least, tip.x - root.x);
    most = fmaxf (most, tip.x - root.x);
  }
  CHECK_REAL (most, >, 0.06);
  CHECK_REAL (least, <, -0.06);
}

TEST (who_meditates_sits_on_the_ground_with_the_legs_crossed)
{
  g_autoptr (mk_scene) scene = scene_of ("man", "meditate");
  CHECK_NEAR (test_box (scene, "a", 2.5).min.y, 0, 0.02);
  CHECK_REAL (test_joint (scene, "a", "hips", 2.5).y, <, 0.25);
  CHECK_REAL (test_joint (scene, "a", "left foot", 2.5).x, <, test_joint (scene, "a", "left shin", 2.5).x - 0.2f);
  CHECK_REAL (test_joint (scene, "a", "right foot", 2.5).x, >, test_joint (scene, "a", "right shin", 2.5).x + 0.2f);
}

TEST (who_sits_where_there_is_a_floor_before_the_seat_has_the_feet_on_it)
{
  static const struct { const char *carrier; float above_m; } rows[] = { { "flying carpet", 0.02f }, { "canoe", 0.03f } };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'c','object':'%s','position':[0,0,0]},{'op':'add','id':'b','object':'boy','place':[{'relation':'on','targets':['c']}]}]", rows[i].carrier);
    g_autoptr (mk_scene) scene = test_scene (list);
    CHECK_REAL (test_joint (scene, "b", "left foot", 0).y, >, test_box (scene, "c", 0).min.y + rows[i].above_m);
  }
}

TEST (what_opens_was_closed_and_is_open_in_the_end)
{
  static const struct { const char *object, *motion; bool is_up; } rows[] = {
    { "laptop", "open", true }, { "laptop", "close", false }, { "treasure chest", "open", true }, { "toilet", "open", true },
  };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'a','object':'%s','position':[0,0,0]},{'op':'animate','id':'g','motion':'%s','targets':['a']}]", rows[i].object, rows[i].motion);
    g_autoptr (mk_scene) scene = test_scene (list);
    float before = test_box (scene, "a", 0).max.y, after = test_box (scene, "a", (double)scene->duration_s).max.y;
    if (rows[i].is_up != (after > 1.05f * before) || rows[i].is_up == (before > 1.05f * after))
      mk_test_fail (__FILE__, __LINE__, "%s, %s: %g m high, then %g m", rows[i].object, rows[i].motion, (double)before, (double)after);
  }
}

TEST (a_gesture_that_a_body_cannot_make_is_refused_by_name)
{
  g_autoptr (GError) error = NULL;
  CHECK (test_try ("[{'op':'add','id':'a','object':'dog'},{'op':'animate','id':'g','motion':'gesture','how':'clap','targets':['a']}]", &error) == NULL);
  CHECK (strstr (error->message, "clap") != NULL && strstr (error->message, "dog") != NULL);
}
