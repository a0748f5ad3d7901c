#include <string.h>

#include "scene/gltf.h"
#include "scene/mesh_build.h"
#include "stage.h"

static GByteArray *
encode (const mk_scene *scene, const mk_gltf_options *options)
{
  g_autoptr (GError) error = NULL;
  GByteArray *glb = mk_gltf_encode (scene, options, NULL, &error);
  CHECK_OK (glb, error);
  return glb;
}

/* The JSON chunk: length at 12, text at 20. */
static mk_json *
document_of (const GByteArray *glb)
{
  uint32_t length;
  mk_json *document;
  g_autoptr (GError) error = NULL;
  CHECK (memcmp (glb->data, "glTF", 4) == 0);
  memcpy (&length, glb->data + 8, sizeof length);
  CHECK_INT (length, ==, glb->len);
  memcpy (&length, glb->data + 12, sizeof length);
  CHECK_OK (mk_json_parse ((const char *)glb->data + 20, length, NULL, &document, &error), error);
  return document;
}

static const mk_json *
own_extras (const mk_json *document)
{
  return mk_json_get (mk_json_get (mk_json_get (document, "asset"), "extras"), "miktos");
}

TEST (equal_scenes_give_equal_bytes)
{
  const char *list = "[{'op':'ground','surface':'wood'},{'op':'add','id':'b','object':'ball','count':5,'material':'marble'},{'op':'animate','id':'m','targets':['b'],'motion':'bounce'}]";
  g_autoptr (mk_scene) a = test_scene (list);
  g_autoptr (mk_scene) b = test_scene (list);
  g_autoptr (GByteArray) x = encode (a, NULL);
  g_autoptr (GByteArray) y = encode (b, NULL);
  CHECK_INT (x->len, ==, y->len);
  CHECK (memcmp (x->data, y->data, x->len) == 0);
}

TEST (a_glb_tells_how_it_was_made)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'ball-1','object':'ball','name':'my ball'},{'op':'animate','id':'m','targets':['ball-1'],'motion':'spin'}]");
  g_autoptr (mk_json) extras = mk_json_new_object ();
  mk_json_set (extras, "workflow", mk_json_new_string ("graph"));
  mk_gltf_options options = { .extras = extras };
  g_autoptr (GByteArray) glb = encode (scene, &options);
  g_autoptr (mk_json) document = document_of (glb);
  const mk_json *asset = mk_json_get (mk_json_get (document, "asset"), "extras"), *commands = mk_json_get (asset, "commands");
  CHECK_INT (mk_json_length (commands), ==, 2);
  CHECK (mk_json_has (mk_json_at (commands, 1), "duration_s"));
  CHECK_STRING (mk_json_get_string (mk_json_get (asset, "workflow")), "graph");
  const mk_json *node = mk_json_at (mk_json_get (document, "nodes"), 0), *own = mk_json_get (mk_json_get (node, "extras"), "miktos");
  CHECK_STRING (mk_json_get_string (mk_json_get (node, "name")), "my ball");
  CHECK_STRING (mk_json_get_string (mk_json_get (own, "id")), "ball-1");
  CHECK_STRING (mk_json_get_string (mk_json_get (own, "object")), "ball");
  CHECK_INT (mk_json_get_int (mk_json_get (own, "command")), ==, 0);
}

TEST (a_glb_tells_under_which_sky_it_is_though_no_command_says_so)
{
  static const struct { const char *commands, *kind; double sun_deg, fog; } cases[] = {
    { "[{'op':'add','id':'b','object':'ball'}]", "day", 42.972, 0 },
    { "[{'op':'sky','kind':'golden-hour','fog':0.5},{'op':'add','id':'b','object':'ball'}]", "sunset", 10, 0.04 },
    { "[{'op':'sky','kind':'space'},{'op':'add','id':'b','object':'ball'}]", "space", 25, 0 },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (mk_scene) scene = test_scene (cases[i].commands);
    g_autoptr (GByteArray) glb = encode (scene, NULL);
    g_autoptr (mk_json) document = document_of (glb);
    const mk_json *sky = mk_json_get (own_extras (document), "sky");
    CHECK_STRING (mk_json_get_string (mk_json_get (sky, "kind")), cases[i].kind);
    CHECK_NEAR (mk_json_get_real (mk_json_get (sky, "sun_elevation_deg")), cases[i].sun_deg, 1e-3);
    CHECK_NEAR (mk_json_get_real (mk_json_get (sky, "fog_density")), cases[i].fog, 1e-4);
  }
}

TEST (copies_share_one_mesh)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'b','object':'ball','count':50}]");
  g_autoptr (GByteArray) glb = encode (scene, NULL);
  g_autoptr (mk_json) document = document_of (glb);
  CHECK_INT (mk_json_length (mk_json_get (document, "meshes")), ==, 1);
  CHECK_INT (mk_json_length (mk_json_get (document, "nodes")), ==, 51); /* and the sun */
}

TEST (a_cancelled_export_leaves_no_file)
{
  g_autoptr (mk_scene) scene = test_scene ("[{'op':'add','id':'b','object':'ball'}]");
  g_autofree char *path = g_strdup_printf ("%s/a.glb", mk_test_folder ());
  mk_cancel cancel = { false };
  mk_cancel_fire (&cancel);
  mk_job job = { .cancel = &cancel };
  g_autoptr (GError) error = NULL;
  CHECK_FAILS (mk_gltf_write (scene, path, NULL, &job, &error), error, MK_ERROR_CANCELLED);
  CHECK (!g_file_test (path, G_FILE_TEST_EXISTS));
}

/* Triangles of the first mesh; `*height_m` is how high it is. */
static int64_t
first_triangles (const mk_scene *scene, const mk_gltf_options *options, double *height_m)
{
  g_autoptr (GByteArray) glb = encode (scene, options);
  g_autoptr (mk_json) document = document_of (glb);
  const mk_json *accessors = mk_json_get (document, "accessors"), *primitive = mk_json_at (mk_json_get (mk_json_at (mk_json_get (document, "meshes"), 0), "primitives"), 0);
  const mk_json *points = mk_json_at (accessors, (size_t)mk_json_get_int (mk_json_get (mk_json_get (primitive, "attributes"), "POSITION")));
  *height_m = mk_json_get_real (mk_json_at (mk_json_get (points, "max"), 1)) - mk_json_get_real (mk_json_at (mk_json_get (points, "min"), 1));
  return mk_json_get_int (mk_json_get (mk_json_at (accessors, (size_t)mk_json_get_int (mk_json_get (primitive, "indices"))), "count")) / 3;
}

TEST (a_mesh_that_many_nodes_share_is_coarser_where_a_limit_is_given)
{
  g_autoptr (mk_scene) many = test_scene ("[{'op':'add','id':'b','object':'ball','count':50}]");
  g_autoptr (mk_scene) one = test_scene ("[{'op':'add','id':'b','object':'ball'}]");
  mk_gltf_options options = { .max_repeated_triangles = 10000 };
  double whole_m, coarse_m, alone_m;
  int64_t whole = first_triangles (many, NULL, &whole_m), coarse = first_triangles (many, &options, &coarse_m), alone = first_triangles (one, &options, &alone_m);
  CHECK_INT (whole, >, 400);
  CHECK_INT (coarse, <, 400);
  CHECK_INT (coarse, >, 50);
  CHECK_NEAR (coarse_m, whole_m, whole_m * 0.15);
  CHECK_INT (alone, ==, whole); /* nothing is gained by a coarser single thing */
}

static int64_t
all_triangles (const mk_scene *scene, const mk_gltf_options *options)
{
  g_autoptr (GByteArray) glb = encode (scene, options);
  g_autoptr (mk_json) document = document_of (glb);
  const mk_json *meshes = mk_json_get (document, "meshes"), *accessors = mk_json_get (document, "accessors"), *nodes = mk_json_get (document, "nodes");
  int64_t n = 0;
  for (size_t i = 0; i < mk_json_length (nodes); i++) {
    const mk_json *mesh = mk_json_get (mk_json_at (nodes, i), "mesh");
    const mk_json *primitives = mesh == NULL ? NULL : mk_json_get (mk_json_at (meshes, (size_t)mk_json_get_int (mesh)), "primitives");
    for (size_t k = 0; k < mk_json_length (primitives); k++)
      n += mk_json_get_int (mk_json_get (mk_json_at (accessors, (size_t)mk_json_get_int (mk_json_get (mk_json_at (primitives, k), "indices"))), "count")) / 3;
  }
  return n;
}

TEST (a_glb_tells_how_its_style_prints_and_nothing_where_none_does)
{
  static const struct { const char *style; double lines, gray; bool glows; } rows[] = { { "blueprint", 0.9, 0, false }, { "neon", 1.2, 0, true }, { "noir", 0, 1, false }, { "toy", 0, 0, false } };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'render','style':'%s'},{'op':'add','id':'b','object':'ball'}]", rows[i].style);
    g_autoptr (mk_scene) bare = test_scene (list);
    g_autoptr (GError) error = NULL;
    g_autoptr (mk_scene) scene = mk_scene_complete (test_stage (), bare, 16.0f / 9, &error);
    CHECK_OK (scene, error);
    g_autoptr (GByteArray) glb = encode (scene, NULL);
    g_autoptr (mk_json) document = document_of (glb);
    const mk_json *print = mk_json_get (own_extras (document), "print");
    CHECK ((print != NULL) == (rows[i].lines + rows[i].gray > 0));
    CHECK_NEAR (mk_json_get_real (mk_json_get (print, "lines")), rows[i].lines, 1e-6);
    CHECK_NEAR (mk_json_get_real (mk_json_get (print, "gray")), rows[i].gray, 1e-6);
    CHECK (mk_json_get_bool (mk_json_get (print, "do_lines_glow")) == rows[i].glows);
  }
}

TEST (things_far_from_the_camera_and_large_single_surfaces_are_coarser_where_limits_are_given_and_near_ones_are_not)
{
  g_autoptr (mk_scene) wood = test_scene ("[{'op':'ground','surface':'grass'},{'op':'add','id':'t','object':'tree','count':40,'arrange':'grid','spacing_m':6}]");
  g_autoptr (mk_scene) few = test_scene ("[{'op':'ground','surface':'none'},{'op':'add','id':'t','object':'tree','count':5}]");
  mk_gltf_options far = { .max_far_triangles = 500 }, single = { .max_single_triangles = 6000 };
  int64_t whole = all_triangles (wood, NULL);
  CHECK_INT (all_triangles (wood, &far), <, whole / 2);
  CHECK_INT (all_triangles (wood, &far), >, whole / 10);
  CHECK_INT (all_triangles (wood, &single), <, whole - 8000); /* of the ground alone */
  CHECK_INT (all_triangles (few, &far), ==, all_triangles (few, NULL));
}

TEST (meshes_that_are_shared_keep_to_what_all_may_have_with_skins_and_leaves_among_them)
{
  g_autoptr (mk_scene) crowd = test_scene ("[{'op':'ground','surface':'none'},{'op':'add','id':'p','object':'person','count':3},{'op':'add','id':'b','object':'tree','count':30},"
                                           "{'op':'animate','id':'w','targets':['p'],'motion':'walk'}]");
  mk_gltf_options options = { .max_shared_triangles = 50000 };
  int64_t whole = all_triangles (crowd, NULL), shared = all_triangles (crowd, &options);
  CHECK_INT (whole, >, 150000);
  CHECK_INT (shared, <, whole * 2 / 3); /* single meshes stay as they are, and cells only aim at a number */
  CHECK_INT (shared, >, 10000);
}

TEST (rings_of_a_fir_with_edges_between_them_are_a_surface_and_leaves_of_a_tree_are_loose)
{
  static const struct { const char *object; bool has_loose; } rows[] = { { "pine-tree", false }, { "tree", true } };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autofree char *list = g_strdup_printf ("[{'op':'ground','surface':'none'},{'op':'add','id':'t','object':'%s'}]", rows[i].object);
    g_autoptr (mk_scene) scene = test_scene (list);
    bool has_loose = false;
    for (guint n = 0; n < scene->nodes->len; n++)
      for (unsigned k = 0; k < mk_scene_get_node (scene, (int)n)->n_parts; k++)
        has_loose |= mk_mesh_is_loose (mk_scene_get_node (scene, (int)n)->parts[k].mesh);
    CHECK (has_loose == rows[i].has_loose);
  }
}

TEST (bodies_that_are_there_several_times_are_coarser_the_smaller_they_are_seen_and_one_alone_is_not)
{
  g_autoptr (mk_scene) crowd = test_scene ("[{'op':'ground','surface':'none'},{'op':'add','id':'p','object':'person','count':12},{'op':'animate','id':'d','targets':['p'],'motion':'dance'}]");
  g_autoptr (mk_scene) one = test_scene ("[{'op':'ground','surface':'none'},{'op':'add','id':'p','object':'person'}]");
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) seen = mk_scene_complete (test_stage (), crowd, 16.0f / 9, &error);
  CHECK_OK (seen, error);
  mk_gltf_options framed = { .max_framed_triangles = 20000 }, least = { .max_framed_triangles = 2000 };
  int64_t whole = all_triangles (seen, NULL), coarse = all_triangles (seen, &framed);
  CHECK_INT (coarse, <, whole * 4 / 5);
  CHECK_INT (coarse, >, whole / 20);
  CHECK_INT (all_triangles (seen, &least), <, coarse);
  CHECK_INT (all_triangles (one, &framed), ==, all_triangles (one, NULL));
  g_autoptr (GByteArray) glb = encode (seen, &framed), again = encode (seen, &framed);
  CHECK (glb->len == again->len && memcmp (glb->data, again->data, glb->len) == 0);
}

TEST (for_a_picture_of_few_rows_meshes_have_no_finer_cells_than_its_pixels_and_wider_ones_where_all_are_too_many)
{
  g_autoptr (mk_scene) crowd = test_scene ("[{'op':'add','id':'p','object':'person','count':12},{'op':'animate','id':'d','targets':['p'],'motion':'dance'}]");
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_scene) seen = mk_scene_complete (test_stage (), crowd, 16.0f / 9, &error);
  CHECK_OK (seen, error);
  mk_gltf_options fine = { .rows = 4000, .max_triangles = 10000000 }, few = { .rows = 400, .max_triangles = 10000000 }, sum = { .rows = 400, .max_triangles = 30000 };
  int64_t whole = all_triangles (seen, NULL), rows = all_triangles (seen, &few), kept = all_triangles (seen, &sum);
  CHECK_INT (all_triangles (seen, &fine), <=, whole);
  CHECK_INT (rows, <, whole * 2 / 3);
  CHECK_INT (rows, >, whole / 10);
  CHECK_INT (kept, <, rows * 4 / 5);
  CHECK_INT (kept, >, 30000); /* within reason: who is seen keeps arms and eyes */
  g_autoptr (GByteArray) glb = encode (seen, &sum), again = encode (seen, &sum);
  CHECK (glb->len == again->len && memcmp (glb->data, again->data, glb->len) == 0);
}
