/* layout.h - where things stand.
 *
 * Purpose   Things stand on what carries them, side by side, as the command says; nothing intersects unless it is
 *           told to be inside. Left, right, front and behind are as the default camera sees them, from +Z.
 * Method    A group is arranged about its own middle; each relation then gives a place or a limit to it; the first
 *           free place near the wanted one is taken. Heights come from real surfaces (rays down onto triangles).
 * Order     Equal scene, seed and command give equal places.
 * Tests     tests/scene/test_layout.c
 */
#pragma once
#include "scene/objects.h"

/* Arranges and places the roots, in order; all of their scale and rotation is done, their translation is 0.
 * Reads arrange, spacing_m, place, position and facing of the command. */
bool mk_layout_place (const mk_stage *stage, mk_scene *scene, const int *roots, unsigned n_roots, const mk_json *command, GError **error);

/* Whatever stands on roots that are `is_gone` (per node) comes down to what is below them. */
void mk_layout_drop (mk_scene *scene, const bool *is_gone);
/* A root that has grown since its box was `before` steps aside from what it now would go through. */
void mk_layout_step_aside (const mk_stage *stage, mk_scene *scene, int root, mk_box before);

/* Bounds of a root and all below it at rest, tight however it is turned. */
mk_box mk_layout_box (const mk_scene *scene, int root);
/* The highest surface of `root` over (x, z) that lies below `from_y`; false when there is none. */
bool   mk_layout_surface (const mk_scene *scene, int root, float x, float z, float from_y, float *y);
/* The triangles of an object at rest that reach into a box, three corners each; mk_vec3, g_array_unref. */
GArray *mk_layout_triangles (const mk_scene *scene, int root, mk_box within);
/* The lowest surface of `root` over (x, z) that lies above `from_y`; false when there is none. */
bool   mk_layout_underside (const mk_scene *scene, int root, float x, float z, float from_y, float *y);
/* The surface of `root` at (x, y) that is the nearest to the viewer, and its material when that is not NULL; false when there is none. */
bool   mk_layout_front (const mk_scene *scene, int root, float x, float y, float *z, int *material);

/* Arrangements, for layout.c: offsets of the middles of n boxes' bottoms, about the group's own middle. */
typedef struct mk_layout_item {
  mk_vec3 size;    /* of its box */
  bool is_round;   /* a ball: nests */
  mk_vec3 offset;  /* out: middle of the bottom */
  float yaw_rad;   /* out: turn to add */
} mk_layout_item;
#define MK_ARRANGE_LIST(X)                                                                                                                      \
  X (ROW, "row") X (COLUMN, "column") X (LINE, "line") X (GRID, "grid") X (CIRCLE, "circle") X (STACK, "stack") X (PILE, "pile")                \
  X (PYRAMID, "pyramid") X (SCATTER, "scatter") X (CROWD, "crowd") X (SPIRAL, "spiral") X (HEART, "heart") X (STAR, "star") X (ARC, "arc")       \
  X (WEDGE, "wedge") X (ZIGZAG, "zigzag")
enum {
#define X(name, word) MK_ARRANGE_##name,
  MK_ARRANGE_LIST (X)
#undef X
};
extern const char *const mk_arrange_words[];
/* `arrange` -1 = what suits the number; `spacing_m` below 0 = what suits the size. */
void mk_layout_arrange (mk_layout_item *items, unsigned n, int arrange, float spacing_m, uint64_t seed);
