/* world.h - the scene as Embree sees it.
 *
 * Purpose   Geometry that does not move is put into one Embree scene, once, in world space. What moves as a
 *           whole is an instance of its mesh; what bends (skins) is rebuilt per frame. Both meet in a small second
 *           scene, committed per frame; a ray asks the fixed one first, which is faster than one tree above both. What is strewn on the ground (blades of grass) is left out of a
 *           third, coarse one, for rays that are too blurred to tell it from the ground.
 * Blur      Moving things have two time steps: shutter open (0) and closed (1).
 * Threads   mk_world_pose by one thread; rays by any.
 * Tests     tests/render/test_world.c
 */
#pragma once
#include <embree3/rtcore.h>

#include "base/base.h"
#include "base/pool.h"
#include "render/texture.h"
#include "scene/scene.h"

typedef struct mk_shade {
  const mk_material *material;
  const mk_texture *base, *metallic_roughness, *normal, *emission; /* or NULL; of the world */
  bool is_emissive, is_glass, has_alpha;
} mk_shade;

typedef enum { MK_SOURCE_BAKED, MK_SOURCE_MOVING, MK_SOURCE_SKINNED } mk_source_kind;

/* One part of one node, with its copies. */
typedef struct mk_source {
  const mk_mesh *mesh;
  const mk_shade *shade;
  mk_source_kind kind;
  int node, skin, root;         /* root: the object's node, for the id pass */
  uint32_t n_copies, n_triangles; /* triangles of the mesh */
  const vec3 *tints;            /* or NULL */
  const mk_mat4 *copies;        /* in the node's space, or NULL */
  mk_mat4 *world[2], *before;   /* per copy: shutter open, closed, one frame earlier; BAKED has the first only */
  vec3 *positions[2], *normals[2], *positions_before; /* SKINNED, world space */
  RTCScene object;              /* MOVING; shared by those of equal mesh unless light may pass */
  RTCGeometry *geometries;      /* MOVING: an instance per copy. SKINNED: one */
  float opacity;                /* of the node, at the frame */
  bool may_pass;                /* glass, fades, cut-outs, flames: asked per shadow ray */
  bool is_flame;                /* glows around a lamp of its own: throws no shadow */
  bool is_ground, is_strewn;    /* strewn: copies on the ground */
  bool is_still;                /* MOVING by its kind, for its many copies, though it stays where it is */
  float wall_m;                 /* above this height only the eye sees it; INFINITY but for studio walls */
  int64_t first_emitter;        /* index of its first triangle in lights.h, or -1 */
} mk_source;

typedef struct mk_slot {
  uint32_t source, copy;
} mk_slot;

typedef struct mk_world {
  const mk_scene *scene;
  RTCDevice device;
  const mk_cancel *cancel;      /* of what is built; or NULL */
  RTCScene fixed, moving;
  RTCScene coarse;              /* `moving` without what is strewn; NULL when nothing is */
  GHashTable *objects;          /* mesh → RTCScene */
  GHashTable *textures;         /* image → mk_texture */
  mk_shade *shades;             /* per material */
  mk_source *sources;
  unsigned n_sources;
  mk_slot *slots;               /* per geometry of `moving` */
  unsigned n_slots;
  bool has_fixed, has_moving, has_coarse; /* whether there is anything in them */
  vec3 ground_center;
  float ground_radius_m;        /* 0 = no ground that reaches towards the horizon */
  float reach_m;                /* of all else from the middle, over the whole film */
} mk_world;

mk_world *mk_world_new (const mk_scene *scene, const mk_cancel *cancel, GError **error);
void      mk_world_free (mk_world *world);
/* Everything to its place with the shutter open over [open_s, close_s]; `before_s` for motion vectors. */
bool      mk_world_pose (mk_world *world, double open_s, double close_s, double before_s, mk_pool *pool, GError **error);

typedef struct mk_hit {
  float t, u, v;
  vec3 normal;                  /* geometric, of the object's space; not unit */
  uint32_t triangle;            /* of the mesh */
  uint32_t copy;
  const mk_source *source;
} mk_hit;

typedef enum { MK_RAY_EYE, MK_RAY_SHARP, MK_RAY_BLURRED } mk_ray_kind; /* EYE: neighbours go the same way */
/* The nearest hit before `far`; `time` 0..1 through the shutter. */
bool mk_world_intersect (const mk_world *world, vec3 origin, vec3 direction, float far, float time, mk_ray_kind kind, mk_hit *hit);
/* The share of light that comes through between two points: glass and fading things let some pass. */
vec3 mk_world_transmittance (const mk_world *world, vec3 origin, vec3 direction, float far, float time, mk_ray_kind kind);
