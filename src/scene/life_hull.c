/* How low a posed body reaches: its outermost points, bone by bone, so that what kneels or lies touches the ground and is not in it. */
#include "scene/life.h"

/* Of a cube's faces, edges and corners: what lies farthest along one of them is close to the lowest in any pose. */
#define N_WAYS 26

typedef struct mk_hull_point { int bone; mk_vec3 at; } hull_point; /* from the bone's pivot, in its space at rest */

struct mk_hull {
  hull_point *points;
  unsigned n;
};

static mk_vec3
way_of (int i)
{
  int k = i < 13 ? i : i + 1; /* all of -1 .. 1 but the middle */
  return (mk_vec3){ (float)(k % 3 - 1), (float)(k / 3 % 3 - 1), (float)(k / 9 - 1) };
}

static void
reach_out (hull_point *best, float *far, int bone, mk_vec3 at)
{
  for (int w = 0; w < N_WAYS; w++) {
    float along = mk_vec3_dot (at, way_of (w));
    if (along > far[bone * N_WAYS + w]) {
      far[bone * N_WAYS + w] = along;
      best[bone * N_WAYS + w] = (hull_point){ bone, at };
    }
  }
}

static int
bone_above (const mk_life *life, int node, mk_vec3 *offset)
{
  *offset = (mk_vec3){ 0, 0, 0 };
  for (; node >= life->act->root; node = mk_scene_get_node (life->act->scene, node)->parent) {
    for (unsigned b = 0; b < life->n_bones; b++)
      if (life->bones[b].joint.node == node)
        return (int)b;
    *offset = mk_vec3_add (*offset, mk_scene_get_node (life->act->scene, node)->trs.translation);
  }
  return -1;
}

static void
add_skin (const mk_life *life, const mk_scene_node *node, const mk_mesh *mesh, hull_point *best, float *far)
{
  const mk_skin *skin = &g_array_index (life->act->scene->skins, mk_skin, node->skin);
  g_autofree int *bones = g_new (int, skin->n_joints);
  mk_vec3 none;
  for (uint32_t j = 0; j < skin->n_joints; j++)
    bones[j] = bone_above (life, skin->joints[j], &none);
  for (uint32_t v = 0; v < mesh->n_vertices; v++) {
    unsigned most = 0;
    for (unsigned k = 1; k < 4; k++)
      most = mesh->weights[v][k] > mesh->weights[v][most] ? k : most;
    uint16_t joint = mesh->joints[v][most];
    if (bones[joint] >= 0)
      reach_out (best, far, bones[joint], mk_mat4_point (skin->inverse_bind[joint], mesh->positions[v]));
  }
}

mk_hull *
mk_hull_new (const mk_life *life)
{
  const mk_scene *scene = life->act->scene;
  size_t n = (size_t)life->n_bones * N_WAYS;
  g_autofree hull_point *best = g_new0 (hull_point, n);
  g_autofree float *far = g_new (float, n);
  for (size_t i = 0; i < n; i++)
    far[i] = -INFINITY;
  for (int i = life->act->root; i < (int)scene->nodes->len && mk_scene_is_within (scene, i, life->act->root); i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    mk_vec3 offset = { 0, 0, 0 };
    int bone = node->skin < 0 ? bone_above (life, i, &offset) : -1;
    for (unsigned p = 0; p < node->n_parts && !node->is_hidden; p++) {
      const mk_mesh *mesh = node->parts[p].mesh;
      if (node->skin >= 0 && mesh->weights != NULL)
        add_skin (life, node, mesh, best, far);
      for (uint32_t v = 0; v < mesh->n_vertices && bone >= 0; v++)
        reach_out (best, far, bone, mk_vec3_add (offset, mesh->positions[v]));
    }
  }
  mk_hull *hull = g_new0 (mk_hull, 1);
  hull->points = g_new (hull_point, n);
  for (size_t i = 0; i < n; i++)
    if (far[i] > -INFINITY)
      hull->points[hull->n++] = best[i];
  return hull;
}

void
mk_hull_free (mk_hull *hull)
{
  if (hull != NULL)
    g_free (hull->points);
  g_free (hull);
}

float
mk_hull_lowest (const mk_hull *hull, const mk_life *life)
{
  float low = INFINITY;
  for (unsigned i = 0; i < hull->n; i++) {
    const mk_bone *bone = &life->bones[hull->points[i].bone];
    low = fminf (low, bone->place.y + bone->size * mk_quat_rotate (bone->whole, hull->points[i].at).y);
  }
  return low;
}

float
mk_hull_lowest_of (const mk_hull *hull, const mk_life *life, int bone)
{
  float low = INFINITY;
  for (unsigned i = 0; i < hull->n; i++)
    if (hull->points[i].bone == bone)
      low = fminf (low, life->bones[bone].rest.y + hull->points[i].at.y);
  return low;
}
