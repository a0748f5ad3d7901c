/* Pushing and pulling: a thing goes over the ground, and whoever moves it leans against it, hands on it, and steps along. */
#include "scene/fields.h"
#include "scene/life.h"

static const mk_vec3 axis_x = { 1, 0, 0 };

#define LEAN_S 0.5       /* to lean against it before it gives way */
#define PUSH_GAP 0.26f   /* from the middle of who pushes to the thing: shares of the own height */
#define PULL_GAP 0.34f
#define HARNESS 0.1f     /* between who pulls and the thing, at least */
#define SLOWER 0.6f      /* than walking free */

typedef struct {
  const mk_act *act;        /* of the thing */
  mk_act by;
  bool is_pull;
  mk_vec3 way, ahead;       /* of the thing; ahead: unit */
  mk_vec3 step;             /* brings who moves it to its place */
  mk_vec3 hold;             /* middle between the hands, in the world at the start */
  float apart_m, lean_rad;
  double duration_s, in_s, out_s;
  double step_s;            /* 0 = stands there from the first */
} pushing;

/* At rest while it is leaned against; then speeds up, goes on evenly, slows down. */
static float
share_at (const pushing *p, double time_s)
{
  return mk_glide (time_s - LEAN_S, p->duration_s - LEAN_S, p->in_s, p->out_s);
}

static void
thing_at (const void *user, double time_s, mk_delta *delta)
{
  const pushing *p = user;
  delta->offset = mk_vec3_scale (p->way, share_at (p, time_s));
}

static void
progress_at (const void *user, double time_s, float *distance_m)
{
  const pushing *p = user;
  *distance_m = mk_vec3_length (p->way) * share_at (p, time_s);
}

static void
mover_at (const void *user, double time_s, mk_delta *delta)
{
  const pushing *p = user;
  float there = p->step_s > 0 ? mk_smooth (0, (float)p->step_s, (float)time_s) : 1;
  delta->offset = mk_vec3_add (mk_vec3_scale (p->step, there), mk_vec3_scale (p->way, share_at (p, time_s)));
}

static void
pose_mover (mk_life *life, void *user, double time_s)
{
  const pushing *p = user;
  float show = mk_smooth (0.1f, (float)LEAN_S, (float)time_s) * mk_smooth (0, 0.35f, (float)(p->duration_s - time_s));
  show = p->step_s > 0 || time_s > LEAN_S ? show : fmaxf (show, 0.55f); /* hands are at it from the first */
  mk_bone_turn (life, life->chest >= 0 ? life->chest : life->head, axis_x, show * p->lean_rad);
  mk_bone_turn (life, life->head, axis_x, -0.6f * show * p->lean_rad);
  mk_vec3 hold = mk_vec3_add (p->hold, mk_vec3_scale (p->way, share_at (p, time_s)));
  mk_vec3 own = mk_mat4_point (mk_mat4_inverse (life->world), hold);
  mk_life_settle (life, 0);
  for (int side = -1; side <= 1; side += 2)
    mk_arm_reach (life, side, (mk_vec3){ own.x + (float)side * p->apart_m / life->scale, own.y, own.z }, show);
}

static mk_vec3
level (mk_vec3 v)
{
  return (mk_vec3){ v.x, 0, v.z };
}

/* Away from who pushes, towards who pulls, unless it is sent somewhere. */
static bool
read_way (const mk_act *act, pushing *p, GError **error)
{
  mk_vec3 between = level (mk_vec3_sub (act->at, p->by.at));
  float far = mk_vec3_length (between), pace = SLOWER * fmaxf (mk_life_pace (&p->by, false), 0.5f) * act->speed;
  between = far > 1e-3f ? mk_vec3_scale (between, 1 / far) : p->by.forward;
  float distance = fminf (pace * (float)fmax (act->duration_s - LEAN_S, 0.5), 12);
  if (!mk_act_way (act, distance, mk_vec3_scale (between, p->is_pull ? -1 : 1), &p->way, error))
    return false;
  p->way = level (p->way);
  float length = mk_vec3_length (p->way), before = p->is_pull && mk_json_has (act->command, "to") ? PULL_GAP * p->by.size.y + 2 * mk_act_half_along (&p->by, p->way) : 0; /* who pulls arrives first */
  if (before > 0 && length > before + 0.1f) {
    p->way = mk_vec3_scale (p->way, (length - before) / length);
    length -= before;
  }
  p->ahead = length > 1e-3f ? mk_vec3_scale (p->way, 1 / length) : between;
  return true;
}

static bool
prepare (const mk_act *act, pushing *p, GError **error)
{
  *p = (pushing){ .act = act, .duration_s = act->duration_s, .is_pull = g_str_equal (mk_json_get_string (mk_json_get (act->command, "motion")), "pull") };
  return mk_act_need_partner (act, "by", "who does it", &p->by, error) && read_way (act, p, error);
}

/* What has wheels rolls forwards, and so a sleigh glides: its handles are at who pushes it. */
static void
face_ahead (mk_act *act, const pushing *p)
{
  g_autoptr (GArray) joints = mk_object_joints (act->stage->library, act->scene, act->root);
  const char *object = mk_scene_get_node (act->scene, act->root)->object;
  const mk_recipe_info *info = object != NULL && act->stage->library != NULL ? mk_library_find (act->stage->library, object) : NULL;
  bool is_vehicle = info != NULL && g_str_equal (info->category, "vehicle");
  if (act->node != act->root || (mk_joint_find (joints, MK_ROLE_WHEEL) == NULL && !is_vehicle))
    return;
  mk_act_face (act, p->ahead, LEAN_S);
  mk_act_measure (act);
}

/* Behind what is pushed, before what is pulled; the hands where they reach it without stooping much. */
static void
take_place (pushing *p)
{
  const mk_act *thing = p->act;
  float high = p->by.size.y, side = p->is_pull ? 1 : -1, half = mk_act_half_along (thing, p->ahead);
  mk_vec3 face = mk_vec3_add (thing->at, mk_vec3_scale (p->ahead, side * half));
  float gap = fmaxf ((p->is_pull ? PULL_GAP : PUSH_GAP) * high, mk_act_half_along (&p->by, p->ahead) + (p->is_pull ? HARNESS : 0) * high); /* a horse is longer than it is high */
  mk_vec3 stand = mk_vec3_add (face, mk_vec3_scale (p->ahead, side * gap));
  p->step = level (mk_vec3_sub (stand, p->by.at));
  p->step_s = p->by.start_s > 0.05 ? LEAN_S : 0;
  float up = fminf ((p->is_pull ? 0.46f : 0.66f) * high, 0.92f * thing->size.y);
  p->hold = (mk_vec3){ face.x, thing->at.y + up, face.z };
  p->apart_m = fminf (0.12f * high, 0.4f * fminf (thing->size.x, thing->size.z));
  p->lean_rad = (p->is_pull ? 0.16f : 0.24f) + 0.9f * CLAMP (0.5f - up / high, 0, 0.5f);
}

static double
natural (const mk_act *act)
{
  pushing p;
  if (!prepare (act, &p, NULL))
    return 2;
  bool has_goal = mk_json_has (act->command, "to") || mk_json_has (act->command, "distance_m");
  float pace = SLOWER * fmaxf (mk_life_pace (&p.by, false), 0.5f) * act->speed;
  return has_goal ? LEAN_S + 0.5 + (double)(mk_vec3_length (p.way) / pace) : 0;
}

double
mk_natural_push (const mk_act *act)
{
  return natural (act);
}

bool
mk_plan_push (mk_act *act, GError **error)
{
  pushing p;
  if (!prepare (act, &p, error))
    return false;
  p.in_s = p.out_s = fmin (0.5, 0.3 * fmax (p.duration_s - LEAN_S, 0.1));
  mk_act_face (&p.by, p.ahead, LEAN_S);
  mk_act_measure (&p.by);
  face_ahead (act, &p);
  take_place (&p);
  const double corners[] = { LEAN_S, LEAN_S + p.in_s, p.duration_s - p.out_s };
  mk_act_turn_wheels (act, progress_at, &p);
  mk_act_write (act, thing_at, &p, act->middle, corners, MK_COUNT (corners), true);
  if (act->index > 0)
    return true; /* one pair of hands for all of it */
  p.by.duration_s = act->duration_s;
  mk_act_write (&p.by, mover_at, &p, p.by.foot, corners, MK_COUNT (corners), false);
  mk_life_walk (&p.by);
  g_autoptr (mk_life) life = mk_life_new (&p.by);
  if (life == NULL)
    return true;
  mk_life_claim (life, MK_ROLE_ARM, true);
  mk_life_claim_bone (life, life->head, true);
  mk_life_claim_bone (life, life->chest, true);
  mk_life_script script = { .pose = pose_mover, .user = &p, .is_to_rest = true };
  mk_life_bake (life, &script);
  return true;
}
