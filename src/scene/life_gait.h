/* life_gait.h - when and where feet are set down; inside of life_*.c.
 *
 * Cycle     One stride of one leg: on the ground for its `duty`, then in the air. A phase counts cycles; it grows
 *           with the speed of the root and rests with it. A foot is set down where it stands at rest below the body
 *           in the middle of its time on the ground, and does not move until it is lifted.
 */
#pragma once
#include "scene/life.h"

typedef enum { MK_GAIT_WALK, MK_GAIT_TROT, MK_GAIT_RUN } mk_gait_kind;

typedef struct mk_gait {
  const mk_life *life;
  mk_gait_kind kind;
  unsigned n;              /* samples, at MK_LIFE_RATE or a little more, from the act's start to its end */
  double rate;
  mk_mat4 *root;           /* world, per sample */
  float *phase, *vigour;   /* per sample; vigour: 0 stands, 1 goes at its own pace */
  float stride_m;          /* in the world, at vigour 1 */
  float duty;
  float offsets[64];       /* of legs, in cycles */
  float soles_m[64];       /* how high they are over the ground at rest, in the object's space: what hardly stands steps on it all the same */
  bool is_coming, is_leaving; /* on its way already at the start, still at the end */
  float arcs;
  float limp;              /* 0..1, on the right: a short step, hardly lifted */
} mk_gait;

/* False when the root hardly moves. */
bool mk_gait_plan (mk_gait *gait, const mk_life *life, float arcs);
void mk_gait_clear (mk_gait *gait);
float mk_gait_phase (const mk_gait *gait, double time_s);
float mk_gait_vigour (const mk_gait *gait, double time_s);

/* A foot at a moment, in the object's space: its ankle, its turn, and how far its toes are bent down (radians). */
typedef struct mk_footing {
  mk_vec3 ankle;
  mk_quat turn;
  float phase;             /* of this leg: 0 set down .. duty lifted .. 1 */
  bool is_down;
} mk_footing;
mk_footing mk_gait_foot (const mk_gait *gait, unsigned leg, double time_s);
