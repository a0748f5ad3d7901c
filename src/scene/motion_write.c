/* Laying a motion over what a node does already. */
#include <stdlib.h>

#include "scene/motion.h"

mk_node_tracks
mk_node_tracks_find (const mk_scene *scene, int node)
{
  const mk_scene_node *own = mk_scene_get_node (scene, node);
  mk_node_tracks found = { .rest = own->trs, .opacity = own->opacity };
  for (guint i = 0; i < scene->tracks->len; i++) {
    const mk_track *track = &g_array_index (scene->tracks, mk_track, i);
    if (track->node == node && track->path <= MK_TRACK_OPACITY && track->n_keys > 0)
      found.tracks[track->path] = track;
  }
  return found;
}

mk_trs
mk_node_tracks_sample (const mk_node_tracks *tracks, double time_s, float *opacity)
{
  mk_trs trs = tracks->rest;
  float v[4];
  if (tracks->tracks[MK_TRACK_TRANSLATION] != NULL) {
    mk_track_sample (tracks->tracks[MK_TRACK_TRANSLATION], time_s, v);
    trs.translation = (mk_vec3){ v[0], v[1], v[2] };
  }
  if (tracks->tracks[MK_TRACK_ROTATION] != NULL) {
    mk_track_sample (tracks->tracks[MK_TRACK_ROTATION], time_s, v);
    trs.rotation = mk_quat_normalize ((mk_quat){ v[0], v[1], v[2], v[3] });
  }
  if (tracks->tracks[MK_TRACK_SCALE] != NULL) {
    mk_track_sample (tracks->tracks[MK_TRACK_SCALE], time_s, v);
    trs.scale = (mk_vec3){ v[0], v[1], v[2] };
  }
  if (opacity != NULL) {
    *opacity = tracks->opacity;
    if (tracks->tracks[MK_TRACK_OPACITY] != NULL)
      mk_track_sample (tracks->tracks[MK_TRACK_OPACITY], time_s, opacity);
  }
  return trs;
}

mk_mat4
mk_node_rest (const mk_scene *scene, int node)
{
  mk_mat4 world = MK_MAT4_IDENTITY;
  for (; node >= 0; node = mk_scene_get_node (scene, node)->parent)
    world = mk_mat4_mul (mk_mat4_from_trs (mk_scene_get_node (scene, node)->trs), world);
  return world;
}

mk_mat4
mk_node_world (const mk_scene *scene, int node, double time_s)
{
  mk_mat4 world = MK_MAT4_IDENTITY;
  for (; node >= 0; node = mk_scene_get_node (scene, node)->parent) {
    mk_node_tracks tracks = mk_node_tracks_find (scene, node);
    world = mk_mat4_mul (mk_mat4_from_trs (mk_node_tracks_sample (&tracks, time_s, NULL)), world);
  }
  return world;
}

/* --- composing --- */

typedef struct {
  const mk_motion *motion;
  mk_node_tracks before;
  mk_quat frame, unframe;  /* the parent's turn at the start, and back */
  float frame_scale;       /* metres in the world of one unit of the parent's */
  mk_mat4 to_parent;
  mk_track_path path;
} composer;

/* point = P + turn * old turn * (stretch * old scale) * (x - pivot) + offset, all in the parent's space. */
static mk_trs
compose (const composer *c, double time_s, float *opacity)
{
  const mk_motion *m = c->motion;
  mk_delta delta = MK_DELTA_NONE;
  m->evaluate (m->user, CLAMP (time_s - m->start_s, 0, m->duration_s), &delta);
  mk_trs trs = mk_node_tracks_sample (&c->before, time_s, opacity);
  mk_vec3 offset = mk_vec3_scale (mk_quat_rotate (c->unframe, delta.offset), 1 / c->frame_scale);
  mk_quat turn = mk_quat_mul (mk_quat_mul (c->unframe, delta.turn), c->frame);
  *opacity *= delta.opacity;
  if (m->is_pivot_world) {
    mk_vec3 pivot = mk_mat4_point (c->to_parent, m->pivot);
    mk_vec3 arm = mk_quat_rotate (turn, mk_vec3_sub (trs.translation, pivot));
    trs.translation = mk_vec3_add (mk_vec3_add (pivot, arm), offset);
    trs.rotation = mk_quat_normalize (mk_quat_mul (turn, trs.rotation));
    return trs;
  }
  mk_vec3 pivot = mk_vec3_add (trs.translation, mk_quat_rotate (trs.rotation, mk_vec3_mul (trs.scale, m->pivot)));
  trs.rotation = mk_quat_normalize (mk_quat_mul (turn, trs.rotation));
  trs.scale = mk_vec3_mul (trs.scale, delta.stretch);
  mk_vec3 arm = mk_quat_rotate (trs.rotation, mk_vec3_mul (trs.scale, m->pivot));
  trs.translation = mk_vec3_add (mk_vec3_sub (pivot, arm), offset);
  return trs;
}

static void
sample_path (const void *user, double time_s, float out[4])
{
  const composer *c = user;
  float opacity;
  mk_trs trs = compose (c, time_s, &opacity);
  switch (c->path) {
  case MK_TRACK_TRANSLATION:
    out[0] = trs.translation.x, out[1] = trs.translation.y, out[2] = trs.translation.z;
    break;
  case MK_TRACK_ROTATION:
    out[0] = trs.rotation.x, out[1] = trs.rotation.y, out[2] = trs.rotation.z, out[3] = trs.rotation.w;
    break;
  case MK_TRACK_SCALE:
    out[0] = trs.scale.x, out[1] = trs.scale.y, out[2] = trs.scale.z;
    break;
  default:
    out[0] = opacity;
  }
}

static int
compare_times (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* All moments that need a key: of the tracks before, of the motion. Ascending, none twice. */
static GArray *
corners_of (const composer *c)
{
  GArray *corners = g_array_new (FALSE, FALSE, sizeof (double));
  double ends[] = { 0, c->motion->start_s, c->motion->start_s + c->motion->duration_s };
  g_array_append_vals (corners, ends, MK_COUNT (ends));
  for (size_t i = 0; i < c->motion->n_corners; i++) {
    double at = c->motion->start_s + c->motion->corners_s[i];
    if (c->motion->corners_s[i] < c->motion->duration_s)
      g_array_append_val (corners, at);
  }
  for (size_t p = 0; p < MK_COUNT (c->before.tracks); p++)
    for (uint32_t i = 0; c->before.tracks[p] != NULL && i < c->before.tracks[p]->n_keys; i++) {
      double at = (double)c->before.tracks[p]->times_s[i];
      g_array_append_val (corners, at);
    }
  g_array_sort (corners, compare_times);
  guint kept = 1;
  for (guint i = 1; i < corners->len; i++) /* two within a millisecond are one */
    if (g_array_index (corners, double, i) > g_array_index (corners, double, kept - 1) + 1e-3)
      g_array_index (corners, double, kept++) = g_array_index (corners, double, i);
  g_array_set_size (corners, kept);
  return corners;
}

static mk_trs
decompose (mk_mat4 m)
{
  mk_vec3 y = mk_vec3_normalize ((mk_vec3){ m.m[4], m.m[5], m.m[6] }), z = mk_vec3_normalize ((mk_vec3){ m.m[8], m.m[9], m.m[10] });
  float volume = mk_vec3_dot ((mk_vec3){ m.m[0], m.m[1], m.m[2] }, mk_vec3_cross ((mk_vec3){ m.m[4], m.m[5], m.m[6] }, (mk_vec3){ m.m[8], m.m[9], m.m[10] }));
  float size = cbrtf (fabsf (volume));
  return (mk_trs){ { m.m[12], m.m[13], m.m[14] }, mk_quat_look (z, y), { size, size, size } };
}

static float
extent_of (const mk_scene *scene, int node)
{
  mk_box box = MK_BOX_EMPTY;
  const mk_scene_node *own = mk_scene_get_node (scene, node);
  for (unsigned i = 0; i < own->n_parts; i++)
    box = mk_box_union (box, own->parts[i].mesh->bounds);
  return box.min.x <= box.max.x ? mk_vec3_length (mk_vec3_sub (box.max, box.min)) : 1;
}

void
mk_motion_write (mk_scene *scene, int node, const mk_motion *motion)
{
  composer c = { .motion = motion, .before = mk_node_tracks_find (scene, node), .frame = MK_QUAT_IDENTITY, .unframe = MK_QUAT_IDENTITY,
                 .frame_scale = 1, .to_parent = MK_MAT4_IDENTITY };
  int parent = mk_scene_get_node (scene, node)->parent;
  if (parent >= 0) {
    mk_mat4 above = mk_node_world (scene, parent, motion->start_s);
    mk_trs frame = decompose (above);
    c.frame = frame.rotation;
    c.unframe = mk_quat_inverse (c.frame);
    c.frame_scale = frame.scale.x > 1e-9f ? frame.scale.x : 1;
    c.to_parent = mk_mat4_inverse (above);
  }
  g_autoptr (GArray) corners = corners_of (&c);
  const float move = 4e-4f * CLAMP (extent_of (scene, node), 0.25f, 20) / c.frame_scale;
  const float tolerances[] = { move, 5e-4f, 1e-3f, 2e-3f };
  g_autoptr (mk_scene) old = mk_scene_new (); /* keeps the tracks that `before` borrows, while new ones take their places */
  for (size_t p = 0; p < MK_COUNT (c.before.tracks); p++)
    if (c.before.tracks[p] != NULL)
      mk_scene_add_track (old, c.before.tracks[p]);
  for (size_t p = 0, k = 0; p < MK_COUNT (c.before.tracks); p++)
    if (c.before.tracks[p] != NULL)
      c.before.tracks[p] = &g_array_index (old->tracks, mk_track, k++);
  for (int path = MK_TRACK_TRANSLATION; path <= MK_TRACK_OPACITY; path++) {
    c.path = (mk_track_path)path;
    mk_track_fit (scene, node, c.path, sample_path, &c, (const double *)(void *)corners->data, corners->len, tolerances[path]);
  }
}
