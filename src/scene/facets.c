#include "scene/facets.h"

#include <string.h>

/* Triangles that a node made of smooth surfaces keeps; what has fewer than `FEW`, as eyes, is small, and what has edges has them where they
 * belong. */
enum { KEPT = 1000, FEW = 1500 };

typedef struct {
  mk_vec3 sum;
  uint32_t n, first_vertex;
  const mk_mesh *first;
} cell;

typedef struct {
  GHashTable *numbers; /* place of a cell -> number + 1 */
  GArray *cells;
  mk_vec3 origin;
  float side;
} grid;

static double
area_of (const mk_mesh *mesh)
{
  double sum = 0;
  for (uint32_t i = 0; i < mesh->n_indices; i += 3) {
    const mk_vec3 *p = mesh->positions;
    mk_vec3 a = p[mesh->indices[i]];
    sum += 0.5 * (double)mk_vec3_length (mk_vec3_cross (mk_vec3_sub (p[mesh->indices[i + 1]], a), mk_vec3_sub (p[mesh->indices[i + 2]], a)));
  }
  return sum;
}

enum { AXIS_BITS = 17 }; /* three of them and a bone make a key */

static int
bone_of (const mk_mesh *mesh, uint32_t v)
{
  int most = 0;
  for (int k = 1; k < 4 && mesh->joints != NULL; k++)
    if (mesh->weights[v][k] > mesh->weights[v][most])
      most = k;
  return mesh->joints != NULL ? mesh->joints[v][most] & 0x3ff : 0;
}

static uint32_t
cell_at (grid *g, const mk_mesh *mesh, uint32_t v)
{
  mk_vec3 at = mk_vec3_scale (mk_vec3_sub (mesh->positions[v], g->origin), 1 / g->side);
  int64_t key = (int64_t)at.x | (int64_t)at.y << AXIS_BITS | (int64_t)at.z << 2 * AXIS_BITS | (int64_t)bone_of (mesh, v) << 3 * AXIS_BITS;
  uint32_t number = GPOINTER_TO_UINT (g_hash_table_lookup (g->numbers, &key));
  if (number > 0)
    return number - 1;
  g_hash_table_insert (g->numbers, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (g->cells->len + 1));
  g_array_set_size (g->cells, g->cells->len + 1);
  return g->cells->len - 1;
}

static void
fill (grid *g, const mk_mesh *mesh)
{
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    uint32_t number = cell_at (g, mesh, v);
    cell *c = &g_array_index (g->cells, cell, number);
    if (c->n++ == 0) {
      c->first = mesh;
      c->first_vertex = v;
    }
    c->sum = mk_vec3_add (c->sum, mesh->positions[v]);
  }
}

/* Of what carries a point, the first in its cell: a mean could hang on more bones than a point may. */
static void
set_corner (mk_mesh *to, uint32_t i, const mk_mesh *from, uint32_t v, const cell *c)
{
  to->indices[i] = i;
  to->positions[i] = c != NULL ? mk_vec3_scale (c->sum, 1 / (float)c->n) : from->positions[v];
  if (from->uvs != NULL)
    to->uvs[i] = from->uvs[v];
  if (to->colors != NULL)
    to->colors[i] = from->colors[v];
  if (to->joints != NULL) {
    bool is_shared = c != NULL && c->first->joints != NULL;
    memcpy (to->joints[i], is_shared ? c->first->joints[c->first_vertex] : from->joints[v], sizeof *to->joints);
    memcpy (to->weights[i], is_shared ? c->first->weights[c->first_vertex] : from->weights[v], sizeof *to->weights);
  }
}

static bool
is_degenerate (const uint32_t at[3])
{
  return at[0] == at[1] || at[1] == at[2] || at[2] == at[0];
}

/* Every triangle with corners of its own and one flat normal; `g` NULL keeps all where they are. */
static mk_mesh *
facet (const mk_mesh *from, grid *g, GError **error)
{
  mk_mesh *mesh = mk_mesh_new (from->n_indices, from->n_indices, error);
  if (mesh == NULL)
    return NULL;
  if (from->joints != NULL) {
    mesh->joints = g_malloc (from->n_indices * sizeof *mesh->joints);
    mesh->weights = g_malloc (from->n_indices * sizeof *mesh->weights);
  }
  if (from->colors != NULL)
    mesh->colors = g_new (mk_vec3, MAX (from->n_indices, 1));
  uint32_t n = 0;
  for (uint32_t i = 0; i < from->n_indices; i += 3) {
    const uint32_t *v = from->indices + i;
    uint32_t at[3] = { 0, 1, 2 };
    for (int k = 0; k < 3 && g != NULL; k++)
      at[k] = cell_at (g, from, v[k]);
    if (is_degenerate (at))
      continue;
    for (uint32_t k = 0; k < 3; k++)
      set_corner (mesh, n + k, from, v[k], g != NULL ? &g_array_index (g->cells, cell, at[k]) : NULL);
    mk_vec3 *p = &mesh->positions[n], flat = mk_vec3_normalize (mk_vec3_cross (mk_vec3_sub (p[1], p[0]), mk_vec3_sub (p[2], p[0])));
    if (mk_vec3_length (flat) < 0.5f)
      flat = from->normals[v[0]];
    mesh->normals[n] = mesh->normals[n + 1] = mesh->normals[n + 2] = flat;
    n += 3;
  }
  mesh->n_vertices = mesh->n_indices = n;
  mk_mesh_update_bounds (mesh);
  return mesh;
}

/* Bent, but without an edge within the triangle: its three normals differ, and none by much from the triangle's own. */
static bool
is_smooth (const mk_mesh *mesh, const uint32_t v[3])
{
  const mk_vec3 *p = mesh->positions, *n = mesh->normals;
  mk_vec3 flat = mk_vec3_normalize (mk_vec3_cross (mk_vec3_sub (p[v[1]], p[v[0]]), mk_vec3_sub (p[v[2]], p[v[0]])));
  float bend = fminf (mk_vec3_dot (n[v[0]], n[v[1]]), mk_vec3_dot (n[v[1]], n[v[2]]));
  return bend < 0.99999f && mk_vec3_dot (flat, n[v[0]]) > 0.8f && mk_vec3_dot (flat, n[v[1]]) > 0.8f && mk_vec3_dot (flat, n[v[2]]) > 0.8f;
}

/* Cells so large that about `KEPT` triangles remain; 0 = all stay. */
static float
side_of (const mk_scene_node *node, mk_box box)
{
  double area = 0;
  uint32_t n = 0, n_smooth = 0;
  for (unsigned p = 0; p < node->n_parts; p++) {
    area += area_of (node->parts[p].mesh);
    n += node->parts[p].mesh->n_indices / 3;
    for (uint32_t i = 0; i < node->parts[p].mesh->n_indices; i += 3)
      n_smooth += is_smooth (node->parts[p].mesh, node->parts[p].mesh->indices + i);
  }
  mk_vec3 size = mk_vec3_sub (box.max, box.min);
  return n >= FEW && n_smooth > n * 8ull / 10 ? fmaxf ((float)sqrt (3 * area / KEPT), fmaxf (size.x, fmaxf (size.y, size.z)) / ((1 << AXIS_BITS) - 1)) : 0;
}

static bool
cut_node (mk_scene_node *node, bool is_cut, GHashTable *done, GError **error)
{
  mk_box box = MK_BOX_EMPTY;
  bool is_known = true, is_made = true;
  for (unsigned p = 0; p < node->n_parts; p++) {
    is_known = is_known && g_hash_table_contains (done, node->parts[p].mesh);
    box = mk_box_union (box, node->parts[p].mesh->bounds);
  }
  grid g = { .side = is_cut ? side_of (node, box) : 0, .origin = box.min };
  if (g.side > 0 && !is_known) {
    g.numbers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    g.cells = g_array_new (FALSE, TRUE, sizeof (cell));
    for (unsigned p = 0; p < node->n_parts; p++)
      fill (&g, node->parts[p].mesh);
  }
  for (unsigned p = 0; p < node->n_parts && is_made; p++) {
    mk_mesh *flat = g_hash_table_lookup (done, node->parts[p].mesh);
    if (flat == NULL) {
      flat = facet (node->parts[p].mesh, g.numbers != NULL ? &g : NULL, error);
      is_made = flat != NULL;
      if (!is_made)
        break;
      g_hash_table_insert (done, mk_mesh_ref (node->parts[p].mesh), flat);
    }
    mk_mesh_ref (flat);
    mk_mesh_unref (node->parts[p].mesh);
    node->parts[p].mesh = flat;
  }
  g_clear_pointer (&g.numbers, g_hash_table_unref);
  if (g.cells != NULL)
    g_array_free (g.cells, TRUE);
  return is_made;
}

bool
mk_facets_cut (mk_scene *scene, GError **error)
{
  g_autoptr (GHashTable) done = g_hash_table_new_full (NULL, NULL, (GDestroyNotify)mk_mesh_unref, (GDestroyNotify)mk_mesh_unref); /* whole -> cut */
  for (int i = 0; i < (int)scene->nodes->len; i++) {
    mk_scene_node *node = mk_scene_get_node (scene, i);
    if (node->n_parts > 0 && !node->is_hidden && !cut_node (node, !node->is_ground && node->copies == NULL, done, error))
      return false;
  }
  return true;
}
