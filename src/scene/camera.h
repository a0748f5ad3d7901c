/* camera.h - shots: what a camera command means, where it stands, how it moves.
 *
 * Purpose   All camera commands together give one camera node whose tracks jump at the cuts. They are worked out
 *           from the whole scene, so they are made anew whenever the film is complete (mk_camera_bake).
 * Framing   For a direction of view there is one nearest place from which all points are in the picture; it is
 *           found exactly (mk_framing_fit). Points are the extremes of every body at many moments.
 * Care      Never below the ground, never inside a thing, never in or behind a hill.
 * Tests     tests/scene/test_camera.c
 */
#pragma once
#include "scene/apply.h"

typedef enum {
  MK_CAM_STILL, MK_CAM_ORBIT, MK_CAM_DOLLY_IN, MK_CAM_DOLLY_OUT, MK_CAM_ZOOM_IN, MK_CAM_ZOOM_OUT, MK_CAM_PAN_LEFT, MK_CAM_PAN_RIGHT, MK_CAM_TILT_UP,
  MK_CAM_TILT_DOWN, MK_CAM_TRACK, MK_CAM_FOLLOW, MK_CAM_CRANE_UP, MK_CAM_CRANE_DOWN, MK_CAM_TRUCK_LEFT, MK_CAM_TRUCK_RIGHT, MK_CAM_DOLLY_ZOOM,
  MK_CAM_WHIP_PAN, MK_CAM_SHAKE, MK_CAM_FLY_THROUGH
} mk_camera_motion;
typedef enum { MK_SHOT_AUTO, MK_SHOT_EXTREME_WIDE, MK_SHOT_WIDE, MK_SHOT_FULL, MK_SHOT_MEDIUM, MK_SHOT_CLOSE_UP, MK_SHOT_EXTREME_CLOSE_UP, MK_SHOT_OVER_THE_SHOULDER } mk_shot_size;
typedef enum { MK_ANGLE_AUTO, MK_ANGLE_EYE, MK_ANGLE_LOW, MK_ANGLE_HIGH, MK_ANGLE_ABOVE, MK_ANGLE_GROUND, MK_ANGLE_DUTCH } mk_shot_angle;
typedef enum { MK_SIDE_AUTO, MK_SIDE_FRONT, MK_SIDE_LEFT, MK_SIDE_RIGHT, MK_SIDE_BACK, MK_SIDE_THREE_QUARTER } mk_shot_side;

#define MK_SHOT_MOMENTS 9

/* A camera at one moment. */
typedef struct mk_view {
  mk_vec3 eye, at;  /* looks from eye to at */
  float roll_rad;
  float tan_x;      /* of half the horizontal field of view */
} mk_view;

typedef struct mk_shot {
  double start_s, duration_s; /* of its movement; the shot lasts until the next one */
  mk_camera_motion motion;
  mk_shot_size size;
  mk_shot_angle angle;
  mk_shot_side side;
  float turns, speed, lens_mm, f_stop;
  bool has_position, has_look_at;
  bool is_free;               /* nobody said how it moves */
  bool is_of_all;             /* nor what it shows */
  mk_vec3 position, look_at;
  int look_node;              /* -1 = none */
  GArray *targets;            /* int: roots */
  /* worked out */
  double end_s;
  float fill;                 /* of the picture, 1 = touches its edges */
  mk_view base;               /* the framed view at its start */
  mk_vec3 middle;             /* of what it shows */
  int part_node;              /* the head that a close shot goes along with, -1 = the whole target */
  mk_vec3 pivot;              /* the same in the space of what a lone target is followed by: a ball that rolls turns about it */
  float radius_m;             /* half of its extent */
  float far_m;                /* largest distance of an orbit */
  GArray *terrain;            /* int: roots of hills */
  GArray *obstacles;          /* mk_box of every thing at each of MK_SHOT_MOMENTS moments, moment by moment */
} mk_shot;

/* Points to frame: extremes of bodies at one or many moments. mk_vec3; g_array_unref. */
GArray *mk_framing_points (const mk_scene *scene, const GArray *roots, double from_s, double to_s, unsigned n_moments);
/* The nearest eye, looking along `forward` (unit), that has all points within the tangents. False without points. */
bool    mk_framing_fit (const GArray *points, mk_vec3 forward, float tan_x, float tan_y, mk_vec3 *eye, float *depth);
/* How far back from `at` along -forward all points are in the picture. */
float   mk_framing_distance (const GArray *points, mk_vec3 at, mk_vec3 forward, float tan_x, float tan_y);
/* Whether all points are in the picture, `margin` 1 = up to its edges. */
bool    mk_framing_holds (const GArray *points, const mk_view *view, float aspect, float margin);
/* The same of what one wants to see when nobody says: the part of a table that is about what stands on it (nothing of it when
 * `is_close`); of what falls and rolls the place where most of it ends; of a backdrop what is about those who act. */
GArray *mk_framing_focus (const mk_stage *stage, const mk_scene *scene, const GArray *roots, bool is_close, double from_s, double to_s, unsigned n_moments);
/* Of roots, int, those that stand still and are many times as large as the room in which the others move: a castle behind two knights.
 * g_array_unref. */
GArray *mk_framing_backdrops (const mk_scene *scene, const GArray *roots, double from_s, double to_s, unsigned n_moments);
/* Of roots, int, those that stand still and are many times as large as all that is smaller than they, somebody living among that if anybody lives:
 * an elephant beside a mouse. They are seen in part, so that what is small is seen at all. g_array_unref. */
GArray *mk_framing_giants (const mk_stage *stage, const mk_scene *scene, const GArray *roots, double time_s);
/* Adds to the points of what is small, `figures` and the largest of them `figure_m`, as much of a giant as leaves it readable. */
void    mk_framing_add_giant (GArray *points, mk_box figures, float figure_m, mk_box giant);
/* Whether anything of a root has tracks. */
bool    mk_framing_moves (const mk_scene *scene, int root);
/* What there is to show: all things but ground, sets, lights, and what is strewn around other things or furnishes their place. int; g_array_unref. */
GArray *mk_framing_subjects (const mk_stage *stage, const mk_scene *scene);
/* Of a set that one stands in (a street, a cave), alone in `roots`, the room over its first place: it is seen from within.
 * NULL for anything else. mk_vec3; g_array_unref. */
GArray *mk_framing_place (const mk_stage *stage, const mk_scene *scene, const GArray *roots);
/* Adds to the points of `roots` what is seen of the place about them, when they are in one that has walls, trees or furniture. */
void    mk_framing_open (const mk_stage *stage, const mk_scene *scene, const GArray *roots, GArray *points);
/* Whether a list of roots, int, holds one. */
bool    mk_framing_has (const GArray *roots, int root);
/* Scenery that is ground all over: hills, mountains, islands. Roots, int; g_array_unref. */
GArray *mk_framing_terrain (const mk_stage *stage, const mk_scene *scene);
/* Boxes of all things but ground, terrain and `except` (a root, or -1) at moments spread over a time. mk_box; g_array_unref. */
GArray *mk_framing_obstacles (const mk_scene *scene, const GArray *terrain, int except, double from_s, double to_s, unsigned n_moments);
/* The eye as much higher as it takes to be over the terrain and to see `at` over it. */
mk_vec3 mk_framing_over (const mk_scene *scene, const GArray *terrain, float clearance_m, mk_vec3 eye, mk_vec3 at);
/* Not below the ground, not inside one of `n` boxes, nor closer than `clearance_m` to either. */
mk_vec3 mk_framing_clear (const mk_scene *scene, const mk_box *boxes, unsigned n, float clearance_m, mk_vec3 eye, mk_vec3 at);

bool mk_shot_read (const mk_stage *stage, const mk_scene *scene, const mk_json *command, mk_shot *shot, GError **error);
void mk_shot_clear (mk_shot *shot);
/* Fills in what is worked out; end_s is set. */
void mk_shot_frame (const mk_stage *stage, const mk_scene *scene, mk_shot *shot, float aspect);
/* The eye, clear of the ground and of what is in its way at a moment. */
mk_vec3 mk_shot_clear_eye (const mk_scene *scene, const mk_shot *shot, double time_s, mk_vec3 eye, mk_vec3 at);
/* Where the camera is at a moment of the film. */
mk_view mk_shot_view (const mk_scene *scene, const mk_shot *shot, double time_s);

/* The camera of all camera commands, or the default one when `is_default_wanted` and there is no other. */
bool mk_camera_bake (const mk_stage *stage, mk_scene *scene, float aspect, bool is_default_wanted, GError **error);
