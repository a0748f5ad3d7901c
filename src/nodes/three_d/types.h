/* types.h - VOXEL and MESH on the links of a workflow, as ComfyUI's 3D nodes have them. */
#pragma once
#include "graph/node.h"
#include "media/image.h"

/* A batch of fields of n × depth × height × width floats: an image with `width` columns, depth * height rows. */
typedef struct mk_voxels {
  int n, depth, height, width;
  mk_buffer *values; /* float */
} mk_voxels;

typedef struct mk_triangles {
  GArray *vertices; /* float[3] */
  GArray *indices;  /* uint32_t, three per triangle */
} mk_triangles;

/* A batch of meshes: GPtrArray of mk_triangles. */
extern const mk_value_type mk_voxel_type, mk_mesh_batch_type;

mk_voxels    *mk_voxels_new (int n, int depth, int height, int width, GError **error);
mk_triangles *mk_triangles_new (void);
GPtrArray    *mk_mesh_batch_new (void);
mk_value     *mk_value_new_voxels (mk_voxels *taken);
mk_value     *mk_value_new_mesh_batch (GPtrArray *taken);
