/* Distances to blobs and their melted field, for eight points at a time. The order of sums is one for all processors. */
#include <stdint.h>
#include <string.h>

#include "base/wide.h"
#include "scene/implicit.h"

#define INLINE __attribute__ ((always_inline)) static inline
enum { LANES = 8 };

typedef float lanes __attribute__ ((vector_size (4 * LANES)));
typedef int32_t mask __attribute__ ((vector_size (4 * LANES)));

typedef struct {
  lanes x, y, z;
} points;

/* Macros: whole registers are no arguments that every processor has. */
#define PICK(m, a, b) ((lanes)(((m) & (mask)(a)) | (~(m) & (mask)(b))))
#define LEAST(a, b) PICK ((a) < (b), a, b)
#define MOST(a, b) PICK ((a) > (b), a, b)
#define MAGNITUDE(a) ((lanes)((mask)(a) & 0x7fffffff))
#define ALL(number) ((lanes){ 0 } + (number))
#define DOT(a, b) ((a).x * (b).x + (a).y * (b).y + (a).z * (b).z)

INLINE void
take_root (lanes *a)
{
  for (int i = 0; i < LANES; i++)
    (*a)[i] = sqrtf ((*a)[i]);
}

INLINE void
load (points *p, const mk_vec3 *from, unsigned n)
{
  float x[LANES], y[LANES], z[LANES];
  for (unsigned i = 0; i < LANES; i++) {
    mk_vec3 v = from[i < n ? i : n - 1];
    x[i] = v.x;
    y[i] = v.y;
    z[i] = v.z;
  }
  memcpy (&p->x, x, sizeof x);
  memcpy (&p->y, y, sizeof y);
  memcpy (&p->z, z, sizeof z);
}

INLINE void
store (float *to, const lanes *from, unsigned n)
{
  for (unsigned i = 0; i < LANES && i < n; i++)
    to[i] = (*from)[i];
}

/* From the body's space to the blob's: mk_quat_rotate by the turn back. */
INLINE points
unturn (const mk_blob *blob, const points *p)
{
  float ux = -blob->turn.x, uy = -blob->turn.y, uz = -blob->turn.z, w = blob->turn.w;
  points v = { p->x - blob->a.x, p->y - blob->a.y, p->z - blob->a.z };
  points t = { (uy * v.z - uz * v.y) * 2.0f, (uz * v.x - ux * v.z) * 2.0f, (ux * v.y - uy * v.x) * 2.0f };
  return (points){ v.x + t.x * w + (uy * t.z - uz * t.y), v.y + t.y * w + (uz * t.x - ux * t.z), v.z + t.z * w + (ux * t.y - uy * t.x) };
}

INLINE void
measure_ellipsoid (const mk_blob *blob, const points *p, lanes *distance)
{
  points q = unturn (blob, p);
  mk_vec3 h = blob->half;
  points one = { q.x / h.x, q.y / h.y, q.z / h.z }, two = { one.x / h.x, one.y / h.y, one.z / h.z };
  lanes k0 = DOT (one, one), k1 = DOT (two, two), inmost = ALL (-fminf (h.x, fminf (h.y, h.z)));
  take_root (&k0);
  take_root (&k1);
  *distance = PICK (k1 > 1e-9f, k0 * (k0 - 1.0f) / k1, inmost);
}

INLINE void
measure_box (const mk_blob *blob, const points *p, lanes *distance)
{
  points q = unturn (blob, p);
  float r = blob->radius_a;
  const lanes zero = { 0 };
  points d = { MAGNITUDE (q.x) - blob->half.x + r, MAGNITUDE (q.y) - blob->half.y + r, MAGNITUDE (q.z) - blob->half.z + r };
  points out = { MOST (d.x, zero), MOST (d.y, zero), MOST (d.z, zero) };
  lanes length = DOT (out, out), side = MOST (d.y, d.z), inside = MOST (d.x, side);
  take_root (&length);
  *distance = length + LEAST (inside, zero) - r;
}

/* One end of the limb has swallowed the other. */
INLINE void
measure_ball (mk_vec3 middle, float radius, const points *p, lanes *distance)
{
  points from = { p->x - middle.x, p->y - middle.y, p->z - middle.z };
  *distance = DOT (from, from);
  take_root (distance);
  *distance -= radius;
}

INLINE void
measure_limb (const mk_blob *blob, const points *p, lanes *distance)
{
  mk_vec3 ba = mk_vec3_sub (blob->b, blob->a);
  float l2 = mk_vec3_dot (ba, ba), rr = blob->radius_a - blob->radius_b, a2 = l2 - rr * rr;
  if (a2 <= 0 || l2 <= 0) {
    measure_ball (rr >= 0 ? blob->a : blob->b, rr >= 0 ? blob->radius_a : blob->radius_b, p, distance);
    return;
  }
  const lanes plus = ALL (1.0f);
  points pa = { p->x - blob->a.x, p->y - blob->a.y, p->z - blob->a.z };
  lanes y = pa.x * ba.x + pa.y * ba.y + pa.z * ba.z, z = y - l2;
  points side = { pa.x * l2 - ba.x * y, pa.y * l2 - ba.y * y, pa.z * l2 - ba.z * y };
  lanes x2 = DOT (side, side), y2 = y * y * l2, z2 = z * z * l2;
  float il2 = 1 / l2, sign = rr > 0 ? 1.0f : rr < 0 ? -1.0f : 0.0f;
  lanes k = sign * rr * rr * x2;
  mask is_far = PICK (z > 0.0f, plus, -plus) * a2 * z2 > k, is_near = PICK (y > 0.0f, plus, -plus) * a2 * y2 < k;
  lanes far = x2 + z2, near = x2 + y2, between = x2 * a2 * il2;
  take_root (&far);
  take_root (&near);
  take_root (&between);
  lanes before = PICK (is_near, near * il2 - blob->radius_a, (between + y * rr) * il2 - blob->radius_a);
  *distance = PICK (is_far, far * il2 - blob->radius_b, before);
}

INLINE void
measure (const mk_blob *blob, const points *p, lanes *distance)
{
  switch (blob->kind) {
  case MK_BLOB_LIMB:
    measure_limb (blob, p, distance);
    break;
  case MK_BLOB_BOX:
    measure_box (blob, p, distance);
    break;
  case MK_BLOB_ELLIPSOID:
  default:
    measure_ellipsoid (blob, p, distance);
  }
}

INLINE void
melt (lanes *field, const lanes *distance, float k)
{
  const lanes zero = { 0 };
  lanes apart = *field - *distance, h = zero;
  if (k > 0) {
    lanes near = k - MAGNITUDE (apart);
    h = MOST (near, zero) / k;
  }
  *field = LEAST (*field, *distance) - h * h * k * 0.25f;
}

MK_WIDE void
mk_blob_distances (const mk_blob *blob, const mk_vec3 *at, unsigned n, float *distances)
{
  for (unsigned i = 0; i < n; i += LANES) {
    points p;
    lanes distance;
    load (&p, at + i, n - i);
    measure (blob, &p, &distance);
    store (distances + i, &distance, n - i);
  }
}

MK_WIDE void
mk_body_fields (const mk_body *body, const uint16_t *list, unsigned n_list, const mk_vec3 *at, unsigned n, float *fields)
{
  for (unsigned i = 0; i < n; i += LANES) {
    points p;
    lanes field = ALL (1e9f), distance;
    load (&p, at + i, n - i);
    for (unsigned k = 0; k < n_list; k++) {
      const mk_blob *blob = &body->blobs[list[k]];
      measure (blob, &p, &distance);
      if (blob->is_cut)
        field = -field;
      melt (&field, &distance, blob->blend_m);
      if (blob->is_cut)
        field = -field;
    }
    store (fields + i, &field, n - i);
  }
}
