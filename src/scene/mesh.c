#include "scene/scene.h"

#include <stdlib.h>

/* 200 million triangles: above it a size is a mistake or an attack. */
#define MAX_VERTICES 300000000u
#define MAX_INDICES 600000000u

static void
mesh_clear (mk_mesh *mesh)
{
  free (mesh->positions);
  free (mesh->normals);
  free (mesh->uvs);
  free (mesh->indices);
  free (mesh->joints);
  free (mesh->weights);
  free (mesh->colors);
  g_free (mesh->chunks);
  g_free (mesh->runs);
}

mk_mesh *
mk_mesh_new (uint32_t n_vertices, uint32_t n_indices, GError **error)
{
  if (n_vertices > MAX_VERTICES || n_indices > MAX_INDICES || n_indices % 3 != 0) {
    mk_error (error, MK_ERROR_LIMIT, "a mesh of %u vertices and %u indices is not possible", n_vertices, n_indices);
    return NULL;
  }
  mk_mesh *mesh = g_new0 (mk_mesh, 1);
  mesh->n_refs = 1;
  mesh->n_vertices = n_vertices;
  mesh->n_indices = n_indices;
  mesh->positions = calloc ((size_t)n_vertices + 2, sizeof *mesh->positions);
  mesh->normals = calloc (MAX (n_vertices, 1), sizeof *mesh->normals);
  mesh->uvs = calloc (MAX (n_vertices, 1), sizeof *mesh->uvs);
  mesh->indices = calloc (MAX (n_indices, 1), sizeof *mesh->indices);
  mesh->bounds = MK_BOX_EMPTY;
  if (mesh->positions != NULL && mesh->normals != NULL && mesh->uvs != NULL && mesh->indices != NULL)
    return mesh;
  mk_error (error, MK_ERROR_MEMORY, "a mesh of %u vertices does not fit in memory", n_vertices);
  mk_mesh_unref (mesh);
  return NULL;
}

mk_mesh *
mk_mesh_ref (mk_mesh *mesh)
{
  __atomic_fetch_add (&mesh->n_refs, 1, __ATOMIC_RELAXED);
  return mesh;
}

void
mk_mesh_unref (mk_mesh *mesh)
{
  if (mesh == NULL || __atomic_fetch_sub (&mesh->n_refs, 1, __ATOMIC_ACQ_REL) > 1)
    return;
  mesh_clear (mesh);
  g_free (mesh);
}

void
mk_mesh_update_bounds (mk_mesh *mesh)
{
  mk_box box = MK_BOX_EMPTY;
  for (uint32_t i = 0; i < mesh->n_vertices; i++)
    box = mk_box_add_point (box, mesh->positions[i]);
  mesh->bounds = box;
  g_clear_pointer (&mesh->chunks, g_free); /* of the positions before */
  g_clear_pointer (&mesh->runs, g_free);
}
