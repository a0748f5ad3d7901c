/* voxel_to_mesh.c - the surface of a field, as cubes or smooth.
 *
 * Source    S. Gibson, "Constrained Elastic Surface Nets", 1998, in its naive form: one vertex per cell that the
 *           surface passes, in the middle of where it crosses the cell's edges; one quad per crossed edge.
 * Space     The field's middle is the origin and its longest side reaches from -1 to 1; x is the last axis.
 */
#include "nodes/three_d/types.h"

#include <string.h>

static const char *const algorithms[] = { "surface net", "basic", NULL };
static const mk_port basic_inputs[] = {
  { "voxel", "VOXEL" },
  { "threshold", "FLOAT", MK_FLOAT_RANGE (-1, 1, 0.6, 0.01) },
  { 0 } };
static const mk_port inputs[] = {
  { "voxel", "VOXEL" },
  { "algorithm", "COMBO", .options = algorithms },
  { "threshold", "FLOAT", MK_FLOAT_RANGE (-1, 1, 0.6, 0.01) },
  { 0 } };
static const mk_port outputs[] = { { "MESH", "MESH" }, { 0 } };

typedef struct {
  int size[3]; /* depth, height, width */
  const float *values;
  float threshold;
  mk_triangles *out;
} field;

/* Around the field there is nothing. */
static float
value_at (const field *f, int z, int y, int x)
{
  bool is_inside = z >= 0 && y >= 0 && x >= 0 && z < f->size[0] && y < f->size[1] && x < f->size[2];
  return is_inside ? f->values[((size_t)z * (size_t)f->size[1] + (size_t)y) * (size_t)f->size[2] + (size_t)x] : f->threshold - 1;
}

static bool
is_solid (const field *f, int z, int y, int x)
{
  return value_at (f, z, y, x) > f->threshold;
}

/* Centred and scaled; axes turn from z, y, x to x, y, z. */
static uint32_t
add_vertex (field *f, const float at[3])
{
  float half = (float)MAX (f->size[0], MAX (f->size[1], f->size[2])) / 2;
  const float vertex[3] = { (at[2] - half) / half, (at[1] - half) / half, (at[0] - half) / half };
  g_array_append_val (f->out->vertices, vertex);
  return f->out->vertices->len - 1;
}

static void
add_quad (field *f, const uint32_t corner[4])
{
  const uint32_t both[6] = { corner[0], corner[1], corner[2], corner[0], corner[2], corner[3] };
  g_array_append_vals (f->out->indices, both, 6);
}

/* --- cubes --- */

/* The side of a cube that looks along `axis`, forwards or backwards; counter-clockwise from outside. */
static void
add_side (field *f, const int cell[3], int axis, bool is_far)
{
  static const int turn[4][2] = { { 0, 0 }, { 0, 1 }, { 1, 1 }, { 1, 0 } };
  int u = (axis + 1) % 3, v = (axis + 2) % 3;
  uint32_t corner[4];
  for (int i = 0; i < 4; i++) {
    const int *t = turn[is_far ? i : 3 - i]; /* z, y, x is left-handed against x, y, z */
    float at[3] = { (float)cell[0], (float)cell[1], (float)cell[2] };
    at[axis] += is_far;
    at[u] += (float)t[0];
    at[v] += (float)t[1];
    corner[i] = add_vertex (f, at);
  }
  add_quad (f, corner);
}

static void
make_cubes (field *f)
{
  int cell[3];
  for (cell[0] = 0; cell[0] < f->size[0]; cell[0]++)
    for (cell[1] = 0; cell[1] < f->size[1]; cell[1]++)
      for (cell[2] = 0; cell[2] < f->size[2]; cell[2]++)
        for (int side = 0; side < 6 && is_solid (f, cell[0], cell[1], cell[2]); side++) {
          int next[3] = { cell[0], cell[1], cell[2] };
          next[side / 2] += side % 2 == 1 ? 1 : -1;
          if (!is_solid (f, next[0], next[1], next[2]))
            add_side (f, cell, side / 2, side % 2 == 1);
        }
}

/* --- surface net --- */

typedef struct {
  field *f;
  uint32_t *vertex; /* per cell, one more than its number; 0 = none. Cells begin at -1. */
} net;

static uint32_t *
vertex_of (const net *n, const int cell[3])
{
  const int *size = n->f->size;
  return &n->vertex[((size_t)(cell[0] + 1) * (size_t)(size[1] + 1) + (size_t)(cell[1] + 1)) * (size_t)(size[2] + 1) + (size_t)(cell[2] + 1)];
}

static void
place_vertex (net *n, const int cell[3])
{
  float sum[3] = { 0 };
  int n_crossed = 0;
  for (int edge = 0; edge < 12; edge++) { /* four along each axis */
    int axis = edge / 4, u = (axis + 1) % 3, v = (axis + 2) % 3, from[3] = { cell[0], cell[1], cell[2] };
    from[u] += edge & 1;
    from[v] += edge >> 1 & 1;
    int to[3] = { from[0], from[1], from[2] };
    to[axis]++;
    float a = value_at (n->f, from[0], from[1], from[2]), b = value_at (n->f, to[0], to[1], to[2]);
    if ((a > n->f->threshold) == (b > n->f->threshold))
      continue;
    float t = (n->f->threshold - a) / (b - a);
    for (int c = 0; c < 3; c++)
      sum[c] += (float)from[c] + (c == axis ? t : 0);
    n_crossed++;
  }
  if (n_crossed == 0)
    return;
  for (int c = 0; c < 3; c++)
    sum[c] = sum[c] / (float)n_crossed + 0.5f; /* values stand in the middle of their cubes */
  *vertex_of (n, cell) = add_vertex (n->f, sum) + 1;
}

/* The quad between the four cells around an edge that the surface crosses. */
static void
close_edge (net *n, const int from[3], int axis)
{
  static const int turn[4][2] = { { -1, -1 }, { -1, 0 }, { 0, 0 }, { 0, -1 } };
  int to[3] = { from[0], from[1], from[2] }, u = (axis + 1) % 3, v = (axis + 2) % 3;
  to[axis]++;
  bool is_leaving = is_solid (n->f, from[0], from[1], from[2]);
  if (is_leaving == is_solid (n->f, to[0], to[1], to[2]))
    return;
  uint32_t corner[4];
  for (int i = 0; i < 4; i++) {
    int cell[3] = { from[0], from[1], from[2] };
    const int *t = turn[is_leaving ? i : 3 - i];
    cell[u] += t[0];
    cell[v] += t[1];
    corner[i] = *vertex_of (n, cell) - 1;
  }
  add_quad (n->f, corner);
}

static bool
make_net (field *f, GError **error)
{
  size_t n_cells = (size_t)(f->size[0] + 1) * (size_t)(f->size[1] + 1) * (size_t)(f->size[2] + 1);
  g_autoptr (mk_buffer) numbers = mk_buffer_new (n_cells * sizeof (uint32_t), error);
  if (numbers == NULL)
    return false;
  net n = { f, mk_buffer_write (numbers) };
  int at[3];
  for (at[0] = -1; at[0] < f->size[0]; at[0]++)
    for (at[1] = -1; at[1] < f->size[1]; at[1]++)
      for (at[2] = -1; at[2] < f->size[2]; at[2]++)
        place_vertex (&n, at);
  for (at[0] = -1; at[0] < f->size[0]; at[0]++)
    for (at[1] = -1; at[1] < f->size[1]; at[1]++)
      for (at[2] = -1; at[2] < f->size[2]; at[2]++)
        for (int axis = 0; axis < 3; axis++) {
          bool is_within = at[(axis + 1) % 3] >= 0 && at[(axis + 2) % 3] >= 0;
          if (is_within)
            close_edge (&n, at, axis);
        }
  return true;
}

static bool
convert (mk_run *run, bool is_smooth, GError **error)
{
  const mk_voxels *voxels = mk_run_get_data (run, "voxel", &mk_voxel_type);
  if (voxels == NULL)
    return mk_error (error, MK_ERROR_TYPE, "voxel: there is none");
  g_autoptr (GPtrArray) batch = mk_mesh_batch_new ();
  for (int i = 0; i < voxels->n; i++) {
    field f = { .size = { voxels->depth, voxels->height, voxels->width }, .threshold = (float)mk_run_get_real (run, "threshold"), .out = mk_triangles_new () };
    f.values = (const float *)mk_buffer_read (voxels->values) + (size_t)i * (size_t)f.size[0] * (size_t)f.size[1] * (size_t)f.size[2];
    g_ptr_array_add (batch, f.out);
    if (!is_smooth)
      make_cubes (&f);
    else if (!make_net (&f, error))
      return false;
  }
  mk_run_set_output (run, 0, mk_value_new_mesh_batch (g_steal_pointer (&batch)));
  return true;
}

static bool
run_basic (mk_run *run, GError **error)
{
  return convert (run, false, error);
}

static bool
run_either (mk_run *run, GError **error)
{
  return convert (run, strcmp (mk_run_get_string (run, "algorithm"), "basic") != 0, error);
}

const mk_node_def mk_node_voxel_to_mesh_basic = { .id = "VoxelToMeshBasic", .category = "3d", .python_module = "comfy_extras.nodes_hunyuan3d", .inputs = basic_inputs, .outputs = outputs, .run = run_basic };
const mk_node_def mk_node_voxel_to_mesh = { .id = "VoxelToMesh", .category = "3d", .python_module = "comfy_extras.nodes_hunyuan3d", .inputs = inputs, .outputs = outputs, .run = run_either };
