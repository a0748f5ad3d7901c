/* inspect.h - is a finished scene as a person would expect it?
 *
 * Purpose   A second opinion on layout and framing, which trusts nothing that they computed: it looks at triangles, world
 *           matrices and the camera, and at what the commands asked for.
 * Looks at  INTERSECTION  a corner of one thing deeper in another than TOLERANCE, at the first moment or later, unless one is meant to be inside, the two
 *                         are of one heap, or one is scenery (a mountain, a river). Where commands want contact (a hug, a
 *                         catch, a seat) a hand's depth is none.
 *           FLOATING      nothing below a thing's lowest point, unless it hovers by nature, is placed above or hung on
 *                         something, or is about to fall, rise or fly.
 *           FRAME         something that was named and is not in the picture at any of N_MOMENTS; when shots name whom they
 *                         show, only those count.
 *           RELATION      "left" is left as the camera sees it, "on" touches from above, and so on, at the first moment or,
 *                         for what moves, at the last.
 * Not here  Why: the texts say what is wrong, not whose fault it is.
 * Tests     tests/scene/test_inspect.c, and over every sentence in tests/language/test_scenes.c
 */
#pragma once
#include "scene/objects.h"

typedef enum { MK_FINDING_INTERSECTION, MK_FINDING_FLOATING, MK_FINDING_FRAME, MK_FINDING_RELATION } mk_finding_kind;

typedef struct mk_finding {
  mk_finding_kind kind;
  char *text; /* "ball-1 is 3.2 cm inside cube-1" */
} mk_finding;

/* Findings on a scene that mk_scene_complete gave, for a picture of `aspect`; mk_finding, empty when all is well. */
GArray *mk_scene_inspect (const mk_stage *stage, const mk_scene *scene, float aspect);
const char *mk_finding_name (mk_finding_kind kind);

/* For inspect*.c: a thing of the scene at the first moment. */
typedef struct mk_inspected {
  int root;
  mk_box box;
  const mk_json *command;      /* that made it */
  const mk_recipe_info *info;  /* or NULL */
} mk_inspected;

typedef struct mk_inspection {
  const mk_stage *stage;
  const mk_scene *scene;
  mk_pose *pose, *last;        /* at 0 s, and at the end */
  float aspect;
  GArray *things;              /* mk_inspected */
  GArray *findings;
} mk_inspection;

void mk_inspect_note (mk_inspection *in, mk_finding_kind kind, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* "cube-1.2", or what the node is called. */
const char *mk_inspect_name (const mk_inspection *in, int root);
/* Whether the commands place `who` with this relation (NULL: with any), to anything or (target not NULL) to that id. */
bool mk_inspect_is_placed (const mk_inspection *in, const mk_inspected *who, const char *relation, const char *target);
/* Whether it has taken its seat on something: its legs hang down from there. */
bool mk_inspect_is_seated (const mk_inspection *in, const mk_inspected *who);
/* Whether an animate or physics command speaks of it. */
bool mk_inspect_moves (const mk_inspection *in, const mk_inspected *who);
/* Whether a command makes the two touch: who hugs, fights, gives, throws and catches. */
bool mk_inspect_makes_meet (const mk_inspection *in, const char *id_a, const char *id_b);
/* Whether it reaches for what is before it: picks a flower, plants a tree. */
bool mk_inspect_picks (const mk_inspection *in, const char *id);
/* Whether a motion of `id` ends on `target`. */
bool mk_inspect_lands_on (const mk_inspection *in, const char *id, const char *target);
/* Whether physics moves it. */
bool mk_inspect_tumbles (const mk_inspection *in, const char *id);
void mk_inspect_touch (mk_inspection *in);
void mk_inspect_frame (mk_inspection *in);
void mk_inspect_relations (mk_inspection *in);
