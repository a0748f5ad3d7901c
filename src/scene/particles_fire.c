/* Fire: tongues that leave a mouth or a nozzle in a jet, or rise from what burns; white-hot at first, then orange, then red. Each is a
 * node of a few long wisps that flies off, grows, and is nothing at its end; a lamp in the middle flickers with them. */
#include <string.h>

#include "scene/gesture.h"
#include "scene/layout.h"
#include "scene/particles_make.h"
#include "scene/shapes.h"

#define REACH 1.1f        /* of a jet, in heights of who breathes it */
#define NOZZLE_REACH 0.55f /* of an engine's, in heights of what it drives */
#define RISE 0.6f         /* of flames, in heights of what burns */
#define LIFE_S 0.55       /* of a tongue that reaches REACH_M; longer ones live longer, as larger fires are slower */
#define REACH_M 3.0
#define WIDEN 0.075f      /* half as wide as this at its end, in reaches */
#define SPREAD 0.13f      /* how far tongues leave the middle, in ways that they have gone */
#define LIFT 0.12f        /* hot air: how far they have risen at the end */
#define LONG 2.4f         /* a tongue is so many times as long as it is wide */
#define LAMP_W_SR 2.5f    /* of its lamp, for each square metre of reach: a campfire's 30 for its two metres' glow */
#define HIDDEN 1e-4f     /* the size of what is not there */
#define FLICKER_S 0.11
#define BURN_WIDE 0.3f    /* of what burns: how wide its tongues are, in its narrower side */
#define N_WISPS 11

/* From the core outwards; the rim goes farthest and is thinnest. */
static const struct { float reach, width, opacity, glow; mk_vec3 color; unsigned n; } layers[] = {
  { 0.62f, 0.5f, 0.26f, 1.6f, { 1, 0.55f, 0.12f }, 14 },
  { 0.9f, 0.85f, 0.2f, 1.3f, { 1, 0.24f, 0.018f }, 22 },
  { 1, 1.1f, 0.11f, 0.8f, { 0.85f, 0.07f, 0.006f }, 18 } };

typedef struct {
  int node;                 /* whose frame mouth and way are in */
  mk_vec3 mouth, way;       /* in it; way: unit */
  mk_vec3 spread;           /* half the room that tongues begin in, in the world: 0 of a mouth */
  int at;                   /* what it is breathed at; -1 = straight ahead */
  mk_box there;             /* of that when it begins, and where its node is then */
  mk_vec3 there_at;
  float mouth_m, reach_m;
  double from_s, to_s, life_s;
} jet;

/* --- where it comes from --- */

/* Where its recipe says that breath, or an engine's jet, leaves it; else before the head. It goes with the head. False without both. */
static bool
find_mouth (const mk_stage *stage, const mk_scene *scene, int root, jet *j)
{
  g_autoptr (GArray) anchors = mk_object_anchors (stage->library, scene, root), joints = mk_object_joints (stage->library, scene, root);
  const mk_joint *head = mk_joint_find (joints, MK_ROLE_HEAD);
  mk_mat4 world = mk_node_rest (scene, root), back = mk_mat4_inverse (world);
  mk_box box = mk_box_transform (back, mk_layout_box (scene, root));
  mk_vec3 mouth = { 0, 0, 0 };
  float pitch = 0, wide = 0;
  for (guint i = 0; i < anchors->len && wide <= 0; i++) {
    const mk_anchor *anchor = &g_array_index (anchors, mk_anchor, i);
    if (anchor->kind == MK_ANCHOR_MOUTH) {
      mouth = anchor->at;
      pitch = anchor->pitch_rad;
      wide = anchor->width_m;
    }
  }
  if (wide <= 0 && head == NULL)
    return false;
  j->node = head != NULL ? head->node : root;
  if (wide <= 0) {
    mk_mat4 at = mk_mat4_mul (back, mk_node_rest (scene, head->node));
    mouth = (mk_vec3){ at.m[12], at.m[13], box.max.z };
    wide = 0.04f * (box.max.y - box.min.y);
  }
  mk_mat4 own = mk_mat4_mul (mk_mat4_inverse (mk_node_rest (scene, j->node)), world);
  float scale = mk_vec3_length (mk_mat4_direction (world, (mk_vec3){ 0, 1, 0 }));
  j->mouth = mk_mat4_point (own, mouth);
  j->way = mk_vec3_normalize (mk_mat4_direction (own, (mk_vec3){ 0, -sinf (pitch), cosf (pitch) }));
  j->mouth_m = wide * scale;
  j->reach_m = (head != NULL ? REACH : NOZZLE_REACH) * (box.max.y - box.min.y) * scale;
  return true;
}

/* --- tongues --- */

/* From the mouth where it is then, towards what is breathed at. */
static void
aim (const mk_scene *scene, const jet *j, double time_s, mk_vec3 *from, mk_vec3 *way, float *reach)
{
  mk_mat4 world = mk_node_world (scene, j->node, time_s);
  *from = mk_mat4_point (world, j->mouth);
  *way = mk_vec3_normalize (mk_mat4_direction (world, j->way));
  *reach = j->reach_m;
  if (j->at < 0)
    return;
  mk_mat4 there = mk_node_world (scene, j->at, time_s);
  mk_vec3 gone = mk_vec3_sub ((mk_vec3){ there.m[12], there.m[13], there.m[14] }, j->there_at); /* who flees is aimed at */
  mk_vec3 middle = mk_vec3_add (mk_box_middle (j->there), gone), half = mk_vec3_scale (mk_box_size (j->there), 0.5f);
  middle.y = CLAMP (from->y, middle.y - 0.6f * half.y, middle.y + 0.6f * half.y); /* as level as it can be */
  mk_vec3 to = mk_vec3_sub (middle, *from);
  float far = mk_vec3_length (to);
  if (far < 1e-3f)
    return;
  *way = mk_vec3_scale (to, 1 / far);
  float inside = fminf (half.x / fmaxf (fabsf (way->x), 1e-3f), half.z / fmaxf (fabsf (way->z), 1e-3f));
  *reach = fmaxf (far - 0.8f * inside, j->reach_m / 2);
}

static mk_copies
wisps (mk_maker *m)
{
  mk_copies copies = { .n = N_WISPS, .transforms = g_new (mk_mat4, N_WISPS) };
  for (unsigned i = 0; i < N_WISPS; i++) {
    float angle = mk_maker_between (m, 0, 2 * MK_PI), far = 0.7f * sqrtf (mk_rng_float (&m->rng)), wide = mk_maker_between (m, 0.3f, 0.62f);
    mk_trs trs = { { far * cosf (angle), far * sinf (angle), LONG * mk_maker_between (m, -0.6f, 0.6f) }, MK_QUAT_IDENTITY, { wide, wide, LONG * mk_maker_between (m, 0.6f, 1) } };
    copies.transforms[i] = mk_mat4_from_trs (trs);
  }
  return copies;
}

/* One tongue's flight: where it is and how large, at share `u` of its life. */
typedef struct { mk_vec3 from, way, drift; float reach, size; } flight;

static mk_vec3
place_at (const flight *f, float u)
{
  float gone = f->reach * (1 - powf (1 - u, 1.6f)); /* slowed by the air */
  mk_vec3 at = mk_vec3_add (f->from, mk_vec3_add (mk_vec3_scale (f->way, gone), mk_vec3_scale (f->drift, gone)));
  at.y += LIFT * f->reach * u * u;
  float under = fmaxf (0.4f * f->size - at.y, 0); /* over the ground it goes aside */
  return (mk_vec3){ at.x + (f->drift.x / SPREAD) * under, at.y + under, at.z + (f->drift.z / SPREAD) * under };
}

static void
add_tongue (mk_maker *m, mk_mesh *wisp, const mk_material *material, const jet *j, unsigned layer, double phase)
{
  mk_copies copies = wisps (m);
  int node = mk_maker_add_node (m, mk_particle_kinds[MK_FIRE], wisp, material, &copies, (mk_trs){ { 0, 0, 0 }, MK_QUAT_IDENTITY, { 1, 1, 1 } }, 0);
  g_free (copies.transforms);
  mk_keys places = mk_keys_new (3), sizes = mk_keys_new (3), shown = mk_keys_new (1), turns = mk_keys_new (4);
  const unsigned steps = 5;
  bool is_burning = j->from_s < MK_JUMP_S; /* from before the first moment on */
  for (int cycle = is_burning ? -1 : 0; j->from_s + (cycle + phase) * j->life_s < j->to_s; cycle++) {
    double born = j->from_s + (cycle + phase) * j->life_s;
    flight f;
    aim (m->scene, j, fmax (born, 0), &f.from, &f.way, &f.reach);
    f.from = mk_vec3_add (f.from, (mk_vec3){ mk_maker_between (m, -1, 1) * j->spread.x, mk_maker_between (m, -1, 1) * j->spread.y, mk_maker_between (m, -1, 1) * j->spread.z });
    f.reach *= layers[layer].reach * mk_maker_between (m, 0.8f, 1.1f);
    f.drift = mk_vec3_scale ((mk_vec3){ mk_maker_between (m, -1, 1), mk_maker_between (m, -1, 1), mk_maker_between (m, -1, 1) }, SPREAD);
    f.drift = mk_vec3_sub (f.drift, mk_vec3_scale (f.way, mk_vec3_dot (f.drift, f.way)));
    mk_quat turn = mk_quat_look (mk_vec3_normalize (mk_vec3_add (f.way, f.drift)), fabsf (f.way.y) > 0.9f ? (mk_vec3){ 1, 0, 0 } : (mk_vec3){ 0, 1, 0 });
    float flicker = mk_maker_between (m, 0.75f, 1.25f) * layers[layer].width;
    for (unsigned s = 0; s <= steps; s++) {
      float u = (float)s / (float)steps, closing = 1 - mk_smooth (0.62f, 1, u), none = 0;
      double at = born + (double)u * j->life_s - (s == steps ? MK_JUMP_S : 0);
      if (at < 0 && born + (double)(s + 1) / steps * j->life_s <= 0)
        continue;
      f.size = flicker * (0.5f * j->mouth_m + WIDEN * j->reach_m * powf (u, 0.8f)) * (0.25f + 0.75f * closing);
      float thick = layers[layer].opacity * closing * (s == 0 ? 0.6f : 1);
      mk_keys_add_vec3 (&places, at, place_at (&f, u));
      float size = s == steps ? HIDDEN : f.size;
      if (s == 0 && at > MK_JUMP_S)
        mk_keys_add_vec3 (&sizes, at - MK_JUMP_S, (mk_vec3){ HIDDEN, HIDDEN, HIDDEN });
      mk_keys_add_vec3 (&sizes, at, (mk_vec3){ size, size, size });
      mk_keys_add (&turns, at, &turn.x);
      if (s == 0 && at > MK_JUMP_S)
        mk_keys_add (&shown, at - MK_JUMP_S, &none);
      mk_keys_add (&shown, at, &thick);
    }
  }
  mk_keys_end (&places, m, node, MK_TRACK_TRANSLATION);
  mk_keys_end (&sizes, m, node, MK_TRACK_SCALE);
  mk_keys_end (&turns, m, node, MK_TRACK_ROTATION);
  mk_keys_end (&shown, m, node, MK_TRACK_OPACITY);
}

/* --- its light --- */

static void
add_lamp (mk_maker *m, const jet *j)
{
  mk_light light = { .kind = MK_LIGHT_POINT, .color = { 1, 0.45f, 0.12f }, .intensity = LAMP_W_SR * mk_maker_glow (m) * j->reach_m * j->reach_m, .radius_m = 0.1f * j->reach_m };
  g_strlcpy (light.name, mk_particle_kinds[MK_FIRE], sizeof light.name);
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.name = (char *)MK_PARTICLE_NAME "fire light";
  node.light = mk_scene_add_light (m->scene, &light);
  node.opacity = 0;
  int lamp = mk_scene_add_node (m->scene, &node);
  mk_keys places = mk_keys_new (3), shown = mk_keys_new (1);
  const float none = 0;
  if (j->from_s > MK_JUMP_S)
    mk_keys_add (&shown, j->from_s, &none);
  for (double at = j->from_s; at < j->to_s; at += FLICKER_S) {
    mk_vec3 from, way;
    float reach, bright = mk_maker_between (m, 0.65f, 1);
    aim (m->scene, j, at, &from, &way, &reach);
    mk_vec3 middle = mk_vec3_add (from, mk_vec3_scale (way, 0.5f * reach));
    middle.y = fmaxf (middle.y, 0.1f * reach);
    mk_keys_add_vec3 (&places, at, middle);
    mk_keys_add (&shown, at + (j->from_s > MK_JUMP_S ? 0.5 * j->life_s : 0), &bright);
  }
  if (j->to_s < (double)m->scene->duration_s)
    mk_keys_add (&shown, j->to_s + j->life_s, &none);
  mk_keys_end (&places, m, lamp, MK_TRACK_TRANSLATION);
  mk_keys_end (&shown, m, lamp, MK_TRACK_OPACITY);
}

static bool
add_jet (mk_maker *m, jet *j, GError **error)
{
  g_autoptr (mk_mesh) wisp = mk_shape_ellipsoid ((mk_vec3){ 1, 1, 1 }, 10, error);
  if (wisp == NULL)
    return false;
  j->life_s = LIFE_S * sqrt (fmax ((double)j->reach_m, 0.05) / REACH_M);
  for (unsigned k = 0; k < MK_COUNT (layers); k++) {
    unsigned n = (unsigned)((float)layers[k].n * fminf (m->amount, 3)) + 1;
    mk_material glow = mk_maker_material (m, mk_particle_kinds[MK_FIRE], layers[k].color, layers[k].glow * mk_maker_glow (m));
    for (unsigned i = 0; i < n; i++)
      add_tongue (m, wisp, &glow, j, k, (i + (double)mk_maker_between (m, 0, 0.9f)) / n);
  }
  add_lamp (m, j);
  return true;
}

/* --- who makes it --- */

/* What has a nozzle shoots it out of there; all else burns, its upper half and what is over it. */
static jet
jet_of (const mk_stage *stage, const mk_scene *scene, int node)
{
  int root = mk_scene_thing_of (scene, node);
  jet j = { .at = -1 };
  g_autoptr (GArray) joints = mk_object_joints (stage->library, scene, root);
  if (mk_joint_find (joints, MK_ROLE_HEAD) == NULL && find_mouth (stage, scene, root, &j))
    return j;
  mk_box box = mk_box_transform (mk_mat4_inverse (mk_node_rest (scene, node)), mk_layout_box (scene, node));
  mk_vec3 size = mk_vec3_sub (box.max, box.min);
  float side = fminf (size.x, size.z);
  j.node = node;
  j.mouth = (mk_vec3){ (box.min.x + box.max.x) / 2, box.min.y + 0.5f * size.y, (box.min.z + box.max.z) / 2 };
  j.way = (mk_vec3){ 0, 1, 0 };
  j.spread = (mk_vec3){ 0.4f * size.x, 0.34f * size.y, 0.4f * size.z };
  j.reach_m = RISE * fmaxf (size.y, 0.5f * side);
  j.mouth_m = BURN_WIDE * side;
  return j;
}

static void
find_goal (const mk_scene *scene, jet *j)
{
  if (j->at < 0)
    return;
  g_autoptr (mk_pose) pose = mk_pose_new (scene, j->from_s);
  mk_mat4 at = mk_node_world (scene, j->at, j->from_s);
  j->there = mk_scene_bounds (scene, pose, j->at);
  j->there_at = (mk_vec3){ at.m[12], at.m[13], at.m[14] };
}

/* Those of a command of fire: jet; g_array_unref. Their times are the command's. */
static GArray *
find_fires (const mk_stage *stage, const mk_scene *scene, const mk_json *command)
{
  GArray *jets = g_array_new (FALSE, FALSE, sizeof (jet));
  const mk_json *targets = mk_json_get (command, "targets");
  bool is_fire = g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "particles") && g_str_equal (mk_json_get_string (mk_json_get (command, "kind")), mk_particle_kinds[MK_FIRE]);
  for (size_t i = 0; is_fire && i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, i)), NULL);
    for (guint k = 0; found != NULL && k < found->len; k++) {
      jet j = jet_of (stage, scene, g_array_index (found, int, k));
      j.from_s = mk_json_get_real (mk_json_get (command, "start_s"));
      g_array_append_val (jets, j);
    }
  }
  return jets;
}

bool
mk_make_fire (mk_maker *m, GError **error)
{
  g_autoptr (GArray) jets = find_fires (m->stage, m->scene, m->command);
  for (guint i = 0; i < jets->len; i++) {
    jet *j = &g_array_index (jets, jet, i);
    j->to_s = m->end_s;
    if (!add_jet (m, j, error))
      return false;
  }
  return true;
}

/* Of those who breathe fire by a command: jet; g_array_unref. */
static GArray *
find_breaths (const mk_stage *stage, const mk_scene *scene, const mk_json *command)
{
  GArray *jets = g_array_new (FALSE, FALSE, sizeof (jet));
  bool is_gesture = g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "animate") && g_str_equal (mk_json_get_string (mk_json_get (command, "motion")), "gesture");
  const mk_json *targets = mk_json_get (command, "targets");
  const char *how = mk_json_get_string (mk_json_get (command, "how")), *to = mk_json_get_string (mk_json_get (command, "to"));
  double start_s = mk_json_get_real (mk_json_get (command, "start_s")), lasts_s = mk_json_get_real (mk_json_get (command, "duration_s"));
  g_autoptr (GArray) at = is_gesture && *to != 0 ? mk_scene_find_targets (scene, to, NULL) : NULL;
  for (size_t i = 0; is_gesture && i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, i)), NULL);
    for (guint k = 0; found != NULL && k < found->len; k++) {
      int root = g_array_index (found, int, k);
      const char *object = mk_scene_get_node (scene, root)->object;
      const mk_gesture *gesture = object != NULL ? mk_gesture_find (stage->library, how, mk_library_find (stage->library, object)) : NULL;
      jet j = { .at = at != NULL && at->len > 0 ? g_array_index (at, int, 0) : -1 };
      if (gesture == NULL || !mk_gesture_breathes (gesture, lasts_s > 0 ? lasts_s : (double)scene->duration_s - start_s, &j.from_s, &j.to_s) || !find_mouth (stage, scene, root, &j))
        continue;
      j.from_s += start_s;
      j.to_s += start_s;
      find_goal (scene, &j);
      g_array_append_val (jets, j);
    }
  }
  return jets;
}

bool
mk_make_breath (mk_maker *m, GError **error)
{
  g_autoptr (GArray) jets = find_breaths (m->stage, m->scene, m->command);
  for (guint i = 0; i < jets->len; i++)
    if (!add_jet (m, &g_array_index (jets, jet, i), error))
      return false;
  return true;
}

void
mk_fire_points (const mk_stage *stage, const mk_scene *scene, GArray *points)
{
  const unsigned n_moments = 6;
  for (size_t i = 0; i < mk_json_length (scene->commands); i++) {
    g_autoptr (GArray) jets = find_breaths (stage, scene, mk_json_at (scene->commands, i)), fires = find_fires (stage, scene, mk_json_at (scene->commands, i));
    g_array_append_vals (jets, fires->data, fires->len);
    for (guint k = 0; k < jets->len * n_moments; k++) {
      const jet *j = &g_array_index (jets, jet, k / n_moments);
      mk_vec3 from, way;
      float reach;
      aim (scene, j, j->from_s + fmax (j->to_s - j->from_s, 0) * (k % n_moments + 0.5) / n_moments, &from, &way, &reach);
      mk_vec3 end = mk_vec3_add (from, mk_vec3_scale (way, reach));
      end.y = fmaxf (end.y, 0);
      g_array_append_val (points, end);
      end.y += LIFT * reach + j->spread.y;
      g_array_append_val (points, end);
    }
  }
}
