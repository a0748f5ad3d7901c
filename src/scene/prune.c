#include "scene/prune.h"

static void
drop_tracks (mk_scene *scene, const int *map)
{
  for (guint i = scene->tracks->len; i-- > 0;) {
    mk_track *track = &g_array_index (scene->tracks, mk_track, i);
    if (map[track->node] < 0)
      g_array_remove_index (scene->tracks, i);
    else
      track->node = map[track->node];
  }
}

/* Skins whose joints are gone belonged to bodies that are gone. */
static void
drop_skins (mk_scene *scene, const int *map)
{
  g_autofree int *skin_map = g_new (int, scene->skins->len + 1);
  int n = 0;
  for (guint i = 0; i < scene->skins->len; i++) {
    mk_skin *skin = &g_array_index (scene->skins, mk_skin, i);
    bool is_kept = true;
    for (uint32_t k = 0; k < skin->n_joints; k++) {
      is_kept &= map[skin->joints[k]] >= 0;
      skin->joints[k] = map[skin->joints[k]];
    }
    skin_map[i] = is_kept ? n++ : -1;
  }
  for (guint i = scene->skins->len; i-- > 0;)
    if (skin_map[i] < 0)
      g_array_remove_index (scene->skins, i);
  for (guint i = 0; i < scene->nodes->len; i++) {
    mk_scene_node *node = mk_scene_get_node (scene, (int)i);
    node->skin = node->skin >= 0 ? skin_map[node->skin] : -1;
  }
}

void
mk_scene_prune (mk_scene *scene, const bool *is_gone)
{
  unsigned n = scene->nodes->len;
  g_autofree int *map = g_new (int, n + 1);
  int next = 0;
  for (unsigned i = 0; i < n; i++)
    map[i] = is_gone[i] ? -1 : next++;
  drop_tracks (scene, map);
  for (unsigned i = n; i-- > 0;)
    if (is_gone[i])
      g_array_remove_index (scene->nodes, i);
  for (guint i = 0; i < scene->nodes->len; i++) {
    mk_scene_node *node = mk_scene_get_node (scene, (int)i);
    node->parent = node->parent >= 0 ? map[node->parent] : -1;
  }
  drop_skins (scene, map);
  scene->active_camera = scene->active_camera >= 0 ? map[scene->active_camera] : -1;
}
