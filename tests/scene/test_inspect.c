#include "scene/inspect.h"
#include "stage.h"

#include <string.h>

static unsigned
n_findings (const char *list, mk_finding_kind kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) scene = test_scene (list);
  g_autoptr (mk_scene) film = mk_scene_complete (test_stage (), scene, 16 / 9.f, &error);
  CHECK_OK (film, error);
  g_autoptr (GArray) findings = mk_scene_inspect (test_stage (), film, 16 / 9.f);
  unsigned n = 0;
  for (guint i = 0; i < findings->len; i++)
    n += g_array_index (findings, mk_finding, i).kind == kind;
  return n;
}

/* As layout left it, then with one thing put where it should not be. */
static mk_scene *
film_with (const char *list, const char *id, mk_vec3 to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) scene = test_scene (list);
  mk_scene *film = mk_scene_complete (test_stage (), scene, 16 / 9.f, &error);
  CHECK_OK (film, error);
  mk_scene_get_node (film, mk_scene_find (film, id))->trs.translation = to;
  return film;
}

static unsigned
n_findings_with (const char *list, const char *id, mk_vec3 to, mk_finding_kind kind)
{
  g_autoptr (mk_scene) film = film_with (list, id, to);
  g_autoptr (GArray) findings = mk_scene_inspect (test_stage (), film, 16 / 9.f);
  unsigned n = 0;
  for (guint i = 0; i < findings->len; i++)
    n += g_array_index (findings, mk_finding, i).kind == kind;
  return n;
}

#define PAIR "[{'op':'add','id':'cube-1','object':'cube'},{'op':'add','id':'ball-1','object':'ball','place':[{'relation':'left','targets':['cube-1']}]}]"

TEST (a_tidy_scene_has_no_findings)
{
  for (int kind = 0; kind <= MK_FINDING_RELATION; kind++)
    CHECK_INT (n_findings (PAIR, (mk_finding_kind)kind), ==, 0);
}

TEST (a_ball_in_a_cube_is_found_to_intersect)
{
  CHECK_INT (n_findings_with (PAIR, "ball-1", (mk_vec3){ 0.2f, 0, 0 }, MK_FINDING_INTERSECTION), ==, 1);
}

TEST (a_ball_in_the_air_is_found_to_float)
{
  CHECK_INT (n_findings_with (PAIR, "ball-1", (mk_vec3){ -1, 0.5f, 0 }, MK_FINDING_FLOATING), ==, 1);
}

TEST (a_ball_on_the_wrong_side_is_found)
{
  CHECK_INT (n_findings_with (PAIR, "ball-1", (mk_vec3){ 1, 0, 0 }, MK_FINDING_RELATION), ==, 1);
}

TEST (a_ball_beside_the_picture_is_found)
{
  CHECK_INT (n_findings_with (PAIR, "ball-1", (mk_vec3){ -80, 0, 0 }, MK_FINDING_FRAME), ==, 1);
}

#define HAT "[{'op':'add','id':'p','object':'penguin'},{'op':'add','id':'h','object':'top hat','place':[{'relation':'on','targets':['p']}]}]"

TEST (a_hat_may_hold_a_head_but_not_hang_over_it)
{
  CHECK_INT (n_findings (HAT, MK_FINDING_INTERSECTION), ==, 0);
  CHECK_INT (n_findings (HAT, MK_FINDING_FLOATING), ==, 0);
  CHECK_INT (n_findings_with (HAT, "h", (mk_vec3){ 0, 2, 0 }, MK_FINDING_FLOATING), ==, 1);
}

TEST (what_stood_on_a_table_comes_down_when_it_is_taken_away)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'table-1','object':'table'},{'op':'add','id':'ball-1','object':'ball','place':[{'relation':'on','targets':['table-1']}]},"
                                           "{'op':'remove','targets':['table-1']}]");
  CHECK_NEAR (test_box (scene, "ball-1", 0).min.y, 0, 1e-3);
}

TEST (what_grows_steps_aside)
{
  CHECK_INT (n_findings ("[{'op':'add','id':'cube-1','object':'cube'},{'op':'add','id':'ball-1','object':'ball'},{'op':'transform','targets':['ball-1'],'scale':4}]", MK_FINDING_INTERSECTION), ==, 0);
}

TEST (a_group_fits_onto_what_carries_it)
{
  CHECK_INT (n_findings ("[{'op':'add','id':'log-1','object':'log'},{'op':'add','id':'owl-1','object':'owl','count':3,'place':[{'relation':'on','targets':['log-1']}]}]", MK_FINDING_RELATION), ==, 0);
}

TEST (a_bench_under_a_tree_stands_on_the_ground)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'tree-1','object':'tree'},{'op':'add','id':'bench-1','object':'bench','place':[{'relation':'under','targets':['tree-1']}]}]");
  CHECK_NEAR (test_box (scene, "bench-1", 0).min.y, 0, 0.03);
  CHECK_NEAR (test_box (scene, "tree-1", 0).min.y, 0, 0.03);
}

#define HORSE_AND_COW "{'op':'add','id':'horse-1','object':'horse'},{'op':'add','id':'cow-1','object':'cow'}"

TEST (who_turns_to_set_off_stands_in_nobody)
{
  CHECK_INT (n_findings ("[" HORSE_AND_COW ",{'op':'animate','id':'a','targets':['horse-1','cow-1'],'motion':'walk'}]", MK_FINDING_INTERSECTION), ==, 0);
}

TEST (a_car_that_drives_past_a_man_takes_a_lane_of_its_own)
{
  CHECK_INT (n_findings ("[{'op':'add','id':'car-1','object':'car'},{'op':'add','id':'man-1','object':'man','place':[{'relation':'right','targets':['car-1']}]},"
                         "{'op':'animate','id':'a','targets':['car-1'],'motion':'drive'}]", MK_FINDING_INTERSECTION), ==, 0);
}

TEST (nobody_walks_through_a_wall_to_a_goal)
{
  CHECK_INT (n_findings ("[{'op':'add','id':'wall-1','object':'wall'},{'op':'add','id':'man-1','object':'man','place':[{'relation':'right','targets':['wall-1']}]},"
                         "{'op':'add','id':'tree-1','object':'tree','place':[{'relation':'left','targets':['wall-1']}]},"
                         "{'op':'animate','id':'a','targets':['man-1'],'motion':'walk','to':'tree-1'}]", MK_FINDING_INTERSECTION), ==, 0);
}

TEST (a_meeting_on_the_way_is_found)
{
  CHECK_INT (n_findings ("[{'op':'add','id':'cube-1','object':'cube','position':[0,0,0]},{'op':'add','id':'ball-1','object':'ball','place':[{'relation':'left','targets':['cube-1']}]}]", MK_FINDING_INTERSECTION), ==, 0);
  CHECK_INT (n_findings ("[{'op':'add','id':'ball-1','object':'ball'},{'op':'add','id':'cube-1','object':'cube','place':[{'relation':'right','targets':['ball-1']}]},"
                         "{'op':'animate','id':'a','targets':['ball-1'],'motion':'slide','distance_m':0.7}]", MK_FINDING_INTERSECTION), ==, 1);
}

TEST (a_full_table_is_used_to_its_edge)
{
  CHECK_INT (n_findings ("[{'op':'add','id':'table-1','object':'table'},{'op':'add','id':'ball-1','object':'ball','place':[{'relation':'on','targets':['table-1']}]},"
                         "{'op':'add','id':'cube-1','object':'cube','place':[{'relation':'on','targets':['table-1']}]}]", MK_FINDING_INTERSECTION), ==, 0);
}

TEST (what_fades_in_is_in_the_picture)
{
  CHECK_INT (n_findings ("[{'op':'add','id':'ship-1','object':'ship'},{'op':'animate','id':'a','targets':['ship-1'],'motion':'fade-in'}]", MK_FINDING_FRAME), ==, 0);
}

TEST (an_avenue_comes_to_who_stands_in_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'man-1','object':'man'},{'op':'add','id':'city-avenue-1','object':'city avenue'},"
                                           "{'op':'add','id':'taxi-1','object':'taxi','place':[{'relation':'on','targets':['city-avenue-1']}]}]");
  mk_box man = test_box (scene, "man-1", 0), taxi = test_box (scene, "taxi-1", 0), road = test_box (scene, "city-avenue-1", 0);
  float aside = fmaxf (taxi.min.x - man.max.x, man.min.x - taxi.max.x), apart = fmaxf (taxi.min.z - man.max.z, man.min.z - taxi.max.z);
  CHECK_NEAR (man.min.y, 0, 0.03);
  CHECK (fabsf ((road.min.x + road.max.x) / 2 - (man.min.x + man.max.x) / 2) < 7); /* half the road's width */
  CHECK (man.max.z < road.max.z && man.min.z > road.max.z - 60);
  CHECK (fmaxf (aside, apart) > 0);
}

#define BALL_IN_GIRL "{'op':'add','id':'girl-1','object':'girl'},{'op':'add','id':'boy-1','object':'boy','place':[{'relation':'right','targets':['girl-1'],'distance_m':3}]},{'op':'add','id':'ball-1','object':'ball','place':[{'relation':'left','targets':['girl-1']}]}"

TEST (contact_that_a_command_wants_is_no_intersection_but_only_a_hand_deep)
{
  mk_vec3 touching = { 0.2f, 0.45f, 0 }, within = { 0, 0.6f, 0 };
  const char *idle = "[" BALL_IN_GIRL "]", *thrown = "[" BALL_IN_GIRL ",{'op':'animate','id':'a','targets':['ball-1'],'motion':'fly','how':'throw','by':'boy-1','to':'girl-1'}]";
  CHECK_INT (n_findings_with (idle, "ball-1", touching, MK_FINDING_INTERSECTION), ==, 1);
  CHECK_INT (n_findings_with (idle, "ball-1", within, MK_FINDING_INTERSECTION), ==, 1);
  CHECK_INT (n_findings (thrown, MK_FINDING_INTERSECTION), ==, 0);
}
