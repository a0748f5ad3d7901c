/* implicit.h - bodies that are grown, not glued.
 *
 * Purpose   Blobs are distance fields that melt into each other; the zero surface is meshed once, and the blobs'
 *           distances give the weights of their joints and the borders of their materials.
 * Source    Distances of round cones and ellipsoids, and the quadratic smooth minimum: I. Quilez, "Distance functions"
 *           and "Smooth minimum". Meshing: S. Gibson, "Constrained Elastic Surface Nets", 1998; vertices are
 *           then drawn onto the surface along the gradient, which also is the normal.
 * Threads   Pure functions; equal input gives equal bytes.
 * Tests     tests/scene/test_implicit.c
 */
#pragma once
#include "scene/scene.h"

typedef enum { MK_BLOB_ELLIPSOID, MK_BLOB_LIMB, MK_BLOB_BOX } mk_blob_kind;

typedef struct mk_blob {
  mk_blob_kind kind;
  mk_vec3 a, b;          /* middle; or both ends of a limb */
  mk_vec3 half;          /* half sizes of ellipsoid and box */
  float radius_a, radius_b; /* of a limb's ends; of a box's edges: radius_a */
  mk_quat turn;          /* of ellipsoid and box */
  float blend_m;         /* how far it melts into those before it */
  int joint, slot;       /* joint -1 = none */
  bool is_cut;           /* taken away instead of added */
  bool is_paint;         /* changes no form: what lies inside gets its slot */
} mk_blob;

typedef struct mk_body {
  const mk_blob *blobs;
  unsigned n_blobs;
  unsigned cells;            /* of the grid along the longest side, 16..160 */
  unsigned n_slots;
  const int *joint_parents;  /* index or -1; weights pass only between a joint and its parent */
  unsigned n_joints;
  float skin_blend_m;        /* how far weights pass */
  const float *joint_blends_m; /* the same between each joint and its parent, where that is less; or NULL */
} mk_body;

/* One mesh per slot into `meshes` (NULL where a slot has no surface), in the blobs' space. False with RANGE when
 * nothing is there or a size is not possible, LIMIT when the grid would be too large. */
bool mk_body_mesh (const mk_body *body, mk_mesh **meshes, GError **error);

/* Signed distances (nearly) of `n` points to one blob, without blending. */
void mk_blob_distances (const mk_blob *blob, const mk_vec3 *at, unsigned n, float *distances);
/* The blended field of the blobs in `list`, which melt in its order, at `n` points. */
void mk_body_fields (const mk_body *body, const uint16_t *list, unsigned n_list, const mk_vec3 *at, unsigned n, float *fields);

/* --- between implicit.c and implicit_split.c --- */
typedef struct mk_body_surface {
  GArray *positions, *normals; /* mk_vec3 */
  GArray *indices;             /* uint32_t */
  float cell_m;
} mk_body_surface;
bool mk_body_split (const mk_body *body, mk_body_surface *surface, mk_mesh **meshes, GError **error);
