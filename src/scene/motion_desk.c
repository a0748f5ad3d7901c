/* Who types does so on keys: the laptop that stands on the table in reach is before whoever types, turned to them. */
#include <string.h>

#include "scene/gesture.h"
#include "scene/layout.h"
#include "scene/life.h"

#define REACH 0.75f          /* how far what is typed on may stand, in heights of who types */
#define NEAREST 0.16f        /* its near edge, from the spine: from there on ahead, as soon as it stands on what carries it */
#define FARTHEST 0.3f
#define STEP 0.02f
#define LEVEL_M 0.03f

typedef struct {
  mk_vec3 offset;
  float turn_rad;
} brought;

static void
brought_at (const void *user, double time_s, mk_delta *delta)
{
  const brought *b = user;
  (void)time_s;
  delta->offset = b->offset;
  delta->turn = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, b->turn_rad);
}

/* The nearest thing that `gesture` is done on, which stands still; -1 = none in reach. */
static int
find_thing (const mk_act *act, const mk_gesture *gesture)
{
  int best = -1;
  float nearest = REACH * act->size.y;
  for (int i = 0; i < (int)act->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (act->scene, i);
    if (node->parent >= 0 || node->id == NULL || node->object == NULL || !mk_gesture_is_done_on (gesture, node->object) || mk_hold_has (act->scene, act->root, i))
      continue;
    mk_vec3 at = mk_box_middle (mk_layout_box (act->scene, i));
    float away = hypotf (at.x - act->at.x, at.z - act->at.z);
    if (away < nearest) {
      nearest = away;
      best = i;
    }
  }
  return best;
}

bool
mk_bring_keys (mk_act *act, const mk_gesture *gesture, mk_vec3 *keys_at)
{
  int found = act->start_s < 0.05 ? find_thing (act, gesture) : -1;
  if (found < 0)
    return false;
  mk_act thing = *act;
  thing.node = thing.root = found;
  mk_act_measure (&thing);
  mk_vec3 spine = { act->world.m[12], 0, act->world.m[14] }; /* the middle of who sits is before it */
  for (float ahead = NEAREST; ahead <= FARTHEST; ahead += STEP) {
    mk_vec3 there = mk_vec3_add (spine, mk_vec3_scale (act->forward, ahead * act->size.y + thing.size.z / 2));
    there.y = thing.at.y;
    mk_vec3 front = mk_vec3_sub (there, mk_vec3_scale (act->forward, 0.45f * thing.size.z));
    if (fabsf (mk_support_under (act->scene, found, there) - thing.at.y) > LEVEL_M || fabsf (mk_support_under (act->scene, found, front) - thing.at.y) > LEVEL_M)
      continue;
    brought b = { .offset = mk_vec3_sub (there, thing.at), .turn_rad = mk_vec3_yaw (mk_vec3_scale (act->forward, -1)) - mk_vec3_yaw (thing.forward) };
    mk_act_write (&thing, brought_at, &b, thing.foot, NULL, 0, true);
    *keys_at = mk_vec3_sub (there, mk_vec3_scale (act->forward, 0.1f * thing.size.z));
    return true;
  }
  return false;
}
