/* Surfaces are closed, face outwards and have the sizes asked for. */
#include <string.h>

#include "check.h"
#include "scene/implicit.h"
#include "scene/mesh_build.h"
#include "scene/shapes.h"

typedef struct {
  int64_t a[3], b[3];
} edge;

static void
round_point (mk_vec3 p, double step, int64_t out[3])
{
  out[0] = llround ((double)p.x / step);
  out[1] = llround ((double)p.y / step);
  out[2] = llround ((double)p.z / step);
}

static guint
edge_hash (const void *key)
{
  const edge *e = key;
  uint64_t h = 1469598103934665603ULL;
  for (int i = 0; i < 3; i++) {
    h = (h ^ (uint64_t)e->a[i]) * 1099511628211ULL;
    h = (h ^ (uint64_t)e->b[i]) * 1099511628211ULL;
  }
  return (guint)(h >> 20);
}

static gboolean
edge_equal (const void *a, const void *b)
{
  return memcmp (a, b, sizeof (edge)) == 0;
}

/* Edges, their ends welded to a hundred-thousandth of the size, that are not passed as often one way as the other; or, where some may be
 * folded over, those passed an odd number of times. */
static unsigned
count_open (mk_mesh *const *meshes, unsigned n, bool may_fold, guint *n_edges)
{
  g_autoptr (GHashTable) edges = g_hash_table_new_full (edge_hash, edge_equal, g_free, NULL);
  double size = 0;
  for (unsigned m = 0; m < n; m++)
    size = fmax (size, (double)mk_vec3_length (mk_vec3_sub (meshes[m]->bounds.max, meshes[m]->bounds.min)));
  for (unsigned m = 0; m < n; m++)
    for (uint32_t i = 0; i < meshes[m]->n_indices; i++) {
      uint32_t next = i % 3 == 2 ? i - 2 : i + 1;
      int64_t a[3], b[3];
      round_point (meshes[m]->positions[meshes[m]->indices[i]], 1e-5 * size, a);
      round_point (meshes[m]->positions[meshes[m]->indices[next]], 1e-5 * size, b);
      bool is_forward = memcmp (a, b, sizeof a) < 0;
      if (memcmp (a, b, sizeof a) == 0)
        continue;
      edge *e = g_new0 (edge, 1);
      memcpy (e->a, is_forward ? a : b, sizeof a);
      memcpy (e->b, is_forward ? b : a, sizeof a);
      int balance = GPOINTER_TO_INT (g_hash_table_lookup (edges, e)) + (is_forward ? 1 : -1);
      g_hash_table_replace (edges, e, GINT_TO_POINTER (balance));
    }
  unsigned n_open = 0;
  GHashTableIter iter;
  void *value;
  g_hash_table_iter_init (&iter, edges);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n_open += may_fold ? GPOINTER_TO_INT (value) % 2 != 0 : GPOINTER_TO_INT (value) != 0;
  *n_edges = g_hash_table_size (edges);
  return n_open;
}

static void
check_closed (const char *what, mk_mesh *const *meshes, unsigned n)
{
  double volume = 0;
  guint n_edges, n_open = count_open (meshes, n, false, &n_edges);
  for (unsigned m = 0; m < n; m++)
    volume += mk_mesh_volume (meshes[m]);
  if (n_open > 0)
    mk_test_fail (__FILE__, __LINE__, "%s: %u of %u edges are open", what, n_open, n_edges);
  if (!(volume > 0))
    mk_test_fail (__FILE__, __LINE__, "%s: volume %g", what, volume);
}

static void
check_shape (const char *what, mk_mesh *mesh, GError *error, mk_vec3 size, double volume)
{
  CHECK_OK (mesh, error);
  check_closed (what, &mesh, 1);
  mk_vec3 own = mk_vec3_sub (mesh->bounds.max, mesh->bounds.min);
  if (fabsf (own.x - size.x) + fabsf (own.y - size.y) + fabsf (own.z - size.z) > 0.01f * (size.x + size.y + size.z))
    mk_test_fail (__FILE__, __LINE__, "%s is %g x %g x %g, wanted %g x %g x %g", what, (double)own.x, (double)own.y, (double)own.z, (double)size.x, (double)size.y, (double)size.z);
  if (volume > 0 && fabs (mk_mesh_volume (mesh) / volume - 1) > 0.02)
    mk_test_fail (__FILE__, __LINE__, "%s holds %g cubic metres, wanted %g", what, mk_mesh_volume (mesh), volume);
  for (uint32_t i = 0; i < mesh->n_indices; i += 3) {
    const uint32_t *t = mesh->indices + i;
    mk_vec3 a = mesh->positions[t[0]], face = mk_vec3_cross (mk_vec3_sub (mesh->positions[t[1]], a), mk_vec3_sub (mesh->positions[t[2]], a));
    for (int k = 0; k < 3; k++)
      if (mk_vec3_length (face) > 1e-7f && mk_vec3_dot (mk_vec3_normalize (face), mesh->normals[t[k]]) < 0)
        mk_test_fail (__FILE__, __LINE__, "%s: triangle %u lies against its normals", what, i / 3);
  }
  mk_mesh_unref (mesh);
}

TEST (shapes_are_closed_face_outwards_and_hold_their_volume)
{
  GError *error = NULL;
  const double pi = G_PI;
  check_shape ("box", mk_shape_box ((mk_vec3){ 1, 2, 3 }, 0, &error), error, (mk_vec3){ 1, 2, 3 }, 6);
  check_shape ("rounded box", mk_shape_box ((mk_vec3){ 1, 2, 3 }, 0.01f, &error), error, (mk_vec3){ 1, 2, 3 }, 6);
  check_shape ("ellipsoid", mk_shape_ellipsoid ((mk_vec3){ 1, 2, 3 }, 96, &error), error, (mk_vec3){ 1, 2, 3 }, pi);
  check_shape ("cylinder", mk_shape_cone (0.5f, 0.5f, 2, 0, 96, &error), error, (mk_vec3){ 1, 2, 1 }, pi / 2);
  check_shape ("cone", mk_shape_cone (0.5f, 0, 3, 0, 96, &error), error, (mk_vec3){ 1, 3, 1 }, pi / 4);
  check_shape ("round-edged cylinder", mk_shape_cone (0.5f, 0.5f, 2, 0.02f, 96, &error), error, (mk_vec3){ 1, 2, 1 }, pi / 2);
  check_shape ("capsule", mk_shape_capsule (0.5f, 3, 96, &error), error, (mk_vec3){ 1, 3, 1 }, pi / 2 + pi / 6);
  check_shape ("torus", mk_shape_torus (1, 0.25f, 96, &error), error, (mk_vec3){ 2.5f, 0.5f, 2.5f }, 2 * pi * pi * 0.0625);
  check_shape ("pyramid", mk_shape_cone (1, 0, 1, 0, 4, &error), error, (mk_vec3){ 2, 1, 2 }, 2.0 / 3);
}

TEST (extrusions_keep_their_holes)
{
  GError *error = NULL;
  const mk_vec2 outer[] = { { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 } }, hole[] = { { -0.5f, -0.5f }, { 0.5f, -0.5f }, { 0.5f, 0.5f }, { -0.5f, 0.5f } };
  const mk_vec2 island[] = { { -0.2f, -0.2f }, { -0.2f, 0.2f }, { 0.2f, 0.2f }, { 0.2f, -0.2f } };
  mk_outline outlines[] = { { hole, 4 }, { outer, 4 }, { island, 4 } };
  check_shape ("frame with an island", mk_shape_extrude (outlines, 3, 0.5f, 0, &error), error, (mk_vec3){ 2, 2, 0.5f }, 0.5 * (4 - 1 + 0.16));
  check_shape ("bevelled frame", mk_shape_extrude (outlines, 2, 0.5f, 0.005f, &error), error, (mk_vec3){ 2, 2, 0.5f }, 1.5);
  const mk_vec2 comb[] = { { 0, 0 }, { 5, 0 }, { 5, 3 }, { 4, 3 }, { 4, 1 }, { 3, 1 }, { 3, 3 }, { 2, 3 }, { 2, 1 }, { 1, 1 }, { 1, 3 }, { 0, 3 } };
  check_shape ("comb", mk_shape_extrude (&(mk_outline){ comb, 12 }, 1, 1, 0, &error), error, (mk_vec3){ 5, 3, 1 }, 11);
}

TEST (tubes_close_their_ends_or_themselves)
{
  GError *error = NULL;
  const mk_vec3 line[] = { { 0, 0, 0 }, { 0, 2, 0 } };
  const float radii[] = { 0.25f, 0.25f, 0.25f, 0.25f };
  check_shape ("straight tube", mk_shape_tube (line, radii, 2, false, false, 64, &error), error, (mk_vec3){ 0.5f, 2.5f, 0.5f }, G_PI * (0.125 + 4.0 / 3 * 0.015625));
  const mk_vec3 ring[] = { { 1, 0, 0 }, { 0, 0, 1 }, { -1, 0, 0 }, { 0, 0, -1 } };
  g_autoptr (mk_mesh) closed = mk_shape_tube (ring, radii, 4, true, true, 24, &error);
  CHECK_OK (closed, error);
  check_closed ("ring", &closed, 1);
  const mk_vec3 bend[] = { { 0, 0, 0 }, { 1, 0, 0 }, { 1, 1, 0 }, { 1, 1, 1 } };
  g_autoptr (mk_mesh) pipe = mk_shape_tube (bend, radii, 4, true, false, 24, &error);
  CHECK_OK (pipe, error);
  check_closed ("bent pipe", &pipe, 1);
}

TEST (impossible_sizes_are_refused_with_their_numbers)
{
  GError *error = NULL;
  CHECK_FAILS (mk_shape_box ((mk_vec3){ 1, -1, 1 }, 0, &error), error, MK_ERROR_RANGE);
  g_clear_error (&error);
  CHECK_FAILS (mk_shape_ellipsoid ((mk_vec3){ NAN, 1, 1 }, 0, &error), error, MK_ERROR_RANGE);
  g_clear_error (&error);
  CHECK_FAILS (mk_shape_cone (0, 0, 1, 0, 0, &error), error, MK_ERROR_RANGE);
  g_clear_error (&error);
  CHECK_FAILS (mk_shape_torus (1, 0.1f, 100000, &error), error, MK_ERROR_RANGE);
  g_clear_error (&error);
  const mk_vec2 two[] = { { 0, 0 }, { 1, 0 } };
  CHECK_FAILS (mk_shape_extrude (&(mk_outline){ two, 2 }, 1, 1, 0, &error), error, MK_ERROR_RANGE);
  g_clear_error (&error);
  CHECK_FAILS (mk_shape_terrain (&(mk_terrain){ .size_m = INFINITY }, &error), error, MK_ERROR_RANGE);
  g_clear_error (&error);
}

static mk_blob
ball (float x, float radius, int slot, int joint)
{
  return (mk_blob){ .kind = MK_BLOB_ELLIPSOID, .a = { x, 0, 0 }, .half = { radius, radius, radius }, .turn = MK_QUAT_IDENTITY, .blend_m = 0.3f, .slot = slot, .joint = joint };
}

/* Two balls that melt into each other, and a stain on one: three meshes of one surface. */
static void
make_body (mk_mesh *meshes[3])
{
  mk_blob blobs[] = { ball (0, 1, 0, 0), ball (1.2f, 0.8f, 1, 1), ball (0, 0.7f, 2, -1) };
  blobs[2].a.z = 0.8f;
  blobs[2].is_paint = true;
  const int parents[] = { -1, 0 };
  mk_body body = { .blobs = blobs, .n_blobs = 3, .cells = 40, .n_slots = 3, .joint_parents = parents, .n_joints = 2, .skin_blend_m = 0.4f };
  GError *error = NULL;
  CHECK_OK (mk_body_mesh (&body, meshes, &error), error);
  for (int i = 0; i < 3; i++)
    CHECK (meshes[i] != NULL && meshes[i]->n_indices > 0);
}

TEST (a_body_whose_materials_become_coarser_each_for_itself_has_no_gaps_between_them)
{
  mk_mesh *meshes[3] = { NULL }, *coarse[3];
  make_body (meshes);
  uint32_t n = 0, n_coarse = 0;
  guint n_edges;
  for (int i = 0; i < 3; i++) {
    GError *error = NULL;
    uint32_t most = (uint32_t)(3 * mk_mesh_area (meshes[i]) / (0.14f * 0.14f));
    CHECK_OK (coarse[i] = mk_mesh_coarser (meshes[i], most, &error), error);
    n += meshes[i]->n_indices;
    n_coarse += coarse[i]->n_indices;
  }
  CHECK_INT (n_coarse, <, n / 3);
  CHECK_INT (count_open (coarse, 3, true, &n_edges), ==, 0);
  for (int i = 0; i < 3; i++) {
    mk_mesh_unref (meshes[i]);
    mk_mesh_unref (coarse[i]);
  }
}

TEST (a_body_is_closed_across_its_materials_and_its_weights_sum_to_one)
{
  mk_mesh *meshes[3] = { NULL };
  make_body (meshes);
  check_closed ("body", meshes, 3);
  for (int i = 0; i < 3; i++)
    for (uint32_t v = 0; v < meshes[i]->n_vertices; v++) {
      const float *w = meshes[i]->weights[v];
      CHECK_NEAR (w[0] + w[1] + w[2] + w[3], 1, 1e-5);
    }
  for (int i = 0; i < 3; i++)
    mk_mesh_unref (meshes[i]);
}

TEST (a_single_ball_of_a_body_is_a_sphere)
{
  mk_blob blob = ball (0.3f, 0.5f, 0, -1);
  mk_body body = { .blobs = &blob, .n_blobs = 1, .cells = 48, .n_slots = 1 };
  mk_mesh *mesh = NULL;
  GError *error = NULL;
  CHECK_OK (mk_body_mesh (&body, &mesh, &error), error);
  CHECK_NEAR (mk_mesh_volume (mesh), 4.0 / 3 * G_PI * 0.125, 0.005);
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    mk_vec3 d = mk_vec3_sub (mesh->positions[v], blob.a);
    CHECK_NEAR (mk_vec3_length (d), 0.5, 1e-3);
    CHECK_NEAR (mk_vec3_dot (mk_vec3_normalize (d), mesh->normals[v]), 1, 1e-3);
  }
  mk_mesh_unref (mesh);
}
