/* Rolling: round things about the axis across their way, boxes over their edges. */
#include "scene/life.h"
#include "scene/motion_travel.h"

typedef struct {
  mk_travel travel;
  mk_vec3 axis;
  float length_m, radius_m;
  float half_along_m, half_up_m; /* of a box that tumbles; 0 = it is round */
} rolling;

static void
roll_at (const void *user, double time_s, mk_delta *delta)
{
  const rolling *r = user;
  float share = mk_travel_share (&r->travel, time_s), angle = share * r->length_m / r->radius_m;
  delta->offset = mk_vec3_scale (r->travel.way, share);
  delta->turn = mk_quat_from_axis (r->axis, angle);
  if (r->half_along_m > 0) /* its lowest corner stays on the ground */
    delta->offset.y += fabsf (r->half_along_m * sinf (angle)) + fabsf (r->half_up_m * cosf (angle)) - r->half_up_m;
}

double
mk_natural_roll (const mk_act *act)
{
  return mk_natural_travel (act);
}

/* Round about an axis along which it lies: a ball about any, a barrel or a wheel about its own. */
static bool
is_round_along (const mk_act *act, mk_vec3 u)
{
  float along = fabsf (u.x) * act->size.x + fabsf (u.z) * act->size.z;
  if (act->is_round)
    return true;
  if (fabsf (along - act->size.y) > 0.12f * act->size.y)
    return false;
  float far = 0; /* its farthest vertex across the axis */
  mk_vec3 side = { u.z, 0, -u.x };
  mk_vec3 middle = mk_mat4_point (act->world, act->middle);
  for (int i = act->node; i < (int)act->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (act->scene, i);
    if (!mk_scene_is_within (act->scene, i, act->node))
      continue;
    mk_mat4 world = mk_node_world (act->scene, i, act->start_s);
    for (unsigned p = 0; p < node->n_parts; p++)
      for (uint32_t v = 0; v < node->parts[p].mesh->n_vertices; v++) {
        mk_vec3 d = mk_vec3_sub (mk_mat4_point (world, node->parts[p].mesh->positions[v]), middle);
        d = mk_vec3_sub (d, mk_vec3_scale (side, mk_vec3_dot (d, side)));
        far = fmaxf (far, mk_vec3_length (d));
      }
  }
  return far < 0.58f * act->size.y; /* a square's corner would be at 0.71 */
}

bool
mk_plan_roll (mk_act *act, GError **error)
{
  if (act->node == act->root && mk_act_has_wheels (act))
    return mk_plan_travel (act, error);
  if (mk_descend (act))
    return true;
  rolling r = { .travel = { .duration_s = act->duration_s, .easing = act->easing, .n = act->repeat > 0 ? act->repeat : 1 } };
  if (!mk_act_way (act, mk_travel_distance (act), MK_TO_THE_RIGHT, &r.travel.way, error))
    return false;
  mk_vec3 level = { r.travel.way.x, 0, r.travel.way.z };
  r.length_m = mk_vec3_length (level);
  mk_vec3 u = r.length_m > 1e-6f ? mk_vec3_scale (level, 1 / r.length_m) : MK_TO_THE_RIGHT;
  r.axis = mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, u);
  r.radius_m = act->size.y / 2;
  if (!is_round_along (act, u)) {
    r.half_along_m = mk_act_half_along (act, u);
    r.half_up_m = act->size.y / 2;
    r.radius_m = (r.half_along_m + r.half_up_m) * 2 / MK_PI; /* a turn covers all four sides */
  }
  g_autofree double *corners = g_new (double, r.travel.n);
  for (unsigned i = 0; i < r.travel.n; i++)
    corners[i] = act->duration_s * i / r.travel.n;
  mk_act_write (act, roll_at, &r, act->middle, corners, r.travel.n, false);
  return true;
}
