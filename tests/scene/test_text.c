#include "scene/mesh_build.h"
#include "scene/text.h"
#include "stage.h"

static mk_mesh *
mesh_of (const char *text)
{
  g_autoptr (GError) error = NULL;
  mk_font font = { NULL, "sans", false };
  mk_mesh *mesh = mk_text_mesh (&font, text, 1, 0.2f, 0.01f, &error);
  CHECK_OK (mesh, error);
  return mesh;
}

TEST (letters_are_solid_and_stand)
{
  g_autoptr (mk_mesh) h = mesh_of ("H");
  CHECK_NEAR (h->bounds.min.y, 0, 1e-4);
  CHECK_NEAR (h->bounds.max.y, 0.729, 0.01); /* DejaVu's capitals */
  CHECK_NEAR (h->bounds.max.z - h->bounds.min.z, 0.2, 1e-4);
  CHECK_NEAR (h->bounds.min.x + h->bounds.max.x, 0, 1e-3);
  double volume = mk_mesh_volume (h), box = (double)(h->bounds.max.x - h->bounds.min.x) * 0.729 * 0.2;
  CHECK_REAL (volume, >, 0.2 * box);
  CHECK_REAL (volume, <, 0.6 * box);
}

TEST (holes_stay_open)
{
  g_autoptr (mk_mesh) o = mesh_of ("O");
  double box = (double)(o->bounds.max.x - o->bounds.min.x) * (double)(o->bounds.max.y) * 0.2;
  CHECK_REAL (mk_mesh_volume (o), <, 0.55 * box); /* a full ellipse would be 0.785 */
  for (uint32_t i = 0; i < o->n_vertices; i++)
    CHECK (fabsf (o->positions[i].x) > 0.1f || fabsf (o->positions[i].y - 0.37f) > 0.15f);
}

/* A front that closed over the hole of a letter would be seen through it. */
TEST (the_front_of_every_letter_is_as_large_as_its_strokes)
{
  for (const char *letter = "ABDOPQRabdegopq046890@%&8"; *letter != 0; letter++) {
    g_autoptr (GError) error = NULL;
    mk_font font = { NULL, "sans", true };
    char text[] = { *letter, 0 };
    g_autoptr (mk_mesh) mesh = mk_text_mesh (&font, text, 1, 0.2f, 0, &error);
    CHECK_OK (mesh, error);
    double front = 0;
    for (uint32_t i = 0; i < mesh->n_indices; i += 3) {
      const uint32_t *t = mesh->indices + i;
      if (mesh->normals[t[0]].z > 0.9f)
        front += (double)mk_vec3_cross (mk_vec3_sub (mesh->positions[t[1]], mesh->positions[t[0]]), mk_vec3_sub (mesh->positions[t[2]], mesh->positions[t[0]])).z / 2;
    }
    if (fabs (front - mk_mesh_volume (mesh) / 0.2) > 1e-3)
      mk_test_fail (__FILE__, __LINE__, "“%s”: its front has %g m², its body is made for %g m²", text, front, mk_mesh_volume (mesh) / 0.2);
  }
}

TEST (rows_and_letters_of_many_scripts)
{
  g_autoptr (mk_mesh) one = mesh_of ("Miktos");
  g_autoptr (mk_mesh) two = mesh_of ("Miktos\nÄöß Жя Ωπ");
  CHECK_REAL (two->bounds.max.y, >, one->bounds.max.y + 1);
  CHECK_REAL (one->bounds.max.x - one->bounds.min.x, >, 2.5);
}

TEST (text_becomes_a_thing)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'text','id':'t','text':'Hello','font':'serif','color':'#ff0000','height_m':2,'position':[1,0,0]},"
                                           "{'op':'animate','id':'a','targets':['t'],'motion':'jump'}]");
  mk_box box = test_box (scene, "t", 0);
  CHECK_NEAR (box.max.y - box.min.y, 2, 0.01);
  CHECK_NEAR ((box.min.x + box.max.x) / 2, 1, 0.01);
  CHECK_STRING (mk_scene_get_node (scene, mk_scene_find (scene, "t"))->name, "Hello");
}

/* Flat on the front, within it; on what is light the words are dark. */
TEST (words_are_written_on_the_front_of_a_thing)
{
  static const char *const bearers[] = { "wall", "t-shirt", "cup", "bottle" };
  for (size_t i = 0; i < MK_COUNT (bearers); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'b','object':'%s','color':'#ffffff'},{'op':'text','id':'t','text':'STOP','place':[{'relation':'written','targets':['b']}]}]", bearers[i]);
    g_autoptr (mk_scene) scene = test_scene (list);
    mk_box bearer = test_box (scene, "b", 0), text = test_box (scene, "t", 0);
    CHECK_REAL (text.min.x, >, bearer.min.x);
    CHECK_REAL (text.max.x, <, bearer.max.x);
    CHECK_REAL (text.min.y, >, bearer.min.y);
    CHECK_REAL (text.max.y, <, bearer.max.y);
    CHECK_REAL (text.max.z, >, (bearer.min.z + bearer.max.z) / 2);
    CHECK_REAL (text.max.x - text.min.x, >, 0.25 * (bearer.max.x - bearer.min.x));
    CHECK_REAL (mk_scene_get_material (scene, mk_scene_get_node (scene, mk_scene_find (scene, "t"))->parts[0].material)->base_color.x, <, 0.1);
  }
}

/* Within its plate, before it, and dark; a short word is no larger than there is room. */
TEST (a_stand_in_bears_the_word_that_it_stands_for)
{
  static const char *const words[] = { "xyzzler", "i", "Donaudampfschifffahrtsgesellschaft" };
  for (size_t i = 0; i < MK_COUNT (words); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'s','object':'stand-in','name':'s','label':'%s'}]", words[i]);
    g_autoptr (mk_scene) scene = test_scene (list);
    const mk_scene_node *label = NULL;
    for (int k = 0; k < (int)scene->nodes->len; k++)
      if (g_strcmp0 (mk_scene_get_node (scene, k)->name, "label") == 0)
        label = mk_scene_get_node (scene, k);
    CHECK (label != NULL && label->n_parts == 2);
    mk_box plate = label->parts[0].mesh->bounds, word = label->parts[1].mesh->bounds;
    CHECK_REAL (word.min.x, >, plate.min.x);
    CHECK_REAL (word.max.x, <, plate.max.x);
    CHECK_REAL (word.min.y, >, plate.min.y);
    CHECK_REAL (word.max.y, <, plate.max.y);
    CHECK_REAL (word.max.z, >, plate.max.z);
    CHECK_REAL (mk_scene_get_material (scene, label->parts[1].material)->base_color.x, <, 0.1);
  }
}

TEST (hopeless_texts_are_refused)
{
  g_autofree char *line = g_strnfill (300, 'x');
  g_autofree char *list = g_strdup_printf ("[{'op':'text','id':'t','text':'%s'}]", line);
  const struct { const char *list; mk_error_code code; } cases[] = {
    { "[{'op':'text','id':'t','text':''}]", MK_ERROR_RANGE }, { "[{'op':'text','id':'t','text':'   '}]", MK_ERROR_RANGE },
    { "[{'op':'text','id':'t','text':'a','font':'wingdings'}]", MK_ERROR_RANGE }, { list, MK_ERROR_RANGE } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autoptr (GError) error = NULL;
    CHECK_FAILS (test_try (cases[i].list, &error), error, cases[i].code);
  }
}
