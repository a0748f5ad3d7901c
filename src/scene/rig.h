/* rig.h - lights as photographers set them.
 *
 * Purpose   A light command makes one node (its id) with lamps below it, aimed at what it lights. Places and strengths
 *           follow the size of the subject, so a three-point light suits a coin and a castle.
 * Use       mk_rigs_aim works everything out again from the whole scene: things may be added after their light.
 */
#pragma once
#include "scene/apply.h"

/* Of a light command: how much light its room has of its own (1 = a bright studio), and stops that the picture is darker. */
void mk_rig_room (const mk_json *command, float *sky, float *exposure_ev);
bool mk_rigs_aim (const mk_stage *stage, mk_scene *scene, GError **error);
