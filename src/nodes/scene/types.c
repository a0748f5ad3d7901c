#include "nodes/scene/types.h"

static void
free_scene (void *data)
{
  mk_scene_unref (data);
}

/* Meshes are shared between versions of a scene; each counts them, so the cache errs on the careful side. */
static size_t
count_bytes (const void *data)
{
  const mk_scene *scene = data;
  size_t n = sizeof *scene;
  for (guint i = 0; i < scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, (int)i);
    n += sizeof *node + (node->copies != NULL ? node->copies->n * sizeof (mk_mat4) : 0);
    for (unsigned p = 0; p < node->n_parts; p++)
      n += node->parts[p].mesh->n_vertices * (2 * sizeof (mk_vec3) + sizeof (mk_vec2)) + node->parts[p].mesh->n_indices * sizeof (uint32_t);
  }
  for (guint i = 0; i < scene->tracks->len; i++)
    n += g_array_index (scene->tracks, mk_track, i).n_keys * 5 * sizeof (float);
  return n;
}

const mk_value_type mk_scene_type = { .name = "SCENE", .free = free_scene, .n_bytes = count_bytes };

mk_value *
mk_value_new_scene (mk_scene *taken)
{
  return mk_value_new (&mk_scene_type, taken);
}
