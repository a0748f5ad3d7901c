/* What is worn: where it lies on bodies of all kinds, and that it goes with them. */
#include "stage.h"

TEST (a_hat_fits_the_head_that_wears_it)
{
  static const char *const heads[] = { "dog", "bear", "boy", "rabbit", "horse" };
  for (size_t i = 0; i < MK_COUNT (heads); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'a','object':'%s'},{'op':'add','id':'h','object':'hat','place':[{'relation':'on','targets':['a']}]}]", heads[i]);
    g_autoptr (mk_scene) scene = test_scene (list);
    mk_box hat = test_box (scene, "h", 0), all = test_box (scene, "a", 0);
    float wide = hat.max.x - hat.min.x, high = all.max.y - all.min.y;
    CHECK_REAL (wide, >, 0.1f * high);
    CHECK_REAL (wide, <, 0.6f * high);
    CHECK_REAL (hat.min.y, <, all.max.y - 0.02f * high);         /* it does not hover */
    CHECK_REAL (hat.min.y, >, all.min.y + 0.55f * high);          /* nor lies on a back */
    CHECK_REAL ((hat.min.z + hat.max.z) / 2, >, g_str_equal (heads[i], "boy") ? -0.1f : (all.min.z + all.max.z) / 2);
  }
}

TEST (a_scarf_lies_about_the_neck_and_goes_with_it)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'f','object':'fox'},{'op':'add','id':'s','object':'scarf','place':[{'relation':'on','targets':['f']}]},"
                                           "{'op':'animate','targets':['f'],'motion':'walk'}]");
  float apart = mk_vec3_length (mk_vec3_sub (test_middle (scene, "s", 0), test_middle (scene, "f", 0)));
  mk_box fox = test_box (scene, "f", 0), scarf = test_box (scene, "s", 0);
  CHECK_REAL (scarf.max.y, <, fox.max.y);
  CHECK_REAL (scarf.min.y, >, 0.05f);
  CHECK_REAL (scarf.max.x - scarf.min.x, <, 2 * (fox.max.x - fox.min.x));
  for (double t = 0.5; t < 3; t += 0.5)
    CHECK_NEAR (mk_vec3_length (mk_vec3_sub (test_middle (scene, "s", t), test_middle (scene, "f", t))), apart, 0.06);
}

/* The colour of the first surface of a thing that its recipe calls `slot`. */
static const mk_material *
surface_of (const mk_scene *scene, const char *id, const char *slot)
{
  int root = mk_scene_find (scene, id);
  for (int i = root; i < (int)scene->nodes->len; i++)
    for (unsigned p = 0; p < mk_scene_get_node (scene, i)->n_parts; p++)
      if (g_str_equal (mk_object_slot (test_stage ()->library, scene, root, i, p), slot))
        return mk_scene_get_material (scene, mk_scene_get_node (scene, i)->parts[p].material);
  mk_test_fail (__FILE__, __LINE__, "%s has no %s", id, slot);
  return NULL;
}

TEST (of_two_colours_each_goes_where_the_recipe_has_the_nearer_one_and_what_has_no_place_for_them_is_striped)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'cow-1','object':'cow','color':'#101010','second_color':'#f0f0f0'},"
                                           "{'op':'add','id':'cow-2','object':'cow','color':'#c02020','second_color':'#2020c0'},"
                                           "{'op':'add','id':'ball-1','object':'ball'},"
                                           "{'op':'material','targets':['ball-1'],'color':'#d01010','second_color':'#f0f0f0'}]");
  CHECK (surface_of (scene, "cow-1", "coat")->base_color.y > 0.8f && surface_of (scene, "cow-1", "patch")->base_color.y < 0.1f);
  CHECK (surface_of (scene, "cow-2", "coat")->base_color.x > 0.4f && surface_of (scene, "cow-2", "patch")->base_color.z > 0.4f);
  const mk_material *ball = surface_of (scene, "ball-1", "surface");
  CHECK_INT (ball->pattern, ==, MK_PATTERN_STRIPES);
  CHECK (ball->base_color.x > 0.5f && ball->base_color.y < 0.1f && ball->pattern_color.y > 0.8f);
}
