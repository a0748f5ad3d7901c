#include "scene/scene.h"

#include <string.h>

/* The keys around a moment: index of the earlier one and the share of the later one. */
static uint32_t
find_key (const mk_track *track, float time_s, float *share)
{
  uint32_t low = 0, high = track->n_keys - 1;
  *share = 0;
  if (time_s <= track->times_s[0])
    return 0;
  if (time_s >= track->times_s[high])
    return high;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (track->times_s[middle] <= time_s)
      low = middle;
    else
      high = middle;
  }
  float span = track->times_s[high] - track->times_s[low];
  *share = span > 0 ? (time_s - track->times_s[low]) / span : 0;
  return low;
}

/* glTF 2.0, appendix C: cubic spline interpolation; tangents are per second. */
static void
sample_cubic (const mk_track *track, unsigned width, uint32_t key, float t, float *out)
{
  const float *here = track->values + (size_t)key * 3 * width + width;
  if (t <= 0 || key + 1 >= track->n_keys) {
    memcpy (out, here, width * sizeof *out);
    return;
  }
  const float *leaving = here + width, *arriving = here + 2 * width, *there = here + 3 * width;
  float span = track->times_s[key + 1] - track->times_s[key], t2 = t * t, t3 = t2 * t;
  for (unsigned i = 0; i < width; i++)
    out[i] = (2 * t3 - 3 * t2 + 1) * here[i] + span * (t3 - 2 * t2 + t) * leaving[i] + (3 * t2 - 2 * t3) * there[i] + span * (t3 - t2) * arriving[i];
}

static void
sample_linear (const mk_track *track, unsigned width, uint32_t key, float t, float *out)
{
  const float *here = track->values + (size_t)key * width;
  if (t <= 0 || track->interpolation == MK_TRACK_STEP || key + 1 >= track->n_keys) {
    memcpy (out, here, width * sizeof *out);
    return;
  }
  const float *there = here + width;
  if (track->path == MK_TRACK_ROTATION) {
    mk_quat q = mk_quat_slerp ((mk_quat){ here[0], here[1], here[2], here[3] }, (mk_quat){ there[0], there[1], there[2], there[3] }, t);
    memcpy (out, &q, sizeof q);
    return;
  }
  for (unsigned i = 0; i < width; i++)
    out[i] = here[i] + (there[i] - here[i]) * t;
}

void
mk_track_sample (const mk_track *track, double time_s, float out[4])
{
  static const unsigned widths[] = { 3, 4, 3, 1, 1 };
  float share;
  uint32_t key = find_key (track, (float)time_s, &share);
  if (track->interpolation == MK_TRACK_CUBIC)
    sample_cubic (track, widths[track->path], key, share, out);
  else
    sample_linear (track, widths[track->path], key, share, out);
}

static void
apply_track (const mk_scene *scene, const mk_track *track, double time_s, mk_trs *local, mk_pose *pose)
{
  if (track->n_keys == 0)
    return;
  float v[4];
  mk_track_sample (track, time_s, v);
  mk_trs *trs = &local[track->node];
  switch (track->path) {
  case MK_TRACK_TRANSLATION:
    trs->translation = (mk_vec3){ v[0], v[1], v[2] };
    break;
  case MK_TRACK_ROTATION:
    trs->rotation = mk_quat_normalize ((mk_quat){ v[0], v[1], v[2], v[3] });
    break;
  case MK_TRACK_SCALE:
    trs->scale = (mk_vec3){ v[0], v[1], v[2] };
    break;
  case MK_TRACK_OPACITY:
    pose->opacity[track->node] = v[0];
    break;
  case MK_TRACK_YFOV:
    if (track->node == scene->active_camera)
      pose->camera_yfov_rad = v[0];
    break;
  }
}

mk_pose *
mk_pose_new (const mk_scene *scene, double time_s)
{
  unsigned n = scene->nodes->len;
  mk_pose *pose = g_new0 (mk_pose, 1);
  g_autofree mk_trs *local = g_new (mk_trs, n);
  pose->n_nodes = n;
  pose->world = g_new (mk_mat4, n);
  pose->opacity = g_new (float, n);
  int camera = scene->active_camera >= 0 ? mk_scene_get_node (scene, scene->active_camera)->camera : -1;
  pose->camera_yfov_rad = camera >= 0 ? g_array_index (scene->cameras, mk_camera, camera).yfov_rad : 0.7f;
  for (unsigned i = 0; i < n; i++) {
    local[i] = mk_scene_get_node (scene, (int)i)->trs;
    pose->opacity[i] = mk_scene_get_node (scene, (int)i)->opacity;
  }
  for (guint i = 0; i < scene->tracks->len; i++)
    apply_track (scene, &g_array_index (scene->tracks, mk_track, i), time_s, local, pose);
  for (unsigned i = 0; i < n; i++) {
    int parent = mk_scene_get_node (scene, (int)i)->parent;
    mk_mat4 own = mk_mat4_from_trs (local[i]);
    pose->world[i] = parent < 0 ? own : mk_mat4_mul (pose->world[parent], own);
    pose->opacity[i] *= parent < 0 ? 1 : pose->opacity[parent];
  }
  return pose;
}

void
mk_pose_free (mk_pose *pose)
{
  if (pose == NULL)
    return;
  g_free (pose->world);
  g_free (pose->opacity);
  g_free (pose);
}

/* --- bounds --- */

mk_mat4 *
mk_skin_matrices (const mk_scene *scene, const mk_pose *pose, int skin_index)
{
  const mk_skin *skin = &g_array_index (scene->skins, mk_skin, skin_index);
  mk_mat4 *matrices = g_new (mk_mat4, skin->n_joints);
  for (uint32_t i = 0; i < skin->n_joints; i++)
    matrices[i] = mk_mat4_mul (pose->world[skin->joints[i]], skin->inverse_bind[i]);
  return matrices;
}

mk_vec3
mk_mesh_skinned_point (const mk_mesh *mesh, uint32_t vertex, const mk_mat4 *matrices)
{
  mk_vec3 sum = { 0, 0, 0 };
  for (int k = 0; k < 4; k++) {
    float weight = mesh->weights[vertex][k];
    if (weight > 0)
      sum = mk_vec3_add (sum, mk_vec3_scale (mk_mat4_point (matrices[mesh->joints[vertex][k]], mesh->positions[vertex]), weight));
  }
  return sum;
}

static mk_box
node_bounds (const mk_scene *scene, const mk_pose *pose, int index)
{
  const mk_scene_node *node = mk_scene_get_node (scene, index);
  mk_box box = MK_BOX_EMPTY;
  g_autofree mk_mat4 *matrices = node->skin >= 0 ? mk_skin_matrices (scene, pose, node->skin) : NULL;
  for (unsigned p = 0; p < node->n_parts; p++) {
    const mk_mesh *mesh = node->parts[p].mesh;
    if (matrices != NULL && mesh->joints != NULL) {
      box = mk_box_union (box, mk_mesh_skinned_bounds (mesh, matrices));
      continue;
    }
    unsigned n_copies = node->copies != NULL ? node->copies->n : 1;
    for (unsigned c = 0; c < n_copies; c++) {
      mk_mat4 world = node->copies != NULL ? mk_mat4_mul (pose->world[index], node->copies->transforms[c]) : pose->world[index];
      box = mk_box_union (box, mk_box_transform (world, mesh->bounds));
    }
  }
  return box;
}

mk_box
mk_scene_bounds (const mk_scene *scene, const mk_pose *pose, int root)
{
  mk_box box = MK_BOX_EMPTY;
  for (int i = MAX (root, 0); i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    bool is_wanted = root < 0 ? !node->is_ground : mk_scene_is_within (scene, i, root);
    if (is_wanted && !node->is_hidden)
      box = mk_box_union (box, node_bounds (scene, pose, i));
  }
  return box;
}
