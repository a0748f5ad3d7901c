/* A mesh for who sees many of it from afar: all points in one cell of a grid become one, their mean.
 * J. Rossignac, P. Borrel, "Multi-resolution 3D approximations for rendering complex scenes", 1993. */
#include <string.h>

#include "scene/mesh_build.h"

typedef struct {
  uint32_t *cell_of; /* by vertex */
  uint32_t n;        /* cells */
} clusters;

static float
area_of (const mk_mesh *mesh)
{
  double sum = 0;
  for (uint32_t i = 0; i < mesh->n_indices; i += 3) {
    mk_vec3 a = mesh->positions[mesh->indices[i]], b = mesh->positions[mesh->indices[i + 1]], c = mesh->positions[mesh->indices[i + 2]];
    sum += 0.5 * (double)mk_vec3_length (mk_vec3_cross (mk_vec3_sub (b, a), mk_vec3_sub (c, a)));
  }
  return (float)sum;
}

static clusters
cluster (const mk_mesh *mesh, float side)
{
  clusters all = { g_new (uint32_t, mesh->n_vertices), 0 };
  g_autoptr (GHashTable) known = g_hash_table_new (g_int64_hash, g_int64_equal); /* place of a cell -> number + 1 */
  g_autofree int64_t *keys = g_new (int64_t, mesh->n_vertices);
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    mk_vec3 at = mk_vec3_scale (mk_vec3_sub (mesh->positions[v], mesh->bounds.min), 1 / side);
    keys[v] = (int64_t)at.x | (int64_t)at.y << 20 | (int64_t)at.z << 40;
    uint32_t cell = GPOINTER_TO_UINT (g_hash_table_lookup (known, &keys[v]));
    if (cell == 0)
      g_hash_table_insert (known, &keys[v], GUINT_TO_POINTER (cell = ++all.n));
    all.cell_of[v] = cell - 1;
  }
  return all;
}

/* Of what carries a point, the first in its cell: a mean could hang on more bones than a point may. */
static void
fill_joints (mk_mesh *coarse, const mk_mesh *mesh, const clusters *all)
{
  coarse->joints = g_malloc0 (all->n * sizeof *coarse->joints);
  coarse->weights = g_malloc0 (all->n * sizeof *coarse->weights);
  for (uint32_t v = mesh->n_vertices; v-- > 0;) {
    memcpy (coarse->joints[all->cell_of[v]], mesh->joints[v], sizeof *coarse->joints);
    memcpy (coarse->weights[all->cell_of[v]], mesh->weights[v], sizeof *coarse->weights);
  }
}

/* Means of what lies in each cell; of texture coordinates, which have seams, the first. */
static void
fill_vertices (mk_mesh *coarse, const mk_mesh *mesh, const clusters *all)
{
  g_autofree uint32_t *n = g_new0 (uint32_t, all->n);
  if (mesh->colors != NULL)
    coarse->colors = g_new0 (mk_vec3, all->n);
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    uint32_t c = all->cell_of[v];
    coarse->positions[c] = mk_vec3_add (coarse->positions[c], mesh->positions[v]);
    coarse->normals[c] = mk_vec3_add (coarse->normals[c], mesh->normals[v]);
    if (mesh->uvs != NULL && n[c] == 0)
      coarse->uvs[c] = mesh->uvs[v];
    if (mesh->colors != NULL)
      coarse->colors[c] = mk_vec3_add (coarse->colors[c], mesh->colors[v]);
    n[c]++;
  }
  for (uint32_t c = 0; c < all->n; c++) {
    coarse->positions[c] = mk_vec3_scale (coarse->positions[c], 1 / (float)n[c]);
    coarse->normals[c] = mk_vec3_length (coarse->normals[c]) > 1e-4f ? mk_vec3_normalize (coarse->normals[c]) : (mk_vec3){ 0, 1, 0 };
    if (mesh->colors != NULL)
      coarse->colors[c] = mk_vec3_scale (coarse->colors[c], 1 / (float)n[c]);
  }
}

mk_mesh *
mk_mesh_coarser (const mk_mesh *mesh, uint32_t n_triangles, GError **error)
{
  mk_vec3 size = mk_vec3_sub (mesh->bounds.max, mesh->bounds.min);
  float longest = fmaxf (size.x, fmaxf (size.y, size.z)), side = sqrtf (3 * area_of (mesh) / (float)MAX (n_triangles, 1));
  clusters all = cluster (mesh, fmaxf (side, fmaxf (longest, 1e-6f) / (1 << 19)));
  g_autofree uint32_t *indices = g_new (uint32_t, mesh->n_indices);
  uint32_t n = 0;
  for (uint32_t i = 0; i < mesh->n_indices; i += 3) {
    uint32_t a = all.cell_of[mesh->indices[i]], b = all.cell_of[mesh->indices[i + 1]], c = all.cell_of[mesh->indices[i + 2]];
    if (a == b || b == c || c == a)
      continue;
    indices[n++] = a;
    indices[n++] = b;
    indices[n++] = c;
  }
  mk_mesh *coarse = mk_mesh_new (all.n, n, error);
  if (coarse != NULL) {
    fill_vertices (coarse, mesh, &all);
    if (mesh->joints != NULL)
      fill_joints (coarse, mesh, &all);
    if (mesh->uvs == NULL)
      g_clear_pointer (&coarse->uvs, g_free);
    memcpy (coarse->indices, indices, n * sizeof *indices);
    mk_mesh_update_bounds (coarse);
  }
  g_free (all.cell_of);
  return coarse;
}
