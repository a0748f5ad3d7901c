/* particles.h - rain, snow, leaves, confetti, fireworks, sparks, smoke, steam, fire: many small things that move together.
 *
 * Purpose   Weather and bursts as shapes on a few tracks, so that a GLB of them is small and every viewer shows them.
 * Method    Drops are copies below one node that falls by the height of its own pattern and starts again: seamless, two
 *           keys a period. A burst is a node of streaks whose size and fall are animated. What tumbles has nodes of its own; a plume is
 *           puffs of many spheres that are nearly nothing each; fire is tongues that leave their mouth one after the other.
 * Scale     All is measured in the distance of the camera from what it shows, so that rain on a cup is seen as rain.
 * Flow      The particles command is only checked when it is given; mk_particles_dress, once the camera is known,
 *           makes the nodes. They have no id: nothing is laid out beside them, nothing frames them.
 * Tests     tests/scene/test_particles.c
 */
#pragma once
#include "scene/objects.h"

/* Of the command, NULL-terminated. */
extern const char *const mk_particle_kinds[];
/* How far fire reaches in the film, for the camera: adds mk_vec3. */
void mk_fire_points (const mk_stage *stage, const mk_scene *scene, GArray *points);
/* For mk_scene_complete: nodes for every particles command, and for who breathes fire, in place of those made before. */
bool mk_particles_dress (const mk_stage *stage, mk_scene *scene, float aspect, GError **error);
