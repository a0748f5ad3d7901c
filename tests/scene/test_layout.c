/* Where things stand: nothing intersects, all is carried, relations hold, and twice gives the same. */
#include <string.h>

#include "check.h"
#include "scene/ground.h"
#include "scene/layout.h"

static mk_library *library;
static mk_stage stage;

static void
open_stage (void)
{
  GError *error = NULL;
  g_autofree char *folder = g_build_filename (mk_test_source (), "..", "assets", NULL);
  library = mk_library_new (folder, &error);
  CHECK_OK (library, error);
  stage = (mk_stage){ .library = library, .assets = "", .input = "" };
}

static mk_scene *
play (const char *text)
{
  GError *error = NULL;
  g_autoptr (mk_json) commands = NULL;
  CHECK_OK (mk_json_parse (text, -1, NULL, &commands, &error), error);
  mk_scene *scene = mk_scene_new ();
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    mk_scene *next = mk_scene_apply (&stage, scene, mk_json_at (commands, i), &error);
    CHECK_OK (next, error);
    mk_scene_unref (scene);
    scene = next;
  }
  return scene;
}

static mk_box
box_of (const mk_scene *scene, const char *id)
{
  int root = mk_scene_find (scene, id);
  if (root < 0)
    mk_test_fail (__FILE__, __LINE__, "there is no %s", id);
  return mk_layout_box (scene, root);
}

static float
middle_x (mk_box box)
{
  return (box.min.x + box.max.x) / 2;
}

static float
middle_z (mk_box box)
{
  return (box.min.z + box.max.z) / 2;
}

static bool
overlap (mk_box a, mk_box b)
{
  const float e = 2e-3f;
  return a.min.x < b.max.x - e && b.min.x < a.max.x - e && a.min.y < b.max.y - e && b.min.y < a.max.y - e && a.min.z < b.max.z - e && b.min.z < a.max.z - e;
}

static void
check_apart (const char *what, const mk_scene *scene)
{
  for (guint i = 0; i < scene->nodes->len; i++)
    for (guint k = 0; k < i; k++) {
      const mk_scene_node *a = mk_scene_get_node (scene, (int)i), *b = mk_scene_get_node (scene, (int)k);
      if (a->id != NULL && b->id != NULL && overlap (mk_layout_box (scene, (int)i), mk_layout_box (scene, (int)k)))
        mk_test_fail (__FILE__, __LINE__, "%s: %s and %s intersect", what, a->id, b->id);
    }
}

TEST (copies_have_sizes_of_their_own)
{
  open_stage ();
  mk_scene *scene = play ("[{\"op\": \"add\", \"id\": \"cube-1\", \"object\": \"cube\", \"count\": 3, \"scales\": [1, 0.5]}]");
  float own[3];
  for (int k = 0; k < 3; k++) {
    g_autofree char *id = g_strdup_printf ("cube-1.%d", k + 1);
    own[k] = mk_box_size (box_of (scene, id)).y;
  }
  CHECK (fabsf (own[1] - 0.5f * own[0]) < 1e-4f && fabsf (own[2] - own[0]) < 1e-4f);
  mk_scene_unref (scene);
  mk_library_free (library);
}

TEST (apples_lie_on_each_other_in_a_bowl_and_inside_its_rim)
{
  open_stage ();
  mk_scene *scene = play ("[{\"op\": \"add\", \"id\": \"bowl-1\", \"object\": \"bowl\"}, {\"op\": \"add\", \"id\": \"apple-1\", \"object\": \"apple\", \"count\": 5, "
                          "\"place\": [{\"relation\": \"inside\", \"targets\": [\"bowl-1\"]}]}]");
  mk_box bowl = box_of (scene, "bowl-1"), low = box_of (scene, "apple-1.1"), high = box_of (scene, "apple-1.5");
  CHECK (high.min.y > low.min.y + 0.02f);
  for (int k = 1; k <= 5; k++) {
    g_autofree char *id = g_strdup_printf ("apple-1.%d", k);
    mk_box apple = box_of (scene, id);
    CHECK (apple.min.y > bowl.min.y && middle_x (apple) > bowl.min.x && middle_x (apple) < bowl.max.x);
    for (int other = 1; other < k; other++) {
      g_autofree char *name = g_strdup_printf ("apple-1.%d", other);
      mk_vec3 apart = mk_vec3_sub (mk_box_middle (apple), mk_box_middle (box_of (scene, name)));
      CHECK (mk_vec3_length (apart) > 0.7f * (apple.max.x - apple.min.x));
    }
  }
  mk_scene_unref (scene);
  mk_library_free (library);
}

TEST (what_hangs_has_its_top_at_the_underside_of_what_it_hangs_from)
{
  open_stage ();
  mk_scene *scene = play ("[{\"op\": \"add\", \"id\": \"branch-1\", \"object\": \"branch\"}, {\"op\": \"add\", \"id\": \"monkey-1\", \"object\": \"monkey\", "
                          "\"place\": [{\"relation\": \"hung\", \"targets\": [\"branch-1\"]}]}]");
  mk_box branch = box_of (scene, "branch-1"), monkey = box_of (scene, "monkey-1");
  CHECK (monkey.min.y > 0.1f && monkey.max.y > branch.min.y && monkey.max.y < branch.max.y + 0.01f);
  mk_scene_unref (scene);
  mk_library_free (library);
}

TEST (several_that_face_inward_look_at_their_middle_and_outward_away_from_it)
{
  open_stage ();
  for (int is_inward = 0; is_inward < 2; is_inward++) {
    mk_scene *scene = play (is_inward ? "[{\"op\": \"add\", \"id\": \"man-1\", \"object\": \"man\", \"count\": 4, \"arrange\": \"grid\", \"facing\": \"inward\"}]"
                                      : "[{\"op\": \"add\", \"id\": \"man-1\", \"object\": \"man\", \"count\": 4, \"arrange\": \"grid\", \"facing\": \"outward\"}]");
    mk_box all = mk_box_union (mk_box_union (box_of (scene, "man-1.1"), box_of (scene, "man-1.2")), mk_box_union (box_of (scene, "man-1.3"), box_of (scene, "man-1.4")));
    for (int k = 1; k <= 4; k++) {
      g_autofree char *id = g_strdup_printf ("man-1.%d", k);
      mk_vec3 ahead = mk_quat_rotate (mk_scene_get_node (scene, mk_scene_find (scene, id))->trs.rotation, (mk_vec3){ 0, 0, 1 });
      mk_vec3 in = mk_vec3_sub (mk_box_middle (all), mk_box_middle (box_of (scene, id)));
      in.y = 0;
      CHECK ((mk_vec3_dot (ahead, mk_vec3_normalize (in)) > 0.97f) == is_inward);
      CHECK (is_inward || mk_vec3_dot (ahead, mk_vec3_normalize (in)) < -0.97f);
    }
    mk_scene_unref (scene);
  }
  mk_library_free (library);
}

TEST (a_side_of_nothing_is_a_side_of_all_that_stands)
{
  open_stage ();
  g_autoptr (mk_scene) scene = play ("[{\"op\":\"add\",\"id\":\"r\",\"object\":\"robot\"},{\"op\":\"add\",\"id\":\"h\",\"object\":\"chair\"},"
                                     "{\"op\":\"add\",\"id\":\"s\",\"object\":\"snowman\",\"place\":[{\"relation\":\"left\"}]},"
                                     "{\"op\":\"add\",\"id\":\"t\",\"object\":\"tree\",\"place\":[{\"relation\":\"behind\"}]}]");
  mk_box robot = box_of (scene, "r"), chair = box_of (scene, "h"), snowman = box_of (scene, "s"), tree = box_of (scene, "t");
  CHECK_REAL (snowman.max.x, <, fminf (robot.min.x, chair.min.x));
  CHECK_REAL (tree.max.z, <, fminf (fminf (robot.min.z, chair.min.z), snowman.min.z));
}

TEST (things_side_by_side_never_intersect)
{
  open_stage ();
  const char *cases[] = {
    "[{'op':'add','id':'a','object':'dog'},{'op':'add','id':'b','object':'car'},{'op':'add','id':'c','object':'house'},{'op':'add','id':'d','object':'ball'}]",
    "[{'op':'add','id':'a','object':'tree','count':7}]",
    "[{'op':'add','id':'a','object':'cube','count':10,'arrange':'pyramid'}]",
    "[{'op':'add','id':'a','object':'cube','count':14,'arrange':'pyramid'}]",
    "[{'op':'add','id':'a','object':'cube','count':12,'arrange':'grid'},{'op':'add','id':'b','object':'cat'}]",
    "[{'op':'add','id':'a','object':'chair','count':8,'arrange':'circle'}]",
    "[{'op':'add','id':'a','object':'ball','count':9,'arrange':'arc'}]",
    "[{'op':'add','id':'a','object':'candle','count':24,'arrange':'spiral'}]",
    "[{'op':'add','id':'a','object':'rose','count':20,'arrange':'heart'}]",
    "[{'op':'add','id':'a','object':'cone','count':20,'arrange':'star'}]",
    "[{'op':'add','id':'a','object':'swan','count':9,'arrange':'wedge'},{'op':'add','id':'b','object':'cube','count':9,'arrange':'zigzag'}]",
    "[{'op':'add','id':'a','object':'crate','count':5,'arrange':'stack'}]",
    "[{'op':'add','id':'a','object':'person','count':30,'arrange':'crowd'}]",
    "[{'op':'add','id':'a','object':'mushroom','count':40,'arrange':'scatter'}]",
    "[{'op':'add','id':'a','object':'book','count':9,'arrange':'pile'}]",
    "[{'op':'add','id':'a','object':'lamp'},{'op':'add','id':'b','object':'dog','place':[{'relation':'left','targets':['a']}]},{'op':'add','id':'c','object':'cat','place':[{'relation':'left','targets':['a']}]}]",
    "[{'op':'add','id':'a','object':'cube'},{'op':'add','id':'b','object':'cube','place':[{'relation':'behind','targets':['a']}]},{'op':'add','id':'c','object':'ball','place':[{'relation':'between','targets':['a','b']}]}]",
    "[{'op':'add','id':'a','object':'tree'},{'op':'add','id':'b','object':'sheep','count':6,'place':[{'relation':'around','targets':['a']}]}]",
    "[{'op':'add','id':'a','object':'cube'},{'op':'add','id':'b','object':'ball','place':[{'relation':'on','targets':['a']}]},{'op':'add','id':'c','object':'ball','place':[{'relation':'above','targets':['b']}]}]",
    "[{'op':'add','id':'a','object':'cube'},{'op':'add','id':'b','object':'book','place':[{'relation':'under','targets':['a']}]}]",
  };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_auto (GStrv) parts = g_strsplit (cases[i], "'", -1);
    g_autofree char *text = g_strjoinv ("\"", parts);
    g_autoptr (mk_scene) scene = play (text);
    check_apart (cases[i], scene);
  }
}

TEST (relations_hold_as_the_default_camera_sees_them)
{
  open_stage ();
  g_autoptr (mk_scene) scene = play ("[{\"op\":\"add\",\"id\":\"t\",\"object\":\"tree\"},"
    "{\"op\":\"add\",\"id\":\"l\",\"object\":\"ball\",\"place\":[{\"relation\":\"left\",\"targets\":[\"t\"]}]},"
    "{\"op\":\"add\",\"id\":\"r\",\"object\":\"ball\",\"place\":[{\"relation\":\"right\",\"targets\":[\"t\"]}]},"
    "{\"op\":\"add\",\"id\":\"f\",\"object\":\"ball\",\"place\":[{\"relation\":\"front\",\"targets\":[\"t\"],\"distance_m\":2}]},"
    "{\"op\":\"add\",\"id\":\"b\",\"object\":\"ball\",\"place\":[{\"relation\":\"behind\",\"targets\":[\"t\"]}]},"
    "{\"op\":\"add\",\"id\":\"a\",\"object\":\"ball\",\"place\":[{\"relation\":\"above\",\"targets\":[\"t\"]}]}]");
  mk_box tree = box_of (scene, "t");
  CHECK_REAL (box_of (scene, "l").max.x, <=, tree.min.x);
  CHECK_REAL (box_of (scene, "r").min.x, >=, tree.max.x);
  CHECK_NEAR (box_of (scene, "f").min.z - tree.max.z, 2, 1e-3);
  CHECK_REAL (box_of (scene, "b").max.z, <=, tree.min.z);
  CHECK_REAL (box_of (scene, "a").min.y, >=, tree.max.y);
  CHECK_NEAR (box_of (scene, "l").min.y, 0, 1e-3);
}

TEST (what_is_on_something_touches_it)
{
  open_stage ();
  static const char *const pairs[][2] = { { "cup", "table" }, { "cat", "chair" }, { "ball", "cube" }, { "lamp", "cabinet" }, { "book", "bed" }, { "apple", "plate" },
                                          { "dog", "sofa" }, { "ball", "ball" }, { "bird", "house" }, { "vase", "barrel" } };
  for (size_t i = 0; i < MK_COUNT (pairs); i++) {
    g_autofree char *text = g_strdup_printf ("[{\"op\":\"add\",\"id\":\"b\",\"object\":\"%s\"},{\"op\":\"add\",\"id\":\"a\",\"object\":\"%s\",\"place\":[{\"relation\":\"on\",\"targets\":[\"b\"]}]}]",
                                             pairs[i][1], pairs[i][0]);
    g_autoptr (mk_scene) scene = play (text);
    mk_box own = box_of (scene, "a"), carrier = box_of (scene, "b");
    float best = -1e9f, y;
    for (int k = 0; k < 25; k++) {
      float x = own.min.x + (own.max.x - own.min.x) * (float)(k % 5) / 4, z = own.min.z + (own.max.z - own.min.z) * (float)(k / 5) / 4;
      if (mk_layout_surface (scene, mk_scene_find (scene, "b"), x, z, own.min.y + 0.03f, &y))
        best = fmaxf (best, y);
    }
    if (fabsf (best - own.min.y) > 0.02f)
      mk_test_fail (__FILE__, __LINE__, "%s on %s: its bottom is at %g, the surface at %g", pairs[i][0], pairs[i][1], (double)own.min.y, (double)best);
    CHECK_REAL (own.min.y, >, carrier.min.y + 0.001f);
    CHECK_REAL (middle_x (own), >, carrier.min.x);
    CHECK_REAL (middle_z (own), >, carrier.min.z);
  }
}

TEST (a_neighbour_shares_the_table)
{
  open_stage ();
  g_autoptr (mk_scene) scene = play ("[{\"op\":\"add\",\"id\":\"t\",\"object\":\"table\"},"
    "{\"op\":\"add\",\"id\":\"v\",\"object\":\"vase\",\"place\":[{\"relation\":\"on\",\"targets\":[\"t\"]}]},"
    "{\"op\":\"add\",\"id\":\"c\",\"object\":\"cup\",\"place\":[{\"relation\":\"left\",\"targets\":[\"v\"]}]},"
    "{\"op\":\"add\",\"id\":\"e\",\"object\":\"egg\",\"place\":[{\"relation\":\"between\",\"targets\":[\"c\",\"v\"]}]},"
    "{\"op\":\"add\",\"id\":\"k\",\"object\":\"cat\",\"place\":[{\"relation\":\"under\",\"targets\":[\"t\"]}]}]");
  CHECK_NEAR (box_of (scene, "c").min.y, box_of (scene, "v").min.y, 0.01);
  CHECK_REAL (box_of (scene, "c").max.x, <=, box_of (scene, "v").min.x);
  CHECK_NEAR (box_of (scene, "e").min.y, box_of (scene, "v").min.y, 0.01);
  CHECK_REAL (box_of (scene, "c").max.x, <=, box_of (scene, "e").min.x);
  CHECK_NEAR (box_of (scene, "k").min.y, 0, 1e-3);
  CHECK_REAL (box_of (scene, "k").max.y, <, 0.7);
}

TEST (what_is_held_is_before_the_chest_of_who_stands_or_sits)
{
  open_stage ();
  g_autoptr (mk_scene) scene = play ("[{\"op\":\"add\",\"id\":\"bench\",\"object\":\"bench\"},"
                                     "{\"op\":\"add\",\"id\":\"man\",\"object\":\"man\",\"place\":[{\"relation\":\"on\",\"targets\":[\"bench\"]}]},"
                                     "{\"op\":\"add\",\"id\":\"girl\",\"object\":\"girl\"},"
                                     "{\"op\":\"add\",\"id\":\"book\",\"object\":\"book\",\"place\":[{\"relation\":\"held\",\"targets\":[\"man\"]}]},"
                                     "{\"op\":\"add\",\"id\":\"violin\",\"object\":\"violin\",\"place\":[{\"relation\":\"held\",\"targets\":[\"girl\"]}]}]");
  static const char *const pairs[][2] = { { "man", "book" }, { "girl", "violin" } };
  for (size_t i = 0; i < MK_COUNT (pairs); i++) {
    mk_box who = box_of (scene, pairs[i][0]), thing = box_of (scene, pairs[i][1]);
    float height = who.max.y - who.min.y, up = ((thing.min.y + thing.max.y) / 2 - who.min.y) / height;
    CHECK (up > 0.35f && up < 0.85f);
    CHECK (fabsf (middle_x (thing) - middle_x (who)) < 0.3f * height);
    CHECK (middle_z (thing) > middle_z (who) - 0.1f * height);
  }
  mk_library_free (library);
}

TEST (equal_seeds_give_equal_places_and_others_do_not)
{
  open_stage ();
  const char *text = "[{\"op\":\"add\",\"id\":\"p\",\"object\":\"mushroom\",\"count\":12,\"arrange\":\"scatter\"}]";
  g_autoptr (mk_scene) a = play (text);
  g_autoptr (mk_scene) b = play (text);
  CHECK_INT (a->nodes->len, ==, b->nodes->len);
  for (guint i = 0; i < a->nodes->len; i++)
    CHECK (memcmp (&mk_scene_get_node (a, (int)i)->trs, &mk_scene_get_node (b, (int)i)->trs, sizeof (mk_trs)) == 0);
}

TEST (looks_change_only_what_they_should)
{
  open_stage ();
  g_autoptr (mk_scene) scene = play ("[{\"op\":\"add\",\"id\":\"a\",\"object\":\"car\",\"count\":2},"
    "{\"op\":\"material\",\"targets\":[\"a.2\"],\"color\":\"#0000ff\"},{\"op\":\"material\",\"targets\":[\"a.1\"],\"part\":\"wheels\",\"color\":\"#ffffff\"}]");
  GArray *wheels = mk_object_find_parts (scene, mk_scene_find (scene, "a.1"), "left front wheel");
  CHECK_INT (wheels->len, ==, 1);
  const mk_scene_node *wheel = mk_scene_get_node (scene, g_array_index (wheels, int, 0));
  CHECK_NEAR (mk_scene_get_material (scene, wheel->parts[0].material)->base_color.x, 1, 1e-5);
  g_array_unref (wheels);
  int first = mk_scene_find (scene, "a.1"), second = mk_scene_find (scene, "a.2");
  bool is_changed = false;
  for (int i = 0; first + i < second; i++)
    for (unsigned p = 0; p < mk_scene_get_node (scene, first + i)->n_parts; p++) {
      mk_vec3 before = mk_scene_get_material (scene, mk_scene_get_node (scene, first + i)->parts[p].material)->base_color;
      mk_vec3 after = mk_scene_get_material (scene, mk_scene_get_node (scene, second + i)->parts[p].material)->base_color;
      is_changed |= after.z > 0.99f && before.z < 0.9f;
    }
  CHECK (is_changed);
}

/* The colours of all that stands at a root, one after the other. */
static GArray *
colors_of (const mk_scene *scene, const char *id)
{
  GArray *colors = g_array_new (FALSE, FALSE, sizeof (mk_vec3));
  int root = mk_scene_find (scene, id);
  for (int i = root; i < (int)scene->nodes->len; i++)
    for (unsigned k = 0; mk_scene_is_within (scene, i, root) && k < mk_scene_get_node (scene, i)->n_parts; k++)
      g_array_append_val (colors, mk_scene_get_material (scene, mk_scene_get_node (scene, i)->parts[k].material)->base_color);
  return colors;
}

static unsigned
n_differing (const mk_scene *scene, const char *one, const char *other)
{
  g_autoptr (GArray) a = colors_of (scene, one), b = colors_of (scene, other);
  unsigned n = 0;
  CHECK_INT (a->len, ==, b->len);
  for (guint i = 0; i < a->len; i++)
    n += mk_vec3_length (mk_vec3_sub (g_array_index (a, mk_vec3, i), g_array_index (b, mk_vec3, i))) > 0.01f;
  return n;
}

TEST (several_of_one_kind_differ_where_their_recipe_says_so_and_a_said_colour_is_that_of_all)
{
  open_stage ();
  g_autoptr (mk_scene) scene = play ("[{\"op\":\"add\",\"id\":\"p\",\"object\":\"person\",\"count\":3},{\"op\":\"add\",\"id\":\"one\",\"object\":\"person\"},"
    "{\"op\":\"add\",\"id\":\"c\",\"object\":\"car\",\"count\":3,\"color\":\"#00ff00\"},{\"op\":\"add\",\"id\":\"b\",\"object\":\"balloon\",\"count\":3}]");
  CHECK_INT (n_differing (scene, "p.1", "one"), ==, 0);
  CHECK_INT (n_differing (scene, "p.1", "p.2"), >=, 4); /* skin, hair, shirt, trousers */
  CHECK_INT (n_differing (scene, "p.2", "p.3"), >=, 4);
  CHECK_INT (n_differing (scene, "c.1", "c.2"), ==, 0);
  CHECK_INT (n_differing (scene, "b.1", "b.2"), ==, 1); /* not its string */
}

TEST (a_shade_is_times_as_dark_or_light_whatever_the_colour_is)
{
  open_stage ();
  g_autoptr (mk_scene) scene = play ("[{\"op\":\"add\",\"id\":\"a\",\"object\":\"cube\",\"count\":3,\"color\":\"#808080\"},"
    "{\"op\":\"material\",\"targets\":[\"a.2\"],\"shade\":0.5},{\"op\":\"material\",\"targets\":[\"a.3\"],\"shade\":2}]");
  float seen[3];
  for (int i = 0; i < 3; i++) {
    g_autofree char *id = g_strdup_printf ("a.%d", i + 1);
    seen[i] = mk_scene_get_material (scene, mk_scene_get_node (scene, mk_scene_find (scene, id))->parts[0].material)->base_color.x;
  }
  CHECK_NEAR (seen[1], seen[0] / 2, 1e-6);
  CHECK_NEAR (1 - seen[2], (1 - seen[0]) / 2, 1e-6);
}

TEST (removing_a_thing_leaves_the_others_whole)
{
  open_stage ();
  g_autoptr (mk_scene) scene = play ("[{\"op\":\"add\",\"id\":\"a\",\"object\":\"dog\"},{\"op\":\"add\",\"id\":\"b\",\"object\":\"cat\"},{\"op\":\"remove\",\"targets\":[\"a\"]}]");
  CHECK_INT (mk_scene_find (scene, "a"), ==, -1);
  int cat = mk_scene_find (scene, "b");
  CHECK_INT (cat, >=, 0);
  CHECK_INT (scene->skins->len, ==, 1);
  g_autoptr (GArray) joints = mk_object_joints (library, scene, cat);
  unsigned n_legs = 0;
  for (guint i = 0; i < joints->len; i++) {
    const mk_joint *joint = &g_array_index (joints, mk_joint, i);
    CHECK (mk_scene_is_within (scene, joint->node, cat));
    n_legs += joint->role == MK_ROLE_LEG && joint->segment == 0;
  }
  CHECK_INT (n_legs, ==, 4);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  mk_box box = mk_scene_bounds (scene, pose, cat);
  CHECK_NEAR (box.max.y - box.min.y, 0.34, 0.01);
}

TEST (grass_grows_once_and_is_ground)
{
  open_stage ();
  g_autoptr (mk_scene) scene = play ("[{\"op\":\"ground\",\"surface\":\"sand\"},{\"op\":\"ground\",\"surface\":\"grass\"},{\"op\":\"add\",\"id\":\"b\",\"object\":\"ball\"}]");
  GError *error = NULL;
  for (int i = 0; i < 2; i++)
    CHECK_OK (mk_ground_dress (&stage, scene, &error), error);
  unsigned n_ground = 0;
  for (guint i = 0; i < scene->nodes->len; i++)
    n_ground += mk_scene_get_node (scene, (int)i)->is_ground;
  CHECK_INT (n_ground, ==, 2);
  CHECK_INT (mk_scene_find (scene, "b"), >=, 0);
}

/* What of a scene is found under it. */
static void
check_ground (const char *commands, const char *surface)
{
  GError *error = NULL;
  g_autoptr (mk_scene) scene = play (commands);
  g_autoptr (mk_scene) film = mk_scene_complete (&stage, scene, 16 / 9.f, &error);
  CHECK_OK (film, error);
  for (guint i = 0; i < film->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (film, (int)i);
    if (!node->is_ground || node->n_parts == 0)
      continue;
    CHECK_STRING (g_array_index (film->materials, mk_material, node->parts[0].material).name, surface);
    return;
  }
  mk_test_fail (__FILE__, __LINE__, "nothing is under %s", commands);
}

TEST (a_ship_sails_on_water_whoever_stood_on_grass_before)
{
  open_stage ();
  check_ground ("[{\"op\":\"add\",\"id\":\"c\",\"object\":\"cow\"},{\"op\":\"add\",\"id\":\"s\",\"object\":\"ship\"}]", "water ground");
  check_ground ("[{\"op\":\"add\",\"id\":\"c\",\"object\":\"cow\"},{\"op\":\"add\",\"id\":\"d\",\"object\":\"duck\"}]", "grass ground");
}

static void
check_refused (const char *text, mk_error_code code)
{
  GError *error = NULL;
  g_autoptr (mk_json) command = NULL;
  CHECK_OK (mk_json_parse (text, -1, NULL, &command, &error), error);
  g_autoptr (mk_scene) scene = mk_scene_new ();
  mk_scene *next = mk_scene_apply (&stage, scene, command, &error);
  if (next != NULL || error == NULL || error->code != (int)code)
    mk_test_fail (__FILE__, __LINE__, "%s gave %s", text, error != NULL ? error->message : "a scene");
  g_clear_error (&error);
}

TEST (wrong_commands_are_refused_with_a_reason)
{
  open_stage ();
  check_refused ("{\"op\":\"add\",\"id\":\"a\",\"object\":\"flumph\"}", MK_ERROR_NOT_FOUND);
  check_refused ("{\"op\":\"add\",\"id\":\"a\"}", MK_ERROR_USAGE);
  check_refused ("{\"op\":\"add\",\"id\":\"a b\",\"object\":\"ball\"}", MK_ERROR_RANGE);
  check_refused ("{\"op\":\"add\",\"id\":\"a\",\"object\":\"ball\",\"count\":501}", MK_ERROR_RANGE);
  check_refused ("{\"op\":\"add\",\"id\":\"a\",\"object\":\"ball\",\"scale\":0}", MK_ERROR_RANGE);
  check_refused ("{\"op\":\"add\",\"id\":\"a\",\"object\":\"ball\",\"weight\":2}", MK_ERROR_USAGE);
  check_refused ("{\"op\":\"add\",\"id\":\"a\",\"object\":\"ball\",\"color\":\"red\"}", MK_ERROR_TYPE);
  check_refused ("{\"op\":\"add\",\"id\":\"a\",\"object\":\"ball\",\"material\":\"unobtainium\"}", MK_ERROR_NOT_FOUND);
  check_refused ("{\"op\":\"add\",\"id\":\"a\",\"object\":\"ball\",\"place\":[{\"relation\":\"on\",\"targets\":[\"b\"]}]}", MK_ERROR_NOT_FOUND);
  check_refused ("{\"op\":\"add\",\"id\":\"a\",\"object\":\"ball\",\"arrange\":\"helix\"}", MK_ERROR_RANGE);
  check_refused ("{\"op\":\"add\",\"id\":\"a\",\"object\":\"chair\",\"params\":{\"legs\":40}}", MK_ERROR_RANGE);
  check_refused ("{\"op\":\"ground\",\"surface\":\"cheese\"}", MK_ERROR_RANGE);
  check_refused ("{\"op\":\"remove\",\"targets\":[\"x\"]}", MK_ERROR_NOT_FOUND);
}

TEST (what_is_under_a_glass_dome_stands_in_it_on_its_floor)
{
  open_stage ();
  g_autoptr (mk_scene) scene = play ("[{\"op\":\"add\",\"id\":\"d\",\"object\":\"glass dome\"},{\"op\":\"add\",\"id\":\"r\",\"object\":\"rose\",\"place\":[{\"relation\":\"under\",\"targets\":[\"d\"]}]}]");
  mk_box dome = box_of (scene, "d"), rose = box_of (scene, "r");
  CHECK_REAL (rose.min.y, >, dome.min.y + 0.01);
  CHECK_REAL (rose.max.y, <, dome.max.y);
  CHECK_REAL (rose.min.x, >, dome.min.x);
  CHECK_REAL (rose.max.x, <, dome.max.x);
}

TEST (who_is_under_a_tree_stands_on_the_ground_beside_its_trunk_and_so_does_who_is_with_him)
{
  open_stage ();
  g_autoptr (mk_scene) scene = play ("[{\"op\":\"add\",\"id\":\"t\",\"object\":\"tree\"},{\"op\":\"add\",\"id\":\"b\",\"object\":\"boy\",\"place\":[{\"relation\":\"under\",\"targets\":[\"t\"]}]},"
                                     "{\"op\":\"add\",\"id\":\"d\",\"object\":\"dog\",\"place\":[{\"relation\":\"beside\",\"targets\":[\"b\"]}]}]");
  mk_box tree = box_of (scene, "t"), boy = box_of (scene, "b"), dog = box_of (scene, "d");
  int root = mk_scene_find (scene, "t");
  const mk_box both[] = { boy, dog };
  for (size_t i = 0; i < MK_COUNT (both); i++) {
    mk_box box = both[i];
    CHECK_REAL (box.min.y, <, 0.02);
    CHECK_REAL (middle_x (box), >, tree.min.x);
    CHECK_REAL (middle_x (box), <, tree.max.x);
    mk_box core = { { box.min.x + 0.05f, box.min.y + 0.05f, box.min.z + 0.05f }, { box.max.x - 0.05f, box.max.y - 0.05f, box.max.z - 0.05f } };
    g_autoptr (GArray) inside = mk_layout_triangles (scene, root, core);
    CHECK_INT (inside->len, ==, 0); /* no bark within */
  }
  CHECK_REAL (dog.min.x - boy.max.x, <, 0.5);
  CHECK (!overlap (boy, dog));
}

TEST (on_a_seat_that_is_full_they_move_up)
{
  open_stage ();
  g_autoptr (mk_scene) scene = play ("[{\"op\":\"add\",\"id\":\"b\",\"object\":\"bench\"},{\"op\":\"add\",\"id\":\"d\",\"object\":\"dog\",\"place\":[{\"relation\":\"on\",\"targets\":[\"b\"]}]},"
                                     "{\"op\":\"add\",\"id\":\"c\",\"object\":\"cat\",\"place\":[{\"relation\":\"on\",\"targets\":[\"b\"]}]}]");
  mk_box bench = box_of (scene, "b"), dog = box_of (scene, "d"), cat = box_of (scene, "c");
  CHECK (!overlap (dog, cat));
  CHECK_REAL (dog.min.x, >, bench.min.x);
  CHECK_REAL (cat.max.x, <, bench.max.x);
  CHECK_REAL (cat.min.y, >, 0.4);
}

TEST (a_rock_is_as_large_as_what_stands_on_it_needs)
{
  open_stage ();
  g_autoptr (mk_scene) scene = play ("[{\"op\":\"add\",\"id\":\"r\",\"object\":\"rock\"},{\"op\":\"add\",\"id\":\"l\",\"object\":\"lighthouse\",\"place\":[{\"relation\":\"on\",\"targets\":[\"r\"]}]}]");
  mk_box rock = box_of (scene, "r"), house = box_of (scene, "l");
  CHECK_REAL (rock.max.x - rock.min.x, >, 1.2f * (house.max.x - house.min.x));
  CHECK_REAL (rock.min.y, <, 0.05);
  g_autoptr (mk_scene) said = play ("[{\"op\":\"add\",\"id\":\"r\",\"object\":\"rock\",\"height_m\":0.5},{\"op\":\"add\",\"id\":\"l\",\"object\":\"lighthouse\",\"place\":[{\"relation\":\"on\",\"targets\":[\"r\"]}]}]");
  CHECK_REAL (box_of (said, "r").max.y, <, 0.6);
  g_autoptr (mk_scene) taken = play ("[{\"op\":\"add\",\"id\":\"r\",\"object\":\"rock\"},{\"op\":\"add\",\"id\":\"f\",\"object\":\"frog\",\"place\":[{\"relation\":\"on\",\"targets\":[\"r\"]}]},"
                                     "{\"op\":\"add\",\"id\":\"l\",\"object\":\"lighthouse\",\"place\":[{\"relation\":\"on\",\"targets\":[\"r\"]}]}]");
  CHECK_REAL (box_of (taken, "r").max.y, <, 0.7); /* the frog is not buried */
}
