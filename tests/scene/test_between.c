/* What happens between two things: passed, fought, hugged. */
#include "scene/life.h"

#include "stage.h"

static mk_vec3
middle_at (const mk_scene *scene, const char *id, double time_s)
{
  mk_box box = test_box (scene, id, time_s);
  return mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
}

static double
end_of (const mk_scene *scene, size_t command)
{
  const mk_json *json = mk_json_at (scene->commands, command);
  return mk_json_get_real (mk_json_get (json, "start_s")) + mk_json_get_real (mk_json_get (json, "duration_s"));
}

/* Of the bone of that name below the thing `id`. */
static mk_vec3
bone_at (const mk_scene *scene, const char *id, const char *bone, double time_s)
{
  int root = mk_scene_find (scene, id);
  for (int i = root; i < (int)scene->nodes->len; i++)
    if (g_strcmp0 (mk_scene_get_node (scene, i)->name, bone) == 0 && mk_scene_is_within (scene, i, root)) {
      mk_mat4 world = mk_node_world (scene, i, time_s);
      return (mk_vec3){ world.m[12], world.m[13], world.m[14] };
    }
  mk_test_fail (__FILE__, __LINE__, "%s has no %s", id, bone);
  return (mk_vec3){ 0, 0, 0 };
}

static float
far_apart (mk_vec3 a, mk_vec3 b)
{
  return mk_vec3_length (mk_vec3_sub (a, b));
}

#define TWO "{'op':'add','id':'a-1','object':'boy','position':[0,0,0]},{'op':'add','id':'b-1','object':'girl','position':[4,0,0]},"

TEST (a_kicked_ball_waits_for_the_foot_flies_to_the_hands_and_stays_there)
{
  g_autoptr (mk_scene) scene = test_scene ("[" TWO "{'op':'add','id':'c-1','object':'ball','position':[0.45,0,0]},"
                                           "{'op':'animate','id':'m-1','targets':['c-1'],'motion':'fly','how':'kick','by':'a-1','to':'b-1'}]");
  double end_s = end_of (scene, 3);
  CHECK_REAL (far_apart (middle_at (scene, "c-1", 0.4), middle_at (scene, "c-1", 0)), <, 0.01);
  mk_vec3 last = middle_at (scene, "c-1", end_s), hand = bone_at (scene, "b-1", "left hand", end_s);
  CHECK_REAL (far_apart (last, hand), <, 0.45);
  CHECK_REAL (last.y, >, 0.4);
  CHECK_REAL (far_apart (last, middle_at (scene, "c-1", end_s + 2)), <, 0.01);
  float foot_back = bone_at (scene, "a-1", "right foot", 0.28).x, foot_ahead = bone_at (scene, "a-1", "right foot", 0.58).x;
  CHECK_REAL (foot_ahead - foot_back, >, 0.3); /* the leg swings towards the ball */
  mk_mat4 kicker = mk_node_world (scene, mk_scene_find (scene, "a-1"), 0.1), getter = mk_node_world (scene, mk_scene_find (scene, "b-1"), 0.1);
  CHECK_REAL (kicker.m[8], >, 0.95); /* they face each other */
  CHECK_REAL (getter.m[8], <, -0.95);
}

TEST (a_thrown_ball_goes_with_the_hands_before_it_leaves_them)
{
  g_autoptr (mk_scene) scene = test_scene ("[" TWO "{'op':'add','id':'c-1','object':'ball','place':[{'relation':'held','targets':['a-1']}]},"
                                           "{'op':'animate','id':'m-1','targets':['c-1'],'motion':'fly','how':'throw','by':'a-1','to':'b-1'}]");
  for (double t = 0.42; t < 0.65; t += 0.1)
    CHECK_REAL (far_apart (middle_at (scene, "c-1", t), bone_at (scene, "a-1", "right hand", t)), <, 0.4);
  float highest = 0;
  for (double t = 0.7; t < end_of (scene, 3); t += 0.05)
    highest = fmaxf (highest, middle_at (scene, "c-1", t).y);
  CHECK_REAL (highest, >, middle_at (scene, "c-1", end_of (scene, 3)).y + 0.3f);
  CHECK_REAL (far_apart (middle_at (scene, "c-1", end_of (scene, 3)), bone_at (scene, "b-1", "right hand", end_of (scene, 3))), <, 0.45);
}

TEST (what_nobody_gets_comes_down_ahead_of_who_kicked_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a-1','object':'boy','position':[0,0,0],'facing':'right'},{'op':'add','id':'c-1','object':'ball','position':[0.45,0,0]},"
                                           "{'op':'animate','id':'m-1','targets':['c-1'],'motion':'fly','by':'a-1'}]");
  mk_vec3 first = middle_at (scene, "c-1", 0), last = middle_at (scene, "c-1", end_of (scene, 2));
  CHECK_REAL (last.x - first.x, >, 2);
  CHECK_NEAR (last.y, first.y, 0.05);
}

TEST (what_is_given_goes_from_hands_to_hands)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a-1','object':'boy','position':[0,0,0],'facing':'right'},{'op':'add','id':'b-1','object':'girl','position':[1.1,0,0]},"
                                           "{'op':'add','id':'c-1','object':'flower','place':[{'relation':'held','targets':['a-1']}]},"
                                           "{'op':'animate','id':'m-1','targets':['c-1'],'motion':'give','by':'a-1','to':'b-1'}]");
  double end_s = end_of (scene, 3);
  CHECK_REAL (far_apart (middle_at (scene, "c-1", end_s), bone_at (scene, "b-1", "right hand", end_s)), <, 0.35);
  CHECK_REAL (middle_at (scene, "c-1", end_s).x, >, middle_at (scene, "c-1", 0).x + 0.2f);
}

TEST (fighters_face_each_other_within_reach_and_strike_in_turns)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a-1','object':'knight','count':2},{'op':'animate','id':'m-1','targets':['a-1'],'motion':'fight'}]");
  mk_mat4 one = mk_node_world (scene, mk_scene_find (scene, "a-1.1"), 0.5), two = mk_node_world (scene, mk_scene_find (scene, "a-1.2"), 0.5);
  float sign = two.m[12] > one.m[12] ? 1 : -1;
  CHECK_REAL (sign * one.m[8], >, 0.95);
  CHECK_REAL (sign * two.m[8], <, -0.95);
  CHECK_REAL (fabsf (two.m[12] - one.m[12]), <, 2.2);
  const double blows[] = { 0.58, 1.48 }; /* a blow lands: its own body is ahead, the other's is not */
  for (int i = 0; i < 2; i++) {
    const char *who = i == 0 ? "a-1.1" : "a-1.2", *other = i == 0 ? "a-1.2" : "a-1.1";
    CHECK_REAL (far_apart (bone_at (scene, who, "chest", blows[i]), bone_at (scene, who, "chest", 0)), >, 0.08);
    CHECK_REAL (far_apart (bone_at (scene, who, "chest", blows[i]), bone_at (scene, who, "chest", 0)), >, far_apart (bone_at (scene, other, "chest", blows[i]), bone_at (scene, other, "chest", 0)));
  }
}

TEST (two_who_throw_a_ball_to_each_other_have_it_in_turns)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a-1','object':'child','count':2,'arrange':'row','spacing_m':2.5},"
                                           "{'op':'add','id':'c-1','object':'ball','place':[{'relation':'held','targets':['a-1']}]},"
                                           "{'op':'animate','id':'m-1','targets':['c-1'],'motion':'fly','how':'throw','by':'a-1','duration_s':8}]");
  unsigned n_left = 0, n_right = 0;
  bool is_left = false, is_right = false;
  for (double t = 0; t < 8; t += 0.1) {
    float x = middle_at (scene, "c-1", t).x;
    n_left += !is_left && x < -0.9f;
    n_right += !is_right && x > 0.9f;
    is_left = x < -0.9f;
    is_right = x > 0.9f;
  }
  CHECK_INT (n_left, >=, 2);
  CHECK_INT (n_right, >=, 2);
}

TEST (who_shake_hands_hold_the_same_place_and_move_it_up_and_down)
{
  g_autoptr (mk_scene) scene = test_scene ("[" TWO "{'op':'animate','id':'m-1','targets':['a-1','b-1'],'motion':'meet','how':'handshake'}]");
  double met_s = end_of (scene, 2) - 0.9;
  float least = INFINITY, most = 0;
  for (double t = met_s; t < met_s + 0.4; t += 0.05) {
    mk_vec3 a = bone_at (scene, "a-1", "right hand", t), b = bone_at (scene, "b-1", "right hand", t);
    CHECK_REAL (far_apart (a, b), <, 0.2);
    least = fminf (least, a.y);
    most = fmaxf (most, a.y);
  }
  CHECK_REAL (most - least, >, 0.03);
}

TEST (who_kiss_come_closer_with_their_heads_than_they_stand)
{
  g_autoptr (mk_scene) scene = test_scene ("[" TWO "{'op':'animate','id':'m-1','targets':['a-1','b-1'],'motion':'meet','how':'kiss'}]");
  double kiss_s = end_of (scene, 2) - 1.2;
  mk_vec3 a = bone_at (scene, "a-1", "head", kiss_s), b = bone_at (scene, "b-1", "head", kiss_s);
  CHECK_REAL (far_apart (a, b), <, far_apart (bone_at (scene, "a-1", "hips", kiss_s), bone_at (scene, "b-1", "hips", kiss_s)) - 0.02f);
  CHECK_REAL (far_apart (a, b), <, 0.4);
  CHECK_REAL (far_apart (bone_at (scene, "a-1", "left hand", kiss_s), b), <, 0.6); /* in each other's arms */
}

TEST (a_high_five_brings_right_hands_together_over_the_heads)
{
  g_autoptr (mk_scene) scene = test_scene ("[" TWO "{'op':'animate','id':'m-1','targets':['a-1','b-1'],'motion':'meet','how':'high-five'}]");
  float nearest = INFINITY, high = 0;
  for (double t = 0.5; t < end_of (scene, 2); t += 0.04) {
    mk_vec3 a = bone_at (scene, "a-1", "right hand", t), b = bone_at (scene, "b-1", "right hand", t);
    if (far_apart (a, b) < nearest)
      high = a.y;
    nearest = fminf (nearest, far_apart (a, b));
  }
  CHECK_REAL (nearest, <, 0.2);
  CHECK_REAL (high, >, 0.8f * test_box (scene, "a-1", 0).max.y);
}

TEST (a_couple_dances_around_the_middle_facing_each_other)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a-1','object':'man','position':[0,0,0]},{'op':'add','id':'b-1','object':'woman','position':[1,0,0]},"
                                           "{'op':'animate','id':'m-1','targets':['a-1','b-1'],'motion':'dance','how':'couple','duration_s':6}]");
  for (double t = 1; t < 6; t += 0.5) {
    mk_mat4 a = mk_node_world (scene, mk_scene_find (scene, "a-1"), t), b = mk_node_world (scene, mk_scene_find (scene, "b-1"), t);
    mk_vec3 way = { b.m[12] - a.m[12], 0, b.m[14] - a.m[14] };
    CHECK_REAL (mk_vec3_length (way), <, 0.9);
    way = mk_vec3_normalize (way);
    CHECK_REAL (way.x * a.m[8] + way.z * a.m[10], >, 0.95);
    CHECK_REAL (way.x * b.m[8] + way.z * b.m[10], <, -0.95);
  }
  mk_vec3 early = bone_at (scene, "a-1", "hips", 0.2), late = bone_at (scene, "a-1", "hips", 3);
  CHECK_REAL (far_apart (early, late), >, 0.3);
}

TEST (a_hug_brings_two_together_with_hands_behind_the_other)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a-1','object':'man','position':[0,0,0]},{'op':'add','id':'b-1','object':'woman','position':[1.5,0,0]},"
                                           "{'op':'animate','id':'m-1','targets':['a-1','b-1'],'motion':'hug'}]");
  float apart = far_apart (bone_at (scene, "a-1", "hips", 2), bone_at (scene, "b-1", "hips", 2));
  CHECK_REAL (apart, <, 0.6);
  CHECK_REAL (apart, >, 0.15);
  CHECK_REAL (bone_at (scene, "a-1", "right hand", 2).x, >, bone_at (scene, "a-1", "right hand", 0).x + 0.3f);
}

TEST (a_whale_leaps_out_of_the_water_nose_first_and_is_under_it_before_and_after)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'ground','surface':'water'},{'op':'add','id':'a-1','object':'whale'},{'op':'animate','id':'m-1','targets':['a-1'],'motion':'jump'}]");
  double end_s = end_of (scene, 2);
  CHECK_REAL (test_box (scene, "a-1", 0).max.y, <, 0.3);
  CHECK_REAL (test_box (scene, "a-1", end_s).max.y, <, 0.3);
  CHECK_REAL (test_box (scene, "a-1", end_s / 2).min.y, >, 0.5);
  CHECK_REAL (middle_at (scene, "a-1", end_s).x - middle_at (scene, "a-1", 0).x, >, 5);
  int whale = mk_scene_find (scene, "a-1");
  CHECK_REAL (mk_node_world (scene, whale, 0.2 * end_s).m[9], >, 0.4);  /* up goes the nose, and down */
  CHECK_REAL (mk_node_world (scene, whale, 0.8 * end_s).m[9], <, -0.4);
}

TEST (a_rocket_on_its_pad_rises_upright)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'b-1','object':'launch pad'},{'op':'add','id':'a-1','object':'rocket','place':[{'relation':'on','targets':['b-1']}]},"
                                           "{'op':'animate','id':'m-1','targets':['a-1'],'motion':'rise'}]");
  mk_vec3 first = middle_at (scene, "a-1", 0), last = middle_at (scene, "a-1", end_of (scene, 2));
  CHECK_REAL (test_box (scene, "a-1", 0).min.y, >, 0.7);
  CHECK_REAL (last.y - first.y, >, 15);
  CHECK_REAL (hypotf (last.x - first.x, last.z - first.z), <, 0.05);
  CHECK_REAL (mk_node_world (scene, mk_scene_find (scene, "a-1"), end_of (scene, 2) / 2).m[5], >, 0.99);
}
