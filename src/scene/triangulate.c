#include "scene/triangulate.h"

typedef struct {
  mk_vec2 at;
  uint32_t index; /* counted through all outlines */
} corner;

double
mk_outline_area2 (const mk_outline *outline)
{
  double area = 0;
  for (unsigned i = 0; i < outline->n_points; i++) {
    mk_vec2 a = outline->points[i], b = outline->points[(i + 1) % outline->n_points];
    area += (double)a.x * (double)b.y - (double)b.x * (double)a.y;
  }
  return area;
}

static bool
is_inside (const mk_outline *outline, mk_vec2 p)
{
  bool inside = false;
  for (unsigned i = 0, j = outline->n_points - 1; i < outline->n_points; j = i++) {
    mk_vec2 a = outline->points[i], b = outline->points[j];
    if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
      inside = !inside;
  }
  return inside;
}

unsigned
mk_outline_depth (const mk_outline *outlines, unsigned n_outlines, unsigned index)
{
  unsigned depth = 0;
  for (unsigned i = 0; i < n_outlines; i++)
    if (i != index && is_inside (&outlines[i], outlines[index].points[0]))
      depth++;
  return depth;
}

static float
cross (mk_vec2 a, mk_vec2 b, mk_vec2 c)
{
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

static bool
is_equal (mk_vec2 a, mk_vec2 b)
{
  return fabsf (a.x - b.x) + fabsf (a.y - b.y) <= 0;
}

static bool
is_in_triangle (mk_vec2 a, mk_vec2 b, mk_vec2 c, mk_vec2 p)
{
  if (is_equal (p, a) || is_equal (p, b) || is_equal (p, c))
    return false;
  return cross (a, b, p) >= 0 && cross (b, c, p) >= 0 && cross (c, a, p) >= 0;
}

static bool
is_ear (const corner *ring, const unsigned *next, const unsigned *previous, unsigned at)
{
  mk_vec2 a = ring[previous[at]].at, b = ring[at].at, c = ring[next[at]].at;
  if (cross (a, b, c) <= 0)
    return false;
  for (unsigned i = next[next[at]]; i != previous[at]; i = next[i])
    if (is_in_triangle (a, b, c, ring[i].at))
      return false;
  return true;
}

static void
clip_ears (const GArray *corners, GArray *triangles)
{
  const corner *ring = (const corner *)(void *)corners->data;
  unsigned n = corners->len, at = 0, misses = 0;
  if (n < 3)
    return;
  g_autofree unsigned *next = g_new (unsigned, n), *previous = g_new (unsigned, n);
  for (unsigned i = 0; i < n; i++) {
    next[i] = (i + 1) % n;
    previous[i] = (i + n - 1) % n;
  }
  while (n > 2) {
    if (n > 3 && misses < n && !is_ear (ring, next, previous, at)) {
      at = next[at];
      misses++;
      continue;
    }
    /* After a whole round without an ear the lines cross; clipping anywhere still ends. */
    uint32_t t[] = { ring[previous[at]].index, ring[at].index, ring[next[at]].index };
    if (cross (ring[previous[at]].at, ring[at].at, ring[next[at]].at) > 0)
      g_array_append_vals (triangles, t, 3);
    next[previous[at]] = next[at];
    previous[next[at]] = previous[at];
    at = next[next[at]];
    misses = 0;
    n--;
  }
}

static GArray *
corners_of (const mk_outline *outline, uint32_t first, bool is_counter_clockwise)
{
  GArray *corners = g_array_sized_new (FALSE, FALSE, sizeof (corner), outline->n_points);
  bool is_reversed = (mk_outline_area2 (outline) > 0) != is_counter_clockwise;
  for (unsigned i = 0; i < outline->n_points; i++) {
    unsigned k = is_reversed ? outline->n_points - 1 - i : i;
    corner c = { outline->points[k], first + k };
    g_array_append_val (corners, c);
  }
  return corners;
}

#define CORNER(array, i) g_array_index (array, corner, i)

static unsigned
rightmost (const GArray *corners)
{
  unsigned best = 0;
  for (unsigned i = 1; i < corners->len; i++)
    if (CORNER (corners, i).at.x > CORNER (corners, best).at.x)
      best = i;
  return best;
}

/* The corner of `outer` that the point sees to its right. */
static unsigned
find_bridge (const GArray *outer, mk_vec2 p)
{
  float nearest = INFINITY;
  unsigned best = 0;
  for (unsigned i = 0; i < outer->len; i++) {
    mk_vec2 a = CORNER (outer, i).at, b = CORNER (outer, (i + 1) % outer->len).at;
    if ((a.y > p.y) == (b.y > p.y))
      continue;
    float x = a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x);
    if (x >= p.x && x < nearest) {
      nearest = x;
      best = a.x > b.x ? i : (i + 1) % outer->len;
    }
  }
  if (!isfinite (nearest))
    return 0;
  /* Corners inside the triangle between point, crossing and candidate hide it: the one at the flattest angle is seen. */
  mk_vec2 m = { nearest, p.y }, q = CORNER (outer, best).at;
  float flattest = INFINITY;
  for (unsigned i = 0; i < outer->len; i++) {
    mk_vec2 c = CORNER (outer, i).at;
    /* A corner straight to the right makes the triangle a line, on which all of the same height lie: those behind hide nothing. */
    bool is_hiding = c.x > p.x && (q.y > p.y ? is_in_triangle (p, m, q, c) : is_in_triangle (p, q, m, c));
    float angle = fabsf (c.y - p.y) / fmaxf (c.x - p.x, 1e-20f);
    if (is_hiding && angle < flattest) {
      flattest = angle;
      best = i;
    }
  }
  return best;
}

static void
join_hole (GArray *outer, const GArray *hole)
{
  unsigned from = rightmost (hole), at = find_bridge (outer, CORNER (hole, from).at);
  g_autoptr (GArray) joined = g_array_new (FALSE, FALSE, sizeof (corner));
  g_array_append_vals (joined, outer->data, at + 1);
  for (unsigned i = 0; i <= hole->len; i++)
    g_array_append_val (joined, CORNER (hole, (from + i) % hole->len));
  g_array_append_vals (joined, &CORNER (outer, at), outer->len - at);
  g_array_set_size (outer, 0);
  g_array_append_vals (outer, joined->data, joined->len);
}

/* Holes are joined from right to left, so that every bridge leads over free area. */
static void
fill_outline (const mk_outline *outlines, unsigned n, const unsigned *depths, const uint32_t *firsts, unsigned index, GArray *triangles)
{
  g_autoptr (GArray) ring = corners_of (&outlines[index], firsts[index], true);
  g_autoptr (GPtrArray) holes = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  for (unsigned i = 0; i < n; i++)
    if (depths[i] == depths[index] + 1 && is_inside (&outlines[index], outlines[i].points[0]))
      g_ptr_array_add (holes, corners_of (&outlines[i], firsts[i], false));
  while (holes->len > 0) {
    unsigned next = 0;
    float x = -INFINITY;
    for (unsigned i = 0; i < holes->len; i++) {
      const GArray *hole = holes->pdata[i];
      float own = CORNER (hole, rightmost (hole)).at.x;
      if (own > x) {
        x = own;
        next = i;
      }
    }
    join_hole (ring, holes->pdata[next]);
    g_ptr_array_remove_index (holes, next);
  }
  clip_ears (ring, triangles);
}

GArray *
mk_triangulate (const mk_outline *outlines, unsigned n)
{
  GArray *triangles = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  g_autofree unsigned *depths = g_new0 (unsigned, MAX (n, 1));
  g_autofree uint32_t *firsts = g_new0 (uint32_t, MAX (n, 1));
  for (unsigned i = 0; i < n; i++) {
    depths[i] = mk_outline_depth (outlines, n, i);
    firsts[i] = i == 0 ? 0 : firsts[i - 1] + outlines[i - 1].n_points;
  }
  for (unsigned i = 0; i < n; i++)
    if (depths[i] % 2 == 0)
      fill_outline (outlines, n, depths, firsts, i, triangles);
  return triangles;
}
