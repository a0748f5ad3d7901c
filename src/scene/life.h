/* life.h - what has joints moves from within: legs step, wings beat, tails follow.
 *
 * Purpose   A motion moves the root of a thing; life gives its limbs what suits. Gaits are worked out from where the
 *           root is at each moment, whatever moves it: feet are set down where the body will be over them and stay
 *           there (life_gait.c), legs reach for them (life_limb.c), arms, spine, tail and ears go along.
 * Method    A script poses all bones at one moment, in the object's own space; mk_life_bake asks it 60 times a
 *           second, blends what it gives with what the bones did before, and fits keys.
 * Sources   Gaits by Froude number: R. McN. Alexander, "Optimization and gaits in the locomotion of vertebrates",
 *           1989. Two-bone reach: the law of cosines.
 * Tests     tests/scene/test_life.c
 */
#pragma once
#include "scene/motion.h"

#define MK_LIFE_RATE 60.0   /* samples a second: 25 per stride of the fastest gait */
#define MK_LIMB_BONES 4

typedef struct mk_bone {
  mk_joint joint;
  int parent;           /* bone, or -1 = the object's root */
  mk_vec3 rest;         /* its pivot in the object's space */
  bool is_moving;       /* claimed: its tracks are written */
  /* the pose, set by scripts: from rest, in its parent's space */
  mk_quat turn;
  mk_vec3 shift;
  float scale;
  /* where that leads, in the object's space: mk_life_settle */
  mk_vec3 place;
  mk_quat whole;
  float size;
} mk_bone;

/* A leg: hip, perhaps knee, perhaps foot. */
typedef struct mk_limb {
  int bones[MK_LIMB_BONES];
  unsigned n_upper;     /* bones above the foot: 1 swings, 2 bend */
  int foot;             /* bone that stays level, or -1 */
  int side;             /* 1 left, -1 right, 0 middle */
  unsigned row;         /* pairs from the front */
  mk_vec3 hip, knee, ankle, toe; /* at rest, in the object's space; toe: on the ground */
  mk_vec3 pole;         /* unit: where the knee points */
  float length_m;       /* stretched, hip to ankle */
  float height_m;       /* hip over ankle */
} mk_limb;

typedef struct mk_life {
  const mk_act *act;
  mk_bone *bones;       /* parents first */
  unsigned n_bones;
  mk_limb *legs;
  unsigned n_legs;
  int hips, chest, neck, head; /* bones or -1; hips: what legs hang on */
  float leg_m;          /* mean height of hips over ankles; 0 without legs */
  mk_vec3 size;         /* of its box, in the object's space */
  mk_mat4 world;        /* of the root at the moment being posed */
  float scale;          /* metres in the world of one in the object's space */
  bool is_holding;      /* something in the hands: arms are claimed firmly only */
} mk_life;

/* NULL when the act's target is no whole object, or has no joints. */
mk_life *mk_life_new (const mk_act *act);
void     mk_life_free (mk_life *life);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_life, mk_life_free)

static inline bool
mk_life_has (const mk_life *life, mk_joint_role role)
{
  for (unsigned i = 0; i < life->n_bones; i++)
    if (life->bones[i].joint.role == role)
      return true;
  return false;
}
/* The bone of a role by its side (2 = any) and its place in the chain; -1 when there is none. */
int  mk_life_find (const mk_life *life, mk_joint_role role, int side, int segment);
/* Whether a command has given something into the hands of `root`: its arms are then left as they are. */
bool mk_life_is_holding (const mk_scene *scene, int root);
/* Takes bones over. Those that another motion moves during the act are left to it unless `is_firm`. */
void mk_life_claim (mk_life *life, mk_joint_role role, bool is_firm);
void mk_life_claim_bone (mk_life *life, int bone, bool is_firm);

/* --- posing --- */

/* From the turns to places, for all bones from `first` on. */
void mk_life_settle (mk_life *life, unsigned first);
/* Turns a bone on top of what it does, about an axis of the object: x pitches down, y to its left, z rolls right. */
void mk_bone_turn (mk_life *life, int bone, mk_vec3 axis, float angle_rad);
/* Bends a leg so that its ankle is at `ankle`, in the object's space; its foot has `foot_turn` there. */
void mk_limb_reach (mk_life *life, const mk_limb *leg, mk_vec3 ankle, mk_quat foot_turn);

/* Bends the arm of a side (1 left, -1 right) so that its wrist is at `hand`, in the object's space, or points there; `share` of
 * the way from the pose that it has. Nothing without such an arm. Its shoulder's place must be settled. */
void mk_arm_reach (mk_life *life, int side, mk_vec3 hand, float share);

/* All feet where they stand at rest, whatever the body does. */
void mk_limbs_stand (mk_life *life);

typedef struct mk_life_script {
  /* Poses the bones, which are at rest, at `time_s` from the act's start. */
  void (*pose) (mk_life *life, void *user, double time_s);
  void *user;
  bool is_held;         /* the last pose stays; else what was before comes back */
  bool is_to_rest;      /* not held: comes to rest, not to what was before */
  bool lifts;           /* what both hands hold goes where their middle goes; else it stays before the chest */
  bool leaves_hands;    /* what is in the hands goes its own way: it is being juggled, thrown, taken */
  float follow;         /* how much tails and ears lag behind: follow-through, 0 = none */
} mk_life_script;
/* What hangs on the bones goes with them: life_hang.c. */
void mk_life_bake (mk_life *life, const mk_life_script *script);
/* Who plays with balls: arms, head and chest are `pose`'s, hips and legs where nothing else moves them; the balls go their own way. */
void mk_life_bake_play (mk_life *life, void (*pose) (mk_life *life, void *user, double time_s), void *user);

/* --- what hangs on bones --- */

/* What is in the hands, worn on the head, or sits on the part that swings: noted before bones are given new tracks, from the
 * act's start to `end_s` of the film, and moved afterwards by what these tracks have changed. */
typedef struct mk_hangers mk_hangers;
mk_hangers *mk_hangers_new (const mk_life *life, double end_s, bool lifts);
void        mk_hangers_write (mk_hangers *hangers);
void        mk_hangers_free (mk_hangers *hangers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_hangers, mk_hangers_free)
/* What it holds that has a bow and a bridge is played with it: the bow follows the right hand, once both hands have been baked. */
void        mk_bow_draw (const mk_act *act, const mk_life *life);

/* --- the ground --- */

/* The outermost points of its surface at every bone. */
typedef struct mk_hull mk_hull;
mk_hull *mk_hull_new (const mk_life *life);
void     mk_hull_free (mk_hull *hull);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_hull, mk_hull_free)
/* How low the pose reaches, in the object's space; its places must be settled. INFINITY without a body. */
float    mk_hull_lowest (const mk_hull *hull, const mk_life *life);
/* The same of one bone at rest. */
float    mk_hull_lowest_of (const mk_hull *hull, const mk_life *life, int bone);

/* --- limbs for a root that moves already, from the act's start to its end --- */

/* Whatever suits: steps on the ground, strokes in the air or the water. Nothing when it has no limbs. */
void mk_life_go (const mk_act *act);
/* Steps; false without legs. */
bool mk_life_walk (const mk_act *act);
/* Wings and propellers; legs are drawn in when it leaves the ground. False without any. */
bool mk_life_fly (const mk_act *act);
bool mk_life_swim (const mk_act *act);
/* Whether it lies in the water as people do: two legs and two arms. `life` may be NULL. */
bool mk_life_swims_prone (const mk_life *life);
/* Knees, arms and tail of a leap, or of several; false without legs, which squash and stretch instead. */
typedef struct mk_leap { double crouch_s, flight_s, land_s; float length_m; } mk_leap;
bool mk_life_jump (const mk_act *act, const mk_leap *leap);
/* The ground along a line that one walks on or comes down: how high it is, every `spacing_m`. `depth_m` of its treads, 0 = it has none. */
#define MK_STEPS_FINE_M 0.02f /* finer than any tread */
typedef struct mk_steps {
  mk_vec3 from, way;    /* way: unit, level */
  float *high_m;
  unsigned n;
  float spacing_m, depth_m;
} mk_steps;
/* Reads it over `thing`, from `from` along `way`; where that is not, as high as its foot. The caller frees `high_m`. */
void mk_steps_read (mk_steps *steps, const mk_scene *scene, const mk_act *thing, float length_m, float spacing_m);
/* The mean around: what a body goes along while its feet step. */
float mk_steps_ramp (const mk_steps *steps, float along_m);
/* Where a toe that would be there is set down: as high as the ground, in the middle of a tread. */
mk_vec3 mk_steps_tread (const mk_steps *steps, mk_vec3 toe);
/* Walks up `thing`, or down from its top; false when it has no legs, or the thing is nothing to walk up on. */
bool   mk_ascend (mk_act *act, const mk_act *thing, bool is_down);
double mk_ascend_natural (const mk_act *act, const mk_act *thing, bool is_down); /* 0 likewise */
/* Down the slide that the command's "along" names. */
bool   mk_chute_find (const mk_act *act, mk_act *thing);
double mk_chute_natural (const mk_act *act, const mk_act *thing);
bool   mk_chute (mk_act *act, const mk_act *thing, GError **error);
/* Down the slope that it names: a hill, a ramp, stairs; for what rolls or slides. */
double mk_descent_natural (const mk_act *act); /* 0 when there is no slope */
bool   mk_descend (mk_act *act);               /* false likewise */
/* The first thing of the scene that it could walk up on. */
bool   mk_ascend_find (const mk_act *act, mk_act *thing);
/* Whatever is in the hands of the act's person flies from one to the other and back; false when nothing is. */
bool mk_juggle (mk_act *act);
/* What it holds goes from its right hand to the ground and back; false likewise. */
bool mk_dribble (mk_act *act);
/* Whoever does that to `water` from the first moment on stands where it begins `ahead_m` ahead. */
void mk_stand_at_water (mk_act *act, const mk_act *water, float ahead_m);
/* Whoever does that to `partner` from the first moment on stands no nearer than `gap_m` before it. */
void mk_stand_off (mk_act *act, const mk_act *partner, float gap_m);
/* Whatever is in its hands, or lies about it and is small: roots, at most `most`; how many. */
unsigned mk_hand_things (const mk_act *act, int *things, unsigned most);
/* Metres a second at which it walks, or runs; 0 without legs. */
float mk_life_pace (const mk_act *act, bool is_running);

/* How lively: `anticipation`, `squash`, `follow_through` and `arcs` of the command, each 1 when not said, 0..3. */
typedef struct mk_liveliness { float anticipation, squash, follow_through, arcs; } mk_liveliness;
bool mk_act_liveliness (const mk_act *act, mk_liveliness *lively, GError **error);
