/* Boxes and surfaces of what stands in a scene, at rest. */
#include "scene/ground.h"
#include "scene/layout.h"
#include "scene/mesh_build.h"
#include "scene/motion.h"

/* Matrices of a subtree at rest, by node index from `root`; g_free. `*n` nodes, those not below root hold garbage. */
static mk_mat4 *
rest_matrices (const mk_scene *scene, int root, int *n)
{
  *n = (int)scene->nodes->len - root;
  mk_mat4 *world = g_new (mk_mat4, *n);
  bool is_posed = mk_scene_get_node (scene, root)->is_posed;
  world[0] = mk_node_rest (scene, root);
  for (int i = 1; i < *n; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, root + i);
    if (node->parent < root) { /* the next object: all of this one lies before it */
      *n = i;
      break;
    }
    mk_node_tracks tracks = is_posed ? mk_node_tracks_find (scene, root + i) : (mk_node_tracks){ .rest = node->trs };
    world[i] = mk_mat4_mul (world[node->parent - root], mk_mat4_from_trs (is_posed ? mk_node_tracks_sample (&tracks, 0, NULL) : node->trs));
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

/* What carries each joint's surface at rest, g_free; NULL when all do alike and `*all` tells how, as with every skin of
 * the library. Joints lie below the same root. */
static mk_mat4 *
skin_at_rest (const mk_scene *scene, int skin_index, int root, int n, const mk_mat4 *world, mk_mat4 *all)
{
  const mk_skin *skin = &g_array_index (scene->skins, mk_skin, skin_index);
  mk_mat4 *matrices = g_new (mk_mat4, MAX (skin->n_joints, 1));
  float difference = 0;
  for (uint32_t j = 0; j < skin->n_joints; j++) {
    int own = skin->joints[j] - root;
    matrices[j] = mk_mat4_mul (own >= 0 && own < n ? world[own] : MK_MAT4_IDENTITY, skin->inverse_bind[j]);
    for (int k = 0; k < 16; k++)
      difference = fmaxf (difference, fabsf (matrices[j].m[k] - matrices[0].m[k]));
  }
  if (skin->n_joints > 0 && difference > 1e-4f)
    return matrices;
  *all = skin->n_joints > 0 ? matrices[0] : MK_MAT4_IDENTITY;
  g_free (matrices);
  return NULL;
}

mk_box
mk_layout_box (const mk_scene *scene, int root)
{
  int n;
  g_autofree mk_mat4 *world = rest_matrices (scene, root, &n);
  mk_box box = MK_BOX_EMPTY;
  for (int i = 0; i < n; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, root + i);
    mk_mat4 all = world[i];
    g_autofree mk_mat4 *joints = node->skin >= 0 ? skin_at_rest (scene, node->skin, root, n, world, &all) : NULL;
    for (unsigned p = 0; p < node->n_parts && !node->is_hidden; p++) {
      const mk_mesh *mesh = node->parts[p].mesh;
      bool is_skinned = node->skin >= 0 && mesh->joints != NULL;
      box = mk_box_union (box, is_skinned && joints != NULL ? mk_mesh_skinned_bounds (mesh, joints) : mesh_box (mesh, is_skinned ? all : world[i]));
    }
  }
  return box;
}

/* The surface of a skin as its joints hold it. */
static void
posed_surface (const mk_mesh *mesh, const mk_mat4 *joints, float x, float z, float from_y, float *best)
{
  mk_mesh posed = { .n_vertices = mesh->n_vertices, .n_indices = mesh->n_indices, .indices = mesh->indices, .bounds = MK_BOX_EMPTY };
  posed.positions = g_new (mk_vec3, mesh->n_vertices + 1);
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    posed.positions[v] = mk_mesh_skinned_point (mesh, v, joints);
    posed.bounds = mk_box_add_point (posed.bounds, posed.positions[v]);
  }
  mk_mesh_surface (&posed, MK_MAT4_IDENTITY, x, z, from_y, best);
  g_free (posed.positions);
  g_free (posed.chunks);
}

bool
mk_layout_surface (const mk_scene *scene, int root, float x, float z, float from_y, float *y)
{
  bool is_posed = mk_scene_get_node (scene, root)->is_posed;
  int n;
  g_autofree mk_mat4 *world = rest_matrices (scene, root, &n);
  float best = -INFINITY;
  for (int i = 0; i < n; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, root + i);
    if (mk_ground_is_level (node, x, z)) { /* nearly always, and a landscape has many triangles */
      best = from_y >= 0 ? fmaxf (best, 0) : best;
      continue;
    }
    mk_mat4 all = world[i];
    g_autofree mk_mat4 *joints = is_posed && node->skin >= 0 ? skin_at_rest (scene, node->skin, root, n, world, &all) : NULL;
    for (unsigned p = 0; p < node->n_parts && !node->is_hidden; p++)
      if (joints != NULL)
        posed_surface (node->parts[p].mesh, joints, x, z, from_y, &best);
      else
        mk_mesh_surface (node->parts[p].mesh, all, x, z, from_y, &best);
  }
  if (!isfinite (best))
    return false;
  *y = best;
  return true;
}

GArray *
mk_layout_triangles (const mk_scene *scene, int root, mk_box within)
{
  GArray *corners = g_array_new (FALSE, FALSE, sizeof (mk_vec3));
  int n;
  g_autofree mk_mat4 *world = rest_matrices (scene, root, &n);
  for (int i = 0; i < n; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, root + i);
    mk_mat4 all = world[i];
    if (node->skin >= 0)
      g_free (skin_at_rest (scene, node->skin, root, n, world, &all)); /* `all` becomes where its joints hold it */
    for (unsigned p = 0; p < node->n_parts && !node->is_hidden; p++) {
      const mk_mesh *mesh = node->parts[p].mesh;
      for (uint32_t t = 0; t + 2 < mesh->n_indices; t += 3) {
        mk_vec3 own[3];
        mk_box box = MK_BOX_EMPTY;
        for (int k = 0; k < 3; k++) {
          own[k] = mk_mat4_point (all, mesh->positions[mesh->indices[t + (uint32_t)k]]);
          box = mk_box_add_point (box, own[k]);
        }
        if (box.min.x <= within.max.x && within.min.x <= box.max.x && box.min.y <= within.max.y && within.min.y <= box.max.y && box.min.z <= within.max.z && within.min.z <= box.max.z)
          g_array_append_vals (corners, own, 3);
      }
    }
  }
  return corners;
}

/* The surface of `root` that comes first along -y of the turned scene, from `from_y` on. */
static bool
turned_surface (const mk_scene *scene, int root, mk_mat4 turn, float x, float z, float from_y, float *y, int *material)
{
  int n;
  g_autofree mk_mat4 *world = rest_matrices (scene, root, &n);
  float best = -INFINITY;
  for (int i = 0; i < n; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, root + i);
    mk_mat4 all = world[i];
    if (node->skin >= 0)
      g_free (skin_at_rest (scene, node->skin, root, n, world, &all)); /* `all` becomes where its joints hold it */
    all = mk_mat4_mul (turn, all);
    for (unsigned p = 0; p < node->n_parts && !node->is_hidden; p++) {
      float before = best;
      mk_mesh_surface (node->parts[p].mesh, all, x, z, from_y, &best);
      if (best > before && material != NULL)
        *material = node->parts[p].material;
    }
  }
  *y = best;
  return isfinite (best);
}

bool
mk_layout_front (const mk_scene *scene, int root, float x, float y, float *z, int *material)
{
  mk_mat4 turn = mk_mat4_from_trs ((mk_trs){ { 0, 0, 0 }, mk_quat_from_axis ((mk_vec3){ 1, 0, 0 }, -MK_PI / 2), { 1, 1, 1 } }); /* z becomes the height */
  return turned_surface (scene, root, turn, x, -y, INFINITY, z, material);
}

bool
mk_layout_underside (const mk_scene *scene, int root, float x, float z, float from_y, float *y)
{
  mk_mat4 over = mk_mat4_from_trs ((mk_trs){ { 0, 0, 0 }, mk_quat_from_axis ((mk_vec3){ 1, 0, 0 }, MK_PI), { 1, 1, 1 } }); /* upside down */
  bool is_found = turned_surface (scene, root, over, x, -z, -from_y, y, NULL);
  *y = -*y;
  return is_found;
}
