#include "scene/apply.h"
#include "scene/ground.h"
#include "scene/layout.h"
#include "scene/motion.h"
#include <string.h>

#include "stage.h"

#define BALL "{'op':'add','id':'ball-1','object':'ball','position':[0,0,0]}"

static mk_trs
trs_at (const mk_scene *scene, const char *id, double time_s)
{
  mk_node_tracks tracks = mk_node_tracks_find (scene, mk_scene_find (scene, id));
  return mk_node_tracks_sample (&tracks, time_s, NULL);
}

static float
opacity_at (const mk_scene *scene, const char *id, double time_s)
{
  float opacity;
  mk_node_tracks tracks = mk_node_tracks_find (scene, mk_scene_find (scene, id));
  mk_node_tracks_sample (&tracks, time_s, &opacity);
  return opacity;
}

TEST (a_bounce_touches_the_ground_and_reaches_its_height)
{
  g_autoptr (mk_scene) scene = test_scene ("[" BALL ",{'op':'animate','id':'b','targets':['ball-1'],'motion':'bounce','height_m':1}]");
  float low = 1, high = 0;
  unsigned contacts = 0;
  bool was_down = false;
  float size = test_box (scene, "ball-1", 0.4).max.y;
  CHECK_REAL (size, >, 0.5);
  for (int i = 0; i <= 4000; i++) {
    float y = trs_at (scene, "ball-1", i * 1e-3).translation.y;
    low = fminf (low, y);
    high = fmaxf (high, y);
    contacts += y < 1e-3f && !was_down;
    was_down = y < 1e-3f;
  }
  CHECK_NEAR (low, 0, 2e-3);
  CHECK_NEAR (high, 1, 5e-3);
  CHECK_INT (contacts, ==, 5); /* 4 periods of about 2 √(2h/g) = 0.9 s and a touch fill 4 s */
}

TEST (words_spin_as_a_whole)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'text','id':'t','text':'HI'},{'op':'animate','id':'s','targets':['t'],'motion':'spin','turns':1,'duration_s':4}]");
  CHECK_REAL (mk_mat4_direction (mk_node_world (scene, mk_scene_find (scene, "t"), 2), (mk_vec3){ 1, 0, 0 }).x, <, -0.9f);
}

TEST (what_stands_and_spins_turns_its_wheel_and_what_hangs_on_it_stays_upright)
{
  static const char *const rows[][2] = { { "windmill", "sails" }, { "ferris wheel", "wheel" }, { "carousel", "platform" } };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'a','object':'%s','position':[0,0,0]},{'op':'animate','id':'s','targets':['a'],'motion':'spin','turns':1,'duration_s':4}]", rows[i][0]);
    g_autoptr (mk_scene) scene = test_scene (list);
    mk_vec3 x = { 1, 0, 0 }, y = { 0, 1, 0 };
    for (int n = 0; n < (int)scene->nodes->len; n++) {
      const char *name = mk_scene_get_node (scene, n)->name;
      mk_mat4 turned = mk_node_world (scene, n, 1.1);
      bool is_wheel = g_str_equal (name, rows[i][1]);
      if (is_wheel || n == mk_scene_find (scene, "a"))
        CHECK_INT (mk_mat4_direction (turned, x).x < 0.9f, ==, is_wheel);
      else if (g_str_has_prefix (name, "cabin "))
        CHECK_REAL (mk_mat4_direction (turned, y).y, >, 0.999f);
    }
  }
}

TEST (a_bounce_squashes_only_at_contact_and_keeps_volume)
{
  g_autoptr (mk_scene) scene = test_scene ("[" BALL ",{'op':'animate','id':'b','targets':['ball-1'],'motion':'bounce','height_m':1}]");
  mk_vec3 rest = mk_scene_get_node (scene, mk_scene_find (scene, "ball-1"))->trs.scale;
  float least = 1, most = 1;
  for (int i = 0; i <= 2000; i++) {
    mk_trs trs = trs_at (scene, "ball-1", i * 2e-3);
    float tall = trs.scale.y / rest.y, wide = trs.scale.x / rest.x;
    CHECK_NEAR (tall * wide * wide, 1, 0.02);
    if (tall < 0.99f)
      CHECK_REAL (trs.translation.y, <, 0.02);
    least = fminf (least, tall);
    most = fmaxf (most, tall);
  }
  CHECK_REAL (least, <, 0.8);
  CHECK_REAL (most, >, 1.05);
}

TEST (a_ball_is_round_until_its_turn_to_bounce)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a','object':'ball'},{'op':'add','id':'b','object':'ball'},{'op':'animate','id':'m','targets':['a'],'motion':'bounce','duration_s':2},"
                                           "{'op':'animate','id':'n','targets':['b'],'motion':'bounce','after':'m','duration_s':2}]");
  for (int i = 0; i <= 10; i++) {
    mk_box box = test_box (scene, "b", 0.2 * i);
    CHECK_NEAR ((double)(box.max.y - box.min.y), (double)(box.max.x - box.min.x), 5e-3);
  }
}

TEST (rolling_turns_by_distance_over_radius)
{
  g_autoptr (mk_scene) scene = test_scene ("[" BALL ",{'op':'animate','id':'r','targets':['ball-1'],'motion':'roll','direction':'right','distance_m':2}]");
  mk_vec3 start = test_middle (scene, "ball-1", 0);
  float radius = start.y, turned = 0, end_s = scene->duration_s;
  mk_quat before = trs_at (scene, "ball-1", 0).rotation;
  for (int i = 1; i <= 400; i++) {
    mk_quat now = trs_at (scene, "ball-1", (double)end_s * i / 400).rotation;
    float dot = fabsf (now.x * before.x + now.y * before.y + now.z * before.z + now.w * before.w);
    turned += 2 * acosf (fminf (dot, 1));
    before = now;
    mk_mat4 world = mk_node_world (scene, mk_scene_find (scene, "ball-1"), (double)end_s * i / 400);
    mk_vec3 middle = mk_mat4_point (world, (mk_vec3){ 0, radius, 0 });
    CHECK_NEAR (middle.y, radius, 2e-3);
    CHECK_NEAR (turned * radius, middle.x, 0.03);
  }
  CHECK_NEAR (turned * radius, 2, 0.03);
}

TEST (vehicles_turn_off_in_a_bend_that_faces_where_it_goes)
{
  static const float sides[] = { 1, -1 };
  for (size_t i = 0; i < MK_COUNT (sides); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'c','object':'car'},{'op':'animate','id':'t','targets':['c'],'motion':'turn','direction':'%s'}]", sides[i] > 0 ? "left" : "right");
    g_autoptr (mk_scene) scene = test_scene (list);
    mk_vec3 before = test_middle (scene, "c", 0), first = before;
    for (int k = 1; k <= 100; k++) {
      double time_s = (double)scene->duration_s * k / 100;
      mk_vec3 now = test_middle (scene, "c", time_s), way = mk_vec3_sub (now, before), front = mk_mat4_direction (mk_node_world (scene, mk_scene_find (scene, "c"), time_s), (mk_vec3){ 0, 0, 1 });
      way.y = 0;
      if (mk_vec3_length (way) > 0.02f)
        CHECK_REAL (mk_vec3_dot (mk_vec3_normalize (way), front), >, 0.95);
      before = now;
    }
    CHECK_REAL (sides[i] * (before.x - first.x), >, 5); /* +X is the left of what faces +Z */
    CHECK_REAL (before.z - first.z, >, 5);
  }
}

TEST (who_brakes_comes_at_its_speed_and_stops_beside_a_post_or_before_a_wall)
{
  static const char *const goals[] = { "traffic light", "wall" };
  for (size_t i = 0; i < MK_COUNT (goals); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'g','object':'%s','position':[14,0,0]},{'op':'add','id':'c','object':'car','position':[0,0,0]},"
                                             "{'op':'animate','id':'d','targets':['c'],'motion':'drive','how':'brake','to':'g'}]", goals[i]);
    g_autoptr (mk_scene) scene = test_scene (list);
    double end_s = (double)scene->duration_s;
    float at_first = test_middle (scene, "c", 0.1).x - test_middle (scene, "c", 0).x, at_last = test_middle (scene, "c", end_s).x - test_middle (scene, "c", end_s - 0.1).x;
    CHECK_REAL (at_first, >, 0.4);
    CHECK_REAL (fabsf (at_last), <, 0.01);
    mk_box car = test_box (scene, "c", end_s), goal = test_box (scene, "g", end_s);
    bool is_past = car.max.x > goal.min.x && car.max.z > goal.min.z && car.min.z < goal.max.z;
    if (is_past || car.max.x < goal.min.x - 2)
      mk_test_fail (__FILE__, __LINE__, "before the %s its nose is at %g, that at %g", goals[i], (double)car.max.x, (double)goal.min.x);
  }
}

TEST (a_tumbling_cube_never_sinks_into_the_ground)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'c','object':'cube'},{'op':'animate','id':'r','targets':['c'],'motion':'roll','direction':'left','distance_m':3}]");
  for (int i = 0; i <= 100; i++)
    CHECK_NEAR (test_lowest (scene, "c", i * 0.04), 0, 0.01);
  CHECK_NEAR (test_middle (scene, "c", 4).x - test_middle (scene, "c", 0).x, -3, 0.01);
}

TEST (an_orbit_keeps_its_radius_and_closes)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'c','object':'cube','position':[1,0,2]},{'op':'add','id':'m','object':'ball','position':[3,0,2]},"
                                           "{'op':'animate','id':'o','targets':['m'],'motion':'orbit','around':'c','turns':2}]");
  CHECK_NEAR (scene->duration_s, 8, 1e-3);
  float swept = 0, angle = atan2f (test_middle (scene, "m", 0).x - 1, 0);
  for (int i = 0; i <= 400; i++) {
    mk_vec3 at = test_middle (scene, "m", i * 0.02);
    CHECK_NEAR (hypotf (at.x - 1, at.z - 2), 2, 5e-3);
    float now = atan2f (at.x - 1, at.z - 2), step = now - angle;
    swept += step - 2 * MK_PI * roundf (step / (2 * MK_PI));
    angle = now;
  }
  CHECK_NEAR (swept, 4 * MK_PI, 0.01);
}

TEST (what_flies_goes_around_in_the_air_and_what_does_not_on_the_ground)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'e','object':'eagle'},{'op':'animate','id':'a','targets':['e'],'motion':'circle'},"
                                           "{'op':'add','id':'d','object':'dog'},{'op':'animate','id':'b','targets':['d'],'motion':'circle'}]");
  for (double time_s = 0; time_s < 3.5; time_s += 0.25) {
    CHECK_REAL (test_box (scene, "e", time_s).min.y, >, 0.3);
    CHECK_REAL (test_box (scene, "d", time_s).min.y, <, 0.1);
  }
}

TEST (a_figure_is_gone_along_and_led_back_to_where_it_began)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'c','object':'car'},{'op':'animate','id':'a','targets':['c'],'motion':'path','how':'figure-eight','radius_m':8,'duration_s':6}]");
  mk_vec3 start = trs_at (scene, "c", 0).translation, middle = trs_at (scene, "c", 3).translation;
  CHECK_NEAR (mk_vec3_length (mk_vec3_sub (trs_at (scene, "c", 6).translation, start)), 0, 0.05);
  CHECK_NEAR (mk_vec3_length (mk_vec3_sub (middle, start)), 0, 0.3); /* it crosses itself half way */
  CHECK_REAL (trs_at (scene, "c", 1.5).translation.x - start.x, >, 3);
  CHECK_REAL (trs_at (scene, "c", 4.5).translation.x - start.x, <, -3);
}

TEST (a_second_motion_starts_where_the_first_ended)
{
  g_autoptr (mk_scene) scene = test_scene ("[" BALL ",{'op':'animate','id':'a','targets':['ball-1'],'motion':'slide','direction':'right','distance_m':2,'duration_s':2},"
                                           "{'op':'animate','id':'b','targets':['ball-1'],'motion':'slide','direction':'away','distance_m':1,'after':'a','duration_s':1.5},"
                                           "{'op':'animate','id':'c','targets':['ball-1'],'motion':'jump','after':'b','height_m':0.5}]");
  CHECK_NEAR (trs_at (scene, "ball-1", 2).translation.x, 2, 1e-3);
  CHECK_NEAR (trs_at (scene, "ball-1", 2).translation.z, 0, 1e-3);
  CHECK_NEAR (trs_at (scene, "ball-1", 3.5).translation.x, 2, 1e-3);
  CHECK_NEAR (trs_at (scene, "ball-1", 3.5).translation.z, -1, 1e-3);
  const mk_json *last = mk_json_at (scene->commands, 3);
  double start = mk_json_get_real (mk_json_get (last, "start_s")), end = start + mk_json_get_real (mk_json_get (last, "duration_s"));
  CHECK_NEAR (start, 3.5, 1e-3);
  CHECK_NEAR (scene->duration_s, end, 1e-3);
  CHECK (!mk_json_has (last, "after"));
  float high = 0;
  for (double t = start; t < end; t += 0.01)
    high = fmaxf (high, trs_at (scene, "ball-1", t).translation.y);
  CHECK_NEAR (high, 0.5, 0.01);
  CHECK_NEAR (trs_at (scene, "ball-1", end).translation.y, 0, 1e-3);
}

TEST (motions_at_one_time_add_up)
{
  g_autoptr (mk_scene) scene = test_scene ("[" BALL ",{'op':'animate','id':'a','targets':['ball-1'],'motion':'slide','direction':'right','distance_m':2,'duration_s':4,'easing':'linear'},"
                                           "{'op':'animate','id':'b','targets':['ball-1'],'motion':'bounce','with':'a','duration_s':4,'height_m':1},"
                                           "{'op':'animate','id':'c','targets':['ball-1'],'motion':'spin','with':'a','turns':1,'duration_s':4}]");
  float high = 0;
  for (int i = 0; i <= 400; i++) {
    mk_trs trs = trs_at (scene, "ball-1", i * 0.01);
    CHECK_NEAR (trs.translation.x, 2 * i / 400.0, 2e-3);
    high = fmaxf (high, trs.translation.y);
    float half = MK_PI * (float)i / 400;
    CHECK_NEAR (fabsf (trs.rotation.w), fabsf (cosf (half)), 2e-3);
  }
  CHECK_NEAR (high, 1, 5e-3);
  unsigned of_ball = 0;
  for (guint i = 0; i < scene->tracks->len; i++)
    of_ball += g_array_index (scene->tracks, mk_track, i).node == mk_scene_find (scene, "ball-1");
  CHECK_INT (of_ball, ==, 3); /* one track per path, never two */
}

TEST (tracks_ascend_and_stay_small)
{
  static const char *const motions[] = { "spin", "bounce", "jump", "roll", "slide", "move", "fly", "float", "orbit", "swing", "rock", "shake", "wobble",
                                         "nod", "fall", "rise", "grow", "shrink", "pulse", "fade-in", "fade-out", "blink" };
  for (size_t m = 0; m < MK_COUNT (motions); m++) {
    g_autofree char *list = g_strdup_printf ("[" BALL ",{'op':'animate','id':'a','targets':['ball-1'],'motion':'%s'}]", motions[m]);
    g_autoptr (mk_scene) scene = test_scene (list);
    CHECK_INT (scene->tracks->len, >, 0);
    for (guint i = 0; i < scene->tracks->len; i++) {
      const mk_track *track = &g_array_index (scene->tracks, mk_track, i);
      if (track->n_keys > 420)
        mk_test_fail (__FILE__, __LINE__, "%s needs %u keys", motions[m], track->n_keys);
      for (uint32_t k = 1; k < track->n_keys; k++)
        CHECK_REAL (track->times_s[k], >, track->times_s[k - 1]);
    }
    for (double t = 0; t <= (double)scene->duration_s; t += 0.05)
      if (test_lowest (scene, "ball-1", t) < -0.01f)
        mk_test_fail (__FILE__, __LINE__, "%s sinks to %g m at %g s", motions[m], (double)test_lowest (scene, "ball-1", t), t);
  }
}

TEST (falling_takes_as_long_as_gravity_says)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'t','object':'table','position':[0,0,0]},{'op':'add','id':'b','object':'ball','place':[{'relation':'on','targets':['t']}]},"
                                           "{'op':'animate','id':'f','targets':['b'],'motion':'fall','height_m':2}]");
  float rest = mk_scene_get_node (scene, mk_scene_find (scene, "b"))->trs.translation.y;
  CHECK_REAL (rest, >, 0.4);
  double contact = sqrt (2 * 2 / 9.81);
  CHECK_NEAR (trs_at (scene, "b", 0).translation.y, rest + 2, 2e-3);
  CHECK_NEAR (trs_at (scene, "b", contact).translation.y, rest, 5e-3);
  CHECK_NEAR (trs_at (scene, "b", contact / 2).translation.y, rest + 1.5f, 5e-3);
  for (double t = 0; t < 4; t += 0.02)
    CHECK_REAL (trs_at (scene, "b", t).translation.y, >, rest - 2e-3f);
  CHECK_NEAR (trs_at (scene, "b", 4).translation.y, rest, 2e-3);
}

TEST (what_stands_on_a_thing_goes_with_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'t','object':'table'},{'op':'add','id':'b','object':'ball','place':[{'relation':'on','targets':['t']}]},"
                                           "{'op':'animate','id':'m','targets':['t'],'motion':'slide','direction':'right','distance_m':2},"
                                           "{'op':'animate','id':'s','targets':['t'],'motion':'spin','turns':0.5,'after':'m'}]");
  mk_vec3 before = mk_vec3_sub (test_middle (scene, "b", 0), test_middle (scene, "t", 0));
  double end = mk_json_get_real (mk_json_get (mk_json_at (scene->commands, 3), "start_s"));
  mk_vec3 after = mk_vec3_sub (test_middle (scene, "b", end), test_middle (scene, "t", end));
  CHECK_NEAR (mk_vec3_length (mk_vec3_sub (before, after)), 0, 3e-3);
  mk_vec3 turned = mk_vec3_sub (test_middle (scene, "b", 100), test_middle (scene, "t", 100));
  CHECK_NEAR (turned.x, -before.x, 5e-3);
  CHECK_NEAR (turned.z, -before.z, 5e-3);
}

TEST (what_goes_on_goes_on_to_the_end_of_a_longer_film)
{
  g_autoptr (mk_scene) scene = test_scene ("[" BALL ",{'op':'add','id':'c','object':'cube','position':[3,0,0]},{'op':'animate','id':'s','targets':['c'],'motion':'spin'},"
                                           "{'op':'animate','id':'m','targets':['ball-1'],'motion':'slide','distance_m':1,'duration_s':9}]");
  CHECK_NEAR (scene->duration_s, 9, 1e-3);
  CHECK_NEAR (mk_json_get_real (mk_json_get (mk_json_at (scene->commands, 2), "duration_s")), 9, 1e-3);
  mk_quat a = trs_at (scene, "c", 7).rotation, b = trs_at (scene, "c", 7.5).rotation;
  CHECK_REAL (fabsf (a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w), <, 0.99);
}

TEST (a_path_passes_its_points_and_faces_forward)
{
  g_autoptr (mk_scene) scene = test_scene ("[" BALL ",{'op':'animate','id':'p','targets':['ball-1'],'motion':'path','points':[[0,0,0],[2,0,0],[2,1,-2],[0,0,-4]],'duration_s':4,'easing':'linear'}]");
  const mk_vec3 points[] = { { 0, 0, 0 }, { 2, 0, 0 }, { 2, 1, -2 }, { 0, 0, -4 } };
  for (size_t p = 0; p < MK_COUNT (points); p++) {
    float near = INFINITY;
    for (int i = 0; i <= 1000; i++)
      near = fminf (near, mk_vec3_length (mk_vec3_sub (trs_at (scene, "ball-1", i * 0.004).translation, points[p])));
    CHECK_REAL (near, <, 0.02);
  }
  for (int i = 50; i < 950; i += 50) {
    mk_vec3 a = trs_at (scene, "ball-1", i * 0.004 - 0.01).translation, b = trs_at (scene, "ball-1", i * 0.004 + 0.01).translation;
    mk_vec3 way = mk_vec3_sub (b, a), ahead = mk_quat_rotate (trs_at (scene, "ball-1", i * 0.004).rotation, (mk_vec3){ 0, 0, 1 });
    way.y = 0;
    CHECK_REAL (mk_vec3_dot (mk_vec3_normalize (way), ahead), >, 0.99);
  }
}

TEST (a_follower_stays_behind_its_leader)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a','object':'cube','position':[0,0,0]},{'op':'add','id':'b','object':'ball','position':[-2,0,0]},"
                                           "{'op':'animate','id':'m','targets':['a'],'motion':'slide','direction':'right','distance_m':4,'duration_s':4},"
                                           "{'op':'animate','id':'f','targets':['b'],'motion':'follow','to':'a'}]");
  for (double t = 0; t <= 4; t += 0.1) {
    float gap = trs_at (scene, "a", t).translation.x - trs_at (scene, "b", t).translation.x;
    CHECK_REAL (gap, >, 1);
    CHECK_REAL (gap, <, 2.6);
  }
  CHECK_REAL (trs_at (scene, "b", 4).translation.x, >, 1);
}

TEST (fades_change_opacity_and_hold)
{
  g_autoptr (mk_scene) scene = test_scene ("[" BALL ",{'op':'animate','id':'i','targets':['ball-1'],'motion':'fade-in','duration_s':1,'start_s':1},"
                                           "{'op':'animate','id':'o','targets':['ball-1'],'motion':'fade-out','duration_s':1,'start_s':3}]");
  CHECK_NEAR (opacity_at (scene, "ball-1", 0), 0, 1e-3);
  CHECK_NEAR (opacity_at (scene, "ball-1", 1.5), 0.5, 1e-2);
  CHECK_NEAR (opacity_at (scene, "ball-1", 2.5), 1, 1e-3);
  CHECK_NEAR (opacity_at (scene, "ball-1", 4), 0, 1e-3);
}

TEST (wrong_fields_name_what_is_allowed)
{
  static const struct { const char *command; mk_error_code code; const char *word; } cases[] = {
    { "{'op':'animate','motion':'levitate'}", MK_ERROR_RANGE, "bounce" },
    { "{'op':'animate','motion':'spin','targets':['dog']}", MK_ERROR_NOT_FOUND, "ball-1" },
    { "{'op':'animate','motion':'spin','speed':0}", MK_ERROR_RANGE, "speed" },
    { "{'op':'animate','motion':'spin','velocity':1}", MK_ERROR_USAGE, "velocity" },
    { "{'op':'animate','motion':'spin','after':'nothing'}", MK_ERROR_NOT_FOUND, "nothing" },
    { "{'op':'animate','motion':'path'}", MK_ERROR_RANGE, "points" },
    { "{'op':'animate','motion':'spin','duration_s':-1}", MK_ERROR_RANGE, "duration_s" },
    { "{'op':'animate','motion':'follow','to':'ball-1'}", MK_ERROR_USAGE, "itself" },
    { "{'op':'animate','motion':'jump','height_m':'high'}", MK_ERROR_TYPE, "height_m" },
  };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *list = g_strdup_printf ("[" BALL ",%s]", cases[i].command);
    g_autoptr (GError) error = NULL;
    CHECK_FAILS (test_try (list, &error), error, cases[i].code);
    if (strstr (error->message, cases[i].word) == NULL)
      mk_test_fail (__FILE__, __LINE__, "“%s” does not name %s", error->message, cases[i].word);
  }
}

TEST (who_lands_comes_down_and_rests_level_on_the_ground)
{
  static const char *const lists[] = { "[{'op':'add','id':'p','object':'airplane'},{'op':'animate','targets':['p'],'motion':'fly','how':'land'}]",
                                       "[{'op':'add','id':'p','object':'airplane'},{'op':'animate','id':'f','targets':['p'],'motion':'fly','duration_s':3},"
                                       "{'op':'animate','targets':['p'],'motion':'fly','how':'land','after':'f'}]" };
  for (size_t i = 0; i < MK_COUNT (lists); i++) {
    g_autoptr (mk_scene) scene = test_scene (lists[i]);
    double end = (double)scene->duration_s;
    float high = 0;
    for (double t = 0; t < end; t += 0.25)
      high = fmaxf (high, test_lowest (scene, "p", t));
    CHECK_REAL (high, >, 5);
    CHECK_NEAR (test_lowest (scene, "p", end), 0, 0.1);
    g_autoptr (mk_pose) pose = mk_pose_new (scene, end);
    CHECK_REAL (pose->world[mk_scene_find (scene, "p")].m[5], >, 0.99f);
  }
}

TEST (what_comes_far_over_the_ground_finds_a_plain_and_no_hills)
{
  static const double ways[] = { 5, 80 };
  for (size_t i = 0; i < MK_COUNT (ways); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'ground','surface':'grass'},{'op':'add','id':'c','object':'car'},{'op':'animate','targets':['c'],'motion':'drive','distance_m':%g}]", ways[i]);
    g_autoptr (GError) error = NULL;
    g_autoptr (mk_scene) told = test_scene (list), scene = mk_scene_complete (test_stage (), told, 1.6f, &error);
    CHECK_OK (scene, error);
    float y = -1, x = (float)ways[i];
    CHECK (mk_layout_surface (scene, mk_ground_find (scene), x, 0, INFINITY, &y));
    CHECK_REAL (fabsf (y), <, 0.03f);
  }
}
