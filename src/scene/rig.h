/* rig.h - lights as photographers set them.
 *
 * Purpose   A light command makes one node (its id) with lamps below it, aimed at what it lights. Places and strengths
 *           follow the size of the subject, so a three-point light suits a coin and a castle.
 * Use       mk_rigs_aim works everything out again from the whole scene: things may be added after their light.
 */
#pragma once
#include "scene/apply.h"

/* The room that a rig stands in: how much light it has of its own (1 = a bright studio), and stops that the picture is brighter;
 * below 0 the floor is dark. */
typedef struct mk_rig_room {
  float sky, exposure_ev;
} mk_rig_room;

/* Of a light command. */
mk_rig_room mk_rig_room_for (const mk_json *command);
bool mk_rigs_aim (const mk_stage *stage, mk_scene *scene, GError **error);
