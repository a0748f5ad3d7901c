/* A step aside before one acts: who fishes stands at the water's edge, who breathes fire at something stands off. */
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

/* Level and of unit length, to `to`; false when who acts is there, or has begun to act elsewhere. */
static bool
way_to (const mk_act *act, const mk_act *to, mk_vec3 *way, float *far)
{
  mk_vec3 between = { to->at.x - act->at.x, 0, to->at.z - act->at.z };
  *far = mk_vec3_length (between);
  if (*far < STEP_M || act->start_s > 0.05)
    return false;
  *way = mk_vec3_scale (between, 1 / *far);
  return true;
}

static void
step_by (mk_act *act, mk_vec3 offset)
{
  stepping s = { offset };
  mk_act_write (act, step_at, &s, act->foot, NULL, 0, true);
  mk_act_measure (act);
}

void
mk_stand_at_water (mk_act *act, const mk_act *water, float ahead_m)
{
  mk_vec3 way;
  float far, gone = -ahead_m;
  if (!way_to (act, water, &way, &far))
    return;
  while (gone < far && !is_water (act->scene, water->root, mk_vec3_add (act->at, mk_vec3_scale (way, gone + ahead_m))))
    gone += STEP_M;
  if (gone >= far) /* it has none */
    return;
  float y = act->at.y;
  mk_vec3 offset = mk_vec3_scale (way, gone), there = mk_vec3_add (act->at, offset);
  if (mk_layout_surface (act->scene, water->root, there.x, there.z, there.y + 0.5f, &y))
    offset.y = fmaxf (y, 0) - act->at.y;
  step_by (act, offset);
}

void
mk_stand_off (mk_act *act, const mk_act *partner, float gap_m)
{
  mk_vec3 way;
  float far;
  if (!way_to (act, partner, &way, &far))
    return;
  float gap = far - mk_act_half_along (act, way) - mk_act_half_along (partner, way);
  step_by (act, mk_vec3_scale (way, fminf (gap - gap_m, 0)));
}
