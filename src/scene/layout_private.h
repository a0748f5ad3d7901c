/* layout_private.h - a group on its way to its place, for layout.c and layout_relation.c. */
#pragma once
#include "scene/layout.h"

#define MK_TOUCH_M 1e-3f /* boxes that overlap by less only touch */
#define MK_LIFTABLE_M 2.5f /* what is taller stays where it stands */

typedef enum {
  MK_PLACE_ON, MK_PLACE_UNDER, MK_PLACE_INSIDE, MK_PLACE_BESIDE, MK_PLACE_LEFT, MK_PLACE_RIGHT, MK_PLACE_FRONT, MK_PLACE_BEHIND, MK_PLACE_ABOVE,
  MK_PLACE_BELOW, MK_PLACE_BETWEEN, MK_PLACE_AROUND, MK_PLACE_AGAINST, MK_PLACE_NEAR, MK_PLACE_FAR, MK_PLACE_FACING, MK_PLACE_CENTER, MK_PLACE_HELD, MK_PLACE_WRITTEN, MK_PLACE_HUNG, MK_PLACE_ALOFT
} mk_relation;
extern const char *const mk_relation_words[];

typedef struct mk_obstacle {
  int root;
  mk_box box;
} mk_obstacle;

/* What is being placed, and what is known of its place so far: the middle of the group's bottom. */
typedef struct mk_layout {
  const mk_stage *stage;
  mk_scene *scene;
  const int *roots;
  unsigned n_roots;
  mk_layout_item *items;
  mk_box group;            /* about its own middle bottom */
  GArray *obstacles;       /* obstacle: all that stood before */
  mk_vec3 wish;
  bool has_x, has_y, has_z;
  mk_vec3 low, high;       /* limits of the place; y unused */
  mk_vec3 area_low, area_high;         /* of the surface that carries it; y unused */
  mk_vec3 overhang_low, overhang_high; /* wider ones, when may_overhang, for a table that is full */
  bool may_overhang;
  mk_box surface;          /* that they are limits of, when may_overhang */
  int carrier;             /* root whose surface it stands on; -1 = ground */
  float carrier_from_y;    /* surfaces above are not meant */
  int ignored;             /* root that it may overlap by boxes, because its anchors keep them apart; -1 */
  int shelter;             /* root that the target is under, as one is under a tree: only its surfaces are in the way; -1 */
  GArray *shelter_triangles; /* mk_vec3, as high up as the group */
  int arrange;             /* of the command; -1 = free to choose */
  float spacing_m;         /* of the command; < 0 = the usual one */
  bool may_intersect;
  mk_vec3 face;            /* towards where, when has_face */
  bool has_face;
  float from_middle;       /* several look at their middle (-1) or away from it (1); 0 = neither */
} mk_layout;

#define MK_NO_LIMIT(sign) { sign INFINITY, sign INFINITY, sign INFINITY }

/* --- boxes --- */

static inline mk_box
mk_box_shifted (mk_box box, mk_vec3 by)
{
  return (mk_box){ mk_vec3_add (box.min, by), mk_vec3_add (box.max, by) };
}

/* By more than they touch. */
static inline bool
mk_boxes_overlap (mk_box a, mk_box b)
{
  return a.min.x < b.max.x - MK_TOUCH_M && b.min.x < a.max.x - MK_TOUCH_M && a.min.y < b.max.y - MK_TOUCH_M && b.min.y < a.max.y - MK_TOUCH_M &&
         a.min.z < b.max.z - MK_TOUCH_M && b.min.z < a.max.z - MK_TOUCH_M;
}

/* --- layout.c --- */

/* The recipe of a root; NULL of letters and files. */
const mk_recipe_info *mk_layout_info (const mk_layout *l, int root);
/* Whether the group may stand with the middle of its bottom at `at`. */
bool  mk_layout_is_free (const mk_layout *l, mk_vec3 at);
/* `group` again, after offsets have changed. */
void  mk_layout_bound (mk_layout *l);

/* --- layout_wear.c --- */

/* Puts what is worn on the body of `root`, in the size that fits; false when it is not worn so, or by nobody. */
bool  mk_layout_wear (mk_layout *l, int root);

/* --- layout_written.c --- */

/* Words go flat onto the front of `root`, as large as it has room for. */
void  mk_layout_write (mk_layout *l, int root, mk_box target);

/* --- layout_hung.c --- */

/* The group hangs from the underside of `root`, which goes up when it is too low for that. */
void  mk_layout_hang (mk_layout *l, int root, mk_box target);

/* --- layout_heap.c --- */

/* What does not fit into `area` of `holder` side by side lies on each other there; false when it lives, or is too tall for that, as flowers are. */
bool  mk_layout_heap (mk_layout *l, mk_box area, mk_box holder);
/* How high the group lies in `holder`: on what is in there already. */
float mk_layout_heap_floor (const mk_layout *l, mk_box area, mk_box holder);

/* --- layout_room.c --- */

/* Under a crown beside the trunk, between the legs of a table: the free place for something of this size that is nearest to what lies `front_m`
 * before the middle, front first. */
bool  mk_layout_find_room (const mk_layout *l, int root, mk_box target, mk_vec3 own, float front_m, mk_vec3 *at);
/* Whether none of `triangles` (mk_vec3, three corners each) reaches into a box. */
bool  mk_layout_is_clear (const GArray *triangles, mk_box box);
/* On a surface that is full those who are there move up for the group, in a row from left to right; false when that is not enough, or one of
 * them sits. */
bool  mk_layout_move_up (mk_layout *l, mk_vec3 *place);
/* The group stands at what is under another thing: that one becomes its shelter. */
void  mk_layout_shelter (mk_layout *l, int root, mk_box target);

/* --- layout_relation.c --- */

/* What stands on `root`, itself included, goes up by `by` metres. */
void  mk_layout_lift (mk_layout *l, int root, float by);

/* The usual distance from a thing, metres: what leaves both apart and together. */
float mk_layout_gap (const mk_layout *l, mk_box target);
/* Turns what a relation asks for into wishes and limits. `targets` int, at least one; `distance_m` below 0 = the usual one. */
void  mk_layout_relate (mk_layout *l, mk_relation relation, const GArray *targets, float distance_m);
