/* Light in the windows of houses at night. */
#include "scene/camera.h"
#include "scene/layout.h"
#include "stage.h"

static void
count_windows (const char *list, const char *id, unsigned *n_lit, unsigned *n_dark)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) told = test_scene (list);
  g_autoptr (mk_scene) scene = mk_scene_complete (test_stage (), told, 16 / 9.0f, &error);
  CHECK_OK (scene, error);
  int root = mk_scene_find (scene, id);
  *n_lit = *n_dark = 0;
  for (int i = root; i < (int)scene->nodes->len; i++)
    for (unsigned k = 0; mk_scene_is_within (scene, i, root) && k < mk_scene_get_node (scene, i)->n_parts; k++) {
      const mk_material *m = mk_scene_get_material (scene, mk_scene_get_node (scene, i)->parts[k].material);
      if (g_str_has_suffix (mk_object_slot (test_stage ()->library, scene, root, i, k), "window"))
        (*(mk_vec3_length (m->emission) > 0 ? n_lit : n_dark))++;
    }
}

TEST_WITHIN (houses_have_light_in_some_windows_at_night_and_in_none_by_day, 120)
{
  unsigned lit, dark;
  count_windows ("[{'op':'sky','kind':'night'},{'op':'add','id':'h','object':'house'}]", "h", &lit, &dark);
  CHECK_INT (lit, >, 0);
  CHECK_INT (dark, >, 0);
  count_windows ("[{'op':'sky','kind':'night'},{'op':'add','id':'v','object':'village lane'}]", "v", &lit, &dark);
  CHECK_INT (lit, >, 2);
  CHECK_INT (dark, >, 0);
  count_windows ("[{'op':'sky','kind':'day'},{'op':'add','id':'h','object':'house'}]", "h", &lit, &dark);
  CHECK_INT (lit, ==, 0);
  CHECK_INT (dark, >, 0);
}

TEST_WITHIN (a_car_at_night_has_no_light_behind_its_windows, 120)
{
  unsigned lit, dark;
  count_windows ("[{'op':'sky','kind':'night'},{'op':'add','id':'c','object':'car'}]", "c", &lit, &dark);
  CHECK_INT (lit, ==, 0);
  CHECK_INT (dark, >, 0);
}
