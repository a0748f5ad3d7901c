/* motion_travel.h - what motions that go somewhere have in common.
 *
 * Purpose   How fast and how far a thing goes when nobody says, and going straight on, which rolling and flying build on.
 * Units     Metres, seconds, radians.
 * Tests     tests/scene/test_motion.c
 */
#pragma once
#include "scene/motion.h"

#define MK_TO_THE_RIGHT ((mk_vec3){ 1, 0, 0 }) /* the way when nobody says */

/* Straight on, `n` times over. */
typedef struct mk_travel {
  mk_vec3 way;
  float heading_rad;   /* to turn by, to face the way */
  double heading_s;    /* over so many seconds at the start; 0 = faces it from the first moment */
  double duration_s;
  mk_easing easing;
  unsigned n;          /* how often */
} mk_travel;
/* A motion's function; `user` is a mk_travel. */
void  mk_travel_at (const void *user, double time_s, mk_delta *delta);
/* The share of the way that is gone, 0 to 1. */
float mk_travel_share (const mk_travel *travel, double time_s);

/* Metres a second, about one and a half lengths of its own: whatever its size, it should neither crawl nor dash. */
float  mk_act_pace (const mk_act *act);
float  mk_travel_distance (const mk_act *act);
double mk_travel_seconds (const mk_act *act, mk_vec3 way);
bool   mk_act_has_wheels (const mk_act *act);
/* Whether it is a whole thing whose most typical motion is flight. */
bool   mk_act_flies (const mk_act *act);
/* Metres up to where it flies: over the ground by its own size, by most of the node `around` (-1 = none); 0 when it is there or does not fly. */
float  mk_act_flight_lift (const mk_act *act, int around);
/* Its front wheels look into the bend by the angle that `steer` gives, to its left; they roll already. */
void   mk_act_steer_wheels (const mk_act *act, void (*steer) (const void *user, double time_s, float *angle_rad), const void *user);

/* Vehicles that turn to a side drive a bend: straight on, round, straight on. */
bool   mk_bend_suits (const mk_act *act);
double mk_bend_natural (const mk_act *act, float angle_rad);
void   mk_bend (mk_act *act, float angle_rad);

/* How far from the middle of what reaches `inside` one goes around it on the ground. */
float mk_orbit_least (const mk_act *act, float inside);
