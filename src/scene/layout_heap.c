/* A heap: apples in a bowl, each layer in the hollows of the one below. */
#include <math.h>

#include "base/rng.h"
#include "scene/layout_private.h"

#define TALL 1.6f      /* times its width: what is taller stands */
#define SINK_SHARE 0.8f /* of its height: so much higher lies the next layer, in the hollows */
#define RIM_SHARE 0.85f /* of the holder: as wide it is at its rim, inside */
#define ROUND_UP 0.6f
#define JITTER 0.04f   /* of its width */

/* How many of a layer are side by side: bowls widen upwards, and where they do not, every second layer lies between those of the one below. */
static unsigned
count_along (float room, float rim, float wide, unsigned layer)
{
  unsigned n = (unsigned)fmaxf (1, floorf (room / wide + ROUND_UP)), most = (unsigned)fmaxf (1, floorf (rim / wide + ROUND_UP));
  return n + layer <= most ? n + layer : most - (layer % 2 == 1 && most > 1);
}

/* Nobody lies on another. */
static bool
is_living (const mk_layout *l)
{
  const mk_recipe_info *info = mk_layout_info (l, l->roots[0]);
  return info != NULL && (g_str_equal (info->category, "animal") || g_str_equal (info->category, "person"));
}

static bool
can_heap (const mk_layout *l, mk_vec3 widest)
{
  float wide = fmaxf (widest.x, widest.z);
  return wide > 0 && widest.y <= TALL * wide && !is_living (l);
}

static mk_vec3
widest_of (const mk_layout *l)
{
  mk_vec3 widest = { 0, 0, 0 };
  for (unsigned i = 0; i < l->n_roots; i++)
    widest = (mk_vec3){ fmaxf (widest.x, l->items[i].size.x), fmaxf (widest.y, l->items[i].size.y), fmaxf (widest.z, l->items[i].size.z) };
  return widest;
}

float
mk_layout_heap_floor (const mk_layout *l, mk_box area, mk_box holder)
{
  mk_vec3 widest = widest_of (l);
  float floor_y = area.min.y;
  for (guint i = 0; i < l->obstacles->len && can_heap (l, widest); i++) {
    const mk_obstacle *o = &g_array_index (l->obstacles, mk_obstacle, i);
    mk_vec3 middle = mk_box_middle (o->box);
    bool is_in = middle.x > holder.min.x && middle.x < holder.max.x && middle.z > holder.min.z && middle.z < holder.max.z && middle.y > area.min.y;
    bool is_content = is_in && o->box.max.x < holder.max.x && o->box.min.x > holder.min.x; /* and not the holder, nor what stands over it */
    floor_y = is_content ? fmaxf (floor_y, o->box.max.y - (1 - SINK_SHARE) * widest.y) : floor_y;
  }
  return floor_y;
}

bool
mk_layout_heap (mk_layout *l, mk_box area, mk_box holder)
{
  mk_vec3 widest = widest_of (l), room = mk_box_size (area), rim = mk_vec3_scale (mk_box_size (holder), RIM_SHARE);
  float wide = fmaxf (widest.x, widest.z);
  if (!can_heap (l, widest))
    return false;
  mk_rng rng = mk_rng_new (l->scene->seed, (uint64_t)l->roots[0]);
  for (unsigned i = 0, layer = 0; i < l->n_roots; layer++) {
    unsigned n_x = count_along (room.x, rim.x, wide, layer), n_z = count_along (room.z, rim.z, wide, layer);
    for (unsigned k = 0; k < n_x * n_z && i < l->n_roots; k++, i++) {
      float x = (float)(k % n_x) - 0.5f * (float)(n_x - 1), z = (float)(k / n_x) - 0.5f * (float)(n_z - 1);
      l->items[i].offset = (mk_vec3){ (x + mk_rng_range (&rng, -JITTER, JITTER)) * wide, (float)layer * SINK_SHARE * widest.y, (z + mk_rng_range (&rng, -JITTER, JITTER)) * wide };
      mk_trs *trs = &mk_scene_get_node (l->scene, l->roots[i])->trs;
      trs->rotation = mk_quat_mul (mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, mk_rng_range (&rng, 0, 2 * MK_PI)), trs->rotation);
    }
  }
  mk_layout_bound (l);
  return true;
}
