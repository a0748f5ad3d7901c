/* Figures that are gone along: an eight, a zigzag, a square. */
#include "scene/path_figure.h"

#include "scene/fields.h"

enum { N_POINTS = 32 };
#define ROOM 1.5f        /* half the figure's length, in sizes of who goes along it */
#define RISE 2.0f        /* of a rising spiral, in its radius */

/* x to the right, z to the viewer, -1 .. 1, from where it starts; `t` 0..1. */
typedef mk_vec3 (*figure_point) (float t);

/* Gerono's lemniscate, from its crossing. */
static mk_vec3
eight_point (float t)
{
  float a = 2 * MK_PI * t;
  return (mk_vec3){ sinf (a), 0, sinf (a) * cosf (a) };
}

static mk_vec3
zigzag_point (float t)
{
  float legs = 6 * t, part = legs - floorf (legs);
  return (mk_vec3){ 2 * t, 0, 0.35f * ((int)legs % 2 == 0 ? part : 1 - part) };
}

static mk_vec3
curves_point (float t)
{
  return (mk_vec3){ 2 * t, 0, 0.3f * sinf (4 * MK_PI * t) };
}

/* The outline of a polygon with `n` corners, the first of which is at the start. */
static mk_vec3
corner_point (float t, unsigned n)
{
  float at = t * (float)n, part = at - floorf (at), a = 2 * MK_PI / (float)n * floorf (at), b = a + 2 * MK_PI / (float)n;
  return (mk_vec3){ (1 - part) * sinf (a) + part * sinf (b), 0, (1 - part) * cosf (a) + part * cosf (b) - 1 };
}

static mk_vec3
square_point (float t)
{
  return corner_point (t, 4);
}

static mk_vec3
triangle_point (float t)
{
  return corner_point (t, 3);
}

/* Three turns upwards. */
static mk_vec3
rising_point (float t)
{
  float a = 6 * MK_PI * t;
  return (mk_vec3){ 0.4f * sinf (a), RISE * t, 0.4f * (cosf (a) - 1) };
}

#define FIGURES(X)                                                                                                             \
  X ("", NULL, false) X ("figure-eight", eight_point, true) X ("zigzag", zigzag_point, false) X ("curves", curves_point, false) \
  X ("square", square_point, true) X ("triangle", triangle_point, true) X ("spiral", rising_point, false)
#define X(name, at, is_closed) { at, is_closed },
static const struct {
  figure_point at;
  bool is_closed;
} figures[] = { FIGURES (X) };
#undef X
#define X(name, at, is_closed) name,
static const char *const names[] = { FIGURES (X) NULL };
#undef X

bool
mk_path_figure (const mk_act *act, mk_vec3 **points, unsigned *n, bool *is_closed, GError **error)
{
  int figure = 0;
  float radius = ROOM * mk_act_extent (act);
  *n = 0;
  if (!mk_field_choice (act->command, "how", names, &figure, error) || !mk_act_number (act, "radius_m", 0.001, 100000, &radius, error))
    return false;
  if (figure == 0)
    return true;
  float lift = mk_act_flight_lift (act, -1);
  *n = figures[figure].is_closed ? N_POINTS : N_POINTS + 1;
  *is_closed = figures[figure].is_closed;
  *points = g_new (mk_vec3, *n + 1);
  for (unsigned i = 0; i < *n; i++) {
    mk_vec3 at = mk_vec3_scale (figures[figure].at ((float)i / N_POINTS), radius);
    (*points)[i] = mk_vec3_add (act->at, (mk_vec3){ at.x, at.y + lift, at.z });
  }
  return true;
}
