#include "nodes/scene/types.h"

#include <string.h>

#include "scene/scene_bytes.h"

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

static mk_buffer *
save_scene (const void *data, GError **error)
{
  g_autoptr (GByteArray) bytes = mk_scene_pack (data);
  if (bytes == NULL) {
    mk_error (error, MK_ERROR_LIMIT, "the scene is larger than %zu MB", MK_SCENE_BYTES_MAX >> 20);
    return NULL;
  }
  mk_buffer *buffer = mk_buffer_new (bytes->len, error);
  if (buffer != NULL)
    memcpy (mk_buffer_write (buffer), bytes->data, bytes->len);
  return buffer;
}

static void *
load_scene (const mk_buffer *bytes, GError **error)
{
  return mk_scene_unpack (mk_buffer_read (bytes), mk_buffer_size (bytes), error);
}

const mk_value_type mk_scene_type = { .name = "SCENE", .free = free_scene, .n_bytes = count_bytes, .save = save_scene, .load = load_scene };

mk_value *
mk_value_new_scene (mk_scene *taken)
{
  return mk_value_new (&mk_scene_type, taken);
}
