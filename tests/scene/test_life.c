/* Legs, wings, fins and arms: what they do while their body goes somewhere. */
#include "scene/life.h"

#include <string.h>

#include "scene/layout.h"
#include "stage.h"

static mk_scene *
alone (const char *object, const char *motion, const char *more)
{
  g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'a-1','object':'%s','position':[0,0,0]},{'op':'animate','id':'m-1','targets':['a-1'],'motion':'%s'%s}]", object, motion, more);
  return test_scene (list);
}

static mk_vec3
place_at (const mk_scene *scene, const char *id, double time_s)
{
  mk_mat4 world = mk_node_world (scene, mk_scene_find (scene, id), time_s);
  return (mk_vec3){ world.m[12], world.m[13], world.m[14] };
}

static int
joint_named (const mk_scene *scene, const char *name)
{
  for (int i = 0; i < (int)scene->nodes->len; i++)
    if (g_strcmp0 (mk_scene_get_node (scene, i)->name, name) == 0)
      return i;
  mk_test_fail (__FILE__, __LINE__, "there is no %s", name);
  return -1;
}

/* --- feet --- */

typedef struct {
  int node;
  const mk_mesh *mesh;
  GArray *vertices;     /* uint32_t */
} sole;

/* The lower ones of the vertices that the last bone of a leg carries more than any other. */
static void
find_soles (const mk_scene *scene, int joint, GArray *soles)
{
  for (int n = 0; n < (int)scene->nodes->len; n++) {
    const mk_scene_node *node = mk_scene_get_node (scene, n);
    const mk_skin *skin = node->skin >= 0 ? &g_array_index (scene->skins, mk_skin, node->skin) : NULL;
    if (skin == NULL && !mk_scene_is_within (scene, n, joint))
      continue;
    for (unsigned p = 0; p < node->n_parts; p++) {
      sole s = { n, node->parts[p].mesh, g_array_new (FALSE, FALSE, sizeof (uint32_t)) };
      float low = INFINITY, high = -INFINITY;
      for (uint32_t v = 0; v < s.mesh->n_vertices; v++) {
        float weight = skin == NULL ? 1 : 0;
        for (int k = 0; k < 4 && skin != NULL; k++)
          weight += skin->joints[s.mesh->joints[v][k]] == joint ? s.mesh->weights[v][k] : 0;
        if (weight <= 0.5f)
          continue;
        g_array_append_val (s.vertices, v);
        low = fminf (low, s.mesh->positions[v].y);
        high = fmaxf (high, s.mesh->positions[v].y);
      }
      for (guint k = s.vertices->len; k-- > 0;)
        if (s.mesh->positions[g_array_index (s.vertices, uint32_t, k)].y > low + 0.35f * (high - low))
          g_array_remove_index_fast (s.vertices, k);
      g_array_append_val (soles, s);
    }
  }
}

static mk_vec3
sole_point (const mk_scene *scene, const mk_pose *pose, const sole *s, uint32_t vertex)
{
  int index = mk_scene_get_node (scene, s->node)->skin;
  if (index < 0)
    return mk_mat4_point (pose->world[s->node], s->mesh->positions[vertex]);
  const mk_skin *skin = &g_array_index (scene->skins, mk_skin, index);
  mk_vec3 sum = { 0, 0, 0 };
  for (int k = 0; k < 4; k++) {
    uint16_t joint = s->mesh->joints[vertex][k];
    mk_vec3 own = mk_mat4_point (pose->world[skin->joints[joint]], mk_mat4_point (skin->inverse_bind[joint], s->mesh->positions[vertex]));
    sum = mk_vec3_add (sum, mk_vec3_scale (own, s->mesh->weights[vertex][k]));
  }
  return sum;
}

typedef struct {
  float slid_m;         /* the longest way that its lowest point slid in one step */
  float lifted_m, low_m; /* how high and how low that was */
  float down;           /* the share of time in which it was near the ground */
} tread;

static tread
tread_of (const mk_scene *scene, int joint, double from_s, double to_s, float touch_m, float near_m)
{
  g_autoptr (GArray) soles = g_array_new (FALSE, FALSE, sizeof (sole));
  find_soles (scene, joint, soles);
  tread own = { .low_m = INFINITY };
  unsigned n = 0, n_down = 0;
  mk_vec3 slid = { 0, 0, 0 };
  const double step_s = 1 / 48.0;
  g_autoptr (mk_pose) pose = mk_pose_new (scene, from_s);
  for (double t = from_s; t < to_s; t += step_s, n++) {
    g_autoptr (mk_pose) next = mk_pose_new (scene, t + step_s);
    mk_vec3 low = { 0, INFINITY, 0 }, then = low;
    for (guint i = 0; i < soles->len; i++) {
      const sole *s = &g_array_index (soles, sole, i);
      for (guint k = 0; k < s->vertices->len; k++) {
        mk_vec3 p = sole_point (scene, pose, s, g_array_index (s->vertices, uint32_t, k));
        if (p.y < low.y) {
          low = p;
          then = sole_point (scene, next, s, g_array_index (s->vertices, uint32_t, k));
        }
      }
    }
    bool is_down = low.y < touch_m && then.y < touch_m;
    slid = is_down ? mk_vec3_add (slid, (mk_vec3){ then.x - low.x, 0, then.z - low.z }) : (mk_vec3){ 0, 0, 0 };
    n_down += low.y < near_m;
    own.slid_m = fmaxf (own.slid_m, mk_vec3_length (slid));
    own.lifted_m = fmaxf (own.lifted_m, isfinite (low.y) ? low.y : 0);
    own.low_m = fminf (own.low_m, low.y);
    mk_pose_free (g_steal_pointer (&pose));
    pose = g_steal_pointer (&next);
  }
  for (guint i = 0; i < soles->len; i++)
    g_array_unref (g_array_index (soles, sole, i).vertices);
  own.down = n > 0 ? (float)n_down / (float)n : 0;
  return own;
}

static bool
is_foot (const GArray *joints, guint i)
{
  const mk_joint *joint = &g_array_index (joints, mk_joint, i);
  for (guint k = 0; k < joints->len && joint->role == MK_ROLE_LEG; k++) {
    const mk_joint *other = &g_array_index (joints, mk_joint, k);
    if (other->role == MK_ROLE_LEG && other->limb == joint->limb && other->segment > joint->segment)
      return false;
  }
  return joint->role == MK_ROLE_LEG;
}

static void
check_feet (const char *object, const char *motion, const char *more, float most_m)
{
  g_autoptr (mk_scene) scene = alone (object, motion, more);
  g_autoptr (GArray) joints = mk_object_joints (test_stage ()->library, scene, mk_scene_find (scene, "a-1"));
  float height = test_box (scene, "a-1", 0).max.y;
  for (guint i = 0; i < joints->len; i++) {
    if (!is_foot (joints, i))
      continue;
    const mk_joint *joint = &g_array_index (joints, mk_joint, i);
    const char *name = mk_scene_get_node (scene, joint->node)->name;
    tread foot = tread_of (scene, joint->node, 0.3, fmin (2.3, (double)scene->duration_s - 0.1), fminf (0.008f * height, 0.006f), 0.008f * height);
    if (foot.slid_m > most_m)
      mk_test_fail (__FILE__, __LINE__, "%s: %s slides %.1f cm in one step of a %s", object, name, (double)foot.slid_m * 100, motion);
    if (foot.lifted_m < 0.004f * height)
      mk_test_fail (__FILE__, __LINE__, "%s: %s is never lifted", object, name);
    if (foot.down < 0.05f && !g_str_equal (object, "statue")) /* which takes its plinth along */
      mk_test_fail (__FILE__, __LINE__, "%s: %s is near the ground in %.0f %% of a %s, and at the lowest %.1f cm over it", object, name, (double)foot.down * 100, motion, (double)foot.low_m * 100);
  }
}

static void
check_all_feet (const char *motion, float most_m)
{
  const mk_library *library = test_stage ()->library;
  unsigned n = 0;
  for (unsigned i = 0; i < mk_library_n_recipes (library); i++) {
    const mk_recipe_info *info = mk_library_get (library, i);
    bool is_on_skis = g_strv_contains (info->motions, "slide") && !g_strv_contains (info->motions, "walk"); /* it slides and does not step */
    if (!g_strv_contains (info->joints, "leg") || is_on_skis)
      continue;
    check_feet (info->name, motion, "", most_m);
    n++;
  }
  CHECK_INT (n, >=, 50);
}

TEST_WITHIN (every_foot_of_every_legged_thing_steps_on_the_ground_and_slides_less_than_2_cm_as_it_walks, 300)
{
  check_all_feet ("walk", 0.02f);
}

/* Half of them slide less than 3 mm; a frog, which has no run, 4.4 cm. */
TEST_WITHIN (every_foot_of_every_legged_thing_steps_on_the_ground_and_slides_less_than_5_cm_as_it_runs, 300)
{
  check_all_feet ("run", 0.05f);
}

TEST (feet_hold_the_ground_from_standing_to_standing_and_in_a_circle)
{
  check_feet ("person", "walk", ",'direction':'right','distance_m':2.5", 0.02f);
  check_feet ("dog", "walk", ",'direction':'left','distance_m':1.5,'start_s':0.5", 0.02f);
  check_feet ("person", "circle", ",'radius_m':2,'turns':0.5,'duration_s':5", 0.02f);
  check_feet ("horse", "turn", ",'direction':'left','duration_s':3", 0.02f);
}

/* --- where it leads --- */

TEST (a_walk_ends_at_its_goal_facing_it_and_stands_as_before)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a-1','object':'dog','position':[0,0,0]},{'op':'add','id':'b-1','object':'ball','position':[2,0,0]},"
                                           "{'op':'animate','id':'m-1','targets':['a-1'],'motion':'walk','to':'b-1'}]");
  double end_s = mk_json_get_real (mk_json_get (mk_json_at (scene->commands, 2), "duration_s"));
  mk_box dog = test_box (scene, "a-1", end_s + 0.4), ball = test_box (scene, "b-1", 0);
  CHECK_REAL (dog.max.x, <=, ball.min.x);
  CHECK_REAL (dog.max.x, >, ball.min.x - 0.4);
  mk_mat4 world = mk_node_world (scene, mk_scene_find (scene, "a-1"), end_s);
  CHECK_REAL (world.m[8], >, 0.95); /* +Z of the dog along +X of the world */
  static const char *const bones[] = { "left front leg", "right back shin", "spine" };
  for (size_t i = 0; i < MK_COUNT (bones); i++) {
    mk_node_tracks tracks = mk_node_tracks_find (scene, joint_named (scene, bones[i]));
    mk_trs trs = mk_node_tracks_sample (&tracks, end_s + 0.4, NULL);
    CHECK_NEAR (fabsf (trs.rotation.w), 1, 1e-3);
  }
}

TEST (the_dog_runs_to_the_ball_then_sits)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a-1','object':'dog','position':[0,0,0]},{'op':'add','id':'b-1','object':'ball','position':[3,0,0]},"
                                           "{'op':'animate','id':'run-1','targets':['a-1'],'motion':'run','to':'b-1'},"
                                           "{'op':'animate','id':'sit-1','targets':['a-1'],'motion':'sit','after':'run-1'}]");
  const mk_json *run = mk_json_at (scene->commands, 2), *sit = mk_json_at (scene->commands, 3);
  double ran_s = mk_json_get_real (mk_json_get (run, "duration_s"));
  CHECK_NEAR (mk_json_get_real (mk_json_get (sit, "start_s")), ran_s, 1e-3);
  double end_s = ran_s + mk_json_get_real (mk_json_get (sit, "duration_s"));
  CHECK_REAL (scene->duration_s, >=, end_s - 1e-3);
  int back = joint_named (scene, "left back leg"), front = joint_named (scene, "left front leg");
  mk_mat4 before = mk_node_world (scene, back, ran_s), after = mk_node_world (scene, back, end_s), later = mk_node_world (scene, back, end_s + 5);
  CHECK_REAL (after.m[13], <, 0.65f * before.m[13]); /* hindquarters are down */
  CHECK_REAL (mk_node_world (scene, front, end_s).m[13], >, 0.85f * mk_node_world (scene, front, ran_s).m[13]);
  CHECK_NEAR (after.m[13], later.m[13], 0.01);       /* and stay there */
  CHECK_NEAR (place_at (scene, "a-1", ran_s).x, place_at (scene, "a-1", end_s).x, 1e-3);
}

TEST (one_who_sat_gets_up_to_walk)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a-1','object':'person','position':[0,0,0]},{'op':'animate','id':'sit-1','targets':['a-1'],'motion':'sit'},"
                                           "{'op':'animate','id':'walk-1','targets':['a-1'],'motion':'walk','direction':'right','distance_m':2,'after':'sit-1'}]");
  double sat_s = mk_json_get_real (mk_json_get (mk_json_at (scene->commands, 1), "duration_s"));
  int hips = joint_named (scene, "hips");
  float low = mk_node_world (scene, hips, sat_s).m[13], high = mk_node_world (scene, hips, (double)scene->duration_s + 1).m[13];
  CHECK_REAL (low, <, 0.45f * high);
  CHECK_REAL (high, >, 0.85);
}

TEST (legs_hang_down_from_what_one_sits_on)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'t-1','object':'table','position':[0,0,0]},{'op':'add','id':'a-1','object':'person','place':[{'relation':'on','targets':['t-1']}]},"
                                           "{'op':'animate','id':'sit-1','targets':['a-1'],'motion':'sit'}]");
  float top = place_at (scene, "a-1", 0).y;
  CHECK_REAL (top, >, 0.5);
  CHECK_REAL (mk_node_world (scene, joint_named (scene, "left foot"), 4).m[13], <, top - 0.2f);
  CHECK_REAL (mk_node_world (scene, joint_named (scene, "left shin"), 4).m[13], >, top - 0.1f);
}

/* The person is the first thing, so that its joints are found before those of what it sits on. */
#define SEATED "{'op':'add','id':'a-1','object':'person'},{'op':'add','id':'b-1','object':'%s'},{'op':'transform','targets':['a-1'],'place':[{'relation':'on','targets':['b-1']}]%s}"

TEST (who_is_put_on_a_chair_sits_with_feet_near_the_ground)
{
  g_autofree char *list = g_strdup_printf ("[" SEATED "]", "chair", ""), *standing = g_strdup_printf ("[" SEATED "]", "chair", ",'pose':'stand'");
  g_autoptr (mk_scene) scene = test_scene (list), upright = test_scene (standing);
  float seat = place_at (scene, "a-1", 0).y;
  CHECK_NEAR ((double)seat, 0.47, 0.06);
  CHECK_REAL (mk_node_world (scene, joint_named (scene, "left foot"), 0).m[13], <, 0.2);
  CHECK_REAL (test_box (scene, "a-1", 0).max.y, <, seat + 1.2f);
  CHECK_REAL (test_box (upright, "a-1", 0).max.y, >, seat + 1.6f);
}

TEST (riders_are_astride_and_go_with_their_mounts)
{
  g_autofree char *list = g_strdup_printf ("[" SEATED ",{'op':'animate','id':'m','targets':['b-1'],'motion':'walk'}]", "horse", "");
  g_autoptr (mk_scene) scene = test_scene (list);
  mk_mat4 left = mk_node_world (scene, joint_named (scene, "left foot"), 0), right = mk_node_world (scene, joint_named (scene, "right foot"), 0);
  CHECK_REAL (hypotf (left.m[12] - right.m[12], left.m[14] - right.m[14]), >, 0.45);
  CHECK_REAL (left.m[13], <, place_at (scene, "a-1", 0).y - 0.4f);
  CHECK_NEAR ((double)(place_at (scene, "a-1", 3).x - place_at (scene, "b-1", 3).x), (double)(place_at (scene, "a-1", 0).x - place_at (scene, "b-1", 0).x), 0.02);
}

TEST (one_walks_to_a_chair_turns_and_sits_on_it_and_gets_up_again)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a-1','object':'man','position':[-3,0,0]},{'op':'add','id':'c-1','object':'chair','position':[0,0,0]},"
                                           "{'op':'animate','id':'w','targets':['a-1'],'motion':'walk','to':'c-1'},{'op':'animate','id':'s','targets':['a-1'],'motion':'sit','after':'w'}]");
  mk_vec3 there = place_at (scene, "a-1", 60);
  CHECK_NEAR ((double)there.x, 0, 0.03);
  CHECK_NEAR ((double)there.y, 0.47, 0.06);
  mk_mat4 world = mk_node_world (scene, mk_scene_find (scene, "a-1"), 60);
  CHECK_REAL (world.m[10], >, 0.99); /* faces as the chair does */
  g_autofree char *list = g_strdup_printf ("[" SEATED ",{'op':'animate','id':'m','targets':['a-1'],'motion':'walk','distance_m':3}]", "chair", "");
  g_autoptr (mk_scene) up = test_scene (list);
  CHECK_NEAR ((double)place_at (up, "a-1", 60).y, 0, 0.02);
}

static float
middle_y (const mk_scene *scene, const char *id, double time_s)
{
  mk_box box = test_box (scene, id, time_s);
  return (box.min.y + box.max.y) / 2;
}

TEST (who_gets_up_from_a_chair_stands_on_the_ground_before_it)
{
  g_autofree char *list = g_strdup_printf ("[" SEATED ",{'op':'animate','id':'m','targets':['a-1'],'motion':'stand'}]", "chair", "");
  g_autoptr (mk_scene) scene = test_scene (list);
  mk_vec3 seat = place_at (scene, "a-1", 0), up = place_at (scene, "a-1", 60);
  CHECK_NEAR ((double)seat.y, 0.47, 0.06);
  CHECK_NEAR ((double)up.y, 0, 0.02);
  CHECK_REAL (up.z - seat.z, >, 0.3f);
  CHECK_REAL (mk_node_world (scene, joint_named (scene, "hips"), 60).m[13], >, 0.8f);
  g_autoptr (mk_scene) low = alone ("man", "stand", "");
  CHECK_REAL (mk_node_world (low, joint_named (low, "hips"), 0).m[13], <, 0.4f); /* from the ground */
  CHECK_REAL (mk_node_world (low, joint_named (low, "hips"), 60).m[13], >, 0.8f);
}

TEST (what_is_in_the_hands_comes_down_with_who_sits_down)
{
  static const char *const seats[] = { "", ",'to':'c-1'" };
  for (size_t i = 0; i < MK_COUNT (seats); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'a-1','object':'man','position':[0,0,0.8]},{'op':'add','id':'c-1','object':'chair','position':[0,0,0]},"
                                             "{'op':'add','id':'b-1','object':'book','place':[{'relation':'held','targets':['a-1']}]},"
                                             "{'op':'animate','id':'s','targets':['a-1'],'motion':'sit'%s}]", seats[i]);
    g_autoptr (mk_scene) scene = test_scene (list);
    int hand = joint_named (scene, "right hand");
    CHECK_NEAR ((double)(middle_y (scene, "b-1", 0) - mk_node_world (scene, hand, 0).m[13]), (double)(middle_y (scene, "b-1", 60) - mk_node_world (scene, hand, 60).m[13]), 0.12);
  }
}

TEST (a_hurdle_is_leapt_over_and_stairs_are_walked_up)
{
  g_autoptr (mk_scene) leap = test_scene ("[{'op':'add','id':'a-1','object':'horse','position':[-2.5,0,0]},{'op':'add','id':'f-1','object':'fence','position':[0,0,0],'facing':'left'},"
                                          "{'op':'animate','id':'j','targets':['a-1'],'motion':'jump','to':'f-1','end':'over'}]");
  CHECK_REAL (place_at (leap, "a-1", 60).x, >, 1.5f);
  float top = test_box (leap, "f-1", 0).max.y;
  for (double t = 0; t < 3; t += 0.02)
    if (fabsf (place_at (leap, "a-1", t).x) < 0.2f)
      CHECK_REAL (place_at (leap, "a-1", t).y, >, top);
  g_autoptr (mk_scene) stairs = test_scene ("[{'op':'add','id':'a-1','object':'man','position':[-4,0,0]},{'op':'add','id':'s-1','object':'stairs','position':[0,0,0]},"
                                            "{'op':'animate','id':'w','targets':['a-1'],'motion':'run','to':'s-1','end':'on'}]");
  CHECK_NEAR ((double)place_at (stairs, "a-1", 60).y, (double)test_box (stairs, "s-1", 0).max.y, 0.08);
}

TEST (who_jumps_off_a_table_lands_before_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'t-1','object':'table'},{'op':'add','id':'a-1','object':'cat','place':[{'relation':'on','targets':['t-1']}]},"
                                          "{'op':'animate','id':'j','targets':['a-1'],'motion':'jump','to':'t-1','end':'off'}]");
  mk_box table = test_box (scene, "t-1", 0);
  CHECK_NEAR ((double)place_at (scene, "a-1", 0).y, (double)table.max.y, 0.05);
  CHECK_NEAR ((double)place_at (scene, "a-1", 60).y, 0, 0.05);
  CHECK_REAL (test_box (scene, "a-1", 60).min.z, >, table.max.z);
}

TEST (a_rower_sits_with_the_back_to_the_bow_and_pulls_the_oars)
{
  g_autofree char *list = g_strdup_printf ("[" SEATED ",{'op':'animate','id':'d','targets':['b-1'],'motion':'drive'},{'op':'animate','id':'r','targets':['a-1'],'motion':'gesture','how':'row','with':'d'}]", "boat", "");
  g_autoptr (mk_scene) scene = test_scene (list);
  mk_mat4 boat = mk_node_world (scene, mk_scene_find (scene, "b-1"), 2), man = mk_node_world (scene, mk_scene_find (scene, "a-1"), 2);
  CHECK_REAL (boat.m[8] * man.m[8] + boat.m[10] * man.m[10], <, -0.95f);
  int oar = joint_named (scene, "left oar");
  float least = 1, most = -1;
  for (double t = 1; t < 2.5; t += 0.05) {
    mk_node_tracks tracks = mk_node_tracks_find (scene, oar);
    float turn = mk_node_tracks_sample (&tracks, t, NULL).rotation.y;
    least = fminf (least, turn);
    most = fmaxf (most, turn);
  }
  CHECK_REAL (most - least, >, 0.3f);
}

TEST (who_swims_lies_in_the_water)
{
  static const char *const who[][2] = { { "boy", "left foot" }, { "mermaid", "fish tail tip" } };
  for (size_t i = 0; i < MK_COUNT (who); i++) {
    g_autoptr (mk_scene) scene = alone (who[i][0], "swim", "");
    mk_mat4 top = mk_node_world (scene, joint_named (scene, "head"), 1.5), low = mk_node_world (scene, joint_named (scene, who[i][1]), 1.5);
    CHECK_REAL (fabsf (top.m[13] - low.m[13]), <, 0.45f);
    CHECK_REAL (hypotf (top.m[12] - low.m[12], top.m[14] - low.m[14]), >, 0.7f);
  }
}

TEST (a_wave_goes_on_while_its_owner_walks)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'a-1','object':'person','position':[0,0,0]},{'op':'animate','id':'wave-1','targets':['a-1'],'motion':'wave','duration_s':3},"
                                           "{'op':'animate','id':'walk-1','targets':['a-1'],'motion':'walk','with':'wave-1'}]");
  int right = joint_named (scene, "right hand"), left = joint_named (scene, "left hand"), head = joint_named (scene, "head");
  mk_mat4 hand = mk_node_world (scene, right, 1.5);
  CHECK_REAL (hand.m[13], >, mk_node_world (scene, head, 1.5).m[13] - 0.1f); /* up */
  CHECK_REAL (mk_node_world (scene, left, 1.5).m[13], <, 1);                  /* swings */
  CHECK_REAL (place_at (scene, "a-1", 3).x, >, 2);
}

TEST (a_jump_bends_the_knees_first_and_lifts_the_feet)
{
  g_autoptr (mk_scene) scene = alone ("person", "jump", ",'height_m':0.4");
  int hips = joint_named (scene, "hips"), foot = joint_named (scene, "left foot");
  float stand = mk_node_world (scene, hips, 0).m[13], lowest = stand, ground = mk_node_world (scene, foot, 0).m[13], highest = 0, wandered = 0;
  for (int i = 0; i < 200; i++) {
    double t = i * 0.01;
    lowest = fminf (lowest, mk_node_world (scene, hips, t).m[13]);
    highest = fmaxf (highest, mk_node_world (scene, foot, t).m[13] - ground);
    if (place_at (scene, "a-1", t).y < 1e-4f)
      wandered = fmaxf (wandered, fabsf (mk_node_world (scene, foot, t).m[13] - ground));
  }
  CHECK_REAL (lowest, <, stand - 0.1f);
  CHECK_REAL (highest, >, 0.4);
  CHECK_REAL (wandered, <, 0.02); /* on the ground its feet stay there */
  g_autoptr (mk_scene) eager = alone ("person", "jump", ",'height_m':0.4,'anticipation':0");
  CHECK_REAL (mk_node_world (eager, joint_named (eager, "hips"), 0.2).m[13], >, stand - 0.01f);
}

/* --- in the air and in the water --- */

static float
swing_of (const mk_scene *scene, const char *bone, double from_s, double to_s)
{
  int node = joint_named (scene, bone);
  mk_node_tracks tracks = mk_node_tracks_find (scene, node);
  float least = 1;
  for (double t = from_s; t < to_s; t += 0.01)
    least = fminf (least, fabsf (mk_node_tracks_sample (&tracks, t, NULL).rotation.w));
  return 2 * acosf (fminf (least, 1)) * 180 / MK_PI;
}

TEST (wings_beat_tails_stroke_doors_open_heads_turn)
{
  g_autoptr (mk_scene) bird = alone ("bird", "fly", ""), fish = alone ("fish", "swim", ""), door = alone ("door", "open", ""), butterfly = alone ("butterfly", "flap", "");
  CHECK_REAL (swing_of (bird, "left wing", 1, 3), >, 40);
  CHECK_REAL (swing_of (butterfly, "right wing", 1, 3), >, 40);
  CHECK_REAL (swing_of (fish, "tail", 1, 3), >, 15);
  CHECK_REAL (place_at (fish, "a-1", 3).x, >, 0.3);
  g_autoptr (GArray) hinges = mk_object_joints (test_stage ()->library, door, mk_scene_find (door, "a-1"));
  mk_node_tracks hinge = mk_node_tracks_find (door, g_array_index (hinges, mk_joint, 0).node);
  CHECK_REAL (fabsf (mk_node_tracks_sample (&hinge, 3, NULL).rotation.w), <, 0.85); /* open by more than 60 degrees */
  g_autoptr (mk_scene) looking = test_scene ("[{'op':'add','id':'a-1','object':'person','position':[0,0,0]},{'op':'add','id':'b-1','object':'ball','position':[3,0,0.5]},"
                                             "{'op':'animate','id':'m-1','targets':['a-1'],'motion':'look-at','to':'b-1'}]");
  mk_mat4 head = mk_node_world (looking, joint_named (looking, "head"), 2);
  CHECK_REAL (head.m[8], >, 0.8); /* its nose points along +X */
}

TEST (every_motion_of_life_suits_every_thing_or_is_answered)
{
  static const char *const motions[] = { "walk", "run", "jump", "swim", "flap", "wave", "dance", "sit", "turn", "look-at", "open", "close", "fly", "move", "drive" };
  static const char *const objects[] = { "person", "dog", "bird", "spider", "fish", "snake", "octopus", "car", "robot", "snowman", "ball", "house", "butterfly", "crab", "bicycle", "helicopter" };
  for (size_t m = 0; m < MK_COUNT (motions); m++)
    for (size_t o = 0; o < MK_COUNT (objects); o++) {
      g_autoptr (mk_scene) scene = alone (objects[o], motions[m], "");
      for (guint i = 0; i < scene->tracks->len; i++) {
        const mk_track *track = &g_array_index (scene->tracks, mk_track, i);
        static const unsigned widths[] = { 3, 4, 3, 1, 1 };
        for (uint32_t k = 0; k < track->n_keys * widths[track->path] * (track->interpolation == MK_TRACK_CUBIC ? 3 : 1); k++)
          if (!isfinite (track->values[k]))
            mk_test_fail (__FILE__, __LINE__, "%s, %s: a key is not finite", objects[o], motions[m]);
      }
      CHECK (scene->tracks->len > 0);
    }
}

TEST (liveliness_is_said_in_numbers)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) wrong = test_try ("[{'op':'add','id':'a-1','object':'dog'},{'op':'animate','id':'m-1','targets':['a-1'],'motion':'walk','follow_through':9}]", &error);
  CHECK (wrong == NULL && error != NULL && strstr (error->message, "follow_through") != NULL);
  g_autoptr (mk_scene) stiff = alone ("dog", "walk", ",'follow_through':0"), loose = alone ("dog", "walk", ",'follow_through':3");
  mk_node_tracks a = mk_node_tracks_find (stiff, joint_named (stiff, "left front leg")), b = mk_node_tracks_find (loose, joint_named (loose, "left front leg"));
  mk_node_tracks c = mk_node_tracks_find (stiff, joint_named (stiff, "tail tip")), d = mk_node_tracks_find (loose, joint_named (loose, "tail tip"));
  float legs = 0, tails = 0;
  for (int i = 0; i < 200; i++) {
    mk_quat p = mk_node_tracks_sample (&a, i * 0.01, NULL).rotation, q = mk_node_tracks_sample (&b, i * 0.01, NULL).rotation;
    legs = fmaxf (legs, fabsf (p.x - q.x));
    p = mk_node_tracks_sample (&c, i * 0.01, NULL).rotation, q = mk_node_tracks_sample (&d, i * 0.01, NULL).rotation;
    tails = fmaxf (tails, fmaxf (fabsf (p.x - q.x), fabsf (p.y - q.y)));
  }
  CHECK_REAL (legs, <, 0.02);
  CHECK_REAL (tails, >, 0.05);
}

/* --- how far a skin reaches --- */

TEST (the_box_of_a_skin_is_that_of_all_its_points)
{
  static const char *const cases[][2] = { { "person", "dance" }, { "dog", "run" }, { "snake", "walk" }, { "bird", "fly" } };
  for (size_t c = 0; c < MK_COUNT (cases); c++) {
    g_autoptr (mk_scene) scene = alone (cases[c][0], cases[c][1], "");
    int n_skins = 0;
    for (double time_s = 0; time_s < 2; time_s += 0.37) {
      g_autoptr (mk_pose) pose = mk_pose_new (scene, time_s);
      for (guint i = 0; i < scene->nodes->len; i++) {
        const mk_scene_node *node = mk_scene_get_node (scene, (int)i);
        g_autofree mk_mat4 *matrices = node->skin >= 0 ? mk_skin_matrices (scene, pose, node->skin) : NULL;
        for (unsigned p = 0; p < node->n_parts && matrices != NULL; p++) {
          const mk_mesh *mesh = node->parts[p].mesh;
          mk_box all = MK_BOX_EMPTY, box = mesh->joints != NULL ? mk_mesh_skinned_bounds (mesh, matrices) : MK_BOX_EMPTY;
          for (uint32_t v = 0; v < mesh->n_vertices && mesh->joints != NULL; v++)
            all = mk_box_add_point (all, mk_mesh_skinned_point (mesh, v, matrices));
          n_skins += mesh->joints != NULL;
          CHECK (memcmp (&all, &box, sizeof all) == 0);
        }
      }
    }
    CHECK_INT (n_skins, >, 0);
  }
}
