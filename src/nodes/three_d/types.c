#include "nodes/three_d/types.h"

static void
free_voxels (void *data)
{
  mk_voxels *voxels = data;
  mk_buffer_unref (voxels->values);
  g_free (voxels);
}

static size_t
count_voxels (const void *data)
{
  return mk_buffer_size (((const mk_voxels *)data)->values);
}

static void
free_triangles (void *data)
{
  mk_triangles *triangles = data;
  g_array_free (triangles->vertices, TRUE);
  g_array_free (triangles->indices, TRUE);
  g_free (triangles);
}

static void
free_batch (void *data)
{
  g_ptr_array_unref (data);
}

static size_t
count_batch (const void *data)
{
  const GPtrArray *batch = data;
  size_t n = 0;
  for (guint i = 0; i < batch->len; i++) {
    const mk_triangles *triangles = batch->pdata[i];
    n += (size_t)triangles->vertices->len * sizeof (float[3]) + (size_t)triangles->indices->len * sizeof (uint32_t);
  }
  return n;
}

const mk_value_type mk_voxel_type = { .name = "VOXEL", .free = free_voxels, .n_bytes = count_voxels };
const mk_value_type mk_mesh_batch_type = { .name = "MESH", .free = free_batch, .n_bytes = count_batch };

mk_voxels *
mk_voxels_new (int n, int depth, int height, int width, GError **error)
{
  size_t n_bytes = sizeof (float);
  bool fits = n > 0 && depth > 0 && height > 0 && width > 0 && depth <= 1024 && height <= 1024 && width <= 1024;
  if (!fits || !mk_size_multiply (n_bytes, (size_t)n, &n_bytes) || !mk_size_multiply (n_bytes, (size_t)depth * (size_t)height * (size_t)width, &n_bytes)) {
    mk_error (error, MK_ERROR_RANGE, "%d fields of %d×%d×%d are not possible; sides go from 1 to 1024", n, depth, height, width);
    return NULL;
  }
  mk_buffer *values = mk_buffer_new (n_bytes, error);
  if (values == NULL)
    return NULL;
  mk_voxels *voxels = g_new (mk_voxels, 1);
  *voxels = (mk_voxels){ n, depth, height, width, values };
  return voxels;
}

mk_triangles *
mk_triangles_new (void)
{
  mk_triangles *triangles = g_new (mk_triangles, 1);
  *triangles = (mk_triangles){ g_array_new (FALSE, FALSE, sizeof (float[3])), g_array_new (FALSE, FALSE, sizeof (uint32_t)) };
  return triangles;
}

GPtrArray *
mk_mesh_batch_new (void)
{
  return g_ptr_array_new_with_free_func (free_triangles);
}

mk_value *
mk_value_new_voxels (mk_voxels *taken)
{
  return mk_value_new (&mk_voxel_type, taken);
}

mk_value *
mk_value_new_mesh_batch (GPtrArray *taken)
{
  return mk_value_new (&mk_mesh_batch_type, taken);
}
