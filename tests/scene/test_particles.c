/* Rain, snow and fireworks: where they are, and that they begin again without a seam. */
#include "scene/objects.h"
#include "stage.h"

#include <math.h>
#include <string.h>

static mk_scene *
film_of (const char *particles)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'house-1','object':'house'},{'op':'particles','id':'p-1',%s}]", particles);
  g_autoptr (mk_scene) scene = test_scene (list);
  mk_scene *film = mk_scene_complete (test_stage (), scene, 16 / 9.f, &error);
  CHECK_OK (film, error);
  return film;
}

static bool
is_particle (const mk_scene *scene, int i)
{
  const mk_scene_node *node = mk_scene_get_node (scene, i);
  return node->name != NULL && g_str_has_prefix (node->name, "particles ");
}

static unsigned
n_particles (const mk_scene *scene)
{
  unsigned n = 0;
  for (int i = 0; i < (int)scene->nodes->len; i++)
    n += is_particle (scene, i);
  return n;
}

TEST (rain_is_a_few_nodes_that_fill_the_picture_at_all_times)
{
  g_autoptr (mk_scene) film = film_of ("'kind':'rain'");
  CHECK_INT (n_particles (film), ==, 3);
  for (int k = 0; k <= 16; k++) {
    g_autoptr (mk_pose) pose = mk_pose_new (film, (double)film->duration_s * k / 16);
    for (int i = 0; i < (int)film->nodes->len; i++)
      if (is_particle (film, i)) {
        mk_box box = mk_scene_bounds (film, pose, i);
        CHECK_REAL (box.min.y, <, 0.2);
        CHECK_REAL (box.max.y, >, 12);
      }
  }
}

TEST (rain_falls_and_never_rises_but_in_the_moment_that_it_begins_again)
{
  g_autoptr (mk_scene) film = film_of ("'kind':'rain'");
  unsigned n_rises = 0;
  for (guint t = 0; t < film->tracks->len; t++) {
    const mk_track *track = &g_array_index (film->tracks, mk_track, t);
    if (!is_particle (film, track->node) || track->path != MK_TRACK_TRANSLATION)
      continue;
    for (uint32_t k = 1; k < track->n_keys; k++)
      if (track->values[k * 3 + 1] > track->values[k * 3 - 2]) {
        n_rises++;
        CHECK_REAL (track->times_s[k] - track->times_s[k - 1], <, 2e-3);
      }
  }
  CHECK_INT (n_rises, >, 3);
}

TEST (rain_right_before_the_lens_is_no_wider_in_the_picture_than_half_way_off)
{
  g_autoptr (mk_scene) film = film_of ("'kind':'rain'");
  mk_mat4 camera = mk_node_world (film, film->active_camera, 0);
  mk_vec3 eye = { camera.m[12], camera.m[13], camera.m[14] };
  double widest = 0, most = 0, reach = hypot ((double)eye.x, (double)eye.z);
  for (int i = 0; i < (int)film->nodes->len; i++)
    for (unsigned k = 0; is_particle (film, i) && k < mk_scene_get_node (film, i)->copies->n; k++) {
      mk_mat4 own = mk_scene_get_node (film, i)->copies->transforms[k];
      mk_vec3 at = mk_mat4_point (mk_node_world (film, i, 0), (mk_vec3){ own.m[12], own.m[13], own.m[14] });
      double size = (double)mk_vec3_length (mk_mat4_direction (own, (mk_vec3){ 1, 0, 0 })), off = hypot ((double)(at.x - eye.x), (double)(at.z - eye.z));
      most = fmax (most, size);
      if (off > 0.05 * reach)
        widest = fmax (widest, size * reach / off);
    }
  CHECK_REAL (most, >, 1);
  CHECK_REAL (widest, <, 3.5);
}

TEST (fireworks_burst_one_after_the_other_and_are_gone_before_and_after)
{
  g_autoptr (mk_scene) film = film_of ("'kind':'fireworks'");
  CHECK_INT (n_particles (film), >, 9);
  g_autoptr (mk_pose) pose = mk_pose_new (film, 0);
  for (int i = 0; i < (int)film->nodes->len; i++)
    if (is_particle (film, i) && mk_scene_get_node (film, i)->copies != NULL) {
      mk_box box = mk_scene_bounds (film, pose, i);
      CHECK_REAL (box.max.x - box.min.x, <, 0.1);
    }
}

TEST (completing_a_film_again_makes_no_second_rain)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) film = film_of ("'kind':'leaves','amount':0.5"), again = mk_scene_complete (test_stage (), film, 16 / 9.f, &error);
  CHECK_OK (again, error);
  CHECK_INT (n_particles (film), ==, 35);
  CHECK_INT (n_particles (again), ==, 35);
  CHECK_INT (again->nodes->len, ==, film->nodes->len);
}

TEST (smoke_leaves_from_the_top_of_what_smokes_at_all_times)
{
  g_autoptr (mk_scene) film = film_of ("'kind':'smoke','targets':['house-1/chimney']");
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) chimney = mk_scene_find_targets (film, "house-1/chimney", &error);
  CHECK_OK (chimney, error);
  CHECK_INT (n_particles (film), >=, 10);
  for (int k = 0; k <= 8; k++) {
    g_autoptr (mk_pose) pose = mk_pose_new (film, (double)film->duration_s * k / 8);
    mk_box of = mk_scene_bounds (film, pose, g_array_index (chimney, int, 0));
    float lowest = INFINITY, highest = 0;
    for (int i = 0; i < (int)film->nodes->len; i++)
      if (is_particle (film, i) && pose->opacity[i] > 0.001f) {
        mk_box box = mk_scene_bounds (film, pose, i);
        lowest = fminf (lowest, box.min.y);
        highest = fmaxf (highest, box.max.y);
      }
    CHECK_REAL (lowest, >, (double)of.max.y - 1);
    CHECK_REAL (lowest, <, (double)of.max.y + 1);
    CHECK_REAL (highest, >, (double)of.max.y + 2);
  }
}

TEST (what_moves_leaves_its_smoke_behind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'train-1','object':'train'},{'op':'animate','id':'a','targets':['train-1'],'motion':'drive','direction':'right','speed':2},"
                                           "{'op':'particles','id':'p','kind':'smoke','targets':['train-1/chimney']}]");
  g_autoptr (mk_scene) film = mk_scene_complete (test_stage (), scene, 16 / 9.f, &error);
  CHECK_OK (film, error);
  g_autoptr (GArray) chimney = mk_scene_find_targets (film, "train-1/chimney", &error);
  g_autoptr (mk_pose) pose = mk_pose_new (film, 0.9 * (double)film->duration_s);
  mk_box of = mk_scene_bounds (film, pose, g_array_index (chimney, int, 0));
  float first = INFINITY, last = -INFINITY;
  for (int i = 0; i < (int)film->nodes->len; i++)
    if (is_particle (film, i) && pose->opacity[i] > 0.001f) {
      first = fminf (first, pose->world[i].m[12]);
      last = fmaxf (last, pose->world[i].m[12]);
    }
  CHECK_REAL (fabs ((double)(last - of.max.x)), <, 3);
  CHECK_REAL (first, <, (double)last - 4);
}

TEST (wrong_particles_are_refused_with_a_reason)
{
  g_autoptr (GError) error = NULL;
  CHECK (test_try ("[{'op':'particles','id':'p','kind':'soup'}]", &error) == NULL);
  CHECK (strstr (error->message, "confetti") != NULL);
  g_clear_error (&error);
  CHECK (test_try ("[{'op':'particles','id':'p'}]", &error) == NULL);
  CHECK (strstr (error->message, "kind") != NULL);
}

static bool
is_tongue (const mk_scene *scene, const mk_pose *pose, int i)
{
  return is_particle (scene, i) && mk_scene_get_node (scene, i)->n_parts > 0 && pose->opacity[i] > 0.01f;
}

TEST (a_dragon_breathes_fire_out_of_its_mouth_and_far_ahead_after_it_has_drawn_breath)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'dragon-1','object':'dragon'},{'op':'animate','id':'a','targets':['dragon-1'],'motion':'gesture','how':'breathe-fire'}]");
  g_autoptr (mk_scene) film = mk_scene_complete (test_stage (), scene, 16 / 9.f, &error);
  CHECK_OK (film, error);
  g_autoptr (mk_pose) before = mk_pose_new (film, 0.4), now = mk_pose_new (film, 2.2);
  g_autoptr (GArray) head = mk_scene_find_targets (film, "dragon-1/head", &error);
  mk_mat4 at = now->world[g_array_index (head, int, 0)];
  float nearest = INFINITY, farthest = 0, lowest = INFINITY;
  unsigned n = 0;
  for (int i = 0; i < (int)film->nodes->len; i++) {
    CHECK (!is_tongue (film, before, i));
    if (!is_tongue (film, now, i))
      continue;
    float ahead = now->world[i].m[14] - at.m[14];
    nearest = fminf (nearest, ahead);
    farthest = fmaxf (farthest, ahead);
    lowest = fminf (lowest, now->world[i].m[13]);
    n++;
  }
  CHECK_INT (n, >, 30);
  CHECK_REAL (nearest, >, 0.3);
  CHECK_REAL (nearest, <, 2);
  CHECK_REAL (farthest, >, 3.5);
  CHECK_REAL (lowest, >, 0);
}

TEST (fire_breathed_at_a_castle_ends_at_its_walls_and_is_kept_in_the_picture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'dragon-1','object':'dragon','facing':'right'},{'op':'add','id':'castle-1','object':'castle'},"
                                           "{'op':'animate','id':'a','targets':['dragon-1'],'motion':'gesture','how':'breathe-fire','to':'castle-1'}]");
  g_autoptr (mk_scene) film = mk_scene_complete (test_stage (), scene, 16 / 9.f, &error);
  CHECK_OK (film, error);
  g_autoptr (mk_pose) pose = mk_pose_new (film, 2.2);
  mk_box castle = mk_scene_bounds (film, pose, mk_scene_find (film, "castle-1")), dragon = mk_scene_bounds (film, pose, mk_scene_find (film, "dragon-1"));
  float farthest = -INFINITY;
  for (int i = 0; i < (int)film->nodes->len; i++)
    if (is_tongue (film, pose, i))
      farthest = fmaxf (farthest, pose->world[i].m[12]);
  CHECK_REAL (castle.min.x - dragon.max.x, >, 3);
  CHECK_REAL (farthest, >, (double)castle.min.x - 2.5);
  CHECK_REAL (farthest, <, (double)castle.max.x);
}

TEST (the_fire_of_a_rocket_leaves_its_engine_and_spreads_on_the_ground)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'rocket-1','object':'rocket'},{'op':'particles','id':'p','kind':'fire','targets':['rocket-1']}]");
  g_autoptr (mk_scene) film = mk_scene_complete (test_stage (), scene, 16 / 9.f, &error);
  CHECK_OK (film, error);
  for (int k = 0; k <= 8; k++) {
    g_autoptr (mk_pose) pose = mk_pose_new (film, (double)film->duration_s * k / 8);
    float highest = 0, widest = 0;
    for (int i = 0; i < (int)film->nodes->len; i++)
      if (is_tongue (film, pose, i)) {
        CHECK_REAL (pose->world[i].m[13], >, -0.01);
        highest = fmaxf (highest, pose->world[i].m[13]);
        widest = fmaxf (widest, fabsf (pose->world[i].m[12]));
      }
    CHECK_REAL (highest, <, 3);
    CHECK_REAL (widest, >, 0.6);
  }
}
