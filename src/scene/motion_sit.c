/* Sitting: on the ground, on a chair that one goes to, on what one is put on, astride a horse. */
#include "scene/fields.h"
#include "scene/layout.h"
#include "scene/life.h"

#include <string.h>

static const mk_vec3 axis_x = { 1, 0, 0 }, axis_y = { 0, 1, 0 }, axis_z = { 0, 0, 1 };

#define REACH_M 1.3f       /* from the edge of a chair: who stands nearer and sits down means that chair */
#define ASTRIDE_M 0.32f    /* seats of what moves are straddled up to this width */
#define STEP_S 1.3         /* to turn one's back to a chair */

typedef struct {
  mk_liveliness lively;
  double duration_s;
  bool drives;          /* hands to the wheel */
  float drop_m;         /* of the seat, above where the feet go; in the object's space; 0 = it sits on the ground */
  float half_m;         /* of what is between the thighs, in the object's space, when astride */
  float flank_m;        /* how far below the seat the mount's side is, where the feet are; in the object's space */
  bool is_astride;
  bool is_down;         /* has sat from the first */
  bool is_rising;       /* the root comes up to the seat by itself: feet stay below */
  bool is_getting_up;   /* from the seat onto the feet */
} sitting;

/* --- poses --- */

/* How far down: after a look back to the seat, a little too deep, and up again to rest. */
static float
down_at (const sitting *s, double time_s)
{
  if (s->is_down)
    return 1;
  if (s->is_getting_up) /* after leaning forward over the feet */
    return 1 - mk_smooth (0.2f * s->lively.anticipation, 0.95f, (float)(time_s / s->duration_s));
  float settle = (float)fmin (1.1, 0.8 * s->duration_s), t = (float)time_s / settle;
  float over = 0.05f * s->lively.squash * sinf (MK_PI * CLAMP ((t - 0.72f) / 0.28f, 0, 1));
  return mk_smooth (0.12f * s->lively.anticipation, 0.82f, t) + over;
}

/* Hands to the knees; to the reins when astride, to the wheel of a car. */
static void
rest_arms (mk_life *life, const sitting *s, float down, float lean)
{
  float upper = s->drives ? -0.95f : s->is_astride ? -0.5f : -0.62f, fore = s->drives ? -0.6f : s->is_astride ? -0.75f : -0.5f;
  for (unsigned i = 0; i < life->n_bones; i++) {
    const mk_joint *joint = &life->bones[i].joint;
    if (joint->role != MK_ROLE_ARM)
      continue;
    if (joint->segment == 0) {
      mk_bone_turn (life, (int)i, axis_x, upper * down - 0.3f * lean);
      mk_bone_turn (life, (int)i, axis_z, (float)joint->side * -0.12f * down);
    } else if (joint->segment == 1) {
      mk_bone_turn (life, (int)i, axis_x, fore * down);
      mk_bone_turn (life, (int)i, axis_y, (float)joint->side * (s->drives || s->is_astride ? -0.25f : -0.45f) * down);
    }
  }
}

/* How far from the middle a foot is when astride. */
static float
foot_out (const sitting *s, const mk_limb *leg)
{
  return fminf (s->half_m + 0.09f * leg->length_m, fabsf (leg->hip.x) + 0.62f * leg->length_m);
}

/* Where the ankle of a leg goes. On a chair shins hang, on the ground legs lie, on a horse they clasp it. */
static mk_vec3
ankle_of (const sitting *s, const mk_limb *leg, mk_vec3 hip)
{
  float upper = mk_vec3_length (mk_vec3_sub (leg->knee, leg->hip)), lower = leg->length_m - upper, side = leg->hip.x >= 0 ? 1 : -1;
  bool hangs = s->drop_m > 0;
  mk_vec3 wanted = { leg->ankle.x * 1.15f, fmaxf (leg->ankle.y - s->drop_m, hip.y - lower - 0.02f * upper), hip.z + (hangs ? 0.97f * upper : 0.82f * (upper + lower)) };
  if (s->is_astride) {
    float low = fmaxf (hip.y - 0.8f * leg->length_m, leg->ankle.y - s->drop_m);
    wanted = (mk_vec3){ side * fmaxf (foot_out (s, leg), fabsf (hip.x)), fmaxf (low, 0.1f * leg->length_m - s->flank_m), hip.z + 0.12f * leg->length_m };
  }
  return wanted;
}

static void
sit_on_two (mk_life *life, const sitting *s, float down, float lean)
{
  const mk_limb *first = &life->legs[0];
  mk_bone *hips = &life->bones[life->hips];
  float thick = 0.13f * first->height_m, straight = CLAMP (down, 0, 1); /* thick: from the joint to the seat */
  bool hangs = s->drop_m > 0;
  hips->shift.y = down * (thick - first->hip.y);
  hips->shift.z = -down * (hangs ? 0 : 0.1f) * first->height_m;
  mk_bone_turn (life, life->hips, axis_x, -down * (s->is_astride ? 0 : hangs ? 0.04f : 0.14f));
  mk_bone_turn (life, life->chest, axis_x, 0.55f * lean + 0.06f * down);
  mk_bone_turn (life, life->head, axis_x, -0.3f * lean);
  rest_arms (life, s, down, lean);
  mk_life_settle (life, 0);
  for (unsigned i = 0; i < life->n_legs; i++) {
    mk_limb own = life->legs[i];
    if (own.n_upper < 2) {
      mk_limb_reach (life, &own, own.ankle, MK_QUAT_IDENTITY);
      continue;
    }
    mk_vec3 wanted = ankle_of (s, &own, life->bones[own.bones[0]].place), start = own.ankle;
    float turned = s->is_astride ? (own.hip.x >= 0 ? 0.5f : -0.5f) * straight : 0;
    own.pole = mk_quat_rotate (mk_quat_from_axis (axis_y, turned), own.pole); /* knees apart */
    if (s->is_rising)
      start.y -= straight * s->drop_m;
    mk_vec3 ankle = mk_vec3_lerp (start, wanted, straight);
    ankle.y += s->is_rising ? 0 : sinf (MK_PI * straight) * 0.05f * own.height_m;
    mk_limb_reach (life, &own, ankle, mk_quat_mul (mk_quat_from_axis (axis_y, 0.6f * turned), mk_quat_from_axis (axis_x, hangs ? 0 : -0.45f * down)));
  }
}

/* Hindquarters down, forelegs straight, the head as high as before. */
static void
sit_on_four (mk_life *life, float down, float lean)
{
  float front = -INFINITY, back = INFINITY, hip = 0, fore = 0;
  for (unsigned i = 0; i < life->n_legs; i++) {
    if (life->legs[i].hip.z > front)
      front = life->legs[i].hip.z, fore = life->legs[i].hip.y;
    if (life->legs[i].hip.z < back)
      back = life->legs[i].hip.z, hip = life->legs[i].hip.y;
  }
  float length = fmaxf (front - back, 1e-4f), tilt = asinf (CLAMP (0.6f * hip / length, 0, 0.72f)) * down;
  mk_bone *body = &life->bones[life->hips];
  mk_quat turn = mk_quat_from_axis (axis_x, -tilt);
  mk_vec3 shoulder = { 0, fore, front }, arm = mk_quat_rotate (turn, mk_vec3_sub (body->rest, shoulder));
  body->shift = mk_vec3_sub (mk_vec3_add (shoulder, arm), body->rest); /* turned about the shoulders */
  body->shift.z -= 0.1f * life->leg_m * CLAMP (down, 0, 1);
  body->shift.y -= 0.04f * life->leg_m * lean;
  mk_bone_turn (life, life->hips, axis_x, -tilt);
  mk_bone_turn (life, life->neck, axis_x, 0.45f * tilt + 0.2f * lean);
  mk_bone_turn (life, life->head, axis_x, 0.5f * tilt);
  mk_bone_turn (life, mk_life_find (life, MK_ROLE_TAIL, 0, 0), axis_x, -0.25f * tilt);
  mk_life_settle (life, 0);
  for (unsigned i = 0; i < life->n_legs; i++) {
    const mk_limb *own = &life->legs[i];
    mk_vec3 ankle = own->ankle;
    if (own->hip.z < (front + back) / 2)
      ankle.z += CLAMP (down, 0, 1) * 0.42f * own->height_m;
    mk_limb_reach (life, own, ankle, MK_QUAT_IDENTITY);
  }
}

static void
pose_sit (mk_life *life, void *user, double time_s)
{
  sitting *s = user;
  float down = down_at (s, time_s), lean = sinf (MK_PI * CLAMP (down, 0, 1)) * s->lively.anticipation;
  if (s->is_getting_up)
    lean = sinf (MK_PI * CLAMP ((float)(time_s / (0.8 * s->duration_s)), 0, 1)) * s->lively.anticipation;
  if (life->hips < 0)
    return;
  if (life->n_legs == 4)
    sit_on_four (life, down, lean);
  else if (life->n_legs == 2 && life->legs[0].n_upper > 1)
    sit_on_two (life, s, down, lean);
  else {
    life->bones[life->hips].shift.y = -0.55f * down * life->leg_m;
    mk_limbs_stand (life);
  }
}

static void
bake (mk_life *life, sitting *s)
{
  static const mk_joint_role all[] = { MK_ROLE_BODY, MK_ROLE_LEG, MK_ROLE_NECK, MK_ROLE_HEAD, MK_ROLE_ARM, MK_ROLE_TAIL, MK_ROLE_EAR };
  for (size_t i = 0; i < MK_COUNT (all); i++)
    mk_life_claim (life, all[i], false);
  mk_life_script script = { .pose = pose_sit, .user = s, .is_held = true, .follow = s->is_down ? 0 : s->lively.follow_through };
  mk_life_bake (life, &script);
}

/* --- seats --- */

/* How wide what lies below a saddle is, there where thighs are. */
static float
half_width (const mk_scene *scene, int carrier, mk_vec3 at, mk_vec3 side)
{
  float half = 0, y;
  for (int i = 1; i <= 40; i++) {
    float far = 0.025f * (float)i;
    if (!mk_layout_surface (scene, carrier, at.x + side.x * far, at.z + side.z * far, at.y + 0.05f, &y) || y < at.y - 0.45f)
      break;
    half = far;
  }
  return half;
}

/* A horse, a bicycle: what goes with somebody on it. */
static bool
is_mount (const mk_stage *stage, const mk_scene *scene, int carrier)
{
  g_autoptr (GArray) joints = mk_object_joints (stage->library, scene, carrier);
  unsigned n = 0;
  for (guint i = 0; i < joints->len; i++) {
    mk_joint_role role = g_array_index (joints, mk_joint, i).role;
    n += role == MK_ROLE_LEG || role == MK_ROLE_WHEEL || role == MK_ROLE_WING || role == MK_ROLE_FIN;
  }
  return n >= 2;
}

bool
mk_seat_find (const mk_stage *stage, const mk_scene *scene, int carrier, double time_s, mk_vec3 near, mk_seat *seat)
{
  const mk_scene_node *node = mk_scene_get_node (scene, carrier);
  const mk_recipe_info *info = node->object != NULL ? mk_library_find (stage->library, node->object) : NULL;
  g_autoptr (GArray) anchors = mk_object_anchors (stage->library, scene, carrier);
  bool moves = is_mount (stage, scene, carrier), is_animal = moves && info != NULL && g_str_equal (info->category, "animal");
  bool is_vehicle = info != NULL && g_str_equal (info->category, "vehicle"); /* a broom that flies */
  mk_mat4 world = mk_node_world (scene, carrier, time_s);
  float scale = mk_vec3_length (mk_mat4_direction (world, axis_x)), nearest = INFINITY;
  unsigned n_seats = 0;
  for (guint i = 0; i < anchors->len; i++) {
    const mk_anchor *anchor = &g_array_index (anchors, mk_anchor, i);
    if (anchor->kind != MK_ANCHOR_SEAT && anchor->kind != MK_ANCHOR_SHOULDERS && !(is_animal && anchor->kind == MK_ANCHOR_ON))
      continue;
    n_seats++;
    float far = mk_vec3_length (mk_vec3_sub (mk_mat4_point (world, anchor->at), near));
    if (far >= nearest)
      continue;
    nearest = far;
    mk_vec3 forward = mk_mat4_direction (world, axis_z), side = mk_vec3_normalize (mk_mat4_direction (world, axis_x));
    *seat = (mk_seat){ .carrier = carrier, .at = mk_mat4_point (world, anchor->at), .yaw_rad = mk_angle_wrap (mk_vec3_yaw (forward) + anchor->turn_rad) };
    seat->is_astride = is_animal || ((moves || is_vehicle) && anchor->width_m * scale <= ASTRIDE_M);
    seat->drives = n_seats == 1 && moves && !is_animal && !seat->is_astride; /* the first seat is the driver's */
    seat->half_m = seat->is_astride ? half_width (scene, carrier, seat->at, side) : 0;
  }
  return isfinite (nearest);
}

static void
turn_to (mk_scene_node *node, float yaw_rad)
{
  mk_vec3 forward = mk_quat_rotate (node->trs.rotation, axis_z);
  node->trs.rotation = mk_quat_mul (mk_quat_from_axis (axis_y, yaw_rad - mk_vec3_yaw (forward)), node->trs.rotation);
}

/* One whose legs bend at the knees, with arms: not a hen. */
static bool
can_sit (const mk_life *life)
{
  return life != NULL && life->hips >= 0 && life->n_legs == 2 && life->legs[0].n_upper > 1 && mk_life_has (life, MK_ROLE_ARM);
}

/* How far down it is to where the feet go, a thigh before the seat: on a carpet that flies they lie on it. */
static float
drop_ahead (const mk_scene *scene, const mk_seat *seat, float thigh_m)
{
  float y;
  bool is_floor = !seat->is_astride && mk_layout_surface (scene, seat->carrier, seat->at.x + thigh_m * sinf (seat->yaw_rad), seat->at.z + thigh_m * cosf (seat->yaw_rad), seat->at.y + 0.02f, &y);
  return is_floor ? seat->at.y - y : INFINITY;
}

static void
take (const mk_stage *stage, mk_scene *scene, int root, const mk_seat *seat, bool may_turn)
{
  static const mk_json *nothing = NULL;
  mk_act act = { .stage = stage, .scene = scene, .command = nothing, .node = root, .root = root, .n = 1, .duration_s = 0.1, .speed = 1 };
  mk_act_measure (&act);
  g_autoptr (mk_life) life = mk_life_new (&act);
  if (!can_sit (life) || mk_node_tracks_find (scene, life->bones[life->hips].joint.node).tracks[MK_TRACK_ROTATION] != NULL)
    return;
  mk_scene_node *node = mk_scene_get_node (scene, root);
  if (may_turn)
    turn_to (node, seat->yaw_rad);
  sitting s = { .lively = { 1, 1, 1, 1 }, .duration_s = act.duration_s, .is_down = true, .is_astride = seat->is_astride, .drives = seat->drives,
                .drop_m = fmaxf (act.at.y, 1e-3f) / life->scale, .half_m = seat->half_m / life->scale };
  mk_vec3 side = { cosf (seat->yaw_rad), 0, -sinf (seat->yaw_rad) };
  s.drop_m = fminf (s.drop_m, fmaxf (drop_ahead (scene, seat, 0.27f * act.size.y), 1e-3f) / life->scale);
  float out = foot_out (&s, &life->legs[0]) * life->scale, y;
  bool is_over = seat->is_astride && mk_layout_surface (scene, seat->carrier, seat->at.x + side.x * out, seat->at.z + side.z * out, seat->at.y, &y);
  s.flank_m = is_over ? (seat->at.y - y) / life->scale : INFINITY;
  bake (life, &s);
  node->is_posed = true;
}

bool
mk_seat_take (const mk_stage *stage, mk_scene *scene, const int *roots, unsigned n_roots, const mk_json *command, GError **error)
{
  static const char *const poses[] = { "stand", "sit", NULL };
  const mk_json *place = mk_json_get (command, "place");
  int pose = -1;
  if (!mk_field_choice (command, "pose", poses, &pose, error))
    return false;
  if (pose == 0)
    return true;
  for (size_t i = 0; i < mk_json_length (place); i++) {
    const mk_json *row = mk_json_at (place, i), *targets = mk_json_get (row, "targets");
    const char *relation = mk_json_get_string (mk_json_get (row, "relation"));
    bool may_sit = g_str_equal (relation, "on") || g_str_equal (relation, "inside");
    g_autoptr (GArray) carriers = g_array_new (FALSE, FALSE, sizeof (int));
    for (size_t t = 0; t < mk_json_length (targets) && may_sit; t++) {
      g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, t)), NULL);
      if (found != NULL)
        g_array_append_vals (carriers, found->data, found->len);
    }
    for (unsigned k = 0; k < n_roots && carriers->len > 0; k++) {
      mk_seat seat;
      if (mk_seat_find (stage, scene, g_array_index (carriers, int, k % carriers->len), 0, mk_scene_get_node (scene, roots[k])->trs.translation, &seat))
        take (stage, scene, roots[k], &seat, !mk_json_has (command, "facing") && !mk_json_has (command, "rotation"));
    }
  }
  return true;
}

/* --- the motion --- */

/* To a chair that one stands before: turn one's back to it, and down. */
typedef struct {
  mk_vec3 before, onto;     /* offsets of the root: in front of the seat, and on it */
  float turn_rad;
  double step_s;            /* until it stands there */
  const sitting *sitting;
} going;

static void
go_at (const void *user, double time_s, mk_delta *delta)
{
  const going *g = user;
  float step = mk_smooth (0, (float)g->step_s, (float)time_s), down = time_s > g->step_s ? CLAMP (down_at (g->sitting, time_s - g->step_s), 0, 1) : 0;
  delta->turn = mk_quat_from_axis (axis_y, g->turn_rad * step);
  delta->offset = mk_vec3_lerp (mk_vec3_scale (g->before, step), g->onto, down);
}

/* Off the seat. */
static void
raised_at (const void *user, double time_s, mk_delta *delta)
{
  const going *g = user;
  delta->offset = mk_vec3_scale (g->onto, 1 - down_at (g->sitting, time_s));
}

/* The chair meant: named by `to`, or by an earlier command that sent this one there. */
static int
find_chair (const mk_act *act)
{
  const mk_json *to = mk_json_get (act->command, "to");
  const char *own = mk_scene_get_node (act->scene, act->root)->id;
  for (size_t i = 0; i < mk_json_length (act->scene->commands) && to == NULL && own != NULL; i++) {
    const mk_json *command = mk_json_at (act->scene->commands, i), *targets = mk_json_get (command, "targets");
    for (size_t t = 0; t < mk_json_length (targets); t++)
      if (command != act->command && g_str_equal (mk_json_get_string (mk_json_at (targets, t)), own) && mk_json_has (command, "to"))
        to = mk_json_get (command, "to");
  }
  if (mk_json_get_kind (to) != MK_JSON_STRING)
    return -1;
  g_autoptr (GArray) found = mk_scene_find_targets (act->scene, mk_json_get_string (to), NULL);
  int chair = found != NULL && found->len > 0 ? g_array_index (found, int, act->index % found->len) : -1;
  return chair >= 0 && mk_scene_get_node (act->scene, chair)->parent < 0 && chair != act->root ? chair : -1;
}

/* True when there is a chair within reach; how to get onto it. */
static bool
plan_chair (const mk_act *act, const mk_life *life, sitting *s, going *g)
{
  int chair = find_chair (act);
  mk_seat seat;
  if (chair < 0 || !can_sit (life) || !mk_seat_find (act->stage, act->scene, chair, act->start_s, act->at, &seat))
    return false;
  float far = hypotf (seat.at.x - act->at.x, seat.at.z - act->at.z), leg = life->leg_m * life->scale;
  if (far > REACH_M + mk_act_extent (act))
    return false;
  mk_vec3 ahead = { sinf (seat.yaw_rad), 0, cosf (seat.yaw_rad) }, up = { 0, seat.at.y - act->support_y, 0 };
  g->onto = mk_vec3_sub (seat.at, (mk_vec3){ act->at.x, act->support_y, act->at.z });
  g->before = mk_vec3_sub (mk_vec3_add (g->onto, mk_vec3_scale (ahead, 0.55f * leg)), up);
  float turn = seat.yaw_rad - mk_vec3_yaw (act->forward);
  g->turn_rad = mk_angle_wrap (turn);
  g->step_s = fmin (STEP_S / (double)act->speed, 0.55 * act->duration_s);
  s->drop_m = up.y / life->scale;
  s->is_rising = true;
  s->is_astride = seat.is_astride;
  s->half_m = seat.half_m / life->scale;
  s->flank_m = INFINITY;
  return true;
}

double
mk_natural_sit (const mk_act *act)
{
  return (find_chair (act) >= 0 ? 1.4 + STEP_S : 1.6) / (double)act->speed;
}

bool
mk_plan_sit (mk_act *act, GError **error)
{
  sitting s = { .duration_s = act->duration_s };
  going g = { .sitting = &s };
  if (!mk_act_liveliness (act, &s.lively, error))
    return false;
  g_autoptr (mk_life) life = mk_life_new (act);
  if (life == NULL || life->n_legs == 0 || life->hips < 0)
    return mk_plan_wobble (act, error); /* what has no limbs for it still answers */
  if (mk_scene_get_node (act->scene, act->root)->is_posed) /* it sits there already */
    return true;
  if (plan_chair (act, life, &s, &g)) {
    s.duration_s = act->duration_s - g.step_s;
    mk_act_write (act, go_at, &g, act->foot, &g.step_s, 1, true);
    mk_act step = *act, rest = *act;
    step.duration_s = g.step_s;
    rest.start_s += g.step_s;
    rest.duration_s = s.duration_s;
    mk_life_go (&step);
    g_autoptr (mk_life) seated = mk_life_new (&rest);
    bake (seated, &s);
    return true;
  }
  if (act->support_y > 0.15f * act->size.y) /* it is on a wall, a box: its legs hang down */
    s.drop_m = act->support_y / life->scale;
  bake (life, &s);
  return true;
}

/* --- out of what one sits in, and off what one rides --- */

#define ALIGHT_S 2.8
#define RISE_FROM 0.45f    /* of the time: first to its edge, then onto the feet */
#define CLEAR_M 0.34f      /* between who has got out and the side */

typedef struct {
  mk_vec3 out;             /* offset of the root when it stands */
  float turn_rad, lift_m;  /* lift: over the back of a horse */
  double duration_s;
  const sitting *sitting;
} leaving;

static void
leave_at (const void *user, double time_s, mk_delta *delta)
{
  const leaving *l = user;
  float t = (float)(time_s / l->duration_s), across = mk_smooth (0.12f, 0.8f, t), rise = RISE_FROM * (float)l->duration_s;
  float up = time_s > (double)rise ? 1 - CLAMP (down_at (l->sitting, time_s - (double)rise), 0, 1) : 0;
  delta->turn = mk_quat_from_axis (axis_y, l->turn_rad * mk_smooth (0, 0.4f, t));
  delta->offset = (mk_vec3){ l->out.x * across, l->out.y * up + l->lift_m * sinf (MK_PI * across), l->out.z * across };
}

static bool
is_alighting (const mk_act *act, mk_act *carrier)
{
  const mk_json *to = mk_json_get (act->command, "to");
  bool is_off = mk_json_get_kind (to) == MK_JSON_STRING && g_str_equal (mk_json_get_string (mk_json_get (act->command, "end")), "off");
  return is_off && mk_act_partner (act, mk_json_get_string (to), carrier, NULL) && carrier->root != act->root;
}

static bool
alight (mk_act *act, const mk_act *carrier, sitting *s)
{
  g_autoptr (mk_life) life = mk_life_new (act);
  mk_seat seat;
  mk_vec3 at = { act->world.m[12], act->world.m[13], act->world.m[14] };
  if (!can_sit (life) || !mk_seat_find (act->stage, act->scene, carrier->root, act->start_s, at, &seat))
    return false;
  mk_vec3 side = mk_act_side_out (act, carrier), own_origin = { 0, 0, 0 };
  float gone = (at.x - carrier->at.x) * side.x + (at.z - carrier->at.z) * side.z, far = mk_act_half_along (carrier, side) - gone + CLEAR_M * act->size.y / 1.4f;
  leaving l = { .out = { far * side.x, carrier->at.y - at.y, far * side.z }, .duration_s = act->duration_s, .sitting = s,
                .lift_m = seat.is_astride ? 0.12f * life->leg_m * life->scale : 0 };
  l.turn_rad = mk_angle_wrap (mk_vec3_yaw (side) - mk_vec3_yaw (act->forward));
  double rise_s = (double)RISE_FROM * act->duration_s;
  s->duration_s = act->duration_s - rise_s;
  s->is_rising = false;
  s->is_astride = seat.is_astride;
  s->half_m = seat.half_m / life->scale;
  s->drop_m = fminf (at.y - carrier->at.y, fmaxf (drop_ahead (act->scene, &seat, 0.27f * act->size.y), 1e-3f)) / life->scale;
  mk_act_write (act, leave_at, &l, own_origin, &rise_s, 1, true);
  mk_act rest = *act;
  rest.start_s += rise_s;
  rest.duration_s = s->duration_s;
  g_autoptr (mk_life) standing = mk_life_new (&rest);
  bake (standing, s);
  return true;
}

/* --- up again --- */

double
mk_natural_stand (const mk_act *act)
{
  mk_act carrier;
  return (is_alighting (act, &carrier) ? ALIGHT_S : 1.3) / (double)act->speed;
}

/* From the seat that it is on, or from the ground, onto its feet. */
bool
mk_plan_stand (mk_act *act, GError **error)
{
  sitting s = { .duration_s = act->duration_s, .is_rising = true, .is_getting_up = true, .flank_m = INFINITY };
  going g = { .sitting = &s };
  if (!mk_act_liveliness (act, &s.lively, error))
    return false;
  g_autoptr (mk_life) life = mk_life_new (act);
  if (life == NULL || life->n_legs == 0 || life->hips < 0)
    return mk_plan_wobble (act, error);
  mk_act carrier;
  if (is_alighting (act, &carrier) && alight (act, &carrier, &s))
    return true;
  mk_vec3 step = mk_vec3_scale (act->forward, 0.55f * life->leg_m * life->scale);
  mk_vec3 seat = { act->world.m[12], act->world.m[13], act->world.m[14] }, before = mk_vec3_add (seat, step);
  before.y -= 0.1f * life->leg_m * life->scale;
  float high = seat.y - mk_support_under (act->scene, act->root, before);
  if (high > 0.15f * life->leg_m * life->scale) { /* down to the ground before the seat */
    g.onto = (mk_vec3){ step.x, -high, step.z };
    s.drop_m = high / life->scale;
  }
  mk_act_write (act, raised_at, &g, act->foot, NULL, 0, true);
  bake (life, &s);
  return true;
}
