/* Animations as tracks, with their tangents; and what our own extras tell of fades and zooms. */
#include <string.h>

#include "scene/gltf_read.h"

static const char *const interpolations[] = { "STEP", "LINEAR", "CUBICSPLINE" };
static const unsigned widths[] = { 3, 4, 3, 1, 1 };

static mk_track_interpolation
interpolation_of (const mk_json *sampler)
{
  const char *word = mk_json_get_string (mk_json_get (sampler, "interpolation"));
  for (int i = 0; i < (int)MK_COUNT (interpolations); i++)
    if (g_str_equal (interpolations[i], word))
      return (mk_track_interpolation)i;
  return MK_TRACK_LINEAR;
}

/* Keys whose time does not grow are left out. */
static void
publish (mk_gltf_reader *reader, mk_track *track, size_t n)
{
  size_t per_key = widths[track->path] * (track->interpolation == MK_TRACK_CUBIC ? 3 : 1), n_kept = 0;
  for (size_t i = 0; i < n; i++) {
    float time_s = track->times_s[i];
    if (time_s < 0 || (n_kept > 0 && time_s <= track->times_s[n_kept - 1]))
      continue;
    track->times_s[n_kept] = time_s;
    memmove (track->values + n_kept++ * per_key, track->values + i * per_key, per_key * sizeof (float));
  }
  track->n_keys = (uint32_t)n_kept;
  if (n_kept > 0)
    mk_scene_add_track (reader->to, track);
}

static void
add_channel (mk_gltf_reader *reader, const mk_json *sampler, int node, mk_track_path path)
{
  size_t n = 0, n_values = 0;
  mk_track track = { .node = node, .path = path, .interpolation = interpolation_of (sampler) };
  g_autofree float *times = mk_gltf_floats (reader, mk_gltf_index (sampler, "input"), 1, &n);
  g_autofree float *values = times != NULL ? mk_gltf_floats (reader, mk_gltf_index (sampler, "output"), widths[path], &n_values) : NULL;
  if (values == NULL)
    return;
  if (n_values != n * (track.interpolation == MK_TRACK_CUBIC ? 3 : 1)) {
    mk_gltf_fail (reader, MK_ERROR_FORMAT, "an animation has %zu values for %zu times", n_values, n);
    return;
  }
  track.times_s = times;
  track.values = values;
  publish (reader, &track, n);
}

static bool
path_of (const char *word, mk_track_path *path)
{
  static const char *const words[] = { "translation", "rotation", "scale" };
  for (int i = 0; i < (int)MK_COUNT (words); i++)
    if (g_str_equal (words[i], word)) {
      *path = (mk_track_path)i;
      return true;
    }
  return false; /* weights of morph targets */
}

/* Some writers make one animation of each object: what no earlier one moves is taken from later ones too. */
static void
add_animation (mk_gltf_reader *reader, const mk_json *animation, GHashTable *moved)
{
  const mk_json *channels = mk_json_get (animation, "channels"), *samplers = mk_json_get (animation, "samplers");
  g_autoptr (GHashTable) own = g_hash_table_new (NULL, NULL);
  if (mk_json_get_kind (channels) != MK_JSON_ARRAY || mk_json_get_kind (samplers) != MK_JSON_ARRAY)
    return;
  for (size_t i = 0; i < mk_json_length (channels) && reader->error == NULL; i++) {
    const mk_json *channel = mk_json_at (channels, i), *target = mk_json_get (channel, "target");
    int64_t node = mk_gltf_index (target, "node"), sampler = mk_gltf_index (channel, "sampler");
    mk_track_path path;
    if (mk_gltf_element (reader, "nodes", node) == NULL || reader->node_map[node] < 0 || sampler < 0 ||
        !path_of (mk_json_get_string (mk_json_get (target, "path")), &path) || g_hash_table_contains (moved, GINT_TO_POINTER (node + 1)) ||
        !g_hash_table_add (own, GINT_TO_POINTER ((node + 1) * 3 + path)))
      continue;
    add_channel (reader, mk_json_at (samplers, (size_t)sampler), reader->node_map[node], path);
  }
  GHashTableIter each;
  void *key;
  g_hash_table_iter_init (&each, own);
  while (g_hash_table_iter_next (&each, &key, NULL))
    g_hash_table_add (moved, GINT_TO_POINTER (GPOINTER_TO_INT (key) / 3));
}

/* A track that glTF has no place for, as the exporter wrote it. */
static void
add_own (mk_gltf_reader *reader, const mk_json *entry, int node, mk_track_path path)
{
  const mk_json *times = mk_json_get (entry, "times"), *values = mk_json_get (entry, "values");
  mk_track track = { .node = node, .path = path, .interpolation = interpolation_of (entry) };
  size_t n = mk_json_get_kind (times) == MK_JSON_ARRAY ? mk_json_length (times) : 0, per_key = track.interpolation == MK_TRACK_CUBIC ? 3 : 1;
  if (n == 0 || mk_json_get_kind (values) != MK_JSON_ARRAY || mk_json_length (values) != n * per_key)
    return;
  g_autofree float *own_times = g_new0 (float, n), *own_values = g_new0 (float, n * per_key);
  mk_gltf_reals (entry, "times", own_times, n);
  mk_gltf_reals (entry, "values", own_values, n * per_key);
  track.times_s = own_times;
  track.values = own_values;
  publish (reader, &track, n);
}

void
mk_gltf_read_animations (mk_gltf_reader *reader)
{
  const mk_json *nodes = mk_json_get (reader->json, "nodes"), *animations = mk_json_get (reader->json, "animations");
  g_autoptr (GHashTable) moved = g_hash_table_new (NULL, NULL);
  for (size_t i = 0; mk_json_get_kind (animations) == MK_JSON_ARRAY && i < mk_json_length (animations); i++)
    add_animation (reader, mk_json_at (animations, i), moved);
  for (size_t i = 0; i < mk_json_length (nodes); i++) {
    const mk_json *own = mk_gltf_own_extras (mk_json_at (nodes, i));
    if (own == NULL || reader->node_map[i] < 0)
      continue;
    add_own (reader, mk_json_get (own, "opacity_track"), reader->node_map[i], MK_TRACK_OPACITY);
    add_own (reader, mk_json_get (own, "yfov_track"), reader->node_map[i], MK_TRACK_YFOV);
  }
}
