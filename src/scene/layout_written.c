/* Words written on things: flat on the front, as large as the front has room for. */
#include <math.h>

#include "scene/layout_private.h"

#define WIDEST 0.8f       /* of the thing's width */
#define HIGHEST 0.6f      /* of its height */
#define SMALLER 0.85f     /* from one size that is tried to the next */
#define N_SIZES 14
#define N_HEIGHTS 9
#define N_ACROSS 7
#define N_DOWN 3
#define FLAT_SHARE 0.8f   /* of the words' height: how much the front may bend behind them, as a bottle's does */
#define THICK_SHARE 0.06f /* of their height */

/* How far to the viewer the front of `root` is behind a rectangle, when all of that is on it and it is flat enough. */
static bool
front_of (const mk_scene *scene, int root, mk_vec3 middle, float width, float height, float *front)
{
  float nearest = -INFINITY, farthest = INFINITY;
  for (int k = 0; k < N_ACROSS * N_DOWN; k++) {
    float x = middle.x + ((float)(k % N_ACROSS) / (N_ACROSS - 1) - 0.5f) * width, y = middle.y + ((float)(k / N_ACROSS) / (N_DOWN - 1) - 0.5f) * height, z;
    if (!mk_layout_front (scene, root, x, y, &z, NULL))
      return false;
    nearest = fmaxf (nearest, z);
    farthest = fminf (farthest, z);
  }
  *front = nearest;
  return nearest - farthest < fmaxf (0.002f, FLAT_SHARE * height);
}

/* The largest place, the nearest to the middle; `size` and `at` its middle. */
static bool
find_front (const mk_scene *scene, int root, mk_box target, float aspect, float *width, mk_vec3 *at)
{
  mk_vec3 size = mk_box_size (target), middle = mk_box_middle (target);
  *width = fminf (WIDEST * size.x, HIGHEST * size.y * aspect);
  for (int step = 0; step < N_SIZES; step++, *width *= SMALLER)
    for (int k = 0; k < N_HEIGHTS; k++) {
      float share = 0.5f + 0.1f * (float)((k + 1) / 2) * (k % 2 ? 1 : -1), front;
      mk_vec3 where = { middle.x, target.min.y + share * size.y, 0 };
      if (!front_of (scene, root, where, *width, *width / aspect, &front))
        continue;
      *at = (mk_vec3){ where.x, where.y, front };
      return true;
    }
  return false;
}

void
mk_layout_write (mk_layout *l, int root, mk_box target)
{
  mk_vec3 own = mk_box_size (l->group), size = mk_box_size (target), at = { mk_box_middle (target).x, mk_box_middle (target).y, target.max.z };
  float aspect = own.x / fmaxf (own.y, 1e-4f), width;
  if (l->n_roots != 1 || !find_front (l->scene, root, target, aspect, &width, &at))
    width = fminf (0.6f * size.x, 0.4f * size.y * aspect);
  float factor = width / fmaxf (own.x, 1e-4f), high = width / aspect, deep = THICK_SHARE * high;
  for (unsigned i = 0; i < l->n_roots; i++) {
    mk_trs *trs = &mk_scene_get_node (l->scene, l->roots[i])->trs;
    trs->scale = mk_vec3_mul (trs->scale, (mk_vec3){ factor, factor, deep / fmaxf (own.z, 1e-4f) });
    l->items[i].size = mk_box_size (mk_layout_box (l->scene, l->roots[i]));
  }
  mk_layout_bound (l);
  l->wish = (mk_vec3){ at.x, at.y - high / 2, at.z + 0.45f * deep };
  l->has_x = l->has_y = l->has_z = l->may_intersect = true;
}
