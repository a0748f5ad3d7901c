/* The surface under a point. Neighbouring triangles follow each other in a mesh: boxes of some at a time tell most of
 * them to be elsewhere. */
#include "scene/mesh_build.h"

#define CHUNK 32u          /* triangles of one box */
#define WORTH_BOXES 512u   /* triangles; below, looking at each is as quick */

/* --- triangles --- */

/* Height of a triangle over (x, z), or false beside it. */
static bool
triangle_height (mk_vec3 a, mk_vec3 b, mk_vec3 c, float x, float z, float *y)
{
  float area = (b.x - a.x) * (c.z - a.z) - (c.x - a.x) * (b.z - a.z);
  if (fabsf (area) < 1e-12f)
    return false;
  float u = ((b.x - x) * (c.z - z) - (c.x - x) * (b.z - z)) / area, v = ((c.x - x) * (a.z - z) - (a.x - x) * (c.z - z)) / area, w = 1 - u - v;
  if (u < -1e-5f || v < -1e-5f || w < -1e-5f)
    return false;
  *y = u * a.y + v * b.y + w * c.y;
  return true;
}

/* True when, along an axis of the world, all three corners lie on one side of `at`: most triangles are told so. */
static inline bool
is_beside (const mk_mat4 *world, int axis, const mk_vec3 *const p[3], float at)
{
  float low = INFINITY, high = -INFINITY;
  for (int k = 0; k < 3; k++) {
    float v = world->m[axis] * p[k]->x + world->m[4 + axis] * p[k]->y + world->m[8 + axis] * p[k]->z + world->m[12 + axis];
    low = v < low ? v : low;
    high = v > high ? v : high;
  }
  return at < low - 1e-4f || at > high + 1e-4f;
}

/* --- boxes of triangles --- */

static uint32_t
count_chunks (const mk_mesh *mesh)
{
  return (mesh->n_indices / 3 + CHUNK - 1) / CHUNK;
}

/* A mesh is constant while it is looked at: whoever is first publishes, the others throw theirs away. */
static const mk_box *
chunks_of (const mk_mesh *mesh)
{
  mk_box **place = &((mk_mesh *)mesh)->chunks, *known = __atomic_load_n (place, __ATOMIC_ACQUIRE), *expected = NULL;
  if (known != NULL)
    return known;
  mk_box *boxes = g_new (mk_box, count_chunks (mesh));
  for (uint32_t c = 0; c < count_chunks (mesh); c++) {
    boxes[c] = MK_BOX_EMPTY;
    for (uint32_t i = c * CHUNK * 3; i < MIN ((c + 1) * CHUNK * 3, mesh->n_indices); i++)
      boxes[c] = mk_box_add_point (boxes[c], mesh->positions[mesh->indices[i]]);
  }
  if (__atomic_compare_exchange_n (place, &expected, boxes, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return boxes;
  g_free (boxes);
  return expected;
}

/* Middle and half length of a box along one axis of the world. */
static inline void
span_of (const mk_mat4 *m, const mk_box *box, int axis, float *middle, float *half)
{
  float hx = 0.5f * (box->max.x - box->min.x), hy = 0.5f * (box->max.y - box->min.y), hz = 0.5f * (box->max.z - box->min.z);
  *middle = m->m[axis] * (box->min.x + hx) + m->m[4 + axis] * (box->min.y + hy) + m->m[8 + axis] * (box->min.z + hz) + m->m[12 + axis];
  *half = fabsf (m->m[axis]) * hx + fabsf (m->m[4 + axis]) * hy + fabsf (m->m[8 + axis]) * hz + 1e-4f;
}

/* Whether the box lies over or under (x, z) and reaches higher than `best`. */
static inline bool
is_over (const mk_mat4 *world, const mk_box *box, float x, float z, float best)
{
  float middle, half;
  span_of (world, box, 0, &middle, &half);
  if (!(fabsf (x - middle) <= half))
    return false;
  span_of (world, box, 2, &middle, &half);
  if (!(fabsf (z - middle) <= half))
    return false;
  span_of (world, box, 1, &middle, &half);
  return middle + half > best;
}

static bool
raise_over (const mk_mesh *mesh, const mk_mat4 *world, uint32_t from, uint32_t to, float x, float z, float from_y, float *best)
{
  bool is_found = false;
  for (uint32_t i = from; i + 2 < to; i += 3) {
    const mk_vec3 *const p[3] = { &mesh->positions[mesh->indices[i]], &mesh->positions[mesh->indices[i + 1]], &mesh->positions[mesh->indices[i + 2]] };
    if (is_beside (world, 0, p, x) || is_beside (world, 2, p, z))
      continue;
    float y;
    if (triangle_height (mk_mat4_point (*world, *p[0]), mk_mat4_point (*world, *p[1]), mk_mat4_point (*world, *p[2]), x, z, &y) && y <= from_y && y > *best) {
      *best = y;
      is_found = true;
    }
  }
  return is_found;
}

bool
mk_mesh_surface (const mk_mesh *mesh, mk_mat4 world, float x, float z, float from_y, float *best)
{
  if (!is_over (&world, &mesh->bounds, x, z, *best))
    return false;
  if (mesh->n_indices < WORTH_BOXES * 3)
    return raise_over (mesh, &world, 0, mesh->n_indices, x, z, from_y, best);
  const mk_box *boxes = chunks_of (mesh);
  bool is_found = false;
  for (uint32_t c = 0; c < count_chunks (mesh); c++)
    if (is_over (&world, &boxes[c], x, z, *best))
      is_found |= raise_over (mesh, &world, c * CHUNK * 3, MIN ((c + 1) * CHUNK * 3, mesh->n_indices), x, z, from_y, best);
  return is_found;
}
