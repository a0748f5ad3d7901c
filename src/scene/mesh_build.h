/* mesh_build.h - meshes that grow vertex by vertex.
 *
 * Purpose   Shapes and recipes do not know their size beforehand.
 * Memory    init, add, take (or clear). A builder that was taken from is clear.
 * Limits    64 million vertices; beyond, `take` refuses.
 */
#pragma once
#include "scene/scene.h"

typedef struct mk_mesh_builder {
  GArray *positions, *normals, *uvs, *indices; /* mk_vec3, mk_vec3, mk_vec2, uint32_t */
} mk_mesh_builder;

void     mk_mesh_builder_init (mk_mesh_builder *builder);
void     mk_mesh_builder_clear (mk_mesh_builder *builder);
uint32_t mk_mesh_builder_vertex (mk_mesh_builder *builder, mk_vec3 position, mk_vec3 normal, mk_vec2 uv);
/* Triangles without area by equal corners are left out. */
void     mk_mesh_builder_triangle (mk_mesh_builder *builder, uint32_t a, uint32_t b, uint32_t c);
/* a b c d counter-clockwise. */
void     mk_mesh_builder_quad (mk_mesh_builder *builder, uint32_t a, uint32_t b, uint32_t c, uint32_t d);
/* A copy of `mesh` moved by `transform`, without its skin; reflections keep the outside outside. */
void     mk_mesh_builder_append (mk_mesh_builder *builder, const mk_mesh *mesh, mk_mat4 transform);
/* The mesh with its bounds; clears the builder either way. */
mk_mesh *mk_mesh_builder_take (mk_mesh_builder *builder, GError **error);

/* The same surface in about `n_triangles`, with its skin, for eyes that are far away. */
mk_mesh *mk_mesh_coarser (const mk_mesh *mesh, uint32_t n_triangles, GError **error);
/* Whether it is many loose pieces, as leaves, and no surface that hangs together, be it in bands with edges between them. */
bool     mk_mesh_is_loose (const mk_mesh *mesh);
/* For meshes of many loose pieces, as leaves: about `n_triangles` in fewer and larger ones, without their skin. */
mk_mesh *mk_mesh_thinner (const mk_mesh *mesh, uint32_t n_triangles, GError **error);
/* Replaces all normals by area-weighted means of the triangles that meet at a vertex. */
void     mk_mesh_smooth_normals (mk_mesh *mesh);
/* Of all triangles. */
float    mk_mesh_area (const mk_mesh *mesh);
/* Enclosed volume by the divergence theorem: positive when closed and facing out. */
double   mk_mesh_volume (const mk_mesh *mesh);
/* Raises `*best` to the highest point of the mesh over (x, z) that is not above `from_y`; false when nothing is higher. */
bool     mk_mesh_surface (const mk_mesh *mesh, mk_mat4 world, float x, float z, float from_y, float *best);
