/* shapes.h - surfaces from a few numbers.
 *
 * Purpose   The exact shapes that recipes, text and grounds are assembled from.
 * Surfaces  Closed (but planes and terrains), counter-clockwise outside, unit normals: smooth where the
 *           shape is round, hard at edges. uv in metres along the surface, so that patterns keep their size.
 * Centre    At the origin; standing along Y. Those given by points keep the points' own coordinates.
 * Errors    RANGE for sizes that are not positive and finite or counts out of range, naming them;
 *           MEMORY when the mesh is refused.
 * Threads   Pure functions.
 * Tests     tests/scene/test_shapes.c
 */
#pragma once
#include "scene/scene.h"

/* Sizes are whole lengths along x, y, z. `round_m` is the radius of edges: 0 = sharp; shortened to fit. */
mk_mesh *mk_shape_box (mk_vec3 size, float round_m, GError **error);
/* A sphere when the three sizes are equal. `segments` around in all shapes: 0 = 48. */
mk_mesh *mk_shape_ellipsoid (mk_vec3 size, unsigned segments, GError **error);
/* A cylinder when both radii are equal, a cone when one is 0. */
mk_mesh *mk_shape_cone (float bottom_radius, float top_radius, float height, float round_m, unsigned segments, GError **error);
/* `height` is the whole length, ends included. */
mk_mesh *mk_shape_capsule (float radius, float height, unsigned segments, GError **error);
/* About Y; `ring_radius` from the middle to the tube's own middle. */
mk_mesh *mk_shape_torus (float ring_radius, float tube_radius, unsigned segments, GError **error);

/* Turns a profile (x = radius >= 0, y = height; from bottom to top, the outside to its right) about Y. Ends that
 * do not touch the axis are closed by flat discs. Corners below 40 degrees are smooth. `is_smooth` first draws a
 * curve through the points. */
mk_mesh *mk_shape_lathe (const mk_vec2 *profile, unsigned n_points, bool is_smooth, unsigned segments, GError **error);

/* One closed line without its last point again; either direction. */
typedef struct mk_outline {
  const mk_vec2 *points;
  unsigned n_points;
} mk_outline;
/* From z = -depth/2 to depth/2. What an outline encloses an odd number of times is solid, so holes are just
 * more outlines. `bevel_m` cuts the edges at 45 degrees within the depth. Outlines must not cross. */
mk_mesh *mk_shape_extrude (const mk_outline *outlines, unsigned n_outlines, float depth, float bevel_m, GError **error);

/* Along points, with a radius each; round ends. `is_smooth` draws a curve through the points, `is_closed`
 * joins the last to the first. */
mk_mesh *mk_shape_tube (const mk_vec3 *points, const float *radii, unsigned n_points, bool is_smooth, bool is_closed, unsigned segments, GError **error);

/* Facing up, one sheet. */
mk_mesh *mk_shape_plane (float width, float length, GError **error);

typedef struct mk_terrain {
  float size_m;        /* side of the square */
  float height_m;      /* of the highest peaks */
  float feature_m;     /* size of the largest hills; 0 = size / 3 */
  float roughness;     /* 0 soft .. 1 rocky */
  float peak;          /* 0 rolling .. 1 one mountain that falls to zero at the rim, and is round */
  float above;         /* only what is higher than this share of height_m: snow on a peak; 0 = all */
  unsigned resolution; /* points per side; 0 = 96 */
  uint64_t seed;
} mk_terrain;
mk_mesh *mk_shape_terrain (const mk_terrain *terrain, GError **error);

/* Smooth noise in -1..1 of period-free space, equal everywhere for equal seed; and its sum over octaves. */
float mk_noise (mk_vec3 p, uint64_t seed);
float mk_noise_fractal (mk_vec3 p, unsigned octaves, float gain, uint64_t seed);
