/* Boxes and surfaces of what stands in a scene, at rest. */
#include "scene/layout.h"

/* Matrices of a subtree at rest, by node index from `root`; g_free. `*n` nodes, those not below root hold garbage. */
static mk_mat4 *
rest_matrices (const mk_scene *scene, int root, int *n)
{
  *n = (int)scene->nodes->len - root;
  mk_mat4 *world = g_new (mk_mat4, *n);
  mk_mat4 above = MK_MAT4_IDENTITY;
  for (int at = mk_scene_get_node (scene, root)->parent; at >= 0; at = mk_scene_get_node (scene, at)->parent)
    above = mk_mat4_mul (mk_mat4_from_trs (mk_scene_get_node (scene, at)->trs), above);
  world[0] = mk_mat4_mul (above, mk_mat4_from_trs (mk_scene_get_node (scene, root)->trs));
  for (int i = 1; i < *n; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, root + i);
    if (node->parent < root) { /* the next object: all of this one lies before it */
      *n = i;
      break;
    }
    world[i] = mk_mat4_mul (world[node->parent - root], mk_mat4_from_trs (node->trs));
  }
  return world;
}

static bool
is_upright (mk_mat4 m)
{
  return fabsf (m.m[1]) + fabsf (m.m[2]) + fabsf (m.m[4]) + fabsf (m.m[6]) + fabsf (m.m[8]) + fabsf (m.m[9]) < 1e-6f * (fabsf (m.m[0]) + fabsf (m.m[5]));
}

static mk_box
mesh_box (const mk_mesh *mesh, mk_mat4 world)
{
  if (is_upright (world))
    return mk_box_transform (world, mesh->bounds);
  mk_box box = MK_BOX_EMPTY;
  for (uint32_t i = 0; i < mesh->n_vertices; i++)
    box = mk_box_add_point (box, mk_mat4_point (world, mesh->positions[i]));
  return box;
}

mk_box
mk_layout_box (const mk_scene *scene, int root)
{
  int n;
  g_autofree mk_mat4 *world = rest_matrices (scene, root, &n);
  mk_box box = MK_BOX_EMPTY;
  for (int i = 0; i < n; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, root + i);
    for (unsigned p = 0; p < node->n_parts && !node->is_hidden; p++)
      box = mk_box_union (box, mesh_box (node->parts[p].mesh, world[i]));
  }
  return box;
}

/* Height of a triangle over (x, z), or false beside it. */
static bool
triangle_height (mk_vec3 a, mk_vec3 b, mk_vec3 c, float x, float z, float *y)
{
  float area = (b.x - a.x) * (c.z - a.z) - (c.x - a.x) * (b.z - a.z);
  if (fabsf (area) < 1e-12f)
    return false;
  float u = ((b.x - x) * (c.z - z) - (c.x - x) * (b.z - z)) / area, v = ((c.x - x) * (a.z - z) - (a.x - x) * (c.z - z)) / area, w = 1 - u - v;
  if (u < -1e-5f || v < -1e-5f || w < -1e-5f)
    return false;
  *y = u * a.y + v * b.y + w * c.y;
  return true;
}

static bool
mesh_surface (const mk_mesh *mesh, mk_mat4 world, float x, float z, float from_y, float *best)
{
  mk_box box = mk_box_transform (world, mesh->bounds);
  bool is_found = false;
  if (x < box.min.x - 1e-4f || x > box.max.x + 1e-4f || z < box.min.z - 1e-4f || z > box.max.z + 1e-4f || box.max.y <= *best)
    return false;
  for (uint32_t i = 0; i + 2 < mesh->n_indices; i += 3) {
    mk_vec3 p[3];
    for (int k = 0; k < 3; k++)
      p[k] = mk_mat4_point (world, mesh->positions[mesh->indices[i + (uint32_t)k]]);
    float y;
    if (triangle_height (p[0], p[1], p[2], x, z, &y) && y <= from_y && y > *best) {
      *best = y;
      is_found = true;
    }
  }
  return is_found;
}

bool
mk_layout_surface (const mk_scene *scene, int root, float x, float z, float from_y, float *y)
{
  int n;
  g_autofree mk_mat4 *world = rest_matrices (scene, root, &n);
  float best = -INFINITY;
  for (int i = 0; i < n; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, root + i);
    for (unsigned p = 0; p < node->n_parts && !node->is_hidden; p++)
      mesh_surface (node->parts[p].mesh, world[i], x, z, from_y, &best);
  }
  if (!isfinite (best))
    return false;
  *y = best;
  return true;
}
