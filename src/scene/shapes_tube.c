/* Tubes along a path: frames are carried along without twisting (double reflection, Wang et al. 2008). */
#include "scene/mesh_build.h"
#include "scene/shapes.h"

#define MAX_POINTS 4096u
#define CURVE_STEPS 6
#define CAP_STEPS 4 /* rings of a round end */

typedef struct {
  mk_vec3 at;
  float radius;
} stop;

static mk_vec3
catmull (mk_vec3 a, mk_vec3 b, mk_vec3 c, mk_vec3 d, float t)
{
  float t2 = t * t, t3 = t2 * t;
  mk_vec3 p = mk_vec3_scale (a, (-t3 + 2 * t2 - t) / 2);
  p = mk_vec3_add (p, mk_vec3_scale (b, (3 * t3 - 5 * t2 + 2) / 2));
  p = mk_vec3_add (p, mk_vec3_scale (c, (-3 * t3 + 4 * t2 + t) / 2));
  return mk_vec3_add (p, mk_vec3_scale (d, (t3 - t2) / 2));
}

static GArray *
tube_stops (const mk_vec3 *p, const float *r, unsigned n, bool is_smooth, bool is_closed)
{
  GArray *stops = g_array_new (FALSE, FALSE, sizeof (stop));
  unsigned steps = is_smooth && n > 2 ? CURVE_STEPS : 1, n_spans = is_closed ? n : n - 1;
  for (unsigned i = 0; i < n_spans; i++) {
    unsigned before = i > 0 ? i - 1 : is_closed ? n - 1 : 0, next = (i + 1) % n;
    unsigned after = is_closed ? (i + 2) % n : MIN (i + 2, n - 1);
    for (unsigned k = 0; k < steps; k++) {
      float t = (float)k / (float)steps;
      stop s = { steps > 1 ? catmull (p[before], p[i], p[next], p[after], t) : p[i], r[i] + (r[next] - r[i]) * t };
      g_array_append_val (stops, s);
    }
  }
  if (!is_closed) {
    stop last = { p[n - 1], r[n - 1] };
    g_array_append_val (stops, last);
  }
  return stops;
}

static mk_vec3
tangent_at (const stop *s, unsigned n, unsigned i, bool is_closed)
{
  unsigned before = i > 0 ? i - 1 : is_closed ? n - 1 : 0, after = i + 1 < n ? i + 1 : is_closed ? 0 : n - 1;
  mk_vec3 in = mk_vec3_normalize (mk_vec3_sub (s[i].at, s[before].at)), out = mk_vec3_normalize (mk_vec3_sub (s[after].at, s[i].at));
  mk_vec3 t = mk_vec3_normalize (mk_vec3_add (in, out));
  if (mk_vec3_length (t) == 0)
    t = mk_vec3_length (out) > 0 ? out : mk_vec3_length (in) > 0 ? in : (mk_vec3){ 0, 1, 0 };
  return t;
}

static mk_vec3
any_normal_of (mk_vec3 t)
{
  mk_vec3 side = fabsf (t.y) < 0.9f ? (mk_vec3){ 0, 1, 0 } : (mk_vec3){ 1, 0, 0 };
  return mk_vec3_normalize (mk_vec3_cross (mk_vec3_cross (t, side), t));
}

static mk_vec3
reflect (mk_vec3 v, mk_vec3 axis)
{
  float length2 = mk_vec3_dot (axis, axis);
  return length2 > 0 ? mk_vec3_sub (v, mk_vec3_scale (axis, 2 * mk_vec3_dot (v, axis) / length2)) : v;
}

typedef struct {
  mk_vec3 at, tangent, normal;
} frame;

/* A ring around a frame: `along` shifts it, `slope` tilts its normals towards the tangent. */
static uint32_t
add_ring (mk_mesh_builder *builder, const frame *f, float radius, float along, float slope, float v, unsigned segments)
{
  uint32_t first = builder->positions->len;
  mk_vec3 side = mk_vec3_cross (f->tangent, f->normal), middle = mk_vec3_add (f->at, mk_vec3_scale (f->tangent, along));
  for (unsigned i = 0; i <= segments; i++) {
    float angle = 2 * MK_PI * (float)(i % segments) / (float)segments;
    mk_vec3 out = mk_vec3_add (mk_vec3_scale (f->normal, cosf (angle)), mk_vec3_scale (side, sinf (angle)));
    mk_vec3 n = mk_vec3_normalize (mk_vec3_add (mk_vec3_scale (out, sqrtf (fmaxf (0, 1 - slope * slope))), mk_vec3_scale (f->tangent, slope)));
    mk_vec2 uv = { (float)i / (float)segments * 2 * MK_PI * radius, v };
    mk_mesh_builder_vertex (builder, mk_vec3_add (middle, mk_vec3_scale (out, radius)), n, uv);
  }
  return first;
}

static void
join_rings (mk_mesh_builder *builder, uint32_t low, uint32_t high, unsigned segments)
{
  for (uint32_t i = 0; i < segments; i++)
    mk_mesh_builder_quad (builder, low + i, low + i + 1, high + i + 1, high + i);
}

/* A half ball on an end; `way` -1 at the start, 1 at the end. */
static void
add_cap (mk_mesh_builder *builder, const frame *f, float radius, float way, float v, unsigned segments)
{
  uint32_t last = add_ring (builder, f, radius, 0, 0, v, segments);
  for (int k = 1; k <= CAP_STEPS; k++) {
    float angle = 0.5f * MK_PI * (float)k / CAP_STEPS;
    float r = k == CAP_STEPS ? 0 : radius * cosf (angle);
    uint32_t next = add_ring (builder, f, r, way * radius * sinf (angle), way * sinf (angle), v, segments);
    join_rings (builder, way > 0 ? last : next, way > 0 ? next : last, segments);
    last = next;
  }
}

/* For a closed path the twist that is left after one round is spread over all frames. */
static void
untwist (frame *f, unsigned n)
{
  mk_vec3 d = mk_vec3_sub (f[0].at, f[n - 1].at);
  mk_vec3 carried = mk_vec3_normalize (reflect (f[n - 1].normal, d));
  mk_vec3 turned = reflect (f[n - 1].tangent, d);
  carried = reflect (carried, mk_vec3_sub (f[0].tangent, turned));
  float twist = atan2f (mk_vec3_dot (mk_vec3_cross (carried, f[0].normal), f[0].tangent), mk_vec3_dot (carried, f[0].normal));
  for (unsigned i = 1; i < n; i++)
    f[i].normal = mk_quat_rotate (mk_quat_from_axis (f[i].tangent, twist * (float)i / (float)n), f[i].normal);
}

static frame *
carry_frames (const stop *s, unsigned n, bool is_closed)
{
  frame *f = g_new (frame, n);
  for (unsigned i = 0; i < n; i++) {
    f[i].at = s[i].at;
    f[i].tangent = tangent_at (s, n, i, is_closed);
    if (i == 0) {
      f[i].normal = any_normal_of (f[i].tangent);
      continue;
    }
    mk_vec3 d = mk_vec3_sub (s[i].at, s[i - 1].at);
    mk_vec3 normal = reflect (f[i - 1].normal, d), tangent = reflect (f[i - 1].tangent, d);
    normal = reflect (normal, mk_vec3_sub (f[i].tangent, tangent));
    normal = mk_vec3_sub (normal, mk_vec3_scale (f[i].tangent, mk_vec3_dot (normal, f[i].tangent)));
    f[i].normal = mk_vec3_normalize (normal);
    if (mk_vec3_length (f[i].normal) == 0)
      f[i].normal = any_normal_of (f[i].tangent);
  }
  if (is_closed && n > 2)
    untwist (f, n);
  return f;
}

static mk_mesh *
tube_build (const stop *s, unsigned n, bool is_closed, unsigned segments, GError **error)
{
  g_autofree frame *f = carry_frames (s, n, is_closed);
  mk_mesh_builder builder;
  mk_mesh_builder_init (&builder);
  float v = 0;
  uint32_t last = 0;
  for (unsigned i = 0; i < n + (is_closed ? 1 : 0); i++) {
    unsigned here = i % n, before = i > 0 ? (i - 1) % n : here, after = i + 1 < n || is_closed ? (i + 1) % n : here;
    float run = mk_vec3_length (mk_vec3_sub (s[after].at, s[before].at));
    float slope = run > 0 ? CLAMP ((s[before].radius - s[after].radius) / run, -0.95f, 0.95f) : 0;
    if (i > 0)
      v -= mk_vec3_length (mk_vec3_sub (s[here].at, s[before].at));
    uint32_t next = add_ring (&builder, &f[here], s[here].radius, 0, slope, v, segments);
    if (i > 0)
      join_rings (&builder, last, next, segments);
    last = next;
  }
  if (!is_closed) {
    add_cap (&builder, &f[0], s[0].radius, -1, 0, segments);
    add_cap (&builder, &f[n - 1], s[n - 1].radius, 1, v, segments);
  }
  return mk_mesh_builder_take (&builder, error);
}

mk_mesh *
mk_shape_tube (const mk_vec3 *points, const float *radii, unsigned n, bool is_smooth, bool is_closed, unsigned segments, GError **error)
{
  if (segments == 0)
    segments = 24;
  if (n < 2 || n > MAX_POINTS || segments < 3 || segments > 256) {
    mk_error (error, MK_ERROR_RANGE, "a tube has 2 to %u points and 3 to 256 segments, not %u and %u", MAX_POINTS, n, segments);
    return NULL;
  }
  for (unsigned i = 0; i < n; i++)
    if (!isfinite (points[i].x + points[i].y + points[i].z) || mk_vec3_length (points[i]) > 1e6f || !(radii[i] >= 0) || radii[i] > 1e6f) {
      mk_error (error, MK_ERROR_RANGE, "point %u of a tube with radius %g m is not possible", i + 1, (double)radii[i]);
      return NULL;
    }
  g_autoptr (GArray) stops = tube_stops (points, radii, n, is_smooth, is_closed && n > 2);
  return tube_build ((const stop *)(void *)stops->data, stops->len, is_closed && n > 2, segments, error);
}
