#include <string.h>

#include "scene/camera.h"
#include "scene/ground.h"
#include "scene/layout.h"
#include "scene/motion.h"
#include "stage.h"

#define ASPECT (16 / 9.0f)

static mk_scene *
complete (const char *list, float aspect)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) scene = test_scene (list);
  mk_scene *whole = mk_scene_complete (test_stage (), scene, aspect, &error);
  CHECK_OK (whole, error);
  CHECK_INT (whole->active_camera, >=, 0);
  return whole;
}

/* Extent of all vertices in the picture at a moment, 1 = its edge; infinite when one is behind the camera. */
static float
reach_at (const mk_scene *scene, const char *id, double time_s, float aspect)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, time_s);
  mk_mat4 view = mk_mat4_inverse (pose->world[scene->active_camera]);
  float reach = 0, ty = tanf (pose->camera_yfov_rad / 2);
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    bool is_asked = id != NULL ? mk_scene_is_within (scene, i, mk_scene_find (scene, id)) : !node->is_ground;
    for (unsigned p = 0; p < node->n_parts && is_asked; p++)
      for (uint32_t v = 0; v < node->parts[p].mesh->n_vertices; v++) {
        mk_vec3 at = mk_mat4_point (view, mk_mat4_point (pose->world[i], node->parts[p].mesh->positions[v]));
        if (at.z >= 0)
          return INFINITY;
        reach = fmaxf (reach, fmaxf (fabsf (at.x / -at.z) / (ty * aspect), fabsf (at.y / -at.z) / ty));
      }
  }
  return reach;
}

static mk_vec3
eye_at (const mk_scene *scene, double time_s)
{
  mk_mat4 world = mk_node_world (scene, scene->active_camera, time_s);
  return (mk_vec3){ world.m[12], world.m[13], world.m[14] };
}

TEST (the_default_camera_frames_everything_over_the_whole_film)
{
  static const char *const scenes[] = {
    "[{'op':'add','id':'b','object':'ball'},{'op':'animate','id':'m','targets':['b'],'motion':'bounce'}]",
    "[{'op':'add','id':'b','object':'ball'},{'op':'animate','id':'m','targets':['b'],'motion':'roll','direction':'toward','distance_m':6}]",
    "[{'op':'add','id':'b','object':'ball','count':12,'arrange':'grid'},{'op':'add','id':'c','object':'cube','scale':3},{'op':'animate','id':'m','targets':['c'],'motion':'fly'}]",
    "[{'op':'add','id':'t','object':'table'},{'op':'animate','id':'m','targets':['t'],'motion':'fall'}]",
    "[{'op':'add','id':'t','object':'ball','scale':0.04}]",
    "[{'op':'add','id':'t','object':'cube','scale':60}]",
  };
  const float aspects[] = { 16 / 9.0f, 1, 9 / 16.0f };
  for (size_t i = 0; i < MK_COUNT (scenes); i++)
    for (size_t a = 0; a < MK_COUNT (aspects); a++) {
      g_autoptr (mk_scene) scene = complete (scenes[i], aspects[a]);
      float most = 0;
      for (int k = 0; k <= 40; k++)
        most = fmaxf (most, reach_at (scene, NULL, (double)scene->duration_s * k / 40, aspects[a]));
      if (!(most <= 0.86f && most > 0.6f))
        mk_test_fail (__FILE__, __LINE__, "scene %zu at aspect %g reaches to %g of the picture", i, (double)aspects[a], (double)most);
      CHECK_REAL (eye_at (scene, 0).y, >, 0);
    }
}

static float
reach_of (const mk_scene *scene, const char *id)
{
  return reach_at (scene, id, 0, ASPECT);
}

TEST (what_is_strewn_about_is_around_whom_it_is_about_or_who_looks)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'w','object':'wizard'},{'op':'add','id':'t','object':'tree','count':20,'arrange':'scatter'},"
                                         "{'op':'add','id':'b','object':'bush','count':3,'place':[{'relation':'near','targets':['t']}]}]", ASPECT);
  CHECK_REAL (reach_of (scene, "w"), >, 0.45); /* with a good deal of the wood about it */
  g_autoptr (mk_scene) wood = complete ("[{'op':'add','id':'t','object':'tree','count':20,'arrange':'scatter'}]", ASPECT);
  CHECK_REAL (reach_of (wood, NULL), >, 1); /* one stands in a wood */
}

TEST (furniture_of_a_place_is_shown_about_who_is_in_it_and_not_for_itself)
{
  g_autoptr (mk_scene) named = complete ("[{'op':'add','id':'c','object':'cat'},{'op':'add','id':'b','object':'barn','place':[{'relation':'behind','targets':['c']}]}]", ASPECT);
  g_autoptr (mk_scene) around = complete ("[{'op':'add','id':'c','object':'cat'},{'op':'add','id':'b','object':'barn','backdrop':true,'place':[{'relation':'behind','targets':['c']}]}]", ASPECT);
  CHECK_REAL (reach_of (around, "b"), >, 1);
  CHECK_REAL (reach_of (named, "b"), <, 0.6 * reach_of (around, "b"));
  g_autoptr (mk_scene) alone = complete ("[{'op':'add','id':'b','object':'barn','backdrop':true}]", ASPECT);
  CHECK_REAL (reach_of (alone, "b"), <, 0.9); /* of nothing else the picture is about it */
}

TEST (a_small_thing_on_a_table_fills_more_of_the_picture_than_the_table)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'t','object':'table'},{'op':'add','id':'p','object':'pizza','place':[{'relation':'on','targets':['t']}]}]", ASPECT);
  CHECK_REAL (reach_of (scene, "t"), >, 1);
}

/* From the lowest to the highest point of a thing, 1 = the picture's height. */
static float
height_in_picture (const mk_scene *scene, const char *id, double time_s)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, time_s);
  mk_mat4 view = mk_mat4_inverse (pose->world[scene->active_camera]);
  mk_box box = mk_scene_bounds (scene, pose, mk_scene_find (scene, id));
  mk_vec3 foot = { (box.min.x + box.max.x) / 2, box.min.y, (box.min.z + box.max.z) / 2 }, head = foot;
  head.y = box.max.y;
  foot = mk_mat4_point (view, foot);
  head = mk_mat4_point (view, head);
  return (head.y / -head.z - foot.y / -foot.z) / (2 * tanf (pose->camera_yfov_rad / 2));
}

TEST (who_acts_before_a_castle_fills_a_quarter_of_the_picture)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'c','object':'castle'},{'op':'add','id':'k','object':'knight','count':2,'place':[{'relation':'front','targets':['c']}]},"
                                         "{'op':'animate','id':'m','targets':['k'],'motion':'shake'}]", ASPECT);
  CHECK_REAL (height_in_picture (scene, "k", 0), >, 0.25);
}

TEST (a_strike_is_seen_where_the_pins_stand)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'b','object':'bowling ball'},{'op':'add','id':'p','object':'bowling pin','count':10},"
                                         "{'op':'physics','id':'s','targets':['p'],'scenario':'strike','by':'b'}]", ASPECT);
  CHECK_REAL (height_in_picture (scene, "p", 0), >, 0.25);
}

TEST (a_moon_is_no_ball_beside_a_rocket_nor_does_it_hide_a_cat)
{
  static const char *const others[] = { "rocket", "cat", "house" };
  for (size_t i = 0; i < MK_COUNT (others); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'o','object':'%s'},{'op':'add','id':'m','object':'moon'}]", others[i]);
    g_autoptr (mk_scene) scene = complete (list, ASPECT);
    float other = height_in_picture (scene, "o", 0), moon = height_in_picture (scene, "m", 0);
    CHECK_REAL (moon, >, 0.3 * (double)other);
    CHECK_REAL (moon, <, 3 * (double)other);
  }
}

TEST (an_orbiting_camera_keeps_its_radius_its_height_and_its_subject)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'b','object':'ball'},{'op':'animate','id':'m','targets':['b'],'motion':'bounce'},{'op':'camera','motion':'orbit','turns':1}]", ASPECT);
  mk_vec3 first = eye_at (scene, 0);
  float radius = hypotf (first.x, first.z), swept = 0, angle = atan2f (first.x, first.z);
  CHECK_REAL (radius, >, 1);
  for (int k = 0; k <= 200; k++) {
    mk_vec3 eye = eye_at (scene, 0.02 * k);
    CHECK_NEAR (hypotf (eye.x, eye.z), radius, 0.01 * radius);
    CHECK_NEAR (eye.y, first.y, 0.01);
    CHECK_REAL (reach_at (scene, NULL, 0.02 * k, ASPECT), <, 0.9);
    float now = atan2f (eye.x, eye.z), step = now - angle;
    swept += step - 2 * MK_PI * roundf (step / (2 * MK_PI));
    angle = now;
  }
  CHECK_NEAR (fabsf (swept), 2 * MK_PI, 0.02);
}

TEST (every_camera_motion_stays_above_ground_and_outside_of_things)
{
  static const char *const motions[] = { "still", "orbit", "dolly-in", "dolly-out", "zoom-in", "zoom-out", "pan-left", "pan-right", "tilt-up", "tilt-down", "track", "follow",
                                         "crane-up", "crane-down", "truck-left", "truck-right", "dolly-zoom", "whip-pan", "shake", "fly-through" };
  static const char *const angles[] = { "eye", "low", "high", "above", "ground", "dutch" };
  for (size_t m = 0; m < MK_COUNT (motions); m++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'c','object':'cube','scale':3},{'op':'add','id':'b','object':'ball','count':5,'arrange':'circle','spacing_m':4},"
                                             "{'op':'animate','id':'s','targets':['c'],'motion':'slide','distance_m':3},"
                                             "{'op':'camera','motion':'%s','targets':['c'],'angle':'%s'}]", motions[m], angles[m % MK_COUNT (angles)]);
    g_autoptr (mk_scene) scene = complete (list, ASPECT);
    for (int k = 0; k <= 60; k++) {
      double t = (double)scene->duration_s * k / 60;
      mk_vec3 eye = eye_at (scene, t);
      CHECK_REAL (eye.y, >, 0.05);
      for (int i = 0; i < (int)scene->nodes->len; i++) {
        const mk_scene_node *node = mk_scene_get_node (scene, i);
        if (node->id == NULL)
          continue;
        mk_box box = test_box (scene, node->id, t);
        if (eye.x > box.min.x && eye.x < box.max.x && eye.y > box.min.y && eye.y < box.max.y && eye.z > box.min.z && eye.z < box.max.z)
          mk_test_fail (__FILE__, __LINE__, "%s: the camera is inside %s at %g s", motions[m], node->id, t);
      }
    }
  }
}

TEST (a_second_camera_is_a_cut_between_two_frames)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'b','object':'ball'},{'op':'add','id':'c','object':'cube','position':[5,0,0]},"
                                         "{'op':'camera','motion':'still','targets':['b'],'shot':'full'},{'op':'camera','motion':'dolly-in','targets':['c'],'start_s':2}]", ASPECT);
  mk_vec3 before = eye_at (scene, 1.999), after = eye_at (scene, 2);
  CHECK_NEAR (mk_vec3_length (mk_vec3_sub (before, eye_at (scene, 0))), 0, 1e-3);
  CHECK_REAL (mk_vec3_length (mk_vec3_sub (before, after)), >, 2);
  CHECK_REAL (reach_at (scene, "b", 1.999, ASPECT), <, 0.95);
  CHECK_REAL (reach_at (scene, "c", 2, ASPECT), <, 1.01);
}

TEST (shots_show_more_or_less_of_their_subject)
{
  static const char *const shots[] = { "extreme-wide", "wide", "full", "medium", "close-up", "extreme-close-up" };
  float before = 0;
  for (size_t i = 0; i < MK_COUNT (shots); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'b','object':'ball'},{'op':'camera','shot':'%s','targets':['b']}]", shots[i]);
    g_autoptr (mk_scene) scene = complete (list, ASPECT);
    float reach = reach_at (scene, "b", 0, ASPECT);
    CHECK_REAL (reach, >, before * 1.05f);
    before = reach;
  }
}

TEST (a_dolly_zoom_keeps_the_size_of_its_subject)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'b','object':'cube'},{'op':'camera','motion':'dolly-zoom','targets':['b']}]", ASPECT);
  g_autoptr (mk_pose) a = mk_pose_new (scene, 0), b = mk_pose_new (scene, 4);
  CHECK_REAL (b->camera_yfov_rad / a->camera_yfov_rad, >, 2);
  CHECK_NEAR (reach_at (scene, "b", 0, ASPECT), reach_at (scene, "b", 4, ASPECT), 0.35);
}

TEST (a_following_camera_keeps_up)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'b','object':'ball'},{'op':'animate','id':'r','targets':['b'],'motion':'slide','direction':'right','distance_m':20,'duration_s':4},"
                                         "{'op':'camera','motion':'follow','targets':['b']}]", ASPECT);
  CHECK_REAL (eye_at (scene, 4).x - eye_at (scene, 0).x, >, 18);
  for (int k = 0; k <= 40; k++)
    CHECK_REAL (reach_at (scene, "b", 0.1 * k, ASPECT), <, 1);
}

TEST (who_goes_far_as_one_with_what_it_wears_is_gone_along_with)
{
  static const char *const others[] = { "{'op':'add','id':'h','object':'hat','place':[{'relation':'on','targets':['d']}]}", "{'op':'add','id':'h','object':'tree'}" };
  float gone[2];
  for (size_t i = 0; i < MK_COUNT (others); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'d','object':'dog'},%s,{'op':'animate','id':'r','targets':['d'],'motion':'run','duration_s':4}]", others[i]);
    g_autoptr (mk_scene) scene = complete (list, ASPECT);
    gone[i] = mk_vec3_length (mk_vec3_sub (eye_at (scene, 4), eye_at (scene, 0)));
  }
  CHECK_REAL (gone[0], >, 8);
  CHECK_REAL (gone[1], <, 0.01f); /* the tree stays */
}

TEST (lens_and_stop_are_those_of_a_full_frame_camera)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'b','object':'ball'},{'op':'camera','lens_mm':50,'f_stop':2}]", 1.5f);
  const mk_camera *camera = &g_array_index (scene->cameras, mk_camera, mk_scene_get_node (scene, scene->active_camera)->camera);
  CHECK_NEAR (camera->yfov_rad, 2 * atan (12 / 50.0), 1e-4);
  CHECK_NEAR (camera->aperture_radius_m, 0.0125, 1e-6);
  CHECK_NEAR (camera->focus_distance_m, mk_vec3_length (mk_vec3_sub (eye_at (scene, 0), test_middle (scene, "b", 0))), 0.15);
}

TEST (rigs_light_their_subject_whatever_its_size)
{
  static const char *const rigs[] = { "sun", "point", "spot", "area", "neon", "three-point", "rim", "softbox", "backlight", "candle", "low-key" };
  for (size_t i = 0; i < MK_COUNT (rigs); i++)
    for (float scale = 0.1f; scale < 50; scale *= 7) {
      g_autofree char *list = g_strdup_printf ("[{'op':'light','id':'l','kind':'%s'},{'op':'add','id':'b','object':'ball','scale':%g}]", rigs[i], (double)scale);
      g_autoptr (mk_scene) scene = complete (list, ASPECT);
      g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
      mk_vec3 middle = test_middle (scene, "b", 0);
      for (int n = 0; n < (int)scene->nodes->len; n++) {
        int index = mk_scene_get_node (scene, n)->light;
        if (index < 0)
          continue;
        const mk_light *light = &g_array_index (scene->lights, mk_light, index);
        mk_mat4 world = pose->world[n];
        mk_vec3 at = { world.m[12], world.m[13], world.m[14] }, way = mk_vec3_sub (middle, at);
        float distance = mk_vec3_length (way), irradiance = light->intensity;
        if (light->kind == MK_LIGHT_AREA)
          irradiance *= light->width_m * light->height_m / (distance * distance);
        else if (light->kind != MK_LIGHT_SUN)
          irradiance /= distance * distance;
        if (g_str_equal (light->name, "paper light")) { /* it lights what is behind */
          CHECK (mk_vec3_dot (mk_mat4_direction (world, (mk_vec3){ 0, 0, -1 }), way) < 0 && at.z < middle.z);
          continue;
        }
        CHECK_REAL (irradiance, >, 0.3);
        CHECK_REAL (irradiance, <, 3);
        CHECK_REAL (at.y, >, 0);
        mk_vec3 shines = mk_mat4_direction (world, (mk_vec3){ 0, 0, -1 });
        CHECK_REAL (mk_vec3_dot (shines, mk_vec3_scale (way, 1 / distance)), >, 0.999);
      }
    }
}

TEST (render_and_sky_set_what_they_say)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'render','seconds':10,'fps':30,'seed':18446744073709551615},{'op':'sky','kind':'sunset','fog':0.5},{'op':'add','id':'b','object':'ball'},"
                                           "{'op':'animate','id':'m','motion':'slide','duration_s':20}]");
  CHECK_NEAR (scene->duration_s, 10, 0);
  CHECK_NEAR (scene->fps, 30, 0);
  CHECK (scene->seed == UINT64_MAX);
  CHECK_INT (scene->sky.kind, ==, MK_SKY_SUNSET);
  CHECK_REAL (scene->sky.fog_density, >, 0.01);
}

TEST (a_film_without_a_word_about_place_is_where_its_things_are_at_home)
{
  static const struct {
    const char *list;
    mk_sky_kind sky;
    bool has_floor;
  } cases[] = {
    { "[{'op':'add','id':'e','object':'earth'}]", MK_SKY_SPACE, false },
    { "[{'op':'add','id':'r','object':'rocket'},{'op':'add','id':'m','object':'moon'}]", MK_SKY_SPACE, false },
    { "[{'op':'add','id':'r','object':'rocket'}]", MK_SKY_DAY, false },
    { "[{'op':'add','id':'m','object':'moon'},{'op':'add','id':'h','object':'house'}]", MK_SKY_NIGHT, false },
    { "[{'op':'add','id':'f','object':'fish'}]", MK_SKY_UNDERWATER, false },
    { "[{'op':'add','id':'f','object':'fish'},{'op':'add','id':'c','object':'cat'}]", MK_SKY_STUDIO, true },
    { "[{'op':'add','id':'l','object':'lion'}]", MK_SKY_DAY, false },
    { "[{'op':'add','id':'c','object':'chair'},{'op':'add','id':'b','object':'bird','place':[{'relation':'on','targets':['c']}]}]", MK_SKY_STUDIO, true },
    { "[{'op':'sky','kind':'sunset'},{'op':'add','id':'e','object':'earth'}]", MK_SKY_SUNSET, false },
  };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autoptr (mk_scene) scene = complete (cases[i].list, ASPECT);
    if (scene->sky.kind != cases[i].sky || mk_ground_is_floor (scene) != cases[i].has_floor)
      mk_test_fail (__FILE__, __LINE__, "%s: sky %d, %s", cases[i].list, (int)scene->sky.kind, mk_ground_is_floor (scene) ? "a floor" : "no floor");
  }
}

TEST (a_ship_beside_a_lighthouse_is_on_water)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'l','object':'lighthouse'},{'op':'add','id':'s','object':'pirate ship'}]", ASPECT);
  const mk_scene_node *ground = mk_scene_get_node (scene, mk_ground_find (scene));
  CHECK_STRING (mk_scene_get_material (scene, ground->parts[0].material)->name, "water ground");
}

TEST (styles_change_every_material_and_nothing_else)
{
  static const char *const styles[] = { "clay", "toy", "low-poly", "neon", "blueprint", "paper", "noir" };
  g_autoptr (mk_scene) plain = complete ("[{'op':'ground','surface':'grass'},{'op':'add','id':'b','object':'ball','material':'gold'}]", ASPECT);
  for (size_t i = 0; i < MK_COUNT (styles); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'render','style':'%s'},{'op':'ground','surface':'grass'},{'op':'add','id':'b','object':'ball','material':'gold'}]", styles[i]);
    g_autoptr (mk_scene) scene = complete (list, ASPECT);
    CHECK_INT (scene->materials->len, ==, plain->materials->len);
    for (int m = 0; m < (int)scene->materials->len; m++)
      CHECK (memcmp (mk_scene_get_material (scene, m), mk_scene_get_material (plain, m), sizeof (mk_material)) != 0);
    mk_box a = test_box (plain, "b", 0), b = test_box (scene, "b", 0);
    CHECK_NEAR (a.max.y, b.max.y, 0.002); /* facets cut corners */
  }
}

TEST (a_close_up_of_who_goes_on_four_legs_shows_the_head)
{
  static const char *const animals[] = { "dog", "cat", "horse", "elephant", "crocodile", "pig" };
  for (size_t i = 0; i < MK_COUNT (animals); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'a','object':'%s'},{'op':'camera','shot':'close-up'}]", animals[i]);
    g_autoptr (mk_scene) scene = complete (list, ASPECT);
    g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
    mk_mat4 camera = mk_mat4_inverse (pose->world[scene->active_camera]);
    int n_heads = 0;
    for (int n = 0; n < (int)scene->nodes->len; n++) {
      if (!g_str_equal (mk_scene_get_node (scene, n)->name, "head"))
        continue;
      mk_vec3 at = mk_mat4_point (camera, mk_mat4_point (pose->world[n], (mk_vec3){ 0, 0, 0 }));
      float tan_y = tanf (pose->camera_yfov_rad / 2);
      n_heads++;
      if (at.z >= 0 || fabsf (at.y) > -0.6f * at.z * tan_y || fabsf (at.x) > -0.6f * at.z * tan_y * ASPECT)
        mk_test_fail (__FILE__, __LINE__, "%s: the head is at %.2f %.2f of the picture", animals[i], (double)(at.x / (-at.z * tan_y * ASPECT)), (double)(at.y / (-at.z * tan_y)));
    }
    CHECK_INT (n_heads, >, 0);
  }
}

TEST (a_close_up_keeps_the_head_of_who_jumps_or_walks)
{
  static const char *const cases[][2] = { { "man", "jump" }, { "man", "walk" }, { "dog", "run" }, { "rabbit", "jump" } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'a','object':'%s'},{'op':'animate','id':'m','targets':['a'],'motion':'%s'},"
                                             "{'op':'camera','shot':'close-up','targets':['a']}]", cases[i][0], cases[i][1]);
    g_autoptr (mk_scene) scene = complete (list, ASPECT);
    g_autoptr (GArray) joints = mk_object_joints (test_stage ()->library, scene, mk_scene_find (scene, "a"));
    int head = mk_joint_find (joints, MK_ROLE_HEAD)->node;
    for (int k = 0; k <= 40; k++) {
      g_autoptr (mk_pose) pose = mk_pose_new (scene, (double)scene->duration_s * k / 40);
      mk_vec3 at = mk_mat4_point (mk_mat4_inverse (pose->world[scene->active_camera]), mk_mat4_point (pose->world[head], (mk_vec3){ 0, 0.05f, 0 }));
      float tan_y = tanf (pose->camera_yfov_rad / 2);
      if (at.z >= 0 || fabsf (at.y) > -at.z * tan_y || fabsf (at.x) > -at.z * tan_y * ASPECT)
        mk_test_fail (__FILE__, __LINE__, "%s, %s: at %g s its head is out of the picture", cases[i][0], cases[i][1], (double)scene->duration_s * k / 40);
    }
  }
}

TEST (titles_stand_before_what_they_name_as_large_as_suits_it_and_are_dark_on_white)
{
  static const struct { const char *object, *text; bool is_dark; } cases[] = { { "cat", "My cat", true }, { "castle", "Once upon a time in a kingdom far away", false }, { "coin", "1 Öre", true } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'a','object':'%s'},{'op':'text','id':'t','text':'%s'}]", cases[i].object, cases[i].text);
    g_autoptr (mk_scene) scene = complete (list, ASPECT);
    mk_box thing = test_box (scene, "a", 0), text = test_box (scene, "t", 0);
    mk_vec3 size = mk_vec3_sub (thing.max, thing.min), own = mk_vec3_sub (text.max, text.min);
    CHECK_REAL (text.min.z, >, thing.max.z);
    CHECK_NEAR (text.min.y, 0, 1e-3);
    CHECK_NEAR ((text.min.x + text.max.x) / 2, (thing.min.x + thing.max.x) / 2, 0.02f * own.x);
    CHECK_REAL (own.x, <=, 2 * fmaxf (size.x, fmaxf (size.y, size.z)));
    const mk_scene_node *node = mk_scene_get_node (scene, mk_scene_find (scene, "t"));
    CHECK ((mk_scene_get_material (scene, node->parts[0].material)->base_color.x < 0.1f) == cases[i].is_dark);
  }
}

/* Numbers that tell one set from another: its colours and the sum of where its points are. */
static double
print_of (const char *place, unsigned seed)
{
  g_autofree char *list = g_strdup_printf ("[{'op':'render','seed':%u},{'op':'add','id':'p','object':'%s'}]", seed, place);
  g_autoptr (mk_scene) scene = complete (list, ASPECT);
  int root = mk_scene_find (scene, "p");
  double sum = 0;
  for (int i = 0; i < (int)scene->nodes->len; i++)
    for (unsigned k = 0; k < mk_scene_get_node (scene, i)->n_parts && mk_scene_is_within (scene, i, root); k++) {
      const mk_part *part = &mk_scene_get_node (scene, i)->parts[k];
      mk_vec3 color = mk_scene_get_material (scene, part->material)->base_color;
      sum += (double)part->mesh->n_indices * (double)(color.x + 2 * color.y + 3 * color.z) + (double)part->mesh->bounds.max.y;
    }
  return sum;
}

TEST (places_are_others_for_other_seeds_and_the_same_for_the_same)
{
  static const char *const places[] = { "town street", "village lane", "seaside", "farmland", "jungle clearing" };
  for (size_t i = 0; i < MK_COUNT (places); i++) {
    double first = print_of (places[i], 0), second = print_of (places[i], 5);
    if (first == second)
      mk_test_fail (__FILE__, __LINE__, "%s is the same with another seed", places[i]);
    CHECK_REAL (print_of (places[i], 5), ==, second);
  }
}

TEST (rims_and_candles_shine_in_a_dark_room_and_softboxes_in_a_bright_one)
{
  static const struct { const char *kind; bool is_dark; } cases[] = { { "rim", true }, { "candle", true }, { "spot", true }, { "low-key", true }, { "three-point", true }, { "softbox", false } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'b','object':'man'},{'op':'light','kind':'%s'}]", cases[i].kind);
    g_autoptr (mk_scene) scene = complete (list, ASPECT);
    const mk_scene_node *ground = mk_scene_get_node (scene, mk_ground_find (scene));
    bool is_floor_dark = mk_scene_get_material (scene, ground->parts[0].material)->base_color.x < 0.1f;
    if (is_floor_dark != cases[i].is_dark || (scene->sky.exposure_ev < 0) != cases[i].is_dark)
      mk_test_fail (__FILE__, __LINE__, "%s: floor %s, %.1f stops", cases[i].kind, is_floor_dark ? "dark" : "bright", (double)scene->sky.exposure_ev);
  }
}

TEST (film_noir_has_a_hard_key_of_its_own_unless_light_or_sky_is_named)
{
  static const struct { const char *more; bool has_key; } cases[] = { { "", true }, { ",{'op':'light','kind':'candle'}", false }, { ",{'op':'sky','kind':'night'}", false } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'render','style':'noir'},{'op':'add','id':'b','object':'man'},{'op':'ground','surface':'studio'}%s]", cases[i].more);
    g_autoptr (mk_scene) scene = complete (list, ASPECT);
    bool has_key = false;
    for (guint k = 0; k < scene->lights->len; k++)
      has_key |= g_str_equal (g_array_index (scene->lights, mk_light, k).name, "key");
    CHECK (has_key == cases[i].has_key);
  }
}

TEST (low_poly_people_are_few_flat_triangles_that_move_with_their_bones)
{
  g_autoptr (mk_scene) whole = complete ("[{'op':'add','id':'w','object':'woman'}]", ASPECT), cut = complete ("[{'op':'render','style':'low-poly'},{'op':'add','id':'w','object':'woman'}]", ASPECT);
  uint32_t n_whole = 0, n_cut = 0;
  for (int i = 0; i < (int)cut->nodes->len; i++) {
    const mk_scene_node *a = mk_scene_get_node (whole, i), *b = mk_scene_get_node (cut, i);
    for (unsigned p = 0; p < b->n_parts && !b->is_ground; p++) {
      const mk_mesh *mesh = b->parts[p].mesh;
      n_whole += a->parts[p].mesh->n_indices / 3;
      n_cut += mesh->n_indices / 3;
      CHECK ((mesh->joints != NULL) == (a->parts[p].mesh->joints != NULL));
      for (uint32_t v = 0; v < mesh->n_vertices; v++) {
        CHECK (mk_vec3_length (mk_vec3_sub (mesh->normals[v], mesh->normals[v - v % 3])) < 1e-6f);
        CHECK (mesh->weights == NULL || fabsf (mesh->weights[v][0] + mesh->weights[v][1] + mesh->weights[v][2] + mesh->weights[v][3] - 1) < 1e-3f);
      }
    }
  }
  CHECK_INT (n_cut * 6, <, n_whole);
  mk_box a = test_box (whole, "w", 0), b = test_box (cut, "w", 0);
  CHECK_NEAR (a.max.y, b.max.y, 0.05);
}

static int
find_walls (const mk_scene *scene)
{
  for (int i = 0; i < (int)scene->nodes->len; i++)
    if (mk_scene_get_node (scene, i)->parent < 0 && g_str_equal (mk_scene_get_node (scene, i)->name, "walls"))
      return i;
  return -1;
}

TEST (a_room_has_walls_only_where_nobody_looks_from)
{
#define SOFA "{'op':'ground','surface':'wood','walls':true},{'op':'add','id':'s','object':'sofa'},{'op':'add','id':'l','object':'lamp','place':[{'relation':'beside','targets':['s']}]}"
  g_autoptr (mk_scene) still = complete ("[" SOFA "]", ASPECT), around = complete ("[" SOFA ",{'op':'camera','motion':'orbit'}]", ASPECT);
  g_autoptr (mk_pose) pose = mk_pose_new (still, 0);
  int walls = find_walls (still);
  CHECK_INT (walls, >=, 0);
  mk_box room = mk_scene_bounds (still, pose, walls), sofa = test_box (still, "s", 0);
  mk_vec3 eye = mk_mat4_point (pose->world[still->active_camera], (mk_vec3){ 0, 0, 0 });
  CHECK_REAL (room.min.z, <, sofa.min.z);
  CHECK_REAL (room.min.z, >, sofa.min.z - 0.5f); /* the sofa stands against it */
  CHECK_REAL (room.max.y, >, sofa.max.y + 0.5f);
  CHECK_REAL (eye.z, >, room.min.z);
  CHECK_REAL (eye.x, >, room.min.x);
  CHECK_INT (find_walls (around), <, 0); /* a camera that goes all around would be behind each of them */
  GError *error = NULL;
  g_autoptr (mk_scene) again = mk_scene_complete (test_stage (), still, ASPECT, &error);
  CHECK_OK (again, error);
  CHECK_INT (again->nodes->len, ==, still->nodes->len);
}

TEST (a_camera_may_stand_in_a_street_between_its_houses)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'city-avenue-1','object':'city avenue'},{'op':'add','id':'man-1','object':'man','place':[{'relation':'on','targets':['city-avenue-1']}]}]");
  g_autoptr (mk_scene) film = mk_scene_complete (test_stage (), scene, 16 / 9.f, &error);
  CHECK_OK (film, error);
  g_autoptr (mk_pose) pose = mk_pose_new (film, 0);
  mk_vec3 eye = mk_mat4_point (pose->world[film->active_camera], (mk_vec3){ 0, 0, 0 });
  CHECK (eye.y < 3); /* over the whole street's box it would be at 76 m */
}

TEST (what_swims_lies_in_the_water_with_all_that_it_carries_and_the_eye_stays_over_it)
{
  static const struct { const char *commands, *id; float low, high; } rows[] = {
    { "[{'op':'ground','surface':'water'},{'op':'add','id':'x-1','object':'ship'}]", "x-1", -0.2f, -0.1f },
    { "[{'op':'ground','surface':'water'},{'op':'add','id':'x-1','object':'dog'},{'op':'animate','id':'s-1','motion':'swim','targets':['x-1']}]", "x-1", -0.7f, -0.4f },
    { "[{'op':'ground','surface':'water'},{'op':'add','id':'x-1','object':'dog'}]", "x-1", -0.01f, 0.01f },
    { "[{'op':'ground','surface':'grass'},{'op':'add','id':'x-1','object':'boat'}]", "x-1", -0.01f, 0.01f },
    { "[{'op':'ground','surface':'water'},{'op':'add','id':'x-1','object':'whale'}]", "x-1", -0.6f, -0.4f },
    { "[{'op':'add','id':'r-1','object':'river'},{'op':'add','id':'x-1','object':'bear','place':[{'relation':'inside','targets':['r-1']}]}]", "x-1", -0.3f, -0.1f },
  };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_scene) whole = complete (rows[i].commands, ASPECT);
    mk_box box = test_box (whole, rows[i].id, 0.5);
    float share = box.min.y / (box.max.y - box.min.y);
    CHECK_REAL ((double)share, >, (double)rows[i].low);
    CHECK_REAL ((double)share, <, (double)rows[i].high);
    g_autoptr (mk_pose) pose = mk_pose_new (whole, 0.5);
    CHECK_REAL ((double)mk_mat4_point (pose->world[whole->active_camera], (mk_vec3){ 0, 0, 0 }).y, >, 0.05);
  }
  const char *rowing = "[{'op':'ground','surface':'water'},{'op':'add','id':'b-1','object':'boat'},{'op':'add','id':'m-1','object':'man','place':[{'relation':'on','targets':['b-1']}]},"
                       "{'op':'animate','id':'d-1','motion':'drive','targets':['b-1']}]";
  g_autoptr (mk_scene) bare = test_scene (rowing), whole = complete (rowing, ASPECT);
  for (int k = 0; k < 3; k++) {
    double t = k;
    float boat = test_box (bare, "b-1", t).min.y - test_box (whole, "b-1", t).min.y, man = test_box (bare, "m-1", t).min.y - test_box (whole, "m-1", t).min.y;
    CHECK_REAL ((double)boat, >, 0.1);
    CHECK_NEAR (man, boat, 0.002);
  }
}

TEST (no_hill_is_between_the_camera_and_what_it_shows)
{
  static const char *const scenes[] = {
    "[{'op':'add','id':'h-1','object':'hill'},{'op':'add','id':'a-1','object':'house','place':[{'relation':'behind','targets':['h-1']}]}]",
    "[{'op':'add','id':'h-1','object':'mountain'},{'op':'add','id':'a-1','object':'man','place':[{'relation':'front','targets':['h-1']}]},{'op':'camera','id':'c-1','motion':'orbit','targets':['a-1']}]",
  };
  for (size_t k = 0; k < MK_COUNT (scenes); k++) {
    g_autoptr (mk_scene) scene = complete (scenes[k], 16.0f / 9);
    int hill = mk_scene_find (scene, "h-1");
    for (double t = 0; t <= (double)scene->duration_s; t += 0.5) {
      g_autoptr (mk_pose) pose = mk_pose_new (scene, t);
      mk_vec3 eye = mk_mat4_point (pose->world[scene->active_camera], (mk_vec3){ 0, 0, 0 });
      mk_box box = mk_scene_bounds (scene, pose, mk_scene_find (scene, "a-1"));
      mk_vec3 top = { (box.min.x + box.max.x) / 2, box.max.y, (box.min.z + box.max.z) / 2 };
      for (float share = 0; share < 0.9f; share += 0.1f) {
        mk_vec3 p = mk_vec3_lerp (eye, top, share);
        float y = -INFINITY;
        mk_layout_surface (scene, hill, p.x, p.z, 1e5f, &y);
        CHECK_REAL (p.y, >, y);
      }
    }
  }
}

TEST (what_is_small_is_seen_beside_what_is_large)
{
  static const struct { const char *scene; const char *small; float least; } cases[] = {
    { "[{'op':'add','id':'h','object':'house'},{'op':'add','id':'c','object':'cat','place':[{'relation':'on','targets':['h']}]}]", "c", 0.055f },
    { "[{'op':'add','id':'h','object':'sunflower'},{'op':'add','id':'c','object':'bee','place':[{'relation':'on','targets':['h']}]}]", "c", 0.03f },
    { "[{'op':'add','id':'h','object':'skyscraper'},{'op':'add','id':'c','object':'bird','place':[{'relation':'on','targets':['h']}]}]", "c", 0.02f },
  };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autoptr (mk_scene) scene = complete (cases[i].scene, ASPECT);
    CHECK_REAL (height_in_picture (scene, cases[i].small, 0), >, cases[i].least);
    CHECK_REAL (reach_of (scene, cases[i].small), <, 1);
  }
}

TEST (what_is_aloft_hangs_in_the_picture_beside_what_it_is_about)
{
  static const char *const subjects[] = { "castle", "cat", "man" };
  for (size_t i = 0; i < MK_COUNT (subjects); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'ground','surface':'grass'},{'op':'add','id':'s','object':'%s'},{'op':'add','id':'m','object':'moon','place':[{'relation':'aloft'}]}]", subjects[i]);
    g_autoptr (mk_scene) scene = complete (list, ASPECT);
    CHECK_REAL (reach_of (scene, "m"), <, 1);
    CHECK_REAL (height_in_picture (scene, "m", 0), >, 0.1);
    CHECK_REAL (height_in_picture (scene, "m", 0), <, 0.3);
    g_autofree char *without = g_strdup_printf ("[{'op':'ground','surface':'grass'},{'op':'add','id':'s','object':'%s'}]", subjects[i]);
    g_autoptr (mk_scene) alone = complete (without, ASPECT);
    CHECK_NEAR (reach_of (scene, "s"), reach_of (alone, "s"), 0.02); /* nobody steps back for the moon */
  }
}

TEST (a_moon_over_a_hill_hangs_over_who_is_on_it)
{
  g_autoptr (mk_scene) scene = complete ("[{'op':'add','id':'h','object':'hill'},{'op':'add','id':'w','object':'wolf','place':[{'relation':'on','targets':['h']}]},{'op':'add','id':'m','object':'moon'}]", ASPECT);
  mk_box wolf = mk_layout_box (scene, mk_scene_find (scene, "w")), moon = mk_layout_box (scene, mk_scene_find (scene, "m"));
  CHECK_REAL (moon.min.y, >, wolf.min.y + 0.5f * (wolf.max.y - wolf.min.y));
  CHECK_REAL (height_in_picture (scene, "w", 0), >, 0.05);
}
