/* Boxes with sharp or round edges, and the flat plane. */
#include "scene/mesh_build.h"
#include "scene/shapes.h"

#define CORNER_STEPS 4 /* quads across a quarter turn of an edge */

static bool
is_size (float x)
{
  return isfinite (x) && x > 0 && x < 1e6f;
}

static float
axis_get (mk_vec3 v, int axis)
{
  return axis == 0 ? v.x : axis == 1 ? v.y : v.z;
}

static void
axis_set (mk_vec3 *v, int axis, float value)
{
  *(axis == 0 ? &v->x : axis == 1 ? &v->y : &v->z) = value;
}

/* One face: a grid over the cube's side, bent onto the rounded box by pulling every point of the cube to
 * distance `round_m` from the inner box. Directions across a corner are spread by angle. */
static void
add_face (mk_mesh_builder *builder, mk_vec3 half, float round_m, int axis, float sign)
{
  int ua = (axis + 1) % 3, va = (axis + 2) % 3;
  unsigned n = round_m > 0 ? 2 * (CORNER_STEPS + 1) : 2;
  uint32_t first = builder->positions->len;
  for (unsigned j = 0; j < n; j++)
    for (unsigned i = 0; i < n; i++) {
      float tilt[2] = { 0, 0 }, place[2];
      unsigned at[2] = { i, j };
      for (int k = 0; k < 2; k++) {
        bool is_high = at[k] >= n / 2;
        float step = round_m > 0 ? (float)(is_high ? at[k] - n / 2 : n / 2 - 1 - at[k]) / CORNER_STEPS : 0;
        tilt[k] = tanf (0.25f * MK_PI * step) * (is_high ? 1 : -1);
        float inner = axis_get (half, k == 0 ? ua : va) - round_m;
        place[k] = is_high ? inner : -inner;
      }
      mk_vec3 n3, p;
      axis_set (&n3, axis, sign);
      axis_set (&n3, ua, tilt[0]);
      axis_set (&n3, va, tilt[1]);
      n3 = mk_vec3_normalize (n3);
      axis_set (&p, axis, sign * (axis_get (half, axis) - round_m));
      axis_set (&p, ua, place[0]);
      axis_set (&p, va, place[1]);
      p = mk_vec3_add (p, mk_vec3_scale (n3, round_m));
      /* Upright sides run their u sideways and v downwards, so that bricks and planks lie as they should. */
      mk_vec2 uv = axis == 1 ? (mk_vec2){ p.x, p.z } : axis == 0 ? (mk_vec2){ -sign * p.z, -p.y } : (mk_vec2){ sign * p.x, -p.y };
      mk_mesh_builder_vertex (builder, p, n3, uv);
    }
  for (uint32_t j = 0; j + 1 < n; j++)
    for (uint32_t i = 0; i + 1 < n; i++) {
      uint32_t a = first + j * n + i, b = a + 1, c = a + n + 1, d = a + n;
      if (sign > 0)
        mk_mesh_builder_quad (builder, a, b, c, d);
      else
        mk_mesh_builder_quad (builder, a, d, c, b);
    }
}

mk_mesh *
mk_shape_box (mk_vec3 size, float round_m, GError **error)
{
  if (!is_size (size.x) || !is_size (size.y) || !is_size (size.z) || !isfinite (round_m)) {
    mk_error (error, MK_ERROR_RANGE, "a box of %g x %g x %g m is not possible", (double)size.x, (double)size.y, (double)size.z);
    return NULL;
  }
  mk_vec3 half = mk_vec3_scale (size, 0.5f);
  float most = 0.999f * fminf (half.x, fminf (half.y, half.z));
  mk_mesh_builder builder;
  mk_mesh_builder_init (&builder);
  for (int axis = 0; axis < 3; axis++) {
    add_face (&builder, half, CLAMP (round_m, 0, most), axis, 1);
    add_face (&builder, half, CLAMP (round_m, 0, most), axis, -1);
  }
  return mk_mesh_builder_take (&builder, error);
}

mk_mesh *
mk_shape_plane (float width, float length, GError **error)
{
  if (!is_size (width) || !is_size (length)) {
    mk_error (error, MK_ERROR_RANGE, "a plane of %g x %g m is not possible", (double)width, (double)length);
    return NULL;
  }
  mk_mesh_builder builder;
  mk_mesh_builder_init (&builder);
  for (int i = 0; i < 4; i++) {
    float x = width * (i == 1 || i == 2 ? 0.5f : -0.5f), z = length * (i < 2 ? 0.5f : -0.5f);
    mk_mesh_builder_vertex (&builder, (mk_vec3){ x, 0, z }, (mk_vec3){ 0, 1, 0 }, (mk_vec2){ x, z });
  }
  mk_mesh_builder_quad (&builder, 0, 1, 2, 3);
  return mk_mesh_builder_take (&builder, error);
}
