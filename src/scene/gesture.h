/* gesture.h - what is done with the whole body on the spot is data: key poses in assets/gestures.json.
 *
 * Purpose   A clap, a bow, a cartwheel is a row of poses in time, written by animators without a compiler
 *           (docs/gestures.md); motion_keys.c puts them on a skeleton. One name may have a row for each kind of body.
 * Units     Turns in degrees about the object's axes: x pitches down, y turns to its left, z leans to its right; of sided
 *           channels those of the left, mirrored for the right. Ways in heights of the body, or of the legs of animals.
 * Threads   Read with the library, unchanged ever after.
 * Tests     tests/scene/test_gesture.c
 */
#pragma once
#include "scene/motion.h"

/* name, whether left and right may differ */
#define MK_POSE_CHANNELS(X)                                                                                                   \
  X (turn, false)      /* the whole body, about the hips */                                                                    \
  X (shift, false)     /* of the hips */                                                                                       \
  X (go, false)        /* of the whole thing: where it stands afterwards */                                                    \
  X (chest, false) X (neck, false) X (head, false) X (tail, false) X (ear, true) X (jaw, false)                                \
  X (arm, true) X (forearm, true) X (hand, true)                                                                               \
  X (thigh, true) X (shin, true) X (foot, true)                                                                                \
  X (reach, true)      /* where a hand is, from between the shoulders */                                                       \
  X (face, true)       /* where a hand is, from the middle of the head, in sizes of the head */                                \
  X (floor, true)      /* where a hand is, from where the thing stands */                                                      \
  X (front, false)     /* y: how much lower the shoulders of an animal are */                                                  \
  X (back, false)      /* and its hips */                                                                                      \
  X (front_foot, true) X (back_foot, true) /* ways of paws from where they stand */

typedef enum {
#define X(name, is_sided) MK_POSE_##name,
  MK_POSE_CHANNELS (X)
#undef X
  MK_POSE_N_CHANNELS
} mk_pose_channel;

/* A pose; [0] left or only, [1] right. `share`: how much a channel counts that is a place and not a turn. */
typedef struct mk_body_pose {
  mk_vec3 value[MK_POSE_N_CHANNELS][2];
  float share[MK_POSE_N_CHANNELS][2];
} mk_body_pose;

typedef struct mk_gesture mk_gesture;
typedef struct mk_gestures mk_gestures;

/* Reads the file, which may be absent; errors name it, the gesture and the key. */
mk_gestures *mk_gestures_new (const char *path, GError **error);
void         mk_gestures_free (mk_gestures *gestures);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_gestures, mk_gestures_free)

/* The gesture of a name for things of this recipe, or NULL when they have none of it. Borrowed. */
const mk_gesture *mk_gesture_find (const mk_library *library, const char *name, const mk_recipe_info *info);
/* The names of those that things of this recipe have, NULL-terminated. Borrowed. */
const char *const *mk_gestures_of (const mk_gestures *gestures, const mk_recipe_info *info);
/* All names, NULL-terminated, in order. Borrowed. */
const char *const *mk_gesture_names (const mk_library *library);

bool   mk_gesture_is_held (const mk_gesture *gesture);     /* the last pose stays */
bool   mk_gesture_is_looped (const mk_gesture *gesture);   /* a part of it goes on as long as it lasts */
bool   mk_gesture_has_legs (const mk_gesture *gesture);    /* it turns legs itself; else feet stay where they stand */
bool   mk_gesture_has (const mk_gesture *gesture, mk_pose_channel channel);
bool   mk_gesture_lies (const mk_gesture *gesture);        /* ends on the back, head to its right */
bool   mk_gesture_lifts (const mk_gesture *gesture);       /* what is in the hands goes with them */
bool   mk_gesture_juggles (const mk_gesture *gesture);     /* what is in the hands flies from one to the other */
bool   mk_gesture_dribbles (const mk_gesture *gesture);    /* it goes from the right hand to the ground and back */
float  mk_gesture_at_water (const mk_gesture *gesture);    /* the water that it is done to begins so many heights ahead; 0 = anywhere */
bool   mk_gesture_breathes (const mk_gesture *gesture, double duration_s, double *from_s, double *to_s); /* fire, then: seconds of so long an act; false = never */
bool   mk_gesture_hops (const mk_gesture *gesture);        /* leaves the ground */
bool   mk_gesture_is_done_on (const mk_gesture *gesture, const char *object); /* a laptop is typed on */
/* What the act's gesture is done on, in reach, comes before it from the first moment; where its keys are, in the world. False without any. */
bool   mk_bring_keys (mk_act *act, const mk_gesture *gesture, mk_vec3 *keys_at);
/* Seconds that it takes when nobody says, with so many rounds of what it repeats (0 = its own number); 0 = it goes on. */
double mk_gesture_natural_s (const mk_gesture *gesture, unsigned rounds);
/* The pose at `time_s` of `duration_s`, into which `own_s` seconds of the gesture are fitted; `is_continued`: it has begun before.
 * `lag_s`: how much later arms are than the body. */
void   mk_gesture_sample (const mk_gesture *gesture, double time_s, double duration_s, double own_s, bool is_continued, double lag_s, mk_body_pose *pose);
/* Height in the air at that moment, in heights of the body. */
float  mk_gesture_hop (const mk_gesture *gesture, double time_s, double duration_s, double own_s);
