#include "harness.h"

#include "base/file.h"
#include "graph/run.h"
#include "media/metadata.h"
#include "nodes/image/svg.h"
#include "nodes/three_d/types.h"

#include <math.h>
#include <string.h>

/* A ball of radius 6 in a field of 16 cubed: 1 in its middle, falling outwards. */
static mk_value *
make_ball (void)
{
  mk_voxels *voxels = mk_voxels_new (1, 16, 16, 16, NULL);
  float *to = mk_buffer_write (voxels->values);
  for (int z = 0; z < 16; z++)
    for (int y = 0; y < 16; y++)
      for (int x = 0; x < 16; x++)
        *to++ = 1 - (float)sqrt ((x - 7.5) * (x - 7.5) + (y - 7.5) * (y - 7.5) + (z - 7.5) * (z - 7.5)) / 12;
  return mk_value_new_voxels (voxels);
}

static mk_run *
start (harness *h, mk_run_context *context, const char *id, size_t n, mk_value *const *inputs)
{
  *context = (mk_run_context){ .folders = &h->folders };
  mk_run *run = mk_run_new (context, mk_registry_find (h->registry, id), "1");
  for (size_t i = 0; i < n; i++) {
    g_autoptr (GPtrArray) list = mk_value_list_new ();
    g_ptr_array_add (list, mk_value_ref (inputs[i]));
    mk_run_set_input (run, i, list);
  }
  GError *error = NULL;
  CHECK_OK (run->def->run (run, &error), error);
  return run;
}

/* Each edge of a closed surface is walked once in either direction; how many triangles look outwards. */
static int
count_outward (const mk_triangles *mesh, bool is_closed)
{
  g_autoptr (GHashTable) edges = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  int n_outward = 0;
  const uint32_t *index = (const uint32_t *)(const void *)mesh->indices->data;
  for (guint t = 0; t < mesh->indices->len; t += 3) {
    const float *v[3];
    for (int k = 0; k < 3; k++) {
      CHECK_INT (index[t + (guint)k], <, mesh->vertices->len);
      v[k] = &g_array_index (mesh->vertices, float, 3 * index[t + (guint)k]);
      gint64 *edge = g_new (gint64, 1);
      *edge = (gint64)index[t + (guint)k] << 32 | index[t + (guint)((k + 1) % 3)];
      CHECK (g_hash_table_add (edges, edge));
    }
    float a[3], b[3];
    for (int c = 0; c < 3; c++) {
      a[c] = v[1][c] - v[0][c];
      b[c] = v[2][c] - v[0][c];
    }
    float normal[3] = { a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0] };
    n_outward += normal[0] * v[0][0] + normal[1] * v[0][1] + normal[2] * v[0][2] > 0;
  }
  GHashTableIter iter;
  gpointer key;
  for (g_hash_table_iter_init (&iter, edges); is_closed && g_hash_table_iter_next (&iter, &key, NULL);) {
    gint64 back = (gint64)((guint64)*(gint64 *)key << 32 | (guint64)*(gint64 *)key >> 32);
    CHECK (g_hash_table_contains (edges, &back));
  }
  return n_outward;
}

static const mk_triangles *
surface (harness *h, mk_run **run, const char *algorithm, double threshold)
{
  static mk_run_context context;
  g_autoptr (mk_value) ball = make_ball (), how = mk_value_new_string (algorithm), at = mk_value_new_real (threshold);
  *run = start (h, &context, "VoxelToMesh", 3, (mk_value *[]){ ball, how, at });
  const GPtrArray *batch = mk_value_get ((*run)->outputs[0]->pdata[0], &mk_mesh_batch_type);
  CHECK_INT (batch->len, ==, 1);
  return batch->pdata[0];
}

TEST (a_field_becomes_a_closed_smooth_surface)
{
  g_autoptr (harness) h = harness_new ();
  g_autoptr (mk_run) run = NULL;
  const mk_triangles *mesh = surface (h, &run, "surface net", 0.5);
  CHECK_INT (mesh->indices->len, >, 600);
  CHECK_INT (count_outward (mesh, true), ==, (int)mesh->indices->len / 3);
  for (guint i = 0; i < mesh->vertices->len; i++) {
    const float *v = &g_array_index (mesh->vertices, float, 3 * i);
    CHECK_NEAR (sqrtf (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), 6.0 / 8, 0.04);
  }
}

TEST (a_field_becomes_cubes_whose_sides_look_outwards)
{
  g_autoptr (harness) h = harness_new ();
  g_autoptr (mk_run) run = NULL;
  const mk_triangles *mesh = surface (h, &run, "basic", 0.5);
  CHECK_INT (mesh->vertices->len % 4, ==, 0);
  CHECK_INT (mesh->indices->len, ==, mesh->vertices->len / 4 * 6);
  CHECK_INT (count_outward (mesh, false), ==, (int)mesh->indices->len / 3);
}

TEST (a_mesh_is_saved_with_its_workflow)
{
  static mk_run_context context;
  g_autoptr (harness) h = harness_new ();
  g_autoptr (mk_run) made = NULL;
  GError *error = NULL;
  surface (h, &made, "surface net", 0.5);
  g_autoptr (mk_value) prefix = mk_value_new_string ("mesh/ball");
  g_autoptr (mk_run) run = start (h, &context, "SaveGLB", 2, (mk_value *[]){ made->outputs[0]->pdata[0], prefix });
  const mk_json *file = mk_json_at (mk_json_get (run->ui, "3d"), 0);
  CHECK_STRING (mk_json_get_string (mk_json_get (file, "filename")), "ball_00001_.glb");
  g_autofree char *path = g_build_filename (mk_test_folder (), "mesh", "ball_00001_.glb", NULL);
  g_autoptr (mk_json) extras = mk_metadata_read (path, &error);
  CHECK_OK (extras != NULL, error);
}

TEST (an_svg_is_saved_with_its_workflow_inside)
{
  g_autoptr (harness) h = harness_new ();
  g_autoptr (mk_json) prompt = NULL;
  CHECK (mk_json_parse ("{\"1\":{\"class_type\":\"]]>\"}}", -1, NULL, &prompt, NULL));
  mk_run_context context = { .folders = &h->folders, .prompt = prompt };
  g_autoptr (mk_run) run = mk_run_new (&context, mk_registry_find (h->registry, "SaveSVGNode"), "1");
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (texts, g_strdup ("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>"));
  g_autoptr (GPtrArray) list = mk_value_list_new ();
  g_ptr_array_add (list, mk_value_new_svg (texts));
  mk_run_set_input (run, 0, list);
  GError *error = NULL;
  CHECK_OK (run->def->run (run, &error), error);
  g_autofree char *path = g_build_filename (mk_test_folder (), "svg", "ComfyUI_00001_.svg", NULL), *svg = NULL;
  CHECK (g_file_get_contents (path, &svg, NULL, NULL));
  CHECK (strstr (svg, "org/2000/svg'><metadata><![CDATA[") != NULL && strstr (svg, "]]></metadata><rect/></svg>") != NULL);
  char *end = strstr (svg, "]]>");
  CHECK (end != NULL && strstr (end + 1, "]]>") == NULL);
}

TEST (models_are_offered_from_their_folder_and_from_where_uploads_go)
{
  g_autoptr (harness) h = harness_new ();
  const mk_node_def *node = mk_registry_find (h->registry, "Load3D");
  g_autofree char *folder = g_build_filename (mk_test_folder (), "3d", NULL), *one = g_build_filename (folder, "a.glb", NULL), *other = g_build_filename (mk_test_folder (), "b.obj", NULL);
  CHECK (mk_folder_make (folder, NULL) && g_file_set_contents (one, "x", 1, NULL) && g_file_set_contents (other, "x", 1, NULL));
  mk_run_context context = { .folders = &h->folders };
  g_autoptr (mk_run) run = mk_run_new (&context, node, "1");
  g_auto (GStrv) names = node->inputs[0].list_options (run);
  CHECK (g_strv_contains ((const char *const *)names, "3d/a.glb") && g_strv_contains ((const char *const *)names, "b.obj"));
}

TEST (the_viewers_pictures_come_out_of_load_3d)
{
  g_autoptr (harness) h = harness_new ();
  g_autofree char *folder = g_build_filename (mk_test_folder (), "3d", NULL), *model = g_build_filename (folder, "a.glb", NULL);
  CHECK (mk_folder_make (folder, NULL) && g_file_set_contents (model, "x", 1, NULL));
  CHECK_OK (harness_run (h, "{\"1\":{\"class_type\":\"EmptyImage\",\"inputs\":{\"width\":8,\"height\":8,\"batch_size\":1,\"color\":255}},\"2\":{\"class_type\":\"SaveImage\",\"inputs\":{\"images\":[\"1\",0],\"filename_prefix\":\"view\"}}}"), h->error);
  CHECK_OK (harness_run (h, "{\"1\":{\"class_type\":\"Load3D\",\"inputs\":{\"model_file\":\"3d/a.glb\",\"width\":8,\"height\":8,\"image\":{\"image\":\"view_00001_.png [input]\",\"mask\":\"view_00001_.png\",\"normal\":\"view_00001_.png\",\"lineart\":\"view_00001_.png\",\"recording\":\"\",\"camera_info\":{\"zoom\":2}}}},"
    "\"2\":{\"class_type\":\"Preview3D\",\"inputs\":{\"model_file\":[\"1\",2],\"camera_info\":[\"1\",5]}},\"3\":{\"class_type\":\"PreviewImage\",\"inputs\":{\"images\":[\"1\",4]}},\"4\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"1\",6]}}}"), h->error);
  const mk_json *shown = mk_json_get (mk_json_get (h->result.ui, "2"), "result");
  CHECK_STRING (mk_json_get_string (mk_json_at (shown, 0)), "3d/a.glb");
  CHECK_INT (mk_json_get_int (mk_json_get (mk_json_at (shown, 1), "zoom")), ==, 2);
  CHECK_SHOWS (h, "4", "None");
}
