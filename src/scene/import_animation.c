/* The first animation of a file. */
#include <assimp/types.h>
#include <assimp/anim.h>

#include "scene/import_private.h"

#define DEFAULT_TICKS 25.0  /* per second, when a file says none */
#define MAX_SECONDS 600.0
#define MAX_KEYS 1000000u

typedef struct {
  mk_importer *importer;
  int node;
  double ticks_per_s, start; /* where the first key of all is: films begin at 0 */
} channel;

/* Room for n keys, filled by the caller; `n` shrinks to those whose time grows. */
static mk_track
track_new (const channel *c, mk_track_path path, unsigned n, unsigned width)
{
  return (mk_track){ .node = c->node, .path = path, .interpolation = MK_TRACK_LINEAR, .n_keys = 0, .times_s = g_new (float, MAX (n, 1)), .values = g_new (float, MAX (n, 1) * width) };
}

/* Where the next key's values go, or NULL when its time is none. */
static float *
next_key (const channel *c, mk_track *track, unsigned width, double ticks)
{
  float time_s = (float)((ticks - c->start) / c->ticks_per_s);
  if (!isfinite (time_s) || time_s < 0 || time_s > MAX_SECONDS || (track->n_keys > 0 && time_s <= track->times_s[track->n_keys - 1]))
    return NULL;
  track->times_s[track->n_keys] = time_s;
  return track->values + (size_t)track->n_keys++ * width;
}

static void
publish (const channel *c, mk_track *track)
{
  if (track->n_keys > 0)
    mk_scene_add_track (c->importer->to, track);
  g_free (track->times_s);
  g_free (track->values);
}

static void
add_vectors (const channel *c, mk_track_path path, const struct aiVectorKey *keys, unsigned n)
{
  if (n == 0 || n > MAX_KEYS)
    return;
  mk_track track = track_new (c, path, n, 3);
  for (unsigned i = 0; i < n; i++) {
    float *to = next_key (c, &track, 3, keys[i].mTime);
    mk_vec3 v = mk_import_vec3 (keys[i].mValue);
    if (to != NULL)
      to[0] = v.x, to[1] = v.y, to[2] = v.z;
  }
  publish (c, &track);
}

/* Neighbours are kept on one half of the sphere, so that turns go the short way. */
static void
add_turns (const channel *c, const struct aiQuatKey *keys, unsigned n)
{
  if (n == 0 || n > MAX_KEYS)
    return;
  mk_track track = track_new (c, MK_TRACK_ROTATION, n, 4);
  mk_quat before = MK_QUAT_IDENTITY;
  for (unsigned i = 0; i < n; i++) {
    float *to = next_key (c, &track, 4, keys[i].mTime);
    mk_quat q = mk_import_quat (keys[i].mValue);
    if (to == NULL)
      continue;
    float side = q.x * before.x + q.y * before.y + q.z * before.z + q.w * before.w < 0 ? -1 : 1;
    before = (mk_quat){ q.x * side, q.y * side, q.z * side, q.w * side };
    to[0] = before.x, to[1] = before.y, to[2] = before.z, to[3] = before.w;
  }
  publish (c, &track);
}

static double
first_time (const struct aiAnimation *animation)
{
  double first = INFINITY;
  for (unsigned i = 0; i < animation->mNumChannels; i++) {
    const struct aiNodeAnim *own = animation->mChannels[i];
    if (own->mNumPositionKeys > 0)
      first = fmin (first, own->mPositionKeys[0].mTime);
    if (own->mNumRotationKeys > 0)
      first = fmin (first, own->mRotationKeys[0].mTime);
    if (own->mNumScalingKeys > 0)
      first = fmin (first, own->mScalingKeys[0].mTime);
  }
  return isfinite (first) ? first : 0;
}

static const struct aiAnimation *
find_animation (const struct aiScene *scene)
{
  for (unsigned i = 0; i < scene->mNumAnimations; i++)
    if (scene->mAnimations[i]->mNumChannels > 0)
      return scene->mAnimations[i];
  return NULL;
}

void
mk_import_rest (mk_scene *scene)
{
  for (guint i = 0; i < scene->tracks->len; i++) {
    const mk_track *track = &g_array_index (scene->tracks, mk_track, i);
    mk_trs *trs = &mk_scene_get_node (scene, track->node)->trs;
    float v[4];
    scene->duration_s = fmaxf (scene->duration_s, track->times_s[track->n_keys - 1]);
    mk_track_sample (track, 0, v);
    if (track->path == MK_TRACK_ROTATION)
      trs->rotation = mk_quat_normalize ((mk_quat){ v[0], v[1], v[2], v[3] });
    else if (track->path == MK_TRACK_SCALE)
      trs->scale = (mk_vec3){ v[0], v[1], v[2] };
    else if (track->path == MK_TRACK_TRANSLATION)
      trs->translation = (mk_vec3){ v[0], v[1], v[2] };
  }
}

void
mk_import_animation (mk_importer *importer)
{
  const struct aiAnimation *animation = find_animation (importer->from);
  if (animation == NULL)
    return;
  double ticks = animation->mTicksPerSecond > 0 && isfinite (animation->mTicksPerSecond) ? animation->mTicksPerSecond : DEFAULT_TICKS;
  double start = first_time (animation);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  for (unsigned i = 0; i < animation->mNumChannels; i++) {
    const struct aiNodeAnim *own = animation->mChannels[i];
    int found = GPOINTER_TO_INT (g_hash_table_lookup (importer->node_by_name, own->mNodeName.data));
    if (found == 0 || !g_hash_table_add (seen, GINT_TO_POINTER (found))) /* a node is moved by one channel */
      continue;
    channel c = { importer, found - 1, ticks, start };
    add_vectors (&c, MK_TRACK_TRANSLATION, own->mPositionKeys, own->mNumPositionKeys);
    add_turns (&c, own->mRotationKeys, own->mNumRotationKeys);
    add_vectors (&c, MK_TRACK_SCALE, own->mScalingKeys, own->mNumScalingKeys);
  }
  mk_import_rest (importer->to);
}
