/* Who plays a violin or a cello has its bow in the right hand: the stick leads from there over the strings, wherever both are. */
#include "scene/life.h"

#define PALM 0.045f      /* from the wrist, in heights of who plays */
#define TAKE_S 0.3       /* until it is in the hand, in the middle of a film */

typedef struct {
  const mk_scene *scene;
  int instrument, bow, hand;
  mk_vec3 strings;       /* where it crosses them, in the instrument's space */
  mk_vec3 palm;          /* in the hand's */
  mk_trs rest;           /* of the bow's node */
  double start_s, end_s;
  mk_track_path path;
} bowing;

/* Its frog in the hand, its stick over the strings, its hair to them; in the space of the instrument. */
static mk_trs
drawn_at (const bowing *b, double time_s)
{
  mk_mat4 there = mk_node_world (b->scene, b->instrument, time_s), back = mk_mat4_inverse (there), hand = mk_node_world (b->scene, b->hand, time_s);
  mk_vec3 frog = mk_mat4_point (back, mk_mat4_point (hand, b->palm)), way = mk_vec3_normalize (mk_vec3_sub (b->strings, frog)), front = { 0, 0, 1 };
  front = mk_vec3_normalize (mk_vec3_sub (front, mk_vec3_scale (way, mk_vec3_dot (front, way))));
  return (mk_trs){ frog, mk_quat_look (front, way), b->rest.scale };
}

static void
bow_at (const void *user, double time_s, float out[4])
{
  const bowing *b = user;
  mk_trs trs = drawn_at (b, CLAMP (time_s, b->start_s, b->end_s));
  float share = b->start_s > 0.05 ? mk_smooth (0, (float)TAKE_S, (float)(time_s - b->start_s)) : 1;
  mk_vec3 at = mk_vec3_lerp (b->rest.translation, trs.translation, share);
  mk_quat turn = mk_quat_slerp (b->rest.rotation, trs.rotation, share);
  if (b->path == MK_TRACK_TRANSLATION)
    out[0] = at.x, out[1] = at.y, out[2] = at.z;
  else
    out[0] = turn.x, out[1] = turn.y, out[2] = turn.z, out[3] = turn.w;
}

/* The middle of a part, in the space of its object. */
static bool
find_part (const mk_act *thing, const char *name, int *node, mk_vec3 *middle)
{
  g_autoptr (GArray) found = mk_object_find_parts (thing->scene, thing->root, name);
  if (found->len == 0)
    return false;
  mk_act part = *thing;
  part.node = *node = g_array_index (found, int, 0);
  mk_act_measure (&part);
  *middle = mk_mat4_point (mk_mat4_inverse (thing->world), mk_mat4_point (part.world, part.middle));
  return true;
}

void
mk_bow_draw (const mk_act *act, const mk_life *life)
{
  int hand = mk_life_find (life, MK_ROLE_ARM, -1, 2);
  for (int i = 0; i < (int)act->scene->nodes->len && hand >= 0; i++) {
    mk_act thing = *act;
    thing.node = thing.root = i;
    if (i == act->root || (!mk_hold_has (act->scene, act->root, i) && !mk_act_carries (&thing, act->root))) /* a cello stands before the seat that belongs to it */
      continue;
    mk_act_measure (&thing);
    bowing b = { .scene = act->scene, .instrument = i, .hand = life->bones[hand].joint.node, .start_s = act->start_s, .end_s = act->start_s + act->duration_s };
    mk_vec3 none;
    int bridge;
    if (!find_part (&thing, "bow", &b.bow, &none) || !find_part (&thing, "bridge", &bridge, &b.strings))
      continue;
    b.rest = mk_scene_get_node (act->scene, b.bow)->trs;
    b.palm = (mk_vec3){ 0, -PALM * act->size.y / life->scale, 0.01f };
    const double corners[] = { 0, b.start_s, b.start_s + TAKE_S, b.end_s };
    static const mk_track_path paths[] = { MK_TRACK_TRANSLATION, MK_TRACK_ROTATION };
    mk_scene *scene = act->scene;
    for (size_t p = 0; p < MK_COUNT (paths); p++) {
      b.path = paths[p];
      mk_track_fit (scene, b.bow, b.path, bow_at, &b, b.start_s > 0.05 ? corners : corners + 1, b.start_s > 0.05 ? 4 : 3, 0.002f);
    }
  }
}
