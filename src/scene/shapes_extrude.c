/* Flat outlines with a thickness: letters, gears, stars, wings. */
#include "scene/mesh_build.h"
#include "scene/triangulate.h"

#define MAX_POINTS 20000u
#define SMOOTH_COSINE 0.76f /* cos 40 degrees, as for lathes */
#define MITRE_LIMIT 2.0f    /* an inset corner moves at most this many bevels */

/* Direction out of the solid at the middle of the edge from point i to the next. */
static mk_vec2
edge_normal (const mk_outline *o, unsigned i, float out)
{
  mk_vec2 a = o->points[i], b = o->points[(i + 1) % o->n_points];
  float dx = b.x - a.x, dy = b.y - a.y, length = hypotf (dx, dy);
  return length > 0 ? (mk_vec2){ out * dy / length, -out * dx / length } : (mk_vec2){ 0, 0 };
}

/* 1 when the solid lies to the left of the line's direction, else -1. */
static float
outward_sign (const mk_outline *outlines, unsigned n, unsigned index)
{
  bool is_hole = mk_outline_depth (outlines, n, index) % 2 == 1;
  return (mk_outline_area2 (&outlines[index]) > 0) != is_hole ? 1 : -1;
}

/* Every corner moved into the solid, so that the edges move by `inset`. */
static mk_vec2 *
inset_points (const mk_outline *o, float out, float inset)
{
  mk_vec2 *points = g_new (mk_vec2, o->n_points);
  for (unsigned i = 0; i < o->n_points; i++) {
    mk_vec2 a = edge_normal (o, (i + o->n_points - 1) % o->n_points, out), b = edge_normal (o, i, out);
    mk_vec2 sum = { a.x + b.x, a.y + b.y };
    float length2 = sum.x * sum.x + sum.y * sum.y;
    float reach = length2 > 0 ? fminf (2 / length2, MITRE_LIMIT) : 0; /* mitre = 2 (a + b) / |a + b|^2 */
    points[i] = (mk_vec2){ o->points[i].x - sum.x * reach * inset, o->points[i].y - sum.y * reach * inset };
  }
  return points;
}

/* One strip of wall per edge, from z0 (points p) to z1 (points q); `nz` is the share of the normal along z. */
static void
add_wall (mk_mesh_builder *builder, const mk_outline *o, float out, const mk_vec2 *p, float z0, const mk_vec2 *q, float z1, float nz)
{
  float u = 0, flat = sqrtf (1 - nz * nz);
  for (unsigned i = 0; i < o->n_points; i++) {
    unsigned next = (i + 1) % o->n_points;
    mk_vec2 own = edge_normal (o, i, out), ends[2] = { own, own };
    mk_vec2 before = edge_normal (o, (i + o->n_points - 1) % o->n_points, out), after = edge_normal (o, next, out);
    if (own.x * before.x + own.y * before.y > SMOOTH_COSINE)
      ends[0] = (mk_vec2){ own.x + before.x, own.y + before.y };
    if (own.x * after.x + own.y * after.y > SMOOTH_COSINE)
      ends[1] = (mk_vec2){ own.x + after.x, own.y + after.y };
    float length = hypotf (o->points[next].x - o->points[i].x, o->points[next].y - o->points[i].y);
    uint32_t v[4];
    for (int k = 0; k < 4; k++) {
      bool is_next = k == 1 || k == 2;
      mk_vec2 at = (k < 2 ? p : q)[is_next ? next : i], n = ends[is_next];
      float scale = hypotf (n.x, n.y);
      mk_vec3 normal = scale > 0 ? (mk_vec3){ n.x / scale * flat, n.y / scale * flat, nz } : (mk_vec3){ 0, 0, 1 };
      v[k] = mk_mesh_builder_vertex (builder, (mk_vec3){ at.x, at.y, k < 2 ? z0 : z1 }, normal, (mk_vec2){ u + (is_next ? length : 0), k < 2 ? z0 : z1 });
    }
    if (out > 0)
      mk_mesh_builder_quad (builder, v[0], v[1], v[2], v[3]);
    else
      mk_mesh_builder_quad (builder, v[3], v[2], v[1], v[0]);
    u += length;
  }
}

static void
add_caps (mk_mesh_builder *builder, const mk_outline *outlines, unsigned n, float half)
{
  g_autoptr (GArray) triangles = mk_triangulate (outlines, n);
  for (int side = 1; side >= -1; side -= 2) {
    uint32_t first = builder->positions->len;
    for (unsigned k = 0; k < n; k++)
      for (unsigned i = 0; i < outlines[k].n_points; i++) {
        mk_vec2 at = outlines[k].points[i];
        mk_mesh_builder_vertex (builder, (mk_vec3){ at.x, at.y, (float)side * half }, (mk_vec3){ 0, 0, (float)side }, (mk_vec2){ (float)side * at.x, -at.y });
      }
    for (guint i = 0; i + 2 < triangles->len; i += 3) {
      const uint32_t *t = &g_array_index (triangles, uint32_t, i);
      mk_mesh_builder_triangle (builder, first + t[0], first + t[side > 0 ? 1 : 2], first + t[side > 0 ? 2 : 1]);
    }
  }
}

static bool
check_outlines (const mk_outline *outlines, unsigned n, float depth, float bevel, GError **error)
{
  size_t total = 0;
  if (!(depth > 0) || depth > 1e6f || !(bevel >= 0) || n == 0)
    return mk_error (error, MK_ERROR_RANGE, "an extrusion of %u outlines, %g m deep with a bevel of %g m, is not possible", n, (double)depth, (double)bevel);
  for (unsigned k = 0; k < n; k++) {
    total += outlines[k].n_points;
    if (outlines[k].n_points < 3 || total > MAX_POINTS)
      return mk_error (error, MK_ERROR_RANGE, "an outline has 3 points or more, all together at most %u; outline %u has %u", MAX_POINTS, k + 1, outlines[k].n_points);
    for (unsigned i = 0; i < outlines[k].n_points; i++)
      if (!(fabsf (outlines[k].points[i].x) < 1e6f) || !(fabsf (outlines[k].points[i].y) < 1e6f))
        return mk_error (error, MK_ERROR_RANGE, "point %u of outline %u is not finite", i + 1, k + 1);
  }
  return true;
}

mk_mesh *
mk_shape_extrude (const mk_outline *outlines, unsigned n, float depth, float bevel, GError **error)
{
  if (!check_outlines (outlines, n, depth, bevel, error))
    return NULL;
  mk_mesh_builder builder;
  mk_mesh_builder_init (&builder);
  float half = depth / 2, cut = fminf (bevel, 0.49f * depth);
  g_autofree mk_outline *caps = g_new (mk_outline, n);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  for (unsigned k = 0; k < n; k++) {
    const mk_outline *o = &outlines[k];
    float out = outward_sign (outlines, n, k);
    mk_vec2 *inset = inset_points (o, out, cut);
    g_ptr_array_add (kept, inset);
    caps[k] = (mk_outline){ inset, o->n_points };
    if (cut > 0) {
      add_wall (&builder, o, out, inset, -half, o->points, -half + cut, -0.70710678f);
      add_wall (&builder, o, out, o->points, half - cut, inset, half, 0.70710678f);
    }
    add_wall (&builder, o, out, o->points, -half + cut, o->points, half - cut, 0);
  }
  add_caps (&builder, caps, n, half);
  return mk_mesh_builder_take (&builder, error);
}
