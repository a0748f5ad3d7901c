/* Rolling: round things about the axis across their way, boxes over their edges. */
#include "scene/layout.h"
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

/* --- into a hole: over its rim, and down --- */

#define FALL_S 0.42     /* or half of the time when that is shorter */
#define SLOWING 1.6f    /* of the speed that it has on average, at the start */
enum { N_GROUND = 96 };

typedef struct {
  mk_vec3 way;          /* unit, level */
  float rim_m, length_m, radius_m, deep_m; /* to where it tips over, to its middle */
  float ground_m[N_GROUND];                /* along the way to the rim, above its start */
  mk_vec3 axis;
  double duration_s, fall_s;
} holing;

static void
hole_at (const void *user, double time_s, mk_delta *delta)
{
  const holing *h = user;
  double rolling_s = h->duration_s - h->fall_s;
  float u = (float)CLAMP (time_s / rolling_s, 0, 1), fall = (float)CLAMP ((time_s - rolling_s) / h->fall_s, 0, 1);
  float gone = h->rim_m * u * (SLOWING - (SLOWING - 1) * u), x = CLAMP (gone / h->rim_m, 0, 1) * (N_GROUND - 1);
  unsigned i = MIN ((unsigned)x, N_GROUND - 2);
  float ground = h->ground_m[i] + (h->ground_m[i + 1] - h->ground_m[i]) * (x - (float)i);
  gone += (h->length_m - h->rim_m) * fall;
  delta->offset = mk_vec3_scale (h->way, gone);
  delta->offset.y = ground - (h->deep_m + ground) * fall * fall;
  delta->turn = mk_quat_from_axis (h->axis, gone / h->radius_m);
}

/* What has a depth swallows what rolls to it, when that is small enough. */
static bool
find_hole (const mk_act *act, mk_act *hole, float *inner_m)
{
  const mk_json *to = mk_json_get (act->command, "to");
  if (mk_json_get_kind (to) != MK_JSON_STRING || !mk_act_partner (act, mk_json_get_string (to), hole, NULL) || hole->root == act->root)
    return false;
  g_autoptr (GArray) depths = mk_object_find_parts (act->scene, hole->root, "depth");
  if (depths->len == 0)
    return false;
  mk_act depth = *hole;
  depth.node = g_array_index (depths, int, 0);
  mk_act_measure (&depth);
  *inner_m = mk_act_radius (&depth);
  return act->size.y / 2 < *inner_m;
}

static bool
roll_into_hole (mk_act *act)
{
  mk_act hole;
  float inner;
  if (!find_hole (act, &hole, &inner))
    return false;
  mk_vec3 way = { hole.at.x - act->at.x, 0, hole.at.z - act->at.z };
  holing h = { .length_m = mk_vec3_length (way), .radius_m = act->size.y / 2, .deep_m = 1.3f * act->size.y, .duration_s = act->duration_s, .fall_s = fmin (FALL_S, act->duration_s / 2) };
  h.rim_m = h.length_m - inner;
  if (h.rim_m < 0.02f)
    return false;
  h.way = mk_vec3_scale (way, 1 / h.length_m);
  h.axis = mk_vec3_cross ((mk_vec3){ 0, 1, 0 }, h.way);
  for (int i = 0; i < N_GROUND; i++) {
    mk_vec3 at = mk_vec3_add (act->at, mk_vec3_scale (h.way, h.rim_m * (float)i / (N_GROUND - 1)));
    float y = act->at.y;
    bool is_over = mk_layout_surface (act->scene, hole.root, at.x, at.z, act->at.y + act->size.y, &y);
    h.ground_m[i] = is_over ? fmaxf (y - act->at.y, 0) : 0;
  }
  const double corners[] = { h.duration_s - h.fall_s };
  mk_act_write (act, hole_at, &h, act->middle, corners, 1, false);
  return true;
}

bool
mk_plan_roll (mk_act *act, GError **error)
{
  if (act->node == act->root && mk_act_has_wheels (act))
    return mk_plan_travel (act, error);
  if (roll_into_hole (act) || mk_descend (act))
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
