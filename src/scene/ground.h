/* ground.h - what everything stands on.
 *
 * Purpose   A surface to the horizon, or a slab of a given size: level where things stand, uneven towards the horizon.
 * Flow      The ground command makes the surface; mk_ground_dress, once all else is in the scene, gives it what
 *           depends on that: blades of grass as far as they are seen, a sweep as large as the studio must be.
 * Form      One root node "ground" (is_ground) with its surface; "grass" and the like are below it.
 */
#pragma once
#include "scene/objects.h"

/* Index of the ground's root, or -1. */
int  mk_ground_find (const mk_scene *scene);
/* True when it is a room's or a studio's, where nobody expects a horizon. */
bool mk_ground_is_floor (const mk_scene *scene);
/* True where `node` is a landscape that is known to be level, at height 0, without asking its triangles. */
bool mk_ground_is_level (const mk_scene_node *node, float x, float z);
/* For mk_scene_complete, on a scene with one owner. Doing it again replaces what it did before. */
bool mk_ground_dress (const mk_stage *stage, mk_scene *scene, GError **error);

/* The surfaces of the command, NULL-terminated. */
extern const char *const mk_ground_surfaces[];
/* The surface's mesh: `size_m` 0 = to the horizon. */
mk_mesh *mk_ground_mesh (const char *surface, float size_m, float hills_m, uint64_t seed, GError **error);
/* A tuft of grass about the origin: `n_blades` up to 10 cm high. */
mk_mesh *mk_ground_tuft (unsigned n_blades, uint64_t seed, GError **error);
