/* motion.h - motions are functions of time, fitted with keys.
 *
 * Purpose   Each motion says where a thing is at any moment, relative to where it would be without it (mk_delta).
 *           mk_act_write lays that over the tracks which are there and fits new keys to the sum, so motions of
 *           one thing add up, follow one another, and never fight over a track.
 * Keys      Cubic where the function bends, linear where it does not; a key at every corner (contact, turn).
 * Space     Offsets and turns are in world axes; a part's are brought into its parent's space.
 * Add one   A function in motion_*.c and a row in apply_animate.c.
 * Tests     tests/scene/test_motion.c
 */
#pragma once
#include "scene/objects.h"

/* --- one change over time --- */

/* On top of where a thing is: stretched along its own axes and turned about the pivot, then moved. */
typedef struct mk_delta {
  mk_vec3 offset;
  mk_quat turn;
  mk_vec3 stretch;
  float opacity;   /* a factor */
} mk_delta;
#define MK_DELTA_NONE ((mk_delta){ { 0, 0, 0 }, MK_QUAT_IDENTITY, { 1, 1, 1 }, 1 })

/* `time_s` counts from the motion's start, 0 .. duration; before and after, its ends hold. */
typedef void (*mk_motion_func) (const void *user, double time_s, mk_delta *delta);

typedef struct mk_motion {
  mk_motion_func evaluate;
  const void *user;
  double start_s, duration_s;
  mk_vec3 pivot;            /* in the node's space; in world space when is_pivot_world */
  bool is_pivot_world;
  const double *corners_s;  /* from its start: where it bends sharply */
  size_t n_corners;
} mk_motion;

/* --- where a node is, by its tracks --- */

typedef struct mk_node_tracks {
  mk_trs rest;
  float opacity;
  const mk_track *tracks[MK_TRACK_OPACITY + 1]; /* by path; NULL = at rest */
} mk_node_tracks;
/* Borrows from the scene: valid until a track is added. */
mk_node_tracks mk_node_tracks_find (const mk_scene *scene, int node);
mk_trs         mk_node_tracks_sample (const mk_node_tracks *tracks, double time_s, float *opacity);
/* World matrix of one node at rest, whatever its tracks do; of -1 the world's own. */
mk_mat4        mk_node_rest (const mk_scene *scene, int node);
/* World matrix of one node at a moment; for many nodes mk_pose_new is cheaper. */
mk_mat4        mk_node_world (const mk_scene *scene, int node, double time_s);

/* Lays the motion over what `node` does already. */
void mk_motion_write (mk_scene *scene, int node, const mk_motion *motion);

/* Fits a track to a function of time, keys at all corners (ascending, at least one); replaces the node's track of
 * that path. A function that never leaves rest gives no track. `tolerance` in the unit of the path. */
typedef void (*mk_fit_func) (const void *user, double time_s, float out[4]);
void mk_track_fit (mk_scene *scene, int node, mk_track_path path, mk_fit_func func, const void *user,
                   const double *corners_s, size_t n_corners, float tolerance);
/* Takes the place of the node's track of the same path, if there is one. */
void mk_scene_set_track (mk_scene *scene, const mk_track *track);

/* --- easing --- */

typedef enum { MK_EASE_DEFAULT, MK_EASE_LINEAR, MK_EASE_IN, MK_EASE_OUT, MK_EASE_IN_OUT, MK_EASE_BOUNCE, MK_EASE_ELASTIC } mk_easing;
extern const char *const mk_easing_words[]; /* without the default */
/* 0..1 to 0..1; elastic overshoots. */
float mk_ease (mk_easing easing, float t);
/* The share of a way that is gone, 0 to 1: speeds up for `in_s`, goes on evenly, slows down for `out_s`; each ramp a parabola. */
float mk_glide (double time_s, double duration_s, double in_s, double out_s);
/* 0 to 1 and flat at both ends. */
float mk_smooth (float low, float high, float x);

/* --- times --- */

/* When a command begins, by start_s, after and with. */
bool mk_times_start (const mk_scene *scene, const mk_json *command, double *start_s, GError **error);
/* Writes both into the command and lengthens the film to hold them, unless a person fixed it; what goes on to the
 * end of the film goes on to its new end. */
bool mk_times_settle (const mk_stage *stage, mk_scene *scene, mk_json *command, double start_s, double duration_s, GError **error);

/* Motions without an end of their own that ended with the film at `old_end_s` go on to its new end; all but `cause`. */
bool mk_animate_extend (const mk_stage *stage, mk_scene *scene, const mk_json *cause, double old_end_s, GError **error);

/* --- one target of an animate command --- */

typedef struct mk_act {
  const mk_stage *stage;
  mk_scene *scene;
  const mk_json *command;
  int node, root;           /* the target, and the object that it belongs to */
  unsigned index, n;        /* which of the targets, of how many */
  double start_s, duration_s;
  float speed;
  unsigned repeat;          /* 0 = as often as fits */
  mk_easing easing;
  mk_mat4 world;            /* of the node at start_s */
  mk_vec3 at;               /* middle of the bottom of its box in the world at start_s */
  mk_vec3 size;             /* of its box, never 0 */
  mk_vec3 middle, foot, top; /* of its box, in the node's space */
  mk_vec3 forward;          /* unit, level: where it faces */
  mk_vec3 group;            /* mean of `at` over all targets */
  float support_y;          /* of what carries it, or would if it fell */
  bool is_round;            /* in all directions: a ball */
  const struct mk_steps *steps; /* what it walks on; NULL = the ground */
} mk_act;

/* What a motion is called and does. */
typedef struct mk_motion_kind {
  const char *name;
  bool (*plan) (mk_act *act, GError **error);
  double (*natural) (const mk_act *act); /* seconds when nobody says; NULL or 0 = to the end of the film */
  mk_easing easing;                      /* when nobody says */
} mk_motion_kind;
const mk_motion_kind *mk_motion_kind_find (const char *name);

/* The act's own node, from its start to its end; things that stand on it go with it when `is_carrying`. */
void mk_act_write (const mk_act *act, mk_motion_func evaluate, const void *user, mk_vec3 pivot, const double *corners_s, size_t n_corners, bool is_carrying);
/* Fields that motions share; absent ones leave the value. */
bool mk_act_number (const mk_act *act, const char *key, double least, double most, float *value, GError **error);
/* The way that `to`, `direction`, `distance_m` describe, from `at`: a vector. `fallback` when none is there. */
bool mk_act_way (const mk_act *act, float default_distance_m, mk_vec3 fallback, mk_vec3 *way, GError **error);
/* An act of another thing than its targets that takes part in it, measured at its start; `id` as in a command. */
bool mk_act_partner (const mk_act *act, const char *id, mk_act *partner, GError **error);
/* The one that the command names under `key`, without which the motion means nothing: "climb" needs "to", `role` tells of whom. */
bool mk_act_need_partner (const mk_act *act, const char *key, const char *role, mk_act *partner, GError **error);
/* Whether the command's "how" is a gesture that its body can make: one that walks with it crawls. */
bool mk_act_has_gesture (const mk_act *act);
/* Turns a whole thing to look along `way` (level, unit): at once when the film begins, else within `seconds`, stepping. */
void mk_act_face (mk_act *act, mk_vec3 way, double seconds);
/* The side of what it sits in by which it leaves, unit: the one that is seen, or the nearer one where neither is. */
mk_vec3 mk_act_side_out (const mk_act *act, const mk_act *carrier);
/* Whether the commands put it inside something. */
bool mk_act_is_inside (const mk_act *act);
/* Whether the commands put the root `rider` on or in the act's object, or on what that carries. */
bool mk_act_carries (const mk_act *act, int rider);
/* Before it sets off along `way`, turned by `heading_rad`: what would then stand in another, or has something in its way,
 * steps aside with all that it carries, and is measured again; false when it stays. */
bool mk_act_make_room (mk_act *act, mk_vec3 way, float heading_rad);
/* Rolls the wheels of a whole thing by the way that it has gone, signed: forward. */
void mk_act_turn_wheels (const mk_act *act, void (*progress) (const void *user, double time_s, float *distance_m), const void *user);
/* Half the largest side of its box in plan. */
float mk_act_radius (const mk_act *act);
float mk_act_extent (const mk_act *act); /* the largest side of its box */
/* From its middle to its box along a level, unit `way`; of a slanting one the share of both sides. */
float mk_act_half_along (const mk_act *act, mk_vec3 way);
/* How often a cycle of about `period_s` is done; its exact period comes back. */
unsigned mk_act_cycles (const mk_act *act, double *period_s);
/* Fills in the geometry of the target at start_s. */
void mk_act_measure (mk_act *act);
/* How high what lies under `at` is, without the object at `root`. */
float mk_support_under (const mk_scene *scene, int root, mk_vec3 at);

/* --- seats --- */

/* What a person that is put on it does: on a chair one sits, on a horse or a bicycle one is astride. */
typedef struct mk_seat {
  int carrier;
  mk_vec3 at;               /* middle of the seat's surface, in the world at `time_s` */
  float yaw_rad;            /* the way that who sits faces */
  float half_m;             /* between the thighs, when astride */
  bool is_astride, drives;  /* drives: it is where the wheel is */
} mk_seat;
/* The seat of `carrier` that is nearest to a place in the world; false when it has none. */
bool mk_seat_find (const mk_stage *stage, const mk_scene *scene, int carrier, double time_s, mk_vec3 near, mk_seat *seat);
/* Persons whom `command` (add, transform) has placed on seats and mounts take their place there, unless its "pose" is "stand". */
bool mk_seat_take (const mk_stage *stage, mk_scene *scene, const int *roots, unsigned n_roots, const mk_json *command, GError **error);

/* --- hands --- */

/* Where the middle of the bottom of `thing`, which is of this size, is in the world when `holder` has it in the hands; what makes
 * music lies before the belly. Animals have it in the mouth. False when `holder` has neither. */
bool mk_hold_find (const mk_stage *stage, const mk_scene *scene, int holder, int thing, mk_vec3 size, mk_vec3 *at);
/* How what lies across the body is turned for it, before it faces as `holder` does: a guitar's neck goes to the left. */
mk_quat mk_hold_turn (const mk_stage *stage, const mk_scene *scene, int holder, int thing, mk_vec3 size);
/* How it holds a thing of this size: before the belly, upright in the right hand near its lower end, or as a pole on the ground. */
typedef enum { MK_GRIP_BOTH, MK_GRIP_RIGHT, MK_GRIP_POLE } mk_grip;
mk_grip mk_hold_grip (const mk_stage *stage, const mk_scene *scene, int holder, int thing, mk_vec3 size);
/* The same for an animal, in the mouth or the beak: `grip` from the middle of the thing's bottom where it has a handle, NULL = near its
 * top; false when it has neither. What is long lies across. */
bool    mk_bite_find (const mk_stage *stage, const mk_scene *scene, int holder, int thing, const mk_vec3 *grip, mk_vec3 *at);
mk_quat mk_bite_turn (const mk_stage *stage, const mk_scene *scene, int holder, mk_vec3 size);
/* Whether the commands have given `thing` into the hands of `holder`, and not put it elsewhere since. */
bool mk_hold_has (const mk_scene *scene, int holder, int thing);
/* Whoever `command` (add) has given the roots to hold bends the arms for them. */
void mk_hold_take (const mk_stage *stage, mk_scene *scene, const int *roots, unsigned n_roots, const mk_json *command);

/* Motions, for the table in apply_animate.c. */
#define MK_MOTION_PLANS(X)                                                                                              \
  X (spin) X (bounce) X (jump) X (swing) X (rock) X (wobble) X (shake) X (nod) X (float) X (scale) X (pulse) X (fade) X (blink) \
  X (travel) X (drive) X (roll) X (fly) X (orbit) X (path) X (follow) X (fall) X (rise) X (walk) X (swim) X (turn) X (wave) X (dance)         \
  X (sit) X (stand) X (look) X (open) X (flap) X (pass) X (fight) X (hug) X (meet)           \
  X (push) X (climb) X (dive) X (point) X (swap) X (gesture)
#define X(name) bool mk_plan_##name (mk_act *act, GError **error); double mk_natural_##name (const mk_act *act);
MK_MOTION_PLANS (X)
#undef X
/* A dance without a partner. */
bool mk_plan_solo (mk_act *act, GError **error);
