/* Who fishes stands at the water's edge, who breathes fire at something stands off. */
#include "scene/gesture.h"
#include "scene/layout.h"
#include "scene/life.h"
#include "scene/mesh_build.h"

#define STEP_M 0.1f

/* Whether the water of `thing` lies under a place. */
static bool
is_water (const mk_scene *scene, int thing, mk_vec3 at)
{
  float y = -INFINITY;
  for (int i = thing; i < (int)scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    if (!mk_scene_is_within (scene, i, thing) || (i != thing && g_strcmp0 (node->name, "water") != 0))
      continue;
    for (unsigned p = 0; p < node->n_parts; p++)
      if (i != thing || mk_scene_get_material (scene, node->parts[p].material)->transmission > 0)
        mk_mesh_surface (node->parts[p].mesh, mk_node_world (scene, i, 0), at.x, at.z, at.y + 100, &y);
  }
  return isfinite (y);
}

typedef struct { mk_vec3 offset; } stepping;

static void
step_at (const void *user, double time_s, mk_delta *delta)
{
  (void)time_s;
  delta->offset = ((const stepping *)user)->offset;
}

void
mk_stand_at_water (mk_act *act, const mk_act *water, float ahead_m)
{
  mk_vec3 way = { water->at.x - act->at.x, 0, water->at.z - act->at.z };
  float far = mk_vec3_length (way);
  if (far < STEP_M || act->start_s > 0.05)
    return;
  way = mk_vec3_scale (way, 1 / far);
  float gone = -ahead_m;
  while (gone < far && !is_water (act->scene, water->root, mk_vec3_add (act->at, mk_vec3_scale (way, gone + ahead_m))))
    gone += STEP_M;
  if (gone >= far) /* it has none */
    return;
  stepping s = { mk_vec3_scale (way, gone) };
  float y = act->at.y;
  mk_vec3 there = mk_vec3_add (act->at, s.offset);
  if (mk_layout_surface (act->scene, water->root, there.x, there.z, there.y + 0.5f, &y))
    s.offset.y = fmaxf (y, 0) - act->at.y;
  mk_act_write (act, step_at, &s, act->foot, NULL, 0, true);
  mk_act_measure (act);
}

void
mk_stand_off (mk_act *act, const mk_act *partner, float gap_m)
{
  mk_vec3 way = { partner->at.x - act->at.x, 0, partner->at.z - act->at.z };
  float far = mk_vec3_length (way);
  if (far < STEP_M || act->start_s > 0.05)
    return;
  way = mk_vec3_scale (way, 1 / far);
  float gap = far - mk_act_half_along (act, way) - mk_act_half_along (partner, way);
  stepping s = { mk_vec3_scale (way, fminf (gap - gap_m, 0)) };
  mk_act_write (act, step_at, &s, act->foot, NULL, 0, true);
  mk_act_measure (act);
}
