/* What a mesh looks like to a solver of rigid bodies: told by its volume in its box. */
#include "scene/mesh_build.h"
#include "scene/physics.h"

#define BANDS 6 /* of a turned profile */

static float
component (mk_vec3 v, int axis)
{
  return axis == 0 ? v.x : axis == 1 ? v.y : v.z;
}

static bool
is_about (float a, float b, float share)
{
  return fabsf (a - b) <= share * fmaxf (fabsf (a), fabsf (b));
}

/* The axis about which both other sides are equal, the vertical one first; -1 when there is none. */
static int
round_axis (mk_vec3 size)
{
  static const int order[] = { 1, 0, 2 };
  for (int i = 0; i < 3; i++)
    if (is_about (component (size, (order[i] + 1) % 3), component (size, (order[i] + 2) % 3), 0.04f))
      return order[i];
  return -1;
}

/* Radius of the profile at `at` along the axis: the farthest crossing of an edge. */
static float
radius_at (const mk_mesh *mesh, mk_vec3 center, int axis, float at)
{
  float best = 0;
  int u = (axis + 1) % 3, v = (axis + 2) % 3;
  for (uint32_t i = 0; i < mesh->n_indices; i++) {
    uint32_t next = i % 3 == 2 ? i - 2 : i + 1;
    mk_vec3 a = mesh->positions[mesh->indices[i]], b = mesh->positions[mesh->indices[next]];
    float low = component (a, axis), high = component (b, axis);
    if ((low - at) * (high - at) > 0 || low == high)
      continue;
    mk_vec3 p = mk_vec3_sub (mk_vec3_lerp (a, b, (at - low) / (high - low)), center);
    best = fmaxf (best, hypotf (component (p, u), component (p, v)));
  }
  return best;
}

static unsigned
fit_profile (const mk_mesh *mesh, mk_vec3 center, mk_vec3 size, int axis, mk_hull *hulls)
{
  unsigned n = 0;
  float length = component (size, axis) / BANDS, from = component (center, axis) - component (size, axis) / 2;
  for (int i = 0; i < BANDS; i++) {
    float low = radius_at (mesh, center, axis, from + length * ((float)i + 0.1f)), high = radius_at (mesh, center, axis, from + length * ((float)i + 0.9f));
    mk_hull hull = { .kind = MK_HULL_CYLINDER, .center = center, .size = { (low + high) / 2, length, 0 }, .axis = axis };
    float middle = from + length * ((float)i + 0.5f);
    *(axis == 0 ? &hull.center.x : axis == 1 ? &hull.center.y : &hull.center.z) = middle;
    if (hull.size.x > 0.02f * component (size, axis))
      hulls[n++] = hull;
  }
  return n;
}

unsigned
mk_hull_fit (const mk_mesh *mesh, bool is_moving, mk_hull *hulls, unsigned most)
{
  mk_vec3 size = mk_vec3_sub (mesh->bounds.max, mesh->bounds.min), center = mk_vec3_scale (mk_vec3_add (mesh->bounds.min, mesh->bounds.max), 0.5f);
  float box = size.x * size.y * size.z, share = box > 0 ? (float)fabs (mk_mesh_volume (mesh)) / box : 0;
  int axis = round_axis (size);
  bool is_cube = axis >= 0 && is_about (size.x, size.y, 0.04f);
  hulls[0] = (mk_hull){ .kind = MK_HULL_BOX, .center = center, .size = { fmaxf (size.x, 1e-3f), fmaxf (size.y, 1e-3f), fmaxf (size.z, 1e-3f) } };
  if (share > 0.88f)
    return 1;
  if (is_cube && is_about (share, MK_PI / 6, 0.06f)) {
    hulls[0] = (mk_hull){ .kind = MK_HULL_SPHERE, .center = center, .size = { size.x / 2, 0, 0 } };
    return 1;
  }
  if (axis >= 0 && is_about (share, MK_PI / 4, 0.06f)) {
    hulls[0] = (mk_hull){ .kind = MK_HULL_CYLINDER, .center = center, .size = { component (size, (axis + 1) % 3) / 2, component (size, axis), 0 }, .axis = axis };
    return 1;
  }
  if (!is_moving) {
    hulls[0].kind = MK_HULL_MESH;
    return 1;
  }
  unsigned n = axis >= 0 && most >= BANDS ? fit_profile (mesh, center, size, axis, hulls) : 0;
  return n > 0 ? n : 1;
}
