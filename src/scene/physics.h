/* physics.h - rigid bodies, baked to tracks.
 *
 * Purpose   Some objects fall, roll and collide for a while; where they were becomes keyframes, so that everything after
 *           it (renderer, export, further motions) knows nothing of physics.
 * Method    ODE, fixed steps of 1/240 s. A body is made of the spheres, boxes, cylinders and turned profiles that its
 *           meshes look like (physics_shapes.c); what does not move is taken triangle by triangle, the ground as a plane.
 * Units     Metres, seconds, kilograms; gravity along -Y.
 * Order     Equal scene, bodies and seed give equal tracks.
 * Threads   One simulation at a time; others wait.
 * Tests     tests/scene/test_physics.c
 */
#pragma once
#include "scene/scene.h"

/* --- what a mesh looks like --- */

typedef enum { MK_HULL_SPHERE, MK_HULL_BOX, MK_HULL_CYLINDER, MK_HULL_MESH } mk_hull_kind;

/* In the space of the mesh. */
typedef struct mk_hull {
  mk_hull_kind kind;
  mk_vec3 center;
  mk_vec3 size;      /* box: full sides; sphere: x = radius; cylinder: x = radius, y = length */
  int axis;          /* of a cylinder: 0 x, 1 y, 2 z */
} mk_hull;

/* Up to `most` pieces that fill the mesh. A mesh that looks like none of them is one box when `is_moving`, else itself. */
unsigned mk_hull_fit (const mk_mesh *mesh, bool is_moving, mk_hull *hulls, unsigned most);
enum { MK_HULL_MOST = 8 };

/* --- bodies --- */

#define MK_PHYSICS_FRICTION 0.6f

typedef struct mk_body {
  int root;                 /* the object: a node without a parent */
  mk_vec3 position;         /* of the node at the start */
  mk_quat rotation;
  mk_vec3 velocity, spin;   /* of its centre of mass, and rad/s about world axes */
  float bounciness;         /* 0 dead .. 1 rubber */
  float density;            /* kg/m³ */
  bool is_gliding;          /* on wheels, as it were, until it hits another body */
} mk_body;

typedef struct mk_physics {
  const mk_body *bodies;
  unsigned n_bodies;
  double start_s, most_s;   /* simulated until all rest, at most so long */
  float gravity;            /* m/s² */
  uint64_t seed;
} mk_physics;

/* Replaces translation and rotation of the bodies from start_s on. `*duration_s` is how long it took until all rested. */
bool mk_physics_bake (mk_scene *scene, const mk_physics *physics, double *duration_s, GError **error);
