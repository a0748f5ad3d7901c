/* A mesh for who sees many of it from afar: all points in one cell of a grid become one, their mean.
 * J. Rossignac, P. Borrel, "Multi-resolution 3D approximations for rendering complex scenes", 1993. Where a cell has both sides of something
 * thin, each keeps normals of its own.
 * Surfaces that meet, as hair and skin, become coarser each for itself and still meet: points of their borders have a grid of their own, which
 * is the same for all, and keep to each other.
 * Of loose pieces, as leaves, some stay and grow, so that they cover what all did: R. Cook et al., "Stochastic simplification of aggregate
 * detail", 2007. */
#include <string.h>

#include "scene/mesh_build.h"

typedef struct {
  uint32_t *cell_of;  /* by vertex of the mesh */
  uint32_t n_cells;
  uint32_t *point_of; /* by vertex of the mesh: of the coarse one */
  uint32_t n;         /* points; as many as cells, and more where something is thin */
} clusters;

#define THIN 0.4f /* length of the mean of a cell's normals below which they look to several sides */
#define N_SIDES 6

float
mk_mesh_area (const mk_mesh *mesh)
{
  double sum = 0;
  for (uint32_t i = 0; i < mesh->n_indices; i += 3) {
    mk_vec3 a = mesh->positions[mesh->indices[i]], b = mesh->positions[mesh->indices[i + 1]], c = mesh->positions[mesh->indices[i + 2]];
    sum += 0.5 * (double)mk_vec3_length (mk_vec3_cross (mk_vec3_sub (b, a), mk_vec3_sub (c, a)));
  }
  return (float)sum;
}

/* The axis and the sense that a normal looks to most. */
static unsigned
side_of (mk_vec3 normal)
{
  float x = fabsf (normal.x), y = fabsf (normal.y), z = fabsf (normal.z);
  if (x >= y && x >= z)
    return normal.x < 0;
  return y >= z ? 2 + (normal.y < 0) : 4 + (normal.z < 0);
}

/* One point for a cell; one for each side of it where it is thin. */
static void
part_sides (const mk_mesh *mesh, clusters *all)
{
  g_autofree mk_vec3 *sums = g_new0 (mk_vec3, all->n_cells);
  g_autofree uint32_t *n = g_new0 (uint32_t, all->n_cells), *known = g_new0 (uint32_t, (size_t)all->n_cells * N_SIDES); /* number + 1 */
  all->point_of = g_new (uint32_t, mesh->n_vertices);
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    uint32_t c = all->cell_of[v];
    sums[c] = mk_vec3_add (sums[c], mesh->normals[v]);
    n[c]++;
  }
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    uint32_t c = all->cell_of[v];
    bool is_thin = mk_vec3_length (sums[c]) < THIN * (float)n[c];
    uint32_t *point = &known[(size_t)c * N_SIDES + (is_thin ? side_of (mesh->normals[v]) : 0)];
    if (*point == 0)
      *point = ++all->n;
    all->point_of[v] = *point - 1;
  }
}

#define CELL_BITS 20

static int64_t
key_of (mk_vec3 at, float side)
{
  const int64_t mask = (1 << CELL_BITS) - 1;
  return ((int64_t)floorf (at.x / side) & mask) | ((int64_t)floorf (at.y / side) & mask) << CELL_BITS | ((int64_t)floorf (at.z / side) & mask) << (2 * CELL_BITS);
}

/* `on_border`: of each vertex, or NULL where borders are not told apart. */
static clusters
cluster (const mk_mesh *mesh, float side, const bool *on_border)
{
  const int64_t border = (int64_t)1 << (3 * CELL_BITS);
  float border_side = exp2f (floorf (log2f (side))); /* meshes of about one coarseness have the same */
  clusters all = { g_new (uint32_t, mesh->n_vertices), 0, NULL, 0 };
  g_autoptr (GHashTable) known = g_hash_table_new (g_int64_hash, g_int64_equal); /* place of a cell -> number + 1 */
  g_autofree int64_t *keys = g_new (int64_t, mesh->n_vertices);
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    keys[v] = on_border != NULL && on_border[v] ? key_of (mesh->positions[v], border_side) | border : key_of (mk_vec3_sub (mesh->positions[v], mesh->bounds.min), side);
    uint32_t cell = GPOINTER_TO_UINT (g_hash_table_lookup (known, &keys[v]));
    if (cell == 0)
      g_hash_table_insert (known, &keys[v], GUINT_TO_POINTER (cell = ++all.n_cells));
    all.cell_of[v] = cell - 1;
  }
  part_sides (mesh, &all);
  return all;
}

/* Of what carries a point, the first in its cell: a mean could hang on more bones than a point may. */
static void
fill_joints (mk_mesh *coarse, const mk_mesh *mesh, const clusters *all)
{
  coarse->joints = g_malloc0 (all->n * sizeof *coarse->joints);
  coarse->weights = g_malloc0 (all->n * sizeof *coarse->weights);
  for (uint32_t v = mesh->n_vertices; v-- > 0;) {
    memcpy (coarse->joints[all->point_of[v]], mesh->joints[v], sizeof *coarse->joints);
    memcpy (coarse->weights[all->point_of[v]], mesh->weights[v], sizeof *coarse->weights);
  }
}

/* Places are means of what lies in each cell, normals and colours of each side of it; of texture coordinates, which have seams, the first. */
static void
fill_vertices (mk_mesh *coarse, const mk_mesh *mesh, const clusters *all)
{
  g_autofree mk_vec3 *places = g_new0 (mk_vec3, all->n_cells);
  g_autofree uint32_t *n_of_cell = g_new0 (uint32_t, all->n_cells), *n = g_new0 (uint32_t, all->n);
  if (mesh->colors != NULL)
    coarse->colors = g_new0 (mk_vec3, all->n);
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    uint32_t p = all->point_of[v], c = all->cell_of[v];
    places[c] = mk_vec3_add (places[c], mesh->positions[v]);
    n_of_cell[c]++;
    coarse->normals[p] = mk_vec3_add (coarse->normals[p], mesh->normals[v]);
    if (mesh->uvs != NULL && n[p] == 0)
      coarse->uvs[p] = mesh->uvs[v];
    if (mesh->colors != NULL)
      coarse->colors[p] = mk_vec3_add (coarse->colors[p], mesh->colors[v]);
    n[p]++;
  }
  for (uint32_t v = 0; v < mesh->n_vertices; v++)
    coarse->positions[all->point_of[v]] = mk_vec3_scale (places[all->cell_of[v]], 1 / (float)n_of_cell[all->cell_of[v]]);
  for (uint32_t p = 0; p < all->n; p++) {
    coarse->normals[p] = mk_vec3_length (coarse->normals[p]) > 1e-4f ? mk_vec3_normalize (coarse->normals[p]) : (mk_vec3){ 0, 1, 0 };
    if (mesh->colors != NULL)
      coarse->colors[p] = mk_vec3_scale (coarse->colors[p], 1 / (float)n[p]);
  }
}

/* What was folded over by moving its corners looks where they look. */
static void
turn_to_normals (mk_mesh *mesh)
{
  for (uint32_t i = 0; i < mesh->n_indices; i += 3) {
    uint32_t *t = mesh->indices + i;
    mk_vec3 a = mesh->positions[t[0]], b = mesh->positions[t[1]], c = mesh->positions[t[2]];
    mk_vec3 face = mk_vec3_cross (mk_vec3_sub (b, a), mk_vec3_sub (c, a)), look = mk_vec3_add (mk_vec3_add (mesh->normals[t[0]], mesh->normals[t[1]]), mesh->normals[t[2]]);
    if (mk_vec3_dot (face, look) < 0) {
      uint32_t second = t[1];
      t[1] = t[2];
      t[2] = second;
    }
  }
}

/* Corners of one place are one here, so that seams of a texture are no borders. */
static clusters
weld (const mk_mesh *mesh)
{
  const float same = 1e-5f; /* of its size */
  mk_vec3 size = mk_vec3_sub (mesh->bounds.max, mesh->bounds.min);
  return cluster (mesh, fmaxf (same * fmaxf (size.x, fmaxf (size.y, size.z)), 1e-9f), NULL);
}

/* Edges by their ends, each with whether an odd number of triangles has it: a table of twice their number, for this is done of every mesh. */
typedef struct {
  uint64_t *ends; /* 0 = free */
  bool *is_odd;
  unsigned bits;
} edge_table;

static void
pass_edge (edge_table *edges, uint32_t a, uint32_t b)
{
  uint64_t ends = (uint64_t)MIN (a, b) << 32 | MAX (a, b), mask = ((uint64_t)1 << edges->bits) - 1, at = (ends * 0x9E3779B97F4A7C15ull) >> (64 - edges->bits);
  while (edges->ends[at] != 0 && edges->ends[at] != ends)
    at = (at + 1) & mask;
  edges->ends[at] = ends;
  edges->is_odd[at] = !edges->is_odd[at];
}

/* Of each vertex, whether it lies on an edge of one triangle alone. */
static bool *
find_border (const mk_mesh *mesh)
{
  bool *on_border = g_new0 (bool, MAX (mesh->n_vertices, 1));
  clusters welded = weld (mesh);
  edge_table edges = { .bits = 4 };
  while (((uint64_t)1 << edges.bits) < 2 * (uint64_t)mesh->n_indices)
    edges.bits++;
  edges.ends = g_new0 (uint64_t, (size_t)1 << edges.bits);
  edges.is_odd = g_new0 (bool, (size_t)1 << edges.bits);
  g_autofree bool *is_border = g_new0 (bool, MAX (welded.n_cells, 1));
  for (uint32_t i = 0; i < mesh->n_indices; i++) {
    uint32_t a = welded.cell_of[mesh->indices[i]], b = welded.cell_of[mesh->indices[i % 3 == 2 ? i - 2 : i + 1]];
    if (a != b)
      pass_edge (&edges, a, b);
  }
  for (uint64_t at = 0; at >> edges.bits == 0; at++)
    if (edges.is_odd[at])
      is_border[edges.ends[at] >> 32] = is_border[edges.ends[at] & UINT32_MAX] = true;
  for (uint32_t v = 0; v < mesh->n_vertices; v++)
    on_border[v] = is_border[welded.cell_of[v]];
  g_free (edges.ends);
  g_free (edges.is_odd);
  g_free (welded.cell_of);
  g_free (welded.point_of);
  return on_border;
}

mk_mesh *
mk_mesh_coarser (const mk_mesh *mesh, uint32_t n_triangles, GError **error)
{
  mk_vec3 size = mk_vec3_sub (mesh->bounds.max, mesh->bounds.min);
  float longest = fmaxf (size.x, fmaxf (size.y, size.z)), side = sqrtf (3 * mk_mesh_area (mesh) / (float)MAX (n_triangles, 1));
  g_autofree bool *on_border = find_border (mesh);
  clusters all = cluster (mesh, fmaxf (side, fmaxf (longest, 1e-6f) / (1 << 19)), on_border);
  g_autofree uint32_t *indices = g_new (uint32_t, mesh->n_indices);
  uint32_t n = 0;
  for (uint32_t i = 0; i < mesh->n_indices; i += 3) {
    const uint32_t *t = mesh->indices + i;
    uint32_t a = all.cell_of[t[0]], b = all.cell_of[t[1]], c = all.cell_of[t[2]];
    for (int k = 0; k < 3 && a != b && b != c && c != a; k++)
      indices[n++] = all.point_of[t[k]];
  }
  mk_mesh *coarse = mk_mesh_new (all.n, n, error);
  if (coarse != NULL) {
    fill_vertices (coarse, mesh, &all);
    if (mesh->joints != NULL)
      fill_joints (coarse, mesh, &all);
    if (mesh->uvs == NULL)
      g_clear_pointer (&coarse->uvs, g_free);
    memcpy (coarse->indices, indices, n * sizeof *indices);
    turn_to_normals (coarse);
    mk_mesh_update_bounds (coarse);
  }
  g_free (all.cell_of);
  g_free (all.point_of);
  return coarse;
}

/* --- loose pieces --- */

bool
mk_mesh_is_loose (const mk_mesh *mesh)
{
  uint32_t n_triangles = mesh->n_indices / 3;
  if (mesh->n_vertices < n_triangles * 5 / 4)
    return false;
  clusters all = weld (mesh);
  g_free (all.cell_of);
  g_free (all.point_of);
  return all.n_cells > n_triangles;
}

/* Triangles and points of one, which has both for itself. */
typedef struct {
  uint32_t first_index, n_indices, first_vertex, n_vertices;
} piece;

/* Pieces follow each other, as leaves do: one begins where no index has been seen before. */
static GArray *
pieces_of (const mk_mesh *mesh)
{
  GArray *pieces = g_array_new (FALSE, TRUE, sizeof (piece));
  uint32_t end = 0;
  for (uint32_t i = 0; i < mesh->n_indices; i += 3) {
    const uint32_t *t = mesh->indices + i;
    if (i == 0 || MIN (t[0], MIN (t[1], t[2])) >= end)
      g_array_append_val (pieces, ((piece){ .first_index = i, .first_vertex = end }));
    end = MAX (end, MAX (t[0], MAX (t[1], t[2])) + 1);
    piece *last = &g_array_index (pieces, piece, pieces->len - 1);
    last->n_indices = i + 3 - last->first_index;
    last->n_vertices = end - last->first_vertex;
  }
  return pieces;
}

/* A piece at the end of `thin`, larger about its middle. */
static void
add_piece (mk_mesh *thin, const mk_mesh *mesh, const piece *p, float factor)
{
  mk_vec3 sum = { 0, 0, 0 };
  for (uint32_t v = 0; v < p->n_vertices; v++)
    sum = mk_vec3_add (sum, mesh->positions[p->first_vertex + v]);
  mk_vec3 middle = mk_vec3_scale (sum, 1 / (float)p->n_vertices);
  for (uint32_t i = 0; i < p->n_indices; i++)
    thin->indices[thin->n_indices++] = mesh->indices[p->first_index + i] - p->first_vertex + thin->n_vertices;
  for (uint32_t v = 0; v < p->n_vertices; v++) {
    uint32_t from = p->first_vertex + v, to = thin->n_vertices++;
    thin->positions[to] = mk_vec3_add (middle, mk_vec3_scale (mk_vec3_sub (mesh->positions[from], middle), factor));
    thin->normals[to] = mesh->normals[from];
    if (mesh->uvs != NULL)
      thin->uvs[to] = mesh->uvs[from];
    if (mesh->colors != NULL)
      thin->colors[to] = mesh->colors[from];
  }
}

static bool
is_kept (guint i, double share)
{
  return (uint64_t)((i + 1) * share) > (uint64_t)(i * share);
}

mk_mesh *
mk_mesh_thinner (const mk_mesh *mesh, uint32_t n_triangles, GError **error)
{
  const float most_growth = 2.5f;
  g_autoptr (GArray) pieces = pieces_of (mesh);
  double share = fmin (1, (double)MAX (n_triangles, 1) / MAX (mesh->n_indices / 3, 1));
  uint32_t n_vertices = 0, n_indices = 0;
  for (guint i = 0; i < pieces->len; i++)
    if (is_kept (i, share)) {
      n_vertices += g_array_index (pieces, piece, i).n_vertices;
      n_indices += g_array_index (pieces, piece, i).n_indices;
    }
  mk_mesh *thin = mk_mesh_new (n_vertices, n_indices, error);
  if (thin == NULL)
    return NULL;
  thin->n_vertices = thin->n_indices = 0;
  if (mesh->uvs == NULL)
    g_clear_pointer (&thin->uvs, g_free);
  if (mesh->colors != NULL)
    thin->colors = g_new0 (mk_vec3, MAX (n_vertices, 1));
  for (guint i = 0; i < pieces->len; i++)
    if (is_kept (i, share))
      add_piece (thin, mesh, &g_array_index (pieces, piece, i), fminf (most_growth, (float)(1 / sqrt (share))));
  mk_mesh_update_bounds (thin);
  return thin;
}
