/* What is round about an axis: one profile, turned. */
#include "scene/mesh_build.h"
#include "scene/shapes.h"

#define DEFAULT_SEGMENTS 48u
#define MAX_SEGMENTS 512u
#define MAX_PROFILE 4096u
#define FACETED_SEGMENTS 8u /* up to here a round shape is meant as a prism or pyramid */
#define CURVE_STEPS 8       /* points that a smooth profile gets between two of its own */
#define SMOOTH_COSINE 0.76f /* cos 40 degrees: flatter corners are shaded round */

/* One ring of vertices: where, its normal in the profile's plane, and the way along the profile. */
typedef struct {
  float r, y, nr, ny, v;
} ring;

static bool
check_segments (unsigned *segments, GError **error)
{
  if (*segments == 0)
    *segments = DEFAULT_SEGMENTS;
  if (*segments < 3 || *segments > MAX_SEGMENTS)
    return mk_error (error, MK_ERROR_RANGE, "a round shape has 3 to %u segments, not %u", MAX_SEGMENTS, *segments);
  return true;
}

static bool
is_length (float x)
{
  return isfinite (x) && x > 0 && x < 1e6f;
}

/* The same between few corners: every face is flat. */
static void
add_facets (mk_mesh_builder *builder, const ring *low, const ring *high, unsigned segments, float u_length)
{
  for (unsigned i = 0; i < segments; i++) {
    uint32_t corners[4];
    float middle = 2 * MK_PI * ((float)i + 0.5f) / (float)segments, shrink = cosf (MK_PI / (float)segments);
    mk_vec2 along = { (high->r - low->r) * shrink, high->y - low->y };
    float length = fmaxf (hypotf (along.x, along.y), 1e-20f);
    mk_vec3 normal = { along.y / length * sinf (middle), -along.x / length, along.y / length * cosf (middle) };
    for (unsigned k = 0; k < 4; k++) {
      const ring *at = k < 2 ? low : high;
      unsigned side = k == 1 || k == 2;
      float angle = 2 * MK_PI * (float)((i + side) % segments) / (float)segments;
      mk_vec2 uv = { (float)(i + side) / (float)segments * u_length, at->v };
      corners[k] = mk_mesh_builder_vertex (builder, (mk_vec3){ at->r * sinf (angle), at->y, at->r * cosf (angle) }, normal, uv);
    }
    mk_mesh_builder_quad (builder, corners[0], corners[1], corners[2], corners[3]);
  }
}

/* A band between two rings; both have segments + 1 vertices, for the seam of uv. */
static void
add_band (mk_mesh_builder *builder, const ring *low, const ring *high, unsigned segments, float u_length)
{
  uint32_t first = 0;
  for (int side = 0; side < 2; side++) {
    const ring *at = side == 0 ? low : high;
    for (unsigned i = 0; i <= segments; i++) {
      float angle = 2 * MK_PI * (float)(i % segments) / (float)segments;
      float s = sinf (angle), c = cosf (angle);
      mk_vec2 uv = { (float)i / (float)segments * u_length, at->v };
      uint32_t index = mk_mesh_builder_vertex (builder, (mk_vec3){ at->r * s, at->y, at->r * c }, (mk_vec3){ at->nr * s, at->ny, at->nr * c }, uv);
      if (side == 0 && i == 0)
        first = index;
    }
  }
  for (uint32_t i = 0; i < segments; i++)
    mk_mesh_builder_quad (builder, first + i, first + i + 1, first + segments + 2 + i, first + segments + 1 + i);
}

static mk_vec2
segment_normal (mk_vec2 a, mk_vec2 b)
{
  float dx = b.x - a.x, dy = b.y - a.y, length = sqrtf (dx * dx + dy * dy);
  return length > 0 ? (mk_vec2){ dy / length, -dx / length } : (mk_vec2){ 0, 0 };
}

/* The normal at one end of a segment: shared with the neighbour when the corner is flat enough. */
static mk_vec2
end_normal (mk_vec2 own, const mk_vec2 *neighbour, mk_vec2 point)
{
  mk_vec2 n = own;
  if (neighbour != NULL && own.x * neighbour->x + own.y * neighbour->y > SMOOTH_COSINE)
    n = (mk_vec2){ own.x + neighbour->x, own.y + neighbour->y };
  if (point.x <= 0 && fabsf (own.y) > 0.9f) /* at the pole of something round */
    n = (mk_vec2){ 0, own.y > 0 ? 1 : -1 };
  float length = sqrtf (n.x * n.x + n.y * n.y);
  return length > 0 ? (mk_vec2){ n.x / length, n.y / length } : (mk_vec2){ 1, 0 };
}

static mk_mesh *
turn_profile (const mk_vec2 *p, unsigned n, bool is_closed, unsigned segments, GError **error)
{
  mk_mesh_builder builder;
  mk_mesh_builder_init (&builder);
  unsigned n_segments = is_closed ? n : n - 1;
  g_autofree mk_vec2 *normals = g_new (mk_vec2, n_segments);
  float widest = 0, v = 0;
  for (unsigned i = 0; i < n_segments; i++) {
    normals[i] = segment_normal (p[i], p[(i + 1) % n]);
    widest = fmaxf (widest, p[i].x);
  }
  for (unsigned i = 0; i < n_segments; i++) {
    mk_vec2 a = p[i], b = p[(i + 1) % n];
    float length = hypotf (b.x - a.x, b.y - a.y);
    const mk_vec2 *before = i > 0 ? &normals[i - 1] : is_closed ? &normals[n_segments - 1] : NULL;
    const mk_vec2 *after = i + 1 < n_segments ? &normals[i + 1] : is_closed ? &normals[0] : NULL;
    mk_vec2 na = end_normal (normals[i], before, a), nb = end_normal (normals[i], after, b);
    if (length > 0)
      (segments <= FACETED_SEGMENTS ? add_facets : add_band) (&builder, &(ring){ a.x, a.y, na.x, na.y, -v }, &(ring){ b.x, b.y, nb.x, nb.y, -v - length }, segments, 2 * MK_PI * widest);
    v += length;
  }
  return mk_mesh_builder_take (&builder, error);
}

/* Catmull-Rom through the points; radii never turn negative. */
static mk_vec2 *
curve_through (const mk_vec2 *p, unsigned n, unsigned *n_out)
{
  GArray *out = g_array_new (FALSE, FALSE, sizeof (mk_vec2));
  for (unsigned i = 0; i + 1 < n; i++) {
    mk_vec2 a = p[i > 0 ? i - 1 : 0], b = p[i], c = p[i + 1], d = p[i + 2 < n ? i + 2 : n - 1];
    for (unsigned k = 0; k < CURVE_STEPS; k++) {
      float t = (float)k / CURVE_STEPS, t2 = t * t, t3 = t2 * t;
      float wa = (-t3 + 2 * t2 - t) / 2, wb = (3 * t3 - 5 * t2 + 2) / 2, wc = (-3 * t3 + 4 * t2 + t) / 2, wd = (t3 - t2) / 2;
      mk_vec2 q = { fmaxf (0, a.x * wa + b.x * wb + c.x * wc + d.x * wd), a.y * wa + b.y * wb + c.y * wc + d.y * wd };
      g_array_append_val (out, q);
    }
  }
  g_array_append_val (out, p[n - 1]);
  *n_out = out->len;
  return (mk_vec2 *)(void *)g_array_free (out, FALSE);
}

mk_mesh *
mk_shape_lathe (const mk_vec2 *profile, unsigned n_points, bool is_smooth, unsigned segments, GError **error)
{
  if (!check_segments (&segments, error))
    return NULL;
  if (n_points < 2 || n_points > MAX_PROFILE) {
    mk_error (error, MK_ERROR_RANGE, "a profile has 2 to %u points, not %u", MAX_PROFILE, n_points);
    return NULL;
  }
  for (unsigned i = 0; i < n_points; i++)
    if (!isfinite (profile[i].y) || !(profile[i].x >= 0) || profile[i].x > 1e6f || fabsf (profile[i].y) > 1e6f) {
      mk_error (error, MK_ERROR_RANGE, "point %u of a profile is (%g, %g); radii are 0 or more and finite", i + 1, (double)profile[i].x, (double)profile[i].y);
      return NULL;
    }
  unsigned n = n_points;
  g_autofree mk_vec2 *curve = is_smooth && n > 2 ? curve_through (profile, n, &n) : g_memdup2 (profile, n * sizeof *profile);
  g_autofree mk_vec2 *closed = g_new (mk_vec2, n + 2);
  unsigned n_closed = 0;
  if (curve[0].x > 0)
    closed[n_closed++] = (mk_vec2){ 0, curve[0].y };
  for (unsigned i = 0; i < n; i++)
    closed[n_closed++] = curve[i];
  if (curve[n - 1].x > 0)
    closed[n_closed++] = (mk_vec2){ 0, curve[n - 1].y };
  return turn_profile (closed, n_closed, false, segments, error);
}

mk_mesh *
mk_shape_ellipsoid (mk_vec3 size, unsigned segments, GError **error)
{
  if (!check_segments (&segments, error))
    return NULL;
  if (!is_length (size.x) || !is_length (size.y) || !is_length (size.z)) {
    mk_error (error, MK_ERROR_RANGE, "an ellipsoid of %g x %g x %g m is not possible", (double)size.x, (double)size.y, (double)size.z);
    return NULL;
  }
  unsigned rows = MAX (segments / 2, 2u);
  g_autofree mk_vec2 *p = g_new (mk_vec2, rows + 1);
  for (unsigned i = 0; i <= rows; i++) {
    float angle = MK_PI * (float)i / (float)rows;
    p[i] = (mk_vec2){ i == 0 || i == rows ? 0 : 0.5f * sinf (angle), -0.5f * cosf (angle) };
  }
  g_autoptr (mk_mesh) ball = turn_profile (p, rows + 1, false, segments, error);
  if (ball == NULL)
    return NULL;
  float mean = cbrtf (size.x * size.y * size.z);
  for (uint32_t i = 0; i < ball->n_vertices; i++) {
    mk_vec3 unit = mk_vec3_normalize (ball->positions[i]);
    ball->positions[i] = mk_vec3_mul (ball->positions[i], size);
    ball->normals[i] = mk_vec3_normalize ((mk_vec3){ unit.x / size.x, unit.y / size.y, unit.z / size.z });
    ball->uvs[i] = (mk_vec2){ ball->uvs[i].x * mean, ball->uvs[i].y * mean };
  }
  mk_mesh_update_bounds (ball);
  return g_steal_pointer (&ball);
}

/* Replaces the corner at `b` by an arc of radius `round_m`, as far as its sides allow; appends to `out`. */
static void
add_round_corner (GArray *out, mk_vec2 a, mk_vec2 b, mk_vec2 c, float round_m)
{
  mk_vec2 in = { a.x - b.x, a.y - b.y }, on = { c.x - b.x, c.y - b.y };
  float in_length = hypotf (in.x, in.y), on_length = hypotf (on.x, on.y);
  float cut = in_length > 0 && on_length > 0 ? fminf (round_m, 0.49f * fminf (in_length, on_length)) : 0;
  if (cut <= 0) {
    g_array_append_val (out, b);
    return;
  }
  mk_vec2 from = { b.x + in.x / in_length * cut, b.y + in.y / in_length * cut };
  mk_vec2 to = { b.x + on.x / on_length * cut, b.y + on.y / on_length * cut };
  for (int i = 0; i <= 6; i++) {
    float t = (float)i / 6, s = 1 - t; /* a parabola: tangent to both sides */
    mk_vec2 q = { s * s * from.x + 2 * s * t * b.x + t * t * to.x, s * s * from.y + 2 * s * t * b.y + t * t * to.y };
    g_array_append_val (out, q);
  }
}

mk_mesh *
mk_shape_cone (float bottom, float top, float height, float round_m, unsigned segments, GError **error)
{
  if (!check_segments (&segments, error))
    return NULL;
  if (!is_length (height) || !(bottom >= 0) || !(top >= 0) || !is_length (bottom + top) || !isfinite (round_m)) {
    mk_error (error, MK_ERROR_RANGE, "a cone of radii %g and %g m, %g m high, is not possible", (double)bottom, (double)top, (double)height);
    return NULL;
  }
  mk_vec2 corners[] = { { 0, -height / 2 }, { bottom, -height / 2 }, { top, height / 2 }, { 0, height / 2 } };
  g_autoptr (GArray) p = g_array_new (FALSE, FALSE, sizeof (mk_vec2));
  g_array_append_val (p, corners[0]);
  for (int i = 1; i < 3; i++)
    if (corners[i].x > 0)
      add_round_corner (p, corners[i - 1], corners[i], corners[i + 1], round_m);
  g_array_append_val (p, corners[3]);
  return turn_profile ((const mk_vec2 *)(void *)p->data, p->len, false, segments, error);
}

mk_mesh *
mk_shape_capsule (float radius, float height, unsigned segments, GError **error)
{
  if (!check_segments (&segments, error))
    return NULL;
  if (!is_length (radius) || !is_length (height)) {
    mk_error (error, MK_ERROR_RANGE, "a capsule of radius %g m and length %g m is not possible", (double)radius, (double)height);
    return NULL;
  }
  unsigned quarter = MAX (segments / 4, 2u);
  float straight = fmaxf (0, height / 2 - radius);
  g_autofree mk_vec2 *p = g_new (mk_vec2, 2 * quarter + 2);
  for (unsigned i = 0; i <= quarter; i++) {
    float angle = 0.5f * MK_PI * (float)i / (float)quarter;
    float r = i == 0 ? 0 : radius * sinf (angle), y = radius * cosf (angle);
    p[i] = (mk_vec2){ r, -straight - y };
    p[2 * quarter + 1 - i] = (mk_vec2){ r, straight + y };
  }
  return turn_profile (p, 2 * quarter + 2, false, segments, error);
}

mk_mesh *
mk_shape_torus (float ring_radius, float tube_radius, unsigned segments, GError **error)
{
  if (!check_segments (&segments, error))
    return NULL;
  if (!is_length (ring_radius) || !is_length (tube_radius)) {
    mk_error (error, MK_ERROR_RANGE, "a torus of radii %g and %g m is not possible", (double)ring_radius, (double)tube_radius);
    return NULL;
  }
  unsigned around = MAX (segments / 2, 6u);
  g_autofree mk_vec2 *p = g_new (mk_vec2, around);
  for (unsigned i = 0; i < around; i++) {
    float angle = 2 * MK_PI * (float)i / (float)around;
    p[i] = (mk_vec2){ fmaxf (0, ring_radius + tube_radius * cosf (angle)), tube_radius * sinf (angle) };
  }
  return turn_profile (p, around, true, segments, error);
}
