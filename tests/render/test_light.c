#include "check.h"
#include "stage.h"

static const mk_material matte = { .base_color = { 0.6f, 0.6f, 0.6f }, .opacity = 1, .roughness = 1, .ior = 1.5f };

static int
add_light (mk_scene *scene, const mk_light *light, mk_vec3 at)
{
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.light = mk_scene_add_light (scene, light);
  node.trs.translation = at;
  node.trs.rotation = mk_quat_from_euler (0, -MK_PI / 2, 0); /* -Z turned downwards */
  return mk_scene_add_node (scene, &node);
}

/* A lamp of 0.4 m at 10 m, half a plane at 5 m: the share of the lamp that a point sees is linear in its place. */
TEST (soft_shadows_have_the_width_that_geometry_gives)
{
  const float w = 0.4f, height = 10, edge = 5;
  mk_light lamp = { .kind = MK_LIGHT_AREA, .color = { 1, 1, 1 }, .intensity = 100, .width_m = w, .height_m = w };
  g_autoptr (mk_scene) open = stage_scene (), blocked = NULL;
  stage_quad (open, v3 (0, 0, 0), v3 (0, 0, 5), v3 (5, 0, 0), &matte);
  add_light (open, &lamp, v3 (0, height, 0));
  blocked = mk_scene_edit (open);
  stage_quad (blocked, v3 (5, edge, 0), v3 (0, 0, 5), v3 (5, 0, 0), &matte);
  stage a, b;
  stage_open (&a, open, 0, 0);
  stage_open (&b, blocked, 0, 0);
  a.tracer.max_bounces = b.tracer.max_bounces = 0;
  for (float x = -0.3f; x < 0.31f; x += 0.1f) {
    float wanted = clampf (0.5f - x * (height - edge) / (edge * w), 0, 1);
    float free_light = stage_look (&a, v3 (x, 0.5f, 0), v3 (0, -1, 0), 4096, NULL).x, seen = stage_look (&b, v3 (x, 0.5f, 0), v3 (0, -1, 0), 4096, NULL).x;
    CHECK_REAL (free_light, >, 0.01);
    CHECK_NEAR (seen / free_light, wanted, 0.015);
  }
  stage_close (&a);
  stage_close (&b);
}

/* What the floor gets from a bulb of `intensity` with a tilted pane of its own before it that glows so much. */
static float
lit_floor (float intensity, float glow, bool has_pane)
{
  mk_material pane = { .base_color = { 0, 0, 0 }, .opacity = 1, .roughness = 1, .ior = 1.5f, .emission = { glow, glow, glow } };
  mk_light bulb = { .kind = MK_LIGHT_POINT, .color = { 1, 1, 1 }, .intensity = intensity, .radius_m = 0.02f };
  g_autoptr (mk_scene) scene = stage_scene ();
  stage_quad (scene, v3 (0, 0, 0), v3 (0, 0, 5), v3 (5, 0, 0), &matte);
  int own = has_pane ? stage_quad (scene, v3 (0, 0.9f, 0), v3 (0.3f, 0, 0), v3 (0, 0.3f, 0.3f), &pane) : -1;
  mk_scene_get_node (scene, add_light (scene, &bulb, v3 (0, 1, 0)))->parent = own;
  stage s;
  stage_open (&s, scene, 0, 0);
  float seen = stage_look (&s, v3 (0.02f, 0.3f, 0), v3 (0, -1, 0), 20000, NULL).x;
  stage_close (&s);
  return seen;
}

TEST (a_flame_around_its_own_lamp_throws_no_shadow_and_a_shade_does)
{
  float alone = lit_floor (3, 0, false);
  CHECK_REAL (alone, >, 0.1);
  CHECK_NEAR ((lit_floor (3, 4, true) - lit_floor (0, 4, true)) / alone, 1, 0.05);
  CHECK_NEAR ((lit_floor (3, 0.5f, true) - lit_floor (0, 0.5f, true)) / alone, 0, 0.02);
}

/* The same light found by chance alone, and with rays to lights: lamps, glowing meshes and a bright sky. */
TEST (rays_to_lights_change_the_noise_but_not_the_light)
{
  mk_material floor = { .base_color = { 0.7f, 0.5f, 0.3f }, .opacity = 1, .roughness = 0.35f, .metallic = 0.4f, .ior = 1.5f, .clearcoat = 0.5f, .clearcoat_roughness = 0.3f };
  mk_material glow = { .base_color = { 0, 0, 0 }, .opacity = 1, .roughness = 1, .ior = 1.5f, .emission = { 4, 3, 2 } };
  mk_light lamp = { .kind = MK_LIGHT_AREA, .color = { 1, 0.9f, 0.8f }, .intensity = 8, .width_m = 2, .height_m = 1 };
  mk_light bulb = { .kind = MK_LIGHT_POINT, .color = { 1, 1, 1 }, .intensity = 3, .radius_m = 0.6f };
  g_autoptr (mk_scene) scene = stage_scene ();
  scene->sky.kind = MK_SKY_STUDIO;
  scene->sky.color = v3 (1, 1, 1);
  stage_quad (scene, v3 (0, 0, 0), v3 (0, 0, 9), v3 (9, 0, 0), &floor);
  stage_quad (scene, v3 (1, 1, -1), v3 (0.5f, 0, 0), v3 (0, 0.5f, 0), &glow);
  add_light (scene, &lamp, v3 (-1, 2, 0));
  add_light (scene, &bulb, v3 (1.5f, 1.5f, 1));
  stage s;
  stage_open (&s, scene, 0, 0);
  vec3 with = stage_look (&s, v3 (0, 1, 2), v3 (0, -1, -1.5f), 60000, NULL);
  s.tracer.is_brute = true;
  vec3 without = stage_look (&s, v3 (0, 1, 2), v3 (0, -1, -1.5f), 600000, NULL);
  CHECK_NEAR (with.x / without.x, 1, 0.02);
  CHECK_NEAR (with.y / without.y, 1, 0.02);
  CHECK_NEAR (with.z / without.z, 1, 0.02);
  stage_close (&s);
}

TEST (a_mirror_shows_exactly_what_is_before_it)
{
  mk_material mirror = { .base_color = { 1, 1, 1 }, .opacity = 1, .metallic = 1, .ior = 1.5f };
  mk_material glow = { .opacity = 1, .roughness = 1, .ior = 1.5f, .emission = { 0.25f, 0.5f, 0.75f } };
  g_autoptr (mk_scene) scene = stage_scene ();
  stage_quad (scene, v3 (0, 0, 0), v3 (1, 0, 0), v3 (0, 0.7071f, -0.7071f), &mirror); /* leans back by 45 degrees */
  stage_quad (scene, v3 (0, 3, 0), v3 (1, 0, 0), v3 (0, 0, 1), &glow);
  stage s;
  stage_open (&s, scene, 0, 0);
  vec3 seen = stage_look (&s, v3 (0, 0, 3), v3 (0, 0, -1), 500, NULL);
  CHECK_NEAR (seen.x, 0.25, 0.003);
  CHECK_NEAR (seen.y, 0.5, 0.005);
  CHECK_NEAR (seen.z, 0.75, 0.008);
  stage_close (&s);
}

/* Through one face: 96 %; from within at 60 degrees: nothing comes out. */
TEST (a_pane_of_glass_lets_through_what_fresnel_leaves)
{
  mk_material glass = { .base_color = { 1, 1, 1 }, .opacity = 1, .ior = 1.5f, .transmission = 1 };
  mk_material glow = { .opacity = 1, .roughness = 1, .ior = 1.5f, .emission = { 1, 1, 1 } };
  g_autoptr (mk_scene) scene = stage_scene ();
  stage_quad (scene, v3 (0, 0, 0), v3 (9, 0, 0), v3 (0, 9, 0), &glass);
  stage_quad (scene, v3 (0, 0, -2), v3 (99, 0, 0), v3 (0, 99, 0), &glow);
  stage s;
  stage_open (&s, scene, 0, 0);
  CHECK_NEAR (stage_look (&s, v3 (0, 0, 2), v3 (0, 0, -1), 4096, NULL).x, 0.96, 0.01);
  CHECK_NEAR (stage_look (&s, v3 (0, 0, -1), v3 (1.732f, 0, 1), 512, NULL).x, 1, 0.02); /* all of it comes back */
  stage_close (&s);
}

TEST (a_white_room_without_end_is_white)
{
  mk_material white = MK_MATERIAL_DEFAULT;
  white.base_color = v3 (1, 1, 1);
  g_autoptr (mk_scene) scene = stage_scene ();
  scene->sky.color = v3 (0.5f, 0.5f, 0.5f);
  stage_quad (scene, v3 (0, 0, 0), v3 (0, 0, 9), v3 (9, 0, 0), &white);
  stage s;
  stage_open (&s, scene, 0, 0);
  CHECK_NEAR (stage_look (&s, v3 (0, 1, 0), v3 (0.3f, -1, 0), 20000, NULL).x, 0.5, 0.006);
  stage_close (&s);
}

/* 1 m wide, 2 m travelled while the shutter is open: a point in the middle of its way is covered half the time. */
TEST (motion_blur_covers_for_as_long_as_the_thing_is_there)
{
  g_autoptr (mk_scene) scene = stage_scene ();
  int node = stage_quad (scene, v3 (0, 0, 0), v3 (0.5f, 0, 0), v3 (0, 1, 0), &matte);
  stage_move (scene, node, v3 (-1, 0, 0), v3 (1, 0, 0), 1);
  stage s;
  stage_open (&s, scene, 0, 1);
  for (float x = -1.45f; x < 1.5f; x += 0.29f) {
    float from = clampf ((x - 0.5f + 1) / 2, 0, 1), to = clampf ((x + 0.5f + 1) / 2, 0, 1), alpha;
    stage_look (&s, v3 (x, 0, 2), v3 (0, 0, -1), 1024, &alpha);
    CHECK_NEAR (alpha, to - from, 0.01);
  }
  stage_close (&s);
}
