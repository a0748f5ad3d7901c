/* Groups along a curve: spirals, hearts, stars, arcs and zigzags, as seen from above; at equal steps along the line. */
#include "scene/arrange_curve.h"

enum { N_STEPS = 720, ZIGZAG_LEGS = 4 };
#define SPIRAL_TURNS 1.75f

/* Of a unit curve: x to the right and z to the viewer. `t` 0..1. */
typedef mk_vec3 (*curve_point) (float t);

/* Archimedes' spiral, from its inner end. */
static mk_vec3
spiral_point (float t)
{
  float angle = 2 * MK_PI * SPIRAL_TURNS * t, radius = 0.12f + 0.88f * t;
  return (mk_vec3){ radius * sinf (angle), 0, radius * cosf (angle) };
}

/* x = 16 sin³ t, y = 13 cos t - 5 cos 2t - 2 cos 3t - cos 4t: the usual heart, from its tip, which is the nearest to the viewer. */
static mk_vec3
heart_point (float t)
{
  float a = 2 * MK_PI * t + MK_PI, s = sinf (a);
  return (mk_vec3){ s * s * s, 0, -(13 * cosf (a) - 5 * cosf (2 * a) - 2 * cosf (3 * a) - cosf (4 * a)) / 16 };
}

/* Five points and five notches of 0.4, from the point farthest from the viewer. */
static mk_vec3
star_point (float t)
{
  float at = 10 * t, part = at - floorf (at);
  unsigned corner = (unsigned)at;
  float radii[2] = { corner % 2 == 0 ? 1 : 0.4f, corner % 2 == 0 ? 0.4f : 1 }, a = MK_PI / 5 * (float)corner, b = a + MK_PI / 5;
  return (mk_vec3){ -((1 - part) * radii[0] * sinf (a) + part * radii[1] * sinf (b)), 0, -((1 - part) * radii[0] * cosf (a) + part * radii[1] * cosf (b)) };
}

/* Half a circle that opens to the viewer. */
static mk_vec3
arc_point (float t)
{
  float a = MK_PI * (1 - t);
  return (mk_vec3){ cosf (a), 0, -sinf (a) };
}

/* Forth and back, from left to right. */
static mk_vec3
zigzag_point (float t)
{
  float at = ZIGZAG_LEGS * t, part = at - floorf (at);
  bool is_back = (unsigned)at % 2 == 1;
  return (mk_vec3){ at, 0, is_back ? 0.5f - part : part - 0.5f };
}

/* A wedge of geese: its tip to the right, where things go that nobody sends elsewhere. */
static mk_vec3
wedge_point (float t)
{
  float side = 2 * t - 1;
  return (mk_vec3){ -fabsf (side), 0, 0.7f * side };
}

static const struct {
  curve_point at;
  bool is_closed;
} curves[] = {
  [MK_ARRANGE_SPIRAL] = { spiral_point, false }, [MK_ARRANGE_HEART] = { heart_point, true }, [MK_ARRANGE_STAR] = { star_point, true },
  [MK_ARRANGE_ARC] = { arc_point, false }, [MK_ARRANGE_WEDGE] = { wedge_point, false }, [MK_ARRANGE_ZIGZAG] = { zigzag_point, false },
};

bool
mk_arrange_is_curve (int arrange)
{
  return arrange >= 0 && arrange < (int)MK_COUNT (curves) && curves[arrange].at != NULL;
}

/* The i-th of n at equal steps along the line, of its length by chords. */
static mk_vec3
point_at_step (const mk_vec3 *points, const float *lengths, float along)
{
  unsigned k = 1;
  while (k < N_STEPS && lengths[k] < along)
    k++;
  float step = lengths[k] - lengths[k - 1], part = step > 0 ? CLAMP ((along - lengths[k - 1]) / step, 0, 1) : 0;
  return mk_vec3_lerp (points[k - 1], points[k], part);
}

void
mk_arrange_curve (mk_layout_item *items, unsigned n, int arrange, float apart_m)
{
  mk_vec3 points[N_STEPS + 1], middle = { 0 };
  float lengths[N_STEPS + 1] = { 0 }, nearest = INFINITY;
  for (unsigned k = 0; k <= N_STEPS; k++) {
    points[k] = curves[arrange].at ((float)k / N_STEPS);
    lengths[k] = k > 0 ? lengths[k - 1] + mk_vec3_length (mk_vec3_sub (points[k], points[k - 1])) : 0;
  }
  float step = n > 1 ? lengths[N_STEPS] / (float)(curves[arrange].is_closed ? n : n - 1) : 0;
  for (unsigned i = 0; i < n; i++) {
    items[i].offset = point_at_step (points, lengths, step * (float)i);
    middle = mk_vec3_add (middle, mk_vec3_scale (items[i].offset, 1 / (float)n));
    for (unsigned k = 0; k < i; k++)
      nearest = fminf (nearest, mk_vec3_length (mk_vec3_sub (items[i].offset, items[k].offset)));
  }
  float scale = n > 1 && nearest > 0 ? apart_m / nearest : 1;
  for (unsigned i = 0; i < n; i++) {
    if (arrange == MK_ARRANGE_ARC) /* all look at its middle */
      items[i].yaw_rad = mk_vec3_yaw (mk_vec3_scale (items[i].offset, -1));
    items[i].offset = mk_vec3_scale (mk_vec3_sub (items[i].offset, middle), scale);
  }
}
