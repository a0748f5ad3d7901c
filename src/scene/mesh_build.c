#include "scene/mesh_build.h"

#include <string.h>

#define MAX_VERTICES 64000000u

void
mk_mesh_builder_init (mk_mesh_builder *builder)
{
  builder->positions = g_array_new (FALSE, FALSE, sizeof (mk_vec3));
  builder->normals = g_array_new (FALSE, FALSE, sizeof (mk_vec3));
  builder->uvs = g_array_new (FALSE, FALSE, sizeof (mk_vec2));
  builder->indices = g_array_new (FALSE, FALSE, sizeof (uint32_t));
}

void
mk_mesh_builder_clear (mk_mesh_builder *builder)
{
  g_array_unref (builder->positions);
  g_array_unref (builder->normals);
  g_array_unref (builder->uvs);
  g_array_unref (builder->indices);
  *builder = (mk_mesh_builder){ 0 };
}

uint32_t
mk_mesh_builder_vertex (mk_mesh_builder *builder, mk_vec3 position, mk_vec3 normal, mk_vec2 uv)
{
  g_array_append_val (builder->positions, position);
  g_array_append_val (builder->normals, normal);
  g_array_append_val (builder->uvs, uv);
  return builder->positions->len - 1;
}

static bool
is_same_place (const mk_mesh_builder *builder, uint32_t a, uint32_t b)
{
  const mk_vec3 *positions = (const mk_vec3 *)(void *)builder->positions->data;
  return a == b || memcmp (&positions[a], &positions[b], sizeof *positions) == 0;
}

void
mk_mesh_builder_triangle (mk_mesh_builder *builder, uint32_t a, uint32_t b, uint32_t c)
{
  if (is_same_place (builder, a, b) || is_same_place (builder, b, c) || is_same_place (builder, c, a))
    return;
  uint32_t corners[] = { a, b, c };
  g_array_append_vals (builder->indices, corners, 3);
}

void
mk_mesh_builder_quad (mk_mesh_builder *builder, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
  mk_mesh_builder_triangle (builder, a, b, c);
  mk_mesh_builder_triangle (builder, a, c, d);
}

/* Normals turn by the cofactors, which are the inverse transpose times the determinant. */
typedef struct {
  mk_vec3 x, y, z;
  bool is_mirrored;
} normal_map;

static normal_map
normal_map_of (mk_mat4 t)
{
  mk_vec3 x = { t.m[0], t.m[1], t.m[2] }, y = { t.m[4], t.m[5], t.m[6] }, z = { t.m[8], t.m[9], t.m[10] };
  normal_map map = { mk_vec3_cross (y, z), mk_vec3_cross (z, x), mk_vec3_cross (x, y), false };
  map.is_mirrored = mk_vec3_dot (x, map.x) < 0;
  return map;
}

static mk_vec3
map_normal (const normal_map *map, mk_vec3 n)
{
  mk_vec3 out = mk_vec3_add (mk_vec3_add (mk_vec3_scale (map->x, n.x), mk_vec3_scale (map->y, n.y)), mk_vec3_scale (map->z, n.z));
  return mk_vec3_normalize (map->is_mirrored ? mk_vec3_scale (out, -1) : out);
}

void
mk_mesh_builder_append (mk_mesh_builder *builder, const mk_mesh *mesh, mk_mat4 transform)
{
  normal_map map = normal_map_of (transform);
  uint32_t first = builder->positions->len;
  for (uint32_t i = 0; i < mesh->n_vertices; i++)
    mk_mesh_builder_vertex (builder, mk_mat4_point (transform, mesh->positions[i]), map_normal (&map, mesh->normals[i]),
                            mesh->uvs != NULL ? mesh->uvs[i] : (mk_vec2){ 0, 0 });
  for (uint32_t i = 0; i + 2 < mesh->n_indices; i += 3) {
    const uint32_t *t = mesh->indices + i;
    uint32_t corners[] = { first + t[0], first + t[map.is_mirrored ? 2 : 1], first + t[map.is_mirrored ? 1 : 2] };
    g_array_append_vals (builder->indices, corners, 3);
  }
}

mk_mesh *
mk_mesh_builder_take (mk_mesh_builder *builder, GError **error)
{
  mk_mesh *mesh = NULL;
  if (builder->positions->len > MAX_VERTICES)
    mk_error (error, MK_ERROR_LIMIT, "a mesh of %u vertices is more than %u", builder->positions->len, MAX_VERTICES);
  else
    mesh = mk_mesh_new (builder->positions->len, builder->indices->len, error);
  if (mesh != NULL && mesh->n_vertices > 0) {
    memcpy (mesh->positions, builder->positions->data, mesh->n_vertices * sizeof (mk_vec3));
    memcpy (mesh->normals, builder->normals->data, mesh->n_vertices * sizeof (mk_vec3));
    memcpy (mesh->uvs, builder->uvs->data, mesh->n_vertices * sizeof (mk_vec2));
    memcpy (mesh->indices, builder->indices->data, mesh->n_indices * sizeof (uint32_t));
    mk_mesh_update_bounds (mesh);
  }
  mk_mesh_builder_clear (builder);
  return mesh;
}

void
mk_mesh_smooth_normals (mk_mesh *mesh)
{
  memset (mesh->normals, 0, mesh->n_vertices * sizeof *mesh->normals);
  for (uint32_t i = 0; i + 2 < mesh->n_indices; i += 3) {
    const uint32_t *t = mesh->indices + i;
    mk_vec3 a = mesh->positions[t[0]], b = mesh->positions[t[1]], c = mesh->positions[t[2]];
    mk_vec3 n = mk_vec3_cross (mk_vec3_sub (b, a), mk_vec3_sub (c, a)); /* twice the area long */
    for (int k = 0; k < 3; k++)
      mesh->normals[t[k]] = mk_vec3_add (mesh->normals[t[k]], n);
  }
  for (uint32_t i = 0; i < mesh->n_vertices; i++) {
    mesh->normals[i] = mk_vec3_normalize (mesh->normals[i]);
    if (mk_vec3_length (mesh->normals[i]) == 0)
      mesh->normals[i] = (mk_vec3){ 0, 1, 0 };
  }
}

double
mk_mesh_volume (const mk_mesh *mesh)
{
  double volume = 0;
  for (uint32_t i = 0; i + 2 < mesh->n_indices; i += 3) {
    const uint32_t *t = mesh->indices + i;
    volume += mk_vec3_dot (mesh->positions[t[0]], mk_vec3_cross (mesh->positions[t[1]], mesh->positions[t[2]]));
  }
  return volume / 6;
}
