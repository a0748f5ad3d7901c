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
