/* What one does to a thing: push it, climb it, dive into it, change places with it; measured in the world. */
#include "scene/layout.h"
#include "scene/life.h"
#include "stage.h"

static mk_vec3
middle_of (mk_box box)
{
  return mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
}

TEST (who_pushes_walks_behind_the_box_with_the_hands_on_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'b-1','object':'boy','position':[0,0,0]},{'op':'add','id':'c-1','object':'cube','position':[1.5,0,0]},"
                                           "{'op':'animate','id':'p-1','motion':'push','targets':['c-1'],'by':'b-1','duration_s':4}]");
  float start = middle_of (test_box (scene, "c-1", 0)).x;
  for (double t = 0.8; t < 3.3; t += 0.25) {
    mk_box box = test_box (scene, "c-1", t), boy = test_box (scene, "b-1", t);
    CHECK_REAL (middle_of (boy).x, <, box.min.x);
    static const char *const hands[] = { "left hand", "right hand" };
    for (int k = 0; k < 2; k++)
      CHECK_NEAR (test_joint (scene, "b-1", hands[k], t).x, box.min.x, 0.12);
  }
  CHECK_REAL (middle_of (test_box (scene, "c-1", 4)).x, >, start + 0.8f);
}

TEST (a_pram_is_pushed_by_its_handle_and_rolls_forwards)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'w-1','object':'woman','position':[0,0,0]},{'op':'add','id':'s-1','object':'stroller','position':[1.5,0,0]},"
                                           "{'op':'animate','id':'p-1','motion':'push','targets':['s-1'],'by':'w-1','duration_s':4}]");
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) grip = mk_scene_find_targets (scene, "s-1/grip", &error);
  CHECK_OK (grip, error);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 2);
  mk_vec3 handle = middle_of (mk_scene_bounds (scene, pose, g_array_index (grip, int, 0))), pram = middle_of (test_box (scene, "s-1", 2)), woman = middle_of (test_box (scene, "w-1", 2));
  CHECK_REAL (woman.x, <, handle.x);
  CHECK_REAL (handle.x, <, pram.x - 0.3);
}

TEST (who_climbs_a_ladder_goes_up_along_it_and_never_lets_go_with_all_four)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'m-1','object':'man','position':[0,0,1]},{'op':'add','id':'l-1','object':'ladder','position':[0,0,0]},"
                                           "{'op':'animate','id':'c-1','motion':'climb','targets':['m-1'],'to':'l-1'}]");
  double end = (double)scene->duration_s;
  float before = -1;
  for (double t = 0.5; t < end; t += 0.1) {
    mk_vec3 at = middle_of (test_box (scene, "m-1", t));
    CHECK_REAL (fabsf (at.x), <, 0.25f);
    CHECK_REAL (at.z, <, 0.6f);
    float foot = test_box (scene, "m-1", t).min.y;
    CHECK_REAL (foot, >, before - 0.1f);
    before = fmaxf (foot, before);
    float still = 1;
    static const char *const holds[] = { "left hand", "right hand", "left foot", "right foot" };
    for (int k = 0; k < 4; k++)
      still = fminf (still, fabsf (test_joint (scene, "m-1", holds[k], t + 0.02).y - test_joint (scene, "m-1", holds[k], t).y));
    CHECK_REAL (still, <, 0.01f);
  }
  CHECK_REAL (before, >, 0.6f);
  CHECK_REAL (before, <, 1.7f);
}

TEST (who_dives_goes_in_head_first_and_comes_up_again)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'g-1','object':'girl','position':[-4.5,0,0]},{'op':'add','id':'p-1','object':'pool','position':[0,0,0]},"
                                           "{'op':'animate','id':'d-1','motion':'dive','targets':['g-1'],'to':'p-1'}]");
  mk_box water = test_box (scene, "p-1", 0);
  double in = -1;
  for (double t = 0.4; t < 2 && in < 0; t += 0.02)
    if (test_joint (scene, "g-1", "head", t).y < 0.1f)
      in = t;
  CHECK_REAL (in, >, 0);
  mk_vec3 head = test_joint (scene, "g-1", "head", in);
  CHECK_REAL (test_joint (scene, "g-1", "left foot", in).y, >, 0.3f);
  CHECK_REAL (head.x, >, water.min.x);
  CHECK_REAL (head.x, <, water.max.x);
  CHECK_REAL (test_box (scene, "g-1", in + 0.6).max.y, <, 0.1f);
  double end = (double)scene->duration_s;
  CHECK_REAL (test_box (scene, "g-1", end).max.y, >, 0.15f);
}

TEST (two_that_swap_stand_where_the_other_stood)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a-1','object':'car','position':[-3,0,0]},{'op':'add','id':'b-1','object':'car','position':[3,0,0]},"
                                           "{'op':'animate','id':'s-1','motion':'swap','targets':['a-1','b-1']}]");
  double end = (double)scene->duration_s;
  CHECK_NEAR (middle_of (test_box (scene, "a-1", end)).x, 3, 0.05);
  CHECK_NEAR (middle_of (test_box (scene, "b-1", end)).x, -3, 0.05);
  for (double t = 0; t < end; t += 0.1) {
    mk_box a = test_box (scene, "a-1", t), b = test_box (scene, "b-1", t);
    CHECK_REAL (mk_vec3_length (mk_vec3_sub (middle_of (a), middle_of (b))), >, 3);
  }
}

TEST (who_points_at_the_moon_stretches_an_arm_towards_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'w-1','object':'woman','position':[0,0,0]},{'op':'add','id':'m-1','object':'moon','position':[4,5,1]},"
                                           "{'op':'animate','id':'p-1','motion':'point','targets':['w-1'],'to':'m-1'}]");
  mk_vec3 goal = middle_of (test_box (scene, "m-1", 2)), shoulder = test_joint (scene, "w-1", "left arm", 2), hand = test_joint (scene, "w-1", "left hand", 2);
  mk_vec3 arm = mk_vec3_normalize (mk_vec3_sub (hand, shoulder)), way = mk_vec3_normalize (mk_vec3_sub (goal, shoulder));
  CHECK_REAL (mk_vec3_dot (arm, way), >, 0.9f);
}

TEST (a_ball_thrown_at_a_hoop_falls_through_its_rim)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'b-1','object':'boy','position':[0,0,0]},{'op':'add','id':'h-1','object':'basketball hoop','position':[4,0,0]},"
                                           "{'op':'add','id':'c-1','object':'basketball','place':[{'relation':'held','targets':['b-1']}]},"
                                           "{'op':'animate','id':'f-1','motion':'fly','how':'throw','targets':['c-1'],'by':'b-1','to':'h-1','end':'in'}]");
  g_autoptr (GArray) rims = mk_object_find_parts (scene, mk_scene_find (scene, "h-1"), "rim");
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  mk_vec3 rim = middle_of (mk_scene_bounds (scene, pose, g_array_index (rims, int, 0)));
  double through = -1;
  for (double t = 0.8; t < (double)scene->duration_s && through < 0; t += 0.02) {
    mk_vec3 now = middle_of (test_box (scene, "c-1", t)), next = middle_of (test_box (scene, "c-1", t + 0.02));
    if (now.y > rim.y && next.y <= rim.y)
      through = t;
  }
  CHECK_REAL (through, >, 0);
  mk_vec3 ball = middle_of (test_box (scene, "c-1", through)), end = middle_of (test_box (scene, "c-1", (double)scene->duration_s));
  CHECK_NEAR (ball.x, rim.x, 0.1);
  CHECK_NEAR (ball.z, rim.z, 0.1);
  CHECK_REAL (end.y, <, 0.2f);
}

TEST (each_of_several_carries_its_own)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'g-1','object':'girl','count':3},{'op':'add','id':'u-1','object':'umbrella','count':3,'place':[{'relation':'held','targets':['g-1']}]},"
                                           "{'op':'animate','id':'w-1','motion':'walk','targets':['g-1'],'direction':'right'}]");
  static const char *const pairs[][2] = { { "g-1.1", "u-1.1" }, { "g-1.2", "u-1.2" }, { "g-1.3", "u-1.3" } };
  double end = (double)scene->duration_s;
  for (size_t i = 0; i < MK_COUNT (pairs); i++) {
    mk_vec3 before = mk_vec3_sub (middle_of (test_box (scene, pairs[i][1], 0)), middle_of (test_box (scene, pairs[i][0], 0)));
    mk_vec3 after = mk_vec3_sub (middle_of (test_box (scene, pairs[i][1], end)), middle_of (test_box (scene, pairs[i][0], end)));
    CHECK_REAL (mk_vec3_length (before), <, 1);
    CHECK_REAL (mk_vec3_length (mk_vec3_sub (after, before)), <, 0.8f); /* who turns to walk swings it along */
    CHECK_REAL (test_box (scene, pairs[i][1], 0).min.y, >, 0.3f);       /* an umbrella is held up */
  }
}

TEST (of_two_things_one_is_in_each_hand)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'w-1','object':'woman'},{'op':'add','id':'c-1','object':'candle','count':2,'place':[{'relation':'held','targets':['w-1']}]}]");
  static const char *const pairs[][2] = { { "right hand", "c-1.1" }, { "left hand", "c-1.2" } };
  for (size_t i = 0; i < MK_COUNT (pairs); i++) {
    mk_vec3 hand = test_joint (scene, "w-1", pairs[i][0], 1), candle = test_middle (scene, pairs[i][1], 1);
    CHECK_REAL (hypotf (hand.x - candle.x, hand.z - candle.z), <, 0.15f);
    CHECK_REAL (fabsf (hand.y - candle.y), <, 0.25f);
  }
}

TEST (a_child_on_its_father_sits_on_his_shoulders)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'f-1','object':'man'},{'op':'add','id':'g-1','object':'girl','place':[{'relation':'on','targets':['f-1']}]},"
                                           "{'op':'animate','id':'w-1','motion':'walk','targets':['f-1'],'direction':'toward'}]");
  for (double t = 0; t < (double)scene->duration_s; t += 0.5) {
    mk_box father = test_box (scene, "f-1", t), girl = test_box (scene, "g-1", t);
    CHECK_REAL (girl.max.y, >, father.max.y);                                     /* her head is over his, */
    CHECK_REAL (girl.min.y, <, father.max.y - 0.3f * (father.max.y - father.min.y)); /* and her legs hang beside it */
    CHECK_REAL (hypotf (middle_of (girl).x - middle_of (father).x, middle_of (girl).z - middle_of (father).z), <, 0.3f);
  }
}

/* --- up, down, and from hand to hand --- */

TEST (a_ball_falls_from_tread_to_tread_and_runs_out_behind_the_stairs)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'b-1','object':'ball'},{'op':'add','id':'s-1','object':'stairs','position':[0,0,0]},{'op':'animate','id':'r-1','targets':['b-1'],'motion':'roll','along':'s-1'}]");
  mk_box stairs = test_box (scene, "s-1", 0);
  double end = (double)scene->duration_s;
  CHECK_NEAR (test_box (scene, "b-1", 0).min.y, stairs.max.y, 0.03);
  CHECK_NEAR (mk_box_middle (test_box (scene, "b-1", end)).y, mk_box_middle (test_box (scene, "b-1", 0)).y - stairs.max.y, 0.03);
  CHECK (test_box (scene, "b-1", end).min.z > stairs.max.z);
  float up = 0;
  for (double t = 0; t < end; t += 0.05)
    up = fmaxf (up, test_box (scene, "b-1", t + 0.05).min.y - test_box (scene, "b-1", t).min.y);
  CHECK (up > 0.005f); /* it bounces */
}

TEST (what_rolls_or_slides_down_a_hill_stays_on_it_and_ends_at_its_foot)
{
  static const char *const bodies[] = { "'ball'},{'op':'animate','id':'r-1','targets':['b-1'],'motion':'roll'", "'sleigh'},{'op':'animate','id':'r-1','targets':['b-1'],'motion':'slide'" };
  for (size_t k = 0; k < MK_COUNT (bodies); k++) {
    g_autofree char *commands = g_strdup_printf ("[{'op':'add','id':'h-1','object':'hill','position':[0,0,0]},{'op':'add','id':'b-1','place':[{'relation':'on','targets':['h-1']}],'object':%s,'along':'h-1'}]", bodies[k]);
    g_autoptr (mk_scene) scene = test_scene (commands);
    mk_box hill = test_box (scene, "h-1", 0);
    double end = (double)scene->duration_s;
    CHECK (test_box (scene, "b-1", 0).min.y > 0.9f * hill.max.y);
    CHECK (test_box (scene, "b-1", end).max.y < 0.2f * hill.max.y);
    float before = hill.max.y + 1;
    for (double t = 0; t < end; t += 0.25) {
      mk_vec3 at = mk_box_middle (test_box (scene, "b-1", t));
      CHECK (at.y < before + 0.02f);
      before = at.y;
    }
  }
}

TEST (who_walks_up_stairs_sets_each_foot_on_a_tread_and_ends_at_the_top)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'m-1','object':'man','position':[0,0,3]},{'op':'add','id':'s-1','object':'stairs','position':[0,0,0]},"
                                           "{'op':'animate','id':'w-1','motion':'walk','direction':'up','targets':['m-1']}]");
  mk_box stairs = test_box (scene, "s-1", 0);
  double end = mk_json_get_real (mk_json_get (mk_json_at (scene->commands, 2), "duration_s"));
  CHECK_NEAR (test_box (scene, "m-1", end).min.y, stairs.max.y, 0.06);
  unsigned n = 0, n_on = 0;
  static const char *const feet[] = { "left foot", "right foot" };
  float sole = test_joint (scene, "m-1", "left foot", 0).y;
  for (double t = 1; t < end - 0.5; t += 1 / 24.0)
    for (int k = 0; k < 2; k++) {
      mk_vec3 now = test_joint (scene, "m-1", feet[k], t), then = test_joint (scene, "m-1", feet[k], t + 1 / 24.0);
      if (mk_vec3_length (mk_vec3_sub (now, then)) > 0.004f)
        continue; /* on its way */
      float tread = (now.y - sole) / 0.2f;
      n++;
      n_on += fabsf (tread - roundf (tread)) < 0.2f;
    }
  CHECK_INT (n, >, 20);
  CHECK_REAL ((double)n_on / n, >, 0.85);
}

TEST (who_goes_down_a_slide_sits_on_it_and_ends_where_it_ends)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'g-1','object':'girl','position':[2,0,0]},{'op':'add','id':'s-1','object':'slide','position':[0,0,0]},"
                                           "{'op':'animate','id':'w-1','motion':'slide','along':'s-1','targets':['g-1']}]");
  double end = mk_json_get_real (mk_json_get (mk_json_at (scene->commands, 2), "duration_s"));
  mk_box slide = test_box (scene, "s-1", 0);
  float before = INFINITY;
  for (double t = 0; t <= end; t += 0.1) {
    mk_vec3 hips = test_joint (scene, "g-1", "hips", t);
    CHECK_REAL (fabsf (hips.x), <, 0.15f);
    CHECK_REAL (hips.y, <, before + 0.05f);
    before = fminf (before, hips.y);
  }
  CHECK_REAL (test_joint (scene, "g-1", "hips", 0).y, >, 1.5f);
  mk_vec3 at_end = test_joint (scene, "g-1", "hips", end);
  CHECK_REAL (at_end.y, <, 0.9f);
  CHECK_REAL (at_end.z, >, slide.max.z - 0.8f);
}

static int
joint_node (const mk_scene *scene, const char *id, const char *name)
{
  int root = mk_scene_find (scene, id);
  for (int i = root; i < (int)scene->nodes->len; i++)
    if (mk_scene_is_within (scene, i, root) && g_strcmp0 (mk_scene_get_node (scene, i)->name, name) == 0)
      return i;
  return -1;
}

TEST (a_ball_that_is_dribbled_goes_from_the_hand_to_the_ground_and_back)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'b-1','object':'boy'},{'op':'add','id':'o-1','object':'basketball','place':[{'relation':'held','targets':['b-1']}]},"
                                           "{'op':'animate','id':'d-1','motion':'gesture','how':'dribble','targets':['b-1'],'duration_s':4}]");
  int hand = joint_node (scene, "b-1", "right hand"), n_down = 0, n_held = 0;
  bool was_down = false, was_held = false;
  for (int k = 0; k <= 400; k++) {
    double time_s = 0.01 * k;
    mk_box ball = test_box (scene, "o-1", time_s);
    mk_vec3 palm = mk_mat4_point (mk_node_world (scene, hand, time_s), (mk_vec3){ 0, 0, 0 });
    bool is_down = ball.min.y < 0.06f, is_held = mk_vec3_length (mk_vec3_sub (palm, mk_box_middle (ball))) < 0.6f * (ball.max.y - ball.min.y) + 0.1f;
    CHECK_REAL (ball.min.y, >, -0.02f);
    n_down += is_down && !was_down;
    n_held += is_held && !was_held;
    was_down = is_down;
    was_held = is_held;
  }
  CHECK_INT (n_down, >, 3);
  CHECK_INT (n_held, >, 3);
}

TEST (who_fishes_stands_at_the_shore_and_the_float_hangs_over_the_water)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'m-1','object':'man'},{'op':'add','id':'r-1','object':'fishing rod','place':[{'relation':'held','targets':['m-1']}]},"
                                           "{'op':'add','id':'l-1','object':'lake'},{'op':'animate','id':'f-1','motion':'gesture','how':'fish','targets':['m-1'],'to':'l-1','duration_s':4}]");
  mk_vec3 hand = mk_mat4_point (mk_node_world (scene, joint_node (scene, "m-1", "right hand"), 1), (mk_vec3){ 0, 0, 0 });
  mk_vec3 grip = mk_mat4_point (mk_node_world (scene, mk_scene_find (scene, "r-1"), 1), (mk_vec3){ 0, 0.25f, 0.02f });
  mk_vec3 bobber = mk_mat4_point (mk_node_world (scene, joint_node (scene, "r-1", "bobber"), 1), (mk_vec3){ 0, 0, 0 }), line = mk_mat4_point (mk_node_world (scene, joint_node (scene, "r-1", "line"), 1), (mk_vec3){ 0, 0, 0 });
  CHECK_REAL (mk_vec3_length (mk_vec3_sub (hand, grip)), <, 0.15f);
  CHECK_REAL (hypotf (bobber.x - line.x, bobber.z - line.z), <, 0.25f); /* it hangs */
  CHECK_REAL (bobber.y, <, 0.3f);
  mk_vec3 man = test_middle (scene, "m-1", 1);
  mk_vec3 ahead = mk_vec3_normalize ((mk_vec3){ bobber.x - man.x, 0, bobber.z - man.z });
  float y;
  CHECK (mk_layout_surface (scene, mk_scene_find (scene, "l-1"), bobber.x + ahead.x, bobber.z + ahead.z, 5, &y));
  CHECK_REAL (hypotf (bobber.x - man.x, bobber.z - man.z), <, 3);
}

TEST (who_types_at_a_table_has_the_laptop_before_them_and_the_hands_on_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'t-1','object':'table'},{'op':'add','id':'c-1','object':'chair','place':[{'relation':'behind','targets':['t-1']}]},"
                                           "{'op':'add','id':'m-1','object':'man','place':[{'relation':'on','targets':['c-1']}]},{'op':'add','id':'l-1','object':'laptop','place':[{'relation':'on','targets':['t-1']}]},"
                                           "{'op':'animate','id':'g-1','motion':'gesture','how':'type','targets':['m-1'],'duration_s':4}]");
  int laptop = mk_scene_find (scene, "l-1"), man = mk_scene_find (scene, "m-1");
  mk_vec3 front = mk_mat4_direction (mk_node_world (scene, laptop, 2), (mk_vec3){ 0, 0, 1 }), ahead = mk_mat4_direction (mk_node_world (scene, man, 2), (mk_vec3){ 0, 0, 1 });
  CHECK_REAL (mk_vec3_dot (mk_vec3_normalize (front), mk_vec3_normalize (ahead)), <, -0.99);
  CHECK_NEAR (test_box (scene, "l-1", 2).min.y, test_box (scene, "t-1", 2).max.y, 0.02);
  static const char *const hands[] = { "left hand", "right hand" };
  for (size_t i = 0; i < MK_COUNT (hands); i++) {
    mk_vec3 hand = mk_mat4_point (mk_node_world (scene, joint_node (scene, "m-1", hands[i]), 2), (mk_vec3){ 0, 0, 0 }), keys = test_middle (scene, "l-1", 2);
    CHECK_REAL (hypotf (hand.x - keys.x, hand.z - keys.z), <, 0.35f);
    CHECK_REAL (hand.y, >, test_box (scene, "t-1", 2).max.y);
  }
}

TEST (what_is_juggled_flies_from_hand_to_hand_one_after_the_other)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'c-1','object':'man','position':[0,0,0]},{'op':'add','id':'b-1','object':'tennis ball','count':3,'position':[0,0,0.6]},"
                                           "{'op':'animate','id':'j-1','motion':'gesture','how':'juggle','targets':['c-1'],'duration_s':4}]");
  static const char *const balls[] = { "b-1.1", "b-1.2", "b-1.3" };
  float high = test_box (scene, "c-1", 0).max.y;
  for (int k = 0; k < 3; k++) {
    unsigned n_left = 0, n_right = 0;
    float top = 0;
    for (double t = 1; t < 4; t += 1 / 30.0) {
      mk_vec3 at = middle_of (test_box (scene, balls[k], t));
      top = fmaxf (top, at.y);
      CHECK_REAL (at.y, >, 0.4f * high);
      n_left += mk_vec3_length (mk_vec3_sub (at, test_joint (scene, "c-1", "left hand", t))) < 0.2f;
      n_right += mk_vec3_length (mk_vec3_sub (at, test_joint (scene, "c-1", "right hand", t))) < 0.2f;
    }
    CHECK_REAL (top, >, 0.85f * high);
    CHECK_INT (n_left, >, 5);
    CHECK_INT (n_right, >, 5);
  }
}

TEST (a_cart_stays_behind_the_horse_that_pulls_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'h-1','object':'horse'},{'op':'add','id':'c-1','object':'cart','place':[{'relation':'behind','targets':['h-1']}]},"
                                           "{'op':'animate','id':'w-1','motion':'walk','targets':['h-1','c-1']}]");
  mk_vec3 first = mk_vec3_sub (middle_of (test_box (scene, "h-1", 0)), middle_of (test_box (scene, "c-1", 0)));
  CHECK_REAL (first.x, >, 1);
  CHECK_NEAR (first.z, 0, 0.1);
  for (double t = 1; t < (double)scene->duration_s; t += 1)
    CHECK_NEAR (middle_of (test_box (scene, "h-1", t)).x - middle_of (test_box (scene, "c-1", t)).x, first.x, 0.1);
}

/* The largest way of a point of one node, seen from another, over the film. */
static float
wander (const mk_scene *scene, int from, int node)
{
  mk_box seen = MK_BOX_EMPTY;
  for (double t = 0; t <= (double)scene->duration_s; t += 0.1) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, t);
    mk_mat4 between = mk_mat4_mul (mk_mat4_inverse (pose->world[from]), pose->world[node]);
    mk_vec3 at = { between.m[12], between.m[13], between.m[14] };
    seen = mk_box_union (seen, (mk_box){ at, at });
  }
  return mk_vec3_length (mk_vec3_sub (seen.max, seen.min));
}

TEST (what_a_hand_grips_or_a_head_wears_goes_with_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'k-1','object':'knight','count':2},{'op':'add','id':'s-1','object':'sword','count':2,'place':[{'relation':'held','targets':['k-1']}]},"
                                           "{'op':'add','id':'h-1','object':'hat','place':[{'relation':'on','targets':['k-1.1']}]},"
                                           "{'op':'animate','id':'f-1','motion':'fight','targets':['k-1'],'duration_s':4}]");
  CHECK_REAL (wander (scene, joint_node (scene, "k-1.1", "right hand"), mk_scene_find (scene, "s-1.1")), <, 0.02f);
  CHECK_REAL (wander (scene, joint_node (scene, "k-1.2", "right hand"), mk_scene_find (scene, "s-1.2")), <, 0.02f);
  CHECK_REAL (wander (scene, joint_node (scene, "k-1.1", "head"), mk_scene_find (scene, "h-1")), <, 0.02f);
  CHECK_REAL (wander (scene, mk_scene_find (scene, "k-1.1"), mk_scene_find (scene, "s-1.1")), >, 0.5f);
}

TEST (who_is_handed_a_blade_lays_aside_the_one_that_its_recipe_gives_it)
{
  static const char *const owns[][2] = { { "knight", "sword" }, { "pirate", "sabre" } };
  for (size_t i = 0; i < MK_COUNT (owns); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'k-1','object':'%s','count':2},{'op':'add','id':'s-1','object':'sword','place':[{'relation':'held','targets':['k-1.1']}]}]", owns[i][0]);
    g_autoptr (mk_scene) scene = test_scene (list);
    CHECK (mk_scene_get_node (scene, joint_node (scene, "k-1.1", owns[i][1]))->is_hidden);
    CHECK (!mk_scene_get_node (scene, joint_node (scene, "k-1.1", "right hand"))->is_hidden);
    CHECK (!mk_scene_get_node (scene, joint_node (scene, "k-1.2", owns[i][1]))->is_hidden);
  }
}

TEST (who_fights_with_blades_keeps_as_far_apart_as_they_are_long)
{
  static const char *const held[] = { "", ",{'op':'add','id':'s-1','object':'sword','count':2,'place':[{'relation':'held','targets':['k-1']}]}" };
  float apart[MK_COUNT (held)];
  for (size_t i = 0; i < MK_COUNT (held); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'k-1','object':'man','count':2}%s,{'op':'animate','id':'f-1','motion':'fight','targets':['k-1'],'duration_s':4}]", held[i]);
    g_autoptr (mk_scene) scene = test_scene (list);
    apart[i] = mk_vec3_length (mk_vec3_sub (test_middle (scene, "k-1.1", 0), test_middle (scene, "k-1.2", 0)));
  }
  CHECK_REAL (apart[1], >, apart[0] + 0.3f);
}

TEST (chairs_are_pushed_under_the_edge_of_their_table_and_face_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'t','object':'table'},{'op':'add','id':'c','object':'chair','count':4,'place':[{'relation':'around','targets':['t']}]}]");
  mk_box table = test_box (scene, "t", 0);
  for (int i = 1; i <= 4; i++) {
    g_autofree char *id = g_strdup_printf ("c.%d", i);
    mk_box chair = test_box (scene, id, 0);
    float into_x = fminf (chair.max.x - table.min.x, table.max.x - chair.min.x), into_z = fminf (chair.max.z - table.min.z, table.max.z - chair.min.z);
    CHECK_REAL (fminf (into_x, into_z), >, 0.08f);
    CHECK_REAL (fminf (into_x, into_z), <, 0.3f);
    mk_vec3 at = mk_box_middle (chair), front = mk_mat4_direction (mk_node_world (scene, mk_scene_find (scene, id), 0), (mk_vec3){ 0, 0, 1 });
    CHECK_REAL (mk_vec3_dot (front, mk_vec3_normalize ((mk_vec3){ -at.x, 0, -at.z })), >, 0.95);
  }
}

TEST (who_sits_on_what_swings_goes_with_its_seat)
{
  static const char *const carriers[][2] = { { "swing", "seat" }, { "seesaw", "plank" } };
  for (size_t i = 0; i < MK_COUNT (carriers); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'s-1','object':'%s'},{'op':'add','id':'c-1','object':'child','place':[{'relation':'on','targets':['s-1']}]},"
                                             "{'op':'animate','id':'m-1','motion':'swing','targets':['c-1']}]", carriers[i][0]);
    g_autoptr (mk_scene) scene = test_scene (list);
    CHECK_REAL (wander (scene, joint_node (scene, "s-1", carriers[i][1]), mk_scene_find (scene, "c-1")), <, 0.02f);
    CHECK_REAL (wander (scene, mk_scene_find (scene, "s-1"), mk_scene_find (scene, "c-1")), >, 0.4f);
  }
}

TEST (each_has_a_seat_of_its_own_where_there_are_several)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'s-1','object':'seesaw','position':[0,0,0]},{'op':'add','id':'c-1','object':'child','place':[{'relation':'on','targets':['s-1']}]},"
                                           "{'op':'add','id':'d-1','object':'girl','place':[{'relation':'on','targets':['s-1']}]}]");
  mk_vec3 one = test_joint (scene, "c-1", "hips", 0), other = test_joint (scene, "d-1", "hips", 0);
  CHECK_NEAR (one.z, 1.25, 0.15);
  CHECK_NEAR (other.z, -1.25, 0.15);
}

TEST (a_guitar_lies_across_its_player_with_a_hand_at_its_neck)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'m-1','object':'man','position':[0,0,0]},{'op':'add','id':'g-1','object':'guitar','place':[{'relation':'held','targets':['m-1']}]},"
                                           "{'op':'animate','id':'s-1','motion':'gesture','how':'strum','targets':['m-1']}]");
  for (double t = 0; t <= (double)scene->duration_s; t += 0.5) {
    mk_box guitar = test_box (scene, "g-1", t);
    mk_vec3 left = test_joint (scene, "m-1", "left hand", t), right = test_joint (scene, "m-1", "right hand", t), middle = middle_of (guitar);
    CHECK_REAL (guitar.max.x - guitar.min.x, >, 1.2f * (guitar.max.y - guitar.min.y));
    CHECK_REAL (left.x, >, middle.x);
    CHECK_REAL (right.x, <, middle.x);
    CHECK_REAL (left.y, >, guitar.min.y);
    CHECK_REAL (left.y, <, guitar.max.y + 0.05f);
  }
}

TEST (who_drives_sits_at_the_wheel_in_the_car_and_goes_with_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'c-1','object':'car','position':[0,0,0],'facing':'right'},{'op':'add','id':'m-1','object':'man','place':[{'relation':'inside','targets':['c-1']}]},"
                                           "{'op':'add','id':'g-1','object':'girl','count':2,'place':[{'relation':'inside','targets':['c-1']}]},"
                                           "{'op':'animate','id':'d-1','motion':'drive','targets':['c-1'],'direction':'right','distance_m':6,'duration_s':3}]");
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) wheel = mk_scene_find_targets (scene, "c-1/steering wheel", &error);
  CHECK_OK (wheel, error);
  for (double t = 0; t <= 3; t += 1.5) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, t);
    mk_box car = test_box (scene, "c-1", t), man = test_box (scene, "m-1", t), girl = test_box (scene, "g-1.2", t);
    CHECK (man.min.x > car.min.x && man.max.x < car.max.x && man.max.y < car.max.y && man.min.y > 0.2f);
    CHECK (girl.min.x > car.min.x && girl.max.x < car.max.x && girl.max.y < car.max.y);
    CHECK_REAL (mk_vec3_length (mk_vec3_sub (middle_of (girl), middle_of (man))), >, 0.4f);
    mk_vec3 rim = middle_of (mk_scene_bounds (scene, pose, g_array_index (wheel, int, 0)));
    static const char *const hands[] = { "left hand", "right hand" };
    for (int k = 0; k < 2; k++)
      CHECK_REAL (mk_vec3_length (mk_vec3_sub (test_joint (scene, "m-1", hands[k], t), rim)), <, 0.34f);
  }
}

TEST (what_a_dog_carries_stays_in_its_mouth_as_it_runs)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'d-1','object':'dog','position':[0,0,0]},{'op':'add','id':'b-1','object':'bone','place':[{'relation':'held','targets':['d-1']}]},"
                                           "{'op':'animate','id':'r-1','motion':'run','targets':['d-1'],'direction':'right','distance_m':4}]");
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) mouth = mk_scene_find_targets (scene, "d-1/mouth", &error);
  CHECK_OK (mouth, error);
  for (double t = 0; t <= (double)scene->duration_s; t += 0.3) {
    g_autoptr (mk_pose) pose = mk_pose_new (scene, t);
    mk_vec3 lips = middle_of (mk_scene_bounds (scene, pose, g_array_index (mouth, int, 0))), bone = middle_of (test_box (scene, "b-1", t));
    CHECK_REAL (mk_vec3_length (mk_vec3_sub (lips, bone)), <, 0.09f);
  }
}

TEST (a_baby_lies_in_the_arms_of_who_carries_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'w-1','object':'woman','position':[0,0,0]},{'op':'add','id':'b-1','object':'baby','place':[{'relation':'held','targets':['w-1']}]}]");
  mk_box baby = test_box (scene, "b-1", 0);
  CHECK_REAL (baby.max.x - baby.min.x, >, 1.4f * (baby.max.y - baby.min.y));
  CHECK_REAL (baby.max.y, <, test_joint (scene, "w-1", "head", 0).y + 0.05f); /* her face is free */
  static const char *const hands[] = { "left hand", "right hand" };
  for (int k = 0; k < 2; k++)
    CHECK_NEAR (test_joint (scene, "w-1", hands[k], 0).y, baby.min.y, 0.15);
}

TEST (who_rides_a_broom_is_astride_and_goes_with_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'b-1','object':'flying broom','position':[0,0.9,0]},{'op':'add','id':'g-1','object':'girl','place':[{'relation':'on','targets':['b-1']}]},"
                                           "{'op':'animate','id':'f-1','motion':'fly','targets':['b-1'],'direction':'right','distance_m':4}]");
  double end = (double)scene->duration_s;
  mk_vec3 left = test_joint (scene, "g-1", "left foot", 0), right = test_joint (scene, "g-1", "right foot", 0), hips = test_joint (scene, "g-1", "hips", 0);
  mk_box broom = test_box (scene, "b-1", 0);
  CHECK (left.y < broom.min.y && right.y < broom.min.y && hips.y > broom.min.y);
  CHECK_NEAR (test_joint (scene, "g-1", "hips", end).x - hips.x, middle_of (test_box (scene, "b-1", end)).x - middle_of (broom).x, 0.2);
}

/* How far the lowest of it is over the ground, and how far its middle is from the car's, across it. */
static void
check_got_out (const char *who, const char *motion, const char *carrier, const char *place)
{
  g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'c-1','object':'%s','position':[0,0,0],'facing':'left'},"
                                           "{'op':'add','id':'w-1','object':'%s','place':[{'relation':'%s','targets':['c-1']}]},"
                                           "{'op':'animate','id':'a-1','motion':'%s','targets':['w-1'],'to':'c-1','end':'off'}]", carrier, who, place, motion);
  g_autoptr (mk_scene) scene = test_scene (list);
  double end = (double)scene->duration_s;
  mk_box car = test_box (scene, "c-1", 0), out = test_box (scene, "w-1", end);
  CHECK_NEAR (test_lowest (scene, "w-1", end), 0, 0.09);
  CHECK_REAL (out.min.z, >, car.max.z - 0.25f);  /* beside it, on the side that is seen */
  CHECK_REAL (fabsf (middle_of (out).x), <, 0.5f * (car.max.x - car.min.x));
  float highest = 0;
  for (double t = 0; t <= end; t += 0.05)
    highest = fmaxf (highest, test_box (scene, "w-1", t).max.y);
  CHECK_REAL (highest, <, fmaxf (car.max.y, test_box (scene, "w-1", 0).max.y) + 0.25f); /* and never over its roof */
}

TEST (who_gets_out_of_a_car_leaves_its_seat_to_the_side_and_stands_beside_it)
{
  check_got_out ("woman", "stand", "taxi", "inside");
  check_got_out ("man", "stand", "bus", "inside");
  check_got_out ("man", "stand", "horse", "on");
  check_got_out ("girl", "stand", "bicycle", "on");
}

TEST (a_dog_leaps_out_of_a_car_by_its_side_and_not_through_its_roof)
{
  check_got_out ("dog", "jump", "car", "inside");
}

TEST (a_ball_that_rolls_to_a_hole_goes_over_its_rim_and_down)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'h-1','object':'hole','position':[0,0,0]},{'op':'add','id':'b-1','object':'ball','height_m':0.3,'position':[-2,0,0]},"
                                           "{'op':'animate','id':'r-1','motion':'roll','targets':['b-1'],'to':'h-1','duration_s':2.5}]");
  float before = -INFINITY, over = 0;
  for (double t = 0; t <= 2.5; t += 0.05) {
    mk_vec3 at = middle_of (test_box (scene, "b-1", t));
    CHECK_REAL (at.x, >, before - 1e-3f);
    before = at.x;
    over = fmaxf (over, at.y);
  }
  mk_box ball = test_box (scene, "b-1", 2.5);
  CHECK_REAL (over, >, 0.17);          /* up its rim */
  CHECK_REAL (ball.max.y, <, 0.01);    /* and gone */
  CHECK_NEAR (middle_of (ball).x, 0, 0.05);
}

/* How far a point is from the line from `a` to `b`. */
static float
off_line (mk_vec3 at, mk_vec3 a, mk_vec3 b)
{
  mk_vec3 way = mk_vec3_normalize (mk_vec3_sub (b, a)), to = mk_vec3_sub (at, a);
  return mk_vec3_length (mk_vec3_sub (to, mk_vec3_scale (way, mk_vec3_dot (to, way))));
}

static mk_vec3
part_at (const mk_scene *scene, const char *target, double time_s)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) found = mk_scene_find_targets (scene, target, &error);
  CHECK_OK (found, error);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, time_s);
  return middle_of (mk_scene_bounds (scene, pose, g_array_index (found, int, 0)));
}

TEST (a_cello_stands_before_its_seat_and_its_bow_is_led_by_who_sits_there)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'c-1','object':'cello','position':[0,0,0]},{'op':'add','id':'w-1','object':'woman','place':[{'relation':'on','targets':['c-1']}]},"
                                           "{'op':'animate','id':'f-1','motion':'gesture','how':'bow-cello','targets':['w-1'],'duration_s':4}]");
  float near_m = INFINITY, far_m = 0;
  mk_vec3 scroll = part_at (scene, "c-1/scroll", 0);
  for (double t = 0.4; t < 3.9; t += 0.1) {
    mk_vec3 frog = test_joint (scene, "c-1", "bow", t), bridge = part_at (scene, "c-1/bridge", t), hand = test_joint (scene, "w-1", "right hand", t);
    CHECK_REAL (mk_vec3_length (mk_vec3_sub (frog, hand)), <, 0.14f);
    CHECK_REAL (mk_vec3_length (mk_vec3_sub (part_at (scene, "c-1/scroll", t), scroll)), <, 0.001f);
    float stroke = mk_vec3_length (mk_vec3_sub (bridge, frog));
    near_m = fminf (near_m, stroke);
    far_m = fmaxf (far_m, stroke);
  }
  CHECK_REAL (far_m - near_m, >, 0.08f);
}

TEST (who_plays_the_violin_draws_its_bow_over_the_strings_to_and_fro)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'m-1','object':'man','position':[0,0,0]},{'op':'add','id':'v-1','object':'violin','place':[{'relation':'held','targets':['m-1']}]},"
                                           "{'op':'animate','id':'f-1','motion':'gesture','how':'fiddle','targets':['m-1'],'duration_s':4}]");
  float near_m = INFINITY, far_m = 0;
  mk_vec3 held = part_at (scene, "v-1/scroll", 0.5);
  for (double t = 0; t < 3.9; t += 0.1) {
    mk_vec3 frog = test_joint (scene, "v-1", "bow", t), stick = part_at (scene, "v-1/bow", t), bridge = part_at (scene, "v-1/bridge", t), hand = test_joint (scene, "m-1", "right hand", t);
    CHECK_REAL (off_line (bridge, frog, stick), <, 0.04f);
    CHECK_REAL (mk_vec3_length (mk_vec3_sub (frog, hand)), <, 0.14f);
    CHECK_REAL (mk_vec3_length (mk_vec3_sub (part_at (scene, "v-1/scroll", t), held)), <, 0.08f); /* it is the bow that moves */
    float stroke = mk_vec3_length (mk_vec3_sub (bridge, frog));
    near_m = fminf (near_m, stroke);
    far_m = fmaxf (far_m, stroke);
  }
  CHECK_REAL (far_m - near_m, >, 0.12f);
  CHECK_REAL (far_m, <, 0.62f); /* never off its end */
}
