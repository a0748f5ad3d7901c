/* One part's "shape" and sizes to a mesh. */
#include "scene/library.h"

#include <string.h>

#include "scene/shapes.h"
#include "scene/text.h"

#define MAX_POINTS 512

static unsigned
segments_of (mk_compiler *c, const mk_json *part)
{
  return (unsigned)CLAMP (mk_compiler_number (c, mk_json_get (part, "segments"), 0), 0, 256);
}

static float
number_of (mk_compiler *c, const mk_json *part, const char *key, double fallback)
{
  return (float)mk_compiler_number (c, mk_json_get (part, key), fallback);
}

/* "radius": one number or [bottom, top]. */
static void
radii_of (mk_compiler *c, const mk_json *part, float *bottom, float *top)
{
  const mk_json *radius = mk_json_get (part, "radius");
  if (mk_json_get_kind (radius) == MK_JSON_ARRAY) {
    *bottom = (float)mk_compiler_number (c, mk_json_at (radius, 0), 0.5);
    *top = (float)mk_compiler_number (c, mk_json_at (radius, 1), 0.5);
  } else
    *bottom = *top = (float)mk_compiler_number (c, radius, 0.5);
}

static float
height_of (mk_compiler *c, const mk_json *part)
{
  if (mk_json_has (part, "from")) {
    mk_vec3 zero = { 0, 0, 0 };
    return mk_vec3_length (mk_vec3_sub (mk_compiler_vec3 (c, mk_json_get (part, "to"), zero), mk_compiler_vec3 (c, mk_json_get (part, "from"), zero)));
  }
  return number_of (c, part, "height", 1);
}

static mk_mesh *
make_box (mk_compiler *c, const mk_json *part)
{
  return mk_shape_box (mk_compiler_vec3 (c, mk_json_get (part, "size"), (mk_vec3){ 1, 1, 1 }), number_of (c, part, "round", 0), &c->error);
}

static mk_mesh *
make_sphere (mk_compiler *c, const mk_json *part)
{
  float d = 2 * number_of (c, part, "radius", 0.5);
  return mk_shape_ellipsoid (mk_compiler_vec3 (c, mk_json_get (part, "size"), (mk_vec3){ d, d, d }), segments_of (c, part), &c->error);
}

static mk_mesh *
make_cylinder (mk_compiler *c, const mk_json *part)
{
  float bottom, top;
  radii_of (c, part, &bottom, &top);
  return mk_shape_cone (bottom, top, height_of (c, part), number_of (c, part, "round", 0), segments_of (c, part), &c->error);
}

static mk_mesh *
make_cone (mk_compiler *c, const mk_json *part)
{
  float bottom, top;
  radii_of (c, part, &bottom, &top);
  if (mk_json_get_kind (mk_json_get (part, "radius")) != MK_JSON_ARRAY)
    top = 0;
  return mk_shape_cone (bottom, top, height_of (c, part), number_of (c, part, "round", 0), segments_of (c, part), &c->error);
}

static mk_mesh *
make_capsule (mk_compiler *c, const mk_json *part)
{
  float r = number_of (c, part, "radius", 0.5);
  return mk_shape_capsule (r, height_of (c, part) + (mk_json_has (part, "from") ? 2 * r : 0), segments_of (c, part), &c->error);
}

static mk_mesh *
make_torus (mk_compiler *c, const mk_json *part)
{
  return mk_shape_torus (number_of (c, part, "radius", 0.5), number_of (c, part, "tube", 0.1), segments_of (c, part), &c->error);
}

static mk_mesh *
make_plane (mk_compiler *c, const mk_json *part)
{
  const mk_json *size = mk_json_get (part, "size");
  return mk_shape_plane ((float)mk_compiler_number (c, mk_json_at (size, 0), 1), (float)mk_compiler_number (c, mk_json_at (size, 1), 1), &c->error);
}

/* [[x, y], ...] */
static mk_vec2 *
points2_of (mk_compiler *c, const mk_json *points, unsigned *n)
{
  *n = (unsigned)MIN (mk_json_length (points), MAX_POINTS);
  if (mk_json_length (points) > MAX_POINTS || *n == 0)
    mk_compiler_fail (c, MK_ERROR_LIMIT, "a line of %zu points; 1 to %d are possible", mk_json_length (points), MAX_POINTS);
  mk_vec2 *out = g_new0 (mk_vec2, *n + 1);
  for (unsigned i = 0; i < *n; i++) {
    const mk_json *point = mk_json_at (points, i);
    if (mk_json_length (point) != 2)
      mk_compiler_fail (c, MK_ERROR_TYPE, "a point of a line is [x, y]");
    out[i] = (mk_vec2){ (float)mk_compiler_number (c, mk_json_at (point, 0), 0), (float)mk_compiler_number (c, mk_json_at (point, 1), 0) };
  }
  return out;
}

static mk_mesh *
make_lathe (mk_compiler *c, const mk_json *part)
{
  unsigned n;
  g_autofree mk_vec2 *profile = points2_of (c, mk_json_get (part, "profile"), &n);
  bool is_smooth = mk_json_get_bool (mk_json_get (part, "smooth"));
  return c->error == NULL ? mk_shape_lathe (profile, n, is_smooth, segments_of (c, part), &c->error) : NULL;
}

/* Replaces a rough closed line by a curve through its points. */
static mk_vec2 *
curve_outline (const mk_vec2 *p, unsigned n, unsigned *n_out)
{
  enum { STEPS = 8 };
  mk_vec2 *out = g_new (mk_vec2, n * STEPS);
  for (unsigned i = 0; i < n; i++) {
    mk_vec2 a = p[(i + n - 1) % n], b = p[i], d = p[(i + 1) % n], e = p[(i + 2) % n];
    for (unsigned k = 0; k < STEPS; k++) {
      float t = (float)k / STEPS, t2 = t * t, t3 = t2 * t;
      float wa = (-t3 + 2 * t2 - t) / 2, wb = (3 * t3 - 5 * t2 + 2) / 2, wd = (-3 * t3 + 4 * t2 + t) / 2, we = (t3 - t2) / 2;
      out[i * STEPS + k] = (mk_vec2){ a.x * wa + b.x * wb + d.x * wd + e.x * we, a.y * wa + b.y * wb + d.y * wd + e.y * we };
    }
  }
  *n_out = n * STEPS;
  return out;
}

/* "outline": [[x, y], ...]; "holes": [outline, ...]; or a "star": {"points", "outer", "inner"}; or a circle by "radius". */
static mk_vec2 *
outline_of (mk_compiler *c, const mk_json *part, unsigned *n)
{
  const mk_json *star = mk_json_get (part, "star");
  if (mk_json_has (part, "outline"))
    return points2_of (c, mk_json_get (part, "outline"), n);
  unsigned points = star != NULL ? (unsigned)CLAMP (mk_compiler_number (c, mk_json_get (star, "points"), 5), 2, 200) : 32;
  double outer = star != NULL ? mk_compiler_number (c, mk_json_get (star, "outer"), 1) : number_of (c, part, "radius", 0.5);
  double inner = star != NULL ? mk_compiler_number (c, mk_json_get (star, "inner"), 0.5) : outer;
  *n = 2 * points;
  mk_vec2 *out = g_new (mk_vec2, *n);
  for (unsigned i = 0; i < *n; i++) {
    double angle = G_PI * (double)i / points, r = i % 2 == 0 ? outer : inner;
    out[i] = (mk_vec2){ (float)(r * sin (angle)), (float)(r * cos (angle)) };
  }
  return out;
}

static mk_mesh *
make_extrude (mk_compiler *c, const mk_json *part)
{
  enum { MAX_HOLES = 32 };
  const mk_json *holes = mk_json_get (part, "holes");
  unsigned n_holes = (unsigned)MIN (mk_json_length (holes), MAX_HOLES);
  mk_outline outlines[MAX_HOLES + 1];
  mk_vec2 *points[MAX_HOLES + 1];
  bool is_smooth = mk_json_get_bool (mk_json_get (part, "smooth"));
  for (unsigned i = 0; i <= n_holes; i++) {
    unsigned n;
    points[i] = i == 0 ? outline_of (c, part, &n) : points2_of (c, mk_json_at (holes, i - 1), &n);
    if (is_smooth && n >= 3) {
      mk_vec2 *smooth = curve_outline (points[i], n, &n);
      g_free (points[i]);
      points[i] = smooth;
    }
    outlines[i] = (mk_outline){ points[i], n };
  }
  mk_mesh *mesh = NULL;
  if (c->error == NULL)
    mesh = mk_shape_extrude (outlines, n_holes + 1, number_of (c, part, "depth", 0.1), number_of (c, part, "bevel", 0), &c->error);
  for (unsigned i = 0; i <= n_holes; i++)
    g_free (points[i]);
  return mesh;
}

static mk_mesh *
make_tube (mk_compiler *c, const mk_json *part)
{
  const mk_json *points = mk_json_get (part, "points"), *radius = mk_json_get (part, "radius");
  unsigned n = (unsigned)MIN (mk_json_length (points), MAX_POINTS);
  if (n < 2)
    mk_compiler_fail (c, MK_ERROR_RANGE, "a tube has 2 points or more, not %u", n);
  g_autofree mk_vec3 *at = g_new0 (mk_vec3, n + 1);
  g_autofree float *radii = g_new0 (float, n + 1);
  for (unsigned i = 0; i < n; i++) {
    at[i] = mk_compiler_vec3 (c, mk_json_at (points, i), (mk_vec3){ 0, 0, 0 });
    bool is_list = mk_json_get_kind (radius) == MK_JSON_ARRAY && mk_json_length (radius) > 0;
    /* A list of another length is spread over the points. */
    float place = n > 1 && is_list ? (float)i / (float)(n - 1) * (float)(mk_json_length (radius) - 1) : 0;
    size_t low = (size_t)place, high = MIN (low + 1, is_list ? mk_json_length (radius) - 1 : 0);
    double a = mk_compiler_number (c, is_list ? mk_json_at (radius, low) : radius, 0.05), b = is_list ? mk_compiler_number (c, mk_json_at (radius, high), 0.05) : a;
    radii[i] = (float)(a + (b - a) * (double)(place - (float)low));
  }
  if (c->error != NULL)
    return NULL;
  return mk_shape_tube (at, radii, n, mk_json_get_bool (mk_json_get (part, "smooth")), mk_json_get_bool (mk_json_get (part, "closed")), segments_of (c, part),
                        &c->error);
}

/* "text": what is written; "height": of one row's capitals. */
static mk_mesh *
make_text (mk_compiler *c, const mk_json *part)
{
  const float capital = 0.729f; /* of the em, as text.h says */
  float size = height_of (c, part) / capital, depth = number_of (c, part, "depth", 0.02);
  mk_font font = { c->library->assets, "sans", true };
  if (!(size > 0 && size < 1e4f && depth > 0))
    mk_compiler_fail (c, MK_ERROR_RANGE, "letters have a height and a depth above 0");
  if (c->error != NULL)
    return NULL;
  return mk_text_mesh (&font, mk_json_get_string (mk_json_get (part, "text")), size, depth, number_of (c, part, "bevel", 0), &c->error);
}

static mk_mesh *
make_terrain (mk_compiler *c, const mk_json *part)
{
  mk_terrain terrain = { .size_m = number_of (c, part, "size", 10), .height_m = number_of (c, part, "height", 2), .feature_m = number_of (c, part, "feature", 0),
                         .roughness = CLAMP (number_of (c, part, "roughness", 0.5), 0, 1), .peak = CLAMP (number_of (c, part, "peak", 0), 0, 1), .above = number_of (c, part, "above", 0),
                         .resolution = (unsigned)CLAMP (mk_compiler_number (c, mk_json_get (part, "resolution"), 96), 2, 512),
                         .seed = (uint64_t)CLAMP (mk_compiler_number (c, mk_json_get (part, "seed"), 1), 0, 1e6) };
  return c->error == NULL ? mk_shape_terrain (&terrain, &c->error) : NULL;
}

mk_mesh *
mk_compile_shape (mk_compiler *c, const mk_json *part)
{
  static const struct {
    const char *name;
    mk_mesh *(*make) (mk_compiler *c, const mk_json *part);
  } shapes[] = { { "box", make_box }, { "sphere", make_sphere }, { "cylinder", make_cylinder }, { "cone", make_cone }, { "capsule", make_capsule },
                 { "torus", make_torus }, { "plane", make_plane }, { "lathe", make_lathe }, { "extrude", make_extrude }, { "tube", make_tube },
                 { "terrain", make_terrain }, { "text", make_text } };
  const char *name = mk_json_get_string (mk_json_get (part, "shape"));
  for (size_t i = 0; i < MK_COUNT (shapes); i++)
    if (g_str_equal (name, shapes[i].name)) {
      mk_mesh *mesh = shapes[i].make (c, part);
      if (c->error != NULL)
        g_clear_pointer (&mesh, mk_mesh_unref);
      return mesh;
    }
  mk_compiler_fail (c, MK_ERROR_RANGE, "there is no shape “%s”", name);
  return NULL;
}
