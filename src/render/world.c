/* From a scene to sources and Embree scenes, once. Per frame: world_pose.c. Rays: world_rays.c. */
#include "render/world.h"

#include <string.h>

#include "render/world_parts.h"

/* Copies that stand still are baked into triangles up to this many; above, they are instances. */
#define MAX_BAKED_TRIANGLES 6000000u

/* A studio's ground that rises higher is a backdrop. */
#define STUDIO_WALL_M 3.0f

static void
note_error (void *user, enum RTCError code, const char *text)
{
  (void)user;
  g_debug ("Embree: error %d: %s", (int)code, text);
}

static const mk_texture *
use_texture (mk_world *world, mk_image *image)
{
  if (image == NULL)
    return NULL;
  mk_texture *texture = g_hash_table_lookup (world->textures, image);
  if (texture == NULL) {
    texture = mk_texture_new (image);
    g_hash_table_insert (world->textures, image, texture);
  }
  return texture;
}

static void
make_shades (mk_world *world)
{
  world->shades = g_new0 (mk_shade, world->scene->materials->len + 1);
  for (guint i = 0; i < world->scene->materials->len; i++) {
    const mk_material *m = mk_scene_get_material (world->scene, (int)i);
    mk_shade *shade = &world->shades[i];
    shade->material = m;
    shade->base = use_texture (world, m->base_color_texture);
    shade->metallic_roughness = use_texture (world, m->metallic_roughness_texture);
    shade->normal = use_texture (world, m->normal_texture);
    shade->emission = use_texture (world, m->emission_texture);
    shade->is_emissive = max3 (m->emission) > 0 || m->unlit;
    shade->is_glass = m->transmission > 0;
    shade->has_alpha = m->opacity < 1 || (shade->base != NULL && shade->base->has_alpha);
  }
}

/* Which nodes change place, and which change opacity, themselves or above them. */
static void
find_movers (const mk_scene *scene, bool *moves, bool *fades)
{
  for (guint i = 0; i < scene->tracks->len; i++) {
    const mk_track *track = &g_array_index (scene->tracks, mk_track, i);
    if (track->path == MK_TRACK_OPACITY)
      fades[track->node] = true;
    else if (track->path != MK_TRACK_YFOV)
      moves[track->node] = true;
  }
  for (guint i = 0; i < scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, (int)i);
    moves[i] |= node->parent >= 0 && moves[node->parent];
    fades[i] |= node->opacity < 1 || (node->parent >= 0 && fades[node->parent]);
  }
}

static int
root_of (const mk_scene *scene, int node)
{
  int root = node;
  for (int i = node; i >= 0; i = mk_scene_get_node (scene, i)->parent)
    if (mk_scene_get_node (scene, i)->id != NULL || mk_scene_get_node (scene, i)->parent < 0)
      return i;
  return root;
}

/* Dimmer things around a lamp are shades, which hold its light back. */
#define FLAME_EMISSION 1.5f

/* A flame or a glowing bulb around a lamp of its own thing is where that light comes from, and no wall before it. */
static bool
is_flame (const mk_world *world, const mk_source *s, const mk_pose *pose)
{
  if (s->is_ground || s->copies != NULL || max3 (s->shade->material->emission) < FLAME_EMISSION)
    return false;
  mk_box box = mk_box_transform (pose->world[s->node], s->mesh->bounds);
  for (guint i = 0; i < world->scene->nodes->len; i++) {
    if (mk_scene_get_node (world->scene, (int)i)->light < 0 || root_of (world->scene, (int)i) != s->root)
      continue;
    vec3 at = mk_mat4_point (pose->world[i], v3_all (0));
    if (at.x > box.min.x && at.y > box.min.y && at.z > box.min.z && at.x < box.max.x && at.y < box.max.y && at.z < box.max.z)
      return true;
  }
  return false;
}

static void
add_source (mk_world *world, GArray *sources, int index, unsigned p, const mk_pose *pose, bool moves, bool fades)
{
  const mk_scene_node *node = mk_scene_get_node (world->scene, index);
  const mk_part *part = &node->parts[p];
  if (part->mesh->n_indices == 0 || part->material < 0 || part->material >= (int)world->scene->materials->len)
    return;
  mk_source s = { .mesh = part->mesh, .shade = &world->shades[part->material], .node = index, .skin = -1, .root = root_of (world->scene, index),
                  .n_copies = node->copies != NULL ? node->copies->n : 1, .n_triangles = part->mesh->n_indices / 3, .opacity = 1, .first_emitter = -1,
                  .is_ground = node->is_ground, .is_strewn = node->is_ground && node->copies != NULL, .wall_m = INFINITY };
  if (node->copies != NULL) {
    s.tints = node->copies->tints;
    s.copies = node->copies->transforms;
  }
  if (s.n_copies == 0)
    return;
  float rise = part->mesh->bounds.max.y - part->mesh->bounds.min.y;
  if (node->is_ground && world->scene->sky.kind == MK_SKY_STUDIO && rise > STUDIO_WALL_M)
    s.wall_m = part->mesh->bounds.min.y + 0.02f * rise; /* soft boxes shine from behind a studio's bent wall */
  s.is_flame = is_flame (world, &s, pose);
  s.may_pass = s.is_flame || fades || s.shade->is_glass || s.shade->has_alpha || s.wall_m < INFINITY;
  bool is_skinned = node->skin >= 0 && part->mesh->joints != NULL && part->mesh->weights != NULL;
  bool is_large = s.n_copies > 1 && (uint64_t)s.n_copies * s.n_triangles > MAX_BAKED_TRIANGLES;
  s.kind = is_skinned ? MK_SOURCE_SKINNED : moves || is_large ? MK_SOURCE_MOVING : MK_SOURCE_BAKED;
  s.is_still = s.kind == MK_SOURCE_MOVING && !moves;
  if (is_skinned) {
    s.skin = node->skin;
    s.n_copies = 1;
    s.copies = NULL;
    s.tints = NULL;
  }
  g_array_append_val (sources, s);
}

static void
make_sources (mk_world *world)
{
  const mk_scene *scene = world->scene;
  g_autofree bool *moves = g_new0 (bool, scene->nodes->len + 1), *fades = g_new0 (bool, scene->nodes->len + 1);
  find_movers (scene, moves, fades);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  GArray *sources = g_array_new (FALSE, FALSE, sizeof (mk_source));
  for (guint i = 0; i < scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, (int)i);
    for (unsigned p = 0; p < node->n_parts && !node->is_hidden; p++)
      add_source (world, sources, (int)i, p, pose, moves[i], fades[i]);
  }
  world->n_sources = sources->len;
  world->sources = (mk_source *)(void *)g_array_free (sources, FALSE);
}

/* Two passes, as far as light goes: hidden things are gone already. */
static void
measure_ground (mk_world *world)
{
  mk_box box = MK_BOX_EMPTY;
  for (unsigned i = 0; i < world->n_sources; i++)
    if (world->sources[i].is_ground && world->sources[i].kind == MK_SOURCE_BAKED)
      for (uint32_t c = 0; c < world->sources[i].n_copies; c++)
        box = mk_box_union (box, mk_box_transform (world->sources[i].world[0][c], world->sources[i].mesh->bounds));
  float radius = 0.5f * minf (box.max.x - box.min.x, box.max.z - box.min.z);
  world->ground_center = scale (add (box.min, box.max), 0.5f);
  world->ground_radius_m = radius > 100 ? radius : 0; /* smaller ones are floors with an edge */
  world->reach_m = 0.5f;
  for (int k = 0; k <= 2; k++) {
    g_autoptr (mk_pose) pose = mk_pose_new (world->scene, 0.5 * k * (double)world->scene->duration_s);
    mk_box all = mk_scene_bounds (world->scene, pose, -1);
    if (all.min.x <= all.max.x)
      world->reach_m = maxf (world->reach_m, maxf (hypotf (all.min.x, all.min.z), hypotf (all.max.x, all.max.z)));
  }
}

mk_world *
mk_world_new (const mk_scene *scene, const mk_cancel *cancel, GError **error)
{
  mk_bsdf_init ();
  mk_world *world = g_new0 (mk_world, 1);
  world->scene = scene;
  world->cancel = cancel;
  world->textures = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)mk_texture_free);
  world->objects = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)rtcReleaseScene);
  world->device = rtcNewDevice ("threads=1,set_affinity=0"); /* the pool has the processors already */
  if (world->device == NULL) {
    mk_error (error, MK_ERROR_FAILED, "Embree does not start: error %d", (int)rtcGetDeviceError (NULL));
    mk_world_free (world);
    return NULL;
  }
  rtcSetDeviceErrorFunction (world->device, note_error, NULL);
  make_shades (world);
  make_sources (world);
  if (!mk_world_build (world, error)) {
    mk_world_free (world);
    return NULL;
  }
  measure_ground (world);
  return world;
}

static void
source_clear (mk_source *s)
{
  uint32_t n = s->geometries == NULL ? 0 : s->kind == MK_SOURCE_MOVING ? s->n_copies : 1;
  for (uint32_t i = 0; i < n; i++)
    if (s->geometries[i] != NULL)
      rtcReleaseGeometry (s->geometries[i]);
  g_free (s->geometries);
  if (s->object != NULL)
    rtcReleaseScene (s->object);
  for (int step = 0; step < 2; step++) {
    g_free (s->world[step]);
    g_free (s->positions[step]);
    g_free (s->normals[step]);
  }
  g_free (s->before);
  g_free (s->positions_before);
}

void
mk_world_free (mk_world *world)
{
  if (world == NULL)
    return;
  if (world->coarse != NULL)
    rtcReleaseScene (world->coarse);
  if (world->moving != NULL)
    rtcReleaseScene (world->moving);
  if (world->fixed != NULL)
    rtcReleaseScene (world->fixed);
  for (unsigned i = 0; i < world->n_sources; i++)
    source_clear (&world->sources[i]);
  g_hash_table_unref (world->objects);
  g_hash_table_unref (world->textures);
  g_free (world->sources);
  g_free (world->shades);
  g_free (world->slots);
  if (world->device != NULL)
    rtcReleaseDevice (world->device);
  g_free (world);
}
