/* What hangs and blows: it trails behind what moves, is at rest with it, goes with the wind and never into the body. */
#include "stage.h"

static mk_scene *
complete (const char *list)
{
  g_autoptr (mk_scene) scene = test_scene (list);
  g_autoptr (GError) error = NULL;
  mk_scene *done = mk_scene_complete (test_stage (), scene, 16.0f / 9, &error);
  CHECK_OK (done, error);
  return done;
}

/* The nodes that bend it, of the first chain of `id`. */
static int
fold_of (const mk_scene *scene, const char *id, const char *name)
{
  int root = mk_scene_find (scene, id);
  for (int i = root; i < (int)scene->nodes->len; i++)
    if (mk_scene_is_within (scene, i, root) && g_strcmp0 (mk_scene_get_node (scene, i)->name, name) == 0)
      return i;
  mk_test_fail (__FILE__, __LINE__, "%s has no %s", id, name);
  return -1;
}

static bool
is_moved (const mk_scene *scene, const char *id)
{
  return mk_node_tracks_find (scene, fold_of (scene, id, "fold 1")).tracks[MK_TRACK_ROTATION] != NULL;
}

TEST (a_cape_streams_behind_who_flies_and_hangs_on_who_stands)
{
  g_autoptr (mk_scene) still = complete ("[{'op':'add','id':'h-1','object':'superhero'}]");
  CHECK (!is_moved (still, "h-1"));
  g_autoptr (mk_scene) flying = complete ("[{'op':'add','id':'h-1','object':'superhero','position':[0,0,0]},"
                                          "{'op':'animate','id':'m-1','motion':'move','targets':['h-1'],'to':[24,0,0],'duration_s':4}]");
  mk_vec3 hem = test_joint (flying, "h-1", "fold 6", 2), collar = test_joint (flying, "h-1", "fold 1", 2);
  mk_vec3 rest = mk_vec3_sub (test_joint (still, "h-1", "fold 6", 0), test_joint (still, "h-1", "fold 1", 0));
  CHECK_REAL (collar.x - hem.x, >, 0.35); /* against its way */
  CHECK_REAL (hem.y - collar.y, >, rest.y + 0.15f);
}

TEST (a_ponytail_swings_on_when_the_head_has_stopped)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'render','seconds':4},{'op':'add','id':'g-1','object':'girl','params':{'hair':'ponytail'},'position':[0,0,0]},"
                                         "{'op':'animate','id':'m-1','motion':'move','targets':['g-1'],'to':[3,0,0],'duration_s':1,'easing':'linear'}]");
  mk_vec3 rest = mk_vec3_sub (test_joint (scene, "g-1", "fold 4", 4), test_joint (scene, "g-1", "fold 1", 4));
  float swing = 0, late = 0;
  for (double t = 1.05; t < 4; t += 0.05) {
    mk_vec3 now = mk_vec3_sub (test_joint (scene, "g-1", "fold 4", t), test_joint (scene, "g-1", "fold 1", t));
    float out = mk_vec3_length (mk_vec3_sub (now, rest));
    swing = t < 1.6 ? fmaxf (swing, out) : swing;
    late = t > 3 ? fmaxf (late, out) : late;
  }
  CHECK_REAL (swing, >, 0.05);
  CHECK_REAL (late, <, 0.005);
}

TEST (what_hangs_keeps_its_length_and_stays_out_of_the_body)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'h-1','object':'superhero','position':[0,0,0],'facing':'right'},{'op':'sky','kind':'day','wind':2}]"); /* in its back */
  float length = mk_vec3_length (mk_vec3_sub (test_joint (scene, "h-1", "fold 2", 0), test_joint (scene, "h-1", "fold 1", 0)));
  for (double t = 0; t < 3; t += 0.1) {
    mk_vec3 a = test_joint (scene, "h-1", "fold 1", t), b = test_joint (scene, "h-1", "fold 2", t), hem = test_joint (scene, "h-1", "fold 6", t);
    CHECK_NEAR (mk_vec3_length (mk_vec3_sub (b, a)), length, 0.002);
    CHECK_REAL (hem.x, <, a.x + 0.02f); /* it looks to +X: its back is before that */
  }
}

/* How far the free end of a flag goes to and fro across its way. */
static float
sweep_of (const mk_scene *scene)
{
  float low = INFINITY, high = -INFINITY;
  for (double t = 0; t < 4; t += 0.05) {
    float z = test_joint (scene, "f-1", "fold 8", t).z;
    low = fminf (low, z);
    high = fmaxf (high, z);
  }
  return high - low;
}

TEST (a_flag_waves_on_a_pole_that_stands_and_points_where_the_wind_goes)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'f-1','object':'flag','position':[0,0,0]},{'op':'animate','id':'s-1','motion':'sway','targets':['f-1'],'duration_s':4}]");
  int root = mk_scene_find (scene, "f-1");
  CHECK (mk_node_tracks_find (scene, root).tracks[MK_TRACK_ROTATION] == NULL);
  CHECK_REAL (sweep_of (scene), >, 0.1);
  for (double t = 0; t < 4; t += 0.2)
    CHECK_REAL (test_joint (scene, "f-1", "fold 8", t).x, >, 0.2);
  g_autoptr (mk_scene) turned = complete ("[{'op':'add','id':'f-1','object':'flag','position':[0,0,0],'facing':'right'}]"); /* its cloth leads away from us at rest */
  float mean = 0;
  for (int i = 0; i < 40; i++)
    mean += test_joint (turned, "f-1", "fold 8", 0.1 * i).x / 40;
  CHECK_REAL (mean, >, 0.3);
}

TEST (hair_blows_in_a_wind_that_is_spoken_of_and_in_a_storm)
{
  g_autoptr (mk_scene) calm = complete ("[{'op':'add','id':'g-1','object':'girl','params':{'hair':'ponytail'}},{'op':'sky','kind':'day'}]");
  g_autoptr (mk_scene) windy = complete ("[{'op':'add','id':'g-1','object':'girl','params':{'hair':'ponytail'}},{'op':'sky','kind':'day','wind':1}]");
  g_autoptr (mk_scene) storm = complete ("[{'op':'add','id':'g-1','object':'girl','params':{'hair':'ponytail'}},{'op':'particles','id':'p-1','kind':'rain','amount':2.5}]");
  CHECK (!is_moved (calm, "g-1"));
  CHECK (is_moved (windy, "g-1"));
  CHECK (is_moved (storm, "g-1"));
  CHECK_REAL (test_joint (windy, "g-1", "fold 4", 2).x, >, test_joint (calm, "g-1", "fold 4", 2).x + 0.02f);
}

/* Signed: how far the middle of the sail is out of the line between its edges, across the boat. */
static float
belly_of (const mk_scene *scene, double time_s)
{
  mk_vec3 a = test_joint (scene, "b-1", "fold 1", time_s), m = test_joint (scene, "b-1", "fold 4", time_s), b = test_joint (scene, "b-1", "fold 6", time_s);
  return m.z - (a.z + (b.z - a.z) * (m.x - a.x) / (b.x - a.x));
}

TEST (a_sail_is_full_on_the_side_that_the_wind_goes_to_whichever_way_it_sails)
{
  static const char *const ways[] = { "right", "left" };
  for (int i = 0; i < 2; i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'b-1','object':'sailboat','facing':'%s'},{'op':'ground','surface':'water'}]", ways[i]);
    g_autoptr (mk_scene) scene = complete (list);
    CHECK_REAL (belly_of (scene, 1), >, 0.1); /* towards us, as the wind */
  }
}

TEST (people_fly_lying_on_the_air_and_stand_before)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'h-1','object':'superhero','position':[0,0,0]},{'op':'animate','id':'m-1','motion':'fly','targets':['h-1'],'duration_s':4}]");
  mk_vec3 head = test_joint (scene, "h-1", "head", 3), foot = test_joint (scene, "h-1", "left foot", 3), fist = test_joint (scene, "h-1", "right hand", 3);
  CHECK_REAL (mk_vec3_length ((mk_vec3){ head.x - foot.x, 0, head.z - foot.z }), >, head.y - foot.y);
  CHECK_REAL (fist.x, >, head.x);
  CHECK_REAL (test_joint (scene, "h-1", "head", 0).y - test_joint (scene, "h-1", "left foot", 0).y, >, 1);
}
