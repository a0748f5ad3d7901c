/* Room under something: beside its trunk, between its legs. By its triangles, since a trunk has no surface below its crown that a ray from above would meet. */
#include "scene/layout_private.h"

#define ROOM_STEPS 9     /* places tried along each side of what is above */
#define OWN_SHARE 0.9f   /* of a thing's own width: edges may touch */
#define MAX_CORNERS 9    /* of a triangle cut by six planes */

/* The part of a polygon on one side of a plane: axis 0, 1, 2; `sign` 1 keeps what is below `limit`, -1 what is above. */
static unsigned
cut (const mk_vec3 *in, unsigned n, mk_vec3 *out, int axis, float sign, float limit)
{
  unsigned n_out = 0;
  for (unsigned i = 0; i < n; i++) {
    mk_vec3 a = in[i], b = in[(i + 1) % n];
    float from = sign * ((&a.x)[axis] - limit), to = sign * ((&b.x)[axis] - limit);
    if (from <= 0)
      out[n_out++] = a;
    if ((from < 0 && to > 0) || (from > 0 && to < 0))
      out[n_out++] = mk_vec3_lerp (a, b, from / (from - to));
  }
  return n_out;
}

static bool
touches (const mk_vec3 *triangle, mk_box box)
{
  mk_vec3 now[2][MAX_CORNERS] = { { triangle[0], triangle[1], triangle[2] } };
  unsigned n = 3;
  for (int side = 0; side < 6 && n > 0; side++) {
    int axis = side / 2;
    float limit = side % 2 ? (&box.min.x)[axis] : (&box.max.x)[axis];
    n = cut (now[side % 2], n, now[1 - side % 2], axis, side % 2 ? -1 : 1, limit);
  }
  return n > 0;
}

bool
mk_layout_is_clear (const GArray *triangles, mk_box box)
{
  for (guint i = 0; i + 2 < triangles->len; i += 3)
    if (touches (&g_array_index (triangles, mk_vec3, i), box))
      return false;
  return true;
}

static GArray *
low_triangles (const mk_layout *l, int root, mk_box target, float high)
{
  target.max.y = fminf (target.max.y, target.min.y + high);
  return mk_layout_triangles (l->scene, root, target);
}

/* Whether nothing of the triangles is in the way of something of this size on the floor at (x, z), and something is above it. */
static bool
has_room (const mk_layout *l, int root, const GArray *triangles, float x, float z, mk_vec3 own, float floor_y)
{
  float y, half_x = 0.5f * OWN_SHARE * own.x, half_z = 0.5f * OWN_SHARE * own.z;
  mk_box box = { { x - half_x, floor_y, z - half_z }, { x + half_x, floor_y + own.y, z + half_z } };
  if (!mk_layout_surface (l->scene, root, x, z, INFINITY, &y) || y < floor_y + own.y)
    return false;
  return mk_layout_is_clear (triangles, box);
}

bool
mk_layout_find_room (const mk_layout *l, int root, mk_box target, mk_vec3 own, float front_m, mk_vec3 *at)
{
  mk_vec3 middle = mk_box_middle (target), size = mk_box_size (target);
  g_autoptr (GArray) triangles = low_triangles (l, root, target, own.y);
  float best = INFINITY;
  for (int i = 0; i < ROOM_STEPS * ROOM_STEPS; i++) {
    float dx = ((float)(i % ROOM_STEPS) / (ROOM_STEPS - 1) - 0.5f) * 0.9f * size.x, dz = ((float)(i / ROOM_STEPS) / (ROOM_STEPS - 1) - 0.5f) * 0.9f * size.z;
    float far = hypotf (dx, dz - front_m) - 0.3f * dz;
    if (far >= best || !has_room (l, root, triangles, middle.x + dx, middle.z + dz, own, target.min.y))
      continue;
    best = far;
    *at = (mk_vec3){ middle.x + dx, target.min.y, middle.z + dz };
  }
  return isfinite (best);
}

#define ON_M 0.05f        /* so near to its height it stands on a surface */
#define MOST_ON 6         /* who move up on it */
#define OVER_SHARE 0.1f   /* of a surface that may stand over its two ends */

static bool
stands_on (mk_box box, mk_box surface)
{
  mk_vec3 middle = mk_box_middle (box);
  return fabsf (box.min.y - surface.min.y) < ON_M && middle.x > surface.min.x && middle.x < surface.max.x && middle.z > surface.min.z && middle.z < surface.max.z;
}

bool
mk_layout_move_up (mk_layout *l, mk_vec3 *place)
{
  mk_obstacle *there[MOST_ON];
  unsigned n = 0;
  mk_vec3 own = mk_box_size (l->group), room = mk_box_size (l->surface);
  float taken = own.x;
  for (guint i = 0; i < l->obstacles->len; i++) {
    mk_obstacle *o = &g_array_index (l->obstacles, mk_obstacle, i);
    if (o->root == l->carrier || !stands_on (o->box, l->surface))
      continue;
    if (n == MOST_ON || mk_scene_get_node (l->scene, o->root)->is_posed)
      return false;
    unsigned k = n++;
    for (; k > 0 && there[k - 1]->box.min.x > o->box.min.x; k--)
      there[k] = there[k - 1];
    there[k] = o;
    taken += mk_box_size (o->box).x;
  }
  if (n == 0 || taken > (1 + OVER_SHARE) * room.x || own.z > (1 + OVER_SHARE) * room.z)
    return false;
  float gap = (room.x - taken) / (float)(n + 1), x = mk_box_middle (l->surface).x - room.x / 2 + gap / 2;
  for (unsigned i = 0; i < n; i++) {
    mk_vec3 by = { x - there[i]->box.min.x, 0, 0 };
    mk_trs *trs = &mk_scene_get_node (l->scene, there[i]->root)->trs;
    trs->translation = mk_vec3_add (trs->translation, by);
    there[i]->box = mk_box_shifted (there[i]->box, by);
    x = there[i]->box.max.x + gap;
  }
  *place = (mk_vec3){ x + own.x / 2, place->y, place->z };
  return true;
}

#define LEVEL_M 0.05f /* both stand on the ground */

void
mk_layout_shelter (mk_layout *l, int root, mk_box target)
{
  mk_vec3 middle = mk_box_middle (target);
  for (guint i = 0; i < l->obstacles->len && l->shelter < 0; i++) {
    const mk_obstacle *o = &g_array_index (l->obstacles, mk_obstacle, i);
    bool is_under = middle.x > o->box.min.x && middle.x < o->box.max.x && middle.z > o->box.min.z && middle.z < o->box.max.z && fabsf (target.min.y - o->box.min.y) < LEVEL_M && target.max.y < o->box.max.y;
    if (o->root == root || !is_under)
      continue;
    l->shelter = o->root;
    l->shelter_triangles = low_triangles (l, o->root, o->box, mk_box_size (l->group).y);
  }
}
